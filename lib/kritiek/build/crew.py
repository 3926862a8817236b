"""Requests for notebooks in, reports as they finish out: worker processes side by side that end with the build."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

from kritiek.sources import ROOT_VARIABLE
from sheetcheck.errors import disk_sentence

# A notebook of the report takes seconds. What takes this long hangs, and a build must come to an end by itself.
RUN_LIMIT_SECONDS = 600
# How often the main thread looks up, so that Ctrl-C is heard at once on Windows too.
LOOK_UP_SECONDS = 0.2
ENDING_SECONDS = 3
LOG_LINES_SHOWN = 3


@dataclass(frozen=True)
class Request:
    """One notebook to execute, with the parameters to inject and the time it may take."""

    source: Path
    parameters: Mapping[str, Any]
    limit_seconds: float = RUN_LIMIT_SECONDS


@dataclass(frozen=True)
class Report:
    """How an execution ended: the notebook as far as it came, and what went wrong outside its cells."""

    target: Path
    trouble: str | None
    seconds: float


class Crew:
    """Worker processes for one build, as a context: on leaving it, for whatever reason, every process is ended."""

    def __init__(self, root: Path, size: int) -> None:
        root = root.resolve()
        self._staging = tempfile.TemporaryDirectory(prefix="kritiek-", ignore_cleanup_errors=True)
        folder = Path(self._staging.name)
        self._workers = [_Worker(root, folder / str(number)) for number in range(size)]

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.close()
        self._staging.cleanup()

    def run(self, requests: Sequence[Request]) -> Iterator[tuple[int, Report | None]]:
        """Execute all; yields each request's number with None when it begins and with its report when it is done."""
        waiting: queue.SimpleQueue[tuple[int, Request]] = queue.SimpleQueue()
        events: queue.SimpleQueue[tuple[int, Report | None]] = queue.SimpleQueue()
        for numbered in enumerate(requests):
            waiting.put(numbered)
        for worker in self._workers:
            threading.Thread(target=_keep_busy, args=(worker, waiting, events), daemon=True).start()
        unfinished = len(requests)
        while unfinished:
            with suppress(queue.Empty):
                number, report = events.get(timeout=LOOK_UP_SECONDS)
                unfinished -= report is not None
                yield number, report


def _keep_busy(worker: _Worker, waiting: queue.SimpleQueue, events: queue.SimpleQueue) -> None:
    while not worker.closed:
        try:
            number, request = waiting.get_nowait()
        except queue.Empty:
            return
        events.put((number, None))
        events.put((number, worker.run(number, request)))


class _Worker:
    """The parent's hold on one worker process: started when there is work, and again when it had to be ended."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.closed = False
        self._root, self._folder = root, folder
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        folder.mkdir()

    def run(self, number: int, request: Request) -> Report:
        begun = time.perf_counter()
        target = self._folder / f"{number}.ipynb"
        message = {
            "source": str(request.source.resolve()),  # the worker counts from another folder
            "target": str(target),
            "parameters": dict(request.parameters),
            "folder": str(self._folder),
        }
        try:
            trouble = self._ask(message, request.limit_seconds)
        except OSError as error:
            trouble = disk_sentence(error).rstrip(".")
        except ValueError as error:
            # An answer cut off: one notebook fails, and the build goes on.
            trouble = f"the process that runs it failed ({error})"
        return Report(target, trouble, time.perf_counter() - begun)

    def close(self) -> None:
        """End the process and everything it started, now and for good."""
        self.closed = True
        self._end()

    def _ask(self, message: Mapping[str, Any], limit_seconds: float) -> str | None:
        process = self._started()
        if process is None:
            return "the build was ended"
        late = threading.Event()
        timer = threading.Timer(limit_seconds, self._too_late, (late,))
        timer.start()
        answer = b""
        # A process that is gone cannot be written to; the empty answer then tells.
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(message).encode() + b"\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        timer.cancel()
        if late.is_set():
            return f"it was ended because it took over {limit_seconds:g} seconds"
        if not answer:
            self._end()
            return f"the process that ran it ended unexpectedly{self._last_words()}"
        return json.loads(answer)["trouble"]

    def _started(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self.closed:
                return None
            if self._process is None or self._process.poll() is not None:
                with (self._folder / "log").open("wb") as log:
                    self._process = subprocess.Popen(
                        # -P: no module of the project folder can stand in for a library.
                        [sys.executable, "-P", "-m", "kritiek.build.worker"],
                        stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE,
                        stderr=log,
                        cwd=self._root,
                        env={**os.environ, ROOT_VARIABLE: str(self._root)},
                        **_own_group(),
                    )
            return self._process

    def _too_late(self, late: threading.Event) -> None:
        late.set()
        self._end()

    def _end(self) -> None:
        # The lock keeps the next notebook from being handed to a process that is on its way out.
        with self._lock:
            process, self._process = self._process, None
            if process is not None:
                end_family(process.pid)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(ENDING_SECONDS)

    def _last_words(self) -> str:
        lines = (self._folder / "log").read_text(encoding="utf-8", errors="replace").split("\n")
        words = [line.strip() for line in lines if line.strip()][-LOG_LINES_SHOWN:]
        return f" ({' / '.join(words)})" if words else ""


def _own_group() -> dict[str, Any]:
    """Ctrl-C goes to the parent alone, which then ends its workers in order."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def end_family(pid: int) -> None:
    """Kill a process with all its children and theirs: a kernel is in a process group of its own."""
    try:
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
