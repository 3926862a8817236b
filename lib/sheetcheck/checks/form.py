"""A laid-out table in, what is odd about its form out: merged cells, cells outside the table, hidden rows, formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sheetcheck.faults import Fault, counted, show
from sheetcheck.reading import RawTable, column_number, letters

if TYPE_CHECKING:
    from sheetcheck.checks.layout import Layout

# Ranges merged over a whole sheet are faults, not a million covered cells to remember: all ranges of a sheet together
# cover at most this many, and the cells of what comes after are judged as blank ones are.
MAX_COVERED = 100_000
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")


def form_fault(table: RawTable, code: str, message: str, at_row: int, at_column: int, **parts: object) -> Fault:
    """A fault of the form of a table, at one of its cells."""
    resource, cell = table.resource, table.address(at_row, at_column)
    return Fault(file=resource.path, sheet=resource.sheet, cell=cell, code=code, message=message, **parts)  # type: ignore[arg-type]


def merged(table: RawTable) -> tuple[list[Fault], dict[tuple[int, int], int]]:
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


def outside(layout: Layout) -> Iterator[Fault]:
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


def hidden(layout: Layout) -> Iterator[Fault]:
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
