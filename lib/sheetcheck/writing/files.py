"""A data folder in, its workbooks and CSV files out: fresh ones in another folder, or the same rows anew in place.

A file is written whole and put in place whole. What our form has no place for is named, and lost only when asked.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from typing import Any

from sheetcheck.checks import Checked, check_folder, require_valid
from sheetcheck.faults import SourceError, UserError, render_text
from sheetcheck.messages import say, visible
from sheetcheck.nearest import nearest_name
from sheetcheck.reading import letters
from sheetcheck.schema import LANGUAGES, PACKAGE_FILE, Language, Package, Resource, load_package, package_of
from sheetcheck.writing.records import Row, csv_text, replace_file, rows_of
from sheetcheck.writing.wording import header_note
from sheetcheck.writing.writer import write_workbook

# Faults of a source that nobody has filled in yet: no reason to refuse a template, but what it is for. A column that
# the schema has and the file does not is made empty; the file itself stays as it is.
UNFILLED = ("missing-file", "empty-table", "missing-column")
# Remarks of a check on what a workbook of ours does not keep.
LOST = ("formula", "unknown-sheet")
# So many places of one kind are named.
SHOWN = 5


def make_templates(
    folder: str | Path, resources: Sequence[str], out: str | Path, *, language: str = "nl", force: bool = False
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
    broken = [found for found in checked.faults if (found.file, found.sheet, found.column) in keys]
    faults = [found for found in checked.faults if found.code not in UNFILLED or found in broken]
    require_valid(replace(checked, faults=tuple(faults)))
    rows, pairs = rows_of(package, checked.frames), zip(paths, targets, strict=True)
    return [write_file(package, path, rows, target, language=language) for path, target in pairs]


def refuse_language(language: str) -> Language:
    """The language itself; raises UserError for a language in which a workbook gives no help."""
    if language not in LANGUAGES:
        raise UserError(say("write.language", name=language) + nearest_name(language, LANGUAGES))
    return language


def write_file(
    package: Package, path: str, rows: Mapping[str, Sequence[Row]], target: Path, *, language: Language
) -> Path:
    """Write the source file that the schema calls `path`, workbook or CSV, from rows by resource name to `target`."""
    if path.endswith(".xlsx"):
        return write_workbook(package, path, rows, target, language=language)
    (resource,) = package.of_file(path)
    return replace_file(target, csv_text(resource, rows.get(resource.name, ())))


def copy_folder(
    package: Package, target: Path, rows: Mapping[str, Sequence[Row]], *, changed: Iterable[str], language: str = "nl"
) -> list[str]:
    """Copy a data folder, with the files of the changed tables written from `rows`; gives the names of those files."""
    language = refuse_language(language)
    written = {_table(package, name).path for name in changed}
    shutil.copytree(package.folder, target, ignore=shutil.ignore_patterns(".*", "~$*"))
    paths = [path for path in package.paths if path in written]
    for path in paths:
        write_file(package, path, rows, target / path, language=language)
    return paths


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
    return [_free(out / path) for path in paths]


def _free(target: Path) -> Path:
    """The file itself, else the first of the names beside it: x.xlsx, x-new.xlsx, x-new-2.xlsx, x-new-3.xlsx …"""
    endings = chain(("", "-new"), (f"-new-{number}" for number in count(2)))
    return next(name for ending in endings if not (name := target.with_stem(target.stem + ending)).exists())


def tidy_files(files: Sequence[Path], *, drop: bool = False, language: str = "nl") -> list[str]:
    """Write files of data folders anew from their rows; gives a line for each file, and for each thing that was lost.

    Raises UserError, before anything is written, for a file that is no source of a schema, has faults, is open in
    another program, or holds what would be lost (formulas, comments, colours, pictures, other sheets) without `drop`.
    """
    language = refuse_language(language)
    folders: dict[Path, list[str]] = {}
    for file in files:
        folder = next((place for place in file.parents if (place / PACKAGE_FILE).is_file()), None)
        if folder is None:
            raise UserError(say("tidy.no-schema", file=file, schema=PACKAGE_FILE))
        path = file.relative_to(folder).as_posix()
        known = load_package(folder).paths
        if path not in known:
            raise UserError(say("tidy.no-source", file=file, schema=PACKAGE_FILE) + nearest_name(path, known))
        folders.setdefault(folder, []).append(path)
    lines = []
    for folder, paths in folders.items():
        checked = check_folder(folder)
        lost = [line for path in paths for line in _refuse(checked, path, drop, language)]
        rows = rows_of(checked.package, checked.frames)
        written = [write_file(checked.package, path, rows, folder / path, language=language) for path in paths]
        lines += lost + [say("cli.wrote", path=path) for path in written]
    return lines


def add_column(
    folder: Path, table: str, entry: Mapping[str, Any], *, after: str = "", drop: bool = False, language: str = "nl"
) -> list[str]:
    """Add a field to a table of the schema and an empty column to its file; gives a line for what was written.

    Raises UserError, before anything is written, for an unknown table, a name that is taken, a field that no schema
    can have (SchemaError), a file with faults, or one that holds what would be lost without `drop`.
    """
    language = refuse_language(language)
    package = load_package(folder)
    resource = _table(package, table)
    if after and after not in resource.field_names:
        near = nearest_name(after, resource.field_names)
        raise UserError(say("promise.no-column", name=after, resource=table) + near)
    place = resource.field_names.index(after) + 1 if after else len(resource.fields)
    descriptor = json.loads((folder / PACKAGE_FILE).read_text(encoding="utf-8-sig"))
    fields = next(found for found in descriptor["resources"] if found["name"] == table)["schema"]["fields"]
    fields.insert(place, dict(entry))
    # A name that is taken or a type that there is not is refused here, as in any schema.
    wanted = package_of(folder, descriptor)
    checked = check_folder(folder)
    lost = _refuse(checked, resource.path, drop, language)
    rows = rows_of(package, checked.frames)
    field = wanted.resource(table).fields[place]
    blank = () if field.is_list else None
    rows[table] = [{**row, field.name: blank} for row in rows.get(table, ())]
    schema = folder / PACKAGE_FILE
    before = schema.read_bytes()
    indent = 1 if b'\n "' in before else 2 if b'\n  "' in before else 4
    replace_file(schema, json.dumps(descriptor, ensure_ascii=False, indent=indent) + "\n")
    try:
        written = write_file(wanted, resource.path, rows, folder / resource.path, language=language)
    except (OSError, UserError):
        # A schema that promises a column without one would be half a change.
        replace_file(schema, before)
        raise
    lines = [*lost, *(say("cli.wrote", path=path) for path in (schema, written))]
    if field.required and rows[table]:
        lines.append(say("tidy.to-fill", column=field.name, place=resource.place, rows=rows[table]))
    return lines


def edit_rows(
    folder: Path, edits: Mapping[str, Callable[[list[dict[str, Any]]], Sequence[Row]]], *, language: str = "nl"
) -> list[Path]:
    """Write the files of tables anew with the rows that each table's edit makes of those that stand there now.

    Raises UserError, before anything is written, for an unknown table, a folder that has faults or would have them
    then (SourceError), a file that is open in another program, and one that holds what would be lost.
    """
    language = refuse_language(language)
    checked = check_folder(folder)
    require_valid(checked)
    package = checked.package
    edited = {_table(package, name).path for name in edits}
    paths = [path for path in package.paths if path in edited]
    for path in paths:
        _refuse(checked, path, False, language, how="tidy.refused-edit")
    before = rows_of(package, checked.frames)
    rows = {**before, **{name: edit(before[name]) for name, edit in edits.items()}}
    with tempfile.TemporaryDirectory(prefix="sheetcheck-", ignore_cleanup_errors=True) as temporary:
        trial = Path(temporary) / folder.resolve().name
        copy_folder(package, trial, rows, changed=edits, language=language)
        require_valid(check_folder(trial))
        return [replace_file(folder / path, (trial / path).read_bytes()) for path in paths]


def _table(package: Package, name: str) -> Resource:
    if name not in package.names:
        raise UserError(say("write.no-table", name=name) + nearest_name(name, package.names))
    return package.resource(name)


def _refuse(checked: Checked, path: str, drop: bool, language: Language, *, how: str = "tidy.refused") -> list[str]:
    """Refuse a file that cannot be written anew; what is lost with it, when that is allowed."""
    found = [fault for fault in checked.faults if fault.file == path]
    if found:
        raise SourceError(render_text(found).rstrip("\n"), found)
    beside = {remark.file for remark in checked.remarks if remark.code == "lock-file"}
    if beside & {f"~${path}", f".~lock.{path}#"}:
        raise UserError(say("tidy.open", file=path))
    lost = [*(str(remark) for remark in checked.remarks if remark.file == path and remark.code in LOST)]
    if path.endswith(".xlsx"):
        lost += map(visible, _extras(checked, path))
    if lost and not drop:
        raise UserError("\n".join([*lost, say(how, path=path)]))
    return [say("tidy.lost", what=line) for line in lost]


def _extras(checked: Checked, path: str) -> Iterator[str]:
    """What stands in a workbook beside its cells and our own helps: comments, colours, pictures and charts."""
    # The independent reader: ours knows nothing of how a cell looks. The file has passed our own by now.
    import openpyxl

    package = checked.package
    book = openpyxl.load_workbook(package.folder / path)
    for resource in package.of_file(path):
        sheet = book[resource.sheet] if resource.sheet else book.worksheets[0]
        table = checked.typed[resource.name]
        notes: dict[tuple[int | None, int | None], list[str]] = {}
        for field in resource.fields:
            told = [_squeezed(header_note(field, resource, package, language)) for language in LANGUAGES]
            notes[table.header, table.columns[field.name]] = told
        comments, colours = [], []
        for row in sheet.iter_rows():
            for cell in row:
                ours = notes.get((cell.row, cell.column))
                if cell.comment and _squeezed(cell.comment.text) not in (ours or ()):
                    comments.append((cell.row, cell.column))
                ink = cell.font.color
                # Letters in a colour of their own, other than black.
                has_ink = ink and ink.type == "rgb" and str(ink.rgb)[-6:] != "000000"
                if ours is None and (cell.fill.fill_type or has_ink):
                    colours.append((cell.row, cell.column))
        pictures = len(getattr(sheet, "_images", ())) + len(getattr(sheet, "_charts", ()))
        for key, cells in (("tidy.comments", comments), ("tidy.colours", colours)):
            if cells:
                places = [f"{letters(column)}{row}" for row, column in cells[:SHOWN]]
                more = [say("and-more", number=len(cells) - SHOWN)] if len(cells) > SHOWN else []
                yield f"{resource.place}: {say(key, cells=cells, places=[*places, *more])}"
        if pictures:
            yield f"{resource.place}: {say('tidy.pictures', number=pictures)}"


def _squeezed(text: str) -> str:
    """A note without its blanks and line ends, which other programs set anew."""
    return "".join(text.split())
