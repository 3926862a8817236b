"""The two axes of a national list of critical raw materials: supply risk and how sensitive the economy is.

Answers of the supply risk rule and assessments in; which raw materials are high on both axes, and what another vintage
of the figures changes, out. The sensitivity is that of the EU: Dutch figures are not there yet.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kritiek.analysis.options import Vocabulary, gathered
from kritiek.analysis.supply_risk import CONFIDENCE, as_verdict
from kritiek.analysis.supply_risk_rows import Names, answer_words, plain_number, rounded
from kritiek.exhibits.plain import is_blank, number_text
from sheetcheck.schema import LANGUAGES

ENDINGS = (("nl", ""), ("en", "_en"))
HOLDS = {"yes": True, "no": False}
SCORE_DECIMALS = 1


def outermost(assessments: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """The assessed raw materials that are no member of another assessed one: a group stands for its elements.

    Columns in: assessments: material; members: line, material, as of `supply_risk.members_of`
    """
    assessed = assessments["material"]
    others = members[(members["line"] != members["material"]) & members["line"].isin(assessed)]
    return assessments[~assessed.isin(others["material"])]


def both_axes(lines: pd.DataFrame, assessments: pd.DataFrame, *, sensitivity: float) -> pd.DataFrame:
    """Each assessed raw material with its answer on both axes and on the list: yes only where both say yes.

    Columns in:  lines: as `supply_risk.of_lines`; assessments: material, economic_importance, confidence, source,
                 origin
    Columns out: those of lines, economic_importance, supply (the answer of the rule), sensitive, on_list (verdicts),
                 confidence, source, origin
    More than the threshold is meant strictly; a score that is missing is unknown.
    """
    scores = assessments.set_index("material")
    rows = lines[lines["line"].isin(scores.index)].reset_index(drop=True)
    score = scores["economic_importance"].reindex(rows["line"]).astype("Float64").reset_index(drop=True)
    supply = rows["verdict"].map(HOLDS).astype("boolean")
    sensitive = score > sensitivity
    own = scores["confidence"].reindex(rows["line"]).reset_index(drop=True).astype(CONFIDENCE)
    codes = pd.concat([own.cat.codes, rows["confidence"].astype(CONFIDENCE).cat.codes], axis=1).max(axis=1)
    return rows.assign(
        economic_importance=score,
        supply=rows["verdict"],
        sensitive=as_verdict(sensitive),
        on_list=as_verdict(supply & sensitive),
        confidence=pd.Series(pd.Categorical.from_codes(codes, dtype=CONFIDENCE), index=rows.index),
        **{
            column: [gathered(pair) for pair in zip(rows[column], scores[column].reindex(rows["line"]), strict=True)]
            for column in ("source", "origin")
        },
    )


def quadrant(rows: pd.DataFrame) -> list[str]:
    """Where a raw material stands: both, supply, sensitive, neither, or unknown.

    Columns in: supply, sensitive (verdicts)
    """
    names = {("yes", "yes"): "both", ("yes", "no"): "supply", ("no", "yes"): "sensitive", ("no", "no"): "neither"}
    return [names.get(pair, "unknown") for pair in zip(rows["supply"], rows["sensitive"], strict=True)]


def shown(
    rows: pd.DataFrame, words: pd.DataFrame, names: Names, *, threshold: float, sensitivity: float
) -> pd.DataFrame:
    """The rows as a table and as a chart have them, those on the list first.

    Columns in:  as `both_axes`
    Columns out: raw_material, answer, quadrant, stage, country (with _en twins), share_percent, economic_importance,
                 x_threshold, y_threshold, is_filled (governed worse than the floor), line, on_list, supply,
                 sensitive, quadrant_key, confidence, source, origin
    """
    vocabulary = Vocabulary(words)
    ordered = rows.assign(quadrant_key=quadrant(rows)).sort_values(
        ["on_list", "supply", "economic_importance"], ascending=False, kind="stable"
    )
    made: dict[str, object] = {}
    for language, ending in ENDINGS:
        made |= {
            f"raw_material{ending}": [names.material(line, language) for line in ordered["line"]],
            f"answer{ending}": [
                answer_words(vocabulary, one, sure, language)
                for one, sure in zip(ordered["on_list"], ordered["confidence"], strict=True)
            ],
            f"quadrant{ending}": [vocabulary.of("quadrant", key, language) for key in ordered["quadrant_key"]],
            f"stage{ending}": [
                "" if is_blank(one) else vocabulary.of("stage", one, language) for one in ordered["stage"]
            ],
            f"country{ending}": [names.country(one, language) for one in ordered["country"]],
        }
    told = pd.DataFrame(
        {
            **made,
            "share_percent": rounded(ordered["share_percent"], SCORE_DECIMALS).array,
            "economic_importance": rounded(ordered["economic_importance"], SCORE_DECIMALS).array,
            "x_threshold": float(threshold),
            "y_threshold": float(sensitivity),
            "is_filled": (ordered["governance_margin"].astype("Float64") > 0).fillna(False).astype(bool).array,
            **{
                column: ordered[column].astype(object).array
                for column in ("line", "on_list", "supply", "sensitive", "quadrant_key", "confidence")
            },
            **{column: ordered[column].array for column in ("source", "origin")},
        }
    )
    return names.with_origins(told, "line")


def words_of(rows: pd.DataFrame, words: pd.DataFrame) -> dict[str, dict[str, str]]:
    """What notes and the text alternative say of the rows of `shown`: the list, what is near it, what is unknown.

    Columns in: raw_material, raw_material_en, on_list, quadrant_key, economic_importance, share_percent, confidence
    """
    none = {one: Vocabulary(words).of("beside_list", "none", one) for one in LANGUAGES}

    def called(kept: pd.Series) -> dict[str, str]:
        columns = {"nl": "raw_material", "en": "raw_material_en"}
        return {one: ", ".join(rows.loc[kept, column]) or none[one] for one, column in columns.items()}

    median = rows["economic_importance"].median()
    undrawn = rows["share_percent"].isna() | rows["economic_importance"].isna()
    return {
        "on_list": called(rows["on_list"] == "yes"),
        "supply_only": called(rows["quadrant_key"] == "supply"),
        "unknown": dict.fromkeys(LANGUAGES, str(int((rows["on_list"] == "unknown").sum()))),
        "lines": dict.fromkeys(LANGUAGES, str(len(rows))),
        "median": {one: number_text(float(median), one, SCORE_DECIMALS) for one in LANGUAGES},
        "unsure": dict.fromkeys(LANGUAGES, str(int((rows["confidence"] != "verified").sum()))),
        "not_drawn": called(undrawn),
    }


def thresholds(rows: pd.DataFrame, shares: Sequence[float], sensitivities: Sequence[float]) -> pd.DataFrame:
    """How many raw materials are on the list at each pair of thresholds.

    Columns in:  share_percent, economic_importance, is_filled, source, origin, as of `shown` (share and score of the
                 stage that decides)
    Columns out: share_threshold, sensitivity_1 … (how many; one column a threshold), source, origin
    """
    worse = rows["is_filled"].to_numpy(bool)
    share = rows["share_percent"].to_numpy("float64", na_value=float("nan"))[:, None, None]
    score = rows["economic_importance"].to_numpy("float64", na_value=float("nan"))[:, None, None]
    counted = worse[:, None, None] & (share > pd.array(shares).to_numpy("float64")[None, :, None])
    counted = counted & (score > pd.array(sensitivities).to_numpy("float64")[None, None, :])
    numbers = counted.sum(axis=0)
    return pd.DataFrame(
        {
            "share_threshold": [int(one) if float(one).is_integer() else float(one) for one in shares],
            **{f"sensitivity_{number}": numbers[:, number - 1] for number in range(1, len(sensitivities) + 1)},
            "source": gathered(rows["source"]),
            "origin": gathered(rows["origin"]),
        }
    )


def between_vintages(earlier: pd.DataFrame, later: pd.DataFrame, words: pd.DataFrame, names: Names) -> pd.DataFrame:
    """What another vintage of the figures changes: of every raw material both answers, and which figure moved.

    Columns in:  earlier and later: as `both_axes`
    Columns out: raw_material, before, after, change, moved (with _en twins), line, change_key, share_before,
                 share_after, governance_before, governance_after, source, origin; first what comes in or falls out
    """
    vocabulary = Vocabulary(words)
    rows = earlier.merge(later, on="line", how="outer", suffixes=("_before", "_after"))
    keys = []
    for before, after in zip(rows["on_list_before"], rows["on_list_after"], strict=True):
        before, after = ("absent" if is_blank(one) else one for one in (before, after))
        keys.append("same" if before == after else "in" if after == "yes" else "out" if before == "yes" else "other")
    rows["change_key"] = keys
    rows["rank"] = rows["change_key"].map(["in", "out", "other", "same"].index)
    rows = rows.sort_values(["rank", "line"], kind="stable")

    def moved(row: dict[str, object], language: str) -> str:
        parts = []
        lands = [row["country_before"], row["country_after"]]
        if not any(map(is_blank, lands)) and lands[0] != lands[1]:
            called = [str(names.country(land, language)) for land in lands]
            parts.append(vocabulary.of("moved", "country", language, before=called[0], after=called[1]))
        for column, key, decimals in (("share_percent", "share", 1), ("governance", "governance", 3)):
            ends = [rounded(pd.Series([row[f"{column}_{end}"]]), decimals).iloc[0] for end in ("before", "after")]
            if all(not is_blank(one) for one in ends) and ends[0] != ends[1]:
                words_of_ends = [number_text(float(one), language, decimals) for one in ends]
                parts.append(vocabulary.of("moved", key, language, before=words_of_ends[0], after=words_of_ends[1]))
        return "; ".join(parts)

    records = rows.to_dict("records")
    made: dict[str, object] = {}
    for language, ending in ENDINGS:
        made |= {
            f"raw_material{ending}": [names.material(line, language) for line in rows["line"]],
            **{
                f"{end}{ending}": [
                    "" if is_blank(one) else vocabulary.of("verdict", one, language) for one in rows[f"on_list_{end}"]
                ]
                for end in ("before", "after")
            },
            f"change{ending}": [vocabulary.of("vintage_change", key, language) for key in rows["change_key"]],
            f"moved{ending}": [moved(row, language) for row in records],
        }
    told = pd.DataFrame(
        {
            **made,
            "line": rows["line"].array,
            "change_key": rows["change_key"].array,
            "share_before": rows["share_percent_before"].array,
            "share_after": rows["share_percent_after"].array,
            "governance_before": rows["governance_before"].array,
            "governance_after": rows["governance_after"].array,
            **{
                column: [gathered(pair) for pair in zip(rows[f"{column}_before"], rows[f"{column}_after"], strict=True)]
                for column in ("source", "origin")
            },
        }
    )
    return names.with_origins(told, "line")


def threshold_words(sensitivities: Sequence[float]) -> dict[str, dict[str, str]]:
    """The labels of the columns of `thresholds`."""
    return {
        f"sensitivity_{number}": {one: plain_number(value, one) for one in LANGUAGES}
        for number, value in enumerate(sensitivities, start=1)
    }


def vintage_words(rows: pd.DataFrame, words: pd.DataFrame) -> dict[str, dict[str, str]]:
    """What the note says of the rows of `between_vintages`: which come in and which fall out.

    Columns in: raw_material, raw_material_en, change_key
    """
    none = {one: Vocabulary(words).of("beside_list", "none", one) for one in LANGUAGES}

    def called(key: str) -> dict[str, str]:
        kept = rows["change_key"] == key
        columns = {"nl": "raw_material", "en": "raw_material_en"}
        return {one: ", ".join(rows.loc[kept, column]) or none[one] for one, column in columns.items()}

    return {"came": called("in"), "went": called("out")}
