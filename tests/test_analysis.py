"""Analyses on tiny frames, with answers worked out by hand."""

import datetime as dt

import pandas as pd
import pytest

from kritiek.analysis import documents, export_controls, lists, overview, product_groups
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


def test_a_document_without_such_a_list_has_no_entries():
    assert entries(document="law", roles=["strategic"]).empty


def test_a_name_that_is_not_verified_is_told_with_what_is_known_of_it():
    words = frame("term value words_nl words_en", ("confidence", "from memory", "uit het geheugen", "from memory"))
    assert lists.not_verified(entries(), words) == {
        "not_verified": {"nl": "Boor (uit het geheugen)", "en": "Boron (from memory)"}
    }
    assert lists.not_verified(entries(document="law"), words) == {"not_verified": {"nl": "", "en": ""}}


def test_members_of_a_group_are_those_of_one_document():
    rows = frame(
        "document group member member_as_printed order",
        ("a", "heavy", "Co", "Kobalt", 2),
        ("a", "heavy", "Sb", "Sb", 1),
        ("b", "heavy", "B", "B", 1),
    )
    assert lists.members_of_groups(rows, MATERIALS, document="a") == {"heavy": {"nl": "Sb, Kobalt", "en": "Sb, Cobalt"}}


COUNTRIES = frame("id name_nl name_en", ("CHN", "China", "China"), ("IDN", "Indonesië", "Indonesia"))
DAY = dt.date
MEASURES = frame(
    "id issuer kind number year announced effective ended suspended_from suspended_until text_nl text_en"
    " month_as_printed words_as_printed words_en table_3_order mark_as_printed mark_meaning_as_printed mark_meaning_en"
    " confidence destination destination_nl extraterritorial",
    ("ga", "CHN", "licence", "23", 2023, DAY(2023, 7, 3), DAY(2023, 8, 1), None, None, None, "gallium", "gallium",
     "Augustus 2023", "Gallium en germanium", "Gallium and germanium", 1, None, None, None, "verified",
     "United States", "Verenigde Staten", "yes"),
    ("li", "CHN", "licence", "58", 2025, DAY(2025, 10, 9), DAY(2025, 11, 8), None, DAY(2025, 11, 7), DAY(2026, 11, 10),
     "batterijen", "batteries", "Oktober 2025", "Li-ionbatterijen", "Li-ion batteries", 2,
     None, None, None, "verified", "all", "alle", "no"),
    ("di", "CHN", "licence", "55", 2025, DAY(2025, 10, 9), DAY(2025, 11, 8), None, DAY(2025, 11, 7), DAY(2026, 11, 10),
     "diamant", "diamond", "Oktober 2025", "diamantzagen", None, 3, "*", "Uitgesteld.",
     "Suspended.", "second-hand", "all", "alle", "no"),
    ("su", "CHN", "suspension of a measure", "70", 2025, DAY(2025, 11, 7), DAY(2025, 11, 7), None, None, None,
     "schort op", "suspends", None, None, None, None, None, None, None, "verified", "all", "alle", "not known"),
    ("ni", "IDN", "ban", "ban", 2020, None, None, None, None, None, "nikkelerts", "nickel ore",
     None, None, None, None, None, None, None, "verified", "all", "alle", "no"),
)  # fmt: skip
# The words of a key are here the key itself, with what is filled in behind it.
WORDS = frame(
    "term value words_nl words_en",
    *[("kind", key, f"{key} nl", key) for key in ("licence", "ban")],
    *[("extraterritorial", key, f"{key} nl", key) for key in ("yes", "no")],
    ("confidence", "second-hand", "tweede hand", "second-hand"),
    ("destination", "all", "alle landen", "all countries"),
    ("destination", "to", "naar {destination}", "to {destination}"),
    ("in_force", "no day of effect", "geen dag", "no day"),
    ("in_force", "ended before effect", "eindigt {ended} voor {effective}", "ends {ended} before {effective}"),
    ("in_force", "suspended before effect", "nooit", "never"),
    ("in_force", "not yet", "nog niet", "not yet"),
    ("in_force", "until suspended", "tot {suspended_from}", "to {suspended_from}"),
    ("in_force", "until ended", "tot en met {ended}", "to {ended}"),
    ("in_force", "since", "vanaf {effective}", "from {effective}"),
    ("suspension", "none", "niet opgeschort", "not suspended"),
    ("suspension", "open", "opgeschort", "suspended"),
    ("suspension", "until", "opgeschort tot {suspended_until}", "suspended to {suspended_until}"),
    ("suspension", "expired", "was opgeschort", "was suspended"),
    ("suspension", "without start", "zonder begin", "without start"),
    ("suspension", "backwards", "achterstevoren", "backwards"),
)


def licences(**options):
    return export_controls.licences(MEASURES, COUNTRIES, WORDS, **{"issuer": "CHN", "as_of": "2026-06-30", **options})


def timeline(measures=MEASURES, **options):
    return export_controls.timeline(measures, COUNTRIES, WORDS, **{"as_of": "2026-06-30", **options})


def test_phrases_of_one_month_become_one_row_with_the_note_behind():
    rows = licences()
    assert rows["when"].tolist() == ["Augustus 2023", "Oktober 2025"]
    assert rows["what"].tolist() == ["Gallium en germanium", "Li-ionbatterijen, diamantzagen* *Uitgesteld."]
    assert rows["when_en"].tolist() == ["August 2023", "October 2025"]
    assert rows["what_en"].tolist() == ["Gallium and germanium", "Li-ion batteries, diamantzagen* *Suspended."]


def test_a_day_before_the_suspension_knows_nothing_of_it():
    assert licences(as_of="2025-11-06")["what"].tolist()[-1] == "Li-ionbatterijen, diamantzagen"


def test_a_day_before_the_announcement_knows_nothing_of_the_measure():
    assert licences(as_of="2025-10-08")["when"].tolist() == ["Augustus 2023"]


def test_all_measures_of_another_country_are_found_by_name():
    rows = licences(issuer="indonesië", coverage="all")
    assert rows[["when", "what_en"]].values.tolist() == [["2020", "nickel ore"]]


def test_a_measure_that_is_not_verified_says_so():
    assert licences(coverage="all")["what"].tolist()[-1] == "diamant [tweede hand]"


def test_a_suspending_act_is_no_control_of_its_own():
    assert "suspends" not in " ".join(licences(coverage="all")["what_en"])


def test_a_country_that_the_report_does_not_print_is_refused_with_the_way_out():
    with pytest.raises(ExhibitError, match=r"the report prints no measures of IDN .* Set measures=all"):
        licences(issuer="IDN")


@pytest.mark.parametrize("option", [{"as_of": "30-06-2026"}, {"issuer": "Chnia"}, {"coverage": "some"}])
def test_a_wrong_option_is_refused_by_name(option):
    name = {"coverage": "measures"}.get(next(iter(option)), next(iter(option)))
    with pytest.raises(ExhibitError, match=f"^{name}: "):
        licences(**option)


def test_the_timeline_shows_a_suspension_only_once_it_was_decided():
    before = timeline(as_of="2025-10-31")
    after = timeline(as_of="2026-06-30")
    assert before["suspended_until"].tolist() == [None, None, None]
    assert after["suspended_until"].tolist() == [None, DAY(2026, 11, 10), DAY(2026, 11, 10)]


def test_the_timeline_ends_a_measure_that_has_ended():
    ended = MEASURES.assign(ended=[DAY(2025, 3, 1), None, None, None, None])
    drawn = [timeline(ended, as_of=day)["ended"].iloc[0] for day in ("2025-01-01", "2025-12-31")]
    assert drawn == [None, DAY(2025, 3, 1)]


def measure(**days):
    """What one measure does on 1 January 2026, from its days."""
    row = {"effective": None, "ended": None, "suspended_from": None, "suspended_until": None, **days}
    return export_controls.state(pd.Series(row, dtype=object), DAY(2026, 1, 1))


@pytest.mark.parametrize(
    ("days", "in_force", "suspension", "has_bar", "is_drawn"),
    [
        ({"effective": DAY(2025, 5, 1)}, "since", "none", True, True),
        ({"effective": DAY(2026, 1, 1)}, "since", "none", True, True),
        ({"effective": DAY(2026, 1, 2)}, "not yet", "none", False, True),
        ({}, "no day of effect", "none", False, False),
        ({"effective": DAY(2025, 5, 1), "ended": DAY(2025, 5, 1)}, "until ended", "none", True, True),
        ({"effective": DAY(2025, 5, 1), "ended": DAY(2025, 4, 30)}, "ended before effect", "none", False, False),
        ({"effective": DAY(2025, 5, 2), "suspended_from": DAY(2025, 5, 3)}, "until suspended", "open", True, True),
        (
            {"effective": DAY(2025, 5, 2), "suspended_from": DAY(2025, 5, 2)},
            "suspended before effect",
            "open",
            False,
            True,
        ),
        (
            {"effective": DAY(2025, 5, 2), "suspended_from": DAY(2025, 6, 1), "suspended_until": DAY(2025, 12, 31)},
            *("until suspended", "expired", True, True),
        ),
        (
            {"effective": DAY(2025, 5, 2), "suspended_from": DAY(2025, 6, 1), "suspended_until": DAY(2026, 1, 1)},
            *("until suspended", "until", True, True),
        ),
        (
            {"effective": DAY(2025, 5, 2), "suspended_from": DAY(2025, 6, 2), "suspended_until": DAY(2025, 6, 1)},
            *("until suspended", "backwards", True, False),
        ),
        ({"effective": DAY(2025, 5, 2), "suspended_until": DAY(2025, 6, 1)}, "since", "without start", True, False),
        (
            {"effective": DAY(2025, 5, 2), "ended": DAY(2025, 6, 1), "suspended_from": DAY(2025, 7, 1)},
            *("until ended", "open", True, True),
        ),
    ],
)
def test_the_days_of_a_measure_say_whether_it_is_in_force_and_what_can_be_drawn(
    days, in_force, suspension, has_bar, is_drawn
):
    found = measure(**days)
    assert (found.in_force, found.suspension, found.has_bar, found.why_not_drawn is None) == (
        *(in_force, suspension, has_bar, is_drawn),
    )


def test_every_measure_is_listed_with_kind_destination_reach_and_suspension():
    rows = licences(coverage="all")
    assert rows[
        ["what_en", "kind_en", "destination_en", "reach_en", "in_force_en", "suspension_en"]
    ].values.tolist() == [
        ["gallium", "licence", "United States", "yes", "from 1 August 2023", "not suspended"],
        ["batteries", "licence", "all countries", "no", "never", "suspended to 10 November 2026"],
        ["diamond [second-hand]", "licence", "all countries", "no", "never", "suspended to 10 November 2026"],
    ]
    assert rows["kind"].tolist() == ["licence nl"] * 3
    assert rows["destination"].tolist() == ["Verenigde Staten", "alle landen", "alle landen"]


def test_what_the_print_does_not_say_of_its_measures_stands_in_the_note():
    said = export_controls.notes(licences())
    assert said["facts"]["en"].split(";\n") == [
        "Gallium and germanium: licence, to United States, yes, from 1 August 2023, not suspended",
        "Li-ion batteries: licence, to all countries, no, never, suspended to 10 November 2026",
        "diamantzagen [second-hand]: licence, to all countries, no, never, suspended to 10 November 2026",
    ]
    assert said["suspension_ends"] == {"nl": "10 november 2026", "en": "10 November 2026"}
    assert said["not_drawn"] == said["without_bar"] == {"nl": "", "en": ""}


def test_where_the_rows_show_it_themselves_or_nothing_is_suspended_the_notes_are_empty():
    assert export_controls.notes(licences(coverage="all"))["facts"] == {"nl": "", "en": ""}
    assert export_controls.notes(licences(issuer="IDN", coverage="all"))["suspension_ends"] == {"nl": "", "en": ""}


def test_a_kind_without_words_is_refused_with_the_sheet_to_fill():
    strange = MEASURES.assign(kind="tariff")
    with pytest.raises(ExhibitError, match='exhibit_words has no words for kind "tariff": add a row'):
        export_controls.licences(strange, COUNTRIES, WORDS, issuer="CHN", as_of="2026-06-30")


def test_a_measure_that_cannot_be_drawn_stays_in_the_rows_and_is_said():
    rows = timeline(issuer="IDN")
    assert rows["what"].tolist() == ["nikkelerts"]
    assert export_controls.notes(rows)["not_drawn"] == {"nl": "nikkelerts (geen dag)", "en": "nickel ore (no day)"}


def test_a_measure_suspended_before_it_took_effect_has_no_bar_and_that_is_said():
    rows = timeline()
    assert rows["without_bar_en"].tolist() == ["", "never", "never"]
    assert export_controls.notes(rows)["without_bar"]["en"] == "batteries (never); diamond [second-hand] (never)"


def test_a_country_without_measures_has_a_timeline_without_rows():
    rows = timeline(as_of="2020-01-01")
    assert rows.empty and {"label", "label_en", "effective", "suspended_until"} <= set(rows.columns)


def test_a_measure_without_a_day_of_announcement_is_not_known_before_its_day_of_effect():
    quota = MEASURES.assign(announced=None)
    assert timeline(quota, as_of="2025-11-07")["what_en"].tolist() == ["gallium"]


def test_figure_3_prints_a_dot_and_one_decimal():
    positions = [f"position_{number}" for number in range(1, 6)]
    rows = frame(
        "order material name_as_printed supply_risk " + " ".join(positions),
        (1, "PGM", "PGM", 4.0, True, False, False, False, True),
    )
    made = product_groups.technology_materials(rows)
    assert made[["supply_risk", "raw_material", *positions]].values.tolist() == [["4.0", "PGM", "•", "", "", "", "•"]]


def test_the_text_alternatives_of_the_figures_follow_the_rows():
    rows = pd.DataFrame({"supply_risk": ["4.8", "0.5"], "raw_material": ["Gallium", "Nickel"]}).assign(
        **{f"position_{number}": ["•" if number == 1 else "", "•"] for number in range(1, 6)}
    )
    assert product_groups.risk_words(rows) == {
        "count": {"nl": "2", "en": "2"},
        "lowest": {"nl": "Nickel (0,5; bij 5 van 5)", "en": "Nickel (0.5; marked for 5 of 5)"},
        "highest": {"nl": "Gallium (4,8; bij 1 van 5)", "en": "Gallium (4.8; marked for 1 of 5)"},
    }
    rungs = pd.DataFrame({"rung": ["R1", "R2"], "strategy": ["Afzien", "Delen"], "strategy_en": ["Refuse", "Share"]})
    assert product_groups.ladder_words(rungs)["first"] == {"nl": "R1 Afzien", "en": "R1 Refuse"}
    assert product_groups.ladder_words(rungs)["last"] == {"nl": "R2 Delen", "en": "R2 Share"}


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
        measures=MEASURES,
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
