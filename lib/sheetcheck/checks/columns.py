"""A laid-out table in, its typed columns, the faults of its cells and its frame out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sheetcheck.checks.cells.values import Judge
from sheetcheck.checks.form.layout import Layout
from sheetcheck.faults import Fault, Problem, problem
from sheetcheck.messages import say
from sheetcheck.reading.cells import Cell, written
from sheetcheck.schema import Field, Resource

if TYPE_CHECKING:
    import pandas as pd

# A file that is wrong all over has a fault in every cell; after so many, nobody reads on and memory runs out.
MAX_FAULTS = 10_000
_DTYPES = {"integer": "Int64", "number": "Float64", "boolean": "boolean"}


class Values(Sequence[object]):
    """The values of a column in the order of the records, judged from the cells at each asking and never kept.

    A long table has millions of them, and each is asked for once or twice.
    """

    def __init__(self, layout: Layout, entry: Field) -> None:
        self.judge = Judge(entry, layout.table.is_csv)
        self.column = layout.columns.get(entry.name, 0)
        self.blank: object = () if entry.is_list else None
        self._layout = layout

    def value(self, row: int) -> object:
        """The value in a row of the sheet."""
        cell = self._layout.table.rows[row].get(self.column)
        return self.blank if cell is None else self.judge(cell).value

    def __getitem__(self, place: int) -> object:  # type: ignore[override]
        return self.value(self._layout.records[place])

    def __iter__(self) -> Iterator[object]:
        return map(self.value, self._layout.records)

    def __len__(self) -> int:
        return len(self._layout.records)


@dataclass
class Typed:
    """A table after its cells were judged: values by field, in the order of the records, and faults by cell."""

    layout: Layout
    values: dict[str, Values] = field(default_factory=dict)
    faults: dict[tuple[int, str], list[Fault]] = field(default_factory=dict)  # by row and field
    listed: int = 0

    @property
    def resource(self) -> Resource:
        """What the schema says of the table."""
        return self.layout.table.resource

    def rows(self, names: Sequence[str]) -> Iterator[tuple[int, tuple[object, ...]]]:
        """Number and values of each record whose cells can be told apart."""
        columns = [self.values[name] for name in names]
        for row, *values in zip(self.layout.records, *columns, strict=True):
            if row not in self.layout.table.uneven:
                yield row, tuple(values)

    def fault(self, row: int, name: str, found: Problem, **parts: object) -> Fault:
        """Note a fault of a cell; after very many of them only that there are more."""
        layout, table = self.layout, self.layout.table
        self.listed += 1
        if self.listed > MAX_FAULTS:
            more = table.fault(problem("too-many-faults.cells", most=MAX_FAULTS))
            self.faults[0, ""] = [more]
            return more
        cell = layout.cell(row, name)
        value, place = None if cell is None else written(cell.value), (row, layout.columns[name])
        fault = table.fault(found, place, column=name, key=layout.key(row), value=value, **parts)
        self.faults.setdefault((row, name), []).append(fault)
        return fault

    def note(self, row: int, name: str, key: str, /, *, expected: str | None = None, **parts: object) -> None:
        """Note a fault of a cell, said by a sentence of the catalogue."""
        self.fault(row, name, problem(key, expected=expected, **parts))


def type_columns(layout: Layout) -> Typed:
    """Judge every cell of every record; a line of a CSV whose fields do not fit is left alone."""
    typed = Typed(layout)
    resource = layout.table.resource
    typed.values = {entry.name: Values(layout, entry) for entry in resource.fields}
    found = [(entry, typed.values[entry.name]) for entry in resource.fields if entry.name in layout.columns]
    for row in layout.records:
        if typed.listed > MAX_FAULTS:
            break
        if row in layout.table.uneven:
            continue
        cells = layout.table.rows[row]
        for entry, values in found:
            cell: Cell | None = cells.get(values.column)
            if cell is not None:
                for wrong in values.judge(cell).problems:
                    if wrong.code not in layout.table.follows:
                        typed.fault(row, entry.name, wrong)
            elif (entry.required or entry.name in resource.primary_key) and (row, values.column) not in layout.covered:
                typed.fault(row, entry.name, _missing(entry))
    return typed


def _missing(entry: Field) -> Problem:
    example = say("example", example=entry.example) if entry.example else ""
    bare = say("missing-required", column=entry.name, example="")
    return problem("missing-required", wants="value", bare=bare, column=entry.name, example=example)


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
        values = list(typed.values[entry.name])
        dtype = _DTYPES.get(entry.type, "object")
        data = pd.array(values, dtype=dtype) if dtype != "object" else values
        columns[entry.name] = pd.Series(data, dtype=dtype)
    origins = [typed.layout.table.origin(row) for row in typed.layout.records]
    return pd.DataFrame(columns | {"origin": pd.Series(origins, dtype="object")})
