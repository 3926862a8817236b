"""Jobs in; executed notebooks and CSV tables on disk out, and one outcome a job.

What cannot have changed is not run.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from kritiek.build.engine.executed import figure_in, png_in, readings_in, tidied
from kritiek.build.engine.pool import RUN_LIMIT_SECONDS, Pool, Report, Request, cores, drawing_of
from kritiek.build.engine.spoken import only_shows_language
from kritiek.build.freshness import Surroundings, record_of, stamped, still_good
from kritiek.build.outcome import Outcome
from kritiek.build.plan import Job
from kritiek.build.plan.file import is_called
from kritiek.build.plan.parameters import load_notebook
from kritiek.build.tables_folder import csv_text, described, drawn, write_package
from kritiek.errors import RunError
from kritiek.exhibits.compare import Comparison, compare, compare_with_release
from kritiek.exhibits.tables import Exhibit
from kritiek.project import DATA_FOLDER, FIGURES_FOLDER, REPORTS_FOLDER, TABLES_FOLDER
from sheetcheck.faults import UserError, disk_sentence
from sheetcheck.messages import LANGUAGES, say
from sheetcheck.schema import PACKAGE_FILE
from sheetcheck.writing.records import replace_file


@dataclass(frozen=True)
class Places:
    """Where the files of one job go."""

    notebook: Path
    table: Path
    figure: Path  # as SVG; as PNG it stands beside it
    failed: Path

    @classmethod
    def of(cls, job: Job, report: Path) -> Self:
        """A variant gets a folder of its own, so that a trial never replaces a tracked table."""
        folder = report / "variants" / job.variant if job.variant else report
        stem = f"{job.exhibit}.{job.language}"
        failed = f"{stem}.{job.variant}" if job.variant else stem
        # A trial that fails leaves no folder of its own.
        return cls(
            folder / f"{stem}.ipynb",
            folder / TABLES_FOLDER / f"{stem}.csv",
            folder / FIGURES_FOLDER / f"{stem}.svg",
            report / "failed" / f"{failed}.ipynb",
        )


def build(
    jobs: Sequence[Job],
    *,
    root: Path,
    plan_name: str,
    data: Path | None = None,
    jobs_at_once: int | None = None,
    on_progress: Callable[[Job, Outcome | None], None] | None = None,
    limit_seconds: float = RUN_LIMIT_SECONDS,
    isolated: bool = False,
) -> list[Outcome]:
    """Build every job and tell how each ended, in the order given; one that fails does not stop the others.

    Files are replaced whole and only by good ones, so an interrupted build leaves the last good state; Ctrl-C
    ends all processes. `on_progress` is called with None when a job begins to run and with its outcome when it
    has ended, in this thread. `isolated` runs each notebook in a kernel of its own. Raises SourceError with every
    fault when the sources are not valid.
    """
    root = root.resolve()
    report = root / REPORTS_FOLDER / plan_name
    tell = on_progress or (lambda job, outcome: None)
    surroundings = Surroundings.of((data or root / DATA_FOLDER).resolve())
    outcomes: dict[int, Outcome] = {}
    why: dict[int, str] = {}
    for number, job in enumerate(jobs):
        # Who asks for kernels wants to see what they make.
        outcome, why[number] = (None, "") if isolated else _skipped(job, Places.of(job, report), surroundings)
        if outcome:
            outcomes[number] = outcome
            tell(job, outcome)
    stale = [number for number in range(len(jobs)) if number not in outcomes]
    runs = _runs(jobs, stale, apart=isolated)
    size = min(jobs_at_once or cores(), cores(), len(runs))
    counted = Counter(job.exhibit for job in jobs)
    requests = [
        _request([jobs[number] for number in run], limit_seconds, is_spoken=counted[jobs[run[0]].exhibit] > 1)
        for run in runs
    ]
    try:
        with Pool(root, size, isolated=isolated) as pool:
            for place, done in pool.run(requests):
                for number in runs[place]:
                    job, outcome = jobs[number], None
                    if done:
                        one = done if number == runs[place][0] else done.shown_in(job.language)
                        outcome = _finished(job, Places.of(job, report), one, surroundings, root)
                        outcome = outcomes[number] = replace(outcome, why=why[number])
                    tell(job, outcome)
    finally:
        # Also of an interrupted build: each table stands beside what it is.
        _describe(outcomes.values(), plan_name, root)
    return [outcomes[number] for number in range(len(jobs))]


def _runs(jobs: Sequence[Job], stale: Iterable[int], *, apart: bool) -> list[list[int]]:
    """The stale jobs that one run serves: those that differ in nothing but the language of what is shown."""
    runs: dict[str, list[int]] = {}
    for number in stale:
        job = jobs[number]
        is_shared = not apart and only_shows_language(load_notebook(job.notebook)["cells"])
        same = {**job.parameters, "language": ""} if is_shared else dict(job.parameters)
        key = json.dumps([job.exhibit, str(job.notebook), same], sort_keys=True, default=str)
        runs.setdefault(key, []).append(number)
    return list(runs.values())


def _request(jobs: Sequence[Job], limit_seconds: float, *, is_spoken: bool) -> Request:
    first, *others = jobs
    # Of an exhibit in several languages each notebook names its own, even the default, so that all have the same cells,
    # whether one run serves them or each has its own.
    parameters = {**first.changed_parameters, **({"language": first.language} if is_spoken else {})}
    return Request(first.notebook, parameters, limit_seconds, tuple(job.language for job in others), is_drawn=True)


def _describe(outcomes: Iterable[Outcome], plan_name: str, root: Path) -> None:
    folders: dict[Path, list[Any]] = {}
    for outcome, facts in ((one, one.facts) for one in outcomes if one.facts):
        for file, resources in ((outcome.table, [facts["resource"]]), (outcome.figure, facts["pictures"])):
            if file:
                folders.setdefault(file.parent, []).extend(resources)
    for folder, resources in folders.items():
        try:
            write_package(folder, plan_name, resources)
        except OSError as error:
            file = f"{folder.relative_to(root).as_posix()}/{PACKAGE_FILE}"
            raise RunError(say("run.unwritten", file=file, reason=error.strerror)) from error


def _skipped(job: Job, places: Places, surroundings: Surroundings) -> tuple[Outcome | None, str]:
    """The outcome of a job that need not run, or why it must."""
    begun = time.perf_counter()
    facts, why = still_good(places.notebook, places.table, job, surroundings)
    if facts is None:
        return None, why
    _remove(places.failed)
    return _made(job, places, time.perf_counter() - begun, facts, skipped=True), ""


def _finished(job: Job, places: Places, done: Report, surroundings: Surroundings, root: Path) -> Outcome:
    try:
        exhibit = done.exhibit(job.language)
        _require_name(job, exhibit)
        if job.frozen:
            comparison = compare_with_release(exhibit, surroundings.published, job.frozen)
        else:
            comparison = compare(exhibit, surroundings.published, is_printed=job.is_printed)
    except UserError as error:
        return _failed(job, places, done, str(error), root)
    notebook = done.notebook or {}
    table = csv_text(exhibit, job.language)
    verdicts, agrees = _judged(job, exhibit, comparison)
    stored = f"{comparison.number}: {verdicts['en']}"
    number = exhibit.texts.number[job.language]
    png = png_in(notebook)
    figure, pictures = figure_in(notebook), {}
    if png is not None:
        pictures = {places.figure.with_suffix(".png"): png, places.figure: drawing_of(done.target).read_bytes()}
    facts = {
        "rows": len(exhibit.frame),
        "verdict": {key: f"{number}: {words}" if number else words for key, words in verdicts.items()},
        "agrees": agrees,
        "compared": comparison.why_not is None,
        "known": sum(difference.reason is not None for difference in comparison.differences),
        "resource": described(exhibit, job.exhibit, verdict=stored, content=table, parameters=job.parameters),
        "pictures": drawn(figure, pictures) if figure is not None else [],
    }
    print_name = job.frozen.name if job.frozen else exhibit.print_name
    read = {"print_name": print_name, "resources": readings_in(notebook)}
    record = record_of(job, notebook["cells"], surroundings=surroundings, **read)
    if not surroundings.still_there():
        record["resources"] = {}  # equal to no state: the next build makes it again
    # The notebook comes last: it vouches for the table and the pictures.
    vouching = {places.notebook: _json(stamped(tidied(notebook), record, table, **facts))}
    for file, content in ({places.table: table} | pictures | vouching).items():
        try:
            _replace(file, content)
        except OSError as error:
            return _unmade(job, places, done, disk_sentence(error, file.relative_to(root).as_posix()))
    _remove(places.failed)
    return _made(job, places, done.seconds, facts)


def _made(job: Job, places: Places, seconds: float, facts: dict[str, Any], *, skipped: bool = False) -> Outcome:
    figure = places.figure if facts["pictures"] else None
    return Outcome(job.exhibit, job.language, seconds, facts, places.notebook, places.table, figure, skipped=skipped)


def _judged(job: Job, exhibit: Exhibit, comparison: Comparison) -> tuple[dict[str, str], bool]:
    """The verdict by language, and whether the exhibit is as it should be: a plan answers for its own tables."""
    more, agrees = None, comparison.agrees
    if comparison.why_not is None and not exhibit.published and not job.frozen:
        more, agrees = "run.notebook-says-other", False
    elif comparison.why_not and not comparison.rows:
        agrees = bool(job.variant)
    elif comparison.why_not and comparison.has_print and job.is_own:
        more, agrees = "run.plan-makes-other", False
    verdicts = {language: comparison.told(language) for language in LANGUAGES}
    if more:
        verdicts = {language: say(more, language, verdict=verdict) for language, verdict in verdicts.items()}
    return verdicts, agrees


def _require_name(job: Job, exhibit: Exhibit) -> None:
    if not is_called(job.exhibit, exhibit.name):
        number = exhibit.texts.number[job.language] or exhibit.texts.caption[job.language]
        told = {"name": job.exhibit, "notebook": job.notebook.name, "made": exhibit.name, "number": number}
        raise RunError(say("run.other-name", **told))


def _failed(job: Job, places: Places, done: Report, reason: str, root: Path) -> Outcome:
    if done.notebook is None:
        return _unmade(job, places, done, reason)
    name = places.failed.relative_to(root).as_posix()
    try:
        _replace(places.failed, _json(tidied(done.notebook)))
        reason += "\n" + say("run.partly", file=name)
    except OSError as error:
        reason += f"\n{disk_sentence(error, name)}"
    return _unmade(job, places, done, reason)


def _unmade(job: Job, places: Places, done: Report, error: str) -> Outcome:
    partly = places.failed if places.failed.is_file() else None
    return Outcome(job.exhibit, job.language, done.seconds, notebook=partly, error=error)


def _json(notebook: dict[str, Any]) -> str:
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _replace(file: Path, content: str | bytes) -> None:
    """Write the file unless it says so already: what is open elsewhere and equal need not be replaced."""
    stored = content.encode("utf-8") if isinstance(content, str) else content
    if not file.is_file() or file.read_bytes() != stored:
        replace_file(file, content)


def _remove(file: Path) -> None:
    """Remove the notebook of an earlier failure, and its folder when that was the last."""
    # Open elsewhere, or not the last: it stays, and does no harm.
    with suppress(OSError):
        file.unlink()
        file.parent.rmdir()
