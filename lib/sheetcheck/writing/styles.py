"""A field in, the cell format out that makes Excel show and keep its values as the schema means them."""

import textwrap
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from sheetcheck.schema import Field
from sheetcheck.writing.wording import is_share

LINE_HEIGHT = 15  # of the default font, in points
# A column's width counts digits; of the letters in running text more go on a line.
LETTERS = 1.15
COLOURS = {"key": "#1F3864", "required": "#2F5597", "optional": "#B4C6E7", "missing": "#F8CBAD", "unknown": "#FFE699"}


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
