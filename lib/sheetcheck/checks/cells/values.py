"""A field and a stored cell in, the typed value and everything wrong with it out; keys and references come later."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from sheetcheck.checks.cells.dates import (
    date_problem,
    date_text_problem,
    number_for_date_problem,
    read_iso,
    readings,
    stored_date_problem,
)
from sheetcheck.checks.cells.limits import written
from sheetcheck.checks.cells.numbers import number_problem, number_text_problem, read_plain
from sheetcheck.checks.cells.texts import Problem, error_problem, formula_problems, is_error_text, text_problems
from sheetcheck.faults import show
from sheetcheck.nearest import DASHES, LOOK_ALIKES, Nearest, plain
from sheetcheck.reading import Cell
from sheetcheck.schema import Field
from sheetcheck.schema.known import compile_pattern

# Equal cells are judged once, as far as this many different ones go.
MAX_REMEMBERED = 500
_YES = {"true", "waar", "ja", "yes", "x", "1", "vrai", "wahr"}
_DUTCH_OF = {"TRUE": "WAAR", "FALSE": "ONWAAR"}
_DUTCH = frozenset(_DUTCH_OF.values())
_NO = {"false", "onwaar", "nee", "no", "0", "faux", "falsch"}


@dataclass(frozen=True)
class Judged:
    """A cell after judgement: its typed value (None where there is none to trust) and its problems."""

    value: object
    problems: tuple[Problem, ...] = ()


@dataclass
class Judge:
    """Judges the cells of one column; equal cells are judged once, since columns repeat themselves."""

    field: Field
    is_csv: bool
    memory: dict[tuple[object, str, str], Judged] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.nearest = Nearest(str(value) for value in self.field.enum or ())
        self.allowed = frozenset(self.field.enum or ())
        self.pattern = compile_pattern(self.field.pattern) if self.field.pattern else None

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
        if cell.kind == "error":
            return Judged(None, (error_problem(str(cell.value)),))
        if cell.kind == "formula":
            message = "holds a formula that was never computed. Open the workbook in Excel, save it, and check again."
            return Judged(None, (Problem("formula-without-result", message),))
        if cell.kind == "text" and is_error_text(str(cell.value)):
            return Judged(None, (error_problem(str(cell.value).strip()),))
        match self.field.type:
            case "string":
                return self._string(cell)
            case "list":
                return self._list(cell)
            case "boolean":
                return self._boolean(cell)
            case "date":
                return self._date(cell)
            case _:
                return self._number(cell)

    def _string(self, cell: Cell) -> Judged:
        if cell.kind != "text":
            return _not_text(cell, self.field)
        problems, text = text_problems(str(cell.value))
        if any(problem.blocks for problem in problems):
            return Judged(text or None, tuple(problems))
        problems += self._allowed(text)
        # Only a text without problems is given as it stands; the others are cleaned for what is judged next.
        return Judged(text, tuple(problems))

    def _list(self, cell: Cell) -> Judged:
        if cell.kind != "text":
            judged = _not_text(cell, self.field)
            return replace(judged, value=(judged.value,) if judged.value else ())
        problems, text = text_problems(str(cell.value))
        if any(problem.blocks for problem in problems):
            return Judged((), tuple(problems))
        problems = [problem for problem in problems if problem.code != "formula-looking-text"]
        items = [item.strip(" ") for item in text.split(self.field.delimiter)]
        if "" in items:
            message = f"{show(text)} has a {self.field.delimiter} with nothing beside it. Take it away."
            tidy = f"{self.field.delimiter} ".join(item for item in items if item)
            problems.append(Problem("empty-item", message, suggestion=tidy, blocks=False))
        items = [item for item in items if item]
        for item in (item for item, count in Counter(items).items() if count > 1):
            message = f"{show(item)} stands twice in {show(text)}. Delete one."
            problems.append(Problem("duplicate-item", message, blocks=False))
        whole = text if len(items) > 1 else None
        formulas = {item: formula_problems(item, f" in {show(whole)}" if whole else "") for item in items}
        for item, found in formulas.items():
            problems += found or self._allowed(item, whole)
        # What looks like a formula has been named; it must not be named again as an unknown value.
        return Judged(tuple(item for item in items if not formulas[item]), tuple(problems))

    def _allowed(self, text: str, whole: str | None = None) -> list[Problem]:
        """Enumeration, pattern and length of a text, or of one item of a list."""
        where = f" in {show(whole)}" if whole else ""
        found = []
        if self.allowed and text not in self.allowed:
            found.append(self._unknown(text, where))
        if self.pattern and not self._fits(text):
            found.append(self._misshapen(text, where))
        least, most = self.field.min_length, self.field.max_length
        if least is not None and len(text) < least:
            message = f"has {len(text)} characters; {self.field.name} holds at least {least}. Write it in full."
            found.append(Problem("text-too-short", message, f"at least {least} characters", blocks=False))
        if most is not None and len(text) > most:
            message = f"has {len(text)} characters; {self.field.name} holds at most {most}. Shorten it."
            found.append(Problem("text-too-long", message, f"at most {most} characters", blocks=False))
        return found

    def _fits(self, text: str) -> bool:
        """True when the whole text has the form of the pattern, as in the standard: a part of it is not enough."""
        # Half a surrogate pair, as a damaged cell can hold it, is no letter that any pattern could mean.
        return bool(self.pattern.fullmatch(text.encode("utf-8", "replace").decode()))

    def _unknown(self, text: str, where: str) -> Problem:
        expected = ", ".join(map(str, self.field.enum or ()))
        near = self.nearest.find(text)
        if near and near.why in ("case", "look-alikes") and len(near.values) == 1:
            code = "wrong-case" if near.why == "case" else "look-alike-letters"
            how = "in capitals and small letters" if near.why == "case" else "by letters that only look alike"
            message = f"{show(text)}{where} differs from {show(near.values[0])} {how}. Choose it from the list."
            return Problem(code, message, expected, near.values[0], blocks=False)
        if near:
            message = f"{show(text)}{where} is no value of {self.field.name}. Nearest: {_or(near.values)}."
            return Problem("unknown-value", message, expected, near.values[0], blocks=False)
        message = f"{show(text)}{where} is no value of {self.field.name}. Allowed: {expected}."
        return Problem("unknown-value", message, expected, blocks=False)

    def _misshapen(self, text: str, where: str) -> Problem:
        example = f", for example {show(self.field.example)}" if self.field.example else ""
        expected = self.field.pattern
        better = next((try_ for try_ in _reshaped(text) if self._fits(try_)), None)
        if better is not None and plain(better) == plain(text):
            code = "wrong-case" if better.casefold() == text.casefold() else "look-alike-letters"
            message = f"{show(text)}{where} is not written as {self.field.name} is{example}. Nearest: {show(better)}."
            return Problem(code, message, expected, better, blocks=False)
        message = f"{show(text)}{where} does not have the form of {self.field.name}{example}."
        return Problem("wrong-form", message, expected, better, blocks=False)

    def _boolean(self, cell: Cell) -> Judged:
        if cell.kind == "bool":
            return Judged(cell.value)
        text = str(cell.value).strip()
        if self.is_csv and text in ("TRUE", "FALSE") and text == cell.value:
            return Judged(text == "TRUE")
        expected = "TRUE or FALSE"
        if cell.kind == "number":
            number = written(float(str(cell.value)))
            message = f"{number} is a number where TRUE or FALSE (Dutch: WAAR or ONWAAR) belongs. Type one of these."
            return Judged(None, (Problem("number-for-bool", message, expected),))
        meant = "TRUE" if text.casefold() in _YES else "FALSE" if text.casefold() in _NO else None
        if self.is_csv:
            dutch = " A Dutch Excel saves it so: replace it in a text editor." if text.upper() in _DUTCH else ""
            hint = f" Type {meant or 'TRUE or FALSE'}.{dutch}"
        else:
            # In a cell with the format Text, or after an apostrophe, TRUE stays text however often it is typed.
            words = f"{meant} (Dutch: {_DUTCH_OF[meant]})" if meant else "TRUE or FALSE (Dutch: WAAR or ONWAAR)"
            hint = (
                f" Give the cell the format General (Dutch: Standaard) and type {words} again, without an apostrophe."
            )
        if self.is_csv and meant and text.upper() == meant:
            message = f"{show(cell.value)} is not written as TRUE or FALSE.{hint}"
            return Judged(None, (Problem("wrong-case", message, expected, meant),))
        message = f"{show(cell.value)} is text where TRUE or FALSE belongs.{hint}"
        return Judged(None, (Problem("text-for-bool", message, expected, meant),))

    def _date(self, cell: Cell) -> Judged:
        problem: Problem | None
        if cell.kind == "date":
            problem = stored_date_problem(cell.value, self.field)
            return Judged(None, (problem,)) if problem else Judged(cell.value)
        if cell.kind == "number":
            return Judged(None, (number_for_date_problem(float(str(cell.value))),))
        if cell.kind == "bool":
            message = f"{'TRUE' if cell.value else 'FALSE'} is no date. Type the date."
            return Judged(None, (Problem("bool-for-date", message, "a date"),))
        text = str(cell.value)
        date = read_iso(text) if self.is_csv else None
        if date is None:
            return Judged(None, (_blank_first(text) or date_text_problem(text, is_csv=self.is_csv),))
        problem = date_problem(date, self.field)
        return Judged(None, (problem,)) if problem else Judged(date)

    def _number(self, cell: Cell) -> Judged:
        if cell.kind == "number":
            return self._ranged(float(str(cell.value)), cell.note == "percent")
        if cell.kind == "bool":
            name = "TRUE" if cell.value else "FALSE"
            message = f"{name} is no number, though Excel counts it as {int(bool(cell.value))}. Type the number."
            return Judged(None, (Problem("bool-for-number", message, "a number"),))
        if cell.kind == "date":
            message = f"{cell.value} is a date where a number belongs. Give the cell a number format and type it again."
            return Judged(None, (Problem("date-for-number", message, "a number"),))
        text = str(cell.value)
        number = read_plain(text) if self.is_csv else None
        if number is None:
            return Judged(None, (_blank_first(text) or number_text_problem(text.strip(), is_csv=self.is_csv),))
        return self._ranged(number, False)

    def _ranged(self, number: float, is_percent: bool) -> Judged:
        problem = number_problem(number, self.field, is_percent=is_percent)
        if problem:
            return Judged(None, (problem,))
        return Judged(int(number) if self.field.type == "integer" else number)


def _or(values: tuple[str, ...]) -> str:
    shown = [show(value) for value in values]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _not_text(cell: Cell, field: Field) -> Judged:
    """Excel has turned what was typed into something else; what it was, nobody can tell from the cell any more."""
    again = "Give the cell the format Text and type it again."
    if cell.kind == "number":
        text = f"{float(str(cell.value)):.15g}"
        message = f"{text} is kept as a number in a text column, where 9.10 becomes 9.1 and 007 becomes 7. {again}"
        return Judged(text, (Problem("number-for-text", message, "text", text, blocks=False),))
    if cell.kind == "bool":
        text = "TRUE" if cell.value else "FALSE"
        message = f"{text} is kept as a truth value, not as text. {again}"
        return Judged(text, (Problem("bool-for-text", message, "text", blocks=False),))
    message = f"Excel has made a date ({cell.value}) of what was typed here. {again}"
    return Judged(None, (Problem("date-for-text", message, "text"),))


def _blank_first(text: str) -> Problem | None:
    """A number or date with blanks round it: the blanks are the fault, where nothing else is."""
    problems, cleaned = text_problems(text)
    if cleaned == text or not (read_plain(cleaned) is not None or readings(cleaned)):
        return problems[0] if problems and problems[0].code == "only-blanks" else None
    return problems[0] if problems else None


def _reshaped(text: str) -> list[str]:
    """The same text in the writings that a pattern for ids may ask for."""
    straight = text.translate(DASHES).translate(LOOK_ALIKES)
    return [straight, straight.lower(), straight.upper(), straight.capitalize()]
