"""Numbers that a document states and the tables that they count in; each number beside its count out.

A basis is the name of a count in the sheet stated_numbers, and column `of` says what it counts: a committee, a list, a
study. Its rule is a small function that gives the rows counted: the count is how many there are, or for shares the
lowest and the highest of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kritiek.analysis.audit.finding import in_language, places
from kritiek.analysis.options import Vocabulary, provenance
from kritiek.errors import ExhibitError
from kritiek.exhibits.days import period_words
from kritiek.exhibits.plain import is_blank

DAYS_A_YEAR = 365.25

Frames = Mapping[str, pd.DataFrame]


def materials_of_a_list(list_members: pd.DataFrame, lists: pd.DataFrame, *, document: str, role: str) -> pd.DataFrame:
    """The raw materials of the list that has this role in a document.

    Columns in: list_members: list, material; lists: id, document, role
    """
    own = lists[(lists["document"] == document) & (lists["role"] == role)]
    return list_members[list_members["list"].isin(own["id"])]


def subcommittees(committee_citations: pd.DataFrame, *, of: str) -> pd.DataFrame:
    """The subcommittees of a committee that a table of the document lists, one row each.

    Columns in: committee, place
    """
    listed = committee_citations[committee_citations["place"] == "table"]
    return listed[listed["committee"].str.startswith(f"{of}/SC ")].drop_duplicates("committee")


def materials_under_control(
    stated_days: pd.DataFrame,
    measure_materials: pd.DataFrame,
    material_members: pd.DataFrame,
    *,
    document: str,
    line: int,
    study: str,
    groups: Sequence[str],
) -> pd.DataFrame:
    """The materials of the announcements that one line names, as far as they are of these groups or named with them.

    Columns in: stated_days: document, line, measure; measure_materials: measure, material
                material_members: document, group, member, as the study divides them
    """
    members = material_members[material_members["group"].isin(groups) & (material_members["document"] == study)]
    said = stated_days[(stated_days["document"] == document) & (stated_days["line"] == line)]
    is_of_them = measure_materials["material"].isin([*members["member"], *groups])
    rows = measure_materials[measure_materials["measure"].isin(said["measure"]) & is_of_them]
    return rows.drop_duplicates("material")


def standards_of(standards: pd.DataFrame, *, committee: str, kind: str = "", topic: str = "") -> pd.DataFrame:
    """The published standards of a committee, of one kind or with one topic.

    Columns in: committee, stage, kind, topics
    """
    rows = standards[(standards["committee"] == committee) & (standards["stage"] == "published")]
    rows = rows[rows["kind"] == kind] if kind else rows
    return rows[[topic in topics for topics in rows["topics"]]] if topic else rows


def actions_of(roadmap_actions: pd.DataFrame, *, product_group: str) -> pd.DataFrame:
    """The actions of a roadmap that have a title.

    Columns in: product_group, title_as_printed
    """
    rows = roadmap_actions[roadmap_actions["product_group"] == product_group]
    return rows[rows["title_as_printed"].notna()]


def shares_of(production_shares: pd.DataFrame, *, material: str, country: str) -> pd.DataFrame:
    """The share of one country in a raw material, in every study; newest year of each.

    Columns in: material, country, source, reference_period, share_percent
    """
    rows = production_shares[(production_shares["material"] == material) & (production_shares["country"] == country)]
    return rows.sort_values("reference_period").drop_duplicates("source", keep="last")


def suspensions_by(suspensions: pd.DataFrame, *, act: str) -> pd.DataFrame:
    """The suspensions by one act, with their length in years to one decimal.

    Columns in:  act, suspended_from, suspended_until
    Columns out: those, years
    """
    rows = suspensions[suspensions["act"] == act]
    length = pd.to_datetime(rows["suspended_until"]) - pd.to_datetime(rows["suspended_from"])
    return rows.assign(years=(length.dt.days / DAYS_A_YEAR).round(1))


def newest_reading(committee_register: pd.DataFrame, *, committee: str) -> pd.DataFrame:
    """The newest reading of the register that knows how many countries take part in a committee, one row.

    Columns in: committee, as_of, p_members
    """
    rows = committee_register[committee_register["committee"] == committee].dropna(subset="p_members")
    return rows.fillna({"as_of": ""}).sort_values("as_of").tail(1)


def perspectives_of(perspectives: pd.DataFrame, *, document: str) -> pd.DataFrame:
    """The perspectives for action that one document names.

    Columns in: document, perspective
    """
    return perspectives[perspectives["document"] == document]


def cases_of(key_point_studies: pd.DataFrame, *, study: str) -> pd.DataFrame:
    """The raw materials that the key points tie to a study, one row each.

    Columns in: study, materials
    """
    return key_point_studies[key_point_studies["study"] == study].explode("materials").dropna(subset="materials")


@dataclass(frozen=True)
class Basis:
    """What a count needs in column `of`, its rows, and for those that are no count the column that gives the value."""

    of: tuple[str, ...]
    rows: Callable[[Frames, Any], pd.DataFrame]  # of the frames and the row of the sheet
    value: str | None = None
    is_open: bool = False  # whether more of the last may follow


BASES: Mapping[str, Basis] = {
    "materials of a list": Basis(
        ("role",),
        lambda f, one: materials_of_a_list(f["list_members"], f["lists"], document=one.document, role=one.of[0]),
    ),
    "subcommittees": Basis(("committee",), lambda f, one: subcommittees(f["committee_citations"], of=one.of[0])),
    "materials under control": Basis(
        ("study", "groups or materials"),
        lambda f, one: materials_under_control(
            f["stated_days"],
            f["measure_materials"],
            f["material_members"],
            document=one.document,
            line=one.line,
            study=one.of[0],
            groups=one.of[1:],
        ),
        is_open=True,
    ),
    "standards on a topic": Basis(
        ("committee", "topic"), lambda f, one: standards_of(f["standards"], committee=one.of[0], topic=one.of[1])
    ),
    "standards of a kind": Basis(
        ("committee", "kind"), lambda f, one: standards_of(f["standards"], committee=one.of[0], kind=one.of[1])
    ),
    "actions of a roadmap": Basis(
        ("product group",), lambda f, one: actions_of(f["roadmap_actions"], product_group=one.of[0])
    ),
    "share of a country": Basis(
        ("material", "country"),
        lambda f, one: shares_of(f["production_shares"], material=one.of[0], country=one.of[1]),
        "share_percent",
    ),
    "years of a suspension": Basis(("act",), lambda f, one: suspensions_by(f["suspensions"], act=one.of[0]), "years"),
    "participating members": Basis(
        ("committee",), lambda f, one: newest_reading(f["committee_register"], committee=one.of[0]), "p_members"
    ),
    "perspectives": Basis((), lambda f, one: perspectives_of(f["perspectives"], document=one.document)),
    "case studies": Basis(("study",), lambda f, one: cases_of(f["key_point_studies"], study=one.of[0])),
}


def beside_their_counts(stated: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Each stated number beside the lowest and highest value that its basis gives; a count has one.

    Columns in:  document, line, number, tolerance, basis, of, locator, source, origin
    Columns out: those, low, high, agrees, places (of the rows counted); source and origin with those of these rows
    A number agrees when it lies no further from them than its tolerance. Raises ExhibitError where `of` does not say
    what the basis needs, and KeyError for an unknown basis.
    """
    counted = [_counted(counted_rows(one, frames), BASES[one.basis].value) for one in stated.itertuples()]
    values = pd.DataFrame(counted, index=stated.index)
    apart = pd.concat([values["low"] - stated["number"], stated["number"] - values["high"]], axis=1).max(axis=1)
    return stated.assign(
        low=values["low"],
        high=values["high"],
        agrees=apart <= stated["tolerance"],
        places=values["places"],
        source=stated["source"] + "; " + values["source"],
        origin=stated["origin"] + "; " + values["origin"],
    )


def counted_rows(one: Any, frames: Frames) -> pd.DataFrame:
    """The rows that one row of stated_numbers counts; raises ExhibitError where its `of` does not say of what."""
    basis = BASES[one.basis]
    if len(one.of) < len(basis.of) or (len(one.of) > len(basis.of) and not basis.is_open):
        needs, said = "; ".join(basis.of) or "nothing", "; ".join(one.of) or "nothing"
        raise ExhibitError(f'{one.origin}: "{one.basis}" needs in column of: {needs}; it says: {said}.')
    return basis.rows(frames, one)


def _counted(rows: pd.DataFrame, value: str | None) -> dict[str, object]:
    low, high = (rows[value].min(), rows[value].max()) if value else (len(rows), len(rows))
    return {"low": float(low), "high": float(high), "places": places(rows["locator"]), **provenance(rows)}


def in_words(beside: pd.DataFrame, words: pd.DataFrame) -> pd.DataFrame:
    """Numbers and days beside what was computed, as an exhibit shows them, in both languages.

    Columns in:  number, low, high (of numbers), day, day_of_measure (of days), words_nl, words_en, agrees, locator,
                 source, origin
    Columns out: place, what, printed, computed, verdict, each with an English twin; source, origin
    """
    of = Vocabulary(words).of
    shown: dict[str, list[str]] = {}
    for language, twin in (("nl", ""), ("en", "_en")):
        rows = list(beside.itertuples())
        shown[f"place{twin}"] = [in_language(row.locator, language) for row in rows]
        shown[f"what{twin}"] = list(beside[f"words_{language}"])
        shown[f"printed{twin}"] = [
            _number(row.number, language) if is_blank(row.day) else period_words(row.day, language) for row in rows
        ]
        shown[f"computed{twin}"] = [
            _range(row.low, row.high, language) if is_blank(row.day) else period_words(row.day_of_measure, language)
            for row in rows
        ]
        shown[f"verdict{twin}"] = [of("agrees", "yes" if row.agrees else "no", language) for row in rows]
    return beside[["source", "origin"]].assign(**shown)


def bounds_in_words(rules: pd.DataFrame, words: pd.DataFrame) -> pd.DataFrame:
    """Rules with their bound as a reader says it: "meer dan 65 % van de wereldproductie".

    Columns in:  rules: comparison, threshold or threshold_of, unit; words: term, value, words_nl, words_en
    Columns out: those of rules, bound and bound_en
    """
    spoken, told = Vocabulary(words), {}
    for language, column in (("nl", "bound"), ("en", "bound_en")):
        told[column] = [
            spoken.of("comparison", row.comparison, language)
            + " "
            + spoken.of("bound_unit", row.unit, language, bound=_bound(row, spoken, language))
            for row in rules.itertuples()
        ]
    return rules.assign(**told)


def _bound(rule: Any, spoken: Vocabulary, language: str) -> str:
    if is_blank(rule.threshold):
        return spoken.of("bound_of", rule.threshold_of, language)
    return _number(rule.threshold, language)


def _number(number: float, language: str) -> str:
    text = f"{number:g}"
    return text.replace(".", ",") if language == "nl" else text


def _range(low: float, high: float, language: str) -> str:
    return _number(low, language) if low == high else f"{_number(low, language)}–{_number(high, language)}"
