"""Schema and rows in, one workbook out: a first page, a sheet for each table with its helps, and the hidden lists."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from sheetcheck.faults import UserError
from sheetcheck.messages import say
from sheetcheck.schema import Language, Package, Resource
from sheetcheck.writing.front import write_first_page
from sheetcheck.writing.records import Row, cell_text, longest, replace_file, write_value
from sheetcheck.writing.rules import Lists, add_rules
from sheetcheck.writing.styles import LINE_HEIGHT, Styles, line_count
from sheetcheck.writing.wording import header_note

# Excel's own limit on the text in a cell; XlsxWriter would cut the rest off and say nothing.
CELL_LIMIT = 32_767
# Column widths in characters; a text longer than LONGEST_UNWRAPPED goes over more lines, and one that would take
# many lines gets a wider column.
NARROWEST, WIDEST, LONGEST_UNWRAPPED = 9, 55, 40
WIDEST_NOTE, LONG_NOTE = 80, 300
# Excel makes no row higher; what is longer is in the formula bar.
MOST_LINES = 27
# Room for a column's filter arrow beside its name.
ARROW = 4
PAPER_A3 = 8
MARGIN = 0.4  # in inches
# Characters of a column that go on a page so wide, and how small they may be printed to stay legible.
PAGE_WIDTH, SMALLEST = 216, 0.65
# A workbook says when it was made. The clock would make every copy differ: the descriptor's date is used, or this one.
MADE = "2026-01-01"
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
AUTHOR = "sheetcheck"
NOTE_WIDTH, NOTE_LINE = 330, 17  # in pixels
NOTE_CHARACTERS = 50  # that fit on a line of a note


def write_workbook(
    package: Package,
    path_name: str,
    rows_by_resource: Mapping[str, Sequence[Row]],
    target: str | Path,
    *,
    language: Language = "nl",
) -> Path:
    """Write the workbook that the schema calls `path_name`, with a sheet for each of its resources, to `target`.

    Rows in: plain values by resource name (see `records`), of other workbooks too, because drop-downs offer their
    keys; a resource without rows gets its header only. The same rows always give the same bytes.
    Raises UserError when a text is longer than a cell can hold.
    """
    resources = package.of_file(path_name)
    rows = {resource.name: list(rows_by_resource.get(resource.name, ())) for resource in resources}
    _refuse_long_texts(resources, rows)
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, OPTIONS)
    made = datetime.fromisoformat(package.descriptor.get("created", MADE)).replace(tzinfo=None)
    book.set_properties({"title": path_name, "created": made})
    styles = Styles(book)
    write_first_page(book, package, resources, styles, language)
    lists = Lists(package, path_name, rows_by_resource)
    for resource in resources:
        sheet = book.add_worksheet(resource.sheet or resource.name)
        _write_header(sheet, resource, package, styles, language)
        _write_rows(sheet, resource, rows[resource.name], styles)
        add_rules(sheet, resource, len(rows[resource.name]), lists, styles, language)
    lists.write(book, styles)
    book.close()
    return replace_file(Path(target), content.getvalue())


def _write_header(sheet: Worksheet, resource: Resource, package: Package, styles: Styles, language: Language) -> None:
    for column, field in enumerate(resource.fields):
        kind = "key" if field.name in resource.primary_key else "required" if field.required else "optional"
        sheet.write_string(0, column, field.name, styles.header(kind))
        note = header_note(field, resource, package, language)
        height = NOTE_LINE * (1 + sum(1 + len(line) // NOTE_CHARACTERS for line in note.split("\n")))
        sheet.write_comment(0, column, note, {"author": AUTHOR, "width": NOTE_WIDTH, "height": height})
    sheet.set_row(0, 22)
    sheet.freeze_panes(1, 1 if resource.fields[0].name in resource.primary_key else 0)


def _set_up_pages(sheet: Worksheet, resource: Resource, width: float) -> None:
    """Print in landscape over as few pages as stay legible, each with the header and the column that names the row."""
    sheet.set_landscape()
    sheet.set_paper(PAPER_A3)
    sheet.set_margins(left=MARGIN, right=MARGIN, top=MARGIN, bottom=2 * MARGIN)
    sheet.fit_to_pages(math.ceil(width * SMALLEST / PAGE_WIDTH), 0)
    sheet.repeat_rows(0)
    if resource.fields[0].name in resource.primary_key:
        sheet.repeat_columns(0)
    sheet.set_footer(f"&L{resource.place.replace('&', '&&')}&R&P / &N", {"margin": MARGIN})


def _write_rows(sheet: Worksheet, resource: Resource, rows: Sequence[Row], styles: Styles) -> None:
    lines, total = [1] * len(rows), 0.0
    for column, field in enumerate(resource.fields):
        texts = [cell_text(field, row.get(field.name)) for row in rows]
        width = longest(texts)
        wrapped = width > LONGEST_UNWRAPPED or any("\n" in text for text in texts)
        style = styles.cell(field, wrapped=wrapped)
        room = WIDEST_NOTE if width > LONG_NOTE else WIDEST if width > LONGEST_UNWRAPPED else width + 2
        fitting = max(NARROWEST, len(field.name) + ARROW, room)
        total += fitting
        # The format is the whole column's, so that a new row is text, date or number as an old one is.
        sheet.set_column(column, column, fitting, style)
        if wrapped:
            lines = [max(pair) for pair in zip(lines, (line_count(text, fitting) for text in texts), strict=True)]
        for index, (row, text) in enumerate(zip(rows, texts, strict=True), start=1):
            value = row.get(field.name)
            if text:
                write_value(sheet, index, column, text if field.is_list else value, style)
    for index, count in enumerate(lines, start=1):
        if count > 1:
            sheet.set_row(index, LINE_HEIGHT * min(count, MOST_LINES))
    sheet.autofilter(0, 0, max(1, len(rows)), len(resource.fields) - 1)
    _set_up_pages(sheet, resource, total)


def _refuse_long_texts(resources: Sequence[Resource], rows: Mapping[str, Sequence[Row]]) -> None:
    faults = []
    for resource in resources:
        for number, row in enumerate(rows[resource.name], start=2):
            for column, field in enumerate(resource.fields):
                text = cell_text(field, row.get(field.name))
                # Excel counts in pairs of bytes, of which some characters take two.
                length = len(text.encode("utf-16-le")) // 2 if len(text) > CELL_LIMIT // 2 else 0
                if length > CELL_LIMIT:
                    place = f"{resource.place} › {xl_col_to_name(column)}{number}"
                    faults.append(f"{place}: {say('write.long', column=field.name, length=length)}")
    if faults:
        raise UserError("\n".join([*faults, say("write.shorten", most=CELL_LIMIT)]))
