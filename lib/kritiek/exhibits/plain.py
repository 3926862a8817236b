"""Cells in, plain text out: each cell as printed, and rows as aligned lines that cut nothing off."""

import datetime as dt
import numbers
import re
import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

import pandas as pd

from kritiek.errors import ExhibitError
from sheetcheck.messages import say

T = TypeVar("T")
# Width at which a cell is wrapped: three such columns fit a wide terminal.
PLAIN_CELL_WIDTH = 48
# A number as a cell shows it: no zeros in front, as codes have, and no more digits than a computer keeps.
NUMBER = re.compile(r"([-–−]?)(0|[1-9]\d{0,14})(?:([.,])(\d{1,9}))?( ?%)?")
DECIMAL_SIGN = {"nl": ".,", "en": "."}  # printed Dutch tables have both
NOTHING = ("", "-", "–", "—")
# What Python and pandas call a missing value: in a cell it is a fault of an analysis, never a word for a reader.
MISSING_WORDS = ("None", "nan", "NaN", "NaT", "<NA>")


class Shown(Protocol):
    """An exhibit as far as it is needed to show it, and to say where its cells come from; see `tables.Exhibit`."""

    @property
    def name(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def texts(self) -> Any: ...
    @property
    def frame(self) -> Any: ...
    @property
    def columns(self) -> Sequence[Any]: ...

    def heading(self) -> str: ...
    def csv_rows(self) -> Sequence[Sequence[str]]: ...
    def cells(self, language: str) -> Sequence[Sequence[str]]: ...
    def stays_dutch(self, language: str) -> Sequence[Sequence[bool]]: ...
    def marked(self) -> Sequence[tuple[str, str]]: ...
    def noted(self) -> Sequence[str]: ...
    def deviation_rows(self) -> Sequence[Sequence[str]]: ...
    def deviation_title(self) -> str: ...


def plain_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of text, the first the labels, as aligned lines; long cells are wrapped, none is cut."""

    def in_width(cell: str) -> list[str]:
        return [part for line in cell.split("\n") for part in (textwrap.wrap(line, PLAIN_CELL_WIDTH) or [""])]

    wrapped = [[in_width(cell) for cell in row] for row in rows]
    widths = [max(1, *(len(line) for cell in column for line in cell)) for column in zip(*wrapped, strict=True)]
    lines = []
    for number, row in enumerate(wrapped):
        for height in range(max(map(len, row))):
            parts = [
                (cell[height] if height < len(cell) else "").ljust(width)
                for cell, width in zip(row, widths, strict=True)
            ]
            lines.append("  ".join(parts).rstrip())
        if number == 0:
            lines.append("  ".join("─" * width for width in widths))
    return lines


def in_lines(rows: Sequence[Sequence[T]], width: int, blank: T) -> list[list[T]]:
    """The first cells of the rows in lines of that many, as names stand in a printed grid; blanks fill the last."""
    cells = [row[0] for row in rows]
    cells += [blank] * (-len(cells) % width)
    return [cells[start : start + width] for start in range(0, len(cells), width)]


def number_text(value: float, language: str, decimals: int | None = None) -> str:
    """A number as the language writes it: 61,6 in Dutch; with so many decimals, or as few as it has."""
    text = str(value) if decimals is None else f"{value:.{decimals}f}"
    return text.replace(".", ",") if language == "nl" else text


def cell_text(value: Any, language: str = "en", decimals: int | None = None) -> str:
    """A cell as printed: nothing for a missing value, a list joined by "; ", ISO for a date, a decimal comma in Dutch.

    Raises ExhibitError for a text that is Python's word for a missing value.
    """
    if is_blank(value):
        return ""
    if isinstance(value, (list, tuple)):
        return "; ".join(cell_text(item, language) for item in value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return number_text(value, language, decimals)
    text = str(value)
    if text in MISSING_WORDS:
        raise ExhibitError(say("exhibit.missing", text=text))
    return text


def json_value(value: Any) -> Any:
    """A cell as JSON holds it: null for a missing value, ISO for a date, a plain number for one of numpy."""
    if isinstance(value, (list, tuple)):
        return [json_value(item) for item in value]
    if is_blank(value):
        return None
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


def is_number(value: Any) -> bool:
    """True for a number, which is of no language; truth, falsehood and what is missing are no numbers."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and not is_blank(value)


def is_blank(value: Any) -> bool:
    """True for a missing value, whatever pandas or Python calls it."""
    return value is None or (not isinstance(value, (list, tuple)) and pd.isna(value))


class Number(NamedTuple):
    """A number that a cell shows, with how many decimals and whether per cent."""

    value: int | float  # of "12 %" it is 0.12
    decimals: int
    is_percent: bool


def number_in(cell: str, language: str) -> Number | None:
    """The number that a cell shows and nothing else; None for any other text."""
    found = NUMBER.fullmatch(cell)
    if not found:
        return None
    minus, whole, sign, decimals, percent = found.groups(default="")
    if sign and sign not in DECIMAL_SIGN[language]:
        return None
    value = float(f"{whole}.{decimals}") if decimals else int(whole)
    value = -value if minus else value
    return Number(value / 100 if percent else value, len(decimals), bool(percent))


def numbers_in(column: Sequence[str], language: str) -> list[Number | None] | None:
    """The numbers of a column that holds nothing but numbers and blanks; None for any other column."""
    found = [None if cell in NOTHING else number_in(cell, language) for cell in column]
    filled = [cell for cell in column if cell not in NOTHING]
    return found if filled and len(filled) == sum(one is not None for one in found) else None


def alignment(column: Sequence[str], language: str) -> str:
    """How a column stands: numbers "right", ticks and other single signs "center", words "left"."""
    if numbers_in(column, language):
        return "right"
    filled = [cell for cell in column if cell not in NOTHING]
    return "center" if filled and all(len(cell) == 1 and not cell.isalnum() for cell in filled) else "left"
