"""Standards and what they are about in; how many there are of each, the gaps, and who could fill these out."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kritiek.analysis.export_controls import TWINS
from kritiek.analysis.options import Vocabulary, gathered, joined
from kritiek.exhibits.texts import Words
from sheetcheck.schema import LANGUAGES

PUBLISHED = "published"
DIRECT = "direct"
ANY = "any"  # the row of standards that name none, and so hold for all
COUNTS = ("published", "in_development", "on_condition")
GAP, GENERAL = "–", "*"


def grid(entries: pd.DataFrame, rows: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """How many standards there are for each row and column, also where there are none.

    Columns in:  entries: row, column, standard, stage, relation, source, origin
    Columns out: row, column, published, in_development (those that are about it themselves), on_condition (those that
                 are only a condition for it), standards (their keys), is_gap (none that is about it itself), source,
                 origin (both empty where there are none)
    A standard counts once in a cell, as one that is about it when any of its entries is. What is in no row or column
    given is left out.
    """
    every = pd.MultiIndex.from_product([rows, columns], names=["row", "column"])
    known = entries[entries["row"].isin(rows) & entries["column"].isin(columns)]
    direct = known["relation"] == DIRECT
    once = (
        known.assign(direct=direct)
        .sort_values("direct", ascending=False, kind="stable")
        .drop_duplicates(["row", "column", "standard"])
    )
    is_published = once["stage"] == PUBLISHED
    counted = once.assign(
        published=once["direct"] & is_published,
        in_development=once["direct"] & ~is_published,
        on_condition=~once["direct"],
    )
    cells = counted.groupby(["row", "column"]).agg(
        published=("published", "sum"),
        in_development=("in_development", "sum"),
        on_condition=("on_condition", "sum"),
        standards=("standard", lambda keys: joined(sorted(keys))),
        source=("source", gathered),
        origin=("origin", gathered),
    )
    cells = cells.reindex(every)
    cells[list(COUNTS)] = cells[list(COUNTS)].fillna(0).astype(int)
    cells[["standards", "source", "origin"]] = cells[["standards", "source", "origin"]].fillna("")
    return cells.assign(is_gap=cells["published"] + cells["in_development"] == 0).reset_index()


def nearest(cells: pd.DataFrame, works_on: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """The committee that is nearest to filling each gap.

    Columns in:  cells: row, column, is_gap; works_on: row, committee (those that work on the row)
                 entries: row (or ANY), column, standard, committee (may be missing)
    Columns out: row, column, committee (missing when there is none), is_of_row
    First come the committees that work on the row: among them the one with most standards on the column, then with
    most on the row. Where none works on the row it is, `is_of_row` being False, the one with most standards on the
    column that hold for any row, then with most on the column. Of equals the first by name.
    """
    made = entries.dropna(subset="committee").drop_duplicates(["committee", "row", "column", "standard"])
    general = made[made["row"] == ANY].groupby(["column", "committee"])["standard"].nunique().rename("general")
    on_column = made.groupby(["column", "committee"])["standard"].nunique().rename("on_column")
    on_row = made.groupby(["row", "committee"])["standard"].nunique().rename("on_row")
    gaps = cells.loc[cells["is_gap"], ["row", "column"]]
    own = gaps.merge(works_on[["row", "committee"]].drop_duplicates(), on="row").assign(is_of_row=True)
    own = own.join(on_column, on=["column", "committee"]).join(on_row, on=["row", "committee"])
    others = gaps.merge(on_column.reset_index(), on="column").assign(is_of_row=False)
    others = others.join(general, on=["column", "committee"])
    ranks = ["is_of_row", "general", "on_column", "on_row"]
    candidates = pd.concat([own, others]).fillna(dict.fromkeys(ranks[1:], 0))
    candidates = candidates.sort_values([*ranks, "committee"], ascending=[False] * len(ranks) + [True], kind="stable")
    best = candidates.drop_duplicates(["row", "column"])[["row", "column", "committee", "is_of_row"]]
    return gaps.merge(best, on=["row", "column"], how="left")


def cell_words(cells: pd.DataFrame, filled: pd.DataFrame, *, general: str) -> pd.Series:
    """What a cell says: "2 + 1" published and in development, "(3)" on condition only, and in a gap who is near.

    Columns in:  cells: row, column, published, in_development, on_condition, is_gap
                 filled: those of `nearest`; `general` is the mark of a committee that does not work on the row
    """
    rows = cells.merge(filled, on=["row", "column"], how="left")
    told = []
    for row in rows.itertuples():
        if not row.is_gap:
            told.append(f"{row.published} + {row.in_development}")
            continue
        near = "" if pd.isna(row.committee) else row.committee + ("" if row.is_of_row else general)
        told.append(joined([f"({row.on_condition})" if row.on_condition else GAP, near], " "))
    return pd.Series(told, index=cells.index)


def matrix(
    cells: pd.DataFrame, filled: pd.DataFrame, names: pd.DataFrame, words: pd.DataFrame, *, order: Sequence[str]
) -> pd.DataFrame:
    """The grid as a reader sees it: a row each, a column for each column of the grid.

    Columns in:  cells: those of `grid`; filled: those of `nearest`; names: id, name_nl, name_en (of the rows)
                 words: term, value, words_nl, words_en (of ANY)
    Columns out: row, name, name_en, `column_` and the key for each of `order`, gaps (how many), source, origin
    """
    spoken = Vocabulary(words)
    told = cells.assign(cell=cell_words(cells, filled, general=GENERAL))
    wide = told.pivot(index="row", columns="column", values="cell")[list(order)]
    rows = told.groupby("row", sort=False).agg(
        gaps=("is_gap", "sum"), source=("source", gathered), origin=("origin", gathered)
    )
    for language, twin in TWINS.items():
        known = names.set_index("id")[f"name_{language}"].to_dict() | {ANY: spoken.of("coverage", ANY, language)}
        rows[f"name{twin}"] = [known[key] for key in rows.index]
    return rows.join(wide.rename(columns=lambda key: f"column_{key.lower()}")).reset_index()


def counted(cells: pd.DataFrame, standards: pd.DataFrame) -> dict[str, Words]:
    """The words for title and notes: {count} standards recorded, {used} of them on the grid, {cells} cells, {gaps}.

    Columns in: cells: those of `grid`; standards: id
    """
    used = {key for cell in cells["standards"] for key in cell.split("; ") if key}
    numbers = {"count": len(standards), "used": len(used), "cells": len(cells), "gaps": cells["is_gap"].sum()}
    return {name: dict.fromkeys(LANGUAGES, str(number)) for name, number in numbers.items()}


def headings(names: pd.DataFrame) -> dict[str, Words]:
    """The words for the column labels of a grid, by key.

    Columns in: id, name_nl, name_en
    """
    return {row.id: {"nl": f"{row.id} {row.name_nl}", "en": f"{row.id} {row.name_en}"} for row in names.itertuples()}
