"""A frame and its texts in, a Table out: a frozen exhibit that shows itself as text, HTML and lossless JSON."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Self

import pandas as pd

from kritiek.errors import ExhibitError
from kritiek.exhibits import overlay
from kritiek.exhibits.html_table import html_table
from kritiek.exhibits.plain import cell_text, is_blank, is_number, json_value, plain_table
from kritiek.exhibits.texts import Mark, Texts, Words, marks_from
from kritiek.exhibits.trace import Trace, Traces, Trail, trace
from sheetcheck.messages import LANGUAGES, say

__all__ = ["Column", "Exhibit", "Mark", "Table", "Texts", "Words", "marks_from"]

RESOURCE_MIME = "application/vnd.dataresource+json"
PAYLOAD_VERSION = 1
ROWS_NAMED = 5  # more of them are counted
PANDAS_TYPES = {"integer": "Int64", "number": "Float64", "boolean": "boolean"}


@dataclass(frozen=True)
class Column:
    """A shown column: the frame column with its Dutch cells, its label, and where it has one its English twin."""

    name: str
    label: Words
    english: str | None = None

    def frame_column(self, language: str) -> str:
        """The frame column to show in that language."""
        return self.english if language == "en" and self.english else self.name


@dataclass(frozen=True)
class Exhibit:
    """The common part of Table and Figure: a tidy frame, what stands around it, and where its rows came from."""

    texts: Texts
    frame: pd.DataFrame
    language: str = "nl"
    marks: tuple[Mark, ...] = ()
    published: bool = True  # False when options differ from the published case, so that nothing is to be compared
    deviations: tuple[overlay.Deviation, ...] = ()  # what was printed otherwise than computed

    kind = "exhibit"
    own = ""  # the field that only this kind has
    grid = 0  # see Table

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ExhibitError(say("exhibit.language", found=self.language, known=LANGUAGES))
        if not self.texts.published:
            object.__setattr__(self, "published", False)
        if self.texts.unfilled:
            found = [say("exhibit.unfilled-in", name=name, place=place) for name, place in self.texts.unfilled.items()]
            raise ExhibitError(say("exhibit.unfilled", exhibit=self.name, found=found))
        known = (*self.frame.columns, *self.texts.optional)
        if missing := [name for name, _ in self.texts.columns if name not in known]:
            raise ExhibitError(
                say("exhibit.columns", exhibit=self.name, missing=missing, found=list(self.frame.columns))
            )
        if self.texts.trail:
            self._require_origins()

    def _require_origins(self) -> None:
        """Every row of an exhibit that rests on sources says where it came from."""
        known = self.frame["origin"] if "origin" in self.frame.columns else [None] * len(self.frame)
        lost = [str(number) for number, origin in enumerate(known, start=1) if is_blank(origin) or not origin]
        if lost:
            more = say("exhibit.more", number=len(lost) - ROWS_NAMED) if len(lost) > ROWS_NAMED else ""
            raise ExhibitError(say("exhibit.origins", exhibit=self.name, lost=lost, rows=lost[:ROWS_NAMED], more=more))

    @property
    def name(self) -> str:
        """Exhibit name, for example table_02."""
        return self.texts.name

    @property
    def print_name(self) -> str:
        """Where its printed cells stand in the folder of printed tables, for example report-2026/table_02."""
        return "/".join(part for part in (self.texts.document, self.name) if part)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The shown columns in order; an `_en` twin in the frame is the English cell text."""
        twins = {name: f"{name}_en" for name, _ in self.texts.columns}
        return tuple(
            Column(name, label, twins[name] if twins[name] in self.frame.columns else None)
            for name, label in self.texts.columns
            if name in self.frame.columns
        )

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of the sources of all rows, each once."""
        if "source" not in self.frame.columns:
            return ()
        keys = (key for cell in self.frame["source"] if not is_blank(cell) for key in str(cell).split("; "))
        return tuple(dict.fromkeys(keys))

    def in_language(self, language: str) -> Self:
        """The same exhibit with labels, caption, notes and where they exist cells in `language`."""
        return replace(self, language=language)

    def cells(self, language: str) -> list[list[str]]:
        """The shown cells as text, row by row; a cell without English text keeps its Dutch text."""
        shown = []
        for column in self.columns:
            pairs = zip(self.frame[column.frame_column(language)], self.frame[column.name], strict=True)
            values = [other if is_blank(own) else own for own, other in pairs]
            places = _decimals(values)
            shown.append([self._cell(one, row, column.name, language, places) for row, one in enumerate(values, 1)])
        return [list(row) for row in zip(*shown, strict=True)]

    def _cell(self, value: Any, row: int, column: str, language: str, decimals: int) -> str:
        try:
            return cell_text(value, language, decimals)
        except ExhibitError as error:
            told = {"exhibit": self.name, "row": row, "column": column, "reason": error}
            raise ExhibitError(say("exhibit.cell", **told)) from None

    def stays_dutch(self, language: str) -> list[list[bool]]:
        """Which of `cells` are Dutch text in another language's exhibit, since no other text exists."""
        dutch_only = [
            [
                language != "nl" and not is_number(value) and (column.english is None or is_blank(value))
                for value in self.frame[column.frame_column(language)]
            ]
            for column in self.columns
        ]
        return [list(row) for row in zip(*dutch_only, strict=True)]

    def trace(self, row: int | str, column: int | str | None = None) -> Trace | Traces:
        """Where a cell comes from: its source cells with the place in the literature, and how it is computed.

        `row` counts from 1, or is text that stands in exactly one row; `column` counts from 1, or is a name or label.
        Without a column every cell of the row. Raises ExhibitError when there is no such row or column.
        """
        return trace(self, row, column)

    def csv_rows(self, language: str | None = None) -> list[list[str]]:
        """The labels, then the rows as printed."""
        language = language or self.language
        return [[column.label[language] for column in self.columns], *self.cells(language)]

    def payload(self) -> dict[str, Any]:
        """The whole exhibit without loss, as a Frictionless tabular data resource."""
        texts = self.texts
        return {
            "schema": {"fields": [{"name": name, "type": _json_type(self.frame[name])} for name in self.frame.columns]},
            "data": [
                {name: json_value(value) for name, value in zip(self.frame.columns, row, strict=True)}
                for row in self.frame.itertuples(index=False, name=None)
            ],
            "kritiek": {
                "version": PAYLOAD_VERSION,
                "kind": self.kind,
                "exhibit": texts.name,
                "number": dict(texts.number),
                "caption": dict(texts.caption),
                "alt": dict(texts.alt),
                "columns": [{"name": column.name, "label": dict(column.label)} for column in self.columns],
                "notes": [dict(note) for note in texts.notes],
                "marks": [{"sign": mark.sign, "meaning": dict(mark.meaning)} for mark in self.marks],
                "language": self.language,
                "published": self.published,
                **({"trail": texts.trail.payload(self.frame["origin"])} if texts.trail else {}),
                "document": texts.document,
                "deviations": [{**vars(entry), "reason": dict(entry.reason)} for entry in self.deviations],
                **({self.own: getattr(self, self.own)} if self.own else {}),
            },
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """The exhibit that `payload` described."""
        block = payload["kritiek"]
        frame = {
            field["name"]: _restored([row[field["name"]] for row in payload["data"]], field["type"])
            for field in payload["schema"]["fields"]
        }
        texts = Texts(
            name=block["exhibit"],
            number=block["number"],
            caption=block["caption"],
            alt=block["alt"],
            columns=tuple((column["name"], column["label"]) for column in block["columns"]),
            notes=tuple(block["notes"]),
            published=block["published"],
            document=block["document"],
            unfilled={},
            trail=Trail.from_payload(block["trail"]) if "trail" in block else None,
        )
        return cls(
            texts,
            pd.DataFrame(frame),
            block["language"],
            marks=tuple(Mark(**mark) for mark in block["marks"]),
            published=block["published"],
            deviations=tuple(overlay.Deviation(**entry) for entry in block["deviations"]),
            **{cls.own: block[cls.own]},
        )

    def below(self) -> list[str]:
        """What stands below it: each mark with its meaning, then the notes."""
        return [f"{sign} {meaning}" for sign, meaning in self.marked()] + self.noted()

    def marked(self) -> list[tuple[str, str]]:
        """Each mark with its meaning."""
        return [(mark.sign, mark.meaning[self.language]) for mark in self.marks]

    def noted(self) -> list[str]:
        """The notes."""
        return [note[self.language] for note in self.texts.notes]

    def heading(self) -> str:
        """Number and caption."""
        return f"{self.texts.number[self.language]} {self.texts.caption[self.language]}".strip()

    def __repr__(self) -> str:
        lines = [self.heading(), "", *plain_table(self.csv_rows()), "", *self.below()]
        if self.deviations:
            lines += ["", self.deviation_title(), "", *plain_table(self.deviation_rows())]
        return "\n".join(lines).rstrip()

    def deviation_rows(self) -> list[list[str]]:
        """What is printed otherwise than computed, as rows of text with their labels."""
        return overlay.listed(self.texts, self.deviations, self.language)

    def deviation_title(self) -> str:
        """What stands above what is printed otherwise than computed."""
        return say("overlay.title", self.language)

    def to_html(self) -> str:
        """The exhibit as one HTML table, a grid as it is printed; Dutch text in an English table carries lang="nl"."""
        return html_table(self, self.grid)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": repr(self), "text/html": self.to_html(), RESOURCE_MIME: self.payload()}


@dataclass(frozen=True, repr=False)
class Table(Exhibit):
    """An exhibit that is read row by row; `grid` is the number of columns when the print is a plain grid of names."""

    grid: int = 0

    kind, own = "table", "grid"


def _decimals(column: list[Any]) -> int:
    """How many decimals the numbers of a column need, so that all have as many and stand below each other."""
    # In full: Python writes 0.00001 as 1e-05.
    texts = [f"{Decimal(repr(float(value))):f}" for value in column if isinstance(value, float) and not is_blank(value)]
    return max([0, *(len(text.partition(".")[2]) for text in texts)])


def _json_type(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "integer"
    if pd.api.types.is_numeric_dtype(column):
        return "number"
    values = [value for value in column if not is_blank(value)]
    if values and all(isinstance(value, (list, tuple)) for value in values):
        return "list"
    if values and all(isinstance(value, dt.date) for value in values):
        return "date"
    return "string"


def _restored(values: list[Any], kind: str) -> pd.Series:
    if kind == "date":
        values = [dt.date.fromisoformat(value) if value else None for value in values]
    elif kind == "list":
        values = [tuple(value) if value else () for value in values]
    return pd.Series(values, dtype=PANDAS_TYPES.get(kind, object))
