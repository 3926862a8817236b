"""A plan is refused with all its faults before anything runs; a good one becomes jobs."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kritiek.build.plan import load_plan, plan_names, prepare
from kritiek.build.plan.jobs import by_number
from kritiek.errors import PlanError

ROOT = Path(__file__).parent.parent
COMMON = 'language = "nl"\ndata_dir = "data"\n'
HEAD = 'title.nl = "Proef"\nlanguages = ["nl"]\n'
REPORT = [
    *[f"table_{number:02}" for number in range(1, 15)],
    *("figure_01", "figure_03", "timeline", "studies", "abbreviations", "list_of_tables", "bibliography", "overview"),
    "deviations",
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


def test_the_appendix_on_batteries_counts_its_tables_itself_in_both_languages():
    plan = load_plan("batterijen", ROOT)
    assert plan.languages == ("nl", "en")
    assert (plan.head.numbering, plan.head.number_prefix, plan.head.date) == ("own", "B.", dt.date(2026, 11, 24))
    assert set(plan.head.introduction) == {"nl", "en"}


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
            'a: parameter years: found "3", expected a whole number.',
        ),
        (
            '{name = "a", notebook = "family.ipynb", parameters = {group = 2026-01-01}}',
            'a: parameter group: found the day 2026-01-01 (in quotes it is text: "2026-01-01"), expected text.',
        ),
        (
            '{name = "a", notebook = "family.ipynb", parameters = {share = nan}}',
            "a: parameter share: found nan, which is no number, expected a number.",
        ),
        (
            '{name = "a", notebook = "plain.ipynb", parameters = {language = "en"}}',
            "a: language is no parameter of a plan: it has languages, the command --data.",
        ),
        (
            '{name = "Tabel 1", notebook = "plain.ipynb"}',
            'Tabel 1: name is "Tabel 1", expected small letters, digits and _, as in table_06.',
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
        ("", 'exhibit: expected at least one, as exhibit = [{name = "…", notebook = "…"}].'),
    ],
)
def test_a_faulty_exhibit_is_refused_with_what_would_be_right(project, exhibit, expected):
    assert refusal(project, exhibit) == [expected]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('title.nl = "P"\nlanguages = ["nl", "de"]\n', 'languages: "de" is unknown. Valid: nl, en.'),
        ('title.nl = "P"\nlanguages = "nl"\n', 'languages: found "nl", expected a list such as ["nl", "en"].'),
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
    assert faults == ["a: deaf.ipynb lacks data_dir, which every notebook has."]


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
        '  a: parameter "grup" is unknown. Nearest: "group".',
        "  a: parameter years: found true, expected a whole number.",
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
    assert (job.language, job.variant) == ("en", "")


def test_a_setting_makes_a_variant_with_a_folder_of_its_own(plan):
    (job,) = prepare(plan, only=["ships"], settings={"years": "5", "group": "solar"}, languages=["nl"])
    assert job.variant
    assert job.variant == "group=solar,years=5"
    assert job.parameters == {"group": "solar", "years": 5, "share": 0.5, "language": "nl", "data_dir": "data"}


def test_setting_what_the_plan_says_already_is_no_variant(plan):
    (job,) = prepare(plan, only=["ships"], settings={"group": "ships"}, languages=["nl"])
    assert not job.variant


def test_without_only_a_setting_goes_to_those_that_have_it(plan):
    variants = {job.exhibit: job.variant for job in prepare(plan, settings={"years": "5"})}
    assert variants == {"first": "", "steel": "years=5", "ships": "years=5"}


def test_with_only_every_named_exhibit_must_have_the_setting(plan):
    faults = prepare_refusal(plan, only=["first", "ships"], settings={"years": "5"})
    assert faults == ["--set years: first has no such parameter (own ones: none). Leave it out of --only."]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"only": ["fist"]}, 'fist: the plan proef has no such exhibit. Nearest: "first".'),
        ({"settings": {"yeers": "5"}}, '--set yeers: no chosen exhibit has this parameter. Nearest: "years".'),
        ({"settings": {"years": "5.5"}}, '--set years: found "5.5", expected a whole number.'),
        (
            {"settings": {"group": "steel"}},
            "--set group=steel: makes ships what steel is. Build steel instead, with --only.",
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


def test_an_exhibit_of_another_plan_is_refused_with_that_plan(plan, project):
    write_other = 'exhibit = [{ name = "second" }, 3]'
    (project / "reports" / "other.toml").write_text(write_other, encoding="utf-8")
    (project / "reports" / "broken.toml").write_text("exhibit = [", encoding="utf-8")
    expected = "second: the plan proef has no such exhibit. It stands in the plan other."
    assert prepare_refusal(plan, only=["second"]) == [expected]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("3", "table_03"),
        ("table_3", "table_03"),
        ("table_003", "table_03"),
        ("figure_3", "figure_03"),
        ("13", "table_13"),
        ("table_03_en", "table_03_en"),
        ("0", "0"),
        ("figure_13", "figure_13"),
    ],
)
def test_an_exhibit_is_known_by_its_number_however_many_zeros_are_typed(word, meant):
    assert by_number(word, ["table_03", "table_03_en", "table_13", "figure_03"]) == meant


def test_all_faults_of_the_wishes_are_named_at_once(plan):
    faults = prepare_refusal(plan, only=["fist", "ships"], settings={"yeers": "5", "share": "0,5"}, languages=["de"])
    assert faults == [
        'fist: the plan proef has no such exhibit. Nearest: "first".',
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
    assert not any(job.variant for job in prepare(plan, data=project / "data"))


def test_the_folder_of_a_variant_is_a_name_on_every_system(plan):
    names = [
        prepare(plan, only=["ships"], settings={"group": text}, languages=["nl"])[0].variant
        for text in ('a/b\\c:d*"e"<f>|g?', "ends with a point.", "x" * 300, "a_b", "a/b")
    ]
    assert all(not set(name) & set('<>:"/\\|?*') for name in names)
    assert not any(name.endswith((".", " ")) for name in names)
    assert max(map(len, names)) < 80
    assert len(set(names)) == 5


# The printed case is pinned by a plan; what people may type stands beside the parameter.

REPORT_PLAN = """
title.nl = "Rapport"
languages = ["nl"]
baseline = "report"
exhibit = [
    { name = "table_06", notebook = "family.ipynb", parameters = { group = "steel", years = 3, share = 0.5 } },
    { name = "table_12", notebook = "family.ipynb", parameters = { group = "batteries", years = 3, share = 0.5 } },
    { name = "table_14", notebook = "chosen.ipynb", parameters = { audience = "all", as_of = "2026-06-30" } },
]
"""
CHOSEN = 'audience = "all"  # whom; one of: all/alle, audiences.id\nas_of = "2026-06-30"\n'
AUDIENCES = {
    "name": "audiences",
    "path": "audiences.csv",
    "schema": {
        "fields": [{"name": name, "type": "string"} for name in ("id", "name_nl", "name_en")],
        "primaryKey": ["id"],
    },
}


@pytest.fixture
def report(project: Path) -> Path:
    """A project with a report that pins, sources, and an appendix that leaves all to the report."""
    add_notebook(project, "chosen.ipynb", CHOSEN + COMMON)
    (project / "data").mkdir()
    (project / "data" / "datapackage.json").write_text(
        json.dumps({"name": "trial", "resources": [AUDIENCES]}), encoding="utf-8"
    )
    lines = "id,name_nl,name_en\ngovernment,Overheid,Government\nresearch,Onderzoek,Research\n"
    (project / "data" / "audiences.csv").write_text(lines, encoding="utf-8")
    add_plan(project, REPORT_PLAN, "report")
    return project


def appendix(root: Path, *exhibits: str):
    add_plan(root, f'{HEAD}baseline = "report"\nexhibit = [{", ".join(exhibits)}]')
    return load_plan("proef", root)


CHOSEN_LINE = '{ name = "table_14", notebook = "chosen.ipynb" }'


def test_a_plan_takes_from_the_baseline_what_it_does_not_name(report):
    add_plan(report, REPORT_PLAN.replace("2026-06-30", "2025-01-31"), "report")
    add_notebook(report, "chosen.ipynb", CHOSEN.replace("2026-06-30", "2025-01-31") + COMMON)
    (exhibit,) = appendix(
        report, '{ name = "table_14", notebook = "chosen.ipynb", parameters = { audience = "research" } }'
    ).exhibits
    assert exhibit.parameters == {"audience": "research", "as_of": "2025-01-31"}


@pytest.mark.parametrize("name", ["report", "proef"])
def test_a_default_that_is_not_the_printed_case_is_refused_with_both_values(report, name):
    appendix(report, CHOSEN_LINE)
    add_notebook(report, "chosen.ipynb", CHOSEN.replace('"all"', '"government"', 1) + COMMON)
    with pytest.raises(PlanError) as caught:
        load_plan(name, report)
    assert str(caught.value).splitlines()[1:] == [
        '  notebooks/chosen.ipynb: audience is "government" in its parameters cell, and reports/report.toml says that'
        ' the printed case is "all". Set it back and save it (for a trial: --set audience=government), or change the'
        " plan."
    ]


def test_a_default_of_a_notebook_that_no_plan_pins_is_used(report):
    (exhibit,) = appendix(report, '{ name = "own", notebook = "plain.ipynb" }').exhibits
    assert exhibit.is_printed(exhibit.values) is None
    add_notebook(report, "own.ipynb", "level = 7\n" + COMMON)
    (exhibit,) = appendix(report, '{ name = "own", notebook = "own.ipynb" }').exhibits
    assert exhibit.parameters == {"level": 7}


def test_the_plan_that_pins_names_every_parameter(report):
    add_plan(report, REPORT_PLAN.replace(', as_of = "2026-06-30"', ""), "report")
    with pytest.raises(PlanError) as caught:
        load_plan("report", report)
    assert str(caught.value).splitlines()[1:] == [
        '  table_14: as_of is not named, and this plan pins the printed case (the notebook has "2026-06-30"). Name it.'
    ]


def test_a_family_member_of_another_name_must_say_which_it_is(report):
    with pytest.raises(
        PlanError, match=r'steel_mills: group is not named, and reports/report.toml has "steel", "batteries"'
    ):
        appendix(report, '{ name = "steel_mills", notebook = "family.ipynb" }')


def test_an_exhibit_that_is_another_than_its_name_says_is_refused_with_both_names(report):
    with pytest.raises(PlanError, match=r'table_12: with group = "steel", .* it is table_06 of reports/report.toml'):
        appendix(report, '{ name = "table_12", notebook = "family.ipynb", parameters = { group = "steel" } }')


def test_a_name_with_words_after_it_tells_two_of_a_kind_apart(report):
    lines = [
        f'{{ name = "table_14_{audience}", notebook = "chosen.ipynb", parameters = {{ audience = "{audience}" }} }}'
        for audience in ("research", "government")
    ]
    plan = appendix(report, *lines)
    assert [exhibit.parameters["audience"] for exhibit in plan.exhibits] == ["research", "government"]


def test_an_unknown_baseline_gives_the_nearest(report):
    with pytest.raises(PlanError, match=r'baseline: found "reprot", expected "printed", .* Nearest: "report"'):
        add_plan(report, HEAD + 'baseline = "reprot"\nexhibit = [{ name = "a", notebook = "plain.ipynb" }]')
        load_plan("proef", report)


@pytest.mark.parametrize("typed", ["research", "Onderzoek", "onderzoek", "Research"])
def test_a_value_goes_by_every_name_of_its_row_in_plans_and_on_the_command_line(report, typed):
    line = f'{{ name = "table_14", notebook = "chosen.ipynb", parameters = {{ audience = "{typed}" }} }}'
    (planned,) = prepare(appendix(report, line))
    (set_,) = prepare(load_plan("report", report), only=["table_14"], settings={"audience": typed})
    assert planned.parameters["audience"] == set_.parameters["audience"] == "research"
    assert set_.variant == "audience=research"


def test_a_listed_word_goes_by_its_other_name_and_is_then_no_variant(report):
    (job,) = prepare(load_plan("report", report), only=["table_14"], settings={"audience": "alle"})
    assert (job.parameters["audience"], job.variant, job.is_printed) == ("all", "", True)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({"audience": "overhead"}, '--set audience: "overhead" is not known. Nearest: "Overheid".'),
        ({"audience": "narnia"}, '--set audience: "narnia" is not known. Valid: all, government, research.'),
        ({"as_of": "30-6-2026"}, '--set as_of: found "30-6-2026", expected a day as yyyy-mm-dd, such as 2025-10-09.'),
        ({"as_of": "2026-02-30"}, '--set as_of: found "2026-02-30", expected a day as yyyy-mm-dd, such as 2025-10-09.'),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_before_anything_runs_and_leaves_nothing(report, setting, expected):
    assert prepare_refusal(load_plan("report", report), only=["table_14"], settings=setting) == [expected]
    assert [file.name for file in (report / "reports").iterdir()] == ["report.toml"]


def test_a_value_in_a_plan_that_is_not_allowed_is_refused(report):
    with pytest.raises(PlanError, match=r'table_14: parameter audience: "resaerch" is not known. Nearest: "research"'):
        appendix(report, '{ name = "table_14", notebook = "chosen.ipynb", parameters = { audience = "resaerch" } }')


def test_a_comment_that_names_no_table_of_the_sources_is_a_fault_of_the_notebook(report):
    add_notebook(report, "chosen.ipynb", CHOSEN.replace("audiences.id", "audience.id") + COMMON)
    with pytest.raises(
        PlanError, match=r'parameter audience: the comment says "one of: audience.id": There is no source'
    ):
        load_plan("report", report)


def test_a_setting_that_makes_one_exhibit_another_is_refused_with_the_name_to_build(report):
    faults = prepare_refusal(load_plan("report", report), only=["table_06"], settings={"group": "batteries"})
    assert faults == ["--set group=batteries: makes table_06 what table_12 is. Build table_12 instead, with --only."]


@pytest.mark.parametrize("name", ["...toml", "..", ".", "a b", "a.b", "", "-x", "é", "a/../..toml"])
def test_a_plan_is_named_in_plain_words(report, name):
    (report / "elsewhere").mkdir()
    (report / "elsewhere" / "...toml").write_text(REPORT_PLAN, encoding="utf-8")
    for asked in (name, report / "elsewhere" / "...toml"):
        with pytest.raises(
            PlanError, match=r"is no name for a plan: it has letters, digits, - and _, as in batterijen.toml"
        ):
            load_plan(asked, report)


def test_a_plan_elsewhere_does_not_take_the_place_of_one_of_the_same_name(report):
    (report / "elsewhere").mkdir()
    (report / "elsewhere" / "report.toml").write_text(REPORT_PLAN, encoding="utf-8")
    with pytest.raises(PlanError, match=r"would write over the results of reports/report.toml"):
        load_plan(report / "elsewhere" / "report.toml", report)


TOML_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("report") | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
ENTRY = st.fixed_dictionaries(
    {}, optional={"name": TOML_VALUES, "notebook": TOML_VALUES | st.just("chosen.ipynb"), "parameters": TOML_VALUES}
)
CONTENT = st.fixed_dictionaries(
    {},
    optional={
        "title": TOML_VALUES,
        "languages": TOML_VALUES,
        "baseline": TOML_VALUES,
        "exhibit": TOML_VALUES | st.lists(ENTRY | TOML_VALUES, max_size=3),
    },
)


@given(content=CONTENT)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_a_plan_holds_it_is_refused_in_words(report, content):
    add_plan(report, toml_text(content))
    try:
        load_plan("proef", report)
    except PlanError as error:
        own = re.sub(r'"[^"]*"', "", str(error))  # without the words that the plan itself holds
        assert not re.search(r"\b(None|NoneType|unhashable|object|Traceback|datetime)\b", own), str(error)


def toml_text(value, top=True) -> str:
    """A value as TOML; a nothing, which TOML has not, as an empty table."""
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key)} = {toml_text(item, False)}" for key, item in value.items())
        return "\n".join(pairs) if top else "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml_text(item, False) for item in value) + "]"
    if value is None:
        return "{}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value) if value == value and abs(value) != float("inf") else str(value)
    return (
        json.dumps(value).replace("\\u007f", "x")
        if not isinstance(value, str)
        else json.dumps(re.sub(r"[\ud800-\udfff\x7f]", "x", value), ensure_ascii=False)
    )


def test_a_group_goes_by_its_dutch_name_too():
    plan = load_plan("normalisatie-2026", ROOT)
    (job,) = prepare(plan, only=["table_09"], settings={"group": "waterstof"}, languages=["nl"])
    assert job.parameters["group"] == "hydrogen"


def test_a_notebook_that_was_saved_in_english_is_refused(report):
    add_notebook(report, "chosen.ipynb", CHOSEN + COMMON.replace('"nl"', '"en"'))
    with pytest.raises(PlanError, match=r'chosen.ipynb: language is "en" in its parameters cell, and notebooks'):
        appendix(report, CHOSEN_LINE)


# The head of a plan: what an appendix says around its exhibits


AS_LANGUAGE = 'as text, since "nl" is a language of the plan.'
HEAD_FAULTS = [
    ('introductoin.nl = "x"', 'the plan: key "introductoin" is unknown. Nearest: "introduction".'),
    ('introduction = "x"', 'introduction: found none by language, expected introduction.nl = "…".'),
    ('introduction.en = "x"', f"introduction.nl: expected the introduction {AS_LANGUAGE}"),
    ('closing.nl = ""', f"closing.nl: expected the closing {AS_LANGUAGE}"),
    ('closing.nl = "x"\nclosing.du = "x"', 'closing: key "du" is unknown.'),
    ('date = "gisteren"', 'date: found "gisteren", expected a day, as in date = 2026-11-24.'),
    ("date = 2026-11-24T10:00:00", 'date: found "2026-11-24 10:00:00", expected a day, as in date = 2026-11-24.'),
    ('numbering = "owm"', 'numbering: found "owm", expected "report" or "own". Nearest: "own".'),
    ('number_prefix = "B."', 'number_prefix: stands before numbers of the appendix\'s own. Add numbering = "own".'),
    (
        'numbering = "own"\nnumber_prefix = 3',
        'number_prefix: found 3, expected a few letters, as in number_prefix = "B.".',
    ),
    (
        'template = "house.doc"',
        'template: found "house.doc", expected a Word document, as in template = "house-style.docx".',
    ),
    ('template = "huis.docx"', 'template: "huis.docx" is not in reports/. Valid: house.docx.'),
    ('template = "../../outside.docx"', 'template: "../../outside.docx" is not in reports/.'),
    (
        'baseline = "prnted"',
        'baseline: found "prnted", expected "printed", "none", a release or a plan in reports/. Nearest: "printed".',
    ),
]


@pytest.mark.parametrize("text, fault", HEAD_FAULTS)
def test_a_wrong_head_is_named_with_what_is_expected(project, text, fault):
    (project / "reports").mkdir(exist_ok=True)
    (project / "reports" / "house.docx").write_bytes(b"")
    (project.parent / "outside.docx").write_bytes(b"")
    [found] = refusal(project, '{ name = "a", notebook = "plain.ipynb" }', head=f"{text}\n{HEAD}")
    assert found.startswith(fault)


def test_the_head_of_a_plan_says_what_stands_around_its_exhibits(project):
    (project / "reports").mkdir()
    (project / "reports" / "house.docx").write_bytes(b"")
    head = (
        'introduction.nl = "I"\nclosing.nl = "C"\ndate = 2026-11-24\nnumbering = "own"\nnumber_prefix = "B."\n'
        'template = "house.docx"\nbaseline = "none"\n'
    )
    add_plan(project, head + HEAD + 'exhibit = [{ name = "a", notebook = "plain.ipynb" }]')
    plan = load_plan("proef", project)
    assert (plan.head.introduction, plan.head.closing) == ({"nl": "I"}, {"nl": "C"})
    assert (plan.head.date, plan.head.numbering, plan.head.number_prefix) == (dt.date(2026, 11, 24), "own", "B.")
    assert plan.head.template == project.resolve() / "reports" / "house.docx"
    assert not plan.is_compared and not plan.is_baseline


def test_a_plan_without_baseline_claims_no_printed_case(project):
    add_plan(project, 'baseline = "none"\n' + HEAD + 'exhibit = [{ name = "a", notebook = "plain.ipynb" }]')
    assert [(job.is_printed, job.is_own) for job in prepare(load_plan("proef", project))] == [(False, False)]
