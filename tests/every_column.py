"""Which columns of the sources move no exhibit. Run: uv run python tests/every_column.py [TABLE[.COLUMN] …]

One cell of each column gets another valid value, a key everywhere, and the notebooks that announce its table are run
warm, until an exhibit of some plan is another: its cells, shown or not, their order, its words. For a source and the
place in it the trace counts too. A column that moves none says why in the schema, as `descriptive`; one that says so
and moves one is a fault as well.
"""

from __future__ import annotations

import copy
import hashlib
import json
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from cell_changes import Book, Change, changed
from kritiek.build.engine.pool import cores
from kritiek.build.plan import PlannedExhibit, load_plan, plan_names
from kritiek.exhibits.trace import ROW_FACTS
from kritiek.project import DATA_FOLDER, NOTEBOOKS_FOLDER, ROOT_VARIABLE

ROOT = Path(__file__).parents[1]
# The tables that say what is traced.
OF_TRACES = ("exhibit_columns", "exhibit_filters")
# So many exhibits are run for a column by itself, and so many changes are tried; then it joins the rest of the columns,
# which are changed together, in so many exhibits at a time: a number of its own, so that what is found does not
# depend on the machine.
RUNS, ROUNDS, WAVE = 3, 6, 8
# Choices of a reader that no plan makes, since captions and the order of what they name show themselves only there.
SELECTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("table_01.ipynb", {"document": "crma-2024", "reading": "facts"}),
    ("table_02.ipynb", {"threshold": 60.0, "governance_year": 2022}),
    ("table_03.ipynb", {"issuer": "IDN", "measures": "all"}),
    ("table_04.ipynb", {"reading": "facts"}),
    ("table_14.ipynb", {"audience": "trade"}),
)
PIXEL = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1"
WHY = "descriptive"


@dataclass(frozen=True)
class Said:
    """What an executed notebook shows, in short: a change of one letter is another digest."""

    shown: str
    traced: str
    reads: tuple[str, ...] = ()
    origins: frozenset[str] = field(default=frozenset(), repr=False)
    refusal: str = ""  # the sentence in which it refuses the sources
    crash: str = ""


@dataclass(frozen=True)
class Verdict:
    """What became of a column: the exhibit that its change moved, or the changes that moved none so far."""

    table: str
    column: str
    exhibit: str = ""
    change: str = ""
    crashes: tuple[str, ...] = ()
    vain: tuple[Change, ...] = ()
    runs: int = 0
    refusal: str = ""

    @property
    def name(self) -> str:
        """The column as people write it."""
        return f"{self.table}.{self.column}"


def exhibits(root: Path) -> list[PlannedExhibit]:
    """The exhibits of all plans, each case once, and those with another choice of a reader."""
    found: dict[tuple, PlannedExhibit] = {}
    for name in plan_names(root):
        for exhibit in load_plan(name, root).exhibits:
            chosen = [one for notebook, one in SELECTIONS if notebook == exhibit.notebook]
            for values in (exhibit.values, *({**exhibit.values, **one} for one in chosen)):
                case = replace(exhibit, declared=(), parameters=values)
                found.setdefault((exhibit.notebook, *sorted(values.items())), case)
    return list(found.values())


class Bench:
    """Runs exhibits of a project in this process, from the sources with changes in them."""

    def __init__(self, root: Path) -> None:
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        os.environ[ROOT_VARIABLE] = str(root)
        # jsonschema builds a grammar at import, which costs a second; none is needed here.
        sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
        from kritiek.build.engine import worker  # noqa: F401  as in a build: it sets what pandas shows
        from kritiek.exhibits.figures import Figure

        self.root, self.book = root, Book(root / DATA_FOLDER)
        self.frames = dict(self.book.checked.frames)
        self._notebooks: dict[tuple, Any] = {}
        # What a figure shows is held by its data.
        Figure.png = lambda self: PIXEL  # type: ignore[method-assign]

    def run(self, exhibit: PlannedExhibit, changes: Iterable[Change] = ()) -> Said:
        """What the exhibit shows of the sources with these changes."""
        from kritiek import sources
        from kritiek.build.engine.warm import WarmEngine

        made = sources.Sources(self.book.package, changed(self.frames, changes))
        sources.Sources.load = staticmethod(lambda data_dir=None: made)  # type: ignore[method-assign,assignment]
        executed = WarmEngine.execute_notebook(copy.deepcopy(self._notebook(exhibit)), "python3")
        return said(executed)

    def _notebook(self, exhibit: PlannedExhibit) -> Any:
        from papermill.iorw import load_notebook_node
        from papermill.parameterize import parameterize_notebook

        # Two plans give one name to two cases.
        case = (exhibit.notebook, *sorted(exhibit.parameters.items()))
        if case not in self._notebooks:
            notebook = load_notebook_node(str(self.root / NOTEBOOKS_FOLDER / exhibit.notebook))
            notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
            for cell in notebook.cells:
                cell.outputs, cell.execution_count = [], None
            self._notebooks[case] = parameterize_notebook(
                notebook, {**exhibit.parameters, "language": "nl"}, kernel_name="python3", language="python"
            )
        return self._notebooks[case]


def said(notebook: Mapping[str, Any]) -> Said:
    """An executed notebook in short."""
    from kritiek.build.engine.executed import OWN_ERRORS, failure_in, readings_in
    from kritiek.exhibits.tables import RESOURCE_MIME

    outputs = [output for cell in notebook["cells"] for output in cell["outputs"]]
    reads = readings_in(notebook)
    if failure := failure_in(notebook):
        names = {output["ename"] for output in outputs if output["output_type"] == "error"}
        is_meant = names <= {*OWN_ERRORS, "AssertionError"}
        return Said(failure, "", reads, refusal=failure if is_meant else "", crash="" if is_meant else failure)
    shown, traced, origins = [], [], set()
    for payload in (output.get("data", {}).get(RESOURCE_MIME) for output in outputs):
        if not payload or "kritiek" not in payload:
            continue
        trail = payload["kritiek"].pop("trail", None) or {"tables": {}, "filters": []}
        origins |= {one for row in payload["data"] for one in str(row.pop("origin", "")).split("; ")}
        chosen = [one["by"].split(".")[:2] for one in trail["filters"]]
        shown += [payload, [_values(trail["tables"].get(table), column) for table, column in chosen]]
        tables = {name: list(one["rows"].items()) for name, one in trail["tables"].items()}
        traced += [{name: [(row, cells[: len(ROW_FACTS)]) for row, cells in rows] for name, rows in tables.items()}]
        traced += [trail.get("rests_on"), trail.get("rules"), trail["filters"]]
    return Said(_digest(shown), _digest(traced), reads, frozenset(origins))


def _values(table: Mapping[str, Any] | None, column: str) -> list[Any]:
    """What stands in a column of a traced table, by whose values a reader chooses rows."""
    if table is None:
        return []
    place = [name for name, _ in table["columns"]].index(column) + len(ROW_FACTS)
    return [cells[place] for cells in table["rows"].values()]


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def counts_traces(change: Change) -> bool:
    """Whether the trace of a cell is where a column like this one shows."""
    return change.column in ROW_FACTS or change.table in OF_TRACES


def moves(before: Said, after: Said, *, traces: bool) -> bool:
    """Whether the exhibit is another; a refusal in a sentence is one, a crash is none."""
    return not after.crash and (after.shown != before.shown or (traces and after.traced != before.traced))


_bench: Bench


def begin(root: Path) -> None:
    """Make a process ready."""
    global _bench
    os.chdir(root)
    _bench = Bench(root)


def base(exhibit: PlannedExhibit) -> Said:
    """What an exhibit shows of the sources as they are."""
    return _bench.run(exhibit)


Reader = tuple[PlannedExhibit, Said]


def judge(table: str, column: str, rows: Sequence[int], readers: Sequence[Reader], runs: int = RUNS) -> Verdict:
    """Change cells of a column until an exhibit moves, with few runs; what was tried in vain is handed back."""
    offered = islice(_bench.book.changes(table, column, rows), ROUNDS)
    changes, crashes, ran = [], [], 0
    for change in offered:
        changes.append(change)
        for exhibit, before in islice(_ranked(change, readers), max(0, runs - ran)):
            after = _bench.run(exhibit, [change])
            ran += 1
            if after.crash:
                crashes.append(f"{change}: {exhibit.name}: {after.crash}")
            if moves(before, after, traces=counts_traces(change)):
                return Verdict(table, column, exhibit.name, str(change), tuple(crashes), (), ran, after.refusal)
    return Verdict(table, column, crashes=tuple(crashes), vain=tuple(changes), runs=ran)


def _ranked(change: Change, readers: Sequence[Reader]) -> list[Reader]:
    """The exhibit whose own row it is, then those that show the row, then the others."""
    frame, raw = _bench.frames[change.table], _bench.book.tables[change.table]
    row = frame[frame["origin"] == raw.origin(change.row)].iloc[0]
    own = row.get("exhibit", row.get("id") if change.table == "exhibits" else None)
    return sorted(readers, key=lambda one: (one[0].name != own, row["origin"] not in one[1].origins))


def sift(exhibit: PlannedExhibit, before: Said, changes: Sequence[Change]) -> tuple[list[Verdict], int]:
    """Which of several changes move an exhibit by themselves, found by halving; and how many runs it took."""
    after = _bench.run(exhibit, changes)
    traces = any(map(counts_traces, changes))
    if not after.crash and not moves(before, after, traces=traces):
        return [], 1
    if len(changes) == 1:
        (change,) = changes
        crashes = (f"{change}: {exhibit.name}: {after.crash}",) if after.crash else ()
        told = ("", "") if after.crash else (exhibit.name, str(change))
        return [Verdict(change.table, change.column, *told, crashes, refusal=after.refusal)], 1
    half = len(changes) // 2
    (one, ran), (other, more) = sift(exhibit, before, changes[:half]), sift(exhibit, before, changes[half:])
    return [*one, *other], 1 + ran + more


def claimed(book: Book) -> dict[tuple[str, str], set[str]]:
    """The exhibits that say to rest on a column, by column."""
    found: dict[tuple[str, str], set[str]] = {}
    columns = book.checked.frames.get("exhibit_columns")
    for row in () if columns is None else columns.itertuples():
        for place in row.rests_on:
            table, _, column = place.partition("[")[0].partition(".")
            found.setdefault((table, column), set()).add(row.exhibit)
    return found


def declared(book: Book) -> dict[tuple[str, str], str]:
    """The reason of each column that is declared descriptive."""
    return {
        (resource["name"], entry["name"]): entry[WHY]
        for resource in book.package.descriptor["resources"]
        for entry in resource["schema"]["fields"]
        if WHY in entry
    }


def examine(root: Path, chosen: Iterable[str] = (), processes: int = 0) -> list[Verdict]:
    """A verdict on each column, or on those of the chosen tables and columns."""
    book, planned, chosen = Book(root / DATA_FOLDER), exhibits(root), set(chosen)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes or cores(), context, begin, (root,)) as pool:
        known = list(zip(planned, pool.map(base, planned), strict=True))
        faults = [f"{exhibit.name}: {one.refusal or one.crash}" for exhibit, one in known if one.refusal or one.crash]
        if faults:
            raise ValueError("\n".join(faults))
        known.sort(key=cheapest_first)
        use = Counter(origin for _, one in known for origin in one.origins)
        claims, cited, kept = claimed(book), book.citations(), declared(book)
        futures: list[Future] = []
        for resource in book.package.resources:
            table, raw = resource.name, book.tables[resource.name]
            readers = [(exhibit, one) for exhibit, one in known if table in one.reads or table in OF_TRACES]
            rows = sorted(book.rows(table), key=lambda row: (-use[raw.origin(row)], -cited[table, row]))[:40]
            for entry in resource.fields:
                place = (table, entry.name)
                if chosen and not {table, ".".join(place)} & chosen:
                    continue
                ranked = sorted(readers, key=lambda pair: pair[0].name not in claims.get(place, ()))
                futures.append(pool.submit(judge, *place, rows, ranked, 0 if place in kept else RUNS))
        found: dict[tuple[str, str], Verdict] = {}
        for one in (future.result() for future in futures):
            found[one.table, one.column] = one
        print(
            f"{sum(bool(one.exhibit) for one in found.values())} of {len(found)} columns move an exhibit",
            file=sys.stderr,
        )
        waiting = {place: one.vain for place, one in found.items() if not one.exhibit}
        for one in _sifted(pool, known, waiting):
            before = found[one.table, one.column]
            kept_crashes = tuple(dict.fromkeys((*before.crashes, *one.crashes)))
            found[one.table, one.column] = replace(
                before,
                exhibit=before.exhibit or one.exhibit,
                change=before.change or one.change,
                crashes=kept_crashes,
                refusal=one.refusal,
            )
    return [found[place] for place in found]


def _sifted(
    pool: ProcessPoolExecutor, known: Sequence[Reader], waiting: dict[tuple[str, str], tuple[Change, ...]]
) -> Iterator[Verdict]:
    """Change what is left together, some exhibits at a time; what moved one need not be tried with the next."""
    for number in range(0, len(known), WAVE):
        futures: list[Future] = []
        for exhibit, before in known[number : number + WAVE]:
            for is_traced in (True, False):
                changes = [one for tried in waiting.values() for one in tried if counts_traces(one) == is_traced]
                if near := [one for one in changes if one.tables & {*before.reads, *OF_TRACES}]:
                    futures.append(pool.submit(sift, exhibit, before, near))
        for one in (verdict for future in futures for verdict in future.result()[0]):
            if one.exhibit:
                waiting.pop((one.table, one.column), None)
            yield one


def cheapest_first(reader: Reader) -> tuple:
    """The order in which exhibits are tried: those that read little first, on every machine the same."""
    exhibit, before = reader
    return len(before.reads), exhibit.name, exhibit.notebook


def faults(verdicts: Iterable[Verdict], kept: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """What is wrong with the columns, one sentence each."""
    for one in verdicts:
        is_kept = (one.table, one.column) in kept
        if one.exhibit and is_kept:
            yield f'{one.name} is declared {WHY}, but {one.change} moves {one.exhibit}: take "{WHY}" out of the schema.'
        elif not one.exhibit and not is_kept:
            tried = str(one.vain[0]) if one.vain else "no other valid value was found"
            what = f'show it in one, drop it, or say why not as "{WHY}" in the schema'
            yield f"{one.name} moves no exhibit ({tried}): {what}."
        yield from (f"{crash}: a valid value must not end in an error of Python." for crash in one.crashes)


def main(words: list[str]) -> int:
    """Print what is wrong; 1 when something is."""
    begun = time.perf_counter()
    kept = declared(Book(ROOT / DATA_FOLDER))
    verdicts = examine(ROOT, words)
    told = list(dict.fromkeys(faults(verdicts, kept)))
    print("\n".join(told))
    number = sum((one.table, one.column) in kept for one in verdicts)
    print(f"{len(verdicts)} columns, {number} of them {WHY}: {len(told)} faults, {time.perf_counter() - begun:.0f} s")
    return 1 if told else 0


if __name__ == "__main__":
    # A shell takes the place of the main module in a process that runs notebooks.
    import every_column

    sys.exit(every_column.main(sys.argv[1:]))
