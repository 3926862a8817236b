"""Rules that a schema declares across columns and rows: what breaks one is named with every cell it is about."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import folders
import pytest

from sheetcheck.checks import check_folder
from sheetcheck.faults import Fault, SchemaError

DAY = dt.date


def faults(folder: Path, fields: list[Any], rows: folders.Rows, key: str = "id", **schema: Any) -> list[str]:
    """What a check of one table t.xlsx › t says, with more of its schema by name; `package` adds to the package."""
    return [str(fault) for fault in found(folder, fields, rows, key, **schema)]


def found(folder: Path, fields: list[Any], rows: folders.Rows, key: str = "id", **schema: Any) -> tuple[Fault, ...]:
    refs = schema.pop("refs", {})
    table = folders.resource("t", "t.xlsx", "t", fields, [key], **refs)
    table["schema"] |= schema
    folders.write_folder(folder, {"t": rows}, [table])
    return check_folder(folder).faults


ID = folders.column("id")
MEASURE = [ID, *(folders.column(name, "date") for name in ("announced", "effective", "ended"))]
ORDER = [{"rule": "order", "fields": ["announced", "effective", "ended"]}]


def test_a_date_before_the_one_it_should_follow_is_named_with_both_cells(tmp_path: Path) -> None:
    rows = [
        ["a", DAY(2025, 1, 2), DAY(2025, 1, 2), DAY(2025, 3, 1)],
        ["b", DAY(2025, 10, 9), DAY(2024, 11, 8), None],
    ]
    assert faults(tmp_path, MEASURE, rows, rules=ORDER) == [
        "t.xlsx › t › C3: effective (C3) is 2024-11-08, before announced (B3), 2025-10-09."
        " Look at both, and correct the one that is wrong."
    ]


def test_a_blank_between_two_dates_does_not_hide_their_order(tmp_path: Path) -> None:
    rows = [["a", DAY(2025, 10, 9), None, DAY(2025, 10, 8)], ["b", None, None, DAY(2025, 1, 1)]]
    assert [fault.cell for fault in found(tmp_path, MEASURE, rows, rules=ORDER)] == ["D2"]


def test_a_date_at_fault_in_itself_breaks_no_order_as_well(tmp_path: Path) -> None:
    fields = [ID, folders.column("announced", "date", minimum="2020-01-01"), folders.column("effective", "date")]
    rules = [{"rule": "order", "fields": ["effective", "announced"]}]
    rows = [["a", DAY(2019, 1, 1), DAY(2025, 1, 1)]]
    assert faults(tmp_path, fields, rows, rules=rules) == [
        "t.xlsx › t › B2: 2019-01-01 is before 2020-01-01, the earliest that announced can be."
    ]


def test_whole_numbers_have_an_order_too(tmp_path: Path) -> None:
    fields = [ID, folders.column("first", "integer"), folders.column("last", "integer")]
    rules = [{"rule": "order", "fields": ["first", "last"]}]
    assert faults(tmp_path, fields, [["a", 3, 2], ["b", 2, 2]], rules=rules) == [
        "t.xlsx › t › C2: last (C2) is 2, under first (B2), 3. Look at both, and correct the one that is wrong."
    ]


def test_a_year_is_held_against_its_date(tmp_path: Path) -> None:
    fields = [ID, folders.column("year", "integer"), folders.column("announced", "date")]
    rules = [{"rule": "year", "field": "year", "of": "announced"}]
    rows = [
        ["a", 2024, DAY(2025, 10, 9)],
        ["b", 2025, DAY(2025, 1, 1)],
        ["c", 2020, None],
        ["d", None, DAY(2025, 1, 1)],
    ]
    assert faults(tmp_path, fields, rows, rules=rules) == [
        "t.xlsx › t › B2: year (B2) is 2024, and announced (C2) is 2025-10-09."
        " Look at both, and correct the one that is wrong."
    ]


def test_a_text_begins_with_what_another_column_asks_of_it(tmp_path: Path) -> None:
    fields = [ID, folders.column("body")]
    rules = [{"rule": "begins", "field": "id", "when": {"body": ["ISO"]}, "with": "ISO/"}]
    rows: folders.Rows = [["ISO/TC 1", "ISO"], ["CEN/TC 2", "ISO"], ["CEN/TC 3", "CEN"], ["IEC/TC 4", None]]
    assert faults(tmp_path, fields, rows, rules=rules) == [
        't.xlsx › t › A3: found "CEN/TC 2"; where body (B3) is "ISO", id (A3) begins with "ISO/".'
        " Look at both, and correct the one that is wrong."
    ]


def test_a_day_after_the_data_date_cannot_be_known(tmp_path: Path) -> None:
    fields = [ID, folders.column("announced", "date"), folders.column("year", "integer")]
    table = folders.resource("t", "t.xlsx", "t", fields, ["id"])
    table["schema"]["rules"] = [{"rule": "not_after_data_date", "fields": ["announced", "year"]}]
    rows: folders.Rows = [["a", DAY(2026, 6, 30), 2026], ["b", DAY(2026, 7, 1), 2027]]
    folders.write_folder(tmp_path, {"t": rows}, [table], data_date="2026-06-30")
    assert [str(fault) for fault in check_folder(tmp_path).faults] == [
        "t.xlsx › t › B3: 2026-07-01 is later than these data know: data_date in datapackage.json is 2026-06-30."
        " Correct it; or, when newer sources were read, set data_date to the last day that they know.",
        "t.xlsx › t › C3: 2027 is later than these data know: data_date in datapackage.json is 2026-06-30."
        " Correct it; or, when newer sources were read, set data_date to the last day that they know.",
    ]


PARENT = [ID, folders.column("parent")]
NO_CYCLES = {"refs": {"parent": ".id"}, "rules": [{"rule": "no_cycles", "field": "parent"}]}


def test_a_row_that_is_its_own_ancestor_is_named_once_with_every_cell_of_the_circle(tmp_path: Path) -> None:
    rows = [["a", None], ["b", "d"], ["c", "b"], ["d", "c"], ["e", "d"]]
    assert faults(tmp_path, PARENT, rows, **NO_CYCLES) == [
        't.xlsx › t › B3: goes round in a circle: "b" has parent "d" (B3), "d" has parent "c" (B5),'
        ' "c" has parent "b" (B4). Correct or clear one of these cells.'
    ]


def test_a_row_that_is_its_own_parent_goes_round_too(tmp_path: Path) -> None:
    (fault,) = found(tmp_path, PARENT, [["a", "a"], ["b", "a"]], **NO_CYCLES)
    assert (fault.cell, fault.code) == ("B2", "cycle")


def test_a_row_without_a_key_closes_no_circle(tmp_path: Path) -> None:
    rows: folders.Rows = [["a", None], [None, "a"], ["b", "a"]]
    assert [fault.code for fault in found(tmp_path, PARENT, rows, **NO_CYCLES)] == ["missing-required"]


def test_a_long_chain_without_a_circle_is_no_fault(tmp_path: Path) -> None:
    rows: folders.Rows = [["n0", None], *([f"n{n}", f"n{n - 1}"] for n in range(1, 3000))]
    assert found(tmp_path, PARENT, rows, **NO_CYCLES) == ()


SHARES = [ID, folders.column("material"), folders.column("share", "number", minimum=0, maximum=100)]


def test_shares_that_add_up_to_more_than_their_total_are_named_with_every_cell(tmp_path: Path) -> None:
    rows = [["1", "Ga", 60], ["2", "Ge", 99.9], ["3", "Ga", 45.5], ["4", "Ge", 0.1], ["5", "Li", 20]]
    rules = [{"rule": "sum", "field": "share", "by": ["material"], "at_most": 100, "within": 1}]
    assert faults(tmp_path, SHARES, rows, rules=rules) == [
        't.xlsx › t › C4: C2 + C4 add up to 105.5 (share of material "Ga"); expected at most 100, within 1.'
        " Look at each of them."
    ]


def test_shares_may_pass_their_total_by_rounding_alone(tmp_path: Path) -> None:
    rules = [{"rule": "sum", "field": "share", "by": ["material"], "at_most": 100, "within": 1}]
    assert found(tmp_path, SHARES, [["1", "Ga", 100], ["2", "Ga", 1]], rules=rules) == ()
    rules = [{"rule": "sum", "field": "share", "by": ["material"], "at_most": 1}]
    assert found(tmp_path / "b", SHARES, [[f"{n}", "Ga", 0.1] for n in range(10)], rules=rules) == ()


def test_an_exact_total_may_be_neither_passed_nor_missed(tmp_path: Path) -> None:
    rules = [{"rule": "sum", "field": "share", "by": ["material"], "exactly": 100}]
    rows = [["1", "Ga", 60], ["2", "Ga", 30], ["3", "Ge", 100]]
    assert faults(tmp_path, SHARES, rows, rules=rules) == [
        't.xlsx › t › C3: C2 + C3 add up to 90 (share of material "Ga"); expected exactly 100. Look at each of them.'
    ]


def test_a_figure_at_fault_makes_no_total_wrong_as_well(tmp_path: Path) -> None:
    rules = [{"rule": "sum", "field": "share", "by": ["material"], "exactly": 100}]
    rows = [["1", "Ga", 60], ["2", "Ga", "40,0"]]
    assert [fault.code for fault in found(tmp_path, SHARES, rows, rules=rules)] == ["decimal-comma"]


LINES = [
    ID,
    folders.column("side", enum=["mirror", "committee"]),
    folders.column("mirror"),
    folders.column("committee"),
]
BY_SIDE = [{"rule": "filled", "when": {"side": "mirror"}, "filled": "mirror", "blank": "committee"}]


def test_what_must_be_filled_or_blank_depends_on_another_cell(tmp_path: Path) -> None:
    rows = [["1", "mirror", "nc", None], ["2", "mirror", None, "tc"], ["3", "committee", None, None]]
    assert faults(tmp_path, LINES, rows, rules=BY_SIDE) == [
        't.xlsx › t › C3: mirror (C3) is blank, and must be filled where side (B3) is "mirror".',
        't.xlsx › t › D3: committee (D3) must stay blank where side (B3) is "mirror". Clear it, or correct the other.',
    ]


def test_a_column_may_need_another_wherever_it_is_filled(tmp_path: Path) -> None:
    fields = [ID, folders.column("suspended_from", "date"), folders.column("suspended_until", "date")]
    rules = [{"rule": "filled", "if_filled": "suspended_until", "filled": "suspended_from"}]
    rows = [["a", DAY(2025, 1, 1), DAY(2026, 1, 1)], ["b", None, DAY(2026, 11, 10)], ["c", None, None]]
    assert faults(tmp_path, fields, rows, rules=rules) == [
        't.xlsx › t › B3: suspended_from (B3) is blank, and must be filled where suspended_until (C3) is "2026-11-10".'
    ]


def test_a_rule_that_says_nowhere_where_it_holds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="say where it holds: with when the values of columns, or with if_filled"):
        found(tmp_path, [ID, folders.column("x")], [], rules=[{"rule": "filled", "filled": ["x"]}])


def test_a_cell_at_fault_decides_about_no_other(tmp_path: Path) -> None:
    rows = [["1", "Mirror", None, "tc"]]
    assert [fault.code for fault in found(tmp_path, LINES, rows, rules=BY_SIDE)] == ["wrong-case"]


TREE = [ID, folders.column("kind", enum=["group", "element"]), folders.column("body"), folders.column("parent")]


def test_a_reference_must_lead_to_a_row_of_the_kind_that_fits(tmp_path: Path) -> None:
    rules = [{"rule": "target", "field": "parent", "where": {"kind": ["group"]}}]
    rows = [["g", "group", None, None], ["a", "element", None, "g"], ["b", "element", None, "a"]]
    assert faults(tmp_path, TREE, rows, rules=rules, refs={"parent": ".id"}) == [
        't.xlsx › t › D4: "a" has kind "element" (t.xlsx › t › B3); parent must refer to one with kind "group".'
    ]


def test_the_kind_that_fits_may_depend_on_another_cell(tmp_path: Path) -> None:
    rules = [{"rule": "target", "field": "parent", "when": {"body": "ISO"}, "where": {"kind": "group"}}]
    rows = [["a", "element", None, None], ["b", "element", "ISO", "a"], ["c", "element", "IEC", "a"]]
    assert faults(tmp_path, TREE, rows, rules=rules, refs={"parent": ".id"}) == [
        't.xlsx › t › D3: "a" has kind "element" (t.xlsx › t › B2); parent must refer to one with kind "group",'
        ' where body (C3) is "ISO".'
    ]


def test_a_reference_may_have_to_agree_with_its_target(tmp_path: Path) -> None:
    rules = [{"rule": "target", "field": "parent", "same": {"body": "body"}}]
    rows = [["a", "group", "IEC", None], ["b", "element", "ISO", "a"], ["c", "element", "IEC", "a"]]
    assert faults(tmp_path, TREE, rows, rules=rules, refs={"parent": ".id"}) == [
        't.xlsx › t › D3: "a" has body "IEC" (t.xlsx › t › C2); parent must refer to one with body "ISO",'
        " as body (C3) says."
    ]


def test_every_item_of_a_list_is_held_against_its_own_target(tmp_path: Path) -> None:
    fields = [ID, folders.column("list"), folders.column("marks", "list", reference={"resource": "t", "field": "id"})]
    rules = [{"rule": "target", "field": "marks", "same": {"list": "list"}}]
    rows = [["m", "one", None], ["n", "two", None], ["x", "one", "m; n"]]
    assert [fault.message.partition(";")[0] for fault in found(tmp_path, fields, rows, rules=rules)] == [
        '"n" has list "two" (t.xlsx › t › B3)'
    ]


def test_columns_that_are_unique_together_name_both_rows(tmp_path: Path) -> None:
    fields = [ID, folders.column("exhibit"), folders.column("is_open", "boolean")]
    rows = [["1", "t1", True], ["2", "t1", False], ["3", "t1", True], ["4", None, True], ["5", None, True]]
    assert faults(tmp_path, fields, rows, uniqueKeys=[["exhibit", "is_open"]]) == [
        't.xlsx › t › C4: B4 + C4 repeats the key of B2 + C2 (exhibit "t1", is_open TRUE).'
        " Change one of the rows, or delete it."
    ]


def test_a_foreign_key_of_several_columns_wants_them_together_in_one_row(tmp_path: Path) -> None:
    fields = [ID, folders.column("group"), folders.column("member"), folders.column("of"), folders.column("row")]
    key = {"fields": ["of", "row"], "reference": {"resource": "t", "fields": ["group", "member"]}}
    rows = [["1", "REE", "Nd", None, None], ["2", "PGM", "Pt", "REE", "Nd"], ["3", None, None, "REE", "Pt"]]
    assert faults(tmp_path, fields, rows, foreignKeys=[key]) == [
        't.xlsx › t › E4: of (D4) "REE" and row (E4) "Pt" stand together in no row of t.xlsx › t.'
        " Correct one of them, or add the row there first."
    ]


def faults_of_a_pair(tmp_path: Path, rows: dict[str, list[list[str]]]) -> list[Fault]:
    """Of a table whose member is a key by itself, and with its group."""
    fields = [folders.column(name) for name in ("id", "group", "member")]
    table = folders.resource("t", "t.xlsx", "t", fields, ["id"])
    other = folders.resource("u", "u.csv", None, [folders.column("group"), folders.column("member")], ["member"])
    pair = {"fields": ["group", "member"], "reference": {"resource": "u", "fields": ["group", "member"]}}
    single = {"fields": ["member"], "reference": {"resource": "u", "fields": ["member"]}}
    table["schema"]["foreignKeys"] = [pair, single]
    folders.write_folder(tmp_path, rows, [table, other])
    return check_folder(tmp_path).faults


def test_a_value_that_its_own_reference_misses_is_named_once(tmp_path: Path) -> None:
    rows = {"t": [["1", "g", "annx"], ["2", "h", "anna"]], "u": [["g", "anna"]]}
    assert [(fault.cell, fault.message.split(" ")[0]) for fault in faults_of_a_pair(tmp_path, rows)] == [
        ("C2", '"annx"'),
        ("B3", "group"),
    ]


def test_a_value_whose_own_row_has_another_key_now_is_told_there_alone(tmp_path: Path) -> None:
    rows = {"t": [["1", "g", "anna"], ["2", "g", "anna"]], "u": [["g", "annb"]]}
    (fault,) = faults_of_a_pair(tmp_path, rows)
    assert (fault.place, fault.code, fault.suggestion) == ("u.csv › line 2 › member", "changed-key", "anna")


def test_a_target_may_be_in_a_table_of_nothing_but_its_key_and_kind(tmp_path: Path) -> None:
    table = folders.resource("t", "t.xlsx", "t", [ID, folders.column("of")], ["id"], of="u.id")
    table["schema"]["rules"] = [{"rule": "target", "field": "of", "where": {"kind": ["group"]}}]
    other = folders.resource("u", "u.csv", None, [ID, folders.column("kind")], ["id"])
    rows = {"t": [["1", "a"], ["2", "b"]], "u": [["a", "group"], ["b", "element"]]}
    (fault,) = check_folder(folders.write_folder(tmp_path, rows, [table, other])).faults
    assert (fault.cell, fault.code) == ("B3", "wrong-target")


def test_a_part_that_several_keys_share_and_no_row_has_is_one_fault_in_its_own_cell(tmp_path: Path) -> None:
    fields = [folders.column(name) for name in ("edition", "group", "member")]
    table = folders.resource("t", "t.xlsx", "t", fields, ["edition"])
    others = [
        folders.resource(name, f"{name}.csv", None, [folders.column("edition"), folders.column(part)], [part])
        for name, part in (("groups", "group"), ("members", "member"))
    ]
    table["schema"]["foreignKeys"] = [
        {"fields": ["edition", part], "reference": {"resource": f"{part}s", "fields": ["edition", part]}}
        for part in ("group", "member")
    ]
    rows = {"t": [["2062", "g", "m"], ["2026", "g", "m"]], "groups": [["2026", "g"]], "members": [["2026", "m"]]}
    assert [str(fault) for fault in check_folder(folders.write_folder(tmp_path, rows, [table, *others])).faults] == [
        't.xlsx › t › A2: edition (A2) "2062" and group (B2) "g" stand together in no row of groups.csv.'
        " Correct one of them, or add the row there first."
    ]


def test_a_value_that_its_own_reference_finds_and_the_key_does_not_is_a_fault(tmp_path: Path) -> None:
    fields = [folders.column(name) for name in ("edition", "member")]
    table = folders.resource("t", "t.xlsx", "t", fields, ["member"])
    members = folders.resource("members", "members.csv", None, [folders.column("id")], ["id"])
    titles = folders.resource("titles", "titles.csv", None, fields, ["member"])
    pair = {"fields": ["edition", "member"], "reference": {"resource": "titles", "fields": ["edition", "member"]}}
    single = {"fields": ["member"], "reference": {"resource": "members", "fields": ["id"]}}
    table["schema"]["foreignKeys"] = [pair, single]
    rows = {"t": [["2026", "m"], ["2026", "n"]], "members": [["m"], ["n"]], "titles": [["2026", "m"]]}
    folders.write_folder(tmp_path, rows, [table, members, titles])
    assert [fault.place for fault in check_folder(tmp_path).faults] == ["t.xlsx › t › B3"]


def test_a_rule_about_a_column_that_the_sheet_lacks_waits_for_the_column(tmp_path: Path) -> None:
    table = folders.resource("t", "t.xlsx", "t", MEASURE, ["id"])
    table["schema"]["rules"] = ORDER
    folders.write_folder(tmp_path, {"t": [["a", None, None, None]]}, [table])
    rows: folders.Rows = [["id", "announced", "effective"], ["a", DAY(2025, 1, 2), DAY(2024, 1, 2)]]
    folders.write_workbook(tmp_path / "t.xlsx", {"t": rows})
    assert [fault.code for fault in check_folder(tmp_path).faults] == ["missing-column"]


@pytest.mark.parametrize(
    ("serial", "message"),
    [
        (
            DAY(1905, 7, 18),
            "1905-07-18 is how Excel shows 2026 in a cell with a date format. Was the year 2026 typed alone?"
            " Type the whole date, or leave the cell blank and say why in a note.",
        ),
        (2026, "2026 is a year where a date belongs. Type the whole date in the format yyyy-mm-dd."),
        ("2026", '"2026" is a year where a date belongs. Type a date, or leave the cell blank and say why in a note.'),
    ],
)
def test_a_year_typed_where_a_date_belongs_is_known_as_such(tmp_path: Path, serial: Any, message: str) -> None:
    assert faults(tmp_path, MEASURE, [["a", serial, None, None]]) == [f"t.xlsx › t › B2: {message}"]


def test_a_day_of_1905_is_a_day_where_the_schema_says_that_such_days_belong(tmp_path: Path) -> None:
    fields = [ID, folders.column("founded", "date", minimum="1900-01-01")]
    assert found(tmp_path, fields, [["a", DAY(1905, 7, 18)]]) == ()


@pytest.mark.parametrize(("members", "cells"), [(8, " add up to 800"), (9, " and 1 more add up to 900")])
def test_eight_cells_of_a_group_are_named_and_of_more_it_is_said_how_many(
    tmp_path: Path, members: int, cells: str
) -> None:
    rules = [{"rule": "sum", "field": "share", "by": ["material"], "at_most": 100}]
    rows: folders.Rows = [[str(number), "Ga", 100] for number in range(members)]
    (fault,) = faults(tmp_path, SHARES, rows, rules=rules)
    assert f": C2 + C3 + C4 + C5 + C6 + C7 + C8 + C9{cells} " in fault


def test_a_rule_about_every_column_of_a_table_holds(tmp_path: Path) -> None:
    fields = [folders.column("first", "integer"), folders.column("last", "integer")]
    rules = [{"rule": "order", "fields": ["first", "last"]}]
    (fault,) = found(tmp_path, fields, [[3, 2]], "first", rules=rules)
    assert (fault.cell, fault.code) == ("B2", "wrong-order")


def without_last_column(folder: Path, fields: list[Any], rows: folders.Rows, **schema: Any) -> list[str]:
    """The codes of the faults where the last column of t is in the schema and not in the sheet."""
    found(folder, fields, [[*row, "x"] for row in rows], **schema)
    folders.write_workbook(folder / "t.xlsx", {"t": [[field["name"] for field in fields[:-1]], *rows]})
    return [fault.code for fault in check_folder(folder).faults]


def test_what_leads_to_a_column_that_the_sheet_lacks_waits_for_the_column(tmp_path: Path) -> None:
    fields = [ID, *map(folders.column, ("group", "of", "row", "member"))]
    key = {"fields": ["of", "row"], "reference": {"resource": "t", "fields": ["group", "member"]}}
    rows: folders.Rows = [["1", "REE", "REE", "Nd"], ["2", "REE", "PGM", "Pt"]]
    assert without_last_column(tmp_path / "key", fields, rows, foreignKeys=[key]) == ["missing-column"]
    fields = [folders.column("parent"), ID]
    rows = [["a"], ["b"]]
    assert without_last_column(tmp_path / "circle", fields, rows, **NO_CYCLES) == ["missing-column"]
    rules = [{"rule": "target", "field": "parent", "where": {"kind": ["group"]}}]
    schema = {"refs": {"parent": ".id"}, "rules": rules}
    fields = [ID, folders.column("parent"), folders.column("kind")]
    rows = [["a", None], ["b", "a"]]
    assert without_last_column(tmp_path / "target", fields, rows, **schema) == ["missing-column"]


def test_of_two_rows_of_one_key_the_sound_one_is_the_target(tmp_path: Path) -> None:
    rules = [{"rule": "target", "field": "parent", "where": {"kind": ["group"]}}]
    rows = [["g", "group", None, None], ["g", "element", None, None], ["a", "element", None, "g"]]
    assert [fault.code for fault in found(tmp_path, TREE, rows, rules=rules, refs={"parent": ".id"})] == [
        "duplicate-key"
    ]
