"""The text of a datapackage.json in, its content out, with everything in it that is unknown or wrongly written.

What it can say stands in known.toml; here is what each kind of single value may be.
"""

import datetime as dt
import json
import math
import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import re2

from sheetcheck.messages import say, show
from sheetcheck.nearest import nearest_name

# What the reader can open, and how a catalogue calls it.
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
# A file that is wrong throughout is clear after so many lines.
MAX_PROBLEMS = 40
# The largest number that a cell of Excel can hold.
LARGEST = 9.99e307
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNWRITABLE = re.compile("[\\0-\\x08\\ud800-\\udfff]")
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False


def read_day(value: object) -> dt.date | None:
    """The date of a text such as 2026-06-30, else None."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):
            return dt.date.fromisoformat(value)
    return None


def compile_pattern(pattern: str) -> Any:
    """The pattern as RE2 compiles it, which reads any text in time that grows with its length alone."""
    return re2.compile(pattern, _OPTIONS)


def suffix(path: str) -> str:
    """The ending of a file name in small letters, without its point."""
    return path.rpartition(".")[2].lower()


def _pattern_flaw(pattern: str) -> str | None:
    """Why a pattern cannot be used, in the words of RE2; None when it can."""
    try:
        compile_pattern(pattern)
    except re2.error as error:
        flaw = error.args[0] if error.args else ""
        return flaw.decode("utf-8", "replace") if isinstance(flaw, bytes) else str(flaw)
    return None


def _is_text(value: object) -> bool:
    """True for a text with something in it that any file can hold (half a surrogate pair fits in none)."""
    return isinstance(value, str) and bool(value.strip()) and not _UNWRITABLE.search(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def is_moment(value: object) -> bool:
    """True for the text of a date, or of a date and time."""
    with suppress(ValueError):
        return isinstance(value, str) and bool(dt.datetime.fromisoformat(value))
    return False


def _is_path(value: object) -> bool:
    if not _is_text(value) or re.search(r'[\\:*?"<>|\0-\x1f]', str(value)):
        return False
    parts = str(value).split("/")
    return all(part.strip(". ") and part == part.strip() for part in parts) and suffix(str(value)) in MEDIA_TYPES


def _is_mark(value: object) -> bool:
    return _is_text(value) and len(str(value)) == 1 and not str(value).isalnum() and value != '"'


def _are_names(value: object) -> bool:
    listed = value if isinstance(value, list) else [value]
    return bool(listed) and all(_is_text(name) for name in listed) and len(set(listed)) == len(listed)


def _is_filled(value: object, test: Callable[[Any], bool]) -> bool:
    return isinstance(value, dict) and bool(value) and all(_is_text(name) and test(value[name]) for name in value)


# The kinds of single value; what belongs there in words says the catalogue, under "value".
_VALUES: dict[str, Callable[[Any], bool]] = {
    "text": _is_text,
    # An empty title says nothing, and harms nothing.
    "prose": lambda value: value == "" or _is_text(value),
    "truth": lambda value: isinstance(value, bool),
    "number": _is_number,
    "count": lambda value: isinstance(value, int) and _is_number(value) and value >= 0,
    "day": lambda value: read_day(value) is not None,
    "moment": is_moment,
    "pattern": lambda value: _is_text(value) and _pattern_flaw(value) is None,
    "mark": _is_mark,
    "separator": lambda value: value == "\t" or _is_mark(value),
    "example": lambda value: _is_text(value) or isinstance(value, bool) or _is_number(value),
    "names": _are_names,
    "no-names": lambda value: value == [] or _are_names(value),
    "missing": lambda value: (
        isinstance(value, list)
        and all(isinstance(item.get("value") if isinstance(item, dict) else item, str) for item in value)
    ),
    "column-values": lambda value: _is_filled(value, _are_names),
    "column-pairs": lambda value: _is_filled(value, _is_text),
    "path": _is_path,
    "table": lambda value: _is_text(value) and bool(re.fullmatch(r"[a-z0-9][a-z0-9._-]*", value)),
    "sheet": lambda value: _is_text(value) and len(value) <= 31 and not re.search(r"[\[\]:*?/\\]", value),
}


class Object(NamedTuple):
    """The kind of each property that an object can have, those it must have, and which of them decides on others."""

    known: dict[str, str]
    must: list[str]
    by: str
    kinds: "dict[str, Object]"


@cache
def objects() -> dict[str, Object]:
    """Every object of known.toml by its name."""
    text = Path(__file__).with_name("known.toml").read_text(encoding="utf-8")
    return {name: _object(entry) for name, entry in tomllib.loads(text).items()}


def _object(entry: dict[str, Any], common: dict[str, str] | None = None, must: str = "") -> Object:
    told = {key: value for key, value in entry.items() if key not in ("by", "must") and isinstance(value, str)}
    known = {**(common or {}), **{name: kind for kind, names in told.items() for name in names.split()}}
    must = f"{must} {entry.get('must', '')}"
    kinds = {name: _object(part, known, must) for name, part in entry.items() if isinstance(part, dict)}
    return Object(known, must.split(), entry.get("by", ""), kinds)


class _Pairs(dict[str, Any]):
    """An object of JSON that remembers which of its properties stood in it twice."""

    doubles: tuple[str, ...] = ()


def parse(text: str) -> Any:
    """The content of a JSON text; raises ValueError with a sentence when it is none."""

    def paired(pairs: list[tuple[str, Any]]) -> _Pairs:
        found, names = _Pairs(pairs), [name for name, _ in pairs]
        if len(found) < len(pairs):
            found.doubles = tuple(name for name in found if names.count(name) > 1)
        return found

    def whole(digits: str) -> int | float:
        # Python refuses to read more than 4,300 digits; what no cell can hold is named with its place instead.
        return int(digits) if len(digits) < 400 else math.inf

    try:
        return json.loads(text, object_pairs_hook=paired, parse_int=whole)
    except json.JSONDecodeError as error:
        raise ValueError(say("schema.json", line=error.lineno, reason=error.msg)) from error
    except RecursionError as error:
        raise ValueError(say("schema.nested")) from error


def problems(descriptor: Any) -> list[str]:
    """What in a descriptor is unknown or wrongly written, one sentence each, with its place."""
    found = list(islice(_check(descriptor, "package", ()), MAX_PROBLEMS + 1))
    return found if len(found) <= MAX_PROBLEMS else [*found[:MAX_PROBLEMS], say("schema.more")]


def _check(value: Any, kind: str, place: tuple[str, ...]) -> Iterator[str]:
    if kind.startswith("["):
        noun = kind.strip("[]?")
        if isinstance(value, list) and (value or kind.endswith("?")):
            for number, item in enumerate(value, 1):
                yield from _check(item, noun, (*place[:-1], _called(item, noun, number)))
            return
        expected = say(f"list.{noun}")
    elif kind in objects():
        if isinstance(value, dict):
            yield from _check_object(value, objects()[kind], place)
            return
        expected = say("value.object")
    elif _holds(kind, value):
        return
    elif kind.startswith("="):
        expected = say("or", values=[json.dumps(only) for only in _only(kind)])
    else:
        expected = say(f"value.{kind}")
    yield _say(place, say("schema.found", found=_found(value), expected=expected) + _remedy(value, kind))


def _only(kind: str) -> list[Any]:
    """The values of a property whose other values this reader does not obey."""
    return [True if word == "true" else word for word in kind[1:].split("|")]


def _holds(kind: str, value: Any) -> bool:
    if kind.startswith("="):
        return any(type(value) is type(only) and value == only for only in _only(kind))
    return _VALUES[kind](value)


def _check_object(value: dict[str, Any], shape: Object, place: tuple[str, ...]) -> Iterator[str]:
    if shape.by:
        kind = value.get(shape.by)
        if not isinstance(kind, str) or kind not in shape.kinds:
            told = {"name": shape.by, "found": _found(kind)}
            what = say(f"schema.{'no-kind' if shape.by in value else 'kind-missing'}", **told)
            yield _say(place, what + nearest_name(kind if isinstance(kind, str) else "", shape.kinds))
            return
        shape = shape.kinds[kind]
    for name in getattr(value, "doubles", ()):
        yield _say(place, say("schema.double", name=name))
    near = {name: nearest_name(name, shape.known) for name in value if name not in shape.known}
    for name, hint in near.items():
        yield _say(place, say("schema.unknown", name=name) + hint)
    for name in shape.must:
        # A misspelt one is named already.
        if name not in value and not any(f'"{name}"' in hint for hint in near.values()):
            yield _say(place, say("schema.not-given", name=name))
    for name, inner in value.items():
        if name in shape.known:
            # Every table has one schema: to say it tells nothing.
            yield from _check(inner, shape.known[name], place if name == "schema" else (*place, name))


def _called(item: Any, noun: str, number: int) -> str:
    told = item if isinstance(item, dict) else {}
    name, kind = told.get("name"), told.get("type")
    called = f"{say(f'item.{noun}')} {show(name) if isinstance(name, str) else number}"
    is_typed = noun == "field" and isinstance(kind, str) and kind in objects()["field"].kinds
    return called + (say("of-type", kind=kind) if is_typed else "")


def _say(place: tuple[str, ...], what: str) -> str:
    return f"{', '.join(place)}: {what}" if place else what


def _found(value: Any) -> str:
    match value:
        case None:
            return say("found.null")
        case bool():
            return "true" if value else "false"
        case str():
            return say("found.text", text=value)
        case int() | float():
            return say("found.number", number=f"{value:.15g}") if _is_number(value) else say("found.large")
        case list():
            return say("found.list") if value else say("found.empty")
        case _:
            return say("found.object")


def _remedy(value: Any, kind: str) -> str:
    if not isinstance(value, str):
        return ""
    if _UNWRITABLE.search(value):
        return say("remedy.unwritable")
    if kind == "pattern" and _is_text(value):
        return say("remedy.pattern", flaw=_pattern_flaw(value))
    with suppress(ValueError):
        is_single = kind in _VALUES or kind.startswith("=")
        if is_single and len(value) < 20 and _holds(kind, json.loads(value.casefold())):
            return say("remedy.quoted", value=value.casefold().strip())
    return ""
