"""A plan in, an event for each thing that happens out: at a save check, tell what changed, build what it touches.

Two threads: one waits for saves and checks them, so that the person at the keyboard hears at once; the one that
called builds, so that Ctrl-C ends the notebooks with it. Nothing is written but what a build writes.
"""

from __future__ import annotations

import json
import queue
import threading
import tomllib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import watchfiles

from kritiek.build import run
from kritiek.build.plan import DEFAULT_DATA_FOLDER, Job, load_plan, prepare
from kritiek.build.plan_file import NOTEBOOKS_FOLDER, REPORTS_FOLDER
from kritiek.watch_events import (
    Event,
    Rebuilding,
    Rebuilt,
    Refused,
    Saved,
    SourcesChanged,
    SourcesRight,
    SourcesWrong,
    StillWriting,
    Verdict,
    Watching,
)
from sheetcheck.checks import Checked, check_folder
from sheetcheck.differences import compare_checked
from sheetcheck.errors import SourceError, UserError
from sheetcheck.gate import inspect
from sheetcheck.mirror import MIRROR_FOLDER
from sheetcheck.schema import PACKAGE_FILE

# A save is several notices in a row; what follows within a step belongs to it, up to the limit.
STEP_MILLISECONDS, LIMIT_MILLISECONDS = 60, 400
# How often the watch looks whether it should end.
LOOK_UP_MILLISECONDS, LOOK_UP_SECONDS = 200, 0.2
# Excel writes a new file and renames it, and some programs write over the file bit by bit: an unreadable file gets
# this many moments before it is called broken. Together they are less than the two seconds a person waits.
MOMENTS, MOMENT_SECONDS = 8, 0.15
# Lock files, backups and files that a program makes along the way of a save.
PASSING_STARTS, PASSING_ENDS = ("~", "."), (".tmp", "~")
# Text that is cut off does not read as what it should be; in a CSV nothing shows it.
READERS: dict[str, Callable[[str], object]] = {".toml": tomllib.loads, ".ipynb": json.loads, ".json": json.loads}
Facts = tuple[int, int, int] | None
SOURCE_SUFFIXES = (".xlsx", ".csv", ".tsv")
LOCK_REMARK = "lock-file"
STILL_WRONG = "The sources still have faults, so nothing is built; kritiek check shows them."
LAST_GOOD, NOW = "the last good save", "now"


class _Superseded(Exception):
    """Raised inside a build whose sources, plan or notebooks have changed since it began."""


def watch(
    plan: str | Path,
    *,
    root: Path,
    data: Path | None = None,
    on_event: Callable[[Event], None],
    stop_event: threading.Event | None = None,
) -> None:
    """Check and build now and after each save of a source, a notebook or a plan, until `stop_event` or Ctrl-C.

    `on_event` is never called by two threads at the same time. A fault is told and keeps the last good outputs; a
    save during a build is checked at once, and the build begins anew with it.
    """
    stop_event = stop_event or threading.Event()
    lookout = _Lookout(plan, root.resolve(), (data or root / DEFAULT_DATA_FOLDER).resolve(), on_event)
    lookout.tell(Watching(tuple(map(lookout.shown, lookout.folders)), str(plan)))
    thread = threading.Thread(target=lookout.run, daemon=True)
    thread.start()
    try:
        while not stop_event.is_set() and lookout.error is None:
            with suppress(queue.Empty):
                _build(lookout, lookout.wanted.get(timeout=LOOK_UP_SECONDS), stop_event)
    finally:
        lookout.ended.set()
        thread.join()
    if lookout.error is not None:
        raise lookout.error


def _build(lookout: _Lookout, number: int, stop_event: threading.Event) -> None:
    """Build the plan once, unless something newer is wanted meanwhile."""

    def on_progress(job: Job, outcome: run.Outcome | None) -> None:
        is_old = lookout.newest != number or stop_event.is_set()
        # What was written is told, also when the next build is waiting: that one will find nothing to do there.
        if outcome is not None and not outcome.skipped and not (is_old and outcome.error):
            lookout.tell(Verdict(outcome))
        if is_old:
            raise _Superseded
        if outcome is None:
            lookout.tell(Rebuilding(job.exhibit, job.language))

    if lookout.newest != number:
        return
    try:
        plan, jobs = lookout.jobs()
        outcomes = run.build(jobs, root=lookout.root, plan_name=plan, data=lookout.data, on_progress=on_progress)
        lookout.tell(Rebuilt(tuple(outcomes)))
    except (_Superseded, SourceError):
        # Sources that went wrong after they were checked were saved again, which the lookout tells.
        return
    except UserError as error:
        if lookout.newest == number:
            lookout.tell(Refused(str(error)))


class _Lookout:
    """The thread that waits for saves: it keeps the last good state and asks for builds."""

    def __init__(self, plan: str | Path, root: Path, data: Path, on_event: Callable[[Event], None]) -> None:
        self.root, self.data = root, data
        self.folders = [folder for folder in (data, root / NOTEBOOKS_FOLDER, root / REPORTS_FOLDER) if folder.is_dir()]
        self.wanted: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.newest = 0
        self.ended = threading.Event()
        self.error: Exception | None = None
        self._plan, self._on_event, self._lock = plan, on_event, threading.Lock()
        self._seen: dict[Path, Facts] = {}  # as last looked at
        self._good: Checked | None = None
        self._is_right = False

    def tell(self, event: Event) -> None:
        with self._lock:
            self._on_event(event)

    def shown(self, path: Path) -> str:
        """A path as people know it, from the project root where it lies in it."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()

    def jobs(self) -> tuple[str, list[Job]]:
        """The name of the plan and its jobs as they are now; raises PlanError."""
        plan = load_plan(self._plan, self.root)
        return plan.name, prepare(plan, data=self.data)

    def run(self) -> None:
        try:
            self._watch()
        except Exception as error:
            self.error = error

    def _watch(self) -> None:
        has_looked = False
        for found in watchfiles.watch(
            *self.folders,
            watch_filter=lambda _, path: self._is_watched(Path(path)),
            debounce=LIMIT_MILLISECONDS,
            step=STEP_MILLISECONDS,
            rust_timeout=LOOK_UP_MILLISECONDS,
            # The first round comes back empty and finds the watch set up: no save falls between the first look and it.
            yield_on_timeout=True,
            stop_event=self.ended,
            raise_interrupt=False,
        ):
            # A save gives notices also after it was looked at; the file tells whether there is anything new.
            files = [
                path for path in sorted({Path(path) for _, path in found}) if self._seen.get(path, ()) != _facts(path)
            ]
            if files or not has_looked:
                self._look(files)
            has_looked = True

    def _is_watched(self, path: Path) -> bool:
        if path.name.startswith(PASSING_STARTS) or path.name.endswith(PASSING_ENDS):
            return False
        suffix = path.suffix.lower()
        if path.is_relative_to(self.data):
            is_mirror = path.relative_to(self.data).parts[0] == MIRROR_FOLDER
            return path.name == PACKAGE_FILE or (suffix in SOURCE_SUFFIXES and not is_mirror)
        if path.is_relative_to(self.root / NOTEBOOKS_FOLDER):
            return suffix == ".ipynb" and not any(part.startswith(".") for part in path.relative_to(self.root).parts)
        return suffix == ".toml" and path.parent == self.root / REPORTS_FOLDER

    def _look(self, files: Sequence[Path]) -> None:
        """Check what was saved (no files: the first look), and ask for a build when all is right."""
        self.newest += 1
        if files:
            self.tell(Saved(tuple(map(self.shown, files))))
            self._wait_for(files)
            self._seen |= {file: _facts(file) for file in files}
        try:
            if not files or any(file.is_relative_to(self.data) for file in files):
                self._check()
            self.jobs()
        except (UserError, OSError) as error:
            self.tell(Refused(str(error)))
            return
        if self._is_right:
            self.wanted.put(self.newest)
        elif not any(file.is_relative_to(self.data) for file in files or [self.data]):
            self.tell(Refused(STILL_WRONG))

    def _check(self) -> None:
        self._is_right, before = False, self._sources()
        checked = check_folder(self.data)
        self._is_right = not checked.faults
        # That the workbook is open in Excel is what a watch is for.
        remarks = tuple(remark for remark in checked.remarks if remark.code != LOCK_REMARK)
        if checked.faults:
            self.tell(SourcesWrong(checked.faults, remarks))
            return
        self.tell(SourcesRight(len(checked.frames), remarks))
        if self._sources() != before:
            # Saved again meanwhile, which the next notice tells; what was read may be half of it.
            return
        if self._good is not None:
            self.tell(SourcesChanged(compare_checked(self._good, checked, old_name=LAST_GOOD, new_name=NOW)))
        self._good = checked

    def _sources(self) -> dict[Path, Facts]:
        return {file: _facts(file) for file in self.data.iterdir() if self._is_watched(file)}

    def _wait_for(self, files: Iterable[Path]) -> None:
        """Give files that are half written or away for a moment the time to be whole."""
        facts: dict[Path, Facts] = {}
        for moment in range(MOMENTS):
            unfinished = [file for file in files if not _is_whole(file, facts)]
            if not unfinished:
                return
            if moment == 1:
                self.tell(StillWriting(tuple(map(self.shown, unfinished))))
            self.ended.wait(MOMENT_SECONDS)


def _facts(file: Path) -> Facts:
    """What changes when a file is written or replaced; None for a file that is not there."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _is_whole(file: Path, seen: dict[Path, Facts]) -> bool:
    """True when the file can be opened and, for text that shows no end, has not grown since it was last looked at."""
    try:
        if file.suffix.lower() == ".xlsx":
            return file.is_file() and all(fault.is_remark for fault in inspect(file))
        before, seen[file] = seen.get(file), _facts(file)
        if seen[file] is None or before != seen[file]:
            return False
        if file.suffix in READERS:
            READERS[file.suffix](file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return False
    return True
