"""A cell in a number column in, its number or what is wrong with it out; never a guess at what was meant."""

from __future__ import annotations

import math
import re

from sheetcheck.checks.cells.limits import limit_problem, unlisted_problem, written
from sheetcheck.checks.cells.texts import Problem
from sheetcheck.faults import show
from sheetcheck.schema import Field

# Excel keeps 15 digits; up to here a float still holds every whole number.
MAX_WHOLE = 2**53
_PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_LOOSE = re.compile(r"[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9]{1,3})?")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}([.,' \u00a0\u202f])[0-9]{3}(\1[0-9]{3})*([.,][0-9]+)?")
_PERCENT = re.compile(r"([+-]?[0-9]+([.,][0-9]+)?)\s*%")


def read_plain(text: str) -> float | None:
    """The number of a CSV field in plain form (a point, no signs for thousands), else None."""
    number = float(text) if _PLAIN.fullmatch(text) else None
    return number if number is not None and math.isfinite(number) else None


def number_text_problem(text: str, *, is_csv: bool) -> Problem:
    """What is wrong with a text in a number column, by what it looks like."""
    expected = "a number"
    percent = _PERCENT.fullmatch(text)
    if percent:
        figure = percent.group(1).replace(",", ".")
        message = (
            f"{show(text)} is text with a percent sign. Type the number alone: is it {figure} or {_share(figure)}?"
        )
        return Problem("number-as-text", message, expected)
    thousands = _THOUSANDS.fullmatch(text)
    if thousands and (thousands.group(3) or thousands.group(1) not in ",." or thousands.group(2)):
        mark, rest = thousands.group(1), thousands.group(3) or ""
        plain = text.removesuffix(rest).replace(mark, "") + rest.replace(",", ".")
        code = "decimal-comma" if rest.startswith(",") else "number-as-text"
        message = f"{show(text)} is text with signs between the thousands. Type {plain} if that is meant."
        return Problem(code, message, expected, plain)
    if _COMMA.fullmatch(text):
        plain = text.replace(",", ".")
        if thousands:
            message = (
                f"{show(text)} is text with a comma: is it {plain} or {text.replace(',', '')}? Type it as a number."
            )
            return Problem("decimal-comma", message, expected)
        message = f"{show(text)} is text with a decimal comma, not a number. {_how(plain, is_csv)}"
        return Problem("decimal-comma", message, expected, plain)
    if thousands and not text.lstrip("+-").startswith("0"):
        other = text.replace(".", "")
        message = f"{show(text)} is text with a point: is it {text} or {other}? Type it as a number."
        return Problem("number-as-text", message, expected)
    if _LOOSE.fullmatch(text) and not math.isfinite(float(text)):
        return Problem("text-for-number", f"{show(text)} is larger than any number can be. Type the number.", expected)
    if _LOOSE.fullmatch(text):
        plain = written(float(text))
        what = "is not written as a plain number" if is_csv else "is a number kept as text"
        message = f"{show(text)} {what}. {_how(plain, is_csv)}"
        return Problem("number-as-text", message, expected, plain)
    remedy = "Type a number, or leave the cell blank and say why in a note."
    return Problem("text-for-number", f"{show(text)} is text where a number belongs. {remedy}", expected)


def _how(plain: str, is_csv: bool) -> str:
    return f"Write it as {plain}." if is_csv else "Give the cell a number format and type the number again."


def _share(figure: str) -> str:
    return written(float(figure) / 100)


def number_problem(number: float, field: Field, *, is_percent: bool) -> Problem | None:
    """What is wrong with a number as such: not whole, shown as percents and kept as a share, out of range, unlisted."""
    if field.type == "integer" and (not number.is_integer() or abs(number) > MAX_WHOLE):
        what = "is no whole number" if not number.is_integer() else "has more digits than Excel keeps"
        return Problem("not-whole", f"{written(number)} {what}. Type a whole number.", "a whole number")
    if is_percent and field.maximum is not None and field.maximum > 1:
        shown = written(number * 100)
        message = (
            f"the cell shows {shown}% and holds {written(number)}; {field.name} holds percents as plain numbers:"
            f" {shown}? Give the cell a number format and type it again."
        )
        return Problem("percent-format", message, "a plain number", shown)
    if field.maximum == 1 and 1 < number <= 100:
        share = written(number / 100)
        # A question: whether 65 was meant as 65 % only the person at the keyboard knows.
        message = f"{written(number)} is over 1; {share} = {written(number)} %?"
        return Problem("out-of-range", message, "at most 1", share)
    return limit_problem(number, field) or unlisted_problem(number, field)
