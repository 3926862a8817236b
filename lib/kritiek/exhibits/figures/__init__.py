"""A frame in, a Figure out: the data behind a picture with caption and alt text, which draws itself."""

from __future__ import annotations

import datetime as dt
import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from kritiek.errors import ExhibitError
from kritiek.exhibits.days import axis_words, day_words
from kritiek.exhibits.figures.coverage import draw_coverage
from kritiek.exhibits.figures.secretariats import draw_secretariats
from kritiek.exhibits.figures.style import BLUE, GREY, LIGHT, ORANGE, TEXT_LINE_INCHES
from kritiek.exhibits.figures.style import height as _height
from kritiek.exhibits.figures.style import lines as _lines
from kritiek.exhibits.figures.style import wrapped as _wrapped
from kritiek.exhibits.plain import is_blank, number_text
from kritiek.exhibits.tables import RESOURCE_MIME, Exhibit, Table, exhibit_parts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from matplotlib.ticker import Formatter

DOTS_PER_INCH, PRINT_DOTS_PER_INCH = 110, 200
COLOURS = 128
WIDTH_INCHES = 9
NOTE_LINE_INCHES = 0.14
# A dollar in our data is a dollar: matplotlib would typeset what stands between two of them as mathematics.
PLAIN_TEXT = {"text.parse_math": False, "text.usetex": False}
DOT_SHAPES = ("o", "s", "^")
MOST_UPRIGHT_HEADS = 8
# Room that the words beside a mark take on an axis from 0 to 100.
WORDS_WIDTH = 30
# Size of the field of quadrants, and of the names in it: enough to keep names apart before anything is drawn.
QUADRANTS_INCHES = (8.2, 5.6)
NAME_POINTS, LETTER_WIDTH = 7, 0.58
# Where a name may stand beside its point, the best place first: points along and up, and how it is set.
NAME_SIDES = (
    *(((5, 0), "left", "center"), ((-5, 0), "right", "center")),
    *(((0, 5), "center", "bottom"), ((0, -5), "center", "top")),
    *(((4, 4), "left", "bottom"), ((4, -4), "left", "top"), ((-4, 4), "right", "bottom"), ((-4, -4), "right", "top")),
)


@dataclass(frozen=True, repr=False)
class Figure(Exhibit):
    """An exhibit that is looked at; `drawing` names how its frame is drawn (see DRAWINGS)."""

    drawing: str = ""

    kind = "figure"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.drawing not in DRAWINGS:
            raise ExhibitError(f'{self.name}: drawing "{self.drawing}" is unknown; known are {", ".join(DRAWINGS)}.')

    def _extra(self) -> dict[str, Any]:
        return {"drawing": self.drawing}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Figure:
        """The Figure that `payload()` described."""
        return cls(**exhibit_parts(payload), drawing=payload["kritiek"]["drawing"])

    def draw(self, *, is_bare: bool = False) -> Canvas:
        """The picture as a matplotlib figure with its notes, without using any global state of pyplot.

        A bare one has neither heading nor notes: it stands where both are text.
        """
        from matplotlib import rc_context
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure as Canvas

        with rc_context(PLAIN_TEXT):
            canvas = Canvas(figsize=(WIDTH_INCHES, 6), layout="constrained")
            FigureCanvasAgg(canvas)
            axes = canvas.add_subplot()
            heading = "" if is_bare else _wrapped(self.heading(), 95)
            if heading:
                canvas.suptitle(heading, x=0.01, ha="left", fontsize=11)
            rows_height = DRAWINGS[self.drawing](axes, self)
            below = "" if is_bare else "\n".join(_wrapped(line, 130) for line in self.below())
            if below:
                canvas.supxlabel(below, x=0.01, ha="left", fontsize=7.5, color=GREY)
            margins = 0.5 if is_bare else 1.3 + NOTE_LINE_INCHES * (1 + below.count("\n"))
            canvas.set_figheight(margins + rows_height)
        return canvas

    def png(self) -> bytes:
        """The picture as PNG with two dots for each dot of a screen; the same bytes for the same data and versions."""
        from PIL import Image

        dense = self._saved(self.draw(), "png", dpi=2 * DOTS_PER_INCH, metadata={"Software": None})
        # Lines, letters and a scale of colours need no more than this many: a third of the size in a notebook.
        picture = Image.open(io.BytesIO(dense)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        buffer = io.BytesIO()
        picture.save(buffer, "png", optimize=True)
        return buffer.getvalue()

    def pictures(self) -> tuple[bytes, bytes]:
        """The bare picture as SVG, its letters drawn so that they look alike everywhere, and as PNG for print."""
        canvas = self.draw(is_bare=True)
        svg = self._saved(canvas, "svg", metadata={"Date": None, "Creator": None})
        return svg, self._saved(canvas, "png", dpi=PRINT_DOTS_PER_INCH, metadata={"Software": None})

    def _saved(self, canvas: Canvas, format: str, **options: Any) -> bytes:
        from matplotlib import rc_context

        buffer = io.BytesIO()
        # The ids within an SVG are random, unless they have something to begin with.
        with rc_context({**PLAIN_TEXT, "svg.hashsalt": self.name, "svg.fonttype": "path"}):
            canvas.savefig(buffer, format=format, **options)
        return buffer.getvalue()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        bundle = super()._repr_mimebundle_()
        # JupyterLab shows HTML before a picture; the picture is what this exhibit is.
        del bundle["text/html"]
        png = self.png()
        # Width and height stand at the same place in every PNG.
        width, height = struct.unpack(">II", png[16:24])
        return {**bundle, "image/png": png}, {"image/png": {"width": width // 2, "height": height // 2}}


def exhibits_in(notebook: Mapping[str, Any]) -> list[Exhibit]:
    """Every exhibit among the outputs of a notebook, in the order of its cells."""
    kinds = {"table": Table, "figure": Figure}
    payloads = (
        output.get("data", {}).get(RESOURCE_MIME)
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
        for output in cell["outputs"]
    )
    return [
        kinds[payload["kritiek"]["kind"]].from_payload(payload)
        for payload in payloads
        if payload and "kritiek" in payload
    ]


def draw_heat_map(axes: Axes, figure: Figure) -> float:
    """A dot where a raw material is used, coloured by its supply risk, one column a technology.

    Without a supply risk there is no colour: the use stands as a question mark.
    """
    risks, names, *positions = zip(*figure.cells(figure.language), strict=True)
    risk = [float(value or "nan") for value in risks]
    heads = [_wrapped(column.label[figure.language], 16) for column in figure.columns[2:]]
    labels = [_wrapped(f"{name}  ({value or '?'})", 40) for name, value in zip(names, risks, strict=True)]
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
    return _height(labels, 0.42)


def draw_ladder(axes: Axes, figure: Figure) -> float:
    """One rung for each strategy, the highest on top and widest."""
    # A lower rung is narrower, and so are its lines.
    rungs = [
        (code, _wrapped(name, 74 - 4 * place), _wrapped(explanation, 84 - 4 * place))
        for place, (code, name, explanation) in enumerate(figure.cells(figure.language))
    ]
    for place, (code, name, explanation) in enumerate(rungs):
        axes.barh(-place, 1 - 0.05 * place, height=0.86, color=LIGHT, edgecolor=BLUE, linewidth=1.2)
        axes.barh(-place, 0.07, height=0.86, color=BLUE)
        axes.text(0.035, -place, code, va="center", ha="center", color="white", fontweight="bold", fontsize=12)
        axes.text(0.085, -place + 0.3, name, va="top", fontweight="bold", fontsize=10)
        axes.text(0.085, -place + 0.02, explanation, va="top", fontsize=8.5, color="#333333")
    axes.set_xlim(0, 1)
    axes.set_axis_off()
    # The explanation has the lower half of its rung.
    return max(len(rungs), 6) * max(0.72, 0.2 + 2.4 * TEXT_LINE_INCHES * max(_lines(rung[2]) for rung in rungs))


def draw_timeline(axes: Axes, figure: Figure) -> float:
    """From announcement to effect for each measure, and its suspension, on one axis; nothing after what is known."""
    words = TIMELINE_WORDS[figure.language]
    frame = figure.frame
    drawn = [row for row in frame.to_dict("records") if not row["not_drawn"]]
    if not drawn:
        axes.text(0, 0.5, words["nothing" if len(frame) else "none"], transform=axes.transAxes, color=GREY)
        axes.set_axis_off()
        return 0.5
    as_of, data_date = frame["as_of"].iloc[0], frame["data_date"].iloc[0]
    known_until = as_of if is_blank(data_date) else min(as_of, data_date)
    label = "label_en" if figure.language == "en" else "label"
    labels = [_wrapped(row[label], 62) for row in drawn]
    seen: set[str] = set()

    def draw(place: int, begin: dt.date, end: dt.date, name: str, **style: Any) -> None:
        axes.plot([begin, end], [place, place], label=None if name in seen else words[name], **style)
        seen.add(name)

    bar = {"linewidth": 7, "solid_capstyle": "butt"}
    for place, row in enumerate(drawn):
        announced, effective, suspended = row["announced"], row["effective"], row["suspended_from"]
        if not row["without_bar"]:
            # Whether it applies again after the suspension is not known, so nothing is drawn there.
            last = min(day for day in (known_until, row["ended"], suspended) if day)
            draw(place, effective, max(last, effective), "in effect", color=BLUE, **bar)
        if announced:
            axes.plot([announced, effective], [place, place], color=GREY, linewidth=1.5)
            draw(place, announced, announced, "announced", color=GREY, marker="o", markersize=6, linestyle="none")
        for earlier in row["suspended_earlier"]:
            begin, end = map(dt.date.fromisoformat, earlier.split("/"))
            draw(place, begin, end, "suspended", color=ORANGE, **bar)
        if suspended:
            draw(place, suspended, row["suspended_until"] or known_until, "suspended", color=ORANGE, **bar)
    if as_of > known_until:
        beyond = f"{words['not known']} {day_words(known_until, figure.language)}"
        axes.axvspan(known_until, as_of, facecolor="none", edgecolor="#bbbbbb", hatch="///", linewidth=0, label=beyond)
    reference = f"{words['reference date']} {day_words(as_of, figure.language)}"
    axes.axvline(as_of, color=GREY, linestyle=":", linewidth=1, label=reference)
    axes.set_yticks(range(len(labels)), labels, fontsize=7.5)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(_day_formatter(figure.language))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False, fontsize=8)
    return _height(labels, 0.46)


def draw_dots(axes: Axes, figure: Figure) -> float:
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
    axes.set_yticks(range(len(frame)), [_wrapped(label, 34) for label in frame[name]], fontsize=8)
    axes.set_ylim(len(frame) - 0.4, -1.3)
    axes.set_xlim(lowest, 100 + WORDS_WIDTH)
    axes.set_xticks(range(0, 101, 20), [f"{tick} %" for tick in range(0, 101, 20)], fontsize=8)
    _only_below(axes)
    return max(len(frame), 4) * 0.3


def draw_quadrants(axes: Axes, figure: Figure) -> float:
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
    said = {"fontsize": 8, "color": "#8a5a00", "textcoords": "offset points"}
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
    _names_beside(axes, list(ordered[name]), points, ends[along], ends[up])
    return QUADRANTS_INCHES[1]


def _plain(value: float, language: str) -> str:
    return number_text(float(value), language, 0 if float(value).is_integer() else None)


def _names_beside(
    axes: Axes,
    names: Sequence[str],
    points: Sequence[tuple[float, float]],
    across: tuple[float, float],
    upright: tuple[float, float],
) -> None:
    """Each name on the first side of its point where it covers no point and no other name; else it is left out."""
    wide, high = (72 * inches for inches in QUADRANTS_INCHES)
    placed = [
        ((x - across[0]) / (across[1] - across[0]) * wide, (y - upright[0]) / (upright[1] - upright[0]) * high)
        for x, y in points
    ]
    # A point takes as much room as its mark.
    taken = [(x - 3.5, y - 3.5, x + 3.5, y + 3.5) for x, y in placed]
    for name, point, (x, y) in zip(names, points, placed, strict=True):
        length, height = NAME_POINTS * LETTER_WIDTH * len(name), NAME_POINTS
        for (right, above), ha, va in NAME_SIDES:
            left = x + right - {"left": 0, "center": length / 2, "right": length}[ha]
            low = y + above - {"bottom": 0, "center": height / 2, "top": height}[va]
            box = (left, low, left + length, low + height)
            own = (x - 3.5, y - 3.5, x + 3.5, y + 3.5)
            free = not any(_overlap(box, other) for other in taken if other != own)
            if free and box[0] >= 0 and box[2] <= wide and box[1] >= 0 and box[3] <= high:
                style = {"fontsize": NAME_POINTS, "textcoords": "offset points", "ha": ha, "va": va}
                axes.annotate(name, point, (right, above), **style)
                taken.append(box)
                break


def _overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def draw_grid(axes: Axes, figure: Figure) -> float:
    """A field for each row and column, darker for a higher share from 0 to 100, with its number in it.

    The shown columns are the name and the shares; an empty share is hatched: there is no figure. A line parts rows
    where the frame's `section` changes.
    """
    frame, name = figure.frame, figure.columns[0].frame_column(figure.language)
    shares = figure.columns[1:]
    values = frame[[column.name for column in shares]].to_numpy("float64", na_value=float("nan"))
    axes.imshow(values, aspect="auto", cmap="Blues", vmin=0, vmax=130)
    for place, row in enumerate(values):
        for column, value in enumerate(row):
            known = value == value
            said = number_text(value, figure.language, 0) if known else ""
            dark = known and value > 75
            axes.text(column, place, said, ha="center", va="center", fontsize=7, color="white" if dark else "black")
            if not known:
                from matplotlib.patches import Rectangle

                box = {"fill": False, "hatch": "////", "edgecolor": "#bbbbbb", "linewidth": 0}
                axes.add_patch(Rectangle((column - 0.5, place - 0.5), 1, 1, **box))
    # Many heads stand aslant, so that each has a line of its own.
    aslant = len(shares) > MOST_UPRIGHT_HEADS
    heads = [_wrapped(column.label[figure.language], 40 if aslant else 14) for column in shares]
    style = {"rotation": 50, "ha": "left", "rotation_mode": "anchor"} if aslant else {}
    axes.set_xticks(range(len(heads)), heads, fontsize=7.5, **style)
    axes.set_yticks(range(len(frame)), [_wrapped(label, 34) for label in frame[name]], fontsize=8)
    axes.xaxis.tick_top()
    axes.set_xticks([edge - 0.5 for edge in range(1, len(heads))], minor=True)
    axes.set_yticks([edge - 0.5 for edge in range(1, len(frame))], minor=True)
    axes.grid(which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    if "section" in frame:
        sections = frame["section"].tolist()
        for place in (number for number in range(1, len(sections)) if sections[number] != sections[number - 1]):
            axes.axhline(place - 0.5, color="black", linewidth=1.2)
    return max(len(frame), 4) * 0.24 + (
        0.055 * max(map(len, heads)) if aslant else 0.13 * max(map(_lines, heads), default=1)
    )


def _only_below(axes: Axes) -> None:
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="both", length=0)
    axes.grid(axis="x", color="#e5e5e5", linewidth=0.6)
    axes.set_axisbelow(True)


TIMELINE_WORDS = {
    "nl": {
        "announced": "aangekondigd",
        "in effect": "van kracht",
        "suspended": "opgeschort",
        "reference date": "peildatum",
        "not known": "niet bekend: na",
        "nothing": "Geen van de maatregelen kan worden getekend.",
        "none": "Er is geen maatregel bekend.",
    },
    "en": {
        "announced": "announced",
        "in effect": "in effect",
        "suspended": "suspended",
        "reference date": "reference date",
        "not known": "not known: after",
        "nothing": "None of the measures can be drawn.",
        "none": "No measure is known.",
    },
}


def _day_formatter(language: str) -> Formatter:
    """Months on the axis in the language of the figure: matplotlib's own are those of the system."""
    from matplotlib.dates import num2date
    from matplotlib.ticker import Formatter

    class DayFormatter(Formatter):
        def __call__(self, value: float, position: int | None = None) -> str:
            return self.format_ticks([value])[0]

        def format_ticks(self, values: Sequence[float]) -> list[str]:
            days = [num2date(value).date() for value in values]
            return [axis_words(one, language, with_day=any(other.day > 1 for other in days)) for one in days]

    return DayFormatter()


DRAWINGS = {
    "coverage": draw_coverage,
    "dots": draw_dots,
    "grid": draw_grid,
    "heat map": draw_heat_map,
    "ladder": draw_ladder,
    "quadrants": draw_quadrants,
    "secretariats": draw_secretariats,
    "timeline": draw_timeline,
}
