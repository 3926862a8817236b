"""A grid of counts in which the empty fields are what is to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kritiek.analysis.drawings.style import BLUE, GREY, LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kritiek.exhibits.tables import Exhibit

WORDS = {
    "nl": {"published": "gepubliceerd", "in development": "alleen in ontwikkeling", "none": "geen vastgelegd"},
    "en": {"published": "published", "in development": "only in development", "none": "none recorded"},
}
STYLES: dict[str, dict[str, Any]] = {
    "published": {"facecolor": BLUE, "edgecolor": "white"},
    "in development": {"facecolor": "white", "edgecolor": BLUE, "hatch": "////"},
    "none": {"facecolor": LIGHT, "edgecolor": "white"},
}
KINDS = tuple(STYLES)
ROW_INCHES = 0.21


def draw_coverage(axes: Axes, figure: Exhibit) -> float:
    """A field for each row and column: filled with the number published and in development, or empty."""
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch, Rectangle

    twin, words = "_en" if figure.language == "en" else "", WORDS[figure.language]
    # Of rows with as many standards the order is that of their names, in the language in which they stand here.
    frame = figure.frame
    found = zip(frame["standards"], frame["published"], frame["in_development"], strict=True)
    fullness = [len(keys.split("; ")) if any((*ready, *coming)) else 0 for keys, ready, coming in found]
    frame = frame.assign(fullness=fullness).sort_values(["fullness", f"name{twin}"], ascending=[False, True])
    heads = frame[f"topics{twin}"].iloc[0]
    fields = [
        list(zip(*counts, strict=True)) for counts in zip(frame["published"], frame["in_development"], strict=True)
    ]
    kinds = [[KINDS.index(_kind(*field)) for field in row] for row in fields]
    for place, row in enumerate(fields):
        for across, (published, coming) in enumerate(row):
            if not published + coming:
                continue
            if not published:
                box = STYLES["in development"]
                axes.add_patch(Rectangle((across - 0.5, place - 0.5), 1, 1, linewidth=0, **box))
            plain: dict[str, Any] = {"color": "black", "bbox": {"fc": "white", "ec": "none", "pad": 0.8}}
            style: dict[str, Any] = {"color": "white"} if published else plain
            axes.text(across, place, f"{published} + {coming}", ha="center", va="center", fontsize=7.5, **style)
    colours = ListedColormap([style["facecolor"] for style in STYLES.values()])
    axes.imshow(kinds, aspect="auto", cmap=colours, vmin=0, vmax=len(KINDS) - 1)
    for edge in range(1, len(heads)):
        axes.axvline(edge - 0.5, color="white", linewidth=1.2)
    for edge in range(1, len(fields)):
        axes.axhline(edge - 0.5, color="white", linewidth=1.2)
    axes.set_xlim(-0.5, len(heads) - 0.5)
    axes.set_ylim(len(fields) - 0.5, -0.5)
    axes.set_yticks(range(len(fields)), frame[f"name{twin}"], fontsize=8)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(heads)), heads, fontsize=8, rotation=45, ha="left", rotation_mode="anchor")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    edges = {kind: BLUE if "hatch" in style else GREY for kind, style in STYLES.items()}
    legend = [Patch(label=words[kind], **{**style, "edgecolor": edges[kind]}) for kind, style in STYLES.items()]
    axes.legend(handles=legend, loc="upper left", bbox_to_anchor=(0, -0.01), ncols=3, frameon=False, fontsize=8)
    return len(fields) * ROW_INCHES + 1.6


def _kind(published: int, coming: int) -> str:
    return "published" if published else "in development" if coming else "none"
