"""An executed notebook in; out: the same with the bare picture of its figure, and that picture back.

Drawn where the notebook has run: matplotlib is loaded there, and an appendix need not wait for it.
"""

import base64
from collections.abc import Mapping
from typing import Any

from kritiek.build.engine.executed import Notebook
from kritiek.exhibits.figures import Figure

PICTURES = "pictures"  # in the metadata of a notebook, by exhibit


def keep_pictures(notebook: dict[str, Any], figure: Figure) -> None:
    """Put the bare picture of the notebook's figure into its metadata; nothing of one without rows."""
    if not len(figure.frame):
        return
    svg, png = figure.pictures()
    kept = {"svg": svg.decode("utf-8"), "png": base64.b64encode(png).decode("ascii")}
    notebook["metadata"][PICTURES] = {figure.name: kept}


def pictures_in(notebook: Notebook, exhibit: str) -> tuple[bytes, bytes] | None:
    """The picture of an exhibit as SVG and as PNG; None where the notebook holds none."""
    found: Mapping[str, str] | None = notebook["metadata"].get(PICTURES, {}).get(exhibit)
    return (found["svg"].encode("utf-8"), base64.b64decode(found["png"])) if found else None
