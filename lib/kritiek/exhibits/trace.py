"""Where a cell comes from: the origins of its row and the columns that it rests on in, source cells out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from kritiek.errors import ExhibitError
from kritiek.exhibits.plain import Shown, is_blank, json_value, plain_table
from sheetcheck.messages import LANGUAGES, placed, say, speaking
from sheetcheck.nearest import nearest, nearest_name
from sheetcheck.reading import letters
from sheetcheck.reading.cells import written
from sheetcheck.schema import Package

ORIGIN, SEPARATOR = "origin", "; "
# How a deviation from the print names its row and, as its column, all of the row.
KEY, WHOLE_ROW = "key", "(row)"
# What is known of every source row, and its place in the payload.
ROW_FACTS = ("source", "locator", "note")
# The words for a key that has no table of its own: columns term, value, words_nl, words_en.
WORDS_TABLE = "exhibit_words"
REST = re.compile(r"(?P<table>\w+)\.(?P<column>\w+)(?:\[(?P<where>\w+)=(?P<value>[^\]]+)\])?")
HEADINGS = ("place", "column", "text", "source", "locator", "note")
PROSE = ("text", "locator", "note")
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
            raise ExhibitError(say("trace.no-column", place=place, text=text))
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
    rows: Mapping[str, Mapping[str, Any]]  # by origin: the facts of the row and the columns

    def cell(self, origin: str, column: str) -> str:
        """The cell as a reader finds it: "committees.xlsx › relevance › C14"; in a CSV its line."""
        letter = self.letters[column]
        return f"{self.place} › {letter}{origin.rsplit(' ', 1)[1]}" if letter else origin


@dataclass(frozen=True)
class Filter:
    """A source column by whose values a reader chooses rows, with the words for each value."""

    rest: Rest
    label: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]  # by value


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
        """What of it the rows with these origins need, as plain values."""
        used: dict[str, dict[str, None]] = {name: {} for name in self.tables}
        for row in origins:
            for name, found in self.origins(row).items():
                used[name] |= dict.fromkeys(found)
        tables = {}
        for name, table in self.tables.items():
            rows = {}
            for origin in used[name]:
                known = [table.rows[origin][column] for column in (*ROW_FACTS, *table.letters)]
                rows[origin.removeprefix(f"{table.place} › ")] = list(map(json_value, known))
            # A list, since the order of names in an object is lost where a notebook is saved.
            tables[name] = {"place": table.place, "columns": list(map(list, table.letters.items())), "rows": rows}
        filters = [{"by": str(one.rest), "label": dict(one.label), "words": dict(one.words)} for one in self.filters]
        rests = {column: list(map(str, rests)) for column, rests in self.rests.items()}
        return {"rests_on": rests, "rules": dict(self.rules), "tables": tables, "filters": filters}

    @classmethod
    def from_payload(cls, block: Mapping[str, Any]) -> Trail:
        """The trail that `payload` described."""
        tables = {}
        for name, table in block["tables"].items():
            columns = dict(table["columns"])
            rows: dict[str, dict[str, Any]] = {
                f"{table['place']} › {row}": dict(zip((*ROW_FACTS, *columns), known, strict=True))
                for row, known in table["rows"].items()
            }
            tables[name] = SourceTable(table["place"], columns, rows)
        rests = {
            column: tuple(Rest.read(text, column) for text in rests) for column, rests in block["rests_on"].items()
        }
        filters = (Filter(Rest.read(one["by"], "filter"), one["label"], one["words"]) for one in block["filters"])
        return cls(rests, block["rules"], tables, tuple(filters))


@dataclass(frozen=True)
class SourceCell:
    """One cell of a source that a cell of an exhibit was made of."""

    place: str  # "committees.xlsx › relevance › C14"
    column: str
    text: str
    source: str
    locator: str
    note: str  # what a reader must know of its row


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
        """The headings, then a row for each source cell; notes where there are any."""
        headings = tuple(say(f"trace.{name}", self.language) for name in HEADINGS)
        rows = [(one.place, one.column, one.text or BLANK, one.source, one.locator, one.note) for one in self.cells]
        width = len(HEADINGS) if any(one.note for one in self.cells) else len(HEADINGS) - 1
        return [row[:width] for row in (headings, *rows)]

    def _above(self) -> list[str]:
        lines = [f'{self.heading}: "{self.shown}"', *self.deviations]
        lines += [f"{say('trace.rule', self.language)}: {self.rule}"] if self.rule else []
        return lines if self.cells else [*lines, say("trace.none", self.language)]

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
        # Names of cells, columns and sources are looked up as they stand, so no line ends within one.
        looks = ["; white-space: nowrap" * (name not in PROSE) for name in HEADINGS]
        cells = [
            "".join(
                f'<td style="text-align: left; vertical-align: top{look}">{_escaped(cell)}</td>'
                for look, cell in zip(looks, row, strict=False)
            )
            for row in body
        ]
        lines = "".join(f"<tr>{row}</tr>" for row in cells)
        return f"{above}<table><thead><tr>{headings}</tr></thead><tbody>{lines}</tbody></table>"


@dataclass(frozen=True)
class Traces:
    """Where the cells of one row come from, one after another."""

    of: tuple[Trace, ...]

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.of))

    def _repr_html_(self) -> str:
        return "".join(one._repr_html_() for one in self.of)


def trace(exhibit: Shown, row: int | str, column: int | str | None = None) -> Trace | Traces:
    """Where a cell comes from, or every cell of a row; see `Exhibit.trace`."""
    if exhibit.texts.trail is None:
        raise ExhibitError(say("trace.unknown", exhibit=exhibit.name))
    line = _row(exhibit.name, [exhibit.cells(language) for language in LANGUAGES], row)
    found = traces(exhibit)[line]
    return Traces(found) if column is None else found[_column(exhibit, exhibit.csv_rows()[0], column)]


def traces(exhibit: Shown) -> list[tuple[Trace, ...]]:
    """Where every cell of every row comes from; nothing of an exhibit that does not know it."""
    known: Trail | None = exhibit.texts.trail
    if known is None:
        return []
    language, (labels, *rows) = exhibit.language, exhibit.csv_rows()
    number = exhibit.texts.number[language] or exhibit.texts.caption[language]
    # Cells of a CSV are named by their line, in words of the language.
    with speaking(language):
        return [
            tuple(
                Trace(
                    f"{number}, {say('trace.row', language)} {line + 1}, {label}",
                    shown,
                    tuple(replace(cell, place=placed(cell.place)) for cell in known.cells(origin, column.name)),
                    language,
                    known.rules.get(column.name, {}).get(language, ""),
                    tuple(_deviations(exhibit, line, column.name)),
                )
                for label, shown, column in zip(labels, cells, exhibit.columns, strict=True)
            )
            for line, (origin, cells) in enumerate(zip(exhibit.frame[ORIGIN], rows, strict=True))
        ]


def _deviations(exhibit: Shown, line: int, column: str) -> Iterator[str]:
    """What is printed otherwise than computed in this cell, or of its whole row, and why."""
    key, language = exhibit.frame[KEY].iloc[line] if KEY in exhibit.frame else None, exhibit.language
    for entry in getattr(exhibit, "deviations", ()):
        if entry.row == key and entry.column in (column, WHOLE_ROW):
            cells = {name: getattr(entry, name) or say("value.nothing", language) for name in ("computed", "printed")}
            with speaking(language):
                told = {"reason": entry.reason[language], "place": placed(entry.origin)}
                said = say("trace.deviation", **cells, **told)
            yield said


def _numbered(name: str, wanted: int | str, what: str, count: int) -> int | None:
    """The place that a number means, counted from 0; None for what is no number."""
    if not isinstance(wanted, int) and not wanted.isdigit():
        return None
    if not 1 <= int(wanted) <= count:
        raise ExhibitError(say(f"trace.no-{what}-number", exhibit=name, number=wanted, count=count))
    return int(wanted) - 1


def _row(name: str, shown: Sequence[Sequence[Sequence[str]]], wanted: int | str) -> int:
    """The place of a row given by its number, or by text that stands in exactly one, in whatever language."""
    count, text = len(shown[0]), str(wanted).casefold()
    numbered = _numbered(name, wanted, "row", count)
    if numbered is not None:
        return numbered
    said = [[cell.casefold() for rows in shown for cell in rows[place]] for place in range(count)]
    whole = [place for place, cells in enumerate(said) if text in cells]
    part = [place for place, cells in enumerate(said) if any(text in cell for cell in cells)]
    found = whole if len(whole) == 1 else part
    if not found:
        near = nearest(str(wanted), [line for rows in shown for row in rows for line in row[0].split("\n")])
        raise ExhibitError(
            say("trace.row-near" if near else "trace.no-row", exhibit=name, text=wanted, near=near, count=count)
        )
    if len(found) > 1:
        raise ExhibitError(say("trace.rows", exhibit=name, text=wanted, rows=[place + 1 for place in found]))
    return found[0]


def _column(exhibit: Shown, labels: Sequence[str], wanted: int | str) -> int:
    """The place of a column given by its number, its name, or its label in either language."""
    numbered = _numbered(exhibit.name, wanted, "column", len(labels))
    if numbered is not None:
        return numbered
    text = str(wanted).casefold()
    for place, column in enumerate(exhibit.columns):
        if text in (column.name, *(label.casefold() for label in column.label.values())):
            return place
    raise ExhibitError(say("trace.column-name", exhibit=exhibit.name, text=wanted) + nearest_name(str(wanted), labels))


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

    def want(table: str, names: Sequence[str], place: str) -> None:
        for name in names:
            if fault := _unknown(table, name, frames):
                wrong.append(f"{place}: {fault}")
            else:
                wanted.setdefault(table, {})[name] = None

    for row in columns.itertuples():
        place = f"{row.origin}, rests_on"
        try:
            rests[row.column] = tuple(Rest.read(text, place) for text in row.rests_on)
        except ExhibitError as error:
            wrong.append(str(error))
        for rest in rests.get(row.column, ()):
            want(rest.table, rest.columns, place)
    chosen = [] if filters is None else list(filters.itertuples())
    for row in chosen:
        table, column, *_ = row.filter_by.split(".")
        want(table, [column], f"{row.origin}, filter_by")
    if wrong:
        raise ExhibitError("\n".join(wrong))
    rules = {
        row.column: {language: getattr(row, f"rule_{language}") or row.rule_nl for language in LANGUAGES}
        for row in columns.itertuples()
        if row.rule_nl
    }
    tables = {name: _table(name, tuple(wanted[name]), package, frames[name]) for name in wanted}
    return Trail(rests, rules, tables, tuple(_filter(row, package, frames) for row in chosen))


def _filter(row: Any, package: Package, frames: Mapping[str, pd.DataFrame]) -> Filter:
    """A filter with the words for its values: names of the rows that they refer to, or what exhibits call them."""
    table, column, *further = row.filter_by.split(".")
    reference = package.resource(table).field(column).reference
    words: dict[str, dict[str, str]] = {}
    if reference:
        home = frames[reference.resource].set_index(reference.field)
        named = {language: further[0] if further else f"name_{language}" for language in LANGUAGES}
        if lost := sorted({name for name in named.values() if name not in home}):
            fault = say("trace.filter", table=reference.resource, columns=lost)
            raise ExhibitError(f"{row.origin}, filter_by: {fault}")
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
        return say("trace.no-table", table=table) + nearest_name(table, frames)
    if column not in frames[table]:
        return say("sources.no-column", table=table, column=column) + nearest_name(column, frames[table].columns)
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
    """What a source cell says, as a spreadsheet in English shows it; a list comes back from a notebook as one."""
    return "" if is_blank(value) else written(tuple(value) if isinstance(value, list) else value)


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")
