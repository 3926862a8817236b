"""A plan that is no TOML: its line, and what is most likely wrong there."""

import pytest

from kritiek.build.plan.syntax import read_toml
from kritiek.errors import PlanError
from sheetcheck.messages import speaking

OTHER = (
    "What stands there does not belong there. A line is NAME = VALUE, text in straight quotation marks; "
    "a remark begins with #."
)
MISSING = (
    "Something is missing before it: a comma after what stands before it, most often the line above, "
    "or a closing ] or }."
)


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("a = 1\nb = “x”", 'line 2: "b = “x”"', "It has curly quotation marks, as Word types them."),
        ("b = “x y”", 'line 1: "b = “x y”"', "It has curly quotation marks, as Word types them."),
        ('b = "“x” "y"', 'line 1: "b = "“x” "y""', OTHER),
        ("b = x", 'line 1: "b = x"', "No value can begin there."),
        (
            "date = 24-11-2026",
            'line 1: "date = 24-11-2026"',
            "A day is written yyyy-mm-dd: 2026-11-24.",
        ),
        ("date = 1/2/2026", 'line 1: "date = 1/2/2026"', "A day is written yyyy-mm-dd: 2026-02-01."),
        ("e = [\n  { n = 1 }\n  { n = 2 },\n]", 'line 3: "{ n = 2 },"', MISSING),
        ("e = { n = 1 m = 2 }", 'line 1: "e = { n = 1 m = 2 }"', MISSING),
        ('b = "x', 'line 1: "b = "x"', "A text has no end:"),
        ('b = "x\nc = 1', 'line 1: "b = "x"', "A text has no end:"),
        (
            'b = "C:\\map"',
            'line 1: "b = "C:\\map""',
            "A backslash in a text is typed twice (\\\\), or as /.",
        ),
        ("a = 1\na = 2", 'line 2: "a = 2"', "This stands here for the second time."),
        ("a", 'line 1: "a"', OTHER),
    ],
)
def test_the_line_is_quoted_with_what_is_wrong_in_it(text, place, told):
    with pytest.raises(PlanError) as refused:
        read_toml(text, "reports/p.toml")
    assert str(refused.value).startswith(f"reports/p.toml, {place}. {told}")


def test_of_a_long_line_what_stands_round_the_fault_is_quoted():
    line = (
        'exhibit = [{ name = "table_14", notebook = "table_14.ipynb", parameters = { document = "r" audience = 1 } }]'
    )
    with pytest.raises(PlanError) as refused:
        read_toml(line, "reports/p.toml")
    quoted = '"…arameters = { document = "r" audience = 1 } }]"'
    assert str(refused.value) == f"reports/p.toml, line 1: {quoted}. {MISSING}"


def test_brackets_without_end_are_named_at_the_last_line():
    with pytest.raises(PlanError) as refused:
        read_toml("e = [\n  1,\n", "reports/p.toml")
    assert str(refused.value).startswith('reports/p.toml, line 2: "1,". The file ends while something is open:')


def test_it_is_said_in_dutch_too():
    with speaking("nl"), pytest.raises(PlanError) as refused:
        read_toml("titel = ‘Magneten’", "reports/p.toml")
    assert str(refused.value) == (
        'reports/p.toml, regel 1: "titel = ‘Magneten’". '
        'Daar staan krulaanhalingstekens, zoals Word ze typt. Typ er rechte (").'
    )
