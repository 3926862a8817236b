"""Lists, groups and numbers that a document states in; where they are not those of their source out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from kritiek.analysis.audit.finding import LIKELY, both, findings, where

# What a document can say of a committee: those it wants followed, and those it passes over.
FOLLOWED, PASSED_OVER = ("recommended", "join", "follow"), ("peripheral", "not needed")


def caption_otherwise(listed: pd.DataFrame, captions: pd.DataFrame) -> pd.DataFrame:
    """Lines of a list of tables whose title is not the caption above the table of that number.

    Columns in: listed: document, table, title_in_list, locator, source, origin
                captions: document, kind, number, caption_as_printed, line
    """
    above = captions[captions["kind"] == "table"][["document", "number", "caption_as_printed", "line", "locator"]]
    pairs = listed.merge(
        above, left_on=["document", "table"], right_on=["document", "number"], suffixes=("", "_above"), how="left"
    )
    rows = pairs[pairs["title_in_list"] != pairs["caption_as_printed"]]
    return findings(
        "table-title",
        rows,
        printed="Tabel " + rows["table"].astype(str) + " " + rows["title_in_list"],
        expected=rows["caption_as_printed"].fillna(""),
        place=rows["locator_above"].fillna("—"),
    )


def not_in_the_reference(claimed: pd.DataFrame, reference: pd.DataFrame, kin: pd.DataFrame) -> pd.DataFrame:
    """Entries of a list that the list which it reproduces does not have, nor their group or one of its parts.

    Columns in: claimed: document, material, role, reproduces, heading, name_as_printed, locator, source, origin
                reference: list, material; kin: material, related
    """
    rows = claimed[~_pairs(claimed, "reproduces").isin(_reached(reference, "list", kin))]
    return findings(
        "not-in-reference",
        rows,
        printed=rows["name_as_printed"] + ", " + rows["heading"] + ": ✓",
        expected=rows["name_as_printed"] + ", " + rows["heading"] + ": —",
        status=[("audit_status", key) for key in rows["role"]],
    )


def called_critical(claims: pd.DataFrame, critical: pd.DataFrame, kin: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Raw materials that running text counts among the critical ones, and that no list of those has.

    Columns in: claims: document, line, materials, words_as_printed, locator, source, origin
                critical: document (that has the list or reproduces it), material; kin: material, related
                names: by material
    """
    said = claims.explode("materials").rename(columns={"materials": "material"})
    rows = said[~_pairs(said, "document").isin(_reached(critical, "document", kin))]
    return findings("called-critical", rows, printed=rows["material"].map(names), words=rows["words_as_printed"])


def _pairs(rows: pd.DataFrame, by: str) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[["material", by]])


def _reached(rows: pd.DataFrame, by: str, kin: pd.DataFrame) -> pd.MultiIndex:
    """What rows say of their raw materials, of the groups of those and of their parts."""
    of_kin = rows.rename(columns={"material": "related"}).merge(kin, on="related")
    return _pairs(pd.concat([of_kin, rows]), by)


def outside_the_group(claims: pd.DataFrame, members: pd.DataFrame, materials: pd.DataFrame) -> pd.DataFrame:
    """Members that a document gives a group, and that no part of the whole has where the claim is held against.

    Columns in: claims: document, line, group, of, held_against, locator, source, origin
                members: document, group, member, member_as_printed; materials: id, name_nl, name_en
    Where one member that is missing differs by a single letter, it is the one expected.
    """
    rows = _in_no_part(claims, members, "document", "held_against")
    missing = _in_no_part(claims, members, "held_against", "document").groupby(["document", "of"])["member"].agg(tuple)
    meant = [
        _misprinted(member, missing.get((document, whole), ()))
        for document, whole, member in zip(rows["document"], rows["of"], rows["member"], strict=True)
    ]
    return findings(
        "group-member",
        rows,
        printed=rows["member_as_printed"],
        expected=meant,
        subject=meant,
        member=_names(rows["member"], materials),
        group=_names(rows["group"], materials),
    )


def missing_from_the_group(claims: pd.DataFrame, members: pd.DataFrame, materials: pd.DataFrame) -> pd.DataFrame:
    """Members that a group has where the claim is held against, and that the document, which claims all, leaves out.

    Columns in: as in `outside_the_group`
    """
    rows = _in_no_part(claims, members, "held_against", "document")
    return findings(
        "group-incomplete",
        rows,
        printed="—",
        expected=rows["member"],
        subject=rows["member"],
        member=_names(rows["member"], materials),
        group=_names(rows["group"], materials),
    )


def _misprinted(symbol: str, missing: Iterable[str]) -> str:
    near = [other for other in missing if len(other) == len(symbol) and sum(map(str.__ne__, symbol, other)) == 1]
    return near[0] if len(near) == 1 else ""


def _names(keys: pd.Series, materials: pd.DataFrame) -> list[dict[str, str]]:
    named = materials.set_index("id").loc[keys]
    return both(named["name_nl"], named["name_en"])


def announced_without_section(product_groups: pd.DataFrame) -> pd.DataFrame:
    """Product groups for which a document announces a section that it does not have.

    Columns in: name_nl, roadmap_status, chapter_9_section, locator, source, origin
    A generic theme is no group of products, and the document says so.
    """
    rows = product_groups[
        product_groups["chapter_9_section"].isna() & (product_groups["roadmap_status"] != "generic theme")
    ]
    return findings("section-missing", rows.assign(document=rows["source"]), printed=rows["name_nl"])


def recommended_and_not_selected(recommendations: pd.DataFrame, selected: pd.DataFrame) -> pd.DataFrame:
    """Committees of a recommendation that the selection of the same document leaves out, them and all their parts.

    Columns in: recommendations: document, order, committees, locator, source, origin; selected: document, committees
    """
    named = (
        recommendations.explode("committees").dropna(subset="committees").rename(columns={"committees": "committee"})
    )
    rows = where(named, (not one for one in _selected(named, selected)))
    return findings(
        "recommended-not-selected", rows, printed=rows["committee"], certainty=LIKELY, subject=rows["committee"]
    )


def followed_and_not_selected(verdicts: pd.DataFrame, selected: pd.DataFrame) -> pd.DataFrame:
    """Committees that the text recommends, joins or follows, and that the selection leaves out, with all their parts.

    Columns in: verdicts: document, committee, verdict, words_as_printed, ending_as_printed, locator, source, origin
                selected: document, committees
    A committee that the document says to be ending is not one to select.
    """
    wanted = verdicts[verdicts["verdict"].isin(FOLLOWED) & verdicts["ending_as_printed"].isna()]
    rows = where(wanted, (not one for one in _selected(wanted, selected)))
    return findings("followed-not-selected", rows, **_verdict(rows))


def selected_and_not_followed(verdicts: pd.DataFrame, selected: pd.DataFrame) -> pd.DataFrame:
    """Committees of the selection that the text calls peripheral or not needed.

    Columns in: as in `followed_and_not_selected`
    """
    passed_over = verdicts[verdicts["verdict"].isin(PASSED_OVER)]
    chosen = selected.explode("committees").rename(columns={"committees": "committee"})
    rows = passed_over.merge(chosen[["document", "committee"]].drop_duplicates(), on=["document", "committee"])
    return findings("selected-not-followed", rows, **_verdict(rows))


def _verdict(rows: pd.DataFrame) -> dict[str, Any]:
    return {
        "printed": rows["committee"],
        "certainty": LIKELY,
        "subject": rows["committee"],
        "words": rows["words_as_printed"],
        "place": rows["locator"],
        "verdict": [("audit_verdict", verdict) for verdict in rows["verdict"]],
    }


def _selected(rows: pd.DataFrame, selected: pd.DataFrame) -> Iterator[bool]:
    """Whether the selection of its document has the committee of a row, or a part of it."""
    chosen = selected.explode("committees").groupby("document")["committees"].agg(set)
    for document, committee in zip(rows["document"], rows["committee"], strict=True):
        others = chosen.get(document, set())
        yield any(other == committee or other.startswith(f"{committee}/") for other in others)


def number_otherwise(stated: pd.DataFrame) -> pd.DataFrame:
    """Stated numbers that the count which they rest on does not give.

    Columns in: document, line, number, low, high, agrees, places, words_nl, words_en, locator, source, origin
    """
    rows = stated[~stated["agrees"].astype(bool)]
    # Of no rows pandas would make numbers again.
    number, low, high = (rows[name].map("{:g}".format).astype(object) for name in ("number", "low", "high"))
    return findings(
        "number",
        rows,
        printed=number + " " + rows["words_nl"],
        expected=low.where(low == high, low + "-" + high),
        counted=both(rows["words_nl"], rows["words_en"]),
        places=rows["places"],
    )


def _in_no_part(claims: pd.DataFrame, members: pd.DataFrame, said_in: str, held_in: str) -> pd.DataFrame:
    """The claims with the members that one document gives their groups, and that no part of the whole has in the other.

    `said_in` and `held_in` are the columns of the claims with the two documents.
    """
    given, others = (
        claims.merge(members.rename(columns={"document": column})[[column, "group", "member", "member_as_printed"]])
        for column in (said_in, held_in)
    )
    whole = ["document", "held_against", "of"]
    known = pd.MultiIndex.from_frame(others[[*whole, "member"]])
    return given[~pd.MultiIndex.from_frame(given[[*whole, "member"]]).isin(known)]
