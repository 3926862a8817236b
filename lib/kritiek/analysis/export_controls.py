"""Export controls: measures in, the rows of Table 3 and of the timeline out, as known on a given day."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from kritiek.analysis.options import capitalised, day, joined, one_of, provenance
from kritiek.errors import ExhibitError
from sheetcheck.nearest import nearest_name

# What the report prints: Chinese measures, as known when it appeared.
PUBLISHED_CASE = ("CHN", "2026-06-30", "printed")
MEASURES = ("printed", "all")
# A suspending or amending act is no control of its own; it shows through the measure that it suspends.
NO_CONTROL = ("suspension of a measure",)
# A measure that is not verified is never shown without this.
CONFIDENCE_WORDS = {
    "nl": {
        "second-hand": " [uit tweede hand]",
        "partly from memory": " [deels uit het geheugen]",
        "from memory": " [uit het geheugen]",
        "not found": " [niet gevonden]",
    },
    "en": {name: f" [{name}]" for name in ("second-hand", "partly from memory", "from memory", "not found")},
}
MONTHS = {
    "nl": (
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def is_published_case(*, issuer: str, as_of: str, measures: str) -> bool:
    """True when the options are those of the report's Table 3."""
    return (issuer, as_of, measures) == PUBLISHED_CASE


def licences(
    measures: pd.DataFrame, countries: pd.DataFrame, *, issuer: str = "CHN", as_of: str, coverage: str = "printed"
) -> pd.DataFrame:
    """Export controls of one country by month (Table 3).

    Columns in:  measures: issuer, kind, year, announced, suspended_from, text_nl, text_en, month_as_printed,
                 words_as_printed, table_3_order, mark_as_printed, mark_meaning_as_printed, mark_meaning_en,
                 confidence
                 countries: id, name_nl, name_en
    Columns out: when, when_en, what, what_en, source, origin
    `issuer` is a country code or name; measures announced after `as_of` (yyyy-mm-dd) are left out, and so is the note
    on a suspension that came later. `coverage` is "printed" (the report's rows and words) or "all" (every known measure
    by the month of its announcement, in our words). Raises ExhibitError for an unknown country, day or coverage, and
    when the report prints nothing of that country.
    """
    one_of("measures", coverage, MEASURES)
    known = known_measures(measures, countries, issuer=issuer, as_of=as_of)
    if coverage == "printed":
        return _printed_rows(known, issuer=issuer, as_of=day("as_of", as_of))
    known = known[~known["kind"].isin(NO_CONTROL)].copy()
    for language in ("nl", "en"):
        known[f"month_{language}"] = [_month(row.announced, row.year, language) for row in known.itertuples()]
        known[f"text_{language}"] = _with_confidence(known, language)
    rows = [
        {
            "when": month,
            "when_en": group["month_en"].iloc[0],
            "what": capitalised(joined(group["text_nl"])),
            "what_en": capitalised(joined(group["text_en"])),
            **provenance(group),
        }
        for month, group in known.groupby("month_nl", sort=False)
    ]
    return pd.DataFrame(rows, columns=["when", "when_en", "what", "what_en", "source", "origin"])


def known_measures(measures: pd.DataFrame, countries: pd.DataFrame, *, issuer: str, as_of: str) -> pd.DataFrame:
    """The measures of one country that had been announced on a day, oldest first.

    Columns in and out: those of the measures sheet. A measure without any date is kept and stands first: leaving
    it out would say that it did not exist. Raises ExhibitError for an unknown country or day.
    """
    until = day("as_of", as_of)
    code = country_code(countries, issuer)
    own = measures[measures["issuer"] == code]
    own = own.loc[pd.Series([_announced(row) <= until for row in own.itertuples()], index=own.index, dtype=bool)]
    return (
        own.assign(_first=[_announced(row) for row in own.itertuples()])
        .sort_values("_first", kind="stable")
        .drop(columns="_first")
    )


def timeline(measures: pd.DataFrame, countries: pd.DataFrame, *, issuer: str = "CHN", as_of: str) -> pd.DataFrame:
    """The dates of one country's export controls, for the timeline.

    Columns in:  those of `known_measures`
    Columns out: when (day of effect), what, what_en, measure, announced, effective, ended, suspended_from,
                 suspended_until, as_of, source, origin
    Measures without a day of effect are left out, since they cannot be drawn; so is an end or a suspension that was
    still to come on `as_of`. Raises ExhibitError when nothing is left.
    """
    known = known_measures(measures, countries, issuer=issuer, as_of=as_of)
    known = known[known["effective"].notna() & ~known["kind"].isin(NO_CONTROL)]
    if known.empty:
        raise ExhibitError(
            f"timeline: no measure of {issuer} known on {as_of} has a day of effect."
            " Choose another issuer or a later day, or fill the days in export_controls.xlsx › measures."
        )
    until = day("as_of", as_of)
    suspended = [start is not None and start <= until for start in known["suspended_from"]]
    return pd.DataFrame(
        {
            "when": [value.isoformat() for value in known["effective"]],
            "what": _with_confidence(known, "nl"),
            "what_en": _with_confidence(known, "en"),
            "measure": known["number"],
            "announced": known["announced"],
            "effective": known["effective"],
            "ended": [end if end is not None and end <= until else None for end in known["ended"]],
            "suspended_from": [
                start if shown else None for start, shown in zip(known["suspended_from"], suspended, strict=True)
            ],
            "suspended_until": [
                end if shown else None for end, shown in zip(known["suspended_until"], suspended, strict=True)
            ],
            "as_of": until,
            "source": known["source"],
            "origin": known["origin"],
        }
    ).reset_index(drop=True)


def country_code(countries: pd.DataFrame, name: str) -> str:
    """The code of a country given by code, Dutch or English name.

    Columns in: id, name_nl, name_en. Raises ExhibitError with the nearest name when there is none.
    """
    for column in ("id", "name_nl", "name_en"):
        found = countries.loc[countries[column].str.casefold() == str(name).casefold(), "id"]
        if len(found):
            return found.iloc[0]
    raise ExhibitError(f'issuer: "{name}" is no country.{nearest_name(name, countries["name_en"])}')


def _printed_rows(known: pd.DataFrame, *, issuer: str, as_of: dt.date) -> pd.DataFrame:
    printed = known[known["words_as_printed"].notna()].sort_values("table_3_order")
    if printed.empty:
        raise ExhibitError(
            f"measures: the report prints no measures of {issuer} announced by {as_of}."
            " Set measures=all to list what is known of other countries and days."
        )
    rows = []
    for month, group in printed.groupby("month_as_printed", sort=False):
        printed_rows = list(group.itertuples())
        signs = [row.mark_as_printed if _is_marked(row, as_of) else "" for row in printed_rows]
        marked = [row for row, sign in zip(printed_rows, signs, strict=True) if sign]
        words = [row.words_as_printed + sign for row, sign in zip(printed_rows, signs, strict=True)]
        meanings = [row.mark_as_printed + row.mark_meaning_as_printed for row in marked]
        english = [row.text_en + sign for row, sign in zip(printed_rows, signs, strict=True)]
        english_meanings = [row.mark_as_printed + row.mark_meaning_en for row in marked if row.mark_meaning_en]
        rows.append(
            {
                "when": month,
                "when_en": _in_english(month),
                "what": joined([", ".join(words), *meanings], " "),
                "what_en": joined([capitalised(joined(english)), *english_meanings], " "),
                **provenance(group),
            }
        )
    return pd.DataFrame(rows)


def _is_marked(row: object, as_of: dt.date) -> bool:
    """True when a mark is printed after the words and what it says had happened by that day."""
    return bool(row.mark_as_printed) and row.suspended_from is not None and row.suspended_from <= as_of


def _with_confidence(measures: pd.DataFrame, language: str) -> list[str]:
    """What each measure is about; one that is not verified says so, wherever it is shown."""
    pairs = zip(measures[f"text_{language}"], measures["confidence"], strict=True)
    return [text + CONFIDENCE_WORDS[language].get(confidence, "") for text, confidence in pairs]


def _announced(row: object) -> dt.date:
    if row.announced is not None:
        return row.announced
    return dt.date(1900, 1, 1) if pd.isna(row.year) else dt.date(int(row.year), 1, 1)


def _month(announced: dt.date | None, year: object, language: str) -> str:
    if announced is not None:
        return capitalised(f"{MONTHS[language][announced.month - 1]} {announced.year}")
    return {"nl": "Onbekend", "en": "Not known"}[language] if pd.isna(year) else str(int(year))


def _in_english(month: str) -> str:
    name, _, year = month.partition(" ")
    return f"{MONTHS['en'][MONTHS['nl'].index(name.casefold())]} {year}"
