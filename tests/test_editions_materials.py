"""Another edition of the lists, measures and figures is rows: the tables of a made-up report of 2028, and next year's
list, measure, suspension, governance release and production study, each without a line of code.
"""

import datetime as dt

import pytest

from kritiek.sources import Sources
from sheetcheck.faults import SourceError
from test_editions import COMMITTEE_ROWS, EDITION, ROOT, SAID, here, project_with, run, verdicts, words


def exhibit(name, order, dutch):
    numbered = words("number", f"Tabel {order}", f"Table {order}")
    return {"id": name, "order": order, "kind": "table", **numbered, **words("caption", dutch, dutch)}


def made_up_list(role, exhibit=None, *, document=EDITION, language="nl", source=EDITION):
    return {
        "id": f"{document}-{role.replace(' ', '-')}",
        "document": document,
        "role": role,
        **words("title", f"Verzonnen {document} {role}", f"Made up {document} {role}"),
        **words("publisher", "Verzonnen", "Made up"),
        **{"edition": "2028", "extent": "whole", "language": language, "exhibit": exhibit},
        **{"source": source, "locator": "made up"},
    }


def member(role, order, material, name, *, document=EDITION, **more):
    return {
        "list": f"{document}-{role.replace(' ', '-')}",
        "order": order,
        "material": material,
        "name_as_printed": name,
        **{"confidence": "verified", "source": document, "locator": "made up", **more},
    }


def mark(key, sign, order, **more):
    meaning = words("meaning", f"Verzonnen {key}", f"Made up {key}")
    own = {"id": key, "list": f"{EDITION}-concentrated-supply", "mark": sign, "order": order}
    return {**own, **meaning, **SAID, **more}


ROWS = {
    "sources": COMMITTEE_ROWS["sources"],
    "documents": COMMITTEE_ROWS["documents"],
    "exhibits": here(
        exhibit("table_01", 1, "Lijsten"),
        exhibit("table_02", 2, "Geconcentreerd"),
        exhibit("table_03", 3, "Maatregelen"),
        exhibit("table_04", 4, "Prioriteiten"),
        {**exhibit("figure_03", 5, "Technologieën"), "kind": "figure"}
        | words("alt", "{count}, {technologies}, {highest}, {lowest}", "{count}, {technologies}, {highest}, {lowest}"),
    ),
    "lists": [
        made_up_list("critical", "table_01"),
        made_up_list("strategic", "table_01"),
        made_up_list("concentrated supply", "table_02"),
        made_up_list("priority", "table_04"),
    ],
    "list_members": [
        member("critical", 1, "W", "Wolfraam"),
        member("critical", 2, "rare-earths", "Aardmetalen"),
        member("strategic", 1, "magnet-rare-earths", "Magneetmetalen", qualifier_as_printed="alleen magneten"),
        member("strategic", 2, "Ga", "Gallium"),
        member("concentrated supply", 1, "Ga", "Gallium"),
        member("concentrated supply", 2, "W", "Wolfraam"),
        member("concentrated supply", 3, "Nb", "Niobium"),
        member("priority", 1, "Sb", "Antimoon"),
    ],
    "list_marks": [mark("export-control", "†", 1, issuer="CHN"), mark("processing", "‡", 2)],
    "document_measures": here({"order": 1, "measure": "china-2023-23"}),
    "technologies": here(
        {"order": 1, **words("name", "Zonnecellen", "Solar cells")},
        {"order": 2, **words("name", "Accu's", "Batteries")},
    ),
    "technology_materials": here(
        {"order": 1, "material": "Ga", "name_as_printed": "Gallium"},
        {"order": 2, "material": "Ni", "name_as_printed": "Nikkel"},
    ),
    "technology_uses": here(
        {"material": "Ga", "technology": 1}, {"material": "Ni", "technology": 1}, {"material": "Ni", "technology": 2}
    ),
    "printed_otherwise": here(
        {"exhibit": "table_03", "row": "2023-07", "column": "when", "computed": "Juli 2023", "printed": "Zomer 2023"}
        | words("reason", "Verzonnen.", "Made up.")
        | {"certainty": "certain"}
    ),
}
PRINT = {
    "table_01": [
        ["Grondstof", "Kritiek", "Strategisch"],
        ["Wolfraam", "✓", ""],
        ["Aardmetalen", "✓", "✓ alleen magneten"],
        ["Gallium", "", "✓"],
    ],
    "table_02": [["", "", ""], ["Gallium†‡", "Wolfraam†", "Niobium"]],
    "table_03": [["Wanneer", "Wat?"], ["Zomer 2023", "Gallium, germanium"]],
    "table_04": [["Grondstof"], ["Antimoon"]],
    "figure_03": [
        ["Supply Risk", "Raw material", "Zonnecellen", "Accu's"],
        ["3.9", "Gallium", "•", ""],
        ["0.5", "Nikkel", "•", "•"],
    ],
}
CASE = {
    "table_01": 'document = "report-2028", reading = "printed"',
    "table_02": 'document = "report-2028", reading = "printed", as_of = "2026-06-30", study = "eu-crm-2023",'
    " threshold = 65.0, governance_year = 2023",
    "table_03": 'document = "report-2028", issuer = "CHN", as_of = "2026-06-30", measures = "printed",'
    ' date_basis = "announced", reading = "printed"',
    "table_04": 'document = "report-2028", reading = "printed"',
    "figure_03": 'document = "report-2028", study = "eu-crm-2023", reading = "printed"',
}
PLAN = [f'{{ name = "{name}", notebook = "{name}.ipynb", parameters = {{ {case} }} }}' for name, case in CASE.items()]


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """The project with the lists, measures and technologies of the edition."""
    return project_with(tmp_path_factory.mktemp("edition"), ROWS, PRINT, PLAN)


def test_rows_and_one_plan_give_the_lists_measures_and_figures_of_another_edition_and_their_verdicts(edition):
    assert verdicts(edition, EDITION) == {
        "table_01": ("Tabel 1: 9 of 9 cells as printed", True),
        "table_02": ("Tabel 2: 3 of 3 cells as printed", True),
        "table_03": ("Tabel 3: 2 of 2 cells as printed (1 by computation, 1 through the overlay)", True),
        "table_04": ("Tabel 4: 1 of 1 cells as printed", True),
        "figure_03": ("Tabel 5: 8 of 8 cells as printed", True),
    }


def test_the_report_of_2026_stays_as_printed_beside_the_lists_of_another_edition(edition):
    found = verdicts(edition, "normalisatie-2026", only=list(CASE))
    assert all(agrees for _, agrees in found.values()), found
    assert found["table_02"][0] == "Tabel 2: 14 of 14 cells as printed"


def test_a_list_of_an_edition_that_names_a_material_twice_is_refused_with_its_cell(tmp_path):
    rows = {**ROWS, "list_members": [*ROWS["list_members"], member("priority", 2, "Sb", "Antimoon")]}
    with pytest.raises(SourceError) as refused:
        Sources.load(project_with(tmp_path, rows) / "data")
    assert {fault.sheet for fault in refused.value.faults} == {"list_members"}


# One thing more, in rows


def shown(root, name, **parameters):
    """The cells of the first shown column, with their signs."""
    return [row[0] for row in run(root, name, **parameters).csv_rows("nl")[1:]]


SOURCE = {"kind": "government measure", "title": "Made up", "licence": "none", "locator": "made up"}


def test_a_new_list_is_rows_and_makes_a_table_of_its_own(tmp_path):
    name = "canada-crm-2027"
    document = {"id": name, "kind": "list", "date": "2027", "source": name, "locator": "made up"}
    document |= words("name", "de lijst van 2027", "the list of 2027") | words("title", "Lijst 2027", "List 2027")
    rows = {
        "sources": [{**SOURCE, "id": name}],
        "documents": [document],
        "lists": [made_up_list("critical", document=name, language="en", source=name)],
        "list_members": [
            member("critical", 1, "potash", "Potash", document=name),
            member("critical", 2, "Co", "Cobalt", document=name, confidence="from memory"),
        ],
    }
    made = run(project_with(tmp_path, rows), "table_01", document=name)
    assert made.csv_rows("nl")[1:] == [["Kaliumzouten", "✓", ""], ["Kobalt", "✓", ""]]
    assert "Niet nagezien aan de lijst zelf: Kobalt (uit het geheugen)." in made.below()
    assert repr(run(tmp_path, "table_01")) == repr(run(ROOT, "table_01"))


def measure(name, announced, effective, **more):
    return {
        **{"id": name, "issuer": "CHN", "issuing_body": "made up", "number": name, "number_nl": name, "year": 2026},
        **{
            "announced": dt.date.fromisoformat(announced),
            "effective": dt.date.fromisoformat(effective),
            "kind": "licence",
            "scope_en": "made up",
        },
        **{"destination": "all", "destination_nl": "alle landen", "extraterritorial": "no"},
        **words("text", f"tekst {name}", f"text {name}"),
        **{"confidence": "verified", "source": "mofcom-2026-1", "locator": "made up", **more},
    }


def test_a_new_measure_is_rows_and_stars_its_material_from_its_first_day_on(tmp_path):
    rows = {
        "measures": [measure("china-2026-silicon", "2026-05-01", "2026-06-01")],
        "measure_materials": [
            {"measure": "china-2026-silicon", "material": "silicon-metal", "source": "mofcom-2026-1", "locator": "x"}
        ],
    }
    root = project_with(tmp_path, rows)
    assert "Silicium-metaal°" in shown(ROOT, "table_02")
    assert "Silicium-metaal*°" in shown(root, "table_02")
    assert "Silicium-metaal°" in shown(root, "table_02", as_of="2026-05-31")
    assert len(shown(root, "table_03", measures="all")) == len(shown(ROOT, "table_03", measures="all")) + 1
    assert len(run(root, "timeline").frame) == len(run(ROOT, "timeline").frame) + 1
    # The report lists the measures that it lists.
    assert repr(run(root, "table_03")) == repr(run(ROOT, "table_03"))


def test_a_prolonged_suspension_is_rows_and_a_day_before_it_still_has_the_old_answer(tmp_path):
    act = measure("china-2026-longer", "2026-06-15", "2026-06-15", kind="suspension of a measure")
    longer = {"measure": "china-2025-55", "act": "china-2026-longer", "confidence": "verified"}
    longer |= {"suspended_from": dt.date(2026, 11, 11), "suspended_until": dt.date(2027, 11, 10)}
    longer |= {"source": "mofcom-2026-1", "locator": "made up"}
    root = project_with(tmp_path, {"measures": [act], "suspensions": [longer]})

    def until(where, as_of):
        rows = run(where, "timeline", as_of=as_of).frame.set_index("id")
        return rows.at["china-2025-55", "suspended_until"].isoformat()

    assert until(ROOT, "2026-06-15") == "2026-11-10"
    assert until(root, "2026-06-14") == "2026-11-10"
    assert until(root, "2026-06-15") == "2027-11-10"
    by_the_facts = run(root, "table_03", reading="facts").csv_rows("nl")
    assert "opgeschort van 7 november 2025 tot en met 10 november 2027" in by_the_facts[-1][1]
    # What the print said of the old suspension does not outlive it: the exhibit is refused with the overlay's row.
    error, agrees = verdicts(root, "normalisatie-2026", only=["table_03"])["table_03"]
    assert not agrees
    assert "exhibits.xlsx › printed_otherwise › row " in error


SIX = (
    *("voice and accountability", "political stability", "government effectiveness"),
    *("regulatory quality", "rule of law", "control of corruption"),
)


def test_a_new_release_of_the_governance_indicators_is_rows_and_moves_the_floor(tmp_path):
    figures = [
        {"release": 2026, "country": "BGR", "year": 2023, "indicator": one, "estimate": -2.0}
        | {"confidence": "verified", "source": "wgi-2025", "locator": "made up"}
        for one in SIX
    ]
    root = project_with(tmp_path, {"governance": figures})
    assert len(shown(ROOT, "table_02", reading="facts")) == 14
    # Below the new floor no large producer is left, so that by the figures no line is.
    assert shown(root, "table_02", reading="facts") == []
    assert shown(root, "table_02") != []


def test_a_new_study_is_rows_with_as_many_ranks_as_it_has_and_moves_lines_and_supply_risk(tmp_path):
    name = "eu-crm-2026"
    shares = [
        {"study": name, "material": "V", "material_in_source": "Vanadium", "stage": "mining", "item": "extraction"}
        | {"reference_period": "2020-2024", "rank": rank, "country": country, "share_percent": share}
        | {"confidence": "verified", "source": name, "locator": "made up"}
        for rank, (country, share) in enumerate((("CHN", 70), ("RUS", 15), ("ZAF", 9), ("BRA", 6)), start=1)
    ]
    scores = {"study": name, "material": "Ga", "material_in_source": "Gallium", "supply_risk": 4.8}
    rows = {
        "sources": [{**SOURCE, "kind": "study", "id": name}],
        "production_shares": shares,
        "assessments": [{**scores, "confidence": "verified", "source": name, "locator": "made up"}],
        "exhibit_words": [
            {"term": "study", "value": name, **words("words", "de studie van 2026", "the study of 2026")}
            | {"source": name, "locator": "made up"}
        ],
    }
    root = project_with(tmp_path, rows)
    assert shown(root, "table_02", study=name, reading="facts") == ["Vanadium"]
    assert shown(root, "figure_03", study=name, reading="facts")[0] == "4.8"
    assert repr(run(root, "table_02")) == repr(run(ROOT, "table_02"))


# What is derived is not stored


def test_a_mean_of_the_indicators_stands_only_where_the_six_are_not_known():
    rows = Sources.load(ROOT / "data").read("governance")
    keys = ["release", "country", "year"]
    six, means = (rows.loc[rows["indicator"].isin(of), keys] for of in (SIX, ["mean"]))
    assert means.merge(six.drop_duplicates()).empty


def test_a_parent_that_the_groups_of_the_study_contradict_is_refused(tmp_path):
    wrong = {"id": "x", "document": "eu-crm-2023", "group": "light-rare-earths", "member": "Dy", "order": 99}
    wrong |= {"member_as_printed": "Dysprosium", "source": "eu-crm-2023", "locator": "made up"}
    with pytest.raises(SourceError) as refused:
        Sources.load(project_with(tmp_path, {"material_members": [wrong]}) / "data")
    assert [(fault.sheet, fault.column) for fault in refused.value.faults] == [("material_members", "member")]
