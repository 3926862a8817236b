"""The supply risk analyses on the project's own figures: what they must give, and that they agree with each other."""

import json
import random
from pathlib import Path

import pytest

from kritiek.analysis import national_list, robustness, supply_risk
from kritiek.build.engine.executed import exhibit_in
from kritiek.build.engine.pool import Pool, Request
from kritiek.sources import Sources

ROOT = Path(__file__).parents[1]
STUDY, PERIOD = "eu-crm-2023", "2016-2020"
PRINTED = "report-2026-concentrated"
RUNS = 20


@pytest.fixture(scope="module")
def data():
    sources = Sources.load(ROOT / "data")
    names = ("production_shares", "governance", "countries", "materials", "material_members", "list_members")
    return {name: sources.read(name) for name in (*names, "assessments")}


@pytest.fixture(scope="module")
def printed(data):
    members = data["list_members"]
    return members[members["list"] == PRINTED].sort_values("order")["material"].tolist()


@pytest.fixture(scope="module")
def grid(data, printed):
    tables = [data[name] for name in ("production_shares", "governance", "countries", "materials", "material_members")]
    return robustness.readings(*tables, printed, document="report-2026")


def lines(data, printed, **options):
    """The verdict of each line under one reading."""
    found = supply_risk.verdicts(
        data["production_shares"], data["governance"], data["countries"], **{"study": STUDY, **options}
    )
    members = supply_risk.members_of(data["materials"], data["material_members"])
    recorded = data["production_shares"]["material"].unique()
    return found, supply_risk.of_lines(supply_risk.of_materials(found), members, printed, recorded)


def given(rows):
    """How many lines of the list a reading gives."""
    return int((rows["is_listed"] & (rows["verdict"] == "yes")).sum())


# Worked out by hand from the World Bank's six estimates of each member state: Bulgaria has 1.041 / 6.
def test_the_worst_governed_member_state_of_2023_is_bulgaria(data):
    scores = supply_risk.scores_of(data["governance"])
    floor = supply_risk.lowest_member(scores, data["countries"])
    assert (floor["country"], round(float(floor["score"]) + 1e-9, 3)) == ("BGR", 0.174)


def test_the_eu_study_gives_thirteen_of_the_fourteen_printed_lines(data, printed):
    found, rows = lines(data, printed)
    assert (given(rows), len(printed)) == (13, 14)
    assert rows.loc[rows["is_listed"] & (rows["verdict"] != "yes"), "line"].tolist() == ["V"]
    shares = found[found["material"] == "V"].set_index("stage")["share_percent"]
    assert shares.to_dict() == {"mining": 61.6, "processing": 61.5}
    assert rows.loc[~rows["is_listed"] & (rows["verdict"] == "yes"), "line"].tolist() == ["magnesite"]


@pytest.mark.parametrize(
    ("indicator", "number"),
    [
        ("political stability", 13),
        ("regulatory quality", 13),
        ("rule of law", 12),
        ("voice and accountability", 11),
        ("government effectiveness", 2),
        ("control of corruption", 2),
    ],
)
def test_each_indicator_alone_gives_so_many_printed_lines(data, printed, indicator, number):
    assert given(lines(data, printed, indicator=indicator)[1]) == number


def test_each_indicator_is_there_for_2023_alone(data):
    own = data["governance"][data["governance"]["indicator"] != "mean"]
    assert set(own["indicator"]) == set(supply_risk.INDICATORS)
    assert set(own["year"]) == {2023}


# The exhibits agree with each other


def test_the_grid_has_every_reading_once(grid):
    studies = len(grid[["study", "reference_period"]].drop_duplicates())
    knobs = grid[list(robustness.KNOBS)].drop_duplicates()
    assert len(knobs) == studies * 7 * 3 * 3
    assert not grid.duplicated([*robustness.KNOBS, "line"]).any()
    assert robustness.thresholds_in(grid) == list(range(50, 91))


def test_the_grid_equals_random_single_runs_of_the_notebook(grid):
    chosen = random.Random(65)
    knobs = grid[list(robustness.KNOBS)].drop_duplicates().to_dict("records")
    readings = [(chosen.choice(knobs), chosen.randrange(50, 91)) for _ in range(RUNS)]
    requests = [
        Request(
            ROOT / "notebooks" / "supply_risk.ipynb",
            {
                "threshold": float(threshold),
                "governance": reading["indicator"],
                **{name: value for name, value in reading.items() if name != "indicator"},
            },
        )
        for reading, threshold in readings
    ]
    with Pool(ROOT, 2) as pool:
        done = {number: report for number, report in pool.run(requests) if report}
        for number, (reading, threshold) in enumerate(readings):
            notebook = json.loads(done[number].target.read_text(encoding="utf-8"))
            frame = exhibit_in(notebook, "nl").frame.set_index("line")["verdict"].to_dict()
            own = grid[(grid[list(reading)] == list(reading.values())).all(axis=1)]
            own = own[own["is_listed"] | own["has_figures"]]
            expected = {
                line: robustness.VERDICT_OF[code] for line, code in zip(own["line"], own[threshold], strict=True)
            }
            assert frame == expected, (reading, threshold)


def test_the_base_reading_of_the_grid_is_that_of_the_exhibit(data, printed, grid):
    base = {"study": STUDY, "reference_period": PERIOD, "indicator": "mean", "governance_of": "top", "groups": "any"}
    own = grid[(grid[list(base)] == list(base.values())).all(axis=1)]
    _, rows = lines(data, printed)
    assert int((own["is_listed"] & (own[65] == robustness.YES)).sum()) == given(rows) == 13
    ways = robustness.nearest_to_list(grid)
    (way,) = ways[
        (ways[list(base)] == list(base.values())).all(axis=1)
        & (ways["lowest_threshold"] <= 65)
        & (ways["highest_threshold"] >= 65)
    ].itertuples()
    assert (way.missed, way.added, way.distance) == (("V",), ("magnesite",), 2)


def test_no_reading_gives_exactly_the_printed_table_and_the_nearest_misses_one_line(grid):
    best = robustness.nearest_to_list(grid).iloc[0]
    assert (best["distance"], best["missed"], best["added"]) == (1, ("V",), ())
    assert (best["study"], best["lowest_threshold"], best["highest_threshold"]) == (STUDY, 66, 66)


def test_shares_of_readings_add_up_and_leave_out_studies_without_figures(grid):
    shares = robustness.shares_of_readings(grid)
    parts = shares[["yes_percent", "no_percent", "unknown_percent"]].sum(axis=1)
    assert parts.round(6).eq(100).all()
    knobs = grid[list(robustness.KNOBS)].drop_duplicates()
    assert (shares["readings"] <= len(knobs) * 41).all()


def test_the_length_of_the_national_list_is_that_of_its_table(data):
    members = supply_risk.members_of(data["materials"], data["material_members"])
    assessed = national_list.outermost(data["assessments"], members)
    listed = {}
    for threshold in (0.0, 65.0):
        _, rows = lines(data, assessed["material"], threshold=threshold)
        listed[threshold] = national_list.both_axes(rows, assessed, sensitivity=5.0 if threshold else 0.0)
    on_list = int((listed[65.0]["on_list"] == "yes").sum())
    rows = listed[0.0].assign(is_filled=(listed[0.0]["governance_margin"].astype("Float64") > 0).fillna(False))
    assert national_list.thresholds(rows, [65], [5])["sensitivity_1"].tolist() == [on_list] == [6]
