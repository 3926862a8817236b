"""Criteria, weights and the selection beside them, on four committees counted by hand."""

import pandas as pd
import pytest

from kritiek.analysis import relevance_criteria as criteria
from kritiek.errors import ExhibitError

BODIES = pd.DataFrame({"id": ["TC 1", "TC 2", "TC 3", "TC 4"]})
EVIDENCE = pd.DataFrame(
    [
        ("TC 1", "export_control", "Dy", "a"),
        ("TC 1", "export_control", "Ga", "b"),
        ("TC 1", "crma_article", "28", "c"),
        ("TC 1", "supply_risk", "Dy", "d"),
        ("TC 2", "crma_article", "28", "e"),
    ],
    columns=["id", "criterion", "key", "origin"],
).assign(source="s")
UNKNOWN = {"export_control": ["TC 2", "TC 1"], "supply_risk": ["TC 3"]}
ONES = dict.fromkeys(criteria.CRITERIA, 1.0)


def found():
    return criteria.answers(BODIES, EVIDENCE, UNKNOWN)


def test_evidence_is_a_yes_and_without_it_what_is_not_known_is_unknown_and_the_rest_no():
    assert found()["export_control"].tolist() == ["yes", "unknown", "no", "no"]
    assert found()["supply_risk"].tolist() == ["yes", "no", "unknown", "no"]
    assert found()["circularity"].tolist() == ["no"] * 4
    assert tuple(found().columns) == criteria.CRITERIA


def test_the_score_is_the_weights_of_the_criteria_met_and_the_unknown_may_add_theirs():
    made = criteria.scores(found(), ONES | {"export_control": 2.5})
    assert made["score"].tolist() == [4.5, 1.0, 0.0, 0.0]
    assert made["score_at_most"].tolist() == [4.5, 3.5, 1.0, 0.0]
    assert made["rank"].tolist() == [1, 2, 3, 3]


def test_a_weight_of_nothing_takes_a_criterion_out():
    assert criteria.scores(found(), ONES | {"crma_article": 0.0})["score"].tolist() == [2.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(("high", "told"), [(1.0, "both"), (1.1, "selected only")])
def test_high_is_from_the_score_given(high, told):
    score = criteria.scores(found(), ONES)["score"]
    assert criteria.agreement(score, ["TC 2", "TC 9"], high=high)["TC 2"] == told


def test_each_committee_is_both_one_of_the_two_or_neither():
    score = pd.Series({"TC 1": 3.0, "TC 2": 1.0, "TC 3": 3.0, "TC 4": 0.0})
    agreed = criteria.agreement(score, ["TC 1", "TC 2"], high=2.0)
    assert agreed.to_dict() == {"TC 1": "both", "TC 2": "selected only", "TC 3": "high only", "TC 4": "neither"}
    assert criteria.recall_and_precision(agreed) == {"recall": 0.5, "precision": 0.5}


def test_recall_is_of_those_selected_and_precision_of_those_that_score_high():
    agreed = pd.Series(["both", "both", "high only", "selected only", "selected only", "selected only", "neither"])
    assert criteria.recall_and_precision(agreed) == {"recall": 0.4, "precision": 2 / 3}


def test_where_nothing_is_selected_or_high_there_is_no_share():
    assert criteria.recall_and_precision(pd.Series(["neither"])) == {"recall": None, "precision": None}
    assert criteria.recall_and_precision(pd.Series(["high only"])) == {"recall": None, "precision": 0.0}


def test_weights_are_read_from_left_to_right():
    assert criteria.weights_of("all: 1, export_control: 2.5,dutch_actors:0") == ONES | {
        "export_control": 2.5,
        "dutch_actors": 0.0,
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("all: 1, export_controls: 2", 'weights: "export_controls" is no criterion. Nearest: "export_control"'),
        ("all: x", 'weights: all has "x", expected a number from 0 up, as in all: 2'),
        ("all: -1", 'weights: all has "-1"'),
        ("supply_risk: 1", "weights: there is none for export_control, crma_article"),
        ("", "weights: there is none for export_control"),
    ],
)
def test_a_wrong_weight_is_named(text, message):
    with pytest.raises(ExhibitError) as caught:
        criteria.weights_of(text)
    assert str(caught.value).startswith(message)


NAMES = pd.DataFrame(
    [
        ("export_control", "Dy", "dysprosium", "dysprosium"),
        ("export_control", "Ga", "gallium", "gallium"),
        ("supply_risk", "Dy", "dysprosium", "dysprosium"),
        ("crma_article", "28", "28", "28"),
    ],
    columns=["kind", "id", "name_nl", "name_en"],
)
WORDS = pd.DataFrame(
    [
        ("reason", "export_control", "exportmaatregel op {names}", "control of {names}"),
        ("reason", "crma_article", "artikel {names}", "article {names}"),
        ("reason", "supply_risk", "risico bij {names}", "risk of {names}"),
        ("reasons", "none", "Geen van de redenen", "None of the reasons"),
        ("reasons", "unknown", "Niet bekend: {criteria}", "Not known: {criteria}"),
        ("reasons", "more", "{names} en nog {count}", "{names} and {count} more"),
        ("reasons", "score", "{score} (hoogstens {most})", "{score} (at most {most})"),
        ("criterion", "export_control", "exportmaatregel", "export control"),
        ("criterion", "supply_risk", "leveringsrisico", "supply risk"),
        ("verdict", "recommended", "aanbevolen", "recommended"),
        ("verdict", "not discussed", "niet besproken", "not discussed"),
        *(("agreement", name, name, name) for name in criteria.AGREEMENTS),
    ],
    columns=["term", "value", "words_nl", "words_en"],
)


def told(evidence=EVIDENCE, names=NAMES):
    answers = criteria.answers(BODIES, evidence, UNKNOWN)
    score = criteria.scores(answers, ONES)
    rows = score.assign(agreement=criteria.agreement(score["score"], ["TC 2"], high=2.0).astype(str)).reset_index()
    rows = rows.assign(title=["One", "Two", None, "Four"], verdict=["recommended", None, None, None])
    rows = rows.assign(source="register", origin="committees › " + rows["id"])
    return criteria.in_words(rows, answers, evidence, names, WORDS).set_index("id")


def test_the_highest_stands_first_and_of_equals_the_one_that_could_be_higher():
    assert told().index.tolist() == ["TC 1", "TC 2", "TC 3", "TC 4"]


def test_the_reasons_are_a_sentence_in_both_languages_and_the_unknown_is_said():
    rows = told()
    assert rows.at["TC 1", "reasons"] == "Exportmaatregel op dysprosium, gallium; artikel 28; risico bij dysprosium."
    assert rows.at["TC 2", "reasons_en"] == "Article 28. Not known: export control."
    assert rows.at["TC 4", "reasons"] == "Geen van de redenen."
    assert rows["scored"].tolist() == ["3", "1 (hoogstens 2)", "0 (hoogstens 1)", "0"]


def test_more_evidence_than_is_named_is_counted():
    many = pd.DataFrame(
        {"id": "TC 1", "criterion": "crma_article", "key": list("654321"), "source": "s", "origin": "x"}
    )
    names = pd.DataFrame([("crma_article", key, key, key) for key in "123456"], columns=NAMES.columns)
    assert told(many, names).at["TC 1", "reasons"] == "Artikel 1, 2, 3, 4 en nog 2. Niet bekend: exportmaatregel."


def test_as_many_as_are_named_are_all_named():
    four = pd.DataFrame({"id": "TC 1", "criterion": "crma_article", "key": list("4321"), "source": "s", "origin": "x"})
    names = pd.DataFrame([("crma_article", key, key, key) for key in "1234"], columns=NAMES.columns)
    assert told(four, names).at["TC 1", "reasons"].startswith("Artikel 1, 2, 3, 4. ")


def test_of_equals_the_first_by_name_stands_first():
    nothing = EVIDENCE.head(0)
    bodies = criteria.answers(BODIES, nothing, {})
    rows = pd.DataFrame({"id": ["TC 4", "TC 1"], "title": None, "verdict": None, "agreement": "neither", "rank": 1})
    rows = rows.assign(score=0.0, score_at_most=0.0, source="s", origin="o")
    assert criteria.in_words(rows, bodies, nothing, NAMES, WORDS)["id"].tolist() == ["TC 1", "TC 4"]
    # Nobody asked about: a table without rows, and not without columns.
    none = criteria.in_words(rows.head(0), bodies, nothing, NAMES, WORDS)
    assert (len(none), {"rank", "committee", "scored", "reasons_en"} <= {*none.columns}) == (0, True)


def test_a_row_names_its_verdict_and_the_sheets_that_it_was_made_of():
    rows = told()
    assert rows["verdict_words"].tolist()[:2] == ["aanbevolen", "niet besproken"]
    assert rows.at["TC 1", "origin"] == "committees › TC 1; a; b; c; d"
    assert rows.at["TC 3", "origin"] == "committees › TC 3"
    assert rows["committee"].tolist() == ["TC 1 One", "TC 2 Two", "TC 3", "TC 4 Four"]


def test_the_notes_count_what_is_high_selected_and_met():
    rows = pd.DataFrame({"id": ["TC 1", "TC 2", "TC 3"], "agreement": ["both", "selected only", "high only"]})
    said = criteria.counted(rows, found(), high=2.5)
    assert {name: words["nl"] for name, words in said.items() if name not in criteria.CRITERIA} == {
        "count": "3",
        "selected": "2",
        "high_count": "2",
        "high_only": "TC 3",
        "selected_only": "TC 2",
        "recall": "50",
        "precision": "50",
        "high": "2,5",
    }
    all_of_them = criteria.counted(rows.head(1), found(), high=2.5)
    assert (all_of_them["recall"]["nl"], all_of_them["precision"]["nl"]) == ("100", "100")
    assert (said["crma_article"]["en"], said["circularity"]["en"], said["high"]["en"]) == ("2", "0", "2.5")
