"""The workbook and the CSV files of an appendix: the content of the exhibits, real numbers, and nothing that runs."""

import csv
import datetime as dt
import io
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from functools import cache

import frictionless
import openpyxl
import pytest

from appendix_cases import (
    CONTROLS,
    CONTROLS_SHOWN,
    NASTY,
    PLANS,
    appendix,
    entry,
    expected,
    long_appendix,
    nasty_appendix,
    real,
    table,
)
from kritiek.appendix import to_csv, to_xlsx
from kritiek.appendix.words import WORDS, same, words
from kritiek.errors import RunError
from kritiek.exhibits.trace import traces

TITLE, HEADER = 1, 2  # rows of a sheet, counted from 1


def book(made, language="nl"):
    return openpyxl.load_workbook(io.BytesIO(to_xlsx.workbook(made, made.exhibits, language)))


@cache
def book_of(plan, language):
    """The workbook of a plan of the project; not to be changed."""
    return book(real(plan), language)


def sheets(made, opened):
    """The sheet of each exhibit that has rows, in order."""
    own = opened.worksheets[1 : 1 + len(made.exhibits)] if len(made.exhibits) > 1 else opened.worksheets[:1]
    return dict(zip((one.name for one in made.exhibits), own, strict=True))


def said(cell, language="nl"):
    """A cell as its reader sees it, from its value and its number format."""
    value, form = cell.value, cell.number_format
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, str):
        return value
    places = len(form.split(".")[1].rstrip(" %")) if "." in form else 0
    text = f"{value * 100 if '%' in form else value:.{places}f}"
    text = text.replace(".", ",") if language == "nl" else text
    return text + ("" if "%" not in form else " %" if " %" in form else "%")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("plan", PLANS)
def test_every_cell_of_every_sheet_is_that_of_the_table_object(plan, language):
    made = real(plan)
    if language not in made.languages:
        pytest.skip("the plan has no such language")
    opened = book_of(plan, language)
    for one in made.exhibits:
        sheet, rows = sheets(made, opened)[one.name], expected(one, language)
        assert sheet.cell(TITLE, 1).value == one.heading(language)
        shown = [
            [said(cell, language) for cell in line]
            for line in sheet.iter_rows(HEADER, HEADER + len(rows) - 1, max_col=len(rows[0]))
        ]
        # The print has decimal points in a Dutch table, too.
        assert comma(shown) == comma(rows), one.name
        below = "\n".join(str(line[0].value or "") for line in sheet.iter_rows(HEADER + len(rows)))
        for text in one.exhibit.in_language(language).below():
            assert text in below, one.name


def comma(rows):
    return [[re.sub(r"^(-?\d+)\.(\d+)$", r"\1,\2", cell) for cell in row] for row in rows]


def test_texts_that_look_like_something_else_stay_texts_to_the_letter():
    sheet = book(nasty_appendix()).worksheets[0]
    cells = [line[1] for line in sheet.iter_rows(HEADER + 1, HEADER + len(NASTY))]
    assert [cell.value for cell in cells] == list(NASTY.values())
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell for cell in cells if cell.hyperlink]


def test_nothing_in_the_file_is_a_formula_an_outward_link_or_a_macro():
    content = to_xlsx.workbook(nasty_appendix(), nasty_appendix().exhibits, "nl")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert not [name for name in packed.namelist() if "external" in name.lower() or "vba" in name.lower()]
        parts = {name: packed.read(name).decode() for name in packed.namelist() if name.endswith((".xml", ".rels"))}
    assert not [name for name, text in parts.items() if re.search(r"<f[ >]|TargetMode=\"External\"", text)]


def test_control_characters_are_shown_by_their_signs():
    assert book(appendix(entry(table([["a", CONTROLS]])))).worksheets[0]["B3"].value == CONTROLS_SHOWN


def test_numbers_days_and_percentages_are_real_ones():
    rows = [["10,5", "2025-10-09", "56,4%", "007"], ["-3", "2024-01-31", "7 %", "12"], ["", "", "", ""]]
    sheet = book(appendix(entry(table(rows, ("share", "day", "part", "code"))))).worksheets[0]
    found = [[(cell.value, cell.number_format) for cell in line] for line in sheet["A3:D4"]]
    assert found == [
        [(10.5, "0.0"), (dt.datetime(2025, 10, 9), "dd-mm-yyyy"), (pytest.approx(0.564), "0.0%"), ("007", "@")],
        [(-3, "0"), (dt.datetime(2024, 1, 31), "dd-mm-yyyy"), (pytest.approx(0.07), "0 %"), ("12", "@")],
    ]
    assert [cell.value for cell in sheet["A5:D5"][0]] == [None] * 4
    assert [cell.alignment.horizontal for cell in sheet["A3:D3"][0]] == ["right", "left", "right", "left"]


def test_words_after_a_number_are_set_in_and_other_words_are_not():
    rows = [["1", "een", "twee", "3"], ["22", "drie", "vier", "4"]]
    sheet = book(appendix(entry(table(rows, ("number", "after", "word", "last"))))).worksheets[0]
    for line in sheet["A2:D3"]:
        assert [cell.alignment.indent for cell in line] == [0, 1, 0, 0]


def test_a_picture_is_printed_on_a_page_of_its_own():
    made = real("analyse")
    sheet = sheets(made, book_of("analyse", "nl"))["supply_risk_shares"]
    [picture] = sheet._images
    assert [one.id for one in sheet.row_breaks.brk] == [picture.anchor._from.row]


def test_long_cells_and_long_tables_are_whole():
    made = long_appendix()
    first, second = sheets(made, book(made)).values()
    assert [first.cell(row, 1).value for row in (HEADER + 1, HEADER + 2000)] == ["rij 1", "rij 2000"]
    assert second.cell(HEADER + 1, 2).value == expected(made.exhibits[1], "nl")[1][1]


def test_a_cell_that_excel_has_no_room_for_is_refused_and_not_cut():
    with pytest.raises(RunError, match="32768 characters"):
        book(appendix(entry(table([["a", "x" * 32_768]]))))


def test_an_exhibit_without_rows_says_so():
    assert book(appendix(entry(table([])))).worksheets[0]["A2"].value == WORDS["no_rows"]["nl"]


def test_every_cell_has_a_note_with_its_source_cells():
    made = real("normalisatie-2026")
    sheet = sheets(made, book_of("normalisatie-2026", "nl"))["table_01"]
    exhibit = next(one.exhibit for one in made.exhibits if one.name == "table_01")
    row = next(number for number, (first, *_) in enumerate(traces(exhibit)) if any(one.note for one in first.cells))
    for column in range(1, len(exhibit.columns) + 1):
        sources = exhibit.trace(row + 1, column).cells
        note = sheet.cell(HEADER + row + 1, column).comment.text
        assert sources and all(text in note for one in sources for text in (one.place, one.locator, one.note))


def test_header_stays_prints_again_and_filters_and_paper_is_a4():
    made = real("batterijen")
    sheet = sheets(made, book_of("batterijen", "nl"))["table_01"]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("B3", "$1:$2")
    assert sheet.auto_filter.ref.startswith("A2:")
    assert sheet.page_setup.paperSize in (9, "9")
    assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)


def test_contents_lead_to_every_sheet_and_notes_and_sources_have_one_of_their_own():
    made = real("normalisatie-2026")
    opened = book_of("normalisatie-2026", "nl")
    names = opened.sheetnames
    assert (names[0], names[-2:]) == ("Inhoud", ["Noten", "Bronnen"])
    links = [cell.hyperlink.location for line in opened["Inhoud"].iter_rows() for cell in line if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in names[1:-2]]
    sources = [line[1].value for line in opened["Bronnen"].iter_rows(2)]
    assert sources == [source.text["nl"] for source in made.sources]
    notes = [line[2].value for line in opened["Noten"].iter_rows(2)]
    assert [note["nl"] for one in made.exhibits for note in one.exhibit.texts.notes] == [
        note for note in notes if note in {text["nl"] for one in made.exhibits for text in one.exhibit.texts.notes}
    ]


def test_a_row_is_as_high_as_the_lines_of_its_text():
    made = appendix(entry(table([["a", "b"]])), entry(table([["a", "b"]], name="second", number=same("Tabel 2")), 2))
    [source] = made.sources
    opened = book(replace(made, sources=(replace(source, text=same("woord " * 70)),)))
    # 419 letters, at most 138 in a line of a column 120 wide.
    assert opened["Bronnen"].row_dimensions[2].height == pytest.approx(62, abs=1)


def test_a_sheet_of_many_wide_columns_is_narrow_enough_for_paper_and_its_heading_high_enough_for_its_labels():
    rows = [["woord", *["een zin van een gewoon aantal woorden en letters"] * 6, "nog een zin " * 12]] * 3
    labels = ["Een heel lang opschrift boven een smalle kolom", *"bcdefgh"]
    sheet = book(
        appendix(entry(table(rows, columns=tuple("abcdefgh"), labels=[same(label) for label in labels])))
    ).worksheets[0]
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDEFGH"]
    assert 150 <= sum(widths) <= 200 and sheet.row_dimensions[HEADER].height > 30


def test_what_stands_below_a_table_is_wrapped_within_its_width():
    long = words("Een noot van veel woorden. " * 12, "A note.")
    sheet = book(appendix(entry(table([["a", "b"]], notes=(long,))))).worksheets[0]
    [place] = [cell for cell in sheet["A"] if cell.value == long["nl"]]
    [merged] = [one for one in sheet.merged_cells.ranges if place.coordinate in one]
    assert (merged.min_row, merged.max_row) == (place.row, place.row)
    assert place.alignment.wrap_text and sheet.row_dimensions[place.row].height > 45


def test_sheets_get_names_that_excel_takes_each_its_own():
    odd = [
        table([["a", "b"]], name=f"t{n}", number=same(""), caption=same("[Grondstof]: a/b*? 'x' " * 3)) for n in (1, 2)
    ]
    odd.append(table([["a", "b"]], name="t3", number=same("Noten")))
    names = book(appendix(*(entry(one, None) for one in odd))).sheetnames
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\']", name) for name in names)


def test_the_same_appendix_gives_the_same_bytes():
    made = real("batterijen")
    assert to_xlsx.workbook(made, made.exhibits, "nl") == to_xlsx.workbook(made, made.exhibits, "nl")


def test_a_draft_says_so_on_every_page():
    made = appendix(entry(table([["a", "b"]])), is_draft=True, faults=(words("Oud.", "Old."),))
    assert all(WORDS["draft"]["nl"] in sheet.oddHeader.center.text for sheet in book(made))


@pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice on this machine to open the workbook with")
def test_libreoffice_opens_the_workbook_and_shows_its_cells(tmp_path):
    file = tmp_path / "a.xlsx"
    file.write_bytes(to_xlsx.workbook(nasty_appendix(), nasty_appendix().exhibits, "nl"))
    home = tmp_path / "home"
    # Comma, quotation mark, UTF-8; cells as shown.
    form = "csv:Text - txt - csv (StarCalc):44,34,76"
    command = [shutil.which("soffice"), f"-env:UserInstallation={home.as_uri()}", "--headless", "--convert-to", form]
    subprocess.run([*command, "--outdir", tmp_path, file], check=True, capture_output=True, timeout=180)
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as stream:
        shown = [row[1] for row in csv.reader(stream)][HEADER:]
    shutil.rmtree(home, ignore_errors=True)
    assert shown[: len(NASTY)] == list(NASTY.values())


# CSV


def read(file, **options):
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream, **options))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("plan", PLANS)
def test_every_cell_of_every_csv_is_that_of_the_table_object(plan, language, tmp_path):
    made = real(plan)
    if language not in made.languages:
        pytest.skip("the plan has no such language")
    to_csv.write(made, language, tmp_path)
    for one in made.exhibits:
        assert read(tmp_path / "csv" / f"{one.name}.{language}.csv") == expected(one, language)


def test_the_folder_describes_itself_in_every_language_and_is_valid(tmp_path):
    made = real("normalisatie-2026")
    files = {file for language in made.languages for file in to_csv.write(made, language, tmp_path)}
    report = frictionless.validate(str(tmp_path / "csv" / "datapackage.json"))
    assert report.valid, report.to_summary()
    content = json.loads((tmp_path / "csv" / "datapackage.json").read_text(encoding="utf-8"))
    assert {one["path"] for one in content["resources"]} == {file.name for file in files if file.suffix == ".csv"}
    first = next(one for one in content["resources"] if one["name"] == "table_01.en")
    assert (first["language"], first["number"]) == ("en", "Table 1")


def test_nasty_texts_come_through_csv_to_the_letter(tmp_path):
    to_csv.write(nasty_appendix(), "nl", tmp_path)
    assert [row[1] for row in read(tmp_path / "csv" / "trial.nl.csv")[1:]] == list(NASTY.values())


def test_csv_for_excel_has_a_mark_semicolons_and_no_cell_that_runs(tmp_path):
    made = nasty_appendix()
    (file,) = to_csv.write(made, "nl", tmp_path, is_for_excel=True)
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") and b"\r\n" in content
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    shown = dict(rows[1:])
    for kind in ("formula", "plus", "minus", "at"):
        assert shown[kind] == f"'{NASTY[kind]}"
    assert not [cell for row in rows for cell in row if re.match(r"\s*[=+@]", cell)]
    same_as = {kind: text for kind, text in NASTY.items() if not text.startswith(("=", "+", "-", "@"))}
    assert {kind: shown[kind] for kind in same_as} == same_as


def test_a_negative_number_stays_one_in_csv_for_excel():
    assert to_csv.csv_text(entry(table([["a", "-3,5"]])), "nl", is_for_excel=True).splitlines()[1] == "a;-3,5"
