"""Production shares and governance in; out: which raw materials come from one badly governed country.

The rule of chapter 6: one country has more than 65 % of the mining or of the processing of a raw material, and is
governed worse than the worst governed member state of the European Union. Its answer is "yes", "no" or, where a figure
is missing that could change it, "unknown".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kritiek.analysis.options import gathered, joined, one_of, provenance
from kritiek.errors import ExhibitError

# From low to high: of several answers "any" is the highest and "all" the lowest, and what is unknown stays between.
VERDICTS = pd.CategoricalDtype(("no", "unknown", "yes"), ordered=True)
# From sure to unsure: what is made of several figures is as sure as the least sure of them.
CONFIDENCE = pd.CategoricalDtype(
    ("verified", "second-hand", "partly from memory", "from memory", "not found"), ordered=True
)
STAGES = ("mining", "processing")
STAGE_CHOICES = ("either", *STAGES)
INDICATORS = (
    "voice and accountability",
    "political stability",
    "government effectiveness",
    "regulatory quality",
    "rule of law",
    "control of corruption",
)
MEAN = "mean"
# What the World Bank says of its estimates: they run from about -2.5 (weak) to 2.5 (strong).
WEAKEST, STRONGEST = -2.5, 2.5
GOVERNANCE_OF = ("top", "any", "weighted")
GROUP_RULES = ("any", "all", "named")
LATEST = "latest"
# Named aggregations: how sure rows that become one row are, with their sources and addresses.
CAME_FROM = {"confidence": ("confidence", "max"), "source": ("source", gathered), "origin": ("origin", gathered)}


def verdicts(
    production_shares: pd.DataFrame,
    governance: pd.DataFrame,
    countries: pd.DataFrame,
    *,
    study: str,
    threshold: float = 65.0,
    indicator: str = MEAN,
    year: int = 2023,
    governance_of: str = "top",
    reference_period: str = LATEST,
) -> pd.DataFrame:
    """The answer of the rule for each raw material and stage that the study has figures on.

    Columns in:  production_shares: study, material, stage, reference_period, rank, country, share_percent, confidence
                 governance: release, country, year, indicator, estimate, confidence; countries: id, eu27
                 all: source, origin
    Columns out: material, stage, reference_period, country, share_percent (of the largest producer), governance,
                 governance_low, governance_high (apart only where it is a mean over part of the production),
                 coverage_percent (of the recorded producers), floor_country, floor, verdict, share_margin (points
                 above the threshold), governance_margin (below the floor), confidence, source, origin
    `governance_of` the "top" producer, "any" producer above the threshold, or the "weighted" mean of the recorded
    ones, whose bounds leave the others anywhere on the scale. More than and worse than are meant strictly. Below a
    third of production "any" cannot see a fourth producer above the threshold: the studies record three.
    Raises ExhibitError for a study, period, indicator or year that has no figures.
    """
    one_of("governance_of", governance_of, GOVERNANCE_OF)
    shares = shares_of(production_shares, study=study, reference_period=reference_period)
    scores = scores_of(governance, indicator=indicator, year=year)
    producers = governed(shares, scores, governance_of=governance_of)
    floor = lowest_member(scores, countries)
    rows = producers.assign(
        floor_country=floor["country"],
        floor=pd.array([floor["score"]] * len(producers), dtype="Float64"),
        verdict=lambda rows: answer(rows, threshold=threshold, floor=floor["score"]),
        share_margin=lambda rows: rows["share_percent"] - threshold,
        governance_margin=lambda rows: rows["floor"] - rows["governance"],
        confidence=_least_sure(producers["confidence"], pd.Series(floor["confidence"], producers.index, CONFIDENCE)),
        source=[gathered([one, floor["source"]]) for one in producers["source"]],
        origin=[gathered([one, floor["origin"]]) for one in producers["origin"]],
    )
    return deciding(rows, ["material", "stage"]).reset_index(drop=True)


def shares_of(production_shares: pd.DataFrame, *, study: str, reference_period: str = LATEST) -> pd.DataFrame:
    """The rows of one study and period; "latest" is the last period that the study has.

    Raises ExhibitError for a study or period without rows.
    """
    one_of("study", study, tuple(production_shares["study"].unique()))
    rows = production_shares[production_shares["study"] == study]
    periods = tuple(sorted(rows["reference_period"].unique()))
    chosen = periods[-1] if reference_period == LATEST else one_of("reference_period", reference_period, periods)
    return rows[rows["reference_period"] == chosen]


def scores_of(governance: pd.DataFrame, *, indicator: str = MEAN, year: int = 2023) -> pd.DataFrame:
    """The score of each country on one indicator, or on the mean of the six, in one year.

    Columns in:  release, country, year, indicator, estimate, confidence, source, origin
    Columns out: country, score, confidence, source, origin
    The mean is that of the six indicators; where the year has none of them it is the mean that a source states. Of
    several editions the newest that has the country counts. A country that lacks one of the six has no mean.
    """
    one_of("governance", indicator, (MEAN, *INDICATORS))
    of_year = governance[governance["year"] == year].sort_values("release", kind="stable")
    of_year = of_year.drop_duplicates(["country", "indicator"], keep="last")
    six = of_year[of_year["indicator"].isin(INDICATORS)]
    rows = six if indicator == MEAN and len(six) else of_year[of_year["indicator"] == indicator]
    if rows.empty:
        known = governance.loc[governance["indicator"].isin([indicator, *(INDICATORS if indicator == MEAN else ())])]
        years = joined(map(str, sorted(known["year"].unique())), ", ") or "no year"
        raise ExhibitError(f'governance_year: there is no "{indicator}" of {year}. It is recorded for {years}.')
    needed = len(INDICATORS) if rows is six else 1
    by_country = rows.astype({"confidence": CONFIDENCE}).groupby("country")
    found = by_country.agg(score=("estimate", "mean"), number=("estimate", "count"), **CAME_FROM)
    return found.assign(score=found["score"].where(found["number"] == needed)).drop(columns="number").reset_index()


def lowest_member(scores: pd.DataFrame, countries: pd.DataFrame) -> pd.Series:
    """The member state of the European Union with the lowest score: country, score, confidence, source, origin.

    Columns in: scores: country, score, confidence, source, origin; countries: id, eu27, source, origin
    Without the score of every member state the lowest is not known: country and score are then missing.
    """
    members = countries[countries["eu27"].astype(bool)]
    known = members[["id"]].merge(scores, left_on="id", right_on="country", how="left").sort_values(["score", "id"])
    if known.empty or known["score"].isna().any():
        return pd.Series({"country": None, "score": pd.NA, "confidence": None, **provenance(members)}, dtype=object)
    return known.iloc[0][["country", "score", "confidence", "source", "origin"]]


KEYS = ("material", "stage")


def governed(
    shares: pd.DataFrame, scores: pd.DataFrame, *, governance_of: str = "top", keys: Sequence[str] = KEYS
) -> pd.DataFrame:
    """The producers of each material and stage that the rule looks at, with the governance that counts.

    Columns in:  shares: material, stage, reference_period, rank, country, share_percent, confidence, source, origin
                 scores: country, score, confidence, source, origin
    Columns out: those of shares, and governance, governance_low, governance_high, coverage_percent
    One row for each of `keys`, or for "any" one for each recorded producer. Scores of several indicators join the
    shares that name theirs.
    """
    keys = list(keys)
    on = ["country", *({"indicator"} & {*scores.columns})]
    of_score = {name: f"{name}_score" for name in scores.columns if name not in on}
    rows = shares.merge(scores.rename(columns=of_score), on=on, how="left")
    rows = rows.sort_values("rank", kind="stable").sort_values("share_percent", ascending=False, kind="stable")
    rows = rows.sort_values(keys, kind="stable")
    rows["governance"] = rows["score_score"].astype("Float64")
    rows["confidence"] = _least_sure(rows["confidence"], rows["confidence_score"])
    for column in ("source", "origin"):
        rows[column] = [gathered(pair) for pair in zip(rows[column], rows[f"{column}_score"], strict=True)]
    rows["coverage_percent"] = rows.groupby(keys)["share_percent"].transform("sum")
    rows["governance_low"] = rows["governance_high"] = rows["governance"]
    if governance_of == "weighted":
        rows = _weighted(rows, keys)
    elif governance_of == "top":
        rows = rows.drop_duplicates(keys)
    columns = ["governance", "governance_low", "governance_high", "coverage_percent", "confidence", "source", "origin"]
    shown = dict.fromkeys([*keys, "reference_period", "country", "share_percent", *columns])
    return rows[list(shown)].reset_index(drop=True)


def _weighted(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The mean weighted by production; whoever is not recorded, or has no score, may stand anywhere on the scale."""
    weights = rows["share_percent"].where(rows["governance"].notna())
    sums = (
        rows.assign(weight=weights, product=weights * rows["governance"])
        .groupby(keys, sort=False)
        .agg(
            weight=("weight", "sum"),
            product=("product", "sum"),
            **CAME_FROM,
        )
        .reset_index()
    )
    open_percent = (100 - sums["weight"]).clip(lower=0)
    whole = sums["weight"] + open_percent
    largest = rows.drop_duplicates(keys).drop(columns=["confidence", "source", "origin"])
    return largest.reset_index(drop=True).assign(
        governance=(sums["product"] / sums["weight"].where(sums["weight"] > 0)).astype("Float64"),
        governance_low=(sums["product"] + WEAKEST * open_percent) / whole,
        governance_high=(sums["product"] + STRONGEST * open_percent) / whole,
        coverage_percent=sums["weight"],
        confidence=sums["confidence"],
        source=sums["source"],
        origin=sums["origin"],
    )


def _least_sure(one: pd.Series, other: pd.Series) -> pd.Series:
    """Row by row the less sure of the two; one that is missing does not count."""
    codes = np.maximum(one.astype(CONFIDENCE).cat.codes, other.astype(CONFIDENCE).cat.codes)
    return pd.Series(pd.Categorical.from_codes(codes, dtype=CONFIDENCE), index=one.index)


def answer(rows: pd.DataFrame, *, threshold: float, floor: float) -> pd.Series:
    """Yes where both halves of the rule hold, no where one does not, unknown where a missing figure decides.

    Columns in: share_percent, governance_low, governance_high
    """
    concentrated = rows["share_percent"].astype("Float64") > threshold
    surely, perhaps = (rows[column].astype("Float64") < floor for column in ("governance_high", "governance_low"))
    badly_governed = surely.where(surely == perhaps)
    return as_verdict(concentrated & badly_governed)


def as_verdict(holds: pd.Series) -> pd.Series:
    """True, False and missing as yes, no and unknown, which pandas keeps apart in "and" and "or" as logic has it."""
    return holds.astype("boolean").map({True: "yes", False: "no"}).fillna("unknown").astype(VERDICTS)


def deciding(rows: pd.DataFrame, keys: Sequence[str], *, every: bool = False) -> pd.DataFrame:
    """Of each group of rows the one that decides: the highest verdict, or the lowest where `every` row must hold."""
    ordered = rows.sort_values(["verdict", "share_percent"], ascending=[every, False], kind="stable")
    return ordered.drop_duplicates(list(keys)).sort_values(list(keys), kind="stable")


def of_materials(found: pd.DataFrame, *, stage: str = "either") -> pd.DataFrame:
    """The answer for each raw material; a stage of which the study says nothing is unknown.

    Columns in:  those of `verdicts`
    Columns out: the same (of the stage that decides, or has figures), and stages (those that say yes, as a tuple)
    """
    wanted = STAGES if one_of("stage", stage, STAGE_CHOICES) == "either" else (stage,)
    every = pd.MultiIndex.from_product([found["material"].unique(), wanted], names=["material", "stage"])
    rows = found.set_index(["material", "stage"]).reindex(every).reset_index()
    rows["verdict"] = rows["verdict"].fillna("unknown")
    by_material = rows.groupby("material", sort=False)["verdict"].max()
    yes = rows[rows["verdict"] == "yes"].groupby("material")["stage"].agg(tuple)
    # What decides may be a stage without figures: then those of the other stage are shown beside "unknown".
    rows["has_figures"] = rows["country"].notna()
    ordered = rows.sort_values(["has_figures", "verdict", "share_percent"], ascending=False, kind="stable")
    rows = ordered.drop_duplicates("material").drop(columns="has_figures").sort_values("material", kind="stable")
    return rows.assign(
        verdict=rows["material"].map(by_material).astype(VERDICTS),
        stages=[yes.get(material, ()) for material in rows["material"]],
    ).reset_index(drop=True)


def members_of(
    materials: pd.DataFrame, material_members: pd.DataFrame, *, groups: str = "any", document: str = ""
) -> pd.DataFrame:
    """Each raw material with itself and everything that it consists of.

    Columns in:  materials: id, parent; material_members: document, group, member
    Columns out: line, material
    With groups "named" a group consists of the members that the document names, where it names any; raises ExhibitError
    for a document that names none of any group.
    """
    if one_of("groups", groups, GROUP_RULES) == "named":
        one_of("document", document, material_members["document"].unique())
    edges = materials.loc[materials["parent"].notna(), ["parent", "id"]].set_axis(["line", "material"], axis=1)
    enumerated = material_members.rename(columns={"group": "line", "member": "material"})
    own = enumerated[enumerated["document"] == document] if groups == "named" else enumerated
    # A group whose members belong to other groups (magnet metals) cuts across: it has members, but adds none to what
    # holds it.
    is_across = ~enumerated["line"].isin(edges["line"])
    across = enumerated.loc[is_across & enumerated.index.isin(own.index), ["line", "material"]]
    if groups == "named":
        named = own.loc[~is_across, ["line", "material"]]
        edges = pd.concat([edges[~edges["line"].isin(named["line"])], named])
    pairs = step = pd.DataFrame({"line": materials["id"], "material": materials["id"]})
    while len(step):
        step = step.merge(edges, left_on="material", right_on="line", suffixes=("", "_of"))
        step = step[["line", "material_of"]].set_axis(["line", "material"], axis=1)
        longer = pd.concat([pairs, step]).drop_duplicates()
        # What was reached before is not followed again, so that parents in a circle come to an end.
        step, pairs = longer.iloc[len(pairs) :], longer
    return pd.concat([pairs, across]).drop_duplicates().reset_index(drop=True)


def of_lines(
    found: pd.DataFrame, members: pd.DataFrame, listed: Sequence[str], recorded: Sequence[str], *, groups: str = "any"
) -> pd.DataFrame:
    """The answer for each line of a list, and for every other raw material that belongs to none of them.

    Columns in:  found: those of `of_materials`; members: line, material, as of `members_of`
    Columns out: line, is_listed, and those of `of_materials` (of the member that decides; stages of all members)
    `listed` are the materials that the list names, `recorded` those on which any study has figures. A line that is a
    group counts when "any" of its members does, when "all" do, or when all that the document names do ("named"). A
    member without figures is unknown, unless the study has figures on the line itself.
    """
    every = one_of("groups", groups, GROUP_RULES) != "any"
    pairs = lines_with_members(members, listed, recorded)
    rows = pairs.merge(found, on="material", how="left")
    has_figures = rows["verdict"].notna()
    own = rows["line"].isin(rows.loc[has_figures & (rows["line"] == rows["material"]), "line"])
    alone = rows.groupby("line")["material"].transform("size") == 1
    rows = rows[has_figures | alone | (~own & (rows["line"] != rows["material"]))]
    rows = rows.assign(verdict=rows["verdict"].fillna("unknown"))
    stages = rows["stages"].dropna().groupby(rows["line"]).sum()
    kept = deciding(rows, ["line"], every=every)
    return kept.assign(
        is_listed=kept["line"].isin(listed),
        stages=[tuple(one for one in STAGES if one in stages.get(line, ())) for line in kept["line"]],
    ).reset_index(drop=True)


def lines_with_members(members: pd.DataFrame, listed: Sequence[str], recorded: Sequence[str]) -> pd.DataFrame:
    """Each listed line, and each recorded material that is under none, with its members that are recorded.

    Columns out: line, material; a line of which nothing is recorded stands with itself
    """
    of_list = members[members["line"].isin(listed)]
    others = [one for one in dict.fromkeys(recorded) if one not in set(of_list["material"])]
    themselves = pd.DataFrame({"line": others, "material": others}, dtype=object)
    known = of_list[of_list["material"].isin(recorded) | (of_list["material"] == of_list["line"])]
    return pd.concat([known, themselves], ignore_index=True)
