"""Typed tables in, references to rows that are not there out; what only follows from a faulty key goes to that key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sheetcheck.checks.columns import MAX_FAULTS, Typed
from sheetcheck.checks.layout import as_text
from sheetcheck.checks.suggest import Suggestion
from sheetcheck.checks.targets import Target
from sheetcheck.checks.texts import Problem
from sheetcheck.faults import Fault, counted, show
from sheetcheck.schema import Field, Reference

# One cell that misses a key is a slip in that cell; when so many miss the same one, the key itself was changed.
CHANGED_KEY_REFERENCES = 3
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


def check_references(tables: Mapping[str, Typed]) -> dict[Reference, list[str]]:
    """Note every reference without a row; give, for each column that could not be read, the places that wait for it."""
    targets: dict[Reference, Target] = {}
    misses: dict[Reference, list[Miss]] = {}
    waiting: dict[Reference, list[str]] = {}
    for typed in tables.values():
        for entry in typed.layout.table.resource.fields:
            reference = entry.reference
            if reference is None or entry.name not in typed.layout.columns:
                continue
            owner = tables.get(reference.resource)
            if owner is None or reference.field not in owner.layout.columns or not owner.layout.records:
                places = {miss.place: None for miss in _references(typed, entry, None)}
                waiting.setdefault(reference, []).extend(places)
                continue
            if reference not in targets:
                targets[reference] = Target(owner, reference.field)
            # Where nothing is found there is one cause, and the table is past the faults that are listed.
            missed = misses.setdefault(reference, [])
            missed += islice(_references(typed, entry, targets[reference]), MAX_FAULTS + 1 - len(missed))
    for reference, found in misses.items():
        _settle(targets[reference], found)
    return waiting


def _references(typed: Typed, entry: Field, target: Target | None) -> Iterator[Miss]:
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


def _settle(target: Target, misses: Sequence[Miss]) -> None:
    """Give each missed value to its cause, when there is one, or to the cells that hold it."""
    by_value: dict[object, list[Miss]] = {}
    for miss in misses:
        by_value.setdefault(miss.value, []).append(miss)
    for value, found in by_value.items():
        text = str(value)
        near = target.find(text)
        broken = target.broken_row(text, near)
        if broken is not None:
            _follow(target, broken, found)
            continue
        if near is None and target.typed.layout.table.uneven:
            # The key may stand in a line that could not be read; that line is named as it is.
            continue
        is_lone = len(target.faulty_rows) == 1 and len(by_value) == 1
        if is_lone and (near is None or near.edits > 1):
            # One key is spoilt beyond recognition and one is missed: it is most likely the same.
            _follow(target, target.faulty_rows[0], found)
        elif _is_changed_key(target, near, found):
            _changed(target, near.values[0], text, found)  # type: ignore[union-attr]
        else:
            for miss in found:
                _miss(target, miss, near)


def _follow(target: Target, row: int, misses: Sequence[Miss]) -> None:
    """Count the misses in the message of the fault that they follow from."""
    faults = target.typed.faults.get((row, target.column))
    if faults:
        faults[0] = with_followers(faults[0], [miss.place for miss in misses])


def with_followers(fault: Fault, places: Sequence[str]) -> Fault:
    """The fault, with the places that go wrong only because of it counted in its message."""
    bare = fault.message.removesuffix(_followers(len(fault.followers)))
    followers = (*fault.followers, *places)
    return replace(fault, message=bare + _followers(len(followers)), followers=followers)


def _followers(number: int) -> str:
    return f" It breaks {counted(number, 'reference')}." if number else ""


def _is_changed_key(target: Target, near: Suggestion | None, misses: Sequence[Miss]) -> bool:
    if near is None or near.why != "edits" or len(near.values) != 1 or len(misses) < CHANGED_KEY_REFERENCES:
        return False
    return all(str(value) != near.values[0] for value in target.used)


def _changed(target: Target, key: str, wanted: str, misses: Sequence[Miss]) -> None:
    row = target.row_of(key)
    message = (
        f"nothing refers to {target.label(key)}, and {len(misses)} cells refer to {show(wanted)}, which is nowhere."
        f" Was the key changed? Then change it back, or in those cells as well (the first: {misses[0].place})."
    )
    problem = Problem("changed-key", message, suggestion=wanted)
    places = tuple(miss.place for miss in misses)
    target.typed.fault(row, target.column, problem, target.typed.layout.cell(row, target.column), followers=places)


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
        return Problem("unknown-reference", f"{what}. Add it there first, or correct it here.", target.place)
    labels = [target.label(value) for value in near.values]
    nearest = labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"
    code = {"case": "wrong-case", "look-alikes": "look-alike-letters"}.get(near.why, "unknown-reference")
    message = {
        "case": f"{what}: capitals and small letters differ. Nearest: {nearest}.",
        "look-alikes": f"{what}: it holds letters that only look alike. Nearest: {nearest}.",
        "name": f"{what}. It is the name of {show(near.values[0])}: type that.",
    }.get(near.why, f"{what}. Nearest: {nearest}.")
    return Problem(code, message, target.place, near.values[0])
