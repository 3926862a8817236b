"""A package in; what it declares of files, columns and rules that are not there or do not fit, a sentence each, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sheetcheck.messages import say, show
from sheetcheck.nearest import nearest_name
from sheetcheck.schema.known import MEDIA_TYPES, suffix
from sheetcheck.schema.model import HELP_SHEETS, Field, ForeignKey, Package, Resource, Rule

# The frames of a table have a column of this name, which says where each row came from.
ORIGIN = "origin"
# The types of column that each rule is about.
_TYPES = {
    "order": ("date", "integer", "number"),
    "not_after_data_date": ("date", "integer"),
    "sum": ("integer", "number"),
    "no_cycles": ("string", "integer"),
    "target": ("string", "list", "integer"),
}


def unkept(package: Package) -> Iterator[str]:
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
