"""Shares drawn: beside a threshold, on two axes with a threshold each, and as a grid from light to dark."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

import pandas as pd

from kritiek.analysis.drawings.style import BLUE, GREY, HATCHED, ORANGE, lines, text_on, wrapped
from kritiek.exhibits.plain import is_blank, number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kritiek.exhibits.tables import Exhibit

DOT_SHAPES = ("o", "s", "^")
MOST_UPRIGHT_HEADS = 8
# The colours of a grid; they end before the darkest.
SCALE, SCALE_END = "Blues", 130.0
# Room that the words beside a mark take on an axis from 0 to 100.
WORDS_WIDTH = 30
# Size of the field of quadrants, and of the names in it: enough to keep names apart before anything is drawn.
QUADRANTS_INCHES = (8.2, 5.6)
NAME_POINTS, LETTER_WIDTH = 7, 0.58
ON_A_LINE = {"facecolor": "white", "edgecolor": "none", "pad": 0.3}
# Where a name may stand beside its point, the best place first: points along and up, and how it is set.
NAME_SIDES = (
    *(((5, 0), "left", "center"), ((-5, 0), "right", "center")),
    *(((0, 5), "center", "bottom"), ((0, -5), "center", "top")),
    *(((4, 4), "left", "bottom"), ((4, -4), "left", "top"), ((-4, 4), "right", "bottom"), ((-4, -4), "right", "top")),
)


def draw_dots(axes: Axes, figure: Exhibit) -> float:
    """One line a row, a mark for each number in it with its words beside it, and one line for the threshold.

    The shown columns are the name and the numbers; the frame also has `<number>_words` (with an _en twin) and
    `<number>_filled`, which is empty where that is unknown, and `threshold` with `threshold_words`.
    """
    frame, name = figure.frame, figure.columns[0].frame_column(figure.language)
    numbers = [column.name for column in figure.columns[1:]]
    ending = "_en" if figure.language == "en" else ""
    lowest = 0.0
    for place, row in enumerate(frame.to_dict("records")):
        known = sorted((row[number], number) for number in numbers if not is_blank(row[number]))
        if len(known) > 1:
            axes.plot([known[0][0], known[-1][0]], [place, place], color="#cccccc", linewidth=1.2, zorder=1)
        for order, (value, number) in enumerate(known):
            filled = row[f"{number}_filled"]
            face = "white" if is_blank(filled) or not filled else BLUE
            shape = DOT_SHAPES[numbers.index(number) % len(DOT_SHAPES)]
            axes.plot(value, place, marker=shape, markersize=6.5, color=BLUE, markerfacecolor=face, zorder=3)
            # The lower one has its words on its left, so that two that are close do not meet.
            left = order == 0 and len(known) > 1
            axes.annotate(
                row[f"{number}_words{ending}"],
                (value, place),
                xytext=(-7 if left else 7, 0),
                textcoords="offset points",
                ha="right" if left else "left",
                va="center",
                fontsize=7.5,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
            )
            lowest = min(lowest, value - WORDS_WIDTH) if left else lowest
    if len(frame):
        threshold, said = frame["threshold"].iloc[0], frame[f"threshold_words{ending}"].iloc[0]
        axes.axvline(threshold, color=ORANGE, linewidth=1.4, zorder=0)
        axes.annotate(said, (threshold, -0.8), xytext=(4, 0), textcoords="offset points", fontsize=8, va="center")
    axes.set_yticks(range(len(frame)), [wrapped(label, 34) for label in frame[name]], fontsize=8)
    axes.set_ylim(len(frame) - 0.4, -1.3)
    axes.set_xlim(lowest, 100 + WORDS_WIDTH)
    axes.set_xticks(range(0, 101, 20), [f"{tick} %" for tick in range(0, 101, 20)], fontsize=8)
    _only_below(axes)
    return max(len(frame), 4) * 0.3


def draw_quadrants(axes: Axes, figure: Exhibit) -> float:
    """Points on two axes with their names beside them, and a line at the threshold of each.

    The shown columns are the name, the number along and the number up; the frame also has `x_threshold`, `y_threshold`
    and `is_filled`. A number along that is missing is not drawn: the notes say so.
    """
    name, along, up = (column.frame_column(figure.language) for column in figure.columns[:3])
    drawn = figure.frame.dropna(subset=[along, up]).sort_values([up, along], ascending=False, kind="stable")
    x_line, y_line = (figure.frame[f"{axis}_threshold"].iloc[0] for axis in ("x", "y"))
    for filled, rows in drawn.groupby("is_filled"):
        face = BLUE if filled else "white"
        axes.plot(rows[along], rows[up], "o", markersize=5.5, color=BLUE, markerfacecolor=face, zorder=3)
    language = figure.language
    ends = {}
    for column, line, narrow in ((along, x_line, axes.set_xlim), (up, y_line, axes.set_ylim)):
        values = [*drawn[column].astype(float), float(line)]
        spread = max(values) - min(values) or 1
        ends[column] = narrow(min(values) - 0.12 * spread, max(values) + 0.12 * spread)
    axes.axvline(x_line, color=ORANGE, linewidth=1.2, zorder=0)
    axes.axhline(y_line, color=ORANGE, linewidth=1.2, zorder=0)
    said = {"fontsize": 8, "color": ORANGE, "textcoords": "offset points"}
    axes.annotate(f"> {_plain(x_line, language)}", (x_line, ends[up][1]), (3, -9), ha="left", **said)
    axes.annotate(f"> {_plain(y_line, language)}", (ends[along][1], y_line), (-3, 3), ha="right", **said)
    axes.set_xlabel(figure.columns[1].label[language], fontsize=9)
    axes.set_ylabel(figure.columns[2].label[language], fontsize=9)
    for one in (axes.xaxis, axes.yaxis):
        one.set_major_formatter(lambda value, _: _plain(round(value, 2), language))
        one.set_tick_params(labelsize=8, length=0)
    axes.spines[["top", "right"]].set_visible(False)
    inside = (drawn[along] > x_line) & (drawn[up] > y_line)
    ordered = pd.concat([drawn[inside], drawn[~inside]])
    points = list(zip(ordered[along].astype(float), ordered[up].astype(float), strict=True))
    _names_beside(axes, list(ordered[name]), points, ends[along], ends[up], lines_at=(x_line, y_line))
    return QUADRANTS_INCHES[1]


def _plain(value: float, language: str) -> str:
    return number_text(float(value), language, 0 if float(value).is_integer() else None)


def _names_beside(
    axes: Axes,
    names: Sequence[str],
    points: Sequence[tuple[float, float]],
    across: tuple[float, float],
    upright: tuple[float, float],
    *,
    lines_at: tuple[float, float],
) -> None:
    """Each name on the first side of its point where it covers no point, name or line, or if need be a line.

    A name without such a side is left out.
    """
    wide, high = (72 * inches for inches in QUADRANTS_INCHES)
    *placed, (x_line, y_line) = [
        ((x - across[0]) / (across[1] - across[0]) * wide, (y - upright[0]) / (upright[1] - upright[0]) * high)
        for x, y in (*points, lines_at)
    ]
    # A point takes as much room as its mark.
    taken = [(x - 3.5, y - 3.5, x + 3.5, y + 3.5) for x, y in placed]
    across_lines = [(x_line - 1, 0, x_line + 1, high), (0, y_line - 1, wide, y_line + 1)]
    for name, point, (x, y) in zip(names, points, placed, strict=True):
        length, height = NAME_POINTS * LETTER_WIDTH * len(name), NAME_POINTS
        own = (x - 3.5, y - 3.5, x + 3.5, y + 3.5)
        for avoided, ((right, above), ha, va) in product((across_lines, []), NAME_SIDES):
            left = x + right - {"left": 0, "center": length / 2, "right": length}[ha]
            low = y + above - {"bottom": 0, "center": height / 2, "top": height}[va]
            box = (left, low, left + length, low + height)
            free = not any(_overlap(box, other) for other in (*taken, *avoided) if other != own)
            if free and box[0] >= 0 and box[2] <= wide and box[1] >= 0 and box[3] <= high:
                style = {"fontsize": NAME_POINTS, "textcoords": "offset points", "ha": ha, "va": va, "bbox": ON_A_LINE}
                axes.annotate(name, point, (right, above), **style)
                taken.append(box)
                break


def _overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def draw_grid(axes: Axes, figure: Exhibit) -> float:
    """A field for each row and column, darker for a higher share from 0 to 100, with its number in it.

    The shown columns are the name and the shares; an empty share is hatched: there is no figure. A line parts rows
    where the frame's `section` changes, and columns where the names before their numbers do (study_1, indicator_1).
    """
    from matplotlib.patches import Rectangle

    frame, name = figure.frame, figure.columns[0].frame_column(figure.language)
    shares = figure.columns[1:]
    values = frame[[column.name for column in shares]].to_numpy("float64", na_value=float("nan"))
    axes.imshow(values, aspect="auto", cmap=SCALE, vmin=0, vmax=SCALE_END)
    for place, row in enumerate(values):
        for column, value in enumerate(row):
            known = value == value
            said = number_text(value, figure.language, 0) if known else ""
            colour = text_on(grid_colour(value)) if known else GREY
            axes.text(column, place, said, ha="center", va="center", fontsize=7, color=colour)
            if not known:
                axes.add_patch(Rectangle((column - 0.5, place - 0.5), 1, 1, **HATCHED))
    # Many heads stand aslant, so that each has a line of its own.
    aslant = len(shares) > MOST_UPRIGHT_HEADS
    heads = [wrapped(column.label[figure.language], 44 if aslant else 14) for column in shares]
    style = {"rotation": 50, "ha": "left", "rotation_mode": "anchor"} if aslant else {}
    axes.set_xticks(range(len(heads)), heads, fontsize=7.5, **style)
    axes.set_yticks(range(len(frame)), [wrapped(label, 40) for label in frame[name]], fontsize=8)
    axes.xaxis.tick_top()
    axes.set_xticks([edge - 0.5 for edge in range(1, len(heads))], minor=True)
    axes.set_yticks([edge - 0.5 for edge in range(1, len(frame))], minor=True)
    axes.grid(which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    if "section" in frame:
        for place in _changes(frame["section"].tolist()):
            axes.axhline(place - 0.5, color="black", linewidth=1.2)
    for place in _changes([column.name.rstrip("_0123456789") for column in shares]):
        axes.axvline(place - 0.5, color="black", linewidth=1.2)
    return max(len(frame), 4) * 0.24 + (
        0.055 * max(map(len, heads)) if aslant else 0.13 * max(map(lines, heads), default=1)
    )


def _changes(values: Sequence[object]) -> list[int]:
    """The places of values that differ from the one before them."""
    return [place for place in range(1, len(values)) if values[place] != values[place - 1]]


def grid_colour(share: float) -> str:
    """The colour of a field of a grid with that share."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    return to_hex(colormaps[SCALE](float(share) / SCALE_END))


def _only_below(axes: Axes) -> None:
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="both", length=0)
    axes.grid(axis="x", color="#e5e5e5", linewidth=0.6)
    axes.set_axisbelow(True)
