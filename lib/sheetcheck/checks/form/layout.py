"""A raw table in, the place of its columns and records out; rows that are no records are named and left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from sheetcheck.checks.form.headers import Header, find_header
from sheetcheck.faults import Fault, counted, show
from sheetcheck.reading import Cell, RawTable, column_number, letters

# What people call the line that adds up a table, in the two languages of the sources.
_TOTAL = re.compile(r"((sub|eind)?[ -]?(totaal|totalen|totals?)|som|sum|gemiddelde|average)\s*[:=]?", re.IGNORECASE)
# A line of prose fills one cell, or two with its label; a record fills its required columns.
STRAY_CELLS = 2
# A table with more rows than this in the wrong form was made by a program, and its faults have one cause.
MAX_FORM_FAULTS = 5_000
# Ranges merged over a whole sheet are faults, not a million covered cells to remember: all ranges of a sheet together
# cover at most this many, and the cells of what comes after are judged as blank ones are.
MAX_COVERED = 100_000
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

    def text(self, row: int, column: int) -> str:
        """What a person reads in the cell."""
        cell = self.table.rows.get(row, {}).get(column)
        return "" if cell is None else as_text(cell)

    def note(self, fault: Fault) -> None:
        """Add a fault of the form; after very many of them only that there are more."""
        if len(self.faults) == MAX_FORM_FAULTS:
            message = f"more than {MAX_FORM_FAULTS:,} rows are of the wrong form; only these are named. Mend the first."
            self.faults.append(Fault(file=fault.file, sheet=fault.sheet, code="too-many-faults", message=message))
        elif len(self.faults) < MAX_FORM_FAULTS:
            self.faults.append(fault)

    def key(self, row: int) -> str | None:
        """The key of the row as text: its parts joined by " | ", as far as they are there."""
        parts = [self.cell(row, name) for name in self.table.resource.primary_key]
        return " | ".join(as_text(cell) for cell in parts if cell is not None) or None


def as_text(cell: Cell) -> str:
    """A stored value as a person reads it in the cell: 3, not 3.0; TRUE, not True."""
    value = cell.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else str(value)


def lay_out(table: RawTable) -> Layout:
    """Find the header and the records of a table, and everything that is wrong with its form."""
    header = find_header(table)
    layout = Layout(table, header, faults=list(header.faults))
    if not header.columns:
        return layout
    faults, layout.covered = _merged(table)
    layout.records = _records(layout)
    layout.faults += [*_with_covered(faults, layout), *_outside(layout)]
    if not table.is_csv:
        layout.faults += _hidden(layout)
    if not layout.records:
        message = "has column names and no rows. Fill in the rows, or take the table out of the schema."
        layout.faults.append(form_fault(table, "empty-table", message, header.row, 1))
    return layout


def _with_covered(faults: Sequence[Fault], layout: Layout) -> list[Fault]:
    """Merged ranges with the cells they leave blank, which would each be a fault of their own otherwise."""
    columns, records = set(layout.columns.values()), set(layout.records)
    followers: dict[int, list[str]] = {}
    for (row, column), number in layout.covered.items():
        if row in records and column in columns:
            place = f"{layout.table.resource.place} › {layout.table.address(row, column)}"
            followers.setdefault(number, []).append(place)
    return [replace(fault, followers=tuple(followers.get(number, ()))) for number, fault in enumerate(faults)]


def _records(layout: Layout) -> list[int]:
    table = layout.table
    used = set(layout.columns.values())
    rows = [row for row in table.rows if row > layout.header.row and not used.isdisjoint(table.rows[row])]
    kinds = _kinds(layout, rows)
    records: list[int] = []
    previous = layout.header.row
    for row in rows:
        column = min(column for column in table.rows[row] if column in used)
        value = layout.text(row, column)
        match kinds[row]:
            case "record":
                if row > _last_line(table, previous) + 1:
                    layout.note(_blank_rows(table, previous + 1, row - 1))
                records.append(row)
            case "header":
                message = "the column names stand here a second time. Delete this row."
                layout.note(form_fault(table, "repeated-header", message, row, column, value=value))
            case "total":
                message = f"{show(value)} is a total row; totals are computed, not kept among rows. Delete this row."
                layout.note(form_fault(table, "total-row", message, row, column, value=value))
            case _:
                message = f"{show(value)} stands outside the table. Move it to the column for notes, or delete it."
                layout.note(form_fault(table, "stray-text", message, row, column, value=value))
        previous = row
    return records


def _last_line(table: RawTable, row: int) -> int:
    """In a CSV a quoted text with line breaks takes further lines, which are not blank rows."""
    if not table.is_csv:
        return row
    return row + sum(str(cell.value).count("\n") for cell in table.rows[row].values())


def _blank_rows(table: RawTable, first: int, last: int) -> Fault:
    word = "line" if table.is_csv else "row"
    them = "it" if first == last else "them"
    rows = f"{word} {first} is blank" if first == last else f"{word}s {first} to {last} are blank"
    return form_fault(table, "blank-row", f"{rows}, and the table goes on below. Delete {them}.", first, 1)


def _kinds(layout: Layout, rows: list[int]) -> dict[int, str]:
    """What each row is: "record", "header", "total", or "stray" for prose below the table or below a gap."""
    kinds = {row: _kind(layout, row) for row in rows}
    thin = {row for row in rows if kinds[row] == "record" and _is_thin(layout, row)}
    for row in reversed(rows):
        if kinds[row] == "record" and row not in thin:
            break
        if row in thin:
            kinds[row] = "stray"
    before, is_apart = layout.header.row, False
    for row in rows:
        is_apart = row > before + 1 or (is_apart and kinds[before] == "stray")
        if is_apart and row in thin and not layout.table.is_csv:
            kinds[row] = "stray"
        before = row
    return kinds


def _kind(layout: Layout, row: int) -> str:
    """What a row with something in it is, seen by itself: record, header or total."""
    cells = layout.table.rows[row]
    filled = [(name, cells[column]) for name, column in layout.columns.items() if column in cells]
    named = sum(1 for name, cell in filled if str(cell.value).strip().casefold() == name.casefold())
    if named == len(filled) and (named > 1 or len(layout.columns) == 1):
        return "header"
    first = cells[min(column for column in cells if column in layout.columns.values())]
    if first.kind == "text" and _TOTAL.fullmatch(str(first.value).strip()) and _blank_required(layout, row):
        return "total"
    return "record"


def _is_thin(layout: Layout, row: int) -> bool:
    """True for a row with a cell or two filled and more than half of the required ones blank."""
    cells, required = layout.table.rows[row], _required(layout)
    filled = sum(1 for column in layout.columns.values() if column in cells)
    return filled <= STRAY_CELLS and 2 * _blank_required(layout, row) > len(required)


def _blank_required(layout: Layout, row: int) -> int:
    cells = layout.table.rows[row]
    return sum(1 for name in _required(layout) if layout.columns[name] not in cells)


def _required(layout: Layout) -> list[str]:
    resource = layout.table.resource
    names = [entry.name for entry in resource.fields if entry.required or entry.name in resource.primary_key]
    return [name for name in names if name in layout.columns]


def form_fault(table: RawTable, code: str, message: str, at_row: int, at_column: int, **parts: object) -> Fault:
    """A fault of the form of a table, at one of its cells."""
    resource, cell = table.resource, table.address(at_row, at_column)
    return Fault(file=resource.path, sheet=resource.sheet, cell=cell, code=code, message=message, **parts)  # type: ignore[arg-type]


def _merged(table: RawTable) -> tuple[list[Fault], dict[tuple[int, int], int]]:
    """A fault per merged range; and, per cell that a merge leaves blank, the number of its fault in the list."""
    faults: list[Fault] = []
    covered: dict[tuple[int, int], int] = {}
    room = MAX_COVERED
    for text in table.merged:
        corners = _RANGE.fullmatch(text)
        if not corners:
            continue
        left, top, right, bottom = (
            column_number(corners[1]), int(corners[2]), column_number(corners[3]), int(corners[4])
        )  # fmt: skip
        message = (
            f"{text} is one merged cell, of which only {letters(left)}{top} holds a value."
            " Unmerge it and fill in every cell."
        )
        area = (bottom - top + 1) * (right - left + 1)
        if area <= room:
            room -= area
            cells = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
            covered |= dict.fromkeys((cell for cell in cells if cell != (top, left)), len(faults))
        faults.append(form_fault(table, "merged-cells", message, top, left, value=text))
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
        value = layout.text(rows[0], column)
        if len(rows) == 1:
            message = f"{show(value)} stands outside the table. Move it to the column for notes, or delete it."
            yield form_fault(table, "stray-text", message, rows[0], column, value=value)
        else:
            message = f"column {letters(column)} has {len(rows)} values and no name. Name the column, or delete it."
            yield form_fault(table, "column-without-name", message, header.row, column)


def _hidden(layout: Layout) -> Iterator[Fault]:
    """What a person looking at the sheet does not see, said as remarks: rows, columns, formulas."""
    table = layout.table
    rows = [row for row in table.hidden_rows if row in table.rows]
    if rows:
        code, why = ("filtered-rows", "filtered away") if table.is_filtered else ("hidden-rows", "hidden")
        message = f"{counted(len(rows), 'row')} {_are(rows)} {why} ({_ranges(rows)}); read all the same."
        yield form_fault(table, code, message, rows[0], 1, is_remark=True)
    columns = [column for column in table.hidden_columns if column in layout.columns.values()]
    if columns:
        names = ", ".join(letters(column) for column in columns)
        message = f"{counted(len(columns), 'column')} {_are(columns)} hidden ({names}); read all the same."
        yield form_fault(table, "hidden-columns", message, layout.header.row, columns[0], is_remark=True)
    for name, column in layout.columns.items():
        computed = [row for row in layout.records if (cell := table.rows[row].get(column)) and cell.note == "formula"]
        if computed:
            cells = "a formula; its stored result was" if len(computed) == 1 else "formulas; their stored results were"
            verb = "holds" if len(computed) == 1 else "hold"
            message = f"{counted(len(computed), 'cell')} of {name} {verb} {cells} read."
            yield form_fault(table, "formula", message, computed[0], column, column=name, is_remark=True)


def _are(found: list[int]) -> str:
    return "is" if len(found) == 1 else "are"


def _ranges(numbers: Iterable[int], most: int = 6) -> str:
    """Row numbers as people say them: "3, 5 to 9", cut after a few."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    texts = [str(first) if first == last else f"{first} to {last}" for first, last in parts]
    return ", ".join(texts[:most]) + (", …" if len(texts) > most else "")
