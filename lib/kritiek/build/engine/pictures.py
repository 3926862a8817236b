"""An executed notebook in; out: the same with the bare pictures of its figures, and those pictures back.

Drawn where the notebook has run: matplotlib is loaded there, and an appendix need not wait for it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from kritiek.build.engine.executed import Notebook
from kritiek.exhibits.figures import Figure, exhibits_in

PICTURES = "pictures"  # in the metadata of a notebook, by exhibit


def draw_pictures(notebook: dict[str, Any]) -> bool:
    """Put the bare pictures of a notebook's figures into its metadata; False where there are no figures."""
    figures = {one.name: one for one in exhibits_in(notebook) if isinstance(one, Figure) and len(one.frame)}
    if not figures:
        return False
    drawn = {name: figure.pictures() for name, figure in figures.items()}
    notebook["metadata"][PICTURES] = {
        name: {"svg": svg.decode("utf-8"), "png": base64.b64encode(png).decode("ascii")}
        for name, (svg, png) in drawn.items()
    }
    return True


def pictures_in(notebook: Notebook, exhibit: str) -> tuple[bytes, bytes] | None:
    """The picture of an exhibit as SVG and as PNG; None where the notebook holds none."""
    found: Mapping[str, str] | None = notebook["metadata"].get(PICTURES, {}).get(exhibit)
    return found and (found["svg"].encode("utf-8"), base64.b64decode(found["png"]))
