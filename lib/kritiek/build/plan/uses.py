"""The notebooks and plans of a project in, which exhibits read each source table out."""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

from kritiek.build.plan.file import NOTEBOOKS_FOLDER, REPORTS_FOLDER
from kritiek.sources import FILTERS_RESOURCE, PARAMETERS_RESOURCE, PRINTED_RESOURCE, TEXT_RESOURCES
from sheetcheck.faults import UserError

# Copied to begin a new exhibit; an exhibit itself it is not.
TEMPLATE_NOTEBOOK = "template"


def uses_of_notebooks(project: str | Path) -> dict[str, list[str]]:
    """Which exhibits read each table, as the `.read("…")` calls in the notebooks' code cells say.

    An exhibit is called what the plans under reports/ call it; a notebook in no plan has its file's name.
    Text tables count as read by every notebook that asks for its texts. Raises UserError for a notebook
    that is no JSON; cells that are no Python are passed over, running them says more than this could.
    """
    project = Path(project)
    names = _planned_names(project / REPORTS_FOLDER)
    uses: dict[str, list[str]] = {}
    for file in sorted((project / NOTEBOOKS_FOLDER).glob("*.ipynb")):
        if file.stem == TEMPLATE_NOTEBOOK:
            continue
        for resource in sorted(set(_tables_read(file))):
            uses.setdefault(resource, []).extend(names.get(file.stem, [file.stem]))
    return {resource: sorted(set(exhibits)) for resource, exhibits in sorted(uses.items())}


def _planned_names(reports: Path) -> dict[str, list[str]]:
    """Exhibit names by notebook, over all plans; a plan that cannot be read is for `kritiek build` to refuse."""
    names: dict[str, list[str]] = {}
    for file in sorted(reports.glob("*.toml")):
        try:
            entries = tomllib.loads(file.read_text(encoding="utf-8-sig")).get("exhibit", [])
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            continue
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict) and "name" in entry and "notebook" in entry:
                names.setdefault(Path(str(entry["notebook"])).stem, []).append(str(entry["name"]))
    return names


def _tables_read(notebook: Path) -> Iterator[str]:
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8")).get("cells", [])
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{notebook.name}: is no notebook ({error}). Open and save it in JupyterLab.") from error
    for cell in cells:
        if cell.get("cell_type") == "code":
            yield from _reads_in_code("".join(cell.get("source", [])))


def _reads_in_code(code: str) -> Iterator[str]:
    lines = [line for line in code.splitlines() if not line.lstrip().startswith(("%", "!"))]
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr == "texts":
            yield from (*TEXT_RESOURCES, FILTERS_RESOURCE)
            if node.keywords:
                yield PARAMETERS_RESOURCE
        elif node.func.attr == "as_printed":
            yield PRINTED_RESOURCE
        elif node.func.attr == "read":
            yield from (str(name.value) for name in node.args if isinstance(name, ast.Constant))
