"""A notebook file in, the parameters of its tagged `parameters` cell out, and values checked against their types."""

from __future__ import annotations

import ast
import datetime as dt
import io
import json
import math
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kritiek.errors import PlanError

REMEDY = "Open it in JupyterLab and save it."
TYPE = re.compile(r"(str|int|float|bool|None|list|dict)(?:\[(?:str, *)?(str|int|float|bool)\])?")
PARAMETERS_TAG = "parameters"
INJECTED_TAG = "injected-parameters"
WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "dict": "names with values",
    "None": "nothing",
}
LISTS = {
    "str": "a list of texts",
    "int": "a list of whole numbers",
    "float": "a list of numbers",
    "bool": "a list of true or false",
}
TRUE_WORDS, FALSE_WORDS = ("true", "yes", "ja"), ("false", "no", "nee")
NOTHING_WORDS = ("", "none", "null")


@dataclass(frozen=True)
class Parameter:
    """One line of the parameters cell: name, types it takes, default, and the comment that gives the unit."""

    name: str
    kinds: tuple[str, ...]
    default: Any
    comment: str = ""
    items: str | None = None  # type of the items when it is a list that says so

    @property
    def wanted(self) -> str:
        """The accepted types in words, for example "a whole number or nothing"."""
        return " or ".join(LISTS[self.items] if kind == "list" and self.items else WORDS[kind] for kind in self.kinds)

    def checked(self, value: Any) -> Any:
        """The value as the notebook gets it (3 becomes 3.0 for a number); raises ValueError when its type is wrong."""
        flaw = json_flaw(value)
        if flaw:
            raise ValueError(f"found {flaw}, expected {self.wanted}")
        kind = _kind(value)
        if kind == "int" and "int" not in self.kinds and "float" in self.kinds:
            return float(value)
        if kind not in self.kinds:
            raise ValueError(f"found {shown(value)}, expected {self.wanted}")
        if kind == "list" and self.items:
            item = Parameter(self.name, (self.items,), None)
            return [item.checked(entry) for entry in value]
        return value

    def from_text(self, text: str) -> Any:
        """The value that typed text stands for, by the parameter's type; raises ValueError when it stands for none."""
        readers = {
            "None": _nothing,
            "bool": _truth,
            "int": _whole,
            "float": _number,
            "list": self._list,
            "dict": _names,
            "str": str,
        }
        for kind, reader in readers.items():
            if kind in self.kinds:
                try:
                    return self.checked(reader(text))
                except ValueError:
                    continue
        comma = "float" in self.kinds and re.fullmatch(r"\s*-?\d*,\d+\s*", text)
        hint = " (decimals take a point: 0.5)" if comma else ""
        raise ValueError(f'found "{text}", expected {self.wanted}{hint}')

    def _list(self, text: str) -> list[Any]:
        if text.lstrip().startswith("["):
            return _json(text)
        item = Parameter(self.name, (self.items or "str",), None)
        return [item.from_text(part.strip()) for part in text.split(",") if part.strip()]


def load_notebook(path: Path) -> dict[str, Any]:
    """The notebook as its JSON, cells' sources joined to text; raises PlanError when it is no notebook of format 4."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError) as error:
        raise PlanError(f"{path.name} cannot be read as a notebook ({error}). {REMEDY}") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise PlanError(f"{path.name} is no notebook of format 4. {REMEDY}")
    for cell in cells:
        cell["source"] = "".join(cell.get("source", ""))
    return notebook


def read_parameters(path: Path) -> tuple[Parameter, ...]:
    """The parameters a notebook declares, in their order; raises PlanError naming every flaw, one a line."""
    cells = load_notebook(path)["cells"]
    tagged = [cell for cell in cells if PARAMETERS_TAG in _tags(cell)]
    if any(INJECTED_TAG in _tags(cell) for cell in cells):
        raise PlanError(f"{path.name} holds values of an earlier run (a cell tagged {INJECTED_TAG}): remove that cell.")
    if len(tagged) != 1 or tagged[0].get("cell_type") != "code":
        found = "no" if not tagged else "a text" if len(tagged) == 1 else f"{len(tagged)} times a"
        raise PlanError(f"{path.name} has {found} cell tagged {PARAMETERS_TAG}, expected one code cell.")
    declared = _declared(tagged[0]["source"], f"{path.name}, parameters cell")
    again = [name for cell in cells if cell is not tagged[0] for name in _assigned(cell)]
    faults = [
        f"{path.name}: another cell sets {parameter.name} again, so that the parameter has no effect. Rename one."
        for parameter in declared
        if parameter.name in again
    ]
    if faults:
        raise PlanError("\n".join(faults))
    return declared


def _declared(code: str, place: str) -> tuple[Parameter, ...]:
    try:
        statements = ast.parse(code).body
    except (SyntaxError, ValueError) as error:
        raise PlanError(f"{place}: is no valid Python ({error}).") from error
    comments = _comments(code)
    found: dict[str, Parameter] = {}
    faults = []
    for statement in statements:
        try:
            parameter = _parameter(statement, comments.get(statement.end_lineno or 0, ""))
            if parameter.name in found:
                raise ValueError(f"{parameter.name} is set twice. Keep one.")
            found[parameter.name] = parameter
        except ValueError as error:
            faults.append(f"{place}, line {statement.lineno}: {error}")
    if faults:
        raise PlanError("\n".join(faults))
    return tuple(found.values())


def _parameter(statement: ast.stmt, comment: str) -> Parameter:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            annotation = None
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value, annotation=annotation):
            pass
        case _:
            raise ValueError(f"found {ast.unparse(statement)!r}, expected name = value.")
    try:
        default = ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError):
        raise ValueError(f"{name} is computed ({ast.unparse(value)}); write the value itself.") from None
    flaw = json_flaw(default)
    if flaw:
        raise ValueError(f"{name} is {flaw}; write text, a number, true or false, a list, or names with values.")
    kinds, items = _annotated(annotation) if annotation else _as_default(name, default)
    parameter = Parameter(name, kinds, default, comment, items)
    try:
        parameter.checked(default)
    except ValueError as error:
        raise ValueError(f"{name}: the default does not fit its own type: {error}.") from None
    return parameter


def _annotated(annotation: ast.expr) -> tuple[tuple[str, ...], str | None]:
    text = annotation.value if isinstance(annotation, ast.Constant) and annotation.value else ast.unparse(annotation)
    kinds, items = [], None
    for part in str(text).split("|"):
        found = TYPE.fullmatch(part.strip())
        if not found:
            raise ValueError(f"type {text} is not known; known are {', '.join(WORDS)}, joined by |.")
        kinds.append(found[1])
        items = found[2] if found[1] == "list" else items
    return tuple(kinds), items


def _as_default(name: str, default: Any) -> tuple[tuple[str, ...], str | None]:
    if default is None:
        raise ValueError(f"{name} = None does not say its type; write for example {name}: int | None = None.")
    kinds = {_kind(item) for item in default} if isinstance(default, list) else set()
    return (_kind(default),), kinds.pop() if len(kinds) == 1 and kinds <= {"str", "int", "float", "bool"} else None


def _assigned(cell: Mapping[str, Any]) -> list[str]:
    """Names that a code cell sets outside any function; none for a cell with commands that are no Python."""
    if cell.get("cell_type") != "code":
        return []
    try:
        statements = ast.parse(cell["source"]).body
    except (SyntaxError, ValueError):
        return []
    targets = (
        target
        for statement in statements
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign))
        for target in getattr(statement, "targets", None) or [statement.target]  # type: ignore[union-attr]
    )
    nodes = (node for target in targets for node in ast.walk(target))
    return [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def _comments(code: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}


def _tags(cell: Mapping[str, Any]) -> list[str]:
    return cell.get("metadata", {}).get("tags", [])


def json_flaw(value: Any) -> str | None:
    """What in a value is no plain JSON, in words, or None; papermill would hand such a value on as text."""
    if value is None or isinstance(value, (str, bool, int)):
        return None
    if isinstance(value, float):
        return None if math.isfinite(value) else f"{value}, which is no number"
    if isinstance(value, list):
        return next((flaw for item in value if (flaw := json_flaw(item))), None)
    if isinstance(value, dict):
        wrong = next((key for key in value if not isinstance(key, str)), None)
        return f"the name {wrong!r}, which is no text" if wrong is not None else json_flaw(list(value.values()))
    if hasattr(value, "isoformat"):
        kind = "time" if isinstance(value, dt.time) else "date"
        return f'the {kind} {value.isoformat()} (in quotes it is text: "{value.isoformat()}")'
    return f"{value!r}, which is no plain value"


def _kind(value: Any) -> str:
    return "None" if value is None else type(value).__name__


def shown(value: Any) -> str:
    """A value as messages quote it, in no programming language's words."""
    if value is None:
        return "nothing"
    return f'text "{value}"' if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _nothing(text: str) -> None:
    if text.strip().casefold() not in NOTHING_WORDS:
        raise ValueError


def _truth(text: str) -> bool:
    word = text.strip().casefold()
    if word not in TRUE_WORDS + FALSE_WORDS:
        raise ValueError
    return word in TRUE_WORDS


def _whole(text: str) -> int:
    if not re.fullmatch(r"\s*[+-]?\d+\s*", text):
        raise ValueError
    return int(text)


def _number(text: str) -> float:
    if not re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", text):
        raise ValueError
    return float(text)


def _names(text: str) -> Any:
    return _json(text)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError from error
