"""An exhibit and a folder of printed tables in, a Comparison out: every cell that is not as printed, known or not."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from kritiek.exhibits.overlay import KEY, Deviation
from kritiek.exhibits.tables import Exhibit
from kritiek.exhibits.texts import Words
from kritiek.project import data_folder
from sheetcheck.changes.row_pairs import paired_rows
from sheetcheck.messages import say

PUBLISHED_FOLDER = "published"
HEADING_ROW = 0
# A sentence with more differences than this is not read; all of them stand in the Comparison.
DIFFERENCES_SHOWN = 3
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
WORD = re.compile(r"[^\W\d_]{3}")  # shorter ones are the same in every language: kg, TC, Li
MARK = re.compile(r"[*°†‡§✓●]")

Part = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Difference:
    """One cell that is not as printed; row 0 is the heading, rows and columns count from 1, column 0 is a whole row."""

    row: int
    column: int
    printed: str | None  # None: the print has no such cell
    built: str | None  # None: the exhibit has no such cell
    reason: str | None = None  # why it is known to differ; None: not known
    what: str = ""  # for an exhibit in English: what of the cell was compared
    release: str = ""  # what it is not as in, "" for the print

    @property
    def kind(self) -> str:
        """What differs: a heading, a cell or a row."""
        return "heading" if self.row == HEADING_ROW else "cell" if self.column else "row"

    def told(self, language: str | None = None) -> str:
        """The difference in a few words."""
        words = say(f"compare.{self.kind}", language, row=self.row, column=self.column)
        words += f", {say(f'compare.{self.what}', language)}" if self.what else ""
        printed, built = (_quoted(text, language) for text in (self.printed, self.built))
        key = "compare.difference-from-release" if self.release else "compare.difference"
        return say(key, language, place=words, printed=printed, built=built, release=self.release)

    def __str__(self) -> str:
        return self.told()


@dataclass(frozen=True)
class Frozen:
    """A table of a release that an exhibit is held against, and what the plan says of the places that differ."""

    release: str
    name: str  # in the folder of printed tables, for example release-2026/table_02.nl
    places: int = 0
    reason: Words | None = None
    is_exact: bool = True


@dataclass(frozen=True)
class Comparison:
    """What comparing one exhibit with the print gave, as a sentence and as differences."""

    number: str
    rows: int
    parts: tuple[Part, ...] = ()  # what is as printed, counted: keys of sentences and what stands in them
    differences: tuple[Difference, ...] = ()
    outdated: tuple[Part, ...] = ()  # what is said of differences that there are not
    why_not: str | None = None  # why nothing was compared: a key of a sentence
    has_print: bool = False  # True when there are printed cells of an exhibit of this name
    release: str = ""  # what it should be as in, "" for the print

    @property
    def agrees(self) -> bool:
        """True when nothing differs but what is known to differ, and all of that still does."""
        return not self.outdated and all(difference.reason for difference in self.differences)

    def told(self, language: str | None = None) -> str:
        """How much is as printed, and what differs, in the language in use or the one given."""
        parts = [_said(key, numbers, language) for key, numbers in self.parts]
        if self.why_not:
            return "; ".join([say(f"compare.{self.why_not}", language, release=self.release), *parts])
        wrong = [difference for difference in self.differences if not difference.reason]
        known = len(self.differences) - len(wrong)
        parts += [say("compare.known", language, number=known)] if known else []
        if wrong:
            more = len(wrong) - DIFFERENCES_SHOWN
            shown = [difference.told(language) for difference in wrong[:DIFFERENCES_SHOWN]]
            shown += [say("compare.more", language, number=more)] if more > 0 else []
            kinds = Counter(difference.kind for difference in wrong)
            counted = [say(f"compare.number-{kind}", language, number=number) for kind, number in kinds.items()]
            told = {"counted": counted, "shown": "; ".join(shown), "release": self.release}
            parts.append(say("compare.wrong-in-release" if self.release else "compare.wrong", language, **told))
        return "; ".join(parts + [_said(key, numbers, language) for key, numbers in self.outdated])

    @property
    def verdict(self) -> str:
        """One sentence as it is stored, in English: the number, how much is as printed, and what differs."""
        return f"{self.number}: {self.told('en')}"

    def __repr__(self) -> str:
        lines = [self.verdict]
        for difference in (difference for difference in self.differences if difference.reason):
            lines.append(f"- {difference.told('en')}. {say('compare.reason', 'en', reason=difference.reason)}")
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": repr(self)}


def _said(key: str, numbers: Mapping[str, Any], language: str | None) -> str:
    """What is as printed, in words; of an exhibit in English each kind of thing that was held against the print."""
    kinds = numbers.get("kept", {}).items()
    kept = [
        say("compare.of", language, right=right, total=total, what=say(f"compare.{kind}", language))
        for kind, (right, total) in kinds
    ]
    return say(f"compare.{key}", language, **{**numbers, "kept": kept})


def compare(exhibit: Exhibit, published: str | Path, *, is_printed: bool | None = None) -> Comparison:
    """Compare an exhibit, cell by cell and in order, with the table of that name in the folder of its document.

    Text must be equal to the letter; a blank is not a zero. Rows are held against each other in order, so a swapped
    row shows. A heading may differ where the overlay says so. The print is Dutch: of an exhibit in English the rows
    are held against it by their Dutch text, of its own cells what no language changes: those without English words to
    the letter, in the others marks and numbers.
    `is_printed` says whether the exhibit is the printed case; None leaves that to the exhibit itself.
    """
    published = Path(published)
    file = published / f"{exhibit.print_name}.csv"
    texts, rows, language = exhibit.texts, len(exhibit.frame), exhibit.language
    number = texts.number[language] or texts.caption[language]
    has_print = file.is_file()
    is_printed = exhibit.published if is_printed is None else is_printed
    reasons = {"no-rows": not rows, "other-case": not is_printed, "not-printed": not has_print}
    if why_not := next((reason for reason, holds in reasons.items() if holds), None):
        return Comparison(number, rows, _without_english(exhibit), why_not=why_not, has_print=has_print)
    printed = _laid_out(_read(file), exhibit, is_print=True)
    built = _laid_out(exhibit.csv_rows("nl"), exhibit)
    known = _known(exhibit)
    differences = []
    for difference in _differences(printed, built):
        entry = known.get((difference.row, difference.column))
        if entry and (entry.printed, entry.computed) == (difference.printed or "", difference.built or ""):
            known.pop((difference.row, difference.column))
            difference = replace(difference, reason=entry.reason[language])
        differences.append(difference)
    parts: list[Part]
    if language == "nl":
        # What the print does not have is among the cells, so that right and wrong ones add up.
        cells = sum(map(len, printed[1:])) + sum(entry.printed is None for entry in differences if entry.row)
        wrong = sum(entry.row != HEADING_ROW for entry in differences)
        differing = {(entry.row, entry.column) for entry in differences}
        overlaid = len(_through_overlay(exhibit) - differing)
        counts = {"right": cells - wrong, "cells": cells, "computed": cells - wrong - overlaid, "overlaid": overlaid}
        parts = [("as-printed-through" if overlaid else "as-printed", counts)]
    else:
        # A heading says nothing about an English one, and a grid has names instead of rows.
        differences = [entry for entry in differences if entry.row != HEADING_ROW]
        is_grid = bool(exhibit.grid)
        new = {(entry.row, entry.column) for entry in differences if entry.printed is None}
        total = sum(map(len, printed[1:])) + len(new) if is_grid else max(len(printed), len(built)) - 1
        missed = {(entry.row, entry.column * is_grid) for entry in differences}
        parts = [("names" if is_grid else "rows", {"right": total - len(missed), "total": total})]
        found, odd = _held_to_dutch(exhibit, built)
        differences += odd
        kept = {what: counts for what, counts in found.items() if counts[1]}
        parts += [("kept", {"kept": kept})] if kept else []
        parts += [("words", {})] if "numbers" in found else []
    outdated = tuple(
        ("outdated", {"place": entry.origin, "column": entry.column, "printed": entry.printed})
        for entry in known.values()
    )
    return Comparison(number, rows, tuple(parts), tuple(differences), outdated, has_print=True)


def compare_with_release(exhibit: Exhibit, published: str | Path, frozen: Frozen) -> Comparison:
    """Compare an exhibit with the same table of a release, in its own language; a row that is new or gone counts once.

    What differs is known when the plan gives a reason for as many places; in another language than the plan's first,
    where words may be the same, for at most as many.
    """
    file, release = Path(published) / f"{frozen.name}.csv", frozen.release
    number, rows = exhibit.texts.number[exhibit.language] or exhibit.texts.caption[exhibit.language], len(exhibit.frame)
    if not rows or not file.is_file():
        return Comparison(number, rows, why_not="no-rows" if not rows else "not-in-release", release=release)
    old = _read(file)
    differences = differences_between(old, exhibit.csv_rows(), release)
    new = sum(len(exhibit.columns) if not one.column else 1 for one in differences if one.row and one.printed is None)
    total = sum(map(len, old[1:])) + new
    wrong = sum(len(old[0]) if not one.column else 1 for one in differences if one.row and one.printed is not None)
    is_known = len(differences) == frozen.places if frozen.is_exact else len(differences) <= frozen.places
    if is_known and frozen.reason:
        differences = [replace(one, reason=frozen.reason[exhibit.language]) for one in differences]
    parts: list[Part] = [("as-in-release", {"right": total - wrong - new, "cells": total, "release": release})]
    told = {"places": frozen.places, "number": len(differences)}
    outdated: list[Part] = [("other-places", told)] if frozen.places and not is_known else []
    return Comparison(number, rows, tuple(parts), tuple(differences), tuple(outdated), release=release)


def differences_between(
    old: Sequence[Sequence[str]], new: Sequence[Sequence[str]], release: str = ""
) -> list[Difference]:
    """What becomes of a table, its headings first: each cell that differs, and each row that is new or gone, once."""
    found = list(_in_row(HEADING_ROW, old[0], new[0], release))
    for left, right, row in paired_rows(old[1:], new[1:]):
        if left is None or right is None:
            printed, built = (None if cells is None else " | ".join(cells) for cells in (left, right))
            found.append(Difference(row, 0, printed, built, release=release))
        else:
            found += _in_row(row, left, right, release)
    return found


def _without_english(exhibit: Exhibit) -> tuple[Part, ...]:
    """What an exhibit in English says of its cells that have no English words, with their columns; often nothing."""
    stays = exhibit.stays_dutch(exhibit.language)
    cells = [
        (column.label[exhibit.language], is_dutch and bool(WORD.search(text)))
        for texts, row in zip(exhibit.cells(exhibit.language), stays, strict=True)
        for column, text, is_dutch in zip(exhibit.columns, texts, row, strict=True)
    ]
    found = [label for label, has_dutch in cells if has_dutch]
    told = {"number": len(found), "total": len(cells), "columns": list(dict.fromkeys(found))}
    return (("without-english", told),) if found else ()


def _held_to_dutch(
    exhibit: Exhibit, dutch: Sequence[Sequence[str]]
) -> tuple[dict[str, tuple[int, int]], list[Difference]]:
    """What no language changes in the shown cells: how much is as in the Dutch ones, of how much, and what is not."""
    shown = _laid_out(exhibit.csv_rows(), exhibit)
    is_dutch = _laid_out([[], *exhibit.stays_dutch(exhibit.language)], exhibit)
    counts: dict[str, tuple[int, int]] = {}
    found = []
    for row in range(1, len(dutch)):
        for column, (left, right, same) in enumerate(zip(dutch[row], shown[row], is_dutch[row], strict=True), start=1):
            for what, parts in (WHOLE_CELL if same else PARTS_OF_WORDS).items():
                expected, got = Counter(parts(left)), Counter(parts(right))
                right_before, total = counts.get(what, (0, 0))
                counts[what] = right_before + (expected & got).total(), total + max(expected.total(), got.total())
                if expected != got:
                    found.append(Difference(row, column, _listed(expected), _listed(got), what=what))
    return counts, found


def printed_lines(exhibit: Exhibit, published: str | Path) -> list[list[str]]:
    """The printed table of an exhibit, its headings first, then a line for each of its rows; empty without a print."""
    file = Path(published) / f"{exhibit.print_name}.csv"
    rows = _read(file) if file.is_file() else []
    return [[], *([name] for name in _names(rows))] if rows and exhibit.grid else rows


def compare_with_print(exhibit: Exhibit, data_dir: str | Path) -> Comparison:
    """Compare an exhibit with the printed tables that stand in the data folder."""
    return compare(exhibit, data_folder(data_dir) / PUBLISHED_FOLDER)


def _known(exhibit: Exhibit) -> dict[tuple[int, int], Deviation]:
    """The headings that the print has otherwise, by their place."""
    places = {column.name: number for number, column in enumerate(exhibit.columns, start=1)}
    headings = [entry for entry in exhibit.deviations if entry.is_heading and entry.column in places]
    return {(HEADING_ROW, places[entry.column]): entry for entry in headings}


def _through_overlay(exhibit: Exhibit) -> set[tuple[int, int]]:
    """The places of the cells that are as printed through the overlay."""
    keys = list(exhibit.frame[KEY]) if KEY in exhibit.frame.columns else [None] * len(exhibit.frame)
    added = {entry.row for entry in exhibit.deviations if entry.is_added_row or entry.is_moved_row}
    cells = {(entry.row, entry.column) for entry in exhibit.deviations}
    flags = [[key in added or (key, column.name) in cells for column in exhibit.columns] for key in keys]
    laid_out = enumerate(_laid_out([[], *flags], exhibit))
    return {(row, column) for row, line in laid_out for column, found in enumerate(line, start=1) if found}


def _differences(printed: Sequence[Sequence[str]], built: Sequence[Sequence[str]]) -> list[Difference]:
    pairs = enumerate(zip_longest(printed, built, fillvalue=()))
    return [one for row, (left, right) in pairs for one in _in_row(row, left, right)]


def _in_row(row: int, printed: Sequence[str], built: Sequence[str], release: str = "") -> Iterator[Difference]:
    for column, (left, right) in enumerate(zip_longest(printed, built), start=1):
        if left != right:
            yield Difference(row, column, left, right, release=release)


def _laid_out(rows: Sequence[Sequence[Any]], exhibit: Exhibit, *, is_print: bool = False) -> list[list[Any]]:
    """Rows as they are compared: those of a grid, which has no headings, as lines of its names in reading order."""
    grid = exhibit.grid
    if not grid:
        return [list(row) for row in rows]
    cells = _names(rows) if is_print else [row[0] for row in rows[1:]]
    return [[], *(cells[start : start + grid] for start in range(0, len(cells), grid))]


def _names(rows: Sequence[Sequence[Any]]) -> list[Any]:
    """The names of a printed grid in reading order; its last line may be filled up with blanks."""
    cells = [cell for row in rows[1:] for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _numbers(cell: str) -> list[str]:
    return [number.replace(",", ".") for number in NUMBER.findall(cell)]


def _listed(parts: Counter[str]) -> str | None:
    return " ".join(parts.elements()) or None


def _read(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        # Lines within a cell may end as on Windows, after git or an editor has been there.
        return [[cell.replace("\r\n", "\n") for cell in row] for row in csv.reader(stream) if row]


def _quoted(text: str | None, language: str | None) -> str:
    return say("value.nothing", language) if text is None else f'"{text}"'


# What no language changes, and how to find it in a cell: one without words of its own language, and one with.
WHOLE_CELL = {"wordless": lambda cell: [cell]}
PARTS_OF_WORDS = {"marks": MARK.findall, "numbers": _numbers}
