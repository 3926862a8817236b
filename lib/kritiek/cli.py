"""The verbs of the command line, and how they answer; each calls one function of the library."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

import sheetcheck.cli
from kritiek.build import PUBLISHED_PLAN
from sheetcheck.cli import DATA, FAILED, Folder, Format, Lang, Since, run, told, verbs
from sheetcheck.messages import say, wrapped

# What takes long to import is imported by the verb that needs it: `kritiek --help` and `kritiek check` answer at once.

app = verbs("Critical raw materials and the standards around them: from source spreadsheets to report tables.")

INTERRUPTED = 130

# What an option may be left as.
Several: TypeAlias = list[str] | None
Word: TypeAlias = str | None
Place: TypeAlias = Path | None

PlanName = Annotated[str, typer.Argument(help="Plan: a name or file under reports/.")]
OfPlan = Annotated[str, typer.Option("--plan", help="Plan that has the exhibit.")]
Languages = Annotated[Word, typer.Option("--lang", help="Languages, for example nl,en.")]
DataFolder = Annotated[Place, typer.Option("--data", help="Folder of source spreadsheets instead of data/.")]
ExhibitName = Annotated[str, typer.Argument(help="Exhibit of the plan.")]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"kritiek {version('kritiek')}")
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Critical raw materials and the standards around them: from source spreadsheets to report tables."""


def root_here() -> Path:
    """The project that the command stands in."""
    from kritiek.project import project_root

    return project_root()


def several(words: str | None) -> list[str]:
    """What an option gives with commas between."""
    return words.split(",") if words else []


EVERY_DAY, MAKE, ASK = "Every day", "Make", "Ask"


@app.command(rich_help_panel=EVERY_DAY)
def build(
    plan: PlanName = PUBLISHED_PLAN,
    only: Annotated[Several, typer.Option(help="Build this exhibit alone; may be given more than once.")] = None,
    settings: Annotated[Several, typer.Option("--set", help="Parameter as NAME=VALUE; more than once.")] = None,
    lang: Languages = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Exhibits at the same time; default: one for each core.")
    ] = None,
    data: DataFolder = None,
    isolated: Annotated[bool, typer.Option("--isolated", help="Run each notebook in a kernel of its own.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Say of each exhibit that is built what made it stale.")] = False,
) -> None:
    """Check the sources, run the notebooks of a plan, compare with the print, write reports/<plan>/."""
    from kritiek.build import building

    with interruptible("build"):
        agreed = building.build_plan(
            plan,
            only=only or [],
            settings=settings or [],
            languages=several(lang) or None,
            jobs=jobs,
            data=data,
            isolated=isolated,
            why=why,
            appendix=appendix_of,
        )
    raise typer.Exit(0 if agreed else FAILED)


def appendix_of(name: str, root: Path) -> str:
    """Put what was built into an appendix, and say so; loaded only when something was built."""
    from kritiek.appendix.making import appendix_after_build

    return appendix_after_build(name, root)


@app.command(rich_help_panel=MAKE)
def appendix(
    plan: PlanName = PUBLISHED_PLAN,
    format: Annotated[Word, typer.Option(help="Formats: docx,pdf,html,xlsx,csv; default: all.")] = None,
    lang: Annotated[Word, typer.Option(help="Languages, for example nl,en; default: those of the plan.")] = None,
    out: Annotated[Place, typer.Option(help="Folder instead of reports/<plan>/appendix/.")] = None,
    open: Annotated[bool, typer.Option("--open", help="Open what was made.")] = False,
    draft: Annotated[bool, typer.Option("--draft", help="Make it although it is not right, and mark it.")] = False,
    excel_csv: Annotated[
        bool, typer.Option("--excel-csv", help="CSV for a double click in Dutch Excel: semicolons, guarded cells.")
    ] = False,
    archive: Annotated[
        bool, typer.Option("--archive", help="Also a zip of sources, plan, notebooks and outputs that rebuilds itself.")
    ] = False,
) -> None:
    """Put what was built into an appendix: Word, PDF, web page, Excel and CSV."""
    from kritiek.appendix.making import make_appendix

    root = root_here()
    made = make_appendix(
        plan,
        root,
        formats=several(format),
        languages=several(lang),
        out=out,
        is_draft=draft,
        is_for_excel=excel_csv,
        has_archive=archive,
    )
    key = "cli.unchanged" if made.is_unchanged else "cli.wrote"
    for file in made.files:
        print(say(key, path=(file.relative_to(root) if file.is_relative_to(root) else file).as_posix()))
    if open and made.files:
        typer.launch(str(made.files[0]))


new = verbs("Make something new: a plan for an appendix, or an exhibit.")
app.add_typer(new, name="new", rich_help_panel=MAKE)


@new.command("plan")
def new_plan(
    name: Annotated[str, typer.Argument(help="Name of the plan: letters, digits, - and _.")],
    title: Annotated[Word, typer.Option(help="Title in Dutch.")] = None,
    title_en: Annotated[Word, typer.Option(help="Title in English.")] = None,
    lang: Annotated[str, typer.Option(help="Languages, for example nl,en.")] = "nl",
    product_group: Annotated[Several, typer.Option(help="Product group; more than once.")] = None,
    audience: Annotated[Several, typer.Option(help="For whom it is; more than once.")] = None,
    material: Annotated[Several, typer.Option(help="Raw material; more than once.")] = None,
    exhibit: Annotated[Several, typer.Option(help="These exhibits and no others; more than once.")] = None,
) -> None:
    """Write a plan for an appendix: asks what is not given, and proposes the exhibits that bear on the subject."""
    from kritiek.appendix.proposal import new_plan as make
    from kritiek.project import REPORTS_FOLDER

    asked, subject = sys.stdin.isatty(), {"group": product_group, "audience": audience, "material": material}
    languages = [word.strip() for word in lang.split(",")]
    titles = {language: {"nl": title, "en": title_en}.get(language) or "" for language in languages}
    if asked:
        for language in (one for one in languages if not titles[one]):
            titles[language] = typer.prompt(say("new.title", spoken=language))
        if not any(subject.values()) and not exhibit:
            for aspect in subject:
                words = typer.prompt(say(f"new.{aspect}"), default="", show_default=False)
                subject[aspect] = [word.strip() for word in words.split(",") if word.strip()]
    file, proposals = make(
        name,
        root_here(),
        title=titles,
        product_groups=subject["group"] or [],
        audiences=subject["audience"] or [],
        materials=subject["material"] or [],
        exhibits=exhibit or [],
    )
    for proposal in (one for one in proposals if one.is_proposed):
        print(wrapped(f"{proposal.name}: {proposal.why}"))
    others = [one.name for one in proposals if not one.is_proposed]
    if others:
        print(wrapped(say("new.others", names=others)))
    print(say("new.wrote", file=f"{REPORTS_FOLDER}/{file.name}", name=name))


@new.command("exhibit")
def new_exhibit(
    name: Annotated[str, typer.Argument(help="Name of the exhibit: small letters, words joined by _.")],
    like: Annotated[str, typer.Option(help="Exhibit to begin from.")] = "table_04",
    plan: Annotated[str | None, typer.Option(help="Plan that gets it; default: the one that has --like.")] = None,
    title: Annotated[str, typer.Option(help="Caption in Dutch; default: that of --like.")] = "",
    title_en: Annotated[str, typer.Option(help="Caption in English.")] = "",
) -> None:
    """Lay a new exhibit: a notebook that runs, its words, its line in a plan and in the README."""
    from kritiek.daily import new_exhibit as laying

    made = laying.new_exhibit(name, root_here(), like=like, plan=plan, title={"nl": title, "en": title_en})
    print("\n".join(laying.told(name, made)))


@app.command(rich_help_panel=MAKE)
def sweep(
    exhibit: ExhibitName,
    settings: Annotated[
        list[str], typer.Option("--set", help="Values as NAME=a,b,c or NAME=first:last:step; more than once.")
    ],
    plan: OfPlan = PUBLISHED_PLAN,
    data: DataFolder = None,
    scheduler: Annotated[Word, typer.Option(help="Dask scheduler, for example tcp://host:8786.")] = None,
) -> None:
    """Run one exhibit at every combination of values and put all its rows in one CSV."""
    from kritiek.build import sweep as sweeping

    with interruptible("sweep"):
        complete = sweeping.sweep_exhibit(exhibit, settings, plan=plan, data=data, scheduler=scheduler)
    raise typer.Exit(0 if complete else FAILED)


@app.command(rich_help_panel=ASK)
def trace(
    exhibit: ExhibitName,
    row: Annotated[str, typer.Argument(help="Number of the row, from 1, or text that stands in it alone.")],
    column: Annotated[
        Word, typer.Argument(help="Number, name or heading of the column; default: every column.")
    ] = None,
    plan: OfPlan = PUBLISHED_PLAN,
    lang: Annotated[str, typer.Option(help="Language of the exhibit.")] = "nl",
    data: DataFolder = None,
) -> None:
    """Show which source cells a cell of an exhibit was made of, with the place in the literature and the rule."""
    from kritiek.build.building import built_exhibit

    with interruptible("other"):
        print(built_exhibit(exhibit, plan, lang, data).trace(row, column))


@app.command("list", rich_help_panel=ASK)
def list_(plan: Annotated[Word, typer.Argument(help="Plan whose parameters to show.")] = None) -> None:
    """List the plans and their exhibits; of one plan the parameters, their values and what they may be."""
    from kritiek.daily.catalogue import listed

    print(listed(root_here(), plan))


app.command(rich_help_panel=EVERY_DAY)(sheetcheck.cli.check)


@app.command(rich_help_panel=EVERY_DAY)
def changes(
    folder: Folder = DATA,
    since: Since = None,
    format: Format = "text",
    plan: Annotated[str, typer.Option(help="Plan whose exhibits to hold against the change.")] = PUBLISHED_PLAN,
    impact: Annotated[bool, typer.Option("--impact/--no-impact", help="Also say which exhibits change.")] = True,
    lang: Lang = None,
) -> None:
    """Show what changed in the sources, cell by cell, and which exhibits that changes."""
    from kritiek.changes.report import list_changes

    with told(lang):
        text = list_changes(folder, since, plan=plan if impact else None, format=format, colour=sys.stdout.isatty())
    print(text.rstrip())


# Not on the first page, which shows what everybody needs.
@app.command("compare-runs", hidden=True)
def compare_runs(
    exhibit: ExhibitName,
    plan: OfPlan = PUBLISHED_PLAN,
    settings: Annotated[Several, typer.Option("--set", help="NAME=VALUE of the first run.")] = None,
    other: Annotated[Several, typer.Option("--to", help="NAME=VALUE of the second run.")] = None,
    data: DataFolder = None,
    other_data: Annotated[Place, typer.Option("--to-data", help="Data folder of the second run.")] = None,
    language: Annotated[str, typer.Option("--lang", help="nl or en.")] = "nl",
) -> None:
    """Run one exhibit twice, with other figures or parameters, and say what differs and which input does it."""
    from kritiek.analysis.two_runs import lines
    from kritiek.build.building import typed_settings
    from kritiek.build.plan import load_plan
    from kritiek.changes import runs

    first = typed_settings(settings or [])
    before = runs.Side(data, first)
    after = runs.Side(other_data or data, first | typed_settings(other or [], option="--to"))
    with interruptible("other"):
        found = runs.compare_runs(load_plan(plan, root_here()), exhibit, before, after, language=language)
    for line in lines(found):
        print(line)


@app.command(rich_help_panel=EVERY_DAY)
def watch(plan: PlanName = PUBLISHED_PLAN, data: DataFolder = None) -> None:
    """At every save: check, say what changed, and rebuild only what that touches. Ctrl-C ends it."""
    from kritiek.build.watch import Watch

    with interruptible("watch"):
        Watch(plan, root_here(), data, partial(print, flush=True), sys.stdout.isatty()).run()


@app.command(rich_help_panel=EVERY_DAY)
def status(plan: PlanName = PUBLISHED_PLAN, lang: Lang = None) -> None:
    """Say what is edited, stale, not as printed, not stored or not mirrored; runs and writes nothing."""
    from kritiek.daily.status import status as status_of

    with told(lang):
        now = status_of(root_here(), plan)
        print("\n".join(now.lines))
    raise typer.Exit(FAILED if now.faults or now.differing else 0)


@app.command(rich_help_panel=EVERY_DAY)
def finish(
    plan: PlanName = PUBLISHED_PLAN,
    only: Annotated[
        Several, typer.Option(help="This step alone: check, changes, build, store, mirror, codebook or results.")
    ] = None,
    accept: Annotated[
        list[str] | None, typer.Option(help="Exhibit that is meant to differ from its print now; more than once.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why it differs, with --accept.")] = "",
    reason_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    certainty: Annotated[str, typer.Option(help="How sure the reason is: certain, likely or not known.")] = "likely",
    release: Annotated[
        Word, typer.Option(help="Only this: freeze what was built under this name, as a baseline for plans.")
    ] = None,
    lang: Lang = None,
) -> None:
    """After an edit, every step that follows from it, up to the first fault: check to results; and what to commit."""
    from kritiek.changes.acceptance import Wish
    from kritiek.changes.acceptance import accept as accept_differences
    from kritiek.changes.report import list_changes
    from kritiek.daily.finish import finish as finish_edit

    root = root_here()
    if release is not None:
        from kritiek.daily.release import release as freeze

        with told(lang):
            print("\n".join(freeze(root, plan, release)))
            return
    accepting = partial(accept_differences, root, plan, accept or [], Wish(reason, reason_en, certainty))
    with told(lang), interruptible("finish"):
        done = finish_edit(
            root,
            plan,
            only=only or [],
            say=partial(print, flush=True),
            changes=lambda: list_changes(root / DATA, plan=plan),
            appendix=appendix_of,
            accept=accepting if accept else None,
        )
    raise typer.Exit(0 if done else FAILED)


# Steps of `finish`, and what belongs to the sheets: each still goes by its name.
for verb in ("git_setup", "template", "tidy", "add_column", "mirror", "metadata"):
    app.command(hidden=True)(getattr(sheetcheck.cli, verb))


@app.command(hidden=True)
def store(
    notebooks: Annotated[Several, typer.Argument(help="Names of notebooks; none means all.")] = None,
) -> None:
    """Run notebooks with their defaults and keep the results in them: what `pytest` compares with from then on."""
    from kritiek.build.store import store_notebooks

    for path in store_notebooks(root_here(), notebooks or []):
        print(say("store.stored", name=path.name))


@app.command(rich_help_panel=EVERY_DAY)
def lab(
    options: Annotated[Several, typer.Argument(help="Options for JupyterLab, after a --: -- --no-browser")] = None,
) -> None:
    """Open JupyterLab in notebooks/, with this environment as its kernel, on this machine only."""
    from kritiek.build.store import open_lab

    raise typer.Exit(open_lab(root_here(), options or []))


@app.command(hidden=True)
def codebook(folder: Folder = DATA) -> None:
    """Write README.md of the data folder from the schema: tables, columns, units, allowed values, who uses them."""
    from kritiek.build.plan.uses import uses_of_notebooks
    from sheetcheck.publish.codebook import write_codebook

    print(say("cli.wrote", path=write_codebook(folder, uses_of_notebooks(folder.resolve().parent))))


@contextmanager
def interruptible(verb: str) -> Iterator[None]:
    """Answer Ctrl-C with a sentence."""
    try:
        yield
    except KeyboardInterrupt:
        print(say(f"interrupted.{verb}"), file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None


def main() -> None:
    """Run the command line; what a user can mend is one message, never a traceback."""
    run(app)
