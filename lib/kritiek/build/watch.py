"""A plan in; at every save a check, what changed, and the exhibits built that it touches, told line by line.

One round after the other: what is saved during a build ends that build after the exhibit at work, and is checked
next. Nothing is written but what a build writes.
"""

import csv
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import is_zipfile

import watchfiles

from kritiek.build import run
from kritiek.build.outcome import COLOURS
from kritiek.build.plan import Job, load_plan, prepare
from kritiek.build.plan.uses import uses_of_notebooks
from kritiek.exhibits.compare import differences_between
from kritiek.project import DATA_FOLDER, NOTEBOOKS_FOLDER, REPORTS_FOLDER, source_files
from sheetcheck import faults
from sheetcheck.changes import words as change_words
from sheetcheck.changes.differences import compare_checked
from sheetcheck.checks import Checked, check_folder
from sheetcheck.faults import SourceError, UserError, disk_sentence, inked
from sheetcheck.messages import say, wrapped
from sheetcheck.publish.mirror import MIRROR_FOLDER

# A save is several notices in a row; what follows within a step belongs to it, up to the limit. Files are looked at
# without a notice too: to see whether the watch should end, and since none comes from a network drive.
NOTICES = {"step": 60, "debounce": 400, "rust_timeout": 300, "yield_on_timeout": True}
# Excel writes a new file and renames it, and some programs write over the file bit by bit: an unreadable file gets
# this many moments before it is called broken. Together they are less than the two seconds a person waits.
MOMENTS, MOMENT_SECONDS = 8, 0.15
State = dict[Path, tuple[int, int, int]]


class _Superseded(Exception):
    """Raised inside a build whose sources, plan or notebooks have changed since it began."""


@dataclass
class Watch:
    """A plan that is checked and built now and after each save of a source, a notebook or a plan.

    `tell` gets the lines for a person. A fault is told and keeps the last good outputs, and the next change is told
    against the last good state.
    """

    plan: str | Path
    root: Path
    data: Path | None = None
    tell: Callable[[str], None] = print
    colour: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    _good: Checked | None = None  # the last state without faults
    _is_right: bool = False
    _changed: tuple[str, ...] = ()  # the tables that the last save changed
    _seen: State = field(default_factory=dict)  # the files as last looked at

    def run(self) -> None:
        """Watch until `stop` is set or Ctrl-C."""
        self.root = self.root.resolve()
        self.data = self._sources.resolve()
        folders = [self._sources, self.root / NOTEBOOKS_FOLDER, self.root / REPORTS_FOLDER]
        folders = [folder for folder in folders if folder.is_dir()]
        self.tell(wrapped(say("watch.begin", folders=self._named(folders), plan=self.plan)))
        # The first round comes back empty and finds the notices set up: no save falls between the first look and it.
        for number, _ in enumerate(watchfiles.watch(*folders, **NOTICES, stop_event=self.stop)):
            # A save gives notices also after it was looked at; the files tell whether there is anything new.
            now = self._state()
            if number == 0 or now != self._seen:
                self._look(sorted({file for file, _ in now.items() ^ self._seen.items()}) if number else [])

    @property
    def _sources(self) -> Path:
        return self.data or self.root / DATA_FOLDER

    def _state(self) -> State:
        """What changes when a file is written or replaced, for each file that a build depends on."""
        data = self._sources
        found = [file for file in source_files(data) if file.relative_to(data).parts[0] != MIRROR_FOLDER]
        found += [*(self.root / REPORTS_FOLDER).glob("*.toml"), *(self.root / NOTEBOOKS_FOLDER).rglob("*.ipynb")]
        # Without what programs keep beside.
        found = [file for file in found if not file.name.startswith(("~", ".")) and file.parent.name[:1] != "."]
        return {file: facts for file in found if (facts := _facts(file))}

    def _is_old(self) -> bool:
        return self.stop.is_set() or self._state() != self._seen

    def _look(self, files: Sequence[Path]) -> None:
        """Check what was saved (no files: the first look), and build when all is right."""
        if files:
            self.tell("\n" + inked(say("watch.saved", files=self._named(files)), "dim", colour=self.colour))
            self._wait_for(files)
        self._seen = self._state()
        try:
            if not files or any(file.is_relative_to(self._sources) for file in files):
                self._check()
            elif not self._is_right:
                self._say("✗", f"{say('watch.still-wrong')} {say('watch.kept')}")
            plan = load_plan(self.plan, self.root)
            jobs = prepare(plan, data=self.data)
            if self._is_right and not self._is_old():
                self._build(plan.name, jobs)
        except _Superseded:
            return
        except (UserError, OSError) as error:
            # Sources that went wrong after they were checked were saved again, which the next round tells.
            if not (isinstance(error, SourceError) and self._is_old()):
                words = disk_sentence(error) if isinstance(error, OSError) else str(error)
                self._say("✗", f"{words}\n{say('watch.kept')}")

    def _check(self) -> None:
        self._is_right = False
        checked = check_folder(self._sources)
        if checked.faults:
            self._say("✗", f"{faults.render_text(checked.faults, self.colour).rstrip()} {say('watch.kept')}")
            return
        # That the workbook is open in Excel is what a watch is for.
        remarks = [remark for remark in checked.remarks if remark.code != "lock-file"]
        said = f" {say('watch.remarks', remarks=remarks)}" if remarks else ""
        self._say("✓", say("watch.right", tables=checked.typed) + said)
        if self._is_old():
            # Saved again meanwhile, which the next round tells; what was read may be half of it.
            return
        if self._good is not None:
            changes = compare_checked(self._good, checked, old_name=say("watch.before"), new_name=say("watch.now"))
            self.tell(change_words.render_text(changes, self.colour).rstrip())
            # What a save changed is still to be built when that save ended a build.
            self._changed = tuple({*self._changed, *changes.resources})
        self._good, self._is_right = checked, True

    def _build(self, plan: str, jobs: Sequence[Job]) -> None:
        # What a save touches comes before what was never built: who saves waits for it.
        touched = self._touched()
        jobs = sorted(jobs, key=lambda job: job.exhibit not in touched)
        tables = [run.Places.of(job, self.root / REPORTS_FOLDER / plan).table for job in jobs]
        before = {table: _rows(table) for table in tables}

        def on_progress(job: Job, outcome: run.Outcome | None) -> None:
            is_old = self._is_old()
            # What was written is told, also when it is old: the next build will find nothing to do there.
            if outcome and not outcome.skipped and not (is_old and outcome.error):
                moved = _moved(before[outcome.table], _rows(outcome.table)) if outcome.table else ""
                words = f"{outcome.exhibit} ({outcome.language}){moved}: {outcome.error or outcome.verdict}"
                self._say(outcome.sign, _behind(outcome.sign, words))
            if is_old:
                raise _Superseded

        done = run.build(jobs, root=self.root, plan_name=plan, data=self.data, on_progress=on_progress)
        if self._is_old():
            return
        self._changed = ()
        unchanged = sum(outcome.skipped for outcome in done)
        good = sum(outcome.agrees and not outcome.error for outcome in done)
        built = len(done) - unchanged
        self.tell(say("watch.done", built=built, unchanged=unchanged, good=good, total=len(done)))

    def _touched(self) -> set[str]:
        """The exhibits that read what the last save changed, as far as their notebooks say."""
        # What is no notebook is for a build to refuse.
        with suppress(UserError):
            uses = uses_of_notebooks(self.root)
            return {name for table in self._changed for name in uses.get(table, ())}
        return set()

    def _wait_for(self, files: Sequence[Path]) -> None:
        """Give files that are half written or away for a moment the time to be whole."""
        before = None
        for moment in range(MOMENTS):
            now = {file: _facts(file) for file in files}
            broken = [file for file in files if now[file] is None or (file.suffix == ".xlsx" and not is_zipfile(file))]
            if now == before and not broken:
                return
            if moment == 1 and broken:
                self.tell(inked(say("watch.waiting", files=self._named(broken)), "dim", colour=self.colour))
            before = now
            self.stop.wait(MOMENT_SECONDS)

    def _say(self, sign: str, words: str) -> None:
        self.tell(f"{inked(sign, COLOURS[sign], colour=self.colour)} {words}")

    def _named(self, files: Sequence[Path]) -> str:
        """Paths as people know them, from the project root where they lie in it."""
        shown = (file.relative_to(self.root) if file.is_relative_to(self.root) else file for file in files)
        return ", ".join(file.as_posix() for file in shown)


def _rows(table: Path) -> list[list[str]]:
    """The rows of a table that was built, its headings first; none where there is no table yet."""
    try:
        with table.open(encoding="utf-8", newline="") as stream:
            return list(csv.reader(stream))
    except OSError:
        return []


def _behind(sign: str, words: str) -> str:
    """Words that stand behind a sign, wrapped with it."""
    return wrapped(f"{sign} {words}").removeprefix(f"{sign} ")


def _moved(old: Sequence[Sequence[str]], new: Sequence[Sequence[str]]) -> str:
    """What became of the cells of a table, in a clause; nothing for one that was not there before."""
    if not old:
        return ""
    found = differences_between(old, new)
    rows = [one for one in found if not one.column]
    gone = sum(one.built is None for one in rows)
    counts = {"cells": len(found) - len(rows), "new": len(rows) - gone, "gone": gone}
    return "".join(f", {say(f'watch.{what}', number=number)}" for what, number in counts.items() if number) or (
        f", {say('watch.no-cells')}"
    )


def _facts(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
