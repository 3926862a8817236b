"""An appendix as PDF, read back as a screen reader and an archive do: words, tags, languages, fonts and claims."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdf
import pytest

import appendix_cases as cases
from kritiek.appendix.paper import to_pdf
from kritiek.appendix.paper.layout import grid, text_width
from kritiek.appendix.paper.to_pdf import drawable
from kritiek.appendix.words import WORDS, same, words
from pdf_tags import Element, bare, pieces, read_tree, tables

LANGUAGES = ("nl", "en")


def written(appendix, language: str, folder: Path) -> Path:
    """The file of an appendix."""
    [file] = to_pdf.write(appendix, language, folder)
    return file


@cache
def tree_of(plan: str, language: str) -> Element:
    """The structure tree of the file of a plan of the project."""
    return read_tree(cases.real_file(to_pdf, plan, language))


def told(cell: str) -> str:
    """A cell as the PDF has it, without blanks."""
    return bare(drawable(cell))


def in_any_order(text: str) -> list[str]:
    """The letters of a text: those of a language written from right to left stand in a PDF as they are drawn."""
    return sorted(text)


# The same content


@pytest.mark.parametrize("plan", cases.PLANS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_of_every_exhibit_is_in_its_place(plan, language):
    appendix = cases.real(plan)
    found = tables(tree_of(plan, language))
    shown = [entry for entry in appendix.exhibits if not entry.is_empty]
    assert len(found) == len(shown) + bool(appendix.deviation_rows(language))
    for entry, table in zip(shown, found, strict=False):
        wanted = [[told(cell) for cell in row] for row in cases.expected(entry, language)]
        assert [[bare(cell) for cell in row] for row in table] == wanted, entry.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_printed_otherwise_is_a_table_with_the_reasons(language):
    appendix = cases.real("batterijen")
    rows = appendix.deviation_rows(language)
    found = tables(tree_of("batterijen", language))[-1]
    assert len(rows) > 1
    assert [[bare(cell) for cell in row] for row in found] == [[told(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("plan", cases.PLANS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_around_the_cells_is_there(plan, language):
    appendix = cases.real(plan)
    text = bare(tree_of(plan, language).text)
    said = [appendix.title, *(line.value for line in appendix.colophon), *(one.text for one in appendix.sources)]
    lines = [one[language] for one in said]
    lines += [line for entry in appendix.exhibits for line in (entry.heading(language), *entry.below(language))]
    assert [line for line in lines if told(line) not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_of_spreadsheets_are_shown_to_the_letter_and_nothing_of_them_works(language, tmp_path):
    appendix = cases.nasty_appendix()
    file = written(appendix, language, tmp_path)
    root = read_tree(file)
    table, _ = tables(root)
    wanted = cases.expected(appendix.exhibits[0], language)
    assert [[in_any_order(bare(cell)) for cell in row] for row in table] == [
        [in_any_order(told(cell)) for cell in row] for row in wanted
    ]
    shown = bare(root.text)
    assert [kind for kind, text in cases.NASTY.items() if kind != "right_to_left" and told(text) not in shown] == []
    assert (
        Path("/etc/passwd").read_text(encoding="utf-8").splitlines()[0] not in root.text
        if Path("/etc/passwd").is_file()
        else True
    )
    assert actions(file) == ["https://example.org/x"]


def actions(file: Path) -> list[str]:
    """What a click can do: the addresses of links, and anything else that acts."""
    found = []
    with pikepdf.open(file) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary):
                action = item.get("/A") if item.get("/Subtype") == "/Link" else None
                if action is not None and action.get("/S") != "/GoTo":
                    found.append(str(action.get("/URI", action.S)))
                found += [key for key in ("/JS", "/JavaScript", "/Launch", "/EmbeddedFiles", "/AA") if key in item]
    return list(dict.fromkeys(found))


def test_a_letter_that_no_font_has_is_shown_as_its_code(tmp_path):
    rows = [["a", "🔋 batterij"], ["b", cases.CONTROLS], ["c", "\ue000"]]
    [table] = tables(read_tree(written(cases.appendix(cases.entry(cases.table(rows))), "nl", tmp_path)))
    assert [bare(row[1]) for row in table[1:]] == [
        "[U+1F50B]batterij",
        "voor[U+2400][U+2401][U+240B][U+241F]na",
        "[U+E000]",
    ]


def test_two_thousand_rows_and_a_cell_of_five_thousand_characters_lose_nothing(tmp_path):
    appendix = cases.long_appendix()
    file = written(appendix, "nl", tmp_path)
    found = tables(read_tree(file))
    for entry, table in zip(appendix.exhibits, found, strict=True):
        wanted = [[told(cell) for cell in row] for row in cases.expected(entry, "nl")]
        assert [[bare(cell) for cell in row] for row in table] == wanted
    assert overprinted(file) == []


@pytest.mark.parametrize("plan", cases.PLANS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_printed_over_another_or_beside_its_page(plan, language):
    assert overprinted(cases.real_file(to_pdf, plan, language)) == []


def test_a_word_that_runs_into_the_next_column_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(to_pdf, "grid", lambda rows: replace(grid(rows), widths=(60.0, 300.0)))
    monkeypatch.setattr(to_pdf, "_broken", lambda cell, width, size: cell)
    file = written(cases.appendix(cases.entry(cases.table([["Leveringsvoorwaarden", "woord"]]))), "nl", tmp_path)
    assert overprinted(file) == [(1, "Leveringsvoorwaarden")]


def overprinted(file: Path) -> list[tuple[int, str]]:
    """Text that begins where other text begins or has not ended yet, or outside the margins, with its page."""
    found = []
    with pikepdf.open(file) as pdf:
        for number, page in enumerate(pdf.pages, start=1):
            _, _, width, height = map(float, page.mediabox)
            places: dict[tuple[int, int], str] = {}
            lines: dict[int, list[tuple[int, float, str]]] = {}
            for text, left, up, size in pieces(page):
                if not text.strip():
                    continue
                across, up = round(left), round(up)
                end = across + text_width(text.strip(), size)
                if not (across >= 60 and end <= width - 60 and 20 <= up <= height - 20):
                    found.append((number, text))
                if (across, up) in places and places[across, up] != text:
                    found.append((number, text))
                places[across, up] = text
                lines.setdefault(up, []).append((across, end, text))
            for line in map(sorted, lines.values()):
                for (start, end, text), (begin, _, _) in pairwise(line):
                    # The width of a tick is that of another font; pairs of letters stand closer than their widths.
                    if end > begin + 2 + (end - start) / 100 and text.strip() != "✓":
                        found.append((number, text))
    return found


def test_a_cell_higher_than_a_page_goes_on_on_the_next_one(tmp_path):
    lines = "\n".join(f"regel {number}" for number in range(1, 201))
    file = written(cases.appendix(cases.entry(cases.table([["a", lines], ["b", "c"]]))), "nl", tmp_path)
    [table] = tables(read_tree(file))
    assert bare(table[1][1]) == bare(lines)
    assert overprinted(file) == []


def test_a_word_longer_than_its_column_is_broken_and_stays_in_it(tmp_path):
    word = "x" * 4000
    file = written(cases.appendix(cases.entry(cases.table([["a", word]]))), "nl", tmp_path)
    [table] = tables(read_tree(file))
    assert bare(table[1][1]) == word
    assert overprinted(file) == []


# What it is to a screen reader


@pytest.fixture(scope="module")
def report() -> Path:
    """The report plan in English, which has Dutch cells."""
    return cases.real_file(to_pdf, "normalisatie-2026", "en")


def test_it_claims_both_standards_in_its_metadata(report):
    with pikepdf.open(report) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Standardisation and critical raw materials in the Dutch context"
        assert pdf.Root.MarkInfo.Marked and pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.Root.Lang) == "en"


def test_every_table_has_header_cells_that_head_their_columns(report):
    root = tree_of("normalisatie-2026", "en")
    heads = [[cell.role for row in table.all("THead") for cell in row.all("TH", "TD")] for table in root.all("Table")]
    assert heads and all(roles and set(roles) == {"TH"} for roles in heads)
    scopes = {cell.attributes.get("Scope") for table in root.all("Table") for cell in table.all("TH")}
    assert scopes == {"Column"}
    assert all(cell.attributes.get("Headers") for table in root.all("Table") for cell in table.all("TD"))


def test_every_picture_says_what_it_shows(report):
    alts = [figure.alt for figure in tree_of("normalisatie-2026", "en").all("Figure")]
    wanted = [drawable(entry.description("en")) for entry in cases.real("normalisatie-2026").exhibits if entry.figure]
    assert alts == wanted and all(alts)


def test_dutch_text_in_english_tables_is_tagged(report):
    root = tree_of("normalisatie-2026", "en")
    assert root.lang == "en"
    tagged = [element.text for element in with_language(root, "nl")]
    assert any("Normcommissie" in text for text in tagged)


def with_language(root: Element, language: str):
    """Every element that declares this language."""
    for part in root.content:
        if isinstance(part, Element):
            if part.lang == language:
                yield part
            yield from with_language(part, language)


def test_every_exhibit_has_a_bookmark_and_a_heading(report):
    headings = [entry.heading("en") for entry in cases.real("normalisatie-2026").exhibits]
    found = tree_of("normalisatie-2026", "en").all("H2")
    assert [bare(element.text) for element in found] == [told(text) for text in headings]
    with pikepdf.open(report) as pdf, pdf.open_outline() as outline:
        titles = [item.title for part in outline.root for item in (part, *part.children)]
    assert [text for text in headings if drawable(text) not in titles] == []


def test_fonts_are_embedded_and_are_ours(report):
    names = set()
    with pikepdf.open(report) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                assert "/FontFile2" in item or "/FontFile3" in item
                names.add(re.sub(r"^/[A-Z]{6}\+", "", str(item.FontName)).split("-")[0])
    assert names <= {"Carlito", "DejaVuSans", "DejaVu"} and "Carlito" in names


def test_pages_are_counted_on_every_page(report):
    with pikepdf.open(report) as pdf:
        texts = ["".join(piece.text for piece in pieces(page)) for page in pdf.pages]
    lines = [re.search(r"page\W?(\d+) of (\d+)", text).groups() for text in texts]
    assert lines == [(str(number), str(len(texts))) for number in range(1, len(texts) + 1)]


def test_a_header_row_stands_on_every_page_of_a_long_table(tmp_path):
    file = written(cases.long_appendix(200), "nl", tmp_path)
    pages = [page.extract_text() for page in pypdf.PdfReader(file).pages]
    with_rows = [text for text in pages if "waarde" in text]
    assert len(with_rows) > 3 and all("kind nl" in text for text in with_rows)


def test_the_notes_of_a_table_never_stand_on_a_page_without_a_row_of_it(tmp_path):
    numbers = range(21, 45)
    entries = [
        cases.entry(
            cases.table(
                [[f"rij {row}", f"laatste van {number}" if row == number else ""] for row in range(1, number + 1)],
                name=f"trial_{number}",
                notes=tuple(same(f"noot {note} bij {number}") for note in range(1, 5)),
            )
        )
        for number in numbers
    ]
    file = written(cases.appendix(*entries), "nl", tmp_path)
    pages = [page.extract_text() for page in pypdf.PdfReader(file).pages]
    for number in numbers:
        [with_row] = [place for place, text in enumerate(pages) if f"laatste van {number}" in text]
        assert [f"noot {note} bij {number}" in pages[with_row] for note in range(1, 5)] == [True] * 4, number
    assert overprinted(file) == []


@pytest.mark.parametrize("count", range(51, 55))
def test_no_entry_of_the_list_stands_alone_on_a_page(count, tmp_path):
    entries = [
        cases.entry(cases.table([], name=f"trial_{one}", number=same(f"Tabel {one}")), one)
        for one in range(1, count + 1)
    ]
    file = written(cases.appendix(*entries, introduction={}), "nl", tmp_path)
    pages = [page.extract_text() for page in pypdf.PdfReader(file).pages]
    listed = [len(re.findall(r"Tabel\s\d+.*\. \.", text)) for text in pages]
    assert sum(listed) == count
    assert [on_page for on_page in listed if 0 < on_page < 3] == []


def test_labels_of_a_wide_matrix_lie_on_their_side_and_are_read_as_labels(tmp_path):
    rows = [["Platinagroepmetalen", *["x"] * 20]] * 3
    labels = [same("Naam"), *(same(f"Verenigde Staten {one}") for one in range(20))]
    matrix = cases.table(rows, ("name", *(f"list{one}" for one in range(20))), labels=labels)
    file = written(cases.appendix(cases.entry(matrix)), "nl", tmp_path)
    [table] = tables(read_tree(file))
    assert [bare(cell) for cell in table[0]] == ["Naam", *(f"VerenigdeStaten{one}" for one in range(20))]
    assert overprinted(file) == []


# Draft, links, repeat


def test_a_draft_says_so_on_every_page_and_why(tmp_path):
    appendix = cases.appendix(
        *cases.long_appendix(200).exhibits, is_draft=True, faults=(same("table_01: 1 of 2 cells as printed"),)
    )
    pages = [page.extract_text() for page in pypdf.PdfReader(written(appendix, "en", tmp_path)).pages]
    assert all("DRAFT" in text for text in pages)
    assert "table_01: 1 of 2 cells as printed" in pages[0]
    final = written(replace(appendix, is_draft=False), "en", tmp_path)
    assert not any("DRAFT" in page.extract_text() for page in pypdf.PdfReader(final).pages)


def test_the_number_of_a_table_in_the_introduction_leads_to_it(tmp_path):
    see = words("Zie Tabel 1.", "See Table 1.")
    appendix = cases.appendix(cases.entry(cases.table([["a", "b"]])), introduction=see)
    links = [bare(element.text) for element in read_tree(written(appendix, "nl", tmp_path)).all("Link")]
    assert "Tabel1" in links


def test_a_choice_without_rows_is_a_sentence_instead_of_a_table(tmp_path):
    root = read_tree(written(cases.appendix(cases.entry(cases.table([]))), "nl", tmp_path))
    assert tables(root) == [] and WORDS["no_rows"]["nl"] in root.text


def test_the_same_appendix_gives_the_same_bytes(tmp_path):
    appendix = cases.real("batterijen")
    first, second = (written(appendix, "nl", tmp_path / name).read_bytes() for name in ("a", "b"))
    assert first == second
