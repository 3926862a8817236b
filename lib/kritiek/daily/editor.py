"""A project in; what `check`, `changes` and `finish` would say of it out, as tables for who edits the spreadsheets.

For notebooks/check_sources.ipynb: each function ends in a table or a sentence, in Dutch or English, and never in a
traceback.
"""

from __future__ import annotations

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
from sheetcheck.messages import LANGUAGES, placed, speaking, spoken
from sheetcheck.schema import load_package

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

WORDS = {
    "nl": {
        "faults": "Fouten in de bronnen",
        "fault": "Bestand|Blad|Cel|Kolom|Gevonden|Verwacht|Wat te doen",
        "no_faults": "Geen fouten, in {sheets} bladen van {files} bestanden.",
        "some_faults": "{count} in {files}. Verbeter ze in Excel, sla op, en voer dit notebook opnieuw uit.",
        "mend": "Verbeter de cel, sla op, en voer dit notebook opnieuw uit.",
        "more": "en nog {count} van deze soort, tot en met {last}",
        "remarks": "Opmerkingen: geen fouten, wel goed om te weten",
        "changes": "Wat is veranderd",
        "change": "Bestand|Blad|Cel|Rij|Kolom|Was|Nu",
        "more_changes": "en nog {count} wijzigingen",
        "exhibits": "Welke tabellen en figuren daardoor veranderen",
        "exhibit": "Tabel of figuur|Cellen anders|Rijen erbij|Rijen weg|Waar, wat er stond en wat er komt",
        "no_changes": "Niets veranderd, dus geen tabel of figuur verandert.",
        "some": "{count} van de {total} tabellen en figuren van {plan}.",
        "words": "number nummer, caption bijschrift, note noot, mark teken, text tekst, alternative bij de figuur",
        "same": "Geen van de {total} tabellen en figuren van {plan} verandert.",
        "faults_first": "Eerst de fouten hierboven: met fouten is niet te zeggen wat verandert.",
        "steps": "Wat kritiek finish nog zou doen",
        "step": "Stap|Stand|Waarover het gaat",
        "check": "controleren",
        "changed": "vastleggen (commit)",
        "build": "maken",
        "printed": "vergelijken met de druk",
        "store": "notebooks bewaren",
        "mirror": "leesbare kopieën",
        "codebook": "data/README.md",
        "good": "in orde",
        "to_do": "nog te doen",
        "wrong": "niet zoals gedrukt",
        "stopped": "eerst verbeteren",
        "all_done": "Alles is bijgewerkt.",
        "finish": "Klaar met bewerken? Kies in JupyterLab File › New › Terminal en typ: uv run kritiek finish",
        "unknown": 'language: "{value}" is onbekend. Kies nl of en.',
        "failed": "Dit kon niet worden nagegaan ({what}). Geef deze zin door aan wie het project beheert.",
        "and": "en nog {count}",
        "fault_1": "{count} fout",
        "fault_n": "{count} fouten",
        "file_1": "{count} bestand",
        "file_n": "{count} bestanden",
        "sheet_1": "{count} blad",
        "sheet_n": "{count} bladen",
    },
    "en": {
        "faults": "Faults in the sources",
        "fault": "File|Sheet|Cell|Column|Found|Expected|What to do",
        "no_faults": "No faults, in {sheets} sheets of {files} files.",
        "some_faults": "{count} in {files}. Mend them in Excel, save, and run this notebook again.",
        "mend": "Mend the cell, save, and run this notebook again.",
        "more": "and {count} more of this kind, down to {last}",
        "remarks": "Remarks: no faults, but good to know",
        "changes": "What has changed",
        "change": "File|Sheet|Cell|Row|Column|Was|Now",
        "more_changes": "and {count} more changes",
        "exhibits": "Which tables and figures that changes",
        "exhibit": "Table or figure|Cells that differ|Rows added|Rows gone|Where, what stood there and what comes",
        "no_changes": "Nothing changed, so that no table or figure changes.",
        "some": "{count} of the {total} tables and figures of {plan}.",
        "words": "",
        "same": "None of the {total} tables and figures of {plan} changes.",
        "faults_first": "First the faults above: with faults nobody can tell what changes.",
        "steps": "What kritiek finish would still do",
        "step": "Step|State|What it is about",
        "check": "check",
        "changed": "commit",
        "build": "build",
        "printed": "compare with the print",
        "store": "store notebooks",
        "mirror": "readable copies",
        "codebook": "data/README.md",
        "good": "in order",
        "to_do": "still to do",
        "wrong": "not as printed",
        "stopped": "mend first",
        "all_done": "Everything is up to date.",
        "finish": "Done editing? In JupyterLab choose File › New › Terminal and type: uv run kritiek finish",
        "unknown": 'language: "{value}" is unknown. Choose nl or en.',
        "failed": "This could not be found out ({what}). Pass this sentence on to whoever looks after the project.",
        "and": "and {count} more",
        "fault_1": "{count} fault",
        "fault_n": "{count} faults",
        "file_1": "{count} file",
        "file_n": "{count} files",
        "sheet_1": "{count} sheet",
        "sheet_n": "{count} sheets",
    },
}


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
            return Report(WORDS["nl"]["unknown"].format(value=visible(str(language))), is_good=False)
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
                return Report(_word("failed", what=visible(what)), is_good=False)

    return answer


@_answering
def faults() -> Report:
    """Every fault of the sources with its cell, what was found, what was expected and what to do."""
    checked = check_folder(_data())
    labels = tuple(_word("fault").split("|"))
    remarks = "\n".join(str(remark) for remark in checked.remarks)
    below = f"{_word('remarks')}:\n{remarks}" if remarks else ""
    if not checked.faults:
        files = {resource.path for resource in checked.package.resources}
        told = _word("no_faults", sheets=len(checked.package.resources), files=len(files))
        return Report(told, is_good=True, below=below)
    kinds: dict[tuple[Any, ...], list[Fault]] = defaultdict(list)
    for fault in checked.faults:
        kinds[fault.file, fault.sheet, fault.column, fault.code].append(fault)
    rows = []
    for kind in kinds.values():
        rows += [_fault_row(fault) for fault in kind[:SHOWN_PER_KIND]]
        if more := kind[SHOWN_PER_KIND:]:
            told = _word("more", count=len(more), last=placed(more[-1].cell or ""))
            rows.append((kind[0].file, kind[0].sheet or "", "", kind[0].column or "", told, "", ""))
    files = {fault.file for fault in checked.faults}
    told = _word("some_faults", count=_counted(len(checked.faults), "fault"), files=_counted(len(files), "file"))
    return Report(told, False, _word("faults"), labels, tuple(rows), below)


def _fault_row(fault: Fault) -> tuple[str, ...]:
    said = SENTENCE.fullmatch(visible(fault.message))
    found, remedy = (said[1], said[2]) if said else (visible(fault.message), "")
    place = (fault.file, fault.sheet or "", placed(fault.cell or ""), fault.column or "")
    return (*place, found, visible(fault.expected or ""), remedy or _word("mend"))


@_answering
def changes(since: str = "") -> Report:
    """Every cell that changed since the last commit, or since the revision or folder that is named."""
    with _compared(since) as (found, _):
        told = list(change_words.entries(found))
    rows = [_change_row(entry) for entry in told[:SHOWN_CHANGES]]
    if more := told[SHOWN_CHANGES:]:
        rows.append((_word("more_changes", count=len(more)), *[""] * 6))
    # How a table that did not change was compared is of no use here.
    quiet = {resource.place for resource in load_package(_data()).resources} - {entry.table for entry in told}
    below = "\n".join(note for note in change_words.notes(found) if note.split(": ")[0] not in quiet)
    labels = tuple(_word("change").split("|"))
    return Report(change_words.summary(found), True, _word("changes"), labels, tuple(rows), below)


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
        return Report(_word("faults_first"), is_good=False)
    with _compared(since) as (changed, old):
        if not changed.resources:
            return Report(_word("no_changes"), is_good=True)
        found = impact(load_plan(plan, project_root()), old, _data(), resources=changed.resources)
    if found.why_not:
        return Report(found.why_not, is_good=False)
    total = len(found.exhibits) + len(found.same) + found.untouched
    if not found.exhibits:
        return Report(_word("same", total=total, plan=plan), is_good=True)
    rows = []
    for one in found.exhibits:
        if one.trouble:
            rows.append((one.number, "", "", "", one.trouble))
            continue
        pairs = [(cell.label, cell.old, cell.new) for cell in one.cells]
        pairs += [(_in_words(change.what), change.old, change.new) for change in one.words]
        shown = ["{}: {} → {}".format(label, *change_words.shown_pair(old, new)) for label, old, new in pairs]
        lines = shown[:SHOWN_CELLS] + ([_word("and", count=len(shown) - SHOWN_CELLS)] if shown[SHOWN_CELLS:] else [])
        rows.append((one.number, *map(str, (len(one.cells), one.rows_added, one.rows_removed)), "\n".join(lines)))
    labels = tuple(_word("exhibit").split("|"))
    told = _word("some", count=len(rows), total=total, plan=plan)
    return Report(told, True, _word("exhibits"), labels, tuple(rows))


def _in_words(what: str) -> str:
    """What an exhibit has beside its cells, such as "note 1", in the language in use."""
    known = dict(pair.split(" ", 1) for pair in _word("words").split(", ") if pair)
    return " ".join(known.get(word, word) for word in what.split(" "))


@_answering
def steps(plan: str) -> Report:
    """What `kritiek finish` has left to do, step by step, and what is to be committed."""
    from kritiek.daily.status import status

    now = status(project_root(), plan)
    labels = tuple(_word("step").split("|"))
    if now.faults:
        rows = (_word("check"), _word("stopped"), _counted(now.faults, "fault"))
        return Report(_word("faults_first"), False, _word("steps"), labels, (rows,))
    sheets = _counted(now.unmirrored, "sheet")
    asked = [
        ("build", list(dict.fromkeys(name.rpartition(".")[0] for name, _ in now.stale)), "to_do"),
        ("printed", [f"{name}: {verdict}" for name, verdict in now.differing], "wrong"),
        ("store", now.unstored, "to_do"),
        ("mirror", [sheets] if now.unmirrored else [], "to_do"),
        ("codebook", [_word("codebook")] if now.is_codebook_old else [], "to_do"),
        ("changed", now.edited, "to_do"),
    ]
    rows = [(_word("check"), _word("good"), "")]
    rows += [(_word(key), _word(state if about else "good"), _listed(about)) for key, about, state in asked]
    is_done = not any(about for _, about, _ in asked)
    told = _word("all_done" if is_done else "finish")
    return Report(told, is_done or not now.differing, _word("steps"), labels, tuple(rows))


def _data() -> Path:
    return project_root() / DATA_FOLDER


def _word(key: str, **parts: Any) -> str:
    return WORDS[spoken()][key].format(**parts)


def _counted(number: int, what: str) -> str:
    return _word(f"{what}_{'1' if number == 1 else 'n'}", count=number)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - SHOWN_NAMES
    return "\n".join([*names[:SHOWN_NAMES], *([_word("and", count=more)] if more > 0 else [])])
