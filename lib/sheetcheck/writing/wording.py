"""A column and a table of the schema in, what they ask of a person out: limits, rules and the note on a header."""

from collections.abc import Iterator, Mapping, Sequence

from sheetcheck.messages import say
from sheetcheck.schema import Field, Language, Package, Resource, Rule

# More values than this are left to the drop-down: a note has to fit on the screen.
SHOWN_VALUES = 14
_LIMITS = ("minimum", "exclusive_minimum", "maximum", "exclusive_maximum", "min_length", "max_length")


def is_share(field: Field) -> bool:
    """True for a number that is a share from 0 to 1, which Excel shows as a percentage."""
    return field.type == "number" and field.unit in (None, "share") and (field.minimum, field.maximum) == (0, 1)


def limits(field: Field, language: Language) -> str:
    """What a value must lie between, or how long it may be: "from 1 to 9"; nothing where the schema sets no limit."""
    found = [(name, getattr(field, name)) for name in _LIMITS]
    said = [say(f"range.{name}", language, limit=limit) for name, limit in found if limit is not None]
    return (", " if field.type == "string" else " ").join(said)


def rules(resource: Resource, language: Language) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every demand across columns or rows of a table, as a sentence, with the columns that it is about."""
    for names in resource.unique_keys:
        yield names, say("rule.unique", language, names=names)
    for key in resource.foreign_keys:
        if len(key.fields) > 1:
            yield key.fields, say("rule.key", language, names=key.fields, resource=key.resource)
    for rule in resource.rules:
        asked = _values(rule.parts["when"], language)
        if filled := rule.parts["if_filled"]:
            asked.append(say("rule.is-filled", language, names=filled))
        where = say("rule.where", language, asked=asked) if asked else ""
        yield rule.fields, where + _rule(rule, language)


def _rule(rule: Rule, language: Language) -> str:
    parts = rule.parts
    told = {"names": parts["fields"], "name": parts.get("field"), "of": parts.get("of"), "start": parts.get("with")}
    match rule.kind:
        case "sum":
            kind = "at_most" if "at_most" in parts else "exactly"
            total = say(f"limit.{kind}", language, limit=parts[kind], within=parts["within"] or None)
            return say("rule.sum", language, **told, by=parts["by"], total=total)
        case "filled":
            kinds = [key for key in ("filled", "blank") if parts[key]]
            return ", ".join(say(f"rule.{key}", language, names=parts[key]) for key in kinds) + "."
        case "target":
            asked = _values(parts["where"], language)
            asked += [say("rule.same", language, there=there, here=here) for there, here in parts["same"].items()]
            return say("rule.target", language, **told, asked=asked)
        case _:
            return say(f"rule.{rule.kind}", language, **told)


def _values(wanted: Mapping[str, Sequence[str]], language: Language) -> list[str]:
    return [say("rule.is", language, name=name, values=values) for name, values in wanted.items()]


def header_note(field: Field, resource: Resource, package: Package, language: Language) -> str:
    """What a column means, as the note on its header says it: title, meaning, type, unit, values, example."""
    status = "key" if field.name in resource.primary_key else "required" if field.required else "optional"
    kind = say(f"type.{field.type}", language)
    lines = [field.title[language], field.description[language], ""]
    lines.append(f"{_capital(kind)}. {say(f'note.{status}', language)}")
    if field.unique:
        lines.append(say("note.unique", language))
    if is_share(field):
        lines.append(say("note.share", language))
    elif field.unit:
        lines.append(say("note.percent" if field.unit == "%" else "note.unit", language, unit=field.unit))
    said = "" if is_share(field) else limits(field, language)
    lines += [f"{_capital(said)}."] if said else []
    if field.enum:
        more = [say("note.more", language)] if len(field.enum) > SHOWN_VALUES else []
        values = "; ".join(map(str, [*field.enum[:SHOWN_VALUES], *more]))
        lines.append(say("note.each-of" if field.is_list else "note.one-of", language, values=values))
    if field.reference:
        place = package.resource(field.reference.resource).place
        lines.append(say("note.refers", language, column=field.reference.field, place=place))
    if field.is_list:
        lines.append(say("note.separated", language))
    lines += [sentence for names, sentence in rules(resource, language) if field.name in names]
    if field.example:
        lines.append(say("note.example", language, example=field.example))
    return "\n".join(lines)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
