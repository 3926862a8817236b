"""Rows as aligned lines that cut nothing off, and which cells hold numbers."""

import pytest

from kritiek.exhibits.plain import Number, alignment, in_lines, number_in, numbers_in, plain_table


def test_columns_are_as_wide_as_their_longest_line_and_at_least_one():
    assert plain_table([["a", "", "b"], ["long", "", "c\nd"]]) == [
        "a        b",
        "────  ─  ─",
        "long     c",
        "         d",
    ]


def test_a_table_of_labels_alone_is_a_line_and_a_rule():
    assert plain_table([["a", "bc"]]) == ["a  bc", "─  ──"]


def test_a_cell_of_forty_eight_characters_stands_in_one_line_and_of_more_in_two():
    fits, more = f"{'a' * 24} {'b' * 23}", f"{'a' * 24} {'b' * 24}"
    assert plain_table([[fits]]) == [fits, "─" * 48]
    assert plain_table([[more]]) == ["a" * 24, "b" * 24, "─" * 24]


def test_names_of_a_grid_fill_its_lines_and_blanks_the_rest_of_the_last():
    assert in_lines([["a"], ["b"], ["c"]], 2, "") == [["a", "b"], ["c", ""]]
    assert in_lines([["a"], ["b"]], 2, "") == [["a", "b"]]


@pytest.mark.parametrize(
    ("cell", "language", "found"),
    [
        ("12", "nl", Number(12, 0, False)),
        ("–7,50", "nl", Number(-7.5, 2, False)),
        ("7.50", "nl", Number(7.5, 2, False)),
        ("7.50", "en", Number(7.5, 2, False)),
        ("7,50", "en", None),
        ("50 %", "nl", Number(0.5, 0, True)),
        ("0", "nl", Number(0, 0, False)),
        ("012", "nl", None),
        ("about 12", "en", None),
    ],
)
def test_a_number_is_read_as_the_language_writes_it_and_percents_as_shares(cell, language, found):
    assert number_in(cell, language) == found


def test_a_column_of_numbers_and_blanks_is_one_of_numbers():
    assert numbers_in(["1", "–", ""], "en") == [Number(1, 0, False), None, None]
    assert numbers_in(["1", "one"], "en") is None
    assert numbers_in(["–", ""], "en") is None


@pytest.mark.parametrize(
    ("column", "stands"),
    [
        (["1", "–"], "right"),
        (["✓", "", "●"], "center"),
        (["✓", "B"], "left"),
        (["✓✓"], "left"),
        (["A", "B"], "left"),
        (["–", ""], "left"),
    ],
)
def test_numbers_stand_right_single_signs_in_the_middle_and_words_left(column, stands):
    assert alignment(column, "nl") == stands
