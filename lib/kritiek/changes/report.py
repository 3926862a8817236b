"""Changes and their impact in; the words for them out, as lines for a person or as JSON."""

from __future__ import annotations

from dataclasses import asdict

from kritiek.changes.impact import ExhibitImpact, Impact
from sheetcheck import change_words
from sheetcheck.change_words import shown_pair
from sheetcheck.differences import Changes
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
    cells, parts = len(exhibit.cells), []
    if cells:
        parts.append(f"{cells} of {counted(exhibit.total, 'cell')} {'changes' if cells == 1 else 'change'}")
    for number, done in ((exhibit.rows_added, "new"), (exhibit.rows_removed, "gone")):
        if number:
            parts.append(f"{counted(number, 'row')} {'is' if number == 1 else 'are'} {done}")
    if exhibit.english_cells:
        verb = "changes" if exhibit.english_cells == 1 else "change"
        parts.append(f"{counted(exhibit.english_cells, 'cell')} {verb} in English only")
    if exhibit.words:
        parts.append(f"other {', '.join(exhibit.words)}")
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
    """The first cells of an exhibit that change, one line each, and how many more there are."""
    lines = []
    for cell in exhibit.cells[:SHOWN_PER_EXHIBIT]:
        old, new = shown_pair(cell.old, cell.new)
        place = f"row {cell.row}" if cell.row else "heading"
        lines.append(f"{place}, {visible(cell.label) or f'column {cell.column}'}: {old} → {new}")
    more = len(exhibit.cells) - SHOWN_PER_EXHIBIT
    return lines + ([f"and {counted(more, 'cell')} more"] if more > 0 else [])


def render_json(changes: Changes, impact: Impact | None = None) -> str:
    """Everything as one JSON object, nothing cut: `impact` beside what `sheetcheck.change_words.render_json` says."""
    told = asdict(impact) if impact is not None else None
    return change_words.render_json(changes, impact=told)
