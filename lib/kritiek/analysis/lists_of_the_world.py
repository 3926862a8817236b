"""Lists of critical raw materials in; out: which list names which raw material, compared at one level.

Lists name groups (rare earths) or their elements. They are compared by the widest group: a list names a group when it
names the group or one of its members.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from kritiek.analysis.options import TICK, Vocabulary, capitalised, gathered, joined, with_origins
from sheetcheck.schema import LANGUAGES

ENDINGS = (("nl", ""), ("en", "_en"))
SURE = "verified"
# The columns that a table or figure has room for; those that no list fills are not shown.
MOST_LISTS = 24
NOT_THERE = {"nl": "–", "en": "–"}


def memberships(list_members: pd.DataFrame, materials: pd.DataFrame) -> pd.DataFrame:
    """Which list names which line, one row each.

    Columns in:  list_members: list, material, confidence, source, origin; materials: id, parent
    Columns out: list, line, is_sure (one row that names it is verified), source, origin
    """
    line_of = widest_group(materials)
    rows = list_members.assign(line=list_members["material"].map(line_of), is_sure=list_members["confidence"] == SURE)
    return rows.groupby(["list", "line"], sort=False, as_index=False).agg(
        is_sure=("is_sure", "any"), source=("source", gathered), origin=("origin", gathered)
    )


def widest_group(materials: pd.DataFrame) -> pd.Series:
    """For each raw material the outermost one that holds it, itself where none does.

    Columns in: id, parent
    """
    parent = materials.set_index("id")["parent"]
    found = pd.Series(parent.index, index=parent.index)
    # No chain is longer than there are raw materials, also when parents go in a circle.
    for _ in range(len(parent)):
        up = found.map(parent)
        if up.isna().all():
            break
        found = up.where(up.notna(), found)
    return found


class ListNames:
    """What lists are called in a table: publisher and year, and the role where two would be called the same.

    Columns in: lists: id, role, publisher_nl, publisher_en, edition, extent; words: term, value, words_nl, words_en
    """

    def __init__(self, lists: pd.DataFrame, words: pd.DataFrame) -> None:
        vocabulary = Vocabulary(words)
        plain = lists["publisher_en"] + lists["edition"].str[:4]
        twice = plain.duplicated(keep=False)
        self._names = {
            row["id"]: {
                one: f"{row[f'publisher_{one}']} {row['edition'][:4]}"
                + (f", {vocabulary.of('list_role', row['role'], one)}" if double else "")
                + ("" if row["extent"] == "whole" else f" ({vocabulary.of('list_extent', row['extent'], one)})")
                for one in LANGUAGES
            }
            for row, double in zip(lists.to_dict("records"), twice, strict=True)
        }

    def of(self, key: str, language: str) -> str:
        """The name of one list."""
        return self._names[key][language]

    def both(self, key: str) -> dict[str, str]:
        """The name of one list in both languages."""
        return dict(self._names[key])

    def several(self, keys: Iterable[str], language: str) -> str:
        """Names of lists in a row."""
        return joined((self.of(key, language) for key in keys), "; ")


def placeholders(lists: pd.DataFrame, names: ListNames) -> dict[str, dict[str, str]]:
    """The label of each column list_1, list_2 …, in the order of the lists.

    Columns in: id
    """
    room = dict.fromkeys((f"list_{number}" for number in range(1, MOST_LISTS + 1)), NOT_THERE)
    return {**room, **{f"list_{number}": names.both(key) for number, key in enumerate(lists["id"], start=1)}}


def by_list(named: pd.DataFrame, lists: pd.DataFrame, materials: pd.DataFrame) -> pd.DataFrame:
    """A row for each line with a tick under every list that names it, the line that most lists name first.

    Columns in:  named: as `memberships`; lists: id; materials: id, name_nl, name_en, origin
    Columns out: raw_material, raw_material_en, lists (how many), sure (of which verified), list_1 … (a tick; in
                 parentheses where the row of the list is not verified), line, source, origin
    """
    signs = named.assign(sign=named["is_sure"].map({True: TICK, False: f"({TICK})"}))
    table = signs.pivot(index="line", columns="list", values="sign").reindex(columns=lists["id"])
    totals = named.groupby("line").agg(
        lists=("list", "size"), sure=("is_sure", "sum"), source=("source", gathered), origin=("origin", gathered)
    )
    own = materials.set_index("id")
    rows = totals.assign(name=own["name_nl"]).sort_values(["lists", "name"], ascending=[False, True])
    told = pd.DataFrame(
        {
            "raw_material": [capitalised(own.at[line, "name_nl"]) for line in rows.index],
            "raw_material_en": [capitalised(own.at[line, "name_en"]) for line in rows.index],
            "lists": rows["lists"].array,
            "sure": rows["sure"].array,
            **{
                f"list_{number}": table[key].reindex(rows.index).fillna("").array
                for number, key in enumerate(lists["id"], start=1)
            },
            "line": rows.index,
            "source": rows["source"].array,
            "origin": rows["origin"].array,
        }
    )
    return with_origins(told, materials, "line")


def overlap(named: pd.DataFrame, lists: pd.DataFrame, names: ListNames) -> pd.DataFrame:
    """Of what each list names the part that every other list names too.

    Columns in:  named: as `memberships`; lists: id, origin
    Columns out: name, name_en (with the number of lines), list_1 … (%), list, lines, source, origin
    """
    table = pd.crosstab(named["line"], named["list"]).clip(upper=1).reindex(columns=lists["id"], fill_value=0)
    both = table.T @ table
    counts = table.sum()
    percents = (100 * both.div(counts.where(counts > 0), axis=0)).round(0).astype("Int64")
    where = named.groupby("list").agg(source=("source", gathered), origin=("origin", gathered)).reindex(lists["id"])
    told = pd.DataFrame(
        {
            "name": [f"{names.of(key, 'nl')} ({counts[key]})" for key in lists["id"]],
            "name_en": [f"{names.of(key, 'en')} ({counts[key]})" for key in lists["id"]],
            **{
                f"list_{number}": percents[key].astype("Float64").array
                for number, key in enumerate(lists["id"], start=1)
            },
            "list": lists["id"].array,
            "lines": counts.array,
            "source": where["source"].array,
            "origin": where["origin"].array,
        }
    )
    return with_origins(told, lists, "list")


def between(
    named: pd.DataFrame, one: Iterable[str], other: Iterable[str], materials: pd.DataFrame, words: pd.DataFrame,
    names: ListNames,
) -> pd.DataFrame:  # fmt: skip
    """What only one set of lists names, and what only the other does.

    Columns in:  named: as `memberships`; one and other: lists; materials: id, name_nl, name_en, origin
    Columns out: raw_material, place, named_by (with _en twins), lists (how many name it), is_sure, line, side ("one" or
                 "other"), source, origin; first what only one names, then by how many of the other name it
    """
    vocabulary = Vocabulary(words)
    one, other = list(dict.fromkeys(one)), list(dict.fromkeys(other))
    sides = {"one": named[named["list"].isin(one)], "other": named[named["list"].isin(other)]}
    alone = [
        rows[~rows["line"].isin(sides[against]["line"])].assign(side=side)
        for (side, rows), against in zip(sides.items(), ("other", "one"), strict=True)
    ]
    rows = pd.concat(alone).groupby(["side", "line"], as_index=False).agg(
        lists=("list", "size"), keys=("list", tuple), sures=("is_sure", tuple), is_sure=("is_sure", "any"),
        source=("source", gathered), origin=("origin", gathered),
    )  # fmt: skip
    rows = rows.assign(rank=rows["side"].map({"one": 0, "other": 1}))
    rows = rows.sort_values(["rank", "lists", "line"], ascending=[True, False, True], kind="stable")
    own = materials.set_index("id")
    shown: dict[str, object] = {}
    for language, ending in ENDINGS:
        shown |= {
            f"raw_material{ending}": [capitalised(own.at[line, f"name_{language}"]) for line in rows["line"]],
            f"place{ending}": [vocabulary.of("list_side", side, language) for side in rows["side"]],
            f"named_by{ending}": [
                joined(
                    (names.of(key, language) if sure else f"({names.of(key, language)})" for key, sure in pairs), "; "
                )
                for pairs in (zip(*both, strict=True) for both in zip(rows["keys"], rows["sures"], strict=True))
            ],
        }
    told = pd.DataFrame(
        {**shown, **{name: rows[name].array for name in ("lists", "is_sure", "line", "side", "source", "origin")}}
    )
    return with_origins(told, materials, "line")


def words_of(named: pd.DataFrame, lists: pd.DataFrame, names: ListNames) -> dict[str, dict[str, str]]:
    """What the notes say: how many lists and lines there are, and which lists are not confirmed or only a part.

    Of the lists one names on average the largest part of the others: {widest}, {widest_share} per cent.
    Columns in: named: as `memberships`; lists: id, extent
    """
    shares = overlap(named, lists, names).filter(like="list_").set_axis(lists["id"], axis=1)
    # Itself it names for 100 %.
    of_others = (shares.sum() - 100) / (shares.count() - 1)
    unsure = named.groupby("list")["is_sure"].mean()
    doubtful = [key for key in lists["id"] if unsure.get(key, 1) < 1]
    return {
        "count": dict.fromkeys(LANGUAGES, str(len(lists))),
        "widest": {one: names.of(of_others.idxmax(), one) for one in LANGUAGES},
        "widest_share": dict.fromkeys(LANGUAGES, f"{of_others.max():.0f}"),
        "lines": dict.fromkeys(LANGUAGES, str(named["line"].nunique())),
        "doubtful": {one: names.several(doubtful, one) or "–" for one in LANGUAGES},
    }


def as_editions(
    rows: pd.DataFrame, named: pd.DataFrame, editions: Iterable[str], materials: pd.DataFrame, words: pd.DataFrame,
    names: ListNames,
) -> pd.DataFrame:  # fmt: skip
    """The rows of two editions with what changes in words: new or gone, or only another word for a group it names.

    Columns in:  rows: as `between`, the later edition as "one"; named: as `memberships`
    Columns out: those of rows, and change (with an _en twin)
    """
    vocabulary = Vocabulary(words)
    line_of = widest_group(materials)
    kept = named[named["list"].isin(list(editions))]
    both = kept.assign(group=kept["line"].map(line_of)).groupby("group")["list"].nunique()
    group = rows["line"].map(line_of)
    is_other_word = (group != rows["line"]) & (group.map(both) > 1)
    keys = [
        "other word" if other else {"one": "new", "other": "gone"}[side]
        for side, other in zip(rows["side"], is_other_word, strict=True)
    ]
    return rows.assign(
        change=[vocabulary.of("list_change", key, "nl") for key in keys],
        change_en=[vocabulary.of("list_change", key, "en") for key in keys],
    )
