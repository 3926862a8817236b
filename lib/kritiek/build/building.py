"""A build as a person asks for it: options in; progress, verdict lines and their sum out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from kritiek.build.outcome import Outcome, Remembered, summary, verdict_lines
from kritiek.errors import PlanError, RunError
from kritiek.project import DATA_FOLDER, NOTEBOOKS_FOLDER, REPORTS_FOLDER, project_root
from sheetcheck.messages import say, wrapped

if TYPE_CHECKING:
    from kritiek.exhibits.tables import Exhibit


def build_plan(
    name: str,
    *,
    only: Sequence[str],
    settings: Sequence[str],
    languages: Sequence[str] | None,
    jobs: int | None,
    data: Path | None,
    isolated: bool = False,
    why: bool = False,
    is_brief: bool = False,
    appendix: Callable[[str, Path], str] | None = None,
) -> bool:
    """Build a plan and say of each exhibit how it went; True when all were built and agree with the print.

    `is_brief` leaves out those of which there is nothing to say: unchanged, or not compared with anything.
    `appendix` makes an appendix of what a whole plan gave, and says so in a line. Raises PlanError before anything
    runs when the plan, an exhibit or a parameter is wrong.
    """
    root = project_root()
    console = Console(highlight=False, soft_wrap=True)
    asked = [name, list(only), list(settings), languages, str(data), isolated]
    remembered = Remembered.of(root, name, asked, (data or root / DATA_FOLDER).resolve())
    if (told := remembered.outcomes()) and not isolated:
        return _tell(told, console, root, is_brief=is_brief)
    # What computes is loaded only where something is to be computed.
    from kritiek.build import plan as plans
    from kritiek.build import run
    from kritiek.build.store import sign
    from kritiek.build.tables_folder import clear

    plan = plans.load_plan(name, root)
    wanted = plans.prepare(plan, only=only, settings=typed_settings(settings), languages=languages, data=data)
    # A notebook is as large as what it shows. The large ones first: no process ends long after the others.
    order = sorted(range(len(wanted)), key=lambda number: wanted[number].notebook.stat().st_size, reverse=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    aside = Console(stderr=True)
    with (
        Progress(*columns, console=aside, transient=True, disable=not sys.stderr.isatty()) as bar,
        ThreadPoolExecutor(1) as signing,
    ):
        # This process waits for others while they run notebooks.
        signing.submit(sign, sorted((root / NOTEBOOKS_FOLDER).glob("*.ipynb")))
        task = bar.add_task(say("build.checking"), total=len(wanted))

        def on_progress(job: plans.Job, outcome: Outcome | None) -> None:
            bar.update(task, advance=outcome is not None, description=f"{job.exhibit} ({job.language})")

        made = run.build(
            [wanted[number] for number in order],
            root=root,
            plan_name=plan.name,
            data=data,
            jobs_at_once=jobs,
            on_progress=on_progress,
            isolated=isolated,
        )
    outcomes = [outcome for _, outcome in sorted(zip(order, made, strict=True), key=itemgetter(0))]
    agreed = _tell(outcomes, console, root, why=why, is_brief=is_brief)
    sign([one.notebook for one in outcomes if one.notebook])
    stems = [f"{exhibit.name}.{language}" for exhibit in plan.exhibits for language in plan.languages]
    removed, kept = clear(root / REPORTS_FOLDER / plan.name, plan.name, stems)
    for key, files in (("build.removed", removed), ("build.kept", kept)):
        if files:
            console.print(wrapped(say(key, files=[file.relative_to(root).as_posix() for file in files])))
    is_own = not (only or settings or languages or data)
    if appendix and is_own:
        console.print(Text(wrapped(appendix(plan.name, root))))
    if not kept:
        remembered.keep(outcomes)
    return agreed


def built_exhibit(name: str, plan_name: str, language: str, data: Path | None = None) -> Exhibit:
    """One exhibit of a plan as its executed notebook has it, which is made first when it is not there or stale.

    Raises PlanError when the plan does not name it, RunError when it cannot be made.
    """
    from kritiek.build import plan as plans
    from kritiek.build import run
    from kritiek.build.engine.executed import exhibit_in

    root = project_root()
    plan = plans.load_plan(plan_name, root)
    wanted = plans.prepare(plan, only=[name], settings={}, languages=[language], data=data)
    outcome = run.build(wanted, root=root, plan_name=plan.name, data=data)[0]
    if outcome.error or not outcome.notebook:
        raise RunError(say("build.failed", name=name, spoken=language, reason=outcome.error))
    return exhibit_in(json.loads(outcome.notebook.read_text(encoding="utf-8")), language)


def _tell(
    outcomes: Sequence[Outcome], console: Console, root: Path, *, why: bool = False, is_brief: bool = False
) -> bool:
    shown = [one for one in outcomes if not is_brief or one.sign == "✗" or (one.sign == "✓" and not one.skipped)]
    for line in verdict_lines(shown, why=why):
        console.print(line)
    for outcome in outcomes:
        if outcome.error:
            told = say("build.failed", name=outcome.exhibit, spoken=outcome.language, reason=outcome.error)
            console.print(Text(f"\n{told}", style="red"))
    console.print(summary(outcomes, root))
    return all(outcome.agrees for outcome in outcomes)


def typed_settings(words: Sequence[str], option: str = "--set") -> dict[str, str]:
    """NAME=VALUE as typed, by name; raises PlanError for a word that is none and for a name given twice."""
    wrong = [word for word in words if "=" not in word]
    if wrong:
        raise PlanError(say("settings.no-value", option=option, words=" ".join(wrong)))
    pairs = [word.split("=", 1) for word in words]
    names = [name.strip() for name, _ in pairs]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise PlanError(say("settings.twice", option=option, names=twice))
    return {name.strip(): text for name, text in pairs}
