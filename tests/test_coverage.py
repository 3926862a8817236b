"""What is covered and what is a gap, on a grid small enough to count by hand."""

import pandas as pd

from kritiek.analysis import coverage


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
