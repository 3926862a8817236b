"""A plan and its executed notebooks in, an Appendix out: all that the formats show, in both languages, and no more.

The notebooks hold the exhibits without loss and what the build found of them; the plan holds the words around them; the
table sources holds the references. A writer puts an Appendix in one language into files and adds nothing to it.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pandas as pd

from kritiek.appendix.references import Reference, day_in_words, references, source_line
from kritiek.appendix.words import WORDS, filled, same, words
from kritiek.build.engine.executed import exhibit_in, exhibits_in, pictures_in
from kritiek.build.freshness import RECORD
from kritiek.build.plan.file import COMMON_PARAMETERS, Plan, PlannedExhibit
from kritiek.build.plan.release import read_release
from kritiek.errors import RunError
from kritiek.exhibits import overlay
from kritiek.exhibits.figures import Figure
from kritiek.exhibits.overlay import KEY, Deviation
from kritiek.exhibits.tables import Exhibit
from kritiek.exhibits.texts import Words

Notebook = Mapping[str, Any]
# Tab and line break are shown as what they are; XML has no place for the others, nor for halves of a character.
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
CONTROL_PICTURES, DELETE_PICTURE, UNKNOWN = 0x2400, "\u2421", "\ufffd"
# How an exhibit stands to what it is held against, and the words for it.
AS_PRINTED, NOT_AS_PRINTED, NOT_COMPARED = "as printed", "not as printed", "not compared"


@dataclass(frozen=True)
class Line:
    """One line of the colophon."""

    label: Words
    value: Words


@dataclass(frozen=True)
class Entry:
    """One exhibit of an appendix, as the plan names it.

    `exhibit` carries the number that the appendix gives it; `figure` is its picture, where it has one, whose data are
    the cells of `exhibit`. `number` is "" in both languages for an exhibit without a number.
    """

    name: str
    number: Words
    exhibit: Exhibit
    verdict: Words
    standing: str
    figure: Figure | None = None
    ordinal: int | None = None  # the number as a number, when it is one
    sources: tuple[Reference, ...] = ()
    fault: Words | None = None  # why it may stand in a draft only
    _drawn: dict[str, tuple[bytes, bytes]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_as_baseline(self) -> bool:
        """True when the appendix may be delivered with it."""
        return self.fault is None

    @property
    def is_empty(self) -> bool:
        """True when its parameters leave no rows."""
        return not len(self.exhibit.frame)

    @property
    def kind(self) -> str:
        """ "figure" for what is looked at, "table" for what is read."""
        is_figure = self.exhibit.kind == "figure" or self.number["nl"].startswith(WORDS["figure"]["nl"])
        return "figure" if is_figure else "table"

    def pictures(self, language: str) -> tuple[bytes, bytes]:
        """The picture of a figure in that language as SVG and as PNG: that of its notebook, or drawn once."""
        if self.figure is None:
            raise ValueError(f"{self.name} has no picture")
        if language not in self._drawn:
            self._drawn[language] = cast(Figure, self.figure.in_language(language)).pictures()
        return self._drawn[language]

    def heading(self, language: str) -> str:
        """Number and caption in that language."""
        return f"{self.number[language]} {self.exhibit.texts.caption[language]}".strip()

    def source_line(self, language: str) -> str:
        """The literature that it was made of, in short; "" when it names none."""
        return source_line(self.sources, language)

    def description(self, language: str) -> str:
        """What a reader who cannot see it is told: its text alternative, or how large the table is."""
        if alt := self.exhibit.texts.alt[language]:
            return alt
        labels = ", ".join(column.label[language] for column in self.exhibit.columns)
        return filled("table_description", rows=len(self.exhibit.frame), columns=labels)[language]

    def below(self, language: str) -> list[str]:
        """What stands below it, a line each: marks, notes, whether the print deviates, and the sources."""
        lines = self.exhibit.in_language(language).below()
        if count := len(self.deviations(language)):
            lines.append(filled("deviation_below" if count == 1 else "deviations_below", count=count)[language])
        if cited := self.source_line(language):
            lines.append(f"{WORDS['source' if len(self.sources) == 1 else 'sources'][language]}: {cited}")
        return lines

    def deviations(self, language: str) -> tuple[Deviation, ...]:
        """What was printed otherwise than computed, as far as this language shows it; only the lines that differ."""
        other = "en" if language == "nl" else "nl"
        hidden = {column.frame_column(other) for column in self.exhibit.columns}
        hidden -= {column.frame_column(language) for column in self.exhibit.columns}
        return tuple(
            replace(
                one, computed=overlay.in_words(one.computed, language), printed=overlay.in_words(one.printed, language)
            )
            for one in map(overlay.shortened, self.exhibit.deviations)
            if one.is_heading or one.column not in hidden
        )

    def place(self, deviation: Deviation, language: str) -> str:
        """Where a deviation stands, in words of the table itself: "Boor (B), Strategisch"."""
        labels = {column.frame_column(language): column.label[language] for column in self.exhibit.columns}
        labels |= {column.name: column.label[language] for column in self.exhibit.columns}
        row = overlay.in_words(deviation.row, language)
        keys = list(self.exhibit.frame[KEY]) if KEY in self.exhibit.frame.columns else []
        if deviation.row in keys:
            row = self.exhibit.cells(language)[keys.index(deviation.row)][0].split("\n")[0] or row
        column = labels.get(deviation.column, overlay.in_words(deviation.column, language))
        return f"{row}, {column}"


@dataclass(frozen=True)
class Appendix:
    """All of an appendix, each text by language; `exhibits` in the order of the plan."""

    plan: str
    title: Words
    introduction: Words
    closing: Words
    languages: tuple[str, ...]
    exhibits: tuple[Entry, ...]
    sources: tuple[Reference, ...]
    colophon: tuple[Line, ...]
    is_draft: bool = False
    faults: tuple[Words, ...] = ()  # why it may be delivered as a draft only; empty for one that is right
    date: dt.date | None = None
    data_date: dt.date | None = None  # the last day that the sources know of
    number_prefix: str = ""
    template: Path | None = None
    missing: tuple[str, ...] = ()  # exhibits of the plan that were not built
    keeps_numbers: bool = True  # False when it counts its exhibits itself

    def deviation_rows(self, language: str) -> list[list[str]]:
        """What was printed otherwise than computed, with the reason, as a table with its labels; empty when nothing."""
        rows = [
            [name, entry.place(one, language), one.computed, one.printed, one.reason[language]]
            for entry in self.exhibits
            for name in [entry.number[language] or entry.exhibit.texts.caption[language]]
            for one in entry.deviations(language)
        ]
        labels = [WORDS[term][language] for term in ("exhibit", "place", "computed", "printed", "reason")]
        return [labels, *rows] if rows else []

    def referring(self, text: str, language: str) -> list[tuple[str, Entry | None]]:
        """A text in pieces, those that are the number of an exhibit with that exhibit."""
        entries = {entry.number[language]: entry for entry in self.exhibits if entry.number[language]}
        if not entries:
            return [(text, None)]
        names = "|".join(re.escape(name) for name in sorted(entries, key=len, reverse=True))
        parts = re.split(rf"(?<!\w)({names})(?![\w])", text)
        return [(part, entries.get(part) if place % 2 else None) for place, part in enumerate(parts) if part]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: what blank lines keep apart, each on one line."""
    return [" ".join(part.split()) for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


def visible(text: str) -> str:
    """A text as every format can hold it: a control character becomes the sign for it, so that none is lost unseen."""
    return INVISIBLE.sub(_sign, text.replace("\r\n", "\n").replace("\r", "\n"))


def _sign(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(CONTROL_PICTURES + code) if code < 0x20 else DELETE_PICTURE if code == 0x7F else UNKNOWN


def read_appendix(
    plan: Plan,
    sources: pd.DataFrame | None,
    *,
    stale: Mapping[str, Words] | None = None,
    facts: Mapping[str, Words] | None = None,
    data_date: dt.date | None = None,
) -> Appendix:
    """The appendix of a plan from its executed notebooks, in all languages of the plan.

    `sources` is the table sources, None where a project has none; `stale` gives, by exhibit, why its notebooks are
    not (any more) what a build would make; `facts` are the commit and the version of the data, as far as they are
    known. Raises RunError when an exhibit has other rows in one language than in another, for then no appendix can be
    made of it.
    """
    stale, entries, missing, records = dict(stale or {}), [], [], []
    numbers: Counter[str] = Counter()
    for planned in plan.exhibits:
        notebooks = {
            language: notebook
            for language in plan.languages
            if (notebook := _read(plan.root / "reports" / plan.name / f"{planned.name}.{language}.ipynb"))
        }
        if len(notebooks) < len(plan.languages):
            missing.append(planned.name)
            stale.setdefault(planned.name, same("kritiek build"))
            continue
        records += [notebook["metadata"][RECORD] for notebook in notebooks.values()]
        entries.append(_entry(plan, planned, notebooks, stale.get(planned.name), numbers))
    used = references((key for entry in entries for key in entry.exhibit.sources), sources)
    by_key = {source.key: source for source in used}
    entries = [replace(entry, sources=_sorted(by_key, entry.exhibit.sources)) for entry in entries]
    faults = [*(_not_built(name, stale[name]) for name in missing), *(entry.fault for entry in entries if entry.fault)]
    head = plan.head
    return Appendix(
        plan=plan.name,
        title=head.title,
        introduction=head.introduction,
        closing=head.closing,
        languages=plan.languages,
        exhibits=tuple(entries),
        sources=used,
        colophon=tuple(_colophon(plan, entries, records, dict(facts or {}), data_date)),
        is_draft=bool(faults),
        faults=tuple(faults),
        date=head.date,
        data_date=data_date,
        number_prefix=head.number_prefix,
        template=head.template,
        missing=tuple(missing),
        keeps_numbers=head.numbering == "report",
    )


def _read(file: Path) -> Notebook | None:
    """The notebook, when a build left it whole; None when there is none."""
    try:
        notebook = json.loads(file.read_text(encoding="utf-8"))
        return notebook if "record" in notebook["metadata"][RECORD] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _entry(
    plan: Plan,
    planned: PlannedExhibit,
    notebooks: Mapping[str, Notebook],
    stale: Words | None,
    numbers: Counter[str],
) -> Entry:
    exhibits = {language: exhibit_in(notebook, language) for language, notebook in notebooks.items()}
    first, *others = exhibits
    exhibit = exhibits[first]
    for other in others:
        if exhibits[other].in_language(first).payload() != exhibit.payload():
            raise RunError(
                f'{planned.name}: its notebook makes other rows or texts in "{other}" than in "{first}". Give both'
                " languages in every column (a twin with _en) and in every text, and let no rule depend on language."
            )
    notebook = notebooks[first]
    pictures = [one for one in exhibits_in(notebook) if isinstance(one, Figure) and one.name == exhibit.name]
    drawn = {language: pictures_in(one, exhibit.name) for language, one in notebooks.items()}
    facts = notebook["metadata"][RECORD]
    standing, verdict = _against_release(plan, planned, facts) if plan.release else _verdict(plan, exhibit, facts)
    fault = None
    if stale:
        fault = _told(planned.name, filled("stale", reason=stale))
    elif standing == NOT_AS_PRINTED:
        fault = _told(planned.name, facts["verdict"])
    entry = Entry(
        name=planned.name,
        number=exhibit.texts.number,
        exhibit=exhibit,
        verdict=verdict,
        standing=standing,
        figure=pictures[-1] if pictures else None,
        fault=fault,
        _drawn={language: both for language, both in drawn.items() if both},
    )
    return _numbered(entry, plan, numbers)


def _told(name: str, what: Words) -> Words:
    return {language: f"{name}: {text}" for language, text in what.items()}


def _not_built(name: str, reason: Words) -> Words:
    return _told(name, filled("not_built", reason=reason))


def _numbered(entry: Entry, plan: Plan, numbers: Counter[str]) -> Entry:
    """The entry with its number in this appendix, also in what its exhibit says of itself."""
    if plan.head.numbering == "own":
        numbers[entry.kind] += 1
        ordinal: int | None = numbers[entry.kind]
        label = WORDS[entry.kind]
        number = {language: f"{label[language]} {plan.head.number_prefix}{ordinal}" for language in label}
    else:
        number = dict(entry.number)
        label, ordinal = WORDS[entry.kind], None
        digits = {text.removeprefix(f"{label[language]} ") for language, text in number.items()}
        if len(digits) == 1 and (text := digits.pop()).isdecimal():
            ordinal = int(text)
    exhibit, figure = (
        one and replace(one, texts=replace(one.texts, number=number)) for one in (entry.exhibit, entry.figure)
    )
    return replace(entry, number=number, ordinal=ordinal, exhibit=exhibit, figure=figure)


def _verdict(plan: Plan, exhibit: Exhibit, facts: Mapping[str, Any]) -> tuple[str, Words]:
    """How an exhibit stands to the plan's baseline, and the words for it."""
    if not len(exhibit.frame) and not exhibit.published:
        return NOT_COMPARED, WORDS["no_rows"]
    if not facts["agrees"]:
        return NOT_AS_PRINTED, WORDS["not_as_printed"]
    if facts["compared"]:
        known = facts.get("known")
        english = WORDS["as_printed_but" if known else "rows_as_printed"]["en"]
        return AS_PRINTED, words(WORDS["as_printed_but" if known else "as_printed"]["nl"], english)
    if not plan.is_compared:
        return NOT_COMPARED, WORDS["no_baseline"]
    return NOT_COMPARED, WORDS["not_printed" if exhibit.published else "other_case"]


def _against_release(plan: Plan, planned: PlannedExhibit, facts: Mapping[str, Any]) -> tuple[str, Words]:
    """How an exhibit stands to the release that is the plan's baseline, and the words for it."""
    release = plan.release
    if not facts["compared"]:
        return NOT_COMPARED, filled("not_in_release", release=release) if facts["rows"] else WORDS["no_rows"]
    if not facts["agrees"]:
        return NOT_AS_PRINTED, filled("not_as_in_release", release=release)
    if known := facts.get("known"):
        places = WORDS["one_place"] if known == 1 else filled("places", count=known)
        return AS_PRINTED, filled("as_in_release_but", release=release, places=places, reason=planned.reason)
    return AS_PRINTED, filled("as_in_release", release=release)


def _baseline(plan: Plan) -> Words:
    if not plan.release:
        return WORDS["baseline_printed" if plan.is_compared else "baseline_none"]
    frozen = read_release(plan.root, plan.release)
    day = day_in_words(dt.date.fromisoformat(frozen["date"]))
    return filled("baseline_release", release=plan.release, day=day, plan=frozen["plan"])


def _sorted(by_key: Mapping[str, Reference], keys: Iterable[str]) -> tuple[Reference, ...]:
    return tuple(sorted((by_key[key] for key in keys), key=lambda source: source.number))


def _colophon(
    plan: Plan,
    entries: Sequence[Entry],
    records: Sequence[Mapping[str, Any]],
    facts: Mapping[str, Words],
    data_date: dt.date | None,
) -> list[Line]:
    """Which edition this is, from what, with what, and how it stands to its baseline."""
    lines = [Line(WORDS["edition"], plan.title)]
    if plan.head.date:
        lines.append(Line(WORDS["date"], day_in_words(plan.head.date)))
    lines.append(Line(WORDS["plan"], same(f"reports/{plan.name}.toml")))
    lines.append(Line(WORDS["parameters"], _choices(plan, entries)))
    lines.append(Line(WORDS["baseline"], _baseline(plan)))
    if "data_version" in facts:
        known = day_in_words(data_date) if data_date else WORDS["no_date"]
        value = filled("data_version_of", version=facts["data_version"], day=known)
        lines.append(Line(WORDS["data_version"], value))
    if "commit" in facts:
        lines.append(Line(WORDS["commit"], facts["commit"]))
    made = dict.fromkeys(f"{name} {one}" for record in records for name, one in record["record"]["versions"].items())
    lines.append(Line(WORDS["versions"], same(", ".join(sorted(made)))))
    lines.append(Line(WORDS["verdict"], _sum(entries, plan.release)))
    return lines


def _choices(plan: Plan, entries: Sequence[Entry]) -> Words:
    """Each exhibit that is another case than the published one, a line each: its caption, which says the choice in
    words, and behind it the parameters that repeat it."""
    chosen = {entry.name: entry for entry in entries if not entry.exhibit.published}
    told: list[tuple[Entry, str]] = []
    for planned in plan.exhibits:
        own = []
        for parameter in planned.declared:
            value = planned.values[parameter.name]
            printed = [pin[parameter.name] for _, pin in planned.pins if parameter.name in pin] or [parameter.default]
            if parameter.name not in COMMON_PARAMETERS and value not in printed:
                own.append(f"{parameter.name} = {value}")
        if planned.name in chosen and own:
            told.append((chosen[planned.name], ", ".join(own)))
    if not told:
        return WORDS["no_parameters"]
    return {
        language: "\n".join(f"{entry.heading(language)} ({own})" for entry, own in told) for language in ("nl", "en")
    }


def _sum(entries: Sequence[Entry], release: str) -> Words:
    counts = Counter(entry.standing for entry in entries)
    terms = {
        AS_PRINTED: "count_as_in_release" if release else "count_as_printed",
        NOT_COMPARED: "count_not_compared",
        NOT_AS_PRINTED: "count_wrong",
    }
    parts = [
        filled(term, count=counts[standing], release=release) for standing, term in terms.items() if counts[standing]
    ]
    return {language: ", ".join(part[language] for part in parts) for language in ("nl", "en")}
