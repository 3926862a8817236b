"""A notebook file in, the parameters of its tagged `parameters` cell out; and values held against what they may be."""

import ast
import io
import json
import math
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kritiek.errors import ExhibitError, PlanError
from kritiek.sources import Sources
from sheetcheck.faults import UserError
from sheetcheck.messages import say
from sheetcheck.nearest import nearest

PARAMETERS_TAG = "parameters"
INJECTED_TAG = "injected-parameters"
TRUE_WORDS, FALSE_WORDS = ("true", "yes", "ja"), ("false", "no", "nee")
NUMBERS = {int: r"[+-]?\d+", float: r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"}
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# In the comment of a parameter: the values it may have, or where they stand.
CHOICES = "one of:"
PER_CENT = "per cent"
COLUMN = re.compile(r"[a-z]\w*\.[a-z]\w*")
# More values than this in a message are not read; it then names where they stand.
CHOICES_SHOWN = 12

Value = str | int | float | bool
KINDS = (str, int, float, bool)


@dataclass(frozen=True)
class Parameter:
    """One line of the parameters cell: the default gives the type, and the comment may list the values.

    A type beside the name (`threshold: float = 65.0`) is for `papermill --help-notebook`, and must be the default's.
    `# one of: all/alle, audiences.id` allows "all" (which may be typed "alle") and the values of a column of the
    sources, by the names of their rows too. A text whose default is a day (yyyy-mm-dd) takes days; a number whose
    comment begins with "per cent" takes 0 to 100.
    """

    name: str
    default: Value
    comment: str = ""

    @property
    def wanted(self) -> str:
        """What it takes, in words."""
        if self._is_percentage:
            return say("kind.percentage")
        return say("kind.day") if self._takes_days else say(f"kind.{type(self.default).__name__}")

    def checked(self, value: Any, sources: Sources | None = None) -> Value:
        """The value as the notebook gets it: 3 as 3.0 for a number, "Overheid" as the key "government".

        Without sources, what stands in a column of them passes unchecked. Raises ValueError that says what was
        found and expected.
        """
        kind = type(self.default)
        if kind is float and type(value) is int:
            value = float(value)
        is_wrong = type(value) is not kind or (isinstance(value, float) and not math.isfinite(value))
        is_wrong = is_wrong or (self._is_percentage and not 0 <= float(value) <= 100)
        if is_wrong or (self._takes_days and not _is_day(str(value))):
            key = "value.unquoted" if isinstance(value, date) and kind is str else "value.wrong"
            raise ValueError(say(key, found=shown(value), day=value, wanted=self.wanted))
        return self._chosen(value, sources)

    def from_text(self, text: str, sources: Sources | None = None) -> Value:
        """The value that typed text stands for, by the parameter's type; raises ValueError when it stands for none."""
        kind, word = type(self.default), text.strip()
        if kind is bool and word.casefold() in TRUE_WORDS + FALSE_WORDS:
            return self.checked(word.casefold() in TRUE_WORDS, sources)
        if kind in NUMBERS and re.fullmatch(NUMBERS[kind], word, re.ASCII):
            return self.checked(kind(word), sources)
        if kind is str:
            return self.checked(word, sources)
        has_comma = kind is float and re.fullmatch(r"-?\d*,\d+", word)
        raise ValueError(say("value.comma" if has_comma else "value.typed", text=text, wanted=self.wanted))

    @property
    def _is_percentage(self) -> bool:
        return isinstance(self.default, float) and self.comment.startswith(PER_CENT)

    @property
    def _takes_days(self) -> bool:
        return isinstance(self.default, str) and _is_day(self.default)

    def _chosen(self, value: Value, sources: Sources | None) -> Value:
        """The value that a listed word stands for; the value itself when nothing is listed."""
        _, listed, places = self.comment.partition(CHOICES)
        if not listed:
            return value
        words: dict[str, str] = {}
        for place in (part.strip() for part in places.split(",")):
            if not COLUMN.fullmatch(place):
                words |= dict.fromkeys(map(str.strip, place.split("/")), place.split("/")[0].strip())
            elif sources is None:
                return value
            else:
                try:
                    words |= {name: key for name, key in sources.names(place).items() if name not in words}
                except ExhibitError as error:
                    raise ValueError(say("value.comment", comment=f"{CHOICES} {place}", reason=error)) from None
        typed = str(value)
        near = typed if typed in words else nearest(typed, words)
        if near is None:
            keys = [word for word, key in words.items() if word == key]
            many = say("value.keys", place=places.strip(), number=len(keys)) if len(keys) > CHOICES_SHOWN else None
            raise ValueError(say("value.valid", typed=typed, values=many or keys))
        if near.casefold() != typed.casefold():
            raise ValueError(say("value.near", typed=typed, near=near))
        return words[near] if isinstance(value, str) else value


def load_notebook(path: Path) -> dict[str, Any]:
    """The notebook as its JSON, cells' sources joined to text; raises PlanError when it is no notebook of format 4."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError, RecursionError) as error:
        raise PlanError(say("notebook.unreadable", file=path.name, reason=error)) from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise PlanError(say("notebook.none", file=path.name))
    for cell in cells:
        cell["source"] = "".join(cell.get("source", ""))
    return notebook


def syntax_of(cells: Iterable[Mapping[str, Any]]) -> list[ast.AST] | None:
    """Every node of the code cells' syntax; None when one is no Python (!cat, %run) and may do anything."""
    try:
        trees = [ast.parse("".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"]
    except (SyntaxError, ValueError):
        return None
    return [node for tree in trees for node in ast.walk(tree)]


def read_parameters(path: Path) -> tuple[Parameter, ...]:
    """The parameters a notebook declares, in their order; raises PlanError naming every flaw, one a line."""
    cells = load_notebook(path)["cells"]
    tagged = [cell for cell in cells if PARAMETERS_TAG in _tags(cell)]
    if any(INJECTED_TAG in _tags(cell) for cell in cells):
        raise PlanError(say("notebook.injected", file=path.name, tag=INJECTED_TAG))
    if len(tagged) != 1 or tagged[0].get("cell_type") != "code":
        found = "no" if not tagged else "text" if len(tagged) == 1 else "several"
        raise PlanError(say(f"notebook.tagged-{found}", file=path.name, number=len(tagged), tag=PARAMETERS_TAG))
    declared, faults = _declared(tagged[0]["source"], say("notebook.cell", file=path.name))
    again = {name for cell in cells if cell is not tagged[0] for name in _assigned(cell)}
    faults += [say("notebook.again", file=path.name, name=one.name) for one in declared if one.name in again]
    if faults:
        raise PlanError("\n".join(faults))
    return tuple(declared)


def sources_of(data: Path) -> Sources | None:
    """The sources to hold typed values against, or None when they have faults: the build itself names those."""
    try:
        return Sources.load(data)
    except UserError:
        return None


def shown(value: Any) -> str:
    """A value as a message shows it: text in quotes, nothing for a blank, a list or table as a plan writes it."""
    if value is None:
        return say("value.nothing")
    if isinstance(value, date):
        return say("value.the-day", day=value.isoformat())
    if isinstance(value, float) and not math.isfinite(value):
        return say("value.no-number", value=value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _declared(code: str, place: str) -> tuple[list[Parameter], list[str]]:
    try:
        statements = ast.parse(code).body
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (SyntaxError, ValueError, RecursionError, tokenize.TokenError) as error:
        raise PlanError(f"{place}: {say('notebook.no-python', reason=error)}") from error
    comments = {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}
    found: dict[str, Parameter] = {}
    faults = []
    for statement in statements:
        try:
            parameter = _parameter(statement, comments.get(statement.end_lineno or 0, ""))
            if parameter.name in found:
                raise ValueError(say("notebook.twice", name=parameter.name))
            found[parameter.name] = parameter
        except ValueError as error:
            faults.append(f"{place}, {say('line', number=statement.lineno)}: {error}")
    return list(found.values()), faults


def _parameter(statement: ast.stmt, comment: str) -> Parameter:
    marked = ""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            pass
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value):
            marked = ast.unparse(annotation)
        case _:
            raise ValueError(say("notebook.statement", found=ast.unparse(statement)))
    try:
        default = ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError):
        raise ValueError(say("notebook.computed", name=name, found=ast.unparse(value))) from None
    if type(default) not in KINDS:
        raise ValueError(say("notebook.not-plain", name=name, found=ast.unparse(value)))
    if marked not in ("", type(default).__name__):
        told = {"value": shown(default), "kind": type(default).__name__}
        raise ValueError(say("notebook.other-type", name=name, marked=marked, **told))
    return Parameter(name, default, comment)


def _assigned(cell: Mapping[str, Any]) -> Iterator[str]:
    """Names that a code cell sets outside any function; none for a cell with commands that are no Python."""
    try:
        statements = ast.parse(cell["source"]).body if cell.get("cell_type") == "code" else []
    except (SyntaxError, ValueError):
        return
    for statement in statements:
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            nodes = (node for target in targets for node in ast.walk(target))
            yield from (node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))


def _tags(cell: Mapping[str, Any]) -> list[str]:
    return cell.get("metadata", {}).get("tags", [])


def _is_day(text: str) -> bool:
    try:
        return bool(DAY.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False
