"""A notebook executed in one language in, the same in another out, without running it again.

An exhibit holds its texts and cells in every language; only what is shown of it differs.
"""

from __future__ import annotations

import ast
import base64
import copy
from collections.abc import Iterable, Mapping
from typing import Any

from nbformat import NotebookNode

from kritiek.build.plan.parameters import INJECTED_TAG
from kritiek.exhibits.compare import compare_with_print
from kritiek.exhibits.figures import exhibits_in
from kritiek.exhibits.tables import RESOURCE_MIME, Exhibit

PARAMETER = "language"


def only_shows_language(cells: Iterable[Mapping[str, Any]]) -> bool:
    """True when a notebook only hands its `language` on to exhibits, so that one run serves every language."""
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        try:
            nodes = list(ast.walk(ast.parse("".join(cell["source"]))))
        except (SyntaxError, ValueError):
            return False  # a magic may do anything
        handed = {
            id(node.value) for node in nodes if isinstance(node, ast.keyword) and node.arg == PARAMETER and node.value
        }
        used = (node for node in nodes if isinstance(node, ast.Name) and node.id == PARAMETER)
        if any(isinstance(node.ctx, ast.Load) and id(node) not in handed for node in used):
            return False
    return True


def in_language(notebook: NotebookNode, language: str, data_dir: str) -> NotebookNode:
    """The executed notebook as a run in `language` leaves it: exhibits, comparisons and the injected parameter."""
    told = copy.deepcopy(notebook)
    shown: list[Exhibit] = []
    for cell in (cell for cell in told["cells"] if cell["cell_type"] == "code"):
        if INJECTED_TAG in cell["metadata"].get("tags", ()):
            cell["source"] = _injected(cell["source"], language)
        for output in cell["outputs"]:
            data = output.get("data", {})
            if "kritiek" in data.get(RESOURCE_MIME, {}):
                shown += exhibits_in({"cells": [{"cell_type": "code", "outputs": [output]}]})
                output["data"], output["metadata"] = _bundle(shown[-1].in_language(language), data)
            elif said := _compared(data.get("text/plain"), shown, language, data_dir):
                data["text/plain"] = said
    return told


def _bundle(exhibit: Exhibit, then: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    made = exhibit._repr_mimebundle_()
    # A picture comes with the size at which it is shown.
    now, metadata = made if isinstance(made, tuple) else (made, {})
    # Pictures are stored as text.
    texts = {kind: base64.b64encode(value).decode() for kind, value in now.items() if isinstance(value, bytes)}
    return {kind: texts.get(kind, now[kind]) for kind in then}, metadata


def _compared(text: Any, shown: list[Exhibit], language: str, data_dir: str) -> str | None:
    """What a comparison with the print says in the language, when `text` is what one says of a shown exhibit."""
    for exhibit in shown:
        if text == repr(compare_with_print(exhibit, data_dir)):
            return repr(compare_with_print(exhibit.in_language(language), data_dir))
    return None


def _injected(source: str, language: str) -> str:
    lines = source.split("\n")
    return "\n".join(f'{PARAMETER} = "{language}"' if line.startswith(f"{PARAMETER} = ") else line for line in lines)
