"""The table that references point to in, its keys with their names out, and which of them are faulty."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from sheetcheck.checks.columns import Typed
from sheetcheck.checks.layout import as_text
from sheetcheck.checks.suggest import Nearest, Suggestion, plain
from sheetcheck.faults import show
from sheetcheck.schema import Resource

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
    as_it_stands: dict[object, int] = field(default_factory=dict)  # faulty key, to the letter, to its row
    broken: dict[str, int] = field(default_factory=dict)  # plain text of a faulty key to its row
    used: set[object] = field(default_factory=set)  # what cells refer to, found or not

    def __post_init__(self) -> None:
        layout = self.typed.layout
        number = layout.columns[self.column]
        for row, value in zip(layout.records, self.typed.values[self.column], strict=True):
            cell = layout.table.rows[row].get(number)
            if cell is None:
                continue
            if (row, self.column) in self.typed.faults or row in layout.table.uneven:
                # Who repeats a faulty key to the letter has found its row; yet nobody should be told to.
                text = as_text(cell).strip('"')
                self.broken.setdefault(plain(text), row)
                self.as_it_stands.setdefault(text, row)
            elif value is not None:
                self.rows.setdefault(value, row)

    @cached_property
    def accepted(self) -> frozenset[object]:
        """Every key that a reference may repeat without a fault of its own."""
        return frozenset([*self.rows, *self.as_it_stands])

    @property
    def resource(self) -> Resource:
        """The resource that holds the column."""
        return self.typed.layout.table.resource

    @property
    def place(self) -> str:
        """Where a person finds the valid values."""
        return f"column {self.column} of {self.resource.place}"

    @cached_property
    def noun(self) -> str | None:
        """What one row is called, from its title: "committee"; None where the title is no plain plural."""
        words = self.resource.title["en"].split()
        last = words[-1].casefold() if words else ""
        if (not last.endswith("s") and last not in _IRREGULAR) or "of" in words or len(words) > 3:
            return None
        singular = _IRREGULAR.get(last) or (last[:-3] + "y" if last.endswith("ies") else last[:-1])
        head = [word if word.isupper() else word.casefold() for word in words[:-1]]
        return " ".join([*head, singular])

    @cached_property
    def faulty_rows(self) -> list[int]:
        """Rows whose key is blank, double or of another form, so that nobody can tell what it was."""
        layout, faults = self.typed.layout, self.typed.faults
        return [row for row in layout.records if (row, self.column) in faults or row in layout.table.uneven]

    @cached_property
    def _nearest_broken(self) -> Nearest:
        return Nearest(str(key) for key in self.as_it_stands)

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

    def broken_row(self, text: str, near: Suggestion | None) -> int | None:
        """The row whose faulty key was most likely meant: equal to the eye, or nearer than every sound key."""
        if near is not None and near.edits == 0:
            return None
        if plain(text) in self.broken:
            return self.broken[plain(text)]
        found = self._nearest_broken.find(text)
        if found is None or len(found.values) > 1 or (near is not None and near.edits <= found.edits):
            return None
        return self.as_it_stands[found.values[0]]

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

    def _names(self, row: int) -> list[str]:
        return [str(values[row]) for _, values in self._name_columns if values.get(row)]
