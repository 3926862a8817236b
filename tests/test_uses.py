"""Which exhibits read which table is found in the code of the notebooks."""

import json
from pathlib import Path

import pytest

from kritiek.build.plan.uses import uses_of_notebooks
from sheetcheck.faults import UserError
from sheetcheck.publish.codebook import codebook_is_current

SOURCES = Path(__file__).parents[1] / "data"


@pytest.fixture
def project(tmp_path):
    return tmp_path


def notebook(project, name, *cells):
    (project / "notebooks").mkdir(exist_ok=True)
    content = {"cells": [{"cell_type": kind, "source": source} for kind, source in cells]}
    (project / "notebooks" / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")


def test_the_tables_an_exhibit_reads_are_found_in_its_code(project):
    read = 'sources = Sources.load(data_dir)\nparts = sources.read("parts")\n'
    notebook(project, "table_01", ("code", read), ("markdown", 'sources.read("makers")'))
    notebook(
        project, "table_02", ("code", ["%matplotlib inline\n", 'sources.read("parts")\n', 'sources.read("makers")'])
    )
    notebook(project, "table_03", ("code", "this is no Python"), ("code", 'open("x").read()'))
    notebook(project, "template", ("code", read))
    assert uses_of_notebooks(project) == {"makers": ["table_02"], "parts": ["table_01", "table_02"]}


def test_a_notebook_that_asks_for_texts_reads_the_three_text_tables(project):
    notebook(project, "table_01", ("code", 'texts = sources.texts("table_01")'))
    assert uses_of_notebooks(project) == {
        "exhibit_columns": ["table_01"],
        "exhibit_notes": ["table_01"],
        "exhibits": ["table_01"],
    }


def test_a_notebook_that_shows_its_rows_as_printed_reads_the_overlay(project):
    notebook(project, "table_01", ("code", "rows, deviations = sources.as_printed(texts, rows, reading=reading)"))
    assert uses_of_notebooks(project) == {"printed_otherwise": ["table_01"]}


def test_a_notebook_in_a_plan_counts_under_the_names_the_plans_give_it(project):
    notebook(project, "group", ("code", 'sources.read("parts")'))
    (project / "reports").mkdir()
    exhibits = 'exhibit = [{name = "table_06", notebook = "group"}, {name = "table_08", notebook = "group.ipynb"}]\n'
    (project / "reports" / "report.toml").write_text(exhibits, encoding="utf-8")
    (project / "reports" / "broken.toml").write_text("exhibit = [", encoding="utf-8")
    assert uses_of_notebooks(project) == {"parts": ["table_06", "table_08"]}


def test_without_notebooks_nothing_is_used(project):
    assert uses_of_notebooks(project) == {}


def test_a_notebook_that_is_none_is_named(project):
    notebook(project, "table_01")
    (project / "notebooks" / "table_01.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(
        UserError, match=r"^table_01\.ipynb cannot be read as a notebook .* Open it in JupyterLab and save it\.$"
    ):
        uses_of_notebooks(project)


def test_the_codebook_of_our_sources_is_current():
    assert codebook_is_current(SOURCES, uses_of_notebooks(SOURCES.parent))
