"""Bytes of a CSV in, its rows out, with the faults of its form: encoding, separator, quotes, width."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sheetcheck.faults import Fault, counted, show, visible
from sheetcheck.reading.lines import Lines

SEPARATORS = {";": "a semicolon", "\t": "a tab", "|": "a bar", ",": "a comma"}
# What people here save from: Windows, an old Mac, a DOS export. The first that gives only letters we use is proposed.
ENCODINGS = {"cp1252": "Windows-1252", "mac_roman": "Mac OS Roman", "cp850": "DOS code page 850"}
# What no word holds: a letter that nobody here writes, a capital or an opening quote after a small letter.
_STRANGE = re.compile(
    "[^ -~áàâäãåçéèêëíìîïñóòôöøúùûüÿæœßÁÀÂÄÅÇÉÈÊËÍÎÏÑÓÔÖØÚÛÜ€°±²³µ·×–—‘’“”•…«»£§©®½¼¾\u00a0\t]"
    "|(?<=[a-z])[ÁÀÂÄÅÇÉÈÊËÍÎÏÑÓÔÖØÚÛÜ‘“±²³]"
)
# A title and a remark above the header take a few lines.
HEADER_SEARCHED = 12
# A file in the wrong encoding or with quotes astray has the same fault in every line; after this many it is clear.
MAX_FORM_FAULTS = 200
# What is longer, wider or has more lines than this is no table that this tool can check within a person's patience.
MAX_LINES = 300_000
MAX_LINE_BYTES = 2**20
MAX_FIELDS = 16_384
CHUNK = 1 << 16


@dataclass
class TextFile:
    """What stands in a CSV, with the faults and remarks of its form; no rows when it was refused."""

    rows: Lines | None = None
    faults: list[Fault] = field(default_factory=list)


def read_text_file(
    name: str, content: bytes, names: Sequence[str], separator: str = ",", missing: frozenset[str] = frozenset([""])
) -> TextFile:
    """Read a CSV whose columns should be `names`; a wrong separator is named, then used, to find what else is wrong.

    Fields with a text of `missing` are blank.
    """
    result = TextFile()
    if content.startswith(codecs.BOM_UTF8):
        content = content[len(codecs.BOM_UTF8) :]
        message = "begins with a byte order mark; it was read without it."
        result.faults.append(Fault(file=name, code="byte-order-mark", message=message, is_remark=True))
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    # What is blank at the end is nobody's; a last line with something in it keeps its own blanks.
    end = content.find(b"\n", len(content.rstrip(b"\n\t ")))
    content = content if end < 0 else content[:end]
    if refused := _too_much(content):
        result.faults.append(Fault(file=name, code="too-many-lines", message=refused))
        return result
    content = _as_utf8(name, content, result)
    top = [content[start:end].decode() for start, end in islice(_lines(content), HEADER_SEARCHED)]
    header = _header(top, names)
    used = _separator(name, header, top[header], names, separator, result)
    rows = Lines(content, used, missing)
    if refused := _index(name, content, used, header, _split(top[header], used), rows, result.faults):
        result.faults.append(refused)
    else:
        result.rows = rows
    return result


def _lines(content: bytes) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends."""
    start = 0
    while (end := content.find(b"\n", start)) >= 0:
        yield start, end
        start = end + 1
    yield start, len(content)


def _too_much(content: bytes) -> str | None:
    lines = content.count(b"\n") + 1
    if lines > MAX_LINES:
        return f"has {lines:,} lines; the most is {MAX_LINES:,}. Delete blank lines, or part the table."
    for number, (start, end) in enumerate(_lines(content), 1):
        if end - start > MAX_LINE_BYTES:
            return (
                f"has {(end - start) / 2**20:.0f} MB in line {number}; the most is {MAX_LINE_BYTES // 2**20} MB."
                ' Save it as "CSV UTF-8" with one row on each line.'
            )
    return None


def _header(lines: Sequence[str], names: Sequence[str]) -> int:
    """The line, counted from 0, that holds most of the names, whatever separates them; a title may stand above it."""
    return max(range(min(len(lines), HEADER_SEARCHED)), key=lambda place: (_known(lines[place], names), -place))


def _known(line: str, names: Sequence[str], marks: str = ",;\t|") -> int:
    fields = {field.strip(' "').casefold() for field in re.split(f"[{re.escape(marks)}]", line)}
    return len(fields & {name.casefold() for name in names})


def _as_utf8(name: str, content: bytes, result: TextFile) -> bytes:
    """The same with the lines that are no UTF-8 read in the encoding in which they look most like words."""
    if _is_utf8(content):
        return content
    bad = ((number, line) for number, line in _each(content) if not _is_utf8(line))
    shown = list(islice(bad, MAX_FORM_FAULTS))
    encoding = _proposed([line for _, line in shown])
    result.faults += [_encoding_fault(name, number, line, encoding) for number, line in shown]
    target = io.BytesIO()
    for _, line in _each(content):
        target.write(line if _is_utf8(line) else line.decode(encoding, "replace").encode())
        target.write(b"\n")
    return target.getvalue()[:-1]


def _each(content: bytes) -> Iterator[tuple[int, bytes]]:
    return ((number, content[start:end]) for number, (start, end) in enumerate(_lines(content), 1))


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), CHUNK):
            decoder.decode(content[start : start + CHUNK])
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _proposed(lines: Sequence[bytes]) -> str:
    """The encoding in which the lines read most like words."""

    def strange(encoding: str) -> int:
        return sum(len(_STRANGE.findall(line.decode(encoding, "replace"))) for line in lines)

    return min(ENCODINGS, key=strange)


def _encoding_fault(name: str, number: int, line: bytes, encoding: str) -> Fault:
    start = 0
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        start = error.start
    first = max(line.rfind(mark, 0, start) for mark in (b" ", b",", b";", b"\t", b'"')) + 1
    ends = [place for mark in (b" ", b",", b";", b"\t", b'"') if (place := line.find(mark, start)) >= 0]
    word = line[first : min(ends, default=len(line))].decode(encoding, "replace")
    how = "in a text editor as UTF-8" if name.lower().endswith(".tsv") else 'as "CSV UTF-8"'
    return Fault(
        file=name,
        cell=f"line {number}",
        code="wrong-encoding",
        value=visible(line[start : start + 1].hex().upper()),
        expected="UTF-8",
        suggestion=encoding,
        message=(
            f"byte 0x{line[start]:02X} is no UTF-8; read as {ENCODINGS[encoding]} the word is {show(word)}."
            f" Save the file again {how}."
        ),
    )


def _separator(name: str, header: int, line: str, names: Sequence[str], separator: str, result: TextFile) -> str:
    best = max(SEPARATORS, key=lambda mark: (_known(line, names, mark), mark == separator))
    if _known(line, names, best) <= _known(line, names, separator):
        return separator
    how = f'Save the file as "CSV UTF-8" with {SEPARATORS.get(separator, "that separator")} as separator and'
    if separator == "\t":
        how = (
            "Replace the separators in a text editor, or save the file as"
            ' "Text (Tab delimited) (*.txt)" under the same name, with'
        )
    result.faults.append(
        Fault(
            file=name,
            cell=f"line {header + 1}",
            code="wrong-separator",
            value=best,
            expected=separator,
            suggestion=separator,
            message=(
                f"the columns are separated by {SEPARATORS[best]}, not by {SEPARATORS.get(separator, show(separator))}."
                f" {how} a point in numbers."
            ),
        )
    )
    return best


def _index(
    name: str, content: bytes, separator: str, header: int, names: Sequence[str], rows: Lines, faults: list[Fault]
) -> Fault | None:
    """Note every row; after a quote astray go on at the next line, so that one slip hides nothing below it.

    Gives the fault of a line that is too wide for any table.
    """
    mark, at, number = separator.encode(), 0, 1
    while at <= len(content):
        end = content.find(b"\n", at)
        end, spanned = len(content) if end < 0 else end, 1
        if content.count(mark, at, end) >= MAX_FIELDS:
            message = f"has more than {MAX_FIELDS:,} fields, which is more than Excel has columns. Part the table."
            return Fault(file=name, cell=f"line {number}", code="too-many-fields", message=message)
        line = content[at:end].decode()
        fields = line.split(separator)
        is_shown = len(rows.broken) < MAX_FORM_FAULTS
        if '"' in line:
            reader = csv.reader(_from(content, at), delimiter=separator, strict=True)
            try:
                fields = next(reader)
                spanned = reader.line_num
            except csv.Error:
                rows.broken.add(number)
                if is_shown:
                    faults.append(_quote_fault(name, number, line, separator, names))
        for _ in range(spanned - 1):
            end = content.find(b"\n", end + 1)
            end = len(content) if end < 0 else end
        if len(fields) != len(names) and number > header + 1 and any(fields) and number not in rows.broken:
            rows.broken.add(number)
            if is_shown:
                faults.append(_uneven_fault(name, number, len(fields), len(names), separator, spanned))
        rows.add(number, at, end, fields)
        at, number = end + 1, number + spanned
    return None


def _from(content: bytes, at: int) -> Iterator[str]:
    """The lines from a place on, as long as they are asked for."""
    while at <= len(content):
        end = content.find(b"\n", at)
        end = len(content) if end < 0 else end
        yield content[at:end].decode() + "\n"
        at = end + 1


def _split(line: str, separator: str) -> list[str]:
    """Fields of the header, in which a quote astray is named later, when its line is read."""
    try:
        return next(csv.reader([line], delimiter=separator))
    except csv.Error:  # a field longer than any text
        return line.split(separator)


def _quote_fault(name: str, number: int, line: str, separator: str, names: Sequence[str]) -> Fault:
    place, is_open = _astray(line, separator)
    found = "a quote is opened and never closed" if is_open else "a quote stands inside a quoted text"
    remedy = "Close it" if is_open else "Double it"
    return Fault(
        file=name,
        cell=f"line {number}",
        column=names[place] if place < len(names) else None,
        code="open-quote" if is_open else "stray-quote",
        value=line[:200],
        expected='text between quotes, with every quote inside it doubled ("")',
        message=f"{found} ({show(line)}). {remedy}; this line could not be checked further.",
    )


def _astray(line: str, separator: str) -> tuple[int, bool]:
    """The field in which a quote goes astray, counted from 0, and whether it was left open."""
    field_number, place = 0, 0
    while place < len(line):
        if line[place] != '"':
            end = line.find(separator, place)
        else:
            close = line.find('"', place + 1)
            while close >= 0 and line[close + 1 : close + 2] == '"':
                close = line.find('"', close + 2)
            # A "closing" quote right after a separator is the opening quote of another field.
            if close < 0 or (line[close - 1] == separator and close - 1 > place):
                return field_number, True
            if line[close + 1 : close + 2] not in ("", separator):
                return field_number, False
            end = close + 1 if close + 1 < len(line) else -1
        if end < 0:
            break
        field_number, place = field_number + 1, end + 1
    return field_number, True


def _uneven_fault(name: str, number: int, found: int, width: int, separator: str, spanned: int) -> Fault:
    mark = SEPARATORS.get(separator, show(separator))
    if spanned > 1:
        why = f"It runs on to line {number + spanned - 1}: is a quote left open?"
    elif found > width:
        why = f"Does a text hold {mark} without quotes round the text?"
    else:
        why = f"Is {mark} missing? A blank field keeps its separator."
    return Fault(
        file=name,
        cell=f"line {number}",
        code="ragged-line",
        value=str(found),
        expected=str(width),
        message=f"has {counted(found, 'field')} where the header has {width}. {why}",
    )
