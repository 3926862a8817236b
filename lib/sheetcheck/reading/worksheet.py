"""The elements of one sheet in; stored cells with address and kind, merged ranges and hidden rows out."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence

from sheetcheck.faults import problem
from sheetcheck.messages import say
from sheetcheck.reading.archive import DamagedSheet, Guard, Refused, too_much_text
from sheetcheck.reading.cells import Cell, Sheet, column_number, letters

# The two spellings of the namespace: as Excel saves by default, and as "Strict Open XML".
NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
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


def unescape(text: str) -> str:
    """Excel stores what XML cannot hold as _x000D_; give the character back."""
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text


class SheetReader:
    """Handlers for the elements of one sheet. `styles` says per cell format whether it shows a date or a percent.

    What no sheet can say ends the reading of this sheet, not of the workbook: it is kept in `sheet.damage`.
    """

    def __init__(
        self, sheet: Sheet, guard: Guard, strings: Sequence[str], styles: Sequence[str], is_1904: bool, keeps: bool
    ) -> None:
        self.sheet, self.guard, self.strings, self.styles, self.keeps = sheet, guard, strings, styles, keeps
        self.epoch = EPOCH_1904 if is_1904 else EPOCH_1900
        self.row = self.column = self.empty_rows = 0
        self.is_empty = False
        self.cells: dict[int, Cell] = {}
        self.attributes: dict[str, str] = {}
        self.value: str | None = None
        self.has_formula = False
        self.text: list[str] = []
        self.in_phonetic = False
        self.names = {f"{space} {name}": name for space in NAMESPACES for name in _NAMES}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        local = self.names.get(name)
        if local is None or self.sheet.damage:
            return
        try:
            self._start(local, attributes)
        except DamagedSheet as damage:
            self.sheet.damage = damage.reason

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "c":
                self.attributes, self.value, self.has_formula = attributes, None, False
                self._place(attributes.get("r"))
            case "v":
                self._listen()
            case "t" if not self.in_phonetic:
                self._listen()
            case "f":
                self.has_formula = True
                self._listen()
            case "rPh":
                self.in_phonetic = True
            case "row":
                self._begin_row(attributes)
            case "mergeCell":
                self.sheet.merged.append(attributes.get("ref", "?"))
                if len(self.sheet.merged) > MAX_MERGES:
                    raise Refused(problem("too-many-merges", most=MAX_MERGES), sheet=self.sheet.name)
            case "col" if _is_true(attributes.get("hidden")):
                known = self.sheet.hidden_columns
                first, last = _count(attributes.get("min")), min(_count(attributes.get("max")), MAX_COLUMN)
                # Blocks stand in order; one can run to the last column of the sheet, far beyond the table.
                known += range(max(first, known[-1] + 1 if known else 1), last + 1)
            case "filterColumn":
                self.sheet.is_filtered = True
            case "sheetPr" if _is_true(attributes.get("filterMode")):
                self.sheet.is_filtered = True

    def end(self, name: str) -> None:
        """Take the end of an element."""
        match self.names.get(name):
            case "v":
                self.value = "".join(self.text) or self.value
                self.guard.parser.CharacterDataHandler = None
            case "f":
                # LibreOffice saves a plain truth value as a formula of this form.
                formula = "".join(self.text)
                self.has_formula = formula not in _TRUTH_FORMULAS
                if not self.has_formula:
                    # A program that saves the workbook again may drop the result; the formula itself says it.
                    self.attributes, self.value = {**self.attributes, "t": "b"}, _TRUTH_FORMULAS[formula]
                self.guard.parser.CharacterDataHandler = None
            case "t" if not self.in_phonetic:
                self.value = (self.value or "") + "".join(self.text)
                self.guard.parser.CharacterDataHandler = None
            case "c" if self.keeps and not self.sheet.damage:
                try:
                    cell = self._cell()
                except DamagedSheet as damage:
                    self.sheet.damage = damage.reason
                    return
                if cell is not None:
                    self.cells[self.column] = cell
            case "rPh":
                self.in_phonetic = False
            case "row" if self.cells:
                self.sheet.rows[self.row] = self.cells

    def _listen(self) -> None:
        """A value begins: its row is not empty, and its place must be one where a table can be."""
        self.is_empty = False
        if self.row > MAX_ROW or self.column > MAX_COLUMN:
            raise Refused(problem("far-cell"), sheet=self.sheet.name, cell=f"{letters(self.column)}{self.row}")
        self.text = []
        self.guard.parser.CharacterDataHandler = self.text.append

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

    def _cell(self) -> Cell | None:
        stored, kind = self.value, self.attributes.get("t", "n")
        if self.has_formula and not stored and kind != "str":
            return Cell(None, "formula", self.row, self.column)
        if not stored:
            return None
        note = "formula" if self.has_formula else ""
        try:
            if kind == "s":
                value: object = self.strings[_count(stored)]
            elif kind in ("str", "inlineStr"):
                value = unescape(stored)
            elif kind == "b":
                return Cell(_TRUTHS[stored], "bool", self.row, self.column, note)
            elif kind == "e":
                return Cell(stored, "error", self.row, self.column, note)
            elif kind == "d":
                return Cell(_iso_moment(stored), "date", self.row, self.column, note)
            else:
                return self._number(stored, note)
        except (ValueError, LookupError, OverflowError, DamagedSheet) as error:
            address = f"{letters(self.column)}{self.row}"
            raise DamagedSheet(say("damage.value", address=address, value=stored[:20])) from error
        self.guard.characters += len(value)
        if self.guard.characters > MAX_TEXT:
            raise too_much_text()
        return Cell(value, "text", self.row, self.column, note) if value else None

    def _number(self, stored: str, note: str) -> Cell:
        if len(stored) > LONGEST_NUMBER or not stored.isascii() or "_" in stored:
            raise ValueError(stored)
        number = float(stored)
        if not math.isfinite(number):
            raise ValueError(stored)
        index = int(self.attributes.get("s", "0"))
        style = self.styles[index] if 0 <= index < len(self.styles) else ""
        if style == "date":
            return Cell(self._moment(number), "date", self.row, self.column, note)
        return Cell(number, "number", self.row, self.column, style or note)

    def _moment(self, serial: float) -> object:
        """Date, or date and time, of a serial number; the bare number where Excel shows only ####### or a time."""
        day = math.floor(serial)
        is_1900 = self.epoch is EPOCH_1900
        first, end = (1, LAST_SERIAL + 1) if is_1900 else (0, LAST_SERIAL + 1 - DAYS_BETWEEN_SYSTEMS)
        if not first <= serial < end or (is_1900 and day == PHANTOM_LEAP_DAY):
            return serial
        seconds = round((serial - day) * 86400)
        shift = 1 if is_1900 and day < PHANTOM_LEAP_DAY else 0
        return _without_midnight(self.epoch + dt.timedelta(days=day + shift, seconds=seconds))


_TRUTH_FORMULAS = {"TRUE()": "1", "FALSE()": "0"}
_TRUTHS = {"1": True, "0": False, "true": True, "false": False}
_NAMES = ("c", "v", "t", "f", "rPh", "row", "mergeCell", "col", "filterColumn", "sheetPr")


def _count(stored: str | None) -> int:
    """A number that counts; a minus would count from the end of a Python list."""
    if stored is None or not (stored.isascii() and stored.isdigit() and len(stored) < 10):
        raise DamagedSheet(say("damage.number", value=(stored or "")[:20]))
    return int(stored)


def _is_true(value: str | None) -> bool:
    return value in ("1", "true")


def _iso_moment(stored: str) -> object:
    """Date, or date and time, of a strict workbook; the text itself where it is neither."""
    try:
        return _without_midnight(dt.datetime.fromisoformat(stored.strip()).replace(tzinfo=None))
    except ValueError:
        return stored


def _without_midnight(moment: dt.datetime) -> dt.date | dt.datetime:
    return moment.date() if moment.time() == dt.time() else moment
