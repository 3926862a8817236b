"""An exhibit in, one HTML table out, which reads well in a notebook and to a screen reader."""

from __future__ import annotations

import html
from collections.abc import Sequence

from kritiek.exhibits.plain import Shown, alignment, in_lines

# JupyterLab sets cells to the right, columns equally wide and a caption in the width of its table, and drops a style
# sheet in a notebook that it does not trust. What stands in the tags themselves it keeps; colours are its theme's.
TABLE = "table-layout: auto; margin-left: 0; max-width: 64em"
CAPTION = "text-align: left; font-weight: bold; min-width: 36em; caption-side: top"
CELL = "text-align: {}; vertical-align: top; white-space: pre-wrap"
MARKS = "display: flex; margin: 0.25em 0"
NOTE = "max-width: 64em; white-space: pre-wrap; margin: 0.5em 0"


def html_table(exhibit: Shown, grid: int = 0) -> str:
    """The exhibit with caption, marks, notes and deviations; Dutch text in an English table carries lang="nl".

    With a `grid` the cells of its only column stand that many in a line, as printed, under one heading for them all.
    """
    labels, *rows = exhibit.csv_rows()
    dutch = exhibit.stays_dutch(exhibit.language)
    marks = "".join(
        f'<div style="{MARKS}"><dt>{html.escape(sign)}</dt><dd>{html.escape(meaning)}</dd></div>'
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
