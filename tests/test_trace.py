"""Where a cell comes from: its source cells by address, with the place in the literature, the rule and the print."""

import json
from dataclasses import make_dataclass
from functools import cache

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from appendix_cases import PLANS, ROOT, notebooks
from kritiek.build.engine.executed import exhibit_in, readings_in
from kritiek.errors import ExhibitError
from kritiek.exhibits.tables import Table, Texts
from kritiek.exhibits.trace import traces, trail
from kritiek.sources import Sources
from sheetcheck.schema import load_package

# Shares of two countries, in a sheet and in a CSV, and an exhibit that computes the largest of them.
FIELDS = ["material", "country", "share", "stage", "source", "locator"]
PACKAGE = {
    "name": "trial",
    "resources": [
        {
            "name": name,
            "path": path,
            "schema": {"fields": [{"name": field, "type": "string"} for field in FIELDS]},
            **({"dialect": {"excel": {"sheet": name}}} if path.endswith("xlsx") else {}),
        }
        for name, path in (("shares", "shares.xlsx"), ("figures", "figures.csv"))
    ],
}
SHARES = pd.DataFrame(
    [
        ["Sb", "CHN", 56.0, "mining", "study", "p. 78", "shares.xlsx › shares › row 2"],
        ["Sb", "TJK", 20.0, "mining", "study", "p. 79", "shares.xlsx › shares › row 3"],
        ["Sb", "VNM", None, "refining", "study", "p. 80", "shares.xlsx › shares › row 14"],
    ],
    columns=[*FIELDS, "origin"],
)
FIGURES = SHARES.assign(origin=[f"figures.csv › line {line}" for line in (2, 3, 4)]).drop(columns="source")
ORIGINS = "; ".join(SHARES["origin"])
COLUMNS = {"name": "shares.material", "mined": "shares.share[stage=mining]", "refined": "shares.share[stage=refining]"}


def columns(rests=COLUMNS, rule=None):
    """The rows of the sheet exhibit_columns."""
    return pd.DataFrame(
        [
            ["trial", name, tuple(rest.split("; ")), rule, rule and "The largest share.", f"sheet › row {number}"]
            for number, (name, rest) in enumerate(rests.items(), start=2)
        ],
        columns=["exhibit", "column", "rests_on", "rule_nl", "rule_en", "origin"],
    )


@pytest.fixture
def package(tmp_path):
    (tmp_path / "datapackage.json").write_text(json.dumps(PACKAGE), encoding="utf-8")
    return load_package(tmp_path)


@pytest.fixture
def table(package):
    """Makes the exhibit: a frame of one row, which came from the three rows of the sheet."""

    def make(frame=None, rests=COLUMNS, rule=None, shares=SHARES, **options):
        found = trail(columns(rests, rule), None, package, {"shares": shares, "figures": FIGURES.assign(id="study")})
        labels = {"name": {"nl": "Naam", "en": "Name"}, "mined": {"nl": "Mijnbouw", "en": "Mining"}}
        labels["refined"] = {"nl": "Raffinage", "en": "Refining"}
        number = {"nl": "Tabel 1", "en": "Table 1"}
        texts = Texts("trial", number, *[{"nl": "", "en": ""}] * 2, tuple(labels.items()), (), trail=found)
        rows = {"name": ["Antimoon"], "name_en": ["Antimony"], "mined": ["56"], "refined": [""], "origin": [ORIGINS]}
        return Table(texts, pd.DataFrame(rows) if frame is None else frame, **options)

    return make


def places(trace):
    return [(cell.place, cell.text, cell.source, cell.locator) for cell in trace.cells]


def test_a_cell_knows_its_source_cells_with_address_value_and_place_in_the_literature(table):
    assert places(table().trace(1, "mined")) == [
        ("shares.xlsx › shares › C2", "56", "study", "p. 78"),
        ("shares.xlsx › shares › C3", "20", "study", "p. 79"),
    ]


def test_only_rows_with_the_named_value_count(table):
    assert places(table().trace(1, "refined")) == [("shares.xlsx › shares › C14", "", "study", "p. 80")]


def test_a_computed_cell_shows_its_figures_and_its_rule(table):
    said = repr(table(rule="Het grootste aandeel.").trace(1, "Mijnbouw"))
    assert said.splitlines() == [
        'Tabel 1, rij 1, Mijnbouw: "56"',
        "Regel: Het grootste aandeel.",
        "",
        "Broncel                    Kolom  Daar staat  Bron   Vindplaats",
        "─────────────────────────  ─────  ──────────  ─────  ──────────",
        "shares.xlsx › shares › C2  share  56          study  p. 78",
        "shares.xlsx › shares › C3  share  20          study  p. 79",
    ]


def test_a_trace_speaks_the_language_of_its_exhibit(table):
    said = repr(table(rule="Het grootste aandeel.", language="en").trace(1, 2)).splitlines()
    assert said[:2] == ['Table 1, row 1, Mining: "56"', "Rule: The largest share."]
    assert said[3].split("  ")[0] == "Source cell"


def test_a_line_of_a_csv_is_named_as_such_and_a_list_of_sources_is_its_own_source(table):
    frame = pd.DataFrame({"name": ["x"], "mined": [""], "refined": [""], "origin": ["figures.csv › line 3"]})
    made = table(frame, {"name": "figures.country"})
    assert places(made.trace(1, 1)) == [("figures.csv › line 3", "TJK", "study", "p. 79")]


def test_a_blank_source_cell_is_left_out_where_another_says_something(table):
    made = table(rests={"name": "shares.material", "mined": "shares.share"})
    assert [cell.text for cell in made.trace(1, "mined").cells] == ["56", "20"]


def test_a_trace_comes_back_out_of_a_saved_notebook(table):
    made = table(rests={"name": "shares.stage", "mined": "shares.material"}, rule="Het grootste aandeel.")
    # A notebook is saved with the names of every object in the order of the alphabet.
    payload = json.loads(json.dumps(made.payload(), sort_keys=True))
    back = Table.from_payload(payload)
    assert back.trace(1) == made.trace(1)
    assert back.payload() == payload


def test_the_payload_holds_the_rows_that_the_exhibit_came_from_and_no_other(table):
    one = SHARES["origin"].iloc[1]
    frame = pd.DataFrame({"name": ["x"], "mined": ["20"], "refined": [""], "origin": [one]})
    rows = table(frame).payload()["kritiek"]["trail"]["tables"]["shares"]["rows"]
    assert rows == {"row 3": ["study", "p. 79", None, "Sb", 20.0, "mining"]}


def test_what_a_reader_must_know_of_a_source_row_stands_beside_it_and_only_where_there_is_something(table):
    made = table(shares=SHARES.assign(note=[None, "An estimate.", None]))
    headings, first, second = made.trace(1, "mined").rows()
    assert headings[-1] == "Opmerking"
    assert (first[-1], second[-1]) == ("", "An estimate.")
    # The row with the note has no figure of refining.
    assert made.trace(1, "refined").rows()[0][-1] == "Vindplaats"
    assert table().trace(1, "mined").rows()[0][-1] == "Vindplaats"


def test_a_deviation_from_the_print_shows_both_values_and_the_reason(table):
    entry = make_dataclass("Deviation", ["row", "column", "computed", "printed", "reason", "origin"])
    made = table(pd.DataFrame({"key": ["Sb"], "name": ["x"], "mined": [""], "refined": [""], "origin": [ORIGINS]}))
    reason = {"nl": "Drukfout.", "en": "Misprint."}
    object.__setattr__(made, "deviations", (entry("Sb", "mined", "56", "", reason, "exhibits.xlsx › row 3"),))
    line = "Berekend: 56. Gedrukt: niets. Reden: Drukfout. (exhibits.xlsx › rij 3)"
    assert made.trace(1, "mined").deviations == (line,)
    assert line in repr(made.trace(1, "mined"))
    assert made.trace(1, "name").deviations == ()


def test_a_cell_is_found_by_number_name_label_and_words_in_either_language(table):
    made = table()
    expected = made.trace(1, 2)
    assert all(made.trace(row, "MINING") == expected for row in ("1", "antimoon", "Antimony", "timo"))
    assert [one.heading for one in made.trace(1).of] == [
        f"Tabel 1, rij 1, {label}" for label in ("Naam", "Mijnbouw", "Raffinage")
    ]


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (2, 1, "trial has no row 2: it has rows 1 to 1."),
        ("Antimoom", 1, 'trial has no row with "Antimoom". Nearest: "Antimoon".'),
        (1, 4, "trial has no column 4: it has columns 1 to 3."),
        (1, "Mijnbow", 'trial has no column "Mijnbow". Nearest: "Mijnbouw".'),
    ],
)
def test_what_is_not_there_is_named_with_the_nearest(table, row, column, message):
    with pytest.raises(ExhibitError) as error:
        table().trace(row, column)
    assert str(error.value) == message


def test_words_that_stand_in_two_rows_are_refused_with_both(table):
    frame = pd.DataFrame({"name": ["a x", "b x"], "mined": "", "refined": "", "origin": [ORIGINS] * 2})
    with pytest.raises(ExhibitError, match=r'"x" stands in rows 1, 2\. Give the number of one of them\.'):
        table(frame).trace("x")


def test_a_row_without_origin_is_refused_with_its_number(table):
    frame = pd.DataFrame({"name": ["a", "b"], "mined": "", "refined": "", "origin": [ORIGINS, None]})
    with pytest.raises(ExhibitError, match=r"trial: row 2 without an origin\. Carry the columns source and origin"):
        table(frame)
    with pytest.raises(ExhibitError, match="rows 1, 2 without an origin"):
        table(frame.drop(columns="origin"))


@pytest.mark.parametrize(("rows", "said"), [(5, "rows 1, 2, 3, 4, 5 without"), (6, "rows 1, 2, 3, 4, 5 and 1 more")])
def test_five_rows_without_an_origin_are_named_and_of_more_it_is_said_how_many(table, rows, said):
    with pytest.raises(ExhibitError, match=said):
        table(pd.DataFrame({"name": ["a"] * rows, "mined": "", "refined": "", "origin": ""}))


def test_every_column_that_does_not_exist_is_refused_with_its_place_and_the_nearest(package):
    rests = {"name": "share.material", "mined": "shares.shar", "refined": "shares.share[stag=mining]", "more": "shares"}
    with pytest.raises(ExhibitError) as error:
        trail(columns(rests), None, package, {"shares": SHARES})
    assert str(error.value).splitlines() == [
        'sheet › row 2, rests_on: there is no source table "share". Nearest: "shares".',
        'sheet › row 3, rests_on: shares has no column "shar". Nearest: "share".',
        'sheet › row 4, rests_on: shares has no column "stag". Nearest: "stage".',
        'sheet › row 5, rests_on: "shares" is no source column. Write table.column, or table.column[column=value].',
    ]


def test_an_exhibit_that_knows_no_sources_says_so():
    texts = Texts("trial", *[{"nl": "", "en": ""}] * 3, (("name", {"nl": "Naam", "en": "Name"}),), ())
    with pytest.raises(ExhibitError, match=r"trial: exhibits\.xlsx › exhibit_columns does not say on what"):
        Table(texts, pd.DataFrame({"name": ["a"]})).trace(1)


# The project's own exhibits


def exhibits():
    """Every exhibit of every plan, Dutch, by plan and name."""
    return {(plan, name): exhibit_in(notebook, "nl") for plan in PLANS for name, notebook in notebooks(plan).items()}


def test_every_column_of_every_plan_says_on_what_it_rests():
    silent = [
        (*name, column.name)
        for name, exhibit in exhibits().items()
        for column in exhibit.columns
        if not exhibit.texts.trail.rests.get(column.name)
    ]
    assert silent == []


def without_source_cells(exhibit):
    """The cells of an exhibit that say something, and neither a source cell nor the print says why."""
    added = {entry.row for entry in exhibit.deviations if entry.is_added_row}
    keys = exhibit.frame["key"] if "key" in exhibit.frame else [None] * len(exhibit.frame)
    return [
        trace.heading
        for key, row in zip(keys, traces(exhibit), strict=True)
        for trace in row
        if trace.shown and not (trace.cells or trace.deviations or key in added)
    ]


def test_every_cell_of_every_exhibit_of_every_plan_has_source_cells_or_is_printed_otherwise():
    found = [where for exhibit in exhibits().values() for where in without_source_cells(exhibit)]
    assert found == []


def test_a_cell_whose_row_came_from_another_table_is_without_source_cells(table):
    made = table(pd.DataFrame({"name": ["x"], "mined": ["20"], "refined": [""], "origin": ["other.xlsx › a › row 2"]}))
    assert without_source_cells(made) == ["Tabel 1, rij 1, Naam", "Tabel 1, rij 1, Mijnbouw"]


def test_the_source_cells_of_every_plan_say_what_the_trace_says():
    sources = Sources.load(ROOT / "data")
    fields = {resource.place: resource.field_names for resource in sources.package.resources if not resource.sheet}

    @cache
    def rows_of(file, sheet):
        if sheet:
            book = openpyxl.load_workbook(ROOT / "data" / file, read_only=True)
            book[sheet].reset_dimensions()
            return list(book[sheet].iter_rows(values_only=True))
        lines = pd.read_csv(ROOT / "data" / file, dtype=str, keep_default_na=False)
        assert tuple(lines.columns) == fields[file]
        return lines.to_dict("records")

    def stored(cell):
        file, *sheet, address = cell.place.split(" › ")
        if not sheet:
            return rows_of(file, "")[int(address.removeprefix("line ")) - 2][cell.column]
        letters, row = coordinate_from_string(address)
        return rows_of(file, sheet[0])[row - 1][column_index_from_string(letters) - 1]

    every = (trace for exhibit in exhibits().values() for row in traces(exhibit) for trace in row)
    cells = {cell for trace in every for cell in trace.cells}
    assert len(cells) > 1000
    assert [cell for cell in cells if cell.text != as_said(stored(cell)) or not cell.source or not cell.locator] == []


def as_said(value):
    """A stored cell as a trace says it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.15g}"
    return value.date().isoformat() if hasattr(value, "date") else str(value)


def test_an_exhibit_rests_on_no_table_that_its_notebook_does_not_read():
    # A build knows by the readings what makes an exhibit stale.
    unread = {
        (plan, name): sorted(set(exhibit_in(notebook, "nl").texts.trail.tables) - set(readings_in(notebook)))
        for plan in PLANS
        for name, notebook in notebooks(plan).items()
    }
    assert {name: tables for name, tables in unread.items() if tables} == {}
