"""A raw table in, the column of each field out, and what is wrong in the header: missing, extra, renamed, moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from sheetcheck.faults import Fault, problem
from sheetcheck.nearest import Nearest, plain
from sheetcheck.reading.cells import RawTable, letters, written
from sheetcheck.schema import Field

# Titles and remarks above the header take a few rows; a header further down is no slip but another sheet.
HEADER_SEARCHED = 12


@dataclass
class Header:
    """The header row, the column of each field that was found, and every column that has a name."""

    row: int = 1
    columns: dict[str, int] = field(default_factory=dict)
    named: set[int] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)


def find_header(table: RawTable) -> Header:
    """Find the header and match its names to the schema; a renamed column is named and then read as what it must be."""
    resource, header = table.resource, Header()
    fields = resource.field_names
    if not table.rows:
        key = "empty-table.file" if table.is_csv else "empty-sheet"
        header.faults.append(table.fault(problem(key)))
        return header
    header.row = _header_row(table)
    cells = table.rows.get(header.row, {})
    names = {column: written(cell.value) for column, cell in cells.items() if cell.kind != "formula"}
    computed = cells.keys() - names.keys()
    titles = [title for entry in resource.fields for title in entry.title.values()]
    if not set(map(plain, names.values())) & set(map(plain, [*fields, *titles])):
        key = f"missing-header.{'line' if table.is_csv else 'computed' if computed else 'row'}"
        header.faults.append(table.fault(problem(key, names=fields, computed=computed), (1, 1)))
        return header
    if header.row != 1:
        header.faults.append(table.fault(problem("header-not-first", row=header.row), (header.row, min(names))))
    header.named = set(names)
    left = _exact(table, header, names)
    _unnamed(table, header, computed)
    for column in sorted(computed - header.named):
        header.faults.append(table.fault(problem("formula-without-result.column"), (header.row, column)))
    header.named |= computed
    for column, name in _renamed(table, header, left).items():
        header.faults.append(table.fault(problem("extra-column", name=name), (header.row, column), value=name))
    for place, name in enumerate(fields, 1):
        if name not in header.columns:
            found = problem("missing-column", expected=name, suggestion=name, name=name, column=letters(place))
            header.faults.append(table.fault(found, (header.row, place), column=name))
    header.faults += _moved(table, header)
    return header


def _header_row(table: RawTable) -> int:
    """The first row, unless one of the next holds more of the names."""
    known = {plain(name) for name in table.resource.field_names}

    def found(row: int) -> int:
        return len({plain(str(cell.value)) for cell in table.rows[row].values()} & known)

    rows = [row for row in sorted(table.rows)[:HEADER_SEARCHED] if row <= HEADER_SEARCHED] or [min(table.rows)]
    best = max(rows, key=lambda row: (found(row), -row))
    return best if found(best) > len(known) // 2 or rows[0] != 1 else 1


def _exact(table: RawTable, header: Header, names: dict[int, str]) -> dict[int, str]:
    """Take the columns whose names are right; give back those that are not."""
    left = {}
    for column, name in sorted(names.items()):
        if name not in table.resource.field_names:
            left[column] = name
        elif name in header.columns:
            first = header.columns[name]
            key = f"duplicate-column.{'line' if table.is_csv else 'sheet'}"
            other = letters(first) if table.is_csv else table.address(header.row, first)
            found = problem(key, name=name, other=other)
            header.faults.append(table.fault(found, (header.row, column), column=name, value=name))
        else:
            header.columns[name] = column
    return left


def _unnamed(table: RawTable, header: Header, computed: Collection[int]) -> None:
    """A column with values and a blank name, or a formula for it, standing where a missing field belongs."""
    fields = table.resource.field_names
    used = {column for cells in table.rows.values() for column in cells}
    for place, name in enumerate(fields):
        column = header.columns.get(fields[place - 1], 0) + 1 if place else 1
        if name not in header.columns and column in used - header.named:
            header.columns[name] = column
            header.named.add(column)
            key = "formula-without-result.name" if column in computed else "column-without-name.field"
            found = problem(key, expected=name, suggestion=name, name=name)
            header.faults.append(table.fault(found, (header.row, column), column=name))


def _renamed(table: RawTable, header: Header, left: dict[int, str]) -> dict[int, str]:
    """Match what is left to the fields that are missing: by its title, by a near name, or by standing in its place."""
    rest = {}
    for column, name in left.items():
        missing = [entry for entry in table.resource.fields if entry.name not in header.columns]
        wanted = _named(name, missing) or _in_place(table, header, column, left, missing)
        if wanted is None:
            rest[column] = name
            continue
        header.columns[wanted] = column
        found = problem("renamed-column", expected=wanted, suggestion=wanted, name=name, near=wanted)
        header.faults.append(table.fault(found, (header.row, column), column=wanted, value=name))
    return rest


def _named(name: str, missing: list[Field]) -> str | None:
    for entry in missing:
        if plain(name) in {plain(title) for title in (*entry.title.values(), entry.name.replace("_", " "))}:
            return entry.name
    found = Nearest(entry.name for entry in missing).find(name)
    return found.values[0] if found and len(found.values) == 1 else None


def _in_place(table: RawTable, header: Header, column: int, left: dict[int, str], missing: list[Field]) -> str | None:
    """A strange name between the right neighbours, where a field is missing: the column was given another name."""
    fields = table.resource.field_names
    is_alone = len(left) == len(missing) == 1
    for entry in missing:
        place = fields.index(entry.name)
        before = header.columns.get(fields[place - 1]) if place else 0
        is_last = place == len(fields) - 1
        if before == column - 1 and (is_alone or is_last or header.columns.get(fields[place + 1]) == column + 1):
            return entry.name
    return None


def _moved(table: RawTable, header: Header) -> Iterator[Fault]:
    """The fewest columns that must move to bring the fields into the order of the schema, and blank columns between."""
    order = table.resource.field_names
    found = sorted(header.columns, key=header.columns.__getitem__)
    stays = _longest_run([order.index(name) for name in found])
    for name in found:
        place = order.index(name)
        if place not in stays:
            before = next((other for other in reversed(order[:place]) if other in header.columns), None)
            moved = problem(f"reordered-column.{'after' if before else 'first'}", name=name, before=before)
            cell = (header.row, header.columns[name])
            yield table.fault(moved, cell, column=name, value=name, is_remark=True)
    if header.named and len(found) == len(order):
        used = {column for cells in table.rows.values() for column in cells}
        for column in sorted({*range(1, max(header.named))} - used):
            yield table.fault(problem("blank-column", column=letters(column)), (header.row, column))


def _longest_run(numbers: list[int]) -> set[int]:
    """Members of a longest rising part of the numbers (patience sorting)."""
    tails: list[int] = []
    links: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(tails, number)
        links[number] = tails[place - 1] if place else None
        tails[place : place + 1] = [number]
    run, current = set(), tails[-1] if tails else None
    while current is not None:
        run.add(current)
        current = links[current]
    return run
