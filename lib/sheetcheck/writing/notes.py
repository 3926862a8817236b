"""A field of the schema in, the note on its column header out: meaning, type, unit, allowed values and example."""

from __future__ import annotations

from sheetcheck.schema import Field, Language, Package, Resource
from sheetcheck.writing.wording import limits, rules

# More values than this are left to the drop-down: a note has to fit on the screen.
SHOWN_VALUES = 14

TYPES = {
    "nl": {
        "string": "tekst",
        "integer": "geheel getal",
        "number": "getal",
        "boolean": "WAAR of ONWAAR",
        "date": "datum, jjjj-mm-dd",
        "list": "een of meer waarden",
    },
    "en": {
        "string": "text",
        "integer": "whole number",
        "number": "number",
        "boolean": "TRUE or FALSE",
        "date": "date, yyyy-mm-dd",
        "list": "one or more values",
    },
}
WORDS = {
    "nl": {
        "required": "Verplicht.",
        "key": "Sleutel.",
        "may be empty": "Mag leeg zijn.",
        "unique": "Elke waarde komt één keer voor.",
        "unit": "Eenheid: {}.",
        "percent": "Eenheid: %. Vul 65 in voor 65 %, niet 0,65.",
        "share": "Aandeel van 0 tot 1, getoond als procent: typ 65%.",
        "example": "Voorbeeld: {}",
        "one of": "Een van: {}",
        "each of": "Elke waarde is een van: {}",
        "refers": "Waarde uit kolom {} van {}.",
        "separated": "Meer waarden: scheid ze met een puntkomma en een spatie.",
        "more": "… (zie de keuzelijst)",
    },
    "en": {
        "required": "Required.",
        "key": "Key.",
        "may be empty": "May be empty.",
        "unique": "Each value occurs once.",
        "unit": "Unit: {}.",
        "percent": "Unit: %. Enter 65 for 65 %, not 0.65.",
        "share": "Share from 0 to 1, shown as per cent: type 65%.",
        "example": "Example: {}",
        "one of": "One of: {}",
        "each of": "Each value is one of: {}",
        "refers": "Value from column {} of {}.",
        "separated": "More values: separate them by a semicolon and a space.",
        "more": "… (see the drop-down list)",
    },
}


def is_share(field: Field) -> bool:
    """True for a number that is a share from 0 to 1, which Excel shows as a percentage."""
    return field.type == "number" and field.unit in (None, "share") and (field.minimum, field.maximum) == (0, 1)


def header_note(field: Field, resource: Resource, package: Package, language: Language) -> str:
    """What a column means, as the note on its header says it: title, meaning, type, unit, values, example."""
    words = WORDS[language]
    status = "key" if field.name in resource.primary_key else "required" if field.required else "may be empty"
    lines = [field.title[language], field.description[language], ""]
    lines.append(f"{_capital(TYPES[language][field.type])}. {words[status]}")
    if field.unique:
        lines.append(words["unique"])
    lines += [line for line in (_unit(field, language), _range(field, language), _values(field, language)) if line]
    if field.reference:
        target = package.resource(field.reference.resource)
        lines.append(words["refers"].format(field.reference.field, target.place))
    if field.is_list:
        lines.append(words["separated"])
    lines += [sentence for names, sentence in rules(resource, language) if field.name in names]
    if field.example:
        lines.append(words["example"].format(field.example))
    return "\n".join(lines)


def _unit(field: Field, language: Language) -> str:
    words = WORDS[language]
    if is_share(field):
        return words["share"]
    if field.unit == "%":
        return words["percent"]
    return words["unit"].format(field.unit) if field.unit else ""


def _range(field: Field, language: Language) -> str:
    said = "" if is_share(field) else limits(field, language)
    return _capital(said) + "." if said else ""


def _values(field: Field, language: Language) -> str:
    if not field.enum:
        return ""
    words = WORDS[language]
    shown = list(field.enum[:SHOWN_VALUES])
    if len(field.enum) > SHOWN_VALUES:
        shown.append(words["more"])
    return words["each of" if field.is_list else "one of"].format("; ".join(map(str, shown)))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
