"""How many faults planted in the supply risk rule the tests notice: uv run python tests/benchmarks/mutants.py

Each mutant is the module with one thing changed: a comparison, an operator, a number, a condition, a maximum into a
minimum. A mutant that no test notices survives and is shown with its line. Takes some minutes; not part of the tests.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import importlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# In the order in which one imports the other: a mutant of the first is a mutant of what uses it.
MODULES = ("supply_risk", "robustness", "concentration", "national_list")
TESTS = ("test_supply_risk.py", "test_robustness.py", "test_lists.py")
COMPARISONS = {
    ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.Lt), ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.Pow: ast.Mult,
}  # fmt: skip
# Keywords that say how rows are ordered, numbered or paired, which no answer depends on.
OF_ORDER = ("as_index", "drop", "ignore_index", "sort", "strict")
NAMES = {"max": "min", "min": "max", "any": "all", "all": "any", "minimum": "maximum", "maximum": "minimum"}


def mutants(tree: ast.Module) -> Iterator[tuple[int, str, ast.Module]]:
    """Every mutant of a module: its line, what was changed, and the changed tree."""
    passed_over = {
        part
        for keyword in ast.walk(tree)
        if isinstance(keyword, ast.keyword) and keyword.arg in OF_ORDER
        for part in ast.walk(keyword.value)
        if isinstance(part, ast.Constant) and isinstance(part.value, bool)
    }
    for number, node in enumerate(ast.walk(tree)):
        for what, change in _changes(node) if node not in passed_over else ():
            other = copy.deepcopy(tree)
            twin = next(one for place, one in enumerate(ast.walk(other)) if place == number)
            change(twin)
            yield getattr(node, "lineno", 0), what, ast.fix_missing_locations(other)


def _changes(node: ast.AST) -> Iterator[tuple[str, object]]:
    match node:
        case ast.Compare(ops=[operator]):
            for kind in COMPARISONS.get(type(operator), ()):
                yield (
                    f"{type(operator).__name__} → {kind.__name__}",
                    lambda twin, kind=kind: twin.ops.__setitem__(0, kind()),
                )
        case ast.BinOp(op=operator) if type(operator) in OPERATORS:
            kind = OPERATORS[type(operator)]
            yield f"{type(operator).__name__} → {kind.__name__}", lambda twin: setattr(twin, "op", kind())
        case ast.UnaryOp(op=ast.Invert() | ast.Not()):
            yield "without not", _twice
        case ast.Constant(value=bool(value)):
            yield f"{value} → {not value}", lambda twin: setattr(twin, "value", not value)
        case ast.Constant(value=int(value) | float(value)):
            yield f"{value} → {value + 1}", lambda twin: setattr(twin, "value", value + 1)
        case ast.Constant(value=str(value)) if value in NAMES:
            yield f"{value} → {NAMES[value]}", lambda twin: setattr(twin, "value", NAMES[value])
        case ast.Attribute(attr=name) if name in NAMES:
            yield f"{name} → {NAMES[name]}", lambda twin: setattr(twin, "attr", NAMES[name])
        case ast.IfExp() | ast.If():
            yield "condition turned", lambda twin: setattr(twin, "test", ast.UnaryOp(ast.Not(), twin.test))


def _twice(twin: ast.UnaryOp) -> None:
    """Turn "not x" into "not not x", which is x."""
    twin.operand = ast.UnaryOp(copy.copy(twin.op), twin.operand)


def passes() -> bool:
    """Whether all tests pass on the modules as they are in this process."""
    files = [str(ROOT / "tests" / name) for name in TESTS]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return pytest.main(["-x", "-q", "-p", "no:nbval", "-p", "no:cacheprovider", "-o", "addopts=", *files]) == 0


def put(sources: dict[str, str | ast.Module]) -> None:
    """Run the modules' code again in the modules that the tests have, each after those that it imports."""
    for name, code in sources.items():
        module = importlib.import_module(f"kritiek.analysis.{name}")
        exec(compile(code, module.__file__, "exec"), module.__dict__)


def main(wanted: list[str]) -> None:
    """Try every mutant of the named modules, or of all, and say which survive."""
    os.chdir(ROOT)
    sys.dont_write_bytecode = True
    folder = ROOT / "lib" / "kritiek" / "analysis"
    sources = {name: (folder / f"{name}.py").read_text(encoding="utf-8") for name in MODULES}
    put(sources)
    if not passes():
        sys.exit("The tests fail before anything is changed.")
    for name in wanted or MODULES:
        lines, tried, survived = sources[name].splitlines(), 0, []
        for line, what, tree in mutants(ast.parse(sources[name])):
            tried += 1
            try:
                put({**sources, name: tree})
                noticed = not passes()
            except Exception:
                noticed = True
            if not noticed:
                survived.append(f"  {name}.py:{line}: {what}: {lines[line - 1].strip()}")
        put(sources)
        print(f"{name}: {tried - len(survived)} of {tried} mutants noticed", *survived, sep="\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
