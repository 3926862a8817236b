"""A build runs what has to run, says plainly what failed, and never leaves a half-written or wrong file."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import shutil
from pathlib import Path

import pytest

from kritiek.build.engine.executed import readings_in
from kritiek.build.freshness import Surroundings, is_untouched, record_of, stamped, still_good
from kritiek.build.plan import load_plan, prepare
from kritiek.build.run import Places, build, csv_text
from trial_project import PRINTED, READ, add_notebook, files, make_project, run, show, table

NOTEBOOKS = {
    "ends_its_runner": ["import os, psutil; psutil.Process().kill()", show(table())],
    "good": [READ, show(table())],
    "own_error": [
        "from kritiek.errors import ExhibitError",
        'raise ExhibitError(\'group: "stel". Nearest: "steel".\')',
    ],
    "other_error": ["1 / 0", show(table())],
    "leaves": ["import sys; sys.exit()", show(table())],
    "dies": ["import os; os._exit(3)", show(table())],
    "empty": ["1 + 1"],
}


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> tuple[Path, dict, list, list[str]]:
    """One build of good and bad notebooks side by side, with what it told on the way."""
    root = make_project(tmp_path_factory.mktemp("project"), NOTEBOOKS)
    told = []
    jobs = prepare(load_plan("trial", root))
    outcomes = build(
        jobs,
        root=root,
        plan_name="trial",
        on_progress=lambda job, outcome: told.append((job.exhibit, outcome and outcome.agrees)),
    )
    # Listed at once: other tests of this project build more into it.
    return root, {outcome.exhibit: outcome for outcome in outcomes}, told, files(root)


def test_outcomes_come_in_the_order_of_the_jobs(first):
    assert list(first[1]) == list(NOTEBOOKS)


def test_every_job_is_told_when_it_begins_and_when_it_ends(first):
    told = first[2]
    assert sorted(name for name, agrees in told if agrees is None) == sorted(NOTEBOOKS)
    assert dict(entry for entry in told if entry[1] is not None) == {name: name == "good" for name in NOTEBOOKS}


def test_a_good_notebook_gives_its_verdict_and_its_rows(first):
    good = first[1]["good"]
    assert (good.verdict, good.agrees, good.facts["rows"], good.error, good.skipped) == (
        "Tabel 1: 4 of 4 cells as printed",
        True,
        2,
        None,
        False,
    )


def test_the_table_holds_labels_then_rows_as_printed(first):
    content = first[1]["good"].table.read_bytes()
    assert content == 'Naam,Lijnen\nBismut*°,"een\ntwee"\n=Goud,\n'.encode()


def test_the_executed_notebook_has_run_in_order_and_shows_only_new_outputs(first):
    notebook = json.loads(first[1]["good"].notebook.read_text(encoding="utf-8"))
    assert [cell["execution_count"] for cell in notebook["cells"]] == [1, 2, 3]
    assert "old" not in json.dumps(notebook)


def test_the_executed_notebook_tells_no_machine_and_no_time(first):
    root, outcomes = first[:2]
    content = outcomes["good"].notebook.read_text(encoding="utf-8")
    assert str(root) not in content
    assert "start_time" not in content and "duration" not in content and "iopub" not in content


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("own_error", 'cell [3]: group: "stel". Nearest: "steel".'),
        ("other_error", "cell [2]: ZeroDivisionError: division by zero"),
        ("leaves", "cell [2]: SystemExit"),
        ("dies", "cell [2]: the process that ran it ended unexpectedly."),
        ("ends_its_runner", "cell [2]: the process that ran it ended unexpectedly."),
        ("empty", "it shows no exhibit: let a cell end with the Table or Figure itself."),
    ],
)
def test_a_failed_notebook_is_explained_with_its_cell_and_kept_apart(first, name, expected):
    root, outcomes = first[:2]
    outcome = outcomes[name]
    assert outcome.error == f"{expected}\nPartly executed: reports/trial/failed/{name}.nl.ipynb"
    assert outcome.notebook == root.resolve() / "reports" / "trial" / "failed" / f"{name}.nl.ipynb"
    assert (outcome.verdict, outcome.agrees, outcome.facts, outcome.table) == ("not built", False, None, None)


def test_no_other_file_is_left(first):
    failed = sorted(f"failed/{name}.nl.ipynb" for name in NOTEBOOKS if name != "good")
    assert first[3] == [*failed, "good.nl.ipynb", "tables/good.nl.csv"]


def test_what_has_not_changed_is_skipped_and_keeps_its_verdict(first):
    root, outcomes = first[:2]
    again = run(root, "good")["good", "nl"]
    assert again.skipped
    assert dataclasses.replace(again, seconds=0, skipped=False) == dataclasses.replace(
        outcomes["good"], seconds=0, why=""
    )


def test_another_language_than_the_plans_is_a_variant_that_says_what_of_it_was_compared(first):
    root = first[0]
    english = run(root, "good", settings={"language": "en"})["good", "en"]
    assert english.table.name == "good.en.csv"
    assert english.table.read_text(encoding="utf-8").startswith("Name,Lines\n")
    assert english.table.parent.parent.name == "language=en"
    assert english.verdict == (
        "Table 1: 2 of 2 rows are those of the print; 4 of 4 cells without English words as printed"
    )


def test_a_variant_leaves_the_plans_own_files_alone_and_is_not_compared(first):
    root, outcomes = first[:2]
    before = outcomes["good"].table.stat().st_mtime_ns, outcomes["good"].notebook.read_bytes()
    variant = run(root, "good", settings={"group": "ships"})["good", "nl"]
    report = root.resolve() / "reports" / "trial"
    assert variant.table == report / "variants" / "group=ships" / "tables" / "good.nl.csv"
    assert "not compared" in variant.verdict and variant.agrees
    assert (outcomes["good"].table.stat().st_mtime_ns, outcomes["good"].notebook.read_bytes()) == before


def test_a_second_run_gives_the_same_bytes(first):
    root, outcomes = first[:2]
    good = outcomes["good"]
    before = good.notebook.read_bytes(), good.table.read_bytes()
    good.table.unlink()
    again = run(root, "good")["good", "nl"]
    assert not again.skipped
    assert (good.notebook.read_bytes(), good.table.read_bytes()) == before


class TestFreshness:
    """What makes an exhibit stale, each planted alone; the good notebook has read `used` and not `unused`."""

    @pytest.fixture
    def case(self, first):
        root, outcomes = first[:2]
        (job,) = prepare(load_plan("trial", root), only=["good"])
        return outcomes["good"], job, Surroundings.of(root / "data")

    def test_a_source_saved_while_exhibits_were_built(self, first, tmp_path):
        root = first[0]
        data = tmp_path / "data"
        shutil.copytree(root / "data", data)
        surroundings = Surroundings.of(data)
        assert surroundings.still_there()
        source = next(path for path in data.iterdir() if path.suffix == ".csv")
        source.write_bytes(source.read_bytes() + b"\n")
        assert not surroundings.still_there()

    @staticmethod
    def fresh(case, **changes) -> bool:
        outcome, job, surroundings = case
        surroundings = dataclasses.replace(surroundings, **changes)
        return still_good(outcome.notebook, outcome.table, job, surroundings)[0] is not None

    def test_nothing_changed(self, case):
        assert self.fresh(case)

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"digests": {"used": "other", "unused": "x"}}, "used changed"),
            ({"library": "other"}, "the code under lib/ changed"),
            ({"versions": {"pandas": "0.1"}}, "matplotlib, numpy, pandas, python of another version"),
        ],
    )
    def test_why_it_is_stale_is_said_in_words(self, case, changes, told):
        outcome, job, surroundings = case
        changed = dataclasses.replace(surroundings, **changes)
        assert still_good(outcome.notebook, outcome.table, job, changed) == (None, told)

    def test_a_source_that_was_read(self, case):
        assert not self.fresh(case, digests={**case[2].digests, "used": "other"})

    def test_a_source_that_was_not_read_changes_nothing(self, case):
        assert self.fresh(case, digests={**case[2].digests, "unused": "other"})

    def test_the_library(self, case):
        assert not self.fresh(case, library="other")

    def test_the_version_of_a_package(self, case):
        assert not self.fresh(case, versions={**case[2].versions, "pandas": "0.1"})

    def test_the_printed_table(self, case, tmp_path):
        (tmp_path / "good.csv").write_bytes((case[2].published / "good.csv").read_bytes())
        assert self.fresh(case, published=tmp_path)
        (tmp_path / "good.csv").write_text("other", encoding="utf-8")
        assert not self.fresh(case, published=tmp_path)

    @pytest.mark.parametrize("value", [1, True, "x"])
    def test_a_parameter(self, case, value):
        outcome, job, surroundings = case
        other = dataclasses.replace(job, parameters={**job.parameters, "group": value})
        assert not self.fresh((outcome, other, surroundings))

    def test_a_cell_of_the_notebook(self, case, tmp_path):
        outcome, job, surroundings = case
        copy = tmp_path / "good.ipynb"
        copy.write_text(job.notebook.read_text(encoding="utf-8"), encoding="utf-8")
        assert self.fresh((outcome, dataclasses.replace(job, notebook=copy), surroundings))
        copy.write_text(job.notebook.read_text(encoding="utf-8").replace("the table", "a table"), encoding="utf-8")
        assert not self.fresh((outcome, dataclasses.replace(job, notebook=copy), surroundings))

    @pytest.mark.parametrize("which", ["notebook", "table"])
    def test_a_result_changed_by_hand(self, case, tmp_path, which):
        outcome, job, surroundings = case
        file = tmp_path / "changed"
        file.write_bytes(getattr(outcome, which).read_bytes().replace(b"Bismut", b"Bismuth"))
        assert not self.fresh((dataclasses.replace(outcome, **{which: file}), job, surroundings))

    @pytest.mark.parametrize("which", ["notebook", "table"])
    def test_a_result_that_is_gone(self, case, tmp_path, which):
        outcome, job, surroundings = case
        assert not self.fresh((dataclasses.replace(outcome, **{which: tmp_path / "gone"}), job, surroundings))


def test_a_notebook_is_untouched_while_it_says_what_the_build_wrote(tmp_path):
    file = tmp_path / "a.ipynb"
    written = stamped({"cells": [{"source": "a"}], "metadata": {}}, {}, "")
    file.write_text(json.dumps(written), encoding="utf-8")
    assert is_untouched(file)
    file.write_text(json.dumps({**written, "cells": [{"source": "b"}]}), encoding="utf-8")
    assert not is_untouched(file)
    file.write_text(json.dumps({**written, "metadata": {}}), encoding="utf-8")
    assert not is_untouched(file)
    assert not is_untouched(tmp_path / "gone.ipynb")


@pytest.mark.parametrize(
    "cells",
    [
        [show(table())],
        [READ, "names = open('data/unused.csv').read()", show(table())],
        [READ, "from pathlib import Path", "Path('data/unused.csv').read_text()", show(table())],
        [READ, "import pandas as pd", "rows = pd.read_csv('data/unused.csv')", show(table())],
        [READ, "from pandas import read_csv as rows", show(table())],
        [READ, "!cat data/unused.csv", show(table())],
    ],
    ids=["nothing announced", "open", "pathlib", "pandas", "a part of pandas", "a command"],
)
def test_what_can_be_read_without_announcing_it_counts_every_byte_of_the_sources(tmp_path, cells):
    root = make_project(tmp_path, {"silent": cells})
    (job,) = prepare(load_plan("trial", root))
    (root / "reports" / "trial" / "tables").mkdir(parents=True)
    executed = {"metadata": {}, "cells": json.loads(job.notebook.read_text(encoding="utf-8"))["cells"]}
    (root / "reports" / "trial" / "tables" / "x.csv").write_text("", encoding="utf-8")
    places = [root / "reports" / "trial" / "x.ipynb", root / "reports" / "trial" / "tables" / "x.csv"]
    before = Surroundings.of(root / "data")
    announced = ["used"] if READ in cells else []
    record = record_of(job, executed["cells"], print_name="silent", resources=announced, surroundings=before)
    places[0].write_text(json.dumps(stamped(executed, record, "")), encoding="utf-8")
    assert still_good(*places, job, before)[0]
    # The rows say the same: only the bytes are others.
    (root / "data" / "unused.csv").write_text('id,value\n"a",1\n', encoding="utf-8")
    after = Surroundings.of(root / "data")
    assert after.digests == before.digests
    assert still_good(*places, job, after)[0] is None


def test_a_reading_counts_also_where_its_announcement_is_captured(tmp_path):
    captured = (
        "from kritiek.notebook import Sources\n"
        "from IPython.utils.capture import capture_output\n"
        "with capture_output():\n    rows = Sources.load(data_dir).read('unused')"
    )
    root = make_project(tmp_path, {"good": [READ, captured, show(table())]})
    outcome = run(root)["good", "nl"]
    assert readings_in(json.loads(outcome.notebook.read_text(encoding="utf-8"))) == ("unused", "used")


def test_a_table_that_is_read_by_indexing_is_refused_with_the_way_to_read_it(tmp_path):
    index = "from kritiek.notebook import Sources\nrows = Sources.load(data_dir)['used']"
    root = make_project(tmp_path, {"good": [READ, index, show(table())]})
    assert run(root)["good", "nl"].error.startswith('cell [3]: Read a table with .read: sources.read("used").\n')


def test_a_failure_keeps_the_last_good_files_and_is_cleared_by_the_next_success(tmp_path):
    root = make_project(tmp_path, {"good": [READ, show(table())]})
    good = run(root)["good", "nl"]
    before = good.notebook.read_bytes(), good.table.read_bytes()
    original = (root / "notebooks" / "good.ipynb").read_bytes()
    add_notebook(root, "good", "1 / 0")
    assert run(root)["good", "nl"].error.startswith("cell [2]: ZeroDivisionError")
    assert (good.notebook.read_bytes(), good.table.read_bytes()) == before
    assert "failed/good.nl.ipynb" in files(root)
    (root / "notebooks" / "good.ipynb").write_bytes(original)
    assert run(root)["good", "nl"].skipped
    assert files(root) == ["good.nl.ipynb", "tables/good.nl.csv"]


def test_a_table_that_cannot_be_replaced_is_said_in_plain_words(tmp_path):
    root = make_project(tmp_path, {"good": [show(table())]})
    (root / "reports" / "trial" / "tables" / "good.nl.csv").mkdir(parents=True)
    outcome = run(root)["good", "nl"]
    assert outcome.error == (
        "reports/trial/tables/good.nl.csv: is a folder where a file belongs. Move it away, and try again."
    )
    assert files(root) == []


def test_csv_reads_back_as_labels_and_rows_in_either_language():
    assert list(csv.reader(io.StringIO(csv_text(table(), "nl"), newline=""))) == PRINTED
    assert csv_text(table(), "en").startswith("Name,Lines\n")
    assert "\r" not in csv_text(table(), "nl")


def test_a_variant_has_places_of_its_own(tmp_path):
    root = make_project(tmp_path, {"good": []})
    plan = load_plan("trial", root)
    (own,) = prepare(plan)
    (variant,) = prepare(plan, settings={"group": "ships"})
    report = Path("reports/trial")
    assert Places.of(own, report).table == report / "tables" / "good.nl.csv"
    assert Places.of(variant, report).table == report / "variants" / "group=ships" / "tables" / "good.nl.csv"
