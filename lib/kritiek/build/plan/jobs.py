"""A plan and what the command asks in, the jobs of a build out: one exhibit in one language each."""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kritiek.build.plan.file import COMMON_PARAMETERS, Plan, PlannedExhibit, Values, case, plans_with, raise_faults
from kritiek.build.plan.parameters import Parameter, Value, shown, sources_of
from kritiek.exhibits.compare import Frozen
from kritiek.project import DATA_FOLDER, NOTEBOOKS_FOLDER
from kritiek.sources import Sources
from sheetcheck.messages import LANGUAGES, say
from sheetcheck.nearest import nearest_name

# Windows refuses these in a folder name, and paths over 260 characters.
UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]|[. ]$')
LONGEST_FOLDER = 60


@dataclass(frozen=True)
class Job:
    """One exhibit in one language, ready to run."""

    exhibit: str
    language: str
    notebook: Path
    parameters: Values
    declared: tuple[Parameter, ...]
    # Folder name of a trial with another language, parameters or sources: it must not replace the plan's own case, "".
    variant: str = ""
    is_printed: bool | None = None  # whether it is a printed case; None when only the notebook can tell
    is_own: bool = True  # whether the plan answers for it: it is no trial, and the printed tables are the plan's
    frozen: Frozen | None = None  # the table of a release that it is held against instead of the print

    @property
    def changed_parameters(self) -> dict[str, object]:
        """The parameters that differ from the notebook's defaults: all that has to be injected."""
        defaults = {parameter.name: parameter.default for parameter in self.declared}
        return {name: value for name, value in self.parameters.items() if value != defaults[name]}


def prepare(
    plan: Plan,
    *,
    only: Sequence[str] = (),
    settings: Mapping[str, str] | None = None,
    languages: Sequence[str] | None = None,
    data: Path | None = None,
) -> list[Job]:
    """The jobs of a build, in the plan's order: each chosen exhibit in each chosen language.

    `only` names exhibits, none meaning all. `settings` are typed words by parameter name, read by the type of the
    notebook's default; "language" among them chooses the language. Without `only` a setting goes to every exhibit
    that has the parameter and the rest are built as planned; with `only`, every exhibit named must have it. An
    exhibit with another value or language than the plan's, or made from another data folder than the project's own,
    is a variant. Raises PlanError with every fault at once, also when a setting would make one exhibit another.
    """
    settings = dict(settings or {})
    names = [exhibit.name for exhibit in plan.exhibits]
    only = [by_number(name, names) for name in only]
    faults = [_no_exhibit(name, plan) for name in only if name not in names]
    chosen = [exhibit for exhibit in plan.exhibits if not only or exhibit.name in only]
    spoken = _spoken(plan, settings.pop("language", None), languages, faults)
    elsewhere = _elsewhere(data, plan.root) if data else None
    sources = sources_of(data) if settings and data else plan.sources
    known = {parameter.name for exhibit in chosen for parameter in exhibit.declared} - set(COMMON_PARAMETERS)
    for name in settings:
        if name == "data_dir":
            faults.append(say("jobs.data-dir"))
        elif name not in known and chosen:
            hint = nearest_name(name, sorted(known)) if known else ""
            faults.append(say("jobs.unknown", name=name) + hint)
    settings = {name: text for name, text in settings.items() if name in known}
    jobs = []
    made = {case(exhibit.notebook, exhibit.values): exhibit.name for exhibit in plan.exhibits}
    for exhibit in chosen:
        values = exhibit.values | _set(exhibit, settings, sources, faults, must_have=bool(only))
        changed = {name: value for name, value in values.items() if value != exhibit.values[name]}
        other = exhibit.other_name(values) or made.setdefault(case(exhibit.notebook, values), exhibit.name)
        if other != exhibit.name and changed:
            told = ", ".join(f"{name}={value}" for name, value in changed.items())
            faults.append(say("jobs.other", told=told, name=exhibit.name, other=other))
        is_printed = exhibit.is_printed(values) if plan.is_compared and not plan.release else False
        is_frozen = bool(plan.release) and not changed
        if elsewhere is not None:
            values["data_dir"] = changed["data"] = elsewhere
        notebook = plan.root / NOTEBOOKS_FOLDER / exhibit.notebook
        for one in spoken:
            odd = changed if one in plan.languages else {**changed, "language": one}
            given, is_own, frozen = {**values, "language": one}, plan.is_baseline and not odd, None
            if is_frozen and one in plan.languages:
                name, is_first = f"{plan.release}/{exhibit.name}.{one}", one == plan.languages[0]
                frozen = Frozen(plan.release, name, exhibit.places, exhibit.reason, is_exact=is_first)
            folder = _folder_name(odd)
            jobs.append(Job(exhibit.name, one, notebook, given, exhibit.declared, folder, is_printed, is_own, frozen))
    raise_faults(faults, say("jobs.nothing-run"))
    return jobs


def _no_exhibit(name: str, plan: Plan) -> str:
    """That the plan has no such exhibit, with the plans that have it, or else the nearest of its own."""
    others = plans_with(name, plan.root)
    hint = say("jobs.exhibit-of", plans=others) if others else nearest_name(name, [one.name for one in plan.exhibits])
    return say("jobs.exhibit", name=name, plan=plan.name) + hint


def _set(
    exhibit: PlannedExhibit, settings: Mapping[str, str], sources: Sources | None, faults: list[str], *, must_have: bool
) -> dict[str, Value]:
    """The values that an exhibit is given by what was typed."""
    declared = {parameter.name: parameter for parameter in exhibit.declared}
    values = {}
    for name, text in settings.items():
        if name in declared:
            try:
                values[name] = declared[name].from_text(text, sources)
            except ValueError as error:
                faults.append(f"--set {name}: {error}")
        elif must_have:
            own = [parameter for parameter in declared if parameter not in COMMON_PARAMETERS] or [say("jobs.none")]
            faults.append(say("jobs.no-parameter", name=name, exhibit=exhibit.name, own=own))
    return values


def by_number(word: str, names: Collection[str]) -> str:
    """The exhibit that a number means ("3" is table_03, as "table_3" is); the word itself when it is none or two."""
    typed = re.fullmatch(r"([a-z]+_)?0*([1-9]\d*)", word, re.ASCII)
    if word in names or not typed:
        return word
    meant = [name for name in names if re.fullmatch(f"{typed[1] or '[a-z]+_'}0*{typed[2]}", name)]
    tables = [name for name in meant if name.startswith("table_")] or meant
    return tables[0] if len(tables) == 1 else word


def _spoken(plan: Plan, setting: str | None, languages: Sequence[str] | None, faults: list[str]) -> list[str]:
    set_to = [word.strip() for word in setting.split(",")] if setting is not None else None
    if set_to and languages and set_to != list(languages):
        faults.append(say("jobs.contradiction", setting=setting, option=",".join(languages)))
    found = list(dict.fromkeys(languages or set_to or plan.languages))
    faults += [say("jobs.language", word=word, known=LANGUAGES) for word in found if word not in LANGUAGES]
    return found


def _elsewhere(data: Path, root: Path) -> str | None:
    """The data folder as a notebook is told it, from the project root where it can be; None for the project's own."""
    folder, root = data.resolve(), root.resolve()
    if folder == root / DATA_FOLDER:
        return None
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else folder.as_posix()


def _folder_name(changed: Mapping[str, object]) -> str:
    """A folder name that tells the changed values and that every system takes; "" when nothing is changed."""
    texts = [f"{name}={value if isinstance(value, str) else shown(value)}" for name, value in sorted(changed.items())]
    told = ",".join(texts)
    safe = UNSAFE.sub("_", told[:LONGEST_FOLDER])
    return safe if safe == told else f"{safe}~{hashlib.sha256(told.encode()).hexdigest()[:8]}"
