"""The phase of a measure turns over on the right day, and reaches what is of the same line of raw materials."""

import datetime as dt

import pandas as pd
import pytest

from kritiek.analysis import export_exposure, material_groups
from kritiek.errors import ExhibitError

DAYS = ("announced", "effective", "ended", "suspended_from", "suspended_until")
COUNTRIES = pd.DataFrame([("CHN", "China", "China"), ("COD", "Congo", "Congo")], columns=["id", "name_nl", "name_en"])
MATERIALS = pd.DataFrame(
    [
        ("rare-earths", "zeldzame aardmetalen", "rare earths", None),
        ("heavy", "zware", "heavy", "rare-earths"),
        ("Dy", "dysprosium", "dysprosium", "heavy"),
        ("Tb", "terbium", "terbium", None),
        ("Co", "kobalt", "cobalt", None),
    ],
    columns=["id", "name_nl", "name_en", "parent"],
)
MEMBERS = pd.DataFrame([("heavy", "Tb"), ("heavy", "Dy")], columns=["group", "member"])
WORDS = pd.DataFrame(
    [
        ("answer", "unknown", "niet bekend", "not known"),
        ("phase", "announced", "aangekondigd", "announced"),
        ("phase", "in force", "van kracht sinds {until}", "in force since {until}"),
        ("phase", "suspended", "opgeschort tot en met {until}", "suspended to {until}"),
        ("phase", "suspended open", "opgeschort", "suspended"),
        ("phase", "check", "geëindigd op {until}: controleer", "ended on {until}: check"),
        ("phase", "not announced", "nog niet", "not yet"),
        ("phase_in_short", "suspended", "opgeschort", "suspended"),
        ("change", "stricter", "strenger", "stricter"),
        ("kind", "licence", "vergunning", "licence"),
        ("destination", "all", "alle landen", "all countries"),
        ("confidence", "second-hand", "uit tweede hand", "second-hand"),
        ("thing", "committee", "Commissie", "Committee"),
        ("thing", "product_group", "Productgroep", "Product group"),
    ],
    columns=["term", "value", "words_nl", "words_en"],
)


def measure(name="m", issuer="CHN", confidence="verified", kind="licence", **days):
    """A measure announced on 1 March and in force from 1 April 2025, with other days where given."""
    dates = {"announced": "2025-03-01", "effective": "2025-04-01", **days}
    parsed = {key: dt.date.fromisoformat(dates[key]) if dates.get(key) else None for key in DAYS}
    rest = {"destination": "all", "destination_nl": "all", "source": "gazette", "origin": f"measures › {name}"}
    known = {
        "id": name,
        "issuer": issuer,
        "kind": kind,
        "number": f"No. {name}",
        "number_nl": f"Nr. {name}",
        "year": 2025,
    }
    return {**known, **parsed, **rest, "confidence": confidence}


def controls(*measures, materials=("Dy",), issuer="all", as_of="2025-06-30", since=None):
    suspended = [row for row in measures if row["suspended_from"]]
    acts = [
        measure(f"{row['id']}-act", kind="suspension of a measure", announced=str(row["suspended_from"]))
        for row in suspended
    ]
    sheet = pd.DataFrame([*measures, *acts], dtype=object).drop(columns=["suspended_from", "suspended_until"])
    suspensions = pd.DataFrame(
        [
            (row["id"], f"{row['id']}-act", row["suspended_from"], row["suspended_until"], "gazette", row["origin"])
            for row in suspended
        ],
        columns=["measure", "act", "suspended_from", "suspended_until", "source", "origin"],
        dtype=object,
    )
    named = pd.DataFrame(
        [(row["id"], one, None, "list", f"named › {row['id']} {one}") for row in measures for one in materials],
        columns=["measure", "material", "form", "source", "origin"],
    )
    return export_exposure.controls(sheet, suspensions, named, COUNTRIES, issuer=issuer, as_of=as_of, since=since)


@pytest.mark.parametrize(
    ("as_of", "phase"),
    [("2025-03-01", "announced"), ("2025-03-31", "announced"), ("2025-04-01", "in force"), ("2025-12-31", "in force")],
)
def test_a_measure_is_announced_until_the_day_it_takes_effect(as_of, phase):
    assert controls(measure(), as_of=as_of)["phase"].tolist() == [phase]


def test_a_measure_is_not_known_before_it_is_announced():
    assert controls(measure(), as_of="2025-02-28").empty


@pytest.mark.parametrize(("as_of", "phase"), [("2025-05-31", "in force"), ("2025-06-01", "ended")])
def test_a_measure_is_in_force_on_its_last_day(as_of, phase):
    assert controls(measure(ended="2025-05-31"), as_of=as_of)["phase"].tolist() == [phase]


@pytest.mark.parametrize(
    ("as_of", "phase"),
    [("2025-05-09", "in force"), ("2025-05-10", "suspended"), ("2026-05-10", "suspended"), ("2026-05-11", "check")],
)
def test_a_suspension_holds_on_its_first_and_last_day_and_is_to_be_checked_after_it(as_of, phase):
    suspended = measure(suspended_from="2025-05-10", suspended_until="2026-05-10")
    assert controls(suspended, as_of=as_of)["phase"].tolist() == [phase]


def test_a_measure_without_a_day_of_effect_is_unknown_and_not_out_of_force():
    rows = controls(measure(effective=None))
    assert rows["phase"].tolist() == ["unknown"]
    assert rows["days"].isna().all()


def test_a_measure_suspended_before_it_took_effect_is_suspended():
    rows = controls(measure(suspended_from="2025-03-20", suspended_until="2026-03-20"), as_of="2025-05-01")
    assert rows["phase"].tolist() == ["suspended"]


def test_the_days_between_announcement_and_effect_are_counted():
    rows = controls(measure(), measure("n", effective="2025-03-01"), measure("o", announced=None))
    assert dict(zip(rows["measure"], rows["days"].astype(object).where(rows["days"].notna(), None), strict=True)) == {
        "m": 31,
        "n": 0,
        "o": None,
    }


def test_the_earlier_day_stands_beside_it():
    rows = controls(measure(), measure("n", announced="2025-05-01", effective="2025-06-01"), since="2025-03-15")
    assert rows.set_index("measure")[["phase_then", "phase"]].to_dict("index") == {
        "m": {"phase_then": "announced", "phase": "in force"},
        "n": {"phase_then": "not announced", "phase": "in force"},
    }


def test_an_earlier_day_after_the_day_is_refused():
    with pytest.raises(ExhibitError, match=r'since: "2025-07-01" lies after as_of, 2025-06-30'):
        controls(measure(), since="2025-07-01")


def test_the_same_day_is_no_later_day():
    assert controls(measure(), as_of="2025-06-30", since="2025-06-30")["phase_then"].tolist() == ["in force"]


@pytest.mark.parametrize(
    ("then", "now", "change"),
    [
        ("not announced", "in force", "stricter"),
        ("suspended", "announced", "stricter"),
        ("in force", "suspended", "looser"),
        ("announced", "ended", "looser"),
        ("not announced", "ended", "same"),
    ],
)
def test_the_difference_in_weight_is_named(then, now, change):
    steps = export_exposure.STRICTNESS
    assert export_exposure.CHANGES[max(-1, min(1, steps[now] - steps[then]))] == change


def test_each_step_to_force_weighs_more_and_what_is_not_known_weighs_nothing():
    steps = export_exposure.STRICTNESS
    assert steps["not announced"] == steps["ended"] < steps["suspended"] < steps["announced"] < steps["in force"]
    assert not {"check", "unknown"} & set(steps)


def test_one_issuer_or_all_of_them():
    pair = (measure(), measure("n", issuer="COD"))
    assert controls(*pair)["issuer"].tolist() == ["CHN", "COD"]
    assert controls(*pair, issuer="Congo")["issuer"].tolist() == ["COD"]


def test_an_act_that_suspends_others_is_no_control():
    assert controls({**measure(), "kind": "suspension of a measure"}).empty


def test_a_row_names_both_sheets_that_it_came_from():
    rows = controls(measure())
    assert rows[["source", "origin"]].values.tolist() == [["list; gazette", "named › m Dy; measures › m"]]


def test_what_is_said_of_a_group_reaches_its_members_and_the_reverse_but_not_from_one_member_to_another():
    kin = material_groups.kin(MATERIALS, MEMBERS).groupby("material")["related"].agg(set).to_dict()
    assert kin == {
        "rare-earths": {"rare-earths", "heavy", "Dy", "Tb"},
        "heavy": {"rare-earths", "heavy", "Dy", "Tb"},
        "Dy": {"rare-earths", "heavy", "Dy"},
        "Tb": {"rare-earths", "heavy", "Tb"},
        "Co": {"Co"},
    }


def test_groups_that_lead_back_to_themselves_end():
    round_about = pd.DataFrame([("a", "b"), ("b", "a")], columns=["id", "parent"])
    kin = material_groups.kin(round_about, MEMBERS.head(0))
    assert sorted(map(tuple, kin.values.tolist())) == [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]


def told(*measures, **options):
    rows = controls(*measures, since="2025-03-01", **options).assign(change="stricter")
    return export_exposure.in_words(rows, MATERIALS, COUNTRIES, WORDS).iloc[0]


def test_a_row_is_told_in_both_languages():
    row = told(measure(announced="2025-03-02"))
    assert row[["raw_material", "what", "state_then", "state", "change_words"]].tolist() == [
        "Dysprosium",
        "Nr. m: vergunning, alle landen",
        "nog niet",
        "van kracht sinds 1 april 2025",
        "strenger",
    ]
    assert row[["state_en", "days_between_en"]].tolist() == ["in force since 1 April 2025", "30"]


def test_a_destination_is_told_in_its_own_language():
    row = told({**measure(), "destination": "Japan (military)", "destination_nl": "Japan (militair)"})
    assert (row["what"], row["what_en"]) == ("Nr. m: vergunning, Japan (militair)", "No. m: licence, Japan (military)")


def test_what_is_not_known_is_said_and_what_is_not_verified_is_marked():
    row = told(measure(announced=None, suspended_from="2025-05-01", confidence="second-hand"))
    assert row[["announced_on", "days_between", "state"]].tolist() == ["niet bekend", "niet bekend", "opgeschort"]
    assert row["what_en"] == "No. m: licence, all countries [second-hand]"


def test_a_suspension_that_is_over_says_when_it_ended_and_to_check():
    row = told(measure(suspended_from="2025-05-01", suspended_until="2025-06-01"))
    assert row["state"] == "geëindigd op 1 juni 2025: controleer"


def test_phases_are_counted_and_raw_materials_listed_for_the_notes():
    counts = export_exposure.counted(pd.Series(["in force", "in force", "check"]))
    assert {name: words["nl"] for name, words in counts.items() if words["nl"] != "0"} == {
        "in_force": "2",
        "check": "1",
    }
    assert export_exposure.listed(["Tb", "Co", "Co"], MATERIALS) == {"nl": "kobalt, terbium", "en": "cobalt, terbium"}
    assert export_exposure.listed([], MATERIALS)["nl"] == "—"


def test_each_raw_material_of_a_row_ties_it_once():
    sheet = pd.DataFrame({"id": ["TC 1", "TC 2"], "materials": [("Dy", "Co"), ()], "source": "s", "origin": ["a", "b"]})
    rows = export_exposure.ties(sheet, kind="committee")
    assert rows[["kind", "id", "material", "origin"]].values.tolist() == [
        ["committee", "TC 1", "Dy", "a"],
        ["committee", "TC 1", "Co", "a"],
    ]


def reached(*rows):
    found = pd.DataFrame(rows, columns=["kind", "order", "id", "material", "phase", "number"])
    names = {"name_nl": "Naam " + found["id"], "name_en": "Name " + found["id"]}
    rest = {
        "source": "s",
        "source_tie": "r",
        "origin_tie": "ties › " + found["id"],
        "origin": "measures › " + found["number"],
    }
    found = found.assign(number_nl="nr. " + found["number"])
    return export_exposure.reach(found.assign(**names, **rest), MATERIALS, WORDS)


def test_a_thing_that_controls_reach_names_what_is_in_force_and_the_phase_of_the_rest():
    (row,) = reached(
        ("committee", 1, "TC 1", "Dy", "suspended", "2"),
        ("committee", 1, "TC 1", "Dy", "in force", "1"),
        ("committee", 1, "TC 1", "Co", "suspended", "2"),
    ).to_dict("records")
    assert (row["in_force"], row["other"], row["measures"]) == ("dysprosium", "kobalt (opgeschort)", "nr. 1; nr. 2")
    assert (row["what_en"], row["name_en"], row["other_en"]) == ("Committee", "Name TC 1", "cobalt (suspended)")
    assert row["measures_en"] == "1; 2"
    assert (row["source"], row["origin"]) == ("r; s", "ties › TC 1; measures › 1; measures › 2")


def test_things_stand_by_kind_and_those_with_most_in_force_first():
    rows = reached(
        ("product_group", 2, "solar", "Co", "in force", "1"),
        ("product_group", 2, "solar", "Dy", "in force", "1"),
        ("product_group", 2, "solar", "Tb", "in force", "1"),
        ("committee", 1, "TC 1", "Co", "suspended", "1"),
        ("committee", 1, "TC 2", "Co", "in force", "1"),
    )
    assert rows[["id", "count"]].values.tolist() == [["TC 2", 1], ["TC 1", 0], ["solar", 3]]


def test_of_equals_the_first_by_name_stands_first():
    pairs = [("committee", 1, name, "Co", "in force", "1") for name in ("TC 3", "TC 1", "TC 2")]
    assert reached(*pairs)["id"].tolist() == ["TC 1", "TC 2", "TC 3"]


def test_the_note_counts_what_there_is_what_is_tied_and_what_is_reached():
    table = pd.DataFrame({"id": ["TC 1", "TC 2", "TC 3"], "name_nl": "x", "name_en": "x"})
    things = export_exposure.things(committee=table, article=table.head(1))
    assert things[["kind", "order", "id"]].values.tolist()[2:] == [["committee", 0, "TC 3"], ["article", 1, "TC 1"]]
    ties = pd.DataFrame({"kind": "committee", "id": ["TC 1", "TC 1", "TC 2"]})
    shown = pd.DataFrame({"kind": "committee", "id": ["TC 1", "TC 2"], "count": [1, 0]})
    said = export_exposure.reach_counts(things, ties, shown)
    assert [said[f"committee_{name}"]["nl"] for name in ("all", "tied", "reached")] == ["3", "2", "1"]
    assert [said[f"article_{name}"]["nl"] for name in ("all", "tied", "reached")] == ["1", "0", "0"]
