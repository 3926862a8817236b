"""An exhibit or a frame of pandas in, one HTML table out, which reads well in a notebook and to a screen reader."""

import html
import re
import sys
from collections.abc import Sequence

import pandas as pd

from kritiek.exhibits.plain import Shown, alignment, in_lines, is_number

# JupyterLab sets cells to the right, columns equally wide and a caption in the width of its table, and drops a style
# sheet in a notebook that it does not trust. What stands in the tags themselves it keeps; colours are its theme's.
TABLE = "table-layout: auto; margin-left: 0; max-width: 64em"
CAPTION = "text-align: left; font-weight: bold; min-width: 36em; caption-side: top"
CELL = "text-align: {}; vertical-align: top; white-space: pre-wrap"
MARKS = "display: flex; margin: 0.25em 0"
# JupyterLab gives a term a fifth of the page.
MARK, MEANING = "width: auto; min-width: 1.5em; margin: 0", "margin: 0"
NOTE = "max-width: 64em; white-space: pre-wrap; margin: 0.5em 0"
FRAME, FRAME_CELL = "table-layout: auto; margin-left: 0", "text-align: {}; vertical-align: top"
_SHEET = re.compile(r"<style.*?</style>\n?", re.DOTALL)
_ROW = re.compile(r"<tr[^>]*>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[hd])([^>]*)>")


def html_table(exhibit: Shown, grid: int = 0) -> str:
    """The exhibit with caption, marks, notes and deviations; Dutch text in an English table carries lang="nl".

    With a `grid` the cells of its only column stand that many in a line, as printed, under one heading for them all.
    """
    labels, *rows = exhibit.csv_rows()
    dutch = exhibit.stays_dutch(exhibit.language)
    marks = "".join(
        f'<div style="{MARKS}"><dt style="{MARK}">{html.escape(sign)}</dt>'
        f'<dd style="{MEANING}">{html.escape(meaning)}</dd></div>'
        for sign, meaning in exhibit.marked()
    )
    notes = "".join(f'<p style="{NOTE}">{html.escape(note)}</p>' for note in exhibit.noted())
    if grid and len(labels) == 1:
        rows, dutch = in_lines(rows, grid, ""), in_lines(dutch, grid, False)
    table = _table(exhibit, exhibit.name, exhibit.heading(), labels, rows, dutch)
    return table + (f"<dl>{marks}</dl>" if marks else "") + notes + _deviations(exhibit)


def _deviations(exhibit: Shown) -> str:
    labels, *rows = exhibit.deviation_rows()
    if not rows:
        return ""
    # Of these cells computed and printed are text of the document.
    dutch = [[exhibit.language != "nl" and number in (2, 3) for number in range(len(labels))]] * len(rows)
    title = f"{exhibit.heading()}: {exhibit.deviation_title()}"
    return _table(exhibit, f"{exhibit.name}_deviations", title, labels, rows, dutch)


def _table(
    exhibit: Shown,
    name: str,
    caption: str,
    labels: Sequence[str],
    rows: Sequence[Sequence[str]],
    dutch: Sequence[Sequence[bool]],
) -> str:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(labels)
    styles = [CELL.format(alignment(column, exhibit.language)) for column in columns]
    # One heading over several columns is that of every cell below it.
    over = f'colgroup" colspan="{len(columns)}' if len(labels) == 1 < len(columns) else "col"
    head = "".join(
        f'<th scope="{over}" style="{style}">{html.escape(label)}</th>'
        for label, style in zip(labels, styles, strict=False)
    )
    body = "".join(
        f"<tr>{''.join(map(_cell, row, styles, dutch_row))}</tr>\n" for row, dutch_row in zip(rows, dutch, strict=True)
    )
    return (
        f'<table id="{name}" lang="{exhibit.language}" style="{TABLE}">\n'
        f'<caption style="{CAPTION}">{html.escape(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>"
    )


def _cell(text: str, style: str, dutch: bool) -> str:
    tag = ' lang="nl"' if dutch and any(map(str.isalpha, text)) else ""
    return f'<td{tag} style="{style}">{html.escape(text)}</td>'


def show_readable() -> None:
    """Let frames of pandas show themselves as `frame_html` in this notebook; where there is none, nothing."""
    ipython = sys.modules.get("IPython")
    if ipython and (shell := ipython.get_ipython()):
        shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, frame_html)


def frame_html(frame: pd.DataFrame) -> str | None:
    """The frame as pandas shows it, with whole words, words to the left and numbers to the right; None without HTML.

    Of a frame with so many columns that pandas leaves some out, all stand to the left.
    """
    with pd.option_context("display.max_colwidth", None):
        page = frame._repr_html_()
    if page is None:
        return None
    is_whole = frame.shape[1] <= (pd.get_option("display.max_columns") or frame.shape[1])
    filled = [frame.iloc[:, n].dropna() for n in range(frame.shape[1])]
    # A column of numbers, whatever its type.
    numbers = [is_whole and not column.empty and all(map(is_number, column)) for column in filled]
    styles = [FRAME_CELL.format("right" if has_numbers else "left") for has_numbers in numbers]

    def row(found: re.Match[str]) -> str:
        cells = len(_CELL.findall(found[1]))
        # Before the cells of the columns stand those of the index.
        left = iter([FRAME_CELL.format("left")] * (cells - len(styles)) + styles[-cells:])
        styled = _CELL.sub(lambda cell: '<{}{} style="{}">'.format(*cell.groups(), next(left)), found[1])
        return f"<tr>{styled}</tr>"

    page = _ROW.sub(row, _SHEET.sub("", page))
    return page.replace('<table border="1" class="dataframe">', f'<table class="dataframe" style="{FRAME}">')
