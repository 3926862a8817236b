"""How the jobs of a build ended: outcomes in, the lines that tell them out; and what is told when nothing has changed.

Nothing heavy is loaded for it: a build of which not a byte has changed is answered from here.
"""

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from rich.text import Text

from kritiek.project import NOTEBOOKS_FOLDER, REPORTS_FOLDER, fingerprint, library_files, of_files
from sheetcheck.messages import say, spoken, wrapped
from sheetcheck.writing.records import replace_file

# Packages that compute or draw: another version may give another number or picture.
PACKAGES = ("pandas", "numpy", "matplotlib")
PLACES = ("notebook", "table", "figure")
TOLD = ("rows", "verdict", "agrees", "compared")  # the facts that the lines of a build tell
COLOURS = {"✓": "green", "✗": "red", "–": "dim"}


@dataclass(frozen=True)
class Outcome:
    """How one job ended: `facts` of what was made (see `run`), or the `error` that says why it was not."""

    exhibit: str
    language: str
    seconds: float
    facts: Mapping[str, Any] | None = field(default=None, compare=False)
    notebook: Path | None = None
    table: Path | None = None
    figure: Path | None = None  # its picture as SVG, where it has one
    error: str | None = None
    skipped: bool = False
    why: str = ""  # what made it stale, when it was built anew

    @property
    def verdict(self) -> str:
        """How it compares with the print, in the language in use."""
        return self.facts["verdict"][spoken()] if self.facts else say("build.not-built")

    @property
    def agrees(self) -> bool:
        """True when it was built and is as it should be."""
        return bool(self.facts and self.facts["agrees"])

    @property
    def sign(self) -> str:
        """✓ for what was compared and is as it should be, ✗ for what is not, – where there was nothing to compare."""
        return "✗" if not (self.facts and self.agrees) else "✓" if self.facts["compared"] else "–"


def verdict_lines(outcomes: Sequence[Outcome], *, why: bool = False) -> list[Text]:
    """For each exhibit name, language, rows, verdict, seconds; and with `why` what made it stale."""
    width = max((len(outcome.exhibit) for outcome in outcomes), default=0)
    lines = []
    for outcome in outcomes:
        seconds = say("build.unchanged") if outcome.skipped else f"{outcome.seconds:.1f} s"
        rows = say("build.rows", rows=outcome.facts["rows"]) if outcome.facts else ""
        head = f"{outcome.exhibit:{width}}  {outcome.language}  {rows:>8}  "
        line = Text(wrapped(f"{head}{outcome.sign} {outcome.verdict}  {seconds}"))
        line.stylize(COLOURS[outcome.sign], len(head), len(head) + 1)
        line.stylize("red" if outcome.sign == "✗" else "", len(head) + 1, len(line) - len(seconds))
        line.stylize("dim", len(line) - len(seconds))
        if why and outcome.why:
            line.append("\n" + wrapped(f"    {say('build.since', why=outcome.why)}"), "dim")
        lines.append(line)
    return lines


def summary(outcomes: Sequence[Outcome], root: Path) -> str:
    """The last lines: how many were built and agree, and where the results are."""
    signs = [outcome.sign for outcome in outcomes]
    tables, figures = (_folders((getattr(outcome, kind) for outcome in outcomes), root) for kind in ("table", "figure"))
    none = say("build.none-compared", number=signs.count("–")) if "–" in signs else ""
    key = "build.tables-and-figures" if figures else "build.tables"
    where = f" {say(key, tables=tables, figures=figures)}" if tables else ""
    told = say("build.sum", good=len(signs) - signs.count("✗"), total=len(signs), none=none)
    return "\n" + wrapped(told + where, "")


def _folders(files: Iterable[Path | None], root: Path) -> str:
    folders = {file.parent for file in files if file}
    names = (folder.relative_to(root).as_posix() if folder.is_relative_to(root) else str(folder) for folder in folders)
    return ", ".join(sorted(names))


@dataclass(frozen=True)
class Remembered:
    """What the last build told that was asked the same, as long as not a byte of what it took and made has changed."""

    root: Path
    file: Path
    data: Path
    asked: str
    taken: str  # fingerprint of all that a build takes, from before it began

    @classmethod
    def of(cls, root: Path, plan: str, asked: Sequence[Any], data: Path) -> Self:
        """What can be remembered of a build of this plan that is asked these things."""
        file = root / REPORTS_FOLDER / Path(plan).name.removesuffix(".toml") / ".built.json"
        # Its paths are those of this place: a project that was moved is looked at more closely, once.
        return cls(root, file, data, json.dumps([str(root), *asked]), _taken(root, data))

    def outcomes(self) -> list[Outcome]:
        """What was told then, each as unchanged; nothing when anything differs."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(self.file.read_text(encoding="utf-8"))
            if (kept["asked"], kept["taken"], kept["made"]) == (self.asked, self.taken, self._made()):
                for entry in kept["outcomes"]:
                    entry |= {name: entry[name] and Path(entry[name]) for name in PLACES} | {"skipped": True}
                return [Outcome(**entry) for entry in kept["outcomes"]]
        return []

    def keep(self, outcomes: Sequence[Outcome]) -> None:
        """Remember these outcomes, unless one failed or something was saved since the build began."""
        if any(outcome.error for outcome in outcomes) or _taken(self.root, self.data) != self.taken:
            return
        entries = [{**vars(one), "facts": {name: one.facts[name] for name in TOLD}} for one in outcomes if one.facts]
        kept = {"asked": self.asked, "taken": self.taken, "made": self._made(), "outcomes": entries}
        # Not to be written is no fault: the next build then looks closer.
        with suppress(OSError):
            replace_file(self.file, json.dumps(kept, default=str))

    def _made(self) -> str:
        files = (path for path in self.file.parent.rglob("*") if path.is_file() and path != self.file)
        return of_files(self.file.parent, sorted(files))


def _taken(root: Path, data: Path) -> str:
    parts = [platform.python_version(), *(version(name) for name in PACKAGES), fingerprint(data)]
    for folder, pattern in ((root / NOTEBOOKS_FOLDER, "*.ipynb"), (root / REPORTS_FOLDER, "*.toml")):
        parts.append(of_files(folder, sorted(folder.rglob(pattern))))
    return " ".join([*parts, *(of_files(folder, files) for folder, files in library_files())])
