"""Lists, groups and numbers that a document states in; where they are not those of their source out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from kritiek.analysis.audit.finding import LIKELY, both, findings, where

# The columns of a table of lists, as the documents, which are in Dutch, head them.
HEADINGS = {"critical": "Kritiek", "strategic": "Strategisch"}
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

    Columns in: claimed: document, material, role, name_as_printed, locator, source, origin
                reference: material, role; kin: material, related
    """
    known = _reached(reference, kin)
    rows = claimed[~pd.MultiIndex.from_frame(claimed[["material", "role"]]).isin(known)]
    return findings(
        "not-in-reference",
        rows,
        printed=rows["name_as_printed"] + ", " + rows["role"].map(HEADINGS) + ": ✓",
        expected=rows["name_as_printed"] + ", " + rows["role"].map(HEADINGS) + ": —",
        status=[("audit_status", key) for key in rows["role"]],
    )


def called_critical(claims: pd.DataFrame, reference: pd.DataFrame, kin: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Raw materials that running text counts among the critical ones, and that no list of those has.

    Columns in: claims: document, line, materials, words_as_printed, locator, source, origin
                reference: material, role; kin: material, related; names: by material
    """
    said = claims.explode("materials").assign(role="critical")
    rows = said[~pd.MultiIndex.from_frame(said[["materials", "role"]]).isin(_reached(reference, kin))]
    return findings("called-critical", rows, printed=rows["materials"].map(names), words=rows["words_as_printed"])


def _reached(reference: pd.DataFrame, kin: pd.DataFrame) -> pd.MultiIndex:
    """What a list says of its raw materials, of their groups and of their parts: material and role."""
    of_kin = reference.rename(columns={"material": "related"}).merge(kin, on="related")
    return pd.MultiIndex.from_frame(pd.concat([of_kin[["material", "role"]], reference[["material", "role"]]]))


def outside_the_group(
    claims: pd.DataFrame, members: pd.DataFrame, reference: pd.DataFrame, materials: pd.DataFrame
) -> pd.DataFrame:
    """Members that a document gives a group, and that no part of the whole has in the reference.

    Columns in: claims: document, line, group, of, locator, source, origin
                members, reference: group, member, member_as_printed; materials: id, name_nl, name_en
    Where one member that is missing differs by a single letter, it is the one expected.
    """
    rows = _in_no_part(claims, members, reference)
    missing = _in_no_part(claims, reference, members).groupby(["document", "of"])["member"].agg(tuple)
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


def missing_from_the_group(
    claims: pd.DataFrame, members: pd.DataFrame, reference: pd.DataFrame, materials: pd.DataFrame
) -> pd.DataFrame:
    """Members of a group in the reference that a document which claims to name all leaves out.

    Columns in: as in `outside_the_group`
    """
    rows = _in_no_part(claims, reference, members)
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

    Columns in: recommendations: document, order, committees, locator, source, origin; selected: committees
    """
    chosen = set(selected["committees"].explode())
    named = recommendations.explode("committees").dropna(subset="committees")
    rows = where(named, (not _selected(committee, chosen) for committee in named["committees"]))
    return findings(
        "recommended-not-selected", rows, printed=rows["committees"], certainty=LIKELY, subject=rows["committees"]
    )


def followed_and_not_selected(verdicts: pd.DataFrame, selected: pd.DataFrame) -> pd.DataFrame:
    """Committees that the text recommends, joins or follows, and that the selection leaves out, with all their parts.

    Columns in: verdicts: document, committee, verdict, words_as_printed, ending_as_printed, locator, source, origin
                selected: committees
    A committee that the document says to be ending is not one to select.
    """
    chosen = set(selected["committees"].explode())
    wanted = verdicts[verdicts["verdict"].isin(FOLLOWED) & verdicts["ending_as_printed"].isna()]
    rows = where(wanted, (not _selected(committee, chosen) for committee in wanted["committee"]))
    return findings("followed-not-selected", rows, **_verdict(rows))


def selected_and_not_followed(verdicts: pd.DataFrame, selected: pd.DataFrame) -> pd.DataFrame:
    """Committees of the selection that the text calls peripheral or not needed.

    Columns in: as in `followed_and_not_selected`
    """
    chosen = set(selected["committees"].explode())
    rows = verdicts[verdicts["committee"].isin(chosen) & verdicts["verdict"].isin(PASSED_OVER)]
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


def _selected(committee: str, chosen: set[str]) -> bool:
    return any(other == committee or other.startswith(f"{committee}/") for other in chosen)


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


def _in_no_part(claims: pd.DataFrame, members: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """The claims with those members of their groups that no part of the whole has among the others."""
    named = claims.merge(members[["group", "member", "member_as_printed"]], on="group")
    parts = claims.groupby("of")["group"].agg(set)
    known = {whole: set(others.loc[others["group"].isin(groups), "member"]) for whole, groups in parts.items()}
    return where(
        named, (member not in known[whole] for member, whole in zip(named["member"], named["of"], strict=True))
    )
