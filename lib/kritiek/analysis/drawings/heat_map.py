"""Raw materials by technology, coloured by supply risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kritiek.analysis.drawings.style import GREY, LIGHT, height, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kritiek.exhibits.tables import Exhibit


def draw_heat_map(axes: Axes, figure: Exhibit) -> float:
    """A dot where a raw material is used, coloured by its supply risk, one column a technology.

    Without a supply risk there is no colour: the use stands as a question mark.
    """
    risks, names, *positions = zip(*figure.cells(figure.language), strict=True)
    risk = [float(value or "nan") for value in risks]
    heads = [wrapped(column.label[figure.language], 16) for column in figure.columns[2:]]
    labels = [wrapped(f"{name}  ({value or '?'})", 40) for name, value in zip(names, risks, strict=True)]
    grid = [[risk[row] if position[row] else float("nan") for position in positions] for row in range(len(names))]
    image = axes.imshow(
        grid, aspect="auto", cmap="YlOrRd", vmin=0, vmax=max([5, *(value for value in risk if value == value)])
    )
    for column, position in enumerate(positions):
        for row, used in enumerate(position):
            if used and not risks[row]:
                axes.text(column, row, "?", ha="center", va="center", color=GREY)
    axes.set_xticks(range(len(heads)), heads)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xticks([edge - 0.5 for edge in range(1, len(heads))], minor=True)
    axes.set_yticks([edge - 0.5 for edge in range(1, len(labels))], minor=True)
    axes.grid(which="minor", color="white", linewidth=2)
    axes.tick_params(which="both", length=0)
    axes.set_facecolor(LIGHT)
    axes.spines[:].set_visible(False)
    axes.figure.colorbar(image, ax=axes, label=figure.columns[0].label[figure.language], fraction=0.04)
    return height(labels, 0.42)
