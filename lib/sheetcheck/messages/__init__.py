"""A key and its parts in, a sentence in the language in use out; all sentences stand beside this file.

A sentence names its parts in braces: {text!q} in quotation marks, {cells:# cell|# cells} with the word for one or for
several, {values:or} as a list whose last two are joined by that word, {most:,} with signs between the thousands,
{example:?, as #} with these words round it where there is one and nothing where there is none.
"""

import os
import re
import shutil
import string
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("nl", "en")
_HERE = Path(__file__).parent
_folders = [_HERE]  # where sentences stand
# What a command or a library speaks that was told nothing.
DEFAULT = "en"
# Longer values are cut in messages: a message is one or two sentences, the whole value stands in the cell.
SHOWN_CHARACTERS = 70
_UNSEEN = re.compile(
    "[\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180e\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u3000\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)
_NUMBERED = re.compile(r"(?:(?<=› )|^)(line|row) ([0-9]+)(?= ›|$)")
_spoken: ContextVar[str] = ContextVar("language", default=DEFAULT)


def say(key: str, /, language: str | None = None, **parts: Any) -> str:
    """The sentence of that key with its parts filled in, in the language in use or the one that is given."""
    return _SENTENCES.vformat(_known(language or _spoken.get())[key], (), parts)


def said(text: str | None) -> str | None:
    """The sentence of a key that has no parts, or a text itself when it is no key."""
    return _known(_spoken.get()).get(text, text) if text else text


def add_catalogue(folder: Path) -> None:
    """Say too what stands in the files of that folder: those of a library that stands on this one, with own keys."""
    _folders.append(folder)
    _known.cache_clear()


def wrapped(text: str, indent: str = "    ") -> str:
    """Lines wrapped by word to the width of the terminal, 80 where there is none; what goes on is set in."""
    width = shutil.get_terminal_size((80, 24)).columns
    options: Any = {"subsequent_indent": indent, "break_long_words": False, "break_on_hyphens": False}
    return "\n".join(textwrap.fill(line, width, **options) if line else "" for line in text.split("\n"))


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Say everything in this language until the end of the block; None is the language of the system."""
    token = _spoken.set(language or of_system())
    try:
        yield
    finally:
        _spoken.reset(token)


def speak(language: str) -> None:
    """Say everything in this language from now on."""
    _spoken.set(language)


def of_system(environment: Mapping[str, str] = os.environ) -> str:
    """The language that the system speaks, as far as it is one of ours."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    told = next((environment[name] for name in names if environment.get(name)), "")
    if not told and os.name == "nt":
        import ctypes
        import locale

        told = locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    return told[:2].lower() if told[:2].lower() in LANGUAGES else DEFAULT


def spoken() -> str:
    """The language in use."""
    return _spoken.get()


def placed(address: str) -> str:
    """An address such as "sources.csv › line 14" in the language in use; cells are called the same everywhere."""
    return _NUMBERED.sub(lambda found: say(found[1], number=found[2]), address)


@cache
def catalogue(language: str, folder: Path = _HERE) -> dict[str, str]:
    """Every sentence of a language by its key: the code of a fault, and a word that tells its sentences apart."""
    return dict(_flat(tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8")), ""))


@cache
def _known(language: str) -> dict[str, str]:
    return {key: text for folder in _folders for key, text in catalogue(language, folder).items()}


def _flat(entries: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for name, value in entries.items():
        if isinstance(value, str):
            yield before + name, value
        else:
            yield from _flat(value, f"{before}{name}.")


class _Sentences(string.Formatter):
    """What braces in a sentence mean beside the usual; see above."""

    def convert_field(self, value: Any, conversion: Any) -> Any:
        if conversion != "q":
            return super().convert_field(value, conversion)
        if value is None:
            return None
        return [show(item) for item in value] if isinstance(value, tuple | list) else show(value)

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec.startswith("?"):
            return "" if value is None else format_spec[1:].replace("#", str(value))
        if "|" in format_spec:
            number = value if isinstance(value, int) else len(value)
            return format_spec.split("|")[number != 1].replace("#", str(number))
        if isinstance(value, tuple | list):
            *most, last = [str(item) for item in value] or [""]
            return f"{', '.join(most)} {format_spec} {last}" if most and format_spec else ", ".join([*most, last])
        text = super().format_field(value, format_spec)
        return text.replace(",", ".") if format_spec == "," and _spoken.get() == "nl" else text


_SENTENCES = _Sentences()


def show(value: object) -> str:
    """A value as messages quote it: in quotation marks, cut when long, with characters nobody can see spelt out."""
    text = str(value)
    if len(text) > SHOWN_CHARACTERS:
        text = text[:SHOWN_CHARACTERS] + "…"
    return '"' + visible(text) + '"'


def visible(text: str) -> str:
    """Text in which every unseen character stands as its code, so that a message can be printed anywhere."""
    return _UNSEEN.sub(lambda found: "⏎" if found.group() == "\n" else f"⟨U+{ord(found.group()):04X}⟩", text)
