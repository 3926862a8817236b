"""Technical committees: what documents call them and registers say of them in, rows of tables and of a register out."""

from __future__ import annotations

import pandas as pd

from kritiek.analysis.options import gathered, one_of
from kritiek.errors import ExhibitError

REGISTERED = (
    *("title", "status", "secretariat", "secretariat_country", "chair_country"),
    *("p_members", "o_members", "dutch_status"),
)

NOT_KNOWN = "not known"


def exhibit_of(committee_groups: pd.DataFrame, *, document: str, group: str) -> str:
    """The name of the exhibit that shows a group of a document, for example table_12 for batteries.

    Columns in: document, id, exhibit. Raises ExhibitError for a group that the document does not make.
    """
    own = committee_groups[committee_groups["document"] == document].set_index("id")
    one_of("group", group, tuple(own.index))
    return own.at[group, "exhibit"]


def titled(rows: pd.DataFrame, titles: pd.DataFrame, *, of: str) -> pd.DataFrame:
    """Rows with what their document calls the committee (or mirror committee) in the column `of`.

    Columns in:  rows: document, the column `of`, source, origin
                 titles: document, the column `of`, title, source, origin, and designation where it is written otherwise
    Columns out: those of rows with title, designation (the key where the document writes no other) and key; source and
                 origin name the row of the title too
    Raises ExhibitError for committees without a title in their document.
    """
    known = titles[["document", of, "title", *({"designation"} & set(titles.columns)), "source", "origin"]]
    merged = rows.merge(known, on=["document", of], how="left", suffixes=("", "_of_title"))
    missing = merged.loc[merged["title"].isna(), ["document", of]].drop_duplicates()
    if len(missing):
        found = "; ".join(f"{name} in {document}" for document, name in missing.itertuples(index=False, name=None))
        raise ExhibitError(f"committees.xlsx has no title of {found}. Add a row with the title that the document uses.")
    given = merged["designation"] if "designation" in merged else merged[of]
    parts = {
        name: [gathered(pair) for pair in zip(merged[name], merged[f"{name}_of_title"], strict=True)]
        for name in ("source", "origin")
    }
    columns = [*rows.columns, "title", "designation", "key"]
    return merged.assign(designation=given.fillna(merged[of]), key=merged[of], **parts)[columns]


def register(committee_register: pd.DataFrame, *, as_of: str) -> pd.DataFrame:
    """What registers say of each committee on a day: of each column the newest row that fills it.

    Columns in:  committee, as_of (yyyy, yyyy-mm or yyyy-mm-dd; missing where a source bears no date: older than any),
                 confidence, source, origin, and those of REGISTERED
    Columns out: id, those of REGISTERED; as_of, confidence and source for each of them as <column>_as_of,
                 <column>_confidence and <column>_source; source, origin of all
    A row dated after `as_of` is not known yet; one dated by month or year is known from its first day.
    """
    dated = committee_register.assign(as_of=committee_register["as_of"].fillna(""))
    ordered = dated[dated["as_of"] <= as_of].sort_values("as_of", kind="stable")
    made = ordered[["committee"]].drop_duplicates().sort_index().set_index("committee")
    used = []
    for column in REGISTERED:
        newest = ordered[ordered[column].notna()].groupby("committee").tail(1).set_index("committee")
        used.append(newest[["source", "origin"]])
        made[column] = newest[column]
        for name in ("as_of", "confidence", "source"):
            made[f"{column}_{name}"] = newest[name]
    found = pd.concat(used).groupby(level=0).agg(gathered)
    return made.join(found).reset_index(names="id")


def named(
    committees: pd.DataFrame, committee_register: pd.DataFrame, titles: pd.DataFrame, *, as_of: str
) -> pd.DataFrame:
    """Committees with their designation and title: that of a register on a day, else the first that a document gives.

    Columns in:  committees: id, source, origin; committee_register: those of `register`
                 titles: committee, title, source, origin
    Columns out: those of committees, and title (missing where nobody gives one) and name; source and origin name the
                 rows of the title and of the register too
    """
    said = ["title", "source", "origin"]
    known = register(committee_register, as_of=as_of).set_index("id")[said].add_suffix("_register")
    printed = titles.drop_duplicates("committee").set_index("committee")[said].add_suffix("_printed")
    rows = committees.join(known, on="id").join(printed, on="id")
    title = rows["title_register"].fillna(rows["title_printed"])
    parts = {
        name: [
            gathered(part) for part in zip(rows[name], rows[f"{name}_register"], rows[f"{name}_printed"], strict=True)
        ]
        for name in ("source", "origin")
    }
    name = rows["id"].str.cat(title, sep=" ", na_rep="").str.strip()
    return rows[committees.columns].assign(title=title, name=name, **parts)
