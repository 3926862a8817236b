"""Prints, in one run and as ratios: the report built in several ways, a sweep, and what each takes with more rows.

    uv run python tests/benchmarks/bench_build.py             # on a machine that does nothing else; ten minutes or so
    uv run python tests/benchmarks/bench_build.py --readme    # the same, and writes the tables into README

Times are those of programs with all their processes. What each imports is measured apart and left out of the ratios,
which say more than seconds of this machine. Not for Windows, which counts no processor time of ended processes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kritiek.build.engine.pool import cores
from kritiek.build.plan import Job, load_plan, prepare
from kritiek.build.sweep import grid_of, points
from kritiek.project import REPORTS_FOLDER
from sheetcheck.checks import check_folder, require_valid
from sheetcheck.writing.files import write_file
from sheetcheck.writing.records import replace_file, rows_of

ROOT = Path(__file__).parents[2]
PLAN = "normalisatie-2026"
SECTION = re.compile(r"(<!-- benchmark: .*? -->\n).*?(<!-- end of benchmark -->)", re.DOTALL)
SWEPT = "table_03"
GRID = ["issuer=CHN,IDN,USA,RUS", "measures=all", "as_of=2022-05-01:2026-06-01:1M"]
# Ways that take as long as they have notebooks to run are sampled: of all points and, with more rows, of all notebooks.
POINTS_SAMPLED, NOTEBOOKS_SAMPLED = 10, 4
FACTORS = (1, 4, 16)
COMPILED = Path(tempfile.gettempdir()) / "kritiek-benchmark-compiled"

# Each way is a program; jobs and a folder for what it makes come as arguments.
GIVEN = """
import json, sys
sys.modules.setdefault("rfc3987_syntax", None)  # spares every way the same second
jobs, out = json.load(open(sys.argv[1])), sys.argv[2]
"""
LOOP = f"""{GIVEN}
import papermill
for number, job in enumerate(jobs):
    papermill.execute_notebook(job["notebook"], f"{{out}}/{{number}}.ipynb", parameters=job["changed"],
                               kernel_name="python3", progress_bar=False)
"""
SIDE_BY_SIDE = f"""{GIVEN}
from concurrent.futures import ProcessPoolExecutor
from functools import partial
import papermill
run = partial(papermill.execute_notebook, kernel_name="python3", progress_bar=False)
with ProcessPoolExecutor({cores()}) as pool:
    list(pool.map(run, [job["notebook"] for job in jobs], [f"{{out}}/{{n}}.ipynb" for n in range(len(jobs))],
                  [job["changed"] for job in jobs]))
"""
PLAIN = f"""{GIVEN}
import ast
import matplotlib; matplotlib.use("agg")
import kritiek.notebook, matplotlib.pyplot
def shown(value): pass
for job in jobs:
    names = {{"__name__": "__main__", "display": lambda *values, **options: [shown(value) for value in values]}}
    for cell in json.load(open(job["notebook"]))["cells"]:
        if cell["cell_type"] == "code":
            tree = ast.parse("".join(cell["source"]))
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, "<cell>", "exec"), names)
            if last:
                shown(eval(compile(ast.Expression(last.value), "<cell>", "eval"), names))
            if "parameters" in cell["metadata"].get("tags", ()):
                names.update(job["parameters"])
"""
# In every form that a kernel sends: text, HTML, the exhibit itself, a picture.
SHOWN = PLAIN.replace(
    "def shown(value): pass",
    """
from IPython.core.formatters import DisplayFormatter
formatter = DisplayFormatter()
formatter.active_types = list(formatter.formatters)
def shown(value):
    if value is not None:
        formatter.format(value)
""",
)
# And each figure as a build keeps it: as SVG, and bare for an appendix.
DRAWN = SHOWN.replace(
    "        formatter.format(value)\n",
    """        formatter.format(value)
        if isinstance(value, kritiek.notebook.Figure):
            value.svg(), value.pictures()
""",
)
KRITIEK = "import sys; sys.argv[0] = 'kritiek'; from kritiek.cli import main; main()"
# What a notebook imports, and what is imported to run notebooks.
IMPORTS = {
    "notebook": "import kritiek.notebook, matplotlib.pyplot",
    "papermill": "import sys; sys.modules['rfc3987_syntax'] = None; import papermill",
    "build": "import kritiek.cli, kritiek.build.building, kritiek.build.plan, kritiek.build.run, kritiek.build.store",
    "worker": "from kritiek.build.engine import pool; pool.spare_grammar(); import kritiek.build.engine.worker",
    "sweep": "import kritiek.cli, kritiek.build.sweep",
}


@dataclass(frozen=True)
class Time:
    """Seconds by the clock and of processor time."""

    clock: float
    used: float

    def __mul__(self, number: float) -> Time:
        return Time(self.clock * number, self.used * number)

    def __sub__(self, other: Time) -> Time:
        return Time(self.clock - other.clock, self.used - other.used)


@dataclass(frozen=True)
class Way:
    """A program of a way to run notebooks; what it imports, as often one after the other and as often in all."""

    name: str
    command: Sequence[str]
    imports: Mapping[str, tuple[float, float]]

    def imported(self, one: Mapping[str, Time]) -> Time:
        """What its imports take."""
        clock = sum(one[name].clock * in_a_row for name, (in_a_row, _) in self.imports.items())
        return Time(clock, sum(one[name].used * in_all for name, (_, in_all) in self.imports.items()))


def timed(command: Sequence[str], folder: Path) -> Time:
    """What a command takes, with all its processes; one that fails ends this one with what it said."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    # Where Python keeps what it compiles, as it does for a user, also where this machine would have it forgotten.
    surroundings = {**os.environ, "KRITIEK_ROOT": str(folder), "PYTHONPYCACHEPREFIX": str(COMPILED)}
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=surroundings)
    clock, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)[:80]} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    took = Time(clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(f"{took.clock:7.1f} s, {took.used:7.1f} s: {' '.join(command[3:])[-60:]}", file=sys.stderr, flush=True)
    return took


def python(program: str, *arguments: object) -> list[str]:
    """The command of a program."""
    return [sys.executable, "-c", program, *map(str, arguments)]


def project(folder: Path) -> Path:
    """A copy of the project as it is committed or edited now, without results."""
    for name, left_out in (("data", ()), ("notebooks", ()), ("reports", ("*.ipynb", "variants", "sweeps", "appendix"))):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(*left_out, ".built.json"))
    return folder


def written(jobs: Sequence[Job], folder: Path, name: str) -> tuple[Path, Path]:
    """A file that says which jobs a program is to run, and an empty folder for what it makes."""
    told = [{"notebook": str(job.notebook), "changed": job.changed_parameters} for job in jobs]
    told = [{**one, "parameters": dict(job.parameters)} for one, job in zip(told, jobs, strict=True)]
    file, out = folder / f"{name}.json", folder / name
    file.write_text(json.dumps(told), encoding="utf-8")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    return file, out


def spread(jobs: Sequence[Job], number: int) -> list[Job]:
    """So many of them, from all over."""
    return [jobs[place * len(jobs) // number] for place in range(min(number, len(jobs)))]


def sweep(grid: Sequence[str]) -> list[str]:
    """The command of a sweep."""
    return python(KRITIEK, "sweep", SWEPT, *(word for setting in grid for word in ("--set", setting)))


def loop(name: str, jobs: Sequence[Job], folder: Path, *, at_once: int = 1, stands_for: int = 0) -> Way:
    """papermill as it is, a kernel each; a sample stands for more of them."""
    program = LOOP if at_once == 1 else SIDE_BY_SIDE
    kernels = stands_for or len(jobs)
    imports = {"papermill": (1, 1), "notebook": (kernels / at_once, kernels)}
    return Way(name, python(program, *written(jobs, folder, "jobs")), imports)


def grow(data: Path, factor: int) -> int:
    """Give a data folder so many times its rows, and tell how many these are.

    Its largest tables stand in it again and again: production shares as those of other studies, governance of other
    years, measures of a country that no exhibit shows. So every exhibit stays as it is.
    """
    checked = check_folder(data)
    rows, package = rows_of(checked.package, checked.frames), checked.package
    years = [(release, year) for release in range(2000, 2024) for year in range(1996, min(release, 2021))]
    governance = [row for row in rows["governance"] if (row["release"], row["year"]) == (2024, 2023)]
    repeated = {name: rows[name] for name in ("production_shares", "measures", "measure_materials")}
    copied = sum(map(len, repeated.values())) + len(governance)
    total = sum(map(len, rows.values()))
    for number in range(round((factor - 1) * total / copied)):
        study, (release, year) = f"study-{number}", years[number]
        rows["sources"].append({**rows["sources"][0], "id": study, "title": f"Study {number}"})
        rows["production_shares"] = rows["production_shares"] + [
            {**row, "study": study} for row in repeated["production_shares"]
        ]
        rows["governance"] = rows["governance"] + [{**row, "release": release, "year": year} for row in governance]
        rows["measures"] = rows["measures"] + [
            {**row, "id": f"{row['id']}-{number}", "issuer": "ARG", "number": f"{row['number']} ({number})"}
            for row in repeated["measures"]
        ]
        rows["measure_materials"] = rows["measure_materials"] + [
            {**row, "measure": f"{row['measure']}-{number}"} for row in repeated["measure_materials"]
        ]
    for path in {package.resource(name).path for name in ("sources", "governance", *repeated)}:
        (data / path).unlink()
        write_file(package, path, rows, data / path, language="nl")
    require_valid(check_folder(data))
    return sum(map(len, rows.values()))


def of_one_size(folder: Path) -> Iterator[str]:
    """The first table: each way as it is, against papermill in a loop and against the cells alone."""
    one = {name: min((timed(python(text), folder) for text in [program] * 3), key=lambda found: found.used)
           for name, program in IMPORTS.items()}  # fmt: skip
    plan = load_plan(PLAN, folder)
    jobs = prepare(plan, only=(), settings={}, languages=None, data=None)
    swept = [job for _, job in points(plan, SWEPT, grid_of(GRID))]
    runs, many = len(jobs), cores()
    built = {"build": (1, 1), "worker": (1, many)}
    plain, shown, drawn = (python(program, *written(jobs, folder, "jobs")) for program in (PLAIN, SHOWN, DRAWN))
    ways = [
        loop(f"papermill in a loop, a kernel for each of {runs} notebooks", jobs, folder),
        loop(f"papermill, {many} kernels at once", jobs, folder, at_once=many),
        Way("the limit: the cells as plain code in one warm process", plain, {"notebook": (1, 1)}),
        Way("the same, each value shown in every form", shown, {"notebook": (1, 1)}),
        Way("the same, with every picture that a build keeps", drawn, {"notebook": (1, 1)}),
        Way("`kritiek build`, cold, without an appendix", python(KRITIEK, "build", "--lang", "nl,en"), built),
        Way("`kritiek build`, cold, appendix in five formats", python(KRITIEK, "build"), built),
        Way("`kritiek build`, unchanged", python(KRITIEK, "build"), {}),
    ]
    found = []
    for way in ways:
        if "five" in way.name:
            for file in (folder / REPORTS_FOLDER / PLAN).glob("*.ipynb"):
                file.unlink()
        found.append((way, timed(way.command, folder)))
    name = f"papermill in a loop, {len(swept)} points of {SWEPT}, extrapolated from {POINTS_SAMPLED}"
    sample = loop(name, spread(swept, POINTS_SAMPLED), folder, stands_for=len(swept))
    swept_in = [(sample, timed(sample.command, folder) * (len(swept) / POINTS_SAMPLED))]
    sweeping = Way(
        f"`kritiek sweep`, the same {len(swept)} points", sweep(GRID), {"sweep": (1, 1), "worker": (1, many)}
    )
    swept_in.append((sweeping, timed(sweeping.command, folder)))
    yield "| Way | Clock | Processor | of which imports | Loop / this (imports left out) | Processor / limit's |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for block in (found, swept_in):
        own_loop = _without(*block[0], one)
        for way, took in block:
            imported, net = way.imported(one), _without(way, took, one)
            faster = f"{block[0][1].clock / took.clock:.1f} ({own_loop.clock / net.clock:.1f})"
            against = f"{net.used / _without(*found[2], one).used:.1f}" if block is found else ""
            cells = [way.name, *(f"{seconds:.1f} s" for seconds in (took.clock, took.used, imported.used))]
            yield f"| {' | '.join([*cells, faster, against])} |"


def _without(way: Way, took: Time, one: Mapping[str, Time]) -> Time:
    return took - way.imported(one)


def of_more_rows(folder: Path) -> Iterator[str]:
    """The second table: processor time of each way with more rows, as often as with those that are there."""
    found: dict[str, list[float]] = {}
    rows = []
    for factor in FACTORS:
        root = project(folder / f"rows-{factor}")
        rows.append(grow(root / "data", factor))
        jobs = prepare(load_plan(PLAN, root), only=(), settings={}, languages=None, data=None)
        few = spread(jobs, NOTEBOOKS_SAMPLED)
        build = python(KRITIEK, "build", "--lang", "nl,en")
        days = [*GRID[:2], "as_of=2022-05-01:2022-09-01:1M"]
        ways = {
            f"papermill in a loop, {len(few)} of {len(jobs)} notebooks": loop("", few, root).command,
            f"papermill, {cores()} kernels at once, the same": loop("", few, root, at_once=cores()).command,
            "the limit": python(PLAIN, *written(jobs, root, "all")),
            "`kritiek check`": python(KRITIEK, "check"),
            "`kritiek build`, cold": build,
            "`kritiek build`, unchanged": build,
            "`kritiek sweep`, 20 points": sweep(days),
        }
        for name, command in ways.items():
            found.setdefault(name, []).append(timed(command, root).used)
        shutil.rmtree(root)
    counted = " | ".join(f"{factor}x: {number:,} rows" for factor, number in zip(FACTORS, rows, strict=True))
    yield f"| Processor time, imports included | {counted} |"
    yield f"| --- |{' ---: |' * len(FACTORS)}"
    for name, (first, *more) in found.items():
        yield f"| {name} | {first:.1f} s | {' | '.join(f'{used:.1f} s, ×{used / first:.1f}' for used in more)} |"


def main() -> None:
    """Print both tables, and with --readme write them into README."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readme", action="store_true", help="write both tables into README too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        told = (
            f"On {cores()} cores, Python {sys.version.split()[0]}; another machine has other seconds: the ratios count."
        )
        print(told, flush=True)
        lines = [told, ""]
        for table in (of_one_size(project(Path(temporary) / "project")), of_more_rows(Path(temporary))):
            for line in table:
                print(line, flush=True)
                lines.append(line)
            print()
            lines.append("")
    if options.readme:
        page = ROOT / "README.md"
        section = "\n".join(["", *lines])
        before = page.read_text(encoding="utf-8")
        replace_file(page, SECTION.sub(lambda found: f"{found[1]}{section}{found[2]}", before))


if __name__ == "__main__":
    main()
