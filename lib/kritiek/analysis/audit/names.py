"""Spellings and abbreviations in; names written in several ways and abbreviations unused, missing or unlike out."""

from __future__ import annotations

import pandas as pd

from kritiek.analysis.audit.finding import (
    CERTAIN,
    LIKELY,
    TASTE,
    findings,
    letters,
    lines,
    places,
    some,
    taste,
    where,
)
from kritiek.analysis.options import joined

TERM = ["document", "term"]


def written_in_several_ways(spellings: pd.DataFrame) -> pd.DataFrame:
    """Each form of a name that is not its most frequent one; of taste where only case, blanks or hyphens differ.

    Columns in: document, term, form_as_printed, quoted, uses, lines, locator, source, origin
    Two forms that are used equally often are one finding, without a form to be expected. A form that stands only in
    words quoted from another is that other's.
    """
    own = spellings[~spellings["quoted"].astype(bool)]
    rows = own.assign(line=lines(own["lines"]).map(min)).sort_values(["uses", "line"], ascending=[False, True])
    first = rows.groupby(TERM, sort=False)[["form_as_printed", "uses", "lines", "locator", "source", "origin"]]
    rows = rows.join(first.transform("first").rename(columns={"form_as_printed": "form"}).add_prefix("usual_"))
    rare = rows[rows["form_as_printed"] != rows["usual_form"]]
    tie = rare["uses"] == rare["usual_uses"]
    both_places = [places(pair) for pair in zip(rare["usual_locator"], rare["locator"], strict=True)]
    rare = rare.assign(
        locator=rare["locator"].where(~tie, both_places),
        source=[joined(pair) for pair in zip(rare["source"], rare["usual_source"], strict=True)],
        origin=rare["origin"] + "; " + rare["usual_origin"],
    )
    return findings(
        "spelling",
        rare,
        printed=rare["form_as_printed"].where(~tie, rare["usual_form"] + " / " + rare["form_as_printed"]),
        expected=rare["usual_form"].where(~tie, ""),
        certainty=taste(rare["form_as_printed"], rare["usual_form"]),
        subject=_pair(rare["form_as_printed"], rare["usual_form"]),
        form=rare["form_as_printed"],
        uses=rare["uses"].astype(str),
        lines=rare["lines"].map(", ".join),
        usual=rare["usual_form"],
        usual_uses=rare["usual_uses"].astype(str),
        usual_lines=rare["usual_lines"].map(some),
    )


def unused_abbreviations(uses: pd.DataFrame) -> pd.DataFrame:
    """Abbreviations of the list that the text never uses.

    Columns in: document, abbreviation, listed_as, uses, locator, source, origin
    """
    rows = uses[uses["listed_as"].notna() & (uses["uses"] == 0)]
    return findings("abbreviation-unused", rows, printed=rows["abbreviation"], listed=rows["listed_as"])


def missing_abbreviations(uses: pd.DataFrame, expansions: pd.DataFrame, *, at_least: int = 3) -> pd.DataFrame:
    """Abbreviations that the text uses `at_least` times and the list lacks; of taste where the text writes them out.

    Columns in: uses: document, abbreviation, listed_as, kind, uses, lines, locator, source, origin
                expansions: document, abbreviation
    """
    rows = uses[uses["listed_as"].isna() & (uses["kind"] != "name") & (uses["uses"] >= at_least)]
    key = ["document", "abbreviation"]
    written_out = pd.MultiIndex.from_frame(rows[key]).isin(pd.MultiIndex.from_frame(expansions[key]))
    return findings(
        "abbreviation-missing",
        rows.assign(line=lines(rows["lines"]).map(min)),
        printed=rows["abbreviation"],
        certainty=[TASTE if found else CERTAIN for found in written_out],
        uses=rows["uses"].astype(str),
        lines=rows["lines"].map(some),
    )


def written_out_otherwise(expansions: pd.DataFrame, abbreviations: pd.DataFrame) -> pd.DataFrame:
    """Abbreviations that the text writes out with other words than the list; of taste where it is in another language.

    Columns in: expansions: document, line, abbreviation, expansion_as_printed, language, locator, source, origin
                abbreviations: document, abbreviation, meaning_as_printed, meaning_language, locator
    A line of the list with several abbreviations and as many meanings is read one by one.
    """
    meanings = _one_by_one(abbreviations).drop_duplicates(["document", "abbreviation"])
    rows = expansions.merge(meanings, on=["document", "abbreviation"])
    rows = rows[rows["expansion_as_printed"].map(str.casefold) != rows["meaning_as_printed"].map(str.casefold)]
    # "Bills of Materials" in the list and "bills of materials" in the text are the same; so is a plural that is listed.
    unlike = [
        letters(text) not in letters(listed) or letters(text) == letters(listed)
        for text, listed in zip(rows["expansion_as_printed"], rows["meaning_as_printed"], strict=True)
    ]
    rows = where(rows, unlike)
    return findings(
        "abbreviation-meaning",
        rows,
        printed=rows["expansion_as_printed"],
        expected=rows["meaning_as_printed"],
        certainty=[
            sure if one == other else TASTE
            for sure, one, other in zip(
                taste(rows["expansion_as_printed"], rows["meaning_as_printed"], LIKELY),
                rows["language"],
                rows["meaning_language"],
                strict=True,
            )
        ],
        subject=_pair(rows["expansion_as_printed"], rows["meaning_as_printed"]),
        abbreviation=rows["abbreviation"],
        listed=rows["meaning_as_printed"],
        place=rows["list_locator"],
    )


def _pair(one: pd.Series, other: pd.Series) -> list[str]:
    return [" / ".join(sorted(forms)) for forms in zip(one, other, strict=True)]


def _one_by_one(abbreviations: pd.DataFrame) -> pd.DataFrame:
    names = abbreviations["abbreviation"].str.split(", ")
    meanings = abbreviations["meaning_as_printed"].str.split(", ")
    alike = names.map(len) == meanings.map(len)
    split = abbreviations.assign(abbreviation=names, meaning_as_printed=meanings)[alike]
    exploded = split.explode(["abbreviation", "meaning_as_printed"])
    columns = ["document", "abbreviation", "meaning_as_printed", "meaning_language", "locator"]
    return pd.concat([abbreviations[~alike], exploded])[columns].rename(columns={"locator": "list_locator"})
