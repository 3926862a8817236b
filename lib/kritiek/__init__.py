"""Critical raw materials and the standards around them: from source spreadsheets to the tables of a report."""

from pathlib import Path

from sheetcheck.messages import add_catalogue

# What kritiek says stands in its own files, in Dutch and English, and is said as sheetcheck says its sentences.
add_catalogue(Path(__file__).parent / "messages")
