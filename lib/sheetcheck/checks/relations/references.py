"""Typed tables in, references to rows that are not there out; what only follows from a lost key goes to that key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sheetcheck.checks.cells.texts import Problem
from sheetcheck.checks.columns import MAX_FAULTS, Typed
from sheetcheck.checks.form.layout import as_text
from sheetcheck.checks.relations.keys import move_double
from sheetcheck.checks.relations.lost_keys import SEVERAL, LostKeys
from sheetcheck.checks.relations.targets import Target
from sheetcheck.faults import Fault, referring, show
from sheetcheck.nearest import Suggestion, plain
from sheetcheck.schema import Field, Reference

# What people put between the items of a list instead of the separator of the schema.
_SEPARATORS = (";", ",", "/", "|", "+", "\n", " ")


@dataclass(frozen=True, slots=True)
class Miss:
    """A reference that found no row: where it stands, its value, and the whole list when it is one of several."""

    typed: Typed
    row: int
    entry: Field
    value: object
    whole: str | None

    @property
    def place(self) -> str:
        """The address that a cause lists among its followers."""
        layout = self.typed.layout
        return f"{layout.table.resource.place} › {layout.table.address(self.row, layout.columns[self.entry.name])}"


@dataclass(frozen=True)
class Waiting:
    """Places whose reference waits for a column, or a line of a CSV, that could not be read."""

    reference: Reference
    row: int | None  # None for the whole column
    places: tuple[str, ...]


def check_references(tables: Mapping[str, Typed]) -> list[Waiting]:
    """Note every reference without a row, or the key that was lost; give the places that wait for what was not read."""
    columns: dict[Reference, list[tuple[Typed, Field]]] = {}
    for typed in tables.values():
        for entry in typed.layout.table.resource.fields:
            if entry.reference and entry.name in typed.layout.columns:
                columns.setdefault(entry.reference, []).append((typed, entry))
    waiting: list[Waiting] = []
    for reference in _keys_last(columns, tables):
        owner = tables.get(reference.resource)
        is_read = owner and reference.field in owner.layout.columns and owner.layout.records
        target = Target(owner, reference.field) if owner and is_read else None
        found = (miss for typed, entry in columns[reference] for miss in _misses(typed, entry, target))
        # Where nothing is found there is one cause, and the table is past the faults that are listed.
        misses = list(islice(found, MAX_FAULTS + 1))
        if target is None:
            waiting.append(Waiting(reference, None, tuple({miss.place: None for miss in misses})))
        elif misses:
            waiting += _settle(target, misses, tables)
    return waiting


def _keys_last(columns: Mapping[Reference, object], tables: Mapping[str, Typed]) -> list[Reference]:
    """References, each after the one that its own key column is: a key that is a faulty reference is a faulty key."""
    order: dict[Reference, None] = {}

    def add(reference: Reference, before: tuple[Reference, ...]) -> None:
        owner = tables.get(reference.resource)
        own = owner.layout.table.resource.field(reference.field).reference if owner else None
        if own in columns and own not in before and own != reference:
            add(own, (*before, reference))  # type: ignore[arg-type]
        order.setdefault(reference)

    for reference in columns:
        add(reference, ())
    return list(order)


def _misses(typed: Typed, entry: Field, target: Target | None) -> Iterator[Miss]:
    """References of a column that find no row; all of them where there is no target to look in."""
    layout = typed.layout
    cells, column = layout.table.rows, layout.columns[entry.name]
    accepted = target.accepted if target else frozenset()
    used = target.used if target else set()
    for row, value in zip(layout.records, typed.values[entry.name], strict=True):
        if value is None or row in layout.table.uneven:
            continue
        items: Sequence[object] = dict.fromkeys(value) if entry.is_list else (value,)  # type: ignore[assignment, call-overload]
        for item in items:
            used.add(item)
            if item not in accepted:
                whole = as_text(cells[row][column]) if entry.is_list and len(items) > 1 else None
                yield Miss(typed, row, entry, item, whole)


def _settle(target: Target, misses: Sequence[Miss], tables: Mapping[str, Typed]) -> Iterator[Waiting]:
    """Give each missed value to the row that lost it, to the table when that row is gone, or to the cell it is in."""
    by_value: dict[str, list[Miss]] = {}
    for miss in misses:
        by_value.setdefault(str(miss.value), []).append(miss)
    lost = LostKeys(target, tables.values()).find({value: len(found) for value, found in by_value.items()})
    # What most cells refer to is told first: a key gets its advice from the first of several.
    for value, found in sorted(by_value.items(), key=lambda item: -len(item[1])):
        places = tuple(miss.place for miss in found)
        if value in lost and not _lost(target, lost[value], value, places):
            yield Waiting(target.reference, lost[value], places)
        elif value not in lost and len(found) >= SEVERAL and not _separated(target, found[0]):
            _gone(target, value, found)
        elif value not in lost:
            for miss in found:
                _miss(target, miss, target.find(value))


def _lost(target: Target, row: int, value: str, places: tuple[str, ...]) -> bool:
    """Say at the key of a row what refers to the value it once was; False when the row has no fault to say it with."""
    typed, column = target.typed, target.column
    said = f"{referring(places, show(value))}, which no row has: if it was this one, type it again"
    if row in target.upper.values() and not target.fault(row):
        move_double(typed, column, next(lower for lower, upper in target.upper.items() if upper == row), row)
    elif row not in target.broken and not target.fault(row):
        key = target.label(str(target.value(row)))
        others = "if the new key is meant, change those cells"
        if plain(str(target.value(row))) != plain(value):
            others = f"if its row was deleted, put it back; {others}"
        message = f"nothing refers to {key}, and {said}; {others}."
        problem = Problem("changed-key", message, suggestion=value)
        typed.fault(row, column, problem, typed.layout.cell(row, column), followers=places)
        return True
    fault = target.fault(row)
    if fault is None:
        return False
    message, suggestion = fault.message, fault.suggestion
    is_guess = " Nearest: " in message and suggestion not in target.used
    is_known = target.is_known(row) and not is_guess
    if is_known:
        said = referring(places, show(value))
    elif not fault.followers:
        # An example or a near form beside the value itself would be a second, wrong advice.
        message = message.split(", for example ")[0].split(" Nearest: ")[0].rstrip(".") + "."
        suggestion = value
    followers = (*fault.followers, *places)
    typed.faults[row, column][0] = replace(
        fault, message=f"{message} {said}.", suggestion=suggestion, followers=followers
    )
    return True


def _gone(target: Target, value: str, misses: Sequence[Miss]) -> None:
    """One fault of the table for a value that several cells miss and no row can have held."""
    places = tuple(miss.place for miss in misses)
    message = (
        f"no {target.noun or 'row'} has the {target.column} {show(value)}, and {referring(places, 'it')}."
        " Put its row back, or change the cells that refer to it."
    )
    near = target.find(value)
    if near and len({(miss.typed.name, miss.entry.name) for miss in misses}) == 1:
        message += f" If they were mistyped, the nearest is {target.labels(near)}."
    resource = target.resource
    fault = Fault(
        file=resource.path, sheet=resource.sheet, column=target.column, code="missing-key", value=value,
        message=message, followers=places,
    )  # fmt: skip
    target.typed.layout.faults.append(fault)


def _miss(target: Target, miss: Miss, near: Suggestion | None) -> None:
    layout = miss.typed.layout
    cell = layout.table.rows[miss.row][layout.columns[miss.entry.name]]
    problem = _separated(target, miss) or _unknown(target, miss, near)
    miss.typed.fault(miss.row, miss.entry.name, problem, cell)


def _separated(target: Target, miss: Miss) -> Problem | None:
    """Several valid values in one, by another separator than the schema's."""
    text = str(miss.value)
    for mark in _SEPARATORS:
        items = [item.strip() for item in text.split(mark) if item.strip()]
        if len(items) < 2 or not target.accepted.issuperset(items):
            continue
        if miss.entry.is_list:
            better = f"{miss.entry.delimiter} ".join(items)
            message = f"{show(text)} must be separated by {miss.entry.delimiter}. Type {show(better)}."
            return Problem("wrong-list-separator", message, target.place, better)
        message = f"{show(text)} holds {len(items)} values, and {miss.entry.name} holds one. Make a row for each."
        return Problem("unknown-reference", message, target.place)
    return None


def _unknown(target: Target, miss: Miss, near: Suggestion | None) -> Problem:
    text = str(miss.value)
    where = f" in {show(miss.whole)}" if miss.whole else ""
    what = (
        f"{show(text)}{where} is no {target.noun}" if target.noun else f"{show(text)}{where} is not in {target.place}"
    )
    if near is None:
        what += f": it is not in {target.place}" if target.noun else ""
        return Problem("unknown-reference", f"{what}. Add it there or put it back, or correct it here.", target.place)
    nearest = target.labels(near)
    code = {"case": "wrong-case", "look-alikes": "look-alike-letters"}.get(near.why, "unknown-reference")
    message = {
        "case": f"{what}: capitals and small letters differ. Nearest: {nearest}.",
        "look-alikes": f"{what}: it holds letters that only look alike. Nearest: {nearest}.",
        "name": f"{what}. It is the name of {show(near.values[0])}: type that.",
    }.get(near.why, f"{what}. Nearest: {nearest}.")
    return Problem(code, message, target.place, near.values[0])
