"""A number or a date and the limits of its column in, the limit that it passes out."""

from __future__ import annotations

import datetime as dt
import operator

from sheetcheck.checks.cells.texts import Problem
from sheetcheck.faults import show
from sheetcheck.schema import Field

# Limit of a field; when a value passes it; what is said of a number, of a date, and of what was expected.
_LIMITS = (
    ("maximum", operator.gt, "over {}, the most", "after {}, the latest", "at most {}"),
    ("minimum", operator.lt, "under {}, the least", "before {}, the earliest", "at least {}"),
    ("exclusive_maximum", operator.ge, "not under {}, the limit", "not before {}, the limit", "less than {}"),
    ("exclusive_minimum", operator.le, "not over {}, the limit", "not after {}, the limit", "more than {}"),
)


def written(value: float | dt.date) -> str:
    """A number as a person writes it (65, 0.65, without digits that a float only seems to have), or a date."""
    return value.isoformat() if isinstance(value, dt.date) else f"{value:.15g}"


def shown(value: object) -> str:
    """Any value of a column as messages quote it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, tuple):
        return show("; ".join(value))
    return written(value) if isinstance(value, float | int | dt.date) else show(value)


def limit_problem(value: float | dt.date, field: Field) -> Problem | None:
    """The first limit of the column that a value of its type passes."""
    for name, passes, of_number, of_date, expected in _LIMITS:
        limit = getattr(field, name)
        if limit is None or not passes(value, limit):
            continue
        is_date = isinstance(value, dt.date)
        what = (of_date if is_date else of_number).format(written(limit))
        message = f"{written(value)} is {what} that {field.name} can be."
        code = "date-out-of-range" if is_date else "out-of-range"
        return Problem(code, message, expected.format(written(limit)))
    return None


def unlisted_problem(value: float | dt.date, field: Field) -> Problem | None:
    """A number or date that is none of those that the column may hold."""
    if not field.enum or value in field.enum:
        return None
    expected = ", ".join(map(written, field.enum))
    message = f"{written(value)} is no value of {field.name}. Allowed: {expected}."
    return Problem("unknown-value", message, expected)
