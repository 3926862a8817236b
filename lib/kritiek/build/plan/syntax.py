"""A TOML file that cannot be read in; its line and what is wrong with it, for who never saw TOML, out."""

import re
import tomllib
from typing import Any

from kritiek.errors import PlanError
from sheetcheck.messages import SHOWN_CHARACTERS, say, show

CURLY = re.compile("[“”„‟«»‘’‚]")
DUTCH_DAY = re.compile(r"=\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
PLACE = re.compile(r"line (\d+), column (\d+)")  # tomllib gives none at the end of the file
BEFORE = 30  # characters of a long line that are shown before its fault
# How tomllib begins its sentences, and ours for them.
KINDS = {
    "Unclosed": "unclosed",
    "Invalid value": "value",
    "Unterminated string": "string",
    "Illegal character": "string",
    "Unescaped": "backslash",
    "Cannot": "twice",
    "Duplicate": "twice",
}


def read_toml(text: str, file: str) -> dict[str, Any]:
    """What the text says; raises PlanError with the line at fault and what is most likely wrong there."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlanError(_told(text, file, str(error))) from None
    except ValueError as error:  # a number with more digits than Python takes
        raise PlanError(say("plan.unreadable", file=file, reason=error)) from None
    except RecursionError:
        raise PlanError(say("plan.too-deep", file=file)) from None


def _told(text: str, file: str, reason: str) -> str:
    place = PLACE.search(reason)
    lines = text.splitlines() or [""]
    number, column = (int(place[1]), int(place[2])) if place else (len(lines), len(lines[-1]) + 1)
    # A string that is not closed is found at the end of its line, or at the next one.
    line = lines[min(number, len(lines)) - 1]
    outside = re.sub(r'"[^"]*"', "", line)
    kind = next((kind for start, kind in KINDS.items() if reason.startswith(start)), "other")
    if not place and kind in ("unclosed", "value"):
        kind = "end"
    parts: dict[str, Any] = {}
    if CURLY.search(outside):
        kind = "curly"
    elif day := DUTCH_DAY.search(outside):
        kind, parts = "day", {"day": f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}"}
    # Of a long line what stands round the place: the line of an exhibit has 150 characters and more.
    start = max(0, column - BEFORE) if len(line) > SHOWN_CHARACTERS else 0
    excerpt = ("…" if start else "") + line[start:].strip()
    return say("toml.place", file=file, number=number, line=show(excerpt), told=say(f"toml.{kind}", **parts))
