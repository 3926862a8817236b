"""One planted fault per line of form: columns, sheets, merged cells, stray rows; and what is read and only said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import folders
import pytest

from sheetcheck.checks import check_folder
from sheetcheck.faults import Fault

NAMES = [field["name"] for field in folders.COMMITTEES]
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder without faults, to spoil."""
    return folders.write_folder(tmp_path / "data")


def with_table(folder: Path, rows: list[list[Any]], change: Callable[[Any, Any], None] | None = None) -> list[Fault]:
    """Write the committees sheet anew, header included; give the faults."""
    relevance = [["committee", "order", "why"], *folders.ROWS["relevance"]]
    folders.write_workbook(folder / "committees.xlsx", {"committees": rows, "relevance": relevance}, change)
    return list(check_folder(folder).faults)


def table() -> list[list[Any]]:
    """Header and rows of the committees sheet."""
    return [list(NAMES), *(list(row) for row in folders.ROWS["committees"])]


def said(faults: list[Fault]) -> list[tuple[str | None, str]]:
    """Cell and code of each fault."""
    return [(fault.cell, fault.code) for fault in faults]


# Columns


def test_an_extra_column_is_named(folder: Path) -> None:
    rows = [[*row, "x"] for row in table()]
    rows[0][-1] = "remarks"
    (fault,) = with_table(folder, rows)
    assert said([fault]) == [("K1", "extra-column")]
    assert '"remarks" is no column of this table' in fault.message


def test_a_missing_column_is_named_with_its_place(folder: Path) -> None:
    (fault,) = with_table(folder, [row[:4] + row[5:] for row in table()])
    assert said([fault]) == [("E1", "missing-column")]
    assert fault.message == 'column "members" is missing. Put it back; it belongs in column E.'


@pytest.mark.parametrize("name", ["statsu", "Status", "STATUS ", "Toestand"])
def test_a_renamed_column_is_named_and_read_on(folder: Path, name: str) -> None:
    rows = table()
    rows[0][3] = name
    rows[1][3] = "gestopt"
    faults = with_table(folder, rows)
    assert said(faults) == [("D1", "renamed-column"), ("D2", "unknown-value")]
    assert faults[0].suggestion == "status"


def test_the_title_of_a_column_in_place_of_its_name_is_known(tmp_path: Path) -> None:
    fields = [folders.column("id"), folders.column("chair_country", title="Chair", title_nl="Land van de voorzitter")]
    things = folders.resource("things", "things.xlsx", "things", fields, ["id"])
    folder = folders.write_folder(tmp_path, {"things": [["a", "NL"]]}, [things])
    for name in ("Land van de voorzitter", "chair", "Chair Country"):
        folders.set_cell(folder / "things.xlsx", 1, "B1", folders.as_cell(name))
        folders.set_cell(folder / "things.xlsx", 1, "C1", folders.as_cell("more"))
        faults = check_folder(folder).faults
        assert [(fault.cell, fault.code, fault.suggestion) for fault in faults] == [
            ("B1", "renamed-column", "chair_country"),
            ("C1", "extra-column", None),
        ]


def test_a_name_equally_near_to_two_columns_is_extra(tmp_path: Path) -> None:
    things = folders.resource(
        "things", "t.xlsx", "t", [folders.column(n) for n in ("id", "name_nl", "name_en")], ["id"]
    )
    folder = folders.write_folder(tmp_path, {"things": [["a", "b", "c"]]}, [things])
    folders.write_workbook(folder / "t.xlsx", {"t": [["id", "x", "y", "name_xx"], ["a", "b", "c", "d"]]})
    assert said(list(check_folder(folder).faults))[-1] == ("D1", "extra-column")


def test_two_columns_renamed_at_once_are_known_by_their_neighbours(folder: Path) -> None:
    rows = table()
    rows[0][3], rows[0][6] = "Toestand", "Begin"
    faults = with_table(folder, rows)
    assert [(fault.cell, fault.code, fault.suggestion) for fault in faults] == [
        ("D1", "renamed-column", "status"),
        ("G1", "renamed-column", "founded"),
    ]


def test_an_extra_column_at_the_end_is_not_the_missing_first_one(folder: Path) -> None:
    rows = [[*row[1:], "x"] for row in table()]
    rows[0][-1] = "remarks"
    assert said(with_table(folder, rows)) == [("A1", "missing-column"), ("J1", "extra-column")]


def test_a_duplicated_column_names_both_cells(folder: Path) -> None:
    (fault,) = with_table(folder, [[*row, row[1]] for row in table()])
    assert said([fault]) == [("K1", "duplicate-column")]
    assert "the first is in B1" in fault.message


def test_a_column_that_moved_is_a_remark_and_no_fault(folder: Path) -> None:
    assert with_table(folder, [[row[9], *row[:9]] for row in table()]) == []
    (remark,) = check_folder(folder).remarks
    assert (remark.cell, remark.code) == ("A1", "reordered-column")
    assert remark.message == (
        'column "source" is not in its place; it belongs after "materials". It was read all the same.'
    )


def test_a_formula_without_a_result_in_the_header_is_named_with_the_name_that_belongs_there(folder: Path) -> None:
    folders.set_cell(folder / "committees.xlsx", 1, "B1", '<c><f>A1&amp;"x"</f></c>')
    folders.set_cell(folder / "committees.xlsx", 1, "K1", "<c><f>A1</f></c>")
    assert [str(fault) for fault in check_folder(folder).faults] == [
        "committees.xlsx › committees › B1: holds a formula that was never computed, where the name"
        ' "title" belongs. Type that.',
        "committees.xlsx › committees › K1: holds a formula that was never computed, where no column belongs."
        " Clear the cell and its column.",
    ]


def test_reordered_columns_are_still_read_by_their_name(folder: Path) -> None:
    with_table(folder, [row[::-1] for row in table()])
    frame = check_folder(folder).frames["committees"]
    assert frame["id"].tolist()[0] == "ISO/TC 298"
    assert list(frame) == [*NAMES, "origin"]


def test_a_column_without_a_name_is_named(folder: Path) -> None:
    rows = table()
    rows[0][3] = None
    assert said(with_table(folder, rows)) == [("D1", "column-without-name")]
    assert said(with_table(folder, [[*row, None if n == 0 else n] for n, row in enumerate(table())])) == [
        ("K1", "column-without-name")
    ]


def test_a_blank_column_between_is_named(folder: Path) -> None:
    assert said(with_table(folder, [[*row[:2], None, *row[2:]] for row in table()])) == [("C1", "blank-column")]


# Rows


def test_a_title_above_the_header_is_named_and_the_table_still_read(folder: Path) -> None:
    rows = [["Commissies, stand juni 2026"], [], *table()]
    rows[3][3] = "gestopt"
    assert said(with_table(folder, rows)) == [("A3", "header-not-first"), ("D4", "unknown-value")]


def test_a_sheet_without_its_header_names_the_columns(folder: Path) -> None:
    (fault,) = with_table(folder, table()[1:])
    assert said([fault]) == [("A1", "missing-header")]
    assert fault.message.startswith("row 1 does not hold the column names. They are: id, title, parent")


def test_a_header_of_formulas_without_results_says_so(folder: Path) -> None:
    for column in "ABCDEFGHIJ":
        folders.set_cell(folder / "committees.xlsx", 1, f"{column}1", f"<c><f>{column}9</f></c>")
    faults = [fault for fault in check_folder(folder).faults if fault.sheet == "committees"]
    assert said(faults) == [("A1", "missing-header")]
    assert faults[0].message.startswith(
        "row 1 does not hold the column names, but 10 formulas that were never computed. They are: id, title, parent,"
        " status, members, share, founded, is_open, materials, source. Put them there."
    )


def test_a_header_that_stands_twice_is_named(folder: Path) -> None:
    rows = table()
    assert said(with_table(folder, [*rows[:3], list(NAMES), *rows[3:]])) == [("A4", "repeated-header")]


@pytest.mark.parametrize("word", ["Totaal", "total", "Subtotaal:", "SOM", "Gemiddelde"])
def test_a_total_row_is_named(folder: Path, word: str) -> None:
    total = [word, None, None, None, 66, 0.5]
    assert said(with_table(folder, [*table(), total])) == [("A6", "total-row")]
    assert said(with_table(folder, [*table(), [], total])) == [("A7", "total-row")]


def test_a_committee_called_total_is_no_total_row(folder: Path) -> None:
    rows = table()
    rows[1][1] = "Totaal"
    assert with_table(folder, rows) == []


def test_stray_text_below_the_table_is_named(folder: Path) -> None:
    assert said(with_table(folder, [*table(), ["Bron: ISO"]])) == [("A6", "stray-text")]
    assert said(with_table(folder, [*table(), [], [], [None, "* voorlopig"], ["Bron: ISO"]])) == [
        ("B8", "stray-text"),
        ("A9", "stray-text"),
    ]


def test_stray_text_beside_the_table_is_named(folder: Path) -> None:
    rows = table()
    rows[2] = [*rows[2], None, "nakijken!"]
    assert said(with_table(folder, rows)) == [("L3", "stray-text")]


def test_text_in_a_gap_is_stray_and_a_bare_key_between_records_is_none(folder: Path) -> None:
    rows = table()
    assert said(with_table(folder, [*rows[:3], [], ["Overige:"], *rows[3:]])) == [("A5", "stray-text")]
    cells = said(with_table(folder, [*rows[:3], ["ISO/TC 1"], *rows[3:]]))
    assert cells == [("B4", "missing-required"), ("H4", "missing-required"), ("J4", "missing-required")]


def test_a_record_with_blanks_is_no_stray_text(folder: Path) -> None:
    rows = [*table(), ["ISO/TC 1", None, None, None, None, None, None, None, None, "crma-2024"]]
    assert said(with_table(folder, rows)) == [("B6", "missing-required"), ("H6", "missing-required")]


def test_blank_rows_inside_are_named_once_and_those_below_not_at_all(folder: Path) -> None:
    rows = table()
    (fault,) = with_table(folder, [*rows[:3], [], [], *rows[3:], [], []])
    assert said([fault]) == [("A4", "blank-row")]
    assert fault.message == "rows 4 to 5 are blank, and the table goes on below. Delete them."
    (fault,) = with_table(folder, [*rows[:3], [], *rows[3:]])
    assert fault.message == "row 4 is blank, and the table goes on below. Delete it."


def test_a_row_without_any_key_is_shown_without_one(folder: Path) -> None:
    rows = table()
    rows[4][0], rows[4][3] = None, "gestopt"
    assert [(fault.cell, fault.key) for fault in with_table(folder, rows)] == [("A5", None), ("D5", None)]


def test_a_key_is_shown_as_it_is_read_in_the_sheet(tmp_path: Path) -> None:
    fields = [folders.column("a", "boolean"), folders.column("b", "number"), folders.column("c", enum=["x"])]
    things = folders.resource("things", "things.xlsx", "things", fields, ["a", "b"])
    folder = folders.write_folder(tmp_path, {"things": [[True, 3.0, "y"], [False, 0.25, "y"]]}, [things])
    assert [fault.key for fault in check_folder(folder).faults] == ["TRUE | 3", "FALSE | 0.25"]


def test_a_missing_column_is_blank_in_the_frame(folder: Path) -> None:
    with_table(folder, [row[:7] + row[9:] for row in table()])
    frame = check_folder(folder).frames["committees"]
    assert frame["materials"].tolist() == [(), (), (), ()]
    assert frame["is_open"].isna().all()


def test_merged_cells_are_named_and_the_blanks_under_them_follow(folder: Path) -> None:
    rows = table()
    rows[2][9] = None

    def merge(book: Any, sheets: Any) -> None:
        sheets["committees"].merge_range(1, 9, 2, 9, "report-2026")

    (fault,) = with_table(folder, rows, merge)
    assert said([fault]) == [("J2", "merged-cells")]
    assert fault.followers == ("committees.xlsx › committees › J3",)
    assert "J2:J3 is one merged cell, of which only J2 holds a value" in fault.message


def test_a_merge_over_the_whole_sheet_is_one_fault(folder: Path) -> None:
    folders.rewrite_part(
        folder / "committees.xlsx",
        SHEET,
        lambda xml: xml.replace(
            b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="L1:XFD1048576"/></mergeCells>'
        ),
    )
    assert said(list(check_folder(folder).faults)) == [("L1", "merged-cells")]


def test_a_merge_without_a_range_is_passed_over(folder: Path) -> None:
    merges = b'</sheetData><mergeCells><mergeCell/><mergeCell ref="A1"/></mergeCells>'
    folders.rewrite_part(folder / "committees.xlsx", SHEET, lambda xml: xml.replace(b"</sheetData>", merges))
    assert check_folder(folder).faults == ()


def test_a_table_without_rows_is_named_and_is_the_cause_of_what_refers_to_it(folder: Path) -> None:
    (fault,) = with_table(folder, table()[:1])
    assert said([fault]) == [("A1", "empty-table")]
    assert len(fault.followers) == 3


# Sheets


def test_an_empty_sheet_is_named(folder: Path) -> None:
    (fault,) = with_table(folder, [])
    assert (fault.sheet, fault.cell, fault.code) == ("committees", None, "empty-sheet")


def rename(folder: Path, old: str, new: str) -> list[Fault]:
    """Change the listing of the sheets in the workbook; give the faults."""
    part = "xl/workbook.xml"
    folders.rewrite_part(folder / "committees.xlsx", part, lambda xml: xml.replace(old.encode(), new.encode()))
    return list(check_folder(folder).faults)


def test_a_missing_sheet_is_named_with_those_that_are_there(folder: Path) -> None:
    (fault,) = rename(folder, 'name="relevance"', 'name="Blad1"')
    assert (fault.sheet, fault.code) == ("relevance", "missing-sheet")
    assert 'its sheets are "committees", "Blad1"' in fault.message
    assert [remark.code for remark in check_folder(folder).remarks] == ["unknown-sheet"]


def test_a_renamed_sheet_is_named_and_read_on(folder: Path) -> None:
    folders.set_cell(folder / "committees.xlsx", 2, "B2", folders.as_cell("een"))
    faults = rename(folder, 'name="relevance"', 'name="Relevence"')
    assert [(fault.sheet, fault.cell, fault.code) for fault in faults] == [
        ("relevance", None, "renamed-sheet"),
        ("relevance", "B2", "text-for-number"),
    ]
    assert faults[0].suggestion == "relevance"


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_named_and_read(folder: Path, state: str) -> None:
    (fault,) = rename(folder, 'name="relevance"', f'name="relevance" state="{state}"')
    assert (fault.sheet, fault.cell, fault.code) == ("relevance", None, "hidden-sheet")
    assert len(check_folder(folder).frames["relevance"]) == 3


def test_help_sheets_are_not_looked_at(folder: Path) -> None:
    def add(book: Any, sheets: Any) -> None:
        book.add_worksheet("Lees mij").merge_range(0, 0, 3, 3, "=Uitleg ")
        book.add_worksheet("_lists").hide()

    assert with_table(folder, table(), add) == []
    assert check_folder(folder).remarks == ()


# Read, and said


def test_hidden_rows_are_read_and_said(folder: Path) -> None:
    def hide(book: Any, sheets: Any) -> None:
        for row in (2, 3, 10):
            sheets["committees"].set_row(row, None, None, {"hidden": True})

    assert with_table(folder, table(), hide) == []
    checked = check_folder(folder)
    (remark,) = checked.remarks
    assert (remark.cell, remark.code, remark.is_remark) == ("A3", "hidden-rows", True)
    assert remark.message == "2 rows are hidden (3 to 4); read all the same."
    assert len(checked.frames["committees"]) == 4


def test_filtered_rows_are_read_and_said(folder: Path) -> None:
    def filtered(book: Any, sheets: Any) -> None:
        sheets["committees"].autofilter(0, 0, 4, 9)
        sheets["committees"].filter_column("D", "x == active")
        sheets["committees"].set_row(3, None, None, {"hidden": True})

    assert with_table(folder, table(), filtered) == []
    assert said(list(check_folder(folder).remarks)) == [("A4", "filtered-rows")]


@pytest.mark.parametrize(
    ("above", "below", "code"),
    [
        (b'<sheetPr filterMode="1"/>', b"", "filtered-rows"),
        (b'<sheetPr filterMode="false"/>', b'<autoFilter><filterColumn colId="3"/></autoFilter>', "filtered-rows"),
        (b'<sheetPr filterMode="0"/>', b"<autoFilter/>", "hidden-rows"),
    ],
    ids=["as Excel", "as LibreOffice", "without a filter"],
)
def test_a_filter_is_known_as_each_program_saves_it(folder: Path, above: bytes, below: bytes, code: str) -> None:
    def change(xml: bytes) -> bytes:
        xml = xml.replace(b"<dimension", above + b"<dimension").replace(b'<row r="4"', b'<row r="4" hidden="true"')
        return xml.replace(b"</sheetData>", b"</sheetData>" + below)

    folders.rewrite_part(folder / "committees.xlsx", SHEET, change)
    assert said(list(check_folder(folder).remarks)) == [("A4", code)]


def test_hidden_columns_are_read_and_said(folder: Path) -> None:
    assert (
        with_table(folder, table(), lambda book, sheets: sheets["committees"].set_column("C:D", 9, None, {"hidden": 1}))
        == []
    )
    (remark,) = check_folder(folder).remarks
    assert (remark.cell, remark.code) == ("C1", "hidden-columns")
    assert remark.message == "2 columns are hidden (C, D); read all the same."


@pytest.mark.parametrize("second", ["4", "5"])
def test_blocks_of_hidden_columns_that_meet_or_overlap_are_told_as_columns(folder: Path, second: str) -> None:
    cols = f'<cols><col min="3" max="4" hidden="1"/><col min="{second}" max="5" hidden="true"/></cols><sheetData>'
    folders.rewrite_part(folder / "committees.xlsx", SHEET, lambda xml: xml.replace(b"<sheetData>", cols.encode()))
    (remark,) = check_folder(folder).remarks
    assert remark.message == "3 columns are hidden (C, D, E); read all the same."


def test_the_first_column_can_be_hidden(folder: Path) -> None:
    cols = b'<cols><col min="1" max="2" hidden="1"/></cols><sheetData>'
    folders.rewrite_part(folder / "committees.xlsx", SHEET, lambda xml: xml.replace(b"<sheetData>", cols))
    (remark,) = check_folder(folder).remarks
    assert remark.message == "2 columns are hidden (A, B); read all the same."


def test_formulas_with_a_result_are_read_and_said(folder: Path) -> None:
    folders.set_cell(folder / "committees.xlsx", 1, "E2", "<c><f>SUM(1,2)</f><v>3</v></c>")
    checked = check_folder(folder)
    (remark,) = checked.remarks
    assert checked.faults == ()
    assert said([remark]) == [("E2", "formula")]
    assert remark.message == "1 cell of members holds a formula; its stored result was read."
    assert checked.frames["committees"]["members"][0] == 3
    folders.set_cell(folder / "committees.xlsx", 1, "E4", "<c><f>SUM(1,2)</f><v>3</v></c>")
    (remark,) = check_folder(folder).remarks
    assert remark.message == "2 cells of members hold formulas; their stored results were read."


@pytest.mark.parametrize(
    ("hidden", "said"),
    [
        ([1, 3, 5, 7, 9, 11], "6 rows are hidden (2, 4, 6, 8, 10, 12); read all the same."),
        ([1, *range(3, 20, 2), 20, 25], "12 rows are hidden (2, 4, 6, 8, 10, 12, …); read all the same."),
    ],
)
def test_many_hidden_rows_are_summed_up(tmp_path: Path, hidden: list[int], said: str) -> None:
    rows = [[f"row-{number}"] for number in range(2, 30)]
    things = folders.resource("things", "things.xlsx", "things", [folders.column("id")], ["id"])
    folder = folders.write_folder(tmp_path, {"things": rows}, [things])

    def hide(book: Any, sheets: Any) -> None:
        for row in hidden:
            sheets["things"].set_row(row, None, None, {"hidden": True})

    folders.write_workbook(folder / "things.xlsx", {"things": [["id"], *rows]}, hide)
    (remark,) = check_folder(folder).remarks
    assert remark.message == said


@pytest.mark.parametrize(("remarks", "fault"), [(11, ("A12", "header-not-first")), (12, ("A1", "missing-header"))])
def test_a_header_is_looked_for_in_the_first_twelve_rows(folder: Path, remarks: int, fault: tuple[str, str]) -> None:
    assert said(with_table(folder, [*([f"Remark {number}"] for number in range(remarks)), *table()])) == [fault]


def test_a_blank_column_is_named_only_where_no_column_is_missing(folder: Path) -> None:
    whole = [[*row[:2], None, *row[2:]] for row in table()]
    assert said(with_table(folder, whole)) == [("C1", "blank-column")]
    assert said(with_table(folder, [[*row[:5], *row[6:]] for row in whole])) == [("E1", "missing-column")]


def test_each_of_two_remarks_below_a_blank_row_is_one(folder: Path) -> None:
    rows = table()
    found = with_table(folder, [*rows[:2], [], ["a remark"], ["and another"], *rows[2:]])
    assert said(found) == [("A4", "stray-text"), ("A5", "stray-text")]


@pytest.mark.parametrize(
    ("above", "known", "fault"),
    [
        (["Stand juni 2026"], 5, ("A1", "missing-header")),
        (["Stand juni 2026"], 6, ("A2", "header-not-first")),
        ([], 5, ("A2", "header-not-first")),
        (["id"], 5, ("B1", "column-without-name")),
    ],
)
def test_below_a_filled_first_row_a_header_has_more_than_half_of_the_names(
    folder: Path, above: list[str], known: int, fault: tuple[str, str]
) -> None:
    rows = table()
    rows[0][known:] = [f"other {place}" for place in range(10 - known)]
    assert said(with_table(folder, [above, *rows]))[0] == fault


def test_a_first_column_without_a_name_is_named_with_the_one_that_belongs_there(folder: Path) -> None:
    rows = table()
    rows[0][0] = None
    (fault,) = with_table(folder, rows)
    assert (fault.cell, fault.code, fault.suggestion) == ("A1", "column-without-name", "id")


def test_strange_names_of_the_first_and_the_last_column_are_known_by_their_neighbours(folder: Path) -> None:
    rows = table()
    rows[0][0], rows[0][9] = "Nummer", "Vindplaats"
    assert [(fault.cell, fault.code, fault.suggestion) for fault in with_table(folder, rows)] == [
        ("A1", "renamed-column", "id"),
        ("J1", "renamed-column", "source"),
    ]


def test_a_strange_name_before_a_moved_column_is_known_when_it_is_the_only_one(folder: Path) -> None:
    rows = [[*row[:4], row[5], row[4], *row[6:]] for row in table()]
    rows[0][3] = "Toestand"
    assert said(with_table(folder, rows)) == [("D1", "renamed-column")]


def test_of_two_strange_names_beside_each_other_neither_is_guessed(folder: Path) -> None:
    rows = table()
    rows[0][3:5] = "Toestand", "Aantal"
    assert said(with_table(folder, rows)) == [
        *[("D1", "extra-column"), ("D1", "missing-column")],
        *[("E1", "extra-column"), ("E1", "missing-column")],
    ]


def test_a_blank_name_behind_no_known_column_is_not_guessed(folder: Path) -> None:
    rows = [[row[2], None if number == 0 else "x", *row[3:]] for number, row in enumerate(table())]
    assert said(with_table(folder, rows)) == [
        *[("A1", "missing-column"), ("B1", "missing-column"), ("B1", "column-without-name")],
    ]


def test_a_line_of_two_cells_without_the_required_ones_is_prose_and_one_of_three_is_a_record(folder: Path) -> None:
    prose = [None, None, "Bron:", "active"]
    assert said(with_table(folder, [*table(), prose])) == [("C6", "stray-text")]
    found = said(with_table(folder, [*table(), [*prose, 3]]))
    assert found[0] == ("A6", "missing-required")


def test_five_thousand_rows_in_the_wrong_form_are_listed_and_then_that_there_are_more(tmp_path: Path) -> None:
    fields = [folders.column("id"), folders.column("n", required=True)]
    things = folders.resource("things", "things.csv", None, fields, ["id"])

    def codes(number: int) -> Counter[str]:
        rows = [["a", "1"], *[["Totaal", None]] * number]
        folder = folders.write_folder(tmp_path / str(number), {"things": rows}, [things])
        return Counter(fault.code for fault in check_folder(folder).faults)

    assert codes(5_000) == {"total-row": 5_000}
    assert codes(5_001) == codes(5_002) == {"total-row": 5_000, "too-many-faults": 1}


def merged(folder: Path, area: str) -> list[Fault]:
    """The faults where J3 is blank and an area that begins in J2 is merged."""
    rows = table()
    rows[2][9] = None
    with_table(folder, rows)
    merge = f'</sheetData><mergeCells><mergeCell ref="{area}"/></mergeCells>'.encode()
    folders.rewrite_part(folder / "committees.xlsx", SHEET, lambda xml: xml.replace(b"</sheetData>", merge))
    return list(check_folder(folder).faults)


def test_only_cells_of_the_table_follow_a_merge_that_reaches_beyond_it(folder: Path) -> None:
    (fault,) = merged(folder, "J2:L3")
    assert fault.followers == ("committees.xlsx › committees › J3",)


@pytest.mark.parametrize(
    ("last", "codes"), [(100_001, ["merged-cells"]), (100_002, ["merged-cells", "missing-required"])]
)
def test_a_merge_of_a_hundred_thousand_cells_excuses_its_blanks_and_a_larger_one_does_not(
    folder: Path, last: int, codes: list[str]
) -> None:
    assert [fault.code for fault in merged(folder, f"J2:J{last}")] == codes


def small(folder: Path, names: list[str], rows: list[list[Any]]) -> list[tuple[str | None, str]]:
    """Cell and code of the faults of a sheet that has these columns, of which id and number are required."""
    fields = [folders.column(name, required=name in ("id", "number")) for name in names]
    things = folders.resource("things", "things.xlsx", "things", fields, ["id"])
    return said(list(check_folder(folders.write_folder(folder, {"things": rows}, [things])).faults))


def test_a_header_of_one_or_two_columns_that_stands_twice_is_named(tmp_path: Path) -> None:
    assert small(tmp_path / "one", ["id"], [["a"], ["ID"], ["b"]]) == [("A3", "repeated-header")]
    two = [["a", "1"], ["id", "number "], ["b", "2"]]
    assert small(tmp_path / "two", ["id", "number"], two) == [("A3", "repeated-header")]
    assert small(tmp_path / "a value", ["id", "note"], [["a", None], ["id", None], ["b", "c"]]) == []


def test_a_line_called_total_is_a_record_where_it_fills_what_a_record_must(tmp_path: Path) -> None:
    names = ["id", "number", "note"]
    assert small(tmp_path / "a", names, [["a", "1", "x"], ["Totaal", "1"]]) == []
    assert small(tmp_path / "b", names, [["a", "1", "x"], ["Totaal", None, "1"]]) == [("A3", "total-row")]
