"""What kritiek says stands in its catalogue, in Dutch and English, and in no code; and lines fit a terminal."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from test_messages import keys_said, parts_of, unknown, unsaid

import kritiek
from kritiek.build.outcome import Outcome, verdict_lines
from sheetcheck.messages import LANGUAGES, catalogue, say, speaking, wrapped

LIB = Path(kritiek.__file__).parent
SAID_IN = LIB / "messages"
# The analyses and appendices speak the language of their exhibit; what they say stands with them.
OWN_WORDS = ("analysis/", "appendix/")
THE_SAME = ("analysis/two_runs.py", "appendix/making.py", "appendix/proposal.py")
# What is no message: words that are written into a notebook, a sheet or README, each in the language of that file.
WRITTEN = (
    "Not in the report: computed",
    "ours; not in the report",
    "A copy of `",
    "`, to begin with.",
    "(<!-- results:",
    "The print in English is our translation.",
    "\n[cut: a cell shows",
    "kritiek.analysis has no module",
)


def modules() -> dict[str, ast.Module]:
    names = {path.relative_to(LIB).as_posix(): path for path in sorted(LIB.rglob("*.py"))}
    found = {name: path for name, path in names.items() if not name.startswith(OWN_WORDS) or name in THE_SAME}
    return {name: ast.parse(path.read_text("utf-8")) for name, path in found.items()}


def sentences_in(tree: ast.Module) -> list[str]:
    """Texts of code that read as a sentence: not what is said of code to who reads it."""
    said = [node.body[0] for node in ast.walk(tree) if getattr(node, "body", None) and isinstance(node.body, list)]
    of_code = {id(first.value) for first in said if isinstance(first, ast.Expr)}
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [
        text.value for text in texts if id(text) not in of_code and re.search(r"[A-Za-z]+ [a-z]+ [a-z]+", text.value)
    ]


def test_both_languages_have_the_same_keys_and_name_the_same_parts():
    dutch, english = (catalogue(language, SAID_IN) for language in LANGUAGES)
    assert list(dutch) == list(english)
    parts = [{key: parts_of(text) for key, text in sentences.items()} for sentences in (dutch, english)]
    assert parts[0] == parts[1]
    assert [key for key, names in parts[0].items() if "language" in names] == []


def test_no_key_is_one_of_sheetcheck():
    assert {*catalogue("en", SAID_IN)} & {*catalogue("en")} == set()


def test_every_key_that_is_said_is_in_the_catalogue_and_every_sentence_of_it_is_said():
    keys, trees = {*catalogue("en", SAID_IN)}, modules()
    # What `finish` prints through a function of that name begins with a dash.
    assert [key for key in unknown(trees, keys | {*catalogue("en")}) if ": — " not in key] == []
    said = set().union(*(keys_said(tree) for tree in trees.values()))
    assert unsaid(keys, said) == set()


def test_the_code_holds_no_sentence():
    found = [(file, text) for file, tree in modules().items() for text in sentences_in(tree)]
    assert [(file, text) for file, text in found if not text.startswith(WRITTEN)] == []
    assert [start for start in WRITTEN if not any(text.startswith(start) for _, text in found)] == []


def test_a_sentence_in_code_is_seen():
    for code in (
        'raise PlanError(f"{name}: there is no plan.")',
        'return "there is no plan"',
        'HELP = {"plan": "there is no plan"}',
    ):
        assert len(sentences_in(ast.parse(code))) == 1
    for code in ('raise PlanError(say("plan.none", name=name))', 'def plan():\n    """There is no plan."""'):
        assert sentences_in(ast.parse(code)) == []


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "a_long_name  nl     1 row  ✓ 3 of 4 cells as printed, and"),
        ("nl", "a_long_name  nl     1 rij  ✓ 3 of 4 cells as printed, and"),
    ],
)
def test_a_verdict_is_wrapped_by_word_to_80_columns(language, told, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    verdict = dict.fromkeys(LANGUAGES, "3 of 4 cells as printed, " + "and so on " * 9)
    outcome = Outcome("a_long_name", "nl", 0.25, {"rows": 1, "verdict": verdict, "agrees": True, "compared": True})
    with speaking(language):
        lines = verdict_lines([outcome])[0].plain.split("\n")
    assert lines[0].startswith(told)
    assert max(map(len, lines)) <= 80
    assert [line[:4] for line in lines[1:]] == ["    "] * (len(lines) - 1)
    assert lines[-1].endswith("  0.2 s")


def test_a_word_that_is_longer_than_a_line_is_not_cut(monkeypatch):
    monkeypatch.setenv("COLUMNS", "10")
    assert wrapped("one committees.xlsx two") == "one\n    committees.xlsx\n    two"


def test_a_refusal_is_dutch_where_dutch_is_spoken():
    with speaking("nl"):
        assert say("plan.none", name="x", folder="reports") == 'Er is geen plan "x" in reports/.'
