"""A frame in, a Figure out: the data behind a picture with caption and alt text, which draws itself."""

from __future__ import annotations

import datetime as dt
import io
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kritiek.errors import ExhibitError
from kritiek.exhibits.tables import RESOURCE_MIME, Exhibit, Table, exhibit_parts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

DOTS_PER_INCH = 110
# Colours that stay apart in print, on a projector and for colour-blind readers (Okabe and Ito).
BLUE, ORANGE, GREY, LIGHT = "#0072b2", "#e69f00", "#6b6b6b", "#eef3f7"


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

    def draw(self) -> Canvas:
        """The picture as a matplotlib figure, without using any global state of pyplot."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure as Canvas

        canvas = Canvas(figsize=(9, 1.2 + ROW_INCHES[self.drawing] * max(len(self.frame), 6)), layout="constrained")
        FigureCanvasAgg(canvas)
        axes = canvas.add_subplot()
        axes.set_title("\n".join(textwrap.wrap(self.heading(), 80)), loc="left", fontsize=11, pad=14)
        DRAWINGS[self.drawing](axes, self)
        return canvas

    def png(self) -> bytes:
        """The picture as PNG; the same bytes for the same data and library versions."""
        buffer = io.BytesIO()
        self.draw().savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
        return buffer.getvalue()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_()
        # JupyterLab shows HTML before a picture; the picture is what this exhibit is.
        del bundle["text/html"]
        return {**bundle, "image/png": self.png()}


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


def draw_heat_map(axes: Axes, figure: Figure) -> None:
    """A dot where a raw material is used, coloured by its supply risk, one column a technology."""
    risks, names, *positions = zip(*figure.cells(figure.language), strict=True)
    risk = [float(value) for value in risks]
    labels = [column.label[figure.language] for column in figure.columns[2:]]
    grid = [[risk[row] if position[row] else float("nan") for position in positions] for row in range(len(names))]
    image = axes.imshow(grid, aspect="auto", cmap="YlOrRd", vmin=0, vmax=5)
    axes.set_xticks(range(len(labels)), labels)
    axes.set_yticks(range(len(names)), [f"{name}  ({value})" for name, value in zip(names, risks, strict=True)])
    axes.set_xticks([edge - 0.5 for edge in range(1, len(labels))], minor=True)
    axes.set_yticks([edge - 0.5 for edge in range(1, len(names))], minor=True)
    axes.grid(which="minor", color="white", linewidth=2)
    axes.tick_params(which="both", length=0)
    axes.set_facecolor(LIGHT)
    axes.spines[:].set_visible(False)
    axes.figure.colorbar(image, ax=axes, label=figure.columns[0].label[figure.language], fraction=0.04)


def draw_ladder(axes: Axes, figure: Figure) -> None:
    """One rung for each strategy, the highest on top and widest."""
    rungs = figure.cells(figure.language)
    for place, (code, name, explanation) in enumerate(rungs):
        axes.barh(-place, 1 - 0.05 * place, height=0.86, color=LIGHT, edgecolor=BLUE, linewidth=1.2)
        axes.barh(-place, 0.07, height=0.86, color=BLUE)
        axes.text(0.035, -place, code, va="center", ha="center", color="white", fontweight="bold", fontsize=12)
        axes.text(0.085, -place + 0.3, name, va="top", fontweight="bold", fontsize=10)
        axes.text(0.085, -place + 0.02, textwrap.fill(explanation, 84), va="top", fontsize=8.5, color="#333333")
    axes.set_xlim(0, 1)
    axes.set_axis_off()


def draw_timeline(axes: Axes, figure: Figure) -> None:
    """From announcement to effect for each measure, and its suspension, on one axis of months."""
    from matplotlib.dates import ConciseDateFormatter

    words = {
        "nl": ("aangekondigd", "van kracht", "opgeschort", "peildatum"),
        "en": ("announced", "in effect", "suspended", "reference date"),
    }[figure.language]
    frame = figure.frame.reset_index(drop=True)
    as_of = _date(frame["as_of"].iloc[0])
    seen: set[str] = set()

    def once(label: str) -> str | None:
        return None if label in seen else seen.add(label) or label  # type: ignore[func-returns-value]

    labels = [" · ".join(row[:2]) for row in figure.cells(figure.language)]
    for place, row in frame.iterrows():
        effective = _date(row["effective"])
        last = max(_date(row["ended"]) if row["ended"] else as_of, effective)
        if row["suspended_from"]:
            # Whether it applies again after the suspension is not known, so nothing is drawn there.
            last = max(effective, min(last, _date(row["suspended_from"])))
        axes.plot(
            [effective, last], [place, place], color=BLUE, linewidth=7, solid_capstyle="butt", label=once(words[1])
        )
        if row["announced"]:
            announced = _date(row["announced"])
            axes.plot([announced, effective], [place, place], color=GREY, linewidth=1.5)
            axes.plot(announced, place, "o", color=GREY, markersize=6, label=once(words[0]))
        if row["suspended_from"]:
            ends = _date(row["suspended_until"]) if row["suspended_until"] else as_of
            axes.plot(
                [_date(row["suspended_from"]), ends], [place, place], color=ORANGE, linewidth=7,
                solid_capstyle="butt", label=once(words[2]),
            )  # fmt: skip
    axes.axvline(as_of, color=GREY, linestyle=":", linewidth=1, label=f"{words[3]} {as_of.isoformat()}")
    axes.set_yticks(range(len(labels)), [textwrap.fill(label, 62) for label in labels], fontsize=7.5)
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter(ConciseDateFormatter(axes.xaxis.get_major_locator()))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(loc="upper center", bbox_to_anchor=(0.3, -0.06), ncols=4, frameon=False, fontsize=8)


def _date(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


# Height of one row of each drawing: a rung holds three lines of text, a measure two or three.
ROW_INCHES = {"heat map": 0.42, "ladder": 0.72, "timeline": 0.46}
DRAWINGS = {"heat map": draw_heat_map, "ladder": draw_ladder, "timeline": draw_timeline}
