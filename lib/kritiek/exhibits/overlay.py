"""A computed frame and the rows of printed_otherwise in; the frame as the document prints it, and what differs, out.

An overlay row holds as long as what it corrects: when the computed value is no longer the recorded one, or the row or
column is gone, the exhibit is refused with the address of the overlay row.
"""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from kritiek.errors import ExhibitError
from kritiek.exhibits.plain import cell_text, is_blank
from kritiek.exhibits.texts import Texts, Words
from sheetcheck.messages import say
from sheetcheck.nearest import nearest_name

PRINTED_RESOURCE = "printed_otherwise"
KEY = "key"  # the frame column that names a row, whatever its order
WHOLE_ROW = "(row)"  # in `column`: the row stands only in the print, or only in the facts
HEADING = "(heading)"  # in `row`: the label of the column, which stays ours
PRESENT = "present"  # of a whole row: where it stands
ELSEWHERE = "elsewhere"  # of a whole row that stands in both: the print has it at another place
PRINTED, FACTS = "printed", "facts"
ENGLISH = "_en"  # ends the name of the column with the English cells of another
# What a list of deviations shows, and the signs of the sheet that it shows in words.
SHOWN = ("row", "column", "computed", "printed", "reason")
SIGNS = {HEADING: "heading", WHOLE_ROW: "whole-row", PRESENT: "present", ELSEWHERE: "elsewhere", "": "nothing"}


@dataclass(frozen=True)
class Deviation:
    """A cell, row or heading that the document prints otherwise than computed, and why."""

    row: str
    column: str
    computed: str
    printed: str
    reason: Words
    certainty: str
    place: int | None = None  # where a row stands in the print that the facts do not have there, counted from 1
    source: str = ""
    origin: str = ""

    @property
    def is_heading(self) -> bool:
        """True for a label: the exhibit keeps its own, and only the comparison needs to know."""
        return self.row == HEADING

    @property
    def is_added_row(self) -> bool:
        """True for a row that stands only in the print."""
        return self.column == WHOLE_ROW and self.printed == PRESENT

    @property
    def is_moved_row(self) -> bool:
        """True for a row that stands at another place in the print."""
        return self.column == WHOLE_ROW and self.printed == ELSEWHERE


def deviations_of(rows: pd.DataFrame) -> tuple[Deviation, ...]:
    """The rows of the sheet as deviations.

    Columns in: row, column, computed, printed, reason_nl, reason_en, certainty, place, source, origin
    """
    return tuple(
        Deviation(
            row=entry.row,
            column=entry.column,
            computed="" if is_blank(entry.computed) else entry.computed,
            printed="" if is_blank(entry.printed) else entry.printed,
            reason={"nl": entry.reason_nl, "en": entry.reason_en},
            certainty=entry.certainty,
            place=None if is_blank(entry.place) else int(entry.place),
            source=entry.source,
            origin=entry.origin,
        )
        for entry in rows.itertuples()
    )


def printed_rows(
    texts: Texts, frame: pd.DataFrame, overlay: tuple[Deviation, ...], *, reading: str
) -> tuple[pd.DataFrame, tuple[Deviation, ...]]:
    """The frame as printed with the deviations that were applied; the frame itself and none for the facts.

    Columns in:  key (unique, where a cell or row deviates) and those that the overlay names
    Columns out: the same; source and origin of a changed row name the overlay too
    Over the report's own case every overlay row must fit; over another selection those that fit are applied. Raises
    ExhibitError for an unknown reading and, all at once, for overlay rows that do not fit.
    """
    if reading not in (PRINTED, FACTS):
        raise ExhibitError(say("overlay.reading", reading=reading) + nearest_name(reading, (PRINTED, FACTS)))
    if reading == FACTS or not overlay:
        return frame, ()
    keys = _keys(texts, frame, overlay)
    added = {entry.row for entry in overlay if entry.is_added_row}
    faults = [_fault(entry, texts, frame, keys, added) for entry in overlay]
    if not any(faults):
        faults = [_in_place(entry, texts, frame, overlay, added) for entry in overlay]
    if texts.published and any(faults):
        raise ExhibitError("\n".join(filter(None, faults)))
    kept = tuple(
        entry
        for entry, fault in zip(overlay, faults, strict=True)
        if not fault and (texts.published or not (entry.row in added or entry.is_moved_row))
    )
    return _applied(frame, kept, added), kept


def _keys(texts: Texts, frame: pd.DataFrame, overlay: tuple[Deviation, ...]) -> list[str]:
    if all(entry.is_heading for entry in overlay):
        return []
    if KEY not in frame.columns:
        raise ExhibitError(say("overlay.no-key", exhibit=texts.name, key=KEY))
    keys = list(frame[KEY])
    doubles = sorted({str(key) for key in keys if keys.count(key) > 1})
    if doubles:
        raise ExhibitError(say("overlay.same-key", exhibit=texts.name, keys=doubles))
    return keys


def _fault(entry: Deviation, texts: Texts, frame: pd.DataFrame, keys: list[str], added: set[str]) -> str | None:
    """Why an overlay row does not fit what is computed, with what to do; None when it fits."""
    place = _place(entry, texts)
    if entry.computed == entry.printed:
        return say("overlay.same", place=place, printed=entry.printed)
    if entry.is_heading:
        labels = {name: label["nl"] for name, label in texts.columns}
        if entry.column not in labels:
            return say("overlay.no-label", place=place, near=nearest_name(entry.column, labels))
        return _stale(place, labels[entry.column], entry)
    if entry.is_added_row:
        if entry.row in keys:
            return say("overlay.computed-now", place=place)
        if entry.place is None:
            return say("overlay.added-where", place=place)
        return None
    if entry.row not in (added if entry.row in added else keys):
        near = nearest_name(entry.row, list(map(str, keys))) if keys else ""
        return say("overlay.no-row", place=place, near=near)
    if entry.is_moved_row and entry.place is None:
        return say("overlay.moved-where", place=place)
    if entry.column == WHOLE_ROW:
        return _stale(place, PRESENT, entry)
    if entry.column not in frame.columns:
        return say("overlay.no-column", place=place, near=nearest_name(entry.column, frame.columns))
    value = None if entry.row in added else frame[entry.column].iloc[keys.index(entry.row)]
    return _stale(place, cell_text(value), entry)


def _place(entry: Deviation, texts: Texts) -> str:
    return say("overlay.place", origin=entry.origin, exhibit=texts.name, row=entry.row, column=entry.column)


def _in_place(
    entry: Deviation, texts: Texts, frame: pd.DataFrame, overlay: tuple[Deviation, ...], added: set[str]
) -> str | None:
    """Why a row need not be put elsewhere: it stands there of itself, with all the others as printed."""
    if not entry.is_moved_row:
        return None
    others = _applied(frame, tuple(other for other in overlay if other is not entry), added)
    if list(others[KEY]).index(entry.row) + 1 != entry.place:
        return None
    return say("overlay.there-now", place=_place(entry, texts))


def _stale(place: str, found: str, entry: Deviation) -> str | None:
    if found == entry.computed:
        return None
    key = "overlay.gone" if found == entry.printed else "overlay.stale"
    return say(key, place=place, found=found, recorded=entry.computed, printed=entry.printed)


def _applied(frame: pd.DataFrame, overlay: tuple[Deviation, ...], added: set[str]) -> pd.DataFrame:
    records: list[dict[str, Any]] = frame.astype(object).to_dict("records")
    known = {record.get(KEY): record for record in records}
    known |= {entry.row: dict.fromkeys(frame.columns) | {KEY: entry.row} for entry in overlay if entry.row in added}
    # What the print has elsewhere is taken out here, and put in at its place below.
    gone = {entry.row for entry in overlay if entry.column == WHOLE_ROW and not entry.is_added_row}
    for entry in overlay:
        if entry.is_heading:
            continue
        record = known[entry.row]
        if entry.column != WHOLE_ROW:
            record[entry.column] = entry.printed or None
        for column in {"source", "origin"} & set(frame.columns):
            parts = [*(record[column] or "").split("; "), getattr(entry, column)]
            record[column] = "; ".join(dict.fromkeys(filter(None, parts)))
    records = [record for record in records if record.get(KEY) not in gone]
    placed = [entry for entry in overlay if entry.is_added_row or entry.is_moved_row]
    places = {entry.row: entry.place for entry in placed if entry.place}
    for key, number in sorted(places.items(), key=lambda item: item[1]):
        records.insert(number - 1, known[key])
    touched = {entry.column for entry in overlay}
    same = {
        name: kind
        for name, kind in frame.dtypes.items()
        if pd.api.types.is_string_dtype(kind) or not (added or name in touched)
    }
    return pd.DataFrame(records, columns=frame.columns, dtype=object).astype(same)


def listed(texts: Texts, deviations: tuple[Deviation, ...], language: str) -> list[list[str]]:
    """The deviations as rows of text under an exhibit, the first their labels; only the lines that differ of a cell.

    Of a cell that deviates in both languages, the deviation in the language of the exhibit.
    """
    labels = {name: words[language] for name, words in texts.columns}
    rows = [[say(f"overlay.{name}", language) for name in SHOWN]]
    for entry in map(shortened, in_language(deviations, language)):
        cells = (entry.row, labels.get(entry.column, entry.column), entry.computed, entry.printed)
        rows.append([*(in_words(cell, language) for cell in cells), entry.reason[language]])
    return rows


def in_language(deviations: tuple[Deviation, ...], language: str) -> list[Deviation]:
    """The deviations that a reader of that language sees: of a cell with English words, those in its own language."""
    english = {(entry.row, entry.column): entry for entry in deviations if entry.column.endswith(ENGLISH)}
    own = [entry for entry in deviations if not entry.column.endswith(ENGLISH)]
    twins = {(entry.row, entry.column): english.pop((entry.row, entry.column + ENGLISH), entry) for entry in own}
    if language == "nl":
        return own
    shown = [replace(twins[entry.row, entry.column], column=entry.column) for entry in own]
    return shown + [replace(entry, column=entry.column.removesuffix(ENGLISH)) for entry in english.values()]


def in_words(cell: str, language: str) -> str:
    """A cell of the sheet as a reader sees it: its signs for a heading, a row and nothing in words."""
    return say(f"overlay.{SIGNS[cell]}", language) if cell in SIGNS else cell


def shortened(entry: Deviation) -> Deviation:
    """The deviation with only the lines that differ, where computed and printed have as many."""
    ours, theirs = entry.computed.split("\n"), entry.printed.split("\n")
    if len(ours) != len(theirs):
        return entry
    odd = [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]
    return replace(entry, computed="\n".join(pair[0] for pair in odd), printed="\n".join(pair[1] for pair in odd))
