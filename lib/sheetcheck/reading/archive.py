"""Bytes that should be an .xlsx in; its parts, each streamed to whoever reads it, or a refusal at the first excess."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError, XMLPullParser
from xml.parsers import expat

from sheetcheck.faults import problem
from sheetcheck.messages import say, visible
from sheetcheck.reading.cells import Refused, refuse

# The two spellings of the namespace: as Excel saves by default, and as "Strict Open XML".
NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
# How the words of a text sound, which is no part of it.
_PHONETIC = [f"{{{space}}}rPh" for space in NAMESPACES]
_TEXTS = [f"{{{space}}}si" for space in NAMESPACES]
# A workbook of one sheet has ten parts, one with forty sheets and their notes some two hundred.
MAX_PARTS = 1000
# Each entry of the zip's directory takes 46 bytes and its name; a longer directory is read by nobody.
MAX_DIRECTORY_BYTES = 2**20
# Sheets shrink ten to thirty times. Above this only bombs and a million equal rows are left.
MAX_RATIO = 300
# Small parts may shrink as they like: what counts is what they grow to.
MIN_BOMB_BYTES = 2**20
CHUNK = 1 << 16
# Elements in the whole file: some 18,000 rows of 12 cells. Longer tables belong in a CSV.
MAX_ELEMENTS = 600_000
# Excel stores each text once; this is more than the words of a shelf of reports.
MAX_STRING_BYTES = 16 * 2**20
# All parts together, inflated: forty times our largest workbook.
MAX_INFLATED_BYTES = 48 * 2**20
# One tag or comment, which the parser holds whole and looks through again with every chunk.
MAX_TOKEN_BYTES = 2**20
# Names of elements and attributes in one part; the whole standard has some two thousand.
MAX_NAMES = 5000
# Elements in elements; a drawing nests some twenty.
MAX_DEPTH = 1000
# Rows stand so deep in their part, shared texts right under the top.
ROW_DEPTH = 2
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = b"PK\5\6"
_MACROS = re.compile(r"vbaproject|(^|/)macrosheets/|(^|/)activex/|(^|/)dialogsheets/", re.IGNORECASE)
_EXTERNAL = re.compile(r"(^|/)externallinks/|(^|/)connections\.xml$|(^|/)querytables/", re.IGNORECASE)
# What zipfile says of a zip that is no whole one.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, NotImplementedError, RuntimeError, OSError, ValueError),
)


class DamagedSheet(Refused):
    """The XML is well-formed, yet says what no sheet can say; the reason is a clause that names the cell."""

    def __init__(self, reason: str) -> None:
        super().__init__(problem("damaged-workbook.sheet", reason=reason), value=reason)
        self.reason = reason


def _damaged(error: Exception) -> Refused:
    """The refusal of a zip that breaks off or is garbled."""
    words = "" if isinstance(error, zlib.error) else visible(str(error)[:100]).rstrip(".")
    return refuse("damaged-workbook.zip", words=words or say("cannot-unpack"))


def _what_it_is(content: bytes) -> str:
    start = content[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if content.startswith(OLE):
        return "password-protected.file" if "EncryptedPackage".encode("utf-16-le") in content else "old-format.xls"
    if start.startswith((b"<html", b"<!doctype html", b"<table")):
        return "not-a-workbook.html"
    return "not-a-workbook.xml" if start.startswith(b"<?xml") else "not-a-workbook.other"


def _refuse_parts(entries: Sequence[zipfile.ZipInfo]) -> None:
    names: set[str] = set()
    for entry in entries:
        name = entry.filename
        if name.startswith(("/", "\\")) or re.match("[A-Za-z]:", name) or ".." in re.split(r"[/\\]", name):
            raise refuse("path-climbs-out", part=name)
        # Of two equal names one reader takes the first, another the last: what one checks the other never sees.
        plain = name.replace("\\", "/").casefold()
        if plain in names:
            raise refuse("part-twice", part=name)
        names.add(plain)
    if any(entry.flag_bits & 1 for entry in entries):
        raise refuse("password-protected.zip")
    if "xl/workbook.bin" in names:
        raise refuse("old-format.xlsb")
    if "content.xml" in names and "mimetype" in names:
        raise refuse("not-a-workbook.ods")
    if "[content_types].xml" not in names or not any(name.endswith("workbook.xml") for name in names):
        raise refuse("not-a-workbook.zip")
    macros, links = (sorted(filter(pattern.search, names))[:1] for pattern in (_MACROS, _EXTERNAL))
    if macros or links:
        found = [problem("macros.part", part=part) for part in macros]
        raise Refused(*found, *(problem("external-link.part", part=part) for part in links))
    for entry in entries:
        packed = max(entry.compress_size, 1)
        if entry.file_size > MIN_BOMB_BYTES and entry.file_size > MAX_RATIO * packed:
            size, times = f"{entry.file_size / 2**20:.0f}", entry.file_size // packed
            raise refuse("zip-bomb.packed", size=size, part=entry.filename, times=times)


class Archive:
    """The parts of one workbook, each parsed here and once, and counts over all of them: limits hold in total."""

    def __init__(self, content: bytes) -> None:
        if not content.startswith(b"PK"):
            raise refuse(_what_it_is(content))
        # The end of the zip is judged before zipfile builds a list of it, since the list may be the attack.
        end = content.rfind(_END, max(0, len(content) - 65557))
        if end < 0 or len(content) < end + 22:
            raise refuse("truncated")
        parts, size = struct.unpack("<HI", content[end + 10 : end + 16])
        if parts > MAX_PARTS or size > MAX_DIRECTORY_BYTES:
            raise refuse("zip-bomb.parts", parts=parts)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except BROKEN as error:
            raise _damaged(error) from error
        _refuse_parts(self._zip.infolist())
        self._names = {name.lower(): name for name in self._zip.namelist()}
        self.left = [name for name in sorted(self._names) if name.endswith((".xml", ".rels"))]
        self.bytes = self.elements = self.characters = 0

    def parse(self, part: str) -> Iterator[tuple[str, Element]]:
        """Every element of one part ("{uri}name"), when it begins ("start") and when it is whole; raises Refused."""
        if part.lower() not in self.left:
            # Either it is not there, or it has been parsed as something else, or it is no XML by its name.
            raise DamagedSheet(say("damage.missing-part", part=part))
        self.left.remove(part.lower())
        stored = self._names[part.lower()]
        try:
            with self._zip.open(stored) as stream:
                yield from self._elements(stored, stream)
        except BROKEN as error:
            raise _damaged(error) from error

    def _elements(self, part: str, stream: IO[bytes]) -> Iterator[tuple[str, Element]]:
        def declared(*_: object) -> None:
            raise refuse("entities", part=part)

        # A second parser, without handlers and so almost for nothing, sees what the first does not tell of.
        parser, watch = XMLPullParser(("start", "end")), expat.ParserCreate()
        watch.StartDoctypeDeclHandler = declared
        is_strings = part.lower().endswith("sharedstrings.xml")
        before, names, chunk = self.bytes, set[str](), b"-"
        path: list[Element] = []
        try:
            while chunk:
                chunk = stream.read(CHUNK)
                self.bytes += len(chunk)
                if is_strings and self.bytes - before > MAX_STRING_BYTES:
                    raise too_much_text()
                if self.bytes > MAX_INFLATED_BYTES:
                    raise refuse("zip-bomb.grows", size=MAX_INFLATED_BYTES // 2**20)
                with suppress(expat.ExpatError):  # the first tells it, after the elements before it
                    watch.Parse(chunk, not chunk)
                parser.feed(chunk) if chunk else parser.close()
                events: Any = parser.read_events()  # of elements: nothing else was asked for
                for event, element in events:
                    if event == "start":
                        path.append(element)
                        names.add(element.tag)
                        self.elements += 1
                        if self.elements > MAX_ELEMENTS:
                            raise refuse("too-many-cells")
                        names.update(attributes := element.keys())
                        if "TargetMode" in attributes or "ContentType" in attributes:
                            _refuse_links(element)
                    yield event, element
                    if event == "end":
                        path.pop()
                        if element.tag in _PHONETIC:
                            element.clear()
                # Rows that were read are dropped, or a sheet would stand in memory whole.
                for above in path[:ROW_DEPTH]:
                    if above.tag not in _TEXTS:
                        del above[:-1]
                token = self.bytes - before - watch.CurrentByteIndex
                if token > MAX_TOKEN_BYTES or len(names) > MAX_NAMES or len(path) > MAX_DEPTH:
                    raise refuse("garbled-part", part=part)
        except ParseError as error:
            line, column = error.position
            raise refuse("damaged-workbook.part", part=part, line=line, column=column) from error
        except (ValueError, LookupError) as error:  # an encoding that nobody knows
            raise refuse("damaged-workbook.encoding", part=part) from error


def _refuse_links(element: Element) -> None:
    if element.get("TargetMode") == "External" and not element.get("Type", "").endswith("/hyperlink"):
        raise refuse("external-link.target", target=element.get("Target", ""))
    if "macroEnabled" in element.get("ContentType", ""):
        raise refuse("macros.type")


def too_much_text() -> Refused:
    """The refusal of a workbook whose words no table holds."""
    return refuse("huge-strings", size=MAX_STRING_BYTES // 2**20)
