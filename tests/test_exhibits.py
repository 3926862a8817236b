"""Every exhibit agrees with the print; a changed cell changes the exhibits that use it and no other."""

import functools
import json
import shutil
import tomllib
from pathlib import Path

import openpyxl
import pytest

from kritiek.exhibits.compare import compare
from kritiek.sources import Sources

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
REPORT = tomllib.loads((ROOT / "reports" / "normalisatie-2026.toml").read_text(encoding="utf-8"))["exhibit"]
NAMES = [exhibit["name"] for exhibit in REPORT]


# Reading and checking a folder once is enough for all exhibits.
load_once = functools.cache(Sources.load)


def run(exhibit, folder=DATA, **parameters):
    """The exhibit that the notebook makes: its code cells run here, one after the other, without a kernel."""
    cells = json.loads((ROOT / "notebooks" / exhibit["notebook"]).read_text(encoding="utf-8"))["cells"]
    names = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sources, "load", load_once)
        for cell in (cell for cell in cells if cell["cell_type"] == "code"):
            exec("".join(cell["source"]), names)
            if "parameters" in cell["metadata"].get("tags", []):
                names.update({"data_dir": str(folder), **exhibit.get("parameters", {}), **parameters})
    return names.get("table", names.get("figure"))


def exhibit_named(name):
    return next(exhibit for exhibit in REPORT if exhibit["name"] == name)


@pytest.mark.parametrize("exhibit", REPORT, ids=lambda exhibit: exhibit["name"])
def test_the_exhibit_agrees_with_the_print(exhibit):
    made = run(exhibit)
    comparison = compare(made, DATA / "published")
    assert comparison.agrees, comparison.verdict
    assert made.name == exhibit["name"]
    assert (comparison.why_not is None) == (DATA / "published" / f"{exhibit['name']}.csv").is_file()


@pytest.mark.parametrize("exhibit", REPORT, ids=lambda exhibit: exhibit["name"])
def test_the_exhibit_speaks_english_and_still_agrees(exhibit):
    dutch, english = run(exhibit), run(exhibit, language="en")
    assert len(english.cells("en")) == len(dutch.cells("nl"))
    assert english.heading() != dutch.heading()
    assert english.csv_rows()[0] != dutch.csv_rows()[0] or exhibit["name"] == "figure_03"
    assert compare(english, DATA / "published").agrees


@pytest.mark.parametrize("exhibit", REPORT, ids=lambda exhibit: exhibit["name"])
def test_every_row_knows_the_cell_it_came_from(exhibit):
    made = run(exhibit)
    assert all("row" in origin or "line" in origin for origin in made.frame["origin"])
    assert made.sources


def changed_copy(tmp_path, workbook, sheet, column, key_column, key, value):
    """A copy of the data folder in which one cell of a workbook has another value."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    book = openpyxl.load_workbook(folder / workbook)
    rows = book[sheet]
    header = [cell.value for cell in rows[1]]
    (row,) = [row for row in rows.iter_rows(min_row=2) if row[header.index(key_column)].value == key]
    assert row[header.index(column)].value != value
    row[header.index(column)].value = value
    book.save(folder / workbook)
    return folder


CHANGES = {
    "a relevance text": (("committees.xlsx", "relevance", "why_as_printed", "order", 7, "Anders."), {"table_14"}),
    "a supply risk": (
        ("product_groups.xlsx", "technology_materials", "supply_risk", "name_as_printed", "PGM", 2.8),
        {"figure_03"},
    ),
    "a mark": (("materials.xlsx", "list_marks", "mark", "id", "processing", "†"), {"table_02"}),
    "a caption": (
        ("exhibits.xlsx", "exhibits", "caption_nl", "id", "table_05", "Anders"),
        {"table_05", "list_of_tables"},
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_cell_changes_the_exhibits_that_use_it_and_no_other(change, tmp_path):
    cell, expected = CHANGES[change]
    folder = changed_copy(tmp_path, *cell)
    shown = {exhibit["name"]: (repr(run(exhibit)), repr(run(exhibit, folder))) for exhibit in REPORT}
    assert {name for name, (before, after) in shown.items() if before != after} == expected


def test_a_wrong_digit_in_a_workbook_is_caught_by_the_comparison(tmp_path):
    folder = changed_copy(tmp_path, *CHANGES["a supply risk"][0])
    comparison = compare(run(exhibit_named("figure_03"), folder), DATA / "published")
    assert not comparison.agrees
    assert 'row 5, column 1: printed "2.7", built "2.8"' in comparison.verdict


def test_table_1_of_the_regulation_has_all_its_points():
    rows = run(exhibit_named("table_01"), list_source="regulation").frame
    assert ((rows["critical"] != "").sum(), (rows["strategic"] != "").sum()) == (34, 17)


def test_table_14_for_an_audience_is_a_part_of_table_14():
    everything = run(exhibit_named("table_14")).csv_rows()
    research = run(exhibit_named("table_14"), audience="research").csv_rows()
    assert 1 < len(research) < len(everything)
    assert all(row in everything for row in research)


def test_list_of_tables_says_which_titles_are_swapped():
    assert "Tabel 2, Tabel 3" in repr(run(exhibit_named("list_of_tables")))
