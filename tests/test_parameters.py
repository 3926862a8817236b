"""Parameters are read from the notebook's own cell, and only values of their type pass."""

from __future__ import annotations

import ast
import datetime as dt
import json
from pathlib import Path

import pytest

from kritiek.build.plan.parameters import Parameter, read_parameters, syntax_of
from kritiek.errors import PlanError


def notebook(folder: Path, code: str, *more: dict) -> Path:
    """A notebook with one parameters cell and perhaps more cells."""
    tagged = {"cell_type": "code", "source": code, "metadata": {"tags": ["parameters"]}}
    return written(folder, [tagged, *more])


def written(folder: Path, cells: list[dict]) -> Path:
    file = folder / "example.ipynb"
    file.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return file


def only(folder: Path, code: str) -> Parameter:
    """The single parameter of a cell."""
    (parameter,) = read_parameters(notebook(folder, code))
    return parameter


def fault(folder: Path, code: str, *more: dict) -> str:
    with pytest.raises(PlanError) as caught:
        read_parameters(notebook(folder, code, *more))
    return str(caught.value)


def refusal(default: object, value: object) -> str:
    with pytest.raises(ValueError) as caught:
        Parameter("a", default).checked(value)
    return str(caught.value)


def test_name_default_and_comment_come_from_the_line(tmp_path):
    code = 'group = "steel"  # product group\nyear = 2026  # of the edition\nshare = 0.65\n'
    assert read_parameters(notebook(tmp_path, code)) == (
        Parameter("group", "steel", "product group"),
        Parameter("year", 2026, "of the edition"),
        Parameter("share", 0.65, ""),
    )


def test_a_type_beside_the_name_changes_nothing(tmp_path):
    assert only(tmp_path, "share: float = 0.65  # of all") == Parameter("share", 0.65, "of all")


def test_a_source_of_many_lines_is_read_as_one(tmp_path):
    file = notebook(tmp_path, ['language = "nl"\n', 'data_dir = ""'])
    assert [parameter.name for parameter in read_parameters(file)] == ["language", "data_dir"]


@pytest.mark.parametrize(
    ("line", "default"),
    [
        ('colour = "#ff0000"', "#ff0000"),
        ('query = "a=b"', "a=b"),
        ("low = -1.5", -1.5),
        ("whole = True", True),
    ],
)
def test_what_papermills_own_reader_misses_or_cuts_is_read_whole(tmp_path, line, default):
    assert only(tmp_path, line).default == default


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("day = date(2026, 1, 1)", "line 1: day is computed (date(2026, 1, 1)); write the value itself."),
        ("a = 1\nimport os", "line 2: found import os, expected name = value."),
        ("a = b = 1", "line 1: found a = b = 1, expected name = value."),
        ("a: int", "line 1: found a: int, expected name = value."),
        ("a: int = 1.5", "line 1: a is marked int, and 1.5 is float. Write that."),
        ("a: date = '2026-01-01'", 'line 1: a is marked date, and "2026-01-01" is str. Write that.'),
        ("a.b: int = 1", "line 1: found a.b: int = 1, expected name = value."),
        ("a = [1]", "line 1: a is [1]; a parameter is one plain value: text, a number, true or false."),
        ("a = {}", "line 1: a is {}; a parameter is one plain value"),
        ("a = None", "line 1: a is None; a parameter is one plain value"),
        ("a = 1\na = 2", "line 2: a is set twice. Keep one."),
        ("a = = 1", "is no valid Python"),
    ],
)
def test_a_line_that_is_no_plain_assignment_is_refused_with_its_number(tmp_path, code, expected):
    assert expected in fault(tmp_path, code)


def test_all_wrong_lines_are_named_at_once(tmp_path):
    lines = fault(tmp_path, "import os\na = f()\nb = 1").splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "example.ipynb, parameters cell, line 1",
        "example.ipynb, parameters cell, line 2",
    ]


def test_a_notebook_without_the_tag_is_refused(tmp_path):
    with pytest.raises(PlanError, match="has no cell tagged parameters, expected one code cell"):
        read_parameters(written(tmp_path, [{"cell_type": "code", "source": "a = 1", "metadata": {}}]))


def test_two_tagged_cells_are_refused(tmp_path):
    second = {"cell_type": "code", "source": "b = 1", "metadata": {"tags": ["parameters"]}}
    assert "has 2 times a cell tagged parameters" in fault(tmp_path, "a = 1", second)


def test_a_tagged_text_cell_is_refused(tmp_path):
    with pytest.raises(PlanError, match="has a text cell tagged parameters"):
        read_parameters(
            written(tmp_path, [{"cell_type": "markdown", "source": "a", "metadata": {"tags": ["parameters"]}}])
        )


def test_a_copy_of_an_executed_notebook_is_refused(tmp_path):
    injected = {"cell_type": "code", "source": "a = 2", "metadata": {"tags": ["injected-parameters"]}}
    assert "holds values of an earlier run" in fault(tmp_path, "a = 1", injected)


def test_a_parameter_that_a_later_cell_sets_again_is_refused(tmp_path):
    later = {"cell_type": "code", "source": "%matplotlib inline\n", "metadata": {}}
    again = {"cell_type": "code", "source": 'group, other = "steel", 1', "metadata": {}}
    assert "another cell sets group again" in fault(tmp_path, 'group = "ships"', later, again)


def test_a_later_cell_may_use_a_parameter(tmp_path):
    use = {"cell_type": "code", "source": "rows = table[group]\nrows[group] = 1", "metadata": {}}
    assert len(read_parameters(notebook(tmp_path, 'group = "ships"', use))) == 1


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"worksheets": []}', '{"cells": [1]}'])
def test_a_file_that_is_no_notebook_is_refused_with_the_remedy(tmp_path, content):
    file = tmp_path / "example.ipynb"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(PlanError, match="Open it in JupyterLab and save it"):
        read_parameters(file)


@pytest.mark.parametrize(("default", "value"), [("", "x"), (1, 2), (True, False), (0.5, 0.7)])
def test_values_of_the_right_type_pass(default, value):
    assert Parameter("a", default).checked(value) is value


def test_a_whole_number_becomes_a_decimal_one_where_a_number_is_wanted():
    value = Parameter("a", 0.5).checked(3)
    assert (value, type(value)) == (3.0, float)


@pytest.mark.parametrize(
    ("default", "value", "expected"),
    [
        (1, "3", 'found "3", expected a whole number.'),
        (1, "één", 'found "één", expected a whole number.'),
        (1, True, "found true, expected a whole number."),
        (1, 3.0, "found 3.0, expected a whole number."),
        (0.5, True, "found true, expected a number."),
        ("", 3, "found 3, expected text."),
        ("", None, "found nothing, expected text."),
        ("", ["a"], 'found ["a"], expected text.'),
        ("", dt.date(2026, 1, 1), 'found the day 2026-01-01 (in quotes it is text: "2026-01-01"), expected text.'),
        (0.5, float("nan"), "found nan, which is no number, expected a number."),
        ("2026-06-30", "30-06-2026", 'found "30-06-2026", expected a day as yyyy-mm-dd, such as 2025-10-09.'),
        ("2026-06-30", "20260630", 'found "20260630", expected a day as yyyy-mm-dd, such as 2025-10-09.'),
        ("2026-06-30", "2026-02-30", 'found "2026-02-30", expected a day as yyyy-mm-dd, such as 2025-10-09.'),
    ],
)
def test_a_value_of_another_type_is_refused_in_words(default, value, expected):
    assert refusal(default, value) == expected


@pytest.mark.parametrize(
    ("default", "text", "value"),
    [
        ("", "2026-01-01", "2026-01-01"),
        ("", "12", "12"),
        (1, "12", 12),
        (0.5, "0.65", 0.65),
        (0.5, "3", 3.0),
        (True, "true", True),
        (True, "Nee", False),
    ],
)
def test_typed_words_become_values_of_the_parameters_type(default, text, value):
    found = Parameter("a", default).from_text(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("default", "text", "expected"),
    [
        (1, "1.5", 'found "1.5", expected a whole number.'),
        (1, "1_000", 'found "1_000", expected a whole number.'),
        (1, "٣", 'found "٣", expected a whole number.'),
        (0.5, "0,65", 'found "0,65", expected a number (decimals take a point: 0.5).'),
        (0.5, "nan", 'found "nan", expected a number.'),
        (True, "1", 'found "1", expected true or false.'),
    ],
)
def test_words_that_stand_for_no_value_of_the_type_are_refused(default, text, expected):
    with pytest.raises(ValueError) as caught:
        Parameter("a", default).from_text(text)
    assert str(caught.value) == expected


def test_a_number_is_held_against_a_list_too():
    parameter = Parameter("edition", 2023, "of the study; one of: 2020, 2023")
    assert parameter.from_text("2020") == 2020
    with pytest.raises(ValueError, match='"1999" is not known'):
        parameter.checked(1999)


def test_a_percentage_lies_between_0_and_100():
    threshold = Parameter("threshold", 65.0, "per cent of world production in one country")
    assert [threshold.from_text(text) for text in ("0", "100")] == [0.0, 100.0]
    with pytest.raises(ValueError) as caught:
        threshold.from_text("100.5")
    assert str(caught.value) == "found 100.5, expected a percentage from 0 to 100."
    with pytest.raises(ValueError, match="found -1"):
        threshold.checked(-1)
    assert Parameter("points", 10.0, "points below, not per cent").checked(120.0) == 120.0


def test_without_sources_what_stands_in_them_passes_unchecked():
    parameter = Parameter("audience", "all", "one of: all, audiences.id")
    assert parameter.checked("whatever") == "whatever"
    with pytest.raises(ValueError, match=r'"whatever" is not known. Valid: all, none'):
        Parameter("audience", "all", "one of: all, none").checked("whatever")


def test_twelve_values_are_listed_and_of_more_it_is_said_how_many():
    def told(number: int) -> str:
        words = [f"w{place}" for place in range(number)]
        with pytest.raises(ValueError) as caught:
            Parameter("a", "w0", f"one of: {', '.join(words)}").checked("elsewhere")
        return str(caught.value)

    assert told(12).endswith("w10, w11.")
    assert told(13).endswith("(13 keys, or names).")


def test_the_syntax_of_code_cells_is_read_and_of_text_cells_it_is_not():
    text, code = ({"cell_type": kind, "source": source} for kind, source in (("markdown", "a = ="), ("code", "b = 1")))
    assert [node.id for node in syntax_of([text, code]) if isinstance(node, ast.Name)] == ["b"]
    assert syntax_of([{**text, "cell_type": "code"}]) is None
