"""A sweep runs each point of its grid once, says which failed, and goes on where it was ended."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time

import psutil
import pytest

from kritiek.build.plan import load_plan
from kritiek.build.sweep import grid_of, on_cluster, points, sweep, sweep_exhibit
from kritiek.errors import PlanError, RunError
from trial_project import make_project, show, table

LISTED = """
payload['data'] = [{'name': group, 'lines': str(len(group))}]
payload['kritiek']['language'] = language
display("""
CELLS = [show(table()).replace("display(", LISTED)]
SLOW = ["import time; time.sleep(0.2)", *CELLS]


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project", {"good": CELLS})


def rows(target):
    with target.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_a_sweep_says_which_values_it_understood(project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    settings = ["group=62,5", "language=nl"]
    assert sweep_exhibit("good", settings, plan="trial", data=None, scheduler=None)
    told = " ".join(capsys.readouterr().out.split())
    assert told == (
        "2 of 2 points (group 62, 5; language nl), 0 of them from before. Rows in reports/trial/sweeps/good.csv"
    )
    sweep_exhibit("good", ["group=10:60:10"], plan="trial", data=None, scheduler=None)
    assert "6 of 6 points (group 10, 20, …, 60)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("x=a,b,a", ["a", "b"]),
        ("x=50:51:0.5", ["50", "50.5", "51"]),
        ("x=0.1:0.3:0.1", ["0.1", "0.2", "0.3"]),
        ("x=50:58:5", ["50", "55"]),
        ("x=2024-01-31:2024-04-30:1M", ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]),
        ("x=2024-01-01:2026-01-01:1Y", ["2024-01-01", "2025-01-01", "2026-01-01"]),
        ("x=2024-01-01:2024-01-15:1W", ["2024-01-01", "2024-01-08", "2024-01-15"]),
        ("x=a=b", ["a=b"]),
    ],
)
def test_values_are_listed_or_a_range_with_both_ends(text, values):
    assert grid_of([text]) == {"x": values}


BACKWARDS = "--set x=2026-01-01:2024-01-01:1M: a range of dates goes up, as in 2024-01-01:2026-06-01:1M."


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["x"], "--set x: write NAME=VALUES, for example issuer=CHN,IDN or as_of=2024-01-01:2026-06-01:1M."),
        (["x=1", "x=2"], "--set x=2: it is given twice: put all its values in one --set."),
        (["x=9:1:1"], "--set x=9:1:1: a range goes up, as in 50:90:5."),
        (["x=1:9:0"], "--set x=1:9:0: a range goes up, as in 50:90:5."),
        (
            ["x=2026-01-01:2024-01-01:1M"],
            "--set x=2026-01-01:2024-01-01:1M: a range of dates goes up, as in 2024-01-01:2026-06-01:1M.",
        ),
        (["x=a,,b"], "--set x=a,,b: a value is empty."),
    ],
)
def test_a_grid_that_is_none_is_refused(settings, message):
    with pytest.raises(PlanError) as refused:
        grid_of(settings)
    assert str(refused.value) == message


def test_a_wrong_value_is_refused_before_anything_runs(project):
    with pytest.raises(PlanError, match=r'goood: the plan trial has no such exhibit\. Nearest: "good"'):
        points(load_plan("trial", project), "goood", {"group": ["a"]})
    with pytest.raises(PlanError, match=r'no chosen exhibit has this parameter\. Nearest: "group"'):
        points(load_plan("trial", project), "good", {"grop": ["a", "b"]})


def test_every_point_gives_its_rows_once_with_its_values_in_front(project):
    grid = {"group": ["a", "bb"], "language": ["nl", "en"]}
    target, kept, troubles = sweep(load_plan("trial", project), "good", grid)
    assert (kept, troubles) == (0, [])
    assert rows(target) == [
        ["group", "language", "name", "lines"],
        ["a", "nl", "a", "1"],
        ["a", "en", "a", "1"],
        ["bb", "nl", "bb", "2"],
        ["bb", "en", "bb", "2"],
    ]
    assert not (project / "reports" / "trial" / "variants").exists()


def test_a_sweep_goes_on_where_it_was_and_begins_anew_when_the_sources_change(project):
    plan = load_plan("trial", project)
    told = []
    sweep(plan, "good", {"group": ["a", "bb"]})
    target, kept, _ = sweep(plan, "good", {"group": ["a", "bb", "ccc"]}, on_progress=lambda *at: told.append(at))
    assert (kept, told) == (2, [(2, 3), (3, 3)])
    assert [row[0] for row in rows(target)[1:]] == ["a", "bb", "ccc"]
    (project / "data" / "used.csv").write_text("id,value\na,2\n", encoding="utf-8")
    assert sweep(plan, "good", {"group": ["a", "bb", "ccc"]})[1] == 0


def test_a_point_that_fails_is_named_and_the_others_are_kept(tmp_path):
    root = make_project(tmp_path, {"good": ["if group == 'bad': 1 / 0", *CELLS]})
    target, _, troubles = sweep(load_plan("trial", root), "good", {"group": ["a", "bad", "c"]})
    assert troubles == ["group=bad: cell [3]: ZeroDivisionError: division by zero"]
    assert [row[0] for row in rows(target)[1:]] == ["a", "c"]


def test_points_that_fail_are_named_in_the_order_of_the_grid_whichever_ends_first(project):
    def last_first(jobs):
        return ((number, f"trouble {number}") for number in reversed(range(len(jobs))))

    _, _, troubles = sweep(load_plan("trial", project), "good", {"group": ["a", "bb"]}, runner=last_first)
    assert troubles == ["group=a: trouble 0", "group=bb: trouble 1"]


def test_without_a_scheduler_it_says_how_to_start_one(project):
    told = r"^No scheduler answers at tcp://127\.0\.0\.1:1 .* Start one with: dask scheduler\.$"
    with pytest.raises(RunError, match=told):
        list(on_cluster("tcp://127.0.0.1:1", project)([]))


def test_on_a_cluster_every_row_is_there_once_also_when_a_worker_is_killed_on_the_way(tmp_path):
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    root = make_project(tmp_path / "project", {"good": SLOW})
    file = tmp_path / "scheduler.json"
    start = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
    begun = [subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_scheduler", *start], cwd=tmp_path)]
    try:
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(file), "--no-nanny"]
        worker += ["--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path)]
        begun += [subprocess.Popen(worker, cwd=tmp_path) for _ in range(2)]
        wait_until(file.is_file)
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        killed = []

        def kill_one(done, total):
            if done == 4 and not killed:
                killed.append(begun[1].pid)
                psutil.Process(begun[1].pid).kill()

        groups = [f"g{number}" for number in range(24)]
        target, _, troubles = sweep(
            load_plan("trial", root), "good", {"group": groups}, runner=on_cluster(address, root), on_progress=kill_one
        )
        assert killed and troubles == []
        assert [row[0] for row in rows(target)[1:]] == groups
    finally:
        for process in begun:
            process.kill()
            process.wait()


def wait_until(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)
