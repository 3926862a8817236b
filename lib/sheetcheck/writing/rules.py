"""A sheet, its table and the lists of valid values in; drop-downs and warning colours on the sheet's columns out."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from sheetcheck.schema import Field, Language, Resource
from sheetcheck.writing.lists import Lists
from sheetcheck.writing.styles import COLOURS, Styles
from sheetcheck.writing.wording import limits

# Rows below the last one that already have drop-downs and colours, so that a new row is helped like an old one.
ROOM = 200
# Excel has no rule "any number"; these are the least and the most of each type that we take.
WIDEST = {
    "integer": (-9.99e307, 9.99e307),
    "number": (-9.99e307, 9.99e307),
    "date": (date(1900, 1, 1), date(2100, 12, 31)),
    "string": (0, 32_767),
}
KINDS = {"integer": "integer", "number": "decimal", "date": "date", "string": "length"}
MESSAGES = {
    "nl": {
        "title": "Niet in orde",
        "list": "Kies een waarde uit de lijst.",
        "reference": "Deze waarde staat niet in de lijst. Is zij pas toegevoegd, of doe je dat zo? Kies dan Ja.",
        "string": "Hier hoort een tekst van{}.",
        "number": "Hier hoort een getal{}.",
        "integer": "Hier hoort een geheel getal{}.",
        "date": "Hier hoort een datum{}: jjjj-mm-dd.",
    },
    "en": {
        "title": "Not right",
        "list": "Choose a value from the list.",
        "reference": "This value is not in the list. Was it added lately, or will you do so next? Then choose Yes.",
        "string": "A text belongs here of{}.",
        "number": "A number belongs here{}.",
        "integer": "A whole number belongs here{}.",
        "date": "A date belongs here{}: yyyy-mm-dd.",
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
        rule = _validation(field, cell, name, language)
        if rule:
            sheet.data_validation(1, column, last, column, rule)
        if field.required or field.name in resource.primary_key:
            gap = f"=AND(LEN(TRIM({cell}))=0,COUNTA($A2:${last_letter}2)>0)"
            sheet.conditional_format(1, column, last, column, {"type": "formula", "criteria": gap, "format": missing})
        if name:
            stray = _not_in_list(field, cell, name)
            sheet.conditional_format(1, column, last, column, {"type": "formula", "criteria": stray, "format": unknown})
    for rule in resource.rules:
        # A date before the one that it should follow is coloured as it is typed; the other rules wait for the check.
        for first, second in pairwise(rule.parts["fields"]) if rule.kind == "order" else ():
            column = resource.field_names.index(second)
            one, two = f"${xl_col_to_name(resource.field_names.index(first))}2", f"{xl_col_to_name(column)}2"
            criteria = f"=AND(ISNUMBER({one}),ISNUMBER({two}),{two}<{one})"
            sheet.conditional_format(
                1, column, last, column, {"type": "formula", "criteria": criteria, "format": unknown}
            )


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


def _validation(field: Field, cell: str, name: str | None, language: Language) -> dict[str, Any] | None:
    """XlsxWriter's rule for a column; None where Excel has none that fits, as for a cell with several values."""
    words = MESSAGES[language]
    if field.is_list:
        return None
    if name:
        # A key of another workbook may be newer than this workbook's list: Excel asks, and lets it pass.
        kind = "reference" if field.reference else "list"
        style = "warning" if field.reference else "stop"
        return _rule("list", words[kind], words, style) | {"source": f"={name}"}
    said = limits(field, language)
    if field.type not in KINDS or (field.type == "string" and not said):
        return None
    message = words[field.type].format(f" {said}" if said else "")
    least, most = WIDEST[field.type]
    low, high = (field.min_length, field.max_length) if field.type == "string" else (field.minimum, field.maximum)
    low, high = least if low is None else low, most if high is None else high
    above, under = field.exclusive_minimum, field.exclusive_maximum
    if above is None and under is None:
        return _rule(KINDS[field.type], message, words, "stop") | {
            "criteria": "between",
            "minimum": low,
            "maximum": high,
        }
    # Excel knows "between" with its ends alone; a formula can leave them out.
    bounds = [(">=", low), ("<=", high), (">", above), ("<", under)]
    tests = [f"{cell}{sign}{_in_formula(limit)}" for sign, limit in bounds if limit is not None]
    tests += [f"INT({cell})={cell}"] if field.type == "integer" else []
    return _rule("custom", message, words, "stop") | {"value": f"=AND(ISNUMBER({cell}),{','.join(tests)})"}


def _rule(kind: str, message: str, words: dict[str, str], style: str) -> dict[str, Any]:
    return {"validate": kind, "error_title": words["title"], "error_message": message, "error_type": style}


def _in_formula(limit: Any) -> str:
    return f"DATE({limit.year},{limit.month},{limit.day})" if isinstance(limit, date) else repr(limit)
