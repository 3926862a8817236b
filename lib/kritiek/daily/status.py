"""A project in, how it stands out in some ten sentences: edited, stale, not as printed, not stored, not mirrored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

from kritiek.build import PUBLISHED_PLAN
from kritiek.build.freshness import RECORD, Surroundings, still_good
from kritiek.build.plan import Job, load_plan, prepare
from kritiek.build.plan.parameters import INJECTED_TAG, load_notebook
from kritiek.build.plan.uses import uses_of_notebooks
from kritiek.build.run import Places
from kritiek.daily.results import PAGE, results_are_current
from kritiek.exhibits.tables import RESOURCE_MIME
from kritiek.project import DATA_FOLDER, NOTEBOOKS_FOLDER, REPORTS_FOLDER
from sheetcheck.changes.history import HistoryError, run_git
from sheetcheck.faults import SourceError
from sheetcheck.messages import say, spoken, wrapped
from sheetcheck.publish.codebook import CODEBOOK_FILE, codebook_is_current
from sheetcheck.publish.mirror import mirror_differences

NAMES_SHOWN = 4
# With everything that can be told, the lines are ten.
DIFFERING_SHOWN, WIDEST = 3, 200


@dataclass(frozen=True)
class Status:
    """How a project stands; each entry names what it is about."""

    edited: tuple[str, ...] = ()  # files that differ from the last commit
    faults: int = 0
    stale: tuple[tuple[str, str], ...] = ()  # exhibit, and what made it stale
    differing: tuple[tuple[str, str], ...] = ()  # exhibit, and the verdict that says why
    unstored: tuple[str, ...] = ()  # notebooks whose stored results are not those of the build
    unmirrored: int = 0
    outdated: tuple[str, ...] = ()  # pages that a finish writes
    plan: str = PUBLISHED_PLAN

    @property
    def lines(self) -> list[str]:
        """What a person needs to know, a line for each, and last what to do."""
        told = {"status.edited": self.edited, "status.unstored": self.unstored}
        lines = [say(key, names=_listed(names)) for key, names in told.items() if names]
        if self.faults:
            return [wrapped(line) for line in [*lines, say("status.faults", faults=self.faults)]]
        if self.stale:
            lines.append(say("status.stale", names=_listed([name for name, _ in self.stale]), why=self.stale[0][1]))
        for name, verdict in self.differing[:DIFFERING_SHOWN]:
            lines.append(shorten(say("status.differs", name=name, verdict=verdict), WIDEST, placeholder=" …"))
        more = [name for name, _ in self.differing[DIFFERING_SHOWN:]]
        lines += [say("status.more-differ", names=_listed(more))] if more else []
        lines += [say("status.unmirrored", sheets=self.unmirrored)] if self.unmirrored else []
        lines += [say("status.outdated", names=self.outdated)] if self.outdated else []
        if self.stale or self.unstored or self.unmirrored or self.outdated:
            lines.append(say("status.finish", plan="" if self.plan == PUBLISHED_PLAN else f" {self.plan}"))
        elif not self.differing:
            lines.append(say("status.right"))
        return [wrapped(line) for line in lines]


def status(root: Path, plan: str) -> Status:
    """How the project stands, with the exhibits of a plan; nothing is run or written.

    Raises PlanError for a plan that cannot be built. Outside git nothing counts as edited.
    """
    data = root / DATA_FOLDER
    edited = _edited(root)
    try:
        surroundings = Surroundings.of(data)
    except SourceError as error:
        return Status(edited, len(error.faults), plan=plan)
    jobs = prepare(load_plan(plan, root))
    stale: list[tuple[str, str]] = []
    differing: dict[str, str] = {}
    for job in jobs:
        places = Places.of(job, root / REPORTS_FOLDER / plan)
        facts, why = still_good(places.notebook, places.table, job, surroundings)
        if facts is None:
            stale.append((f"{job.exhibit}.{job.language}", why))
        elif not facts["agrees"]:
            # An exhibit that differs differs in each language; the first says it.
            differing.setdefault(job.exhibit, facts["verdict"][spoken()])
    pages = {
        f"{DATA_FOLDER}/{CODEBOOK_FILE}": codebook_is_current(data, uses_of_notebooks(root)),
        PAGE: results_are_current(root),
    }
    return Status(
        edited,
        stale=tuple(stale),
        differing=tuple(differing.items()),
        unstored=_unstored(jobs, root, plan),
        unmirrored=len(mirror_differences(data)),
        outdated=tuple(name for name, is_current in pages.items() if not is_current),
        plan=plan,
    )


def unstored(root: Path, plan: str) -> tuple[str, ...]:
    """The notebooks whose stored exhibit is not the one that a build with their defaults made; none when not built."""
    return _unstored(prepare(load_plan(plan, root)), root, plan)


def _unstored(jobs: Iterable[Job], root: Path, plan: str) -> tuple[str, ...]:
    found = []
    for job in jobs:
        built = Places.of(job, root / REPORTS_FOLDER / plan).notebook
        if job.changed_parameters or not built.is_file():
            continue
        made = json.loads(built.read_text(encoding="utf-8"))
        if RECORD in made["metadata"] and _shown(made["cells"]) != _shown(load_notebook(job.notebook)["cells"]):
            found.append(job.notebook.stem)
    return tuple(dict.fromkeys(found))


def _shown(cells: Iterable[Mapping[str, Any]]) -> list[Any]:
    """The exhibits among the results of cells; what was injected is none."""
    outputs = (
        output.get("data", {})
        for cell in cells
        if cell["cell_type"] == "code" and INJECTED_TAG not in cell["metadata"].get("tags", ())
        for output in cell["outputs"]
    )
    return [data[RESOURCE_MIME] for data in outputs if RESOURCE_MIME in data]


def _edited(root: Path) -> tuple[str, ...]:
    places = [name for name in (DATA_FOLDER, NOTEBOOKS_FOLDER, REPORTS_FOLDER, PAGE) if (root / name).exists()]
    try:
        ended = run_git(root, "status", "--porcelain", "-z", "--", *places)
    except HistoryError:
        return ()
    entries = ended.stdout.decode("utf-8", errors="replace").split("\0") if ended.returncode == 0 else []
    return tuple(entry[3:] for entry in entries if entry[2:3] == " ")


def _listed(names: Sequence[str]) -> str:
    more = len(names) - NAMES_SHOWN
    shown = ", ".join(names[:NAMES_SHOWN])
    return say("status.more", names=shown, number=more) if more > 0 else shown
