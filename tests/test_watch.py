"""A save is checked at once and built where it matters; however a program saves and whatever is wrong, it goes on."""

from __future__ import annotations

import copy
import json
import threading
import time
from pathlib import Path

import folders
import openpyxl
import pytest

from kritiek.build import watch

# How long an event may take before a test gives up; none is about speed.
PATIENCE_SECONDS = 60
# A plan that is refused: what is saved is checked all the same, and no notebook runs.
NO_PLAN = "exhibit = []"
COMMITTEES = "data/committees.xlsx"


class Watching:
    """A watch on a project in a thread of its own, and what it has told so far, line by line."""

    def __init__(self, root: Path) -> None:
        self.root, self.told, self.taken = root, [], 0
        self.meanwhile = {}  # what to do, once, while words are being told
        self.news = threading.Condition()
        self.watch = watch.Watch("trial", root, tell=self.hear)
        self.thread = threading.Thread(target=self.watch.run)

    def hear(self, words: str) -> None:
        for awaited in [awaited for awaited in self.meanwhile if awaited in words]:
            self.meanwhile.pop(awaited)()
        with self.news:
            self.told.append(words)
            self.news.notify_all()

    def until(self, words: str) -> list[str]:
        """Wait until these words are told and give all that was told from the last wait up to them."""
        with self.news:
            start = self.taken

            def found():
                return next((n for n, told in enumerate(self.told[start:], start) if words in told), None)

            if not self.news.wait_for(lambda: found() is not None, PATIENCE_SECONDS):
                raise AssertionError(f"not told: {words}\ntold: {self.told[start:]}")
            self.taken = found() + 1
            return self.told[start : self.taken]

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.watch.stop.set()
        self.thread.join()


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
    (root / "reports" / "trial.toml").write_text(NO_PLAN, encoding="utf-8")
    return root


@pytest.fixture
def watching(project):
    """A watch that has checked the sources and found its plan to be no plan."""
    with Watching(project) as watched:
        watched.until(NOT_BUILT)
        yield watched


NOT_BUILT = "What was built before stays as it is."
SAVED = "\nSaved: data/committees.xlsx"
RIGHT = "✓ No faults in 4 tables."
WAITING = "data/committees.xlsx: not readable yet, waiting a moment"
SINCE = "since the last good save."
CHANGED = """\
committees.xlsx › committees › B2 (ISO/TC 298): title "Rare earth" → "Rare earths"

1 cell changed, in 1 table, since the last good save."""


def test_the_first_look_checks_everything(project):
    with Watching(project) as watched:
        assert watched.until("No faults") == [
            "Watching data, notebooks, reports for the plan trial. Ctrl-C ends it.",
            RIGHT,
        ]


def test_a_save_is_told_checked_and_compared_with_the_last_good_state(watching, tmp_path):
    (watching.root / COMMITTEES).write_bytes(workbook(tmp_path))
    told = watching.until(SINCE)
    assert [words for words in told if words != WAITING] == [SAVED, RIGHT, CHANGED]
    (watching.root / COMMITTEES).write_bytes(workbook(tmp_path, "Magnets"))
    assert 'B2 (ISO/TC 298): title "Rare earths" → "Magnets"' in watching.until(SINCE)[-1]


def test_saving_as_excel_does_is_one_save(watching, tmp_path):
    data, file = watching.root / "data", watching.root / COMMITTEES

    def put_in_place():
        (data / "5A3B2C00").rename(file)
        (data / "6F7E.tmp").unlink()

    watching.meanwhile["not readable yet"] = put_in_place
    (data / "~$committees.xlsx").write_bytes(b"\5Jan" + b" " * 161)
    (data / "5A3B2C00").write_bytes(workbook(tmp_path))
    file.rename(data / "6F7E.tmp")
    assert watching.until(NOT_BUILT)[:-1] == [SAVED, WAITING, RIGHT, CHANGED]
    (data / "~$committees.xlsx").unlink()
    (data / "sources.csv").write_text("id\n", encoding="utf-8")
    assert watching.until("Saved") == ["\nSaved: data/sources.csv"]


def test_a_workbook_that_is_half_written_is_waited_for(watching, tmp_path):
    content = workbook(tmp_path)
    with (watching.root / COMMITTEES).open("wb") as stream:

        def write_the_rest():
            stream.write(content[3000:])
            stream.flush()

        watching.meanwhile["not readable yet"] = write_the_rest
        stream.write(content[:3000])
        stream.flush()
        assert watching.until(SINCE) == [SAVED, WAITING, RIGHT, CHANGED]


def test_a_workbook_that_stays_broken_is_a_fault_and_mending_it_is_no_change(watching):
    file = watching.root / COMMITTEES
    content = file.read_bytes()
    file.write_bytes(content[:3000])
    wrong = watching.until("1 fault in 1 file")[-1]
    assert wrong.startswith("✗ committees.xlsx: is cut off")
    assert wrong.endswith(NOT_BUILT)
    file.write_bytes(content)
    assert watching.until(SINCE)[-1] == "No change since the last good save."


def test_lock_files_backups_and_the_mirror_are_nothing_to_tell(watching):
    data = watching.root / "data"
    (data / "mirror" / "committees").mkdir(parents=True)
    for name in ("~$committees.xlsx", ".~lock.sources.csv#", "lu123.tmp", "sources.csv~", "mirror/committees/a.csv"):
        (data / name).write_text("x", encoding="utf-8")
    (watching.root / "notebooks" / ".ipynb_checkpoints").mkdir()
    (watching.root / "notebooks" / ".ipynb_checkpoints" / "a-checkpoint.ipynb").write_text("{}", encoding="utf-8")
    (watching.root / "reports" / "trial").mkdir()
    (watching.root / "reports" / "trial" / "a.nl.ipynb").write_text("{}", encoding="utf-8")
    (data / "sources.csv").write_bytes((data / "sources.csv").read_bytes())
    assert watching.until("No faults") == ["\nSaved: data/sources.csv", RIGHT]


def test_a_printed_table_that_is_saved_is_looked_at_too(watching):
    (watching.root / "data" / "published").mkdir()
    (watching.root / "data" / "published" / "table_01.csv").write_text("Naam\n", encoding="utf-8")
    assert watching.until("No faults") == ["\nSaved: data/published/table_01.csv", RIGHT]


def test_saving_without_editing_is_told_as_no_change(watching):
    file = watching.root / "data" / "sources.csv"
    file.write_bytes(file.read_bytes())
    assert watching.until(SINCE)[-1] == "No change since the last good save."


def test_a_fault_is_told_with_its_cell_and_the_next_change_counts_from_the_last_good_state(watching):
    file = watching.root / "data" / "sources.csv"
    sound = file.read_text(encoding="utf-8")
    file.write_text(sound.replace("2026,12.5", "2026,125"), encoding="utf-8")
    assert watching.until("1 fault in 1 file")[-1].startswith("✗ sources.csv › line 2 › weight: 125 is over 100")
    file.write_text(sound.replace("2026,12.5", "2026,13"), encoding="utf-8")
    assert 'sources.csv › line 2 › weight (report-2026): weight "12.5" → "13"' in watching.until(SINCE)[-1]


def test_a_source_that_is_removed_is_told_and_putting_it_back_is_right_again(watching):
    file = watching.root / "data" / "sources.csv"
    content = file.read_bytes()
    file.unlink()
    assert watching.until("1 fault in 1 file")[-1].startswith("✗ sources.csv: is missing")
    file.write_bytes(content)
    watching.until("No faults")


def test_a_schema_that_cannot_be_used_is_told_and_the_watch_goes_on(watching):
    file = watching.root / "data" / "datapackage.json"
    content = file.read_bytes()
    file.write_text("{", encoding="utf-8")
    assert "is no valid JSON" in watching.until(NOT_BUILT)[-1]
    file.write_bytes(content)
    watching.until("No faults")


def test_a_plan_that_is_wrong_is_told_and_mending_it_is_seen(watching):
    file = watching.root / "reports" / "trial.toml"
    file.write_text("title = ", encoding="utf-8")
    assert 'reports/trial.toml, line 1: "title =".' in watching.until(NOT_BUILT)[-1]
    file.write_text(NO_PLAN + "\n", encoding="utf-8")
    *_, saved, refused = watching.until(NOT_BUILT)
    assert saved == "\nSaved: reports/trial.toml"
    assert "expected at least one" in refused


def test_while_the_sources_are_wrong_a_saved_notebook_is_answered_too(project):
    write_plan(project)
    (project / "data" / "sources.csv").write_text("id\n", encoding="utf-8")
    with Watching(project) as watched:
        watched.until(NOT_BUILT)
        (project / "notebooks" / "committees.ipynb").write_text(notebook("committees") + "\n", encoding="utf-8")
        assert "The sources still have faults, so nothing is built" in watched.until(NOT_BUILT)[-1]


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


# Waits in the notebook while the file is there, and says that it does.
HOLD = """
import os, time
from pathlib import Path
hold = Path(os.environ["KRITIEK_ROOT"]) / "hold"
while hold.exists():
    hold.with_name("begun").touch()
    time.sleep(0.02)
"""


def notebook(name):
    waits = [HOLD] if name == "committees" else []
    entries = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for n, source in enumerate(['language = "nl"\ndata_dir = "data"', *waits, CELL.format(name=name)])
    ]
    entries[0]["metadata"] = {"tags": ["parameters"]}
    return json.dumps({"cells": entries, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def write_plan(project):
    for name in ("committees", "materials"):
        (project / "notebooks" / f"{name}.ipynb").write_text(notebook(name), encoding="utf-8")
    (project / "reports" / "trial.toml").write_text(PLAN, encoding="utf-8")


def test_a_change_rebuilds_what_it_touches_and_a_fault_keeps_the_last_good_output(project, tmp_path):
    write_plan(project)
    table = project / "reports" / "trial" / "tables" / "committees.nl.csv"
    with Watching(project) as watched:
        built = watched.until("rebuilt")
        assert {words.split()[1] for words in built if words.startswith(("✓", "–")) and words != RIGHT} == {
            "committees",
            "materials",
        }
        assert built[-1] == "2 rebuilt, 0 unchanged; 2 of 2 as they should be."
        assert "Rare earth\n" in table.read_text(encoding="utf-8")

        (project / COMMITTEES).write_bytes(workbook(tmp_path))
        *_, changed, verdict, total = watched.until("rebuilt")
        assert changed == CHANGED
        assert verdict.startswith("– committees (nl), 1 cell changes: committees: not printed as a table")
        assert total == "1 rebuilt, 1 unchanged; 2 of 2 as they should be."
        assert "Rare earths\n" in table.read_text(encoding="utf-8")

        good = table.read_bytes()
        (project / COMMITTEES).write_bytes(workbook(tmp_path, " Rare"))
        watched.until("1 fault in 1 file")
        (project / COMMITTEES).write_bytes(workbook(tmp_path, "Rare"))
        watched.until(SINCE)
        assert table.read_bytes() == good
        watched.until("rebuilt")

        # Saved while the exhibit is being built: that build ends with the exhibit at work, and a new one begins.
        (project / "hold").touch()
        (project / COMMITTEES).write_bytes(workbook(tmp_path, "Old"))
        watched.until(SINCE)
        wait_for(project / "begun")
        (project / COMMITTEES).write_bytes(workbook(tmp_path, "Newest"))
        (project / "hold").unlink()
        told = watched.until("rebuilt")
        assert [words for words in told if SINCE in words] == [
            CHANGED.replace("Rare earths", "Newest").replace("Rare earth", "Old")
        ]
        assert told[-1] == "1 rebuilt, 1 unchanged; 2 of 2 as they should be."
        assert "Newest\n" in table.read_text(encoding="utf-8")
    assert sorted(file.name for file in (project / "data").iterdir()) == sorted(
        ["committees.xlsx", "datapackage.json", "materials.xlsx", "sources.csv"]
    )


def test_a_save_during_the_first_build_puts_what_it_touches_before_what_is_still_to_be_built(project):
    write_plan(project)
    (project / "hold").touch()
    with Watching(project) as watched:
        wait_for(project / "begun")
        file = project / "data" / "materials.xlsx"
        book = openpyxl.load_workbook(file)
        book["materials"]["B2"].value = "Another name"
        book.save(file)
        (project / "hold").unlink()
        watched.until(SINCE)
        built = [words.split()[1] for words in watched.until("rebuilt") if words.startswith("–")]
    assert built == ["materials", "committees"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ([], [["a"], ["1"]], ""),
        ([["a"], ["1"]], [["a"], ["1"]], ", no cell changes"),
        ([["a", "b"], ["1", "2"], ["3", "4"]], [["a", "c"], ["1", "2"], ["3", "5"]], ", 2 cells change"),
        ([["a"], ["1"], ["2"]], [["a"], ["0"], ["1"], ["2"]], ", 1 row new"),
        ([["a", "b"], ["1", "1"], ["2", "2"]], [["a", "b"], ["2", "3"]], ", 1 cell changes, 1 row gone"),
    ],
)
def test_of_a_table_it_is_told_how_many_cells_and_rows_become_others(old, new, said):
    assert watch._moved(old, new) == said


def test_a_verdict_fits_the_terminal_with_its_sign():
    words = "x" * 70 + " 12345678"  # 79 characters, and the sign with its blank makes 81
    assert watch._behind("✓", words) == "x" * 70 + "\n    12345678"
    assert watch._behind("✓", words[:-1]) == words[:-1]


def wait_for(file):
    """Wait until a notebook has made the file."""
    for _ in range(PATIENCE_SECONDS * 50):
        if file.exists():
            return
        time.sleep(0.02)
    raise AssertionError(f"{file.name} was not made")
