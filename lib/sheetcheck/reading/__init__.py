"""A package's files in, raw tables with addresses out: the only opener of workbooks and CSV, and a safe one.

Workbooks are read by a scanner of our own, since measured side by side openpyxl reads damaged XML silently, needs two
loads for a formula and its result and does not say which rows are hidden; calamine gives an empty text for an error and
for a formula that was never computed. What guards against hostile files (entities, bombs, far cells) must see every
element anyway, so both are one scan. openpyxl is the independent reader that the tests hold this one against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sheetcheck.faults import Fault, problem
from sheetcheck.messages import say
from sheetcheck.nearest import nearest
from sheetcheck.reading.archive import Refused
from sheetcheck.reading.cells import Cell, Kind, RawTable, Sheet, column_number, letters
from sheetcheck.reading.files import MAX_FILE_BYTES, is_lock_file, lock_remark, read_content
from sheetcheck.reading.textfile import read_text_file
from sheetcheck.reading.workbook import Workbook
from sheetcheck.schema import HELP_SHEETS, Package, Resource

__all__ = [
    "MAX_FILE_BYTES", "Cell", "Kind", "RawTable", "column_number", "is_lock_file", "letters", "lock_remark",
    "open_workbook", "read_tables",
]  # fmt: skip
# So many sheets of a workbook are named.
SHOWN_SHEETS = 12


def open_workbook(path: Path, name: str) -> tuple[list[Sheet], list[Fault]]:
    """All sheets of one workbook, or why it cannot be opened; messages call it `name`."""
    content, faults = read_content(path, name)
    if content is None:
        return [], faults
    try:
        book = Workbook(content)
        book.read(book.sheets)
    except Refused as error:
        return [], error.faults(name)
    return [sheet for sheet in book.sheets if sheet.is_read], []


def read_tables(package: Package) -> tuple[dict[str, RawTable], list[Fault]]:
    """Read every file of the schema, each once, and give the tables that could be read, by resource name.

    The faults are those of files and sheets as such (missing, damaged, hidden, of another form); what stands in
    the cells is not judged. Raises nothing that a file can cause.
    """
    tables: dict[str, RawTable] = {}
    faults: list[Fault] = []
    for path in package.paths:
        content, found = read_content(package.folder / path, path)
        faults += found
        if content is None:
            continue
        resources = package.of_file(path)
        if path.lower().endswith(".xlsx"):
            faults += _read_workbook(path, resources, content, tables)
        else:
            for resource in resources:
                table, found = read_text_file(resource, content)
                faults += found
                if table is not None:
                    tables[resource.name] = table
    return tables, faults


def _read_workbook(
    path: str, resources: Sequence[Resource], content: bytes, tables: dict[str, RawTable]
) -> list[Fault]:
    try:
        book = Workbook(content)
        sheets = [sheet for sheet in book.sheets if sheet.name not in HELP_SHEETS]
        chosen, found = _choose(path, resources, sheets)
        book.read([*chosen.values()])
    except Refused as error:
        return error.faults(path)
    used = {sheet.name for sheet in chosen.values()}
    faults = [
        Fault.of(problem("unknown-sheet", name=sheet.name), file=path, sheet=sheet.name, is_remark=True)
        for sheet in sheets
        if sheet.name not in used and not sheet.is_hidden
    ]
    faults += found
    for resource in resources:
        sheet = chosen.get(resource.name)
        if sheet is None:
            continue
        if sheet.damage or not sheet.is_read:
            reason = sheet.damage or say("damage.missing-part", part=sheet.part)
            faults.append(Fault.of(problem("damaged-sheet", reason=reason), file=path, sheet=sheet.name, value=reason))
            continue
        if sheet.is_hidden:
            faults.append(Fault.of(problem("hidden-sheet"), file=path, sheet=sheet.name))
        tables[resource.name] = RawTable(resource, _without(sheet.rows, resource.missing_values), sheet=sheet)
    return faults


def _without(rows: dict[int, dict[int, Cell]], missing: frozenset[str]) -> Mapping[int, dict[int, Cell]]:
    """The rows without the cells that the schema says are blank."""
    if missing == {""}:
        return rows
    kept = {row: {n: cell for n, cell in cells.items() if cell.value not in missing} for row, cells in rows.items()}
    return {row: cells for row, cells in kept.items() if cells}


def _choose(path: str, resources: Sequence[Resource], sheets: Sequence[Sheet]) -> tuple[dict[str, Sheet], list[Fault]]:
    """The sheet of each resource: by its name, else the renamed one that is left over and near."""
    faults = []
    by_name = {sheet.name: sheet for sheet in sheets}
    # A resource that names no sheet means the first one.
    wanted = {resource.name: resource.sheet or (sheets[0].name if sheets else "") for resource in resources}
    chosen = {name: by_name[sheet] for name, sheet in wanted.items() if sheet in by_name}
    left = {name: sheet for name, sheet in by_name.items() if name not in {other.name for other in chosen.values()}}
    for resource in resources:
        if resource.name in chosen:
            continue
        near, wanted_name = nearest(resource.sheet or "", left), resource.sheet
        if near is None:
            names = [sheet.name for sheet in sheets[:SHOWN_SHEETS]]
            found = problem(f"missing-sheet.{'others' if names else 'none'}", expected=wanted_name, names=names)
        else:
            chosen[resource.name] = left.pop(near)
            told = {"expected": wanted_name, "suggestion": wanted_name}
            found = problem("renamed-sheet", **told, name=near, wanted=wanted_name)
        faults.append(Fault.of(found, file=path, sheet=wanted_name, value=near))
    return chosen, faults
