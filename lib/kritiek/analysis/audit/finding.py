"""Rows that break a rule in; findings out, and findings in the words of an exhibit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from kritiek.analysis.options import Vocabulary, capitalised, joined
from kritiek.exhibits.days import period_words
from sheetcheck.schema import LANGUAGES

COLUMNS = ("rule", "document", "line", "place", "printed", "expected", "certainty", "facts", "source", "origin")
CERTAIN, LIKELY, TASTE = "certain", "likely", "taste"


def findings(
    rule: str, rows: pd.DataFrame, *, printed: Any, expected: Any = "", certainty: Any = CERTAIN, **facts: Any
) -> pd.DataFrame:
    """One finding a row: what is printed there, what was to be expected, and the facts that the evidence names.

    Columns in:  document, line (where there is none, the first of the locator), locator, source, origin
    Columns out: rule (key), document, line, place, printed, expected (in the language of the document), certainty
                 (certain, likely or taste), facts (a dict for the sentence of evidence), source, origin
    `printed`, `expected`, `certainty` and each fact are one value, or one for each row.
    """
    named = pd.DataFrame({name: _column(value, rows) for name, value in facts.items()}, index=rows.index)
    columns = {
        "rule": rule,
        "document": rows["document"],
        "line": line_of(rows),
        "place": rows["locator"],
        "printed": _column(printed, rows),
        "expected": _column(expected, rows),
        "certainty": _column(certainty, rows),
        "facts": named.to_dict("records") if facts else [{} for _ in range(len(rows))],
        "source": rows["source"],
        "origin": rows["origin"],
    }
    return pd.DataFrame(columns, index=rows.index).reset_index(drop=True)


def line_of(rows: pd.DataFrame) -> pd.Series:
    """The line of each row: its own, or the first that its locator names ("p. 13, l. 267").

    Columns in: line or locator
    """
    found = rows["line"] if "line" in rows else rows["locator"].str.extract(r"\bl\. (\d+)", expand=False)
    return found.fillna(0).astype(int)


def _column(value: Any, rows: pd.DataFrame) -> Any:
    return [value] * len(rows) if isinstance(value, str) else list(value)


def together(*found: pd.DataFrame) -> pd.DataFrame:
    """The findings of several rules: the report, then the note, each by place."""
    filled = [frame for frame in found if len(frame)]
    if not filled:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(filled).sort_values(
        ["document", "line"], ascending=[False, True], kind="stable", ignore_index=True
    )


def worded(found: pd.DataFrame, words: pd.DataFrame) -> pd.DataFrame:
    """The findings as an exhibit shows them, in both languages.

    Columns in:  found: as `findings` gives them; words: term, value, words_nl, words_en
    Columns out: rule, rule_en, place, place_en, printed, expected, evidence, evidence_en, certainty, certainty_en,
                 source, origin
    Raises ExhibitError for a rule without words.
    """
    of = Vocabulary(words).of
    shown: dict[str, list[str]] = {}
    for language, twin in (("nl", ""), ("en", "_en")):
        shown[f"rule{twin}"] = [capitalised(of("audit_rule", rule, language)) for rule in found["rule"]]
        shown[f"place{twin}"] = [in_language(place, language) for place in found["place"]]
        shown[f"evidence{twin}"] = [
            capitalised(
                of(
                    "audit_evidence",
                    rule,
                    language,
                    **{name: _said(fact, language, of) for name, fact in facts.items()},
                )
            )
            for rule, facts in zip(found["rule"], found["facts"], strict=True)
        ]
        shown[f"certainty{twin}"] = [of("audit_certainty", value, language) for value in found["certainty"]]
    return found[["printed", "expected", "source", "origin"]].assign(**shown)


def _said(fact: Any, language: str, of: Callable[..., str]) -> str:
    """A fact in a language: a pair is a term and its key, a dict holds both languages, and any text is as it stands."""
    if isinstance(fact, tuple):
        return of(*fact, language)
    return fact[language] if isinstance(fact, dict) else in_language(str(fact), language)


def both(dutch: pd.Series, english: pd.Series) -> list[dict[str, str]]:
    """Facts with words in both languages."""
    return [{"nl": one, "en": other} for one, other in zip(dutch, english, strict=True)]


def periods(days: pd.Series) -> list[dict[str, str]]:
    """Days, months and years in digits as facts with words in both languages."""
    return [{language: period_words(day, language) for language in LANGUAGES} for day in days]


def in_language(place: str, language: str) -> str:
    """A place of the sources, which are in Dutch and call a chapter "hfst." or "H", in that language."""
    chapter, note, table = ("ch.", "note", "Table") if language == "en" else ("hfst.", "nota", "Tabel")
    for word, own in ((r"(?:hfst\. |H)(?=\d)", f"{chapter} "), (r"nota\b", note), (r"Tabel(?= \d)", table)):
        place = re.sub(rf"\b{word}", own, place)
    return place


def where(rows: pd.DataFrame, flags: Iterable[bool]) -> pd.DataFrame:
    """The rows whose flag holds; of no rows, none (pandas takes an empty list for a choice of columns)."""
    return rows[pd.Series(list(flags), index=rows.index, dtype=bool)]


def one_each(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """The first row of each key, with `places`, and with the sources and origins of all its rows.

    Columns in: the key, locator, source, origin
    """
    of_all = rows.groupby(key, sort=False).agg(
        places=("locator", joined), source=("source", joined), origin=("origin", joined)
    )
    return rows.drop_duplicates(key).drop(columns=["source", "origin"]).merge(of_all, left_on=key, right_index=True)


def letters(text: str) -> str:
    """The text without case, blanks and punctuation: what is the same but for these is a matter of taste."""
    return re.sub(r"[\W_]+", "", str(text).casefold())


def lines(cells: pd.Series) -> pd.Series:
    """Cells that list lines of a text, as whole numbers."""
    return cells.map(lambda cell: tuple(map(int, cell)))


def taste(printed: pd.Series, expected: pd.Series, otherwise: str = CERTAIN) -> list[str]:
    """Taste where two texts have the same letters, `otherwise` elsewhere."""
    return [
        TASTE if letters(one) == letters(other) else otherwise for one, other in zip(printed, expected, strict=True)
    ]
