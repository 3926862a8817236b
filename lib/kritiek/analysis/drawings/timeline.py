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

# Told apart in grey too: what is in effect is filled, what is suspended is hollow.
BAR = 0.24
BARS = {
    "in effect": {"facecolor": BLUE, "edgecolor": BLUE, "linewidth": 1, "zorder": 2},
    "suspended": {"facecolor": "white", "edgecolor": ORANGE, "linewidth": 1.6, "zorder": 2.1},
}
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
    # By the day that a label begins with.
    drawn.sort(key=lambda row: row["effective"])
    labels = [wrapped(row[label], 62) for row in drawn]
    seen: set[str] = set()

    def label_of(name: str) -> str | None:
        fresh = name not in seen
        seen.add(name)
        return words[name] if fresh else None

    def draw(place: int, begin: dt.date, end: dt.date, name: str) -> None:
        # matplotlib turns days into numbers itself, which its types do not say.
        bar: dict[str, Any] = {"width": end - begin, "left": begin, **BARS[name]}
        axes.barh(place, height=BAR, label=label_of(name), **bar)

    for place, row in enumerate(drawn):
        announced, effective, suspended = row["announced"], row["effective"], row["suspended_from"]
        if not row["without_bar"]:
            # Whether it applies again after the suspension is not known, so nothing is drawn there.
            last = min(day for day in (known_until, row["ended"], suspended) if day)
            draw(place, effective, max(last, effective), "in effect")
        if announced:
            axes.plot([announced, effective], [place, place], color=GREY, linewidth=1.5)
            axes.plot(announced, place, "o", color=GREY, markersize=6, label=label_of("announced"))
        for earlier in row["suspended_earlier"]:
            begin, end = map(dt.date.fromisoformat, earlier.split("/"))
            draw(place, begin, end, "suspended")
        if suspended:
            draw(place, suspended, row["suspended_until"] or known_until, "suspended")
    if as_of > known_until:
        beyond = f"{words['not known']} {day_words(known_until, figure.language)}"
        axes.axvspan(known_until, as_of, facecolor="none", edgecolor="#8c8c8c", hatch="///", linewidth=0, label=beyond)
    reference = f"{words['reference date']} {day_words(as_of, figure.language)}"
    axes.axvline(as_of, color=GREY, linestyle=":", linewidth=1, label=reference)
    axes.set_yticks(range(len(labels)), labels, fontsize=7.5)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(_day_formatter(figure.language))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=8)
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=5, frameon=False, fontsize=8)
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
