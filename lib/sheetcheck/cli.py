"""The verbs of the command line, and how they answer; each calls one function of the library."""

import errno
import io
import itertools
import os
import sys
from collections.abc import Collection
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from sheetcheck.faults import SchemaError, UserError, disk_sentence
from sheetcheck.messages import LANGUAGES, said, say, speaking, spoken
from sheetcheck.nearest import nearest_name

# What takes long to import is imported by the verb that needs it: --help and check answer at once.

FAILED = 1
UNUSABLE = 2
HELP = "--help"
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


Folder = Annotated[Path, typer.Argument(help="help.folder", callback=located)]
From = Annotated[Path, typer.Option("--from", help="help.folder", callback=located)]
Since = Annotated[str | None, typer.Option(help="help.since")]
Format = Annotated[str, typer.Option(help="help.format")]
Lang = Annotated[str | None, typer.Option(help="help.lang")]
BookLang = Annotated[str, typer.Option("--lang", help="help.book-lang")]


class Verbs(TyperGroup):
    """Verbs that answer what a user can mend with one message and an exit code, never with a traceback.

    Their help, and that of their options, is a key of the catalogue.
    """

    lang: str | None = None  # the language of the messages; None is that of the system

    def make_context(self, info_name: Any, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Read what was typed: a --lang before the verb holds for all that is said, one after it for its help."""
        self.lang = parent.command.lang if parent else _language(args)
        with speaking(self.lang):
            if not args or HELP in args:
                _put_headings_in_words()
            for command in (self, *self.commands.values()):
                _put_in_words(command)
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Run the verb: 1 when it could not be done, 2 when there is nothing that it could be done with."""
        with speaking(self.lang):
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


def _language(args: list[str]) -> str | None:
    """The language that a --lang asks for, where it is not the one of an exhibit; else None."""
    before = list(itertools.takewhile(lambda word: word.startswith("-") or word in LANGUAGES, args))
    words = " ".join(args if HELP in args else before).replace("--lang=", "--lang ").split()
    values = [value for option, value in itertools.pairwise(words) if option == "--lang"]
    return next((value for value in values if value in LANGUAGES), None)


def _put_in_words(command: Any) -> None:
    """Give a verb and its options the help of which they have the key."""
    command.help = said(command.help)
    command.rich_help_panel = said(getattr(command, "rich_help_panel", None))
    for param in command.get_params(typer.Context(command)):
        param.help = say("help.help") if HELP in param.opts else said(param.help)


def _put_headings_in_words() -> None:
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE, rich_utils.OPTIONS_PANEL_TITLE = say("help.arguments"), say("help.options")
    rich_utils.COMMANDS_PANEL_TITLE, rich_utils.REQUIRED_LONG_STRING = say("help.commands"), say("help.needed")
    rich_utils.DEFAULT_STRING = say("help.default", value="{}")


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
    """What is said in the language asked for, else in the one in use."""
    return speaking(known_option("--lang", lang, LANGUAGES) if lang else spoken())


def check(
    folder: Folder = DATA,
    format: Annotated[str, typer.Option(help="help.check-format")] = "text",
    lang: Lang = None,
) -> None:
    """Find every fault in the source spreadsheets, each with its sheet and cell."""
    from sheetcheck import checks, faults

    renderers = {
        "text": partial(faults.render_text, colour=sys.stdout.isatty()),
        "json": faults.render_json,
        "github": partial(faults.render_github, folder=folder.as_posix()),
    }
    render = renderers[known_option("--format", format, renderers)]
    with told(lang):
        checked = checks.check_folder(folder)
        print(render([*checked.faults, *checked.remarks]).rstrip())
    raise typer.Exit(FAILED if checked.faults else 0)


def changes(folder: Folder = DATA, since: Since = None, format: Format = "text", lang: Lang = None) -> None:
    """Show what changed in the sources since a git revision, or against another folder, cell by cell."""
    from sheetcheck.changes import words
    from sheetcheck.changes.differences import changes_since

    text = partial(words.render_text, colour=sys.stdout.isatty())
    renderers = {"text": text, "markdown": words.render_markdown, "json": words.render_json}
    render = renderers[known_option("--format", format, renderers)]
    with told(lang):
        print(render(changes_since(folder, since)).rstrip())


def template(
    out: Annotated[Path, typer.Option("--out", help="help.new-folder")],
    resources: Annotated[list[str] | None, typer.Argument(help="help.tables")] = None,
    folder: From = DATA,
    lang: BookLang = "nl",
    force: Annotated[bool, typer.Option("--force", help="help.force")] = False,
) -> None:
    """Make workbooks with drop-downs and help from the schema and the current rows; never over a source."""
    from sheetcheck.writing.files import make_templates

    for path in make_templates(folder, resources or [], out, language=lang, force=force):
        print(say("cli.wrote", path=path))


def tidy(
    files: Annotated[list[Path], typer.Argument(help="help.files")],
    drop: Annotated[bool, typer.Option("--drop", help="help.drop")] = False,
    lang: BookLang = "nl",
) -> None:
    """Write workbooks anew from their rows after another program saved them, with our drop-downs and help."""
    from sheetcheck.writing.files import tidy_files

    for line in tidy_files(files, drop=drop, language=lang):
        print(line)


def add_column(
    table: Annotated[str, typer.Argument(help="help.table")],
    name: Annotated[str, typer.Argument(help="help.new-column")],
    kind: Annotated[str, typer.Option("--type", help="help.kind")],
    title: Annotated[str, typer.Option(help="help.column-title")] = "",
    title_nl: Annotated[str, typer.Option(help="help.column-title-nl")] = "",
    description: Annotated[str, typer.Option(help="help.description")] = "",
    description_nl: Annotated[str, typer.Option(help="help.description-nl")] = "",
    unit: Annotated[str, typer.Option(help="help.unit")] = "",
    example: Annotated[str, typer.Option(help="help.example")] = "",
    enum: Annotated[list[str] | None, typer.Option(help="help.enum")] = None,
    refers: Annotated[str, typer.Option(help="help.refers")] = "",
    required: Annotated[bool, typer.Option("--required", help="help.required")] = False,
    after: Annotated[str, typer.Option(help="help.after")] = "",
    folder: From = DATA,
    drop: Annotated[bool, typer.Option("--drop", help="help.drop")] = False,
    lang: BookLang = "nl",
) -> None:
    """Add a column to the schema and to its workbook or CSV file, in one go."""
    from sheetcheck.writing.files import add_column as add

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
    out: Annotated[Path | None, typer.Option("--out", help="help.metadata-out")] = None,
) -> None:
    """Describe the data for catalogues: DCAT-AP-NL 3.0 (JSON-LD) and RO-Crate."""
    from sheetcheck.publish.metadata import write_metadata

    for path in write_metadata(folder, out or folder):
        print(say("cli.wrote", path=path))


def git_setup(clone: Annotated[Path, typer.Argument(help="help.clone")] = Path()) -> None:
    """Make `git diff` show workbooks as text and notebooks readably, in this clone. Once is enough."""
    from sheetcheck.changes.workbook_text import set_up_git

    for name, value in set_up_git(clone).items():
        print(f"{name} = {value}")


def verbs(help: str) -> typer.Typer:
    """An empty command line whose verbs answer as ours do."""
    return typer.Typer(cls=Verbs, help=help, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


app = verbs("verb.sheetcheck")
for verb in (check, changes, template, tidy, add_column, mirror, codebook, metadata, git_setup):
    app.command(help=f"verb.{verb.__name__.replace('_', '-')}")(verb)


@app.callback()
def _options(lang: Lang = None) -> None:
    told(lang)


def main() -> None:
    """Run the command line; what a user can mend is one message, never a traceback."""
    run(app)
