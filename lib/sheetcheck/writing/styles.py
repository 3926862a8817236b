"""A column of the schema in; the format of its cells, its drop-down and the colours that warn of a wrong value out."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from sheetcheck.messages import say
from sheetcheck.schema import HELP_SHEETS, Field, Language, Package, Resource
from sheetcheck.writing.records import Row, write_value
from sheetcheck.writing.wording import is_share, limits

LINE_HEIGHT = 15  # of the default font, in points
# A column's width counts digits; of the letters in running text more go on a line.
LETTERS = 1.15
COLOURS = {"key": "#1F3864", "required": "#2F5597", "optional": "#B4C6E7", "missing": "#F8CBAD", "unknown": "#FFE699"}
LIST_SHEET = HELP_SHEETS[2]
# Real booleans, not the words: a Dutch Excel then offers WAAR and ONWAAR, and still stores a boolean.
BOOLEANS = (True, False)
# Rows below the last one that already have drop-downs and colours, so that a new row is helped like an old one.
ROOM = 200
# Excel's name for a rule about each type, and, since it has none for "any number", the least and the most we take.
KINDS = {
    "integer": ("integer", -9.99e307, 9.99e307),
    "number": ("decimal", -9.99e307, 9.99e307),
    "date": ("date", date(1900, 1, 1), date(2100, 12, 31)),
    "string": ("length", 0, 32_767),
}


class Styles:
    """Cell formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, **properties: Any) -> Format:
        """The format with these XlsxWriter properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]

    def header(self, kind: str) -> Format:
        """The format of a column header: of a "key", a "required" or an "optional" column."""
        colour = "#000000" if kind == "optional" else "#FFFFFF"
        return self.get(bold=True, font_color=colour, bg_color=COLOURS[kind], valign="vcenter")

    def cell(self, field: Field, *, wrapped: bool = False) -> Format:
        """The format of a column's cells; `wrapped` where texts are long."""
        if field.type == "boolean":
            return self.get(valign="top", align="center")
        # A share is stored as 0.65 and shown as 65.0%; a column whose unit is % is stored and shown as 65.0.
        number = "0.0%" if is_share(field) else "0.0" if field.unit == "%" else "General"
        # Ids, codes and texts are text, so that "1-2" stays what it is.
        form = {"string": "@", "list": "@", "date": "yyyy-mm-dd", "integer": "0"}.get(field.type, number)
        if field.type in ("integer", "number"):
            # The indent keeps a number apart from the text in the column on its right.
            return self.get(valign="top", num_format=form, align="right", indent=1)
        return self.get(valign="top", num_format=form, text_wrap=wrapped)


def line_count(text: str, width: float) -> int:
    """Lines that a text takes in a column of this width.

    Excel finds a row's height by itself when it opens a workbook, LibreOffice does not: heights have to be written.
    """
    return sum(max(1, len(textwrap.wrap(line, int(width * LETTERS)))) for line in text.split("\n"))


@dataclass
class Lists:
    """Named ranges of one workbook: enumerations and the keys of other workbooks stand on a hidden sheet.

    Keys of a sheet in the same workbook are not copied: their range follows that sheet as it grows, so that a row
    just added can be chosen at once.
    """

    package: Package
    path: str
    rows: Mapping[str, Sequence[Row]]
    _values: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    _live: dict[str, str] = field(default_factory=dict)

    def name_for(self, resource: Resource, column: Field) -> str | None:
        """The named range that holds what a column may hold; None where anything goes or nothing is known yet."""
        if column.type == "boolean":
            return self._named("values_boolean", BOOLEANS)
        if column.enum:
            return self._named(f"values_{resource.name}_{column.name}", column.enum)
        if column.reference is None:
            return None
        target = self.package.resource(column.reference.resource)
        name = f"keys_{target.name}_{column.reference.field}"
        if target.path == self.path:
            self._live[name] = _growing_range(target, column.reference.field)
            return name
        keys = dict.fromkeys(row[column.reference.field] for row in self.rows.get(target.name, ()))
        return self._named(name, tuple(key for key in keys if key is not None)) if keys else None

    def write(self, book: Workbook) -> None:
        """Add the hidden sheet, one list a column with its name on top, and define all names."""
        sheet = book.add_worksheet(LIST_SHEET)
        has_dates = any(isinstance(value, date) for values in self._values.values() for value in values)
        # Without the format of a date the list would offer serial numbers.
        day = book.add_format({"num_format": "yyyy-mm-dd"}) if has_dates else None
        for index, (name, values) in enumerate(self._values.items()):
            sheet.write_string(0, index, name)
            for row, value in enumerate(values, start=1):
                # A number written as text would be offered, and then refused.
                write_value(sheet, row, index, value, day if isinstance(value, date) else None)
            letter = xl_col_to_name(index, col_abs=True)
            book.define_name(name, f"={LIST_SHEET}!{letter}$2:{letter}${len(values) + 1}")
        for name, formula in self._live.items():
            book.define_name(name, formula)
        sheet.hide()

    def _named(self, name: str, values: tuple[Any, ...]) -> str:
        for known, held in self._values.items():
            if held == values:
                return known
        self._values[name] = values
        return name


def _growing_range(target: Resource, column: str) -> str:
    """A formula for the filled cells under a header; blank cells in a list would make Excel accept any value."""
    sheet = "'" + (target.sheet or target.name).replace("'", "''") + "'"
    letter = "$" + xl_col_to_name(target.field_names.index(column))
    return f"={sheet}!{letter}$2:INDEX({sheet}!{letter}:{letter},MAX(2,COUNTA({sheet}!{letter}:{letter})))"


def add_rules(
    sheet: Worksheet, resource: Resource, rows: int, lists: Lists, styles: Styles, language: Language
) -> None:
    """Give every column its drop-down or limits, colour unknown values and, in rows that hold anything, gaps."""
    last = rows + ROOM
    last_letter = xl_col_to_name(len(resource.fields) - 1)
    missing, unknown = (styles.get(bg_color=COLOURS[kind]) for kind in ("missing", "unknown"))

    def colour(column: int, criteria: str, style: Any) -> None:
        sheet.conditional_format(1, column, last, column, {"type": "formula", "criteria": criteria, "format": style})

    for column, entry in enumerate(resource.fields):
        cell = f"{xl_col_to_name(column)}2"
        name = lists.name_for(resource, entry)
        rule = _validation(entry, cell, name, language)
        if rule:
            sheet.data_validation(1, column, last, column, rule)
        if entry.required or entry.name in resource.primary_key:
            colour(column, f"=AND(LEN(TRIM({cell}))=0,COUNTA($A2:${last_letter}2)>0)", missing)
        if name:
            colour(column, _not_in_list(entry, cell, name), unknown)
    for rule in resource.rules:
        # A date before the one that it should follow is coloured as it is typed; the other rules wait for the check.
        for first, second in pairwise(rule.parts["fields"]) if rule.kind == "order" else ():
            column = resource.field_names.index(second)
            one, two = f"${xl_col_to_name(resource.field_names.index(first))}2", f"{xl_col_to_name(column)}2"
            colour(column, f"=AND(ISNUMBER({one}),ISNUMBER({two}),{two}<{one})", unknown)


def _not_in_list(field: Field, cell: str, name: str) -> str:
    """A formula that is true for a value, or any item of a list cell, that is not among the named values.

    EXACT and FIND see capitals, and treat * and ? as characters, which COUNTIF and MATCH do not.
    """
    if field.type == "boolean":
        return f"=AND(LEN({cell})>0,NOT(ISLOGICAL({cell})))"
    if not field.is_list:
        return f"=AND(LEN({cell})>0,SUMPRODUCT(--EXACT({cell},{name}))=0)"
    mark = field.delimiter
    items = f'"{mark}"&SUBSTITUTE(TRIM({cell}),"{mark} ","{mark}")&"{mark}"'
    known = f'SUMPRODUCT(--ISNUMBER(FIND("{mark}"&{name}&"{mark}",{items})))'
    count = f'LEN({cell})-LEN(SUBSTITUTE({cell},"{mark}",""))+1'
    return f"=AND(LEN({cell})>0,{known}<{count})"


def _validation(field: Field, cell: str, name: str | None, language: Language) -> dict[str, Any] | None:
    """XlsxWriter's rule for a column; None where Excel has none that fits, as for a cell with several values."""
    said = limits(field, language)
    if field.is_list or (not name and (field.type not in KINDS or (field.type == "string" and not said))):
        return None
    # A key of another workbook may be newer than this workbook's list: Excel asks, and lets it pass.
    kind = ("reference" if field.reference else "list") if name else field.type
    message = say(f"refusal.{kind}", language, limits=f" {said}" if said else "")
    style = "warning" if kind == "reference" else "stop"
    told = {"error_title": say("refusal.title", language), "error_message": message, "error_type": style}
    if name:
        return {"validate": "list", **told, "source": f"={name}"}
    rule, least, most = KINDS[field.type]
    low, high = (field.min_length, field.max_length) if field.type == "string" else (field.minimum, field.maximum)
    low, high = least if low is None else low, most if high is None else high
    above, under = field.exclusive_minimum, field.exclusive_maximum
    if above is None and under is None:
        return {"validate": rule, **told, "criteria": "between", "minimum": low, "maximum": high}
    # Excel knows "between" with its ends alone; a formula can leave them out.
    bounds = [(">=", low), ("<=", high), (">", above), ("<", under)]
    tests = [f"{cell}{sign}{_in_formula(limit)}" for sign, limit in bounds if limit is not None]
    tests += [f"INT({cell})={cell}"] if field.type == "integer" else []
    return {"validate": "custom", **told, "value": f"=AND(ISNUMBER({cell}),{','.join(tests)})"}


def _in_formula(limit: Any) -> str:
    return f"DATE({limit.year},{limit.month},{limit.day})" if isinstance(limit, date) else repr(limit)
