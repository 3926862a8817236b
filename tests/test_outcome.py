"""What a build tells of how it ended, and what it remembers of it as long as not a byte has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kritiek.build.outcome import Outcome, Remembered, summary, verdict_lines

GOOD = {"rows": 2, "verdict": {"nl": "zoals gedrukt", "en": "as printed"}, "agrees": True, "compared": True}
ALONE = {**GOOD, "compared": False}
WRONG = {**GOOD, "agrees": False}
OUTCOMES = [
    Outcome("table_01", "nl", 0.25, GOOD, table=Path("p/tables/a.csv"), why="its notebook changed"),
    Outcome("figure", "en", 12, ALONE, figure=Path("p/figures/a.svg"), skipped=True),
    Outcome("b", "nl", 1, WRONG, table=Path("elsewhere/b.csv")),
    Outcome("c", "nl", 1, error="cell [2]: 1 / 0"),
]


def test_each_line_has_name_language_rows_sign_verdict_and_seconds_one_below_the_other():
    assert [line.plain for line in verdict_lines(OUTCOMES)] == [
        "table_01  nl    2 rows  ✓ as printed  0.2 s",
        "figure    en    2 rows  – as printed  unchanged",
        "b         nl    2 rows  ✗ as printed  1.0 s",
        "c         nl            ✗ not built  1.0 s",
    ]
    assert [line.plain for line in verdict_lines(OUTCOMES[2:3])] == ["b  nl    2 rows  ✗ as printed  1.0 s"]
    assert verdict_lines([]) == []


def test_a_sign_has_its_colour_what_is_wrong_is_red_and_the_seconds_are_dim():
    def coloured(line):
        return [(line.plain[one.start : one.end], one.style) for one in line.spans]

    good, alone, wrong, _ = map(coloured, verdict_lines(OUTCOMES))
    assert good == [("✓", "green"), ("0.2 s", "dim")]
    assert alone == [("–", "dim"), ("unchanged", "dim")]
    assert wrong == [("✗", "red"), (" as printed  ", "red"), ("1.0 s", "dim")]


def test_what_made_an_exhibit_stale_is_told_when_it_is_asked():
    first, second = verdict_lines(OUTCOMES[:2], why=True)
    assert first.plain.split("\n")[1:] == ["    built since its notebook changed"]
    assert "\n" not in second.plain
    assert "\n" not in verdict_lines(OUTCOMES[:1])[0].plain


def test_an_exhibit_agrees_when_it_was_built_and_is_as_it_should_be():
    assert [outcome.agrees for outcome in OUTCOMES] == [True, True, False, False]


@pytest.mark.parametrize(
    ("outcomes", "told"),
    [
        (
            OUTCOMES,
            "2 of 4 built and as they should be, 1 of them with nothing compared (–). Tables in elsewhere, tables,"
            " figures in figures",
        ),
        (OUTCOMES[:1], "1 of 1 built and as they should be. Tables in tables"),
        (OUTCOMES[3:], "0 of 1 built and as they should be."),
    ],
)
def test_the_sum_counts_what_is_as_it_should_be_and_names_the_folders(outcomes, told, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert summary(outcomes, Path("p")) == f"\n{told}"


@pytest.fixture
def remembered(tmp_path):
    """A project of a notebook, a plan, a source and a table that was made; gives what is remembered of its build."""
    for name in ("notebooks/a.ipynb", "reports/plan.toml", "reports/plan/tables/a.csv", "data/s.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a", encoding="utf-8")

    def of(*asked):
        return Remembered.of(tmp_path, "plan", asked, tmp_path / "data")

    return of


def test_what_was_told_is_told_again_as_unchanged(remembered, tmp_path):
    remembered("nl").keep(OUTCOMES[:3])
    told = remembered("nl").outcomes()
    assert [(one.exhibit, one.facts, one.table, one.figure, one.skipped) for one in told] == [
        (one.exhibit, one.facts, one.table, one.figure, True) for one in OUTCOMES[:3]
    ]
    assert remembered("en").outcomes() == []


@pytest.mark.parametrize("name", ["notebooks/a.ipynb", "reports/plan.toml", "reports/plan/tables/a.csv", "data/s.csv"])
def test_nothing_is_told_again_when_a_file_has_changed(remembered, tmp_path, name):
    remembered().keep(OUTCOMES[:1])
    assert remembered().outcomes()
    (tmp_path / name).write_text("b", encoding="utf-8")
    assert remembered().outcomes() == []


def test_nothing_is_remembered_of_a_build_that_failed_or_during_which_something_was_saved(remembered, tmp_path):
    remembered().keep(OUTCOMES)
    assert remembered().outcomes() == []
    begun = remembered()
    (tmp_path / "data" / "s.csv").write_text("b", encoding="utf-8")
    begun.keep(OUTCOMES[:1])
    assert remembered().outcomes() == []
