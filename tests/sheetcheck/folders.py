"""Small source folders for tests: a schema, two workbooks and a CSV that are sound, and ways to change them."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import xlsxwriter

from sheetcheck.faults import Fault
from sheetcheck.reading import read_content
from sheetcheck.reading.cells import Refused
from sheetcheck.reading.workbook import Workbook

CELL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Rows = list[list[Any]]
# Characters of the rows of a workbook that is kept for other tests, and those that are.
LARGEST_KEPT = 5_000
_MADE: dict[str, bytes] = {}


def column(name: str, kind: str = "string", **parts: Any) -> dict[str, Any]:
    """A field of a schema: constraints, reference, delimiter and the like by name."""
    constraints = {key: parts.pop(key) for key in list(parts) if key in CONSTRAINTS}
    return {"name": name, "type": kind, **parts, **({"constraints": constraints} if constraints else {})}


CONSTRAINTS = (
    *("required", "unique", "enum", "pattern", "minLength", "maxLength"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
)

COMMITTEES = [
    column("id", required=True, unique=True, pattern="^(ISO|CEN)/TC [0-9]+$", example="ISO/TC 298"),
    column("title", required=True),
    column("parent"),
    column("status", enum=["active", "suspended"]),
    column("members", "integer", minimum=0, maximum=200),
    column("share", "number", minimum=0, maximum=1),
    column("founded", "date"),
    column("is_open", "boolean", required=True),
    column("materials", "list", delimiter=";", reference={"resource": "materials", "field": "id"}),
    column("source", required=True),
]
MATERIALS = [
    column("id", required=True, unique=True, pattern="^[A-Z][a-z]?$"),
    column("name", required=True, unique=True),
]
RELEVANCE = [
    column("committee", required=True),
    column("order", "integer", required=True, minimum=1),
    column("why", required=True, maxLength=80),
]
SOURCES = [
    column("id", required=True, unique=True),
    column("kind", required=True, enum=["report", "statistics"]),
    column("year", "integer", minimum=1900, maximum=2100),
    column("weight", "number", minimum=0, maximum=100, unit="%"),
    column("seen", "date"),
    column("is_public", "boolean"),
    column("title", required=True),
]

ROWS: dict[str, Rows] = {
    "committees": [
        ["ISO/TC 298", "Rare earth", None, "active", 24, 0.5, dt.date(2015, 9, 1), True, "Nd; Dy", "report-2026"],
        ["ISO/TC 333", "Lithium", None, "active", 30, 0.25, dt.date(2020, 2, 3), True, "Li", "report-2026"],
        ["CEN/TC 472", "Resilience", "ISO/TC 298", "suspended", 0, None, None, False, None, "crma-2024"],
        ["ISO/TC 345", "Specialty metals", "ISO/TC 333", None, 12, 1, dt.date(2022, 1, 5), True, "Li; Nd", "crma-2024"],
    ],
    "materials": [["Nd", "neodymium"], ["Dy", "dysprosium"], ["Li", "lithium"]],
    "relevance": [
        ["ISO/TC 298", 1, "Magnets"],
        ["ISO/TC 298", 2, "Recycling"],
        ["CEN/TC 472", 1, "Law"],
    ],
    "sources": [
        ["report-2026", "report", 2026, 12.5, dt.date(2026, 6, 1), True, "Normalisatie, en grondstoffen"],
        ["crma-2024", "statistics", 2024, None, None, False, "Verordening België"],
    ],
}


def resource(name: str, path: str, sheet: str | None, fields: Sequence[dict[str, Any]], key: list[str], **refs: str):
    """A resource of a schema; `refs` maps a column to "resource.column", or to ".column" in the same table."""
    foreign = [
        {"fields": [field], "reference": dict(zip(("resource", "fields"), _split(target), strict=True))}
        for field, target in refs.items()
    ]
    entry: dict[str, Any] = {"name": name, "path": path, "title": name.capitalize()}
    if sheet:
        entry["dialect"] = {"excel": {"sheet": sheet}}
    entry["schema"] = {"fields": list(fields), "primaryKey": key, "foreignKeys": foreign}
    return entry


def _split(target: str) -> tuple[str, list[str]]:
    name, _, field = target.partition(".")
    return name, [field]


RESOURCES = [
    resource("committees", "committees.xlsx", "committees", COMMITTEES, ["id"], parent=".id", source="sources.id"),
    resource("relevance", "committees.xlsx", "relevance", RELEVANCE, ["committee", "order"], committee="committees.id"),
    resource("materials", "materials.xlsx", "materials", MATERIALS, ["id"]),
    resource("sources", "sources.csv", None, SOURCES, ["id"]),
]


def write_folder(
    folder: Path, rows: Mapping[str, Rows] | None = None, resources: Sequence[Any] = RESOURCES, **package: Any
) -> Path:
    """Write a sound folder, or one with other rows and more of its package by name; give the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = {**ROWS, **(rows or {})}
    content = {"name": "small", **package, "resources": list(resources)}
    (folder / "datapackage.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    books: dict[str, dict[str, Rows]] = {}
    for entry in resources:
        names = [field["name"] for field in entry["schema"]["fields"]]
        table = [names, *rows[entry["name"]]]
        sheet = entry.get("dialect", {}).get("excel", {}).get("sheet")
        if sheet:
            books.setdefault(entry["path"], {})[sheet] = table
        else:
            write_csv(folder / entry["path"], table)
    for path, sheets in books.items():
        write_workbook(folder / path, sheets)
    return folder


def write_workbook(path: Path, sheets: Mapping[str, Rows], change: Callable[[Any, Any], None] | None = None) -> None:
    """Write tables as sheets, texts as text and dates as dates; `change` may do more before the workbook is closed.

    Most tests begin with the same sound workbooks: small ones are made once and then copied.
    """
    content = "" if change else repr(sheets)
    if content in _MADE:
        path.write_bytes(_MADE[content])
        return
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, values in enumerate(rows):
                for place, value in enumerate(values):
                    put(sheet, row, place, value, day)
        if change:
            change(book, {sheet.get_name(): sheet for sheet in book.worksheets()})
    if 0 < len(content) < LARGEST_KEPT:
        _MADE[content] = path.read_bytes()


def put(sheet: Any, row: int, place: int, value: Any, day: Any) -> None:
    """Write one value as what it is in Python."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, place, value)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, place, value, day)
    else:
        sheet.write_string(row, place, str(value))


def write_csv(path: Path, rows: Rows) -> None:
    """Write rows as the sources are kept: UTF-8, commas, TRUE and FALSE, ISO dates."""
    lines = [",".join(csv_text(value) for value in row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def csv_text(value: Any) -> str:
    """One value as a CSV field."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n') else text


def set_cell(path: Path, sheet: int, address: str, cell: str) -> None:
    """Put the XML of a cell at an address of the n-th sheet, in place of what is there; "" takes the cell away."""

    def change(content: bytes) -> bytes:
        tree = ElementTree.fromstring(content)
        data = tree.find(f"{{{CELL}}}sheetData")
        number = int(re.sub("[A-Z]", "", address))
        row = _place(data, "row", str(number), lambda item: int(item.get("r")) > number)
        for old in [item for item in row if item.get("r") == address]:
            row.remove(old)
        if cell:
            new = ElementTree.fromstring(cell.replace("<c", f'<c xmlns="{CELL}"', 1))
            new.set("r", address)
            column = _number(address)
            after = next((place for place, item in enumerate(row) if _number(item.get("r")) > column), len(row))
            row.insert(after, new)
        return ElementTree.tostring(tree, encoding="UTF-8", xml_declaration=True)

    rewrite_part(path, f"xl/worksheets/sheet{sheet}.xml", change)


def save_like_libreoffice(path: Path) -> None:
    """Rewrite the sheets of a workbook as LibreOffice saves them: truth values as formulas, blank rows below."""

    def change(content: bytes) -> bytes:
        text = re.sub(
            r'(<c [^>]*t="b"[^>]*>)<v>([01])</v>',
            lambda cell: f'{cell[1]}<f aca="false">{"TRUE" if cell[2] == "1" else "FALSE"}()</f><v>{cell[2]}</v>',
            content.decode("utf-8"),
        )
        last = max(map(int, re.findall(r'<row r="([0-9]+)"', text)))
        style = 'customFormat="false" ht="15" hidden="false" customHeight="false" outlineLevel="0" collapsed="false"'
        blank = "".join(f'<row r="{row}" {style}><c r="A{row}" s="1"/></row>' for row in range(last + 1, last + 101))
        return text.replace("</sheetData>", f"{blank}</sheetData>").encode("utf-8")

    parts = read_parts(path)
    sheets = [name for name in parts if re.fullmatch(r"xl/worksheets/sheet[0-9]+\.xml", name)]
    write_parts(path, {name: change(part) if name in sheets else part for name, part in parts.items()})


def sheet_number(path: Path, sheet: str) -> int:
    """The place of a sheet in its workbook, from 1."""
    tree = ElementTree.fromstring(read_parts(path)["xl/workbook.xml"])
    names = [item.get("name") for item in tree.iter(f"{{{CELL}}}sheet")]
    return names.index(sheet) + 1


def _place(parent: Any, name: str, number: str, is_after: Callable[[Any], bool]) -> Any:
    for item in parent:
        if item.get("r") == number:
            return item
    place = next((place for place, item in enumerate(parent) if is_after(item)), len(parent))
    item = ElementTree.Element(f"{{{CELL}}}{name}", {"r": number})
    parent.insert(place, item)
    return item


def _number(address: str) -> int:
    number = 0
    for letter in re.sub("[0-9]", "", address):
        number = number * 26 + ord(letter) - 64
    return number


def as_cell(value: Any) -> str:
    """The XML of a cell that holds the value as what it is in Python; dates by the workbook's first style."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f"<c><v>{value!r}</v></c>"
    if isinstance(value, dt.date):
        return f'<c s="1"><v>{(value - dt.date(1899, 12, 30)).days}</v></c>'
    text = "".join(_stored(letter) for letter in str(value).replace("_x", "_x005F_x"))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _stored(letter: str) -> str:
    """A character as Excel stores it: what XML cannot hold as its code."""
    is_plain = letter in "\t\n" or " " <= letter <= "\ud7ff" or "\ue000" <= letter <= "\ufffd" or letter > "\uffff"
    return letter if is_plain else f"_x{ord(letter):04X}_"


def rewrite_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Change the XML of one part of a workbook; `change` gets the bytes and gives the new ones."""
    parts = read_parts(path)
    parts[part] = change(parts[part])
    write_parts(path, parts)


def read_parts(path: Path) -> dict[str, bytes]:
    """All parts of a workbook by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_parts(path: Path, parts: Mapping[str, bytes], level: int = 1) -> None:
    """Write a workbook from its parts, packed quickly (level 1) or tightly (level 9)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def copy_folder(source: Path, target: Path) -> Path:
    """A copy to spoil."""
    shutil.copytree(source, target)
    return target


def inspect(path: Path) -> list[Fault]:
    """Every reason not to open the file, each as one plain sentence with the remedy; empty for a sound file."""
    try:
        content = read_content(path, path.name)
        if path.suffix.lower() == ".xlsx":
            Workbook(content).read(())
    except Refused as error:
        return error.faults(path.name)
    return []
