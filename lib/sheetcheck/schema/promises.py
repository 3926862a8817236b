"""A package in; what it declares of files, columns and rules that are not there or do not fit, a sentence each, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sheetcheck.faults import show
from sheetcheck.nearest import nearest_name
from sheetcheck.schema.known import MEDIA_TYPES, suffix
from sheetcheck.schema.model import HELP_SHEETS, Field, ForeignKey, Package, Resource, Rule

# The frames of a table have a column of this name, which says where each row came from.
ORIGIN = "origin"
# The types of column that each rule is about.
_MEASURED = ("date", "integer", "number")
_TYPES = {
    "order": _MEASURED,
    "not_after_data_date": ("date", "integer"),
    "sum": ("integer", "number"),
    "no_cycles": ("string", "integer"),
    "target": ("string", "list", "integer"),
}


def unkept(package: Package) -> Iterator[str]:
    """Every promise of a package whose form is right and that cannot be kept."""
    yield from _doubles(package.resources)
    for resource, entry in zip(package.resources, package.descriptor["resources"], strict=True):
        place = f"resource {show(resource.name)}"
        yield from (f"{place}: {line}" for line in _file(resource, entry))
        yield from (f"{place}: {line}" for line in _columns(resource))
        for field in resource.fields:
            yield from (f"{place}, field {show(field.name)}: {line}" for line in _limits(field))
        for field in entry["schema"]["fields"]:
            if "itemEnum" in field and "enum" in field.get("constraints", {}):
                yield f"{place}, field {show(field['name'])}: itemEnum and enum both list its items. Keep one."
        for key in resource.foreign_keys:
            what = "reference" if len(key.fields) == 1 else "foreign key"
            yield from (f"{place}, {what} of {' + '.join(key.fields)}: {line}" for line in _key(package, resource, key))
        for rule in resource.rules:
            yield from (f"{place}, rule {rule.kind}: {line}" for line in _rule(package, resource, rule))


def _doubles(resources: Sequence[Resource]) -> Iterator[str]:
    """Names and files that stand in the schema twice; capitals do not tell two files or sheets apart."""
    names: set[str] = set()
    places: dict[tuple[str, str], str] = {}
    for resource in resources:
        if resource.name in names:
            yield f"resource {show(resource.name)}: is declared twice. Take one away, or give it its own name."
            continue
        names.add(resource.name)
        other = places.setdefault((resource.path.casefold(), (resource.sheet or "").casefold()), resource.name)
        if other != resource.name:
            yield f"resource {show(resource.name)}: reads {resource.place}, as resource {show(other)} does. Keep one."


def _file(resource: Resource, entry: Mapping[str, Any]) -> Iterator[str]:
    """What is said of the file, and its name belies."""
    kind, dialect = suffix(resource.path), entry.get("dialect", {})
    for key, expected in (("format", kind), ("mediatype", MEDIA_TYPES[kind])):
        if entry.get(key, expected) != expected:
            yield f"{key} is {show(entry[key])}, and that of {show(resource.path)} is {show(expected)}. Correct one."
    wrong = "delimiter" if kind == "xlsx" else "excel"
    if wrong in dialect:
        yield f"{wrong} in its dialect says nothing of {show(resource.path)}. Take it away."
    if resource.sheet in HELP_SHEETS:
        yield f"a sheet called {show(resource.sheet)} is for help, and is not read. Name another."


def _columns(resource: Resource) -> Iterator[str]:
    folded = [name.casefold() for name in resource.field_names]
    for name in dict.fromkeys(name for name in resource.field_names if folded.count(name.casefold()) > 1):
        yield f"field {show(name)} is declared twice. Take one away."
    if ORIGIN in folded:
        yield f"no field can be called {show(ORIGIN)}, which says where each row came from. Rename it."
    for what, keys in (("primaryKey", [resource.primary_key]), ("uniqueKeys", resource.unique_keys)):
        for names in keys:
            yield from (f"{what}: {line}" for line in _missing(names, resource))


def _missing(names: Iterable[str], resource: Resource) -> Iterator[str]:
    for name in names:
        if name not in resource.field_names:
            yield f"{show(name)} is no column of {resource.name}.{nearest_name(name, resource.field_names)}"


def _limits(field: Field) -> Iterator[str]:
    pairs = [(low, high) for low in ("minimum", "exclusive_minimum") for high in ("maximum", "exclusive_maximum")]
    for low, high in [*pairs, ("min_length", "max_length")]:
        least, most = getattr(field, low), getattr(field, high)
        if least is not None and most is not None and (least > most or (least == most and "exclusive" in low + high)):
            yield f"nothing lies between its {low} {least} and its {high} {most}. Correct one."
            return


def _key(package: Package, resource: Resource, key: ForeignKey) -> Iterator[str]:
    missing = list(_missing(key.fields, resource))
    if key.resource not in package.names:
        missing.append(f"{show(key.resource)} is no resource.{nearest_name(key.resource, package.names)}")
    else:
        missing += _missing(key.target, package.resource(key.resource))
    yield from missing
    if len(key.fields) != len(key.target):
        yield f"names {len(key.fields)} columns here and {len(key.target)} there. Name as many."
    elif not missing:
        for name, target in zip(key.fields, key.target, strict=True):
            here, there = resource.field(name).type, package.resource(key.resource).field(target).type
            if there != ("string" if here == "list" else here) or (here == "list" and len(key.fields) > 1):
                yield f"{name} is of type {here} and {key.resource}.{target} of type {there}; they can never be equal."
    if [other.fields for other in resource.foreign_keys].count(key.fields) > 1:
        yield "is declared twice. Keep one."


def _rule(package: Package, resource: Resource, rule: Rule) -> Iterator[str]:
    missing = list(_missing(rule.fields, resource))
    if missing:
        yield from missing
        return
    parts, names = rule.parts, [*rule.parts["fields"], *([rule.parts["field"]] if "field" in rule.parts else [])]
    types = {name: resource.field(name).type for name in names}
    allowed = _TYPES.get(rule.kind, tuple(types.values()))
    for name in names:
        if types[name] not in allowed:
            yield f"{name} is of type {types[name]}, and the rule is about {' or '.join(allowed)}."
    yield from _values(parts["when"], resource)
    match rule.kind:
        case "order" if len(names) < 2 or len(set(types.values())) > 1:
            yield "fields must name two columns or more of one type."
        case "year" if (types[parts["field"]], resource.field(parts["of"]).type) != ("integer", "date"):
            yield "field must be a column of whole numbers, and of a column of dates."
        case "not_after_data_date" if package.data_date is None:
            yield 'the package gives no data_date to hold the columns against. Give one, as "2026-06-30".'
        case "sum" if ("at_most" in parts) == ("exactly" in parts) or parts["within"] < 0:
            yield "give at_most or exactly, one of the two, and for within a number from 0."
        case "filled" if not parts["filled"] + parts["blank"] or set(parts["filled"]) & set(parts["blank"]):
            yield "say which columns are filled or blank, no column both."
        case "no_cycles":
            target = resource.field(parts["field"]).reference
            if target is None or target.resource != resource.name:
                yield f"{parts['field']} refers to no row of its own table, so that there is no cycle to look for."
        case "target":
            target = resource.field(parts["field"]).reference
            if target is None or target.resource not in package.names:
                yield f"{parts['field']} refers to no table. Give it a reference."
            elif not parts["where"] and not parts["same"]:
                yield "say with where or same what the row must hold."
            else:
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
            yield f"{name} is of type {field.type}; a rule can ask for texts alone."
        for value in wanted[name]:
            if field.enum and value not in field.enum:
                yield f"{show(value)} is no value of {name}.{nearest_name(value, map(str, field.enum))}"
