"""An appendix in one language in; out: a CSV file for each exhibit, with a datapackage.json that describes them.

Plain CSV is UTF-8 with commas, for programs. The form for Excel has a byte order mark and, as Dutch Excel wants by its
settings, semicolons; a cell that Excel would take for a formula stands behind an apostrophe.
"""

from __future__ import annotations

import re
from pathlib import Path

from kritiek.appendix.model import Appendix, Entry, visible
from kritiek.build.tables_folder import csv_of, described, write_package
from kritiek.exhibits.plain import number_in
from sheetcheck.writing.records import replace_file

FOLDER, EXCEL_FOLDER = "csv", "csv-excel"
BYTE_ORDER_MARK = "\ufeff"
# What makes Excel read a cell as a formula, or a program that it would start.
FORMULA = re.compile(r"[ \t\n]*[=+\-@\t\r|%]")


def write(appendix: Appendix, language: str, out: Path, *, is_for_excel: bool = False) -> list[Path]:
    """Write the exhibits in `language` to the folder csv, or in the form for Excel to csv-excel; the files written."""
    folder = out / (EXCEL_FOLDER if is_for_excel else FOLDER)
    entries = [entry for entry in appendix.exhibits if not entry.is_empty]
    if is_for_excel:
        return [write_table(entry, language, folder, is_for_excel=True) for entry in entries]
    files = [write_table(entry, language, folder) for entry in entries]
    resources = [
        described(
            entry.exhibit.in_language(language),
            entry.name,
            verdict=entry.verdict[language],
            content=csv_text(entry, language),
        )
        for entry in entries
    ]
    return [*files, write_package(folder, appendix.plan, resources)]


def write_table(entry: Entry, language: str, folder: Path, *, is_for_excel: bool = False) -> Path:
    """Write one exhibit, for example table_01.nl.csv."""
    return replace_file(folder / f"{entry.name}.{language}.csv", csv_text(entry, language, is_for_excel=is_for_excel))


def csv_text(entry: Entry, language: str, *, is_for_excel: bool = False) -> str:
    """The labels, then the rows as the exhibit shows them."""
    rows = [[visible(cell) for cell in row] for row in entry.exhibit.csv_rows(language)]
    if not is_for_excel:
        return csv_of(rows)
    # Lines end as Windows has them; a line break within a cell stays one.
    return BYTE_ORDER_MARK + csv_of([[_guarded(cell, language) for cell in row] for row in rows], ";", "\r\n")


def _guarded(cell: str, language: str) -> str:
    """The cell, behind an apostrophe where Excel would run it; a negative number is a number."""
    return f"'{cell}" if FORMULA.match(cell) and not number_in(cell, language) else cell
