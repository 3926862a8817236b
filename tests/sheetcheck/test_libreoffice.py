"""Our workbooks after LibreOffice saved them: the same rows, the same origins, no difference, no fault."""

import shutil
import subprocess
from pathlib import Path

import folders
import openpyxl
import pytest

from sheetcheck.changes.differences import compare_checked
from sheetcheck.checks import check_folder
from sheetcheck.writing.files import make_templates, tidy_files

SOURCES = Path(__file__).parents[2] / "data"
# They have columns of every type; to save all of ours again takes LibreOffice three times as long.
SEVERAL = ("export_controls.xlsx", "policy.xlsx", "sources.xlsx")
IS_MISSING = not shutil.which("soffice")


# Types a text into a cell and saves, as a person would; LibreOffice runs it only from a profile of its own.
MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Edit" script:language="StarBasic">
Sub TypeAndSave(address, sheetName, cellName, words)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  book = StarDesktop.loadComponentFromURL(address, "_blank", 0, hidden())
  book.Sheets.getByName(sheetName).getCellRangeByName(cellName).setString(words)
  Dim kind(0) As New com.sun.star.beans.PropertyValue
  kind(0).Name = "FilterName"
  kind(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(address, kind())
  book.close(True)
End Sub
</script:module>"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Edit"/></library:library>"""


class Office:
    """LibreOffice without a window, with a profile of its own."""

    def __init__(self, folder):
        self.profile = folder / "profile"
        self.run("--terminate_after_init")
        library = self.profile / "user" / "basic" / "Standard"
        library.mkdir(parents=True, exist_ok=True)
        (library / "script.xlb").write_text(LIBRARY, encoding="utf-8")
        (library / "Edit.xba").write_text(MACRO, encoding="utf-8")

    def run(self, *words):
        command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation={self.profile.as_uri()}", *words]
        subprocess.run(command, check=True, capture_output=True, timeout=120)

    def save_again(self, paths, folder):
        self.run("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder), *map(str, paths))

    def type_and_save(self, path, sheet, cell, text):
        self.run(f'macro:///Standard.Edit.TypeAndSave("{path.as_uri()}","{sheet}","{cell}","{text}")')


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """LibreOffice with one profile for all tests: to make one takes it longer than to save a workbook."""
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def ours():
    """Our data as a check reads them."""
    return check_folder(SOURCES)


@pytest.fixture
def small(tmp_path):
    """A small folder of templates, with drop-downs and help."""
    source, folder = folders.write_folder(tmp_path / "source"), tmp_path / "data"
    make_templates(source, [], folder)
    shutil.copy(source / "datapackage.json", folder)
    return folder


def copy(folder):
    """A copy of our data with its mirror."""
    return Path(shutil.copytree(SOURCES, folder, ignore=shutil.ignore_patterns("published")))


def assert_same(folder, ours):
    """The folder says to the letter what ours says."""
    theirs = check_folder(folder)
    assert ([str(fault) for fault in theirs.faults], theirs.remarks) == ([], ours.remarks)
    for name, frame in ours.frames.items():
        assert frame.equals(theirs.frames[name]), name
    assert compare_checked(ours, theirs, old_name="ours", new_name="theirs").is_empty


def test_workbooks_as_libreoffice_saves_them_say_the_same(tmp_path, ours):
    folder = copy(tmp_path / "data")
    for path in folder.glob("*.xlsx"):
        folders.save_like_libreoffice(path)
    parts = [part for path in folder.glob("*.xlsx") for part in folders.read_parts(path).values()]
    assert any(b"<f aca=" in part for part in parts)
    assert_same(folder, ours)


def test_a_truth_formula_whose_result_another_program_dropped_says_the_same(tmp_path, ours):
    folder = copy(tmp_path / "data")
    for path in (folder / name for name in SEVERAL):
        folders.save_like_libreoffice(path)
        openpyxl.load_workbook(path).save(path)
    assert_same(folder, ours)


@pytest.mark.skipif(IS_MISSING, reason="LibreOffice is not installed here")
def test_workbooks_saved_by_libreoffice_say_the_same(tmp_path, ours, office):
    folder = copy(tmp_path / "data")
    office.save_again([SOURCES / name for name in SEVERAL], folder)
    assert_same(folder, ours)


@pytest.mark.skipif(IS_MISSING, reason="LibreOffice is not installed here")
def test_a_workbook_edited_and_saved_by_libreoffice_still_passes_the_check(small, office):
    before = check_folder(small)
    office.type_and_save(small / "committees.xlsx", "committees", "B2", "Nagekeken; één keer")
    after = check_folder(small)
    assert [str(fault) for fault in after.faults] == []
    changed = {
        name: frame.compare(after.frames[name].drop(columns="origin")).to_dict("list")
        for name, frame in ((name, frame.drop(columns="origin")) for name, frame in before.frames.items())
        if not frame.equals(after.frames[name].drop(columns="origin"))
    }
    titles = {("title", "self"): ["Rare earth"], ("title", "other"): ["Nagekeken; één keer"]}
    assert changed == {"committees": titles}


@pytest.mark.skipif(IS_MISSING, reason="LibreOffice is not installed here")
def test_what_libreoffice_types_wrong_is_found_in_its_cell(small, office):
    office.type_and_save(small / "committees.xlsx", "committees", "D3", "activ")
    assert [fault.place for fault in check_folder(small).faults] == ["committees.xlsx › committees › D3"]


@pytest.mark.skipif(IS_MISSING, reason="LibreOffice is not installed here")
def test_tidy_gives_a_workbook_that_libreoffice_saved_its_bytes_back(tmp_path, office):
    source = folders.write_folder(tmp_path / "source")
    folder = tmp_path / "data"
    before = {path.name: path.read_bytes() for path in make_templates(source, [], folder)}
    shutil.copy(source / "datapackage.json", folder)
    made = make_templates(source, ["committees"], tmp_path / "made")
    office.save_again(made, folder)
    assert (folder / "committees.xlsx").read_bytes() != before["committees.xlsx"]
    tidy_files([folder / "committees.xlsx"])
    assert (folder / "committees.xlsx").read_bytes() == before["committees.xlsx"]
