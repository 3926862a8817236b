"""A reports/*.toml in, its exhibits out with notebooks found and parameters checked; or all its faults at once."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kritiek.build import PUBLISHED_PLAN
from kritiek.build.plan.head import Head, Words, read_head, unknown_keys
from kritiek.build.plan.parameters import Parameter, Value, read_parameters, shown, sources_of
from kritiek.build.plan.release import release_faults, release_names
from kritiek.errors import PlanError
from kritiek.project import DATA_FOLDER, NOTEBOOKS_FOLDER, REPORTS_FOLDER
from kritiek.sources import Sources
from sheetcheck.messages import LANGUAGES, say
from sheetcheck.nearest import nearest_name

# What a plan's exhibits are held against: the printed tables of the report, or nothing; or, by its name, another plan's
# or those of a release.
PRINTED, NO_BASELINE = "printed", "none"
EXHIBIT_KEYS = ("name", "notebook", "parameters", "differs")
# Every notebook takes these; a plan leaves them to `languages` and to the command's --data.
COMMON_PARAMETERS = ("language", "data_dir")
# What they are in a notebook as it is stored.
STORED = {"language": LANGUAGES[0], "data_dir": DATA_FOLDER}
# Both become names of folders and files on every system.
PLAN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
EXHIBIT_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")

Values = Mapping[str, Value]


@dataclass(frozen=True)
class PlannedExhibit:
    """One line of a plan: `parameters` are all of its notebook's own, `pins` the printed cases of that notebook."""

    name: str
    notebook: str
    parameters: Values
    declared: tuple[Parameter, ...] = ()
    pins: tuple[tuple[str, Values], ...] = ()  # name and own parameters of each exhibit that the baseline makes of it
    places: int = 0  # how many may differ from the release that is the baseline, for this reason
    reason: Words | None = None

    @property
    def values(self) -> dict[str, Value]:
        """Every parameter with its value in this plan."""
        return {parameter.name: parameter.default for parameter in self.declared} | dict(self.parameters)

    def is_printed(self, values: Values) -> bool | None:
        """Whether these values are a printed case; None when no plan pins the notebook, so that only it can tell."""
        return any(pinned.items() <= values.items() for _, pinned in self.pins) if self.pins else None

    def other_name(self, values: Values) -> str | None:
        """The pinned exhibit that these values make, when that is another than the one this line names."""
        made = [name for name, pinned in self.pins if pinned and pinned.items() <= values.items()]
        return None if any(is_called(self.name, name) for name in made) else next(iter(made), None)


@dataclass(frozen=True)
class Plan:
    """A report: its title and languages, its exhibits in order, and the plan that says what is the printed case."""

    name: str
    head: Head
    exhibits: tuple[PlannedExhibit, ...]
    root: Path
    baseline: str | None = None
    sources: Sources | None = field(default=None, compare=False, repr=False)  # None: they have faults
    is_compared: bool = True  # False when its exhibits are held against nothing
    release: str = ""  # the release that they are held against, "" for the print

    @property
    def title(self) -> Words:
        """Its title by language."""
        return self.head.title

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that it is made in, the first the one to begin with."""
        return self.head.languages

    @property
    def is_baseline(self) -> bool:
        """True when the printed tables are this plan's own, and not another's."""
        return self.is_compared and not self.release and self.baseline in (None, self.name)


def is_called(name: str, exhibit: str) -> bool:
    """True when a plan may call an exhibit so: by its own name, or with words after it ("table_14_research")."""
    return name == exhibit or name.startswith(f"{exhibit}_")


def plan_names(root: Path) -> tuple[str, ...]:
    """The names of all plans of the project."""
    return tuple(sorted(file.stem for file in (root / REPORTS_FOLDER).glob("*.toml")))


def load_plan(path_or_name: str | Path, root: Path) -> Plan:
    """Read a plan by its name ("batterijen") or path, and hold it against the notebooks and the printed case.

    What an exhibit does not name it takes from the baseline plan; a default counts only in a notebook that no plan
    pins. Raises PlanError with every fault at once, also for a notebook whose default is not the printed case.
    """
    root = root.resolve()
    file = _plan_file(path_or_name, root)
    content = _content(file)
    reader = _Reader(root, file.stem, content)
    found = [reader.exhibit(entry, number) for number, entry in enumerate(reader.entries, start=1)]
    planned = [exhibit for exhibit in found if exhibit]
    head, faults = read_head(content, root)
    raise_faults([*faults, *reader.faults, *_doubles(reader.entries, planned)], f"{REPORTS_FOLDER}/{file.name}")
    return Plan(
        file.stem, head, tuple(planned), root, reader.baseline, reader.sources, reader.is_compared, reader.release
    )


def _plan_file(path_or_name: str | Path, root: Path) -> Path:
    path = Path(path_or_name)
    name = path.name.removesuffix(".toml")
    named = root / REPORTS_FOLDER / f"{name}.toml"
    if not PLAN_NAME.fullmatch(name):
        raise PlanError(say("plan.no-name", name=path_or_name))
    file = path if path.suffix == ".toml" and path.is_file() else named
    if not file.is_file():
        hint = _hint(name, plan_names(root))
        raise PlanError(say("plan.none", name=path_or_name, folder=REPORTS_FOLDER) + hint)
    if named.is_file() and not file.samefile(named):
        raise PlanError(say("plan.same-place", file=file, other=f"{REPORTS_FOLDER}/{named.name}"))
    return file


def _content(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except RecursionError:
        raise PlanError(say("plan.too-deep", file=file.name)) from None
    except (ValueError, OSError) as error:
        raise PlanError(say("plan.unreadable", file=file.name, reason=error)) from error


def entries_of(file: Path) -> list[dict[str, Any]]:
    """The exhibits of a plan as far as they are in form: what is wrong in it is named when it is built itself."""
    entries = _content(file).get("exhibit")
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def plans_with(exhibit: str, root: Path) -> list[str]:
    """The plans that name an exhibit; one that cannot be read names none."""
    found = []
    for name in plan_names(root):
        with suppress(PlanError):
            entries = entries_of(root / REPORTS_FOLDER / f"{name}.toml")
            found += [name] if any(entry.get("name") == exhibit for entry in entries) else []
    return found


def _hint(name: str, known: Sequence[str]) -> str:
    return nearest_name(name, known) if known else say("plan.nothing-known")


class _Reader:
    """Entries of a plan in, exhibits out; it gathers the faults, and knows notebooks, sources and printed cases."""

    def __init__(self, root: Path, name: str, content: Mapping[str, Any]) -> None:
        self.faults: list[str] = []
        self.sources = sources_of(root / DATA_FOLDER)
        entries = content.get("exhibit")
        self.entries: list[Any] = entries if isinstance(entries, list) else []
        if not self.entries:
            self.faults.append(say("plan.no-exhibit"))
        self._folder, reports, plans = root / NOTEBOOKS_FOLDER, root / REPORTS_FOLDER, plan_names(root)
        # Held against the listing, not the disk: a wrong capital would work on Windows and macOS alone.
        known = sorted(file.relative_to(self._folder).as_posix() for file in self._folder.glob("**/*.ipynb"))
        self._known = [name for name in known if not name.startswith(".") and "/." not in name]
        named = content.get("baseline", PRINTED)
        self.is_compared = named != NO_BASELINE
        releases = release_names(root)
        self.release = named if named in releases else ""
        self.baseline = named if named in plans and not self.release else None
        if self.release or named in (PRINTED, NO_BASELINE):
            self.baseline = PUBLISHED_PLAN if PUBLISHED_PLAN in plans else None
        elif self.baseline is None:
            told = {"found": shown(named), "printed": PRINTED, "none": NO_BASELINE, "folder": REPORTS_FOLDER}
            hint = _hint(str(named), [PRINTED, NO_BASELINE, *plans, *releases])
            self.faults.append(say("plan.baseline", **told) + hint)
        if self.release:
            self.faults += release_faults(root, self.release, plans)
        self._languages = content.get("languages")
        self._is_baseline = self.baseline == name
        self._baseline_file = f"{REPORTS_FOLDER}/{self.baseline}.toml"
        # What is wrong in the baseline is named when that is built.
        self._pins = [entry for entry in self.entries if isinstance(entry, dict)] if self._is_baseline else []
        if self.baseline and not self._is_baseline:
            self._pins = entries_of(root / self._baseline_file)
        is_other = PUBLISHED_PLAN in plans and self.baseline != PUBLISHED_PLAN
        self._published = entries_of(reports / f"{PUBLISHED_PLAN}.toml") if is_other else []

    def _fault(self, place: str, key: str, hint: str = "", /, **parts: Any) -> None:
        self.faults.append(f"{place}: {say(f'plan.{key}', **parts)}{hint}")

    def exhibit(self, entry: Any, number: int) -> PlannedExhibit | None:
        """The exhibit of one entry, or None when it has no notebook to speak of."""
        place = say("plan.exhibit", number=number)
        if not isinstance(entry, dict):
            self._fault(place, "no-entry", found=shown(entry))
            return None
        name, notebook, named = entry.get("name"), entry.get("notebook"), entry.get("parameters", {})
        place = name if isinstance(name, str) and name else place
        unknown = unknown_keys(entry, EXHIBIT_KEYS, place)
        self.faults += unknown
        if not isinstance(name, str) or not EXHIBIT_NAME.fullmatch(name):
            self._fault(place, "name", found=shown(name))
        if not isinstance(named, dict):
            self._fault(place, "parameters", found=shown(named))
            named = {}
        if notebook is None:
            if not unknown:  # a misspelt key, named already, is the cause
                self._fault(place, "no-notebook", folder=NOTEBOOKS_FOLDER)
            return None
        declared = self._declared(notebook, place)
        own = {parameter.name: parameter for parameter in declared if parameter.name not in COMMON_PARAMETERS}
        for key in named:
            if key in COMMON_PARAMETERS:
                self._fault(place, "common-parameter", key=key)
            elif declared and key not in own:
                self._fault(place, "parameter", _hint(key, list(own)), key=key)
        if not declared:
            return None
        pins = self._pinned(notebook, own)
        values = {key: self._value(own[key], named, pins, place) for key in own}
        places, reason = self._differs(entry.get("differs"), place)
        exhibit = PlannedExhibit(str(name), notebook, values, declared, pins, places, reason)
        if other := exhibit.other_name(values):
            told = ", ".join(f"{key} = {shown(value)}" for key, value in values.items())
            self._fault(place, "other", told=told, other=other, file=self._baseline_file)
        return exhibit

    def _differs(self, found: Any, place: str) -> tuple[int, Words | None]:
        """How many places of an exhibit may differ from the release that is the baseline, and why."""
        if found is None:
            return 0, None
        if not self.release:
            self._fault(place, "differs-without-release")
        if not isinstance(found, dict) or type(found.get("places")) is not int or found["places"] < 1:
            self._fault(place, "differs", found=shown(found))
            return 0, None
        self.faults += unknown_keys(found, ("places", *LANGUAGES), f"{place}: differs")
        for language in self._languages if isinstance(self._languages, list) else []:
            if not (isinstance(found.get(language), str) and found[language].strip()):
                self._fault(place, "differs-without-reason", spoken=language)
        return found["places"], {language: str(found.get(language, "")) for language in LANGUAGES}

    def _declared(self, notebook: Any, place: str) -> tuple[Parameter, ...]:
        if notebook not in self._known:
            hint = _hint(str(notebook), self._known)
            self._fault(place, "notebook", hint, notebook=shown(notebook), folder=NOTEBOOKS_FOLDER)
            return ()
        try:
            declared = read_parameters(self._folder / notebook)
        except PlanError as error:
            self.faults += [f"{place}: {line}" for line in str(error).splitlines()]
            return ()
        names = [parameter.name for parameter in declared]
        if missing := [name for name in COMMON_PARAMETERS if name not in names]:
            self._fault(place, "lacks", notebook=notebook, missing=missing)
        for one in declared:
            if one.default != STORED.get(one.name, one.default):
                told = {"name": one.name, "found": shown(one.default), "stored": shown(STORED[one.name])}
                self._fault(f"{NOTEBOOKS_FOLDER}/{notebook}", "stored", **told)
        return declared

    def _checked(self, parameter: Parameter, value: Any, place: str | None = None) -> Any:
        """The value as the notebook gets it; as it is when it is wrong, which is a fault where a place is given."""
        try:
            return parameter.checked(value, self.sources)
        except ValueError as error:
            if place:
                self._fault(place, "value", name=parameter.name, reason=error)
            return value

    def _pinned(self, notebook: str, own: Mapping[str, Parameter]) -> tuple[tuple[str, Values], ...]:
        """What the baseline makes of a notebook, which its own build checks; and whether the defaults are among it."""
        pins = []
        for entry in self._pins:
            values = entry.get("parameters", {})
            if entry.get("notebook") == notebook and isinstance(values, dict):
                checked = {key: self._checked(own[key], value) for key, value in values.items() if key in own}
                pins.append((str(entry.get("name")), checked))
        # Notebooks are stored as the published plan has them; the plan of another edition names its own values.
        stored = [entry.get("parameters", {}) for entry in self._published if entry.get("notebook") == notebook]
        for key, one in own.items():
            pinned = [values[key] for _, values in pins if key in values]
            known = [*pinned, *(self._checked(one, values[key]) for values in stored if key in values)]
            if pinned and self._checked(one, one.default) not in known:
                told = {"pinned": list(map(shown, pinned)), "file": self._baseline_file, "default": one.default}
                place = f"{NOTEBOOKS_FOLDER}/{notebook}"
                self._fault(place, "default", key=key, found=shown(one.default), **told)
        return tuple(pins)

    def _value(self, parameter: Parameter, named: Values, pins: Iterable[tuple[str, Values]], place: str) -> Any:
        """The value named, else the baseline's, else the default of a notebook that is in no pin."""
        key = parameter.name
        if key in named:
            return self._checked(parameter, named[key], place)
        pinned = {pin: values[key] for pin, values in pins if key in values}
        found = [pinned[place]] if place in pinned else [*pinned.values()]
        if self._is_baseline:
            self._fault(place, "not-pinned", key=key, found=shown(parameter.default))
        elif any(value != found[0] for value in found):
            self._fault(place, "several", key=key, file=self._baseline_file, found=list(map(shown, found)))
        return self._checked(parameter, found[0] if found else parameter.default, place)


def _doubles(entries: Iterable[Any], exhibits: Iterable[PlannedExhibit]) -> list[str]:
    names = [name for entry in entries if isinstance(entry, dict) and isinstance(name := entry.get("name"), str)]
    faults = [say("plan.twice", name=name, number=names.count(name)) for name in names if names.count(name) > 1]
    first: dict[str, str] = {}
    for exhibit in (exhibit for exhibit in exhibits if exhibit.name in names):
        other = first.setdefault(case(exhibit.notebook, exhibit.values), exhibit.name)
        if other != exhibit.name:
            faults.append(say("plan.same-case", name=exhibit.name, other=other))
    return faults


def case(notebook: str, values: Values) -> str:
    """A notebook and its values as one text, to see whether two are the same."""
    return shown([notebook, dict(sorted(values.items()))])


def raise_faults(faults: Iterable[str], place: str) -> None:
    """Raise PlanError with every fault, each once and on its own line, when there are any."""
    if lines := list(dict.fromkeys(faults)):
        raise PlanError("\n  ".join([say("plan.faults", place=place, faults=lines), *lines]))
