"""An XML part of a workbook, streamed, in; its elements to whoever asked for them, or a refusal at the first excess."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

from sheetcheck.faults import Fault, show

CHUNK = 1 << 16
# Elements in the whole file: some 18,000 rows of 12 cells. Longer tables belong in a CSV.
MAX_ELEMENTS = 600_000
# Excel stores each text once; this is more than the words of a shelf of reports.
MAX_STRING_BYTES = 16 * 2**20
# All parts together, inflated: forty times our largest workbook.
MAX_INFLATED_BYTES = 48 * 2**20
# One tag or comment, which the parser holds whole and looks through again with every chunk.
MAX_TOKEN_BYTES = 2**20
# Names of elements and attributes in one part; the whole standard has some two thousand.
MAX_NAMES = 5000
AGAIN = "Copy the tables into a new workbook and save that."
REPAIR = "Open it in Excel, let it repair the file, and save it again."
Start = Callable[[str, dict[str, str]], None]


class Refused(Exception):
    """The reason not to go on with a workbook, as code and one sentence."""

    def __init__(self, code: str, message: str, sheet: str | None = None, cell: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.sheet, self.cell = code, message, sheet, cell
        self.others: tuple[Refused, ...] = ()

    def faults(self, file: str) -> list[Fault]:
        """The same as faults of a file."""
        return [
            Fault(file=file, sheet=reason.sheet, cell=reason.cell, code=reason.code, message=reason.message)
            for reason in (self, *self.others)
        ]


class Guard:
    """Counts over all parts of one workbook, so that limits hold in total; every part is parsed here and once."""

    def __init__(self) -> None:
        self.bytes = self.elements = self.characters = 0
        self.parser: expat.XMLParserType = expat.ParserCreate()

    def parse(self, part: str, stream: IO[bytes], start: Start | None = None, end: Callable | None = None) -> None:
        """Parse one part to its end, its names with their namespace ("uri name"); raises Refused."""
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _doctype(part)
        parser.StartElementHandler = self._element(start)
        parser.EndElementHandler = end
        is_strings = part.lower().endswith("sharedstrings.xml")
        before = self.bytes
        try:
            while chunk := stream.read(CHUNK):
                self.bytes += len(chunk)
                if is_strings and self.bytes - before > MAX_STRING_BYTES:
                    raise too_much_text()
                if self.bytes > MAX_INFLATED_BYTES:
                    size = f"{MAX_INFLATED_BYTES // 2**20} MB"
                    message = f"grows to more than {size} when opened, as no table that people edit does. {AGAIN}"
                    raise Refused("zip-bomb", message)
                parser.Parse(chunk, False)
                token = self.bytes - before - parser.CurrentByteIndex
                if token > MAX_TOKEN_BYTES or len(parser.intern) > MAX_NAMES:
                    raise Refused("garbled-part", f"holds a part that no program writes ({show(part)}). {AGAIN}")
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            where = f"line {error.lineno}, column {error.offset}"
            message = f"is damaged: its part {show(part)} breaks off or is garbled in {where}. {REPAIR}"
            raise Refused("damaged-workbook", message) from error
        except (ValueError, LookupError) as error:  # an encoding that nobody knows
            message = f"is damaged: its part {show(part)} is in an encoding that nobody knows. {REPAIR}"
            raise Refused("damaged-workbook", message) from error

    def _element(self, start: Start | None) -> Start:
        def element(name: str, attributes: dict[str, str]) -> None:
            self.elements += 1
            if self.elements > MAX_ELEMENTS:
                raise Refused(
                    "too-many-cells",
                    "holds more than some 18,000 rows of 12 cells, which is more than people edit by hand."
                    " Keep long figures in a CSV file, or part the table.",
                )
            if attributes.get("TargetMode") == "External" and not attributes.get("Type", "").endswith("/hyperlink"):
                raise Refused(
                    "external-link",
                    f"takes something from another place ({show(attributes.get('Target', ''))}), which is never"
                    " followed here. Break the links (Data, Edit Links, Break Link) and save it again.",
                )
            if "macroEnabled" in attributes.get("ContentType", ""):
                raise Refused(
                    "macros",
                    "is a workbook with macros, which are never run here and do not belong in a table."
                    ' Save it as "Excel Workbook (.xlsx)", which drops them.',
                )
            if start:
                start(name, attributes)

        return element


def too_much_text() -> Refused:
    """The refusal of a workbook whose words no table holds."""
    return Refused(
        "huge-strings",
        f"holds more than {MAX_STRING_BYTES // 2**20} MB of text, as no table that people edit does."
        " Take out what is no table, or move long texts to a document.",
    )


def _doctype(part: str) -> Callable[..., None]:
    def declared(*_: object) -> None:
        raise Refused(
            "entities",
            f"declares entities of its own in {show(part)}, by which a file can swell or fetch others; no Excel"
            " workbook does that, so it was not opened. Ask who sent it, and copy the tables into a new workbook.",
        )

    return declared
