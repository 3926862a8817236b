"""A package's files in, raw tables with addresses out: the only opener of workbooks and CSV, and a safe one.

Workbooks are read by a scanner of our own, since measured side by side openpyxl reads damaged XML silently, needs two
loads for a formula and its result and does not say which rows are hidden; calamine gives an empty text for an error and
for a formula that was never computed. What guards against hostile files (entities, bombs, far cells) must see every
element anyway, so both are one scan. openpyxl is the independent reader that the tests hold this one against.
"""

import csv
import hashlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sheetcheck.faults import Fault, problem
from sheetcheck.messages import say, spoken
from sheetcheck.nearest import nearest
from sheetcheck.reading.cells import Cell, Kind, RawTable, Refused, Sheet, column_number, letters, refuse
from sheetcheck.reading.textfile import read_text_file
from sheetcheck.reading.workbook import Workbook
from sheetcheck.schema import HELP_SHEETS, Package, Resource

__all__ = [
    "MAX_FILE_BYTES", "TEXTS", "WORKBOOKS", "Cell", "Kind", "RawTable", "column_number", "is_lock_file", "letters",
    "lock_remark", "open_workbook", "read_content", "read_tables",
]  # fmt: skip
# So many sheets of a workbook are named.
SHOWN_SHEETS = 12
# A CSV of 200,000 rows of 20 columns; ten times a workbook of 40,000 rows.
MAX_FILE_BYTES = 48 * 2**20
WORKBOOKS, TEXTS = (".xlsx",), (".csv", ".tsv")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def is_lock_file(name: str) -> bool:
    """True for the file that Excel (~$name) or LibreOffice (.~lock.name#) leaves beside a workbook that is open."""
    return name.startswith("~$") or (name.startswith(".~lock.") and name.endswith("#"))


def lock_remark(name: str) -> Fault:
    """What is said of a lock file, which is skipped."""
    about = name.removeprefix("~$").removeprefix(".~lock.").removesuffix("#")
    program = "Excel" if name.startswith("~$") else "LibreOffice"
    return problem("lock-file", about=about, program=program).at(file=name, is_remark=True)


def read_content(path: Path, name: str) -> bytes:
    """The file's bytes, read once so that what is inspected is what is read.

    Raises Refused when they cannot be what the file's name promises; a workbook is looked through when it is read.
    """
    if is_lock_file(path.name):
        raise Refused(lock_remark(name))
    try:
        if not path.exists():
            raise _missing(path)
        if not path.is_file():
            raise refuse("unreadable-file.folder")
        if (size := path.stat().st_size) > MAX_FILE_BYTES:
            raise refuse("file-too-large", size=f"{size / 2**20:.0f}", most=f"{MAX_FILE_BYTES / 2**20:.0f}")
        with path.open("rb") as stream:
            content = stream.read(MAX_FILE_BYTES + 1)
    except PermissionError as error:
        raise refuse("unreadable-file.permission") from error
    except (OSError, ValueError) as error:
        raise refuse("unreadable-file.other", reason=getattr(error, "strerror", None) or str(error)) from error
    lower = name.lower()
    if not content.lstrip(b"\0 \r\n\t"):
        raise refuse("empty-file", bytes=len(content))
    if lower.endswith(WORKBOOKS):
        return content
    if not lower.endswith(TEXTS):
        raise refuse("unknown-format", suffix=Path(name).suffix)
    # Latin text as UTF-16 has a zero in every second byte.
    sample = content[:4096]
    is_wide = max(sample[0::2].count(0), sample[1::2].count(0)) > len(sample) // 5
    if content.startswith(UTF16_MARKS) or (b"\0" in content and is_wide):
        raise refuse("utf-16")
    if content.startswith((b"PK\3\4", b"\xd0\xcf\x11\xe0")):
        raise refuse("not-text.workbook")
    if b"\0" in content:
        raise refuse("not-text.zero", line=content.count(b"\n", 0, content.index(b"\0")) + 1)
    return content


def _missing(path: Path) -> Refused:
    """What lies there under nearly the same name; many a missing file is a copy or a change of case."""
    stem = path.stem.casefold()
    try:
        names = sorted(entry.name for entry in path.parent.iterdir() if not is_lock_file(entry.name))
    except OSError:
        names = []
    near = [name for name in names if name.casefold().startswith(stem) and name != path.name]
    if not near:
        return refuse("missing-file.gone")
    # Another ending under the right name would not make it another kind of file.
    found, wanted = Path(near[0]).suffix.casefold(), path.suffix.casefold()
    kind = "name" if found == wanted else "csv" if wanted == ".csv" else "ods" if found == ".ods" else "suffix"
    return refuse(f"missing-file.{kind}", near=near[0], name=path.name, suffix=path.suffix)


def open_workbook(path: Path, name: str) -> list[Sheet]:
    """All sheets of one workbook; raises Refused when it cannot be opened, with messages that call it `name`."""
    book = Workbook(read_content(path, name))
    book.read(book.sheets)
    return [sheet for sheet in book.sheets if sheet.is_read]


class _File(NamedTuple):
    """What a file held when it was read, and all that decides it."""

    digest: str
    resources: list[Resource]
    surroundings: tuple[str, int]
    tables: list[RawTable]
    faults: list[Fault]


# The files of the folders that were read last, an old state and a new one: of those few differ.
_last: deque[dict[str, _File]] = deque(maxlen=2)


def read_tables(package: Package) -> tuple[dict[str, RawTable], list[Fault]]:
    """Read every file of the schema, each once, and give the tables that could be read, by resource name.

    The faults are those of files and sheets as such (missing, damaged, hidden, of another form); what stands in
    the cells is not judged. A file of which this process read the same bytes last is not read again. Raises nothing
    that a file can cause.
    """
    tables: list[RawTable] = []
    faults: list[Fault] = []
    files: dict[str, _File] = {}
    for path in package.paths:
        resources, own = package.of_file(path), []
        try:
            content = read_content(package.folder / path, path)
            # How long a field of a CSV may be is one for the whole process, and other libraries set it.
            now = hashlib.sha256(content).hexdigest(), resources, (spoken(), csv.field_size_limit())
            found = next((known[path] for known in _last if path in known and known[path][:3] == now), None)
            files[path] = found or _File(*now, _read_file(path, resources, content, own), own)
            tables += files[path].tables
            faults += files[path].faults
        except Refused as refused:
            faults += [*own, *refused.faults(path)]
    _last.append(files)
    return {table.resource.name: table for table in tables}, faults


def _read_file(path: str, resources: Sequence[Resource], content: bytes, faults: list[Fault]) -> list[RawTable]:
    if path.lower().endswith(WORKBOOKS):
        return [*_read_workbook(path, resources, content, faults)]
    return [read_text_file(resource, content, faults) for resource in resources]


def _read_workbook(path: str, resources: Sequence[Resource], content: bytes, faults: list[Fault]) -> Iterator[RawTable]:
    book = Workbook(content)
    sheets = [sheet for sheet in book.sheets if sheet.name not in HELP_SHEETS]
    chosen, found = _choose(path, resources, sheets)
    book.read([*chosen.values()])
    for sheet in sheets:
        if not sheet.is_hidden and not any(sheet is other for other in chosen.values()):
            faults.append(problem("unknown-sheet", name=sheet.name).at(file=path, sheet=sheet.name, is_remark=True))
    faults += found
    for resource in resources:
        if not (sheet := chosen.get(resource.name)):
            continue
        if sheet.damage or not sheet.is_read:
            reason = sheet.damage or say("damage.missing-part", part=sheet.part)
            faults.append(problem("damaged-sheet", reason=reason).at(file=path, sheet=sheet.name, value=reason))
            continue
        if sheet.is_hidden:
            faults.append(problem("hidden-sheet").at(file=path, sheet=sheet.name))
        yield RawTable(resource, _without(sheet.rows, resource.missing_values), sheet=sheet)


def _without(rows: dict[int, dict[int, Cell]], missing: frozenset[str]) -> Mapping[int, dict[int, Cell]]:
    if missing == {""}:
        return rows
    kept = {row: {n: cell for n, cell in cells.items() if cell.value not in missing} for row, cells in rows.items()}
    return {row: cells for row, cells in kept.items() if cells}


def _choose(path: str, resources: Sequence[Resource], sheets: Sequence[Sheet]) -> tuple[dict[str, Sheet], list[Fault]]:
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
            found = problem("renamed-sheet", expected=wanted_name, suggestion=wanted_name, name=near)
        faults.append(found.at(file=path, sheet=wanted_name, value=near))
    return chosen, faults
