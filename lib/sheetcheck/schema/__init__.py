"""datapackage.json in, typed resources and fields out: the one declaration of columns, units, values and references."""

from sheetcheck.schema.load import load_package
from sheetcheck.schema.model import (
    HELP_SHEETS,
    LANGUAGES,
    PACKAGE_FILE,
    Field,
    ForeignKey,
    Language,
    Package,
    Reference,
    Resource,
    Rule,
)

__all__ = [
    "HELP_SHEETS", "LANGUAGES", "PACKAGE_FILE", "Field", "ForeignKey", "Language", "Package", "Reference", "Resource",
    "Rule", "load_package",
]  # fmt: skip
