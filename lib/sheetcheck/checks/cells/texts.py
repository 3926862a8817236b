"""A text in, what is wrong with its characters out: blanks, unseen characters, look-alike letters, formulas."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from sheetcheck.faults import show, visible
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
_BLANKS = (
    ("zero-width-blank", "an unseen character of no width", re.compile(f"[{_ZERO_WIDTH}]")),
    ("no-break-blank", "a no-break blank", re.compile(f"[{_NO_BREAK}]")),
    ("unusual-blank", "a blank of unusual width", re.compile(f"[{_WIDE}]")),
    ("leading-blank", "a blank at the start", re.compile(r"^[ \n]|\n +")),
    ("trailing-blank", "a blank at the end", re.compile(r"[ \n]$| +\n")),
    ("double-blank", "a double blank", re.compile(r"(?<=[^ \n])  +(?=[^ \n])")),
)
_UNSEEN_BLANKS = re.compile(f"[{_ZERO_WIDTH}{_NO_BREAK}{_WIDE}]")
# What Excel would take for a formula if the text were typed or opened from a CSV.
_FORMULA = re.compile(r"=|@\w|[+-](?=[A-Za-z(])|[+-].*[|!(]")
_MIXED_WORD = re.compile(rf"(?=\w*[A-Za-z])\w*[{_CYRILLIC}]\w*")
# UTF-8 that was once read as Windows-1252: "Ã«" for "ë".
_TWICE = re.compile("[ÂÃâ][\u0080-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]+")
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA")
ERROR_MEANINGS = {
    "#N/A": "a look-up found nothing",
    "#REF!": "a formula points to a cell that was deleted",
    "#VALUE!": "a formula got text where it needs a number",
    "#NAME?": "a formula names something that Excel does not know",
    "#DIV/0!": "a formula divides by zero",
    "#NULL!": "two ranges of a formula do not meet",
    "#NUM!": "a formula gave a number that Excel cannot hold",
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a value, apart from where it stands."""

    code: str
    message: str
    expected: str | None = None
    suggestion: str | None = None
    blocks: bool = True  # the value cannot be judged further


def error_problem(text: str) -> Problem:
    """The problem of a cell that holds an error instead of a value."""
    meaning = ERROR_MEANINGS.get(text, "a formula failed")
    remedy = "Type the value itself, or leave the cell blank."
    return Problem("error-value", f"holds the error {visible(text[:20])} ({meaning}). {remedy}")


def text_problems(text: str) -> tuple[list[Problem], str]:
    """Problems of a text's characters, and the text without them, by which everything else is then judged."""
    if text.isprintable() and not _SUSPECT.search(text) and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return _length(text), text
    problems = [*_control(text), *_blanks(text), *_letters(text), *formula_problems(text), *_length(text)]
    # A look-alike has been named; what it is taken for must not be named a second time as an unknown value.
    return problems, clean(_MIXED_WORD.sub(lambda word: word.group().translate(LOOK_ALIKES), text))


def clean(text: str) -> str:
    """The text with single, plain blanks and without unseen and control characters."""
    text = _BLANKS[0][2].sub("", text)
    text = re.sub(f"[{_NO_BREAK}{_WIDE}\t]", " ", text)
    text = "".join(letter for letter in text if letter.isprintable() or letter == "\n")
    lines = [re.sub("  +", " ", line).strip(" ") for line in text.split("\n")]
    return unicodedata.normalize("NFC", "\n".join(lines).strip("\n"))


def _blanks(text: str) -> list[Problem]:
    found = [(code, words) for code, words, pattern in _BLANKS if pattern.search(text)]
    if not found:
        return []
    if not clean(text):
        return [Problem("only-blanks", "holds only blanks, which nobody sees. Clear the cell.", suggestion="")]
    what = " and ".join(words for _, words in found)
    message = f"{show(_excerpt(text))} holds {what}. Type it as {show(clean(text))}."
    return [Problem(found[0][0], message, suggestion=clean(text), blocks=False)]


def _excerpt(text: str) -> str:
    return text if len(text) < 60 else f"{text[:28]}…{text[-28:]}"


def _control(text: str) -> list[Problem]:
    known = set(_UNSEEN_BLANKS.findall(text)) | {"\n"}
    found = sorted({letter for letter in text if not letter.isprintable()} - known)
    if not found:
        return []
    names = ", ".join("a tab" if sign == "\t" else f"U+{ord(sign):04X}" for sign in found[:4])
    message = f"holds {names}, which no text should ({show(_excerpt(text))}). Type it as {show(clean(text))}."
    return [Problem("control-character", message, suggestion=clean(text), blocks=False)]


def _letters(text: str) -> list[Problem]:
    if "\ufffd" in text:
        message = f"{show(text)} holds �, where a letter was lost in another program. Type that letter again."
        return [Problem("lost-character", message, blocks=False)]
    if (found := _TWICE.search(text)) and (better := _decoded(found.group())) is not None:
        suggestion = text.replace(found.group(), better)
        message = f"{show(found.group())} is {show(better)} read in the wrong encoding. Type {show(suggestion)}."
        return [Problem("wrong-encoding", message, suggestion=suggestion, blocks=False)]
    if found := _MIXED_WORD.search(text):
        word = found.group()
        strange = next(letter for letter in word if "\u0400" <= letter <= "\u052f")
        latin = text.translate(LOOK_ALIKES)
        message = (
            f"{show(word)} holds the Cyrillic letter U+{ord(strange):04X}, which only looks like a Latin one."
            f" Type it again: {show(word.translate(LOOK_ALIKES))}."
        )
        return [Problem("look-alike-letters", message, suggestion=latin, blocks=False)]
    if not unicodedata.is_normalized("NFC", text):
        message = f"{show(text)} holds letters with a loose accent, as pasted from a PDF. Type them again."
        return [Problem("loose-accent", message, suggestion=unicodedata.normalize("NFC", text), blocks=False)]
    return []


def _decoded(text: str) -> str | None:
    try:
        better = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return better if better != text else None


def formula_problems(text: str, where: str = "") -> list[Problem]:
    """The problem of a text, or of an item of a list, that a spreadsheet would compute."""
    if text.strip() in _ERRORS or not _FORMULA.match(text.lstrip()):
        return []
    message = (
        f"{show(text)}{where} looks like a formula, and Excel would compute it when it is typed again or opened from"
        " a CSV. Begin it with a letter or a figure."
    )
    return [Problem("formula-looking-text", message, blocks=False)]


def _length(text: str) -> list[Problem]:
    if len(text) <= MAX_TEXT:
        return []
    message = f"holds {len(text)} characters; a cell holds at most {MAX_TEXT}, and Excel cuts the rest. Shorten it."
    return [Problem("text-too-long", message, expected=f"at most {MAX_TEXT} characters")]


def is_error_text(text: str) -> bool:
    """True for an error value that was kept as text, as in a CSV saved from Excel."""
    return text.strip() in _ERRORS
