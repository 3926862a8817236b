"""Cells in; widths, letter size and alignment of a table on paper out, measured with the letters it is set in."""

from __future__ import annotations

import itertools
import logging
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

FONTS = Path(__file__).parent / "fonts"
# Points. A4 with margins of 25 mm, upright and on its side.
SHORT_SIDE, LONG_SIDE, MARGIN = 595.3, 841.9, 70.9
UPRIGHT, SIDEWAYS = SHORT_SIDE - 2 * MARGIN, LONG_SIDE - 2 * MARGIN
CELL_PADDING = 4.5  # left and right each
GAP = 8.0  # more room at the right of a number before a word, which otherwise read as one
LETTER_SIZES = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
# More columns than this, that wish for so many times the width of the page, lie better on its side.
MANY_COLUMNS, CRAMPED = 5, 1.6
SHORT_TABLE_POINTS = 330  # a table that is lower stays on one page
WHOLE_ROW_LINES = 30  # a row with more lines may be split over pages
LINE_HEIGHT = 1.25
ROUGHLY = 1.1  # a line of words ends before the end of its column
STEPS = (24.0, 8.0)  # points that go from one column to another at a time
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

    @property
    def gaps(self) -> tuple[float, ...]:
        """The room that each column has at its right beside its padding."""
        return _gaps(self.alignments)

    @property
    def rooms(self) -> tuple[float, ...]:
        """The width of each column without that room."""
        return tuple(width - gap for width, gap in zip(self.widths, self.gaps, strict=True))


def grid(rows: Sequence[Sequence[str]]) -> Grid:
    """The layout of a table, its labels first: the longest word of every column fits, upright when that is possible."""
    alignments = _alignments(rows)
    least: Sequence[float] = ()
    for available, is_sideways in ((UPRIGHT, False), (SIDEWAYS, True)):
        for size in LETTER_SIZES if is_sideways else LETTER_SIZES[:2]:
            least, wished, weights = _needs(rows, size, _gaps(alignments))
            is_cramped = len(least) > MANY_COLUMNS and sum(wished) > CRAMPED * available
            if sum(least) <= available and (is_sideways or not is_cramped):
                widths = _shared(least, wished, weights, available)
                if sum(wished) > available:
                    widths = _lowered(rows, widths, least, size, _gaps(alignments))
                return Grid(widths, size, is_sideways, alignments)
    # Words longer than that are broken where the column ends.
    return Grid(tuple(width * SIDEWAYS / sum(least) for width in least), LETTER_SIZES[-1], True, alignments)


def text_width(text: str, size: float, *, is_bold: bool = False) -> float:
    """The width of a line in points."""
    advances, usual = _advances(is_bold)
    return sum(advances.get(ord(letter), usual) for letter in text) * size


def row_lines(rows: Sequence[Sequence[str]], layout: Grid) -> list[int]:
    """How many lines each row takes, counted roughly and rather too many."""
    return [
        max(lines_of(cell, width, layout.size) for cell, width in zip(row, layout.rooms, strict=True)) for row in rows
    ]


def is_short(lines: Sequence[int], layout: Grid) -> bool:
    """True for a table that is to stay on one page."""
    return sum(count * layout.size * LINE_HEIGHT + 7 for count in lines) <= SHORT_TABLE_POINTS


def lines_of(text: str, width: float, size: float) -> int:
    """How many lines a cell of that width takes, counted roughly and rather too many."""
    usable = max(width - 2 * CELL_PADDING, size)
    return sum(1 + int(text_width(line, size) * ROUGHLY / usable) for line in text.split("\n"))


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


def _gaps(alignments: Sequence[str]) -> tuple[float, ...]:
    pairs = zip(alignments, [*alignments[1:], "right"], strict=True)
    return tuple(GAP if (own, following) == ("right", "left") else 0.0 for own, following in pairs)


def _needs(
    rows: Sequence[Sequence[str]], size: float, gaps: Sequence[float]
) -> tuple[list[float], list[float], list[float]]:
    """For each column the width of its longest word, that at which nothing would wrap, and how much text it has."""
    least, wished, weights = [], [], []
    for (head, *cells), gap in zip(zip(*rows, strict=True), gaps, strict=True):
        words = [text_width(part.rstrip(), size) for cell in cells for part in BREAK.split(cell)]
        words += [text_width(part.rstrip(), size, is_bold=True) for part in BREAK.split(head)]
        lines = [text_width(line, size) for cell in cells for line in cell.split("\n")]
        lines += [text_width(line, size, is_bold=True) for line in head.split("\n")]
        least.append(max(words) * 1.02 + 2 * CELL_PADDING + gap)
        wished.append(max(lines) * 1.02 + 2 * CELL_PADDING + gap)
        # The more text, the wider; but a text of four times the length is not to have four times the width.
        weights.append(math.sqrt(1 + sum(lines) / len(lines)))
    return least, wished, weights


def _shared(
    least: Sequence[float], wished: Sequence[float], weights: Sequence[float], available: float
) -> tuple[float, ...]:
    """No column is narrower than its longest word or wider than it wishes; between, by how much text it has."""
    if sum(wished) <= available:
        return tuple(width * available / sum(wished) for width in wished)
    low, high, widths = 0.0, available, list(least)
    for _ in range(40):
        scale = (low + high) / 2
        widths = [
            min(max(scale * weight, at_least), at_most)
            for weight, at_least, at_most in zip(weights, least, wished, strict=True)
        ]
        low, high = (scale, high) if sum(widths) < available else (low, scale)
    return tuple(widths)


def _lowered(
    rows: Sequence[Sequence[str]], widths: Sequence[float], least: Sequence[float], size: float, gaps: Sequence[float]
) -> tuple[float, ...]:
    """Widths at which the table is lower: room goes from one column to another for as long as that saves lines."""
    columns = []
    for cells in zip(*rows, strict=True):
        lines = [(number, text_width(line, size)) for number, cell in enumerate(cells) for line in cell.split("\n")]
        columns.append(tuple(map(np.array, zip(*lines, strict=True))))

    def height(column: int, width: float) -> np.ndarray:
        number, lengths = columns[column]
        usable = max(width - gaps[column] - 2 * CELL_PADDING, size)
        return np.bincount(number, 1 + np.floor(lengths * ROUGHLY / usable), minlength=len(rows))

    found, places = list(widths), range(len(widths))
    heights = np.array([height(place, found[place]) for place in places])
    for step in STEPS:
        while True:
            best, lowest = None, heights.max(axis=0).sum()
            givers = {one: height(one, found[one] - step) for one in places if found[one] - step >= least[one]}
            takers = {one: height(one, found[one] + step) for one in places}
            for giver, other in itertools.product(givers, takers):
                if giver == other:
                    continue
                tried = heights.copy()
                tried[giver], tried[other] = givers[giver], takers[other]
                total = tried.max(axis=0).sum()
                if total < lowest:
                    best, lowest = (giver, other, tried), total
            if best is None:
                break
            giver, other, heights = best
            found[giver] -= step
            found[other] += step
    return tuple(found)


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
