"""The raw tables of a data folder in; valid changes of a cell of one column out, each with the frames that it gives.

What a change may be says the schema alone: each is held against the same checks as what a person types.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, islice, zip_longest
from pathlib import Path

import pandas as pd

from sheetcheck.checks import Checked, check_tables
from sheetcheck.checks.columns import make_frame
from sheetcheck.reading import Cell, RawTable, read_tables
from sheetcheck.schema import Field, Package, Reference, load_package

# Values of the rest of the column that are tried.
OTHERS = 12
# Changes of one cell that are held against the checks before the next cell is taken.
OF_ONE = 8
FIRST_ROW = 2
DAYS = (1, -1, 31, -31, 366)
KINDS = {"boolean": "bool", "integer": "number", "number": "number", "date": "date"}
Place = tuple[str, str]  # table and column


@dataclass(frozen=True)
class Change:
    """A cell with another value; of a key the same in every cell that refers to it."""

    table: str
    column: str
    row: int
    before: str
    after: str
    cells: Mapping[Place, Mapping[int, object]] = field(repr=False)  # what it changes, by place in the frame

    @property
    def tables(self) -> set[str]:
        """The tables that it changes."""
        return {table for table, _ in self.cells}

    def __str__(self) -> str:
        return f"{self.table}.{self.column}, row {self.row}: {self.before or 'nothing'} → {self.after}"


def changed(frames: Mapping[str, pd.DataFrame], changes: Iterable[Change]) -> dict[str, pd.DataFrame]:
    """The frames with all these changes in them."""
    together: dict[Place, dict[int, object]] = {}
    for change in changes:
        for place, cells in change.cells.items():
            together.setdefault(place, {}).update(cells)
    found = dict(frames)
    for (table, column), cells in together.items():
        old = frames[table][column]
        values = [cells.get(number, value) for number, value in enumerate(old)]
        found[table] = found[table].assign(**{column: pd.Series(values, index=old.index, dtype=old.dtype)})
    return found


class Book:
    """The tables of a data folder as they are stored, and what they say."""

    def __init__(self, folder: Path) -> None:
        self.package: Package = load_package(folder)
        self.tables, faults = read_tables(self.package)
        self.checked: Checked = check_tables(self.package, self.tables, faults)
        if self.checked.faults:
            raise ValueError(f"{folder} has faults: run kritiek check.")
        self._said: dict[Reference, dict[object, tuple]] = {}

    @cached_property
    def referring(self) -> dict[Place, list[Place]]:
        """For each column the columns whose values must stand in it, by themselves or with others."""
        found: dict[Place, list[Place]] = {}
        for resource in self.package.resources:
            for key in resource.foreign_keys:
                for name, target in zip(key.fields, key.target, strict=True):
                    found.setdefault((key.resource, target), []).append((resource.name, name))
        return found

    @cached_property
    def halves(self) -> dict[Place, set[Place]]:
        """For each column that is part of a key of several which other sheets refer to, all that hold its values."""
        beside: dict[Place, set[Place]] = {}
        for resource in self.package.resources:
            for key in resource.foreign_keys:
                for name, target in zip(key.fields, key.target, strict=True):
                    if len(key.fields) > 1:
                        one, other = (resource.name, name), (key.resource, target)
                        beside.setdefault(one, set()).add(other)
                        beside.setdefault(other, set()).add(one)
        return {place: _reached(place, beside) for place in beside}

    def citations(self) -> Counter[tuple[str, int]]:
        """How many cells refer to each row, by table and number of the row."""
        found: Counter[tuple[str, int]] = Counter()
        for (table, column), places in self.referring.items():
            cells = [cell for name, other in places for cell in self.checked.frames[name][other]]
            said = Counter(item for cell in cells for item in (cell if isinstance(cell, tuple) else (cell,)))
            values = self.checked.frames[table][column]
            found.update({(table, row): said[value] for row, value in zip(self.rows(table), values, strict=True)})
        return found

    def rows(self, table: str) -> list[int]:
        """Numbers of the rows with records."""
        return [row for row in self.tables[table].rows if row >= FIRST_ROW]

    def columns(self, table: str) -> dict[str, int]:
        """Where each column stands."""
        return {str(cell.value): number for number, cell in self.tables[table].rows[1].items()}

    def changes(
        self, table: str, column: str, rows: Sequence[int], *, of_a_cell: int = 1, most: int | None = None
    ) -> Iterator[Change]:
        """Valid changes of cells of the column, in at most so many rows that a key lets change; filled cells first.

        By turns a value near the old one and one of another row, since what shows the year of a day shows no next day;
        and between them two rows with each other's number.
        """
        entry = self.package.resource(table).field(column)
        number = self.columns(table)[column]
        cells = self.tables[table].rows
        filled = [row for row in rows if number in cells[row]]
        # Another value each time, since what one row does not show another may.
        seen: Counter[object] = Counter()
        turns = {row: seen.update([cells[row][number].value]) or seen[cells[row][number].value] for row in filled}
        blank = (row for row in rows if number not in cells[row])
        ordered = (*sorted(filled, key=turns.__getitem__), *blank)
        offered = ((row, self._free(table, entry, row, turn, turns.get(row, turn))) for turn, row in enumerate(ordered))
        free = dict(islice(((row, values) for row, values in offered if values), most))
        values = (self._of_cell(table, entry, row, free[row]) for row in free)
        swaps = (self._swaps(table, entry, row, list(free)) for row in free)
        by_turns = zip_longest(
            *(chain.from_iterable(islice(one, of_a_cell) for one in many) for many in (values, swaps))
        )
        yield from (change for pair in by_turns for change in pair if change)

    def _free(self, table: str, entry: Field, row: int, turn: int, of_value: int) -> list[object]:
        """Values for the cell with which the row has not the key of another."""
        value = self._value(table, entry, row)
        offered = self._values((table, entry.name), value, turn, of_value)
        free = (one for one in offered if one != value and not self._repeats(table, entry.name, one, row))
        return list(islice(free, OF_ONE))

    def _of_cell(self, table: str, entry: Field, row: int, values: Sequence[object]) -> Iterator[Change]:
        value = self._value(table, entry, row)
        place = (table, entry.name)
        renamed = self._renamed(place) if place in self.referring and value is not None else {place}
        # Half of a key, of which a row by itself cannot have another, is renamed with all that share it.
        both = [renamed, self.halves[place]] if place in self.halves and value is not None else [renamed]
        for places in both:
            is_any = False
            for after in values:
                tables = self._with(places, table, row, value, after)
                if (cells := self._cells(tables, places)) is not None:
                    is_any = True
                    yield Change(table, entry.name, row, _text(value), _text(after), cells)
            if is_any:
                return

    def _repeats(self, table: str, column: str, after: object, row: int) -> bool:
        """Whether the row would have the key of another: known without the checks."""
        number = self._numbers[table][row]
        for key, known in self._keys[table].items():
            if column in key:
                own = list(known[number])
                own[key.index(column)] = after
                if tuple(own) in self._known_keys[table][key]:
                    return True
        return False

    @cached_property
    def _keys(self) -> dict[str, dict[tuple[str, ...], list[tuple]]]:
        """By table and key what stands in it, row by row."""
        return {
            one.name: {
                key: list(zip(*(self.checked.frames[one.name][name] for name in key), strict=True))
                for key in (
                    one.primary_key,
                    *one.unique_keys,
                    *((name,) for name in one.field_names if one.field(name).unique),
                )
                if key
            }
            for one in self.package.resources
        }

    @cached_property
    def _known_keys(self) -> dict[str, dict[tuple[str, ...], set[tuple]]]:
        return {table: {key: set(known) for key, known in keys.items()} for table, keys in self._keys.items()}

    def _swaps(self, table: str, entry: Field, row: int, rows: Sequence[int]) -> Iterator[Change]:
        """Two rows with each other's number, where every number stands once: else only the last could have another."""
        resource, place = self.package.resource(table), (table, entry.name)
        keys = [(entry.name,)] if entry.unique else [resource.primary_key, *resource.unique_keys]
        key = next((one for one in keys if entry.name in one), ())
        if entry.type != "integer" or not key:
            return
        value, number = self._value(table, entry, row), self.columns(table)[entry.name]
        rest = [resource.field(name) for name in key if name != entry.name]
        own = [self._value(table, one, row) for one in rest]
        for other in rows:
            theirs = self._value(table, entry, other)
            if None in (value, theirs) or value == theirs or own != [self._value(table, one, other) for one in rest]:
                continue
            raw = self.tables[table]
            one, two = raw.rows[row][number], raw.rows[other][number]
            swapped = {row: one._replace(value=two.value), other: two._replace(value=one.value)}
            changed = dict(raw.rows) | {key: {**raw.rows[key], number: cell} for key, cell in swapped.items()}
            if (cells := self._cells({table: replace(raw, rows=changed)}, {place})) is not None:
                yield Change(table, entry.name, row, _text(value), f"{_text(theirs)}, the number of row {other}", cells)

    def _value(self, table: str, entry: Field, row: int) -> object:
        """What stands in a cell, None for nothing."""
        value = self.checked.frames[table][entry.name].iloc[self._numbers[table][row]]
        return None if not entry.is_list and pd.isna(value) else value

    @cached_property
    def _numbers(self) -> dict[str, dict[int, int]]:
        """By table the place in its frame of each row."""
        return {name: {row: number for number, row in enumerate(self.rows(name))} for name in self.tables}

    def _cells(self, tables: Mapping[str, RawTable], places: set[Place]) -> dict[Place, dict[int, object]] | None:
        """What is other in these places with these tables; None when the checks find a fault."""
        near = {name: tables.get(name, self.tables[name]) for name in self._near(tables)}
        checked = check_tables(self.package, near)
        if checked.faults:
            return None
        frames = {name: make_frame(checked.typed[name]) for name in tables}
        return {
            (name, column): _differing(self.checked.frames[name][column], frames[name][column])
            for name, column in places
        }

    def _renamed(self, place: Place) -> set[Place]:
        """The column and all that hold its values, over however many tables."""
        return _reached(place, self.referring)

    def _near(self, tables: Mapping[str, RawTable]) -> set[str]:
        """The tables that can be wrong when these change, and those that are looked up for it."""
        referring = {name for (target, _), places in self.referring.items() if target in tables for name, _ in places}
        near = {*tables, *referring}
        return near | {key.resource for name in near for key in self.package.resource(name).foreign_keys}

    def _with(self, places: set[Place], table: str, row: int, value: object, after: object) -> dict[str, RawTable]:
        """The tables in which these columns have another value: of one place in that row, of several wherever it is."""
        tables: dict[str, RawTable] = {}
        for name, column in places:
            raw = tables.get(name, self.tables[name])
            entry, number = self.package.resource(name).field(column), self.columns(name)[column]
            wanted = [row] if len(places) == 1 else self.rows(name)
            changed = dict(raw.rows)
            for one in wanted:
                cell = raw.rows[one].get(number)
                new = _put(entry, cell, value, after, is_only=len(places) == 1)
                if new is not None:
                    changed[one] = {**changed[one], number: _cell(raw, entry, new, one, number, cell)}
            tables[name] = replace(raw, rows=changed)
        return tables

    def _values(self, place: Place, value: object, turn: int, of_value: int) -> Iterator[object]:
        """Values that the cell may have instead, others each turn; what is no valid one the checks find.

        `turn` counts the cells, `of_value` those with this value.
        """
        entry, column = self.package.resource(place[0]).field(place[1]), list(self.checked.frames[place[0]][place[1]])
        allowed: list[object] = list(entry.enum or ())
        shared = self.halves.get(place, set())
        given = [entry.reference, *(self.package.resource(name).field(one).reference for name, one in sorted(shared))]
        # Of a key of several, what stands in one of its own columns is no choice.
        reference = next((one for one in given if one and (one.resource, one.field) not in shared), None)
        if reference:
            allowed = list(self.checked.frames[reference.resource][reference.field].dropna())
        # Others of the values each time: some say the same of what is counted.
        start = (sum(map(ord, str(value))) + turn + of_value) % max(1, len(allowed))
        allowed = [*allowed[start:], *allowed[:start]]
        if reference and not entry.is_list:
            # First those that another row says other things of.
            allowed.sort(key=lambda one: self._said_of(reference, one) == self._said_of(reference, value))
        others = list(dict.fromkeys(one for one in column if (entry.is_list or not pd.isna(one)) and one != value))
        start = turn * OTHERS % max(1, len(others))
        others = [] if entry.unique else [*others[start:], *others[:start]][:OTHERS]
        if entry.is_list:
            items: tuple[str, ...] = tuple(value)  # type: ignore[arg-type]
            known = allowed or [item for other in others for item in other]  # type: ignore[attr-defined]
            more = [(*items, one) for one in known if one not in items]
            yield from more[:1]
            yield from ((*items[:one], *items[one + 1 :]) for one in reversed(range(len(items))) if len(items) > 1)
            yield from more[1:]
            yield from ((*items[:-1], f"{item} x") for item in items[-1:])
        elif entry.type == "boolean":
            yield not value
        elif allowed:
            # By turns what others have here, since a rule may leave no more of the values, and what none has.
            is_of_others = of_value % 2 == 1
            yield from sorted(allowed, key=lambda one: (one in others) != is_of_others)
        else:
            if turn % 2:
                yield from others
            if entry.type == "integer" and others:
                yield max(others) + 1  # type: ignore[operator, type-var]
            yield from _near_values(entry, value)
            yield from others

    def _said_of(self, reference: Reference, key: object) -> tuple:
        """What the row of a key says in the columns that take one of a few values."""
        if reference not in self._said:
            fields = self.package.resource(reference.resource).fields
            names = [one.name for one in fields if (one.enum or one.reference) and one.name not in ("id", "source")]
            frame = self.checked.frames[reference.resource]
            said = zip(*(frame[name].astype(str) for name in names), strict=True) if names else ((),) * len(frame)
            self._said[reference] = dict(zip(frame[reference.field], said, strict=True))
        return self._said[reference].get(key, ())


def _reached(place: Place, ways: Mapping[Place, Iterable[Place]]) -> set[Place]:
    found, waiting = set(), [place]
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            waiting += ways.get(one, ())
    return found


def _differing(old: pd.Series, new: pd.Series) -> dict[int, object]:
    pairs = enumerate(zip(old, new, strict=True))
    return {number: after for number, (before, after) in pairs if not _same(before, after)}


def _same(one: object, other: object) -> bool:
    if isinstance(one, tuple) or isinstance(other, tuple):
        return one == other
    return bool(pd.isna(one) and pd.isna(other)) or (not pd.isna(one) and not pd.isna(other) and one == other)  # type: ignore[call-overload]


def _near_values(entry: Field, value: object) -> Iterator[object]:
    match entry.type:
        case "date" if value is not None:
            yield from (value + dt.timedelta(days) for days in DAYS)  # type: ignore[operator]
        case "integer" | "number" if value is not None:
            number = float(value)  # type: ignore[arg-type]
            kind = int if entry.type == "integer" else float
            yield from (kind(one) for one in (number + 1, number - 1, number / 2, number * 1.1, 0))
        case "string":
            text = str(value or entry.example or "x")
            yield f"{text} x"
            yield from (
                re.sub(r"\d(?=\D*$)", str((int(digit) + 1) % 10), text) for digit in re.findall(r"\d", text)[-1:]
            )
            yield re.sub(r"\d+(?=\D*$)", lambda found: "9" * len(found[0]), text)
            yield f"{text}-x"
            yield f"{text}x"
            yield text[:-1] + ("X" if text[-1] == "Q" else "Q" if text[-1].isupper() else "x")
            yield text[:-1]


def _put(entry: Field, cell: Cell | None, value: object, after: object, *, is_only: bool) -> object:
    """What a cell says when the value becomes another; None when it does not hold it."""
    if is_only:
        return after
    if cell is None:
        return None
    if not entry.is_list:
        return after if cell.value == value or str(cell.value) == str(value) else None
    items = [item.strip() for item in str(cell.value).split(entry.delimiter)]
    return tuple(after if item == value else item for item in items) if value in items else None


def _cell(raw: RawTable, entry: Field, value: object, row: int, number: int, old: Cell | None) -> Cell:
    if raw.is_csv or entry.type in ("string", "list"):
        return Cell(_text(value, entry.delimiter), "text", row, number)
    kind = KINDS[entry.type]
    return Cell(float(value) if kind == "number" else value, kind, row, number)  # type: ignore[arg-type]


def _text(value: object, delimiter: str = ";") -> str:
    if isinstance(value, tuple):
        return f"{delimiter} ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None or value is pd.NA else str(value)
