"""What the tests of all five formats share: texts that must come through as they are, and appendices to write."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from kritiek.appendix.model import AS_PRINTED, Appendix, Entry, Line, read_appendix
from kritiek.appendix.references import references
from kritiek.appendix.words import WORDS, same, words
from kritiek.build.plan import load_plan, prepare
from kritiek.build.run import build
from kritiek.exhibits.overlay import Deviation
from kritiek.exhibits.tables import Mark, Table, Texts
from kritiek.sources import Sources

ROOT = Path(__file__).parents[1]
PLANS = tuple(sorted(path.stem for path in (ROOT / "reports").glob("*.toml")))
MARK = Mark("*", words("ook strategisch", "also strategic"))

# Each must be shown to the letter by every format; nothing of it may run, be opened or be asked for.
NASTY = {
    "script": "<script>alert(1)</script>",
    "formula": "=cmd|'/c calc'!A0",
    "plus": "+1+1",
    "minus": "-2+3",
    "at": "@SUM(A1)",
    "link": "https://example.org/?a=1&b=2",
    "internal": "internal:Sheet1!A1",
    "typst": '#let x = 1; #read("/etc/passwd") @label <label> $x^2$ // /* *bold* _it_ `raw` \\',
    "latex": "\\input{/etc/passwd} \\textbf{x} % ~",
    "ampersand": "R&D &amp; &lt; &nbsp;",
    "pipe": "a|b||c",
    "cdata": "]]> <![CDATA[ x ]]>",
    "quotes": "\"dubbel\" 'enkel' “krul” ‘krul’",
    "template": "{{ 7*7 }} {% raw %} ${x} {0}",
    "field": "{ SEQ Tabel } _x000D_ _x0041_",
    "error": "#REF!",
    "number": "007",
    "big": "12345678901234567890",
    "date": "1-2",
    "lines": "eerste regel\ntweede regel\n\nvierde regel",
    "tabs": "voor\tna",
    "spaces": "twee  spaties",
    "emoji": "🔋 batterij 👩🏽‍🔬",
    "right_to_left": "שלום עולם",
    "accents": "ïéçø → ≥ 5 µm, H₂O, 10⁻³",
    "long_word": "Arbeidsongeschiktheidsverzekeringsmaatschappijvertegenwoordiger",
}
# What no format can hold: XML 1.0 has no such characters. Shown as the sign for them, so that none is lost unseen.
CONTROLS = "voor\x00\x01\x0b\x1fna"
CONTROLS_SHOWN = "voor␀␁␋␟na"


def table(
    rows: list[list[object]], columns: tuple[str, ...] = ("kind", "text"), name: str = "trial", **changes
) -> Table:
    """A table of these rows with a mark and words in both languages; changes go to its texts, `labels` too."""
    labels = changes.pop("labels", [words(f"{column} nl", f"{column} en") for column in columns])
    given = {
        "number": words("Tabel 1", "Table 1"),
        "caption": words("Een proef & meer", "A trial & more"),
        "alt": words("", ""),
        "columns": tuple(zip(columns, labels, strict=True)),
        "notes": (words("Een noot <b>", "A note <b>"),),
    }
    texts = Texts(name=name, unfilled={}, **{**given, **changes})
    return Table(texts, pd.DataFrame(rows, columns=list(columns)), marks=(MARK,))


def entry(exhibit: Table, ordinal: int | None = 1, **changes) -> Entry:
    """The entry of an exhibit that is as printed."""
    return Entry(
        **{
            "name": exhibit.name,
            "number": exhibit.texts.number,
            "exhibit": exhibit,
            "verdict": WORDS["as_printed"],
            "standing": AS_PRINTED,
            "ordinal": ordinal,
            **changes,
        }
    )


def appendix(*entries: Entry, **changes) -> Appendix:
    """An appendix of these entries with all that surrounds them."""
    rows = [["s-1", "Jansen, J.", "2025", "Een titel", *[""] * 4, "https://example.org/x"]]
    columns = ["id", "authors", "date", "title", "title_addition", "container", "publisher", "accessed", "url"]
    given = {
        "plan": "trial",
        "title": words("Bijlage over alles", "Appendix on everything"),
        "introduction": words("Eerste alinea.\n\nTweede <alinea>.", "First paragraph.\n\nSecond <paragraph>."),
        "closing": words("Tot ziens & bedankt.", "Goodbye & thanks."),
        "languages": ("nl", "en"),
        "exhibits": entries,
        "sources": references(["s-1"], pd.DataFrame(rows, columns=columns)),
        "colophon": (Line(WORDS["plan"], same("reports/trial.toml")),),
        "date": dt.date(2026, 11, 24),
    }
    return Appendix(**{**given, **changes})


def nasty_appendix() -> Appendix:
    """Every text of NASTY in a cell, a caption, a label, a note, a mark, a source line and the words of the plan."""
    everything = " ".join(text.replace("\n", " ") for text in NASTY.values())
    exhibit = table(
        [[kind, text] for kind, text in NASTY.items()],
        ("kind", "text"),
        caption=same(everything),
        alt=same(everything),
        notes=tuple(map(same, NASTY.values())),
        labels=(same(everything), same("<b>")),
    )
    deviation = Deviation("script", "text", NASTY["script"], NASTY["typst"], same(NASTY["formula"]), "certain")
    return appendix(
        entry(replace(exhibit, deviations=(deviation,), frame=exhibit.frame.assign(key=exhibit.frame["kind"]))),
        title=same(everything),
        introduction=same(everything),
        closing=same(everything),
        colophon=(Line(same(NASTY["script"]), same(NASTY["typst"])),),
    )


def long_appendix(rows: int = 2000) -> Appendix:
    """A table of many rows, and one with a cell of 5,000 characters."""
    cells = [[f"rij {number}", f"waarde {number}"] for number in range(1, rows + 1)]
    long = "Een lange zin met gewone woorden erin. " * 128
    second = table([["lang", long.strip()[:5000].strip()]], name="second", number=words("Tabel 2", "Table 2"))
    return appendix(entry(table(cells)), entry(second, 2))


def expected(one: Entry, language: str) -> list[list[str]]:
    """What a format must show of an exhibit: its labels and every cell, from the Table object itself."""
    return one.exhibit.csv_rows(language)


@cache
def built(plan: str) -> tuple[tuple[str, Path], ...]:
    """The executed notebooks of a plan of the project, in every language, each with the name of its exhibit.

    What is still as a build would leave it is not run again: the first process that asks runs it for all.
    """
    jobs = prepare(load_plan(plan, ROOT), only=(), settings={}, languages=None, data=None)
    with _alone():
        outcomes = build(jobs, root=ROOT, plan_name=plan)
    assert [outcome.error or outcome.verdict for outcome in outcomes if outcome.error or not outcome.agrees] == []
    return tuple((outcome.exhibit, outcome.notebook) for outcome in outcomes)


@cache
def notebooks(plan: str, language: str = "nl") -> dict[str, dict[str, Any]]:
    """The executed notebooks of a plan in one language, by exhibit."""
    files = {name: file for name, file in built(plan) if file.name.endswith(f".{language}.ipynb")}
    return {name: json.loads(file.read_text(encoding="utf-8")) for name, file in files.items()}


@cache
def real(plan: str) -> Appendix:
    """The appendix of a plan of the project."""
    built(plan)
    sources = Sources.load(ROOT / "data")
    return read_appendix(
        load_plan(plan, ROOT), sources.table("sources"), data_date=sources.data_date, facts={"data_version": same("1")}
    )


@cache
def real_file(writer: ModuleType, plan: str, language: str) -> Path:
    """The one file that a writer makes of a plan of the project, written once a session of tests; not to be changed."""
    [file] = writer.write(real(plan), language, Path(_folder().name))
    return file


@cache
def _folder() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="kritiek-appendix-")


@contextmanager
def _alone() -> Iterator[None]:
    """One test process at a time builds in the project; one that waits ten minutes goes on."""
    lock = Path(tempfile.gettempdir()) / f"kritiek-tests-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]}"
    begun = time.monotonic()
    while True:
        try:
            lock.mkdir()
            break
        except FileExistsError:
            if time.monotonic() - begun > 600:
                break
            time.sleep(0.2)
    try:
        yield
    finally:
        with suppress(OSError):
            lock.rmdir()
