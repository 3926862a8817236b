"""What an exhibit shows, and that its JSON loses nothing."""

import csv
import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import lxml.html
import pandas as pd
import pytest

from kritiek.build.engine.executed import exhibits_in
from kritiek.errors import ExhibitError
from kritiek.exhibits.tables import RESOURCE_MIME, Mark, Table, Texts, marks_from
from kritiek.notebook import Figure

ROOT = Path(__file__).parents[1]
TEXTS = Texts(
    name="table_02",
    number={"nl": "Tabel 2", "en": "Table 2"},
    caption={"nl": "Grondstoffen", "en": "Raw materials"},
    alt={"nl": "", "en": ""},
    columns=(("name", {"nl": "Naam", "en": "Name"}), ("use", {"nl": "Gebruik", "en": "Use"})),
    notes=({"nl": "Zware: {heavy}.", "en": "Heavy: {heavy}."},),
)
FRAME = pd.DataFrame(
    {
        "name": ["Bismut*°", "Niobium"],
        "name_en": ["Bismuth*°", "Niobium"],
        "use": ["staal\nglas", None],
        "known": [dt.date(2025, 10, 9), None],
        "marks": [("control", "processing"), ()],
        "source": ["report-2026", "report-2026; crma-2024"],
    }
)
MARKS = (Mark("*", {"nl": "exportmaatregel", "en": "export control"}),)


FILLED = TEXTS.filled({"heavy": {"nl": "Dy, Tb", "en": "Dy and Tb"}})


def table(**options):
    return Table(FILLED, FRAME, **options)


def cells_of(html):
    """The cells of a table in HTML by their text."""
    return {cell.text_content(): cell for cell in lxml.html.fromstring(html).iter("td")}


def test_csv_rows_are_the_labels_and_then_the_cells_as_printed():
    assert table().csv_rows("nl") == [["Naam", "Gebruik"], ["Bismut*°", "staal\nglas"], ["Niobium", ""]]


def test_english_shows_english_labels_and_cells_and_keeps_dutch_where_there_is_no_english():
    assert table().csv_rows("en") == [["Name", "Use"], ["Bismuth*°", "staal\nglas"], ["Niobium", ""]]


def test_numbers_of_a_column_have_as_many_decimals_a_comma_in_dutch_and_no_language():
    share = pd.Series([61.65, 7.5], dtype="Float64")
    numbers = Table(replace(FILLED, columns=(("share", {"nl": "Aandeel", "en": "Share"}),)), FRAME.assign(share=share))
    assert numbers.csv_rows("nl") == [["Aandeel"], ["61,65"], ["7,50"]]
    assert numbers.csv_rows("en") == [["Share"], ["61.65"], ["7.50"]]
    assert numbers.stays_dutch("en")[0] == [False]
    assert numbers.payload()["data"][0]["share"] == 61.65


@pytest.mark.parametrize(
    ("values", "shown"), [([1e22], ["10000000000000000000000"]), ([1e-05, 2.5], ["0.00001", "2.50000"])]
)
def test_very_large_and_very_small_numbers_are_written_in_full(values, shown):
    frame = pd.DataFrame({"share": values})
    made = Table(replace(FILLED, columns=(("share", {"nl": "Aandeel", "en": "Share"}),)), frame)
    assert made.csv_rows("en")[1:] == [[text] for text in shown]


def test_dutch_text_in_an_english_table_is_tagged_as_dutch():
    cells = cells_of(table(language="en").to_html())
    assert (cells["staal\nglas"].get("lang"), cells["Bismuth*°"].get("lang")) == ("nl", None)


def test_a_name_that_is_alike_in_both_languages_is_not_tagged_as_dutch():
    assert "lang" not in cells_of(table(language="en").to_html())["Niobium"].attrib


def test_a_table_in_a_notebook_needs_no_style_sheet_which_jupyterlab_drops_where_it_does_not_trust():
    numbers = FRAME.assign(use=["12,5", "3"])
    html = Table(FILLED, numbers).to_html()
    assert "<style" not in html
    styles = {text: cell.get("style") for text, cell in cells_of(html).items()}
    assert "text-align: left" in styles["Niobium"] and "text-align: right" in styles["12,5"]


GRID = replace(FILLED, columns=FILLED.columns[:1])
NAMES = pd.DataFrame({"name": list("abcde"), "name_en": [*"ABCD", None]})


def lines_of(html):
    """The rows of the first table in HTML as text."""
    body = lxml.html.fromstring(f"<div>{html}</div>").find(".//tbody")
    return [[cell.text_content() for cell in row.iter("td")] for row in body.iter("tr")]


def test_a_grid_stands_in_lines_of_its_width_under_one_heading_for_all_its_cells():
    html = Table(GRID, NAMES, grid=3).to_html()
    assert lines_of(html) == [["a", "b", "c"], ["d", "e", ""]]
    (heading,) = lxml.html.fromstring(f"<div>{html}</div>").iter("th")
    assert (heading.text, heading.get("scope"), heading.get("colspan")) == ("Naam", "colgroup", "3")


def test_a_cell_of_a_grid_that_stays_dutch_is_tagged_at_its_place():
    html = Table(GRID, NAMES, language="en", grid=3).to_html()
    assert [text for text, cell in cells_of(f"<div>{html}</div>").items() if cell.get("lang")] == ["e"]


@pytest.mark.parametrize("name", ["table_02", "table_07"])
def test_the_stored_notebook_shows_the_printed_grid(name):
    notebook = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    shown = [output.get("data", {}) for cell in notebook["cells"] for output in cell.get("outputs", ())]
    html = next("".join(data["text/html"]) for data in shown if "kritiek" in data.get(RESOURCE_MIME, {}))
    with (ROOT / "data" / "published" / "report-2026" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        _, *printed = csv.reader(stream)
    assert lines_of(html) == printed


def test_line_breaks_of_a_cell_are_kept_and_so_are_its_blanks():
    cell = cells_of(Table(FILLED, FRAME.assign(use=["a\n  b", ""])).to_html())["a\n  b"]
    assert "white-space: pre-wrap" in cell.get("style")


def test_a_mark_stands_with_its_meaning_in_one_list():
    page = lxml.html.fromstring(table(marks=MARKS).to_html())
    assert [(one.text, one.getnext().text) for one in page.iter("dt")] == [("*", "exportmaatregel")]
    # Close to each other too, whatever room JupyterLab has for a term.
    assert all("width: auto" in one.get("style") for one in page.iter("dt"))


def test_plain_text_shows_every_row_and_cuts_nothing_off():
    long = FRAME.assign(name=["woord " * 60 + "einde", "Niobium"])
    assert repr(Table(FILLED, long)).count("woord") == 60
    assert "einde" in repr(Table(FILLED, long))


def test_plain_text_is_the_same_each_time_and_holds_no_address():
    assert repr(table()) == repr(table())
    assert "0x" not in repr(table())


def test_html_shows_markup_in_a_cell_as_text():
    html = Table(FILLED, FRAME.assign(use=["<script>", ""])).to_html()
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_marks_stand_below_the_table_with_their_meaning():
    assert "* exportmaatregel" in repr(table(marks=MARKS))
    assert "* export control" in repr(table(marks=MARKS, language="en"))


def test_notes_are_filled_in_by_name():
    assert "Zware: Dy, Tb." in repr(table())


def test_payload_brings_back_the_same_table():
    payload = json.loads(json.dumps(table(marks=MARKS, grid=3, published=False).payload()))
    back = Table.from_payload(payload)
    assert back.csv_rows("en") == table().csv_rows("en")
    assert (back.marks, back.grid, back.published) == (MARKS, 3, False)
    assert back.payload() == payload
    assert (payload["kritiek"]["version"], payload["kritiek"]["language"]) == (1, "nl")
    for name in ("known", "marks"):
        assert back.frame[name].tolist() == FRAME[name].tolist()


def test_an_exhibit_is_a_published_table_unless_it_or_its_texts_say_otherwise():
    assert table().published
    assert not table(published=False).published
    assert not Table(replace(FILLED, published=False), FRAME).published


def test_an_exhibit_is_no_grid_unless_it_says_so():
    assert (table().grid, Figure(FILLED, FRAME, drawing="ladder").grid, table(grid=3).grid) == (0, 0, 3)


def test_payload_keeps_what_is_not_shown():
    data = table().payload()["data"]
    assert data[0]["known"] == "2025-10-09"
    assert data[0]["marks"] == ["control", "processing"]
    assert data[1]["known"] is None


def test_sources_are_named_once_each():
    assert table().sources == ("report-2026", "crma-2024")


def test_a_label_for_a_column_that_is_not_there_is_refused_with_its_name():
    with pytest.raises(ExhibitError, match="exhibit_columns names use, but the exhibit has only name"):
        Table(FILLED, FRAME[["name"]])


def test_an_unknown_language_is_refused():
    with pytest.raises(ExhibitError, match='found "de", expected one of nl, en'):
        table(language="de")


def test_exhibits_are_found_among_the_outputs_of_a_notebook():
    figure = Figure(FILLED, FRAME, drawing="ladder")
    outputs = [{"data": {RESOURCE_MIME: item.payload()}} for item in (table(), figure)]
    notebook = {"cells": [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": [*outputs, {"name": "stdout"}]}]}
    assert [type(item) for item in exhibits_in(notebook)] == [Table, Figure]


def test_marks_of_rows_without_one_are_passed_over_and_equal_ones_count_once():
    frame = pd.DataFrame({"mark": ["*", None, "*"], "meaning_nl": ["a", None, "a"], "meaning_en": [None, None, None]})
    assert marks_from(frame) == (Mark("*", {"nl": "a", "en": "a"}),)


def test_an_unknown_drawing_is_refused_with_the_known_ones():
    with pytest.raises(
        ExhibitError, match='drawing "pie" is unknown; known are coverage, dots, grid, heat map, ladder'
    ):
        Figure(FILLED, FRAME, drawing="pie")


def test_a_placeholder_without_words_is_refused_with_its_place():
    with pytest.raises(ExhibitError, match=r"table_02: nothing is given for \{heavy\} in its note 1\."):
        Table(TEXTS, FRAME)


@pytest.mark.parametrize("part", ["caption", "alt"])
def test_a_placeholder_is_refused_wherever_it_stands(part):
    texts = replace(FILLED, **{part: {"nl": "van {land}", "en": "of {land}"}, "unfilled": None})
    with pytest.raises(ExhibitError, match=r"\{land\}"):
        Table(texts, FRAME)
    assert "{land}" not in str(Table(texts.filled({"land": {"nl": "Mali", "en": "Mali"}}), FRAME).payload())


def test_braces_within_the_words_that_are_filled_in_stay_and_come_back():
    made = Table(TEXTS.filled({"heavy": {"nl": "{Dy}", "en": "{Dy}"}}), FRAME)
    assert "Zware: {Dy}." in repr(made)
    assert Table.from_payload(made.payload()).payload() == made.payload()


def test_a_note_about_nothing_is_left_out():
    assert "Zware" not in repr(Table(TEXTS.filled({"heavy": {"nl": "", "en": ""}}), FRAME))


def test_an_optional_column_is_shown_where_it_is_made_and_no_fault_where_not():
    texts = replace(FILLED, columns=(*FILLED.columns, ("kind", {"nl": "Soort", "en": "Kind"})), optional=("kind",))
    assert Table(texts, FRAME).csv_rows()[0] == ["Naam", "Gebruik"]
    assert Table(texts, FRAME.assign(kind="ban")).csv_rows()[0] == ["Naam", "Gebruik", "Soort"]


@pytest.mark.parametrize("word", ["None", "nan", "NaT", "<NA>"])
def test_pythons_word_for_a_missing_value_is_refused_with_its_cell(word):
    with pytest.raises(ExhibitError, match=f'table_02, row 2, column use: a cell says "{word}"'):
        Table(FILLED, FRAME.assign(use=["x", word])).cells("nl")


@pytest.mark.parametrize("value", [None, float("nan"), pd.NaT, pd.NA])
def test_a_missing_value_is_an_empty_cell_also_within_a_list(value):
    made = Table(FILLED, FRAME.assign(use=[value, ("a", value)]))
    assert [row[1] for row in made.cells("nl")] == ["", "a; "]
