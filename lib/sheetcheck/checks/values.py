"""A field and a stored cell in, the typed value and everything wrong with it out; keys and references come later."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sheetcheck.checks import quantities
from sheetcheck.checks.quantities import read_plain
from sheetcheck.checks.texts import error_problem, formula_problems, is_error_text, text_problems
from sheetcheck.faults import Fault, problem
from sheetcheck.messages import say
from sheetcheck.nearest import DASHES, LOOK_ALIKES, Nearest, plain
from sheetcheck.reading.cells import Cell, written
from sheetcheck.schema import Field
from sheetcheck.schema.known import compile_pattern, read_day

# Equal cells are judged once, as far as this many different ones go.
MAX_REMEMBERED = 500
_YES = {"true", "waar", "ja", "yes", "x", "1", "vrai", "wahr"}
_NO = {"false", "onwaar", "nee", "no", "0", "faux", "falsch"}
_DUTCH = {"TRUE": "WAAR", "FALSE": "ONWAAR"}


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
            value, found = _not_text(cell)
            return Judged(value if not is_list else (value,) if value else (), (found,))
        problems, text = text_problems(str(cell.value))
        if any(problem.blocks for problem in problems):
            return Judged(() if is_list else text or None, tuple(problems))
        # Only a text without problems is given as it stands; the others are cleaned for what is judged next.
        return self._list(text, problems) if is_list else Judged(text, (*problems, *self._allowed(text)))

    def _list(self, text: str, problems: list[Fault]) -> Judged:
        problems = [problem for problem in problems if problem.code != "formula-looking-text"]
        mark = self.field.delimiter
        items = [item.strip(" ") for item in text.split(mark)]
        if "" in items:
            items = [item for item in items if item]
            better = f"{mark} ".join(items)
            problems.append(problem("empty-item", suggestion=better, blocks=False, text=text, mark=mark))
        for item in (item for item, count in Counter(items).items() if count > 1):
            problems.append(problem("duplicate-item", blocks=False, item=item, text=text))
        where = say("in", whole=text) if len(items) > 1 else ""
        formulas = {item: formula_problems(item, where) for item in items}
        for item, found in formulas.items():
            problems += found or self._allowed(item, where)
        # What looks like a formula has been named; it must not be named again as an unknown value.
        return Judged(tuple(item for item in items if not formulas[item]), tuple(problems))

    def _allowed(self, text: str, where: str = "") -> list[Fault]:
        """Enumeration, pattern and length of a text, or of one item of a list."""
        found = []
        if self.allowed and text not in self.allowed:
            found.append(self._unknown(text, where))
        if self.pattern and not self._fits(text):
            found.append(self._misshapen(text, where))
        for name, code in (("min_length", "text-too-short"), ("max_length", "text-too-long")):
            limit = getattr(self.field, name)
            if limit is not None and (len(text) < limit if name == "min_length" else len(text) > limit):
                parts = {"length": len(text), "column": self.field.name, "limit": limit}
                expected = say(f"limit.{name}", limit=limit)
                found.append(problem(f"{code}.column", expected=expected, blocks=False, **parts))
        return found

    def _fits(self, text: str) -> bool:
        """True when the whole text has the form of the pattern, as in the standard: a part of it is not enough."""
        # Half a surrogate pair, as a damaged cell can hold it, is no letter that any pattern could mean.
        return self.pattern is None or bool(self.pattern.fullmatch(text.encode("utf-8", "replace").decode()))

    def _unknown(self, text: str, where: str) -> Fault:
        expected = ", ".join(map(str, self.field.enum or ()))
        parts: dict[str, Any] = {"text": text, "where": where, "column": self.field.name}
        near = self.nearest.find(text)
        if near is None:
            return problem("unknown-value.allowed", expected=expected, blocks=False, **parts, values=expected)
        told: dict[str, Any] = {"expected": expected, "suggestion": near.values[0], "blocks": False}
        if near.why in ("case", "look-alikes") and len(near.values) == 1:
            key = "wrong-case.list" if near.why == "case" else "look-alike-letters.list"
            return problem(key, **told, text=text, where=where, near=near.values[0])
        bare = say("not-a-value", **parts)
        return problem("unknown-value.near", **told, bare=bare, **parts, near=near.values)

    def _misshapen(self, text: str, where: str) -> Fault:
        example = say("example", example=self.field.example) if self.field.example else ""
        parts: dict[str, Any] = {"text": text, "where": where, "column": self.field.name}
        straight = text.translate(DASHES).translate(LOOK_ALIKES)
        writings = (straight, straight.lower(), straight.upper(), straight.capitalize())
        better = next((writing for writing in writings if self._fits(writing)), None)
        told: dict[str, Any] = {"expected": self.field.pattern, "suggestion": better, "blocks": False}
        if better is not None and plain(better) == plain(text):
            code = "wrong-case" if better.casefold() == text.casefold() else "look-alike-letters"
            bare = say("not-written-as", **parts)
            return problem(f"{code}.form", **told, bare=bare, **parts, example=example, near=better)
        return problem("wrong-form", **told, bare=say("wrong-form", **parts, example=""), **parts, example=example)

    def _boolean(self, cell: Cell) -> object:
        if cell.kind == "bool":
            return cell.value
        text = str(cell.value).strip()
        if self.is_csv and text in _DUTCH and text == cell.value:
            return text == "TRUE"
        if cell.kind == "number":
            return problem("number-for-bool", wants="bool", number=written(cell.value))
        meant = "TRUE" if text.casefold() in _YES else "FALSE" if text.casefold() in _NO else None
        parts: dict[str, Any] = {
            "wants": "bool",
            "suggestion": meant,
            "text": cell.value,
            "meant": meant or say("expected.bool"),
        }
        if not self.is_csv:
            # In a cell with the format Text, or after an apostrophe, TRUE stays text however often it is typed.
            key = "text-for-bool.sheet" if meant else "text-for-bool.unknown"
            return problem(key, **parts, dutch=_DUTCH.get(meant or ""))
        if text.upper() == meant:
            return problem("wrong-case.bool", **parts)
        is_dutch = text.upper() in _DUTCH.values()
        return problem("text-for-bool.dutch" if is_dutch else "text-for-bool.csv", **parts)

    def _date(self, cell: Cell) -> object:
        if cell.kind == "date":
            return quantities.stored_date_problem(cell.value, self.field) or cell.value
        if cell.kind == "number":
            return quantities.number_for_date_problem(float(str(cell.value)))
        if cell.kind == "bool":
            return problem("bool-for-date", wants="date", value=written(cell.value))
        text = str(cell.value)
        date = read_day(text) if self.is_csv else None
        if date is None:
            return _blank_first(text) or quantities.date_text_problem(text, is_csv=self.is_csv)
        return quantities.date_problem(date, self.field) or date

    def _number(self, cell: Cell) -> object:
        if cell.kind == "bool":
            parts = {"value": written(cell.value), "number": int(bool(cell.value))}
            return problem("bool-for-number", wants="number", **parts)
        if cell.kind == "date":
            return problem("date-for-number", wants="number", value=cell.value)
        text = str(cell.value)
        number = float(text) if cell.kind == "number" else read_plain(text) if self.is_csv else None
        if number is None:
            return _blank_first(text) or quantities.number_text_problem(text.strip(), is_csv=self.is_csv)
        found = quantities.number_problem(number, self.field, is_percent=cell.note == "percent")
        return found or (int(number) if self.field.type == "integer" else number)


def _not_text(cell: Cell) -> tuple[str | None, Fault]:
    """Excel has turned what was typed into something else; what it was, nobody can tell from the cell any more."""
    text = written(cell.value)
    if cell.kind not in ("number", "bool"):
        return None, problem("date-for-text", wants="text", value=text)
    suggestion = text if cell.kind == "number" else None
    return text, problem(f"{cell.kind}-for-text", wants="text", suggestion=suggestion, blocks=False, value=text)


def _blank_first(text: str) -> Fault | None:
    """A number or date with blanks round it: the blanks are the fault, where nothing else is."""
    problems, cleaned = text_problems(text)
    if cleaned == text or not (read_plain(cleaned) is not None or quantities.readings(cleaned)):
        return problems[0] if problems and problems[0].code == "only-blanks" else None
    return problems[0] if problems else None
