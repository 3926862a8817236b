"""Keys of sources and the table sources in; references out, numbered, as a list and in short."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from kritiek.analysis.documents import reference
from kritiek.appendix.words import WORDS, filled, same, words
from kritiek.exhibits.days import MONTHS, day_words
from kritiek.exhibits.texts import Words

PERSON = re.compile(r"([^,&]+), (?:\w\.[ -]?)+")
PEOPLE = re.compile(r"[^,&]+, (?:\w\.[ -]?)+(?:(?:, |, & | & )[^,&]+, (?:\w\.[ -]?)+)*")
YEAR = re.compile(r"\d{4}")
DUTCH_MONTHS = re.compile("|".join(MONTHS["nl"]))


@dataclass(frozen=True)
class Reference:
    """A source of an appendix: its entry in the list, and by whom and of when it is, for a line below a table."""

    key: str
    number: int
    text: Words
    who: Words
    year: Words
    url: str = ""


def references(keys: Iterable[str], sources: pd.DataFrame | None) -> tuple[Reference, ...]:
    """The sources of these keys in the order of a bibliography, numbered from 1.

    Columns in: id, authors, date, title, title_addition, container, publisher, accessed, url
    A key that the table does not have stands for itself.
    """
    rows = {} if sources is None else {row.id: row for row in sources.itertuples()}
    found = [_of(key, rows.get(key)) for key in dict.fromkeys(keys)]
    ordered = sorted(found, key=lambda one: (one.text["nl"].casefold(), one.key))
    return tuple(replace(one, number=number) for number, one in enumerate(ordered, start=1))


def source_line(cited: Iterable[Reference], language: str) -> str:
    """Sources in short, those of one author together: "Bastein en Baker, 2026 [1]; NEN, 2026 [31], z.d. [32]"."""
    authors: dict[str, list[str]] = {}
    for source in cited:
        authors.setdefault(source.who[language], []).append(f"{source.year[language]} [{source.number}]")
    return "; ".join(f"{who}, {', '.join(years)}" for who, years in authors.items())


def _of(key: str, row: Any) -> Reference:
    if row is None:
        return Reference(key, 0, same(key), same(key), WORDS["no_date"])
    text = {
        language: _in_language(reference(row, WORDS["consulted"][language], WORDS["no_date"][language]), row, language)
        for language in ("nl", "en")
    }
    year = YEAR.search(row.date or "")
    return Reference(key, 0, text, _who(row), same(year[0]) if year else WORDS["no_date"], row.url or "")


def _in_language(text: str, row: Any, language: str) -> str:
    """The reference with its days in that language; the sources have them in Dutch."""
    if language == "nl":
        return text
    for day in (row.date, row.accessed):
        if day:
            text = text.replace(day, _english_day(day), 1)
    return text


def _english_day(day: str) -> str:
    """ "2024, 9 september" as "2024, 9 September", "z.d." as "n.d."; the order is that of the source."""
    if day == WORDS["no_date"]["nl"]:
        return WORDS["no_date"]["en"]
    return DUTCH_MONTHS.sub(lambda found: MONTHS["en"][MONTHS["nl"].index(found[0])], day)


def _who(row: Any) -> Words:
    authors = row.authors or ""
    if authors and PEOPLE.fullmatch(authors):
        people = [name.strip() for name in PERSON.findall(authors)]
        if len(people) > 2:
            return filled("and_others", first=people[0])
        return filled("and_one", first=people[0], second=people[1]) if len(people) == 2 else same(people[0])
    return same(authors or row.title)


def day_in_words(day: dt.date) -> Words:
    """A day in both languages."""
    return words(*(day_words(day, language) for language in ("nl", "en")))
