"""A package's files in, raw tables with addresses out: the only opener of workbooks and CSV, behind the gate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.parsers import expat

from sheetcheck.faults import Fault, show
from sheetcheck.gate import inspect_content, read_content
from sheetcheck.nearest import nearest
from sheetcheck.schema import HELP_SHEETS, Package, Resource
from sheetcheck.sheets.cells import Cell, Kind, RawTable, column_number, letters
from sheetcheck.sheets.container import SheetEntry, Workbook
from sheetcheck.sheets.textfile import read_text_file
from sheetcheck.sheets.worksheet import DamagedSheet

__all__ = ["Cell", "Kind", "RawTable", "column_number", "letters", "read_tables"]


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
        found = inspect_content(path, content)
        faults += found
        if any(not fault.is_remark for fault in found):
            continue
        if path.lower().endswith(".xlsx"):
            _read_workbook(package, path, content, tables, faults)
        else:
            for resource in (resource for resource in package.resources if resource.path == path):
                tables[resource.name] = _read_csv(package, resource, content, faults)
    return tables, faults


def _read_csv(package: Package, resource: Resource, content: bytes, faults: list[Fault]) -> RawTable:
    read = read_text_file(resource.path, content, resource.field_names, _delimiter(package, resource))
    faults += read.faults
    table = RawTable(resource, is_csv=True, uneven=frozenset(read.broken))
    missing = _missing_values(package, resource)
    for record in read.records:
        cells = {
            n: Cell(value, "text", record.line, n) for n, value in enumerate(record.fields, 1) if value not in missing
        }
        if cells:
            table.rows[record.line] = cells
    return table


def _delimiter(package: Package, resource: Resource) -> str:
    """The separator that the schema declares; else a tab in a .tsv and a comma in a .csv."""
    usual = "\t" if resource.path.lower().endswith(".tsv") else ","
    dialect = _entry(package, resource).get("dialect")
    delimiter = dialect.get("delimiter", usual) if isinstance(dialect, dict) else usual
    is_usable = isinstance(delimiter, str) and len(delimiter) == 1 and delimiter not in '"\r\n'
    return delimiter if is_usable else usual


def _missing_values(package: Package, resource: Resource) -> frozenset[str]:
    """Texts that the schema declares to mean a blank; none but the blank itself unless it says so."""
    entries = _entry(package, resource)["schema"].get("missingValues", [])
    values = (entry.get("value") if isinstance(entry, dict) else entry for entry in entries)
    return frozenset(["", *(value for value in values if isinstance(value, str))])


def _entry(package: Package, resource: Resource) -> dict[str, Any]:
    return next(entry for entry in package.descriptor["resources"] if entry["name"] == resource.name)


def _read_workbook(
    package: Package, path: str, content: bytes, tables: dict[str, RawTable], faults: list[Fault]
) -> None:
    resources = [resource for resource in package.resources if resource.path == path]
    try:
        book = Workbook(content)
    except (DamagedSheet, expat.ExpatError, ValueError, KeyError, OverflowError) as error:
        faults.append(_damaged(path, None, error))
        return
    entries = [entry for entry in book.sheets if entry.name not in HELP_SHEETS]
    chosen = _choose(path, resources, entries, faults)
    for entry in entries:
        if entry not in chosen.values() and not entry.is_hidden:
            message = f"sheet {show(entry.name)} is not in the schema; it was not read."
            faults.append(Fault(file=path, sheet=entry.name, code="unknown-sheet", message=message, is_remark=True))
    for resource in resources:
        entry = chosen.get(resource.name)
        if entry is None:
            continue
        try:
            sheet = book.read(entry)
        except (DamagedSheet, expat.ExpatError, ValueError, OverflowError) as error:
            faults.append(_damaged(path, entry.name, error))
            continue
        if entry.is_hidden:
            message = "the sheet is hidden, so nobody sees what it holds. Unhide it (right click on any sheet's tab)."
            faults.append(Fault(file=path, sheet=entry.name, code="hidden-sheet", message=message))
        missing = _missing_values(package, resource)
        rows = sheet.rows if missing == {""} else _without(sheet.rows, missing)
        tables[resource.name] = RawTable(
            resource,
            rows,
            merged=tuple(sheet.merged),
            hidden_rows=tuple(sheet.hidden_rows),
            hidden_columns=tuple(sheet.hidden_columns),
            is_filtered=sheet.is_filtered,
        )


def _without(rows: dict[int, dict[int, Cell]], missing: frozenset[str]) -> dict[int, dict[int, Cell]]:
    kept = {row: {n: cell for n, cell in cells.items() if cell.value not in missing} for row, cells in rows.items()}
    return {row: cells for row, cells in kept.items() if cells}


def _choose(
    path: str, resources: Sequence[Resource], entries: Sequence[SheetEntry], faults: list[Fault]
) -> dict[str, SheetEntry]:
    """The sheet of each resource: by its name, else the renamed one that is left over and near."""
    by_name = {entry.name: entry for entry in entries}
    chosen = {r.name: by_name[r.sheet] for r in resources if r.sheet in by_name}
    if entries:
        # A resource that names no sheet means the first one.
        chosen |= {r.name: entries[0] for r in resources if r.sheet is None}
    left = {entry.name: entry for entry in entries if entry not in chosen.values()}
    for resource in resources:
        if resource.name in chosen:
            continue
        near = nearest(resource.sheet or "", left)
        if near is None:
            names = ", ".join(show(entry.name) for entry in entries[:12]) or "none"
            faults.append(
                Fault(
                    file=path,
                    sheet=resource.sheet,
                    code="missing-sheet",
                    expected=resource.sheet,
                    message=f"there is no sheet of this name in the workbook; its sheets are {names}."
                    " Put it back or give the sheet its name again.",
                )
            )
            continue
        chosen[resource.name] = left.pop(near)
        faults.append(
            Fault(
                file=path,
                sheet=resource.sheet,
                code="renamed-sheet",
                value=near,
                expected=resource.sheet,
                suggestion=resource.sheet,
                message=f"the sheet is called {show(near)}. Rename it to {show(resource.sheet)}.",
            )
        )
    return chosen


def _damaged(path: str, sheet: str | None, error: Exception) -> Fault:
    """The fault of a part that is well-formed enough for the gate and still cannot be a sheet."""
    what = str(error) if isinstance(error, DamagedSheet) else "its XML says what no sheet can say"
    return Fault(
        file=path,
        sheet=sheet,
        code="damaged-sheet" if sheet else "damaged-workbook",
        value=str(error),
        message=f"is damaged: {what}. Open it in Excel, let it repair the file, and save it again.",
    )
