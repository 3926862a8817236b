"""A data folder's descriptor in, its entries for data catalogues out: DCAT-AP-NL 3.0 and RO-Crate 1.2, both JSON-LD."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from sheetcheck.errors import UserError
from sheetcheck.metadata.crate import CRATE_FILE, crate
from sheetcheck.metadata.dcat import DCAT_FILE, dcat
from sheetcheck.metadata.files import contributors, describe_files
from sheetcheck.records import replace_file
from sheetcheck.schema import LANGUAGES, PACKAGE_FILE, Package, load_package

__all__ = ["write_metadata"]

# What DCAT-AP-NL 3.0 makes mandatory for a dataset and its distributions, as keys of the descriptor, with an example.
NEEDED = {
    "id": '"urn:uuid:…", given once and kept',
    "title": '"…", and title_nl',
    "description": '"…", and description_nl',
    "created": '"2026-11-21T00:00:00Z"',
    "contributors": '[{"title": "…", "roles": ["creator", "publisher"]}]',
    "contact": '{"title": "…", "path": "address of a page or form"}',
    "licenses": '[{"name": "…", "title": "…", "path": "address of the licence"}]',
    "themes": '["TECH"], codes of the EU vocabulary of data themes',
    "accessRights": '"PUBLIC", "RESTRICTED" or "NON_PUBLIC"',
    "languages": '["nl", "en"]',
}
# The keys that each entry of these must have.
PARTS = {"contributors": ("title",), "licenses": ("name", "title", "path"), "contact": ("title", "path")}
ROLES = ("creator", "publisher")


def write_metadata(folder: str | Path, out: str | Path) -> list[Path]:
    """Write dcat-ap-nl.jsonld and ro-crate-metadata.json to `out`; links in them count from there.

    Everything comes from datapackage.json and the files themselves, dates too: the same folder gives the same bytes.
    Raises UserError naming all that the descriptor lacks, and every source file that is not there.
    """
    package, out = load_package(folder), Path(out)
    faults = _faults(package)
    if faults:
        raise UserError("\n".join([*faults, "Metadata cannot be written without these."]))
    link = _link(package.folder, out)
    files = describe_files(package, link)
    contents = {DCAT_FILE: dcat(package, files, link), CRATE_FILE: crate(package, files, link)}
    return [
        replace_file(out / name, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        for name, content in contents.items()
    ]


def _faults(package: Package) -> list[str]:
    """What a catalogue demands and this folder does not say, one sentence each."""
    entry = package.descriptor
    missing = [key for key in NEEDED if not entry.get(key)]
    faults = [f"{PACKAGE_FILE}: has no {key}; write {NEEDED[key]}." for key in missing]
    for key, parts in PARTS.items():
        for item in _items(entry.get(key)):
            lacking = [part for part in parts if not item.get(part)]
            faults += [f"{PACKAGE_FILE}: {key} has an entry without {part}; write {NEEDED[key]}." for part in lacking]
    if not faults:
        faults += [
            f'{PACKAGE_FILE}: none of the contributors has the role "{role}".'
            for role in ROLES
            if not contributors(entry, role)
        ]
    unknown = [code for code in _items(entry.get("languages")) if code not in LANGUAGES]
    faults += [f'{PACKAGE_FILE}: language "{code}" is unknown; known are {", ".join(LANGUAGES)}.' for code in unknown]
    for path in package.paths:
        if not (package.folder / path).is_file():
            faults.append(f"{path}: is not there.")
    return faults


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _link(folder: Path, out: Path) -> str:
    """What stands before a file name in a link from `out` to `folder`: "" or "../data/"."""
    try:
        relative = os.path.relpath(folder.resolve(), out.resolve())
    except ValueError as error:
        raise UserError(f"{out}: is on another drive than {folder}, so that no link can lead there.") from error
    return "" if relative == "." else Path(relative).as_posix() + "/"
