"""Changes and their impact in; the words for them out, as lines for a person or as JSON."""

from __future__ import annotations

from dataclasses import asdict

from kritiek.changes.impact import ENGLISH, HIDDEN, SHOWN, ExhibitCell, ExhibitImpact, Impact
from sheetcheck.changes import words as change_words
from sheetcheck.changes.differences import Changes
from sheetcheck.changes.words import shown_pair
from sheetcheck.faults import counted, inked, visible

SHOWN_PER_EXHIBIT = 5


def impact_summary(impact: Impact) -> str:
    """One sentence: how many exhibits change."""
    if impact.why_not:
        return f"What this changes in {impact.plan} cannot be told: {impact.why_not}"
    total = len(impact.exhibits) + len(impact.same) + impact.untouched
    if not impact.exhibits:
        return f"No exhibit of {impact.plan} changes (of {total})."
    verb = "changes" if len(impact.exhibits) == 1 else "change"
    return f"{len(impact.exhibits)} of {counted(total, 'exhibit')} of {impact.plan} {verb}."


def exhibit_words(exhibit: ExhibitImpact) -> str:
    """What becomes of an exhibit, in one clause: "2 of 62 cells change; 1 row is new"."""
    if exhibit.trouble:
        return exhibit.trouble
    parts = []
    for where in (SHOWN, ENGLISH, HIDDEN):
        cells = sum(cell.where == where for cell in exhibit.cells)
        if cells:
            number = f"{cells} of {counted(exhibit.total, 'cell')}" if where == SHOWN else counted(cells, "cell")
            parts.append(f"{number} {'changes' if cells == 1 else 'change'}{where and f' ({where})'}")
    for number, done in ((exhibit.rows_added, "new"), (exhibit.rows_removed, "gone")):
        if number:
            parts.append(f"{counted(number, 'row')} {'is' if number == 1 else 'are'} {done}")
    if exhibit.words:
        parts.append(f"other {', '.join(change.what for change in exhibit.words)}")
    return "; ".join(parts)


def render_text(changes: Changes, impact: Impact | None = None, colour: bool = False) -> str:
    """Changes and impact as lines for a terminal, the notes first, each part ending with its sum."""
    lines = [change_words.render_text(changes, colour).rstrip("\n")]
    if impact is not None:
        lines += ["", inked(impact_summary(impact), "bold", colour=colour)]
        for exhibit in impact.exhibits:
            lines.append(f"{exhibit.number}: {exhibit_words(exhibit)}")
            lines += [f"    {words}" for words in cell_words(exhibit)]
        if impact.same:
            same = f"The same, although a table that changed is read: {', '.join(impact.same)}."
            lines.append(inked(same, "dim", colour=colour))
    return "\n".join(lines) + "\n"


def cell_words(exhibit: ExhibitImpact) -> list[str]:
    """The first cells and words of an exhibit that change, one line each, and how many more there are."""
    lines = [_change_line(_cell_place(cell), cell.old, cell.new) for cell in exhibit.cells[:SHOWN_PER_EXHIBIT]]
    more = len(exhibit.cells) - SHOWN_PER_EXHIBIT
    lines += [f"and {counted(more, 'cell')} more"] if more > 0 else []
    return lines + [_change_line(change.what, change.old, change.new) for change in exhibit.words]


def _cell_place(cell: ExhibitCell) -> str:
    label = visible(cell.label) or f"column {cell.column}"
    where = f" ({cell.where})" if cell.where else ""
    if not cell.row:
        return f"heading, {label}{where}"
    return f"row {cell.row}, {label}{f' of {visible(cell.name)}' if cell.name and cell.column != 1 else ''}{where}"


def _change_line(place: str, old: str, new: str) -> str:
    before, after = shown_pair(old, new)
    return f"{place}: {before} → {after}"


def render_json(changes: Changes, impact: Impact | None = None) -> str:
    """Everything as one JSON object, nothing cut: `impact` beside what `sheetcheck.changes.words.render_json` says."""
    told = asdict(impact) if impact is not None else None
    return change_words.render_json(changes, impact=told)
