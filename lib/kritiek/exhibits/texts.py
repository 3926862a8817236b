"""What stands around an exhibit in both languages: number, caption, labels, notes with placeholders, and marks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import pandas as pd

from kritiek.exhibits.plain import is_blank
from kritiek.exhibits.trace import Trail
from sheetcheck.messages import say

PLACEHOLDER = re.compile(r"\{([A-Za-z][\w-]*)\}")

Words = Mapping[str, str]  # the same text by language: {"nl": ..., "en": ...}


@dataclass(frozen=True)
class Mark:
    """A sign printed beside a cell, bound to its meaning."""

    sign: str
    meaning: Words


@dataclass(frozen=True)
class Texts:
    """What is written around an exhibit, in both languages, as the sheets of exhibits.xlsx say.

    `{name}` in them is a placeholder: an exhibit with one that is not filled in is refused.
    """

    name: str
    number: Words
    caption: Words
    alt: Words
    columns: tuple[tuple[str, Words], ...]
    notes: tuple[Words, ...]
    optional: tuple[str, ...] = ()  # columns that are shown only where the frame has them
    published: bool = True  # False when another value than the report's was chosen
    document: str = ""  # the document whose exhibit this is
    unfilled: Mapping[str, str] | None = None  # placeholders, each with its place; None: look for them
    trail: Trail | None = None  # on which source cells the columns rest; None: of texts that no sheet holds

    def __post_init__(self) -> None:
        if self.unfilled is None:
            object.__setattr__(self, "unfilled", _placeholders(self))

    def filled(self, values: Mapping[str, Words]) -> Self:
        """The same texts with each `{name}` replaced by its words in the language of the text.

        A note about nothing, with a placeholder whose words are empty, is left out.
        """

        def fill(words: Words) -> dict[str, str]:
            return {language: _filled(text, language, values) for language, text in words.items()}

        kept = [note for note in self.notes if all(_holds(text, key, values) for key, text in note.items())]
        return replace(
            self,
            caption=fill(self.caption),
            alt=fill(self.alt),
            columns=tuple((name, fill(label)) for name, label in self.columns),
            notes=tuple(map(fill, kept)),
            unfilled={name: place for name, place in (self.unfilled or {}).items() if name not in values},
        )


def _placeholders(texts: Texts) -> dict[str, str]:
    places = [(say(f"impact.{name}"), getattr(texts, name)) for name in ("number", "caption", "alt")]
    places += [(say("exhibit.label", column=name), label) for name, label in texts.columns]
    places += [(say("impact.note", number=number), note) for number, note in enumerate(texts.notes, start=1)]
    return {name: place for place, words in places for text in words.values() for name in PLACEHOLDER.findall(text)}


def _filled(text: str, language: str, values: Mapping[str, Words]) -> str:
    # One pass, so that braces within the words stay what they are.
    return PLACEHOLDER.sub(lambda found: values[found[1]][language] if found[1] in values else found[0], text)


def _holds(text: str, language: str, values: Mapping[str, Words]) -> bool:
    return all(values[name][language] for name in PLACEHOLDER.findall(text) if name in values)


def marks_from(frame: pd.DataFrame) -> tuple[Mark, ...]:
    """Marks bound to their meaning.

    Columns in: mark, meaning_nl, meaning_en (text; rows without a mark are passed over, equal ones count once)
    """
    rows = frame[frame["mark"].notna()].drop_duplicates(["mark", "meaning_nl"])
    return tuple(
        Mark(row.mark, {"nl": row.meaning_nl, "en": row.meaning_en if not is_blank(row.meaning_en) else row.meaning_nl})
        for row in rows.itertuples()
    )
