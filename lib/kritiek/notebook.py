"""What a notebook imports, in one statement: sources, analyses, exhibits and the comparison with the print."""

from kritiek.analysis import committees, documents, export_controls, lists, overview, product_groups
from kritiek.exhibits.compare import compare_with_print
from kritiek.exhibits.figures import Figure
from kritiek.exhibits.tables import Table, marks_from
from kritiek.sources import Sources

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
