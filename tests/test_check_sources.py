"""The notebook for who edits a spreadsheet: every fault with its cell, in Dutch, and never a traceback."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import papermill
import pytest

from kritiek.build.store import OF_NOW_TAG, store_notebooks
from kritiek.daily import editor
from sheetcheck.changes import history
from sheetcheck.faults import Fault
from test_new_exhibit import copy
from trial_project import READ, add_notebook, make_project, show, table

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "check_sources.ipynb"


def commit(root: Path) -> None:
    names = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "data: Begin"]):
        subprocess.run(["git", *names, *words], check=True, cwd=root)


def put(book: Path, sheet: str, values: dict[str, object]) -> None:
    workbook = openpyxl.load_workbook(book)
    for cell, value in values.items():
        workbook[sheet][cell].value = value
    workbook.save(book)


@pytest.fixture(scope="module")
def executed(tmp_path_factory) -> list[dict]:
    """The cells of the notebook as it runs on a copy of the project with ten planted faults, in a kernel."""
    root = copy(tmp_path_factory.mktemp("faulty") / "project")
    commit(root)
    data = root / "data"
    put(data / "materials.xlsx", "list_members", {"C3": "kobald", "B5": "drie", "I7": "zeker"})
    put(data / "committees.xlsx", "relevance", {"M4": None, "D5": "iso-tc-298"})
    put(data / "sources.xlsx", "sources", {"E6": "  x "})
    put(data / "export_controls.xlsx", "measures", {"F3": "3 juli 2023", "G4": "2022-01-01"})
    file = data / "governance.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("second-hand", "tweedehands", 1) + "x\n", encoding="utf-8")
    target = root / "out.ipynb"
    folder = str(root / "notebooks")
    papermill.execute_notebook(NOTEBOOK, target, {"language": "nl"}, cwd=folder, progress_bar=False)
    return json.loads(target.read_text(encoding="utf-8"))["cells"]


def shown(cells: list[dict], code: str) -> str:
    """What the cell with this code shows, as text."""
    [cell] = [one for one in cells if "".join(one["source"]).startswith(code)]
    return "".join(cell["outputs"][0]["data"]["text/plain"])


def test_each_planted_fault_stands_with_file_sheet_cell_what_was_found_and_what_to_do(executed):
    text = shown(executed, "editor.faults")
    assert text.splitlines()[0].startswith("10 fouten in 5 bestanden.")
    assert "Bestand | Blad | Cel | Kolom | Gevonden | Verwacht | Wat te doen" in text
    for place in ("list_members | C3", "list_members | B5", "list_members | I7", "relevance | M4", "relevance | D5"):
        assert f" | {place} | " in text
    for place in ("sources | E6", "measures | F3", "measures | G4", "governance.csv |  | regel 2"):
        assert place in text
    assert (
        'materials.xlsx | list_members | B5 | order | "drie" is tekst waar een getal hoort. | een getal | Typ een'
        " getal, of laat de cel leeg en zeg in een noot waarom."
    ) in text


def test_what_changed_is_told_cell_by_cell_and_the_rest_waits_for_the_faults(executed):
    assert (
        'materials.xlsx | list_members | I7 | list report-2026-critical, order 6 | confidence | "verified" | "zeker"'
        in (shown(executed, "editor.changes"))
    )
    for code in ("editor.exhibits", "editor.steps"):
        assert shown(executed, code).splitlines()[0].startswith("Eerst de fouten hierboven")


def test_it_shows_no_error_no_path_and_nothing_on_the_error_channel(executed):
    outputs = [output for cell in executed for output in cell.get("outputs", ())]
    assert {output["output_type"] for output in outputs} == {"execute_result"}
    assert "Traceback" not in json.dumps(outputs) and "/project" not in json.dumps(outputs)


# What is stored says nothing of the clone that stored it


def test_what_says_how_a_clone_stands_now_is_not_stored(tmp_path):
    root = make_project(tmp_path, {"trial": ["1 + 1", "2 + 2"]})
    path = root / "notebooks" / "trial.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][1]["metadata"]["tags"] = [OF_NOW_TAG]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    store_notebooks(root)
    stored = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert [len(cell["outputs"]) for cell in stored] == [0, 0, 1]


def test_the_stored_notebook_keeps_what_every_clone_shows_and_nothing_else():
    code = [cell for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    kept = ["".join(cell["source"]) for cell in code if cell["outputs"]]
    assert kept == ["editor.faults(language=language)"]


# Every part, by itself


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    root = make_project(tmp_path / "project", {"trial": [READ, show(table())]})
    commit(root)
    monkeypatch.chdir(root)
    return root


def test_without_faults_or_changes_each_part_is_a_sentence(project):
    assert repr(editor.faults()) == "Geen fouten, in 2 bladen van 2 bestanden."
    assert repr(editor.faults(language="en")) == "No faults, in 2 sheets of 2 files."
    assert re.fullmatch(r"Niets gewijzigd sinds [0-9a-f]+, .*: data: Begin\.", repr(editor.changes()))
    assert repr(editor.exhibits("trial")) == "Niets veranderd, dus geen tabel of figuur verandert."
    assert "maken | nog te doen | trial" in repr(editor.steps("trial"))


def test_an_exhibit_that_an_edit_changes_is_named_with_its_cell(project):
    cells = (
        "from kritiek.notebook import Sources, Table\nfrom kritiek.exhibits.tables import Texts",
        "rows = Sources.load(data_dir).read('used')\nwords = {'nl': 'Waarde', 'en': 'Value'}",
        "number = {'nl': 'Tabel 1', 'en': 'Table 1'}",
        "Table(Texts('trial', number, words, words, (('value', words),), ()), rows, language)",
    )
    add_notebook(project, "trial", *cells)
    (project / "data" / "used.csv").write_text("id,value\na,2\n", encoding="utf-8")
    assert repr(editor.exhibits("trial")).splitlines() == [
        "1 van de 1 tabellen en figuren van trial.",
        "Welke tabellen en figuren daardoor veranderen",
        "Tabel of figuur | Cellen anders | Rijen erbij | Rijen weg | Waar, wat er stond en wat er komt",
        'Tabel 1 | 1 | 0 | 0 | Waarde: "1" → "2"',
    ]


def test_many_faults_of_one_kind_are_counted(project):
    lines = [f"{number},x" for number in range(20)]
    (project / "data" / "used.csv").write_text("\n".join(["id,value", *lines, *lines, ""]), encoding="utf-8")
    rows = editor.faults().rows
    assert len(rows) == 13 and rows[-1][4] == "en nog 8 van deze soort, tot en met regel 41"


PARTS = {
    "faults": editor.faults,
    "changes": editor.changes,
    "exhibits": lambda **options: editor.exhibits("trial", **options),
    "steps": lambda **options: editor.steps("trial", **options),
}


@pytest.mark.parametrize("part", PARTS)
def test_what_cannot_be_done_is_a_sentence_in_every_part(project, part, monkeypatch):
    assert repr(PARTS[part](language="de")) == 'language: "de" is onbekend. Kies nl of en.'
    (project / "data" / "datapackage.json").write_text("{", encoding="utf-8")
    assert "datapackage.json" in repr(PARTS[part]())
    shutil.rmtree(project / "data")
    assert not PARTS[part]().is_good

    def fail(*arguments, **options):
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(editor, "project_root", fail)
    assert repr(PARTS[part]()).startswith("Dit kon niet worden nagegaan (ZeroDivisionError: planted).")


def test_without_git_or_with_an_unknown_plan_each_part_says_what_to_do(project, monkeypatch):
    assert 'Er is geen plan "trail"' in repr(editor.steps("trail"))
    monkeypatch.setattr(history.shutil, "which", lambda name: None)
    assert "git" in repr(editor.changes()) and not editor.changes().is_good
    assert not editor.exhibits("trial").is_good


def test_a_value_with_a_point_stays_in_one_sentence_and_markup_is_text():
    fault = Fault(file="a.csv", cell="line 2", column="id", code="x", message='"A. B" is <b>fout</b>. Typ "C. D".')
    row = editor._fault_row(fault)
    assert row[4:] == ('"A. B" is <b>fout</b>.', "", 'Typ "C. D".')
    page = editor.Report("x", False, "c", tuple("abcdefg"), (row,))._repr_html_()
    assert "<b>" not in page and "&lt;b&gt;fout" in page
