"""References to rows that are not there: named with the nearest valid value, or given to the key that caused them."""

from __future__ import annotations

from pathlib import Path

import folders
import pytest

from sheetcheck.checks import check_folder
from sheetcheck.faults import Fault


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder without faults, to spoil."""
    return folders.write_folder(tmp_path / "data")


def plant(folder: Path, address: str, value: object, sheet: int = 1, book: str = "committees.xlsx") -> list[Fault]:
    """Put a value into a cell; give the faults."""
    folders.set_cell(folder / book, sheet, address, folders.as_cell(value))
    return list(check_folder(folder).faults)


def test_an_unknown_reference_reads_as_promised(folder: Path) -> None:
    (fault,) = plant(folder, "A2", "ISO/TC 289", sheet=2)
    assert str(fault) == (
        'committees.xlsx › relevance › A2: "ISO/TC 289" is no committee. Nearest: "ISO/TC 298" (Rare earth).'
    )
    assert (fault.code, fault.value, fault.suggestion) == ("unknown-reference", "ISO/TC 289", "ISO/TC 298")
    assert fault.expected == "column id of committees.xlsx › committees"


def test_a_parent_in_the_same_sheet_is_a_reference(folder: Path) -> None:
    (fault,) = plant(folder, "C4", "ISO/TC 299")
    assert (fault.cell, fault.code, fault.suggestion) == ("C4", "unknown-reference", "ISO/TC 298")


def test_a_reference_to_another_file_is_followed(folder: Path) -> None:
    (fault,) = plant(folder, "J3", "report-2025")
    assert (fault.cell, fault.code, fault.suggestion) == ("J3", "unknown-reference", "report-2026")


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("report-2027", " If it is new, add it to sources.csv first."),
        ("report-2062", ""),  # the same figures in disorder are a slip
        ("raport-2026", ""),
    ],
)
def test_a_key_with_another_number_may_be_new(folder: Path, source: str, hint: str) -> None:
    folders.set_cell(folder / "committees.xlsx", 1, "J2", folders.as_cell(source))
    (fault,) = check_folder(folder).faults
    nearest = 'Nearest: "report-2026" (Normalisatie, en grondstoffen).'
    assert fault.message == f'"{source}" is no source. {nearest}{hint}'


def test_items_of_a_list_are_references(folder: Path) -> None:
    pr, dz = plant(folder, "I2", "Nd; Pr; Dz")
    assert (pr.cell, pr.suggestion) == ("I2", None)
    assert pr.message == (
        '"Pr" in "Nd; Pr; Dz" is no material: it is not in column id of materials.xlsx › materials.'
        " Add it there first or put it back, or correct it here."
    )
    assert (dz.cell, dz.suggestion) == ("I2", "Dy")
    assert dz.message == '"Dz" in "Nd; Pr; Dz" is no material. Nearest: "Dy" (dysprosium).'


def test_an_item_of_two_is_shown_with_the_whole_and_one_alone_is_not(folder: Path) -> None:
    assert plant(folder, "I2", "Nd; Pr")[0].message.startswith('"Pr" in "Nd; Pr" is no material')
    assert plant(folder, "I2", "Pr")[0].message.startswith('"Pr" is no material')


def test_a_value_that_two_cells_miss_and_is_near_to_none_is_one_fault_without_a_hint(folder: Path) -> None:
    folders.set_cell(folder / "committees.xlsx", 2, "A2", folders.as_cell("another body"))
    (fault,) = plant(folder, "A3", "another body", sheet=2)
    assert (fault.code, fault.value, fault.cell) == ("missing-key", "another body", None)
    assert "Nearest" not in fault.message
    assert fault.followers == ("committees.xlsx › relevance › A2", "committees.xlsx › relevance › A3")


def test_the_name_of_a_row_is_meant_rather_than_a_key_with_other_letters(tmp_path: Path) -> None:
    things = folders.resource("things", "things.csv", None, [folders.column("id"), folders.column("name")], ["id"])
    uses = folders.resource("uses", "uses.csv", None, [folders.column("thing")], ["thing"], thing="things.id")
    rows = {"things": [["irony", "irony"], ["Fe", "Irons"]], "uses": [["Fe"], ["irony"], ["irons"]]}
    (fault,) = check_folder(folders.write_folder(tmp_path, rows, [things, uses])).faults
    assert fault.message == '"irons" is no thing. It is the name of "Fe": type that.'


def test_the_name_of_a_row_in_place_of_its_key_gives_the_key(folder: Path) -> None:
    (fault,) = plant(folder, "I3", "Neodymium")
    assert fault.message == '"Neodymium" is no material. It is the name of "Nd": type that.'


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("iso/tc 298", "wrong-case"),
        ("ISO/TC  298", "double-blank"),
        (" ISO/TC 298", "leading-blank"),
        ("ISО/TC 298", "look-alike-letters"),  # Cyrillic О
        ("ISO／TC 298", "look-alike-letters"),  # a full-width stroke
    ],
)
def test_what_only_looks_like_a_key_is_named_once(folder: Path, value: str, code: str) -> None:
    (fault,) = plant(folder, "C4", value)
    assert (fault.cell, fault.code, fault.suggestion) == ("C4", code, "ISO/TC 298")


def test_a_faulty_key_is_the_cause_and_its_references_follow(folder: Path) -> None:
    followers = (
        "committees.xlsx › committees › C4",
        "committees.xlsx › relevance › A2",
        "committees.xlsx › relevance › A3",
    )
    for value, code in (
        ("ISO/TC 298 ", "trailing-blank"),
        ("ISO/TC\u200b 298", "zero-width-blank"),
        ("iso/tc 298", "wrong-case"),
        ("IЅO/TC 298", "look-alike-letters"),
        ("TC 298", "wrong-form"),
        (298, "number-for-text"),
        (None, "missing-required"),
    ):
        (fault,) = plant(folder, "A2", value)
        assert (fault.cell, fault.code, fault.followers) == ("A2", code, followers)
        assert '3 cells refer to "ISO/TC 298" (' + ", ".join(followers) + ")" in fault.message


def test_a_key_that_was_changed_is_the_cause_of_what_misses_it(folder: Path) -> None:
    (fault,) = plant(folder, "A2", "ISO/TC 299")
    assert (fault.cell, fault.code, fault.suggestion, len(fault.followers)) == ("A2", "changed-key", "ISO/TC 298", 3)
    assert fault.message == (
        'nothing refers to "ISO/TC 299" (Rare earth), and 3 cells refer to "ISO/TC 298" (committees.xlsx › committees'
        " › C4, committees.xlsx › relevance › A2, committees.xlsx › relevance › A3), which no row has: if it was this"
        " one, type it again; if its row was deleted, put it back; if the new key is meant, change those cells."
    )


def write_materials(folder: Path, key: str, old: str, **constraints: str) -> list[Fault]:
    """Three cells refer to a material whose key was changed, of which a note speaks too; give the faults."""
    tables = [
        folders.resource(
            "materials", "m.csv", None, [folders.column("id", required=True, unique=True, **constraints)], ["id"]
        ),
        folders.resource(
            "uses", "u.csv", None, [*map(folders.column, ("n", "material", "note"))], ["n"], material="materials.id"
        ),
    ]
    uses: folders.Rows = [[str(n), name, f"of {old}"] for n, name in enumerate([old, old, old, "Zr", "Zr"])]
    rows: dict[str, folders.Rows] = {"materials": [["Zr"], [key], ["Ta"]], "uses": uses}
    return list(check_folder(folders.write_folder(folder, rows, tables)).faults)


@pytest.mark.parametrize(
    ("old", "key"), [("Nd", "nd"), ("rare-earth", "Rare-earth"), ("rare-earth", "rare–earth"), ("Co", "Со")]
)
def test_a_key_that_changed_only_for_the_machine_is_the_cause_of_what_misses_it(
    tmp_path: Path, old: str, key: str
) -> None:
    (fault,) = write_materials(tmp_path, key, old)
    assert (fault.cell, fault.column, fault.suggestion, len(fault.followers)) == ("line 3", "id", old, 3)
    if fault.code == "changed-key":
        assert fault.message == (
            f'nothing refers to "{key}", and 3 cells refer to "{old}" (u.csv › line 2, u.csv › line 3, u.csv › line 4),'
            " which no row has: if it was this one, type it again; if the new key is meant, change those cells."
        )


@pytest.mark.parametrize("key", ["LI", "LO"])
def test_a_near_form_that_nothing_refers_to_is_no_advice_beside_what_cells_miss(tmp_path: Path, key: str) -> None:
    (fault,) = write_materials(tmp_path, key, "Li", pattern="^([A-Z][a-z]?|[a-z-]+)$")
    assert (fault.cell, fault.suggestion, len(fault.followers)) == ("line 3", "Li", 3)
    assert fault.message.startswith(f'"{key}" is not written as id is. 3 cells refer to "Li" (')
    assert fault.message.endswith("which no row has: if it was this one, type it again.")


def test_several_near_values_are_no_advice_beside_what_cells_miss(tmp_path: Path) -> None:
    things = folders.column("id", required=True, unique=True, enum=["alpha", "alphb", "gamma"])
    tables = [
        folders.resource("things", "t.csv", None, [things], ["id"]),
        folders.resource(
            "uses", "u.csv", None, [folders.column("n"), folders.column("thing")], ["n"], thing="things.id"
        ),
    ]
    rows: dict[str, folders.Rows] = {"things": [["alphx"], ["gamma"]], "uses": [["1", "alpha"], ["2", "alpha"]]}
    (fault,) = check_folder(folders.write_folder(tmp_path, rows, tables)).faults
    assert (fault.suggestion, len(fault.followers)) == ("alpha", 2)
    assert fault.message.startswith('"alphx" is no value of id. 2 cells refer to "alpha" (')


def test_a_value_that_several_cells_miss_is_one_fault_with_every_cure(folder: Path) -> None:
    plant(folder, "B4", 3, sheet=2)
    for address in ("A2", "A3", "A4"):
        faults = plant(folder, address, "ISO/TC 289", sheet=2)
    (fault,) = faults
    assert (fault.place, fault.column, fault.code) == ("committees.xlsx › committees", "id", "missing-key")
    assert fault.message == (
        'no committee has the id "ISO/TC 289", and 3 cells refer to it (committees.xlsx › relevance › A2,'
        " committees.xlsx › relevance › A3, committees.xlsx › relevance › A4). Add its row there first or put it back,"
        ' or change the cells that refer to it. If they were mistyped, the nearest is "ISO/TC 298" (Rare earth).'
    )


def test_a_faulty_key_is_never_suggested(folder: Path) -> None:
    plant(folder, "A2", "ISO/TC 298a")
    faults = plant(folder, "A4", "ISO/TC 298b", sheet=2)
    assert [(fault.cell, fault.suggestion, len(fault.followers)) for fault in faults] == [("A2", "ISO/TC 298", 4)]
    faults = plant(folder, "A4", "ISO/TC 33", sheet=2)
    assert [(fault.cell, fault.suggestion) for fault in faults] == [("A2", "ISO/TC 298"), ("A4", "ISO/TC 333")]


def test_a_slip_in_the_case_of_a_sound_key_is_not_blamed_on_a_faulty_one(folder: Path) -> None:
    plant(folder, "A5", "iso/tc 298")
    faults = plant(folder, "A2", "Iso/TC 298", sheet=2)
    assert [(fault.cell, fault.code, fault.followers) for fault in faults] == [
        ("A5", "look-alike-key", ()),
        ("A2", "wrong-case", ()),
    ]


def test_a_faulty_key_that_is_repeated_to_the_letter_breaks_nothing(folder: Path) -> None:
    for address, sheet in (("C4", 1), ("A2", 2), ("A3", 2), ("A2", 1)):
        faults = plant(folder, address, "TC 298", sheet)
    assert [(fault.cell, fault.code, fault.followers) for fault in faults] == [("A2", "wrong-form", ())]


def test_a_lone_reference_that_is_misspelt_is_named_itself_though_nothing_else_refers_to_its_key(folder: Path) -> None:
    (fault,) = plant(folder, "C5", "ISO/TC 338")
    assert (fault.cell, fault.code, fault.suggestion) == ("C5", "unknown-reference", "ISO/TC 333")


def test_a_row_that_was_deleted_is_named_with_what_refers_to_it(tmp_path: Path) -> None:
    rows = {"committees": folders.ROWS["committees"][1:]}
    (fault,) = check_folder(folders.write_folder(tmp_path / "data", rows)).faults
    assert (fault.place, fault.code, fault.value) == ("committees.xlsx › committees", "missing-key", "ISO/TC 298")
    assert len(fault.followers) == 3
    assert "Add its row there first or put it back, or change the cells that refer to it." in fault.message


def test_two_keys_that_were_changed_at_once_are_two_faults_each_with_its_own_followers(folder: Path) -> None:
    plant(folder, "A2", "ISO/TC 299")
    plant(folder, "A3", None)
    faults = plant(folder, "A2", "N", book="materials.xlsx")
    found = [(fault.sheet, fault.cell, fault.suggestion, len(fault.followers)) for fault in faults]
    assert found == [
        ("committees", "A2", "ISO/TC 298", 3),
        ("committees", "A3", "ISO/TC 333", 1),
        ("materials", "A2", "Nd", 2),
    ]


def test_many_followers_are_counted_by_file_and_not_listed(tmp_path: Path) -> None:
    columns = [folders.column("id", required=True), folders.column("name")]
    things = folders.resource("things", "things.csv", None, columns, ["id"])
    fields = [folders.column("row", "integer"), folders.column("thing")]
    uses = [folders.resource(name, f"{name}.csv", None, fields, ["row"], thing="things.id") for name in ("one", "two")]
    rows = {
        "things": [[None, "c"], ["Alpha", "a"]],
        "one": [[1, "Alpha"], [2, "gamma"]],
        "two": [[number, "gamma"] for number in range(5)],
    }
    (fault,) = check_folder(folders.write_folder(tmp_path, rows, [things, *uses])).faults
    assert fault.place == "things.csv › line 2 › id"
    assert fault.message == (
        'is blank, and id must be filled in every row. 6 cells in 2 files refer to "gamma"'
        " (1 in one.csv, 5 in two.csv), which no row has: if it was this one, type it again."
    )


def test_a_key_that_is_a_reference_itself_is_named_once_with_what_refers_to_it(tmp_path: Path) -> None:
    things = folders.resource("things", "things.csv", None, [folders.column("id", required=True)], ["id"])
    details = folders.resource(
        "details", "details.csv", None, [folders.column("thing", required=True)], ["thing"], thing="things.id"
    )
    uses = folders.resource(
        "uses", "uses.csv", None, [folders.column("n", "integer"), folders.column("detail")], ["n"],
        detail="details.thing",
    )  # fmt: skip
    rows = {
        "things": [["alpha"], ["omega"]],
        "details": [["alhpa"], ["omega"]],
        "uses": [[1, "alpha"], [2, "alpha"], [3, "omega"]],
    }
    (fault,) = check_folder(folders.write_folder(tmp_path, rows, [uses, details, things])).faults
    assert (fault.place, fault.code) == ("details.csv › line 2 › thing", "unknown-reference")
    assert fault.followers == ("uses.csv › line 2", "uses.csv › line 3")


def test_a_key_that_stands_in_a_composite_key_is_named_in_its_own_cell(tmp_path: Path) -> None:
    parts = folders.resource(
        "parts", "parts.csv", None, [folders.column("group"), folders.column("order", "integer")], ["group", "order"]
    )
    uses = folders.resource(
        "uses", "uses.csv", None, [folders.column("n", "integer"), folders.column("group")], ["n"], group="parts.group"
    )
    rows = {"parts": [["magnets", 1], ["batterries", 1]], "uses": [[1, "batteries"], [2, "batteries"], [3, "magnets"]]}
    (fault,) = check_folder(folders.write_folder(tmp_path, rows, [parts, uses])).faults
    assert (fault.place, fault.code, fault.suggestion) == ("parts.csv › line 3 › group", "changed-key", "batteries")


def test_the_upper_of_two_equal_keys_is_blamed_when_its_row_says_so(tmp_path: Path) -> None:
    things = folders.resource(
        "things", "things.csv", None, [folders.column("id", unique=True), folders.column("name")], ["id"]
    )
    uses = folders.resource("uses", "uses.csv", None, [folders.column("n", "integer"), folders.column("thing")], ["n"],
                            thing="things.id")  # fmt: skip
    rows = {"things": [["zinc", "copper ore"], ["zinc", "zinc ore"]], "uses": [[1, "copper"], [2, "zinc"]]}
    (fault,) = check_folder(folders.write_folder(tmp_path, rows, [things, uses])).faults
    assert fault.place == "things.csv › line 2 › id"
    assert fault.message == (
        '"zinc" stands in line 3 too; id must differ in every row. 1 cell refers to "copper" (uses.csv › line 2),'
        " which no row has: if it was this one, type it again."
    )


def test_the_cause_is_the_header_that_is_gone_and_no_line_in_the_wrong_encoding(folder: Path) -> None:
    lines = (folder / "sources.csv").read_text(encoding="utf-8").splitlines()[1:]
    (folder / "sources.csv").write_text("\n".join(lines), encoding="cp1252")
    found = {fault.code: len(fault.followers) for fault in check_folder(folder).faults}
    assert found == {"missing-header": 4, "wrong-encoding": 0}


def test_a_key_made_double_is_the_cause_of_the_reference_to_what_it_was(folder: Path) -> None:
    (fault,) = plant(folder, "A3", "ISO/TC 298")
    assert (fault.cell, fault.code) == ("A3", "duplicate-key")
    assert fault.followers == ("committees.xlsx › committees › C5",)


def test_a_slip_beside_a_faulty_key_stays_a_fault_of_its_own(folder: Path) -> None:
    plant(folder, "A3", "iso/tc 333")
    faults = plant(folder, "A2", "ISO/TC 289", sheet=2)
    assert [(fault.sheet, fault.cell, fault.code) for fault in faults] == [
        ("committees", "A3", "wrong-case"),
        ("relevance", "A2", "unknown-reference"),
    ]


def test_references_to_a_table_that_cannot_be_read_are_no_faults_of_their_own(folder: Path) -> None:
    (folder / "sources.csv").unlink()
    (fault,) = check_folder(folder).faults
    assert (fault.file, fault.code) == ("sources.csv", "missing-file")
    assert fault.message.endswith(" 4 cells in committees.xlsx refer to it.")


def test_a_renamed_key_column_breaks_no_reference(folder: Path) -> None:
    (fault,) = plant(folder, "A1", "Id.")
    assert (fault.cell, fault.code, fault.followers) == ("A1", "renamed-column", ())


def test_a_key_column_that_is_gone_is_the_cause(folder: Path) -> None:
    for row in range(1, 5):
        faults = plant(folder, f"A{row}", None, book="materials.xlsx")
    (fault,) = faults
    assert (fault.cell, fault.code, fault.column) == ("A1", "missing-column", "id")
    assert len(fault.followers) == 3


def test_the_cause_is_the_missing_key_column_and_no_other_fault_of_the_sheet(folder: Path) -> None:
    rows = [["name", "extra"], *([row[1], "x"] for row in folders.ROWS["materials"])]
    folders.write_workbook(folder / "materials.xlsx", {"materials": rows})
    found = {fault.code: len(fault.followers) for fault in check_folder(folder).faults}
    assert found == {"missing-column": 3, "extra-column": 0}


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Countries", "is no country:"),
        ("Raw materials", "is no raw material:"),
        ("EU lists", "is no EU list:"),
        ("EU member countries", "is no EU member country:"),
        ("Members of lists", "is not in column id of things.csv."),
        ("Old EU member countries", "is not in column id of things.csv."),
        ("Members of a list by kind", "is not in column id of things.csv."),
        ("Bibliography", "is not in column id of things.csv."),
    ],
)
def test_a_row_is_called_by_the_title_of_its_table(tmp_path: Path, title: str, words: str) -> None:
    things = folders.resource("things", "things.csv", None, [folders.column("id")], ["id"])
    things["title"] = title
    uses = folders.resource("uses", "uses.csv", None, [folders.column("thing")], ["thing"], thing="things.id")
    folder = folders.write_folder(tmp_path, {"things": [["alpha"]], "uses": [["omega"]]}, [things, uses])
    (fault,) = check_folder(folder).faults
    assert fault.message.startswith(f'"omega" {words}')


def test_a_key_without_a_name_is_suggested_alone(tmp_path: Path) -> None:
    things = folders.resource("things", "things.csv", None, [folders.column("id"), folders.column("name")], ["id"])
    uses = folders.resource("uses", "uses.csv", None, [folders.column("thing")], ["thing"], thing="things.id")
    known = [["alpha", None], ["delta", "d" * 61], ["omega", "o" * 60]]
    rows = {"things": known, "uses": [["alhpa"], ["detla"], ["omgea"]]}
    first, second, third = check_folder(folders.write_folder(tmp_path, rows, [things, uses])).faults
    assert first.message == '"alhpa" is no thing. Nearest: "alpha".'
    assert second.message.endswith(f'Nearest: "delta" ({"d" * 60}…).')
    assert third.message.endswith(f'Nearest: "omega" ({"o" * 60}).')
