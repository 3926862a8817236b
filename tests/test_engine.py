"""A notebook runs warm as it runs in a kernel, and leaves nothing to the next one."""

from __future__ import annotations

import json

import pytest

from kritiek.build.engine.executed import failure_in
from kritiek.build.engine.pool import Pool, Request
from trial_project import add_notebook, make_project

SPOILERS = {
    "a name": ("left_over = 1", "'left_over' in globals()"),
    "an option of pandas": (
        "import pandas as pd; pd.set_option('display.max_rows', 3)",
        "__import__('pandas').get_option('display.max_rows') == 3",
    ),
    "an option of matplotlib": (
        "import matplotlib; matplotlib.rcParams['font.size'] = 99",
        "__import__('matplotlib').rcParams['font.size'] == 99",
    ),
    "the environment": ("import os; os.environ['LEFT_OVER'] = '1'", "'LEFT_OVER' in __import__('os').environ"),
    "the folder": ("import os; os.chdir('notebooks')", "__import__('pathlib').Path.cwd().name == 'notebooks'"),
    "a folder to import from": ("import sys; sys.path.insert(0, 'nowhere')", "'nowhere' in __import__('sys').path"),
    "a patched function": (
        "import kritiek.project; kritiek.project.project_root = 'spoiled'",
        "__import__('kritiek.project').project.project_root == 'spoiled'",
    ),
    "a patched method": (
        "from kritiek.notebook import Sources; Sources.load = 'spoiled'",
        "__import__('kritiek.notebook').notebook.Sources.load == 'spoiled'",
    ),
    "a table of ours changed in place": (
        "from kritiek.exhibits import figures; figures.DRAWINGS['spoiled'] = None",
        "'spoiled' in __import__('kritiek.exhibits.figures').exhibits.figures.DRAWINGS",
    ),
    "a function of Python": ("import builtins; builtins.input = 'spoiled'", "__builtins__.input == 'spoiled'"),
    "how warnings are shown": ("import warnings; warnings.simplefilter('error')", "warned()"),
    "how a value is shown": (
        "get_ipython().display_formatter.formatters['text/html'].for_type(set, str)",
        "set in get_ipython().display_formatter.formatters['text/html']",
    ),
    "how pictures are drawn": (
        "import matplotlib.pyplot as plt; plt.ioff()",
        "not __import__('matplotlib').is_interactive()",
    ),
}
WARNED = """
def warned():
    import warnings
    try:
        warnings.warn("only said")
    except UserWarning:
        return True
    return False
"""


def executed(root, *names, isolated=False, size=1, limit_seconds=120, parameters=None):
    """The notebooks after running them one after the other in one process."""
    requests = [Request(root / "notebooks" / f"{name}.ipynb", parameters or {}, limit_seconds) for name in names]
    with Pool(root, size, isolated=isolated) as pool:
        reports = {number: report for number, report in pool.run(requests) if report}
        assert [reports[number].trouble for number in sorted(reports)] == [None] * len(names)
        return [json.loads(reports[number].target.read_text(encoding="utf-8")) for number in range(len(names))]


def outputs(notebook):
    return [output for cell in notebook["cells"] for output in cell.get("outputs", ())]


def text(output):
    return "".join(output["data"]["text/plain"] if "data" in output else output["text"])


@pytest.fixture(scope="module")
def after_spoilers(tmp_path_factory):
    root = make_project(tmp_path_factory.mktemp("project"), {})
    for number, (spoiler, _) in enumerate(SPOILERS.values()):
        add_notebook(root, f"spoil_{number}", spoiler)
    for number, (_, question) in enumerate(SPOILERS.values()):
        add_notebook(root, f"ask_{number}", WARNED, question)
    numbers = range(len(SPOILERS))
    ran = executed(root, *[f"{kind}_{number}" for number in numbers for kind in ("spoil", "ask")])
    return dict(zip(SPOILERS, zip(ran[::2], ran[1::2], strict=True), strict=True))


@pytest.mark.parametrize("what", SPOILERS)
def test_a_notebook_leaves_nothing_to_the_next(after_spoilers, what):
    spoiled, asked = after_spoilers[what]
    assert failure_in(spoiled) is None
    assert failure_in(asked) is None
    assert text(outputs(asked)[-1]) == "False"


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory):
    """Each notebook that spoils something and then asks for it, all in one process."""
    notebooks = {f"both_{number}": [WARNED, *pair] for number, pair in enumerate(SPOILERS.values())}
    root = make_project(tmp_path_factory.mktemp("project"), notebooks)
    return dict(zip(SPOILERS, executed(root, *notebooks), strict=True))


@pytest.mark.parametrize("what", SPOILERS)
def test_each_spoiler_spoils_its_own_notebook(spoiled, what):
    notebook = spoiled[what]
    assert text([output for output in outputs(notebook) if output["output_type"] == "execute_result"][-1]) == "True"


def test_what_the_sources_hand_over_is_a_copy(tmp_path):
    read = "from kritiek.notebook import Sources\nframe = Sources.load(data_dir).read('used')"
    root = make_project(
        tmp_path, {"spoil": [read, "frame.loc[:, 'value'] = 'spoiled'"], "ask": [read, "list(frame['value'])"]}
    )
    _, asked = executed(root, "spoil", "ask")
    assert text(outputs(asked)[-1]) == "['1']"


CELLS = {
    "values": "import datetime as dt; dt.date(2026, 6, 1)",
    "a frame": "import pandas as pd; pd.DataFrame({f'long name {n}': ['x' * 30] * 90 for n in range(30)})",
    "printed and shown": "print('a'); display('b'); print('c'); 'd'",
    "a picture": "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.title('t')\nNone",
    "markup": "from IPython.display import HTML, Markdown; display(Markdown('*a*')); HTML('<b>b</b>')",
    "a display that is updated": "shown = display('old', display_id='x'); shown.update('new')",
    "cleared": "from IPython.display import clear_output; print('old'); clear_output(); print('new')",
    "waited for": "import asyncio\nawait asyncio.sleep(0); 'done'",
    "an underscore": "1 + 1",
    "the last value": "_",
    "silenced": "1 + 1;",
    "a warning": "import warnings; warnings.warn('careful')",
    "numbers": "import numpy as np; np.array([1.5, 2.25]), float('nan'), {'a': {1, 2}}",
    "magic for pictures": "%matplotlib inline\n'ok'",
}
ENDINGS = {
    "an error": "1 / 0",
    "an error of ours": "from kritiek.errors import ExhibitError; raise ExhibitError('told')",
    "a question": "input('name? ')",
    "an exit": "import sys; sys.exit(3)",
    "no Python": "a b c",
}


def comparable(notebook):
    """Outputs without what holds an address, a folder or a colour of a traceback."""
    shown = []
    for output in outputs(notebook):
        output = {key: value for key, value in output.items() if key != "traceback"}
        if output.get("name") == "stderr":
            output["text"] = "".join(output["text"]).split(": ", 1)[-1]
        shown.append(output)
    return shown


def test_cells_show_warm_what_they_show_in_a_kernel(tmp_path):
    root = make_project(tmp_path, {"all": list(CELLS.values())})
    (warm,), (cold,) = (executed(root, "all", isolated=isolated) for isolated in (False, True))
    assert failure_in(warm) is None
    assert [cell["execution_count"] for cell in warm["cells"]] == list(range(1, len(CELLS) + 2))
    assert comparable(warm) == comparable(cold)
    assert len(comparable(warm)) > len(CELLS)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_cell_that_fails_ends_the_notebook_warm_as_in_a_kernel(tmp_path, ending):
    root = make_project(tmp_path, {"fails": ["'before'", ENDINGS[ending], "'never'"]})
    (warm,), (cold,) = (executed(root, "fails", isolated=isolated) for isolated in (False, True))
    assert failure_in(warm).startswith("cell [3]: ")
    assert [output["output_type"] for output in outputs(warm)][:2] == ["execute_result", "error"]
    if ending != "a question":
        assert failure_in(warm) == failure_in(cold)


@pytest.mark.parametrize("isolated", [False, True])
def test_what_a_user_can_mend_stands_below_its_cell_without_a_traceback(tmp_path, isolated):
    wrong = "from kritiek.notebook import Sources; Sources.load(data_dir).read('usd')"
    (notebook,) = executed(make_project(tmp_path, {"wrong": [wrong]}), "wrong", isolated=isolated)
    assert outputs(notebook)[-1]["traceback"] == ['There is no source table "usd". Nearest: "used".']


def test_what_is_printed_stays_in_its_order(tmp_path):
    root = make_project(tmp_path, {"prints": ["import sys; print('a'); print('b', file=sys.stderr); print('c'); 'd'"]})
    (notebook,) = executed(root, "prints")
    assert [text(output) for output in outputs(notebook)] == ["a\n", "b\n", "c\n", "'d'"]


def test_parameters_are_put_in_by_papermill(tmp_path):
    root = make_project(tmp_path, {"asks": ["group"]})
    (notebook,) = executed(root, "asks", parameters={"group": "ships"})
    assert text(outputs(notebook)[-1]) == "'ships'"
    assert "injected-parameters" in notebook["cells"][1]["metadata"]["tags"]


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ("%time 1", "it holds the Jupyter command %time, which needs a kernel."),
        ("%%bash\nls", "it holds the Jupyter command %%bash, which needs a kernel."),
        ("!ls", "it holds a command of the system (!), which needs a kernel."),
        (
            "display({'application/vnd.jupyter.widget-view+json': {'model_id': 'a'}}, raw=True)",
            "it shows a widget, which needs a kernel.",
        ),
    ],
)
def test_what_needs_a_kernel_says_so_and_gets_one_by_its_tag(tmp_path, cell, named):
    root = make_project(tmp_path, {"asks": [cell]})
    (warm,) = executed(root, "asks")
    assert failure_in(warm) == (
        f'cell [2]: {named} Tag the parameters cell "isolated": the notebook then gets a kernel of its own.'
    )
    file = root / "notebooks" / "asks.ipynb"
    notebook = json.loads(file.read_text(encoding="utf-8"))
    notebook["cells"][0]["metadata"]["tags"].append("isolated")
    file.write_text(json.dumps(notebook), encoding="utf-8")
    (own,) = executed(root, "asks")
    assert failure_in(own) is None


@pytest.mark.parametrize("isolated", [False, True])
def test_printed_text_is_cut_and_said_to_be(tmp_path, isolated):
    root = make_project(tmp_path, {"prints": ["for _ in range(40):\n    print('x' * 10_000, end='')", "'next'"]})
    (notebook,) = executed(root, "prints", isolated=isolated)
    printed, after = outputs(notebook)
    assert "".join(printed["text"]).count("x") == 100_000
    assert "".join(printed["text"]).endswith("x\n[cut: a cell shows at most 100000 printed characters]\n")
    assert text(after) == "'next'"


def test_the_engine_is_known_to_papermill_by_its_name(tmp_path):
    from importlib.metadata import entry_points

    (entry,) = [entry for entry in entry_points(group="papermill.engine") if entry.name == "kritiek"]
    assert entry.load().__name__ == "WarmEngine"
