"""Raw materials by the share of their largest producer, each beside the committees that write standards for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kritiek.analysis.drawings.style import BLUE, GREY, ORANGE, wrapped
from kritiek.exhibits.plain import is_blank, number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kritiek.exhibits.tables import Exhibit

WORDS = {
    "nl": {
        "same": "secretariaat in het land van de grootste producent",
        "other": "secretariaat in een ander land",
        "unknown": "land van het secretariaat niet bekend",
        "share": "aandeel van de grootste producent, %",
        "threshold": "drempel",
        "committees": "commissies en het land van hun secretariaat",
    },
    "en": {
        "same": "secretariat in the country of the largest producer",
        "other": "secretariat in another country",
        "unknown": "country of the secretariat not known",
        "share": "share of the largest producer, %",
        "threshold": "threshold",
        "committees": "committees and the country of their secretariat",
    },
}
MARKS: dict[str, dict[str, Any]] = {
    "same": {"marker": "s", "markerfacecolor": ORANGE, "markeredgecolor": "black"},
    "other": {"marker": "o", "markerfacecolor": "white", "markeredgecolor": GREY},
    "unknown": {"marker": "x", "markeredgecolor": GREY},
}
WHOLE, COMMITTEES, WIDTH = 100, 112, 205  # per cent; where the committees stand, and the end of the axis
BAR, LETTER, LINE_INCHES = 0.7, 2.1, 0.22  # height of a bar in lines, width of a letter in per cent, height of a line


def draw_secretariats(axes: Axes, figure: Exhibit) -> float:
    """A bar for each raw material; right of it a mark and a name for each of its committees."""
    words, twin = WORDS[figure.language], "_en" if figure.language == "en" else ""
    place, ticks, labels = 0.0, [], []
    for _, group in figure.frame.groupby("material", sort=False):
        first, middle = group.iloc[0], place + (len(group) - 1) / 2
        ticks.append(middle)
        labels.append(wrapped(first[f"raw_material{twin}"], 30))
        if not is_blank(first["share_percent"]):
            axes.barh(middle, first["share_percent"], height=BAR, color=BLUE)
            told = f"{first[f'producer{twin}']} {number_text(first['share_percent'], figure.language, 1)} %"
            fits = len(told) * LETTER < first["share_percent"]
            inside: dict[str, Any] = {"ha": "right", "color": "white"}
            outside: dict[str, Any] = {"ha": "left", "bbox": {"fc": "white", "ec": "none", "pad": 1}}
            end = first["share_percent"] + (-1 if fits else 1.5)
            axes.text(end, middle, told, va="center", fontsize=8, zorder=3, **(inside if fits else outside))
        for row in group.to_dict("records"):
            axes.plot(COMMITTEES, place, linestyle="none", markersize=6, **MARKS[row["secretariat_is"]])
            text = f"{row['committee']}  {row[f'secretariat{twin}']}"
            weight = "bold" if row["secretariat_is"] == "same" else "normal"
            axes.text(COMMITTEES + 4, place, text, va="center", fontsize=7.5, fontweight=weight)
            place += 1
        axes.axhline(place - 0.3, color="#dddddd", linewidth=0.6)
        place += 0.4
    threshold = figure.frame["threshold"].iloc[0] if len(figure.frame) else WHOLE
    axes.plot([threshold, threshold], [-0.6, place - 0.7], color="black", linestyle=":", linewidth=1, zorder=0)
    told = f"{words['threshold']} {number_text(threshold, figure.language, 0)} %"
    axes.text(threshold, -0.8, told, ha="center", va="bottom", fontsize=8)
    for name, style in MARKS.items():
        axes.plot([], [], linestyle="none", label=words[name], **style)
    axes.set_yticks(ticks, labels, fontsize=8)
    axes.set_ylim(place - 0.3, -1.6)
    axes.set_xlim(0, WIDTH)
    axes.set_xticks(range(0, WHOLE + 1, 25))
    axes.tick_params(axis="x", labelsize=8)
    axes.set_xlabel(words["share"], loc="left", fontsize=8)
    axes.text(COMMITTEES - 2, -0.8, words["committees"], fontsize=8, va="bottom", color=GREY)
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.05), ncols=1, frameon=False, fontsize=8)
    return max(2.0, place * LINE_INCHES + 1.3)
