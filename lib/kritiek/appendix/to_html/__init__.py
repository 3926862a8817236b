"""An appendix in one language in; out: a page in one file that opens from the file system, and downloads beside it.

Nothing that it shows comes from elsewhere: style, scripts and pictures stand within, and its policy forbids the rest.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kritiek.appendix import to_csv, to_xlsx
from kritiek.appendix.model import Appendix, Entry, paragraphs, visible
from kritiek.appendix.paper.layout import bound
from kritiek.appendix.references import day_in_words
from kritiek.appendix.words import WORDS, filled
from kritiek.exhibits.days import MONTHS
from kritiek.exhibits.plain import alignment, numbers_in
from kritiek.exhibits.trace import HEADINGS, traces
from sheetcheck.messages import say
from sheetcheck.writing.records import replace_file

HERE = Path(__file__).parent
FOLDER, DOWNLOADS = "html", "downloads"
LOOKS = {"left": "", "right": "right", "center": "center"}  # the class of a cell; most have none
PROSE = 60  # letters on a line from which on a column holds sentences
LONG_WORD = 28  # letters: longer ones are addresses and the like
SHORT = 17  # letters on a line up to which the cells of a column are not broken
PAGE_WORDS = (
    *("contents", "introduction", "closing", "sources", "source", "colophon", "draft", "draft_meaning", "why_draft"),
    *("no_rows", "data_of_figure", "search", "deviations", "place", "computed", "printed", "reason", "verdict"),
    *("skip", "languages", "all", "close", "trace_hint"),
)

DIGITS = re.compile(r"\d+")


def sort_keys(column: Sequence[str], language: str) -> list[str]:
    """By what the cells of a column sort: numbers by value, months by time, "TC 17" before "TC 105", no accents."""
    if numbers := numbers_in(column, language):
        return ["" if number is None else repr(number.value) for number in numbers]
    return [_sort_key(cell, language) for cell in column]


def _sort_key(cell: str, language: str) -> str:
    plain = unicodedata.normalize("NFKD", cell.casefold())
    name, _, year = plain.partition(" ")
    months = [month.casefold() for month in MONTHS[language]]
    if name in months and year.isdigit():
        return f"{year}-{months.index(name) + 1:02}"
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return DIGITS.sub(lambda digits: digits[0].zfill(9), " ".join(letters.split()))


def write(appendix: Appendix, language: str, out: Path) -> list[Path]:
    """Write the page in `language` and the downloads of its exhibits to the folder html; the files written.

    The page of the plan's first language is index.html, that of another en.html or nl.html.
    """
    folder = out / FOLDER
    downloads = {entry.name: _downloads(appendix, entry, language, folder / DOWNLOADS) for entry in appendix.exhibits}
    page = folder / page_name(appendix, language)
    replace_file(page, html(appendix, language, downloads))
    return [page, *(file for files in downloads.values() for file in files)]


def page_name(appendix: Appendix, language: str) -> str:
    """The name of the page in a language."""
    return "index.html" if language == appendix.languages[0] else f"{language}.html"


def html(appendix: Appendix, language: str, downloads: dict[str, list[Path]] | None = None) -> str:
    """The page as text."""
    style, library, script = (_asset(name) for name in ("page.css", "vendor/dataTables.min.js", "page.js"))
    entries = [_entry(entry, language, (downloads or {}).get(entry.name, [])) for entry in appendix.exhibits]
    sources = {source.key: source.number for source in appendix.sources}
    traces = {
        "words": _trace_words(language),
        "exhibits": {entry.name: _traces(entry, language) for entry in appendix.exhibits if not entry.is_empty},
        "sources": sources,
    }
    return _template().render(
        language=language,
        policy=_policy(style, library, script),
        style=Markup(style),
        library=Markup(library),
        script=Markup(script),
        # In a script nothing is escaped; without < and & nothing in it can end the script.
        traces=Markup(_json(traces)),
        words={name: WORDS[name][language] for name in PAGE_WORDS},
        title=visible(appendix.title[language]),
        others=[
            {"file": page_name(appendix, other), "language": other, "name": WORDS["language"][other]}
            for other in appendix.languages
            if other != language
        ],
        is_draft=appendix.is_draft,
        faults=[visible(fault[language]) for fault in appendix.faults],
        date=appendix.date and {"machine": appendix.date.isoformat(), "words": day_in_words(appendix.date)[language]},
        introduction=_prose(appendix, appendix.introduction, language),
        closing=_prose(appendix, appendix.closing, language),
        entries=entries,
        sources=[{"number": source.number, "text": visible(source.text[language])} for source in appendix.sources],
        colophon=[
            {"label": visible(line.label[language]), "value": visible(line.value[language])}
            for line in appendix.colophon
        ],
        dutch=Markup(' lang="nl"') if language != "nl" else "",
        prose=PROSE,
    )


def _entry(entry: Entry, language: str, downloads: Iterable[Path]) -> dict[str, Any]:
    exhibit = entry.exhibit
    labels, *rows = exhibit.csv_rows(language)
    aligned = [alignment(column, language) for column in _columns(rows, len(labels))]
    caption, number = visible(exhibit.texts.caption[language]), visible(entry.number[language])
    name = number or caption
    heading = f"{number} {caption}".strip()
    return {
        "id": entry.name,
        "picture": _picture(entry, language),
        "number": number,
        "caption": caption,
        "name": name,
        "link": filled("link", number=name)[language],
        "labels": [
            {"text": visible(label), "look": LOOKS[align]} for label, align in zip(labels, aligned, strict=True)
        ],
        "rows": _cells(entry, rows, aligned, language),
        "table_caption": f"{WORDS['data_of_figure'][language]}: {heading}" if entry.figure else heading,
        "filters": [{"label": label, "options": options} for label, options, _ in _filters(entry, language)],
        "marks": [{"sign": mark.sign, "meaning": visible(mark.meaning[language])} for mark in exhibit.marks],
        "notes": [bound(visible(note[language])) for note in exhibit.texts.notes],
        "sources": _cited(entry, language),
        "deviations": [
            {
                "place": visible(entry.place(deviation, language)),
                "computed": visible(deviation.computed),
                "printed": visible(deviation.printed),
                "reason": visible(deviation.reason[language]),
            }
            for deviation in entry.deviations(language)
        ],
        "verdict": entry.verdict[language],
        "downloads": [
            {
                "href": f"{DOWNLOADS}/{file.name}",
                "text": filled("download", format={".csv": "CSV", ".xlsx": "Excel"}[file.suffix])[language],
            }
            for file in downloads
        ],
    }


def _cited(entry: Entry, language: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """The sources of an exhibit in short, those of one author together, as `source_line` has them."""
    authors: dict[str, list[dict[str, Any]]] = {}
    for source in entry.sources:
        cited = authors.setdefault(visible(source.who[language]), [])
        cited.append({"year": visible(source.year[language]), "number": source.number})
    return list(authors.items())


def _picture(entry: Entry, language: str) -> dict[str, Any] | None:
    """The picture within the page, with its text alternative and its size; None where there is none."""
    if not entry.figure or entry.is_empty:
        return None
    svg = entry.pictures(language)[0]
    width, height = _size(svg)
    return {
        "source": f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}",
        "alt": visible(entry.exhibit.texts.alt[language]),
        "width": width,
        "height": height,
    }


def _columns(rows: list[list[str]], count: int) -> list[list[str]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(count)]


def _cells(entry: Entry, rows: list[list[str]], aligned: list[str], language: str) -> list[list[dict[str, Any]]]:
    dutch = entry.exhibit.stays_dutch(language)
    columns = _columns(rows, len(aligned))
    longest = [max((len(line) for cell in column for line in cell.split("\n")), default=0) for column in columns]
    usual = ["prose" if length > PROSE else "short" if length <= SHORT else "" for length in longest]
    keys = []
    for column in columns:
        found = sort_keys(column, language)
        # Where the text itself sorts as it should, the page need not say how.
        keys.append([None] * len(column) if found == [cell.casefold() for cell in column] else found)
    return [
        [
            {
                "text": visible(cell),
                "look": LOOKS[align] or ("long" if _longest_word(cell) > LONG_WORD else look),
                "language": "nl" if is_dutch and any(map(str.isalpha, cell)) else None,
                "order": key,
            }
            for cell, align, is_dutch, key, look in zip(
                row, aligned, dutch[place], (column[place] for column in keys), usual, strict=True
            )
        ]
        for place, row in enumerate(rows)
    ]


def _filters(entry: Entry, language: str) -> list[tuple[str, list[str], list[list[str]]]]:
    """By what a reader can choose rows: label, values in order, and the values of each row."""
    known = entry.exhibit.texts.trail
    if not known:
        return []
    found = []
    for one in known.filters:
        rows = [list(map(visible, known.values(row, one, language))) for row in entry.exhibit.frame["origin"]]
        options = list(dict.fromkeys(value for row in rows for value in row))
        ordered = [option for _, option in sorted(zip(sort_keys(options, language), options, strict=True))]
        # With one value, or with another for every row, there is nothing to choose.
        if 1 < len(options) < len(rows):
            found.append((visible(one.label[language]), ordered, rows))
    return found


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)


def _traces(entry: Entry, language: str) -> dict[str, Any]:
    """What the script needs to show the source cells of every cell: each source cell once, and which belong where."""
    exhibit = entry.exhibit.in_language(language)
    known: dict[tuple[str, ...], int] = {}
    rows = [
        [
            {
                "cells": [known.setdefault(_facts(cell), len(known)) for cell in one.cells],
                **({"deviations": list(map(visible, one.deviations))} if one.deviations else {}),
            }
            for one in row
        ]
        for row in traces(exhibit)
    ] or [[{"cells": []}] * len(exhibit.columns)] * len(exhibit.frame)
    rules = exhibit.texts.trail.rules if exhibit.texts.trail else {}
    return {
        "name": visible(entry.number[language] or exhibit.texts.caption[language]),
        "labels": [visible(column.label[language]) for column in exhibit.columns],
        "rules": [visible(rules.get(column.name, {}).get(language, "")) for column in exhibit.columns],
        "cells": list(known),
        "rows": rows,
        "keys": [keys for _, _, keys in _filters(entry, language)],
    }


def _facts(cell: Any) -> tuple[str, ...]:
    return tuple(map(visible, (cell.place, cell.column, cell.text, cell.source, cell.locator, cell.note)))


def _trace_words(language: str) -> dict[str, Any]:
    terms = ("source_cells", "count", "zero")
    return {
        **{name: say(f"trace.{name}", language) for name in ("rule", "none", "row")},
        **{name: WORDS[name][language] for name in terms},
        "headings": [say(f"trace.{name}", language) for name in HEADINGS],
        "sort": {
            "orderable": WORDS["sort"][language],
            "orderableReverse": WORDS["sort_reverse"][language],
            "orderableRemove": WORDS["sort_remove"][language],
        },
    }


def _downloads(appendix: Appendix, entry: Entry, language: str, folder: Path) -> list[Path]:
    if entry.is_empty:
        return []
    return [to_csv.write_table(entry, language, folder), to_xlsx.write_one(appendix, entry, language, folder)]


def _prose(appendix: Appendix, words: Any, language: str) -> list[list[tuple[str, Entry | None]]]:
    """Paragraphs in pieces, those that are the number of an exhibit with that exhibit."""
    parts = [appendix.referring(part, language) for part in paragraphs(visible(words[language]))] if words else []
    return [[(bound(text), entry) for text, entry in part] for part in parts]


def _size(svg: bytes) -> tuple[int, int]:
    """Width and height of a picture in dots, as its viewBox has them in points."""
    box = svg.split(b'viewBox="', 1)[1].split(b'"', 1)[0].split()
    return round(float(box[2]) * 4 / 3), round(float(box[3]) * 4 / 3)


def _policy(*parts: str) -> str:
    """What the page may load: what stands in it, to the letter, and pictures within it; nothing else, from nowhere."""
    style, *scripts = (
        f"'sha256-{base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()}'" for part in parts
    )
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(scripts),
        "style-src": style,
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{rule} {value}" for rule, value in rules.items())


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


@cache
def _asset(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8").strip()


@cache
def _template() -> Any:
    room = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return room.get_template("page.jinja")
