"""The verbs of the command line, and how they answer; each calls one function of the library."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Collection
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from sheetcheck.faults import SchemaError, UserError, disk_sentence
from sheetcheck.messages import LANGUAGES, say, speaking
from sheetcheck.nearest import nearest_name

# What takes long to import is imported by the verb that needs it: --help and check answer at once.

FAILED = 1
UNUSABLE = 2
DATA = Path("data")
# Here and not from the schema, which would bring the whole reader with it.
PACKAGE_FILE = "datapackage.json"


def located(folder: Path) -> Path:
    """The folder asked for; in place of the usual data/, from anywhere in a project, the one of that project."""
    if folder != DATA or (folder / PACKAGE_FILE).is_file():
        return folder
    here = Path.cwd()
    places = [place for top in (here, *here.parents) for place in (top, top / DATA)]
    found = next((place for place in places if (place / PACKAGE_FILE).is_file()), None)
    return folder if found is None else Path(os.path.relpath(found, here))


Folder = Annotated[Path, typer.Argument(help="Folder that holds a datapackage.json.", callback=located)]
From = Annotated[Path, typer.Option("--from", help="Folder that holds a datapackage.json.", callback=located)]
Since = Annotated[str | None, typer.Option(help="Git revision or another folder; default: the last commit.")]
Format = Annotated[str, typer.Option(help="text, markdown or json.")]
Lang = Annotated[str | None, typer.Option(help="Language of the messages: nl or en; default: that of the system.")]
BookLang = Annotated[str, typer.Option("--lang", help="Language of the help in the workbooks: nl or en.")]


class Verbs(TyperGroup):
    """Verbs that answer what a user can mend with one message and an exit code, never with a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb: 1 when it could not be done, 2 when there is nothing that it could be done with."""
        with speaking(None):
            try:
                return super().invoke(ctx)
            except UserError as error:
                message, code = str(error), UNUSABLE if isinstance(error, SchemaError) else FAILED
            except OSError as error:
                if error.errno == errno.EPIPE:  # whoever read along has seen enough: `check | head`
                    raise
                message, code = disk_sentence(error), FAILED
        print(message, file=sys.stderr)
        raise typer.Exit(code)


def run(app: typer.Typer) -> None:
    """Run a command line whose verbs are `Verbs`."""
    # A console of Windows may not know ✓ or °: a sign it cannot show must not end the run.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app()


def known_option(name: str, value: str, known: Collection[str]) -> str:
    """The value of an option; raises UserError, naming the nearest, for one that the verb does not know."""
    if value not in known:
        raise UserError(say("option.unknown", name=name, value=value) + nearest_name(value, known))
    return value


def told(lang: str | None) -> AbstractContextManager[None]:
    """What is said in the language asked for, else in that of the system."""
    return speaking(lang and known_option("--lang", lang, LANGUAGES))


def check(
    folder: Folder = DATA,
    format: Annotated[str, typer.Option(help="text, json or github.")] = "text",
    lang: Lang = None,
) -> None:
    """Find every fault in the source spreadsheets, each with its sheet and cell."""
    from sheetcheck import checks, faults

    known_option("--format", format, ("text", "json", "github"))
    with told(lang):
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


def changes(folder: Folder = DATA, since: Since = None, format: Format = "text", lang: Lang = None) -> None:
    """Show what changed in the sources since a git revision, or against another folder, cell by cell."""
    from sheetcheck.changes import words as change_words
    from sheetcheck.changes.differences import changes_since

    known_option("--format", format, ("text", "markdown", "json"))
    with told(lang):
        found = changes_since(folder, since)
        if format == "json":
            text = change_words.render_json(found)
        elif format == "markdown":
            text = change_words.render_markdown(found)
        else:
            text = change_words.render_text(found, colour=sys.stdout.isatty())
    print(text.rstrip())


def template(
    out: Annotated[Path, typer.Option("--out", help="Folder for the new workbooks.")],
    resources: Annotated[list[str] | None, typer.Argument(help="Tables whose files to make; none means all.")] = None,
    folder: From = DATA,
    lang: BookLang = "nl",
    force: Annotated[bool, typer.Option("--force", help="Write a new file beside one that is there.")] = False,
) -> None:
    """Make workbooks with drop-downs and help from the schema and the current rows; never over a source."""
    from sheetcheck.writing.template import make_templates

    for path in make_templates(folder, resources or [], out, language=lang, force=force):
        print(say("cli.wrote", path=path))


def tidy(
    files: Annotated[list[Path], typer.Argument(help="Workbooks, or the CSV files beside them.")],
    drop: Annotated[bool, typer.Option("--drop", help="Give up what only another program wrote there.")] = False,
    lang: BookLang = "nl",
) -> None:
    """Write workbooks anew from their rows after another program saved them, with our drop-downs and help."""
    from sheetcheck.writing.tidy import tidy_files

    for line in tidy_files(files, drop=drop, language=lang):
        print(line)


def add_column(
    table: Annotated[str, typer.Argument(help="Table of the schema.")],
    name: Annotated[str, typer.Argument(help="Name of the new column.")],
    kind: Annotated[str, typer.Option("--type", help="string, integer, number, boolean, date or list.")],
    title: Annotated[str, typer.Option(help="Title in English.")] = "",
    title_nl: Annotated[str, typer.Option(help="Title in Dutch.")] = "",
    description: Annotated[str, typer.Option(help="What the column means, in English.")] = "",
    description_nl: Annotated[str, typer.Option(help="What the column means, in Dutch.")] = "",
    unit: Annotated[str, typer.Option(help="Unit of its values.")] = "",
    example: Annotated[str, typer.Option(help="A value as it can stand there.")] = "",
    enum: Annotated[list[str] | None, typer.Option(help="A value that it may hold; more than once.")] = None,
    refers: Annotated[str, typer.Option(help="Column whose values it may hold, as TABLE.COLUMN.")] = "",
    required: Annotated[bool, typer.Option("--required", help="It must be filled in every row.")] = False,
    after: Annotated[str, typer.Option(help="Column that it comes after; default: the last.")] = "",
    folder: From = DATA,
    drop: Annotated[bool, typer.Option("--drop", help="Give up what only another program wrote there.")] = False,
    lang: BookLang = "nl",
) -> None:
    """Add a column to the schema and to its workbook or CSV file, in one go."""
    from sheetcheck.writing.tidy import add_column as add

    texts = {"title": title, "title_nl": title_nl, "description": description, "description_nl": description_nl}
    entry: dict[str, Any] = {"name": name, "type": kind, **texts, "unit": unit, "example": example}
    target, _, column = refers.rpartition(".")
    entry["reference"] = {"resource": target, "field": column} if refers else None
    entry["constraints"] = {key: value for key, value in (("required", required), ("enum", enum)) if value}
    entry = {key: value for key, value in entry.items() if value}
    for line in add(folder, table, entry, after=after, drop=drop, language=lang):
        print(line)


def mirror(folder: Folder = DATA) -> None:
    """Write each sheet as CSV under mirror/, so that a change can be read in a diff."""
    from sheetcheck.publish.mirror import make_mirror

    print(say("cli.mirror", files=make_mirror(folder), folder=folder / "mirror"))


def codebook(folder: Folder = DATA) -> None:
    """Write README.md of the data folder from the schema: tables, columns, units, allowed values."""
    from sheetcheck.publish.codebook import write_codebook

    print(say("cli.wrote", path=write_codebook(folder)))


def metadata(
    folder: Folder = DATA,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the two files; default: the data folder.")
    ] = None,
) -> None:
    """Describe the data for catalogues: DCAT-AP-NL 3.0 (JSON-LD) and RO-Crate."""
    from sheetcheck.publish.metadata import write_metadata

    for path in write_metadata(folder, out or folder):
        print(say("cli.wrote", path=path))


def git_setup(clone: Annotated[Path, typer.Argument(help="Folder of the clone.")] = Path()) -> None:
    """Make `git diff` show workbooks as text and notebooks readably, in this clone. Once is enough."""
    from sheetcheck.changes.workbook_text import set_up_git

    for name, value in set_up_git(clone).items():
        print(f"{name} = {value}")


def verbs(help: str) -> typer.Typer:
    """An empty command line whose verbs answer as ours do."""
    return typer.Typer(cls=Verbs, help=help, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


app = verbs("Spreadsheets with a schema: every fault named with its cell.")
for verb in (check, changes, template, tidy, add_column, mirror, codebook, metadata, git_setup):
    app.command()(verb)


def main() -> None:
    """Run the command line; what a user can mend is one message, never a traceback."""
    run(app)
