"""A release is frozen once, from what is built and right, and plans are held against it as long as it is untouched."""

from __future__ import annotations

import json

import pytest

from kritiek.appendix.model import read_appendix
from kritiek.build.plan import load_plan
from kritiek.daily.release import release
from kritiek.errors import PlanError, RunError
from test_cli import answer, used
from trial_project import READ, add_notebook, make_project, run, show, table

DATE = "date = 2026-11-24\n"
NEXT = """title.nl = "Q"
languages = ["nl"]
baseline = "release-1"
exhibit = [{ name = "trial", notebook = "trial.ipynb"%s }]
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of one exhibit that is built, with a date in its plan; the current folder is its root."""
    root = make_project(tmp_path / "project", {"trial": [READ, show(table())]})
    plan = root / "reports" / "trial.toml"
    plan.write_text(DATE + plan.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(root)
    run(root)
    return root


def frozen(root):
    return root / "data" / "published" / "release-1"


def next_plan(root, more=""):
    (root / "reports" / "next.toml").write_text(NEXT % more, encoding="utf-8")


def change(root, old="Bismut", new="Bismuth"):
    add_notebook(root, "trial", READ, show(table()).replace(old, new))


def test_a_release_holds_tables_plan_fingerprints_versions_and_the_day_of_the_plan(project):
    code, out, _ = answer("kritiek", "finish", "trial", "--release", "release-1")
    assert (code, out.splitlines()) == (
        0,
        [
            "Frozen in data/published/release-1: 1 table of trial, as of 2026-11-24, outside git.",
            'A plan is held against it with: baseline = "release-1"',
        ],
    )
    assert sorted(file.name for file in frozen(project).iterdir()) == ["plan.toml", "release.json", "trial.nl.csv"]
    table_of_build = project / "reports" / "trial" / "tables" / "trial.nl.csv"
    assert (frozen(project) / "trial.nl.csv").read_bytes() == table_of_build.read_bytes()
    assert (frozen(project) / "plan.toml").read_bytes() == (project / "reports" / "trial.toml").read_bytes()
    told = json.loads((frozen(project) / "release.json").read_text(encoding="utf-8"))
    assert (told["plan"], told["date"], told["commit"]) == ("trial", "2026-11-24", None)
    assert set(told["data"]["tables"]) == {"used", "unused"}
    assert set(told["versions"]) == {"python", "pandas", "numpy", "matplotlib"}
    assert any(line.startswith("papermill==") for line in told["packages"])
    assert told["tables"]["trial.nl.csv"]["verdict"] == "Tabel 1: 4 of 4 cells as printed"
    assert not [fault for fault in answer("kritiek", "check")[1].splitlines() if fault.startswith("data/published")]


@pytest.mark.parametrize("name", ["../x", "a b", "", "none", "printed", "NUL", "ééń", "-x"])
def test_a_name_that_is_no_plain_word_is_refused(project, name):
    with pytest.raises(RunError, match="a name has letters, digits"):
        release(project, "trial", name)


def test_a_release_is_never_written_over_and_takes_no_name_of_a_plan(project):
    release(project, "trial", "release-1")
    for name in ("release-1", "Release-1"):
        with pytest.raises(RunError, match="data/published/release-1 is there already, and a release is never"):
            release(project, "trial", name)
    with pytest.raises(RunError, match="there is a plan of that name"):
        release(project, "trial", "Trial")


def test_a_plan_without_a_date_is_not_frozen_since_nothing_reads_the_clock(project):
    plan = project / "reports" / "trial.toml"
    plan.write_text(plan.read_text(encoding="utf-8").removeprefix(DATE), encoding="utf-8")
    with pytest.raises(RunError, match=r"reports/trial\.toml has no date, and a release carries its day: add for"):
        release(project, "trial", "release-1")


def test_what_is_stale_or_not_as_it_should_be_is_not_frozen(project):
    used(project, "id,value\na,2\n")
    with pytest.raises(RunError) as refused:
        release(project, "trial", "release-1")
    assert str(refused.value).splitlines() == [
        "trial is not to be frozen as it is:",
        "  trial.nl: used changed",
        "Run kritiek finish trial first.",
    ]
    change(project)
    run(project)
    with pytest.raises(RunError, match="1 cell NOT as printed"):
        release(project, "trial", "release-1")
    assert not frozen(project).exists()


def test_a_plan_is_held_against_a_release_and_its_verdict_says_so(project):
    release(project, "trial", "release-1")
    next_plan(project)
    code, out, _ = answer("kritiek", "build", "next")
    assert code == 0
    assert "✓ Tabel 1: 4 of 4 cells as in release-1" in " ".join(out.split())
    change(project)
    code, out, _ = answer("kritiek", "build", "next")
    assert code == 1
    assert 'in release-1 "Bismut*°", built "Bismuth*°"' in " ".join(out.split())
    next_plan(project, ', differs = { places = 1, nl = "Andere naam." }')
    code, out, _ = answer("kritiek", "build", "next")
    assert code == 0
    assert "3 of 4 cells as in release-1; 1 heading or cell differs for a known reason" in " ".join(out.split())


def test_a_trial_is_not_held_against_a_release(project):
    release(project, "trial", "release-1")
    next_plan(project)
    code, out, _ = answer("kritiek", "build", "next", "--only", "trial", "--set", "group=iron")
    assert code == 0
    assert "other than the published case, so not compared" in " ".join(out.split())


def test_the_appendix_names_the_release_and_is_refused_while_something_differs_without_a_reason(project):
    release(project, "trial", "release-1")
    next_plan(project)
    answer("kritiek", "build", "next")
    line = "uitgave release-1 van 24 november 2026, gemaakt volgens reports/trial.toml"
    made = read_appendix(load_plan("next", project), None)
    assert [one.value["nl"] for one in made.colophon if one.label["nl"] == "Vergeleken met"] == [line]
    assert made.exhibits[0].verdict == {"nl": "zoals in release-1", "en": "as in release-1"}
    change(project)
    answer("kritiek", "build", "next")
    code, _, err = answer("kritiek", "appendix", "next", "--format", "csv")
    assert code == 1 and "1 cell NOT as in release-1" in err
    assert answer("kritiek", "appendix", "next", "--format", "html", "--draft")[0] == 0
    page = (project / "reports" / "next" / "appendix" / "draft" / "html" / "index.html").read_text(encoding="utf-8")
    assert "CONCEPT" in page and line in page
    next_plan(project, ', differs = { places = 1, nl = "Andere naam." }')
    answer("kritiek", "build", "next")
    made = read_appendix(load_plan("next", project), None)
    assert (made.faults, made.exhibits[0].verdict["nl"]) == ((), "zoals in release-1, op één plaats na: Andere naam.")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("trial.nl.csv", "data/published/release-1/trial.nl.csv is not what was frozen"),
        ("plan.toml", "data/published/release-1/plan.toml is not what was frozen"),
        ("release.json", "data/published/release-1/release.json cannot be read"),
    ],
)
def test_a_release_that_was_changed_or_lost_is_refused_when_it_is_used(project, name, told):
    release(project, "trial", "release-1")
    next_plan(project)
    file = frozen(project) / name
    file.write_text(file.read_text(encoding="utf-8")[:-2], encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        load_plan("next", project)
    assert told in str(refused.value)
    if name != "release.json":
        file.unlink()
        with pytest.raises(PlanError, match=f"{name} is gone since it was frozen: take it back from git."):
            load_plan("next", project)


@pytest.mark.parametrize(
    ("baseline", "more", "told"),
    [
        ("release-2", "", 'baseline: found "release-2", expected "printed", "none", a release or a plan in reports/.'),
        ("printed", ', differs = { places = 1, nl = "x" }', "trial: differs says why it differs from a release, and"),
        ("release-1", ', differs = { places = 0, nl = "x" }', "trial: differs is "),
        ("release-1", ", differs = { places = 1 }", 'trial: differs has no reason in "nl", expected for example'),
        ("release-1", ', differs = { places = 1, nl = "x", why = "y" }', 'trial: differs: key "why" is unknown.'),
    ],
)
def test_a_wrong_baseline_or_reason_is_named_with_what_is_expected(project, baseline, more, told):
    release(project, "trial", "release-1")
    (project / "reports" / "next.toml").write_text((NEXT % more).replace("release-1", baseline), encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        load_plan("next", project)
    assert told in str(refused.value)


def test_a_plan_with_the_name_of_a_release_is_refused(project):
    release(project, "trial", "release-1")
    next_plan(project)
    (project / "reports" / "release-1.toml").write_text(NEXT % "", encoding="utf-8")
    with pytest.raises(PlanError, match="release-1 is a plan in reports/ and a release too"):
        load_plan("next", project)
