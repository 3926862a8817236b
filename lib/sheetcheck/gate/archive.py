"""Bytes that should be an .xlsx in, the reasons not to open them out: the kind of file, and the zip around it."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

from sheetcheck.faults import Fault, show, visible
from sheetcheck.gate.parts import PartRefused, Scan

# A workbook of one sheet has ten parts, one with forty sheets and their notes some two hundred.
MAX_PARTS = 1000
# Each entry of the zip's directory takes 46 bytes and its name; a longer directory is read by nobody.
MAX_DIRECTORY_BYTES = 2**20
# Sheets shrink ten to thirty times. Above this only bombs and a million equal rows are left.
MAX_RATIO = 300
# Small parts may shrink as they like: what counts is what they grow to.
MIN_BOMB_BYTES = 2**20
# All parts together, inflated: forty times our largest workbook, and still read in half a second.
MAX_INFLATED_BYTES = 48 * 2**20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = b"PK\5\6"
_MACROS = re.compile(r"vbaproject|(^|/)macrosheets/|(^|/)activex/|(^|/)dialogsheets/", re.IGNORECASE)
_EXTERNAL = re.compile(r"(^|/)externallinks/|(^|/)connections\.xml$|(^|/)querytables/", re.IGNORECASE)


def inspect_archive(name: str, content: bytes) -> list[Fault]:
    """Refuse, with the reason and the remedy, what is no sound and harmless workbook; empty for one that is."""

    def refuse(code: str, message: str) -> list[Fault]:
        return [Fault(file=name, code=code, message=message)]

    if not content.startswith(b"PK"):
        return refuse(*_what_it_is(content))
    found = _directory(content)
    if found:
        return refuse(*found)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            faults = [fault for code, message in _names(archive) for fault in refuse(code, message)]
            return faults or _contents(name, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError,
            struct.error, UnicodeError) as error:  # fmt: skip
        return refuse(
            "damaged-workbook",
            f"is damaged ({_plain(error)}). Open it in Excel, let it repair the file, and save it again;"
            " or put back the last good copy.",
        )


def _what_it_is(content: bytes) -> tuple[str, str]:
    start = content[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if content.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return "password-protected", (
                "is protected by a password, so that it cannot be read."
                " Take the password off (File, Info, Protect Workbook) and save it again."
            )
        return "old-format", (
            'is an old Excel file (.xls) that was only renamed. Open it and save it as "Excel Workbook (.xlsx)".'
        )
    if start.startswith((b"<html", b"<!doctype html", b"<table")):
        return (
            "not-a-workbook",
            'is a web page, not a workbook. Open it in Excel and save it as "Excel Workbook (.xlsx)".',
        )
    if start.startswith(b"<?xml"):
        return (
            "not-a-workbook",
            'is bare XML, not a workbook. Open it in Excel and save it as "Excel Workbook (.xlsx)".',
        )
    return "not-a-workbook", (
        "is not a workbook: it does not begin as a zip file does."
        ' Open it in the program it came from and save it as "Excel Workbook (.xlsx)".'
    )


def _directory(content: bytes) -> tuple[str, str] | None:
    """Judge the end of the zip before zipfile builds a list of it, since the list may be the attack."""
    end = content.rfind(_END, max(0, len(content) - 65557))
    if end < 0 or len(content) < end + 22:
        return "truncated", (
            "is cut off: the end of the file is missing."
            " Was it still being saved or copied? Wait and check again, or put back the last good copy."
        )
    parts, size = struct.unpack("<HI", content[end + 10 : end + 16])
    if parts > MAX_PARTS or size > MAX_DIRECTORY_BYTES:
        return "zip-bomb", (
            f"holds {parts} parts in its zip where a workbook has some ten to two hundred."
            " Copy the tables into a new workbook and save that."
        )
    return None


def _names(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """What the list of parts alone gives away."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    found = []
    for name in names:
        if name.startswith(("/", "\\")) or re.match("[A-Za-z]:", name) or ".." in re.split(r"[/\\]", name):
            found.append(("path-climbs-out", (
                f"holds a part whose name leads out of the file ({show(name)}); no workbook needs that, so it was not"
                " opened. Ask who sent it, and copy the tables into a new workbook."
            )))  # fmt: skip
    # Of two equal names one reader takes the first, another the last: what one checks the other never sees.
    folded = [name.replace("\\", "/").casefold() for name in names]
    twice = next((name for name in names if folded.count(name.replace("\\", "/").casefold()) > 1), None)
    if twice is not None:
        found.append(("part-twice", (
            f"holds the part {show(twice)} twice, so that two programs can see two different tables."
            " Open it in Excel, look whether it is what you expect, and save it as a new workbook."
        )))  # fmt: skip
    if any(entry.flag_bits & 1 for entry in entries):
        found.append(("password-protected", "is a zip with a password. Take the password off and save it again."))
    if not found:
        found += _kind(set(folded))
    return found


def _kind(names: set[str]) -> list[tuple[str, str]]:
    if "xl/workbook.bin" in names:
        remedy = 'Open it and save it as "Excel Workbook (.xlsx)".'
        return [("old-format", f"is a binary Excel workbook (.xlsb) that was only renamed. {remedy}")]
    if "content.xml" in names and "mimetype" in names:
        remedy = 'Open it in LibreOffice and save it as "Excel 2007-365 (.xlsx)".'
        return [("not-a-workbook", f"is an OpenDocument file that was only renamed. {remedy}")]
    if "[content_types].xml" not in names or not any(name.endswith("workbook.xml") for name in names):
        remedy = 'Save the tables as "Excel Workbook (.xlsx)".'
        return [("not-a-workbook", f"is a zip file, but no Excel workbook. {remedy}")]
    found = []
    if macros := sorted(name for name in names if _MACROS.search(name)):
        found.append(("macros", (
            f"holds macros ({show(macros[0])}), which are never run here and do not belong in a table."
            ' Save it as "Excel Workbook (.xlsx)", which drops them.'
        )))  # fmt: skip
    if links := sorted(name for name in names if _EXTERNAL.search(name)):
        found.append(("external-link", (
            f"takes values from another file or place ({show(links[0])}), which is never followed here."
            " Break the links (Data, Edit Links, Break Link; Data, Queries & Connections) and save it again."
        )))  # fmt: skip
    return found


def _contents(name: str, archive: zipfile.ZipFile) -> list[Fault]:
    """Stream every XML part through the scanner, counting what really comes out, not what the directory promises."""
    entries = archive.infolist()
    scan = Scan(MAX_INFLATED_BYTES)
    for entry in entries:
        if entry.file_size > MIN_BOMB_BYTES and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            return [_bomb(name, entry.filename, entry.file_size, entry.file_size // max(entry.compress_size, 1))]
    for entry in sorted(entries, key=lambda entry: entry.filename):
        if not entry.filename.lower().endswith((".xml", ".rels")):
            continue
        try:
            with archive.open(entry) as stream:
                scan.part(entry.filename, stream)
        except PartRefused as refused:
            place = {"sheet": refused.sheet, "cell": refused.cell}
            return [Fault(file=name, code=refused.code, message=refused.message, **place)]
    return []


def _bomb(name: str, part: str, size: int, ratio: int) -> Fault:
    return Fault(
        file=name,
        code="zip-bomb",
        message=(
            f"would grow to {size / 2**20:.0f} MB when opened ({show(part)} is packed {ratio} times),"
            " as no table that people edit does. Copy the tables into a new workbook and save that."
        ),
    )


def _plain(error: Exception) -> str:
    if isinstance(error, zlib.error):
        return "a part cannot be unpacked"
    return visible(str(error)[:100]).rstrip(".") or "a part cannot be read"
