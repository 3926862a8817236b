"""Values as people read them in a cell, and columns by letter and by number."""

from __future__ import annotations

import datetime as dt

import pytest

from sheetcheck.reading.cells import column_number, letters, shown, written


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (53, "BA"), (702, "ZZ"), (703, "AAA"), (16_384, "XFD")],
)
def test_a_column_has_letters_and_a_number(number: int, text: str) -> None:
    assert (letters(number), column_number(text)) == (text, number)


def test_letters_and_numbers_of_columns_agree() -> None:
    assert all(column_number(letters(number)) == number for number in range(1, 1000))


@pytest.mark.parametrize(
    ("value", "as_written", "as_shown"),
    [
        (3.0, "3", "3"),
        (0.1 + 0.2, "0.3", "0.3"),
        (123456789012345.6, "123456789012346", "123456789012346"),
        (True, "TRUE", "TRUE"),
        (dt.date(2025, 10, 9), "2025-10-09", "2025-10-09"),
        (("a", "b"), "a; b", '"a; b"'),
        ("3", "3", '"3"'),
        (None, "", '""'),
    ],
)
def test_a_value_is_written_as_a_person_reads_it_and_a_text_is_shown_in_quotes(
    value: object, as_written: str, as_shown: str
) -> None:
    assert (written(value), shown(value)) == (as_written, as_shown)
