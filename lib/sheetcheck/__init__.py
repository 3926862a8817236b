"""Spreadsheets with a schema: every cell read with its address and checked, every fault named with its cell."""
