"""Rules that find where a document contradicts itself, its sources or another document; one module a family."""

from kritiek.analysis.audit import cells, committees, law, lists, measures, names, references, standards
from kritiek.analysis.audit.finding import one_each_fault, together, worded

__all__ = [
    "cells",
    "committees",
    "law",
    "lists",
    "measures",
    "names",
    "one_each_fault",
    "references",
    "standards",
    "together",
    "worded",
]
