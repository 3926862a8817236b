"""A plan and two states of the sources in; which exhibits change, and how many of their cells, out.

Both states are built, each in a process of its own that runs the code cells of the plan's notebooks one after the
other in plain Python. The same cells, library and sources give the same exhibits there as in a kernel, in seconds: no
kernel is started, no picture is drawn, and a state is checked once instead of once a notebook.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kritiek.build.plan_file import NOTEBOOKS_FOLDER, Plan
from kritiek.changes.row_pairs import paired_rows
from kritiek.sources import ROOT_VARIABLE

# Both states of the whole report take some seconds; what takes this long hangs.
LIMIT_SECONDS = 300
Cells = Sequence[str]


@dataclass(frozen=True)
class ExhibitCell:
    """One cell of an exhibit that becomes another; rows and columns count from 1, row 0 is the heading."""

    row: int
    column: int
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ExhibitImpact:
    """What becomes of one exhibit; `english_cells` are those that change in English alone."""

    exhibit: str
    number: str
    total: int = 0  # cells of the old state, without the heading
    cells: tuple[ExhibitCell, ...] = ()
    rows_added: int = 0
    rows_removed: int = 0
    english_cells: int = 0
    words: tuple[str, ...] = ()  # what changes around the cells: caption, notes, marks
    trouble: str | None = None  # why a state could not be built

    @property
    def is_empty(self) -> bool:
        """True when the exhibit comes out the same."""
        counted = self.cells or self.rows_added or self.rows_removed or self.english_cells or self.words
        return not (counted or self.trouble)


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
    with ThreadPoolExecutor(max_workers=2) as pool:
        before, after = pool.map(lambda folder: _built(plan, folder), (old, new))
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
    """What becomes of an exhibit, from its two states as `impact_worker` describes them."""
    number = new.get("number") or old.get("number") or name
    trouble = new["trouble"] or old["trouble"]
    if trouble:
        both = old["trouble"] == new["trouble"]
        which = "either state" if both else "the new state" if new["trouble"] else "the old state"
        return ExhibitImpact(name, number, trouble=f"cannot be made from {which} of the sources: {trouble}")
    cells, added, removed = _differences(old["rows"]["nl"], new["rows"]["nl"])
    english, *_ = _differences(old["rows"]["en"], new["rows"]["en"])
    places = {(cell.row, cell.column) for cell in cells}
    return ExhibitImpact(
        name,
        number,
        total=sum(map(len, old["rows"]["nl"][1:])),
        cells=tuple(cells),
        rows_added=added,
        rows_removed=removed,
        english_cells=sum(1 for cell in english if (cell.row, cell.column) not in places),
        words=tuple(word for word in new["words"] if old["words"][word] != new["words"][word]),
    )


def _differences(old: Sequence[Cells], new: Sequence[Cells]) -> tuple[list[ExhibitCell], int, int]:
    """Cells that differ, and how many rows are new and gone; the first row is the heading."""
    cells, added, removed = [], 0, 0
    for before, after, row in [(old[0], new[0], 0), *paired_rows(old[1:], new[1:])]:
        if before is None:
            added += 1
        elif after is None:
            removed += 1
        else:
            for column in range(max(len(before), len(after))):
                left, right, label = (line[column] if column < len(line) else "" for line in (before, after, new[0]))
                if left != right:
                    cells.append(ExhibitCell(row, column + 1, label, left, right))
    return cells, added, removed


def _built(plan: Plan, data: Path) -> dict[str, Any]:
    """The exhibits of a plan from one data folder, as the worker describes them, or the trouble with all of them."""
    jobs = [
        {
            "notebook": str((plan.root / NOTEBOOKS_FOLDER / exhibit.notebook).resolve()),
            "parameters": {**exhibit.values, "language": "nl", "data_dir": data.resolve().as_posix()},
        }
        for exhibit in plan.exhibits
    ]
    try:
        ended = subprocess.run(
            # -P: no module of the project folder can stand in for a library.
            [sys.executable, "-P", "-m", "kritiek.changes.impact_worker"],
            input=json.dumps({"data": str(data.resolve()), "jobs": jobs}).encode(),
            capture_output=True,
            cwd=plan.root,
            env={**os.environ, ROOT_VARIABLE: str(plan.root.resolve()), "MPLBACKEND": "agg"},
            timeout=LIMIT_SECONDS,
            check=False,
        )
        return json.loads(ended.stdout)
    except subprocess.TimeoutExpired:
        return {"trouble": f"its notebooks took over {LIMIT_SECONDS} seconds.", "exhibits": []}
    except ValueError:
        last = ended.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        return {"trouble": f"the process that ran its notebooks ended unexpectedly. {''.join(last)}", "exhibits": []}
