"""The rule of chapter 6 on frames small enough to work out by hand, at its boundaries and where figures are missing."""

import pandas as pd
import pytest

from kritiek.analysis import supply_risk
from kritiek.errors import ExhibitError

NA = pd.NA


def frame(columns, *rows, name="f"):
    """Rows of literals as the reader gives them, each with the address of its own cell row."""
    made = pd.DataFrame(list(rows), columns=columns.split())
    return made.assign(
        confidence="verified", source=name, origin=[f"{name} › row {number}" for number in range(2, len(rows) + 2)]
    )


def shares(*rows):
    """Rows of (material, stage, rank, country, share) in one study and period."""
    columns = "study reference_period material stage rank country share_percent"
    made = frame(columns, *(("S", "2024", *row) for row in rows), name="shares")
    return made.astype({"share_percent": "Float64", "rank": "Int64"})


def scores(**by_country):
    """The governance of each country on one indicator of 2023."""
    rows = [("2024", country, 2023, "rule of law", score) for country, score in by_country.items()]
    return frame("release country year indicator estimate", *rows, name="wgi").astype({"estimate": "Float64"})


COUNTRIES = frame("id eu27", ("AAA", False), ("BBB", False), ("LOW", True), ("TOP", True), name="countries")
GOVERNANCE = scores(AAA=-1.0, BBB=0.25, LOW=0.25, TOP=1.5)


def verdicts(*rows, governance=GOVERNANCE, countries=COUNTRIES, **options):
    """The verdicts by material and stage, one indicator unless another is asked for."""
    options = {"study": "S", "indicator": "rule of law", **options}
    return supply_risk.verdicts(shares(*rows), governance, countries, **options)


def verdict(*rows, **options):
    """The one verdict of one material and stage."""
    (found,) = verdicts(*rows, **options)["verdict"]
    return found


# Both halves of the rule, at their boundaries


@pytest.mark.parametrize(("share", "expected"), [(64.9, "no"), (65.0, "no"), (65.1, "yes")])
def test_exactly_the_threshold_is_not_more_than_it(share, expected):
    assert verdict(("X", "mining", 1, "AAA", share)) == expected


@pytest.mark.parametrize(("score", "expected"), [(0.26, "no"), (0.25, "no"), (0.24, "yes")])
def test_as_well_governed_as_the_lowest_member_is_not_worse(score, expected):
    governance = scores(AAA=score, LOW=0.25, TOP=1.5)
    assert verdict(("X", "mining", 1, "AAA", 90), governance=governance) == expected


def test_the_lowest_member_is_found_among_members_only():
    (row,) = verdicts(("X", "mining", 1, "AAA", 90)).itertuples()
    assert (row.floor_country, row.floor) == ("LOW", 0.25)


def test_the_margins_say_how_far_both_halves_hold():
    (row,) = verdicts(("X", "mining", 1, "AAA", 90)).itertuples()
    assert (row.share_margin, row.governance_margin) == (25.0, 1.25)


def test_a_row_came_from_the_share_the_score_of_its_country_and_the_floor():
    (row,) = verdicts(("X", "mining", 1, "AAA", 90), ("X", "mining", 2, "BBB", 5)).itertuples()
    assert row.origin == "shares › row 2; wgi › row 2; wgi › row 4"
    assert row.source == "shares; wgi"


def test_the_largest_producer_is_the_one_with_the_largest_share_whatever_its_rank_says():
    (row,) = verdicts(("X", "mining", 1, "TOP", 10), ("X", "mining", 2, "AAA", 80)).itertuples()
    assert (row.country, row.verdict) == ("AAA", "yes")


def test_of_two_equal_shares_the_first_in_rank_is_the_largest():
    rows = [("X", "mining", 2, "TOP", 45), ("X", "mining", 1, "AAA", 45)]
    assert verdicts(*rows)["country"].tolist() == ["AAA"]


def test_a_mean_is_as_sure_as_the_least_sure_of_the_six():
    rows = frame("release country year indicator estimate", *six("AAA", 1, 2, 3, 4, 5, 6), name="wgi")
    rows.loc[2, "confidence"] = "second-hand"
    assert supply_risk.scores_of(rows)["confidence"].tolist() == ["second-hand"]


def test_an_answer_is_as_sure_as_the_least_sure_figure_behind_it():
    unsure = GOVERNANCE.assign(confidence=["verified", "second-hand", "verified", "verified"])
    rows = [("X", "mining", 1, "AAA", 90), ("Y", "mining", 1, "BBB", 90)]
    assert verdicts(*rows, governance=unsure)["confidence"].tolist() == ["verified", "second-hand"]
    floor = GOVERNANCE.assign(confidence=["verified", "verified", "from memory", "verified"])
    assert verdicts(*rows, governance=floor)["confidence"].tolist() == ["from memory", "from memory"]


# What is missing is unknown, never no


def test_a_concentrated_material_whose_producer_has_no_score_is_unknown():
    assert verdict(("X", "mining", 1, "NEW", 90)) == "unknown"


def test_a_material_below_the_threshold_is_no_whoever_makes_it():
    assert verdict(("X", "mining", 1, "NEW", 60)) == "no"


def test_a_missing_share_is_unknown_unless_its_producer_is_well_governed():
    assert verdict(("X", "mining", 1, "AAA", NA)) == "unknown"
    assert verdict(("X", "mining", 1, "TOP", NA)) == "no"


def test_without_the_score_of_a_member_state_the_floor_is_not_known():
    governance = scores(AAA=-1.0, LOW=0.25)
    (row,) = verdicts(("X", "mining", 1, "AAA", 90), governance=governance).itertuples()
    assert (row.floor_country, row.verdict) == (None, "unknown")
    assert verdict(("X", "mining", 1, "AAA", 60), governance=governance) == "no"


def test_a_stage_without_figures_keeps_a_no_unknown_and_changes_no_yes():
    found = verdicts(("X", "mining", 1, "AAA", 60), ("Y", "processing", 1, "AAA", 90))
    rows = supply_risk.of_materials(found).set_index("material")
    assert rows["verdict"].to_dict() == {"X": "unknown", "Y": "yes"}
    assert rows["stages"].to_dict() == {"X": (), "Y": ("processing",)}
    assert supply_risk.of_materials(found, stage="mining").set_index("material")["verdict"].to_dict() == {
        "X": "no",
        "Y": "unknown",
    }


def test_the_stage_that_says_yes_decides():
    found = verdicts(("X", "mining", 1, "TOP", 99), ("X", "processing", 1, "AAA", 70))
    (row,) = supply_risk.of_materials(found).itertuples()
    assert (row.verdict, row.stage, row.country, row.share_percent) == ("yes", "processing", "AAA", 70)


# The governance of whom


def test_any_looks_past_a_well_governed_top_producer():
    rows = [("X", "mining", 1, "TOP", 50), ("X", "mining", 2, "AAA", 45)]
    assert verdict(*rows, threshold=40) == "no"
    assert verdict(*rows, threshold=40, governance_of="any") == "yes"
    assert verdict(*rows, threshold=45, governance_of="any") == "no"


def test_a_weighted_mean_has_bounds_that_leave_the_rest_anywhere_on_the_scale():
    found = verdicts(("X", "mining", 1, "AAA", 70), ("X", "mining", 2, "TOP", 20), governance_of="weighted")
    (row,) = found.itertuples()
    # (70 × -1 + 20 × 1.5) / 90; with the last 10 % at -2.5 and at 2.5.
    assert row.governance == pytest.approx(-40 / 90)
    assert row.governance_low == pytest.approx(-0.65)
    assert row.governance_high == pytest.approx(-0.15)
    assert (row.coverage_percent, row.verdict) == (90, "yes")


@pytest.mark.parametrize(("second", "expected"), [("TOP", "no"), ("AAA", "yes"), ("NEW", "unknown")])
def test_a_weighted_mean_that_the_rest_could_carry_over_the_floor_is_unknown(second, expected):
    # 70 % at 0.25 and 30 % at 1.5, at -1, or anywhere.
    found = verdict(("X", "mining", 1, "BBB", 70), ("X", "mining", 2, second, 30), governance_of="weighted")
    assert found == expected


@pytest.mark.parametrize("second", [30, 31])
def test_when_all_production_is_recorded_there_is_no_room_between_the_bounds(second):
    # Shares are rounded where they are published, so that they may add up to a little more than the whole.
    rows = [("X", "mining", 1, "AAA", 70), ("X", "mining", 2, "TOP", second)]
    (row,) = verdicts(*rows, governance_of="weighted").itertuples()
    mean = (-70 + 1.5 * second) / (70 + second)
    assert [row.governance_low, row.governance, row.governance_high] == pytest.approx([mean] * 3)


def test_a_producer_without_a_score_is_no_part_of_the_coverage():
    rows = [("X", "mining", 1, "AAA", 70), ("X", "mining", 2, "NEW", 20)]
    (row,) = verdicts(*rows, governance_of="weighted").itertuples()
    assert (row.coverage_percent, row.governance) == (70, -1.0)
    assert row.governance_high == pytest.approx(0.05)


# Indicators and years


def six(country, *estimates, year=2023):
    return [("2024", country, year, name, x) for name, x in zip(supply_risk.INDICATORS, estimates, strict=True)]


def test_the_mean_is_that_of_the_six_and_needs_all_six():
    rows = [*six("AAA", 1, 2, 3, 4, 5, 6), *six("BBB", 1, 2, 3, 4, 5, 6)[:5]]
    governance = frame("release country year indicator estimate", *rows, name="wgi")
    found = supply_risk.scores_of(governance).set_index("country")["score"]
    assert found["AAA"] == 3.5
    assert pd.isna(found["BBB"])


def test_a_stated_mean_counts_only_where_a_year_has_none_of_the_six():
    stated = [("2024", "AAA", year, "mean", -9) for year in (2022, 2023)]
    rows = [*six("AAA", 1, 2, 3, 4, 5, 6), *stated]
    governance = frame("release country year indicator estimate", *rows, name="wgi")
    assert supply_risk.scores_of(governance, year=2023)["score"].tolist() == [3.5]
    assert supply_risk.scores_of(governance, year=2022)["score"].tolist() == [-9]


def test_of_two_editions_the_newer_counts():
    rows = [("2025", "AAA", 2023, "rule of law", 1), ("2024", "AAA", 2023, "rule of law", 2)]
    governance = frame("release country year indicator estimate", *rows, name="wgi")
    assert supply_risk.scores_of(governance, indicator="rule of law")["score"].tolist() == [1]


def test_an_indicator_of_a_year_without_it_names_the_years_that_have_it():
    with pytest.raises(ExhibitError, match=r'no "rule of law" of 2022\. It is recorded for 2023'):
        supply_risk.scores_of(GOVERNANCE, indicator="rule of law", year=2022)


def test_the_years_named_are_those_of_the_indicator_or_of_any_of_the_six_for_the_mean():
    rows = [*six("AAA", 1, 2, 3, 4, 5, 6), ("2024", "AAA", 2020, "rule of law", 1), ("2024", "AAA", 2021, "mean", 1)]
    governance = frame("release country year indicator estimate", *rows, name="wgi")
    with pytest.raises(ExhibitError, match=r"recorded for 2020, 2021, 2023\."):
        supply_risk.scores_of(governance, year=1999)
    with pytest.raises(ExhibitError, match=r"recorded for 2023\."):
        supply_risk.scores_of(governance, indicator="political stability", year=1999)


def test_the_last_period_of_a_study_is_taken_and_another_can_be_asked_for():
    two = pd.concat(
        [
            shares(("X", "mining", 1, "AAA", 60)).assign(reference_period="2023"),
            shares(("X", "mining", 1, "AAA", 70)),
        ]
    )
    assert supply_risk.shares_of(two, study="S")["share_percent"].tolist() == [70]
    assert supply_risk.shares_of(two, study="S", reference_period="2023")["share_percent"].tolist() == [60]
    with pytest.raises(ExhibitError, match='reference_period: "2022" is not known'):
        supply_risk.shares_of(two, study="S", reference_period="2022")
    with pytest.raises(ExhibitError, match='study: "T" is not known'):
        supply_risk.shares_of(two, study="T")


# Groups

MATERIALS = pd.DataFrame(
    {
        "id": ["metals", "light", "heavy", "L1", "L2", "H1", "H2", "magnet", "solo"],
        "parent": [None, "metals", "metals", "light", "light", "heavy", "heavy", "metals", None],
    }
)
NAMED = pd.DataFrame(
    {"document": "report-2026", "group": ["light", "magnet"], "member": ["L1", "H2"]},
)
RECORDED = ("L1", "L2", "H1", "H2", "solo")


def line_verdicts(by_material, *, listed=("metals", "light", "heavy"), groups="any", recorded=RECORDED):
    found = pd.DataFrame(
        {
            "material": list(by_material),
            "verdict": pd.Series(list(by_material.values()), dtype=supply_risk.VERDICTS),
            "share_percent": 70.0,
            "stages": [("mining",) if one == "yes" else () for one in by_material.values()],
        }
    )
    members = supply_risk.members_of(MATERIALS, NAMED, groups=groups, document="report-2026")
    rows = supply_risk.of_lines(found, members, listed, recorded, groups=groups)
    return rows.set_index("line")["verdict"].to_dict()


MIXED = {"L1": "yes", "L2": "no", "H1": "yes", "H2": "yes", "solo": "yes"}


def test_one_member_is_enough_for_any_and_not_for_all():
    assert line_verdicts(MIXED) == {"heavy": "yes", "light": "yes", "metals": "yes", "solo": "yes"}
    assert line_verdicts(MIXED, groups="all") == {"heavy": "yes", "light": "no", "metals": "no", "solo": "yes"}


def test_named_asks_every_member_that_the_document_names_and_no_other():
    found = line_verdicts(MIXED, groups="named")
    # L2 is not named, so it belongs to no line and stands for itself.
    assert found == {"L2": "no", "heavy": "yes", "light": "yes", "metals": "yes", "solo": "yes"}


def test_a_group_that_cuts_across_has_its_members_and_adds_none_to_what_holds_it():
    for groups in supply_risk.GROUP_RULES:
        pairs = supply_risk.members_of(MATERIALS, NAMED, groups=groups, document="report-2026")
        assert pairs.loc[pairs["line"] == "magnet", "material"].tolist() == ["magnet", "H2"]
    assert line_verdicts({"H2": "yes"}, listed=("magnet",))["magnet"] == "yes"
    assert line_verdicts({"H2": "no"}, listed=("metals", "magnet"), groups="named")["metals"] == "no"


def test_only_the_members_that_the_document_itself_names_are_the_named_ones():
    others = pd.DataFrame({"document": "another", "group": ["light", "magnet"], "member": ["L2", "L1"]})
    both = pd.concat([others, NAMED], ignore_index=True)

    def members(groups, line):
        pairs = supply_risk.members_of(MATERIALS, both, groups=groups, document="report-2026")
        return sorted(pairs.loc[pairs["line"] == line, "material"])

    assert members("named", "light") == ["L1", "light"]
    assert members("named", "magnet") == ["H2", "magnet"]
    assert members("any", "light") == ["L1", "L2", "light"]
    assert members("any", "magnet") == ["H2", "L1", "magnet"]
    assert members("named", "metals") == ["H1", "H2", "L1", "heavy", "light", "magnet", "metals"]


def test_named_members_are_those_of_a_document_that_names_some():
    with pytest.raises(ExhibitError, match='document: "report-2028" is not known'):
        supply_risk.members_of(MATERIALS, NAMED, groups="named", document="report-2028")


def test_without_a_word_on_groups_one_member_is_enough():
    found = pd.DataFrame(
        {"material": ["L1", "L2"], "verdict": ["yes", "no"], "share_percent": 70.0, "stages": [(), ()]}
    )
    members = supply_risk.members_of(MATERIALS, NAMED)
    rows = supply_risk.of_lines(found.astype({"verdict": supply_risk.VERDICTS}), members, ["light"], RECORDED)
    assert rows.set_index("line").at["light", "verdict"] == "yes"


def test_parents_in_a_circle_come_to_an_end():
    circle = pd.DataFrame({"id": ["A", "B"], "parent": ["B", "A"]})
    pairs = supply_risk.members_of(circle, NAMED.iloc[:0])
    assert sorted(pairs.itertuples(index=False, name=None)) == [("A", "A"), ("A", "B"), ("B", "A"), ("B", "B")]


def test_a_member_without_figures_is_unknown():
    partly = {"L1": "no", "H1": "yes"}
    assert line_verdicts(partly)["light"] == "unknown"
    assert line_verdicts(partly, groups="all")["heavy"] == "unknown"
    assert line_verdicts(partly)["heavy"] == "yes"
    assert line_verdicts(partly, groups="all")["light"] == "no"


def test_a_line_with_figures_of_its_own_does_not_ask_after_members_without():
    assert line_verdicts({"light": "no"}, recorded=(*RECORDED, "light"))["light"] == "no"
    assert line_verdicts({"light": "yes"}, recorded=(*RECORDED, "light"), groups="all")["light"] == "yes"
    assert line_verdicts({"light": "no", "L1": "yes"}, recorded=(*RECORDED, "light"))["light"] == "yes"


def test_figures_of_a_group_say_nothing_of_its_members():
    found = line_verdicts({"metals": "yes"}, recorded=(*RECORDED, "metals"))
    assert (found["metals"], found["light"]) == ("yes", "unknown")


def test_a_material_that_no_study_records_is_unknown_and_still_a_line():
    assert line_verdicts({"solo": "no"}, listed=("solo", "magnet"))["magnet"] == "unknown"


def test_the_stages_of_a_line_are_those_of_all_its_members():
    found = verdicts(
        ("L1", "mining", 1, "AAA", 70), ("L2", "processing", 1, "AAA", 80), ("solo", "mining", 1, "AAA", 10)
    )
    members = supply_risk.members_of(MATERIALS, NAMED)
    rows = supply_risk.of_lines(supply_risk.of_materials(found), members, ["light"], RECORDED).set_index("line")
    assert rows.at["light", "stages"] == ("mining", "processing")
    assert rows.at["light", "material"] == "L2"
    assert rows["is_listed"].to_dict() == {"light": True, "H1": False, "H2": False, "solo": False}
    assert rows.at["solo", "verdict"] == "unknown"
