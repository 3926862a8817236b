"""A misspelt name is answered with the nearest valid one, or with all of them when nothing is near."""

import pytest

from sheetcheck.nearest import nearest_name

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
