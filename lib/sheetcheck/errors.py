"""What can go wrong for a user: exceptions whose message says where, what was found, what was expected, what to do."""

from __future__ import annotations

import errno
from collections.abc import Sequence


class UserError(Exception):
    """Something a user can mend; the command line shows the message alone, never a traceback."""


class SchemaError(UserError):
    """The folder or its datapackage.json cannot be used at all, so that nothing could be checked."""


class SourceError(UserError):
    """One or more source files hold faults; `faults` lists them all, each with its file, sheet and cell."""

    def __init__(self, message: str, faults: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


def disk_sentence(error: OSError, name: str | None = None) -> str:
    """What a file or disk refused, in a sentence that names the file and says what to do; `name` as people know it."""
    place = name or error.filename or "The folder for temporary files"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{place}: the disk is full, so it was not written. Make room, and try again."
    if error.errno == errno.EROFS:
        return f"{place}: the disk or folder is read-only. Choose a folder that can be written, and try again."
    if isinstance(error, PermissionError):
        return f"{place}: no permission. Is it open in Excel? Close it, or ask for rights to its folder."
    if isinstance(error, IsADirectoryError):
        return f"{place}: is a folder where a file belongs. Move it away, and try again."
    if isinstance(error, FileNotFoundError):
        return f"{place}: is not there any more. Put it back, and try again."
    return f"{place}: cannot be read or written ({error.strerror or error}). Try again in a folder on this computer."
