"""What a schema declares: tables, their columns, and where they stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sheetcheck.messages import catalogue, say
from sheetcheck.schema.known import read_day

PACKAGE_FILE = "datapackage.json"
# Sheets that help a person and hold no data: the page in front, and the hidden lists behind the drop-downs.
HELP_SHEETS = ("Lees mij", "Read me", "_lists")

Language = Literal["nl", "en"]


@dataclass(frozen=True)
class Reference:
    """A field whose values (or list items) must stand in another resource's key column."""

    resource: str
    field: str


@dataclass(frozen=True)
class ForeignKey:
    """One column or more whose values must stand together in one row of another table, or of the same."""

    fields: tuple[str, ...]
    resource: str
    target: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """What must hold across columns or rows of a table; `parts` as the schema gives them, column names in lists."""

    kind: str
    parts: Mapping[str, Any]

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns of its own table that the rule is about, each once."""
        named = [name for key in ("fields", "by", "if_filled", "filled", "blank") for name in self.parts.get(key, ())]
        named += [self.parts[key] for key in ("field", "of") if key in self.parts]
        return tuple(dict.fromkeys([*self.parts["when"], *named, *self.parts["same"].values()]))


@dataclass(frozen=True)
class Field:
    """One column: its type, what it may hold, and how people read it.

    Limits and values of a date column are dates, of a number column numbers.
    """

    name: str
    type: str
    title: dict[str, str]
    description: dict[str, str]
    unit: str | None = None
    example: str | None = None
    required: bool = False
    unique: bool = False
    enum: tuple[Any, ...] | None = None  # for a list column: what each item may be
    minimum: Any = None
    maximum: Any = None
    exclusive_minimum: Any = None
    exclusive_maximum: Any = None
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    delimiter: str = ";"
    reference: Reference | None = None

    @property
    def is_list(self) -> bool:
        """True when a cell holds several values separated by the delimiter."""
        return self.type == "list"


@dataclass(frozen=True)
class Resource:
    """One table: a sheet of a workbook, or a CSV file."""

    name: str
    path: str
    sheet: str | None
    title: dict[str, str]
    description: dict[str, str]
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    unique_keys: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()  # one of a single column is that field's reference too
    rules: tuple[Rule, ...] = ()
    delimiter: str = ","  # between the columns of a text file
    missing_values: frozenset[str] = frozenset([""])  # texts that mean a blank

    def field(self, name: str) -> Field:
        """The field of that name; raises KeyError when the schema has none."""
        return next(field for field in self.fields if field.name == name)

    @property
    def field_names(self) -> tuple[str, ...]:
        """Column names in the order of the schema."""
        return tuple(field.name for field in self.fields)

    @property
    def place(self) -> str:
        """How messages name the table: "committees.xlsx › relevance", or the file name of a CSV."""
        return f"{self.path} › {self.sheet}" if self.sheet else self.path


@dataclass(frozen=True)
class Package:
    """All resources of a folder, and the descriptor they were read from."""

    folder: Path
    resources: tuple[Resource, ...]
    descriptor: dict[str, Any]

    def resource(self, name: str) -> Resource:
        """The resource of that name; raises KeyError when the schema has none."""
        return next(resource for resource in self.resources if resource.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """Resource names in the order of the schema."""
        return tuple(resource.name for resource in self.resources)

    @property
    def data_date(self) -> dt.date | None:
        """The last day that the sources know of; None where the schema does not say."""
        return read_day(self.descriptor.get("data_date"))

    @property
    def command(self) -> str:
        """The command that people type to check this folder, as help texts name it."""
        return str(self.descriptor.get("command", "sheetcheck"))

    def verbs(self, language: Language) -> list[tuple[str, str]]:
        """The verbs of that command for who edits a sheet, each with what it does: its own, or those of sheetcheck."""
        key = "description_nl" if language == "nl" else "description"
        if own := [(verb["name"], verb[key]) for verb in self.descriptor.get("verbs", ())]:
            return own
        prefix = "page.command."
        keys = [key for key in catalogue(language) if key.startswith(prefix)]
        return [(key.removeprefix(prefix), say(key, language)) for key in keys]

    @property
    def paths(self) -> tuple[str, ...]:
        """Source files named by the schema, each once, in its order."""
        return tuple(dict.fromkeys(resource.path for resource in self.resources))

    def of_file(self, path: str) -> list[Resource]:
        """The resources that stand in a file."""
        return [resource for resource in self.resources if resource.path == path]
