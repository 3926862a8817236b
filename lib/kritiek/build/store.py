"""Notebooks in, the same notebooks with fresh results out; and JupyterLab opened on them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from kritiek.build import PUBLISHED_PLAN
from kritiek.build.engine.executed import tidied
from kritiek.build.engine.pool import Request, reports, spare_grammar
from kritiek.build.plan import load_plan, plan_names
from kritiek.errors import RunError
from kritiek.project import NOTEBOOKS_FOLDER
from sheetcheck.faults import disk_sentence
from sheetcheck.messages import say
from sheetcheck.nearest import nearest_name
from sheetcheck.writing.records import replace_file

# A kernel writes its own version here, which would make every stored notebook differ from machine to machine.
STORED_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

# What JupyterLab's server reads and writes with; named, since to import it takes a second.
CONTENTS = "kritiek.daily.contents.ProjectContents"

# nbval compares nothing of such a cell: it says how this clone stands now, which is another thing in every clone.
OF_NOW_TAG = "nbval-ignore-output"


def store_notebooks(root: Path, names: Sequence[str] = ()) -> list[Path]:
    """Run the named notebooks (none means all) top to bottom with their defaults, and keep the results in them.

    A notebook that fails stays as it was, and the others are stored all the same. Raises RunError for an unknown
    name, or with what failed in which cell, and PlanError before anything runs when a default is not the printed case.
    """
    if PUBLISHED_PLAN in plan_names(root):
        load_plan(PUBLISHED_PLAN, root)
    known = {path.stem: path for path in sorted((root / NOTEBOOKS_FOLDER).glob("*.ipynb"))}
    unknown = [name for name in names if Path(name).stem not in known]
    if unknown:
        told = (say("store.none", name=name) + nearest_name(Path(name).stem, known) for name in unknown)
        raise RunError(" ".join(told))
    chosen = [known[Path(name).stem] for name in names] or list(known.values())
    requests, failures = [Request(path, {}) for path in chosen], {}
    for number, report in reports(root, requests):
        if failure := report.failure or _store(chosen[number], report.notebook or {}):
            failures[chosen[number].name] = failure
    sign(path for path in chosen if path.name not in failures)
    if failures:
        raise RunError("\n".join(say("store.failed", name=name, reason=failures[name]) for name in sorted(failures)))
    return chosen


def open_lab(root: Path, options: Sequence[str] = ()) -> int:
    """Open JupyterLab on localhost, with its token, at notebooks/ in the project; gives its exit code."""
    sign(sorted((root / NOTEBOOKS_FOLDER).glob("*.ipynb")))
    settings = ["--ServerApp.ip=localhost", "--ServerApp.allow_remote_access=False"]
    places = [f"--ServerApp.root_dir={root}", f"--LabApp.default_url=/lab/tree/{NOTEBOOKS_FOLDER}"]
    places.append(f"--ServerApp.contents_manager_class={CONTENTS}")
    # Not "jupyter lab": that starts a script, which in a project that was copied or moved with its environment names
    # the Python of the old place, and kernels then run on that.
    command = [sys.executable, "-m", "jupyterlab", *settings, *places]
    # The kernel "python3" is then this environment's and not another one that the user has installed.
    return subprocess.call([*command, *options], cwd=root, env={**os.environ, "JUPYTER_PREFER_ENV_PATH": "1"})


def sign(notebooks: Iterable[Path]) -> None:
    """Tell Jupyter, for this user, that these notebooks are ours: it shows tables of others without their style."""
    spare_grammar()
    from nbformat import from_dict
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()
    with suppress(Exception):
        # It waits for the disk at each notebook, seconds in all; one that is lost with the power is signed again.
        notary.store.db.execute("PRAGMA synchronous = OFF")
    for path in notebooks:
        # One that is no notebook is for a build to refuse; a home that cannot be written leaves all as they were.
        with suppress(Exception):
            notary.sign(from_dict(json.loads(path.read_text(encoding="utf-8"))))


def _store(path: Path, notebook: dict[str, Any]) -> str | None:
    notebook = tidied(notebook)
    for cell in notebook["cells"]:
        if OF_NOW_TAG in cell["metadata"].get("tags", ()):
            cell["outputs"] = []
        if cell["cell_type"] == "code":
            cell["outputs"] = _as_a_browser_writes(cell["outputs"])
    notebook["metadata"] = {**notebook["metadata"], **STORED_METADATA}
    try:
        replace_file(path, json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        return disk_sentence(error, path.name)
    return None


def _as_a_browser_writes(value: Any) -> Any:
    """The same value with 19.0 as 19: a browser knows one kind of number, so that a save there would change it."""
    if isinstance(value, dict):
        return {key: _as_a_browser_writes(held) for key, held in value.items()}
    if isinstance(value, list):
        return [_as_a_browser_writes(held) for held in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
