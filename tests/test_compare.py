"""Planted differences from the print are caught; a heading that the print has otherwise is known only while it is."""

import csv
import dataclasses

import pandas as pd
import pytest

from kritiek.exhibits.compare import Frozen, compare, compare_with_release, printed_lines
from kritiek.exhibits.overlay import Deviation
from kritiek.exhibits.tables import Table, Texts


def exhibit(rows, *, grid=0, published=True, deviations=()):
    texts = Texts(
        name="table_99",
        number={"nl": "Tabel 99", "en": "Table 99"},
        caption={"nl": "", "en": ""},
        alt={"nl": "", "en": ""},
        columns=tuple((name, {"nl": name, "en": name}) for name in rows[0]),
        notes=(),
    )
    frame = pd.DataFrame(rows[1:], columns=rows[0], dtype=object)
    return Table(texts, frame, grid=grid, published=published, deviations=deviations)


@pytest.fixture
def printed(tmp_path):
    def write(rows):
        with (tmp_path / "table_99.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
        return tmp_path

    return write


PRINT = [["stof", "aandeel"], ["Gallium", "98"], ["Niobium", "0"], ["Wolfraam", "84"]]


def test_equal_tables_agree(printed):
    found = compare(exhibit(PRINT), printed(PRINT))
    assert found.agrees
    assert found.has_print
    assert found.verdict == "Tabel 99: 6 of 6 cells as printed"


def test_a_wrong_digit_is_caught_with_its_place(printed):
    found = compare(exhibit([PRINT[0], ["Gallium", "96"], *PRINT[2:]]), printed(PRINT))
    assert not found.agrees
    assert found.verdict == (
        'Tabel 99: 5 of 6 cells as printed; 1 cell NOT as printed: row 1, column 2: printed "98", built "96"'
    )


def test_a_swapped_row_is_caught(printed):
    found = compare(exhibit([PRINT[0], PRINT[2], PRINT[1], PRINT[3]]), printed(PRINT))
    assert [(difference.row, difference.column) for difference in found.differences] == [(1, 1), (1, 2), (2, 1), (2, 2)]


def test_a_blank_for_a_zero_is_caught(printed):
    found = compare(exhibit([PRINT[0], PRINT[1], ["Niobium", None], PRINT[3]]), printed(PRINT))
    assert str(found.differences[0]) == 'row 2, column 2: printed "0", built ""'


def test_a_missing_row_is_caught(printed):
    found = compare(exhibit(PRINT[:-1]), printed(PRINT))
    assert [difference.built for difference in found.differences] == [None, None]
    assert "4 of 6 cells as printed" in found.verdict


def test_a_row_too_many_is_caught(printed):
    found = compare(exhibit([*PRINT, ["Kobalt", "70"]]), printed(PRINT))
    assert not found.agrees
    assert found.verdict.startswith(
        "Tabel 99: 6 of 8 cells as printed; 2 cells NOT as printed: row 4, column 1: printed nothing"
    )


def test_a_changed_heading_is_caught_and_is_counted_apart_from_the_cells(printed):
    found = compare(exhibit([["stof", "deel"], ["Gallium", "96"], *PRINT[2:]]), printed(PRINT))
    assert found.verdict.startswith("Tabel 99: 5 of 6 cells as printed; 1 heading and 1 cell NOT as printed: heading")
    assert "5 van 6 cellen zoals gedrukt; 1 kop en 1 cel NIET zoals gedrukt: kop" in found.told("nl")
    assert str(found.differences[0]) == 'heading, column 2: printed "aandeel", built "deel"'


def heading(printed="", computed="stof"):
    reason = {"nl": "De druk heeft geen kop.", "en": "The print has no heading."}
    return Deviation("(heading)", "stof", computed, printed, reason, "certain", origin="overlay › row 2")


def test_a_heading_that_the_print_lacks_agrees_and_shows_its_reason(printed):
    found = compare(exhibit(PRINT, deviations=(heading(),)), printed([["", "aandeel"], *PRINT[1:]]))
    assert found.agrees
    assert found.verdict == "Tabel 99: 6 of 6 cells as printed; 1 heading or cell differs for a known reason"
    assert "Known: De druk heeft geen kop." in repr(found)


def test_a_heading_that_is_printed_in_other_words_agrees(printed):
    found = compare(exhibit(PRINT, deviations=(heading("naam"),)), printed([["naam", "aandeel"], *PRINT[1:]]))
    assert found.agrees


@pytest.mark.parametrize(
    ("wrong", "ends"), [(3, 'row 3, column 1: printed "Wolfraam", built "x"'), (4, "; and 1 more"), (5, "; and 2 more")]
)
def test_three_differences_are_told_and_of_more_it_is_said_how_many(printed, wrong, ends):
    cells = ["Gallium", "Niobium", "Wolfraam", "Tin", "Zink"]
    built = [["stof"], *([cell if number >= wrong else "x"] for number, cell in enumerate(cells))]
    found = compare(exhibit(built), printed([["stof"], *([cell] for cell in cells)]))
    assert found.verdict.endswith(ends)


def test_the_lines_of_a_print_are_its_rows_and_of_a_grid_one_for_each_name(printed):
    assert printed_lines(exhibit(PRINT), printed(PRINT)) == PRINT
    grid = exhibit([["stof"], ["Goud"]], grid=2)
    folder = printed([["", ""], ["Goud", "Zink"], ["Tin", ""]])
    assert printed_lines(grid, folder) == [[], ["Goud"], ["Zink"], ["Tin"]]
    assert printed_lines(grid, folder / "nowhere") == []


def test_a_heading_that_is_printed_after_all_does_not_agree(printed):
    found = compare(exhibit(PRINT, deviations=(heading(),)), printed(PRINT))
    assert not found.agrees
    assert 'OUTDATED: overlay › row 2: the heading of column stof is not printed as ""' in found.verdict


def test_a_known_heading_does_not_excuse_another_one(printed):
    found = compare(exhibit(PRINT, deviations=(heading("naam"),)), printed([["", "aandeel"], *PRINT[1:]]))
    assert not found.agrees


def test_an_exhibit_is_held_against_the_print_of_its_own_document(printed):
    folder = printed([PRINT[0], ["Gallium", "96"], *PRINT[2:]])
    (folder / "report").mkdir()
    (folder / "table_99.csv").rename(folder / "report" / "table_99.csv")
    shown = exhibit(PRINT)
    assert compare(shown, folder).why_not == "not-printed"
    own = dataclasses.replace(shown, texts=dataclasses.replace(shown.texts, document="report"))
    assert "1 cell NOT as printed" in compare(own, folder).verdict


def test_a_grid_is_compared_name_by_name_in_reading_order(printed):
    grid = [["", "", ""], ["Bismut*°", "Gallium", "Silicium"], ["Fosfor", "", ""]]
    names = [["stof"], ["Bismut*°"], ["Gallium"], ["Silicium"], ["Fosfor"]]
    assert compare(exhibit(names, grid=3), printed(grid)).verdict == "Tabel 99: 4 of 4 cells as printed"
    swapped = compare(exhibit([names[0], names[2], names[1], *names[3:]], grid=3), printed(grid))
    assert [(difference.row, difference.column) for difference in swapped.differences] == [(1, 1), (1, 2)]


def test_another_case_than_the_published_one_is_not_compared(printed):
    found = compare(exhibit(PRINT, published=False), printed(PRINT))
    assert found.agrees
    assert found.has_print
    assert found.verdict == "Tabel 99: other than the published case, so not compared"


def test_an_exhibit_that_was_never_printed_is_not_compared(tmp_path):
    found = compare(exhibit(PRINT), tmp_path)
    assert found.verdict == "Tabel 99: not printed as a table, so not compared"
    assert not found.has_print


def test_the_plan_and_not_the_notebook_says_what_is_the_printed_case(printed):
    shown = exhibit([PRINT[0], ["Gallium", "96"], *PRINT[2:]], published=False)
    assert "1 cell NOT as printed" in compare(shown, printed(PRINT), is_printed=True).verdict
    assert compare(exhibit(PRINT), printed(PRINT), is_printed=False).why_not == "other-case"


@pytest.mark.parametrize("is_printed", [True, False, None])
def test_an_exhibit_without_rows_says_so(printed, is_printed):
    assert compare(exhibit([PRINT[0]]), printed(PRINT), is_printed=is_printed).verdict == "Tabel 99: no rows"


# In English: the print is Dutch, so that rows, keys, marks and numbers are all that can be held against it.

DUTCH = [["code", "wat"], ["A*", "Sinds april 2025*: 5 stoffen"], ["B", "Tot 1,5 % ✓"], ["C", "Niets"]]
ENGLISH = ["Since April 2025*: 5 materials", "Up to 1.5 % ✓", "Nothing"]


def in_english(rows=DUTCH, english=ENGLISH, **options):
    shown = exhibit(rows, **options)
    frame = shown.frame.assign(wat_en=english)
    return dataclasses.replace(shown, frame=frame, language="en")


def test_an_english_verdict_says_what_of_it_was_compared_and_no_more(printed):
    found = compare(in_english(), printed(DUTCH))
    assert found.agrees
    assert found.verdict == (
        "Table 99: 3 of 3 rows are those of the print; 3 of 3 cells without English words, 2 of 2 marks, 3 of 3 numbers"
        " as printed; English words not compared"
    )


def test_an_english_verdict_on_what_was_not_printed_counts_the_cells_without_english_words(tmp_path):
    frame = {"stof": ["Goud", "IJzer"], "stof_en": ["Gold", None], "code": ["Au", "Fe"], "bron": ["kaart", "12"]}
    texts = Texts(
        name="own",
        number={"nl": "", "en": ""},
        caption={"nl": "Lijst", "en": "List"},
        alt={"nl": "", "en": ""},
        columns=tuple((name, {"nl": name, "en": f"the {name}"}) for name in ("stof", "code", "bron")),
        notes=(),
    )
    found = Table(texts, pd.DataFrame(frame), language="en")
    assert compare(found, tmp_path).verdict == (
        "List: not printed as a table, so not compared; 2 of 6 cells without English words (the bron, the stof)"
    )
    assert compare(found.in_language("nl"), tmp_path).verdict == "Lijst: not printed as a table, so not compared"


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        (
            ["Since April 2024*: 5 materials", *ENGLISH[1:]],
            'row 1, column 2, numbers: printed "2025 5", built "2024 5"',
        ),
        (["Since April 2025*: materials", *ENGLISH[1:]], 'row 1, column 2, numbers: printed "2025 5", built "2025"'),
        (["Since April 2025: 5 materials", *ENGLISH[1:]], 'row 1, column 2, marks: printed "*", built nothing'),
        ([ENGLISH[0], "Up to 1.5 %", ENGLISH[2]], 'row 2, column 2, marks: printed "✓", built nothing'),
        ([*ENGLISH[:2], "Nothing*"], 'row 3, column 2, marks: printed nothing, built "*"'),
        ([*ENGLISH[:2], "Nothing*"], "2 of 3 marks, 3 of 3 numbers as printed; "),
        ([ENGLISH[1], ENGLISH[0], ENGLISH[2]], 'row 1, column 2, marks: printed "*", built "✓"'),
    ],
)
def test_a_number_or_a_mark_that_changes_in_english_alone_is_caught(printed, english, expected):
    found = compare(in_english(english=english), printed(DUTCH))
    assert not found.agrees
    assert expected in found.verdict


def test_a_row_that_is_dropped_in_english_is_caught(printed):
    found = compare(in_english(DUTCH[:-1], ENGLISH[:-1]), printed(DUTCH))
    assert not found.agrees
    assert found.verdict.startswith("Table 99: 2 of 3 rows are those of the print")
    assert 'row 3, column 1: printed "C", built nothing' in found.verdict


def test_numbers_and_marks_that_are_not_as_printed_are_counted(printed):
    found = compare(in_english(english=["Since 2024: 5 materials", *ENGLISH[1:]]), printed(DUTCH))
    assert "; 3 of 3 cells without English words, 1 of 2 marks, 2 of 3 numbers as printed; " in found.verdict


def test_a_row_too_many_in_english_is_no_row_of_the_print(printed):
    found = compare(in_english([*DUTCH, ["D", "Ook niets"]], [*ENGLISH, "Nothing either"]), printed(DUTCH))
    assert found.verdict.startswith("Table 99: 3 of 4 rows are those of the print; ")
    assert found.verdict.endswith(
        "; 2 cells NOT as printed: "
        'row 4, column 1: printed nothing, built "D"; row 4, column 2: printed nothing, built "Ook niets"'
    )


def test_a_name_too_many_in_an_english_grid_is_no_name_of_the_print(printed):
    shown = exhibit([["stof"], ["Bismut"], ["Gallium"], ["Goud"]], grid=2)
    english = dataclasses.replace(
        shown, frame=shown.frame.assign(stof_en=["Bismuth", "Gallium", "Gold"]), language="en"
    )
    found = compare(english, printed([["", ""], ["Bismut", "Gallium"]]))
    assert found.verdict.startswith("Table 99: 2 of 3 names are those of the print; ")


def test_a_key_that_changes_in_english_is_caught(printed):
    found = compare(in_english([DUTCH[0], ["AA*", DUTCH[1][1]], *DUTCH[2:]]), printed(DUTCH))
    assert not found.agrees
    assert 'row 1, column 1: printed "A*", built "AA*"' in found.verdict


def test_what_stays_dutch_in_english_is_compared_to_the_letter(printed):
    found = compare(dataclasses.replace(exhibit(PRINT), language="en"), printed(PRINT))
    assert found.verdict == (
        "Table 99: 3 of 3 rows are those of the print; 6 of 6 cells without English words as printed"
    )


def test_an_english_grid_is_held_against_the_print_name_by_name(printed):
    grid = [["", ""], ["Bismut*", "Gallium"], ["Silicium", ""]]
    shown = exhibit([["stof"], ["Bismut*"], ["Gallium"], ["Silicium"]], grid=2)
    for names, agrees in ((["Bismuth*", "Gallium", "Silicon"], True), (["Bismuth", "Gallium", "Silicon"], False)):
        english = dataclasses.replace(shown, frame=shown.frame.assign(stof_en=names), language="en")
        found = compare(english, printed(grid))
        assert found.agrees == agrees
        assert found.verdict.startswith("Table 99: 3 of 3 names are those of the print; ")


# Against a release

WHY = {"nl": "Nieuwe cijfers.", "en": "New figures."}


def against_release(rows, printed, **said):
    printed(PRINT)
    return compare_with_release(exhibit(rows), printed(PRINT), Frozen("release-1", "table_99", **said))


def test_every_cell_is_as_in_the_release(printed):
    found = against_release(PRINT, printed)
    assert (found.verdict, found.agrees) == ("Tabel 99: 6 of 6 cells as in release-1", True)


def test_a_cell_that_differs_from_the_release_is_named_and_is_known_with_a_reason_for_as_many(printed):
    rows = [*PRINT[:2], ["Niobium", "1"], *PRINT[3:]]
    found = against_release(rows, printed)
    assert found.verdict == (
        "Tabel 99: 5 of 6 cells as in release-1; 1 cell NOT as in release-1: "
        'row 2, column 2: in release-1 "0", built "1"'
    )
    assert not found.agrees
    found = against_release(rows, printed, places=1, reason=WHY)
    assert found.agrees
    assert found.verdict == "Tabel 99: 5 of 6 cells as in release-1; 1 heading or cell differs for a known reason"
    assert repr(found).endswith('built "1". Known: Nieuwe cijfers.')


@pytest.mark.parametrize("places", [1, 3])
def test_a_reason_for_another_number_of_places_is_none(printed, places):
    rows = [PRINT[0], ["Gallium", "97"], ["Niobium", "1"], PRINT[3]]
    found = against_release(rows, printed, places=places, reason=WHY)
    assert not found.agrees
    assert "; 2 cells NOT as in release-1: row 1, column 2" in found.verdict
    assert found.verdict.endswith(f"OUTDATED: the plan gives a reason for {places}, and 2 differ: correct its differs")
    # In another language than the plan's first fewer words may differ, and never more.
    assert against_release(rows, printed, places=places, reason=WHY, is_exact=False).agrees is (places == 3)
    assert against_release(rows, printed, places=2, reason=WHY, is_exact=False).agrees


def test_a_row_that_is_new_or_gone_since_the_release_is_one_place(printed):
    found = against_release([*PRINT[:2], ["Lithium", "3"], *PRINT[2:]], printed)
    assert found.verdict == (
        "Tabel 99: 6 of 8 cells as in release-1; 1 row NOT as in release-1: "
        'row 2: in release-1 nothing, built "Lithium | 3"'
    )
    found = against_release([*PRINT[:2], *PRINT[3:]], printed)
    assert found.verdict == (
        "Tabel 99: 4 of 6 cells as in release-1; 1 row NOT as in release-1: "
        'row 2: in release-1 "Niobium | 0", built nothing'
    )


def test_what_the_release_does_not_have_is_not_compared(printed):
    found = compare_with_release(exhibit(PRINT), printed(PRINT), Frozen("release-1", "release-1/table_98.nl"))
    assert found.verdict == "Tabel 99: not in release-1, so not compared"
    assert not found.has_print
