"""Two runs of one exhibit in; row by row what is new, gone and changed, and which input made the difference, out.

The runs differ in their data folders, their parameters or both. Each input that differs is put into the first run
alone: what it turns into what the second run has is its doing.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kritiek.build.engine.executed import exhibit_in, failure_in, readings_in
from kritiek.build.engine.pool import Pool, Request, cores
from kritiek.build.plan import Job, Plan, prepare
from kritiek.errors import RunError
from kritiek.project import DATA_FOLDER
from kritiek.sources import Sources, handed_on
from sheetcheck.changes.row_pairs import paired_rows
from sheetcheck.faults import UserError, counted
from sheetcheck.writing.records import records
from sheetcheck.writing.writer import write_workbook

NEW, GONE, CHANGED = "new", "gone", "changed"
SIGNS = {NEW: "+", GONE: "-", CHANGED: "~"}
# A row is known by its first columns when they differ from row to row; more than these would make it another row at
# every change.
MOST_KEY_COLUMNS = 2

Row = tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """One of the two runs: a data folder (None is the project's own) and typed parameters by name."""

    data: Path | None = None
    settings: Mapping[str, str] | None = None


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
    keyed: bool = True

    def number(self, kind: str) -> int:
        """How many rows are of that kind."""
        return sum(1 for change in self.changes if change.kind == kind)


def compare_runs(plan: Plan, exhibit: str, before: Side, after: Side, *, language: str = "nl") -> RunComparison:
    """Run one exhibit twice, and once more for each input that differs, and compare the rows that it shows.

    Raises PlanError for an unknown exhibit, parameter or value, RunError when a run gives no exhibit, SourceError when
    a folder has faults.
    """
    first, second = (_job(plan, exhibit, side, language) for side in (before, after))
    with tempfile.TemporaryDirectory(prefix="kritiek-") as place:
        changed = {
            name: _job(plan, exhibit, Side(before.data, {**(before.settings or {}), name: str(value)}), language)
            for name, value in second.parameters.items()
            if name not in ("data_dir", "language") and value != first.parameters[name]
        }
        swapped: dict[str, Job] = dict(changed)
        troubles: dict[str, str] = {}
        for name, folder in _swapped_folders(plan, before, after, Path(place), troubles):
            swapped[name] = _job(plan, exhibit, Side(folder, before.settings), language)
        runs = _run(plan, [first, second, *swapped.values()])
        (old, reads), (new, more) = (_rows(run, exhibit, language) for run in runs[:2])
        alone: dict[str, list[Row] | str] = {}
        for name, run in zip(swapped, runs[2:], strict=True):
            if name in changed or name in {*reads, *more}:
                alone[name] = _rows_or_trouble(run, exhibit, language)
    alone |= {name: trouble for name, trouble in troubles.items() if name in {*reads, *more}}
    return compared(exhibit, old, new, alone)


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
    states = {name: given for name, given in alone.items() if not isinstance(given, str)}
    by_key = {name: {row[:width]: tuple(row) for row in given[1:]} for name, given in states.items()} if width else {}
    changes = []
    for left, right in pairs:
        row = right or left or ()
        key = row[:width] if width else row[:1]
        named = " › ".join(key)
        if left is None or right is None:
            because = tuple(name for name, found in by_key.items() if found.get(key) == right)
            changes.append(RowChange(named, NEW if left is None else GONE, because=because))
        elif left != right:
            cells = tuple(
                CellChange(label, one, other, _alone(by_key, key, place, other))
                for place, (label, one, other) in enumerate(zip(labels, left, right, strict=False))
                if one != other
            )
            changes.append(RowChange(named, CHANGED, cells))
    inputs = tuple((name, _does(name, given, changes, rows)) for name, given in alone.items())
    same = sum(1 for left, right in pairs if left == right)
    headings = (" | ".join(old[0]), " | ".join(new[0]))
    return RunComparison(exhibit, headings, tuple(changes), same, inputs, bool(width))


def key_width(*tables: Sequence[Row]) -> int:
    """How many first columns tell the rows of each table apart; 0 when it takes more than a key may have."""
    for width in range(1, MOST_KEY_COLUMNS + 1):
        if all(len({row[:width] for row in rows}) == len(rows) for rows in tables):
            return width
    return 0


def lines(found: RunComparison) -> Iterator[str]:
    """The comparison as lines of text, a row each."""
    numbers = ", ".join(f"{found.number(kind)} {kind}" for kind in (NEW, GONE, CHANGED))
    yield f"{found.exhibit}: {numbers}, {found.same} the same"
    if not found.keyed:
        yield "  (its first columns do not tell the rows apart: they are paired by what they share)"
    if found.heading[0] != found.heading[1]:
        yield f"  headings: {found.heading[0]} → {found.heading[1]}"
    for change in found.changes:
        yield f"  {SIGNS[change.kind]} {change.name}{_because(change.because)}"
        for cell in change.cells:
            yield f"      {cell.label}: {cell.before or '–'} → {cell.after or '–'}{_because(cell.because)}"
    if found.inputs:
        yield "Each input that differs, put into the first run alone:"
        width = max(len(name) for name, _ in found.inputs)
        yield from (f"  {name:{width}}  {does}" for name, does in found.inputs)


def _because(inputs: Sequence[str]) -> str:
    return f"  [{', '.join(inputs)}]" if inputs else ""


def _alone(by_key: Mapping[str, Mapping[Row, Row]], key: Row, place: int, value: str) -> tuple[str, ...]:
    """The inputs each of which alone gives the cell that value."""
    return tuple(name for name, rows in by_key.items() if key in rows and rows[key][place] == value)


def _does(name: str, given: Sequence[Row] | str, changes: Sequence[RowChange], rows: Sequence[Row]) -> str:
    if isinstance(given, str):
        return f"cannot be swapped alone: {given}"
    if [tuple(row) for row in given[1:]] == list(rows):
        return "changes nothing"
    parts = [part for change in changes for part in (change.cells or (change,))]
    explained = sum(1 for part in parts if name in part.because)
    return f"gives {explained} of the {len(parts)} cells and rows that differ what they are in the second run"


def _paired_by_key(old: Sequence[Row], new: Sequence[Row], width: int) -> Iterator[tuple[Row | None, Row | None]]:
    """Rows with the same key side by side: those of the new table in its order, then what is gone."""
    before = {row[:width]: row for row in old}
    after = {row[:width] for row in new}
    yield from ((before.get(row[:width]), row) for row in new)
    yield from ((row, None) for row in old if row[:width] not in after)


def _job(plan: Plan, exhibit: str, side: Side, language: str) -> Job:
    (job,) = prepare(plan, only=[exhibit], settings=side.settings, languages=[language], data=side.data)
    return job


def _run(plan: Plan, jobs: Sequence[Job]) -> list[dict | str]:
    """The executed notebook of each job, or the trouble with it."""
    found: list[dict | str] = [""] * len(jobs)
    with Pool(plan.root, min(cores(), len(jobs)), handed=handed_on()) as pool:
        for number, report in pool.run([Request(job.notebook, job.changed_parameters) for job in jobs]):
            if report is not None:
                text = report.target.read_text(encoding="utf-8") if not report.trouble else ""
                found[number] = report.trouble or json.loads(text)
    return found


def _rows(run: dict | str, exhibit: str, language: str) -> tuple[list[Row], tuple[str, ...]]:
    """The headings and rows that an executed notebook shows, and the tables that it read."""
    if isinstance(run, str):
        raise RunError(f"{exhibit}: {run}.")
    if failure := failure_in(run):
        raise RunError(f"{exhibit}: {failure}")
    return [tuple(row) for row in exhibit_in(run, language).csv_rows(language)], readings_in(run)


def _rows_or_trouble(run: dict | str, exhibit: str, language: str) -> list[Row] | str:
    try:
        return _rows(run, exhibit, language)[0]
    except UserError as error:
        return str(error).removeprefix(f"{exhibit}: ").splitlines()[0]


def _swapped_folders(
    plan: Plan, before: Side, after: Side, place: Path, troubles: dict[str, str]
) -> Iterator[tuple[str, Path]]:
    """For each table that differs a copy of the first data folder with that table of the second."""
    old, new = ((side.data or plan.root / DATA_FOLDER).resolve() for side in (before, after))
    if old == new:
        return
    one, other = Sources.load(old), Sources.load(new)
    for resource in one.package.resources:
        name = resource.name
        if name not in other.digests or one.digests[name] == other.digests[name]:
            continue
        if resource.field_names != other.package.resource(name).field_names:
            troubles[name] = "the two folders have other columns in it"
            continue
        folder = place / name
        shutil.copytree(old, folder, ignore=lambda _, names: [one for one in names if one.startswith((".", "~$"))])
        target = folder / resource.path
        if resource.path.endswith(".xlsx"):
            rows = {
                each.name: records((other if each.name == name else one)._frame(each.name), each)
                for each in one.package.resources
            }
            write_workbook(one.package, resource.path, rows, target)
        else:
            shutil.copyfile(new / other.package.resource(name).path, target)
        try:
            Sources.load(folder)
        except UserError as error:
            faults = getattr(error, "faults", ())
            troubles[name] = f"the folder then has {counted(len(faults), 'fault')}" if faults else str(error)
            continue
        yield name, folder
