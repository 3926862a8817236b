"""Keys of our own data corrupted one at a time: one fault, at the key's own cell, with what refers to it counted.

The tables are read once and corrupted in memory, and of each the first rows are taken with all that these refer to:
they say as much about keys as thousands. For each corruption the table of the key, those that refer to it and those
that it refers to are checked: no other can have a fault by it.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from sheetcheck.checks import Checked, check_tables
from sheetcheck.reading import Cell, RawTable, letters, read_tables
from sheetcheck.schema import load_package

DATA = Path(__file__).parents[2] / "data"
LOOK_ALIKES = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "A": "А", "C": "С", "O": "О", "T": "Т", "I": "І"}
TRIALS = 200
ENOUGH = 190
ROWS = 20
Tables = dict[str, RawTable]


@dataclass(frozen=True)
class Key:
    """A key that cells refer to: where it stands, how many refer to it, and the other keys of its column."""

    resource: str
    path: str
    is_csv: bool
    row: int
    column: int
    name: str
    text: str
    followers: int
    others: tuple[str, ...]

    @property
    def place(self) -> tuple[str, str, str]:
        """File, cell and column of the key, as a fault gives them."""
        cell = f"line {self.row}" if self.is_csv else f"{letters(self.column)}{self.row}"
        return self.path, cell, self.name


def referenced_keys(checked: Checked) -> list[Key]:
    """Every key that at least one cell refers to."""
    used: dict[tuple[str, str], dict[object, int]] = defaultdict(lambda: defaultdict(int))
    for resource in checked.package.resources:
        for field in resource.fields:
            if field.reference:
                for value in checked.frames[resource.name][field.name]:
                    items = set(value) if field.is_list else {value} - {None}
                    for item in items:
                        used[field.reference.resource, field.reference.field][item] += 1
    found = []
    for (name, field), counts in used.items():
        resource = checked.package.resource(name)
        keys = list(checked.frames[name][field])
        rows = [int(origin.rsplit(" ", 1)[1]) for origin in checked.frames[name]["origin"]]
        column = resource.field_names.index(field) + 1
        for key, row in zip(keys, rows, strict=True):
            if counts.get(key):
                others = tuple(other for other in keys if other != key)
                found.append(Key(name, resource.path, not resource.sheet, row, column, field, key, counts[key], others))
    return found


def spoil(kind: str, key: Key, dice: random.Random) -> str:
    """The key with one thing wrong with it."""
    text = key.text
    place = dice.randrange(len(text))
    letter = dice.choice("abcdefghijklmnopqrstuvwxyz") if text[place].islower() else dice.choice("ABCDEFGHJKLMNPRST")
    match kind:
        case "swapped":
            place = min(place, len(text) - 2)
            return text if len(text) < 2 else text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        case "replaced":
            return text[:place] + letter + text[place + 1 :]
        case "dropped":
            return text[:place] + text[place + 1 :] if len(text) > 1 else text
        case "added":
            return text[:place] + letter + text[place:]
        case "doubled":
            return text[:place] + text[place] + text[place:]
        case "case":
            return text.upper() if text != text.upper() else text.lower()
        case "blank":
            return dice.choice([f"{text} ", f" {text}", f"{text}\u00a0"])
        case "look-alike":
            places = [place for place, sign in enumerate(text) if sign in LOOK_ALIKES]
            if not places:
                return text
            place = dice.choice(places)
            return text[:place] + LOOK_ALIKES[text[place]] + text[place + 1 :]
        case "emptied":
            return ""
        case "another code":
            return re.sub("[A-Za-z0-9]+$", lambda end: "".join(_other(sign, dice) for sign in end.group()), text)
        case _:
            return dice.choice(key.others)


def _other(sign: str, dice: random.Random) -> str:
    alphabet = "0123456789" if sign.isdigit() else "abcdefghijklmnopqrstuvwxyz"
    other = dice.choice(alphabet)
    return other.upper() if sign.isupper() else other


KINDS = (
    "swapped", "replaced", "dropped", "added", "doubled", "case", "blank", "look-alike", "emptied", "another code",
    "double",
)  # fmt: skip


def corruptions(keys: list[Key], seed: int) -> Iterator[tuple[Key, str, str]]:
    """Key, kind and the corrupted text; every kind as often as the others."""
    dice = random.Random(seed)
    for number in range(TRIALS):
        kind = KINDS[number % len(KINDS)]
        while True:
            key = dice.choice(keys)
            text = spoil(kind, key, dice)
            if text != key.text and (kind == "double" or text not in key.others):
                break
        yield key, kind, text


def put(tables: Tables, key: Key, text: str) -> Tables:
    """The table of the key with the text in its cell, the tables that refer to it and those that it refers to."""
    table = tables[key.resource]
    near = {key.resource, *(found.resource for found in table.resource.foreign_keys)}
    near |= {
        name for name, other in tables.items() if key.resource in {k.resource for k in other.resource.foreign_keys}
    }
    cells = {column: cell for column, cell in table.rows[key.row].items() if column != key.column}
    if text:
        cells[key.column] = Cell(text, "text", key.row, key.column)
    rows = {**table.rows, key.row: dict(sorted(cells.items()))}
    return {**{name: tables[name] for name in near}, key.resource: replace(table, rows=rows)}


@pytest.fixture(scope="module")
def tables() -> Tables:
    """The first rows of each of our tables as they are read, and every row that these refer to."""
    package = load_package(DATA)
    read, faults = read_tables(package)
    assert faults == []
    frames = check_tables(package, read).frames
    numbers = {name: [int(origin.rsplit(" ", 1)[1]) for origin in frame["origin"]] for name, frame in frames.items()}
    kept = {name: set(range(min(ROWS, len(frame)))) for name, frame in frames.items()}
    before = 0
    while (size := sum(map(len, kept.values()))) > before:
        before = size
        for resource in package.resources:
            for key in resource.foreign_keys:
                columns = [frames[resource.name][name].iloc[sorted(kept[resource.name])] for name in key.fields]
                wanted = set(zip(*columns, strict=True))
                if resource.field(key.fields[0]).is_list:
                    wanted = {(item,) for value in columns[0] for item in value}
                targets = zip(*(frames[key.resource][name] for name in key.target), strict=True)
                kept[key.resource] |= {place for place, value in enumerate(targets) if value in wanted}
    rows = {name: [1, *(numbers[name][place] for place in sorted(places))] for name, places in kept.items()}
    return {
        name: replace(table, rows={new: _moved(table.rows[old], new) for new, old in enumerate(rows[name], 1)})
        for name, table in read.items()
    }


def _moved(cells: Mapping[int, Cell], row: int) -> dict[int, Cell]:
    return {column: cell._replace(row=row) for column, cell in cells.items()}


def test_of_200_corrupted_keys_190_are_one_fault_at_their_own_cell_with_followers_counted(tables: Tables) -> None:
    package = load_package(DATA)
    failed = []
    for key, kind, text in corruptions(referenced_keys(check_tables(package, tables)), seed=13):
        faults = check_tables(package, put(tables, key, text)).faults
        found = [((fault.file, fault.cell, fault.column), len(fault.followers)) for fault in faults]
        if found != [(key.place, key.followers)]:
            failed.append(f"{kind}, {key.resource}: {key.text!r} to {text!r}: {[str(fault) for fault in faults[:2]]}")
    assert TRIALS - len(failed) >= ENOUGH, "\n".join(failed)


def test_a_reference_misspelt_once_is_one_fault_at_the_reference_and_never_at_its_key() -> None:
    package, dice = load_package(DATA), random.Random(13)
    whole, _ = read_tables(package)
    rows = whole["governance"].rows
    place = package.resource("governance").field_names.index("country") + 1
    countries = {key.text for key in referenced_keys(check_tables(package, whole)) if key.resource == "countries"}
    for number in dice.sample(list(rows)[1:], 20):
        text = str(rows[number][place].value)
        key = Key("governance", "governance.csv", True, number, place, "country", text, 1, ())
        text = next(text for text in iter(lambda key=key: spoil("replaced", key, dice), "") if text not in countries)
        (fault,) = check_tables(package, put(whole, key, text)).faults
        assert (fault.file, fault.cell, fault.column) == key.place
