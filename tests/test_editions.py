"""Another edition is rows and one plan: a made-up "report of 2028" makes its own tables, held against its own print.

Everything about it is made up. `edition` is the project with the rows of `ROWS` added to its sheets, the printed cells
of `PRINT` in their folder, and the plan `PLAN`: no notebook and no line of code is another.
"""

import csv
import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from kritiek.build.plan import load_plan, prepare
from kritiek.build.run import build
from kritiek.exhibits.compare import compare
from kritiek.sources import Sources
from sheetcheck.faults import SourceError
from test_exhibits import load_once

ROOT = Path(__file__).parents[1]
EDITION = "report-2028"
SAID = {"source": EDITION, "locator": "made up"}


def here(*rows):
    """Rows that the document of the edition says."""
    return [{"document": EDITION, **SAID, **row} for row in rows]


def words(stem, dutch, english):
    return {f"{stem}_nl": dutch, f"{stem}_en": english}


COMMITTEE_ROWS = {
    "sources": [{"id": EDITION, "kind": "report", "title": "Made up", "licence": "none", "locator": "made up"}],
    "documents": [
        {
            "id": EDITION,
            **words("name", "het rapport van 2028", "the report of 2028"),
            **words("title", "Verzonnen", "Made up"),
            **{"date": "2028-06", "kind": "report", **SAID},
        }
    ],
    "exhibits": here(
        {"id": "table_05", "order": 1, "kind": "table", **words("number", "Tabel 1", "Table 1")}
        | words("caption", "Commissies van de adviesgroep", "Committees of the advisory group"),
        {"id": "table_12", "order": 2, "kind": "table", **words("number", "Tabel 2", "Table 2")}
        | words("caption", "Commissies voor batterijen", "Committees on batteries"),
        {"id": "table_14", "order": 3, "kind": "table", **words("number", "Tabel 3", "Table 3")}
        | words("caption", "Relevante commissies", "Relevant committees"),
    ),
    "committee_titles": here(
        {"committee": "ISO/TC 333", "title": "Lithium and its compounds", "language": "en"},
        {"committee": "IEC/TC 21", "title": "Batteries", "language": "en"},
    ),
    "mirror_committees": here({"id": "nen-cellen-batterijen", "name": "Batterijen"}),
    "committee_groups": here(
        {"id": "raw_material_committees", **words("name", "Grondstof", "Raw material"), "exhibit": "table_05"},
        {"id": "generic_committees", **words("name", "Generiek", "Generic"), "exhibit": "table_05"},
        {"id": "batteries", **words("name", "Batterijen", "Batteries"), "exhibit": "table_12"},
    ),
    "group_committees": here(
        {"group": "raw_material_committees", "row": 1, "order": 1, "committee": "ISO/TC 333", "form": "en dash"},
        {"group": "generic_committees", "row": 1, "order": 1, "committee": "IEC/TC 21", "form": "dash"},
        {"group": "batteries", "row": 1, "order": 1, "committee": "IEC/TC 21", "form": "quoted"},
        {"group": "batteries", "row": 1, "order": 2, "committee": "ISO/TC 333", "form": "plain"},
    ),
    "group_mirrors": here({"group": "batteries", "row": 1, "order": 1, "mirror": "nen-cellen-batterijen"}),
    "relevance": here(
        {"id": "lithium", "order": 1, "committees": "ISO/TC 333", "form": "plain"}
        | {"why": "Omdat.", "for_whom": "Allen.", "audiences": "government"}
    ),
    "committee_verdicts": here(
        {"committee": "ISO/TC 333", "verdict": "join", "discussed_in": "H1"},
        {"committee": "IEC/TC 21", "verdict": "follow", "discussed_in": "H2"},
    ),
    "printed_otherwise": here(
        {"exhibit": "table_14", "row": "lithium", "column": "why", "computed": "Omdat.", "printed": "Daarom."}
        | words("reason", "Verzonnen.", "Made up.")
        | {"certainty": "certain"}
    ),
}
COMMITTEE_PRINT = {
    "table_05": [
        ["Grondstof-gerelateerde ISO/TCs", "Generieke ISO/TCs"],
        ["ISO/TC 333 – Lithium and its compounds", "IEC/TC 21 - Batteries"],
    ],
    "table_12": [
        ["Normcommissie", "CEN/ISO TC"],
        ["Normcommissie Batterijen", "IEC/TC 21 'Batteries'\nISO/TC 333 Lithium and its compounds"],
    ],
    "table_14": [
        ["Technische commissie", "Waarom relevant?", "Voor wie?"],
        ["ISO/TC 333 Lithium and its compounds", "Daarom.", "Allen."],
    ],
}
COMMITTEE_PLAN = [
    '{ name = "table_05", notebook = "table_05.ipynb", parameters = { document = "report-2028",'
    ' reading = "printed" } }',
    '{ name = "table_12", notebook = "committee_group.ipynb", parameters = { document = "report-2028",'
    ' group = "batteries", reading = "printed" } }',
    '{ name = "table_14", notebook = "table_14.ipynb", parameters = { document = "report-2028", audience = "all",'
    ' product_group = "all", reading = "printed" } }',
]


def add_rows(data, rows):
    """Add rows to the tables of a data folder, by name of the table and of the column."""
    declared = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    books = {}
    for resource in (entry for entry in declared if entry["name"] in rows):
        file, names = data / resource["path"], [field["name"] for field in resource["schema"]["fields"]]
        lines = [[row.get(name) for name in names] for row in rows[resource["name"]]]
        unknown = {name for row in rows[resource["name"]] for name in row} - set(names)
        assert not unknown, f"{resource['name']} has no column {unknown}"
        if file.suffix == ".csv":
            with file.open("a", encoding="utf-8", newline="") as stream:
                csv.writer(stream, lineterminator="\n").writerows(lines)
            continue
        book = books[file] = books.get(file) or openpyxl.load_workbook(file)
        for line in lines:
            book[resource["dialect"]["excel"]["sheet"]].append(line)
    for file, book in books.items():
        book.save(file)


def project_with(tmp_path, rows=(), printed=(), plan=()):
    """A copy of the project with these rows, printed cells and plan of an edition."""
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("mirror"))
    (tmp_path / "reports").mkdir()
    shutil.copy(ROOT / "reports" / "normalisatie-2026.toml", tmp_path / "reports")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    add_rows(tmp_path / "data", dict(rows))
    for name, cells in dict(printed).items():
        file = tmp_path / "data" / "published" / EDITION / f"{name}.csv"
        file.parent.mkdir(exist_ok=True)
        with file.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(cells)
    if plan:
        head = f'title.nl = "Verzonnen"\nlanguages = ["nl"]\nbaseline = "{EDITION}"\n'
        text = f"{head}exhibit = [{', '.join(plan)}]\n"
        (tmp_path / "reports" / f"{EDITION}.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """The project with the edition of two committees."""
    return project_with(tmp_path_factory.mktemp("edition"), COMMITTEE_ROWS, COMMITTEE_PRINT, COMMITTEE_PLAN)


def verdicts(root, plan, only=()):
    """The verdict of each exhibit of a plan, and whether it is as it should be."""
    outcomes = build(prepare(load_plan(plan, root), only=only, languages=["nl"]), root=root, plan_name=plan)
    return {outcome.exhibit: (outcome.error or outcome.verdict, outcome.agrees) for outcome in outcomes}


def test_rows_and_one_plan_give_the_tables_of_another_edition_and_their_verdicts(edition):
    assert verdicts(edition, EDITION) == {
        "table_05": ("Tabel 1: 2 of 2 cells as printed", True),
        "table_12": ("Tabel 2: 2 of 2 cells as printed", True),
        "table_14": ("Tabel 3: 3 of 3 cells as printed (2 by computation, 1 through the overlay)", True),
    }


def test_the_report_of_2026_stays_as_printed_beside_another_edition(edition):
    found = verdicts(edition, "normalisatie-2026", only=["table_05", "table_12", "table_14"])
    assert all(agrees for _, agrees in found.values()), found
    assert found["table_12"] == ("Tabel 12: 2 of 2 cells as printed", True)


def test_a_wrong_cell_in_the_print_of_an_edition_is_caught(edition, tmp_path):
    root = Path(shutil.copytree(edition, tmp_path / "wrong"))
    file = root / "data" / "published" / EDITION / "table_05.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("Lithium", "Litium"), encoding="utf-8")
    verdict, agrees = verdicts(root, EDITION, only=["table_05"])["table_05"]
    assert not agrees
    assert 'row 1, column 1: printed "ISO/TC 333 – Litium' in verdict


def test_an_edition_without_the_title_of_a_committee_is_refused_by_the_check(tmp_path):
    rows = {**COMMITTEE_ROWS, "committee_titles": COMMITTEE_ROWS["committee_titles"][:1]}
    root = project_with(tmp_path, rows)
    with pytest.raises(SourceError) as refused:
        Sources.load(root / "data")
    assert {fault.sheet for fault in refused.value.faults} == {"group_committees"}
    assert "IEC/TC 21" in str(refused.value) and "committee_titles" in str(refused.value)


def test_an_overlay_row_of_an_edition_whose_cause_is_gone_stops_its_exhibit(tmp_path):
    stale = [{**COMMITTEE_ROWS["printed_otherwise"][0], "computed": "Daarvoor."}]
    rows = {**COMMITTEE_ROWS, "printed_otherwise": stale}
    root = project_with(tmp_path, rows, COMMITTEE_PRINT, COMMITTEE_PLAN)
    error, agrees = verdicts(root, EDITION, only=["table_14"])["table_14"]
    assert not agrees
    assert "exhibits.xlsx › printed_otherwise › row " in error
    assert 'computed is now "Omdat.", recorded is "Daarvoor."' in error


# A new snapshot of the register


SNAPSHOT = {
    "committee_register": [
        {"committee": "ISO/TC 333", "as_of": "2026-05-01", "source": "iso-open-data-2026", "secretariat": "DIN"}
        | {"secretariat_country": "DEU", "confidence": "second-hand", "locator": "made up"}
    ]
}


def run(root, name, **parameters):
    """The exhibit that a notebook of a project makes."""
    cells = json.loads((root / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    names = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sources, "load", load_once)
        for cell in (cell for cell in cells if cell["cell_type"] == "code"):
            exec("".join(cell["source"]), names)
            if "parameters" in cell["metadata"].get("tags", []):
                names.update({"data_dir": str(root / "data"), **parameters})
    return names.get("table", names.get("figure"))


def test_a_new_snapshot_of_the_register_is_rows_and_moves_what_rests_on_it(tmp_path):
    root = project_with(tmp_path, SNAPSHOT)
    before, after = run(ROOT, "influence"), run(root, "influence")
    secretariats = [made.frame.set_index("id")["secretariat_en"]["ISO/TC 333"] for made in (before, after)]
    assert secretariats == ["China (SAC)", "Germany (DIN)"]
    # A day before it, the older one still holds; and what says nothing of secretariats stays.
    earlier = run(root, "influence", as_of="2026-04-30").frame.set_index("id")
    assert earlier["secretariat_en"]["ISO/TC 333"] == "China (SAC)"
    assert repr(run(root, "table_14")) == repr(run(ROOT, "table_14"))
    assert compare(run(root, "table_14"), ROOT / "data" / "published").agrees


# Whose exhibit it is


def described(root, document, **chosen):
    """The texts of Table 14 for a document, with what was chosen."""
    values = {"audience": "all", "product_group": "all", "reading": "printed", **chosen}
    return load_once(str(root / "data")).texts("table_14", document=document, **values)


def test_an_exhibit_has_the_number_and_caption_of_its_own_document(edition):
    assert (described(edition, EDITION).number["nl"], described(edition, "report-2026").number["nl"]) == (
        *("Tabel 3", "Tabel 14"),
    )
    assert described(edition, EDITION).caption["en"] == "Relevant committees"
    assert all(described(edition, document).published for document in (EDITION, "report-2026"))


def test_a_document_without_such_an_exhibit_is_a_selection_without_a_number(edition):
    found = described(edition, "note-2024")
    assert not found.published
    assert found.number["nl"] == ""
    assert found.caption["nl"].endswith("; de beslisnota van 9 september 2024")


def test_an_exhibit_about_all_documents_is_a_selection_for_one_of_them():
    sources = load_once(str(ROOT / "data"))
    found = {name: sources.texts("audit", document=name, certainty="all").published for name in ("all", "report-2026")}
    assert found == {"all": True, "report-2026": False}


def test_the_value_of_a_parameter_may_be_that_of_one_document(tmp_path):
    own = {"exhibit": "table_14", "order": 2, "parameter": "audience", "published_value": "government"}
    own |= {"words_from": "audiences", **words("caption", "{value}", "{value}"), **SAID, "document": EDITION}
    root = project_with(tmp_path, {**COMMITTEE_ROWS, "exhibit_parameters": [own]})
    for document, audience, published in (
        (EDITION, "government", True),
        (EDITION, "all", False),
        ("report-2026", "all", True),
        ("report-2026", "government", False),
    ):
        assert described(root, document, audience=audience).published == published, (document, audience)
