"""Strategies as the rungs of a ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kritiek.analysis.drawings.style import BLUE, LIGHT, TEXT_LINE_INCHES, lines, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kritiek.exhibits.tables import Exhibit


def draw_ladder(axes: Axes, figure: Exhibit) -> float:
    """One rung for each strategy, the highest on top and widest."""
    # A lower rung is narrower, and so are its lines.
    rungs = [
        (code, wrapped(name, 74 - 4 * place), wrapped(explanation, 84 - 4 * place))
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
    return max(len(rungs), 6) * max(0.72, 0.2 + 2.4 * TEXT_LINE_INCHES * max(lines(rung[2]) for rung in rungs))
