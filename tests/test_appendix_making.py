"""Making an appendix: which files, when none, when again, and an archive that makes everything anew."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest

import appendix_cases as cases
from kritiek.appendix.making import FORMATS, appendix_after_build, make_appendix
from kritiek.build import building
from kritiek.build.engine.executed import pictures_in
from kritiek.errors import PlanError, RunError
from trial_project import READ, make_project, show, table

EXHIBIT = [READ, show(table())]
LIB = Path(__file__).parents[1] / "lib"


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A project with two good exhibits, built."""
    root = make_project(tmp_path_factory.mktemp("appendix") / "project", {"good": EXHIBIT, "other": EXHIBIT})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        assert build(root)[0]
    return root


@pytest.fixture
def project(built, tmp_path, monkeypatch) -> Path:
    """A copy of it, in which commands are given."""
    root = tmp_path / "project"
    shutil.copytree(built, root)
    monkeypatch.chdir(root)
    return root


def build(root: Path, **options) -> tuple[bool, str]:
    """Build as the command line does, with the appendix at the end; what was said of the appendix."""
    said = []

    def appendix(name: str, folder: Path) -> str:
        said.append(appendix_after_build(name, folder))
        return said[-1]

    given = {"only": [], "settings": [], "languages": None, "jobs": 1, "data": None, **options}
    return building.build_plan("trial", appendix=appendix, **given), "\n".join(said)


def made(root: Path) -> list[str]:
    folder = root / "reports" / "trial" / "appendix"
    return sorted(file.name for file in folder.glob("*") if not file.name.startswith("."))


def spoil(root: Path) -> None:
    """Change a source that the exhibits read."""
    (root / "data" / "used.csv").write_text("id,value\na,2\n", encoding="utf-8")


# Which files


def test_every_format_is_written_beside_the_notebooks(project):
    appendix = make_appendix("trial", project)
    assert {"trial.nl.docx", "trial.nl.pdf"} <= set(made(project))
    assert len(appendix.files) >= len(FORMATS) and all(file.is_file() for file in appendix.files)


def test_formats_languages_and_folder_can_be_chosen(project, tmp_path):
    appendix = make_appendix("trial", project, formats=["docx"], languages=["nl"], out=tmp_path / "out")
    assert [file.relative_to(tmp_path).as_posix() for file in appendix.files] == ["out/trial.nl.docx"]


def test_a_wrong_format_or_language_names_the_nearest(project):
    with pytest.raises(PlanError, match=r'--format: "docs" is unknown\. Nearest: "docx"'):
        make_appendix("trial", project, formats=["docs"])
    with pytest.raises(PlanError, match='--lang: "en" is unknown'):
        make_appendix("trial", project, languages=["en"])


# What it takes


def test_the_pictures_are_those_that_the_build_has_drawn():
    [entry] = [one for one in cases.real("batterijen").exhibits if one.figure]
    kept = pictures_in(cases.notebooks("batterijen")[entry.name], entry.name)
    assert entry.pictures("nl") == kept == entry.figure.pictures()
    assert pictures_in(cases.notebooks("batterijen")["table_01"], "table_01") is None


def test_nothing_is_loaded_that_draws_or_runs_notebooks(tmp_path):
    cases.built("batterijen")
    # Each takes a second, which is as long as a whole format should.
    heavy = ("matplotlib", "nbformat", "jsonschema", "papermill", "IPython")
    code = f"""
import pathlib, sys
from kritiek.appendix.making import make_appendix
made = make_appendix("batterijen", pathlib.Path({str(cases.ROOT)!r}), out=pathlib.Path({str(tmp_path)!r}))
print(len(made.files), [name for name in {heavy} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    count, _, found = done.stdout.strip().partition(" ")
    assert (int(count) > 20, found) == (True, "[]")


# When none, when a draft


def test_a_stale_run_is_refused_and_a_draft_of_it_says_why(project):
    spoil(project)
    with pytest.raises(RunError) as caught:
        make_appendix("trial", project, formats=["docx"])
    assert "trial is not to be delivered:\n  good: stale: used changed\n  other: stale" in str(caught.value)
    assert "kritiek appendix trial --draft\nWhat lies in reports/trial/appendix is of an earlier" in str(caught.value)
    draft = make_appendix("trial", project, formats=["docx"], is_draft=True)
    assert [file.relative_to(project).as_posix() for file in draft.files] == [
        "reports/trial/appendix/draft/trial.nl.docx"
    ]
    text = "\n".join(paragraph.text for paragraph in docx.Document(str(draft.files[0])).paragraphs)
    # In the language of the document, whatever the terminal speaks.
    assert "good: verouderd: used veranderd\n" in text and "changed" not in text


def test_an_exhibit_that_was_never_built_is_refused(project):
    (project / "reports" / "trial" / "other.nl.ipynb").unlink()
    with pytest.raises(RunError, match="other: not built"):
        make_appendix("trial", project, formats=["docx"])


def test_an_exhibit_that_differs_from_the_print_is_refused_and_the_build_says_so(project):
    printed = project / "data" / "published" / "good.csv"
    printed.write_text(printed.read_text(encoding="utf-8").replace("Bismut*°", "Bismut"), encoding="utf-8")
    agreed, said = build(project)
    assert not agreed
    assert "No appendix: trial is not to be delivered:\n  good: Tabel 1: 3 of 4 cells as printed" in said


# When again


def test_a_build_ends_with_the_appendix_and_the_next_one_makes_nothing(project):
    file = project / "reports" / "trial" / "appendix" / "trial.nl.docx"
    spoil(project)
    assert "Appendix in reports/trial/appendix: trial.nl.docx, trial.nl.pdf" in build(project)[1]
    before = file.stat().st_mtime_ns
    assert build(project) == (True, "")
    assert file.stat().st_mtime_ns == before


def test_nothing_is_written_where_the_same_lies_already_and_a_changed_file_is_replaced(project):
    first = make_appendix("trial", project, formats=["docx"])
    again = make_appendix("trial", project, formats=["docx"])
    assert (first.is_unchanged, again.is_unchanged, again.files) == (False, True, first.files)
    first.files[0].write_bytes(b"changed by hand")
    assert not make_appendix("trial", project, formats=["docx"]).is_unchanged
    assert first.files[0].read_bytes() != b"changed by hand"


def test_another_title_makes_another_appendix(project):
    make_appendix("trial", project, formats=["docx"])
    plan = project / "reports" / "trial.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace('title.nl = "P"', 'title.nl = "Q"'), encoding="utf-8")
    assert not make_appendix("trial", project, formats=["docx"]).is_unchanged


def test_a_trial_with_other_parameters_makes_no_appendix(project):
    assert build(project, only=["good"])[1] == ""


# The archive


def test_an_archive_makes_everything_in_it_anew(project, tmp_path):
    archive = make_appendix("trial", project, formats=["docx", "pdf"], has_archive=True).files[-1]
    assert archive.name == "trial.zip"
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
        opened.extractall(tmp_path / "unpacked")
    assert {"REBUILD.txt", "requirements.txt", "data/used.csv", "lib/kritiek/cli.py"} <= set(names)
    unpacked = tmp_path / "unpacked"
    report = unpacked / "reports" / "trial"
    kept = {file: file.read_bytes() for file in report.rglob("*") if file.is_file()}
    assert any(file.suffix == ".pdf" for file in kept) and any(file.suffix == ".ipynb" for file in kept)
    for file in kept:
        file.unlink()
    environment = {**os.environ, "PYTHONPATH": str(unpacked / "lib")}
    for words in (["build", "trial"], ["appendix", "trial", "--format", "docx,pdf"]):
        code = "import kritiek; print(kritiek.__file__); from kritiek.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            cwd=unpacked,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert str(unpacked / "lib") in done.stdout
    assert [file.name for file in kept if file.read_bytes() != kept[file]] == []


def test_an_archive_of_the_same_is_the_same_bytes_and_names_every_version(project, tmp_path):
    first, second = (
        make_appendix("trial", project, formats=["docx"], out=tmp_path / name, has_archive=True).files[-1]
        for name in ("a", "b")
    )
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as opened:
        lines = opened.read("requirements.txt").decode().splitlines()
        assert any(line.startswith("typst==") for line in lines) and not any("kritiek" in line for line in lines)
        assert json.loads(opened.read("archived.json"))["plan"] == "trial"
