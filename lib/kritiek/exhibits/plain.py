"""Cells in, plain text out: each cell as printed, and rows as aligned lines that cut nothing off."""

from __future__ import annotations

import datetime as dt
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


def cell_text(value: Any) -> str:
    """A cell as printed: nothing for a missing value, a list joined by "; ", ISO for a date.

    Raises ExhibitError for a text that is Python's word for a missing value.
    """
    if is_blank(value):
        return ""
    if isinstance(value, (list, tuple)):
        return "; ".join(map(cell_text, value))
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value)
    if text in MISSING_WORDS:
        raise ExhibitError(
            f'a cell says "{text}", which is what Python calls a missing value. Leave the cell empty, or write "-".'
        )
    return text


def json_value(value: Any) -> Any:
    """A cell as JSON holds it: null for a missing value, ISO for a date, a plain number for one of numpy."""
    if isinstance(value, (list, tuple)):
        return [json_value(item) for item in value]
    if is_blank(value):
        return None
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


def _wrap(cell: str) -> list[str]:
    return [part for line in cell.split("\n") for part in (textwrap.wrap(line, PLAIN_CELL_WIDTH) or [""])]


def is_blank(value: Any) -> bool:
    """True for a missing value, whatever pandas or Python calls it."""
    return value is None or (not isinstance(value, (list, tuple)) and pd.isna(value))
