"""A plan and its outputs in, one zip out that makes them again: sources, notebooks, code, versions, and how to."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from kritiek.appendix.model import Appendix
from kritiek.appendix.words import WORDS
from kritiek.build.plan import Plan
from kritiek.exhibits.texts import Words
from kritiek.project import (
    DATA_FOLDER,
    FIGURES_FOLDER,
    NOTEBOOKS_FOLDER,
    REPORTS_FOLDER,
    TABLES_FOLDER,
    installed_packages,
    library_files,
)
from sheetcheck.writing.records import replace_file

ARCHIVED = "archived.json"  # at the root of an unpacked archive: what git knew of it
VERSIONS = "requirements.txt"
AROUND = ("pyproject.toml", "README.md", "LICENSE", "CITATION.cff", "CHANGELOG.md")
HOW_TO = """\
How to make everything in this archive anew

Unpack it, go to its folder, and run with Python {python}:

    pip install uv
    uv venv
    uv pip install -r requirements.txt
    uv pip install --no-deps .
    uv run --no-sync kritiek build {plan}

requirements.txt names the exact version of every package that made what is here. What reports/{plan}/ then holds is,
byte for byte, what this archive holds there.
"""


def write_archive(plan: Plan, appendix: Appendix, commit: Words | None, files: Iterable[Path], out: Path) -> Path:
    """Write <plan>.zip with all that the plan's results follow from, those results, and the files of the appendix.

    The same contents give the same bytes.
    """
    parts = dict(_from_project(plan))
    made = f"{REPORTS_FOLDER}/{plan.name}/appendix"
    parts |= {f"{made}/{file.relative_to(out).as_posix()}": file.read_bytes() for file in files}
    parts[ARCHIVED] = json.dumps({"plan": plan.name, "commit": commit}, ensure_ascii=False, indent=1).encode()
    parts[VERSIONS] = "\n".join([*installed_packages(), ""]).encode()
    python = next((line for line in _pythons(appendix)), "3.11")
    parts["REBUILD.txt"] = HOW_TO.format(python=python, plan=plan.name).encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return replace_file(out / f"{plan.name}.zip", target.getvalue())


def archived_commit(root: Path) -> Words | None:
    """What an archive that was unpacked here says of the commit that it was made of."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return json.loads((root / ARCHIVED).read_text(encoding="utf-8"))["commit"]
    return None


def _from_project(plan: Plan) -> Iterator[tuple[str, bytes]]:
    """Sources with the printed tables, notebooks, code, plans, and what the build left of this plan."""
    root = plan.root
    report = root / REPORTS_FOLDER / plan.name
    files = [file for folder in (DATA_FOLDER, NOTEBOOKS_FOLDER) for file in _visible(root / folder)]
    files += sorted((root / REPORTS_FOLDER).glob("*.toml"))
    files += [*sorted(report.glob("*.ipynb")), *sorted((report / TABLES_FOLDER).glob("*"))]
    files += sorted((report / FIGURES_FOLDER).glob("*"))
    files += [root / name for name in AROUND if (root / name).is_file()]
    files += [plan.head.template] if plan.head.template else []
    for file in files:
        yield file.relative_to(root).as_posix(), file.read_bytes()
    for folder, _ in library_files():
        for file in _visible(folder):
            yield f"lib/{folder.name}/{file.relative_to(folder).as_posix()}", file.read_bytes()


def _visible(folder: Path) -> list[Path]:
    """All files under a folder but caches, locks and what a system hides."""
    found = (file for file in folder.rglob("*") if file.is_file())
    hidden = ("__pycache__", ".ipynb_checkpoints")
    return sorted(
        file
        for file in found
        if not file.name.startswith((".", "~$")) and not any(part in hidden for part in file.relative_to(folder).parts)
    )


def _pythons(appendix: Appendix) -> Iterator[str]:
    for line in appendix.colophon:
        if line.label is WORDS["versions"]:
            yield from (part.removeprefix("python ") for part in line.value["nl"].split(", ") if "python" in part)
