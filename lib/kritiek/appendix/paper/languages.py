"""A text and the language around it in; the text in pieces out, each with the language that it is in."""

from __future__ import annotations

import re

WORD = re.compile(r"[a-zà-ÿ]+")
# Small words that only one of the two languages has, and words of names that stand in Dutch text as they are. A wrong
# guess costs a screen reader its accent, no word; so only a clear majority counts.
COMMON = {
    "en": {
        *("the", "and", "for", "from", "with", "on", "by", "to", "its", "which", "these", "their", "are", "at"),
        *("management", "materials", "raw", "rare", "earth", "standards", "committee", "steel", "mining", "systems"),
        *("technology", "technologies", "supply", "risk", "critical", "energy", "environmental", "sustainability"),
        *("products", "metals", "metallic", "minerals", "life", "assessment", "framework", "regulation", "demand"),
        *("chain", "review", "report", "announcement", "export", "control", "items", "protocol", "testing", "other"),
    },
    "nl": {
        *("de", "het", "een", "en", "voor", "van", "met", "op", "door", "naar", "uit", "aan", "bij", "zijn", "ook"),
        *("die", "dat", "te", "geen", "niet", "wordt", "zoals", "alle", "om", "tot", "hebben", "onder", "kritieke"),
        *("grondstoffen", "grondstof", "normen", "normalisatie", "commissie", "staal", "leveringsrisico", "bron"),
        *("batterijen", "waterstof", "onderzoek", "beleid", "kabinet", "rijksoverheid", "ministerie", "alleen"),
    },
}


def pieces(text: str, language: str, *, is_dutch: bool = False) -> list[tuple[str, str]]:
    """The lines of a text with their language; neighbours of one language are one piece, and nothing is lost.

    `is_dutch` says of a text in an English surrounding that no English one exists.
    """
    around = "nl" if is_dutch else language
    found: list[tuple[str, str]] = []
    for line in re.split(r"(?<=\n)", text):
        spoken = language_of(line, around)
        if found and (found[-1][1] == spoken or not WORD.search(line.casefold())):
            found[-1] = (found[-1][0] + line, found[-1][1])
        else:
            found.append((line, spoken))
    return [piece for piece in found if piece[0]]


def language_of(text: str, around: str) -> str:
    """The language of a text, that of its surrounding where its words do not tell."""
    said = WORD.findall(text.casefold())
    counts = {language: sum(word in known for word in said) for language, known in COMMON.items()}
    if counts["en"] == counts["nl"]:
        return around
    return "en" if counts["en"] > counts["nl"] else "nl"
