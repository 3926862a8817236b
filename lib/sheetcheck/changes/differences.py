"""Two states of the sources in, their differences out: by key and by cell, in content and not in bytes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sheetcheck.changes.history import old_state
from sheetcheck.checks import Checked, check_folder
from sheetcheck.checks.columns import Table
from sheetcheck.checks.values import read_plain
from sheetcheck.messages import say
from sheetcheck.reading.cells import Cell, written
from sheetcheck.schema import PACKAGE_FILE, Field, Reference, Resource

# Columns whose values say by themselves what row is meant.
ID_COLUMNS = ("id", "name")
# With one of these faults the table is gone; with any other fault of its file it is there and cannot be read.
GONE = ("missing-file", "missing-sheet")


@dataclass(frozen=True)
class TableContent:
    """The records of one table, valid or not, by number: their filled cells as texts by column name."""

    table: Table
    columns: Mapping[str, int]
    rows: Mapping[int, Mapping[str, str]]

    @property
    def resource(self) -> Resource:
        """What the schema says of the table."""
        return self.table.resource

    def place(self, row: int, column: str) -> str:
        """How messages name a cell: "committees.xlsx › relevance › C14", or "sources.csv › line 14 › kind"."""
        cell = f"{self.resource.place} › {self.table.address(row, self.columns[column])}"
        return f"{cell} › {column}" if self.table.is_csv else cell

    def values(self, row: int, columns: Sequence[str]) -> tuple[str, ...]:
        """What a record says in these columns."""
        return tuple(self.rows[row].get(name, "") for name in columns)

    def key(self, row: int, columns: Sequence[str]) -> str:
        """The key as people know the row by: an id alone, anything else with the names of its columns ("order 14")."""
        texts = self.rows[row]
        columns = columns if len(columns) < len(self.resource.fields) else self.resource.primary_key
        if len(columns) == 1 and columns[0] in ID_COLUMNS:
            return texts.get(columns[0], "")
        return ", ".join(f"{name} {texts[name]}" for name in columns if name in texts)


def contents(checked: Checked) -> dict[str, TableContent]:
    """What every table says that could be read, by its name; a table with faults as far as it goes."""
    return {name: _content(table) for name, table in checked.typed.items()}


def _content(table: Table) -> TableContent:
    fields = {field.name: field for field in table.resource.fields}
    columns = dict(table.columns)
    others = {n: table.text(table.header, n) for n in sorted(table.named - {*columns.values()})}
    double = Counter([*columns, *filter(None, others.values())])
    for number, name in others.items():
        if name:
            # Two columns of one name stay two columns.
            columns[name if double[name] == 1 else f"{name} ({number})"] = number
    rows = {}
    for number in table.records:
        texts = {name: _said(table.rows[number].get(n), fields.get(name)) for name, n in columns.items()}
        rows[number] = {name: text for name, text in texts.items() if text}
    return TableContent(table, columns, rows)


def _said(cell: Cell | None, field: Field | None) -> str:
    """What a cell says, however it is stored: "0.5" for 0.50 in a CSV and for the number in a workbook.

    A value that does not fit its column is given as it stands there.
    """
    if cell is None:
        return ""
    if cell.kind == "formula":
        return say("uncomputed")
    text = written(cell.value).replace("\r\n", "\n").replace("\r", "\n")
    if field is None or cell.kind != "text":
        return text
    if field.type in ("integer", "number"):
        number = read_plain(text)
        return text if number is None else written(number)
    if field.type == "boolean":
        return text.upper() if text.upper() in ("TRUE", "FALSE") else text
    if field.is_list:
        return f"{field.delimiter} ".join(item.strip() for item in text.split(field.delimiter))
    return text


def unreadable(checked: Checked) -> dict[str, str]:
    """Why a table could not be read although its file is there, by its name."""
    reasons = {}
    for resource in checked.package.resources:
        if resource.name not in checked.typed:
            found = [fault for fault in checked.faults if fault.file == resource.path]
            # A fault of its own sheet says more than one of the whole file.
            own = [fault for sheet in (resource.sheet, None) for fault in found if fault.sheet == sheet]
            if own and own[0].code not in GONE:
                reasons[resource.name] = str(own[0])
    return reasons


@dataclass(frozen=True)
class CellChange:
    """One cell that says something else; the place is that of the new state. "" is a blank cell."""

    place: str
    key: str
    column: str
    old: str
    new: str


@dataclass(frozen=True)
class RowChange:
    """A row added (its place in the new state) or removed (its place in the old one), with its filled cells."""

    place: str
    key: str
    cells: tuple[tuple[str, str], ...]
    referring: tuple[str, ...] = ()  # cells of the new state that point to a row that was removed


@dataclass(frozen=True)
class ColumnChange:
    """A column added or removed, and in how many rows it was filled."""

    place: str
    column: str
    filled: int


@dataclass(frozen=True)
class TableChange:
    """Everything that differs in one table; `notes` say how rows were matched where the key does not tell."""

    resource: str
    place: str
    cells: tuple[CellChange, ...] = ()
    rows_added: tuple[RowChange, ...] = ()
    rows_removed: tuple[RowChange, ...] = ()
    columns_added: tuple[ColumnChange, ...] = ()
    columns_removed: tuple[ColumnChange, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when nothing differs, whatever there is to note."""
        return not (self.cells or self.rows_added or self.rows_removed or self.columns_added or self.columns_removed)


@dataclass(frozen=True)
class WholeTable:
    """A table that stands in one of the states only."""

    resource: str
    place: str
    rows: int


@dataclass(frozen=True)
class Changes:
    """The differences between an old and a new state, and how the two are called."""

    old: str
    new: str
    tables: tuple[TableChange, ...] = ()
    tables_added: tuple[WholeTable, ...] = ()
    tables_removed: tuple[WholeTable, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when the two states say the same, so far as both could be read."""
        return not self.resources

    @property
    def resources(self) -> tuple[str, ...]:
        """Names of the tables in which something changed."""
        changed = [table.resource for table in self.tables if not table.is_empty]
        return tuple(changed + [table.resource for table in self.tables_added + self.tables_removed])


def changes_since(folder: str | Path, since: str | Path | None = None) -> Changes:
    """What changed in a data folder since a git revision (none given: the last commit), or against another folder.

    Raises HistoryError when there is no such state, SchemaError when a state has no usable schema.
    """
    with old_state(Path(folder), since) as old:
        return compare_folders(old.folder, folder, old_name=old.name)


def compare_folders(old: str | Path, new: str | Path, *, old_name: str = "", new_name: str = "") -> Changes:
    """What changed from one data folder to another; raises SchemaError when one has no usable schema."""
    names = old_name or Path(old).as_posix(), new_name or Path(new).as_posix()
    return compare_checked(check_folder(old), check_folder(new), old_name=names[0], new_name=names[1])


def compare_checked(old: Checked, new: Checked, *, old_name: str, new_name: str) -> Changes:
    """What changed from one state to another, both as a check read them; the keys of the new schema match rows."""
    before, after = contents(old), contents(new)
    there = {*before, *unreadable(old)}, {*after, *unreadable(new)}
    names = dict.fromkeys([*new.package.names, *old.package.names])
    compared = [compare_tables(before[name], after[name]) for name in names if name in before and name in after]
    compared = [_with_referring(table, after) for table in compared]
    notes = []
    for state, name in ((old, old_name), (new, new_name)):
        notes += [say("changes.faults", name=name, faults=state.faults)] if state.faults else []
        notes += [say("changes.unread", name=name, reason=why) for why in dict.fromkeys(unreadable(state).values())]
    if old.package.descriptor != new.package.descriptor:
        notes.append(say("changes.schema", file=PACKAGE_FILE))
    return Changes(
        old_name,
        new_name,
        tables=tuple(table for table in compared if not table.is_empty or table.notes),
        tables_added=_whole(after[name] for name in names if name in after and name not in there[0]),
        tables_removed=_whole(before[name] for name in names if name in before and name not in there[1]),
        notes=tuple(notes),
    )


def _with_referring(change: TableChange, tables: Mapping[str, TableContent]) -> TableChange:
    """The change with, at each row removed, the cells that still point to its key."""
    key = tables[change.resource].resource.primary_key
    if len(key) != 1 or not change.rows_removed:
        return change
    gone = {dict(row.cells).get(key[0]) for row in change.rows_removed}
    gone -= {texts.get(key[0]) for texts in tables[change.resource].rows.values()}
    places: dict[str | None, list[str]] = {}
    for table in tables.values():
        for field in table.resource.fields:
            if field.reference != Reference(change.resource, key[0]) or field.name not in table.columns:
                continue
            for number, texts in table.rows.items():
                text = texts.get(field.name, "")
                items = {part.strip() for part in text.split(field.delimiter)} if field.is_list else {text}
                for item in items & gone:
                    places.setdefault(item, []).append(table.place(number, field.name))
    removed = [
        replace(row, referring=tuple(places.get(dict(row.cells).get(key[0]), ()))) for row in change.rows_removed
    ]
    return replace(change, rows_removed=tuple(removed))


def _whole(tables: Iterable[TableContent]) -> tuple[WholeTable, ...]:
    return tuple(WholeTable(table.resource.name, table.resource.place, len(table.rows)) for table in tables)


def compare_tables(old: TableContent, new: TableContent) -> TableChange:
    """What changed in one table; the order of rows and of columns does not count.

    Rows whose key stands twice are matched too: equal ones with each other, the others in their order. A row that is
    gone and a new one that says the same but for its key are one row, with another key.
    """
    key, notes = _key(old, new)
    shared = tuple(name for name in new.columns if name in old.columns)
    is_by_whole_row = not key
    key = key or shared
    by_key: dict[tuple[str, ...], tuple[list[int], list[int]]] = {}
    for side, table in enumerate((old, new)):
        for number in table.rows:
            by_key.setdefault(table.values(number, key), ([], []))[side].append(number)
    matched: list[tuple[int, int]] = []
    removed, added = [], []
    for values, pair in by_key.items():
        for which, table, numbers in zip(("old", "new"), (old, new), pair, strict=True):
            if len(numbers) > 1:
                kind = f"{which}-{'lines' if table.table.is_csv else 'rows'}"
                told = say(f"changes.double-{kind}", key=" | ".join(values), numbers=numbers)
                notes.append(f"{table.resource.place}: {told}")
        # Rows that are equal pair one to one; the others in their order.
        texts = [
            [table.values(number, shared) for number in side] for table, side in zip((old, new), pair, strict=True)
        ]
        equal = Counter(texts[0]) & Counter(texts[1])
        before, after = (_beyond(equal, *side) for side in zip(pair, texts, strict=True))
        matched += zip(before, after, strict=False)
        removed += before[len(after) :]
        added += after[len(before) :]
    renamed = _renamed(old, removed, new, added, [name for name in shared if name not in key])
    removed = [number for number in removed if number not in {left for left, _ in renamed}]
    added = [number for number in added if number not in {right for _, right in renamed}]
    cells: dict[tuple[int, int], CellChange] = {}
    for left, right in matched + renamed:
        for name in shared:
            was, now = old.rows[left].get(name, ""), new.rows[right].get(name, "")
            if was != now:
                change = CellChange(new.place(right, name), new.key(right, key), name, was, now)
                cells[right, new.columns[name]] = change
    change = TableChange(
        new.resource.name,
        new.resource.place,
        cells=tuple(cells[place] for place in sorted(cells)),
        rows_added=_rows(added, new, key),
        rows_removed=_rows(removed, old, key),
        columns_added=_columns(new, old),
        columns_removed=_columns(old, new),
    )
    if is_by_whole_row and not change.is_empty:
        # How rows were matched in a table that is as it was, nobody needs to know.
        notes.insert(0, f"{new.resource.place}: {say('changes.whole')}")
    return replace(change, notes=tuple(notes))


def _renamed(
    old: TableContent, removed: Sequence[int], new: TableContent, added: Sequence[int], rest: Sequence[str]
) -> list[tuple[int, int]]:
    """Rows that are gone, each with the new one that says the same, and something, in the `rest` of the columns."""
    twins: dict[tuple[str, ...], list[int]] = {}
    for number in sorted(added):
        twins.setdefault(new.values(number, rest), []).append(number)
    pairs = []
    for number in sorted(removed):
        values = old.values(number, rest)
        if any(values) and twins.get(values):
            pairs.append((number, twins[values].pop(0)))
    return pairs


def _key(old: TableContent, new: TableContent) -> tuple[tuple[str, ...], list[str]]:
    """The columns that tell rows apart in both states, if any, and a note when they are not simply the key."""
    wanted, before = new.resource.primary_key, old.resource.primary_key
    place = new.resource.place
    told = {"before": _named(before), "wanted": _named(wanted)}
    notes = [f"{place}: {say('changes.key', **told)}"] if wanted != before else []
    for key in (wanted, before, *new.resource.unique_keys):
        if key and set(key) <= old.columns.keys() & new.columns.keys():
            used = [f"{place}: {say('changes.matched', key=_named(key))}"] if wanted and key != wanted else []
            return key, notes + used
    return (), notes


def _named(key: Sequence[str]) -> str:
    return " + ".join(key) or say("none")


def _beyond(equal: Counter[tuple[str, ...]], numbers: Sequence[int], texts: Sequence[tuple[str, ...]]) -> list[int]:
    """The rows that are left when so many of each text are taken away from the top."""
    left, rest = equal.copy(), []
    for number, text in zip(numbers, texts, strict=True):
        left[text] -= 1
        rest += [number] if left[text] < 0 else []
    return rest


def _rows(numbers: Sequence[int], table: TableContent, key: Sequence[str]) -> tuple[RowChange, ...]:
    return tuple(
        RowChange(table.table.origin(number), table.key(number, key), tuple(table.rows[number].items()))
        for number in sorted(numbers)
    )


def _columns(here: TableContent, there: TableContent) -> tuple[ColumnChange, ...]:
    return tuple(
        ColumnChange(here.place(here.table.header, name), name, sum(name in texts for texts in here.rows.values()))
        for name in here.columns
        if name not in there.columns
    )
