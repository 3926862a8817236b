"""Exhibits in; out: tables and pictures, a datapackage.json that says what each is, and none that no plan names."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kritiek.build.freshness import is_untouched
from kritiek.build.plan.file import COMMON_PARAMETERS
from kritiek.exhibits.tables import Exhibit
from kritiek.project import FIGURES_FOLDER, TABLES_FOLDER, content_hash
from sheetcheck.schema import PACKAGE_FILE
from sheetcheck.writing.records import replace_file

MADE = ("*.csv", "*.svg", "*.png")
MEDIA_TYPES = {"csv": "text/csv", "svg": "image/svg+xml", "png": "image/png"}


def csv_text(exhibit: Exhibit, language: str) -> str:
    """The exhibit as CSV: the column labels, then the rows as printed, lines ended by LF."""
    return csv_of(exhibit.csv_rows(language))


def csv_of(rows: Iterable[Sequence[str]], delimiter: str = ",", end: str = "\n") -> str:
    """Rows of text as CSV."""
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, lineterminator=end).writerows(rows)
    return target.getvalue()


def described(
    exhibit: Exhibit, name: str, *, verdict: str, content: str, parameters: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A table as a Frictionless resource: all that stands around its cells, in its own language, and its verdict.

    `content` is the CSV that it describes.
    """
    language, columns = exhibit.language, exhibit.columns
    fields = [{"name": one.label[language], "type": "string", "column": one.name} for one in columns]
    return {
        **_file(exhibit, f"{name}.{language}.csv", content.encode("utf-8")),
        "name": f"{name}.{language}",
        "verdict": verdict,
        "parameters": {key: value for key, value in (parameters or {}).items() if key not in COMMON_PARAMETERS},
        "marks": [{"mark": sign, "meaning": meaning} for sign, meaning in exhibit.marked()],
        "notes": exhibit.noted(),
        "encoding": "utf-8",
        "schema": {"fields": fields},
    }


def drawn(figure: Exhibit, pictures: Mapping[Path, bytes]) -> list[dict[str, Any]]:
    """The pictures of a figure as Frictionless resources: what they show in words, their source, size and hash."""
    alt = figure.texts.alt[figure.language]
    return [
        {**_file(figure, file.name, content), "name": file.name, "description": alt}
        for file, content in pictures.items()
    ]


def _file(exhibit: Exhibit, path: str, content: bytes) -> dict[str, Any]:
    """What is said of any file of an exhibit."""
    language, texts, (stem, _, suffix) = exhibit.language, exhibit.texts, path.rpartition(".")
    return {
        "path": path,
        "title": texts.caption[language] or texts.number[language] or stem.removesuffix(f".{language}"),
        "number": texts.number[language],
        "language": language,
        "sources": [{"title": key} for key in exhibit.sources],
        "format": suffix,
        "mediatype": MEDIA_TYPES[suffix],
        "bytes": len(content),
        "hash": content_hash(content),
    }


def write_package(tables: Path, plan: str, built: Iterable[Mapping[str, Any]]) -> Path:
    """Describe the files of a folder: those just built, and those that are as an earlier build described them."""
    known = {entry["path"]: entry for entry in _resources(tables) if _is_as_described(tables, entry)}
    known |= {entry["path"]: entry for entry in built}
    content = {"name": plan.lower(), "resources": [known[path] for path in sorted(known)]}
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    file = tables / PACKAGE_FILE
    if not known:
        file.unlink(missing_ok=True)
    elif not file.is_file() or file.read_bytes() != text.encode("utf-8"):
        replace_file(file, text)
    return file


def clear(report: Path, plan: str, named: Iterable[str]) -> tuple[list[Path], list[Path]]:
    """Remove what the plan does not name any more, by stem ("table_06.nl"), as far as it is what a build left.

    Gives the files removed and those kept, since they were changed by hand, made by something else or are in use.
    """
    stems = set(named)
    folders = [report / name for name in (TABLES_FOLDER, FIGURES_FOLDER)]
    ours = {
        folder / entry["path"] for folder in folders for entry in _resources(folder) if _is_as_described(folder, entry)
    }
    removed, kept = [], []
    made = [file for folder in folders for pattern in MADE for file in folder.glob(pattern)]
    for file in sorted([*report.glob("*.ipynb"), *made]):
        if file.stem in stems:
            continue
        is_ours = file in ours if file.parent in folders else is_untouched(file)
        try:
            if is_ours:
                file.unlink()
        except OSError:
            is_ours = False
        (removed if is_ours else kept).append(file)
    for folder in {file.parent for file in removed} & {*folders}:
        write_package(folder, plan, ())
    return removed, kept


def _resources(tables: Path) -> list[dict[str, Any]]:
    """What the folder's datapackage.json says; nothing when it is not there or not as a build left it."""
    try:
        return [
            entry
            for entry in json.loads((tables / PACKAGE_FILE).read_text(encoding="utf-8"))["resources"]
            if entry["path"]
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _is_as_described(tables: Path, entry: Mapping[str, Any]) -> bool:
    try:
        return content_hash((tables / entry["path"]).read_bytes()) == entry.get("hash")
    except OSError:
        return False
