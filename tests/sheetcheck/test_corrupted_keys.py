"""Keys of our own data corrupted one at a time: one fault, at the key's own cell, with what refers to it counted."""

from __future__ import annotations

import csv
import io
import random
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import folders

from sheetcheck.checks import Checked, check_folder
from sheetcheck.reading.cells import letters

DATA = Path(__file__).parents[2] / "data"
LOOK_ALIKES = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "A": "А", "C": "С", "O": "О", "T": "Т", "I": "І"}
TRIALS = 200
ENOUGH = 190


@dataclass(frozen=True)
class Key:
    """A key that cells refer to: where it stands, how many refer to it, and the other keys of its column."""

    resource: str
    path: str
    sheet: int | None  # its number in the workbook, from 1
    row: int
    column: int
    name: str
    text: str
    followers: int
    others: tuple[str, ...]

    @property
    def place(self) -> tuple[str, str, str]:
        """File, cell and column of the key, as a fault gives them."""
        cell = f"line {self.row}" if self.sheet is None else f"{letters(self.column)}{self.row}"
        return self.path, cell, self.name


def referenced_keys(checked: Checked) -> list[Key]:
    """Every key that at least one cell refers to."""
    used: dict[tuple[str, str], dict[object, int]] = defaultdict(lambda: defaultdict(int))
    sheets: dict[str, list[str]] = defaultdict(list)
    for resource in checked.package.resources:
        if resource.sheet:
            sheets[resource.path].append(resource.sheet)
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
        number = folders.sheet_number(DATA / resource.path, resource.sheet) if resource.sheet else None
        column = resource.field_names.index(field) + 1
        for key, row in zip(keys, rows, strict=True):
            if counts.get(key):
                others = tuple(other for other in keys if other != key)
                found.append(Key(name, resource.path, number, row, column, field, key, counts[key], others))
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


def put(folder: Path, key: Key, text: str) -> None:
    """Write the text into the cell of the key."""
    path = folder / key.path
    if key.sheet is not None:
        folders.set_cell(path, key.sheet, f"{letters(key.column)}{key.row}", folders.as_cell(text or None))
        return
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    number = next(number for number, row in enumerate(rows) if row[key.column - 1] == key.text)
    rows[number][key.column - 1] = text
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def copy(folder: Path) -> Path:
    """A copy of our data to spoil."""
    return Path(shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("mirror", "published")))


def test_of_200_corrupted_keys_190_are_one_fault_at_their_own_cell_with_followers_counted(tmp_path: Path) -> None:
    folder = copy(tmp_path / "data")
    failed = []
    for key, kind, text in corruptions(referenced_keys(check_folder(DATA)), seed=13):
        put(folder, key, text)
        faults = check_folder(folder).faults
        shutil.copyfile(DATA / key.path, folder / key.path)
        found = [((fault.file, fault.cell, fault.column), len(fault.followers)) for fault in faults]
        if found != [(key.place, key.followers)]:
            failed.append(f"{kind}, {key.resource}: {key.text!r} to {text!r}: {[str(fault) for fault in faults[:2]]}")
    assert TRIALS - len(failed) >= ENOUGH, "\n".join(failed)


def test_a_reference_misspelt_once_is_one_fault_at_the_reference_and_never_at_its_key(tmp_path: Path) -> None:
    folder, dice = copy(tmp_path / "data"), random.Random(13)
    checked = check_folder(DATA)
    countries = {key.text for key in referenced_keys(checked) if key.resource == "countries"}
    lines = (DATA / "governance.csv").read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index("country")
    for number in dice.sample(range(1, len(lines)), 20):
        fields = lines[number].split(",")
        key = Key("governance", "governance.csv", None, number + 1, place + 1, "country", fields[place], 1, ())
        text = next(text for text in iter(lambda key=key: spoil("replaced", key, dice), "") if text not in countries)
        spoilt = ",".join([*fields[:place], text, *fields[place + 1 :]])
        whole = "\n".join([*lines[:number], spoilt, *lines[number + 1 :]]) + "\n"
        (folder / "governance.csv").write_text(whole, encoding="utf-8", newline="\n")
        (fault,) = check_folder(folder).faults
        assert (fault.file, fault.cell, fault.column) == key.place
