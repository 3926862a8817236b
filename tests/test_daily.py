"""What a person does every day, as verbs that put the others together."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from kritiek.build.plan import load_plan, prepare
from kritiek.daily.catalogue import listed
from kritiek.daily.status import Status, status
from test_cli import answer, used
from trial_project import READ, add_notebook, make_project, show, table

ROOT = Path(__file__).parents[1]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of one exhibit, all of it committed; the current folder is its root."""
    root = make_project(tmp_path / "project", {"trial": [READ, show(table())]})
    monkeypatch.chdir(root)
    subprocess.run(["git", "init", "-q"], check=True)
    commit(root)
    return root


def commit(root):
    names = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"]
    subprocess.run(["git", *names, "add", "."], check=True, cwd=root)
    subprocess.run(["git", *names, "commit", "--allow-empty", "-qm", "data: Go on"], check=True, cwd=root)


def test_the_first_page_shows_at_most_twelve_verbs_in_three_groups():
    code, out, _ = answer("kritiek", "--help")
    verbs = [line.split()[1] for line in out.splitlines() if line.startswith("│ ") and line[2] != " "]
    assert code == 0 and len([verb for verb in verbs if not verb.startswith("--")]) <= 12
    assert [group for group in ("Every day", "Make", "Ask") if f"─ {group} ─" in out] == ["Every day", "Make", "Ask"]


def test_the_version_is_told():
    assert answer("kritiek", "--version") == (0, "kritiek 0.1.0\n", "")


def test_before_the_first_build_everything_is_to_be_built(project):
    code, out, _ = answer("kritiek", "status", "trial")
    assert code == 0
    assert "To build: trial.nl (it was not built before, or what was built is gone)." in out.splitlines()


def test_finish_does_every_step_and_says_what_to_commit(project):
    code, out, _ = answer("kritiek", "finish", "trial")
    assert code == 0, out
    assert [line for line in out.splitlines() if line.startswith("— ")] == [
        f"— {step}" for step in ("check", "changes", "build", "store", "mirror", "codebook", "results")
    ]
    assert "stored" not in out and "trial.ipynb" in out
    told = out.split("To commit together:\n")[1].splitlines()
    assert told[:2] == ["  notebooks/trial.ipynb", "  data/README.md"]
    commit(project)
    assert status(project, "trial").lines == ["Everything is as it should be."]


def test_an_edit_makes_its_exhibit_stale_and_is_named(project):
    assert answer("kritiek", "finish", "trial")[0] == 0
    commit(project)
    used(project, "id,value\na,2\n")
    assert status(project, "trial").lines == [
        "Edited since the last commit: data/used.csv.",
        "To build: trial.nl (used changed).",
        "Run kritiek finish trial.",
    ]


def test_a_page_that_somebody_edited_is_named_and_finish_mends_it(project):
    (project / "README.md").write_text(
        "# A\n\n<!-- other exhibits: here -->\n<!-- end of other exhibits -->\n", encoding="utf-8"
    )
    plan = project / "reports" / "trial.toml"
    plan.write_text(
        plan.read_text(encoding="utf-8").replace('languages = ["nl"]', 'languages = ["nl", "en"]'), encoding="utf-8"
    )
    assert answer("kritiek", "finish", "trial")[0] == 0
    commit(project)
    for name, word in (("README.md", "| trial"), ("data/README.md", "| text")):
        page = project / name
        assert status(project, "trial").lines == ["Everything is as it should be."]
        whole = page.read_text(encoding="utf-8")
        page.write_text(whole.replace(word, "| other", 1), encoding="utf-8")
        assert word in whole and status(project, "trial").lines == [
            f"Edited since the last commit: {name}.",
            f"Not up to date: {name}.",
            "Run kritiek finish trial.",
        ]
        assert answer("kritiek", "finish", "trial")[0] == 0
        assert page.read_text(encoding="utf-8") == whole
        commit(project)


def test_finish_stops_at_the_first_fault_and_names_it(project):
    used(project, "id,value\na,1\na,2\n")
    code, out, _ = answer("kritiek", "finish", "trial")
    assert code == 1
    assert "used.csv › line 3 › id" in out
    assert out.splitlines()[-1] == "Stopped at check. Mend that, and run kritiek finish again."
    assert not (project / "reports" / "trial").exists()
    code, out, _ = answer("kritiek", "status", "trial")
    assert (code, out.splitlines()[-1]) == (1, "The sources have 1 fault: run kritiek check.")


def test_an_exhibit_that_is_not_as_printed_stops_finish_and_is_told_by_status(project):
    add_notebook(project, "trial", READ, show(table()).replace("Bismut", "Bismuth"))
    code, out, _ = answer("kritiek", "finish", "trial")
    assert code == 1
    assert out.endswith(
        "Is a difference from the print meant? kritiek finish trial --accept EXHIBIT\n"
        '    --reason "…" records it, and goes on.\n'
        "Stopped at build. Mend that, and run kritiek finish again.\n"
    )
    # Nothing after the build was done.
    assert not (project / "data" / "README.md").exists()
    code, out, _ = answer("kritiek", "status", "trial")
    assert code == 1 and "Not as it should be: trial. Tabel 1: 3 of 4 cells as printed" in out


def test_the_status_has_ten_lines_at_most_whatever_there_is_to_tell():
    names = tuple(f"table_{number:02}" for number in range(1, 15))
    stale = tuple((name, "used changed") for name in names)
    differing = tuple((name, "3 of 4 cells as printed; " * 20) for name in names)
    lines = Status(names, 0, stale, differing, names, 72, ("data/README.md", "README.md"), "trial").lines
    assert len(lines) == 10
    assert lines[:3] == [
        "Edited since the last commit: table_01, table_02, table_03, table_04 and 10\n    more.",
        "Notebooks to store: table_01, table_02, table_03, table_04 and 10 more.",
        "To build: table_01, table_02, table_03, table_04 and 10 more (used changed).",
    ]
    assert lines[6:] == [
        "Not as they should be: table_04, table_05, table_06, table_07 and 7 more.",
        "To mirror: 72 sheets of the workbooks.",
        "Not up to date: data/README.md and README.md.",
        "Run kritiek finish trial.",
    ]
    assert all(line.endswith(" …") for line in lines[3:6])


@pytest.mark.parametrize(
    ("number", "told"), [(4, "a, b, c, d"), (5, "a, b, c, d and 1 more"), (6, "a, b, c, d and 2 more")]
)
def test_four_names_are_told_and_of_more_how_many(number, told):
    lines = Status(edited=tuple("abcdef"[:number])).lines
    assert lines == [f"Edited since the last commit: {told}.", "Everything is as it should be."]


def test_a_notebook_stored_with_other_results_is_named(project):
    assert answer("kritiek", "finish", "trial")[0] == 0
    path = project / "notebooks" / "trial.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    text = {"cell_type": "markdown", "id": "prose", "metadata": {}, "source": "Prose."}
    path.write_text(json.dumps({**notebook, "cells": [text, *notebook["cells"]]}), encoding="utf-8")
    assert not any("Notebooks to store" in line for line in status(project, "trial").lines)
    notebook["cells"][-1]["outputs"] = []
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert "Notebooks to store: trial." in status(project, "trial").lines


def test_one_step_is_done_alone_and_an_unknown_one_names_the_nearest(project):
    code, out, _ = answer("kritiek", "finish", "trial", "--only", "mirror")
    assert (code, out) == (0, "— mirror\n0 sheets\n")
    code, _, err = answer("kritiek", "finish", "trial", "--only", "miror")
    assert (code, err) == (1, '--only miror: there is no such step. Nearest: "mirror".\n')


def test_the_list_names_plans_exhibits_and_the_values_of_their_parameters(project):
    assert listed(project).splitlines()[:2] == ["trial: P", "  trial"]
    assert listed(project, "trial").splitlines()[1:] == ["trial  (trial.ipynb)", '    group = "steel"']


@pytest.mark.parametrize("plan", [None, "analyse"])
def test_a_list_fits_the_width_of_a_terminal(plan):
    assert max(map(len, listed(ROOT, plan).splitlines())) <= 80


def test_a_bare_number_means_the_table_of_that_number(tmp_path):
    root = make_project(tmp_path, {"table_04": [show(table())], "figure_04": [show(table())]})
    plan = load_plan("trial", root)
    assert [job.exhibit for job in prepare(plan, only=["4"])] == ["table_04"]
