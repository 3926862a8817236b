"""What README.md of the library shows is what happens: its example is run, and each output is compared."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import re
import shlex
import shutil
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

import sheetcheck
from sheetcheck.cli import app

README = (Path(sheetcheck.__file__).parent / "README.md").read_text(encoding="utf-8")


def blocks(language):
    """The fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def typed(text):
    """A cell as a person types it: a number, a date or text."""
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return float(text)
    return dt.date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text


@pytest.fixture
def garden(tmp_path, monkeypatch):
    """The folder of the example, and the same a week ago and before anybody filled it, in the current folder."""
    schema, *_ = blocks("json")
    lines = re.findall(r"^\| (.*) \|$", README, re.MULTILINE)
    table = [[typed(cell) for cell in line.split(" | ")] for line in lines]
    before = [[0.5 if cell == 0.6 else cell for cell in row] for row in table[:-1]]
    for name, rows in (("garden", table), ("last-week", before)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "datapackage.json").write_text(schema, encoding="utf-8")
        (tmp_path / name / "beds.csv").write_text("id\nnorth\nsouth\nwall\n", encoding="utf-8")
        book = openpyxl.Workbook()
        book.active.title = "plants"
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / name / "garden.xlsx")
    (tmp_path / "new-garden").mkdir()
    shutil.copy(tmp_path / "garden" / "datapackage.json", tmp_path / "new-garden")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown(console):
    """Commands with their output, as a block shows them."""
    parts = re.split(r"^\$ (.*)\n", console, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize(("command", "output"), [pair for block in blocks("console") for pair in shown(block)])
def test_each_command_prints_what_the_readme_shows(garden, command, output):
    program, *words = shlex.split(command)
    assert program == "sheetcheck"
    result = CliRunner().invoke(app, words)
    assert result.output.replace("\\", "/") == output


def test_the_example_holds_three_mistakes_and_each_is_named_with_its_cell(garden):
    result = CliRunner().invoke(app, ["check", "garden", "--format", "json"])
    assert result.exit_code == 1
    assert [fault["cell"] for fault in json.loads(result.output)["faults"]] == ["C2", "B3", "E4"]


def test_the_python_of_the_readme_prints_what_it_shows(garden):
    (code,), (output,) = blocks("python"), blocks("text")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {})
    assert printed.getvalue() == output
