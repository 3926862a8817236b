"""An exhibit in, one HTML table out, which reads well in a notebook and to a screen reader."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Protocol

from kritiek.exhibits.overlay import TITLES

# JupyterLab sets cells to the right and a caption in the width of its table: fine for numbers, poor for text.
STYLE = (
    "<style>#{name} caption, #{name} th, #{name} td {{text-align: left; vertical-align: top}}"
    " #{name} caption {{min-width: 36em; font-weight: bold}}</style>"
)


class Shown(Protocol):
    """What a table in HTML needs of an exhibit."""

    name: str
    language: str

    def heading(self) -> str:
        """Number and caption."""

    def csv_rows(self) -> Sequence[Sequence[str]]:
        """The labels, then the rows as printed."""

    def stays_dutch(self, language: str) -> Sequence[Sequence[bool]]:
        """Which cells are Dutch in that language."""

    def below(self) -> Sequence[str]:
        """Marks and notes, a line each."""

    def deviation_rows(self) -> Sequence[Sequence[str]]:
        """The labels, then what is printed otherwise than computed."""


def html_table(exhibit: Shown) -> str:
    """The exhibit with caption, marks, notes and deviations; Dutch text in an English table carries lang="nl"."""
    labels, *rows = exhibit.csv_rows()
    dutch = exhibit.stays_dutch(exhibit.language)
    below = "".join(f"<p>{html.escape(line).replace(chr(10), '<br>')}</p>" for line in exhibit.below())
    return _table(exhibit, exhibit.name, exhibit.heading(), labels, rows, dutch) + below + _deviations(exhibit)


def _deviations(exhibit: Shown) -> str:
    labels, *rows = exhibit.deviation_rows()
    if not rows:
        return ""
    # Of these cells computed and printed are text of the document.
    dutch = [[exhibit.language != "nl" and number in (2, 3) for number in range(len(labels))]] * len(rows)
    title = f"{exhibit.heading()}: {TITLES[exhibit.language]}"
    return _table(exhibit, f"{exhibit.name}_deviations", title, labels, rows, dutch)


def _table(
    exhibit: Shown,
    name: str,
    caption: str,
    labels: Sequence[str],
    rows: Sequence[Sequence[str]],
    dutch: Sequence[Sequence[bool]],
) -> str:
    head = "".join(f'<th scope="col">{html.escape(label)}</th>' for label in labels)
    body = "".join(
        "<tr>" + "".join(map(_cell, row, dutch_row)) + "</tr>\n" for row, dutch_row in zip(rows, dutch, strict=True)
    )
    return (
        f'{STYLE.format(name=name)}\n<table id="{name}" lang="{exhibit.language}">\n'
        f"<caption>{html.escape(caption)}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>"
    )


def _cell(text: str, dutch: bool) -> str:
    tag = ' lang="nl"' if dutch and any(map(str.isalpha, text)) else ""
    return f"<td{tag}>{html.escape(text).replace(chr(10), '<br>')}</td>"
