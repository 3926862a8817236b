"""A folder of frozen tables in; out: what was frozen, when, and whether its files are still as they were then."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kritiek.exhibits.compare import PUBLISHED_FOLDER
from kritiek.project import DATA_FOLDER, REPORTS_FOLDER, content_hash
from sheetcheck.messages import say

RELEASE_FILE = "release.json"


def releases_folder(root: Path) -> Path:
    """Where releases are kept, each in a folder of its name beside the printed tables of the documents."""
    return root / DATA_FOLDER / PUBLISHED_FOLDER


def release_names(root: Path) -> tuple[str, ...]:
    """The names of all releases of the project."""
    return tuple(sorted(file.parent.name for file in releases_folder(root).glob(f"*/{RELEASE_FILE}")))


def read_release(root: Path, name: str) -> dict[str, Any]:
    """What was frozen under that name: plan, date, fingerprints, versions; raises OSError or ValueError."""
    return json.loads((releases_folder(root) / name / RELEASE_FILE).read_text(encoding="utf-8"))


def release_faults(root: Path, name: str, plans: Sequence[str]) -> list[str]:
    """Every file of a release that is not as it was frozen; nothing for one that can be used."""
    folder = releases_folder(root) / name
    try:
        frozen = dict(read_release(root, name)["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return [say("release.unreadable", place=_place(folder / RELEASE_FILE, root))]
    faults = [say("release.both", name=name, folder=REPORTS_FOLDER)] if name in plans else []
    for path, digest in frozen.items():
        file = folder / path
        if not file.is_file():
            faults.append(say("release.lost", place=_place(file, root)))
        elif content_hash(file.read_bytes()) != digest:
            faults.append(say("release.other", place=_place(file, root)))
    return faults


def _place(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix()
