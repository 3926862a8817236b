"""What can go wrong for a user: exceptions whose message says where, what was found, what was expected, what to do."""

from __future__ import annotations

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
