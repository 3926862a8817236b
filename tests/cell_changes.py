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
from itertools import islice
from pathlib import Path

import pandas as pd

from sheetcheck.checks import Checked, check_tables
from sheetcheck.checks.columns import make_frame
from sheetcheck.reading import Cell, RawTable, read_tables
from sheetcheck.schema import Field, Package, load_package

# Values of the rest of the column that are tried.
OTHERS = 12
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
    columns: Mapping[Place, pd.Series] = field(repr=False)  # each column that it changes, whole

    @property
    def tables(self) -> set[str]:
        """The tables that it changes."""
        return {table for table, _ in self.columns}

    def __str__(self) -> str:
        return f"{self.table}.{self.column}, row {self.row}: {self.before or 'nothing'} → {self.after}"


def changed(frames: Mapping[str, pd.DataFrame], changes: Iterable[Change]) -> dict[str, pd.DataFrame]:
    """The frames with all these changes in them."""
    found = dict(frames)
    for change in changes:
        for (table, column), values in change.columns.items():
            found[table] = found[table].assign(**{column: values})
    return found


class Book:
    """The tables of a data folder as they are stored, and what they say."""

    def __init__(self, folder: Path) -> None:
        self.package: Package = load_package(folder)
        self.tables, faults = read_tables(self.package)
        self.checked: Checked = check_tables(self.package, self.tables, faults)
        if self.checked.faults:
            raise ValueError(f"{folder} has faults: run kritiek check.")

    @cached_property
    def referring(self) -> dict[Place, list[Place]]:
        """For each column the columns whose values must stand in it, by themselves or with others."""
        found: dict[Place, list[Place]] = {}
        for resource in self.package.resources:
            for key in resource.foreign_keys:
                for name, target in zip(key.fields, key.target, strict=True):
                    found.setdefault((key.resource, target), []).append((resource.name, name))
        return found

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

    def changes(self, table: str, column: str, rows: Sequence[int], *, of_a_cell: int = 1) -> Iterator[Change]:
        """Valid changes of cells of the column, those of filled cells first, in the order of the rows."""
        entry = self.package.resource(table).field(column)
        number = self.columns(table)[column]
        cells = self.tables[table].rows
        filled = [row for row in rows if number in cells[row]]
        # Another value each time, since what one row does not show another may.
        seen: Counter[object] = Counter()
        turns = {row: seen.update([cells[row][number].value]) or seen[cells[row][number].value] for row in filled}
        filled.sort(key=turns.__getitem__)
        for row in (*filled, *(row for row in rows if row not in filled)):
            yield from islice(self._of_cell(table, entry, row), of_a_cell)

    def _of_cell(self, table: str, entry: Field, row: int) -> Iterator[Change]:
        frame = self.checked.frames[table]
        value = frame[entry.name].iloc[self.rows(table).index(row)]
        value = None if not entry.is_list and pd.isna(value) else value
        renamed = self._renamed((table, entry.name)) if (table, entry.name) in self.referring else set()
        for after in self._values(entry, value, list(frame[entry.name])):
            if after == value:
                continue
            places = renamed if renamed and value is not None else {(table, entry.name)}
            tables = self._with(places, table, row, value, after)
            checked = check_tables(
                self.package, {name: tables.get(name, self.tables[name]) for name in self._near(tables)}
            )
            if not checked.faults:
                frames = {name: make_frame(checked.typed[name]) for name in tables}
                changed = {(name, column): frames[name][column] for name, column in places}
                yield Change(table, entry.name, row, _text(value), _text(after), changed)

    def _renamed(self, place: Place) -> set[Place]:
        """The column and all that hold its values, over however many tables."""
        found, waiting = set(), [place]
        while waiting:
            if (one := waiting.pop()) not in found:
                found.add(one)
                waiting += self.referring.get(one, ())
        return found

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

    def _values(self, entry: Field, value: object, column: Sequence[object]) -> Iterator[object]:
        """Values that the cell may have instead; what is no valid one the checks find."""
        allowed: list[object] = list(entry.enum or ())
        if entry.reference:
            allowed = list(self.checked.frames[entry.reference.resource][entry.reference.field].dropna())
        # Another one of the values each time: some say the same of what is counted.
        start = sum(map(ord, str(value))) % max(1, len(allowed))
        allowed = [*allowed[start:], *allowed[:start]]
        others = [one for one in column if entry.is_list or not pd.isna(one)]
        others = list(dict.fromkeys(one for one in others if one != value))[:OTHERS]
        if entry.is_list:
            items: tuple[str, ...] = tuple(value)  # type: ignore[arg-type]
            known = allowed or [item for other in others for item in other]  # type: ignore[attr-defined]
            yield from ((*items, one) for one in known if one not in items)
            yield from (items[:-1] for _ in items[1:])
            yield from ((*items[:-1], f"{item} x") for item in items[-1:])
        elif entry.type == "boolean":
            yield not value
        elif allowed:
            yield from (one for one in allowed if one != value)
        else:
            if entry.type == "integer" and others:
                yield max(others) + 1  # type: ignore[operator, type-var]
            yield from _near_values(entry, value)
            yield from others


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
