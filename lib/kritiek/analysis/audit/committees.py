"""Citations of committees in; committees under several titles, designations or kinds, and out of place, out."""

from __future__ import annotations

import re

import pandas as pd

from kritiek.analysis.audit.finding import CERTAIN, LIKELY, TASTE, findings, letters, one_each, periods, places, where
from kritiek.analysis.options import joined

KIND = re.compile(r"\b(JTC|TC|SC|PC|SR|WG)\b")


def several_titles(citations: pd.DataFrame, official: pd.Series) -> pd.DataFrame:
    """Committees that a document gives several titles: each that is not the official one, or the most usual one.

    Columns in: document, line, committee, title_as_printed, locator, source, origin; official: title by committee
    A title is expected only where the document itself prints the official one somewhere: one that it uses throughout
    may be newer than the register. Of taste are titles with the same letters, and those that are shortened.
    """
    titled = citations[citations["title_as_printed"].notna()]
    titled = titled.assign(known=titled["committee"].map(official))
    is_official = titled["title_as_printed"] == titled["known"]
    known = set(titled.loc[is_official, "committee"])
    count = titled.groupby(["committee", "title_as_printed"])["line"].agg(["size", "min"]).reset_index()
    count = count.sort_values(["size", "min"], ascending=[False, True]).drop_duplicates("committee")
    usual = titled["committee"].map(count.set_index("committee")["title_as_printed"])
    expected = titled["known"].where(titled["committee"].isin(known), "")
    named = titled.assign(expected=expected, other=titled["known"].where(expected != "", usual))
    rows = one_each(named[named["title_as_printed"] != named["other"]], ["document", "committee", "title_as_printed"])
    pairs = list(zip(rows["title_as_printed"], rows["other"], strict=True))
    stands = titled.groupby(["document", "committee", "title_as_printed"])["locator"].agg(places)
    return findings(
        "committee-title",
        rows,
        printed=rows["designation_as_printed"] + " " + rows["title_as_printed"],
        expected=rows["expected"],
        certainty=[TASTE if _shortened(one, other) or _shortened(other, one) else CERTAIN for one, other in pairs],
        subject=rows["title_as_printed"],
        other=rows["other"],
        elsewhere=[stands[key] for key in zip(rows["document"], rows["committee"], rows["other"], strict=True)],
    )


def _shortened(one: str, other: str) -> bool:
    """Whether the words of one are a run of the words of the other, whatever their case and punctuation."""
    few, many = (" ".join(filter(None, map(letters, re.split(r"[\s–-]+", text)))) for text in (one, other))
    return f" {few} " in f" {many} "


def designated_in_several_ways(citations: pd.DataFrame) -> pd.DataFrame:
    """Each way of writing the numbers of one body's committees that is not the most frequent one (IEC TC, IEC/TC).

    Columns in: document, line, committee, designation_as_printed, locator, source, origin
    """
    body = citations["committee"].map(_style)
    style = citations["designation_as_printed"].map(_style)
    full = citations.assign(body=body, style=style)
    full = where(full, (letters(one) == letters(two) for one, two in zip(body, style, strict=True)))
    usual = full.groupby("body")["style"].agg(lambda styles: styles.value_counts().index[0])
    rows = one_each(full[full["style"] != full["body"].map(usual)], ["document", "body", "style"])
    return findings(
        "committee-designation",
        rows,
        printed=rows["designation_as_printed"],
        expected=[
            usual[body] + designation.removeprefix(style)
            for body, style, designation in zip(
                rows["body"], rows["style"], rows["designation_as_printed"], strict=True
            )
        ],
        certainty=TASTE,
    )


def of_another_kind(citations: pd.DataFrame) -> pd.DataFrame:
    """Committees that are printed as another kind than they are: a subcommittee as a technical committee.

    Columns in: document, line, committee (whose key says the kind), designation_as_printed, locator, source, origin
    """
    kind, printed = citations["committee"].map(_kind), citations["designation_as_printed"].map(_kind)
    rows = citations[(kind != printed) & (kind != "") & (printed != "")]
    return findings("committee-kind", rows, printed=rows["designation_as_printed"], expected=rows["committee"])


def heading_without_body(headings: pd.DataFrame, citations: pd.DataFrame, bodies: pd.Series) -> pd.DataFrame:
    """Column headings that leave out a standards body whose committees stand below them.

    Columns in: headings: document, line, table, heading_as_printed, bodies, last_line, locator, source, origin
                citations: document, line, committee, place; bodies: standards body by committee
    """
    listed = citations[citations["place"] == "table"].assign(body=citations["committee"].map(bodies))
    pairs = headings.merge(listed[["document", "line", "body"]], on="document", suffixes=("", "_of_committee"))
    below = pairs["line_of_committee"].between(pairs["line"], pairs["last_line"])
    outside = [body not in named for body, named in zip(pairs["body"], pairs["bodies"], strict=True)]
    found = pairs[below & pd.Series(outside, index=pairs.index)]
    left_out = found.groupby(["document", "line", "order"])["body"].agg(lambda names: joined(sorted(names), ", "))
    present = pairs[below].groupby(["document", "line", "order"])["body"].agg(lambda names: joined(sorted(names), "/"))
    rows = headings.set_index(["document", "line", "order"], drop=False).loc[left_out.index]
    return findings(
        "heading-bodies",
        rows,
        printed="Tabel " + rows["table"].astype(str) + ": " + rows["heading_as_printed"],
        expected=present[left_out.index],
        bodies=left_out,
    )


def outside_the_table_of_its_group(citations: pd.DataFrame) -> pd.DataFrame:
    """Committees that only the section of one group discusses, and that the group's table does not list.

    Columns in: document, line, committee, place, group, locator, source, origin
    A committee counts as listed when its parent or one of its parts is.
    """
    grouped = citations[citations["group"].notna()]
    elsewhere = set(citations.loc[citations["group"].isna(), "committee"])
    table = grouped[grouped["place"] == "table"].groupby("group")["committee"].agg(tuple)
    text = grouped[(grouped["place"] == "text") & grouped["group"].isin(table.index)]
    alone = [
        committee not in elsewhere and not any(_related(committee, other) for other in table[group])
        for committee, group in zip(text["committee"], text["group"], strict=True)
    ]
    rows = one_each(where(text, alone), ["document", "committee", "group"])
    return findings(
        "committee-not-in-table",
        rows,
        printed=rows["designation_as_printed"],
        subject=rows["committee"],
        listed=[joined(table[group], ", ") for group in rows["group"]],
        places=rows["locator"],
    )


def led_by_another_country(claims: pd.DataFrame, register: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Committees that a document says are led by a country which neither chairs them nor keeps their secretariat.

    Columns in: claims: document, line, committee, country, words_as_printed, locator, source, origin
                register: committee, as_of, secretariat_country, chair_country, source (one row for each reading)
                names: of countries, by key
    Of the readings that are not the document's own the newest with a country counts; without one the claim passes. A
    chair and a secretariat may be of two countries: likely.
    """
    known = register[register["secretariat_country"].notna() | register["chair_country"].notna()]
    known = known[~known["source"].isin(claims["document"])].fillna({"as_of": ""}).sort_values("as_of")
    known = known.drop_duplicates("committee", keep="last")[
        ["committee", "as_of", "secretariat_country", "chair_country"]
    ]
    beside = claims.merge(known, on="committee")
    led = zip(beside["country"], beside["secretariat_country"], beside["chair_country"], strict=True)
    rows = where(beside, (country not in others for country, *others in led))
    return findings(
        "committee-leader",
        rows,
        printed=rows["committee"] + ": " + rows["words_as_printed"],
        expected=rows["chair_country"].fillna(rows["secretariat_country"]).map(names),
        certainty=LIKELY,
        as_of=periods(rows["as_of"]),
        office=[("audit_office", "chair" if known else "secretariat") for known in rows["chair_country"].notna()],
    )


def _related(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def _style(designation: str) -> str:
    return re.sub(r"\s*\d.*", "", designation)


def _kind(designation: str) -> str:
    found = KIND.findall(designation)
    return found[-1] if found else ""
