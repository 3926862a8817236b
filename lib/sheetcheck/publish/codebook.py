"""A data folder's schema in, its codebook out: Markdown that says what every table and column means and who uses it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sheetcheck.publish.metadata import entries
from sheetcheck.schema import Package, load_package
from sheetcheck.writing.records import replace_file
from sheetcheck.writing.wording import limits, rules

CODEBOOK_FILE = "README.md"


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
    # Only this verb and the metadata need it.
    import jinja2

    entry = package.descriptor
    about = [entry["description"]] if entry.get("description") else []
    about += [f"Version {entry['version']}."] if "version" in entry else []
    about += [f"The sources know until {entry['data_date']}."] if "data_date" in entry else []
    everyone = {user for users in uses.values() for user in users}

    def users(resource: str) -> str:
        found = uses.get(resource, ())
        return "all" if len(everyone) > 1 and everyone == set(found) else ", ".join(found) or "none"

    loader = jinja2.PackageLoader("sheetcheck.publish", "")
    page = jinja2.Environment(loader=loader, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    page.filters["cell"] = lambda text: " ".join(text.split()).replace("|", "\\|")
    return page.get_template("codebook.md.jinja").render(
        entry=entry, command=package.command, about=about, uses=uses, users=users, resources=package.resources,
        licences=entries(entry, "licenses", "path"), sources=entries(entry, "sources", "title", "terms"),
        limits=limits, rules=rules,
    )  # fmt: skip
