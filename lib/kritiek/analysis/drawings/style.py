"""What drawings share: colours, text that is wrapped, and the height that it takes."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

# Colours that stay apart in print, on a projector and for colour-blind readers (Okabe and Ito).
BLUE, ORANGE, GREY, LIGHT = "#0072b2", "#e69f00", "#6b6b6b", "#eef3f7"
TEXT_LINE_INCHES = 0.13


def wrapped(text: str, width: int) -> str:
    """The text over as many lines as it takes; no word is longer than a line."""
    return "\n".join(textwrap.wrap(text, width))


def lines(text: str) -> int:
    """How many lines the text has."""
    return 1 + text.count("\n")


def height(labels: Sequence[str], row_inches: float) -> float:
    """Inches for rows that are all as high as the one with the longest label asks for."""
    return max(len(labels), 6) * max(row_inches, 0.1 + TEXT_LINE_INCHES * max(map(lines, labels), default=1))
