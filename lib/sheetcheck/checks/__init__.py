"""A folder of sources in; validated frames, or every fault of every file at once, each with its cell, out."""

import csv
import hashlib
import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sheetcheck import reading
from sheetcheck.checks.columns import Table, judge_cells, make_frame
from sheetcheck.checks.keys import check_keys
from sheetcheck.checks.layout import lay_out
from sheetcheck.checks.references import Waiting, check_references
from sheetcheck.checks.rules import check_rules
from sheetcheck.faults import Fault, SourceError, problem, render_text, with_followers
from sheetcheck.messages import spoken
from sheetcheck.reading import RawTable
from sheetcheck.schema import PACKAGE_FILE, Package, Reference, load_package

if TYPE_CHECKING:
    import pandas as pd

# Files that look like sources; one that the schema does not name is a copy, or was forgotten in the schema.
_SOURCE_SUFFIXES = (*reading.WORKBOOKS, *reading.TEXTS, ".xlsm", ".xlsb", ".xls", ".ods")
# No table is here that was promised, and the cells that refer to it wait for it; the nearest to a cause comes first.
_CAUSES = ("missing-column", "missing-header", "empty-table")
# The folders that were checked last, an old state and a new one: each step of a day's work asks again.
_last: "deque[tuple[tuple[str, ...], Checked]]" = deque(maxlen=2)


@dataclass(frozen=True)
class Checked:
    """What a check found: the frames of every table that could be read, the faults, and remarks that are none."""

    package: Package
    faults: tuple[Fault, ...]
    remarks: tuple[Fault, ...]
    typed: dict[str, Table] = field(repr=False)
    _frames: "dict[str, pd.DataFrame]" = field(default_factory=dict, repr=False)

    @property
    def frames(self) -> "dict[str, pd.DataFrame]":
        """One frame per table that could be read; see `sheetcheck.checks.columns.make_frame`."""
        if not self._frames:
            self._frames.update({name: make_frame(table) for name, table in self.typed.items()})
        return self._frames


def check_folder(folder: str | Path) -> Checked:
    """Check every file of a folder against its schema; nothing in the folder is written.

    What this process checked last is not read again where the bytes are the same, also in a copy of the folder. Raises
    SchemaError when the folder or its schema cannot be used; whatever is wrong in a file is a fault.
    """
    package = load_package(folder)
    state = _state(package)
    for number, (known, checked) in enumerate(_last):
        if known == state is not None:
            del _last[number]
            _last.append((known, checked))
            return replace(checked, package=package)
    tables, faults = reading.read_tables(package)
    checked = check_tables(package, tables, faults + _beside(package))
    # What was saved while it was checked may have been read in the one state or the other.
    if state is not None and _state(package) == state:
        _last.append((state, checked))
    return checked


def _state(package: Package) -> tuple[str, ...] | None:
    """Everything that a check depends on: the schema, the bytes of the files, the names beside them, the language."""
    # How long a field of a CSV may be is one for the whole process, and other libraries set it.
    folder, found = package.folder, [spoken(), str(csv.field_size_limit())]
    try:
        found += sorted(entry.name for entry in folder.iterdir())
        for path in (PACKAGE_FILE, *package.paths):
            if (folder / path).is_file():
                with (folder / path).open("rb") as stream:
                    found.append(hashlib.file_digest(stream, "sha256").hexdigest())
    except OSError:
        return None
    return tuple(found)


def check_tables(package: Package, tables: Mapping[str, RawTable], faults: Sequence[Fault] = ()) -> Checked:
    """Check tables that were read already, by resource name; `faults` are those of reading them."""
    faults = list(faults)
    laid_out = [lay_out(tables[name]) for name in package.names if name in tables]
    typed = {table.resource.name: table for table in laid_out if table.columns}
    for table in typed.values():
        judge_cells(table)
        check_keys(table)
    waiting = check_references(typed)
    check_rules(typed, package.data_date)
    for table in laid_out:
        # A line of a CSV that is no record at all need not have the width of one.
        places = {(fault.file, fault.cell) for fault in table.form_faults if fault.code in ("stray-text", "total-row")}
        faults = [fault for fault in faults if fault.code != "ragged-line" or (fault.file, fault.cell) not in places]
        faults += table.form_faults
    _give_waiting(package, faults, waiting)
    faults += [fault for table in typed.values() for found in table.faults.values() for fault in found]
    ordered = _ordered(package, faults)
    told = [tuple(fault for fault in ordered if fault.is_remark == is_remark) for is_remark in (False, True)]
    return Checked(package, told[0], told[1], typed)


# What Excel, Windows and macOS, in Dutch or English, put round the name of a file when they copy it.
_COPY = re.compile(r"^(kopie van|copy of) | ?\(\d+\)$|( -)? (kopie|copy)( ?\(?\d+\)?)?$", re.IGNORECASE)


def require_valid(checked: Checked) -> None:
    """Raise SourceError, with every fault in its message, unless the check found none."""
    if checked.faults:
        raise SourceError(render_text(checked.faults).rstrip("\n"), checked.faults)


def _beside(package: Package) -> list[Fault]:
    remarks = []
    try:
        names = sorted(entry.name for entry in package.folder.iterdir())
    except OSError:
        return []
    sources = {path.rsplit(".", 1)[0].casefold(): path for path in reversed(package.paths)}
    for name in names:
        stem, _, suffix = name.rpartition(".")
        if reading.is_lock_file(name):
            remarks.append(reading.lock_remark(name))
        elif name.lower().endswith(_SOURCE_SUFFIXES) and name not in package.paths:
            # A text file that has the name of a source and another ending, as a table with tabs has; or one of
            # LibreOffice that should have been saved as a workbook.
            source = sources.get(stem.casefold(), "")
            kind = suffix.lower() if source and suffix.lower() in ("tsv", "ods") else "other"
            if copied := sources.get(_COPY.sub("", stem).casefold()) if kind == "other" else None:
                kind, source = "copy", copied
            found = problem(f"unknown-file.{kind}", source=source)
            remarks.append(found.at(file=name, is_remark=True))
    return remarks


def _give_waiting(package: Package, faults: list[Fault], waiting: Sequence[Waiting]) -> None:
    """Give references to what could not be read to the fault that kept it from being read."""
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


def _not_cause(fault: Fault, reference: Reference) -> int:
    """Rank of a fault as the one that keeps a column from being read: its own column, then the header, then any."""
    if fault.code == _CAUSES[0]:
        return 0 if fault.column == reference.field else 2
    return 1 if fault.code in _CAUSES else 2


def _ordered(package: Package, faults: Sequence[Fault]) -> list[Fault]:
    files = {path: place for place, path in enumerate(package.paths)}
    sheets = {(resource.path, resource.sheet): place for place, resource in enumerate(package.resources)}

    def place(fault: Fault) -> tuple[int, int, int, int]:
        letters = "" if fault.is_line else (fault.cell or "").rstrip("0123456789")
        sheet = sheets.get((fault.file, fault.sheet), -1)
        return files.get(fault.file, len(files)), sheet, fault.row or 0, reading.column_number(letters)

    return sorted(faults, key=place)
