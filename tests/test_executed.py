"""An executed notebook is judged by what its cells show and by nothing else."""

from __future__ import annotations

import json

import pytest

from kritiek.build.engine.executed import exhibit_in, failure_in, readings_in, tidied
from kritiek.exhibits.tables import RESOURCE_MIME
from kritiek.sources import SOURCE_MIME
from trial_project import table


def executed(*cells: dict) -> dict:
    """An executed notebook of code cells, each given as its outputs and count."""
    defaults = {"cell_type": "code", "source": "x", "metadata": {}, "outputs": []}
    return {"metadata": {}, "cells": [defaults | cell for cell in cells]}


def error(name: str, text: str) -> dict:
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": ["…"]}


def shown(payload: dict) -> dict:
    return {"output_type": "execute_result", "data": {RESOURCE_MIME: payload}}


def test_done_means_run_in_order_to_the_last_cell():
    assert failure_in(executed({"execution_count": 1}, {"execution_count": 2})) is None
    skipped = executed({"execution_count": 1}, {"execution_count": None})
    assert failure_in(skipped) == "cell [2]: was not run, although no cell before it shows an error."
    assert failure_in(executed({"execution_count": 2}, {"execution_count": 3})) is not None


def test_blank_cells_and_text_cells_do_not_count():
    notebook = executed({"execution_count": 1}, {"source": " \n", "execution_count": None}, {"execution_count": 2})
    notebook["cells"].insert(0, {"cell_type": "markdown", "source": "text", "metadata": {}})
    assert failure_in(notebook) is None


def test_an_own_error_speaks_for_itself_and_another_is_named():
    own = executed({"execution_count": 1, "outputs": [error("ExhibitError", "group: unknown")]})
    other = executed({"execution_count": 1, "outputs": [error("KeyError", "'group'")]})
    assert failure_in(own) == "cell [1]: group: unknown"
    assert failure_in(other) == "cell [1]: KeyError: 'group'"


def test_the_last_table_is_the_exhibit_also_when_a_figure_follows():
    one, two = table().payload(), table().payload()
    two["kritiek"]["exhibit"] = "second"
    figure = json.loads(json.dumps(one))
    figure["kritiek"] |= {"kind": "figure", "drawing": "ladder", "exhibit": "figure"}
    notebook = executed({"outputs": [shown(one)]}, {"outputs": [shown(two), shown(figure)]})
    assert exhibit_in(notebook, "nl").name == "second"
    assert exhibit_in(executed({"outputs": [shown(figure)]}), "nl").name == "figure"


@pytest.mark.parametrize(
    ("payload", "language", "expected"),
    [
        (None, "nl", "it shows no exhibit"),
        (table("nl").payload(), "en", 'its exhibit is in "nl", not in "en"'),
        ({"kritiek": {"kind": "poem"}}, "nl", "it shows an exhibit that cannot be read back (KeyError: 'poem')"),
    ],
)
def test_a_missing_or_unreadable_exhibit_is_a_failure_in_plain_words(payload, language, expected):
    notebook = executed({"outputs": [shown(payload)] if payload else []})
    with pytest.raises(Exception) as caught:
        exhibit_in(notebook, language)
    assert str(caught.value).startswith(expected)


def test_readings_are_named_once_and_sorted():
    outputs = [
        {"output_type": "display_data", "data": {SOURCE_MIME: {"readings": [{"resource": name}]}}}
        for name in ("b", "a", "b")
    ]
    assert readings_in(executed({"outputs": outputs})) == ("a", "b")


def test_tidying_leaves_the_given_notebook_alone():
    notebook = executed({"metadata": {"papermill": {"start_time": "now"}, "execution": {}, "tags": []}})
    notebook["metadata"]["papermill"] = {"input_path": "/somewhere"}
    before = json.dumps(notebook)
    assert tidied(notebook)["cells"][0]["metadata"] == tidied(notebook)["metadata"] == {}
    assert json.dumps(notebook) == before


def test_the_cells_that_papermill_adds_are_called_by_their_place_and_not_at_random():
    tags = ["papermill-error-cell-tag"], ["parameters"], ["injected-parameters"]
    cells = [{"id": f"random{tag[0]}", "cell_type": "code", "metadata": {"tags": tag}} for tag in tags]
    names = [cell["id"] for cell in tidied({"cells": cells, "metadata": {}})["cells"]]
    assert names == ["error-1", "randomparameters", "parameters-3"]
