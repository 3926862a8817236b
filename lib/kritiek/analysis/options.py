"""Option values as a researcher types them in, checked values out; and rows of several sources put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from kritiek.errors import ExhibitError
from kritiek.exhibits.plain import is_blank
from sheetcheck.nearest import nearest_name

TICK = "✓"


def one_of(option: str, value: str, valid: Sequence[str]) -> str:
    """The value when it is valid; raises ExhibitError with the nearest valid one when it is not."""
    if value not in valid:
        raise ExhibitError(f'{option}: "{value}" is not known.{nearest_name(str(value), valid)}')
    return value


def joined(values: Iterable[str | None], separator: str = "; ") -> str:
    """The values that are there, each once and in order, as one text."""
    return separator.join(dict.fromkeys(value for value in values if value))


def gathered(values: Iterable[str | None]) -> str:
    """The keys of values that are lists of keys themselves ("a; b"), each once and in order, as one such list."""
    # Thousands of values are gathered for one exhibit; to ask pandas whether a text is blank takes long.
    there = (one for one in values if one is not None and (isinstance(one, str) or not is_blank(one)) and one)
    return joined(key for value in there for key in value.split("; "))


def provenance(rows: pd.DataFrame) -> dict[str, str]:
    """Where rows that became one row came from.

    Columns in: source, origin
    """
    return {"source": gathered(rows["source"]), "origin": gathered(rows["origin"])}


def with_origins(rows: pd.DataFrame, named: pd.DataFrame, by: str, *, key: str = "id") -> pd.DataFrame:
    """The rows, whose origin also says which rows of another table their keys name: a name, a word, a list.

    Columns in: rows: `by` (a key, several or none), origin; named: `key`, origin
    Who only names a thing is no source of what is said of it: for that see `with_provenance`.
    """
    return _carried(rows, named, by, key, ("origin",))


def with_provenance(rows: pd.DataFrame, said: pd.DataFrame, by: str, *, key: str = "id") -> pd.DataFrame:
    """The rows, whose source and origin are also those of what another table says of their keys.

    Columns in: rows: `by` (a key, several or none), source, origin; said: `key`, source, origin
    """
    return _carried(rows, said, by, key, ("source", "origin"))


def _carried(rows: pd.DataFrame, other: pd.DataFrame, by: str, key: str, columns: Sequence[str]) -> pd.DataFrame:
    keys = [cell if isinstance(cell, (list, tuple)) else (cell,) for cell in rows[by]]
    known = {column: other.groupby(key)[column].agg(gathered).to_dict() for column in columns}
    found = {
        column: [gathered([own, *map(known[column].get, one)]) for own, one in zip(rows[column], keys, strict=True)]
        for column in columns
    }
    return rows.assign(**found)


def capitalised(name: str) -> str:
    """The name with its first letter as a capital, the rest as it is; the Dutch ij is one letter."""
    first = 2 if name.startswith("ij") else 1
    return name[:first].upper() + name[first:]


class Vocabulary:
    """The words for keys of the data, from the sheet exhibit_words.

    Columns in: term, value, words_nl, words_en
    """

    def __init__(self, words: pd.DataFrame) -> None:
        self._words = {(row.term, row.value): {"nl": row.words_nl, "en": row.words_en} for row in words.itertuples()}

    def of(self, term: str, value: str, language: str, **filled: str) -> str:
        """The words, with `{name}` in them filled in; raises ExhibitError when there are none."""
        if (term, value) not in self._words:
            raise ExhibitError(f'exhibits.xlsx › exhibit_words has no words for {term} "{value}": add a row.')
        text = self._words[term, value][language]
        for name, words in filled.items():
            text = text.replace("{" + name + "}", words)
        return text
