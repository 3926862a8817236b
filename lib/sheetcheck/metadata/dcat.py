"""A data folder's descriptor and files in, its DCAT-AP-NL 3.0 description out: a dataset with a distribution a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sheetcheck.metadata.files import SourceFile, contact_address, contributors, entries, filled, local_name
from sheetcheck.schema import LANGUAGES, PACKAGE_FILE, Package

DCAT_FILE = "dcat-ap-nl.jsonld"
AUTHORITY = "http://publications.europa.eu/resource/authority/"
LANGUAGE_CODES = {"nl": "NLD", "en": "ENG"}
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
DATA_PACKAGE = "https://datapackage.org/standard/data-package/"
# The terms are spelt out here, so that a reader of the file needs nothing from elsewhere.
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
Node = dict[str, Any]


def dcat(package: Package, files: Sequence[SourceFile], link: str) -> Node:
    """The folder as a dcat:Dataset in JSON-LD; `link` leads from the metadata to the folder."""
    entry = package.descriptor
    dates = {
        "dct:issued": _date(entry["created"]),
        "dct:modified": _date(entry.get("modified", entry["created"])),
        "dct:language": [
            _typed(f"{AUTHORITY}language/{LANGUAGE_CODES[code]}", "dct:LinguisticSystem") for code in entry["languages"]
        ],
    }
    return filled(
        {
            "@context": CONTEXT,
            "@id": entry["id"],
            "@type": "dcat:Dataset",
            "dct:identifier": entry["id"],
            "dct:title": _texts(entry, "title"),
            "dct:description": _texts(entry, "description"),
            "dct:creator": [_agent(agent) for agent in contributors(entry, "creator")],
            "dct:publisher": _agent(contributors(entry, "publisher")[0]),
            "dcat:contactPoint": _contact(entry, link),
            "dcat:theme": [_typed(f"{AUTHORITY}data-theme/{code}", "skos:Concept") for code in entry["themes"]],
            "dcat:keyword": _keywords(entry),
            "dct:accessRights": _typed(f"{AUTHORITY}access-right/{entry['accessRights']}", "dct:RightsStatement"),
            **dates,
            "dcat:version": entry.get("version"),
            "dct:conformsTo": _typed(DATA_PACKAGE, "dct:Standard"),
            "foaf:page": _typed(f"{link}README.md", "foaf:Document"),
            "dcat:landingPage": _typed(entry["homepage"], "foaf:Document") if "homepage" in entry else None,
            "dcat:distribution": [_distribution(file, entry, link, dates) for file in files],
        }
    )


def _distribution(file: SourceFile, entry: Mapping[str, Any], link: str, dates: Node) -> Node:
    return filled(
        {
            "@id": f"{entry['id']}#{file.name}",
            "@type": "dcat:Distribution",
            "dct:title": [{"@language": code, "@value": file.title[code]} for code in LANGUAGES],
            "dcat:accessURL": {"@id": file.link},
            "dcat:downloadURL": {"@id": file.link},
            "dct:license": _typed(entry["licenses"][0]["path"], "dct:LicenseDocument"),
            "dct:rights": _rights(entry),
            "dct:format": _typed(f"{AUTHORITY}file-type/{file.file_type}", "dct:MediaTypeOrExtent"),
            "dcat:mediaType": _typed(MEDIA_TYPES + file.media_type, "dct:MediaType"),
            "dcat:byteSize": {"@value": str(file.size), "@type": "xsd:nonNegativeInteger"},
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": _typed("spdx:checksumAlgorithm_sha256", "spdx:ChecksumAlgorithm"),
                "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
            },
            **dates,
            "dct:conformsTo": _typed(link + PACKAGE_FILE, "dct:Standard"),
        }
    )


def _agent(agent: Mapping[str, Any]) -> Node:
    """An agent with an address of its own where the descriptor gives one; else the same nameless node in every role."""
    return {"@id": agent.get("path", f"_:{local_name(agent)}"), "@type": "foaf:Agent", "foaf:name": agent["title"]}


def _contact(entry: Mapping[str, Any], link: str) -> Node:
    address = contact_address(entry, link)
    kinds = ["vcard:Kind", "vcard:Organization"]
    # An address to write to is told from a page to visit.
    means = "vcard:hasEmail" if address.startswith("mailto:") else "vcard:hasURL"
    return {"@type": kinds, "vcard:fn": entry["contact"]["title"], means: {"@id": address}}


def _rights(entry: Mapping[str, Any]) -> Node | None:
    """Whose the parts are that the licence does not cover, in both languages."""
    texts = [
        {"@language": code, "@value": " ".join(f"{source['title']}: {source[key]}" for source in sources)}
        for code, key in (("nl", "terms_nl"), ("en", "terms"))
        if (sources := entries(entry, "sources", "title", key))
    ]
    return {"@id": "_:rights", "@type": "dct:RightsStatement", "rdfs:label": texts} if texts else None


def _keywords(entry: Mapping[str, Any]) -> list[Node]:
    both = (("nl", entry.get("keywords_nl", [])), ("en", entry.get("keywords", [])))
    return [{"@language": code, "@value": word} for code, words in both for word in words]


def _texts(entry: Mapping[str, Any], key: str) -> list[Node]:
    both = (("nl", entry.get(f"{key}_nl")), ("en", entry[key]))
    return [{"@language": code, "@value": text} for code, text in both if text]


def _date(text: str) -> Node:
    return {"@value": text[: len("yyyy-mm-dd")], "@type": "xsd:date"}


def _typed(address: str, kind: str) -> Node:
    return {"@id": address, "@type": kind}
