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
from sheetcheck.reading.cells import Cell, Kind, RawTable, column_number, letters
from sheetcheck.reading.files import MAX_FILE_BYTES, is_lock_file, lock_remark, read_content
from sheetcheck.reading.textfile import read_text_file
from sheetcheck.reading.workbook import SheetEntry, Workbook
from sheetcheck.reading.worksheet import DamagedSheet, Sheet
from sheetcheck.schema import HELP_SHEETS, Package, Resource

__all__ = [
    "MAX_FILE_BYTES", "Cell", "Kind", "RawTable", "column_number", "inspect", "is_lock_file", "letters",
    "lock_remark", "open_workbook", "read_tables",
]  # fmt: skip
# So many sheets of a workbook are named.
SHOWN_SHEETS = 12


def inspect(path: str | Path) -> list[Fault]:
    """Every reason not to open the file, each as one plain sentence with the remedy; empty for a sound file."""
    path = Path(path)
    if path.suffix.lower() == ".xlsx":
        return open_workbook(path, path.name, keeps=False)[1]
    return read_content(path, path.name)[1]


def open_workbook(path: Path, name: str, *, keeps: bool = True) -> tuple[list[tuple[str, Sheet]], list[Fault]]:
    """All sheets of one workbook by name, or why it cannot be opened; messages call it `name`."""
    content, faults = read_content(path, name)
    if content is None:
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
        resources = [resource for resource in package.resources if resource.path == path]
        if path.lower().endswith(".xlsx"):
            faults += _read_workbook(path, resources, content, tables)
        else:
            for resource in resources:
                rows, found = read_text_file(resource, content)
                faults += found
                if rows is not None:
                    told = {"uneven": rows.broken, "follows": rows.follows}
                    tables[resource.name] = RawTable(resource, rows, is_csv=True, **told)
    return tables, faults


def _read_workbook(
    path: str, resources: Sequence[Resource], content: bytes, tables: dict[str, RawTable]
) -> list[Fault]:
    try:
        book = Workbook(content)
        entries = [entry for entry in book.sheets if entry.name not in HELP_SHEETS]
        chosen, found = _choose(path, resources, entries)
        sheets = book.read(tuple(chosen.values()))
    except (Refused, DamagedSheet) as error:
        return _why_not(path, error)
    faults = [
        Fault.of(problem("unknown-sheet", name=entry.name), file=path, sheet=entry.name, is_remark=True)
        for entry in entries
        if entry not in chosen.values() and not entry.is_hidden
    ]
    faults += found
    for resource in resources:
        entry = chosen.get(resource.name)
        if entry is None:
            continue
        sheet = sheets.get(entry.part)
        if sheet is None or sheet.damage:
            reason = say("damage.missing-part", part=entry.part) if sheet is None else sheet.damage
            found_damage = problem("damaged-sheet", reason=reason)
            faults.append(Fault.of(found_damage, file=path, sheet=entry.name, value=reason))
            continue
        if entry.is_hidden:
            faults.append(Fault.of(problem("hidden-sheet"), file=path, sheet=entry.name))
        tables[resource.name] = RawTable(
            resource,
            _without(sheet.rows, resource.missing_values),
            merged=tuple(sheet.merged),
            hidden_rows=tuple(sheet.hidden_rows),
            hidden_columns=tuple(sheet.hidden_columns),
            is_filtered=sheet.is_filtered,
        )
    return faults


def _without(rows: dict[int, dict[int, Cell]], missing: frozenset[str]) -> Mapping[int, dict[int, Cell]]:
    """The rows without the cells that the schema says are blank."""
    if missing == {""}:
        return rows
    kept = {row: {n: cell for n, cell in cells.items() if cell.value not in missing} for row, cells in rows.items()}
    return {row: cells for row, cells in kept.items() if cells}


def _choose(
    path: str, resources: Sequence[Resource], entries: Sequence[SheetEntry]
) -> tuple[dict[str, SheetEntry], list[Fault]]:
    """The sheet of each resource: by its name, else the renamed one that is left over and near."""
    faults = []
    by_name = {entry.name: entry for entry in entries}
    chosen = {r.name: by_name[r.sheet] for r in resources if r.sheet in by_name}
    if entries:
        # A resource that names no sheet means the first one.
        chosen |= {r.name: entries[0] for r in resources if r.sheet is None}
    left = {entry.name: entry for entry in entries if entry not in chosen.values()}
    for resource in resources:
        if resource.name in chosen:
            continue
        near, wanted = nearest(resource.sheet or "", left), resource.sheet
        if near is None:
            names = [entry.name for entry in entries[:SHOWN_SHEETS]]
            found = problem(f"missing-sheet.{'others' if names else 'none'}", expected=wanted, names=names)
        else:
            chosen[resource.name] = left.pop(near)
            found = problem("renamed-sheet", expected=wanted, suggestion=wanted, name=near, wanted=wanted)
        faults.append(Fault.of(found, file=path, sheet=wanted, value=near))
    return chosen, faults


def _why_not(path: str, error: Refused | DamagedSheet) -> list[Fault]:
    if isinstance(error, Refused):
        return error.faults(path)
    return [Fault.of(problem("damaged-workbook.sheet", reason=str(error)), file=path, value=str(error))]
