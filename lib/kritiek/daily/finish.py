"""An edit in, everything that follows from it out: checked, built, stored and mirrored, and what to commit."""

from collections.abc import Callable, Sequence
from pathlib import Path

from kritiek.build.building import build_plan
from kritiek.build.plan import load_plan, plan_names
from kritiek.build.plan.uses import uses_of_notebooks
from kritiek.build.store import store_notebooks
from kritiek.daily.results import write_results
from kritiek.daily.status import status, unstored
from kritiek.errors import RunError
from kritiek.project import DATA_FOLDER
from sheetcheck.changes.history import HistoryError
from sheetcheck.checks import check_folder
from sheetcheck.faults import render_text
from sheetcheck.messages import say as tell
from sheetcheck.messages import wrapped
from sheetcheck.nearest import nearest_name
from sheetcheck.publish.codebook import write_codebook
from sheetcheck.publish.mirror import make_mirror

Say = Callable[[str], None]


def finish(
    root: Path,
    plan: str,
    *,
    only: Sequence[str] = (),
    say: Say,
    changes: Callable[[], str],
    appendix: Callable[[str, Path], str],
    accept: Callable[[], Sequence[str]] | None = None,
) -> bool:
    """Do every step that an edit asks for, in order, and stop at the first that finds a fault; True when all went well.

    `changes` tells what changed, `appendix` makes the appendix of a plan that was built, `accept` records first what
    an edit was meant to change. `only` names steps, none meaning all: check, changes, build, store, mirror, codebook,
    results. Raises RunError for an unknown step, and whatever a step raises when it cannot be done.
    """
    steps: dict[str, Callable[[], str | None]] = {
        "check": lambda: _checked(root, say),
        "changes": lambda: _told(changes),
        "build": lambda: _built(root, plan, appendix, say),
        "store": lambda: _stored(root, plan),
        "mirror": lambda: tell("finish.sheets", sheets=make_mirror(root / DATA_FOLDER)),
        "codebook": lambda: write_codebook(root / DATA_FOLDER, uses_of_notebooks(root)).name,
        "results": lambda: write_results(root),
    }
    for name in only:
        if name not in steps:
            raise RunError(tell("finish.no-step", name=name) + nearest_name(name, steps))
    if accept:
        say("— accept")
        for line in accept():
            say(wrapped(line))
    for name, step in steps.items():
        if only and name not in only:
            continue
        say(f"— {name}")
        done = step()
        if done is None:
            say(tell("finish.stopped", step=name))
            return False
        say(done)
    if not only:
        edited = [f"  {name}" for name in status(root, plan).edited]
        say("\n".join([tell("finish.commit"), *edited]) if edited else tell("finish.nothing-to-commit"))
    return True


def _checked(root: Path, say: Say) -> str | None:
    checked = check_folder(root / DATA_FOLDER)
    text = render_text([*checked.faults, *checked.remarks]).rstrip()
    if checked.faults:
        say(text)
        return None
    return text


def _told(changes: Callable[[], str]) -> str:
    try:
        return changes().rstrip()
    except HistoryError as error:
        return tell("finish.not-known", reason=error)


def _built(root: Path, plan: str, appendix: Callable[[str, Path], str], say: Say) -> str | None:
    # The plan asked for first, then those that stand on it: they show the same sources.
    others = [name for name in plan_names(root) if name != plan and load_plan(name, root).baseline == plan]
    for name in (plan, *others):
        agreed = build_plan(
            name, only=(), settings=(), languages=None, jobs=None, data=None, is_brief=True, appendix=appendix
        )
        if not agreed:
            built = load_plan(name, root)
            if built.is_baseline or built.release:
                say(wrapped(tell("finish.meant-release" if built.release else "finish.meant", plan=name)))
            return None
    return tell("finish.built", plans=len(others) + 1)


def _stored(root: Path, plan: str) -> str:
    names = unstored(root, plan)
    return ", ".join(path.name for path in store_notebooks(root, names)) if names else tell("finish.nothing-to-store")
