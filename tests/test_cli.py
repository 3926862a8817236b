"""Every verb of both command lines: what it prints, what it leaves, and its exit code."""

from __future__ import annotations

import inspect
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import kritiek.cli
import sheetcheck.cli
import trial_project
from sheetcheck.messages import catalogue, wrapped
from trial_project import make_project, show, table

ROOT = Path(__file__).parents[1]
PROGRAMS = {"kritiek": kritiek.cli.app, "sheetcheck": sheetcheck.cli.app}
CATALOGUES = [Path(module.__file__).parent / "messages" for module in (kritiek.cli, sheetcheck.cli)]
BOTH = pytest.mark.parametrize("program", PROGRAMS)
VERDICT = "✓ Tabel 1: 4 of 4 cells as printed"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of one exhibit, under git with all of it committed; the current folder is its root."""
    root = make_project(tmp_path / "project", {"trial": [trial_project.READ, show(table())]})
    monkeypatch.chdir(root)
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "data: Begin"]):
        names = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"]
        subprocess.run(["git", *names, *words], check=True, capture_output=True)
    return root


def answer(program, *words):
    """Exit code, and what was printed on standard output and on standard error."""
    result = CliRunner().invoke(PROGRAMS[program], words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def commands(program):
    return typer.main.get_command(PROGRAMS[program]).commands


def used(root, content):
    (root / "data" / "used.csv").write_text(content, encoding="utf-8")


# Both


@BOTH
def test_help_names_every_verb_and_each_verb_has_a_sentence_of_its_own(program):
    code, out, _ = answer(program, "--help")
    assert code == 0
    for name, command in commands(program).items():
        is_shown = any(line.startswith(f"│ {name} ") for line in out.splitlines())
        assert is_shown is not command.hidden
        assert answer(program, name, "--help")[0] == 0


@BOTH
def test_every_verb_and_option_has_help_of_the_catalogue_and_english_help_is_what_the_code_says_of_itself(program):
    known = {key: text for folder in CATALOGUES for key, text in catalogue("en", folder).items()}
    verbs = {**commands(program)}
    verbs |= verbs.pop("new").commands if "new" in verbs else {}
    for name, command in verbs.items():
        # A verb of kritiek leaves it to the catalogue.
        code_says = inspect.getdoc(command.callback) or known[command.help]
        assert known[command.help] == code_says.split("\n")[0], name
        assert [param.name for param in command.params if param.help not in known] == [], name


@BOTH
def test_help_is_in_the_language_of_the_system_or_of_lang(program, monkeypatch):
    def told(*words):
        return " ".join(re.sub("[│╭╮╰╯─]", " ", answer(program, *words)[1]).split())

    dutch = ("Vind elke fout in de bronbestanden, met blad en cel.", "Map met een datapackage.json. [gewoonlijk: data]")
    english = ("Find every fault in the source spreadsheets", "Folder that holds a datapackage.json. [default: data]")
    asked = {
        ("check", "--help", "--lang", "nl"): dutch,
        ("--lang", "nl", "check", "--help"): dutch,
        ("check", "--help"): english,
    }
    for words, wanted in asked.items():
        assert [text for text in wanted if text not in told(*words)] == [], words
    assert "Toon deze uitleg en stop." in told("--help", "--lang=nl")
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    assert [text for text in dutch if text not in told("check", "--help")] == []
    assert [text for text in english if text not in told("check", "--help", "--lang", "en")] == []


def test_a_language_before_the_verb_is_that_of_all_that_is_said_and_one_that_is_unknown_is_refused(project):
    assert answer("kritiek", "--lang", "nl", "check") == (0, "Geen fouten.\n", "")
    assert answer("kritiek", "--lang", "nl", "check", "--lang", "en") == (0, "No faults.\n", "")
    assert answer("kritiek", "--lang", "de", "check") == (1, "", '--lang: "de" is not known. Valid: nl, en.\n')


@pytest.mark.parametrize("verb", ["check", "changes", "watch", "status", "finish"])
def test_each_verb_that_tells_of_the_sources_speaks_the_language_that_is_asked_for(verb):
    code, out, _ = answer("kritiek", verb, "--help", "--lang", "nl")
    assert code == 0 and "Taal van de meldingen" in " ".join(out.split())


@BOTH
def test_no_verb_or_one_that_is_not_known_is_answered_with_exit_code_2(program):
    assert answer(program)[0] == 2
    code, out, err = answer(program, "chek")
    assert (code, out) == (2, "")
    assert "No such command 'chek'" in err


def test_what_knows_no_exhibits_is_the_same_function_in_both():
    ours, theirs = ({name: command.callback for name, command in commands(program).items()} for program in PROGRAMS)
    both = {name for name in theirs if inspect.unwrap(ours[name]) is inspect.unwrap(theirs[name])}
    assert {*theirs} - both == {"changes", "codebook"}
    own = {
        "build",
        "sweep",
        "watch",
        "store",
        "lab",
        "trace",
        "appendix",
        "compare-runs",
        "new",
        "list",
        "status",
        "finish",
    }
    assert {*ours} - {*theirs} == own


@BOTH
def test_check_without_faults(project, program):
    assert answer(program, "check") == (0, "No faults.\n", "")
    code, out, _ = answer(program, "check", "--format", "json")
    assert (code, json.loads(out)) == (0, {"count": 0, "faults": [], "remarks": []})
    assert answer(program, "check", "--format", "github") == (0, "\n", "")


@BOTH
def test_check_with_a_fault_names_its_cell_in_every_form(project, program):
    used(project, "id,value\na,1\na,2\n")
    code, out, _ = answer(program, "check")
    assert code == 1
    fault = 'used.csv › line 3 › id: "a" stands in line 2 already; id must differ in every row.'
    assert out == f"{fault}\n\n1 fault in 1 file.\n"
    code, out, _ = answer(program, "check", "--format", "json")
    assert (code, [fault["code"] for fault in json.loads(out)["faults"]]) == (1, ["duplicate-key"])
    code, out, _ = answer(program, "check", "--format", "github")
    assert (code, out.startswith("::error file=data/used.csv,line=3,title=line 3 › duplicate-key::")) == (1, True)


@BOTH
@pytest.mark.parametrize("verb", ["check", "changes"])
def test_a_format_that_is_not_known_is_refused_with_the_nearest(project, program, verb):
    code, out, err = answer(program, verb, "--format", "jsn")
    assert (code, out) == (1, "")
    assert err.startswith('--format: "jsn" is not ')
    assert 'Nearest: "json".' in err


@BOTH
@pytest.mark.parametrize(
    "words", [["check"], ["mirror"], ["codebook"], ["metadata"], ["template", "--out", "x", "--from"]]
)
def test_a_folder_that_cannot_be_used_is_answered_with_exit_code_2(project, program, words):
    code, out, err = answer(program, *words, "nowhere")
    assert (code, out, err) == (2, "", "nowhere: no such folder. Give the folder that holds datapackage.json.\n")
    (project / "data" / "datapackage.json").write_text("{", encoding="utf-8")
    code, out, err = answer(program, *words, "data")
    assert (code, out) == (2, "")
    assert "is no valid JSON" in err


@BOTH
def test_changes_since_the_last_commit_in_every_form(project, program):
    options = ["--no-impact"] if program == "kritiek" else []
    used(project, "id,value\na,2\n")
    code, out, _ = answer(program, "changes", *options)
    assert code == 0
    assert re.fullmatch(
        r'used\.csv › line 2 › value \(a\): value "1" → "2"\n\n'
        r"1 cell changed, in 1 table, since [0-9a-f]+, .*: data: Begin\.\n",
        out,
    )
    code, out, _ = answer(program, "changes", "--format", "json", *options)
    assert (code, json.loads(out)["tables"][0]["cells"][0]["new"]) == (0, "2")
    code, out, _ = answer(program, "changes", "--format", "markdown", *options)
    assert (code, out.splitlines()[2]) == (0, "| Place | Row | Column | Old | New |")


@BOTH
def test_changes_against_another_folder_and_against_none(project, program):
    options = ["--no-impact"] if program == "kritiek" else []
    shutil.copytree("data", "before")
    assert answer(program, "changes", "--since", "before", *options) == (0, "No change since before.\n", "")
    code, _, err = answer(program, "changes", "--since", "nonsense", *options)
    assert (code, err.startswith('"nonsense" is neither a revision')) == (1, True)


@BOTH
def test_template_writes_new_files_and_never_over_old_ones(project, program):
    assert answer(program, "template", "used", "--out", "new") == (0, f"wrote {Path('new', 'used.csv')}\n", "")
    code, out, err = answer(program, "template", "used", "--out", "new")
    assert (code, out, "is not overwritten" in err) == (1, "", True)
    told = (0, f"wrote {Path('new', 'used-new.csv')}\n", "")
    assert answer(program, "template", "used", "--out", "new", "--force") == told
    code, _, err = answer(program, "template", "usd", "--out", "new")
    assert (code, 'Nearest: "used"' in err) == (1, True)


@BOTH
def test_mirror_codebook_and_metadata_write_where_they_say(project, program):
    assert answer(program, "mirror") == (0, f"wrote 0 files under {Path('data', 'mirror')}\n", "")
    assert answer(program, "codebook") == (0, f"wrote {Path('data', 'README.md')}\n", "")
    code, out, err = answer(program, "metadata")
    assert (code, out) == (1, "")
    assert err.startswith("datapackage.json: has no id; write")


@BOTH
def test_git_setup_names_what_it_set(project, program, monkeypatch):
    code, out, _ = answer(program, "git-setup")
    assert code == 0
    assert out.startswith("diff.workbook-text.textconv = ")
    shutil.rmtree(".git", ignore_errors=True)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    code, _, err = answer(program, "git-setup")
    assert (code, "is no clone of a git repository" in err) == (1, True)


@BOTH
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            PermissionError(13, "x", "a.xlsx"),
            "a.xlsx: no permission. Is it open in Excel? Close it, or ask for rights to its folder.\n",
        ),
        (
            OSError(28, "No space left on device", "a.csv"),
            "a.csv: the disk is full, so it was not written. Make room, and try again.\n",
        ),
    ],
)
def test_what_the_system_refuses_is_one_sentence(project, program, error, told, monkeypatch):
    def refuse(folder):
        raise error

    monkeypatch.setattr("sheetcheck.publish.mirror.make_mirror", refuse)
    assert answer(program, "mirror") == (1, "", told)


@BOTH
def test_an_interrupt_ends_any_verb_with_130(project, program, monkeypatch):
    def interrupt(folder):
        raise KeyboardInterrupt

    monkeypatch.setattr("sheetcheck.publish.mirror.make_mirror", interrupt)
    assert answer(program, "mirror")[0] == 130


def test_an_interrupt_is_answered_with_a_sentence_in_the_language_asked_for(project, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("kritiek.daily.status.status", interrupt)
    assert answer("kritiek", "status", "--lang", "nl") == (130, "", "Onderbroken.\n")


@BOTH
def test_a_reader_that_has_seen_enough_ends_a_check_quietly(project, program):
    code = f"from {program}.cli import main; main()"
    writer = subprocess.Popen(
        [sys.executable, "-P", "-c", code, "check", "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    writer.stdout.close()
    told = writer.stderr.read()
    writer.wait()
    assert "Traceback" not in told


# kritiek alone


def test_build_has_a_verdict_line_for_each_exhibit_and_a_sum(project):
    code, out, err = answer("kritiek", "build", "trial")
    assert (code, err) == (0, "")
    line, blank, total, *rest = out.splitlines()
    assert re.fullmatch(rf"trial  nl    2 rows  {VERDICT}  [0-9.]+ s", line)
    made = "trial.nl.docx, trial.nl.pdf, html, trial.nl.xlsx, csv"
    assert (blank, rest) == ("", wrapped(f"Appendix in reports/trial/appendix: {made}").splitlines())
    assert total == "1 of 1 built and as they should be. Tables in reports/trial/tables"
    code, out, _ = answer("kritiek", "build", "trial")
    assert (code, out.splitlines()[0]) == (0, f"trial  nl    2 rows  {VERDICT}  unchanged")


def test_a_build_that_differs_from_the_print_ends_with_exit_code_1(project):
    printed = project / "data" / "published" / "trial.csv"
    printed.write_text(printed.read_text(encoding="utf-8").replace("=Goud", "Goud"), encoding="utf-8")
    code, out, _ = answer("kritiek", "build", "trial")
    assert code == 1
    assert (
        '✗ Tabel 1: 3 of 4 cells as printed; 1 cell NOT as printed: row 2, column 1: printed "Goud", built "=Goud"'
        in " ".join(out.split())
    )
    assert "\n0 of 1 built and as they should be." in out


def test_a_notebook_that_fails_is_named_with_its_cell_and_the_others_are_built(project):
    trial_project.add_notebook(project, "broken", "1 / 0")
    plan = project / "reports" / "trial.toml"
    plan.write_text(
        'title.nl = "P"\nlanguages = ["nl"]\nexhibit = [\n'
        '{ name = "trial", notebook = "trial.ipynb" },\n{ name = "broken", notebook = "broken.ipynb" },\n]',
        encoding="utf-8",
    )
    code, out, _ = answer("kritiek", "build", "trial")
    assert code == 1
    assert VERDICT in out
    assert "✗ not built" in out
    assert "broken (nl) was not built: " in out
    assert "1 of 2 built and as they should be." in out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nonsense"], "nonsense"),
        (["trial", "--only", "trail"], 'Nearest: "trial"'),
        (["trial", "--set", "grup=steel"], 'Nearest: "group"'),
        (["trial", "--set", "group"], "--set group: write NAME=VALUE, for example --set language=en."),
        (["trial", "--lang", "fr"], "fr"),
    ],
)
def test_a_build_of_what_is_not_there_is_refused_before_anything_runs(project, words, told):
    code, out, err = answer("kritiek", "build", *words)
    assert (code, out) == (1, "")
    assert told in err
    assert not (project / "reports" / "trial").exists()


def test_a_build_with_another_parameter_is_written_beside_the_report(project):
    code, out, _ = answer("kritiek", "build", "trial", "--set", "group=ships", "--jobs", "1")
    assert code == 0
    assert "– Tabel 1: other than the published case, so not compared" in out
    assert re.search(r"Tables\s+in\s+reports/trial/variants/\S+/tables$", out.strip())


def test_a_build_from_faulty_sources_says_every_fault_and_builds_nothing(project):
    used(project, "id,value\na,1\na,2\n")
    code, out, err = answer("kritiek", "build", "trial")
    assert (code, out) == (1, "")
    assert err.endswith("1 fault in 1 file.\n")


def test_a_build_from_another_folder_and_from_none(project):
    shutil.copytree("data", "newer")
    assert answer("kritiek", "build", "trial", "--data", "newer")[0] == 0
    assert answer("kritiek", "build", "trial", "--data", "nowhere")[0] == 2


def test_changes_says_which_exhibits_change(project):
    trial_project.add_notebook(
        project,
        "trial",
        "from kritiek.notebook import Sources, Table\nfrom kritiek.exhibits.tables import Texts",
        "rows = Sources.load(data_dir).read('used')\nwords = {'nl': 'Waarde', 'en': 'Value'}",
        "number = {'nl': 'Tabel 1', 'en': 'Table 1'}",
        "Table(Texts('trial', number, words, words, (('value', words),), ()), rows, language)",
    )
    used(project, "id,value\na,2\n")
    code, out, _ = answer("kritiek", "changes", "--plan", "trial")
    assert code == 0
    assert out.splitlines()[-3:] == [
        "1 of 1 exhibit of trial changes.",
        "Tabel 1: 1 of 1 cell changes",
        '    row 1, Waarde: "1" → "2"',
    ]
    code, out, _ = answer("kritiek", "changes", "--plan", "trial", "--format", "json")
    assert (code, len(json.loads(out)["impact"]["exhibits"])) == (0, 1)


def test_store_keeps_the_results_in_the_notebooks(project):
    assert answer("kritiek", "store", "trial") == (0, "stored trial.ipynb\n", "")
    stored = json.loads((project / "notebooks" / "trial.ipynb").read_text(encoding="utf-8"))
    assert [cell["execution_count"] for cell in stored["cells"]] == [1, 2, 3]
    assert stored["metadata"]["kernelspec"]["name"] == "python3"
    assert answer("kritiek", "store") == (0, "stored trial.ipynb\n", "")


def test_store_refuses_an_unknown_notebook_and_leaves_a_failing_one_as_it_was(project):
    code, out, err = answer("kritiek", "store", "trail")
    assert (code, out, err) == (1, "", 'There is no notebook trail. Nearest: "trial".\n')
    trial_project.add_notebook(project, "broken", "1 / 0")
    before = (project / "notebooks" / "broken.ipynb").read_bytes()
    code, out, err = answer("kritiek", "store", "broken")
    assert (code, out) == (1, "")
    assert err.startswith("broken.ipynb stays as it was: ")
    assert (project / "notebooks" / "broken.ipynb").read_bytes() == before


def test_lab_is_opened_on_this_machine_only_in_the_notebooks_with_this_environment(project, monkeypatch):
    called = {}

    def call(command, **options):
        called.update(options, command=command)
        return 3

    monkeypatch.setattr(subprocess, "call", call)
    assert answer("kritiek", "lab", "--", "--no-browser")[0] == 3
    assert called["command"] == [
        *(sys.executable, "-m", "jupyterlab"),
        *("--ServerApp.ip=localhost", "--ServerApp.allow_remote_access=False"),
        *(f"--ServerApp.root_dir={project}", "--LabApp.default_url=/lab/tree/notebooks"),
        "--ServerApp.contents_manager_class=kritiek.daily.contents.ProjectContents",
        "--no-browser",
    ]
    assert called["cwd"] == project
    assert called["env"]["JUPYTER_PREFER_ENV_PATH"] == "1"


@pytest.mark.parametrize("verb", ["build", "store", "lab", "watch"])
def test_outside_a_project_a_verb_says_where_to_go(tmp_path, monkeypatch, verb):
    monkeypatch.chdir(tmp_path)
    code, out, err = answer("kritiek", verb)
    assert (code, out) == (1, "")
    assert err.endswith("Go to the folder of the project and try again.\n")


# As on the keyboard: a process of its own, which gets the signal of Ctrl-C. One that was started in the background
# hears none, and neither do its children, so that each is told to.
HEARING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "


def start(*words):
    """The command line in a process of its own."""
    if os.name == "nt":
        pytest.skip("a console of its own would be needed to send Ctrl-C")
    code = HEARING + "from kritiek.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-P", "-c", code, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_an_interrupted_build_says_what_is_kept(project):
    trial_project.add_notebook(
        project, "trial", f"import pathlib, time\npathlib.Path({str(project / 'begun')!r}).touch()\ntime.sleep(600)"
    )
    building = start("build", "trial")
    while not (project / "begun").exists():
        assert building.poll() is None, building.stderr.read()
        time.sleep(0.02)
    building.send_signal(signal.SIGINT)
    try:
        out, err = building.communicate(timeout=60)
    finally:
        building.kill()
    assert (building.returncode, out, err) == (
        130,
        "",
        "Interrupted. What was finished is kept; build again to go on.\n",
    )


def test_watch_tells_lines_until_it_is_interrupted(project):
    watching = start("watch", "trial")
    lines = [watching.stdout.readline() for _ in range(2)]
    while "rebuilt" not in lines[-1]:
        assert lines[-1], watching.stderr.read()
        lines.append(watching.stdout.readline())
    time.sleep(0.1)
    watching.send_signal(signal.SIGINT)
    try:
        assert watching.wait(timeout=60) == 130
    finally:
        watching.kill()
    assert watching.stderr.read() == "Watch ended.\n"
    assert lines == [
        "Watching data, notebooks, reports for the plan trial. Ctrl-C ends it.\n",
        "✓ No faults in 2 tables.\n",
        "✓ trial (nl): Tabel 1: 4 of 4 cells as printed\n",
        "1 rebuilt, 0 unchanged; 1 of 1 as they should be.\n",
    ]
