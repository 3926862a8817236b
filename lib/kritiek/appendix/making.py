"""A plan and wishes in; the files of its appendix on disk out, in each format and language, or why there are none."""

from __future__ import annotations

import importlib
import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from kritiek.appendix.archive import archived_commit, write_archive
from kritiek.appendix.model import Appendix, read_appendix
from kritiek.appendix.words import filled, same
from kritiek.build.freshness import Surroundings, still_good
from kritiek.build.plan import Plan, load_plan, prepare
from kritiek.build.run import Places
from kritiek.errors import PlanError, RunError
from kritiek.exhibits.texts import Words
from kritiek.project import DATA_FOLDER, NOTEBOOKS_FOLDER, REPORTS_FOLDER, of_files
from kritiek.sources import Sources
from sheetcheck.faults import disk_sentence
from sheetcheck.messages import LANGUAGES, say, speaking, spoken
from sheetcheck.nearest import nearest_name
from sheetcheck.writing.records import replace_file

APPENDIX_FOLDER, DRAFT_FOLDER = "appendix", "draft"
# Each has `write(appendix, language, out) -> list[Path]`; what a format takes is loaded when that is wanted.
WRITERS = {
    "docx": "kritiek.appendix.paper.to_docx",
    "pdf": "kritiek.appendix.paper.to_pdf",
    "html": "kritiek.appendix.to_html",
    "xlsx": "kritiek.appendix.to_xlsx",
    "csv": "kritiek.appendix.to_csv",
}
FORMATS = tuple(WRITERS)
REMEMBERED = ".appendix.json"
# What the results follow from; a commit that touched nothing of it does not make another appendix.
FOLLOWED = (DATA_FOLDER, NOTEBOOKS_FOLDER, "lib", "pyproject.toml")
FAULTS_SHOWN = 12


@dataclass(frozen=True)
class Made:
    """What making an appendix gave: its files, and whether they were there already."""

    files: tuple[Path, ...]
    is_unchanged: bool = False


def make_appendix(
    name: str,
    root: Path,
    *,
    formats: Sequence[str] = (),
    languages: Sequence[str] = (),
    out: Path | None = None,
    is_draft: bool = False,
    is_for_excel: bool = False,
    has_archive: bool = False,
) -> Made:
    """Write the appendix of a plan; nothing is written where the same files lie already.

    No formats or languages mean all. Raises PlanError for a wish that cannot be met, RunError for an appendix that is
    not to be delivered (stale, failed, or other than its baseline for no recorded reason), unless it is a draft.
    """
    plan = load_plan(name, root)
    formats = _known("--format", formats or FORMATS, FORMATS)
    languages = _known("--lang", languages or plan.languages, plan.languages)
    # A page links to the other languages that are made with it.
    appendix = replace(_appendix(plan, is_draft), languages=languages)
    folder = out or root / REPORTS_FOLDER / plan.name / APPENDIX_FOLDER / (DRAFT_FOLDER if is_draft else "")
    taken = _taken(plan, appendix, [*formats, *languages, str(is_for_excel), str(has_archive)])
    if there := _there(folder, taken):
        return Made(there, is_unchanged=True)
    files: list[Path] = []
    for format in formats:
        writer = importlib.import_module(WRITERS[format])
        options = {"is_for_excel": True} if format == "csv" and is_for_excel else {}
        for language in languages:
            try:
                files += writer.write(appendix, language, folder, **options)
            except OSError as error:
                place = Path(error.filename or folder)
                raise RunError(disk_sentence(error, str(place))) from error
    files = list(dict.fromkeys(files))
    if has_archive:
        files.append(write_archive(plan, appendix, _commit(plan), files, folder))
    replace_file(folder / REMEMBERED, json.dumps({"taken": taken, "made": _made(folder, files)}, indent=1))
    return Made(tuple(files))


def appendix_after_build(name: str, root: Path) -> str:
    """One line on the appendix that a build ends with; an appendix that may not be delivered is no fault of a build."""
    try:
        made = make_appendix(name, root)
    except RunError as error:
        return say("appendix.none", reason=error)
    folder = (root / REPORTS_FOLDER / Path(name).name.removesuffix(".toml") / APPENDIX_FOLDER).relative_to(root)
    return say("appendix.made", folder=folder.as_posix(), files=_said(made.files, root / folder))


def _said(files: Iterable[Path], folder: Path) -> list[str]:
    """The files and folders that lie directly in the folder, each once."""
    return list(dict.fromkeys(file.relative_to(folder).parts[0] for file in files))


def _known(option: str, asked: Sequence[str], valid: Sequence[str]) -> tuple[str, ...]:
    words = [word.strip() for word in asked]
    unknown = [word for word in words if word not in valid]
    faults = [say("appendix.unknown", option=option, word=word) + nearest_name(word, valid) for word in unknown]
    if faults:
        raise PlanError("\n".join(faults))
    return tuple(dict.fromkeys(words))


def _appendix(plan: Plan, is_draft: bool) -> Appendix:
    data = plan.root / DATA_FOLDER
    sources = Sources.load(data)
    surroundings = Surroundings.of(data)
    report = plan.root / REPORTS_FOLDER / plan.name
    stale: dict[str, Words] = {}
    for job in prepare(plan):
        places = Places.of(job, report)
        if still_good(places.notebook, places.table, job, surroundings)[0] is None and job.exhibit not in stale:
            stale[job.exhibit] = why = {}
            # A draft says it in its own language, a terminal in that of the system.
            for language in LANGUAGES:
                with speaking(language):
                    _, why[language] = still_good(places.notebook, places.table, job, surroundings)
    known = sources.package.descriptor
    facts = {"commit": commit} if (commit := _commit(plan)) else {}
    facts |= {"data_version": same(str(known["version"]))} if "version" in known else {}
    appendix = read_appendix(plan, sources.table("sources"), stale=stale, facts=facts, data_date=sources.data_date)
    if appendix.faults and not is_draft:
        told = [fault[spoken()] for fault in appendix.faults]
        more = [say("appendix.more", number=len(told) - FAULTS_SHOWN)] if len(told) > FAULTS_SHOWN else []
        lines = ["\n  ".join([say("appendix.not-delivered", plan=plan.name), *told[:FAULTS_SHOWN], *more])]
        lines.append(say("appendix.mend", plan=plan.name))
        if (report / APPENDIX_FOLDER / REMEMBERED).is_file():
            lines.append(say("appendix.earlier", folder=f"{REPORTS_FOLDER}/{plan.name}/{APPENDIX_FOLDER}"))
        raise RunError("\n".join(lines))
    return replace(appendix, is_draft=is_draft)


def _commit(plan: Plan) -> Words | None:
    """The last commit of what the results follow from, and whether it was changed since; None where nobody knows."""
    followed = [*FOLLOWED, f"{REPORTS_FOLDER}/{plan.name}.toml"]
    with suppress(OSError, subprocess.SubprocessError):
        last = _git(plan.root, "log", "-1", "--format=%h %cs", "--", *followed)
        changed = _git(plan.root, "status", "--porcelain", "--", *followed)
        if last:
            commit, day = last.split()
            return filled("commit_changed" if changed else "commit_of", commit=commit, day=day)
    return archived_commit(plan.root)


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True, timeout=20)
    return done.stdout.strip()


def _taken(plan: Plan, appendix: Appendix, wishes: Sequence[str]) -> str:
    """A fingerprint of all that the files follow from; what notebooks follow from is in the notebooks."""
    report = plan.root / REPORTS_FOLDER
    files = [file for entry in plan.exhibits for file in sorted((report / plan.name).glob(f"{entry.name}.*.ipynb"))]
    files += [file for file in (report / f"{plan.name}.toml", plan.head.template) if file]
    said = [[line.value for line in appendix.colophon], appendix.faults, [one.text for one in appendix.sources]]
    return " ".join([of_files(report, files), json.dumps([*said, appendix.is_draft, *wishes], default=dict)])


def _made(folder: Path, files: Iterable[Path]) -> dict[str, str]:
    return {file.relative_to(folder).as_posix(): of_files(folder, [file]) for file in files}


def _there(folder: Path, taken: str) -> tuple[Path, ...]:
    """The files of an earlier time, when they follow from the same and nobody has changed them."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept: Mapping[str, Mapping[str, str]] = json.loads((folder / REMEMBERED).read_text(encoding="utf-8"))
        files = [folder / name for name in kept["made"]]
        if kept["taken"] == taken and _made(folder, files) == kept["made"]:
            return tuple(files)
    return ()
