"""Both states are built and compared cell by cell; what cannot be built is said; and it is what a build would give."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from pathlib import Path

import folders
import openpyxl
import pytest

from kritiek.build.plan import load_plan, prepare
from kritiek.build.run import build
from kritiek.changes.impact import ExhibitCell, ExhibitImpact, Impact, WordChange, compare_exhibits, impact, states
from kritiek.changes.report import cell_words
from sheetcheck.changes.row_pairs import paired_rows

PARAMETERS = 'language = "nl"\ndata_dir = "data"'
EXHIBIT = """
import pandas as pd
from kritiek.notebook import Sources, Table
from kritiek.exhibits.tables import Texts
def table(rows, caption="Namen", english=()):
    words = lambda dutch, other="": {"nl": dutch, "en": other or dutch}
    texts = Texts(name, words(name), words(caption), words(""), (("a", words("A")), ("b", words("B", "Bee"))), ())
    frame = pd.DataFrame(rows, columns=["a", "b"])
    frame["b_en"] = list(english) or frame["b"]
    frame["parts"] = [["Li", True]] * len(frame)
    return Table(texts, frame, language=language)
"""
TITLES = 'committees = Sources.load(data_dir).read("committees")'
MATERIALS = 'materials = Sources.load(data_dir).read("materials")'
NOTEBOOKS = {
    "cells": [TITLES, "table(list(zip(committees['id'], committees['title'])))"],
    "still": [TITLES, "table([('x', 'y')])"],
    "caption": [TITLES, "table([('x', 'y')], caption=committees['title'][0])"],
    "number": [TITLES, "table([('x', len(committees))])"],
    "untouched": [MATERIALS, "table(list(zip(materials['id'], materials['name'])))"],
    "displayed": [TITLES, "for title in committees['title'][1:3]:\n    display(table([('x', title)]))", "print('{')"],
    "fails": [TITLES, "if committees['title'][1] != 'Lithium':\n    raise ValueError('no lithium')", "table([])"],
    "ends": [TITLES, "import sys; sys.exit(0)"],
    "command": ["%time 1", "table([])"],
    "empty": ["1 + 1"],
    "counted": [MATERIALS, "table([('x', number)])"],
}


def write_project(root):
    """A project of small notebooks, each named as its exhibit, and a plan of them all."""
    for folder in ("notebooks", "reports"):
        (root / folder).mkdir(parents=True)
    for name, cells in NOTEBOOKS.items():
        parameters = PARAMETERS + ("\nnumber = 1" if name == "counted" else "")
        sources = [parameters, f"name = {name!r}\n{EXHIBIT}", *cells]
        entries = [
            {"cell_type": "code", "id": f"c{place}", "metadata": {}, "source": source, "outputs": []}
            for place, source in enumerate(sources)
        ]
        entries[0]["metadata"] = {"tags": ["parameters"]}
        for entry in entries:
            entry["execution_count"] = None
        notebook = {"cells": entries, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (root / "notebooks" / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    lines = [f'{{ name = "{name}", notebook = "{name}.ipynb" }},' for name in NOTEBOOKS]
    lines.append('{ name = "counted_two", notebook = "counted.ipynb", parameters = { number = 2 } },')
    plan = ['title.nl = "P"', 'languages = ["nl"]', "exhibit = [", *lines, "]"]
    (root / "reports" / "trial.toml").write_text("\n".join(plan), encoding="utf-8")
    return root


def committees(**titles):
    """The rows of the committees with other titles, by number of the row."""
    table = [list(row) for row in folders.ROWS["committees"]]
    for number, title in titles.items():
        table[int(number.removeprefix("row"))][1] = title
    return table


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = write_project(tmp_path_factory.mktemp("impact") / "project")
    folders.write_folder(root / "old")
    new = committees(row0="Rare earths", row1="Li")
    new.insert(2, ["ISO/TC 79", "Light metals", None, None, 1, None, None, True, None, "crma-2024"])
    folders.write_folder(root / "data", {"committees": new})
    folders.write_folder(root / "faulty", {"committees": [*new, new[0]]})
    return root


@pytest.fixture(scope="module")
def made(project):
    """What is said of every exhibit of the new state."""
    plan = load_plan("trial", project)
    (state,) = states(plan, [project / "data"])
    return dict(zip([exhibit.name for exhibit in plan.exhibits], state, strict=True))


@pytest.fixture(scope="module")
def found(project):
    """The impact of two titles changed and one committee put in between; the one run that most tests look at."""
    before = {file: file.read_bytes() for file in sorted(project.rglob("*")) if file.is_file()}
    result = impact(load_plan("trial", project), project / "old", project / "data", resources=["committees"])
    written = {file: file.read_bytes() for file in sorted(project.rglob("*")) if file.is_file()} != before
    return result, {exhibit.exhibit: exhibit for exhibit in result.exhibits}, written


def test_cells_that_change_are_told_and_a_row_put_in_between_is_one_row(found):
    assert found[1]["cells"] == ExhibitImpact(
        "cells",
        "cells",
        total=8,
        cells=(
            ExhibitCell(1, 2, "B", "Rare earth", "Rare earths", "ISO/TC 298"),
            ExhibitCell(2, 2, "B", "Lithium", "Li", "ISO/TC 333"),
        ),
        rows_added=1,
    )


def test_cells_that_change_in_english_alone_are_counted_apart():
    old = state([["A"], ["x"], ["y"]], [["A"], ["x"], ["y"]])
    new = state([["A"], ["x"], ["z"]], [["A"], ["v"], ["w"]])
    assert compare_exhibits("t", old, new) == ExhibitImpact(
        "t",
        "Tabel 1",
        total=2,
        cells=(ExhibitCell(1, 1, "A", "x", "v", "x", "in English only"), ExhibitCell(2, 1, "A", "y", "z", "z")),
    )


def test_a_cell_that_counts_rows_changes_with_them(found):
    assert found[1]["number"].cells == (ExhibitCell(1, 2, "B", "4", "5", "x"),)


def test_a_caption_that_changes_is_told(found):
    assert found[1]["caption"] == ExhibitImpact(
        "caption", "caption", total=2, words=(WordChange("caption", "Rare earth", "Rare earths"),)
    )


def test_an_exhibit_that_is_displayed_counts_and_the_last_one_is_meant(found):
    assert found[1]["displayed"].cells == (ExhibitCell(1, 2, "B", "Resilience", "Light metals", "x"),)


def test_an_exhibit_that_reads_a_changed_table_and_comes_out_the_same_is_named(found):
    assert found[0].same == ("still",)
    assert "still" not in found[1]


def test_exhibits_that_read_no_changed_table_are_untouched(found):
    assert found[0].untouched == 3  # untouched, counted, counted_two
    assert not {"untouched", "counted", "counted_two"} & set(found[1])


def test_an_exhibit_that_can_no_longer_be_made_says_why(found):
    assert (
        found[1]["fails"].trouble
        == "cannot be made from the new state of the sources: cell [5]: ValueError: no lithium"
    )


def test_notebooks_that_cannot_be_judged_say_so_and_stop_no_other(found):
    start = "cannot be made from either state of the sources: "
    assert [found[1][name].trouble for name in ("ends", "command", "empty")] == [
        f"{start}cell [5]: SystemExit: 0",
        f"{start}cell [4]: it holds the Jupyter command %time, which needs a kernel. Tag the parameters cell"
        ' "isolated": the notebook then gets a kernel of its own.',
        f"{start}it shows no exhibit: let a cell end with the Table or Figure itself.",
    ]


def test_parameters_of_the_plan_are_used(made):
    assert [made[name]["rows"]["nl"][1] for name in ("counted", "counted_two")] == [["x", "1"], ["x", "2"]]


def test_every_table_that_a_notebook_reads_is_noted(made):
    assert [made[name]["reads"] for name in ("cells", "counted", "empty")] == [("committees",), ("materials",), ()]


def test_without_a_changed_table_nothing_is_built(project):
    assert impact(load_plan("trial", project), project / "gone", project / "gone", resources=[]) == Impact(
        "trial", untouched=12
    )


def test_a_state_with_faults_is_said_not_to_be_buildable(project):
    result = impact(load_plan("trial", project), project / "old", project / "faulty", resources=["committees"])
    assert result == Impact("trial", why_not="the new state cannot be built: it has 1 fault (see kritiek check).")


def test_nothing_is_written_to_find_out(found):
    assert found[2] is False


def test_what_is_compared_is_what_a_build_writes(project, made):
    jobs = prepare(load_plan("trial", project), only=["cells", "displayed"])
    for outcome in build(jobs, root=project, plan_name="trial"):
        with outcome.table.open(encoding="utf-8", newline="") as stream:
            assert made[outcome.exhibit]["rows"]["nl"] == list(csv.reader(stream))


# Rows side by side


def state(dutch, english=None, words=None, hidden=None):
    return {
        "trouble": None,
        "number": "Tabel 1",
        "rows": {"nl": dutch, "en": english or dutch, "hidden": hidden or [[] for _ in dutch]},
        "words": {name: {"nl": text, "en": text} for name, text in (words or {}).items()},
    }


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        (["ab", "cd"], ["ab", "cd"], [("ab", "ab", 1), ("cd", "cd", 2)]),
        (["ab", "cd"], ["ab", "xy", "cd"], [("ab", "ab", 1), (None, "xy", 2), ("cd", "cd", 3)]),
        (["ab", "cd"], ["cd"], [("ab", None, 1), ("cd", "cd", 1)]),
        (["abc"], ["xyz", "abz"], [(None, "xyz", 1), ("abc", "abz", 2)]),
        (["abc", "def"], ["dex"], [("abc", None, 1), ("def", "dex", 1)]),
        (["abc"], ["xyz"], [("abc", "xyz", 1)]),
        (["aa", "aa"], ["aa"], [("aa", "aa", 1), ("aa", None, 2)]),
        ([], ["ab"], [(None, "ab", 1)]),
        ([], [], []),
    ],
)
def test_a_row_pairs_with_the_row_it_became(old, new, pairs):
    told = [("".join(a) if a else None, "".join(b) if b else None, n) for a, b, n in paired_rows(old, new)]
    assert told == pairs


def test_rows_in_great_number_that_all_differ_pair_in_their_order():
    pairs = list(paired_rows([f"a{n}" for n in range(300)], [f"b{n}" for n in range(301)]))
    assert len(pairs) == 301
    assert pairs[-1] == (None, ("b", "3", "0", "0"), 301)


def test_a_heading_that_changes_is_row_0():
    found = compare_exhibits("t", state([["A", "B"], ["x", "y"]]), state([["A", "C"], ["x", "y"]]))
    assert found.cells == (ExhibitCell(0, 2, "C", "B", "C"),)


def test_a_column_more_is_a_cell_more_in_every_row():
    found = compare_exhibits("t", state([["A"], ["x"], ["y"]]), state([["A", "B"], ["x", "1"], ["y", "2"]]))
    assert [(cell.row, cell.column, cell.old, cell.new) for cell in found.cells] == [
        (0, 2, "", "B"),
        (1, 2, "", "1"),
        (2, 2, "", "2"),
    ]


def test_a_column_that_is_not_shown_counts_and_names_its_row():
    old = state([["A"], ["x"], ["y"]], hidden=[["until", "until_en"], ["1", "1"], ["2", "2"]])
    new = state([["A"], ["x"], ["y"]], hidden=[["until", "until_en"], ["1", "1"], ["3", "3"]])
    assert compare_exhibits("t", old, new).cells == (ExhibitCell(2, 0, "until", "2", "3", "y", "not shown"),)


def test_a_cell_that_is_not_shown_is_told_as_a_person_writes_it(made):
    assert made["still"]["rows"]["hidden"] == [["parts"], ["Li; TRUE"]]


def test_a_note_that_changes_is_told_by_its_number_and_one_that_comes_or_goes_too():
    old = state([["A"]], words={"note 1": "one", "note 2": "two", "mark *": "late"})
    new = state([["A"]], words={"note 1": "one", "note 2": "zwei", "note 3": "three"})
    assert compare_exhibits("t", old, new).words == (
        WordChange("note 2", "two", "zwei"),
        WordChange("mark *", "late", ""),
        WordChange("note 3", "", "three"),
    )


def test_a_suspension_that_is_prolonged_changes_the_timeline(tmp_path):
    data = Path(__file__).parents[1] / "data"
    shutil.copytree(data, tmp_path / "data")
    book = openpyxl.load_workbook(tmp_path / "data" / "export_controls.xlsx")
    book["suspensions"]["D3"].value = dt.datetime(2027, 11, 10)
    book.save(tmp_path / "data" / "export_controls.xlsx")
    plan = tmp_path / "reports" / "timeline.toml"
    plan.parent.mkdir()
    plan.write_text(
        'title.nl = "T"\nlanguages = ["nl"]\nexhibit = [{name = "timeline", notebook = "timeline.ipynb"}]\n',
        encoding="utf-8",
    )
    shutil.copytree(data.parent / "notebooks", tmp_path / "notebooks")
    found = impact(load_plan("timeline", tmp_path), data, tmp_path / "data", resources=["suspensions"])
    lines = cell_words(found.exhibits[0])
    assert lines[0].startswith("row 10, Opgeschort tot en met of Superharde materialen")
    assert lines[0].endswith('"2026-11-10" → "2027-11-10"')
    assert lines[-1].startswith("note 1: ")
