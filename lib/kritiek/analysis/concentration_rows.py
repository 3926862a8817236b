"""Herfindahl indices and suppliers of the Union in; the rows of their exhibits out, in both languages."""

from __future__ import annotations

import pandas as pd

from kritiek.analysis.options import TICK, Vocabulary, gathered, joined
from kritiek.analysis.supply_risk_rows import Names, answer_words, rounded
from kritiek.exhibits.plain import is_blank
from sheetcheck.schema import LANGUAGES

ENDINGS = (("nl", ""), ("en", "_en"))
INDEX_DECIMALS = 2


def places(
    ranked: pd.DataFrame, lines: pd.DataFrame, members: pd.DataFrame, words: pd.DataFrame, names: Names
) -> pd.DataFrame:
    """Each material and stage with its weighted index, the place that gives it, and what the rule says of its line.

    Columns in:  ranked: as `concentration.ranked`; lines: as `supply_risk.of_lines`; members: line, material
    Columns out: raw_material, stage, country, place, answer, listed (with _en twins), share_percent, hhi, weighted
                 (text: one value, or from the lower to the upper bound), coverage_percent, line, material,
                 place_best, place_worst, weighted_low, weighted_high, source, origin
    """
    vocabulary = Vocabulary(words)
    of_material = dict(zip(members["material"], members["line"], strict=True))
    by_line = lines.set_index("line")
    line = [one if one in by_line.index else of_material.get(one, one) for one in ranked["material"]]
    is_listed = by_line["is_listed"].reindex(line).fillna(False).astype(bool)
    shown: dict[str, object] = {}
    for language, ending in ENDINGS:
        shown |= {
            f"raw_material{ending}": [names.material(one, language) for one in ranked["material"]],
            f"stage{ending}": [vocabulary.of("stage", one, language) for one in ranked["stage"]],
            f"country{ending}": [names.country(one, language) for one in ranked["country"]],
            f"answer{ending}": [
                answer_words(vocabulary, one, sure, language)
                for one, sure in zip(ranked["verdict"], ranked["confidence"], strict=True)
            ],
        }
        for column, low, high in (("hhi", "hhi_low", "hhi_high"), ("weighted", "weighted_low", "weighted_high")):
            shown[f"{column}{ending}"] = [
                _bounds(one, other, language)
                for one, other in zip(
                    rounded(ranked[low], INDEX_DECIMALS), rounded(ranked[high], INDEX_DECIMALS), strict=True
                )
            ]
    told = pd.DataFrame(
        {
            "place": [_bounds_whole(*pair) for pair in zip(ranked["place_best"], ranked["place_worst"], strict=True)],
            **shown,
            "listed": [TICK if one else "" for one in is_listed],
            "line": line,
            "share_percent": rounded(ranked["share_percent"], 1).array,
            "coverage_percent": rounded(ranked["coverage_percent"], 0).astype("Int64").array,
            **{
                column: ranked[column].array
                for column in ("material", "place_best", "place_worst", "weighted_low", "weighted_high")
            },
            "source": ranked["source"].array,
            "origin": ranked["origin"].array,
        }
    )
    return names.with_origins(told, "line", "material")


def _bounds(low: float, high: float, language: str) -> str:
    ends = dict.fromkeys(f"{value:.{INDEX_DECIMALS}f}" for value in (low, high))
    return "–".join(end.replace(".", ",") if language == "nl" else end for end in ends)


def _bounds_whole(low: int, high: int) -> str:
    return "–".join(dict.fromkeys((str(low), str(high))))


def suppliers(
    lines: pd.DataFrame, found: pd.DataFrame, strategic: pd.DataFrame, beside: pd.DataFrame, words: pd.DataFrame,
    names: Names,
) -> pd.DataFrame:  # fmt: skip
    """Each strategic raw material with the largest supplier of the Union, and whether it supplies too much.

    Columns in:  lines: as `supply_risk.of_lines` over `concentration.one_supplier`; found: as one_supplier
                 strategic and beside: material, source, origin (of the two lists)
    Columns out: raw_material, member, stage, country, answer (with _en twins), share_percent, share_margin, listed,
                 line, material, verdict, source, origin
    """
    vocabulary = Vocabulary(words)
    printed = strategic.set_index("material")
    order = {line: number for number, line in enumerate(printed.index)}
    rows = lines[lines["is_listed"]].assign(place=lambda frame: frame["line"].map(order))
    rows = rows.sort_values(["verdict", "share_percent", "place"], ascending=[False, False, True], kind="stable")
    shown: dict[str, object] = {}
    for language, ending in ENDINGS:
        shown |= {
            f"raw_material{ending}": [names.material(one, language) for one in rows["line"]],
            f"member{ending}": [
                "" if one == line or is_blank(share) else names.material(one, language)
                for one, line, share in zip(rows["material"], rows["line"], rows["share_percent"], strict=True)
            ],
            f"stage{ending}": ["" if is_blank(one) else vocabulary.of("stage", one, language) for one in rows["stage"]],
            f"country{ending}": [names.country(one, language) for one in rows["country"]],
            f"answer{ending}": [
                answer_words(vocabulary, one, sure, language)
                for one, sure in zip(rows["verdict"], rows["confidence"], strict=True)
            ],
        }
    own = {column: printed[column].to_dict() for column in ("source", "origin")}
    told = pd.DataFrame(
        {
            **shown,
            "share_percent": rounded(rows["share_percent"], 0).astype("Int64").array,
            "share_margin": rounded(rows["share_margin"], 0).astype("Int64").array,
            "listed": [TICK if one in set(beside["material"]) else "" for one in rows["line"]],
            **{column: rows[column].array for column in ("line", "material")},
            "verdict": rows["verdict"].astype(object).array,
            **{
                column: [
                    gathered([own[column].get(line), one]) for line, one in zip(rows["line"], rows[column], strict=True)
                ]
                for column in own
            },
        }
    )
    return names.with_origins(told, "line", "material")


def words_of(rows: pd.DataFrame, words: pd.DataFrame) -> dict[str, dict[str, str]]:
    """What the notes say of the rows of `suppliers`: which count, which are unknown, and which Table 2 has alone.

    Columns in: raw_material, raw_material_en, verdict, listed
    """
    none = {one: Vocabulary(words).of("beside_list", "none", one) for one in LANGUAGES}

    def called(kept: pd.Series) -> dict[str, str]:
        return {
            "nl": joined(rows.loc[kept, "raw_material"], ", ") or none["nl"],
            "en": joined(rows.loc[kept, "raw_material_en"], ", ") or none["en"],
        }

    is_yes = rows["verdict"] == "yes"
    listed = rows["listed"] == TICK
    return {
        "counted": called(is_yes),
        "not_in_list": called(is_yes & ~listed),
        "only_listed": called((rows["verdict"] == "no") & listed),
        "unknown": called(rows["verdict"] == "unknown"),
        "lines": dict.fromkeys(LANGUAGES, str(len(rows))),
    }
