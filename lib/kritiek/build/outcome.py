"""How the jobs of a build ended: outcomes in, the lines that tell them out; and what is told when nothing has changed.

Nothing heavy is loaded for it: a build of which not a byte has changed is answered from here.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.text import Text

from kritiek.project import NOTEBOOKS_FOLDER, REPORTS_FOLDER, fingerprint, library_files, of_files
from sheetcheck.writing.records import replace_file

# Packages that compute or draw: another version may give another number or picture.
PACKAGES = ("pandas", "numpy", "matplotlib")
PLACES = ("notebook", "table", "figure")
COLOURS = {"✓": "green", "✗": "red", "–": "dim"}


@dataclass(frozen=True)
class Outcome:
    """How one job ended. `error` says why it was not built; `agrees` is then False."""

    exhibit: str
    language: str
    rows: int
    verdict: str
    agrees: bool
    seconds: float
    notebook: Path | None
    table: Path | None
    error: str | None = None
    skipped: bool = False
    compared: bool = False
    why: str = ""  # what made it stale, when it was built anew
    resource: Mapping[str, Any] = field(
        default_factory=dict, compare=False
    )  # its entry in the tables' datapackage.json
    figure: Path | None = None  # its picture as SVG, where it has one
    pictures: Sequence[Mapping[str, Any]] = field(default=(), compare=False)  # entries in that of the figures

    @property
    def sign(self) -> str:
        """✓ for what was compared and is as it should be, ✗ for what is not, – where there was nothing to compare."""
        return "✗" if self.error or not self.agrees else "✓" if self.compared else "–"


def verdict_lines(outcomes: Sequence[Outcome], *, why: bool = False) -> list[Text]:
    """One line for each exhibit: name, language, rows, verdict, seconds; and with `why` what made it stale."""
    width = max((len(outcome.exhibit) for outcome in outcomes), default=0)
    lines = []
    for outcome in outcomes:
        seconds = "unchanged" if outcome.skipped else f"{outcome.seconds:.1f} s"
        rows = "" if outcome.error else f"{outcome.rows} {'row' if outcome.rows == 1 else 'rows'}"
        colour = COLOURS[outcome.sign]
        lines.append(
            Text.assemble(
                f"{outcome.exhibit:{width}}  {outcome.language}  {rows:>8}  ",
                (f"{outcome.sign} ", colour),
                (outcome.verdict, "red" if colour == "red" else ""),
                (f"  {seconds}", "dim"),
                (f"\n{' ' * width}  built since {outcome.why}" if why and outcome.why else "", "dim"),
            )
        )
    return lines


def summary(outcomes: Sequence[Outcome], root: Path) -> str:
    """The last line: how many were built and agree, and where the results are."""
    signs = [outcome.sign for outcome in outcomes]
    tables = _folders((outcome.table for outcome in outcomes), root)
    figures = _folders((outcome.figure for outcome in outcomes), root)
    where = (f" Tables in {tables}" if tables else "") + (f", figures in {figures}" if figures else "")
    none = f", {signs.count('–')} of them with nothing compared (–)" if "–" in signs else ""
    good = len(signs) - signs.count("✗")
    return f"\n{good} of {len(signs)} built and as they should be{none}.{where}"


def _folders(files: Iterable[Path | None], root: Path) -> str:
    folders = {file.parent for file in files if file}
    names = (folder.relative_to(root).as_posix() if folder.is_relative_to(root) else str(folder) for folder in folders)
    return ", ".join(sorted(names))


@dataclass(frozen=True)
class Remembered:
    """What the last build told that was asked the same, as long as not a byte of what it took and made has changed."""

    root: Path
    report: Path
    data: Path
    asked: str
    taken: str  # fingerprint of all that a build takes, from before it began

    @classmethod
    def of(cls, root: Path, plan: str, asked: Sequence[Any], data: Path) -> Remembered:
        """What can be remembered of a build of this plan that is asked these things."""
        report = root / REPORTS_FOLDER / Path(plan).name.removesuffix(".toml")
        return cls(root, report, data, json.dumps(asked), _taken(root, data))

    @property
    def _file(self) -> Path:
        return self.report / ".built.json"

    def outcomes(self) -> list[Outcome]:
        """What was told then, each as unchanged; nothing when anything differs."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            if (kept["asked"], kept["taken"], kept["made"]) == (self.asked, self.taken, self._made()):
                return [_read(entry, self.root) for entry in kept["outcomes"]]
        return []

    def keep(self, outcomes: Sequence[Outcome]) -> None:
        """Remember these outcomes, unless one failed or something was saved since the build began."""
        if any(outcome.error for outcome in outcomes) or _taken(self.root, self.data) != self.taken:
            return
        entries = [_written(outcome, self.root) for outcome in outcomes]
        kept = {"asked": self.asked, "taken": self.taken, "made": self._made(), "outcomes": entries}
        # Not to be written is no fault: the next build then looks closer.
        with suppress(OSError):
            replace_file(self._file, json.dumps(kept))

    def _made(self) -> str:
        files = (path for path in self.report.rglob("*") if path.is_file() and path != self._file)
        return of_files(self.report, sorted(files))


def _taken(root: Path, data: Path) -> str:
    parts = [platform.python_version(), *(version(name) for name in PACKAGES), fingerprint(data)]
    for folder, pattern in ((root / NOTEBOOKS_FOLDER, "*.ipynb"), (root / REPORTS_FOLDER, "*.toml")):
        parts.append(of_files(folder, sorted(folder.rglob(pattern))))
    return " ".join([*parts, *(of_files(folder, files) for folder, files in library_files())])


def _written(outcome: Outcome, root: Path) -> dict[str, Any]:
    paths = {name: getattr(outcome, name) for name in PLACES}
    shown = {name: path and path.relative_to(root).as_posix() for name, path in paths.items()}
    return {**asdict(replace(outcome, resource={}, pictures=())), **shown}


def _read(entry: Mapping[str, Any], root: Path) -> Outcome:
    paths = {name: entry[name] and root / entry[name] for name in PLACES}
    return Outcome(**{**entry, **paths, "skipped": True})
