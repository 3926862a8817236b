"""A changed cell moves an exhibit, or its column says why not: on a small project with a column of each kind."""

from __future__ import annotations

import json

import folders
import pytest

from cell_changes import Book, changed
from every_column import declared, examine, faults
from kritiek.project import PACKAGE_FILE

WHY = "read by who edits the sheet"
THINGS = [
    folders.column("id", required=True, unique=True, pattern="^[A-Z]{2}$"),
    folders.column("name", required=True),
    folders.column("weight", "number", minimum=0, maximum=10),
    folders.column("kind", enum=["ore", "metal"]),
    folders.column("seen", "date", maximum="2026-06-30"),
    folders.column("is_listed", "boolean"),
    folders.column("unused"),
    folders.column("note", descriptive=WHY),
    folders.column("shown", descriptive=WHY),
    folders.column("divisor", "integer", minimum=0, maximum=1),
]
LINKS = [
    folders.column("thing", required=True, reference={"resource": "things", "field": "id"}),
    folders.column("others", "list", delimiter=";", reference={"resource": "things", "field": "id"}),
]
CLAIMS = [
    folders.column("exhibit", required=True),
    folders.column("column", required=True),
    folders.column("rests_on", "list", delimiter=";"),
    folders.column("rule_nl"),
]
ROWS = {
    "things": "id,name,weight,kind,seen,is_listed,unused,note,shown,divisor\n"
    "AA,Antimoon,2,ore,2026-06-30,TRUE,x,read me,y,1\nBB,Bismut,3,metal,2026-06-30,FALSE,x,,z,1\n",
    "links": "thing,others\nAA,BB\nBB,AA; BB\n",
    "exhibit_columns": "exhibit,column,rests_on,rule_nl\nthings,name,things.name,\nthings,of,things.unused,\n",
}
PARAMETERS = 'language = "nl"  # language\ndata_dir = "data"  # folder'
CELLS = (
    PARAMETERS,
    """
from kritiek.notebook import Sources, Table
from kritiek.exhibits.tables import Texts
things, links = Sources.load(data_dir).read("things", "links")
""",
    """
rows = things[things["is_listed"] | (things["kind"] == "metal")].sort_values(["seen", "weight"])
rows = rows.assign(rest=[12 // int(one) for one in rows["divisor"]])
rows = rows.assign(of=rows["id"].map(links.groupby("thing")["others"].sum()).astype(str))
said = {"nl": "Dingen", "en": "Things"}
labels = tuple((name, {"nl": name, "en": name}) for name in ("name", "weight", "shown", "of", "rest"))
rows = rows.assign(source="s")[["name", "weight", "shown", "of", "rest", "source", "origin"]]
Table(Texts("things", said, said, {"nl": "", "en": ""}, labels, ()), rows)
""",
)


def write(root):
    """A project of two tables and one exhibit."""
    for name in ("data", "notebooks", "reports"):
        (root / name).mkdir(parents=True)
    resources = [
        {"name": name, "path": f"{name}.csv", "schema": {"fields": fields, "primaryKey": key}}
        for name, fields, key in (("things", THINGS, "id"), ("links", LINKS, []), ("exhibit_columns", CLAIMS, []))
    ]
    (root / "data" / PACKAGE_FILE).write_text(json.dumps({"name": "trial", "resources": resources}), encoding="utf-8")
    for name, text in ROWS.items():
        (root / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    cells = [
        {"cell_type": "code", "id": f"c{place}", "metadata": {}, "source": source.strip(), "outputs": []}
        for place, source in enumerate(CELLS)
    ]
    cells[0]["metadata"] = {"tags": ["parameters"]}
    notebook = {"cells": [{**cell, "execution_count": None} for cell in cells], "metadata": {}}
    (root / "notebooks" / "things.ipynb").write_text(
        json.dumps({**notebook, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8"
    )
    plan = (
        'title.nl = "P"\ntitle.en = "P"\nlanguages = ["nl"]\nexhibit = [{ name = "things", notebook = "things.ipynb" }]'
    )
    (root / "reports" / "trial.toml").write_text(plan, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return write(tmp_path_factory.mktemp("columns") / "project")


@pytest.fixture(scope="module")
def verdicts(root):
    return {one.name: one for one in examine(root, processes=1)}


def tried(root, column, rows=(2,)):
    """What the cell of a column can become."""
    return [change.after for change in Book(root / "data").changes("things", column, rows, of_a_cell=2)]


def test_a_column_that_an_exhibit_shows_filters_or_sorts_by_moves_it(verdicts):
    moved = {name for name, one in verdicts.items() if one.exhibit}
    assert moved == {"things.id", "things.name", "things.weight", "things.kind", "things.seen", "things.is_listed",
                     "things.shown", "links.thing", "links.others"}  # fmt: skip


def test_a_column_that_moves_nothing_is_a_fault_and_so_is_a_stale_declaration(root, verdicts):
    told = list(faults(verdicts.values(), declared(Book(root / "data"))))
    unused, shown = (next(line for line in told if line.startswith(name)) for name in ("things.unused", "things.shown"))
    assert unused == (
        "things.unused moves no exhibit (things.unused, row 3: x → x x): show it in one, drop it, or say why not as"
        ' "descriptive" in the schema.'
    )
    assert shown == (
        "things.shown is declared descriptive, but things.shown, row 3: z → z x moves things:"
        ' take "descriptive" out of the schema.'
    )
    assert not [line for line in told if line.startswith("things.note")]


def test_a_valid_value_that_ends_in_an_error_of_python_is_a_fault(root, verdicts):
    told = list(faults(verdicts.values(), declared(Book(root / "data"))))
    (line,) = [line for line in told if "row 3" in line and "Python" in line]
    assert line.startswith("things.divisor, row 3: 1 → 0: things: cell [4]: ZeroDivisionError: ")
    assert line.endswith(": a valid value must not end in an error of Python.")


def test_what_an_exhibit_says_to_rest_on_is_held_against_what_moves_it(root, verdicts):
    told = list(faults(verdicts.values(), declared(Book(root / "data"))))
    assert "things says to rest on things.unused, but no change of that in its rows moves it" in "\n".join(told)
    assert [line for line in told if line.startswith("things.weight")] == [
        "things.weight, row 3: 3 → 4: things.weight is another, of the same source rows, but rests_on does not name"
        " things.weight: name it."
    ]
    assert not [line for line in told if line.startswith("things.name")]


def test_a_declared_column_is_known_with_its_reason(root):
    assert declared(Book(root / "data")) == {("things", "note"): WHY, ("things", "shown"): WHY}


def test_a_key_is_renamed_in_every_cell_that_refers_to_it(root):
    book = Book(root / "data")
    change = next(book.changes("things", "id", [2]))
    frames = changed(book.checked.frames, [change])
    assert (change.before, change.after) == ("AA", "AQ")
    assert frames["things"]["id"].tolist() == ["AQ", "BB"]
    assert frames["links"]["thing"].tolist() == ["AQ", "BB"]
    assert frames["links"]["others"].tolist() == [("BB",), ("AQ", "BB")]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("kind", ["metal"]),
        ("is_listed", ["FALSE"]),
        ("weight", ["3", "1"]),
        ("seen", ["2026-06-29", "2026-05-30"]),
        ("name", ["Antimoon x", "Antimoon-x"]),
    ],
)
def test_another_value_is_one_that_the_schema_allows(root, column, values):
    assert tried(root, column) == values


def test_several_changes_stand_together(root):
    book = Book(root / "data")
    changes = [next(book.changes("things", name, [2])) for name in ("name", "id")]
    frames = changed(book.checked.frames, changes)
    assert frames["things"][["id", "name"]].values.tolist()[0] == ["AQ", "Antimoon x"]


def book_of(folder, fields, rows):
    """A data folder of one table."""
    schema = {"fields": fields, "primaryKey": "id"}
    package = {"name": "trial", "resources": [{"name": "t", "path": "t.csv", "schema": schema}]}
    (folder / PACKAGE_FILE).write_text(json.dumps(package), encoding="utf-8")
    (folder / "t.csv").write_text(
        "".join(f"{row}\n" for row in (",".join(one["name"] for one in fields), *rows)), encoding="utf-8"
    )
    return Book(folder)


def test_cells_with_one_value_get_others_by_turns(tmp_path):
    fields = [folders.column("id", required=True), folders.column("kind", enum=["a", "b", "c"])]
    changes = book_of(tmp_path, fields, ["1,a", "2,a"]).changes("t", "kind", [2, 3])
    assert [change.after for change in changes] == ["c", "b"]


def test_of_a_long_table_each_value_has_a_row_that_is_changed(tmp_path):
    fields = [folders.column("id", required=True), folders.column("kind", enum=["a", "b"])]
    book = book_of(tmp_path, fields, ["1,a", "2,a", "3,a", "4,b"])
    assert [change.row for change in book.changes("t", "kind", book.rows("t"), most=2)] == [2, 5]


def test_of_a_long_table_the_filled_cells_are_changed_first(tmp_path):
    fields = [folders.column("id", required=True), folders.column("mark")]
    book = book_of(tmp_path, fields, [f"{number},{'*' if number == 9 else ''}" for number in range(1, 10)])
    changes = book.changes("t", "mark", book.rows("t"), most=2)
    assert [(change.row, change.before, change.after) for change in changes] == [(10, "*", "* x"), (2, "", "*")]
