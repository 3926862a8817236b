"""Table columns in, double keys and double values out; and the keys that references point to, lost ones too."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from sheetcheck.checks.columns import Table
from sheetcheck.faults import Fault, problem
from sheetcheck.messages import say, show, spoken
from sheetcheck.nearest import MAX_EDITS, MAX_SEARCHES, Nearest, Suggestion, plain, words
from sheetcheck.reading.cells import shown, written
from sheetcheck.schema import Reference, Resource

# Codes of the faults of a key, of another unique value, and of two keys alike to the eye, that stand in two rows.
DOUBLE = ("duplicate-key", "duplicate-value", "look-alike-key")
# Columns by which people know a row, in the order of the schema.
NAME_COLUMNS = ("name", "title")
# Nouns whose plural is written otherwise than with an s.
_IRREGULAR = {"people": "person", "countries": "country", "series": "series", "news": "news", "analyses": "analysis"}
# A name is a hint beside the key; a longer one would hide it.
MAX_NAME = 60
# A value that so many cells miss is hardly a slip of the hand in each of them.
SEVERAL = 2
# What sets a slip apart from a sound key that it is equal to for the eye.
EYE = ("case", "blanks", "look-alikes")


def check_keys(typed: Table) -> None:
    """Note every row whose key, and every cell whose unique value, stands in an earlier row already."""
    resource, columns = typed.resource, typed.columns
    if resource.primary_key and all(name in columns for name in resource.primary_key):
        _double(typed, resource.primary_key, DOUBLE[0])
        if len(resource.primary_key) == 1:
            _nearly_double(typed, resource.primary_key[0])
    singles = [(entry.name,) for entry in resource.fields if entry.unique]
    for names in dict.fromkeys([*singles, *resource.unique_keys]):
        if names != resource.primary_key and set(names) <= set(columns):
            _double(typed, names, DOUBLE[1])


def _double(typed: Table, names: Sequence[str], code: str) -> None:
    first: dict[tuple[object, ...], int] = {}
    for row, value in typed.values(names):
        if any(part is None or part == () for part in value):
            continue
        other = first.setdefault(value, row)
        # The last part of a compound key is what tells rows apart, so that is the cell to look at.
        if other != row and len(names) == 1:
            parts: dict[str, Any] = {"value": shown(value[0]), "where": _where(typed, other, names), "column": names[0]}
            typed.note(row, names[0], problem(f"{code}.single", wants="single", **parts))
        elif other != row:
            what = [f"{name} {shown(part)}" for name, part in zip(names, value, strict=True)]
            parts = {"here": _where(typed, row, names), "there": _where(typed, other, names), "what": what}
            typed.note(row, names[-1], problem(f"{code}.rows", wants="single", **parts))


def _nearly_double(typed: Table, name: str) -> None:
    """Keys that differ only in case, blanks or look-alike letters, which neither the eye nor Excel tells apart."""
    first: dict[str, tuple[object, int]] = {}
    for row, (value,) in typed.values((name,)):
        if not isinstance(value, str):
            continue
        other, place = first.setdefault(plain(value), (value, row))
        if other != value:
            if (place, name) in typed.faults and (row, name) not in typed.faults:
                row, place, value, other = place, row, other, value  # type: ignore[assignment]
            # What was said of its form, to write it as the other, would only make it a double.
            typed.faults.pop((row, name), None)
            typed.note(row, name, _alike(typed, name, value, other, place))


def _alike(typed: Table, name: str, value: object, other: object, place: int) -> Fault:
    return problem(DOUBLE[2], value=value, other=other, where=_where(typed, place, [name]))


def move_double(typed: Table, name: str, lower: int, upper: int) -> None:
    """Give the fault of a value that stands twice to the upper row, where that is the one that changed."""
    fault = next(fault for fault in typed.faults.pop((lower, name)) if fault.code in DOUBLE)
    if fault.code == DOUBLE[2]:
        found = _alike(typed, name, typed.value(upper, name), fault.value, lower)
    else:
        parts = {"value": fault.value, "where": _where(typed, lower, [name]), "column": name}
        found = problem(f"{fault.code}.too", expected=fault.expected, **parts)
    typed.note(upper, name, found)


def _where(typed: Table, row: int, names: Sequence[str]) -> str:
    return " + ".join(dict.fromkeys(typed.at(row, name) for name in names))


@dataclass
class Target:
    """One column that references point to."""

    typed: Table
    column: str
    rows: dict[object, int] = field(default_factory=dict)  # sound key to its row
    broken: dict[int, str] = field(default_factory=dict)  # row of a faulty key to the key as it stands, "" when blank
    upper: dict[int, int] = field(default_factory=dict)  # row that repeats a key to the row that has it first
    used: set[object] = field(default_factory=set)  # what cells refer to, found or not

    def __post_init__(self) -> None:
        self.resource: Resource = self.typed.resource
        # How fields of the schema name the column.
        self.reference = Reference(self.resource.name, self.column)
        typed = self.typed
        first: dict[str, int] = {}
        # A double of several columns together says nothing of one of them.
        is_unique = self.resource.primary_key == (self.column,) or self.resource.field(self.column).unique
        number = typed.columns[self.column]
        for row, value in zip(typed.records, typed.column(self.column), strict=True):
            faults = self.faults(row)
            if faults or row in typed.uneven or (row, number) in typed.covered:
                self.broken[row] = text = typed.text(row, number).strip('"')
                if is_unique and len(faults) == 1 and faults[0].code in DOUBLE and plain(text) in first:
                    self.upper[row] = first[plain(text)]
            elif value is not None:
                self.rows.setdefault(value, row)
                first.setdefault(plain(str(value)), row)

    def faults(self, row: int) -> Sequence[Fault]:
        """The faults of the key in a row."""
        return self.typed.faults.get((row, self.column), ())

    @cached_property
    def accepted(self) -> frozenset[object]:
        """Every key that a reference may repeat without a fault of its own."""
        # Who repeats a faulty key to the letter has found its row; yet nobody should be told to.
        return frozenset([*self.rows, *filter(None, self.broken.values())])

    def is_known(self, row: int) -> bool:
        """True when a faulty key can only be one value: it differs from that in case, blanks or look-alikes."""
        faults = self.faults(row)
        suggestion = faults[0].suggestion if len(faults) == 1 else None
        text = self.broken.get(row, "")
        return suggestion not in (None, text) and plain(str(suggestion)) == plain(text)

    @property
    def place(self) -> str:
        """Where a person finds the valid values."""
        return say("column-of", column=self.column, place=self.resource.place)

    @cached_property
    def noun(self) -> str | None:
        """What one row is called, from the English title: "committee"; None where that is no plain plural.

        In Dutch, whose plurals tell too little, the title itself.
        """
        if spoken() == "nl":
            return self.resource.title["nl"]
        words = self.resource.title["en"].split()
        last = words[-1].casefold() if words else ""
        if (not last.endswith("s") and last not in _IRREGULAR) or "of" in words or len(words) > 3:
            return None
        singular = _IRREGULAR.get(last) or (last[:-3] + "y" if last.endswith("ies") else last[:-1])
        head = [word if word.isupper() else word.casefold() for word in words[:-1]]
        return " ".join([*head, singular])

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest(self._by_text)

    @cached_property
    def _by_text(self) -> dict[str, int]:
        return {str(key): row for key, row in self.rows.items()}

    @cached_property
    def _by_name(self) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, row in self.rows.items():
            for name in self._names(row):
                found.setdefault(plain(name), key)
        return found

    def find(self, text: str) -> Suggestion | None:
        """The nearest keys: by their own letters, else the row that has the text as its name."""
        found = self._nearest.find(text)
        if found is None or found.why == "edits":
            named = self._by_name.get(plain(text))
            if named is not None:
                return Suggestion((str(named),), "name")
        return found

    def row_of(self, text: str) -> int:
        """The row of a key that `find` gave."""
        return self._by_text[text]

    def label(self, text: str) -> str:
        """A key as messages show it, with the row's name: "ISO/TC 298" (Rare earth)."""
        name = next(self._names(self.row_of(text)), None)
        if name is None:
            return show(text)
        short = " ".join(name.split())
        return f"{show(text)} ({short if len(short) <= MAX_NAME else short[:MAX_NAME] + '…'})"

    def row_words(self, row: int) -> set[str]:
        """The words of a row beside its key and what it refers to in the same column."""
        cells = (
            self.typed.cell(row, entry.name)
            for entry in self.resource.fields
            if entry.name != self.column and entry.reference != self.reference
        )
        return {word for cell in cells if cell for word in words(written(cell.value))}

    @cached_property
    def _name_columns(self) -> list[str]:
        texts = [entry.name for entry in self.resource.fields if entry.type == "string"]
        return [name for name in texts if name.startswith(NAME_COLUMNS) and name != self.column]

    def _names(self, row: int) -> Iterator[str]:
        return (str(value) for name in self._name_columns if (value := self.typed.value(row, name)))


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
    """The suspects of one key column: rows with a faulty key, and rows with a sound one that nothing refers to.

    A value that cells refer to and no row holds is a slip in those cells, or a key that was changed, spoilt or deleted.
    It was a key when a row whose own key is faulty, or sound and unused, can be shown to have held it: by letters that
    are nearly the same, by the words of its other cells, or because nothing else is left to explain either.
    """

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
