"""Requests for notebooks in, reports as they finish out: processes side by side that end with the build.

A notebook runs warm in one of a few processes (see `engine`), or isolated, in a kernel of its own. One that hangs or
dies takes only its own process with it.
"""

import json
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from multiprocessing.connection import wait
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
from pebble import ProcessExpired, ProcessPool

from kritiek.build.engine.executed import exhibit_in, failure_in
from kritiek.errors import RunError
from kritiek.exhibits.tables import Exhibit
from kritiek.project import ROOT_VARIABLE
from kritiek.sources import handed_on, remember
from sheetcheck.faults import disk_sentence
from sheetcheck.messages import say, speak, spoken

# A notebook of the report takes seconds. What takes this long hangs, and a build must come to an end by itself.
RUN_LIMIT_SECONDS = 600
# How often the main thread looks up, so that Ctrl-C is heard at once on Windows too.
LOOK_UP_SECONDS = 0.05
LOG_LINES_SHOWN = 3
# A process is worth its start, which costs more than a second, when it gets this many notebooks to run.
NOTEBOOKS_A_PROCESS = 4
GRACE_SECONDS = 5
LATE = 75  # exit code of a process that ended itself because its time was up
LOG = "log-"
CELL_FILE = "cell"  # says which cell was begun last, for when nothing else can


@dataclass(frozen=True)
class Request:
    """One notebook to execute, with the parameters to inject and the time it may take."""

    source: Path
    parameters: Mapping[str, Any]
    limit_seconds: float = RUN_LIMIT_SECONDS
    also_in: tuple[str, ...] = ()  # languages in which the notebook is to be shown beside its own
    is_drawn: bool = False  # whether its figure is wanted as SVG too, in each of the languages


@dataclass(frozen=True)
class Report:
    """How an execution ended: the notebook as far as it came, and what went wrong outside its cells."""

    target: Path
    trouble: str | None
    seconds: float
    cell: int = 0  # the code cell that was begun last

    def shown_in(self, language: str) -> Self:
        """The report on the notebook as shown in another language of its request."""
        return replace(self, target=in_other_language(self.target, language))

    @cached_property
    def notebook(self) -> dict[str, Any] | None:
        """The executed notebook; None when it cannot be read. To be asked for while the pool is there."""
        try:
            return json.loads(self.target.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    @property
    def failure(self) -> str | None:
        """Why the notebook is not done, in plain words; None when it is."""
        if self.trouble:
            return say("run.cell", cell=self.cell, reason=f"{self.trouble}.") if self.cell else f"{self.trouble}."
        return say("run.unreadable") if self.notebook is None else failure_in(self.notebook)

    def exhibit(self, language: str) -> Exhibit:
        """The exhibit that the notebook shows; raises RunError with what went wrong when there is none."""
        if self.failure or self.notebook is None:
            raise RunError(self.failure or "")
        return exhibit_in(self.notebook, language)


class Pool:
    """Processes for one build, as a context: on leaving it, for whatever reason, every process is ended.

    `isolated` gives each notebook a kernel of its own. What this process has checked is given to every other one.
    """

    def __init__(self, root: Path, size: int, *, isolated: bool = False) -> None:
        self._root, self._size, self._isolated = root.resolve(), size, isolated
        self._staging = tempfile.TemporaryDirectory(prefix="kritiek-", ignore_cleanup_errors=True)
        self._folder = Path(self._staging.name)
        (self._folder / "handed").write_bytes(pickle.dumps(handed_on()))
        self._processes: ProcessPool | None = None
        self._terminate: Any = None

    def __enter__(self) -> Self:
        # An end asked for by another program is an end like Ctrl-C: everything that was started ends too.
        if threading.current_thread() is threading.main_thread():
            self._terminate = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._processes is not None:
            pids = [int(log.name.removeprefix(LOG)) for log in self._folder.glob(f"{LOG}*")]
            family = [process for pid in pids for process in _children(pid)]
            self._processes.stop()
            self._processes.join()
            end(family)
        self._staging.cleanup()
        if self._terminate is not None:
            signal.signal(signal.SIGTERM, self._terminate)

    def run(self, requests: Sequence[Request]) -> Iterator[tuple[int, Report | None]]:
        """Execute all; yields each request's number with None when it begins and with its report when it is done."""
        if not requests:
            return
        pool = self._started(len(requests))
        waiting: dict[int, Any] = {}
        begun: dict[int, float] = {}
        for number, request in enumerate(requests):
            request = replace(request, source=request.source.resolve())  # the process counts from another folder
            message = (request, self._target(number), self._private(number), self._isolated)
            # A process ends itself and what it started when the time is up; one that cannot is ended from here.
            waiting[number] = pool.schedule(_run, args=message, timeout=request.limit_seconds + GRACE_SECONDS)
        while waiting:
            for number, future in list(waiting.items()):
                if number not in begun and (future.running() or future.done()):
                    begun[number] = time.perf_counter()
                    yield number, None
                if future.done():
                    del waiting[number]
                    yield number, self._report(number, future, requests[number], begun[number])
            if waiting:
                time.sleep(LOOK_UP_SECONDS)

    def _started(self, requests: int) -> ProcessPool:
        if self._processes is None:
            size = max(1, min(self._size, requests if self._isolated else -(-requests // NOTEBOOKS_A_PROCESS)))
            self._processes = ProcessPool(
                max_workers=size,
                # Pebble says in words that it takes this; its type lacks the pipes of Windows.
                context=multiprocessing.get_context("spawn"),  # pyright: ignore[reportArgumentType]
                initializer=_begin,
                initargs=(str(self._root), str(self._folder), spoken()),
            )
        return self._processes

    def _report(self, number: int, future: Any, request: Request, begun: float) -> Report:
        trouble, seconds = None, time.perf_counter() - begun
        try:
            trouble, seconds = future.result()
        except (TimeoutError, ProcessExpired) as error:
            if isinstance(error, TimeoutError) or error.exitcode == LATE:
                trouble = say("run.late", limit=f"{request.limit_seconds:g}")
            else:
                trouble = say("run.ended", words=self._last_words(error))
        except OSError as error:
            trouble = disk_sentence(error).rstrip(".")
        except Exception as error:
            # Out of memory: one notebook fails, and the build goes on.
            trouble = say("run.process", reason=error)
        if trouble:
            # A process that was ended leaves its kernel behind.
            end([process for process in psutil.process_iter() if _names(process, self._private(number))])
        return Report(self._target(number), trouble, seconds, begun_cell(self._private(number)))

    def _target(self, number: int) -> Path:
        return self._folder / f"{number}.ipynb"

    def _private(self, number: int) -> Path:
        return self._folder / f"of-{number}"

    def _last_words(self, error: ProcessExpired) -> str:
        log = self._folder / f"{LOG}{error.pid}"
        with suppress(OSError):
            lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
            words = [line for line in lines if line][-LOG_LINES_SHOWN:]
            return f" ({' / '.join(words)})" if words else ""
        return ""


def reports(root: Path, requests: Sequence[Request]) -> Iterator[tuple[int, Report]]:
    """Execute all on all cores; yields each request's number with its report when it is done."""
    with Pool(root, min(cores(), len(requests) or 1)) as pool:
        yield from ((number, report) for number, report in pool.run(requests) if report)


def in_other_language(target: Path, language: str) -> Path:
    """Where an executed notebook is kept as shown in another language."""
    return target.with_suffix(f".{language}.ipynb")


def drawing_of(target: Path) -> Path:
    """Where the figure of an executed notebook is kept as SVG."""
    return target.with_suffix(".svg")


def end(processes: Sequence[psutil.Process]) -> None:
    """Kill these processes; one that is gone already is no fault."""
    for process in processes:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(list(processes), timeout=3)


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _names(process: psutil.Process, folder: Path) -> bool:
    """True when the command line of a process names the folder, as that of a kernel does with its connection file."""
    with suppress(psutil.Error):
        return any(str(folder) + os.sep in part for part in process.cmdline())
    return False


def _begin(root: str, staging: str, language: str) -> None:
    """Make a new process ready: place, log, sources, what it speaks; and see to it that it ends with its parent."""
    speak(language)
    with (Path(staging) / f"{LOG}{os.getpid()}").open("wb") as log:
        # What code of a library prints past Python goes to the log and is told when the process dies.
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    threading.Thread(target=_end_with_parent, args=(staging,), daemon=True).start()
    os.chdir(root)
    os.environ[ROOT_VARIABLE] = root
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    spare_grammar()
    import kritiek.build.engine.worker  # noqa: F401  # loads what every notebook imports

    remember(pickle.loads((Path(staging) / "handed").read_bytes()))


def spare_grammar() -> None:
    """Let Jupyter's libraries be imported in this process without a grammar of international addresses.

    jsonschema builds it at import, which costs a second; no address is checked here.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def _end_with_parent(staging: str) -> None:
    """When the parent is gone, however it went, nothing that it started goes on, and its folder is cleared away."""
    import shutil

    wait([multiprocessing.parent_process().sentinel])  # type: ignore[union-attr]
    end(_children(os.getpid()))
    shutil.rmtree(staging, ignore_errors=True)
    os._exit(1)


def _run(request: Request, target: Path, private: Path, isolated: bool) -> tuple[str | None, float]:
    """Run one notebook in this process, with a limit; gives the trouble with it, if any, and the seconds it took."""
    from kritiek.build.engine import worker

    begun = time.perf_counter()
    late = threading.Event()
    timer = threading.Timer(request.limit_seconds, _too_late, (late,))
    timer.daemon = True
    timer.start()
    private.mkdir()
    note = Note(private / CELL_FILE, late)
    trouble = worker.run_notebook(request.source, target, request.parameters, private, note=note, isolated=isolated)
    others = {language: in_other_language(target, language) for language in request.also_in}
    for language, other in others.items():
        worker.show_in(language, target, other, request.parameters)
    if request.is_drawn:
        for notebook in (target, *others.values()):
            worker.draw(notebook, drawing_of(notebook))
    timer.cancel()
    if late.is_set():
        time.sleep(GRACE_SECONDS)  # what ended was ended by the timer, which now ends this process
    return trouble, time.perf_counter() - begun


def begun_cell(private: Path) -> int:
    """The number of the code cell that was begun last in a run with this folder; 0 when it came to none."""
    file = private / CELL_FILE
    return int(file.read_text() or 0) if file.is_file() else 0


class Note:
    """Notes in a file which code cell was begun last, for when nothing else can tell."""

    def __init__(self, file: Path, late: threading.Event | None = None) -> None:
        self.file, self.late, self.cell = file, late or threading.Event(), 0

    def __call__(self, **_: object) -> None:
        if self.late.is_set():
            time.sleep(GRACE_SECONDS)  # the cell before ended because what it waited for was ended
        self.cell += 1
        self.file.write_text(str(self.cell))


def _too_late(late: threading.Event) -> None:
    late.set()
    end(_children(os.getpid()))
    os._exit(LATE)


def _children(pid: int) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return psutil.Process(pid).children(recursive=True)
    return []
