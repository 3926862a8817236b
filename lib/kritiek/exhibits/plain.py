"""Cells in, plain text out: each cell as printed, and rows as aligned lines that cut nothing off."""

from __future__ import annotations

import datetime as dt
import numbers
import textwrap
from collections.abc import Sequence
from typing import Any

import pandas as pd

from kritiek.errors import ExhibitError

# Width at which a cell is wrapped: three such columns fit a wide terminal.
PLAIN_CELL_WIDTH = 48
# What Python and pandas call a missing value: in a cell it is a fault of an analysis, never a word for a reader.
MISSING_WORDS = ("None", "nan", "NaN", "NaT", "<NA>")


def plain_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of text, the first the labels, as aligned lines; long cells are wrapped, none is cut."""
    wrapped = [[_wrap(cell) for cell in row] for row in rows]
    widths = [max(len(line) for row in wrapped for line in row[index]) for index in range(len(rows[0]))]
    lines = []
    for number, row in enumerate(wrapped):
        for height in range(max(map(len, row))):
            parts = [
                (cell[height] if height < len(cell) else "").ljust(width)
                for cell, width in zip(row, widths, strict=True)
            ]
            lines.append("  ".join(parts).rstrip())
        if number == 0:
            lines.append("  ".join("─" * max(width, 1) for width in widths))
    return lines


def number_text(value: float, language: str, decimals: int | None = None) -> str:
    """A number as the language writes it: 61,6 in Dutch; with so many decimals, or as few as it has."""
    text = str(value) if decimals is None else f"{value:.{decimals}f}"
    return text.replace(".", ",") if language == "nl" else text


def cell_text(value: Any, language: str = "en", decimals: int | None = None) -> str:
    """A cell as printed: nothing for a missing value, a list joined by "; ", ISO for a date, a decimal comma in Dutch.

    Raises ExhibitError for a text that is Python's word for a missing value.
    """
    if is_blank(value):
        return ""
    if isinstance(value, (list, tuple)):
        return "; ".join(cell_text(item, language) for item in value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return number_text(value, language, decimals)
    text = str(value)
    if text in MISSING_WORDS:
        raise ExhibitError(
            f'a cell says "{text}", which is what Python calls a missing value. Leave the cell empty, or write "-".'
        )
    return text


def _wrap(cell: str) -> list[str]:
    return [part for line in cell.split("\n") for part in (textwrap.wrap(line, PLAIN_CELL_WIDTH) or [""])]


def is_number(value: Any) -> bool:
    """True for a number, which is of no language; truth and falsehood are no numbers."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def is_blank(value: Any) -> bool:
    """True for a missing value, whatever pandas or Python calls it."""
    return value is None or (not isinstance(value, (list, tuple)) and pd.isna(value))
