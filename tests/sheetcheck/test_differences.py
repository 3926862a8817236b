"""What changed is told by key and by cell, in content and not in bytes, and nothing is written to find out."""

from __future__ import annotations

import copy
import datetime as dt
import json
import shutil
import subprocess
from pathlib import Path

import folders
import openpyxl
import pytest
from markdown_it import MarkdownIt

from sheetcheck.changes.differences import (
    CellChange,
    ColumnChange,
    RowChange,
    WholeTable,
    changes_since,
    compare_checked,
    compare_folders,
    contents,
)
from sheetcheck.changes.history import HistoryError, old_state
from sheetcheck.changes.words import render_json, render_markdown, render_text, shown_pair
from sheetcheck.changes.workbook_text import set_up_git, workbook_as_text
from sheetcheck.checks import check_folder
from sheetcheck.faults import SchemaError
from sheetcheck.messages import speaking
from sheetcheck.writing.records import cell_text, records

DATA = Path(__file__).parents[2] / "data"
COMMITTEES = [field["name"] for field in folders.COMMITTEES]


def rows(name, *changes, without=()):
    """The rows of a table with cells changed, each as (row, column, value), both from 0."""
    table = copy.deepcopy(folders.ROWS[name])
    for row, column, value in changes:
        table[row][column] = value
    return {name: [row for number, row in enumerate(table) if number not in without]}


@pytest.fixture
def compare(tmp_path):
    """Compare two small folders, each given by the rows that differ from the sound ones."""

    def run(new, old=None, *, resources=folders.RESOURCES, old_resources=folders.RESOURCES):
        folders.write_folder(tmp_path / "old", old, old_resources)
        folders.write_folder(tmp_path / "new", new, resources)
        return compare_folders(tmp_path / "old", tmp_path / "new", old_name="before", new_name="now")

    return run


def only(changes):
    """The one table in which something changed."""
    (table,) = changes.tables
    return table


def with_fields(name, fields, key=None):
    """The resources of the small schema with other fields or another key for one table."""
    changed = copy.deepcopy(folders.RESOURCES)
    entry = next(entry for entry in changed if entry["name"] == name)
    entry["schema"]["fields"] = fields
    entry["schema"]["primaryKey"] = key or entry["schema"]["primaryKey"]
    return changed


def test_two_equal_folders_have_no_changes(compare):
    assert compare({}).is_empty


def test_a_workbook_saved_again_by_another_program_is_no_change(tmp_path):
    old, new = folders.write_folder(tmp_path / "old"), folders.write_folder(tmp_path / "new")
    openpyxl.load_workbook(new / "committees.xlsx").save(new / "committees.xlsx")
    assert (old / "committees.xlsx").read_bytes() != (new / "committees.xlsx").read_bytes()
    assert compare_folders(old, new).is_empty


def test_rows_in_another_order_are_no_change(compare):
    assert compare({name: table[::-1] for name, table in folders.ROWS.items()}).is_empty


def test_columns_in_another_order_are_no_change(tmp_path):
    old, new = folders.write_folder(tmp_path / "old"), folders.write_folder(tmp_path / "new")
    book = openpyxl.load_workbook(new / "materials.xlsx")
    for row in book["materials"].iter_rows():
        row[0].value, row[1].value = row[1].value, row[0].value
    book.save(new / "materials.xlsx")
    changes = compare_folders(old, new, new_name="now")
    assert changes.is_empty
    assert changes.notes == ()


def test_the_same_values_written_otherwise_in_a_csv_are_no_change(tmp_path):
    old, new = folders.write_folder(tmp_path / "old"), folders.write_folder(tmp_path / "new")
    text = (new / "sources.csv").read_text(encoding="utf-8")
    changed = text.replace("12.5", "12.50").replace("crma-2024", '"crma-2024"').replace("\n", "\r\n")
    (new / "sources.csv").write_bytes(b"\xef\xbb\xbf" + changed.encode())
    assert compare_folders(old, new).is_empty


def test_a_list_with_other_blanks_is_no_change_and_with_another_order_is_one(compare):
    assert compare(rows("committees", (0, 8, "Nd;Dy"))).is_empty
    assert only(compare(rows("committees", (0, 8, "Dy; Nd")))).cells == (
        CellChange("committees.xlsx › committees › I2", "ISO/TC 298", "materials", "Nd; Dy", "Dy; Nd"),
    )


def test_a_changed_cell_has_its_address_key_column_old_and_new_value(compare):
    changes = compare(rows("committees", (1, 5, 0.3), (2, 6, dt.date(2024, 5, 1)), (0, 7, False), (3, 2, None)))
    place = "committees.xlsx › committees › "
    assert only(changes).cells == (
        CellChange(f"{place}H2", "ISO/TC 298", "is_open", "TRUE", "FALSE"),
        CellChange(f"{place}F3", "ISO/TC 333", "share", "0.25", "0.3"),
        CellChange(f"{place}G4", "CEN/TC 472", "founded", "", "2024-05-01"),
        CellChange(f"{place}C5", "ISO/TC 345", "parent", "ISO/TC 333", ""),
    )
    assert changes.resources == ("committees",)


def test_the_address_of_a_changed_cell_is_that_of_the_new_state(compare):
    changed = rows("committees", (1, 1, "Li"), (3, 1, "Metals"))["committees"]
    assert only(compare({"committees": changed[::-1]})).cells == (
        CellChange("committees.xlsx › committees › B2", "ISO/TC 345", "title", "Specialty metals", "Metals"),
        CellChange("committees.xlsx › committees › B4", "ISO/TC 333", "title", "Lithium", "Li"),
    )


def test_a_changed_cell_of_a_csv_has_its_line_and_column(compare):
    (cell,) = only(compare(rows("sources", (1, 6, "Verordening")))).cells
    assert cell == CellChange("sources.csv › line 3 › title", "crma-2024", "title", "Verordening België", "Verordening")


def test_the_line_of_a_changed_cell_is_called_a_line_in_the_language_in_use(compare):
    changes = compare(rows("sources", (1, 6, "Verordening")))
    with speaking("nl"):
        told = render_text(changes)
    assert told.startswith("sources.csv › regel 3 › title (crma-2024): title ")


def test_a_row_that_says_the_same_under_another_key_is_one_row_with_another_key(compare):
    changes = compare(rows("relevance", (0, 0, "CEN/TC 472"), (1, 1, 3)))
    assert only(changes).cells == (
        CellChange(
            "committees.xlsx › relevance › A2", "committee CEN/TC 472, order 1", "committee", "ISO/TC 298", "CEN/TC 472"
        ),
        CellChange("committees.xlsx › relevance › B3", "committee ISO/TC 298, order 3", "order", "2", "3"),
    )
    assert not only(changes).rows_added + only(changes).rows_removed


def test_rows_that_say_nothing_but_their_keys_are_not_taken_for_one(compare):
    blank = [["ISO/TC 298", 1, None]]
    table = only(compare({"relevance": [["CEN/TC 472", 1, None]]}, {"relevance": blank}))
    assert (len(table.rows_added), len(table.rows_removed), table.cells) == (1, 1, ())


def test_a_row_added_and_a_row_removed_are_told_with_their_cells(compare):
    changed = rows("relevance", without=(1,))["relevance"] + [["CEN/TC 472", 2, "More"]]
    table = only(compare({"relevance": changed}))
    assert table.rows_added == (
        RowChange(
            "committees.xlsx › relevance › row 4",
            "committee CEN/TC 472, order 2",
            (("committee", "CEN/TC 472"), ("order", "2"), ("why", "More")),
        ),
    )
    assert table.rows_removed == (
        RowChange(
            "committees.xlsx › relevance › row 3",
            "committee ISO/TC 298, order 2",
            (("committee", "ISO/TC 298"), ("order", "2"), ("why", "Recycling")),
        ),
    )
    assert table.cells == ()


def test_a_row_removed_names_the_cells_that_still_point_to_it(tmp_path):
    old = folders.write_folder(tmp_path / "old")
    rows = [row for row in folders.ROWS["materials"] if row[0] != "Li"]
    new = folders.write_folder(tmp_path / "new", {"materials": rows})
    assert render_text(compare_folders(old, new)).splitlines()[2:3] == [
        "materials.xlsx › materials › row 4 before (Li): - id = Li; name = lithium; 2 cells refer to it"
        " (committees.xlsx › committees › I3, committees.xlsx › committees › I5)"
    ]
    (removed,) = compare_folders(new, old).tables[0].rows_added
    assert removed.referring == ()


def test_a_column_added_is_one_change_and_not_one_a_row(compare):
    fields = [*folders.MATERIALS, folders.column("symbol")]
    new = [[*row, symbol] for row, symbol in zip(folders.ROWS["materials"], ["N", None, "L"], strict=True)]
    changes = compare({"materials": new}, resources=with_fields("materials", fields))
    assert only(changes).columns_added == (ColumnChange("materials.xlsx › materials › C1", "symbol", 2),)
    assert only(changes).cells == ()
    assert changes.notes == ("The schema (datapackage.json) differs.",)


def test_a_column_removed_is_one_change_and_not_one_a_row(compare):
    old = with_fields("materials", [*folders.MATERIALS, folders.column("symbol")])
    changes = compare({}, {"materials": [[*row, "x"] for row in folders.ROWS["materials"]]}, old_resources=old)
    assert only(changes).columns_removed == (ColumnChange("materials.xlsx › materials › C1", "symbol", 3),)
    assert only(changes).cells == ()


def test_a_column_that_the_schema_does_not_know_is_told_too(tmp_path):
    old, new = folders.write_folder(tmp_path / "old"), folders.write_folder(tmp_path / "new")
    book = openpyxl.load_workbook(new / "materials.xlsx")
    book["materials"]["C1"], book["materials"]["C3"] = "remark", "rare"
    book.save(new / "materials.xlsx")
    assert only(compare_folders(old, new)).columns_added == (
        ColumnChange("materials.xlsx › materials › C1", "remark", 1),
    )


def test_a_table_added_or_removed_is_told_with_its_rows(compare):
    fewer = [entry for entry in folders.RESOURCES if entry["name"] != "relevance"]
    relevance = (WholeTable("relevance", "committees.xlsx › relevance", 3),)
    added, removed = compare({}, old_resources=fewer), compare({}, resources=fewer)
    assert (added.tables_added, added.tables_removed) == (relevance, ())
    assert (removed.tables_added, removed.tables_removed) == ((), relevance)
    assert removed.resources == ("relevance",)


def test_a_file_that_is_gone_is_its_tables_removed(tmp_path):
    old, new = folders.write_folder(tmp_path / "old"), folders.write_folder(tmp_path / "new")
    (new / "sources.csv").unlink()
    assert compare_folders(old, new).tables_removed == (WholeTable("sources", "sources.csv", 2),)


def test_a_file_that_cannot_be_read_is_said_and_its_tables_do_not_count_as_removed(tmp_path):
    old, new = folders.write_folder(tmp_path / "old"), folders.write_folder(tmp_path / "new")
    content = (new / "committees.xlsx").read_bytes()
    (new / "committees.xlsx").write_bytes(content[: len(content) // 2])
    changes = compare_folders(old, new, new_name="now")
    assert changes.is_empty
    assert len(changes.notes) == 2
    assert changes.notes[1].startswith("now: committees.xlsx: is cut off")
    assert changes.notes[1].endswith("Not compared.")


def test_a_sheet_without_column_names_is_said_and_its_rows_do_not_count_as_removed(tmp_path):
    old, new = folders.write_folder(tmp_path / "old"), folders.write_folder(tmp_path / "new")
    book = openpyxl.load_workbook(new / "materials.xlsx")
    book["materials"].delete_rows(1)
    book.save(new / "materials.xlsx")
    changes = compare_folders(old, new, new_name="now")
    assert changes.is_empty
    assert "row 1 does not hold the column names" in changes.notes[1]


def test_a_value_with_a_fault_is_told_as_it_stands_there(compare):
    changes = compare(rows("committees", (0, 5, "50 %"), (1, 8, "Li; Lx")))
    assert [(cell.old, cell.new) for cell in only(changes).cells] == [("0.5", "50 %"), ("Li", "Li; Lx")]
    assert changes.notes == ("now has 2 faults; compared by what could be read there.",)


def test_rows_whose_key_stands_twice_are_named_and_none_is_lost(compare):
    double = rows("relevance")["relevance"] + [["ISO/TC 298", 1, "Magnets"], ["ISO/TC 298", 1, "Third"]]
    table = only(compare({"relevance": double}))
    assert [change.place for change in table.rows_added] == [
        "committees.xlsx › relevance › row 5",
        "committees.xlsx › relevance › row 6",
    ]
    assert (table.rows_removed, table.cells) == ((), ())
    assert table.notes == (
        'committees.xlsx › relevance: the key "ISO/TC 298 | 1" stands in rows 2, 5, 6 of the new state.',
    )


def test_a_doubled_row_in_both_states_is_no_change_and_one_edit_of_it_is_one_cell(compare):
    old = rows("relevance")["relevance"] + [["ISO/TC 298", 1, "Second"]]
    new = [["ISO/TC 298", 1, "Edited"], *old[:-1]]
    same = compare({"relevance": old[::-1]}, {"relevance": old})
    assert same.is_empty
    assert [note.rsplit(" ", 3)[-2] for note in only(same).notes] == ["old", "new"]
    assert [
        (cell.place, cell.old, cell.new) for cell in only(compare({"relevance": new}, {"relevance": old})).cells
    ] == [("committees.xlsx › relevance › C2", "Second", "Edited")]


def test_another_key_in_the_schema_is_said(compare):
    changes = compare({}, resources=with_fields("relevance", folders.RELEVANCE, ["why"]))
    assert changes.is_empty
    assert only(changes).notes == ("committees.xlsx › relevance: the key was committee + order and is why.",)


def test_a_key_that_the_old_state_lacks_falls_back_on_the_old_key(compare):
    fields = [folders.column("number", required=True), *folders.MATERIALS]
    new = [[str(number), *row] for number, row in enumerate(folders.ROWS["materials"])]
    new[2][2] = "lithium metal"
    table = only(compare({"materials": new}, resources=with_fields("materials", fields, ["number"])))
    assert table.notes == (
        "materials.xlsx › materials: the key was id and is number.",
        "materials.xlsx › materials: rows are matched by id.",
    )
    assert [(cell.place, cell.key, cell.new) for cell in table.cells] == [
        ("materials.xlsx › materials › C4", "Li", "lithium metal")
    ]


def test_a_table_without_a_key_is_matched_row_by_row_as_a_whole(compare):
    free = with_fields("relevance", folders.RELEVANCE)
    next(entry for entry in free if entry["name"] == "relevance")["schema"]["primaryKey"] = []
    table = only(compare(rows("relevance", (1, 2, "Other")), resources=free, old_resources=free))
    assert (len(table.rows_added), len(table.rows_removed), table.cells) == (1, 1, ())
    assert [row.key for row in (*table.rows_added, *table.rows_removed)] == ["", ""]
    why = "rows are matched as a whole, since there is no key that both states have."
    assert table.notes == (f"committees.xlsx › relevance: {why}",)


def test_that_rows_are_matched_as_a_whole_is_said_before_that_the_key_is_another(compare):
    old, new = (with_fields("relevance", folders.RELEVANCE) for _ in range(2))
    next(entry for entry in old if entry["name"] == "relevance")["schema"]["primaryKey"] = []
    part = next(entry for entry in new if entry["name"] == "relevance")["schema"]
    part["primaryKey"] = ["line"]
    part["fields"] = [folders.column("line"), *folders.RELEVANCE]
    new_rows = [[str(line), *row] for line, row in enumerate(folders.ROWS["relevance"])]
    table = only(compare({"relevance": new_rows[1:]}, resources=new, old_resources=old))
    assert [note.partition(": ")[2][:26] for note in table.notes] == [
        "rows are matched as a whol",
        "the key was none and is li",
    ]


def test_each_table_that_cannot_be_read_is_told_with_the_fault_of_its_own_sheet(tmp_path):
    folders.write_folder(tmp_path / "old")
    folders.write_folder(tmp_path / "new")
    for number, cell in ((1, "A2"), (2, "A3")):
        part = f"xl/worksheets/sheet{number}.xml"
        wrong = (f'r="{cell}"'.encode(), b'r="B9"')
        folders.rewrite_part(tmp_path / "new" / "committees.xlsx", part, lambda xml, wrong=wrong: xml.replace(*wrong))
    notes = compare_folders(tmp_path / "old", tmp_path / "new", old_name="before", new_name="now").notes
    assert [note.partition(" is damaged: ")[::2] for note in notes[1:]] == [
        (f"now: committees.xlsx › {sheet}:", f'a cell in row {row} calls itself "B9". {cure}')
        for sheet, row in (("committees", 2), ("relevance", 3))
        for cure in ["Open it in Excel, let it repair the file, and save it again. Not compared."]
    ]


def test_how_rows_were_matched_is_not_said_of_a_table_that_is_as_it_was(compare):
    free = with_fields("relevance", folders.RELEVANCE)
    next(entry for entry in free if entry["name"] == "relevance")["schema"]["primaryKey"] = []
    assert compare({}, resources=free, old_resources=free).tables == ()


def test_rows_that_only_a_unique_key_tells_apart_are_matched_by_it(compare):
    free = with_fields("relevance", folders.RELEVANCE)
    schema = next(entry for entry in free if entry["name"] == "relevance")["schema"]
    schema["uniqueKeys"] = [schema.pop("primaryKey")]
    table = only(compare(rows("relevance", (1, 2, "Other")), resources=free, old_resources=free))
    assert (table.rows_added, table.rows_removed, table.notes) == ((), (), ())
    assert [cell.new for cell in table.cells] == ["Other"]


def test_what_is_read_here_is_what_the_validated_frames_hold_for_every_table_of_the_project():
    checked = check_folder(DATA)
    told = contents(checked)
    assert set(told) == set(checked.frames)
    for resource in checked.package.resources:
        fields = {field.name: field for field in resource.fields}
        wanted = [
            {
                name: text.replace("\r\n", "\n")
                for name, value in row.items()
                if (text := cell_text(fields[name], value))
            }
            for row in records(checked.frames[resource.name], resource)
        ]
        assert [*told[resource.name].rows.values()] == wanted, resource.name


def test_states_are_compared_as_they_were_checked_and_no_file_is_read_again(tmp_path):
    old = folders.write_folder(tmp_path / "old")
    new = folders.write_folder(tmp_path / "new", rows("relevance", (0, 2, "Motors")))
    checked = check_folder(old), check_folder(new)
    shutil.rmtree(old)
    shutil.rmtree(new)
    changes = compare_checked(*checked, old_name="before", new_name="now")
    assert [(cell.place, cell.old, cell.new) for cell in only(changes).cells] == [
        ("committees.xlsx › relevance › C2", "Magnets", "Motors")
    ]
    assert changes.notes == ()


def test_nothing_is_written_in_either_folder(tmp_path, compare):
    compare(rows("committees", (0, 1, "Other")))
    before = {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in sorted(tmp_path.rglob("*.*"))}
    compare_folders(tmp_path / "old", tmp_path / "new")
    assert {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in sorted(tmp_path.rglob("*.*"))} == before


def test_a_folder_without_a_schema_is_refused(tmp_path):
    with pytest.raises(SchemaError, match=r"there is no datapackage\.json"):
        compare_folders(tmp_path, DATA)


# Since a revision


def git(folder, *words):
    names = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "-c", "core.autocrlf=false")
    done = subprocess.run(["git", *names, *words], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode()


@pytest.fixture
def clone(tmp_path):
    """A repository with a first commit without data, then one with, and a changed cell since."""
    root = tmp_path / "project"
    root.mkdir()
    git(root, "init", "-q")
    (root / "README.md").write_text("x", encoding="utf-8")
    git(root, "add", ".")
    git(root, "commit", "-qm", "docs: Begin")
    folders.write_folder(root / "data")
    git(root, "add", ".")
    git(root, "commit", "-qm", "data: Add the committees")
    folders.write_folder(root / "data", rows("relevance", (0, 2, "Motors")))
    return root


def test_without_a_revision_the_last_commit_is_the_old_state(clone):
    changes = changes_since(clone / "data")
    assert [(cell.place, cell.old, cell.new) for cell in only(changes).cells] == [
        ("committees.xlsx › relevance › C2", "Magnets", "Motors")
    ]
    assert changes.old.endswith(": data: Add the committees")


def test_a_branch_a_tag_or_a_number_is_a_revision(clone):
    git(clone, "tag", "first")
    git(clone, "commit", "-qam", "data: Correct")
    number = git(clone, "rev-parse", "first").strip()
    for name in ("first", "HEAD~1", number, number[:10]):
        assert changes_since(clone / "data", name).resources == ("relevance",)
    assert changes_since(clone / "data").is_empty


def test_another_folder_can_be_named_as_text_or_as_path(clone, tmp_path):
    other = folders.write_folder(tmp_path / "other")
    assert changes_since(clone / "data", str(other)).resources == ("relevance",)
    assert changes_since(clone / "data", other).resources == ("relevance",)


def test_a_data_folder_that_is_the_whole_repository_works_too(tmp_path):
    root = folders.write_folder(tmp_path / "data")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "data: All")
    assert changes_since(root).is_empty


def test_the_work_tree_and_the_index_stay_as_they_are(clone):
    git(clone, "status")
    before = {file: file.read_bytes() for file in sorted(clone.rglob("*")) if file.is_file()}
    changes_since(clone / "data")
    assert {file: file.read_bytes() for file in sorted(clone.rglob("*")) if file.is_file()} == before


def test_the_old_state_is_gone_when_it_is_no_longer_needed(clone):
    with old_state(clone / "data") as old:
        assert (old.folder / "datapackage.json").is_file()
    assert not old.folder.exists()


def test_an_unknown_revision_is_refused_with_what_can_be_given(clone):
    with pytest.raises(HistoryError, match=r'"nonsense" is neither a revision .* nor a folder .* Give a commit'):
        changes_since(clone / "data", "nonsense")
    with pytest.raises(HistoryError, match='"--output=x" is neither'):
        changes_since(clone / "data", "--output=x")
    assert not (clone / "x").exists()


def test_a_revision_without_the_folder_is_refused(clone):
    with pytest.raises(HistoryError, match=r"data/ was not there at .*docs: Begin\. Name a later revision"):
        changes_since(clone / "data", "HEAD~1")


def test_a_folder_outside_git_and_a_repository_without_commits_are_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    folder = folders.write_folder(tmp_path / "data")
    with pytest.raises(HistoryError, match="is not under version control"):
        changes_since(folder)
    git(folder, "init", "-q")
    with pytest.raises(HistoryError, match="There is no commit yet"):
        changes_since(folder)


def test_without_git_the_way_out_is_said(clone, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(HistoryError, match=r"git is not installed.*--since FOLDER"):
        changes_since(clone / "data")


def test_inside_a_hook_the_repository_of_the_folder_counts(clone, tmp_path, monkeypatch):
    other = tmp_path / "elsewhere"
    other.mkdir()
    git(other, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert changes_since(clone / "data").resources == ("relevance",)


# In words


@pytest.fixture
def changes(compare):
    """One cell with everything that Markdown and HTML take for something else, a row added and a row removed."""
    changed = rows("relevance", (0, 2, "a|b\n<b>*x*</b> `y` @jan $1$ \u00a0"), without=(1,))["relevance"]
    return compare({"relevance": [*changed, ["CEN/TC 472", 2, "More"]]})


def test_the_text_tells_every_change_and_sums_up(changes):
    place = "committees.xlsx › relevance › "
    assert render_text(changes).splitlines() == [
        "now has 1 fault; compared by what could be read there.",
        "",
        f"{place}row 3 before (committee ISO/TC 298, order 2): - committee = ISO/TC 298; order = 2; why = Recycling",
        f"{place}row 4 (committee CEN/TC 472, order 2): + committee = CEN/TC 472; order = 2; why = More",
        f'{place}C2 (committee ISO/TC 298, order 1): why "Magnets" → "a|b⏎<b>*x*</b> `y` @jan $1$ ⟨U+00A0⟩"',
        "",
        "1 cell changed, 1 row added, 1 row removed, in 1 table, since before.",
    ]


def test_old_values_are_red_and_new_ones_green_on_a_terminal(compare):
    changed = render_text(compare(rows("relevance", (0, 2, "Motors"))), colour=True).splitlines()[0]
    assert changed.endswith('why \033[31m"Magnets"\033[0m → \033[32m"Motors"\033[0m')


def test_no_change_is_said_in_every_form(compare):
    none = compare({})
    assert render_text(none) == "No change since before.\n"
    assert render_markdown(none) == "**No change since before.**\n"
    assert json.loads(render_json(none))["is_empty"] is True


def test_a_table_filled_anew_is_cut_in_the_text_and_whole_in_json(compare):
    many = compare({"relevance": [["ISO/TC 298", number, "x"] for number in range(3, 103)]})
    text = render_text(many)
    assert "committees.xlsx › relevance: and 63 more; --format json gives them all." in text
    assert len(json.loads(render_json(many))["tables"][0]["rows_added"]) == 100


def test_long_values_are_cut_around_what_differs():
    old, new = "x" * 100 + " old " + "y" * 100, "x" * 100 + " new " + "y" * 100
    assert shown_pair(old, new) == (
        f'"…{"x" * 19} old {"y" * 46}…"',
        f'"…{"x" * 19} new {"y" * 46}…"',
    )


def test_markdown_keeps_one_table_row_a_change_and_shows_signs_as_they_are(changes):
    html = MarkdownIt("commonmark").enable("table").render(render_markdown(changes))
    assert html.count("<tr>") == 1 + 3
    assert "a|b⏎&lt;b&gt;*x*&lt;/b&gt; `y` @<!-- -->jan $1$ ⟨U+00A0⟩" in html
    assert "<em>" not in html


def test_json_holds_everything_uncut(changes):
    content = json.loads(render_json(changes))
    assert content["tables"][0]["cells"][0]["new"] == "a|b\n<b>*x*</b> `y` @jan $1$ \u00a0"
    assert content["summary"].startswith("1 cell changed")


# In git itself


def test_a_workbook_as_text_has_one_cell_a_line_under_its_sheet_and_row(tmp_path):
    folders.write_workbook(
        tmp_path / "a.xlsx",
        {"one": [["id", "n", "day"], ["a\nb", 2, dt.date(2026, 1, 2)], ["c", None, True]], "_lists": [["x"], ["y"]]},
    )
    assert workbook_as_text(tmp_path / "a.xlsx").splitlines() == [
        "one: id | n | day",
        "one › id a⏎b",
        "    n: 2",
        "    day: 2026-01-02",
        "one › id c",
        "    day: TRUE",
    ]


def test_a_workbook_that_cannot_be_opened_is_one_line_and_no_failure(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK no")
    assert workbook_as_text(tmp_path / "a.xlsx").startswith("[this workbook is cut off")
    assert workbook_as_text(tmp_path / "gone.xlsx").startswith("[this workbook is missing")


def test_after_one_command_git_diff_shows_workbooks_cell_by_cell(clone):
    shutil.copy(DATA.parent / ".gitattributes", clone)
    assert "Binary files" in git(clone, "diff", "--", "data/committees.xlsx")
    set_up_git(clone)
    lines = git(clone, "diff", "--", "data/committees.xlsx").splitlines()
    assert [line for line in lines if line[0] in "+-" and not line.startswith(("+++", "---"))] == [
        "-    why: Magnets",
        "+    why: Motors",
    ]


def test_after_one_command_git_diff_shows_notebooks_cell_by_cell(clone):
    shutil.copy(DATA.parent / ".gitattributes", clone)
    set_up_git(clone)
    cell = {"cell_type": "code", "id": "c", "metadata": {}, "outputs": [], "execution_count": 1, "source": "x = 1"}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (clone / "a.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    git(clone, "add", ".")
    cell["source"] = "x = 2"
    (clone / "a.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    assert "modified /cells/0/source" in git(clone, "diff", "--", "a.ipynb")


def test_setting_up_twice_is_the_same_as_once(clone):
    set_up_git(clone)
    before = (clone / ".git" / "config").read_text(encoding="utf-8")
    set_up_git(clone)
    assert (clone / ".git" / "config").read_text(encoding="utf-8") == before
