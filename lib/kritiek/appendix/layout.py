"""Cells in; widths, letter size and alignment of a table on paper out, measured with the letters it is set in."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
# Points. A4 with margins of 25 mm, upright and on its side.
SHORT_SIDE, LONG_SIDE, MARGIN = 595.3, 841.9, 70.9
UPRIGHT, SIDEWAYS = SHORT_SIDE - 2 * MARGIN, LONG_SIDE - 2 * MARGIN
CELL_PADDING = 4.5  # left and right each
LETTER_SIZES = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
# A column with much text is not given more than this share of the page before the others have what they need.
LARGEST_WISH = 0.5
LINE_HEIGHT = 1.25
# A word may be broken after these, as Word and typst do.
BREAK = re.compile(r"(?<=[\s\-–/])")
NUMBER = re.compile(r"[-–−+]?\d[\d.,\s]*%?")
NOTHING = re.compile(r"[-–—]?")


@dataclass(frozen=True)
class Grid:
    """How a table is laid out: column widths in points, letter size, whether its page lies on its side."""

    widths: tuple[float, ...]
    size: float
    is_sideways: bool
    alignments: tuple[str, ...]  # left, right or center


def grid(rows: Sequence[Sequence[str]]) -> Grid:
    """The layout of a table, its labels first: the longest word of every column fits, upright when that is possible."""
    for available, is_sideways in ((UPRIGHT, False), (SIDEWAYS, True)):
        for size in LETTER_SIZES if is_sideways else LETTER_SIZES[:2]:
            least, wished = _needs(rows, size, available)
            if sum(least) <= available and not (_is_cramped(rows, least, wished, available) and not is_sideways):
                return Grid(_shared(least, wished, available), size, is_sideways, _alignments(rows))
    # Words longer than that are broken where the column ends.
    size = LETTER_SIZES[-1]
    least, _ = _needs(rows, size, SIDEWAYS)
    shrunk = [width * SIDEWAYS / sum(least) for width in least]
    return Grid(tuple(shrunk), size, True, _alignments(rows))


def text_width(text: str, size: float, *, is_bold: bool = False) -> float:
    """The width of a line in points."""
    advances, usual = _advances(is_bold)
    return sum(advances.get(ord(letter), usual) for letter in text) * size


def lines_of(text: str, width: float, size: float) -> int:
    """How many lines a cell of that width takes, counted roughly and rather too many."""
    usable = max(width - 2 * CELL_PADDING, size)
    return sum(1 + int(text_width(line, size) * 1.1 / usable) for line in text.split("\n"))


@cache
def _advances(is_bold: bool) -> tuple[dict[int, float], float]:
    from fontTools.ttLib import TTFont

    # It was made in an odd year, which is nobody's concern here.
    logging.getLogger("fontTools.ttLib.tables._h_e_a_d").setLevel(logging.ERROR)
    font = TTFont(FONTS / f"Carlito-{'Bold' if is_bold else 'Regular'}.ttf", lazy=True)
    units, widths = font["head"].unitsPerEm, font["hmtx"].metrics
    known = {code: widths[glyph][0] / units for code, glyph in font.getBestCmap().items()}
    # A letter of another font: those are wider.
    return known, 1.0


def _needs(rows: Sequence[Sequence[str]], size: float, available: float) -> tuple[list[float], list[float]]:
    """For each column the width of its longest word, and the width at which nothing would wrap."""
    least, wished = [], []
    for column in zip(*rows, strict=True):
        head, *cells = column
        parts = [max((text_width(part.rstrip(), size) for part in BREAK.split(cell)), default=0) for cell in cells]
        parts += [max((text_width(part.rstrip(), size, is_bold=True) for part in BREAK.split(head)), default=0)]
        whole = [text_width(line, size) for cell in cells for line in cell.split("\n")]
        whole += [text_width(line, size, is_bold=True) for line in head.split("\n")]
        least.append(max(parts) * 1.02 + 2 * CELL_PADDING)
        wished.append(max(least[-1], min(max(whole) * 1.02 + 2 * CELL_PADDING, LARGEST_WISH * available)))
    return least, wished


def _is_cramped(
    rows: Sequence[Sequence[str]], least: Sequence[float], wished: Sequence[float], available: float
) -> bool:
    """True for a table of many columns that would be far longer than on a page on its side."""
    return len(rows[0]) > 5 and sum(wished) > 1.6 * available


def _shared(least: Sequence[float], wished: Sequence[float], available: float) -> tuple[float, ...]:
    """Every column has its longest word; what is left goes where it is wished, and then to all alike."""
    left, wishes = available - sum(least), sum(wished) - sum(least)
    if wishes >= left:
        return (
            tuple(a + (b - a) * left / wishes for a, b in zip(least, wished, strict=True)) if wishes else tuple(least)
        )
    return tuple(width * available / sum(wished) for width in wished)


def _alignments(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Numbers to the right, ticks in the middle, words to the left."""
    found = []
    for column in zip(*rows[1:], strict=True) if len(rows) > 1 else ([""] * len(rows[0])):
        filled = [cell for cell in column if not NOTHING.fullmatch(cell)]
        if filled and all(NUMBER.fullmatch(cell) for cell in filled):
            found.append("right")
        elif filled and all(len(cell) <= 1 for cell in filled):
            found.append("center")
        else:
            found.append("left")
    return tuple(found)
