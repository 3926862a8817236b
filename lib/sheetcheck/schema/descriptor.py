"""The text of a datapackage.json in, its content out, with everything in it that is unknown or wrongly written."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sheetcheck.faults import show
from sheetcheck.nearest import nearest_name
from sheetcheck.schema.known import (
    FIELD_TYPES,
    PACKAGE,
    PATTERN,
    UNWRITABLE,
    Choice,
    Items,
    Object,
    Shape,
    Value,
    is_number,
    is_text,
    pattern_flaw,
)

# A file that is wrong throughout is clear after so many lines.
MAX_PROBLEMS = 40


class _Pairs(dict[str, Any]):
    """An object of JSON that remembers which of its properties stood in it twice."""

    doubles: tuple[str, ...] = ()


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
            return f"the number {value:.15g}" if is_number(value) else "a number that no cell can hold"
        case list():
            return "a list" if value else "an empty list"
        case _:
            return "an object"


def _remedy(value: Any, shape: Value) -> str:
    if not isinstance(value, str):
        return ""
    if UNWRITABLE.search(value):
        return " It holds a character that no file can hold."
    if shape is PATTERN and is_text(value):
        return f" It says: {pattern_flaw(value)}. Look-around and back-references are not to be had."
    try:
        is_quoted = len(value) < 20 and shape.holds(json.loads(value.casefold()))
    except ValueError:
        return ""
    return f" Write {value.casefold().strip()} without quotes." if is_quoted else ""
