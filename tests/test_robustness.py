"""All readings of the rule at once, on figures small enough to answer each reading by hand."""

import pandas as pd
import pytest

from kritiek.analysis import concentration, robustness, supply_risk

BASE = {"study": "S", "reference_period": "2024", "indicator": "mean", "governance_of": "top", "groups": "any"}


def frame(columns, *rows, **types):
    made = pd.DataFrame(list(rows), columns=columns.split())
    origin = [f"row {number}" for number in range(2, len(rows) + 2)]
    return made.assign(confidence="verified", source="f", origin=origin).astype(types)


SHARES = frame(
    "study reference_period material stage rank country share_percent",
    ("S", "2024", "X", "mining", 1, "BAD", 70),
    ("S", "2024", "X", "processing", 1, "BAD", 55),
    ("S", "2024", "A1", "mining", 1, "BAD", 80),
    ("S", "2024", "A2", "mining", 1, "FINE", 80),
    ("T", "2020", "X", "mining", 1, "BAD", 50),
    ("T", "2020", "X", "processing", 1, "BAD", 52),
    share_percent="Float64",
)
MATERIALS = frame("id parent", ("X", None), ("group", None), ("A1", "group"), ("A2", "group"), ("silent", None))
NAMED = frame("document group member", ("report-2026", "group", "A1"))
COUNTRIES = frame("id eu27", ("BAD", False), ("FINE", False), ("LOW", True))
# BAD is below LOW on all indicators but the last, and so on their mean.
GOVERNANCE = frame(
    "release country year indicator estimate",
    *[("2024", country, 2023, name, score)
      for name in supply_risk.INDICATORS
      for country, score in (
          ("BAD", 1 if name == supply_risk.INDICATORS[-1] else -1), ("FINE", 2), ("LOW", 0),
      )],
)  # fmt: skip
LISTED = ["X", "group", "silent"]


@pytest.fixture(scope="module")
def found():
    return robustness.readings(
        SHARES, GOVERNANCE, COUNTRIES, MATERIALS, NAMED, LISTED, thresholds=[50, 55, 69, 70, 79, 80]
    )


def answers(found, line, **knobs):
    """The answers over the thresholds of the one row of a line under these knobs."""
    rows = found[found["line"] == line]
    for name, value in {**BASE, **knobs}.items():
        rows = rows[rows[name] == value]
    (row,) = rows[robustness.thresholds_in(found)].values.tolist()
    return "".join("nuy"[code] for code in row)


def test_a_line_counts_up_to_its_largest_share_and_not_at_it(found):
    assert answers(found, "X") == "yyynnn"


def test_an_indicator_on_which_the_producer_is_well_governed_gives_no(found):
    assert answers(found, "X", indicator=supply_risk.INDICATORS[-1]) == "nnnnnn"
    assert answers(found, "X", indicator=supply_risk.INDICATORS[0]) == "yyynnn"


def test_each_study_answers_with_its_own_shares(found):
    assert answers(found, "X", study="T", reference_period="2020") == "ynnnnn"


def test_one_member_all_members_or_the_named_ones(found):
    # A1 80 % and badly governed, A2 80 % and well governed; of both only mining is known.
    assert answers(found, "group") == "yyyyyu"
    assert answers(found, "group", groups="all") == "uuuuuu"
    assert answers(found, "group", groups="named") == "yyyyyu"


def test_what_is_not_recorded_is_said_and_not_filled(found):
    assert answers(found, "silent") == "uuuuuu"
    figures = found.groupby("line")["has_figures"].unique().map(sorted).to_dict()
    assert figures["silent"] == [False]
    assert found.loc[(found["line"] == "group") & (found["study"] == "T"), "has_figures"].unique().tolist() == [False]


def test_the_share_of_readings_leaves_out_studies_without_figures(found):
    own = found[(found["indicator"] == "mean") & (found["governance_of"] == "top") & (found["groups"] == "any")]
    shares = robustness.shares_of_readings(own).set_index("line")
    # X: six readings of S with three yes, six of T with one; the group: six of S with five yes and one unknown.
    assert shares.loc["X", ["readings", "yes_percent", "no_percent"]].tolist() == [
        12,
        pytest.approx(400 / 12),
        pytest.approx(800 / 12),
    ]
    assert shares.loc["group", ["readings", "yes_percent", "unknown_percent"]].tolist() == [
        6,
        pytest.approx(500 / 6),
        pytest.approx(100 / 6),
    ]
    assert shares.loc["silent", "readings"] == 0
    assert pd.isna(shares.loc["silent", "yes_percent"])


def test_a_flip_names_the_nearest_threshold_and_each_other_choice_that_does_it_alone(found):
    turned = robustness.flips(found, BASE, 69).set_index("line")
    assert turned.at["X", "verdict"] == "yes"
    assert (turned.at["X", "flip_threshold"], turned.at["X", "flip_points"]) == (70, 1)
    # Weighted, the 30 % that is not recorded could lift BAD, at -4/6 on the mean, over the floor of 0.
    assert sorted(turned.at["X", "flip_knobs"]) == [
        "governance_of=weighted",
        "indicator=control of corruption",
        "study=T|2020",
    ]
    assert turned.at["X", "knobs_changed"] == 1
    assert turned.at["group", "flip_threshold"] == 80
    assert "groups=all" in turned.at["group", "flip_knobs"]
    assert turned.at["silent", "verdict"] == "unknown"
    assert pd.isna(turned.at["silent", "knobs_changed"])


def test_a_line_that_is_not_listed_flips_where_it_comes_in(found):
    turned = robustness.flips(found, {**BASE, "study": "T", "reference_period": "2020"}, 69).set_index("line")
    assert turned.at["X", "verdict"] == "no"
    assert (turned.at["X", "flip_threshold"], turned.at["X", "flip_points"]) == (50, 19)
    assert turned.at["X", "flip_knobs"] == ("study=S|2024",)


def test_the_distance_counts_lines_that_are_missed_and_added(found):
    own = found[(found["study"] == "S") & (found["indicator"] == "mean") & (found["governance_of"] == "top")]
    ways = robustness.nearest_to_list(own[own["groups"] == "any"])
    told = ways[["lowest_threshold", "highest_threshold", "missed", "unknown", "added", "distance", "readings"]]
    assert told.values.tolist() == [
        [50, 69, ("silent",), ("silent",), (), 1, 3],
        [70, 79, ("X", "silent"), ("silent",), (), 2, 2],
        [80, 80, ("X", "group", "silent"), ("group", "silent"), (), 3, 1],
    ]
    named = robustness.nearest_to_list(own[own["groups"] == "named"])
    assert named["added"].tolist() == [(), (), ()]


def test_a_group_of_which_the_list_names_one_member_leaves_the_other_to_itself(found):
    rows = found[found["groups"] == "named"]
    assert sorted(rows["line"].unique()) == ["A2", "X", "group", "silent"]


# Herfindahl and the rule of the Regulation


def herfindahl(*rows, scores=(("BAD", -2.5), ("FINE", 2.5), ("MID", 0.0))):
    shares = frame(
        "study reference_period material stage rank country share_percent",
        *(("S", "2024", "X", "mining", number, *row) for number, row in enumerate(rows, start=1)),
        share_percent="Float64",
    )
    (row,) = concentration.herfindahl(shares, frame("country score", *scores)).itertuples()
    return row


def test_the_index_of_all_producers_has_no_room_between_its_bounds():
    row = herfindahl(("BAD", 60), ("FINE", 40))
    # 0.36 + 0.16, and 0.36 × 10 + 0.16 × 0.
    assert (row.hhi_low, row.hhi_high) == pytest.approx((0.52, 0.52))
    assert (row.weighted_low, row.weighted_high) == pytest.approx((3.6, 3.6))
    assert (row.country, row.coverage_percent) == ("BAD", 100)


def test_the_upper_bound_makes_the_others_as_large_as_the_smallest_and_as_bad_as_can_be():
    row = herfindahl(("BAD", 50), ("FINE", 20))
    # The last 30 %: one of 20 % and one of 10 %, 0.04 + 0.01.
    assert (row.hhi_low, row.hhi_high) == pytest.approx((0.29, 0.34))
    assert (row.weighted_low, row.weighted_high) == pytest.approx((2.5, 3.0))
    assert (row.share_percent, row.coverage_percent) == (50, 70)


def test_a_producer_without_a_score_may_be_governed_as_well_or_as_badly_as_can_be():
    row = herfindahl(("MID", 50), ("NEW", 50))
    assert (row.weighted_low, row.weighted_high) == pytest.approx((1.25, 3.75))


def test_a_place_is_a_range_where_bounds_overlap():
    rows = pd.DataFrame({"weighted_low": [5.0, 3.0, 2.0, 1.0], "weighted_high": [5.0, 3.2, 3.1, 1.5]})
    placed = concentration.ranked(rows)
    assert placed[["place_best", "place_worst"]].values.tolist() == [[1, 1], [2, 3], [2, 3], [4, 4]]


@pytest.mark.parametrize(
    ("country", "share", "expected"),
    [("FAR", 65.1, "yes"), ("FAR", 65.0, "no"), ("LOW", 99, "no"), ("FAR", None, "unknown"), (None, 70, "unknown")],
)
def test_one_third_country_above_the_threshold_supplies_too_much(country, share, expected):
    empty = {"eu_top_processing": None, "eu_top_processing_percent": None}
    assessments = frame(
        "study material eu_top_extraction eu_top_extraction_percent", ("S", "X", country, share)
    ).assign(**empty)
    (row,) = concentration.one_supplier(assessments, COUNTRIES, study="S").itertuples()
    assert (row.stage, row.verdict) == ("mining", expected)
    assert pd.isna(row.share_margin) if share is None else row.share_margin == pytest.approx(share - 65)
