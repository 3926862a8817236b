"""A laid-out table in, its typed columns and the faults of its cells out."""

from __future__ import annotations

from dataclasses import dataclass, field

from sheetcheck.checks.layout import Layout, as_text
from sheetcheck.checks.texts import Problem
from sheetcheck.checks.values import Judge
from sheetcheck.faults import Fault
from sheetcheck.schema import Field
from sheetcheck.sheets import Cell


@dataclass
class Typed:
    """A table after its cells were judged: values by field, in the order of the records, and faults by cell."""

    layout: Layout
    values: dict[str, list[object]] = field(default_factory=dict)
    faults: dict[tuple[int, str], list[Fault]] = field(default_factory=dict)  # by row and field

    @property
    def name(self) -> str:
        """Name of the resource."""
        return self.layout.table.resource.name

    def fault(self, row: int, name: str, problem: Problem, cell: Cell | None = None, **parts: object) -> Fault:
        """Note a fault of a cell."""
        layout = self.layout
        resource = layout.table.resource
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
    keys = layout.table.resource.primary_key
    for entry in layout.table.resource.fields:
        if entry.name in layout.columns:
            typed.values[entry.name] = _column(typed, entry, entry.required or entry.name in keys)
        else:
            typed.values[entry.name] = [() if entry.is_list else None] * len(layout.records)
    return typed


def _column(typed: Typed, entry: Field, is_required: bool) -> list[object]:
    layout = typed.layout
    judge = Judge(entry, layout.table.is_csv)
    column, rows, uneven = layout.columns[entry.name], layout.table.rows, layout.table.uneven
    blank: object = () if entry.is_list else None
    values: list[object] = []
    for row in layout.records:
        cell = rows[row].get(column)
        if cell is None:
            values.append(blank)
            if is_required and row not in uneven and (row, column) not in layout.covered:
                typed.fault(row, entry.name, _missing(entry))
            continue
        judged = judge(cell)
        values.append(judged.value)
        if judged.problems and row not in uneven:
            for problem in judged.problems:
                typed.fault(row, entry.name, problem, cell)
    return values


def _missing(entry: Field) -> Problem:
    example = f', for example "{entry.example}"' if entry.example else ""
    return Problem("missing-required", f"is blank, and {entry.name} must be filled in every row{example}.", "a value")
