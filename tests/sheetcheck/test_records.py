"""Validated frames become plain rows, rows become CSV text, and a file is replaced whole or not at all."""

import datetime as dt

import pandas as pd
import pytest

from sheetcheck.schema import Field, Resource
from sheetcheck.writing.records import cell_text, csv_text, records, replace_file

NO_TEXT = {"nl": "", "en": ""}


def field(name, kind="string"):
    return Field(name=name, type=kind, title=NO_TEXT, description=NO_TEXT)


def resource(*fields):
    return Resource("parts", "parts.csv", None, NO_TEXT, NO_TEXT, fields, ("id",))


FIELDS = (
    field("id"),
    field("count", "integer"),
    field("weight", "number"),
    field("spare", "boolean"),
    field("since", "date"),
    field("tags", "list"),
)
FRAME = pd.DataFrame(
    {
        "id": pd.Series(["NA", None], dtype=object),
        "count": pd.array([3, None], dtype="Int64"),
        "weight": pd.array([0.1, None], dtype="Float64"),
        "spare": pd.array([True, None], dtype="boolean"),
        "since": pd.Series([dt.date(2025, 10, 9), None], dtype=object),
        "tags": pd.Series([("a", "b"), ()], dtype=object),
        "origin": ["parts.csv › line 2", "parts.csv › line 3"],
    }
)
PLAIN = [
    {"id": "NA", "count": 3, "weight": 0.1, "spare": True, "since": dt.date(2025, 10, 9), "tags": ("a", "b")},
    {"id": None, "count": None, "weight": None, "spare": None, "since": None, "tags": ()},
]


def test_records_are_plain_python_values_of_the_schema_columns():
    rows = records(FRAME, resource(*FIELDS))
    assert rows == PLAIN
    assert [type(value) for value in rows[0].values()] == [str, int, float, bool, dt.date, tuple]


def test_csv_text_holds_every_type_as_the_sources_write_it():
    assert csv_text(resource(*FIELDS), PLAIN) == (
        "id,count,weight,spare,since,tags\nNA,3,0.1,TRUE,2025-10-09,a; b\n,,,,,\n"
    )


def test_csv_text_quotes_what_would_be_read_otherwise():
    rows = [{"id": 'a,"b"'}, {"id": "two\nlines"}, {"id": None}]
    assert csv_text(resource(field("id")), rows) == 'id\n"a,""b"""\n"two\nlines"\n""\n'


@pytest.mark.parametrize(("number", "text"), [(56.4, "56.4"), (56.0, "56"), (-0.5, "-0.5"), (1e22, "1e+22"), (0, "0")])
def test_a_number_is_written_short_and_without_loss(number, text):
    assert cell_text(field("weight", "number"), number) == text
    assert float(text) == number


def test_a_file_is_replaced_with_exactly_these_bytes(tmp_path):
    target = tmp_path / "new" / "parts.csv"
    assert replace_file(target, "id\né\n") == target
    replace_file(target, b"id\n")
    assert target.read_bytes() == b"id\n"
    assert [path.name for path in target.parent.iterdir()] == ["parts.csv"]


def test_a_file_that_cannot_be_replaced_stays_and_leaves_no_scraps(tmp_path):
    target = tmp_path / "parts.csv"
    target.mkdir()
    with pytest.raises(OSError):
        replace_file(target, "id\n")
    assert [path.name for path in tmp_path.iterdir()] == ["parts.csv"]
