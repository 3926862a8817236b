"""A workbook in, its sheets as lines of text out, one cell a line, so that `git diff` can show what changed in it."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.parsers import expat

from sheetcheck.faults import visible
from sheetcheck.gate import inspect_content, read_content
from sheetcheck.schema import HELP_SHEETS
from sheetcheck.sheets import Cell
from sheetcheck.sheets.container import Workbook
from sheetcheck.sheets.worksheet import DamagedSheet, Sheet

# What the gate judges a file by; git hands files over under names of its own.
NAME = "workbook.xlsx"


def workbook_as_text(path: str | Path) -> str:
    """Each row under its sheet and its first cell, each filled cell as "    column: value".

    Rows are named by content and not by number, so that a row put in between does not move all others. A file
    that cannot be opened gives one line that says why, since a failure would end the whole `git diff`.
    """
    content, faults = read_content(Path(path), NAME)
    if content is not None:
        faults = [fault for fault in inspect_content(NAME, content) if not fault.is_remark]
    if content is None or faults:
        return f"[this workbook {faults[0].message}]\n"
    try:
        book = Workbook(content)
        lines = [
            line
            for entry in book.sheets
            if entry.name not in HELP_SHEETS
            for line in _sheet_lines(entry.name, book.read(entry))
        ]
    except (DamagedSheet, expat.ExpatError, ValueError, KeyError, OverflowError) as error:
        return f"[this workbook is damaged: {error}]\n"
    return "".join(f"{line}\n" for line in lines)


def _sheet_lines(name: str, sheet: Sheet) -> list[str]:
    if not sheet.rows:
        return [f"{name}: empty"]
    first = min(sheet.rows)
    header = {column: visible(_text(cell)) for column, cell in sheet.rows[first].items()}
    lines = [f"{name}: {' | '.join(header.values())}"]
    for number, cells in sorted(sheet.rows.items()):
        if number != first:
            filled = [(header.get(column, f"column {column}"), visible(_text(cell))) for column, cell in cells.items()]
            label, value = filled[0]
            lines.append(f"{name} › {label} {value}")
            lines += [f"    {label}: {value}" for label, value in filled[1:]]
    return lines


def _text(cell: Cell) -> str:
    """What a person reads in the cell."""
    match cell.value:
        case None:
            return "(a formula without a stored result)"
        case bool():
            return str(cell.value).upper()
        case float():
            return f"{cell.value:.15g}"
        case _:
            return str(cell.value)


def main() -> None:
    """Print the workbook named on the command line; git starts this once for each side of a difference."""
    sys.stdout.buffer.write(workbook_as_text(sys.argv[1]).encode("utf-8", "backslashreplace"))


if __name__ == "__main__":
    main()
