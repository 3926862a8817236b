"""Two runs side by side: rows by their key, and the input that makes the difference."""

import csv
import shutil
from pathlib import Path

import pytest

from kritiek.analysis.two_runs import CHANGED, GONE, NEW, CellChange, RowChange, compared, key_width, lines
from kritiek.build.plan import load_plan
from kritiek.changes.runs import Side, compare_runs
from kritiek.errors import PlanError

ROOT = Path(__file__).parents[1]
HEAD = ("Raw material", "Share", "Country")


def table(*rows):
    return [HEAD, *rows]


OLD = table(("Bi", "69", "China"), ("V", "61", "China"), ("Zr", "33", "Chile"))
NEW_RUN = table(("V", "74", "Russia"), ("Bi", "69", "China"), ("Ga", "99", "China"))


def test_rows_are_known_by_their_first_column_wherever_they_stand():
    found = compared("x", OLD, NEW_RUN, {})
    assert found.changes == (
        RowChange("V", CHANGED, (CellChange("Share", "61", "74"), CellChange("Country", "China", "Russia"))),
        RowChange("Ga", NEW),
        RowChange("Zr", GONE),
    )
    assert (found.same, found.keyed, found.number(NEW)) == (1, True, 1)


def test_the_input_that_alone_gives_a_cell_or_row_is_named_with_it():
    shares = table(("V", "74", "China"), ("Bi", "69", "China"), ("Zr", "33", "Chile"), ("Ga", "99", "China"))
    countries = table(("Bi", "69", "China"), ("V", "61", "Russia"), ("Zr", "33", "Chile"))
    without = table(("Bi", "69", "China"), ("V", "61", "China"))
    found = compared("x", OLD, NEW_RUN, {
        "shares": shares, "countries": countries, "materials": without, "notes": OLD, "more": "1 fault",
    })  # fmt: skip
    assert found.changes == (
        RowChange("V", CHANGED, (
            CellChange("Share", "61", "74", ("shares",)), CellChange("Country", "China", "Russia", ("countries",)),
        )),
        RowChange("Ga", NEW, because=("shares",)),
        RowChange("Zr", GONE, because=("materials",)),
    )  # fmt: skip
    assert dict(found.inputs) == {
        "shares": "explains 2 of the 4 cells and rows that differ",
        "countries": "explains 1 of the 4 cells and rows that differ",
        "materials": "explains 1 of the 4 cells and rows that differ",
        "notes": "changes nothing",
        "more": "cannot be swapped alone: 1 fault",
    }


def test_a_key_is_the_fewest_first_columns_that_tell_rows_apart_in_both():
    twice = [("V", "mining", "61"), ("V", "processing", "62")]
    assert key_width(OLD[1:], NEW_RUN[1:]) == 1
    assert key_width(twice, twice) == 2
    assert key_width([("V", "mining", "61"), ("V", "mining", "62")], twice) == 0


def test_rows_without_a_key_pair_by_what_they_share():
    same = [("V", "mining", "61"), ("V", "mining", "62")]
    found = compared("x", table(*same), table(same[0], ("V", "mining", "70")), {"shares": OLD})
    assert found.changes == (RowChange("V › mining › 70", CHANGED, (CellChange("Country", "62", "70"),)),)
    assert not found.keyed


def test_the_input_that_alone_brings_changes_or_takes_a_row_without_a_key_is_named_with_it():
    old = table(("V", "mining", "61"), ("V", "mining", "62"))
    new = table(("V", "mining", "61"), ("V", "mining", "70"), ("Bi", "processing", "69"))
    found = compared("x", old, new, {"year": new, "shares": [*old, new[3]]})
    assert found.changes == (
        RowChange("V › mining › 70", CHANGED, (CellChange("Country", "62", "70", ("year",)),)),
        RowChange("Bi › processing › 69", NEW, because=("year", "shares")),
    )
    assert dict(found.inputs) == {
        "year": "explains 2 of the 2 cells and rows that differ",
        "shares": "explains 1 of the 2 cells and rows that differ",
    }
    back = compared("x", new, old, {"year": old, "materials": new[:3]})
    assert back.changes == (
        RowChange("V › mining › 62", CHANGED, (CellChange("Country", "70", "62", ("year",)),)),
        RowChange("Bi › processing › 69", GONE, because=("year", "materials")),
    )


def test_what_is_empty_shows_as_a_dash():
    found = compared("x", table(("V", "", "China")), table(("V", "74", "China")), {})
    assert list(lines(found)) == ["x: 0 new, 0 gone, 1 changed, 0 the same", "  ~ V", "      Share: – → 74"]


def test_headings_that_differ_and_the_inputs_are_said_below_one_another():
    old = [("Raw material", "Share 2022"), ("V", "61")]
    new = [("Raw material", "Share 2024"), ("V", "74")]
    assert list(lines(compared("x", old, new, {"production_shares": new, "year": old}))) == [
        "x: 0 new, 0 gone, 1 changed, 0 the same",
        "  headings: Raw material | Share 2022 → Raw material | Share 2024",
        "  ~ V",
        "      Share 2024: 61 → 74  [production_shares]",
        "Each input that differs, put into the first run alone:",
        "  production_shares  explains 1 of the 1 cells and rows that differ",
        "  year               changes nothing",
    ]
    assert len(list(lines(compared("x", old, [old[0], new[1]], {})))) == 3


def test_other_parameters_are_swapped_one_at_a_time():
    plan = load_plan("analyse", ROOT)
    # Above 66.0 magnesite falls out whatever the year; the scores follow the year alone.
    found = compare_runs(
        plan, "supply_risk", Side(), Side(None, {"threshold": "66", "governance_year": "2024"}), language="en"
    )
    of_row = {change.name: {cell.label: cell for cell in change.cells} for change in found.changes}
    assert of_row["Magnesite"]["Beside Table 2"].after == "in neither"
    assert of_row["Magnesite"]["Beside Table 2"].because == ("threshold",)
    assert of_row["Magnesite"]["Above threshold (points)"].because == ("threshold",)
    assert of_row["Niobium"]["Governance"].because == ("governance_year",)
    assert [name for name, _ in found.inputs] == ["threshold", "governance_year"]


def edited(folder, name, match, **changes):
    """A data folder with other values in the rows of a CSV that have these."""
    path = folder / name
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        rows = list(reader)
    hits = [row for row in rows if all(row[key] == value for key, value in match.items())]
    assert hits
    for row in hits:
        row.update(changes)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, reader.fieldnames, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_other_figures_are_swapped_one_table_at_a_time(tmp_path):
    newer = tmp_path / "newer"
    shutil.copytree(ROOT / "data", newer, ignore=shutil.ignore_patterns("~$*", ".*"))
    vanadium = {"study": "eu-crm-2023", "material": "V", "stage": "mining", "rank": "1"}
    edited(newer, "production_shares.csv", vanadium, share_percent="70.5")
    edited(newer, "governance.csv", {"country": "ZAF", "year": "2023"}, estimate="1")
    found = compare_runs(load_plan("analyse", ROOT), "supply_risk", Side(), Side(newer), language="en")
    of_row = {change.name: {cell.label: cell for cell in change.cells} for change in found.changes}
    assert of_row["Vanadium"]["Beside Table 2"] == CellChange(
        "Beside Table 2", "only there", "in both", ("production_shares",)
    )
    assert of_row["Platinum group metals"]["Beside Table 2"].because == ("governance",)
    assert sorted(name for name, _ in found.inputs) == ["governance", "production_shares"]


def test_a_value_that_the_first_figures_do_not_know_is_said_not_to_stand_alone(tmp_path):
    newer = tmp_path / "newer"
    shutil.copytree(ROOT / "data", newer, ignore=shutil.ignore_patterns("~$*", ".*"))
    edited(newer, "production_shares.csv", {"study": "eu-crm-2023"}, reference_period="2017-2021")
    found = compare_runs(
        load_plan("analyse", ROOT), "supply_risk", Side(), Side(newer, {"reference_period": "2017-2021"}), language="en"
    )
    assert dict(found.inputs)["reference_period"].startswith(
        'cannot be swapped alone: --set reference_period: "2017-2021" is not known.'
    )


def test_a_misspelt_parameter_is_refused_before_anything_runs():
    with pytest.raises(PlanError, match="threshhold"):
        compare_runs(load_plan("analyse", ROOT), "supply_risk", Side(), Side(None, {"threshhold": "66"}))
