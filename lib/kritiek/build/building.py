"""A build as a person asks for it: options in; progress, verdict lines and their sum out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from kritiek.build import plan as plans
from kritiek.build import run
from kritiek.build.plan.file import REPORTS_FOLDER
from kritiek.build.tables_folder import clear
from kritiek.errors import PlanError
from kritiek.project import project_root

COLOURS = {"✓": "green", "✗": "red", "–": "dim"}
GONE = "Removed, since the plan names them no more: {}"
KEPT = "Not named by the plan, and not (or not any more) what a build made, so kept: {}. Remove or rename them."


def build_plan(
    name: str,
    *,
    only: Sequence[str],
    settings: Sequence[str],
    languages: Sequence[str] | None,
    jobs: int | None,
    data: Path | None,
    isolated: bool = False,
) -> bool:
    """Build a plan and say of each exhibit how it went; True when all were built and agree with the print.

    Raises PlanError before anything runs when the plan, an exhibit or a parameter is wrong.
    """
    root = project_root()
    plan = plans.load_plan(name, root)
    wanted = plans.prepare(plan, only=only, settings=_settings(settings), languages=languages, data=data)
    console = Console(highlight=False, soft_wrap=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task("checking sources", total=len(wanted))

        def on_progress(job: plans.Job, outcome: run.Outcome | None) -> None:
            bar.update(task, advance=outcome is not None, description=f"{job.exhibit} ({job.language})")

        outcomes = run.build(
            wanted,
            root=root,
            plan_name=plan.name,
            data=data,
            jobs_at_once=jobs,
            on_progress=on_progress,
            isolated=isolated,
        )
    for line in verdict_lines(outcomes):
        console.print(line)
    for outcome in outcomes:
        if outcome.error:
            console.print(Text(f"\n{outcome.exhibit} ({outcome.language}) was not built: {outcome.error}", style="red"))
    console.print(summary(outcomes, root))
    stems = [f"{exhibit.name}.{language}" for exhibit in plan.exhibits for language in plan.languages]
    removed, kept = clear(root / REPORTS_FOLDER / plan.name, plan.name, stems)
    for files, said in ((removed, GONE), (kept, KEPT)):
        if files:
            console.print(said.format(", ".join(file.relative_to(root).as_posix() for file in files)))
    return all(outcome.agrees and not outcome.error for outcome in outcomes)


def verdict_lines(outcomes: Sequence[run.Outcome]) -> list[Text]:
    """One line for each exhibit: name, language, rows, verdict, seconds."""
    width = max((len(outcome.exhibit) for outcome in outcomes), default=0)
    lines = []
    for outcome in outcomes:
        seconds = "unchanged" if outcome.skipped else f"{outcome.seconds:.1f} s"
        rows = "" if outcome.error else f"{outcome.rows} {'row' if outcome.rows == 1 else 'rows'}"
        colour = COLOURS[outcome.sign]
        lines.append(
            Text.assemble(
                f"{outcome.exhibit:{width}}  {outcome.language}  {rows:>8}  ",
                (f"{outcome.sign} ", colour),
                (outcome.verdict, "red" if colour == "red" else ""),
                (f"  {seconds}", "dim"),
            )
        )
    return lines


def summary(outcomes: Sequence[run.Outcome], root: Path) -> str:
    """The last line: how many were built and agree, and where the results are."""
    signs = [outcome.sign for outcome in outcomes]
    folders = {outcome.table.parent for outcome in outcomes if outcome.table}
    shown = sorted(
        folder.relative_to(root).as_posix() if folder.is_relative_to(root) else str(folder) for folder in folders
    )
    where = f" Tables in {', '.join(shown)}" if shown else ""
    none = f", {signs.count('–')} of them with nothing compared (–)" if "–" in signs else ""
    good = len(signs) - signs.count("✗")
    return f"\n{good} of {len(signs)} built and as they should be{none}.{where}"


def _settings(words: Sequence[str]) -> dict[str, str]:
    wrong = [word for word in words if "=" not in word]
    if wrong:
        raise PlanError(f"--set {' '.join(wrong)}: write NAME=VALUE, for example --set language=en.")
    pairs = [word.split("=", 1) for word in words]
    names = [name.strip() for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise PlanError(f"--set {', '.join(twice)}: given more than once. Give each parameter one value.")
    return {name.strip(): text for name, text in pairs}
