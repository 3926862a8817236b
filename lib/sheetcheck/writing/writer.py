"""Schema and rows in, one workbook out: a first page, a sheet for each table with its helps, and the hidden lists."""

import io
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from sheetcheck.faults import UserError
from sheetcheck.messages import catalogue, say
from sheetcheck.schema import HELP_SHEETS, Language, Package, Resource
from sheetcheck.writing.records import Row, cell_text, longest, replace_file, write_value
from sheetcheck.writing.styles import COLOURS, LINE_HEIGHT, Lists, Styles, add_rules, line_count
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
PAPER_A3, PAPER_A4 = 8, 9
MARGIN = 0.4  # in inches
# Characters of a column that go on a page so wide, and how small they may be printed to stay legible.
PAGE_WIDTH, SMALLEST = 216, 0.65
# A workbook says when it was made. The clock would make every copy differ: the descriptor's date is used, or this one.
MADE = "2026-01-01"
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
AUTHOR = "sheetcheck"
NOTE_WIDTH, NOTE_LINE = 330, 17  # in pixels
NOTE_CHARACTERS = 50  # that fit on a line of a note
RIGHT_WIDTH = 100  # of the explanations on the first page, in characters
HEADER_COLOURS = ("key", "required", "optional")


def write_workbook(
    package: Package, path: str, rows: Mapping[str, Sequence[Row]], target: str | Path, *, language: Language = "nl"
) -> Path:
    """Write the workbook that the schema calls `path`, with a sheet for each of its resources, to `target`.

    Rows in: plain values by resource name (see `records`), of other workbooks too, because drop-downs offer their
    keys; a resource without rows gets its header only. The same rows always give the same bytes.
    Raises UserError when a text is longer than a cell can hold.
    """
    resources = package.of_file(path)
    _refuse_long_texts(resources, rows)
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, OPTIONS)
    made = datetime.fromisoformat(package.descriptor.get("created", MADE)).replace(tzinfo=None)
    book.set_properties({"title": path, "created": made})
    styles = Styles(book)
    _write_first_page(book, package, resources, styles, language)
    lists = Lists(package, path, rows)
    for resource in resources:
        sheet = book.add_worksheet(resource.sheet or resource.name)
        _write_header(sheet, resource, package, styles, language)
        own = rows.get(resource.name, ())
        _write_rows(sheet, resource, own, styles)
        add_rules(sheet, resource, len(own), lists, styles, language)
    lists.write(book)
    book.close()
    return replace_file(Path(target), content.getvalue())


def _write_first_page(
    book: xlsxwriter.Workbook, package: Package, resources: Sequence[Resource], styles: Styles, language: Language
) -> None:
    # A value, as the workbook takes it, for each row: on the left with its format, its link or its colour alone.
    sheet = book.add_worksheet(HELP_SHEETS[0 if language == "nl" else 1])
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, RIGHT_WIDTH)
    sheet.set_landscape()
    sheet.set_paper(PAPER_A4)
    sheet.fit_to_pages(1, 1)
    row = 0

    def line(left: str, right: str, style: Format, *, height: float = LINE_HEIGHT, link: str = "") -> None:
        nonlocal row
        if link:
            sheet.write_url(row, 0, link, style, left)
        elif left:
            sheet.write_string(row, 0, left, style)
        else:
            sheet.write_blank(row, 0, None, style)
        if right:
            wrapped = styles.get(text_wrap=True, valign="top", align="left", indent=1)
            sheet.write_string(row, 1, right, wrapped)
        sheet.set_row(row, max(height, LINE_HEIGHT * line_count(right, RIGHT_WIDTH)))
        row += 1

    def heading(key: str, explanation: str = "") -> None:
        nonlocal row
        row += 1
        style = styles.get(bold=True, font_size=13, font_color=COLOURS["key"])
        line(say(f"page.{key}", language), explanation, style, height=19)

    title = package.descriptor.get("title", "")
    title = package.descriptor.get("title_nl", title) if language == "nl" else title
    line(resources[0].path, "", styles.get(bold=True, font_size=18, font_color=COLOURS["key"]), height=26)
    line(title, "", styles.get(italic=True))
    heading("sheets")
    for resource in resources:
        name = resource.sheet or resource.name
        link = "internal:'" + name.replace("'", "''") + "'!A1"
        style = styles.get(font_color="#0563C1", underline=1, valign="top")
        line(name, f"{resource.title[language]}. {resource.description[language]}", style, link=link)
    heading("edit")
    for key in (key for key in catalogue(language) if key.startswith("page.edit-line.")):
        line(key.rpartition(".")[2], say(key, language), styles.get(align="right", indent=1, valign="top"))
    heading("check", say("page.before", language))
    for verb, told in package.verbs(language):
        line(f"uv run {package.command} {verb}", told, styles.get(font_name="Consolas", valign="top"))
    heading("colours")
    for key in (key for key in catalogue(language) if key.startswith("page.colour.")):
        kind = key.rpartition(".")[2]
        style = styles.header(kind) if kind in HEADER_COLOURS else styles.get(bg_color=COLOURS[kind])
        line("", say(key, language, command=package.command), style)


def _write_header(sheet: Worksheet, resource: Resource, package: Package, styles: Styles, language: Language) -> None:
    for column, field in enumerate(resource.fields):
        kind = "key" if field.name in resource.primary_key else "required" if field.required else "optional"
        sheet.write_string(0, column, field.name, styles.header(kind))
        note = header_note(field, resource, package, language)
        height = NOTE_LINE * (1 + sum(1 + len(line) // NOTE_CHARACTERS for line in note.split("\n")))
        sheet.write_comment(0, column, note, {"author": AUTHOR, "width": NOTE_WIDTH, "height": height})
    sheet.set_row(0, 22)
    sheet.freeze_panes(1, 1 if resource.fields[0].name in resource.primary_key else 0)


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
            if text:
                write_value(sheet, index, column, text if field.is_list else row[field.name], style)
    for index, count in enumerate(lines, start=1):
        if count > 1:
            sheet.set_row(index, LINE_HEIGHT * min(count, MOST_LINES))
    sheet.autofilter(0, 0, max(1, len(rows)), len(resource.fields) - 1)
    # Print in landscape over as few pages as stay legible, each with the header and the column that names the row.
    sheet.set_landscape()
    sheet.set_paper(PAPER_A3)
    sheet.set_margins(left=MARGIN, right=MARGIN, top=MARGIN, bottom=2 * MARGIN)
    sheet.fit_to_pages(math.ceil(total * SMALLEST / PAGE_WIDTH), 0)
    sheet.repeat_rows(0)
    if resource.fields[0].name in resource.primary_key:
        sheet.repeat_columns(0)
    sheet.set_footer(f"&L{resource.place.replace('&', '&&')}&R&P / &N", {"margin": MARGIN})


def _refuse_long_texts(resources: Sequence[Resource], rows: Mapping[str, Sequence[Row]]) -> None:
    faults = []
    for resource in resources:
        for number, row in enumerate(rows.get(resource.name, ()), start=2):
            for column, field in enumerate(resource.fields):
                text = cell_text(field, row.get(field.name))
                # Excel counts in pairs of bytes, of which some characters take two.
                length = len(text.encode("utf-16-le")) // 2 if len(text) > CELL_LIMIT // 2 else 0
                if length > CELL_LIMIT:
                    place = f"{resource.place} › {xl_col_to_name(column)}{number}"
                    faults.append(f"{place}: {say('write.long', column=field.name, length=length)}")
    if faults:
        raise UserError("\n".join([*faults, say("write.shorten", most=CELL_LIMIT)]))
