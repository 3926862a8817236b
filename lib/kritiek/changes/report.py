"""A data folder and what to compare it with in, one text out: what changed, and which exhibits that changes.

As lines for a person, as Markdown for a pull request, or as JSON.
"""

from dataclasses import asdict
from pathlib import Path

from kritiek.build.plan import load_plan
from kritiek.changes.impact import ExhibitCell, ExhibitImpact, Impact, elsewhere, impact
from kritiek.errors import ExhibitError
from kritiek.project import project_root
from sheetcheck.changes import words as change_words
from sheetcheck.changes.differences import Changes, compare_folders
from sheetcheck.changes.history import old_state
from sheetcheck.changes.words import code, markdown, markdown_table, shown_pair
from sheetcheck.faults import inked, visible
from sheetcheck.messages import say, wrapped
from sheetcheck.nearest import nearest_name

SHOWN_PER_EXHIBIT = 5


def list_changes(
    folder: Path, since: str | None = None, *, plan: str | None, format: str = "text", colour: bool = False
) -> str:
    """The changes of a folder since a git revision or another folder, and the exhibits of a plan that change.

    Without a plan only the changes. Raises ExhibitError for an unknown format, UserError when there is nothing to
    compare with.
    """
    renderers = {"text": render_text, "markdown": render_markdown, "json": render_json}
    if format not in renderers:
        raise ExhibitError(say("option.unknown", name="--format", value=format) + nearest_name(format, renderers))
    with old_state(folder, since) as old:
        changes = compare_folders(old.folder, folder, old_name=old.name)
        found = None
        if plan:
            found = impact(load_plan(plan, project_root()), old.folder, folder, resources=changes.resources)
    return render_text(changes, found, colour) if format == "text" else renderers[format](changes, found)


def impact_summary(found: Impact) -> str:
    """One sentence: how many exhibits change."""
    if found.why_not:
        return say("impact.not-known", plan=found.plan, reason=found.why_not)
    total, changed = len(found.exhibits) + len(found.same) + found.untouched, found.exhibits
    return say("impact.some" if changed else "impact.none", plan=found.plan, total=total, changed=changed)


def exhibit_words(exhibit: ExhibitImpact) -> str:
    """What becomes of an exhibit, in one clause: "2 of 62 cells change; 1 row is new"."""
    if exhibit.trouble:
        return exhibit.trouble
    parts = []
    for part in ("nl", "en", "hidden"):
        where = elsewhere(part)
        if cells := [cell for cell in exhibit.cells if cell.where == where]:
            key = "impact.cells-elsewhere" if where else "impact.cells"
            parts.append(say(key, cells=cells, total=exhibit.total, where=where))
    for number, key in ((exhibit.rows_added, "impact.rows-new"), (exhibit.rows_removed, "impact.rows-gone")):
        parts += [say(key, rows=number)] if number else []
    if exhibit.words:
        parts.append(say("impact.words", what=[change.what for change in exhibit.words]))
    return "; ".join(parts)


def cell_words(exhibit: ExhibitImpact) -> list[str]:
    """The first cells and words of an exhibit that change, one line each, and how many more there are."""
    lines = [_change_line(_cell_place(cell), cell.old, cell.new) for cell in exhibit.cells[:SHOWN_PER_EXHIBIT]]
    more = len(exhibit.cells) - SHOWN_PER_EXHIBIT
    lines += [say("impact.more", cells=more)] if more > 0 else []
    return lines + [_change_line(change.what, change.old, change.new) for change in exhibit.words]


def _cell_place(cell: ExhibitCell) -> str:
    label = visible(cell.label) or say("impact.column", number=cell.column)
    of = say("impact.of", name=visible(cell.name)) if cell.name and cell.column != 1 and cell.row else ""
    where = f" ({cell.where})" if cell.where else ""
    return say("impact.cell" if cell.row else "impact.heading", row=cell.row, label=label, of=of) + where


def _change_line(place: str, old: str, new: str) -> str:
    before, after = shown_pair(old, new)
    return f"{place}: {before} → {after}"


def render_text(changes: Changes, found: Impact | None = None, colour: bool = False) -> str:
    """Changes and impact as lines for a terminal, the notes first, each part ending with its sum."""
    lines = [change_words.render_text(changes, colour).rstrip("\n")]
    if found is not None:
        lines += ["", inked(wrapped(impact_summary(found)), "bold", colour=colour)]
        for exhibit in found.exhibits:
            lines.append(wrapped(f"{exhibit.number}: {exhibit_words(exhibit)}"))
            lines += [wrapped(f"    {words}", "        ") for words in cell_words(exhibit)]
        if found.same:
            lines.append(inked(wrapped(say("impact.same", exhibits=found.same)), "dim", colour=colour))
    return "\n".join(lines) + "\n"


def render_markdown(changes: Changes, found: Impact | None = None) -> str:
    """A summary line, the table of changes and the table of impact, in GitHub's Markdown."""
    if found is None:
        return change_words.render_markdown(changes)
    first, rest = change_words.render_markdown(changes).split("\n", 1)
    lines = [f"{first} {markdown(impact_summary(found))}", *([rest.rstrip("\n")] if rest else [])]
    if found.exhibits:
        rows = [
            [markdown(one.number), markdown(exhibit_words(one)), "<br>".join(map(code, cell_words(one)))]
            for one in found.exhibits
        ]
        lines += ["", *markdown_table([say(f"impact.head-{name}") for name in ("exhibit", "what", "cells")], rows)]
    if found.same:
        lines.append("\n" + markdown(say("impact.same", exhibits=found.same)))
    return "\n".join(lines) + "\n"


def render_json(changes: Changes, found: Impact | None = None) -> str:
    """Everything as one JSON object, nothing cut: `impact` beside what `sheetcheck.changes.words.render_json` says."""
    return change_words.render_json(changes, impact=asdict(found) if found is not None else None)
