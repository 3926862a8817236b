"""A data folder's descriptor in, its entries for data catalogues out: DCAT-AP-NL 3.0 and RO-Crate 1.2, both JSON-LD."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sheetcheck.faults import UserError
from sheetcheck.messages import say
from sheetcheck.schema import LANGUAGES, PACKAGE_FILE, Package, load_package
from sheetcheck.schema.known import MEDIA_TYPES, is_moment
from sheetcheck.writing.records import replace_file

# Each made by the template of its name beside this module.
FILES = ("dcat-ap-nl.jsonld", "ro-crate-metadata.json")
# What DCAT-AP-NL 3.0 makes mandatory for a dataset and its distributions, as keys of the descriptor: an example of
# each, whose form the value must have, and what else there is to say of it, as the catalogue calls that.
NEEDED: dict[str, tuple[Any, str]] = {
    "id": ("urn:uuid:…", "id"),
    "title": ("…", "title"),
    "description": ("…", "description"),
    "created": ("2026-11-21T00:00:00Z", ""),
    "contributors": ([{"title": "…", "roles": ["creator", "publisher"]}], ""),
    "contact": ({"title": "…", "path": "address of a page or form"}, ""),
    "licenses": ([{"name": "…", "title": "…", "path": "address of the licence"}], ""),
    "themes": (["TECH"], "themes"),
    "accessRights": ("PUBLIC", "access"),
    "languages": (["nl", "en"], ""),
}
# By suffix: the code in the EU vocabulary of file types, and the media type.
FORMATS = {f".{kind}": (kind.upper(), MEDIA_TYPES[kind]) for kind in ("xlsx", "csv")}


def write_metadata(folder: str | Path, out: str | Path) -> list[Path]:
    """Write dcat-ap-nl.jsonld and ro-crate-metadata.json to `out`; links in them count from there.

    Everything comes from datapackage.json and the files themselves, dates too: the same folder gives the same bytes.
    Raises UserError naming all that the descriptor lacks, and every source file that is not there.
    """
    package, out = load_package(folder), Path(out)
    entry = package.descriptor
    if faults := list(_faults(package)):
        raise UserError("\n".join([*faults, say("metadata.not-without")]))
    try:
        link = Path(os.path.relpath(package.folder.resolve(), out.resolve())).as_posix() + "/"
    except ValueError as error:
        raise UserError(say("metadata.drive", out=out, folder=folder)) from error
    facts = {
        "entry": entry,
        "link": link.removeprefix("./"),
        "files": list(_files(package)),
        "creators": _agents(entry, "creator"),
        "publisher": _agents(entry, "publisher")[0],
        "terms": {key: entries(entry, "sources", "title", key) for key in ("terms_nl", "terms")},
    }
    # Only this verb needs it.
    import jinja2

    templates = jinja2.Environment(loader=jinja2.PackageLoader(__name__, ""))
    texts = [templates.get_template(f"{name}.jinja").render(facts) for name in FILES]
    contents = [json.loads(text, object_pairs_hook=_stated) for text in texts]
    return [
        replace_file(out / name, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        for name, content in zip(FILES, contents, strict=True)
    ]


def _stated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: value for key, value in pairs if value not in (None, [])}


def _faults(package: Package) -> Iterator[str]:
    entry = package.descriptor
    for key, (example, hint) in NEEDED.items():
        value, told = entry.get(key), {"file": PACKAGE_FILE, "key": key}
        told["write"] = json.dumps(example, ensure_ascii=False) + (say(f"metadata.hint-{hint}") if hint else "")
        if not value:
            yield say("metadata.missing", **told)
        elif isinstance(example, list) and not isinstance(value, list):
            yield say("metadata.no-list", **told)
        elif key == "created" and not is_moment(value):
            yield say("metadata.created", **told, value=value)
        form = example[0] if isinstance(example, list) else example
        for item in value if isinstance(value, list) else [value] if value else []:
            for part in form if isinstance(form, dict) else ():
                if part != "roles" and not (isinstance(item, dict) and item.get(part)):
                    yield say("metadata.part", **told, part=part)
            if key == "languages" and item not in LANGUAGES:
                yield say("metadata.language", file=PACKAGE_FILE, code=item, known=LANGUAGES)
    for role in ("creator", "publisher") if entries(entry, "contributors", "title") else ():
        if not _agents(entry, role):
            yield say("metadata.role", file=PACKAGE_FILE, role=role)
    for path in package.paths:
        if Path(path).suffix not in FORMATS:
            yield say("metadata.format", path=path, formats=[*FORMATS])
        elif not (package.folder / path).is_file():
            yield say("metadata.not-there", path=path)


def entries(descriptor: dict[str, Any], key: str, *parts: str) -> list[dict[str, Any]]:
    """The entries of a list in the descriptor that hold all these parts; none when there is no such list."""
    listed = descriptor.get(key)
    if not isinstance(listed, list):
        return []
    return [entry for entry in listed if isinstance(entry, dict) and all(entry.get(part) for part in parts)]


def _agents(descriptor: dict[str, Any], role: str) -> list[dict[str, Any]]:
    return [agent for agent in entries(descriptor, "contributors", "title") if role in agent.get("roles", [])]


def _files(package: Package) -> Iterator[dict[str, Any]]:
    for path in package.paths:
        content = (package.folder / path).read_bytes()
        tables = [resource.title for resource in package.resources if resource.path == path]
        yield {
            "path": path,
            "title": {code: f"{path}: {', '.join(title[code] for title in tables)}" for code in LANGUAGES},
            "format": FORMATS[Path(path).suffix],
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
