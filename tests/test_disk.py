"""A full disk, a read-only folder and a file without rights end every verb in one sentence, the old files whole."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import trial_project
from kritiek import cli
from kritiek.build.store import store_notebooks
from kritiek.build.watch import Watch
from kritiek.errors import RunError
from sheetcheck.writing.records import replace_file

SAID = {
    errno.ENOSPC: "the disk is full",
    errno.EROFS: "read-only",
    errno.EACCES: "no permission. Is it open in Excel?",
}
WRITES = [(os, "open"), (os, "fdopen"), (os, "fsync"), (os, "replace"), (tempfile, "mkstemp"), (Path, "mkdir")]
EXAMPLE = Path(__file__).parents[1] / "data"


@contextmanager
def failing(number: int, code: int) -> Iterator[Callable[[], int]]:
    """Let the n-th call that makes, fills or replaces a file fail, whichever it is; gives how many calls there were."""
    calls = [0]
    patch = pytest.MonkeyPatch()

    def planted(real: Callable) -> Callable:
        def call(*arguments: object, **options: object) -> object:
            calls[0] += 1
            if calls[0] == number:
                raise OSError(code, os.strerror(code))
            return real(*arguments, **options)

        return call

    for owner, name in WRITES:
        patch.setattr(owner, name, planted(getattr(owner, name)))
    try:
        yield lambda: calls[0]
    finally:
        patch.undo()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    """The command line as a person gets it: exit code and what it says on the error channel."""
    monkeypatch.setattr(sys, "argv", ["kritiek", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0), capsys.readouterr().err


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A trial project with one notebook, as the folder where the command is given."""
    root = trial_project.make_project(tmp_path / "project", {"one": [trial_project.show(trial_project.table())]})
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one workbook and one CSV, with what `metadata` asks for."""
    import json

    folder = tmp_path / "data"
    folder.mkdir()
    package = json.loads((EXAMPLE / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"] = [
        {
            "name": name,
            "path": path,
            **({"dialect": {"excel": {"sheet": name}}} if path.endswith("x") else {}),
            "schema": {"fields": [{"name": "id", "type": "string"}], "primaryKey": ["id"]},
        }
        for name, path in (("parts", "parts.xlsx"), ("things", "things.csv"))
    ]
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    (folder / "things.csv").write_text("id\na\n", encoding="utf-8")
    import xlsxwriter

    with xlsxwriter.Workbook(folder / "parts.xlsx") as book:
        sheet = book.add_worksheet("parts")
        sheet.write_string(0, 0, "id")
        sheet.write_string(1, 0, "a")
    monkeypatch.chdir(tmp_path)
    return folder


VERBS = {
    "template": ["template", "--from", "data", "--out", "new"],
    "mirror": ["mirror", "data"],
    "codebook": ["codebook", "data"],
    "metadata": ["metadata", "data"],
}


@pytest.mark.parametrize("code", SAID, ids=errno.errorcode.get)
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_that_cannot_write_says_why_in_one_sentence_and_leaves_whole_files(
    sources: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], verb: str, code: int
) -> None:
    before = contents(sources.parent)
    failures = 0
    for number in range(1, 100):
        with failing(number, code) as calls:
            ended, said = run(monkeypatch, capsys, *VERBS[verb])
        after = contents(sources.parent)
        assert not [name for name in after if name.endswith(".tmp")]
        assert {name: after[name] for name in before} == before
        if calls() < number:
            break
        if ended == 0:  # only the sync of a folder may fail unseen: the file is there
            assert said == ""
        else:
            failures += 1
            assert ended == 1
            assert said.count("\n") == 1 and SAID[code] in said and "Errno" not in said
            assert any(name in said for name in ("parts", "things", "README.md", "json", "temporary")), said
        for name in set(after) - set(before):
            (sources.parent / name).unlink()
    assert ended == 0 and failures >= 3


@pytest.mark.parametrize("code", SAID, ids=errno.errorcode.get)
def test_a_build_that_cannot_write_says_which_file_and_why(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: int
) -> None:
    real = replace_file

    def refused(target: Path, content: str) -> Path:
        with failing(1, code):
            return real(target, content)

    monkeypatch.setattr("kritiek.build.run.replace_file", refused)
    outcome = trial_project.run(project)[("one", "nl")]
    assert outcome.error.startswith("reports/trial/tables/one.nl.csv: ")
    assert SAID[code] in outcome.error and "Errno" not in outcome.error
    assert trial_project.files(project) == []


@pytest.mark.parametrize("code", SAID, ids=errno.errorcode.get)
def test_a_build_without_room_for_temporary_files_says_so(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: int
) -> None:
    def refused(*_: object, **__: object) -> str:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(tempfile, "mkdtemp", refused)
    ended, said = run(monkeypatch, capsys, "build", "trial")
    assert ended == 1
    assert said.count("\n") == 1 and SAID[code] in said and "Errno" not in said


def test_a_worker_whose_disk_is_full_says_so(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(
        "import builtins, errno, io\n"
        "real = io.open\n"
        "def full(file, mode='r', *more, **options):\n"
        "    if 'w' in mode and str(file).endswith('0.ipynb'):\n"
        "        raise OSError(errno.ENOSPC, 'No space left on device', str(file))\n"
        "    return real(file, mode, *more, **options)\n"
        "builtins.open = io.open = full\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(hook))
    outcome = trial_project.run(project)[("one", "nl")]
    assert "the disk is full" in outcome.error and "Errno" not in outcome.error


@pytest.mark.parametrize("code", SAID, ids=errno.errorcode.get)
def test_a_notebook_that_cannot_be_stored_stays_as_it_was(
    project: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    before = contents(project / "notebooks")
    real = replace_file

    def refused(target: Path, content: str) -> Path:
        with failing(1, code):
            return real(target, content)

    monkeypatch.setattr("kritiek.build.store.replace_file", refused)
    with pytest.raises(RunError, match=f"one.ipynb stays as it was: one.ipynb: .*{SAID[code][:12]}"):
        store_notebooks(project)
    assert contents(project / "notebooks") == before


def test_a_watch_goes_on_when_the_disk_is_full_and_says_so(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = replace_file

    def refused(target: Path, content: str) -> Path:
        with failing(1, errno.ENOSPC):
            return real(target, content)

    monkeypatch.setattr("kritiek.build.run.replace_file", refused)
    told: list[str] = []
    watch = Watch("trial", project, tell=told.append)

    def hear(line: str) -> None:
        told.append(line)
        if " rebuilt, " in line:
            watch.stop.set()

    watch.tell = hear
    watch.run()
    assert any("the disk is full" in line for line in told)
    assert "1 rebuilt, 0 unchanged; 0 of 1 as they should be." in told


@pytest.mark.skipif(os.name == "nt", reason="a stand-in for git that is a shell script")
def test_git_setup_says_what_git_could_not_write(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    subprocess.run(["git", "init", "-q", str(project)], check=True)
    folder = tmp_path / "bin"
    folder.mkdir()
    script = '#!/bin/sh\ncase "$*" in *config*) echo "error: .git/config: No space left on device" >&2; exit 4;; esac\n'
    (folder / "git").write_text(script, encoding="utf-8")
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    ended, said = run(monkeypatch, capsys, "git-setup")
    assert ended == 1
    assert said.count("\n") == 1 and ".git/config: No space left on device" in said


def test_a_source_that_cannot_be_read_is_a_sentence(
    sources: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = Path.open

    def refused(self: Path, *more: object, **options: object) -> object:
        if self.name == "things.csv":
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return real(self, *more, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", refused)
        patch.setattr(sys, "argv", ["kritiek", "check", "data"])
        with pytest.raises(SystemExit):
            cli.main()
    assert "things.csv: cannot be read: no permission, or open in Excel." in capsys.readouterr().out
    (sources / "things.csv").unlink()
    (sources / "things.csv").mkdir()
    monkeypatch.setattr(sys, "argv", ["kritiek", "check", "data"])
    with pytest.raises(SystemExit):
        cli.main()
    assert "things.csv: is no file but a folder or a device." in capsys.readouterr().out
    (sources / "things.csv").rmdir()
    with pytest.raises(SystemExit):
        cli.main()
    assert "things.csv: is missing." in capsys.readouterr().out


def test_a_file_is_on_the_disk_before_it_takes_the_place_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *words, name=name, real=real: (seen.append(name), real(*words))[1])
    replace_file(tmp_path / "a.csv", "id\n")
    assert seen == (["fsync", "replace"] if os.name == "nt" else ["fsync", "replace", "fsync"])
