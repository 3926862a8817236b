"""JupyterLab as people meet it: it trusts the notebooks, and saving one that nobody changed changes nothing."""

from __future__ import annotations

import asyncio
import json
import platform
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from jupyter_server.services.contents.filemanager import FileContentsManager
from nbformat import read
from nbformat.sign import NotebookNotary
from traitlets.utils.importstring import import_item

from kritiek.build.store import open_lab, subprocess
from kritiek.daily.contents import ProjectContents
from kritiek.exhibits.html_table import frame_html
from test_cli import answer
from test_engine import executed, outputs
from trial_project import READ, add_notebook, make_project, show, table

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A project of one exhibit, of a user who has signed nothing yet."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    root = make_project(tmp_path / "project", {"trial": [READ, show(table())]})
    monkeypatch.chdir(root)
    return root


class Untrusted(HTMLParser):
    """What JupyterLab shows of a page that it does not trust: cells to the right but where their tag says otherwise."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.cells: list[tuple[str, str]] = []  # how it stands, and its text
        self.headings: list[bool] = []
        self.is_open = False
        self.dropped = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag in ("td", "th"):
            style = dict(attrs).get("style") or ""
            stands = re.search(r"text-align: (\w+)", style)
            self.cells.append((stands[1] if stands else "right", ""))
            self.headings.append(tag == "th")
            self.is_open = True
        self.dropped |= tag == "style"

    def handle_endtag(self, tag):
        self.is_open &= tag not in ("td", "th")

    @property
    def below(self) -> list[tuple[str, str]]:
        """The cells that are no headings."""
        return [cell for cell, is_heading in zip(self.cells, self.headings, strict=True) if not is_heading]

    def handle_data(self, data):
        if self.is_open:
            stands, text = self.cells.pop()
            self.cells.append((stands, text + data.strip()))


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
    monkeypatch.setattr(subprocess, "call", lambda words, **options: seen.extend([is_trusted(path), *words]))
    open_lab(project)
    assert seen[0]
    # This Python, whatever place the scripts of a copied environment name.
    assert seen[1:4] == [sys.executable, "-m", "jupyterlab"]
    # What reads and writes its files is there under the name that it is given by.
    (contents,) = [
        word.partition("=")[2] for word in seen[1:] if word.startswith("--ServerApp.contents_manager_class=")
    ]
    assert import_item(contents) is ProjectContents


def test_signing_builds_no_grammar_of_addresses_which_takes_a_second(project):
    code = "import sys; from pathlib import Path; from kritiek.build.store import sign; sign([Path(sys.argv[1])])"
    code += "; print('nbformat' in sys.modules, 'lark' in sys.modules)"
    words = [sys.executable, "-P", "-c", code, str(project / "notebooks" / "trial.ipynb")]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout == "True False\n"


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


def pages_shown(path: Path) -> list[str]:
    """Every page of HTML among the results that a notebook was stored with."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    shown = [output.get("data", {}).get("text/html") for cell in cells for output in cell.get("outputs", ())]
    return ["".join(page) for page in shown if page]


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_table_of_a_notebook_is_readable_where_it_is_not_trusted(path):
    for page in map(Untrusted, pages_shown(path)):
        assert not page.dropped
        # To the right stand numbers alone; what is cut ends in three dots.
        assert [text for stands, text in page.below if stands == "right" and re.search("[a-zA-Z]{12}", text)] == []
        assert [text for _, text in page.cells if len(text) > 40 and text.endswith("...")] == []


@pytest.mark.parametrize("isolated", [False, True])
def test_a_frame_of_pandas_stands_to_the_left_whole_and_its_numbers_to_the_right(tmp_path, isolated):
    root = make_project(tmp_path, {})
    words = "Coking coal and everything else that is longer than fifty characters"
    frame = f"import pandas as pd; pd.DataFrame({{'name': ['{words}', 'Boron'], 'share': [98.5, None], 'n': [1, 12]}})"
    add_notebook(root, "frame", "from kritiek.notebook import Sources; Sources.load(data_dir)", frame)
    (notebook,) = executed(root, "frame", isolated=isolated)
    output = outputs(notebook)[-1]
    page = Untrusted("".join(output["data"]["text/html"]))
    assert not page.dropped
    assert page.cells == [
        ("left", ""),
        *[("left", "name"), ("right", "share"), ("right", "n")],
        *[("left", "0"), ("left", words), ("right", "98.5"), ("right", "1")],
        *[("left", "1"), ("left", "Boron"), ("right", "NaN"), ("right", "12")],
    ]


def test_a_frame_with_two_headings_or_too_many_columns_stands_as_its_columns_or_to_the_left():
    pair = pd.DataFrame([["a", 1]], columns=pd.MultiIndex.from_tuples([("x", "word"), ("x", "n")]))
    assert Untrusted(frame_html(pair)).cells[-3:] == [("left", "0"), ("left", "a"), ("right", "1")]
    wide = pd.DataFrame([range(30)])
    with pd.option_context("display.max_columns", 20):
        assert {stands for stands, _ in Untrusted(frame_html(wide)).cells} == {"left"}
    assert {stands for stands, _ in Untrusted(frame_html(wide)).cells[1:31]} == {"right"}


def numbers_that_a_browser_changes(text: str) -> list[str]:
    """Numbers of a JSON file that JavaScript, which knows one kind of number, writes in another form."""
    found: list[str] = []
    json.loads(text, parse_float=lambda number: found.append(number) or float(number))
    return [number for number in found if repr(float(number)) != number or float(number).is_integer() or "e" in number]


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_save_in_a_browser_changes_no_number_of_a_stored_notebook(path):
    assert numbers_that_a_browser_changes(path.read_text(encoding="utf-8")) == []


def test_numbers_that_a_browser_changes_are_seen():
    assert numbers_that_a_browser_changes('{"a": [1, 2.5, -0.25], "b": [19.0, 1e-07, 0.10]}') == [
        "19.0",
        "1e-07",
        "0.10",
    ]


def lab_saw_and_kept(path: Path, folder: Path) -> tuple[dict, bytes]:
    """The metadata with which JupyterLab gets a notebook in `kritiek lab`, and the file after it saved that."""
    shutil.copy(path, folder)
    manager = ProjectContents(root_dir=str(folder))

    async def opened_and_saved():
        model = await manager.get(path.name)
        metadata = model["content"]["metadata"]
        await manager.save({key: model[key] for key in ("type", "format", "content")}, path.name)
        return metadata

    return asyncio.run(opened_and_saved()), (folder / path.name).read_bytes()


def test_a_notebook_that_the_lab_opens_has_what_its_kernel_will_say_and_is_saved_without(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")  # as `kritiek lab` does
    path = NOTEBOOKS / "table_04.ipynb"
    metadata, after = lab_saw_and_kept(path, tmp_path)
    assert metadata["kernelspec"] == {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    assert metadata["language_info"]["version"] == platform.python_version()
    assert after == path.read_bytes()


def test_a_notebook_of_another_kernel_is_opened_and_saved_as_it_is(tmp_path):
    content = json.loads((NOTEBOOKS / "table_04.ipynb").read_text(encoding="utf-8"))
    content["metadata"]["kernelspec"] = {"display_name": "R", "language": "R", "name": "ir"}
    path = tmp_path / "r.ipynb"
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (tmp_path / "lab").mkdir()
    assert lab_saw_and_kept(path, tmp_path / "lab") == (content["metadata"], path.read_bytes())


def test_a_notebook_in_another_form_than_jupyters_is_found(tmp_path):
    folder = tmp_path / "saved"
    folder.mkdir()
    content = json.loads((NOTEBOOKS / "template.ipynb").read_text(encoding="utf-8"))
    other = tmp_path / "other.ipynb"
    other.write_text(json.dumps(dict(reversed(content.items())), indent=1), encoding="utf-8")
    assert changed_by_a_save([other], folder) == ["other.ipynb"]
