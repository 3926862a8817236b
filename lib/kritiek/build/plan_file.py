"""A reports/*.toml in, its exhibits out with notebooks found and parameters checked; or all its faults at once."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kritiek.build.parameters import Parameter, read_parameters, shown
from kritiek.errors import PlanError
from sheetcheck.nearest import nearest_name
from sheetcheck.schema import LANGUAGES

REPORTS_FOLDER = "reports"
NOTEBOOKS_FOLDER = "notebooks"
PLAN_KEYS = ("title", "languages", "exhibit")
EXHIBIT_KEYS = ("name", "notebook", "parameters")
# Every notebook takes these; a plan leaves them to `languages` and to the command's --data.
COMMON_PARAMETERS = ("language", "data_dir")
# Becomes a file name on every system.
EXHIBIT_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True)
class PlannedExhibit:
    """One line of a plan; `declared` is what its notebook takes."""

    name: str
    notebook: str
    parameters: Mapping[str, Any]
    declared: tuple[Parameter, ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        """Every parameter with the plan's value, or the notebook's default where the plan says nothing."""
        return {parameter.name: parameter.default for parameter in self.declared} | dict(self.parameters)

    @property
    def case(self) -> str:
        """The same text for two exhibits that would come out the same."""
        return case(self.notebook, self.values)


@dataclass(frozen=True)
class Plan:
    """A report: its title and languages, and its exhibits in order."""

    name: str
    title: Mapping[str, str]
    languages: tuple[str, ...]
    exhibits: tuple[PlannedExhibit, ...]
    root: Path


def case(notebook: str, values: Mapping[str, Any]) -> str:
    """A notebook and its values as one text, to see whether two are the same."""
    return json.dumps([notebook, values], sort_keys=True)


def plan_names(root: Path) -> tuple[str, ...]:
    """The names of all plans of the project."""
    return tuple(sorted(file.stem for file in (root / REPORTS_FOLDER).glob("*.toml")))


def load_plan(path_or_name: str | Path, root: Path) -> Plan:
    """Read a plan by its name ("batterijen") or path, and hold it against the notebooks it names.

    Raises PlanError with every fault at once: unknown keys, double names, missing notebooks, notebooks without
    a `parameters` cell, parameters that are unknown, wrongly typed or no plain values, unknown languages.
    """
    root = root.resolve()
    file = _plan_file(path_or_name, root)
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"{file.name} cannot be read: {error}.") from error
    except OSError as error:
        raise PlanError(f"{file.name} cannot be read: {error.strerror or 'the system refuses it'}.") from error
    except UnicodeDecodeError as error:
        raise PlanError(f"{file.name} is not UTF-8 (byte {error.start}). Save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or thousands of brackets in one another.
        raise PlanError(f"{file.name} holds more digits or brackets in a row than any plan needs.") from error
    faults = _unknown(content, PLAN_KEYS, "the plan")
    languages = _languages(content.get("languages"), faults)
    title = _title(content.get("title"), languages, faults)
    entries = content.get("exhibit")
    if not isinstance(entries, list) or not entries:
        faults.append('exhibit: found none, expected at least one, as exhibit = [{name = "…", notebook = "…"}].')
        entries = []
    exhibits = [_exhibit(entry, number, root, faults) for number, entry in enumerate(entries, start=1)]
    planned = [exhibit for exhibit in exhibits if exhibit]
    faults += _doubles([entry.get("name") for entry in entries if isinstance(entry, dict)], planned)
    raise_faults(faults, f"{REPORTS_FOLDER}/{file.name}")
    return Plan(file.stem, title, languages, tuple(planned), root)


def _plan_file(path_or_name: str | Path, root: Path) -> Path:
    path = Path(path_or_name)
    named = root / REPORTS_FOLDER / f"{path.name.removesuffix('.toml')}.toml"
    file = path if path.suffix == ".toml" and path.is_file() else named
    if not file.is_file():
        known = plan_names(root)
        raise PlanError(f'There is no plan "{path_or_name}" in {REPORTS_FOLDER}/.{_hint(named.stem, known)}')
    return file


def _hint(name: str, known: Sequence[str]) -> str:
    return nearest_name(name, known) if known else " There is none to choose from."


def _unknown(entry: Mapping[str, Any], known: Sequence[str], place: str) -> list[str]:
    return [f'{place}: key "{key}" is unknown.{nearest_name(key, known)}' for key in entry if key not in known]


def _languages(found: Any, faults: list[str]) -> tuple[str, ...]:
    if not isinstance(found, list) or not found:
        faults.append(f"languages: found {shown(found)}, expected a list such as {json.dumps(list(LANGUAGES))}.")
        return ()
    unknown = [language for language in found if language not in LANGUAGES]
    faults += [f'languages: "{language}" is unknown. Valid: {", ".join(LANGUAGES)}.' for language in unknown]
    return tuple(dict.fromkeys(language for language in found if language in LANGUAGES))


def _title(found: Any, languages: Iterable[str], faults: list[str]) -> dict[str, str]:
    if not isinstance(found, dict):
        faults.append('title: found none by language, expected title.nl = "…".')
        return {}
    faults += _unknown(found, LANGUAGES, "title")
    for language in languages:
        if not isinstance(found.get(language), str) or not found[language].strip():
            faults.append(
                f'title.{language}: expected the title as text, since "{language}" is a language of the plan.'
            )
    return found


def _exhibit(entry: Any, number: int, root: Path, faults: list[str]) -> PlannedExhibit | None:
    if not isinstance(entry, dict):
        faults.append(f"exhibit {number}: found {shown(entry)}, expected name, notebook and parameters.")
        return None
    name, notebook, parameters = entry.get("name"), entry.get("notebook"), entry.get("parameters", {})
    place = str(name) if isinstance(name, str) and name else f"exhibit {number}"
    own = _unknown(entry, EXHIBIT_KEYS, place)
    if not isinstance(name, str) or not EXHIBIT_NAME.fullmatch(name):
        own.append(f"{place}: name is {shown(name)}, expected small letters, digits and _, as in table_06.")
    if not isinstance(parameters, dict):
        own.append(f'{place}: parameters is {shown(parameters)}, expected for example {{group = "steel"}}.')
        parameters = {}
    declared = _notebook_parameters(notebook, place, root, own)
    values = {}
    for key, value in parameters.items():
        try:
            values[key] = _value(key, value, declared)
        except ValueError as error:
            own.append(f"{place}: {error}")
    faults += own
    return PlannedExhibit(str(name), str(notebook), values, declared) if name and notebook and declared else None


def _notebook_parameters(notebook: Any, place: str, root: Path, faults: list[str]) -> tuple[Parameter, ...]:
    folder = root / NOTEBOOKS_FOLDER
    if notebook is None:
        # A misspelt key, named already, is the cause.
        faults += [] if faults else [f"{place}: no notebook is given: name a file in {NOTEBOOKS_FOLDER}/."]
        return ()
    # Held against the listing, not the disk: a wrong capital would work on Windows and macOS alone.
    known = sorted(file.relative_to(folder).as_posix() for file in folder.glob("**/*.ipynb"))
    known = [name for name in known if not name.startswith(".") and "/." not in name]
    if notebook not in known:
        found = shown(notebook).removeprefix("text ")
        faults.append(f"{place}: notebook {found} is not in {NOTEBOOKS_FOLDER}/.{_hint(str(notebook), known)}")
        return ()
    try:
        declared = read_parameters(folder / notebook)
    except PlanError as error:
        faults += [f"{place}: {line}" for line in str(error).splitlines()]
        return ()
    names = [parameter.name for parameter in declared]
    missing = [name for name in COMMON_PARAMETERS if name not in names]
    faults += [f"{place}: {notebook} lacks the parameter {name}, which every notebook has." for name in missing]
    return declared


def _value(name: str, value: Any, declared: Sequence[Parameter]) -> Any:
    if name in COMMON_PARAMETERS:
        raise ValueError(f"{name} does not belong in parameters: a plan has languages, and the command has --data.")
    if not declared:
        return value
    parameter = next((parameter for parameter in declared if parameter.name == name), None)
    if parameter is None:
        own = [parameter.name for parameter in declared if parameter.name not in COMMON_PARAMETERS]
        raise ValueError(f'parameter "{name}" is unknown.{_hint(name, own)}')
    try:
        return parameter.checked(value)
    except ValueError as error:
        raise ValueError(f"parameter {name}: {error}.") from None


def _doubles(names: Sequence[Any], exhibits: Sequence[PlannedExhibit]) -> list[str]:
    texts = [name for name in names if isinstance(name, str)]
    faults = [f"{name}: stands {texts.count(name)} times in the plan." for name in texts if texts.count(name) > 1]
    first: dict[str, str] = {}
    for exhibit in exhibits:
        other = first.setdefault(exhibit.case, exhibit.name)
        if other != exhibit.name:
            faults.append(f"{exhibit.name}: has the notebook and the parameters of {other}. Change or remove one.")
    return faults


def raise_faults(faults: Iterable[str], place: str) -> None:
    """Raise PlanError with every fault, each once and on its own line, when there are any."""
    lines = list(dict.fromkeys(faults))
    if lines:
        count = "1 fault" if len(lines) == 1 else f"{len(lines)} faults"
        raise PlanError("\n  ".join([f"{place}: {count}", *lines]))
