"""A wrong value or name and the valid ones in, the nearest of them out: by equality to the eye, then by few edits."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from sheetcheck.messages import say

# Beyond two edits (a letter wrong, missing, extra, or two swapped) a suggestion misleads more than it helps.
MAX_EDITS = 2
# In so short a value two edits would turn anything into anything.
SHORT = 4
# More equally near values than this are no hint.
MAX_TIES = 3
# Each search walks through all valid values; a column that was pasted wrongly must not cost its square.
MAX_SEARCHES = 100
MAX_REMEMBERED = 1000

# Cyrillic and Greek letters that look like Latin ones.
LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеорсухѕіјԁһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοаν",
    "ABESIJKMHOPCTYXaeopcyxsijdhqwABEZHIKMNOPTYXoav",
)
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹘﹣－­", "-"))
UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad\u180e]")
_WORD = re.compile(r"[^\W_]+")
BLANKS = re.compile(r"[\s\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
# In names of files, sheets, exhibits and options these stand for each other.
_NAME_SIGNS = str.maketrans("_–—", "---")


@dataclass(frozen=True)
class Suggestion:
    """The nearest valid values, equally near, and what sets them apart: case, blanks, look-alikes or edits."""

    values: tuple[str, ...]
    why: str
    edits: int = 0


class Nearest:
    """Valid values, ready to be asked often."""

    def __init__(self, valid: Iterable[str]) -> None:
        self.values = tuple(dict.fromkeys(valid))
        self._plain: dict[str, list[str]] = {}
        for value in self.values:
            self._plain.setdefault(plain(value), []).append(value)
        self._memory: dict[str, Suggestion | None] = {}
        self._searches = 0

    def find(self, text: str) -> Suggestion | None:
        """The valid values nearest to the text, or None when nothing is near."""
        if text in self._memory:
            return self._memory[text]
        equal = self._plain.get(plain(text))
        found = Suggestion(tuple(equal[:MAX_TIES]), difference(text, equal[0])) if equal else self._near(text)
        if len(self._memory) < MAX_REMEMBERED:
            self._memory[text] = found
        return found

    def _near(self, text: str) -> Suggestion | None:
        if self._searches >= MAX_SEARCHES:
            return None
        self._searches += 1
        wanted = plain(text)
        edits = min(MAX_EDITS if len(wanted) > SHORT else 1, len(wanted) - 1)
        if edits < 1:
            return None
        # One more than is shown, to know when there are too many.
        found = process.extract(wanted, list(self._plain), scorer=OSA.distance, score_cutoff=edits, limit=50)
        if not found:
            return None
        least = min(distance for _, distance, _ in found)
        near = [value for name, distance, _ in found if distance == least for value in self._plain[name]]
        # The same letters in another order are the commonest slip of all: 289 for 298.
        near = [value for value in near if sorted(plain(value)) == sorted(wanted)] or near
        if len(near) > MAX_TIES:
            near = [value for value in near if value[:1].casefold() == wanted[:1]]
        return Suggestion(tuple(near), "edits", least) if 0 < len(near) <= MAX_TIES else None


def plain(text: str) -> str:
    """Text without what the eye does not tell apart: case, blanks, unseen characters, dashes, look-alike letters."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", UNSEEN.sub("", text.translate(DASHES))).translate(LOOK_ALIKES)
    return " ".join(BLANKS.split(text.casefold())).strip() if not text.isalnum() else text.casefold()


def words(text: str) -> list[str]:
    """The words and numbers of a text, in the form in which `plain` compares them."""
    return _WORD.findall(plain(text))


def difference(text: str, valid: str) -> str:
    """What sets two values apart that are plainly equal: "case", "blanks" or "look-alikes"."""
    if " ".join(text.split()).casefold() == " ".join(valid.split()).casefold():
        return "case" if "".join(text.split()) != "".join(valid.split()) else "blanks"
    squeezed = " ".join(BLANKS.split(UNSEEN.sub("", text))).strip()
    return "blanks" if squeezed == valid else "look-alikes"


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """The valid name nearest to a misspelt one, whatever its dashes and underscores; None when nothing is near."""
    names = {candidate.translate(_NAME_SIGNS): candidate for candidate in reversed([*valid])}
    found = Nearest(names).find(name.translate(_NAME_SIGNS))
    return names[found.values[0]] if found else None


def nearest_name(name: str, valid: Iterable[str]) -> str:
    """A sentence to end a message with: the nearest valid name, or all of them when nothing is near."""
    names = [str(candidate) for candidate in valid]
    found = nearest(name, names)
    return say("nearest", name=found) if found else say("valid", names=names)
