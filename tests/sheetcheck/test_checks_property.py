"""Any cell changed at random is named with its address, or the frames hold exactly what was typed, which is valid.

The rules are written a second time below, in the plainest way, so that the checks have somebody to differ from.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import shutil
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import folders
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sheetcheck.checks import Checked, check_folder
from sheetcheck.faults import render_github, render_json, render_text

SHEETS = {"committees": ("committees.xlsx", 1), "relevance": ("committees.xlsx", 2), "materials": ("materials.xlsx", 1)}
SCHEMAS = {entry["name"]: entry for entry in folders.RESOURCES}
FEW = settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
NASTY = "\u00a0\u200b\u202e\u00ad\t\u0007\ufeff\u2009\u3164\ufffd\ud800 СаІ–é\u0301=+-@;,\n\"'_x/ÃÂ©😀ß"


class Cell(str):
    """XML of a cell that is no plain value: an error, a formula."""


ODD_CELLS = [
    Cell('<c t="e"><v>#N/A</v></c>'),
    Cell('<c t="e"><v>#REF!</v></c>'),
    Cell("<c><f>1+1</f></c>"),
    Cell('<c s="1"><v>-3</v></c>'),
    Cell('<c s="1"><v>45000.25</v></c>'),
    Cell('<c s="1"><v>60</v></c>'),
    Cell('<c s="1"><v>99999999</v></c>'),
]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder without faults."""
    folder = folders.write_folder(tmp_path_factory.mktemp("sound") / "data")
    assert check_folder(folder).faults == ()
    return folder


def letters(number: int) -> str:
    """Column letters of the first 26 columns."""
    return chr(64 + number)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A valid text of the folder with a slip in it, or any text."""
    known = [str(value) for rows in folders.ROWS.values() for row in rows for value in row if value is not None]
    text = draw(
        st.one_of(st.sampled_from([*known, "0,65", "1-2-2024", "2024-05-03", "ja", "Totaal"]), st.text(max_size=6))
    )
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(text)))
        slip = draw(st.sampled_from(["insert", "delete", "case", "swap"]))
        head, tail = text[:place], text[place:]
        if slip == "insert":
            text = head + draw(st.sampled_from(NASTY)) + tail
        elif slip == "delete":
            text = head + tail[1:]
        elif slip == "case":
            text = head + tail[:1].swapcase() + tail[1:]
        else:
            text = head + tail[1:2] + tail[:1] + tail[2:]
    return text


values = st.one_of(
    texts(),
    st.none(),
    st.booleans(),
    st.integers(-5, 300),
    st.integers(min_value=-(2**70), max_value=2**70),
    st.floats(-2, 110, allow_nan=False).map(lambda number: round(number, 4)),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(dt.date(1900, 3, 1), dt.date(2300, 1, 1)),
    st.sampled_from(ODD_CELLS),
)


def is_sound_text(text: str) -> bool:
    """The plainest rule for a text: seen characters, single blanks, composed letters, no formula."""
    lines = text.split("\n")
    return (
        all(line.isprintable() and line == " ".join(line.split()) for line in lines)
        and bool(lines[0] and lines[-1])
        and unicodedata.is_normalized("NFC", text)
        and not re.search("[\u3164\ufffd]", text)
        and not text.startswith("#")
    )


def is_doubtful(value: Any) -> bool:
    """Texts on which two careful people may differ: formula-looking, Cyrillic, once in the wrong encoding."""
    return isinstance(value, str) and bool(re.search("^[=+@-]|[\u0400-\u04ff]|[ÃÂâ]", value))


def is_right(field: dict[str, Any], value: Any, keys: dict[str, set[Any]], reference: str | None) -> bool:
    """Whether one value may stand in a column."""
    limits = field.get("constraints", {})
    if value is None or value == "":
        return not limits.get("required")
    if isinstance(value, Cell):
        return False
    match field["type"]:
        case "boolean":
            return isinstance(value, bool)
        case "date":
            return isinstance(value, dt.date) and 1900 <= value.year <= 2100
        case "integer" | "number":
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(float(value)):
                return False
            is_whole = float(value).is_integer() and abs(value) <= 2**53
            within = limits.get("minimum", -math.inf) <= value <= limits.get("maximum", math.inf)
            return within and (is_whole or field["type"] == "number")
    if not isinstance(value, str) or not is_sound_text(value):
        return False
    items = [item.strip(" ") for item in value.split(";")] if field["type"] == "list" else [value]
    return (
        "" not in items
        and len(set(items)) == len(items)
        and ("enum" not in limits or value in limits["enum"])
        and ("pattern" not in limits or re.fullmatch(limits["pattern"], value) is not None)
        and len(value) <= limits.get("maxLength", 32_767)
        and (reference is None or all(item in keys[reference] for item in items))
    )


def wrong_cells(rows: dict[str, list[list[Any]]]) -> set[tuple[str, str]]:
    """Sheet and address of every cell that breaks a rule, keys and references included."""
    keys = {f"{name}.id": {row[0] for row in rows[name]} for name in ("committees", "materials", "sources")}
    wrong = set()
    for name in SHEETS:
        schema = SCHEMAS[name]["schema"]
        refs = {
            entry["fields"][0]: f"{entry['reference']['resource'] or name}.{entry['reference']['fields'][0]}"
            for entry in schema["foreignKeys"]
        }
        for number, row in enumerate(rows[name], 2):
            for place, (field, value) in enumerate(zip(schema["fields"], row, strict=True), 1):
                own = field.get("reference", {})
                reference = refs.get(field["name"]) or (f"{own['resource']}.{own['field']}" if own else None)
                required = field["name"] in schema["primaryKey"] and value in (None, "")
                if required or not is_right(field, value, keys, reference):
                    wrong.add((name, f"{letters(place)}{number}"))
        names = [field["name"] for field in schema["fields"]]
        sets = [
            schema["primaryKey"],
            *([f["name"]] for f in schema["fields"] if f.get("constraints", {}).get("unique")),
        ]
        for group in sets:
            seen: dict[tuple[Any, ...], int] = {}
            for number, row in enumerate(rows[name], 2):
                key = tuple(row[names.index(part)] for part in group)
                if None not in key and key in seen:
                    wrong |= {(name, f"{letters(names.index(part) + 1)}{number}") for part in group}
                    wrong |= {(name, f"{letters(names.index(part) + 1)}{seen[key]}") for part in group}
                seen.setdefault(key, number)
    return wrong


def named(checked: Checked) -> set[tuple[str | None, str]]:
    """Sheet and address of every cell that the check speaks of, followers included."""
    found = set()
    for fault in (*checked.faults, *checked.remarks):
        found.add((fault.sheet, fault.cell or ""))
        found |= {tuple(place.split(" › ")[-2:]) for place in fault.followers}
        for match in re.finditer(r"\b([A-L][0-9]{1,2})\b", fault.message):
            found.add((fault.sheet, match.group(1)))
    return found  # type: ignore[return-value]


def changed_folder(sound: Path, folder: Path, sheet: str, address: str, value: Any) -> Checked:
    """Check a copy with one cell changed; the renderings must work, and the folder must stay as it is."""
    book, number = SHEETS[sheet]
    shutil.copytree(sound, folder)
    folders.set_cell(folder / book, number, address, value if isinstance(value, Cell) else folders.as_cell(value))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    checked = check_folder(folder)
    said = [*checked.faults, *checked.remarks]
    for text in (render_text(said), render_json(said), render_github(said)):
        text.encode("utf-8")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    return checked


def typed(field: dict[str, Any], value: Any) -> Any:
    """What the frame must hold for a valid value."""
    if field["type"] == "list":
        return tuple(item.strip(" ") for item in value.split(";")) if value else ()
    if value is None or value == "":
        return None
    return {"integer": int, "number": float}.get(field["type"], lambda same: same)(value)


def _plain(value: Any) -> Any:
    return None if str(value) == "<NA>" else value


@FEW
@given(sheet=st.sampled_from(sorted(SHEETS)), row=st.integers(2, 5), place=st.integers(1, 10), value=values)
@example(sheet="committees", row=2, place=1, value="ISO/TC 299")
@example(sheet="committees", row=3, place=1, value="ISO/TC 298")
@example(sheet="committees", row=2, place=6, value=65)
def test_any_changed_cell_of_a_table_is_named_or_valid(
    sound: Path, sheet: str, row: int, place: int, value: Any
) -> None:
    fields = SCHEMAS[sheet]["schema"]["fields"]
    place, row = min(place, len(fields)), min(row, len(folders.ROWS[sheet]) + 1)
    address = f"{letters(place)}{row}"
    rows = {name: [list(line) for line in lines] for name, lines in folders.ROWS.items()}
    rows[sheet][row - 2][place - 1] = value
    with tempfile.TemporaryDirectory() as name:
        checked = changed_folder(sound, Path(name) / "data", sheet, address, value)
        frames = checked.frames
    if is_doubtful(value):
        return
    wrong = wrong_cells(rows)
    said = named(checked)
    if (sheet, address) in wrong:
        assert (sheet, address) in said
    elif wrong:
        assert wrong & said
    else:
        codes = {fault.code for fault in checked.faults}
        assert codes <= {"look-alike-key"}
        for name, lines in rows.items():
            for column, field in enumerate(SCHEMAS[name]["schema"]["fields"]):
                found = [_plain(value) for value in frames[name][field["name"]].astype(object)]
                assert found == [typed(field, line[column]) for line in lines]


@FEW
@given(sheet=st.sampled_from(sorted(SHEETS)), row=st.integers(1, 9), place=st.integers(1, 12), value=values)
def test_any_cell_filled_outside_the_table_or_in_its_header_is_named(
    sound: Path, sheet: str, row: int, place: int, value: Any
) -> None:
    width, height = len(SCHEMAS[sheet]["schema"]["fields"]), len(folders.ROWS[sheet]) + 1
    if 1 < row <= height and place <= width:
        row = 1
    address = f"{letters(place)}{row}"
    name = SCHEMAS[sheet]["schema"]["fields"][place - 1]["name"] if place <= width else None
    if (value in ("", None) and place > width) or (value in ("", None) and row > 1) or (row == 1 and value == name):
        return
    with tempfile.TemporaryDirectory() as folder:
        checked = changed_folder(sound, Path(folder) / "data", sheet, address, value)
    # A value just below the table begins a new record, of which the blank required cells are named.
    assert any(where == sheet and re.sub("[A-Z]", "", cell) == str(row) for where, cell in named(checked))
    assert checked.faults


@FEW
@given(line=st.integers(0, 2), place=st.integers(0, 200), change=st.one_of(st.text(max_size=3), st.sampled_from(NASTY)))
def test_any_change_of_a_csv_is_named_or_read_as_it_stands(sound: Path, line: int, place: int, change: str) -> None:
    lines = (sound / "sources.csv").read_text(encoding="utf-8").splitlines()
    text = lines[line]
    place = min(place, len(text))
    lines[line] = text[:place] + change + text[place + 1 :]
    content = ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        shutil.copytree(sound, folder)
        (folder / "sources.csv").write_bytes(content)
        checked = check_folder(folder)
        frame = checked.frames.get("sources")
    render_text(checked.faults).encode("utf-8")
    if not checked.faults and change not in ("", text[place : place + 1]):
        # What was typed stands in the frame: nothing was dropped and nothing else was made of it.
        whole = "\n".join(str(value) for value in frame.astype(object).to_numpy().ravel())
        assert all(letter in whole or letter in '",\r\n0123456789.-' for letter in change)


@FEW
@given(st.binary(max_size=400))
def test_no_bytes_make_a_traceback(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        for file in ("a.xlsx", "b.csv", "~$c.xlsx", "d.ods"):
            (Path(name) / file).write_bytes(content)
            for fault in folders.inspect(Path(name) / file):
                str(fault).encode("utf-8")


@FEW
@given(place=st.floats(0, 1), byte=st.integers(0, 255), length=st.integers(0, 3))
def test_no_change_inside_a_workbook_makes_a_traceback(sound: Path, place: float, byte: int, length: int) -> None:
    """Bytes of the parts changed before they are packed, so that no checksum of the zip tells."""
    parts = folders.read_parts(sound / "committees.xlsx")
    inside = [name for name in sorted(parts) if name.startswith(("xl/w", "xl/s", "xl/_rels", "_rels", "["))]
    total = sum(len(parts[name]) for name in inside)
    at = int(place * (total - 1))
    for name in inside:
        if at < len(parts[name]):
            parts[name] = parts[name][:at] + bytes([byte]) * length + parts[name][at + 1 :]
            break
        at -= len(parts[name])
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "data"
        shutil.copytree(sound, copy)
        folders.write_parts(copy / "committees.xlsx", parts)
        checked = check_folder(copy)
        render_text([*checked.faults, *checked.remarks]).encode("utf-8")
        assert checked.frames is not None
