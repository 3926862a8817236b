"""A data folder's schema in, its codebook out: Markdown that says what every table and column means and who uses it."""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kritiek.errors import KritiekError
from kritiek.metadata.files import entries
from kritiek.records import replace_file
from kritiek.schema import PACKAGE_FILE, Field, Package, Resource, load_package
from kritiek.sources import TEXT_RESOURCES

CODEBOOK_FILE = "README.md"
NOTEBOOKS_FOLDER, REPORTS_FOLDER = "notebooks", "reports"
# Copied to begin a new exhibit; an exhibit itself it is not.
TEMPLATE_NOTEBOOK = "template"
TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "TRUE or FALSE",
    "date": "date (yyyy-mm-dd)",
    "list": "values separated by “{} ”",
}
HOW_TO_EDIT = """\
1. Open a workbook in Excel or LibreOffice. Its first sheet says how to work in it; the note on each column header says
   what the column means. Leave sheet names, header row and columns as they are.
2. Type, or choose from the drop-down lists. Leave a cell empty where the source gives nothing. Every row names its
   source and where in the source it stands.
3. Save, close, and run `uv run kritiek check`: it names every fault with its file, sheet and cell, and the nearest
   valid value. `uv run kritiek changes` shows what was changed, and what that changes in the report.
4. Run `uv run kritiek mirror`: it writes each sheet as CSV under `mirror/`, so that the change can be read in a diff.
   Nothing reads the mirror; do not edit it.

Something wrong, or a question? Open an issue in the project's issue tracker, and name the file, sheet and cell.

A new column, table or allowed value is a change to `datapackage.json`. After it, run `uv run kritiek codebook`, which
makes this page, and `uv run kritiek template --out DIR`, which makes fresh workbooks with the new columns."""


def write_codebook(folder: str | Path) -> Path:
    """Write the codebook of a data folder to its README.md."""
    return replace_file(Path(folder) / CODEBOOK_FILE, _current(Path(folder)))


def codebook_is_current(folder: str | Path) -> bool:
    """True when README.md is what the schema and the notebooks would give now."""
    file = Path(folder) / CODEBOOK_FILE
    return file.is_file() and file.read_text(encoding="utf-8") == _current(Path(folder))


def _current(folder: Path) -> str:
    return codebook(load_package(folder), uses_of_notebooks(folder.resolve().parent))


def uses_of_notebooks(project: str | Path) -> dict[str, list[str]]:
    """Which exhibits read each table, as the `.read("…")` calls in the notebooks' code cells say.

    An exhibit is called what the plans under reports/ call it; a notebook in no plan has its file's name.
    Text tables count as read by every notebook that asks for its texts. Raises KritiekError for a notebook
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
        raise KritiekError(f"{notebook.name}: is no notebook ({error}). Open and save it in JupyterLab.") from error
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
            yield from TEXT_RESOURCES
        elif node.func.attr == "read" and node.args and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


def codebook(package: Package, uses: Mapping[str, Sequence[str]]) -> str:
    """The codebook as Markdown: what the folder is, terms of use, how to edit, and every table with its columns.

    `uses` gives the exhibits that read a table, by resource name.
    """
    descriptor = package.descriptor
    parts = [
        f"# {descriptor.get('title', descriptor.get('name', 'Data'))}",
        f"<!-- Made by kritiek codebook from {PACKAGE_FILE} and the notebooks: edit those, not this page. -->",
        " ".join(text for text in (descriptor.get("description", ""), _version(descriptor)) if text),
        f"*{descriptor['description_nl']}*" if "description_nl" in descriptor else "",
        "## Terms of use\n\n" + _terms(descriptor) if _terms(descriptor) else "",
        "## How to edit\n\n" + HOW_TO_EDIT,
        "## Tables\n\n" + _overview(package, uses),
        *(_table(resource, _exhibits(uses, resource.name)) for resource in package.resources),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _version(descriptor: Mapping[str, Any]) -> str:
    return f"Version {descriptor['version']}." if "version" in descriptor else ""


def _terms(descriptor: Mapping[str, Any]) -> str:
    lines = [
        f"What is the project's own (selection, arrangement, keys, summaries, code) is under the"
        f" [{entry.get('title', entry.get('name'))}]({entry['path']})."
        for entry in entries(descriptor, "licenses", "path")
    ]
    sources = entries(descriptor, "sources", "title", "terms")
    if sources:
        lines.append("What comes from others stays under their terms; the column `licence` of `sources` says more.")
        cells = [[_linked(entry), entry["terms"]] for entry in sources]
        lines.append(_markdown_table(["What", "Terms"], cells))
    return "\n\n".join(lines)


def _linked(entry: Mapping[str, Any]) -> str:
    return f"[{entry['title']}]({entry['path']})" if "path" in entry else entry["title"]


def _overview(package: Package, uses: Mapping[str, Sequence[str]]) -> str:
    rows = [
        [
            f"[{resource.name}](#{resource.name})",
            f"{resource.title['en']} / {resource.title['nl']}",
            f"`{resource.path}`",
            str(len(resource.fields)),
            _exhibits(uses, resource.name) or "none",
        ]
        for resource in package.resources
    ]
    return _markdown_table(["Table", "Title", "File", "Columns", "Used by"], rows)


def _exhibits(uses: Mapping[str, Sequence[str]], resource: str) -> str:
    """The exhibits that read a table, in words."""
    found = uses.get(resource, ())
    everyone = {exhibit for exhibits in uses.values() for exhibit in exhibits}
    return "every exhibit" if len(everyone) > 1 and everyone == set(found) else ", ".join(found)


def _table(resource: Resource, exhibits: str) -> str:
    place = f"Sheet `{resource.sheet}` of `{resource.path}`." if resource.sheet else f"File `{resource.path}`."
    key = f"Key: {' + '.join(f'`{name}`' for name in resource.primary_key)}." if resource.primary_key else ""
    used = f"Used by: {exhibits}." if exhibits else "No exhibit reads it directly."
    rows = [
        [
            f"`{field.name}`",
            f"{field.title['en']} / {field.title['nl']}",
            field.description["en"],
            *_form(field),
        ]
        for field in resource.fields
    ]
    return "\n\n".join(
        [
            f"### {resource.name}",
            f"**{resource.title['en']} / {resource.title['nl']}.** {resource.description['en']}",
            " ".join(part for part in (place, key, used) if part),
            _markdown_table(["Column", "Title", "Meaning", "Type", "Unit", "Allowed values"], rows),
        ]
    )


def _form(field: Field) -> tuple[str, str, str]:
    """Type, unit and allowed values of a column."""
    demands = [TYPES[field.type].format(field.delimiter)]
    demands += [word for word, holds in (("required", field.required), ("unique", field.unique)) if holds]
    allowed = []
    if field.enum:
        allowed.append("; ".join(f"`{value}`" for value in field.enum))
    if field.reference:
        allowed.append(f"`{field.reference.field}` of [{field.reference.resource}](#{field.reference.resource})")
    if field.minimum is not None:
        allowed.append(f"from {field.minimum}")
    if field.maximum is not None:
        allowed.append(f"to {field.maximum}")
    if field.pattern:
        allowed.append(f"pattern `{field.pattern}`")
    if field.max_length:
        allowed.append(f"at most {field.max_length} characters")
    if field.example:
        allowed.append(f"e.g. `{field.example}`")
    return ", ".join(demands), field.unit or "", ", ".join(allowed)


def _markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
