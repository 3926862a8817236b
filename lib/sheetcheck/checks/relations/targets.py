"""The table that references point to in, its keys with their names out, and which of them are faulty."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from sheetcheck.checks.columns import Typed
from sheetcheck.checks.relations.keys import DOUBLE
from sheetcheck.faults import Fault
from sheetcheck.messages import say, show, spoken
from sheetcheck.nearest import Nearest, Suggestion, plain, words
from sheetcheck.reading.cells import written
from sheetcheck.schema import Reference, Resource

# Columns by which people know a row, in the order of the schema.
NAME_COLUMNS = ("name", "title")
# Nouns whose plural is written otherwise than with an s.
_IRREGULAR = {"people": "person", "countries": "country", "series": "series", "news": "news", "analyses": "analysis"}
# A name is a hint beside the key; a longer one would hide it.
MAX_NAME = 60


@dataclass
class Target:
    """One column that references point to."""

    typed: Typed
    column: str
    rows: dict[object, int] = field(default_factory=dict)  # sound key to its row
    broken: dict[int, str] = field(default_factory=dict)  # row of a faulty key to the key as it stands, "" when blank
    upper: dict[int, int] = field(default_factory=dict)  # row that repeats a key to the row that has it first
    used: set[object] = field(default_factory=set)  # what cells refer to, found or not

    def __post_init__(self) -> None:
        layout = self.typed.layout
        first: dict[str, int] = {}
        # A double of several columns together says nothing of one of them.
        is_unique = self.resource.primary_key == (self.column,) or self.resource.field(self.column).unique
        number = layout.columns[self.column]
        for row, value in zip(layout.records, self.typed.values[self.column], strict=True):
            faults = self.typed.faults.get((row, self.column), ())
            if faults or row in layout.table.uneven or (row, number) in layout.covered:
                self.broken[row] = text = layout.table.text(row, number).strip('"')
                if is_unique and len(faults) == 1 and faults[0].code in DOUBLE and plain(text) in first:
                    self.upper[row] = first[plain(text)]
            elif value is not None:
                self.rows.setdefault(value, row)
                first.setdefault(plain(str(value)), row)

    def fault(self, row: int) -> Fault | None:
        """The fault of the key in a row, if it has one."""
        return next(iter(self.typed.faults.get((row, self.column), ())), None)

    def value(self, row: int) -> object:
        """The key of a row as it was read."""
        layout = self.typed.layout
        return self.typed.values[self.column][layout.records.index(row)]

    @cached_property
    def accepted(self) -> frozenset[object]:
        """Every key that a reference may repeat without a fault of its own."""
        # Who repeats a faulty key to the letter has found its row; yet nobody should be told to.
        return frozenset([*self.rows, *filter(None, self.broken.values())])

    def is_known(self, row: int) -> bool:
        """True when a faulty key can only be one value: it differs from that in case, blanks or look-alikes."""
        faults = self.typed.faults.get((row, self.column), ())
        suggestion = faults[0].suggestion if len(faults) == 1 else None
        text = self.broken.get(row, "")
        return suggestion not in (None, text) and plain(str(suggestion)) == plain(text)

    @property
    def resource(self) -> Resource:
        """The resource that holds the column."""
        return self.typed.resource

    @property
    def reference(self) -> Reference:
        """How fields of the schema name the column."""
        return Reference(self.resource.name, self.column)

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
        return Nearest(str(key) for key in self.rows)

    @cached_property
    def _by_text(self) -> dict[str, object]:
        return {str(key): key for key in self.rows}

    @cached_property
    def _by_name(self) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, row in self.rows.items():
            for name in self._names(row):
                found.setdefault(plain(name), key)
        return found

    @cached_property
    def _name_columns(self) -> list[tuple[str, dict[int, object]]]:
        columns = [
            entry.name
            for entry in self.resource.fields
            if entry.type == "string" and entry.name.startswith(NAME_COLUMNS) and entry.name != self.column
        ]
        records = self.typed.layout.records
        return [(name, dict(zip(records, self.typed.values[name], strict=True))) for name in columns]

    def find(self, text: str) -> Suggestion | None:
        """The nearest keys: by their own letters, else the row that has the text as its name."""
        found = self._nearest.find(text)
        if found is None or found.why == "edits":
            named = self._by_name.get(plain(text))
            if named is not None:
                return Suggestion((str(named),), "name")
        return found

    def labels(self, near: Suggestion) -> list[str]:
        """The nearest keys as messages show them."""
        return [self.label(value) for value in near.values]

    def row_of(self, text: str) -> int:
        """The row of a key that `find` gave."""
        return self.rows[self._by_text[text]]

    def label(self, text: str) -> str:
        """A key as messages show it, with the row's name: "ISO/TC 298" (Rare earth)."""
        name = next(iter(self._names(self.row_of(text))), None)
        if name is None:
            return show(text)
        short = " ".join(name.split())
        return f"{show(text)} ({short if len(short) <= MAX_NAME else short[:MAX_NAME] + '…'})"

    def row_words(self, row: int) -> set[str]:
        """The words of a row beside its key and what it refers to in the same column."""
        cells = self.typed.layout.table.rows[row]
        return {
            word for column in self._text_columns if column in cells for word in words(written(cells[column].value))
        }

    @cached_property
    def _text_columns(self) -> list[int]:
        columns = self.typed.layout.columns
        return [
            columns[entry.name]
            for entry in self.resource.fields
            if entry.name in columns and entry.name != self.column and entry.reference != self.reference
        ]

    def _names(self, row: int) -> list[str]:
        return [str(values[row]) for _, values in self._name_columns if values.get(row)]
