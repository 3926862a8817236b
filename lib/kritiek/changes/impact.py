"""A plan and two states of the sources in; which exhibits change, and how many of their cells, out.

Both states are built by the engine of a build, from the notebooks as they are now, and nothing is written.
"""

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from kritiek.build.engine.executed import exhibit_of, exhibits_in, readings_in
from kritiek.build.engine.pool import Report, Request, reports
from kritiek.build.plan import Plan
from kritiek.exhibits.tables import Exhibit
from kritiek.exhibits.texts import Words
from kritiek.project import NOTEBOOKS_FOLDER
from kritiek.sources import Sources
from sheetcheck.changes.row_pairs import paired_rows
from sheetcheck.faults import SourceError, UserError
from sheetcheck.messages import LANGUAGES, say
from sheetcheck.reading.cells import written

Row = Sequence[str]
Rows = Sequence[Row]
State = Mapping[str, Any]
# What a state says of an exhibit: its cells in both languages and those that are not shown.
PARTS = ("nl", "en", "hidden")
NOTHING: Words = dict.fromkeys(LANGUAGES, "")
# How much of a row's first cell is enough to know the row by.
NAME_CHARACTERS = 40
# Where a row came from says nothing of what it shows: a row put in above moves all addresses below.
ADDRESSES = ("origin",)


def elsewhere(part: str) -> str:
    """Where a cell that changes stands, in words, when it does not show in Dutch."""
    return "" if part == "nl" else say(f"impact.{part}")


@dataclass(frozen=True)
class ExhibitCell:
    """One cell of an exhibit that becomes another; rows and columns count from 1, row 0 is the heading."""

    row: int
    column: int
    label: str
    old: str
    new: str
    name: str = ""  # first cell of its row
    where: str = ""  # as `elsewhere` says


@dataclass(frozen=True)
class WordChange:
    """Words around the cells that become others: the caption, a note, a mark."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class ExhibitImpact:
    """What becomes of one exhibit: of all its columns, shown or not, and of all words around them."""

    exhibit: str
    number: str
    total: int = 0  # shown cells of the old state, without the heading
    cells: tuple[ExhibitCell, ...] = ()
    rows_added: int = 0
    rows_removed: int = 0
    words: tuple[WordChange, ...] = ()
    trouble: str | None = None  # why a state could not be built

    @property
    def is_empty(self) -> bool:
        """True when the exhibit comes out the same."""
        return not (self.cells or self.rows_added or self.rows_removed or self.words or self.trouble)


@dataclass(frozen=True)
class Impact:
    """What a change of the sources does to the exhibits of a plan."""

    plan: str
    exhibits: tuple[ExhibitImpact, ...] = ()  # those that change
    same: tuple[str, ...] = ()  # those that read a changed table and come out the same
    untouched: int = 0  # how many read none
    why_not: str | None = None  # why nothing can be said


def impact(plan: Plan, old: Path, new: Path, *, resources: Sequence[str]) -> Impact:
    """Build the exhibits of a plan from two data folders and compare them cell by cell.

    `resources` are the tables that changed: an exhibit that reads none of them counts as untouched. A row that is
    new or gone counts as a row, and does not make all rows below it different.
    """
    if not resources:
        return Impact(plan.name, untouched=len(plan.exhibits))
    for folder, key in ((old, "impact.old-state"), (new, "impact.new-state")):
        if trouble := _trouble_with(folder):
            return Impact(plan.name, why_not=say(key, reason=trouble))
    before, after = states(plan, (old, new))
    changed, same, untouched = [], [], 0
    for exhibit, left, right in zip(plan.exhibits, before, after, strict=True):
        found = compare_exhibits(exhibit.name, left, right)
        if not found.is_empty:
            changed.append(found)
        elif set(resources) & {*left["reads"], *right["reads"]}:
            same.append(found.number)
        else:
            untouched += 1
    return Impact(plan.name, tuple(changed), tuple(same), untouched)


def compare_exhibits(name: str, old: State, new: State) -> ExhibitImpact:
    """What becomes of an exhibit, from its two states as `described` gives them."""
    number = new.get("number") or old.get("number") or name
    if not new["trouble"] and old["trouble"] == say("sources.no-exhibit", exhibit=name):
        return ExhibitImpact(name, number, trouble=say("impact.is-new"))
    if trouble := new["trouble"] or old["trouble"]:
        which = "either" if old["trouble"] == new["trouble"] else "new" if new["trouble"] else "old"
        return ExhibitImpact(name, number, trouble=say(f"impact.from-{which}", reason=trouble))
    cells, added, removed = _cells(old["rows"], new["rows"])
    total = sum(map(len, old["rows"]["nl"][1:]))
    return ExhibitImpact(name, number, total, tuple(cells), added, removed, tuple(_words(old["words"], new["words"])))


def _cells(old: Mapping[str, Rows], new: Mapping[str, Rows]) -> tuple[list[ExhibitCell], int, int]:
    """Cells that differ, and how many rows are new and gone; the first row of each part is its heading."""
    sides = [list(zip(*(state[part] for part in PARTS), strict=True)) for state in (old, new)]
    (old_heads, *_), (new_heads, *_) = sides
    # Rows belong together by all that they hold, and are told apart again after that.
    before, after = ([[*dutch, *english, *hidden] for dutch, english, hidden in side[1:]] for side in sides)
    added = removed = 0
    cells = list(_in_row(0, old_heads, new_heads, new_heads))
    for left, right, row in paired_rows(before, after):
        if left is None:
            added += 1
        elif right is None:
            removed += 1
        else:
            one, other = _parted(left, old_heads), _parted(right, new_heads)
            cells += _in_row(row, one, other, new_heads, old_heads[2])
    return cells, added, removed


def _in_row(
    row: int, old: Sequence[Row], new: Sequence[Row], heads: Sequence[Row], old_hidden: Row = ()
) -> Iterator[ExhibitCell]:
    dutch: set[int] = set()
    for part, left, right, labels in zip(("nl", "en"), old, new, heads, strict=False):
        for column, (one, other) in enumerate(zip_longest(left, right, fillvalue=""), start=1):
            if one != other and column not in dutch:
                dutch.add(column)
                label = labels[column - 1] if column <= len(labels) else ""
                yield ExhibitCell(row, column, label, one, other, _name(new) if row else "", elsewhere(part))
    # A column that is not shown has no place but its name.
    one, other = dict(zip(old_hidden, old[2], strict=False)), dict(zip(heads[2], new[2], strict=True))
    changed = [label for label in {**one, **other} if one.get(label, "") != other.get(label, "")] if row else []
    for label in changed:
        if label.removesuffix("_en") == label or label.removesuffix("_en") not in changed:
            yield ExhibitCell(row, 0, label, one.get(label, ""), other.get(label, ""), _name(new), elsewhere("hidden"))


def _name(row: Sequence[Row]) -> str:
    return textwrap.shorten(row[0][0], NAME_CHARACTERS, placeholder="…") if row[0] else ""


def _parted(row: Row, heads: Sequence[Row]) -> list[Row]:
    first, second = len(heads[0]), len(heads[0]) + len(heads[1])
    return [row[:first], row[first:second], row[second:]]


def _words(old: Mapping[str, Words], new: Mapping[str, Words]) -> Iterator[WordChange]:
    for what in {**old, **new}:
        one, other = old.get(what, NOTHING), new.get(what, NOTHING)
        for language, suffix in (("nl", ""), ("en", f" ({elsewhere('en')})")):
            if one[language] != other[language]:
                yield WordChange(what + suffix, one[language], other[language])
                break


def states(plan: Plan, folders: Sequence[Path]) -> list[list[State]]:
    """What the exhibits of a plan say, for each data folder."""
    requests = []
    for folder in folders:
        given = {"language": LANGUAGES[0], "data_dir": folder.resolve().as_posix()}
        for exhibit in plan.exhibits:
            requests.append(Request(plan.root / NOTEBOOKS_FOLDER / exhibit.notebook, {**exhibit.values, **given}))
    found = {number: described(report) for number, report in reports(plan.root, requests)}
    size = len(plan.exhibits)
    return [[found[number] for number in range(start, start + size)] for start in range(0, len(requests), size)]


def _trouble_with(data: Path) -> str | None:
    try:
        Sources.load(data.resolve())
    except SourceError as error:
        return say("impact.faults", faults=error.faults)
    except UserError as error:
        return str(error)
    return None


def described(report: Report) -> State:
    """All that the exhibit of an executed notebook says, in both languages, or the trouble with it."""
    notebook = report.notebook
    reads = readings_in(notebook) if notebook else ()
    if report.failure or not notebook:
        return {"trouble": report.failure, "reads": reads}
    shown = exhibits_in(notebook)
    try:
        exhibit = exhibit_of(shown)
    except UserError as error:
        return {"trouble": str(error), "reads": reads}
    others = [one.payload() for one in shown if one is not exhibit]
    texts, hidden = exhibit.texts, _hidden(exhibit)
    words = {say("impact.number"): texts.number, say("impact.caption"): texts.caption, say("impact.alt"): texts.alt}
    words |= {say("impact.note", number=number): note for number, note in enumerate(texts.notes, start=1)}
    words |= {say("impact.mark", sign=mark.sign): mark.meaning for mark in exhibit.marks}
    words[say("impact.beside")] = dict.fromkeys(LANGUAGES, json.dumps(others, default=str))
    rows = {language: exhibit.csv_rows(language) for language in LANGUAGES}
    number = texts.number["nl"] or texts.caption["nl"]
    return {"trouble": None, "reads": reads, "number": number, "rows": {**rows, "hidden": hidden}, "words": words}


def _hidden(exhibit: Exhibit) -> Rows:
    """The columns that are not shown: their names, then their cells."""
    shown = {name for column in exhibit.columns for name in (column.name, column.english)}
    names = [name for name in exhibit.frame.columns if name not in shown and name not in ADDRESSES]
    rows = exhibit.payload()["data"]
    return [names, *([_plain(row[name]) for name in names] for row in rows)]


def _plain(value: Any) -> str:
    return written(tuple(map(_plain, value)) if isinstance(value, list) else value)
