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

from kritiek.exhibits.days import MONTHS

FONTS = Path(__file__).parent / "fonts"
# Points. A4 with margins of 25 mm, upright and on its side.
SHORT_SIDE, LONG_SIDE, MARGIN = 595.3, 841.9, 70.9
UPRIGHT, SIDEWAYS = SHORT_SIDE - 2 * MARGIN, LONG_SIDE - 2 * MARGIN
CELL_PADDING = 4.5  # left and right each
GAP = 8.0  # more room at the right of a number before a word, which otherwise read as one
LETTER_SIZES = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
# More columns than this, that wish for so many times the width of the page, lie better on its side; so does a table of
# more than a page where that takes at most so much of the pages.
MANY_COLUMNS, CRAMPED, WORTH_TURNING = 5, 1.6, 0.9
SHORT_TABLE_POINTS = 330  # a table that is lower stays on one page
ROW_PADDING = 7  # above and below together
WHOLE_ROW_LINES = 30  # a row with more lines may be split over pages
LINE_HEIGHT = 1.25
SLACK = 1.02  # for what Word, LibreOffice and typst measure otherwise
ROUGHLY = 1.1  # a line of words ends before the end of its column
FEW_PIECES = 24  # of a line that is broken piece by piece; a longer one is measured
STEPS = (72.0, 24.0, 8.0)  # points that go from one column to another at a time
# The cells of a column that are no wider than so many letters are high stay on one line, unless that takes more than so
# much of the page.
SHORT_LINE, KEPT_SHARE = 8, 0.75
SMALL = 8.5  # smaller letters than these are worse than labels on their side
TURNED_POINTS = 100.0  # the height of such labels
# A word may be broken after these, as Word and typst do; "60404-4" and "A/5" stay whole, and "ISO/TC 298", which
# LibreOffice would break at its number.
BREAK = re.compile(r"(?<=[^\S\u00a0])|(?<=–)|(?<=-)(?!\d)|(?<=/)(?!\d|[A-Z]+\u00a0\d)")
# No line ends with the blank of these: a number belongs to the word before it, or to the sign, month or kind of member
# after it.
NUMBERED = (
    "(?i:tabel|table|figuur|figure|hoofdstuk|chapter|paragraaf|section|bijlage|annex|artikel|article"
    r"|art\.|hfst\.|pp?\.|l\.|nr\.|no\.)|JTC|TC|SC|WG|ISO|IEC|CEN|EN"
)
BINDING = re.compile(
    rf"(?<![^\W_])(?:{NUMBERED}) (?=(?:[A-Z]\.)?\d)|\d (?=%|[PO]\b)|€ (?=\d)"
    rf"|(?<!\d)\d\d? (?=(?:{'|'.join(itertools.chain(*MONTHS.values()))})\b)"
)
NUMBER = re.compile(r"[-–−+]?\d[\d.,\s]*%?")
NOTHING = re.compile(r"[-–—]?")


@dataclass(frozen=True)
class Grid:
    """How a table is laid out: column widths in points, letter size, whether its page lies on its side."""

    widths: tuple[float, ...]
    size: float
    is_sideways: bool
    alignments: tuple[str, ...]  # left, right or center
    lines: tuple[int, ...]  # how many each row takes, labels first, counted rather too many
    turned: tuple[bool, ...]  # the labels that lie on their side

    @property
    def gaps(self) -> tuple[float, ...]:
        """The room that each column has at its right beside its padding."""
        return _gaps(self.alignments)

    @property
    def rooms(self) -> tuple[float, ...]:
        """The width of each column without that room."""
        return tuple(width - gap for width, gap in zip(self.widths, self.gaps, strict=True))

    @property
    def height(self) -> float:
        """How high its rows are together, in points."""
        return sum(count * self.size * LINE_HEIGHT + ROW_PADDING for count in self.lines)

    @property
    def is_short(self) -> bool:
        """True for a table that is to stay on one page."""
        return self.height <= SHORT_TABLE_POINTS

    @property
    def pages(self) -> float:
        """How many pages it fills."""
        return self.height / (UPRIGHT if self.is_sideways else SIDEWAYS)


def bound(text: str) -> str:
    """The text with blanks that do not break where a line would part a number from its word: "Tabel 3", "30 juni"."""
    return BINDING.sub(lambda found: found[0][:-1] + "\u00a0", text)


def grid(rows: Sequence[Sequence[str]]) -> Grid:
    """The layout of a table, its labels first: the longest word of every column fits, upright when that is possible."""
    rows = [[bound(cell) for cell in row] for row in rows]
    upright = _fitting(rows, LETTER_SIZES[:2], is_sideways=False)
    if upright and upright.pages <= 1:
        return upright
    sideways = _fitting(rows, LETTER_SIZES, is_sideways=True)
    if not upright and not (sideways and sideways.size >= SMALL):
        turned = _fitting(rows, LETTER_SIZES, is_sideways=True, is_turned=True)
        if turned and not (sideways and sideways.size >= turned.size):
            return turned
    sideways = sideways or _cut(rows)
    return upright if upright and sideways.pages > WORTH_TURNING * upright.pages else sideways


def widths_within(rows: Sequence[Sequence[str]], available: float, size: float) -> list[float]:
    """The widths of the columns within so many points, or just as wide as the longest words where these need more."""
    return _within(_columns(rows, size, _gaps(_alignments(rows))), available)


def text_width(text: str, size: float, *, is_bold: bool = False) -> float:
    """The width of a line in points."""
    advances, usual = _advances(is_bold)
    return sum(advances.get(ord(letter), usual) for letter in text) * size


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


class _Column:
    """The cells of a column, measured: the widths that it needs and wishes, and how high it is at a width."""

    def __init__(self, cells: Sequence[str], size: float, gap: float) -> None:
        lines = [(row, line) for row, cell in enumerate(cells) for line in cell.split("\n")]
        pieces = [[(part, row == 0) for part in BREAK.split(line)] for row, line in lines]
        bare = [[text_width(part.rstrip(), size, is_bold=bold) for part, bold in line] for line in pieces]
        full = [[text_width(part, size, is_bold=bold) for part, bold in line] for line in pieces]
        self.rows = np.array([row for row, _ in lines])
        self.lengths = np.array([sum(line[:-1]) + last[-1] for line, last in zip(full, bare, strict=True)])
        self.many = np.array([len(line) > FEW_PIECES for line in bare])
        self.bare, self.full = (
            np.array(list(itertools.zip_longest(*(line for line in found if len(line) <= FEW_PIECES), fillvalue=0.0)))
            for found in (bare, full)
        )
        self.size, self.beside = size, 2 * CELL_PADDING + gap
        self.least = max(map(max, bare)) * SLACK + self.beside
        self.wished = self.lengths.max() * SLACK + self.beside
        # The width at which no cell below the label is broken, where they are short.
        longest = self.lengths[self.rows > 0].max(initial=0.0)
        self.kept = max(self.least, longest * SLACK + self.beside if longest <= SHORT_LINE * size else 0.0)
        # The more text, the wider; but a text of four times the length is not to have four times the width.
        self.weight = math.sqrt(1 + self.lengths.mean())
        self.known: dict[float, np.ndarray] = {}

    def lines(self, width: float) -> np.ndarray:
        """How many lines each of its cells takes when it is so wide."""
        if width not in self.known:
            usable = max(width - self.beside, self.size)
            counted = 1 + np.floor(self.lengths * ROUGHLY / usable)
            if len(self.bare):
                # Word after word, as they are set; one that is wider than the column is cut.
                count = 1 + np.floor(self.bare[0] / usable)
                taken = self.full[0]
                for bare, full in zip(self.bare[1:], self.full[1:], strict=True):
                    is_over = taken + bare > usable
                    count += is_over + np.floor(bare / usable)
                    taken = np.where(is_over, full, taken + full)
                counted[~self.many] = count
            self.known[width] = np.bincount(self.rows, counted)
        return self.known[width]


def _columns(rows: Sequence[Sequence[str]], size: float, gaps: Sequence[float]) -> list[_Column]:
    return [_Column(cells, size, gap) for cells, gap in zip(zip(*rows, strict=True), gaps, strict=True)]


def _turned(rows: Sequence[Sequence[str]], size: float, columns: list[_Column]) -> tuple[bool, ...]:
    """Which labels are wider than all cells below them; their columns are made as narrow as these let them be."""
    bodies = _columns([[""] * len(rows[0]), *rows[1:]], size, [column.beside - 2 * CELL_PADDING for column in columns])
    found = []
    for place, (label, body) in enumerate(zip(rows[0], bodies, strict=True)):
        standing = _Column([label], size, 0.0)
        is_turned = bool(columns[place].wished > body.wished and standing.least <= TURNED_POINTS)
        if is_turned:
            thickness = standing.lines(TURNED_POINTS)[0] * size * LINE_HEIGHT + 2 * CELL_PADDING
            body.least, body.kept, body.wished = (max(one, thickness) for one in (body.least, body.kept, body.wished))
            columns[place] = body
        found.append(is_turned)
    return tuple(found)


def _fitting(
    rows: Sequence[Sequence[str]], sizes: Sequence[float], *, is_sideways: bool, is_turned: bool = False
) -> Grid | None:
    """The layout with the largest letters at which the longest words fit; None when they do not, or only just."""
    available = SIDEWAYS if is_sideways else UPRIGHT
    alignments = _alignments(rows)
    for size in sizes:
        columns = _columns(rows, size, _gaps(alignments))
        turned = _turned(rows, size, columns) if is_turned else (False,) * len(columns)
        wished = sum(column.wished for column in columns)
        is_cramped = len(columns) > MANY_COLUMNS and wished > CRAMPED * available
        if sum(column.least for column in columns) <= available and (is_sideways or not is_cramped):
            return _laid(columns, _within(columns, available), size, is_sideways, alignments, turned)
    return None


def _cut(rows: Sequence[Sequence[str]]) -> Grid:
    """The layout of a table whose words are longer than that: they are broken where the column ends."""
    alignments, size = _alignments(rows), LETTER_SIZES[-1]
    columns = _columns(rows, size, _gaps(alignments))
    least = sum(column.least for column in columns)
    widths = [column.least * SIDEWAYS / least for column in columns]
    return _laid(columns, widths, size, True, alignments, (False,) * len(columns))


def _laid(
    columns: Sequence[_Column],
    widths: Sequence[float],
    size: float,
    is_sideways: bool,
    alignments: tuple[str, ...],
    turned: tuple[bool, ...],
) -> Grid:
    heights = [column.lines(width) for column, width in zip(columns, widths, strict=True)]
    lines = np.max(heights, axis=0).astype(int).tolist()
    if any(turned):
        lines[0] = math.ceil(TURNED_POINTS / (size * LINE_HEIGHT))
    return Grid(tuple(widths), size, is_sideways, alignments, tuple(lines), turned)


def _within(columns: Sequence[_Column], available: float) -> list[float]:
    if sum(column.least for column in columns) > available:
        return [column.least for column in columns]
    if sum(column.kept for column in columns) <= KEPT_SHARE * available:
        for column in columns:
            column.least = column.kept
    widths = _shared(columns, available)
    return _lowered(columns, widths) if sum(column.wished for column in columns) > available else widths


def _shared(columns: Sequence[_Column], available: float) -> list[float]:
    """No column is narrower than its longest word or wider than it wishes; between, by how much text it has."""
    wished = sum(column.wished for column in columns)
    if wished <= available:
        return [column.wished * available / wished for column in columns]
    low, high, widths = 0.0, available, [column.least for column in columns]
    for _ in range(40):
        scale = (low + high) / 2
        widths = [min(max(scale * column.weight, column.least), column.wished) for column in columns]
        low, high = (scale, high) if sum(widths) < available else (low, scale)
    return widths


def _lowered(columns: Sequence[_Column], widths: Sequence[float]) -> list[float]:
    """Widths at which the table is lower: room goes from one column to another for as long as that saves lines."""
    found, places = list(widths), range(len(widths))
    heights = np.array([columns[place].lines(found[place]) for place in places])
    for step in STEPS:
        while True:
            best, lowest = None, heights.max(axis=0).sum()
            givers = {
                one: columns[one].lines(found[one] - step) for one in places if found[one] - step >= columns[one].least
            }
            takers = {one: columns[one].lines(found[one] + step) for one in places}
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
    return found


def _alignments(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Numbers to the right, ticks in the middle, words to the left."""
    found = []
    for column in zip(*rows[1:], strict=True) if len(rows) > 1 else ([""] * len(rows[0])):
        filled = [cell for cell in column if not NOTHING.fullmatch(cell)]
        if filled and all(NUMBER.fullmatch(cell) for cell in filled):
            found.append("right")
        elif filled and all(len(cell.strip("()")) <= 1 for cell in filled):
            found.append("center")
        else:
            found.append("left")
    return tuple(found)
