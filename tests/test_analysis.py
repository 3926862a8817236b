"""Analyses on tiny frames, with answers worked out by hand."""

import datetime as dt

import pandas as pd
import pytest

from kritiek.analysis import documents, lists, options, overview, product_groups
from kritiek.errors import ExhibitError

ORIGIN = {"source": "report-2026", "origin": "x › row 2"}


def frame(columns, *rows):
    """Rows of literals as a frame of objects, each with a source and an origin."""
    made = pd.DataFrame(list(rows), columns=columns.split(), dtype=object)
    return made.assign(source="report-2026", origin=[f"x › row {number}" for number in range(2, len(rows) + 2)])


MATERIALS = frame(
    "id name_nl name_en parent",
    ("B", "boor", "boron", None),
    ("Co", "kobalt", "cobalt", None),
    ("Nd", "neodymium", "neodymium", "magnet metals"),
    ("Sb", "antimoon", "antimony", None),
)
LISTS = frame(
    "id document role language exhibit",
    ("strict", "report", "strategic", "nl", "table_01"),
    ("broad", "report", "critical", "nl", "table_01"),
    ("annex", "law", "critical", "en", None),
    ("first", "report", "priority", "nl", "table_04"),
)
MEMBERS = frame(
    "list order material name_as_printed confidence",
    ("broad", 2, "B", "Boor (B)", "verified"),
    ("broad", 1, "Sb", "Antimoon (Sb)", "verified"),
    ("strict", 1, "B", "Boor", "from memory"),
    ("annex", 1, "Nd", "neodymium (Nd)", "verified"),
    ("first", 1, "Co", "Kobalt", "verified"),
)


def entries(**chosen):
    return lists.entries(
        LISTS, MEMBERS, MATERIALS, **{"document": "report", "roles": ["critical", "strategic"]} | chosen
    )


def test_the_entries_of_a_document_stand_by_role_and_then_as_its_list_has_them():
    rows = entries()
    assert rows[["role", "order", "raw_material", "raw_material_en"]].values.tolist() == [
        ["critical", 1, "Antimoon (Sb)", "Antimony"],
        ["critical", 2, "Boor (B)", "Boron"],
        ["strategic", 1, "Boor", "Boron"],
    ]
    assert rows["origin"].tolist() == ["x › row 3", "x › row 2", "x › row 4"]


def test_a_list_in_another_language_goes_by_our_dutch_names_and_knows_the_groups_of_its_materials():
    assert entries(document="law")[["raw_material", "raw_material_en", "group"]].values.tolist() == [
        ["Neodymium", "Neodymium", "magnet metals"]
    ]


def test_a_document_without_such_a_list_is_refused_with_those_that_have_one():
    with pytest.raises(ExhibitError, match=r"law has no list with the role strategic\. Valid: report\."):
        entries(document="law", roles=["strategic"])


def test_a_name_that_is_not_verified_is_told_with_what_is_known_of_it():
    words = frame("term value words_nl words_en", ("confidence", "from memory", "uit het geheugen", "from memory"))
    assert lists.not_verified(entries(), words) == {
        "not_verified": {"nl": "Boor (uit het geheugen)", "en": "Boron (from memory)"}
    }
    assert lists.not_verified(entries(document="law"), words) == {"not_verified": {"nl": "", "en": ""}}
    # In the order of the list, not of the alphabet.
    doubted = entries().assign(confidence=["not found", "from memory", "not found"])
    more = pd.concat([words, frame("term value words_nl words_en", ("confidence", "not found", "onvindbaar", "n"))])
    assert lists.not_verified(doubted, more)["not_verified"]["nl"] == (
        "Antimoon (Sb), Boor (onvindbaar); Boor (B) (uit het geheugen)"
    )
    # Where it is said of all, the names need not be read.
    more = pd.concat([words, frame("term value words_nl words_en", ("names", "all", "alle namen", "all names"))])
    assert lists.not_verified(entries().assign(confidence="from memory"), more)["not_verified"] == {
        "nl": "alle namen (uit het geheugen)",
        "en": "all names (from memory)",
    }


def test_members_of_a_group_are_those_of_one_document():
    rows = frame(
        "document group member member_as_printed order",
        ("a", "heavy", "Co", "Kobalt", 2),
        ("a", "heavy", "Sb", "Sb", 1),
        ("b", "heavy", "B", "B", 1),
    )
    assert lists.members_of_groups(rows, MATERIALS, document="a") == {"heavy": {"nl": "Sb, Kobalt", "en": "Sb, Cobalt"}}
    assert lists.members_of_groups(rows, MATERIALS, document="c") == {"heavy": {"nl": "", "en": ""}}


def test_the_words_of_figure_3_follow_its_rows_and_its_technologies():
    rows = pd.DataFrame(
        {
            "supply_risk": ["4.8", "", "0.5"],
            "raw_material": ["Gallium", "Magnets", "Nickel"],
            "position_1": ["•", "•", "•"],
            "position_2": ["", "", "•"],
        }
    )
    technologies = frame(
        "order name_nl name_en", (1, "Zonnecellen", "Solar cells"), (2, "Technologie 2", "Technology 2")
    )
    said = product_groups.risk_words(rows, technologies)
    assert said["count"] == {"nl": "3", "en": "3"}
    assert said["lowest"] == {"nl": "Nickel (0,5; bij 2 van 2)", "en": "Nickel (0.5; marked for 2 of 2)"}
    assert said["highest"] == {"nl": "Gallium (4,8; bij 1 van 2)", "en": "Gallium (4.8; marked for 1 of 2)"}
    assert said["technology_1"] == {"nl": "Zonnecellen", "en": "Solar cells"}
    assert said["technology_3"] == {"nl": "", "en": ""}
    assert sum(name.startswith("technology_") for name in said) == 8


def test_figure_1_says_which_edition_of_the_page_it_follows():
    rows = frame(
        "id order edition name_nl name_en explanation_nl explanation_en",
        ("R2", 2, dt.date(2021, 4, 28), "Delen", "Share", "b", "b"),
        ("R1", 1, dt.date(2021, 4, 28), "Afzien", "Refuse", "a", "a"),
    )
    said = product_groups.ladder_words(product_groups.ladder(rows))
    assert said["first"] == {"nl": "R1 Afzien", "en": "R1 Refuse"}
    assert said["last"] == {"nl": "R2 Delen", "en": "R2 Share"}
    assert said["edition"] == {"nl": "28 april 2021", "en": "28 April 2021"}


def test_a_reference_is_composed_with_one_stop_between_its_parts():
    columns = "authors date title title_addition container publisher accessed url"
    rows = frame(
        columns,
        ("Malkow, T.", "2023", "Procedure", "(JRC1)", "Journal, 13", "Office", None, "https://doi.org/1"),
        ("NEN", "z.d.", "Commissie", None, None, None, "22 mei 2026", "https://x.nl"),
    )
    assert documents.references(rows).tolist() == [
        "Malkow, T. (2023). Procedure (JRC1). Journal, 13. Office. https://doi.org/1",
        "NEN. (z.d.). Commissie. Geraadpleegd op 22 mei 2026, van https://x.nl",
    ]


def test_a_publisher_that_is_the_author_is_not_said_twice_and_a_title_stands_first_where_nobody_wrote_it():
    columns = "authors date title title_addition container publisher accessed url"
    rows = frame(
        columns,
        ("NEN", "2026", "Normen", None, None, "NEN", None, None),
        (None, None, "Wat is kritiek?", None, None, "TNO", None, None),
    )
    assert documents.references(rows).tolist() == ["NEN. (2026). Normen.", "Wat is kritiek? (z.d.). TNO."]


def test_the_overview_names_each_table_once_however_often_it_mentions_the_name():
    exhibits = frame(
        "id order number_nl number_en",
        *[
            (name, number, f"Tabel {number}", f"Table {number}")
            for number, name in enumerate(
                ["table_01", "table_02", "table_03", "table_04", "table_05", "table_12", "table_14", "figure_03"],
                start=1,
            )
        ],
    )
    rests = {"table_03": "measures.text_nl", "figure_03": "technology_materials.material", "table_14": "relevance.why"}
    mentioned = overview.mentions(
        lists=LISTS,
        list_members=MEMBERS,
        document_measures=frame("measure", ("ga",)),
        measure_materials=frame("measure material", ("ga", "Sb"), ("su", "B")),
        technology_materials=frame("material", ("Co",)),
        group_committees=frame("group committee", ("any", "IEC/TC 21"), ("cells", "IEC/TC 21"), ("cells", "IEC/TC 35")),
        committee_groups=frame("id exhibit", ("any", "table_05"), ("cells", "table_12")),
        relevance=frame("committees", (("ISO/TC 333",),), (("ISO/TC 307", "CEN-CLC/JTC 24"),)),
        exhibit_columns=frame("exhibit rests_on", *[(name, (place,)) for name, place in rests.items()]),
        exhibits=exhibits,
    )
    titles = frame("committee title", ("IEC/TC 21", "Cells"), ("IEC/TC 35", "Primary"), ("ISO/TC 333", "Lithium"))
    rows = overview.overview(mentioned, MATERIALS, titles, exhibits)
    assert rows[["name", "exhibits", "number_of_exhibits"]].values.tolist() == [
        ["Antimoon", "Tabel 1, Tabel 3", 2],
        ["Kobalt", "Tabel 4, Tabel 8", 2],
        ["Boor", "Tabel 1", 1],
        ["IEC/TC 21 Cells", "Tabel 5, Tabel 6", 2],
        ["CEN-CLC/JTC 24", "Tabel 7", 1],
        ["IEC/TC 35 Primary", "Tabel 6", 1],
        ["ISO/TC 307", "Tabel 7", 1],
        ["ISO/TC 333 Lithium", "Tabel 7", 1],
    ]


# Options and words


def test_a_value_that_is_not_valid_is_refused_with_the_nearest_and_a_valid_one_is_given_back():
    assert options.one_of("stage", "mining", ("mining", "processing")) == "mining"
    with pytest.raises(ExhibitError, match=r'stage: "minning" is not known.*mining'):
        options.one_of("stage", "minning", ("mining", "processing"))


def test_keys_are_gathered_once_and_what_is_missing_is_none():
    assert options.gathered(["b; a", None, "", float("nan"), "a; c"]) == "b; a; c"


@pytest.mark.parametrize(("name", "shown"), [("ijzererts", "IJzererts"), ("koper", "Koper"), ("pH", "PH")])
def test_a_name_begins_with_a_capital_and_the_dutch_ij_is_one_letter(name, shown):
    assert options.capitalised(name) == shown


def test_words_are_filled_in_where_they_have_a_place_for_it():
    words = frame("term value words_nl words_en", ("sum", "all", "{number} van {number}, {rest}", "all"))
    assert options.Vocabulary(words).of("sum", "all", "nl", number="3") == "3 van 3, {rest}"


# Where rows came from


def test_who_names_a_thing_is_where_its_name_came_from_and_no_source_of_what_is_said_of_it():
    rows = frame("id members", ("one", ("Sb", "B")), ("two", ()), ("three", ("unknown",)))
    named = options.with_origins(rows, MATERIALS.assign(source="law", origin="m › " + MATERIALS["id"]), "members")
    assert named[["source", "origin"]].values.tolist() == [
        ["report-2026", "x › row 2; m › Sb; m › B"],
        ["report-2026", "x › row 3"],
        ["report-2026", "x › row 4"],
    ]


def test_what_another_table_says_of_a_key_is_a_source_too_each_of_its_rows_once():
    said = frame("key", ("B",), ("B",), ("Co",)).assign(
        source=["law", "law", "other"], origin=["s › 2", "s › 3", "s › 4"]
    )
    rows = options.with_provenance(frame("of", ("B",), (None,)), said, "of", key="key")
    assert rows[["source", "origin"]].values.tolist() == [
        ["report-2026; law", "x › row 2; s › 2; s › 3"],
        ["report-2026", "x › row 3"],
    ]
