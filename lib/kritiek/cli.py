"""The verbs of the command line, each of which calls one function of the library.

What a verb does stands in messages/, in Dutch and English, as the sentence `verb.<its name>`.
"""

import sys
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

import sheetcheck.cli
from kritiek.build import PUBLISHED_PLAN
from sheetcheck.cli import DATA, FAILED, Folder, Format, Since, run, told, verbs
from sheetcheck.messages import said, say, wrapped

# What takes long to import is imported by the verb that needs it: `kritiek --help` and `kritiek check` answer at once.

app = verbs("verb.kritiek")

INTERRUPTED = 130

# What an option may be left as.
Several: TypeAlias = list[str] | None
Word: TypeAlias = str | None
Place: TypeAlias = Path | None

Spoken = Annotated[Word, typer.Option("--lang", help="help.lang")]
PlanName = Annotated[str, typer.Argument(help="help.plan")]
OfPlan = Annotated[str, typer.Option("--plan", help="help.plan-that-has")]
Languages = Annotated[Word, typer.Option("--lang", help="help.langs")]
DataFolder = Annotated[Place, typer.Option("--data", help="help.data")]
ExhibitName = Annotated[str, typer.Argument(help="help.exhibit")]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"kritiek {version('kritiek')}")
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="help.version")] = False,
    spoken: Spoken = None,
) -> None:
    told(spoken)


def root_here() -> Path:
    """The project that the command stands in."""
    from kritiek.project import project_root

    return project_root()


def several(words: str | None) -> list[str]:
    """What an option gives with commas between."""
    return words.split(",") if words else []


EVERY_DAY, MAKE, ASK = "help.every-day", "help.make", "help.ask"


def verb(panel: str = "", *, of: typer.Typer = app, name: str = "", help: str = "") -> Callable[[Any], Any]:
    """Makes a verb of a function, which fails where it gives False, and answers Ctrl-C with a sentence.

    `spoken` among its options is the language of what it says. Without a panel it is not on the first page, which
    shows what everybody needs.
    """

    def made(function: Callable[..., bool | None]) -> Callable[..., bool | None]:
        called = name or function.__name__.replace("_", "-")

        @wraps(function)
        def answer(**typed: Any) -> None:
            with told(typed.get("spoken")):
                try:
                    is_done = function(**typed)
                except KeyboardInterrupt:
                    sentence = said(key := f"interrupted.{called}")
                    print(say("interrupted.other") if sentence == key else sentence, file=sys.stderr)
                    raise typer.Exit(INTERRUPTED) from None
            if is_done is False:
                raise typer.Exit(FAILED)

        is_shown = bool(panel) or of is not app
        of.command(called, help=f"verb.{help or called}", hidden=not is_shown, rich_help_panel=panel or None)(answer)
        return function

    return made


@verb(EVERY_DAY)
def build(
    plan: PlanName = PUBLISHED_PLAN,
    only: Annotated[Several, typer.Option(help="help.build-only")] = None,
    settings: Annotated[Several, typer.Option("--set", help="help.set")] = None,
    lang: Languages = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="help.jobs")] = None,
    data: DataFolder = None,
    isolated: Annotated[bool, typer.Option("--isolated", help="help.isolated")] = False,
    why: Annotated[bool, typer.Option("--why", help="help.why")] = False,
) -> bool:
    from kritiek.build import building

    return building.build_plan(
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


def appendix_of(name: str, root: Path) -> str:
    """Put what was built into an appendix, and say so; loaded only when something was built."""
    from kritiek.appendix.making import appendix_after_build

    return appendix_after_build(name, root)


@verb(MAKE)
def appendix(
    plan: PlanName = PUBLISHED_PLAN,
    format: Annotated[Word, typer.Option(help="help.formats")] = None,
    lang: Annotated[Word, typer.Option(help="help.langs-of-plan")] = None,
    out: Annotated[Place, typer.Option(help="help.out")] = None,
    open: Annotated[bool, typer.Option("--open", help="help.open")] = False,
    draft: Annotated[bool, typer.Option("--draft", help="help.draft")] = False,
    excel_csv: Annotated[bool, typer.Option("--excel-csv", help="help.excel-csv")] = False,
    archive: Annotated[bool, typer.Option("--archive", help="help.archive")] = False,
) -> None:
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


new = verbs("verb.new")
app.add_typer(new, name="new", rich_help_panel=MAKE)


@verb(of=new, name="plan")
def new_plan(
    name: Annotated[str, typer.Argument(help="help.plan-name")],
    title: Annotated[Word, typer.Option(help="help.title")] = None,
    title_en: Annotated[Word, typer.Option(help="help.title-en")] = None,
    lang: Annotated[str, typer.Option(help="help.langs")] = "nl",
    product_group: Annotated[Several, typer.Option(help="help.product-group")] = None,
    audience: Annotated[Several, typer.Option(help="help.audience")] = None,
    material: Annotated[Several, typer.Option(help="help.material")] = None,
    exhibit: Annotated[Several, typer.Option(help="help.exhibits")] = None,
) -> None:
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


@verb(of=new, name="exhibit")
def new_exhibit(
    name: Annotated[str, typer.Argument(help="help.exhibit-name")],
    like: Annotated[str, typer.Option(help="help.like")] = "table_04",
    plan: Annotated[str | None, typer.Option(help="help.plan-that-gets")] = None,
    title: Annotated[str, typer.Option(help="help.caption")] = "",
    title_en: Annotated[str, typer.Option(help="help.caption-en")] = "",
) -> None:
    from kritiek.daily import new_exhibit as laying

    made = laying.new_exhibit(name, root_here(), like=like, plan=plan, title={"nl": title, "en": title_en})
    print("\n".join(laying.told(name, made)))


@verb(MAKE)
def sweep(
    exhibit: ExhibitName,
    settings: Annotated[list[str], typer.Option("--set", help="help.values")],
    plan: OfPlan = PUBLISHED_PLAN,
    data: DataFolder = None,
    scheduler: Annotated[Word, typer.Option(help="help.scheduler")] = None,
) -> bool:
    from kritiek.build import sweep as sweeping

    return sweeping.sweep_exhibit(exhibit, settings, plan=plan, data=data, scheduler=scheduler)


@verb(ASK)
def trace(
    exhibit: ExhibitName,
    row: Annotated[str, typer.Argument(help="help.row")],
    column: Annotated[Word, typer.Argument(help="help.column")] = None,
    plan: OfPlan = PUBLISHED_PLAN,
    lang: Annotated[str, typer.Option(help="help.lang-of-exhibit")] = "nl",
    data: DataFolder = None,
) -> None:
    from kritiek.build.building import built_exhibit

    print(built_exhibit(exhibit, plan, lang, data).trace(row, column))


@verb(ASK, name="list")
def list_(plan: Annotated[Word, typer.Argument(help="help.plan-to-list")] = None) -> None:
    from kritiek.daily.catalogue import listed

    print(listed(root_here(), plan))


verb(EVERY_DAY)(sheetcheck.cli.check)


@verb(EVERY_DAY, help="changes-and-impact")
def changes(
    folder: Folder = DATA,
    since: Since = None,
    format: Format = "text",
    plan: Annotated[str, typer.Option(help="help.plan-to-hold")] = PUBLISHED_PLAN,
    impact: Annotated[bool, typer.Option("--impact/--no-impact", help="help.impact")] = True,
    spoken: Spoken = None,
) -> None:
    from kritiek.changes.report import list_changes

    text = list_changes(folder, since, plan=plan if impact else None, format=format, colour=sys.stdout.isatty())
    print(text.rstrip())


@verb()
def compare_runs(
    exhibit: ExhibitName,
    plan: OfPlan = PUBLISHED_PLAN,
    settings: Annotated[Several, typer.Option("--set", help="help.first-set")] = None,
    other: Annotated[Several, typer.Option("--to", help="help.second-set")] = None,
    data: DataFolder = None,
    other_data: Annotated[Place, typer.Option("--to-data", help="help.second-data")] = None,
    language: Annotated[str, typer.Option("--lang", help="help.nl-or-en")] = "nl",
) -> None:
    from kritiek.analysis.two_runs import lines
    from kritiek.build.building import typed_settings
    from kritiek.build.plan import load_plan
    from kritiek.changes import runs

    first = typed_settings(settings or [])
    before = runs.Side(data, first)
    after = runs.Side(other_data or data, first | typed_settings(other or [], option="--to"))
    found = runs.compare_runs(load_plan(plan, root_here()), exhibit, before, after, language=language)
    for line in lines(found):
        print(line)


@verb(EVERY_DAY)
def watch(plan: PlanName = PUBLISHED_PLAN, data: DataFolder = None, spoken: Spoken = None) -> None:
    from kritiek.build.watch import Watch

    Watch(plan, root_here(), data, partial(print, flush=True), sys.stdout.isatty()).run()


@verb(EVERY_DAY)
def status(plan: PlanName = PUBLISHED_PLAN, spoken: Spoken = None) -> bool:
    from kritiek.daily.status import status as status_of

    now = status_of(root_here(), plan)
    print("\n".join(now.lines))
    return not (now.faults or now.differing)


@verb(EVERY_DAY)
def finish(
    plan: PlanName = PUBLISHED_PLAN,
    only: Annotated[Several, typer.Option(help="help.finish-only")] = None,
    accept: Annotated[list[str] | None, typer.Option(help="help.accept")] = None,
    reason: Annotated[str, typer.Option(help="help.reason")] = "",
    reason_en: Annotated[str, typer.Option(help="help.reason-en")] = "",
    certainty: Annotated[str, typer.Option(help="help.certainty")] = "likely",
    release: Annotated[Word, typer.Option(help="help.release")] = None,
    spoken: Spoken = None,
) -> bool:
    from kritiek.changes.acceptance import Wish
    from kritiek.changes.acceptance import accept as accept_differences
    from kritiek.changes.report import list_changes
    from kritiek.daily.finish import finish as finish_edit

    root = root_here()
    if release is not None:
        from kritiek.daily.release import release as freeze

        print("\n".join(freeze(root, plan, release)))
        return True
    accepting = partial(accept_differences, root, plan, accept or [], Wish(reason, reason_en, certainty))
    return finish_edit(
        root,
        plan,
        only=only or [],
        say=partial(print, flush=True),
        changes=lambda: list_changes(root / DATA, plan=plan),
        appendix=appendix_of,
        accept=accepting if accept else None,
    )


# Steps of `finish`, and what belongs to the sheets: each still goes by its name.
for of_sheets in ("git_setup", "template", "tidy", "add_column", "mirror", "metadata"):
    verb()(getattr(sheetcheck.cli, of_sheets))


@verb()
def store(notebooks: Annotated[Several, typer.Argument(help="help.notebooks")] = None) -> None:
    from kritiek.build.store import store_notebooks

    for path in store_notebooks(root_here(), notebooks or []):
        print(say("store.stored", name=path.name))


@verb(EVERY_DAY)
def lab(options: Annotated[Several, typer.Argument(help="help.lab")] = None) -> None:
    from kritiek.build.store import open_lab

    raise typer.Exit(open_lab(root_here(), options or []))


@verb(help="codebook-with-uses")
def codebook(folder: Folder = DATA) -> None:
    from kritiek.build.plan.uses import uses_of_notebooks
    from sheetcheck.publish.codebook import write_codebook

    print(say("cli.wrote", path=write_codebook(folder, uses_of_notebooks(folder.resolve().parent))))


def main() -> None:
    """Run the command line; what a user can mend is one message, never a traceback."""
    run(app)
