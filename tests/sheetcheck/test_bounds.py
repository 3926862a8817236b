"""No file of 48 MB or less takes more than 200 MB to check, whatever is in it; limits hold in total and are named."""

from __future__ import annotations

import cProfile
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import folders
import pytest

from sheetcheck.checks import check_folder
from sheetcheck.faults import Fault
from sheetcheck.reading import MAX_FILE_BYTES
from sheetcheck.reading.textfile import MAX_LINES

MOST_MB = 200
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
FIELDS = [folders.column(name, required=True) for name in ("id", "name", "value")]
PEAK = """
import json
import sys
from sheetcheck.checks import check_folder
def peak():
    if sys.platform == "linux":
        # What getrusage says here is never less than what the process took that started this one.
        return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) // 1024
    if sys.platform == "darwin":
        import resource
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20
    import psutil
    return psutil.Process().memory_info().peak_wset // 2**20
check_folder(sys.argv[1])
before = peak()
for line in sys.stdin:
    faults = [[fault.code, fault.cell, fault.message] for fault in check_folder(json.loads(line)).faults[:99]]
    print(json.dumps([peak() - before, faults]), flush=True)
"""


def csv_folder(folder: Path, content: bytes, fields: list = FIELDS, **references: str) -> Path:
    """A folder of one CSV."""
    table = folders.resource("t", "t.csv", None, fields, [fields[0]["name"]], **references)
    folders.write_folder(folder, {"t": []}, [table])
    (folder / "t.csv").write_bytes(",".join(field["name"] for field in fields).encode() + b"\n" + content)
    return folder


def workbook_folder(folder: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """A folder of one workbook of one row, with a part changed."""
    table = folders.resource("t", "t.xlsx", "t", FIELDS, ["id"])
    folders.write_folder(folder, {"t": [["a", "b", "c"]]}, [table])
    folders.rewrite_part(folder / "t.xlsx", part, change)
    return folder


Check = Callable[[Path], tuple[int, list[tuple[str, str | None, str]]]]


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Check]:
    """Check a folder in a process that checks one after the other.

    Gives the megabytes that any of them took so far beyond an empty folder, and code, cell and message of its first
    faults. All in one process can only take more than each in its own.
    """
    command = [sys.executable, "-c", PEAK, str(csv_folder(tmp_path_factory.mktemp("empty"), b""))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def checked(folder: Path) -> tuple[int, list[tuple[str, str | None, str]]]:
            process.stdin.write(json.dumps(str(folder)) + "\n")
            process.stdin.flush()
            peak, faults = json.loads(process.stdout.readline())
            return peak, [tuple(fault) for fault in faults]

        yield checked
        process.stdin.close()


def only(folder: Path) -> Fault:
    """The single fault of a folder."""
    (fault,) = check_folder(folder).faults
    return fault


@pytest.mark.parametrize(
    ("content", "cell", "words"),
    [
        (b"a,b,c\n" + b"\n" * 30_000_000 + b"b,b,c\n", None, "has 30,000,003 lines; the most is 300,000."),
        (b"a,b,%d\n" * 4_000_000, None, "has 4,000,001 lines"),
        (b"a,b,c\r" * 4_000_000, None, "has 4,000,001 lines"),
        (b"a," + b"x" * 30_000_000, None, "has 29 MB in line 2; the most is 1 MB."),
        (b"a" + b"," * 30_000_000 + b"\n", None, "has 29 MB in line 2"),
        (b'a,"' + b"x y\n" * 7_000_000, None, "has 7,000,001 lines"),
        (b"a" + b"," * 20_000 + b"\n", "line 2", "has more than 16,384 fields"),
    ],
    ids=["blank lines", "lines", "old Mac lines", "one field", "one line", "an open quote", "one wide line"],
)
def test_a_text_beyond_every_table_is_refused_with_the_limit_and_little_memory(
    tmp_path: Path, check: Check, content: bytes, cell: str | None, words: str
) -> None:
    peak, ((_, place, message),) = check(csv_folder(tmp_path / "data", content))
    assert (place, words in message) == (cell, True)
    assert peak < MOST_MB


def add(xml: bytes) -> Callable[[bytes], bytes]:
    """Put XML at the end of the rows of a sheet."""
    return lambda content: content.replace(b"</sheetData>", xml + b"</sheetData>")


def after(xml: bytes) -> Callable[[bytes], bytes]:
    """Put XML behind the rows of a sheet."""
    return lambda content: content.replace(b"</sheetData>", b"</sheetData>" + xml)


NOISE = bytes(97 + n * n % 26 for n in range(1_000_000))


@pytest.mark.parametrize(
    ("part", "change", "code"),
    [
        (SHEET, after(b'<mergeCell ref="A2:A10000"/>' * 2_000), "merged-cells"),
        (SHEET, after(b'<mergeCell ref="A2:A9"/>' * 10_001), "too-many-merges"),
        (SHEET, after(b'<col min="1" max="16384" hidden="1"/>' * 300_000), None),
        (SHEET, after(b'<dataValidation sqref="A1:C9"/>' * 300_000), None),
        (SHEET, after(b'<hyperlink ref="A1" location="x"/>' * 300_000), None),
        (SHEET, add(b"".join(b'<row r="%d" hidden="1"/>' % n for n in range(3, 50_000))), None),
        (SHEET, add(b"<row>" + b"<c><v>1</v></c>" * 250_000 + b"</row>"), "far-cell"),
        (SHEET, add((b"<row>" + b"<c><v>1</v></c>" * 14 + b"</row>") * 20_000), "number-for-text"),
        (SHEET, add(b'<row><c t="str"><v>' + NOISE * 40 + b"</v></c></row>"), "huge-strings"),
        (SHEET, add(b"<row><c><v>" + b"1" * 900_000 + b"</v></c></row>"), "damaged-sheet"),
        (
            STRINGS,
            lambda xml: xml.replace(b"</sst>", b"<si><t>" + NOISE * 3 + b"</t></si></sst>"),
            None,
        ),
        (
            "xl/styles.xml",
            lambda xml: xml.replace(b"</cellXfs>", b'<xf numFmtId="164"/>' * 400_000 + b"</cellXfs>"),
            None,
        ),
        (
            "xl/styles.xml",
            lambda xml: xml.replace(
                b"</cellXfs>", b'</cellXfs><numFmt numFmtId="999" formatCode="' + b"[" * 900_000 + b'"/>'
            ),
            None,
        ),
        (
            "xl/workbook.xml",
            lambda xml: xml.replace(b"</sheets>", b'<sheet name="x"/>' * 1_001 + b"</sheets>"),
            "damaged-workbook",
        ),
    ],
    ids=[
        "merges of many rows", "many merges", "hidden columns", "validations", "hyperlinks", "hidden rows", "one row",
        "many cells", "one text", "one number", "a long shared text", "styles", "a long number format", "sheets",
    ],
)  # fmt: skip
def test_a_workbook_of_anything_a_million_times_is_read_or_refused_in_little_memory(
    tmp_path: Path, check: Check, part: str, change: Callable[[bytes], bytes], code: str | None
) -> None:
    peak, faults = check(workbook_folder(tmp_path / "data", part, change))
    codes = {found for found, _, _ in faults}
    assert code in codes if code else not codes
    assert peak < MOST_MB


def test_a_text_that_many_cells_share_counts_in_each_of_them(tmp_path: Path) -> None:
    cells = b"".join(b'<row><c t="s"><v>0</v></c></row>' for _ in range(20_000))
    folder = workbook_folder(tmp_path / "data", SHEET, add(cells))
    folders.rewrite_part(
        folder / "t.xlsx", STRINGS, lambda xml: xml.replace(b"<si><t>id</t>", b"<si><t>" + NOISE + b"</t>")
    )
    assert only(folder).code == "huge-strings"


@pytest.mark.parametrize("kind", ["string", "number"])
def test_memory_grows_so_slowly_that_the_largest_table_stays_below_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """A table of 200,000 rows of 20 columns, all values different, is within the limits: 4n rows say what it takes."""
    monkeypatch.setattr("sheetcheck.reading.textfile.KEPT_CELLS", 1_000)
    fields = [folders.column("id"), *(folders.column(f"c{place}", kind) for place in range(4))]

    def measured(rows: int) -> tuple[int, int]:
        lines = [f"r{row}," + ",".join(f"{row * 7 + place}.5" for place in range(4)) for row in range(rows)]
        content = "".join(f"{line}\n" for line in lines).encode()
        folder = csv_folder(tmp_path / str(rows), content, fields)
        tracemalloc.start()
        assert check_folder(folder).faults == ()
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used, len(content)

    (small, few), (large, many) = measured(800), measured(3_200)
    beside_its_bytes = (large - small - (many - few)) / 2_400
    kept = 40 * 2**20
    assert beside_its_bytes * 200_000 + MAX_FILE_BYTES + kept < MOST_MB * 2**20
    assert MAX_LINES > 200_000


@pytest.mark.parametrize(
    "line", ['"a,b,0\n', "only\n", "total,,\n", "id,name,value\n", "a,b,c\n\n"], ids=lambda line: line.strip()
)
def test_faults_are_listed_up_to_a_limit_and_work_grows_with_the_lines(tmp_path: Path, line: str) -> None:
    def steps(lines: int) -> tuple[int, list[str]]:
        folder = csv_folder(tmp_path / str(lines), b"a,b,c\n" + line.encode() * lines)
        profile = cProfile.Profile()
        faults = profile.runcall(check_folder, folder).faults
        return sum(entry.callcount for entry in profile.getstats()), [fault.code for fault in faults]

    few, _ = steps(3_000)
    many, codes = steps(12_000)
    assert many < 4.5 * few
    assert len(codes) < 15_100


@pytest.mark.parametrize("rows", [1_000, 1_001])
def test_ten_thousand_faults_of_cells_are_listed_and_then_that_there_are_more(tmp_path: Path, rows: int) -> None:
    fields = [folders.column("id"), *(folders.column(f"c{place}", "number") for place in range(10))]
    folder = csv_folder(tmp_path, b"".join(b"%d" % n + b",x" * 10 + b"\n" for n in range(rows)), fields)
    faults = check_folder(folder).faults
    more = "has more than 10,000 faults, so it was not checked to its end. Mend the first ones."
    assert len(faults) == (10_000 if rows == 1_000 else 10_001)
    assert (faults[0].message == more) is (rows > 1_000)
