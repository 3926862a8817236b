"""A data folder in, its source files out as catalogues describe them; and who made them, in what role."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sheetcheck.known import MEDIA_TYPES, suffix
from sheetcheck.schema import LANGUAGES, Package


@dataclass(frozen=True)
class SourceFile:
    """One file of the folder: a workbook or a CSV."""

    link: str  # from the folder that the metadata stand in
    name: str
    title: dict[str, str]
    file_type: str
    media_type: str
    size: int
    sha256: str


def describe_files(package: Package, link: str) -> list[SourceFile]:
    """The source files in the order of the schema; `link` leads from the metadata to the folder."""
    files = []
    for path in package.paths:
        resources = [resource for resource in package.resources if resource.path == path]
        title = {code: f"{path}: " + ", ".join(resource.title[code] for resource in resources) for code in LANGUAGES}
        content = (package.folder / path).read_bytes()
        kind = suffix(path)
        digest = hashlib.sha256(content).hexdigest()
        # The EU vocabulary of file types calls each by the capitals of its ending.
        files.append(SourceFile(link + path, path, title, kind.upper(), MEDIA_TYPES[kind], len(content), digest))
    return files


def entries(descriptor: Mapping[str, Any], key: str, *parts: str) -> list[dict[str, Any]]:
    """The entries of a list in the descriptor that hold all these parts; none when there is no such list."""
    found = descriptor.get(key)
    listed = found if isinstance(found, list) else []
    return [entry for entry in listed if isinstance(entry, dict) and all(entry.get(part) for part in parts)]


def contributors(descriptor: Mapping[str, Any], role: str) -> list[dict[str, Any]]:
    """Those in the descriptor who have this role, such as "creator" or "publisher"."""
    return [agent for agent in entries(descriptor, "contributors", "title") if role in agent.get("roles", [])]


def local_name(agent: Mapping[str, str]) -> str:
    """A name for an agent within one document, from its title."""
    return "-".join(agent["title"].casefold().split())


def contact_address(descriptor: Mapping[str, Any], link: str) -> str:
    """Where to turn to: an address as the descriptor gives it, or a file of the folder."""
    path = descriptor["contact"]["path"]
    return path if ":" in path else link + path


def filled(node: Mapping[str, Any]) -> dict[str, Any]:
    """The node without what nobody stated."""
    return {key: value for key, value in node.items() if value is not None and value != []}
