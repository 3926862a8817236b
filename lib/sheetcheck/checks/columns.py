"""A laid-out table in, its typed columns, the faults of its cells and its frame out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sheetcheck.checks.layout import Layout
from sheetcheck.checks.values import Judge
from sheetcheck.faults import Fault, Problem, problem
from sheetcheck.messages import say
from sheetcheck.reading.cells import written
from sheetcheck.schema import Resource

if TYPE_CHECKING:
    import pandas as pd

# A file that is wrong all over has a fault in every cell; after so many, nobody reads on and memory runs out.
MAX_FAULTS = 10_000
_DTYPES = {"integer": "Int64", "number": "Float64", "boolean": "boolean"}


@dataclass
class Typed:
    """A table after its cells were judged: faults by cell, and values, judged anew at each asking and never kept.

    A long table has millions of values, and each is asked for once or twice.
    """

    layout: Layout
    faults: dict[tuple[int, str], list[Fault]] = field(default_factory=dict)  # by row and field
    listed: int = 0

    def __post_init__(self) -> None:
        self.judges = {entry.name: Judge(entry, self.layout.table.is_csv) for entry in self.resource.fields}

    @property
    def resource(self) -> Resource:
        """What the schema says of the table."""
        return self.layout.table.resource

    def value(self, row: int, name: str) -> object:
        """The value of a field in a row of the sheet."""
        cell, judge = self.layout.cell(row, name), self.judges[name]
        return judge.blank if cell is None else judge(cell).value

    def column(self, name: str) -> Iterator[object]:
        """The values of a field in the order of the records."""
        judge, number = self.judges[name], self.layout.columns.get(name, 0)
        for row in self.layout.records:
            cell = self.layout.table.rows[row].get(number)
            yield judge.blank if cell is None else judge(cell).value

    def rows(self, names: Sequence[str]) -> Iterator[tuple[int, tuple[object, ...]]]:
        """Number and values of each record whose cells can be told apart."""
        for row, *values in zip(self.layout.records, *map(self.column, names), strict=True):
            if row not in self.layout.table.uneven:
                yield row, tuple(values)

    def fault(self, row: int, name: str, found: Problem, **parts: object) -> None:
        """Note a fault of a cell; after very many of them only that there are more."""
        layout, table = self.layout, self.layout.table
        self.listed += 1
        if self.listed > MAX_FAULTS:
            self.faults[0, ""] = [table.fault(problem("too-many-faults.cells", most=MAX_FAULTS))]
            return
        cell = layout.cell(row, name)
        value, place = None if cell is None else written(cell.value), (row, layout.columns[name])
        fault = table.fault(found, place, column=name, key=layout.key(row), value=value, **parts)
        self.faults.setdefault((row, name), []).append(fault)

    def note(self, row: int, name: str, key: str, /, *, expected: str | None = None, **parts: Any) -> None:
        """Note a fault of a cell, said by a sentence of the catalogue."""
        self.fault(row, name, problem(key, expected=expected, **parts))


def type_columns(layout: Layout) -> Typed:
    """Judge every cell of every record; a line of a CSV whose fields do not fit is left alone."""
    typed = Typed(layout)
    resource, table = typed.resource, layout.table
    found = [(entry, layout.columns[entry.name]) for entry in resource.fields if entry.name in layout.columns]
    for row in layout.records:
        if typed.listed > MAX_FAULTS:
            break
        if row in table.uneven:
            continue
        cells = table.rows[row]
        for entry, column in found:
            cell = cells.get(column)
            if cell is not None:
                for wrong in typed.judges[entry.name](cell).problems:
                    if wrong.code not in table.follows:
                        typed.fault(row, entry.name, wrong)
            elif column in layout.required and (row, column) not in layout.covered:
                example = say("example", example=entry.example) if entry.example else ""
                bare = say("missing-required", column=entry.name, example="")
                parts: dict[str, Any] = {"column": entry.name, "example": example}
                typed.fault(row, entry.name, problem("missing-required", wants="value", bare=bare, **parts))
    return typed


def make_frame(typed: Typed) -> pd.DataFrame:
    """The rows of a table.

    Columns out: the fields of the schema in its order, and `origin` ("committees.xlsx › relevance › row 14").
    Missing is <NA> for numbers and booleans, None for texts and dates, an empty tuple for lists; a value with a
    fault that leaves nothing to trust is missing too.
    """
    # pandas takes longer to load than our sources take to check, and a check shows no frames.
    import pandas as pd

    columns: dict[str, pd.Series] = {}
    for entry in typed.resource.fields:
        values, dtype = list(typed.column(entry.name)), _DTYPES.get(entry.type, "object")
        columns[entry.name] = pd.Series(pd.array(values, dtype=dtype) if dtype != "object" else values, dtype=dtype)
    origins = [typed.layout.table.origin(row) for row in typed.layout.records]
    return pd.DataFrame(columns | {"origin": pd.Series(origins, dtype="object")})
