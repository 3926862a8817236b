"""A save is checked at once and built where it matters; however a program saves and whatever is wrong, it goes on."""

from __future__ import annotations

import copy
import json
import threading
from pathlib import Path

import folders
import pytest

from kritiek.watch import watch
from kritiek.watch_events import (
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
    event_text,
)

# How long an event may take before a test gives up; none is about speed.
PATIENCE_SECONDS = 60
# A plan that is refused: what is saved is checked all the same, and no notebook runs.
NO_PLAN = "exhibit = []"
COMMITTEES = "data/committees.xlsx"


class Watch:
    """A watch on a project in a thread of its own, and what it has told so far."""

    def __init__(self, root: Path) -> None:
        self.root, self.told, self.taken = root, [], 0
        self.meanwhile = {}  # what to do, once, while an event of a kind is being told
        self.news, self.stop = threading.Condition(), threading.Event()
        options = {"root": root, "on_event": self.hear, "stop_event": self.stop}
        self.thread = threading.Thread(target=watch, args=("trial",), kwargs=options)

    def hear(self, event) -> None:
        self.meanwhile.pop(type(event), lambda: None)()
        with self.news:
            self.told.append(event)
            self.news.notify_all()

    def until(self, *kinds):
        """Wait for the next event of one of these kinds and give all events from the last wait up to it."""
        with self.news:
            start = self.taken

            def found():
                return next((n for n, event in enumerate(self.told[start:], start) if isinstance(event, kinds)), None)

            if not self.news.wait_for(lambda: found() is not None, PATIENCE_SECONDS):
                raise AssertionError(f"no {kinds} after {self.told[start:]}")
            self.taken = found() + 1
            return self.told[start : self.taken]

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()


def kinds(events):
    return [type(event) for event in events]


def with_title(title):
    """The sheets of committees.xlsx with another title of the first committee."""
    changed = copy.deepcopy(folders.ROWS)
    changed["committees"][0][1] = title
    heads = {"committees": folders.COMMITTEES, "relevance": folders.RELEVANCE}
    return {name: [[field["name"] for field in fields], *changed[name]] for name, fields in heads.items()}


def workbook(tmp_path, title="Rare earths"):
    """The bytes of committees.xlsx with another title of the first committee."""
    folders.write_workbook(tmp_path / "made.xlsx", with_title(title))
    return (tmp_path / "made.xlsx").read_bytes()


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    for folder in ("notebooks", "reports"):
        (root / folder).mkdir(parents=True)
    folders.write_folder(root / "data")
    (root / "reports" / "trial.toml").write_text(NO_PLAN)
    return root


@pytest.fixture
def watching(project):
    """A watch that has checked the sources and found its plan to be no plan."""
    with Watch(project) as watched:
        watched.until(Refused)
        yield watched


def titles(event):
    return [(cell.place, cell.old, cell.new) for table in event.changes.tables for cell in table.cells]


CHANGED = [("committees.xlsx › committees › B2", "Rare earth", "Rare earths")]


def test_the_first_look_checks_everything(project):
    with Watch(project) as watched:
        assert watched.until(SourcesRight) == [Watching(("data", "notebooks", "reports"), "trial"), SourcesRight(4)]


def test_a_save_is_told_checked_and_compared_with_the_last_good_state(watching, tmp_path):
    (watching.root / COMMITTEES).write_bytes(workbook(tmp_path))
    *before, changed = watching.until(SourcesChanged)
    assert [event for event in before if not isinstance(event, StillWriting)] == [Saved((COMMITTEES,)), SourcesRight(4)]
    assert titles(changed) == CHANGED
    (watching.root / COMMITTEES).write_bytes(workbook(tmp_path, "Magnets"))
    changed = watching.until(SourcesChanged)[-1]
    assert titles(changed) == [("committees.xlsx › committees › B2", "Rare earths", "Magnets")]


def test_saving_as_excel_does_is_one_save(watching, tmp_path):
    data, file = watching.root / "data", watching.root / COMMITTEES

    def put_in_place():
        (data / "5A3B2C00").rename(file)
        (data / "6F7E.tmp").unlink()

    watching.meanwhile[StillWriting] = put_in_place
    (data / "~$committees.xlsx").write_bytes(b"\5Jan" + b" " * 161)
    (data / "5A3B2C00").write_bytes(workbook(tmp_path))
    file.rename(data / "6F7E.tmp")
    told = watching.until(Refused)
    assert kinds(told) == [Saved, StillWriting, SourcesRight, SourcesChanged, Refused]
    assert told[:3] == [Saved((COMMITTEES,)), StillWriting((COMMITTEES,)), SourcesRight(4)]
    assert titles(told[3]) == CHANGED
    (data / "~$committees.xlsx").unlink()
    (data / "sources.csv").write_text("id\n")
    assert watching.until(Saved) == [Saved(("data/sources.csv",))]


def test_a_workbook_that_is_half_written_is_waited_for(watching, tmp_path):
    content = workbook(tmp_path)
    with (watching.root / COMMITTEES).open("wb") as stream:

        def write_the_rest():
            stream.write(content[3000:])
            stream.flush()

        watching.meanwhile[StillWriting] = write_the_rest
        stream.write(content[:3000])
        stream.flush()
        told = watching.until(SourcesChanged)
    assert kinds(told) == [Saved, StillWriting, SourcesRight, SourcesChanged]
    assert titles(told[-1]) == CHANGED


def test_a_workbook_that_stays_broken_is_a_fault_and_mending_it_is_no_change(watching):
    file = watching.root / COMMITTEES
    content = file.read_bytes()
    file.write_bytes(content[:3000])
    wrong = watching.until(SourcesWrong)[-1]
    assert [(fault.file, fault.code) for fault in wrong.faults] == [("committees.xlsx", "truncated")]
    file.write_bytes(content)
    assert watching.until(SourcesChanged)[-1].changes.is_empty


def test_lock_files_backups_and_the_mirror_are_nothing_to_tell(watching):
    data = watching.root / "data"
    (data / "mirror" / "committees").mkdir(parents=True)
    for name in ("~$committees.xlsx", ".~lock.sources.csv#", "lu123.tmp", "sources.csv~", "mirror/committees/a.csv"):
        (data / name).write_text("x")
    (watching.root / "notebooks" / ".ipynb_checkpoints").mkdir()
    (watching.root / "notebooks" / ".ipynb_checkpoints" / "a-checkpoint.ipynb").write_text("{}")
    (watching.root / "reports" / "trial").mkdir()
    (watching.root / "reports" / "trial" / "a.nl.ipynb").write_text("{}")
    (data / "sources.csv").write_bytes((data / "sources.csv").read_bytes())
    assert watching.until(SourcesRight) == [Saved(("data/sources.csv",)), SourcesRight(4)]


def test_saving_without_editing_is_told_as_no_change(watching):
    file = watching.root / "data" / "sources.csv"
    file.write_bytes(file.read_bytes())
    assert watching.until(SourcesChanged)[-1].changes.is_empty


def test_a_fault_is_told_with_its_cell_and_the_next_change_counts_from_the_last_good_state(watching, tmp_path):
    file = watching.root / "data" / "sources.csv"
    sound = file.read_text(encoding="utf-8")
    file.write_text(sound.replace("2026,12.5", "2026,125"), encoding="utf-8")
    wrong = watching.until(SourcesWrong)[-1]
    assert [(fault.place, fault.code) for fault in wrong.faults] == [("sources.csv › line 2 › weight", "out-of-range")]
    file.write_text(sound.replace("2026,12.5", "2026,13"), encoding="utf-8")
    told = watching.until(SourcesChanged)
    assert titles(told[-1]) == [("sources.csv › line 2 › weight", "12.5", "13")]


def test_a_source_that_is_removed_is_told_and_putting_it_back_is_right_again(watching):
    file = watching.root / "data" / "sources.csv"
    content = file.read_bytes()
    file.unlink()
    wrong = watching.until(SourcesWrong)[-1]
    assert [(fault.file, fault.code) for fault in wrong.faults] == [("sources.csv", "missing-file")]
    file.write_bytes(content)
    assert SourcesRight in kinds(watching.until(SourcesRight))


def test_a_schema_that_cannot_be_used_is_told_and_the_watch_goes_on(watching):
    file = watching.root / "data" / "datapackage.json"
    content = file.read_bytes()
    file.write_text("{")
    assert "is no valid JSON" in watching.until(Refused)[-1].message
    file.write_bytes(content)
    watching.until(SourcesRight)


def test_a_plan_that_is_wrong_is_told_and_mending_it_is_seen(watching):
    file = watching.root / "reports" / "trial.toml"
    file.write_text("title = ")
    assert "trial.toml cannot be read" in watching.until(Refused)[-1].message
    file.write_text(NO_PLAN + "\n")
    *_, saved, refused = watching.until(Refused)
    assert saved == Saved(("reports/trial.toml",))
    assert "expected at least one" in refused.message


def test_while_the_sources_are_wrong_a_saved_notebook_is_answered_too(project):
    write_plan(project)
    (project / "data" / "sources.csv").write_text("id\n")
    with Watch(project) as watched:
        watched.until(SourcesWrong)
        (project / "notebooks" / "committees.ipynb").write_text(notebook("committees") + "\n")
        assert watched.until(Refused)[-1].message.startswith("The sources still have faults, so nothing is built")


# With notebooks that run

PLAN = """title.nl = "P"
languages = ["nl"]
exhibit = [
    { name = "committees", notebook = "committees.ipynb" },
    { name = "materials", notebook = "materials.ipynb" },
]
"""
CELL = """
from kritiek.notebook import Sources, Table
from kritiek.exhibits.tables import Texts
rows = Sources.load(data_dir).read({name!r})
words = {{"nl": {name!r}, "en": {name!r}}}
Table(Texts({name!r}, words, words, words, (("id", words), (rows.columns[1], words)), ()), rows, language=language)
"""


def notebook(name):
    entries = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for n, source in enumerate(['language = "nl"\ndata_dir = "data"', CELL.format(name=name)])
    ]
    entries[0]["metadata"] = {"tags": ["parameters"]}
    return json.dumps({"cells": entries, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def write_plan(project):
    for name in ("committees", "materials"):
        (project / "notebooks" / f"{name}.ipynb").write_text(notebook(name))
    (project / "reports" / "trial.toml").write_text(PLAN)


def test_a_change_rebuilds_what_it_touches_and_a_fault_keeps_the_last_good_output(project, tmp_path):
    write_plan(project)
    table = project / "reports" / "trial" / "tables" / "committees.nl.csv"
    with Watch(project) as watched:
        built = watched.until(Rebuilt)
        assert {event.outcome.exhibit for event in built if isinstance(event, Verdict)} == {"committees", "materials"}
        assert "Rare earth\n" in table.read_text(encoding="utf-8")

        (project / COMMITTEES).write_bytes(workbook(tmp_path))
        told = watched.until(Rebuilt)
        assert [event.exhibit for event in told if isinstance(event, Rebuilding)] == ["committees"]
        assert [outcome.skipped for outcome in told[-1].outcomes] == [False, True]
        assert kinds(told).index(SourcesChanged) < kinds(told).index(Rebuilding)
        assert "Rare earths\n" in table.read_text(encoding="utf-8")

        good = table.read_bytes()
        (project / COMMITTEES).write_bytes(workbook(tmp_path, " Rare"))
        watched.until(SourcesWrong)
        (project / COMMITTEES).write_bytes(workbook(tmp_path, "Rare"))
        assert table.read_bytes() == good

        # Saved while the exhibit is being built: checked before that build ends, and built again with it.
        watched.meanwhile[Rebuilding] = lambda: (project / COMMITTEES).write_bytes(workbook(tmp_path, "Newest"))
        told = watched.until(Rebuilt)
        assert kinds(told).count(SourcesChanged) == 2
        assert [event.exhibit for event in told if isinstance(event, Rebuilding)] == ["committees"] * 2
        assert "Newest\n" in table.read_text(encoding="utf-8")
    assert sorted(file.name for file in (project / "data").iterdir()) == sorted(
        ["committees.xlsx", "datapackage.json", "materials.xlsx", "sources.csv"]
    )


def test_each_event_has_its_words():
    assert event_text(Watching(("data", "reports"), "trial")) == (
        "Watching data, reports for the plan trial. Ctrl-C ends it."
    )
    assert event_text(Saved((COMMITTEES,))) == "\nSaved: data/committees.xlsx"
    assert event_text(SourcesRight(35)) == "✓ No faults in 35 tables."
    assert event_text(Rebuilding("table_14", "nl")) == ""
    assert event_text(Refused("trial.toml cannot be read.")) == (
        "✗ trial.toml cannot be read.\nWhat was built before stays as it is."
    )
