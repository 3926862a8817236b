"""The print is laid over what is computed while its cause is there, and refused with its address when it is gone."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from kritiek.analysis import deviations
from kritiek.errors import ExhibitError
from kritiek.exhibits.compare import compare
from kritiek.exhibits.overlay import Deviation, in_language, listed, printed_rows
from kritiek.exhibits.tables import Table, Texts
from kritiek.sources import Sources
from sheetcheck.checks import check_folder

DATA = Path(__file__).parents[1] / "data"
WHY = {"nl": "Zo gedrukt.", "en": "Printed so."}
AT = "exhibits.xlsx › printed_otherwise › row 7"


def texts(published=True):
    empty = {"nl": "", "en": ""}
    labels = (("name", {"nl": "Naam", "en": "Name"}), ("share", {"nl": "Aandeel", "en": "Share"}))
    return Texts("table_99", {"nl": "Tabel 99", "en": "Table 99"}, empty, empty, labels, (), published=published)


def frame(*rows):
    rows = rows or (("Ga", "Gallium", "98"), ("Nb", "Niobium", "0"))
    made = pd.DataFrame(rows, columns=["key", "name", "share"], dtype=object)
    return made.assign(source="report", origin=[f"a.xlsx › s › row {number}" for number in range(2, len(made) + 2)])


def deviation(row, column, computed, printed, place=None):
    return Deviation(row, column, computed, printed, WHY, "certain", place, "report", AT)


def laid(*overlay, rows=None, reading="printed", published=True):
    return printed_rows(texts(published), frame() if rows is None else rows, overlay, reading=reading)


def cells(found):
    return found[["key", "name", "share"]].values.tolist()


def test_a_cell_is_shown_as_printed_and_names_the_overlay_as_its_origin():
    rows, applied = laid(deviation("Ga", "share", "98", "96"))
    assert cells(rows) == [["Ga", "Gallium", "96"], ["Nb", "Niobium", "0"]]
    assert rows["origin"].tolist() == [f"a.xlsx › s › row 2; {AT}", "a.xlsx › s › row 3"]
    assert rows["source"].tolist() == ["report", "report"]
    assert [entry.printed for entry in applied] == ["96"]


def test_by_the_facts_nothing_is_laid_over_and_nothing_is_guarded():
    rows, applied = laid(deviation("Ga", "share", "no more", "96"), reading="facts")
    assert cells(rows) == cells(frame())
    assert applied == ()


def test_a_row_that_only_the_print_has_stands_at_its_place():
    overlay = (
        deviation("V", "(row)", "", "present", 2),
        deviation("V", "name", "", "Vanadium"),
        deviation("V", "share", "", "70"),
    )
    rows, _ = laid(*overlay)
    assert cells(rows) == [["Ga", "Gallium", "98"], ["V", "Vanadium", "70"], ["Nb", "Niobium", "0"]]
    assert rows["origin"].tolist()[1] == AT


def test_rows_that_only_the_print_has_stand_in_the_order_of_their_places():
    overlay = (deviation("C", "(row)", "", "present", 3), deviation("A", "(row)", "", "present", 1))
    assert laid(*overlay)[0]["key"].tolist() == ["A", "Ga", "C", "Nb"]


def test_a_row_that_only_the_facts_have_is_left_out():
    assert cells(laid(deviation("Ga", "(row)", "present", ""))[0]) == [["Nb", "Niobium", "0"]]


def test_a_row_that_the_print_has_elsewhere_stands_there_with_its_cells():
    moved = deviation("Ga", "(row)", "present", "elsewhere", 2)
    assert cells(laid(moved)[0]) == [["Nb", "Niobium", "0"], ["Ga", "Gallium", "98"]]
    assert laid(moved, published=False)[1] == ()


def test_a_cell_that_the_print_leaves_empty_is_empty():
    assert cells(laid(deviation("Nb", "share", "0", ""))[0])[1] == ["Nb", "Niobium", None]


def test_only_a_column_that_gets_a_printed_text_or_a_row_loses_its_numbers():
    rows = frame().assign(count=[1, 2], label=pd.Series(["a", "b"], dtype="str"))
    kinds = [
        (laid(entry, rows=rows)[0]["count"].dtype, laid(entry, rows=rows)[0]["label"].dtype)
        for entry in (
            deviation("Ga", "share", "98", "96"),
            deviation("Ga", "count", "1", "3"),
            deviation("V", "(row)", "", "present", 2),
            deviation("Ga", "label", "a", "c"),
        )
    ]
    assert kinds == [("int64", "str"), ("object", "str"), ("object", "str"), ("int64", "str")]


@pytest.mark.parametrize(
    ("overlay", "said"),
    [
        (
            deviation("Ga", "share", "97", "96"),
            'computed is now "98", recorded is "97", printed is "96". Remove this row, or put the new value into column'
            " computed.",
        ),
        (deviation("Ga", "share", "97", "98"), 'printed is "98". Remove this row.'),
        (deviation("Ga", "share", "98", "98"), 'computed and printed are both "98". Remove this row, or correct one'),
        (deviation("Gal", "share", "98", "96"), 'no such row is computed. Nearest: "Ga". Correct the key, or remove'),
        (deviation("Ga", "shares", "98", "96"), 'no such column is computed. Nearest: "share". Correct or remove it.'),
        (
            deviation("Ga", "(row)", "", "present", 2),
            "the row is computed now, and is recorded as printed only.",
        ),
        (
            deviation("Ga", "(row)", "present", "elsewhere"),
            "elsewhere in the print, and column place is empty. Say which",
        ),
        (deviation("Nb", "(row)", "present", "elsewhere", 2), "the row stands there of itself now. Remove this row."),
        (deviation("V", "(row)", "", "present"), "column place is empty. Say which row it is there."),
        (
            deviation("(heading)", "name", "Stof", ""),
            'computed is now "Naam", recorded is "Stof", printed is "".',
        ),
        (deviation("(heading)", "nam", "Naam", ""), 'no such column is shown. Nearest: "name". Correct or remove'),
    ],
)
def test_an_overlay_row_whose_cause_is_gone_is_refused_with_its_address(overlay, said):
    with pytest.raises(ExhibitError) as refused:
        laid(overlay)
    assert str(refused.value).startswith(f"{AT} (table_99, row {overlay.row}, column {overlay.column})")
    assert said in str(refused.value)


def test_all_overlay_rows_that_do_not_fit_are_named_at_once():
    with pytest.raises(ExhibitError) as refused:
        laid(deviation("Ga", "share", "97", "96"), deviation("Nb", "share", "0", "1"), deviation("X", "name", "", "x"))
    assert len(str(refused.value).splitlines()) == 2


def test_two_rows_of_one_key_are_refused():
    with pytest.raises(ExhibitError, match="table_99: more than one row has the key Ga"):
        laid(deviation("Ga", "share", "98", "96"), rows=frame(("Ga", "Gallium", "98"), ("Ga", "Gallium", "2")))


def test_rows_without_keys_are_refused_unless_only_a_heading_deviates():
    rows = frame().drop(columns="key")
    with pytest.raises(ExhibitError, match='its rows need a column "key"'):
        laid(deviation("Ga", "share", "98", "96"), rows=rows)
    assert len(laid(deviation("(heading)", "name", "Naam", ""), rows=rows)[1]) == 1


def test_an_unknown_reading_names_the_nearest():
    with pytest.raises(ExhibitError, match='reading: "print" is not known\\. Nearest: "printed"'):
        laid(reading="print")


def test_over_another_selection_only_what_fits_is_laid():
    overlay = (
        deviation("Ga", "share", "97", "96"),
        deviation("Nb", "share", "0", "1"),
        deviation("V", "(row)", "", "present", 1),
        deviation("V", "name", "", "Vanadium"),
    )
    rows, applied = laid(*overlay, published=False)
    assert cells(rows) == [["Ga", "Gallium", "98"], ["Nb", "Niobium", "1"]]
    assert [entry.row for entry in applied] == ["Nb"]


# What travels, what is shown, and what the comparison says of it


def table(*overlay, language="nl"):
    rows, applied = laid(*overlay)
    return Table(texts(), rows, language, deviations=applied)


def test_deviations_travel_with_the_exhibit_without_loss():
    made = table(deviation("Ga", "share", "98", "96"), deviation("V", "(row)", "", "present", 3))
    payload = json.loads(json.dumps(made.payload()))
    assert Table.from_payload(payload).deviations == made.deviations
    assert payload["kritiek"]["deviations"][0]["reason"] == WHY


def test_deviations_stand_below_the_exhibit_with_only_the_lines_that_differ():
    made = table(deviation("Ga", "share", "98", "96"), language="en")
    assert repr(made).splitlines()[-5:] == [
        "Printed otherwise than computed",
        "",
        "Row  Column  Computed  Printed  Reason",
        "───  ──────  ────────  ───────  ───────────",
        "Ga   Share   98        96       Printed so.",
    ]
    assert '<table id="table_99_deviations" lang="en"' in made.to_html()
    lines = frame(("Ga", "a\nb\nc", "98"))
    rows, applied = laid(deviation("Ga", "name", "a\nb\nc", "a\nB\nc"), rows=lines)
    assert Table(texts(), rows, deviations=applied).deviation_rows()[1][2:4] == ["b", "B"]


def test_the_verdict_tells_what_is_as_printed_by_computation_and_what_through_the_overlay(tmp_path):
    (tmp_path / "table_99.csv").write_text("Naam,Aandeel\nGallium,96\nNiobium,0\nVanadium,70\n", encoding="utf-8")
    overlay = [deviation("Ga", "share", "98", "96"), deviation("V", "(row)", "", "present", 3)]
    overlay += [deviation("V", "name", "", "Vanadium"), deviation("V", "share", "", "70")]
    verdict = compare(table(*overlay), tmp_path).verdict
    assert verdict == "Tabel 99: 6 of 6 cells as printed (3 by computation, 3 through the overlay)"


def test_the_cells_of_a_row_that_the_print_has_elsewhere_are_as_printed_through_the_overlay(tmp_path):
    (tmp_path / "table_99.csv").write_text("Naam,Aandeel\nNiobium,0\nGallium,97\n", encoding="utf-8")
    verdict = compare(table(deviation("Ga", "(row)", "present", "elsewhere", 2)), tmp_path).verdict
    assert verdict == (
        "Tabel 99: 3 of 4 cells as printed (2 by computation, 1 through the overlay);"
        ' 1 cell NOT as printed: row 2, column 2: printed "97", built "98"'
    )


def test_an_overlay_that_does_not_say_what_is_printed_does_not_agree(tmp_path):
    (tmp_path / "table_99.csv").write_text("Naam,Aandeel\nGallium,95\nNiobium,0\n", encoding="utf-8")
    found = compare(table(deviation("Ga", "share", "98", "96")), tmp_path)
    assert not found.agrees
    assert found.verdict == (
        'Tabel 99: 3 of 4 cells as printed; 1 cell NOT as printed: row 1, column 2: printed "95", built "96"'
    )


# The sheet itself


def test_our_overlay_names_only_exhibits_of_its_documents():
    sources = Sources.load(DATA)
    overlay, exhibits = sources.read("printed_otherwise", "exhibits")
    known = set(zip(exhibits["document"], exhibits["id"], strict=True))
    assert set(zip(overlay["document"], overlay["exhibit"], strict=True)) <= known


def test_the_same_cell_twice_in_the_sheet_is_a_fault_of_the_sources(tmp_path):
    import openpyxl

    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("mirror", "published"))
    book = openpyxl.load_workbook(tmp_path / "data" / "exhibits.xlsx")
    sheet = book["printed_otherwise"]
    for column in range(1, sheet.max_column + 1):
        sheet.cell(3, column).value = sheet.cell(2, column).value
    book.save(tmp_path / "data" / "exhibits.xlsx")
    faults = [str(fault) for fault in check_folder(tmp_path / "data").faults]
    assert any(fault.startswith("exhibits.xlsx › printed_otherwise › D3: A3 + B3") for fault in faults), faults


# Of a cell with English words


TWINS = (
    deviation("Ga", "share", "98", "96"),
    deviation("Ga", "name", "Gallium", "gallium"),
    deviation("Ga", "name_en", "Gallium!", "gallium!"),
)


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("nl", [("share", "98"), ("name", "Gallium")]),
        ("en", [("share", "98"), ("name", "Gallium!")]),
    ],
)
def test_a_reader_sees_the_deviations_of_the_language(language, shown):
    assert [(entry.column, entry.computed) for entry in in_language(TWINS, language)] == shown


def test_the_exhibit_of_deviations_has_one_row_for_a_cell_in_both_languages():
    def sheet(columns, *rows):
        return pd.DataFrame(rows, columns=columns.split(), dtype=object)

    columns = "document exhibit row column computed printed reason_nl reason_en certainty place source origin"
    why = ("Zo gedrukt.", "Printed so.", "certain", None, "report")
    rows = deviations.table(
        sheet(
            columns,
            ("report", "table_99", "Ga", "name", "a\nb", "a\nB", *why, "o › row 2"),
            ("report", "table_99", "Ga", "name_en", "c\nd", "c\nD", *why, "o › row 3"),
            ("report", "table_01", "(heading)", "share", "Aandeel", None, *why, "o › row 4"),
        ),
        sheet(
            "id order number_nl number_en caption_nl caption_en",
            ("table_99", 1, None, None, "Stoffen", "Materials"),
            ("table_01", 2, "Tabel 1", "Table 1", "", ""),
        ),
        sheet("exhibit column label_nl label_en", ("table_99", "name", "Naam", "Name")),
        sheet("term value words_nl words_en", ("certainty_of_reason", "certain", "zeker", "certain")),
    )
    assert rows[["exhibit", "row", "column", "computed", "printed", "certainty", "origin"]].values.tolist() == [
        ["Stoffen", "Ga", "Naam", "b", "B", "zeker", "o › row 2; o › row 3"],
        ["Tabel 1", "(kop)", "share", "Aandeel", "(niets)", "zeker", "o › row 4"],
    ]
    assert rows[["exhibit_en", "row_en", "column_en", "computed_en", "printed_en"]].values.tolist() == [
        ["Materials", "Ga", "Name", "d", "D"],
        ["Table 1", "(heading)", "share", "Aandeel", "(nothing)"],
    ]


def test_a_cell_that_deviates_in_both_languages_is_listed_in_that_of_the_exhibit():
    dutch, english = deviation("Ga", "share", "98", "96"), deviation("Ga", "share_en", "98 %", "96 %")
    alone = deviation("Nb", "name", "Niobium", "Nb")
    assert [row[:4] for row in listed(texts(), (dutch, english, alone), "nl")[1:]] == [
        ["Ga", "Aandeel", "98", "96"],
        ["Nb", "Naam", "Niobium", "Nb"],
    ]
    assert [row[:4] for row in listed(texts(), (dutch, english, alone), "en")[1:]] == [
        ["Ga", "Share", "98 %", "96 %"],
        ["Nb", "Name", "Niobium", "Nb"],
    ]
