"""Option values as a researcher types them in, checked values out; and rows of several sources put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import pandas as pd

from kritiek.errors import ExhibitError
from sheetcheck.nearest import nearest_name

TICK = "✓"


def one_of(option: str, value: str, valid: Sequence[str]) -> str:
    """The value when it is valid; raises ExhibitError with the nearest valid one when it is not."""
    if value not in valid:
        raise ExhibitError(f'{option}: "{value}" is not known.{nearest_name(str(value), valid)}')
    return value


def day(option: str, value: str) -> dt.date:
    """A date written yyyy-mm-dd; raises ExhibitError for anything else."""
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ExhibitError(f'{option}: "{value}" is no date. Write yyyy-mm-dd, for example 2025-10-09.') from error


def joined(values: Iterable[str | None], separator: str = "; ") -> str:
    """The values that are there, each once and in order, as one text."""
    return separator.join(dict.fromkeys(value for value in values if value))


def provenance(rows: pd.DataFrame) -> dict[str, str]:
    """Where rows that became one row came from.

    Columns in: source, origin
    """
    return {"source": joined(rows["source"]), "origin": joined(rows["origin"])}


def capitalised(name: str) -> str:
    """The name with its first letter as a capital, the rest as it is."""
    return name[:1].upper() + name[1:]
