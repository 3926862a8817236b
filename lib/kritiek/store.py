"""Notebooks in, the same notebooks with fresh results out; and JupyterLab opened on them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kritiek.crew import Crew, Report, Request, cores
from kritiek.errors import RunError
from kritiek.executed import failure_in, tidied
from kritiek.nearest import nearest_name
from kritiek.plan_file import NOTEBOOKS_FOLDER
from kritiek.records import replace_file
from kritiek.sources import project_root

# A kernel writes its own version here, which would make every stored notebook differ from machine to machine.
STORED_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def store_notebooks(root: Path, names: Sequence[str] = ()) -> list[Path]:
    """Run the named notebooks (none means all) top to bottom with their defaults, and keep the results in them.

    A notebook that fails stays as it was, and the others are stored all the same. Raises RunError for an unknown
    name, or with what failed in which cell.
    """
    known = {path.stem: path for path in sorted((root / NOTEBOOKS_FOLDER).glob("*.ipynb"))}
    unknown = [name for name in names if Path(name).stem not in known]
    if unknown:
        raise RunError(
            " ".join(f"There is no notebook {name}.{nearest_name(Path(name).stem, known)}" for name in unknown)
        )
    chosen = [known[Path(name).stem] for name in names] or list(known.values())
    failures = {}
    with Crew(root, min(cores(), len(chosen))) as crew:
        for number, report in crew.run([Request(path, {}) for path in chosen]):
            if report and (failure := _store(chosen[number], report)):
                failures[chosen[number].name] = failure
    if failures:
        raise RunError("\n".join(f"{name} stays as it was: {failures[name]}" for name in sorted(failures)))
    return chosen


def open_lab(root: Path | None = None) -> int:
    """Open JupyterLab in notebooks/ on localhost, with its token; gives its exit code."""
    root = root or project_root()
    command = [
        sys.executable,
        "-m",
        "jupyter",
        "lab",
        "--ServerApp.ip=localhost",
        "--ServerApp.allow_remote_access=False",
    ]
    return subprocess.call([*command, f"--ServerApp.root_dir={root / NOTEBOOKS_FOLDER}"], cwd=root)


def _store(path: Path, report: Report) -> str | None:
    if report.trouble:
        return f"{report.trouble}."
    notebook: dict[str, Any] = json.loads(report.target.read_text(encoding="utf-8"))
    if failure := failure_in(notebook):
        return failure
    notebook = tidied(notebook)
    notebook["metadata"] = {**notebook["metadata"], **STORED_METADATA}
    replace_file(path, json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")
    return None
