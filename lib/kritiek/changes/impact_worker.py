"""A data folder and notebooks, as JSON on standard input, in; what their exhibits say, as JSON on standard output, out.

Started by `impact` as a process of its own, so that a notebook can do no harm to the command that asked.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import kritiek.sources
from kritiek.build.plan.parameters import PARAMETERS_TAG, load_notebook
from kritiek.exhibits.tables import Exhibit
from kritiek.sources import Sources
from sheetcheck.faults import SourceError, UserError, counted
from sheetcheck.schema import LANGUAGES

# Where a row came from says nothing of what it shows: a row put in above moves all addresses below.
ADDRESSES = ("origin",)


class RecordedSources(Sources):
    """Checked sources that note which of their tables are asked for."""

    reads: set[str]

    def __getitem__(self, name: str) -> Any:
        self.reads.add(name)
        return super().__getitem__(name)


def main() -> None:
    """Answer the one request."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # What a notebook prints must not come between.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    request = json.load(sys.stdin)
    with answers:
        json.dump(answer(request["data"], request["jobs"]), answers)


def answer(data: str, jobs: list[dict[str, Any]]) -> dict[str, Any]:
    """What the exhibit of each job says and reads; or the trouble with the sources of them all."""
    try:
        sources = RecordedSources.load(data)
    except SourceError as error:
        return {"trouble": f"it has {counted(len(error.faults), 'fault')} (see kritiek check).", "exhibits": []}
    except UserError as error:
        return {"trouble": str(error), "exhibits": []}
    # The one way in which a notebook of ours gets at sources: it gets those that were checked already.
    kritiek.sources.Sources.load = lambda data_dir=None: sources  # type: ignore[method-assign, assignment]
    exhibits = []
    for job in jobs:
        sources.reads = set()
        exhibit = described(Path(job["notebook"]), job["parameters"])
        exhibits.append({**exhibit, "reads": sorted(sources.reads)})
    return {"trouble": None, "exhibits": exhibits}


def described(notebook: Path, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """All that an exhibit says, in both languages, or the trouble with it: number, columns, rows and words around."""
    try:
        shown = list(_shown(load_notebook(notebook)["cells"], parameters))
        # As in a build: a table goes before its picture, the last before the first.
        exhibit = ([one for one in shown if one.kind == "table"] or shown)[-1] if shown else None
        said = _said(exhibit, [one for one in shown if one is not exhibit]) if exhibit else {}
    except SyntaxError:
        return {"trouble": "a cell holds a Jupyter command, which only a build can run."}
    except (SystemExit, Exception) as error:
        return {"trouble": str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"}
    return {"trouble": None if exhibit else "it shows no exhibit.", **said}


def _said(exhibit: Exhibit, others: list[Exhibit]) -> dict[str, Any]:
    texts = exhibit.texts
    shown = {name for column in exhibit.columns for name in (column.name, column.english)}
    hidden = [name for name in exhibit.frame.columns if name not in shown and name not in ADDRESSES]
    words = {"number": texts.number, "caption": texts.caption, "text alternative": texts.alt}
    words |= {f"note {number}": note for number, note in enumerate(texts.notes, start=1)}
    words |= {f"mark {mark.sign}": mark.meaning for mark in exhibit.marks}
    drawn = json.dumps([one.payload() for one in others], default=str)
    return {
        "number": texts.number["nl"] or texts.caption["nl"],
        "rows": {
            **{language: exhibit.csv_rows(language) for language in LANGUAGES},
            "hidden": [hidden, *([str(value) for value in row] for row in _plain(exhibit, hidden))],
        },
        "words": {**words, "beside it": {"nl": drawn, "en": drawn}},
    }


def _plain(exhibit: Exhibit, columns: list[str]) -> Iterator[list[Any]]:
    for row in exhibit.payload()["data"]:
        yield ["" if row[name] is None else row[name] for name in columns]


def _shown(cells: list[dict[str, Any]], parameters: Mapping[str, Any]) -> Iterator[Exhibit]:
    """Run the code cells in a namespace of their own; gives every exhibit that a cell ends with or displays."""
    displayed: list[Any] = []
    names: dict[str, Any] = {"__name__": "__main__", "display": lambda *values: displayed.extend(values)}
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        code = ast.parse(cell["source"])
        last = code.body.pop() if code.body and isinstance(code.body[-1], ast.Expr) else None
        exec(compile(code, "<cell>", "exec"), names)
        if last is not None:
            displayed.append(eval(compile(ast.Expression(last.value), "<cell>", "eval"), names))
        if PARAMETERS_TAG in cell["metadata"].get("tags", ()):
            names.update(parameters)
        yield from (value for value in displayed if isinstance(value, Exhibit))
        displayed.clear()


if __name__ == "__main__":
    main()
