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
    measures: pd.DataFrame,
    measure_materials: pd.DataFrame,
    technology_materials: pd.DataFrame,
    sag_groups: pd.DataFrame,
    group_lines: pd.DataFrame,
    committee_groups: pd.DataFrame,
    relevance: pd.DataFrame,
) -> pd.DataFrame:
    """Every time a table or figure of the report names a raw material or a committee, in long form.

    Columns in:  lists: id, exhibit; list_members: list, material; measures: id, words_as_printed;
                 measure_materials: measure, material;
                 technology_materials: material; sag_groups: committee; group_lines: group, committee;
                 committee_groups: id, table; relevance: committees
    Columns out: kind (material or committee), id, exhibit, source, origin
    """
    tables = committee_groups.set_index("id")["table"]
    printed = measures.loc[measures["words_as_printed"].notna(), "id"]
    shown = list_members.assign(exhibit=list_members["list"].map(lists.set_index("id")["exhibit"]))
    shown = shown[shown["exhibit"].notna()]
    lines = group_lines[group_lines["committee"].notna()]
    found = [
        *_rows("material", shown, shown["material"], shown["exhibit"]),
        *_rows_at("material", measure_materials[measure_materials["measure"].isin(printed)], "material", "table_03"),
        *_rows_at("material", technology_materials, "material", "figure_03"),
        *_rows_at("committee", sag_groups, "committee", "table_05"),
        *_rows("committee", lines, lines["committee"], [f"table_{tables[group]:02}" for group in lines["group"]]),
        *_rows_at("committee", relevance.explode("committees"), "committees", "table_14"),
    ]
    return pd.DataFrame(found, columns=["kind", "id", "exhibit", "source", "origin"])


def overview(
    mentioned: pd.DataFrame, materials: pd.DataFrame, committees: pd.DataFrame, exhibits: pd.DataFrame
) -> pd.DataFrame:
    """In which tables and figures each raw material and committee stands.

    Columns in:  mentioned: kind, id, exhibit, source, origin; materials: id, name_nl, name_en;
                 committees: id, title_official, title_as_printed; exhibits: id, order, number_nl, number_en
    Columns out: kind, kind_en, name, name_en, exhibits, exhibits_en, number_of_exhibits, id, source, origin
    Raw materials come first, then committees; within each the most often named first, then by name.
    """
    order = exhibits.sort_values("order").set_index("id")
    names = materials.set_index("id")
    titles = committees.set_index("id")
    rows = []
    for (kind, key), group in mentioned.groupby(["kind", "id"]):
        where = [name for name in order.index if name in set(group["exhibit"])]
        if kind == "material":
            dutch, english = (capitalised(names.at[key, f"name_{language}"]) for language in ("nl", "en"))
        else:
            title = titles.at[key, "title_official"] or titles.at[key, "title_as_printed"]
            dutch = english = joined([key, title], " ")
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


def _rows_at(kind: str, rows: pd.DataFrame, column: str, exhibit: str) -> list[tuple[str, ...]]:
    return _rows(kind, rows, rows[column], [exhibit] * len(rows))
