"""Bytes of a workbook in, its sheets out, each part parsed once: where they are, how cells show, what they hold."""

import datetime as dt
import math
import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from xml.etree.ElementTree import Element

from sheetcheck.faults import problem
from sheetcheck.messages import say
from sheetcheck.reading.archive import MAX_PARTS, NAMESPACES, Archive, DamagedSheet, too_much_text
from sheetcheck.reading.cells import Cell, Kind, Refused, Sheet, column_number, letters, refuse

# Formats that Excel knows by number and writes nowhere: 14 to 22 and the East Asian ones are dates, 9 and 10 percents.
_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)])
_BUILT_IN_PERCENTS = frozenset([9, 10])
# What a format shows as itself: quoted text, an escaped character, a colour or locale in brackets (but not [h]).
_NO_CODES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
# Excel takes no longer format; the expression above would walk through a longer one again and again.
LONGEST_FORMAT = 255
# Excel ends at row 1,048,576 and column XFD. A value beyond these is a slip, and costs readers hours.
MAX_ROW, MAX_COLUMN = 100_000, 702
# Rows that hold nothing but their format; a table has a handful below it.
MAX_EMPTY_ROWS = 50_000
# No table is merged; a form pasted as one has some dozens.
MAX_MERGES = 10_000
# A text that many cells share is stored once and read in each of them.
MAX_TEXT = 32 * 2**20
# No number in a sheet has more digits than this.
LONGEST_NUMBER = 400
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Day 0 of both date systems; before day 60 Excel counts a 29 February 1900 that never was.
EPOCH_1900, EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)
PHANTOM_LEAP_DAY = 60
DAYS_BETWEEN_SYSTEMS = 1462
LAST_SERIAL = 2958465  # 31 December 9999, the last day Excel knows
_TRUTH_FORMULAS = {"TRUE()": "1", "FALSE()": "0"}
_TRUTHS = {"1": True, "0": False, "true": True, "false": False}
_NAMES = ("si", "t", "row", "c", "v", "f", "mergeCell", "col", "filterColumn", "sheetPr")
# The elements that are looked at, by their full name.
NAMES = {f"{{{space}}}{name}": name for space in NAMESPACES for name in _NAMES}
WHOLE = {f"{{{space}}}{name}": f"whole {name}" for space in NAMESPACES for name in ("c", "row")}


class Workbook:
    """One workbook: first its list of sheets, then, in `read`, everything else in it, every part looked through once.

    Raises Refused for what would harm or swamp a reader, and for what no workbook can say.
    """

    def __init__(self, content: bytes) -> None:
        self.archive = Archive(content)
        top = self._relationships("")
        main = next((part for _, part, kind in top if kind.endswith("/officeDocument")), "xl/workbook.xml")
        self.is_1904 = False
        listed: list[dict[str, str]] = []
        for element in self._begun(main):
            if element.tag.endswith("}sheet"):
                listed.append({**element.attrib})
                if len(listed) > MAX_PARTS:
                    raise refuse("damaged-workbook.sheets", most=MAX_PARTS)
            elif element.tag.endswith("}workbookPr"):
                self.is_1904 = element.get("date1904") in ("1", "true")
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
        self.styles = _styles(self.archive.parse(parts["styles"])) if "styles" in parts else []
        strings = self.archive.parse(parts["sharedStrings"]) if "sharedStrings" in parts else ()
        self.strings = [
            _unescape("".join(run.text or "" for run in element.iter() if NAMES.get(run.tag) == "t"))
            for event, element in strings
            if event == "end" and NAMES.get(element.tag) == "si"
        ]

    def read(self, wanted: Collection[Sheet]) -> None:
        """Fill the sheets that are wanted; what is left of the file is looked through all the same.

        A sheet that says what no sheet can say has the reason in `damage`. One whose part is missing is not read.
        """
        sheets = {sheet.part.lower(): sheet for sheet in self.sheets} | {sheet.part.lower(): sheet for sheet in wanted}
        while self.archive.left:
            part = self.archive.left[0]
            elements = self.archive.parse(part)
            if part in sheets:
                sheet = sheets[part]
                sheet.is_read = any(sheet is other for other in wanted)
                _SheetReader(sheet, self).read(elements)
            for _ in elements:  # looked through to its end
                pass

    def _begun(self, part: str) -> Iterator[Element]:
        return (element for event, element in self.archive.parse(part) if event == "start")

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


class _SheetReader:
    """Takes the elements of one sheet.

    What no sheet can say ends the reading of this sheet, not of the workbook: it is kept in `sheet.damage`.
    """

    def __init__(self, sheet: Sheet, book: Workbook) -> None:
        self.sheet, self.book = sheet, book
        self.row = self.column = self.empty_rows = 0
        self.is_empty = False
        self.cells: dict[int, Cell] = {}

    def read(self, elements: Iterable[tuple[str, Element]]) -> None:
        """Take every element, when it begins and when it is whole."""
        for event, element in elements:
            try:
                match NAMES.get(element.tag) if event == "start" else WHOLE.get(element.tag):
                    case None:
                        pass
                    case "whole c":
                        self._take(element)
                    case "row":
                        self._begin_row(element.attrib)
                    case "whole row" if self.cells:
                        self.sheet.rows[self.row] = self.cells
                    case "mergeCell":
                        self.sheet.merged.append(element.get("ref", "?"))
                        if len(self.sheet.merged) > MAX_MERGES:
                            raise Refused(problem("too-many-merges", most=MAX_MERGES), sheet=self.sheet.name)
                    case "col" if _is_true(element.get("hidden")):
                        known = self.sheet.hidden_columns
                        first, last = _count(element.get("min")), min(_count(element.get("max")), MAX_COLUMN)
                        # Blocks stand in order; one can run to the last column of the sheet, far beyond the table.
                        known += range(max(first, known[-1] + 1 if known else 1), last + 1)
                    case "filterColumn":
                        self.sheet.is_filtered = True
                    case "sheetPr" if _is_true(element.get("filterMode")):
                        self.sheet.is_filtered = True
            except DamagedSheet as damage:
                self.sheet.damage = damage.reason
                return

    def _take(self, element: Element) -> None:
        """A cell: what it holds must stand where a table can be, and its row is not empty then."""
        self._place(element.get("r"))
        kind, stored, formula = element.get("t", "n"), "", None
        for part in element.iter():
            match NAMES.get(part.tag):
                case "v":
                    stored = part.text or stored
                case "t":
                    stored += part.text or ""
                case "f":
                    formula = part.text or ""
                case _:
                    continue
            self.is_empty = False
            if self.row > MAX_ROW or self.column > MAX_COLUMN:
                raise Refused(problem("far-cell"), sheet=self.sheet.name, cell=f"{letters(self.column)}{self.row}")
        if formula in _TRUTH_FORMULAS:
            # LibreOffice saves a plain truth value as a formula of this form. A program that saves the workbook again
            # may drop the result; the formula itself says it.
            kind, stored, formula = "b", stored or _TRUTH_FORMULAS[formula], None
        if not self.sheet.is_read:
            return
        note = "" if formula is None else "formula"
        if note and not stored and kind != "str":
            self.cells[self.column] = Cell(None, "formula", self.row, self.column)
        elif stored:
            try:
                found, value, note = self._value(kind, stored, note, element.get("s", "0"))
            except (ValueError, LookupError, OverflowError, DamagedSheet) as error:
                address = f"{letters(self.column)}{self.row}"
                raise DamagedSheet(say("damage.value", address=address, value=stored[:20])) from error
            if value != "":
                self.cells[self.column] = Cell(value, found, self.row, self.column, note)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        row = _count(attributes["r"]) if "r" in attributes else self.row + 1
        if row <= self.row:
            raise DamagedSheet(say("damage.row-order", row=row, before=self.row))
        self.row, self.column, self.cells = row, 0, {}
        self.empty_rows += self.is_empty
        self.is_empty = True
        if self.empty_rows > MAX_EMPTY_ROWS:
            raise Refused(problem("empty-rows", most=MAX_EMPTY_ROWS), sheet=self.sheet.name)
        if _is_true(attributes.get("hidden")):
            self.sheet.hidden_rows.append(row)

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self.column += 1
            return
        found = _REFERENCE.fullmatch(reference)
        if not found or int(found.group(2)) != self.row:
            raise DamagedSheet(say("damage.address", row=self.row, address=reference[:20]))
        column = column_number(found.group(1))
        if column <= self.column:
            raise DamagedSheet(say("damage.cell-order", address=reference))
        self.column = column

    def _value(self, kind: str, stored: str, note: str, style: str) -> tuple[Kind, object, str]:
        match kind:
            case "s" | "str" | "inlineStr":
                text = self.book.strings[_count(stored)] if kind == "s" else _unescape(stored)
                self.book.archive.characters += len(text)
                if self.book.archive.characters > MAX_TEXT:
                    raise too_much_text()
                return "text", text, note
            case "b":
                return "bool", _TRUTHS[stored], note
            case "e":
                return "error", stored, note
            case "d":
                moment: object = stored  # the text itself where it is neither a date nor a moment
                with suppress(ValueError):
                    moment = _without_midnight(dt.datetime.fromisoformat(stored.strip()).replace(tzinfo=None))
                return "date", moment, note
        if len(stored) > LONGEST_NUMBER or not stored.isascii() or "_" in stored:
            raise ValueError(stored)
        number, index = float(stored), int(style)
        if not math.isfinite(number):
            raise ValueError(stored)
        shown = self.book.styles[index] if 0 <= index < len(self.book.styles) else ""
        return ("date", self._moment(number), note) if shown == "date" else ("number", number, shown or note)

    def _moment(self, serial: float) -> object:
        """Date, or date and time, of a serial number; the bare number where Excel shows only ####### or a time."""
        day = math.floor(serial)
        if self.book.is_1904:
            epoch, first, end = EPOCH_1904, 0, LAST_SERIAL + 1 - DAYS_BETWEEN_SYSTEMS
        else:
            # The days before the one that never was are one day later than they say.
            epoch, first, end = EPOCH_1900 + dt.timedelta(day < PHANTOM_LEAP_DAY), 1, LAST_SERIAL + 1
        if not first <= serial < end or (not self.book.is_1904 and day == PHANTOM_LEAP_DAY):
            return serial
        return _without_midnight(epoch + dt.timedelta(days=day, seconds=round((serial - day) * 86400)))


def _unescape(text: str) -> str:
    """Excel stores what XML cannot hold as _x000D_; give the character back."""
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text


def _count(stored: str | None) -> int:
    """A number that counts; a minus would count from the end of a Python list."""
    if stored is None or not (stored.isascii() and stored.isdigit() and len(stored) < 10):
        raise DamagedSheet(say("damage.number", value=(stored or "")[:20]))
    return int(stored)


def _is_true(value: str | None) -> bool:
    return value in ("1", "true")


def _without_midnight(moment: dt.datetime) -> dt.date | dt.datetime:
    return moment.date() if moment.time() == dt.time() else moment
