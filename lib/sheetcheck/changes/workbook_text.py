"""A workbook in, its sheets as lines of text out, one cell a line, so that `git diff` can show what changed in it.

A clone is told once to show workbooks so, and notebooks readably; .gitattributes names the files.
"""

import shlex
import sys
from pathlib import Path

from sheetcheck.changes.history import run_git
from sheetcheck.faults import UserError, visible
from sheetcheck.messages import say
from sheetcheck.reading import Cell, open_workbook
from sheetcheck.reading.cells import Refused, Sheet, written
from sheetcheck.schema import HELP_SHEETS

# What the gate judges a file by; git hands files over under names of its own.
NAME = "workbook.xlsx"
# The names that .gitattributes gives to the two kinds of files.
WORKBOOKS, NOTEBOOKS = "workbook-text", "jupyternotebook"


def workbook_as_text(path: str | Path) -> str:
    """Each row under its sheet and its first cell, each filled cell as "    column: value".

    Rows are named by content and not by number, so that a row put in between does not move all others. A file
    that cannot be opened gives one line that says why, since a failure would end the whole `git diff`.
    """
    try:
        sheets = open_workbook(Path(path), NAME)
    except Refused as refused:
        return f"[this workbook {refused}]\n"
    lines = []
    for sheet in sheets:
        if sheet.name not in HELP_SHEETS:
            lines += [f"{sheet.name}: is damaged: {sheet.damage}"] if sheet.damage else _sheet_lines(sheet)
    return "".join(f"{line}\n" for line in lines)


def _sheet_lines(sheet: Sheet) -> list[str]:
    name = sheet.name
    if not sheet.rows:
        return [f"{name}: empty"]
    first = min(sheet.rows)
    header = {column: _text(cell) for column, cell in sheet.rows[first].items()}
    lines = [f"{name}: {' | '.join(header.values())}"]
    for number, cells in sorted(sheet.rows.items()):
        if number != first:
            filled = [(header.get(column, f"column {column}"), _text(cell)) for column, cell in cells.items()]
            label, value = filled[0]
            lines.append(f"{name} › {label} {value}")
            lines += [f"    {label}: {value}" for label, value in filled[1:]]
    return lines


def _text(cell: Cell) -> str:
    return visible(say("uncomputed", "en") if cell.value is None else written(cell.value))


def set_up_git(root: str | Path) -> dict[str, str]:
    """Tell git, in this clone alone, how to show workbooks and how to show and merge notebooks; gives what was set.

    Git starts the Python that runs now, so this is done again when the environment moves. Raises HistoryError
    without git, UserError outside a clone.
    """
    root = Path(root)
    if run_git(root, "rev-parse", "--git-dir").returncode:
        raise UserError(say("git.no-clone", folder=root))
    # -P: no module of the folder where git is started can stand in for a library.
    module = f"{shlex.quote(Path(sys.executable).as_posix())} -P -m"
    settings = {
        f"diff.{WORKBOOKS}.textconv": f"{module} sheetcheck.changes.workbook_text",
        # The heading of each part of a difference: the line that names sheet and row.
        f"diff.{WORKBOOKS}.xfuncname": "^[^ ].*$",
        f"diff.{NOTEBOOKS}.command": f"{module} nbdime.vcs.git.diffdriver diff",
        f"merge.{NOTEBOOKS}.name": "notebooks, cell by cell",
        f"merge.{NOTEBOOKS}.driver": f"{module} nbdime.vcs.git.mergedriver merge %O %A %B %L %P",
    }
    for name, value in settings.items():
        done = run_git(root, "config", "--local", "--replace-all", name, value)
        if done.returncode:
            raise UserError(say("git.not-kept", name=name, reason=done.stderr.decode("utf-8", "replace").strip()))
    return settings


def main() -> None:
    """Print the workbook named on the command line; git starts this once for each side of a difference."""
    sys.stdout.buffer.write(workbook_as_text(sys.argv[1]).encode("utf-8", "backslashreplace"))


if __name__ == "__main__":
    main()
