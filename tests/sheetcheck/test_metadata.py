"""What catalogues are told: everything DCAT-AP-NL demands, in its vocabularies, and the same for RO-Crate."""

import csv
import hashlib
import json
import shutil
from pathlib import Path

import frictionless
import openpyxl
import pytest

from sheetcheck.faults import UserError
from sheetcheck.publish.metadata import write_metadata

SOURCES = Path(__file__).parents[2] / "data"
DESCRIPTOR = {
    "id": "urn:uuid:00000000-0000-4000-8000-000000000000",
    "name": "parts",
    "title": "Parts",
    "title_nl": "Onderdelen",
    "description": "Every part.",
    "description_nl": "Elk onderdeel.",
    "version": "2026.11",
    "created": "2026-11-21T00:00:00Z",
    "keywords": ["bolts"],
    "keywords_nl": ["bouten"],
    "contributors": [{"title": "The Parts", "roles": ["creator", "publisher"]}, {"title": "Ann", "roles": ["creator"]}],
    "contact": {"title": "The Parts", "path": "README.md"},
    "licenses": [{"name": "L-1", "title": "Licence 1", "path": "https://licence.example/1"}],
    "themes": ["TECH"],
    "accessRights": "PUBLIC",
    "languages": ["nl", "en"],
    "sources": [{"title": "The report", "terms": "Quoted.", "terms_nl": "Aangehaald."}],
    "resources": [
        {
            "name": "parts",
            "path": "parts.csv",
            "title": "Parts",
            "title_nl": "Onderdelen",
            "schema": {"fields": [{"name": "id", "type": "string"}]},
        }
    ],
}
AUTHORITY = "http://publications.europa.eu/resource/authority/"
# Mandatory in DCAT-AP-NL 3.0, with how many values each may have at most.
DATASET_NEEDS = {
    "dct:title": 9,
    "dct:description": 9,
    "dct:identifier": 1,
    "dct:creator": 9,
    "dct:publisher": 1,
    "dcat:contactPoint": 1,
    "dcat:theme": 9,
    "dct:accessRights": 1,
}
DISTRIBUTION_NEEDS = {"dcat:accessURL": 1, "dct:license": 1}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "parts.csv").write_bytes(b"id\na\n")
    describe(folder)
    return folder


def describe(folder, **changes):
    descriptor = {key: value for key, value in {**DESCRIPTOR, **changes}.items() if value is not None}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")


def written(folder, out=None):
    return [json.loads(path.read_text(encoding="utf-8")) for path in write_metadata(folder, out or folder)]


def count(node, key):
    value = node.get(key, [])
    return len(value) if isinstance(value, list) else 1


@pytest.mark.parametrize("source", ["made up", "ours"])
def test_all_that_dcat_ap_nl_demands_is_there_and_no_more_often_than_allowed(folder, tmp_path, source):
    dataset, _ = written(folder if source == "made up" else SOURCES, tmp_path)
    for key, most in DATASET_NEEDS.items():
        assert 1 <= count(dataset, key) <= most, key
    assert count(dataset, "dcat:distribution") >= 1
    for distribution in dataset["dcat:distribution"]:
        for key, most in DISTRIBUTION_NEEDS.items():
            assert 1 <= count(distribution, key) <= most, key


def test_values_come_from_the_vocabularies_that_the_profile_prescribes(folder):
    dataset, _ = written(folder)
    assert dataset["dct:accessRights"]["@id"] == AUTHORITY + "access-right/PUBLIC"
    assert [theme["@id"] for theme in dataset["dcat:theme"]] == [AUTHORITY + "data-theme/TECH"]
    assert [code["@id"] for code in dataset["dct:language"]] == [AUTHORITY + "language/NLD", AUTHORITY + "language/ENG"]
    (distribution,) = dataset["dcat:distribution"]
    assert distribution["dct:format"]["@id"] == AUTHORITY + "file-type/CSV"
    assert distribution["dcat:mediaType"]["@id"] == "https://www.iana.org/assignments/media-types/text/csv"


def test_texts_carry_their_language(folder):
    dataset, _ = written(folder)
    assert dataset["dct:title"] == [{"@language": "nl", "@value": "Onderdelen"}, {"@language": "en", "@value": "Parts"}]
    assert dataset["dcat:keyword"] == [{"@language": "nl", "@value": "bouten"}, {"@language": "en", "@value": "bolts"}]
    (distribution,) = dataset["dcat:distribution"]
    assert distribution["dct:rights"]["rdfs:label"] == [
        {"@language": "nl", "@value": "The report: Aangehaald."},
        {"@language": "en", "@value": "The report: Quoted."},
    ]


def test_creator_and_publisher_are_one_agent_where_the_descriptor_names_one(folder):
    dataset, _ = written(folder)
    assert dataset["dct:publisher"] == {"@id": "_:the-parts", "@type": "foaf:Agent", "foaf:name": "The Parts"}
    assert [agent["foaf:name"] for agent in dataset["dct:creator"]] == ["The Parts", "Ann"]
    assert dataset["dct:creator"][0] == dataset["dct:publisher"]


def test_dates_come_from_the_descriptor(folder):
    day = {"@value": "2026-11-21", "@type": "xsd:date"}
    dataset, crate = written(folder)
    assert (dataset["dct:issued"], dataset["dct:modified"]) == (day, day)
    assert crate["@graph"][1]["datePublished"] == "2026-11-21"
    describe(folder, modified="2026-12-01")
    assert written(folder)[0]["dct:modified"] == {"@value": "2026-12-01", "@type": "xsd:date"}


def test_a_distribution_says_how_large_its_file_is_and_what_is_in_it(folder):
    (distribution,) = written(folder)[0]["dcat:distribution"]
    assert distribution["dcat:byteSize"]["@value"] == "5"
    assert distribution["spdx:checksum"]["spdx:checksumValue"]["@value"] == hashlib.sha256(b"id\na\n").hexdigest()


def test_links_lead_from_the_metadata_to_the_files(folder, tmp_path):
    dataset, crate = written(folder)
    assert dataset["dcat:distribution"][0]["dcat:accessURL"] == {"@id": "parts.csv"}
    assert dataset["dcat:contactPoint"]["vcard:hasURL"] == {"@id": "README.md"}
    assert crate["@graph"][1]["hasPart"] == [{"@id": "datapackage.json"}, {"@id": "parts.csv"}]
    dataset, crate = written(folder, tmp_path / "elsewhere")
    assert dataset["dcat:distribution"][0]["dcat:downloadURL"] == {"@id": "../data/parts.csv"}
    assert dataset["dcat:contactPoint"]["vcard:hasURL"] == {"@id": "../data/README.md"}
    assert crate["@graph"][1]["hasPart"] == [{"@id": "../data/datapackage.json"}, {"@id": "../data/parts.csv"}]


@pytest.mark.parametrize(
    ("path", "means"), [("https://form.example", "vcard:hasURL"), ("mailto:parts@example.org", "vcard:hasEmail")]
)
def test_a_contact_point_may_be_a_page_or_an_address_to_write_to(folder, tmp_path, path, means):
    describe(folder, contact={"title": "The Parts", "path": path})
    dataset, crate = written(folder, tmp_path)
    assert dataset["dcat:contactPoint"][means] == {"@id": path}
    assert {node["@id"]: node for node in crate["@graph"]}["#contact"]["url"] == path


def test_the_crate_is_flat_and_every_link_in_it_leads_to_a_thing_in_it(folder):
    _, crate = written(folder)
    nodes = {node["@id"]: node for node in crate["@graph"]}
    assert crate["@context"] == "https://w3id.org/ro/crate/1.2/context"
    assert nodes["ro-crate-metadata.json"]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.2"}
    assert nodes["ro-crate-metadata.json"]["about"] == {"@id": "./"}
    for key in ("name", "description", "datePublished", "license"):
        assert nodes["./"][key]
    values = [node[key] for node in nodes.values() for key in node if key != "conformsTo"]
    items = [item for value in values for item in (value if isinstance(value, list) else [value])]
    links = [item["@id"] for item in items if isinstance(item, dict)]
    assert set(links) <= set(nodes)
    assert len(links) == 9


def test_quotation_marks_and_signs_in_the_descriptor_come_through_as_they_are(folder):
    describe(folder, title='Bolts & "nuts" <M6> {{ x }}', licenses=[{"name": "L", "title": "a\\b", "path": "x:'1'"}])
    dataset, crate = written(folder)
    assert dataset["dct:title"][1]["@value"] == crate["@graph"][1]["name"] == 'Bolts & "nuts" <M6> {{ x }}'
    assert crate["@graph"][-1] == {"@id": "x:'1'", "@type": "CreativeWork", "name": "a\\b", "identifier": "L"}


def test_the_same_folder_gives_the_same_bytes(folder, tmp_path):
    first = [path.read_bytes() for path in write_metadata(folder, tmp_path / "a")]
    assert first == [path.read_bytes() for path in write_metadata(folder, tmp_path / "b")]


def test_everything_that_is_lacking_is_named_at_once(folder):
    describe(folder, id=None, themes=[], contributors=[{"roles": ["creator"]}], contact={"title": "x"})
    (folder / "parts.csv").unlink()
    with pytest.raises(UserError) as error:
        write_metadata(folder, folder)
    assert str(error.value).splitlines() == [
        'datapackage.json: has no id; write "urn:uuid:…", given once and kept.',
        "datapackage.json: contributors has an entry without title; write"
        ' [{"title": "…", "roles": ["creator", "publisher"]}].',
        "datapackage.json: contact has an entry without path; write"
        ' {"title": "…", "path": "address of a page or form"}.',
        'datapackage.json: has no themes; write ["TECH"], codes of the EU vocabulary of data themes.',
        "parts.csv: is not there.",
        "Metadata cannot be written without these.",
    ]
    assert sorted(path.name for path in folder.iterdir()) == ["datapackage.json"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"contributors": [{"title": "Ann"}]}, 'datapackage.json: none of the contributors has the role "publisher".'),
        ({"languages": ["nl", "fr"]}, 'datapackage.json: language "fr" is unknown; known are nl, en.'),
        ({"licenses": [{"name": "EUPL"}]}, "datapackage.json: licenses has an entry without path;"),
        ({"licenses": ["EUPL"]}, 'licence 1: found the text "EUPL", expected properties in braces.'),
        ({"themes": "TECH"}, 'themes: found the text "TECH", expected a list of items.'),
        (
            {"created": "21-11-2026"},
            'created: found the text "21-11-2026", expected a moment as "2026-11-21T00:00:00Z".',
        ),
        ({"created": 2026}, 'created: found the number 2026, expected a moment as "2026-11-21T00:00:00Z".'),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(folder, changes, sentence):
    describe(folder, **changes)
    with pytest.raises(UserError) as error:
        write_metadata(folder, folder)
    assert sentence in str(error.value)


def test_sources_that_say_nothing_of_terms_are_passed_over(folder):
    describe(folder, sources=[{"title": "The law"}, {"terms": "Free."}])
    assert "dct:rights" not in written(folder)[0]["dcat:distribution"][0]


def frictionless_faults(folder, names=None):
    """Every fault that the frictionless library finds in a folder's tables, by table, and the rows that it read."""
    package = frictionless.Package(str(folder / "datapackage.json"))
    reports = {name: package.get_resource(name).validate() for name in names or package.resource_names}
    faults = {}
    for name, report in reports.items():
        errors = [*report.errors, *(error for task in report.tasks for error in task.errors)]
        # LibreOffice saves styled rows below a table, which are no rows of it.
        blank = {error.row_number for error in errors if error.type == "blank-row"}
        faults[name] = [error.type for error in errors if getattr(error, "row_number", None) not in blank]
    rows = {name: report.tasks[0].stats["rows"] for name, report in reports.items()}
    return {name: found for name, found in faults.items() if found}, rows


def test_the_frictionless_library_finds_our_package_valid_and_the_rows_of_a_table_of_each_file():
    assert frictionless.Package.validate_descriptor(str(SOURCES / "datapackage.json")).valid
    resources = json.loads((SOURCES / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    # It opens a workbook anew for each of its tables and each reference to one: of every file, the widest table.
    resources.sort(key=lambda entry: len(entry["schema"]["fields"]))
    faults, rows = frictionless_faults(SOURCES, {entry["path"]: entry["name"] for entry in resources}.values())
    assert faults == {}
    assert min(rows.values()) >= 1


def test_the_frictionless_library_does_find_faults_in_a_workbook_and_in_a_csv(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(SOURCES, folder, ignore=shutil.ignore_patterns("mirror", "published"))
    book = openpyxl.load_workbook(folder / "committees.xlsx")
    book["relevance"]["B3"] = book["relevance"]["B2"].value  # the key of the row above
    book.save(folder / "committees.xlsx")
    lines = list(csv.reader((folder / "governance.csv").read_text(encoding="utf-8").splitlines()))
    lines[1][lines[0].index("indicator")] = "rule of lawyers"
    with (folder / "governance.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(lines)
    assert frictionless_faults(folder, ["relevance", "governance", "materials"])[0] == {
        "relevance": ["primary-key"],
        "governance": ["constraint-error"],
    }
