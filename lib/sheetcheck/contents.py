"""A data folder in, the content of its tables out: rows as texts by column, each with its address, valid or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sheetcheck.checks import Checked, check_folder
from sheetcheck.checks.layout import Layout, as_text, lay_out
from sheetcheck.checks.numbers import read_plain
from sheetcheck.faults import Fault
from sheetcheck.reading import Cell, read_tables
from sheetcheck.schema import Field, Package, Resource

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

    resource: Resource
    columns: Mapping[str, int]
    rows: tuple[Row, ...]
    is_csv: bool
    layout: Layout

    def place(self, row: int, column: str) -> str:
        """How messages name a cell: "committees.xlsx › relevance › C14", or "sources.csv › line 14 › kind"."""
        cell = self.layout.table.address(row, self.columns[column])
        return f"{self.resource.place} › {cell} › {column}" if self.is_csv else f"{self.resource.place} › {cell}"

    def row_place(self, row: int) -> str:
        """How messages name a row: "committees.xlsx › relevance › row 14"."""
        return self.layout.table.origin(row)


@dataclass(frozen=True)
class Content:
    """A state of the sources: every table that could be read, and why others could not be."""

    package: Package
    tables: Mapping[str, TableContent]
    unreadable: Mapping[str, str]
    faults: int

    def has(self, name: str) -> bool:
        """True when the table is there, read or not."""
        return name in self.tables or name in self.unreadable


def read_content(folder: str | Path, checked: Checked | None = None) -> Content:
    """Read what every table of the folder says; `checked` spares the check when it was just made.

    A table with faults is read as far as it goes. Raises SchemaError when there is no usable schema.
    """
    checked = checked or check_folder(Path(folder))
    package = checked.package
    raw, faults = read_tables(package)
    layouts = {name: lay_out(table) for name, table in raw.items()}
    unreadable = {}
    for resource in package.resources:
        if resource.name not in raw:
            reason = _why_not(resource, faults)
        else:
            reason = None if layouts[resource.name].header.columns else layouts[resource.name].faults[0]
        if reason:
            unreadable[resource.name] = str(reason)
    tables = {name: _table(layout) for name, layout in layouts.items() if name not in unreadable}
    return Content(package, tables, unreadable, len(checked.faults))


def _why_not(resource: Resource, faults: Sequence[Fault]) -> Fault | None:
    """Why a table was not read although it may well be there; None when it is not there."""
    for fault in faults:
        if fault.file == resource.path and fault.sheet in (None, resource.sheet) and not fault.is_remark:
            return None if fault.code in GONE else fault
    return None


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


def _table(layout: Layout) -> TableContent:
    table = layout.table
    fields = {field.name: field for field in table.resource.fields}
    columns = dict(layout.columns)
    header = table.rows.get(layout.header.row, {})
    known = set(columns.values())
    others = {column: as_text(header[column]) for column in sorted(layout.header.named - known) if column in header}
    double = Counter([*columns, *others.values()])
    for column, name in others.items():
        # Two columns of one name stay two columns.
        columns[name if double[name] == 1 else f"{name} ({column})"] = column
    rows = []
    for number in layout.records:
        cells = table.rows[number]
        texts = ((name, cell_content(cells.get(column), fields.get(name))) for name, column in columns.items())
        rows.append(Row(number, {name: text for name, text in texts if text}))
    return TableContent(table.resource, columns, tuple(rows), table.is_csv, layout)
