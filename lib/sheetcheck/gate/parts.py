"""The XML parts of a workbook, streamed, in; a refusal at the first thing that would harm or swamp a reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import IO
from xml.parsers import expat

from sheetcheck.faults import show

CHUNK = 1 << 16
# Elements in the whole file: some 18,000 rows of 12 cells, looked through in 0.4 s. Longer tables belong in a CSV.
MAX_ELEMENTS = 600_000
# Excel ends at row 1,048,576 and column XFD. A value beyond these (or column ZZ) is a slip, and costs readers hours.
MAX_ROW = 100_000
# Rows that hold nothing but their format; a table has a handful below it.
MAX_EMPTY_ROWS = 50_000
# Excel stores each text once; this is more than the words of a shelf of reports.
MAX_STRING_BYTES = 16 * 2**20
# One tag or comment, which the parser holds whole and looks through again with every chunk.
MAX_TOKEN_BYTES = 2**20
# Names of elements and attributes in one part; the whole standard has some two thousand.
MAX_NAMES = 5000
_CONTENT = frozenset(["v", "is", "f"])
_SHEET = re.compile(r"(^|/)worksheets/[^/]+\.xml$", re.IGNORECASE)
_HYPERLINK = "/hyperlink"
MACROS = (
    "is a workbook with macros, which are never run here and do not belong in a table."
    ' Save it as "Excel Workbook (.xlsx)", which drops them.'
)


AGAIN = "Copy the tables into a new workbook and save that."


class PartRefused(Exception):
    """The reason not to open the workbook, as code and one sentence."""

    def __init__(self, code: str, message: str, sheet: str | None = None, cell: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.sheet, self.cell = code, message, sheet, cell


class Scan:
    """Counts over all parts of one workbook; `part` raises PartRefused at the first excess."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.bytes = self.elements = 0
        # People know sheets by their name, the zip by a number: workbook.xml, read before the sheets, has both.
        self._relations: dict[str, str] = {}
        self._targets: dict[str, str] = {}

    def part(self, name: str, stream: IO[bytes]) -> None:
        """Scan one part to its end."""
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype(name)
        parser.StartElementHandler = self._sheet_elements(name) if _SHEET.search(name) else self._elements(name)
        limit = MAX_STRING_BYTES if name.lower().endswith("sharedstrings.xml") else self.max_bytes
        read, start = 0, self.bytes
        try:
            while chunk := stream.read(CHUNK):
                read += len(chunk)
                self.bytes += len(chunk)
                if read > limit or self.bytes > self.max_bytes:
                    raise self._too_large(limit)
                parser.Parse(chunk, False)
                if self.bytes - start - parser.CurrentByteIndex > MAX_TOKEN_BYTES or len(parser.intern) > MAX_NAMES:
                    raise PartRefused("garbled-part", f"holds a part that no program writes ({show(name)}). {AGAIN}")
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise PartRefused(
                "damaged-workbook",
                f"is damaged: its part {show(name)} breaks off or is garbled in line {error.lineno},"
                f" column {error.offset}. Open it in Excel, let it repair the file, and save it again.",
            ) from error
        except (ValueError, LookupError) as error:  # an encoding that nobody knows, a row number that is none
            reason = f"is damaged: its part {show(name)} cannot be read ({error}). Open it in Excel and save it again."
            raise PartRefused("damaged-workbook", reason) from error

    def _too_large(self, limit: int) -> PartRefused:
        if limit == MAX_STRING_BYTES:
            return PartRefused(
                "huge-strings",
                f"holds more than {MAX_STRING_BYTES // 2**20} MB of text, as no table that people edit does."
                " Take out what is no table, or move long texts to a document.",
            )
        return PartRefused(
            "zip-bomb",
            f"grows to more than {self.max_bytes // 2**20} MB when opened, as no table that people edit does. {AGAIN}",
        )

    def _elements(self, part: str) -> Callable[[str, dict[str, str]], None]:
        def element(name: str, attributes: dict[str, str]) -> None:
            self.elements += 1
            if self.elements > MAX_ELEMENTS:
                raise self._too_many()
            if attributes.get("TargetMode") == "External" and not attributes.get("Type", "").endswith(_HYPERLINK):
                raise PartRefused(
                    "external-link",
                    f"takes something from another place ({show(attributes.get('Target', ''))}), which is never"
                    " followed here. Break the links (Data, Edit Links, Break Link) and save it again.",
                )
            if name.endswith("sheet") and "name" in attributes:
                relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
                self._relations[relation] = attributes["name"]
            elif "Target" in attributes and part.endswith("workbook.xml.rels"):
                self._targets[attributes["Target"].rpartition("/")[2]] = attributes.get("Id", "")
            if "macroEnabled" in attributes.get("ContentType", ""):
                raise PartRefused("macros", MACROS)

        return element

    def _sheet_elements(self, part: str) -> Callable[[str, dict[str, str]], None]:
        """The handler of the many: local names only, since it is called for every cell and every value."""
        row = empty_rows = 0
        is_empty = False
        far: str | None = None
        sheet = self._relations.get(self._targets.get(part.rpartition("/")[2], ""), part)

        def element(name: str, attributes: dict[str, str]) -> None:
            nonlocal row, empty_rows, is_empty, far
            self.elements += 1
            if name == "c":
                reference = attributes.get("r", "")
                # The first column of three letters is the 703rd.
                far = (reference or f"row {row}") if row > MAX_ROW or reference[2:3] > "@" else None
            elif name in _CONTENT:
                is_empty = False
                if far:
                    message = "holds a value far away from any table. Delete that row and that column, and save."
                    raise PartRefused("far-cell", message, sheet, far)
            elif name == "row":
                row = int(attributes.get("r", row + 1))
                empty_rows += is_empty
                is_empty = True
                if empty_rows > MAX_EMPTY_ROWS:
                    raise PartRefused(
                        "empty-rows",
                        f"has more than {MAX_EMPTY_ROWS} rows that hold nothing but their format."
                        " Select the rows below the table to the end of the sheet, delete them, and save.",
                        sheet,
                    )
            elif ":" in name:
                element(name.rpartition(":")[2], attributes)
            if self.elements > MAX_ELEMENTS:
                raise self._too_many()

        return element

    def _too_many(self) -> PartRefused:
        return PartRefused(
            "too-many-cells",
            "holds more than some 18,000 rows of 12 cells, which is more than people edit by hand."
            " Keep long figures in a CSV file, or part the table.",
        )

    @staticmethod
    def _doctype(part: str) -> Callable[..., None]:
        def declared(*_: object) -> None:
            raise PartRefused(
                "entities",
                f"declares entities of its own in {show(part)}, by which a file can swell or fetch others; no Excel"
                " workbook does that, so it was not opened. Ask who sent it, and copy the tables into a new workbook.",
            )

        return declared
