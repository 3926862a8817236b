"""A plan that is built and right in; its tables frozen under a name, with all that they follow from, out."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from kritiek.build.freshness import Surroundings, still_good
from kritiek.build.plan import Plan, load_plan, plan_names, prepare
from kritiek.build.plan.file import NO_BASELINE, PLAN_NAME, PRINTED
from kritiek.build.plan.release import RELEASE_FILE, fingerprint_of, releases_folder
from kritiek.build.run import Places
from kritiek.errors import RunError
from kritiek.project import DATA_FOLDER, REPORTS_FOLDER, installed_packages
from kritiek.sources import Sources
from sheetcheck.changes.history import HistoryError, run_git
from sheetcheck.faults import counted, disk_sentence

PLAN_FILE = "plan.toml"
FAULTS_SHOWN = 12
# Windows opens a device where a folder has one of these names.
DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(10))}
SENTENCES = {
    "name": '--release "{name}": a name has letters, digits, - and _, and means nothing else, as in release-2026.',
    "taken": "--release {name}: {place} is there already, and a release is never written over. Take another name.",
    "plan": "--release {name}: there is a plan of that name, and a plan names its baseline. Take another name.",
    "date": "{place} has no date, and a release carries its day: add for example date = 2026-11-24 to the plan.",
    "not-right": "{plan} is not to be frozen as it is:",
    "stale": "{exhibit}: {why}",
    "more": "… and {count} more",
    "todo": "Run kritiek finish {plan} first.",
    "frozen": "Frozen in {place}: {tables} of {plan}, as of {date}, {commit}.",
    "commit": "commit {commit}",
    "changed": "commit {commit} with changes that are not committed: commit them together with the release",
    "no-commit": "outside git",
    "use": 'A plan is held against it with: baseline = "{name}"',
}


def release(root: Path, plan_name: str, name: str) -> list[str]:
    """Freeze the tables of a plan under data/published/<name>/; gives lines for a person.

    With them go the plan, fingerprints of the sources, the versions of Python and of all packages, and the commit; the
    day is the plan's. Raises RunError, before anything is written, for a name that cannot be used or is taken, and for
    a plan that has no date, is stale or not as it should be; SourceError when the sources have faults.
    """
    plan = load_plan(plan_name, root)
    target = releases_folder(root) / name
    _refuse_name(root, name)
    plan_file = root / REPORTS_FOLDER / f"{plan.name}.toml"
    if plan.head.date is None:
        raise RunError(_say("date", place=plan_file.relative_to(root).as_posix()))
    sources = Sources.load(root / DATA_FOLDER)
    tables = dict(_tables(plan))
    contents = {PLAN_FILE: plan_file.read_bytes()} | {file.name: file.read_bytes() for file in tables}
    commit, is_changed = _commit(root)
    known = sources.package.descriptor
    frozen = {
        "release": name,
        "plan": plan.name,
        "title": dict(plan.title),
        "date": plan.head.date.isoformat(),
        "commit": commit,
        "has_changes": is_changed,
        "data": {"version": known.get("version"), "tables": dict(sources.digests)},
        "versions": dict(next(iter(tables.values()))["record"]["versions"]),
        "packages": installed_packages(),
        "files": {path: fingerprint_of(content) for path, content in sorted(contents.items())},
        "tables": {file.name: _described(facts) for file, facts in tables.items()},
    }
    contents[RELEASE_FILE] = (json.dumps(frozen, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    _write(target, contents)
    told = _say("changed" if is_changed else "commit", commit=commit) if commit else _say("no-commit")
    return [
        _say(
            "frozen",
            place=target.relative_to(root).as_posix(),
            tables=counted(len(tables), "table"),
            plan=plan.name,
            date=frozen["date"],
            commit=told,
        ),
        _say("use", name=name),
    ]


def _refuse_name(root: Path, name: str) -> None:
    if not PLAN_NAME.fullmatch(name) or name.lower() in {PRINTED, NO_BASELINE, *DEVICES}:
        raise RunError(_say("name", name=name))
    # A capital makes no other folder on Windows and macOS.
    for there in releases_folder(root).glob("*"):
        if there.name.lower() == name.lower():
            raise RunError(_say("taken", name=name, place=there.relative_to(root).as_posix()))
    if name.lower() in {plan.lower() for plan in plan_names(root)}:
        raise RunError(_say("plan", name=name))


def _tables(plan: Plan) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each table of a plan that is as a build left it, with what that build found; raises RunError for any other."""
    surroundings = Surroundings.of(plan.root / DATA_FOLDER)
    found, faults = [], []
    for job in prepare(plan):
        places = Places.of(job, plan.root / REPORTS_FOLDER / plan.name)
        facts, why = still_good(places.notebook, places.table, job, surroundings)
        if facts is None:
            faults.append(_say("stale", exhibit=f"{job.exhibit}.{job.language}", why=why))
        elif not facts["agrees"]:
            faults.append(_say("stale", exhibit=f"{job.exhibit}.{job.language}", why=facts["verdict"]))
        else:
            found.append((places.table, facts))
    if faults:
        more = [_say("more", count=len(faults) - FAULTS_SHOWN)] if len(faults) > FAULTS_SHOWN else []
        lines = [_say("not-right", plan=plan.name), *faults[:FAULTS_SHOWN], *more]
        raise RunError("\n  ".join(lines) + "\n" + _say("todo", plan=plan.name))
    yield from found


def _described(facts: dict[str, Any]) -> dict[str, Any]:
    """What stands around the cells of a table, without what its bytes say themselves."""
    named = ("title", "number", "verdict", "parameters", "notes", "marks", "sources")
    return {key: facts["resource"][key] for key in named}


def _commit(root: Path) -> tuple[str | None, bool]:
    """The last commit, and whether something was changed since; None outside git."""
    with suppress(HistoryError):
        last = run_git(root, "rev-parse", "--verify", "--quiet", "HEAD")
        if not last.returncode:
            changed = run_git(root, "status", "--porcelain", "--untracked-files=no").stdout.strip()
            return last.stdout.decode().strip(), bool(changed)
    return None, False


def _write(target: Path, contents: dict[str, bytes]) -> None:
    """Put a folder in place whole or not at all."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as temporary:
            made = Path(temporary) / target.name
            made.mkdir()
            for path, content in contents.items():
                (made / path).write_bytes(content)
            shutil.move(made, target)
    except OSError as error:
        raise RunError(disk_sentence(error, str(target))) from error


def _say(key: str, **parts: object) -> str:
    return SENTENCES[key].format(**parts)
