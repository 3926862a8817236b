"""Raw materials by technology, coloured by supply risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kritiek.analysis.drawings.style import GREY, HATCHED, LIGHT, TEXT_LINE_INCHES, height, lines, text_on, wrapped
from kritiek.exhibits.plain import number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kritiek.exhibits.tables import Exhibit

# The colour of a field by its supply risk. It begins where a field stands out from an empty one, and ends in the dark.
SCALE, LIGHTEST, DARKEST, HIGHEST = "inferno_r", 0.38, 0.85, 5.0
WORDS = {
    "nl": "Getal in een veld: {} (hoe donkerder, hoe hoger)",
    "en": "Number in a field: {} (the darker, the higher)",
}


def draw_heat_map(axes: Axes, figure: Exhibit) -> float:
    """A field where a raw material is used, with its supply risk, the darker the higher; one column a technology.

    Without a supply risk there is no colour: the field is hatched, and has a question mark.
    """
    from matplotlib.patches import Rectangle

    risks, names, *positions = zip(*figure.cells(figure.language), strict=True)
    known = [float(value) if value else None for value in risks]
    highest = max([HIGHEST, *(value for value in known if value is not None)])
    told = ["?" if value is None else number_text(value, figure.language, 1) for value in known]
    heads = [wrapped(column.label[figure.language], 16) for column in figure.columns[2:]]
    labels = [wrapped(f"{name}  ({value})", 40) for name, value in zip(names, told, strict=True)]
    axes.set_xlim(-0.5, len(heads) - 0.5)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    for column, position in enumerate(positions):
        for row, (used, value, words) in enumerate(zip(position, known, told, strict=True)):
            place, colour = (column - 0.5, row - 0.5), LIGHT
            if used and value is not None:
                colour = field_colour(value, highest)
                axes.add_patch(Rectangle(place, 1, 1, facecolor=colour, linewidth=0))
            elif used:
                axes.add_patch(Rectangle(place, 1, 1, **HATCHED))
            if used:
                axes.text(column, row, words, ha="center", va="center", fontsize=9, color=text_on(colour))
    axes.set_xticks(range(len(heads)), heads)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xticks([edge - 0.5 for edge in range(1, len(heads))], minor=True)
    axes.set_yticks([edge - 0.5 for edge in range(1, len(labels))], minor=True)
    axes.grid(which="minor", color="white", linewidth=2)
    axes.tick_params(which="both", length=0)
    axes.xaxis.tick_top()
    axes.set_facecolor(LIGHT)
    axes.spines[:].set_visible(False)
    words = WORDS[figure.language].format(figure.columns[0].label[figure.language])
    axes.set_xlabel(words, loc="left", fontsize=8, color=GREY)
    return height(labels, 0.36) + TEXT_LINE_INCHES * max(map(lines, heads), default=1)


def field_colour(risk: float, highest: float = HIGHEST) -> str:
    """The colour of a field with that supply risk."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    return to_hex(colormaps[SCALE](LIGHTEST + (DARKEST - LIGHTEST) * risk / highest))
