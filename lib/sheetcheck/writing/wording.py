"""The limits of a column and the rules of a table in, what they ask of a person in Dutch or English out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sheetcheck.schema import Field, Language, Resource, Rule

_LIMITS = ("minimum", "exclusive_minimum", "maximum", "exclusive_maximum", "min_length", "max_length")
_WORDS = {
    "nl": {
        "minimum": "vanaf {}",
        "exclusive_minimum": "meer dan {}",
        "maximum": "tot en met {}",
        "exclusive_maximum": "minder dan {}",
        "min_length": "minstens {} tekens",
        "max_length": "hoogstens {} tekens",
        "and": "en",
        "or": "of",
        "is": "{} {} is",
        "order": "Deze volgorde: {}; geen is vroeger of kleiner dan die ervoor.",
        "year": "{} is het jaar van {}.",
        "not_after_data_date": "{}: niet na de laatste dag die de bronnen kennen.",
        "no_cycles": "{} leidt nooit terug naar de eigen rij.",
        "sum": "{} telt voor elke {} op tot {}{}.",
        "at_most": "hoogstens {}",
        "exactly": "precies {}",
        "within": ", op {} na",
        "where": "Waar {}: ",
        "filled": "{} gevuld",
        "blank": "{} leeg",
        "target": "{} verwijst naar een rij waar {}.",
        "same": "{} gelijk is aan {} hier",
        "unique": "{} komen samen één keer voor.",
        "key": "{} staan samen in één rij van {}.",
    },
    "en": {
        "minimum": "from {}",
        "exclusive_minimum": "more than {}",
        "maximum": "to {}",
        "exclusive_maximum": "less than {}",
        "min_length": "at least {} characters",
        "max_length": "at most {} characters",
        "and": "and",
        "or": "or",
        "is": "{} is {}",
        "order": "This order: {}; none is earlier or less than the one before.",
        "year": "{} is the year of {}.",
        "not_after_data_date": "{}: not after the last day that the sources know.",
        "no_cycles": "{} never leads back to its own row.",
        "sum": "{} adds up for each {} to {}{}.",
        "at_most": "at most {}",
        "exactly": "exactly {}",
        "within": ", within {}",
        "where": "Where {}: ",
        "filled": "{} filled",
        "blank": "{} blank",
        "target": "{} refers to a row where {}.",
        "same": "{} equals {} here",
        "unique": "{} occur together once.",
        "key": "{} stand together in one row of {}.",
    },
}


def limits(field: Field, language: Language) -> str:
    """What a value must lie between, or how long it may be: "from 1 to 9"; nothing where the schema sets no limit."""
    found = [(name, getattr(field, name)) for name in _LIMITS]
    said = [_WORDS[language][name].format(limit) for name, limit in found if limit is not None]
    return (", " if field.type == "string" else " ").join(said)


def rules(resource: Resource, language: Language) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every demand across columns or rows of a table, as a sentence, with the columns that it is about."""
    words = _WORDS[language]
    for names in resource.unique_keys:
        yield names, words["unique"].format(_joined(names, words))
    for key in resource.foreign_keys:
        if len(key.fields) > 1:
            yield key.fields, words["key"].format(_joined(key.fields, words), key.resource)
    for rule in resource.rules:
        sentence = _rule(rule, words)
        where = words["where"].format(_values(rule.parts["when"], words)) if rule.parts["when"] else ""
        yield rule.fields, where + sentence


def _rule(rule: Rule, words: Mapping[str, str]) -> str:
    parts = rule.parts
    match rule.kind:
        case "order":
            return words["order"].format(", ".join(parts["fields"]))
        case "not_after_data_date":
            return words[rule.kind].format(_joined(parts["fields"], words))
        case "year":
            return words["year"].format(parts["field"], parts["of"])
        case "sum":
            total = next(words[key].format(parts[key]) for key in ("at_most", "exactly") if key in parts)
            within = words["within"].format(parts["within"]) if parts["within"] else ""
            return words["sum"].format(parts["field"], _joined(parts["by"], words), total, within)
        case "filled":
            said = [words[key].format(_joined(parts[key], words)) for key in ("filled", "blank") if parts[key]]
            return ", ".join(said) + "."
        case "target":
            asked = [_values(parts["where"], words)] if parts["where"] else []
            asked += [words["same"].format(there, here) for there, here in parts["same"].items()]
            return words["target"].format(parts["field"], f" {words['and']} ".join(asked))
        case _:
            return words[rule.kind].format(parts["field"])


def _values(wanted: Mapping[str, Sequence[str]], words: Mapping[str, str]) -> str:
    said = [words["is"].format(name, f" {words['or']} ".join(values)) for name, values in wanted.items()]
    return f" {words['and']} ".join(said)


def _joined(names: Sequence[str], words: Mapping[str, str]) -> str:
    return f" {words['and']} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
