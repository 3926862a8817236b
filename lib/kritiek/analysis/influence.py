"""Committees, shares and export controls in; out: which country keeps the secretariat of what it supplies."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

# From low to high: of several answers the highest counts, and what is unknown stays between.
ANSWERS = pd.CategoricalDtype(("no", "unknown", "yes"), ordered=True)


def of_critical(ties: pd.DataFrame, kin: pd.DataFrame, critical: Sequence[str]) -> pd.DataFrame:
    """What is tied to a raw material, by the critical raw material that it is, is part of, or consists of.

    Columns in:  ties: id, material, source, origin; kin: material, related
    Columns out: id, critical, source, origin (of the row that ties them)
    """
    lines = kin[kin["related"].isin(critical)].rename(columns={"related": "critical"})
    rows = ties.merge(lines, on="material")[["id", "critical", "source", "origin"]]
    return rows.drop_duplicates(["id", "critical"]).reset_index(drop=True)


def held(shares: pd.DataFrame, kin: pd.DataFrame, critical: Sequence[str], countries: Sequence[str]) -> pd.DataFrame:
    """What each country holds of each critical raw material, at the stage and of the member of which it is most.

    Columns in:  shares: of one study and period: material, stage, country, share_percent, source, origin
                 kin: material, related
    Columns out: critical, country, material, stage, share_percent (missing when the study does not name the country),
                 at_most (what it can hold: no more than the least that is named, nor than what is left), source, origin
    A critical raw material without any figure has no rows.
    """
    keys = ["material", "stage"]
    lines = kin[kin["related"].isin(critical)].rename(columns={"related": "critical"})
    figures = lines.merge(shares, on="material")
    of_stage = figures.groupby(["critical", *keys], as_index=False).agg(
        least=("share_percent", "min"),
        named=("share_percent", "sum"),
        source=("source", "first"),
        origin=("origin", "first"),
    )
    rows = of_stage.merge(pd.DataFrame({"country": sorted(set(countries))}), how="cross")
    own = figures[["critical", *keys, "country", "share_percent", "source", "origin"]]
    rows = rows.merge(own, on=["critical", *keys, "country"], how="left", suffixes=("", "_own"))
    left = (100 - rows["named"]).clip(lower=0)
    rows["at_most"] = rows["share_percent"].fillna(rows["least"].where(rows["least"] < left, left))
    for column in ("source", "origin"):
        rows[column] = rows[f"{column}_own"].fillna(rows[column])
    most = rows.sort_values(["at_most", "share_percent"], ascending=False, kind="stable", na_position="last")
    columns = ["critical", "country", *keys, "share_percent", "at_most", "source", "origin"]
    return (
        most[columns].drop_duplicates(["critical", "country"]).sort_values(["critical", "country"], ignore_index=True)
    )


def more_than(holdings: pd.DataFrame, threshold: float) -> pd.Series:
    """Whether a country holds more than the threshold: "no" also where it cannot, "unknown" where it might.

    Columns in: share_percent, at_most (both missing: nothing is known)
    """
    known = holdings["share_percent"].notna()
    answer = pd.Series("unknown", index=holdings.index)
    answer = answer.mask(known & (holdings["share_percent"] > threshold), "yes")
    return answer.mask(holdings["at_most"].notna() & (holdings["at_most"] <= threshold), "no").astype(ANSWERS)
