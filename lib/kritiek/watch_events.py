"""What `watch` tells, one small record an event; and each as the lines that a person reads."""

from __future__ import annotations

from dataclasses import dataclass

from kritiek.build.run import Outcome
from kritiek.changes.report import render_text as changes_text
from sheetcheck.differences import Changes
from sheetcheck.faults import Fault, counted
from sheetcheck.faults import render_text as faults_text

_GREEN, _RED, _DIM, _PLAIN = "\033[32m", "\033[31m", "\033[2m", "\033[0m"


@dataclass(frozen=True)
class Watching:
    """The watch has begun, in these folders."""

    folders: tuple[str, ...]
    plan: str


@dataclass(frozen=True)
class Saved:
    """These files were saved, removed or put back."""

    files: tuple[str, ...]


@dataclass(frozen=True)
class StillWriting:
    """These files cannot be read yet; the program that saves them gets a moment more."""

    files: tuple[str, ...]


@dataclass(frozen=True)
class SourcesRight:
    """Every file was checked and is without faults."""

    tables: int
    remarks: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class SourcesWrong:
    """These faults were found; what was built before stays as it is."""

    faults: tuple[Fault, ...]
    remarks: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class SourcesChanged:
    """What differs from the last state without faults; it can be empty, as after saving without editing."""

    changes: Changes


@dataclass(frozen=True)
class Rebuilding:
    """An exhibit is being built, since something that it depends on changed."""

    exhibit: str
    language: str


@dataclass(frozen=True)
class Verdict:
    """An exhibit was built, or could not be; the outcome says how it agrees with the print."""

    outcome: Outcome


@dataclass(frozen=True)
class Rebuilt:
    """The plan is up to date as far as it can be; outcomes of all its exhibits, also of those that were skipped."""

    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Refused:
    """The schema, the plan or a notebook cannot be used; what was built before stays as it is."""

    message: str


Event = (
    Watching
    | Saved
    | StillWriting
    | SourcesRight
    | SourcesWrong
    | SourcesChanged
    | Rebuilding
    | Verdict
    | Rebuilt
    | Refused
)
KEPT = "What was built before stays as it is."


def event_text(event: Event, *, colour: bool = False) -> str:
    """The lines for one event; "" for what a person need not read."""
    green, red, dim, plain = (_GREEN, _RED, _DIM, _PLAIN) if colour else ("", "", "", "")
    match event:
        case Watching(folders, plan):
            return f"Watching {', '.join(folders)} for the plan {plan}. Ctrl-C ends it."
        case Saved(files):
            return f"\n{dim}Saved: {', '.join(files)}{plain}"
        case StillWriting(files):
            return f"{dim}{', '.join(files)}: not readable yet, waiting a moment{plain}"
        case SourcesRight(tables, remarks):
            said = f" {counted(len(remarks), 'remark')}, to be seen with kritiek check." if remarks else ""
            return f"{green}✓{plain} No faults in {counted(tables, 'table')}.{said}"
        case SourcesWrong(faults):
            return f"{red}✗{plain} {faults_text(faults, colour=colour).rstrip()} {KEPT}"
        case SourcesChanged(changes):
            return changes_text(changes, colour=colour).rstrip()
        case Rebuilding():
            return ""
        case Verdict(outcome):
            sign = {"✓": green, "✗": red, "–": dim}[outcome.sign] + outcome.sign + plain
            return f"{sign} {outcome.exhibit} ({outcome.language}): {outcome.error or outcome.verdict}"
        case Rebuilt(outcomes):
            return _sum(outcomes)
        case Refused(message):
            return f"{red}✗{plain} {message}\n{KEPT}"


def _sum(outcomes: tuple[Outcome, ...]) -> str:
    built = [outcome for outcome in outcomes if not outcome.skipped]
    good = sum(1 for outcome in outcomes if outcome.agrees and not outcome.error)
    return f"{len(built)} rebuilt, {len(outcomes) - len(built)} unchanged; {good} of {len(outcomes)} as they should be."
