"""What documents print otherwise than it is computed: rows of printed_otherwise in, the same rows in words out."""

from __future__ import annotations

import pandas as pd

from kritiek.analysis.options import Vocabulary, gathered
from kritiek.exhibits.overlay import deviations_of, in_language, in_words, shortened
from kritiek.exhibits.texts import PLACEHOLDER
from sheetcheck.schema import LANGUAGES


def table(
    printed_otherwise: pd.DataFrame, exhibits: pd.DataFrame, exhibit_columns: pd.DataFrame, words: pd.DataFrame
) -> pd.DataFrame:
    """Deviations from print in both languages, in the order of the exhibits and of the sheet within each.

    Columns in:  printed_otherwise: those of the sheet; exhibits: id, order, number_nl, number_en, caption_nl,
                 caption_en; exhibit_columns: exhibit, column, label_nl, label_en;
                 words: term, value, words_nl, words_en
    Columns out: exhibit, row, column, computed, printed, reason, certainty, each with its twin in English;
                 source, origin
    """
    known = exhibits.set_index("id")
    labels = exhibit_columns.set_index(["exhibit", "column"])
    vocabulary = Vocabulary(words)
    order = printed_otherwise["exhibit"].map(known["order"])
    ordered = printed_otherwise.assign(_order=order).sort_values("_order", kind="stable")
    rows = []
    for exhibit, own in ordered.groupby("exhibit", sort=False):
        found = deviations_of(own)
        for both in zip(*(in_language(found, language) for language in LANGUAGES), strict=False):
            row: dict[str, str] = {}
            for language, entry in zip(LANGUAGES, map(shortened, both), strict=True):
                twin, title = "" if language == "nl" else f"_{language}", known.loc[exhibit]
                place = (exhibit, entry.column)
                label = labels.at[place, f"label_{language}"] if place in labels.index else entry.column
                # A label that is filled in from the sources is recorded as it then reads.
                label = entry.computed if PLACEHOLDER.search(label) else label
                row |= {
                    f"exhibit{twin}": title[f"number_{language}"] or title[f"caption_{language}"],
                    f"row{twin}": in_words(entry.row, language),
                    f"column{twin}": in_words(label, language),
                    f"computed{twin}": in_words(entry.computed, language),
                    f"printed{twin}": in_words(entry.printed, language),
                    f"reason{twin}": entry.reason[language],
                    f"certainty{twin}": vocabulary.of("certainty_of_reason", entry.certainty, language),
                }
            origins = gathered(entry.origin for entry in both)
            rows.append({**row, "source": gathered(entry.source for entry in both), "origin": origins})
    return pd.DataFrame(rows, columns=COLUMNS)


IN_ENGLISH = {"nl": " (Engels)", "en": " (English)"}
SHOWN = ("exhibit", "row", "column", "computed", "printed", "reason", "certainty")
COLUMNS = [*SHOWN, *(f"{name}_en" for name in SHOWN), "source", "origin"]
