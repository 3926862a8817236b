"""What pytest must know before it collects."""

import contextlib
import multiprocessing
import os
import sys
import tempfile
from pathlib import Path

import pytest

# jsonschema builds a grammar of international addresses at import, which costs a second; no test asks for one.
sys.modules.setdefault("rfc3987_syntax", None)

# Messages are held in English, whatever the system of whoever runs the tests speaks.
os.environ["LC_ALL"] = "C.UTF-8"

# Wrong on purpose: test_notebooks.py runs each and expects it to fail.
collect_ignore_glob = ["notebooks/*_fail.ipynb"]


# As the engine sets it in a new process before its imports, and the environment of the session.
BEGUN_WITH = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}


def pytest_configure(config):
    """Let the hundreds of processes that are started here compile what they import once, and not each for itself.

    Where Python is told to leave no bytecode beside its sources, it is kept elsewhere while the tests run.
    """
    if sys.dont_write_bytecode:
        folder = tempfile.TemporaryDirectory(prefix="kritiek-bytecode-", ignore_cleanup_errors=True)
        config.add_cleanup(folder.cleanup)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = folder.name
        sys.dont_write_bytecode = False
    BEGUN_WITH.update(os.environ)


# Here the start of a process is the subject, so that each starts as it does for a user.
STARTED_FOR_REAL = {"test_pool", "test_a_worker_whose_disk_is_full_says_so"}


@pytest.fixture(autouse=True)
def processes_that_start_fast(request, monkeypatch):
    """Copy the engine's processes from one that has imported everything: importing is most of the time of a test."""
    named = {request.module.__name__, request.function.__name__}
    if named & STARTED_FOR_REAL or "forkserver" not in multiprocessing.get_all_start_methods():
        return
    get_context = multiprocessing.get_context

    def copied(method=None):
        if method != "spawn":
            return get_context(method)
        from multiprocessing import forkserver

        # What it is copied from outlives the test: nothing that this one test has set goes with it.
        with pytest.MonkeyPatch.context() as surroundings, contextlib.chdir(Path(__file__).parent):
            for name in {*os.environ} - {*BEGUN_WITH}:
                surroundings.delenv(name)
            for name, value in BEGUN_WITH.items():
                surroundings.setenv(name, value)
            forkserver.set_forkserver_preload(["loaded_first"])
            forkserver.ensure_running()
        return get_context("forkserver")

    monkeypatch.setattr(multiprocessing, "get_context", copied)
