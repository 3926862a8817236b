"""Kritiek: critical raw materials and the standards around them, from source spreadsheets to report tables."""
