"""A difference that is meant becomes rows of printed_otherwise: those that it asks for, and no other row moves."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from kritiek.build.engine.executed import exhibit_in, readings_in
from kritiek.build.plan.parameters import load_notebook
from kritiek.changes.deviating import Wish, deviations
from kritiek.errors import RunError
from kritiek.exhibits.compare import compare
from kritiek.exhibits.overlay import Deviation, printed_rows
from kritiek.exhibits.tables import Table, Texts
from sheetcheck.checks import check_folder
from sheetcheck.schema import load_package
from sheetcheck.writing.files import tidy_files, write_file
from test_cli import answer
from trial_project import add_notebook

ROOT = Path(__file__).parents[1]
NAMES = {"Ga": ("Gallium", "Gallium"), "Nb": ("Niobium", "Niobium"), "V": ("Vanadium", "Vanadium")}
PRINT = [["Naam", "Aandeel"], ["Gallium", "98 van 100"], ["Niobium", "90 van 100"], ["Vanadium", "61 van 100"]]
BEFORE = [("Ga", "98 van 100", "98 of 100"), ("Nb", "90 van 100", "90 of 100"), ("V", "61 van 100", "61 of 100")]
WISH = Wish("Gemeten.", "Measured.", "certain")


def exhibit(*rows, grid=0, labels=("Naam", "Aandeel")):
    """An exhibit of a name and a share a row: key, share, share in English."""
    columns = (("name", labels[0], "Name"), ("share", labels[1], "Share"))
    empty = {"nl": "", "en": ""}
    texts = Texts("table_99", empty, empty, empty, tuple((name, {"nl": nl, "en": en}) for name, nl, en in columns), ())
    frame = pd.DataFrame(
        [(key, *NAMES.get(key, (key, key)), *shares) for key, *shares in rows],
        columns=["key", "name", "name_en", "share", "share_en"],
        dtype=object,
    )
    return Table(texts, frame, grid=grid)


def known(row, column, computed, printed, place=None, reason="Zo gedrukt.", certainty="certain"):
    words = {"nl": reason, "en": "Printed so."}
    return Deviation(row, column, computed, printed, words, certainty, place, "report", "a.xlsx › s › row 2")


def said(accepted):
    """Each deviation as its row, column, computed, printed and, where it has one, place; what goes with a minus."""
    found = [entry.deviation for entry in accepted.entries]
    rows = [
        (one.row, one.column, one.computed, one.printed, *([one.place] if one.place is not None else []))
        for one in found
    ]
    return rows + [("-", one.row, one.column) for one in accepted.gone]


def as_printed(facts, accepted, printed, tmp_path):
    """The verdict of the exhibit with these deviations, held against the print."""
    (tmp_path / "table_99.csv").write_text("\n".join(",".join(row) for row in printed) + "\n", encoding="utf-8")
    overlay = tuple(entry.deviation for entry in accepted.entries)
    frame, applied = printed_rows(facts.texts, facts.frame, overlay, reading="printed")
    return compare(Table(facts.texts, frame, grid=facts.grid, deviations=applied), tmp_path)


def accept(facts, *earlier, before=BEFORE, printed=PRINT):
    return deviations(facts, printed, exhibit(*before) if before else None, earlier, WISH)


def test_a_cell_that_changed_is_one_row_with_its_print_and_one_with_its_english_print(tmp_path):
    facts = exhibit(("Ga", "97 van 100", "97 of 100"), *BEFORE[1:])
    accepted = accept(facts)
    assert said(accepted) == [
        ("Ga", "share", "97 van 100", "98 van 100"),
        ("Ga", "share_en", "97 of 100", "98 of 100"),
    ]
    entry = accepted.entries[0].deviation
    assert (entry.reason, entry.certainty) == ({"nl": "Gemeten.", "en": "Measured."}, "certain")
    assert as_printed(facts, accepted, PRINT, tmp_path).agrees


def test_what_is_as_printed_asks_for_nothing(tmp_path):
    assert accept(exhibit(*BEFORE)).is_empty
    facts = exhibit(("Ga", "97 van 100", "98 of 100"), *BEFORE[1:])
    assert accept(facts, known("Ga", "share", "97 van 100", "98 van 100")).is_empty


def test_a_row_that_is_gone_stays_in_the_print_by_the_key_that_it_had(tmp_path):
    facts = exhibit(*BEFORE[:1], *BEFORE[2:])
    accepted = accept(facts)
    assert said(accepted) == [
        ("Nb", "(row)", "", "present", 2),
        ("Nb", "name", "", "Niobium"),
        ("Nb", "name_en", "", "Niobium"),
        ("Nb", "share", "", "90 van 100"),
        ("Nb", "share_en", "", "90 of 100"),
    ]
    assert as_printed(facts, accepted, PRINT, tmp_path).agrees


def test_a_row_that_is_new_is_left_out_of_the_print(tmp_path):
    facts = exhibit(BEFORE[0], ("Sc", "75 van 100", "75 of 100"), *BEFORE[1:])
    accepted = accept(facts)
    assert said(accepted) == [("Sc", "(row)", "present", "")]
    assert as_printed(facts, accepted, PRINT, tmp_path).agrees


def test_a_row_that_moved_stands_elsewhere_in_the_print_and_no_cell_of_it_deviates(tmp_path):
    facts = exhibit(BEFORE[2], *BEFORE[:2])
    accepted = accept(facts)
    assert said(accepted) == [("V", "(row)", "present", "elsewhere", 3)]
    assert as_printed(facts, accepted, PRINT, tmp_path).agrees
    turned = exhibit(*reversed(BEFORE))
    assert as_printed(turned, accept(turned), PRINT, tmp_path).agrees
    assert as_printed(turned, accept(turned, before=None), PRINT, tmp_path).agrees


def test_a_row_with_another_key_is_the_row_of_the_print_that_it_was_and_keeps_its_reasons(tmp_path):
    facts = exhibit(("Gallium-2", "98 van 100", "98 of 100"), *BEFORE[1:])
    printed = [PRINT[0], ["Gallium-1", "99 van 100"], *PRINT[2:]]
    before = [("Gallium-1", "99 van 100", "99 of 100"), *BEFORE[1:]]
    earlier = known("Gallium-1", "share", "98 van 100", "99 van 100", reason="Tikfout.")
    accepted = deviations(facts, printed, exhibit(*before), (earlier,), WISH)
    assert said(accepted) == [
        ("Gallium-2", "name", "Gallium-2", "Gallium-1"),
        ("Gallium-2", "name_en", "Gallium-2", "Gallium-1"),
        ("Gallium-2", "share", "98 van 100", "99 van 100"),
        ("Gallium-2", "share_en", "98 of 100", "99 of 100"),
    ]
    assert accepted.entries[2].deviation.reason["nl"] == "Tikfout."
    assert as_printed(facts, accepted, printed, tmp_path).agrees


def test_a_deviation_whose_computed_value_changed_gets_the_new_one_and_the_reason_behind_its_own():
    facts = exhibit(("Ga", "96 van 100", "98 of 100"), *BEFORE[1:])
    accepted = accept(facts, known("Ga", "share", "97 van 100", "98 van 100", certainty="likely"))
    assert said(accepted) == [("Ga", "share", "96 van 100", "98 van 100")]
    (entry,) = accepted.entries
    assert entry.is_changed
    assert entry.deviation.reason == {"nl": "Zo gedrukt. Gemeten.", "en": "Printed so. Measured."}
    assert entry.deviation.certainty == "likely"  # the less sure of the two


def test_a_deviation_that_is_no_longer_needed_goes_and_the_others_stay():
    facts = exhibit(*BEFORE[:2], ("V", "60 van 100", "61 of 100"))
    stays = known("V", "share", "60 van 100", "61 van 100")
    accepted = accept(facts, known("Ga", "share", "97 van 100", "98 van 100"), stays)
    assert said(accepted) == [("V", "share", "60 van 100", "61 van 100"), ("-", "Ga", "share")]
    assert [entry.deviation for entry in accepted.entries] == [stays]


def test_a_heading_that_changed_is_a_row_of_its_own(tmp_path):
    facts = exhibit(*BEFORE, labels=("Stof", "Aandeel"))
    accepted = accept(facts)
    assert said(accepted) == [("(heading)", "name", "Stof", "Naam")]
    assert as_printed(facts, accepted, PRINT, tmp_path).agrees


def test_where_nobody_knows_what_was_as_printed_the_sheet_and_likeness_tell_which_row_is_which(tmp_path):
    facts = exhibit(("Ga", "97 van 100", "97 of 100"), ("Sc", "75 van 100", "75 of 100"), *BEFORE[1:2])
    row = [known("V", "(row)", "", "present", 3), known("V", "name", "", "Vanadium"), known("V", "share", "", "61")]
    accepted = accept(facts, *row, before=None)
    assert said(accepted) == [
        ("Ga", "share", "97 van 100", "98 van 100"),
        ("V", "(row)", "", "present", 3),
        ("V", "name", "", "Vanadium"),
        ("V", "share", "", "61 van 100"),
        ("Sc", "(row)", "present", ""),
    ]
    assert accepted.without_english == ("Ga, share", "V, share")
    assert as_printed(facts, accepted, PRINT, tmp_path).agrees


def test_the_names_of_a_grid_are_rows_of_one_cell_whatever_other_columns_it_has(tmp_path):
    printed = [["", ""], ["Gallium", "Niobium"], ["Vanadium*", ""]]
    facts = exhibit(*BEFORE, grid=2)
    accepted = deviations(facts, [[], ["Gallium"], ["Niobium"], ["Vanadium*"]], None, (), WISH)
    assert said(accepted) == [("V", "name", "Vanadium", "Vanadium*")]
    assert as_printed(facts, accepted, printed, tmp_path).agrees


@pytest.mark.parametrize(
    ("printed", "is_one"),
    [
        ("abcdx", True),
        ("abcxx", False),
        ("abc", True),
        ("ab", False),
        ("abcdefghijk", True),
    ],
)
def test_a_row_of_the_print_is_one_with_a_like_name(printed, is_one):
    facts = exhibit(("abcde", "1", "1"))
    accepted = deviations(facts, [PRINT[0], [printed, "1"]], None, (), WISH)
    moved = [(printed, "(row)", "", "present", 1), (printed, "name", "", printed), (printed, "share", "", "1")]
    gone = ("abcde", "(row)", "present", "")
    assert said(accepted) == ([("abcde", "name", "abcde", printed)] if is_one else [*moved, gone])


def test_a_row_that_only_the_print_has_gets_a_key_that_no_other_row_has():
    facts = exhibit(("Zink", "1", "1"), ("Tin", "2", "2"))
    printed = [PRINT[0], ["Zink", "1"], ["Tin", "2"], ["Tin", "3"], ["Tin", "4"], ["", "5"]]
    rows = [one[:1] + one[4:] for one in said(deviations(facts, printed, None, (), WISH)) if one[1] == "(row)"]
    assert rows == [("Tin (2)", 3), ("Tin (3)", 4), ("row", 5)]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (exhibit(BEFORE[0], BEFORE[0]), "Ga is the key of more than one row"),
        (exhibit(*BEFORE, grid=2), "table_99 has 1 column and the print 2 columns: a whole column cannot deviate."),
    ],
)
def test_what_a_deviation_cannot_say_is_refused(facts, told):
    with pytest.raises(RunError) as refused:
        accept(facts)
    assert told in str(refused.value)


def test_rows_without_a_key_are_refused_only_when_one_differs():
    facts = exhibit(*BEFORE)
    facts = Table(facts.texts, facts.frame.drop(columns="key"))
    assert accept(facts).is_empty
    with pytest.raises(RunError, match="its rows have no column key"):
        accept(facts, printed=PRINT[:3])


PRINTED = [
    name
    for name in sorted((ROOT / "notebooks").glob("*.ipynb"))
    if "compare_with_print(" in name.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("notebook", PRINTED, ids=lambda path: path.stem)
def test_every_table_that_is_held_against_the_print_can_take_a_deviation(notebook):
    stored = load_notebook(notebook)
    assert "printed_otherwise" in readings_in(stored)
    keys = list(exhibit_in(stored, "nl").frame["key"])
    assert keys and len(keys) == len(set(keys))


# With the sheet

CELLS = """
from kritiek.notebook import Sources, Table, compare_with_print
sources = Sources.load(data_dir)
rows = sources.read("shares").rename(columns={"id": "key"})
texts = sources.texts("table_99")
printed, deviations = sources.as_printed(texts, rows, reading="printed")
Table(texts, printed, language=language, deviations=deviations)
"""
SHEETS = ("exhibits", "exhibit_columns", "exhibit_notes", "printed_otherwise")
SHARES = (
    "id,name,share,share_en,source\nGa,Gallium,98 van 100,98 of 100,made-up\nNb,Niobium,90 van 100,90 of 100,made-up\n"
)
STATED = {"source": "made-up", "locator": "p. 1"}
SHEET_ROWS = {
    "exhibits": [
        {"document": "made-up", "id": "table_99", "order": 1, "kind": "table", "number_nl": "Tabel 99"}
        | {"number_en": "Table 99", "caption_nl": "Aandelen", "caption_en": "Shares", **STATED}
    ],
    "exhibit_columns": [
        {"exhibit": "table_99", "order": number, "column": name, "label_nl": nl, "label_en": en, **STATED}
        for number, (name, nl, en) in enumerate([("name", "Naam", "Name"), ("share", "Aandeel", "Share")], start=1)
    ],
    "exhibit_notes": [{"exhibit": "table_98", "order": 1, "note_nl": "Noot.", "note_en": "Note.", **STATED}],
    "printed_otherwise": [
        {"document": "made-up", "exhibit": "table_98", "row": "(heading)", "column": "name", "computed": "Naam"}
        | {"reason_nl": "Zo gedrukt.", "reason_en": "Printed so.", "certainty": "certain", **STATED}
    ],
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project under git of one exhibit that is as printed, with the real sheets; its root is the current folder."""
    root = tmp_path / "project"
    for folder in ("data/published/made-up", "notebooks", "reports"):
        (root / folder).mkdir(parents=True)
    real = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    sheets = [entry for entry in real if entry["name"] in SHEETS]
    for entry in sheets:
        entry["schema"].pop("foreignKeys", None)
    fields = [{"name": name, "type": "string"} for name in SHARES.splitlines()[0].split(",")]
    fields[0]["constraints"] = {"required": True, "unique": True}
    shares = {"name": "shares", "path": "shares.csv", "schema": {"fields": fields, "primaryKey": ["id"]}}
    (root / "data" / "datapackage.json").write_text(
        json.dumps({"name": "trial", "resources": [*sheets, shares]}), encoding="utf-8"
    )
    (root / "data" / "shares.csv").write_text(SHARES, encoding="utf-8")
    package = load_package(root / "data")
    write_file(package, "exhibits.xlsx", SHEET_ROWS, root / "data" / "exhibits.xlsx", language="nl")
    print_of = "Naam,Aandeel\nGallium,98 van 100\nNiobium,90 van 100\n"
    (root / "data" / "published" / "made-up" / "table_99.csv").write_text(print_of, encoding="utf-8")
    add_notebook(root, "table_99", CELLS)
    plan = ['title.nl = "P"', 'languages = ["nl"]', 'exhibit = [{ name = "table_99", notebook = "table_99.ipynb" }]']
    (root / "reports" / "trial.toml").write_text("\n".join(plan), encoding="utf-8")
    monkeypatch.chdir(root)
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "data: Begin"]):
        names = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"]
        subprocess.run(["git", *names, *words], check=True, capture_output=True)
    return root


def finish(*words):
    return answer("kritiek", "finish", "trial", "--accept", "table_99", *words)


def joined(out):
    """What was printed without the line ends that a terminal asks for."""
    return " ".join(out.split())


def in_sheet(root):
    """The rows that the sheet printed_otherwise has of the exhibit."""
    sheet = openpyxl.load_workbook(root / "data" / "exhibits.xlsx")["printed_otherwise"]
    return [list(row) for row in sheet.iter_rows(min_row=2, values_only=True) if row[1] == "table_99"]


def edit(root, old, new):
    file = root / "data" / "shares.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_meant_change_is_written_into_the_sheet_and_the_exhibit_is_as_printed_with_the_deviation(project):
    edit(project, "98 van 100,98 of 100", "97 van 100,97 of 100")
    code, out, _ = finish("--reason", "Gemeten.", "--reason-en", "Measured.", "--certainty", "certain")
    assert code == 0, out
    assert out.splitlines()[:4] == [
        "— accept",
        "Accepted, Tabel 99 Aandelen: 2 new (exhibits.xlsx › printed_otherwise)",
        '  + row Ga, column share: computed "97 van 100", printed "98 van 100"',
        '  + row Ga, column share_en: computed "97 of 100", printed "98 of 100"',
    ]
    assert "✓ Tabel 99: 4 of 4 cells as printed (3 by computation, 1 through the overlay)" in joined(out)
    translated = "The print in English is our translation."
    stated = ["Gemeten.", "Measured.", "certain", "made-up", "p. 1"]
    assert in_sheet(project) == [
        ["made-up", "table_99", "Ga", "share", "97 van 100", "98 van 100", None, *stated, None],
        ["made-up", "table_99", "Ga", "share_en", "97 of 100", "98 of 100", None, *stated, translated],
    ]
    # The workbook is the one that `template` makes of its rows, with its helps.
    file = project / "data" / "exhibits.xlsx"
    before = file.read_bytes()
    tidy_files([file])
    assert file.read_bytes() == before
    # Put back, the deviation is not needed any more, and goes the same way.
    edit(project, "97 van 100,97 of 100", "98 van 100,98 of 100")
    code, out, _ = finish("--reason", "Teruggezet.")
    assert code == 0
    assert ": 2 no longer needed and taken out (exhibits.xlsx › printed_otherwise)" in joined(out)
    assert in_sheet(project) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--reason", " "], 'A change that is meant has a reason: kritiek finish --accept table_99 --reason "…".'),
        (["--reason", "x", "--accept", "table_9"], '--accept table_9: trial has no such exhibit. Nearest: "table_99".'),
        (["--reason", "x"], "table_99 is as printed already: there is nothing to accept."),
        (
            ["--reason", "x", "--certainty", "sure"],
            '--certainty: "sure" is not known. Valid: certain, likely, not known.',
        ),
    ],
)
def test_what_cannot_be_accepted_is_refused_and_nothing_is_written(project, words, told):
    before = (project / "data" / "exhibits.xlsx").read_bytes()
    code, _, err = finish(*words)
    assert code == 1 and err.startswith(told)
    assert (project / "data" / "exhibits.xlsx").read_bytes() == before


def test_a_plan_that_follows_another_cannot_accept(project):
    plan = (project / "reports" / "trial.toml").read_text(encoding="utf-8")
    (project / "reports" / "other.toml").write_text(f'baseline = "trial"\n{plan}', encoding="utf-8")
    code, _, err = answer("kritiek", "finish", "other", "--accept", "table_99", "--reason", "x")
    assert code == 1
    assert err.startswith("other: only a plan that makes the printed case can accept a difference from the print")
    assert err.endswith("Here that is: kritiek finish trial --accept table_99.\n")


def test_a_workbook_that_holds_what_would_be_lost_or_is_open_is_left_as_it_is(project):
    edit(project, "98 van 100", "97 van 100")
    file = project / "data" / "exhibits.xlsx"
    book = openpyxl.load_workbook(file)
    book["printed_otherwise"]["A1"].comment = openpyxl.comments.Comment("Van mij.", "ik")
    book.save(file)
    before = file.read_bytes()
    code, _, err = finish("--reason", "x")
    assert code == 1 and file.read_bytes() == before
    assert "a comment of your own (A1)" in err and err.rstrip().endswith("sheetcheck tidy FILE --drop.")
    subprocess.run(["git", "checkout", "-q", "data/exhibits.xlsx"], check=True)
    before = file.read_bytes()
    (project / "data" / "~$exhibits.xlsx").write_bytes(b"x")
    code, _, err = finish("--reason", "x")
    assert (code, file.read_bytes()) == (1, before)
    assert "exhibits.xlsx is open in another program. Close it first" in err


def test_rows_that_the_schema_refuses_are_not_written(project):
    edit(project, "98 van 100", "97 van 100")
    before = (project / "data" / "exhibits.xlsx").read_bytes()
    code, _, err = finish("--reason", "x ")
    assert (code, (project / "data" / "exhibits.xlsx").read_bytes()) == (1, before)
    assert "exhibits.xlsx › printed_otherwise › H3" in err
    assert not check_folder(project / "data").faults
