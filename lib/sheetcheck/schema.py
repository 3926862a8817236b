"""datapackage.json in, typed resources and fields out: the one declaration of columns, units, values and references."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from sheetcheck.errors import SchemaError

PACKAGE_FILE = "datapackage.json"
FIELD_TYPES = ("string", "integer", "number", "boolean", "date", "list")
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
class Field:
    """One column: its type, what it may hold, and how people read it."""

    name: str
    type: str
    title: dict[str, str]
    description: dict[str, str]
    unit: str | None = None
    example: str | None = None
    required: bool = False
    unique: bool = False
    enum: tuple[str, ...] | None = None  # for a list column: what each item may be
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
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
    def data_date(self) -> date | None:
        """The last day that the sources know of, as the descriptor says; None when it does not."""
        found = self.descriptor.get("data_date")
        return date.fromisoformat(found) if found else None

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

    Raises SchemaError when the folder or file is missing, is no valid JSON, or declares what this reader
    cannot honour (an unknown type, a key or reference to a column that is not there); all such faults at once.
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
        descriptor = json.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SchemaError(f"{file}: is not UTF-8 (byte {error.start}). Save it as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise SchemaError(f"{file}, line {error.lineno}: is no valid JSON ({error.msg}). Mend the line.") from error
    try:
        resources = tuple(_resource(entry) for entry in descriptor["resources"])
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise SchemaError(f"{file}: a resource lacks or misspells {error}. See the Data Package standard.") from error
    problems = _problems(resources)
    if problems:
        raise SchemaError(f"{file}: " + " ".join(problems))
    return Package(folder, resources, descriptor)


def _resource(entry: dict[str, Any]) -> Resource:
    schema = entry["schema"]
    references = {
        key["fields"][0]: Reference(key["reference"]["resource"] or entry["name"], key["reference"]["fields"][0])
        for key in schema.get("foreignKeys", [])
    }
    return Resource(
        name=entry["name"],
        path=entry["path"],
        sheet=entry.get("dialect", {}).get("excel", {}).get("sheet"),
        title=_texts(entry, "title", entry["name"]),
        description=_texts(entry, "description", ""),
        fields=tuple(_field(field, references) for field in schema["fields"]),
        primary_key=tuple(_as_list(schema.get("primaryKey", []))),
    )


def _field(entry: dict[str, Any], references: dict[str, Reference]) -> Field:
    constraints = entry.get("constraints", {})
    enum = entry.get("itemEnum", constraints.get("enum"))
    reference = references.get(entry["name"])
    if "reference" in entry:
        reference = Reference(entry["reference"]["resource"], entry["reference"]["field"])
    return Field(
        name=entry["name"],
        type=entry["type"],
        title=_texts(entry, "title", entry["name"]),
        description=_texts(entry, "description", ""),
        unit=entry.get("unit"),
        example=entry.get("example"),
        required=constraints.get("required", False),
        unique=constraints.get("unique", False),
        enum=tuple(enum) if enum else None,
        minimum=constraints.get("minimum"),
        maximum=constraints.get("maximum"),
        pattern=constraints.get("pattern"),
        max_length=constraints.get("maxLength"),
        delimiter=entry.get("delimiter", ";"),
        reference=reference,
    )


def _texts(entry: dict[str, Any], key: str, default: str) -> dict[str, str]:
    english = entry.get(key, default)
    return {"en": english, "nl": entry.get(f"{key}_nl", english)}


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _problems(resources: tuple[Resource, ...]) -> list[str]:
    """What the schema promises and cannot keep, one sentence each."""
    columns = {resource.name: set(resource.field_names) for resource in resources}
    problems = []
    for resource in resources:
        path = Path(resource.path)
        if path.is_absolute() or ".." in path.parts or "\\" in resource.path:
            problems.append(f"Resource {resource.name!r}: path {resource.path!r} leaves the folder.")
        for name in resource.primary_key:
            if name not in columns[resource.name]:
                problems.append(f"Resource {resource.name!r}: key column {name!r} is no field.")
        for field in resource.fields:
            if field.type not in FIELD_TYPES:
                problems.append(
                    f"Resource {resource.name!r}, field {field.name!r}: type {field.type!r} is unknown;"
                    f" known are {', '.join(FIELD_TYPES)}."
                )
            target = field.reference
            if target and target.field not in columns.get(target.resource, set()):
                problems.append(
                    f"Resource {resource.name!r}, field {field.name!r}: refers to {target.resource}.{target.field},"
                    " which is not there."
                )
    return problems
