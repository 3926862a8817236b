"""Schema and rows in, the named lists of valid values behind a workbook's drop-downs and colours out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from sheetcheck.schema import Field, Package, Resource
from sheetcheck.writing.records import Row

LIST_SHEET = "_lists"
# Real booleans, not the words: a Dutch Excel then offers WAAR and ONWAAR, and still stores a boolean.
BOOLEANS = (True, False)


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

    def is_own(self, column: Field) -> bool:
        """True when a column refers to a sheet of this same workbook."""
        return column.reference is not None and self.package.resource(column.reference.resource).path == self.path

    def write(self, book: Workbook) -> None:
        """Add the hidden sheet, one list a column with its name on top, and define all names."""
        sheet = book.add_worksheet(LIST_SHEET)
        has_dates = any(isinstance(value, date) for values in self._values.values() for value in values)
        # Without the format of a date the list would offer serial numbers.
        day = book.add_format({"num_format": "yyyy-mm-dd"}) if has_dates else None
        for index, (name, values) in enumerate(self._values.items()):
            sheet.write_string(0, index, name)
            for row, value in enumerate(values, start=1):
                _write(sheet, row, index, value, day)
            letter = xl_col_to_name(index, col_abs=True)
            book.define_name(name, f"={LIST_SHEET}!{letter}$2:{letter}${len(values) + 1}")
        for name, formula in self._live.items():
            book.define_name(name, formula)
        sheet.hide()

    def _named(self, name: str, values: tuple[Any, ...]) -> str:
        """The name under which these values stand already, or this new one."""
        for known, held in self._values.items():
            if held == values:
                return known
        self._values[name] = values
        return name


def _write(sheet: Worksheet, row: int, column: int, value: Any, day: Format | None) -> None:
    """A value of a list as what it is: a number written as text would be offered, and then refused."""
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, value)


def _growing_range(target: Resource, column: str) -> str:
    """A formula for the filled cells under a header; blank cells in a list would make Excel accept any value."""
    sheet = "'" + (target.sheet or target.name).replace("'", "''") + "'"
    letter = "$" + xl_col_to_name(target.field_names.index(column))
    return f"={sheet}!{letter}$2:INDEX({sheet}!{letter}:{letter},MAX(2,COUNTA({sheet}!{letter}:{letter})))"
