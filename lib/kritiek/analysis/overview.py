"""What stands where: the sheets behind the tables in, one row for each raw material and committee out."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from kritiek.analysis.options import capitalised, joined

KINDS = {"material": ("Grondstof", "Raw material"), "committee": ("Technische commissie", "Technical committee")}


def mentions(
    *,
    lists: pd.DataFrame,
    list_members: pd.DataFrame,
    document_measures: pd.DataFrame,
    measure_materials: pd.DataFrame,
    technology_materials: pd.DataFrame,
    group_committees: pd.DataFrame,
    committee_groups: pd.DataFrame,
    relevance: pd.DataFrame,
    exhibit_columns: pd.DataFrame,
    exhibits: pd.DataFrame,
) -> pd.DataFrame:
    """Every time a numbered table or figure names a raw material or a committee, in long form.

    Columns in:  lists: id, exhibit; list_members: list, material; document_measures: measure;
                 measure_materials: measure, material; technology_materials: material;
                 group_committees: group, committee; committee_groups: id, exhibit;
                 relevance: committees; exhibit_columns: exhibit, rests_on; exhibits: id, number_nl
    Columns out: kind (material or committee), id, exhibit, source, origin
    All frames are those of one document. What stands in no list or group is shown by the exhibits that rest on it.
    """
    shown = list_members.assign(exhibit=list_members["list"].map(lists.set_index("id")["exhibit"]))
    shown = shown[shown["exhibit"].notna()]
    controlled = measure_materials[measure_materials["measure"].isin(document_measures["measure"])]
    grouped = group_committees.merge(committee_groups[["id", "exhibit"]].rename(columns={"id": "group"}), on="group")
    found = [
        *_rows("material", shown, shown["material"], shown["exhibit"]),
        *_rows("committee", grouped, grouped["committee"], grouped["exhibit"]),
    ]
    numbered = exhibit_columns[exhibit_columns["exhibit"].isin(exhibits.loc[exhibits["number_nl"].notna(), "id"])]
    for kind, rows, column, table in (
        ("material", controlled, "material", "measures"),
        ("material", technology_materials, "material", "technology_materials"),
        ("committee", relevance.explode("committees"), "committees", "relevance"),
    ):
        rests = [any(place.startswith(f"{table}.") for place in places) for places in numbered["rests_on"]]
        for exhibit in numbered.loc[rests, "exhibit"].unique():
            found += _rows(kind, rows, rows[column], [exhibit] * len(rows))
    return pd.DataFrame(found, columns=["kind", "id", "exhibit", "source", "origin"])


def overview(
    mentioned: pd.DataFrame, materials: pd.DataFrame, committee_titles: pd.DataFrame, exhibits: pd.DataFrame
) -> pd.DataFrame:
    """In which tables and figures each raw material and committee stands.

    Columns in:  mentioned: kind, id, exhibit, source, origin; materials: id, name_nl, name_en;
                 committee_titles: committee, title; exhibits: id, order, number_nl, number_en
    Columns out: kind, kind_en, name, name_en, exhibits, exhibits_en, number_of_exhibits, id, source, origin
    Raw materials come first, then committees; within each the most often named first, then by name.
    """
    order = exhibits.sort_values("order").set_index("id")
    names = materials.set_index("id")
    titles = committee_titles.set_index("committee")["title"]
    rows = []
    for (kind, key), group in mentioned.groupby(["kind", "id"]):
        where = [name for name in order.index if name in set(group["exhibit"])]
        if kind == "material":
            dutch, english = (capitalised(names.at[key, f"name_{language}"]) for language in ("nl", "en"))
        else:
            dutch = english = joined([key, titles.get(key)], " ")
        rows.append(
            {
                "kind": KINDS[kind][0],
                "kind_en": KINDS[kind][1],
                "name": dutch,
                "name_en": english,
                "exhibits": joined(order.loc[where, "number_nl"], ", "),
                "exhibits_en": joined(order.loc[where, "number_en"], ", "),
                "number_of_exhibits": len(where),
                "id": key,
                "source": joined(group["source"]),
                "origin": joined(group["origin"]),
            }
        )
    frame = pd.DataFrame(rows)
    frame["_rank"] = frame["kind"].map([words[0] for words in KINDS.values()].index)
    ordered = frame.sort_values(["_rank", "number_of_exhibits", "name"], ascending=[True, False, True], kind="stable")
    return ordered.drop(columns="_rank").reset_index(drop=True)


def _rows(kind: str, rows: pd.DataFrame, ids: Iterable[str], exhibits: Iterable[str]) -> list[tuple[str, ...]]:
    return list(zip([kind] * len(rows), ids, exhibits, rows["source"], rows["origin"], strict=True))
