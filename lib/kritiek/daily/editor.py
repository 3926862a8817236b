"""A project in; what `check`, `changes` and `finish` would say of it out, as tables for who edits the spreadsheets.

For notebooks/check_sources.ipynb: each function ends in a table or a sentence, in Dutch or English, and never in a
traceback.
"""

import functools
import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kritiek.project import DATA_FOLDER, project_root
from sheetcheck.changes import words as change_words
from sheetcheck.changes.differences import Changes, compare_folders
from sheetcheck.changes.history import old_state
from sheetcheck.checks import check_folder
from sheetcheck.faults import SHOWN_PER_KIND, Fault, UserError, disk_sentence, visible
from sheetcheck.messages import LANGUAGES, placed, say, speaking

# A filled table of a report has hundreds of cells: what nobody reads hides the rest.
SHOWN_CHANGES, SHOWN_CELLS, SHOWN_NAMES = 200, 3, 6
# The first sentence of a message, with whatever stands in quotation marks taken as it is.
SENTENCE = re.compile(r"((?:\"[^\"]*\"|[^\".!?]|[.!?](?!\s))*[.!?])(?:\s+(.*))?", re.DOTALL)
# JupyterLab sets cells to the right, and drops a style sheet where it does not trust: styles stand in the tags.
TABLE = "border-collapse: collapse; table-layout: auto; margin: 0 0 1em 0; max-width: 100%"
CELL = "text-align: left; vertical-align: top; white-space: pre-wrap; padding: 0.35em 0.8em"
SHORT = 20  # characters that stay on a line: an address, a name
BELOW = "white-space: pre-wrap; max-width: 60em"
CAPTION = "text-align: left; font-weight: bold; caption-side: top; padding: 0.3em 0; white-space: nowrap"
GOOD, BAD = "border-left: 0.4em solid #2e7d32", "border-left: 0.4em solid #b3261e"
BOX = "{}; padding: 0.5em 0.8em; margin: 0.5em 0; max-width: 60em"


@dataclass(frozen=True)
class Report:
    """A sentence, and where there is more to say a table, as a person reads it in JupyterLab."""

    sentence: str
    is_good: bool
    caption: str = ""
    labels: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    below: str = ""

    def __repr__(self) -> str:
        table = [self.caption, *(" | ".join(row) for row in (self.labels, *self.rows))] if self.rows else []
        return "\n".join(line for line in (self.sentence, *table, self.below) if line)

    def _repr_html_(self) -> str:
        parts = [f'<div style="{BOX.format(GOOD if self.is_good else BAD)}">{html.escape(self.sentence)}</div>']
        if self.rows:
            heads = "".join(f'<th scope="col" style="{CELL}">{html.escape(label)}</th>' for label in self.labels)
            lines = "".join(f"<tr>{''.join(map(_html_cell, row))}</tr>" for row in self.rows)
            caption = f'<caption style="{CAPTION}">{html.escape(self.caption)}</caption>'
            parts.append(
                f'<table style="{TABLE}">{caption}<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>'
            )
        return "".join(parts) + (f'<p style="{BELOW}">{html.escape(self.below)}</p>' if self.below else "")


def _html_cell(text: str) -> str:
    style = f"{CELL}; white-space: nowrap" if len(text) <= SHORT else CELL
    return f'<td style="{style}">{html.escape(text)}</td>'


def _answering(make: Callable[..., Report]) -> Callable[..., Report]:
    """In the language asked for, and with a sentence where something cannot be done."""

    @functools.wraps(make)
    def answer(*arguments: Any, language: str = "nl", **options: Any) -> Report:
        if language not in LANGUAGES:
            return Report(say("editor.language", "nl", value=visible(str(language))), is_good=False)
        with speaking(language):
            try:
                return make(*arguments, **options)
            except UserError as error:
                return Report(str(error), is_good=False)
            except OSError as error:
                return Report(disk_sentence(error), is_good=False)
            except Exception as error:
                # Who edits a sheet can do nothing with a traceback; who looks after the project can with this.
                what = f"{type(error).__name__}: {error}"
                return Report(say("editor.failed", what=visible(what)), is_good=False)

    return answer


@_answering
def faults() -> Report:
    """Every fault of the sources with its cell, what was found, what was expected and what to do."""
    checked = check_folder(_data())
    labels = _heads("fault")
    remarks = "\n".join(str(remark) for remark in checked.remarks)
    below = f"{say('editor.remarks')}:\n{remarks}" if remarks else ""
    if not checked.faults:
        files = {resource.path for resource in checked.package.resources}
        told = say("editor.no-faults", sheets=len(checked.package.resources), files=len(files))
        return Report(told, is_good=True, below=below)
    kinds: dict[tuple[Any, ...], list[Fault]] = defaultdict(list)
    for fault in checked.faults:
        kinds[fault.file, fault.sheet, fault.column, fault.code].append(fault)
    rows = []
    for kind in kinds.values():
        rows += [_fault_row(fault) for fault in kind[:SHOWN_PER_KIND]]
        if more := kind[SHOWN_PER_KIND:]:
            told = say("editor.more", count=len(more), last=placed(more[-1].cell or ""))
            rows.append((kind[0].file, kind[0].sheet or "", "", kind[0].column or "", told, "", ""))
    files = {fault.file for fault in checked.faults}
    told = say("editor.some-faults", faults=len(checked.faults), files=len(files))
    return Report(told, False, say("editor.faults"), labels, tuple(rows), below)


def _fault_row(fault: Fault) -> tuple[str, ...]:
    said = SENTENCE.fullmatch(visible(fault.message))
    found, remedy = (said[1], said[2]) if said else (visible(fault.message), "")
    place = (fault.file, fault.sheet or "", placed(fault.cell or ""), fault.column or "")
    return (*place, found, visible(fault.expected or ""), remedy or say("editor.mend"))


@_answering
def changes(since: str = "") -> Report:
    """Every cell that changed since the last commit, or since the revision or folder that is named."""
    with _compared(since) as (found, _):
        told = list(change_words.entries(found))
    rows = [_change_row(entry) for entry in told[:SHOWN_CHANGES]]
    if more := told[SHOWN_CHANGES:]:
        rows.append((say("editor.more-changes", count=len(more)), *[""] * 6))
    below = "\n".join(change_words.notes(found))
    labels = _heads("change")
    return Report(change_words.summary(found), True, say("editor.changes"), labels, tuple(rows), below)


@contextmanager
def _compared(since: str) -> Iterator[tuple[Changes, Path]]:
    """What changed in the sources, and the folder with their old state."""
    with old_state(_data(), since or None) as old:
        yield compare_folders(old.folder, _data(), old_name=old.name, new_name=DATA_FOLDER), old.folder


def _change_row(entry: change_words.Entry) -> tuple[str, ...]:
    file, *inside = entry.place.split(" › ")
    if not file.endswith(".xlsx"):
        inside = ["", *inside]  # a CSV has no sheets
    sheet, cell = [*inside, "", ""][:2]
    # Of a cell what it holds stands in quotation marks; a row that is new or gone is told as a whole.
    is_cell = entry.old is not None and entry.new is not None
    old, new = change_words.shown_pair(entry.old, entry.new) if is_cell else (entry.old, entry.new)
    return tuple(visible(text or "") for text in (file, sheet, placed(cell), entry.key, entry.column, old, new))


@_answering
def exhibits(plan: str, since: str = "") -> Report:
    """Which exhibits of a plan change by what was edited: each is made from the old and from the new state."""
    # What builds is loaded only by who asks for it.
    from kritiek.build.plan import load_plan
    from kritiek.changes.impact import impact

    if check_folder(_data()).faults:
        return Report(say("editor.faults-first"), is_good=False)
    with _compared(since) as (changed, old):
        if not changed.resources:
            return Report(say("editor.no-changes"), is_good=True)
        found = impact(load_plan(plan, project_root()), old, _data(), resources=changed.resources)
    if found.why_not:
        return Report(found.why_not, is_good=False)
    total = len(found.exhibits) + len(found.same) + found.untouched
    if not found.exhibits:
        return Report(say("editor.same", total=total, plan=plan), is_good=True)
    rows = []
    for one in found.exhibits:
        if one.trouble:
            rows.append((one.number, "", "", "", one.trouble))
            continue
        pairs = [(cell.label, cell.old, cell.new) for cell in one.cells]
        pairs += [(change.what, change.old, change.new) for change in one.words]
        shown = ["{}: {} → {}".format(label, *change_words.shown_pair(old, new)) for label, old, new in pairs]
        counts = map(str, (len(one.cells), one.rows_added, one.rows_removed))
        rows.append((one.number, *counts, _listed(shown, SHOWN_CELLS)))
    labels = _heads("exhibit")
    told = say("editor.some", changed=len(rows), total=total, plan=plan)
    return Report(told, True, say("editor.exhibits"), labels, tuple(rows))


@_answering
def steps(plan: str) -> Report:
    """What `kritiek finish` has left to do, step by step, and what is to be committed."""
    from kritiek.daily.status import status

    now = status(project_root(), plan)
    labels = _heads("step")
    if now.faults:
        row = (say("editor.step-check"), say("editor.state-stopped"), say("editor.count-faults", faults=now.faults))
        return Report(say("editor.faults-first"), False, say("editor.steps"), labels, (row,))
    sheets = say("finish.sheets", sheets=now.unmirrored)
    asked = [
        ("build", list(dict.fromkeys(name.rpartition(".")[0] for name, _ in now.stale)), "to-do"),
        ("printed", [f"{name}: {verdict}" for name, verdict in now.differing], "wrong"),
        ("store", now.unstored, "to-do"),
        ("mirror", [sheets] if now.unmirrored else [], "to-do"),
        ("pages", now.outdated, "to-do"),
        ("commit", now.edited, "to-do"),
    ]
    rows = [(say("editor.step-check"), say("editor.state-good"), "")]
    for step, about, state in asked:
        rows.append((say(f"editor.step-{step}"), say(f"editor.state-{state if about else 'good'}"), _listed(about)))
    is_done = not any(about for _, about, _ in asked)
    told = say("editor.all-done" if is_done else "editor.finish")
    return Report(told, is_done or not now.differing, say("editor.steps"), labels, tuple(rows))


def _data() -> Path:
    return project_root() / DATA_FOLDER


def _heads(table: str) -> tuple[str, ...]:
    return tuple(say(f"editor.heads-{table}").split("|"))


def _listed(names: Sequence[str], most: int = SHOWN_NAMES) -> str:
    more = len(names) - most
    return "\n".join([*names[:most], *([say("editor.and", count=more)] if more > 0 else [])])
