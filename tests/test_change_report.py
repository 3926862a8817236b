"""What a change of the sources does to the exhibits is told after the change itself, in every form."""

from __future__ import annotations

import json

import pytest
from markdown_it import MarkdownIt

from kritiek.changes.impact import ExhibitCell, ExhibitImpact, Impact, WordChange
from kritiek.changes.report import render_json, render_markdown, render_text
from sheetcheck.changes.differences import CellChange, Changes, TableChange

PLACE = "committees.xlsx › relevance"
CHANGES = Changes(
    "before",
    "now",
    tables=(TableChange("relevance", PLACE, cells=(CellChange(f"{PLACE} › C2", "x", "why", "a", "b"),)),),
)
IMPACT = Impact(
    "trial",
    exhibits=(
        ExhibitImpact(
            "table_14",
            "Tabel 14",
            62,
            (ExhibitCell(2, 1, "Waarom?", "a|b\nc", "<b>"),),
            1,
            2,
            (WordChange("caption", "old", "new"),),
        ),
        ExhibitImpact("table_03", "Tabel 3", trouble="cannot be made from the new state of the sources: x"),
    ),
    same=("Tabel 2",),
    untouched=4,
)


def test_the_text_tells_the_change_first_and_then_each_exhibit():
    assert render_text(CHANGES, IMPACT).splitlines() == [
        'committees.xlsx › relevance › C2 (x): why "a" → "b"',
        "",
        "1 cell changed, in 1 table, since before.",
        "",
        "2 of 7 exhibits of trial change.",
        "Tabel 14: 1 of 62 cells changes; 1 row is new; 2 rows are gone; other caption",
        '    row 2, Waarom?: "a|b⏎c" → "<b>"',
        '    caption: "old" → "new"',
        "Tabel 3: cannot be made from the new state of the sources: x",
        "The same, although a table that changed is read: Tabel 2.",
    ]


def test_markdown_has_a_table_of_changes_and_one_of_exhibits():
    lines = render_markdown(CHANGES, IMPACT).splitlines()
    assert lines[0] == "**1 cell changed, in 1 table, since before.** 2 of 7 exhibits of trial change."
    html = MarkdownIt("commonmark").enable("table").render("\n".join(lines))
    assert html.count("<table>") == 2
    assert html.count("<tr>") == 1 + 1 + 1 + 2
    assert "row 2, Waarom?: &quot;a|b⏎c&quot; → &quot;&lt;b&gt;&quot;" in html
    assert lines[-1] == "The same, although a table that changed is read: Tabel 2."


def test_json_holds_the_impact_whole():
    content = json.loads(render_json(CHANGES, IMPACT))
    assert content["summary"] == "1 cell changed, in 1 table, since before."
    assert content["impact"]["exhibits"][0]["cells"] == [
        {"row": 2, "column": 1, "label": "Waarom?", "old": "a|b\nc", "new": "<b>", "name": "", "where": ""}
    ]


@pytest.mark.parametrize("render", [render_text, render_markdown, render_json])
def test_an_impact_that_cannot_be_told_says_why(render):
    unknown = Impact("trial", why_not="the new state cannot be built: it has 1 fault (see kritiek check).")
    assert "the new state cannot be built: it has 1 fault (see kritiek check)" in " ".join(
        render(CHANGES, unknown).split()
    )


def test_nothing_changed_and_no_impact_is_one_sentence_in_markdown():
    assert render_markdown(Changes("before", "now")) == "**No change since before.**\n"
    told = render_markdown(Changes("before", "now"), Impact("trial", untouched=3))
    assert told == "**No change since before.** Nothing changes in the 3 exhibits of trial.\n"
