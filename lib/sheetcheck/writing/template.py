"""A data folder in, fresh workbooks and CSV files with its schema and rows out; never over an existing file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from sheetcheck.checks import Checked, check_folder, require_valid
from sheetcheck.faults import UserError
from sheetcheck.messages import say
from sheetcheck.nearest import nearest_name
from sheetcheck.schema import LANGUAGES, Language, Package
from sheetcheck.writing.records import Row, csv_text, records, replace_file
from sheetcheck.writing.writer import write_workbook

# Faults of a source that nobody has filled in yet: no reason to refuse a template, but what it is for. A column that
# the schema has and the file does not is made empty; the file itself stays as it is.
UNFILLED = ("missing-file", "empty-table", "missing-column")


def make_templates(
    folder: str | Path,
    resources: Sequence[str],
    out: str | Path,
    *,
    language: str = "nl",
    force: bool = False,
) -> list[Path]:
    """Write the source files that hold `resources` (none named: all of them) to the folder `out`.

    A name is a resource's or a file's; naming one sheet gives its whole workbook. The rows are those in `folder`, which
    must be without faults; a file or sheet that nobody filled in yet gives headers only. A file already in `out` is
    refused, or, with `force`, left as it is and the new one written beside it ("committees-new.xlsx").
    Raises UserError before anything is written: unknown name or language, existing file, faulty source.
    """
    language = refuse_language(language)
    checked = check_folder(folder)
    package = checked.package
    paths = _chosen(package, resources)
    targets = _targets(paths, Path(out), force=force)
    # Without its key a table is not unfilled but broken.
    keys = {(table.path, table.sheet, name) for table in package.resources for name in table.primary_key}
    faults = [
        fault
        for fault in checked.faults
        if fault.code not in UNFILLED or (fault.file, fault.sheet, fault.column) in keys
    ]
    require_valid(replace(checked, faults=tuple(faults)))
    rows = rows_of(checked)
    return [
        write_file(package, path, rows, target, language=language) for path, target in zip(paths, targets, strict=True)
    ]


def refuse_language(language: str) -> Language:
    """The language itself; raises UserError for a language in which a workbook gives no help."""
    if language not in LANGUAGES:
        raise UserError(say("write.language", name=language) + nearest_name(language, LANGUAGES))
    return language


def rows_of(checked: Checked) -> dict[str, list[dict[str, Any]]]:
    """Rows as plain values by resource; none for files that are not there yet."""
    return {name: records(frame, checked.package.resource(name)) for name, frame in checked.frames.items()}


def write_file(
    package: Package, path: str, rows: Mapping[str, Sequence[Row]], target: Path, *, language: Language
) -> Path:
    """Write the source file that the schema calls `path`, workbook or CSV, from rows by resource name to `target`."""
    if path.endswith(".xlsx"):
        return write_workbook(package, path, rows, target, language=language)
    (resource,) = package.of_file(path)
    return replace_file(target, csv_text(resource, rows.get(resource.name, ())))


def _chosen(package: Package, names: Sequence[str]) -> list[str]:
    known = {resource.name: resource.path for resource in package.resources} | {path: path for path in package.paths}
    unknown = [say("write.no-table", name=name) + nearest_name(name, known) for name in names if name not in known]
    if unknown:
        raise UserError("\n".join(unknown))
    wanted = {known[name] for name in names} or set(package.paths)
    return [path for path in package.paths if path in wanted]


def _targets(paths: Sequence[str], out: Path, *, force: bool) -> list[Path]:
    if out.exists() and not out.is_dir():
        raise UserError(say("write.out-is-file", out=out))
    existing = [out / path for path in paths if (out / path).exists()]
    if existing and not force:
        lines = [say("write.exists", path=path) for path in existing]
        raise UserError("\n".join([*lines, say("write.elsewhere")]))
    return [next(name for name in _names(out / path) if not name.exists()) for path in paths]


def _names(target: Path) -> Iterator[Path]:
    """The file itself, then the names beside it: x.xlsx, x-new.xlsx, x-new-2.xlsx, x-new-3.xlsx …"""
    yield target
    yield target.with_stem(f"{target.stem}-new")
    for number in count(2):
        yield target.with_stem(f"{target.stem}-new-{number}")
