"""Bytes that should be an .xlsx in, the zip around its parts out, or a refusal by what it is instead."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

from sheetcheck.faults import show, visible
from sheetcheck.reading.guard import REPAIR, Refused

# A workbook of one sheet has ten parts, one with forty sheets and their notes some two hundred.
MAX_PARTS = 1000
# Each entry of the zip's directory takes 46 bytes and its name; a longer directory is read by nobody.
MAX_DIRECTORY_BYTES = 2**20
# Sheets shrink ten to thirty times. Above this only bombs and a million equal rows are left.
MAX_RATIO = 300
# Small parts may shrink as they like: what counts is what they grow to.
MIN_BOMB_BYTES = 2**20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = b"PK\5\6"
_MACROS = re.compile(r"vbaproject|(^|/)macrosheets/|(^|/)activex/|(^|/)dialogsheets/", re.IGNORECASE)
_EXTERNAL = re.compile(r"(^|/)externallinks/|(^|/)connections\.xml$|(^|/)querytables/", re.IGNORECASE)
# What zipfile says of a zip that is no whole one.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    struct.error,
)


def open_archive(content: bytes) -> zipfile.ZipFile:
    """The zip of a workbook, judged by its directory alone: nothing is unpacked yet. Raises Refused."""
    if not content.startswith(b"PK"):
        raise Refused(*_what_it_is(content))
    _refuse_directory(content)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except BROKEN as error:
        raise damaged(error) from error
    _refuse_names(archive)
    for entry in archive.infolist():
        packed = max(entry.compress_size, 1)
        if entry.file_size > MIN_BOMB_BYTES and entry.file_size > MAX_RATIO * packed:
            raise Refused(
                "zip-bomb",
                f"would grow to {entry.file_size / 2**20:.0f} MB when opened ({show(entry.filename)} is packed"
                f" {entry.file_size // packed} times), as no table that people edit does."
                " Copy the tables into a new workbook and save that.",
            )
    return archive


def damaged(error: Exception) -> Refused:
    """The refusal of a zip that breaks off or is garbled."""
    words = "a part cannot be unpacked" if isinstance(error, zlib.error) else visible(str(error)[:100]).rstrip(".")
    remedy = f"{REPAIR[:-1]}; or put back the last good copy."
    return Refused("damaged-workbook", f"is damaged ({words or 'a part cannot be read'}). {remedy}")


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


def _refuse_directory(content: bytes) -> None:
    """Judge the end of the zip before zipfile builds a list of it, since the list may be the attack."""
    end = content.rfind(_END, max(0, len(content) - 65557))
    if end < 0 or len(content) < end + 22:
        raise Refused(
            "truncated",
            "is cut off: the end of the file is missing."
            " Was it still being saved or copied? Wait and check again, or put back the last good copy.",
        )
    parts, size = struct.unpack("<HI", content[end + 10 : end + 16])
    if parts > MAX_PARTS or size > MAX_DIRECTORY_BYTES:
        raise Refused(
            "zip-bomb",
            f"holds {parts} parts in its zip where a workbook has some ten to two hundred."
            " Copy the tables into a new workbook and save that.",
        )


def _refuse_names(archive: zipfile.ZipFile) -> None:
    """What the list of parts alone gives away."""
    entries = archive.infolist()
    folded: set[str] = set()
    for entry in entries:
        name = entry.filename
        if name.startswith(("/", "\\")) or re.match("[A-Za-z]:", name) or ".." in re.split(r"[/\\]", name):
            raise Refused(
                "path-climbs-out",
                f"holds a part whose name leads out of the file ({show(name)}); no workbook needs that, so it was not"
                " opened. Ask who sent it, and copy the tables into a new workbook.",
            )
        # Of two equal names one reader takes the first, another the last: what one checks the other never sees.
        plain = name.replace("\\", "/").casefold()
        if plain in folded:
            raise Refused(
                "part-twice",
                f"holds the part {show(name)} twice, so that two programs can see two different tables."
                " Open it in Excel, look whether it is what you expect, and save it as a new workbook.",
            )
        folded.add(plain)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("password-protected", "is a zip with a password. Take the password off and save it again.")
    _refuse_kind(folded)


def _refuse_kind(names: set[str]) -> None:
    if "xl/workbook.bin" in names:
        remedy = 'Open it and save it as "Excel Workbook (.xlsx)".'
        raise Refused("old-format", f"is a binary Excel workbook (.xlsb) that was only renamed. {remedy}")
    if "content.xml" in names and "mimetype" in names:
        remedy = 'Open it in LibreOffice and save it as "Excel 2007-365 (.xlsx)".'
        raise Refused("not-a-workbook", f"is an OpenDocument file that was only renamed. {remedy}")
    if "[content_types].xml" not in names or not any(name.endswith("workbook.xml") for name in names):
        remedy = 'Save the tables as "Excel Workbook (.xlsx)".'
        raise Refused("not-a-workbook", f"is a zip file, but no Excel workbook. {remedy}")
    found = []
    if macros := sorted(name for name in names if _MACROS.search(name)):
        message = f"holds macros ({show(macros[0])}), which are never run here and do not belong in a table."
        found.append(Refused("macros", f'{message} Save it as "Excel Workbook (.xlsx)", which drops them.'))
    if links := sorted(name for name in names if _EXTERNAL.search(name)):
        message = f"takes values from another file or place ({show(links[0])}), which is never followed here."
        remedy = "Break the links (Data, Edit Links, Break Link; Data, Queries & Connections) and save it again."
        found.append(Refused("external-link", f"{message} {remedy}"))
    if found:
        found[0].others = tuple(found[1:])
        raise found[0]
