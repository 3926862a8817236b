"""Who keeps a secretariat and supplies the raw material: the rule at its boundaries, and what is not known."""

import pandas as pd
import pytest
from matplotlib.text import Text

from kritiek.analysis import committees, influence
from kritiek.exhibits.texts import Texts
from kritiek.notebook import Figure

KIN = pd.DataFrame(
    [("Mg", "Mg"), ("REE", "REE"), ("Dy", "Dy"), ("Dy", "REE"), ("REE", "Dy"), ("alloy", "Mg"), ("Mg", "alloy")],
    columns=["material", "related"],
)
MATERIALS = pd.DataFrame(
    [("Mg", "magnesium", "magnesium"), ("REE", "zeldzame aarden", "rare earths"), ("Dy", "dysprosium", "dysprosium")],
    columns=["id", "name_nl", "name_en"],
).assign(origin=lambda rows: "materials › " + rows["id"])
COUNTRIES = pd.DataFrame([("CHN", "China", "China"), ("FRA", "Frankrijk", "France")], columns=MATERIALS.columns[:3])
WORDS = pd.DataFrame(
    [
        ("answer", "unknown", "niet bekend", "not known"),
        ("seat", "none", "geen zetel", "no seat"),
        ("seat", "not known", "niet bekend", "not known"),
        ("recorded", "no date", "zonder datum", "without a date"),
        ("recorded", "secretariat_country", "secretariaat", "secretariat"),
        ("recorded", "dutch_status", "zetel", "seat"),
        ("confidence", "second-hand", "uit tweede hand", "second-hand"),
        ("mirrors", "none", "geen vastgelegd", "none recorded"),
        ("stage", "mining", "winning", "mining"),
        ("phase_in_short", "none recorded", "geen maatregel", "no measure"),
        (
            "signal",
            "yes",
            "{country} {share} % {material} ({stage}); {phase}",
            "{country} {share} % {material}; {phase}",
        ),
        ("signal", "no", "nee", "no"),
        ("signal", "no country", "land onbekend", "no country"),
        ("signal", "no figures", "geen cijfers", "no figures"),
        ("secretariat_is", "same", "ja", "yes"),
        ("secretariat_is", "unknown", "niet bekend", "not known"),
    ],
    columns=["term", "value", "words_nl", "words_en"],
)


def shares(*rows):
    """Shares of mining, each (material, country, per cent)."""
    frame = pd.DataFrame(rows, columns=["material", "country", "share_percent"])
    frame["share_percent"] = frame["share_percent"].astype("Float64")
    rest = {"stage": "mining", "item": "ore", "material_in_source": "x", "reference_period": "2020", "source": "study"}
    return frame.assign(**rest, origin=[f"shares › {number}" for number in range(1, len(rows) + 1)])


def answers(figures, *pairs, threshold=65.0, critical=("Mg", "REE")):
    asked = pd.DataFrame(pairs, columns=["critical", "country"])
    return influence.held_by(asked, influence.holdings(figures, KIN, critical), threshold=threshold)


@pytest.mark.parametrize(("share", "verdict"), [(64.9, "no"), (65.0, "no"), (65.1, "yes")])
def test_more_than_the_threshold_is_meant_strictly(share, verdict):
    assert answers(shares(("Mg", "CHN", share)), ("Mg", "CHN"))["verdict"].tolist() == [verdict]


def test_a_country_that_is_not_named_holds_no_more_than_the_least_that_is():
    figures = shares(("Mg", "CHN", 50.0), ("Mg", "RUS", 20.0))
    row = answers(figures, ("Mg", "FRA"), threshold=20.0).iloc[0]
    assert (row["verdict"], row["share_percent"] is pd.NA) == ("no", True)
    assert answers(figures, ("Mg", "FRA"), threshold=19.9)["verdict"].tolist() == ["unknown"]


def test_a_country_that_is_not_named_holds_no_more_than_the_others_leave():
    assert answers(shares(("Mg", "CHN", 60.0)), ("Mg", "FRA"), threshold=40.0)["verdict"].tolist() == ["no"]
    assert answers(shares(("Mg", "CHN", 60.0)), ("Mg", "FRA"), threshold=39.9)["verdict"].tolist() == ["unknown"]


def test_what_others_leave_is_never_less_than_nothing():
    rounded = shares(("Mg", "CHN", 60.0), ("Mg", "RUS", 41.0))
    assert influence.holdings(rounded, KIN, ["Mg"])["at_most"].tolist() == [0.0, 0.0]


def test_pairs_keep_their_order_whatever_their_index():
    asked = pd.DataFrame([("Mg", "RUS"), ("Mg", "CHN")], columns=["critical", "country"], index=[7, 3])
    found = influence.held_by(asked, influence.holdings(shares(("Mg", "CHN", 90.0)), KIN, ["Mg"]), threshold=65.0)
    assert found[["country", "verdict"]].values.tolist() == [["RUS", "no"], ["CHN", "yes"]]


def test_without_a_country_or_without_figures_the_answer_is_unknown():
    found = answers(shares(("Mg", "CHN", 90.0)), ("Mg", None), ("REE", "CHN"))
    assert found["verdict"].tolist() == ["unknown", "unknown"]
    assert found["held_origin"].fillna("").tolist() == ["shares › 1", ""]


def test_a_member_of_the_group_is_enough_and_the_figure_that_decides_is_named():
    figures = shares(("REE", "CHN", 60.0), ("Dy", "CHN", 99.0))
    row = answers(figures, ("REE", "CHN")).iloc[0]
    assert row[["verdict", "material", "stage", "share_percent", "held_origin"]].tolist() == [
        "yes",
        "Dy",
        "mining",
        99.0,
        "shares › 2",
    ]


def test_a_yes_is_not_lost_to_a_stage_where_more_is_possible():
    mined, processed = shares(("Mg", "CHN", 70.0)), shares(("Mg", "RUS", 5.0)).assign(stage="processing")
    found = answers(pd.concat([mined, processed]), ("Mg", "CHN"), threshold=4.0)
    assert found[["verdict", "share_percent"]].values.tolist() == [["yes", 70.0]]


def test_of_two_items_of_one_raw_material_each_is_counted_by_itself():
    figures = pd.concat([shares(("Mg", "CHN", 60.0)), shares(("Mg", "RUS", 60.0)).assign(item="metal")])
    assert influence.holdings(figures, KIN, ["Mg"])["at_most"].tolist() == [40.0, 40.0]


def test_a_committee_is_tied_through_members_and_groups_once():
    ties = pd.DataFrame(
        [("TC 1", "alloy", "a"), ("TC 1", "Mg", "b"), ("TC 2", "Dy", "c"), ("TC 3", "steel", "d")],
        columns=["id", "material", "origin"],
    ).assign(source="report")
    found = influence.of_critical(ties, KIN, ["Mg", "REE"])
    assert found.values.tolist() == [["TC 1", "Mg", "report", "a; b"], ["TC 2", "REE", "report", "c"]]


def committee(name, country, **values):
    """A committee of which a register of March 2026 says the country of the secretariat and that we have no seat."""
    row = {"id": name, "name": f"{name} Title", "secretariat": None, "secretariat_country": country}
    row |= {"chair_country": None, "dutch_status": "none", "p_members": pd.NA, "o_members": pd.NA, "mirrors": ""}
    for column in influence.RECORDED:
        row |= {f"{column}_as_of": "2026-03", f"{column}_source": "iso", f"{column}_confidence": "second-hand"}
    return {**row, "source": "register", "origin": f"committees › {name}", **values}


def told(figures, *committees):
    rows = pd.DataFrame(list(committees), dtype=object)
    pairs = pd.DataFrame({"id": rows["id"], "critical": "Mg", "country": rows["secretariat_country"]})
    pairs = pairs.assign(source="report", origin="ties › 1")
    found = influence.held_by(pairs, influence.holdings(figures, KIN, ["Mg"]), threshold=65.0)
    return influence.in_words(rows, found.assign(phase="none recorded"), MATERIALS, COUNTRIES, WORDS)


def test_those_with_a_signal_stand_first_and_say_what_their_country_supplies():
    rows = told(shares(("Mg", "CHN", 90.6)), committee("TC 1", "FRA"), committee("TC 2", "CHN", secretariat="SAC"))
    assert rows["committee"].tolist() == ["TC 2 Title", "TC 1 Title"]
    assert rows["signal"].tolist() == ["China 90,6 % magnesium (winning); geen maatregel", "nee"]
    assert rows["signal_en"].tolist() == ["China 90.6 % magnesium; no measure", "no"]
    assert rows["secretariat"].tolist() == ["China (SAC)", "Frankrijk"]
    assert rows["origin"].tolist() == [
        "committees › TC 2; ties › 1; shares › 1",
        "committees › TC 1; ties › 1; shares › 1",
    ]


def test_what_is_not_known_of_a_committee_is_said_to_be_unknown():
    (row,) = told(shares(("Mg", "CHN", 90.0)), committee("TC 1", None)).to_dict("records")
    assert [row[name] for name in ("secretariat", "chair", "members")] == ["niet bekend"] * 3
    assert (row["signal"], row["seat"], row["mirrors"]) == ("land onbekend", "geen zetel", "geen vastgelegd")
    (row,) = told(shares(("Dy", "CHN", 90.0)), committee("TC 1", "CHN", p_members=9, o_members=0)).to_dict("records")
    assert (row["signal"], row["members"]) == ("geen cijfers", "9 P, 0 O")


def test_each_thing_recorded_names_its_source_its_day_and_how_sure_it_is():
    dated = committee("TC 1", "CHN", dutch_status_as_of="", dutch_status_confidence="verified")
    (row,) = told(shares(("Mg", "CHN", 90.0)), dated).to_dict("records")
    assert row["recorded"] == "secretariaat: iso, 2026-03 [uit tweede hand]; zetel: iso, zonder datum"
    assert row["recorded_en"] == "secretariat: iso, 2026-03 [second-hand]; seat: iso, without a date"


def test_what_one_source_says_of_one_day_stands_together():
    (row,) = told(shares(("Mg", "CHN", 90.0)), committee("TC 1", "CHN")).to_dict("records")
    assert row["recorded"] == "secretariaat, zetel: iso, 2026-03 [uit tweede hand]"


def test_what_no_register_says_of_a_committee_is_not_known():
    (row,) = told(shares(("Mg", "CHN", 90.0)), committee("TC 1", None, dutch_status=None)).to_dict("records")
    assert (row["seat"], row["recorded"]) == ("niet bekend", "")


def test_committees_are_counted_with_those_of_which_the_country_is_known():
    rows = pd.DataFrame([committee("TC 1", "CHN", chair_country="FRA"), committee("TC 2", None)])
    said = influence.counted(rows, {"signals": ["TC 2", "TC 1", "TC 2"], "early": []})
    assert {name: words["nl"] for name, words in said.items()} == {
        "count": "2",
        "known": "1",
        "chairs": "1",
        "signals": "TC 1, TC 2",
        "early": "—",
    }


def by_country():
    columns = ["id", "critical", "country", "source", "origin"]
    rows = [("TC 1", "Mg", "CHN", "s", "a"), ("TC 1", "Dy", "CHN", "s", "b"), ("TC 2", "Mg", None, "s", "c")]
    return pd.DataFrame(rows, columns=columns)


def test_a_country_has_the_share_of_what_is_known_and_the_unknown_none():
    counts = pd.DataFrame({"committees_percent": [100.0], "materials_percent": [100.0]}, index=["CHN"])
    rows = influence.countries_in_words(by_country(), counts, MATERIALS, COUNTRIES, WORDS)
    assert rows["country"].tolist() == ["China", "niet bekend"]
    assert rows[["committees", "materials"]].values.tolist() == [[1, 2], [1, 1]]
    assert rows["committees_percent"].isna().tolist() == [False, True]
    assert rows["which_materials_en"].tolist() == ["dysprosium, magnesium", "magnesium"]
    assert influence.country_counts(by_country(), ["Mg", "Dy", "REE"])["tied_known"]["nl"] == "2"
    numbers = influence.country_counts(by_country(), ["Mg", "Dy", "REE"])
    assert [numbers[name]["en"] for name in ("count", "known", "critical", "tied")] == ["2", "1", "3", "2"]


def drawn():
    rows = pd.DataFrame(
        [("Mg", "TC 2", "CHN", "CHN", 90.6, "same"), ("Mg", "TC 1", None, "CHN", 90.6, "unknown")],
        columns=["critical", "id", "seat", "country", "share_percent", "secretariat_is"],
    ).assign(material="Mg", stage="mining", source="s", origin="a", source_share="t", origin_share="b")
    return influence.map_in_words(rows, MATERIALS, COUNTRIES, WORDS)


def test_the_largest_share_stands_first_and_then_the_first_by_name():
    rows = pd.DataFrame(
        [("Mg", "TC 2", 50.0), ("Dy", "TC 4", 90.0), ("Dy", "TC 3", 90.0), ("REE", "TC 1", 50.0)],
        columns=["critical", "id", "share_percent"],
    ).assign(seat="CHN", country="CHN", secretariat_is="same", material="Mg", stage="mining")
    rows = rows.assign(source="s", origin="a", source_share="t", origin_share="b")
    shown = influence.map_in_words(rows, MATERIALS, COUNTRIES, WORDS)
    assert shown["committee"].tolist() == ["TC 3", "TC 4", "TC 2", "TC 1"]
    assert influence.map_counts(shown)["unknown"]["nl"] == "0"
    other = influence.map_counts(shown.assign(secretariat_is="unknown"))
    assert (other["same"]["nl"], other["pairs"]["nl"], other["unknown"]["en"]) == ("0", "—", "4")


def test_the_signal_that_says_most_stands_first_in_its_sentence():
    pairs = pd.DataFrame({"id": "TC 1", "critical": ["Dy", "Mg"], "country": "CHN", "source": "r", "origin": "t"})
    found = influence.held_by(pairs, influence.holdings(shares(("Mg", "CHN", 90.0)), KIN, ["Mg"]), threshold=65.0)
    rows = pd.DataFrame([committee("TC 1", "CHN")], dtype=object)
    row = influence.in_words(rows, found.assign(phase="none recorded"), MATERIALS, COUNTRIES, WORDS).iloc[0]
    assert row["signal"] == "China 90,0 % magnesium (winning); geen maatregel; geen cijfers"
    assert row["critical"] == "dysprosium, magnesium"
    # No figures on dysprosium leave it unknown; magnesium says yes.
    assert row["verdict"] == "yes"


def test_the_figure_names_each_committee_beside_the_share_of_the_largest_producer():
    frame = drawn().assign(threshold=65.0)
    assert frame["committee"].tolist() == ["TC 1", "TC 2"]
    assert influence.map_counts(frame)["pairs"] == {"nl": "Magnesium (TC 2)", "en": "Magnesium (TC 2)"}
    words = {"nl": "titel", "en": "title"}
    for language, expected in (("nl", "China 90,6 %"), ("en", "China 90.6 %")):
        figure = Figure(Texts("x", words, words, words, (), ()), frame, language=language, drawing="secretariats")
        canvas = figure.draw()
        found = {text.get_text().strip() for text in canvas.findobj(Text)}
        assert {expected, "TC 2  China", "Magnesium"} <= found
        assert ("drempel 65 %" if language == "nl" else "threshold 65 %") in found


def test_a_raw_material_without_a_share_has_no_bar():
    frame = drawn().assign(threshold=65.0, share_percent=pd.NA)
    words = {"nl": "titel", "en": "title"}
    axes = Figure(Texts("x", words, words, words, (), ()), frame, drawing="secretariats").draw().axes[0]
    assert len(axes.patches) == 0
    assert (
        len(
            Figure(Texts("x", words, words, words, (), ()), drawn().assign(threshold=65.0), drawing="secretariats")
            .draw()
            .axes[0]
            .patches
        )
        == 1
    )


def test_a_committee_goes_by_the_title_of_a_register_and_else_by_that_of_a_document():
    bodies = pd.DataFrame({"id": ["TC 1", "TC 2", "TC 3"], "source": "s", "origin": ["a", "b", "c"]})
    columns = [*committees.REGISTERED, "committee", "as_of", "confidence", "source", "origin"]
    register = pd.DataFrame(
        [{"committee": "TC 1", "title": "Official", "as_of": "2026-07"}], columns=columns, dtype=object
    )
    register = register.assign(source="iso", origin="register › 1", confidence="verified")
    titles = pd.DataFrame([("TC 1", "Printed"), ("TC 2", "Printed"), ("TC 2", "Other")], columns=["committee", "title"])
    titles = titles.assign(source="report", origin=["t1", "t2", "t3"])
    later = committees.named(bodies, register, titles, as_of="2026-12-31")
    assert later["name"].tolist() == ["TC 1 Official", "TC 2 Printed", "TC 3"]
    assert later["origin"].tolist() == ["a; register › 1; t1", "b; t2", "c"]
    assert committees.named(bodies, register, titles, as_of="2026-06-30")["name"].tolist()[0] == "TC 1 Printed"
