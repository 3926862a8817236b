"""JupyterLab as people meet it: it trusts the notebooks, and saving one that nobody changed changes nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jupyter_server.services.contents.filemanager import FileContentsManager
from nbformat import read
from nbformat.sign import NotebookNotary

from kritiek.build.store import open_lab, subprocess
from test_cli import answer
from trial_project import READ, make_project, show, table

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A project of one exhibit, of a user who has signed nothing yet."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    root = make_project(tmp_path / "project", {"trial": [READ, show(table())]})
    monkeypatch.chdir(root)
    return root


def is_trusted(path: Path) -> bool:
    """Whether Jupyter shows what a notebook holds as its own, read as Jupyter reads it."""
    return NotebookNotary().check_signature(read(path, as_version=4))


def test_a_build_makes_jupyter_trust_the_notebooks_and_what_they_gave(project):
    notebook = project / "notebooks" / "trial.ipynb"
    assert not is_trusted(notebook)
    assert answer("kritiek", "build", "trial")[0] == 0
    assert is_trusted(notebook) and is_trusted(project / "reports" / "trial" / "trial.nl.ipynb")


def test_storing_a_notebook_makes_jupyter_trust_it(project):
    assert answer("kritiek", "store")[0] == 0
    assert is_trusted(project / "notebooks" / "trial.ipynb")


def test_opening_jupyterlab_makes_it_trust_the_notebooks_first(project, monkeypatch):
    seen = []
    path = project / "notebooks" / "trial.ipynb"
    monkeypatch.setattr(subprocess, "call", lambda *words, **options: seen.append(is_trusted(path)))
    open_lab(project)
    assert seen == [True]


def test_a_notebook_that_another_changed_is_not_trusted(project):
    assert answer("kritiek", "store")[0] == 0
    path = project / "notebooks" / "trial.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("the table", "another"), encoding="utf-8")
    assert not is_trusted(path)


def changed_by_a_save(paths: list[Path], folder: Path) -> list[str]:
    """Which notebooks have other bytes after Jupyter's server opened and saved them."""
    manager = FileContentsManager(root_dir=str(folder))
    found = []
    for path in paths:
        shutil.copy(path, folder)
        model = manager.get(path.name)
        manager.save({key: model[key] for key in ("type", "format", "content")}, path.name)
        if (folder / path.name).read_bytes() != path.read_bytes():
            found.append(path.name)
    return found


def test_a_plain_save_in_jupyterlab_changes_no_stored_notebook(tmp_path):
    assert changed_by_a_save(sorted(NOTEBOOKS.glob("*.ipynb")), tmp_path) == []


def test_a_notebook_in_another_form_than_jupyters_is_found(tmp_path):
    folder = tmp_path / "saved"
    folder.mkdir()
    content = json.loads((NOTEBOOKS / "template.ipynb").read_text(encoding="utf-8"))
    other = tmp_path / "other.ipynb"
    other.write_text(json.dumps(dict(reversed(content.items())), indent=1), encoding="utf-8")
    assert changed_by_a_save([other], folder) == ["other.ipynb"]
