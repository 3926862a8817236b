"""Every sentence stands in the catalogue, in both languages, and every sentence of the catalogue is said somewhere."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import folders
import pytest

from sheetcheck.checks import check_folder
from sheetcheck.faults import render_text
from sheetcheck.messages import LANGUAGES, catalogue, of_system, say, speaking, spoken

LIB = Path(__file__).parents[2] / "lib" / "sheetcheck"
# The functions that take a key, and where it stands among their arguments.
SAYERS = {"say": 0, "problem": 0, "refuse": 0, "say_so": 0, "heading": 0, "note": 2, "Refused": 0}
# What these put before the key that they are given.
PREFIXES = {"heading": "page."}


def parts_of(sentence: str) -> set[str]:
    """The names in the braces of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def keys_said(tree: ast.AST) -> set[str]:
    """Every text of a module that can be a key, also half of one ("limit.*" for f"limit.{name}")."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            found.add("".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


def modules() -> dict[str, ast.Module]:
    """The code of the library by file."""
    return {path.relative_to(LIB).as_posix(): ast.parse(path.read_text("utf-8")) for path in sorted(LIB.rglob("*.py"))}


def unsaid(keys: set[str], said: set[str]) -> set[str]:
    """Keys that no text of the code is or, with something in place of its stars, can become."""
    halves = [text for text in said if re.fullmatch(r"[a-z_.*-]*[a-z]{2,}[a-z_.*-]*", text) and "*" in text]
    patterns = [re.compile(".+".join(map(re.escape, text.split("*")))) for text in halves]
    return {key for key in keys - said if not any(pattern.fullmatch(key) for pattern in patterns)}


def unknown(trees: dict[str, ast.Module], keys: set[str]) -> list[str]:
    """Keys given to a function that says them, and that the catalogue does not have."""
    found = []
    for file, tree in trees.items():
        for node in ast.walk(tree):
            name = getattr(getattr(node, "func", None), "id", getattr(getattr(node, "func", None), "attr", ""))
            if not isinstance(node, ast.Call) or name not in SAYERS:
                continue
            # A condition inside an f-string tells which key, and is none.
            for given in node.args[SAYERS[name] : SAYERS[name] + 1]:
                choices = [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]
                for choice in choices:
                    if isinstance(choice, ast.Constant | ast.JoinedStr):
                        top = [part for part in keys_said(choice) if isinstance(choice, ast.Constant) or "*" in part]
                        for text in top:
                            pattern = ".+".join(map(re.escape, (PREFIXES.get(name, "") + text).split("*")))
                            if not any(re.fullmatch(pattern, key) for key in keys):
                                found.append(f"{file}: {text}")
    return found


def test_both_languages_have_the_same_keys_and_name_the_same_parts() -> None:
    dutch, english = (catalogue(language) for language in LANGUAGES)
    assert list(dutch) == list(english)
    parts = [{key: parts_of(text) for key, text in sentences.items()} for sentences in (dutch, english)]
    assert parts[0] == parts[1]
    # That name is taken: it is the language to say it in.
    assert [key for key, names in parts[0].items() if "language" in names] == []


def test_every_key_that_is_said_is_in_the_catalogue() -> None:
    assert unknown(modules(), set(catalogue("en"))) == []


def test_every_sentence_of_the_catalogue_is_said() -> None:
    said = set().union(*(keys_said(tree) for tree in modules().values()))
    assert unsaid(set(catalogue("en")), said) == set()


def test_the_code_holds_no_sentence() -> None:
    found = []
    for file, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Fault", "UserError", "SchemaError"):
                said = [*node.args, *(argument.value for argument in node.keywords)]
                texts = [part for argument in said for part in keys_said(argument)]
                found += [f"{file}:{node.lineno}: {text}" for text in texts if re.search(r"\w \w+ \w", text)]
    assert found == []


def test_a_missing_key_an_unsaid_sentence_and_another_part_are_seen() -> None:
    tree = ast.parse('say("blank-row.row", first=1)\nproblem(f"no-such.{kind}")\nsay("typo")')
    assert unknown({"x.py": tree}, set(catalogue("en"))) == ["x.py: no-such.*", "x.py: typo"]
    assert unsaid({"blank-row.row", "no-such.x", "never"}, keys_said(tree)) == {"never"}
    assert parts_of("{text!q} is no {noun}; {cells:# cell|# cells}, {values:or}") == {"text", "noun", "cells", "values"}


def test_a_sentence_counts_quotes_and_lists() -> None:
    assert say("report.faults", faults=1, files=2) == "1 fault in 2 files."
    assert say("report.faults", "nl", faults=2, files=1) == "2 fouten in 1 bestand."
    near = {"text": "x\u00a0", "whole": None, "column": "kind"}
    assert say("unknown-value.near", **near, near=("a", "b", "c")) == (
        '"x⟨U+00A0⟩" is no value of kind. Nearest: "a", "b" or "c".'
    )
    with speaking("nl"):
        assert say("unknown-value.near", **near, near=("a", "b")).endswith('Dichtstbij: "a" of "b".')
        assert say("too-many-faults.cells", most=10_000).startswith("heeft meer dan 10.000 fouten")
    assert say("too-many-faults.cells", most=10_000).startswith("has more than 10,000 faults")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "nl_NL.UTF-8"}, "nl"),
        ({"LANG": "nl_BE@euro"}, "nl"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "nl_NL.UTF-8"}, "en"),
        ({"LC_MESSAGES": "nl_NL", "LANG": "en_US"}, "nl"),
        ({}, "en"),
    ],
)
def test_the_language_is_that_of_the_system_and_else_english(environment: dict[str, str], language: str) -> None:
    assert of_system(environment) == language


def test_a_language_is_spoken_until_the_end_of_its_block() -> None:
    with speaking("nl"):
        assert spoken() == "nl"
    assert spoken() == "en"


def test_a_folder_is_checked_in_dutch(tmp_path: Path) -> None:
    folder = folders.write_folder(tmp_path / "data")
    folders.set_cell(folder / "committees.xlsx", 1, "D2", folders.as_cell("activ"))
    folders.set_cell(folder / "committees.xlsx", 1, "I3", folders.as_cell("Zr"))
    folders.set_cell(folder / "committees.xlsx", 1, "G2", folders.as_cell("3 mei 2015"))
    (folder / "sources.csv").write_text((folder / "sources.csv").read_text("utf-8") + ",report,,,,,x\n", "utf-8")
    with speaking("nl"):
        lines = render_text(check_folder(folder).faults).splitlines()
    assert lines == [
        'committees.xlsx › committees › D2: "activ" is geen waarde van status. Dichtstbij: "active".',
        'committees.xlsx › committees › G2: "3 mei 2015" is een datum die als tekst is bewaard.'
        " Geef de cel de notatie jjjj-mm-dd en typ opnieuw: 2015-05-03.",
        'committees.xlsx › committees › I3: "Zr" staat niet in de tabel Materials: het ontbreekt in kolom id van'
        " materials.xlsx › materials. Voeg het daar eerst toe of zet het terug, of verbeter het hier.",
        "",
        "sources.csv › regel 4 › id: is leeg, en id moet in elke rij zijn gevuld.",
        "",
        "4 fouten in 2 bestanden.",
    ]
