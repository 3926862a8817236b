"""A folder with a datapackage.json in, validated frames and every fault of every file out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sheetcheck.checks.columns import Typed, type_columns
from sheetcheck.checks.form.layout import lay_out
from sheetcheck.checks.relations.keys import check_keys
from sheetcheck.checks.relations.references import Waiting, check_references
from sheetcheck.checks.relations.rules import check_rules
from sheetcheck.faults import Fault, SourceError, render_text, with_followers
from sheetcheck.reading import column_number, is_lock_file, lock_remark, read_tables
from sheetcheck.schema import Package, Reference, load_package

if TYPE_CHECKING:
    import pandas as pd

# Files that look like sources; one that the schema does not name is a copy, or was forgotten in the schema.
_SOURCE_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".csv", ".tsv", ".ods")


@dataclass(frozen=True)
class Checked:
    """What a check found: the frames of every table that could be read, the faults, and remarks that are none."""

    package: Package
    faults: tuple[Fault, ...]
    remarks: tuple[Fault, ...]
    typed: dict[str, Typed] = field(repr=False)

    @cached_property
    def frames(self) -> dict[str, pd.DataFrame]:
        """One frame per table that could be read; see `sheetcheck.checks.frames`."""
        # pandas takes longer to load than our sources take to check, and a check shows no frames.
        from sheetcheck.checks.frames import make_frame

        return {name: make_frame(table) for name, table in self.typed.items()}


def check_folder(folder: str | Path) -> Checked:
    """Check every file of a folder against its schema; nothing in the folder is written.

    Raises SchemaError when the folder or its schema cannot be used; whatever is wrong in a file is a fault.
    """
    package = load_package(folder)
    tables, faults = read_tables(package)
    faults += _beside(package)
    typed: dict[str, Typed] = {}
    layouts = [lay_out(tables[name]) for name in package.names if name in tables]
    for layout in layouts:
        if layout.header.columns:
            typed[layout.table.resource.name] = type_columns(layout)
            check_keys(typed[layout.table.resource.name])
    waiting = check_references(typed)
    check_rules(typed, package.data_date)
    for layout in layouts:
        faults = _without_width(faults, layout.faults) + layout.faults
    faults = _with_waiting(package, faults, waiting)
    faults += [fault for table in typed.values() for found in table.faults.values() for fault in found]
    ordered = _ordered(package, faults)
    return Checked(
        package,
        tuple(fault for fault in ordered if not fault.is_remark),
        tuple(fault for fault in ordered if fault.is_remark),
        typed,
    )


def require_valid(checked: Checked) -> None:
    """Raise SourceError, with every fault in its message, unless the check found none."""
    if checked.faults:
        raise SourceError(render_text(checked.faults).rstrip("\n"), checked.faults)


def _without_width(faults: list[Fault], found: Sequence[Fault]) -> list[Fault]:
    """A line of a CSV that is no record at all need not have the width of one."""
    places = {(fault.file, fault.cell) for fault in found if fault.code in ("stray-text", "total-row")}
    return [fault for fault in faults if fault.code != "ragged-line" or (fault.file, fault.cell) not in places]


def _beside(package: Package) -> list[Fault]:
    """Remarks on files beside the sources: lock files, and copies that nobody reads."""
    remarks = []
    try:
        names = sorted(entry.name for entry in package.folder.iterdir())
    except OSError:
        return []
    for name in names:
        if is_lock_file(name):
            remarks.append(lock_remark(name))
        elif name.lower().endswith(_SOURCE_SUFFIXES) and name not in package.paths:
            message = f"is not in the schema; it was not read.{_twin(name, package.paths)}"
            remarks.append(Fault(file=name, code="unknown-file", message=message, is_remark=True))
    return remarks


def _twin(name: str, paths: Sequence[str]) -> str:
    """What to do with a text file that has the name of a source and another ending, as a table with tabs has."""
    source = next(
        (path for path in paths if path.rsplit(".", 1)[0].casefold() == name.rsplit(".", 1)[0].casefold()), ""
    )
    if not source or not name.lower().endswith(".tsv"):
        return ""
    return (
        f" It is a table with tabs between its columns, and {source} is the source: if this one is the newer,"
        f" open it in Excel and save it as {source}; else take it away."
    )


def _with_waiting(package: Package, faults: list[Fault], waiting: Sequence[Waiting]) -> list[Fault]:
    """Give references to what could not be read to the fault that kept it from being read."""
    faults = list(faults)
    for entry in waiting:
        resource = package.resource(entry.reference.resource)
        own = [
            number
            for number, fault in enumerate(faults)
            if fault.file == resource.path and fault.sheet in (None, resource.sheet) and not fault.is_remark
            if entry.row is None or fault.code == "merged-cells" or fault.row == entry.row
        ]
        cause = min(own, key=lambda number: _not_cause(faults[number], entry.reference), default=None)
        if cause is not None and entry.places:
            faults[cause] = with_followers(faults[cause], entry.places)
    return faults


def _not_cause(fault: Fault, reference: Reference) -> int:
    """Rank of a fault as the one that keeps a column from being read: its own column, then the header, then any."""
    if fault.code == "missing-column" and fault.column == reference.field:
        return 0
    return 1 if fault.code in ("missing-header", "empty-table") else 2


def _ordered(package: Package, faults: Sequence[Fault]) -> list[Fault]:
    """By file and sheet as the schema names them, what concerns the whole first, then row by row."""
    files = {path: place for place, path in enumerate(package.paths)}
    sheets = {(resource.path, resource.sheet): place for place, resource in enumerate(package.resources)}
    numbered = list(enumerate(faults))

    def place(entry: tuple[int, Fault]) -> tuple[int, int, int, int, int]:
        number, fault = entry
        file = files.get(fault.file, len(files))
        sheet = sheets.get((fault.file, fault.sheet), -1)
        return file, sheet, fault.row or 0, _column(fault), number

    return [fault for _, fault in sorted(numbered, key=place)]


def _column(fault: Fault) -> int:
    letters = "".join(letter for letter in fault.cell or "" if letter.isalpha() and letter.isupper())
    return column_number(letters) if letters else 0
