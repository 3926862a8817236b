"""The works that a document cites, as parts in; references as a bibliography prints them out."""

from __future__ import annotations

import pandas as pd

from kritiek.analysis.options import joined


def references(works: pd.DataFrame) -> pd.Series:
    """Each work as a bibliography prints it: what is there of its parts, with one full stop between them.

    Columns in: authors, date, title, title_addition, container, publisher, accessed, url
    """
    return pd.Series([_reference(row) for row in works.itertuples()], index=works.index, dtype=object)


def _reference(row: object) -> str:
    title = joined([row.title, row.title_addition], " ")
    consulted = f"Geraadpleegd op {row.accessed}, van {row.url}" if row.accessed else row.url
    authors = f"{_with_stop(row.authors)} ({row.date})"
    stops = [authors, title, row.container, row.publisher]
    return joined([_with_stop(part) for part in stops if part] + [consulted], " ")


def _with_stop(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
