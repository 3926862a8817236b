"""Changes in; the words for them out, as lines for a person, Markdown for a pull request, or JSON."""

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sheetcheck.changes.differences import Changes
from sheetcheck.faults import inked, referring
from sheetcheck.messages import placed, say, visible

# A table that was filled anew would push everything else off the screen; JSON has them all.
SHOWN_PER_TABLE = 40
# A comment on a pull request holds 65,536 characters; a row of its table takes some 200.
SHOWN_IN_MARKDOWN = 200
# Longer values are cut, around what differs.
SHOWN_CHARACTERS = 70
# Letters of the equal part that stay, so that the place in the text is found.
KEPT_BEFORE = 20
SHOWN_OF_ROW = 200
HEADINGS = ("place", "row", "column", "old", "new")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]|~$])")


@dataclass(frozen=True)
class Entry:
    """One change as it is shown: where, in which row and column, and what it was and is (None: nothing there)."""

    table: str
    place: str
    key: str = ""
    column: str = ""
    old: str | None = None
    new: str | None = None
    more: str = ""  # to say after it

    @property
    def shown(self) -> tuple[str, str]:
        """The old and the new: a cell's side by side, or what a row, column or table held, cut when long."""
        if self.old is not None and self.new is not None:
            return shown_pair(self.old, self.new)
        old, new = self.old or "", self.new or ""
        return visible(_cut(old, SHOWN_OF_ROW)), visible(_cut(new, SHOWN_OF_ROW))


def entries(changes: Changes) -> Iterator[Entry]:
    """All changes in the order of the schema; within a table columns, then rows, then cells."""

    def held(cells: Sequence[tuple[str, str]]) -> str:
        return "; ".join(f"{name} = {text}" for name, text in cells)

    for side, wholes in (("new", changes.tables_added), ("old", changes.tables_removed)):
        for whole in wholes:
            yield Entry(whole.place, whole.place, **{side: say("changes.table", rows=whole.rows)})
    for table in changes.tables:
        for side, columns in (("new", table.columns_added), ("old", table.columns_removed)):
            for column in columns:
                told = say("changes.filled", rows=column.filled)
                yield Entry(table.place, placed(column.place), column=column.column, **{side: told})
        for row in table.rows_removed:
            place = say("changes.before", place=placed(row.place))
            missed = f"; {referring(row.referring)}" if row.referring else ""
            yield Entry(table.place, place, row.key, old=held(row.cells), more=missed)
        for row in table.rows_added:
            yield Entry(table.place, placed(row.place), row.key, new=held(row.cells))
        for cell in table.cells:
            yield Entry(table.place, placed(cell.place), cell.key, cell.column, cell.old, cell.new)


def notes(changes: Changes) -> list[str]:
    """What must be known to read the changes: faults, what could not be compared, keys that do not tell rows apart."""
    return [*changes.notes, *(note for table in changes.tables for note in table.notes)]


def summary(changes: Changes) -> str:
    """One sentence: how much changed since when."""
    if changes.is_empty:
        return say("changes.none", old=changes.old)
    tables = changes.tables
    kinds = ("cells", "rows_added", "rows_removed", "columns_added", "columns_removed")
    numbers = {kind: sum(len(getattr(table, kind)) for table in tables) for kind in kinds}
    numbers |= {"tables_added": len(changes.tables_added), "tables_removed": len(changes.tables_removed)}
    parts = [say(f"changes.{kind}", number=number) for kind, number in numbers.items() if number]
    return say("changes.sum", parts=parts, tables=changes.resources, old=changes.old)


def shown_pair(old: str | None, new: str | None) -> tuple[str, str]:
    """Two values as they are shown side by side: long ones cut around the first place where they differ."""
    if not old or not new or max(len(old), len(new)) <= SHOWN_CHARACTERS:
        return _shown(old), _shown(new)
    pairs = enumerate(zip(old, new, strict=False))
    same = next((place for place, (left, right) in pairs if left != right), min(len(old), len(new)))
    start = max(0, same - KEPT_BEFORE)
    return _shown(old[start:], is_cut=start > 0), _shown(new[start:], is_cut=start > 0)


def _shown(value: str | None, *, is_cut: bool = False) -> str:
    """A value in quotation marks, cut when long, with unseen characters spelt out."""
    if not value:
        return say("blank")
    return f'"{"…" if is_cut else ""}{visible(_cut(value, SHOWN_CHARACTERS))}"'


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + "…"


def render_text(changes: Changes, colour: bool = False) -> str:
    """Changes as lines for a terminal, the notes first, the sum last."""
    lines = [inked(visible(note), "dim", colour=colour) for note in notes(changes)]
    lines += [""] if lines else []
    tables: dict[str, list[Entry]] = {}
    for entry in entries(changes):
        tables.setdefault(entry.table, []).append(entry)
    for table, found in tables.items():
        lines += [_line(entry, colour) for entry in found[:SHOWN_PER_TABLE]]
        if len(found) > SHOWN_PER_TABLE:
            lines.append(f"{table}: {say('changes.more', number=len(found) - SHOWN_PER_TABLE)}")
        lines.append("")
    return "\n".join([*lines, inked(summary(changes), "bold", colour=colour)]) + "\n"


def _line(entry: Entry, colour: bool) -> str:
    key = f" ({visible(entry.key)})" if entry.key else ""
    column = f"{visible(entry.column)} " if entry.column else ""
    old, new = entry.shown
    if entry.old is None:
        words = inked(f"+ {column}{new}", "green", colour=colour)
    elif entry.new is None:
        words = inked(f"- {column}{old}", "red", colour=colour)
    else:
        words = f"{column}{inked(old, 'red', colour=colour)} → {inked(new, 'green', colour=colour)}"
    return f"{entry.place}{key}: {words}{entry.more}"


def render_markdown(changes: Changes) -> str:
    """A line with the sum, the notes and a table of the changes, in GitHub's Markdown."""
    found = list(entries(changes))
    lines = [f"**{markdown(summary(changes))}**", *(f"\n> {markdown(note)}" for note in notes(changes))]
    if found:
        shown = found[:SHOWN_IN_MARKDOWN]
        rows = [[markdown(one.place), *map(code, (one.key, one.column, *one.shown))] for one in shown]
        lines += ["", *markdown_table([say(f"heading.{name}") for name in HEADINGS], rows)]
        if len(found) > SHOWN_IN_MARKDOWN:
            lines.append("\n" + say("changes.more-markdown", number=len(found) - SHOWN_IN_MARKDOWN))
    return "\n".join(lines) + "\n"


def code(text: str) -> str:
    """Text as code in Markdown, so that nothing in it becomes a mention of a person, an emoji or a reference."""
    return f"<code>{markdown(text)}</code>" if text else ""


def markdown(text: str) -> str:
    """Text in which nothing is Markdown or HTML; a line break shows as a sign, so that a row stays one line."""
    escaped = _MARKDOWN.sub(r"\\\1", html.escape(visible(text), quote=False))
    return escaped.replace("@", "@<!-- -->")


def markdown_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table whose cells are Markdown already."""
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


def render_json(changes: Changes, **more: Any) -> str:
    """One JSON object, nothing cut: `old`, `new`, `is_empty`, `summary`, `notes`, the changes by table, and `more`."""
    content: dict[str, Any] = {"old": changes.old, "new": changes.new, "is_empty": changes.is_empty}
    content |= {"summary": summary(changes), "notes": notes(changes)}
    kinds = ("tables", "tables_added", "tables_removed")
    content |= {kind: [asdict(table) for table in getattr(changes, kind)] for kind in kinds} | more
    # Half a surrogate pair can come out of a damaged cell, and no UTF-8 file can hold it: escape instead of failing.
    return json.dumps(content, ensure_ascii=True, indent=1) + "\n"
