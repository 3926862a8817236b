"""A raw table in, the place of its columns and records out; what is wrong with its header and rows is named."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from rapidfuzz.distance import LCSseq

from sheetcheck.checks.columns import Table
from sheetcheck.faults import Fault, problem
from sheetcheck.messages import say
from sheetcheck.nearest import Nearest, plain
from sheetcheck.reading.cells import RawTable, column_number, letters, written
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


def lay_out(raw: RawTable) -> Table:
    """Find the header and the records of a table, and everything that is wrong with its form."""
    table = Table(**vars(raw))
    _find_header(table)
    if not table.columns:
        return table
    faults, table.covered = _merged(table)
    _find_records(table)
    columns, records = set(table.columns.values()), set(table.records)
    # The cells that a merge leaves blank would each be a fault of their own otherwise.
    followers: dict[int, list[str]] = {}
    for (row, column), number in table.covered.items():
        if row in records and column in columns:
            followers.setdefault(number, []).append(f"{table.resource.place} › {table.address(row, column)}")
    table.form_faults += [replace(fault, followers=tuple(followers.get(n, ()))) for n, fault in enumerate(faults)]
    _outside(table)
    if not table.is_csv:
        _hidden(table)
    if not table.records:
        table.note_form(problem("empty-table.rows"), 1)
    return table


def _find_header(table: Table) -> None:
    """Find the header and match its names to the schema; a renamed column is named and then read as what it must be."""
    fields = table.resource.field_names
    if not table.rows:
        table.form_faults.append(table.fault(problem("empty-table.file" if table.is_csv else "empty-sheet")))
        return
    table.header = _header_row(table)
    cells = table.rows.get(table.header, {})
    names = {column: written(cell.value) for column, cell in cells.items() if cell.kind != "formula"}
    computed = cells.keys() - names.keys()
    titles = [title for entry in table.resource.fields for title in entry.title.values()]
    if not set(map(plain, names.values())) & set(map(plain, [*fields, *titles])):
        key = f"missing-header.{'line' if table.is_csv else 'computed' if computed else 'row'}"
        table.note_form(problem(key, names=fields, computed=computed), 1, 1)
        return
    if table.header != 1:
        table.note_form(problem("header-not-first", row=table.header), min(names))
    table.named = set(names)
    left = _exact(table, names)
    _unnamed(table, computed)
    for column in sorted(computed - table.named):
        table.note_form(problem("formula-without-result.column"), column)
    table.named |= computed
    for column, name in _renamed(table, left).items():
        table.note_form(problem("extra-column", name=name), column, value=name)
    for place, name in enumerate(fields, 1):
        if name not in table.columns:
            found = problem("missing-column", expected=name, suggestion=name, name=name, column=letters(place))
            table.note_form(found, place, column=name)
    _moved(table)


def _header_row(table: RawTable) -> int:
    """The first row, unless one of the next holds more of the names."""
    known = {plain(name) for name in table.resource.field_names}

    def found(row: int) -> int:
        return len({plain(str(cell.value)) for cell in table.rows[row].values()} & known)

    rows = [row for row in sorted(table.rows)[:HEADER_SEARCHED] if row <= HEADER_SEARCHED] or [min(table.rows)]
    best = max(rows, key=lambda row: (found(row), -row))
    return best if found(best) > len(known) // 2 or rows[0] != 1 else 1


def _exact(table: Table, names: dict[int, str]) -> dict[int, str]:
    """Take the columns whose names are right; give back those that are not."""
    left = {}
    for column, name in sorted(names.items()):
        if name not in table.resource.field_names:
            left[column] = name
        elif name in table.columns:
            first = table.columns[name]
            other = letters(first) if table.is_csv else table.address(table.header, first)
            found = problem(f"duplicate-column.{'line' if table.is_csv else 'sheet'}", name=name, other=other)
            table.note_form(found, column, column=name, value=name)
        else:
            table.columns[name] = column
    return left


def _unnamed(table: Table, computed: Collection[int]) -> None:
    """A column with values and a blank name, or a formula for it, standing where a missing field belongs."""
    fields = table.resource.field_names
    for place, name in enumerate(fields):
        column = table.columns.get(fields[place - 1], 0) + 1 if place else 1
        if name not in table.columns and column in table.used - table.named:
            table.columns[name] = column
            table.named.add(column)
            key = "formula-without-result.name" if column in computed else "column-without-name.field"
            table.note_form(problem(key, expected=name, suggestion=name, name=name), column, column=name)


def _renamed(table: Table, left: dict[int, str]) -> dict[int, str]:
    """Match what is left to the fields that are missing: by its title, by a near name, or by standing in its place."""
    rest = {}
    for column, name in left.items():
        missing = [entry for entry in table.resource.fields if entry.name not in table.columns]
        wanted = _named(name, missing) or _in_place(table, column, missing, is_alone=len(left) == len(missing) == 1)
        if wanted is None:
            rest[column] = name
            continue
        table.columns[wanted] = column
        found = problem("renamed-column", expected=wanted, suggestion=wanted, name=name)
        table.note_form(found, column, column=wanted, value=name)
    return rest


def _named(name: str, missing: list[Field]) -> str | None:
    for entry in missing:
        if plain(name) in {plain(title) for title in (*entry.title.values(), entry.name.replace("_", " "))}:
            return entry.name
    found = Nearest(entry.name for entry in missing).find(name)
    return found.values[0] if found and len(found.values) == 1 else None


def _in_place(table: Table, column: int, missing: list[Field], *, is_alone: bool) -> str | None:
    """A strange name between the right neighbours, where a field is missing: the column was given another name."""
    fields = table.resource.field_names
    for entry in missing:
        place = fields.index(entry.name)
        before = table.columns.get(fields[place - 1]) if place else 0
        is_last = place == len(fields) - 1
        if before == column - 1 and (is_alone or is_last or table.columns.get(fields[place + 1]) == column + 1):
            return entry.name
    return None


def _moved(table: Table) -> None:
    """The fewest columns that must move to bring the fields into the order of the schema, and blank columns between."""
    order = table.resource.field_names
    found = sorted(table.columns, key=table.columns.__getitem__)
    behind, wanted = found[::-1], [name for name in reversed(order) if name in table.columns]
    # From behind: where two columns changed places, the one that came forward is said to have moved.
    runs = (run for run in LCSseq.opcodes(behind, wanted) if run.tag == "equal")
    stays = {name for run in runs for name in behind[run.src_start : run.src_end]}
    for name in found:
        if name not in stays:
            before = next((other for other in reversed(order[: order.index(name)]) if other in table.columns), None)
            moved = problem(f"reordered-column.{'after' if before else 'first'}", name=name, before=before)
            table.note_form(moved, table.columns[name], column=name, value=name, is_remark=True)
    if table.named and len(found) == len(order):
        for column in sorted({*range(1, max(table.named))} - table.used):
            table.note_form(problem("blank-column", column=letters(column)), column)


def _find_records(table: Table) -> None:
    """List the rows that are records; the others, and gaps between rows, are faults, of which not all are listed."""
    used = set(table.columns.values())
    rows = [row for row in table.rows if row > table.header and not used.isdisjoint(table.rows[row])]
    kinds = _kinds(table, rows)

    def note(key: str, row: int, column: int, **parts: Any) -> None:
        if len(table.form_faults) < MAX_FORM_FAULTS:
            table.note_form(problem(key, **parts), column, row, value=parts.get("value"))
        elif len(table.form_faults) == MAX_FORM_FAULTS:
            table.form_faults.append(table.fault(problem("too-many-faults.rows", most=MAX_FORM_FAULTS)))

    previous = table.header
    for row in rows:
        if kinds[row] == "record":
            first = previous + 1
            if table.is_csv:
                # A quoted text with line breaks takes further lines, which are not blank rows.
                first += sum(str(cell.value).count("\n") for cell in table.rows[previous].values())
            if row > first:
                key = f"blank-row.{'line' if table.is_csv else 'row'}{'' if previous + 2 == row else 's'}"
                note(key, previous + 1, 1, first=previous + 1, last=row - 1)
            table.records.append(row)
        else:
            column = min(column for column in table.rows[row] if column in used)
            note(kinds[row], row, column, value=table.text(row, column))
        previous = row


def _kinds(table: Table, rows: list[int]) -> dict[int, str]:
    """What each row is: "record", or the code of its fault; prose below the table or below a gap is "stray-text"."""
    kinds = {row: _kind(table, row) for row in rows}

    def is_thin(row: int) -> bool:
        """True for a row with a cell or two filled and more than half of the required ones blank."""
        cells = table.rows[row].keys()
        filled, blank = len(columns & cells), len(required - cells)
        return filled <= STRAY_CELLS and 2 * blank > len(required)

    columns, required = {*table.columns.values()}, {*table.required}
    thin = {row for row in rows if kinds[row] == "record" and is_thin(row)}
    for row in reversed(rows):
        if kinds[row] == "record" and row not in thin:
            break
        if row in thin:
            kinds[row] = "stray-text"
    before, is_apart = table.header, False
    for row in rows:
        is_apart = row > before + 1 or (is_apart and kinds[before] == "stray-text")
        if is_apart and row in thin and not table.is_csv:
            kinds[row] = "stray-text"
        before = row
    return kinds


def _kind(table: Table, row: int) -> str:
    """What a row with something in it is, seen by itself: record, header or total."""
    cells = table.rows[row]
    filled = [(name, cells[column]) for name, column in table.columns.items() if column in cells]
    named = sum(1 for name, cell in filled if str(cell.value).strip().casefold() == name.casefold())
    if named == len(filled) and (named > 1 or len(table.columns) == 1):
        return "repeated-header"
    first = cells[min(column for column in cells if column in table.columns.values())]
    is_total = first.kind == "text" and _TOTAL.fullmatch(str(first.value).strip())
    return "total-row" if is_total and not cells.keys() >= {*table.required} else "record"


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


def _outside(table: Table) -> None:
    """Cells in columns without a name: one fault a column, at the cell itself when it stands alone."""
    known = {*table.columns.values(), *table.named}
    found: dict[int, list[int]] = {}
    for row, cells in table.rows.items():
        if row > table.header and row not in table.uneven:
            for column in cells.keys() - known:
                found.setdefault(column, []).append(row)
    for column, rows in sorted(found.items()):
        if len(rows) == 1:
            value = table.text(rows[0], column)
            table.note_form(problem("stray-text", value=value), column, rows[0], value=value)
        else:
            table.note_form(problem("column-without-name.values", column=letters(column), number=len(rows)), column)


def _hidden(table: Table) -> None:
    """What a person looking at the sheet does not see, said as remarks: rows, columns, formulas."""
    if rows := [row for row in table.sheet.hidden_rows if row in table.rows]:
        found = problem("filtered-rows" if table.sheet.is_filtered else "hidden-rows", rows=rows, ranges=_ranges(rows))
        table.note_form(found, 1, rows[0], is_remark=True)
    if columns := [column for column in table.sheet.hidden_columns if column in table.columns.values()]:
        found = problem("hidden-columns", columns=columns, names=[*map(letters, columns)])
        table.note_form(found, columns[0], is_remark=True)
    for name, column in table.columns.items():
        computed = [row for row in table.records if (cell := table.rows[row].get(column)) and cell.note == "formula"]
        if computed:
            table.note_form(
                problem("formula", cells=computed, name=name), column, computed[0], column=name, is_remark=True
            )


def _ranges(numbers: Iterable[int]) -> list[str]:
    # Numbers that follow each other are equally far from their places in the list.
    found = groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])
    runs = [[number for _, number in run] for _, run in found]
    texts = [str(run[0]) if len(run) == 1 else say("report.range", first=run[0], last=run[-1]) for run in runs]
    return texts[:MAX_RANGES] + (["…"] if len(texts) > MAX_RANGES else [])
