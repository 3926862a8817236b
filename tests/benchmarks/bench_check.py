"""How long a check takes: our own data, and 2,500 to 10,000 rows of 12 columns as workbook and as CSV.

    uv run python tests/benchmarks/bench_check.py
    uv run --with pandera python tests/benchmarks/bench_check.py     # beside pandera, on the same frame

Prints seconds of processor time (the best of three) and cells per second; no time is asserted, since machines differ.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "sheetcheck"))

import folders

from sheetcheck import reading
from sheetcheck.checks import Checked, check_tables
from sheetcheck.checks.columns import make_frame
from sheetcheck.faults import Fault
from sheetcheck.reading import RawTable, read_tables
from sheetcheck.schema import Package, load_package

KINDS = ("mining", "processing", "recycling")
FIELDS = [
    folders.column("id", required=True, unique=True, pattern="^row-[0-9]+$"),
    folders.column("name", required=True),
    folders.column("kind", required=True, enum=list(KINDS)),
    folders.column("parent"),
    folders.column("share", "number", minimum=0, maximum=1),
    folders.column("count", "integer", minimum=0),
    folders.column("is_known", "boolean", required=True),
    folders.column("day", "date"),
    folders.column("items", "list", delimiter=";"),
    folders.column("source", required=True),
    folders.column("locator", required=True),
    folders.column("note"),
]


def rows(number: int) -> list[list[Any]]:
    """Rows without faults, as varied as ours: unique keys and names, three kinds, references to earlier rows."""
    start = dt.date(2020, 1, 1)
    return [
        [
            f"row-{n}",
            f"Name of row {n}",
            KINDS[n % 3],
            f"row-{n // 2}" if n > 1 else None,
            n % 1000 / 1000,
            n,
            n % 2 == 0,
            start + dt.timedelta(days=n % 2000),
            "one; two",
            f"source-{n % 40}",
            f"p. {n}",
            f"A remark of a usual length, number {n}",
        ]
        for n in range(1, number + 1)
    ]


def make(folder: Path, number: int, path: str) -> Path:
    """A folder of one table in one file."""
    table = folders.resource("rows", path, "rows" if path.endswith("x") else None, FIELDS, ["id"], parent=".id")
    return folders.write_folder(folder, {"rows": rows(number)}, [table])


def best(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the fastest of three runs, and what the last one gave."""
    times, result = [], None
    for _ in range(3):
        start = time.process_time()
        result = work()
        times.append(time.process_time() - start)
    return min(times), result


def report(name: str, seconds: float, cells: int | None = None) -> None:
    """One line of the result."""
    speed = f"{cells / seconds:12,.0f} cells/s" if cells else ""
    print(f"{name:52} {seconds:7.3f} s {speed}")


def with_pandera(frame: Any) -> None:
    """The same rules in pandera, on the frame that the check made: no reading, no addresses, no suggestions."""
    try:
        import pandera.pandas as pandera
    except ImportError:
        print("pandera is not installed: uv run --with pandera python tests/benchmarks/bench_check.py")
        return
    check = pandera.Check
    schema = pandera.DataFrameSchema(
        {
            "id": pandera.Column(object, check.str_matches("^row-[0-9]+$"), unique=True),
            "name": pandera.Column(object),
            "kind": pandera.Column(object, check.isin(KINDS)),
            "parent": pandera.Column(object, check.isin(set(frame["id"])), nullable=True),
            "share": pandera.Column("Float64", check.in_range(0, 1), nullable=True),
            "count": pandera.Column("Int64", check.ge(0), nullable=True),
            "is_known": pandera.Column("boolean"),
            "day": pandera.Column(object, nullable=True),
            "items": pandera.Column(object),
            "source": pandera.Column(object),
            "locator": pandera.Column(object),
            "note": pandera.Column(object, nullable=True),
        }
    )
    seconds, _ = best(lambda: schema.validate(frame, lazy=True))
    report("pandera, the frame alone (without reading)", seconds, len(frame) * len(FIELDS))


def main() -> None:
    """Measure and print."""
    data = Path(__file__).parents[2] / "data"
    seconds, checked = best(lambda: checked_anew(data))
    tables = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    report(f"our data, {len(tables)} tables, {len(checked.faults)} faults", seconds)
    with tempfile.TemporaryDirectory() as name:
        for path in ("rows.xlsx", "rows.csv"):
            for number in (2_500, 5_000, 10_000):
                frame = measure(Path(name) / f"{path}-{number}", number, path)
        with_pandera(frame)


def measure(folder: Path, number: int, path: str) -> Any:
    """Time one folder, whole and in its parts; give its frame."""
    cells = number * len(FIELDS)
    make(folder, number, path)
    seconds, checked = best(lambda: checked_anew(folder))
    if checked.faults:
        raise SystemExit(f"{folder} should be without faults")
    report(f"{path}: {number:,} rows x {len(FIELDS)} columns", seconds, cells)
    if number == 10_000:
        package = load_package(folder)
        tables, _ = read_anew(package)
        report("    of which reading", best(lambda: read_anew(package))[0], cells)
        report("    of which the rules", best(lambda: check_tables(package, tables))[0], cells)
        report("    the frame, made on demand", best(lambda: make_frame(checked.typed["rows"]))[0])
    return checked.frames["rows"]


def checked_anew(folder: Path) -> Checked:
    """What `check_folder` does with bytes that it has not seen: the same bytes it does not check again."""
    package = load_package(folder)
    return check_tables(package, *read_anew(package))


def read_anew(package: Package) -> tuple[dict[str, RawTable], list[Fault]]:
    """What `read_tables` does with bytes that it has not seen."""
    reading._last.clear()
    return read_tables(package)


if __name__ == "__main__":
    main()
