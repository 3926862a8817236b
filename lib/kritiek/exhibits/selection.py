"""Texts and the values chosen for an exhibit's parameters in; texts that say what was chosen out.

The report's number and caption stand only over the report's own table: the one with the value of the report for every
parameter, as the sheet exhibit_parameters has it.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from kritiek.errors import ExhibitError
from kritiek.exhibits.days import day, day_words
from kritiek.exhibits.plain import is_blank, number_text
from kritiek.exhibits.texts import PLACEHOLDER, Texts, Words
from sheetcheck.messages import LANGUAGES, say
from sheetcheck.nearest import nearest, nearest_name

DAY = "day"
# A value that speaks for itself, such as a number or a year, unless exhibit_words has words for it.
ITSELF = "value"
# The words for a key that has no table of its own: columns term, value, words_nl, words_en.
WORDS_TABLE = "exhibit_words"
DATA_DATE = "data_date"  # placeholder for the last day that the sources know of


def selected(
    texts: Texts,
    parameters: pd.DataFrame,
    chosen: Mapping[str, Any],
    *,
    captions: Words,
    table: Callable[[str], pd.DataFrame],
    data_date: dt.date | None,
) -> Texts:
    """The texts with caption, notes and number as they fit the chosen values.

    Columns in: parameter, published_value, words_from, caption_nl, caption_en: the rows of this exhibit, in order
    `captions` is the caption of a selection ("" for the report's own), `table` gives a source table by name. Every
    parameter is a placeholder for the words of its value; one that the caption does not name adds its own words
    when it is not the report's. A note that names {data_date} stays when a chosen day lies after `data_date`.
    Raises ExhibitError for a value without words, and when notebook and sheet name other parameters.
    """
    if set(chosen) != set(parameters["parameter"]):
        sets, described = (sorted(names) or [say("selection.none")] for names in (chosen, parameters["parameter"]))
        raise ExhibitError(say("selection.other", exhibit=texts.name, sets=sets, described=described))
    values, added, is_published = {}, [], True
    rows = list(parameters.itertuples())
    for row in rows:
        key, values[row.parameter] = _named(row.parameter, row.words_from, chosen[row.parameter], table)
        if key != row.published_value:
            is_published = False
            added.append(row)
    if not is_published:
        caption = {language: captions[language] or texts.caption[language] for language in LANGUAGES}
        texts = replace(
            texts,
            number=dict.fromkeys(LANGUAGES, ""),
            caption={
                language: _caption(texts.name, caption[language], added, values, language) for language in LANGUAGES
            },
            published=False,
            unfilled=None,
        )
    days = [day(row.parameter, chosen[row.parameter]) for row in rows if row.words_from == DAY]
    if days and not any(f"{{{DATA_DATE}}}" in note["nl"] for note in texts.notes):
        raise ExhibitError(say("selection.day", exhibit=texts.name, placeholder=DATA_DATE))
    beyond = data_date if data_date and any(chosen_day > data_date for chosen_day in days) else None
    values[DATA_DATE] = {language: day_words(beyond, language) if beyond else "" for language in LANGUAGES}
    return texts.filled(values)


def _caption(exhibit: str, caption: str, added: list[Any], values: Mapping[str, Words], language: str) -> str:
    parts = [caption]
    for row in added:
        phrase = getattr(row, f"caption_{language}")
        if row.parameter in PLACEHOLDER.findall(caption):
            continue
        if is_blank(phrase):
            raise ExhibitError(say("selection.caption", exhibit=exhibit, name=row.parameter, spoken=language))
        parts.append(phrase.replace("{value}", values[row.parameter][language]))
    return "; ".join(parts)


def _named(
    parameter: str, words_from: str, value: Any, table: Callable[[str], pd.DataFrame]
) -> tuple[str, dict[str, str]]:
    """The key that a value stands for, typed as key or as name in either language, and its words."""
    if words_from == DAY:
        date = day(parameter, value)
        return date.isoformat(), {language: day_words(date, language) for language in LANGUAGES}
    own = table(WORDS_TABLE)
    own = own[own["term"] == parameter][["value", "words_nl", "words_en"]].set_axis(["id", "nl", "en"], axis=1)
    others = [] if words_from in (WORDS_TABLE, ITSELF) else [table(words_from)[["id", "name_nl", "name_en"]]]
    known = pd.concat([own, *(frame.set_axis(["id", "nl", "en"], axis=1) for frame in others)])
    value = f"{value:g}" if isinstance(value, float) else str(value)
    for column in ("id", "nl", "en"):
        found = known[known[column].str.casefold() == value.casefold()]
        if len(found):
            row = found.iloc[0]
            return row["id"], {language: row[language] for language in LANGUAGES}
    if words_from == ITSELF:
        number = re.fullmatch(r"-?\d+\.\d+", value)
        return value, {key: number_text(float(value), key) if number else value for key in LANGUAGES}
    names = [name for column in known.columns for name in known[column]]
    if words_from == WORDS_TABLE:
        near = nearest_name(value, names) if len(known) else ""
        raise ExhibitError(say("selection.new", parameter=parameter, value=value, near=near))
    near = nearest(value, names)
    told = say("value.near" if near else "value.valid", typed=value, near=near, values=list(known["id"]))
    raise ExhibitError(f"{parameter}: {told}")
