"""Prints what each format of an appendix takes, start-up left out, in one language and in both, and all together.

Run with `uv run python tests/benchmarks/bench_appendix.py [PLAN]` after a build; it writes into a temporary folder. On
a busy machine processor time says more than the clock: what others take is not in it.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from kritiek.appendix.making import FORMATS, WRITERS
from kritiek.appendix.model import read_appendix
from kritiek.build.plan import load_plan
from kritiek.project import DATA_FOLDER
from kritiek.sources import Sources

ROOT = Path(__file__).parents[2]


def spent(work, *given) -> tuple[float, float]:
    """Seconds by the clock and of processor time."""
    clock, processor = time.perf_counter(), time.process_time()
    work(*given)
    return time.perf_counter() - clock, time.process_time() - processor


def main() -> None:
    """Print a line for each format, and one for all together."""
    plan = load_plan(sys.argv[1] if len(sys.argv) > 1 else "normalisatie-2026", ROOT)
    sources = Sources.load(ROOT / DATA_FOLDER).table("sources")
    appendix = replace(read_appendix(plan, sources), is_draft=False, faults=())
    writers = {name: importlib.import_module(WRITERS[name]) for name in FORMATS}
    columns = "".join(f"{f'{word}, {language}':>15}" for word in ("clock", "processor") for language in plan.languages)
    print(f"{plan.name}, {len(appendix.exhibits)} exhibits, in seconds\n{'':<6}{columns}")
    total = [0.0, 0.0]
    with tempfile.TemporaryDirectory() as folder:
        for name, writer in writers.items():
            found = [spent(writer.write, appendix, language, Path(folder)) for language in plan.languages]
            for place in (0, 1):
                total[place] += sum(one[place] for one in found)
            print(f"{name:<6}" + "".join(f"{one[place]:15.2f}" for place in (0, 1) for one in found))
    print(f"all, in {len(plan.languages)} languages: {total[0]:.2f} by the clock, {total[1]:.2f} of processor time")


if __name__ == "__main__":
    main()
