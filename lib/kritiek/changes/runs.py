"""Two runs of one exhibit in; row by row what is new, gone and changed, and which input made the difference, out.

The runs differ in their data folders, their parameters or both. Each input that differs is put into the first run
alone: what it turns into what the second run has is its doing.
"""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kritiek.analysis.two_runs import Row, RunComparison, compared
from kritiek.build.engine.executed import readings_in
from kritiek.build.engine.pool import Report, Request, reports
from kritiek.build.plan import Job, Plan, prepare
from kritiek.errors import PlanError, RunError
from kritiek.project import DATA_FOLDER
from kritiek.sources import Sources
from sheetcheck.faults import UserError
from sheetcheck.messages import say
from sheetcheck.writing.files import copy_folder


@dataclass(frozen=True)
class Side:
    """One of the two runs: a data folder (None is the project's own) and typed parameters by name."""

    data: Path | None = None
    settings: Mapping[str, str] | None = None


def compare_runs(plan: Plan, exhibit: str, before: Side, after: Side, *, language: str = "nl") -> RunComparison:
    """Run one exhibit twice, and once more for each input that differs, and compare the rows that it shows.

    Raises PlanError for an unknown exhibit, parameter or value, RunError when a run gives no exhibit, SourceError when
    a folder has faults.
    """
    first, second = (_job(plan, exhibit, side, language) for side in (before, after))
    with tempfile.TemporaryDirectory(prefix="kritiek-") as place:
        changed = [
            name
            for name, value in second.parameters.items()
            if name not in ("data_dir", "language") and value != first.parameters[name]
        ]
        swapped: dict[str, Job] = {}
        troubles: dict[str, str] = {}
        for name in changed:
            alone = Side(before.data, {**(before.settings or {}), name: str(second.parameters[name])})
            try:
                swapped[name] = _job(plan, exhibit, alone, language)
            except PlanError as error:
                troubles[name] = str(error).splitlines()[-1].strip()
        for name, folder in _swapped_folders(plan, before, after, Path(place), troubles):
            swapped[name] = _job(plan, exhibit, Side(folder, before.settings), language)
        jobs = [first, second, *swapped.values()]
        requests = [Request(job.notebook, job.changed_parameters) for job in jobs]
        found = {number: _shown(report, language) for number, report in reports(plan.root, requests)}
    tables = []
    for rows, _ in (found[0], found[1]):
        if isinstance(rows, str):
            raise RunError(f"{exhibit}: {rows}")
        tables.append(rows)
    reads = {*found[0][1], *found[1][1]}
    known = {name: found[number][0] for number, name in enumerate(swapped, start=2)} | troubles
    alone = {name: rows for name, rows in known.items() if name in changed or name in reads}
    return compared(exhibit, tables[0], tables[1], alone)


def _job(plan: Plan, exhibit: str, side: Side, language: str) -> Job:
    (job,) = prepare(plan, only=[exhibit], settings=side.settings, languages=[language], data=side.data)
    return job


def _shown(report: Report, language: str) -> tuple[list[Row] | str, tuple[str, ...]]:
    """The headings and rows that an executed notebook shows, or why there are none; and the tables that it read."""
    try:
        return [tuple(row) for row in report.exhibit(language).csv_rows(language)], readings_in(report.notebook or {})
    except UserError as error:
        return str(error), ()


def _swapped_folders(
    plan: Plan, before: Side, after: Side, place: Path, troubles: dict[str, str]
) -> Iterator[tuple[str, Path]]:
    """For each table that differs a copy of the first data folder with that table of the second."""
    old, new = ((side.data or plan.root / DATA_FOLDER).resolve() for side in (before, after))
    if old == new:
        return
    one, other = Sources.load(old), Sources.load(new)
    rows, others = one.rows(), other.rows()
    for resource in one.package.resources:
        name = resource.name
        if name not in other.digests or one.digests[name] == other.digests[name]:
            continue
        if resource.field_names != other.package.resource(name).field_names:
            troubles[name] = say("runs.other-columns")
            continue
        folder = place / name
        copy_folder(one.package, folder, {**rows, name: others[name]}, changed=[name])
        try:
            Sources.load(folder)
        except UserError as error:
            faults = getattr(error, "faults", ())
            troubles[name] = say("runs.faults", faults=faults) if faults else str(error)
            continue
        yield name, folder
