"""A plan for an appendix from nothing: what is proposed and why, and a file that can be built and edited."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from kritiek.appendix.proposal import new_plan
from kritiek.build.plan import load_plan
from kritiek.errors import PlanError
from sheetcheck.messages import speaking

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """The project's own sources, notebooks and plans."""
    root = tmp_path_factory.mktemp("new") / "project"
    for folder in ("data", "notebooks"):
        shutil.copytree(ROOT / folder, root / folder)
    (root / "reports").mkdir()
    shutil.copy(ROOT / "reports" / "normalisatie-2026.toml", root / "reports")
    return root


def proposed(proposals) -> dict[str, str]:
    return {one.name: one.why for one in proposals if one.is_proposed}


def test_a_product_group_proposes_its_committees_and_what_can_be_narrowed_to_it(project):
    _, proposals = new_plan("zon", project, title={"nl": "Zon"}, product_groups=["Zon-PV"])
    found = proposed(proposals)
    assert found["table_10"] == "the committees for Solar PV"
    assert found["table_14"] == "narrowed to product group Solar PV"
    assert "table_12" not in found


def test_a_material_proposes_exhibits_that_name_it_or_its_kinds_or_its_group(project):
    _, proposals = new_plan("dy", project, title={"nl": "Dysprosium"}, materials=["dysprosium"])
    assert proposed(proposals)["table_03"] == "2 of 8 rows name zware zeldzame aardmetalen"


def test_a_material_proposes_exhibits_that_rest_on_what_the_sources_tie_to_it(project):
    # Announcement 18/2025 is tied to permanent magnets; Table 3 and the timeline tell it without that word.
    _, proposals = new_plan("magneten", project, title={"nl": "Magneten"}, materials=["permanente magneten"])
    found = proposed(proposals)
    assert found["table_03"] == "1 of 8 rows rests on source rows about it"
    assert found["timeline"] == "1 of 19 rows rests on source rows about it"
    assert found["table_01"] == "1 of 33 rows names permanente magneten"
    assert not {"table_12", "figure_01", "abbreviations"} & {*found}


def test_an_audience_narrows_and_the_plan_can_be_built(project):
    file, _ = new_plan("ministerie", project, title={"nl": 'Voor "EZ"', "en": "For EZ"}, audiences=["overheid"])
    plan = load_plan("ministerie", project)
    assert plan.title == {"nl": 'Voor "EZ"', "en": "For EZ"}
    assert plan.languages == ("nl", "en") and plan.head.numbering == "own"
    [table_14] = [exhibit for exhibit in plan.exhibits if exhibit.name == "table_14"]
    assert table_14.parameters["audience"] == "government"
    assert "# table_14: narrowed to audience Government." in file.read_text(encoding="utf-8")


def test_its_comments_name_the_releases_to_be_held_against_in_the_language_in_use(project):
    def comments(name):
        text = new_plan(name, project, title={"nl": "Zon"}, product_groups=["Zon-PV"])[0].read_text(encoding="utf-8")
        return text.splitlines()[: text.splitlines().index("exhibit = [")]

    assert "# There is no release yet; kritiek finish --release NAME freezes one." in comments("eerst")
    folder = project / "data" / "published" / "release-1"
    folder.mkdir()
    (folder / "release.json").write_text('{"files": {}}', encoding="utf-8")
    try:
        with speaking("nl"):
            told = comments("daarna")
    finally:
        shutil.rmtree(folder)
    assert told[0] == "# Een bijlage over Zon-PV. Regels die met # beginnen zijn toelichting."
    assert '# of "none" wanneer ze met nieuwere cijfers anders mogen zijn.' in told
    assert told[told.index('baseline = "printed"') - 1] == "# Vastgelegde uitgaven: release-1."


def test_what_is_not_proposed_stands_behind_a_sign_and_can_be_added_by_taking_it_away(project):
    file, proposals = new_plan("meer", project, title={"nl": "Meer"}, product_groups=["batterijen"])
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("    # { name", "    { name"), encoding="utf-8")
    assert [exhibit.name for exhibit in load_plan("meer", project).exhibits] == [one.name for one in proposals]


def test_named_exhibits_are_taken_and_no_others(project):
    _, proposals = new_plan("twee", project, title={"nl": "T"}, exhibits=["table_01", "figure_01"])
    assert list(proposed(proposals)) == ["table_01", "figure_01"]


def test_without_a_subject_everything_is_taken(project):
    _, proposals = new_plan("alles", project, title={"nl": "Alles"})
    assert all(one.is_proposed for one in proposals)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"name": "a/b"}, '"a/b" is no name for a plan'),
        ({"name": "Normalisatie-2026"}, "is there already"),
        ({"title": {"nl": " "}}, "The title is missing in nl"),
        ({"title": {"nl": "een\ntwee"}}, "on one line"),
        ({"title": {"nl": "T", "de": "T"}}, "--lang: de is unknown"),
        ({"audiences": ["overhied"]}, '--audience: "overhied" is unknown. Nearest: "Overheid"'),
        ({"exhibits": ["table_99"]}, '--exhibit: "table_99" is unknown. Nearest:'),
        ({"product_groups": ["Machines/werktuigen"]}, "No exhibit bears on this subject"),
    ],
)
def test_what_cannot_be_is_refused_and_writes_nothing(project, options, message):
    before = sorted((project / "reports").iterdir())
    with pytest.raises(PlanError, match=message):
        new_plan(**{"name": "fout", "root": project, "title": {"nl": "T"}, **options})
    assert sorted((project / "reports").iterdir()) == before


def test_a_title_with_every_sign_is_a_title(project):
    title = 'Über "x" \\ # [a] = {b} \' “ü”'
    file, _ = new_plan("tekens", project, title={"nl": title})
    assert tomllib.loads(file.read_text(encoding="utf-8"))["title"]["nl"] == title
