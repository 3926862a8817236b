"""The mirror says what the workbooks say, and is found out when it does not."""

import json
from pathlib import Path

import openpyxl
import pytest

from sheetcheck.faults import SourceError
from sheetcheck.publish.mirror import make_mirror, mirror_differences
from sheetcheck.writing.files import make_templates

SOURCES = Path(__file__).parents[2] / "data"


def field(name, kind="string", **entries):
    return {"name": name, "type": kind, **entries}


def table(name, path, *fields, **entries):
    return {"name": name, "path": path, "schema": {"fields": [field("id"), *fields]}, **entries}


def sheet(name):
    return {"excel": {"sheet": name}}


SCHEMA = {
    "resources": [
        table("parts", "parts.xlsx", field("count", "integer"), field("spare", "boolean"), dialect=sheet("parts")),
        table("tools", "parts.xlsx", dialect=sheet("tools")),
        table("makers", "makers.csv"),
    ]
}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "datapackage.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    make_templates(folder, [], folder)
    book = openpyxl.load_workbook(folder / "parts.xlsx")
    book["parts"].append(("a", 1, True))
    book["tools"].append(("t",))
    book.save(folder / "parts.xlsx")
    (folder / "makers.csv").write_text("id\nm\n", encoding="utf-8", newline="\n")
    return folder


def type_in(folder, *rows):
    book = openpyxl.load_workbook(folder / "parts.xlsx")
    for row in rows:
        book["parts"].append(row)
    book.save(folder / "parts.xlsx")


def mirrored(folder):
    root = folder / "mirror"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_each_sheet_becomes_a_csv_and_a_csv_source_has_no_mirror(folder):
    type_in(folder, ("é", None, False), ("a,b", 3, True))
    written = make_mirror(folder)
    assert [path.relative_to(folder).as_posix() for path in written] == [
        "mirror/parts/parts.csv",
        "mirror/parts/tools.csv",
    ]
    assert mirrored(folder) == {
        "parts/parts.csv": 'id,count,spare\na,1,TRUE\né,,FALSE\n"a,b",3,TRUE\n'.encode(),
        "parts/tools.csv": b"id\nt\n",
    }


def test_a_fresh_mirror_has_no_differences_and_is_not_written_again(folder):
    make_mirror(folder)
    file = folder / "mirror" / "parts" / "parts.csv"
    stamp = file.stat().st_mtime_ns
    assert mirror_differences(folder) == []
    make_mirror(folder)
    assert file.stat().st_mtime_ns == stamp


def test_a_sheet_that_was_edited_is_named_until_the_mirror_is_made_again(folder):
    make_mirror(folder)
    type_in(folder, ("new", 1, True))
    assert mirror_differences(folder) == [
        "data/mirror/parts/parts.csv is not what parts.xlsx says: run sheetcheck mirror"
    ]
    make_mirror(folder)
    assert mirror_differences(folder) == []


def test_a_missing_and_a_stale_file_are_named_and_mended(folder):
    make_mirror(folder)
    (folder / "mirror" / "parts" / "tools.csv").unlink()
    stale = folder / "mirror" / "old" / "sheet.csv"
    stale.parent.mkdir()
    stale.write_text("id\n", encoding="utf-8")
    assert mirror_differences(folder) == [
        "data/mirror/parts/tools.csv is not there: run sheetcheck mirror",
        "data/mirror/old/sheet.csv belongs to no sheet: run sheetcheck mirror",
    ]
    make_mirror(folder)
    assert sorted(mirrored(folder)) == ["parts/parts.csv", "parts/tools.csv"]
    assert not stale.parent.exists()


def test_only_csv_files_are_ever_removed(folder):
    make_mirror(folder)
    note = folder / "mirror" / "read.txt"
    note.write_text("mine", encoding="utf-8")
    make_mirror(folder)
    assert note.read_text(encoding="utf-8") == "mine"


def test_a_faulty_source_leaves_the_mirror_as_it_was(folder):
    make_mirror(folder)
    before = mirrored(folder)
    type_in(folder, ("b", "many", True))
    for use in (make_mirror, mirror_differences):
        with pytest.raises(SourceError) as error:
            use(folder)
        assert [fault.place for fault in error.value.faults] == ["parts.xlsx › parts › B3"]
    assert mirrored(folder) == before


def test_the_mirror_of_our_sources_is_what_the_workbooks_say():
    assert mirror_differences(SOURCES) == []
