"""Rows in, workbooks with drop-downs and help and CSV files out; never over a file that is there."""
