"""A notebook file in, the same notebook executed out: warm in this process, or in a kernel of its own."""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import papermill
from papermill.engines import papermill_engines

from kritiek import notebook
from kritiek.build.engine import warm as engine
from kritiek.build.engine.executed import failure_in, figure_in, keep_pictures
from kritiek.build.engine.spoken import in_language
from kritiek.build.plan.parameters import load_notebook
from kritiek.project import DATA_FOLDER
from sheetcheck.messages import say

# What every notebook imports is loaded before the first one, so that its options are known and can be put back.
LOADED_FIRST = (notebook, plt)
papermill_engines.register(engine.NAME, engine.WarmEngine)
# In a kernel pandas shows this many columns; elsewhere as many as fit a terminal that is not there.
pd.set_option("display.max_columns", 20)
# A Unix socket has at most 104 characters on macOS, 108 on Linux; jupyter adds "-1" to "-5".
LONGEST_SOCKET_PATH = 100
START_LIMIT_SECONDS = 60
# The default of 4 seconds is too short for a large table on a busy machine, and papermill then fails the notebook.
OUTPUT_LIMIT_SECONDS = 60
SHUTDOWN_SECONDS = 1


class Note(Protocol):
    """Is called when a code cell begins, and counts."""

    cell: int

    def __call__(self, **cell: object) -> None: ...


def run_notebook(
    source: Path, target: Path, parameters: Mapping[str, Any], private: Path, *, note: Note, isolated: bool = False
) -> str | None:
    """Execute the notebook `source` into `target`; the error of a cell stands in the notebook itself.

    Returns None when its cells have run, otherwise in words what went wrong outside of them. `private` is an empty
    folder for a kernel's own files; `note` is told of every code cell that begins.
    """
    common = {"parameters": dict(parameters), "language": "python", "kernel_name": "python3", "progress_bar": False}
    if isolated or engine.is_isolated(load_notebook(source)):
        return _in_kernel(source, target, common, private, note)
    # An error in a cell says no more than the notebook itself.
    with suppress(papermill.PapermillExecutionError):
        options = {"engine_name": engine.NAME, "progress_path": str(target), "on_cell": note}
        papermill.execute_notebook(source, target, **options, **common)
    return None


def show_in(language: str, source: Path, target: Path, parameters: Mapping[str, Any]) -> None:
    """Keep the executed notebook `source` as `target` in another language; one that failed is the same in all."""
    executed = nbformat.read(source, as_version=4)
    if failure_in(executed) is None:
        executed = in_language(executed, language, str(parameters.get("data_dir", DATA_FOLDER)))
    nbformat.write(executed, target)


def draw(target: Path, picture: Path) -> None:
    """Keep the figure of an executed notebook as SVG, and as an appendix shows it in the notebook itself.

    Nothing when it shows none or has failed.
    """
    executed = json.loads(target.read_text(encoding="utf-8"))
    if failure_in(executed) is None and (figure := figure_in(executed)):
        picture.write_bytes(figure.svg())
        keep_pictures(executed, figure)
        target.write_text(json.dumps(executed, ensure_ascii=False), encoding="utf-8")


def _in_kernel(source: Path, target: Path, common: dict[str, Any], private: Path, note: Note) -> str | None:
    """A kernel that did not start is started once more; one that died is not, since its cells may have had effects."""
    trouble = None
    for attempt in ("first", "second"):
        # No start-up files, history or settings of the user's own IPython.
        os.environ["IPYTHONDIR"] = str(private / attempt / "ipython")
        try:
            papermill.execute_notebook(
                source,
                target,
                kernel_manager_class=_kernel_class(private / attempt),
                start_timeout=START_LIMIT_SECONDS,
                iopub_timeout=OUTPUT_LIMIT_SECONDS,
                # The cells are done and nothing is left to save: a polite goodbye takes a quarter of a second or more.
                shutdown_kernel="immediate",
                record_timing=False,
                on_cell_start=note,
                **common,
            )
        except papermill.PapermillExecutionError:
            return _bounded(target)
        except Exception as error:
            if note.cell:
                return say("run.kernel-stopped", reason=error)
            trouble = say("run.kernel-not-started", reason=error)
        else:
            return _bounded(target)
    return trouble


def _bounded(target: Path) -> None:
    """Cut what a kernel printed beyond all measure, as the engine does."""
    executed = nbformat.read(target, as_version=4)
    for output in (output for cell in executed.cells for output in cell.get("outputs", ())):
        if output.output_type == "stream":
            output.text = engine.cut(output.text)
    nbformat.write(executed, target)


def _kernel_class(private: Path) -> type:
    """A kernel manager for this Python, whatever kernels the user has, with sockets in a private folder."""
    import zmq
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    private.mkdir()
    sockets = str(private / "s")
    by_socket = sys.platform != "win32" and zmq.has("ipc") and len(os.fsencode(sockets)) <= LONGEST_SOCKET_PATH

    class PrivateKernelManager(AsyncKernelManager):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self._kernel_spec = KernelSpec(**get_kernel_dict())
            self.connection_file = str(private / "kernel.json")
            self.shutdown_wait_time = SHUTDOWN_SECONDS
            if by_socket:
                self.transport, self.ip = "ipc", sockets
            elif zmq.has("curve"):
                self.transport_encryption = "auto"

    return PrivateKernelManager
