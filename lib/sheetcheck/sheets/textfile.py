"""Bytes of a CSV in, its fields by line out, with the faults of its form: encoding, separator, quotes, width."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sheetcheck.faults import Fault, counted, show, visible

BOM = b"\xef\xbb\xbf"
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


@dataclass
class Record:
    """One line of the table: the number of its first physical line, and its fields."""

    line: int
    fields: list[str]


@dataclass
class TextFile:
    """What stands in a CSV, with the faults and remarks of its form."""

    records: list[Record] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)  # lines whose fields cannot be told apart


def read_text_file(name: str, content: bytes, names: Sequence[str], separator: str = ",") -> TextFile:
    """Read a CSV whose columns should be `names`; a wrong separator is named, then used, to find what else is wrong."""
    result = TextFile()
    if content.startswith(BOM):
        content = content[len(BOM) :]
        message = "begins with a byte order mark; it was read without it."
        result.faults.append(Fault(file=name, code="byte-order-mark", message=message, is_remark=True))
    text = _decode(name, content, result)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while lines and not lines[-1].strip("\t "):
        lines.pop()
    if not lines:
        return result
    header = _header(lines, names)
    used = _separator(name, header, lines[header], names, separator, result)
    result.records = list(_records(name, lines, used, header, result))
    return result


def _header(lines: Sequence[str], names: Sequence[str]) -> int:
    """The line, counted from 0, that holds most of the names, whatever separates them; a title may stand above it."""
    return max(range(min(len(lines), HEADER_SEARCHED)), key=lambda place: (_known(lines[place], names), -place))


def _known(line: str, names: Sequence[str], marks: str = ",;\t|") -> int:
    fields = {field.strip(' "').casefold() for field in re.split(f"[{re.escape(marks)}]", line)}
    return len(fields & {name.casefold() for name in names})


def _decode(name: str, content: bytes, result: TextFile) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    raw = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    bad = []
    for number, line in enumerate(raw, 1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            bad.append((number, line, error.start))
    encoding = _proposed([line for _, line, _ in bad])
    for number, line, start in bad[:MAX_FORM_FAULTS]:
        result.faults.append(_encoding_fault(name, number, line, start, encoding))
    lines = [line.decode(encoding if _fails(line) else "utf-8", "replace") for line in raw]
    return "\n".join(lines)


def _fails(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _proposed(lines: Sequence[bytes]) -> str:
    """The encoding in which the lines read most like words."""

    def strange(encoding: str) -> int:
        return sum(len(_STRANGE.findall(line.decode(encoding, "replace"))) for line in lines)

    return min(ENCODINGS, key=strange)


def _encoding_fault(name: str, number: int, line: bytes, start: int, encoding: str) -> Fault:
    first = max(line.rfind(mark, 0, start) for mark in (b" ", b",", b";", b"\t", b'"')) + 1
    ends = [place for mark in (b" ", b",", b";", b"\t", b'"') if (place := line.find(mark, start)) >= 0]
    word = line[first : min(ends, default=len(line))].decode(encoding, "replace")
    return Fault(
        file=name,
        cell=f"line {number}",
        code="wrong-encoding",
        value=visible(line[start : start + 1].hex().upper()),
        expected="UTF-8",
        suggestion=encoding,
        message=(
            f"byte 0x{line[start]:02X} is no UTF-8; read as {ENCODINGS[encoding]} the word is {show(word)}."
            f' Save the file again as "CSV UTF-8".'
        ),
    )


def _separator(name: str, header: int, line: str, names: Sequence[str], separator: str, result: TextFile) -> str:
    best = max(SEPARATORS, key=lambda mark: (_known(line, names, mark), mark == separator))
    if _known(line, names, best) <= _known(line, names, separator):
        return separator
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
                f' Save the file as "CSV UTF-8" with {SEPARATORS.get(separator, "that separator")} as separator'
                " and a point in numbers."
            ),
        )
    )
    return best


def _records(name: str, lines: list[str], separator: str, header: int, result: TextFile) -> Iterator[Record]:
    """Fields per line; after a quote astray reading goes on at the next, so that one slip hides nothing below it."""
    names = _split(lines[header], separator)
    index = 0
    while index < len(lines):
        line, number, spanned = lines[index], index + 1, 1
        if '"' not in line:
            fields = line.split(separator)
        else:
            rest = (f"{lines[place]}\n" for place in range(index, len(lines)))
            reader = csv.reader(rest, delimiter=separator, strict=True)
            try:
                fields = next(reader)
                spanned = reader.line_num
            except csv.Error:
                fields = line.split(separator)
                _add(result, number, _quote_fault(name, number, line, separator, names))
        is_uneven = len(fields) != len(names) and index > header and any(fields)
        if is_uneven and number not in result.broken:
            _add(result, number, _uneven_fault(name, number, len(fields), len(names), separator, spanned))
        yield Record(number, fields)
        index += spanned


def _split(line: str, separator: str) -> list[str]:
    """Fields of the header, in which a quote astray is named later, when its line is read."""
    try:
        return next(csv.reader([line], delimiter=separator))
    except csv.Error:  # a field longer than any text
        return line.split(separator)


def _add(result: TextFile, number: int, fault: Fault) -> None:
    result.broken.add(number)
    if len(result.broken) <= MAX_FORM_FAULTS:
        result.faults.append(fault)


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
