"""How many small faults in a rule its tests notice. Run by hand: uv run python tests/benchmarks/mutants.py [MODULE …]

Each comparison, sign, truth, number and order of the named modules of kritiek.analysis is changed by itself, and the
tests of the module are run on the changed module. A fault that no test notices is printed with its line.
"""

from __future__ import annotations

import _thread
import ast
import contextlib
import importlib
import io
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = {
    "supply_risk": "test_supply_risk.py",
    "robustness": "test_robustness.py",
    "robustness_rows": "test_robustness.py",
    "concentration": "test_robustness.py",
    "concentration_rows": "test_robustness.py",
    "national_list": "test_lists.py",
    "lists_of_the_world": "test_lists.py",
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
QUIETLY = ["-x", "-q", "-p", "no:nbval", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "addopts="]
SECONDS = 60
# They check or number rows and change no value of one, so no test of values can notice them.
PLUMBING = ("strict", "ignore_index", "drop", "kind")


def changes(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Each change of one place: its line, what it is, and the whole changed source. The tree is as before after it."""
    types = [
        part for node in ast.walk(tree) for name in ("annotation", "returns") if (part := getattr(node, name, None))
    ]
    types += [node.value for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg in PLUMBING]
    skipped = {inner for part in types for inner in ast.walk(part)}
    for node in ast.walk(tree):
        if node in skipped:
            continue
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


def noticed(tests: str) -> bool:
    """Whether the tests fail, or do not end, on the library as it is now in this process."""
    with contextlib.redirect_stdout(io.StringIO()):
        alarm = threading.Timer(SECONDS, _thread.interrupt_main)
        alarm.start()
        try:
            return pytest.main([*QUIETLY, str(ROOT / "tests" / tests)]) != pytest.ExitCode.OK
        except KeyboardInterrupt:
            return True
        finally:
            alarm.cancel()


def main(names: list[str]) -> None:
    """Print what was missed, and the share that was noticed, of each module."""
    sys.path[:0] = [str(ROOT / "tests")]
    for name in names or TESTS:
        module = importlib.import_module(f"kritiek.analysis.{name}")
        source = Path(module.__file__).read_text(encoding="utf-8")
        if noticed(TESTS[name]):
            sys.exit(f"{name}: its tests fail without any fault.")
        caught = total = 0
        for line, what, changed in changes(ast.parse(source)):
            exec(compile(changed, module.__file__, "exec"), module.__dict__)
            total += 1
            if noticed(TESTS[name]):
                caught += 1
            else:
                print(f"{name}, line {line}: missed: {what}", flush=True)
        exec(compile(source, module.__file__, "exec"), module.__dict__)
        print(f"{name}: {caught} of {total} noticed ({100 * caught / max(total, 1):.0f} %)", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
