"""Every exhibit agrees with the print; a changed cell changes the exhibits that use it and no other."""

import datetime as dt
import functools
import json
import re
import shutil
import tomllib
from pathlib import Path

import openpyxl
import pytest

from kritiek.build.plan.parameters import read_parameters
from kritiek.exhibits.compare import compare
from kritiek.sources import Sources

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
REPORT = tomllib.loads((ROOT / "reports" / "normalisatie-2026.toml").read_text(encoding="utf-8"))["exhibit"]
NAMES = [exhibit["name"] for exhibit in REPORT]


# Reading and checking a folder once is enough for all exhibits.
load_once = functools.cache(Sources.load)


def run(exhibit, folder=DATA, **parameters):
    """The exhibit that the notebook makes; one that many tests look at, of our own sources, is made once."""
    chosen = {**exhibit.get("parameters", {}), **parameters}
    return run_once(exhibit["notebook"], folder, tuple(chosen.items()))


def run_anew(notebook, folder, chosen):
    """An exhibit: the code cells of its notebook run here, one after the other, without a kernel."""
    cells = json.loads((ROOT / "notebooks" / notebook).read_text(encoding="utf-8"))["cells"]
    names = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sources, "load", load_once)
        for cell in (cell for cell in cells if cell["cell_type"] == "code"):
            exec("".join(cell["source"]), names)
            if "parameters" in cell["metadata"].get("tags", []):
                names.update({"data_dir": str(folder), **dict(chosen)})
    return names.get("table", names.get("figure"))


run_once = functools.cache(run_anew)


def exhibit_named(name):
    return next(exhibit for exhibit in REPORT if exhibit["name"] == name)


@pytest.mark.parametrize("exhibit", REPORT, ids=lambda exhibit: exhibit["name"])
def test_the_exhibit_agrees_with_the_print(exhibit):
    made = run(exhibit)
    comparison = compare(made, DATA / "published")
    assert comparison.agrees, comparison.verdict
    assert made.name == exhibit["name"]
    assert (comparison.why_not is None) == (DATA / "published" / f"{made.print_name}.csv").is_file()


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
    "a relevance text": (("committees.xlsx", "relevance", "why", "order", 7, "Anders."), {"table_14"}),
    "a name in a figure": (
        ("product_groups.xlsx", "technology_materials", "name_as_printed", "material", "platinum-group-metals", "PGMs"),
        {"figure_03"},
    ),
    "a mark": (("materials.xlsx", "list_marks", "mark", "id", "processing", "†"), {"table_02"}),
    "a caption": (
        ("exhibits.xlsx", "exhibits", "caption_nl", "id", "table_05", "Anders"),
        {"table_05", "list_of_tables"},
    ),
    "a word": (
        ("exhibits.xlsx", "exhibit_words", "words_nl", "value", "licence", "toelating"),
        {"table_03", "timeline"},
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_cell_changes_the_exhibits_that_use_it_and_no_other(change, tmp_path):
    cell, expected = CHANGES[change]
    folder = changed_copy(tmp_path, *cell)
    shown = {exhibit["name"]: (repr(run(exhibit)), repr(run(exhibit, folder))) for exhibit in REPORT}
    assert {name for name, (before, after) in shown.items() if before != after} == expected


def test_a_wrong_word_in_a_workbook_is_caught_by_the_comparison(tmp_path):
    folder = changed_copy(tmp_path, *CHANGES["a name in a figure"][0])
    comparison = compare(run(exhibit_named("figure_03"), folder), DATA / "published")
    assert not comparison.agrees
    assert 'row 5, column 2: printed "PGM", built "PGMs"' in comparison.verdict


def test_table_1_of_the_regulation_has_all_its_points():
    rows = run(exhibit_named("table_01"), document="crma-2024").frame
    assert ((rows["critical"] != "").sum(), (rows["strategic"] != "").sum()) == (34, 17)


def test_table_2_by_the_figures_loses_vanadium_and_gains_magnesite_and_says_so():
    printed, facts = (run(exhibit_named("table_02"), reading=reading) for reading in ("printed", "facts"))
    names = [{row[0].rstrip("*°") for row in made.csv_rows()[1:]} for made in (printed, facts)]
    assert names[0] - names[1] == {"Vanadium"}
    assert names[1] - names[0] == {"Magnesiet"}
    for made in (printed, facts):
        told = " ".join(made.below())
        assert "Vanadium (winning 61,6 %, verwerking 61,5 %)" in told
        assert "Magnesiet (winning 66,0 %)" in told


def test_before_the_first_measure_no_line_of_table_2_has_a_star():
    made = run(exhibit_named("table_02"), as_of="2023-01-01")
    assert not [cell for (cell,) in made.csv_rows()[1:] if "*" in cell]
    assert "Bismut°" in [cell for (cell,) in made.csv_rows()[1:]]


def test_table_14_for_an_audience_is_a_part_of_table_14():
    everything = run(exhibit_named("table_14")).csv_rows()
    research = run(exhibit_named("table_14"), audience="research").csv_rows()
    assert 1 < len(research) < len(everything)
    assert all(row in everything for row in research)


def test_list_of_tables_says_which_titles_are_swapped():
    assert "Tabel 2, Tabel 3" in repr(run(exhibit_named("list_of_tables")))


TRIALS = [
    ("table_01", {"document": "crma-2024"}),
    ("table_01", {"document": "uk-crm-2024"}),
    ("table_02", {"reading": "facts"}),
    ("table_02", {"as_of": "2023-01-01"}),
    ("table_03", {"measures": "all"}),
    ("table_03", {"as_of": "2025-03-01"}),
    ("table_03", {"date_basis": "effective", "reading": "facts"}),
    ("table_03", {"issuer": "IDN", "measures": "all"}),
    ("table_03", {"issuer": "MMR", "measures": "all", "as_of": "2027-03-01"}),
    ("table_14", {"audience": "government"}),
    ("table_14", {"product_group": "batteries"}),
    ("timeline", {"issuer": "IDN"}),
    ("timeline", {"issuer": "COD"}),
    ("timeline", {"as_of": "2027-03-01"}),
]
EVERY = [(exhibit["name"], {}) for exhibit in REPORT] + TRIALS


def case(value):
    return value if isinstance(value, str) else "-".join(map(str, value.values()))


@pytest.mark.parametrize(("name", "chosen"), EVERY, ids=case)
def test_no_exhibit_shows_a_word_for_a_missing_value_or_an_empty_placeholder(name, chosen):
    made = run(exhibit_named(name), **chosen)
    for language in ("nl", "en"):
        one = made.in_language(language)
        told = [one.heading(), one.texts.alt[language], *one.below(), *(cell for row in one.csv_rows() for cell in row)]
        assert not [text for text in told if re.search(r"\b(None|nan|NaN|NaT)\b|<NA>|\{[a-z]", text)]


@pytest.mark.parametrize(("name", "chosen"), TRIALS, ids=case)
def test_a_selection_never_carries_the_number_or_the_caption_of_the_report(name, chosen):
    report, trial = run(exhibit_named(name)), run(exhibit_named(name), **chosen)
    for language in ("nl", "en"):
        assert trial.texts.number[language] == ""
        assert trial.texts.caption[language] != report.texts.caption[language]
    assert not trial.published


def test_a_selection_says_in_both_languages_what_was_chosen():
    made = run(exhibit_named("table_14"), audience="government", product_group="batteries")
    assert made.heading().endswith("; alleen doelgroep Overheid; alleen productgroep Batterijen")
    assert made.in_language("en").heading().endswith("; audience Government only; product group Batteries only")
    assert "Indonesië" in run(exhibit_named("table_03"), issuer="IDN", measures="all").heading()


def test_every_parameter_of_every_notebook_is_described_with_its_default_as_the_value_of_the_report():
    described = load_once(DATA).read("exhibit_parameters")
    groups = {"group"}  # chooses among exhibits that have their own number and caption
    for exhibit in REPORT:
        declared = {
            parameter.name: f"{parameter.default:g}" if isinstance(parameter.default, float) else str(parameter.default)
            for parameter in read_parameters(ROOT / "notebooks" / exhibit["notebook"])
        }
        own = {name: value for name, value in declared.items() if name not in {"language", "data_dir", *groups}}
        rows = described[described["exhibit"] == exhibit["name"]]
        assert dict(zip(rows["parameter"], rows["published_value"], strict=True)) == own, exhibit["name"]


def test_table_3_in_english_says_what_the_print_says_where_the_print_says_it():
    english = run(exhibit_named("table_03"), language="en").csv_rows()
    assert english[4] == ["December 2024", "Gallium, germanium, antimony and hard materials to the US"]
    assert english[6] == ["April 2025", "Heavy rare earths"]


def test_all_measures_are_listed_with_their_kind_and_no_suspended_one_looks_in_force():
    rows = run(exhibit_named("table_03"), measures="all").frame
    bans = rows[rows["kind_en"] == "ban"]["destination_en"]
    assert {"United States (military)", "Japan (military)"} <= set(bans)
    assert (rows["suspension"] != "niet opgeschort").sum() == 8
    assert (rows["in_force"].str.startswith("geen dag van kracht")).sum() == 5


@pytest.mark.parametrize("name", ["table_03", "timeline"])
def test_a_day_after_the_data_date_is_said_below_the_exhibit_in_both_languages(name):
    data_date = load_once(DATA).data_date
    for day, count in ((data_date, 0), (data_date + dt.timedelta(days=1), 1)):
        made = run(exhibit_named(name), as_of=day.isoformat())
        told = [*made.below(), *made.in_language("en").below()]
        assert sum("weten niets na" in line for line in told) == count
        assert sum("know nothing after" in line for line in told) == count


def test_the_table_of_the_timeline_shows_the_days_that_the_picture_draws():
    header, *rows = run(exhibit_named("timeline"), language="en").csv_rows()
    days = ["Announced", "Day of effect", "Suspended from", "Suspended until", "Ended"]
    assert [header.index(name) for name in days] == [4, 5, 6, 7, 8]
    assert ["2025-10-09", "2025-10-09", "2025-11-07", "2026-11-10", ""] in [row[4:9] for row in rows]
