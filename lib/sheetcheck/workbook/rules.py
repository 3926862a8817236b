"""A sheet, its table and the lists of valid values in; drop-downs and warning colours on the sheet's columns out."""

from __future__ import annotations

from datetime import date
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from sheetcheck.schema import Field, Language, Resource
from sheetcheck.workbook.lists import Lists
from sheetcheck.workbook.styles import COLOURS, Styles

# Rows below the last one that already have drop-downs and colours, so that a new row is helped like an old one.
ROOM = 200
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
MESSAGES = {
    "nl": {
        "title": "Niet in orde",
        "list": "Kies een waarde uit de lijst.",
        "reference": "Deze waarde staat niet in de lijst. Is zij pas toegevoegd, of doe je dat zo? Kies dan Ja.",
        "number": "Hier hoort een getal{}.",
        "integer": "Hier hoort een geheel getal{}.",
        "date": "Hier hoort een datum: jjjj-mm-dd.",
        "from to": " van {} tot en met {}",
        "from": " vanaf {}",
        "to": " tot en met {}",
    },
    "en": {
        "title": "Not right",
        "list": "Choose a value from the list.",
        "reference": "This value is not in the list. Was it added lately, or will you do so next? Then choose Yes.",
        "number": "A number belongs here{}.",
        "integer": "A whole number belongs here{}.",
        "date": "A date belongs here: yyyy-mm-dd.",
        "from to": " from {} to {}",
        "from": " from {}",
        "to": " up to {}",
    },
}


def add_rules(
    sheet: Worksheet, resource: Resource, rows: int, lists: Lists, styles: Styles, language: Language
) -> None:
    """Give every column its drop-down or limits, colour unknown values and, in rows that hold anything, gaps."""
    last = rows + ROOM
    last_letter = xl_col_to_name(len(resource.fields) - 1)
    missing, unknown = (styles.get(bg_color=COLOURS[kind]) for kind in ("missing", "unknown"))
    for column, field in enumerate(resource.fields):
        cell = f"{xl_col_to_name(column)}2"
        name = lists.name_for(resource, field)
        rule = _validation(field, name, language)
        if rule:
            sheet.data_validation(1, column, last, column, rule)
        if field.required or field.name in resource.primary_key:
            gap = f"=AND(LEN(TRIM({cell}))=0,COUNTA($A2:${last_letter}2)>0)"
            sheet.conditional_format(1, column, last, column, {"type": "formula", "criteria": gap, "format": missing})
        if name:
            stray = _not_in_list(field, cell, name)
            sheet.conditional_format(1, column, last, column, {"type": "formula", "criteria": stray, "format": unknown})


def _not_in_list(field: Field, cell: str, name: str) -> str:
    """A formula that is true for a value, or any item of a list cell, that is not among the named values.

    EXACT and FIND see capitals, and treat * and ? as characters, which COUNTIF and MATCH do not.
    """
    if field.type == "boolean":
        return f"=AND(LEN({cell})>0,NOT(ISLOGICAL({cell})))"
    if not field.is_list:
        return f"=AND(LEN({cell})>0,SUMPRODUCT(--EXACT({cell},{name}))=0)"
    mark = field.delimiter
    items = f'"{mark}"&SUBSTITUTE(TRIM({cell}),"{mark} ","{mark}")&"{mark}"'
    known = f'SUMPRODUCT(--ISNUMBER(FIND("{mark}"&{name}&"{mark}",{items})))'
    count = f'LEN({cell})-LEN(SUBSTITUTE({cell},"{mark}",""))+1'
    return f"=AND(LEN({cell})>0,{known}<{count})"


def _validation(field: Field, name: str | None, language: Language) -> dict[str, Any] | None:
    """XlsxWriter's rule for a column; None where Excel has none that fits, as for a cell with several values."""
    words = MESSAGES[language]
    if field.is_list:
        return None
    if name:
        # A key of another workbook may be newer than this workbook's list: Excel asks, and lets it pass.
        kind = "reference" if field.reference else "list"
        style = "warning" if field.reference else "stop"
        return _rule("list", words[kind], words, style) | {"source": f"={name}"}
    low, high = field.minimum, field.maximum
    if field.type == "date":
        limits = {"criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
        return _rule("date", words["date"], words, "stop") | limits
    if field.type in ("integer", "number"):
        kind = "integer" if field.type == "integer" else "decimal"
        return _rule(kind, words[field.type].format(_range(low, high, words)), words, "stop") | _limits(low, high)
    return None


def _rule(kind: str, message: str, words: dict[str, str], style: str) -> dict[str, Any]:
    return {"validate": kind, "error_title": words["title"], "error_message": message, "error_type": style}


def _limits(low: float | None, high: float | None) -> dict[str, Any]:
    if low is None and high is None:
        # Excel has no rule "any number"; these are the largest it can hold.
        return {"criteria": "between", "minimum": -9.99e307, "maximum": 9.99e307}
    if high is None:
        return {"criteria": ">=", "value": low}
    if low is None:
        return {"criteria": "<=", "value": high}
    return {"criteria": "between", "minimum": low, "maximum": high}


def _range(low: float | None, high: float | None, words: dict[str, str]) -> str:
    if low is None and high is None:
        return ""
    if high is None:
        return words["from"].format(low)
    return words["to"].format(high) if low is None else words["from to"].format(low, high)
