"""A data folder's schema in, its codebook out: Markdown that says what every table and column means and who uses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sheetcheck.publish.metadata import entries
from sheetcheck.schema import PACKAGE_FILE, Field, Package, Resource, load_package
from sheetcheck.writing.records import replace_file
from sheetcheck.writing.wording import limits, rules

CODEBOOK_FILE = "README.md"
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
3. Save, close, and run `uv run {command} check`: it names every fault with its file, sheet and cell, and the nearest
   valid value. `uv run {command} changes` shows what was changed, cell by cell.
4. Run `uv run {command} mirror`: it writes each sheet as CSV under `mirror/`, so that the change can be read in a diff.
   Nothing reads the mirror; do not edit it.

Something wrong, or a question? Open an issue in the project's issue tracker, and name the file, sheet and cell.

A new column, table or allowed value is a change to `datapackage.json`. After it, run `uv run {command} codebook`, which
makes this page, and `uv run {command} template --out DIR`, which makes fresh workbooks with the new columns."""


def write_codebook(folder: str | Path, uses: Mapping[str, Sequence[str]] | None = None) -> Path:
    """Write the codebook of a data folder to its README.md; `uses` is who reads each table, by resource name."""
    return replace_file(Path(folder) / CODEBOOK_FILE, codebook(load_package(folder), uses or {}))


def codebook_is_current(folder: str | Path, uses: Mapping[str, Sequence[str]] | None = None) -> bool:
    """True when README.md is what the schema and `uses` would give now."""
    file = Path(folder) / CODEBOOK_FILE
    return file.is_file() and file.read_text(encoding="utf-8") == codebook(load_package(folder), uses or {})


def codebook(package: Package, uses: Mapping[str, Sequence[str]]) -> str:
    """The codebook as Markdown: what the folder is, terms of use, how to edit, and every table with its columns.

    `uses` gives who reads a table, by resource name; without it nothing is said of use.
    """
    descriptor = package.descriptor
    parts = [
        f"# {descriptor.get('title', descriptor.get('name', 'Data'))}",
        f"<!-- Made by {package.command} codebook from {PACKAGE_FILE} and its users: edit those, not this page. -->",
        " ".join(text for text in (descriptor.get("description", ""), _version(descriptor)) if text),
        f"*{descriptor['description_nl']}*" if "description_nl" in descriptor else "",
        "## Terms of use\n\n" + _terms(descriptor) if _terms(descriptor) else "",
        "## How to edit\n\n" + HOW_TO_EDIT.replace("{command}", package.command),
        "## Tables\n\n" + _overview(package, uses),
        *(_table(resource, uses) for resource in package.resources),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _version(descriptor: Mapping[str, Any]) -> str:
    said = [f"Version {descriptor['version']}."] if "version" in descriptor else []
    said += [f"The sources know until {descriptor['data_date']}."] if "data_date" in descriptor else []
    return " ".join(said)


def _terms(descriptor: Mapping[str, Any]) -> str:
    lines = [
        f"What is the project's own (selection, arrangement, keys, summaries, code) is under the"
        f" [{entry.get('title', entry.get('name'))}]({entry['path']})."
        for entry in entries(descriptor, "licenses", "path")
    ]
    sources = entries(descriptor, "sources", "title", "terms")
    if sources:
        lines.append("What comes from others stays under their terms.")
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
            *([_users(uses, resource.name)] if uses else []),
        ]
        for resource in package.resources
    ]
    return _markdown_table(["Table", "Title", "File", "Columns", *(["Used by"] if uses else [])], rows)


def _users(uses: Mapping[str, Sequence[str]], resource: str) -> str:
    """Who reads a table, in words."""
    found = uses.get(resource, ())
    everyone = {user for users in uses.values() for user in users}
    return "all" if len(everyone) > 1 and everyone == set(found) else ", ".join(found) or "none"


def _table(resource: Resource, uses: Mapping[str, Sequence[str]]) -> str:
    place = f"Sheet `{resource.sheet}` of `{resource.path}`." if resource.sheet else f"File `{resource.path}`."
    key = f"Key: {' + '.join(f'`{name}`' for name in resource.primary_key)}." if resource.primary_key else ""
    used = f"Used by: {_users(uses, resource.name)}." if uses else ""
    told = [sentence for _, sentence in rules(resource, "en")]
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
            *(["Rules across columns and rows:\n\n" + "\n".join(f"- {line}" for line in told)] if told else []),
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
    if limits(field, "en"):
        allowed.append(limits(field, "en"))
    if field.pattern:
        allowed.append(f"pattern `{field.pattern}`")
    if field.example:
        allowed.append(f"e.g. `{field.example}`")
    return ", ".join(demands), field.unit or "", ", ".join(allowed)


def _markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
