"""The results in README: what the built exhibits say, and nothing that somebody typed."""

import json
import shutil
from pathlib import Path

import pytest

from kritiek.daily.results import results, write_results
from kritiek.errors import RunError

ROOT = Path(__file__).parents[1]


@pytest.fixture
def project(tmp_path):
    """The sources, plans and built tables of the project, and a README with a place for results."""
    for folder in ("data", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for plan in (ROOT / "reports").glob("*.toml"):
        (tmp_path / "reports" / plan.stem).mkdir(parents=True)
        shutil.copyfile(plan, tmp_path / "reports" / plan.name)
        shutil.copytree(ROOT / "reports" / plan.stem / "tables", tmp_path / "reports" / plan.stem / "tables")
    (tmp_path / "README.md").write_text("# A\n\n<!-- results: here -->\nold\n<!-- end of results -->\nB\n")
    return tmp_path


def test_readme_states_what_the_built_exhibits_say(project):
    assert write_results(project) == f"README.md: results of {len(results(ROOT))} exhibits"
    assert "\n".join(results(ROOT)) in (ROOT / "README.md").read_text(encoding="utf-8"), "run kritiek finish"
    assert (project / "README.md").read_text(encoding="utf-8") == "\n".join(
        ["# A", "", "<!-- results: here -->", "", *results(ROOT), "", "<!-- end of results -->", "B", ""]
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


def test_a_built_table_that_says_otherwise_changes_the_results(project):
    package = project / "reports" / "analyse" / "tables" / "datapackage.json"
    package.write_text(package.read_text(encoding="utf-8").replace("(0.174; mean", "(0.2; mean"), encoding="utf-8")
    assert "(0.2; mean" in "\n".join(results(project))


def test_a_note_that_its_exhibit_leaves_out_is_not_stated(project):
    package = project / "reports" / "analyse" / "tables" / "datapackage.json"
    content = json.loads(package.read_text(encoding="utf-8"))
    for entry in content["resources"]:
        entry["notes"] = [note for note in entry["notes"] if not note.startswith("Floor:")]
    package.write_text(json.dumps(content), encoding="utf-8")
    assert next(line for line in results(project) if "Supply risk by the rule" in line).split("** ")[1].startswith("Of")


def test_an_exhibit_that_is_not_built_is_refused_with_what_to_run(project):
    (project / "reports" / "analyse" / "tables" / "datapackage.json").unlink()
    with pytest.raises(RunError, match=r"robustness \(kritiek build analyse\)"):
        write_results(project)
    assert "old" in (project / "README.md").read_text(encoding="utf-8")


def test_a_readme_without_a_place_for_results_is_left_as_it_is(project):
    (project / "README.md").write_text("# A\n")
    assert write_results(project).startswith("README.md has no lines <!-- results: … -->")
    assert (project / "README.md").read_text() == "# A\n"
