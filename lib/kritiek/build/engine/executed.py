"""An executed notebook in; out: whether it is done, its error in plain words, its exhibit, and what it has read."""

import copy
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sheetcheck.faults
from kritiek import errors
from kritiek.errors import RunError
from kritiek.exhibits.tables import RESOURCE_MIME, Exhibit
from kritiek.notebook import Figure, Table
from kritiek.sources import SOURCE_MIME
from sheetcheck.faults import UserError
from sheetcheck.messages import say

Notebook = Mapping[str, Any]
PICTURES = "pictures"  # in the metadata of a notebook, by exhibit
# The cells that papermill puts into a notebook, by their tag: it calls them at random.
ADDED = {"injected-parameters": "parameters", "papermill-error-cell-tag": "error"}
# Their messages are written for the reader and need no name of an error in front.
OWN_ERRORS = {
    name
    for module in (errors, sheetcheck.faults)
    for name, item in vars(module).items()
    if isinstance(item, type) and issubclass(item, UserError)
}


def failure_in(notebook: Notebook) -> str | None:
    """Why the notebook is not done, with the number of the cell, or None when every code cell has run in order.

    Judged by cell outputs and counts alone: papermill marks cells completed that never ran.
    """
    for expected, cell in enumerate(_code_cells(notebook), start=1):
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                name, text = output["ename"], output["evalue"]
                reason = text if name in OWN_ERRORS and text else f"{name}: {text}" if text else name
                return say("run.cell", cell=cell.get("execution_count") or expected, reason=reason)
        if cell.get("execution_count") != expected:
            return say("run.cell", cell=expected, reason=say("run.not-run"))
    return None


def exhibits_in(notebook: Notebook) -> list[Exhibit]:
    """Every exhibit among the outputs of a notebook, in the order of its cells."""
    kinds: dict[str, type[Table | Figure]] = {"table": Table, "figure": Figure}
    outputs = (output for cell in notebook["cells"] if cell["cell_type"] == "code" for output in cell["outputs"])
    payloads = (output.get("data", {}).get(RESOURCE_MIME, {}) for output in outputs)
    return [kinds[payload["kritiek"]["kind"]].from_payload(payload) for payload in payloads if "kritiek" in payload]


def exhibit_of(shown: Sequence[Exhibit]) -> Exhibit:
    """The exhibit that a notebook is about: the last Table that it shows, or the last Figure when it shows no Table.

    Raises RunError when there is none.
    """
    if not shown:
        raise RunError(say("run.no-exhibit"))
    return ([one for one in shown if one.kind == "table"] or shown)[-1]


def exhibit_in(notebook: Notebook, language: str) -> Exhibit:
    """The notebook's own exhibit; raises RunError when there is none, or when it is in another language."""
    try:
        exhibit = exhibit_of(exhibits_in(notebook))
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(say("run.unreadable-exhibit", kind=type(error).__name__, reason=error)) from error
    if exhibit.language != language:
        raise RunError(say("run.other-language", found=exhibit.language, wanted=language))
    return exhibit


def figure_in(notebook: Notebook) -> Figure | None:
    """The last Figure that the notebook shows."""
    return next((Figure.from_payload(shown[RESOURCE_MIME]) for shown in _drawn(notebook)), None)


def png_in(notebook: Notebook) -> bytes | None:
    """The last Figure that the notebook shows, as it shows it."""
    return next((b64decode("".join(shown["image/png"])) for shown in _drawn(notebook)), None)


def keep_pictures(notebook: dict[str, Any], figure: Figure) -> None:
    """Put the bare picture of the notebook's figure into its metadata; nothing of one without rows.

    It is drawn where the notebook has run: matplotlib is loaded there, and an appendix need not wait for it.
    """
    if len(figure.frame):
        svg, png = figure.pictures()
        kept = {"svg": svg.decode("utf-8"), "png": b64encode(png).decode("ascii")}
        notebook["metadata"][PICTURES] = {figure.name: kept}


def pictures_in(notebook: Notebook, exhibit: str) -> tuple[bytes, bytes] | None:
    """The bare picture of an exhibit as SVG and as PNG; None where the notebook holds none."""
    found: Mapping[str, str] | None = notebook["metadata"].get(PICTURES, {}).get(exhibit)
    return (found["svg"].encode("utf-8"), b64decode(found["png"])) if found else None


def _drawn(notebook: Notebook) -> Iterator[Mapping[str, Any]]:
    """What the notebook shows with a picture, the last first."""
    shown = [output.get("data", {}) for cell in _code_cells(notebook) for output in cell["outputs"]]
    return (data for data in reversed(shown) if RESOURCE_MIME in data and "image/png" in data)


def readings_in(notebook: Notebook) -> tuple[str, ...]:
    """Names of the source tables that the notebook shows to have read, sorted."""
    shown = (output.get("data", {}).get(SOURCE_MIME) for cell in _code_cells(notebook) for output in cell["outputs"])
    return tuple(sorted({fact["resource"] for block in shown if block for fact in block["readings"]}))


def tidied(notebook: Notebook) -> dict[str, Any]:
    """A copy without times, paths of this machine and random cell ids, so that the same run gives the same file."""
    result = copy.deepcopy(dict(notebook))
    result["metadata"].pop("papermill", None)
    for number, cell in enumerate(result["cells"], start=1):
        for name in ("papermill", "execution"):
            cell["metadata"].pop(name, None)
        if not cell["metadata"].get("tags", True):
            del cell["metadata"]["tags"]
        for tag in cell["metadata"].get("tags", ()):
            if tag in ADDED:
                cell["id"] = f"{ADDED[tag]}-{number}"
    return result


def _code_cells(notebook: Notebook) -> Iterator[Mapping[str, Any]]:
    return (cell for cell in notebook["cells"] if cell["cell_type"] == "code" and "".join(cell["source"]).strip())
