"""A plan that is built and right in; its tables frozen under a name, with all that they follow from, out."""

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
from kritiek.build.plan.release import RELEASE_FILE, releases_folder
from kritiek.build.run import Places
from kritiek.errors import RunError
from kritiek.project import DATA_FOLDER, NO_FILE_NAMES, REPORTS_FOLDER, content_hash, installed_packages
from kritiek.sources import Sources
from sheetcheck.changes.history import HistoryError, run_git
from sheetcheck.faults import disk_sentence
from sheetcheck.messages import say, spoken

PLAN_FILE = "plan.toml"
FAULTS_SHOWN = 12
AROUND = ("title", "number", "verdict", "parameters", "notes", "marks", "sources")


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
        raise RunError(say("release.date", place=plan_file.relative_to(root).as_posix()))
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
        "files": {path: content_hash(content) for path, content in sorted(contents.items())},
        # What stands around the cells of a table, without what its bytes say themselves.
        "tables": {file.name: {key: facts["resource"][key] for key in AROUND} for file, facts in tables.items()},
    }
    contents[RELEASE_FILE] = (json.dumps(frozen, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    _write(target, contents)
    key = "release.no-commit" if not commit else "release.changed" if is_changed else "release.commit"
    told = {"place": target.relative_to(root).as_posix(), "date": frozen["date"], "commit": say(key, commit=commit)}
    return [say("release.frozen", tables=tables, plan=plan.name, **told), say("release.use", name=name)]


def _refuse_name(root: Path, name: str) -> None:
    if not PLAN_NAME.fullmatch(name) or name.lower() in {PRINTED, NO_BASELINE, *NO_FILE_NAMES}:
        raise RunError(say("release.name", name=name))
    # A capital makes no other folder on Windows and macOS.
    for there in releases_folder(root).glob("*"):
        if there.name.lower() == name.lower():
            raise RunError(say("release.taken", name=name, place=there.relative_to(root).as_posix()))
    if name.lower() in {plan.lower() for plan in plan_names(root)}:
        raise RunError(say("release.plan", name=name))


def _tables(plan: Plan) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each table of a plan that is as a build left it, with what that build found; raises RunError for any other."""
    surroundings = Surroundings.of(plan.root / DATA_FOLDER)
    found, faults = [], []
    for job in prepare(plan):
        places = Places.of(job, plan.root / REPORTS_FOLDER / plan.name)
        facts, why = still_good(places.notebook, places.table, job, surroundings)
        if facts is None:
            faults.append(f"{job.exhibit}.{job.language}: {why}")
        elif not facts["agrees"]:
            faults.append(f"{job.exhibit}.{job.language}: {facts['verdict'][spoken()]}")
        else:
            found.append((places.table, facts))
    if faults:
        more = [say("release.more", number=len(faults) - FAULTS_SHOWN)] if len(faults) > FAULTS_SHOWN else []
        lines = [say("release.not-right", plan=plan.name), *faults[:FAULTS_SHOWN], *more]
        raise RunError("\n  ".join(lines) + "\n" + say("release.todo", plan=plan.name))
    yield from found


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
