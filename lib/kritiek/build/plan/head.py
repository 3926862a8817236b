"""All of a plan but its exhibits: what the file says in; titles, words around the exhibits and how they count out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kritiek.build.plan.parameters import shown
from kritiek.project import REPORTS_FOLDER
from sheetcheck.messages import LANGUAGES, say
from sheetcheck.nearest import nearest_name

PLAN_KEYS = (
    *("title", "languages", "baseline", "exhibit"),
    *("introduction", "closing", "date", "numbering", "number_prefix", "template"),
)
NUMBERINGS = ("report", "own")
LONGEST_PREFIX = 12

Words = Mapping[str, str]


@dataclass(frozen=True)
class Head:
    """What a plan says of the appendix as a whole; `template` is a .docx with the styles of an organisation."""

    title: Words = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    introduction: Words = field(default_factory=dict)
    closing: Words = field(default_factory=dict)
    date: dt.date | None = None
    numbering: str = "report"
    number_prefix: str = ""
    template: Path | None = None


def read_head(content: Mapping[str, Any], root: Path) -> tuple[Head, list[str]]:
    """The head of a plan and every fault in it; with faults the head is not to be used."""
    faults = unknown_keys(content, PLAN_KEYS, say("head.plan"))
    languages = _languages(content.get("languages"), faults)
    title = _words(content, "title", languages, faults)
    texts = {key: _words(content, key, languages, faults) for key in ("introduction", "closing") if key in content}
    numbering, prefix = content.get("numbering", "report"), content.get("number_prefix", "")
    if numbering not in NUMBERINGS:
        faults.append(say("head.numbering", found=shown(numbering)) + nearest_name(str(numbering), NUMBERINGS))
    if not (isinstance(prefix, str) and len(prefix) <= LONGEST_PREFIX and prefix.isprintable()):
        faults.append(say("head.prefix", found=shown(prefix)))
    elif prefix and numbering == "report":
        faults.append(say("head.prefix-alone"))
    date, template = _date(content.get("date"), faults), _template(content.get("template"), root, faults)
    head = Head(title, languages, date=date, numbering=numbering, number_prefix=prefix, template=template, **texts)
    return head, faults


def unknown_keys(entry: Mapping[str, Any], known: Sequence[str], place: str) -> list[str]:
    """A fault for each key that is not known, with the nearest that is."""
    return [say("head.key", place=place, key=key) + nearest_name(key, known) for key in entry if key not in known]


def _languages(found: Any, faults: list[str]) -> tuple[str, ...]:
    if not isinstance(found, list) or not found:
        faults.append(say("head.languages", found=shown(found)))
        return ()
    faults += [
        say("head.unknown-language", word=shown(word), known=LANGUAGES) for word in found if word not in LANGUAGES
    ]
    return tuple(language for language in dict.fromkeys(map(str, found)) if language in LANGUAGES)


def _words(content: Mapping[str, Any], key: str, languages: Sequence[str], faults: list[str]) -> Words:
    """A text by language, needed in each language of the plan."""
    found = content.get(key)
    if not isinstance(found, dict):
        faults.append(say("head.words", key=key))
        return {}
    faults += unknown_keys(found, LANGUAGES, key)
    for one in (one for one in LANGUAGES if one in languages):
        if not (isinstance(found.get(one), str) and found[one].strip()):
            faults.append(say("head.text", key=key, spoken=one))
    return found


def _date(found: Any, faults: list[str]) -> dt.date | None:
    if isinstance(found, str):
        with suppress(ValueError):
            found = dt.date.fromisoformat(found)
    if found is None or type(found) is dt.date:
        return found
    faults.append(say("head.date", found=shown(str(found))))
    return None


def _template(found: Any, root: Path, faults: list[str]) -> Path | None:
    folder = root / REPORTS_FOLDER
    if found is None:
        return None
    if not (isinstance(found, str) and found.lower().endswith(".docx")):
        faults.append(say("head.template", found=shown(found)))
        return None
    file = folder / found
    if file.resolve().is_relative_to(root) and file.is_file():
        return file
    known = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.docx"))
    faults.append(say("head.no-template", found=shown(found), folder=REPORTS_FOLDER))
    faults[-1] += nearest_name(found, known) if known else ""
    return None
