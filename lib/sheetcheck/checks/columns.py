"""A laid-out table in, its typed columns and the faults of its cells out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sheetcheck.checks.cells.texts import Problem
from sheetcheck.checks.cells.values import Judge
from sheetcheck.checks.form.layout import Layout, as_text
from sheetcheck.faults import Fault
from sheetcheck.reading import Cell
from sheetcheck.schema import Field

# A file that is wrong all over has a fault in every cell; after so many, nobody reads on and memory runs out.
MAX_FAULTS = 10_000


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
    def name(self) -> str:
        """Name of the resource."""
        return self.layout.table.resource.name

    def fault(self, row: int, name: str, problem: Problem, cell: Cell | None = None, **parts: object) -> Fault:
        """Note a fault of a cell; after very many of them only that there are more."""
        layout = self.layout
        resource = layout.table.resource
        self.listed += 1
        if self.listed > MAX_FAULTS:
            message = f"has more than {MAX_FAULTS:,} faults, so it was not checked to its end. Mend the first ones."
            more = Fault(file=resource.path, sheet=resource.sheet, code="too-many-faults", message=message)
            self.faults[0, ""] = [more]
            return more
        fault = Fault(
            file=resource.path,
            sheet=resource.sheet,
            cell=layout.table.address(row, layout.columns[name]),
            column=name,
            key=layout.key(row),
            code=problem.code,
            value=None if cell is None else as_text(cell),
            expected=problem.expected,
            suggestion=problem.suggestion,
            message=problem.message,
            **parts,  # type: ignore[arg-type]
        )
        self.faults.setdefault((row, name), []).append(fault)
        return fault


def type_columns(layout: Layout) -> Typed:
    """Judge every cell of every record; a line of a CSV whose fields do not fit is left alone."""
    typed = Typed(layout)
    rows, uneven = layout.table.rows, layout.table.uneven
    keys = layout.table.resource.primary_key
    typed.values = {entry.name: Values(layout, entry) for entry in layout.table.resource.fields}
    fields = layout.table.resource.fields
    found = [(entry, typed.values[entry.name]) for entry in fields if entry.name in layout.columns]
    for row in layout.records:
        if typed.listed > MAX_FAULTS:
            break
        if row in uneven:
            continue
        cells = rows[row]
        for entry, values in found:
            cell = cells.get(values.column)
            if cell is not None:
                for problem in values.judge(cell).problems:
                    typed.fault(row, entry.name, problem, cell)
            elif (entry.required or entry.name in keys) and (row, values.column) not in layout.covered:
                typed.fault(row, entry.name, _missing(entry))
    return typed


def _missing(entry: Field) -> Problem:
    example = f', for example "{entry.example}"' if entry.example else ""
    return Problem("missing-required", f"is blank, and {entry.name} must be filled in every row{example}.", "a value")
