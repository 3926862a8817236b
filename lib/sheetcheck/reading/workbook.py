"""Bytes of a workbook in, its sheets out, each part parsed once: where they are, how cells show, what they hold."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection

from sheetcheck.messages import say
from sheetcheck.reading.archive import BROKEN, MAX_PARTS, DamagedSheet, Guard, Start, damaged, open_archive, refuse
from sheetcheck.reading.cells import Sheet
from sheetcheck.reading.worksheet import NAMESPACES, SheetReader, unescape

# Formats that Excel knows by number and writes nowhere: 14 to 22 and the East Asian ones are dates, 9 and 10 percents.
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)])
_BUILT_IN_PERCENTS = frozenset([9, 10])
# What a format shows as itself: quoted text, an escaped character, a colour or locale in brackets (but not [h]).
_NO_CODES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
# Excel takes no longer format; the expression above would walk through a longer one again and again.
LONGEST_FORMAT = 255


class Workbook:
    """One workbook: first its list of sheets, then, in `read`, everything else in it, every part looked through once.

    Raises Refused for what would harm or swamp a reader, and for what no workbook can say.
    """

    def __init__(self, content: bytes) -> None:
        self._zip = open_archive(content)
        self._names = {name.lower(): name for name in self._zip.namelist()}
        self._guard = Guard()
        self._left = [name for name in sorted(self._names) if name.endswith((".xml", ".rels"))]
        top = self._relationships("")
        main = next((part for _, part, kind in top if kind.endswith("/officeDocument")), "xl/workbook.xml")
        self._is_1904 = False
        listed: list[dict[str, str]] = []

        def listing(name: str, attributes: dict[str, str]) -> None:
            if name.endswith(" sheet"):
                listed.append(attributes)
                if len(listed) > MAX_PARTS:
                    raise refuse("damaged-workbook.sheets", most=MAX_PARTS)
            elif name.endswith(" workbookPr"):
                self._is_1904 = attributes.get("date1904") in ("1", "true")

        self._parse(main, listing)
        relations = self._relationships(main)
        places = {number: part for number, part, kind in relations if kind.endswith("/worksheet")}
        self.sheets = tuple(
            Sheet(entry.get("name", ""), places[number], is_hidden=entry.get("state", "visible") != "visible")
            for entry in listed
            if (number := next((entry[key] for key in entry if key.endswith(" id")), "")) in places
        )
        if len({sheet.name.casefold() for sheet in self.sheets}) < len(self.sheets):
            raise DamagedSheet(say("damage.same-name"))
        self._styles, self._strings = _Styles(), _Strings(self._guard)
        for ending, reader in (("/styles", self._styles), ("/sharedStrings", self._strings)):
            target = next((part for _, part, kind in relations if kind.endswith(ending)), None)
            if target is not None:
                self._parse(target, reader.start, reader.end)

    def read(self, wanted: Collection[Sheet]) -> None:
        """Fill the sheets that are wanted; what is left of the file is looked through all the same.

        A sheet that says what no sheet can say has the reason in `damage`. One whose part is missing is not read.
        """
        sheets = {sheet.part.lower(): sheet for sheet in self.sheets} | {sheet.part.lower(): sheet for sheet in wanted}
        while self._left:
            part = self._left[0]
            if part in sheets:
                sheet, strings, styles = sheets[part], self._strings.strings, self._styles.kinds
                sheet.is_read = any(sheet is other for other in wanted)
                reader = SheetReader(sheet, self._guard, strings, styles, self._is_1904, sheet.is_read)
                self._parse(part, reader.start, reader.end)
            else:
                self._parse(part)

    def _parse(self, part: str, start: Start | None = None, end: Callable | None = None) -> None:
        if part.lower() not in self._left:
            # Either it is not there, or it has been parsed as something else, or it is no XML by its name.
            raise DamagedSheet(say("damage.missing-part", part=part))
        self._left.remove(part.lower())
        stored = self._names[part.lower()]
        try:
            with self._zip.open(stored) as stream:
                self._guard.parse(stored, stream, start, end)
        except BROKEN as error:
            raise damaged(error) from error

    def _relationships(self, source: str) -> list[tuple[str, str, str]]:
        """What a part, or the workbook itself, leads to: number, other part and kind of each relationship."""
        found: list[tuple[str, str, str]] = []
        folder, name = posixpath.split(source)

        def relationship(element: str, attributes: dict[str, str]) -> None:
            if element.endswith(" Relationship") and {"Id", "Target", "Type"} <= attributes.keys():
                # A target counts from the folder of its source, or from the root of the zip when it has a slash first.
                part = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
                found.append((attributes["Id"], part, attributes["Type"]))
                if len(found) > MAX_PARTS:
                    raise refuse("damaged-workbook.parts", most=MAX_PARTS)

        self._parse(posixpath.join(folder, "_rels", f"{name}.rels"), relationship)
        return found


class _Styles:
    """How each cell format shows a number: "date", "percent" or "" for neither."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self._formats: dict[str, str] = {}
        self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(" ")[2]:
            case "numFmt":
                code = attributes.get("formatCode", "")[:LONGEST_FORMAT].split(";")[0]
                bare = _NO_CODES.sub("", code).lower()
                kind = "date" if re.search("[dmyhs]", bare) else "percent" if "%" in bare else ""
                self._formats.setdefault(attributes.get("numFmtId", ""), kind)
            case "cellXfs":
                self._inside = True
            case "xf" if self._inside:
                number = attributes.get("numFmtId", "0")
                built_in = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
                usual = "date" if built_in in _BUILT_IN_DATES else "percent" if built_in in _BUILT_IN_PERCENTS else ""
                self.kinds.append(self._formats.get(number, usual))

    def end(self, name: str) -> None:
        self._inside = self._inside and not name.endswith(" cellXfs")


class _Strings:
    """The shared strings: one per `si`, its runs joined, without phonetic guides."""

    def __init__(self, guard: Guard) -> None:
        self.strings: list[str] = []
        self._guard = guard
        self._runs: list[str] = []
        self._in_phonetic = False
        self._names = {f"{space} {name}": name for space in NAMESPACES for name in ("si", "t", "rPh")}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match self._names.get(name):
            case "si":
                self._runs = []
            case "rPh":
                self._in_phonetic = True
            case "t" if not self._in_phonetic:
                self._guard.parser.CharacterDataHandler = self._runs.append

    def end(self, name: str) -> None:
        match self._names.get(name):
            case "t":
                self._guard.parser.CharacterDataHandler = None
            case "si":
                self.strings.append(unescape("".join(self._runs)))
            case "rPh":
                self._in_phonetic = False
