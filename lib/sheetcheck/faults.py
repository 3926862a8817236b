"""Faults and errors in; text, JSON or GitHub annotations out: one record for all that the checks say, and the
exceptions whose message says where, what was found, what was expected, what to do.
"""

from __future__ import annotations

import errno
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

# A column pasted in the wrong form gives one fault a row; a person needs to see that once, with the count.
SHOWN_PER_KIND = 12
# So many followers of a fault are named one by one; more are counted.
LISTED = 3
# Longer values are cut in messages: a message is one or two sentences, the whole value stands in the cell.
SHOWN_CHARACTERS = 70
_INKS = {"bold": "\033[1m", "dim": "\033[2m", "red": "\033[31m", "green": "\033[32m"}
_UNSEEN = re.compile(
    "[\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180e\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u3000\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing to say about one place: `code` for machines, `message` for people, the place apart from both."""

    file: str
    sheet: str | None = None  # None for a CSV and for a fault of the whole file
    cell: str | None = None  # "C14" in a workbook, "line 14" in a CSV, None for a fault of the file or sheet
    column: str | None = None
    key: str | None = None
    code: str
    value: str | None = None
    expected: str | None = None
    suggestion: str | None = None
    message: str
    is_remark: bool = False  # said, but no fault
    followers: tuple[str, ...] = ()  # places that go wrong only because of this one

    @property
    def place(self) -> str:
        """Where it is: "committees.xlsx › relevance › C14", or "sources.csv › line 14 › kind"."""
        is_line = self.cell is not None and self.cell.startswith("line ")
        parts = (self.file, self.sheet, self.cell, self.column if is_line else None)
        return visible(" › ".join(part for part in parts if part))

    @property
    def row(self) -> int | None:
        """Number of the row or line, where the fault has one."""
        digits = re.search(r"[0-9]+$", self.cell or "")
        return int(digits.group()) if digits else None

    def __str__(self) -> str:
        return f"{self.place}: {visible(self.message)}"


def show(value: object) -> str:
    """A value as messages quote it: in quotation marks, cut when long, with characters nobody can see spelt out."""
    text = str(value)
    if len(text) > SHOWN_CHARACTERS:
        text = text[:SHOWN_CHARACTERS] + "…"
    return '"' + visible(text) + '"'


def visible(text: str) -> str:
    """Text in which every unseen character stands as its code, so that a message can be printed anywhere."""
    return _UNSEEN.sub(lambda found: "⏎" if found.group() == "\n" else f"⟨U+{ord(found.group()):04X}⟩", text)


def inked(text: str, *inks: str, colour: bool = True) -> str:
    """Text for a terminal in bold, dim, red or green; as it is without `colour`."""
    return f"{''.join(_INKS[ink] for ink in inks)}{text}\033[0m" if colour else text


def counted(number: int, word: str) -> str:
    """ "1 fault", "2 faults", "3 entries", with a point-free number that any reader knows."""
    plural = word[:-1] + "ies" if word.endswith("y") else word + "s"
    return f"{number} {word if number == 1 else plural}"


def referring(places: Sequence[str], what: str) -> str:
    """ "307 cells in 6 files refer to …": few cells by their places, many counted by file."""
    files = Counter(place.split(" › ")[0] for place in places)
    verb, within, where = "refers" if len(places) == 1 else "refer", "", f" ({', '.join(places)})"
    if len(places) > LISTED:
        within = f" in {len(files)} files" if len(files) > 1 else f" in {next(iter(files))}"
        where = f" ({', '.join(f'{n} in {file}' for file, n in files.items())})" if len(files) > 1 else ""
    return f"{counted(len(places), 'cell')}{within} {verb} to {what}{where}"


def with_followers(fault: Fault, places: Sequence[str]) -> Fault:
    """The fault, with the places that go wrong only because of it counted in its message."""
    bare = fault.message.removesuffix(f" {referring(fault.followers, 'it')}.")
    # The blank cells under a merge follow too, and refer to nothing.
    counted_before = fault.followers if bare != fault.message else ()
    message = f"{bare} {referring((*counted_before, *places), 'it')}."
    return replace(fault, message=message, followers=(*fault.followers, *places))


def render_text(faults: Iterable[Fault], colour: bool = False, *, at_most: int = SHOWN_PER_KIND) -> str:
    """Faults as lines for a person: grouped by file and sheet in the order given, remarks after them, the count last.

    More than `at_most` faults of one code in one column are summed up in a line that names their rows.
    """
    faults = list(faults)
    errors = [fault for fault in faults if not fault.is_remark]
    remarks = [fault for fault in faults if fault.is_remark]
    lines: list[str] = []
    last = None
    for group, members in _groups(errors):
        if last not in (None, group):
            lines.append("")
        last = group
        lines += [_line(fault, colour, "red") for fault in members[:at_most]]
        if len(members) > at_most:
            rest = members[at_most:]
            lines.append(_rest(rest))
    if errors and remarks:
        lines.append("")
    lines += [_line(remark, colour, "dim") for remark in remarks]
    if lines:
        lines.append("")
    lines.append(_count(errors, remarks))
    return "\n".join(lines)


def render_json(faults: Iterable[Fault]) -> str:
    """Faults as one JSON object with `count`, `faults` and `remarks`; each has all its parts, also the empty ones."""
    faults = list(faults)
    entries = [(fault.is_remark, _entry(fault)) for fault in faults]
    content = {
        "count": sum(1 for is_remark, _ in entries if not is_remark),
        "faults": [entry for is_remark, entry in entries if not is_remark],
        "remarks": [entry for is_remark, entry in entries if is_remark],
    }
    # Half a surrogate pair can come out of a damaged cell, and no UTF-8 file can hold it: escape instead of failing.
    return json.dumps(content, ensure_ascii=True, indent=1)


def render_github(faults: Iterable[Fault], *, folder: str = "") -> str:
    """Faults as GitHub workflow commands, one a line; `folder` is put before each file name."""
    prefix = folder.rstrip("/") + "/" if folder else ""
    lines = []
    for fault in faults:
        level = "notice" if fault.is_remark else "error"
        title = " › ".join(part for part in (fault.sheet, fault.cell, fault.code) if part)
        values = {"file": prefix + fault.file, "line": str(fault.row or 1), "title": title}
        properties = ",".join(f"{name}={_escape_property(value)}" for name, value in values.items())
        lines.append(f"::{level} {properties}::{_escape_data(str(fault))}")
    return "\n".join(lines)


def _entry(fault: Fault) -> dict[str, object]:
    names = ("file", "sheet", "cell", "column", "key", "code", "value", "expected", "suggestion", "message")
    return {name: getattr(fault, name) for name in names} | {"followers": list(fault.followers)}


def _groups(faults: Sequence[Fault]) -> list[tuple[tuple[str, str | None], list[Fault]]]:
    """Faults by (file, sheet, column, code), each kind where its first member stands, tables kept together."""
    tables: dict[tuple[str, str | None], dict[tuple[str | None, str], list[Fault]]] = {}
    kinds = Counter((fault.file, fault.sheet, fault.column, fault.code) for fault in faults)
    for index, fault in enumerate(faults):
        table = tables.setdefault((fault.file, fault.sheet), {})
        many = kinds[(fault.file, fault.sheet, fault.column, fault.code)] > SHOWN_PER_KIND
        # A kind with few members keeps the order of the sheet: row by row, as a person walks through it.
        table.setdefault((fault.column, fault.code) if many else (str(index), ""), []).append(fault)
    return [(group, members) for group, table in tables.items() for members in table.values()]


def _rest(rest: Sequence[Fault]) -> str:
    first, last = rest[0], rest[-1]
    cells = replace(first, cell=f"{first.cell} to {last.cell}" if first.cell != last.cell else first.cell)
    return f"{cells.place}: {len(rest)} more as above ({first.code})."


def _line(fault: Fault, colour: bool, ink: str) -> str:
    if not colour:
        return str(fault)
    return f"{inked(f'{fault.place}:', 'bold', ink)} {visible(fault.message)}"


def _count(errors: Sequence[Fault], remarks: Sequence[Fault]) -> str:
    said = f" {counted(len(remarks), 'remark')}." if remarks else ""
    if not errors:
        return f"No faults.{said}"
    return f"{counted(len(errors), 'fault')} in {counted(len({fault.file for fault in errors}), 'file')}.{said}"


def _escape_data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")


class UserError(Exception):
    """Something a user can mend; the command line shows the message alone, never a traceback."""


class SchemaError(UserError):
    """The folder or its datapackage.json cannot be used at all, so that nothing could be checked."""


class SourceError(UserError):
    """One or more source files hold faults; `faults` lists them all, each with its file, sheet and cell."""

    def __init__(self, message: str, faults: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


def disk_sentence(error: OSError, name: str | None = None) -> str:
    """What a file or disk refused, in a sentence that names the file and says what to do; `name` as people know it."""
    place = name or error.filename or "The folder for temporary files"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{place}: the disk is full, so it was not written. Make room, and try again."
    if error.errno == errno.EROFS:
        return f"{place}: the disk or folder is read-only. Choose a folder that can be written, and try again."
    if isinstance(error, PermissionError):
        return f"{place}: no permission. Is it open in Excel? Close it, or ask for rights to its folder."
    if isinstance(error, IsADirectoryError):
        return f"{place}: is a folder where a file belongs. Move it away, and try again."
    if isinstance(error, FileNotFoundError):
        return f"{place}: is not there any more. Put it back, and try again."
    return f"{place}: cannot be read or written ({error.strerror or error}). Try again in a folder on this computer."
