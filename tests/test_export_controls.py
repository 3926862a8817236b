"""What is known and said of a measure on a day: tiny measures and suspensions, answers worked out by hand."""

import datetime as dt

import pandas as pd
import pytest

from kritiek.analysis import export_controls
from kritiek.errors import ExhibitError

DAY = dt.date


def frame(columns, *rows, sheet="measures"):
    """Rows of literals as a frame of objects, each with a source and an origin."""
    made = pd.DataFrame(list(rows), columns=columns.split(), dtype=object)
    return made.assign(source=sheet, origin=[f"{sheet} › row {number}" for number in range(2, len(rows) + 2)])


COUNTRIES = frame("id name_nl name_en", ("CHN", "China", "China"), ("IDN", "Indonesië", "Indonesia"))
MEASURES = frame(
    "id issuer kind number year announced effective ended text_nl text_en confidence destination destination_nl"
    " extraterritorial",
    ("ga", "CHN", "licence", "23", 2023, DAY(2023, 7, 3), DAY(2023, 8, 1), None, "gallium", "gallium", "verified",
     "United States", "Verenigde Staten", "yes"),
    ("li", "CHN", "licence", "58", 2025, DAY(2025, 10, 9), DAY(2025, 11, 8), None, "batterijen", "batteries",
     "verified", "all", "alle", "no"),
    ("di", "CHN", "licence", "55", 2025, DAY(2025, 10, 9), DAY(2025, 10, 10), None, "diamant", "diamond",
     "second-hand", "all", "alle", "no"),
    ("su", "CHN", "suspension of a measure", "70", 2025, DAY(2025, 11, 7), DAY(2025, 11, 7), None, "schort op",
     "suspends", "verified", "all", "alle", "not known"),
    ("pro", "CHN", "suspension of a measure", "9", 2026, DAY(2026, 11, 2), DAY(2026, 11, 2), None, "verlengt",
     "prolongs", "verified", "all", "alle", "not known"),
    ("ni", "IDN", "ban", "ban", 2020, None, None, None, "nikkelerts", "nickel ore", "verified", "all", "alle", "no"),
)  # fmt: skip
SUSPENSIONS = frame(
    "measure act suspended_from suspended_until",
    ("li", "su", DAY(2025, 11, 7), DAY(2026, 11, 10)),
    ("di", "su", DAY(2025, 11, 7), DAY(2026, 11, 10)),
    ("li", "pro", DAY(2026, 11, 11), DAY(2027, 11, 10)),
    sheet="suspensions",
)
MATERIALS = frame(
    "id name_nl name_en", ("Ga", "gallium", "gallium"), ("Ge", "germanium", "germanium"), ("C", "grafiet", "graphite")
)
NAMED = frame("measure material", ("ga", "Ga"), ("li", "C"), ("ga", "Ge"))
LISTED = frame("document order measure", ("report", 2, "ga"), ("report", 1, "di"), ("note", 1, "li"), sheet="listed")
# The words of a key are here the key itself, with what is filled in behind it.
WORDS = frame(
    "term value words_nl words_en",
    *[("kind", key, f"{key} nl", key) for key in ("licence", "ban", "suspension of a measure")],
    *[("extraterritorial", key, f"{key} nl", key) for key in ("yes", "no", "not known")],
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
    ("suspension", "earlier", "eerder tot {suspended_until}", "earlier to {suspended_until}"),
)


def known(measures=MEASURES, suspensions=SUSPENSIONS, **chosen):
    options = {"issuer": "CHN", "as_of": "2026-06-30", **chosen}
    return export_controls.known_measures(measures, suspensions, COUNTRIES, **options)


def told(rows=None, as_of="2026-06-30", **options):
    rows = export_controls.controls(known(as_of=as_of)) if rows is None else rows
    return export_controls.told(rows, NAMED, MATERIALS, WORDS, as_of=as_of, **options)


def days(rows, measure):
    (row,) = rows[rows["id"] == measure].to_dict("records")
    return row["suspended_from"], row["suspended_until"]


def test_a_day_before_the_announcement_knows_nothing_of_the_measure():
    assert known(as_of="2025-10-08")["id"].tolist() == ["ga"]
    assert known(as_of="2025-10-09")["id"].tolist() == ["ga", "li", "di"]


def test_a_suspension_is_known_from_its_first_day_on():
    assert days(known(as_of="2025-11-06"), "li") == (None, None)
    assert days(known(as_of="2025-11-07"), "li") == (DAY(2025, 11, 7), DAY(2026, 11, 10))


def test_a_prolongation_is_a_row_and_a_day_before_it_still_has_the_old_answer():
    assert days(known(as_of="2026-11-01"), "li") == (DAY(2025, 11, 7), DAY(2026, 11, 10))
    assert days(known(as_of="2026-11-02"), "li") == (DAY(2025, 11, 7), DAY(2027, 11, 10))
    assert days(known(as_of="2026-11-02"), "di") == (DAY(2025, 11, 7), DAY(2026, 11, 10))


def test_the_row_of_a_suspended_measure_names_the_rows_that_suspend_it():
    rows = known(as_of="2026-11-02").set_index("id")
    assert rows.at["li", "origin"] == "measures › row 3; suspensions › row 2; suspensions › row 4"
    assert rows.at["ga", "origin"] == "measures › row 2"


def test_a_suspension_after_a_time_in_force_stands_beside_the_earlier_one():
    again = frame(
        "measure act suspended_from suspended_until",
        ("di", "su", DAY(2025, 11, 7), DAY(2025, 12, 31)),
        ("di", "pro", DAY(2026, 11, 2), DAY(2027, 1, 1)),
    )
    rows = told(export_controls.controls(known(suspensions=again, as_of="2026-12-01")), as_of="2026-12-01")
    (row,) = rows[rows["id"] == "di"].to_dict("records")
    assert row["suspended_earlier"] == ("2025-11-07/2025-12-31",)
    assert row["suspension_en"] == "earlier to 31 December 2025; suspended to 1 January 2027"


def suspended(*periods):
    """The suspensions of the licence on batteries, decided together on 7 November 2025."""
    rows = [("li", "su", DAY(*first), DAY(*last)) for first, last in periods]
    return frame("measure act suspended_from suspended_until", *rows, sheet="suspensions")


def test_a_suspension_that_starts_the_day_after_another_goes_on_and_one_day_later_is_another():
    first = ((2025, 11, 7), (2025, 12, 31))
    (row,) = known(suspensions=suspended(first, ((2026, 1, 1), (2026, 3, 1))))[lambda rows: rows["id"] == "li"].to_dict(
        "records"
    )
    assert (row["suspended_from"], row["suspended_earlier"]) == (DAY(2025, 11, 7), ())
    (row,) = known(suspensions=suspended(first, ((2026, 1, 2), (2026, 3, 1))))[lambda rows: rows["id"] == "li"].to_dict(
        "records"
    )
    assert (row["suspended_from"], row["suspended_earlier"]) == (DAY(2026, 1, 2), ("2025-11-07/2025-12-31",))


def test_a_suspension_that_is_decided_but_has_not_begun_is_not_yet_what_the_measure_rests_on():
    later = pd.concat([suspended(((2025, 11, 20), (2026, 1, 1))), SUSPENSIONS[SUSPENSIONS["measure"] == "di"]])
    rows = known(suspensions=later, as_of="2025-11-19").set_index("id")
    assert (rows.at["li", "suspended_from"], rows.at["li", "origin"]) == (None, "measures › row 3")
    assert rows.at["di", "origin"] == "measures › row 4; suspensions › row 3"


def test_a_measure_of_which_only_the_year_is_known_is_known_from_its_first_day_and_without_a_year_always():
    assert known(issuer="IDN", as_of="2019-12-31").empty
    assert known(issuer="IDN", as_of="2020-01-01")["id"].tolist() == ["ni"]
    assert known(MEASURES.assign(year=None), issuer="IDN", as_of="1900-01-01")["id"].tolist() == ["ni"]
    assert known(MEASURES.assign(year=None), issuer="IDN", as_of="1899-12-31").empty


def test_an_act_that_shortens_a_suspension_sets_its_last_day():
    shorter = SUSPENSIONS.assign(suspended_from=DAY(2025, 11, 7)).replace({DAY(2027, 11, 10): DAY(2026, 11, 3)})
    assert days(known(suspensions=shorter, as_of="2026-11-02"), "li") == (DAY(2025, 11, 7), DAY(2026, 11, 3))


def test_an_end_that_is_still_to_come_is_left_out():
    ended = MEASURES.assign(ended=[DAY(2025, 3, 1), None, None, None, None, None])
    assert [known(ended, as_of=day)["ended"].iloc[0] for day in ("2025-02-28", "2025-03-01")] == [None, DAY(2025, 3, 1)]


def test_a_measure_without_a_day_of_announcement_is_not_known_before_its_day_of_effect():
    quota = MEASURES.assign(announced=None)
    assert known(quota, as_of="2025-10-09")["id"].tolist() == ["ga"]
    assert known(quota, as_of="2025-10-10")["id"].tolist() == ["ga", "di"]


def test_measures_of_another_country_are_found_by_name():
    rows = told(known(issuer="indonesië"))
    assert rows[["when", "what_en", "month"]].values.tolist() == [["2020", "nickel ore", "2020"]]


@pytest.mark.parametrize("option", [{"as_of": "30-06-2026"}, {"issuer": "Chnia"}])
def test_a_wrong_option_is_refused_by_name(option):
    with pytest.raises(ExhibitError, match=f"^{next(iter(option))}: "):
        known(**option)


def test_a_suspending_act_is_no_control_of_its_own():
    assert export_controls.controls(known())["id"].tolist() == ["ga", "li", "di"]


def test_a_document_lists_measures_in_its_own_order_and_the_row_names_both_sheets():
    rows = export_controls.listed(known(), LISTED, document="report")
    assert rows["id"].tolist() == ["di", "ga"]
    assert rows["origin"].tolist()[1] == "measures › row 2; listed › row 2"


def test_a_country_of_which_a_document_lists_nothing_is_refused_with_the_way_out():
    with pytest.raises(ExhibitError, match=r"report lists no measures of that country .* Set measures=all"):
        export_controls.listed(known(issuer="IDN"), LISTED, document="report")


def test_a_phrase_has_the_raw_materials_and_what_is_out_of_the_ordinary():
    assert told()["phrase_en"].tolist() == [
        "gallium, germanium (to United States; yes)",
        "graphite (suspended to 10 November 2026)",
        "diamond [second-hand] (suspended to 10 November 2026)",
    ]
    assert told(as_of="2025-10-31")["phrase"].tolist()[1:] == ["grafiet", "diamant [tweede hand]"]


def test_the_month_is_that_of_announcement_or_of_effect():
    assert told()[["month", "when"]].values.tolist()[0] == ["2023-07", "Juli 2023"]
    assert told(date_basis="effective")[["month", "when_en"]].values.tolist()[0] == ["2023-08", "August 2023"]
    with pytest.raises(ExhibitError, match=r'date_basis: "effectve" is not known\. Nearest: "effective"'):
        told(date_basis="effectve")


def test_every_measure_is_told_with_kind_destination_reach_and_suspension():
    columns = ["what_en", "kind_en", "destination_en", "reach_en", "in_force_en", "suspension_en"]
    assert told()[columns].values.tolist() == [
        ["gallium", "licence", "United States", "yes", "from 1 August 2023", "not suspended"],
        ["batteries", "licence", "all countries", "no", "never", "suspended to 10 November 2026"],
        [
            "diamond [second-hand]",
            "licence",
            "all countries",
            "no",
            "to 7 November 2025",
            "suspended to 10 November 2026",
        ],
    ]
    assert told()["destination"].tolist() == ["Verenigde Staten", "alle landen", "alle landen"]


def test_what_a_table_by_month_does_not_show_stands_in_a_note():
    said = export_controls.notes(told(), with_facts=True)
    assert said["facts"]["en"].split(";\n") == [
        "Gallium, germanium: licence, to United States, yes, from 1 August 2023, not suspended",
        "Graphite: licence, to all countries, no, never, suspended to 10 November 2026",
        "Diamond [second-hand]: licence, to all countries, no, to 7 November 2025, suspended to 10 November 2026",
    ]
    assert said["suspension_ends"] == {"nl": "10 november 2026", "en": "10 November 2026"}
    assert said["not_drawn"] == said["doubt"] == {"nl": "", "en": ""}
    assert export_controls.notes(told())["facts"] == {"nl": "", "en": ""}


def test_a_note_counts_the_measures_and_those_that_are_or_were_suspended_and_says_their_years():
    said = export_controls.notes(told())
    assert [said[name]["nl"] for name in ("count", "suspended", "period")] == ["3", "2", "2023-2025"]
    again = frame(
        "measure act suspended_from suspended_until",
        ("di", "su", DAY(2025, 11, 7), DAY(2025, 12, 31)),
        ("di", "pro", DAY(2026, 11, 2), DAY(2027, 1, 1)),
    )
    rows = export_controls.controls(known(suspensions=again, as_of="2026-12-01"))
    # Suspended twice, and once more in a row where only the earlier suspension shows.
    assert export_controls.notes(told(rows, as_of="2026-12-01"))["suspended"]["nl"] == "1"
    assert export_controls.notes(told(rows.assign(suspended_from=None), as_of="2026-12-01"))["suspended"]["nl"] == "1"
    one_year = export_controls.notes(told(export_controls.controls(known(issuer="IDN"))))
    assert one_year["period"]["en"] == "2020"


def test_the_label_has_the_day_of_effect_what_it_controls_and_how_and_where_when_not_everywhere():
    assert told()["label_en"].tolist() == [
        "1 Aug 2023 · gallium – licence, United States",
        "8 Nov 2025 · batteries – licence",
        "10 Oct 2025 · diamond [second-hand] – licence",
    ]


def test_the_days_on_which_suspensions_end_are_enumerated_once_each():
    rows = told(as_of="2026-11-02")
    assert export_controls.notes(rows)["suspension_ends"]["en"] == "10 November 2026 and 10 November 2027"


def test_where_all_are_equally_unsure_a_note_says_it_once():
    unsure = MEASURES.assign(confidence="second-hand")
    assert told(export_controls.controls(known(unsure)).head(1))["doubt_en"].tolist() == ["second-hand"]
    rows = told(export_controls.controls(known(unsure)))
    assert rows["what"].tolist() == ["gallium", "batterijen", "diamant"]
    assert export_controls.notes(rows)["doubt"] == {"nl": "tweede hand", "en": "second-hand"}


def test_a_kind_without_words_is_refused_with_the_sheet_to_fill():
    with pytest.raises(ExhibitError, match='exhibit_words has no words for kind "tariff": add a row'):
        told(known(MEASURES.assign(kind="tariff")))


def test_what_cannot_be_drawn_or_has_no_bar_is_said_with_the_reason():
    rows = told(known(issuer="IDN"))
    assert export_controls.notes(rows)["not_drawn"] == {"nl": "nikkelerts (geen dag)", "en": "nickel ore (no day)"}
    assert export_controls.notes(told())["without_bar"]["en"] == "batteries (never)"


def test_a_country_without_measures_has_a_timeline_without_rows():
    rows = told(as_of="2020-01-01")
    assert rows.empty and {"label", "label_en", "effective", "suspended_until", "month"} <= set(rows.columns)


def measure(**days):
    """What one measure does on 1 January 2026, from its days."""
    row = {"effective": None, "ended": None, "suspended_from": None, "suspended_until": None, **days}
    return export_controls.state(pd.Series(row, dtype=object), DAY(2026, 1, 1))


MAY_2 = {"effective": DAY(2025, 5, 2)}


@pytest.mark.parametrize(
    ("days", "in_force", "suspension", "has_bar", "is_drawn"),
    [
        ({"effective": DAY(2025, 5, 1)}, "since", "none", True, True),
        ({"effective": DAY(2026, 1, 1)}, "since", "none", True, True),
        ({"effective": DAY(2026, 1, 2)}, "not yet", "none", False, True),
        ({}, "no day of effect", "none", False, False),
        ({"effective": DAY(2025, 5, 1), "ended": DAY(2025, 5, 1)}, "until ended", "none", True, True),
        ({"effective": DAY(2025, 5, 1), "ended": DAY(2025, 4, 30)}, "ended before effect", "none", False, False),
        (MAY_2 | {"suspended_from": DAY(2025, 5, 3)}, "until suspended", "open", True, True),
        (MAY_2 | {"suspended_from": DAY(2025, 5, 2)}, "suspended before effect", "open", False, True),
        (
            MAY_2 | {"suspended_from": DAY(2025, 6, 1), "suspended_until": DAY(2025, 12, 31)},
            *("until suspended", "expired", True, True),
        ),
        (
            MAY_2 | {"suspended_from": DAY(2025, 6, 1), "suspended_until": DAY(2026, 1, 1)},
            *("until suspended", "until", True, True),
        ),
        (
            MAY_2 | {"ended": DAY(2025, 6, 1), "suspended_from": DAY(2025, 6, 1)},
            *("until suspended", "open", True, True),
        ),
        (
            MAY_2 | {"ended": DAY(2025, 6, 1), "suspended_from": DAY(2025, 7, 1)},
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
