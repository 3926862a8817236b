"""A frame in, a Figure out: the data behind a picture with caption and alt text, which draws itself."""

from __future__ import annotations

import datetime as dt
import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kritiek.errors import ExhibitError
from kritiek.exhibits.days import axis_words, day_words
from kritiek.exhibits.figures.coverage import draw_coverage
from kritiek.exhibits.figures.secretariats import draw_secretariats
from kritiek.exhibits.figures.shares import draw_dots, draw_grid, draw_quadrants
from kritiek.exhibits.figures.style import BLUE, GREY, LIGHT, ORANGE, TEXT_LINE_INCHES
from kritiek.exhibits.figures.style import height as _height
from kritiek.exhibits.figures.style import lines as _lines
from kritiek.exhibits.figures.style import wrapped as _wrapped
from kritiek.exhibits.plain import is_blank
from kritiek.exhibits.tables import RESOURCE_MIME, Exhibit, Table, exhibit_parts

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from matplotlib.ticker import Formatter
    from PIL import Image

DOTS_PER_INCH, PRINT_DOTS_PER_INCH, BARE_DOTS_PER_INCH = 110, 300, 200
COLOURS = 128  # lines, letters and a scale of colours need no more: a third of the size of a full picture
WIDTH_INCHES = 9
NOTE_LINE_INCHES = 0.14
# A dollar in our data is a dollar: matplotlib would typeset what stands between two of them as mathematics.
PLAIN_TEXT = {"text.parse_math": False, "text.usetex": False}


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
        """The picture as PNG, dense enough for print; the same bytes for the same data and versions."""
        import numpy as np
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        canvas = self.draw()
        canvas.set_dpi(PRINT_DOTS_PER_INCH)
        dots = FigureCanvasAgg(canvas)
        dots.draw()
        picture = _in_few_colours(np.asarray(dots.buffer_rgba()))
        buffer = io.BytesIO()
        picture.save(buffer, "png", optimize=True, dpi=(PRINT_DOTS_PER_INCH, PRINT_DOTS_PER_INCH))
        return buffer.getvalue()

    def svg(self) -> bytes:
        """The picture as SVG, its letters drawn so that they look alike everywhere."""
        alt = self.texts.alt[self.language]
        return self._svg(self.draw(), Title=self.heading(), Description=alt, Language=self.language)

    def pictures(self) -> tuple[bytes, bytes]:
        """The bare picture as SVG and as PNG for print."""
        canvas = self.draw(is_bare=True)
        svg = self._svg(canvas)
        # It is laid out now; doing so again takes as long as the drawing.
        canvas.set_layout_engine("none")
        return svg, self._saved(canvas, "png", dpi=BARE_DOTS_PER_INCH, metadata={"Software": None})

    def _svg(self, canvas: Canvas, **said: str) -> bytes:
        return self._saved(canvas, "svg", metadata={"Date": None, "Creator": None, **said})

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
        return {**bundle, "image/png": png}, {"image/png": {"width": _on_screen(width), "height": _on_screen(height)}}


def _in_few_colours(dots: np.ndarray) -> Image.Image:
    """The picture in the colours that it uses most, as they are, and for every other one the nearest of these.

    What Pillow has for it averages near colours, and so loses the lightest fields to the paper.
    """
    import numpy as np
    from PIL import Image

    used = sorted(Image.fromarray(dots).getcolors(dots.size) or (), reverse=True)
    colours = np.array([colour[:3] for _, colour in used], dtype="int32")
    palette = colours[:COLOURS]
    nearest = ((colours[:, None] - palette) ** 2).sum(axis=2).argmin(axis=1)
    place_of = np.zeros(1 << 24, dtype="uint8")
    place_of[colours @ (1, 1 << 8, 1 << 16)] = nearest
    picture = Image.fromarray(place_of[dots.view("<u4")[..., 0] & 0xFFFFFF])
    picture.putpalette(palette.astype("uint8").tobytes())
    return picture


def _on_screen(dots: int) -> int:
    return round(dots * DOTS_PER_INCH / PRINT_DOTS_PER_INCH)


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
