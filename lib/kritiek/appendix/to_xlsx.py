"""An appendix in one language in; out: a workbook with a sheet for each exhibit, contents, notes and sources.

Text stays text, whatever it looks like; numbers, days and percentages are real ones, shown as the exhibit shows them. A
note on each cell names its source cells. The same appendix always gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from kritiek.appendix.model import Appendix, Entry, paragraphs, visible
from kritiek.appendix.paper.layout import widths_within
from kritiek.appendix.references import day_in_words
from kritiek.appendix.words import WORDS
from kritiek.errors import RunError
from kritiek.exhibits.plain import NOTHING, Number, alignment, numbers_in
from kritiek.exhibits.trace import Trace, traces
from sheetcheck.messages import say
from sheetcheck.writing.records import longest, replace_file
from sheetcheck.writing.styles import LINE_HEIGHT, Styles, line_count

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
A4 = 9
MARGINS = {"left": 0.6, "right": 0.6, "top": 0.75, "bottom": 0.75}
NARROWEST, WIDEST, WIDEST_TEXT, UPRIGHT_WIDTH = 8, 60, 110, 95  # in characters
WIDEST_SHEET = 190  # in characters: on paper a wider one has letters of under 8 points
LETTER_SIZE, POINTS_OF_CHARACTER = 11, 5.25  # of the letters that a workbook has when nobody chose others
USUAL_WIDTH, NOTES_WIDTH = 8.43, 80  # of a column that nobody has set, and at least of what stands below a table
LONG_TEXT = 600  # characters from which on a column is made wider
HIGHEST_ROW = 409  # points: Excel has none higher
TITLE_ROW, HEADER_ROW = 0, 1
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
LONGEST_SHEET_NAME, LONGEST_CELL, LONGEST_NOTE = 31, 32_767, 32_000
NOTE = {"author": "Kritiek", "width": 420}
NOTE_CHARACTERS, NOTE_LINE, HIGHEST_NOTE = 66, 17, 600
# Excel counts days from here; an earlier one stays text.
FIRST_DAY = dt.date(1900, 3, 1)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
DAY_FORMAT = {"nl": "dd-mm-yyyy", "en": "d mmm yyyy"}
QUIET, LINE, BAND = "#55606B", "#C9D1D9", "#E6ECF2"


def write(appendix: Appendix, language: str, out: Path) -> list[Path]:
    """Write the workbook of all exhibits in `language`, for example normalisatie-2026.nl.xlsx; the file written."""
    return [replace_file(out / f"{appendix.plan}.{language}.xlsx", workbook(appendix, appendix.exhibits, language))]


def write_one(appendix: Appendix, entry: Entry, language: str, folder: Path) -> Path:
    """Write a workbook of one exhibit alone, for example table_01.nl.xlsx."""
    return replace_file(folder / f"{entry.name}.{language}.xlsx", workbook(appendix, [entry], language))


def workbook(appendix: Appendix, entries: Sequence[Entry], language: str) -> bytes:
    """The workbook as bytes; one of a single exhibit has no contents."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, OPTIONS)
    made = dt.datetime.combine(appendix.date or dt.date(2000, 1, 1), dt.time())
    title = visible(appendix.title[language] if len(entries) > 1 else entries[0].heading(language))
    book.set_properties({"title": title[:255], "created": made, "author": "", "comments": ""})
    room = _Room(book, Styles(book), appendix, language)
    names = _sheet_names(entries, room)
    if len(entries) > 1:
        room.contents(entries, names)
    for entry in entries:
        room.exhibit(entry, names[entry.name])
    room.notes(entries)
    room.sources(entries)
    book.close()
    return content.getvalue()


def _sheet_names(entries: Sequence[Entry], room: _Room) -> dict[str, str]:
    """A name for the sheet of each exhibit: its number, or as much of its caption as a name may have."""
    taken = {room.word(term).casefold() for term in ("contents", "notes", "sources")}
    found = {}
    for entry in entries:
        text = visible(entry.number[room.language] or entry.exhibit.texts.caption[room.language] or entry.name)
        stem = " ".join(FORBIDDEN.sub(" ", text).split())[:LONGEST_SHEET_NAME].strip() or entry.name
        name, count = stem, 1
        while name.casefold() in taken:
            count += 1
            name = f"{stem[: LONGEST_SHEET_NAME - 4].strip()} ({count})"
        taken.add(name.casefold())
        found[entry.name] = name
    return found


@dataclass(frozen=True)
class _Cell:
    """A cell as it is stored: text, a number or a day, and its format."""

    text: str
    value: str | int | float | dt.date
    style: Mapping[str, Any]


@dataclass(frozen=True)
class _Room:
    """The workbook that is being made."""

    book: Any
    styles: Styles
    appendix: Appendix
    language: str
    widths: dict[str, Sequence[float]] = field(default_factory=dict)  # of the columns of each sheet, in characters

    def word(self, term: str) -> str:
        """The word for a term in the language of the workbook."""
        return WORDS[term][self.language]

    def contents(self, entries: Sequence[Entry], names: Mapping[str, str]) -> None:
        """The first sheet: what the appendix is, its exhibits with a link to each, and the colophon."""
        appendix, language = self.appendix, self.language
        sheet = self._sheet(self.word("contents"), widths=(16, 90, 44))
        row = self._line(sheet, 0, [visible(appendix.title[language])], bold=True, font_size=16)
        if appendix.is_draft:
            row = self._line(sheet, row, [self.word("draft"), self.word("draft_meaning")], bold=True)
        for fault in appendix.faults:
            row = self._line(sheet, row, ["", visible(fault[language])])
        if appendix.date:
            row = self._line(sheet, row, [day_in_words(appendix.date)[language]], font_color=QUIET)
        row = self._prose(sheet, row, appendix.introduction)
        row = self._line(sheet, row + 1, [self.word("list_of_exhibits")], bold=True)
        for entry in entries:
            caption = visible(entry.exhibit.texts.caption[language])
            link = self.styles.get(font_color="#0B5394", underline=1, valign="top", text_wrap=True)
            target = f"internal:'{names[entry.name]}'!A1"
            sheet.write_string(row, 0, visible(entry.number[language]), self.styles.get(valign="top", bold=True))
            sheet.write_url(row, 1, target, link, string=caption[:LONGEST_CELL] or entry.name)
            style = self.styles.get(valign="top", text_wrap=True, font_color=QUIET)
            sheet.write_string(row, 2, entry.verdict[language], style)
            self._height(sheet, row, [(caption, 90), (entry.verdict[language], 44)])
            row += 1
        row = self._prose(sheet, row + 1, appendix.closing)
        row = self._line(sheet, row + 1, [self.word("colophon")], bold=True)
        for line in appendix.colophon:
            row = self._line(sheet, row, [visible(line.label[language]), visible(line.value[language])])

    def exhibit(self, entry: Entry, name: str) -> None:
        """The sheet of an exhibit: its heading, its rows below a header that stays, and what stands below it."""
        exhibit, language = entry.exhibit.in_language(self.language), self.language
        labels, *rows = ([visible(cell) for cell in row] for row in exhibit.csv_rows())
        columns = _apart([_typed([row[place] for row in rows], language) for place in range(len(labels))])
        widths = _widths([labels, *([cell.text for cell in row] for row in zip(*columns, strict=True))])
        sheet = self._sheet(name, widths=widths)
        heading = self.styles.get(bold=True, font_size=13, valign="top")
        sheet.write_string(TITLE_ROW, 0, visible(entry.heading(language))[:LONGEST_CELL], heading)
        sheet.set_row(TITLE_ROW, 24)
        row = HEADER_ROW
        if entry.is_empty:
            row = self._line(sheet, row, [self.word("no_rows")])
        else:
            self._header(sheet, labels, columns)
            found = traces(exhibit)
            for number, cells in enumerate(zip(*columns, strict=True), start=HEADER_ROW + 1):
                for place, cell in enumerate(cells):
                    self._write(sheet, number, place, cell)
                    if found:
                        self._note(sheet, number, place, found[number - HEADER_ROW - 1][place])
                self._height(sheet, number, [(cell.text, width) for cell, width in zip(cells, widths, strict=True)])
            row += len(rows) + 1
            last = len(labels) - 1
            sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + len(rows), last)
            sheet.freeze_panes(HEADER_ROW + 1, 1 if len(labels) > 2 else 0)
            sheet.repeat_rows(TITLE_ROW, HEADER_ROW)
            # Text that looks like a number is meant as text, and needs no green corner.
            sheet.ignore_errors({"number_stored_as_text": f"A1:{xlsxwriter.utility.xl_rowcol_to_cell(row, last)}"})
        row = self._below(sheet, row + 1, entry)
        if entry.figure and not entry.is_empty:
            png = entry.pictures(language)[1]
            picture = {"image_data": io.BytesIO(png), "x_scale": 0.4, "y_scale": 0.4, "object_position": 1}
            alt = visible(exhibit.texts.alt[language])
            # On paper it has a page of its own: the end of a page would cut it.
            sheet.set_h_pagebreaks([row + 1])
            sheet.insert_image(row + 1, 0, f"{entry.name}.png", {**picture, "description": alt})

    def notes(self, entries: Sequence[Entry]) -> None:
        """The sheet of all marks, notes and deviations, each with the exhibit that it belongs to."""
        language = self.language
        sheet = self._sheet(self.word("notes"), widths=(20, 16, 90))
        row = self._line(sheet, 0, [self.word("exhibit"), self.word("place"), self.word("note")], bold=True)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        for entry in entries:
            name = visible(entry.number[language] or entry.exhibit.texts.caption[language])
            for mark in entry.exhibit.marks:
                row = self._line(sheet, row, [name, mark.sign, visible(mark.meaning[language])])
            for note in entry.exhibit.texts.notes:
                row = self._line(sheet, row, [name, "", visible(note[language])])
            for deviation in entry.deviations(language):
                said = [
                    f"{self.word('computed')}: {deviation.computed}",
                    f"{self.word('printed')}: {deviation.printed}",
                ]
                said.append(f"{self.word('reason')}: {deviation.reason[language]}")
                row = self._line(sheet, row, [name, *map(visible, (entry.place(deviation, language), "\n".join(said)))])

    def sources(self, entries: Sequence[Entry]) -> None:
        """The sheet of the literature in full, by number."""
        used = {source.number: source for entry in entries for source in entry.sources}
        if len(entries) > 1:
            used = {source.number: source for source in self.appendix.sources}
        sheet = self._sheet(self.word("sources"), widths=(8, 120))
        row = self._line(sheet, 0, ["", self.word("source")], bold=True)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        for number in sorted(used):
            row = self._line(sheet, row, [f"[{number}]", visible(used[number].text[self.language])])

    def _below(self, sheet: Worksheet, row: int, entry: Entry) -> int:
        """Marks, notes, source and verdict under an exhibit, each across the columns of the table or more."""
        language = self.language
        lines = [f"{mark.sign} {mark.meaning[language]}" for mark in entry.exhibit.marks]
        lines += [note[language] for note in entry.exhibit.texts.notes]
        if entry.sources:
            lines.append(f"{self.word('source')}: {entry.source_line(language)}")
        lines.append(f"{self.word('verdict')}: {entry.verdict[language]}")
        style = self.styles.get(valign="top", font_color=QUIET, text_wrap=True)
        widths = list(self.widths[sheet.get_name()])
        while sum(widths) < NOTES_WIDTH:
            widths.append(USUAL_WIDTH)
        for line in lines:
            for part in visible(line).split("\n"):
                if len(widths) > 1:
                    sheet.merge_range(row, 0, row, len(widths) - 1, "", style)
                sheet.write_string(row, 0, part[:LONGEST_CELL], style)
                self._height(sheet, row, [(part, sum(widths))])
                row += 1
        return row

    def _sheet(self, name: str, *, widths: Sequence[float]) -> Worksheet:
        sheet: Worksheet = self.book.add_worksheet(name)
        self.widths[name] = widths
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_paper(A4)
        if sum(widths) > UPRIGHT_WIDTH:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(**MARGINS)
        sheet.set_footer("&L&A&R&P / &N")
        if self.appendix.is_draft:
            sheet.set_header(f"&C&B{self.word('draft')}")
        sheet.hide_gridlines(2)
        return sheet

    def _header(self, sheet: Worksheet, labels: Sequence[str], columns: Sequence[Sequence[_Cell]]) -> None:
        # In each heading stands the button of its filter.
        beside = [width - 2 for width in self.widths[sheet.get_name()]]
        self._height(sheet, HEADER_ROW, list(zip(labels, beside, strict=True)))
        for place, (label, column) in enumerate(zip(labels, columns, strict=True)):
            look = {"bold": True, "bg_color": BAND, "bottom": 1, "text_wrap": True, "valign": "vcenter"}
            placed = {name: column[0].style[name] for name in ("align", "indent") if name in column[0].style}
            sheet.write_string(HEADER_ROW, place, label, self.styles.get(**look, **placed))

    def _write(self, sheet: Worksheet, row: int, column: int, cell: _Cell) -> None:
        style = self.styles.get(**cell.style, valign="top", bottom=1, bottom_color=LINE)
        if isinstance(cell.value, dt.date):
            sheet.write_datetime(row, column, dt.datetime.combine(cell.value, dt.time()), style)
        elif isinstance(cell.value, str):
            if cell.value:
                sheet.write_string(row, column, _fitting(cell.value), style)
            else:
                sheet.write_blank(row, column, None, style)
        else:
            sheet.write_number(row, column, cell.value, style)

    def _note(self, sheet: Worksheet, row: int, column: int, trace: Trace) -> None:
        """The source cells of a cell, where there are any."""
        lines = [*trace.deviations, *([trace.rule] if trace.rule else [])]
        for cell in trace.cells:
            said = " ".join(cell.text.split())
            lines.append(f"{cell.place} ({cell.column}): {said or '–'} [{cell.source}, {cell.locator}]")
        if not trace.cells and not trace.deviations:
            return
        # Last, since they may be long: what is cut off are notes before source cells.
        lines += [
            f"{say('trace.note', trace.language)}: {note}"
            for note in dict.fromkeys(c.note for c in trace.cells)
            if note
        ]
        text = visible("\n".join(lines))
        if len(text) > LONGEST_NOTE:
            text = text[:LONGEST_NOTE].rsplit("\n", 1)[0] + "\n…"
        height = NOTE_LINE * (1 + sum(1 + len(line) // NOTE_CHARACTERS for line in text.split("\n")))
        sheet.write_comment(row, column, text, {**NOTE, "height": min(height, HIGHEST_NOTE)})

    def _line(self, sheet: Worksheet, row: int, texts: Sequence[str], **look: Any) -> int:
        """A row of texts, wrapped but for a single one, which runs on to the right; the row after it."""
        widths = self.widths[sheet.get_name()]
        for column, text in enumerate(texts):
            style = self.styles.get(valign="top", text_wrap=len(texts) > 1, **look)
            sheet.write_string(row, column, _fitting(text), style)
        if len(texts) > 1:
            self._height(sheet, row, list(zip(texts, widths, strict=False)))
        elif "font_size" in look:
            sheet.set_row(row, look["font_size"] * 1.6)
        return row + 1

    def _prose(self, sheet: Worksheet, row: int, words: Mapping[str, str]) -> int:
        for paragraph in paragraphs(visible(words[self.language])) if words else ():
            row = self._line(sheet, row + 1, ["", paragraph])
        return row

    def _height(self, sheet: Worksheet, row: int, cells: Sequence[tuple[str, float]]) -> None:
        lines = max(line_count(text, width) for text, width in cells)
        if lines > 1:
            sheet.set_row(row, min(LINE_HEIGHT * lines + 2, HIGHEST_ROW))


def _typed(column: Sequence[str], language: str) -> list[_Cell]:
    """The cells of a column as they are stored: numbers and days only where the whole column is of them."""
    if found := numbers_in(column, language):
        return [_number(text, number) for text, number in zip(column, found, strict=True)]
    if days := _days(column):
        look = {"num_format": DAY_FORMAT[language], "align": "left"}
        return [_Cell(text, day or text, look) for text, day in zip(column, days, strict=True)]
    look = {"num_format": "@", "text_wrap": True, "align": alignment(column, language)}
    return [_Cell(text, text, look) for text in column]


def _apart(columns: list[list[_Cell]]) -> list[list[_Cell]]:
    """The columns; words that follow a number are set in, for the two otherwise read as one."""
    looks = [column[0].style.get("align") if column else None for column in columns]
    return [
        [replace(cell, style={**cell.style, "indent": 1}) for cell in column] if pair == ("right", "left") else column
        for column, pair in zip(columns, itertools.pairwise([None, *looks]), strict=True)
    ]


def _number(text: str, number: Number | None) -> _Cell:
    if number is None:
        return _Cell(text, text, {"align": "right"})
    # Shown with the decimals and the minus that the exhibit has.
    form = f"0.{'0' * number.decimals}" if number.decimals else "0"
    percent = (" %" if " %" in text else "%") if number.is_percent else ""
    return _Cell(text, number.value, {"align": "right", "num_format": form + percent})


def _days(column: Sequence[str]) -> list[dt.date | None] | None:
    filled = [text for text in column if text not in NOTHING]
    if not filled or not all(map(DAY.fullmatch, filled)):
        return None
    try:
        days = [None if text in NOTHING else dt.date.fromisoformat(text) for text in column]
    except ValueError:
        return None
    return days if all(day is None or day >= FIRST_DAY for day in days) else None


def _widths(rows: Sequence[Sequence[str]]) -> Sequence[float]:
    """The width of each column in characters: room for its longest line, and on a sheet too wide for paper less."""
    columns = list(zip(*rows, strict=True))
    wide = [WIDEST_TEXT if any(len(text) > LONG_TEXT for text in texts) else WIDEST for texts in columns]
    found = [max(NARROWEST, min(longest(texts) + 3, most)) for texts, most in zip(columns, wide, strict=True)]
    if sum(found) <= WIDEST_SHEET:
        return found
    shared = widths_within(rows, WIDEST_SHEET * POINTS_OF_CHARACTER, LETTER_SIZE)
    return [max(NARROWEST, min(width / POINTS_OF_CHARACTER, WIDEST_TEXT)) for width in shared]


def _fitting(text: str) -> str:
    """The text, refused where Excel has no room for it: nothing is to be lost."""
    if len(text) > LONGEST_CELL:
        raise RunError(
            f'"{text[:40]}…" has {len(text)} characters, and a cell in Excel holds {LONGEST_CELL}: shorten it.'
        )
    return text
