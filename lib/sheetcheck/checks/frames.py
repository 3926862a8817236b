"""Typed columns in, one pandas frame per table out, in the order of the schema and with the origin of every row."""

from __future__ import annotations

import pandas as pd

from sheetcheck.checks.columns import Typed

_DTYPES = {"integer": "Int64", "number": "Float64", "boolean": "boolean"}


def make_frame(typed: Typed) -> pd.DataFrame:
    """The rows of a table.

    Columns out: the fields of the schema in its order, and `origin` ("committees.xlsx › relevance › row 14").
    Missing is <NA> for numbers and booleans, None for texts and dates, an empty tuple for lists; a value with a
    fault that leaves nothing to trust is missing too.
    """
    table = typed.layout.table
    columns: dict[str, pd.Series] = {}
    for entry in table.resource.fields:
        values = list(typed.values[entry.name])
        dtype = _DTYPES.get(entry.type, "object")
        data = pd.array(values, dtype=dtype) if dtype != "object" else values
        columns[entry.name] = pd.Series(data, dtype=dtype)
    columns["origin"] = pd.Series([table.origin(row) for row in typed.layout.records], dtype="object")
    return pd.DataFrame(columns)
