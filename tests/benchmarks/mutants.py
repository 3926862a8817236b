"""How many small faults in a rule its tests notice. Run by hand: uv run python tests/benchmarks/mutants.py [MODULE …]

Each comparison, sign, truth, number and order of the named modules of kritiek.analysis is changed by itself, and the
tests of the module are run on the changed library. A fault that no test notices is printed with its line.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = {
    "supply_risk": "test_supply_risk.py",
    "robustness": "test_robustness.py",
    "concentration": "test_robustness.py",
    "national_list": "test_lists.py",
    "material_groups": "test_export_exposure.py",
    "export_exposure": "test_export_exposure.py",
    "influence": "test_influence.py",
    "coverage": "test_coverage.py",
    "relevance_criteria": "test_relevance_criteria.py",
}
OPPOSITES = {
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
}
SECONDS = 120


def changes(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Each change of one place: its line, what it is, and the whole changed source. The tree is as before after it."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(ops=[op]) if type(op) in OPPOSITES:
                node.ops = [OPPOSITES[type(op)]()]
                yield node.lineno, ast.unparse(node), ast.unparse(tree)
                node.ops = [op]
            case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in OPPOSITES:
                node.op = OPPOSITES[type(op)]()
                yield node.lineno, ast.unparse(node), ast.unparse(tree)
                node.op = op
            case ast.UnaryOp(op=ast.Invert() | ast.Not() as op, operand=operand):
                node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), operand)
                if isinstance(op, ast.Invert):
                    node.op, node.operand = ast.UAdd(), ast.UnaryOp(ast.Invert(), ast.UnaryOp(ast.Invert(), operand))
                yield node.lineno, f"without its sign: {ast.unparse(operand)}", ast.unparse(tree)
                node.op, node.operand = op, operand
            case ast.Constant(value=bool(value)):
                node.value = not value
                yield node.lineno, f"{value} → {not value}", ast.unparse(tree)
                node.value = value
            case ast.Constant(value=int(value)):
                node.value = value + 1
                yield node.lineno, f"{value} → {value + 1}", ast.unparse(tree)
                node.value = value


def noticed(package: Path, tests: str) -> bool:
    """Whether the tests fail on the library in that folder."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:nbval", "-p", "no:cacheprovider", "-o", "addopts="]
    environment = {**os.environ, "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        run = subprocess.run(
            [*command, str(ROOT / "tests" / tests)], cwd=ROOT, env=environment, capture_output=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return True
    return run.returncode != 0


def main(names: list[str]) -> None:
    """Print what was missed, and the share that was noticed, of each module."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder)
        shutil.copytree(ROOT / "lib", package, dirs_exist_ok=True)
        for name in names or TESTS:
            file = package / "kritiek" / "analysis" / f"{name}.py"
            source = file.read_text(encoding="utf-8")
            if noticed(package, TESTS[name]):
                sys.exit(f"{name}: its tests fail without any fault.")
            caught = total = 0
            for line, what, changed in changes(ast.parse(source)):
                file.write_text(changed, encoding="utf-8")
                total += 1
                if noticed(package, TESTS[name]):
                    caught += 1
                else:
                    print(f"{name}, line {line}: missed: {what}", flush=True)
            file.write_text(source, encoding="utf-8")
            print(f"{name}: {caught} of {total} noticed ({100 * caught / max(total, 1):.0f} %)", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
