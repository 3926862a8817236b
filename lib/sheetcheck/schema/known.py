"""What a datapackage.json can say: one table of known properties per level, and the values that each may have."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import re2

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
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
UNWRITABLE = re.compile("[\\0-\\x08\\ud800-\\udfff]")
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False


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
    return isinstance(value, str) and bool(value.strip()) and not UNWRITABLE.search(value)


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


def is_number(value: object) -> bool:
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
NUMBER = Value(is_number, "a number")
COUNT = Value(lambda value: isinstance(value, int) and is_number(value) and value >= 0, "a whole number from 0")
DAY = Value(lambda value: read_day(value) is not None, 'a date as "2026-06-30"')
PATTERN = Value(lambda value: is_text(value) and pattern_flaw(value) is None, "a pattern of RE2")
MARK = Value(_is_mark, "one mark, such as a semicolon")
EXAMPLE = Value(lambda value: is_text(value) or isinstance(value, bool) or is_number(value), "an example of a value")
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
