"""What drawings share: colours, text that is wrapped, and the height that it takes."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

# Colours that stay apart in print, on a projector and for colour-blind readers (Okabe and Ito, the orange darkened, so
# that a thin line of it stands out from paper).
BLUE, ORANGE, GREY, LIGHT = "#0072b2", "#a66200", "#6b6b6b", "#eef3f7"
# A field without figures: hatched, and dark enough to be told from an empty one.
HATCHED = {"fill": False, "hatch": "////", "edgecolor": "#8c8c8c", "linewidth": 0}
TEXT_LINE_INCHES = 0.13


def wrapped(text: str, width: int) -> str:
    """The text over as many lines as it takes; no word is longer than a line, and a number keeps its per cent."""
    return "\n".join(textwrap.wrap(text.replace(" %", "\u00a0%"), width))


def luminance(colour: str) -> float:
    """How light a colour is, from 0 to 1, as WCAG reckons it."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG reckons it: 4.5 or more for text, 3 or more for what is not text."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """The colour of text that reads best on a field of that colour."""
    return max(("#000000", "#ffffff"), key=lambda text: contrast(text, colour))


def lines(text: str) -> int:
    """How many lines the text has."""
    return 1 + text.count("\n")


def height(labels: Sequence[str], row_inches: float) -> float:
    """Inches for rows that are all as high as the one with the longest label asks for."""
    return max(len(labels), 6) * max(row_inches, 0.1 + TEXT_LINE_INCHES * max(map(lines, labels), default=1))
