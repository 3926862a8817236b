"""Table columns in, double keys and double values out; and the keys that references point to, with their names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sheetcheck.checks.columns import Table
from sheetcheck.faults import Fault, problem
from sheetcheck.messages import say, show, spoken
from sheetcheck.nearest import Nearest, Suggestion, plain, words
from sheetcheck.reading.cells import shown, written
from sheetcheck.schema import Reference, Resource

# Codes of the faults of a key, of another unique value, and of two keys alike to the eye, that stand in two rows.
DOUBLE = ("duplicate-key", "duplicate-value", "look-alike-key")
# Columns by which people know a row, in the order of the schema.
NAME_COLUMNS = ("name", "title")
# Nouns whose plural is written otherwise than with an s.
_IRREGULAR = {"people": "person", "countries": "country", "series": "series", "news": "news", "analyses": "analysis"}
# A name is a hint beside the key; a longer one would hide it.
MAX_NAME = 60


def check_keys(typed: Table) -> None:
    """Note every row whose key, and every cell whose unique value, stands in an earlier row already."""
    resource, columns = typed.resource, typed.columns
    if resource.primary_key and all(name in columns for name in resource.primary_key):
        _double(typed, resource.primary_key, DOUBLE[0])
        if len(resource.primary_key) == 1:
            _nearly_double(typed, resource.primary_key[0])
    singles = [(entry.name,) for entry in resource.fields if entry.unique]
    for names in dict.fromkeys([*singles, *resource.unique_keys]):
        if names != resource.primary_key and set(names) <= set(columns):
            _double(typed, names, DOUBLE[1])


def _double(typed: Table, names: Sequence[str], code: str) -> None:
    first: dict[tuple[object, ...], int] = {}
    for row, value in typed.values(names):
        if any(part is None or part == () for part in value):
            continue
        other = first.setdefault(value, row)
        # The last part of a compound key is what tells rows apart, so that is the cell to look at.
        if other != row and len(names) == 1:
            parts: dict[str, Any] = {"value": shown(value[0]), "where": _where(typed, other, names), "column": names[0]}
            typed.note(row, names[0], problem(f"{code}.single", wants="single", **parts))
        elif other != row:
            what = [f"{name} {shown(part)}" for name, part in zip(names, value, strict=True)]
            parts = {"here": _where(typed, row, names), "there": _where(typed, other, names), "what": what}
            typed.note(row, names[-1], problem(f"{code}.rows", wants="single", **parts))


def _nearly_double(typed: Table, name: str) -> None:
    """Keys that differ only in case, blanks or look-alike letters, which neither the eye nor Excel tells apart."""
    first: dict[str, tuple[object, int]] = {}
    for row, (value,) in typed.values((name,)):
        if not isinstance(value, str):
            continue
        other, place = first.setdefault(plain(value), (value, row))
        if other != value:
            if (place, name) in typed.faults and (row, name) not in typed.faults:
                row, place, value, other = place, row, other, value  # type: ignore[assignment]
            # What was said of its form, to write it as the other, would only make it a double.
            typed.faults.pop((row, name), None)
            typed.note(row, name, _alike(typed, name, value, other, place))


def _alike(typed: Table, name: str, value: object, other: object, place: int) -> Fault:
    return problem(DOUBLE[2], value=value, other=other, where=_where(typed, place, [name]))


def move_double(typed: Table, name: str, lower: int, upper: int) -> None:
    """Give the fault of a value that stands twice to the upper row, where that is the one that changed."""
    fault = next(fault for fault in typed.faults.pop((lower, name)) if fault.code in DOUBLE)
    if fault.code == DOUBLE[2]:
        found = _alike(typed, name, typed.value(upper, name), fault.value, lower)
    else:
        parts = {"value": fault.value, "where": _where(typed, lower, [name]), "column": name}
        found = problem(f"{fault.code}.too", expected=fault.expected, **parts)
    typed.note(upper, name, found)


def _where(typed: Table, row: int, names: Sequence[str]) -> str:
    return " + ".join(dict.fromkeys(typed.at(row, name) for name in names))


@dataclass
class Target:
    """One column that references point to."""

    typed: Table
    column: str
    rows: dict[object, int] = field(default_factory=dict)  # sound key to its row
    broken: dict[int, str] = field(default_factory=dict)  # row of a faulty key to the key as it stands, "" when blank
    upper: dict[int, int] = field(default_factory=dict)  # row that repeats a key to the row that has it first
    used: set[object] = field(default_factory=set)  # what cells refer to, found or not

    def __post_init__(self) -> None:
        self.resource: Resource = self.typed.resource
        # How fields of the schema name the column.
        self.reference = Reference(self.resource.name, self.column)
        typed = self.typed
        first: dict[str, int] = {}
        # A double of several columns together says nothing of one of them.
        is_unique = self.resource.primary_key == (self.column,) or self.resource.field(self.column).unique
        number = typed.columns[self.column]
        for row, value in zip(typed.records, typed.column(self.column), strict=True):
            faults = self.faults(row)
            if faults or row in typed.uneven or (row, number) in typed.covered:
                self.broken[row] = text = typed.text(row, number).strip('"')
                if is_unique and len(faults) == 1 and faults[0].code in DOUBLE and plain(text) in first:
                    self.upper[row] = first[plain(text)]
            elif value is not None:
                self.rows.setdefault(value, row)
                first.setdefault(plain(str(value)), row)

    def faults(self, row: int) -> Sequence[Fault]:
        """The faults of the key in a row."""
        return self.typed.faults.get((row, self.column), ())

    @cached_property
    def accepted(self) -> frozenset[object]:
        """Every key that a reference may repeat without a fault of its own."""
        # Who repeats a faulty key to the letter has found its row; yet nobody should be told to.
        return frozenset([*self.rows, *filter(None, self.broken.values())])

    def is_known(self, row: int) -> bool:
        """True when a faulty key can only be one value: it differs from that in case, blanks or look-alikes."""
        faults = self.faults(row)
        suggestion = faults[0].suggestion if len(faults) == 1 else None
        text = self.broken.get(row, "")
        return suggestion not in (None, text) and plain(str(suggestion)) == plain(text)

    @property
    def place(self) -> str:
        """Where a person finds the valid values."""
        return say("column-of", column=self.column, place=self.resource.place)

    @cached_property
    def noun(self) -> str | None:
        """What one row is called, from the English title: "committee"; None where that is no plain plural.

        In Dutch, whose plurals tell too little, the title itself.
        """
        if spoken() == "nl":
            return self.resource.title["nl"]
        words = self.resource.title["en"].split()
        last = words[-1].casefold() if words else ""
        if (not last.endswith("s") and last not in _IRREGULAR) or "of" in words or len(words) > 3:
            return None
        singular = _IRREGULAR.get(last) or (last[:-3] + "y" if last.endswith("ies") else last[:-1])
        head = [word if word.isupper() else word.casefold() for word in words[:-1]]
        return " ".join([*head, singular])

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(self._by_text)

    @cached_property
    def _by_text(self) -> dict[str, int]:
        return {str(key): row for key, row in self.rows.items()}

    @cached_property
    def _by_name(self) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, row in self.rows.items():
            for name in self._names(row):
                found.setdefault(plain(name), key)
        return found

    def find(self, text: str) -> Suggestion | None:
        """The nearest keys: by their own letters, else the row that has the text as its name."""
        found = self._nearest.find(text)
        if found is None or found.why == "edits":
            named = self._by_name.get(plain(text))
            if named is not None:
                return Suggestion((str(named),), "name")
        return found

    def row_of(self, text: str) -> int:
        """The row of a key that `find` gave."""
        return self._by_text[text]

    def label(self, text: str) -> str:
        """A key as messages show it, with the row's name: "ISO/TC 298" (Rare earth)."""
        name = next(self._names(self.row_of(text)), None)
        if name is None:
            return show(text)
        short = " ".join(name.split())
        return f"{show(text)} ({short if len(short) <= MAX_NAME else short[:MAX_NAME] + '…'})"

    def row_words(self, row: int) -> set[str]:
        """The words of a row beside its key and what it refers to in the same column."""
        cells = (
            self.typed.cell(row, entry.name)
            for entry in self.resource.fields
            if entry.name != self.column and entry.reference != self.reference
        )
        return {word for cell in cells if cell for word in words(written(cell.value))}

    @cached_property
    def _name_columns(self) -> list[str]:
        texts = [entry.name for entry in self.resource.fields if entry.type == "string"]
        return [name for name in texts if name.startswith(NAME_COLUMNS) and name != self.column]

    def _names(self, row: int) -> Iterator[str]:
        return (str(value) for name in self._name_columns if (value := self.typed.value(row, name)))
