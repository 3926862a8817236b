"""What documents print otherwise than it is computed: rows of printed_otherwise in, the same rows in words out."""

from __future__ import annotations

import pandas as pd

from kritiek.analysis.options import Vocabulary
from kritiek.exhibits.overlay import ENGLISH, deviations_of, in_words
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
    for exhibit, entry in zip(ordered["exhibit"], deviations_of(ordered), strict=True):
        row: dict[str, str] = {}
        for language in LANGUAGES:
            twin = "" if language == "nl" else f"_{language}"
            own = known.loc[exhibit]
            place = (exhibit, entry.column.removesuffix(ENGLISH))
            label = labels.at[place, f"label_{language}"] if place in labels.index else entry.column
            # A label that is filled in from the sources is recorded as it then reads.
            label = entry.computed if PLACEHOLDER.search(label) else label
            label += IN_ENGLISH[language] if entry.column.endswith(ENGLISH) else ""
            row |= {
                f"exhibit{twin}": own[f"number_{language}"] or own[f"caption_{language}"],
                f"row{twin}": in_words(entry.row, language),
                f"column{twin}": in_words(label, language),
                f"computed{twin}": in_words(entry.computed, language),
                f"printed{twin}": in_words(entry.printed, language),
                f"reason{twin}": entry.reason[language],
                f"certainty{twin}": vocabulary.of("certainty", entry.certainty, language),
            }
        rows.append({**row, "source": entry.source, "origin": entry.origin})
    return pd.DataFrame(rows, columns=COLUMNS)


IN_ENGLISH = {"nl": " (Engels)", "en": " (English)"}
SHOWN = ("exhibit", "row", "column", "computed", "printed", "reason", "certainty")
COLUMNS = [*SHOWN, *(f"{name}_en" for name in SHOWN), "source", "origin"]
