"""Typed tables in; what breaks the schema's rules across columns and rows, with every cell named, out."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sheetcheck.checks.cells.limits import shown, written
from sheetcheck.checks.cells.texts import Problem
from sheetcheck.checks.columns import Typed
from sheetcheck.faults import show
from sheetcheck.schema import PACKAGE_FILE, ForeignKey, Rule

# A longer chain or group is named by its first cells: who mends one of them sees the next.
SHOWN_CELLS = 8

Tables = Mapping[str, Typed]


@dataclass(frozen=True)
class _Case:
    """One rule of one table, with what else it is held against."""

    typed: Typed
    rule: Rule
    tables: Tables
    data_date: dt.date | None


def check_rules(tables: Tables, data_date: dt.date | None) -> None:
    """Note every cell that breaks a rule across columns or rows.

    A cell whose own value is at fault breaks no rule: who mends the cause should not meet its followers first.
    """
    for typed in tables.values():
        resource = typed.layout.table.resource
        for rule in resource.rules:
            if set(rule.fields) <= set(typed.layout.columns):
                _CHECKS[rule.kind](_Case(typed, rule, tables, data_date))
        for key in resource.foreign_keys:
            if len(key.fields) > 1 and set(key.fields) <= set(typed.layout.columns):
                _check_key(typed, key, tables.get(key.resource))


def _rows(typed: Typed, names: Sequence[str]) -> Iterator[tuple[int, tuple[object, ...]]]:
    """Number and values of each record whose cells can be told apart."""
    columns = [typed.values[name] for name in names]
    for row, *values in zip(typed.layout.records, *columns, strict=True):
        if row not in typed.layout.table.uneven:
            yield row, tuple(values)


def _at(typed: Typed, row: int, name: str) -> str:
    """A column with its cell: "announced (F14)", or "announced (line 14)" in a CSV."""
    return f"{name} ({_address(typed, row, name)})"


def _address(typed: Typed, row: int, name: str) -> str:
    return typed.layout.table.address(row, typed.layout.columns[name])


def _note(typed: Typed, row: int, name: str, code: str, message: str, expected: str | None = None) -> None:
    typed.fault(row, name, Problem(code, message, expected), typed.layout.cell(row, name))


def _order(case: _Case) -> None:
    names = case.rule.parts["fields"]
    for row, values in _rows(case.typed, names):
        filled = [(name, value) for name, value in zip(names, values, strict=True) if value is not None]
        for (first, low), (second, high) in pairwise(filled):
            if low > high:  # type: ignore[operator]
                less = "before" if isinstance(high, dt.date) else "under"
                message = (
                    f"{_at(case.typed, row, second)} is {written(high)}, {less} {_at(case.typed, row, first)},"  # type: ignore[arg-type]
                    f" {written(low)}. Look at both, and correct the one that is wrong."  # type: ignore[arg-type]
                )
                _note(case.typed, row, second, "wrong-order", message, f"not {less} {written(low)}")  # type: ignore[arg-type]


def _year(case: _Case) -> None:
    name, of = case.rule.parts["field"], case.rule.parts["of"]
    for row, (year, date) in _rows(case.typed, (name, of)):
        if isinstance(date, dt.date) and year is not None and year != date.year:
            message = (
                f"{_at(case.typed, row, name)} is {year}, and {_at(case.typed, row, of)} is {date}."
                " Look at both, and correct the one that is wrong."
            )
            _note(case.typed, row, name, "wrong-year", message, str(date.year))


def _not_after_data_date(case: _Case) -> None:
    last = case.data_date
    names = case.rule.parts["fields"]
    for row, values in _rows(case.typed, names):
        for name, value in zip(names, values, strict=True):
            limit = last if isinstance(value, dt.date) else last and last.year
            if value is not None and limit is not None and value > limit:  # type: ignore[operator]
                message = (
                    f"{written(value)} is later than these data know: data_date in {PACKAGE_FILE} is {last}."  # type: ignore[arg-type]
                    " Correct it; or, when newer sources were read, set data_date to the last day that they know."
                )
                _note(case.typed, row, name, "after-data-date", message, f"at most {limit}")


def _no_cycles(case: _Case) -> None:
    name = case.rule.parts["field"]
    reference = case.typed.layout.table.resource.field(name).reference
    if reference is None or reference.field not in case.typed.layout.columns:
        return
    links: dict[object, tuple[int, object]] = {}
    for row, (key, target) in _rows(case.typed, (reference.field, name)):
        if key is not None and target is not None:
            links.setdefault(key, (row, target))
    done: set[object] = set()
    for start in links:
        chain: dict[object, None] = {}
        key = start
        while key in links and key not in done and key not in chain:
            chain[key] = None
            key = links[key][1]
        if key in chain:
            _note_cycle(case.typed, name, [*chain][[*chain].index(key) :], links)
        done.update(chain)


def _note_cycle(typed: Typed, name: str, keys: Sequence[object], links: Mapping[object, tuple[int, object]]) -> None:
    row = links[keys[0]][0]
    steps = [f"{shown(key)} has {name} {shown(links[key][1])} ({_address(typed, links[key][0], name)})" for key in keys]
    more = f", and {len(steps) - SHOWN_CELLS} more" if len(steps) > SHOWN_CELLS else ""
    message = f"goes round in a circle: {', '.join(steps[:SHOWN_CELLS])}{more}. Correct or clear one of these cells."
    _note(typed, row, name, "cycle", message)


def _sum(case: _Case) -> None:
    typed, parts = case.typed, case.rule.parts
    name, by = parts["field"], parts["by"]
    is_exact = "exactly" in parts
    # A row whose group is misspelt or whose figure is at fault makes every total of the table doubtful.
    if is_exact and any(column in (name, *by) for _, column in typed.faults):
        return
    groups: dict[tuple[object, ...], list[tuple[int, float]]] = {}
    for row, (value, *group) in _rows(typed, (name, *by)):
        if value is not None:
            groups.setdefault(tuple(group), []).append((row, value))  # type: ignore[arg-type]
    total = parts["exactly"] if is_exact else parts["at_most"]
    for group, members in groups.items():
        # What a float only seems to have beyond its digits is no excess.
        found = float(written(math.fsum(value for _, value in members)))
        if found <= total + parts["within"] and (not is_exact or found >= total - parts["within"]):
            continue
        rows = [row for row, _ in members]
        cells = " + ".join(_address(typed, row, name) for row in rows[:SHOWN_CELLS])
        cells += f" and {len(rows) - SHOWN_CELLS} more" if len(rows) > SHOWN_CELLS else ""
        what = ", ".join(f"{column} {shown(part)}" for column, part in zip(by, group, strict=True) if part is not None)
        expected = f"{'exactly' if is_exact else 'at most'} {written(total)}"
        expected += f", within {written(parts['within'])}" if parts["within"] else ""
        message = f"{cells} add up to {written(found)} ({name} of {what}); expected {expected}. Look at each of them."
        _note(typed, rows[-1], name, "wrong-sum", message, expected)


def _where_due(case: _Case, names: Sequence[str]) -> Iterator[tuple[int, tuple[object, ...]]]:
    """The rows that hold what the rule asks of its other columns, with nothing wrong in those cells."""
    when = case.rule.parts["when"]
    for row, values in _rows(case.typed, (*when, *names)):
        asked = zip(when, values, strict=False)
        if all(value in when[name] and (row, name) not in case.typed.faults for name, value in asked):
            yield row, values[len(when) :]


def _because(case: _Case, row: int) -> str:
    """The columns that the rule depends on, with their cells and values."""
    found = [
        f"{_at(case.typed, row, name)} is {show(case.typed.layout.text(row, case.typed.layout.columns[name]))}"
        for name in case.rule.parts["when"]
    ]
    return " and ".join(found)


def _filled(case: _Case) -> None:
    typed, parts = case.typed, case.rule.parts
    for row, _ in _where_due(case, ()):
        for name in parts["filled"]:
            if typed.layout.cell(row, name) is None and (row, typed.layout.columns[name]) not in typed.layout.covered:
                message = f"{_at(typed, row, name)} is blank, and must be filled where {_because(case, row)}."
                _note(typed, row, name, "blank-where-filled", message, "a value")
        for name in parts["blank"]:
            if typed.layout.cell(row, name) is not None:
                what = f"{_at(typed, row, name)} must stay blank where {_because(case, row)}."
                message = f"{what} Clear it, or correct the other."
                _note(typed, row, name, "filled-where-blank", message, "a blank cell")


def _target(case: _Case) -> None:
    typed, parts = case.typed, case.rule.parts
    name = parts["field"]
    field = typed.layout.table.resource.field(name)
    there = case.tables.get(field.reference.resource) if field.reference else None
    asked = [*parts["where"], *parts["same"]]
    if there is None or field.reference is None or not {field.reference.field, *asked} <= set(there.layout.columns):
        return
    key = field.reference.field
    found = {
        values[0]: (row, values[1:])
        for row, values in _rows(there, (key, *asked))
        if values[0] is not None and (row, key) not in there.faults
    }
    own = list(parts["same"].values())
    for row, (value, *here) in _where_due(case, (name, *own)):
        equal = dict(zip(parts["same"], here, strict=True))
        for item in value if field.is_list else (value,):  # type: ignore[attr-defined]
            target, held = found.get(item, (0, ()))
            for column, has in zip(asked, held, strict=False):
                wanted = parts["where"].get(column, (equal.get(column),))
                if has in wanted or None in wanted or (target, column) in there.faults:
                    continue
                place = f"{there.layout.table.resource.place} › {_address(there, target, column)}"
                holds = f"has {column} {shown(has)}" if has is not None else f"has no {column}"
                needs = f"{' or '.join(map(shown, wanted))}"
                if column in equal:
                    needs += f", as {_at(typed, row, parts['same'][column])} says"
                if parts["when"]:
                    needs += f", where {_because(case, row)}"
                message = f"{show(item)} {holds} ({place}); {name} must refer to one with {column} {needs}."
                _note(typed, row, name, "wrong-target", message, needs)


def _check_key(typed: Typed, key: ForeignKey, there: Typed | None) -> None:
    """A foreign key of several columns: their values must stand together in one row of the other table."""
    if there is None or not set(key.target) <= set(there.layout.columns):
        return
    known = {values for _, values in _rows(there, key.target)}
    for row, values in _rows(typed, key.fields):
        if None in values or values in known:
            continue
        held = " and ".join(
            f"{_at(typed, row, name)} {shown(value)}" for name, value in zip(key.fields, values, strict=True)
        )
        place = there.layout.table.resource.place
        message = f"{held} stand together in no row of {place}. Correct one of them, or add the row there first."
        _note(typed, row, key.fields[-1], "unknown-reference", message, f"{' + '.join(key.target)} of {place}")


_CHECKS: dict[str, Callable[[_Case], None]] = {
    "order": _order,
    "year": _year,
    "not_after_data_date": _not_after_data_date,
    "no_cycles": _no_cycles,
    "sum": _sum,
    "filled": _filled,
    "target": _target,
}
