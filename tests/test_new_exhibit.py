"""A new exhibit from nothing: a copy that runs at once, in the plan and the README; or nothing left behind."""

from __future__ import annotations

import ast
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import docx
import openpyxl
import pytest

import kritiek.analysis
from kritiek.build.plan import load_plan
from kritiek.daily import new_exhibit as laying
from kritiek.daily.new_exhibit import new_exhibit
from kritiek.errors import RunError
from kritiek.sources import Sources
from sheetcheck.faults import UserError
from sheetcheck.writing.files import make_templates
from test_cli import answer

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TITLE = {"nl": "Strategische grondstoffen", "en": "Strategic raw materials"}


def copy(folder: Path) -> Path:
    """The project as git has it: sources, notebooks, plans with their tables, and README."""
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "reports").mkdir()
    for plan in (ROOT / "reports").glob("*.toml"):
        shutil.copy(plan, folder / "reports")
        shutil.copytree(ROOT / "reports" / plan.stem / "tables", folder / "reports" / plan.stem / "tables")
    shutil.copy(ROOT / "README.md", folder)
    shutil.copy(ROOT / ".gitignore", folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a project, but what says only that it was looked at."""
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def untouched(tmp_path_factory) -> Path:
    return copy(tmp_path_factory.mktemp("untouched") / "project")


@pytest.fixture(scope="module")
def laid(tmp_path_factory):
    """A project with a new exhibit in the plan of the report, and what it was before."""
    root = copy(tmp_path_factory.mktemp("laid") / "project")
    before = contents(root)
    return new_exhibit("strategic_list", root, like="table_04", title=TITLE), root, before


def cells(path: Path) -> list[dict]:
    return [
        {**cell, "source": "".join(cell["source"])} for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    ]


def test_a_new_exhibit_writes_four_files_and_says_what_stands_in_each(laid):
    made, root, before = laid
    after = contents(root)
    assert {name for name in after if after[name] != before.get(name)} == {name for name, _ in made.files}
    assert [name for name, _ in made.files] == [
        "notebooks/strategic_list.ipynb",
        "data/exhibits.xlsx",
        "reports/normalisatie-2026.toml",
        "README.md",
    ]
    assert (made.plan, made.rows) == ("normalisatie-2026", 4)


def test_its_notebook_runs_and_is_stored_as_one_that_pytest_compares(laid):
    _, root, _ = laid
    found = cells(root / "notebooks" / "strategic_list.ipynb")
    code = [cell for cell in found if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == [1, 2, 3, 4]
    assert "Kobalt" in json.dumps(code[-1]["outputs"])
    assert 'sources.texts("strategic_list", ' in code[1]["source"]
    assert found[0]["source"] == "# Strategische grondstoffen"


def test_nothing_of_the_print_is_copied_with_it(laid):
    _, root, _ = laid
    text = (root / "notebooks" / "strategic_list.ipynb").read_text(encoding="utf-8")
    assert "compare_with_print" not in text and "Known differences" not in text and "page 14" not in text


def test_its_words_are_ours_and_the_workbook_is_what_template_writes(laid, tmp_path):
    _, root, _ = laid
    book = openpyxl.load_workbook(root / "data" / "exhibits.xlsx", read_only=True)
    rows = [row for row in book["exhibits"].iter_rows(values_only=True) if row[1] == "strategic_list"]
    assert [row[3:8] for row in rows] == [("table", None, None, *TITLE.values())]
    assert [row[-3:-1] for row in rows] == [("kritiek", "onze berekening")]
    make_templates(root / "data", ["exhibits"], tmp_path)
    assert (tmp_path / "exhibits.xlsx").read_bytes() == (root / "data" / "exhibits.xlsx").read_bytes()


def test_its_line_in_the_plan_of_the_report_pins_every_parameter_and_the_readme_says_the_same(laid):
    _, root, _ = laid
    exhibit = load_plan("normalisatie-2026", root).exhibits[-1]
    assert (exhibit.name, exhibit.parameters) == ("strategic_list", {"document": "report-2026", "reading": "printed"})
    [row] = [
        line for line in (root / "README.md").read_text(encoding="utf-8").splitlines() if "`strategic_list`" in line
    ]
    assert row == (
        "| Strategische grondstoffen | `strategic_list` | strategic_list.ipynb, document=report-2026, reading=printed"
        " | `lists`, `list_members`, `materials`, `exhibit_words` | ours; not in the report |"
    )


def test_the_list_names_it_and_a_check_finds_nothing(laid, monkeypatch):
    _, root, _ = laid
    monkeypatch.chdir(root)
    assert answer("kritiek", "check") == (0, "No faults.\n", "")
    assert ", strategic_list\n" in answer("kritiek", "list")[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["table_04"], "table_04 is taken: exhibits.xlsx has it. Choose another name."),
        (["template"], "template is taken: template.ipynb is there."),
        (["Lijst"], '"Lijst" is no name for an exhibit: small letters, words joined by _, as in list_of_tables.'),
        (["a b"], '"a b" is no name for an exhibit'),
        (["../list"], '"../list" is no name for an exhibit'),
        (["con"], '"con" is no name for an exhibit'),
        (["lijst_4"], '"lijst_4" is no name for an exhibit'),
        (["lijst", "--like", "tabel_04"], '--like tabel_04: there is no such exhibit. Nearest: "table_04".'),
        (["lijst", "--like", "table_06"], "--like table_06: the notebook that makes it makes others too"),
        (["lijst", "--plan", "batterij"], 'There is no plan "batterij" in reports/. Nearest: "batterijen".'),
        (["lijst", "--title", "Lijst"], "The title is missing in en."),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence_and_writes_nothing(untouched, monkeypatch, words, told):
    before = contents(untouched)
    monkeypatch.chdir(untouched)
    code, out, err = answer("kritiek", "new", "exhibit", *words)
    assert (code, out) == (1, "")
    assert err.startswith(told) and err.count("\n") == 1
    assert contents(untouched) == before


@pytest.mark.parametrize("step", ["_add_row", "store_notebooks"])
def test_a_step_that_fails_leaves_everything_as_it_was(untouched, monkeypatch, step):
    before = contents(untouched)

    def fail(*arguments, **options):
        raise RunError("planted")

    monkeypatch.setattr(laying, step, fail)
    with pytest.raises(RunError, match="planted"):
        new_exhibit("lijst", untouched, like="table_04")
    assert contents(untouched) == before


def test_a_workbook_with_a_comment_of_a_persons_own_is_refused_and_keeps_it(tmp_path):
    root = copy(tmp_path / "project")
    file = root / "data" / "exhibits.xlsx"
    book = openpyxl.load_workbook(file)
    book["exhibits"]["G5"].comment = openpyxl.comments.Comment("nakijken", "Jan")
    book.save(file)
    before = contents(root)
    with pytest.raises(UserError, match=r"a comment of your own \(G5\)"):
        new_exhibit("lijst", root, like="table_04")
    assert contents(root) == before


def test_a_plan_of_ones_own_gets_the_line_behind_its_comments(tmp_path):
    plan = tmp_path / "p.toml"
    plan.write_text(
        'exhibit = [\n    { name = "a", notebook = "a.ipynb" }\n    # { name = "b" },\n]\n', encoding="utf-8"
    )
    laying._add_line(plan, 'name = "c", notebook = "c.ipynb"')
    assert plan.read_text(encoding="utf-8") == (
        'exhibit = [\n    { name = "a", notebook = "a.ipynb" },\n    # { name = "b" },\n'
        '    { name = "c", notebook = "c.ipynb" },\n]\n'
    )
    plan.write_text('[[exhibit]]\nname = "a"\nnotebook = "a.ipynb"\n', encoding="utf-8")
    laying._add_line(plan, 'name = "c", notebook = "c.ipynb", parameters = { x = 1 }')
    assert plan.read_text(encoding="utf-8").endswith(
        '\n[[exhibit]]\nname = "c"\nnotebook = "c.ipynb"\nparameters = { x = 1 }\n'
    )


def test_the_parameters_of_a_copy_are_those_of_the_plan():
    source = 'a = "é"  # letter\nb = True  # whether\nc = 1.5  # share'
    assert laying._with_values(source, {"a": "ö", "b": False, "c": 2.0}) == (
        'a = "ö"  # letter\nb = False  # whether\nc = 2.0  # share'
    )
    assert laying._with_values("a: float = 65.0  # share", {"a": 70.0}) == "a: float = 70.0  # share"


def examples() -> list[tuple[str, str]]:
    """Each command of the worked example in the README, with what it says that the command prints."""
    section = README.split("**Add an exhibit.**")[1].split("\n## ")[0]
    blocks = re.findall(r"^    (uv run kritiek .*)\n\n((?:    .*\n|\n(?=    ))+)", section, re.MULTILINE)
    return [(command, re.sub("^    ", "", told, flags=re.MULTILINE)) for command, told in blocks]


def timeless(told: str) -> str:
    return re.sub(r"\d+\.\d s", "0.1 s", told)


def test_the_worked_example_of_the_readme_prints_what_it_says_to_the_end(tmp_path, monkeypatch):
    root = copy(tmp_path / "project")
    monkeypatch.chdir(root)
    notebook = root / "notebooks" / "strategic_list.ipynb"
    (old, new) = re.search(r"`(roles=\[.*?\])` becomes `(roles=\[.*?\])`", README).groups()
    first, second = examples()
    for command, told in (first, second):
        code, out, err = answer(*shlex.split(command.removeprefix("uv run ")))
        assert (code, timeless(out), err) == (0, told, "")
        text = notebook.read_text(encoding="utf-8")
        notebook.write_text(text.replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1]), encoding="utf-8")
    assert answer("kritiek", "store", "strategic_list")[0] == 0
    # The cells of a notebook run in their order, also where the tests around it are shuffled.
    pytest_alone = [sys.executable, "-m", "pytest", "-p", "no:randomly", "-n", "0", "-o", "addopts="]
    command = [*pytest_alone, "--nbval", "--nbval-current-env", "-q"]
    found = subprocess.run([*command, str(notebook)], capture_output=True, text=True, cwd=root)
    assert "4 passed" in found.stdout, found.stdout


def test_a_new_exhibit_is_in_the_appendix_of_its_plan(tmp_path, monkeypatch):
    root = copy(tmp_path / "project")
    monkeypatch.chdir(root)
    (root / "reports" / "klein.toml").write_text(
        'title.nl = "Klein"\nlanguages = ["nl"]\n'
        'exhibit = [\n    { name = "figure_01", notebook = "figure_01.ipynb" },\n]\n',
        encoding="utf-8",
    )
    title = ["--title", TITLE["nl"], "--title-en", TITLE["en"]]
    assert answer("kritiek", "new", "exhibit", "lijst", "--plan", "klein", *title)[0] == 0
    assert answer("kritiek", "build", "klein")[0] == 0
    document = docx.Document(root / "reports" / "klein" / "appendix" / "klein.nl.docx")
    assert any(TITLE["nl"] in paragraph.text for paragraph in document.paragraphs)
    assert ["Grondstof", "Kobalt"] in [[cell.text for cell in table.columns[0].cells][:2] for table in document.tables]


# What an exhibit of one's own may count on


def test_every_exhibit_of_ours_has_our_source_and_its_rows_name_their_inputs():
    exhibits = Sources.load(ROOT / "data").table("exhibits")
    ours = exhibits[exhibits["source"] == laying.OWN_SOURCE]
    assert len(ours) >= 30
    assert set(exhibits[exhibits["note"].fillna("").str.startswith("Not in the report")]["id"]) == set(ours["id"])
    for table in laying.WORDS[1:]:
        rows = Sources.load(ROOT / "data").table(table)
        assert set(rows[rows["exhibit"].isin(ours["id"])]["source"]) <= {laying.OWN_SOURCE}
    for file in (ROOT / "notebooks").glob("*.ipynb"):
        shown = re.findall(r'"sources": \[([^]]*)\]', file.read_text(encoding="utf-8"))
        assert not [found for found in shown if f'"{laying.OWN_SOURCE}"' in found]


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_no_name_in_a_notebook_hides_what_it_imports(path):
    assert hidden("\n".join(cell["source"] for cell in cells(path) if cell["cell_type"] == "code")) == set()


def hidden(code: str) -> set[str]:
    """Names that code imports and gives another meaning: by assignment, in a loop, or as the argument of a lambda."""
    nodes = list(ast.walk(ast.parse(code)))
    imported = {
        (alias.asname or alias.name).split(".")[0]
        for node in nodes
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return imported & (stored | {node.arg for node in nodes if isinstance(node, ast.arg)})


@pytest.mark.parametrize("code", ["lists = 1", "[lists for lists in ()]", "a, lists = 1, 2", "lambda lists: 1"])
def test_a_name_that_hides_an_import_is_found(code):
    assert hidden(f"from kritiek.notebook import Table, lists\n{code}") == {"lists"}


def test_a_new_analysis_module_is_imported_without_a_list(tmp_path, monkeypatch):
    (tmp_path / "planted_analysis.py").write_text("ANSWER = 42\n", encoding="utf-8")
    monkeypatch.setattr(kritiek.analysis, "__path__", [*kritiek.analysis.__path__, str(tmp_path)])
    from kritiek.notebook import planted_analysis

    assert planted_analysis.ANSWER == 42
    with pytest.raises(ImportError):
        from kritiek.notebook import no_such_analysis  # noqa: F401
