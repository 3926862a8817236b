"""The works that a document cites, as parts in; references as a bibliography prints them out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kritiek.analysis.options import joined

CONSULTED = "Geraadpleegd op {day}, van {url}"


def references(works: pd.DataFrame) -> pd.Series:
    """Each work as a bibliography prints it: what is there of its parts, with one full stop between them.

    Columns in: authors, date, title, title_addition, container, publisher, accessed, url
    """
    return pd.Series([reference(row) for row in works.itertuples()], index=works.index, dtype=object)


def reference(row: Any, consulted: str = CONSULTED, no_date: str = "z.d.") -> str:
    """A row of the table sources as a bibliography has it; `consulted` holds {day} and {url}, `no_date` is for none.

    A source without an author begins with its title.
    """
    title = joined([row.title, row.title_addition], " ")
    place = consulted.format(day=row.accessed, url=row.url) if row.accessed and row.url else row.url
    date = f"({row.date or no_date})"
    begin = [f"{_with_stop(row.authors)} {date}", title] if row.authors else [f"{_with_stop(title)} {date}"]
    # A publisher that is the author is not said twice.
    others = [part for part in (row.container, row.publisher) if part and not (row.authors or "").startswith(part)]
    return joined([*(_with_stop(part) for part in begin + others), place], " ")


def _with_stop(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
