"""A plan and two states of the sources in; which exhibits change, and how many of their cells, out.

Both states are built by the engine of a build, from the notebooks as they are now, and nothing is written.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from kritiek.build.engine.executed import exhibits_in, failure_in, readings_in
from kritiek.build.engine.pool import Pool, Report, Request, cores
from kritiek.build.plan import Plan
from kritiek.exhibits.tables import Exhibit
from kritiek.exhibits.texts import Words
from kritiek.project import NOTEBOOKS_FOLDER
from kritiek.sources import Sources, handed_on
from sheetcheck.changes.row_pairs import paired_rows
from sheetcheck.faults import SourceError, UserError, counted
from sheetcheck.schema import LANGUAGES

Row = Sequence[str]
Rows = Sequence[Row]
# Where a cell that changes stands, when it does not show in Dutch.
SHOWN, ENGLISH, HIDDEN = "", "in English only", "not shown"
NOTHING = {"nl": "", "en": ""}
PARTS = {"nl": SHOWN, "en": ENGLISH, "hidden": HIDDEN}
# How much of a row's first cell is enough to know the row by.
NAME_CHARACTERS = 40

# Where a row came from says nothing of what it shows: a row put in above moves all addresses below.
ADDRESSES = ("origin",)


@dataclass(frozen=True)
class ExhibitCell:
    """One cell of an exhibit that becomes another; rows and columns count from 1, row 0 is the heading."""

    row: int
    column: int
    label: str
    old: str
    new: str
    name: str = ""  # first cell of its row
    where: str = SHOWN


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
    before, after = states(plan, (old, new))
    for state, name in ((before, "the old state"), (after, "the new state")):
        if state["trouble"]:
            return Impact(plan.name, why_not=f"{name} cannot be built: {state['trouble']}")
    changed, same, untouched = [], [], 0
    for exhibit, left, right in zip(plan.exhibits, before["exhibits"], after["exhibits"], strict=True):
        found = compare_exhibits(exhibit.name, left, right)
        if not found.is_empty:
            changed.append(found)
        elif set(resources) & {*left["reads"], *right["reads"]}:
            same.append(found.number)
        else:
            untouched += 1
    return Impact(plan.name, tuple(changed), tuple(same), untouched)


def compare_exhibits(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> ExhibitImpact:
    """What becomes of an exhibit, from its two states as `described` gives them."""
    number = new.get("number") or old.get("number") or name
    trouble = new["trouble"] or old["trouble"]
    if trouble and trouble == old["trouble"] != new["trouble"] and f'has no exhibit "{name}"' in trouble:
        return ExhibitImpact(name, number, trouble="is new")
    if trouble:
        both = old["trouble"] == new["trouble"]
        which = "either state" if both else "the new state" if new["trouble"] else "the old state"
        return ExhibitImpact(name, number, trouble=f"cannot be made from {which} of the sources: {trouble}")
    cells, added, removed = _cells(old["rows"], new["rows"])
    return ExhibitImpact(
        name,
        number,
        total=sum(map(len, old["rows"]["nl"][1:])),
        cells=tuple(cells),
        rows_added=added,
        rows_removed=removed,
        words=tuple(_words(old["words"], new["words"])),
    )


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
                yield ExhibitCell(row, column, label, one, other, _name(new) if row else "", PARTS[part])
    # A column that is not shown has no place but its name.
    one, other = dict(zip(old_hidden, old[2], strict=False)), dict(zip(heads[2], new[2], strict=True))
    changed = [label for label in {**one, **other} if one.get(label, "") != other.get(label, "")] if row else []
    for label in changed:
        if label.removesuffix("_en") == label or label.removesuffix("_en") not in changed:
            yield ExhibitCell(row, 0, label, one.get(label, ""), other.get(label, ""), _name(new), HIDDEN)


def _name(row: Sequence[Row]) -> str:
    return textwrap.shorten(row[0][0], NAME_CHARACTERS, placeholder="…") if row[0] else ""


def _parted(row: Row, heads: Sequence[Row]) -> list[Row]:
    first, second = len(heads[0]), len(heads[0]) + len(heads[1])
    return [row[:first], row[first:second], row[second:]]


def _words(old: Mapping[str, Words], new: Mapping[str, Words]) -> Iterator[WordChange]:
    for what in {**old, **new}:
        one, other = old.get(what, NOTHING), new.get(what, NOTHING)
        for language, suffix in (("nl", ""), ("en", f" ({ENGLISH})")):
            if one[language] != other[language]:
                yield WordChange(what + suffix, one[language], other[language])
                break


def states(plan: Plan, folders: Sequence[Path]) -> list[dict[str, Any]]:
    """For each data folder what the exhibits of a plan say, or the trouble with all of them."""
    troubles = [_trouble_with(folder) for folder in folders]
    wanted = [
        (number, exhibit) for number, _ in enumerate(folders) if not troubles[number] for exhibit in plan.exhibits
    ]
    common = {"language": LANGUAGES[0]}
    requests = [
        Request(
            plan.root / NOTEBOOKS_FOLDER / exhibit.notebook,
            {**exhibit.values, **common, "data_dir": folders[number].resolve().as_posix()},
        )
        for number, exhibit in wanted
    ]
    found: list[list[dict[str, Any]]] = [[] for _ in folders]
    with Pool(plan.root, min(cores(), len(requests) or 1), handed=handed_on()) as pool:
        reports = {place: described(report) for place, report in pool.run(requests) if report}
    for place, (number, _) in enumerate(wanted):
        found[number].append(reports[place])
    return [{"trouble": trouble, "exhibits": exhibits} for trouble, exhibits in zip(troubles, found, strict=True)]


def _trouble_with(data: Path) -> str | None:
    try:
        Sources.load(data.resolve())
    except SourceError as error:
        return f"it has {counted(len(error.faults), 'fault')} (see kritiek check)."
    except UserError as error:
        return str(error)
    return None


def described(report: Report) -> dict[str, Any]:
    """All that the exhibit of an executed notebook says, in both languages, or the trouble with it."""
    if report.trouble:
        return {"trouble": f"{report.trouble}.", "reads": []}
    notebook = json.loads(report.target.read_text(encoding="utf-8"))
    reads = readings_in(notebook)
    if failure := failure_in(notebook):
        return {"trouble": failure, "reads": reads}
    shown = exhibits_in(notebook)
    if not shown:
        return {"trouble": "it shows no exhibit.", "reads": reads}
    # As in a build: a table goes before its picture, the last before the first.
    exhibit = ([one for one in shown if one.kind == "table"] or shown)[-1]
    return {"trouble": None, "reads": reads, **_said(exhibit, [one for one in shown if one is not exhibit])}


def _said(exhibit: Exhibit, others: list[Exhibit]) -> dict[str, Any]:
    texts = exhibit.texts
    shown = {name for column in exhibit.columns for name in (column.name, column.english)}
    hidden = [name for name in exhibit.frame.columns if name not in shown and name not in ADDRESSES]
    words = {"number": texts.number, "caption": texts.caption, "text alternative": texts.alt}
    words |= {f"note {number}": note for number, note in enumerate(texts.notes, start=1)}
    words |= {f"mark {mark.sign}": mark.meaning for mark in exhibit.marks}
    drawn = json.dumps([one.payload() for one in others], default=str)
    return {
        "number": texts.number["nl"] or texts.caption["nl"],
        "rows": {
            **{language: exhibit.csv_rows(language) for language in LANGUAGES},
            "hidden": [hidden, *([str(value) for value in row] for row in _plain(exhibit, hidden))],
        },
        "words": {**words, "beside it": {"nl": drawn, "en": drawn}},
    }


def _plain(exhibit: Exhibit, columns: list[str]) -> Iterator[list[Any]]:
    for row in exhibit.payload()["data"]:
        yield ["" if row[name] is None else row[name] for name in columns]
