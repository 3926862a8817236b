"""Numbers that a document states and the tables that they count in; each number beside its count out.

A basis is the name of a count in the sheet stated_numbers. Its rule is a small function that gives the rows counted:
the count is how many there are, or for shares the lowest and the highest of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from kritiek.analysis.options import provenance

Frames = Mapping[str, pd.DataFrame]


def priority_materials(list_members: pd.DataFrame) -> pd.DataFrame:
    """The raw materials that the ISO advisory group puts first.

    Columns in: list, material
    """
    return list_members[list_members["status"] == "priority"]


def subcommittees(committee_citations: pd.DataFrame, *, of: str) -> pd.DataFrame:
    """The subcommittees of a committee that a table of the document lists, one row each.

    Columns in: committee, place
    """
    listed = committee_citations[committee_citations["place"] == "table"]
    return listed[listed["committee"].str.startswith(f"{of}/SC ")].drop_duplicates("committee")


def rare_earths_under_control(
    stated_days: pd.DataFrame, measure_materials: pd.DataFrame, material_members: pd.DataFrame, *, line: int
) -> pd.DataFrame:
    """The rare earths of the announcements that one line names: members of the light and heavy groups, and scandium.

    Columns in: stated_days: line, measure; measure_materials: measure, material; material_members: document, group, member
    """
    groups = material_members[material_members["group"].isin(["light-rare-earths", "heavy-rare-earths"])]
    elements = set(groups.loc[groups["document"] == "eu-crm-2023", "member"]) | {"Sc"}
    named = stated_days.loc[stated_days["line"] == line, "measure"]
    rows = measure_materials[measure_materials["measure"].isin(named) & measure_materials["material"].isin(elements)]
    return rows.drop_duplicates("material")


def standards_of(standards: pd.DataFrame, *, committee: str, kind: str = "", topic: str = "") -> pd.DataFrame:
    """The published standards of a committee, of one kind or with one topic.

    Columns in: committee, stage, kind, topics
    """
    rows = standards[(standards["committee"] == committee) & (standards["stage"] == "published")]
    rows = rows[rows["kind"] == kind] if kind else rows
    return rows[[topic in topics for topics in rows["topics"]]] if topic else rows


def actions_of(roadmap_actions: pd.DataFrame, *, product_group: str) -> pd.DataFrame:
    """The actions of a roadmap that have a title.

    Columns in: product_group, title_as_printed
    """
    rows = roadmap_actions[roadmap_actions["product_group"] == product_group]
    return rows[rows["title_as_printed"].notna()]


def shares_of(production_shares: pd.DataFrame, *, material: str, country: str) -> pd.DataFrame:
    """The share of one country in a raw material, in every study; newest year of each.

    Columns in: material, country, source, reference_period, share_percent
    """
    rows = production_shares[(production_shares["material"] == material) & (production_shares["country"] == country)]
    return rows.sort_values("reference_period").drop_duplicates("source", keep="last")


def perspectives_of(perspectives: pd.DataFrame, *, document: str, perspective: str = "") -> pd.DataFrame:
    """The perspectives for action as one document numbers them, or one of them.

    Columns in: document, perspective, number
    """
    rows = perspectives[perspectives["document"] == document]
    return rows[rows["perspective"] == perspective] if perspective else rows


def cases_of(key_point_studies: pd.DataFrame, *, study: str) -> pd.DataFrame:
    """The raw materials that the key points tie to a study, one row each.

    Columns in: study, materials
    """
    return key_point_studies[key_point_studies["study"] == study].explode("materials").dropna(subset="materials")


# name of the basis: the rows that it counts; and for those that are no count, the column that gives the value.
BASES: Mapping[str, Callable[[Frames], pd.DataFrame]] = {
    "priority materials": lambda f: priority_materials(f["list_members"]),
    "subcommittees of CEN/TC 459": lambda f: subcommittees(f["committee_citations"], of="CEN/TC 459"),
    "rare earths under control": lambda f: rare_earths_under_control(
        f["stated_days"], f["measure_materials"], f["material_members"], line=431
    ),
    "traceability standards of ISO/TC 298": lambda f: standards_of(
        f["standards"], committee="ISO/TC 298", topic="traceability"
    ),
    "standards of ISO/TC 308": lambda f: standards_of(f["standards"], committee="ISO/TC 308", kind="standard"),
    "amendments of ISO/TC 308": lambda f: standards_of(f["standards"], committee="ISO/TC 308", kind="amendment"),
    "solar projects": lambda f: actions_of(f["roadmap_actions"], product_group="solar_pv"),
    "parts of military ships": lambda f: actions_of(f["roadmap_actions"], product_group="military_ships"),
    "magnesium from China": lambda f: shares_of(f["production_shares"], material="magnesium-metal", country="CHN"),
    "perspectives": lambda f: perspectives_of(f["perspectives"], document="note-2024"),
    "perspective mining": lambda f: perspectives_of(f["perspectives"], document="note-2024", perspective="mining"),
    "perspective supply chains": lambda f: perspectives_of(
        f["perspectives"], document="note-2024", perspective="supply chains"
    ),
    "case studies": lambda f: cases_of(f["key_point_studies"], study="study-04"),
}
VALUES = {
    "magnesium from China": "share_percent",
    "perspective mining": "number",
    "perspective supply chains": "number",
}


def beside_their_counts(stated: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Each stated number beside the lowest and highest value that its basis gives; a count has one.

    Columns in:  document, line, number, tolerance, basis, locator, source, origin
    Columns out: those, low, high, agrees; source and origin with those of the rows counted
    A number agrees when it lies no further from them than its tolerance. Raises KeyError for an unknown basis.
    """
    counted = {basis: _counted(BASES[basis](frames), VALUES.get(basis)) for basis in stated["basis"].unique()}
    values = pd.DataFrame([counted[basis] for basis in stated["basis"]], index=stated.index)
    apart = pd.concat([values["low"] - stated["number"], stated["number"] - values["high"]], axis=1).max(axis=1)
    return stated.assign(
        low=values["low"],
        high=values["high"],
        agrees=apart <= stated["tolerance"],
        source=stated["source"] + "; " + values["source"],
        origin=stated["origin"] + "; " + values["origin"],
    )


def _counted(rows: pd.DataFrame, value: str | None) -> dict[str, object]:
    low, high = (rows[value].min(), rows[value].max()) if value else (len(rows), len(rows))
    return {"low": float(low), "high": float(high), **provenance(rows)}
