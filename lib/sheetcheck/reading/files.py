"""A source file in, its bytes out, or the reason why they cannot be what the name promises."""

from __future__ import annotations

from pathlib import Path

from sheetcheck.faults import Fault, show

# A CSV of 200,000 rows of 20 columns; ten times a workbook of 40,000 rows.
MAX_FILE_BYTES = 48 * 2**20
WORKBOOKS, TEXTS = (".xlsx",), (".csv", ".tsv")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def is_lock_file(name: str) -> bool:
    """True for the file that Excel (~$name) or LibreOffice (.~lock.name#) leaves beside a workbook that is open."""
    return name.startswith("~$") or (name.startswith(".~lock.") and name.endswith("#"))


def read_content(path: Path, name: str) -> tuple[bytes | None, list[Fault]]:
    """The file's bytes, read once so that what is inspected is what is read; or the fault that it cannot be read."""

    def refuse(code: str, message: str) -> tuple[None, list[Fault]]:
        return None, [Fault(file=name, code=code, message=message)]

    if is_lock_file(path.name):
        return None, [lock_remark(name)]
    try:
        if not path.exists():
            return refuse("missing-file", _missing(path))
        if not path.is_file():
            return refuse("unreadable-file", "is no file but a folder or a device. Put the file itself there.")
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            return refuse(
                "file-too-large",
                f"is {size / 2**20:.0f} MB; the most is {MAX_FILE_BYTES / 2**20:.0f} MB."
                " Take out pictures and sheets that are no tables, or part the table.",
            )
        with path.open("rb") as stream:
            content = stream.read(MAX_FILE_BYTES + 1)
    except PermissionError:
        return refuse("unreadable-file", "cannot be read: no permission, or open in Excel. Close it first.")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return refuse("unreadable-file", f"cannot be read ({reason}). Copy it to a folder on this computer.")
    return content, []


def refuse_content(name: str, content: bytes) -> list[Fault]:
    """Why the bytes are not what the file's name promises; a workbook is looked through when it is read."""
    lower = name.lower()
    if not content.lstrip(b"\0 \r\n\t"):
        message = f"is empty ({len(content)} bytes). Put back the last good copy, from git or from the recycle bin."
        return [Fault(file=name, code="empty-file", message=message)]
    if lower.endswith(TEXTS):
        return _inspect_text(name, content)
    if lower.endswith(WORKBOOKS):
        return []
    what = f"is neither .xlsx nor .csv nor .tsv ({show(Path(name).suffix)})"
    message = f"{what}. Save it as one of these and correct the schema."
    return [Fault(file=name, code="unknown-format", message=message)]


def lock_remark(name: str) -> Fault:
    """What is said of a lock file, which is skipped."""
    about = name.removeprefix("~$").removeprefix(".~lock.").removesuffix("#")
    program = "Excel" if name.startswith("~$") else "LibreOffice"
    message = f"{about} is open in {program}: close it first, then check again. This lock file was skipped."
    return Fault(file=name, code="lock-file", message=message, is_remark=True)


def _missing(path: Path) -> str:
    """Say what lies there under nearly the same name; many a missing file is a copy or a change of case."""
    stem = path.stem.casefold()
    try:
        names = sorted(entry.name for entry in path.parent.iterdir() if not is_lock_file(entry.name))
    except OSError:
        names = []
    near = [name for name in names if name.casefold().startswith(stem) and name != path.name]
    if near:
        # Another ending under the right name would not make it another kind of file.
        kinds = {"": "Give it the right name.", ".csv": f'Save it as "CSV UTF-8 (comma delimited)" named {path.name}.'}
        kind = "" if Path(near[0]).suffix.casefold() == path.suffix.casefold() else path.suffix.casefold()
        remedy = kinds.get(kind, f"Save it as {path.suffix} named {path.name}.")
        return f"is missing, and there is {show(near[0])}. Is that the file? {remedy}"
    return "is missing. Put it back, or take it out of the schema."


def _inspect_text(name: str, content: bytes) -> list[Fault]:
    def refuse(code: str, message: str) -> list[Fault]:
        return [Fault(file=name, code=code, message=message)]

    remedy = 'Save it as "CSV UTF-8 (comma delimited)".'
    if content.startswith(UTF16_MARKS) or (b"\0" in content and _is_wide(content)):
        return refuse("utf-16", f'is UTF-16 (in Excel: "Unicode text"), not UTF-8. {remedy}')
    if content.startswith((b"PK\3\4", b"\xd0\xcf\x11\xe0")):
        return refuse("not-text", f"is a workbook that was only renamed to .csv. Open it in Excel. {remedy}")
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        return refuse("not-text", f"holds bytes that no text holds (a zero byte in line {line}). {remedy}")
    return []


def _is_wide(content: bytes) -> bool:
    """Latin text as UTF-16 has a zero in every second byte."""
    sample = content[:4096]
    return sample[0::2].count(0) > len(sample) // 5 or sample[1::2].count(0) > len(sample) // 5
