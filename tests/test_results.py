"""The results in README: what the built exhibits say, and nothing that somebody typed."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from kritiek.daily.results import other_exhibits, planned, results, results_are_current, write_results
from kritiek.errors import RunError

ROOT = Path(__file__).parents[1]


def exhibits_of(plan):
    return tomllib.loads((ROOT / "reports" / f"{plan}.toml").read_text(encoding="utf-8"))["exhibit"]


@pytest.fixture
def project(tmp_path):
    """The sources, plans and built tables of the project, and a README with a place for results."""
    for folder in ("data", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for plan in (ROOT / "reports").glob("*.toml"):
        (tmp_path / "reports" / plan.stem).mkdir(parents=True)
        shutil.copyfile(plan, tmp_path / "reports" / plan.name)
        shutil.copytree(ROOT / "reports" / plan.stem / "tables", tmp_path / "reports" / plan.stem / "tables")
    (tmp_path / "README.md").write_text(
        "# A\n\n<!-- results: here -->\nold\n<!-- end of results -->\nB\n", encoding="utf-8"
    )
    return tmp_path


def test_readme_states_what_the_built_exhibits_say(project):
    assert write_results(project) == f"README.md: results of {len(results(ROOT, planned(ROOT)))} exhibits"
    assert "\n".join(results(ROOT, planned(ROOT))) in (ROOT / "README.md").read_text(encoding="utf-8"), (
        "run kritiek finish"
    )
    assert (project / "README.md").read_text(encoding="utf-8") == "\n".join(
        ["# A", "", "<!-- results: here -->", "", *results(ROOT, planned(ROOT)), "", "<!-- end of results -->", "B", ""]
    )


# The floor and the counts by hand: tests/test_supply_risk_exhibits.py.
@pytest.mark.parametrize(
    "said",
    [
        "Floor: Bulgaria, the member state with the lowest score (0.174; mean of the six governance indicators, 2023).",
        "Of the 14 lines of Table 2 the computation gives 13; only there: Vanadium; only computed: Magnesite.",
        "Vanadium, mining: China 61.6 %, not more than 65 %; processing: China 61.5 %, not more than 65 %.",
        "political stability 13, regulatory quality 13, rule of law 12, voice and accountability 11, "
        "control of corruption 2, government effectiveness 2.",
    ],
)
def test_readme_states_the_figures_that_the_method_must_give(said):
    assert said in (ROOT / "README.md").read_text(encoding="utf-8")


def test_readme_lists_every_notebook_that_is_built_beside_the_report(project):
    table = other_exhibits(ROOT, planned(ROOT))
    assert "\n".join(table) in (ROOT / "README.md").read_text(encoding="utf-8"), "run kritiek finish"
    used = {one["notebook"] for plan in ("normalisatie-2026", "analyse") for one in exhibits_of(plan)}
    listed = [row.split(" | ")[0].removeprefix("| ") for row in table[2:]]
    assert {*listed} == used - {one["notebook"] for one in exhibits_of("normalisatie-2026")}
    sources = "exhibit_words, list_members, lists, materials"
    assert f"| lists_of_the_world.ipynb | Which list names which raw material | analyse | {sources} |" in table
    # What is not built yet is not told.
    (project / "reports" / "analyse" / "tables" / "datapackage.json").unlink()
    assert other_exhibits(project, planned(project)) == table[:2]


def test_readme_is_current_until_a_table_says_otherwise(project):
    page = project / "README.md"
    page.write_text(
        f"{page.read_text(encoding='utf-8')}<!-- other exhibits: here -->\n<!-- end of other exhibits -->\n",
        encoding="utf-8",
    )
    assert not results_are_current(project)
    write_results(project)
    assert results_are_current(project)
    package = project / "reports" / "analyse" / "tables" / "datapackage.json"
    package.write_text(package.read_text(encoding="utf-8").replace("Which list names which", "Who names"), "utf-8")
    assert not results_are_current(project)


def test_a_built_table_that_says_otherwise_changes_the_results(project):
    package = project / "reports" / "analyse" / "tables" / "datapackage.json"
    package.write_text(package.read_text(encoding="utf-8").replace("(0.174; mean", "(0.2; mean"), encoding="utf-8")
    assert "(0.2; mean" in "\n".join(results(project, planned(project)))


def test_a_note_that_its_exhibit_leaves_out_is_not_stated(project):
    package = project / "reports" / "analyse" / "tables" / "datapackage.json"
    content = json.loads(package.read_text(encoding="utf-8"))
    for entry in content["resources"]:
        entry["notes"] = [note for note in entry["notes"] if not note.startswith("Floor:")]
    package.write_text(json.dumps(content), encoding="utf-8")
    assert (
        next(line for line in results(project, planned(project)) if "Supply risk by the rule" in line)
        .split("** ")[1]
        .startswith("Of")
    )


def test_an_exhibit_that_is_not_built_is_refused_with_what_to_run(project):
    (project / "reports" / "analyse" / "tables" / "datapackage.json").unlink()
    with pytest.raises(RunError, match=r"robustness \(kritiek build analyse\)"):
        write_results(project)
    # What is not built cannot say that README is of an earlier state.
    assert results_are_current(project)
    assert "old" in (project / "README.md").read_text(encoding="utf-8")


def test_a_readme_without_a_place_for_results_is_left_as_it_is(project):
    (project / "README.md").write_text("# A\n", encoding="utf-8")
    assert write_results(project).startswith("README.md has no lines <!-- results: … -->")
    assert (project / "README.md").read_text(encoding="utf-8") == "# A\n"
    (project / "README.md").write_text("<!-- other exhibits: x -->\n<!-- end of other exhibits -->\n", encoding="utf-8")
    assert write_results(project).startswith("README.md has no lines <!-- results: … -->")
