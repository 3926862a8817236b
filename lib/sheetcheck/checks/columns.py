"""A table through the checks: where its columns and records stand, what its cells mean, what is wrong with them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from sheetcheck.checks.values import Judge
from sheetcheck.faults import Fault, problem
from sheetcheck.messages import placed, say
from sheetcheck.reading.cells import Cell, RawTable, written

if TYPE_CHECKING:
    import pandas as pd

# A file that is wrong all over has a fault in every cell; after so many, nobody reads on and memory runs out.
MAX_FAULTS = 10_000
_DTYPES = {"integer": "Int64", "number": "Float64", "boolean": "boolean"}


@dataclass
class Table(RawTable):
    """A raw table with its columns and records found, and the faults of its form and of its cells.

    Values are judged anew at each asking and never kept: a long table has millions, each asked for once or twice.
    """

    header: int = 1  # the row that names the columns
    columns: dict[str, int] = field(default_factory=dict)  # of each field that is there
    named: set[int] = field(default_factory=set)  # every column that has a name
    records: list[int] = field(default_factory=list)
    covered: dict[tuple[int, int], int] = field(default_factory=dict)  # cells that a merge leaves blank
    form_faults: list[Fault] = field(default_factory=list)
    faults: dict[tuple[int, str], list[Fault]] = field(default_factory=dict)  # by row and field
    listed: int = 0

    def __post_init__(self) -> None:
        self.judges = {entry.name: Judge(entry, self.is_csv) for entry in self.resource.fields}

    def cell(self, row: int, name: str) -> Cell | None:
        """The cell of a field in a row, None when blank."""
        return self.rows.get(row, {}).get(self.columns.get(name, 0))

    def at(self, row: int, name: str) -> str:
        """The address of a field in a row as messages say it: "C14", or "line 14" in a CSV."""
        return placed(self.address(row, self.columns[name]))

    def place(self, row: int, name: str) -> str:
        """The cell of a field with its table: "committees.xlsx › relevance › C14"."""
        return f"{self.resource.place} › {self.address(row, self.columns[name])}"

    def key(self, row: int) -> str | None:
        """The key of the row as text: its parts joined by " | ", as far as they are there."""
        parts = [self.cell(row, name) for name in self.resource.primary_key]
        return " | ".join(written(cell.value) for cell in parts if cell is not None) or None

    @cached_property
    def used(self) -> set[int]:
        """The columns in which anything stands."""
        return {column for cells in self.rows.values() for column in cells}

    @cached_property
    def required(self) -> list[int]:
        """The columns that every record fills, as far as they are there."""
        key = self.resource.primary_key
        asked = [entry.name for entry in self.resource.fields if entry.required or entry.name in key]
        return [self.columns[name] for name in asked if name in self.columns]

    def value(self, row: int, name: str) -> object:
        """The value of a field in a row of the sheet."""
        cell, judge = self.cell(row, name), self.judges[name]
        return judge.blank if cell is None else judge(cell).value

    def column(self, name: str) -> Iterator[object]:
        """The values of a field in the order of the records."""
        judge, number = self.judges[name], self.columns.get(name, 0)
        for row in self.records:
            cell = self.rows[row].get(number)
            yield judge.blank if cell is None else judge(cell).value

    def values(self, names: Sequence[str]) -> Iterator[tuple[int, tuple[object, ...]]]:
        """Number and values of each record whose cells can be told apart."""
        for row, *values in zip(self.records, *map(self.column, names), strict=True):
            if row not in self.uneven:
                yield row, tuple(values)

    def note_form(self, found: Fault, column: int, row: int | None = None, /, **told: object) -> None:
        """Note a fault of the form, in the header unless another row is given."""
        self.form_faults.append(self.fault(found, (row or self.header, column), **told))

    def note(self, row: int, name: str, found: Fault, **parts: object) -> None:
        """Note a fault of a cell; after very many of them only that there are more."""
        self.listed += 1
        if self.listed > MAX_FAULTS:
            self.faults[0, ""] = [self.fault(problem("too-many-faults.cells", most=MAX_FAULTS))]
            return
        cell = self.cell(row, name)
        value, place = None if cell is None else written(cell.value), (row, self.columns[name])
        fault = self.fault(found, place, column=name, key=self.key(row), value=value, **parts)
        self.faults.setdefault((row, name), []).append(fault)


def judge_cells(table: Table) -> None:
    """Note what is wrong with each cell of each record; a line of a CSV whose fields do not fit is left alone."""
    found = [(entry, table.columns[entry.name]) for entry in table.resource.fields if entry.name in table.columns]
    for row in table.records:
        if table.listed > MAX_FAULTS:
            break
        if row in table.uneven:
            continue
        cells = table.rows[row]
        for entry, column in found:
            cell = cells.get(column)
            if cell is not None:
                for wrong in table.judges[entry.name](cell).problems:
                    if wrong.code not in table.follows:
                        table.note(row, entry.name, wrong)
            elif column in table.required and (row, column) not in table.covered:
                bare = say("missing-required", column=entry.name, example=None)
                told = {"wants": "value", "bare": bare, "column": entry.name, "example": entry.example}
                table.note(row, entry.name, problem("missing-required", **told))


def make_frame(table: Table) -> "pd.DataFrame":
    """The rows of a table.

    Columns out: the fields of the schema in its order, and `origin` ("committees.xlsx › relevance › row 14").
    Missing is <NA> for numbers and booleans, None for texts and dates, an empty tuple for lists; a value with a
    fault that leaves nothing to trust is missing too.
    """
    # pandas takes longer to load than our sources take to check, and a check shows no frames.
    import pandas as pd

    columns: dict[str, pd.Series] = {}
    for entry in table.resource.fields:
        columns[entry.name] = pd.Series([*table.column(entry.name)], dtype=_DTYPES.get(entry.type, "object"))
    origins = [table.origin(row) for row in table.records]
    return pd.DataFrame(columns | {"origin": pd.Series(origins, dtype="object")})
