"""A field and a stored cell in, the typed value and everything wrong with it out; keys and references come later.

What was meant is never guessed.
"""

import datetime as dt
import math
import operator
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sheetcheck.checks.texts import error_problem, formula_problems, is_error_text, text_problems
from sheetcheck.faults import Fault, problem
from sheetcheck.messages import LANGUAGES, say
from sheetcheck.nearest import DASHES, LOOK_ALIKES, Nearest, plain
from sheetcheck.reading.cells import Cell, shown, written
from sheetcheck.schema import Field
from sheetcheck.schema.known import compile_pattern, read_day

# Equal cells are judged once, as far as this many different ones go.
MAX_REMEMBERED = 500
_YES = {"true", "waar", "ja", "yes", "x", "1", "vrai", "wahr"}
_NO = {"false", "onwaar", "nee", "no", "0", "faux", "falsch"}
_DUTCH = {"TRUE": "WAAR", "FALSE": "ONWAAR"}
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
_SHORT_MONTHS = {"mrt": 3, "sept": 9}  # which are not the first three letters
_EPOCH = dt.date(1899, 12, 30)


@dataclass(frozen=True)
class Judged:
    """A cell after judgement: its typed value (None where there is none to trust) and its problems."""

    value: object
    problems: tuple[Fault, ...] = ()


@dataclass
class Judge:
    """Judges the cells of one column; equal cells are judged once, since columns repeat themselves."""

    field: Field
    is_csv: bool

    def __post_init__(self) -> None:
        self.memory: dict[tuple[object, str, str], Judged] = {}
        self.nearest = Nearest(str(value) for value in self.field.enum or ())
        self.allowed = frozenset(self.field.enum or ())
        self.pattern = compile_pattern(self.field.pattern) if self.field.pattern else None
        self.blank: object = () if self.field.is_list else None
        self.where = "csv" if self.is_csv else "sheet"

    def __call__(self, cell: Cell) -> Judged:
        # The kind is part of the question: 1, 1.0 and TRUE are equal to Python and different in a sheet.
        question = (cell.value, cell.kind, cell.note)
        found = self.memory.get(question)
        if found is None:
            if len(self.memory) >= MAX_REMEMBERED:
                self.memory.clear()
            found = self.memory[question] = self._judge(cell)
        return found

    def _judge(self, cell: Cell) -> Judged:
        if cell.kind == "error" or (cell.kind == "text" and is_error_text(str(cell.value))):
            return Judged(None, (error_problem(str(cell.value).strip()),))
        if cell.kind == "formula":
            return Judged(None, (problem("formula-without-result.cell"),))
        if self.field.type in ("string", "list"):
            return self._text(cell)
        found = {"boolean": self._boolean, "date": self._date}.get(self.field.type, self._number)(cell)
        return Judged(None, (found,)) if isinstance(found, Fault) else Judged(found)

    def _text(self, cell: Cell) -> Judged:
        is_list = self.field.is_list
        if cell.kind != "text":
            # Excel has turned what was typed into something else; what it was, nobody can tell from the cell any more.
            text = written(cell.value)
            if cell.kind not in ("number", "bool"):
                return Judged(self.blank, (problem("date-for-text", wants="text", value=text),))
            suggestion = text if cell.kind == "number" else None
            found = problem(f"{cell.kind}-for-text", wants="text", suggestion=suggestion, value=text)
            return Judged((text,) if is_list else text, (found,))
        problems, text = text_problems(str(cell.value))
        if any(problem.blocks for problem in problems):
            return Judged(self.blank if is_list else text or None, tuple(problems))
        # Only a text without problems is given as it stands; the others are cleaned for what is judged next.
        return self._list(text, problems) if is_list else Judged(text, (*problems, *self._allowed(text)))

    def _list(self, text: str, problems: list[Fault]) -> Judged:
        problems = [problem for problem in problems if problem.code != "formula-looking-text"]
        mark = self.field.delimiter
        items = [item.strip(" ") for item in text.split(mark)]
        if "" in items:
            items = [item for item in items if item]
            better = f"{mark} ".join(items)
            problems.append(problem("empty-item", suggestion=better, text=text, mark=mark))
        for item in (item for item, count in Counter(items).items() if count > 1):
            problems.append(problem("duplicate-item", item=item, text=text))
        whole = text if len(items) > 1 else None
        formulas = {item: formula_problems(item, whole) for item in items}
        for item, found in formulas.items():
            problems += found or self._allowed(item, whole)
        # What looks like a formula has been named; it must not be named again as an unknown value.
        return Judged(tuple(item for item in items if not formulas[item]), tuple(problems))

    def _allowed(self, text: str, whole: str | None = None) -> list[Fault]:
        """Enumeration, pattern and length of a text, or of one item of a list."""
        found = []
        if self.allowed and text not in self.allowed:
            found.append(self._unknown(text, whole))
        if self.pattern and not self._fits(text):
            found.append(self._misshapen(text, whole))
        for name, code in (("min_length", "text-too-short"), ("max_length", "text-too-long")):
            limit = getattr(self.field, name)
            if limit is not None and (len(text) < limit if name == "min_length" else len(text) > limit):
                told: dict[str, Any] = {"length": len(text), "column": self.field.name, "limit": limit}
                found.append(problem(f"{code}.column", expected=say(f"limit.{name}", **told), **told))
        return found

    def _fits(self, text: str) -> bool:
        """True when the whole text has the form of the pattern, as in the standard: a part of it is not enough."""
        # Half a surrogate pair, as a damaged cell can hold it, is no letter that any pattern could mean.
        return self.pattern is None or bool(self.pattern.fullmatch(text.encode("utf-8", "replace").decode()))

    def _unknown(self, text: str, whole: str | None) -> Fault:
        told: dict[str, Any] = {"text": text, "whole": whole, "column": self.field.name}
        told["expected"] = ", ".join(map(str, self.field.enum or ()))
        near = self.nearest.find(text)
        if near is None:
            return problem("unknown-value.allowed", **told)
        told["suggestion"] = near.values[0]
        if near.why in ("case", "look-alikes") and len(near.values) == 1:
            return problem("wrong-case.list" if near.why == "case" else "look-alike-letters.list", **told)
        return problem("unknown-value.near", bare=say("not-a-value", **told), near=near.values, **told)

    def _misshapen(self, text: str, whole: str | None) -> Fault:
        straight = text.translate(DASHES).translate(LOOK_ALIKES)
        writings = (straight, straight.lower(), straight.upper(), straight.capitalize())
        better = next((writing for writing in writings if self._fits(writing)), None)
        told: dict[str, Any] = {"text": text, "whole": whole, "column": self.field.name}
        told |= {"example": self.field.example, "expected": self.field.pattern, "suggestion": better}
        if better is not None and plain(better) == plain(text):
            code = "wrong-case" if better.casefold() == text.casefold() else "look-alike-letters"
            return problem(f"{code}.form", bare=say("not-written-as", **told), **told)
        return problem("wrong-form", bare=say("wrong-form", **told | {"example": None}), **told)

    def _boolean(self, cell: Cell) -> object:
        if cell.kind == "bool":
            return cell.value
        text = str(cell.value).strip()
        if self.is_csv and text in _DUTCH and text == cell.value:
            return text == "TRUE"
        if cell.kind == "number":
            return problem("number-for-bool", wants="bool", number=written(cell.value))
        meant = "TRUE" if text.casefold() in _YES else "FALSE" if text.casefold() in _NO else None
        told = {"suggestion": meant, "text": cell.value, "meant": meant or say("expected.bool")}
        if not self.is_csv:
            # In a cell with the format Text, or after an apostrophe, TRUE stays text however often it is typed.
            kind = "sheet" if meant else "unknown"
            return problem(f"text-for-bool.{kind}", wants="bool", dutch=_DUTCH.get(meant or ""), **told)
        if text.upper() == meant:
            return problem("wrong-case.bool", wants="bool", **told)
        kind = "dutch" if text.upper() in _DUTCH.values() else "csv"
        return problem(f"text-for-bool.{kind}", wants="bool", **told)

    def _date(self, cell: Cell) -> object:
        """A date, or what keeps a cell from being one; what a number would be in date format only its writer knows."""
        match cell.kind:
            case "date":
                return self._stored_date(cell.value)
            case "bool":
                return problem("bool-for-date", wants="date", value=written(cell.value))
            case "number":
                number = float(str(cell.value))
                is_year = FIRST_YEAR <= number <= LAST_YEAR and number.is_integer()
                is_serial = not is_year and 1 <= number <= LAST_SERIAL
                day = (_EPOCH + dt.timedelta(days=int(number))).isoformat() if is_serial else None
                kind = "year" if is_year else "serial" if is_serial else "number"
                return problem(f"number-for-date.{kind}", wants="date", number=written(number), day=day)
        text = str(cell.value)
        date = read_day(text) if self.is_csv else None
        if date is None:
            return _blank_first(text) or _date_text_problem(text, self.where)
        return self._date_problem(date) or date

    def _stored_date(self, value: object) -> object:
        if isinstance(value, dt.datetime):
            told = {"suggestion": f"{value:%Y-%m-%d}", "moment": f"{value:%Y-%m-%d %H:%M}"}
            return problem("time-in-date", wants="day", **told)
        if not isinstance(value, dt.date):
            return problem("invalid-date.stored", wants="date", value=shown(value))
        year = (value - _EPOCH).days
        # 2026 in a cell of this format shows a day of 1905; a schema that wants such days says so by its minimum.
        if FIRST_YEAR <= year <= LAST_YEAR and (self.field.minimum is None or value < self.field.minimum):
            return problem("year-for-date", wants="date", day=value.isoformat(), year=year)
        return self._date_problem(value) or value

    def _date_problem(self, value: dt.date) -> Fault | None:
        """A date outside the limits of its column or none of its values, or in a year outside 1900 to 2100."""
        if FIRST_YEAR <= value.year <= LAST_YEAR:
            return self._limit_problem(value)
        told = {"day": value.isoformat(), "first": FIRST_YEAR, "last": LAST_YEAR}
        return problem("date-out-of-range.year", expected=say("limit.years", **told), **told)

    def _number(self, cell: Cell) -> object:
        if cell.kind == "bool":
            told = {"value": written(cell.value), "number": int(bool(cell.value))}
            return problem("bool-for-number", wants="number", **told)
        if cell.kind == "date":
            return problem("date-for-number", wants="number", value=cell.value)
        text = str(cell.value)
        number = float(text) if cell.kind == "number" else read_plain(text) if self.is_csv else None
        if number is None:
            return _blank_first(text) or _number_text_problem(text.strip(), self.where)
        found = self._number_problem(number, is_percent=cell.note == "percent")
        return found or (int(number) if self.field.type == "integer" else number)

    def _number_problem(self, number: float, *, is_percent: bool) -> Fault | None:
        """A number as such: not whole, shown as percents and kept as a share, out of range, unlisted."""
        told = {"number": written(number), "column": self.field.name}
        if self.field.type == "integer" and (not number.is_integer() or abs(number) > MAX_WHOLE):
            return problem(f"not-whole.{'digits' if number.is_integer() else 'fraction'}", wants="whole", **told)
        if is_percent and self.field.maximum is not None and self.field.maximum > 1:
            return problem("percent-format", wants="plain", suggestion=written(number * 100), **told)
        if self.field.maximum == 1 and 1 < number <= 100:
            # A question: whether 65 was meant as 65 % only the person at the keyboard knows.
            return problem("out-of-range.share", wants="share", suggestion=written(number / 100), **told)
        return self._limit_problem(number)

    def _limit_problem(self, value: float | dt.date) -> Fault | None:
        """The first limit of the column that a number or date passes; else that it is none of those it may hold."""
        told: dict[str, Any] = {"value": written(value), "column": self.field.name}
        for name, passes in _PASSES.items():
            limit = getattr(self.field, name)
            if limit is not None and passes(value, limit):
                told["limit"] = written(limit)
                key = f"date-out-of-range.{name}" if isinstance(value, dt.date) else f"out-of-range.{name}"
                return problem(key, expected=say(f"limit.{name}", **told), **told)
        if not self.field.enum or value in self.field.enum:
            return None
        return problem("unknown-value.number", expected=", ".join(map(written, self.field.enum)), **told)


def read_plain(text: str) -> float | None:
    """The number of a CSV field in plain form (a point, no signs for thousands), else None."""
    number = float(text) if _PLAIN.fullmatch(text) else None
    return number if number is not None and math.isfinite(number) else None


def _number_text_problem(text: str, where: str) -> Fault:
    """What is wrong with a text in a number column, by what it looks like."""

    def say_so(key: str, plain: str | None = None, **parts: Any) -> Fault:
        return problem(key, wants="number", suggestion=plain, text=text, **parts)

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


def _date_text_problem(text: str, where: str) -> Fault:
    """What is wrong with a text in a date column: a date kept as text, a day that never was, or no date at all."""
    found, wants = _readings(text), f"date-{where}"
    if not found:
        is_year = re.fullmatch("(19|20)[0-9]{2}", text.strip())
        never = "invalid-date.calendar" if _FIGURES.fullmatch(text.strip()) else "text-for-date.text"
        return problem("text-for-date.year" if is_year else never, wants=wants, text=text)
    if len(found) == 1:
        return problem(f"date-as-text.{where}", wants=wants, suggestion=found[0].isoformat(), text=text)
    first, second = (say("date", day=date.day, month=say(f"month.{date.month}"), year=date.year) for date in found)
    key = f"date-as-text.{where}-doubtful"
    return problem(key, wants=wants, text=text, first=first, second=second, year=found[0].year)


def _readings(text: str) -> list[dt.date]:
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
    elif (found := _WORDS.fullmatch(text)) and (month := _month(found[2].casefold())):
        year = int(found[3]) if len(found[3]) == 4 else 2000 + int(found[3])
        parts = [(year, month, int(found[1]))]
    dates: dict[dt.date, None] = {}
    for year, month, day in parts:
        with suppress(ValueError):
            dates[dt.date(year, month, day)] = None
    return list(dates)


def _month(name: str) -> int | None:
    """The number of a month by its name, whole or short, in each of the languages."""
    for number in range(1, 13):
        names = [say(f"month.{number}", language).casefold() for language in LANGUAGES]
        if name in names or name in [month[:3] for month in names]:
            return number
    return _SHORT_MONTHS.get(name)


def _blank_first(text: str) -> Fault | None:
    """A number or date with blanks round it: the blanks are the fault, where nothing else is."""
    problems, cleaned = text_problems(text)
    is_value = cleaned != text and (read_plain(cleaned) is not None or _readings(cleaned))
    return problems[0] if problems and (is_value or problems[0].code == "only-blanks") else None
