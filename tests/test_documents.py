"""What a document says of itself comes out for any document: a made-up one needs rows alone."""

import json
import shutil
from pathlib import Path

import pytest

from kritiek.build.engine.pool import Pool, Request
from kritiek.exhibits.tables import RESOURCE_MIME
from test_editions import add_rows

ROOT = Path(__file__).parents[1]
MADE_UP = "report-2028"
SAID = {"document": MADE_UP, "source": MADE_UP, "locator": "made up"}
ROWS = {
    "sources.xlsx": {"sources": [{"id": MADE_UP, "kind": "report", "title": "Made up", "locator": "made up"}]},
    "exhibits.xlsx": {
        "exhibits": [
            {"id": name, "order": order, "kind": "table", "caption_nl": caption, "caption_en": caption, **SAID}
            for order, name, caption in ((901, "table_01", "Afkortingen"), (902, "table_02", "Bibliografie"))
        ]
    },
    "policy.xlsx": {
        "documents": [
            {"id": MADE_UP, "name_nl": "het rapport van 2028", "name_en": "the report of 2028", "title_nl": "Verzonnen"}
            | {"title_en": "Made up", "date": "2028-06", "kind": "report", "source": MADE_UP, "locator": "made up"}
        ],
        "abbreviations": [
            {"order": 2, "abbreviation": "EU", "meaning_as_printed": "Europese Unie", "meaning_language": "nl"}
            | {"meaning_en": "European Union", **SAID},
            {"order": 1, "abbreviation": "ISO", "meaning_as_printed": "Standards", "meaning_language": "en", **SAID},
        ],
        "motions": [{"id": "m-2028", "members_as_printed": "Jansen", "number_as_printed": "32852-300", **SAID}],
        "studies": [
            {"id": "s-1", "order": 1, "title_as_printed": "Eén", "by_as_printed": "TNO", "motion": "m-2028", **SAID},
            {"id": "s-2", "order": 2, "title_as_printed": "Twee", "by_as_printed": "HCSS", **SAID},
        ],
        "report_tables": [
            {"table": 1, "title_in_list": "Afkortingen", "page_in_list": 3, "exhibit": "table_01", **SAID},
            {"table": 2, "title_in_list": "Anders", "page_in_list": 4, "exhibit": "table_02", **SAID},
        ],
        "bibliography": [
            {"order": 2, "reference": "korteweg-2025", **SAID},
            {"order": 1, "reference": "nen-dpp", **SAID},
        ],
    },
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The exhibits of the made-up document by notebook, as their notebooks show them, both run in one process."""
    data = shutil.copytree(ROOT / "data", tmp_path_factory.mktemp("edition") / "data")
    for sheets in ROWS.values():
        add_rows(data, sheets)
    asked = {"data_dir": str(data), "document": MADE_UP}
    names = ("abbreviations", "studies", "list_of_tables", "bibliography")
    requests = [Request(ROOT / "notebooks" / f"{name}.ipynb", asked) for name in names]
    with Pool(ROOT, 1) as pool:
        return {names[number]: _exhibit(report) for number, report in pool.run(requests) if report}


def _exhibit(report):
    cells = json.loads(report.target.read_text(encoding="utf-8"))["cells"]
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", ())]
    return next(data[RESOURCE_MIME] for data in outputs if RESOURCE_MIME in data)


def cells(exhibit, *columns):
    return [[row[column] for column in columns] for row in exhibit["data"]]


def test_the_abbreviations_of_another_document_stand_in_its_own_order(shown):
    assert cells(shown["abbreviations"], "abbreviation", "meaning", "meaning_en") == [
        ["ISO", "Standards", "Standards"],
        ["EU", "Europese Unie", "European Union"],
    ]


def test_a_study_of_another_document_has_its_motion_or_an_empty_cell(shown):
    assert cells(shown["studies"], "study", "by", "motion") == [
        ["Eén", "TNO", "Jansen 32852-300"],
        ["Twee", "HCSS", ""],
    ]


def test_the_list_of_tables_of_another_document_names_the_titles_that_differ_from_the_caption(shown):
    exhibit = shown["list_of_tables"]
    assert cells(exhibit, "number", "title", "page") == [["Tabel 1", "Afkortingen", "3"], ["Tabel 2", "Anders", "4"]]
    assert exhibit["kritiek"]["notes"][0]["en"].endswith("differs from the caption above the table itself: Table 2.")


def test_the_bibliography_of_another_document_holds_its_own_works_in_its_own_order(shown):
    (first,), (second,) = cells(shown["bibliography"], "reference")
    assert first.startswith("NEN. (z.d.). Normcommissie Digital Product Passports.")
    assert second.startswith("Korteweg, R., & Van Wijk, D. (2025).")


def test_another_document_is_named_in_the_caption_and_is_not_the_printed_case(shown):
    for exhibit in shown.values():
        assert exhibit["kritiek"]["caption"]["en"].endswith("the report of 2028")
        assert exhibit["kritiek"]["published"] is False
