"""A misspelt name is answered with the nearest valid one, or with all of them when nothing is near."""

import pytest

from sheetcheck.nearest import Nearest, Suggestion, difference, nearest_name, plain

NAMES = ("table_02", "table_14", "figure_01", "json", "text")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("table-14", "table_14"),
        ("Table 14", "table_14"),
        ("table_41", "table_14"),
        ("tabel_02", "table_02"),
        ("figuur_01", "figure_01"),
        ("jsn", "json"),
        ("JSON", "json"),
        ("tаble_14", "table_14"),  # with a Cyrillic а
    ],
)
def test_a_slip_of_the_keyboard_is_answered_with_the_name_that_was_meant(name, meant):
    assert nearest_name(name, NAMES) == f' Nearest: "{meant}".'


@pytest.mark.parametrize("name", ["bibliography", "t", "", "jn--"])
def test_a_name_that_is_near_to_none_is_answered_with_all(name):
    assert nearest_name(name, NAMES) == " Valid: table_02, table_14, figure_01, json, text."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("neodymum", ("neodymium",)),
        ("nedoymium", ("neodymium",)),
        ("neodynm", None),
        ("Neodymium", ("neodymium",)),
        (" neo­dymium", ("neodymium",)),
        ("Li", ("Li",)),
        ("Lj", ("Li",)),
        ("X", None),
        ("", None),
        ("praseodymium", None),
    ],
)
def test_the_nearest_value_is_equal_to_the_eye_or_two_edits_away(text: str, found: tuple[str, ...] | None) -> None:
    near = Nearest(["neodymium", "dysprosium", "Li", "lithium"]).find(text)
    assert (near and near.values) == found


def test_more_near_values_than_help_are_none() -> None:
    assert Nearest(["Na", "Nb", "Nd", "Ne", "Ni"]).find("Nx") is None
    assert Nearest(["Na", "Nb", "Co"]).find("Nx").values == ("Na", "Nb")
    # Of equally near ones, the same letters in another order are the likeliest.
    assert Nearest(["ISO/TC 283", "ISO/TC 298"]).find("ISO/TC 289").values == ("ISO/TC 298",)
    # Among many, those that begin alike are the likelier.
    assert Nearest(["Bax", "Cax", "Gax", "Pab"]).find("Pax").values == ("Pab",)


@pytest.mark.parametrize(
    ("text", "valid", "edits"),
    [
        ("abxye", "abcde", 2),
        ("axxye", "abcde", None),
        ("abxy", "abcd", None),
        ("abcx", "abcd", 1),
        ("ax", "ab", 1),
        ("x", "a", None),
        ("xy", "x", 1),
        ("x", "xy", None),
    ],
)
def test_long_texts_may_have_two_wrong_letters_short_ones_one_and_a_single_letter_none(text, valid, edits):
    found = Nearest([valid]).find(text)
    assert found == (Suggestion((valid,), "edits", edits) if edits else None)


@pytest.mark.parametrize(
    ("text", "valid", "values"),
    [
        ("abcx", ["abc1", "abc2", "abc3"], ("abc1", "abc2", "abc3")),
        ("abcx", ["bbcx", "cbcx", "abcy"], ("bbcx", "cbcx", "abcy")),
        ("abcx", ["abc1", "abc2", "abc3", "abc4"], None),
        ("abcx", ["bbcx", "cbcx", "dbcx", "ebcx"], None),
        ("abcdex", ["abcdey", "abcdyz"], ("abcdey",)),
        ("a-b", ["A-B", "a–b", "A‑b", "A–B"], ("A-B", "a–b", "A‑b")),
    ],
)
def test_up_to_three_values_equally_near_are_named(text, valid, values):
    found = Nearest(valid).find(text)
    assert (found and found.values) == values


def test_equality_to_the_eye_comes_before_edits() -> None:
    assert Nearest(["ISO/TC 298", "ISO/TC 29"]).find("iso/tc 298").values == ("ISO/TC 298",)


def test_the_eye_does_not_see_blanks_dashes_case_and_look_alikes() -> None:
    assert {plain(text) for text in ("A-b c", "a–B  C", "А-b\u00a0c", " a\u2011b\u200b c ", "Ａ-ｂ c")} == {"a-b c"}


def test_after_a_hundred_searches_only_what_was_found_before_is_answered():
    valid = Nearest(["committee"])
    for number in range(99):
        assert valid.find(f"nothing near {number}") is None
    assert valid.find("comittee") == Suggestion(("committee",), "edits", 1)
    assert valid.find("commitee") is None
    assert valid.find("comittee") == Suggestion(("committee",), "edits", 1)
    assert valid.find("Committee") == Suggestion(("committee",), "case", 0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("iso tc 1", "case"),
        ("ISO  TC 1", "blanks"),
        ("ISO\u200b TC 1", "blanks"),
        ("IS\u041e TC 1", "look-alikes"),
        ("iso\u00a0TC 1", "case"),
    ],
)
def test_what_sets_two_values_apart_that_look_alike_is_said(text, why):
    assert difference(text, "ISO TC 1") == why
