"""An Appendix in one language in, a PDF for everyone and for the archive out: PDF/UA-1 and PDF/A-2a in one file.

What it looks like stands in appendix.typ. The words go there as data, so that no cell of a spreadsheet is ever markup.
"""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

from kritiek.appendix.model import Appendix, Entry, paragraphs, visible
from kritiek.appendix.paper.languages import language_of, pieces
from kritiek.appendix.paper.layout import (
    BREAK,
    CELL_PADDING,
    FONTS,
    SIDEWAYS,
    TURNED_POINTS,
    UPRIGHT,
    WHOLE_ROW_LINES,
    Grid,
    bound,
    grid,
    text_width,
)
from kritiek.appendix.words import WORDS
from sheetcheck.writing.records import replace_file

TEMPLATE = Path(__file__).parent / "appendix.typ"
STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
FAMILIES = ["Carlito", "DejaVu Sans"]
TERMS = (
    *("page", "draft_meaning", "introduction", "list_of_exhibits", "exhibits", "no_rows", "data_of_figure"),
    *("closing", "deviations", "sources", "colophon"),
)
PICTURE_POINTS = 560  # the highest picture that leaves room for its heading
NO_DATE = dt.date(1980, 1, 1)  # as in a zip file without one
ZERO_WIDTH_SPACE = "\u200b"


def write(appendix: Appendix, language: str, out: Path) -> list[Path]:
    """Write <plan>.<language>.pdf into the folder `out`; the same appendix gives the same bytes."""
    content = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=[str(folder) for folder in _font_folders()],
        ignore_system_fonts=True,
        pdf_standards=STANDARDS,
        sys_inputs={"appendix": json.dumps(_given(appendix, language))},
    )
    return [replace_file(out / f"{appendix.plan}.{language}.pdf", content)]


def drawable(text: str) -> str:
    """A text as our fonts can draw it: a letter that neither has is shown as its code, "[U+1F50B]"."""
    known = _letters()
    return "".join(
        letter if letter in "\n\t" or ord(letter) in known else f"[U+{ord(letter):04X}]"
        for letter in bound(visible(text))
    )


def _font_folders() -> tuple[Path, Path]:
    """Our own, and the one that matplotlib brings, which has the letters that ours lacks."""
    # Found without loading it, which takes as long as the whole of the PDF.
    [matplotlib] = find_spec("matplotlib").submodule_search_locations  # type: ignore[union-attr]
    return FONTS, Path(matplotlib) / "mpl-data" / "fonts" / "ttf"


@cache
def _letters() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    ours, other = _font_folders()
    found: set[int] = set()
    for folder, names in ((ours, ("Carlito-Regular", "Carlito-Bold")), (other, ("DejaVuSans", "DejaVuSans-Bold"))):
        found |= set.intersection(*(set(TTFont(folder / f"{name}.ttf", lazy=True).getBestCmap()) for name in names))
    # What has no meaning of its own may not stand in an archived PDF.
    return frozenset(code for code in found if unicodedata.category(chr(code)) not in ("Co", "Cn", "Cs"))


def _given(appendix: Appendix, language: str) -> dict[str, Any]:
    """All that the template shows, in one language."""
    # An archive asks for a day; nothing here reads the clock.
    date = appendix.date or appendix.data_date or NO_DATE
    dated = [line.value[language] for line in appendix.colophon if line.label is WORDS["date"]]
    targets = {entry.name: f"exhibit-{number}" for number, entry in enumerate(appendix.exhibits, start=1)}

    def prose(text: str) -> list[list[dict[str, str]]]:
        return [
            [
                {**_piece(words, language_of(part, language)), **({"target": targets[entry.name]} if entry else {})}
                for words, entry in appendix.referring(part, language)
            ]
            for part in paragraphs(text)
        ]

    return {
        "language": language,
        "fonts": FAMILIES,
        "title": drawable(appendix.title[language]),
        "date": {"year": date.year, "month": date.month, "day": date.day},
        "dated": dated[0] if dated else None,
        "draft": WORDS["draft"][language] if appendix.is_draft else None,
        "faults": [_said(fault[language], language) for fault in appendix.faults],
        "words": {term: WORDS[term][language] for term in TERMS},
        "introduction": prose(appendix.introduction.get(language, "")),
        "closing": prose(appendix.closing.get(language, "")),
        "exhibits": [_exhibit(entry, targets[entry.name], language) for entry in appendix.exhibits],
        "deviations": _deviations(appendix.deviation_rows(language), language),
        "sources": [_source(source.number, source.text[language], source.url, language) for source in appendix.sources],
        "colophon": [
            {"label": _said(line.label[language], language), "value": _said(line.value[language], language)}
            for line in appendix.colophon
        ],
    }


def _exhibit(entry: Entry, target: str, language: str) -> dict[str, Any]:
    rows = entry.exhibit.csv_rows(language)
    layout = None if entry.is_empty else grid(rows)
    has_picture = entry.figure is not None and not entry.is_empty
    picture = entry.pictures(language)[0].decode("utf-8") if has_picture else None
    shown = {
        "target": target,
        "heading": _said(entry.heading(language), language),
        "has_number": bool(entry.number[language]),
        "description": drawable(entry.description(language)),
        "below": [_said(line, language) for line in entry.below(language)],
        "is_sideways": layout is not None and layout.is_sideways,
        "picture": picture,
        "picture_height": _picture_height(picture) if picture else 0,
        "rows": None,
    }
    dutch = [[False] * len(rows[0]), *entry.exhibit.stays_dutch(language)]
    return shown if layout is None else {**shown, **_cells(rows, dutch, layout, language)}


def _deviations(rows: Sequence[Sequence[str]], language: str) -> dict[str, Any] | None:
    """The table of what was printed otherwise than computed."""
    if not rows:
        return None
    layout = grid(rows)
    dutch = [[False] * len(row) for row in rows]
    return {**_cells(rows, dutch, layout, language), "is_sideways": layout.is_sideways}


def _cells(
    rows: Sequence[Sequence[str]], dutch: Sequence[Sequence[bool]], layout: Grid, language: str
) -> dict[str, Any]:
    heads = [TURNED_POINTS if turned else room for turned, room in zip(layout.turned, layout.rooms, strict=True)]
    return {
        "widths": layout.widths,
        "size": layout.size,
        "alignments": layout.alignments,
        "gaps": layout.gaps,
        "turned": layout.turned,
        "turned_height": TURNED_POINTS - 2 * CELL_PADDING,
        "rows": [
            [
                _said(_broken(cell, width, layout.size), language, is_dutch=is_dutch)
                for cell, width, is_dutch in zip(row, layout.rooms if number else heads, marks, strict=True)
            ]
            for number, (row, marks) in enumerate(zip(rows, dutch, strict=True))
        ],
        "whole": [count <= WHOLE_ROW_LINES for count in layout.lines[1:]],
        "room": SIDEWAYS if layout.is_sideways else UPRIGHT,
        "is_short": layout.is_short,
    }


def _picture_height(svg: str) -> float:
    """The height at which the picture fills the width, or the highest that a page has room for."""
    head = svg[svg.index("<svg") :].split(">", 1)[0]
    _, _, width, height = map(float, head.split('viewBox="')[1].split('"')[0].split())
    return min(height * UPRIGHT / width, PICTURE_POINTS)


def _source(number: int, text: str, url: str, language: str) -> dict[str, Any]:
    spoken = language_of(text, language)
    before, shown, after = text.rpartition(url) if url else (text, "", "")
    is_link = url.startswith(("http://", "https://"))
    return {
        "number": f"[{number}]",
        "before": [_piece(before, spoken)],
        "shown": drawable(shown),
        "url": url if is_link else "",
        "after": [_piece(after, spoken)],
    }


def _said(text: str, language: str, *, is_dutch: bool = False) -> list[dict[str, str]]:
    return [_piece(*piece) for piece in pieces(visible(text), language, is_dutch=is_dutch)]


def _piece(text: str, spoken: str) -> dict[str, str]:
    return {"text": drawable(text), "lang": spoken}


def _broken(cell: str, width: float, size: float) -> str:
    """The cell with places to break in what is longer than a line, for typst does not break a word otherwise."""
    usable = width - 2 * CELL_PADDING
    return "".join(
        part if text_width(part.rstrip(), size, is_bold=True) <= usable else _chopped(part, usable, size)
        for part in BREAK.split(bound(cell))
    )


def _chopped(part: str, usable: float, size: float) -> str:
    found, line = [], ""
    for letter in part:
        if line and text_width(line + letter, size, is_bold=True) > usable:
            found.append(line)
            line = ""
        line += letter
    return ZERO_WIDTH_SPACE.join([*found, line])
