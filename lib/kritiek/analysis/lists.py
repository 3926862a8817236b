"""Lists of critical, strategic and prioritised raw materials in, the rows of Tables 1, 2 and 4 out."""

from __future__ import annotations

import pandas as pd

from kritiek.analysis.options import TICK, capitalised, joined, one_of, provenance

# Table 1 can be made from the report as printed, or from the annexes of the Regulation that it sums up.
LIST_SOURCES = {"report": ("report-table-1",), "regulation": ("crma-annex-2", "crma-annex-1")}
STATUSES = ("critical", "strategic")


def critical_and_strategic(
    list_members: pd.DataFrame, materials: pd.DataFrame, *, list_source: str = "report"
) -> pd.DataFrame:
    """Which raw materials are critical and which strategic, one row each (Table 1).

    Columns in:  list_members: list, order, material, name_as_printed, status, ticked, qualifier_as_printed,
                 qualifier_en
                 materials: id, name_nl, name_en
    Columns out: material, raw_material, raw_material_en, critical, critical_en, strategic, strategic_en
                 (a tick, the words that narrow it, or nothing), source, origin
    From the report the rows are as printed; from the Regulation they follow Annex II and then what only Annex I
    names, with the Dutch names of the materials sheet. Raises ExhibitError for an unknown list_source.
    """
    lists = LIST_SOURCES[one_of("list_source", list_source, tuple(LIST_SOURCES))]
    members = list_members[list_members["list"].isin(lists)].copy()
    members["rank"] = members["list"].map(lists.index)
    members = members.sort_values(["rank", "order"], kind="stable")
    names = materials.set_index("id")
    # In the report a row is a printed row; across two annexes only the material says what belongs together.
    together = "order" if list_source == "report" else "material"
    rows = []
    for _, group in members.groupby(together, sort=False):
        material = group["material"].iloc[0]
        printed = group["name_as_printed"].iloc[0]
        row = {
            "material": material,
            "raw_material": printed if list_source == "report" else capitalised(names.at[material, "name_nl"]),
            "raw_material_en": capitalised(names.at[material, "name_en"]),
        }
        for status in STATUSES:
            entries = group[group["status"] == status]
            row[status] = joined((_cell(entry, "qualifier_as_printed") for entry in entries.itertuples()), " ")
            row[f"{status}_en"] = joined((_cell(entry, "qualifier_en") for entry in entries.itertuples()), " ")
        rows.append({**row, **provenance(group)})
    return pd.DataFrame(rows)


def _cell(entry: object, qualifier: str) -> str:
    words = getattr(entry, qualifier) or entry.qualifier_as_printed
    return joined([TICK if entry.ticked else None, words], " ")


def concentrated_supply(list_members: pd.DataFrame, list_marks: pd.DataFrame, materials: pd.DataFrame) -> pd.DataFrame:
    """Raw materials with concentrated supply from badly governed countries, with their marks (Table 2).

    Columns in:  list_members: list, order, material, name_as_printed, marks, grid_row, grid_column
                 list_marks: id, list, mark, order
                 materials: id, name_en
    Columns out: material, raw_material, raw_material_en (name with its marks), marks (keys), grid_row, grid_column,
                 source, origin
    A mark is found by its key and printed in the order of the marks sheet, whatever order a cell lists them in.
    """
    members = _of_list(list_members, "report-table-2")
    marks = list_marks[list_marks["list"] == "report-table-2"].sort_values("order")
    english = materials.set_index("id")["name_en"]

    def signs(keys: tuple[str, ...]) -> str:
        return "".join(marks.loc[marks["id"].isin(keys), "mark"])

    return pd.DataFrame(
        {
            "material": members["material"],
            "raw_material": [
                name + signs(keys) for name, keys in zip(members["name_as_printed"], members["marks"], strict=True)
            ],
            "raw_material_en": [
                capitalised(english[material]) + signs(keys)
                for material, keys in zip(members["material"], members["marks"], strict=True)
            ],
            "marks": members["marks"],
            "grid_row": members["grid_row"],
            "grid_column": members["grid_column"],
            "source": members["source"],
            "origin": members["origin"],
        }
    )


def priorities(list_members: pd.DataFrame, materials: pd.DataFrame) -> pd.DataFrame:
    """The raw materials that the ISO advisory group puts first (Table 4).

    Columns in:  list_members: list, order, material, name_as_printed; materials: id, name_en
    Columns out: material, raw_material, raw_material_en, source, origin
    """
    members = _of_list(list_members, "report-table-4")
    english = materials.set_index("id")["name_en"]
    return pd.DataFrame(
        {
            "material": members["material"],
            "raw_material": members["name_as_printed"],
            "raw_material_en": [capitalised(english[material]) for material in members["material"]],
            "source": members["source"],
            "origin": members["origin"],
        }
    )


def members_of_groups(
    material_members: pd.DataFrame, materials: pd.DataFrame, *, document: str
) -> dict[str, dict[str, str]]:
    """What a document counts in each group, in its order: {"light-rare-earths": {"nl": "La, Ce", "en": "La, Ce"}}.

    Columns in: material_members: document, group, member, member_as_printed, order; materials: id, name_en
    Dutch is as printed; a printed symbol stays in English, a printed name becomes the English one.
    """
    english = materials.set_index("id")["name_en"]
    own = material_members[material_members["document"] == document].sort_values("order")
    own = own.assign(
        member_en=[
            printed if printed == member else capitalised(english[member])
            for printed, member in zip(own["member_as_printed"], own["member"], strict=True)
        ]
    )
    return {
        group: {"nl": joined(rows["member_as_printed"], ", "), "en": joined(rows["member_en"], ", ")}
        for group, rows in own.groupby("group", sort=False)
    }


def _of_list(list_members: pd.DataFrame, name: str) -> pd.DataFrame:
    return list_members[list_members["list"] == name].sort_values("order").reset_index(drop=True)
