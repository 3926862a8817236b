"""datapackage.json in, typed resources and fields out: the one declaration of columns, units, values and references."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sheetcheck.descriptor import parse, problems
from sheetcheck.errors import SchemaError
from sheetcheck.known import read_day

PACKAGE_FILE = "datapackage.json"
LANGUAGES = ("nl", "en")
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
        named = [*self.parts["fields"], *self.parts["by"], *self.parts["filled"], *self.parts["blank"]]
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

    @property
    def paths(self) -> tuple[str, ...]:
        """Source files named by the schema, each once, in its order."""
        return tuple(dict.fromkeys(resource.path for resource in self.resources))


def load_package(folder: str | Path) -> Package:
    """Read a folder's datapackage.json.

    Raises SchemaError when the folder or file is missing, is no valid JSON, or declares what this reader does not
    know or cannot keep; all such faults at once, one a line.
    """
    folder = Path(folder)
    file = folder / PACKAGE_FILE
    if not folder.is_dir():
        raise SchemaError(f"{folder}: no such folder. Give the folder that holds {PACKAGE_FILE}.")
    if not file.is_file():
        raise SchemaError(
            f"{folder}: there is no {PACKAGE_FILE} in this folder, so there is no schema to check against."
        )
    try:
        descriptor = parse(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SchemaError(f"{file}: is not UTF-8 (byte {error.start}). Save it as UTF-8.") from error
    except ValueError as error:
        raise SchemaError(f"{file}, {error}") from error
    _refuse(file, problems(descriptor))
    package = Package(folder, tuple(_resource(entry) for entry in descriptor["resources"]), descriptor)
    # Imported late: that module needs the types of this one.
    from sheetcheck.promises import unkept

    _refuse(file, list(unkept(package)))
    return package


def _refuse(file: Path, found: Sequence[str]) -> None:
    if found:
        raise SchemaError("\n  ".join([f"{file}: {found[0]}"] if len(found) == 1 else [f"{file}:", *found]))


def _resource(entry: dict[str, Any]) -> Resource:
    schema = entry["schema"]
    # The standard's foreign keys, and our short form beside the column, which a list needs.
    declared = [(key["fields"], key["reference"], key["reference"]["fields"]) for key in schema.get("foreignKeys", [])]
    declared += [
        (found["name"], found["reference"], found["reference"]["field"])
        for found in schema["fields"]
        if "reference" in found
    ]
    keys = [
        ForeignKey(_listed(names), target.get("resource") or entry["name"], _listed(columns))
        for names, target, columns in declared
    ]
    references = {key.fields: Reference(key.resource, key.target[0]) for key in keys}
    return Resource(
        name=entry["name"],
        path=entry["path"],
        sheet=entry.get("dialect", {}).get("excel", {}).get("sheet"),
        title=_texts(entry, "title", entry["name"]),
        description=_texts(entry, "description", ""),
        fields=tuple(_field(found, references.get((found["name"],))) for found in schema["fields"]),
        primary_key=_listed(schema.get("primaryKey", [])),
        unique_keys=tuple(_listed(names) for names in schema.get("uniqueKeys", [])),
        foreign_keys=tuple(keys),
        rules=tuple(_rule(found) for found in schema.get("rules", [])),
    )


def _field(entry: dict[str, Any], reference: Reference | None) -> Field:
    constraints = entry.get("constraints", {})

    def typed(value: Any) -> Any:
        return read_day(value) if entry["type"] == "date" else value

    enum = entry.get("itemEnum", constraints.get("enum"))
    return Field(
        name=entry["name"],
        type=entry["type"],
        title=_texts(entry, "title", entry["name"]),
        description=_texts(entry, "description", ""),
        unit=entry.get("unit"),
        example=str(entry["example"]) if "example" in entry else None,
        required=constraints.get("required", False),
        unique=constraints.get("unique", False),
        enum=tuple(typed(value) for value in enum) if enum else None,
        minimum=typed(constraints.get("minimum")),
        maximum=typed(constraints.get("maximum")),
        exclusive_minimum=typed(constraints.get("exclusiveMinimum")),
        exclusive_maximum=typed(constraints.get("exclusiveMaximum")),
        pattern=constraints.get("pattern"),
        min_length=constraints.get("minLength"),
        max_length=constraints.get("maxLength"),
        delimiter=entry.get("delimiter", ";"),
        reference=reference,
    )


def _rule(entry: dict[str, Any]) -> Rule:
    parts = {"when": {}, "where": {}, "same": {}, "within": 0} | entry
    for key in ("fields", "by", "filled", "blank"):
        parts[key] = _listed(parts.get(key, ()))
    for key in ("when", "where"):
        parts[key] = {name: _listed(values) for name, values in parts[key].items()}
    return Rule(entry["rule"], parts)


def _texts(entry: dict[str, Any], key: str, default: str) -> dict[str, str]:
    english = entry.get(key, default)
    return {"en": english, "nl": entry.get(f"{key}_nl", english)}


def _listed(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
