"""One planted fault per kind of cell: its code, its address, its suggestion, and here and there the whole sentence."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import folders
import pytest

from sheetcheck.checks import check_folder
from sheetcheck.checks.values import Judge
from sheetcheck.faults import Fault
from sheetcheck.reading.cells import Cell, Kind
from sheetcheck.schema import Field


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder without faults, to spoil."""
    return folders.write_folder(tmp_path / "data")


def plant(folder: Path, address: str, value: Any, sheet: str = "committees") -> tuple[Fault, ...]:
    """Put a value into a cell of a workbook; give what the check says."""
    book, number = {"committees": ("committees.xlsx", 1), "relevance": ("committees.xlsx", 2)}[sheet]
    xml = value if isinstance(value, str) and value.startswith("<c") else folders.as_cell(value)
    folders.set_cell(folder / book, number, address, xml)
    return check_folder(folder).faults


def only(faults: tuple[Fault, ...]) -> Fault:
    """The single fault there is."""
    (fault,) = faults
    return fault


DATE = '<c s="1"><v>{}</v></c>'


@pytest.mark.parametrize(
    ("address", "value", "code", "suggestion"),
    [
        # numbers
        ("F2", "0,65", "decimal-comma", "0.65"),
        ("F2", "1.234,5", "decimal-comma", "1234.5"),
        ("E2", "1,234", "decimal-comma", None),
        ("F2", "0.65", "number-as-text", "0.65"),
        ("F2", "0.650", "number-as-text", "0.65"),
        ("E2", "1.234", "number-as-text", None),
        ("E2", "1 200", "number-as-text", "1200"),
        ("E2", "1.234.567", "number-as-text", "1234567"),
        ("E2", "1,234,567", "number-as-text", "1234567"),
        ("F2", "65 %", "number-as-text", None),
        ("E2", "onbekend", "text-for-number", None),
        ("E2", 2.5, "not-whole", None),
        ("E2", 2.0**60, "not-whole", None),
        ("E2", -3, "out-of-range", None),
        ("E2", 500, "out-of-range", None),
        ("F2", 65, "out-of-range", "0.65"),
        ("F2", 1.5, "out-of-range", "0.015"),
        ("F2", 100, "out-of-range", "1"),
        ("F2", 100.5, "out-of-range", None),
        ("F2", 1000, "out-of-range", None),
        ("E2", True, "bool-for-number", None),
        ("E2", dt.date(2024, 1, 24), "date-for-number", None),
        ("E2", " 24", "leading-blank", "24"),
        # dates
        ("G2", "2015-09-01", "date-as-text", "2015-09-01"),
        ("G2", "31-12-2015", "date-as-text", "2015-12-31"),
        ("G2", "1 september 2015", "date-as-text", "2015-09-01"),
        ("G2", "1-9-2015", "date-as-text", None),
        ("G2", "1/9/15", "date-as-text", None),
        ("G2", "31-2-2015", "invalid-date", None),
        ("G2", "najaar 2015", "text-for-date", None),
        ("G2", 42248, "number-for-date", None),
        ("G2", True, "bool-for-date", None),
        ("G2", dt.date(2101, 1, 1), "date-out-of-range", None),
        ("G2", DATE.format(-4), "invalid-date", None),
        ("G2", DATE.format(60), "invalid-date", None),
        ("G2", DATE.format(42248.5), "time-in-date", "2015-09-01"),
        ("G2", DATE.format(0.5), "invalid-date", None),
        # truth values
        ("H2", "TRUE", "text-for-bool", "TRUE"),
        ("H2", "nee", "text-for-bool", "FALSE"),
        ("H2", "misschien", "text-for-bool", None),
        ("H2", 1, "number-for-bool", None),
        # texts
        ("B2", " Rare earth", "leading-blank", "Rare earth"),
        ("B2", "Rare earth ", "trailing-blank", "Rare earth"),
        ("B2", "Rare earth\n", "trailing-blank", "Rare earth"),
        ("B2", "Rare  earth", "double-blank", "Rare earth"),
        ("B2", "Rare\u00a0earth", "no-break-blank", "Rare earth"),
        ("B2", "Rare\u202fearth", "no-break-blank", "Rare earth"),
        ("B2", "Rare\u2003earth", "unusual-blank", "Rare earth"),
        ("B2", "Rare\u200b earth", "zero-width-blank", "Rare earth"),
        ("B2", "Rare\u00ad earth", "zero-width-blank", "Rare earth"),
        ("B2", "\ufeffRare earth", "zero-width-blank", "Rare earth"),
        ("B2", "   ", "only-blanks", ""),
        ("B2", "\u200b", "only-blanks", ""),
        ("B2", "Rare\u0001 earth", "control-character", "Rare earth"),
        ("B2", "Rare\tearth", "control-character", "Rare earth"),
        ("B2", "Rare\r\nearth", "control-character", "Rare\nearth"),
        ("B2", "Rare \ud800earth", "control-character", "Rare earth"),
        ("B2", "Rаre earth", "look-alike-letters", "Rare earth"),  # Cyrillic а
        ("B2", "Belgie\u0308", "loose-accent", "België"),
        ("B2", "BelgiÃ«", "wrong-encoding", "België"),
        ("B2", "Belgi\ufffd", "lost-character", None),
        ("B2", "=SUM(A1:A3)", "formula-looking-text", None),
        ("B2", "+cmd|' /C calc'!A0", "formula-looking-text", None),
        ("B2", "@SUM(1)", "formula-looking-text", None),
        ("B2", "-2+3|x", "formula-looking-text", None),
        ("B2", "x" * 32_768, "text-too-long", None),
        ("B2", 9.1, "number-for-text", "9.1"),
        ("B2", True, "bool-for-text", None),
        ("B2", dt.date(2024, 5, 3), "date-for-text", None),
        ("B2", None, "missing-required", None),
        ("H3", None, "missing-required", None),
        # enumerations and forms
        ("D2", "Active", "wrong-case", "active"),
        ("D2", "асtive", "look-alike-letters", "active"),  # Cyrillic а and с
        ("D2", "activ", "unknown-value", "active"),
        ("D2", "gestopt", "unknown-value", None),
        ("D2", "active ", "trailing-blank", "active"),
        # lists
        ("I3", "Li;", "empty-item", "Li"),
        ("I3", "Li; Li", "duplicate-item", None),
        ("I3", "Li, Nd", "wrong-list-separator", "Li; Nd"),
        ("I3", 3, "number-for-text", "3"),
        # what is no value at all
        ("E2", '<c t="e"><v>#N/A</v></c>', "error-value", None),
        ("B2", '<c t="e"><v>#REF!</v></c>', "error-value", None),
        ("B2", "#REF!", "error-value", None),
        ("E2", "<c><f>SUM(1,2)</f></c>", "formula-without-result", None),
        ("E2", "<c><f>SUM(1,2)</f><v></v></c>", "formula-without-result", None),
        ("B2", '<c t="s"><f>A1</f></c>', "formula-without-result", None),
    ],
)
def test_a_planted_fault_is_named_with_its_cell(
    folder: Path, address: str, value: Any, code: str, suggestion: str | None
) -> None:
    faults = plant(folder, address, value)
    fault = next(fault for fault in faults if fault.code == code)
    assert (fault.file, fault.sheet, fault.cell) == ("committees.xlsx", "committees", address)
    assert fault.suggestion == suggestion
    assert fault.key == ("ISO/TC 333" if address.endswith("3") else "ISO/TC 298")
    # Only a list item that is no text also misses its material.
    assert {other.code for other in faults} - {"unknown-reference"} == {code}


@pytest.mark.parametrize(
    ("address", "value"),
    [
        ("E2", 24.0),
        ("F2", 1),
        ("F2", 0),
        ("F2", None),
        ("D2", None),
        ("G2", dt.date(1900, 3, 1)),
        ("G2", dt.date(2100, 12, 31)),
        ("I3", "Li ; Nd"),
        ("I3", "Li;Nd"),
        ("B2", "Zeldzame\naardmetalen"),
        ("B2", "– Naïve µm, 5 °C, α-Fe (Δ) — “x” ×½"),
        ("B2", "-5 tot +3"),
        ("B2", "NA"),
        ("B2", "None"),
        ("B2", "x" * 32_767),
        ("B2", '<c t="str"><f>"Rare"</f><v>Rare</v></c>'),
        ("B2", '<c t="inlineStr"><is><r><t>Rare </t></r><r><t>earth</t></r></is></c>'),
    ],
)
def test_what_is_right_is_left_alone(folder: Path, address: str, value: Any) -> None:
    assert plant(folder, address, value) == ()


def test_na_is_text_and_a_blank_is_missing(folder: Path) -> None:
    plant(folder, "B2", "NA")
    frame = check_folder(folder).frames["committees"]
    assert frame["title"].tolist()[0] == "NA"
    assert frame["parent"].tolist()[:2] == [None, None]


def test_too_large_a_share_is_asked_about_and_not_repaired(folder: Path) -> None:
    fault = only(plant(folder, "F2", 65))
    assert str(fault) == "committees.xlsx › committees › F2: 65 is over 1; 0.65 = 65 %?"
    assert check_folder(folder).frames["committees"]["share"].isna()[0]


def test_the_order_of_a_date_is_asked_and_never_guessed(folder: Path) -> None:
    fault = only(plant(folder, "G2", "1-9-2015"))
    assert "1 September 2015 or 9 January 2015?" in fault.message
    assert fault.suggestion is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ges\u0001topt", "control-character"),
        ("gestop\ufffd", "lost-character"),
        ("gestÃ«pt", "wrong-encoding"),
        ("gеstopt", "look-alike-letters"),  # Cyrillic е
        ("gesto\u0308pt", "loose-accent"),
    ],
)
def test_a_text_with_strange_characters_is_judged_without_them_too(folder: Path, text: str, code: str) -> None:
    assert [fault.code for fault in plant(folder, "D2", text)] == [code, "unknown-value"]


def test_long_texts_and_many_signs_are_shown_in_part(folder: Path) -> None:
    def said(value: str) -> str:
        return only(plant(folder, "B2", value)).message

    assert said("x" * 58 + " ").startswith(f'"{"x" * 58} " holds a blank at the end.')
    assert said("x" * 59 + " ").startswith(f'"{"x" * 28}…{"x" * 27} " holds a blank at the end.')
    assert said("a\u0001\u0002\u0003\u0004").startswith("holds U+0001, U+0002, U+0003, U+0004, which")
    assert said("a\u0001\u0002\u0003\u0004\u0005").startswith("holds U+0001, U+0002, U+0003, U+0004, which")
    error = '<c t="e"><v>{}</v></c>'
    assert said(error.format("#" + "X" * 19)).startswith(f"holds the error #{'X' * 19} ")
    assert said(error.format("#" + "X" * 20)).startswith(f"holds the error #{'X' * 19} ")


def test_truth_values_of_a_csv_are_read(folder: Path) -> None:
    assert check_folder(folder).frames["sources"]["is_public"].tolist() == [True, False]


def test_messages_show_what_nobody_sees(folder: Path) -> None:
    fault = only(plant(folder, "B2", "a\tb"))
    assert fault.message == 'holds a tab, which no text should ("a⟨U+0009⟩b"). Type it as "a b".'
    fault = only(plant(folder, "B2", "a\u0001b\u0002"))
    assert fault.message.startswith("holds U+0001, U+0002, which no text should")
    fault = only(plant(folder, "B2", "Rare " + "earth and other metals " * 5))
    assert fault.message.startswith(
        '"Rare earth and other metals …tals earth and other metals " holds a blank at the end.'
    )
    fault = only(plant(folder, "B2", " a \u00a0 b"))
    assert "holds a no-break blank and a blank at the start." in fault.message


def test_several_faults_of_one_cell_are_all_named(folder: Path) -> None:
    faults = plant(folder, "D2", " gestopt")
    assert [(fault.cell, fault.code) for fault in faults] == [("D2", "leading-blank"), ("D2", "unknown-value")]


def test_only_blanks_are_no_unknown_value_as_well(folder: Path) -> None:
    for address in ("D2", "E2", "G2", "I2"):
        assert [fault.code for fault in plant(folder, address, "  ")] == ["only-blanks"]
        plant(folder, address, None)


def test_blanks_round_what_is_no_number_are_not_the_fault(folder: Path) -> None:
    assert [fault.code for fault in plant(folder, "E2", " onbekend")] == ["text-for-number"]
    plant(folder, "E2", None)
    assert [fault.code for fault in plant(folder, "G2", " najaar")] == ["text-for-date"]


def test_sentences_read_well(folder: Path) -> None:
    def said(address: str, value: Any) -> str:
        return plant(folder, address, value)[0].message

    assert said("D2", "gestopt") == '"gestopt" is no value of status. Allowed: active, suspended.'
    assert said("D2", "activ") == '"activ" is no value of status. Nearest: "active".'
    assert said("D2", "Active") == (
        '"Active" differs from "active" in capitals and small letters. Choose it from the list.'
    )
    plant(folder, "D2", None)
    general = "is text where TRUE or FALSE belongs. Give the cell the format General (Dutch: Standaard) and type"
    for text, word in (
        ("ja", "TRUE (Dutch: WAAR)"),
        ("WAAR", "TRUE (Dutch: WAAR)"),
        ("ONWAAR", "FALSE (Dutch: ONWAAR)"),
    ):
        assert said("H2", text) == f'"{text}" {general} {word} again, without an apostrophe.'
    assert said("H2", "TRUE") == f'"TRUE" {general} TRUE (Dutch: WAAR) again, without an apostrophe.'
    assert said("H2", "?") == f'"?" {general} TRUE or FALSE (Dutch: WAAR or ONWAAR) again, without an apostrophe.'
    plant(folder, "H2", True)
    where = "(committees.xlsx › committees › C4, committees.xlsx › relevance › A2, committees.xlsx › relevance › A3)"
    lost = f'3 cells refer to "ISO/TC 298" {where}, which no row has: if it was this one, type it again.'
    assert said("A2", "TC 298") == f'"TC 298" does not have the form of id. {lost}'
    assert said("A2", None) == f"is blank, and id must be filled in every row. {lost}"
    plant(folder, "A2", "ISO/TC 298")
    assert said("B2", None) == "is blank, and title must be filled in every row."


def test_sentences_about_other_kinds_read_well(folder: Path) -> None:
    def said(address: str, value: Any) -> str:
        message = only(plant(folder, address, value)).message
        plant(folder, address, None)
        return message

    number = " Give the cell a number format and type the number again."
    assert said("F2", "0,65") == '"0,65" is text with a decimal comma, not a number.' + number
    assert said("F2", "0.65") == '"0.65" is a number kept as text.' + number
    assert said("E2", 2.5) == "2.5 is no whole number. Type a whole number."
    assert said("E2", 2.0**60) == "1.15292150460685e+18 has more digits than Excel keeps. Type a whole number."
    assert said("E2", True).startswith("TRUE is no number, though Excel counts it as 1.")
    assert said("E2", False).startswith("FALSE is no number, though Excel counts it as 0.")
    assert said("G2", True) == "TRUE is no date. Type the date."
    assert said("G2", False) == "FALSE is no date. Type the date."
    assert said("D2", True).startswith("TRUE is kept as a truth value, not as text.")


def test_sentences_about_dates_read_well(folder: Path) -> None:
    def said(value: Any) -> str:
        return only(plant(folder, "G2", value)).message

    again = " Give the cell the format yyyy-mm-dd"
    assert said("2015-09-01") == f'"2015-09-01" is a date kept as text.{again} and type it again: 2015-09-01.'
    assert said("1-9-2015") == (
        f'"1-9-2015" is a date kept as text: 1 September 2015 or 9 January 2015?{again} and type it again: 2015-mm-dd.'
    )
    assert said("31-2-2015") == (
        '"31-2-2015" is no day in the calendar. Look at the day and the month, and type it again.'
    )
    hint = "In date format it is 2015-09-01: is that meant?"
    assert said(42248) == f"42248 is a number where a date belongs. {hint}{again}."
    assert said(4_224_800) == f"4224800 is a number where a date belongs.{again}."
    assert said(DATE.format(-4)) == "holds -4, which is no day that Excel can show. Type the date again."
    strict = '<c t="d"><v>morgen</v></c>'
    assert said(strict) == 'holds "morgen", which is no day that Excel can show. Type the date again.'
    assert plant(folder, "G2", '<c t="d"><v>2015-09-01T00:00:00.000Z</v></c>') == ()


def test_values_and_items_of_a_list_are_named_with_the_whole(tmp_path: Path) -> None:
    kinds = folders.column("kinds", "list", delimiter=";", itemEnum=["ore", "metal"])
    table = folders.resource("things", "things.xlsx", "things", [folders.column("id"), kinds], ["id"])
    rows = [["a", "ore; metel"], ["b", "metel"], ["c", "Ore"], ["d", dt.date(2024, 1, 1)]]
    checked = check_folder(folders.write_folder(tmp_path, {"things": rows}, [table]))
    assert [(fault.cell, fault.message) for fault in checked.faults] == [
        ("B2", '"metel" in "ore; metel" is no value of kinds. Nearest: "metal".'),
        ("B3", '"metel" is no value of kinds. Nearest: "metal".'),
        ("B4", '"Ore" differs from "ore" in capitals and small letters. Choose it from the list.'),
        (
            "B5",
            "Excel has made a date (2024-01-01) of what was typed here."
            " Give the cell the format Text and type it again.",
        ),
    ]
    assert checked.frames["things"]["kinds"].tolist()[3] == ()


def test_a_number_outside_its_enumeration_is_named(tmp_path: Path) -> None:
    table = folders.resource(
        "things", "things.csv", None, [folders.column("id"), folders.column("rank", "integer", enum=[1, 2, 3])], ["id"]
    )
    fault = only(check_folder(folders.write_folder(tmp_path, {"things": [["a", 3], ["b", 4]]}, [table])).faults)
    assert (fault.cell, fault.message) == ("line 3", "4 is no value of rank. Allowed: 1, 2, 3.")


def test_two_equally_near_values_are_both_named(tmp_path: Path) -> None:
    kind = folders.column("kind", enum=["metal", "petal", "ore"])
    table = folders.resource("things", "things.csv", None, [folders.column("id"), kind], ["id"])
    fault = only(check_folder(folders.write_folder(tmp_path, {"things": [["a", "fetal"]]}, [table])).faults)
    assert fault.message == '"fetal" is no value of kind. Nearest: "metal" or "petal".'


def test_a_text_over_the_limit_of_its_column_is_named(folder: Path) -> None:
    fault = only(plant(folder, "C2", "x" * 81, "relevance"))
    assert (fault.cell, fault.code) == ("C2", "text-too-long")
    assert "has 81 characters; why holds at most 80" in fault.message


def test_a_percent_format_in_a_column_of_percents_is_asked_about(tmp_path: Path) -> None:
    fields = [folders.column("id", required=True), folders.column("share", "number", minimum=0, maximum=100, unit="%")]
    table = folders.resource("shares", "shares.xlsx", "shares", fields, ["id"])
    folder = folders.write_folder(tmp_path, {"shares": [["a", 65]]}, [table])

    def change(book: Any, sheets: Any) -> None:
        sheets["shares"].write_number(1, 1, 0.65, book.add_format({"num_format": "0.0%"}))

    folders.write_workbook(folder / "shares.xlsx", {"shares": [["id", "share"], ["a", 65]]}, change)
    fault = only(check_folder(folder).faults)
    assert (fault.cell, fault.code, fault.suggestion) == ("B2", "percent-format", "65")
    assert "the cell shows 65% and holds 0.65" in fault.message


def test_keys_are_named_when_double_in_case_or_in_form(folder: Path) -> None:
    assert [(fault.cell, fault.code) for fault in plant(folder, "A3", "iso/tc 333")] == [("A3", "wrong-case")]
    assert [(fault.cell, fault.code) for fault in plant(folder, "A3", "ISO/ТC 333")] == [("A3", "look-alike-letters")]
    assert [(fault.cell, fault.code) for fault in plant(folder, "A3", "TC 333")] == [("A3", "wrong-form")]


def test_a_double_key_names_both_cells(folder: Path) -> None:
    fault = only(plant(folder, "A5", "ISO/TC 333"))
    assert str(fault) == (
        'committees.xlsx › committees › A5: "ISO/TC 333" stands in A3 already; id must differ in every row.'
    )


def test_a_double_key_of_several_columns_names_both_cells(folder: Path) -> None:
    fault = only(plant(folder, "B3", 1, "relevance"))
    assert (fault.cell, fault.code, fault.key) == ("B3", "duplicate-key", "ISO/TC 298 | 1")
    assert fault.message.startswith('A3 + B3 repeats the key of A2 + B2 (committee "ISO/TC 298", order 1).')


def test_two_blank_keys_are_missing_and_not_double(tmp_path: Path) -> None:
    rows = [[None, "neodymium"], [None, "dysprosium"], ["Li", "lithium"]]
    faults = [
        fault
        for fault in check_folder(folders.write_folder(tmp_path, {"materials": rows})).faults
        if fault.file == "materials.xlsx"
    ]
    assert [(fault.cell, fault.code) for fault in faults] == [("A2", "missing-required"), ("A3", "missing-required")]


def test_a_double_value_of_a_unique_column_names_both_cells(tmp_path: Path) -> None:
    rows = [["Nd", "neodymium"], ["Dy", "dysprosium"], ["Li", "neodymium"]]
    fault = only(check_folder(folders.write_folder(tmp_path, {"materials": rows})).faults)
    assert (fault.cell, fault.code) == ("B4", "duplicate-value")
    assert '"neodymium" stands in B2 already' in fault.message


def test_keys_that_only_look_alike_are_named(tmp_path: Path) -> None:
    fields = [folders.column("id", required=True, unique=True)]
    table = folders.resource("things", "things.xlsx", "things", fields, ["id"])
    folder = folders.write_folder(tmp_path, {"things": [["rare-earth"], ["rare–earth"], ["Rare-earth"]]}, [table])
    assert [(fault.cell, fault.code) for fault in check_folder(folder).faults] == [
        ("A3", "look-alike-key"),
        ("A4", "look-alike-key"),
    ]


@pytest.mark.parametrize(("first", "second", "cell"), [("NEO", "neo", "A2"), ("neo", "NEO", "A3")])
def test_of_two_keys_that_look_alike_the_one_at_fault_is_named(
    tmp_path: Path, first: str, second: str, cell: str
) -> None:
    fields = [folders.column("id", required=True, unique=True, pattern="^[a-z]+$")]
    table = folders.resource("things", "things.xlsx", "things", fields, ["id"])
    faults = check_folder(folders.write_folder(tmp_path, {"things": [[first], [second]]}, [table])).faults
    assert [(fault.cell, fault.code) for fault in faults] == [(cell, "look-alike-key")]


@pytest.mark.parametrize("text", ["Nd; =b", "=b; Nd", "Nd; @b", "Nd; +b"])
def test_an_item_of_a_list_that_looks_like_a_formula_is_named_once(folder: Path, text: str) -> None:
    item = next(item for item in text.split("; ") if item != "Nd")
    (fault,) = plant(folder, "I2", text)
    assert (fault.cell, fault.code) == ("I2", "formula-looking-text")
    assert fault.message.startswith(f'"{item}" in "{text}" looks like a formula')


def test_a_truth_value_as_a_dutch_excel_saves_a_csv_is_named_with_the_cure(folder: Path) -> None:
    path = folder / "sources.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("TRUE", "WAAR"), encoding="utf-8")
    (fault,) = check_folder(folder).faults
    assert (fault.place, fault.suggestion) == ("sources.csv › line 2 › is_public", "TRUE")
    assert fault.message == (
        '"WAAR" is text where TRUE or FALSE belongs. Type TRUE. A Dutch Excel saves it so: replace it in a text editor.'
    )


# Each limit of a value, at the last that passes and the first that does not

NO_TEXT = {"nl": "", "en": ""}
DAY = dt.date.fromisoformat


def codes(value: Any, kind: Kind, field_type: str, note: str = "", **limits: Any) -> list[str]:
    """The codes of what is wrong with one value in a column with these limits."""
    field = Field("x", field_type, NO_TEXT, NO_TEXT, **limits)
    return [found.code for found in Judge(field, is_csv=False)(Cell(value, kind, 2, 1, note)).problems]


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (1899.0, "is a number where a date belongs. In date format it is 1905-03-13"),
        (1900.0, "1900 is a year where a date belongs."),
        (2100.0, "2100 is a year where a date belongs."),
        (2101.0, "In date format it is 1905-10-01"),
        (2026.5, "In date format it is 1905-07-18"),
        (0.5, "0.5 is a number where a date belongs. Give"),
        (1.0, "In date format it is 1899-12-31"),
        (73415.0, "In date format it is 2100-12-31"),
        (73416.0, "73416 is a number where a date belongs. Give"),
    ],
)
def test_a_number_for_a_date_is_a_year_a_day_or_neither(number: float, told: str) -> None:
    (found,) = Judge(Field("x", "date", NO_TEXT, NO_TEXT), is_csv=False)(Cell(number, "number", 2, 1)).problems
    assert told in found.message


@pytest.mark.parametrize(
    ("day", "minimum", "found"),
    [
        ("1905-03-13", None, []),
        ("1905-03-14", None, ["year-for-date"]),
        ("1905-09-30", None, ["year-for-date"]),
        ("1905-10-01", None, []),
        ("1905-07-18", "1905-07-18", []),
        ("1905-07-18", "1905-07-19", ["year-for-date"]),
        ("1900-01-01", None, []),
        ("1899-12-31", None, ["date-out-of-range"]),
        ("2100-12-31", None, []),
        ("2101-01-01", None, ["date-out-of-range"]),
    ],
)
def test_a_day_of_1905_that_shows_a_year_and_a_day_outside_two_centuries_are_asked_about(
    day: str, minimum: str | None, found: list[str]
) -> None:
    assert codes(DAY(day), "date", "date", minimum=minimum and DAY(minimum)) == found


@pytest.mark.parametrize(
    ("number", "limits", "found"),
    [
        (2.0**53, {}, []),
        (2.0**53 + 2, {}, ["not-whole"]),
        (-(2.0**53) - 2, {}, ["not-whole"]),
        (5.0, {"minimum": 5, "maximum": 5}, []),
        (4.0, {"minimum": 5}, ["out-of-range"]),
        (6.0, {"maximum": 5}, ["out-of-range"]),
        (5.0, {"exclusive_minimum": 5}, ["out-of-range"]),
        (6.0, {"exclusive_minimum": 5}, []),
        (5.0, {"exclusive_maximum": 5}, ["out-of-range"]),
        (4.0, {"exclusive_maximum": 5}, []),
        (0.0, {"minimum": 0, "maximum": 0}, []),
        (-1.0, {"minimum": 0}, ["out-of-range"]),
    ],
)
def test_a_whole_number_reaches_its_limits_and_not_beyond(
    number: float, limits: dict[str, float], found: list[str]
) -> None:
    assert codes(number, "number", "integer", **limits) == found


@pytest.mark.parametrize(
    ("number", "maximum", "found"),
    [
        (0.65, 1, []),
        (0.65, 1.5, ["percent-format"]),
        (0.65, 100, ["percent-format"]),
        (0.65, None, []),
        (1.0, 1, []),
        (1.01, 1, ["out-of-range"]),
    ],
)
def test_percents_are_asked_about_where_a_share_is_not_what_the_column_holds(
    number: float, maximum: float | None, found: list[str]
) -> None:
    assert codes(number, "number", "number", "percent", maximum=maximum) == found


@pytest.mark.parametrize(
    ("text", "limits", "found"),
    [
        ("abc", {"min_length": 3, "max_length": 3}, []),
        ("ab", {"min_length": 3}, ["text-too-short"]),
        ("abcd", {"max_length": 3}, ["text-too-long"]),
    ],
)
def test_a_text_reaches_its_limits_and_not_beyond(text: str, limits: dict[str, int], found: list[str]) -> None:
    assert codes(text, "text", "string", **limits) == found


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("2015-9-1", "2015-09-01"),
        ("31.12.15", "2015-12-31"),
        ("12/31/2015", "2015-12-31"),
        ("1 mrt 2015", "2015-03-01"),
        ("1 sept. 15", "2015-09-01"),
        ("1 januari 2015", "2015-01-01"),
        ("1 mei 2015", "2015-05-01"),
        ("1 May 2015", "2015-05-01"),
        ("1 dec 2015", "2015-12-01"),
        ("31-12-215", None),
        ("215-12-31", None),
        ("012-5-2015", None),
        ("1 zomer 2015", None),
        ("5-5-2015", "2015-05-05"),
        ("1-9-2015", None),
    ],
)
def test_a_text_is_the_one_day_that_it_can_mean(text: str, suggestion: str | None) -> None:
    (found,) = Judge(Field("x", "date", NO_TEXT, NO_TEXT), is_csv=False)(Cell(text, "text", 2, 1)).problems
    assert found.suggestion == suggestion
