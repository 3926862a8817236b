"""The gate refuses hostile and broken files before any reader sees them, each with a plain sentence; it stays cheap."""

from __future__ import annotations

import os
import tracemalloc
import zipfile
from pathlib import Path

import folders
import pytest

from sheetcheck.faults import Fault
from sheetcheck.reading import MAX_FILE_BYTES
from sheetcheck.reading.archive import MAX_NAMES, MAX_RATIO, MAX_TOKEN_BYTES

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
OPEN = HEAD + b'<worksheet xmlns="' + folders.CELL.encode() + b'"><sheetData>'
CLOSE = b"</sheetData></worksheet>"


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The parts of a sound workbook, by name."""
    folder = folders.write_folder(tmp_path_factory.mktemp("sound"))
    return folders.read_parts(folder / "committees.xlsx")


def refused(path: Path) -> Fault:
    """The one fault of a refused file; its message is for people, so it ends a sentence and shows no Python."""
    (fault,) = folders.inspect(path)
    assert fault.file == path.name
    assert fault.message.endswith((".", "!"))
    assert "Traceback" not in fault.message and "Error" not in fault.message
    return fault


def book(path: Path, parts: dict[str, bytes], **changed: bytes) -> Path:
    """A workbook with some parts replaced or added; names of parts have __ for / and _ for a point."""
    names = {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in changed.items()}
    folders.write_parts(path, parts | names)
    return path


def test_a_sound_workbook_and_csv_pass(tmp_path: Path) -> None:
    folder = folders.write_folder(tmp_path)
    assert [folders.inspect(folder / name) for name in ("committees.xlsx", "materials.xlsx", "sources.csv")] == [
        [],
        [],
        [],
    ]


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("a.xlsx", b"", "empty-file", "is empty (0 bytes)"),
        ("a.xlsx", b"\0" * 5000, "empty-file", "is empty"),
        ("a.csv", b"\r\n", "empty-file", "is empty"),
        ("a.xlsx", b"id;naam\n1;Nd\n", "not-a-workbook", "does not begin as a zip file does"),
        ("a.xlsx", b"<html><table><tr><td>1", "not-a-workbook", "is a web page"),
        ("a.xlsx", b'\xef\xbb\xbf<?xml version="1.0"?><x/>', "not-a-workbook", "is bare XML"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old-format", "is an old Excel file (.xls)"),
        ("a.ods", b"PK\3\4", "unknown-format", "is neither .xlsx nor .csv nor .tsv"),
        ("a.csv", b"PK\3\4" + b"x" * 99, "not-text", "only renamed to .csv"),
        ("a.csv", "id,naam\n1,Nd\n".encode("utf-16"), "utf-16", "is UTF-16"),
        ("a.csv", "id,naam\n1,Nd\n".encode("utf-16-be"), "utf-16", "is UTF-16"),
        ("a.csv", b"id,naam\n1,N\0d\n", "not-text", "a zero byte in line 2"),
    ],
)
def test_what_is_no_table_is_refused_by_what_it_is(
    tmp_path: Path, name: str, content: bytes, code: str, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    fault = refused(tmp_path / name)
    assert fault.code == code
    assert words in fault.message


def test_a_password_is_named(tmp_path: Path) -> None:
    path = tmp_path / "secret.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))
    assert refused(path).code == "password-protected"
    assert "Take the password off" in refused(path).message


def test_pictures_and_printer_settings_are_let_through(tmp_path: Path, parts: dict[str, bytes]) -> None:
    more = {"xl/media/image1.png": b"\x89PNG\r\n", "xl/printerSettings/printerSettings1.bin": b"\0\1"}
    folders.write_parts(tmp_path / "a.xlsx", parts | more)
    assert folders.inspect(tmp_path / "a.xlsx") == []


def test_a_truncated_workbook_is_refused_wherever_it_ends(tmp_path: Path, parts: dict[str, bytes]) -> None:
    whole = book(tmp_path / "whole.xlsx", parts).read_bytes()
    path = tmp_path / "cut.xlsx"
    for length in (4, 100, len(whole) // 2, len(whole) - 100, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert refused(path).code == "truncated"
        assert "put back the last good copy" in refused(path).message


def test_a_changed_byte_in_a_part_is_damage(tmp_path: Path, parts: dict[str, bytes]) -> None:
    path = book(tmp_path / "a.xlsx", parts)
    content = bytearray(path.read_bytes())
    content[content.index(SHEET.encode()) + len(SHEET) + 40] ^= 0xFF
    path.write_bytes(content)
    assert refused(path).code == "damaged-workbook"


def test_a_part_that_breaks_off_is_damage(tmp_path: Path, parts: dict[str, bytes]) -> None:
    fault = refused(book(tmp_path / "a.xlsx", parts, xl__worksheets__sheet1_xml=parts[SHEET][:-30]))
    assert fault.code == "damaged-workbook"
    assert "breaks off or is garbled" in fault.message


@pytest.mark.parametrize("name", ["~$committees.xlsx", ".~lock.committees.xlsx#"])
def test_a_lock_file_is_a_remark_and_skipped(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x0bJansen")
    (remark,) = folders.inspect(tmp_path / name)
    assert (remark.code, remark.is_remark) == ("lock-file", True)
    program = "Excel" if name.startswith("~$") else "LibreOffice"
    assert f"committees.xlsx is open in {program}: close it first" in remark.message


def test_a_missing_file_names_its_near_namesake(tmp_path: Path) -> None:
    assert refused(tmp_path / "committees.xlsx").code == "missing-file"
    (tmp_path / "Committees (1).xlsx").write_bytes(b"x")
    assert 'there is "Committees (1).xlsx"' in refused(tmp_path / "committees.xlsx").message


def test_a_folder_or_a_pipe_in_place_of_a_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").mkdir()
    assert refused(tmp_path / "a.xlsx").code == "unreadable-file"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "b.csv")
        assert refused(tmp_path / "b.csv").code == "unreadable-file"


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with path.open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES + 1)
    assert refused(path).code == "file-too-large"


# What is hidden in the zip


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path, parts: dict[str, bytes]) -> None:
    folders.write_parts(tmp_path / "bomb.xlsx", parts | {"xl/media/image1.png": b"\0" * (MAX_RATIO * 20_000)}, level=9)
    fault = refused(tmp_path / "bomb.xlsx")
    assert fault.code == "zip-bomb"
    assert "would grow to" in fault.message


def test_a_value_far_away_is_refused_with_its_cell(tmp_path: Path, parts: dict[str, bytes]) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    fault = refused(book(tmp_path / "far.xlsx", parts, xl__worksheets__sheet1_xml=OPEN + far + CLOSE))
    assert (fault.code, fault.sheet, fault.cell) == ("far-cell", "committees", "XFD1048576")


def test_a_far_cell_with_a_format_alone_is_no_fault(tmp_path: Path, parts: dict[str, bytes]) -> None:
    sheet = parts[SHEET].replace(
        b"</sheetData>", b'<row r="1048576" ht="13"><c r="XFD1048576" s="0"/></row></sheetData>'
    )
    assert folders.inspect(book(tmp_path / "a.xlsx", parts, xl__worksheets__sheet1_xml=sheet)) == []


def test_a_value_far_away_is_found_under_prefixed_names(tmp_path: Path, parts: dict[str, bytes]) -> None:
    sheet = f'<x:worksheet xmlns:x="{folders.CELL}"><x:sheetData><x:row r="999999"><x:c r="A999999"><x:v>1</x:v></x:c>'
    closed = (sheet + "</x:row></x:sheetData></x:worksheet>").encode()
    assert refused(book(tmp_path / "far.xlsx", parts, xl__worksheets__sheet1_xml=closed)).cell == "A999999"


@pytest.mark.parametrize(
    "garble",
    [
        b"<!--" + b"".join(b"%d " % (n * 7919) for n in range(MAX_TOKEN_BYTES // 4)) + b"-->",
        b'<row x="' + b"".join(b"%d " % (n * 7919) for n in range(MAX_TOKEN_BYTES // 4)) + b'"/>',
        b"".join(b"<a%d/>" % n for n in range(MAX_NAMES * 3)),
    ],
    ids=["a comment without end", "an attribute without end", "names without end"],
)
def test_what_would_keep_a_parser_busy_is_refused(tmp_path: Path, parts: dict[str, bytes], garble: bytes) -> None:
    fault = refused(book(tmp_path / "a.xlsx", parts, xl__worksheets__sheet1_xml=OPEN + garble + CLOSE))
    assert fault.code == "garbled-part"


def test_rows_that_hold_nothing_but_their_format_are_refused(tmp_path: Path, parts: dict[str, bytes]) -> None:
    cells = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(1, 50_003))
    fault = refused(book(tmp_path / "rows.xlsx", parts, xl__worksheets__sheet1_xml=OPEN + cells + CLOSE))
    assert (fault.code, fault.sheet) == ("empty-rows", "committees")


def test_one_row_without_end_is_refused_also_when_its_cells_do_not_say_where_they_are(
    tmp_path: Path, parts: dict[str, bytes]
) -> None:
    row = b"<row>" + b"".join(b"<c><v>%d</v></c>" % n for n in range(703)) + b"</row>"
    fault = refused(book(tmp_path / "a.xlsx", parts, xl__worksheets__sheet1_xml=OPEN + row + CLOSE))
    assert (fault.code, fault.cell) == ("far-cell", "AAA1")


@pytest.mark.parametrize(
    "declared",
    [
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE x SYSTEM "http://example.org/x.dtd">',
    ],
    ids=["billion laughs", "external entity", "external document type"],
)
@pytest.mark.parametrize("part", [SHEET, STRINGS, "xl/workbook.xml", "docProps/core.xml", "_rels/.rels"])
def test_entities_are_refused_in_every_part(
    tmp_path: Path, parts: dict[str, bytes], declared: bytes, part: str
) -> None:
    content = parts[part]
    end = content.index(b"?>") + 2
    folders.write_parts(tmp_path / "a.xlsx", parts | {part: content[:end] + declared + content[end:]})
    fault = refused(tmp_path / "a.xlsx")
    assert fault.code == "entities"
    assert part in fault.message


def test_entities_are_found_in_another_encoding_too(tmp_path: Path, parts: dict[str, bytes]) -> None:
    laughs = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'.encode("utf-16")
    assert refused(book(tmp_path / "a.xlsx", parts, xl__worksheets__sheet1_xml=laughs)).code == "entities"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("again", [SHEET, SHEET.upper(), SHEET.replace("/", "\\")])
def test_a_part_twice_in_the_zip_is_refused(tmp_path: Path, parts: dict[str, bytes], again: str) -> None:
    path = book(tmp_path / "a.xlsx", parts)
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo("x")
        entry.filename = again
        archive.writestr(entry, parts[SHEET])
    assert refused(path).code == "part-twice"


@pytest.mark.parametrize("name", ["../../evil.xml", "/etc/evil.xml", "xl/..\\..\\evil.xml", "C:\\evil.xml"])
def test_a_name_that_climbs_out_is_refused(tmp_path: Path, parts: dict[str, bytes], name: str) -> None:
    path = book(tmp_path / "a.xlsx", parts)
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo("x")
        entry.filename = name
        archive.writestr(entry, b"<x/>")
    assert refused(path).code == "path-climbs-out"
    assert not list(tmp_path.parent.glob("evil*"))


@pytest.mark.parametrize(
    ("part", "code", "words"),
    [
        ("xl/vbaProject.bin", "macros", "never run"),
        ("xl/macrosheets/sheet1.xml", "macros", "never run"),
        ("xl/externalLinks/externalLink1.xml", "external-link", "never followed"),
        ("xl/connections.xml", "external-link", "never followed"),
    ],
)
def test_macros_and_links_to_elsewhere_are_refused_with_the_reason(
    tmp_path: Path, parts: dict[str, bytes], part: str, code: str, words: str
) -> None:
    folders.write_parts(tmp_path / "a.xlsx", parts | {part: b"<x/>"})
    fault = refused(tmp_path / "a.xlsx")
    assert fault.code == code
    assert words in fault.message


def test_of_several_parts_with_macros_the_first_is_named_beside_a_link(tmp_path: Path, parts: dict[str, bytes]) -> None:
    more = ("xl/vbaProject.bin", "xl/activeX/a.bin", "xl/connections.xml", "xl/queryTables/q.xml")
    folders.write_parts(tmp_path / "a.xlsx", parts | dict.fromkeys(more, b"<x/>"))
    macro, link = folders.inspect(tmp_path / "a.xlsx")
    assert "xl/activex/a.bin" in macro.message and "xl/connections.xml" in link.message


def relationships(kind: str, target: str) -> bytes:
    """A relationships part that points out of the workbook."""
    return (
        HEAD
        + (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
            f' Target="{target}" TargetMode="External"/></Relationships>'
        ).encode()
    )


def test_a_link_that_loads_something_is_refused_and_a_web_address_in_a_cell_is_not(
    tmp_path: Path, parts: dict[str, bytes]
) -> None:
    name = "xl/worksheets/_rels/sheet1.xml.rels"
    folders.write_parts(tmp_path / "a.xlsx", parts | {name: relationships("image", "http://example.org/x.png")})
    assert refused(tmp_path / "a.xlsx").code == "external-link"
    folders.write_parts(tmp_path / "a.xlsx", parts | {name: relationships("hyperlink", "http://example.org/")})
    assert folders.inspect(tmp_path / "a.xlsx") == []


def test_a_workbook_that_says_it_has_macros_is_refused(tmp_path: Path, parts: dict[str, bytes]) -> None:
    types = parts["[Content_Types].xml"].replace(
        b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    )
    folders.write_parts(tmp_path / "a.xlsx", parts | {"[Content_Types].xml": types})
    assert refused(tmp_path / "a.xlsx").code == "macros"


def test_a_zip_of_another_program_is_refused_by_what_it_is(tmp_path: Path) -> None:
    cases = {
        ("content.xml", "mimetype"): "OpenDocument",
        ("xl/workbook.bin",): ".xlsb",
        ("word/document.xml", "[Content_Types].xml"): "no Excel workbook",
    }
    for names, words in cases.items():
        folders.write_parts(tmp_path / "a.xlsx", dict.fromkeys(names, b"<x/>"))
        assert words in refused(tmp_path / "a.xlsx").message


def test_an_empty_zip_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\5\6" + b"\0" * 18)
    assert "is a zip file, but no Excel workbook" in refused(tmp_path / "a.xlsx").message


@pytest.mark.parametrize("name", ["content.xml", "mimetype"])
def test_a_workbook_with_one_part_that_an_opendocument_has_too_is_let_through(
    tmp_path: Path, parts: dict[str, bytes], name: str
) -> None:
    folders.write_parts(tmp_path / "a.xlsx", parts | {name: b"<x/>"})
    assert folders.inspect(tmp_path / "a.xlsx") == []


def test_what_is_known_of_a_part_that_cannot_be_unpacked_is_told(tmp_path: Path, parts: dict[str, bytes]) -> None:
    path = book(tmp_path / "a.xlsx", parts)
    whole = path.read_bytes()
    checksum = whole.rindex(SHEET.encode()) - 46 + 16
    content = whole.index(SHEET.encode()) + len(SHEET)
    for place, words in ((checksum, f"Bad CRC-32 for file '{SHEET}'"), (content, "a part cannot be unpacked")):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        path.write_bytes(changed)
        assert refused(path).message.startswith(f"is damaged ({words}). ")


def test_a_zip_with_a_password_is_refused(tmp_path: Path, parts: dict[str, bytes]) -> None:
    path = book(tmp_path / "a.xlsx", parts)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)
    assert refused(path).code == "password-protected"


def test_every_single_changed_byte_of_a_workbook_leaves_a_sound_file_or_a_sentence(
    tmp_path: Path, parts: dict[str, bytes]
) -> None:
    whole = book(tmp_path / "a.xlsx", parts).read_bytes()
    path = tmp_path / "b.xlsx"
    for place in range(0, len(whole), 23):
        content = bytearray(whole)
        content[place] ^= 0x55
        path.write_bytes(content)
        for fault in folders.inspect(path):
            assert fault.message.endswith(".")


@pytest.mark.parametrize("depth", [300_000])
def test_the_gate_is_bounded_in_memory(tmp_path: Path, parts: dict[str, bytes], depth: int) -> None:
    """Deep nesting, a long text and many empty rows: none of them takes more than 100 MB of Python's memory."""
    rows = b"".join(b'<row r="%d"/>' % n for n in range(1, 300_000))
    for sheet in (b"<a>" * depth, OPEN + rows + CLOSE, OPEN + b"<row r='1'><c><v>" + b"1" * 20_000_000):
        path = book(tmp_path / "a.xlsx", parts, xl__worksheets__sheet1_xml=sheet)
        tracemalloc.start()
        refused(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 100 * 2**20
