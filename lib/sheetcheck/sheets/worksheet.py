"""XML of one sheet, streamed, in; stored cells with address and kind, merged ranges and hidden rows out."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from sheetcheck.sheets.cells import Cell, column_number

# The two spellings of the namespace: as Excel saves by default, and as "Strict Open XML".
NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
CHUNK = 1 << 16
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Day 0 of both date systems; before day 60 Excel counts a 29 February 1900 that never was.
EPOCH_1900, EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)
PHANTOM_LEAP_DAY = 60
DAYS_BETWEEN_SYSTEMS = 1462
LAST_SERIAL = 2958465  # 31 December 9999, the last day Excel knows


class DamagedSheet(Exception):
    """The XML is well-formed, yet says what no sheet can say; the message is a clause that names the cell."""


@dataclass
class Sheet:
    """Everything the checks want to know of a sheet."""

    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    is_filtered: bool = False


def read_sheet(stream: IO[bytes], strings: Sequence[str], styles: Sequence[str], is_1904: bool) -> Sheet:
    """Read one sheet part. `styles` says per cell format whether it shows a "date", a "percent" or neither.

    Raises DamagedSheet, or expat.ExpatError when the XML is not well-formed.
    """
    reader = _Reader(strings, styles, is_1904)
    feed(stream, reader.start, reader.end, reader)
    return reader.sheet


def feed(stream: IO[bytes], start, end, owner) -> None:  # type: ignore[no-untyped-def]
    """Run a stream through expat in namespace mode; `owner.parser` lets handlers switch the text on and off."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    owner.parser = parser
    while chunk := stream.read(CHUNK):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def unescape(text: str) -> str:
    """Excel stores what XML cannot hold as _x000D_; give the character back."""
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text


class _Reader:
    def __init__(self, strings: Sequence[str], styles: Sequence[str], is_1904: bool) -> None:
        self.strings, self.styles = strings, styles
        self.epoch = EPOCH_1904 if is_1904 else EPOCH_1900
        self.sheet = Sheet()
        self.parser: expat.XMLParserType | None = None
        self.row = self.column = 0
        self.cells: dict[int, Cell] = {}
        self.attributes: dict[str, str] = {}
        self.value: str | None = None
        self.has_formula = False
        self.text: list[str] = []
        self.in_phonetic = False
        self.names = {f"{space} {name}": name for space in NAMESPACES for name in _NAMES}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match self.names.get(name):
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
            case "col" if _is_true(attributes.get("hidden")):
                first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
                # A hidden block can run to the last column of the sheet; only its first columns can be of the table.
                self.sheet.hidden_columns += range(first, min(last, first + 255) + 1)
            case "filterColumn":
                self.sheet.is_filtered = True
            case "sheetPr" if _is_true(attributes.get("filterMode")):
                self.sheet.is_filtered = True

    def end(self, name: str) -> None:
        match self.names.get(name):
            case "v":
                self.value = "".join(self.text) or self.value
                self._deafen()
            case "f":
                # LibreOffice saves a plain truth value as a formula of this form.
                formula = "".join(self.text)
                self.has_formula = formula not in _TRUTH_FORMULAS
                if not self.has_formula:
                    # A program that saves the workbook again may drop the result; the formula itself says it.
                    self.attributes, self.value = {**self.attributes, "t": "b"}, _TRUTH_FORMULAS[formula]
                self._deafen()
            case "t" if not self.in_phonetic:
                self.value = (self.value or "") + "".join(self.text)
                self._deafen()
            case "c":
                cell = self._cell()
                if cell is not None:
                    self.cells[self.column] = cell
            case "rPh":
                self.in_phonetic = False
            case "row" if self.cells:
                self.sheet.rows[self.row] = self.cells

    def _listen(self) -> None:
        self.text = []
        self.parser.CharacterDataHandler = self.text.append  # type: ignore[union-attr]

    def _deafen(self) -> None:
        self.parser.CharacterDataHandler = None  # type: ignore[union-attr]

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        row = int(number) if number and number.isascii() and number.isdigit() else self.row + 1
        if row <= self.row:
            raise DamagedSheet(f"row {row} comes after row {self.row}")
        self.row, self.column, self.cells = row, 0, {}
        if _is_true(attributes.get("hidden")):
            self.sheet.hidden_rows.append(row)

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self.column += 1
            return
        found = _REFERENCE.fullmatch(reference)
        if not found or int(found.group(2)) != self.row:
            raise DamagedSheet(f'a cell in row {self.row} calls itself "{reference[:20]}"')
        column = column_number(found.group(1))
        if column <= self.column:
            raise DamagedSheet(f"cell {reference} stands twice or out of order")
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
                value: object = self.strings[_index(stored)]
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
        except (ValueError, LookupError, OverflowError) as error:
            raise DamagedSheet(
                f'{Cell(0, "text", self.row, self.column).address} holds "{stored[:20]}", '
                f"which no cell of its type can hold"
            ) from error
        return Cell(value, "text", self.row, self.column, note) if value else None

    def _number(self, stored: str, note: str) -> Cell:
        number = float(stored)
        if not math.isfinite(number) or not stored.isascii() or "_" in stored:
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


def _index(stored: str) -> int:
    """A number that counts from 0; a minus would count from the end of a Python list."""
    if not (stored.isascii() and stored.isdigit()):
        raise ValueError(stored)
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
