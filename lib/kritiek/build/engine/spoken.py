"""A notebook executed in one language in, the same in another out, without running it again.

An exhibit holds its texts and cells in every language; only what is shown of it differs.
"""

from __future__ import annotations

import ast
import base64
import copy
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kritiek.build.engine.executed import exhibits_in
from kritiek.build.plan.parameters import INJECTED_TAG, syntax_of
from kritiek.exhibits.compare import compare_with_print
from kritiek.exhibits.tables import RESOURCE_MIME, Exhibit

if TYPE_CHECKING:
    from nbformat import NotebookNode

PARAMETER = "language"


def only_shows_language(cells: Iterable[Mapping[str, Any]]) -> bool:
    """True when a notebook only hands its `language` on to exhibits, so that one run serves every language."""
    nodes = syntax_of(cells)
    if nodes is None:
        return False
    handed = {id(node.value) for node in nodes if isinstance(node, ast.keyword) and node.arg == PARAMETER}
    used = (node for node in nodes if isinstance(node, ast.Name) and node.id == PARAMETER)
    return not any(isinstance(node.ctx, ast.Load) and id(node) not in handed for node in used)


def in_language(notebook: NotebookNode, language: str, data_dir: str) -> NotebookNode:
    """The executed notebook as a run in `language` leaves it: exhibits, comparisons and the injected parameter."""
    told = copy.deepcopy(notebook)
    compared: dict[str, str] = {}  # what the comparisons say, and what they say in the other language
    for cell in (cell for cell in told["cells"] if cell["cell_type"] == "code"):
        if INJECTED_TAG in cell["metadata"].get("tags", ()):
            lines, own = cell["source"].split("\n"), f"{PARAMETER} = "
            cell["source"] = "\n".join(f'{own}"{language}"' if line.startswith(own) else line for line in lines)
        for output in cell["outputs"]:
            data = output.get("data", {})
            if "kritiek" in data.get(RESOURCE_MIME, {}):
                (shown,) = exhibits_in({"cells": [{"cell_type": "code", "outputs": [output]}]})
                other = shown.in_language(language)
                output["data"], output["metadata"] = _bundle(other, data)
                then, now = (repr(compare_with_print(exhibit, data_dir)) for exhibit in (shown, other))
                compared.setdefault(then, now)
            elif data.get("text/plain") in compared:
                data["text/plain"] = compared[data["text/plain"]]
    return told


def _bundle(exhibit: Exhibit, then: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    made = exhibit._repr_mimebundle_()
    # A picture comes with the size at which it is shown.
    now, metadata = made if isinstance(made, tuple) else (made, {})
    # Pictures are stored as text.
    texts = {kind: base64.b64encode(value).decode() for kind, value in now.items() if isinstance(value, bytes)}
    return {kind: texts.get(kind, now[kind]) for kind in then}, metadata
