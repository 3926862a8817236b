"""A package's files in, raw tables with addresses out: the only opener of workbooks and CSV, and a safe one.

Workbooks are read by a scanner of our own, since measured side by side openpyxl reads damaged XML silently, needs two
loads for a formula and its result and does not say which rows are hidden; calamine gives an empty text for an error and
for a formula that was never computed. What guards against hostile files (entities, bombs, far cells) must see every
element anyway, so both are one scan. openpyxl is the independent reader that the tests hold this one against.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sheetcheck.faults import Fault, show
from sheetcheck.nearest import nearest
from sheetcheck.reading.cells import Cell, Kind, RawTable, column_number, letters
from sheetcheck.reading.files import MAX_FILE_BYTES, is_lock_file, lock_remark, read_content, refuse_content
from sheetcheck.reading.guard import REPAIR, Refused
from sheetcheck.reading.textfile import read_text_file
from sheetcheck.reading.workbook import SheetEntry, Workbook
from sheetcheck.reading.worksheet import DamagedSheet, Sheet
from sheetcheck.schema import HELP_SHEETS, Package, Resource

__all__ = [
    "MAX_FILE_BYTES", "Cell", "Kind", "RawTable", "column_number", "inspect", "is_lock_file", "letters",
    "lock_remark", "open_workbook", "read_tables",
]  # fmt: skip


def inspect(path: str | Path) -> list[Fault]:
    """Every reason not to open the file, each as one plain sentence with the remedy; empty for a sound file."""
    path = Path(path)
    if path.suffix.lower() == ".xlsx":
        return open_workbook(path, path.name, keeps=False)[1]
    content, faults = read_content(path, path.name)
    return faults if content is None else refuse_content(path.name, content)


def open_workbook(path: Path, name: str, *, keeps: bool = True) -> tuple[list[tuple[str, Sheet]], list[Fault]]:
    """All sheets of one workbook by name, or why it cannot be opened; messages call it `name`."""
    content, faults = read_content(path, name)
    faults = faults if content is None else refuse_content(name, content)
    if content is None or faults:
        return [], faults
    try:
        book = Workbook(content)
        sheets = book.read(book.sheets if keeps else ())
    except (Refused, DamagedSheet) as error:
        return [], _why_not(name, error)
    return [(entry.name, sheets[entry.part]) for entry in book.sheets if entry.part in sheets], []


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
        refused = refuse_content(path, content)
        faults += refused
        if refused:
            continue
        if path.lower().endswith(".xlsx"):
            _read_workbook(package, path, content, tables, faults)
        else:
            for resource in (resource for resource in package.resources if resource.path == path):
                missing = _missing_values(package, resource)
                names, separator = resource.field_names, _delimiter(package, resource)
                read = read_text_file(path, content, names, separator, missing)
                faults += read.faults
                if read.rows is not None:
                    tables[resource.name] = RawTable(resource, read.rows, is_csv=True, uneven=read.rows.broken)
    return tables, faults


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
        found: list[Fault] = []
        chosen = _choose(path, resources, [entry for entry in book.sheets if entry.name not in HELP_SHEETS], found)
        sheets = book.read(tuple(chosen.values()))
    except (Refused, DamagedSheet) as error:
        faults += _why_not(path, error)
        return
    for entry in book.sheets:
        if entry.name not in HELP_SHEETS and entry not in chosen.values() and not entry.is_hidden:
            message = f"sheet {show(entry.name)} is not in the schema; it was not read."
            faults.append(Fault(file=path, sheet=entry.name, code="unknown-sheet", message=message, is_remark=True))
    faults += found
    for resource in resources:
        entry = chosen.get(resource.name)
        if entry is None:
            continue
        sheet = sheets.get(entry.part)
        if sheet is None or sheet.damage:
            reason = f'its part "{entry.part}" is missing' if sheet is None else sheet.damage
            faults.append(_damaged(path, entry.name, str(reason)))
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


def _why_not(path: str, error: Refused | DamagedSheet) -> list[Fault]:
    return error.faults(path) if isinstance(error, Refused) else [_damaged(path, None, str(error))]


def _damaged(path: str, sheet: str | None, reason: str) -> Fault:
    """The fault of XML that is well-formed and still cannot be a sheet."""
    code = "damaged-sheet" if sheet else "damaged-workbook"
    return Fault(file=path, sheet=sheet, code=code, value=reason, message=f"is damaged: {reason}. {REPAIR}")
