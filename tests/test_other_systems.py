"""What Windows and macOS do otherwise, simulated here: locked files, spawn, consoles, line ends, paths, no IPC.

That a kernel is reached over TCP where there is no IPC stands in test_pool.py, what a full or read-only disk does in
test_disk.py.
"""

from __future__ import annotations

import ast
import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import trial_project
from kritiek.build.engine import pool
from kritiek.daily.new_exhibit import new_exhibit
from kritiek.errors import PlanError
from sheetcheck.publish.mirror import make_mirror
from sheetcheck.writing.files import tidy_files
from test_check_sources import commit
from test_cli import answer
from test_new_exhibit import contents, copy

ROOT = Path(__file__).parents[1]
LIB = ROOT / "lib"
SOURCES, TESTS = (
    {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py"))}
    for folder in (LIB, ROOT / "tests")
)


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A project of one exhibit, committed; the current folder is its root."""
    notebooks = {"trial": [trial_project.READ, trial_project.show(trial_project.table())]}
    root = trial_project.make_project(tmp_path / "project", notebooks)
    commit(root)
    monkeypatch.chdir(root)
    return root


# A file that another program has open: Windows refuses to put another in its place


@pytest.fixture
def lock(monkeypatch):
    """Lock files as Excel and Word do on Windows: they can be read, and nothing can take their place."""

    def locked(name: str) -> None:
        real = os.replace

        def replace(source, target, **options):
            if Path(target).name == name:
                error = PermissionError(errno.EACCES, "Access is denied", str(source))
                error.filename2 = str(target)
                raise error
            return real(source, target, **options)

        monkeypatch.setattr(os, "replace", replace)

    return locked


def test_a_workbook_that_excel_has_open_is_named_and_keeps_its_bytes(tmp_path, lock):
    root = copy(tmp_path / "project")
    before = contents(root)
    lock("exhibits.xlsx")
    with pytest.raises(OSError, match=r"exhibits\.xlsx") as refused:
        tidy_files([root / "data" / "exhibits.xlsx"])
    assert isinstance(refused.value, PermissionError)
    with pytest.raises(PlanError, match=r"exhibits\.xlsx: no permission\. Is it open in Excel\?"):
        new_exhibit("lijst", root, like="table_04")
    assert contents(root) == before


@pytest.mark.parametrize("name", ["trial.nl.csv", "trial.nl.docx"])
def test_a_result_that_another_program_has_open_ends_in_a_sentence_and_no_half_file(project, lock, name):
    assert answer("kritiek", "build", "trial")[0] == 0
    before = {path: path.read_bytes() for path in project.rglob(name)}
    (project / "data" / "used.csv").write_text("id,value\na,2\n", encoding="utf-8")
    notebook = project / "notebooks" / "trial.ipynb"
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("Bismut", "Bismuth"), encoding="utf-8")
    plan = project / "reports" / "trial.toml"
    words = 'introduction.nl = "Anders"\nbaseline = "none"\nexhibit = ['
    plan.write_text(plan.read_text(encoding="utf-8").replace("exhibit = [", words), encoding="utf-8")
    lock(name)
    _, out, err = answer("kritiek", "build", "trial")
    assert f"{name}: no permission. Is it open in" in " ".join((out + err).split())
    assert before == {path: path.read_bytes() for path in project.rglob(name)}
    assert not list(project.rglob("*.tmp"))


# Processes: there is no fork, and none of what comes with it


def test_the_processes_of_a_build_are_spawned():
    text = Path(pool.__file__).read_text(encoding="utf-8")
    assert 'get_context("spawn")' in text


ONLY_UNIX_MODULES = {"fcntl", "grp", "pty", "pwd", "resource", "termios"}
ONLY_UNIX_NAMES = {
    "fork",
    "forkpty",
    "getuid",
    "killpg",
    "mkfifo",
    "setsid",
    "symlink",
    "symlink_to",
    "SIGALRM",
    "SIGKILL",
}


def unix_only(tree: ast.Module) -> set[str]:
    """What code uses that Windows has not."""
    nodes = list(ast.walk(tree))
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return (imported & ONLY_UNIX_MODULES) | {
        node.attr for node in nodes if isinstance(node, ast.Attribute) and node.attr in ONLY_UNIX_NAMES
    }


def test_the_library_uses_nothing_that_windows_has_not():
    assert {path.name: found for path, tree in SOURCES.items() if (found := unix_only(tree))} == {}


@pytest.mark.parametrize("code", ["import fcntl", "from resource import getrlimit", "os.fork()", "path.symlink_to(x)"])
def test_what_windows_has_not_is_found(code):
    assert unix_only(ast.parse(code))


# Consoles and files in another encoding than UTF-8


VERBS_ONE_BY_ONE = """
import json, sys
from kritiek.cli import main
for words in json.loads(sys.argv[1]):
    sys.argv[1:] = words
    try:
        main()
    except SystemExit as ended:
        code = ended.code or 0
    sys.stderr.write(f"{code}\\n")
"""


def on_console(encoding: str, *verbs: list[str]) -> tuple[list[str], str]:
    """Verbs in a process of their own, on a console of that encoding, in a system that speaks Dutch.

    Gives what stands on the channel of errors, the exit code of each, and what the console shows.
    """
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "nl_NL.ISO-8859-1"}
    command = [sys.executable, "-P", "-c", VERBS_ONE_BY_ONE, json.dumps(verbs)]
    found = subprocess.run(command, env=environment, capture_output=True, check=False)
    return found.stderr.decode(encoding).splitlines(), found.stdout.decode(encoding)


@pytest.mark.parametrize("encoding", ["cp1252", "cp850"])
def test_a_console_of_windows_shows_ticks_and_accents_as_far_as_it_can_and_no_verb_fails(project, encoding):
    (project / "data" / "used.csv").write_text("id,value\nCoördinatie,1\nCoördinatie,2\n", encoding="utf-8")
    codes, shown = on_console(encoding, ["check"])
    assert codes == ["1"]
    assert "Coördinatie" in shown and "fout in 1 bestand" in shown
    (project / "data" / "used.csv").write_text("id,value\na,1\n", encoding="utf-8")
    verbs = (["--help"], ["build", "trial"], ["status", "trial"], ["list"], ["changes", "--plan", "trial"])
    codes, shown = on_console(encoding, *verbs)
    assert codes == ["0"] * len(verbs), codes
    assert "Tabel 1" in shown


def without_encoding(tree: ast.Module) -> list[int]:
    """Lines that open a file as text in whatever encoding the system has."""
    found = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        words = {keyword.arg: keyword.value for keyword in call.keywords}
        modes = [*call.args, words.get("mode")] if name == "open" else []
        is_binary = any(isinstance(mode, ast.Constant) and "b" in str(mode.value) for mode in modes)
        is_path = isinstance(call.func, ast.Attribute) or name == "open"
        is_named = "encoding" in words or len(call.args) > {"read_text": 0, "write_text": 1}.get(name, 2)
        if name in {"open", "read_text", "write_text"} and is_path and not is_named and not is_binary:
            found.append(call.lineno)
    return found


def test_every_text_file_is_opened_in_utf_8_and_not_in_what_the_system_has():
    # Archives and pictures have an open of their own, without text.
    lines = {
        (path.name, path.read_text(encoding="utf-8").splitlines()[line - 1].strip())
        for path, tree in {**SOURCES, **TESTS}.items()
        for line in without_encoding(tree)
    }
    assert {(name, line) for name, line in lines if "read_text(" in line or "write_text(" in line} <= {
        # Digits are the same in every encoding.
        ("pool.py", "self.file.write_text(str(self.cell))"),
        ("pool.py", "return int(file.read_text() or 0) if file.is_file() else 0"),
    }


@pytest.mark.parametrize("code", ["p.read_text()", "p.write_text(x)", "open(p)", "open(p, 'w')", "p.open('w')"])
def test_a_text_file_without_an_encoding_is_found(code):
    assert without_encoding(ast.parse(code)) == [1]


# Line ends


def test_a_clone_whose_text_files_end_their_lines_as_windows_does_is_the_same_project(project):
    make_mirror(project / "data")
    assert answer("kritiek", "finish", "trial")[0] == 0
    names = [path for folder in ("data", "notebooks") for path in (project / folder).rglob("*") if path.is_file()]
    for path in [*names, project / "reports" / "trial.toml"]:
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert answer("kritiek", "check") == (0, "No faults.\n", "")
    code, out, _ = answer("kritiek", "build", "trial")
    assert code == 0 and "4 of 4 cells as printed" in out
    _, out, _ = answer("kritiek", "status", "trial")
    assert "mirror" not in out and "codebook" not in out and "Notebooks to store" not in out, out
    answer("kritiek", "store", "trial")
    assert b"\r\n" not in (project / "notebooks" / "trial.ipynb").read_bytes()


def test_git_gives_every_kind_of_text_file_the_same_line_ends_on_every_system():
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if names.returncode:
        pytest.skip("not a git checkout")
    kinds = {Path(name).suffix: name for name in names.stdout.split("\0") if name}
    held = {
        suffix: name for suffix, name in kinds.items() if suffix in {".csv", ".ipynb", ".json", ".md", ".py", ".toml"}
    }
    asked = ["git", "check-attr", "eol", "--", *held.values()]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(told) == len(held) and all(line.endswith("eol: lf") for line in told)


# Paths


def test_a_windows_path_as_a_parameter_reaches_the_notebook_unharmed(project):
    path = r"C:\nieuw\tabellen"
    trial_project.add_notebook(project, "trial", f"assert group == {path!r}", trial_project.show(trial_project.table()))
    assert answer("kritiek", "build", "trial", "--set", f"group={path}")[0] == 0


def test_what_git_tracks_names_files_with_a_slash_on_every_system(project):
    assert answer("kritiek", "finish", "trial")[0] == 0
    for path in (project / "reports" / "trial" / "tables").iterdir():
        assert "\\\\" not in path.read_text(encoding="utf-8")


# The workflow that runs the project on the three systems


def test_the_workflow_runs_the_two_commands_of_the_readme_on_three_systems_with_actions_that_still_run():
    text = (ROOT / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    job = workflow["jobs"]["check"]
    assert job["strategy"]["matrix"]["system"] == ["ubuntu-latest", "windows-latest", "macos-latest"]
    # The shell of Windows is another: a step is one plain command.
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert commands == ["python -m pip install uv", "uv run kritiek build", "uv run pytest"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"{command} " in readme for command in commands[1:])
    # The first of each that declares Node 24, without which a runner of after September 2026 does not start it.
    oldest = {"actions/checkout": 5, "actions/setup-python": 6}
    used = dict(step["uses"].split("@v") for step in job["steps"] if "uses" in step)
    assert used.keys() == oldest.keys() and all(int(used[name]) >= oldest[name] for name in used)
