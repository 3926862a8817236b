"""Schema in, the first sheet of a workbook out: what it is, its sheets, how to edit safely, how to check."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sheetcheck.schema import Language, Package, Resource
from sheetcheck.writing.styles import COLOURS, LINE_HEIGHT, Styles, line_count

FIRST_SHEET = {"nl": "Lees mij", "en": "Read me"}
PAPER_A4 = 9
RIGHT_WIDTH = 100  # in characters
HEADER_COLOURS = ("key", "required", "optional")
# Headings and lines of the page, and what its colours mean.
PAGE = {
    "nl": {
        "sheets": "Bladen",
        "edit": "Veilig bewerken",
        "edit_lines": [
            "Typ alleen in de gegevensbladen. Laat de koprij, de namen van de bladen en de kolommen zoals ze zijn.",
            "Eén rij is één feit. Dus geen samengevoegde cellen, totaalrijen, lege rijen of tekst onder de tabel.",
            "Wijs een kolomkop aan: de notitie zegt wat de kolom betekent, met eenheid en voorbeeld.",
            "Kies uit de keuzelijst waar die er is. Verwijst een kolom naar een ander blad, voeg de nieuwe rij dan"
            " eerst dáár toe. Sleutels uit andere werkmappen staan in de lijst zoals ze waren toen deze werkmap werd"
            " gemaakt: waarschuwt Excel voor een sleutel die later is toegevoegd, kies dan Ja.",
            "Meer waarden in één cel: scheid ze met een puntkomma en een spatie, zoals Nd; Pr; Dy.",
            "Laat een cel leeg als de bron niets geeft. Schrijf geen 0, geen streepje en geen n.v.t.",
            "Plakken uit een ander programma? Plak alleen de waarden, anders verdwijnen keuzelijsten en kleuren.",
        ],
        "check": "Controleren",
        "check_lines": [
            ("uv run {command} check", "Noemt elke fout met blad, cel en de dichtstbijzijnde geldige waarde."),
            ("uv run {command} changes", "Laat zien wat er is gewijzigd, en wat dat in het rapport verandert."),
            (
                "uv run {command} mirror",
                "Schrijft elk blad als CSV, zodat een wijziging in een verschil te lezen is.",
            ),
        ],
        "before": "Sla op, sluit de werkmap en typ in een terminal, in de map van het project:",
        "colours": "Kleuren",
        "colour_lines": [
            ("key", "Kop van een kolom die de rij aanwijst: verplicht, en samen uniek."),
            ("required", "Kop van een verplichte kolom."),
            ("optional", "Kop van een kolom die leeg mag zijn."),
            ("missing", "Een verplichte cel is leeg."),
            ("unknown", "De waarde staat niet in de lijst. {command} check beslist."),
        ],
    },
    "en": {
        "sheets": "Sheets",
        "edit": "Editing safely",
        "edit_lines": [
            "Type in the data sheets only. Leave the header row, the names of the sheets and the columns as they are.",
            "One row is one fact. So no merged cells, total rows, blank rows or text below the table.",
            "Point at a column header: its note says what the column means, with unit and example.",
            "Choose from the drop-down list where there is one. Where a column refers to another sheet, add the new row"
            " there first. Keys of other workbooks are listed as they were when this workbook was made: if Excel warns"
            " about a key that was added later, choose Yes.",
            "More values in one cell: separate them by a semicolon and a space, as in Nd; Pr; Dy.",
            "Leave a cell empty where the source gives nothing. Write no 0, no dash and no n/a.",
            "Pasting from another program? Paste values only, or drop-down lists and colours are lost.",
        ],
        "check": "Checking",
        "check_lines": [
            ("uv run {command} check", "Names every fault with its sheet, its cell and the nearest valid value."),
            ("uv run {command} changes", "Shows what was changed, and what that changes in the report."),
            ("uv run {command} mirror", "Writes each sheet as CSV, so that a change can be read in a comparison."),
        ],
        "before": "Save, close the workbook and type in a terminal, in the folder of the project:",
        "colours": "Colours",
        "colour_lines": [
            ("key", "Header of a column that identifies the row: required, and unique together."),
            ("required", "Header of a required column."),
            ("optional", "Header of a column that may be empty."),
            ("missing", "A required cell is empty."),
            ("unknown", "The value is not in the list. {command} check decides."),
        ],
    },
}


def write_first_page(
    book: Workbook, package: Package, resources: Sequence[Resource], styles: Styles, language: Language
) -> None:
    """Add the first sheet: two columns, a short one on the left and its explanation on the right."""
    page = PAGE[language]
    writer = _Page(book.add_worksheet(FIRST_SHEET[language]), styles)
    title = _localised(package.descriptor, "title", language)
    writer.line(resources[0].path, "", styles.get(bold=True, font_size=18, font_color=COLOURS["key"]), height=26)
    writer.line(title, "", styles.get(italic=True))
    writer.heading(page["sheets"])
    for resource in resources:
        writer.link(resource.sheet or resource.name, f"{resource.title[language]}. {resource.description[language]}")
    writer.heading(page["edit"])
    for number, line in enumerate(page["edit_lines"], start=1):
        writer.line(str(number), line, styles.get(align="right", indent=1, valign="top"))
    writer.heading(page["check"], page["before"])
    for command, meaning in page["check_lines"]:
        writer.line(
            command.replace("{command}", package.command), meaning, styles.get(font_name="Consolas", valign="top")
        )
    writer.heading(page["colours"])
    for kind, meaning in page["colour_lines"]:
        meaning = meaning.replace("{command}", package.command)
        writer.line("", meaning, styles.header(kind) if kind in HEADER_COLOURS else styles.get(bg_color=COLOURS[kind]))


class _Page:
    """The sheet and the next free row on it."""

    def __init__(self, sheet: Worksheet, styles: Styles) -> None:
        self._sheet, self._styles, self._row = sheet, styles, 0
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, RIGHT_WIDTH)
        sheet.set_landscape()
        sheet.set_paper(PAPER_A4)
        sheet.fit_to_pages(1, 1)

    def line(self, left: str, right: str, style: Format, *, height: float = LINE_HEIGHT) -> None:
        if left:
            self._sheet.write_string(self._row, 0, left, style)
        else:
            self._sheet.write_blank(self._row, 0, None, style)
        self._explain(right, height)

    def heading(self, text: str, explanation: str = "") -> None:
        self._row += 1
        self.line(text, explanation, self._styles.get(bold=True, font_size=13, font_color=COLOURS["key"]), height=19)

    def link(self, sheet: str, explanation: str) -> None:
        target = "internal:'" + sheet.replace("'", "''") + "'!A1"
        style = self._styles.get(font_color="#0563C1", underline=1, valign="top")
        self._sheet.write_url(self._row, 0, target, style, sheet)
        self._explain(explanation)

    def _explain(self, text: str, height: float = LINE_HEIGHT) -> None:
        if text:
            self._sheet.write_string(
                self._row, 1, text, self._styles.get(text_wrap=True, valign="top", align="left", indent=1)
            )
        self._sheet.set_row(self._row, max(height, LINE_HEIGHT * line_count(text, RIGHT_WIDTH)))
        self._row += 1


def _localised(entry: dict[str, str], key: str, language: Language) -> str:
    return entry.get(f"{key}_nl" if language == "nl" else key, entry.get(key, ""))
