"""Each limit of the gate, at the last file that passes and the first that does not; all in literal numbers."""

from __future__ import annotations

import contextlib
import struct
from pathlib import Path
from xml.etree import ElementTree

import folders
import pytest

from sheetcheck.reading.cells import Refused
from sheetcheck.reading.workbook import Workbook

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
OPEN = f'<worksheet xmlns="{folders.CELL}"><sheetData>'.encode()
CLOSE = b"</sheetData></worksheet>"
PASSES: list[tuple[str, str]] = []


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The parts of a sound workbook, by name."""
    return folders.read_parts(folders.write_folder(tmp_path_factory.mktemp("sound")) / "committees.xlsx")


@pytest.fixture
def said(tmp_path: Path, parts: dict[str, bytes]):
    """Gives code and cell of the faults of a workbook with some parts replaced or added; each says the words."""

    def faults(more: dict[str, bytes], words: str = "") -> list[tuple[str, str | None]]:
        folders.write_parts(tmp_path / "a.xlsx", parts | more)
        found = folders.inspect(tmp_path / "a.xlsx")
        assert all(words in fault.message for fault in found)
        return [(fault.code, fault.cell) for fault in found]

    return faults


def is_xml(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


@pytest.mark.parametrize(("number", "codes"), [(1_000, PASSES), (1_001, [("zip-bomb", None)])])
def test_a_workbook_has_at_most_1000_parts(said, parts: dict[str, bytes], number: int, codes: list) -> None:
    assert said({f"xl/media/{n}.png": b"" for n in range(number - len(parts))}) == codes


@pytest.mark.parametrize(("size", "code"), [(2**20, "damaged-workbook"), (2**20 + 1, "zip-bomb")])
def test_a_directory_of_more_than_a_megabyte_is_not_even_looked_for(
    tmp_path: Path, parts: dict[str, bytes], size: int, code: str
) -> None:
    path = tmp_path / "a.xlsx"
    folders.write_parts(path, parts)
    content = path.read_bytes()
    end = content.rindex(b"PK\5\6")
    path.write_bytes(content[: end + 12] + struct.pack("<I", size) + content[end + 16 :])
    assert [fault.code for fault in folders.inspect(path)] == [code]


@pytest.mark.parametrize(
    ("packed", "size", "words"),
    [
        (1, 2**20, None),
        (1, 2**20 + 1, 'would grow to 1 MB when opened ("xl/media/x.png" is packed 1048577 times)'),
        (8_000, 300 * 8_000, None),
        (8_000, 300 * 8_000 + 1, 'would grow to 2 MB when opened ("xl/media/x.png" is packed 300 times)'),
    ],
)
def test_a_part_of_more_than_a_megabyte_is_packed_at_most_300_times(
    tmp_path: Path, parts: dict[str, bytes], packed: int, size: int, words: str | None
) -> None:
    path = tmp_path / "a.xlsx"
    # Level 0 packs nothing: five bytes go before the picture.
    folders.write_parts(path, parts | {"xl/media/x.png": b"x" * max(packed - 5, 0)}, level=0)
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"xl/media/x.png") - 46
    content[entry + 20 : entry + 28] = struct.pack("<II", packed, size)
    path.write_bytes(content)
    messages = [fault.message for fault in folders.inspect(path)]
    assert [words in message for message in messages] == ([True] if words else [])


@pytest.mark.parametrize(("number", "codes"), [(600_000, PASSES), (600_001, [("too-many-cells", None)])])
def test_a_workbook_has_at_most_600000_elements(said, parts: dict[str, bytes], number: int, codes: list) -> None:
    others = [content for name, content in parts.items() if is_xml(name) and name != SHEET]
    rest = number - 2 - sum(len([*ElementTree.fromstring(content).iter()]) for content in others)
    assert said({SHEET: OPEN + b"<x/><y/>" * (rest // 2) + b"<x/>" * (rest % 2) + CLOSE}) == codes


@pytest.mark.parametrize(("size", "codes"), [(16 * 2**20, PASSES), (16 * 2**20 + 1, [("huge-strings", None)])])
def test_shared_texts_take_at_most_16_megabytes(said, size: int, codes: list) -> None:
    head, tail = f'<sst xmlns="{folders.CELL}"><si><t>'.encode(), b"</t></si></sst>"
    noise = bytes(97 + n * n % 26 for n in range(10_007)) * (size // 10_007 + 1)
    # No cell of these sheets takes a text from them.
    sheets = dict.fromkeys((SHEET, "xl/worksheets/sheet2.xml"), OPEN + CLOSE)
    strings = head + noise[: size - len(head) - len(tail)] + tail
    assert said({STRINGS: strings, **sheets}, "more than 16 MB of text") == codes


@pytest.mark.parametrize(("size", "codes"), [(48 * 2**20, PASSES), (48 * 2**20 + 1, [("zip-bomb", None)])])
def test_all_parts_together_take_at_most_48_megabytes(said, parts: dict[str, bytes], size: int, codes: list) -> None:
    rest = size - sum(len(content) for name, content in parts.items() if is_xml(name) and name != SHEET)
    comment = b"<!--" + bytes(97 + n * n % 26 for n in range(10_000)) + b"-->"
    room = rest - len(OPEN) - len(CLOSE)
    noise = comment * (room // len(comment)) + b"\n" * (room % len(comment))
    assert said({SHEET: OPEN + noise + CLOSE}, "grows to more than 48 MB") == codes


@pytest.mark.parametrize(("chunks", "codes"), [(16, PASSES), (17, [("garbled-part", None)])])
def test_one_tag_or_comment_takes_at_most_a_megabyte(said, chunks: int, codes: list) -> None:
    # The comment begins with the second chunk that is read, and is whole in the chunk after so many.
    comment = b"<!--" + bytes(97 + n * n % 26 for n in range(chunks * 2**16)) + b"-->"
    assert said({SHEET: OPEN.ljust(2**16) + comment + CLOSE}) == codes


@pytest.mark.parametrize(("number", "codes"), [(5_000, PASSES), (5_001, [("garbled-part", None)])])
def test_a_part_has_at_most_5000_names_of_elements_and_attributes(said, number: int, codes: list) -> None:
    names = b"".join(b'<a%d b%d=""/>' % (n, n) for n in range(number // 2 - 1)) + b"<odd/>" * (number % 2)
    assert said({SHEET: OPEN + names + CLOSE}) == codes


@pytest.mark.parametrize(("depth", "codes"), [(1_000, PASSES), (1_001, [("garbled-part", None)])])
def test_elements_stand_at_most_a_thousand_deep(said, depth: int, codes: list) -> None:
    inner = depth - 2
    long = b"<!--" + b"x" * 2**17 + b"-->"
    assert said({SHEET: OPEN + b"<a>" * inner + long + b"</a>" * inner + CLOSE}) == codes


@pytest.mark.parametrize(
    ("row", "column", "codes"),
    [
        (100_000, "A", PASSES),
        (100_001, "A", [("far-cell", "A100001")]),
        (1, "ZZ", PASSES),
        (1, "AAA", [("far-cell", "AAA1")]),
    ],
)
def test_a_table_ends_at_row_100000_and_column_zz(said, row: int, column: str, codes: list) -> None:
    cell = f'<row r="{row}"><c r="{column}{row}"><v>1</v></c></row>'.encode()
    assert said({SHEET: OPEN + cell + CLOSE}) == codes


@pytest.mark.parametrize(("number", "codes"), [(50_000, PASSES), (50_001, [("empty-rows", None)])])
def test_a_sheet_has_at_most_50000_rows_without_a_cell_before_another(said, number: int, codes: list) -> None:
    assert said({SHEET: OPEN + b"<row/>" * number + b"<row><c><v>1</v></c></row>" + CLOSE}) == codes


@pytest.mark.parametrize(("number", "codes"), [(10_000, PASSES), (10_001, [("too-many-merges", None)])])
def test_a_sheet_has_at_most_10000_merged_ranges(said, number: int, codes: list) -> None:
    assert said({SHEET: OPEN + b'<mergeCell ref="A1:B2"/>' * number + CLOSE}) == codes


@pytest.mark.parametrize(("last", "is_refused"), [("", False), ("x", True)])
def test_texts_of_all_cells_take_at_most_32_megabytes_however_many_share_one(
    tmp_path: Path, parts: dict[str, bytes], last: str, is_refused: bool
) -> None:
    text = bytes(97 + n * n % 26 for n in range(2**20))
    strings = f'<sst xmlns="{folders.CELL}"><si><t>'.encode() + text + b"</t></si></sst>"
    cells = b'<row><c t="s"><v>0</v></c></row>' * 32 + f'<row><c t="str"><v>{last}</v></c></row>'.encode()
    sheets = {SHEET: OPEN + cells + CLOSE, "xl/worksheets/sheet2.xml": OPEN + CLOSE}
    folders.write_parts(tmp_path / "a.xlsx", parts | sheets | {STRINGS: strings})
    book = Workbook((tmp_path / "a.xlsx").read_bytes())
    with pytest.raises(Refused, match="more than 16 MB of text") if is_refused else contextlib.nullcontext():
        book.read(book.sheets)
