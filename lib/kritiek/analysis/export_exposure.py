"""Export controls and what names raw materials in; the phase of each control on a day, and what it reaches, out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pandas as pd

from kritiek.analysis.export_controls import EVERYWHERE, NO_CONTROL, TWINS, known_measures, state
from kritiek.analysis.options import Vocabulary, capitalised, gathered, joined, with_origins
from kritiek.errors import ExhibitError
from kritiek.exhibits.days import day, day_words
from kritiek.exhibits.plain import is_blank
from kritiek.exhibits.texts import Words
from sheetcheck.schema import LANGUAGES

ALL_ISSUERS = "all"
NOT_ANNOUNCED = "not announced"
# From nothing to most: a control that was put off weighs less than one that is to come. What a phase weighs of which
# nothing is known ("check", "unknown") is not known.
STRICTNESS = {NOT_ANNOUNCED: 0, "ended": 0, "suspended": 1, "announced": 2, "in force": 3}
# Of several phases the first says most of what an importer meets.
STRICTEST_FIRST = ("in force", "announced", "suspended", "check", "unknown", "ended")
CHANGES = {1: "stricter", 0: "same", -1: "looser"}


def controls(
    measures: pd.DataFrame,
    suspensions: pd.DataFrame,
    measure_materials: pd.DataFrame,
    countries: pd.DataFrame,
    *,
    issuer: str = ALL_ISSUERS,
    as_of: str,
    since: str | None = None,
) -> pd.DataFrame:
    """Each raw material that a measure names, with the phase of that measure on a day and on an earlier one.

    Columns in:  measures, suspensions, countries: those of `export_controls.known_measures`, and kind
                 measure_materials: measure, material, form
    Columns out: those of measures, and measure, material, form, phase, until (the day that the phase speaks of),
                 phase_then and until_then (with `since`), days (from announcement to effect; missing when either is
                 not known), source, origin
    `issuer` is a country by code or name, or "all". Raises ExhibitError for an unknown country, for what is no day,
    and when `since` lies after `as_of`.
    """
    if since is not None and day("since", since) > day("as_of", as_of):
        raise ExhibitError(f'since: "{since}" lies after as_of, {as_of}. Give the earlier day as since.')
    known = _on_day(measures, suspensions, countries, issuer, as_of)
    known["days"] = pd.to_datetime(known["effective"]).sub(pd.to_datetime(known["announced"])).dt.days.astype("Int64")
    if since is not None:
        before = _on_day(measures, suspensions, countries, issuer, since).set_index("id")[["phase", "until"]]
        known["phase_then"] = [before["phase"].get(key, NOT_ANNOUNCED) for key in known["id"]]
        known["until_then"] = [before["until"].get(key) for key in known["id"]]
    rows = measure_materials[["measure", "material", "form", "source", "origin"]].merge(
        known, left_on="measure", right_on="id", suffixes=("_named", "")
    )
    for column in ("source", "origin"):
        rows[column] = [joined(pair) for pair in zip(rows[f"{column}_named"], rows[column], strict=True)]
    return rows.drop(columns=["source_named", "origin_named"])


def phase(row: Any, as_of: dt.date) -> tuple[str, dt.date | None]:
    """What a measure is on a day, and the day that this speaks of.

    `row` is one of `export_controls.known_measures`. "announced" until it takes effect, "in force" from that day,
    "ended" after its last day, "suspended" to the last day of a suspension; after that "check": whether it applies
    again is not known. "unknown" when no day of effect is known.
    """
    now = state(row, as_of)
    if now.in_force == "ended before effect" or (row.ended is not None and row.ended < as_of):
        return "ended", row.ended
    if now.suspension == "expired":
        return "check", row.suspended_until
    if now.suspension in ("open", "until"):
        return "suspended", row.suspended_until
    if now.in_force == "no day of effect" or now.suspension != "none":
        return "unknown", None
    return ("announced" if now.in_force == "not yet" else "in force"), row.effective


def in_words(rows: pd.DataFrame, materials: pd.DataFrame, countries: pd.DataFrame, words: pd.DataFrame) -> pd.DataFrame:
    """The rows of `controls` with what a reader sees of them, in both languages.

    Columns in:  those of `controls` with `since`, and change; materials and countries: id, name_nl, name_en;
                 words: term, value, words_nl, words_en
    Columns out: those in, and raw_material, country, what, announced_on, effective_on, days_between, state, state_then,
                 change_words, each with an English twin
    """
    spoken, told = Vocabulary(words), {}
    for language, twin in TWINS.items():
        names = materials.set_index("id")[f"name_{language}"]
        unknown = spoken.of("answer", "unknown", language)
        told |= {
            f"raw_material{twin}": [capitalised(names[key]) for key in rows["material"]],
            f"country{twin}": list(rows["issuer"].map(countries.set_index("id")[f"name_{language}"])),
            f"what{twin}": [_what(row, spoken, language) for row in rows.itertuples()],
            f"announced_on{twin}": [unknown if is_blank(one) else one.isoformat() for one in rows["announced"]],
            f"effective_on{twin}": [unknown if is_blank(one) else one.isoformat() for one in rows["effective"]],
            f"days_between{twin}": [unknown if is_blank(one) else str(one) for one in rows["days"]],
            f"state{twin}": _phases(rows["phase"], rows["until"], spoken, language),
            f"state_then{twin}": _phases(rows["phase_then"], rows["until_then"], spoken, language),
            f"change_words{twin}": [spoken.of("change", one, language) for one in rows["change"]],
        }
    return rows.assign(**told)


def ties(frame: pd.DataFrame, *, kind: str, thing: str = "id", materials: str = "materials") -> pd.DataFrame:
    """A row for each thing of a sheet and each raw material that its row names.

    Columns in:  those named by `thing` and `materials` (a key or several in a cell), source, origin
    Columns out: kind, id, material, source, origin
    """
    rows = frame.explode(thing).explode(materials)
    rows = rows[[thing, materials, "source", "origin"]].set_axis(["id", "material", "source", "origin"], axis=1)
    return rows.dropna(subset=["id", "material"]).assign(kind=kind).drop_duplicates()


def things(**tables: pd.DataFrame) -> pd.DataFrame:
    """What can be tied to raw materials, by its kind: a row each, in the order in which the kinds are given.

    Columns in:  of each table: id, name_nl, name_en, origin
    Columns out: kind, order, id, name_nl, name_en, origin_thing
    """
    named = enumerate(tables.items())
    return pd.concat(
        [
            frame[["id", "name_nl", "name_en"]].assign(kind=kind, order=order, origin_thing=frame["origin"])
            for order, (kind, frame) in named
        ],
        ignore_index=True,
    )


def reach(found: pd.DataFrame, materials: pd.DataFrame, words: pd.DataFrame) -> pd.DataFrame:
    """A row for each thing that controls reach, with the raw materials under them.

    Columns in:  found: those of `things`, and of each tie and control that reaches it material, phase, number,
                 number_nl, source, origin, source_tie, origin_tie; materials: id, name_nl, name_en
                 words: term, value, words_nl, words_en, origin
    Columns out: what (words of its kind), name, in_force (raw materials under a measure in force), other (those that
                 are not, each with the phase of its strictest measure), measures, each with an English twin; kind, id,
                 count (of raw materials under a measure in force), source, origin
    Within each kind those with most raw materials under a measure in force come first.
    """
    spoken, rows = Vocabulary(words), []
    strict = found.sort_values("phase", key=lambda phases: phases.map(STRICTEST_FIRST.index), kind="stable")
    for (order, kind, key), group in strict.groupby(["order", "kind", "id"], sort=False):
        each = group.drop_duplicates("material")
        now, other = (each[is_now] for is_now in (each["phase"] == "in force", each["phase"] != "in force"))
        row = {"kind": kind, "id": key, "order": order, "count": len(now)}
        row |= {"measures": joined(sorted(group["number_nl"])), "measures_en": joined(sorted(group["number"]))}
        for language, twin in TWINS.items():
            names = materials.set_index("id")[f"name_{language}"]
            phases = [spoken.of("phase_in_short", one, language) for one in other["phase"]]
            told = [f"{name} ({one})" for name, one in zip(names[other["material"]], phases, strict=True)]
            row[f"what{twin}"] = spoken.of("thing", kind, language)
            row[f"name{twin}"] = group[f"name_{language}"].iloc[0]
            row[f"in_force{twin}"] = joined(sorted(names[now["material"]], key=str.casefold), ", ")
            row[f"other{twin}"] = joined(sorted(told, key=str.casefold), ", ")
        row["source"] = gathered([*group["source_tie"], *group["source"]])
        row["origin"] = gathered([*group["origin_thing"], *group["origin_tie"], *group["origin"]])
        rows.append(row)
    shown = [f"{name}{twin}" for name in ("what", "name", "in_force", "other", "measures") for twin in TWINS.values()]
    frame = pd.DataFrame(rows, columns=["kind", "id", "order", "count", *shown, "source", "origin"])
    frame = frame.sort_values(["order", "count", "name"], ascending=[True, False, True], ignore_index=True)
    return with_origins(frame.drop(columns="order"), words[words["term"] == "thing"], "kind", key="value")


def reach_counts(things: pd.DataFrame, ties: pd.DataFrame, shown: pd.DataFrame) -> dict[str, Words]:
    """The words for the note, of each kind: {committee_all} things, {committee_tied} of them with a raw material, and
    {committee_reached} under a measure in force.

    Columns in: things: kind, id; ties: kind, id; shown: kind, id, count
    """
    said = {}
    for kind in things["kind"].unique():
        numbers = {
            "all": things.loc[things["kind"] == kind, "id"].nunique(),
            "tied": ties.loc[ties["kind"] == kind, "id"].nunique(),
            "reached": shown.loc[(shown["kind"] == kind) & (shown["count"] > 0), "id"].nunique(),
        }
        said |= {f"{kind}_{name}": dict.fromkeys(LANGUAGES, str(number)) for name, number in numbers.items()}
    return said


def listed(names: Iterable[str], materials: pd.DataFrame) -> Words:
    """Raw materials by name in both languages, each once and in alphabetical order; a dash when there are none.

    Columns in: id, name_nl, name_en
    """
    rows = materials[materials["id"].isin(set(names))]
    return {language: joined(sorted(rows[f"name_{language}"], key=str.casefold), ", ") or "—" for language in LANGUAGES}


def counted(phases: pd.Series) -> dict[str, Words]:
    """How often each phase occurs, for the placeholders of a note: {"in_force": {"nl": "21", …}, "check": …}."""
    names = [*STRICTNESS, "check", "unknown"]
    return {name.replace(" ", "_"): dict.fromkeys(LANGUAGES, str(int((phases == name).sum()))) for name in names}


def _on_day(
    measures: pd.DataFrame, suspensions: pd.DataFrame, countries: pd.DataFrame, issuer: str, as_of: str
) -> pd.DataFrame:
    """The measures that are known on a day, with their phase and the day it speaks of."""
    of_all = issuer == ALL_ISSUERS
    known = known_measures(measures, suspensions, countries, issuer=None if of_all else issuer, as_of=as_of)
    # Country by country, in the order in which the sheet has them.
    place = {code: number for number, code in enumerate(measures["issuer"].unique())}
    known = known.sort_values("issuer", key=lambda codes: codes.map(place), kind="stable")
    known = known[~known["kind"].isin(NO_CONTROL)]
    phases = [phase(row, day("as_of", as_of)) for row in known.itertuples()]
    return known.assign(phase=[name for name, _ in phases], until=[until for _, until in phases])


def _what(row: Any, words: Vocabulary, language: str) -> str:
    """A measure by number, kind and destination, with a mark when it is not verified."""
    doubt = "" if row.confidence == "verified" else f" [{words.of('confidence', row.confidence, language)}]"
    where = row.destination_nl if language == "nl" else row.destination
    if row.destination == EVERYWHERE:
        where = words.of("destination", EVERYWHERE, language)
    number = row.number_nl if language == "nl" else row.number
    return f"{number}: {words.of('kind', row.kind, language)}, {where}{doubt}"


def _phases(phases: pd.Series, days: pd.Series, words: Vocabulary, language: str) -> list[str]:
    told = []
    for name, until in zip(phases, days, strict=True):
        key = f"{name} open" if name == "suspended" and is_blank(until) else name
        told.append(words.of("phase", key, language, until="" if is_blank(until) else day_words(until, language)))
    return told
