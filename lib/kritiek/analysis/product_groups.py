"""Product groups: sheets in, the rows of Table 7 and of Figures 1 and 3 out."""

from __future__ import annotations

import pandas as pd

POSITIONS = tuple(f"position_{number}" for number in range(1, 6))
DOT = "•"


def components(rows: pd.DataFrame) -> pd.DataFrame:
    """The climate installations, read row by row from the printed grid (Table 7).

    Columns in:  grid_row, grid_column, name_as_printed, name_en
    Columns out: component, component_en, grid_row, grid_column, source, origin
    """
    ordered = rows.sort_values(["grid_row", "grid_column"]).reset_index(drop=True)
    names = {"name_as_printed": "component", "name_en": "component_en"}
    return ordered.rename(columns=names)[["component", "component_en", "grid_row", "grid_column", "source", "origin"]]


def technology_materials(rows: pd.DataFrame) -> pd.DataFrame:
    """Which raw materials five technologies use, with their supply risk (Figure 3).

    Columns in:  order, material, name_as_printed, supply_risk (EU supply risk score), position_1 … position_5
    Columns out: supply_risk (one decimal, as text), raw_material, position_1 … position_5 (a dot or nothing),
                 material, source, origin
    """
    ordered = rows.sort_values("order").reset_index(drop=True)
    return pd.DataFrame(
        {
            "supply_risk": [f"{value:.1f}" for value in ordered["supply_risk"]],
            "raw_material": ordered["name_as_printed"],
            **{position: [DOT if used else "" for used in ordered[position]] for position in POSITIONS},
            "material": ordered["material"],
            "source": ordered["source"],
            "origin": ordered["origin"],
        }
    )


def ladder(rows: pd.DataFrame) -> pd.DataFrame:
    """The rungs of the R-ladder, the highest first (Figure 1).

    Columns in:  id, order, name_nl, name_en, explanation_nl, explanation_en
    Columns out: rung, strategy, strategy_en, explanation, explanation_en, source, origin
    """
    names = {"id": "rung", "name_nl": "strategy", "name_en": "strategy_en", "explanation_nl": "explanation"}
    columns = ["rung", "strategy", "strategy_en", "explanation", "explanation_en", "source", "origin"]
    return rows.sort_values("order").rename(columns=names)[columns].reset_index(drop=True)


def risk_words(rows: pd.DataFrame) -> dict[str, dict[str, str]]:
    """The words for the text alternative of Figure 3: {count}, and {highest} and {lowest} supply risk.

    Columns in: supply_risk, raw_material, position_1 … position_5
    """
    ordered = sorted(rows.to_dict("records"), key=lambda row: float(row["supply_risk"]))
    said = {"count": {"nl": str(len(rows)), "en": str(len(rows))}}
    for name, row in (("lowest", ordered[0]), ("highest", ordered[-1])):
        uses = sum(row[position] == DOT for position in POSITIONS)
        risk = {"nl": row["supply_risk"].replace(".", ","), "en": row["supply_risk"]}
        said[name] = {
            "nl": f"{row['raw_material']} ({risk['nl']}; bij {uses} van {len(POSITIONS)})",
            "en": f"{row['raw_material']} ({risk['en']}; marked for {uses} of {len(POSITIONS)})",
        }
    return said


def ladder_words(rungs: pd.DataFrame) -> dict[str, dict[str, str]]:
    """The words for the text alternative of Figure 1: {count}, {first} and {last} rung.

    Columns in: rung, strategy, strategy_en, the highest first
    """
    said = {"count": {"nl": str(len(rungs)), "en": str(len(rungs))}}
    for name, row in (("first", rungs.iloc[0]), ("last", rungs.iloc[-1])):
        said[name] = {"nl": f"{row['rung']} {row['strategy']}", "en": f"{row['rung']} {row['strategy_en']}"}
    return said
