"""Changes and their impact in; Markdown for a pull request, or one HTML page that needs nothing else, out."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence

from kritiek.changes.impact import ExhibitImpact, Impact
from kritiek.changes.report import (
    BLANK,
    Entry,
    cell_words,
    entries,
    exhibit_words,
    impact_summary,
    notes,
    row_shown,
    shown_pair,
    summary,
)
from sheetcheck.differences import Changes
from sheetcheck.faults import visible

# A comment on a pull request holds 65,536 characters; a row of this table takes some 200.
SHOWN_IN_MARKDOWN = 200
HEADINGS = ("Place", "Row", "Column", "Old", "New")
IMPACT_HEADINGS = ("Exhibit", "What changes", "Cells")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]|~$])")
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; margin: .5rem 0 2rem; }}
th, td {{ text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #ccc; }}
table {{ table-layout: fixed; }}
td {{ overflow-wrap: anywhere; }}
.changes th:nth-child(1), .changes th:nth-child(2), .changes th:nth-child(3) {{ width: 14%; }}
.impact th:nth-child(1), .impact th:nth-child(2) {{ width: 22%; }}
caption {{ text-align: left; font-weight: bold; padding: .35rem 0; }}
th {{ border-bottom: 2px solid #555; }}
del {{ background: #fde7e7; text-decoration: none; }}
ins {{ background: #e3f4e3; text-decoration: none; }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def render_markdown(changes: Changes, impact: Impact | None = None) -> str:
    """A summary line, the table of changes and the table of impact, in GitHub's Markdown."""
    found = entries(changes)
    lines = [f"**{_markdown(summary(changes))}**"]
    if impact is not None:
        lines[0] += f" {_markdown(impact_summary(impact))}"
    lines += [f"\n> {_markdown(note)}" for note in notes(changes)]
    if found:
        rows = [_markdown_entry(entry) for entry in found[:SHOWN_IN_MARKDOWN]]
        lines += ["", *_markdown_table(HEADINGS, rows)]
        if len(found) > SHOWN_IN_MARKDOWN:
            lines.append(f"\n… and {len(found) - SHOWN_IN_MARKDOWN} more changes.")
    if impact is not None and impact.exhibits:
        rows = [_impact_row(exhibit, _markdown, _code) for exhibit in impact.exhibits]
        lines += ["", *_markdown_table(IMPACT_HEADINGS, rows)]
    if impact is not None and impact.same:
        lines.append(f"\nThe same, although a table that changed is read: {_markdown(', '.join(impact.same))}.")
    return "\n".join(lines) + "\n"


def render_html(changes: Changes, impact: Impact | None = None) -> str:
    """One page with everything, without scripts, styles or pictures from elsewhere."""
    found = entries(changes)
    parts = [f"<p><strong>{_html(summary(changes))}</strong></p>"]
    parts += [f"<p>{_html(note)}</p>" for note in notes(changes)]
    if found:
        rows = [_html_entry(entry) for entry in found]
        parts.append(_html_table("changes", "Changes in the sources", HEADINGS, rows))
    if impact is not None:
        parts.append(f"<p><strong>{_html(impact_summary(impact))}</strong></p>")
    if impact is not None and impact.exhibits:
        rows = [_impact_row(exhibit, _html, _html) for exhibit in impact.exhibits]
        parts.append(_html_table("impact", f"Exhibits of {impact.plan} that change", IMPACT_HEADINGS, rows))
    if impact is not None and impact.same:
        parts.append(f"<p>The same, although a table that changed is read: {_html(', '.join(impact.same))}.</p>")
    return _PAGE.format(title=_html(f"Changes since {changes.old}"), body="\n".join(parts))


def _impact_row(exhibit: ExhibitImpact, written: Callable[[str], str], quoted: Callable[[str], str]) -> list[str]:
    cells = "<br>".join(quoted(words) for words in cell_words(exhibit))
    return [written(exhibit.number), written(exhibit_words(exhibit)), cells]


def _markdown_entry(entry: Entry) -> list[str]:
    if entry.old is None or entry.new is None:
        old, new = row_shown(entry.old), row_shown(entry.new)
    else:
        old, new = shown_pair(entry.old, entry.new)
    return [_markdown(entry.place), *(_code(text) for text in (entry.key, entry.column, old, new))]


def _code(text: str) -> str:
    # As code, nothing in a cell becomes a mention of a person, an emoji or a reference to an issue.
    return f"<code>{_markdown(text)}</code>" if text else ""


def _markdown(text: str) -> str:
    """Text in which nothing is Markdown or HTML; a line break shows as a sign, so that a row stays one line."""
    escaped = _MARKDOWN.sub(r"\\\1", html.escape(visible(text), quote=False))
    return escaped.replace("@", "@<!-- -->")


def _markdown_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


def _html_entry(entry: Entry) -> list[str]:
    old = f"<del>{_html(entry.old)}</del>" if entry.old else "" if entry.old is None else BLANK
    new = f"<ins>{_html(entry.new)}</ins>" if entry.new else "" if entry.new is None else BLANK
    return [_html(entry.place), _html(entry.key), _html(entry.column), old, new]


def _html(text: str) -> str:
    return "<br>".join(html.escape(visible(line)) for line in text.split("\n"))


def _html_table(name: str, caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    body = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    top = f"<caption>{_html(caption)}</caption>\n<thead><tr>{head}</tr></thead>"
    return f'<table class="{name}">\n{top}\n<tbody>\n{body}\n</tbody>\n</table>'
