"""Tables in, references to rows that are not there out; what only follows from a lost key goes to that key."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sheetcheck.checks.columns import MAX_FAULTS, Table
from sheetcheck.checks.keys import SEVERAL, LostKeys, Target, move_double
from sheetcheck.faults import Fault, problem, referring
from sheetcheck.messages import say
from sheetcheck.nearest import Suggestion, plain
from sheetcheck.schema import Field, Reference

# What people put between the items of a list instead of the separator of the schema.
_SEPARATORS = (";", ",", "/", "|", "+", "\n", " ")
# The code of a near value by what sets it apart; any other is an unknown reference.
_NEAR = {
    "case": "wrong-case.reference",
    "look-alikes": "look-alike-letters.reference",
    "name": "unknown-reference.name",
}


@dataclass(frozen=True, slots=True)
class Miss:
    """A reference that found no row: where it stands, its value, and the whole list when it is one of several."""

    typed: Table
    row: int
    entry: Field
    value: object
    whole: str | None

    @property
    def place(self) -> str:
        """The address that a cause lists among its followers."""
        return self.typed.place(self.row, self.entry.name)


@dataclass(frozen=True)
class Waiting:
    """Places whose reference waits for a column, or a line of a CSV, that could not be read."""

    reference: Reference
    row: int | None  # None for the whole column
    places: tuple[str, ...]


def check_references(tables: Mapping[str, Table]) -> list[Waiting]:
    """Note every reference without a row, or the key that was lost; give the places that wait for what was not read."""
    columns: dict[Reference, list[tuple[Table, Field]]] = {}
    for typed in tables.values():
        for entry in typed.resource.fields:
            if entry.reference and entry.name in typed.columns:
                columns.setdefault(entry.reference, []).append((typed, entry))
    waiting: list[Waiting] = []
    for reference in _keys_last(columns, tables):
        owner = tables.get(reference.resource)
        is_read = owner and reference.field in owner.columns and owner.records
        target = Target(owner, reference.field) if owner and is_read else None
        found = (miss for typed, entry in columns[reference] for miss in _misses(typed, entry, target))
        # Where nothing is found there is one cause, and the table is past the faults that are listed.
        misses = list(islice(found, MAX_FAULTS + 1))
        if target is None:
            waiting.append(Waiting(reference, None, tuple({miss.place: None for miss in misses})))
        elif misses:
            waiting += _settle(target, misses, tables)
    return waiting


def _keys_last(columns: Mapping[Reference, object], tables: Mapping[str, Table]) -> list[Reference]:
    """References, each after the one that its own key column is: a key that is a faulty reference is a faulty key."""
    order: dict[Reference, None] = {}

    def add(reference: Reference, before: tuple[Reference, ...]) -> None:
        owner = tables.get(reference.resource)
        own = owner.resource.field(reference.field).reference if owner else None
        if own in columns and own not in before and own != reference:
            add(own, (*before, reference))  # type: ignore[arg-type]
        order.setdefault(reference)

    for reference in columns:
        add(reference, ())
    return list(order)


def _misses(typed: Table, entry: Field, target: Target | None) -> Iterator[Miss]:
    """References of a column that find no row; all of them where there is no target to look in."""
    column = typed.columns[entry.name]
    accepted = target.accepted if target else frozenset()
    used = target.used if target else set()
    for row, (value,) in typed.values((entry.name,)):
        if value is None:
            continue
        items: Sequence[object] = dict.fromkeys(value) if entry.is_list else (value,)  # type: ignore[assignment, call-overload]
        for item in items:
            used.add(item)
            if item not in accepted:
                whole = typed.text(row, column) if entry.is_list and len(items) > 1 else None
                yield Miss(typed, row, entry, item, whole)


def _settle(target: Target, misses: Sequence[Miss], tables: Mapping[str, Table]) -> Iterator[Waiting]:
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
                wrong = _separated(target, miss) or _unknown(target, miss, target.find(value))
                miss.typed.note(miss.row, miss.entry.name, wrong)


def _lost(target: Target, row: int, value: str, places: tuple[str, ...]) -> bool:
    """Say at the key of a row what refers to the value it once was; False when the row has no fault to say it with."""
    typed, column = target.typed, target.column
    said = referring(places, value)
    if row in target.upper.values() and not target.faults(row):
        move_double(typed, column, next(lower for lower, upper in target.upper.items() if upper == row), row)
    elif row not in target.broken and not target.faults(row):
        key = str(typed.value(row, column))
        kind = "alike" if plain(key) == plain(value) else "other"
        found = problem(f"changed-key.{kind}", suggestion=value, key=target.label(key), said=said)
        typed.note(row, column, found, followers=places)
        return True
    fault = next(iter(target.faults(row)), None)
    if fault is None:
        return False
    message, suggestion = fault.message, fault.suggestion
    is_guess = fault.bare is not None and suggestion not in target.used
    if not target.is_known(row) or is_guess:
        said = say("changed-key.lost", said=said)
        if not fault.followers:
            # An example or a near form beside the value itself would be a second, wrong advice.
            message, suggestion = fault.bare or message, value
    followers = (*fault.followers, *places)
    typed.faults[row, column][0] = replace(
        fault, message=f"{message} {said}.", bare=None, suggestion=suggestion, followers=followers
    )
    return True


def _gone(target: Target, value: str, misses: Sequence[Miss]) -> None:
    """One fault of the table for a value that several cells miss and no row can have held."""
    places = tuple(miss.place for miss in misses)
    noun = target.noun or say("a-row")
    found = problem("missing-key.gone", noun=noun, column=target.column, value=value, said=referring(places))
    near = target.find(value)
    if near and len({(miss.typed.resource.name, miss.entry.name) for miss in misses}) == 1:
        hint = say("missing-key.mistyped", near=[*map(target.label, near.values)])
        found = replace(found, message=f"{found.message} {hint}")
    told = target.typed.fault(found, column=target.column, value=value, followers=places)
    target.typed.form_faults.append(told)


def _separated(target: Target, miss: Miss) -> Fault | None:
    """Several valid values in one, by another separator than the schema's."""
    text, mark = str(miss.value), miss.entry.delimiter
    for other in _SEPARATORS:
        items = [item.strip() for item in text.split(other) if item.strip()]
        if len(items) < 2 or not target.accepted.issuperset(items):
            continue
        if not miss.entry.is_list:
            parts = {"text": text, "number": len(items), "column": miss.entry.name}
            return problem("unknown-reference.several", expected=target.place, **parts)
        better = f"{mark} ".join(items)
        return problem("wrong-list-separator", expected=target.place, suggestion=better, text=text, mark=mark)
    return None


def _unknown(target: Target, miss: Miss, near: Suggestion | None) -> Fault:
    text = str(miss.value)
    kind, parts = ("noun", {"noun": target.noun}) if target.noun else ("place", {"place": target.place})
    what = say(f"no-{kind}", text=text, whole=miss.whole, **parts)
    if near is None:
        return problem(f"unknown-reference.{kind}", expected=target.place, what=what, place=target.place)
    key = _NEAR.get(near.why, "unknown-reference.near")
    # Another number is another year or committee, and as likely new as mistyped; the same letters in disorder are not.
    is_other_number = re.sub("[0-9]", "0", text) == re.sub("[0-9]", "0", near.values[0])
    if near.why == "edits" and is_other_number and sorted(text) != sorted(near.values[0]):
        key = "unknown-reference.number"
    parts = {"what": what, "near": [*map(target.label, near.values)], "place": target.resource.place}
    return problem(key, expected=target.place, suggestion=near.values[0], bare=f"{what}.", **parts)
