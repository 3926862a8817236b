"""An exhibit and a folder of printed tables in, a Comparison out: every cell that is not as printed, known or not."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from kritiek.exhibits.overlay import KEY, Deviation
from kritiek.exhibits.tables import Exhibit
from kritiek.exhibits.texts import Words
from kritiek.project import data_folder
from sheetcheck.changes.row_pairs import paired_rows

PUBLISHED_FOLDER = "published"
HEADING_ROW = 0
# A sentence with more differences than this is not read; all of them stand in the Comparison.
DIFFERENCES_SHOWN = 3
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
WORD = re.compile(r"[^\W\d_]{3}")  # shorter ones are the same in every language: kg, TC, Li
MARK = re.compile(r"[*°†‡§✓●]")


@dataclass(frozen=True)
class Difference:
    """One cell that is not as printed; row 0 is the heading, rows and columns count from 1, column 0 is a whole row."""

    row: int
    column: int
    printed: str | None  # None: the print has no such cell
    built: str | None  # None: the exhibit has no such cell
    reason: str | None = None  # why it is known to differ; None: not known
    what: str = ""  # for an exhibit in English: what of the cell was compared
    there: str = "printed"  # where the other cell stands

    def __str__(self) -> str:
        place = "heading" if self.row == HEADING_ROW else f"row {self.row}"
        place += f", column {self.column}" if self.column else ""
        place += f", {self.what}" if self.what else ""
        return f"{place}: {self.there} {_quoted(self.printed)}, built {_quoted(self.built)}"


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
    parts: tuple[str, ...] = ()  # what is as printed, counted
    differences: tuple[Difference, ...] = ()
    outdated: tuple[str, ...] = ()  # headings of the overlay that are not printed so
    why_not: str | None = None  # why nothing was compared
    has_print: bool = False  # True when there are printed cells of an exhibit of this name
    like: str = "as printed"  # what it should be

    @property
    def agrees(self) -> bool:
        """True when nothing differs but what is known to differ, and all of that still does."""
        return not self.outdated and all(difference.reason for difference in self.differences)

    @property
    def verdict(self) -> str:
        """One sentence: how much is as printed, and what differs."""
        if self.why_not:
            return f"{self.number}: {'; '.join([self.why_not, *self.parts])}"
        wrong = [difference for difference in self.differences if not difference.reason]
        parts = [f"{self.number}: {'; '.join(self.parts)}"]
        known = len(self.differences) - len(wrong)
        if known:
            parts.append(
                f"{known} {'heading or cell differs' if known == 1 else 'headings or cells differ'} for a known reason"
            )
        if wrong:
            shown = "; ".join(map(str, wrong[:DIFFERENCES_SHOWN]))
            more = f"; and {len(wrong) - DIFFERENCES_SHOWN} more" if len(wrong) > DIFFERENCES_SHOWN else ""
            parts.append(f"{len(wrong)} NOT {self.like}: {shown}{more}")
        parts += [f"OUTDATED: {entry}" for entry in self.outdated]
        return "; ".join(parts)

    def __repr__(self) -> str:
        lines = [self.verdict]
        lines += [f"- {difference}. Known: {difference.reason}" for difference in self.differences if difference.reason]
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": repr(self)}


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
    why_not = (
        "no rows"
        if not rows
        else "other than the published case, so not compared"
        if not (exhibit.published if is_printed is None else is_printed)
        else "not printed as a table, so not compared"
        if not has_print
        else None
    )
    if why_not:
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
    outdated = tuple(
        f'{entry.origin}: the heading of column {entry.column} is not printed as "{entry.printed}": correct the row'
        for entry in known.values()
    )
    if language == "nl":
        cells = sum(map(len, printed[1:]))
        wrong = sum(entry.row != HEADING_ROW and entry.printed is not None for entry in differences)
        differing = {(entry.row, entry.column) for entry in differences}
        overlaid = len(_through_overlay(exhibit) - differing)
        how = f" ({cells - wrong - overlaid} by computation, {overlaid} through the overlay)" if overlaid else ""
        parts = [f"{cells - wrong} of {cells} cells as printed{how}"]
    else:
        # A heading says nothing about an English one, and a grid has names instead of rows.
        differences = [entry for entry in differences if entry.row != HEADING_ROW]
        is_grid = bool(getattr(exhibit, "grid", 0))
        total = sum(map(len, printed[1:])) if is_grid else len(printed) - 1
        missed = {(entry.row, entry.column * is_grid) for entry in differences if entry.row < len(printed)}
        parts = [f"{total - len(missed)} of {total} {'names' if is_grid else 'rows'} are those of the print"]
        counts, odd = _held_to_dutch(exhibit, built)
        differences += odd
        found = [f"{right} of {whole} {what}" for what, (right, whole) in counts.items() if whole]
        parts += [", ".join(found) + " as printed"] if found else []
        parts += ["English words not compared"] if "numbers" in counts else []
    return Comparison(number, rows, tuple(parts), tuple(differences), outdated, has_print=True)


def compare_with_release(exhibit: Exhibit, published: str | Path, frozen: Frozen) -> Comparison:
    """Compare an exhibit with the same table of a release, in its own language; a row that is new or gone counts once.

    What differs is known when the plan gives a reason for as many places; in another language than the plan's first,
    where words may be the same, for at most as many.
    """
    file = Path(published) / f"{frozen.name}.csv"
    number, rows = exhibit.texts.number[exhibit.language] or exhibit.texts.caption[exhibit.language], len(exhibit.frame)
    if not rows or not file.is_file():
        return Comparison(number, rows, why_not="no rows" if not rows else f"not in {frozen.release}, so not compared")
    old, new = _read(file), exhibit.csv_rows()
    pairs = [(old[0], new[0], HEADING_ROW), *paired_rows(old[1:], new[1:])]
    differences = [one for pair in pairs for one in _in_release(*pair, there=f"in {frozen.release}")]
    total = sum(map(len, old[1:]))
    lost = sum(len(left) for left, right, _ in pairs if left is not None and right is None)
    changed = sum(bool(one.row and one.column and one.printed is not None) for one in differences)
    is_known = frozen.places == len(differences) or (not frozen.is_exact and frozen.places > len(differences))
    if is_known and frozen.reason:
        differences = [replace(one, reason=frozen.reason[exhibit.language]) for one in differences]
    told = f"the plan gives a reason for {frozen.places}, and {len(differences)} differ: correct its differs"
    parts = (f"{total - changed - lost} of {total} cells as in {frozen.release}",)
    outdated = (told,) if frozen.places and not is_known else ()
    return Comparison(number, rows, parts, tuple(differences), outdated, like=f"as in {frozen.release}")


def _in_release(old: Sequence[str] | None, new: Sequence[str] | None, row: int, *, there: str) -> Iterator[Difference]:
    if old is None or new is None:
        yield Difference(row, 0, old and " | ".join(old), new and " | ".join(new), there=there)
        return
    for column, (left, right) in enumerate(zip_longest(old, new), start=1):
        if left != right:
            yield Difference(row, column, left, right, there=there)


def _without_english(exhibit: Exhibit) -> tuple[str, ...]:
    """What an exhibit in English says of its cells that have no English words, with their columns; often nothing."""
    stays = exhibit.stays_dutch(exhibit.language)
    cells = [
        (column.label[exhibit.language], is_dutch and bool(WORD.search(text)))
        for texts, row in zip(exhibit.cells(exhibit.language), stays, strict=True)
        for column, text, is_dutch in zip(exhibit.columns, texts, row, strict=True)
    ]
    found = [label for label, has_dutch in cells if has_dutch]
    labels = ", ".join(dict.fromkeys(found))
    return (f"{len(found)} of {len(cells)} cells without English words ({labels})",) if found else ()


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
                counts[what] = right_before + (expected & got).total(), total + expected.total()
                if expected != got:
                    found.append(Difference(row, column, _listed(expected), _listed(got), what=what))
    return counts, found


def printed_lines(exhibit: Exhibit, published: str | Path) -> list[list[str]]:
    """The printed table of an exhibit, its headings first, then a line for each of its rows; empty without a print."""
    file = Path(published) / f"{exhibit.print_name}.csv"
    rows = _read(file) if file.is_file() else []
    return [[], *([name] for name in _names(rows))] if rows and getattr(exhibit, "grid", 0) else rows


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
    found = []
    for row in range(max(len(printed), len(built))):
        print_row = printed[row] if row < len(printed) else []
        built_row = built[row] if row < len(built) else []
        for column in range(max(len(print_row), len(built_row))):
            left = print_row[column] if column < len(print_row) else None
            right = built_row[column] if column < len(built_row) else None
            if left != right:
                found.append(Difference(row, column + 1, left, right))
    return found


def _laid_out(rows: Sequence[Sequence[Any]], exhibit: Exhibit, *, is_print: bool = False) -> list[list[Any]]:
    """Rows as they are compared: those of a grid, which has no headings, as lines of its names in reading order."""
    grid = getattr(exhibit, "grid", 0)
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
        return [row for row in csv.reader(stream) if row]


def _quoted(text: str | None) -> str:
    return "nothing" if text is None else f'"{text}"'


# What no language changes, and how to find it in a cell: one without words of its own language, and one with.
WHOLE_CELL = {"cells without English words": lambda cell: [cell]}
PARTS_OF_WORDS = {"marks": MARK.findall, "numbers": _numbers}
