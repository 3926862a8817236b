"""What a build left in; the section of README that states the results out, so that no number in it is typed."""

from __future__ import annotations

import json
import re
from pathlib import Path

from kritiek.build.plan import load_plan, plan_names
from kritiek.errors import RunError
from kritiek.exhibits.texts import PLACEHOLDER
from kritiek.project import DATA_FOLDER, REPORTS_FOLDER, TABLES_FOLDER
from kritiek.sources import Sources
from sheetcheck.messages import say
from sheetcheck.schema import PACKAGE_FILE
from sheetcheck.writing.records import replace_file

PAGE = "README.md"
SECTION = re.compile(r"(<!-- results: .*? -->\n).*?(<!-- end of results -->)", re.DOTALL)
LANGUAGE = "en"  # of README


def write_results(root: Path) -> str:
    """Write the results between the two comments of README, and say of how many exhibits.

    A README without these comments is left as it is. Raises RunError for an exhibit with a result that is not built.
    """
    page = root / PAGE
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    if not SECTION.search(text):
        return say("results.no-place", page=PAGE)
    lines = results(root)
    section = "\n".join(lines)
    replace_file(page, SECTION.sub(lambda found: f"{found[1]}\n{section}\n\n{found[2]}", text))
    return say("results.written", page=PAGE, exhibits=len(lines))


def results(root: Path) -> list[str]:
    """A line of Markdown for each exhibit of the plans with notes that state a result, as it was built last.

    Which notes these are says column `states_result` of exhibit_notes. Raises RunError for exhibits not built.
    """
    notes = Sources.load(root / DATA_FOLDER).table("exhibit_notes")
    if notes is None:
        return []
    stating = notes[notes["states_result"].fillna(False).astype(bool)].sort_values("order")
    stated = stating.groupby("exhibit")[f"note_{LANGUAGE}"].agg(list)
    lines, lacking = {}, []
    for plan in plan_names(root):
        built = _built(root, plan)
        for exhibit in load_plan(plan, root).exhibits:
            if exhibit.name not in stated.index or exhibit.name in lines:
                continue
            if exhibit.name in built:
                lines[exhibit.name] = _line(built[exhibit.name], stated[exhibit.name])
            else:
                lacking.append(f"{exhibit.name} (kritiek build {plan})")
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
