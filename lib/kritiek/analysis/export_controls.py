"""Export controls: measures and their suspensions in, what is known and said of each measure on a given day out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd

from kritiek.analysis.options import Vocabulary, capitalised, gathered, joined, one_of
from kritiek.errors import ExhibitError
from kritiek.exhibits.days import day, day_words, month_words, short_day_words
from sheetcheck.nearest import nearest_name

DATE_BASES = ("announced", "effective")
# A suspending or amending act is no control of its own; it shows through the measure that it suspends.
NO_CONTROL = ("suspension of a measure",)
EVERYWHERE, BEYOND_ITS_TERRITORY, VERIFIED = "all", "yes", "verified"
# What is said of every measure, wherever it stands.
FACTS = ("kind", "destination", "reach", "in_force", "suspension")
SAID = ("when", "what", "phrase", *FACTS, "label", "not_drawn", "without_bar", "facts", "doubt")
DAYS = ("announced", "effective", "ended", "suspended_from", "suspended_until")
AND = {"nl": "en", "en": "and"}
TWINS = {"nl": "", "en": "_en"}  # a column and its English twin
ONE_DAY = dt.timedelta(days=1)


class State(NamedTuple):
    """What a measure does on a day, in keys of exhibit_words, and what can be drawn of it."""

    in_force: str
    suspension: str
    has_bar: bool = True
    why_not_drawn: tuple[str, str] | None = None  # term and key


def known_measures(
    measures: pd.DataFrame, suspensions: pd.DataFrame, countries: pd.DataFrame, *, issuer: str | None, as_of: str
) -> pd.DataFrame:
    """The measures of one country that had been announced on a day, oldest first, as they were known that day.

    Without a country those of all.

    Columns in:  measures: id, issuer, year, announced, effective, ended, source, origin, …
                 suspensions: measure, act, suspended_from, suspended_until, source, origin; countries: id, names
    Columns out: those of measures; suspended_from and suspended_until of the last suspension that had begun;
                 suspended_earlier (those before it, as "yyyy-mm-dd/yyyy-mm-dd"); source and origin of both sheets
    A measure without any date is kept and stands first: leaving it out would say that it did not exist. What was
    still to come is left out: an end, a suspension, and a prolongation whose act had not been announced.
    Raises ExhibitError for an unknown country or day.
    """
    until = day("as_of", as_of)
    code = None if issuer is None else country_code(countries, issuer)
    announced = {row.id: _announced(row) for row in measures.itertuples()}
    own = measures[measures["id"].map(announced) <= until]
    own = own if code is None else own[own["issuer"] == code]
    decided = suspensions.assign(decided=suspensions["act"].map(announced)).sort_values("decided", kind="stable")
    decided = decided[decided["decided"] <= until]
    rows = []
    for row in own.to_dict("records"):
        acts = decided[(decided["measure"] == row["id"]) & (decided["suspended_from"] <= until)]
        # A prolongation counts from its announcement on, although its first day is still to come.
        acts = decided[decided["measure"] == row["id"]] if len(acts) else acts
        periods = [period for period in _periods(acts) if period[0] <= until]
        *earlier, (begin, end) = periods or [(None, None)]
        rows.append(
            {
                **row,
                "ended": row["ended"] if row["ended"] and row["ended"] <= until else None,
                "suspended_from": begin,
                "suspended_until": end,
                "suspended_earlier": tuple(f"{first}/{last}" for first, last in earlier),
                "source": gathered([row["source"], *acts["source"]]),
                "origin": gathered([row["origin"], *acts["origin"]]),
                "_first": announced[row["id"]],
            }
        )
    added = ["suspended_from", "suspended_until", "suspended_earlier", "_first"]
    frame = pd.DataFrame(rows, columns=[*measures.columns, *added], dtype=object)
    return frame.sort_values("_first", kind="stable").drop(columns="_first").reset_index(drop=True)


def _periods(acts: pd.DataFrame) -> list[tuple[dt.date, dt.date | None]]:
    """The suspensions of one measure: an act that follows on another, or overlaps it, sets its last day anew."""
    periods: list[tuple[dt.date, dt.date | None]] = []
    for act in acts.itertuples():
        if periods and (periods[-1][1] is None or act.suspended_from <= periods[-1][1] + ONE_DAY):
            periods[-1] = (min(periods[-1][0], act.suspended_from), act.suspended_until)
        else:
            periods.append((act.suspended_from, act.suspended_until))
    return periods


def controls(known: pd.DataFrame) -> pd.DataFrame:
    """The measures that control something themselves.

    Columns in: kind
    """
    return known[~known["kind"].isin(NO_CONTROL)].reset_index(drop=True)


def listed(known: pd.DataFrame, document_measures: pd.DataFrame, *, document: str) -> pd.DataFrame:
    """The measures that a document lists, in its order.

    Columns in: known: id, …; document_measures: document, order, measure, source, origin
    Raises ExhibitError when the document lists none of them.
    """
    own = document_measures[document_measures["document"] == document].sort_values("order")
    rows = own[["measure", "source", "origin"]].merge(known, left_on="measure", right_on="id", suffixes=("_list", ""))
    if rows.empty:
        raise ExhibitError(
            f"measures: {document} lists no measures of that country announced by that day."
            " Set measures=all to list what is known of other countries and days."
        )
    for column in ("source", "origin"):
        rows[column] = [gathered(pair) for pair in zip(rows[column], rows[f"{column}_list"], strict=True)]
    return rows.drop(columns=["measure", "source_list", "origin_list"])


def state(row: Any, as_of: dt.date) -> State:
    """What a measure does on a day: in force or not, suspended or not, and what can be drawn of it.

    `row` has effective, ended, suspended_from and suspended_until as known on that day.
    """
    start, until, ended, effective = row.suspended_from, row.suspended_until, row.ended, row.effective
    if start is None:
        suspension = "none"
    elif until is None:
        suspension = "open"
    else:
        suspension = "until" if as_of <= until else "expired"
    if effective is None:
        return State("no day of effect", suspension, False, ("in_force", "no day of effect"))
    if ended is not None and ended < effective:
        return State("ended before effect", suspension, False, ("in_force", "ended before effect"))
    if start is not None and start <= effective:
        return State("suspended before effect", suspension, False)
    if effective > as_of:
        return State("not yet", suspension, False)
    if start is not None and (ended is None or start <= ended):
        return State("until suspended", suspension)
    return State("since" if ended is None else "until ended", suspension)


def country_code(countries: pd.DataFrame, name: str) -> str:
    """The code of a country given by code, Dutch or English name.

    Columns in: id, name_nl, name_en. Raises ExhibitError with the nearest name when there is none.
    """
    for column in ("id", "name_nl", "name_en"):
        found = countries.loc[countries[column].str.casefold() == str(name).casefold(), "id"]
        if len(found):
            return found.iloc[0]
    raise ExhibitError(f'issuer: "{name}" is no country.{nearest_name(name, countries["name_en"])}')


def told(
    known: pd.DataFrame,
    measure_materials: pd.DataFrame,
    materials: pd.DataFrame,
    words: pd.DataFrame,
    *,
    as_of: str,
    date_basis: str = "announced",
) -> pd.DataFrame:
    """The measures with what is said of them on a day, in both languages.

    Columns in:  known: those of `known_measures`, kind, destination, destination_nl, extraterritorial, text_nl,
                 text_en, confidence; measure_materials: measure, material; materials: id, name_nl, name_en
                 words: term, value, words_nl, words_en
    Columns out: those in, month (key: yyyy-mm of the day of `date_basis`, else the year, else nothing), and, each with
                 an English twin: when (the month in words), what (in our words), phrase (the raw materials with
                 what is out of the ordinary), kind, destination, reach, in_force, suspension, facts (these five after
                 the raw materials), label, not_drawn and without_bar (why), doubt (of all of them alike, else empty)
    Raises ExhibitError for an unknown day or basis, and for a key without words.
    """
    one_of("date_basis", date_basis, DATE_BASES)
    vocabulary, today = Vocabulary(words), day("as_of", as_of)
    doubts = set(known["confidence"]) - {VERIFIED}
    alike = known["confidence"].iloc[0] if len(doubts) == 1 and known["confidence"].nunique() == 1 else None
    columns: dict[str, list[str]] = {"month": [_month_key(row, date_basis) for row in known.itertuples()]}
    for language, twin in TWINS.items():
        names = measure_materials["material"].map(materials.set_index("id")[f"name_{language}"])
        of_measure = names.groupby(measure_materials["measure"]).agg(", ".join)
        said = [
            _said(row, state(row, today), of_measure.get(row.id), vocabulary, language, date_basis, alike)
            for row in known.itertuples()
        ]
        columns |= {f"{name}{twin}": [texts[name] for texts in said] for name in SAID}
    return known.assign(**columns)


def notes(rows: pd.DataFrame, *, with_facts: bool = False) -> dict[str, dict[str, str]]:
    """The words for the placeholders in the notes below Table 3 and the timeline; empty where there is nothing to say.

    Columns in: those of `told`
    {facts}: what the measures themselves say, where the table does not show it (`with_facts`); {suspension_ends}: the
    days on which suspensions end; {not_drawn}, {without_bar}: each such measure with the reason; {doubt}: how sure
    all are alike; {count}: how many there are; {suspended}: how many of them are or were suspended; {period}: the years
    of their announcements.
    """
    found: dict[str, dict[str, str]] = {"facts": {}, "suspension_ends": {}, "not_drawn": {}, "without_bar": {}}
    found["doubt"] = {}
    suspended = rows["suspended_from"].notna() | rows["suspended_earlier"].map(bool)
    years = sorted({str(_announced(row).year) for row in rows.itertuples()})
    for name, said in {
        "count": len(rows),
        "suspended": suspended.sum(),
        "period": "-".join(dict.fromkeys([*years[:1], *years[-1:]])),
    }.items():
        found[name] = dict.fromkeys(TWINS, str(said))
    for language, twin in TWINS.items():
        found["facts"][language] = joined(rows[f"facts{twin}"], ";\n") if with_facts else ""
        found["doubt"][language] = joined(rows[f"doubt{twin}"])
        for name in ("not_drawn", "without_bar"):
            pairs = zip(rows[f"what{twin}"], rows[f"{name}{twin}"], strict=True)
            found[name][language] = joined(f"{what} ({why})" for what, why in pairs if why)
        found["suspension_ends"][language] = _enumerated(rows["suspended_until"], language)
    return found


def _enumerated(days: Iterable[dt.date | None], language: str) -> str:
    *first, last = [day_words(one, language) for one in sorted({one for one in days if one})] or [""]
    return f" {AND[language]} ".join(filter(None, [", ".join(first), last]))


def _said(
    row: Any, now: State, materials: str | None, words: Vocabulary, language: str, date_basis: str, alike: str | None
) -> dict[str, str]:
    """What is said of one measure, by column."""
    days = {name: day_words(getattr(row, name), language) for name in DAYS if getattr(row, name) is not None}

    def of(term: str, key: str, **more: str) -> str:
        return words.of(term, key, language, **days, **more)

    known = of("confidence", row.confidence) if row.confidence != VERIFIED else ""
    doubt = f" [{known}]" if known and not alike else ""
    own_words = row.destination_nl if language == "nl" else row.destination
    destination = of("destination", EVERYWHERE) if row.destination == EVERYWHERE else own_words
    to = of("destination", "to", destination=destination)
    what, kind, in_force = getattr(row, f"text_{language}") + doubt, of("kind", row.kind), of("in_force", now.in_force)
    how = kind if row.destination == EVERYWHERE else f"{kind}, {destination}"
    reach = of("extraterritorial", row.extraterritorial)
    earlier = [
        words.of("suspension", "earlier", language, **_days(period, language)) for period in row.suspended_earlier
    ]
    suspension = joined([*earlier, of("suspension", now.suspension)])
    named = materials or getattr(row, f"text_{language}")
    odd = joined(
        [
            to if row.destination != EVERYWHERE else None,
            reach if row.extraterritorial == BEYOND_ITS_TERRITORY else None,
            suspension if now.suspension != "none" else None,
        ]
    )
    said = {
        "when": _when(row, words, language, date_basis),
        "what": what,
        "phrase": named + doubt + (f" ({odd})" if odd else ""),
        "kind": kind,
        "destination": destination,
        "reach": reach,
        "in_force": in_force,
        "suspension": suspension,
        "label": joined([row.effective and short_day_words(row.effective, language), f"{what} – {how}"], " · "),
        "not_drawn": of(*now.why_not_drawn) if now.why_not_drawn else "",
        "without_bar": "" if now.has_bar or now.why_not_drawn else in_force,
        "doubt": known if alike else "",
    }
    facts = ", ".join({**said, "destination": to}[name] for name in FACTS)
    return {**said, "facts": f"{capitalised(named)}{doubt}: {facts}"}


def _days(period: str, language: str) -> dict[str, str]:
    first, last = (day_words(dt.date.fromisoformat(one), language) for one in period.split("/"))
    return {"suspended_from": first, "suspended_until": last}


def _announced(row: Any) -> dt.date:
    """The day of announcement, or the first by which it must have been announced: of effect, or of its year."""
    return row.announced or row.effective or dt.date(1900 if pd.isna(row.year) else int(row.year), 1, 1)


def _month_key(row: Any, date_basis: str) -> str:
    date = getattr(row, date_basis)
    return f"{date:%Y-%m}" if date else "" if pd.isna(row.year) else str(int(row.year))


def _when(row: Any, words: Vocabulary, language: str, date_basis: str) -> str:
    date = getattr(row, date_basis)
    if date is not None:
        return capitalised(month_words(date, language))
    return words.of("month", "not known", language) if pd.isna(row.year) else str(int(row.year))
