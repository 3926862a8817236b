"""Read a tagged PDF back as a screen reader does: its structure tree, each element with its text and properties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pikepdf


@dataclass
class Element:
    """A structure element: its role, its own language, alternative text and attributes, its text and children."""

    role: str
    lang: str | None = None
    alt: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    content: list[str | Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text under it, in reading order."""
        return "".join(part if isinstance(part, str) else part.text for part in self.content)

    def all(self, *roles: str) -> Iterator[Element]:
        """Elements of these roles under it, not looking within one that is found."""
        for part in self.content:
            if isinstance(part, Element):
                if part.role in roles:
                    yield part
                else:
                    yield from part.all(*roles)

    def languages(self) -> set[str]:
        """Every language that it or something under it declares."""
        own = {self.lang} if self.lang else set()
        return own.union(*(part.languages() for part in self.content if isinstance(part, Element)))


def read_tree(file: Path) -> Element:
    """The structure tree of a PDF, its root named Document."""
    with pikepdf.open(file) as pdf:
        texts = {page.objgen: _marked_text(page) for page in pdf.pages}
        root = Element("Root", lang=str(pdf.Root.get("/Lang", "")) or None)
        root.content = list(_children(pdf.Root.StructTreeRoot, None, texts))
        return root


def tables(root: Element) -> list[list[list[str]]]:
    """The text of every cell of every table, row by row, headings first."""
    return [[[cell.text for cell in row.all("TH", "TD")] for row in table.all("TR")] for table in root.all("Table")]


class Piece(NamedTuple):
    """A piece of text as it is drawn: what it says, where it begins, in points from the left and from below."""

    text: str
    across: float
    up: float
    size: float


def pieces(page) -> Iterator[Piece]:
    """Every piece of text that is drawn on a page; fails on one that is not placed by a matrix of its own."""
    maps = {name: _unicode(font) for name, font in page.get("/Resources", {}).get("/Font", {}).items()}
    whole = pikepdf.Matrix()
    kept, own, font, size = [], None, "", 0.0
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                kept.append(whole)
            case "Q":
                whole = kept.pop()
            case "cm":
                whole = pikepdf.Matrix(*map(float, operands)) @ whole
            case "Tm":
                own = pikepdf.Matrix(*map(float, operands))
            case "Tf":
                font, size = str(operands[0]), float(operands[1])
            case "Tj" | "TJ":
                assert own is not None, "a piece of text that goes on from another"
                parts = operands[0] if str(operator) == "TJ" else [operands[0]]
                text = "".join(maps[font](bytes(part)) for part in parts if isinstance(part, pikepdf.String))
                place = own @ whole
                # Fonts draw a blank that holds words together by the glyph of any other, and name it by either.
                yield Piece(text.replace("\xa0", " "), place.e, place.f, size * abs(place.a))
                own = None
            case "Td" | "TD" | "T*" | "'" | '"':
                raise AssertionError(f"text is placed by {operator}")


def bare(text: str) -> str:
    """Text without blanks and places to break: where a line ends is no part of what it says."""
    return re.sub(r"[\s\u200b]+", "", text)


def _children(node, page, texts) -> Iterator[str | Element]:
    page = node.get("/Pg", page)
    kids = node.get("/K")
    if kids is None:
        return
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            yield texts[page.objgen].get(kid, "")
        elif kid.get("/Type") == "/MCR":
            yield texts[kid.get("/Pg", page).objgen].get(int(kid.MCID), "")
        elif "/S" in kid:
            element = Element(
                str(kid.S)[1:],
                str(kid.Lang) if "/Lang" in kid else None,
                str(kid.Alt) if "/Alt" in kid else None,
                _attributes(kid.get("/A")),
            )
            element.content = list(_children(kid, page, texts))
            yield element


def _attributes(found) -> dict[str, str]:
    blocks = found if isinstance(found, pikepdf.Array) else [found] if found is not None else []
    return {
        key[1:]: str(value).removeprefix("/")
        for block in blocks
        if hasattr(block, "items")
        for key, value in block.items()
    }


def _marked_text(page) -> dict[int, str]:
    """The text of each piece of marked content of a page, by its number."""
    maps = {name: _unicode(font) for name, font in page.get("/Resources", {}).get("/Font", {}).items()}
    found: dict[int, str] = {}
    stack: list[tuple[int | None, str | None]] = []
    font = None
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC":
                properties = operands[1] if len(operands) > 1 and hasattr(operands[1], "get") else {}
                if isinstance(operands[1], pikepdf.Name):
                    properties = page.Resources.Properties[operands[1]]
                number = properties.get("/MCID")
                actual = str(properties.ActualText) if "/ActualText" in properties else None
                stack.append((int(number) if number is not None else None, actual))
                if actual is not None:
                    _add(found, stack, actual)
            case "BMC":
                stack.append((None, None))
            case "EMC":
                stack.pop()
            case "Tf":
                font = str(operands[0])
            case "Tj" | "TJ":
                parts = operands[0] if str(operator) == "TJ" else [operands[0]]
                if any(actual is not None for _, actual in stack):
                    continue
                text = "".join(maps[font](bytes(part)) for part in parts if isinstance(part, pikepdf.String))
                _add(found, stack, text)
    return found


def _add(found: dict[int, str], stack, text: str) -> None:
    numbers = [number for number, _ in stack if number is not None]
    if numbers:
        found[numbers[-1]] = found.get(numbers[-1], "") + text


def _unicode(font):
    """How the codes of a font read, from its ToUnicode map."""
    lines = bytes(font.ToUnicode.read_bytes()).decode("latin-1")
    known: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", lines, re.S):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", block):
            known[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", lines, re.S):
        for first, last, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", block):
            begin = bytes.fromhex(text).decode("utf-16-be")
            for place in range(int(last, 16) - int(first, 16) + 1):
                known[int(first, 16) + place] = begin[:-1] + chr(ord(begin[-1]) + place)
    size = 2 if str(font.Subtype) == "/Type0" else 1

    def read(codes: bytes) -> str:
        return "".join(
            known.get(int.from_bytes(codes[start : start + size], "big"), "\ufffd")
            for start in range(0, len(codes), size)
        )

    return read
