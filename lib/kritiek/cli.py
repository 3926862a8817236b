"""The verbs of the command line, and how they answer; each calls one function of the library."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from kritiek.build import PUBLISHED_PLAN
from sheetcheck.errors import SchemaError, UserError, disk_sentence

# What takes long to import is imported by the verb that needs it: `kritiek --help` and `kritiek check` answer at once.

app = typer.Typer(
    help="Critical raw materials and the standards around them: from source spreadsheets to report tables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

FAILED = 1
UNUSABLE = 2
INTERRUPTED = 130

PlanName = Annotated[str, typer.Argument(help="Plan: a name or file under reports/.")]
DataFolder = Annotated[Path | None, typer.Option("--data", help="Folder of source spreadsheets instead of data/.")]
Folder = Annotated[Path, typer.Argument(help="Folder that holds a datapackage.json.")]


@app.command()
def build(
    plan: PlanName = PUBLISHED_PLAN,
    only: Annotated[
        list[str] | None, typer.Option(help="Build this exhibit alone; may be given more than once.")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Parameter as NAME=VALUE; more than once.")
    ] = None,
    lang: Annotated[str | None, typer.Option(help="Languages, for example nl,en.")] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Exhibits at the same time; default: one for each core.")
    ] = None,
    data: DataFolder = None,
    isolated: Annotated[bool, typer.Option("--isolated", help="Run each notebook in a kernel of its own.")] = False,
) -> None:
    """Check the sources, run the notebooks of a plan, compare with the print, write reports/<plan>/."""
    from kritiek.build import building

    with interruptible("Interrupted. What was finished is kept; build again to go on."):
        agreed = building.build_plan(
            plan,
            only=only or [],
            settings=settings or [],
            languages=lang.split(",") if lang else None,
            jobs=jobs,
            data=data,
            isolated=isolated,
        )
    raise typer.Exit(0 if agreed else FAILED)


@app.command()
def sweep(
    exhibit: Annotated[str, typer.Argument(help="Exhibit of the plan.")],
    settings: Annotated[
        list[str], typer.Option("--set", help="Values as NAME=a,b,c or NAME=first:last:step; more than once.")
    ],
    plan: Annotated[str, typer.Option(help="Plan that has the exhibit.")] = PUBLISHED_PLAN,
    data: DataFolder = None,
    scheduler: Annotated[str | None, typer.Option(help="Dask scheduler, for example tcp://host:8786.")] = None,
) -> None:
    """Run one exhibit at every combination of values and put all its rows in one CSV."""
    from kritiek.build import sweeping

    with interruptible("Interrupted. The points that were done are kept; the same command goes on from there."):
        complete = sweeping.sweep_exhibit(exhibit, settings, plan=plan, data=data, scheduler=scheduler)
    raise typer.Exit(0 if complete else FAILED)


@app.command()
def check(
    folder: Folder = Path("data"),
    format: Annotated[str, typer.Option(help="text, json or github.")] = "text",
) -> None:
    """Find every fault in the source spreadsheets, each with its sheet and cell."""
    from sheetcheck import checks, faults
    from sheetcheck.nearest import nearest_name

    formats = ("text", "json", "github")
    if format not in formats:
        raise UserError(f'--format: "{format}" is not known.{nearest_name(format, formats)}')
    checked = checks.check_folder(folder)
    found = [*checked.faults, *checked.remarks]
    if format == "json":
        text = faults.render_json(found)
    elif format == "github":
        text = faults.render_github(found, folder=folder.as_posix())
    else:
        text = faults.render_text(found, colour=sys.stdout.isatty())
    print(text.rstrip())
    raise typer.Exit(FAILED if checked.faults else 0)


@app.command()
def changes(
    folder: Folder = Path("data"),
    since: Annotated[str | None, typer.Option(help="Git revision or another folder; default: the last commit.")] = None,
    format: Annotated[str, typer.Option(help="text, markdown, json or html.")] = "text",
    plan: Annotated[str, typer.Option(help="Plan whose exhibits to hold against the change.")] = PUBLISHED_PLAN,
    impact: Annotated[bool, typer.Option("--impact/--no-impact", help="Also say which exhibits change.")] = True,
) -> None:
    """Show what changed in the sources, cell by cell, and which exhibits that changes."""
    from kritiek.changes.listing import list_changes

    text = list_changes(folder, since, plan=plan if impact else None, format=format, colour=sys.stdout.isatty())
    print(text.rstrip())


@app.command()
def watch(plan: PlanName = PUBLISHED_PLAN, data: DataFolder = None) -> None:
    """At every save: check, say what changed, and rebuild only what that touches. Ctrl-C ends it."""
    from kritiek.sources import project_root
    from kritiek.watch import watch as watch_sources
    from kritiek.watch_events import event_text

    def tell(event: object) -> None:
        if text := event_text(event, colour=sys.stdout.isatty()):
            print(text, flush=True)

    with interruptible("Watch ended."):
        watch_sources(plan, root=project_root(), data=data, on_event=tell)


@app.command("git-setup")
def git_setup() -> None:
    """Make `git diff` show workbooks as text and notebooks readably, in this clone. Once is enough."""
    from kritiek.sources import project_root
    from sheetcheck.git_setup import set_up_git

    for name, value in set_up_git(project_root()).items():
        print(f"{name} = {value}")


@app.command()
def store(
    notebooks: Annotated[list[str] | None, typer.Argument(help="Names of notebooks; none means all.")] = None,
) -> None:
    """Run notebooks with their defaults and keep the results in them: what `pytest` compares with from then on."""
    from kritiek.build.store import store_notebooks
    from kritiek.sources import project_root

    for path in store_notebooks(project_root(), notebooks or []):
        print(f"stored {path.name}")


@app.command()
def lab(
    options: Annotated[
        list[str] | None, typer.Argument(help="Options for JupyterLab, after a --: -- --no-browser")
    ] = None,
) -> None:
    """Open JupyterLab in notebooks/, with this environment as its kernel, on this machine only."""
    from kritiek.build.store import open_lab
    from kritiek.sources import project_root

    raise typer.Exit(open_lab(project_root(), options or []))


@app.command()
def template(
    out: Annotated[Path, typer.Option("--out", help="Folder for the new workbooks.")],
    resources: Annotated[list[str] | None, typer.Argument(help="Tables whose files to make; none means all.")] = None,
    folder: Annotated[Path, typer.Option("--from", help="Folder that holds a datapackage.json.")] = Path("data"),
    lang: Annotated[str, typer.Option(help="Language of the help in the workbooks: nl or en.")] = "nl",
    force: Annotated[bool, typer.Option("--force", help="Write a new file beside one that is there.")] = False,
) -> None:
    """Make workbooks with drop-downs and help from the schema and the current rows; never over a source."""
    from sheetcheck.template import make_templates

    for path in make_templates(folder, resources or [], out, language=lang, force=force):
        print(f"wrote {path}")


@app.command()
def mirror(folder: Folder = Path("data")) -> None:
    """Write each sheet as CSV under mirror/, so that a change can be read in a diff."""
    from sheetcheck.mirror import make_mirror

    print(f"wrote {len(make_mirror(folder))} files under {folder / 'mirror'}")


@app.command()
def codebook(folder: Folder = Path("data")) -> None:
    """Write README.md of the data folder from the schema: tables, columns, units, allowed values, who uses them."""
    from kritiek.build.uses import uses_of_notebooks
    from sheetcheck.codebook import write_codebook

    print(f"wrote {write_codebook(folder, uses_of_notebooks(folder.resolve().parent))}")


@app.command()
def metadata(
    folder: Folder = Path("data"),
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the two files; default: the data folder.")
    ] = None,
) -> None:
    """Describe the data for catalogues: DCAT-AP-NL 3.0 (JSON-LD) and RO-Crate."""
    from sheetcheck.metadata import write_metadata

    for path in write_metadata(folder, out or folder):
        print(f"wrote {path}")


@contextmanager
def interruptible(message: str) -> Iterator[None]:
    """Answer Ctrl-C with a sentence."""
    try:
        yield
    except KeyboardInterrupt:
        print(message, file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None


def main() -> None:
    """Run the command line; what a user can mend is one message, never a traceback."""
    # A console of Windows may not know ✓ or °: a sign it cannot show must not end the run.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    try:
        app()
    except SchemaError as error:
        print(error, file=sys.stderr)
        sys.exit(UNUSABLE)
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(FAILED)
    except OSError as error:
        print(disk_sentence(error), file=sys.stderr)
        sys.exit(FAILED)
