"""Files that another program saved are written anew, and nothing is lost unasked; a column comes to schema and file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import folders
import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from typer.testing import CliRunner

from sheetcheck.checks import check_folder
from sheetcheck.cli import app
from sheetcheck.faults import SchemaError, SourceError, UserError
from sheetcheck.writing.files import add_column, make_templates, tidy_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of the workbooks and the CSV that `template` makes."""
    made = folders.write_folder(tmp_path / "made")
    make_templates(made, [], tmp_path / "data")
    shutil.copy(made / "datapackage.json", tmp_path / "data")
    return tmp_path / "data"


def saved_again(folder: Path, change=lambda book: None) -> Path:
    """The workbook of committees after another program opened, changed and saved it."""
    path = folder / "committees.xlsx"
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def test_a_workbook_saved_by_another_program_gets_the_bytes_of_template_back(folder: Path) -> None:
    before = (folder / "committees.xlsx").read_bytes()
    path = saved_again(folder)
    assert path.read_bytes() != before
    assert tidy_files([path]) == [f"wrote {path}"]
    assert path.read_bytes() == before


def test_a_row_typed_in_another_program_is_kept(folder: Path, tmp_path: Path) -> None:
    path = saved_again(folder, lambda book: book["relevance"].append(["ISO/TC 333", 1, "Batteries"]))
    tidy_files([path])
    make_templates(folder, ["relevance"], tmp_path / "again")
    assert path.read_bytes() == (tmp_path / "again" / "committees.xlsx").read_bytes()
    assert len(check_folder(folder).frames["relevance"]) == 4


def test_a_csv_file_is_written_anew_too(folder: Path) -> None:
    path = folder / "sources.csv"
    before = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + before.replace(b"\n", b"\r\n"))
    tidy_files([path])
    assert path.read_bytes() == before


def spoil(book: openpyxl.Workbook) -> None:
    sheet = book["committees"]
    sheet["B2"].comment = Comment("ask Jan", "Jan")
    sheet["B1"].comment = Comment("not our note", "Jan")
    sheet["C3"].fill = PatternFill("solid", fgColor="FFFF00")
    sheet["B4"].font = Font(color="FFFF0000")
    book.create_sheet("scratch")["A1"] = "x"


def test_what_would_be_lost_is_named_and_nothing_is_written(folder: Path) -> None:
    path = saved_again(folder, spoil)
    before = path.read_bytes()
    with pytest.raises(UserError) as error:
        tidy_files([path])
    assert str(error.value).splitlines() == [
        'committees.xlsx › scratch: sheet "scratch" is not in the schema; it was not read.',
        "committees.xlsx › committees: 2 comments of your own (B1, B2).",
        "committees.xlsx › committees: 2 cells with a colour of their own (C3, B4).",
        "Written anew this would be lost. Move to a column what is to stay, or give up all of it with --drop.",
    ]
    assert path.read_bytes() == before


def test_with_drop_it_is_lost_and_said_to_be(folder: Path) -> None:
    before = (folder / "committees.xlsx").read_bytes()
    path = saved_again(folder, spoil)
    done = CliRunner().invoke(app, ["tidy", str(path), "--drop"])
    lines = done.output.splitlines()
    assert done.exit_code == 0
    assert lines[1] == "lost: committees.xlsx › committees: 2 comments of your own (B1, B2)."
    assert lines[-1] == f"wrote {path}"
    assert path.read_bytes() == before


def test_a_formula_is_named_as_what_would_be_lost(folder: Path) -> None:
    path = folder / "committees.xlsx"
    folders.set_cell(path, folders.sheet_number(path, "committees"), "E2", "<c><f>20+4</f><v>24</v></c>")
    with pytest.raises(UserError, match="E2: 1 cell of members holds a formula; its stored result was read"):
        tidy_files([path])


def test_a_file_with_faults_is_not_written_anew(folder: Path) -> None:
    path = saved_again(folder, lambda book: book["committees"].cell(2, 4, "activ"))
    before = path.read_bytes()
    with pytest.raises(SourceError, match='D2: "activ" is no value of status'):
        tidy_files([path])
    assert path.read_bytes() == before


def test_a_workbook_that_is_open_is_left_alone(folder: Path) -> None:
    path = saved_again(folder)
    (folder / "~$committees.xlsx").write_bytes(b"x")
    with pytest.raises(UserError, match=r"committees.xlsx is open in another program. Close it first"):
        tidy_files([path])


def test_a_file_that_no_schema_names_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r'names no such file. Nearest: "committees.xlsx"'):
        tidy_files([folder / "comittees.xlsx"])
    with pytest.raises(UserError, match=r"no folder above it holds a datapackage.json"):
        tidy_files([tmp_path / "alone.xlsx"])


def test_a_new_column_comes_to_schema_and_workbook_in_one_go(folder: Path, tmp_path: Path) -> None:
    entry = {"name": "website", "type": "string", "title": "Website", "constraints": {"pattern": "https://.*"}}
    lines = add_column(folder, "committees", entry, after="title")
    assert lines == [f"wrote {folder / 'datapackage.json'}", f"wrote {folder / 'committees.xlsx'}"]
    checked = check_folder(folder)
    assert checked.faults == ()
    assert list(checked.frames["committees"])[:4] == ["id", "title", "website", "parent"]
    assert list(checked.frames["committees"]["title"]) == ["Rare earth", "Lithium", "Resilience", "Specialty metals"]
    make_templates(folder, ["committees"], tmp_path / "again")
    assert (folder / "committees.xlsx").read_bytes() == (tmp_path / "again" / "committees.xlsx").read_bytes()


def test_a_new_column_comes_to_a_csv_file(folder: Path) -> None:
    done = CliRunner().invoke(
        app, ["add-column", "sources", "pages", "--type", "integer", "--required", "--from", str(folder)]
    )
    assert done.exit_code == 0
    assert (folder / "sources.csv").read_text("utf-8").splitlines()[0].endswith(",title,pages")
    assert done.output.splitlines()[-1] == (
        "sources.csv: pages must be filled in every row (2 rows); a check names them until it is."
    )
    assert [fault.code for fault in check_folder(folder).faults] == ["missing-required"] * 2


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"name": "website"}, r'resource "sources", field "website": type is not given'),
        ({"name": "website", "type": "text"}, r'field "website": type is the text "text"'),
        ({"name": "kind", "type": "string"}, r'field "kind" is declared twice'),
    ],
)
def test_a_field_that_no_schema_can_have_changes_nothing(folder: Path, entry: dict, said: str) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(SchemaError, match=said):
        add_column(folder, "sources", entry)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_workbook_that_cannot_be_written_leaves_the_schema_as_it_was(folder: Path, monkeypatch) -> None:
    before = (folder / "datapackage.json").read_bytes()
    path = saved_again(folder, lambda book: book["committees"].cell(2, 2, "x" * 32_000))

    def refuse(*_: object, **__: object) -> None:
        raise UserError("full")

    monkeypatch.setattr("sheetcheck.writing.files.write_file", refuse)
    with pytest.raises(UserError, match="full"):
        add_column(folder, "committees", {"name": "website", "type": "string"})
    assert (folder / "datapackage.json").read_bytes() == before
    assert path.is_file()


def test_a_column_that_only_the_schema_has_yet_is_made_by_template(folder: Path, tmp_path: Path) -> None:
    schema = json.loads((folder / "datapackage.json").read_text("utf-8"))
    schema["resources"][0]["schema"]["fields"].append({"name": "website", "type": "string"})
    (folder / "datapackage.json").write_text(json.dumps(schema), "utf-8")
    make_templates(folder, [], tmp_path / "new")
    shutil.copy(tmp_path / "new" / "committees.xlsx", folder)
    checked = check_folder(folder)
    assert checked.faults == ()
    assert list(checked.frames["committees"])[-2:] == ["website", "origin"]
    assert len(checked.frames["committees"]) == 4


def test_a_table_without_its_key_is_no_template(folder: Path, tmp_path: Path) -> None:
    saved_again(folder, lambda book: book["committees"].delete_cols(1))
    with pytest.raises(SourceError, match='column "id" is missing'):
        make_templates(folder, [], tmp_path / "new")
