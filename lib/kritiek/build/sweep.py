"""An exhibit and a grid of parameter values in, one tidy table of all results out; each point is run once."""

import datetime as dt
import hashlib
import itertools
import json
import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kritiek.build.engine.executed import Notebook, exhibit_in, failure_in
from kritiek.build.engine.pool import Note, Request, reports
from kritiek.build.plan import Job, Plan, load_plan, prepare
from kritiek.errors import PlanError, RunError
from kritiek.project import DATA_FOLDER, REPORTS_FOLDER, fingerprint, project_root
from kritiek.sources import Sources
from sheetcheck.faults import UserError
from sheetcheck.messages import say, wrapped
from sheetcheck.writing.records import replace_file

SWEEPS_FOLDER = "sweeps"
RANGE = re.compile(r"(?P<first>[^:]+):(?P<last>[^:]+):(?P<step>\d+(?:\.\d+)?)(?P<unit>[DWMY]?)")
# More points than this are a mistyped step; who means them splits the grid.
POINTS_LIMIT = 100_000
TROUBLES_SHOWN = 5
VALUES_SHOWN = 5

Grid = Mapping[str, Sequence[str]]
# Jobs in; the number of each with its executed notebook, or with the trouble in words, out.
Runner = Callable[[Sequence[Job]], Iterator[tuple[int, Notebook | str]]]


def sweep_exhibit(
    exhibit: str, settings: Sequence[str], *, plan: str, data: Path | None, scheduler: str | None
) -> bool:
    """Run a sweep and say how it went; True when every point gave its rows."""
    root = project_root()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task, grid = bar.add_task(exhibit), grid_of(settings)
        target, kept, troubles = sweep(
            load_plan(plan, root),
            exhibit,
            grid,
            runner=on_cluster(scheduler, root) if scheduler else None,
            data=data,
            on_progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
        total = int(bar.tasks[0].total or 0)
    lines = [say("sweep.failed", reason=trouble) for trouble in troubles[:TROUBLES_SHOWN]]
    more = len(troubles) - TROUBLES_SHOWN
    lines += [say("sweep.more-failed", number=more)] if more > 0 else []
    values = "; ".join(f"{name} {_listed(texts)}" for name, texts in grid.items())
    told = {"values": values, "done": total - len(troubles), "kept": kept, "file": target.relative_to(root).as_posix()}
    print("\n".join([*lines, wrapped(say("sweep.done", total=total, **told))]))
    return not troubles


def _listed(values: Sequence[str]) -> str:
    """The values of a parameter as they were understood, a long list by its ends."""
    return ", ".join([*values[:2], "…", values[-1]] if len(values) > VALUES_SHOWN else values)


def grid_of(settings: Sequence[str]) -> dict[str, list[str]]:
    """The values of each parameter, from NAME=a,b,c or NAME=first:last:step.

    A step is a number, or for dates a number with D, W, M or Y. Raises PlanError with every fault at once.
    """
    grid: dict[str, list[str]] = {}
    faults = []
    for setting in settings:
        name, sign, text = setting.partition("=")
        try:
            if not sign:
                raise ValueError(say("sweep.write"))
            if name in grid:
                raise ValueError(say("sweep.twice"))
            grid[name] = _values(text)
        except ValueError as error:
            faults.append(f"--set {setting}: {error}.")
    if faults:
        raise PlanError("\n".join(faults))
    return grid


def points(plan: Plan, exhibit: str, grid: Grid, *, data: Path | None = None) -> list[tuple[dict[str, str], Job]]:
    """Every combination of the values with its job, the last parameter varying fastest; all are checked first.

    Raises PlanError for an unknown exhibit, parameter or value, naming each once.
    """
    count = math.prod(map(len, grid.values()))
    if count > POINTS_LIMIT:
        raise PlanError(say("sweep.too-many", count=count, most=POINTS_LIMIT))
    found, faults = [], []
    for values in itertools.product(*grid.values()):
        point = dict(zip(grid, values, strict=True))
        spoken = point.get("language", plan.languages[0])
        try:
            (job,) = prepare(plan, only=[exhibit], settings=point, languages=[spoken], data=data)
            found.append((point, job))
        except PlanError as error:
            faults += str(error).splitlines()[1:]
    if faults:
        raise PlanError("\n  ".join([say("jobs.nothing-run") + ":", *dict.fromkeys(line.strip() for line in faults)]))
    return found


def sweep(
    plan: Plan,
    exhibit: str,
    grid: Grid,
    *,
    runner: Runner | None = None,
    data: Path | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Path, int, list[str]]:
    """Run an exhibit at every point of a grid and put all its rows in one CSV, the parameters as columns in front.

    A point that was computed from the same notebook, values and sources is not run again, so that a sweep that was
    ended goes on where it was. Gives the CSV, how many points had been there already, and the trouble with each point
    that failed, in words. Raises SourceError when the sources are not valid.
    """
    folder = plan.root / REPORTS_FOLDER / plan.name / SWEEPS_FOLDER
    source = (data or plan.root / DATA_FOLDER).resolve()
    wanted = points(plan, exhibit, grid, data=data)
    Sources.load(source)
    state = fingerprint(source)
    files = [folder / exhibit / f"{_key(job, state)}.json" for _, job in wanted]
    missing = [number for number, file in enumerate(files) if not file.is_file()]
    troubles: dict[int, str] = {}
    run = runner or (lambda jobs: _in_pool(jobs, plan.root))
    on_progress(len(files) - len(missing), len(files))
    for done, (place, result) in enumerate(run([wanted[number][1] for number in missing]), start=1):
        point, job = wanted[missing[place]]
        try:
            replace_file(files[missing[place]], json.dumps(_rows(result, job), ensure_ascii=False))
        except UserError as error:
            told = ", ".join(f"{name}={value}" for name, value in point.items())
            troubles[missing[place]] = f"{told}: {error}"
        on_progress(len(files) - len(missing) + done, len(files))
    frames = [
        pd.DataFrame(json.loads(file.read_text(encoding="utf-8"))).assign(**point)
        for (point, _), file in zip(wanted, files, strict=True)
        if file.is_file()
    ]
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(grid))
    ordered = table[[*grid, *(column for column in table.columns if column not in grid)]]
    target = replace_file(folder / f"{exhibit}.csv", ordered.to_csv(index=False, lineterminator="\n"))
    return target, len(files) - len(missing), [troubles[number] for number in sorted(troubles)]


def on_cluster(address: str, root: Path) -> Runner:
    """Runs points on a Dask cluster, whose workers see the project under the same path; each point once.

    Raises RunError when `distributed` is not installed or no scheduler answers.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise RunError(say("sweep.package")) from error

    def run(jobs: Sequence[Job]) -> Iterator[tuple[int, Notebook | str]]:
        try:
            client = Client(address, timeout=10)
        except (OSError, ValueError) as error:
            raise RunError(say("sweep.scheduler", address=address, reason=error)) from error
        with client:
            futures = {
                client.submit(at_point, str(root), str(job.notebook), job.changed_parameters, pure=False): number
                for number, job in enumerate(jobs)
            }
            for future in as_completed(futures):
                error = future.exception()
                yield futures[future], f"{error}." if error else future.result()

    return run


def at_point(root: str, notebook: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """The executed notebook at one point; runs in a process of a cluster."""
    import os
    import tempfile

    from kritiek.project import ROOT_VARIABLE

    os.environ[ROOT_VARIABLE] = root
    from kritiek.build.engine import worker

    with tempfile.TemporaryDirectory(prefix="kritiek-") as folder:
        private = Path(folder)
        target, note = private / "executed.ipynb", Note(private / "cell")
        trouble = worker.run_notebook(Path(notebook), target, parameters, private, note=note)
        if trouble:
            raise RunError(trouble)
        return json.loads(target.read_text(encoding="utf-8"))


def _in_pool(jobs: Sequence[Job], root: Path) -> Iterator[tuple[int, Notebook | str]]:
    requests = [Request(job.notebook, job.changed_parameters) for job in jobs]
    for number, report in reports(root, requests):
        yield number, report.failure or report.notebook or ""


def _rows(result: Notebook | str, job: Job) -> list[dict[str, Any]]:
    """The rows of the exhibit in a notebook as plain values; raises RunError with what went wrong."""
    failure = result if isinstance(result, str) else failure_in(result)
    if failure or isinstance(result, str):
        raise RunError(failure)
    return exhibit_in(result, job.language).payload()["data"]


def _key(job: Job, state: str) -> str:
    """What decides the result of a point: the notebook, its values and the sources."""
    told = json.dumps([job.notebook.read_text(encoding="utf-8"), dict(job.parameters), state], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:20]


def _values(text: str) -> list[str]:
    found = RANGE.fullmatch(text)
    if not found:
        values = [value.strip() for value in text.split(",")]
        if "" in values:
            raise ValueError(say("sweep.blank"))
        return list(dict.fromkeys(values))
    first, last, step, unit = found["first"], found["last"], found["step"], found["unit"]
    if unit:
        return _days(dt.date.fromisoformat(first), dt.date.fromisoformat(last), int(step), unit)
    low, high, width = float(first), float(last), float(step)
    if not width or high < low:
        raise ValueError(say("sweep.range"))
    # Counted, not added up, so that 0.1 does not become 0.30000000000000004.
    return [f"{low + number * width:.10g}" for number in range(int((high - low) / width + 1e-9) + 1)]


def _days(first: dt.date, last: dt.date, step: int, unit: str) -> list[str]:
    if not step or last < first:
        raise ValueError(say("sweep.days"))
    name = {"D": "days", "W": "weeks", "M": "months", "Y": "years"}[unit]
    steps = (pd.Timestamp(first) + pd.DateOffset(**{name: step * number}) for number in itertools.count())
    return [day.date().isoformat() for day in itertools.takewhile(lambda day: day.date() <= last, steps)]
