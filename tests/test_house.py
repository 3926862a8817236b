"""The house as it stands: imports run one way, without circles, over few floors; and nothing heavy comes in early.

A *room* of a folder under lib/ is a module that lies in it, or a folder in it; the door (`__init__.py`) is no room.
The *floors* of a folder are the longest chain of its modules, also those of its rooms, in which each imports the
next; modules that follow each other in the same room count once. Imports count wherever they stand: at the top,
under TYPE_CHECKING, inside a function, or as the name after "-m" in a command.
"""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest

LIB = Path(__file__).parents[1] / "lib"
MOST_FLOORS, MOST_ROOMS = 7, 9
# An analysis is one subject and one module, however many there are; the others are still to be cut down.
MORE_ROOMS = {
    "kritiek.analysis": 99,
    "kritiek.appendix": 10,
    "kritiek.build": 10,
    "kritiek.exhibits": 10,
    "kritiek": 11,
    "sheetcheck": 10,
}
HEAVY = ("pandas", "numpy", "matplotlib", "papermill", "nbformat", "IPython", "xlsxwriter", "openpyxl", "jinja2")


class House:
    """The modules under a folder by name, and which imports which."""

    def __init__(self, lib: Path) -> None:
        self.files = {_name(file, lib): file for file in sorted(lib.rglob("*.py"))}
        self.folders = {name for name, file in self.files.items() if file.name == "__init__.py"}
        self.imports = {name: set(self._imports(name)) - {name} for name in self.files}

    def _imports(self, name):
        for node in ast.walk(ast.parse(self.files[name].read_text(encoding="utf-8"))):
            match node:
                case ast.Import():
                    found = [alias.name for alias in node.names]
                case ast.ImportFrom(module=module, level=0):
                    found = [module, *(f"{module}.{alias.name}" for alias in node.names)]
                case ast.ImportFrom(level=level):
                    parts = name.split(".") if name in self.folders else name.split(".")[:-1]
                    module = ".".join([*parts[: len(parts) - level + 1], *([node.module] if node.module else [])])
                    found = [module, *(f"{module}.{alias.name}" for alias in node.names)]
                case ast.Constant(value=str(text)):
                    # `python -m kritiek.x`, alone or in a longer command.
                    found = re.findall(r"(?:^|-m )((?:kritiek|sheetcheck)(?:\.\w+)+)(?=$|\s)", text)
                case _:
                    continue
            # What is imported from a folder by the name of a module in it is that module, not the folder's door.
            known = [module for module in found if module in self.files]
            yield from [module for module in known if not any(other.startswith(f"{module}.") for other in known)]

    def circles(self):
        """Groups of modules that import each other, directly or by way of others."""
        reach = {name: self._reach(name) for name in self.files}
        groups = {frozenset(other for other in reach[name] if name in reach[other]) for name in self.files}
        return sorted(sorted(group) for group in groups if group)

    def _reach(self, name):
        found, waiting = set(), [name]
        while waiting:
            for other in self.imports[waiting.pop()] - found:
                found.add(other)
                waiting.append(other)
        return found

    def rooms(self, folder):
        """Names of the rooms of a folder."""
        return sorted(name for name in self.files if name.rpartition(".")[0] == folder)

    def floors(self, folder):
        """The longest chain of modules in the folder, one for each floor; only for a house without circles."""
        inside = {name for name in self.files if name.startswith(f"{folder}.")}

        def room(name):
            return name.removeprefix(f"{folder}.").split(".")[0]

        @functools.cache
        def below(name):
            chains = [(below(other), room(other) != room(name)) for other in self.imports[name] & inside]
            longest = max(chains, key=lambda found: len(found[0]) + found[1], default=((), True))
            return (name, *longest[0]) if longest[1] else (name, *longest[0][1:])

        return max((below(name) for name in inside), key=len, default=())


def _name(file, lib):
    parts = file.relative_to(lib).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def arrows(house, folder):
    """The plan of a folder: each room and the rooms of the same folder that it imports."""
    lines = []
    for room in house.rooms(folder):
        inside = [name for name in house.files if name == room or name.startswith(f"{room}.")]
        wanted = {other for name in inside for other in house.imports[name]} - set(inside)
        to = [
            other
            for other in house.rooms(folder)
            if any(name == other or name.startswith(f"{other}.") for name in wanted)
        ]
        lines.append(f"  {room} → {', '.join(name.rpartition('.')[2] for name in to if name != room) or 'nothing'}")
    return "\n".join(lines)


OURS = House(LIB)


def test_the_small_library_for_spreadsheets_imports_nothing_of_ours():
    wrong = {name: found for name, found in outward(OURS).items() if found}
    assert wrong == {}


def outward(house):
    """What modules of sheetcheck import of kritiek."""
    return {
        name: sorted(other for other in house.imports[name] if other.split(".")[0] == "kritiek")
        for name in house.files
        if name.split(".")[0] == "sheetcheck"
    }


def test_no_modules_import_each_other_in_a_circle():
    assert OURS.circles() == []


@pytest.mark.parametrize("folder", sorted(OURS.folders))
def test_a_folder_has_few_rooms_and_few_floors(folder):
    if OURS.circles():
        pytest.fail("floors are counted when no modules import each other in a circle")
    rooms, floors = OURS.rooms(folder), OURS.floors(folder)
    print(f"{folder}: {len(rooms)} rooms, {len(floors)} floors: {' → '.join(floors)}\n{arrows(OURS, folder)}")
    assert len(floors) <= MOST_FLOORS
    assert len(rooms) <= MORE_ROOMS.get(folder, MOST_ROOMS)


def loaded_by(code, *words):
    """Which of the heavy libraries a process has loaded after running code with these words on its command line."""
    program = f"import sys\n{code}\nfound = sorted(set({HEAVY!r}) & set(sys.modules))\nprint('loaded:', *found)"
    done = subprocess.run([sys.executable, "-P", "-c", program, *words], capture_output=True, text=True, check=False)
    assert "loaded:" in done.stdout, done.stderr
    return done.stdout.rsplit("loaded:", 1)[1].split()


@pytest.mark.parametrize(
    "name",
    ["sheetcheck", "kritiek", "sheetcheck.checks", "sheetcheck.writing.records", "sheetcheck.cli", "kritiek.cli"],
)
def test_importing_it_loads_nothing_heavy(name):
    assert loaded_by(f"import {name}") == []


@pytest.mark.parametrize("words", [["--help"], ["check", str(LIB.parent / "data")]], ids=["help", "check"])
@pytest.mark.parametrize("package", ["sheetcheck", "kritiek"])
def test_help_and_check_load_nothing_heavy(package, words):
    code = f"from {package}.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass"
    assert loaded_by(code, *words) == []


# Each rule finds what it is for


def house(tmp_path, modules):
    """A small house of these modules, each with its code."""
    for name, code in modules.items():
        file = tmp_path.joinpath(*name.split(".")).with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        (file.parent / "__init__.py").touch()
        file.write_text(code, encoding="utf-8")
    return House(tmp_path)


@pytest.mark.parametrize(
    "code",
    [
        "import kritiek.b",
        "from kritiek import b",
        "from kritiek.b import name",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from kritiek.b import Name",
        "def late():\n    from kritiek.b import name",
        'COMMAND = ["python", "-m", "kritiek.b"]',
        'COMMAND = "python -P -m kritiek.b --quick"',
    ],
)
def test_an_import_is_found_wherever_it_hides(tmp_path, code):
    found = house(tmp_path, {"sheetcheck.a": code, "kritiek.b": ""})
    assert outward(found)["sheetcheck.a"] == ["kritiek.b"]


def test_a_name_in_prose_is_no_import(tmp_path):
    found = house(tmp_path, {"sheetcheck.a": '"""As kritiek.b does it."""', "kritiek.b": ""})
    assert outward(found)["sheetcheck.a"] == []


def test_a_circle_is_found_over_three_modules_and_one_hidden_for_types(tmp_path):
    hidden = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..room import a"
    modules = {"x.room.a": "from x.room import b", "x.room.b": "import x.c", "x.c": "", "x.room2.d": hidden}
    assert house(tmp_path, modules).circles() == []
    modules["x.c"] = "def late():\n    from x.room.a import name"
    assert house(tmp_path, modules).circles() == [["x.c", "x.room.a", "x.room.b"]]
    modules["x.c"], modules["x.room.b"] = "", hidden.replace("..room", ".")
    assert house(tmp_path, modules).circles() == [["x.room.a", "x.room.b"]]


def test_floors_count_rooms_and_within_a_room_its_modules(tmp_path):
    modules = {"x.top": "import x.room.a", "x.room.a": "import x.room.b", "x.room.b": "import x.low", "x.low": ""}
    found = house(tmp_path, modules)
    assert found.floors("x") == ("x.top", "x.room.a", "x.low")
    assert found.floors("x.room") == ("x.room.a", "x.room.b")
    assert found.rooms("x") == ["x.low", "x.room", "x.top"]


def test_a_chain_that_leaves_a_room_and_comes_back_counts_it_twice(tmp_path):
    modules = {"x.room.a": "import x.other", "x.other": "import x.room.b", "x.room.b": ""}
    assert house(tmp_path, modules).floors("x") == ("x.room.a", "x.other", "x.room.b")


def test_eight_floors_and_ten_rooms_are_too_many(tmp_path):
    chain = {f"x.m{n}": f"import x.m{n + 1}" for n in range(7)} | {"x.m7": "", "x.m8": "", "x.m9": ""}
    found = house(tmp_path, chain)
    assert len(found.floors("x")) == 8 > MOST_FLOORS
    assert len(found.rooms("x")) == 10 > MOST_ROOMS


def test_what_is_loaded_is_seen():
    assert loaded_by("import pandas") == ["numpy", "pandas"]
