"""Raw materials and the groups they belong to in; which of them a statement about another one reaches, out."""

from __future__ import annotations

import pandas as pd


def kin(materials: pd.DataFrame, material_members: pd.DataFrame) -> pd.DataFrame:
    """Each raw material beside every one of the same line: itself, its groups however wide, its members however small.

    Columns in:  materials: id, parent; material_members: group, member (of any document)
    Columns out: material, related
    What is said of rare earths reaches dysprosium, and what is said of dysprosium concerns rare earths; what is said
    of dysprosium says nothing of terbium. Groups that lead back to themselves end where they began.
    """
    up = pd.concat(
        [
            materials.loc[materials["parent"].notna(), ["id", "parent"]].set_axis(["material", "group"], axis=1),
            material_members[["member", "group"]].set_axis(["material", "group"], axis=1),
        ]
    ).drop_duplicates()
    lines = up
    while True:
        farther = lines.merge(up, left_on="group", right_on="material", suffixes=("", "_step"))
        farther = farther[["material", "group_step"]].set_axis(["material", "group"], axis=1)
        longer = pd.concat([lines, farther]).drop_duplicates()
        if len(longer) == len(lines):
            break
        lines = longer
    own = pd.DataFrame({"material": materials["id"], "related": materials["id"]})
    upward = lines.set_axis(["material", "related"], axis=1)
    downward = lines[["group", "material"]].set_axis(["material", "related"], axis=1)
    return pd.concat([own, upward, downward]).drop_duplicates().reset_index(drop=True)
