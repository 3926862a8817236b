"""What a notebook imports, in one statement: sources, analyses, exhibits and the comparison with the print."""

from kritiek.analysis import committees, documents, export_controls, lists, overview, product_groups
from kritiek.compare import compare_with_print
from kritiek.figures import Figure
from kritiek.sources import Sources
from kritiek.tables import Table, marks_from

__all__ = [
    "Figure",
    "Sources",
    "Table",
    "committees",
    "compare_with_print",
    "documents",
    "export_controls",
    "lists",
    "marks_from",
    "overview",
    "product_groups",
]
