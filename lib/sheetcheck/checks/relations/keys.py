"""Typed columns in, double keys and double values out, with both cells named."""

from __future__ import annotations

from collections.abc import Sequence

from sheetcheck.checks.cells.limits import shown
from sheetcheck.checks.cells.texts import Problem
from sheetcheck.checks.columns import Typed
from sheetcheck.faults import show
from sheetcheck.nearest import plain

# Codes of the faults of a key, of another unique value, and of two keys alike to the eye, that stand in two rows.
DOUBLE = ("duplicate-key", "duplicate-value", "look-alike-key")


def check_keys(typed: Typed) -> None:
    """Note every row whose key, and every cell whose unique value, stands in an earlier row already."""
    resource = typed.layout.table.resource
    present = [name for name in resource.primary_key if name in typed.layout.columns]
    if present and len(present) == len(resource.primary_key):
        _double(typed, present, DOUBLE[0])
        if len(present) == 1:
            _nearly_double(typed, present[0])
    singles = [(entry.name,) for entry in resource.fields if entry.unique]
    for names in dict.fromkeys([*singles, *resource.unique_keys]):
        if names != resource.primary_key and set(names) <= set(typed.layout.columns):
            _double(typed, names, DOUBLE[1])


def _double(typed: Typed, names: Sequence[str], code: str) -> None:
    layout = typed.layout
    first: dict[tuple[object, ...], int] = {}
    columns = [typed.values[name] for name in names]
    for row, *parts in zip(layout.records, *columns, strict=True):
        value = tuple(parts)
        if any(part is None or part == () for part in value) or row in layout.table.uneven:
            continue
        other = first.setdefault(value, row)
        if other == row:
            continue
        if len(names) == 1:
            where = _where(typed, other, names)
            message = f"{shown(value[0])} stands in {where} already; {names[0]} must differ in every row."
        else:
            what = ", ".join(f"{name} {shown(part)}" for name, part in zip(names, value, strict=True))
            here, there = _where(typed, row, names), _where(typed, other, names)
            message = f"{here} repeats the key of {there} ({what}). Change one of the rows, or delete it."
        # The last part of a compound key is what tells rows apart, so that is the cell to look at.
        name = names[-1]
        typed.fault(row, name, Problem(code, message, "a value that stands once"), layout.cell(row, name))


def _nearly_double(typed: Typed, name: str) -> None:
    """Keys that differ only in case, blanks or look-alike letters, which neither the eye nor Excel tells apart."""
    first: dict[str, tuple[object, int]] = {}
    for row, value in zip(typed.layout.records, typed.values[name], strict=True):
        if not isinstance(value, str) or row in typed.layout.table.uneven:
            continue
        other, place = first.setdefault(plain(value), (value, row))
        if other != value:
            if (place, name) in typed.faults and (row, name) not in typed.faults:
                row, place, value, other = place, row, other, value  # type: ignore[assignment]
            # What was said of its form, to write it as the other, would only make it a double.
            typed.faults.pop((row, name), None)
            typed.fault(row, name, _alike(typed, name, value, other, place), typed.layout.cell(row, name))


def _alike(typed: Typed, name: str, value: object, other: object, place: int) -> Problem:
    where = _where(typed, place, [name])
    message = f"{show(value)} differs from {show(other)} in {where} only in letters that look alike or in case."
    return Problem(DOUBLE[2], message)


def move_double(typed: Typed, name: str, lower: int, upper: int) -> None:
    """Give the fault of a value that stands twice to the upper row, where that is the one that changed."""
    faults, cell = typed.faults.pop((lower, name)), typed.layout.cell(upper, name)
    fault = next(fault for fault in faults if fault.code in DOUBLE)
    if fault.code == DOUBLE[2]:
        value = typed.values[name][typed.layout.records.index(upper)]
        problem = _alike(typed, name, value, fault.value, lower)
    else:
        message = f"{show(fault.value)} stands in {_where(typed, lower, [name])} too; {name} must differ in every row."
        problem = Problem(fault.code, message, fault.expected)
    typed.fault(upper, name, problem, cell)


def _where(typed: Typed, row: int, names: Sequence[str]) -> str:
    cells = dict.fromkeys(typed.layout.table.address(row, typed.layout.columns[name]) for name in names)
    return " + ".join(cells)
