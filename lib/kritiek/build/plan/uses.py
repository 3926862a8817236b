"""The notebooks and plans of a project in, which exhibits read each source table out."""

import ast
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kritiek.build.plan.file import entries_of
from kritiek.build.plan.parameters import load_notebook, syntax_of
from kritiek.errors import PlanError
from kritiek.project import NOTEBOOKS_FOLDER, REPORTS_FOLDER
from kritiek.sources import FILTERS_RESOURCE, PARAMETERS_RESOURCE, PRINTED_RESOURCE, TEXT_RESOURCES

# Copied to begin a new exhibit; an exhibit itself it is not.
TEMPLATE_NOTEBOOK = "template"


def uses_of_notebooks(project: str | Path) -> dict[str, list[str]]:
    """Which exhibits read each table, as the `.read("…")` calls in the notebooks' code cells say.

    An exhibit is called what the plans under reports/ call it; a notebook in no plan has its file's name.
    Text tables count as read by every notebook that asks for its texts. Raises PlanError for a notebook
    that is no JSON; cells that are no Python are passed over, running them says more than this could.
    """
    project = Path(project)
    names = _planned_names(project / REPORTS_FOLDER)
    uses: dict[str, list[str]] = {}
    for file in sorted((project / NOTEBOOKS_FOLDER).glob("*.ipynb")):
        if file.stem != TEMPLATE_NOTEBOOK:
            for resource in {name for cell in load_notebook(file)["cells"] for name in _tables_read(cell)}:
                uses.setdefault(resource, []).extend(names.get(file.stem, [file.stem]))
    return {resource: sorted(set(exhibits)) for resource, exhibits in sorted(uses.items())}


def _planned_names(reports: Path) -> dict[str, list[str]]:
    """Exhibit names by notebook, over all plans; a plan that cannot be read is for `kritiek build` to refuse."""
    names: dict[str, list[str]] = {}
    for file in sorted(reports.glob("*.toml")):
        with suppress(PlanError):
            for entry in (one for one in entries_of(file) if "name" in one and "notebook" in one):
                names.setdefault(Path(str(entry["notebook"])).stem, []).append(str(entry["name"]))
    return names


def _tables_read(cell: dict) -> Iterator[str]:
    lines = [line for line in cell["source"].splitlines() if not line.lstrip().startswith(("%", "!"))]
    for node in syntax_of([{**cell, "source": "\n".join(lines)}]) or ():
        match node:
            case ast.Call(func=ast.Attribute(attr="texts"), keywords=chosen):
                yield from (*TEXT_RESOURCES, FILTERS_RESOURCE, *([PARAMETERS_RESOURCE] if chosen else []))
            case ast.Call(func=ast.Attribute(attr="as_printed")):
                yield PRINTED_RESOURCE
            case ast.Call(func=ast.Attribute(attr="read"), args=names):
                yield from (str(name.value) for name in names if isinstance(name, ast.Constant))
