"""Analyses that count the same thing in two ways give the same numbers, as the notebooks are stored."""

import json
from pathlib import Path

import pytest

from kritiek.build.engine.executed import exhibits_in

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def frame(name):
    """The rows of the exhibit that a stored notebook shows."""
    (exhibit,) = exhibits_in(json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8")))
    return exhibit.frame


@pytest.fixture(scope="module")
def influence():
    return frame("influence")


def test_table_and_figure_have_the_same_committees_and_raw_materials(influence):
    drawn = frame("influence_map")
    assert set(drawn["committee"]) == set(influence["id"])
    named = {name.strip() for cell in influence["critical"] for name in cell.split(",")}
    assert {name.casefold() for name in drawn["raw_material"]} == named


def test_the_countries_add_up_to_the_committees(influence):
    by_country = frame("influence_countries")
    assert by_country["committees"].sum() == len(influence)
    known = by_country.dropna(subset="committees_percent")
    assert known["committees_percent"].sum() == pytest.approx(100, abs=0.5)
    unknown = by_country[by_country["committees_percent"].isna()]
    assert unknown["committees"].sum() == influence["secretariat"].str.startswith("niet bekend").sum()


def test_a_committee_with_a_signal_has_its_secretariat_in_the_land_of_a_largest_producer(influence):
    drawn = frame("influence_map")
    above = drawn[(drawn["share_percent"] > drawn["threshold"]) & (drawn["secretariat_is"] == "same")]
    assert set(influence.loc[influence["verdict"] == "yes", "id"]) == set(above["committee"])


def test_the_gaps_by_row_are_the_empty_fields_of_the_figure():
    drawn = frame("coverage_map").set_index("row")
    counts = zip(drawn["published"], drawn["in_development"], strict=True)
    empty = [sum(made + coming == 0 for made, coming in zip(*row, strict=True)) for row in counts]
    assert dict(zip(drawn.index, empty, strict=True)) == frame("coverage_materials").set_index("row")["gaps"].to_dict()


def test_the_table_and_the_figure_name_the_same_topics_with_a_standard():
    tables = [frame(name).set_index("row")["covered"].to_dict() for name in ("coverage_map", "coverage_materials")]
    assert tables[0] == tables[1]


def test_what_a_chinese_measure_in_force_reaches_meets_the_criterion_of_export_control():
    reach = frame("export_reach")
    reached = set(reach.loc[(reach["kind"] == "committee") & (reach["count"] > 0), "id"])
    explained = frame("relevance_explained").set_index("id")["reasons"]
    assert reached
    assert reached <= set(explained[explained.str.contains("exportmaatregel van kracht", case=False)].index)


def test_a_committee_that_scores_high_meets_no_fewer_criteria_than_its_score_says():
    rows = frame("relevance_explained")
    sentences = rows["reasons"].str.split(". ", regex=False).str[0]
    counted = sentences.str.count("; ") + 1
    assert (counted.where(rows["score"] > 0, 0) == rows["score"]).all()
