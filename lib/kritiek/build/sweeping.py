"""A sweep as a person asks for it: options in; progress with the time left, and what came of it, out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kritiek.build.plan import load_plan
from kritiek.build.sweep import grid_of, on_cluster, sweep
from kritiek.sources import project_root

TROUBLES_SHOWN = 5


def sweep_exhibit(
    exhibit: str, settings: Sequence[str], *, plan: str, data: Path | None, scheduler: str | None
) -> bool:
    """Run a sweep and say how it went; True when every point gave its rows."""
    root = project_root()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(exhibit)
        target, kept, troubles = sweep(
            load_plan(plan, root),
            exhibit,
            grid_of(settings),
            runner=on_cluster(scheduler, root) if scheduler else None,
            data=data,
            on_progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
        total = int(bar.tasks[0].total or 0)
    for trouble in troubles[:TROUBLES_SHOWN]:
        print(f"failed: {trouble}")
    if len(troubles) > TROUBLES_SHOWN:
        print(f"and {len(troubles) - TROUBLES_SHOWN} more failed")
    shown = target.relative_to(root).as_posix()
    print(f"{total - len(troubles)} of {total} points, {kept} of them from before. Rows in {shown}")
    return not troubles
