"""A data folder and a git revision or another folder in, the state to compare with out; no work tree is touched."""

import io
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sheetcheck.faults import UserError
from sheetcheck.messages import say
from sheetcheck.schema import PACKAGE_FILE

LAST_COMMIT = "HEAD"
# Set while git runs a hook; they would make git look at another repository than the one of the folder.
HOOK_VARIABLES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


class HistoryError(UserError):
    """There is no earlier state to compare with: no git, no such revision, or no such folder in it."""


@dataclass(frozen=True)
class OldState:
    """A folder that holds the old state, as long as it is asked for, and what people call it."""

    folder: Path
    name: str


@contextmanager
def old_state(folder: Path, since: str | Path | None = None) -> Iterator[OldState]:
    """The state of a data folder at a git revision (none given: the last commit), or the other folder that is named.

    A state out of git lies in a temporary folder and is gone at the end. Raises HistoryError with what to do.
    """
    folder = folder.resolve()
    if isinstance(since, Path) or (since and (Path(since) / PACKAGE_FILE).is_file()):
        yield OldState(Path(since), Path(since).as_posix())
        return
    commit, name = _commit(folder, since or LAST_COMMIT)
    with tempfile.TemporaryDirectory(prefix="sheetcheck-", ignore_cleanup_errors=True) as temporary:
        target = Path(temporary) / folder.name
        _unpack(folder, commit, name, target)
        yield OldState(target, name)


def run_git(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder; what it printed and its exit code. Raises HistoryError when git is not installed."""
    program = shutil.which("git")
    if program is None:
        raise HistoryError(say("history.no-git"))
    environment = {name: value for name, value in os.environ.items() if name not in HOOK_VARIABLES}
    return subprocess.run(
        [program, "-C", str(folder), *words],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env={**environment, "LC_ALL": "C"},
        check=False,
    )


def _commit(folder: Path, revision: str) -> tuple[str, str]:
    if not folder.is_dir():
        raise HistoryError(say("history.no-folder", folder=folder))
    top = run_git(folder, "rev-parse", "--show-toplevel")
    if top.returncode:
        raise HistoryError(say("history.no-clone", folder=folder, reason=_last_line(top)))
    found = run_git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if found.returncode:
        if revision == LAST_COMMIT:
            raise HistoryError(say("history.no-commit"))
        raise HistoryError(say("history.no-revision", revision=revision, file=PACKAGE_FILE))
    commit = found.stdout.decode().strip()
    told = run_git(folder, "show", "--no-patch", "--format=%h, %cs: %s", commit)
    return commit, told.stdout.decode("utf-8", "replace").strip() or commit[:9]


def _unpack(folder: Path, commit: str, name: str, target: Path) -> None:
    """Write the folder as it was at a commit, by `git archive`, which changes nothing in the repository."""
    asked = run_git(folder, "rev-parse", "--show-toplevel", "--show-prefix").stdout.decode("utf-8")
    top, prefix = asked.split("\n")[:2]
    prefix = prefix.rstrip("/")
    there = run_git(folder, "cat-file", "-t", f"{commit}:{prefix}")
    if prefix and there.stdout.strip() != b"tree":
        raise HistoryError(say("history.not-there", prefix=prefix, name=name))
    # A zip rather than a tar: no links and no owners, and zipfile keeps every part under the target.
    packed = run_git(Path(top), "archive", "--format=zip", f"{commit}:{prefix}" if prefix else commit)
    if packed.returncode:
        raise HistoryError(say("history.no-state", name=name, reason=_last_line(packed)))
    with zipfile.ZipFile(io.BytesIO(packed.stdout)) as archive:
        archive.extractall(target)


def _last_line(ended: subprocess.CompletedProcess[bytes]) -> str:
    lines = ended.stderr.decode("utf-8", "replace").strip().splitlines() or [say("history.nothing")]
    return lines[-1].removeprefix("fatal: ").rstrip(".")
