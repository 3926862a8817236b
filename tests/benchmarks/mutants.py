"""How many small faults in a rule its tests notice. Run by hand: uv run python tests/benchmarks/mutants.py [MODULE …]

Each comparison, sign, truth, number and order of the named modules is changed by itself, and the tests of the module
are run on the changed module: of kritiek.analysis in this process, and of the modules of APART, which others hold by
name or which run in processes of their own, in a new one that finds a changed copy of lib. A fault that no test
notices is printed with its line. With --sample=30 it is thirty of each module, from its first line to its last.
"""

from __future__ import annotations

import _thread
import ast
import contextlib
import importlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
AUDIT = ("cells", "committees", "finding", "law", "lists", "measures", "names", "references", "standards")
TESTS = {
    "supply_risk": "test_supply_risk.py",
    "supply_risk_rows": "test_supply_risk_rows.py",
    "robustness": "test_robustness.py",
    "robustness_rows": "test_robustness.py",
    "concentration": "test_robustness.py",
    "concentration_rows": "test_robustness.py",
    "national_list": "test_lists.py",
    "lists_of_the_world": "test_lists.py",
    "lists": "test_analysis.py",
    "material_groups": "test_export_exposure.py",
    "export_exposure": "test_export_exposure.py",
    "export_controls": "test_export_controls.py",
    "influence": "test_influence.py",
    "coverage": "test_coverage.py",
    "relevance_criteria": "test_relevance_criteria.py",
    "committees": "test_committees.py",
    "deviations": "test_overlay.py",
    **dict.fromkeys(("documents", "options", "overview", "product_groups"), "test_analysis.py"),
    **dict.fromkeys(("stated", *(f"audit.{one}" for one in AUDIT)), "test_audit.py"),
    "two_runs": "test_runs.py",
}
APART = {
    "kritiek.exhibits.selection": ("test_selection.py",),
    "kritiek.exhibits.plain": ("test_plain.py", "test_tables.py"),
    "kritiek.exhibits.tables": ("test_tables.py", "test_trace.py"),
    "kritiek.exhibits.compare": ("test_compare.py", "test_overlay.py"),
    "kritiek.exhibits.overlay": ("test_overlay.py", "test_compare.py"),
    "kritiek.exhibits.trace": ("test_trace.py",),
    "kritiek.exhibits.figures": ("test_figures.py", "test_tables.py", "test_engine.py"),
    "kritiek.build.plan.parameters": ("test_parameters.py", "test_plan.py"),
    "kritiek.build.freshness": ("test_run.py",),
    "kritiek.build.outcome": ("test_outcome.py", "test_words.py"),
    "kritiek.build.sweep": ("test_sweep.py",),
    "kritiek.changes.acceptance": ("test_acceptance.py",),
    "kritiek.changes.deviating": ("test_acceptance.py",),
    "kritiek.changes.impact": ("test_impact.py",),
    "kritiek.daily.catalogue": ("test_daily.py",),
    "kritiek.daily.editor": ("test_check_sources.py",),
    "kritiek.daily.finish": ("test_daily.py",),
    "kritiek.daily.new_exhibit": ("test_new_exhibit.py",),
    "kritiek.daily.release": ("test_release.py",),
    "kritiek.daily.results": ("test_results.py",),
    "kritiek.daily.status": ("test_daily.py",),
    "sheetcheck.nearest": ("sheetcheck/test_nearest.py", "sheetcheck/test_checks_references.py"),
    "sheetcheck.reading.archive": ("sheetcheck/test_limits.py", "sheetcheck/test_gate.py"),
    "sheetcheck.reading.cells": ("sheetcheck/test_cells.py", "sheetcheck/test_checks_layout.py"),
    "sheetcheck.reading.textfile": ("sheetcheck/test_textfile.py", "sheetcheck/test_checks_csv.py"),
    "sheetcheck.reading.workbook": (
        "sheetcheck/test_sheets.py",
        "sheetcheck/test_limits.py",
        "sheetcheck/test_gate.py",
    ),
    "sheetcheck.checks.columns": (
        "sheetcheck/test_checks_layout.py",
        "sheetcheck/test_checks.py",
        "sheetcheck/test_bounds.py",
    ),
    "sheetcheck.checks.keys": (
        *("sheetcheck/test_checks_references.py", "sheetcheck/test_checks_values.py"),
        "sheetcheck/test_corrupted_keys.py",
    ),
    "sheetcheck.checks.layout": ("sheetcheck/test_checks_layout.py", "sheetcheck/test_checks_csv.py"),
    "sheetcheck.checks.references": ("sheetcheck/test_checks_references.py", "sheetcheck/test_checks_csv.py"),
    "sheetcheck.checks.rules": ("sheetcheck/test_rules.py",),
    "sheetcheck.checks.texts": ("sheetcheck/test_checks_values.py", "sheetcheck/test_checks_csv.py"),
    "sheetcheck.checks.values": (
        *("sheetcheck/test_checks_values.py", "sheetcheck/test_checks_csv.py", "sheetcheck/test_rules.py"),
    ),
    "sheetcheck.changes.differences": ("sheetcheck/test_differences.py",),
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
SECONDS = 180
# They check or number rows and change no value of one, so no test of values can notice them.
PLUMBING = ("strict", "ignore_index", "drop", "kind", "frozen")


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


def change(module: ModuleType, source: str) -> None:
    """Run the source as the module, also where others hold what it had by name."""
    before = dict(vars(module))
    exec(compile(source, str(module.__file__), "exec"), module.__dict__)
    now = {id(old): vars(module)[name] for name, old in before.items() if callable(old) and name in vars(module)}
    for other in [one for name, one in sys.modules.items() if name.startswith(("kritiek.", "test_"))]:
        for name, value in list(vars(other).items()):
            if id(value) in now:
                setattr(other, name, now[id(value)])


def noticed_apart(tests: Sequence[str], library: Path) -> bool:
    """Whether the tests fail, or do not end, where that copy of lib is found first, also by what they start."""
    files = [str(ROOT / "tests" / name) for name in tests]
    surroundings = {**os.environ, "PYTHONPATH": str(library)}
    try:
        command = [sys.executable, "-m", "pytest", *QUIETLY, *files]
        done = subprocess.run(
            command, cwd=ROOT, env=surroundings, capture_output=True, timeout=SECONDS * 3, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != pytest.ExitCode.OK


@contextlib.contextmanager
def in_this_process(name: str) -> Iterator[tuple[str, Callable[[str], bool]]]:
    """The source of a module of kritiek.analysis, and whether its tests notice another source in its place."""
    module = importlib.import_module(f"kritiek.analysis.{name}")
    source = Path(str(module.__file__)).read_text(encoding="utf-8")

    def notice(changed: str) -> bool:
        change(module, changed)
        try:
            return noticed(TESTS[name])
        finally:
            change(module, source)

    yield source, notice


@contextlib.contextmanager
def in_another(name: str) -> Iterator[tuple[str, Callable[[str], bool]]]:
    """The same of any module, in a new process."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        library = shutil.copytree(ROOT / "lib", Path(folder) / "lib")
        file = library / f"{name.replace('.', '/')}.py"
        file = file if file.is_file() else file.with_suffix("") / "__init__.py"
        source, later = file.read_text(encoding="utf-8"), count(int(file.stat().st_mtime) + 1)

        def notice(changed: str) -> bool:
            file.write_text(changed, encoding="utf-8")
            # Python tells by whole seconds whether what it has compiled is still right.
            os.utime(file, times=(now := next(later), now))
            return noticed_apart(APART[name], library)

        yield source, notice


def main(arguments: list[str]) -> None:
    """Print what was missed, and the share that was noticed, of each module."""
    sys.path[:0] = [str(ROOT / "tests")]
    size = next((int(one.removeprefix("--sample=")) for one in arguments if one.startswith("--sample=")), None)
    for name in [one for one in arguments if not one.startswith("--")] or [*TESTS, *APART]:
        with in_another(name) if name in APART else in_this_process(name) as (source, notice):
            if notice(source):
                sys.exit(f"{name}: its tests fail without any fault.")
            every = list(changes(ast.parse(source)))
            few = size is not None and size < len(every)
            tried = [every[n * len(every) // size] for n in range(size)] if size and few else every
            caught, lines = 0, source.splitlines()
            for line, what, changed in tried:
                if notice(changed):
                    caught += 1
                else:
                    print(f"{name}, line {line}: missed: {what} in: {lines[line - 1].strip()}", flush=True)
        share = 100 * caught / max(len(tried), 1)
        print(f"{name}: {caught} of {len(tried)} noticed ({share:.0f} %), of {len(every)} there are", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
