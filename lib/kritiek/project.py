"""Where a project is, which files are its sources, and whether they are still the same; loads nothing heavy."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import kritiek
import sheetcheck
from sheetcheck.faults import UserError
from sheetcheck.messages import say
from sheetcheck.schema import PACKAGE_FILE

DATA_FOLDER, NOTEBOOKS_FOLDER, REPORTS_FOLDER = "data", "notebooks", "reports"
TABLES_FOLDER, FIGURES_FOLDER = "tables", "figures"  # of a report, or of a trial
# Windows opens a device where a folder or file has one of these names.
NO_FILE_NAMES = {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(10))}
# A process that runs notebooks sets it, so that a notebook finds the project from whatever folder it runs in.
ROOT_VARIABLE = "KRITIEK_ROOT"
LIBRARY_SUFFIXES = (".py", ".jinja", ".js", ".css", ".toml")
SOURCE_SUFFIXES = (".xlsx", ".csv", ".tsv", ".json")


def project_root(start: Path | None = None) -> Path:
    """The nearest folder upwards that holds data/datapackage.json; raises UserError when there is none."""
    if named := os.environ.get(ROOT_VARIABLE):
        return Path(named)
    start = start or Path.cwd()
    for folder in (start, *start.parents):
        if (folder / DATA_FOLDER / PACKAGE_FILE).is_file():
            return folder
    raise UserError(say("sources.none", folder=start, file=f"{DATA_FOLDER}/{PACKAGE_FILE}"))


def data_folder(data_dir: str | Path = DATA_FOLDER) -> Path:
    """The data folder meant by a notebook's `data_dir` or a command's --data."""
    path = Path(data_dir or DATA_FOLDER)
    return path if path.is_absolute() else project_root() / path


def source_files(folder: Path) -> list[Path]:
    """Everything under a data folder that a notebook may read; what Excel locks or hides is no part of it."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in SOURCE_SUFFIXES and path.is_file())
    return sorted(path for path in found if not path.name.startswith((".", "~$")))


def fingerprint(folder: Path) -> str:
    """A fingerprint of the bytes of all of `source_files`: cheap, unlike reading them; "" where there is no folder."""
    if not folder.is_dir():
        return ""
    return of_files(folder, source_files(folder))


def installed_packages(own: Iterable[str] = ("kritiek",)) -> list[str]:
    """Every package that is installed beside our own, as name==version."""
    from importlib.metadata import distributions

    known = {(one.metadata["Name"] or "").lower(): one.version for one in distributions()}
    return [f"{name}=={version}" for name, version in sorted(known.items()) if name and name not in own]


def library_files() -> list[tuple[Path, list[Path]]]:
    """The files of our own packages, templates and styles too, by the folder that they lie in."""
    folders = [Path(package.__path__[0]) for package in (kritiek, sheetcheck)]
    return [
        (folder, sorted(path for path in folder.rglob("*") if path.suffix in LIBRARY_SUFFIXES)) for folder in folders
    ]


def content_hash(content: bytes) -> str:
    """A fingerprint of one file, as a datapackage.json has it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def of_files(folder: Path, files: Iterable[Path]) -> str:
    """A fingerprint of the names and bytes of files under a folder."""
    total = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        total.update(f"{file.relative_to(folder).as_posix()}:{len(content)}:".encode())
        total.update(content)
    return total.hexdigest()
