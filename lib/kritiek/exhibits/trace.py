"""Where a cell comes from: the origins of its row and the columns that it rests on in, source cells out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pandas as pd

from kritiek.errors import ExhibitError
from kritiek.exhibits.plain import is_blank, json_value, plain_table
from sheetcheck.nearest import nearest, nearest_name
from sheetcheck.reading import letters
from sheetcheck.schema import LANGUAGES, Package

SHEET = "exhibits.xlsx › exhibit_columns"
ORIGIN, SEPARATOR = "origin", "; "
# How a deviation from the print names its row and, as its column, all of the row.
KEY, WHOLE_ROW = "key", "(row)"
# What is known of every source row, and its place in the payload.
ROW_FACTS = ("source", "locator")
# The words for a key that has no table of its own: columns term, value, words_nl, words_en.
WORDS_TABLE = "exhibit_words"
REST = re.compile(r"(?P<table>\w+)\.(?P<column>\w+)(?:\[(?P<where>\w+)=(?P<value>[^\]]+)\])?")
HEADINGS = {
    "nl": ("Broncel", "Kolom", "Daar staat", "Bron", "Vindplaats"),
    "en": ("Source cell", "Column", "It says", "Source", "Locator"),
}
WORDS = {
    "nl": {
        "rule": "Regel",
        "row": "rij",
        "none": "Geen enkele broncel hoort bij deze cel.",
        "nothing": "niets",
        "deviation": "Berekend: {0}. Gedrukt: {1}. Reden: {2} ({3})",
    },
    "en": {
        "rule": "Rule",
        "row": "row",
        "none": "No source cell belongs to this cell.",
        "nothing": "nothing",
        "deviation": "Computed: {0}. Printed: {1}. Reason: {2} ({3})",
    },
}
# What stands in a source cell that is blank: nothing, said so that it is seen.
BLANK = "–"


@dataclass(frozen=True)
class Rest:
    """One source column that a shown column rests on, of all rows of the origin or of those with one value."""

    table: str
    column: str
    where: str | None = None
    value: str | None = None

    @classmethod
    def read(cls, text: str, place: str) -> Rest:
        """From "list_members.material[list=crma-annex-2]"; raises ExhibitError, naming the place, for anything else."""
        found = REST.fullmatch(text)
        if not found:
            raise ExhibitError(
                f'{place}: "{text}" is no source column. Write table.column, or table.column[column=value].'
            )
        return cls(**found.groupdict())

    def __str__(self) -> str:
        return f"{self.table}.{self.column}" + (f"[{self.where}={self.value}]" if self.where else "")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its table that must be known to find its cells."""
        return (self.column, self.where) if self.where else (self.column,)

    def takes(self, row: Mapping[str, Any]) -> bool:
        """Whether the cell of this source row counts."""
        return self.where is None or _said(row[self.where]) == self.value


@dataclass(frozen=True)
class SourceTable:
    """A source table as far as an exhibit rests on it: its rows by origin, and each column's letter in its sheet."""

    place: str  # "committees.xlsx › relevance"
    letters: Mapping[str, str]  # by column; "" in a CSV, whose cells are named by line and column
    rows: Mapping[str, Mapping[str, Any]]  # by origin: source, locator and the columns

    def cell(self, origin: str, column: str) -> str:
        """The cell as a reader finds it: "committees.xlsx › relevance › C14"; in a CSV its line."""
        letter = self.letters[column]
        return f"{self.place} › {letter}{origin.rsplit(' ', 1)[1]}" if letter else origin

    def payload(self, origins: Iterable[str]) -> dict[str, Any]:
        """The rows of these origins, each as a list, under the number of their row."""
        names = [*ROW_FACTS, *self.letters]
        return {
            "place": self.place,
            # A list, since the order of names in an object is lost where a notebook is saved.
            "columns": list(map(list, self.letters.items())),
            "rows": {
                origin.removeprefix(f"{self.place} › "): [json_value(self.rows[origin][name]) for name in names]
                for origin in origins
            },
        }

    @classmethod
    def from_payload(cls, block: Mapping[str, Any]) -> SourceTable:
        """The table that `payload` described."""
        letters = dict(block["columns"])
        names = [*ROW_FACTS, *letters]
        rows = {
            f"{block['place']} › {row}": dict(zip(names, known, strict=True)) for row, known in block["rows"].items()
        }
        return cls(block["place"], letters, rows)


@dataclass(frozen=True)
class Filter:
    """A source column by whose values a reader chooses rows, with the words for each value."""

    rest: Rest
    label: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]  # by value

    def payload(self) -> dict[str, Any]:
        """It as plain values."""
        words = {value: dict(said) for value, said in self.words.items()}
        return {"by": str(self.rest), "label": dict(self.label), "words": words}

    @classmethod
    def from_payload(cls, block: Mapping[str, Any]) -> Filter:
        """The filter that `payload` described."""
        return cls(Rest.read(block["by"], "filter"), block["label"], block["words"])


@dataclass(frozen=True)
class Trail:
    """On what the columns of an exhibit rest, the rules of those that are computed, and the source tables."""

    rests: Mapping[str, tuple[Rest, ...]]
    rules: Mapping[str, Mapping[str, str]]  # by column, in both languages; only of what is computed
    tables: Mapping[str, SourceTable] = field(repr=False)
    filters: tuple[Filter, ...] = ()

    def origins(self, row: str) -> dict[str, list[str]]:
        """The origins of one row by table, in their order."""
        found: dict[str, list[str]] = {}
        for origin in row.split(SEPARATOR):
            for name, table in self.tables.items():
                if origin in table.rows:
                    found.setdefault(name, []).append(origin)
        return found

    def cells(self, row: str, column: str) -> list[SourceCell]:
        """The source cells of one cell, row by row: `row` is the origin of its row."""
        cells = [
            SourceCell(table.cell(origin, rest.column), rest.column, *map(_said, (known[rest.column], *facts)))
            for name, origins in self.origins(row).items()
            for table in [self.tables[name]]
            for origin in origins
            for known in [table.rows[origin]]
            for facts in [[known[fact] for fact in ROW_FACTS]]
            for rest in self.rests.get(column, ())
            if rest.table == name and rest.takes(known)
        ]
        # A blank cell says something only where nothing else is said.
        return [cell for cell in cells if cell.text] or cells

    def values(self, row: str, one: Filter, language: str) -> list[str]:
        """The words for the values of a filter in one row, each once."""
        rows = self.tables[one.rest.table].rows
        cells = [rows[origin][one.rest.column] for origin in self.origins(row).get(one.rest.table, ())]
        found = dict.fromkeys(value for cell in cells for value in _listed(cell))
        return list(dict.fromkeys(one.words[value][language] for value in found if value in one.words))

    def payload(self, origins: Iterable[str]) -> dict[str, Any]:
        """What of it the rows with these origins need."""
        by_table: dict[str, dict[str, None]] = {name: {} for name in self.tables}
        for row in origins:
            for name, found in self.origins(row).items():
                by_table[name] |= dict.fromkeys(found)
        return {
            "rests_on": {column: list(map(str, rests)) for column, rests in self.rests.items()},
            "rules": {column: dict(words) for column, words in self.rules.items()},
            "tables": {name: table.payload(by_table[name]) for name, table in self.tables.items()},
            "filters": [one.payload() for one in self.filters],
        }

    @classmethod
    def from_payload(cls, block: Mapping[str, Any]) -> Trail:
        """The trail that `payload` described."""
        return cls(
            {column: tuple(Rest.read(text, column) for text in rests) for column, rests in block["rests_on"].items()},
            block["rules"],
            {name: SourceTable.from_payload(table) for name, table in block["tables"].items()},
            tuple(map(Filter.from_payload, block["filters"])),
        )


@dataclass(frozen=True)
class SourceCell:
    """One cell of a source that a cell of an exhibit was made of."""

    place: str  # "committees.xlsx › relevance › C14"
    column: str
    text: str
    source: str
    locator: str


@dataclass(frozen=True)
class Trace:
    """Where one cell comes from: what it shows, the rule when it is computed, and its source cells."""

    heading: str
    shown: str
    cells: tuple[SourceCell, ...]
    language: str
    rule: str = ""
    deviations: tuple[str, ...] = ()

    def rows(self) -> list[tuple[str, ...]]:
        """The headings, then a row for each source cell."""
        return [
            HEADINGS[self.language],
            *((one.place, one.column, one.text or BLANK, one.source, one.locator) for one in self.cells),
        ]

    def _above(self) -> list[str]:
        words = WORDS[self.language]
        lines = [f'{self.heading}: "{self.shown}"', *self.deviations]
        lines += [f"{words['rule']}: {self.rule}"] if self.rule else []
        return lines if self.cells else [*lines, words["none"]]

    def __repr__(self) -> str:
        below = ["", *plain_table(self.rows())] if self.cells else []
        return "\n".join([*self._above(), *below])

    def _repr_html_(self) -> str:
        head, *body = self.rows()
        above = "".join(f"<p>{_escaped(line)}</p>" for line in self._above())
        if not body:
            return above
        # JupyterLab sets cells to the right, and takes no style sheet from a notebook that it does not trust.
        headings = "".join(f'<th scope="col" style="text-align: left">{_escaped(name)}</th>' for name in head)
        cells = [[f'<td style="text-align: left">{_escaped(cell)}</td>' for cell in row] for row in body]
        lines = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
        return f"{above}<table><thead><tr>{headings}</tr></thead><tbody>{lines}</tbody></table>"


@dataclass(frozen=True)
class Traces:
    """Where the cells of one row come from, one after another."""

    of: tuple[Trace, ...]

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.of))

    def _repr_html_(self) -> str:
        return "".join(one._repr_html_() for one in self.of)


class Traced(Protocol):
    """What tracing needs of an exhibit."""

    name: str
    language: str
    texts: Any
    frame: pd.DataFrame
    columns: Sequence[Any]

    def csv_rows(self) -> list[list[str]]:
        """The labels, then the rows as printed."""

    def cells(self, language: str) -> list[list[str]]:
        """The rows as printed in that language."""


def trace(exhibit: Traced, row: int | str, column: int | str | None = None) -> Trace | Traces:
    """Where a cell comes from, or every cell of a row; see `Exhibit.trace`."""
    known: Trail | None = exhibit.texts.trail
    if known is None:
        raise ExhibitError(f"{exhibit.name}: {SHEET} does not say on what its columns rest (rests_on).")
    labels, *rows = exhibit.csv_rows()
    line = _row(exhibit.name, [exhibit.cells(language) for language in LANGUAGES], row)
    found = next(_traces(exhibit, known, [rows[line]], labels, line))
    return Traces(found) if column is None else found[_column(exhibit, labels, column)]


def traces(exhibit: Traced) -> list[tuple[Trace, ...]]:
    """Where every cell of every row comes from; nothing of an exhibit that does not know it."""
    known: Trail | None = exhibit.texts.trail
    if known is None:
        return []
    labels, *rows = exhibit.csv_rows()
    return list(_traces(exhibit, known, rows, labels))


def _traces(
    exhibit: Traced, known: Trail, rows: Sequence[Sequence[str]], labels: Sequence[str], first: int = 0
) -> Iterator[tuple[Trace, ...]]:
    language = exhibit.language
    number = exhibit.texts.number[language] or exhibit.texts.caption[language]
    for line, cells in enumerate(rows, start=first):
        origin = exhibit.frame[ORIGIN].iloc[line]
        yield tuple(
            Trace(
                f"{number}, {WORDS[language]['row']} {line + 1}, {label}",
                shown,
                tuple(known.cells(origin, column.name)),
                language,
                known.rules.get(column.name, {}).get(language, ""),
                tuple(_deviations(exhibit, line, column.name)),
            )
            for label, shown, column in zip(labels, cells, exhibit.columns, strict=True)
        )


def _deviations(exhibit: Traced, line: int, column: str) -> Iterator[str]:
    """What is printed otherwise than computed in this cell, or of its whole row, and why."""
    words = WORDS[exhibit.language]
    key = exhibit.frame[KEY].iloc[line] if KEY in exhibit.frame else None
    for entry in getattr(exhibit, "deviations", ()):
        if entry.row == key and entry.column in (column, WHOLE_ROW):
            said = [text or words["nothing"] for text in (entry.computed, entry.printed)]
            yield words["deviation"].format(*said, entry.reason[exhibit.language], entry.origin)


def _row(name: str, shown: Sequence[Sequence[Sequence[str]]], wanted: int | str) -> int:
    """The place of a row given by its number, or by text that stands in exactly one, in whatever language."""
    count = len(shown[0])
    if isinstance(wanted, int) or wanted.isdigit():
        if not 1 <= int(wanted) <= count:
            raise ExhibitError(f"{name} has no row {wanted}: it has rows 1 to {count}.")
        return int(wanted) - 1
    said = [[cell.casefold() for rows in shown for cell in rows[place]] for place in range(count)]
    whole = [place for place, cells in enumerate(said) if wanted.casefold() in cells]
    part = [place for place, cells in enumerate(said) if any(wanted.casefold() in cell for cell in cells)]
    found = whole if len(whole) == 1 else part
    if not found:
        near = nearest(wanted, [line for rows in shown for row in rows for line in row[0].split("\n")])
        hint = f'Nearest: "{near}".' if near else f"Give its number, 1 to {count}."
        raise ExhibitError(f'{name} has no row with "{wanted}". {hint}')
    if len(found) > 1:
        numbers = ", ".join(str(place + 1) for place in found)
        raise ExhibitError(f'{name}: "{wanted}" stands in rows {numbers}. Give the number of one of them.')
    return found[0]


def _column(exhibit: Traced, labels: Sequence[str], wanted: int | str) -> int:
    """The place of a column given by its number, its name, or its label in either language."""
    if isinstance(wanted, int) or wanted.isdigit():
        if not 1 <= int(wanted) <= len(labels):
            raise ExhibitError(f"{exhibit.name} has no column {wanted}: it has columns 1 to {len(labels)}.")
        return int(wanted) - 1
    for place, column in enumerate(exhibit.columns):
        if wanted.casefold() in (column.name, *(label.casefold() for label in column.label.values())):
            return place
    raise ExhibitError(f'{exhibit.name} has no column "{wanted}".{nearest_name(wanted, labels)}')


def trail(
    columns: pd.DataFrame, filters: pd.DataFrame | None, package: Package, frames: Mapping[str, pd.DataFrame]
) -> Trail | None:
    """The trail of one exhibit, from its rows of two sheets; None where the first says nothing of what columns rest on.

    Columns in: columns: column, rests_on, rule_nl, rule_en, origin; filters: filter_by, label_nl, label_en, origin
    Raises ExhibitError with everything that is wrong in them.
    """
    if "rests_on" not in columns:
        return None
    rests: dict[str, tuple[Rest, ...]] = {}
    wanted: dict[str, dict[str, None]] = {}
    wrong = []
    for row in columns.itertuples():
        try:
            rests[row.column] = tuple(Rest.read(text, f"{row.origin}, rests_on") for text in row.rests_on)
        except ExhibitError as error:
            wrong.append(str(error))
            continue
        for rest in rests[row.column]:
            for name in rest.columns:
                if fault := _unknown(rest.table, name, frames):
                    wrong.append(f"{row.origin}, rests_on: {fault}")
                else:
                    wanted.setdefault(rest.table, {})[name] = None
    for row in () if filters is None else filters.itertuples():
        table, column, *_ = row.filter_by.split(".")
        if fault := _unknown(table, column, frames):
            wrong.append(f"{row.origin}, filter_by: {fault}")
        else:
            wanted.setdefault(table, {})[column] = None
    if wrong:
        raise ExhibitError("\n".join(wrong))
    rules = {
        row.column: {language: getattr(row, f"rule_{language}") or row.rule_nl for language in LANGUAGES}
        for row in columns.itertuples()
        if row.rule_nl
    }
    tables = {name: _table(name, tuple(wanted[name]), package, frames[name]) for name in wanted}
    chosen = () if filters is None else tuple(_filter(row, package, frames) for row in filters.itertuples())
    return Trail(rests, rules, tables, chosen)


def _filter(row: Any, package: Package, frames: Mapping[str, pd.DataFrame]) -> Filter:
    """A filter with the words for its values: names of the rows that they refer to, or what exhibits call them."""
    table, column, *further = row.filter_by.split(".")
    reference = package.resource(table).field(column).reference
    words: dict[str, dict[str, str]] = {}
    if reference:
        home = frames[reference.resource].set_index(reference.field)
        named = {language: further[0] if further else f"name_{language}" for language in LANGUAGES}
        if lost := sorted({name for name in named.values() if name not in home}):
            raise ExhibitError(f"{row.origin}, filter_by: {reference.resource} has no column {', '.join(lost)}.")
        words = {
            key: {language: text for language, name in named.items() if not is_blank(text := entry[name])}
            for key, entry in home.to_dict("index").items()
        }
    elif WORDS_TABLE in frames:
        known = frames[WORDS_TABLE]
        words = {
            entry.value: {"nl": entry.words_nl, "en": entry.words_en}
            for entry in known[known["term"] == column].itertuples()
        }
    whole = {
        key: {"nl": said.get("nl", key), "en": said.get("en") or said.get("nl", key)} for key, said in words.items()
    }
    return Filter(Rest(table, column), {"nl": row.label_nl, "en": row.label_en}, whole)


def _unknown(table: str, column: str, frames: Mapping[str, pd.DataFrame]) -> str:
    if table not in frames:
        return f'there is no source table "{table}".{nearest_name(table, frames)}'
    if column not in frames[table]:
        return f'{table} has no column "{column}".{nearest_name(column, frames[table].columns)}'
    return ""


def _table(name: str, columns: tuple[str, ...], package: Package, frame: pd.DataFrame) -> SourceTable:
    resource = package.resource(name)
    # Columns stand in the order of the schema: a sheet in which one has moved is refused before this.
    names = {column: letters(resource.field_names.index(column) + 1) if resource.sheet else "" for column in columns}
    # A table without the column is itself the list of the sources, each row one.
    own = frame if "source" in frame else frame.assign(source=frame["id"])
    known = own.reindex(columns=[ORIGIN, *dict.fromkeys([*ROW_FACTS, *columns])])
    return SourceTable(resource.place, names, {row[ORIGIN]: row for row in known.to_dict("records")})


def _listed(value: Any) -> list[str]:
    if isinstance(value, (list, tuple)):
        return list(map(_said, value))
    return [] if is_blank(value) else [_said(value)]


def _said(value: Any) -> str:
    """What a source cell says, as a spreadsheet in English shows it."""
    if is_blank(value):
        return ""
    if isinstance(value, (list, tuple)):
        return SEPARATOR.join(map(_said, value))
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")
