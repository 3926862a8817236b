"""The supply risk rule over every way of reading it: production shares and governance in, one answer a reading out.

A reading is one choice for each knob: study and period, indicator, whose governance, group rule and threshold. All are
answered at once: rows are a raw material under all knobs but the threshold, and columns are thresholds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kritiek.analysis.supply_risk import (
    GOVERNANCE_OF,
    GROUP_RULES,
    INDICATORS,
    MEAN,
    STAGES,
    governed,
    lines_with_members,
    lowest_member,
    members_of,
    scores_of,
)

THRESHOLDS = tuple(range(50, 91))
KNOBS = ("study", "reference_period", "indicator", "governance_of", "groups")
OF_MATERIAL = KNOBS[:-1]
# Answers as numbers, so that "or" is the larger and "and" the smaller; what is unknown stays between.
NO, UNKNOWN, YES = 0, 1, 2
VERDICT_OF = np.array(["no", "unknown", "yes"], dtype=object)


def readings(
    production_shares: pd.DataFrame,
    governance: pd.DataFrame,
    countries: pd.DataFrame,
    materials: pd.DataFrame,
    material_members: pd.DataFrame,
    listed: Sequence[str],
    *,
    document: str,
    year: int = 2023,
    thresholds: Sequence[float] = THRESHOLDS,
) -> pd.DataFrame:
    """The answer for each line under every reading; `document` names the members of groups.

    Columns in:  as `supply_risk.verdicts`, and materials: id, parent; material_members: document, group, member
    Columns out: study, reference_period, indicator, governance_of, groups, line, is_listed, has_figures, and a column
                 for each threshold with 0 (no), 1 (unknown) or 2 (yes)
    Raises ExhibitError when the year lacks an indicator.
    """
    by_material = _of_materials(production_shares, governance, countries, year, list(thresholds))
    recorded = production_shares["material"].unique()
    found = [
        _of_lines(by_material, members, listed, recorded, rule)
        for rule in GROUP_RULES
        for members in [members_of(materials, material_members, groups=rule, document=document)]
    ]
    rows = pd.concat(found, ignore_index=True)
    return rows.assign(is_listed=rows["line"].isin(listed))


def _of_materials(
    production_shares: pd.DataFrame, governance: pd.DataFrame, countries: pd.DataFrame, year: int, thresholds: list
) -> pd.DataFrame:
    """The answer for each raw material, study, indicator and way to take governance, one column a threshold."""
    scored = {name: scores_of(governance, indicator=name, year=year) for name in (MEAN, *INDICATORS)}
    scores = pd.concat([frame.assign(indicator=name) for name, frame in scored.items()], ignore_index=True)
    floors = {name: lowest_member(frame, countries)["score"] for name, frame in scored.items()}
    shares = production_shares.assign(source="", origin="").merge(
        pd.Series(list(scored), name="indicator"), how="cross"
    )
    keys = ["study", "reference_period", "indicator", "material", "stage"]
    scores = scores.assign(source="", origin="")
    rows = pd.concat(
        [
            governed(shares, scores, governance_of=choice, keys=keys).assign(governance_of=choice)
            for choice in GOVERNANCE_OF
        ],
        ignore_index=True,
    )
    answers = _answers(rows, rows["indicator"].map(floors), thresholds)
    by = [*OF_MATERIAL, "material"]
    groups = answers.set_axis(thresholds, axis=1).groupby([rows[key] for key in by], sort=False)
    stages = rows.groupby(by, sort=False)["stage"].nunique()
    found = groups.max()
    # A stage of which the study says nothing keeps a no unknown.
    missing = (stages < len(STAGES)).to_numpy()[:, None]
    found = found.where(~missing | (found > NO), UNKNOWN)
    return found.reset_index()


def _answers(rows: pd.DataFrame, floor: pd.Series, thresholds: list) -> pd.DataFrame:
    """For each row and threshold the smaller of two answers: concentrated, and governed worse than the floor."""
    share = rows["share_percent"].to_numpy("float64", na_value=np.nan)[:, None]
    low, high = (rows[f"governance_{end}"].to_numpy("float64", na_value=np.nan) for end in ("low", "high"))
    lowest = floor.to_numpy("float64", na_value=np.nan)
    concentrated = np.where(np.isnan(share), UNKNOWN, np.where(share > np.array(thresholds), YES, NO))
    worse = np.where(high < lowest, YES, np.where(low >= lowest, NO, UNKNOWN))
    return pd.DataFrame(np.minimum(concentrated, worse[:, None]).astype("int8"))


def _of_lines(
    by_material: pd.DataFrame, members: pd.DataFrame, listed: Sequence[str], recorded: Sequence[str], rule: str
) -> pd.DataFrame:
    """The answer for each line, as `supply_risk.of_lines` has it, for all readings at once."""
    pairs = lines_with_members(members, listed, recorded)
    thresholds = [column for column in by_material.columns if column not in (*OF_MATERIAL, "material")]
    knobs = by_material[list(OF_MATERIAL)].drop_duplicates()
    rows = pairs.merge(knobs, how="cross").merge(by_material, on=["material", *OF_MATERIAL], how="left")
    known = rows[thresholds[0]].notna()
    keys = ["line", *OF_MATERIAL]
    own = (known & (rows["line"] == rows["material"])).groupby([rows[key] for key in keys]).transform("any")
    alone = rows.groupby(keys)["material"].transform("size") == 1
    rows = rows.assign(has_figures=known)[known | alone | (~own & (rows["line"] != rows["material"]))]
    answers = rows[thresholds].fillna(UNKNOWN).astype("int8").groupby([rows[key] for key in keys], sort=False)
    found = answers.max() if rule == "any" else answers.min()
    figures = rows.groupby(keys, sort=False)["has_figures"].any()
    return found.assign(has_figures=figures, groups=rule).reset_index()


def thresholds_in(found: pd.DataFrame) -> list:
    """The thresholds among the columns of `readings`."""
    return [column for column in found.columns if not isinstance(column, str)]


def shares_of_readings(found: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """How many readings list each line, say no, or do not know, of those whose study has figures on it.

    Columns in:  as `readings`
    Columns out: line, those of `by`, readings (number), yes_percent, no_percent, unknown_percent
    A line on which no study has figures has no readings, and its shares are missing.
    """
    keys = ["line", *by]
    thresholds = thresholds_in(found)
    values = found[thresholds].to_numpy("int8")
    counts = pd.DataFrame(
        {
            **{key: found[key] for key in keys},
            **{name: (values == code).sum(axis=1) * found["has_figures"] for name, code in CODES.items()},
        }
    )
    sums = counts.groupby(keys, sort=False).sum()
    total = sums.sum(axis=1)
    percents = {f"{name}_percent": (100 * sums[name] / total.where(total > 0)).astype("Float64") for name in CODES}
    return pd.DataFrame({"readings": total, **percents}).reset_index()


CODES = {"yes": YES, "no": NO, "unknown": UNKNOWN}


def flips(found: pd.DataFrame, base: dict[str, str], threshold: float) -> pd.DataFrame:
    """The nearest readings that list what the base reading does not, or no longer list what it does.

    Columns in:  as `readings`; `base` has a value for each knob
    Columns out: line, verdict (of the base), flip_threshold (the nearest that flips with the other knobs as they are),
                 flip_points (how far that is), flip_knobs (each "knob=value" that flips alone, as a tuple),
                 knobs_changed (of the nearest flip: 1, 2 …; missing when no reading flips)
    A study stands for its period too. What another study does not know is no flip; within one study it is, for the
    figures that made the answer a yes no longer do.
    """
    thresholds = np.array(thresholds_in(found), dtype=float)
    values = found[thresholds_in(found)].to_numpy("int8")
    at = int(np.flatnonzero(thresholds == threshold)[0])
    off = {knob: (found[knob] != base[knob]).to_numpy() for knob in KNOBS}
    off["study"] = off["study"] | off.pop("reference_period")
    changed = np.sum(list(off.values()), axis=0)
    own = found.loc[changed == 0, ["line"]].assign(base=values[changed == 0, at])
    answer = found["line"].map(own.set_index("line")["base"]).to_numpy("float64")
    gone = (values == NO) | ((values == UNKNOWN) & ~off["study"][:, None])
    turned = np.where((answer == YES)[:, None], gone, values == YES) & ~np.isnan(answer)[:, None]
    step = (thresholds != threshold).astype(int)
    distance = pd.Series(np.where(turned, changed[:, None] + step, FAR).min(axis=1))
    nearest = distance.groupby(found["line"].to_numpy()).min()
    points = np.where(turned[changed == 0], np.abs(thresholds - threshold), np.inf)
    best = pd.Series(points.min(axis=1), index=own["line"])
    flip_at = pd.Series(thresholds[points.argmin(axis=1)], index=own["line"]).where(best < np.inf)
    alone = found[(changed == 1) & turned[:, at]]
    words = [_choice(row, base) for row in alone.to_dict("records")]
    single = pd.Series(words, dtype=object).groupby(alone["line"].to_numpy()).agg(tuple)
    rows = own.assign(verdict=VERDICT_OF[own["base"]]).drop(columns="base").reset_index(drop=True)
    knobs = rows["line"].map(nearest)
    return rows.assign(
        flip_threshold=rows["line"].map(flip_at).astype("Float64"),
        flip_points=rows["line"].map(best.where(best < np.inf)).astype("Float64"),
        flip_knobs=[single.get(line, ()) for line in rows["line"]],
        knobs_changed=knobs.where(knobs < FAR).astype("Int64"),
    )


# More knobs than there are.
FAR = len(KNOBS) + 2


def _choice(row: dict[str, str], base: dict[str, str]) -> str:
    """The one choice in which a reading differs from the base: "indicator=rule of law", "study=usgs-mcs-2026|2024"."""
    knob = next(knob for knob in KNOBS if row[knob] != base[knob])
    of_study = f"study={row['study']}|{row['reference_period']}"
    return of_study if knob in ("study", "reference_period") else f"{knob}={row[knob]}"


def nearest_to_list(found: pd.DataFrame) -> pd.DataFrame:
    """How far each reading is from the list: the lines that it misses and those that it adds.

    Columns in:  as `readings`
    Columns out: study, reference_period, indicator, governance_of, groups, lowest_threshold, highest_threshold (of the
                 thresholds in between that give the same), missed, unknown (of the missed), added (lines, as tuples),
                 distance (how many lines are missed or added), readings
    """
    thresholds = thresholds_in(found)
    long = found.melt([*KNOBS, "line", "is_listed"], thresholds, var_name="threshold", value_name="answer")
    long = long[long["is_listed"] | (long["answer"] == YES)]
    long = long.sort_values("line", kind="stable")
    kinds = {
        "missed": long["is_listed"] & (long["answer"] != YES),
        "unknown": long["is_listed"] & (long["answer"] == UNKNOWN),
        "added": ~long["is_listed"],
    }
    keys = [*KNOBS, "threshold"]
    by_reading = long.groupby(keys, sort=False)
    every, numbers, lines = by_reading.size().index, by_reading.ngroup().to_numpy(), long["line"].to_numpy()
    told: dict[str, list[str]] = {}
    for name, rows in kinds.items():
        # pandas takes six times as long to join the lines of some ten thousand readings.
        own: list[list[str]] = [[] for _ in every]
        for number, line in zip(numbers[rows], lines[rows], strict=True):
            own[number].append(line)
        told[name] = list(map("; ".join, own))
    sets = pd.DataFrame(told, index=every).reset_index().sort_values(keys, kind="stable")
    same = (sets[[*KNOBS, *kinds]] == sets[[*KNOBS, *kinds]].shift()).all(axis=1)
    runs = sets.groupby((~same).cumsum(), sort=False)
    rows = runs.first().assign(
        lowest_threshold=runs["threshold"].min(), highest_threshold=runs["threshold"].max(), readings=runs.size()
    )
    rows = rows.assign(**{name: [tuple(filter(None, text.split("; "))) for text in rows[name]] for name in kinds})
    rows["distance"] = rows["missed"].str.len() + rows["added"].str.len()
    return rows.drop(columns="threshold").sort_values("distance", kind="stable").reset_index(drop=True)
