"""Product groups: sheets in, the rows of Table 7 and of Figure 1 out, and the words for what the figures show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pandas as pd

from kritiek.analysis.options import joined
from kritiek.exhibits.days import day_words
from sheetcheck.schema import LANGUAGES

DOT = "•"
POSITION = "position_"
# The figure has room for so many technologies.
POSITIONS = 8


def ladder(rows: pd.DataFrame) -> pd.DataFrame:
    """The rungs of the R-ladder, the highest first (Figure 1).

    Columns in:  id, order, edition, name_nl, name_en, explanation_nl, explanation_en
    Columns out: rung, strategy, strategy_en, explanation, explanation_en, edition, source, origin
    """
    names = {"id": "rung", "name_nl": "strategy", "name_en": "strategy_en", "explanation_nl": "explanation"}
    columns = ["rung", "strategy", "strategy_en", "explanation", "explanation_en", "edition", "source", "origin"]
    return rows.sort_values("order").rename(columns=names)[columns].reset_index(drop=True)


def risk_words(rows: pd.DataFrame, technologies: pd.DataFrame) -> dict[str, dict[str, str]]:
    """The words for Figure 3: {count}, {technologies}, {highest} and {lowest} supply risk, and {technology_1} ….

    Columns in: rows: supply_risk (text, empty where it is not known), raw_material, position_1 …
                technologies: order, name_nl, name_en
    """
    known = [row for row in rows.to_dict("records") if row["supply_risk"]]
    ordered = sorted(known, key=lambda row: float(row["supply_risk"]))
    said = {"count": _same(len(rows)), "technologies": _same(len(technologies))}
    for name, row in (("lowest", ordered[0]), ("highest", ordered[-1])):
        uses = sum(row[f"{POSITION}{number}"] == DOT for number in technologies["order"])
        risk = {"nl": row["supply_risk"].replace(".", ","), "en": row["supply_risk"]}
        said[name] = {
            "nl": f"{row['raw_material']} ({risk['nl']}; bij {uses} van {len(technologies)})",
            "en": f"{row['raw_material']} ({risk['en']}; marked for {uses} of {len(technologies)})",
        }
    names = technologies.set_index("order")
    for number in range(1, POSITIONS + 1):
        said[f"technology_{number}"] = {
            language: names.at[number, f"name_{language}"] if number in names.index else "" for language in LANGUAGES
        }
    return said


def ladder_words(rungs: pd.DataFrame) -> dict[str, dict[str, str]]:
    """The words for Figure 1: {count}, {first} and {last} rung, and the {edition} of the page they follow.

    Columns in: rung, strategy, strategy_en, edition, the highest first
    """
    said = {"count": _same(len(rungs)), "edition": _days(rungs["edition"])}
    for name, row in (("first", rungs.iloc[0]), ("last", rungs.iloc[-1])):
        said[name] = {"nl": f"{row['rung']} {row['strategy']}", "en": f"{row['rung']} {row['strategy_en']}"}
    return said


def _same(number: int) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, str(number))


def _days(days: Iterable[dt.date]) -> dict[str, str]:
    return {language: joined((day_words(one, language) for one in sorted(set(days))), ", ") for language in LANGUAGES}
