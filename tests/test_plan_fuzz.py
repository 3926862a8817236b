"""Whatever a plan or a typed parameter holds, it is obeyed or refused in words that a person knows."""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kritiek.build.plan.file import load_plan
from kritiek.build.plan.parameters import read_parameters
from kritiek.errors import PlanError

ROOT = Path(__file__).parents[1]
PLAN = tomllib.loads((ROOT / "reports" / "batterijen.toml").read_text(encoding="utf-8"))
PYTHON_WORDS = re.compile(
    r"\b(NoneType|None|True|False|str|int|float|dict|tuple|bool|object has|attribute|subscriptable|iterable|unhashable"
    r"|traceback|Error|Exception|keyword|positional|argument|self|indices|list index|codec|surrogates)\b"
    r"|<class|datetime\."
)
ODD = st.one_of(
    st.sampled_from(
        [
            *("", " ", "table_01", "table_01.ipynb", "../x.ipynb", "TABLE_01", "nl", "fr", "a" * 300, "x\ny", "é", "'"),
            *(True, False, 0, -1, 3.5, 10**30, float("inf"), float("nan"), [], [[]], ["nl", "nl"], ["nl", 5], [{}]),
            *({}, {"nl": 5}, {"group": "steel"}, {"group": ["steel"]}, {"group": {"a": []}}, {"language": "nl"}),
            *(dt.date(2026, 6, 30), dt.time(12), dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)),
        ]
    ),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=9),
    st.integers(),
)
NAMES = st.sampled_from(
    ["name", "notebook", "parameters", "title", "languages", "exhibit", "nl", "en", "group", "x", ""]
)


def as_toml(value: Any) -> str:
    """A value as TOML writes it inline."""
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "{" + ", ".join(f"{as_toml(name)} = {as_toml(inner)}" for name, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(as_toml, value)) + "]"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case dt.date() | dt.time():
            return value.isoformat()
        case _:
            return repr(value)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in a nested value a change can be made."""
    found = [here] if here else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        found += places(inner, (*here, name))
    return found


def in_words(folder: Path, text: str) -> None:
    file = folder / "trial.toml"
    file.write_text(text, encoding="utf-8")
    try:
        load_plan(file, ROOT)
    except PlanError as error:
        # What stands between quotes is the person's own.
        assert not PYTHON_WORDS.search(re.sub('".*?"', "", str(error), flags=re.DOTALL)), str(error)


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_change_to_a_plan_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    plan = copy.deepcopy(PLAN)
    for _ in range(data.draw(st.integers(1, 3))):
        options = places(plan)
        if not options:
            break
        *path, last = data.draw(st.sampled_from(options))
        parent: Any = plan
        for step in path:
            parent = parent[step]
        match data.draw(st.sampled_from(["replace", "delete", "double", "add"])):
            case "replace":
                parent[last] = copy.deepcopy(data.draw(ODD))
            case "delete":
                del parent[last]
            case "double" if isinstance(parent, list):
                parent.append(copy.deepcopy(parent[last]))
            case _ if isinstance(parent, dict):
                parent[data.draw(NAMES)] = copy.deepcopy(data.draw(ODD))
    in_words(tmp_path_factory.mktemp("plan"), "".join(f"{as_toml(key)} = {as_toml(plan[key])}\n" for key in plan))


@given(text=st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_text_of_a_plan_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    in_words(tmp_path_factory.mktemp("plan"), text)


@pytest.mark.parametrize(
    "text",
    [
        "exhibit = " + "[" * 5000,
        "title = " + "{a = " * 5000,
        "x = " + "9" * 5000,
        "title.nl = 'a'\ntitle.nl = 'b'",
        "\ufeff\ufefftitle = 1",
    ],
    ids=["deep list", "deep table", "large number", "twice", "two marks"],
)
def test_a_plan_that_no_reader_can_take_is_refused_in_words(tmp_path: Path, text: str) -> None:
    in_words(tmp_path, text)
    with pytest.raises(PlanError):
        load_plan(tmp_path / "trial.toml", ROOT)


def declared() -> dict[str, Any]:
    """One parameter of every type that a parameters cell can declare, read from a notebook."""
    code = 'a = "x"\nb = 1\nc = 0.5\nd = True\ne = "2026-06-30"\nf = "x"  # one of: x, y\n'
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": code, "outputs": []}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@given(
    text=st.text()
    | st.sampled_from(
        ["[" * 100_000, "{" * 100_000, "[1, 2", "9" * 5000, "1e999", "[NaN]", "[null]", '{"a": NaN}', "NaN"]
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_typed_value_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    notebook = tmp_path_factory.mktemp("typed") / "x.ipynb"
    notebook.write_text(json.dumps(declared()), encoding="utf-8")
    for parameter in read_parameters(notebook):
        try:
            parameter.from_text(text)
        except ValueError as error:
            assert not PYTHON_WORDS.search(re.sub('".*?"', "", str(error), flags=re.DOTALL)), str(error)
