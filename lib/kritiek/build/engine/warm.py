"""A notebook in, its cells run in this process and their outputs in it out: a papermill engine without a kernel.

Registered with papermill under its name, so that `papermill --engine kritiek IN.ipynb OUT.ipynb` uses it too. A cell
sees what it sees in a kernel: a fresh namespace, IPython's display, inline pictures. What a notebook sets outside its
own names (options, environment, folder, our own modules) is put back before the next one.
"""

import ast
import base64
import builtins
import contextlib
import gc
import io
import json
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import matplotlib
from ipykernel.compiler import XCachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from matplotlib_inline.backend_inline import configure_inline_support
from nbformat import NotebookNode
from nbformat.v4 import new_output
from traitlets.config import Config

from kritiek.errors import NeedsKernel
from sheetcheck.messages import say

NAME = "kritiek"
ISOLATED_TAG = "isolated"
# A notebook that prints more than this in one cell prints by mistake, and nobody reads it.
PRINTED_LIMIT = 100_000
# How often a notebook that takes long is saved along the way, so that it can be seen where it hung.
SAVE_SECONDS = 1.0
PICTURES = "module://matplotlib_inline.backend_inline"
WIDGET = "application/vnd.jupyter.widget-view+json"
OWN_PACKAGES = ("kritiek", "sheetcheck")
# Magics that only choose how pictures are shown, which is the same here.
KNOWN_MAGICS = ("matplotlib", "config")
CONTAINERS = (dict, list, set)


Bundle = Mapping[str, Any]  # the forms of a value, by media type


# The shell, the folder and the streams are those of the process.
_one_at_a_time = threading.Lock()


class WarmEngine:
    """Runs the cells of a notebook in this process; stops at the first error, as a kernel would.

    An engine as papermill wants it. papermill is imported where it is used, since its import loads this module.
    """

    @classmethod
    def execute_notebook(
        cls,
        nb: NotebookNode,
        kernel_name: str,
        progress_path: str | None = None,
        on_cell: Callable[[], object] = lambda: None,
        **options: Any,
    ) -> NotebookNode:
        """Run every code cell in order and put its outputs into the notebook.

        A notebook that takes long is saved to `progress_path` along the way; `on_cell` is called before each cell.
        """
        from papermill.engines import NotebookExecutionManager

        # No output path: papermill would write the whole notebook twice a cell, which takes longer than most cells.
        manager = NotebookExecutionManager(nb, output_path=None, progress_bar=options.get("progress_bar", False))
        manager.notebook_start()
        try:
            with _one_at_a_time, _saved_along_the_way(manager.nb, progress_path), _fresh_shell() as shell, _restored():
                for index, cell in enumerate(manager.nb.cells):
                    if cell.cell_type != "code" or not cell.source.strip():
                        continue
                    on_cell()
                    manager.cell_start(cell, index)
                    if not shell.run_into(cell):
                        manager.cell_exception(cell, index)
                        break
                    manager.cell_complete(cell, index)
        finally:
            manager.cleanup_pbar()
            manager.notebook_complete()
        return manager.nb

    @classmethod
    def nb_kernel_name(cls, nb: NotebookNode, name: str | None = None) -> str:
        """The kernel that papermill notes in the notebook."""
        from papermill.utils import nb_kernel_name

        return nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: NotebookNode, language: str | None = None) -> str:
        """The language that papermill notes in the notebook."""
        from papermill.utils import nb_language

        return nb_language(nb, language)


class Outputs:
    """The outputs of the cell that runs now, in the order in which they come."""

    def __init__(self) -> None:
        self.of_cell: list[NotebookNode] = []
        self.displayed: dict[str, list[NotebookNode]] = {}
        self.count = 0
        self._printed = 0

    def begin(self, cell: NotebookNode, count: int) -> None:
        """From now on outputs go to this cell."""
        self.of_cell = cell.outputs = []
        self.count, self._printed = count, 0
        cell.execution_count = count

    def show(
        self, kind: str, data: Mapping[str, Any], metadata: Mapping[str, Any] | None, display_id: str = ""
    ) -> None:
        """Add what a cell ends with or displays."""
        if WIDGET in data:
            raise NeedsKernel(say("run.widget", tag=ISOLATED_TAG))
        extra = {"execution_count": self.count} if kind == "execute_result" else {}
        output = new_output(kind, data=_plain(data), metadata=dict(metadata or {}), **extra)
        self.of_cell.append(output)
        if display_id:
            self.displayed.setdefault(display_id, []).append(output)

    def update(self, data: Bundle, metadata: Bundle | None, display_id: str) -> None:
        """Show something else in the place of what was displayed under that name."""
        for output in self.displayed.get(display_id, ()):
            output.data, output.metadata = _plain(data), dict(metadata or {})

    def print(self, stream: str, text: str) -> None:
        """Add printed text, joined to what was printed just before; what goes over the limit is cut and said to be."""
        room = PRINTED_LIMIT - self._printed
        self._printed += len(text)
        if room < 0:
            return
        text = cut(text, room)
        last = self.of_cell[-1] if self.of_cell else None
        if last is not None and last.output_type == "stream" and last.name == stream:
            last.text += text
        else:
            self.of_cell.append(new_output("stream", name=stream, text=text))


def _plain(data: Bundle) -> dict[str, Any]:
    """The forms of a value as a notebook file holds them: pictures as text."""
    return {
        kind: base64.b64encode(value).decode() if isinstance(value, bytes) else json.loads(json.dumps(value))
        for kind, value in data.items()
    }


def cut(text: str, room: int = PRINTED_LIMIT) -> str:
    """Printed text as it is, or as much as there is room for and a line that says that the rest was cut."""
    if len(text) <= room:
        return text
    return f"{text[:room]}\n[cut: a cell shows at most {PRINTED_LIMIT} printed characters]\n"


class _Stream(io.TextIOBase):
    encoding = "utf-8"

    def __init__(self, name: str, outputs: Outputs) -> None:
        self._name, self._outputs = name, outputs

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            self._outputs.print(self._name, text)
        return len(text)


class _Hook(DisplayHook):
    """Puts what a cell ends with among its outputs."""

    shell: Any

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        self.shell.outputs.show("execute_result", format_dict, md_dict)


class _Publisher(DisplayPublisher):
    """Puts what a cell displays among its outputs."""

    shell: Any

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        source: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **rest: Any,
    ) -> None:
        display_id = (transient or {}).get("display_id", "")
        if update:
            self.shell.outputs.update(data, metadata, display_id)
        else:
            self.shell.outputs.show("display_data", data, metadata, display_id)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.of_cell.clear()


class ZMQLikeShell(InteractiveShell):
    """IPython's shell as a notebook sees it. pandas takes a shell for a notebook's by the letters ZMQ in its name."""

    displayhook_class = _Hook
    display_pub_class = _Publisher
    compiler_class = XCachingCompiler  # names a cell in its errors as a kernel does

    def __init__(self, **options: Any) -> None:
        self.outputs = Outputs()
        super().__init__(**options)
        # As in a kernel: every form in which a value can show itself.
        formatter: Any = self.display_formatter
        formatter.active_types = list(formatter.formatters)
        configure_inline_support(self, PICTURES)
        matplotlib.interactive(True)
        self._printers = {name: dict(one.type_printers) for name, one in formatter.formatters.items()}

    def forget_printers(self) -> None:
        """Show each kind of value as in the beginning, whatever a notebook has said of it."""
        formatter: Any = self.display_formatter
        for name, one in formatter.formatters.items():
            one.type_printers = dict(self._printers.get(name, {}))

    def enable_gui(self, gui: str | None = None) -> None:
        """Pictures are shown inline, so there is no window to wait for."""

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.outputs.of_cell.append(new_output("error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb)))

    def run_into(self, cell: NotebookNode) -> bool:
        """Run one cell, outputs and count into it; False when it ended in an error."""
        self.outputs.begin(cell, self.execution_count)
        try:
            _refuse_commands(self.transform_cell(cell.source))
        except NeedsKernel as error:
            self._showtraceback(NeedsKernel, error, [str(error)])
            return False
        return bool(self.run_cell(cell.source, store_history=True).success)


def _refuse_commands(code: str) -> None:
    try:
        nodes = ast.walk(ast.parse(code))
    except SyntaxError:
        return  # running it says more
    for node in nodes:
        match node:
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Call(func=ast.Name(id="get_ipython")),
                    attr="run_line_magic" | "run_cell_magic" as kind,
                ),
                args=[ast.Constant(value=name), *_],
            ):
                if name not in KNOWN_MAGICS:
                    sign = "%%" if kind == "run_cell_magic" else "%"
                    raise NeedsKernel(say("run.command", command=f"{sign}{name}", tag=ISOLATED_TAG))
            case ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython")), attr="system" | "getoutput"):
                raise NeedsKernel(say("run.system", tag=ISOLATED_TAG))


@contextmanager
def _fresh_shell() -> Iterator[ZMQLikeShell]:
    """The shell of this process with no names but IPython's own, printed text going to the outputs of its cells."""
    os.environ.setdefault("MPLBACKEND", PICTURES)
    # Nothing of the user's own IPython: no history, no start-up files.
    shell = ZMQLikeShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    # What is there already need not be looked through each time that the names of a notebook are cleared away.
    gc.freeze()
    shell.reset(new_session=True)
    shell.execution_count = 1
    shell.outputs.displayed.clear()
    shell.forget_printers()
    streams = (_Stream(name, shell.outputs) for name in ("stdout", "stderr"))
    with redirect_stdout(next(streams)), redirect_stderr(next(streams)):
        yield shell


@contextmanager
def _saved_along_the_way(notebook: NotebookNode, path: str | None) -> Iterator[None]:
    """Save a notebook at its begin and every second, so that one that is ended shows where it was."""
    from papermill.iorw import write_ipynb

    done = threading.Event()

    def save() -> None:
        # Whole or not at all: the process may end at any moment.
        write_ipynb(notebook, f"{path}.part.ipynb")
        Path(f"{path}.part.ipynb").replace(str(path))

    def keep_saving() -> None:
        while not done.wait(SAVE_SECONDS):
            # A cell may add an output while it is written: the next second will do.
            with contextlib.suppress(RuntimeError, OSError):
                save()

    thread = threading.Thread(target=keep_saving, daemon=True)
    if path:
        save()
        thread.start()
    try:
        yield
    finally:
        done.set()
        if path:
            thread.join()


@contextmanager
def _restored() -> Iterator[None]:
    """Whatever a notebook does to the process is undone when it ends."""
    environment, path, arguments, asked = dict(os.environ), list(sys.path), list(sys.argv), builtins.input
    modules = {name: _state(module) for name, module in _own_modules().items()}
    with contextlib.chdir("."), _options_restored(), warnings.catch_warnings():
        warnings.resetwarnings()
        warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
        for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            warnings.filterwarnings("ignore", category=category, append=True)
        builtins.input = _refuse_input
        try:
            yield
        finally:
            builtins.input = asked
            os.environ.clear()
            os.environ.update(environment)
            sys.path[:], sys.argv[:] = path, arguments
            for name, module in _own_modules().items():
                if name in modules:
                    _put_back(module, modules[name])


def _refuse_input(prompt: object = "") -> str:
    raise StdinNotImplementedError(say("run.asks", prompt=prompt))


@contextmanager
def _options_restored() -> Iterator[None]:
    """The options of pandas, where it is loaded, and of matplotlib are put back, and pictures closed."""
    pandas = sys.modules.get("pandas")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some options warn when they are only looked at
        known = pandas._config.config._registered_options if pandas else ()
        options = {name: pandas.get_option(name) for name in known if pandas}
        drawing = dict(matplotlib.rcParams)
    try:
        yield
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name, value in options.items():
                if pandas and pandas.get_option(name) != value:
                    pandas.set_option(name, value)
            if dict(matplotlib.rcParams) != drawing:
                dict.update(matplotlib.rcParams, drawing)
        if pyplot := sys.modules.get("matplotlib.pyplot"):
            pyplot.close("all")


def _own_modules() -> dict[str, Any]:
    return {name: module for name, module in sys.modules.items() if name.partition(".")[0] in OWN_PACKAGES and module}


def _state(module: Any) -> dict[Any, dict[str, tuple[Any, Any]]]:
    """What a module and the classes that it defines hold, so that what a notebook patches can be put back.

    With each value that can be changed in place goes a copy.
    """
    classes = [item for item in vars(module).values() if isinstance(item, type) and item.__module__ == module.__name__]
    return {
        holder: {
            name: (value, value.copy() if type(value) in CONTAINERS else None)
            for name, value in vars(holder).items()
            if not name.startswith("__")
        }
        for holder in (module, *classes)
    }


def _put_back(module: Any, state: dict[Any, dict[str, tuple[Any, Any]]]) -> None:
    for holder, before in state.items():
        now = vars(holder)
        for name in [name for name in now if name not in before and not name.startswith("__")]:
            # What an import of a part has put there stays, as the part stays loaded.
            if f"{module.__name__}.{name}" not in sys.modules:
                delattr(holder, name)
        for name, (value, content) in before.items():
            if now.get(name, before) is not value:
                setattr(holder, name, value)
            if content is not None and value != content:
                value.clear()
                value.extend(content) if isinstance(value, list) else value.update(content)


def is_isolated(notebook: Mapping[str, Any]) -> bool:
    """True when the parameters cell asks for a kernel of its own."""
    tags = (cell.get("metadata", {}).get("tags", ()) for cell in notebook["cells"])
    return any(ISOLATED_TAG in found and "parameters" in found for found in tags)
