"""Technical committees: printed lines in, the rows of Tables 5, 6 and 8 to 14 out."""

from __future__ import annotations

import pandas as pd

from kritiek.analysis.options import one_of, provenance

ALL_AUDIENCES = "all"


def group_table(group_lines: pd.DataFrame, committee_groups: pd.DataFrame, *, group: str) -> pd.DataFrame:
    """Dutch mirror committees beside the committees that they follow, for one group (Tables 6 and 8 to 13).

    Columns in:  group_lines: group, row, side, order, line_as_printed, mark; committee_groups: id
    Columns out: mirror_committees, committees (the lines of a cell joined by a line break), source, origin
    Raises ExhibitError for an unknown group.
    """
    one_of("group", group, tuple(committee_groups["id"]))
    lines = group_lines[group_lines["group"] == group].sort_values(["row", "side", "order"])
    return pd.DataFrame(
        [
            {
                "mirror_committees": _lines(rows[rows["side"] == "mirror"]),
                "committees": _lines(rows[rows["side"] == "committee"]),
                **provenance(rows),
            }
            for _, rows in lines.groupby("row")
        ]
    )


def group_exhibit(committee_groups: pd.DataFrame, *, group: str) -> str:
    """The name of the exhibit that shows a group, for example table_12 for batteries.

    Columns in: id, table. Raises ExhibitError for an unknown group.
    """
    one_of("group", group, tuple(committee_groups["id"]))
    number = committee_groups.set_index("id").at[group, "table"]
    return f"table_{number:02}"


def group_marks(group_lines: pd.DataFrame, *, group: str) -> pd.DataFrame:
    """The marks of one group's lines with their meaning.

    Columns in:  group, mark, mark_meaning_nl, mark_meaning_en
    Columns out: mark, meaning_nl, meaning_en
    """
    rows = group_lines[(group_lines["group"] == group) & group_lines["mark"].notna()]
    return rows[["mark", "mark_meaning_nl", "mark_meaning_en"]].set_axis(["mark", "meaning_nl", "meaning_en"], axis=1)


def advisory_group_table(sag_groups: pd.DataFrame) -> pd.DataFrame:
    """The committees that the ISO advisory group names: tied to a raw material, and generic (Table 5).

    Columns in:  group, order, row, line_as_printed
    Columns out: raw_material_committees, generic_committees (lines of a cell joined by a line break), source, origin
    """
    lines = sag_groups.sort_values("order")
    return pd.DataFrame(
        [
            {
                "raw_material_committees": "\n".join(rows.loc[rows["group"] == "raw material", "line_as_printed"]),
                "generic_committees": "\n".join(rows.loc[rows["group"] == "generic", "line_as_printed"]),
                **provenance(rows),
            }
            for _, rows in lines.groupby("row")
        ]
    )


def relevance(
    rows: pd.DataFrame, audiences: pd.DataFrame, *, audience: str = ALL_AUDIENCES, product_group: str = "all"
) -> pd.DataFrame:
    """Which committees matter for the Netherlands, why, and for whom (Table 14).

    Columns in:  rows: order, committees, committee_as_printed, why_as_printed, for_whom_as_printed, audiences,
                 product_groups
                 audiences: id
    Columns out: committee, why, for_whom, committees, audiences, source, origin
    `audience` keeps the rows that speak to it, `product_group` those that speak of it. Raises ExhibitError for an
    unknown audience or product group.
    """
    one_of("audience", audience, (ALL_AUDIENCES, *audiences["id"]))
    groups = sorted({group for cell in rows["product_groups"] for group in cell})
    one_of("product_group", product_group, ("all", *groups))
    kept = rows.sort_values("order")
    if audience != ALL_AUDIENCES:
        kept = kept[[audience in cell for cell in kept["audiences"]]]
    if product_group != "all":
        kept = kept[[product_group in cell for cell in kept["product_groups"]]]
    shown = {"committee_as_printed": "committee", "why_as_printed": "why", "for_whom_as_printed": "for_whom"}
    columns = [*shown.values(), "committees", "audiences", "source", "origin"]
    return kept.rename(columns=shown)[columns].reset_index(drop=True)


def _lines(rows: pd.DataFrame) -> str:
    return "\n".join(row.line_as_printed + (row.mark or "") for row in rows.itertuples())
