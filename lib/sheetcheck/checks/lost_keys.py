"""A key column and the values that references miss in it in; for each, the row that once held it, if there is one, out.

A value that cells refer to and no row holds is a slip in those cells, or a key that was changed, spoilt or deleted.
It was a key when a row whose own key is faulty, or sound and unused, can be shown to have held it: by letters that
are nearly the same, by the words of its other cells, or because nothing else is left to explain either.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from sheetcheck.checks.columns import Table
from sheetcheck.checks.keys import Target
from sheetcheck.nearest import MAX_EDITS, MAX_SEARCHES, Nearest, plain, words

# A value that so many cells miss is hardly a slip of the hand in each of them.
SEVERAL = 2
# What sets a slip apart from a sound key that it is equal to for the eye.
EYE = ("case", "blanks", "look-alikes")


class Claim(NamedTuple):
    """How well a row explains a missed value; the smaller the better."""

    rank: int  # 0 equal to the eye, 1 shown by letters or words, 3 likely, 2 or 4 a faulty key that is left
    unfit: float  # how much better the row's other cells fit the key that stands there than the value
    edits: int
    lower: int  # of two rows with one key the lower is the copy, as far as nothing else tells
    value: str

    @property
    def row(self) -> int:
        """The row that claims to have held the value."""
        return -self.lower


class LostKeys:
    """The suspects of one key column: rows with a faulty key, and rows with a sound one that nothing refers to."""

    def __init__(self, target: Target, tables: Collection[Table]) -> None:
        self.target, self.tables = target, tables
        self.keys = {row: str(key) for key, row in target.rows.items() if key not in target.used} | target.broken
        # Of two rows with one key either may be the one that changed.
        self.keys |= {row: str(key) for key, row in target.rows.items() if row in target.upper.values()}
        self.twins = {*target.upper, *target.upper.values()}
        self.faulty = {row for row in target.broken if not target.is_known(row)} | self.twins
        self.by_key: dict[str, list[int]] = {}
        self.by_word: dict[str, set[int]] = {}
        for row, key in self.keys.items():
            self.by_key.setdefault(key, []).append(row)
            for word in {*words(key), *target.row_words(row)}:
                self.by_word.setdefault(word, set()).add(row)
        self.nearest = Nearest(key for key in self.by_key if key)
        self.nearest_broken = Nearest(key for key in target.broken.values() if key)

    def find(self, missed: Mapping[str, int]) -> dict[str, int]:
        """The row of each missed value that was a key; `missed` says how many cells refer to it."""
        often = sorted(missed, key=lambda value: -missed[value])[:MAX_SEARCHES]
        found: dict[str, int] = {}
        # As long as faulty keys can explain all, they do; else they are what is left when the likely ones are gone.
        last = 2 if len(missed) <= len(self.faulty) else 4
        for claim in sorted(claim for value in often for claim in self._claims(value, missed[value] >= SEVERAL, last)):
            if claim.value not in found and claim.row not in found.values():
                found[claim.value] = claim.row
        for value in often:
            # A slip for a key that is spoilt itself is not worth a second advice.
            near, copy = self.target.find(value), self.nearest_broken.find(value)
            if value not in found and copy and (near is None or near.edits > copy.edits):
                found[value] = self.by_key[copy.values[0]][0]
        return found

    def _claims(self, value: str, is_missed_often: bool, last: int) -> Iterator[Claim]:
        near, sound = self.nearest.find(value), self.target.find(value)
        edits = {row: near.edits for key in near.values for row in self.by_key[key]} if near else {}
        known = [self.by_word[word] for word in words(value) if word in self.by_word]
        # A slip in one cell is likelier; where several agree, the key itself is what changed its capitals or dashes.
        if sound and sound.why in EYE and not (is_missed_often and self.target.row_of(sound.values[0]) in self.keys):
            return
        is_unlike = is_missed_often or sound is None or sound.edits > 1
        for row in {*edits, *min(known, key=len, default=()), *islice(self.faulty, MAX_SEARCHES)}:
            here, wanted = set(words(self.keys[row])), set(words(value))
            told = self.target.row_words(row)
            fit, unfit = _share(wanted - here, told), _share(here - wanted, told)
            # Two letters are much between sound keys, unless no other row is left to have held the value.
            is_near = edits.get(row) == 1 or (row in edits and len(self.keys) == 1)
            is_shown, is_faulty = row in edits or fit == 1, row in self.faulty
            # The word that stands nowhere else in the folder is the misspelt one.
            doubt = self._oddness(value, 0)
            odd = 0 if is_faulty else self._oddness(self.keys[row], 1) - doubt
            if plain(self.keys[row]) == plain(value):
                rank = 0
            elif is_faulty:
                is_alone = is_unlike or not self.keys[row] or row in self.twins
                rank = 1 if is_shown or (here and here <= wanted) else last if is_alone else None
            elif odd > 0 and (fit == 1 or is_near or (is_shown and is_missed_often)):
                rank = 1
            else:
                is_likely = odd == 0 and is_missed_often and (unfit <= fit if is_near else fit == 1 and not unfit)
                rank = 3 if is_likely or (here & wanted and odd > 0 and is_unlike and not doubt) else None
            if rank is not None:
                yield Claim(rank, unfit - fit, edits.get(row, MAX_EDITS + 1), -row, value)

    def _oddness(self, text: str, times: int) -> int:
        """How many words of the text stand nowhere but in it; `times` is how often it was counted itself."""
        return sum(1 for word, number in Counter(words(text)).items() if self._vocabulary[word] <= times * number)

    @cached_property
    def _vocabulary(self) -> Counter[str]:
        """How often each word stands in the folder, leaving out the cells that refer to this column."""
        counted: Counter[str] = Counter()
        for typed in self.tables:
            for entry in typed.resource.fields:
                if entry.name in typed.columns and entry.reference != self.target.reference:
                    column = typed.columns[entry.name]
                    texts = (typed.text(row, column) for row in typed.records)
                    counted.update(word for text in texts for word in words(text))
        return counted


def _share(wanted: set[str], known: Collection[str]) -> float:
    return len(wanted.intersection(known)) / len(wanted) if wanted else 0
