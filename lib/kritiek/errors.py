"""What can go wrong for a user: exceptions whose message says where, what was found, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Sequence


class KritiekError(Exception):
    """Something a user can mend; the command line shows the message alone, never a traceback."""


class SchemaError(KritiekError):
    """The folder or its datapackage.json cannot be used at all, so that nothing could be checked."""


class SourceError(KritiekError):
    """One or more source files hold faults; `faults` lists them all, each with its file, sheet and cell."""

    def __init__(self, message: str, faults: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


class PlanError(KritiekError):
    """A plan, an exhibit name or a parameter is wrong; raised before anything runs."""


class RunError(KritiekError):
    """A notebook could not be run to its end, or ran and left no exhibit."""


class ExhibitError(KritiekError):
    """An exhibit cannot be made from what it was given, for example with an option value it does not know."""
