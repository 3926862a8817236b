"""What two runs of one exhibit show in; row by row what is new, gone and changed, and which input does it, out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sheetcheck.changes.row_pairs import paired_rows
from sheetcheck.messages import say

NEW, GONE, CHANGED = "new", "gone", "changed"
SIGNS = {NEW: "+", GONE: "-", CHANGED: "~"}
# A row is known by its first columns when they differ from row to row; more than these would make it another row at
# every change. To call a row by its name it may take more.
MOST_KEY_COLUMNS, MOST_NAME_COLUMNS = 2, 4

Row = tuple[str, ...]


@dataclass(frozen=True)
class CellChange:
    """A cell that differs, and the inputs each of which alone makes it what it is in the second run."""

    label: str
    before: str
    after: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowChange:
    """A row that is new, gone or changed: its name, its cells that differ, or the inputs that bring or take it."""

    name: str
    kind: str
    cells: tuple[CellChange, ...] = ()
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunComparison:
    """What the second run makes of the first."""

    exhibit: str
    heading: tuple[str, str]
    changes: tuple[RowChange, ...]
    same: int
    inputs: tuple[tuple[str, str], ...]  # each input that differs, and what it does alone
    keyed: bool

    def number(self, kind: str) -> int:
        """How many rows are of that kind."""
        return sum(1 for change in self.changes if change.kind == kind)


def compared(
    exhibit: str, old: Sequence[Row], new: Sequence[Row], alone: Mapping[str, Sequence[Row] | str]
) -> RunComparison:
    """Two tables, each with its headings first, side by side; `alone` has the table that each input alone gives."""
    labels, rows, later = tuple(new[0]), [tuple(row) for row in old[1:]], [tuple(row) for row in new[1:]]
    width = key_width(rows, later)
    if width and tuple(old[0]) == labels:
        pairs = list(_paired_by_key(rows, later, width))
    else:
        pairs = [(left, right) for left, right, _ in paired_rows(rows, later)]
    naming = width or key_width(rows, later, most=MOST_NAME_COLUMNS) or 1
    states = {
        name: _state(rows, [tuple(row) for row in given[1:]], width)
        for name, given in alone.items()
        if not isinstance(given, str)
    }
    changes = []
    for left, right in pairs:
        named = " › ".join((right or left or ())[:naming])
        own = {name: state(left, right) for name, state in states.items()}
        if left is None or right is None:
            because = tuple(name for name, row in own.items() if row == right)
            changes.append(RowChange(named, NEW if left is None else GONE, because=because))
        elif left != right:
            cells = tuple(
                CellChange(label, one, other, tuple(name for name, row in own.items() if row and row[place] == other))
                for place, (label, one, other) in enumerate(zip(labels, left, right, strict=False))
                if one != other
            )
            changes.append(RowChange(named, CHANGED, cells))
    inputs = tuple((name, _does(name, given, changes, rows)) for name, given in alone.items())
    same = sum(1 for left, right in pairs if left == right)
    headings = (" | ".join(old[0]), " | ".join(new[0]))
    return RunComparison(exhibit, headings, tuple(changes), same, inputs, bool(width))


def key_width(*tables: Sequence[Row], most: int = MOST_KEY_COLUMNS) -> int:
    """How many first columns tell the rows of each table apart; 0 when it takes more than `most`."""
    for width in range(1, most + 1):
        if all(len({row[:width] for row in rows}) == len(rows) for rows in tables):
            return width
    return 0


def lines(found: RunComparison) -> Iterator[str]:
    """The comparison as lines of text, a row each."""
    counts = [say(f"runs.{kind}", number=found.number(kind)) for kind in (NEW, GONE, CHANGED)]
    yield say("runs.sum", exhibit=found.exhibit, counts=counts, same=found.same)
    if not found.keyed:
        yield f"  ({say('runs.no-key')})"
    if found.heading[0] != found.heading[1]:
        yield f"  {say('runs.headings', old=found.heading[0], new=found.heading[1])}"
    for change in found.changes:
        yield f"  {SIGNS[change.kind]} {change.name}{_because(change.because)}"
        for cell in change.cells:
            yield f"      {cell.label}: {cell.before or '–'} → {cell.after or '–'}{_because(cell.because)}"
    if found.inputs:
        yield say("runs.inputs")
        width = max(len(name) for name, _ in found.inputs)
        yield from (f"  {name:{width}}  {does}" for name, does in found.inputs)


def _because(inputs: Sequence[str]) -> str:
    return f"  [{', '.join(inputs)}]" if inputs else ""


def _state(rows: Sequence[Row], given: Sequence[Row], width: int) -> Callable[[Row | None, Row | None], Row | None]:
    """What one input alone makes of a row of the first run, or, where that has none, whether it brings the new row."""
    if width:
        by_key = {row[:width]: row for row in given}
        return lambda left, right: by_key.get((left or right or ())[:width])
    matched = {left: right for left, right, _ in paired_rows(rows, given) if left is not None}
    return lambda left, right: (
        matched.get(left) if left is not None else next((one for one in given if one == right), None)
    )


def _does(name: str, given: Sequence[Row] | str, changes: Sequence[RowChange], rows: Sequence[Row]) -> str:
    if isinstance(given, str):
        return say("runs.not-alone", reason=given.splitlines()[0])
    if [tuple(row) for row in given[1:]] == list(rows):
        return say("runs.nothing")
    parts = [part for change in changes for part in (change.cells or (change,))]
    explained = sum(1 for part in parts if name in part.because)
    return say("runs.gives", number=explained, total=len(parts))


def _paired_by_key(old: Sequence[Row], new: Sequence[Row], width: int) -> Iterator[tuple[Row | None, Row | None]]:
    """Rows with the same key side by side: those of the new table in its order, then what is gone."""
    before = {row[:width]: row for row in old}
    after = {row[:width] for row in new}
    yield from ((before.get(row[:width]), row) for row in new)
    yield from ((row, None) for row in old if row[:width] not in after)
