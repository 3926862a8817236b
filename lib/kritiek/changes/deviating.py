"""What is computed, its print and how it was when it was as printed in; every deviation, with its reason, out.

A row of the print has no key. Which row it is says the exhibit of the time when it was as printed, and what is alike.
"""

import itertools
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import partial

from kritiek.errors import ExhibitError, RunError
from kritiek.exhibits.overlay import ELSEWHERE, ENGLISH, HEADING, KEY, PRESENT, WHOLE_ROW, Deviation, printed_rows
from kritiek.exhibits.plain import cell_text
from kritiek.exhibits.tables import Exhibit
from sheetcheck.messages import say

Row = Sequence[str]

# A deviation that the print asks for, and the key that its row had when it was as printed.
Found = tuple[Deviation, str | None]
# How sure a reason is, the surest first.
CERTAINTIES = ("certain", "likely", "not known")
# Two rows whose names are less alike are not one row changed, but one that is gone and one that is new.
ALIKE, SHORTEST = 0.8, 3


@dataclass(frozen=True)
class Wish:
    """Why differences are accepted, in both languages, and how sure that is."""

    reason: str
    reason_en: str = ""
    certainty: str = "likely"

    @property
    def words(self) -> dict[str, str]:
        """The reason in both languages; said in one, it stands for both."""
        return {"nl": self.reason, "en": self.reason_en or self.reason}


@dataclass(frozen=True)
class Entry:
    """A deviation as it is to stand in the sheet, and the one that stands there for it now."""

    deviation: Deviation
    prior: Deviation | None = None

    @property
    def is_changed(self) -> bool:
        """True when the sheet says otherwise now."""
        return self.prior is not None and self.deviation != self.prior


@dataclass(frozen=True)
class Accepted:
    """The deviations of one exhibit as they are to stand in the sheet, those that go, and what stays untranslated."""

    entries: tuple[Entry, ...]
    gone: tuple[Deviation, ...] = ()
    without_english: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when the sheet says already what there is to say."""
        return not self.gone and all(entry.prior and not entry.is_changed for entry in self.entries)


def deviations(
    facts: Exhibit, printed: Sequence[Row], before: Exhibit | None, known: Sequence[Deviation], wish: Wish
) -> Accepted:
    """All deviations of an exhibit: those that are known and still hold, and those that its difference asks for.

    `facts` is the exhibit without any, `printed` its print (headings first), `before` the exhibit when it was as
    printed, as far as that is known. Raises RunError where a difference cannot be recorded.
    """
    names = [column.name for column in facts.columns][: 1 if facts.grid else None]
    if printed[0] and len(printed[0]) != len(names):
        raise RunError(say("accept.columns", exhibit=facts.name, ours=names, theirs=printed[0]))
    earlier = {(entry.row, entry.column): entry for entry in known}
    if before is None or KEY not in before.frame or [column.name for column in before.columns][: len(names)] != names:
        before = _as_known(facts, known)
    entries, untranslated = [], []
    # A grid has no headings.
    labels = [(column.name, column.label["nl"], text) for column, text in zip(facts.columns, printed[0], strict=False)]
    asked = partial(Deviation, reason=wish.words, certainty=wish.certainty)
    headings = [(asked(HEADING, name, ours, theirs), None) for name, ours, theirs in labels if ours != theirs]
    for one in [*headings, *_differences(facts, printed[1:], before, names, earlier, asked)]:
        if isinstance(one, str):
            untranslated.append(one)
            continue
        # The sheet may speak of a difference at the key that its row had, or has.
        new, was = one
        places = ((key, new.column) for key in (was, new.row) if key)
        prior = next((earlier[place] for place in places if place in earlier), None)
        entries.append(Entry(_deviation(new, prior), prior))
    used = {(entry.prior.row, entry.prior.column) for entry in entries if entry.prior}
    gone = tuple(entry for key, entry in earlier.items() if key not in used)
    return Accepted(tuple(entries), gone, tuple(untranslated))


def _deviation(new: Deviation, prior: Deviation | None) -> Deviation:
    """A deviation with its reason: the one it had, with the new one behind it when what differs is another."""
    if prior is None:
        return new
    same = replace(prior, row=new.row, computed=new.computed, printed=new.printed, place=new.place)
    if replace(same, row=prior.row) == prior:
        return same
    reason = {
        language: text if new.reason[language] in text else f"{text} {new.reason[language]}"
        for language, text in prior.reason.items()
    }
    return replace(same, reason=reason, certainty=max(prior.certainty, new.certainty, key=CERTAINTIES.index))


def _differences(
    facts: Exhibit,
    printed: Sequence[Row],
    before: Exhibit,
    names: Sequence[str],
    earlier: Mapping[tuple[str, str], Deviation],
    asked: Callable[..., Deviation],
) -> Iterator[Found | str]:
    """Each cell and row that differs; as text the place of a cell of which nobody knows the English print."""
    cells = [row[: len(names)] for row in facts.cells("nl")]
    if cells == [list(row) for row in printed] and not any(key[0] != HEADING for key in earlier):
        return
    keys = _keys(facts)
    hints = [row[: len(names)] for row in before.cells("nl")]
    hint_of = _matches(hints, printed)
    hint_keys = [str(key) for key in before.frame[KEY]]
    was = [hint_keys[hint_of[number]] if number in hint_of else None for number in range(len(printed))]
    row_of = {number: keys.index(key) for number, key in enumerate(was) if key in keys}
    ours = [row for row in range(len(keys)) if row not in row_of.values()]
    theirs = [number for number in range(len(printed)) if number not in row_of]
    more = _matches([cells[row] for row in ours], [printed[number] for number in theirs])
    row_of |= {theirs[number]: ours[one] for number, one in more.items()}
    in_order = _longest_rise([row_of[number] for number in sorted(row_of)])
    english = {name: f"{name}{ENGLISH}" for name in names if f"{name}{ENGLISH}" in facts.frame}
    taken = {*keys, *filter(None, was)}
    for number, line in enumerate(printed):
        hint = hint_of.get(number)
        if number in row_of:
            row = row_of[number]
            key, values = keys[row], facts.frame.iloc[row]
            if row not in in_order:
                yield asked(key, WHOLE_ROW, PRESENT, ELSEWHERE, place=number + 1), was[number]
        else:
            row, values = None, None
            key = was[number] or _new_key(line[0], taken)
            taken.add(key)
            yield asked(key, WHOLE_ROW, "", PRESENT, place=number + 1), was[number]
        for place, (name, text) in enumerate(zip(names, line, strict=True)):
            computed = "" if values is None else cell_text(values[name])
            differs = text != (cells[row][place] if row is not None else "")
            if differs:
                yield asked(key, name, computed, text), was[number]
            twin = english.get(name)
            if not twin:
                continue
            told = next((earlier[one, twin] for one in (was[number], key) if one and (one, twin) in earlier), None)
            if not (differs or told):
                continue
            known = told.printed if told else None
            if known is None and hint is not None and hints[hint][place] == text and twin in before.frame:
                known = cell_text(before.frame[twin].iloc[hint])
            ours = "" if values is None else cell_text(values[twin])
            if known is None:
                yield f"{key}, {name}"
            elif known != ours:
                yield asked(key, twin, ours, known), was[number]
    for row in sorted(set(range(len(keys))) - set(row_of.values())):
        yield asked(keys[row], WHOLE_ROW, PRESENT, ""), None


def _keys(facts: Exhibit) -> list[str]:
    if KEY not in facts.frame:
        raise RunError(say("accept.no-key", exhibit=facts.name))
    keys = [str(key) for key in facts.frame[KEY]]
    if doubles := sorted({key for key in keys if keys.count(key) > 1}):
        raise RunError(say("accept.double-key", exhibit=facts.name, double=doubles[0]))
    return keys


def _as_known(facts: Exhibit, known: Sequence[Deviation]) -> Exhibit:
    """The exhibit with what the sheet says of its print laid over, whether or not that still holds."""
    if KEY not in facts.frame:
        return facts
    rows = {str(key): row for key, row in zip(facts.frame[KEY], facts.frame.to_dict("records"), strict=True)}
    added = {entry.row for entry in known if entry.is_added_row and entry.row not in rows}
    fitting = []
    for entry in known:
        is_row = entry.column == WHOLE_ROW
        if entry.row in added:
            fitting.append(replace(entry, computed=""))
        elif entry.row in rows and not entry.is_added_row and (is_row or entry.column in rows[entry.row]):
            computed = PRESENT if is_row else cell_text(rows[entry.row][entry.column])
            fitting += [replace(entry, computed=computed)] if computed != entry.printed else []
    try:
        frame, _ = printed_rows(facts.texts, facts.frame, tuple(fitting), reading="printed")
    except ExhibitError:
        return facts
    return replace(facts, frame=frame)


def _matches(left: Sequence[Row], right: Sequence[Row]) -> dict[int, int]:
    """For a row on the right the row on the left that it is: one that is equal, of the same name, or of a like one."""
    found: dict[int, int] = {}
    sameness = (lambda old, new: list(old) == list(new), lambda old, new: old[0] == new[0], _is_alike)
    for is_same in sameness:
        for number, row in enumerate(right):
            if number in found:
                continue
            free = (one for one in range(len(left)) if one not in found.values())
            same = next((one for one in free if is_same(left[one], row)), None)
            if same is not None:
                found[number] = same
    return found


def _is_alike(old: Row, new: Row) -> bool:
    """True for rows whose first cells are nearly the same; "Scandium" and "Vanadium" are not."""
    one, other = sorted((old[0], new[0]), key=len)
    is_part = len(one) >= SHORTEST and other.startswith(one)
    return is_part or SequenceMatcher(None, one, other).ratio() >= ALIKE


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """As many of the numbers as can stay where they are when the others are put elsewhere."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        before[number] = ends[place - 1] if place else None
        ends[place : place + 1] = [number]
    rise, last = set(), ends[-1] if ends else None
    while last is not None:
        rise.add(last)
        last = before[last]
    return rise


def _new_key(text: str, taken: set[str]) -> str:
    """A key for a row that only the print has: what stands in its first cell."""
    stem = " ".join(text.split()) or "row"
    return next(
        name for number in itertools.count(1) if (name := stem if number == 1 else f"{stem} ({number})") not in taken
    )
