"""Which columns of the sources move no exhibit. Run: uv run python tests/every_column.py [TABLE[.COLUMN] …]

One cell of each column gets another valid value, a key everywhere, and the notebooks that announce its table are run
warm, until an exhibit of some plan is another: its cells, shown or not, their order, its words. For a source and the
place in it the trace counts too. A column that moves none says why in the schema, as `descriptive`; one that says so
and moves one is a fault as well. And what an exhibit says to rest on (`exhibit_columns.rests_on`) is held against what
moves it, both ways.
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
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from cell_changes import Book, Change, Place, changed
from kritiek.build.engine.pool import cores
from kritiek.build.plan import PlannedExhibit, load_plan, plan_names
from kritiek.exhibits.trace import ROW_FACTS
from kritiek.project import DATA_FOLDER, NOTEBOOKS_FOLDER, ROOT_VARIABLE

ROOT = Path(__file__).parents[1]
# The tables that say what is traced.
OF_TRACES = ("exhibit_columns", "exhibit_filters")
# So many exhibits are run for a column by itself, and so many changes are tried, of a declared column fewer; then it
# joins the rest of the columns, which are changed together, in so many exhibits at a time: a number of its own, so that
# what is found does not depend on the machine.
RUNS, ROUNDS, DECLARED_ROUNDS, WAVE = 3, 6, 3, 8
# So many changes and cases are tried before an exhibit is said not to move with a column that it names.
TRIES, CASES = 3, 2
# In so many rows of a table cells are changed, where no exhibit names the column alone.
MOST_ROWS = 40
# Choices of a reader that no plan makes, since captions and the order of what they name show themselves only there.
SELECTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("table_01.ipynb", {"document": "crma-2024", "reading": "facts"}),
    ("table_02.ipynb", {"threshold": 60.0, "governance_year": 2022}),
    ("table_03.ipynb", {"issuer": "IDN", "measures": "all"}),
    ("table_04.ipynb", {"reading": "facts"}),
    ("table_14.ipynb", {"audience": "trade"}),
)
# What a cell is not made of: the order of rows.
UNNAMED = ("order",)
PIXEL = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1"
WHY = "descriptive"


@dataclass(frozen=True)
class Said:
    """What an executed notebook shows, in short: a change of one letter is another digest."""

    shown: str
    traced: str
    exhibits: frozenset[str] = frozenset()
    rows: str = ""  # which source rows stand in which row
    cells: Mapping[str, str] = field(default_factory=dict, repr=False)  # by exhibit and column
    facts: Mapping[Place, str] = field(default_factory=dict, repr=False)  # what traces say, by table and column
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
    unnamed: tuple[str, ...] = ()  # what moved cells of an exhibit that does not name the column
    still: tuple[str, ...] = ()  # the exhibits that name the column, whose cells it did not move

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
        self.wording = wording(self.book)
        self.frames = dict(self.book.checked.frames)
        self._notebooks: dict[tuple, Any] = {}
        # What a figure shows is held by its data; the frames between are no part of an exhibit.
        Figure.png = lambda self: PIXEL  # type: ignore[method-assign]
        pd.DataFrame.__repr__ = lambda self: ""  # type: ignore[method-assign]
        pd.DataFrame._repr_html_ = lambda self: None  # type: ignore[method-assign,operator]

    def run(
        self,
        exhibit: PlannedExhibit,
        changes: Iterable[Change] = (),
        *,
        frames: Mapping[str, pd.DataFrame] | None = None,
    ) -> Said:
        """What the exhibit shows of the sources, or of these frames, with these changes."""
        from kritiek import sources
        from kritiek.build.engine.warm import WarmEngine

        made = sources.Sources(self.book.package, changed(frames or self.frames, changes))
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
    shown, traced, rows, origins, names = [], [], [], set(), set()
    cells: dict[str, str] = {}
    facts: dict[Place, Any] = {}
    for payload in (output.get("data", {}).get(RESOURCE_MIME) for output in outputs):
        if not payload or "kritiek" not in payload:
            continue
        trail = payload["kritiek"].pop("trail", None) or {"tables": {}, "filters": []}
        made_of = [str(row.pop("origin", "")) for row in payload["data"]]
        origins |= {one for row in made_of for one in row.split("; ")}
        rows.append(made_of)
        name = payload["kritiek"]["exhibit"]
        names.add(name)
        for column in (one["name"] for one in payload["kritiek"]["columns"]):
            cells[f"{name}.{column}"] = _digest([[row.get(column), row.get(f"{column}_en")] for row in payload["data"]])
        chosen = [one["by"].split(".")[:2] for one in trail["filters"]]
        shown += [payload, [_values(trail["tables"].get(table), column) for table, column in chosen]]
        for table, one in trail["tables"].items():
            for number, fact in enumerate(ROW_FACTS):
                facts[table, fact] = _digest([[row, said[number]] for row, said in one["rows"].items()])
        traced += [trail.get("rests_on"), trail.get("rules"), trail["filters"]]
    told = _digest([sorted(facts.items()), traced])
    return Said(_digest(shown), told, frozenset(names), _digest(rows), cells, facts, reads, frozenset(origins))


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


def judge(
    place: Place, rows: Sequence[int], readers: Sequence[Reader], named: Set[str], naming: Sequence[str], runs: int
) -> Verdict:
    """Change cells of a column until each exhibit that shows it alone moves, or else any, with few runs.

    What was tried in vain is handed back.
    """
    found = Verdict(*place)
    for name in naming:
        cases = [one for one in readers if name in one[1].exhibits]
        found = _named(found, name, rows, cases[:CASES])
    if found.exhibit:
        return found
    changes, ran = [], 0
    # Where there are few rows, each is changed in several ways.
    tried = _bench.book.changes(*place, rows, of_a_cell=-(-ROUNDS // max(1, len(rows))), most=MOST_ROWS)
    for change in islice(tried, ROUNDS if runs else DECLARED_ROUNDS):
        changes.append(change)
        for reader in islice(_ranked(change, readers), max(0, runs - ran)):
            ran += 1
            found = _tried(found, change, reader, is_named=bool(named & reader[1].exhibits))
            if found.exhibit:
                return found
    return replace(found, vain=tuple(changes))


def _named(found: Verdict, name: str, rows: Sequence[int], cases: Sequence[Reader]) -> Verdict:
    """The verdict after an exhibit that names the column; of its rows those that it shows are changed."""
    origin = _bench.book.tables[found.table].origin
    own = [row for row in rows if any(origin(row) in one.origins for _, one in cases)]
    before = found.exhibit
    for change in islice(_bench.book.changes(found.table, found.column, own or rows), TRIES):
        for reader in cases:
            found = _tried(replace(found, exhibit=""), change, reader, is_named=True)
            if found.exhibit:
                return replace(found, exhibit=before or found.exhibit)
    return replace(found, exhibit=before, still=(*found.still, name) if own else found.still)


def _tried(found: Verdict, change: Change, reader: Reader, *, is_named: bool) -> Verdict:
    """The verdict after one run."""
    exhibit, before = reader
    after = _bench.run(exhibit, [change])
    found = replace(found, runs=found.runs + 1)
    if after.crash:
        return replace(found, crashes=(*found.crashes, f"{change}: {exhibit.name}: {after.crash}"))
    if not moves(before, after, traces=counts_traces(change)):
        return found
    told = replace(found, exhibit=exhibit.name, change=found.change or str(change), refusal=after.refusal)
    # Of the same source rows other cells are made: that is what a column rests on.
    other = [name for name, cells in after.cells.items() if cells != before.cells.get(name)]
    is_fact = len(change.cells) == 1 and change.table not in _bench.wording and change.column not in UNNAMED
    if is_named or after.rows != before.rows or not other or not is_fact:
        return told
    return replace(told, unnamed=(*told.unnamed, f"{change}: {', '.join(other)}"))


def traced(exhibit: PlannedExhibit, before: Said, changes: Sequence[Change]) -> list[Verdict]:
    """Which of the changes show in the traces of an exhibit: each column has its own place there."""
    after = _bench.run(exhibit, changes)
    return [
        Verdict(one.table, one.column, exhibit.name, str(one), runs=int(not number))
        for number, one in enumerate(changes)
        if after.facts.get((one.table, one.column)) != before.facts.get((one.table, one.column))
    ]


def first_change(table: str, column: str, rows: Sequence[int]) -> Change | None:
    """The first change that the checks allow, in these rows."""
    return next(_bench.book.changes(table, column, rows), None)


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


def claimed(book: Book, *, alone: bool = False) -> dict[Place, set[str]]:
    """The exhibits that say to rest on a column, by column; or those of which a cell shows nothing but it."""
    found: dict[Place, set[str]] = {}
    columns = book.checked.frames.get("exhibit_columns")
    for row in () if columns is None else columns.itertuples():
        is_alone = len(row.rests_on) == 1 and pd.isna(row.rule_nl)
        for place in row.rests_on if is_alone or not alone else ():
            table, _, column = place.partition("[")[0].partition(".")
            found.setdefault((table, column), set()).add(row.exhibit)
    return found


def wording(book: Book) -> set[str]:
    """The tables of the workbook that says how exhibits are worded: no exhibit names them as its source."""
    paths = {resource.name: resource.path for resource in book.package.resources}
    return {name for name, path in paths.items() if path == paths.get("exhibit_columns")}


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
        known.sort(key=lambda reader: cheapest_first(reader, book))
        use = Counter(origin for _, one in known for origin in one.origins)
        claims, alone, cited, kept = claimed(book), claimed(book, alone=True), book.citations(), declared(book)
        rows = {
            name: sorted(book.rows(name), key=lambda row: (-use[raw.origin(row)], -cited[name, row]))
            for name, raw in book.tables.items()
        }
        places = [
            (resource.name, entry.name)
            for resource in book.package.resources
            for entry in resource.fields
            if not chosen or {resource.name, f"{resource.name}.{entry.name}"} & chosen
        ]
        found = {(one.table, one.column): one for one in _in_traces(pool, book, known, places, rows, claims)}
        futures: list[Future] = []
        for place in places:
            if place in found:
                continue
            readers = [(exhibit, one) for exhibit, one in known if place[0] in one.reads or place[0] in OF_TRACES]
            naming = sorted(alone.get(place, ()))
            named = claims.get(place, set())
            readers.sort(key=lambda pair: not named & pair[1].exhibits)
            runs = 0 if place in kept else RUNS
            futures.append(pool.submit(judge, place, rows[place[0]], readers, named, naming, runs))
        for one in (future.result() for future in futures):
            found[one.table, one.column] = one
        waiting = {place: one.vain for place, one in found.items() if not one.exhibit}
        for one in _sifted(pool, known, waiting):
            before = found[one.table, one.column]
            kept_crashes = tuple(dict.fromkeys((*before.crashes, *one.crashes)))
            found[one.table, one.column] = replace(
                before,
                exhibit=before.exhibit or one.exhibit,
                change=before.change or one.change,
                crashes=kept_crashes,
                runs=before.runs + one.runs,
                refusal=one.refusal,
            )
    return [found[place] for place in places]


def _in_traces(
    pool: ProcessPoolExecutor,
    book: Book,
    known: Sequence[Reader],
    places: Sequence[Place],
    rows: Mapping[str, Sequence[int]],
    claims: Mapping[Place, set[str]],
) -> Iterator[Verdict]:
    """The columns of what a trace says of each source row, changed together in one exhibit that traces the table."""
    wanted: dict[int, list[tuple[Place, list[int]]]] = {}
    for table, column in places:
        if column not in ROW_FACTS or (table, column) in claims:
            continue
        origin = book.tables[table].origin
        for number, (_, one) in enumerate(known):
            own = [row for row in rows[table] if origin(row) in one.origins][:MOST_ROWS]
            if own and (table, column) in one.facts:
                wanted.setdefault(number, []).append(((table, column), own))
                break
    firsts = {
        number: [pool.submit(first_change, *place, own) for place, own in tried] for number, tried in wanted.items()
    }
    futures = []
    for number, made in firsts.items():
        changes = [change for change in (future.result() for future in made) if change]
        futures.append(pool.submit(traced, *known[number], changes))
    for future in futures:
        yield from future.result()


def _sifted(
    pool: ProcessPoolExecutor, known: Sequence[Reader], waiting: dict[Place, tuple[Change, ...]]
) -> Iterator[Verdict]:
    """Change what is left together, some exhibits at a time; what moved one need not be tried with the next."""
    for number in range(0, len(known), WAVE):
        futures: list[Future] = []
        for exhibit, before in known[number : number + WAVE]:
            changes = [one for tried in waiting.values() for one in tried]
            if near := [one for one in changes if one.tables & {*before.reads, *OF_TRACES}]:
                futures.append(pool.submit(sift, exhibit, before, near))
        for one in (verdict for future in futures for verdict in future.result()[0]):
            if one.exhibit:
                waiting.pop((one.table, one.column), None)
            yield one


def cheapest_first(reader: Reader, book: Book) -> tuple:
    """The order in which exhibits are tried: those that read few rows first, on every machine the same."""
    exhibit, before = reader
    return sum(len(book.checked.frames[name]) for name in before.reads), exhibit.name, exhibit.notebook


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
        yield from (
            f"{moved} is another, of the same source rows, but rests_on does not name {one.name}: name it."
            for moved in one.unnamed
        )
        yield from (
            f"{name} says to rest on {one.name}, but no change of that in its rows moves it: take it out of rests_on,"
            " or show it."
            for name in one.still
        )


def main(words: list[str]) -> int:
    """Print what is wrong; 1 when something is."""
    begun = time.perf_counter()
    kept = declared(Book(ROOT / DATA_FOLDER))
    verdicts = examine(ROOT, words)
    told = list(dict.fromkeys(faults(verdicts, kept)))
    print("\n".join(told))
    number = sum((one.table, one.column) in kept for one in verdicts)
    runs = sum(one.runs for one in verdicts)
    seconds = time.perf_counter() - begun
    print(f"{len(verdicts)} columns, {number} of them {WHY}, {runs} runs: {len(told)} faults, {seconds:.0f} s")
    return 1 if told else 0


if __name__ == "__main__":
    # A shell takes the place of the main module in a process that runs notebooks.
    import every_column

    sys.exit(every_column.main(sys.argv[1:]))
