"""A folder of sources in; validated frames, or every fault of every file at once, each with its cell, out."""

from sheetcheck.checks.folder import Checked, check_folder, check_tables, require_valid

__all__ = ["Checked", "check_folder", "check_tables", "require_valid"]
