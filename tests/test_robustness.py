"""All readings of the rule at once, on figures small enough to answer each reading by hand."""

import pandas as pd
import pytest

from kritiek.analysis import concentration, concentration_rows, robustness, robustness_rows, supply_risk
from kritiek.analysis.supply_risk import INDICATORS
from kritiek.analysis.supply_risk_rows import Names

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
        SHARES,
        GOVERNANCE,
        COUNTRIES,
        MATERIALS,
        NAMED,
        LISTED,
        document="report-2026",
        thresholds=[50, 55, 69, 70, 79, 80],
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


def test_who_is_governed_exactly_as_the_floor_is_not_governed_worse():
    even = [frame("release country year indicator estimate", ("2024", "EVEN", 2023, name, 0)) for name in INDICATORS]
    shares = frame("study reference_period material stage rank country share_percent",
                   ("S", "2024", "X", "mining", 1, "EVEN", 90), ("S", "2024", "X", "processing", 1, "EVEN", 90),
                   share_percent="Float64")  # fmt: skip
    rows = robustness.readings(
        shares,
        pd.concat([GOVERNANCE, *even]),
        COUNTRIES,
        MATERIALS,
        NAMED,
        ["X"],
        document="report-2026",
        thresholds=[50, 65],
    )
    assert answers(rows, "X") == answers(rows, "X", indicator=INDICATORS[0]) == "nn"


def test_a_group_is_what_its_members_are_and_not_unknown_for_want_of_figures_of_its_own():
    shares = frame("study reference_period material stage rank country share_percent",
                   *(("S", "2024", member, stage, 1, country, share)
                     for member, country, share in (("A1", "BAD", 60), ("A2", "BAD", 70))
                     for stage in ("mining", "processing")), share_percent="Float64")  # fmt: skip
    rows = robustness.readings(
        shares, GOVERNANCE, COUNTRIES, MATERIALS, NAMED, ["group"], document="report-2026", thresholds=[50, 65, 75]
    )
    assert answers(rows, "group") == "yyn"
    assert answers(rows, "group", groups="all") == "ynn"


# The group has figures of its own in S; its member has some in T alone.
OWN_FIGURES = frame("study reference_period material stage rank country share_percent",
                    *(("S", "2024", "group", stage, 1, "BAD", 90) for stage in ("mining", "processing")),
                    *(("T", "2024", "A1", stage, 1, "BAD", 60) for stage in ("mining", "processing")),
                    *(("T", "2024", "X", stage, 1, "BAD", 60) for stage in ("mining", "processing")),
                    share_percent="Float64")  # fmt: skip


def test_a_group_with_figures_of_its_own_does_not_wait_for_those_of_its_members():
    rows = robustness.readings(
        OWN_FIGURES,
        GOVERNANCE,
        COUNTRIES,
        MATERIALS,
        NAMED,
        ["group", "X"],
        document="report-2026",
        thresholds=[50, 65],
    )
    assert answers(rows, "group", groups="all") == "yy"
    assert answers(rows, "group", groups="all", study="T") == "yn"


def test_a_group_has_figures_when_one_of_its_members_has_them_and_one_threshold_is_enough():
    shares = pd.concat([OWN_FIGURES[OWN_FIGURES["study"] == "T"], SHARES[SHARES["material"] == "A2"]])
    rows = robustness.readings(
        shares, GOVERNANCE, COUNTRIES, MATERIALS, NAMED, ["group"], document="report-2026", thresholds=[50]
    )
    of_study = rows[(rows["line"] == "group") & (rows["study"] == "T")]
    assert of_study["has_figures"].unique().tolist() == [True]
    assert answers(rows, "group", study="T") == "y"


def flipped(*rows):
    """The flips of line L under readings (study, period, indicator, governance_of, groups, answers at 60 and 65)."""
    found = pd.DataFrame(rows, columns=[*robustness.KNOBS, 60, 65]).assign(line="L", is_listed=True, has_figures=True)
    (row,) = robustness.flips(found, BASE, 65).itertuples()
    return row


def test_the_nearest_flip_may_take_every_choice_and_the_threshold_at_once():
    row = flipped(("S", "2024", "mean", "top", "any", 0, 0), ("T", "2020", "rule of law", "weighted", "all", 2, 0))
    assert (row.verdict, row.knobs_changed, row.flip_knobs) == ("no", 5, ())
    assert pd.isna(row.flip_threshold)
    assert pd.isna(row.flip_points)


def test_another_study_of_the_same_years_and_the_same_study_of_other_years_are_each_one_change():
    same_years = flipped(("S", "2024", "mean", "top", "any", 0, 0), ("T", "2024", "mean", "top", "any", 0, 2))
    assert (same_years.knobs_changed, same_years.flip_knobs) == (1, ("study=T|2024",))
    other_years = flipped(("S", "2024", "mean", "top", "any", 0, 0), ("S", "2020", "mean", "top", "any", 0, 2))
    assert (other_years.knobs_changed, other_years.flip_knobs) == (1, ("study=S|2020",))


def test_what_another_study_does_not_know_is_no_flip_and_what_the_same_study_does_not_know_is_one():
    assert pd.isna(
        flipped(("S", "2024", "mean", "top", "any", 2, 2), ("T", "2024", "mean", "top", "any", 1, 1)).knobs_changed
    )
    weighted = flipped(("S", "2024", "mean", "top", "any", 2, 2), ("S", "2024", "mean", "weighted", "any", 1, 1))
    assert (weighted.knobs_changed, weighted.flip_knobs) == (1, ("governance_of=weighted",))


def test_one_reading_is_enough_for_a_share_of_readings():
    one = pd.DataFrame({"line": ["L"], "has_figures": [True], 65: [2]})
    assert robustness.shares_of_readings(one).values.tolist() == [["L", 1, 100.0, 0.0, 0.0]]


def test_a_line_that_is_added_is_as_far_from_the_list_as_one_that_is_missed():
    rows = pd.DataFrame(
        [("M", True, 0, 0), ("N", False, 2, 0), ("O", False, 2, 2)], columns=["line", "is_listed", 60, 65]
    ).assign(**BASE)
    ways = robustness.nearest_to_list(rows)
    assert ways[["lowest_threshold", "highest_threshold", "missed", "added", "distance"]].values.tolist() == [
        [65, 65, ("M",), ("O",), 2],
        [60, 60, ("M",), ("N", "O"), 3],
    ]


# The rows that a reader sees

WORDS = pd.DataFrame(
    [
        ("verdict", "yes", "ja", "yes"),
        ("verdict", "no", "nee", "no"),
        ("verdict", "unknown", "onbekend", "unknown"),
        ("confidence", "second-hand", "uit tweede hand", "second-hand"),
        ("stage", "mining", "winning", "mining"),
        ("stage", "processing", "bewerking", "processing"),
        ("study", "S", "studie S", "study S"),
        ("study", "T", "studie T", "study T"),
        ("governance", "mean", "gemiddelde", "mean"),
        ("governance", "rule of law", "rechtsstaat", "rule of law"),
        ("governance_of", "top", "grootste", "largest"),
        ("governance_of", "weighted", "gewogen", "weighted"),
        ("groups", "any", "een", "any"),
        ("turned_by", "nothing", "niets", "nothing"),
        ("turned_by", "threshold", "alleen de drempel", "only the threshold"),
        ("turned_by", "several", "{number} tegelijk", "{number} together"),
        ("beside_list", "none", "geen", "none"),
    ],
    columns=["term", "value", "words_nl", "words_en"],
)
NAMES = Names(
    frame("material name_as_printed", ("X", "Iks")),
    frame("id name_nl name_en", ("X", "iks", "ex"), ("Y", "ypsilon", "wye"), ("Z", "zet", "zed")),
    frame("id name_nl name_en", ("BAD", "Boos", "Badland"), ("FINE", "Fijn", "Fineland")),
)
WHERE = pd.DataFrame({"source": ["x", "y", "z"], "origin": ["of X", "of Y", "of Z"]}, index=["X", "Y", "Z"])


def seen(*rows):
    """Readings (line, study, indicator, is_listed, has_figures, answers at 60 and 65)."""
    made = pd.DataFrame(rows, columns=["line", "study", "indicator", "is_listed", "has_figures", 60, 65])
    return made.assign(reference_period="2024", governance_of="top", groups="any")


SEEN = seen(
    ("Y", "S", "mean", False, True, 2, 2),
    ("Y", "S", "rule of law", False, True, 2, 0),
    ("Z", "S", "mean", False, True, 0, 0),
    ("Z", "S", "rule of law", False, True, 0, 0),
    ("X", "S", "mean", True, True, 2, 1),
    ("X", "S", "rule of law", True, True, 0, 0),
    ("X", "T", "mean", True, False, 1, 1),
    ("X", "T", "rule of law", True, False, 1, 1),
)


def test_listed_lines_stand_first_with_whole_percents_and_what_turns_their_answer():
    turned = pd.DataFrame(
        [("Z", "no", None, (), None), ("Y", "yes", 66.0, (), 1), ("X", "unknown", 60.0, ("indicator=rule of law",), 1)],
        columns=["line", "verdict", "flip_threshold", "flip_knobs", "knobs_changed"],
    )
    rows = robustness_rows.of_lines(SEEN, turned, WHERE, WORDS, NAMES)
    columns = ["raw_material", "listed", "answer", "flip", "flip_threshold"]
    assert rows[columns].where(rows[columns].notna(), "").values.tolist() == [
        ["Iks", "✓", "onbekend", "rechtsstaat", "60"],
        ["Ypsilon", "", "ja", "alleen de drempel", "66"],
        ["Zet", "", "nee", "niets", ""],
    ]
    # X: one of its four readings of S with figures; Y: three of four.
    assert rows[["yes_percent", "no_percent", "unknown_percent", "readings"]].values.tolist() == [
        [25, 50, 25, 4],
        [75, 25, 0, 4],
        [0, 100, 0, 4],
    ]
    assert rows["flip_en"].tolist() == ["rule of law", "only the threshold", "nothing"]
    assert rows["origin"].tolist() == ["of X; row 2", "of Y; row 3", "of Z; row 4"]


def test_an_answer_that_only_several_choices_turn_says_how_many():
    turned = pd.DataFrame(
        {"line": ["Y"], "verdict": "yes", "flip_threshold": [None], "flip_knobs": [()], "knobs_changed": [3]}
    )
    rows = robustness_rows.of_lines(SEEN, turned, WHERE, WORDS, NAMES)
    assert rows[["flip", "flip_en"]].values.tolist() == [["3 tegelijk", "3 together"]]


def test_the_map_has_the_share_of_all_readings_of_each_study_and_of_each_indicator():
    rows = robustness_rows.grid(SEEN, WHERE, WORDS, NAMES)
    columns = ["raw_material", "section", "every", "study_1", "study_2", "indicator_1", "indicator_2"]
    # Z is in no list and no reading gives it; study T has no figures on X, and says nothing of Y.
    assert rows[columns].astype(object).where(rows[columns].notna(), None).values.tolist() == [
        ["Iks", True, 25, 25, None, 50, 0],
        ["Ypsilon", False, 75, 75, None, 100, 50],
    ]


def test_percents_are_whole_and_a_line_that_one_of_many_readings_gives_stays_in_the_map():
    # X: one reading of three; Y: one of two hundred, which is half a per cent.
    thresholds = list(range(200))
    once = pd.DataFrame([[2] + [0] * 199], columns=thresholds)
    found = pd.concat([seen(("Y", "S", "mean", False, True, 0, 0)).drop(columns=[60, 65]), once], axis=1)
    assert robustness_rows.grid(found, WHERE, WORDS, NAMES)[["line", "every"]].values.tolist() == [["Y", 1]]
    third = pd.concat([seen(("X", "S", "mean", True, True, 2, 0)), pd.DataFrame({70: [0]})], axis=1)
    turned = pd.DataFrame(
        {"line": ["X"], "verdict": "no", "flip_threshold": [60.0], "flip_knobs": [()], "knobs_changed": [1]}
    )
    rows = robustness_rows.of_lines(third, turned, WHERE, WORDS, NAMES)
    assert rows[["yes_percent", "no_percent"]].values.tolist() == [[33, 67]]
    assert robustness_rows.grid(third, WHERE, WORDS, NAMES)["every"].tolist() == [33]


def test_the_mean_of_the_indicators_stands_first_and_the_others_as_they_come():
    found = pd.DataFrame({"indicator": ["rule of law", "mean", "control of corruption"]})
    assert robustness_rows.indicators_of(found) == ["mean", "rule of law", "control of corruption"]


WAYS = pd.DataFrame(
    [
        ("S", "2024", "mean", "top", "any", 60, 64, ("X",), (), (), 1, 5),
        ("S", "2024", "rule of law", "top", "any", 60, 60, (), (), ("Y", "Z"), 2, 1),
        ("S", "2024", "mean", "weighted", "any", 65, 65, ("X",), ("X",), ("Y", "Z"), 3, 1),
        ("T", "2024", "mean", "top", "any", 60, 65, ("X",), ("X",), ("Y", "Z"), 3, 6),
    ],
    columns=[*robustness.KNOBS, "lowest_threshold", "highest_threshold", "missed", "unknown", "added", "distance",
             "readings"],
)  # fmt: skip


def test_the_nearest_readings_are_shown_and_the_nearest_of_every_study():
    rows = robustness_rows.nearest(WAYS, WHERE, WORDS, NAMES, rows_shown=2)
    columns = ["study", "thresholds", "indicator", "missed", "unknown", "added", "distance", "readings"]
    assert rows[columns].values.tolist() == [
        ["Studie S (2024)", "60–64", "gemiddelde", "Iks", "geen", "geen", 1, 5],
        ["Studie S (2024)", "60", "rechtsstaat", "geen", "geen", "Ypsilon, Zet", 2, 1],
        ["Studie T (2024)", "60–65", "gemiddelde", "Iks", "Iks", "Ypsilon, Zet", 3, 6],
    ]
    assert rows["origin"].tolist() == ["of X", "of Y; of Z", "of X; of Y; of Z"]
    assert rows["source"].tolist() == ["x", "y; z", "x; y; z"]


def test_a_reading_that_gives_exactly_the_list_rests_on_all_its_lines():
    exact = WAYS.head(1).assign(missed=[()], distance=0)
    rows = robustness_rows.nearest(exact, WHERE, WORDS, NAMES, rows_shown=1)
    assert rows[["source", "origin"]].values.tolist() == [["x; y; z", "of X; of Y; of Z"]]


def test_the_notes_count_the_readings_and_name_the_nearest_and_what_studies_lack():
    alone = pd.Series({"mean": 9, "rule of law": 12})
    said = robustness_rows.words_of(SEEN, WAYS, WORDS, NAMES, range(50, 551), alone)
    # Two studies by two indicators by 501 thresholds.
    assert said["count"] == {"nl": "2.004", "en": "2,004"}
    names = ("lowest", "highest", "exact", "nearest", "missed", "added", "lines", "alone", "lacking", "firmest")
    assert {name: said[name]["nl"] for name in names} == {
        "lowest": "50",
        "highest": "550",
        "exact": "0",
        "nearest": "1",
        "missed": "Iks",
        "added": "geen",
        "lines": "1",
        "alone": "rechtsstaat 12",
        "lacking": "studie S (2024) 0, studie T (2024) 1",
        "firmest": "Iks",
    }
    assert (said["study_2"]["nl"], said["study_3"]["nl"], said["study_9"]["nl"]) == ("studie T (2024)", "–", "–")
    assert sum(name.startswith("study_") for name in said) == 9
    assert (said["indicator_1"]["en"], said["indicator_2"]["en"]) == ("mean", "rule of law")
    met = WAYS.assign(distance=[0, 0, 1, 1])
    assert robustness_rows.words_of(SEEN, met, WORDS, NAMES, [60, 65])["exact"]["nl"] == "6"
    assert robustness_rows.words_of(SEEN, met, WORDS, NAMES, [60, 65])["alone"]["nl"] == ""


def test_the_three_lines_that_most_readings_give_are_the_firmest():
    found = seen(*((line, "S", "mean", True, True, *answers) for line, answers in
                   (("X", (0, 0)), ("Y", (2, 0)), ("Z", (2, 2)), ("W", (2, 1)))))  # fmt: skip
    names = Names(
        frame("material name_as_printed"),
        frame("id name_nl name_en", *((key, key, key) for key in "WXYZ")),
        frame("id name_nl name_en"),
    )
    assert robustness_rows.words_of(found, WAYS.head(1), WORDS, names, [60])["firmest"]["en"] == "Z, Y, W"


def test_an_answer_rests_on_the_list_the_shares_and_the_governance_of_that_year_alone():
    members = pd.DataFrame({"line": "group", "material": ["group", "A1", "A2"]})
    shares = frame("material country", ("A1", "BAD"), ("A2", "FINE"), ("X", "BAD"))
    scores = frame("country year", ("BAD", 2022), ("BAD", 2023), ("FINE", 2023), ("LOW", 2023))
    told = {
        name: table.assign(origin=[f"{name} {number}" for number in range(1, len(table) + 1)])
        for name, table in (("share", shares), ("score", scores), ("list", frame("material", ("group",))))
    }
    rows = robustness_rows.addresses(
        ["group", "X", "A2"], members, told["share"], told["score"], told["list"], year=2023
    )
    assert rows["origin"].to_dict() == {
        "group": "list 1; share 1; share 2; score 2; score 3",
        "X": "share 3; score 2",
        # Left out of its group under one rule, it is a line of its own.
        "A2": "share 2; score 3",
    }


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


def test_places_and_bounds_are_one_number_where_both_ends_are_alike():
    ranked = frame(
        "material stage country verdict place_best place_worst share_percent coverage_percent hhi_low hhi_high "
        "weighted_low weighted_high",
        ("Y", "mining", "BAD", "yes", 1, 1, 60.04, 100.0, 0.52, 0.52, 3.6, 3.6),
        ("Z", "processing", "FINE", "no", 2, 3, 50.05, 69.5, 0.285, 0.335, 2.5, 3.0),
    ).assign(confidence=["verified", "second-hand"])
    lines = pd.DataFrame({"line": ["X"], "is_listed": [True]})
    members = pd.DataFrame({"line": ["X", "X"], "material": ["X", "Y"]})
    rows = concentration_rows.places(ranked, lines, members, WORDS, NAMES)
    columns = ["place", "raw_material", "stage", "country", "answer", "hhi", "weighted", "listed", "line"]
    assert rows[columns].values.tolist() == [
        ["1", "Ypsilon", "winning", "Boos", "ja", "0,52", "3,60", "✓", "X"],
        ["2–3", "Zet", "bewerking", "Fijn", "nee (uit tweede hand)", "0,29–0,34", "2,50–3,00", "", "Z"],
    ]
    assert rows[["weighted_en", "share_percent", "coverage_percent"]].values.tolist() == [
        ["3.60", 60.0, 100],
        ["2.50–3.00", 50.1, 70],
    ]


def supplier_rows(*rows, beside=("X",)):
    """Rows of (line, share, verdict), in the order of the strategic list."""
    lines = frame("line material stage country share_percent share_margin verdict is_listed",
                  *((line, line, "mining", "BAD", share, share - 65, verdict, True) for line, share, verdict in rows),
                  share_percent="Float64", share_margin="Float64", verdict=supply_risk.VERDICTS)  # fmt: skip
    strategic = frame("material", *((line,) for line, _, _ in rows))
    listed = pd.DataFrame({"material": list(beside)})
    return concentration_rows.suppliers(lines, lines, strategic, listed, WORDS, NAMES)


def test_of_suppliers_with_one_answer_the_largest_stands_first_and_of_equals_the_first_of_the_list():
    rows = supplier_rows(("X", 66.5, "yes"), ("Z", 66.5, "yes"), ("Y", 80, "yes"))
    assert rows["line"].tolist() == ["Y", "X", "Z"]
    # Halves go away from zero.
    assert rows[["share_percent", "share_margin"]].values.tolist() == [[80, 15], [67, 2], [67, 2]]


def test_the_notes_name_in_both_languages_what_the_other_list_has_alone():
    said = concentration_rows.words_of(supplier_rows(("X", 60, "no"), ("Y", 50, "no")), WORDS)
    assert said["only_listed"] == {"nl": "Iks", "en": "Ex"}
    assert (said["counted"]["en"], said["not_in_list"]["en"]) == ("none", "none")


def test_suppliers_are_told_by_answer_and_share_and_those_without_figures_keep_the_order_of_the_list():
    lines = frame("line material stage country share_percent share_margin verdict is_listed",
                  ("Z", "Z", None, None, None, None, "unknown", True), ("X", "X", "mining", "BAD", 65, 0, "no", True),
                  ("Y", "Z", "mining", "BAD", 70, 5, "yes", True), ("W", "W", "mining", "BAD", 99, 34, "yes", False),
                  share_percent="Float64", share_margin="Float64",
                  verdict=supply_risk.VERDICTS)  # fmt: skip
    strategic = frame("material", ("X",), ("Y",), ("Z",)).assign(origin=["list X", "list Y", "list Z"])
    rows = concentration_rows.suppliers(lines, lines, strategic, frame("material", ("X",)), WORDS, NAMES)
    columns = ["raw_material", "member", "stage", "answer", "listed"]
    assert rows[columns].values.tolist() == [
        ["Ypsilon", "Zet", "winning", "ja", ""],
        ["Zet", "", "", "onbekend", ""],
        ["Iks", "", "winning", "nee", "✓"],
    ]
    assert rows["share_percent"].fillna(-1).tolist() == [70, -1, 65]
    said = concentration_rows.words_of(rows, WORDS)
    assert {name: words["nl"] for name, words in said.items()} == {
        "counted": "Ypsilon",
        "not_in_list": "Ypsilon",
        "only_listed": "Iks",
        "unknown": "Zet",
        "lines": "3",
    }
