"""Prints, in one run and as ratios: the same notebooks in several ways, a sweep, and growth with the rows.

Run with `uv run python tests/benchmarks/bench_build.py`; takes some minutes, on a machine that does nothing else.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLAN = "normalisatie-2026"
# What each way runs, as a program of its own, so that imports and processes count; it gets the project's folder.
JOBS = """
import sys; sys.modules.setdefault("rfc3987_syntax", None)
from pathlib import Path
from kritiek.build.plan import load_plan, prepare
root = Path.cwd(); jobs = prepare(load_plan("normalisatie-2026", root))
"""
LOOP = f"""{JOBS}
import papermill, tempfile
out = tempfile.mkdtemp()
for number, job in enumerate(jobs):
    papermill.execute_notebook(str(job.notebook), f"{{out}}/{{number}}.ipynb", parameters=job.changed_parameters,
                               kernel_name="python3", progress_bar=False)
"""
PLAIN = f"""{JOBS}
import matplotlib; matplotlib.use("agg")
import json, time
import kritiek.notebook
from kritiek.sources import Sources
Sources.load("data")
begun = time.process_time()
for job in jobs:
    names = {{"__name__": "__main__", "display": print}}
    for cell in json.loads(job.notebook.read_text())["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), "<cell>", "exec"), names)
            if "parameters" in cell["metadata"].get("tags", ()):
                names.update(job.parameters)
print("CELLS", time.process_time() - begun)
"""
IMPORTS = "import sys; sys.modules['rfc3987_syntax'] = None; import papermill, kritiek.notebook, matplotlib.pyplot"
SWEEP = ["sweep", "table_03", "--set", "issuer=CHN,IDN,USA,RUS", "--set", "measures=all"]
SWEEP += ["--set", "as_of=2022-05-01:2026-06-01:1M"]
SWEEP_POINTS, NOTEBOOKS = 200, 44


def timed(command: list[str], folder: Path) -> tuple[float, float]:
    """Wall time and processor time of a command with all its processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "KRITIEK_ROOT": str(folder)},
    )
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)[:80]} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def project(folder: Path) -> Path:
    """A copy of the project as it is committed or edited now, without results."""
    for name in ("data", "notebooks", "reports"):
        shutil.copytree(
            ROOT / name,
            folder / name,
            ignore=shutil.ignore_patterns("*.ipynb" if name == "reports" else "none", "variants", "sweeps"),
        )
    return folder


def main() -> None:
    """Time every way once and print them as a table."""
    kritiek = [sys.executable, "-c", "from kritiek.cli import main; main()"]
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = project(Path(temporary) / "project")
        ways = {
            "imports alone": [sys.executable, "-c", IMPORTS],
            "papermill in a loop, a kernel each": [sys.executable, "-c", LOOP],
            "the cells as plain code in one process": [sys.executable, "-c", PLAIN],
            "`kritiek build`, cold": [*kritiek, "build"],
            "`kritiek build`, unchanged": [*kritiek, "build"],
            f"`kritiek sweep`, {SWEEP_POINTS} points": [*kritiek, *SWEEP],
        }
        found = {name: timed(command, folder) for name, command in ways.items()}
        shutil.rmtree(folder)
        found["`kritiek build --isolated`, cold"] = timed([*kritiek, "build", "--isolated"], project(folder))
    loop, _ = found["papermill in a loop, a kernel each"]
    lines = ["| Way | Wall time | Processor time | Loop / this |", "| --- | ---: | ---: | ---: |"]
    for name, (wall, used) in found.items():
        alike = loop * SWEEP_POINTS / NOTEBOOKS if "sweep" in name else loop
        lines.append(f"| {name} | {wall:.1f} s | {used:.1f} s | {alike / wall:.1f} |")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
