"""An exhibit and a folder of printed tables in, a Comparison out: every cell that is not as printed, known or not."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kritiek.errors import ExhibitError
from kritiek.exhibits.tables import Exhibit
from kritiek.sources import data_folder

PUBLISHED_FOLDER = "published"
KNOWN_DIFFERENCES = "known_differences.csv"
KNOWN_COLUMNS = ("exhibit", "row", "column", "printed", "built", "reason")
HEADING_ROW = 0
# A sentence with more differences than this is not read; all of them stand in the Comparison.
DIFFERENCES_SHOWN = 3


@dataclass(frozen=True)
class Difference:
    """One cell that is not as printed; row 0 is the heading, rows and columns count from 1."""

    row: int
    column: int
    printed: str | None  # None: the print has no such cell
    built: str | None  # None: the exhibit has no such cell
    reason: str | None = None  # why it is known to differ; None: not known

    def __str__(self) -> str:
        place = f"heading, column {self.column}" if self.row == HEADING_ROW else f"row {self.row}, column {self.column}"
        return f"{place}: printed {_quoted(self.printed)}, built {_quoted(self.built)}"


@dataclass(frozen=True)
class Comparison:
    """What comparing one exhibit with the print gave, as a sentence and as differences."""

    number: str
    rows: int
    cells: int = 0
    differences: tuple[Difference, ...] = ()
    outdated: tuple[str, ...] = ()  # known differences that no longer occur
    why_not: str | None = None  # why nothing was compared

    @property
    def agrees(self) -> bool:
        """True when nothing differs but what is known to differ, and all of that still does."""
        return not self.outdated and all(difference.reason for difference in self.differences)

    @property
    def verdict(self) -> str:
        """One sentence: how many cells are as printed, and what differs."""
        if self.why_not:
            return f"{self.number}: {self.why_not}"
        wrong = [difference for difference in self.differences if not difference.reason]
        cells = sum(entry.row != HEADING_ROW and entry.printed is not None for entry in self.differences)
        parts = [f"{self.number}: {self.cells - cells} of {self.cells} cells as printed"]
        known = len(self.differences) - len(wrong)
        if known:
            parts.append(
                f"{known} {'heading or cell differs' if known == 1 else 'headings or cells differ'} for a known reason"
            )
        if wrong:
            shown = "; ".join(map(str, wrong[:DIFFERENCES_SHOWN]))
            more = f"; and {len(wrong) - DIFFERENCES_SHOWN} more" if len(wrong) > DIFFERENCES_SHOWN else ""
            parts.append(f"{len(wrong)} NOT as printed: {shown}{more}")
        parts += [f"OUTDATED in {KNOWN_DIFFERENCES}: {entry}" for entry in self.outdated]
        return "; ".join(parts)

    def __repr__(self) -> str:
        lines = [self.verdict]
        lines += [f"- {difference}. Known: {difference.reason}" for difference in self.differences if difference.reason]
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/plain": repr(self)}


def compare(exhibit: Exhibit, published: str | Path) -> Comparison:
    """Compare an exhibit, in its Dutch words, cell by cell and in order with the printed table of the same name.

    Text must be equal to the letter; a blank is not a zero. Rows are held against each other in order, so a
    swapped row shows. Raises ExhibitError when known_differences.csv is not as it should be.
    """
    published = Path(published)
    file = published / f"{exhibit.name}.csv"
    number, rows = exhibit.texts.number["nl"] or exhibit.texts.caption["nl"], len(exhibit.frame)
    if not exhibit.published:
        return Comparison(number, rows, why_not="other than the published case, so not compared")
    if not file.is_file():
        return Comparison(number, rows, why_not="not printed as a table, so not compared")
    printed = _read(file)
    built = exhibit.csv_rows("nl")
    grid = getattr(exhibit, "grid", 0)
    if grid:
        # A grid is read row by row and has no headings; its last row may be filled up with blanks.
        cells = [cell for row in printed[1:] for cell in row]
        names = [row[0] for row in built[1:]]
        printed = [[], *_in_grid(_without_trailing_blanks(cells), grid)]
        built = [[], *_in_grid(names, grid)]
    known = {(entry.row, entry.column): entry for entry in known_differences(published, exhibit.name)}
    differences = []
    for difference in _differences(printed, built):
        entry = known.get((difference.row, difference.column))
        if entry and (entry.printed or "", entry.built or "") == (difference.printed or "", difference.built or ""):
            known.pop((difference.row, difference.column))
            difference = replace(difference, reason=entry.reason)
        differences.append(difference)
    outdated = tuple(f"{entry} does not occur any more: remove or update the line" for entry in known.values())
    return Comparison(number, rows, sum(map(len, printed[1:])), tuple(differences), outdated)


def compare_with_print(exhibit: Exhibit, data_dir: str | Path) -> Comparison:
    """Compare an exhibit with the printed tables that stand in the data folder."""
    return compare(exhibit, data_folder(data_dir) / PUBLISHED_FOLDER)


def known_differences(published: Path, exhibit: str) -> list[Difference]:
    """The known differences of one exhibit, each with its reason."""
    file = published / KNOWN_DIFFERENCES
    if not file.is_file():
        return []
    header, *lines = _read(file)
    if tuple(header) != KNOWN_COLUMNS:
        raise ExhibitError(
            f"{file.name}: the columns are {', '.join(header)}; expected are {', '.join(KNOWN_COLUMNS)}."
        )
    entries = []
    for number, line in enumerate(lines, start=2):
        name, row, column, printed, built, reason = line
        if not (row.isdigit() and column.isdigit() and reason.strip()):
            raise ExhibitError(
                f"{file.name}, line {number}: row and column must be whole numbers, and a reason must be given."
            )
        if name == exhibit:
            entries.append(Difference(int(row), int(column), printed, built, reason))
    return entries


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


def _in_grid(cells: Sequence[str], width: int) -> list[list[str]]:
    return [list(cells[start : start + width]) for start in range(0, len(cells), width)]


def _without_trailing_blanks(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _read(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return [row for row in csv.reader(stream) if row]


def _quoted(text: str | None) -> str:
    return "nothing" if text is None else f'"{text}"'
