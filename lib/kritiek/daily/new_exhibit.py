"""The name of an exhibit and one to copy in; its notebook, its words, its line in a plan and in the README out."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kritiek.build import PUBLISHED_PLAN
from kritiek.build.engine.executed import exhibit_in
from kritiek.build.plan import Plan, PlannedExhibit, load_plan, plan_names
from kritiek.build.plan.file import COMMON_PARAMETERS, EXHIBIT_NAME
from kritiek.build.plan.parameters import PARAMETERS_TAG, Value, load_notebook
from kritiek.build.store import store_notebooks
from kritiek.errors import PlanError
from kritiek.project import DATA_FOLDER, NO_FILE_NAMES, NOTEBOOKS_FOLDER, REPORTS_FOLDER
from kritiek.sources import FILTERS_RESOURCE, PARAMETERS_RESOURCE, TEXT_RESOURCES, Sources
from sheetcheck.faults import disk_sentence
from sheetcheck.messages import say
from sheetcheck.nearest import nearest_name
from sheetcheck.schema import LANGUAGES
from sheetcheck.writing.files import edit_rows
from sheetcheck.writing.records import records, replace_file

README = "README.md"
# Where the words of an exhibit stand; each has a column that names the exhibit. What the print has otherwise is left.
WORDS = (*TEXT_RESOURCES, FILTERS_RESOURCE, PARAMETERS_RESOURCE)
# The key of our own computations in the sources, and what its rows say of where they come from.
OWN_SOURCE = "kritiek"
OWN_PLACE = {TEXT_RESOURCES[0]: "onze berekening"}
OWN_WORDS = "onze woorden"
NOT_PRINTED = "Not in the report: computed from the sources."
STATUS = "ours; not in the report"
COMPARISON, DIFFERENCES = "compare_with_print", "## Known differences"


@dataclass(frozen=True)
class Made:
    """A new exhibit: the plan that has it, how many rows it shows, and what was written, with what stands there."""

    plan: str
    rows: int
    files: tuple[tuple[str, str], ...]


def new_exhibit(
    name: str, root: Path, *, like: str, plan: str | None = None, title: Mapping[str, str] | None = None
) -> Made:
    """Lay a new exhibit beside the one that it is to be like, so that it runs and shows the rows of that one.

    Its notebook is a copy without the comparison with the print, stored with its results; its words are copies, of
    our own source; it stands last in `plan`, or in the plan that has the one it is like. `title` has both languages;
    without it the caption is that of the other. Raises PlanError, or SourceError for faulty sources, with everything
    as it was: for a name that is taken or is none, an unknown exhibit or plan, and a copy that does not run.
    """
    sources = Sources.load(root / DATA_FOLDER)
    plans = {known: load_plan(known, root) for known in plan_names(root)}
    _refuse_name(name, root, sources, plans.values())
    chosen, model = _model(like, plan, sources, plans, root)
    title = {language: text.strip() for language, text in (title or {}).items() if text.strip()}
    if title and (missing := [language for language in LANGUAGES if language not in title]):
        raise PlanError(say("new.no-title-of-exhibit", missing=missing))
    words = _words(sources, name, like, title)
    caption = str(words[TEXT_RESOURCES[0]][0]["caption_nl"])
    notebook = root / NOTEBOOKS_FOLDER / f"{name}.ipynb"
    planned, readme = root / REPORTS_FOLDER / f"{chosen.name}.toml", root / README
    workbook = root / DATA_FOLDER / sources.package.resource(TEXT_RESOURCES[0]).path
    code = _copied(load_notebook(root / NOTEBOOKS_FOLDER / model.notebook), name, like, caption, model)
    own = {key: value for key, value in model.values.items() if key not in COMMON_PARAMETERS}
    with _whole_or_not(notebook, planned, readme, workbook):
        replace_file(notebook, json.dumps(code, ensure_ascii=False, indent=1) + "\n")
        edits = {table: _appended(rows) for table, rows in words.items()}
        edit_rows(root / DATA_FOLDER, edits)
        _add_line(planned, _line(name, own if chosen.is_baseline else {}))
        in_readme = chosen.name == PUBLISHED_PLAN and _add_row(readme, _row(name, caption, own, code))
        load_plan(chosen.name, root)  # what was written can be built
        store_notebooks(root, [name])
        shown = exhibit_in(load_notebook(notebook), LANGUAGES[0])
    told = ", ".join(f"{table} {len(rows)}" for table, rows in words.items())
    files = [
        (f"{NOTEBOOKS_FOLDER}/{notebook.name}", say("new.copy", notebook=model.notebook)),
        (f"{DATA_FOLDER}/{workbook.name}", say("new.rows-with", name=name, rows=told)),
        (f"{REPORTS_FOLDER}/{planned.name}", say("new.line")),
        *([(README, say("new.row"))] if in_readme else []),
    ]
    return Made(chosen.name, len(shown.frame), tuple(files))


def told(name: str, made: Made) -> list[str]:
    """What was made and what is left to do, as lines for a person."""
    notebook, workbook = made.files[0][0], made.files[1][0]
    names = {"name": name, "notebook": notebook, "workbook": workbook, "plan": made.plan}
    return [
        *(say("new.wrote-what", file=file, what=what) for file, what in made.files),
        say("new.left", name=name, rows=made.rows),
        *(f"  {line}" for line in say("new.todo", **names).splitlines()),
    ]


def _refuse_name(name: str, root: Path, sources: Sources, plans: Iterable[Plan]) -> None:
    pattern = sources.package.resource(TEXT_RESOURCES[0]).field("id").pattern
    if not (EXHIBIT_NAME.fullmatch(name) and (not pattern or re.search(pattern, name))) or name in NO_FILE_NAMES:
        raise PlanError(say("new.no-name", name=name))
    taken = {
        file.stem.lower(): say("new.is-there", file=file.name) for file in (root / NOTEBOOKS_FOLDER).glob("*.ipynb")
    }
    taken |= {
        one.name: say("new.has-it", file=f"{REPORTS_FOLDER}/{plan.name}.toml")
        for plan in plans
        for one in plan.exhibits
    }
    taken |= dict.fromkeys(sources.names(f"{TEXT_RESOURCES[0]}.id"), say("new.has-it", file="exhibits.xlsx"))
    if name in taken:
        raise PlanError(say("new.taken", name=name, by=taken[name]))


def _model(
    like: str, plan: str | None, sources: Sources, plans: Mapping[str, Plan], root: Path
) -> tuple[Plan, PlannedExhibit]:
    """The plan that gets the new exhibit, and the exhibit to copy as a plan has it, that one before others."""
    if plan is not None and plan not in plans:
        load_plan(plan, root)  # refuses it, with the nearest
    order = [*([plan] if plan else []), PUBLISHED_PLAN, *plans]
    found = [(plans[one], exhibit) for one in order if one in plans for exhibit in plans[one].exhibits]
    own = {exhibit.name: (known, exhibit) for known, exhibit in reversed(found) if _names(exhibit, root)}
    if like not in own:
        if like in sources.names(f"{TEXT_RESOURCES[0]}.id"):
            raise PlanError(say("new.like-others", like=like) + nearest_name(like, own))
        raise PlanError(say("new.like-none", like=like) + nearest_name(like, own))
    known, exhibit = own[like]
    return (plans[plan] if plan else known), exhibit


def _names(exhibit: PlannedExhibit, root: Path) -> bool:
    """True when a notebook names its exhibit itself, so that a copy of it can name another."""
    cells = load_notebook(root / NOTEBOOKS_FOLDER / exhibit.notebook)["cells"]
    return any(_named(exhibit.name).search(cell["source"]) for cell in cells)


def _named(exhibit: str) -> re.Pattern[str]:
    return re.compile(rf"""(\.texts\(\s*)(["']){exhibit}\2""")


def _words(sources: Sources, name: str, like: str, title: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of words that the new exhibit begins with, by table: copies, and our own."""
    found = {}
    for table in WORDS:
        frame = sources.table(table)
        if frame is None:
            continue
        key = "id" if table == TEXT_RESOURCES[0] else "exhibit"
        resource = sources.package.resource(table)
        rows = records(frame[frame[key] == like], resource)
        own = {key: name, "source": OWN_SOURCE, "locator": OWN_PLACE.get(table, OWN_WORDS), "note": None}
        if table == TEXT_RESOURCES[0]:
            # Of the documents that have such an exhibit, the first.
            rows = rows[:1]
            own |= {"order": int(frame["order"].max()) + 1, "note": NOT_PRINTED}
            own |= {f"number_{language}": None for language in LANGUAGES}
            for language in title:
                own |= {f"caption_{language}": title[language], f"selection_caption_{language}": None}
        if rows:
            found[table] = [{field: {**row, **own}[field] for field in resource.field_names} for row in rows]
    return found


def _appended(rows: Sequence[Mapping[str, Any]]) -> Callable[[list[dict[str, Any]]], list[Mapping[str, Any]]]:
    return lambda before: [*before, *rows]


def _copied(notebook: Mapping[str, Any], name: str, like: str, caption: str, model: PlannedExhibit) -> dict[str, Any]:
    """The notebook under the new name: its own title, the values of the plan, and nothing of the print."""
    cells: list[dict[str, Any]] = []
    prose = 0
    for cell in notebook["cells"]:
        source = cell["source"]
        if cell["cell_type"] != "code":
            prose += 1
            if source.startswith(DIFFERENCES):
                continue
            source = {1: f"# {caption}", 2: _introduction(like)}.get(prose, source)
            cells.append({**cell, "source": source})
            continue
        if source.strip().startswith(f"{COMPARISON}("):
            # Its heading says what is compared.
            while cells and cells[-1]["cell_type"] != "code":
                cells.pop()
            continue
        source = _named(like).sub(rf"\g<1>\g<2>{name}\g<2>", source)
        if PARAMETERS_TAG in cell["metadata"].get("tags", ()):
            source = _with_values(source, model.values)
        cells.append({**cell, "source": source, "outputs": [], "execution_count": None})
    for cell in (one for one in cells if one["cell_type"] == "code" and not _uses(cells, COMPARISON)):
        cell["source"] = re.sub(rf", {COMPARISON}\b|\b{COMPARISON}, ", "", cell["source"])
    return {**notebook, "cells": cells}


def _introduction(like: str) -> str:
    return (
        f"A copy of `{like}`, to begin with. Say here in three sentences what it shows, from which sheets it is made"
        " and for whom it is; below, put its rule in a sentence before the cell that computes it."
    )


def _uses(cells: Iterable[Mapping[str, Any]], name: str) -> bool:
    return any(f"{name}(" in cell["source"] for cell in cells if cell["cell_type"] == "code")


def _with_values(source: str, values: Mapping[str, Value]) -> str:
    """The parameters cell with the values of a plan; comments stay."""
    lines = source.splitlines()
    for statement in ast.parse(source).body:
        match statement:
            case ast.Assign(targets=[ast.Name() as target], value=value):
                pass
            case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
                pass
            case _:
                continue
        line = statement.lineno - 1
        if value.end_lineno == statement.lineno and ast.literal_eval(value) != values[target.id]:
            # Places are counted in bytes.
            code = lines[line].encode()
            new = json.dumps(values[target.id], ensure_ascii=False)
            new = new.capitalize() if isinstance(values[target.id], bool) else new
            lines[line] = (code[: value.col_offset] + new.encode() + code[value.end_col_offset :]).decode()
    return "\n".join(lines)


def _line(name: str, values: Mapping[str, Value]) -> str:
    told = ", ".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return f'name = "{name}", notebook = "{name}.ipynb"' + (f", parameters = {{ {told} }}" if told else "")


def _add_line(file: Path, line: str) -> None:
    """Put an exhibit last in a plan, with all that stands there and its comments kept."""
    text = file.read_text(encoding="utf-8-sig")
    before = tomllib.loads(text)["exhibit"]
    if re.search(r"^\s*\[\[exhibit\]\]", text, re.MULTILINE):
        text = f"{text.rstrip()}\n\n[[exhibit]]\n" + "\n".join(_parts(line)) + "\n"
    else:
        lines = text.splitlines()
        end = max((number for number, found in enumerate(lines) if found.strip() == "]"), default=0)
        last = next((n for n in range(end - 1, -1, -1) if (word := lines[n].strip()) and not word.startswith("#")), 0)
        if not lines[last].rstrip().endswith((",", "[")):
            lines[last] += ","
        lines.insert(end, f"    {{ {line} }},")
        text = "\n".join(lines) + "\n"
    try:
        is_added = tomllib.loads(text)["exhibit"] == [*before, *tomllib.loads(f"x = [{{ {line} }}]")["x"]]
    except (ValueError, KeyError, TypeError):
        is_added = False
    if not is_added:
        raise PlanError(say("new.no-end", file=f"{REPORTS_FOLDER}/{file.name}"))
    replace_file(file, text)


def _parts(line: str) -> list[str]:
    return [f"{key} = {word}" for key, word in re.findall(r"(name|notebook|parameters) = (\"[^\"]*\"|\{.*\})", line)]


def _row(name: str, caption: str, values: Mapping[str, Value], notebook: Mapping[str, Any]) -> str:
    made_by = ", ".join([f"{name}.ipynb", *(f"{key}={value}" for key, value in values.items())])
    trees = [ast.parse(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    reads = [arg for call in calls if getattr(call.func, "attr", "") == "read" for arg in call.args]
    read = ", ".join(f"`{arg.value}`" for arg in reads if isinstance(arg, ast.Constant))
    return f"| {caption.replace('|', '/')} | `{name}` | {made_by} | {read} | {STATUS} |"


def _add_row(file: Path, row: str) -> bool:
    """Put an exhibit last in the table of exhibits of a README; False when there is no such table."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    rows = [number for number, line in enumerate(lines) if re.match(r"\| .* \| `[a-z_0-9]+` \| \S+\.ipynb", line)]
    if not rows:
        return False
    lines.insert(rows[-1] + 1, row)
    replace_file(file, "\n".join(lines) + "\n")
    return True


@contextmanager
def _whole_or_not(*files: Path) -> Iterator[None]:
    """Leave every one of these files as it was when not all can be written."""
    before = {file: file.read_bytes() if file.is_file() else None for file in files}
    try:
        yield
    except BaseException as error:
        for file, content in before.items():
            if content is None:
                file.unlink(missing_ok=True)
            elif file.read_bytes() != content:
                replace_file(file, content)
        if isinstance(error, OSError):
            raise PlanError(disk_sentence(error)) from error
        raise
