"""A data folder's descriptor and files in, its RO-Crate 1.2 description out: one flat graph of things with links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sheetcheck.metadata.files import SourceFile, contact_address, contributors, filled, local_name
from sheetcheck.schema import PACKAGE_FILE, Package

CRATE_FILE = "ro-crate-metadata.json"
VERSION = "https://w3id.org/ro/crate/1.2"
Node = dict[str, Any]


def crate(package: Package, files: Sequence[SourceFile], link: str) -> Node:
    """The folder as a research object; `link` leads from the metadata to the folder ("" when they stand in it)."""
    entry = package.descriptor
    licence = entry["licenses"][0]
    agents = {agent["title"]: {"@id": f"#{local_name(agent)}"} for agent in entry["contributors"]}
    contact = {"@id": "#contact"}
    schema = {"@id": link + PACKAGE_FILE}
    graph = [
        {"@id": CRATE_FILE, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": VERSION}},
        {
            "@id": "./",
            "@type": "Dataset",
            "identifier": entry["id"],
            "name": entry["title"],
            "description": entry["description"],
            "datePublished": _day(entry["created"]),
            "dateModified": _day(entry.get("modified", entry["created"])),
            "version": entry.get("version"),
            "keywords": ", ".join(entry.get("keywords", [])) or None,
            "inLanguage": entry["languages"],
            "license": {"@id": licence["path"]},
            "author": [agents[agent["title"]] for agent in contributors(entry, "creator")],
            "publisher": agents[contributors(entry, "publisher")[0]["title"]],
            "hasPart": [schema, *({"@id": file.link} for file in files)],
        },
        {
            **schema,
            "@type": "File",
            "name": PACKAGE_FILE,
            "description": "Schema of all tables: columns, types, units, allowed values, keys and references.",
            "encodingFormat": "application/json",
        },
        *(_file(file) for file in files),
        *({**node, "@type": "Organization", "name": title, "contactPoint": contact} for title, node in agents.items()),
        {**contact, "@type": "ContactPoint", "name": entry["contact"]["title"], "url": contact_address(entry, link)},
        {"@id": licence["path"], "@type": "CreativeWork", "name": licence["title"], "identifier": licence["name"]},
    ]
    return {"@context": f"{VERSION}/context", "@graph": [filled(node) for node in graph]}


def _file(file: SourceFile) -> Node:
    return {
        "@id": file.link,
        "@type": "File",
        "name": file.name,
        "description": file.title["en"],
        "encodingFormat": file.media_type,
        "contentSize": str(file.size),
    }


def _day(text: str) -> str:
    return text[: len("yyyy-mm-dd")]
