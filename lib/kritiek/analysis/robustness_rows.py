"""Answers over all readings in; the rows of the robustness exhibits out, in both languages and with their addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from kritiek.analysis.options import TICK, Vocabulary, capitalised, gathered, joined
from kritiek.analysis.robustness import KNOBS, shares_of_readings
from kritiek.analysis.supply_risk import MEAN, lines_with_members
from kritiek.analysis.supply_risk_rows import Names, answer_words, plain_number, rounded
from kritiek.exhibits.plain import is_blank
from sheetcheck.schema import LANGUAGES

ENDINGS = (("nl", ""), ("en", "_en"))
# Under which term exhibit_words has the values of a knob.
TERMS = {"indicator": "governance"}
# The columns that the grid has room for; those that no study fills are not shown.
MOST_STUDIES, NOT_THERE = 9, {"nl": "–", "en": "–"}


def addresses(
    lines: Iterable[str],
    members: pd.DataFrame,
    production_shares: pd.DataFrame,
    governance: pd.DataFrame,
    listed: pd.DataFrame,
    *,
    year: int,
) -> pd.DataFrame:
    """Of every line the rows that its answers rest on: the list, the shares of its members, its producers' governance.

    Columns in:  members: line, material; production_shares: material, country; governance: country, year;
                 listed: material; the last three: source, origin
    Columns out: line (the index), source, origin
    """
    lines = list(lines)
    pairs = lines_with_members(members, list(listed["material"]), production_shares["material"].unique())
    # A member that one group rule leaves out of its group is a line of its own under that rule.
    alone = [line for line in lines if line not in set(pairs["line"])]
    pairs = pd.concat([pairs, pd.DataFrame({"line": alone, "material": alone}, dtype=object)])
    shares = pairs.merge(production_shares, on="material")[["line", "country", "source", "origin"]]
    of_year = governance.loc[governance["year"] == year, ["country", "source", "origin"]]
    scores = shares[["line", "country"]].drop_duplicates().merge(of_year, on="country")
    printed = listed[["material", "source", "origin"]].rename(columns={"material": "line"})
    every = pd.concat([printed, shares, scores])[["line", "source", "origin"]]
    return every.groupby("line").agg(source=("source", gathered), origin=("origin", gathered)).reindex(lines)


def of_lines(
    found: pd.DataFrame, turned: pd.DataFrame, where: pd.DataFrame, words: pd.DataFrame, names: Names
) -> pd.DataFrame:
    """Each line with the share of readings that list it and what would turn its answer.

    Columns in:  found: as `robustness.readings`; turned: as `robustness.flips`; where: as `addresses`
    Columns out: raw_material, listed, answer, flip (with _en twins), yes_percent, no_percent, unknown_percent,
                 flip_threshold, readings, line, is_listed, verdict, knobs_changed, source, origin
    First the lines of the list, then the others, by the share of readings that list them.
    """
    vocabulary = Vocabulary(words)
    rows = turned.merge(shares_of_readings(found), on="line")
    rows["is_listed"] = rows["line"].isin(found.loc[found["is_listed"], "line"])
    rows = rows.sort_values(["is_listed", "yes_percent"], ascending=False, kind="stable")
    shown: dict[str, object] = {}
    for language, ending in ENDINGS:
        shown |= {
            f"raw_material{ending}": [names.material(line, language) for line in rows["line"]],
            f"answer{ending}": [answer_words(vocabulary, one, None, language) for one in rows["verdict"]],
            f"flip{ending}": [_turned_by(row, vocabulary, language) for row in rows.to_dict("records")],
        }
    percents = {f"{one}_percent": rounded(rows[f"{one}_percent"], 0) for one in ("yes", "no", "unknown")}
    told = pd.DataFrame(
        {
            **shown,
            "listed": [TICK if one else "" for one in rows["is_listed"]],
            **{name: values.astype("Int64") for name, values in percents.items()},
            "flip_threshold": rows["flip_threshold"].map(lambda one: None if pd.isna(one) else f"{one:g}"),
            **{name: rows[name] for name in ("readings", "line", "is_listed", "verdict", "knobs_changed")},
            "source": where["source"].reindex(rows["line"]).array,
            "origin": where["origin"].reindex(rows["line"]).array,
        }
    ).reset_index(drop=True)
    return names.with_origins(told, "line")


def _turned_by(row: dict[str, Any], vocabulary: Vocabulary, language: str) -> str:
    """The single choices that turn an answer; or that only the threshold does, several choices together, or nothing."""
    if row["flip_knobs"]:
        return joined((choice_words(one, vocabulary, language) for one in row["flip_knobs"]), "; ")
    if is_blank(row["knobs_changed"]):
        return vocabulary.of("turned_by", "nothing", language)
    if not is_blank(row["flip_threshold"]):
        return vocabulary.of("turned_by", "threshold", language)
    return vocabulary.of("turned_by", "several", language, number=str(row["knobs_changed"]))


def choice_words(choice: str, vocabulary: Vocabulary, language: str) -> str:
    """A choice for a knob in words: "rechtsstaat", "USGS 2026 (2024)"."""
    knob, value = choice.split("=", 1)
    if knob == "study":
        study, period = value.split("|")
        return f"{vocabulary.of('study', study, language)} ({period})"
    return vocabulary.of(TERMS.get(knob, knob), value, language)


def studies_of(found: pd.DataFrame, vocabulary: Vocabulary) -> dict[str, tuple[tuple[str, str], dict[str, str]]]:
    """The studies and periods among the readings, by the column that a grid has for each, with their words."""
    pairs = found[["study", "reference_period"]].drop_duplicates().sort_values(["study", "reference_period"])
    return {
        f"study_{number}": (
            (study, period),
            {one: choice_words(f"study={study}|{period}", vocabulary, one) for one in LANGUAGES},
        )
        for number, (study, period) in enumerate(pairs.itertuples(index=False, name=None), start=1)
    }


def grid(found: pd.DataFrame, where: pd.DataFrame, words: pd.DataFrame, names: Names) -> pd.DataFrame:
    """The share of readings that list each line: of all, by study, and by indicator.

    Columns in:  found: as `robustness.readings`; where: as `addresses`
    Columns out: raw_material, raw_material_en, every, study_1 …, indicator_1 … (%; missing without figures), line,
                 section (in the list or not), source, origin
    Lines that no reading lists and the list does not name are left out.
    """
    every = shares_of_readings(found).set_index("line")
    listed = found.loc[found["is_listed"], "line"].unique()
    kept = every[every.index.isin(listed) | (every["yes_percent"] > 0)]
    columns = {"every": kept["yes_percent"]}
    for column, ((study, period), _) in studies_of(found, Vocabulary(words)).items():
        own = found[(found["study"] == study) & (found["reference_period"] == period)]
        columns[column] = shares_of_readings(own).set_index("line")["yes_percent"]
    by_indicator = shares_of_readings(found, ["indicator"]).pivot(
        index="line", columns="indicator", values="yes_percent"
    )
    for number, indicator in enumerate(indicators_of(found), start=1):
        columns[f"indicator_{number}"] = by_indicator[indicator]
    rows = pd.DataFrame(columns).reindex(kept.index)
    rows["is_listed"] = rows.index.isin(listed)
    rows = rows.sort_values(["is_listed", "every"], ascending=False, kind="stable")
    told = pd.DataFrame(
        {
            "raw_material": [names.material(line, "nl") for line in rows.index],
            "raw_material_en": [names.material(line, "en") for line in rows.index],
            **{column: rounded(rows[column], 0).astype("Int64").array for column in columns},
            "line": rows.index,
            "section": rows["is_listed"].array,
            "source": where["source"].reindex(rows.index).array,
            "origin": where["origin"].reindex(rows.index).array,
        }
    )
    return names.with_origins(told, "line")


def indicators_of(found: pd.DataFrame) -> list[str]:
    """The indicators among the readings, the mean of the six first."""
    names = list(found["indicator"].unique())
    return sorted(names, key=lambda name: (name != MEAN, names.index(name)))


def nearest(
    ways: pd.DataFrame, where: pd.DataFrame, words: pd.DataFrame, names: Names, *, rows_shown: int
) -> pd.DataFrame:
    """The readings that come nearest to the list, and the nearest of every study.

    Columns in:  ways: as `robustness.nearest_to_list`; where: as `addresses`
    Columns out: study, thresholds, indicator, governance_of, groups, missed, unknown, added (with _en twins),
                 distance, readings, source, origin
    """
    vocabulary = Vocabulary(words)
    of_study = ways.drop_duplicates(["study", "reference_period"])
    rows = pd.concat([ways.head(rows_shown), of_study]).drop_duplicates([*KNOBS, "lowest_threshold"])
    rows = rows.sort_values("distance", kind="stable")
    shown: dict[str, object] = {}
    for language, ending in ENDINGS:
        shown[f"study{ending}"] = [
            capitalised(choice_words(f"study={study}|{period}", vocabulary, language))
            for study, period in zip(rows["study"], rows["reference_period"], strict=True)
        ]
        for knob in ("indicator", "governance_of", "groups"):
            shown[f"{knob}{ending}"] = [choice_words(f"{knob}={value}", vocabulary, language) for value in rows[knob]]
        for column in ("missed", "unknown", "added"):
            shown[f"{column}{ending}"] = [
                names.materials(lines, language) or vocabulary.of("beside_list", "none", language)
                for lines in rows[column]
            ]
    concerned = [[*missed, *added] for missed, added in zip(rows["missed"], rows["added"], strict=True)]
    every = list(where.index)
    return pd.DataFrame(
        {
            **shown,
            "thresholds": [
                _range(low, high) for low, high in zip(rows["lowest_threshold"], rows["highest_threshold"], strict=True)
            ],
            "distance": rows["distance"].astype("Int64"),
            "readings": rows["readings"].astype("Int64"),
            # A reading that gives exactly the list rests on all its lines.
            "source": [gathered(where.loc[lines or every, "source"]) for lines in concerned],
            "origin": [gathered(where.loc[lines or every, "origin"]) for lines in concerned],
        }
    ).reset_index(drop=True)


def _range(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"


def words_of(
    found: pd.DataFrame,
    ways: pd.DataFrame,
    words: pd.DataFrame,
    names: Names,
    thresholds: Sequence[float],
    alone: pd.Series | None = None,
) -> dict[str, dict[str, str]]:
    """What the notes say: how many readings there are, how near the best comes, and which studies lack which lines.

    Columns in: found: as `robustness.readings`; ways: as `robustness.nearest_to_list`; alone: lines given, by indicator
    """
    vocabulary = Vocabulary(words)
    shares = shares_of_readings(found)
    listed = found.loc[found["is_listed"], "line"].unique()
    best = ways.iloc[0]
    exact = int(ways.loc[ways["distance"] == 0, "readings"].sum())
    studies = studies_of(found, vocabulary)
    lacking = []
    for (study, period), called in studies.values():
        own = found[(found["study"] == study) & (found["reference_period"] == period) & found["is_listed"]]
        known = own.loc[own["has_figures"], "line"].nunique()
        lacking.append((called, len(listed) - known))
    always = shares.loc[shares["line"].isin(listed)].nlargest(3, "yes_percent")["line"]
    return {
        "count": {
            one: f"{found[list(KNOBS)].drop_duplicates().shape[0] * len(thresholds):,}".replace(
                ",", "." if one == "nl" else ","
            )
            for one in LANGUAGES
        },
        "lowest": {one: plain_number(min(thresholds), one) for one in LANGUAGES},
        "highest": {one: plain_number(max(thresholds), one) for one in LANGUAGES},
        "exact": dict.fromkeys(LANGUAGES, str(exact)),
        "nearest": dict.fromkeys(LANGUAGES, str(int(best["distance"]))),
        "missed": {
            one: names.materials(best["missed"], one) or vocabulary.of("beside_list", "none", one) for one in LANGUAGES
        },
        "added": {
            one: names.materials(best["added"], one) or vocabulary.of("beside_list", "none", one) for one in LANGUAGES
        },
        "lacking": {one: joined((f"{called[one]} {number}" for called, number in lacking), ", ") for one in LANGUAGES},
        "lines": dict.fromkeys(LANGUAGES, str(len(listed))),
        "alone": {one: joined(_counted(alone, vocabulary, one), ", ") for one in LANGUAGES},
        "firmest": {one: joined((names.material(line, one) for line in always), ", ") for one in LANGUAGES},
        **dict.fromkeys((f"study_{number}" for number in range(1, MOST_STUDIES + 1)), NOT_THERE),
        **{column: called for column, (_, called) in studies.items()},
        **{
            f"indicator_{number}": {one: vocabulary.of("governance", name, one) for one in LANGUAGES}
            for number, name in enumerate(indicators_of(found), start=1)
        },
    }


def _counted(alone: pd.Series | None, vocabulary: Vocabulary, language: str) -> list[str]:
    counts = {} if alone is None else alone.drop("mean", errors="ignore").to_dict()
    return [f"{vocabulary.of('governance', name, language)} {number}" for name, number in counts.items()]
