"""Bytes of a workbook in, its sheets by name out: the parts that say where a sheet is and how its cells show."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from xml.parsers import expat

from sheetcheck.sheets.worksheet import NAMESPACES, DamagedSheet, Sheet, feed, read_sheet, unescape

# Formats that Excel knows by number and writes nowhere: 14 to 22 and the East Asian ones are dates, 9 and 10 percents.
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)])
_BUILT_IN_PERCENTS = frozenset([9, 10])
# What a format shows as itself: quoted text, an escaped character, a colour or locale in brackets (but not [h]).
_NO_CODES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)


@dataclass(frozen=True)
class SheetEntry:
    """A sheet as the workbook lists it."""

    name: str
    part: str
    is_hidden: bool


class Workbook:
    """The sheets of one workbook that has passed the gate; raises DamagedSheet for what no workbook can say."""

    def __init__(self, content: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(content))
        self._names = {name.lower(): name for name in self._zip.namelist()}
        main = self._target("_rels/.rels", "/officeDocument", "") or "xl/workbook.xml"
        listing = self._collect(main, ("sheet", "workbookPr"))
        places = {entry["Id"]: entry for entry in self._relationships(self._rels_of(main))}
        settings = next((entry for name, entry in listing if name == "workbookPr"), {})
        self.is_1904 = settings.get("date1904") in ("1", "true")
        self.sheets = tuple(
            SheetEntry(
                name=entry.get("name", ""),
                part=self._resolve(main, places.get(_relation(entry), {}).get("Target", "")),
                is_hidden=entry.get("state", "visible") != "visible",
            )
            for name, entry in listing
            if name == "sheet" and places.get(_relation(entry), {}).get("Type", "").endswith("/worksheet")
        )
        names = [entry.name.casefold() for entry in self.sheets]
        if len(set(names)) < len(names):
            raise DamagedSheet("two of its sheets have the same name")
        self._styles = self._read_styles(self._target(self._rels_of(main), "/styles", main))
        self._strings = self._read_strings(self._target(self._rels_of(main), "/sharedStrings", main))

    def read(self, entry: SheetEntry) -> Sheet:
        """The cells of one sheet."""
        with self._open(entry.part) as stream:
            return read_sheet(stream, self._strings, self._styles, self.is_1904)

    def _open(self, part: str):  # type: ignore[no-untyped-def]
        stored = self._names.get(part.lower())
        # The gate has looked through the parts with these endings, and no others are opened.
        if stored is None or not stored.lower().endswith((".xml", ".rels")):
            raise DamagedSheet(f'its part "{part}" is missing')
        return self._zip.open(stored)

    def _collect(self, part: str, wanted: tuple[str, ...]) -> list[tuple[str, dict[str, str]]]:
        """Attributes of the wanted elements of a small part, in their order."""
        found: list[tuple[str, dict[str, str]]] = []
        collector = _Collector(wanted, found)
        with self._open(part) as stream:
            feed(stream, collector.start, None, collector)
        return found

    def _relationships(self, rels: str) -> list[dict[str, str]]:
        wanted = {"Id", "Target", "Type"}
        return [entry for _, entry in self._collect(rels, ("Relationship",)) if wanted <= entry.keys()]

    def _target(self, rels: str, kind: str, source: str) -> str | None:
        """The part that a relationship of some kind leads to, if there is one."""
        targets = (entry["Target"] for entry in self._relationships(rels) if entry["Type"].endswith(kind))
        target = next(targets, None)
        return None if target is None else self._resolve(source, target)

    @staticmethod
    def _rels_of(part: str) -> str:
        folder, name = posixpath.split(part)
        return posixpath.join(folder, "_rels", f"{name}.rels")

    @staticmethod
    def _resolve(source: str, target: str) -> str:
        """A target counts from the folder of its source, or from the root of the zip when it begins with a slash."""
        joined = posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target))
        return joined.lstrip("/")

    def _read_styles(self, part: str | None) -> list[str]:
        if part is None:
            return []
        formats: dict[str, str] = {}
        kinds: list[str] = []
        inside = False
        for name, entry in self._collect(part, ("numFmt", "cellXfs", "cellStyleXfs", "xf", "dxfs")):
            if name == "numFmt":
                formats.setdefault(entry.get("numFmtId", ""), entry.get("formatCode", ""))
            elif name == "xf" and inside:
                number = entry.get("numFmtId", "0")
                kinds.append(_style(number, formats.get(number)))
            else:
                inside = name == "cellXfs" or (inside and name == "xf")
        return kinds

    def _read_strings(self, part: str | None) -> list[str]:
        if part is None:
            return []
        reader = _Strings()
        with self._open(part) as stream:
            feed(stream, reader.start, reader.end, reader)
        return reader.strings


def _relation(entry: dict[str, str]) -> str:
    return next((value for name, value in entry.items() if name.endswith(" id")), "")


def _style(number: str, code: str | None) -> str:
    if code is None:
        built_in = int(number) if number.isdigit() else 0
        return "date" if built_in in _BUILT_IN_DATES else "percent" if built_in in _BUILT_IN_PERCENTS else ""
    bare = _NO_CODES.sub("", code.split(";")[0]).lower()
    return "date" if re.search("[dmyhs]", bare) else "percent" if "%" in bare else ""


class _Collector:
    def __init__(self, wanted: tuple[str, ...], found: list[tuple[str, dict[str, str]]]) -> None:
        self.wanted, self.found = wanted, found
        self.parser: expat.XMLParserType | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local in self.wanted:
            self.found.append((local, attributes))


class _Strings:
    """The shared strings: one per `si`, its runs joined, without phonetic guides."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self.parser: expat.XMLParserType | None = None
        self.runs: list[str] = []
        self.in_phonetic = False
        self.names = {f"{space} {name}": name for space in NAMESPACES for name in ("si", "t", "rPh")}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match self.names.get(name):
            case "si":
                self.runs = []
            case "rPh":
                self.in_phonetic = True
            case "t" if not self.in_phonetic:
                self.parser.CharacterDataHandler = self.runs.append  # type: ignore[union-attr]

    def end(self, name: str) -> None:
        match self.names.get(name):
            case "t":
                self.parser.CharacterDataHandler = None  # type: ignore[union-attr]
            case "si":
                self.strings.append(unescape("".join(self.runs)))
            case "rPh":
                self.in_phonetic = False
