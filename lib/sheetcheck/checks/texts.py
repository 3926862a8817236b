"""A text in, what is wrong with its characters out: blanks, unseen characters, look-alike letters, formulas."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from sheetcheck.faults import Fault, problem, visible
from sheetcheck.messages import say
from sheetcheck.nearest import LOOK_ALIKES

# Excel keeps no more in a cell; what is longer was cut there or will be.
MAX_TEXT = 32_767

_NO_BREAK = "\u00a0\u2007\u202f"
# Also letters that a font draws as nothing.
_NOTHING = "\u034f\u115f\u1160\u2800\u3164\ufe00-\ufe0f\uffa0"
_ZERO_WIDTH = "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad\u180e\u061c" + _NOTHING
_WIDE = "\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000\u0085"
_CYRILLIC = "\u0400-\u052f"
# Besides what `str.isprintable` finds: one look at a text tells whether it needs any other, and most do not.
_SUSPECT = re.compile(rf"^ | $|  |^[=+@-]|[{_CYRILLIC}{_NOTHING}\ufffd]|[ÂÃâ][^ -~]")
# By the code of the fault; the first that is found gives it.
_BLANKS = {
    "zero-width-blank": re.compile(f"[{_ZERO_WIDTH}]"),
    "no-break-blank": re.compile(f"[{_NO_BREAK}]"),
    "unusual-blank": re.compile(f"[{_WIDE}]"),
    "leading-blank": re.compile(r"^[ \n]|\n +"),
    "trailing-blank": re.compile(r"[ \n]$| +\n"),
    "double-blank": re.compile(r"(?<=[^ \n])  +(?=[^ \n])"),
}
_UNSEEN_BLANKS = re.compile(f"[{_ZERO_WIDTH}{_NO_BREAK}{_WIDE}]")
# What Excel would take for a formula if the text were typed or opened from a CSV.
_FORMULA = re.compile(r"=|@\w|[+-](?=[A-Za-z(])|[+-].*[|!(]")
_MIXED_WORD = re.compile(rf"(?=\w*[A-Za-z])\w*[{_CYRILLIC}]\w*")
# UTF-8 that was once read as Windows-1252: "Ã«" for "ë".
_TWICE = re.compile("[ÂÃâ][\u0080-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]+")
# The errors of Excel, by the word under which the catalogue says what each means.
_ERRORS = {
    "#N/A": "not-found", "#REF!": "deleted", "#VALUE!": "text", "#NAME?": "name", "#DIV/0!": "zero",
    "#NULL!": "ranges", "#NUM!": "large", "#SPILL!": "other", "#CALC!": "other", "#GETTING_DATA": "other",
}  # fmt: skip


def is_error_text(text: str) -> bool:
    """True for an error value that was kept as text, as in a CSV saved from Excel."""
    return text.strip() in _ERRORS


def error_problem(text: str) -> Fault:
    """The problem of a cell that holds an error instead of a value."""
    return problem("error-value.error", error=visible(text[:20]), meaning=say(f"error.{_ERRORS.get(text, 'other')}"))


def text_problems(text: str) -> tuple[list[Fault], str]:
    """Problems of a text's characters, and the text without them, by which everything else is then judged."""
    if text.isprintable() and not _SUSPECT.search(text) and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return [*_length(text)], text
    problems = [*_signs(text), *_letters(text), *formula_problems(text), *_length(text)]
    # A look-alike has been named; what it is taken for must not be named a second time as an unknown value.
    return problems, clean(_MIXED_WORD.sub(lambda word: word.group().translate(LOOK_ALIKES), text))


def clean(text: str) -> str:
    """The text with single, plain blanks and without unseen and control characters."""
    text = _BLANKS["zero-width-blank"].sub("", text)
    text = re.sub(f"[{_NO_BREAK}{_WIDE}\t]", " ", text)
    text = "".join(letter for letter in text if letter.isprintable() or letter == "\n")
    lines = [re.sub("  +", " ", line).strip(" ") for line in text.split("\n")]
    return unicodedata.normalize("NFC", "\n".join(lines).strip("\n"))


def _signs(text: str) -> Iterator[Fault]:
    better, excerpt = clean(text), text if len(text) < 60 else f"{text[:28]}…{text[-28:]}"
    known = set(_UNSEEN_BLANKS.findall(text)) | {"\n"}
    if strange := sorted({letter for letter in text if not letter.isprintable()} - known):
        signs = [say("tab") if sign == "\t" else f"U+{ord(sign):04X}" for sign in strange[:4]]
        yield problem("control-character", suggestion=better, blocks=False, signs=signs, text=excerpt)
    found = [code for code, pattern in _BLANKS.items() if pattern.search(text)]
    if found and not better:
        yield problem("only-blanks", suggestion="")
    elif found:
        told = problem(
            "blanks.in", suggestion=better, blocks=False, text=excerpt, blanks=[say(f"blanks.{code}") for code in found]
        )
        yield replace(told, code=found[0])


def _letters(text: str) -> Iterator[Fault]:
    """The first sign that letters were lost, read in another encoding, or taken from another alphabet."""
    if "\ufffd" in text:
        yield problem("lost-character", blocks=False, text=text)
    elif (found := _TWICE.search(text)) and (better := _decoded(found.group())) is not None:
        whole = text.replace(found.group(), better)
        yield problem("wrong-encoding.twice", suggestion=whole, blocks=False, text=found.group(), better=better)
    elif found := _MIXED_WORD.search(text):
        word = found.group()
        strange = next(letter for letter in word if "\u0400" <= letter <= "\u052f")
        told = {"word": word, "code": f"{ord(strange):04X}", "better": word.translate(LOOK_ALIKES)}
        suggestion = text.translate(LOOK_ALIKES)
        yield problem("look-alike-letters.cyrillic", suggestion=suggestion, blocks=False, **told)
    elif not unicodedata.is_normalized("NFC", text):
        yield problem("loose-accent", suggestion=unicodedata.normalize("NFC", text), blocks=False, text=text)


def _decoded(text: str) -> str | None:
    try:
        better = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return better if better != text else None


def formula_problems(text: str, whole: str | None = None) -> list[Fault]:
    """The problem of a text, or of an item of a list, that a spreadsheet would compute."""
    if text.strip() in _ERRORS or not _FORMULA.match(text.lstrip()):
        return []
    return [problem("formula-looking-text", blocks=False, text=text, whole=whole)]


def _length(text: str) -> Iterator[Fault]:
    if len(text) > MAX_TEXT:
        expected = say("limit.max_length", limit=MAX_TEXT)
        yield problem("text-too-long.cell", expected=expected, length=len(text), most=MAX_TEXT)
