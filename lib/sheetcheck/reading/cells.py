"""What readers hand over: cells with their address and kind as stored, the raw table they stand in, or a refusal."""

import datetime as dt
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, NamedTuple

from sheetcheck.faults import Fault, problem
from sheetcheck.messages import show
from sheetcheck.schema import Resource

# "formula" is a formula without a stored result; one with a result has the kind of the result and the note "formula".
Kind = Literal["text", "number", "bool", "date", "error", "formula", "blank"]


def written(value: object) -> str:
    """A value as a person reads it in its cell: 3, not 3.0; TRUE, not True; 2025-10-09; "" for none."""
    match value:
        case bool():
            return str(value).upper()
        case int() | float():
            return f"{value:.15g}"
        case tuple():
            return "; ".join(value)
        case _:
            return "" if value is None else str(value)


def shown(value: object) -> str:
    """A value of a column as messages quote it."""
    return written(value) if isinstance(value, float | int | dt.date) else show(written(value))


class Cell(NamedTuple):
    """One stored value. A date that Excel cannot mean (serial -3) has kind "date" and its bare number as value."""

    value: object
    kind: Kind
    row: int
    column: int
    note: str = ""  # "percent": shown with a percent sign; "formula": computed, the stored result is the value

    @property
    def address(self) -> str:
        """The cell as Excel names it, for example "C14"."""
        return f"{letters(self.column)}{self.row}"


@dataclass
class Sheet:
    """Everything the checks want to know of a sheet: where the workbook lists it, and what it holds once it is read."""

    name: str = ""
    part: str = ""
    is_hidden: bool = False
    is_read: bool = False
    damage: str | None = None
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    is_filtered: bool = False


@dataclass
class RawTable:
    """One sheet or CSV as it is stored: rows by their number, cells by their column, both counted from 1."""

    resource: Resource
    rows: Mapping[int, Mapping[int, Cell]] = field(default_factory=dict)
    is_csv: bool = False
    sheet: Sheet = field(default_factory=Sheet)
    uneven: AbstractSet[int] = frozenset()  # lines of a CSV whose fields do not fit the header
    follows: AbstractSet[str] = frozenset()  # codes of faults of cells that a fault of the file explains

    def address(self, row: int, column: int) -> str:
        """How messages name the cell: "C14", or "line 14" in a CSV."""
        return f"line {row}" if self.is_csv else f"{letters(column)}{row}"

    def origin(self, row: int) -> str:
        """How a frame names the row: "committees.xlsx › relevance › row 14", or "sources.csv › line 14"."""
        return f"{self.resource.place} › {'line' if self.is_csv else 'row'} {row}"

    def text(self, row: int, column: int) -> str:
        """What a person reads in a cell."""
        cell = self.rows.get(row, {}).get(column)
        return "" if cell is None else written(cell.value)

    def fault(self, found: Fault, place: tuple[int, int] | None = None, **parts: Any) -> Fault:
        """A problem of the table, or of the cell at this row and column."""
        cell = self.address(*place) if place else None
        return found.at(file=self.resource.path, sheet=self.resource.sheet, cell=cell, **parts)


@cache
def letters(column: int) -> str:
    """Column number to letters: 1 is A, 27 is AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@cache
def column_number(text: str) -> int:
    """Letters to column number: A is 1, AA is 27."""
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number


class Refused(Exception):
    """The reasons not to go on with a file."""

    def __init__(self, *found: Fault, **place: Any) -> None:
        super().__init__(found[0].message)
        self.found, self.place = found, place

    def faults(self, file: str) -> list[Fault]:
        """The same as faults of a file."""
        return [found.at(file=file, **self.place) for found in self.found]


def refuse(key: str, **parts: Any) -> Refused:
    """A refusal of a whole file, said by a sentence of the catalogue."""
    return Refused(problem(key, **parts))
