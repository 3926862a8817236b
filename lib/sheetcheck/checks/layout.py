"""A raw table in, the place of its columns and records out; what is wrong with its header and rows is named."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from typing import Any

from sheetcheck.faults import Fault, Problem, problem
from sheetcheck.messages import placed, say
from sheetcheck.nearest import Nearest, plain
from sheetcheck.reading.cells import Cell, RawTable, column_number, letters, written
from sheetcheck.schema import Field

# Titles and remarks above the header take a few rows; a header further down is no slip but another sheet.
HEADER_SEARCHED = 12
# What people call the line that adds up a table, in the two languages of the sources.
_TOTAL = re.compile(r"((sub|eind)?[ -]?(totaal|totalen|totals?)|som|sum|gemiddelde|average)\s*[:=]?", re.IGNORECASE)
# A line of prose fills one cell, or two with its label; a record fills its required columns.
STRAY_CELLS = 2
# A table with more rows than this in the wrong form was made by a program, and its faults have one cause.
MAX_FORM_FAULTS = 5_000
# Ranges merged over a whole sheet are faults, not a million covered cells to remember: all ranges of a sheet together
# cover at most this many, and the cells of what comes after are judged as blank ones are.
MAX_COVERED = 100_000
# So many ranges of hidden rows are named.
MAX_RANGES = 6
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")


@dataclass
class Layout:
    """Where the data stand: the column of each field, the rows that are records, and what is wrong with the form."""

    table: RawTable
    header: int = 1  # the row that names the columns
    columns: dict[str, int] = field(default_factory=dict)  # of each field that is there
    named: set[int] = field(default_factory=set)  # every column that has a name
    records: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    covered: dict[tuple[int, int], int] = field(default_factory=dict)  # cells that a merge leaves blank

    def cell(self, row: int, name: str) -> Cell | None:
        """The cell of a field in a row, None when blank."""
        return self.table.rows.get(row, {}).get(self.columns.get(name, 0))

    def address(self, row: int, name: str) -> str:
        """The address of a field in a row as messages say it: "C14", or "line 14" in a CSV."""
        return placed(self.table.address(row, self.columns[name]))

    def place(self, row: int, name: str) -> str:
        """The cell of a field with its table: "committees.xlsx › relevance › C14"."""
        return f"{self.table.resource.place} › {self.table.address(row, self.columns[name])}"

    def note(self, found: Problem, column: int, row: int | None = None, /, **told: object) -> None:
        """Add a fault of the form, in the header unless another row is given."""
        self.faults.append(self.table.fault(found, (row or self.header, column), **told))

    def key(self, row: int) -> str | None:
        """The key of the row as text: its parts joined by " | ", as far as they are there."""
        parts = [self.cell(row, name) for name in self.table.resource.primary_key]
        return " | ".join(written(cell.value) for cell in parts if cell is not None) or None

    @cached_property
    def used(self) -> set[int]:
        """The columns in which anything stands."""
        return {column for cells in self.table.rows.values() for column in cells}

    @cached_property
    def required(self) -> list[int]:
        """The columns that every record fills, as far as they are there."""
        resource = self.table.resource
        asked = [entry.name for entry in resource.fields if entry.required or entry.name in resource.primary_key]
        return [self.columns[name] for name in asked if name in self.columns]


def lay_out(table: RawTable) -> Layout:
    """Find the header and the records of a table, and everything that is wrong with its form."""
    layout = Layout(table)
    _find_header(layout)
    if not layout.columns:
        return layout
    faults, layout.covered = _merged(table)
    _find_records(layout)
    columns, records = set(layout.columns.values()), set(layout.records)
    # The cells that a merge leaves blank would each be a fault of their own otherwise.
    followers: dict[int, list[str]] = {}
    for (row, column), number in layout.covered.items():
        if row in records and column in columns:
            followers.setdefault(number, []).append(f"{table.resource.place} › {table.address(row, column)}")
    layout.faults += [replace(fault, followers=tuple(followers.get(n, ()))) for n, fault in enumerate(faults)]
    _outside(layout)
    if not table.is_csv:
        _hidden(layout)
    if not layout.records:
        layout.note(problem("empty-table.rows"), 1)
    return layout


def _find_header(layout: Layout) -> None:
    """Find the header and match its names to the schema; a renamed column is named and then read as what it must be."""
    table, fields = layout.table, layout.table.resource.field_names
    if not table.rows:
        layout.faults.append(table.fault(problem("empty-table.file" if table.is_csv else "empty-sheet")))
        return
    layout.header = _header_row(table)
    cells = table.rows.get(layout.header, {})
    names = {column: written(cell.value) for column, cell in cells.items() if cell.kind != "formula"}
    computed = cells.keys() - names.keys()
    titles = [title for entry in table.resource.fields for title in entry.title.values()]
    if not set(map(plain, names.values())) & set(map(plain, [*fields, *titles])):
        key = f"missing-header.{'line' if table.is_csv else 'computed' if computed else 'row'}"
        layout.note(problem(key, names=fields, computed=computed), 1, 1)
        return
    if layout.header != 1:
        layout.note(problem("header-not-first", row=layout.header), min(names))
    layout.named = set(names)
    left = _exact(layout, names)
    _unnamed(layout, computed)
    for column in sorted(computed - layout.named):
        layout.note(problem("formula-without-result.column"), column)
    layout.named |= computed
    for column, name in _renamed(layout, left).items():
        layout.note(problem("extra-column", name=name), column, value=name)
    for place, name in enumerate(fields, 1):
        if name not in layout.columns:
            found = problem("missing-column", expected=name, suggestion=name, name=name, column=letters(place))
            layout.note(found, place, column=name)
    _moved(layout)


def _header_row(table: RawTable) -> int:
    """The first row, unless one of the next holds more of the names."""
    known = {plain(name) for name in table.resource.field_names}

    def found(row: int) -> int:
        return len({plain(str(cell.value)) for cell in table.rows[row].values()} & known)

    rows = [row for row in sorted(table.rows)[:HEADER_SEARCHED] if row <= HEADER_SEARCHED] or [min(table.rows)]
    best = max(rows, key=lambda row: (found(row), -row))
    return best if found(best) > len(known) // 2 or rows[0] != 1 else 1


def _exact(layout: Layout, names: dict[int, str]) -> dict[int, str]:
    """Take the columns whose names are right; give back those that are not."""
    left, table = {}, layout.table
    for column, name in sorted(names.items()):
        if name not in table.resource.field_names:
            left[column] = name
        elif name in layout.columns:
            first = layout.columns[name]
            other = letters(first) if table.is_csv else table.address(layout.header, first)
            found = problem(f"duplicate-column.{'line' if table.is_csv else 'sheet'}", name=name, other=other)
            layout.note(found, column, column=name, value=name)
        else:
            layout.columns[name] = column
    return left


def _unnamed(layout: Layout, computed: Collection[int]) -> None:
    """A column with values and a blank name, or a formula for it, standing where a missing field belongs."""
    fields = layout.table.resource.field_names
    for place, name in enumerate(fields):
        column = layout.columns.get(fields[place - 1], 0) + 1 if place else 1
        if name not in layout.columns and column in layout.used - layout.named:
            layout.columns[name] = column
            layout.named.add(column)
            key = "formula-without-result.name" if column in computed else "column-without-name.field"
            layout.note(problem(key, expected=name, suggestion=name, name=name), column, column=name)


def _renamed(layout: Layout, left: dict[int, str]) -> dict[int, str]:
    """Match what is left to the fields that are missing: by its title, by a near name, or by standing in its place."""
    rest = {}
    for column, name in left.items():
        missing = [entry for entry in layout.table.resource.fields if entry.name not in layout.columns]
        wanted = _named(name, missing) or _in_place(layout, column, missing, is_alone=len(left) == len(missing) == 1)
        if wanted is None:
            rest[column] = name
            continue
        layout.columns[wanted] = column
        found = problem("renamed-column", expected=wanted, suggestion=wanted, name=name, near=wanted)
        layout.note(found, column, column=wanted, value=name)
    return rest


def _named(name: str, missing: list[Field]) -> str | None:
    for entry in missing:
        if plain(name) in {plain(title) for title in (*entry.title.values(), entry.name.replace("_", " "))}:
            return entry.name
    found = Nearest(entry.name for entry in missing).find(name)
    return found.values[0] if found and len(found.values) == 1 else None


def _in_place(layout: Layout, column: int, missing: list[Field], *, is_alone: bool) -> str | None:
    """A strange name between the right neighbours, where a field is missing: the column was given another name."""
    fields = layout.table.resource.field_names
    for entry in missing:
        place = fields.index(entry.name)
        before = layout.columns.get(fields[place - 1]) if place else 0
        is_last = place == len(fields) - 1
        if before == column - 1 and (is_alone or is_last or layout.columns.get(fields[place + 1]) == column + 1):
            return entry.name
    return None


def _moved(layout: Layout) -> None:
    """The fewest columns that must move to bring the fields into the order of the schema, and blank columns between."""
    order = layout.table.resource.field_names
    found = sorted(layout.columns, key=layout.columns.__getitem__)
    stays = _longest_run([order.index(name) for name in found])
    for name in found:
        place = order.index(name)
        if place not in stays:
            before = next((other for other in reversed(order[:place]) if other in layout.columns), None)
            moved = problem(f"reordered-column.{'after' if before else 'first'}", name=name, before=before)
            layout.note(moved, layout.columns[name], column=name, value=name, is_remark=True)
    if layout.named and len(found) == len(order):
        for column in sorted({*range(1, max(layout.named))} - layout.used):
            layout.note(problem("blank-column", column=letters(column)), column)


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


def _find_records(layout: Layout) -> None:
    """List the rows that are records; the others, and gaps between rows, are faults, of which not all are listed."""
    table, used = layout.table, set(layout.columns.values())
    rows = [row for row in table.rows if row > layout.header and not used.isdisjoint(table.rows[row])]
    kinds = _kinds(layout, rows)

    def note(key: str, row: int, column: int, **parts: Any) -> None:
        if len(layout.faults) == MAX_FORM_FAULTS:
            layout.faults.append(table.fault(problem("too-many-faults.rows", most=MAX_FORM_FAULTS)))
        elif len(layout.faults) < MAX_FORM_FAULTS:
            layout.note(problem(key, **parts), column, row, value=parts.get("value"))

    previous = layout.header
    for row in rows:
        if kinds[row] == "record":
            first = previous + 1
            if table.is_csv:
                # A quoted text with line breaks takes further lines, which are not blank rows.
                first += sum(str(cell.value).count("\n") for cell in table.rows[previous].values())
            if row > first:
                key = f"blank-row.{'line' if table.is_csv else 'row'}{'' if previous + 2 == row else 's'}"
                note(key, previous + 1, 1, first=previous + 1, last=row - 1)
            layout.records.append(row)
        else:
            column = min(column for column in table.rows[row] if column in used)
            note(kinds[row], row, column, value=table.text(row, column))
        previous = row


def _kinds(layout: Layout, rows: list[int]) -> dict[int, str]:
    """What each row is: "record", or the code of its fault; prose below the table or below a gap is "stray-text"."""
    kinds = {row: _kind(layout, row) for row in rows}

    def is_thin(row: int) -> bool:
        """True for a row with a cell or two filled and more than half of the required ones blank."""
        cells = layout.table.rows[row].keys()
        filled, blank = len(columns & cells), len(required - cells)
        return filled <= STRAY_CELLS and 2 * blank > len(required)

    columns, required = {*layout.columns.values()}, {*layout.required}
    thin = {row for row in rows if kinds[row] == "record" and is_thin(row)}
    for row in reversed(rows):
        if kinds[row] == "record" and row not in thin:
            break
        if row in thin:
            kinds[row] = "stray-text"
    before, is_apart = layout.header, False
    for row in rows:
        is_apart = row > before + 1 or (is_apart and kinds[before] == "stray-text")
        if is_apart and row in thin and not layout.table.is_csv:
            kinds[row] = "stray-text"
        before = row
    return kinds


def _kind(layout: Layout, row: int) -> str:
    """What a row with something in it is, seen by itself: record, header or total."""
    cells = layout.table.rows[row]
    filled = [(name, cells[column]) for name, column in layout.columns.items() if column in cells]
    named = sum(1 for name, cell in filled if str(cell.value).strip().casefold() == name.casefold())
    if named == len(filled) and (named > 1 or len(layout.columns) == 1):
        return "repeated-header"
    first = cells[min(column for column in cells if column in layout.columns.values())]
    is_total = first.kind == "text" and _TOTAL.fullmatch(str(first.value).strip())
    return "total-row" if is_total and not cells.keys() >= {*layout.required} else "record"


def _merged(table: RawTable) -> tuple[list[Fault], dict[tuple[int, int], int]]:
    """A fault per merged range; and, per cell that a merge leaves blank, the number of its fault in the list."""
    faults: list[Fault] = []
    covered: dict[tuple[int, int], int] = {}
    room = MAX_COVERED
    for text in table.sheet.merged:
        corners = _RANGE.fullmatch(text)
        if not corners:
            continue
        left, right = column_number(corners[1]), column_number(corners[3])
        top, bottom = int(corners[2]), int(corners[4])
        area = (bottom - top + 1) * (right - left + 1)
        if area <= room:
            room -= area
            cells = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
            covered |= dict.fromkeys((cell for cell in cells if cell != (top, left)), len(faults))
        found = problem("merged-cells", area=text, first=f"{letters(left)}{top}")
        faults.append(table.fault(found, (top, left), value=text))
    return faults, covered


def _outside(layout: Layout) -> None:
    """Cells in columns without a name: one fault a column, at the cell itself when it stands alone."""
    table, known = layout.table, {*layout.columns.values(), *layout.named}
    found: dict[int, list[int]] = {}
    for row, cells in table.rows.items():
        if row > layout.header and row not in table.uneven:
            for column in cells.keys() - known:
                found.setdefault(column, []).append(row)
    for column, rows in sorted(found.items()):
        if len(rows) == 1:
            value = table.text(rows[0], column)
            layout.note(problem("stray-text", value=value), column, rows[0], value=value)
        else:
            layout.note(problem("column-without-name.values", column=letters(column), number=len(rows)), column)


def _hidden(layout: Layout) -> None:
    """What a person looking at the sheet does not see, said as remarks: rows, columns, formulas."""
    table = layout.table
    if rows := [row for row in table.sheet.hidden_rows if row in table.rows]:
        found = problem("filtered-rows" if table.sheet.is_filtered else "hidden-rows", rows=rows, ranges=_ranges(rows))
        layout.note(found, 1, rows[0], is_remark=True)
    if columns := [column for column in table.sheet.hidden_columns if column in layout.columns.values()]:
        found = problem("hidden-columns", columns=columns, names=[*map(letters, columns)])
        layout.note(found, columns[0], is_remark=True)
    for name, column in layout.columns.items():
        computed = [row for row in layout.records if (cell := table.rows[row].get(column)) and cell.note == "formula"]
        if computed:
            layout.note(problem("formula", cells=computed, name=name), column, computed[0], column=name, is_remark=True)


def _ranges(numbers: Iterable[int]) -> list[str]:
    """Row numbers as people say them: "3", "5 to 9", cut after a few."""
    # Numbers that follow each other are equally far from their places in the list.
    found = groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])
    runs = [[number for _, number in run] for _, run in found]
    texts = [str(run[0]) if len(run) == 1 else say("report.range", first=run[0], last=run[-1]) for run in runs]
    return texts[:MAX_RANGES] + (["…"] if len(texts) > MAX_RANGES else [])
