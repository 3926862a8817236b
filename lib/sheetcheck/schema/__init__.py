"""datapackage.json in, typed resources and fields out: the one declaration of columns, units, values and references.

What it declares and cannot keep is refused.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from sheetcheck.faults import SchemaError
from sheetcheck.messages import LANGUAGES as LANGUAGES
from sheetcheck.messages import catalogue, say, show
from sheetcheck.nearest import nearest_name
from sheetcheck.schema.known import MEDIA_TYPES, parse, problems, read_day, suffix

PACKAGE_FILE = "datapackage.json"
# Sheets that help a person and hold no data: the page in front, and the hidden lists behind the drop-downs.
HELP_SHEETS = ("Lees mij", "Read me", "_lists")

# The frames of a table have a column of this name, which says where each row came from.
ORIGIN = "origin"
# The types of column that each rule is about.
_TYPES = {
    "order": ("date", "integer", "number"),
    "not_after_data_date": ("date", "integer"),
    "sum": ("integer", "number"),
    "no_cycles": ("string", "integer"),
    "begins": ("string",),
    "target": ("string", "list", "integer"),
}

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


# The schema that was read last, by its text: each step of a day's work reads it anew.
_read: dict[str, Package] = {}


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
        text = file.read_text(encoding="utf-8-sig")
        descriptor = _read[text].descriptor if text in _read else parse(text)
    except UnicodeDecodeError as error:
        raise SchemaError(f"{file}: {say('schema.encoding', byte=error.start)}") from error
    except ValueError as error:
        raise SchemaError(f"{file}, {error}") from error
    if text not in _read:
        package = package_of(folder, descriptor)
        _read.clear()
        _read[text] = package
    return replace(_read[text], folder=folder)


def package_of(folder: Path, descriptor: Any) -> Package:
    """The package that the content of a datapackage.json declares; raises SchemaError."""
    _refuse(folder / PACKAGE_FILE, problems(descriptor))
    package = Package(folder, tuple(_read_resource(entry) for entry in descriptor["resources"]), descriptor)
    _refuse(folder / PACKAGE_FILE, list(_unkept(package)))
    return package


def _refuse(file: Path, found: Sequence[str]) -> None:
    if found:
        raise SchemaError("\n  ".join([f"{file}: {found[0]}"] if len(found) == 1 else [f"{file}:", *found]))


def _read_resource(entry: dict[str, Any]) -> Resource:
    schema = entry["schema"]
    missing = schema.get("missingValues", [])
    # The standard's foreign keys, and our short form beside the column, which a list needs.
    declared = [(key["fields"], key["reference"], key["reference"]["fields"]) for key in schema.get("foreignKeys", [])]
    beside = [found for found in schema["fields"] if "reference" in found]
    declared += [(found["name"], found["reference"], found["reference"]["field"]) for found in beside]
    own = entry["name"]
    keys = [ForeignKey(_listed(here), to.get("resource") or own, _listed(there)) for here, to, there in declared]
    references = {key.fields: Reference(key.resource, key.target[0]) for key in keys}
    return Resource(
        name=own,
        path=entry["path"],
        sheet=entry.get("dialect", {}).get("excel", {}).get("sheet"),
        title=_texts(entry, "title", own),
        description=_texts(entry, "description", ""),
        fields=tuple(_read_field(found, references.get((found["name"],))) for found in schema["fields"]),
        primary_key=_listed(schema.get("primaryKey", [])),
        unique_keys=tuple(_listed(names) for names in schema.get("uniqueKeys", [])),
        foreign_keys=tuple(keys),
        rules=tuple(_read_rule(found) for found in schema.get("rules", [])),
        delimiter=entry.get("dialect", {}).get("delimiter", "\t" if suffix(entry["path"]) == "tsv" else ","),
        missing_values=frozenset(["", *(found["value"] if isinstance(found, dict) else found for found in missing)]),
    )


def _read_field(entry: dict[str, Any], reference: Reference | None) -> Field:
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


def _read_rule(entry: dict[str, Any]) -> Rule:
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


def _unkept(package: Package) -> Iterator[str]:
    """Every promise of a package whose form is right and that cannot be kept."""
    yield from _doubles(package.resources)
    for resource, entry in zip(package.resources, package.descriptor["resources"], strict=True):
        place = f"{say('item.resource')} {show(resource.name)}"
        yield from (f"{place}: {line}" for line in _file(resource, entry))
        yield from (f"{place}: {line}" for line in _columns(resource))
        for field, told in zip(resource.fields, entry["schema"]["fields"], strict=True):
            lines = [*_limits(field)]
            lines += [say("promise.two-lists")] if "itemEnum" in told and "enum" in told.get("constraints", {}) else []
            yield from (f"{place}, {say('item.field')} {show(field.name)}: {line}" for line in lines)
        for key in resource.foreign_keys:
            kind = "reference" if len(key.fields) == 1 else "foreign-key"
            what = say(f"item.{kind}-of", names=" + ".join(key.fields))
            yield from (f"{place}, {what}: {line}" for line in _key(package, resource, key))
        for rule in resource.rules:
            yield from (f"{place}, {say('item.rule')} {rule.kind}: {line}" for line in _rule(package, resource, rule))


def _doubles(resources: Sequence[Resource]) -> Iterator[str]:
    """Names and files that stand in the schema twice; capitals do not tell two files or sheets apart."""
    names: set[str] = set()
    places: dict[tuple[str, str], str] = {}
    for resource in resources:
        place = f"{say('item.resource')} {show(resource.name)}"
        if resource.name in names:
            yield f"{place}: {say('promise.resource-twice')}"
            continue
        names.add(resource.name)
        other = places.setdefault((resource.path.casefold(), (resource.sheet or "").casefold()), resource.name)
        if other != resource.name:
            yield f"{place}: {say('promise.place-twice', place=resource.place, other=other)}"


def _file(resource: Resource, entry: Mapping[str, Any]) -> Iterator[str]:
    kind = suffix(resource.path)
    for key, expected in (("format", kind), ("mediatype", MEDIA_TYPES[kind])):
        if entry.get(key, expected) != expected:
            yield say("promise.format", key=key, found=entry[key], path=resource.path, expected=expected)
    wrong = "delimiter" if kind == "xlsx" else "excel"
    if wrong in entry.get("dialect", {}):
        yield say("promise.dialect", key=wrong, path=resource.path)
    if resource.sheet in HELP_SHEETS:
        yield say("promise.help-sheet", sheet=resource.sheet)


def _columns(resource: Resource) -> Iterator[str]:
    folded = [name.casefold() for name in resource.field_names]
    for name in dict.fromkeys(name for name in resource.field_names if folded.count(name.casefold()) > 1):
        yield say("promise.field-twice", name=name)
    if ORIGIN in folded:
        yield say("promise.origin", name=ORIGIN)
    for what, keys in (("primaryKey", [resource.primary_key]), ("uniqueKeys", resource.unique_keys)):
        for names in keys:
            yield from (f"{what}: {line}" for line in _missing(names, resource))


def _missing(names: Iterable[str], resource: Resource) -> Iterator[str]:
    for name in names:
        if name not in resource.field_names:
            hint = nearest_name(name, resource.field_names)
            yield say("promise.no-column", name=name, resource=resource.name) + hint


def _limits(field: Field) -> Iterator[str]:
    pairs = [(low, high) for low in ("minimum", "exclusive_minimum") for high in ("maximum", "exclusive_maximum")]
    for low, high in [*pairs, ("min_length", "max_length")]:
        least, most = getattr(field, low), getattr(field, high)
        if least is not None and most is not None and (least > most or (least == most and "exclusive" in low + high)):
            yield say("promise.no-room", low=low, least=least, high=high, most=most)
            return


def _key(package: Package, resource: Resource, key: ForeignKey) -> Iterator[str]:
    missing = list(_missing(key.fields, resource))
    if key.resource not in package.names:
        missing.append(say("promise.no-resource", name=key.resource) + nearest_name(key.resource, package.names))
    else:
        missing += _missing(key.target, package.resource(key.resource))
    yield from missing
    if len(key.fields) != len(key.target):
        yield say("promise.key-width", here=len(key.fields), there=len(key.target))
    elif not missing:
        for name, target in zip(key.fields, key.target, strict=True):
            here, there = resource.field(name).type, package.resource(key.resource).field(target).type
            if there != ("string" if here == "list" else here) or (here == "list" and len(key.fields) > 1):
                yield say("promise.key-types", name=name, here=here, target=f"{key.resource}.{target}", there=there)
    if [other.fields for other in resource.foreign_keys].count(key.fields) > 1:
        yield say("promise.key-twice")


def _rule(package: Package, resource: Resource, rule: Rule) -> Iterator[str]:
    if missing := list(_missing(rule.fields, resource)):
        yield from missing
        return
    parts, names = rule.parts, [*rule.parts["fields"], *([rule.parts["field"]] if "field" in rule.parts else [])]
    types = {name: resource.field(name).type for name in names}
    allowed = _TYPES.get(rule.kind, tuple(types.values()))
    for name in names:
        if types[name] not in allowed:
            yield say("promise.rule-type", name=name, type=types[name], allowed=allowed)
    yield from _values(parts["when"], resource)
    # A column of another type than its rule is about was named above.
    target = resource.field(parts["field"]).reference if "field" in parts else None
    match rule.kind:
        case "order" if len(names) < 2 or len(set(types.values())) > 1:
            yield say("promise.order")
        case "year" if (types[parts["field"]], resource.field(parts["of"]).type) != ("integer", "date"):
            yield say("promise.year")
        case "not_after_data_date" if package.data_date is None:
            yield say("promise.data-date")
        case "sum" if ("at_most" in parts) == ("exactly" in parts) or parts["within"] < 0:
            yield say("promise.sum")
        case "filled" if not parts["when"] and not parts["if_filled"]:
            yield say("promise.filled-when")
        case "filled" if not parts["filled"] + parts["blank"] or set(parts["filled"]) & set(parts["blank"]):
            yield say("promise.filled")
        case "no_cycles" if target is None or target.resource != resource.name:
            yield say("promise.no-cycles", name=parts["field"])
        case "target" if target is None or target.resource not in package.names:
            yield say("promise.target", name=parts["field"])
        case "target" if not parts["where"] and not parts["same"]:
            yield say("promise.target-what")
        case "target" if target is not None:
            there = package.resource(target.resource)
            yield from _missing(parts["same"], there)
            yield from _values(parts["where"], there)


def _values(wanted: Mapping[str, Sequence[str]], resource: Resource) -> Iterator[str]:
    """Columns and values that a rule names, and the table cannot hold."""
    yield from _missing(wanted, resource)
    for name in wanted:
        if name not in resource.field_names:
            continue
        field = resource.field(name)
        if field.type != "string":
            yield say("promise.texts-alone", name=name, type=field.type)
        for value in wanted[name]:
            if field.enum and value not in field.enum:
                yield say("promise.no-value", value=value, name=name) + nearest_name(value, map(str, field.enum))
