"""Prints what each format of an appendix takes in a process of its own, beside what loading pandas takes there.

Run with `uv run python tests/benchmarks/bench_appendix.py [PLAN]` after a build; it writes into a temporary folder. On
a busy machine processor time and the ratio to pandas say more than the clock.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
FORMATS = ("docx", "pdf", "html", "xlsx", "csv")
PANDAS = [sys.executable, "-c", "import pandas"]
MAIN = "from kritiek.cli import main; main()"


def timed(command: list[str]) -> tuple[float, float]:
    """Wall time and processor time of a command; one that fails ends this one with what it said."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print a line for each format, and one for all together, each in both languages."""
    plan = sys.argv[1] if len(sys.argv) > 1 else "normalisatie-2026"
    print(f"{plan}: seconds by the clock, of processor time, and as often as loading pandas")
    with tempfile.TemporaryDirectory() as folder:
        for wanted in (*FORMATS, ",".join(FORMATS)):
            # Pandas beside each, since the machine may be busier from one to the next.
            _, pandas = timed(PANDAS)
            options = ["--format", wanted, "--out", str(Path(folder) / wanted.replace(",", "-"))]
            wall, spent = timed([sys.executable, "-c", MAIN, "appendix", plan, *options])
            name = "all five" if "," in wanted else wanted
            print(f"{name:<10}{wall:8.2f} s {spent:8.2f} s {spent / pandas:8.1f}")


if __name__ == "__main__":
    main()
