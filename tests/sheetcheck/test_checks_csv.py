"""One planted fault per line of a CSV: separator, width, encoding, quotes; and the cells, in their written form."""

from __future__ import annotations

import csv
from pathlib import Path

import folders
import pytest

from sheetcheck.checks import check_folder
from sheetcheck.faults import Fault

SOUND = (
    "id,kind,year,weight,seen,is_public,title\n"
    'report-2026,report,2026,12.5,2026-06-01,TRUE,"Normalisatie, en grondstoffen"\n'
    "crma-2024,statistics,2024,,,FALSE,Verordening België\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder without faults, to spoil."""
    return folders.write_folder(tmp_path / "data")


def plant(folder: Path, old: str, new: str, encoding: str = "utf-8") -> list[Fault]:
    """Replace a piece of the CSV; give the faults."""
    assert old in SOUND
    (folder / "sources.csv").write_bytes(SOUND.replace(old, new).encode(encoding))
    return list(check_folder(folder).faults)


def only(faults: list[Fault]) -> Fault:
    """The single fault there is."""
    (fault,) = faults
    return fault


def test_the_sound_text_is_what_the_folder_holds(folder: Path) -> None:
    assert (folder / "sources.csv").read_bytes() == SOUND.encode()
    assert check_folder(folder).faults == ()


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_a_wrong_separator_is_named_and_the_rest_read_with_it(folder: Path, mark: str) -> None:
    text = SOUND.replace('"', "").replace("Normalisatie,", "Normalisatie").replace(",", mark).replace("12.5", "12,5")
    (folder / "sources.csv").write_text(text, encoding="utf-8")
    faults = list(check_folder(folder).faults)
    # A semicolon and a decimal comma come from one setting, and are one fault.
    follows = [] if mark == ";" else [("line 2", "decimal-comma")]
    assert [(fault.cell, fault.code) for fault in faults] == [("line 1", "wrong-separator"), *follows]
    assert faults[0].value == mark


def test_a_file_that_should_hold_tabs_is_not_sent_to_a_format_that_writes_commas(tmp_path: Path) -> None:
    fields = [folders.column("id"), folders.column("name")]
    folders.write_folder(tmp_path, {"t": [["Nd", "neodymium"]]}, [folders.resource("t", "t.tsv", None, fields, ["id"])])
    fault = only(list(check_folder(tmp_path).faults))
    assert str(fault) == (
        "t.tsv › line 1: the columns are separated by a comma, not by a tab. Replace the separators in a text editor,"
        ' or save the file as "Text (Tab delimited) (*.txt)" under the same name, with a point in numbers.'
    )
    (tmp_path / "t.tsv").write_bytes("id\tname\nNd\tné\n".encode("latin-1"))
    fault = only(list(check_folder(tmp_path).faults))
    assert (fault.code, fault.message.rpartition(". ")[2]) == (
        "wrong-encoding",
        "Save the file again in a text editor as UTF-8.",
    )


def test_a_line_with_a_field_too_many_or_too_few_is_named(folder: Path) -> None:
    fault = only(plant(folder, "TRUE,", "TRUE,,"))
    assert (fault.cell, fault.code) == ("line 2", "ragged-line")
    assert "has 8 fields where the header has 7" in fault.message
    fault = only(plant(folder, "FALSE,", ""))
    assert (fault.cell, fault.code) == ("line 3", "ragged-line")


def test_a_ragged_line_breaks_no_reference(folder: Path) -> None:
    assert [fault.code for fault in plant(folder, "statistics,", "statistics,,")] == ["ragged-line"]


@pytest.mark.parametrize(
    ("encoding", "suggestion"), [("cp1252", "cp1252"), ("latin-1", "cp1252"), ("mac_roman", "mac_roman")]
)
def test_a_wrong_encoding_names_the_line_and_proposes_the_encoding(
    folder: Path, encoding: str, suggestion: str
) -> None:
    fault = only(plant(folder, "", "", encoding))
    assert (fault.cell, fault.code, fault.suggestion) == ("line 3", "wrong-encoding", suggestion)
    assert 'the word is "België"' in fault.message


def test_a_whole_file_in_the_wrong_encoding_is_one_fault_that_counts_its_lines(folder: Path) -> None:
    (fault,) = plant(folder, "Normalisatie", "Coördinatie", "cp1252")
    assert fault.cell == "line 2"
    assert fault.message == (
        'byte 0xF6 is no UTF-8; read as Windows-1252 the word is "Coördinatie", and 1 other line is like this one.'
        ' Save the file again as "CSV UTF-8".'
    )


def test_a_csv_saved_by_a_dutch_excel_is_one_fault_with_the_cure_that_works_there(folder: Path) -> None:
    text = SOUND.replace('"', "").replace("Normalisatie,", "Coördinatie").replace(",", ";").replace("12.5", "12,5")
    (folder / "sources.csv").write_bytes(text.encode("cp1252"))
    (fault,) = check_folder(folder).faults
    assert (fault.cell, fault.code, fault.value) == ("line 1", "wrong-separator", ";")
    assert fault.message == (
        "the columns are separated by a semicolon, not by a comma, and numbers have a decimal comma, and letters are"
        " stored as in Windows: an Excel with Dutch settings saves it so. Open it there, and under File, Options,"
        ' Advanced untick "Use system separators", with a point for decimals and a comma for thousands; then save it'
        ' as "CSV UTF-8 (comma delimited)".'
    )


def test_a_byte_order_mark_is_accepted_and_said(folder: Path) -> None:
    assert plant(folder, "", "", "utf-8-sig") == []
    (remark,) = check_folder(folder).remarks
    assert (remark.file, remark.code) == ("sources.csv", "byte-order-mark")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_refused_by_its_name(folder: Path, encoding: str) -> None:
    fault = only(plant(folder, "", "", encoding))
    assert (fault.file, fault.cell, fault.code) == ("sources.csv", None, "utf-16")


@pytest.mark.parametrize(
    ("old", "new", "line", "column"),
    [
        (",Verordening", ',"Verordening', "line 3", "title"),
        ("crma-2024", '"crma-2024', "line 3", "id"),
        ("report-2026,report", 'report-2026,"report', "line 2", "kind"),
        ("crma-2024,statistics", '"crma-2024","statistics', "line 3", "kind"),
        ("crma-2024,statistics", '"crma ""2024""","statistics', "line 3", "kind"),
    ],
)
def test_a_quote_left_open_is_named_where_it_opens(folder: Path, old: str, new: str, line: str, column: str) -> None:
    fault = only(plant(folder, old, new))
    assert (fault.cell, fault.code, fault.column) == (line, "open-quote", column)


def test_a_quote_left_open_hides_no_fault_below_it(folder: Path) -> None:
    (folder / "sources.csv").write_text(
        SOUND.replace("Normalisatie,", '"Normalisatie').replace("statistics", "statistiek"), encoding="utf-8"
    )
    faults = list(check_folder(folder).faults)
    assert [(fault.cell, fault.code) for fault in faults] == [("line 2", "stray-quote"), ("line 3", "unknown-value")]


def test_a_quote_inside_a_quoted_text_is_named(folder: Path) -> None:
    fault = only(plant(folder, '"Normalisatie', '"Nor"malisatie'))
    assert (fault.cell, fault.code, fault.column) == ("line 2", "stray-quote", "title")


def test_quotes_on_every_line_cost_no_square(folder: Path) -> None:
    (folder / "sources.csv").write_text(SOUND + '"""x,' * 3 + "\n" + '"a""\n' * 20_000, encoding="utf-8")
    assert len(check_folder(folder).faults) > 100


@pytest.mark.parametrize(
    ("old", "new", "code", "column", "suggestion"),
    [
        ("12.5", '"12,5"', "decimal-comma", "weight", "12.5"),
        ("12.5", "65 %", "number-as-text", "weight", None),
        ("12.5", "1_000", "text-for-number", "weight", None),
        ("12.5", "nan", "text-for-number", "weight", None),
        ("12.5", "1e400", "text-for-number", "weight", None),
        ("12.5", "١٢", "text-for-number", "weight", None),
        ("12.5", "112.5", "out-of-range", "weight", None),
        ("12.5", " 12.5", "leading-blank", "weight", "12.5"),
        (",2026,", ",02026,", "number-as-text", "year", "2026"),
        (",2026,", ",2026.5,", "not-whole", "year", None),
        ("2026-06-01", "1-6-2026", "date-as-text", "seen", None),
        ("2026-06-01", "2026-6-1", "date-as-text", "seen", "2026-06-01"),
        ("2026-06-01", "2026-02-30", "invalid-date", "seen", None),
        ("2026-06-01", "1826-06-01", "date-out-of-range", "seen", None),
        ("TRUE", "true", "wrong-case", "is_public", "TRUE"),
        ("TRUE", "waar", "text-for-bool", "is_public", "TRUE"),
        ("TRUE", "1", "text-for-bool", "is_public", "TRUE"),
        (",report,", ",Report,", "wrong-case", "kind", "report"),
        (",report,", ",,", "missing-required", "kind", None),
        ("Verordening", " Verordening", "leading-blank", "title", "Verordening België"),
        ("Verordening", "=Verordening", "formula-looking-text", "title", None),
        ("Verordening", "#REF!", "error-value", "title", None),
    ],
)
def test_a_planted_cell_is_named_with_line_and_column(
    folder: Path, old: str, new: str, code: str, column: str, suggestion: str | None
) -> None:
    if code == "error-value":
        old = "Verordening België"
    fault = only(plant(folder, old, new))
    line = "line 3" if "Verordening" in old else "line 2"
    assert (fault.file, fault.sheet, fault.cell, fault.code) == ("sources.csv", None, line, code)
    assert (fault.column, fault.suggestion) == (column, suggestion)
    assert fault.place == f"sources.csv › {line} › {column}"


@pytest.mark.parametrize("number", ["12.50", "-0", "1e2", "0.1", "100"])
def test_numbers_in_plain_form_are_right(folder: Path, number: str) -> None:
    assert plant(folder, "12.5", number) == []


def test_form_is_checked_as_in_a_workbook(folder: Path) -> None:
    header = SOUND.splitlines()[0]
    assert only(plant(folder, "crma-2024", f"{header}\ncrma-2024")).code == "repeated-header"
    assert only(plant(folder, "crma-2024", "\ncrma-2024")).code == "blank-row"
    assert only(plant(folder, "crma-2024", ",,,,,,\ncrma-2024")).code == "blank-row"
    assert only(plant(folder, "België\n", "België\nTotaal,,,12.5,,,\n")).code == "total-row"
    assert only(plant(folder, "België\n", "België\n\nBron: CBS\n")).code == "stray-text"
    assert only(plant(folder, header + "\n", "")).code == "missing-header"
    assert only(plant(folder, "weight", "wieght")).code == "renamed-column"


def test_messages_speak_of_lines_and_columns(folder: Path) -> None:
    header = SOUND.splitlines()[0]
    assert only(plant(folder, header + "\n", "")).message.startswith("line 1 does not hold the column names.")
    assert "the first is in column G." in only(plant(folder, header, header + ",title")[:1]).message
    fault = only(plant(folder, "12.5", '"12,5"'))
    assert fault.message == '"12,5" is text with a decimal comma, not a number. Write it as 12.5.'
    fault = only(plant(folder, ",2026,", ",02026,"))
    assert fault.message == '"02026" is not written as a plain number. Write it as 2026.'
    (folder / "sources.csv").write_text("\n\n", encoding="utf-8")
    assert [fault.code for fault in check_folder(folder).faults] == ["empty-file"]
    (folder / "sources.csv").write_text(",,\n,,\n", encoding="utf-8")
    assert [fault.code for fault in check_folder(folder).faults] == ["empty-table"]


def test_a_file_of_a_byte_order_mark_alone_is_an_empty_table(folder: Path) -> None:
    (folder / "sources.csv").write_bytes(b"\xef\xbb\xbf\n")
    assert [fault.code for fault in check_folder(folder).faults] == ["empty-table"]


def test_sentences_about_lines_read_well(folder: Path) -> None:
    def said(old: str, new: str) -> str:
        return plant(folder, old, new)[0].message

    assert said("TRUE,", "TRUE,,") == (
        "has 8 fields where the header has 7. Does a text hold a comma without quotes round the text?"
    )
    assert said("FALSE,", "") == (
        "has 6 fields where the header has 7. Is a comma missing? A blank field keeps its separator."
    )
    assert said("crma-2024,", '"crma-2024,\n\n",\n').startswith(
        "has 2 fields where the header has 7. It runs on to line 5: is a quote left open?"
    )
    assert said(",Verordening", ',"Verordening') == (
        "a quote is opened and never closed"
        ' ("crma-2024,statistics,2024,,,FALSE,"Verordening België").'
        " Close it; this line could not be checked further."
    )
    assert said('"Normalisatie', '"Nor"malisatie').endswith(" Double it; this line could not be checked further.")
    assert "a quote stands inside a quoted text" in said('"Normalisatie', '"Nor"malisatie')


def test_dates_and_blank_lines_are_spoken_of_as_in_a_text(folder: Path) -> None:
    fault = only(plant(folder, "2026-06-01", "1-6-2026"))
    assert fault.message == (
        '"1-6-2026" is not written as a date here: 1 June 2026 or 6 January 2026? Write it as 2026-mm-dd.'
    )
    assert fault.expected == "a date as 2025-10-09"
    fault = only(plant(folder, "crma-2024", "\n\ncrma-2024"))
    assert fault.message == "lines 3 to 4 are blank, and the table goes on below. Delete them."


def test_a_title_above_the_header_is_named_once(folder: Path) -> None:
    (folder / "sources.csv").write_text("Bronnen\n\n" + SOUND, encoding="utf-8")
    fault = only(list(check_folder(folder).faults))
    assert (fault.cell, fault.code) == ("line 3", "header-not-first")


def test_line_breaks_inside_quotes_are_text_and_lines_are_counted_from_the_file(folder: Path) -> None:
    text = SOUND.replace("Normalisatie, en", "Normalisatie\n\nen").replace("FALSE", "false")
    (folder / "sources.csv").write_text(text, encoding="utf-8", newline="\r\n")
    checked = check_folder(folder)
    assert [(fault.cell, fault.code) for fault in checked.faults] == [("line 5", "wrong-case")]
    frame = checked.frames["sources"]
    assert frame["title"][0] == "Normalisatie\n\nen grondstoffen"
    assert frame["origin"].tolist() == ["sources.csv › line 2", "sources.csv › line 5"]


@pytest.mark.parametrize(("limit", "code"), [(131_072, "open-quote"), (10_000_000, "header-not-first")])
def test_a_header_longer_than_any_text_makes_no_traceback(folder: Path, limit: int, code: str) -> None:
    (folder / "sources.csv").write_text('"' + "x" * 200_000 + '"\n' + SOUND, encoding="utf-8")
    before = csv.field_size_limit(limit)  # one for the whole process, and other libraries set it
    try:
        assert [fault.code for fault in check_folder(folder).faults][:1] == [code]
    finally:
        csv.field_size_limit(before)


def test_a_file_of_tabs_is_read_with_tabs(tmp_path: Path) -> None:
    table = folders.resource("things", "things.tsv", None, [folders.column("id"), folders.column("name")], ["id"])
    folder = folders.write_folder(tmp_path, {"things": []}, [table])
    (folder / "things.tsv").write_text("id\tname\na\tx, y\n", encoding="utf-8")
    checked = check_folder(folder)
    assert checked.faults == ()
    assert checked.frames["things"]["name"].tolist() == ["x, y"]


def test_a_separator_that_the_schema_declares_is_right(tmp_path: Path) -> None:
    table = folders.resource("things", "things.csv", None, [folders.column("id"), folders.column("name")], ["id"])
    table["dialect"] = {"delimiter": ";"}
    folder = folders.write_folder(tmp_path, {"things": []}, [table])
    (folder / "things.csv").write_text("id;name\na;x, y\n", encoding="utf-8")
    assert check_folder(folder).faults == ()


def test_a_file_of_tabs_beside_a_source_is_named_with_what_to_do(folder: Path) -> None:
    (folder / "sources.tsv").write_text("id\tkind\n", encoding="utf-8")
    (remark,) = check_folder(folder).remarks
    assert str(remark) == (
        "sources.tsv: is not in the schema; it was not read. It is a table with tabs between its columns, and"
        " sources.csv is the source: if this one is the newer, open it in Excel and save it as sources.csv;"
        " else take it away."
    )


def test_a_file_of_tabs_in_place_of_a_source_must_be_saved_as_one_and_not_renamed(folder: Path) -> None:
    (folder / "sources.csv").rename(folder / "sources.tsv")
    (fault,) = check_folder(folder).faults
    assert fault.message.startswith(
        'is missing, and there is "sources.tsv". Is that the file?'
        ' Save it as "CSV UTF-8 (comma delimited)" named sources.csv.'
    )
