"""The codebook says what the schema says, and is found out when it does not."""

import json

import pytest

from sheetcheck.publish.codebook import codebook, codebook_is_current, write_codebook
from sheetcheck.schema import load_package

SCHEMA = {
    "name": "parts",
    "title": "Parts and makers",
    "description": "What we keep.",
    "description_nl": "Wat wij bewaren.",
    "version": "2026.11",
    "licenses": [{"name": "EUPL-1.2", "title": "the EUPL", "path": "https://licence.example"}],
    "sources": [
        {"title": "The report", "terms": "© A|B, quoted."},
        {"title": "The law", "path": "https://law.example", "terms": "Free."},
        {"title": "No terms known"},
    ],
    "resources": [
        {
            "name": "parts",
            "path": "parts.xlsx",
            "title": "Parts",
            "title_nl": "Onderdelen",
            "description": "Every part.",
            "dialect": {"excel": {"sheet": "parts"}},
            "schema": {
                "primaryKey": ["id"],
                "fields": [
                    {
                        "name": "id",
                        "type": "string",
                        "title": "Id",
                        "description": "Key.",
                        "example": "p1",
                        "constraints": {"required": True, "unique": True, "pattern": "^(p|q)[0-9]$"},
                    },
                    {
                        "name": "weight",
                        "type": "number",
                        "title": "Weight",
                        "title_nl": "Gewicht",
                        "description": "How\nheavy.",
                        "unit": "kg",
                        "constraints": {"minimum": 0, "maximum": 9.5},
                    },
                    {
                        "name": "makers",
                        "type": "list",
                        "title": "Makers",
                        "description": "Who makes it.",
                        "reference": {"resource": "makers", "field": "id"},
                    },
                    {
                        "name": "kind",
                        "type": "string",
                        "title": "Kind",
                        "description": "Bolt or nut.",
                        "constraints": {"enum": ["bolt", "nut"], "maxLength": 4},
                    },
                ],
            },
        },
        {
            "name": "makers",
            "path": "makers.csv",
            "title": "Makers",
            "description": "Every maker.",
            "schema": {"fields": [{"name": "id", "type": "string"}], "primaryKey": "id"},
        },
    ],
}
USES = {"parts": ["table_01", "table_02"], "makers": ["table_02"]}


@pytest.fixture
def project(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    return tmp_path


def test_every_column_has_its_line_with_type_unit_and_allowed_values(project):
    text = codebook(load_package(project / "data"), USES)
    assert (
        "### parts\n\n"
        "**Parts / Onderdelen.** Every part.\n\n"
        "Sheet `parts` of `parts.xlsx`. Key: `id`. Used by: all.\n\n"
        "| Column | Title | Meaning | Type | Unit | Allowed values |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| `id` | Id / Id | Key. | text, required, unique |  | pattern `^(p\\|q)[0-9]$`, e.g. `p1` |\n"
        "| `weight` | Weight / Gewicht | How heavy. | number | kg | from 0 to 9.5 |\n"
        "| `makers` | Makers / Makers | Who makes it. | values separated by “; ” |  | `id` of [makers](#makers) |\n"
        "| `kind` | Kind / Kind | Bolt or nut. | text |  | `bolt`; `nut`, at most 4 characters |\n"
    ) in text


def test_the_overview_names_each_table_its_file_and_who_uses_it(project):
    text = codebook(load_package(project / "data"), USES)
    assert (
        "| [parts](#parts) | Parts / Onderdelen | `parts.xlsx` | 4 | all |\n"
        "| [makers](#makers) | Makers / Makers | `makers.csv` | 1 | table_02 |\n"
    ) in text
    assert "| 1 | none |" in codebook(load_package(project / "data"), {"parts": ["table_01"]})
    assert "Used by" not in codebook(load_package(project / "data"), {})


def test_the_terms_of_use_tell_our_own_from_what_is_quoted(project):
    text = codebook(load_package(project / "data"), {})
    assert "code) is under the [the EUPL](https://licence.example)." in text
    assert "| The report | © A\\|B, quoted. |\n| [The law](https://law.example) | Free. |\n\n" in text
    assert "No terms known" not in text


def test_a_schema_that_says_little_still_gives_a_codebook(tmp_path):
    fields = [{"name": "id", "type": "string"}]
    bare = {"resources": [{"name": "a", "path": "a.csv", "schema": {"fields": fields}}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(bare), encoding="utf-8")
    text = codebook(load_package(tmp_path), {})
    assert text.startswith("# Data\n\n<!--")
    assert "## Terms of use" not in text
    assert text.endswith("| `id` | id / id |  | text |  |  |\n")


def test_the_codebook_is_current_until_schema_or_uses_change(project):
    data = project / "data"
    assert not codebook_is_current(data)
    assert write_codebook(data) == data / "README.md"
    assert codebook_is_current(data)
    uses = {"makers": ["table_01"]}
    assert not codebook_is_current(data, uses)
    write_codebook(data, uses)
    assert codebook_is_current(data, uses)
    (data / "datapackage.json").write_text(json.dumps({**SCHEMA, "version": "2026.12"}), encoding="utf-8")
    assert not codebook_is_current(data, uses)
