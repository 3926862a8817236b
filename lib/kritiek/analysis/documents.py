"""What the documents say of themselves: sheets in; studies, abbreviations, list of tables and bibliography out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kritiek.analysis.options import joined

CONSULTED = "Geraadpleegd op {day}, van {url}"


def studies(rows: pd.DataFrame, motions: pd.DataFrame) -> pd.DataFrame:
    """The studies of the decision note's annex, with who did them and the motion that asked for them.

    Columns in:  rows: order, title_as_printed, by_as_printed, motion
                 motions: id, members_as_printed, number_as_printed, origin
    Columns out: study, by, motion (members and number as printed), source, origin
    """
    numbered = motions.set_index("id")
    origins = numbered["origin"].to_dict()
    words = {key: joined([row.members_as_printed, row.number_as_printed], " ") for key, row in numbered.iterrows()}
    ordered = rows.sort_values("order").reset_index(drop=True)
    return pd.DataFrame(
        {
            "study": ordered["title_as_printed"],
            "by": ordered["by_as_printed"],
            "motion": [words.get(key, "") for key in ordered["motion"]],
            "source": ordered["source"],
            "origin": [
                joined([origin, origins.get(key)])
                for origin, key in zip(ordered["origin"], ordered["motion"], strict=True)
            ],
        }
    )


def abbreviations(rows: pd.DataFrame) -> pd.DataFrame:
    """The abbreviations with their meaning.

    Columns in:  order, abbreviation, meaning_as_printed, meaning_en
    Columns out: abbreviation, meaning, meaning_en, source, origin
    """
    ordered = rows.sort_values("order").rename(columns={"meaning_as_printed": "meaning"}).reset_index(drop=True)
    english = [own or printed for own, printed in zip(ordered["meaning_en"], ordered["meaning"], strict=True)]
    return ordered.assign(meaning_en=english)[["abbreviation", "meaning", "meaning_en", "source", "origin"]]


def list_of_tables(report_tables: pd.DataFrame, exhibits: pd.DataFrame) -> pd.DataFrame:
    """The report's own list of tables, and whether each title is the caption above the table.

    Columns in:  report_tables: table, title_in_list, page_in_list; exhibits: id, caption_nl, caption_en
    Columns out: number, number_en, title, title_en, page, caption, as_above_table (True or False), source, origin
    """
    ordered = report_tables.sort_values("table").reset_index(drop=True)
    captions = exhibits.set_index("id")["caption_nl"]
    above = [captions[f"table_{number:02}"] for number in ordered["table"]]
    return pd.DataFrame(
        {
            "number": [f"Tabel {number}" for number in ordered["table"]],
            "number_en": [f"Table {number}" for number in ordered["table"]],
            "title": ordered["title_in_list"],
            "page": [str(page) for page in ordered["page_in_list"]],
            "caption": above,
            "as_above_table": [
                title == caption for title, caption in zip(ordered["title_in_list"], above, strict=True)
            ],
            "source": ordered["source"],
            "origin": ordered["origin"],
        }
    )


def differing_titles(tables: pd.DataFrame) -> dict[str, dict[str, str]]:
    """The tables whose title in the list is not the caption above them: {"differing": {"nl": "Tabel 2, …", "en": …}}.

    Columns in: number, number_en, as_above_table
    """
    differing = tables[~tables["as_above_table"]]
    return {
        "differing": {"nl": joined(differing["number"], ", ") or "—", "en": joined(differing["number_en"], ", ") or "—"}
    }


def bibliography(sources: pd.DataFrame) -> pd.DataFrame:
    """The report's bibliography, each reference composed from its parts.

    Columns in:  id, authors, date, title, title_addition, container, publisher, accessed, url, bibliography_order
    Columns out: reference, source (the key of the reference itself), origin
    """
    cited = sources[sources["bibliography_order"].notna()].sort_values("bibliography_order").reset_index(drop=True)
    return pd.DataFrame(
        {
            "reference": [reference(row) for row in cited.itertuples()],
            "source": cited["id"],
            "origin": cited["origin"],
        }
    )


def reference(row: Any, consulted: str = CONSULTED, no_date: str = "z.d.") -> str:
    """A row of the table sources as a bibliography has it; `consulted` holds {day} and {url}, `no_date` is for none.

    A source without an author begins with its title.
    """
    title = joined([row.title, row.title_addition], " ")
    place = consulted.format(day=row.accessed, url=row.url) if row.accessed and row.url else row.url
    date = f"({row.date or no_date})"
    begin = [f"{_with_stop(row.authors)} {date}", title] if row.authors else [f"{_with_stop(title)} {date}"]
    # A publisher that is the author is not said twice.
    others = [part for part in (row.container, row.publisher) if part and not (row.authors or "").startswith(part)]
    return joined([*(_with_stop(part) for part in begin + others), place], " ")


def _with_stop(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
