"""One run shows an exhibit in every language, exactly as a run in that language does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kritiek.build.engine.pool import Pool, Request
from kritiek.build.engine.spoken import only_shows_language
from trial_project import add_notebook, make_project, run

ROOT = Path(__file__).parents[1]
PARAMETERS = 'group = "steel"\nlanguage = "nl"\ndata_dir = "data"'
SHOWS = """
import pandas as pd
from kritiek.exhibits.tables import Table, Texts
both = lambda nl, en: {"nl": nl, "en": en}
texts = Texts("NAME", both("Tabel 1", "Table 1"), both("", ""), both("", ""), (("name", both("Naam", "Name")),), ())
rows = pd.DataFrame({"name": ["Goud"], "name_en": ["Gold"], "source": ["s"], "origin": ["used.csv › line 2"]})
Table(texts, rows, language=language)
"""
COUNTS = "with open('runs.txt', 'a') as stream: stream.write('ran ')"


def code(*sources):
    return [{"cell_type": "code", "source": source} for source in (PARAMETERS, *sources)]


@pytest.mark.parametrize(
    "source",
    ["Table(texts, rows, language=language)", "exhibit = Figure(texts, rows, drawing='ladder', language=language)"],
)
def test_language_that_is_handed_to_an_exhibit_is_only_shown(source):
    assert only_shows_language(code(source))


@pytest.mark.parametrize(
    "source",
    [
        "rows[rows['language'] == language]",
        "Table(texts, rows, language=language.upper())",
        "words = {'nl': 'ja', 'en': 'yes'}[language]",
        "print(f'{language}')",
        "%time Table(texts, rows, language=language)",
        "chosen = language\nTable(texts, rows, language=chosen)",
    ],
)
def test_language_on_which_a_notebook_decides_is_not_only_shown(source):
    assert not only_shows_language(code(source))


@pytest.mark.parametrize("name", ["table_01", "table_03", "table_05", "figure_03"])
def test_the_english_exhibit_of_a_dutch_run_is_that_of_an_english_run(name):
    path = ROOT / "notebooks" / f"{name}.ipynb"
    asked = Request(path, {"language": "nl"}, also_in=("en",))
    with Pool(ROOT, 1) as pool:
        ended = {number: report for number, report in pool.run([asked, Request(path, {"language": "en"})]) if report}
        both, own = ended[0], ended[1]
        shown, ran = (
            json.loads(report.target.read_text(encoding="utf-8"))["cells"] for report in (both.shown_in("en"), own)
        )
    for left, right in zip(shown, ran, strict=True):
        assert [left["source"], left.get("outputs")] == [right["source"], right.get("outputs")]


@pytest.mark.parametrize(
    ("cell", "runs"), [(SHOWS, 1), ("assert language in ('nl', 'en')\n" + SHOWS, 2)], ids=["shows", "decides"]
)
def test_both_languages_come_from_one_run_unless_the_notebook_decides_on_language(tmp_path, cell, runs):
    root = make_project(tmp_path, {})
    add_notebook(root, "trial", COUNTS, cell.replace("NAME", "trial"))
    (root / "reports" / "trial.toml").write_text(
        'title.nl = "P"\ntitle.en = "P"\nlanguages = ["nl", "en"]\n'
        'exhibit = [{ name = "trial", notebook = "trial.ipynb" }]',
        encoding="utf-8",
    )
    outcomes = run(root)
    assert (root / "runs.txt").read_text(encoding="utf-8").split() == ["ran"] * runs
    assert [outcomes["trial", language].table.read_text(encoding="utf-8") for language in ("nl", "en")] == [
        "Naam\nGoud\n",
        "Name\nGold\n",
    ]


def test_a_notebook_that_fails_fails_in_every_language(tmp_path):
    root = make_project(tmp_path, {})
    add_notebook(root, "trial", "1 / 0", SHOWS.replace("NAME", "trial"))
    (root / "reports" / "trial.toml").write_text(
        'title.nl = "P"\ntitle.en = "P"\nlanguages = ["nl", "en"]\n'
        'exhibit = [{ name = "trial", notebook = "trial.ipynb" }]',
        encoding="utf-8",
    )
    assert {language: outcome.error.split("\n")[0] for (_, language), outcome in run(root).items()} == dict.fromkeys(
        ("nl", "en"), "cell [3]: ZeroDivisionError: division by zero"
    )
