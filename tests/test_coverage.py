"""What is covered and what is a gap, on a grid small enough to count by hand."""

import pandas as pd

from kritiek.analysis import coverage
from kritiek.exhibits.texts import Texts
from kritiek.notebook import Figure


def entries(*rows):
    """Each (row, column, standard, stage, relation, committee)."""
    columns = ["row", "column", "standard", "stage", "relation", "committee"]
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    return frame.assign(source="report", origin=[f"standards › {number}" for number in range(1, len(rows) + 1)])


ENTRIES = entries(
    ("solar", "R5", "EN 1", "published", "direct", "TC 1"),
    ("solar", "R5", "EN 2", "draft", "direct", "TC 1"),
    ("solar", "R5", "EN 3", "published", "condition", "TC 2"),
    ("solar", "R3", "EN 3", "published", "condition", "TC 2"),
    ("wind", "R5", "EN 4", "preliminary", "direct", None),
)


def of(*keys, sheet):
    return pd.DataFrame({"id": keys, "source": "ours", "origin": [f"{sheet} › {key}" for key in keys]})


ROWS, COLUMNS = of("solar", "wind", "ships", sheet="groups"), of("R3", "R5", sheet="rungs")
PLACES = [(row, column) for row in ROWS["id"] for column in COLUMNS["id"]]


def cells(frame=ENTRIES):
    return coverage.grid(frame, ROWS, COLUMNS).set_index(["row", "column"])


def test_published_in_development_and_conditions_are_counted_apart():
    assert cells().loc[("solar", "R5"), ["published", "in_development", "on_condition"]].tolist() == [1, 1, 1]
    assert cells().loc[("wind", "R5"), ["published", "in_development", "on_condition"]].tolist() == [0, 1, 0]


def test_every_row_and_column_has_a_cell_in_the_order_given():
    found = coverage.grid(ENTRIES, ROWS, COLUMNS)
    assert [*zip(found["row"], found["column"], strict=True)] == PLACES


def test_a_cell_with_conditions_only_or_with_nothing_is_a_gap():
    assert cells()["is_gap"].to_dict() == {
        ("solar", "R3"): True,
        ("solar", "R5"): False,
        ("wind", "R3"): True,
        ("wind", "R5"): False,
        ("ships", "R3"): True,
        ("ships", "R5"): True,
    }


def test_a_standard_counts_once_in_a_cell_and_as_direct_when_one_entry_is():
    both = entries(
        ("solar", "R3", "EN 3", "published", "condition", None), ("solar", "R3", "EN 3", "published", "direct", None)
    )
    assert cells(both).loc[("solar", "R3"), ["published", "on_condition"]].tolist() == [1, 0]


def test_a_cell_names_its_standards_and_what_it_was_made_of_and_a_gap_its_row_and_column():
    assert cells().loc[("solar", "R5"), ["standards", "origin"]].tolist() == [
        "EN 1; EN 2; EN 3",
        "groups › solar; rungs › R5; standards › 1; standards › 2; standards › 3",
    ]
    assert cells().loc[("ships", "R5"), ["standards", "origin"]].tolist() == ["", "groups › ships; rungs › R5"]


def test_what_is_in_no_row_or_column_is_left_out():
    found = cells(pd.concat([ENTRIES, entries(("boats", "R9", "EN 7", "draft", "direct", None))]))
    assert len(found) == len(PLACES)
    assert not found["standards"].str.contains("EN 7").any()


def test_the_counts_of_the_grid_are_those_of_the_entries():
    found = cells()
    assert found[["published", "in_development", "on_condition"]].sum().sum() == len(ENTRIES)


def near(works_on, frame=ENTRIES):
    found = coverage.nearest(coverage.grid(frame, ROWS, COLUMNS), works_on, frame)
    return {(row.row, row.column): (row.committee, row.is_of_row) for row in found.itertuples()}


WORKS_ON = pd.DataFrame(
    [("solar", "TC 1"), ("solar", "TC 2"), ("wind", "TC 9"), ("wind", "TC 8")], columns=["row", "committee"]
)


def test_nearest_is_the_committee_of_the_row_with_most_standards_on_the_column():
    assert near(WORKS_ON)[("solar", "R3")] == ("TC 2", True)


def test_of_committees_without_a_standard_on_the_column_the_one_with_most_on_the_row_then_the_first_by_name():
    frame = pd.concat([ENTRIES, entries(("wind", "R5", "EN 5", "published", "direct", "TC 9"))])
    assert near(WORKS_ON, frame)[("wind", "R3")] == ("TC 9", True)
    assert near(WORKS_ON)[("wind", "R3")] == ("TC 8", True)


GENERAL = entries(
    ("any", "R5", "EN 8", "published", "direct", "TC 6"),
    ("any", "R5", "EN 9", "published", "direct", "TC 7"),
    ("any", "R5", "EN 10", "draft", "direct", "TC 7"),
)


def test_where_no_committee_works_on_the_row_it_is_the_one_with_most_general_standards_on_the_column():
    assert near(WORKS_ON, pd.concat([ENTRIES, GENERAL]))[("ships", "R5")] == ("TC 7", False)


def test_a_committee_of_another_row_is_near_to_none_but_its_own():
    assert pd.isna(near(WORKS_ON)[("ships", "R5")][0])


def test_where_there_is_no_committee_at_all_the_gap_stays_without_one():
    nobody = entries(("wind", "R5", "EN 4", "draft", "direct", None))
    found = near(WORKS_ON.head(0), nobody)
    assert found.keys() == set(PLACES) - {("wind", "R5")}
    assert all(pd.isna(committee) for committee, _ in found.values())


def test_a_cell_says_what_there_is_and_a_gap_who_is_near():
    made = coverage.grid(ENTRIES, ROWS, COLUMNS)
    filled = coverage.nearest(made, WORKS_ON, pd.concat([ENTRIES, GENERAL]))
    assert coverage.cell_words(made, filled, general="*").tolist() == [
        "(1) TC 2",
        "1 + 1",
        "– TC 8",
        "0 + 1",
        "–",
        "– TC 7*",
    ]


NAMES = pd.DataFrame(
    [
        ("solar", "zon", "sun"),
        ("wind", "wind", "wind"),
        ("ships", "schepen", "ships"),
        ("R3", "her", "re"),
        ("R5", "om", "in"),
    ],
    columns=["id", "name_nl", "name_en"],
)
COMMITTEES = of("TC 1", "TC 2", "TC 7", "TC 8", sheet="committees")
WORDS = pd.DataFrame(
    [
        ("coverage", "any", "geen genoemd", "none named"),
        ("coverage", "nobody", "niemand", "nobody"),
        ("coverage", "all", "alle {count}", "all {count}"),
        ("confidence", "second-hand", "uit tweede hand", "second-hand"),
    ],
    columns=["term", "value", "words_nl", "words_en"],
)


def both():
    made = coverage.grid(ENTRIES, ROWS, COLUMNS)
    return made, coverage.nearest(made, WORKS_ON, pd.concat([ENTRIES, GENERAL]))


def test_the_matrix_has_a_row_each_with_its_gaps_and_what_it_was_made_of():
    found = coverage.matrix(*both(), NAMES, COMMITTEES, WORDS, order=["R5", "R3"])
    assert found[["name", "name_en", "column_r5", "column_r3", "gaps"]].values.tolist() == [
        ["zon", "sun", "1 + 1", "(1) TC 2", 1],
        ["wind", "wind", "0 + 1", "– TC 8", 1],
        ["schepen", "ships", "– TC 7*", "–", 2],
    ]
    assert found["origin"].tolist()[2] == "groups › ships; rungs › R3; rungs › R5; committees › TC 7"


def test_the_row_of_what_names_none_goes_by_its_words():
    made = coverage.grid(GENERAL, of("any", sheet="ours"), COLUMNS)
    found = coverage.matrix(
        made, coverage.nearest(made, WORKS_ON, GENERAL), NAMES, COMMITTEES, WORDS, order=["R3", "R5"]
    )
    assert found[["name", "name_en"]].values.tolist() == [["geen genoemd", "none named"]]


def test_the_note_counts_standards_cells_and_gaps():
    made, _ = both()
    said = coverage.counted(made, pd.DataFrame({"id": ["EN 1", "EN 2", "EN 3", "EN 4", "EN 5"]}))
    assert {name: words["en"] for name, words in said.items()} == {"count": "5", "used": "4", "cells": "6", "gaps": "4"}


def test_a_heading_is_the_key_and_its_name():
    assert coverage.headings(NAMES.tail(1)) == {"R5": {"nl": "R5 om", "en": "R5 in"}}


def test_a_wide_grid_is_told_by_row_those_with_fewest_gaps_first():
    found = coverage.by_row(*both(), NAMES, NAMES, COMMITTEES, WORDS)
    assert found[["name", "covered", "gaps", "near"]].values.tolist() == [
        ["Zon", "om 1 + 1", 1, "TC 2: her"],
        ["Wind", "om 0 + 1", 1, "TC 8: her"],
        ["Schepen", "–", 2, "niemand: her; TC 7*: om"],
    ]
    assert found["near_en"].tolist()[2] == "nobody: re; TC 7*: in"
    assert [origin.rpartition("; ")[2] for origin in found["origin"]] == [
        f"committees › {key}" for key in ("TC 2", "TC 8", "TC 7")
    ]


def test_one_committee_that_is_near_to_many_gaps_has_them_counted():
    many = of(*"ABCDEF", sheet="topics")
    made = coverage.grid(ENTRIES, ROWS.head(1), many)
    names = pd.concat(
        [NAMES, pd.DataFrame({"id": list("ABCDEF"), "name_nl": list("abcdef"), "name_en": list("abcdef")})]
    )
    five = made[made["column"] != "F"]
    near = coverage.nearest(made, WORKS_ON.head(1), ENTRIES)
    assert coverage.by_row(made, near, names, names, COMMITTEES, WORDS)["near"].tolist() == ["TC 1: alle 6"]
    near = coverage.nearest(five, WORKS_ON.head(1), ENTRIES)
    assert coverage.by_row(five, near, names, names, COMMITTEES, WORDS)["near"].tolist() == ["TC 1: a, b, c, d, e"]


def test_the_fields_of_the_figure_have_the_row_with_most_standards_first():
    made, _ = both()
    shown = coverage.fields(made.iloc[::-1], NAMES, NAMES)
    assert shown[["row", "topics_en", "published", "in_development"]].values.tolist() == [
        ["solar", ("in", "re"), (1, 0), (1, 0)],
        ["wind", ("in", "re"), (0, 0), (1, 0)],
        ["ships", ("in", "re"), (0, 0), (0, 0)],
    ]
    assert shown[["name", "covered", "standards"]].values.tolist()[0] == ["zon", "om 1 + 1", "EN 1; EN 2; EN 3"]
    assert shown[["covered", "standards", "origin"]].values.tolist()[2] == [
        "–",
        "–",
        "groups › ships; rungs › R5; rungs › R3",
    ]


def test_the_fullest_row_and_the_empty_ones_are_named():
    made, _ = both()
    said = coverage.fullest(coverage.fields(made, NAMES, NAMES))
    assert {name: words["nl"] for name, words in said.items()} == {
        "rows": "3",
        "columns": "2",
        "bare": "1",
        "fullest": "zon",
        "empty": "schepen",
        "most": "3",
    }
    nothing = coverage.grid(ENTRIES.head(0), ROWS.head(1), COLUMNS)
    said = coverage.fullest(coverage.fields(nothing, NAMES, NAMES))
    assert (said["fullest"]["nl"], said["most"]["nl"], said["empty"]["nl"]) == ("–", "0", "zon")


def test_an_article_has_its_standards_and_committees_or_the_one_that_is_near():
    articles = pd.DataFrame(
        [
            ("a28", 28, "Magneten", "Magnets", "verified"),
            ("a27", 27, "Afval", "Waste", "second-hand"),
            ("a9", 29, "Niets", "Nil", "verified"),
        ],
        columns=["id", "article", "name_nl", "name_en", "confidence"],
    ).assign(source="law", origin=lambda rows: "articles › " + rows["id"])
    made = coverage.grid(
        entries(("a28", "standards", "EN 1", "draft", "direct", "TC 1")), articles, of("standards", sheet="x")
    )
    named = pd.DataFrame([("a28", "TC 2"), ("a28", "TC 1"), ("a27", "TC 3")], columns=["row", "committee"])
    named = named.assign(source="report", origin="cited › 1")
    cited = pd.DataFrame({"row": ["a28", "a28", "a27"]})
    found = coverage.by_article(made, named, pd.Series({"a27": "TC 3", "a28": "TC 2"}), articles, cited, WORDS)
    assert found[["article", "citations", "numbers", "standards", "committees", "gap"]].values.tolist() == [
        ["27 Afval [uit tweede hand]", 1, "–", "–", "TC 3", "TC 3"],
        ["28 Magneten", 2, "0 + 1", "EN 1", "TC 1, TC 2", ""],
        ["29 Niets", 0, "–", "–", "–", "niemand"],
    ]
    assert found["origin"].tolist()[2] == "articles › a9; x › standards"


def test_the_figure_writes_a_number_in_a_field_and_leaves_a_gap_empty():
    made, _ = both()
    frame = coverage.fields(made, NAMES, NAMES)
    words = {"nl": "titel", "en": "title"}
    figure = Figure(Texts("x", words, words, words, (), ()), frame, language="en", drawing="coverage")
    axes = figure.draw().axes[0]
    assert [text.get_text() for text in axes.texts] == ["1 + 1", "0 + 1"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["re", "in"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["sun", "wind", "ships"]
    assert [patch.get_hatch() for patch in axes.patches].count("////") == 1


def test_rows_with_as_many_gaps_keep_the_order_of_the_grid():
    made = coverage.grid(ENTRIES, ROWS.iloc[::-1], COLUMNS)
    near_by = coverage.nearest(made, WORKS_ON, ENTRIES)
    assert coverage.matrix(made, near_by, NAMES, COMMITTEES, WORDS, order=["R3"])["row"].tolist() == [
        "ships",
        "wind",
        "solar",
    ]
    assert coverage.by_row(made, near_by, NAMES, NAMES, COMMITTEES, WORDS)["row"].tolist() == ["wind", "solar", "ships"]


def test_one_standard_is_the_most_where_no_row_has_two():
    shown = pd.DataFrame(
        {"name": ["zon", "wind"], "name_en": ["solar", "wind"], "standards": ["EN 1", "–"], "published": [(1,), (0,)]}
    )
    said = {name: words["en"] for name, words in coverage.fullest(shown).items()}
    assert said == {"rows": "2", "columns": "1", "bare": "1", "most": "1", "fullest": "solar", "empty": "wind"}


def test_nothing_at_all_has_no_fullest_row():
    nothing = coverage.grid(ENTRIES.head(0), ROWS, COLUMNS)
    said = coverage.fullest(coverage.fields(nothing, NAMES, NAMES))
    assert (said["fullest"]["nl"], said["bare"]["nl"], said["rows"]["en"]) == ("–", "3", "3")
    assert coverage.fields(nothing, NAMES, NAMES)["row"].tolist() == ["solar", "wind", "ships"]
