"""A cell in a date column in, its date or what is wrong with it out; the order of day and month is never guessed."""

from __future__ import annotations

import datetime as dt
import re

from sheetcheck.checks.cells.limits import limit_problem, unlisted_problem
from sheetcheck.checks.cells.texts import Problem
from sheetcheck.faults import show
from sheetcheck.schema import Field

# Measures and publications; an earlier or later year is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 1900, 2100
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FIGURES = re.compile(r"([0-9]{1,4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,4})")
_WORDS = re.compile(r"([0-9]{1,2})\.?[ -]([^\W\d]{3,9})\.?[ -]([0-9]{2,4})")
_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)} | {
    name: number
    for names in (
        "januari februari maart april mei juni juli augustus september oktober november december",
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
        "jan feb mar apr may jun jul aug sept oct nov dec",
    )
    for number, name in enumerate(names.split(), 1)
}
_EPOCH = dt.date(1899, 12, 30)


def read_iso(text: str) -> dt.date | None:
    """The date of a CSV field in the form 2025-10-09, else None."""
    found = _ISO.fullmatch(text)
    return _date(int(found[1]), int(found[2]), int(found[3])) if found else None


def readings(text: str) -> list[dt.date]:
    """Every day that a text can mean: year first, day first, month first, or with the name of the month."""
    dates: list[dt.date | None] = []
    text = text.strip()
    if found := _FIGURES.fullmatch(text):
        first, second, third = (int(part) for part in found.groups())
        if len(found[1]) == 4:
            dates = [_date(first, second, third)]
        elif len(found[1]) <= 2 and len(found[3]) in (2, 4):
            year = third if len(found[3]) == 4 else 2000 + third
            dates = [_date(year, second, first), _date(year, first, second)]
    elif (found := _WORDS.fullmatch(text)) and found[2].casefold() in _MONTHS:
        year = int(found[3]) if len(found[3]) == 4 else 2000 + int(found[3])
        dates = [_date(year, _MONTHS[found[2].casefold()], int(found[1]))]
    return list(dict.fromkeys(date for date in dates if date))


def date_text_problem(text: str, *, is_csv: bool) -> Problem:
    """What is wrong with a text in a date column: a date kept as text, a day that never was, or no date at all."""
    found = readings(text)
    expected = "a date as 2025-10-09" if is_csv else "a date, not text"
    how = "Write it as" if is_csv else "Give the cell the format yyyy-mm-dd and type it again:"
    if not found:
        if _FIGURES.fullmatch(text.strip()):
            message = f"{show(text)} is no day in the calendar. Look at the day and the month, and type it again."
            return Problem("invalid-date", message, expected)
        what = "a year" if re.fullmatch("(19|20)[0-9]{2}", text.strip()) else "text"
        message = (
            f"{show(text)} is {what} where a date belongs. Type a date, or leave the cell blank and say why in a note."
        )
        return Problem("text-for-date", message, expected)
    what = "is not written as a date here" if is_csv else "is a date kept as text"
    if len(found) == 1:
        day = found[0].isoformat()
        return Problem("date-as-text", f"{show(text)} {what}. {how} {day}.", expected, day)
    first, second = (_in_words(date) for date in found)
    return Problem("date-as-text", f"{show(text)} {what}: {first} or {second}? {how} {found[0].year}-mm-dd.", expected)


def stored_date_problem(value: object, field: Field) -> Problem | None:
    """What is wrong with the value of a cell in date format."""
    if isinstance(value, dt.datetime):
        message = f"holds a time of day as well ({value:%Y-%m-%d %H:%M}). Type the day alone: {value:%Y-%m-%d}."
        return Problem("time-in-date", message, "a date without a time", f"{value:%Y-%m-%d}")
    if not isinstance(value, dt.date):
        message = f"holds {_plain(value)}, which is no day that Excel can show. Type the date again."
        return Problem("invalid-date", message, "a date")
    year = (value - _EPOCH).days
    # 2026 in a cell of this format shows a day of 1905; a schema that wants such days says so by its minimum.
    if FIRST_YEAR <= year <= LAST_YEAR and (field.minimum is None or value < field.minimum):
        message = (
            f"{value.isoformat()} is how Excel shows {year} in a cell with a date format. Was the year {year} typed"
            f" alone? Type the whole date, or leave the cell blank and say why in a note."
        )
        return Problem("year-for-date", message, "a date")
    return date_problem(value, field)


def date_problem(value: dt.date, field: Field) -> Problem | None:
    """A date outside the limits of its column or none of its values, or in a year outside 1900 to 2100."""
    if FIRST_YEAR <= value.year <= LAST_YEAR:
        return limit_problem(value, field) or unlisted_problem(value, field)
    message = f"{value.isoformat()} is outside {FIRST_YEAR} to {LAST_YEAR}. Look at the year."
    return Problem("date-out-of-range", message, f"a date from {FIRST_YEAR} to {LAST_YEAR}")


def number_for_date_problem(number: float) -> Problem:
    """A number in a date column; in date format it would be a day, yet whether that is meant only its writer knows."""
    hint = ""
    if FIRST_YEAR <= number <= LAST_YEAR and number.is_integer():
        message = f"{number:.15g} is a year where a date belongs. Type the whole date in the format yyyy-mm-dd."
        return Problem("number-for-date", message, "a date")
    if 1 <= number <= 73415:
        hint = f" In date format it is {(_EPOCH + dt.timedelta(days=int(number))).isoformat()}: is that meant?"
    message = f"{number:.15g} is a number where a date belongs.{hint} Give the cell the format yyyy-mm-dd."
    return Problem("number-for-date", message, "a date")


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _in_words(date: dt.date) -> str:
    return f"{date.day} {_MONTH_NAMES[date.month - 1].capitalize()} {date.year}"


def _plain(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else show(value)
