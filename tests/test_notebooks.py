"""The stored notebooks have the house form, were run from top to bottom, and would not pass with a wrong result."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from papermill import inspect_notebook

from kritiek.build.plan.parameters import read_parameters
from make_failing_notebooks import FAULTS, FOLDER, failing

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LONGEST_CELL = 12  # lines


def cells(path, kind="code"):
    """The cells of that kind, with their source as one text."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [{**cell, "source": "".join(cell["source"])} for cell in notebook["cells"] if cell["cell_type"] == kind]


def outputs(path):
    """Every displayed result of a notebook, by its kinds."""
    return [output["data"] for cell in cells(path) for output in cell["outputs"] if "data" in output]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_counts_are_1_to_n(path):
    counts = [cell["execution_count"] for cell in cells(path)]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_stored_table_is_truncated(path):
    for data in outputs(path):
        text = "".join(data.get("text/plain", ""))
        assert not any(
            line.strip() in {"...", "..  ..."} or line.startswith(("..", "...")) for line in text.splitlines()
        ), text
        assert " rows x " not in text.replace("×", "x") or "..." not in text, text


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_house_form_is_kept(path):
    code = [cell["source"] for cell in cells(path)]
    prose = cells(path, "markdown")
    assert prose[0]["source"].startswith("# ")
    tagged = [cell for cell in cells(path) if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    assert tagged[0]["source"] == code[0]
    assert all("#" in line for line in code[0].splitlines()), "each parameter says its unit or values"
    imports = [line for line in code[1].splitlines() if line.startswith(("import ", "from "))]
    assert all(line == "import pandas as pd" or line.startswith("from kritiek.notebook import ") for line in imports)
    assert not [line for source in code[2:] for line in source.splitlines() if line.startswith(("import ", "from "))]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_papermill_tells_type_default_and_meaning_of_every_parameter(path):
    told = {name: (one["inferred_type_name"], one["default"]) for name, one in inspect_notebook(path).items()}
    assert told == {
        one.name: (type(one.default).__name__, json.dumps(one.default, ensure_ascii=False))
        for one in read_parameters(path)
    }
    assert all(one["help"] for one in inspect_notebook(path).values())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_rule_is_a_few_lines_of_pandas(path):
    for source in [cell["source"] for cell in cells(path)]:
        assert len(source.splitlines()) <= LONGEST_CELL
        banned = (ast.FunctionDef, ast.For, ast.While, ast.If, ast.Try, ast.With)
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, banned)], source
        assert "http" not in source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_stored_result_holds_an_address_a_path_or_an_error(path):
    text = json.dumps([cell["outputs"] for cell in cells(path)], ensure_ascii=False)
    assert "0x" not in text.replace("image/png", "") or "object at 0x" not in text
    assert str(ROOT) not in text
    assert '"output_type": "error"' not in text
    assert '"name": "stderr"' not in text


@pytest.fixture(scope="module")
def caught():
    """What pytest says of each notebook with a wrong stored result: its exit code, and what failed by the notebook."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "--nbval-current-env",
        "-n",
        "0",
        "-q",
        *("-p", "no:randomly"),  # the cells of a notebook run in their order, however its tests are shuffled
        "-o",
        "addopts=",
        *(str(FOLDER / f"{name}.ipynb") for name in FAULTS),
    ]
    found = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    parts = re.split(r"^_+ .*?(\w+)\.ipynb::.* _+$", found.stdout.split("short test summary")[0], flags=re.MULTILINE)
    return found.returncode, list(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("name", FAULTS)
def test_a_wrong_stored_result_is_caught(caught, name):
    path = FOLDER / f"{name}.ipynb"
    assert path.read_text(encoding="utf-8") == failing(*FAULTS[name]), "run tests/make_failing_notebooks.py"
    code, failed = caught
    (told,) = [text for notebook, text in failed if notebook == name]
    assert code == 1
    assert "mismatch 'text/plain'" in told
