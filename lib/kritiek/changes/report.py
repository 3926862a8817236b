"""Changes and their impact in; the words for them out, as lines for a person or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from kritiek.changes.impact import ENGLISH, HIDDEN, SHOWN, ExhibitCell, ExhibitImpact, Impact
from sheetcheck.differences import Changes, ColumnChange, RowChange, TableChange
from sheetcheck.faults import counted, visible

# A table that was filled anew would push everything else off the screen; JSON has them all.
SHOWN_PER_TABLE = 40
SHOWN_PER_EXHIBIT = 5
# Longer values are cut, around what differs.
SHOWN_CHARACTERS = 70
# Letters of the equal part that stay, so that the place in the text is found.
KEPT_BEFORE = 20
SHOWN_OF_ROW = 200
BLANK = "blank"
_BOLD, _GREEN, _RED, _DIM, _PLAIN = "\033[1m", "\033[32m", "\033[31m", "\033[2m", "\033[0m"


@dataclass(frozen=True)
class Entry:
    """One change as it is shown: where, in which row and column, and what it was and is (None: nothing there)."""

    table: str
    place: str
    key: str
    column: str
    old: str | None
    new: str | None


def entries(changes: Changes) -> list[Entry]:
    """All changes in the order of the schema; within a table columns, then rows, then cells."""
    found = [
        Entry(table.place, table.place, "", "", None, f"table with {counted(table.rows, 'row')}")
        for table in changes.tables_added
    ]
    found += [
        Entry(table.place, table.place, "", "", f"table with {counted(table.rows, 'row')}", None)
        for table in changes.tables_removed
    ]
    for table in changes.tables:
        found += _entries(table)
    return found


def notes(changes: Changes) -> list[str]:
    """What must be known to read the changes: faults, what could not be compared, keys that do not tell rows apart."""
    return [*changes.notes, *(note for table in changes.tables for note in table.notes)]


def _entries(table: TableChange) -> Iterator[Entry]:
    for column in table.columns_added:
        yield Entry(table.place, column.place, "", column.column, None, _column_words(column))
    for column in table.columns_removed:
        yield Entry(table.place, column.place, "", column.column, _column_words(column), None)
    for row in table.rows_removed:
        yield Entry(table.place, f"{row.place} before", row.key, "", _row_words(row), None)
    for row in table.rows_added:
        yield Entry(table.place, row.place, row.key, "", None, _row_words(row))
    for cell in table.cells:
        yield Entry(table.place, cell.place, cell.key, cell.column, cell.old, cell.new)


def _column_words(column: ColumnChange) -> str:
    return f"column filled in {counted(column.filled, 'row')}"


def _row_words(row: RowChange) -> str:
    return "; ".join(f"{name} = {text}" for name, text in row.cells)


def summary(changes: Changes) -> str:
    """One sentence: how much changed since when."""
    if changes.is_empty:
        return f"No change since {changes.old}."
    rows_added = sum(len(table.rows_added) for table in changes.tables)
    rows_removed = sum(len(table.rows_removed) for table in changes.tables)
    cells = sum(len(table.cells) for table in changes.tables)
    columns_added = sum(len(table.columns_added) for table in changes.tables)
    columns_removed = sum(len(table.columns_removed) for table in changes.tables)
    numbers = (
        (cells, "cell", "changed"),
        (rows_added, "row", "added"),
        (rows_removed, "row", "removed"),
        (columns_added, "column", "added"),
        (columns_removed, "column", "removed"),
        (len(changes.tables_added), "table", "added"),
        (len(changes.tables_removed), "table", "removed"),
    )
    parts = [f"{counted(number, word)} {done}" for number, word, done in numbers if number]
    return f"{', '.join(parts)}, in {counted(len(changes.resources), 'table')}, since {changes.old}."


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


def shown_pair(old: str | None, new: str | None) -> tuple[str, str]:
    """Two values as they are shown side by side: long ones cut around the first place where they differ."""
    if not old or not new or max(len(old), len(new)) <= SHOWN_CHARACTERS:
        return shown(old), shown(new)
    pairs = enumerate(zip(old, new, strict=False))
    same = next((place for place, (left, right) in pairs if left != right), min(len(old), len(new)))
    start = max(0, same - KEPT_BEFORE)
    return shown(old[start:], is_cut=start > 0), shown(new[start:], is_cut=start > 0)


def shown(value: str | None, *, is_cut: bool = False) -> str:
    """A value in quotation marks, cut when long, with unseen characters spelt out."""
    if not value:
        return BLANK
    text = value if len(value) <= SHOWN_CHARACTERS else value[:SHOWN_CHARACTERS] + "…"
    return f'"{"…" if is_cut else ""}{visible(text)}"'


def render_text(changes: Changes, impact: Impact | None = None, colour: bool = False) -> str:
    """Changes and impact as lines for a terminal, the notes first, each part ending with its sum."""
    bold, dim, plain = (_BOLD, _DIM, _PLAIN) if colour else ("", "", "")
    lines = [f"{dim}{visible(note)}{plain}" for note in notes(changes)]
    lines += [""] if lines else []
    for group in grouped(entries(changes)):
        lines += [_line(entry, colour) for entry in group[:SHOWN_PER_TABLE]]
        if len(group) > SHOWN_PER_TABLE:
            lines.append(f"{group[0].table}: and {len(group) - SHOWN_PER_TABLE} more; --format json gives them all.")
        lines.append("")
    lines.append(f"{bold}{summary(changes)}{plain}")
    if impact is not None:
        lines += ["", f"{bold}{impact_summary(impact)}{plain}"]
        for exhibit in impact.exhibits:
            lines.append(f"{exhibit.number}: {exhibit_words(exhibit)}")
            lines += [f"    {words}" for words in cell_words(exhibit)]
        if impact.same:
            lines.append(f"{dim}The same, although a table that changed is read: {', '.join(impact.same)}.{plain}")
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


def grouped(found: Sequence[Entry]) -> list[list[Entry]]:
    """Entries by table, in their order."""
    groups: dict[str, list[Entry]] = {}
    for entry in found:
        groups.setdefault(entry.table, []).append(entry)
    return list(groups.values())


def _line(entry: Entry, colour: bool) -> str:
    green, red, plain = (_GREEN, _RED, _PLAIN) if colour else ("", "", "")
    key = f" ({visible(entry.key)})" if entry.key else ""
    column = f"{visible(entry.column)} " if entry.column else ""
    if entry.old is None:
        return f"{entry.place}{key}: {green}+ {column}{row_shown(entry.new)}{plain}"
    if entry.new is None:
        return f"{entry.place}{key}: {red}- {column}{row_shown(entry.old)}{plain}"
    old, new = shown_pair(entry.old, entry.new)
    return f"{entry.place}{key}: {column}{red}{old}{plain} → {green}{new}{plain}"


def row_shown(words: str | None) -> str:
    """What a row or column held, cut when long; nothing for a state in which it is not there."""
    words = words or ""
    return visible(words if len(words) <= SHOWN_OF_ROW else words[:SHOWN_OF_ROW] + "…")


def render_json(changes: Changes, impact: Impact | None = None) -> str:
    """Everything as one JSON object, nothing cut: `old`, `new`, `is_empty`, `summary`, `changes`, `impact`."""
    content = {
        "old": changes.old,
        "new": changes.new,
        "is_empty": changes.is_empty,
        "summary": summary(changes),
        "notes": notes(changes),
        "tables": [asdict(table) for table in changes.tables],
        "tables_added": [asdict(table) for table in changes.tables_added],
        "tables_removed": [asdict(table) for table in changes.tables_removed],
        "impact": asdict(impact) if impact is not None else None,
    }
    # Half a surrogate pair can come out of a damaged cell, and no UTF-8 file can hold it: escape instead of failing.
    return json.dumps(content, ensure_ascii=True, indent=1) + "\n"
