"""Standards and what they are about in; how many there are of each, the gaps, and who could fill these out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from kritiek.analysis.export_controls import TWINS
from kritiek.analysis.options import Vocabulary, capitalised, gathered, joined, provenance, with_origins
from kritiek.exhibits.texts import Words
from sheetcheck.schema import LANGUAGES

PUBLISHED = "published"
DIRECT = "direct"
ANY = "any"  # the row of standards that name none, and so hold for all
COUNTS = ("published", "in_development", "on_condition")
GAP, GENERAL = "–", "*"
FEW = 5  # gaps that are named one by one also where one committee is nearest to all of them


def grid(entries: pd.DataFrame, rows: pd.DataFrame, columns: pd.DataFrame) -> pd.DataFrame:
    """How many standards there are for each row and column, also where there are none.

    Columns in:  entries: row, column, standard, stage, relation, source, origin; rows, columns: id, source, origin
    Columns out: row, column, published, in_development (those that are about it themselves), on_condition (those that
                 are only a condition for it), standards (their keys), is_gap (none that is about it itself), source,
                 origin (of the row, the column and the entries)
    A standard counts once in a cell, as one that is about it when any of its entries is. What is in no row or column
    given is left out.
    """
    rows, columns = (frame.drop_duplicates("id")[["id", "source", "origin"]] for frame in (rows, columns))
    every = rows.rename(columns={"id": "row"}).merge(
        columns.rename(columns={"id": "column"}), how="cross", suffixes=("_row", "_column")
    )
    direct = entries["relation"] == DIRECT
    once = (
        entries.assign(direct=direct)
        .sort_values("direct", ascending=False, kind="stable")
        .drop_duplicates(["row", "column", "standard"])
    )
    is_published = once["stage"] == PUBLISHED
    counted = once.assign(
        published=once["direct"] & is_published,
        in_development=once["direct"] & ~is_published,
        on_condition=~once["direct"],
    )
    found = counted.groupby(["row", "column"]).agg(
        published=("published", "sum"),
        in_development=("in_development", "sum"),
        on_condition=("on_condition", "sum"),
        standards=("standard", lambda keys: joined(sorted(keys))),
        source=("source", gathered),
        origin=("origin", gathered),
    )
    cells = every.join(found, on=["row", "column"])
    cells[list(COUNTS)] = cells[list(COUNTS)].fillna(0).astype(int)
    cells["standards"] = cells["standards"].fillna("")
    for column in ("source", "origin"):
        parts = zip(cells[f"{column}_row"], cells[f"{column}_column"], cells[column], strict=True)
        cells[column] = [gathered(part) for part in parts]
    shown = cells[["row", "column", *COUNTS, "standards", "source", "origin"]]
    return shown.assign(is_gap=cells["published"] + cells["in_development"] == 0)


def nearest(cells: pd.DataFrame, works_on: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """The committee that is nearest to filling each gap.

    Columns in:  cells: row, column, is_gap; works_on: row, committee (those that work on the row)
                 entries: row (ANY for a standard that holds for all), column, standard, committee (may be missing)
    Columns out: row, column, committee (missing when there is none), is_of_row
    First come the committees that work on the row: among them the one with most standards on the column, then with
    most on the row. Where none works on the row it is, `is_of_row` being False, the one with most standards on the
    column that hold for any row. Of equals the first by name.
    """
    made = entries.dropna(subset="committee").drop_duplicates(["committee", "row", "column", "standard"])
    on_column = made.groupby(["column", "committee"])["standard"].nunique().rename("on_column")
    on_row = made.groupby(["row", "committee"])["standard"].nunique().rename("on_row")
    gaps = cells.loc[cells["is_gap"], ["row", "column"]]
    own = gaps.merge(works_on[["row", "committee"]].drop_duplicates(), on="row").assign(is_of_row=True)
    own = own.join(on_column, on=["column", "committee"]).join(on_row, on=["row", "committee"])
    general = made[made["row"] == ANY].groupby(["column", "committee"])["standard"].nunique().rename("on_column")
    others = gaps.merge(general.reset_index(), on="column").assign(is_of_row=False)
    ranks = ["is_of_row", "on_column", "on_row"]
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
    cells: pd.DataFrame, filled: pd.DataFrame, names: pd.DataFrame, committees: pd.DataFrame, words: pd.DataFrame,
    *, order: Sequence[str],
) -> pd.DataFrame:  # fmt: skip
    """The grid as a reader sees it: a row each, a column for each column of the grid.

    Columns in:  cells: those of `grid`; filled: those of `nearest`; names: id, name_nl, name_en (of the rows)
                 committees: id, origin; words: term, value, words_nl, words_en (of ANY)
    Columns out: row, name, name_en, `column_` and the key for each of `order`, gaps (how many), source, origin (also
                 of the committees named)
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
    made = rows.join(wide.rename(columns=lambda key: f"column_{key.lower()}")).reset_index()
    return _with_nearest(made, filled, committees)


def _with_nearest(rows: pd.DataFrame, filled: pd.DataFrame, committees: pd.DataFrame) -> pd.DataFrame:
    """The rows, whose origin also says which committees were taken for nearest."""
    near = filled.dropna(subset="committee").groupby("row")["committee"].agg(tuple)
    named = rows.assign(near_to=[near.get(row, ()) for row in rows["row"]])
    return with_origins(named, committees, "near_to").drop(columns="near_to")


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


def by_row(
    cells: pd.DataFrame, filled: pd.DataFrame, rows: pd.DataFrame, columns: pd.DataFrame, committees: pd.DataFrame,
    words: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    """A grid too wide to print, a row each: what is covered, and the gaps by the committee that is nearest.

    Columns in:  cells: those of `grid`; filled: those of `nearest`; rows, columns: id, name_nl, name_en
                 committees: id, origin; words: term, value, words_nl, words_en
    Columns out: row, name, covered, near, gaps (how many), each but these with an English twin; source, origin (also
                 of the committees named)
    Those with most covered come first.
    """
    spoken, told = Vocabulary(words), []
    for key, own in cells.groupby("row", sort=False):
        near = filled[filled["row"] == key].assign(label=lambda found: _labels(found))
        made = own[~own["is_gap"]]
        line = {"row": key, "gaps": int(own["is_gap"].sum())}
        for language, twin in TWINS.items():
            names, topics = (frame.set_index("id")[f"name_{language}"] for frame in (rows, columns))
            nobody = spoken.of("coverage", "nobody", language)
            groups = near.fillna({"label": nobody}).groupby("label", sort=False)["column"]
            line |= {
                f"name{twin}": capitalised(names[key]),
                f"covered{twin}": _covered(made, topics),
                f"near{twin}": joined(
                    f"{label}: {spoken.of('coverage', 'all', language, count=str(line['gaps']))}"
                    if len(gaps) == line["gaps"] > FEW
                    else f"{label}: {', '.join(topics[one] for one in gaps)}"
                    for label, gaps in groups
                ),
            }
        told.append({**line, "source": gathered(own["source"]), "origin": gathered(own["origin"])})
    ordered = pd.DataFrame(told).sort_values("gaps", kind="stable", ignore_index=True)
    return _with_nearest(ordered, filled, committees)


def fields(cells: pd.DataFrame, rows: pd.DataFrame, columns: pd.DataFrame) -> pd.DataFrame:
    """A row for each row of the grid with its fields as lists, for the figure; rows with most standards first.

    Columns in:  cells: those of `grid`, of each row the same columns; rows, columns: id, name_nl, name_en
    Columns out: row, name, topics (names of the fields), published, in_development (their counts, as lists), covered
                 (the fields that are not empty, in words), with English twins of the words; standards (keys), source,
                 origin
    """
    told = []
    for key, own in cells.groupby("row", sort=False):
        made = own[~own["is_gap"]]
        line: dict[str, Any] = {"row": key, **{name: tuple(own[name]) for name in ("published", "in_development")}}
        for language, twin in TWINS.items():
            names, topics = (frame.set_index("id")[f"name_{language}"] for frame in (rows, columns))
            line |= {
                f"name{twin}": names[key],
                f"topics{twin}": tuple(topics[list(own["column"])]),
                f"covered{twin}": _covered(made, topics),
            }
        line["standards"] = gathered(own["standards"]) or GAP
        told.append({**line, **provenance(own), "number": sum(line["published"]) + sum(line["in_development"])})
    order = pd.DataFrame(told).sort_values("number", ascending=False, kind="stable", ignore_index=True)
    return order.drop(columns="number")


def _covered(made: pd.DataFrame, topics: pd.Series) -> str:
    """The fields that are not empty with their counts; a dash when there are none."""
    return (
        joined((f"{topics[row.column]} {row.published} + {row.in_development}" for row in made.itertuples()), ", ")
        or GAP
    )


def fullest(shown: pd.DataFrame) -> dict[str, Words]:
    """The words for the figure's text alternative and notes: {fullest} row with how many standards it has ({most}), the
    {empty} rows that have none ({bare} of them), and how many {rows} and {columns} there are.

    Columns in: those of `fields`
    """
    keys = [set() if cell == GAP else set(cell.split("; ")) for cell in shown["standards"]]
    numbers = pd.Series([len(one) for one in keys], index=shown.index)
    most = numbers.max()
    counts = {
        "rows": len(shown),
        "columns": len(shown["published"].iloc[0]),
        "bare": (numbers == 0).sum(),
        "most": most,
    }
    said: dict[str, Words] = {name: dict.fromkeys(LANGUAGES, str(number)) for name, number in counts.items()}
    for name, rows in (("fullest", shown[(numbers == most) & (numbers > 0)]), ("empty", shown[numbers == 0])):
        said[name] = {
            language: joined(sorted(rows[f"name{twin}"], key=str.casefold), ", ") or GAP
            for language, twin in TWINS.items()
        }
    return said


def by_article(
    cells: pd.DataFrame,
    committees: pd.DataFrame,
    near: pd.Series,
    articles: pd.DataFrame,
    citations: pd.DataFrame,
    words: pd.DataFrame,
) -> pd.DataFrame:
    """The articles with their standards, published and in development, their committees, and the gaps.

    Columns in:  cells: those of `grid`; committees: row, committee, source, origin; near: the nearest committee by row
                 articles: id, article, name_nl, name_en, confidence, source, origin; citations: row
                 words: term, value, words_nl, words_en
    Columns out: article, citations (how many), numbers, standards, committees, gap, with an English twin where it has
                 words; row, source, origin
    """
    spoken, told = Vocabulary(words), []
    for row in articles.sort_values("article").itertuples():
        cell = cells[cells["row"] == row.id].iloc[0]
        own = committees[committees["row"] == row.id]
        line: dict[str, Any] = {
            "row": row.id,
            "citations": int((citations["row"] == row.id).sum()),
            "standards": cell["standards"] or GAP,
            "committees": joined(sorted(own["committee"]), ", ") or GAP,
        }
        for language, twin in TWINS.items():
            doubt = "" if row.confidence == "verified" else f" [{spoken.of('confidence', row.confidence, language)}]"
            line[f"article{twin}"] = f"{row.article} {getattr(row, f'name_{language}')}{doubt}"
            nobody = spoken.of("coverage", "nobody", language)
            line[f"gap{twin}"] = near.get(row.id, nobody) if cell["is_gap"] else ""
            line[f"numbers{twin}"] = GAP if cell["is_gap"] else f"{cell['published']} + {cell['in_development']}"
        line["source"] = gathered([row.source, cell["source"], *own["source"]])
        told.append({**line, "origin": gathered([row.origin, cell["origin"], *own["origin"]])})
    return pd.DataFrame(told)


def _labels(filled: pd.DataFrame) -> pd.Series:
    """The nearest committees with the mark of those that do not work on the row; missing where there is none."""
    return filled["committee"].where(filled["is_of_row"].fillna(True).astype(bool), filled["committee"] + GENERAL)
