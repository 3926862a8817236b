"""Fresh source files from a folder's schema and rows: which, where, and never over an existing one."""

import json
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from sheetcheck.checks import check_folder
from sheetcheck.faults import SourceError, UserError
from sheetcheck.writing.files import make_templates

SOURCES = Path(__file__).parents[2] / "data"


def field(name, **entries):
    return {"name": name, "type": "string", **entries}


def table(name, path, fields, **entries):
    return {"name": name, "path": path, "schema": {"fields": fields, "primaryKey": ["id"]}, **entries}


def sheet(name):
    return {"excel": {"sheet": name}}


ID = field("id", constraints={"required": True})
KIND = field("kind", constraints={"enum": ["bolt", "nut"]})
SCHEMA = {
    "resources": [
        table("parts", "parts.xlsx", [ID, KIND], dialect=sheet("parts")),
        table("tools", "parts.xlsx", [ID], dialect=sheet("tools")),
        table("shops", "shops.xlsx", [ID], dialect=sheet("shops")),
        table("makers", "makers.csv", [ID, field("name")]),
    ]
}
ALL = ["parts.xlsx", "shops.xlsx", "makers.csv"]


@pytest.fixture
def folder(tmp_path):
    """A folder with sources made by the template itself, and one row typed into each file."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "datapackage.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    make_templates(folder, [], folder)
    for name, cells in (("parts", ("1-2", "nut")), ("shops", ("s1",))):
        book = openpyxl.load_workbook(folder / f"{name}.xlsx")
        book[name].append(cells)
        book.save(folder / f"{name}.xlsx")
    (folder / "makers.csv").write_text("id,name\nNA,ACME\n", encoding="utf-8", newline="\n")
    return folder


def names(paths):
    return [path.name for path in paths]


def test_without_a_name_every_source_file_is_made_with_its_current_rows(folder, tmp_path):
    assert names(make_templates(folder, [], tmp_path / "out")) == ALL
    parts = openpyxl.load_workbook(tmp_path / "out" / "parts.xlsx")["parts"]
    assert list(parts.values) == [("id", "kind"), ("1-2", "nut")]
    assert (tmp_path / "out" / "makers.csv").read_bytes() == b"id,name\nNA,ACME\n"


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        (["tools"], ["parts.xlsx"]),
        (["tools", "parts"], ["parts.xlsx"]),
        (["makers", "parts.xlsx"], ["parts.xlsx", "makers.csv"]),
        (["makers.csv"], ["makers.csv"]),
    ],
)
def test_a_table_or_a_file_can_be_named(folder, tmp_path, asked, made):
    assert names(make_templates(folder, asked, tmp_path / "out")) == made
    assert sorted(names((tmp_path / "out").iterdir())) == sorted(made)


def test_a_template_passes_the_check_it_was_made_for(folder, tmp_path):
    out = tmp_path / "out"
    make_templates(folder, [], out)
    shutil.copy(folder / "datapackage.json", out)
    # tools has no row in the source either.
    assert [fault.code for fault in check_folder(out).faults] == ["empty-table"]


def test_files_that_are_not_there_yet_are_made_with_headers_only(tmp_path):
    (tmp_path / "datapackage.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    make_templates(tmp_path, [], tmp_path)
    assert list(openpyxl.load_workbook(tmp_path / "parts.xlsx")["parts"].values) == [("id", "kind")]
    assert (tmp_path / "makers.csv").read_bytes() == b"id,name\n"


def test_the_same_rows_give_the_same_bytes(folder, tmp_path):
    first = make_templates(folder, [], tmp_path / "a")
    second = make_templates(folder, [], tmp_path / "b")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_an_existing_source_is_refused_and_nothing_is_written(folder, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    for name in ("parts.xlsx", "makers.csv"):
        (out / name).write_bytes(b"mine")
    with pytest.raises(UserError) as error:
        make_templates(folder, [], out)
    assert str(error.value) == (
        f"{out / 'parts.xlsx'}: is there already, and is not overwritten.\n"
        f"{out / 'makers.csv'}: is there already, and is not overwritten.\n"
        "Choose another folder with --out, or write new files beside these with --force."
    )
    assert sorted(names(out.iterdir())) == ["makers.csv", "parts.xlsx"]


def test_force_writes_beside_an_existing_source_and_leaves_it_as_it_is(folder):
    before = (folder / "parts.xlsx").read_bytes()
    made = [make_templates(folder, ["parts"], folder, force=True) for _ in range(3)]
    assert [names(paths) for paths in made] == [["parts-new.xlsx"], ["parts-new-2.xlsx"], ["parts-new-3.xlsx"]]
    assert (folder / "parts.xlsx").read_bytes() == before


def test_every_unknown_name_is_refused_with_the_nearest(folder, tmp_path):
    with pytest.raises(UserError) as error:
        make_templates(folder, ["part", "toolz", "makers"], tmp_path / "out")
    assert str(error.value) == (
        'There is no source table "part". Nearest: "parts".\nThere is no source table "toolz". Nearest: "tools".'
    )
    assert not (tmp_path / "out").exists()


def test_an_unknown_language_is_refused(folder, tmp_path):
    with pytest.raises(UserError, match=re.escape('"nll" is no language of the workbooks. Nearest: "nl".')):
        make_templates(folder, [], tmp_path / "out", language="nll")


def test_a_file_in_place_of_a_folder_is_refused(folder):
    with pytest.raises(UserError, match=r"is a file\. Give a folder"):
        make_templates(folder, [], folder / "makers.csv")


def test_a_faulty_source_is_refused_with_its_cell(folder, tmp_path):
    book = openpyxl.load_workbook(folder / "parts.xlsx")
    book["parts"]["B2"] = "nutt"
    book.save(folder / "parts.xlsx")
    with pytest.raises(SourceError) as error:
        make_templates(folder, ["makers"], tmp_path / "out")
    assert [fault.place for fault in error.value.faults] == ["parts.xlsx › parts › B2"]
    assert not (tmp_path / "out").exists()


def test_a_template_of_our_sources_changes_no_value(tmp_path):
    shutil.copy(SOURCES / "datapackage.json", tmp_path)
    make_templates(SOURCES, [], tmp_path, language="en")
    ours, theirs = check_folder(SOURCES), check_folder(tmp_path)
    assert theirs.faults == ()
    for name, frame in ours.frames.items():
        assert frame.drop(columns="origin").equals(theirs.frames[name].drop(columns="origin")), name
