"""A raw table in, the place of its columns and records out; rows that are no records are named and left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from sheetcheck.checks.form.headers import Header, find_header
from sheetcheck.faults import Fault, problem
from sheetcheck.messages import placed, say
from sheetcheck.reading.cells import Cell, RawTable, column_number, letters, written

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
    header: Header
    records: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    covered: dict[tuple[int, int], int] = field(default_factory=dict)  # cells that a merge leaves blank

    @property
    def columns(self) -> dict[str, int]:
        """Column number by field name, for the fields that are there."""
        return self.header.columns

    def cell(self, row: int, name: str) -> Cell | None:
        """The cell of a field in a row, None when blank."""
        return self.table.rows.get(row, {}).get(self.columns.get(name, 0))

    def address(self, row: int, name: str) -> str:
        """The address of a field in a row as messages say it: "C14", or "line 14" in a CSV."""
        return placed(self.table.address(row, self.columns[name]))

    def note(self, row: int, column: int, key: str, **parts: object) -> None:
        """Add a fault of the form; after very many of them only that there are more."""
        if len(self.faults) == MAX_FORM_FAULTS:
            self.faults.append(self.table.fault(problem("too-many-faults.rows", most=MAX_FORM_FAULTS)))
        elif len(self.faults) < MAX_FORM_FAULTS:
            value = parts.get("value")
            self.faults.append(self.table.fault(problem(key, **parts), (row, column), value=value))

    def key(self, row: int) -> str | None:
        """The key of the row as text: its parts joined by " | ", as far as they are there."""
        parts = [self.cell(row, name) for name in self.table.resource.primary_key]
        return " | ".join(written(cell.value) for cell in parts if cell is not None) or None


def lay_out(table: RawTable) -> Layout:
    """Find the header and the records of a table, and everything that is wrong with its form."""
    header = find_header(table)
    layout = Layout(table, header, faults=list(header.faults))
    if not header.columns:
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
    layout.faults += [*_outside(layout), *(() if table.is_csv else _hidden(layout))]
    if not layout.records:
        layout.faults.append(table.fault(problem("empty-table.rows"), (header.row, 1)))
    return layout


def _find_records(layout: Layout) -> None:
    table = layout.table
    used = set(layout.columns.values())
    rows = [row for row in table.rows if row > layout.header.row and not used.isdisjoint(table.rows[row])]
    kinds = _kinds(layout, rows)
    previous = layout.header.row
    for row in rows:
        if kinds[row] == "record":
            first = _last_line(table, previous) + 1
            if row > first:
                word = "line" if table.is_csv else "row"
                key = f"blank-row.{word}" if previous + 2 == row else f"blank-row.{word}s"
                layout.note(previous + 1, 1, key, first=previous + 1, last=row - 1)
            layout.records.append(row)
        else:
            column = min(column for column in table.rows[row] if column in used)
            layout.note(row, column, kinds[row], value=table.text(row, column))
        previous = row


def _last_line(table: RawTable, row: int) -> int:
    """In a CSV a quoted text with line breaks takes further lines, which are not blank rows."""
    if not table.is_csv:
        return row
    return row + sum(str(cell.value).count("\n") for cell in table.rows[row].values())


def _kinds(layout: Layout, rows: list[int]) -> dict[int, str]:
    """What each row is: "record", or the code of its fault; prose below the table or below a gap is "stray-text"."""
    kinds = {row: _kind(layout, row) for row in rows}
    thin = {row for row in rows if kinds[row] == "record" and _is_thin(layout, row)}
    for row in reversed(rows):
        if kinds[row] == "record" and row not in thin:
            break
        if row in thin:
            kinds[row] = "stray-text"
    before, is_apart = layout.header.row, False
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
    if first.kind == "text" and _TOTAL.fullmatch(str(first.value).strip()) and any(_blank_required(layout, row)):
        return "total-row"
    return "record"


def _is_thin(layout: Layout, row: int) -> bool:
    """True for a row with a cell or two filled and more than half of the required ones blank."""
    cells = layout.table.rows[row]
    filled = sum(1 for column in layout.columns.values() if column in cells)
    blank = _blank_required(layout, row)
    return filled <= STRAY_CELLS and 2 * sum(blank) > len(blank)


def _blank_required(layout: Layout, row: int) -> list[bool]:
    """For each required column that is there, whether it is blank in the row."""
    cells, resource = layout.table.rows[row], layout.table.resource
    return [
        layout.columns[entry.name] not in cells
        for entry in resource.fields
        if (entry.required or entry.name in resource.primary_key) and entry.name in layout.columns
    ]


def _merged(table: RawTable) -> tuple[list[Fault], dict[tuple[int, int], int]]:
    """A fault per merged range; and, per cell that a merge leaves blank, the number of its fault in the list."""
    faults: list[Fault] = []
    covered: dict[tuple[int, int], int] = {}
    room = MAX_COVERED
    for text in table.merged:
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


def _outside(layout: Layout) -> Iterator[Fault]:
    """Cells in columns without a name: one fault a column, at the cell itself when it stands alone."""
    table, header = layout.table, layout.header
    known = set(layout.columns.values()) | header.named
    found: dict[int, list[int]] = {}
    for row, cells in table.rows.items():
        if row > header.row and row not in table.uneven:
            for column in cells.keys() - known:
                found.setdefault(column, []).append(row)
    for column, rows in sorted(found.items()):
        if len(rows) == 1:
            value = table.text(rows[0], column)
            yield table.fault(problem("stray-text", value=value), (rows[0], column), value=value)
        else:
            unnamed = problem("column-without-name.values", column=letters(column), number=len(rows))
            yield table.fault(unnamed, (header.row, column))


def _hidden(layout: Layout) -> Iterator[Fault]:
    """What a person looking at the sheet does not see, said as remarks: rows, columns, formulas."""
    table = layout.table
    if rows := [row for row in table.hidden_rows if row in table.rows]:
        code = "filtered-rows" if table.is_filtered else "hidden-rows"
        yield table.fault(problem(code, rows=rows, ranges=_ranges(rows)), (rows[0], 1), is_remark=True)
    if columns := [column for column in table.hidden_columns if column in layout.columns.values()]:
        found = problem("hidden-columns", columns=columns, names=[*map(letters, columns)])
        yield table.fault(found, (layout.header.row, columns[0]), is_remark=True)
    for name, column in layout.columns.items():
        computed = [row for row in layout.records if (cell := table.rows[row].get(column)) and cell.note == "formula"]
        if computed:
            found = problem("formula", cells=computed, name=name)
            yield table.fault(found, (computed[0], column), column=name, is_remark=True)


def _ranges(numbers: Iterable[int]) -> list[str]:
    """Row numbers as people say them: "3", "5 to 9", cut after a few."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    texts = [str(first) if first == last else say("report.range", first=first, last=last) for first, last in parts]
    return texts[:MAX_RANGES] + (["…"] if len(texts) > MAX_RANGES else [])
