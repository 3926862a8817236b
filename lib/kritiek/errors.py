"""What else can go wrong for a user beside the sheets: plans, runs and exhibits; shown like the errors of sheets."""

from sheetcheck.faults import UserError


class PlanError(UserError):
    """A plan, an exhibit name or a parameter is wrong; raised before anything runs."""


class RunError(UserError):
    """A notebook could not be run to its end, or ran and left no exhibit."""


class NeedsKernel(RunError):
    """A cell holds what only a kernel can run."""


class ExhibitError(UserError):
    """An exhibit cannot be made from what it was given, for example with an option value it does not know."""
