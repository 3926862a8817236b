"""The pictures that a build leaves beside its tables: which, how they are described, and when they go or are kept."""

import base64
import json

import frictionless
import pytest
from PIL import Image

from kritiek.build import building
from trial_project import PRINTED, files, make_project, run, show, table

LADDER = f"""\
import pandas as pd
from kritiek.notebook import Figure
from kritiek.exhibits.texts import Texts
words = {{"nl": "Ladder", "en": "Ladder"}}
columns = tuple((name, words) for name in ("rung", "strategy", "explanation"))
texts = Texts("drawn", words, words, {{"nl": "Zes treden", "en": "Six rungs"}}, columns, ())
frame = pd.DataFrame({PRINTED!r}, columns=["strategy", "explanation"]).assign(rung="R1", source="boek", origin="rij 2")
Figure(texts, frame, language=language, drawing="ladder")"""
PICTURES = [f"figures/drawn.{language}.{kind}" for language in ("en", "nl") for kind in ("png", "svg")]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A project whose plan has a table and a figure in two languages, once built."""
    root = make_project(tmp_path_factory.mktemp("figures") / "project", {"drawn": [LADDER], "good": [show(table())]})
    (root / "data" / "published" / "drawn.csv").unlink()
    plan = root / "reports" / "trial.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace('["nl"]', '["nl", "en"]'), encoding="utf-8")
    return root, run(root)


@pytest.fixture
def project(built):
    """That project, as the build left it; what a test changes is put back."""
    root, outcomes = built
    kept = {file: file.read_bytes() for file in (root / "reports").rglob("*") if file.is_file()}
    yield root, outcomes
    for file, content in kept.items():
        file.write_bytes(content)


def folder(root):
    return root / "reports" / "trial" / "figures"


def test_a_figure_stands_as_svg_and_as_png_of_300_dots_an_inch_in_each_language(project):
    root, outcomes = project
    assert [name for name in files(root) if name.startswith("figures/")] == PICTURES
    assert round(Image.open(folder(root) / "drawn.nl.png").info["dpi"][0]) == 300
    assert (folder(root) / "drawn.en.svg").read_bytes().startswith(b"<?xml")
    assert {key: outcome.figure and outcome.figure.name for key, outcome in outcomes.items()} == {
        ("drawn", "nl"): "drawn.nl.svg",
        ("drawn", "en"): "drawn.en.svg",
        ("good", "nl"): None,
        ("good", "en"): None,
    }


def test_the_png_is_the_one_that_the_notebook_shows(project):
    root, outcomes = project
    notebook = outcomes["drawn", "nl"].notebook.read_text(encoding="utf-8")
    bundles = [output["data"] for cell in json.loads(notebook)["cells"] for output in cell["outputs"]]
    assert base64.b64decode(bundles[-1]["image/png"]) == (folder(root) / "drawn.nl.png").read_bytes()


def test_a_second_build_in_kernels_leaves_the_same_bytes(project):
    root, _ = project
    before = {name: (folder(root) / name).read_bytes() for name in ("drawn.nl.png", "drawn.nl.svg", "drawn.en.svg")}
    assert not any(outcome.skipped for outcome in run(root, "drawn", isolated=True).values())
    assert {name: (folder(root) / name).read_bytes() for name in before} == before


def test_each_picture_is_described_in_words_with_its_source_and_frictionless_finds_it_right(project):
    root, _ = project
    described = folder(root) / "datapackage.json"
    resources = json.loads(described.read_text(encoding="utf-8"))["resources"]
    assert [f"figures/{one['path']}" for one in resources] == PICTURES
    dutch = resources[2]
    told = {name: dutch[name] for name in ("title", "description", "language", "sources", "mediatype")}
    assert told == {
        "title": "Ladder",
        "description": "Zes treden",
        "language": "nl",
        "sources": [{"title": "boek"}],
        "mediatype": "image/png",
    }
    assert frictionless.validate(str(described)).valid


@pytest.mark.parametrize("change", [lambda file: file.unlink(), lambda file: file.write_bytes(b"mine")])
def test_a_picture_that_is_gone_or_changed_is_drawn_again(project, change):
    root, _ = project
    file = folder(root) / "drawn.nl.svg"
    before = file.read_bytes()
    assert run(root, "drawn")["drawn", "nl"].skipped
    change(file)
    outcomes = run(root, "drawn")
    assert {key: outcome.skipped for key, outcome in outcomes.items()} == {
        ("drawn", "nl"): False,
        ("drawn", "en"): True,
    }
    assert file.read_bytes() == before


def test_a_figure_that_no_plan_names_goes_with_what_is_said_of_it_and_one_changed_by_hand_stays(
    project, monkeypatch, capsys
):
    root, _ = project
    (folder(root) / "drawn.en.svg").write_bytes(b"mine")
    plan = root / "reports" / "trial.toml"
    before = plan.read_text(encoding="utf-8")
    monkeypatch.chdir(root)
    plan.write_text(before.replace('{ name = "drawn", notebook = "drawn.ipynb" },', ""), encoding="utf-8")
    building.build_plan("trial", only=(), settings=(), languages=None, jobs=1, data=None)
    said = " ".join(capsys.readouterr().out.split())
    assert "reports/trial/figures/drawn.nl.png, reports/trial/figures/drawn.nl.svg" in said
    assert "so kept: reports/trial/figures/drawn.en.svg." in said
    assert [name for name in files(root) if name.startswith("figures/")] == ["figures/drawn.en.svg"]
    assert not (folder(root) / "datapackage.json").exists()
