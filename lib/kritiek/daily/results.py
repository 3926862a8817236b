"""What a build left in; what README says of it out: the results, and the exhibits that the report does not have."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from kritiek.build import PUBLISHED_PLAN
from kritiek.build.plan import plan_names
from kritiek.build.plan.file import entries_of
from kritiek.build.plan.uses import uses_of_notebooks
from kritiek.errors import RunError
from kritiek.exhibits.texts import PLACEHOLDER
from kritiek.project import DATA_FOLDER, REPORTS_FOLDER, TABLES_FOLDER
from kritiek.sources import FILTERS_RESOURCE, PARAMETERS_RESOURCE, TEXT_RESOURCES, Sources
from sheetcheck.faults import UserError
from sheetcheck.messages import say
from sheetcheck.schema import PACKAGE_FILE
from sheetcheck.writing.records import replace_file

PAGE = "README.md"
# What stands between two comments of README, by the word in them.
SECTION = r"(<!-- {0}: .*? -->\n).*?(<!-- end of {0} -->)"
LANGUAGE = "en"  # of README
# A plan, the name and notebook of an exhibit of it, and what its last build says of it; None when it is not built.
Planned: TypeAlias = tuple[str, str, str, dict | None]
# What every exhibit reads: its words.
OF_ALL = (*TEXT_RESOURCES, FILTERS_RESOURCE, PARAMETERS_RESOURCE)


def write_results(root: Path) -> str:
    """Write the results between the two comments of README, and say of how many exhibits.

    A README without these comments is left as it is. Raises RunError for an exhibit with a result that is not built.
    """
    page = root / PAGE
    before, after, number = _pages(page, root)
    if after != before:
        replace_file(page, after)
    return say("results.written" if number else "results.no-place", page=PAGE, exhibits=number)


def results_are_current(root: Path) -> bool:
    """False when `write_results` would write something else; what is not built cannot tell."""
    try:
        before, after, _ = _pages(root / PAGE, root)
    except UserError:
        return True
    return before == after


def _pages(page: Path, root: Path) -> tuple[str, str, int]:
    """README as it is and as it is to be, and of how many exhibits it states the result."""
    before = page.read_text(encoding="utf-8") if page.is_file() else ""
    after, number, exhibits = before, 0, planned(root)
    for word, make in (("results", results), ("other exhibits", other_exhibits)):
        pattern = re.compile(SECTION.format(word), re.DOTALL)
        if pattern.search(after):
            lines = make(root, exhibits)
            section = "\n".join(["", *lines, ""])
            after = pattern.sub(lambda found, section=section: f"{found[1]}{section}\n{found[2]}", after)
            number += len(lines) if make is results else 0
    return before, after, number


def planned(root: Path) -> list[Planned]:
    """Every exhibit of every plan, with what its last build says of it; what is wrong in a plan its build names."""
    found: list[Planned] = []
    for plan in plan_names(root):
        built = _built(root, plan)
        for one in entries_of(root / REPORTS_FOLDER / f"{plan}.toml"):
            name = str(one.get("name"))
            found.append((plan, name, str(one.get("notebook")), built.get(name)))
    return found


def other_exhibits(root: Path, exhibits: Sequence[Planned]) -> list[str]:
    """A table of Markdown: each notebook that was built and is not in the plan of the report, with its sources."""
    uses = uses_of_notebooks(root)
    report = {notebook for plan, _, notebook, _ in exhibits if plan == PUBLISHED_PLAN}
    rows: dict[str, str] = {}
    for plan, name, notebook, built in exhibits:
        if built is None or notebook in {*report, *rows}:
            continue
        title = built["title"].replace("|", "/")
        read = ", ".join(table for table, users in uses.items() if name in users and table not in OF_ALL)
        rows[notebook] = f"| {notebook} | {title} | {plan} | {read} |"
    return ["| Notebook | Exhibit | Plan | Sources |", "|---|---|---|---|", *rows.values()]


def results(root: Path, exhibits: Sequence[Planned]) -> list[str]:
    """A line of Markdown for each exhibit of the plans with notes that state a result, as it was built last.

    Which notes these are says column `states_result` of exhibit_notes. Raises RunError for exhibits not built.
    """
    notes = Sources.load(root / DATA_FOLDER).table("exhibit_notes")
    if notes is None:
        return []
    stating = notes[notes["states_result"].fillna(False).astype(bool)].sort_values("order")
    stated = stating.groupby("exhibit")[f"note_{LANGUAGE}"].agg(list)
    lines, lacking = {}, []
    for plan, name, _, built in exhibits:
        if name not in stated.index or name in lines:
            continue
        if built is None:
            lacking.append(f"{name} (kritiek build {plan})")
        else:
            lines[name] = _line(built, stated[name])
    if lacking:
        raise RunError(say("results.not-built", page=PAGE, exhibits=lacking))
    return list(lines.values())


def _built(root: Path, plan: str) -> dict[str, dict]:
    package = root / REPORTS_FOLDER / plan / TABLES_FOLDER / PACKAGE_FILE
    if not package.is_file():
        return {}
    resources = json.loads(package.read_text(encoding="utf-8"))["resources"]
    return {entry["path"].split(".")[0]: entry for entry in resources if entry["language"] == LANGUAGE}


def _line(built: dict, stated: list[str]) -> str:
    # A note about nothing is left out by its exhibit, so a note is known by its words, not by its place.
    said = [note for template in stated for note in built["notes"] if _pattern(template).fullmatch(note)]
    title = built["title"]
    return f"- **{title if title.endswith('?') else title + '.'}** {' '.join(said)}"


def _pattern(template: str) -> re.Pattern[str]:
    # split gives the words around the placeholders and, between them, their names.
    return re.compile(".*".join(map(re.escape, PLACEHOLDER.split(template)[::2])), re.DOTALL)
