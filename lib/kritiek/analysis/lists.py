"""Lists of raw materials in, the entries of one document's lists out, named in both languages."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kritiek.analysis.options import Vocabulary, capitalised, joined
from kritiek.errors import ExhibitError

VERIFIED = "verified"


def entries(
    lists: pd.DataFrame, list_members: pd.DataFrame, materials: pd.DataFrame, *, document: str, roles: Sequence[str]
) -> pd.DataFrame:
    """What the lists of a document name, in the order of the roles and within each in that of the list.

    Columns in:  lists: id, document, role, language; list_members: list, order, material, name_as_printed, …
                 materials: id, name_nl, name_en, parent
    Columns out: those of list_members, and role, raw_material, raw_material_en, group (what the material belongs to)
    A Dutch list keeps the names that the document gives; the names of one in another language are our Dutch ones.
    Raises ExhibitError when the document has no list of any of these roles.
    """
    of_roles = lists[lists["role"].isin(roles)]
    own = of_roles[of_roles["document"] == document]
    if own.empty:
        raise ExhibitError(
            f"document: {document} has no list with the role {' or '.join(roles)}."
            f" Valid: {', '.join(of_roles['document'].unique()) or 'none'}."
        )
    rows = list_members.merge(own[["id", "role", "language"]], left_on="list", right_on="id").drop(columns="id")
    rows = rows.astype({"role": pd.CategoricalDtype(list(roles), ordered=True)}).sort_values(["role", "order"])
    known = materials.set_index("id")
    dutch, english = (rows["material"].map(known[name]).map(capitalised) for name in ("name_nl", "name_en"))
    return rows.assign(
        raw_material=rows["name_as_printed"].where(rows["language"] == "nl", dutch),
        raw_material_en=english,
        group=rows["material"].map(known["parent"]),
    ).reset_index(drop=True)


def not_verified(rows: pd.DataFrame, words: pd.DataFrame) -> dict[str, dict[str, str]]:
    """The words for {not_verified} below a list: the names that are not verified, with what is said of them.

    Columns in: raw_material, raw_material_en, confidence; words: those of `Vocabulary`
    """
    vocabulary = Vocabulary(words)
    is_one = rows["confidence"].nunique() == 1
    doubtful = rows[rows["confidence"] != VERIFIED].groupby("confidence", sort=False)

    def of(names: pd.Series, language: str) -> str:
        return vocabulary.of("names", "all", language) if is_one else ", ".join(dict.fromkeys(names))

    said = {
        language: [
            f"{of(names, language)} ({vocabulary.of('confidence', confidence, language)})"
            for confidence, names in doubtful[column]
        ]
        for language, column in (("nl", "raw_material"), ("en", "raw_material_en"))
    }
    return {"not_verified": {language: joined(names) for language, names in said.items()}}


def members_of_groups(
    material_members: pd.DataFrame, materials: pd.DataFrame, *, document: str
) -> dict[str, dict[str, str]]:
    """What a document counts in each group, in its order: {"light-rare-earths": {"nl": "La, Ce", "en": "La, Ce"}}.

    Nothing for a group that only other documents enumerate.
    Columns in: material_members: document, group, member, member_as_printed, order; materials: id, name_en
    Dutch is as printed; a printed symbol stays in English, a printed name becomes the English one.
    """
    english = materials.set_index("id")["name_en"]
    own = material_members[material_members["document"] == document].sort_values("order")
    own = own.assign(
        member_en=[
            printed if printed == member else capitalised(english[member])
            for printed, member in zip(own["member_as_printed"], own["member"], strict=True)
        ]
    )
    said = {group: {"nl": "", "en": ""} for group in material_members["group"].unique()}
    return said | {
        group: {"nl": joined(rows["member_as_printed"], ", "), "en": joined(rows["member_en"], ", ")}
        for group, rows in own.groupby("group", sort=False)
    }
