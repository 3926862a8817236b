"""A whole folder: frames of what is right, all faults of all files in one order, nothing written, nothing thrown."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from pathlib import Path

import folders
import pytest
from typer.testing import CliRunner

from sheetcheck.checks import check_folder, require_valid
from sheetcheck.cli import app
from sheetcheck.faults import SchemaError, SourceError, render_text
from sheetcheck.messages import speaking

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder without faults, to spoil."""
    return folders.write_folder(tmp_path / "data")


def test_our_own_data_have_no_faults() -> None:
    checked = check_folder(DATA)
    assert render_text(checked.faults) == "No faults."
    assert set(checked.frames) == set(checked.package.names)


def test_a_folder_is_read_again_only_when_a_byte_a_name_or_the_language_is_another(folder: Path) -> None:
    other = check_folder(folders.copy_folder(folder, folder.parent / "other"))
    first = check_folder(folder)
    assert first.typed is other.typed and first.frames is other.frames
    assert (first.package.folder, other.package.folder) == (folder, folder.parent / "other")
    path = folder / "sources.csv"
    before, times = path.read_bytes(), (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    path.write_bytes(before[:-2] + b"x" + before[-1:])
    os.utime(path, ns=times)  # of the same size, and as old
    assert check_folder(folder).typed is not first.typed
    path.write_bytes(before)
    assert check_folder(folder).typed is first.typed
    (folder / "kopie.csv").write_bytes(b"")
    assert [remark.file for remark in check_folder(folder).remarks] == ["kopie.csv"]
    path.write_bytes(b"")
    told = []
    for language in ("nl", "en"):
        with speaking(language):
            told.append(check_folder(folder).faults[0].message)
    assert told[0] != told[1]


def test_of_a_folder_that_changed_only_the_files_that_changed_are_read_again(folder: Path) -> None:
    before = check_folder(folder)
    folders.write_csv(
        folder / "sources.csv", [[field["name"] for field in folders.SOURCES], *folders.ROWS["sources"][:1]]
    )
    after = check_folder(folder)
    assert after.typed["committees"].rows is before.typed["committees"].rows
    assert [len(one.typed["sources"].rows) for one in (before, after)] == [3, 2]
    # What is said of a file is said anew for another schema, and in the language of who asks.
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if resource["name"] == "materials":
            resource["dialect"]["excel"]["sheet"] = "stoffen"
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    for language, words in (("nl", "er is geen blad met deze naam"), ("en", "there is no sheet of this name")):
        with speaking(language):
            [told] = [fault.message for fault in check_folder(folder).faults if fault.file == "materials.xlsx"]
        assert told.startswith(words)


def test_frames_hold_typed_values_and_the_origin_of_every_row(folder: Path) -> None:
    checked = check_folder(folder)
    assert list(checked.frames) == ["committees", "relevance", "materials", "sources"]
    frame = checked.frames["committees"]
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        **dict.fromkeys(("id", "title", "parent", "status", "founded", "materials", "source", "origin"), "object"),
        "members": "Int64",
        "share": "Float64",
        "is_open": "boolean",
    }
    first, third = frame.iloc[0], frame.iloc[2]
    assert (first["members"], first["share"], first["is_open"]) == (24, 0.5, True)
    assert (first["founded"], first["materials"]) == (dt.date(2015, 9, 1), ("Nd", "Dy"))
    assert (third["status"], third["founded"], third["materials"]) == ("suspended", None, ())
    assert frame["share"].isna().tolist() == [False, False, True, False]
    assert first["parent"] is None
    assert first["origin"] == "committees.xlsx › committees › row 2"
    assert checked.frames["sources"]["origin"].tolist() == ["sources.csv › line 2", "sources.csv › line 3"]


def test_every_fault_of_every_file_is_found_in_one_run_in_the_order_of_the_schema(folder: Path) -> None:
    path = folder / "committees.xlsx"
    folders.set_cell(path, 2, "C3", folders.as_cell(" x"))
    folders.set_cell(path, 1, "F4", folders.as_cell(3))
    folders.set_cell(path, 1, "D2", folders.as_cell("gestopt"))
    folders.set_cell(folder / "materials.xlsx", 1, "B2", "")
    (folder / "sources.csv").write_bytes(b"")
    checked = check_folder(folder)
    assert [(fault.file, fault.sheet, fault.cell, fault.code) for fault in checked.faults] == [
        ("committees.xlsx", "committees", "D2", "unknown-value"),
        ("committees.xlsx", "committees", "F4", "out-of-range"),
        ("committees.xlsx", "relevance", "C3", "leading-blank"),
        ("materials.xlsx", "materials", "B2", "missing-required"),
        ("sources.csv", None, None, "empty-file"),
    ]
    assert set(checked.frames) == {"committees", "relevance", "materials"}


def test_a_folder_with_faults_is_refused_with_all_of_them_in_the_message(folder: Path) -> None:
    require_valid(check_folder(folder))
    folders.set_cell(folder / "committees.xlsx", 2, "A2", folders.as_cell("ISO/TC 289"))
    (folder / "sources.csv").unlink()
    with pytest.raises(SourceError) as caught:
        require_valid(check_folder(folder))
    assert "committees.xlsx › relevance › A2" in str(caught.value)
    assert "sources.csv: is missing" in str(caught.value)
    assert [fault.code for fault in caught.value.faults] == ["unknown-reference", "missing-file"]


def test_an_unusable_folder_or_schema_is_another_error(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(SchemaError, match="no such folder"):
        check_folder(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SchemaError, match=r"no datapackage\.json"):
        check_folder(tmp_path / "empty")
    bad = folders.column("id", pattern="([")
    folders.write_folder(tmp_path / "bad", {"a": [["x"]]}, [folders.resource("a", "a.csv", None, [bad], ["id"])])
    with pytest.raises(SchemaError, match="pattern: found the text"):
        check_folder(tmp_path / "bad")


def test_a_check_writes_nothing(folder: Path) -> None:
    (folder / "sources.csv").write_bytes(b"id;kind\nx;y\n")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(folder.rglob("*"))}
    check_folder(folder)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(folder.rglob("*"))} == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder that refuses to be written")
def test_a_folder_that_cannot_be_written_is_checked_all_the_same(folder: Path) -> None:
    folder.chmod(0o500)
    try:
        assert check_folder(folder).faults == ()
    finally:
        folder.chmod(0o700)


def test_lock_files_and_copies_beside_the_sources_are_said_and_skipped(folder: Path) -> None:
    (folder / "~$committees.xlsx").write_bytes(b"x")
    (folder / "committees (1).xlsx").write_bytes(b"x")
    (folder / "notes.txt").write_bytes(b"x")
    checked = check_folder(folder)
    assert checked.faults == ()
    assert [(remark.file, remark.code) for remark in checked.remarks] == [
        ("committees (1).xlsx", "unknown-file"),
        ("~$committees.xlsx", "lock-file"),
    ]
    assert "committees.xlsx is open in Excel: close it first" in checked.remarks[1].message


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("committees (2).xlsx", "committees.xlsx"),
        ("committees(1).xlsx", "committees.xlsx"),
        ("Kopie van Committees.xlsx", "committees.xlsx"),
        ("committees - kopie.xlsx", "committees.xlsx"),
        ("committees - Copy (3).xlsx", "committees.xlsx"),
        ("committees copy 2.xlsx", "committees.xlsx"),
        ("sources (1).csv", "sources.csv"),
        ("others (1).xlsx", None),
        ("committees_2025.xlsx", None),
    ],
)
def test_a_copy_beside_a_source_is_said_to_be_one_that_is_not_read(folder: Path, name: str, source: str | None) -> None:
    (folder / name).write_bytes(b"x")
    (remark,) = check_folder(folder).remarks
    if source:
        assert remark.message.startswith(f"looks like a copy of {source}, and only {source} is read: if you edited")
    else:
        assert remark.message == "is not in the schema; it was not read."


def test_a_refused_file_leaves_the_others_checked(folder: Path) -> None:
    (folder / "committees.xlsx").write_bytes(b"<html>")
    checked = check_folder(folder)
    assert [fault.code for fault in checked.faults] == ["not-a-workbook"]
    assert set(checked.frames) == {"materials", "sources"}


def test_frames_of_a_check_are_made_once(folder: Path) -> None:
    checked = check_folder(folder)
    assert checked.frames is checked.frames


def test_a_file_of_libreoffice_is_named_with_how_to_save_it(folder: Path) -> None:
    (folder / "materials.ods").write_bytes(b"x")
    (remark,) = check_folder(folder).remarks
    assert remark.message.startswith("is not in the schema; it was not read. materials.xlsx is the source: if this one")
    (folder / "materials.xlsx").unlink()
    fault = next(fault for fault in check_folder(folder).faults if fault.file == "materials.xlsx")
    assert fault.message.startswith(
        'is missing, and there is "materials.ods". Is that the file? Open it in LibreOffice, choose File, Save As,'
        ' and save it as "Excel 2007-365 (.xlsx)" named materials.xlsx.'
    )


@pytest.mark.parametrize("inside", ["", "data", "notebooks/more"])
def test_check_finds_the_data_folder_from_anywhere_in_the_project(folder: Path, monkeypatch, inside: str) -> None:
    project = folder.parent / "project"
    (project / "notebooks" / "more").mkdir(parents=True)
    shutil.copytree(folder, project / "data")
    monkeypatch.chdir(project / inside)
    done = CliRunner().invoke(app, ["check", "--lang", "nl"])
    assert (done.exit_code, done.output) == (0, "Geen fouten.\n")


def test_a_misspelt_language_is_named(folder: Path) -> None:
    done = CliRunner().invoke(app, ["check", str(folder), "--lang", "du"])
    assert (done.exit_code, done.output) == (1, '--lang: "du" is not known. Valid: nl, en.\n')
