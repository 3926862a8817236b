"""What a person is told of a build: verdicts that claim what was compared, tables that say what they are."""

from __future__ import annotations

import csv
import json

import frictionless
import pytest

from kritiek.build import building, run
from kritiek.errors import PlanError
from trial_project import READ, add_notebook, files, make_project, show, table

EXHIBIT = [READ, show(table())]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with two good notebooks, in which commands are given."""
    root = make_project(tmp_path / "project", {"good": EXHIBIT, "other": EXHIBIT})
    monkeypatch.chdir(root)
    monkeypatch.setenv("COLUMNS", "300")  # a line that is not wrapped; test_words.py holds how it is
    return root


@pytest.fixture
def build(capsys):
    """Build as the command line does: True and what was printed."""

    def ask(plan="trial", *, only=(), settings=(), languages=None, **how):
        agreed = building.build_plan(plan, only=only, settings=settings, languages=languages, jobs=1, data=None, **how)
        return agreed, capsys.readouterr().out

    return ask


def write_plan(root, *exhibits, head='title.nl = "P"\nlanguages = ["nl"]\n', name="trial"):
    (root / "reports" / f"{name}.toml").write_text(f"{head}exhibit = [{', '.join(exhibits)}]", encoding="utf-8")


def line(name, notebook=None, **parameters):
    listed = ", ".join(f'{key} = "{value}"' for key, value in parameters.items())
    return f'{{ name = "{name}", notebook = "{notebook or name}.ipynb", parameters = {{ {listed} }} }}'


def package(root, folder="reports/trial/tables"):
    return json.loads((root / folder / "datapackage.json").read_text(encoding="utf-8"))


def test_an_exhibit_that_agrees_gets_a_tick(project, build):
    agreed, said = build(only=["good"])
    assert agreed
    assert "good  nl    2 rows  ✓ Tabel 1: 4 of 4 cells as printed" in said
    assert "1 of 1 built and as they should be. Tables in reports/trial/tables" in said


def test_a_brief_build_tells_what_was_compared_anew_or_is_wrong_and_the_sum(project, build):
    write_plan(project, line("good"), line("other"))
    (project / "data" / "published" / "other.csv").unlink(missing_ok=True)
    told = build(is_brief=True)[1].splitlines()
    assert [text.split()[0] for text in told if text] == ["good", "2"]
    assert build(is_brief=True)[1].split()[:3] == ["2", "of", "2"]


def test_an_exhibit_with_a_print_that_is_not_the_printed_case_gets_no_tick_in_its_own_plan(project, build):
    """As after a parameter was saved in JupyterLab and no plan pins it."""
    file = project / "notebooks" / "good.ipynb"
    file.write_text(
        file.read_text(encoding="utf-8").replace('group = \\"steel\\"', 'group = \\"ships\\"'), encoding="utf-8"
    )
    agreed, said = build(only=["good"])
    assert not agreed
    assert "✗ Tabel 1: other than the published case, so not compared: the plan does not make the printed case" in said
    assert "0 of 1 built and as they should be." in said


def test_a_default_that_was_saved_over_the_pinned_one_is_refused_before_anything_runs(project, build):
    write_plan(project, line("good", group="steel"), head='title.nl = "P"\nlanguages = ["nl"]\nbaseline = "trial"\n')
    assert build()[0]
    before = (project / "reports" / "trial" / "tables" / "good.nl.csv").read_bytes()
    file = project / "notebooks" / "good.ipynb"
    file.write_text(
        file.read_text(encoding="utf-8").replace('group = \\"steel\\"', 'group = \\"ships\\"'), encoding="utf-8"
    )
    with pytest.raises(PlanError, match=r'notebooks/good.ipynb: group is "ships" .* the printed case is "steel"'):
        build()
    assert (project / "reports" / "trial" / "tables" / "good.nl.csv").read_bytes() == before


def test_the_printed_case_is_compared_whatever_the_notebook_says_of_itself(project, build):
    said_otherwise = show(table()).replace("group == 'steel'", "False")
    add_notebook(project, "good", READ, said_otherwise)
    write_plan(project, line("good", group="steel"), head='title.nl = "P"\nlanguages = ["nl"]\nbaseline = "trial"\n')
    agreed, said = build()
    assert not agreed
    assert "✗ Tabel 1: 4 of 4 cells as printed; but the notebook takes this for another case than the printed" in said


def test_a_selection_in_another_plan_and_an_exhibit_without_a_print_get_no_tick_and_no_cross(project, build):
    head = 'title.nl = "P"\nlanguages = ["nl"]\nbaseline = "trial"\n'
    write_plan(project, line("good", group="steel"), head=head)
    (project / "data" / "published" / "other.csv").unlink()
    write_plan(project, line("good", group="ships"), line("other"), head=head, name="appendix")
    agreed, said = build("appendix")
    assert agreed
    assert "– Tabel 1: other than the published case, so not compared" in said
    assert "– Tabel 1: not printed as a table, so not compared" in said
    assert "2 of 2 built and as they should be, 2 of them with nothing compared (–)." in said


@pytest.mark.parametrize(("settings", "sign", "agrees"), [([], "✗", False), (["group=ships"], "–", True)])
def test_an_exhibit_without_rows_says_so_and_gets_no_tick(project, build, settings, sign, agrees):
    empty = table().payload() | {"data": []}
    cell = show(table()).replace(repr(json.dumps(table().payload())), repr(json.dumps(empty)))
    add_notebook(project, "good", READ, cell)
    agreed, said = build(only=["good"], settings=settings)
    assert f"0 rows  {sign} Tabel 1: no rows" in said
    assert agreed == agrees


def test_an_exhibit_that_is_not_the_one_its_plan_names_is_refused_with_both_names(project, build):
    write_plan(project, line("table_12", "good"))
    agreed, said = build()
    assert not agreed
    assert (
        "the plan calls it table_12, and good.ipynb makes good (Tabel 1) of these parameters: name it good, or change "
        "the parameters. An exhibit of its own is made by kritiek new exhibit NAME --like good."
    ) in " ".join(said.split())
    assert files(project) == ["failed/table_12.nl.ipynb"]


def test_the_same_parameter_set_twice_is_refused(project, build):
    with pytest.raises(PlanError, match=r"--set group: given more than once. Give each parameter one value."):
        build(only=["good"], settings=["group=steel", "group=ships"])


def test_a_trial_that_fails_leaves_no_folder_of_variants(project, build):
    add_notebook(project, "good", READ, "1 / 0")
    agreed, said = build(only=["good"], settings=["group=ships"])
    assert not agreed and "ZeroDivisionError" in said
    assert files(project) == ["failed/good.nl.group=ships.ipynb"]


class TestTables:
    """The datapackage.json beside the tables."""

    def test_it_tells_of_each_table_what_stands_around_its_cells(self, project, build):
        build(only=["good"])
        (entry,) = package(project)["resources"]
        assert {key: entry[key] for key in ("name", "path", "title", "number", "language", "verdict")} == {
            "name": "good.nl",
            "path": "good.nl.csv",
            "title": "Tabel 1",
            "number": "Tabel 1",
            "language": "nl",
            "verdict": "Tabel 1: 4 of 4 cells as printed",
        }
        assert entry["parameters"] == {"group": "steel"}
        assert entry["schema"]["fields"] == [
            {"name": "Naam", "type": "string", "column": "name"},
            {"name": "Lijnen", "type": "string", "column": "lines"},
        ]

    def test_a_build_of_one_table_keeps_what_is_said_of_the_others(self, project, build):
        build()
        before = package(project)
        (project / "reports" / "trial" / "tables" / "good.nl.csv").unlink()
        build(only=["good"])
        assert package(project) == before
        assert [entry["name"] for entry in before["resources"]] == ["good.nl", "other.nl"]

    def test_what_is_gone_or_changed_by_hand_is_described_no_more(self, project, build):
        build()
        (project / "reports" / "trial" / "tables" / "other.nl.csv").write_text(
            "Naam,Lijnen\nanders,\n", encoding="utf-8"
        )
        build(only=["good"])
        assert [entry["name"] for entry in package(project)["resources"]] == ["good.nl"]

    def test_it_is_the_same_after_a_build_that_skips_everything(self, project, build):
        build()
        file = project / "reports" / "trial" / "tables" / "datapackage.json"
        before = file.read_bytes()
        build()
        assert file.read_bytes() == before
        file.unlink()
        build()
        assert file.read_bytes() == before

    def test_a_variant_has_one_of_its_own(self, project, build):
        build(only=["good"], settings=["group=ships"])
        (entry,) = package(project, "reports/trial/variants/group=ships/tables")["resources"]
        assert entry["parameters"] == {"group": "ships"}
        assert not (project / "reports" / "trial" / "tables").exists()

    def test_frictionless_finds_it_right(self, project, build):
        build(languages=["nl", "en"])
        for folder in ("reports/trial/tables", "reports/trial/variants/language=en/tables"):
            report = frictionless.validate(str(project / folder / "datapackage.json"))
            assert report.valid, report.to_summary()
            assert len(report.tasks) == 2


class TestFilesThatNoPlanNames:
    def test_what_a_build_made_is_removed_with_what_is_said_of_it(self, project, build):
        build()
        write_plan(project, line("good"))
        agreed, said = build()
        assert agreed
        assert "Removed, since the plan names them no more: reports/trial/other.nl.ipynb, reports/trial/tables/" in said
        assert files(project) == ["good.nl.ipynb", "tables/good.nl.csv"]
        assert [entry["name"] for entry in package(project)["resources"]] == ["good.nl"]

    def test_a_language_that_the_plan_drops_is_removed_too(self, project, build):
        head = 'title.nl = "P"\ntitle.en = "P"\nlanguages = ["nl", "en"]\n'
        write_plan(project, line("good"), head=head)
        build()
        write_plan(project, line("good"))
        build()
        assert files(project) == ["good.nl.ipynb", "tables/good.nl.csv"]

    def test_what_was_changed_by_hand_is_named_and_left(self, project, build):
        build()
        changed = project / "reports" / "trial" / "tables" / "other.nl.csv"
        changed.write_text("Naam,Lijnen\nanders,\n", encoding="utf-8")
        notebook = project / "reports" / "trial" / "other.nl.ipynb"
        notebook.write_text(notebook.read_text(encoding="utf-8").replace("Bismut", "Bismuth"), encoding="utf-8")
        mine = project / "reports" / "trial" / "mine.ipynb"
        mine.write_text("{}", encoding="utf-8")
        write_plan(project, line("good"))
        _, said = build()
        told = " ".join(said.split())
        assert (
            "so kept: reports/trial/mine.ipynb, reports/trial/other.nl.ipynb, reports/trial/tables/other.nl.csv" in told
        )
        assert changed.is_file() and notebook.is_file() and mine.is_file()

    def test_tables_without_their_notebooks_are_known_too(self, project, build):
        """As in a fresh clone, where only the tables are."""
        build()
        for notebook in (project / "reports" / "trial").glob("*.ipynb"):
            notebook.unlink()
        write_plan(project, line("good"))
        build()
        assert files(project) == ["good.nl.ipynb", "tables/good.nl.csv"]


def test_a_formula_like_cell_stands_in_the_table_as_printed(project, build):
    build(only=["good"])
    rows = list(
        csv.reader((project / "reports" / "trial" / "tables" / "good.nl.csv").open(encoding="utf-8", newline=""))
    )
    assert rows[2] == ["=Goud", ""]


class TestWhenNothingHasChanged:
    """A build that is asked the same again is answered without looking into any file; each change alone is seen."""

    @pytest.fixture
    def told(self, project, build, monkeypatch):
        """What the second build told, and from then on nothing but what is remembered."""
        build()
        again = build()

        def refused(*_, **__):
            raise AssertionError("it was built")

        monkeypatch.setattr(run, "build", refused)
        return again

    def test_it_tells_the_same_again(self, told, build):
        agreed, out = told
        assert build() == told
        assert agreed and out.count("unchanged") == 2

    @pytest.mark.parametrize(
        "file",
        [
            "data/used.csv",
            "data/published/good.csv",
            "data/datapackage.json",
            "notebooks/good.ipynb",
            "reports/trial.toml",
            "reports/trial/tables/good.nl.csv",
            "reports/trial/good.nl.ipynb",
            "reports/trial/tables/datapackage.json",
        ],
    )
    def test_a_byte_more_anywhere_is_looked_into(self, told, build, project, file):
        path = project / file
        path.write_bytes(path.read_bytes() + b"\n")
        with pytest.raises(AssertionError, match="it was built"):
            build()

    def test_a_file_more_or_other_wishes_are_looked_into(self, told, build, project):
        with pytest.raises(AssertionError, match="it was built"):
            build(only=["good"])
        with pytest.raises(AssertionError, match="it was built"):
            build(settings=["language=en"])
        (project / "reports" / "trial" / "tables" / "mine.csv").write_text("x", encoding="utf-8")
        with pytest.raises(AssertionError, match="it was built"):
            build()


def test_why_says_of_each_exhibit_what_made_it_stale(project, build):
    _, out = build(why=True)
    assert out.count("built since it was not built before, or what was built is gone") == 2
    (project / "data" / "used.csv").write_text("id,value\na,2\n", encoding="utf-8")
    _, out = build(why=True)
    assert out.count("built since used changed") == 2
