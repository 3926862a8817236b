"""Bytes of a CSV and the places of its rows in, cells by row and column out, made when they are asked for.

A CSV can hold millions of cells. As the bytes they are in the file they take little more memory than the file.
"""

from __future__ import annotations

import csv
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from sheetcheck.reading.cells import Cell

# Cells that are made once and kept, some 40 MB of them; those of longer tables are made again at each asking.
KEPT_CELLS = 200_000


class Lines(Mapping[int, dict[int, Cell]]):
    """The rows of a CSV by the number of their first line, blank ones left out; cells are made at each asking."""

    def __init__(self, content: bytes, separator: str, missing: frozenset[str]) -> None:
        self.broken: set[int] = set()  # lines whose fields cannot be told apart
        self._content, self._separator, self._missing = content, separator, missing
        self._numbers, self._starts, self._ends = array("L"), array("L"), array("L")
        self._kept: dict[int, dict[int, Cell]] = {}
        self._room = KEPT_CELLS
        self._last: tuple[int, dict[int, Cell]] = (0, {})

    def add(self, number: int, start: int, end: int, fields: Sequence[str]) -> None:
        """Note a row; its numbers must rise."""
        if not self._missing.issuperset(fields):
            self._numbers.append(number)
            self._starts.append(start)
            self._ends.append(end)

    def __getitem__(self, number: int) -> dict[int, Cell]:
        if number == self._last[0]:
            return self._last[1]
        cells = self._kept.get(number)
        if cells is None:
            cells = self._cells(number)
            self._room -= len(cells)
            if self._room >= 0:
                self._kept[number] = cells
        self._last = number, cells
        return cells

    def _cells(self, number: int) -> dict[int, Cell]:
        if number not in self:
            raise KeyError(number)
        place = bisect_left(self._numbers, number)
        text = self._content[self._starts[place] : self._ends[place]].decode()
        if '"' in text and number not in self.broken:
            fields = next(csv.reader([text], delimiter=self._separator))
        else:
            fields = text.split(self._separator)
        missing = self._missing
        return {n: Cell(value, "text", number, n) for n, value in enumerate(fields, 1) if value not in missing}

    def __contains__(self, number: object) -> bool:
        place = bisect_left(self._numbers, number)  # type: ignore[type-var]
        return place < len(self._numbers) and self._numbers[place] == number

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)
