"""Citations of standards in; designations, years and titles that contradict each other out."""

from __future__ import annotations

import re

import pandas as pd

from kritiek.analysis.audit.finding import LIKELY, TASTE, both, findings, letters, where

PREFIX = re.compile(r"^NEN[- ](?:EN[- ])?(?:ISO|IEC|CLC)?")
ADOPTED = re.compile(r"^(NEN[- ])")
WORK_ITEM = re.compile(r"^PWI (\d+)-\d+$")
NUMBER = re.compile(r"\d+")


def several_titles(citations: pd.DataFrame) -> pd.DataFrame:
    """Standards that a later place gives another title than the first.

    Columns in: document, line, order, standard, designation_as_printed, title_as_printed, locator, source, origin
    """
    titled = citations[citations["title_as_printed"].notna()].sort_values(["document", "line", "order"])
    first = titled.groupby(["document", "standard"])[["title_as_printed", "locator"]].transform("first")
    named = titled.assign(first=first["title_as_printed"], first_place=first["locator"])
    unlike = [letters(one) != letters(two) for one, two in zip(named["title_as_printed"], named["first"], strict=True)]
    rows = where(named, unlike)
    return findings(
        "standard-title",
        rows,
        printed=rows["designation_as_printed"] + " " + rows["title_as_printed"],
        expected=rows["first"],
        certainty=LIKELY,
        place=rows["first_place"],
    )


def adopted_in_several_ways(citations: pd.DataFrame) -> pd.DataFrame:
    """Dutch adoptions whose letters are not parted as in most of the document (NEN EN, NEN-EN).

    Columns in: document, line, standard, designation_as_printed, locator, source, origin
    """
    prefix = citations["designation_as_printed"].map(lambda text: (PREFIX.match(text) or [""])[0].rstrip("- "))
    rows = citations.assign(prefix=prefix)[prefix.str.contains("[- ]")]
    sign = rows["prefix"].str.extract("([- ])", expand=False)
    usual = rows.assign(sign=sign).groupby("document")["sign"].transform(lambda signs: signs.value_counts().index[0])
    other = rows[sign != usual]
    return findings(
        "standard-prefix",
        other,
        printed=other["designation_as_printed"],
        expected=[
            text.replace(prefix, re.sub("[- ]", mark, prefix), 1)
            for text, prefix, mark in zip(
                other["designation_as_printed"], other["prefix"], usual[other.index], strict=True
            )
        ],
        certainty=TASTE,
    )


def blank_in_the_designation(citations: pd.DataFrame) -> pd.DataFrame:
    """Designations with a blank between the number and its year.

    Columns in: document, line, designation_as_printed, locator, source, origin
    """
    rows = citations[citations["designation_as_printed"].str.contains(r":\s+\d")]
    expected = rows["designation_as_printed"].str.replace(r":\s+", ":", regex=True)
    return findings("standard-blank", rows, printed=rows["designation_as_printed"], expected=expected, certainty=TASTE)


def two_years(citations: pd.DataFrame) -> pd.DataFrame:
    """Designations with two years behind each other, of which one belongs to an amendment that is not named.

    Columns in: document, line, standard (the key says what is meant), designation_as_printed, locator, source, origin
    """
    rows = citations[citations["designation_as_printed"].str.contains(r":\d{4}:\d{4}")]
    adopted = rows["designation_as_printed"].str.extract(ADOPTED, expand=False).fillna("")
    return findings("standard-years", rows, printed=rows["designation_as_printed"], expected=adopted + rows["standard"])


def of_another_year(dated_lists: pd.DataFrame, standards: pd.DataFrame, citations: pd.DataFrame) -> pd.DataFrame:
    """Standards in a list that a sentence says to be of one year, and that are of another.

    Columns in: dated_lists: document, line, year, standards, last_line, locator, source, origin
                standards: id, year; citations: document, line, standard, designation_as_printed
    """
    members = dated_lists.explode("standards").join(standards.set_index("id")["year"].rename("own"), on="standards")
    cited = members.merge(
        citations[["document", "line", "standard", "designation_as_printed"]],
        left_on=["document", "standards"],
        right_on=["document", "standard"],
        suffixes=("", "_cited"),
    )
    listed = cited[cited["line_cited"].between(cited["line"], cited["last_line"])]
    rows = listed[listed["own"].notna() & (listed["own"] != listed["year"])]
    rows = rows.assign(locator=rows["locator"] + ", " + rows["line_cited"].astype(str))
    return findings(
        "standard-year",
        rows,
        printed=rows["designation_as_printed"],
        expected=rows["year"].astype(str),
        said=rows["year"].astype(str),
        line=rows["line_cited"].astype(str),
        own=rows["own"].astype(int).astype(str),
    )


def older_than_the_law(citations: pd.DataFrame, standards: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Standards that are said to carry out a law of a later year than theirs.

    Columns in: citations: document, line, standard, designation_as_printed, carries_out, locator, source, origin
                standards: id, year; documents: id, name_nl, name_en, date
    """
    tied = citations[citations["carries_out"].notna()]
    law = documents.set_index("id").loc[tied["carries_out"]]
    law_year = law["date"].str[:4].astype(int).to_numpy()
    named = tied.assign(law=both(law["name_nl"], law["name_en"]), law_year=law_year)
    year = named["standard"].map(standards.set_index("id")["year"])
    rows = named[(year < named["law_year"]).fillna(False).astype(bool)]
    return findings(
        "standard-older",
        rows,
        printed=rows["designation_as_printed"],
        law=rows["law"],
        year=year[rows.index].astype(int).astype(str),
        law_year=rows["law_year"].astype(str),
    )


def work_item_of_another_committee(citations: pd.DataFrame) -> pd.DataFrame:
    """Work items whose number begins with that of another committee than the one they are said to be of.

    Columns in: document, line, designation_as_printed, under, locator, source, origin
    """
    item = citations["designation_as_printed"].str.extract(WORK_ITEM, expand=False)
    number = citations["under"].fillna("").map(lambda committee: (NUMBER.findall(committee) or [""])[-1])
    rows = citations[item.notna() & (number != "") & (item != number)]
    expected = [re.sub(r"\d+$", of, under) for under, of in zip(rows["under"], item[rows.index], strict=True)]
    return findings(
        "work-item",
        rows,
        printed=rows["under"],
        expected=expected,
        subject=rows["under"],
        item=rows["designation_as_printed"],
    )


def dash_without_blank(citations: pd.DataFrame) -> pd.DataFrame:
    """Titles with a blank before a dash and none behind it.

    Columns in: document, line, designation_as_printed, title_as_printed, locator, source, origin
    """
    rows = citations[citations["title_as_printed"].str.contains(r"\s[–-](?=\w)", na=False)]
    found = rows["title_as_printed"].str.extract(r"(\S*\s[–-]\w+)", expand=False)
    expected = found.str.replace(r"([–-])", r"\1 ", regex=True)
    return findings(
        "title-dash",
        rows,
        printed=found,
        expected=expected,
        certainty=TASTE,
        standard=rows["designation_as_printed"],
    )


def hyphen_or_blank(citations: pd.DataFrame) -> pd.DataFrame:
    """Compounds that titles write with a hyphen in most places and with a blank in this one.

    Columns in: document, line, designation_as_printed, title_as_printed, locator, source, origin
    """
    titles = citations[citations["title_as_printed"].notna()]
    words = titles.assign(compound=titles["title_as_printed"].str.casefold().str.findall(r"\b[a-z]+-[a-z]+\b"))
    hyphened = words.explode("compound").groupby("compound")["title_as_printed"].nunique()
    spaced = hyphened.index.str.replace("-", " ")
    pairs = titles.assign(key=1).merge(pd.DataFrame({"compound": hyphened.index, "spaced": spaced, "key": 1}), on="key")
    holds = [
        re.search(rf"\b{re.escape(text)}\b", title.casefold()) is not None
        for text, title in zip(pairs["spaced"], pairs["title_as_printed"], strict=True)
    ]
    found = where(pairs, holds).drop_duplicates(["designation_as_printed", "compound"])
    often = found.groupby("compound")["title_as_printed"].transform("nunique")
    rows = found[(found["compound"].map(hyphened) > often).astype(bool)]
    return findings(
        "title-hyphen",
        rows,
        printed=rows["spaced"],
        expected=rows["compound"],
        certainty=TASTE,
        standard=rows["designation_as_printed"],
    )
