"""Export controls: measures in, the rows of Table 3 and of the timeline out, as known on a given day."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import pandas as pd

from kritiek.analysis.options import Vocabulary, capitalised, joined, one_of, provenance
from kritiek.errors import ExhibitError
from kritiek.exhibits.days import MONTHS, day, day_words, month_words
from sheetcheck.nearest import nearest_name

MEASURES = ("printed", "all")
# A suspending or amending act is no control of its own; it shows through the measure that it suspends.
NO_CONTROL = ("suspension of a measure",)
EVERYWHERE = "all"
# What is said of every measure, wherever it stands.
FACTS = ("kind", "destination", "reach", "in_force", "suspension")
SAID = ("when", "what", *FACTS, "suspension_ends", "label", "not_drawn", "without_bar", "facts")
DAYS = ("announced", "effective", "ended", "suspended_from", "suspended_until")
AND = {"nl": "en", "en": "and"}
TWINS = {"nl": "", "en": "_en"}  # a column and its English twin


class State(NamedTuple):
    """What a measure does on a day, in keys of exhibit_words, and what can be drawn of it."""

    in_force: str
    suspension: str
    has_bar: bool = True
    why_not_drawn: tuple[str, str] | None = None  # term and key


def licences(
    measures: pd.DataFrame,
    countries: pd.DataFrame,
    words: pd.DataFrame,
    *,
    issuer: str = "CHN",
    as_of: str,
    coverage: str = "printed",
) -> pd.DataFrame:
    """Export controls of one country by month (Table 3).

    Columns in:  measures: issuer, kind, year, announced, effective, ended, suspended_from, suspended_until,
                 destination, destination_nl, extraterritorial, text_nl, text_en, month_as_printed, words_as_printed,
                 words_en, table_3_order, mark_as_printed, mark_meaning_as_printed, mark_meaning_en, confidence
                 countries: id, name_nl, name_en; words: term, value, words_nl, words_en
    Columns out: when, what; printed: facts (for `notes`); all: kind, destination, reach, in_force, suspension; each
                 with an English twin; suspension_ends (days), source, origin
    `issuer` is a country code or name; measures announced after `as_of` (yyyy-mm-dd) are left out, and so is the note
    on a suspension that came later. `coverage` is "printed" (the report's rows and words) or "all" (every known measure
    on a row of its own, in our words). Raises ExhibitError for an unknown country, day or coverage, for a key without
    words, and when the report prints nothing of that country.
    """
    one_of("measures", coverage, MEASURES)
    known = known_measures(measures, countries, issuer=issuer, as_of=as_of)
    if coverage == "printed":
        known = known[known["words_as_printed"].notna()].sort_values("table_3_order")
        if known.empty:
            raise ExhibitError(
                f"measures: the report prints no measures of {issuer} announced by {as_of}."
                " Set measures=all to list what is known of other countries and days."
            )
        return _printed_rows(_with_facts(known, Vocabulary(words), as_of))
    known = _with_facts(known[~known["kind"].isin(NO_CONTROL)], Vocabulary(words), as_of)
    shown = [f"{name}{twin}" for name in ("when", "what", *FACTS) for twin in TWINS.values()]
    return known[[*shown, "suspension_ends", "source", "origin"]].reset_index(drop=True)


def timeline(
    measures: pd.DataFrame,
    countries: pd.DataFrame,
    words: pd.DataFrame,
    *,
    issuer: str = "CHN",
    as_of: str,
    data_date: dt.date | None = None,
) -> pd.DataFrame:
    """The days of one country's export controls, for the timeline: a row for each measure, drawn or not.

    Columns in:  those of `licences`
    Columns out: label (what stands beside the bar), what, kind, destination, reach, in_force, suspension,
                 not_drawn (why the row cannot be drawn), without_bar (why it has no bar), each with an English twin;
                 suspension_ends (day), measure, announced, effective, ended, suspended_from, suspended_until, as_of,
                 data_date, source, origin
    Nothing is known after `data_date`. No rows when no measure of the country is known.
    """
    known = known_measures(measures, countries, issuer=issuer, as_of=as_of)
    known = known[~known["kind"].isin(NO_CONTROL)]
    known = _with_facts(known, Vocabulary(words), as_of)
    known = known.assign(measure=known["number"], as_of=day("as_of", as_of), data_date=[data_date] * len(known))
    shown = [
        f"{name}{twin}" for name in ("label", "what", *FACTS, "not_drawn", "without_bar") for twin in TWINS.values()
    ]
    return known[[*shown, "suspension_ends", "measure", *DAYS, "as_of", "data_date", "source", "origin"]].reset_index(
        drop=True
    )


def notes(rows: pd.DataFrame) -> dict[str, dict[str, str]]:
    """The words for the placeholders in the notes below Table 3 and the timeline; empty where there is nothing to say.

    Columns in: those of `licences` or `timeline`
    {facts}: what the printed measures themselves say; {suspension_ends}: the days on which suspensions end;
    {not_drawn} and {without_bar}: each such measure with the reason.
    """
    said: dict[str, dict[str, str]] = {"facts": {}, "suspension_ends": {}, "not_drawn": {}, "without_bar": {}}
    for language, twin in TWINS.items():
        for name in ("facts", "not_drawn", "without_bar"):
            cells = rows[f"{name}{twin}"] if f"{name}{twin}" in rows else [""] * len(rows)
            found = [(what, cell) for what, cell in zip(rows[f"what{twin}"], cells, strict=True) if cell]
            named = [f"{what} ({cell})" for what, cell in found]
            said[name][language] = joined([cell for _, cell in found], ";\n") if name == "facts" else joined(named)
        ends = sorted({end for cell in rows["suspension_ends"] for end in cell.split()})
        *first, last = [day_words(dt.date.fromisoformat(end), language) for end in ends] or [""]
        said["suspension_ends"][language] = f" {AND[language]} ".join(filter(None, [", ".join(first), last]))
    return said


def known_measures(measures: pd.DataFrame, countries: pd.DataFrame, *, issuer: str, as_of: str) -> pd.DataFrame:
    """The measures of one country that had been announced on a day, oldest first.

    Columns in and out: those of the measures sheet. A measure without any date is kept and stands first: leaving
    it out would say that it did not exist. An end or a suspension that was still to come is left out of its row.
    Raises ExhibitError for an unknown country or day.
    """
    until = day("as_of", as_of)
    code = country_code(countries, issuer)
    own = measures[measures["issuer"] == code]
    own = own.loc[pd.Series([_announced(row) <= until for row in own.itertuples()], index=own.index, dtype=bool)]
    begun = [start is None or start <= until for start in own["suspended_from"]]
    return (
        own.assign(
            ended=[end if end is not None and end <= until else None for end in own["ended"]],
            suspended_from=[start if told else None for start, told in zip(own["suspended_from"], begun, strict=True)],
            suspended_until=[end if told else None for end, told in zip(own["suspended_until"], begun, strict=True)],
            _first=[_announced(row) for row in own.itertuples()],
        )
        .sort_values("_first", kind="stable")
        .drop(columns="_first")
    )


def state(row: Any, as_of: dt.date) -> State:
    """What a measure does on a day: in force or not, suspended or not, and what can be drawn of it.

    `row` has effective, ended, suspended_from and suspended_until as known on that day.
    """
    start, until, ended, effective = row.suspended_from, row.suspended_until, row.ended, row.effective
    if start is None:
        suspension = "none" if until is None else "without start"
    elif until is None:
        suspension = "open"
    else:
        suspension = "backwards" if until < start else "until" if as_of <= until else "expired"
    trouble = ("suspension", suspension) if suspension in ("without start", "backwards") else None
    if effective is None:
        return State("no day of effect", suspension, False, ("in_force", "no day of effect"))
    if ended is not None and ended < effective:
        return State("ended before effect", suspension, False, ("in_force", "ended before effect"))
    if start is not None and start <= effective:
        return State("suspended before effect", suspension, False, trouble)
    if effective > as_of:
        return State("not yet", suspension, False, trouble)
    if start is not None and (ended is None or start <= ended):
        return State("until suspended", suspension, True, trouble)
    return State("since" if ended is None else "until ended", suspension, True, trouble)


def country_code(countries: pd.DataFrame, name: str) -> str:
    """The code of a country given by code, Dutch or English name.

    Columns in: id, name_nl, name_en. Raises ExhibitError with the nearest name when there is none.
    """
    for column in ("id", "name_nl", "name_en"):
        found = countries.loc[countries[column].str.casefold() == str(name).casefold(), "id"]
        if len(found):
            return found.iloc[0]
    raise ExhibitError(f'issuer: "{name}" is no country.{nearest_name(name, countries["name_en"])}')


def _with_facts(known: pd.DataFrame, words: Vocabulary, as_of: str) -> pd.DataFrame:
    """The measures with what is said of them on a day, in both languages."""
    states = [state(row, day("as_of", as_of)) for row in known.itertuples()]
    said = [
        {name + TWINS[language]: text for language in TWINS for name, text in _said(row, now, words, language).items()}
        for row, now in zip(known.itertuples(), states, strict=True)
    ]
    names = [f"{name}{twin}" for twin in TWINS.values() for name in SAID]
    return known.assign(**{name: [texts[name] for texts in said] for name in names})


def _said(row: Any, now: State, words: Vocabulary, language: str) -> dict[str, str]:
    """What is said of one measure, by column."""
    days = {name: day_words(getattr(row, name), language) for name in DAYS if getattr(row, name) is not None}

    def of(term: str, key: str) -> str:
        return words.of(term, key, language, **days)

    doubt = "" if row.confidence == "verified" else f" [{of('confidence', row.confidence)}]"
    own_words = row.destination_nl if language == "nl" else row.destination
    destination = of("destination", EVERYWHERE) if row.destination == EVERYWHERE else own_words
    what, kind, in_force = getattr(row, f"text_{language}") + doubt, of("kind", row.kind), of("in_force", now.in_force)
    how = kind if row.destination == EVERYWHERE else f"{kind}, {destination}"
    said = {
        "when": _when(row, words, language),
        "what": what,
        "kind": kind,
        "destination": destination,
        "reach": of("extraterritorial", row.extraterritorial),
        "in_force": in_force,
        "suspension": of("suspension", now.suspension),
        "suspension_ends": row.suspended_until.isoformat() if row.suspended_until else "",
        "label": joined([row.effective and row.effective.isoformat(), f"{what} – {how}"], " · "),
        "not_drawn": of(*now.why_not_drawn) if now.why_not_drawn else "",
        "without_bar": "" if now.has_bar or now.why_not_drawn else in_force,
    }
    to = words.of("destination", "to", language, destination=destination)
    facts = ", ".join({**said, "destination": to}[name] for name in FACTS)
    return {**said, "facts": f"{_printed_words(row, language)}{doubt}: {facts}"}


def _printed_words(row: Any, language: str) -> str | None:
    """The words of the print, in English where they are there in English."""
    return (language == "en" and row.words_en) or row.words_as_printed


def _printed_rows(printed: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for month, group in printed.groupby("month_as_printed", sort=False):
        row = {"when": month, "when_en": _in_english(month), "suspension_ends": joined(group["suspension_ends"], " ")}
        for language, twin in TWINS.items():
            meaning = "mark_meaning_en" if language == "en" else "mark_meaning_as_printed"
            marked = [measure for measure in group.itertuples() if _sign(measure) and getattr(measure, meaning)]
            phrases = [_printed_words(measure, language) + _sign(measure) for measure in group.itertuples()]
            meanings = [_sign(measure) + getattr(measure, meaning) for measure in marked]
            row[f"what{twin}"] = joined([", ".join(phrases), *meanings], " ")
            row[f"facts{twin}"] = joined(group[f"facts{twin}"], ";\n")
        rows.append({**row, **provenance(group)})
    return pd.DataFrame(rows)


def _sign(row: Any) -> str:
    """The mark printed after the words, once what it says has happened."""
    return row.mark_as_printed if row.mark_as_printed and row.suspended_from is not None else ""


def _announced(row: Any) -> dt.date:
    """The day of announcement, or the first by which it must have been announced: of effect, or of its year."""
    return row.announced or row.effective or dt.date(1900 if pd.isna(row.year) else int(row.year), 1, 1)


def _when(row: Any, words: Vocabulary, language: str) -> str:
    if row.announced is not None:
        return capitalised(month_words(row.announced, language))
    return words.of("month", "not known", language) if pd.isna(row.year) else str(int(row.year))


def _in_english(month: str) -> str:
    name, _, year = month.partition(" ")
    return f"{MONTHS['en'][MONTHS['nl'].index(name.casefold())]} {year}"
