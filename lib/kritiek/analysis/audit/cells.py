"""Printed cells in; those with a mark that has no partner, or that end unlike the rest of their column, out."""

from __future__ import annotations

import pandas as pd

from kritiek.analysis.audit.finding import TASTE, findings

LAST_WORDS = 5  # of a cell, shown to know its end by
PAIRS = {"(": ")", "[": "]", "“": "”"}
# A single quotation mark is also an apostrophe: it counts where no letter or digit stands before or behind it.
STARTS, ENDS = r"(?<!\w)['‘](?=\w)", r"(?<=\w|\.|\))['’](?!\w)"


def unpaired_marks(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells in which a bracket or quotation mark opens or closes alone.

    Columns in: document, line, cell (as printed), locator, source, origin
    """
    text = cells["cell"].fillna("")
    alone = pd.Series("", index=cells.index)
    for start, end in PAIRS.items():
        uneven = text.str.count(f"\\{start}") != text.str.count(f"\\{end}")
        alone = alone.where(~uneven, f"{start} {end}")
    alone = alone.where(text.str.count('"') % 2 == 0, '" "')
    alone = alone.where(text.str.count(STARTS) == text.str.count(ENDS), "‘ ’")
    rows = cells[alone != ""]
    return findings("unpaired-mark", rows, printed=rows["cell"], subject=rows["cell"], mark=alone[rows.index])


def unlike_endings(cells: pd.DataFrame, *, share: float = 0.75) -> pd.DataFrame:
    """Cells that end otherwise than at least this share of their column: without a full stop where the rest has one.

    Empty cells have no end.
    Columns in: document, column, line, cell (as printed), locator, source, origin
    """
    cells = cells[cells["cell"].notna()]
    stop = cells["cell"].str.rstrip("'").str.endswith(".").astype(bool)
    usual = stop.groupby([cells["document"], cells["column"]]).transform("mean")
    rows = cells[((usual >= share) & ~stop) | ((usual <= 1 - share) & stop)]
    ending = [("audit_ending", "none" if alone else "stop") for alone in stop[rows.index]]
    return findings("cell-ending", rows, printed=rows["cell"].map(_tail), certainty=TASTE, ending=ending)


def _tail(text: str) -> str:
    words = text.split()
    return " ".join(["…"] * (len(words) > LAST_WORDS) + words[-LAST_WORDS:])
