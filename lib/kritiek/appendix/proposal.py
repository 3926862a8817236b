"""A subject in, a new plan out: the exhibits that bear on it, each with a sentence that says why, as a file to edit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from kritiek.build import PUBLISHED_PLAN
from kritiek.build.engine.executed import exhibits_in
from kritiek.build.plan.file import COMMON_PARAMETERS, PLAN_NAME, Plan, PlannedExhibit, load_plan, plan_names
from kritiek.build.plan.parameters import Value
from kritiek.build.plan.release import release_names
from kritiek.errors import PlanError
from kritiek.project import DATA_FOLDER, NOTEBOOKS_FOLDER, REPORTS_FOLDER
from kritiek.sources import Sources
from sheetcheck.faults import disk_sentence
from sheetcheck.messages import LANGUAGES, say, spoken
from sheetcheck.nearest import nearest_name
from sheetcheck.schema import Reference
from sheetcheck.writing.records import replace_file

# What a subject may be about: where its names stand, and the parameters of notebooks that narrow an exhibit to it.
ASPECTS = {
    "product_group": ("product_groups.id", ("product_group", "group")),
    "audience": ("audiences.id", ("audience",)),
    "material": ("materials.id", ("material",)),
}
GROUP_PARAMETER, GROUP_TABLE = "group", "committee_groups"
MATERIAL_KEY = Reference("materials", "id")
SHORTEST_NAME = 4  # a shorter word, such as "ijzer" without its end, stands within too many others


@dataclass(frozen=True)
class Subject:
    """What an appendix is about, by keys of the sources; and what its materials are called."""

    product_groups: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    called: tuple[str, ...] = field(default=(), compare=False)
    places: frozenset[str] = field(default=frozenset(), compare=False)  # addresses of source rows about its materials

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """What it is about, in the order of ASPECTS."""
        return self.product_groups, self.audiences, self.materials

    def __bool__(self) -> bool:
        return any(self.keys)


@dataclass(frozen=True)
class Proposal:
    """One exhibit that the new plan has or could have; `why` is a sentence."""

    name: str
    notebook: str
    parameters: Mapping[str, Value]
    why: str
    is_proposed: bool


def subject_of(
    sources: Sources, product_groups: Iterable[str], audiences: Iterable[str], materials: Iterable[str]
) -> Subject:
    """The subject that typed words stand for; raises PlanError with the nearest name of every word that is unknown."""
    faults: list[str] = []
    typed = {"product_group": product_groups, "audience": audiences, "material": materials}
    keys = {aspect: tuple(_keys(sources, aspect, words, faults)) for aspect, words in typed.items()}
    if faults:
        raise PlanError("\n".join(faults))
    kin = _kin(sources, keys["material"])
    return Subject(
        keys["product_group"], keys["audience"], keys["material"], _called(sources, kin), _places(sources, kin)
    )


def propose(plan: Plan, sources: Sources, subject: Subject, wanted: Sequence[str] = ()) -> list[Proposal]:
    """Every exhibit of the plan of the report, those first wanted or bearing on the subject marked as proposed.

    Raises PlanError for a wanted exhibit that there is not.
    """
    names = [exhibit.name for exhibit in plan.exhibits]
    if unknown := [name for name in wanted if name not in names]:
        faults = [say("new.unknown", option="exhibit", word=name) + nearest_name(name, names) for name in unknown]
        raise PlanError("\n".join(faults))
    found = []
    for exhibit in plan.exhibits:
        narrowed, why = _narrowed(exhibit, sources, subject)
        rows = "" if why else _rows_about(exhibit, plan.root, subject)
        reason = why or rows or say("new.not-on-subject")
        is_proposed = exhibit.name in wanted if wanted else bool(why or rows or not subject)
        if exhibit.name in wanted:
            reason = f"{reason}; {say('new.asked')}" if why or rows else say("new.asked")
        elif not subject:
            reason = say("new.no-subject")
        found.append(Proposal(exhibit.name, exhibit.notebook, narrowed, reason, is_proposed))
    return found


def new_plan(
    name: str,
    root: Path,
    *,
    title: Mapping[str, str],
    product_groups: Sequence[str] = (),
    audiences: Sequence[str] = (),
    materials: Sequence[str] = (),
    exhibits: Sequence[str] = (),
) -> tuple[Path, list[Proposal]]:
    """Write reports/<name>.toml for a subject, and say of each exhibit why it is in it or not.

    `title` has the languages of the plan. Raises PlanError, and writes nothing, for a name that is taken or is none,
    for words that are unknown, and when nothing bears on the subject.
    """
    if not PLAN_NAME.fullmatch(name):
        raise PlanError(say("plan.no-name", name=name))
    file = root / REPORTS_FOLDER / f"{name}.toml"
    if file.exists() or name.casefold() in (known.casefold() for known in plan_names(root)):
        raise PlanError(say("new.there", file=f"{REPORTS_FOLDER}/{name}.toml"))
    if unknown := [language for language in title if language not in LANGUAGES]:
        raise PlanError(say("new.language", unknown=unknown, known=LANGUAGES))
    if blank := [language for language, text in title.items() if not text.strip() or not text.isprintable()]:
        raise PlanError(say("new.no-title", blank=blank))
    sources = Sources.load(root / DATA_FOLDER)
    subject = subject_of(sources, product_groups, audiences, materials)
    proposals = propose(load_plan(PUBLISHED_PLAN, root), sources, subject, exhibits)
    if not any(proposal.is_proposed for proposal in proposals):
        raise PlanError(say("new.nothing"))
    try:
        about = [
            _name(sources, place.split(".")[0], key)
            for (place, _), keys in zip(ASPECTS.values(), subject.keys, strict=True)
            for key in keys
        ]
        replace_file(file, _toml(title, about, proposals, release_names(root)))
    except OSError as error:
        raise PlanError(disk_sentence(error, f"{REPORTS_FOLDER}/{name}.toml")) from error
    load_plan(name, root)  # what was written can be built
    return file, proposals


def _keys(sources: Sources, aspect: str, words: Iterable[str], faults: list[str]) -> Iterator[str]:
    place, _ = ASPECTS[aspect]
    names = sources.names(place)
    by_word = {name.casefold(): key for name, key in names.items()}
    for word in words:
        if key := by_word.get(word.strip().casefold()):
            yield key
        else:
            option = aspect.replace("_", "-")
            faults.append(say("new.unknown", option=option, word=word) + nearest_name(word, list(names)))


def _kin(sources: Sources, materials: Sequence[str]) -> list[str]:
    """Materials, their kinds, the members of groups, and the groups that they are in."""
    frame, members = sources.table("materials"), sources.table("material_members")
    wanted = list(materials)
    if frame is None or not wanted:
        return wanted
    for key in wanted:  # grows while it is read
        below = list(frame.loc[frame["parent"] == key, "id"])
        if members is not None:
            below += list(members.loc[members["group"] == key, "member"])
        wanted += [one for one in dict.fromkeys(below) if one not in wanted]
    if members is not None:
        # Rows name dysprosium by its group, too.
        wanted += list(members.loc[members["member"].isin(wanted), "group"])
    return wanted


def _places(sources: Sources, kin: Sequence[str]) -> frozenset[str]:
    """The addresses of the rows that one of these materials is a key in, and of those that such rows tie it to."""
    found: set[str] = set()
    for resource in sources.package.resources if kin else ():
        frame = sources.table(resource.name)
        if frame is None:
            continue
        for one in resource.fields:
            if one.reference != MATERIAL_KEY and (resource.name, one.name) != (
                MATERIAL_KEY.resource,
                MATERIAL_KEY.field,
            ):
                continue
            has = [bool({*(value if one.is_list else [value])} & {*kin}) for value in frame[one.name]]
            found |= {*frame.loc[has, "origin"]}
            # A row that is nothing but a tie, such as measure and material, is about what it ties, too.
            for name in {*resource.primary_key} - {one.name} if one.name in resource.primary_key else ():
                tied = resource.field(name).reference
                home = sources.table(tied.resource) if tied and len(resource.primary_key) == 2 else None
                if tied and home is not None:
                    found |= {*home.loc[home[tied.field].isin(frame.loc[has, name]), "origin"]}
    return frozenset(found)


def _called(sources: Sources, kin: Sequence[str]) -> tuple[str, ...]:
    """What these materials are called, in both languages."""
    frame = sources.table("materials")
    if frame is None:
        return tuple(kin)
    rows = frame[frame["id"].isin(kin)]
    names = [name for column in ("name_nl", "name_en") for name in rows[column] if not pd.isna(name)]
    return tuple(dict.fromkeys(name for name in names if len(name) >= SHORTEST_NAME))


def _narrowed(exhibit: PlannedExhibit, sources: Sources, subject: Subject) -> tuple[dict[str, Value], str]:
    """The parameters of an exhibit for this subject, and what they do; "" when none of them bears on it."""
    values = {name: value for name, value in exhibit.parameters.items() if name not in COMMON_PARAMETERS}
    told = []
    by_aspect = dict(zip(ASPECTS, subject.keys, strict=True))
    for parameter in exhibit.declared:
        if parameter.name == GROUP_PARAMETER:
            # A family: each group is an exhibit of its own.
            if _group_of(sources, values[parameter.name]) & set(subject.product_groups):
                told.append(say("new.committees", group=_name(sources, GROUP_TABLE, values[parameter.name])))
            continue
        for aspect, (place, names) in ASPECTS.items():
            for key in by_aspect[aspect] if parameter.name in names else ():
                try:
                    values[parameter.name] = parameter.checked(key, sources)
                except ValueError:
                    continue  # the sources say nothing of it
                told.append(say(f"new.narrowed-{aspect}", name=_name(sources, place.split(".")[0], key)))
                break  # one value is all that a parameter takes
    return values, say("new.and", told=told) if told else ""


def _name(sources: Sources, table: str, key: Value) -> str:
    """What a row is called in the language in use; its key where it has no name in it."""
    frame = sources.table(table)
    column = f"name_{spoken()}"
    names = [] if frame is None or column not in frame else list(frame.loc[frame["id"] == key, column].dropna())
    return names[0] if names else str(key)


def _group_of(sources: Sources, group: Value) -> set[str]:
    """The keys by which a group of committees goes: its own, and that of its product group."""
    frame = sources.table(GROUP_TABLE)
    found = {str(group)}
    if frame is not None and "product_group" in frame:
        found |= {key for key in frame.loc[frame["id"] == group, "product_group"] if not pd.isna(key)}
    return found


def _rows_about(exhibit: PlannedExhibit, root: Path, subject: Subject) -> str:
    """How many rows of an exhibit, as last built or stored, name the materials of the subject or rest on them."""
    if not subject.called:
        return ""
    built = root / REPORTS_FOLDER / PUBLISHED_PLAN / f"{exhibit.name}.{LANGUAGES[0]}.ipynb"
    is_stored = exhibit.values == {**exhibit.values, **{one.name: one.default for one in exhibit.declared}}
    files = [built, *([root / NOTEBOOKS_FOLDER / exhibit.notebook] if is_stored else [])]
    words = re.compile("|".join(rf"\b{re.escape(name)}" for name in subject.called), re.IGNORECASE)
    for file in files:
        try:
            shown = exhibits_in(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if not shown:
            continue
        rows = shown[-1].cells(LANGUAGES[0])
        count = sum(any(words.search(cell) for cell in row) for row in rows)
        names = ", ".join(dict.fromkeys(word.lower() for row in rows for cell in row for word in words.findall(cell)))
        if count:
            return say("new.rows", count=count, total=len(rows), names=names)
        frame = shown[-1].frame
        origins = frame["origin"].fillna("") if "origin" in frame else []
        resting = sum(not subject.places.isdisjoint(text.split("; ")) for text in origins)
        return say("new.rests", count=resting, total=len(rows)) if resting else ""
    return ""


def _toml(
    title: Mapping[str, str], about: Sequence[str], proposals: Iterable[Proposal], releases: Sequence[str]
) -> str:
    """The plan as text, with a comment at each thing that can be changed."""
    lines = [
        *_comment("plan-file.about" if about else "plan-file.appendix", about=about),
        *(f"title.{language} = {_quoted(text)}" for language, text in title.items()),
        f"languages = [{', '.join(map(_quoted, title))}]",
        *_comment("plan-file.date"),
        "# date = 2026-12-31",
        *_comment("plan-file.numbering"),
        'numbering = "own"',
        '# number_prefix = "B."',
        *_comment("plan-file.words"),
        *(f'# introduction.{language} = """…"""' for language in title),
        *(f'# closing.{language} = """…"""' for language in title),
        *_comment("plan-file.template"),
        '# template = "house-style.docx"',
        *_comment("plan-file.baseline"),
        *_comment("plan-file.releases" if releases else "plan-file.no-release", releases=releases),
        'baseline = "printed"',
        *_comment("plan-file.exhibits"),
        "exhibit = [",
    ]
    for proposal in proposals:
        mark = "" if proposal.is_proposed else "# "
        told = ", ".join(f"{name} = {_quoted(value)}" for name, value in proposal.parameters.items())
        parameters = f", parameters = {{ {told} }}" if told else ""
        lines.append(f"    # {proposal.name}: {proposal.why}.")
        lines.append(
            f"    {mark}{{ name = {_quoted(proposal.name)}, notebook = {_quoted(proposal.notebook)}{parameters} }},"
        )
    return "\n".join([*lines, "]", ""])


def _comment(key: str, **parts: Any) -> list[str]:
    return [f"# {line}" for line in say(key, **parts).splitlines()]


def _quoted(value: Value) -> str:
    """A value as TOML has it, which for text, numbers and truth is as JSON has it."""
    return json.dumps(value, ensure_ascii=False)
