"""A cell in a number or date column in, what is wrong with it out; what was meant is never guessed."""

from __future__ import annotations

import datetime as dt
import math
import operator
import re
from contextlib import suppress
from typing import Any

from sheetcheck.faults import Fault, problem
from sheetcheck.messages import say
from sheetcheck.reading.cells import shown, written
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
# Measures and publications; an earlier or later year is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 1900, 2100
# What a number between these days would be in date format: 1 January 1900 to 31 December 2100.
LAST_SERIAL = 73415
_FIGURES = re.compile(r"([0-9]{1,4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,4})")
_WORDS = re.compile(r"([0-9]{1,2})\.?[ -]([^\W\d]{3,9})\.?[ -]([0-9]{2,4})")
_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
        "jan feb mar apr may jun jul aug sept oct nov dec",
    )
    for number, name in enumerate(names.split(), 1)
}
_EPOCH = dt.date(1899, 12, 30)


def read_plain(text: str) -> float | None:
    """The number of a CSV field in plain form (a point, no signs for thousands), else None."""
    number = float(text) if _PLAIN.fullmatch(text) else None
    return number if number is not None and math.isfinite(number) else None


def number_text_problem(text: str, *, is_csv: bool) -> Fault:
    """What is wrong with a text in a number column, by what it looks like; never a guess at what was meant."""

    def say_so(key: str, plain: str | None = None, **parts: Any) -> Fault:
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


def number_problem(number: float, field: Field, *, is_percent: bool) -> Fault | None:
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


def limit_problem(value: float | dt.date, field: Field) -> Fault | None:
    """The first limit of the column that a number or date passes; else that it is none of those it may hold."""
    for name, passes in _PASSES.items():
        limit = getattr(field, name)
        if limit is not None and passes(value, limit):
            parts: dict[str, Any] = {"value": written(value), "limit": written(limit), "column": field.name}
            key = f"date-out-of-range.{name}" if isinstance(value, dt.date) else f"out-of-range.{name}"
            return problem(key, expected=say(f"limit.{name}", limit=written(limit)), **parts)
    if not field.enum or value in field.enum:
        return None
    expected = ", ".join(map(written, field.enum))
    parts = {"value": written(value), "column": field.name, "values": expected}
    return problem("unknown-value.number", expected=expected, **parts)


def readings(text: str) -> list[dt.date]:
    """Every day that a text can mean: year first, day first, month first, or with the name of the month."""
    parts: list[tuple[int, int, int]] = []
    text = text.strip()
    if found := _FIGURES.fullmatch(text):
        first, second, third = (int(part) for part in found.groups())
        if len(found[1]) == 4:
            parts = [(first, second, third)]
        elif len(found[1]) <= 2 and len(found[3]) in (2, 4):
            year = third if len(found[3]) == 4 else 2000 + third
            parts = [(year, second, first), (year, first, second)]
    elif (found := _WORDS.fullmatch(text)) and found[2].casefold() in _MONTHS:
        year = int(found[3]) if len(found[3]) == 4 else 2000 + int(found[3])
        parts = [(year, _MONTHS[found[2].casefold()], int(found[1]))]
    dates: dict[dt.date, None] = {}
    for year, month, day in parts:
        with suppress(ValueError):
            dates[dt.date(year, month, day)] = None
    return list(dates)


def date_text_problem(text: str, *, is_csv: bool) -> Fault:
    """What is wrong with a text in a date column: a date kept as text, a day that never was, or no date at all."""
    found = readings(text)
    where = "csv" if is_csv else "sheet"
    wants = f"date-{where}"
    if not found:
        is_year = re.fullmatch("(19|20)[0-9]{2}", text.strip())
        never = "invalid-date.calendar" if _FIGURES.fullmatch(text.strip()) else "text-for-date.text"
        return problem("text-for-date.year" if is_year else never, wants=wants, text=text)
    if len(found) == 1:
        day = found[0].isoformat()
        return problem(f"date-as-text.{where}", wants=wants, suggestion=day, text=text, day=day)
    first, second = (say("date", day=date.day, month=say(f"month.{date.month}"), year=date.year) for date in found)
    key = f"date-as-text.{where}-doubtful"
    return problem(key, wants=wants, text=text, first=first, second=second, year=found[0].year)


def stored_date_problem(value: object, field: Field) -> Fault | None:
    """What is wrong with the value of a cell in date format."""
    if isinstance(value, dt.datetime):
        moment, day = f"{value:%Y-%m-%d %H:%M}", f"{value:%Y-%m-%d}"
        return problem("time-in-date", wants="day", suggestion=day, moment=moment, day=day)
    if not isinstance(value, dt.date):
        return problem("invalid-date.stored", wants="date", value=shown(value))
    year = (value - _EPOCH).days
    # 2026 in a cell of this format shows a day of 1905; a schema that wants such days says so by its minimum.
    if FIRST_YEAR <= year <= LAST_YEAR and (field.minimum is None or value < field.minimum):
        return problem("year-for-date", wants="date", day=value.isoformat(), year=year)
    return date_problem(value, field)


def date_problem(value: dt.date, field: Field) -> Fault | None:
    """A date outside the limits of its column or none of its values, or in a year outside 1900 to 2100."""
    if FIRST_YEAR <= value.year <= LAST_YEAR:
        return limit_problem(value, field)
    years: dict[str, Any] = {"first": FIRST_YEAR, "last": LAST_YEAR}
    return problem("date-out-of-range.year", expected=say("limit.years", **years), day=value.isoformat(), **years)


def number_for_date_problem(number: float) -> Fault:
    """A number in a date column; in date format it would be a day, yet whether that is meant only its writer knows."""
    is_year = FIRST_YEAR <= number <= LAST_YEAR and number.is_integer()
    is_serial = not is_year and 1 <= number <= LAST_SERIAL
    day = (_EPOCH + dt.timedelta(days=int(number))).isoformat() if is_serial else None
    kind = "year" if is_year else "serial" if is_serial else "number"
    return problem(f"number-for-date.{kind}", wants="date", number=written(number), day=day)
