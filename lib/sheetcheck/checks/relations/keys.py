"""Typed columns in, double keys and double values out, with both cells named."""

from __future__ import annotations

from collections.abc import Sequence

from sheetcheck.checks.columns import Typed
from sheetcheck.faults import Problem, problem
from sheetcheck.nearest import plain
from sheetcheck.reading.cells import shown

# Codes of the faults of a key, of another unique value, and of two keys alike to the eye, that stand in two rows.
DOUBLE = ("duplicate-key", "duplicate-value", "look-alike-key")


def check_keys(typed: Typed) -> None:
    """Note every row whose key, and every cell whose unique value, stands in an earlier row already."""
    resource, columns = typed.resource, typed.layout.columns
    if resource.primary_key and all(name in columns for name in resource.primary_key):
        _double(typed, resource.primary_key, DOUBLE[0])
        if len(resource.primary_key) == 1:
            _nearly_double(typed, resource.primary_key[0])
    singles = [(entry.name,) for entry in resource.fields if entry.unique]
    for names in dict.fromkeys([*singles, *resource.unique_keys]):
        if names != resource.primary_key and set(names) <= set(columns):
            _double(typed, names, DOUBLE[1])


def _double(typed: Typed, names: Sequence[str], code: str) -> None:
    first: dict[tuple[object, ...], int] = {}
    for row, value in typed.rows(names):
        if any(part is None or part == () for part in value):
            continue
        other = first.setdefault(value, row)
        # The last part of a compound key is what tells rows apart, so that is the cell to look at.
        if other != row and len(names) == 1:
            parts = {"value": shown(value[0]), "where": _where(typed, other, names), "column": names[0]}
            typed.fault(row, names[0], problem(f"{code}.single", wants="single", **parts))
        elif other != row:
            what = [f"{name} {shown(part)}" for name, part in zip(names, value, strict=True)]
            parts = {"here": _where(typed, row, names), "there": _where(typed, other, names), "what": what}
            typed.fault(row, names[-1], problem(f"{code}.rows", wants="single", **parts))


def _nearly_double(typed: Typed, name: str) -> None:
    """Keys that differ only in case, blanks or look-alike letters, which neither the eye nor Excel tells apart."""
    first: dict[str, tuple[object, int]] = {}
    for row, (value,) in typed.rows((name,)):
        if not isinstance(value, str):
            continue
        other, place = first.setdefault(plain(value), (value, row))
        if other != value:
            if (place, name) in typed.faults and (row, name) not in typed.faults:
                row, place, value, other = place, row, other, value  # type: ignore[assignment]
            # What was said of its form, to write it as the other, would only make it a double.
            typed.faults.pop((row, name), None)
            typed.fault(row, name, _alike(typed, name, value, other, place))


def _alike(typed: Typed, name: str, value: object, other: object, place: int) -> Problem:
    return problem(DOUBLE[2], value=value, other=other, where=_where(typed, place, [name]))


def move_double(typed: Typed, name: str, lower: int, upper: int) -> None:
    """Give the fault of a value that stands twice to the upper row, where that is the one that changed."""
    fault = next(fault for fault in typed.faults.pop((lower, name)) if fault.code in DOUBLE)
    if fault.code == DOUBLE[2]:
        value = typed.values[name][typed.layout.records.index(upper)]
        found = _alike(typed, name, value, fault.value, lower)
    else:
        parts = {"value": fault.value, "where": _where(typed, lower, [name]), "column": name}
        found = problem(f"{fault.code}.too", expected=fault.expected, **parts)
    typed.fault(upper, name, found)


def _where(typed: Typed, row: int, names: Sequence[str]) -> str:
    return " + ".join(dict.fromkeys(typed.layout.address(row, name) for name in names))
