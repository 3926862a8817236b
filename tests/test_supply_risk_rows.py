"""What a reader sees of the supply risk rule: order, numbers, reasons and notes, worked out by hand on a few lines."""

import pandas as pd
import pytest

from kritiek.analysis import supply_risk, supply_risk_rows
from kritiek.analysis.supply_risk import INDICATORS

WORDS = pd.DataFrame(
    [
        ("verdict", "yes", "ja", "yes"),
        ("verdict", "no", "nee", "no"),
        ("verdict", "unknown", "onbekend", "unknown"),
        ("confidence", "second-hand", "uit tweede hand", "second-hand"),
        ("stage", "mining", "winning", "mining"),
        ("stage", "processing", "bewerking", "processing"),
        ("threshold", "line", "drempel {threshold} %", "threshold {threshold} %"),
        ("beside_list", "both", "in beide", "in both"),
        ("beside_list", "listed", "alleen daar", "only there"),
        ("beside_list", "computed", "alleen berekend", "only computed"),
        ("beside_list", "neither", "in geen", "in neither"),
        ("beside_list", "none", "geen", "none"),
        *(
            ("supply_risk_reason", kind, text, text)
            for kind, text in (
                ("yes", "{stage}: {country} {share}, {governance} < {floor_country} {floor}"),
                ("governed", "{stage}: {country} {share}, niet {governance} < {floor}"),
                ("undecided", "{stage}: {country} {share}, ? < {floor}"),
                ("below", "{stage}: {country} {share} <= {threshold}"),
                ("missing", "{stage}: –"),
                ("yes weighted", "{stage}: {governance_low} tot {governance_high} < {floor} ({coverage})"),
                ("governed weighted", "{stage}: {governance_low} tot {governance_high}, niet < {floor} ({coverage})"),
                ("undecided weighted", "{stage}: {governance_low} tot {governance_high} ? {floor} ({coverage})"),
            )
        ),
        ("supply_risk_reason", "no figures", "geen cijfers", "no figures"),
    ],
    columns=["term", "value", "words_nl", "words_en"],
)


def frame(columns, *rows, name):
    made = pd.DataFrame(list(rows), columns=columns.split())
    return made.assign(source=name, origin=[f"{name} {number}" for number in range(1, len(rows) + 1)])


def shares(*rows):
    """Rows of (study, material, stage, rank, country, share, how sure)."""
    columns = "study material stage rank country share_percent confidence"
    return frame(columns, *rows, name="shares").assign(reference_period="2024").astype({"share_percent": "Float64"})


SHARES = shares(
    ("S", "X", "mining", 1, "BAD", 70, "verified"),
    ("S", "X", "processing", 1, "FINE", 90, "verified"),
    ("S", "V", "mining", 1, "BAD", 65, "verified"),
    ("S", "V", "processing", 1, "BAD", 61.55, "verified"),
    ("S", "A1", "mining", 1, "BAD", 80, "second-hand"),
    ("S", "A1", "processing", 1, "BAD", 99, "second-hand"),
    ("S", "A2", "mining", 1, "FINE", 80, "verified"),
    ("S", "A2", "processing", 1, "FINE", 80, "verified"),
    ("S", "C", "mining", 1, "BAD", 66, "verified"),
    ("S", "C", "processing", 1, "BAD", 60, "verified"),
    ("S", "D", "mining", 1, "BAD", 75, "verified"),
    ("S", "D", "processing", 1, "NEW", 88, "verified"),
    ("S", "F", "mining", 1, "EVEN", 95, "verified"),
    ("S", "F", "processing", 1, "FINE", 96, "verified"),
    ("S", "N", "mining", 1, "NEW", 90, "verified"),
    ("T", "U", "mining", 1, "BAD", 90, "verified"),
)
MATERIALS = frame(
    "id parent name_nl name_en",
    ("X", None, "iks", "ex"),
    ("V", None, "vee", "vee"),
    ("G", None, "groep", "group"),
    ("A1", "G", "eerste", "first"),
    ("A2", "G", "tweede", "second"),
    ("C", None, "cee", "cee"),
    ("D", None, "dee", "dee"),
    ("F", None, "ef", "ef"),
    ("N", None, "en", "en"),
    ("U", None, "uu", "uu"),
    ("silent", None, "stil", "silent"),
    name="materials",
)
COUNTRIES = frame(
    "id eu27 name_nl name_en",
    ("BAD", False, "Boos", "Badland"),
    ("FINE", False, "Fijn", "Fineland"),
    ("EVEN", False, "Gelijk", "Evenland"),
    ("WEAK", False, "Zwak", "Weakland"),
    ("NEW", False, "Nieuw", "Newland"),
    ("LOW", True, "Laag", "Lowland"),
    name="countries",
)
SCORES = {"BAD": -1.0, "FINE": 1.0, "EVEN": 0.1735, "WEAK": 0.17, "LOW": 0.1735}
GOVERNANCE = frame(
    "release country year indicator estimate",
    *(("2024", country, 2023, name, score) for country, score in SCORES.items() for name in INDICATORS),
    name="scores",
).assign(confidence="verified")
# As a list prints it, and in its order.
LISTED = frame(
    "material name_as_printed", ("silent", "Stil!"), ("G", "Groep"), ("V", "Vee"), ("X", "Iks!"), name="list"
)


def computed(**options):
    """The verdicts of the rule and the lines of the list and beside it."""
    options = {"stage": "either", "threshold": 65.0, "governance_of": "top", "production": SHARES, **options}
    rule = {name: options[name] for name in ("threshold", "governance_of")}
    found = supply_risk.verdicts(options["production"], GOVERNANCE, COUNTRIES, study="S", **rule)
    members = supply_risk.members_of(MATERIALS, frame("document group member", name="members"))
    by_material = supply_risk.of_materials(found, stage=options["stage"])
    recorded = options["production"]["material"].unique()
    return found, supply_risk.of_lines(by_material, members, LISTED["material"], recorded)


def beside(*, stage="either", threshold=65.0, governance_of="top", production=SHARES):
    found, lines = computed(stage=stage, threshold=threshold, governance_of=governance_of, production=production)
    return supply_risk_rows.beside(
        lines, found, LISTED, WORDS, MATERIALS, COUNTRIES, threshold=threshold, stage=stage, governance_of=governance_of
    )


def reasons(**options):
    return beside(**options).set_index("line")["reason"]


def test_what_both_have_stands_first_then_what_one_has_alone_in_the_order_of_the_list():
    columns = ["raw_material", "raw_material_en", "beside", "beside_en", "answer", "stage", "country_en"]
    rows = beside()[columns].astype(object)
    # D before C, for its share is larger; N, not known, before F, which is a no.
    assert rows.where(rows.notna(), None).values.tolist() == [
        ["Groep", "Group", "in beide", "in both", "ja (uit tweede hand)", "bewerking", "Badland"],
        ["Iks!", "Ex", "in beide", "in both", "ja", "winning", "Badland"],
        ["Stil!", "Silent", "alleen daar", "only there", "onbekend", None, None],
        ["Vee", "Vee", "alleen daar", "only there", "nee", "winning", "Badland"],
        ["Dee", "Dee", "alleen berekend", "only computed", "ja", "winning", "Badland"],
        ["Cee", "Cee", "alleen berekend", "only computed", "ja", "winning", "Badland"],
        ["En", "En", "in geen", "in neither", "onbekend", "winning", "Newland"],
        ["Ef", "Ef", "in geen", "in neither", "nee", "bewerking", "Fineland"],
    ]


def test_what_the_list_does_not_name_and_the_study_does_not_know_is_no_row():
    assert "U" not in set(beside()["line"])


def test_shares_have_one_decimal_and_scores_three_with_halves_away_from_zero():
    numbers = ["share_percent", "share_margin", "governance", "governance_margin", "floor"]
    rows = beside().set_index("line")[numbers]
    # The floor of 0.1735 lies 1.1735 above -1.
    assert rows.loc["X"].tolist() == [70, 5, -1, 1.174, 0.174]
    assert rows.loc["V"].tolist() == [65, 0, -1, 1.174, 0.174]
    assert beside(stage="processing").set_index("line").loc["V", numbers].tolist() == [61.6, -3.5, -1, 1.174, 0.174]


def test_a_line_that_counts_is_explained_by_what_makes_it_count_and_another_by_every_stage():
    said = reasons()
    assert said["X"] == "Winning: Boos 70,0, -1,000 < Laag 0,174."
    assert said["C"] == "Winning: Boos 66,0, -1,000 < Laag 0,174."
    assert said["V"] == "Winning: Boos 65,0 <= 65; bewerking: Boos 61,6 <= 65."
    assert said["F"] == "Winning: Gelijk 95,0, niet 0,174 < 0,174; bewerking: Fijn 96,0, niet 1,000 < 0,174."
    assert said["N"] == "Winning: Nieuw 90,0, ? < 0,174; bewerking: –."
    assert said["silent"] == "Geen cijfers."
    # The member that decides goes before what is said of it.
    assert said["G"] == "Eerste, winning: Boos 80,0, -1,000 < Laag 0,174; bewerking: Boos 99,0, -1,000 < Laag 0,174."
    assert beside().set_index("line")["reason_en"]["N"] == "Mining: Newland 90.0, ? < 0.174; processing: –."


def test_a_reason_speaks_of_the_stage_that_was_asked_alone():
    assert reasons(stage="mining")["V"] == "Winning: Boos 65,0 <= 65."
    assert reasons(stage="processing", threshold=62.5)["V"] == "Bewerking: Boos 61,6 <= 62,5."
    # The study has nothing on its processing, and the list does not name it.
    assert "N" not in reasons(stage="processing")


def test_a_share_without_a_figure_is_missing_and_not_below():
    production = SHARES.assign(share_percent=SHARES["share_percent"].where(SHARES["material"] != "F"))
    assert reasons(production=production)["F"] == "Winning: –; bewerking: –."


def test_weighted_governance_shows_its_bounds_and_what_they_cover():
    production = pd.concat(
        [
            SHARES,
            shares(("S", "V", "mining", 2, "FINE", 35, "verified"), ("S", "N", "mining", 2, "FINE", 5, "verified")),
        ]
    )
    rows = beside(governance_of="weighted", threshold=60.0, production=production).set_index("line")
    bounds = ["governance", "governance_low", "governance_high", "coverage_percent"]
    # V: 0.65 × -1 + 0.35 × 1 = -0.3, all of it known. X: 0.7 × -1, and 30 % anywhere between -2.5 and 2.5.
    assert rows.loc["V", bounds].tolist() == [-0.3, -0.3, -0.3, 100]
    assert rows.loc["V", "reason"] == "Winning: -0,300 tot -0,300 < 0,174 (100,0)."
    assert rows.loc["X", "reason"] == ("Winning: -1,450 tot 0,050 < 0,174 (70,0).")
    assert rows.loc["F", "reason"] == (
        "Winning: 0,040 tot 0,290 ? 0,174 (95,0); bewerking: 0,860 tot 1,060, niet < 0,174 (96,0)."
    )
    # N: nothing is known of 95 %.
    assert rows.loc["N", "reason"] == "Winning: -2,325 tot 2,425 ? 0,174 (5,0); bewerking: –."


def test_only_weighted_governance_has_columns_for_its_bounds():
    assert "governance_low" not in beside()
    assert "coverage_percent" in beside(governance_of="weighted")


def test_a_row_came_from_the_list_the_shares_the_scores_and_the_names():
    rows = beside().set_index("line")
    assert rows.loc["silent", "origin"] == "list 1; materials 11"
    assert rows.loc["C", "origin"].split("; ")[0] == "shares 9"
    assert rows.loc["X", "source"] == "list; shares; scores"


def test_the_notes_count_the_lines_and_name_the_floor():
    assert supply_risk_rows.words_of(beside(), WORDS, COUNTRIES) == {
        "listed": {"nl": "4", "en": "4"},
        "both": {"nl": "2", "en": "2"},
        "lines": {"nl": "8", "en": "8"},
        "unknown": {"nl": "2", "en": "2"},
        "only_listed": {"nl": "Stil!, Vee", "en": "Silent, Vee"},
        "only_computed": {"nl": "Dee, Cee", "en": "Dee, Cee"},
        "floor_country": {"nl": "Laag", "en": "Lowland"},
        "floor": {"nl": "0,174", "en": "0.174"},
    }


def test_where_the_floor_is_not_known_the_notes_say_so_and_where_nothing_stands_alone_too():
    rows = beside()
    rows = rows[rows["beside_key"].isin(["both", "neither"])].assign(floor_country=None)
    said = supply_risk_rows.words_of(rows, WORDS, COUNTRIES)
    assert (said["floor_country"]["nl"], said["floor"]["nl"]) == ("onbekend", "–")
    assert (said["only_listed"]["en"], said["only_computed"]["nl"]) == ("none", "geen")
    none = supply_risk_rows.words_of(rows[rows["beside_key"] == "neither"], WORDS, COUNTRIES)
    assert (none["both"]["nl"], none["listed"]["nl"]) == ("0", "0")


def test_a_note_gives_the_reason_of_each_line_that_one_of_the_two_has_alone():
    assert supply_risk_rows.reasons_of(beside(stage="mining"))["reasons"]["nl"] == (
        "Stil!, geen cijfers. Vee, winning: Boos 65,0 <= 65. Dee, winning: Boos 75,0, -1,000 < Laag 0,174. "
        "Cee, winning: Boos 66,0, -1,000 < Laag 0,174"
    )


def test_what_one_of_the_two_has_alone_is_named_with_its_own_shares():
    found, _ = computed()
    said = supply_risk_rows.one_sided(beside(), found, WORDS)
    assert said["without_rule"]["nl"] == "Stil!, Vee (winning 65,0 %, bewerking 61,6 %)"
    assert (
        said["without_line"]["en"] == "Dee (mining 75.0 %, processing 88.0 %), Cee (mining 66.0 %, processing 60.0 %)"
    )


def dots(production=SHARES):
    found, lines = computed(production=production)
    return supply_risk_rows.dots(lines, found, LISTED, WORDS, MATERIALS, COUNTRIES, threshold=65.0).set_index("line")


def test_a_dot_is_filled_where_its_country_is_governed_worse_than_the_floor_and_not_as_well():
    rows = dots()
    assert rows.loc["X", ["mining", "mining_filled", "processing", "processing_filled"]].tolist() == [
        70,
        True,
        90,
        False,
    ]
    assert rows.loc["F", ["mining", "mining_filled"]].tolist() == [95, False]
    assert pd.isna(rows.loc["N", "mining_filled"])
    # 0.0035 below the floor is below it.
    assert dots(SHARES.replace({"country": {"EVEN": "WEAK"}})).loc["F", "mining_filled"]
    assert pd.isna(rows.loc["silent", "mining"])


def test_a_dot_says_its_stage_country_and_share_and_the_line_its_threshold():
    rows = dots()
    assert rows.loc["V", "processing_words"] == "bewerking: Boos 61,6 %"
    assert rows.loc["V", "processing_words_en"] == "processing: Badland 61.6 %"
    assert rows.loc["silent", "mining_words"] == ""
    assert rows.loc["X", ["threshold_words_en", "reference_period", "floor_country", "floor"]].tolist() == [
        "threshold 65 %", "2024", "LOW", 0.174,
    ]  # fmt: skip
    assert rows["beside_key"].to_dict() == {
        "G": "both", "X": "both", "V": "listed", "silent": "listed", "C": "computed", "D": "computed", "F": "neither",
        "N": "neither", "U": "neither",
    }  # fmt: skip


def test_the_text_of_the_figure_names_three_lines_that_count_and_counts_all():
    said = supply_risk_rows.words_of_dots(dots().reset_index(), WORDS, COUNTRIES)
    assert said["leaders"]["en"] == "Cee, Dee, Group"
    assert (said["computed"]["nl"], said["period"]["nl"]) == ("4", "2024")


@pytest.mark.parametrize(("value", "dutch"), [(65.0, "65"), (62.5, "62,5"), (60, "60")])
def test_a_threshold_in_a_sentence_has_decimals_only_where_it_needs_them(value, dutch):
    assert supply_risk_rows.plain_number(value, "nl") == dutch


def test_a_name_is_that_of_the_list_in_dutch_and_ours_elsewhere():
    names = supply_risk_rows.Names(LISTED, MATERIALS, COUNTRIES)
    assert [names.material(*asked) for asked in (("X", "nl"), ("X", "en"), ("D", "nl"))] == ["Iks!", "Ex", "Dee"]
    assert names.country(None, "nl") is None
    assert names.materials(["X", "G"], "en") == "Ex, Group"
