"""Small projects for tests of the build: sources, a printed table, notebooks and a plan; and what they show."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd

from kritiek.build.plan import load_plan, prepare
from kritiek.build.run import build
from kritiek.exhibits.tables import RESOURCE_MIME, Table, Texts
from kritiek.sources import SOURCE_MIME

PACKAGE = {
    "name": "trial",
    "resources": [
        {
            "name": name,
            "path": f"{name}.csv",
            "schema": {
                "fields": [
                    {"name": "id", "type": "string", "constraints": {"required": True, "unique": True}},
                    {"name": "value", "type": "string"},
                ],
                "primaryKey": ["id"],
            },
        }
        for name in ("used", "unused")
    ],
}
PRINTED = [["Naam", "Lijnen"], ["Bismut*°", "een\ntwee"], ["=Goud", ""]]
LABELS = {"name": {"nl": "Naam", "en": "Name"}, "lines": {"nl": "Lijnen", "en": "Lines"}}
OWN_NAME = "name of the notebook"  # becomes it
COMMON = 'group = "steel"\nlanguage = "nl"\ndata_dir = "data"'
READ = (
    f"display({{{SOURCE_MIME!r}: {{'readings': [{{'resource': 'used', 'rows': 1, 'place': 'used.csv'}}]}}}}, raw=True)"
)


def table(language: str = "nl", published: bool = True) -> Table:
    """The exhibit of the trial: two rows with a mark, a cell of two lines, and a cell that looks like a formula."""
    texts = Texts("trial", {"nl": "Tabel 1", "en": "Table 1"}, *[{"nl": "", "en": ""}] * 2, tuple(LABELS.items()), ())
    return Table(texts, pd.DataFrame(PRINTED[1:], columns=["name", "lines"]), language, published=published)


def show(exhibit: Table) -> str:
    """Code that shows the exhibit in the notebook's language, without importing the library, which takes a second."""
    payload = json.dumps(exhibit.payload())
    return "\n".join(
        [
            f"import json; payload = json.loads({payload!r})",
            f"payload['kritiek']['exhibit'] = {OWN_NAME!r}",
            "payload['kritiek']['language'] = language",
            "payload['kritiek']['published'] = group == 'steel'",
            f"display({{{RESOURCE_MIME!r}: payload, 'text/plain': 'the table'}}, raw=True)",
        ]
    )


def add_notebook(root: Path, name: str, *cells: str) -> None:
    """A notebook of a parameters cell and the given code, stored with outputs of long ago."""
    entries = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "source": source.replace(OWN_NAME, name),
            "metadata": {"tags": ["parameters"]} if number == 0 else {},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "old"}],
            "execution_count": 99,
        }
        for number, source in enumerate([COMMON, *cells])
    ]
    kernel = {"kernelspec": {"name": "a kernel of another machine", "display_name": "x", "language": "python"}}
    file = root / "notebooks" / f"{name}.ipynb"
    file.write_text(
        json.dumps({"cells": entries, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8"
    )


def make_project(root: Path, notebooks: dict[str, list[str]]) -> Path:
    """A project with valid sources, a printed table for each, these notebooks, and a plan that lists them all."""
    for folder in ("data/published", "notebooks", "reports"):
        (root / folder).mkdir(parents=True)
    (root / "data" / "datapackage.json").write_text(json.dumps(PACKAGE), encoding="utf-8")
    for name in ("used", "unused"):
        (root / "data" / f"{name}.csv").write_text("id,value\na,1\n", encoding="utf-8")
    for name, cells in notebooks.items():
        add_notebook(root, name, *cells)
        with (root / "data" / "published" / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(PRINTED)
    lines = [f'{{ name = "{name}", notebook = "{name}.ipynb" }},' for name in notebooks]
    plan = ['title.nl = "P"', 'title.en = "P"', 'languages = ["nl"]', "exhibit = [", *lines, "]"]
    (root / "reports" / "trial.toml").write_text("\n".join(plan), encoding="utf-8")
    return root


def run(root: Path, *names: str, limit_seconds: float = 120, isolated: bool = False, **wishes) -> dict:
    """Build the named exhibits; outcomes by exhibit and language."""
    jobs = prepare(load_plan("trial", root), only=names, **wishes)
    outcomes = build(jobs, root=root, plan_name="trial", limit_seconds=limit_seconds, isolated=isolated)
    return {(outcome.exhibit, outcome.language): outcome for outcome in outcomes}


def files(root: Path) -> list[str]:
    """Everything under the report's folder but what describes the tables there."""
    report = root / "reports" / "trial"
    found = (
        file
        for file in report.rglob("*")
        if file.is_file() and not file.name.startswith(".") and file.name != "datapackage.json"
    )
    return sorted(file.relative_to(report).as_posix() for file in found)
