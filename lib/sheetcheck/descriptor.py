"""The text of a datapackage.json in, its content out, with everything in it that is unknown or wrongly written."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import re2

from sheetcheck.faults import show
from sheetcheck.nearest import nearest_name

FIELD_TYPES = ("string", "integer", "number", "boolean", "date", "list")
LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
# What the reader can open, and how a catalogue calls it.
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
# The largest number that a cell of Excel can hold.
LARGEST = 9.99e307
# A file that is wrong throughout is clear after so many lines.
MAX_PROBLEMS = 40
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNWRITABLE = re.compile("[\\0-\\x08\\ud800-\\udfff]")
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False


class _Pairs(dict[str, Any]):
    """An object of JSON that remembers which of its properties stood in it twice."""

    doubles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Value:
    """A single value: the test that it must pass, and what belongs there in words."""

    holds: Callable[[Any], bool]
    words: str


@dataclass(frozen=True)
class Object:
    """Properties by name: those that are known here, and those that must be there."""

    known: Mapping[str, Shape]
    required: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """An object whose known properties depend on one of them."""

    by: str
    kinds: Mapping[str, Object]


@dataclass(frozen=True)
class Items:
    """A list, whose items messages call by the noun."""

    item: Shape
    noun: str = "item"
    least: int = 1


Shape = Value | Object | Choice | Items


def is_text(value: object) -> bool:
    """True for a text with something in it that any file can hold (half a surrogate pair fits in none)."""
    return isinstance(value, str) and bool(value.strip()) and not _UNWRITABLE.search(value)


def read_day(value: object) -> dt.date | None:
    """The date of a text such as 2026-06-30, else None."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return None
    return None


def compile_pattern(pattern: str) -> Any:
    """The pattern as RE2 compiles it, which reads any text in time that grows with its length alone."""
    return re2.compile(pattern, _OPTIONS)


def pattern_flaw(pattern: str) -> str | None:
    """Why a pattern cannot be used, in the words of RE2; None when it can."""
    try:
        compile_pattern(pattern)
    except re2.error as error:
        flaw = error.args[0] if error.args else ""
        return flaw.decode("utf-8", "replace") if isinstance(flaw, bytes) else str(flaw)
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(dt.datetime.fromisoformat(value))
    except ValueError:
        return False


def _is_path(value: object) -> bool:
    if not is_text(value) or re.search(r'[\\:*?"<>|\0-\x1f]', str(value)):
        return False
    parts = str(value).split("/")
    return all(part.strip(". ") and part == part.strip() for part in parts) and suffix(str(value)) in MEDIA_TYPES


def suffix(path: str) -> str:
    """The ending of a file name in small letters, without its point."""
    return path.rpartition(".")[2].lower()


def _is_mark(value: object) -> bool:
    return is_text(value) and len(str(value)) == 1 and not str(value).isalnum() and value != '"'


def _only(*values: Any) -> Value:
    """A property whose other values this reader does not obey."""
    words = " or ".join(json.dumps(value) for value in values)
    return Value(lambda found: any(type(found) is type(value) and found == value for value in values), words)


def _names(value: object) -> bool:
    listed = value if isinstance(value, list) else [value]
    return bool(listed) and all(is_text(name) for name in listed) and len(set(listed)) == len(listed)


def _texts_by_name(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and all(is_text(name) and _names(value[name]) for name in value)


TEXT = Value(is_text, "text")
# An empty title says nothing, and harms nothing.
PROSE = Value(lambda value: value == "" or is_text(value), "text")
TRUTH = Value(lambda value: isinstance(value, bool), "true or false")
NUMBER = Value(_is_number, "a number")
COUNT = Value(lambda value: isinstance(value, int) and _is_number(value) and value >= 0, "a whole number from 0")
DAY = Value(lambda value: read_day(value) is not None, 'a date as "2026-06-30"')
PATTERN = Value(lambda value: is_text(value) and pattern_flaw(value) is None, "a pattern of RE2")
MARK = Value(_is_mark, "one mark, such as a semicolon")
EXAMPLE = Value(lambda value: is_text(value) or isinstance(value, bool) or _is_number(value), "an example of a value")
NAMES = Value(_names, "a column or a list of columns, each once")
TEXTS = Items(TEXT)
COLUMN_VALUES = Value(_texts_by_name, 'columns with their values, as {"kind": ["group"]}')
COLUMN_PAIRS = Value(
    lambda value: isinstance(value, dict) and bool(value) and all(map(is_text, [*value, *value.values()])),
    'a column there with its equal here, as {"list": "list"}',
)
WRITTEN = dict.fromkeys(("title", "title_nl", "description", "description_nl"), PROSE)
_SHEET = Value(
    lambda value: is_text(value) and len(value) <= 31 and not re.search(r"[\[\]:*?/\\]", value), "the name of a sheet"
)
_TABLE = Value(
    lambda value: is_text(value) and bool(re.fullmatch(r"[a-z0-9][a-z0-9._-]*", value)),
    "a name in small letters, digits, points and dashes",
)
_MISSING = Value(
    lambda value: (
        isinstance(value, list)
        and all(isinstance(item.get("value") if isinstance(item, dict) else item, str) for item in value)
    ),
    "a list of texts that stand for a blank",
)

# Rules across the columns and rows of a table, under a name of our own that the standard leaves free:
#   order                none of these dates or numbers is before the one named before it; blanks are passed over
#   year                 the field is the year of a date
#   not_after_data_date  the package's data_date is the last day that the sources know
#   no_cycles            following the field's reference never leads back to the same row
#   sum                  the field adds up, for each group of rows that agree in `by`, to at most or exactly a total
#   filled               where the columns of `when` hold these values, columns are filled, or blank
#   target               the row that the field refers to holds these values, or the `same` as this row does
RULES = {
    "order": Object({"fields": NAMES}, ("fields",)),
    "year": Object({"field": TEXT, "of": TEXT}, ("field", "of")),
    "not_after_data_date": Object({"fields": NAMES}, ("fields",)),
    "no_cycles": Object({"field": TEXT}, ("field",)),
    "sum": Object(
        {"field": TEXT, "by": NAMES, "at_most": NUMBER, "exactly": NUMBER, "within": NUMBER}, ("field", "by")
    ),
    "filled": Object({"when": COLUMN_VALUES, "filled": NAMES, "blank": NAMES}, ("when",)),
    "target": Object({"field": TEXT, "when": COLUMN_VALUES, "where": COLUMN_VALUES, "same": COLUMN_PAIRS}, ("field",)),
}


def _with(kinds: Mapping[str, Object], **common: Shape) -> dict[str, Object]:
    return {name: Object({**common, **entry.known}, entry.required) for name, entry in kinds.items()}


_WORDED = {"enum": TEXTS, "pattern": PATTERN}
_CONSTRAINTS = {
    "string": {**_WORDED, "minLength": COUNT, "maxLength": COUNT},
    "list": _WORDED,
    "integer": {"enum": Items(NUMBER), **dict.fromkeys(LIMITS, NUMBER)},
    "number": {"enum": Items(NUMBER), **dict.fromkeys(LIMITS, NUMBER)},
    "date": {"enum": Items(DAY), **dict.fromkeys(LIMITS, DAY)},
    "boolean": {},
}
_LIST_ALONE = {"delimiter": MARK, "itemType": _only("string"), "itemEnum": TEXTS}
_FIELDS = {
    kind: Object(
        {
            "name": TEXT,
            "type": _only(*FIELD_TYPES),
            **WRITTEN,
            **dict.fromkeys(("unit", "rdfType"), PROSE),
            "example": EXAMPLE,
            "format": _only("default"),
            "constraints": Object({"required": TRUTH, "unique": TRUTH, **constraints}),
            "reference": Object({"resource": PROSE, "field": TEXT}, ("field",)),
            **(_LIST_ALONE if kind == "list" else {}),
        },
        ("name", "type"),
    )
    for kind, constraints in _CONSTRAINTS.items()
}
_FOREIGN_KEY = Object(
    {"fields": NAMES, "reference": Object({"resource": PROSE, "fields": NAMES}, ("fields",))}, ("fields", "reference")
)
_SCHEMA = Object(
    {
        "$schema": TEXT,
        "fields": Items(Choice("type", _FIELDS), "field"),
        "primaryKey": Value(lambda value: value == [] or _names(value), NAMES.words),
        "uniqueKeys": Items(NAMES, "unique key", 0),
        "foreignKeys": Items(_FOREIGN_KEY, "foreign key", 0),
        "missingValues": _MISSING,
        "rules": Items(Choice("rule", _with(RULES, rule=_only(*RULES), **WRITTEN)), "rule", 0),
    },
    ("fields",),
)
_DIALECT = Object(
    {
        "$schema": TEXT,
        "excel": Object({"sheet": _SHEET}),
        "delimiter": Value(lambda value: value == "\t" or _is_mark(value), "one mark, such as a semicolon"),
        "quoteChar": _only('"'),
        **dict.fromkeys(("header", "doubleQuote"), _only(True)),
    }
)
_SOURCE = Object({**dict.fromkeys(("title", "path", "email", "version", "terms", "terms_nl"), PROSE)})
_LICENCE = Object(dict.fromkeys(("name", "path", "title"), PROSE))
_RESOURCE = Object(
    {
        **dict.fromkeys(("$schema", "profile", "id", "homepage"), PROSE),
        **WRITTEN,
        "name": _TABLE,
        "type": _only("table"),
        "path": Value(_is_path, "the name of a file in this folder that ends on " + ", ".join(MEDIA_TYPES)),
        "format": TEXT,
        "mediatype": TEXT,
        "encoding": _only("utf-8", "UTF-8", "utf8"),
        "dialect": _DIALECT,
        "schema": _SCHEMA,
        "sources": Items(_SOURCE, "source", 0),
        "licenses": Items(_LICENCE, "licence", 0),
    },
    ("name", "path", "schema"),
)
_PERSON = Object(
    {
        **dict.fromkeys(("title", "path", "email", "role", "organization", "givenName", "familyName"), PROSE),
        "roles": TEXTS,
    }
)
PACKAGE = Object(
    {
        **dict.fromkeys(("$schema", "profile", "name", "id", "homepage", "version", "image", "command"), PROSE),
        **WRITTEN,
        "accessRights": PROSE,
        **{name: Items(TEXT, least=0) for name in ("keywords", "keywords_nl", "languages", "themes")},
        **dict.fromkeys(("created", "modified"), Value(_is_moment, 'a moment as "2026-11-21T00:00:00Z"')),
        "data_date": DAY,
        "contact": Object({"title": PROSE, "path": PROSE}),
        "contributors": Items(_PERSON, "contributor", 0),
        "licenses": Items(_LICENCE, "licence", 0),
        "sources": Items(_SOURCE, "source", 0),
        "resources": Items(_RESOURCE, "resource"),
    },
    ("resources",),
)


def parse(text: str) -> Any:
    """The content of a JSON text; raises ValueError with a sentence when it is none."""
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno} is no valid JSON ({error.msg}). Mend the line.") from error
    except RecursionError as error:
        raise ValueError("is nested deeper than any schema is. Take the inner brackets away.") from error


def _pairs(pairs: list[tuple[str, Any]]) -> _Pairs:
    found = _Pairs(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        found.doubles = tuple(name for name in found if names.count(name) > 1)
    return found


def _whole(text: str) -> int | float:
    # Python refuses to read more than 4,300 digits; what no cell can hold is named with its place instead.
    return int(text) if len(text) < 400 else math.inf


def problems(descriptor: Any) -> list[str]:
    """What in a descriptor is unknown or wrongly written, one sentence each, with its place."""
    found = list(islice(_check(descriptor, PACKAGE, ()), MAX_PROBLEMS + 1))
    return found if len(found) <= MAX_PROBLEMS else [*found[:MAX_PROBLEMS], "And more. Mend these first."]


def _check(value: Any, shape: Shape, place: tuple[str, ...]) -> Iterator[str]:
    match shape:
        case Value():
            if not shape.holds(value):
                yield _say(place, f"found {_found(value)}, expected {shape.words}.{_remedy(value, shape)}")
        case Items():
            if not isinstance(value, list) or len(value) < shape.least:
                yield _say(place, f"found {_found(value)}, expected a list of {shape.noun}s.")
                return
            for number, item in enumerate(value, 1):
                yield from _check(item, shape.item, (*place[:-1], _called(item, shape.noun, number)))
        case _ if not isinstance(value, dict):
            yield _say(place, f"found {_found(value)}, expected properties in braces.")
        case Choice():
            kind = value.get(shape.by)
            if isinstance(kind, str) and kind in shape.kinds:
                yield from _check(value, shape.kinds[kind], place)
            else:
                what = f"{shape.by} is {_found(kind)}" if shape.by in value else f"{shape.by} is not given"
                yield _say(place, f"{what}.{nearest_name(kind if isinstance(kind, str) else '', shape.kinds)}")
        case Object():
            yield from _object(value, shape, place)


def _object(value: dict[str, Any], shape: Object, place: tuple[str, ...]) -> Iterator[str]:
    for name in getattr(value, "doubles", ()):
        yield _say(place, f"{show(name)} stands twice. Keep one.")
    unknown = [name for name in value if name not in shape.known]
    for name in unknown:
        yield _say(place, f"{show(name)} is not known here, and would not be obeyed.{nearest_name(name, shape.known)}")
    for name in shape.required:
        # A misspelt one is named already.
        if name not in value and not any(f'"{name}"' in nearest_name(other, shape.known) for other in unknown):
            yield _say(place, f"{name} is not given.")
    for name, inner in value.items():
        if name in shape.known:
            # Every table has one schema: to say it tells nothing.
            inside = place if name == "schema" else (*place, name)
            yield from _check(inner, shape.known[name], inside)


def _called(item: Any, noun: str, number: int) -> str:
    name = item.get("name") if isinstance(item, dict) else None
    kind = f" of type {item['type']}" if noun == "field" and item.__class__ is _Pairs and _is_type(item) else ""
    return f"{noun} {show(name) if isinstance(name, str) else number}{kind}"


def _is_type(item: Mapping[str, Any]) -> bool:
    return isinstance(item.get("type"), str) and item["type"] in FIELD_TYPES


def _say(place: Sequence[str], what: str) -> str:
    return f"{', '.join(place)}: {what}" if place else what


def _found(value: Any) -> str:
    match value:
        case None:
            return "nothing (null)"
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text {show(value)}"
        case int() | float():
            return f"the number {value:.15g}" if _is_number(value) else "a number that no cell can hold"
        case list():
            return "a list" if value else "an empty list"
        case _:
            return "an object"


def _remedy(value: Any, shape: Value) -> str:
    if not isinstance(value, str):
        return ""
    if _UNWRITABLE.search(value):
        return " It holds a character that no file can hold."
    if shape is PATTERN and is_text(value):
        return f" It says: {pattern_flaw(value)}. Look-around and back-references are not to be had."
    try:
        is_quoted = len(value) < 20 and shape.holds(json.loads(value.casefold()))
    except ValueError:
        return ""
    return f" Write {value.casefold().strip()} without quotes." if is_quoted else ""
