"""Bytes of a workbook in, its sheets out, each part parsed once: where they are, how cells show, what they hold."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element

from sheetcheck.messages import say
from sheetcheck.reading.archive import BROKEN, MAX_PARTS, DamagedSheet, Guard, damaged, open_archive, refuse
from sheetcheck.reading.cells import Sheet
from sheetcheck.reading.worksheet import NAMES, SheetReader, unescape

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
        for element in self._begun(main):
            if element.tag.endswith("}sheet"):
                listed.append({**element.attrib})
                if len(listed) > MAX_PARTS:
                    raise refuse("damaged-workbook.sheets", most=MAX_PARTS)
            elif element.tag.endswith("}workbookPr"):
                self._is_1904 = element.get("date1904") in ("1", "true")
        relations = self._relationships(main)
        places = {number: part for number, part, kind in relations if kind.endswith("/worksheet")}
        self.sheets = tuple(
            Sheet(entry.get("name", ""), places[number], is_hidden=entry.get("state", "visible") != "visible")
            for entry in listed
            if (number := next((entry[key] for key in entry if key.endswith("}id")), "")) in places
        )
        if len({sheet.name.casefold() for sheet in self.sheets}) < len(self.sheets):
            raise DamagedSheet(say("damage.same-name"))
        parts = {kind.rpartition("/")[2]: part for _, part, kind in reversed(relations)}
        self._styles = _styles(self._parse(parts["styles"])) if "styles" in parts else []
        strings = self._parse(parts["sharedStrings"]) if "sharedStrings" in parts else ()
        self._strings = [
            unescape("".join(run.text or "" for run in element.iter() if NAMES.get(run.tag) == "t"))
            for event, element in strings
            if event == "end" and NAMES.get(element.tag) == "si"
        ]

    def read(self, wanted: Collection[Sheet]) -> None:
        """Fill the sheets that are wanted; what is left of the file is looked through all the same.

        A sheet that says what no sheet can say has the reason in `damage`. One whose part is missing is not read.
        """
        sheets = {sheet.part.lower(): sheet for sheet in self.sheets} | {sheet.part.lower(): sheet for sheet in wanted}
        while self._left:
            part = self._left[0]
            elements = self._parse(part)
            if part in sheets:
                sheet = sheets[part]
                sheet.is_read = any(sheet is other for other in wanted)
                SheetReader(sheet, self._guard, self._strings, self._styles, self._is_1904).read(elements)
            for _ in elements:  # looked through to its end
                pass

    def _parse(self, part: str) -> Iterator[tuple[str, Element]]:
        if part.lower() not in self._left:
            # Either it is not there, or it has been parsed as something else, or it is no XML by its name.
            raise DamagedSheet(say("damage.missing-part", part=part))
        self._left.remove(part.lower())
        stored = self._names[part.lower()]
        try:
            with self._zip.open(stored) as stream:
                yield from self._guard.parse(stored, stream)
        except BROKEN as error:
            raise damaged(error) from error

    def _begun(self, part: str) -> Iterator[Element]:
        return (element for event, element in self._parse(part) if event == "start")

    def _relationships(self, source: str) -> list[tuple[str, str, str]]:
        """What a part, or the workbook itself, leads to: number, other part and kind of each relationship."""
        found: list[tuple[str, str, str]] = []
        folder, name = posixpath.split(source)
        for element in self._begun(posixpath.join(folder, "_rels", f"{name}.rels")):
            if element.tag.endswith("}Relationship") and {"Id", "Target", "Type"} <= element.attrib.keys():
                # A target counts from the folder of its source, or from the root of the zip when it has a slash first.
                part = posixpath.normpath(posixpath.join("/", folder, element.attrib["Target"])).lstrip("/")
                found.append((element.attrib["Id"], part, element.attrib["Type"]))
                if len(found) > MAX_PARTS:
                    raise refuse("damaged-workbook.parts", most=MAX_PARTS)
        return found


def _styles(elements: Iterator[tuple[str, Element]]) -> list[str]:
    """How each cell format shows a number: "date", "percent" or "" for neither."""
    kinds: list[str] = []
    formats: dict[str, str] = {}
    is_inside = False
    for event, element in elements:
        number = element.get("numFmtId", "")
        match event, element.tag.rpartition("}")[2]:
            case "start", "numFmt":
                code = element.get("formatCode", "")[:LONGEST_FORMAT].split(";")[0]
                bare = _NO_CODES.sub("", code).lower()
                kind = "date" if re.search("[dmyhs]", bare) else "percent" if "%" in bare else ""
                formats.setdefault(number, kind)
            case _, "cellXfs":
                is_inside = event == "start"
            case "start", "xf" if is_inside:
                built_in = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
                usual = "date" if built_in in _BUILT_IN_DATES else "percent" if built_in in _BUILT_IN_PERCENTS else ""
                kinds.append(formats.get(number, usual))
    return kinds
