"""A data folder in, each sheet of its workbooks as a CSV file out, so that a change can be read in a diff."""

from pathlib import Path, PurePosixPath

from sheetcheck.checks import check_folder, require_valid
from sheetcheck.messages import say
from sheetcheck.schema import load_package
from sheetcheck.writing.records import csv_text, records, replace_file

MIRROR_FOLDER = "mirror"


def make_mirror(folder: str | Path) -> list[Path]:
    """Write mirror/<workbook>/<sheet>.csv for every sheet, and remove what no sheet stands behind any more.

    Columns in the order of the schema, rows in the order of the sheet; UTF-8, LF. Files that are right already are
    not touched. Raises SourceError with all faults when a source is not valid: there is nothing to mirror then.
    """
    root = Path(folder) / MIRROR_FOLDER
    wanted, found = _contents(Path(folder)), _found(root)
    for name, content in wanted.items():
        if found.get(name) != content:
            replace_file(root / name, content)
    for name in found.keys() - wanted.keys():
        (root / name).unlink()
        if not any((root / name).parent.iterdir()):
            (root / name).parent.rmdir()
    return [root / name for name in wanted]


def mirror_differences(folder: str | Path) -> list[str]:
    """One sentence for every mirror file that is missing, differs from its sheet or has none."""
    root = Path(folder) / MIRROR_FOLDER
    wanted, found = _contents(Path(folder)), _found(root)
    command = load_package(folder).command
    sentences = []
    for name, content in wanted.items():
        told = {"file": _shown(root / name), "command": command}
        if name not in found:
            sentences.append(say("mirror.missing", **told))
        elif found[name] != content:
            sentences.append(say("mirror.other", **told, workbook=f"{PurePosixPath(name).parts[0]}.xlsx"))
    stale = [name for name in found if name not in wanted]
    return sentences + [say("mirror.stale", file=_shown(root / name), command=command) for name in stale]


def _contents(folder: Path) -> dict[str, bytes]:
    checked = check_folder(folder)
    require_valid(checked)
    sheets = [resource for resource in checked.package.resources if resource.sheet]
    names = [f"{PurePosixPath(resource.path).stem}/{resource.sheet}.csv" for resource in sheets]
    texts = [csv_text(resource, records(checked.frames[resource.name], resource)) for resource in sheets]
    return {name: text.encode("utf-8") for name, text in zip(names, texts, strict=True)}


def _found(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.csv"))}


def _shown(path: Path) -> str:
    """A path as people know it: from the data folder on, with slashes on every system."""
    return PurePosixPath(*path.parts[-4:]).as_posix()
