"""Changes and their impact in; Markdown for a pull request out."""

from __future__ import annotations

from kritiek.changes.impact import Impact
from kritiek.changes.report import cell_words, exhibit_words, impact_summary
from sheetcheck.changes import words as change_words
from sheetcheck.changes.differences import Changes
from sheetcheck.changes.words import code, markdown, markdown_table

IMPACT_HEADINGS = ("Exhibit", "What changes", "Cells")


def render_markdown(changes: Changes, impact: Impact | None = None) -> str:
    """A summary line, the table of changes and the table of impact, in GitHub's Markdown."""
    if impact is None:
        return change_words.render_markdown(changes)
    first, rest = change_words.render_markdown(changes).split("\n", 1)
    lines = [f"{first} {markdown(impact_summary(impact))}", *([rest.rstrip("\n")] if rest else [])]
    if impact.exhibits:
        rows = [
            [
                markdown(exhibit.number),
                markdown(exhibit_words(exhibit)),
                "<br>".join(code(words) for words in cell_words(exhibit)),
            ]
            for exhibit in impact.exhibits
        ]
        lines += ["", *markdown_table(IMPACT_HEADINGS, rows)]
    if impact.same:
        lines.append(f"\nThe same, although a table that changed is read: {markdown(', '.join(impact.same))}.")
    return "\n".join(lines) + "\n"
