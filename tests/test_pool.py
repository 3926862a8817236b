"""Notebooks run in this Python, with a limit, and no process outlives the build."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import psutil
import pytest

from kritiek.build.engine.pool import Pool, Request
from trial_project import READ, add_notebook, files, make_project, run, show, table

WAIT_SECONDS = 40


def test_the_kernel_is_this_python_whatever_kernels_the_user_has(tmp_path, monkeypatch):
    root = make_project(tmp_path / "project", {"good": [show(table())]})
    own = tmp_path / "kernels" / "python3"
    own.mkdir(parents=True)
    (own / "kernel.json").write_text(
        '{"argv": ["no such program"], "display_name": "x", "language": "python"}', encoding="utf-8"
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert run(root, isolated=True)["good", "nl"].agrees


@pytest.mark.parametrize("isolated", [False, True])
def test_start_up_files_of_the_users_own_ipython_are_not_run(tmp_path, monkeypatch, isolated):
    root = make_project(tmp_path / "project", {"good": [show(table()), "assert 'planted' not in globals()"]})
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "0.py").write_text("planted = 1", encoding="utf-8")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    assert run(root, isolated=isolated)["good", "nl"].agrees


def test_where_the_path_of_a_socket_would_be_too_long_the_kernel_is_reached_otherwise(tmp_path, monkeypatch):
    root = make_project(
        tmp_path / "project",
        {
            "good": [
                "import sys; connection = open(sys.argv[2]).read()",
                "assert '\"tcp\"' in connection and 'curve' in connection",
                show(table()),
            ]
        },
    )
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    assert run(root, isolated=True)["good", "nl"].error is None


HANGS = {
    "asleep": "import time; time.sleep(600)",
    "busy": "import time; time.sleep(4)\nwhile True: pass",  # busy when its time is up, and not all the time before
    "waiting for a program of its own": "import subprocess, sys; subprocess.run([sys.executable, '-c', CHILD])",
}
WRITE = "import os, pathlib, time; pathlib.Path({!r}).write_text(str(os.getpid())); time.sleep(600)"


@pytest.mark.parametrize("isolated", [False, True])
@pytest.mark.parametrize("how", HANGS)
def test_a_notebook_that_hangs_is_ended_with_what_it_started(tmp_path, how, isolated):
    marker = tmp_path / "child"
    root = make_project(
        tmp_path / "project", {"hangs": [f"CHILD = {WRITE.format(str(marker))!r}", HANGS[how], show(table())]}
    )
    error = run(root, limit_seconds=6, isolated=isolated)["hangs", "nl"].error
    assert error == (
        "cell [3]: it was ended because it took over 6 seconds.\nPartly executed: reports/trial/failed/hangs.nl.ipynb"
    )
    if "program" in how:
        assert wait_for(lambda: not alive(int(marker.read_text(encoding="utf-8"))))


def test_after_one_that_hangs_the_next_notebook_runs(tmp_path):
    root = make_project(tmp_path, {"hangs": ["import time; time.sleep(600)"], "good": ["1 + 1"]})
    requests = [
        Request(root / "notebooks" / "hangs.ipynb", {}, limit_seconds=2),
        Request(root / "notebooks" / "good.ipynb", {}, limit_seconds=120),
    ]
    with Pool(root, 1) as pool:
        troubles = [report.trouble for _, report in pool.run(requests) if report]
    assert troubles == ["it was ended because it took over 2 seconds", None]


@pytest.mark.parametrize("failures", [1, 2])
def test_a_kernel_that_does_not_start_is_started_once_more(tmp_path, monkeypatch, failures):
    root = make_project(tmp_path / "project", {"good": [show(table())]})
    starts = tmp_path / "starts"
    starts.mkdir()
    (tmp_path / "ipykernel_launcher.py").write_text(
        "import pathlib, sys\n"
        f"starts = pathlib.Path({str(starts)!r})\n"
        "count = len(list(starts.iterdir()))\n"
        "(starts / str(count)).touch()\n"
        f"if count < {failures}: sys.exit(1)\n"
        "from ipykernel import kernelapp\n"
        "kernelapp.launch_new_instance()\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    outcome = run(root, isolated=True)["good", "nl"]
    assert len(list(starts.iterdir())) == 2
    assert outcome.agrees == (failures == 1)
    if failures == 2:
        assert outcome.error.startswith("the kernel did not start (")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A project whose one exhibit is built."""
    root = make_project(tmp_path_factory.mktemp("built") / "project", {"good": [READ, show(table())]})
    assert run(root)["good", "nl"].agrees
    return root


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send Ctrl-C to one process of a test")
@pytest.mark.parametrize("isolated", [False, True])
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGKILL", None)])
def test_an_interrupted_build_leaves_the_last_good_files_and_nothing_else(built, tmp_path, sent, isolated):
    root = shutil.copytree(built, tmp_path / "project")
    good = ["good.nl.ipynb", "tables/good.nl.csv"]
    before = [(root / "reports" / "trial" / name).read_bytes() for name in good]
    marker, temporary = tmp_path / "kernel", tmp_path / "temporary"
    temporary.mkdir()
    add_notebook(
        root,
        "good",
        f"import os, pathlib; pathlib.Path({str(marker)!r}).write_text(str(os.getpid()))",
        "while True: pass",
        show(table()),
    )
    code = (
        # A program that was itself started in the background hears no Ctrl-C, and neither do its children.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import sys; from pathlib import Path; from kritiek.build.plan import *; from kritiek.build.run import build\n"
        "isolated = sys.argv[2] == 'True'\n"
        "root = Path(sys.argv[1])\n"
        "build(prepare(load_plan('trial', root)), root=root, plan_name='trial', isolated=isolated)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, root.name, str(isolated)],
        cwd=root.parent,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    kernel = int(wait_for(lambda: marker.is_file() and marker.read_text(encoding="utf-8")))
    process.send_signal(sent)
    try:
        _, words = process.communicate(timeout=WAIT_SECONDS)
    finally:
        process.kill()  # one that did not hear would go on for ever
    assert process.returncode != 0
    assert sent != signal.SIGINT or b"KeyboardInterrupt" in words
    assert wait_for(lambda: not alive(kernel))
    assert wait_for(lambda: list(temporary.glob("kritiek-*")) == [])
    assert files(root) == good
    assert [(root / "reports" / "trial" / name).read_bytes() for name in good] == before


def wait_for(condition):
    """The first true value of the condition; fails when it does not come."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.1)
    raise AssertionError("it did not happen")


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
