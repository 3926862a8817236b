"""Committees, production shares and export controls in; which country keeps the secretariat of what it supplies out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from kritiek.analysis.export_controls import TWINS, VERIFIED
from kritiek.analysis.options import Vocabulary, capitalised, gathered, joined, provenance, with_origins
from kritiek.analysis.supply_risk import VERDICTS, as_verdict, deciding
from kritiek.exhibits.plain import is_blank, number_text
from kritiek.exhibits.texts import Words
from sheetcheck.schema import LANGUAGES

RECORDED = ("secretariat_country", "chair_country", "dutch_status")
FIGURE = ["material", "stage", "item", "material_in_source", "reference_period"]


def of_critical(ties: pd.DataFrame, kin: pd.DataFrame, critical: Sequence[str]) -> pd.DataFrame:
    """What is tied to a raw material, by the critical raw material that this is, is part of, or consists of.

    Columns in:  ties: id, material, source, origin; kin: material, related
    Columns out: id, critical, source, origin (of the rows that tie them)
    """
    lines = kin[kin["related"].isin(critical)].rename(columns={"related": "critical"})
    rows = ties.merge(lines, on="material").groupby(["id", "critical"], sort=False, as_index=False)
    return rows.agg(source=("source", gathered), origin=("origin", gathered))


def holdings(shares: pd.DataFrame, kin: pd.DataFrame, critical: Sequence[str]) -> pd.DataFrame:
    """What the study says of each critical raw material: who holds how much of which member at which stage.

    Columns in:  shares: of one study and period: material, stage, country, share_percent, source, origin
                 kin: material, related
    Columns out: critical, and those of shares, and at_most: what a country can hold that the study does not name, no
                 more than the least of those it names, nor than what they leave
    """
    lines = kin[kin["related"].isin(critical)].rename(columns={"related": "critical"})
    rows = lines.merge(shares, on="material")
    of_figure = rows.groupby(["critical", *FIGURE])["share_percent"]
    left = (100 - of_figure.transform("sum")).clip(lower=0)
    return rows.assign(at_most=left.where(left < of_figure.transform("min"), of_figure.transform("min")))


def held_by(pairs: pd.DataFrame, held: pd.DataFrame, *, threshold: float) -> pd.DataFrame:
    """Whether a country holds more than the threshold of a critical raw material: "yes", "no" or "unknown".

    Columns in:  pairs: critical, country (may be missing); held: those of `holdings`
    Columns out: those of pairs, and verdict, material, stage, share_percent (of the figure that decides; missing when
                 the study does not name the country there), held_source, held_origin
    A country that the study does not name holds no more than `at_most`: that is "no" up to the threshold, "unknown"
    above it. Unknown too: a raw material without figures, and a country that is not known. More than is meant strictly.
    """
    keys = ["critical", *FIGURE]
    figures = held.drop_duplicates(keys)[[*keys, "at_most", "source", "origin"]]
    rows = (
        pairs.reset_index(drop=True)
        .reset_index(names="pair")
        .merge(figures.rename(columns={"source": "held_source", "origin": "held_origin"}), on="critical", how="left")
    )
    own = held[[*keys, "country", "share_percent", "source", "origin"]]
    rows = rows.merge(own, on=[*keys, "country"], how="left", suffixes=("", "_own"))
    for column in ("source", "origin"):
        own_column = f"{column}_own" if f"{column}_own" in rows else column
        rows[f"held_{column}"] = rows[own_column].fillna(rows[f"held_{column}"])
    above = rows["share_percent"].astype("Float64") > threshold
    # What is not named is surely not more than the threshold, or it might be.
    above = above.fillna((rows["at_most"].astype("Float64") > threshold).map({False: False})).where(
        rows["country"].notna()
    )
    rows = deciding(rows.assign(verdict=as_verdict(above)), ["pair"])
    columns = [*pairs.columns, "verdict", "material", "stage", "share_percent", "held_source", "held_origin"]
    return rows[columns].reset_index(drop=True)


def in_words(
    rows: pd.DataFrame, signals: pd.DataFrame, materials: pd.DataFrame, countries: pd.DataFrame, words: pd.DataFrame
) -> pd.DataFrame:
    """Committees with what a reader sees of them, in both languages; those with a signal first.

    Columns in:  rows: a committee each: id, name, mirrors (names), those of `committees.register`, source, origin
                 signals: a row for each committee and critical raw material: those of `held_by`, with id, phase (of the
                 strictest measure of that country on it, or "none recorded"), origin; materials, countries: id,
                 name_nl, name_en; words: term, value, words_nl, words_en
    Columns out: committee, critical, secretariat, chair, seat, mirrors, members, recorded (where and of which day the
                 secretariat, the chair and the seat are recorded), signal, each with an English twin; verdict, id,
                 source, origin
    """
    spoken, told = Vocabulary(words), []
    for row in rows.to_dict("records"):
        own = signals[signals["id"] == row["id"]].sort_values("verdict", ascending=False, kind="stable")
        line = {"id": row["id"], "committee": row["name"], "verdict": own["verdict"].max()}
        for language, twin in TWINS.items():
            names, places = (frame.set_index("id")[f"name_{language}"] for frame in (materials, countries))
            unknown = spoken.of("answer", "unknown", language)
            of = {
                role: unknown if is_blank(row[f"{role}_country"]) else places[row[f"{role}_country"]]
                for role in ("secretariat", "chair")
            }
            kept_by = "" if is_blank(row["secretariat"]) else f" ({row['secretariat']})"
            said = [_signal(one, spoken, language, names, of["secretariat"]) for one in own.itertuples()]
            seat = "not known" if is_blank(row["dutch_status"]) else row["dutch_status"]
            line |= {
                f"critical{twin}": joined((names[one] for one in sorted(own["critical"], key=str.casefold)), ", "),
                f"secretariat{twin}": of["secretariat"] + kept_by,
                f"chair{twin}": of["chair"],
                f"seat{twin}": spoken.of("seat", seat, language),
                f"mirrors{twin}": row["mirrors"] or spoken.of("mirrors", "none", language),
                f"members{twin}": unknown if is_blank(row["p_members"]) else _members(row),
                f"recorded{twin}": _recorded(row, spoken, language),
                f"signal{twin}": joined(said, "; "),
            }
        line["source"] = gathered([row["source"], *own["source"], *own["held_source"]])
        told.append({**line, "origin": gathered([row["origin"], *own["origin"], *own["held_origin"]])})
    shown = pd.DataFrame(told).astype({"verdict": VERDICTS})
    return shown.sort_values("verdict", ascending=False, kind="stable", ignore_index=True)


def _members(row: Mapping[str, Any]) -> str:
    observing = "" if is_blank(row["o_members"]) else f", {row['o_members']} O"
    return f"{row['p_members']} P{observing}"


def _recorded(row: Mapping[str, Any], words: Vocabulary, language: str) -> str:
    """Which source says what, of which day, and how sure it is; nothing of what is not known."""
    said: dict[str, list[str]] = {}
    for column in RECORDED:
        if is_blank(row[column]):
            continue
        day = row[f"{column}_as_of"] or words.of("recorded", "no date", language)
        sure = row[f"{column}_confidence"]
        doubt = "" if sure == VERIFIED else f" [{words.of('confidence', sure, language)}]"
        source = f"{row[f'{column}_source']}, {day}{doubt}"
        said.setdefault(source, []).append(words.of("recorded", column, language))
    return joined(f"{', '.join(what)}: {source}" for source, what in said.items())


def counted(rows: pd.DataFrame, found: Mapping[str, Iterable[str]]) -> dict[str, Words]:
    """The words for a note: {count} of the committees, of how many the country of the secretariat is {known} and of
    how many that of the chair ({chairs}), and each list of `found` as keys, a dash when it is empty.

    Columns in: id, secretariat_country, chair_country
    """
    numbers = {
        "count": len(rows),
        "known": rows["secretariat_country"].notna().sum(),
        "chairs": rows["chair_country"].notna().sum(),
    }
    said = {name: str(number) for name, number in numbers.items()}
    said |= {name: joined(sorted(set(keys)), ", ") or "—" for name, keys in found.items()}
    return {name: dict.fromkeys(LANGUAGES, text) for name, text in said.items()}


def map_in_words(
    rows: pd.DataFrame, materials: pd.DataFrame, countries: pd.DataFrame, words: pd.DataFrame
) -> pd.DataFrame:
    """Raw materials and their committees with what a reader sees of them; the largest share first.

    Columns in:  rows: critical, id, seat (country of the secretariat), country, material, stage, share_percent,
                 secretariat_is, source, origin, source_share, origin_share; materials, countries: id, name_nl,
                 name_en; materials: origin; words: term, value, words_nl, words_en
    Columns out: raw_material, producer, of (member and stage), committee, secretariat, is_same, each with an English
                 twin where it has words; material, share_percent, secretariat_is, source, origin
    """
    spoken = Vocabulary(words)
    ordered = rows.sort_values(["share_percent", "critical", "id"], ascending=[False, True, True], ignore_index=True)
    told: dict[str, Any] = {
        "material": ordered["critical"],
        "committee": ordered["id"],
        "share_percent": ordered["share_percent"],
        "secretariat_is": ordered["secretariat_is"],
    }
    for language, twin in TWINS.items():
        names, places = (frame.set_index("id")[f"name_{language}"] for frame in (materials, countries))
        unknown = spoken.of("answer", "unknown", language)
        told |= {
            f"raw_material{twin}": ordered["critical"].map(names).map(capitalised),
            f"producer{twin}": ordered["country"].map(places).fillna(unknown),
            f"of{twin}": [
                unknown if is_blank(row.stage) else f"{names[row.material]}, {spoken.of('stage', row.stage, language)}"
                for row in ordered.itertuples()
            ],
            f"secretariat{twin}": ordered["seat"].map(places).fillna(unknown),
            f"is_same{twin}": [spoken.of("secretariat_is", one, language) for one in ordered["secretariat_is"]],
        }
    for column in ("source", "origin"):
        told[column] = [gathered(pair) for pair in zip(ordered[column], ordered[f"{column}_share"], strict=True)]
    return with_origins(pd.DataFrame(told), materials, "material")


def map_counts(shown: pd.DataFrame) -> dict[str, Words]:
    """The words for the figure's notes and text alternative: {materials}, {committees}, {same} and {unknown} of them,
    and {pairs}: each raw material whose largest producer keeps a secretariat, with that committee.

    Columns in: raw_material, raw_material_en, committee, secretariat_is
    """
    committees = shown.groupby("secretariat_is")["committee"].nunique()
    numbers = {
        "materials": shown["raw_material"].nunique(),
        "committees": shown["committee"].nunique(),
        "same": committees.get("same", 0),
        "unknown": committees.get("unknown", 0),
    }
    said: dict[str, Words] = {name: dict.fromkeys(LANGUAGES, str(number)) for name, number in numbers.items()}
    same = shown[shown["secretariat_is"] == "same"]
    pairs = {
        language: joined(same[f"raw_material{twin}"] + " (" + same["committee"] + ")", ", ") or "—"
        for language, twin in TWINS.items()
    }
    return said | {"pairs": pairs}


def countries_in_words(
    rows: pd.DataFrame,
    counts: pd.DataFrame,
    materials: pd.DataFrame,
    countries: pd.DataFrame,
    words: pd.DataFrame,
) -> pd.DataFrame:
    """Countries with the committees and raw materials under their secretariat; what is not known comes last.

    Columns in:  rows: id, critical, country (may be missing), source, origin
                 counts: indexed by country: committees, materials, committees_percent, materials_percent
                 materials, countries: id, name_nl, name_en; words: term, value, words_nl, words_en
    Columns out: country, committees, committees_percent, materials, materials_percent, which_committees,
                 which_materials, with an English twin where it has words; source, origin
    """
    spoken, told = Vocabulary(words), []
    for code in [*counts.index, None]:
        own = rows[rows["country"].isna() if code is None else rows["country"] == code]
        if own.empty:
            continue
        line: dict[str, Any] = {"which_committees": joined(sorted(own["id"]), ", "), **provenance(own)}
        line["committees"], line["materials"] = own["id"].nunique(), own["critical"].nunique()
        for name in ("committees_percent", "materials_percent"):
            line[name] = None if code is None else counts.at[code, name]
        for language, twin in TWINS.items():
            names, places = (frame.set_index("id")[f"name_{language}"] for frame in (materials, countries))
            line[f"country{twin}"] = spoken.of("answer", "unknown", language) if code is None else places[code]
            line[f"which_materials{twin}"] = joined(sorted(names[list(own["critical"])], key=str.casefold), ", ")
        told.append(line)
    return pd.DataFrame(told)


def country_counts(rows: pd.DataFrame, critical: Sequence[str]) -> dict[str, Words]:
    """The words for the note: {count} committees, {known} of them with a country; {tied} of {critical} raw materials
    with a committee, {tied_known} of them with a country.

    Columns in: id, critical, country (may be missing)
    """
    known = rows.dropna(subset="country")
    numbers = {
        "count": rows["id"].nunique(),
        "known": known["id"].nunique(),
        "critical": len(set(critical)),
        "tied": rows["critical"].nunique(),
        "tied_known": known["critical"].nunique(),
    }
    return {name: dict.fromkeys(LANGUAGES, str(number)) for name, number in numbers.items()}


def _signal(row: Any, words: Vocabulary, language: str, names: pd.Series, country: str) -> str:
    """What the secretariat's country holds of one critical raw material, and whether it has a measure on it."""
    if row.verdict == "yes":
        share = number_text(row.share_percent, language, 1)
        stage = words.of("stage", row.stage, language)
        phase = words.of("phase_in_short", row.phase, language)
        filled = {"country": country, "share": share, "material": names[row.material], "stage": stage, "phase": phase}
        return words.of("signal", "yes", language, **filled)
    why = row.verdict if row.verdict == "no" else "no country" if is_blank(row.country) else "no figures"
    return words.of("signal", why, language)
