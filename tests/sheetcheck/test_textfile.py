"""The bytes of a CSV as rows: where lines begin and end, what separates them, and how much is too much."""

from __future__ import annotations

import pytest

from sheetcheck.faults import Fault
from sheetcheck.reading.cells import RawTable, Refused
from sheetcheck.reading.textfile import read_text_file
from sheetcheck.schema import Field, Resource

NO_TEXT = {"nl": "", "en": ""}
FIELDS = tuple(Field(name, "string", NO_TEXT, NO_TEXT) for name in ("id", "name"))


def read(content: bytes | str, delimiter: str = ",") -> tuple[RawTable, list[Fault]]:
    """A table of two columns and its faults."""
    resource = Resource("things", "things.csv", None, NO_TEXT, NO_TEXT, FIELDS, ("id",), delimiter=delimiter)
    faults: list[Fault] = []
    return read_text_file(resource, content.encode() if isinstance(content, str) else content, faults), faults


def rows(content: bytes | str) -> dict[int, list[object]]:
    """The values of each row by its number."""
    return {number: [cell.value for cell in row.values()] for number, row in read(content)[0].rows.items()}


def said(content: bytes | str) -> list[tuple[str | None, str]]:
    """Cell and code of each fault."""
    return [(fault.cell, fault.code) for fault in read(content)[1]]


def test_rows_have_the_number_of_their_first_line_and_blank_ones_are_left_out() -> None:
    assert rows('\nid,name\n\na,"b\n\nc"\n,\nd,e') == {2: ["id", "name"], 4: ["a", "b\n\nc"], 8: ["d", "e"]}
    found = read("id,name\n\na,b\n")[0].rows
    assert (found.get(2), found.get(4), len(found)) == (None, None, 2)


def test_lines_end_as_on_any_system_and_blank_ones_at_the_end_are_nobodys() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert rows(f"id,name{end}a,b{end}{end} {end}\t{end}") == {1: ["id", "name"], 2: ["a", "b"]}
    assert rows("id,name\na, \n\n") == {1: ["id", "name"], 2: ["a", " "]}
    assert rows("\n\n") == {}


@pytest.mark.parametrize(("above", "faults"), [(11, [("line 12", "wrong-separator")]), (12, [])])
def test_the_separator_is_found_in_the_first_twelve_lines(above: int, faults: list[tuple[str, str]]) -> None:
    assert said("remark\n" * above + "id;name\n" + "a;b\n") == faults


def test_a_blank_first_line_hides_no_separator() -> None:
    assert said("\nid;name\na;b\n") == [("line 2", "wrong-separator")]


def test_the_declared_separator_is_used_where_none_separates_the_names() -> None:
    for delimiter, values in ((",", ["a;b"]), (";", ["a", "b"])):
        table, faults = read("identity;label\na;b\n", delimiter)
        assert [cell.value for cell in table.rows[2].values()] == values
        assert faults == []


def test_letters_of_two_bytes_are_read_wherever_they_stand() -> None:
    assert said("é,name\na,b\n") == []
    assert said("id,name\n" + "é" * 40_000 + ",b\n") == []
    assert said("id,name\na" + "é" * 40_000 + ",b\n") == []


def test_lines_in_another_encoding_are_one_fault_at_the_first_of_them() -> None:
    table, (fault,) = read("id,name\na,een café om\nb,enquête\n".encode("cp1252"))
    assert (fault.cell, fault.value, fault.suggestion) == ("line 2", "E9", "cp1252")
    assert 'the word is "café", and 1 other line is like this one' in fault.message
    assert [cell.value for cell in table.rows[2].values()] == ["a", "een café om"]
    assert said("é,name\na,b\n".encode("cp1252")) == [("line 1", "wrong-encoding")]
    (fault,) = read("id,name\n,été\n".encode("cp1252"))[1]
    assert 'the word is "été".' in fault.message


def test_letters_of_windows_go_with_a_semicolon_and_those_of_another_system_do_not() -> None:
    def told(encoding: str) -> list[tuple[str, bool]]:
        faults = read("id;name\na;café\n".encode(encoding))[1]
        return [(fault.code, "letters are stored as in Windows" in fault.message) for fault in faults]

    assert told("cp1252") == [("wrong-separator", True)]
    assert told("mac_roman") == [("wrong-encoding", False), ("wrong-separator", False)]


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ('a,"b', "open-quote", "name"),
        ('"a,b', "open-quote", "id"),
        ('"a","b', "open-quote", "name"),
        ('"a,"b"', "open-quote", "id"),
        ('"a"x,b', "stray-quote", "id"),
        ('a,"b"x', "stray-quote", "name"),
        ('"",""x', "stray-quote", "name"),
        ('a,b,"c', "open-quote", None),
    ],
)
def test_a_quote_astray_is_named_with_its_column(line: str, code: str, column: str | None) -> None:
    (fault,) = read(f"id,name\n{line}\n")[1]
    assert (fault.cell, fault.code, fault.column) == ("line 2", code, column)


def test_a_line_with_quotes_astray_is_read_by_its_separators_and_those_below_it_as_ever() -> None:
    assert rows('id,name\na,"b\n"c","d"\n') == {1: ["id", "name"], 2: ["a", '"b'], 3: ["c", "d"]}
    assert read('id,name\na,"b\nc,d\n')[0].uneven == {2}


def test_of_a_line_with_a_quote_astray_two_hundred_letters_are_kept() -> None:
    assert [len(read(f'id,name\na,"{"b" * number}')[1][0].value) for number in (197, 198)] == [200, 200]
    assert len(read(f'id,name\na,"{"b" * 196}')[1][0].value) == 199


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a,b,c", "has 3 fields where the header has 2"),
        ("a", "has 1 field where the header has 2"),
        ('a,"b\nc",d', "It runs on to line 3: is a quote left open?"),
    ],
)
def test_a_line_of_another_width_than_the_header_is_named(line: str, words: str) -> None:
    table, (fault,) = read(f"id,name\n{line}\nd,e\n")
    assert (fault.cell, fault.code, table.uneven) == ("line 2", "ragged-line", {2})
    assert words in fault.message


def test_blank_separators_and_what_stands_above_the_header_have_any_width() -> None:
    assert said("a title, of three, parts\nid,name\na,b\n,,,\n") == []


def test_two_hundred_lines_in_the_wrong_form_are_named() -> None:
    assert len(said("id,name\n" + "a\n" * 199)) == 199
    assert len(said("id,name\n" + "a\n" * 201)) == 200
    assert len(said("id,name\n" + 'a,"b\n' * 201)) == 200


def refusal(content: bytes) -> str:
    """Why a text is refused."""
    with pytest.raises(Refused) as refused:
        read(content)
    return refused.value.found[0].message


def test_three_hundred_thousand_lines_are_read_and_one_more_is_refused() -> None:
    assert len(read(b"id,name\n" + b"\n" * 299_998 + b"a,b\n")[0].rows) == 2
    assert "has 300,001 lines; the most is 300,000." in refusal(b"id,name\n" + b"\n" * 299_999 + b"a,b\n")


def test_a_line_of_a_megabyte_is_read_and_a_longer_one_is_refused() -> None:
    assert len(read(b"id,name\na," + b"x" * (2**20 - 2))[0].rows) == 2
    assert "has 1 MB in line 2; the most is 1 MB." in refusal(b"id,name\na," + b"x" * (2**20 - 1))
    assert "has 3 MB in line 3" in refusal(b"id,name\n" + b"x" * 2**20 + b"\n" + b"x" * 3 * 2**20)


def test_a_line_of_16384_fields_is_read_and_a_wider_one_is_refused() -> None:
    assert said(b"id,name\na" + b"," * 16_383) == [("line 2", "ragged-line")]
    assert "has more than 16,384 fields" in refusal(b"id,name\na" + b"," * 16_384)
