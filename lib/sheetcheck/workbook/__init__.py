"""Schema and rows in, Excel workbooks out, made so that a person can edit them in Excel or LibreOffice without fear."""

from sheetcheck.workbook.writer import write_workbook

__all__ = ["write_workbook"]
