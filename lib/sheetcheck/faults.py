"""Faults and errors in; text, JSON or GitHub annotations out: one record for all that the checks say, and the
exceptions whose message says where, what was found, what was expected, what to do.
"""

import errno
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sheetcheck.messages import placed, say, visible

# A column pasted in the wrong form gives one fault a row; a person needs to see that once, with the count.
SHOWN_PER_KIND = 12
# So many followers of a fault are named one by one; more are counted.
LISTED = 3
_DISK_KINDS = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EROFS: "read-only",
    errno.EACCES: "no-permission",
    errno.EPERM: "no-permission",
    errno.EISDIR: "folder",
    errno.ENOENT: "gone",
}
_INKS = {"bold": "\033[1m", "dim": "\033[2m", "red": "\033[31m", "green": "\033[32m"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing to say about one place: `code` for machines, `message` for people, the place apart from both.

    What judges a value alone does not know the place yet: it gives the fault without, and who reads the table adds it.
    """

    file: str = ""
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
    bare: str | None = None  # the message without its example or near value
    blocks: bool = True  # the value cannot be judged further

    def at(self, **place: Any) -> "Fault":
        """The same at a place."""
        return replace(self, **place)

    @property
    def is_line(self) -> bool:
        """True for a place in a CSV."""
        return self.cell is not None and self.cell.startswith("line ")

    @property
    def place(self) -> str:
        """Where it is: "committees.xlsx › relevance › C14", or "sources.csv › line 14 › kind"."""
        parts = (self.file, self.sheet, placed(self.cell or ""), self.column if self.is_line else None)
        return visible(" › ".join(part for part in parts if part))

    @property
    def row(self) -> int | None:
        """Number of the row or line, where the fault has one."""
        digits = re.search(r"[0-9]+$", self.cell or "")
        return int(digits.group()) if digits else None

    def __str__(self) -> str:
        return f"{self.place}: {visible(self.message)}"


def problem(key: str, /, *, wants: str = "", **parts: Any) -> Fault:
    """What the catalogue says under the key, whose first word is the code.

    The parts are those of the sentence and, as `expected`, `suggestion`, `bare` and `blocks`, of the fault; `wants` is
    the word under which the catalogue has what was expected.
    """
    told: dict[str, Any] = {name: parts[name] for name in ("expected", "suggestion", "bare", "blocks") if name in parts}
    if wants:
        told["expected"] = say(f"expected.{wants}")
    return Fault(code=key.split(".")[0], message=say(key, **parts), **told)


def inked(text: str, *inks: str, colour: bool = True) -> str:
    """Text for a terminal in bold, dim, red or green; as it is without `colour`."""
    return f"{''.join(_INKS[ink] for ink in inks)}{text}\033[0m" if colour else text


def referring(places: Sequence[str], value: object = None) -> str:
    """ "307 cells in 6 files refer to …": few cells by their places, many counted by file; None is what was named."""
    what = say("referring.it") if value is None else say("referring.to", value=value)
    files = Counter(place.split(" › ")[0] for place in places)
    if len(places) <= LISTED:
        return say("referring.few", cells=len(places), what=what, places=[*map(placed, places)])
    if len(files) == 1:
        return say("referring.file", cells=len(places), what=what, file=next(iter(files)))
    where = [say("referring.in", number=number, file=file) for file, number in files.items()]
    return say("referring.files", cells=len(places), what=what, files=len(files), where=where)


def with_followers(fault: Fault, places: Sequence[str]) -> Fault:
    """The fault, with the places that go wrong only because of it counted in its message."""
    bare = fault.message.removesuffix(f" {referring(fault.followers)}.")
    # The blank cells under a merge follow too, and refer to nothing.
    counted_before = fault.followers if bare != fault.message else ()
    message = f"{bare} {referring((*counted_before, *places))}."
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
        lines += [""] if last not in (None, group) else []
        last = group
        lines += [_line(fault, colour, "red") for fault in members[:at_most]]
        if rest := members[at_most:]:
            first, end = rest[0], placed(rest[-1].cell or "")
            cells = say("report.range", first=placed(first.cell or ""), last=end)
            place = first.place if first.cell == rest[-1].cell else first.place.replace(placed(first.cell or ""), cells)
            lines.append(f"{place}: {say('report.more', number=len(rest), code=first.code)}")
    lines += [""] if errors and remarks else []
    lines += [_line(remark, colour, "dim") for remark in remarks]
    lines += [""] if lines else []
    told = say("report.faults", faults=errors, files={fault.file for fault in errors}) if errors else say("report.none")
    return "\n".join([*lines, told + (f" {say('report.remarks', remarks=remarks)}" if remarks else "")])


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


def _line(fault: Fault, colour: bool, ink: str) -> str:
    return f"{inked(f'{fault.place}:', 'bold', ink)} {visible(fault.message)}" if colour else str(fault)


def render_json(faults: Iterable[Fault]) -> str:
    """Faults as one JSON object with `count`, `faults` and `remarks`; each has all its parts, also the empty ones."""
    names = ("file", "sheet", "cell", "column", "key", "code", "value", "expected", "suggestion", "message")
    told: tuple[list[object], list[object]] = ([], [])
    for fault in faults:
        entry = {name: getattr(fault, name) for name in names} | {"followers": list(fault.followers)}
        told[fault.is_remark].append(entry)
    content = {"count": len(told[0]), "faults": told[0], "remarks": told[1]}
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
        escaped = {name: _escaped(value).replace(":", "%3A").replace(",", "%2C") for name, value in values.items()}
        properties = ",".join(f"{name}={value}" for name, value in escaped.items())
        lines.append(f"::{level} {properties}::{_escaped(str(fault))}")
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


class UserError(Exception):
    """Something a user can mend; a command line and a notebook show the message alone, never a traceback."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows below a cell instead of the traceback."""
        return str(self).splitlines()


class SchemaError(UserError):
    """The folder or its datapackage.json cannot be used at all, so that nothing could be checked."""


class SourceError(UserError):
    """One or more source files hold faults; `faults` lists them all, each with its file, sheet and cell."""

    def __init__(self, message: str, faults: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


def disk_sentence(error: OSError, name: str | None = None) -> str:
    """What a file or disk refused, in a sentence that names the file and says what to do; `name` as people know it."""
    kind = _DISK_KINDS.get(error.errno or 0, "other")
    place = name or error.filename or say("disk.temporary")
    parts: dict[str, Any] = {"reason": error.strerror or error} if kind == "other" else {}
    return f"{place}: " + say(f"disk.{kind}", **parts)
