"""A day's work of each of the three users, in the commands that they type, on a copy of the project.

Each step says what the person sees. The plans are small ones: what they prove holds for the report too.
"""

from __future__ import annotations

import csv
import re
import shlex
import subprocess
from pathlib import Path

import docx
import openpyxl
import pytest

from test_check_sources import commit, put
from test_cli import answer
from test_new_exhibit import copy


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """The project as it is cloned, everything committed and nothing built; the current folder is its root."""
    root = copy(tmp_path / "project")
    commit(root)
    monkeypatch.chdir(root)
    return root


def typed(line: str) -> tuple[int, str]:
    """What a person types, and gets: the exit code, and the lines on the screen."""
    program, *words = shlex.split(line)
    code, out, err = answer(program, *words)
    return code, out + err


def cell_of(book: Path, sheet: str, key: str, column: str) -> str:
    """The address of a column's cell in the row that has this text anywhere."""
    rows = list(openpyxl.load_workbook(book, read_only=True)[sheet].iter_rows(values_only=True))
    number = next(number for number, row in enumerate(rows, start=1) if key in row)
    return f"{openpyxl.utils.get_column_letter(rows[0].index(column) + 1)}{number}"


def test_who_edits_a_spreadsheet_is_told_the_mistake_then_what_changed_then_what_to_commit(project):
    made = typed(
        "kritiek new plan klein --title Klein --product-group batterijen --exhibit table_12 --exhibit table_14"
    )
    assert made[0] == 0
    commit(project)
    book = project / "data" / "committees.xlsx"
    why, committees = (cell_of(book, "relevance", "batteries", name) for name in ("why", "committees"))
    put(book, "relevance", {why: "Een andere reden.", committees: "iec/tc 21"})
    code, told = typed("kritiek check")
    assert code == 1
    assert f'committees.xlsx › relevance › {committees}: "iec/tc 21"' in told and 'Nearest: "IEC/TC 21".' in told

    put(book, "relevance", {committees: "IEC/TC 21"})
    assert typed("kritiek check") == (0, "No faults.\n")
    code, told = typed("kritiek changes --plan klein")
    assert code == 0
    assert f"committees.xlsx › relevance › {why}" in told and "1 of 2 exhibits of klein changes." in told

    code, told = typed("kritiek finish klein")
    assert code == 0, told
    to_commit = told.split("To commit together:\n")[1].split()
    assert {"data/committees.xlsx", "data/mirror/committees/relevance.csv"} <= {*to_commit}
    assert not [name for name in to_commit if "\\" in name]
    subprocess.run(["git", "add", "--", *to_commit], cwd=project, check=True)
    commit(project)
    assert typed("kritiek status klein") == (0, "Everything is as it should be.\n")


# A plan of its own edition: its tables are held against their print, and it may say what is meant to differ.
EDITION = """title.nl = "Uitgave"
title.en = "Edition"
languages = ["nl", "en"]
baseline = "uitgave"
date = 2026-11-24
exhibit = [
    { name = "table_04", notebook = "table_04.ipynb", parameters = { document = "report-2026", reading = "printed" } },
]
"""


def test_who_means_a_change_gives_its_reason_and_freezes_what_the_next_plan_is_held_against(project):
    (project / "reports" / "uitgave.toml").write_text(EDITION, encoding="utf-8")
    commit(project)
    book = project / "data" / "materials.xlsx"
    cell = cell_of(book, "list_members", "Antimoon", "name_as_printed")
    put(book, "list_members", {cell: "Antimonium"})
    code, told = typed("kritiek finish uitgave --lang nl")
    assert code == 1
    assert 'gedrukt "Antimoon", gemaakt "Antimonium"' in " ".join(told.split())
    assert "kritiek finish uitgave --accept TABEL" in told and told.splitlines()[-1].startswith("Gestopt bij build.")

    code, told = typed('kritiek finish uitgave --accept 04 --reason "De naam is veranderd." --lang nl')
    assert code == 0, told
    assert '  + rij Sb, kolom raw_material: berekend "Antimonium", gedrukt "Antimoon"' in told
    assert "Tabel 4: 4 van 4 cellen zoals gedrukt (3 berekend, 1 via de afwijkingen)" in " ".join(told.split())
    to_commit = told.split("Leg samen vast in een commit:\n")[1].split()
    assert {"data/exhibits.xlsx", "data/materials.xlsx", "notebooks/table_04.ipynb"} <= {*to_commit}
    subprocess.run(["git", "add", "--", *to_commit], cwd=project, check=True)
    commit(project)
    assert typed("kritiek status uitgave --lang nl") == (0, "Alles is in orde.\n")

    code, told = typed("kritiek finish uitgave --release uitgave-2026 --lang nl")
    assert code == 0, told
    assert told.startswith("Vastgelegd in data/published/uitgave-2026: 2 tabellen van uitgave, stand van 2026-11-24")
    assert told.endswith('Een plan wordt ermee vergeleken met: baseline = "uitgave-2026"\n')
    code, told = typed("kritiek finish uitgave --release uitgave-2026")
    assert code == 1 and "a release is never written over" in told

    code, told = typed("kritiek new plan volgende --title Volgende --exhibit table_04")
    assert code == 0, told
    plan = project / "reports" / "volgende.toml"
    text = plan.read_text(encoding="utf-8")
    assert "# Frozen releases: uitgave-2026." in text
    plan.write_text(text.replace('baseline = "printed"', 'baseline = "uitgave-2026"'), encoding="utf-8")
    code, told = typed("kritiek build volgende")
    assert code == 0, told
    assert "✓ Tabel 4: 4 of 4 cells as in uitgave-2026" in " ".join(told.split())


def test_who_reruns_an_analysis_gets_variants_traces_a_grid_and_two_runs_side_by_side(project):
    code, told = typed("kritiek list normalisatie-2026")
    assert code == 0 and '    audience = "all"  # whom the row speaks to; one of: all/alle, audiences.id' in told

    table = project / "reports" / "normalisatie-2026" / "tables" / "table_14.nl.csv"
    before = table.read_bytes()
    code, told = typed("kritiek build --only 14 --set audience=research")
    assert code == 0, told
    (folder,) = set(re.findall(r"Tables\s+in\s+(reports/normalisatie-2026/variants/\S+)", told))
    assert (project / folder / "table_14.nl.csv").is_file()
    assert table.read_bytes() == before

    code, told = typed("kritiek trace table_01 boor strategisch")
    assert code == 0 and "materials.xlsx › list_members › " in told and "report-2026" in told

    code, told = typed("kritiek sweep table_14 --set audience=government,research")
    assert code == 0, told
    (name,) = re.findall(r"reports/\S+\.csv", told)
    with (project / name).open(encoding="utf-8", newline="") as stream:
        assert {row["audience"] for row in csv.DictReader(stream)} == {"government", "research"}

    code, told = typed("kritiek compare-runs supply_risk --plan analyse --to threshold=70")
    assert code == 0 and "threshold" in told and "70" in told


def test_who_delivers_an_appendix_has_it_in_two_commands_with_its_words_in_it(project):
    code, told = typed('kritiek new plan zon --title "Zon-PV voor het ministerie" --product-group zon-pv')
    assert code == 0, told
    assert "table_10: the committees for Solar PV" in told and told.endswith("Next: kritiek build zon\n")
    code, told = typed("kritiek build zon")
    assert code == 0, told
    assert "Appendix in reports/zon/appendix: zon.nl.docx, zon.nl.pdf, html, zon.nl.xlsx, csv" in " ".join(told.split())

    folder = project / "reports" / "zon" / "appendix"
    document = docx.Document(folder / "zon.nl.docx")
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Zon-PV voor het ministerie" in words
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert any("IEC/TC 82" in text.replace("\xa0", " ") for text in cells)
    page = next((folder / "html").glob("index*.html")).read_text(encoding="utf-8")
    assert "Zon-PV voor het ministerie" in page and "IEC/TC 82" in page
    assert (folder / "zon.nl.pdf").read_bytes().startswith(b"%PDF-")

    code, told = typed("kritiek appendix zon --format docx --out elsewhere")
    assert code == 0 and (project / "elsewhere" / "zon.nl.docx").is_file()
