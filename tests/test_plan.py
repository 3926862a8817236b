"""A plan is refused with all its faults before anything runs; a good one becomes jobs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kritiek.build.plan import load_plan, plan_names, prepare
from kritiek.errors import PlanError

ROOT = Path(__file__).parent.parent
COMMON = 'language = "nl"\ndata_dir = "data"\n'
HEAD = 'title.nl = "Proef"\nlanguages = ["nl"]\n'
REPORT = [
    *[f"table_{number:02}" for number in range(1, 15)],
    *["figure_01", "figure_03", "timeline", "studies", "abbreviations", "list_of_tables", "bibliography", "overview"],
]


def add_notebook(root: Path, name: str, code: str, tag: str = "parameters") -> None:
    file = root / "notebooks" / name
    file.parent.mkdir(exist_ok=True)
    cell = {"cell_type": "code", "source": code, "metadata": {"tags": [tag]}}
    file.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")


def add_plan(root: Path, text: str, name: str = "proef") -> None:
    (root / "reports").mkdir(exist_ok=True)
    (root / "reports" / f"{name}.toml").write_text(text, encoding="utf-8")


def refusal(root: Path, exhibits: str, head: str = HEAD) -> list[str]:
    """The faults of a plan with these exhibits, without the line that counts them."""
    add_plan(root, f"{head}exhibit = [{exhibits}]")
    with pytest.raises(PlanError) as caught:
        load_plan("proef", root)
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


def prepare_refusal(plan, **options) -> list[str]:
    with pytest.raises(PlanError) as caught:
        prepare(plan, **options)
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two notebooks: one without parameters of its own, and a family of tables."""
    add_notebook(tmp_path, "plain.ipynb", COMMON)
    add_notebook(tmp_path, "family.ipynb", f'group = "steel"\nyears = 3\nshare = 0.5\n{COMMON}')
    return tmp_path


@pytest.fixture
def plan(project: Path):
    add_plan(
        project,
        """
        title.nl = "Proef"
        title.en = "Trial"
        languages = ["nl", "en"]
        exhibit = [
            { name = "first", notebook = "plain.ipynb" },
            { name = "steel", notebook = "family.ipynb", parameters = { group = "steel" } },
            { name = "ships", notebook = "family.ipynb", parameters = { group = "ships" } },
        ]
        """,
    )
    return load_plan("proef", project)


def test_the_report_lists_every_exhibit_in_its_order():
    plan = load_plan("normalisatie-2026", ROOT)
    assert [exhibit.name for exhibit in plan.exhibits] == REPORT
    assert plan.languages == ("nl", "en")


def test_a_family_of_the_report_tells_its_members_apart():
    plan = load_plan("normalisatie-2026", ROOT)
    groups = {e.name: e.parameters["group"] for e in plan.exhibits if e.notebook == "committee_group.ipynb"}
    assert groups == {
        "table_06": "steel",
        "table_08": "climate_installations",
        "table_09": "hydrogen",
        "table_10": "solar_pv",
        "table_11": "offshore_wind",
        "table_12": "batteries",
        "table_13": "ships",
    }


def test_an_appendix_for_a_ministry_is_ten_lines():
    assert len((ROOT / "reports" / "batterijen.toml").read_text(encoding="utf-8").splitlines()) == 10
    assert load_plan("batterijen", ROOT).languages == ("nl",)


def test_a_plan_is_found_by_name_by_file_name_and_by_path(plan, project):
    assert plan_names(project) == ("proef",)
    assert load_plan("proef.toml", project) == plan
    assert load_plan(project / "reports" / "proef.toml", project) == plan


def test_exhibits_written_as_sections_are_the_same_plan(plan, project):
    add_plan(
        project,
        """
        title.nl = "Proef"
        title.en = "Trial"
        languages = ["nl", "en"]
        [[exhibit]]
        name = "first"
        notebook = "plain.ipynb"
        [[exhibit]]
        name = "steel"
        notebook = "family.ipynb"
        parameters.group = "steel"
        [[exhibit]]
        name = "ships"
        notebook = "family.ipynb"
        parameters.group = "ships"
        """,
    )
    assert load_plan("proef", project) == plan


def test_an_unknown_plan_gives_the_nearest(plan, project):
    with pytest.raises(PlanError, match=r'There is no plan "proeff" in reports/\. Nearest: "proef"'):
        load_plan("proeff", project)


def test_a_plan_that_is_no_toml_is_refused_with_its_line(project):
    add_plan(project, "title.nl = Proef")
    with pytest.raises(PlanError, match=r"proef.toml cannot be read: Invalid value \(at line 1, column 12\)"):
        load_plan("proef", project)


@pytest.mark.parametrize(
    ("exhibit", "expected"),
    [
        ('{name = "a", notebok = "plain.ipynb"}', 'a: key "notebok" is unknown. Nearest: "notebook".'),
        (
            '{name = "a", notebook = "plane.ipynb"}',
            'a: notebook "plane.ipynb" is not in notebooks/. Nearest: "plain.ipynb".',
        ),
        (
            '{name = "a", notebook = "Plain.ipynb"}',
            'a: notebook "Plain.ipynb" is not in notebooks/. Nearest: "plain.ipynb".',
        ),
        (
            '{name = "a", notebook = "../notebooks/plain.ipynb"}',
            'a: notebook "../notebooks/plain.ipynb" is not in notebooks/. Valid: family.ipynb, plain.ipynb.',
        ),
        (
            '{name = "a", notebook = "family.ipynb", parameters = {grop = "ships"}}',
            'a: parameter "grop" is unknown. Nearest: "group".',
        ),
        (
            '{name = "a", notebook = "plain.ipynb", parameters = {group = "ships"}}',
            'a: parameter "group" is unknown. There is none to choose from.',
        ),
        (
            '{name = "a", notebook = "family.ipynb", parameters = {years = "3"}}',
            'a: parameter years: found text "3", expected a whole number.',
        ),
        (
            '{name = "a", notebook = "family.ipynb", parameters = {group = 2026-01-01}}',
            'a: parameter group: found the date 2026-01-01 (in quotes it is text: "2026-01-01"), expected text.',
        ),
        (
            '{name = "a", notebook = "family.ipynb", parameters = {share = nan}}',
            "a: parameter share: found nan, which is no number, expected a number.",
        ),
        (
            '{name = "a", notebook = "plain.ipynb", parameters = {language = "en"}}',
            "a: language does not belong in parameters: a plan has languages, and the command has --data.",
        ),
        (
            '{name = "Tabel 1", notebook = "plain.ipynb"}',
            'Tabel 1: name is text "Tabel 1", expected small letters, digits and _, as in table_06.',
        ),
        (
            '{name = "a", notebook = "plain.ipynb"}, {name = "a", notebook = "family.ipynb"}',
            "a: stands 2 times in the plan.",
        ),
        (
            '{name = "a", notebook = "family.ipynb"},'
            ' {name = "b", notebook = "family.ipynb", parameters = {group = "steel"}}',
            "b: has the notebook and the parameters of a. Change or remove one.",
        ),
        ("1", "exhibit 1: found 1, expected name, notebook and parameters."),
        ("", 'exhibit: found none, expected at least one, as exhibit = [{name = "…", notebook = "…"}].'),
    ],
)
def test_a_faulty_exhibit_is_refused_with_what_would_be_right(project, exhibit, expected):
    assert refusal(project, exhibit) == [expected]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('title.nl = "P"\nlanguages = ["nl", "de"]\n', 'languages: "de" is unknown. Valid: nl, en.'),
        ('title.nl = "P"\nlanguages = "nl"\n', 'languages: found text "nl", expected a list such as ["nl", "en"].'),
        (
            'title.nl = "P"\nlanguages = ["nl", "en"]\n',
            'title.en: expected the title as text, since "en" is a language of the plan.',
        ),
        ('languages = ["nl"]\n', 'title: found none by language, expected title.nl = "…".'),
        (f"{HEAD}exhibits = []\n", 'the plan: key "exhibits" is unknown. Nearest: "exhibit".'),
    ],
)
def test_a_faulty_head_is_refused_with_what_would_be_right(project, head, expected):
    assert refusal(project, '{name = "a", notebook = "plain.ipynb"}', head) == [expected]


def test_a_notebook_without_a_parameters_cell_is_refused(project):
    add_notebook(project, "untagged.ipynb", COMMON, tag="parameter")
    faults = refusal(project, '{name = "a", notebook = "untagged.ipynb"}')
    assert faults == ["a: untagged.ipynb has no cell tagged parameters, expected one code cell."]


def test_a_notebook_that_lacks_a_common_parameter_is_refused(project):
    add_notebook(project, "deaf.ipynb", 'language = "nl"')
    faults = refusal(project, '{name = "a", notebook = "deaf.ipynb"}')
    assert faults == ["a: deaf.ipynb lacks the parameter data_dir, which every notebook has."]


def test_all_faults_of_a_plan_are_named_at_once(project):
    add_plan(
        project,
        'tittle = "x"\nlanguages = ["nl", "fr"]\ntitle.nl = "P"\nexhibit = ['
        '{name = "a", notebook = "family.ipynb", parameters = {years = true, grup = "x"}}, {name = "b"}]',
    )
    with pytest.raises(PlanError) as caught:
        load_plan("proef", project)
    assert str(caught.value).splitlines() == [
        "reports/proef.toml: 5 faults",
        '  the plan: key "tittle" is unknown. Nearest: "title".',
        '  languages: "fr" is unknown. Valid: nl, en.',
        "  a: parameter years: found true, expected a whole number.",
        '  a: parameter "grup" is unknown. Nearest: "group".',
        "  b: no notebook is given: name a file in notebooks/.",
    ]


def test_without_wishes_every_exhibit_is_a_job_in_every_language(plan):
    jobs = prepare(plan)
    assert [(job.exhibit, job.language, job.variant) for job in jobs] == [
        ("first", "nl", ""),
        ("first", "en", ""),
        ("steel", "nl", ""),
        ("steel", "en", ""),
        ("ships", "nl", ""),
        ("ships", "en", ""),
    ]


def test_only_what_differs_from_the_notebooks_defaults_is_injected(plan):
    changed = {(job.exhibit, job.language): job.changed_parameters for job in prepare(plan)}
    assert changed["first", "nl"] == {}
    assert changed["steel", "nl"] == {}
    assert changed["ships", "en"] == {"group": "ships", "language": "en"}


def test_only_chooses_exhibits_in_the_order_of_the_plan(plan):
    jobs = prepare(plan, only=["ships", "first"], languages=["en"])
    assert [(job.exhibit, job.language) for job in jobs] == [("first", "en"), ("ships", "en")]


def test_setting_the_language_chooses_the_language_and_is_no_variant(plan):
    (job,) = prepare(plan, only=["first"], settings={"language": "en"})
    assert (job.language, job.is_variant) == ("en", False)


def test_a_setting_makes_a_variant_with_a_folder_of_its_own(plan):
    (job,) = prepare(plan, only=["ships"], settings={"years": "5", "group": "solar"}, languages=["nl"])
    assert job.is_variant
    assert job.variant == "group=solar,years=5"
    assert job.parameters == {"group": "solar", "years": 5, "share": 0.5, "language": "nl", "data_dir": "data"}


def test_setting_what_the_plan_says_already_is_no_variant(plan):
    (job,) = prepare(plan, only=["ships"], settings={"group": "ships"}, languages=["nl"])
    assert not job.is_variant


def test_without_only_a_setting_goes_to_those_that_have_it(plan):
    variants = {job.exhibit: job.variant for job in prepare(plan, settings={"years": "5"})}
    assert variants == {"first": "", "steel": "years=5", "ships": "years=5"}


def test_with_only_every_named_exhibit_must_have_the_setting(plan):
    faults = prepare_refusal(plan, only=["first", "ships"], settings={"years": "5"})
    assert faults == ["--set years: first has no such parameter (own ones: none). Leave it out of --only."]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"only": ["fist"]}, '--only fist: the plan has no such exhibit. Nearest: "first".'),
        ({"settings": {"yeers": "5"}}, '--set yeers: no chosen exhibit has this parameter. Nearest: "years".'),
        ({"settings": {"years": "5.5"}}, '--set years: found "5.5", expected a whole number.'),
        (
            {"settings": {"group": "steel"}},
            "--set makes steel, ships the same exhibit: choose one of them with --only.",
        ),
        ({"settings": {"data_dir": "x"}}, "--set data_dir: choose the data folder with --data."),
        ({"languages": ["de"]}, 'language "de" is unknown. Valid: nl, en.'),
        (
            {"languages": ["nl"], "settings": {"language": "en"}},
            "--set language=en and --lang nl contradict each other: give one of them.",
        ),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_before_anything_runs(plan, options, expected):
    assert prepare_refusal(plan, **options) == [expected]


def test_all_faults_of_the_wishes_are_named_at_once(plan):
    faults = prepare_refusal(plan, only=["fist", "ships"], settings={"yeers": "5", "share": "0,5"}, languages=["de"])
    assert faults == [
        '--only fist: the plan has no such exhibit. Nearest: "first".',
        'language "de" is unknown. Valid: nl, en.',
        '--set yeers: no chosen exhibit has this parameter. Nearest: "years".',
        '--set share: found "0,5", expected a number (decimals take a point: 0.5).',
    ]


def test_the_data_folder_is_told_from_the_project_root_where_it_can_be(plan, project, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    told = [
        prepare(plan, only=["first"], languages=["nl"], data=data)[0].parameters["data_dir"]
        for data in (project / "data", project / "trial" / "data", outside)
    ]
    assert told == ["data", "trial/data", outside.resolve().as_posix()]


def test_another_data_folder_is_a_variant_with_a_place_of_its_own(plan, project):
    assert {job.variant for job in prepare(plan, data=project / "trial")} == {"data=trial"}
    assert not any(job.is_variant for job in prepare(plan, data=project / "data"))


def test_the_folder_of_a_variant_is_a_name_on_every_system(plan):
    names = [
        prepare(plan, only=["ships"], settings={"group": text}, languages=["nl"])[0].variant
        for text in ('a/b\\c:d*"e"<f>|g?', "ends with a point.", "x" * 300, "a_b", "a/b")
    ]
    assert all(not set(name) & set('<>:"/\\|?*') for name in names)
    assert not any(name.endswith((".", " ")) for name in names)
    assert max(map(len, names)) < 80
    assert len(set(names)) == 5
