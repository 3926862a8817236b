"""References, captions, footnotes and cited works in; those that lead nowhere or elsewhere out."""

from __future__ import annotations

import pandas as pd

from kritiek.analysis.audit.finding import CERTAIN, LIKELY, TASTE, findings, letters, lines, where

# The documents are in Dutch, and so is what they would print.
WORDS = {"table": "Tabel", "figure": "Figuur", "chapter": "hoofdstuk", "footnote": "voetnoot"}
SOURCE_NAMED = r"\(bron:"
MOST = 0.5  # share of the captions of a kind
TARGET = ["document", "kind", "number"]


def _named(rows: pd.DataFrame, column: str) -> pd.Series:
    return rows["kind"].map(WORDS) + " " + rows[column].astype(str)


def wrong_number(references: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """References with another number than the table, figure, chapter or footnote that they describe.

    Columns in: references: document, line, kind, number, about, locator, source, origin
                targets: document, kind, number, locator
    """
    rows = references[references["number"] != references["about"]]
    place = {(row.document, row.kind, int(row.number)): row.locator for row in targets.itertuples()}
    described = zip(rows["document"], rows["kind"], rows["about"].astype(int), strict=True)
    return findings(
        "reference-number",
        rows,
        printed=_named(rows, "number"),
        expected=_named(rows, "about"),
        subject=_named(rows, "about"),
        place=[place.get(key, "—") for key in described],
    )


def no_target(references: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """References to a number that the document does not have.

    Columns in: references: document, line, kind, number, locator, source, origin; targets: document, kind, number
    """
    known = pd.MultiIndex.from_frame(targets[TARGET].astype({"number": int}))
    rows = references[~pd.MultiIndex.from_frame(references[TARGET].astype({"number": int})).isin(known)]
    return findings("reference-target", rows, printed=_named(rows, "number"))


def never_referred_to(captions: pd.DataFrame, references: pd.DataFrame) -> pd.DataFrame:
    """Tables and figures whose number no sentence names.

    Columns in: captions: document, kind, number, line, locator, source, origin; references: document, kind, number
    """
    named = pd.MultiIndex.from_frame(references[TARGET])
    rows = captions[~pd.MultiIndex.from_frame(captions[TARGET]).isin(named)]
    name = _named(rows, "number")
    return findings("table-not-named", rows, printed=name, certainty=TASTE, subject=name, name=name)


def without_source(captions: pd.DataFrame) -> pd.DataFrame:
    """Captions of a kind of which most name a source, and that name none.

    Columns in: document, kind, number, caption_as_printed, line, locator, source, origin
    """
    sourced = captions["caption_as_printed"].str.contains(SOURCE_NAMED).astype(bool)
    share = sourced.groupby([captions["document"], captions["kind"]]).transform("mean")
    rows = captions[~sourced & (share > MOST)]
    return findings(
        "caption-source",
        rows,
        printed=_named(rows, "number") + " " + rows["caption_as_printed"],
        certainty=TASTE,
    )


def unpaired_footnotes(footnotes: pd.DataFrame) -> pd.DataFrame:
    """Footnotes that nothing calls, calls without a footnote, and numbers that are left out.

    Columns in: document, number, called_on_line, line, locator, source, origin
    """
    ordered = footnotes.sort_values(["document", "number"])
    before = ordered.groupby("document")["number"].shift(fill_value=0)
    alone = ordered["called_on_line"].isna() | ordered["line"].isna() | (ordered["number"] != before + 1)
    rows = ordered[alone]
    line = rows["line"].fillna(rows["called_on_line"])
    return findings("footnote", rows.assign(line=line), printed="voetnoot " + rows["number"].astype(str))


def not_named_before(back_references: pd.DataFrame) -> pd.DataFrame:
    """Words such as "as said before" for something that no earlier line names.

    Columns in: document, line, phrase_as_printed, term, mentioned_on (lines), locator, source, origin
    """
    first = lines(back_references["mentioned_on"]).map(min)
    rows = back_references[(first >= back_references["line"]).astype(bool)]
    return findings("not-named-before", rows, printed="“" + rows["phrase_as_printed"] + "”", what=rows["term"])


def heading_otherwise(contents: pd.DataFrame) -> pd.DataFrame:
    """Lines of the table of contents that are not the heading above the text.

    Columns in: document, line, title_in_contents, heading_as_printed, locator, source, origin
    """
    headings = contents["heading_as_printed"].fillna("")
    rows = contents[contents["title_in_contents"] != headings]
    return findings("contents", rows, printed=rows["title_in_contents"], expected=headings[rows.index])


def cited_without_entry(cited: pd.DataFrame, bibliography: pd.DataFrame) -> pd.DataFrame:
    """Works that a document with a bibliography cites and does not list; of taste where it quotes none of their words.

    Columns in: cited: document, line, footnote, reference, title_as_printed, quoted, locator, source, origin
                bibliography: document, reference
    """
    key = ["document", "reference"]
    listed = pd.MultiIndex.from_frame(bibliography[key])
    has_list = cited["document"].isin(bibliography["document"])
    rows = cited[has_list & ~pd.MultiIndex.from_frame(cited[key]).isin(listed)]
    bound = rows["footnote"].notna() | rows["quoted"].astype(bool)
    return findings(
        "cited-not-listed", rows, printed=rows["title_as_printed"], certainty=bound.map({True: CERTAIN, False: TASTE})
    )


def listed_without_citation(bibliography: pd.DataFrame, cited: pd.DataFrame) -> pd.DataFrame:
    """Entries of a bibliography that nothing in the document cites.

    Columns in: bibliography: document, order, reference, locator, source, origin; cited: document, reference
    """
    key = ["document", "reference"]
    rows = bibliography[~pd.MultiIndex.from_frame(bibliography[key]).isin(pd.MultiIndex.from_frame(cited[key]))]
    return findings("listed-not-cited", rows, printed=rows["reference"])


def title_not_of_the_entry(cited: pd.DataFrame, works: pd.DataFrame, bibliography: pd.DataFrame) -> pd.DataFrame:
    """Titles in footnotes that are no part of the title in the bibliography.

    Columns in: cited: document, line, footnote, reference, title_as_printed, locator, source, origin
                works: id, title; bibliography: document, reference, locator
    """
    noted = cited[cited["footnote"].notna()]
    titles = noted["reference"].map(works.set_index("id")["title"]).fillna("")
    part = [letters(short) in letters(title) for short, title in zip(noted["title_as_printed"], titles, strict=True)]
    rows = where(noted, (not found for found in part))
    entry = {(row.document, row.reference): row.locator for row in bibliography.itertuples()}
    return findings(
        "footnote-title",
        rows,
        printed=rows["title_as_printed"],
        expected=titles[rows.index],
        certainty=LIKELY,
        place=[entry.get(key, "—") for key in zip(rows["document"], rows["reference"], strict=True)],
    )


def same_author_and_year(bibliography: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    """Entries that nothing but their title tells from an earlier one: same author, same year, no letter behind it.

    Columns in: bibliography: document, order, reference, locator, source, origin; works: id, authors, date
    """
    entries = bibliography.sort_values(["document", "order"])
    entries = entries.join(works.set_index("id")[["authors", "date"]], on="reference")
    rows = entries[entries.duplicated(["document", "authors", "date"]) & entries["authors"].notna()]
    printed = rows["authors"] + " (" + rows["date"].astype(str) + ")"
    expected = rows["authors"] + " (" + rows["date"].astype(str) + "b)"
    return findings("same-author-and-year", rows, printed=printed, expected=expected, certainty=TASTE)
