"""Answers of the supply risk rule in; rows that a reader sees out, each with a reason made from its figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from kritiek.analysis.options import Vocabulary, capitalised, gathered, joined, with_origins
from kritiek.analysis.supply_risk import STAGES
from kritiek.exhibits.plain import is_blank, number_text
from sheetcheck.schema import LANGUAGES

TERM = "supply_risk_reason"
SHARE_DECIMALS, SCORE_DECIMALS = 1, 3


def rounded(values: pd.Series, decimals: int) -> pd.Series:
    """The numbers with so many decimals, a half away from zero as on paper: the mean 0.1735 becomes 0.174."""
    numbers = _rounded(values.astype("Float64").to_numpy("float64", na_value=np.nan), decimals)
    return pd.Series(numbers, index=values.index, dtype="Float64")


def _rounded(numbers: Any, decimals: int) -> Any:
    """A number, or an array of them, rounded as above."""
    # 0.1735 is stored a little below itself; what is added is far below what any source states.
    return np.floor(np.abs(numbers) * 10**decimals + 0.5 + 1e-9) / 10**decimals * np.sign(numbers)


class Names:
    """What keys are called in a language: raw materials (as a list prints them, or capitalised) and countries.

    Columns in: listed: material, name_as_printed, origin; materials: id, name_nl, name_en, origin
                countries: id, name_nl, name_en
    """

    def __init__(self, listed: pd.DataFrame, materials: pd.DataFrame, countries: pd.DataFrame) -> None:
        self._listed, self._materials = listed, materials
        self._printed = dict(zip(listed["material"], listed["name_as_printed"], strict=True))
        self._own = {one: dict(zip(materials["id"], materials[f"name_{one}"], strict=True)) for one in LANGUAGES}
        self._lands = {one: dict(zip(countries["id"], countries[f"name_{one}"], strict=True)) for one in LANGUAGES}

    def material(self, key: str, language: str) -> str:
        """The raw material as a line of a table has it."""
        printed = self._printed.get(key) if language == "nl" else None
        return printed or capitalised(self._own[language][key])

    def with_origins(self, rows: pd.DataFrame, *by: str) -> pd.DataFrame:
        """The rows, whose origin also says where the names of the raw materials in the columns `by` stand."""
        for column in by:
            rows = with_origins(rows, self._listed, column, key="material")
            rows = with_origins(rows, self._materials, column)
        return rows

    def country(self, key: object, language: str) -> str | None:
        """The country, or None where there is none."""
        return None if is_blank(key) else self._lands[language][key]

    def materials(self, keys: Iterable[str], language: str) -> str:
        """Raw materials in a row, by name."""
        return joined(sorted(self.material(key, language) for key in keys), ", ")


def plain_number(value: float, language: str) -> str:
    """A number in a sentence: 65 without decimals, 62,5 with those it has."""
    return number_text(value, language, 0 if float(value).is_integer() else None)


def beside(
    lines: pd.DataFrame,
    found: pd.DataFrame,
    listed: pd.DataFrame,
    words: pd.DataFrame,
    materials: pd.DataFrame,
    countries: pd.DataFrame,
    *,
    threshold: float,
    stage: str,
    governance_of: str,
) -> pd.DataFrame:
    """The lines as they stand beside a list: first what both have, then what one has alone, then the others.

    Columns in:  lines: as `supply_risk.of_lines`; found: as `supply_risk.verdicts`
                 listed: material, name_as_printed, source, origin, in the order of the list
                 words: term, value, words_nl, words_en; materials, countries: id, name_nl, name_en; materials: origin
    Columns out: raw_material, beside, answer, stage, country (with _en twins), share_percent, share_margin, governance,
                 governance_margin (rounded), for "weighted" also governance_low, governance_high and
                 coverage_percent, reason, reason_en, the keys line, beside_key, verdict, stage_key,
                 country_key, floor_country, floor, confidence, source, origin
    A name is as printed where the list has the line. What is not verified says so beside its answer.
    """
    vocabulary = Vocabulary(words)
    printed = listed.set_index("material")
    # What the list does not name and the study does not know is no row: other studies know of it.
    kept = lines[lines["is_listed"] | lines["country"].notna()]
    rows = with_reasons(
        kept, found, words, materials, countries, threshold=threshold, stage=stage, governance_of=governance_of
    )
    is_yes = rows["verdict"] == "yes"
    rows["beside_key"] = [BESIDE[pair] for pair in zip(rows["is_listed"], is_yes, strict=True)]
    place = {line: number for number, line in enumerate(printed.index)}
    rows["place"] = [place.get(line, len(place)) for line in rows["line"]]
    rows["rank"] = rows["beside_key"].map(list(BESIDE.values()).index)
    rows = rows.sort_values(["rank", "place", "verdict", "share_percent"], ascending=[True, True, False, False])
    names = Names(listed, materials, countries)
    shown: dict[str, Any] = {}
    for language, ending in (("nl", ""), ("en", "_en")):
        shown |= {
            f"raw_material{ending}": [names.material(line, language) for line in rows["line"]],
            f"beside{ending}": [vocabulary.of("beside_list", key, language) for key in rows["beside_key"]],
            f"answer{ending}": [
                answer_words(vocabulary, key, sure, language)
                for key, sure in zip(rows["verdict"], rows["confidence"], strict=True)
            ],
            f"stage{ending}": [_word(vocabulary, "stage", key, language) for key in rows["stage"]],
            f"country{ending}": [names.country(key, language) for key in rows["country"]],
        }
    told = pd.DataFrame(
        {
            **shown,
            "share_percent": rounded(rows["share_percent"], SHARE_DECIMALS),
            "share_margin": rounded(rows["share_margin"], SHARE_DECIMALS),
            "governance": rounded(rows["governance"], SCORE_DECIMALS),
            "governance_margin": rounded(rows["governance_margin"], SCORE_DECIMALS),
            **(_bounds(rows) if governance_of == "weighted" else {}),
            "reason": rows["reason"],
            "reason_en": rows["reason_en"],
            **{key: rows[key].astype(object) for key in ("line", "beside_key", "verdict")},
            "stage_key": rows["stage"],
            "country_key": rows["country"],
            "floor_country": found["floor_country"].iloc[0],
            "floor": rounded(found["floor"].iloc[:1], SCORE_DECIMALS).iloc[0],
            "confidence": rows["confidence"].astype(object),
            "source": _together(rows, printed, "source"),
            "origin": _together(rows, printed, "origin"),
        }
    ).reset_index(drop=True)
    return names.with_origins(told, "line")


# Whether the list has the line, whether the computation gives it; in the order in which a reader wants them.
BESIDE = {(True, True): "both", (True, False): "listed", (False, True): "computed", (False, False): "neither"}


def one_sided(rows: pd.DataFrame, found: pd.DataFrame, words: pd.DataFrame) -> dict[str, dict[str, str]]:
    """The words for {without_rule} and {without_line}: what only the list has, what only the computation gives.

    Columns in: rows: as `beside`; found: material, stage, share_percent; words: those of `Vocabulary`
    Each line by name with its shares by stage, where the study has figures on the line itself.
    """
    vocabulary = Vocabulary(words)
    said: dict[str, dict[str, str]] = {"without_rule": {}, "without_line": {}}
    for name, key in (("without_rule", "listed"), ("without_line", "computed")):
        of_key = rows[rows["beside_key"] == key]
        for language, ending in (("nl", ""), ("en", "_en")):
            told = []
            for line, called in zip(of_key["line"], of_key[f"raw_material{ending}"], strict=True):
                own = found[found["material"] == line]
                shares = ", ".join(
                    f"{vocabulary.of('stage', stage, language)} {_number(share, language, SHARE_DECIMALS)} %"
                    for stage, share in zip(own["stage"], own["share_percent"], strict=True)
                )
                told.append(f"{called} ({shares})" if shares else called)
            said[name][language] = joined(told, ", ")
    return said


def answer_words(vocabulary: Vocabulary, verdict: str, confidence: Any, language: str) -> str:
    """Yes, no or unknown, and how sure the figures are when they are not verified."""
    word = vocabulary.of("verdict", verdict, language)
    unsure = not is_blank(confidence) and confidence != "verified"
    return f"{word} ({vocabulary.of('confidence', confidence, language)})" if unsure else word


def words_of(rows: pd.DataFrame, words: pd.DataFrame, countries: pd.DataFrame) -> dict[str, dict[str, str]]:
    """What the notes say of the rows: the floor, and what the list and the computation have in common.

    Columns in: as `beside`
    """
    vocabulary = Vocabulary(words)
    lands = countries.set_index("id")
    counts = rows["beside_key"].value_counts()
    numbers = {
        "listed": int(rows["beside_key"].isin(["both", "listed"]).sum()),
        "both": int(counts.get("both", 0)),
        "lines": len(rows),
        "unknown": int((rows["verdict"] == "unknown").sum()),
    }
    first = rows.iloc[0]
    unknown = is_blank(first["floor_country"])

    def names(key: str, language: str) -> str:
        column = "raw_material" if language == "nl" else "raw_material_en"
        of_key = rows.loc[rows["beside_key"] == key, column]
        return joined(of_key, ", ") or vocabulary.of("beside_list", "none", language)

    return {
        **{name: dict.fromkeys(LANGUAGES, str(number)) for name, number in numbers.items()},
        "only_listed": {language: names("listed", language) for language in LANGUAGES},
        "only_computed": {language: names("computed", language) for language in LANGUAGES},
        "floor_country": {
            language: vocabulary.of("verdict", "unknown", language)
            if unknown
            else lands.at[first["floor_country"], f"name_{language}"]
            for language in LANGUAGES
        },
        "floor": {
            language: "–" if unknown else number_text(first["floor"], language, SCORE_DECIMALS)
            for language in LANGUAGES
        },
    }


def reasons_of(rows: pd.DataFrame) -> dict[str, dict[str, str]]:
    """What a note says of each raw material that stands in the list or in the computation alone: its name and reason.

    Columns in: as `beside`
    """
    found = {}
    for language, suffix in (("nl", ""), ("en", "_en")):
        differing = rows[rows["beside_key"].isin(["listed", "computed"])]
        pairs = zip(differing[f"raw_material{suffix}"], differing[f"reason{suffix}"], strict=True)
        found[language] = joined((f"{who}, {why[0].lower()}{why[1:].rstrip('.')}" for who, why in pairs), ". ")
    return {"reasons": found}


def _bounds(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Between what the governance of all producers lies, and how much of the production is known."""
    return {
        "governance_low": rounded(rows["governance_low"], SCORE_DECIMALS),
        "governance_high": rounded(rows["governance_high"], SCORE_DECIMALS),
        "coverage_percent": rounded(rows["coverage_percent"], SHARE_DECIMALS),
    }


def _word(vocabulary: Vocabulary, term: str, key: object, language: str) -> str | None:
    return None if is_blank(key) else vocabulary.of(term, str(key), language)


def _together(rows: pd.DataFrame, printed: pd.DataFrame, column: str) -> list[str]:
    of_list = printed[column].to_dict()
    return [gathered([of_list.get(line), own]) for line, own in zip(rows["line"], rows[column], strict=True)]


def with_reasons(
    lines: pd.DataFrame,
    found: pd.DataFrame,
    words: pd.DataFrame,
    materials: pd.DataFrame,
    countries: pd.DataFrame,
    *,
    threshold: float,
    stage: str,
    governance_of: str,
) -> pd.DataFrame:
    """The lines with their reason in both languages.

    Columns in:  lines: as `supply_risk.of_lines`; found: as `supply_risk.verdicts`; words: term, value, words_nl,
                 words_en; materials and countries: id, name_nl, name_en
    Columns out: those of lines, and reason, reason_en
    A line that counts is explained by the stages that make it count, any other by every stage that was asked.
    """
    vocabulary = Vocabulary(words)
    asked = STAGES if stage == "either" else (stage,)
    figures = {(row["material"], row["stage"]): row for row in found.to_dict("records")}
    named = {
        language: {
            **dict(zip(materials["id"], materials[f"name_{language}"], strict=True)),
            **dict(zip(countries["id"], countries[f"name_{language}"], strict=True)),
        }
        for language in LANGUAGES
    }

    def sentence(line: Mapping[str, Any], language: str) -> str:
        stages = [(one, figures.get((line["material"], one))) for one in asked]
        if not any(row for _, row in stages):
            return capitalised(vocabulary.of(TERM, "no figures", language)) + "."
        if line["verdict"] == "yes":
            stages = [(one, row) for one, row in stages if row and row["verdict"] == "yes"]
        parts = [
            vocabulary.of(TERM, kind_of(row, threshold, governance_of), language, **_filled(one, row, language))
            for one, row in stages
        ]
        of_member = "" if line["line"] == line["material"] else f"{named[language][line['material']]}, "
        return capitalised(of_member + joined(parts)) + "."

    def _filled(stage: str, row: Mapping[str, Any] | None, language: str) -> dict[str, str]:
        unknown = vocabulary.of("verdict", "unknown", language)
        values = {
            "stage": vocabulary.of("stage", stage, language),
            "threshold": plain_number(threshold, language),
        }
        if row is None:
            return values
        scores = {name: row[name] for name in SCORES}
        percents = {"share": row["share_percent"], "coverage": row["coverage_percent"]}
        return {
            **values,
            **{name: _number(value, language, SCORE_DECIMALS) or unknown for name, value in scores.items()},
            **{name: _number(value, language, SHARE_DECIMALS) or unknown for name, value in percents.items()},
            "country": named[language][row["country"]],
            "floor_country": named[language].get(row["floor_country"], unknown),
        }

    rows = lines.to_dict("records")
    return lines.assign(
        reason=[sentence(row, "nl") for row in rows],
        reason_en=[sentence(row, "en") for row in rows],
    )


SCORES = ("governance", "governance_low", "governance_high", "floor")


def _number(value: Any, language: str, decimals: int) -> str:
    """A number in a sentence with the decimals of its column, or nothing where there is none."""
    return "" if is_blank(value) else number_text(float(_rounded(float(value), decimals)), language, decimals)


def kind_of(row: Mapping[str, Any] | None, threshold: float, governance_of: str) -> str:
    """What the figures of one stage say, as exhibit_words calls it."""
    if row is None or is_blank(row["share_percent"]):
        return "missing"
    if row["share_percent"] <= threshold:
        return "below"
    kind = {"yes": "yes", "no": "governed", "unknown": "undecided"}[row["verdict"]]
    return f"{kind} weighted" if governance_of == "weighted" else kind


def dots(
    lines: pd.DataFrame,
    found: pd.DataFrame,
    listed: pd.DataFrame,
    words: pd.DataFrame,
    materials: pd.DataFrame,
    countries: pd.DataFrame,
    *,
    threshold: float,
) -> pd.DataFrame:
    """The share of the largest producer in each stage, one row a line, as a figure draws it.

    Columns in:  as `beside`
    Columns out: raw_material, raw_material_en, mining, processing (%), for each of the two `_words`, `_words_en` and
                 `_filled` (governed worse than the floor), threshold, line, beside_key, verdict, reference_period,
                 floor_country, floor, source, origin
    """
    vocabulary = Vocabulary(words)
    printed = listed.set_index("material")
    names = Names(listed, materials, countries)
    made: dict[str, Any] = {
        "raw_material": [names.material(line, "nl") for line in lines["line"]],
        "raw_material_en": [names.material(line, "en") for line in lines["line"]],
    }
    for stage in STAGES:
        of_stage = found[found["stage"] == stage].set_index("material").reindex(lines["material"])
        shares = rounded(of_stage["share_percent"], SHARE_DECIMALS)
        made[stage] = shares.array
        for language, ending in (("nl", ""), ("en", "_en")):
            made[f"{stage}_words{ending}"] = [
                ""
                if is_blank(share)
                else f"{vocabulary.of('stage', stage, language)}: {names.country(country, language)}"
                f" {number_text(float(share), language, SHARE_DECIMALS)} %"
                for share, country in zip(shares, of_stage["country"], strict=True)
            ]
        made[f"{stage}_filled"] = (of_stage["governance_margin"].astype("Float64") > 0).array
    keys = [BESIDE[pair] for pair in zip(lines["is_listed"], lines["verdict"] == "yes", strict=True)]
    told = pd.DataFrame(
        {
            **made,
            "threshold": threshold,
            "threshold_words": vocabulary.of("threshold", "line", "nl", threshold=plain_number(threshold, "nl")),
            "threshold_words_en": vocabulary.of("threshold", "line", "en", threshold=plain_number(threshold, "en")),
            "line": lines["line"].array,
            "beside_key": keys,
            "verdict": lines["verdict"].astype(object).array,
            "reference_period": found["reference_period"].iloc[0],
            "floor_country": found["floor_country"].iloc[0],
            "floor": rounded(found["floor"].iloc[:1], SCORE_DECIMALS).iloc[0],
            "source": _together(lines, printed, "source"),
            "origin": _together(lines, printed, "origin"),
        }
    )
    return names.with_origins(told, "line")


def words_of_dots(rows: pd.DataFrame, words: pd.DataFrame, countries: pd.DataFrame) -> dict[str, dict[str, str]]:
    """What the text alternative and the notes of the figure say: those of `words_of`, the period and the leaders."""
    first = rows[rows["verdict"] == "yes"].head(3)
    return {
        **words_of(rows, words, countries),
        "period": dict.fromkeys(LANGUAGES, str(rows["reference_period"].iloc[0])),
        "leaders": {"nl": joined(first["raw_material"], ", "), "en": joined(first["raw_material_en"], ", ")},
        "computed": dict.fromkeys(LANGUAGES, str(int((rows["verdict"] == "yes").sum()))),
    }
