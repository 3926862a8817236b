"""What JupyterLab's server reads and writes in a project: notebooks as this machine's kernel has them, stored alike.

JupyterLab writes name and version of its kernel into a notebook that it opens, which marks it as unsaved at once and
would make every saved notebook differ from machine to machine. What is opened has them already; what is saved has not.
"""

from functools import cache
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from jupyter_client.kernelspec import get_kernel_spec
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from kritiek.build.store import STORED_METADATA

KERNEL = STORED_METADATA["kernelspec"]["name"]


class ProjectContents(AsyncLargeFileManager):
    """The files of a project, as the server of JupyterLab asks for them."""

    async def get(self, path: str, content: bool = True, *arguments: Any, **options: Any) -> dict[str, Any]:
        """A file or folder; a notebook with what this machine's kernel says of itself."""
        model = await super().get(path, content, *arguments, **options)
        if content and model["type"] == "notebook" and _is_ours(model):
            model["content"]["metadata"].update(_of_this_kernel())
        return model

    async def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
        """Write a file; a notebook as `kritiek store` writes it, whatever kernel it had."""
        if model.get("type") == "notebook" and model.get("content") and _is_ours(model):
            model["content"]["metadata"] = {**model["content"]["metadata"], **STORED_METADATA}
        return await super().save(model, path)


def _is_ours(model: dict[str, Any]) -> bool:
    return model["content"]["metadata"].get("kernelspec", {}).get("name") == KERNEL


@cache
def _of_this_kernel() -> dict[str, Any]:
    """What JupyterLab writes into a notebook once its kernel has started."""
    spec = get_kernel_spec(KERNEL)
    named = {"display_name": spec.display_name, "language": spec.language, "name": KERNEL}
    return {"kernelspec": named, "language_info": dict(IPythonKernel.language_info)}
