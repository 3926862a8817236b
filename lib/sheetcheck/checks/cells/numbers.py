"""A cell in a number column in, its number or what is wrong with it out; and the limits of numbers and dates."""

from __future__ import annotations

import datetime as dt
import math
import operator
import re

from sheetcheck.faults import Problem, problem
from sheetcheck.messages import say
from sheetcheck.reading.cells import written
from sheetcheck.schema import Field

# Excel keeps 15 digits; up to here a float still holds every whole number.
MAX_WHOLE = 2**53
_PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_LOOSE = re.compile(r"[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9]{1,3})?")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}([.,' \u00a0\u202f])[0-9]{3}(\1[0-9]{3})*([.,][0-9]+)?")
_PERCENT = re.compile(r"([+-]?[0-9]+([.,][0-9]+)?)\s*%")
_PASSES = {
    "maximum": operator.gt,
    "minimum": operator.lt,
    "exclusive_maximum": operator.ge,
    "exclusive_minimum": operator.le,
}


def read_plain(text: str) -> float | None:
    """The number of a CSV field in plain form (a point, no signs for thousands), else None."""
    number = float(text) if _PLAIN.fullmatch(text) else None
    return number if number is not None and math.isfinite(number) else None


def number_text_problem(text: str, *, is_csv: bool) -> Problem:
    """What is wrong with a text in a number column, by what it looks like; never a guess at what was meant."""

    def say_so(key: str, plain: str | None = None, **parts: str) -> Problem:
        return problem(key, wants="number", suggestion=plain, text=text, plain=plain, **parts)

    where = "csv" if is_csv else "sheet"
    thousands = _THOUSANDS.fullmatch(text)
    if percent := _PERCENT.fullmatch(text):
        figure = percent.group(1).replace(",", ".")
        return say_so("number-as-text.percent", figure=figure, share=written(float(figure) / 100))
    if thousands and (thousands.group(3) or thousands.group(1) not in ",." or thousands.group(2)):
        rest = thousands.group(3) or ""
        plain = text.removesuffix(rest).replace(thousands.group(1), "") + rest.replace(",", ".")
        return say_so("decimal-comma.thousands" if rest.startswith(",") else "number-as-text.thousands", plain)
    if _COMMA.fullmatch(text):
        plain = text.replace(",", ".")
        if thousands:
            return say_so("decimal-comma.doubtful", first=plain, second=text.replace(",", ""))
        return say_so(f"decimal-comma.{where}", plain)
    if thousands and not text.lstrip("+-").startswith("0"):
        return say_so("number-as-text.doubtful", second=text.replace(".", ""))
    if not _LOOSE.fullmatch(text):
        return say_so("text-for-number.text")
    if not math.isfinite(float(text)):
        return say_so("text-for-number.large")
    return say_so(f"number-as-text.{where}", written(float(text)))


def number_problem(number: float, field: Field, *, is_percent: bool) -> Problem | None:
    """What is wrong with a number as such: not whole, shown as percents and kept as a share, out of range, unlisted."""
    if field.type == "integer" and (not number.is_integer() or abs(number) > MAX_WHOLE):
        kind = "digits" if number.is_integer() else "fraction"
        return problem(f"not-whole.{kind}", wants="whole", number=written(number))
    if is_percent and field.maximum is not None and field.maximum > 1:
        shown = written(number * 100)
        return problem(
            "percent-format", wants="plain", suggestion=shown, shown=shown, number=written(number), column=field.name
        )
    if field.maximum == 1 and 1 < number <= 100:
        share = written(number / 100)
        # A question: whether 65 was meant as 65 % only the person at the keyboard knows.
        return problem("out-of-range.share", wants="share", suggestion=share, number=written(number), share=share)
    return limit_problem(number, field)


def limit_problem(value: float | dt.date, field: Field) -> Problem | None:
    """The first limit of the column that a number or date passes; else that it is none of those it may hold."""
    for name, passes in _PASSES.items():
        limit = getattr(field, name)
        if limit is not None and passes(value, limit):
            parts = {"value": written(value), "limit": written(limit), "column": field.name}
            key = f"date-out-of-range.{name}" if isinstance(value, dt.date) else f"out-of-range.{name}"
            return problem(key, expected=say(f"limit.{name}", limit=written(limit)), **parts)
    if not field.enum or value in field.enum:
        return None
    expected = ", ".join(map(written, field.enum))
    parts = {"value": written(value), "column": field.name, "values": expected}
    return problem("unknown-value.number", expected=expected, **parts)
