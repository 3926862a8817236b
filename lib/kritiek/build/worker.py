"""JSON lines in that ask for notebooks, executed notebooks on disk and JSON lines that answer out: a child of a build.

Started by `crew` as a process of its own in the project root. It ends by itself when its parent is gone.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from sheetcheck.errors import disk_sentence

# A Unix socket has at most 104 characters on macOS, 108 on Linux; jupyter adds "-1" to "-5".
LONGEST_SOCKET_PATH = 100
START_LIMIT_SECONDS = 60
# The default of 4 seconds is too short for a large table on a busy machine, and papermill then fails the notebook.
OUTPUT_LIMIT_SECONDS = 60
SHUTDOWN_SECONDS = 1


def main() -> None:
    """Run one requested notebook after the other until there are no more."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # What a kernel prints goes to the log and never between the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    _import_papermill()
    while True:
        trouble = run_notebook(**requests.get())
        answers.write(json.dumps({"trouble": trouble}) + "\n")
        answers.flush()


def run_notebook(source: str, target: str, parameters: dict[str, Any], folder: str) -> str | None:
    """Execute the notebook `source` into `target`; the error of a cell stands in the notebook itself.

    Returns None when the kernel came to an end of the cells, otherwise in words what went wrong with it. A kernel
    that did not start is started once more; one that died in a cell is not, since the cell may have had effects.
    """
    papermill = _import_papermill()
    trouble = None
    for _attempt in range(2):
        try:
            private = Path(tempfile.mkdtemp(prefix="k", dir=folder))
            # No start-up files, history or settings of the user's own IPython.
            os.environ["IPYTHONDIR"] = str(private / "ipython")
            papermill.execute_notebook(
                source,
                target,
                parameters=parameters,
                kernel_name="python3",
                language="python",
                kernel_manager_class=_kernel_class(private),
                start_timeout=START_LIMIT_SECONDS,
                iopub_timeout=OUTPUT_LIMIT_SECONDS,
                # The cells are done and nothing is left to save: a polite goodbye takes a quarter of a second or more.
                shutdown_kernel="immediate",
                coalesce_streams=True,
                record_timing=False,
                progress_bar=False,
            )
        except papermill.PapermillExecutionError:
            return None
        except OSError as error:
            return disk_sentence(error).rstrip(".")
        except Exception as error:
            if _has_started(Path(target)):
                return f"the kernel stopped ({error})"
            trouble = f"the kernel did not start ({error})"
        else:
            return None
    return trouble


def _listen(requests: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Take requests; when the parent is gone, however it went, end at once: the kernel follows within a second."""
    for line in sys.stdin:
        requests.put(json.loads(line))
    os._exit(0)


def _import_papermill() -> Any:
    # jsonschema builds a grammar for internationalised addresses at import, which costs a second; none is checked here.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import papermill

    return papermill


def _kernel_class(private: Path) -> type:
    """A kernel manager for this Python, whatever kernels the user has, with sockets in a private folder."""
    import zmq
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpec

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


def _has_started(target: Path) -> bool:
    """True when a cell was begun; papermill notes it in the notebook that it writes along the way."""
    try:
        cells = json.loads(target.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return False
    return any(cell["metadata"].get("papermill", {}).get("start_time") for cell in cells)


if __name__ == "__main__":
    main()
