"""A data folder and what to compare it with in, one text out: what changed, and which exhibits that changes."""

from __future__ import annotations

from pathlib import Path

from kritiek.analysis.options import one_of
from kritiek.build.plan import load_plan
from kritiek.changes.impact import impact
from kritiek.changes.markup import render_markdown
from kritiek.changes.report import render_json, render_text
from kritiek.project import project_root
from sheetcheck.changes.differences import compare_folders
from sheetcheck.changes.history import old_state

FORMATS = ("text", "markdown", "json")


def list_changes(
    folder: Path, since: str | None = None, *, plan: str | None, format: str = "text", colour: bool = False
) -> str:
    """The changes of a folder since a git revision or another folder, and the exhibits of a plan that change.

    Without a plan only the changes. Raises ExhibitError for an unknown format, UserError when there is nothing to
    compare with.
    """
    one_of("--format", format, FORMATS)
    with old_state(folder, since) as old:
        changes = compare_folders(old.folder, folder, old_name=old.name)
        found = None
        if plan:
            found = impact(load_plan(plan, project_root()), old.folder, folder, resources=changes.resources)
    if format == "text":
        return render_text(changes, found, colour=colour)
    return {"markdown": render_markdown, "json": render_json}[format](changes, found)
