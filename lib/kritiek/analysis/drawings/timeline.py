"""Measures on one axis of days: announced, in effect, suspended; nothing after what is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kritiek.analysis.drawings.style import BLUE, GREY, ORANGE, height, wrapped
from kritiek.exhibits.days import axis_words, day_words
from kritiek.exhibits.plain import is_blank

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.ticker import Formatter

    from kritiek.exhibits.tables import Exhibit

WORDS = {
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


def draw_timeline(axes: Axes, figure: Exhibit) -> float:
    """From announcement to effect for each measure, and its suspension, on one axis; nothing after what is known."""
    words = WORDS[figure.language]
    frame = figure.frame
    drawn = [row for row in frame.to_dict("records") if not row["not_drawn"]]
    if not drawn:
        axes.text(0, 0.5, words["nothing" if len(frame) else "none"], transform=axes.transAxes, color=GREY)
        axes.set_axis_off()
        return 0.5
    as_of, data_date = frame["as_of"].iloc[0], frame["data_date"].iloc[0]
    known_until = as_of if is_blank(data_date) else min(as_of, data_date)
    label = "label_en" if figure.language == "en" else "label"
    labels = [wrapped(row[label], 62) for row in drawn]
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
    return height(labels, 0.46)


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
