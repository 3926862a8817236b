"""Bytes of a CSV in, its rows out, with the faults of its form: encoding, separator, quotes, width."""

import codecs
import csv
import io
import re
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from sheetcheck.faults import Fault, problem
from sheetcheck.messages import say, show
from sheetcheck.reading.cells import Cell, RawTable, Refused, refuse
from sheetcheck.schema import Resource

SEPARATORS = {";": "semicolon", "\t": "tab", "|": "bar", ",": "comma"}
# What people here save from: Windows, an old Mac, a DOS export. The first that gives only letters we use is proposed.
ENCODINGS = {"cp1252": "Windows-1252", "mac_roman": "Mac OS Roman", "cp850": "DOS code page 850"}
# What no word holds: a letter that nobody here writes, a capital or an opening quote after a small letter.
_STRANGE = re.compile(
    "[^ -~áàâäãåçéèêëíìîïñóòôöøúùûüÿæœßÁÀÂÄÅÇÉÈÊËÍÎÏÑÓÔÖØÚÛÜ€°±²³µ·×–—‘’“”•…«»£§©®½¼¾\u00a0\t]"
    "|(?<=[a-z])[ÁÀÂÄÅÇÉÈÊËÍÎÏÑÓÔÖØÚÛÜ‘“±²³]"
)
_DECIMAL_COMMA = re.compile(rb"(^|;)-?[0-9]+,[0-9]+(;|$)", re.MULTILINE)
# A title and a remark above the header take a few lines.
HEADER_SEARCHED = 12
# A file with quotes astray has the same fault in every line; after this many it is clear.
MAX_FORM_FAULTS = 200
# What is longer, wider or has more lines than this is no table that this tool can check within a person's patience.
MAX_LINES = 300_000
MAX_LINE_BYTES = 2**20
MAX_FIELDS = 16_384
CHUNK = 1 << 16
# Cells that are made once and kept, some 40 MB of them; those of longer tables are made again at each asking.
KEPT_CELLS = 200_000


class Lines(Mapping[int, dict[int, Cell]]):
    """The rows of a CSV by the number of their first line, blank ones left out; cells are made at each asking.

    A CSV can hold millions of cells. As the bytes they are in the file they take little more memory than the file.
    """

    def __init__(self, content: bytes, separator: str, resource: Resource) -> None:
        self.broken: set[int] = set()  # lines whose fields cannot be told apart
        self._content, self._separator, self._missing = content, separator, resource.missing_values
        self._numbers, self._starts, self._ends = array("L"), array("L"), array("L")
        self._cells = lru_cache(1 + KEPT_CELLS // len(resource.fields))(self._cells_of)

    def add(self, number: int, start: int, end: int, fields: Sequence[str]) -> None:
        """Note a row; its numbers must rise."""
        if not self._missing.issuperset(fields):
            self._numbers.append(number)
            self._starts.append(start)
            self._ends.append(end)

    def __getitem__(self, number: int) -> dict[int, Cell]:
        return self._cells(number)

    def _cells_of(self, number: int) -> dict[int, Cell]:
        place = bisect_left(self._numbers, number)
        if place == len(self) or self._numbers[place] != number:
            raise KeyError(number)
        text = self._content[self._starts[place] : self._ends[place]].decode()
        if '"' in text and number not in self.broken:
            fields = next(csv.reader([text], delimiter=self._separator))
        else:
            fields = text.split(self._separator)
        missing = self._missing
        return {n: Cell(value, "text", number, n) for n, value in enumerate(fields, 1) if value not in missing}

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def read_text_file(resource: Resource, content: bytes, faults: list[Fault]) -> RawTable:
    """Read a CSV and add its faults; a wrong separator or encoding is named once, then used, to find more.

    Raises Refused when it cannot be a table.
    """

    def note(key: str, number: int | None, parts: Mapping[str, Any], **place: Any) -> None:
        cell = None if number is None else f"line {number}"
        faults.append(problem(key, **parts).at(file=resource.path, cell=cell, **place))

    if content.startswith(codecs.BOM_UTF8):
        content = content[len(codecs.BOM_UTF8) :]
        note("byte-order-mark", None, {}, is_remark=True)
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    # What is blank at the end is nobody's; a last line with something in it keeps its own blanks.
    end = content.find(b"\n", len(content.rstrip(b"\n\t ")))
    content = content if end < 0 else content[:end]
    _refuse_too_much(content)
    bad, encoding = _badly_encoded(content)
    content = _as_utf8(content, encoding) if bad else content
    top = [content[start:end].decode() for start, end in islice(_lines(content), HEADER_SEARCHED)]
    # The header is the line that holds most of the names, whatever separates them; a title may stand above it.
    names, wanted = resource.field_names, resource.delimiter
    header = max(range(len(top)), key=lambda place: (_known(top[place], names), -place))
    used = max(SEPARATORS, key=lambda mark: _known(top[header], names, mark))
    is_other = _known(top[header], names, used) > _known(top[header], names, wanted)
    separator = used if is_other else wanted
    rows = Lines(content, separator, resource)
    table = RawTable(resource, rows, is_csv=True, uneven=rows.broken)
    # A semicolon for a comma, Windows letters and decimal commas come from one setting, and go with it.
    is_dutch = is_other and (used, wanted) == (";", ",")
    if bad and not (is_dutch and encoding == "cp1252"):
        word = _word(bad[0][1], encoding)
        parts = {"byte": word[0], "encoding": ENCODINGS[encoding], "word": word[1], "others": len(bad) - 1}
        key = f"wrong-encoding.{'tab' if wanted == chr(9) else 'csv'}{'' if len(bad) == 1 else 's'}"
        note(key, bad[0][0], parts, value=word[0], expected="UTF-8", suggestion=encoding)
    if is_other:
        parts = {"used": _mark(used), "wanted": _mark(wanted)}
        if is_dutch:
            has_commas = bool(_DECIMAL_COMMA.search(content))
            table.follows = frozenset(["decimal-comma"] if has_commas else [])
            parts["commas"] = say("dutch.commas") if has_commas else ""
            parts["letters"] = say("dutch.letters") if bad and encoding == "cp1252" else ""
        key = f"wrong-separator.{'dutch' if is_dutch else 'tab' if wanted == chr(9) else 'other'}"
        note(key, header + 1, parts, value=used, expected=wanted, suggestion=wanted)
    try:
        fields = next(csv.reader([top[header]], delimiter=separator))
    except csv.Error:  # a field longer than any text; a quote astray is named later, when its line is read
        fields = top[header].split(separator)
    _index(content, separator, header, fields, rows, note)
    return table


def _mark(separator: str) -> str:
    return say(f"mark.{SEPARATORS[separator]}") if separator in SEPARATORS else show(separator)


def _lines(content: bytes) -> Iterator[tuple[int, int]]:
    start = 0
    while (end := content.find(b"\n", start)) >= 0:
        yield start, end
        start = end + 1
    yield start, len(content)


def _refuse_too_much(content: bytes) -> None:
    lines = content.count(b"\n") + 1
    if lines > MAX_LINES:
        raise refuse("too-many-lines.lines", lines=lines, most=MAX_LINES)
    for number, (start, end) in enumerate(_lines(content), 1):
        if end - start > MAX_LINE_BYTES:
            size = f"{(end - start) / 2**20:.0f}"
            raise refuse("too-many-lines.bytes", size=size, number=number, most=MAX_LINE_BYTES // 2**20)


def _known(line: str, names: Sequence[str], marks: str = ",;\t|") -> int:
    fields = {field.strip(' "').casefold() for field in re.split(f"[{re.escape(marks)}]", line)}
    return len(fields & {name.casefold() for name in names})


def _badly_encoded(content: bytes) -> tuple[list[tuple[int, bytes]], str]:
    """The lines that are no UTF-8, and the encoding in which they look most like words."""
    if _is_utf8(content):
        return [], ""
    bad = [(number, content[s:e]) for number, (s, e) in enumerate(_lines(content), 1) if not _is_utf8(content[s:e])]

    def strange(encoding: str) -> int:
        return sum(len(_STRANGE.findall(line.decode(encoding, "replace"))) for _, line in bad[:MAX_FORM_FAULTS])

    return bad, min(ENCODINGS, key=strange)


def _as_utf8(content: bytes, encoding: str) -> bytes:
    target = io.BytesIO()
    for start, end in _lines(content):
        line = content[start:end]
        target.write(line if _is_utf8(line) else line.decode(encoding, "replace").encode())
        target.write(b"\n")
    return target.getvalue()[:-1]


def _is_utf8(content: bytes) -> bool:
    try:
        # In parts, since all of it as letters would take up to four times the memory.
        deque(codecs.iterdecode((content[at : at + CHUNK] for at in range(0, len(content), CHUNK)), "utf-8"), maxlen=0)
    except UnicodeDecodeError:
        return False
    return True


def _word(line: bytes, encoding: str) -> tuple[str, str]:
    start = 0
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        start = error.start
    marks = (b" ", b",", b";", b"\t", b'"')
    first = max(line.rfind(mark, 0, start) for mark in marks) + 1
    ends = [place for mark in marks if (place := line.find(mark, start)) >= 0]
    return line[start : start + 1].hex().upper(), line[first : min(ends, default=len(line))].decode(encoding, "replace")


def _index(
    content: bytes, separator: str, header: int, names: Sequence[str], rows: Lines, note: Callable[..., None]
) -> None:
    """Add every row and note its faults; after a quote astray go on at the next line, so that it hides nothing."""
    mark, at, number = separator.encode(), 0, 1
    while at <= len(content):
        end = content.find(b"\n", at)
        end, spanned = len(content) if end < 0 else end, 1
        if content.count(mark, at, end) >= MAX_FIELDS:
            raise Refused(problem("too-many-fields", most=MAX_FIELDS), cell=f"line {number}")
        line = content[at:end].decode()
        fields = line.split(separator)
        is_shown = len(rows.broken) < MAX_FORM_FAULTS
        if '"' in line:
            rest = io.BytesIO(content)
            rest.seek(at)
            reader = csv.reader(map(bytes.decode, rest), delimiter=separator, strict=True)
            try:
                fields = next(reader)
                spanned = reader.line_num
            except csv.Error:
                rows.broken.add(number)
                if is_shown:
                    place, is_open = _astray(line, separator)
                    column = names[place] if place < len(names) else None
                    told = {"column": column, "value": line[:200], "expected": say("expected.quotes")}
                    note("open-quote" if is_open else "stray-quote", number, {"line": line}, **told)
        for _ in range(spanned - 1):
            end = content.find(b"\n", end + 1)
            end = len(content) if end < 0 else end
        found, width = len(fields), len(names)
        if found != width and number > header and any(fields) and number not in rows.broken:
            rows.broken.add(number)
            if is_shown:
                kind = "open" if spanned > 1 else "more" if found > width else "fewer"
                parts = {"fields": found, "width": width, "mark": _mark(separator), "last": number + spanned - 1}
                note(f"ragged-line.{kind}", number, parts, value=str(found), expected=str(width))
        rows.add(number, at, end, fields)
        at, number = end + 1, number + spanned


def _astray(line: str, separator: str) -> tuple[int, bool]:
    """The field in which a quote goes astray, counted from 0, and whether it was left open."""
    field = re.compile(rf'"(?:[^"]|"")*("?)|[^{re.escape(separator)}]*')
    number = place = 0
    while place < len(line) and (found := field.match(line, place)):
        end = found.end()
        if line[place] == '"':
            # A "closing" quote right after a separator is the opening quote of another field.
            if not found[1] or line[end - 2] == separator:
                return number, True
            if line[end : end + 1] not in ("", separator):
                return number, False
        if end == len(line):
            break
        number, place = number + 1, end + 1
    return number, True
