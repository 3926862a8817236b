"""Days as a researcher types them in, dates out; and dates in, days as a sentence or an axis has them, out."""

import datetime as dt

from kritiek.errors import ExhibitError
from sheetcheck.messages import LANGUAGES, say

MONTHS = {language: say("months", language).split() for language in LANGUAGES}


def day(option: str, value: str) -> dt.date:
    """A date written yyyy-mm-dd; raises ExhibitError for anything else."""
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ExhibitError(say("exhibit.date", option=option, value=value)) from error


def day_words(date: dt.date, language: str) -> str:
    """A day as a sentence has it: "1 maart 2025", "1 March 2025"."""
    return f"{date.day} {MONTHS[language][date.month - 1]} {date.year}"


def month_words(date: dt.date, language: str) -> str:
    """A month as a sentence has it: "maart 2025", "March 2025"."""
    return f"{MONTHS[language][date.month - 1]} {date.year}"


def period_words(text: str, language: str) -> str:
    """A day, month, year or period in digits, in words: "2025-04" is "april 2025", "2024/2026" is "2024-2026"."""
    if "/" in text:
        return "-".join(period_words(part, language) for part in text.split("/"))
    if len(text) < len("yyyy-mm"):
        return text
    date = dt.date.fromisoformat(f"{text}-01"[: len("yyyy-mm-dd")])
    return day_words(date, language) if len(text) == len("yyyy-mm-dd") else month_words(date, language)


def short_day_words(date: dt.date, language: str) -> str:
    """A day where there is little room: "1 mrt 2025", "1 Mar 2025"."""
    return f"{date.day} {_short_month(date, language)} {date.year}"


def axis_words(date: dt.date, language: str, *, with_day: bool = False) -> str:
    """A short month over its year, for an axis, with or without its day: "mrt", "2025" on two lines."""
    day = f"{date.day} " if with_day else ""
    return f"{day}{_short_month(date, language)}\n{date.year}"


def _short_month(date: dt.date, language: str) -> str:
    return MONTHS[language][date.month - 1][:3].replace("maa", "mrt")
