"""Two other ways to judge supply: the Herfindahl index weighted by governance, and the Regulation's own rule.

Production shares, governance and assessments in; out: how concentrated the production of each raw material is, between
what the recorded producers make sure and what the others could add, and whether one third country supplies too much.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kritiek.analysis.supply_risk import CAME_FROM, CONFIDENCE, STRONGEST, WEAKEST, as_verdict, governed

# Weights of governance run from 0 (the best score on the scale) to 10 (the worst), as in the study of the EU.
HEAVIEST = 10
# The stages of the assessments, by the name that the shares have for them.
STAGE_COLUMNS = {"mining": "extraction", "processing": "processing"}


def herfindahl(
    shares: pd.DataFrame, scores: pd.DataFrame, *, keys: Sequence[str] = ("material", "stage")
) -> pd.DataFrame:
    """The Herfindahl index of each material and stage, alone and weighted by governance, each as two bounds.

    Columns in:  shares: material, stage, reference_period, rank, country, share_percent, confidence, source, origin
                 scores: country, score, confidence, source, origin
    Columns out: those of `keys`, country, share_percent (of the largest producer), coverage_percent, hhi_low, hhi_high
                 (0 to 1), weighted_low, weighted_high (0 to 10), confidence, source, origin
    Only the largest producers are recorded. The lower bound leaves the others negligibly small; the upper one makes
    them as large as the smallest recorded producer allows, and governed as badly as the scale goes.
    """
    keys = list(keys)
    rows = governed(shares, scores, governance_of="any", keys=keys)
    share = rows["share_percent"] / 100
    weight = HEAVIEST * (STRONGEST - rows["governance"]) / (STRONGEST - WEAKEST)
    terms = rows.assign(
        share=share,
        square=share**2,
        low=(share**2 * weight).fillna(0),
        # A recorded producer without a score may be governed as badly as can be.
        high=(share**2 * weight).fillna(share**2 * HEAVIEST),
    )
    sums = terms.groupby(keys, sort=False).agg(
        country=("country", "first"),
        share_percent=("share_percent", "first"),
        share=("share", "sum"),
        smallest=("share", "min"),
        square=("square", "sum"),
        low=("low", "sum"),
        high=("high", "sum"),
        **CAME_FROM,
    )
    rest = (1 - sums["share"]).clip(lower=0).astype("float64")
    smallest = sums["smallest"].astype("float64")
    # As many producers of the largest size that is left to them as fit, and one with what then remains.
    whole = np.floor(rest / smallest)
    added = whole * smallest**2 + (rest - whole * smallest) ** 2
    return pd.DataFrame(
        {
            "country": sums["country"],
            "share_percent": sums["share_percent"],
            "coverage_percent": 100 * sums["share"],
            "hhi_low": sums["square"],
            "hhi_high": sums["square"] + added,
            "weighted_low": sums["low"],
            "weighted_high": sums["high"] + HEAVIEST * added,
            **{column: sums[column] for column in CAME_FROM},
        }
    ).reset_index()


def ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows by their weighted index, each with the best and the worst place that its bounds allow.

    Columns in:  weighted_low, weighted_high
    Columns out: those of rows, and place_best, place_worst (1 is the most concentrated and worst governed)
    """
    low, high = (rows[f"weighted_{end}"].to_numpy("float64") for end in ("low", "high"))
    return rows.assign(
        place_best=1 + (low[None, :] > high[:, None]).sum(axis=1),
        place_worst=(high[None, :] >= low[:, None]).sum(axis=1),
    ).sort_values(["weighted_low", "weighted_high"], ascending=False, kind="stable")


def one_supplier(
    assessments: pd.DataFrame, countries: pd.DataFrame, *, study: str, threshold: float = 65.0
) -> pd.DataFrame:
    """Whether one third country supplies more than the threshold of what the Union sources (article 5).

    Columns in:  assessments: study, material, eu_top_extraction, eu_top_extraction_percent, eu_top_processing,
                 eu_top_processing_percent, confidence, source, origin; countries: id, eu27
    Columns out: material, stage, country (largest supplier), share_percent, is_member, verdict, share_margin,
                 confidence, source, origin
    The largest supplier decides: when it is a member state, no third country has more than half. Without a supplier
    or its share the answer is unknown.
    """
    own = assessments[assessments["study"] == study]
    members = set(countries.loc[countries["eu27"].astype(bool), "id"])
    found = [
        pd.DataFrame(
            {
                "material": own["material"],
                "stage": stage,
                "country": own[f"eu_top_{name}"],
                "share_percent": own[f"eu_top_{name}_percent"].astype("Float64"),
                "confidence": own["confidence"].astype(CONFIDENCE),
                "source": own["source"],
                "origin": own["origin"],
            }
        )
        for stage, name in STAGE_COLUMNS.items()
    ]
    rows = pd.concat(found, ignore_index=True)
    known = rows["country"].notna()
    is_member = rows["country"].isin(members).astype("boolean").where(known)
    verdict = (rows["share_percent"] > threshold) & ~is_member
    rows = rows.assign(is_member=is_member, verdict=as_verdict(verdict), share_margin=rows["share_percent"] - threshold)
    return rows[known | rows["share_percent"].notna()].reset_index(drop=True)
