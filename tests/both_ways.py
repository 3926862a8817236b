"""Build a plan warm and in kernels and compare every cell of every executed notebook; prints what differs, exit code 1.

Run from the project root: python tests/both_ways.py PLAN [EXHIBIT ...]; with exhibits, those alone are compared. A plan
takes a minute or more; CI compares one exhibit of each kind.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

REPORTS = Path("reports")


def executed(plan: str, names: list[str]) -> dict[str, list[dict]]:
    """Cells of the executed notebooks of a plan, by file name; what is read names no time, so all is compared."""
    found = sorted((REPORTS / plan).glob("*.ipynb"))
    chosen = [file for file in found if not names or file.name.split(".")[0] in names]
    return {file.name: json.loads(file.read_text(encoding="utf-8"))["cells"] for file in chosen}


def differences(plan: str, names: list[str]) -> list[str]:
    """One line for every cell that comes out otherwise in a kernel, and for every exhibit that was not built."""
    command = [sys.executable, "-c", "from kritiek.cli import main; main()", "build", plan]
    command += [word for name in names for word in ("--only", name)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    warm = executed(plan, names)
    subprocess.run([*command, "--isolated"], check=True, stdout=subprocess.DEVNULL)
    kernels = executed(plan, names)
    lines = [f"{plan}/{name}: built in no way" for name in {*names} - {file.split(".")[0] for file in warm}]
    lines += [f"{plan}/{name}: built one way only" for name in warm.keys() ^ kernels.keys()]
    for name in sorted(warm.keys() & kernels.keys()):
        pairs = enumerate(zip(warm[name], kernels[name], strict=False), start=1)
        lines += [f"{plan}/{name}: cell {number} differs" for number, (left, right) in pairs if left != right]
        lines += [f"{plan}/{name}: other cells"] if len(warm[name]) != len(kernels[name]) else []
    print(f"{plan}: {len(warm)} notebooks built both ways, {len(lines)} differences")
    return lines


if __name__ == "__main__":
    plan, *names = sys.argv[1:] or ["normalisatie-2026"]
    found = differences(plan, names)
    print("\n".join(found))
    sys.exit(bool(found))
