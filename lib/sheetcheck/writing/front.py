"""Schema in, the first sheet of a workbook out: what it is, its sheets, how to edit safely, how to check."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from sheetcheck.messages import catalogue, say
from sheetcheck.schema import HELP_SHEETS, Language, Package, Resource
from sheetcheck.writing.styles import COLOURS, LINE_HEIGHT, Styles, line_count

PAPER_A4 = 9
RIGHT_WIDTH = 100  # in characters
HEADER_COLOURS = ("key", "required", "optional")


def write_first_page(
    book: Workbook, package: Package, resources: Sequence[Resource], styles: Styles, language: Language
) -> None:
    """Add the first sheet: two columns, a short one on the left and its explanation on the right."""
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
    for key in (key for key in catalogue(language) if key.startswith("page.command.")):
        verb = f"uv run {package.command} {key.rpartition('.')[2]}"
        line(verb, say(key, language), styles.get(font_name="Consolas", valign="top"))
    heading("colours")
    for key in (key for key in catalogue(language) if key.startswith("page.colour.")):
        kind = key.rpartition(".")[2]
        style = styles.header(kind) if kind in HEADER_COLOURS else styles.get(bg_color=COLOURS[kind])
        line("", say(key, language, command=package.command), style)
