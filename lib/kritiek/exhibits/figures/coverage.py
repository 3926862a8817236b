"""A grid of counts in which the empty fields are what is to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kritiek.exhibits.figures.style import BLUE, GREY, LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kritiek.exhibits.tables import Exhibit

WORDS = {
    "nl": {"published": "gepubliceerd", "in development": "alleen in ontwikkeling", "none": "geen vastgelegd"},
    "en": {"published": "published", "in development": "only in development", "none": "none recorded"},
}
STYLES = {
    "published": {"facecolor": BLUE, "edgecolor": "white"},
    "in development": {"facecolor": "#bcd8ea", "edgecolor": "white", "hatch": "///"},
    "none": {"facecolor": LIGHT, "edgecolor": "white"},
}
ROW_INCHES = 0.21


def draw_coverage(axes: Axes, figure: Exhibit) -> float:
    """A field for each row and column: filled with the number published and in development, or empty."""
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch, Rectangle

    twin, words = "_en" if figure.language == "en" else "", WORDS[figure.language]
    frame = figure.frame
    rows, columns = list(dict.fromkeys(frame["row"])), list(dict.fromkeys(frame["column"]))
    places = list(zip(frame["row"].map(rows.index), frame["column"].map(columns.index), strict=True))
    kinds = [[2] * len(columns) for _ in rows]
    for (place, across), published, coming in zip(places, frame["published"], frame["in_development"], strict=True):
        if not published + coming:
            continue
        kinds[place][across] = 0 if published else 1
        if not published:
            axes.add_patch(Rectangle((across - 0.5, place - 0.5), 1, 1, linewidth=0, **STYLES["in development"]))
        box = None if published else {"fc": "white", "ec": "none", "pad": 0.8}
        axes.text(
            across,
            place,
            f"{published} + {coming}",
            ha="center",
            va="center",
            fontsize=7.5,
            color="white" if published else "black",
            bbox=box,
        )
    axes.imshow(
        kinds, aspect="auto", cmap=ListedColormap([style["facecolor"] for style in STYLES.values()]), vmin=0, vmax=2
    )
    for edge in range(1, len(columns)):
        axes.axvline(edge - 0.5, color="white", linewidth=1.2)
    for edge in range(1, len(rows)):
        axes.axhline(edge - 0.5, color="white", linewidth=1.2)
    names = {name: frame.drop_duplicates(name).set_index(name) for name in ("row", "column")}
    labels = [names["row"].at[key, f"name{twin}"] for key in rows]
    heads = [names["column"].at[key, f"topic{twin}"] for key in columns]
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), labels, fontsize=8)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(columns)), heads, fontsize=8, rotation=45, ha="left", rotation_mode="anchor")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    legend = [Patch(label=words[kind], **{**style, "edgecolor": GREY}) for kind, style in STYLES.items()]
    axes.legend(handles=legend, loc="upper left", bbox_to_anchor=(0, -0.01), ncols=3, frameon=False, fontsize=8)
    return len(rows) * ROW_INCHES + 1.6
