"""Validated frames in, plain rows and the text of a CSV file out; and a way to replace a file whole or not at all."""

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheetcheck.reading.cells import written
from sheetcheck.schema import Field, Package, Resource

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# Value of a cell as Python holds it: str, int, float, bool, date, tuple of str, or None for an empty cell.
Row = Mapping[str, Any]


def records(frame: "pd.DataFrame", resource: Resource) -> list[dict[str, Any]]:
    """The rows of a validated frame as plain Python values, columns of the schema only.

    Columns in:  the resource's fields, and any others (such as origin), which are left out
    Values out:  str, int, float, bool, date, tuple of str; None for an empty cell
    """
    values = frame[[*resource.field_names]].astype("object")
    return values.where(values.notna(), None).to_dict("records")


def rows_of(package: Package, frames: "Mapping[str, pd.DataFrame]") -> dict[str, list[dict[str, Any]]]:
    """Rows of validated frames as plain values by resource; none for files that are not there yet."""
    return {name: records(frame, package.resource(name)) for name, frame in frames.items()}


def cell_text(field: Field, value: Any) -> str:
    """A value as a CSV file holds it: "" when empty, TRUE or FALSE, yyyy-mm-dd, 56.4, "a; b"."""
    if isinstance(value, tuple | list):
        return f"{field.delimiter} ".join(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return written(value)
    # With every digit, of which a person reads fifteen.
    return str(int(value)) if value % 1 == 0 and abs(value) < 1e15 else repr(value)


def write_value(sheet: "Worksheet", row: int, column: int, value: Any, style: "Format | None") -> None:
    """Write a value to a cell of a workbook as what it is."""
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_string(row, column, value, style)


def csv_text(resource: Resource, rows: Iterable[Row]) -> str:
    """A table as CSV text: a header of field names, then the rows in the order given, lines ended by LF.

    The columns are separated by what the schema says.
    """
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=resource.delimiter, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(resource.field_names)
    for row in rows:
        writer.writerow([cell_text(field, row.get(field.name)) for field in resource.fields])
    return target.getvalue()


def replace_file(target: Path, content: str | bytes) -> Path:
    """Write a file whole or not at all: on the disk under another name in the same folder, then over the target.

    Raises OSError, which names the target whatever failed along the way.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", suffix=".tmp", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            # Otherwise a power cut can leave the new name with nothing behind it, and the old content is gone.
            os.fsync(stream.fileno())
        # mkstemp makes files that only their owner may read; a source is for everyone in the team.
        temporary.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
        temporary.replace(target)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(target)) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
    # The file is whole either way; this keeps its new name through a power cut, where the system can.
    if os.name != "nt":
        with suppress(OSError):
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    return target


def longest(values: Sequence[str]) -> int:
    """Length of the longest line in a column of texts; 0 when there is none."""
    return max((len(line) for value in values for line in value.splitlines()), default=0)
