"""A source file in, its bytes out, or the reason why they cannot be what the name promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sheetcheck.faults import Fault, problem

# A CSV of 200,000 rows of 20 columns; ten times a workbook of 40,000 rows.
MAX_FILE_BYTES = 48 * 2**20
WORKBOOKS, TEXTS = (".xlsx",), (".csv", ".tsv")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def is_lock_file(name: str) -> bool:
    """True for the file that Excel (~$name) or LibreOffice (.~lock.name#) leaves beside a workbook that is open."""
    return name.startswith("~$") or (name.startswith(".~lock.") and name.endswith("#"))


def lock_remark(name: str) -> Fault:
    """What is said of a lock file, which is skipped."""
    about = name.removeprefix("~$").removeprefix(".~lock.").removesuffix("#")
    program = "Excel" if name.startswith("~$") else "LibreOffice"
    return Fault.of(problem("lock-file", about=about, program=program), file=name, is_remark=True)


def read_content(path: Path, name: str) -> tuple[bytes | None, list[Fault]]:
    """The file's bytes, read once so that what is inspected is what is read; or why they cannot be what it promises."""
    if is_lock_file(path.name):
        return None, [lock_remark(name)]
    try:
        key, parts = "", {}
        if not path.exists():
            key, parts = _missing(path)
        elif not path.is_file():
            key = "unreadable-file.folder"
        elif (size := path.stat().st_size) > MAX_FILE_BYTES:
            key = "file-too-large"
            parts = {"size": f"{size / 2**20:.0f}", "most": f"{MAX_FILE_BYTES / 2**20:.0f}"}
        else:
            with path.open("rb") as stream:
                content = stream.read(MAX_FILE_BYTES + 1)
            key, parts = _refused(name, content)
    except PermissionError:
        key, parts = "unreadable-file.permission", {}
    except (OSError, ValueError) as error:
        key, parts = "unreadable-file.other", {"reason": getattr(error, "strerror", None) or str(error)}
    return (None, [Fault.of(problem(key, **parts), file=name)]) if key else (content, [])


def _missing(path: Path) -> tuple[str, dict[str, Any]]:
    """What lies there under nearly the same name; many a missing file is a copy or a change of case."""
    stem = path.stem.casefold()
    try:
        names = sorted(entry.name for entry in path.parent.iterdir() if not is_lock_file(entry.name))
    except OSError:
        names = []
    near = [name for name in names if name.casefold().startswith(stem) and name != path.name]
    if not near:
        return "missing-file.gone", {}
    # Another ending under the right name would not make it another kind of file.
    found, wanted = Path(near[0]).suffix.casefold(), path.suffix.casefold()
    kind = "name" if found == wanted else "csv" if wanted == ".csv" else "ods" if found == ".ods" else "suffix"
    return f"missing-file.{kind}", {"near": near[0], "name": path.name, "suffix": path.suffix}


def _refused(name: str, content: bytes) -> tuple[str, dict[str, Any]]:
    """Why the bytes are not what the file's name promises; a workbook is looked through when it is read."""
    lower = name.lower()
    if not content.lstrip(b"\0 \r\n\t"):
        return "empty-file", {"bytes": len(content)}
    if lower.endswith(WORKBOOKS):
        return "", {}
    if not lower.endswith(TEXTS):
        return "unknown-format", {"suffix": Path(name).suffix}
    # Latin text as UTF-16 has a zero in every second byte.
    sample = content[:4096]
    is_wide = max(sample[0::2].count(0), sample[1::2].count(0)) > len(sample) // 5
    if content.startswith(UTF16_MARKS) or (b"\0" in content and is_wide):
        return "utf-16", {}
    if content.startswith((b"PK\3\4", b"\xd0\xcf\x11\xe0")):
        return "not-text.workbook", {}
    if b"\0" in content:
        return "not-text.zero", {"line": content.count(b"\n", 0, content.index(b"\0")) + 1}
    return "", {}
