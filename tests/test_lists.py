"""Lists side by side and a national list, on rows small enough to work out by hand."""

import pandas as pd
import pytest

from kritiek.analysis import lists_of_the_world as world
from kritiek.analysis import national_list, supply_risk
from kritiek.analysis.supply_risk_rows import Names, rounded


def frame(columns, *rows):
    made = pd.DataFrame(list(rows), columns=columns.split())
    return made.assign(source="f", origin=[f"row {number}" for number in range(2, len(rows) + 2)])


MATERIALS = frame(
    "id parent name_nl name_en",
    *(("metals", None, "metalen", "metals"), ("heavy", "metals", "zware", "heavy"), ("Dy", "heavy", "dysprosium", "d")),
    *(("Fe", None, "ijzer", "iron"), ("Cu", None, "koper", "copper")),
)
LISTS = frame(
    "id role publisher_nl publisher_en edition extent",
    ("one", "critical", "Land", "Country", "2022-02", "whole"),
    ("two", "strategic", "Land", "Country", "2022", "part"),
    ("old", "critical", "Elders", "Elsewhere", "2009", "whole"),
)
WORDS = pd.DataFrame(
    [
        ("list_role", "critical", "kritiek", "critical"),
        ("list_role", "strategic", "strategisch", "strategic"),
        ("list_extent", "part", "een deel", "a part"),
        ("list_side", "one", "hier", "here"),
        ("list_side", "other", "daar", "there"),
        ("list_change", "new", "nieuw", "new"),
        ("list_change", "gone", "vervallen", "gone"),
        ("list_change", "other word", "ander woord", "another word"),
        ("verdict", "yes", "ja", "yes"),
        ("verdict", "no", "nee", "no"),
        ("verdict", "unknown", "onbekend", "unknown"),
        ("vintage_change", "in", "erbij", "in"),
        ("vintage_change", "out", "eraf", "out"),
        ("vintage_change", "other", "anders", "different"),
        ("vintage_change", "same", "gelijk", "same"),
        ("moved", "country", "{before} → {after}", "{before} → {after}"),
        ("moved", "share", "aandeel {before} → {after}", "share {before} → {after}"),
        ("moved", "governance", "bestuur {before} → {after}", "governance {before} → {after}"),
    ],
    columns=["term", "value", "words_nl", "words_en"],
)
MEMBERS = frame(
    "list material confidence",
    *(("one", "Dy", "verified"), ("one", "metals", "verified"), ("one", "Fe", "from memory")),
    *(("two", "heavy", "second-hand"), ("old", "Cu", "verified"), ("old", "Dy", "verified")),
)
NAMES = world.ListNames(LISTS, WORDS)
NAMED = frame("list line is_sure", ("one", "metals", True), ("one", "Fe", False), ("two", "metals", False),
              ("old", "metals", True), ("old", "Cu", True))  # fmt: skip


def test_a_list_names_a_group_once_however_many_of_its_members_it_names():
    named = world.memberships(MEMBERS, MATERIALS)
    assert named[["list", "line", "is_sure"]].values.tolist() == [
        ["one", "metals", True],
        ["one", "Fe", False],
        ["two", "metals", False],
        ["old", "Cu", True],
        ["old", "metals", True],
    ]
    assert named.loc[0, "origin"] == "row 2; row 3"


def test_the_widest_group_comes_to_an_end_when_parents_go_in_a_circle():
    circle = pd.DataFrame({"id": ["A", "B"], "parent": ["B", "A"]})
    assert set(world.widest_group(circle)) <= {"A", "B"}


def test_lists_of_one_publisher_and_year_are_told_apart_by_their_role_and_a_part_is_marked():
    names = world.ListNames(LISTS, WORDS)
    assert [names.of(key, "nl") for key in LISTS["id"]] == [
        "Land 2022, kritiek",
        "Land 2022, strategisch (een deel)",
        "Elders 2009",
    ]
    assert names.both("two") == {"nl": "Land 2022, strategisch (een deel)", "en": "Country 2022, strategic (a part)"}
    # Another year is another name: the role is not needed.
    other = world.ListNames(LISTS.assign(edition=["2022", "2023", "2009"]), WORDS)
    assert other.several(["one", "old"], "en") == "Country 2022; Elsewhere 2009"


def test_there_is_room_for_two_dozen_lists_and_a_column_without_one_has_a_dash():
    said = world.placeholders(LISTS, NAMES)
    assert list(said) == [f"list_{number}" for number in range(1, 25)]
    assert [said[f"list_{number}"]["en"] for number in (1, 3, 4, 24)] == [
        "Country 2022, critical",
        "Elsewhere 2009",
        "–",
        "–",
    ]


def test_a_tick_stands_in_parentheses_where_the_row_is_not_verified():
    rows = world.by_list(world.memberships(MEMBERS, MATERIALS), LISTS, MATERIALS)
    assert rows[["raw_material", "lists", "sure", "list_1", "list_2", "list_3"]].values.tolist() == [
        ["Metalen", 3, 2, "✓", "(✓)", "✓"],
        ["IJzer", 1, 0, "(✓)", "", ""],
        ["Koper", 1, 1, "", "", "✓"],
    ]


def test_overlap_is_the_part_of_the_row_that_the_column_names_too():
    rows = world.overlap(world.memberships(MEMBERS, MATERIALS), LISTS, NAMES)
    assert rows[["list_1", "list_2", "list_3"]].values.tolist() == [[100, 50, 50], [100, 100, 100], [50, 50, 100]]
    assert rows["name"].tolist()[0] == "Land 2022, kritiek (2)"


def test_a_list_of_one_line_has_its_part_and_one_that_names_nothing_has_none():
    rows = world.overlap(NAMED[NAMED["list"] != "old"], LISTS, NAMES)
    assert rows["lines"].tolist() == [2, 1, 0]
    parts = rows[["list_1", "list_2", "list_3"]].astype(object)
    assert parts.where(parts.notna(), None).values.tolist() == [[100, 50, 0], [100, 100, 0], [None, None, None]]
    third = pd.concat([NAMED, frame("list line is_sure", ("one", "Dy", True))])
    assert world.overlap(third, LISTS, NAMES)["list_2"].tolist() == [33, 100, 50]


def test_what_more_lists_name_stands_first_on_its_side_and_of_equals_the_first_by_key():
    named = frame(
        "list line is_sure",
        *(("one", "Fe", True), ("one", "heavy", False), ("two", "heavy", True)),
        *(("old", "Cu", True), ("old", "Dy", True)),
    )
    rows = world.between(named, ["one", "two"], ["old"], MATERIALS, WORDS, NAMES)
    assert rows[["line", "side", "lists", "is_sure", "named_by_en"]].values.tolist() == [
        ["heavy", "one", 2, True, "(Country 2022, critical); Country 2022, strategic (a part)"],
        ["Fe", "one", 1, True, "Country 2022, critical"],
        ["Cu", "other", 1, True, "Elsewhere 2009"],
        ["Dy", "other", 1, True, "Elsewhere 2009"],
    ]


def test_the_notes_count_lists_and_lines_and_name_the_widest_and_the_doubtful():
    said = world.words_of(NAMED, LISTS, NAMES)
    # Of the others, "one" names all of "two" and half of "old": 75 %; "two" half of both; "old" half and all: 75 %.
    assert said["widest"]["nl"] == "Land 2022, kritiek"
    assert said["widest_share"] == {"nl": "75", "en": "75"}
    assert (said["count"]["nl"], said["lines"]["nl"]) == ("3", "3")
    assert said["doubtful"]["en"] == "Country 2022, critical; Country 2022, strategic (a part)"
    alone = world.words_of(NAMED[NAMED["list"] == "old"], LISTS.tail(1), NAMES)
    assert [alone[name]["nl"] for name in ("doubtful", "widest", "widest_share")] == ["–", "–", "–"]


def test_what_only_one_side_names_comes_first_with_unsure_lists_in_parentheses():
    named = world.memberships(MEMBERS, MATERIALS)
    rows = world.between(named, ["one"], ["two", "old"], MATERIALS, WORDS, NAMES)
    assert rows[["raw_material", "place", "named_by"]].values.tolist() == [
        ["IJzer", "hier", "(Land 2022, kritiek)"],
        ["Koper", "daar", "Elders 2009"],
    ]


def test_an_element_in_one_edition_and_its_group_in_the_other_is_another_word():
    named = world.memberships(MEMBERS, MATERIALS.assign(parent=None))
    rows = world.between(named, ["two"], ["old"], MATERIALS, WORDS, NAMES)
    rows = world.as_editions(rows, named, ["old", "two"], MATERIALS, WORDS, NAMES)
    assert rows[["line", "change"]].values.tolist() == [
        ["heavy", "ander woord"],
        ["Cu", "vervallen"],
        ["Dy", "ander woord"],
    ]


def test_an_element_whose_group_the_other_edition_does_not_name_is_new():
    named = frame("list line is_sure", ("two", "Dy", True), ("two", "Fe", True), ("old", "Cu", True))
    rows = world.between(named, ["two"], ["old"], MATERIALS, WORDS, NAMES)
    rows = world.as_editions(rows, named, ["old", "two"], MATERIALS, WORDS, NAMES)
    assert rows[["line", "change", "change_en"]].values.tolist() == [
        ["Dy", "nieuw", "new"],
        ["Fe", "nieuw", "new"],
        ["Cu", "vervallen", "gone"],
    ]


# A national list


def lines(*rows):
    made = frame("line verdict stage country share_percent governance governance_margin", *rows)
    kinds = {"verdict": supply_risk.VERDICTS, "share_percent": "Float64", "governance": "Float64"}
    return made.astype(kinds).assign(confidence="verified")


def scores(**by_material):
    made = frame("material economic_importance", *by_material.items())
    return made.assign(confidence="second-hand")


def on_list(verdict, score, sensitivity=5.0):
    rows = national_list.both_axes(
        lines(("X", verdict, "mining", "AAA", 70, -1, 1)), scores(X=score), sensitivity=sensitivity
    )
    (found,) = rows["on_list"]
    return found


@pytest.mark.parametrize(
    ("verdict", "score", "expected"),
    [
        ("yes", 5.1, "yes"),
        ("yes", 5.0, "no"),
        ("no", 5.1, "no"),
        ("unknown", 5.1, "unknown"),
        ("unknown", 5.0, "no"),
        ("yes", None, "unknown"),
        ("no", None, "no"),
    ],
)
def test_on_the_list_is_what_both_axes_say_yes_to(verdict, score, expected):
    assert on_list(verdict, score) == expected


def test_an_answer_is_as_sure_as_the_score_and_rests_on_both():
    rows = national_list.both_axes(lines(("X", "yes", "mining", "AAA", 70, -1, 1)), scores(X=6), sensitivity=5)
    assert rows["confidence"].tolist() == ["second-hand"]
    assert rows["origin"].tolist() == ["row 2"]


def test_a_group_stands_for_its_assessed_members():
    members = pd.DataFrame({"line": ["metals", "metals", "Cu"], "material": ["metals", "Dy", "Cu"]})
    assessed = national_list.outermost(frame("material", ("metals",), ("Dy",), ("Cu",)), members)
    assert assessed["material"].tolist() == ["metals", "Cu"]


def test_the_length_at_thresholds_counts_only_what_lies_above_both_and_is_badly_governed():
    rows = frame(
        "share_percent economic_importance is_filled", (70, 6, True), (70, 5, True), (65, 6, True), (90, 8, False)
    ).astype({"share_percent": "Float64", "economic_importance": "Float64"})
    found = national_list.thresholds(rows, [60, 65, 70], [4, 5])
    assert found[["share_threshold", "sensitivity_1", "sensitivity_2"]].values.tolist() == [
        [60, 3, 2],
        [65, 2, 1],
        [70, 0, 0],
    ]


def test_a_new_vintage_says_what_comes_in_and_which_figure_moved():
    names = Names(frame("material name_as_printed").iloc[:0], MATERIALS, frame("id name_nl name_en", *COUNTRIES))
    before = lines(("Cu", "no", "mining", "AAA", 60, -1, 1), ("Fe", "yes", "mining", "AAA", 70, -1, 1))
    after = lines(("Cu", "yes", "mining", "BBB", 66, -1, 1), ("Fe", "yes", "mining", "AAA", 70, -1, 1))
    both = [national_list.both_axes(one, scores(Cu=6, Fe=6), sensitivity=5) for one in (before, after)]
    rows = national_list.between_vintages(*both, WORDS, names)
    assert rows[["raw_material", "before", "after", "change", "moved"]].values.tolist() == [
        ["Koper", "nee", "ja", "erbij", "Aland → Bland; aandeel 60,0 → 66,0"],
        ["IJzer", "ja", "ja", "gelijk", ""],
    ]


def names():
    return Names(frame("material name_as_printed").iloc[:0], MATERIALS, frame("id name_nl name_en", *COUNTRIES))


def shown():
    """Five raw materials on thresholds of 65 % and 5, in an order that is not that of the table."""
    scored = lines(
        ("Cu", "unknown", None, None, None, None, None),
        ("Fe", "no", "mining", "AAA", 60, 1, -1),
        ("heavy", "yes", "mining", "AAA", 70, -1, 0),
        ("Dy", "yes", "processing", "BBB", 90, -1, 0.5),
        ("metals", "yes", "mining", "AAA", 80, -1, 1),
    )
    rows = national_list.both_axes(scored, scores(Cu=6.2, Fe=7.0, heavy=2.0, Dy=5.25, metals=9.0), sensitivity=5)
    words = [("quadrant", key, key, key) for key in ("both", "supply", "sensitive", "unknown")]
    words += [("stage", "mining", "winning", "mining"), ("stage", "processing", "bewerking", "processing")]
    words += [("beside_list", "none", "geen", "none"), ("confidence", "second-hand", "uit tweede hand", "second-hand")]
    vocabulary = pd.concat([WORDS, pd.DataFrame(words, columns=WORDS.columns)])
    made = national_list.shown(rows, vocabulary, names(), threshold=65, sensitivity=5)
    return made, vocabulary


def test_the_list_stands_first_by_sensitivity_and_what_is_governed_as_the_floor_is_not_filled():
    rows, _ = shown()
    columns = ["raw_material", "answer", "quadrant", "stage", "country", "economic_importance", "is_filled"]
    sure = " (uit tweede hand)"
    assert rows[columns].fillna({"country": "–"}).values.tolist() == [
        ["Metalen", f"ja{sure}", "both", "winning", "Aland", 9.0, True],
        ["Dysprosium", f"ja{sure}", "both", "bewerking", "Bland", 5.3, True],
        ["Koper", f"onbekend{sure}", "unknown", "", "–", 6.2, False],
        ["Zware", f"nee{sure}", "supply", "winning", "Aland", 2.0, False],
        ["IJzer", f"nee{sure}", "sensitive", "winning", "Aland", 7.0, False],
    ]


def test_the_notes_name_the_list_and_what_is_near_it_and_count_what_is_unknown_or_unsure():
    rows, vocabulary = shown()
    said = national_list.words_of(rows, vocabulary)
    assert {name: words["nl"] for name, words in said.items()} == {
        "on_list": "Metalen, Dysprosium",
        "supply_only": "Zware",
        "unknown": "1",
        "lines": "5",
        "median": "6,2",
        "unsure": "5",
        "not_drawn": "Koper",
    }
    verified = national_list.words_of(rows.assign(confidence="verified", share_percent=1.0), vocabulary)
    assert (verified["unsure"]["nl"], verified["not_drawn"]["nl"]) == ("0", "geen")


def test_a_share_between_whole_percents_and_a_raw_material_of_one_vintage_are_said_as_they_are():
    before = lines(("Cu", "yes", "mining", "AAA", 70, -1, 1), ("Fe", "yes", "mining", "AAA", 70, -1.0004, 1))
    after = lines(("Fe", "no", "mining", "AAA", 70, -1.0006, 1), ("Dy", "yes", "mining", "AAA", 70, -1, 1))
    both = [national_list.both_axes(one, scores(Cu=6, Fe=6, Dy=6), sensitivity=5) for one in (before, after)]
    rows = national_list.between_vintages(*both, WORDS, names())
    assert rows[["raw_material", "before", "after", "change_key", "moved"]].values.tolist() == [
        ["Dysprosium", "", "ja", "in", ""],
        ["Koper", "ja", "", "out", ""],
        ["IJzer", "ja", "nee", "out", "bestuur -1,000 → -1,001"],
    ]
    none = pd.DataFrame([("beside_list", "none", "geen", "none")], columns=WORDS.columns)
    said = national_list.vintage_words(rows, none)
    assert {name: words["nl"] for name, words in said.items()} == {"came": "Dysprosium", "went": "Koper, IJzer"}
    assert national_list.vintage_words(rows.head(1), none)["went"]["nl"] == "geen"


def test_an_answer_that_changes_without_the_list_comes_between_what_came_or_went_and_what_stayed():
    before = lines(("Cu", "no", "mining", "AAA", 60, -1, 1), ("Dy", "no", "mining", "AAA", 60, -1, 1))
    after = lines(("Cu", "no", "mining", "AAA", 60, -1, 1), ("Dy", "unknown", "mining", "AAA", 60, -1, 1))
    both = [national_list.both_axes(one, scores(Cu=6, Dy=6), sensitivity=5) for one in (before, after)]
    rows = national_list.between_vintages(*both, WORDS, names())
    assert rows[["line", "change"]].values.tolist() == [["Dy", "anders"], ["Cu", "gelijk"]]


COUNTRIES = (("AAA", "Aland", "Aland"), ("BBB", "Bland", "Bland"))


def test_a_half_is_rounded_away_from_zero_as_on_paper():
    values = pd.Series([1.041 / 6, -0.1735, 0.25, None])
    assert rounded(values, 3).tolist()[:3] == [0.174, -0.174, 0.25]
    assert rounded(values, 1).tolist()[2] == 0.3
    # Stored a little below itself.
    assert rounded(pd.Series([1.005]), 2).tolist() == [1.01]
    assert pd.isna(rounded(values, 3).iloc[3])


def test_a_column_of_thresholds_is_labelled_with_its_own():
    assert national_list.threshold_words([4, 4.5]) == {
        "sensitivity_1": {"nl": "4", "en": "4"},
        "sensitivity_2": {"nl": "4,5", "en": "4.5"},
    }
