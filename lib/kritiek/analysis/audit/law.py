"""Citations of laws, motions and the national strategy in; what they contradict out."""

from __future__ import annotations

import pandas as pd

from kritiek.analysis.audit.finding import LIKELY, both, findings, letters, one_each, where
from kritiek.analysis.options import joined

# Parliamentary papers of the Dutch lower house: a dossier of five digits, for parts of the budget with Roman
# letters behind it, and the number within the dossier.
PAPER = r"\d{5}(?:-[IVXLC]+)?-\d+"


def subject_of_another_article(citations: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Articles that are cited for a subject which another article of the same law deals with.

    Columns in: citations: document, line, article, subject, title_as_printed, locator, source, origin
                articles: id, document, article, name_nl, name_en, subjects
    """
    law = articles.set_index("id")
    cited = citations[citations["subject"].notna()]
    own = [
        subject in law.at[article, "subjects"]
        for article, subject in zip(cited["article"], cited["subject"], strict=True)
    ]
    rows = one_each(where(cited, (not found for found in own)), ["document", "line", "article", "subject"])
    by_subject = (
        articles.explode("subjects").groupby("subjects")["article"].agg(lambda n: joined(sorted(n.astype(str)), ", "))
    )
    return findings(
        "article-subject",
        rows,
        printed=[
            number if pd.isna(title) else f"{number} ({title})"
            for number, title in zip(
                rows["article"].map(law["article"]).astype(str), rows["title_as_printed"], strict=True
            )
        ],
        expected=rows["subject"].map(by_subject).fillna(""),
        certainty=LIKELY,
        subject=rows["article"],
        title=both(rows["article"].map(law["name_nl"]), rows["article"].map(law["name_en"])),
    )


def several_subjects(citations: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Articles that one document cites for several subjects, of which the article deals with some and not with others.

    Columns in: as in `subject_of_another_article`
    """
    law = articles.set_index("id")
    cited = citations[citations["subject"].notna()]
    own = [
        subject in law.at[article, "subjects"]
        for article, subject in zip(cited["article"], cited["subject"], strict=True)
    ]
    group = cited.assign(own=own).groupby(["document", "article"])["own"]
    mixed = cited[group.transform("any").astype(bool) & ~group.transform("all").astype(bool)]
    rows = one_each(mixed, ["document", "article"])
    titles = mixed.groupby(["document", "article"], sort=False)["title_as_printed"].agg(joined)
    return findings(
        "article-subjects",
        rows,
        printed=rows["article"].map(law["article"]).astype(str),
        subject=rows["article"],
        titles=[titles[key] for key in zip(rows["document"], rows["article"], strict=True)],
        places=rows["locator"],
    )


def number_of_no_paper(motions: pd.DataFrame) -> pd.DataFrame:
    """Motions whose number is not that of a parliamentary paper.

    Columns in: document, members_as_printed, number_as_printed, locator, source, origin
    """
    rows = motions[~motions["number_as_printed"].str.fullmatch(PAPER).astype(bool)]
    return findings("motion-number", rows, printed=rows["number_as_printed"], by=rows["members_as_printed"])


def numbered_otherwise(perspectives: pd.DataFrame) -> pd.DataFrame:
    """Perspectives of the strategy that two documents give another number; which is right says the strategy itself.

    Columns in: document, line, number, perspective, name_as_printed, locator, source, origin
    """
    pairs = perspectives.merge(perspectives, on="perspective", suffixes=("", "_other"))
    rows = pairs[(pairs["document"] > pairs["document_other"]) & (pairs["number"] != pairs["number_other"])]
    return findings(
        "perspective-number",
        rows,
        printed=rows["number"].astype(str) + " " + rows["name_as_printed"],
        certainty=LIKELY,
        number=rows["number_other"].astype(str),
        place=rows["locator_other"],
    )


def named_otherwise(perspectives: pd.DataFrame) -> pd.DataFrame:
    """Perspectives of the strategy that two documents give another name; case and punctuation aside.

    Columns in: as in `numbered_otherwise`
    """
    pairs = perspectives.merge(perspectives, on="perspective", suffixes=("", "_other"))
    pairs = pairs[pairs["document"] > pairs["document_other"]]
    same = pairs["name_as_printed"].map(letters) == pairs["name_as_printed_other"].map(letters)
    rows = pairs[~same]
    return findings(
        "perspective-name",
        rows,
        printed=rows["name_as_printed"],
        expected=rows["name_as_printed_other"],
        certainty=LIKELY,
        place=rows["locator_other"],
    )


def titled_otherwise(key_points: pd.DataFrame, studies: pd.DataFrame) -> pd.DataFrame:
    """Studies that the key points of a note name, and that its annex has under another title, or not at all.

    Columns in: key_points: document, order, title_as_printed, study, locator, source, origin
                studies: id, title_as_printed, locator
    A title that is only shortened passes.
    """
    pairs = key_points.merge(studies, left_on="study", right_on="id", how="left", suffixes=("", "_annex"))
    annex = pairs["title_as_printed_annex"].fillna("")
    shortened = [
        few != "" and set(few.casefold().rstrip(".").split()) <= set(many.casefold().split())
        for few, many in zip(annex, pairs["title_as_printed"], strict=True)
    ]
    rows = where(pairs.assign(annex=annex), (not found for found in shortened))
    return findings(
        "study-title",
        rows,
        printed=rows["title_as_printed"],
        expected=rows["annex"],
        certainty=LIKELY,
        place=rows["locator_annex"].fillna("—"),
    )


def other_materials(key_points: pd.DataFrame, studies: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Studies that the key points of a note tie to other raw materials than its annex does.

    Columns in: key_points: document, order, title_as_printed, study, materials, locator, source, origin
                studies: id, title_as_printed, materials, locator; names: by material
    Studies without raw materials on one side pass.
    """
    pairs = key_points.merge(studies, left_on="study", right_on="id", suffixes=("", "_annex"))
    filled = pairs[pairs["materials_annex"].map(len) > 0]
    rows = where(
        filled,
        (not set(one) <= set(two) for one, two in zip(filled["materials"], filled["materials_annex"], strict=True)),
    )
    return findings(
        "study-materials",
        rows,
        printed=rows["materials"].map(lambda keys: ", ".join(names[list(keys)])),
        expected=rows["materials_annex"].map(lambda keys: ", ".join(names[list(keys)])),
        certainty=LIKELY,
        place=rows["locator_annex"],
    )
