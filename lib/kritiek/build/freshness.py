"""An executed notebook and the sources as they are now in; out: whether running it again could change anything."""

import ast
import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from kritiek.build.outcome import PACKAGES
from kritiek.build.plan import Job
from kritiek.build.plan.parameters import INJECTED_TAG, load_notebook, syntax_of
from kritiek.errors import PlanError
from kritiek.exhibits.compare import PUBLISHED_FOLDER
from kritiek.project import FIGURES_FOLDER, content_hash, fingerprint, library_files, of_files
from kritiek.sources import Sources
from sheetcheck.messages import say
from sheetcheck.schema import load_package

RECORD = "kritiek"  # name of our block in a notebook's metadata
ALL_FILES = "every file"
# A notebook that imports more than this, or uses these names, can read a file without announcing it.
SILENT_MODULES = {
    *("__future__", "collections", "datetime", "decimal", "fractions", "functools", "itertools", "json", "kritiek"),
    *("math", "operator", "pandas", "re", "statistics", "string", "textwrap"),
}
READING_PARTS = {"ExcelFile", "HDFStore", "io"}  # of pandas, beside all that begins with read_
READING_NAMES = {"open", "exec", "eval", "compile", "__import__", "get_ipython"}


@dataclass(frozen=True)
class Surroundings:
    """What exhibits depend on besides their own notebook, as fingerprints."""

    data: Path
    files: str
    digests: Mapping[str, str]
    published: Path
    library: str
    versions: Mapping[str, str]

    @classmethod
    def of(cls, data: Path) -> Self:
        """The surroundings now; raises SourceError with every fault when the sources are not valid."""
        versions = {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}
        load_package(data)  # says in plain words when there is no such folder or schema
        files = fingerprint(data)
        return cls(
            data,
            files,
            Sources.load(data).digests,
            data / PUBLISHED_FOLDER,
            " ".join(of_files(*part) for part in library_files()),
            versions,
        )

    def still_there(self) -> bool:
        """False when a source was saved since; what was built meanwhile may have read the one state or the other."""
        return fingerprint(self.data) == self.files


def record_of(
    job: Job,
    cells: Sequence[Mapping[str, Any]],
    *,
    print_name: str,
    resources: Sequence[str],
    surroundings: Surroundings,
) -> dict[str, Any]:
    """Everything that decides what comes out of a job, in plain values that go into the notebook's metadata.

    `cells` are those that ran, or would; `print_name` is what the exhibit says of where its printed table is
    found; `resources` are the source tables that were read. A notebook that announces no reading, or that
    could read a file in another way, depends on every byte of the data folder.
    """
    digests = surroundings.digests
    named = bool(resources) and ALL_FILES not in resources and _reads_by_name(cells)
    printed = surroundings.published / f"{print_name}.csv"
    return {
        "shows": print_name,
        "notebook": _said(cells),
        "declared": _digest(json.dumps([asdict(parameter) for parameter in job.declared], sort_keys=True)),
        "parameters": dict(job.parameters),
        "case": [job.is_printed, job.is_own, bool(job.variant), *([asdict(job.frozen)] if job.frozen else [])],
        "resources": {name: digests.get(name, "") for name in resources} if named else {ALL_FILES: surroundings.files},
        "published": _digest(printed.read_bytes() if printed.is_file() else b""),
        "library": surroundings.library,
        "versions": dict(surroundings.versions),
    }


def stamped(notebook: Mapping[str, Any], record: Mapping[str, Any], table: str, **facts: Any) -> dict[str, Any]:
    """The notebook with its record, its verdict and the fingerprints of itself and of its table in its metadata."""
    block = {**facts, "record": dict(record), "table": _digest(table), "content": _content(notebook)}
    return {**notebook, "metadata": {**notebook["metadata"], RECORD: block}}


def still_good(executed: Path, table: Path, job: Job, surroundings: Surroundings) -> tuple[dict[str, Any] | None, str]:
    """The facts stamped into the executed notebook when nothing that decides them has changed since; else None and why.

    Also not good is what is missing or was changed by hand.
    """
    try:
        notebook = json.loads(executed.read_text(encoding="utf-8"))
        block = notebook["metadata"][RECORD]
        record = block["record"]
        cells = load_notebook(job.notebook)["cells"]
        read = {"print_name": record["shows"], "resources": record["resources"]}
        now = record_of(job, cells, surroundings=surroundings, **read)
        by_hand = [] if block["content"] == _content(notebook) else [say("stale.hand-notebook")]
        by_hand += [] if block["table"] == _digest(table.read_bytes()) else [say("stale.hand-table")]
        for picture in block.get("pictures", ()):
            content = (executed.parent / FIGURES_FOLDER / picture["path"]).read_bytes()
            is_same = picture["hash"] == content_hash(content)
            by_hand += [] if is_same else [say("stale.hand-picture", file=picture["path"])]
    except (OSError, ValueError, KeyError, TypeError, PlanError):
        return None, say("stale.gone")
    changed = by_hand + [_reason(part, record.get(part), now[part]) for part in now if record.get(part) != now[part]]
    return (None, "; ".join(changed)) if changed else (block, "")


def _reason(part: str, then: Any, now: Any) -> str:
    """Why one part of a record makes an exhibit stale, in words."""
    if part in ("resources", "versions") and isinstance(then, dict):
        names = [name for name in {**then, **now} if then.get(name) != now.get(name)]
        return say(f"stale.{part}", names=names) if names else say("stale.saved")
    return say(f"stale.{part}", names="")


def is_untouched(executed: Path) -> bool:
    """True for a notebook that says what the build wrote into it."""
    try:
        notebook = json.loads(executed.read_text(encoding="utf-8"))
        return notebook["metadata"][RECORD]["content"] == _content(notebook)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _reads_by_name(cells: Sequence[Mapping[str, Any]]) -> bool:
    """True when code can get at sources only through `Sources`, which announces each table."""
    nodes = syntax_of(cells)
    if nodes is None:
        return False
    for node in nodes:
        imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        imported += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        parts = [node.attr] if isinstance(node, ast.Attribute) else []
        parts += [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
        hidden = any(part.startswith(("_", "read_")) or part in READING_PARTS for part in parts)
        name = node.id if isinstance(node, ast.Name) else ""
        if hidden or name in READING_NAMES or {one.split(".")[0] for one in imported} - SILENT_MODULES:
            return False
    return True


def _said(cells: Sequence[Mapping[str, Any]]) -> str:
    """Fingerprint of what a notebook says, without outputs and injected values."""
    said = [(cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags") or []) for cell in cells]
    return _digest(*(json.dumps(part) for part in said if INJECTED_TAG not in part[2]))


def _content(notebook: Mapping[str, Any]) -> str:
    metadata = {name: value for name, value in notebook["metadata"].items() if name != RECORD}
    return _digest(json.dumps([notebook["cells"], metadata], sort_keys=True))


def _digest(*parts: str | bytes) -> str:
    """Fingerprint of texts; each is counted, so that moving a letter from one to the next shows."""
    total = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8") if isinstance(part, str) else part
        total.update(f"{len(content)}:".encode())
        total.update(content)
    return total.hexdigest()
