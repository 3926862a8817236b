"""A change that was meant in; the sheet printed_otherwise with the rows that it causes out, and what was written.

An exhibit is made from the notebook as it is now, from two states of the sources: without its own deviations, which
gives what is computed, and of the last commit, which says which row of the print is which, and its English words.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kritiek.build import PUBLISHED_PLAN
from kritiek.build.engine.executed import readings_in
from kritiek.build.engine.pool import Request, reports
from kritiek.build.plan import Job, load_plan, prepare
from kritiek.build.plan.jobs import by_number
from kritiek.changes.deviating import CERTAINTIES, Accepted, Wish, deviations
from kritiek.errors import ExhibitError, RunError
from kritiek.exhibits.compare import PUBLISHED_FOLDER, compare, printed_lines
from kritiek.exhibits.overlay import ENGLISH, PRINTED_RESOURCE, Deviation, deviations_of, printed_rows
from kritiek.exhibits.tables import Exhibit
from kritiek.project import DATA_FOLDER
from kritiek.sources import Sources
from sheetcheck.changes.history import HistoryError, old_state
from sheetcheck.faults import UserError
from sheetcheck.messages import say
from sheetcheck.nearest import nearest_name
from sheetcheck.writing.files import copy_folder, edit_rows
from sheetcheck.writing.records import records

SheetRow = Mapping[str, Any]

LINES_SHOWN = 12
# Said in a sheet, whose notes are English.
TRANSLATION = "The print in English is our translation."


def accept(root: Path, plan_name: str, names: Sequence[str], wish: Wish) -> list[str]:
    """Write into the sheet printed_otherwise why exhibits differ from their print; gives lines for a person.

    Deviations that hold stay; one whose computed value changed is brought up to date with the reason added, one that
    is no longer needed is taken out. Raises PlanError, RunError, SourceError or UserError, before anything is written,
    when there is nothing to accept or it cannot be recorded.
    """
    jobs = _jobs(root, plan_name, names, wish)
    data = root / DATA_FOLDER
    sources = Sources.load(data)
    sheet = sources.table(PRINTED_RESOURCE)
    if sheet is None:
        raise RunError(say("accept.no-overlay", exhibit=jobs[0].exhibit, notebook=jobs[0].notebook.name))
    resource = sources.package.resource(PRINTED_RESOURCE)
    found: dict[str, tuple[Exhibit, Accepted]] = {}
    for job, facts, before in _made(root, jobs, sources):
        own = deviations_of(sheet[(sheet["document"] == facts.texts.document) & (sheet["exhibit"] == facts.name)])
        printed = printed_lines(facts, data / PUBLISHED_FOLDER)
        if not printed:
            raise RunError(say("accept.no-print", exhibit=job.exhibit))
        accepted = deviations(facts, printed, before, own, wish)
        if accepted.is_empty:
            raise RunError(say("accept.as-printed", exhibit=job.exhibit))
        _verify(facts, accepted, data / PUBLISHED_FOLDER)
        found[facts.name] = (facts, accepted)
    before = records(sheet, resource)

    def edited(rows: list[dict[str, Any]]) -> list[SheetRow]:
        if rows != before:
            raise UserError(say("accept.meanwhile", place=resource.place))
        result: list[SheetRow] = list(rows)
        for facts, accepted in found.values():
            result = _in_sheet(result, facts, accepted, sources)
        return result

    edit_rows(data, {PRINTED_RESOURCE: edited})
    return [line for facts, accepted in found.values() for line in _told(facts, accepted, resource.place, wish)]


def _jobs(root: Path, plan_name: str, names: Sequence[str], wish: Wish) -> list[Job]:
    if not wish.reason.strip():
        raise RunError(say("accept.no-reason", exhibit=names[0]))
    if wish.certainty not in CERTAINTIES:
        hint = nearest_name(wish.certainty, CERTAINTIES)
        raise RunError(say("accept.certainty", value=wish.certainty) + hint)
    plan = load_plan(plan_name, root)
    if not plan.is_baseline:
        raise RunError(say("accept.not-own", plan=plan.name, own=plan.baseline or PUBLISHED_PLAN, exhibit=names[0]))
    known = [exhibit.name for exhibit in plan.exhibits]
    names = [by_number(name, known) for name in names]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise RunError(
            "\n".join(
                say("accept.no-exhibit", exhibit=name, plan=plan.name) + nearest_name(name, known) for name in unknown
            )
        )
    return prepare(plan, only=list(dict.fromkeys(names)), languages=["nl"])


def _made(root: Path, jobs: Sequence[Job], sources: Sources) -> Iterator[tuple[Job, Exhibit, Exhibit | None]]:
    """Each exhibit as computed, and as it was at the last commit where that can be known."""
    with tempfile.TemporaryDirectory(prefix="kritiek-", ignore_cleanup_errors=True) as temporary:
        bare, own = Path(temporary) / DATA_FOLDER, {job.exhibit for job in jobs}
        rows = sources.rows()
        rows[PRINTED_RESOURCE] = [row for row in rows[PRINTED_RESOURCE] if row["exhibit"] not in own]
        copy_folder(sources.package, bare, rows, changed=[PRINTED_RESOURCE])
        try:
            with old_state(root / DATA_FOLDER) as old:
                runs = _run(root, jobs, [bare, old.folder])
        except HistoryError:
            runs = _run(root, jobs, [bare])
        for number, job in enumerate(jobs):
            exhibit, read = runs[number]
            if isinstance(exhibit, str):
                raise RunError(say("accept.not-made", exhibit=job.exhibit, reason=exhibit))
            if PRINTED_RESOURCE not in read:
                raise RunError(say("accept.no-overlay", exhibit=job.exhibit, notebook=job.notebook.name))
            before = runs[number + len(jobs)][0] if len(runs) > len(jobs) else ""
            yield job, exhibit, None if isinstance(before, str) else before


def _run(root: Path, jobs: Sequence[Job], folders: Sequence[Path]) -> list[tuple[Exhibit | str, tuple[str, ...]]]:
    """For each job from each folder its exhibit, or why there is none, and the tables that were read."""
    requests = [
        Request(job.notebook, {**job.changed_parameters, "data_dir": folder.as_posix()})
        for folder in folders
        for job in jobs
    ]
    found: dict[int, tuple[Exhibit | str, tuple[str, ...]]] = {}
    for number, report in reports(root, requests):
        try:
            found[number] = report.exhibit("nl"), readings_in(report.notebook or {"cells": []})
        except RunError as error:
            found[number] = str(error), ()
    return [found[number] for number in range(len(requests))]


def _verify(facts: Exhibit, accepted: Accepted, published: Path) -> None:
    """What was found must make the exhibit as printed; nothing is written on trust."""
    overlay = tuple(entry.deviation for entry in accepted.entries)
    try:
        frame, applied = printed_rows(facts.texts, facts.frame, overlay, reading="printed")
    except ExhibitError as error:
        raise RunError(say("accept.not-enough", exhibit=facts.name, verdict=error)) from None
    comparison = compare(replace(facts, frame=frame, deviations=applied), published)
    if not comparison.agrees or comparison.why_not:
        raise RunError(say("accept.not-enough", exhibit=facts.name, verdict=comparison.verdict))


def _in_sheet(rows: Sequence[SheetRow], facts: Exhibit, accepted: Accepted, sources: Sources) -> list[SheetRow]:
    """The rows of the sheet with those of this exhibit as they are to stand: what was there stays in its place."""
    place = {"document": facts.texts.document, "exhibit": facts.name}
    exhibits: Any = sources.table("exhibits")  # there, since this exhibit has its texts from it
    home = exhibits[(exhibits["document"] == place["document"]) & (exhibits["id"] == facts.name)].iloc[0]
    result: list[SheetRow] = []
    entries = {(entry.prior.row, entry.prior.column): entry.deviation for entry in accepted.entries if entry.prior}
    own = [number for number, row in enumerate(rows) if all(row[name] == value for name, value in place.items())]
    new = [
        {
            **place,
            **_stated(entry.deviation),
            "source": home["source"],
            "locator": home["locator"],
            "note": TRANSLATION if entry.deviation.column.endswith(ENGLISH) else None,
        }
        for entry in accepted.entries
        if entry.prior is None
    ]
    for number, row in enumerate(rows):
        if number not in own:
            result.append(row)
        elif deviation := entries.get((row["row"], row["column"])):
            result.append({**row, **_stated(deviation)})
        if own and number == own[-1]:
            result += new
    return result if own else [*result, *new]


def _stated(entry: Deviation) -> dict[str, Any]:
    return {
        "row": entry.row,
        "column": entry.column,
        "computed": entry.computed or None,
        "printed": entry.printed or None,
        "place": entry.place,
        "reason_nl": entry.reason["nl"],
        "reason_en": entry.reason["en"],
        "certainty": entry.certainty,
    }


def _told(facts: Exhibit, accepted: Accepted, place: str, wish: Wish) -> list[str]:
    """What was written of one exhibit: its sum, then a line for each deviation."""
    signs = [("+", entry.deviation) for entry in accepted.entries if entry.prior is None]
    signs += [("~", entry.deviation) for entry in accepted.entries if entry.is_changed]
    signs += [("-", entry) for entry in accepted.gone]
    counts = Counter(sign for sign, _ in signs)
    written = [
        say(f"accept.{key}", number=counts[sign])
        for sign, key in (("+", "new"), ("~", "changed"), ("-", "gone"))
        if counts[sign]
    ]
    lines = [say("accept.done", exhibit=facts.heading(), written=", ".join(written), place=place)]
    lines += [
        say(
            "accept.line",
            sign=sign,
            row=entry.row,
            column=entry.column,
            computed=entry.computed,
            printed=entry.printed,
        )
        for sign, entry in signs[:LINES_SHOWN]
    ]
    lines += [say("accept.more", number=len(signs) - LINES_SHOWN)] if len(signs) > LINES_SHOWN else []
    if accepted.without_english:
        lines.append(say("accept.no-english", exhibit=facts.name, cells="; ".join(accepted.without_english)))
    return lines if wish.reason_en else [*lines, say("accept.one-language")]
