"""The verbs of the command line, and how they answer; each calls one function of the library."""

from __future__ import annotations

import errno
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from sheetcheck.faults import SchemaError, UserError, disk_sentence
from sheetcheck.nearest import nearest_name

# What takes long to import is imported by the verb that needs it: --help and check answer at once.

FAILED = 1
UNUSABLE = 2

Folder = Annotated[Path, typer.Argument(help="Folder that holds a datapackage.json.")]
Since = Annotated[str | None, typer.Option(help="Git revision or another folder; default: the last commit.")]
Format = Annotated[str, typer.Option(help="text, markdown or json.")]
DATA = Path("data")


class Verbs(TyperGroup):
    """Verbs that answer what a user can mend with one message and an exit code, never with a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb: 1 when it could not be done, 2 when there is nothing that it could be done with."""
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
        stream.reconfigure(errors="replace")
    app()


def known_format(format: str, formats: Collection[str]) -> str:
    """The format asked for; raises UserError, naming the nearest, for one that the verb does not know."""
    if format not in formats:
        raise UserError(f'--format: "{format}" is not known.{nearest_name(format, formats)}')
    return format


def check(folder: Folder = DATA, format: Annotated[str, typer.Option(help="text, json or github.")] = "text") -> None:
    """Find every fault in the source spreadsheets, each with its sheet and cell."""
    from sheetcheck import checks, faults

    known_format(format, ("text", "json", "github"))
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


def changes(folder: Folder = DATA, since: Since = None, format: Format = "text") -> None:
    """Show what changed in the sources since a git revision, or against another folder, cell by cell."""
    from sheetcheck.changes import words as change_words
    from sheetcheck.changes.differences import changes_since

    known_format(format, ("text", "markdown", "json"))
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
    folder: Annotated[Path, typer.Option("--from", help="Folder that holds a datapackage.json.")] = DATA,
    lang: Annotated[str, typer.Option(help="Language of the help in the workbooks: nl or en.")] = "nl",
    force: Annotated[bool, typer.Option("--force", help="Write a new file beside one that is there.")] = False,
) -> None:
    """Make workbooks with drop-downs and help from the schema and the current rows; never over a source."""
    from sheetcheck.writing.template import make_templates

    for path in make_templates(folder, resources or [], out, language=lang, force=force):
        print(f"wrote {path}")


def mirror(folder: Folder = DATA) -> None:
    """Write each sheet as CSV under mirror/, so that a change can be read in a diff."""
    from sheetcheck.publish.mirror import make_mirror

    print(f"wrote {len(make_mirror(folder))} files under {folder / 'mirror'}")


def codebook(folder: Folder = DATA) -> None:
    """Write README.md of the data folder from the schema: tables, columns, units, allowed values."""
    from sheetcheck.publish.codebook import write_codebook

    print(f"wrote {write_codebook(folder)}")


def metadata(
    folder: Folder = DATA,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the two files; default: the data folder.")
    ] = None,
) -> None:
    """Describe the data for catalogues: DCAT-AP-NL 3.0 (JSON-LD) and RO-Crate."""
    from sheetcheck.publish.metadata import write_metadata

    for path in write_metadata(folder, out or folder):
        print(f"wrote {path}")


def git_setup(clone: Annotated[Path, typer.Argument(help="Folder of the clone.")] = Path()) -> None:
    """Make `git diff` show workbooks as text and notebooks readably, in this clone. Once is enough."""
    from sheetcheck.changes.git_setup import set_up_git

    for name, value in set_up_git(clone).items():
        print(f"{name} = {value}")


def verbs(help: str) -> typer.Typer:
    """An empty command line whose verbs answer as ours do."""
    return typer.Typer(cls=Verbs, help=help, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


app = verbs("Spreadsheets with a schema: every fault named with its cell.")
for verb in (check, changes, template, mirror, codebook, metadata, git_setup):
    app.command()(verb)


def main() -> None:
    """Run the command line; what a user can mend is one message, never a traceback."""
    run(app)
