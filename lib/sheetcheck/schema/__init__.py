"""datapackage.json in, typed resources and fields out: the one declaration of columns, units, values and references.

What it declares and cannot keep is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sheetcheck.faults import SchemaError
from sheetcheck.messages import LANGUAGES, say
from sheetcheck.schema.known import parse, problems, read_day, suffix
from sheetcheck.schema.model import (
    HELP_SHEETS,
    PACKAGE_FILE,
    Field,
    ForeignKey,
    Language,
    Package,
    Reference,
    Resource,
    Rule,
)
from sheetcheck.schema.promises import unkept

__all__ = [
    "HELP_SHEETS", "LANGUAGES", "PACKAGE_FILE", "Field", "ForeignKey", "Language", "Package", "Reference", "Resource",
    "Rule", "load_package", "package_of",
]  # fmt: skip


def load_package(folder: str | Path) -> Package:
    """Read a folder's datapackage.json.

    Raises SchemaError when the folder or file is missing, is no valid JSON, or declares what this reader does not
    know or cannot keep; all such faults at once, one a line.
    """
    folder = Path(folder)
    file = folder / PACKAGE_FILE
    if not folder.is_dir():
        raise SchemaError(say("schema.no-folder", folder=folder, file=PACKAGE_FILE))
    if not file.is_file():
        raise SchemaError(say("schema.no-file", folder=folder, file=PACKAGE_FILE))
    try:
        descriptor = parse(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SchemaError(f"{file}: {say('schema.encoding', byte=error.start)}") from error
    except ValueError as error:
        raise SchemaError(f"{file}, {error}") from error
    return package_of(folder, descriptor)


def package_of(folder: Path, descriptor: Any) -> Package:
    """The package that the content of a datapackage.json declares; raises SchemaError."""
    _refuse(folder / PACKAGE_FILE, problems(descriptor))
    package = Package(folder, tuple(_resource(entry) for entry in descriptor["resources"]), descriptor)
    _refuse(folder / PACKAGE_FILE, list(unkept(package)))
    return package


def _refuse(file: Path, found: Sequence[str]) -> None:
    if found:
        raise SchemaError("\n  ".join([f"{file}: {found[0]}"] if len(found) == 1 else [f"{file}:", *found]))


def _resource(entry: dict[str, Any]) -> Resource:
    schema = entry["schema"]
    missing = schema.get("missingValues", [])
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
        delimiter=entry.get("dialect", {}).get("delimiter", "\t" if suffix(entry["path"]) == "tsv" else ","),
        missing_values=frozenset(["", *(found["value"] if isinstance(found, dict) else found for found in missing)]),
    )


def _field(entry: dict[str, Any], reference: Reference | None) -> Field:
    def typed(value: Any) -> Any:
        return read_day(value) if entry["type"] == "date" and isinstance(value, str) else value

    constraints = {**entry.get("constraints", {})}
    enum = constraints.pop("enum", None) or entry.get("itemEnum")
    return Field(
        name=entry["name"],
        type=entry["type"],
        title=_texts(entry, "title", entry["name"]),
        description=_texts(entry, "description", ""),
        unit=entry.get("unit"),
        example=str(entry["example"]) if "example" in entry else None,
        enum=tuple(typed(value) for value in enum) if enum else None,
        delimiter=entry.get("delimiter", ";"),
        reference=reference,
        # minLength of the standard is min_length of ours.
        **{re.sub("[A-Z]", r"_\g<0>", key).lower(): typed(value) for key, value in constraints.items()},
    )


def _rule(entry: dict[str, Any]) -> Rule:
    parts = {"when": {}, "where": {}, "same": {}, "within": 0} | entry
    for key in ("fields", "by", "if_filled", "filled", "blank"):
        parts[key] = _listed(parts.get(key, ()))
    for key in ("when", "where"):
        parts[key] = {name: _listed(values) for name, values in parts[key].items()}
    return Rule(entry["rule"], parts)


def _texts(entry: dict[str, Any], key: str, default: str) -> dict[str, str]:
    english = entry.get(key, default)
    return {"en": english, "nl": entry.get(f"{key}_nl", english)}


def _listed(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
