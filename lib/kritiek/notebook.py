"""What a notebook imports, in one statement: sources, exhibits, the comparison, words for days, and each analysis."""

import importlib
from types import ModuleType

import kritiek.analysis.drawings  # noqa: F401  # makes every drawing known to Figure
from kritiek.exhibits.compare import compare_with_print
from kritiek.exhibits.days import period_words
from kritiek.exhibits.figures import Figure
from kritiek.exhibits.tables import Table, marks_from
from kritiek.sources import Sources

__all__ = ["Figure", "Sources", "Table", "compare_with_print", "marks_from", "period_words"]


def __getattr__(name: str) -> ModuleType:
    """The module of that name in kritiek.analysis, so that a new one needs no list here, or in kritiek.daily."""
    for folder in ("kritiek.analysis", "kritiek.daily"):
        try:
            return importlib.import_module(f"{folder}.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"{folder}.{name}":
                raise
    raise AttributeError(f'kritiek.analysis has no module "{name}"')
