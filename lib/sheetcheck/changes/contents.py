"""Checked sources in, what their tables say out: rows as texts by column, each with its address, valid or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sheetcheck.checks import Checked
from sheetcheck.checks.cells.numbers import read_plain
from sheetcheck.checks.form.layout import Layout, as_text
from sheetcheck.reading import Cell
from sheetcheck.schema import Field, Resource

# With one of these faults the table is gone; with any other fault of its file it is there and cannot be read.
GONE = ("missing-file", "missing-sheet")


@dataclass(frozen=True)
class Row:
    """One record: its number in the sheet, and its filled cells as texts by column name."""

    number: int
    texts: Mapping[str, str]


@dataclass(frozen=True)
class TableContent:
    """The records of one table, and where its columns stand."""

    layout: Layout
    columns: Mapping[str, int]
    rows: tuple[Row, ...]

    @property
    def resource(self) -> Resource:
        """What the schema says of the table."""
        return self.layout.table.resource

    def place(self, row: int, column: str) -> str:
        """How messages name a cell: "committees.xlsx › relevance › C14", or "sources.csv › line 14 › kind"."""
        table = self.layout.table
        cell = f"{self.resource.place} › {table.address(row, self.columns[column])}"
        return f"{cell} › {column}" if table.is_csv else cell

    def row_place(self, row: int) -> str:
        """How messages name a row: "committees.xlsx › relevance › row 14"."""
        return self.layout.table.origin(row)


def contents(checked: Checked) -> dict[str, TableContent]:
    """What every table says that could be read, by its name; a table with faults as far as it goes."""
    return {name: _content(table.layout) for name, table in checked.typed.items()}


def unreadable(checked: Checked) -> dict[str, str]:
    """Why a table could not be read although its file is there, by its name."""
    reasons = {}
    for resource in checked.package.resources:
        if resource.name not in checked.typed:
            found = [fault for fault in checked.faults if fault.file == resource.path]
            own = [fault for fault in found if fault.sheet == resource.sheet] or [
                fault for fault in found if fault.sheet is None
            ]
            if own and own[0].code not in GONE:
                reasons[resource.name] = str(own[0])
    return reasons


def cell_content(cell: Cell | None, field: Field | None) -> str:
    """What a cell says, however it is stored: "0.5" for 0.50 in a CSV and for the number in a workbook.

    A value that does not fit its column is given as it stands there.
    """
    if cell is None:
        return ""
    if cell.kind == "formula":
        return "(a formula without a stored result)"
    text = as_text(cell).replace("\r\n", "\n").replace("\r", "\n")
    if field is None or cell.kind != "text":
        return text
    if field.type in ("integer", "number"):
        number = read_plain(text)
        return text if number is None else f"{number:.15g}"
    if field.type == "boolean":
        return text.upper() if text.upper() in ("TRUE", "FALSE") else text
    if field.is_list:
        return f"{field.delimiter} ".join(item.strip() for item in text.split(field.delimiter))
    return text


def _content(layout: Layout) -> TableContent:
    table = layout.table
    fields = {field.name: field for field in table.resource.fields}
    columns = dict(layout.columns)
    header = table.rows.get(layout.header.row, {})
    others = {n: as_text(header[n]) for n in sorted(layout.header.named - {*columns.values()}) if n in header}
    double = Counter([*columns, *others.values()])
    for number, name in others.items():
        # Two columns of one name stay two columns.
        columns[name if double[name] == 1 else f"{name} ({number})"] = number
    rows = []
    for number in layout.records:
        texts = {name: cell_content(table.rows[number].get(n), fields.get(name)) for name, n in columns.items()}
        rows.append(Row(number, {name: text for name, text in texts.items() if text}))
    return TableContent(layout, columns, tuple(rows))
