"""A clone in, its git set up to show workbooks and notebooks as text out; .gitattributes names the files."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from sheetcheck.changes.history import run_git
from sheetcheck.faults import UserError
from sheetcheck.messages import say

# The names that .gitattributes gives to the two kinds of files.
WORKBOOKS, NOTEBOOKS = "workbook-text", "jupyternotebook"


def set_up_git(root: str | Path) -> dict[str, str]:
    """Tell git, in this clone alone, how to show workbooks and how to show and merge notebooks; gives what was set.

    Git starts the Python that runs now, so this is done again when the environment moves. Raises HistoryError
    without git, UserError outside a clone.
    """
    root = Path(root)
    settings = _settings(shlex.quote(Path(sys.executable).as_posix()))
    if run_git(root, "rev-parse", "--git-dir").returncode:
        raise UserError(say("git.no-clone", folder=root))
    for name, value in settings.items():
        done = run_git(root, "config", "--local", "--replace-all", name, value)
        if done.returncode:
            raise UserError(say("git.not-kept", name=name, reason=done.stderr.decode("utf-8", "replace").strip()))
    return settings


def _settings(python: str) -> dict[str, str]:
    # -P: no module of the folder where git is started can stand in for a library.
    module = f"{python} -P -m"
    return {
        f"diff.{WORKBOOKS}.textconv": f"{module} sheetcheck.changes.workbook_text",
        # The heading of each part of a difference: the line that names sheet and row.
        f"diff.{WORKBOOKS}.xfuncname": "^[^ ].*$",
        f"diff.{NOTEBOOKS}.command": f"{module} nbdime.vcs.git.diffdriver diff",
        f"merge.{NOTEBOOKS}.name": "notebooks, cell by cell",
        f"merge.{NOTEBOOKS}.driver": f"{module} nbdime.vcs.git.mergedriver merge %O %A %B %L %P",
    }
