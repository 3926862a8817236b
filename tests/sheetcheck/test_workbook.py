"""What a person finds in a workbook: values that stay what they are, drop-downs, notes, colours and a first page."""

import datetime as dt
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from sheetcheck.faults import UserError
from sheetcheck.schema import Field, Package, Reference, Resource, Rule
from sheetcheck.writing.writer import write_workbook

NO_TEXT = {"nl": "", "en": ""}


def field(name, kind="string", **options):
    title = options.pop("title", NO_TEXT)
    return Field(name=name, type=kind, title=title, description=options.pop("description", NO_TEXT), **options)


def resource(name, path, sheet, *fields):
    return Resource(name, path, sheet, {"nl": f"{name} nl", "en": f"{name} en"}, NO_TEXT, fields, ("id",))


WEIGHT = field(
    "weight",
    "number",
    title={"nl": "Gewicht", "en": "Weight"},
    description={"nl": "Hoe zwaar.", "en": "How heavy."},
    unit="kg",
    minimum=0,
    example="1.5",
)
PARTS = resource(
    "parts",
    "parts.xlsx",
    "parts",
    field("id", required=True, unique=True),
    field("name", required=True),
    field("kind", enum=("bolt", "nut")),
    field("count", "integer", minimum=1, maximum=9),
    WEIGHT,
    field("share", "number", minimum=0, maximum=1),
    field("percent", "number", unit="%", minimum=0, maximum=100),
    field("spare", "boolean"),
    field("since", "date"),
    field("part_of", reference=Reference("parts", "id")),
    field("maker", reference=Reference("makers", "id")),
    field("tags", "list", enum=("old", "new")),
    field("next_to", "list", reference=Reference("parts", "id")),
)
TOOLS = resource("tools", "parts.xlsx", "our tools", field("id"), field("shop", reference=Reference("shops", "id")))
MAKERS = resource("makers", "makers.csv", None, field("id"))
SHOPS = resource("shops", "shops.csv", None, field("id"))
PACKAGE = Package(Path("data"), (PARTS, TOOLS, MAKERS, SHOPS), {"title": "Parts", "title_nl": "Onderdelen"})
NUT = {"id": "1-2", "name": "=1+1", "kind": "nut", "count": 3, "weight": 1.5, "share": 0.65, "percent": 65.0}
NUT |= {"spare": False, "since": dt.date(2025, 10, 9), "part_of": None, "maker": "NA", "tags": ("old", "new")}
ROWS = {
    "parts": [NUT, {"id": "007", "name": "http://a.example\nsecond line"}],
    "tools": [],
    "makers": [{"id": "NA"}, {"id": "ACME"}],
}


def made(folder, *, rows=ROWS, package=PACKAGE, language="nl"):
    return write_workbook(package, "parts.xlsx", rows, folder / "parts.xlsx", language=language)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return openpyxl.load_workbook(made(tmp_path_factory.mktemp("book")))


def letter(name):
    return openpyxl.utils.get_column_letter(PARTS.field_names.index(name) + 1)


def drop_down(book, name):
    """The validation of a column of parts, by field name."""
    cell = f"{letter(name)}2"
    found = [rule for rule in book["parts"].data_validations.dataValidation if cell in rule.sqref]
    return found[0] if found else None


def values_behind(book, name):
    """What stands in the range that a column's drop-down offers."""
    sheet, cells = book.defined_names[drop_down(book, name).formula1].attr_text.split("!")
    return [cell.value for (cell,) in book[sheet][cells.replace("$", "")]]


def colour_rules(book, name):
    return [
        rule.formula[0]
        for area, rules in book["parts"].conditional_formatting._cf_rules.items()
        if f"{letter(name)}2" in area.sqref
        for rule in rules
    ]


def test_the_header_is_the_field_names_and_the_rows_keep_their_order_and_types(book):
    header, nut, second = book["parts"].iter_rows(values_only=True)
    assert header == PARTS.field_names
    since = dt.datetime(2025, 10, 9)
    assert nut == ("1-2", "=1+1", "nut", 3, 1.5, 0.65, 65, False, since, None, "NA", "old; new", None)
    assert (type(nut[7]), type(nut[3])) == (bool, int)
    assert second[:3] == ("007", "http://a.example\nsecond line", None)


def test_text_is_never_a_formula_a_link_or_a_number(book):
    cells = [book["parts"][place] for place in ("A2", "B2", "A3", "B3")]
    assert [(cell.data_type, cell.number_format, cell.hyperlink) for cell in cells] == [("s", "@", None)] * 4


def test_each_type_has_its_number_format_in_old_rows_and_in_new_ones(book):
    formats = {name: book["parts"][f"{letter(name)}2"].number_format for name in PARTS.field_names[:9]}
    assert formats == {
        "id": "@",
        "name": "@",
        "kind": "@",
        "count": "0",
        "weight": "General",
        "share": "0.0%",
        "percent": "0.0",
        "spare": "General",
        "since": "yyyy-mm-dd",
    }
    assert [book["parts"].column_dimensions[letter(name)].number_format for name in ("id", "since")] == [
        "@",
        "yyyy-mm-dd",
    ]


def test_an_empty_cell_is_not_written_at_all(book):
    rows = [[cell.coordinate for cell in row if cell.has_style] for row in book["parts"]["A2:M3"]]
    assert rows == [[f"{name}2" for name in "ABCDEFGHIKL"], ["A3", "B3"]]


def test_an_enumeration_offers_its_values_and_accepts_no_other(book):
    assert values_behind(book, "kind") == ["bolt", "nut"]
    assert drop_down(book, "kind").errorStyle in (None, "stop")


def test_a_reference_to_another_file_offers_its_keys_and_lets_a_newer_one_pass(book):
    assert values_behind(book, "maker") == ["NA", "ACME"]
    assert drop_down(book, "maker").errorStyle == "warning"


def test_a_reference_within_the_workbook_follows_the_sheet_as_it_grows(book):
    assert book.defined_names[drop_down(book, "part_of").formula1].attr_text == (
        "'parts'!$A$2:INDEX('parts'!$A:$A,MAX(2,COUNTA('parts'!$A:$A)))"
    )


def test_a_reference_to_a_table_without_rows_offers_nothing(book):
    assert book["our tools"].data_validations.dataValidation == []


def test_a_yes_or_no_is_offered_as_a_boolean_not_as_a_word(book):
    assert values_behind(book, "spare") == [True, False]


def test_numbers_and_dates_are_held_to_their_limits(book):
    rules = {name: drop_down(book, name) for name in ("count", "weight", "share", "since")}
    found = {name: (rule.type, rule.operator, rule.formula1, rule.formula2) for name, rule in rules.items()}
    assert found == {
        "count": ("whole", None, "1", "9"),
        "weight": ("decimal", None, "0", "9.99e+307"),
        "share": ("decimal", None, "0", "1"),
        "since": ("date", None, "1", "73415"),
    }


def test_a_list_cell_has_no_drop_down_because_excel_would_replace_its_other_values(book):
    assert drop_down(book, "tags") is None


def test_drop_downs_and_colours_go_on_below_the_last_row(book):
    assert str(drop_down(book, "kind").sqref) == "C2:C203"


def test_the_lists_are_hidden_and_the_rest_is_seen(book):
    assert [(sheet.title, sheet.sheet_state) for sheet in book] == [
        ("Lees mij", "visible"),
        ("parts", "visible"),
        ("our tools", "visible"),
        ("_lists", "hidden"),
    ]


def test_a_missing_required_cell_is_coloured_where_the_row_holds_anything(book):
    assert colour_rules(book, "name") == ["AND(LEN(TRIM(B2))=0,COUNTA($A2:$M2)>0)"]
    assert colour_rules(book, "weight") == []


def test_a_value_outside_its_list_is_coloured(book):
    assert colour_rules(book, "kind") == ["AND(LEN(C2)>0,SUMPRODUCT(--EXACT(C2,values_parts_kind))=0)"]


@pytest.mark.parametrize(
    ("language", "note"),
    [
        (
            "nl",
            "Gewicht\nHoe zwaar.\n\nGetal. Mag leeg zijn.\nEenheid: kg.\nVanaf 0.\nVoorbeeld: 1.5",
        ),
        (
            "en",
            "Weight\nHow heavy.\n\nNumber. May be empty.\nUnit: kg.\nFrom 0.\nExample: 1.5",
        ),
    ],
)
def test_the_note_on_a_header_gives_meaning_type_unit_limits_and_example(tmp_path, language, note):
    sheet = openpyxl.load_workbook(made(tmp_path, language=language))["parts"]
    assert sheet[f"{letter('weight')}1"].comment.text == note


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("id", "Text. Key."),
        ("id", "Each value occurs once."),
        ("name", "Text. Required."),
        ("kind", "One of: bolt; nut"),
        ("percent", "Unit: %. Enter 65 for 65 %, not 0.65."),
        ("share", "Share from 0 to 1, shown as per cent: type 65%."),
        ("maker", "Value from column id of makers.csv."),
        ("part_of", "Value from column id of parts.xlsx › parts."),
        ("tags", "Each value is one of: old; new"),
        ("tags", "More values: separate them by a semicolon and a space."),
        ("count", "From 1 to 9."),
    ],
)
def test_the_note_on_a_header_says_what_the_column_may_hold(tmp_path, name, line):
    sheet = openpyxl.load_workbook(made(tmp_path, language="en"))["parts"]
    assert line in sheet[f"{letter(name)}1"].comment.text.splitlines()


def test_the_header_stays_in_sight_and_can_be_filtered(book):
    sheet = book["parts"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:M3")
    assert (book["our tools"].freeze_panes, book["our tools"].auto_filter.ref) == ("B2", "A1:B2")


def test_a_column_is_as_wide_as_its_words_and_a_long_text_goes_over_more_lines(tmp_path):
    rows = {"parts": [{"id": "a", "name": "word " * 60}, {"id": "b" * 30, "name": "short"}]}
    sheet = openpyxl.load_workbook(made(tmp_path, rows=rows))["parts"]
    widths = [round(sheet.column_dimensions[letter(name)].width) for name in ("id", "name", "kind")]
    assert widths == [33, 56, 10]
    assert (sheet["B2"].alignment.wrap_text, sheet["A2"].alignment.wrap_text) == (True, None)
    assert (sheet.row_dimensions[2].height, sheet.row_dimensions[3].height) == (75, None)


@pytest.mark.parametrize(
    ("language", "name", "lines"),
    [
        ("nl", "Lees mij", ["parts.xlsx", "Onderdelen", "Bladen", "parts", "our tools", "uv run sheetcheck check"]),
        ("en", "Read me", ["parts.xlsx", "Parts", "Sheets", "parts", "our tools", "uv run sheetcheck check"]),
    ],
)
def test_the_first_page_says_what_the_workbook_is_and_how_to_check_it(tmp_path, language, name, lines):
    sheet = openpyxl.load_workbook(made(tmp_path, language=language)).worksheets[0]
    found = [cell.value for cell in sheet["A"]]
    assert sheet.title == name
    assert [line for line in found if line in lines] == lines
    assert sheet["A5"].hyperlink.location == "'parts'!A1"


@pytest.mark.parametrize(("columns", "pages"), [(1, 1), (7, 2)])
def test_a_wide_sheet_is_printed_over_as_many_pages_as_stay_legible(tmp_path, columns, pages):
    fields = [field("id"), *(field(f"note_{number}") for number in range(columns))]
    row = {"id": "a"} | {f"note_{number}": "words " * 40 for number in range(columns)}
    package = Package(Path(), (replace(PARTS, fields=tuple(fields)),), {})
    sheet = openpyxl.load_workbook(made(tmp_path, package=package, rows={"parts": [row]}))["parts"]
    assert (sheet.page_setup.orientation, sheet.sheet_properties.pageSetUpPr.fitToPage) == ("landscape", True)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (pages, 0)
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$A:$A")
    assert sheet.oddFooter.left.text == "parts.xlsx › parts"


def test_a_long_note_is_shown_whole_in_a_wider_column(tmp_path):
    rows = {"parts": [{"id": "a", "name": "words " * 100}]}
    sheet = openpyxl.load_workbook(made(tmp_path, rows=rows))["parts"]
    # 600 letters at 92 a line, which is 80 digits wide: seven lines.
    assert (round(sheet.column_dimensions["B"].width), sheet.row_dimensions[2].height) == (81, 7 * 15)


def test_the_same_rows_give_the_same_bytes_and_another_row_gives_others(tmp_path):
    first = made(tmp_path / "a").read_bytes()
    assert made(tmp_path / "b").read_bytes() == first
    assert made(tmp_path / "c", rows=ROWS | {"parts": ROWS["parts"][:1]}).read_bytes() != first


def test_the_descriptor_says_when_the_workbook_was_made(tmp_path):
    package = Package(PACKAGE.folder, PACKAGE.resources, {"created": "2026-11-21T00:00:00Z"})
    assert openpyxl.load_workbook(made(tmp_path, package=package)).properties.created == dt.datetime(2026, 11, 21)


def test_a_descriptor_without_a_date_gives_a_fixed_one(tmp_path):
    assert openpyxl.load_workbook(made(tmp_path)).properties.created == dt.datetime(2026, 1, 1)


def test_a_text_that_a_cell_cannot_hold_is_refused_with_its_cell(tmp_path):
    rows = {"parts": [{"id": "a", "name": "x" * 32_767}, {"id": "b", "name": "é" * 32_768}]}
    with pytest.raises(UserError) as error:
        made(tmp_path, rows=rows)
    assert str(error.value) == (
        "parts.xlsx › parts › B3: the text in name has 32,768 characters.\n"
        "A cell holds at most 32,767: shorten the text."
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed here")
def test_libreoffice_colours_exactly_the_unknown_and_the_missing(tmp_path):
    planted = [
        {"id": "a", "name": "x", "kind": "nut", "tags": ("old", "new"), "next_to": ("b",), "part_of": "b"},
        {"id": "b", "name": None, "kind": "Nut", "tags": ("old", "nwe"), "next_to": ("a", "c"), "part_of": "c"},
        {"id": "c*", "name": "x", "kind": "*", "tags": ("old", "old"), "next_to": (), "part_of": "A"},
    ]
    path = made(tmp_path, rows={"parts": planted})
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        sheet.data_validations.dataValidation = []
    asked = [(name, colour_rules(book, name)[-1]) for name in ("name", "kind", "tags", "next_to", "part_of")]
    column = len(PARTS.fields) + 1
    for offset, (_, formula) in enumerate(asked):
        for row in (2, 3, 4):
            moved = openpyxl.formula.translate.Translator("=" + formula, "A2").translate_formula(f"A{row}")
            book["parts"].cell(row, column + offset, moved)
    book.move_sheet("parts", -1)  # a CSV is made of the first sheet
    book.save(path)
    profile = (tmp_path / "profile").as_uri()
    command = ["soffice", "--headless", f"-env:UserInstallation={profile}", "--convert-to", "csv", str(path)]
    subprocess.run([*command, "--outdir", str(tmp_path)], check=True, capture_output=True, timeout=120)
    lines = (tmp_path / "parts.csv").read_text(encoding="utf-8").splitlines()[1:4]
    found = {name: [line.split(",")[column - 1 + offset] for line in lines] for offset, (name, _) in enumerate(asked)}
    assert found == {
        "name": ["FALSE", "TRUE", "FALSE"],
        "kind": ["FALSE", "TRUE", "TRUE"],
        "tags": ["FALSE", "TRUE", "TRUE"],
        "next_to": ["FALSE", "TRUE", "FALSE"],
        "part_of": ["FALSE", "TRUE", "TRUE"],
    }


def with_limits(tmp_path):
    """A workbook of a table with limits of every kind, and a rule."""
    since, until = field("since", "date", minimum=dt.date(2000, 1, 1)), field("until", "date")
    fields = (
        field("id", min_length=2, max_length=9),
        field("depth", "integer", exclusive_minimum=0, maximum=9),
        field("closed", "date", exclusive_maximum=dt.date(2030, 1, 1)),
        field("grade", "integer", enum=(1, 2)),
        field("seen", "date", enum=(dt.date(2025, 1, 1),)),
        since,
        until,
    )
    parts = {
        "fields": ("since", "until"),
        "by": (),
        "filled": (),
        "blank": (),
        "if_filled": (),
        "when": {},
        "where": {},
        "same": {},
    }
    rules = (Rule("order", parts),)
    limited = Resource("limited", "limited.xlsx", "limited", NO_TEXT, NO_TEXT, fields, ("id",), rules=rules)
    package = Package(Path("data"), (limited,), {})
    return openpyxl.load_workbook(write_workbook(package, "limited.xlsx", {}, tmp_path / "limited.xlsx"))


def test_every_limit_of_the_schema_is_one_of_excel_too(tmp_path):
    sheet = with_limits(tmp_path)["limited"]
    found = {str(rule.sqref)[0]: rule for rule in sheet.data_validations.dataValidation}
    assert {letter: (rule.type, rule.formula1, rule.formula2) for letter, rule in found.items()} == {
        "A": ("textLength", "2", "9"),
        "B": ("custom", "AND(ISNUMBER(B2),B2>=-9.99e+307,B2<=9,B2>0,INT(B2)=B2)", None),
        "C": ("custom", "AND(ISNUMBER(C2),C2>=DATE(1900,1,1),C2<=DATE(2100,12,31),C2<DATE(2030,1,1))", None),
        "D": ("list", "values_limited_grade", None),
        "E": ("list", "values_limited_seen", None),
        "F": ("date", "36526", "73415"),
        "G": ("date", "1", "73415"),
    }
    assert found["A"].error == "Hier hoort een tekst van minstens 2 tekens, hoogstens 9 tekens."
    assert found["B"].error == "Hier hoort een geheel getal meer dan 0 tot en met 9."


def test_a_list_of_numbers_or_dates_offers_numbers_and_dates(tmp_path):
    sheet = with_limits(tmp_path)["_lists"]
    columns = {
        column[0].value: [cell.value for cell in column[1:] if cell.value is not None] for column in sheet.columns
    }
    assert columns == {"values_limited_grade": [1, 2], "values_limited_seen": [dt.datetime(2025, 1, 1)]}


def test_a_date_before_the_one_it_should_follow_is_coloured_as_it_is_typed(tmp_path):
    sheet = with_limits(tmp_path)["limited"]
    formulas = [rule.formula[0] for area in sheet.conditional_formatting for rule in area.rules]
    assert "AND(ISNUMBER($F2),ISNUMBER(G2),G2<$F2)" in formulas


def test_a_header_says_what_the_rules_ask_of_its_column(tmp_path):
    sheet = with_limits(tmp_path)["limited"]
    assert "Deze volgorde: since, until; geen is vroeger of kleiner dan die ervoor." in sheet["G1"].comment.text
