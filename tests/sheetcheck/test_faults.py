"""A fault says its place and its sentence; text is for people, JSON for programs, annotations for GitHub."""

from __future__ import annotations

import json

from sheetcheck.faults import SHOWN_PER_KIND, Fault, render_github, render_json, render_text
from sheetcheck.messages import show

CELL = Fault(
    file="committees.xlsx",
    sheet="relevance",
    cell="C14",
    column="committee",
    key="14",
    code="unknown-reference",
    value="ISO/TC 289",
    expected="column id of committees.xlsx › committees",
    suggestion="ISO/TC 298",
    message='"ISO/TC 289" is no committee. Nearest: "ISO/TC 298" (Rare earth).',
    followers=("committees.xlsx › relevance › C20",),
)
LINE = Fault(file="sources.csv", cell="line 3", column="kind", code="missing-required", message="is blank.")
WHOLE = Fault(file="policy.xlsx", code="truncated", message="is cut off.")
REMARK = Fault(file="sources.csv", code="byte-order-mark", message="begins with a mark.", is_remark=True)


def test_a_fault_reads_as_its_place_and_its_sentence() -> None:
    assert str(CELL) == (
        'committees.xlsx › relevance › C14: "ISO/TC 289" is no committee. Nearest: "ISO/TC 298" (Rare earth).'
    )
    assert str(LINE) == "sources.csv › line 3 › kind: is blank."
    assert str(WHOLE) == "policy.xlsx: is cut off."
    assert (CELL.row, LINE.row, WHOLE.row) == (14, 3, None)


def test_text_groups_by_file_and_sheet_and_ends_with_the_count() -> None:
    assert render_text([CELL, LINE, WHOLE, REMARK]).splitlines() == [
        str(CELL),
        "",
        "sources.csv › line 3 › kind: is blank.",
        "",
        "policy.xlsx: is cut off.",
        "",
        "sources.csv: begins with a mark.",
        "",
        "3 faults in 3 files. 1 remark.",
    ]
    assert render_text([]) == "No faults."
    assert render_text([REMARK]).splitlines()[-1] == "No faults. 1 remark."
    assert render_text([WHOLE]).splitlines()[-1] == "1 fault in 1 file."


def test_text_keeps_the_faults_of_a_sheet_together() -> None:
    other = Fault(file="committees.xlsx", sheet="relevance", cell="C15", code="x", message="too.")
    assert render_text([CELL, LINE, other]).splitlines()[:2] == [str(CELL), str(other)]


def test_a_column_full_of_one_fault_is_summed_up_with_its_last_cell() -> None:
    many = [
        Fault(file="a.xlsx", sheet="s", cell=f"B{row}", column="share", code="decimal-comma", message="is text.")
        for row in range(2, 1002)
    ]
    lines = render_text(many).splitlines()
    assert len(lines) == SHOWN_PER_KIND + 3
    assert lines[SHOWN_PER_KIND] == f"a.xlsx › s › B14 to B1001: {1000 - SHOWN_PER_KIND} more as above (decimal-comma)."
    assert lines[-1] == "1000 faults in 1 file."
    assert len(json.loads(render_json(many))["faults"]) == 1000


def test_colour_changes_no_word() -> None:
    coloured = render_text([CELL, REMARK], colour=True)
    assert "\033[" in coloured
    plain = coloured
    for code in ("\033[1m", "\033[31m", "\033[2m", "\033[0m"):
        plain = plain.replace(code, "")
    assert plain == render_text([CELL, REMARK])


def test_json_has_every_part_of_every_fault() -> None:
    content = json.loads(render_json([CELL, WHOLE, REMARK]))
    assert content["count"] == 2
    assert content["faults"][0] == {
        "file": "committees.xlsx",
        "sheet": "relevance",
        "cell": "C14",
        "column": "committee",
        "key": "14",
        "code": "unknown-reference",
        "value": "ISO/TC 289",
        "expected": "column id of committees.xlsx › committees",
        "suggestion": "ISO/TC 298",
        "message": '"ISO/TC 289" is no committee. Nearest: "ISO/TC 298" (Rare earth).',
        "followers": ["committees.xlsx › relevance › C20"],
    }
    assert content["faults"][1]["cell"] is None
    assert [remark["code"] for remark in content["remarks"]] == ["byte-order-mark"]


def test_json_is_made_even_of_half_a_character() -> None:
    broken = Fault(file="a.xlsx", code="x", value="\ud800", message="is \ud800.")
    assert json.loads(render_json([broken]).encode("utf-8").decode("utf-8"))["faults"][0]["value"] == "\ud800"


def test_github_annotations_are_escaped() -> None:
    fault = Fault(file="a,b:c%.xlsx", sheet="s", cell="C14", code="x", message="100 % wrong\nand more: much, more")
    assert render_github([fault], folder="data/") == (
        "::error file=data/a%2Cb%3Ac%25.xlsx,line=14,title=s › C14 › x"
        "::a,b:c%25.xlsx › s › C14: 100 %25 wrong⏎and more: much, more"
    )
    assert render_github([REMARK]).startswith("::notice file=sources.csv,line=1,title=byte-order-mark::")
    assert render_github([CELL, LINE]).count("\n") == 1


def test_a_name_of_a_sheet_cannot_forge_a_line() -> None:
    fault = Fault(file="a.xlsx", sheet="s\n::error::x", code="x", message="a\nb\ud800.")
    assert str(fault) == "a.xlsx › s⏎::error::x: a⏎b⟨U+D800⟩."
    assert "\n" not in render_github([fault])


def test_a_value_cannot_forge_a_line_or_hide_in_it() -> None:
    assert show("a\n::error::x") == '"a⏎::error::x"'
    assert show("Rare\u00a0earth\u200b\u202e\x1b[31m") == '"Rare⟨U+00A0⟩earth⟨U+200B⟩⟨U+202E⟩⟨U+001B⟩[31m"'
    assert show("\ud800") == '"⟨U+D800⟩"'
    assert show("x" * 200) == '"' + "x" * 70 + '…"'
