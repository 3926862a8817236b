"""Rows that break a rule in; findings out, and findings in the words of an exhibit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from kritiek.analysis.options import Vocabulary, capitalised, gathered, joined
from kritiek.exhibits.days import period_words
from sheetcheck.schema import LANGUAGES

COLUMNS = (
    "rule",
    "document",
    "line",
    "place",
    "printed",
    "expected",
    "certainty",
    "subject",
    "facts",
    "also",
    "source",
    "origin",
)
CERTAIN, LIKELY, TASTE = "certain", "likely", "taste"
# Pairs of rules that can meet in one fault: there the second is evidence of the first and no finding of its own.
ONE_FAULT = (
    ("reference-number", "table-not-named"),
    ("spelling", "abbreviation-meaning"),
    ("unpaired-mark", "committee-title"),
    ("work-item", "committee-not-in-table"),
    ("recommended-not-selected", "followed-not-selected"),
    ("group-member", "group-incomplete"),
    ("article-subject", "article-subjects"),
    ("event-days", "measure-day"),
)
SHOWN_LINES = 3  # of a form that stands everywhere, to look one up by


def findings(
    rule: str,
    rows: pd.DataFrame,
    *,
    printed: Any,
    expected: Any = "",
    certainty: Any = CERTAIN,
    subject: Any = "",
    **facts: Any,
) -> pd.DataFrame:
    """One finding a row: what is printed there, what was to be expected, and the facts that the evidence names.

    Columns in:  document, line (where there is none, the first of the locator), locator, source, origin
    Columns out: rule (key), document, line, place, printed, expected (in the language of the document), certainty
                 (certain, likely or taste), subject (what is at fault, where another rule can find the same), facts (a
                 dict for the sentence of evidence), also (rule and facts of other rules that find it), source, origin
    `printed`, `expected`, `certainty`, `subject` and each fact are one value, or one for each row.
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
        "subject": _column(subject, rows),
        "facts": named.to_dict("records") if facts else [{} for _ in range(len(rows))],
        "also": [() for _ in range(len(rows))],
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


def one_each_fault(found: pd.DataFrame) -> pd.DataFrame:
    """The findings without those that another rule has already: they become evidence of its finding.

    Columns in and out: as `findings` gives them; `also`, source and origin grow by those of the second rule.
    """
    kept = found.copy()
    for first, second in ONE_FAULT:
        with_subject = kept[kept["subject"] != ""]
        main = with_subject[with_subject["rule"] == first].drop_duplicates(["document", "subject"])
        place = {(row.document, row.subject): row.Index for row in main.itertuples()}
        for row in with_subject[with_subject["rule"] == second].itertuples():
            if (index := place.get((row.document, row.subject))) is not None:
                kept.at[index, "also"] = (*kept.at[index, "also"], (second, row.facts))
                kept.loc[index, ["source", "origin"]] = [
                    gathered([kept.at[index, column], getattr(row, column)]) for column in ("source", "origin")
                ]
                kept = kept.drop(row.Index)
    return kept.reset_index(drop=True)


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
            " ".join(_sentence(one, said, language, of) for one, said in ((rule, facts), *also))
            for rule, facts, also in zip(found["rule"], found["facts"], found["also"], strict=True)
        ]
        shown[f"certainty{twin}"] = [of("audit_certainty", value, language) for value in found["certainty"]]
    return found[["printed", "expected", "source", "origin"]].assign(**shown)


def _sentence(rule: str, facts: dict[str, Any], language: str, of: Callable[..., str]) -> str:
    said = {name: _said(fact, language, of) for name, fact in facts.items()}
    return capitalised(of("audit_evidence", rule, language, **said))


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
    """The first row of each key, with the places, sources and origins of all its rows.

    Columns in: the key, locator, source, origin
    """
    of_all = rows.groupby(key, sort=False).agg(
        locator=("locator", places), source=("source", joined), origin=("origin", joined)
    )
    own = rows.drop_duplicates(key).drop(columns=["locator", "source", "origin"])
    return own.merge(of_all, left_on=key, right_index=True)


def places(locators: Iterable[str]) -> str:
    """Places as one text, the lines of one section behind each other: "hfst. 8, Staal, l. 390, 391"."""
    sections: dict[str, list[str]] = {}
    for locator in dict.fromkeys(locators):
        section, line = locator.rsplit(" l. ", 1) if " l. " in locator else (locator, "")
        sections.setdefault(section, []).append(line)
    return "; ".join(
        f"{section} l. {', '.join(filter(None, found))}" if any(found) else section
        for section, found in sections.items()
    )


def some(lines: Iterable[Any]) -> str:
    """The first of the lines on which a form stands, with an ellipsis for the rest."""
    numbers = [str(line) for line in lines]
    return ", ".join(numbers[:SHOWN_LINES] + ["…"] * (len(numbers) > SHOWN_LINES))


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
