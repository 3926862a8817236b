"""What an appendix holds, from executed notebooks and a plan: numbers, verdicts, references, deviations, colophon."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import appendix_cases as cases
from kritiek.appendix.model import paragraphs, read_appendix, visible
from kritiek.appendix.paper.languages import pieces
from kritiek.appendix.paper.layout import LETTER_SIZES, SIDEWAYS, UPRIGHT, bound, grid, text_width
from kritiek.appendix.references import references, source_line
from kritiek.appendix.words import WORDS, same, words
from kritiek.build.plan.file import Plan, PlannedExhibit
from kritiek.build.plan.head import Head
from kritiek.build.plan.parameters import Parameter
from kritiek.errors import RunError
from kritiek.exhibits.overlay import Deviation
from kritiek.exhibits.tables import RESOURCE_MIME

SOURCES = pd.DataFrame(
    [
        ["b", "Zwart, A., Wit, B., & De Vries, C.", "2024, 9 september", "Derde", "", "", "Uitgever", "", ""],
        ["a", "NEN", "z.d.", "Tweede", "(rapport 2)", "", "NEN", "22 mei 2026", "https://example.org/n"],
        ["c", "", "2023", "Eerste?", "", "Blad 3", "", "", ""],
        ["d", "NEN", "2026, maart", "Vierde", "", "", "", "", ""],
        ["e", "Baan, A., & Boom, B.", "2026", "Vijfde", "", "", "", "", ""],
    ],
    columns=["id", "authors", "date", "title", "title_addition", "container", "publisher", "accessed", "url"],
)
FACTS = {"agrees": True, "compared": True, "known": 0, "verdict": {"nl": "als de druk", "en": "as the print"}}


def executed(root: Path, exhibit, name: str = "", facts=None, languages=("nl", "en")) -> None:
    """Executed notebooks of an exhibit in both languages, as a build leaves them."""
    for language in languages:
        payload = exhibit.in_language(language).payload()
        output = {"output_type": "display_data", "data": {RESOURCE_MIME: payload}, "metadata": {}}
        notebook = {
            "cells": [{"cell_type": "code", "source": "x", "outputs": [output], "execution_count": 1, "metadata": {}}],
            "metadata": {"kritiek": {**FACTS, **(facts or {}), "record": {"versions": {"python": "3.11.7"}}}},
        }
        folder = root / "reports" / "trial"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name or exhibit.name}.{language}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def plan(root: Path, *names: str, is_compared: bool = True, **head) -> Plan:
    """A plan of these exhibits."""
    given = {"title": words("Titel", "Title"), "languages": ("nl", "en"), **head}
    exhibits = tuple(PlannedExhibit(name, f"{name}.ipynb", {"group": "steel"}) for name in names)
    return Plan("trial", Head(**given), exhibits, root, is_compared=is_compared)


def read(root: Path, *names: str, stale=None, facts=None, **options):
    """The appendix of a plan of these exhibits."""
    return read_appendix(plan(root, *names, **options), SOURCES, stale=stale, facts=facts)


# Numbers


def test_the_numbers_of_the_report_are_kept_and_what_has_none_gets_none(tmp_path):
    executed(tmp_path, cases.table([["a", "b"]], name="one", number=words("Tabel 7", "Table 7")))
    executed(tmp_path, cases.table([["a", "b"]], name="two", number=words("", "")))
    executed(tmp_path, cases.table([["a", "b"]], name="three", number=words("Tabel 2a", "Table 2a")))
    found = read(tmp_path, "one", "two", "three").exhibits
    assert [(entry.number["nl"], entry.ordinal) for entry in found] == [("Tabel 7", 7), ("", None), ("Tabel 2a", None)]


def test_an_appendix_of_its_own_numbers_counts_tables_and_figures_apart_behind_its_prefix(tmp_path):
    executed(tmp_path, cases.table([["a", "b"]], name="one", number=words("Tabel 7", "Table 7")))
    executed(tmp_path, cases.table([["a", "b"]], name="two", number=words("Figuur 3", "Figure 3")))
    executed(tmp_path, cases.table([["a", "b"]], name="three", number=words("", "")))
    found = read(tmp_path, "one", "two", "three", numbering="own", number_prefix="B.")
    told = [(entry.number["nl"], entry.number["en"], entry.ordinal) for entry in found.exhibits]
    assert told == [("Tabel B.1", "Table B.1", 1), ("Figuur B.1", "Figure B.1", 1), ("Tabel B.2", "Table B.2", 2)]
    assert [entry.exhibit.texts.number["nl"] for entry in found.exhibits] == ["Tabel B.1", "Figuur B.1", "Tabel B.2"]


def test_the_number_of_an_exhibit_in_a_text_refers_to_it_and_a_longer_number_does_not():
    one = cases.entry(cases.table([["a", "b"]]))
    pieces_found = cases.appendix(one).referring("Zie Tabel 1, niet Tabel 12.", "nl")
    assert pieces_found == [("Zie ", None), ("Tabel 1", one), (", niet Tabel 12.", None)]


# How it stands to its baseline


@pytest.mark.parametrize(
    "published, facts, verdict, is_right",
    [
        (True, {}, ("zoals gedrukt", "rows, marks and numbers as printed; the English words are ours"), True),
        (
            True,
            {"known": 2},
            ("zoals gedrukt, op afwijkingen met een reden na", "as printed, but for deviations with a reason"),
            True,
        ),
        (True, {"agrees": False}, ("niet zoals gedrukt", "not as printed"), False),
        (
            True,
            {"compared": False},
            ("niet als tabel gedrukt, dus niet vergeleken", "not printed as a table, so not compared"),
            True,
        ),
        (
            False,
            {"compared": False},
            ("andere keuze dan in het rapport, dus niet vergeleken", "other choice than the report's, so not compared"),
            True,
        ),
    ],
)
def test_a_verdict_is_said_in_both_languages(tmp_path, published, facts, verdict, is_right):
    executed(tmp_path, cases.table([["a", "b"]], name="one", published=published), facts=facts)
    [entry] = read(tmp_path, "one").exhibits
    assert (entry.verdict["nl"], entry.verdict["en"]) == verdict
    assert entry.is_as_baseline is is_right


def test_a_plan_without_baseline_compares_with_nothing_and_that_is_no_fault(tmp_path):
    executed(tmp_path, cases.table([["a", "b"]], name="one"), facts={"compared": False})
    found = read(tmp_path, "one", is_compared=False)
    assert found.exhibits[0].verdict["nl"] == "niet met een druk vergeleken"
    assert [line.value["nl"] for line in found.colophon if line.label is WORDS["baseline"]] == ["niets"]
    assert found.faults == ()


def test_a_choice_that_leaves_no_rows_is_a_sentence_and_no_fault(tmp_path):
    executed(tmp_path, cases.table([], name="one", published=False), facts={"agrees": False, "compared": False})
    [entry] = read(tmp_path, "one").exhibits
    assert entry.is_empty and entry.is_as_baseline
    assert entry.verdict["nl"] == "Met deze keuze blijven er geen rijen over."


def test_what_is_stale_other_than_its_baseline_or_not_built_may_stand_in_a_draft_only(tmp_path):
    for name in ("old", "wrong"):
        executed(
            tmp_path,
            cases.table([["a", "b"]], name=name),
            facts={"agrees": name != "wrong", "verdict": {"nl": "1 van 2", "en": "1 of 2"}},
        )
    executed(tmp_path, cases.table([["a", "b"]], name="half"), languages=["nl"])
    found = read(tmp_path, "old", "wrong", "gone", "half", stale={"old": same("its notebook changed")})
    assert [fault["nl"] for fault in found.faults] == [
        "gone: niet gemaakt: kritiek build",
        "half: niet gemaakt: kritiek build",
        "old: verouderd: its notebook changed",
        "wrong: 1 van 2",
    ]
    assert found.missing == ("gone", "half")


def test_a_notebook_with_other_rows_in_another_language_is_refused(tmp_path):
    executed(tmp_path, cases.table([["a", "b"]], name="one"), languages=["nl"])
    executed(tmp_path, cases.table([["a", "c"]], name="one"), languages=["en"])
    with pytest.raises(RunError, match='one: its notebook makes other rows or texts in "en" than in "nl"'):
        read(tmp_path, "one")


def deviating(*deviations):
    """The entry of a table of one row, with its key, that was printed otherwise."""
    table = cases.table(
        [["a", "b", "c"]], ("kind", "text", "text_en"), name="one", labels=[same("K"), same("T"), same("")]
    )
    shown = replace(table.texts, columns=table.texts.columns[:2])
    return cases.entry(replace(table, texts=shown, frame=table.frame.assign(key="row-1"), deviations=deviations))


def test_a_deviation_says_what_was_printed_and_why_in_words_of_the_table():
    told = words("drukfout.", "misprint.")
    entry = deviating(
        Deviation("row-1", "text", "b", "B", told, "certain"), Deviation("row-1", "text_en", "c", "C", told, "certain")
    )
    appendix = cases.appendix(entry)
    assert appendix.deviation_rows("nl") == [
        ["Tabel of figuur", "Plaats", "Berekend", "Gedrukt", "Reden"],
        ["Tabel 1", "a, T", "b", "B", "drukfout."],
    ]
    assert appendix.deviation_rows("en")[1:] == [["Table 1", "a, T", "c", "C", "misprint."]]
    assert entry.below("nl")[2].startswith("Anders gedrukt dan berekend op één plaats")


def test_a_deviation_of_a_heading_or_a_row_that_the_table_lacks_is_named_too():
    told = words("geen kop.", "no heading.")
    entry = deviating(
        Deviation("(heading)", "kind", "K", "", told, "certain"),
        Deviation("row-9", "(row)", "present", "", told, "certain"),
    )
    assert [row[1:] for row in cases.appendix(entry).deviation_rows("nl")[1:]] == [
        ["(kop), K", "K", "(niets)", "geen kop."],
        ["row-9, (hele rij)", "(staat er)", "(niets)", "geen kop."],
    ]


def test_an_appendix_without_deviations_has_no_table_of_them():
    assert cases.appendix(cases.entry(cases.table([["a", "b"]]))).deviation_rows("nl") == []


# References


def test_the_colophon_says_other_choices_by_their_captions_and_the_parameters_that_repeat_them(tmp_path):
    captions = words("Staal; alleen de EU", "Steel; EU only")
    executed(tmp_path, cases.table([["a", "b"]], published=False, caption=captions, number=same("")))
    declared = (Parameter("group", "all"), Parameter("kind", "x"), Parameter("year", "y"))
    chosen = {"group": "steel", "kind": "z", "year": "y"}
    planned = PlannedExhibit("trial", "trial.ipynb", chosen, declared, pins=(("trial", {"kind": "z"}),))
    made = read_appendix(replace(plan(tmp_path), exhibits=(planned,)), SOURCES)
    [line] = [line for line in made.colophon if line.label is WORDS["parameters"]]
    assert line.value == words("Staal; alleen de EU (group = steel)", "Steel; EU only (group = steel)")


def test_references_stand_in_the_order_of_a_bibliography_each_once():
    found = references(["b", "a", "c", "b", "unknown"], SOURCES)
    assert [(one.number, one.text["nl"]) for one in found] == [
        (1, "Eerste? (2023). Blad 3."),
        (2, "NEN. (z.d.). Tweede (rapport 2). Geraadpleegd op 22 mei 2026, van https://example.org/n"),
        (3, "unknown"),
        (4, "Zwart, A., Wit, B., & De Vries, C. (2024, 9 september). Derde. Uitgever."),
    ]


def test_references_have_english_words_and_months_in_english():
    found = references(["b", "a"], SOURCES)
    assert [one.text["en"] for one in found] == [
        "NEN. (n.d.). Tweede (rapport 2). Consulted on 22 May 2026, at https://example.org/n",
        "Zwart, A., Wit, B., & De Vries, C. (2024, 9 September). Derde. Uitgever.",
    ]


def test_sources_of_one_author_are_named_together_and_three_authors_by_the_first():
    found = references(["a", "b", "d", "e"], SOURCES)
    assert source_line(found, "nl") == "Baan en Boom, 2026 [1]; NEN, 2026 [2], z.d. [3]; Zwart e.a., 2024 [4]"
    assert source_line(found, "en") == "Baan and Boom, 2026 [1]; NEN, 2026 [2], n.d. [3]; Zwart et al., 2024 [4]"


# Texts


def test_blank_lines_part_paragraphs_and_single_ones_do_not():
    assert paragraphs("een\ntwee\n\n\n drie \r\n\r\nvier") == ["een twee", "drie", "vier"]


def test_a_control_character_becomes_the_sign_for_it():
    assert visible(cases.CONTROLS) == cases.CONTROLS_SHOWN
    assert visible("a\x7f\x85\ud800\ufffe\r\nb\rc\td") == "a␡\ufffd\ufffd\ufffd\nb\nc\td"


def test_english_names_in_dutch_are_found_line_by_line_and_nothing_is_lost():
    text = "NEN 310 Zware metalen\nISO/TC 298 Rare earth and its products\nISO/TC 333 Lithium"
    assert pieces(text, "nl") == [
        ("NEN 310 Zware metalen\n", "nl"),
        ("ISO/TC 298 Rare earth and its products\n", "en"),
        ("ISO/TC 333 Lithium", "nl"),
    ]
    assert pieces("Grafiet", "en", is_dutch=True) == [("Grafiet", "nl")]
    assert pieces("12\n", "nl") == [("12\n", "nl")]


# Layout


def test_the_longest_word_of_every_column_fits_on_the_page():
    word = "Arbeidsongeschiktheidsverzekeringsmaatschappij"
    found = grid([["Kop", "Waarde", "Toelichting"], [word, "1", "een lange toelichting " * 30]])
    assert not found.is_sideways
    assert found.widths[0] >= text_width(word, found.size) + 9
    assert sum(found.widths) == pytest.approx(UPRIGHT, abs=0.5)


def test_a_table_too_wide_for_an_upright_page_lies_on_its_side():
    rows = [[f"Kolomnaam{number}" for number in range(9)], ["woordwoord"] * 9]
    found = grid(rows)
    assert found.is_sideways and sum(found.widths) == pytest.approx(SIDEWAYS, abs=0.5)


def test_a_word_wider_than_any_page_does_not_push_the_table_off_it():
    found = grid([["Kop", "Kop"], ["x" * 5000, "y"]])
    assert sum(found.widths) == pytest.approx(SIDEWAYS, abs=0.5)


def test_the_one_long_cell_of_a_column_gets_the_room_that_others_do_not_need():
    short = ["kort genoeg"] * 20
    rows = [["Een", "Twee"], *([cell, "een zin van gewone lengte in de tweede kolom"] for cell in short)]
    rows += [["woorden " * 60, ""]]
    found = grid(rows)
    # Sixty words take 20 lines where all rows count alike, and the other column can spare half of its width.
    assert sum(found.lines) <= 34
    assert sum(found.widths) == pytest.approx(UPRIGHT, abs=0.5)


def test_lines_are_counted_as_they_are_set_word_after_word():
    score, reason = "4 (hoogstens 6)", "een reden van veel woorden " * 4
    found = grid([["Score", "Waarom"] * 3, *[[score, reason] * 3] * 20])
    heights = []
    for text, width in zip([score, reason] * 3, found.rooms, strict=True):
        lines = [""]
        for word in text.split():
            fits = text_width(f"{lines[-1]} {word}".strip(), found.size) <= width - 9
            lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if fits else [*lines, word]
        heights.append(len(lines))
    assert found.lines[1:] == (max(heights),) * 20


def test_a_word_is_not_broken_before_a_digit():
    norm = "60404-4:1995+A1:2000+A2:2008"
    found = grid([["Norm", "Titel"], [f"IEC {norm}", "Methods of measurement " * 40]])
    assert found.widths[0] >= text_width(norm, found.size) + 9


def test_a_column_is_wide_enough_for_the_number_of_a_committee():
    found = grid([["Commissie", "Titel"], *[["CEN-CLC/JTC 10", "een lange toelichting " * 30]] * 9])
    assert found.rooms[0] >= text_width("CLC/JTC 10", found.size) + 9


def test_a_long_table_lies_on_its_side_where_that_takes_fewer_pages_and_a_short_one_stands():
    row = ["lithiumverwerkingstechnologie", "kathodematerialentechnologie", *["een zin van gewone lengte " * 8] * 2]
    assert grid([["a", "b", "c", "d"], *[row] * 20]).is_sideways
    assert not grid([["a", "b", "c", "d"], *[row] * 2]).is_sideways


def test_numbers_stand_right_ticks_in_the_middle_and_words_left():
    rows = [["a", "b", "c", "d"], ["1,5", "✓", "naam", ""], ["-12 %", "", "2x", ""], ["–", "✓", "1", ""]]
    assert grid(rows).alignments == ("right", "center", "left", "left")
    assert grid([["a"], ["✓"], ["(✓)"], [""]]).alignments == ("center",)


def test_a_number_before_words_has_room_at_its_right_and_before_another_number_none():
    found = grid([["a", "b", "c", "d"], ["1", "22", "naam", "3"]])
    assert found.gaps == (0.0, 8.0, 0.0, 0.0)
    assert found.rooms[1] == found.widths[1] - 8


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zie Tabel 3 en Table B.2 (Figuur 1)", "zie Tabel~3 en Table~B.2 (Figuur~1)"),
        ("hfst. 6, p. 13, l. 267, artikel 28", "hfst.~6, p.~13, l.~267, artikel~28"),
        ("CEN/TC 459/SC 2, ISO 14001, EN 15804", "CEN/TC~459/SC~2, ISO~14001, EN~15804"),
        ("65 % op 30 juni 2026, 9 P, 17 O", "65~% op 30~juni 2026, 9~P, 17~O"),
        ("in 2026 mei en 3 stappen, tabel van 3", "in 2026 mei en 3 stappen, tabel van 3"),
    ],
)
def test_a_number_stays_on_the_line_of_the_word_that_it_belongs_to(text, expected):
    assert bound(text) == expected.replace("~", "\u00a0")


def test_a_number_is_not_parted_from_its_word_by_the_width_of_a_column():
    found = grid([["a", "b"], *[["Tabel 12", "een lange toelichting " * 30]] * 9])
    assert found.rooms[0] >= text_width("Tabel 12", found.size) + 9


def test_short_cells_stay_on_one_line_beside_long_ones():
    score, reason = "4 (hoogstens 6)", "een reden van veel woorden " * 9
    found = grid([["Plaats", "Score", "Waarom"], *[["Overheid", score, reason]] * 20])
    assert found.rooms[1] >= text_width(score, found.size) + 9


def test_labels_that_make_a_matrix_too_wide_lie_on_their_side_and_others_do_not():
    row = ["Platinagroepmetalen", *["✓"] * 18]
    found = grid([["Grondstof", *["Verenigd Koninkrijk 2024"] * 18], *[row] * 9])
    assert found.turned == (False, *[True] * 18)
    assert found.size == LETTER_SIZES[0]
    assert grid([["Grondstof", *["Verenigd"] * 5], *[row[:6]] * 9]).turned == (False,) * 6
