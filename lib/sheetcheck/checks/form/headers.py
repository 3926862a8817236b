"""A raw table in, the column of each field out, and what is wrong in the header: missing, extra, renamed, moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from sheetcheck.faults import Fault, counted, show
from sheetcheck.nearest import Nearest, plain
from sheetcheck.reading import Cell, RawTable, letters
from sheetcheck.schema import Field, Resource

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
    fields = [entry.name for entry in resource.fields]
    if not table.rows:
        message = "is empty: it has no column names and no rows. Put the table back, or take it out of the schema."
        header.faults.append(_fault(table, "empty-table" if table.is_csv else "empty-sheet", message))
        return header
    header.row = _header_row(table, fields)
    cells = table.rows.get(header.row, {})
    names = {column: _name(cell) for column, cell in cells.items() if cell.kind != "formula"}
    if not set(map(plain, names.values())) & set(map(plain, [*fields, *_titles(resource)])):
        first = "line 1" if table.is_csv else "row 1"
        computed = len(cells) - len(names)
        but = f", but {counted(computed, 'formula')} that {'was' if computed == 1 else 'were'} never computed"
        message = (
            f"{first} does not hold the column names{but if computed else ''}."
            f" They are: {', '.join(fields)}. Put them there."
        )
        header.faults.append(_fault(table, "missing-header", message, (1, 1)))
        return header
    if header.row != 1:
        message = f"the column names stand in row {header.row} and belong in row 1. Delete the rows above them."
        header.faults.append(_fault(table, "header-not-first", message, (header.row, min(names))))
    header.named = set(names)
    computed = cells.keys() - names.keys()
    left = _exact(table, header, names, fields)
    _unnamed(table, header, computed)
    for column in sorted(computed - header.named):
        message = "holds a formula that was never computed, where no column belongs. Clear the cell and its column."
        header.faults.append(_fault(table, "formula-without-result", message, (header.row, column)))
    header.named |= computed
    left = _renamed(table, header, names, left)
    for column, name in left.items():
        message = f"{show(name)} is no column of this table. Delete it, or add it to the schema first."
        header.faults.append(_fault(table, "extra-column", message, (header.row, column), value=name))
    header.faults += _missing(table, header)
    header.faults += _moved(table, header)
    return header


def _fault(table: RawTable, code: str, message: str, place: tuple[int, int] | None = None, **parts: object) -> Fault:
    resource = table.resource
    cell = table.address(*place) if place else None
    return Fault(file=resource.path, sheet=resource.sheet, cell=cell, code=code, message=message, **parts)  # type: ignore[arg-type]


def _header_row(table: RawTable, fields: list[str]) -> int:
    """The first row, unless one of the next holds more of the names."""
    known = {plain(name) for name in fields}

    def found(row: int) -> int:
        return len({plain(str(cell.value)) for cell in table.rows[row].values()} & known)

    rows = [row for row in sorted(table.rows)[:HEADER_SEARCHED] if row <= HEADER_SEARCHED] or [min(table.rows)]
    best = max(rows, key=lambda row: (found(row), -row))
    return best if found(best) > len(known) // 2 or rows[0] != 1 else 1


def _titles(resource: Resource) -> list[str]:
    return [title for entry in resource.fields for title in entry.title.values()]


def _exact(table: RawTable, header: Header, names: dict[int, str], fields: list[str]) -> dict[int, str]:
    """Take the columns whose names are right; give back those that are not."""
    left = {}
    for column, name in sorted(names.items()):
        if name not in fields:
            left[column] = name
        elif name in header.columns:
            other = table.address(header.row, header.columns[name])
            other = f"in column {letters(header.columns[name])}" if table.is_csv else f"in {other}"
            message = f"column {show(name)} stands here a second time; the first is {other}. Delete one of them."
            header.faults.append(
                _fault(table, "duplicate-column", message, (header.row, column), column=name, value=name)
            )
        else:
            header.columns[name] = column
    return left


def _name(cell: Cell) -> str:
    return f"{cell.value:.15g}" if isinstance(cell.value, float) else str(cell.value)


def _unnamed(table: RawTable, header: Header, computed: Collection[int]) -> None:
    """A column with values and a blank name, or a formula for it, standing where a missing field belongs."""
    fields = table.resource.field_names
    used = {column for cells in table.rows.values() for column in cells}
    for place, name in enumerate(fields):
        column = header.columns.get(fields[place - 1], 0) + 1 if place else 1
        if name not in header.columns and column in used - header.named:
            header.columns[name] = column
            header.named.add(column)
            code, message = (
                "column-without-name",
                f"the name of this column is blank; it must be {show(name)}. Put it back.",
            )
            if column in computed:
                code = "formula-without-result"
                message = f"holds a formula that was never computed, where the name {show(name)} belongs. Type that."
            parts = {"column": name, "expected": name, "suggestion": name}
            header.faults.append(_fault(table, code, message, (header.row, column), **parts))


def _renamed(table: RawTable, header: Header, names: dict[int, str], left: dict[int, str]) -> dict[int, str]:
    """Match what is left to the fields that are missing: by its title, by a near name, or by standing in its place."""
    rest = {}
    for column, name in left.items():
        missing = [entry for entry in table.resource.fields if entry.name not in header.columns]
        wanted = _named(name, missing) or _in_place(table, header, column, left, missing)
        if wanted is None:
            rest[column] = name
            continue
        header.columns[wanted] = column
        message = f"{show(name)} is no column of this table. Nearest: {show(wanted)}."
        place = (header.row, column)
        parts = {"value": name, "expected": wanted, "suggestion": wanted}
        header.faults.append(_fault(table, "renamed-column", message, place, column=wanted, **parts))
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


def _missing(table: RawTable, header: Header) -> Iterator[Fault]:
    for place, entry in enumerate(table.resource.fields, 1):
        if entry.name not in header.columns:
            message = f"column {show(entry.name)} is missing. Put it back; it belongs in column {letters(place)}."
            parts = {"column": entry.name, "expected": entry.name, "suggestion": entry.name}
            yield _fault(table, "missing-column", message, (header.row, place), **parts)


def _moved(table: RawTable, header: Header) -> Iterator[Fault]:
    """The fewest columns that must move to bring the fields into the order of the schema, and blank columns between."""
    order = list(table.resource.field_names)
    found = sorted(header.columns, key=header.columns.__getitem__)
    stays = _longest_run([order.index(name) for name in found])
    for name in found:
        place = order.index(name)
        if place not in stays:
            before = next((other for other in reversed(order[:place]) if other in header.columns), None)
            where = f"after {show(before)}" if before else "first"
            message = f"column {show(name)} is not in its place; it belongs {where}. It was read all the same."
            place = (header.row, header.columns[name])
            yield _fault(table, "reordered-column", message, place, column=name, value=name, is_remark=True)
    if header.named and len(found) == len(order):
        used = {column for cells in table.rows.values() for column in cells}
        for column in range(1, max(header.named)):
            if column not in used:
                message = f"column {letters(column)} is blank. Delete it."
                yield _fault(table, "blank-column", message, (header.row, column))


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
