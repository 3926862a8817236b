"""Workbooks and CSV are read cell by cell as they are stored, in every spelling that programs give them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import folders
import openpyxl
import pytest

from sheetcheck.reading import Cell, RawTable, letters, read_tables
from sheetcheck.schema import load_package

SHEET = "xl/worksheets/sheet1.xml"
DATA = Path(__file__).parents[2] / "data"
STRICT = (
    (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder without faults, to spoil."""
    return folders.write_folder(tmp_path / "data")


def committees(folder: Path) -> RawTable:
    """The raw table of committees, read without a fault."""
    tables, faults = read_tables(load_package(folder))
    assert faults == []
    return tables["committees"]


def damage(folder: Path, change: Callable[[bytes], bytes], part: str = SHEET) -> str:
    """Change a part; give the message of the one fault."""
    folders.rewrite_part(folder / "committees.xlsx", part, change)
    tables, (fault,) = read_tables(load_package(folder))
    assert (fault.file, fault.code) == ("committees.xlsx", "damaged-sheet" if fault.sheet else "damaged-workbook")
    assert "committees" not in tables
    return fault.message


def values(table: RawTable) -> dict[str, Any]:
    """Stored values by address."""
    return {cell.address: cell.value for cells in table.rows.values() for cell in cells.values()}


@pytest.mark.parametrize("path", sorted(DATA.glob("*.xlsx")), ids=lambda path: path.name)
def test_our_workbooks_read_as_openpyxl_reads_them(path: Path) -> None:
    tables, _ = read_tables(load_package(DATA))
    book = openpyxl.load_workbook(path, data_only=True)
    compared = 0
    for table in tables.values():
        if table.resource.path != path.name:
            continue
        expected = {
            cell.coordinate: cell.value.date() if isinstance(cell.value, dt.datetime) else cell.value
            for row in book[table.resource.sheet].iter_rows()
            for cell in row
            if cell.value is not None
        }
        assert values(table) == expected
        compared += len(expected)
    assert compared > 50


def test_a_cell_knows_its_kind_as_stored(folder: Path) -> None:
    path = folder / "committees.xlsx"
    folders.set_cell(path, 1, "E3", '<c t="e"><v>#N/A</v></c>')
    folders.set_cell(path, 1, "E4", "<c><f>1+1</f></c>")
    folders.set_cell(path, 1, "E5", "<c><f>1+1</f><v>2</v></c>")
    rows = committees(folder).rows
    assert rows[2][1] == Cell("ISO/TC 298", "text", 2, 1)
    assert rows[2][5] == Cell(24.0, "number", 2, 5)
    assert rows[2][7] == Cell(dt.date(2015, 9, 1), "date", 2, 7)
    assert rows[2][8] == Cell(True, "bool", 2, 8)
    assert rows[3][5] == Cell("#N/A", "error", 3, 5)
    assert rows[4][5] == Cell(None, "formula", 4, 5)
    assert rows[5][5] == Cell(2.0, "number", 5, 5, "formula")
    assert 3 not in rows[2]
    assert rows[2][5].address == "E2"


def test_every_date_is_the_day_that_excel_shows(folder: Path) -> None:
    path = folder / "committees.xlsx"
    for serial, day in ((1, "1900-01-01"), (59, "1900-02-28"), (61, "1900-03-01"), (45000, "2023-03-15")):
        folders.set_cell(path, 1, "G2", f'<c s="1"><v>{serial}</v></c>')
        assert committees(folder).rows[2][7].value == dt.date.fromisoformat(day)
    for serial, moment in ((45000.75, (2023, 3, 15, 18)), (59.5, (1900, 2, 28, 12)), (1.25, (1900, 1, 1, 6))):
        folders.set_cell(path, 1, "G2", f'<c s="1"><v>{serial}</v></c>')
        assert committees(folder).rows[2][7].value == dt.datetime(*moment)


@pytest.mark.parametrize(
    ("start", "serial", "value"),
    [
        ("", 0.5, 0.5),
        ("", 60, 60.0),
        ("", 60.5, 60.5),
        ("", 2_958_465, dt.date(9999, 12, 31)),
        ("", 2_958_466, 2_958_466.0),
        ("1", 0, dt.date(1904, 1, 1)),
        ("1", -1, -1.0),
        ("true", 60, dt.date(1904, 3, 1)),
        ("1", 2_957_003, dt.date(9999, 12, 31)),
        ("1", 2_957_004, 2_957_004.0),
    ],
)
def test_a_number_is_a_day_within_the_days_that_excel_knows_from_1900_or_1904(
    folder: Path, start: str, serial: float, value: object
) -> None:
    folders.set_cell(folder / "committees.xlsx", 1, "G2", f'<c s="1"><v>{serial}</v></c>')
    folders.rewrite_part(
        folder / "committees.xlsx",
        "xl/workbook.xml",
        lambda xml: xml.replace(b"<workbookPr ", f'<workbookPr date1904="{start or 0}" '.encode()),
    )
    assert committees(folder).rows[2][7] == Cell(value, "date", 2, 7)


def test_a_workbook_that_does_not_say_from_when_it_counts_counts_from_1900(folder: Path) -> None:
    part = "xl/workbook.xml"
    folders.rewrite_part(folder / "committees.xlsx", part, lambda xml: re.sub(rb"<workbookPr [^>]*/>", b"", xml))
    assert committees(folder).rows[2][7].value == dt.date(2015, 9, 1)


@pytest.mark.parametrize(
    ("code", "kind", "note"),
    [
        ("yyyy\\-mm\\-dd", "date", ""),
        ("[$-413]d mmmm yyyy;@", "date", ""),
        ("h:mm", "date", ""),
        ("[h]:mm:ss", "date", ""),
        ("0.00", "number", ""),
        ("#,##0", "number", ""),
        ('0 "dagen"', "number", ""),
        ("[Red]0", "number", ""),
        ("0%", "number", "percent"),
        ("0.0\\ %", "number", "percent"),
        ('0" %"', "number", ""),
        *((number, "date", "") for number in (14, 22, 27, 36, 45, 46, 47, 50, 58)),
        *((number, "number", "percent") for number in (9, 10)),
        *((number, "number", "") for number in (4, 11, 13, 23, 26, 37, 44, 48, 49, 59)),
        ("0" * 254 + "%", "number", "percent"),
        ("0" * 255 + "%", "number", ""),
    ],
)
def test_a_number_format_tells_dates_and_percents(folder: Path, code: str | int, kind: str, note: str) -> None:
    def change(book: Any, sheets: Any) -> None:
        sheets["committees"].write_number(1, 4, 0.5, book.add_format({"num_format": code}))

    rows = [[field["name"] for field in folders.COMMITTEES], folders.ROWS["committees"][0]]
    relevance = [["committee", "order", "why"], *folders.ROWS["relevance"]]
    folders.write_workbook(folder / "committees.xlsx", {"committees": rows, "relevance": relevance}, change)
    cell = committees(folder).rows[2][5]
    assert (cell.kind, cell.note) == (kind, note)


def test_a_table_that_names_no_sheet_is_the_first_sheet(tmp_path: Path) -> None:
    table = folders.resource("things", "things.xlsx", "things", [folders.column("id")], ["id"])
    folder = folders.write_folder(tmp_path, {"things": [["a"]]}, [table])
    del table["dialect"]
    folders.write_folder(tmp_path / "schema", {"things": []}, [table])
    (tmp_path / "schema" / "datapackage.json").replace(folder / "datapackage.json")
    for sheets in ({"other": [["id"], ["b"]], "things": [["id"], ["a"]]}, {"Lees mij": [], "other": [["id"], ["b"]]}):
        folders.write_workbook(folder / "things.xlsx", sheets)
        tables, faults = read_tables(load_package(folder))
        assert [fault.code for fault in faults if not fault.is_remark] == []
        assert values(tables["things"]) == {"A1": "id", "A2": "b"}


def test_a_number_format_without_a_number_is_no_format(folder: Path) -> None:
    folders.rewrite_part(
        folder / "committees.xlsx", "xl/styles.xml", lambda xml: xml.replace(b'numFmtId="164"', b'numFmtId="x"')
    )
    folders.rewrite_part(folder / "committees.xlsx", "xl/styles.xml", lambda xml: xml.replace(b"<numFmt ", b"<other "))
    assert committees(folder).rows[2][7] == Cell(42248.0, "number", 2, 7)


def test_strict_workbooks_and_prefixed_names_read_the_same(folder: Path) -> None:
    expected = values(committees(folder))
    parts = folders.read_parts(folder / "committees.xlsx")
    for old, new in STRICT:
        parts = {name: content.replace(old, new) for name, content in parts.items()}
    folders.write_parts(folder / "committees.xlsx", parts)
    assert values(committees(folder)) == expected
    for name in ("row", "c", "v", "is", "t", "sheetData", "worksheet"):
        parts[SHEET] = parts[SHEET].replace(f"<{name}".encode(), f"<x:{name}".encode())
        parts[SHEET] = parts[SHEET].replace(f"</{name}>".encode(), f"</x:{name}>".encode())
        parts[SHEET] = parts[SHEET].replace(f"<x:{name}V".encode(), f"<{name}V".encode())
    parts[SHEET] = parts[SHEET].replace(b"xmlns=", b"xmlns:x=").replace(b"<x:cols", b"<cols")
    folders.write_parts(folder / "committees.xlsx", parts)
    assert values(committees(folder)) == expected


def test_cells_and_rows_without_an_address_are_counted(folder: Path) -> None:
    expected = values(committees(folder))
    for row in range(2, 6):
        for column, value in enumerate(folders.ROWS["committees"][row - 2], 1):
            if value is None:
                folders.set_cell(folder / "committees.xlsx", 1, f"{letters(column)}{row}", "<c/>")
    folders.rewrite_part(folder / "committees.xlsx", SHEET, lambda xml: re.sub(rb' r="[A-Z]*[0-9]+"', b"", xml))
    assert values(committees(folder)) == expected


def test_a_wrong_dimension_loses_no_row(folder: Path) -> None:
    expected = values(committees(folder))
    folders.rewrite_part(
        folder / "committees.xlsx",
        SHEET,
        lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', xml),
    )
    assert values(committees(folder)) == expected


def test_runs_are_joined_guides_left_out_and_escapes_undone(folder: Path) -> None:
    path = folder / "committees.xlsx"
    cell = '<c t="inlineStr"><is><r><t>Zeld</t></r><r><rPr><b/></rPr><t xml:space="preserve">zaam </t></r>{}</is></c>'
    folders.set_cell(path, 1, "B2", cell.format('<rPh sb="0" eb="1"><t>guide</t></rPh>'))
    assert committees(folder).rows[2][2].value == "Zeldzaam "
    folders.set_cell(path, 1, "B2", '<c t="inlineStr"><is><t>a_x000D_b_x005F_x000D_</t></is></c>')
    assert committees(folder).rows[2][2].value == "a\rb_x000D_"


def test_runs_of_a_shared_text_are_joined_however_long_they_are(folder: Path) -> None:
    long = "x" * 70_000  # longer than what is read at once
    text = f"<si><r><t>Rare </t></r><r><t>{long}</t></r></si>".encode()
    folders.rewrite_part(
        folder / "committees.xlsx", "xl/sharedStrings.xml", lambda xml: xml.replace(b"<si><t>Rare earth</t></si>", text)
    )
    assert committees(folder).rows[2][2].value == f"Rare {long}"


def test_a_formula_with_an_empty_text_as_result_is_blank(folder: Path) -> None:
    folders.set_cell(folder / "committees.xlsx", 1, "B2", '<c t="str"><f>IF(1,"","")</f><v></v></c>')
    assert 2 not in committees(folder).rows[2]


def test_a_truth_value_as_libreoffice_saves_it_is_no_formula(folder: Path) -> None:
    folders.set_cell(folder / "committees.xlsx", 1, "H2", '<c t="b"><f aca="false">TRUE()</f><v>1</v></c>')
    assert committees(folder).rows[2][8] == Cell(True, "bool", 2, 8)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c t="b"><v>true</v></c>', True),
        ('<c t="b"><v>false</v></c>', False),
        ('<c t="b"><v>1</v></c>', True),
        ('<c t="b"><v>0</v></c>', False),
        ('<c t="b"><f>FALSE()</f></c>', False),
        ("<c><f>TRUE()</f></c>", True),
    ],
)
def test_a_truth_value_is_read_in_every_spelling(folder: Path, cell: str, value: bool) -> None:
    folders.set_cell(folder / "committees.xlsx", 1, "H2", cell)
    assert committees(folder).rows[2][8] == Cell(value, "bool", 2, 8)


def test_a_number_of_four_hundred_digits_is_one(folder: Path) -> None:
    folders.set_cell(folder / "committees.xlsx", 1, "E2", f"<c><v>{'0' * 398}24</v></c>")
    assert committees(folder).rows[2][5] == Cell(24.0, "number", 2, 5)


def test_elements_of_other_namespaces_are_no_cells(folder: Path) -> None:
    expected = values(committees(folder))
    other = (
        b'<extLst><ext xmlns:y="urn:y"><y:row r="9"><y:c r="A9"><y:v>1</y:v></y:c></y:row></ext></extLst></worksheet>'
    )
    folders.rewrite_part(folder / "committees.xlsx", SHEET, lambda xml: xml.replace(b"</worksheet>", other))
    assert values(committees(folder)) == expected


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'<row r="3"', b'<row r="2"', "row 2 comes after row 2"),
        (b'r="B2"', b'r="A2"', "cell A2 stands twice"),
        (b'r="B2"', b'r="B7"', 'a cell in row 2 calls itself "B7"'),
        (b'r="B2"', b'r="B"', 'a cell in row 2 calls itself "B"'),
        (b"<v>24</v>", b"<v>veel</v>", 'E2 holds "veel"'),
        (b't="b"><v>1<', b't="b"><v>2<', 'H2 holds "2"'),
        (b"<v>24</v>", b"<v>nan</v>", 'E2 holds "nan"'),
        (b"<v>24</v>", b"<v>1e999</v>", 'E2 holds "1e999"'),
        (b'r="A2" t="s"><v>', b'r="A2" t="s"><v>9', "A2 holds"),
        (b'r="A2" t="s"><v>', b'r="A2" t="s"><v>-', "A2 holds"),
        (b'<row r="3"', b'<row r="-3"', '"-3" stands where a number'),
        (b'<row r="3"', b'<row r="1000000000"', '"1000000000" stands where a number'),
        (b"<v>24</v>", b"<v>2_4</v>", 'E2 holds "2_4"'),
        (b"<v>24</v>", b"<v>" + b"0" * 399 + b"24</v>", 'E2 holds "00000000000000000000"'),
    ],
)
def test_a_sheet_that_says_what_no_sheet_can_say_is_damaged(folder: Path, old: bytes, new: bytes, words: str) -> None:
    message = damage(folder, lambda xml: xml.replace(old, new, 1))
    assert words in message
    assert message.endswith("Open it in Excel, let it repair the file, and save it again.")


def test_a_sheet_whose_part_is_gone_is_damaged(folder: Path) -> None:
    message = damage(folder, lambda xml: xml.replace(b"sheet1.xml", b"sheet9.xml"), "xl/_rels/workbook.xml.rels")
    assert 'its part "xl/worksheets/sheet9.xml" is missing' in message


@pytest.mark.parametrize("part", ["_rels/.rels", "xl/_rels/workbook.xml.rels"])
def test_a_workbook_without_its_relationships_is_damaged(folder: Path, part: str) -> None:
    parts = folders.read_parts(folder / "committees.xlsx")
    del parts[part]
    folders.write_parts(folder / "committees.xlsx", parts)
    assert f'its part "{part}" is missing' in damage(folder, lambda xml: xml)


def test_a_workbook_without_styles_and_shared_strings_is_read(folder: Path) -> None:
    parts = folders.read_parts(folder / "committees.xlsx")
    del parts["xl/styles.xml"], parts["xl/sharedStrings.xml"]
    rels = "xl/_rels/workbook.xml.rels"
    parts[rels] = re.sub(rb'<Relationship [^>]*(styles|sharedStrings)\.xml"/>', b"", parts[rels])
    parts[SHEET] = re.sub(rb' t="s"><v>[0-9]+</v>', b' t="str"><v>x</v>', parts[SHEET])
    folders.write_parts(folder / "committees.xlsx", parts)
    read = read_tables(load_package(folder))[0]["committees"].rows[2]
    assert (read[2].value, read[7]) == ("x", Cell(42248.0, "number", 2, 7))


def test_two_sheets_of_one_name_are_damage(folder: Path) -> None:
    part = "xl/workbook.xml"
    message = damage(folder, lambda xml: xml.replace(b'name="relevance"', b'name="Committees"'), part)
    assert "two of its sheets have the same name" in message


def test_a_relationship_never_leads_out_of_the_file(folder: Path) -> None:
    def climb(xml: bytes) -> bytes:
        return xml.replace(b"worksheets/sheet1.xml", b"../../../../etc/hostname")

    assert 'its part "etc/hostname" is missing' in damage(folder, climb, "xl/_rels/workbook.xml.rels")


def test_a_sheet_in_a_part_that_the_gate_does_not_look_through_is_not_opened(folder: Path) -> None:
    parts = folders.read_parts(folder / "committees.xlsx")
    parts["xl/worksheets/sheet1.dat"] = parts.pop(SHEET)
    folders.write_parts(folder / "committees.xlsx", parts)
    message = damage(folder, lambda xml: xml.replace(b"sheet1.xml", b"sheet1.dat"), "xl/_rels/workbook.xml.rels")
    assert 'its part "xl/worksheets/sheet1.dat" is missing' in message


def test_texts_that_the_schema_declares_missing_are_blank(tmp_path: Path) -> None:
    things = folders.resource("things", "a.xlsx", "things", [folders.column("id"), folders.column("n")], ["id"])
    others = folders.resource("others", "b.csv", None, [folders.column("id"), folders.column("n")], ["id"])
    for table in (things, others):
        table["schema"]["missingValues"] = ["", "n.v.t.", {"value": "?"}]
    rows = [["a", "n.v.t."], ["b", "?"], ["c", "NA"]]
    folder = folders.write_folder(tmp_path, {"things": rows, "others": rows}, [things, others])
    tables, faults = read_tables(load_package(folder))
    assert faults == []
    for table in tables.values():
        assert [2 in table.rows[row] for row in (2, 3, 4)] == [False, False, True]
