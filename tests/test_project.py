"""The project agrees with itself: documentation, plans, schema, data and house rules."""

import ast
import csv
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import typer

from kritiek.cli import app
from sheetcheck.schema import load_package

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PLANS = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "reports").glob("*.toml"))
}
REPORT = PLANS["normalisatie-2026"]["exhibit"]


def tracked():
    """Files that git tracks or would track; skipped where this is no git checkout."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in found.stdout.splitlines() if (ROOT / name).is_file()]


def readings(notebook):
    """Names of the tables that a notebook reads, in its order."""
    cells = json.loads((ROOT / "notebooks" / notebook).read_text(encoding="utf-8"))["cells"]
    trees = [ast.parse("".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [name.value for call in calls if getattr(call.func, "attr", "") == "read" for name in call.args]


def readme_rows():
    """The exhibit table of the README by exhibit name: notebook cell and sources cell."""
    rows = [line.strip("| ").split(" | ") for line in README.splitlines() if re.match(r"\| .*\| `[a-z_0-9]+` \|", line)]
    return {row[1].strip("`"): (row[2], re.findall(r"`([a-z_]+)`", row[3])) for row in rows}


def test_the_readme_lists_the_exhibits_of_the_report_in_its_order():
    assert list(readme_rows()) == [exhibit["name"] for exhibit in REPORT]


@pytest.mark.parametrize("exhibit", REPORT, ids=lambda exhibit: exhibit["name"])
def test_the_readme_names_notebook_parameters_and_sources_of_each_exhibit(exhibit):
    notebook, sources = readme_rows()[exhibit["name"]]
    words = [exhibit["notebook"], *(f"{name}={value}" for name, value in exhibit.get("parameters", {}).items())]
    assert notebook == ", ".join(words)
    assert sources == readings(exhibit["notebook"])


def test_every_printed_table_is_in_the_plan_of_the_report():
    printed = {path.stem for path in (ROOT / "data" / "published").rglob("*.csv")}
    assert printed <= {exhibit["name"] for exhibit in REPORT}


def test_every_exhibit_of_the_report_has_its_table_tracked_in_each_language():
    for name, plan in PLANS.items():
        expected = {f"{item['name']}.{language}.csv" for item in plan["exhibit"] for language in plan["languages"]}
        assert {path.name for path in (ROOT / "reports" / name / "tables").glob("*.csv")} == expected


@pytest.mark.parametrize("plan", PLANS)
def test_every_tracked_table_is_described_beside_it_as_it_is(plan):
    import frictionless

    folder = ROOT / "reports" / plan / "tables"
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert [entry["path"] for entry in described] == sorted(path.name for path in folder.glob("*.csv"))
    report = frictionless.validate(str(folder / "datapackage.json"))  # hashes, sizes and labels too
    assert report.valid, report.to_summary()


def test_every_notebook_is_in_a_plan_but_the_template_and_what_editors_open():
    used = {exhibit["notebook"] for plan in PLANS.values() for exhibit in plan["exhibit"]}
    others = {"template.ipynb", "check_sources.ipynb"}
    assert {path.name for path in (ROOT / "notebooks").glob("*.ipynb")} == used | others


def test_the_first_page_of_every_workbook_and_the_readme_name_the_two_verbs_of_an_editor():
    import openpyxl

    for path in sorted((ROOT / "data").glob("*.xlsx")):
        page = openpyxl.load_workbook(path, read_only=True)["Lees mij"]
        told = {row[0]: row[1] for row in page.iter_rows(max_col=2, values_only=True)}
        assert told["uv run kritiek status"] and told["uv run kritiek finish"], path.name
    assert "uv run kritiek status" in README and "uv run kritiek finish" in README


def test_every_verb_is_in_the_readme():
    commands = typer.main.get_command(app).commands
    assert not [name for name, command in commands.items() if not command.hidden and f"kritiek {name}" not in README]


def test_every_data_column_is_in_the_schema_and_every_schema_column_in_the_data():
    import openpyxl

    for resource in load_package(ROOT / "data").resources:
        path = ROOT / "data" / resource.path
        if resource.sheet:
            sheet = openpyxl.load_workbook(path, read_only=True)[resource.sheet]
            header = [cell.value for cell in next(sheet.iter_rows(max_row=1))]
        else:
            with path.open(encoding="utf-8", newline="") as stream:
                header = next(csv.reader(stream))
        assert tuple(header) == resource.field_names, resource.place


def test_every_file_of_the_data_folder_is_in_the_schema():
    made = {"datapackage.json", "README.md", "dcat-ap-nl.jsonld", "ro-crate-metadata.json"}
    known = {*load_package(ROOT / "data").paths, *made}
    found = {path.name for path in (ROOT / "data").iterdir() if path.is_file() and not path.name.startswith("~$")}
    assert {"README.md", *load_package(ROOT / "data").paths} <= found <= known


def test_every_column_is_explained_in_both_languages():
    package = load_package(ROOT / "data")
    fields = [field for resource in package.resources for field in resource.fields]
    assert not [field.name for field in fields if not all((*field.title.values(), *field.description.values()))]


def test_no_tracked_file_is_a_lock_file_or_names_a_path_of_one_machine():
    files = tracked()
    assert not [path.name for path in files if path.name in {"uv.lock", "package-lock.json", "poetry.lock"}]
    homes = re.compile(r"(?<![A-Za-z0-9_.])/(home|root|Users|work|tmp)/\w")
    text = [path for path in files if path.suffix in {".py", ".md", ".toml", ".ipynb", ".csv", ".json", ".cff"}]
    found = [path.name for path in text if "tests" not in path.parts and homes.search(path.read_text(encoding="utf-8"))]
    assert not found


def test_ci_runs_the_test_command_of_the_readme():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert "    uv run pytest  " in README
    assert script[-1] == "uv run pytest"
    assert "uv run kritiek build" in script
