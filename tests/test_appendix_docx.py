"""An appendix in Word: the same words as the exhibits, real tables and fields, and what Word asks of a file."""

from __future__ import annotations

import copy
import io
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from openxml_audit import OpenXmlValidator

import appendix_cases as cases
from kritiek.appendix.model import visible
from kritiek.appendix.paper import to_docx
from kritiek.appendix.words import WORDS, same, words
from kritiek.notebook import Figure
from make_reference_document import reference_document

LANGUAGES = ("nl", "en")


def written(appendix, language: str, folder: Path) -> docx.document.Document:
    """The document of an appendix, opened again."""
    [file] = to_docx.write(appendix, language, folder)
    return docx.Document(str(file))


def of_plan(plan: str, language: str) -> docx.document.Document:
    """The document of a plan of the project, opened again."""
    return docx.Document(str(cases.real_file(to_docx, plan, language)))


def cells(table) -> list[list[str]]:
    """The text of a table, row by row, read from its own XML: cell by cell python-docx takes minutes for long ones."""
    return [[text_of(cell) for cell in row.iter(qn("w:tc"))] for row in table._element.iter(qn("w:tr"))]


def text_of(element) -> str:
    """Letters, tabs and line breaks under an element; a blank that binds a number to its word counts as a blank."""
    signs = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:noBreakHyphen"): "-"}
    return "".join(
        signs.get(part.tag, (part.text or "").replace("\u00a0", " "))
        for part in element.iter(qn("w:t"), *signs)
        if not in_style(part)
    )


def in_style(part) -> bool:
    """True for a tab that is a stop of a style and no letter."""
    return part.getparent().tag == qn("w:tabs")


def whole_text(document) -> str:
    """All text of the body, a line for each paragraph."""
    return "\n".join(text_of(paragraph) for paragraph in document.element.body.iter(qn("w:p")))


def fields(document) -> list[str]:
    """The instructions of all fields."""
    return [(element.text or "").strip() for element in document.element.body.iter(qn("w:instrText"))]


def tables_of_exhibits(document, appendix) -> list[list[list[str]]]:
    """The tables that hold exhibits; after them come the deviations, where there are any, and the colophon."""
    found = [cells(table) for table in document.tables]
    count = sum(not entry.is_empty for entry in appendix.exhibits)
    assert len(found) == count + bool(appendix.deviation_rows("nl")) + 1
    return found[:count]


# The same content


@pytest.mark.parametrize("plan", cases.PLANS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_of_every_exhibit_is_there(plan, language):
    appendix = cases.real(plan)
    found = tables_of_exhibits(of_plan(plan, language), appendix)
    shown = [entry for entry in appendix.exhibits if not entry.is_empty]
    for entry, table in zip(shown, found, strict=True):
        assert table == cases.expected(entry, language), entry.name


@pytest.mark.parametrize("plan", cases.PLANS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_around_the_cells_is_there(plan, language):
    appendix = cases.real(plan)
    text = whole_text(of_plan(plan, language))
    said = [appendix.title, *(line.value for line in appendix.colophon), *(one.text for one in appendix.sources)]
    lines = [one[language] for one in said]
    lines += [line for entry in appendix.exhibits for line in (entry.heading(language), *entry.below(language))]
    assert [line for line in lines if visible(line) not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_printed_otherwise_is_a_table_with_the_reasons(language):
    appendix = cases.real("batterijen")
    rows = appendix.deviation_rows(language)
    assert len(rows) > 1
    assert cells(of_plan("batterijen", language).tables[-2]) == [[visible(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_of_spreadsheets_are_shown_to_the_letter_and_nothing_of_them_works(language, tmp_path):
    appendix = cases.nasty_appendix()
    document = written(appendix, language, tmp_path)
    [table] = tables_of_exhibits(document, appendix)
    assert table == [[visible(cell) for cell in row] for row in cases.expected(appendix.exhibits[0], language)]
    assert [field for field in fields(document) if not re.match(r"(SEQ|TOC|REF) ", field)] == []
    assert {relation.target_ref for relation in document.part.rels.values() if relation.is_external} == {
        "https://example.org/x"
    }
    assert valid(tmp_path / f"trial.{language}.docx") == []


def test_control_characters_are_shown_as_their_signs(tmp_path):
    appendix = cases.appendix(cases.entry(cases.table([["a", cases.CONTROLS]])))
    document = written(appendix, "nl", tmp_path)
    assert cells(document.tables[0])[1] == ["a", cases.CONTROLS_SHOWN]


def test_two_thousand_rows_and_a_cell_of_five_thousand_characters_lose_nothing(tmp_path):
    appendix = cases.long_appendix()
    first, second = tables_of_exhibits(written(appendix, "nl", tmp_path), appendix)
    assert first == cases.expected(appendix.exhibits[0], "nl") and len(first) == 2001
    assert second == cases.expected(appendix.exhibits[1], "nl")


def test_a_choice_without_rows_is_a_sentence_instead_of_a_table(tmp_path):
    appendix = cases.appendix(cases.entry(cases.table([])))
    document = written(appendix, "nl", tmp_path)
    assert len(document.tables) == 1
    assert WORDS["no_rows"]["nl"] in whole_text(document)


# Tables


def test_the_header_row_is_repeated_and_rows_are_not_split_but_very_long_ones(tmp_path):
    document = written(cases.long_appendix(3), "nl", tmp_path)
    first, second, _ = document.tables
    marks = [
        [child.tag.split("}")[1] for child in row.iterfind(f"{qn('w:trPr')}/*")]
        for table in (first, second)
        for row in table._element.iter(qn("w:tr"))
    ]
    assert marks == [["cantSplit", "tblHeader"], *[["cantSplit"]] * 3, ["cantSplit", "tblHeader"], []]


def test_a_head_stays_with_the_row_below_it_and_the_last_row_with_the_notes(tmp_path):
    long, _, colophon = written(cases.long_appendix(40), "nl", tmp_path).tables
    joined = [
        [row.find(f".//{qn('w:keepNext')}") is not None for row in table._element.iter(qn("w:tr"))]
        for table in (long, colophon)
    ]
    assert joined == [[True, *[False] * 39, True], [False]]


def test_the_notes_below_a_table_stay_together(tmp_path):
    exhibit = cases.table([["a", "b"]], notes=(words("Een", "One"), words("Twee", "Two"), words("Drie", "Three")))
    first, second = cases.entry(exhibit), cases.entry(exhibit, 2)
    document = written(cases.appendix(first, second), "nl", tmp_path)
    notes = [one for one in document.paragraphs if one.style.style_id == "TableNote" and one.text]
    joined = [(one.text, one._element.find(f".//{qn('w:keepNext')}") is not None) for one in notes]
    expected = [(line, False) for line in first.below("nl")]
    assert joined == [*[(line, True) for line, _ in expected[:-1]], expected[-1]] * 2


def test_a_table_says_to_a_screen_reader_what_it_is(tmp_path):
    document = written(cases.appendix(cases.entry(cases.table([["a", "b"]]))), "en", tmp_path)
    properties = document.tables[0]._element.tblPr
    assert properties.find(qn("w:tblCaption")).get(qn("w:val")) == "Table 1 A trial & more"
    assert properties.find(qn("w:tblDescription")).get(qn("w:val")) == "1 rows; columns: kind en, text en"


@pytest.mark.parametrize("plan", cases.PLANS)
def test_every_table_fits_its_page_and_the_wide_ones_lie_on_their_side(plan):
    document = of_plan(plan, "nl")
    room = None
    sections = []
    for element in reversed(list(document.element.body)):
        properties = element if element.tag == qn("w:sectPr") else element.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
        if properties is not None:
            size, margin = properties.find(qn("w:pgSz")), properties.find(qn("w:pgMar"))
            room = int(size.get(qn("w:w"))) - int(margin.get(qn("w:left"))) - int(margin.get(qn("w:right")))
            sections.append(size.get(qn("w:orient")))
        if element.tag == qn("w:tbl"):
            widths = [int(column.get(qn("w:w"))) for column in element.iter(qn("w:gridCol"))]
            assert sum(widths) <= room + len(widths)
    if plan == "normalisatie-2026":
        assert "landscape" in sections and None in sections


def test_the_heading_above_all_exhibits_stands_on_the_page_of_the_first_also_when_that_lies_on_its_side(tmp_path):
    names = tuple(f"kolomnaam{number}" for number in range(9))
    wide = cases.table([["woordwoord"] * 9], names)
    document = written(cases.appendix(cases.entry(wide)), "nl", tmp_path)
    lines = [(element, text_of(element)) for element in document.element.body.iterfind(qn("w:p"))]
    [place] = [number for number, (_, text) in enumerate(lines) if text == WORDS["exhibits"]["nl"]]
    # What ends the upright pages stands before it.
    assert lines[place - 1][0].find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None


def test_a_number_before_words_has_room_at_its_right(tmp_path):
    document = written(cases.appendix(cases.entry(cases.table([["12", "naam"]]))), "nl", tmp_path)
    margins = [cell.find(f"{qn('w:tcPr')}/{qn('w:tcMar')}") for cell in document.tables[0]._element.iter(qn("w:tc"))]
    assert [None if one is None else one[0].get(qn("w:w")) for one in margins] == ["250", None, "250", None]
    assert valid(tmp_path / "trial.nl.docx") == []


# Captions, references, lists


def test_a_caption_counts_by_a_field_that_is_set_to_the_number_of_the_report(tmp_path):
    one = cases.table([["a", "b"]], number=words("Tabel 7", "Table 7"))
    appendix = cases.appendix(cases.entry(one, 7))
    assert "SEQ Tabel \\* ARABIC \\r 7" in fields(written(appendix, "nl", tmp_path))
    document = written(appendix, "en", tmp_path)
    assert "SEQ Table \\* ARABIC \\r 7" in fields(document)
    captions = [text_of(paragraph._element) for paragraph in document.paragraphs if paragraph.style.name == "Caption"]
    assert captions == ["Table 7 A trial & more"]


def test_numbers_of_its_own_go_on_counting_behind_their_prefix(tmp_path):
    one = cases.table([["a", "b"]], number=words("Tabel B.1", "Table B.1"))
    appendix = cases.appendix(cases.entry(one, 1), keeps_numbers=False, number_prefix="B.")
    document = written(appendix, "nl", tmp_path)
    assert "SEQ Tabel \\* ARABIC" in fields(document)
    captions = [text_of(p._element) for p in document.paragraphs if p.style.name == "Caption"]
    assert captions == ["Tabel B.1 Een proef & meer"]


def test_lists_of_tables_and_figures_are_fields_that_are_filled_already():
    document = of_plan("normalisatie-2026", "nl")
    found = fields(document)
    assert 'TOC \\h \\z \\c "Tabel"' in found and 'TOC \\h \\z \\c "Figuur"' in found
    listed = [text_of(p._element) for p in document.paragraphs if p.style.name == "table of figures"]
    headings = [entry.heading("nl") for entry in cases.real("normalisatie-2026").exhibits]
    assert sorted(line.replace("\t", " ") for line in listed) == sorted(headings)


@pytest.mark.parametrize(("number", "indent"), [("Tabel 1", None), ("", "280")])
def test_a_list_is_set_in_by_the_width_of_a_number_only_where_there_are_numbers(number, indent, tmp_path):
    first = cases.entry(cases.table([["a", "b"]], number=same(number)), 1 if number else None)
    second = cases.entry(cases.table([["a", "b"]], name="second", number=same("")), None)
    document = written(cases.appendix(first, second), "nl", tmp_path)
    *_, last = [p._element for p in document.paragraphs if p.style.name == "table of figures"]
    found = last.find(f"{qn('w:pPr')}/{qn('w:ind')}")
    assert (None if found is None else found.get(qn("w:hanging"))) == indent
    assert valid(tmp_path / "trial.nl.docx") == []


def test_the_last_entries_of_the_list_stay_together(tmp_path):
    entries = [cases.entry(cases.table([["a", "b"]], name=f"trial_{one}"), one) for one in range(1, 6)]
    document = written(cases.appendix(*entries), "nl", tmp_path)
    listed = [p._element for p in document.paragraphs if p.style.name == "table of figures"]
    joined = [one.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None for one in listed]
    assert joined == [False, False, True, True, False]


def test_a_minus_behind_a_bracket_is_no_hyphen_that_ends_a_line(tmp_path):
    document = written(cases.appendix(cases.entry(cases.table([["a", "bestuur (-0,290), 60404-4"]]))), "nl", tmp_path)
    assert cells(document.tables[0])[1][1] == "bestuur (-0,290), 60404-4"
    assert len(list(document.element.body.iter(qn("w:noBreakHyphen")))) == 1
    assert valid(tmp_path / "trial.nl.docx") == []


def test_labels_of_a_wide_matrix_lie_on_their_side_in_a_row_that_is_high_enough(tmp_path):
    rows = [["Platinagroepmetalen", *["✓"] * 20]] * 3
    matrix = cases.table(rows, ("name", *(f"list{one}" for one in range(20))), labels=[same("Verenigde Staten")] * 21)
    document = written(cases.appendix(cases.entry(matrix)), "nl", tmp_path)
    head, *others = document.tables[0]._element.iter(qn("w:tr"))
    turned = [
        [cell.find(f"{qn('w:tcPr')}/{qn('w:textDirection')}") is not None for cell in row.iter(qn("w:tc"))]
        for row in (head, others[0])
    ]
    assert turned == [[False, *[True] * 20], [False] * 21]
    assert head.find(f"{qn('w:trPr')}/{qn('w:trHeight')}").get(qn("w:val")) == "2000"
    assert valid(tmp_path / "trial.nl.docx") == []


def test_the_number_of_a_table_in_the_introduction_is_a_cross_reference(tmp_path):
    appendix = cases.appendix(
        cases.entry(cases.table([["a", "b"]])), introduction=words("Zie Tabel 1.", "See Table 1.")
    )
    document = written(appendix, "nl", tmp_path)
    assert "REF _Exhibit1 \\h" in fields(document)
    assert "Zie Tabel 1." in whole_text(document)


# What Word asks of a file


@pytest.mark.parametrize("plan", cases.PLANS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_word_finds_nothing_to_repair(plan, language):
    assert valid(cases.real_file(to_docx, plan, language)) == []


def test_the_validator_sees_a_wrong_order(tmp_path):
    written(cases.appendix(cases.entry(cases.table([["a", "b"]]))), "nl", tmp_path)
    with zipfile.ZipFile(tmp_path / "trial.nl.docx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/document.xml"] = re.sub(
        rb"(<w:tblStyle [^>]*/>)(<w:tblW [^>]*/>)", rb"\2\1", parts["word/document.xml"]
    )
    (tmp_path / "wrong.docx").write_bytes(to_docx.packed(parts))
    assert valid(tmp_path / "wrong.docx") != []


def valid(file: Path) -> list[str]:
    """What a validator of the format finds."""
    return [str(error) for error in OpenXmlValidator().validate(str(file)).errors]


def test_ids_are_given_once_and_every_reference_leads_somewhere():
    document = of_plan("normalisatie-2026", "nl")
    body = document.element.body
    for tag, key in (
        (qn("w:bookmarkStart"), qn("w:id")),
        (qn("w:bookmarkStart"), qn("w:name")),
        (qn("wp:docPr"), "id"),
    ):
        counts = Counter(element.get(key) for element in body.iter(tag))
        assert counts and max(counts.values()) == 1
    names = {element.get(qn("w:name")) for element in body.iter(qn("w:bookmarkStart"))}
    wanted = {element.get(qn("w:anchor")) for element in body.iter(qn("w:hyperlink"))} - {None}
    wanted |= {field.split()[1] for field in fields(document) if field.startswith("REF")}
    assert wanted <= names
    begun = Counter(element.get(qn("w:fldCharType")) for element in body.iter(qn("w:fldChar")))
    assert begun["begin"] == begun["separate"] == begun["end"]


def test_the_same_appendix_gives_the_same_bytes(tmp_path):
    appendix = cases.real("batterijen")
    first, second = (to_docx.write(appendix, "nl", tmp_path / name)[0].read_bytes() for name in ("a", "b"))
    assert first == second


def test_a_table_is_whole_where_it_is_pasted_into_another_document(tmp_path):
    one = cases.table([[f"rij {number}", "12"] for number in range(60)], number=words("Tabel 7", "Table 7"))
    source = written(cases.appendix(cases.entry(one, 7)), "nl", tmp_path)
    other = docx.Document()
    end = other.element.body.find(qn("w:sectPr"))
    table = source.tables[0]._element
    caption = table.getprevious()
    pasted = [copy.deepcopy(element) for element in (caption, table, table.getnext())]
    for element in pasted:
        end.addprevious(element)
    # A word processor brings along the styles that the place lacks.
    known = {style.get(qn("w:styleId")) for style in other.styles.element.findall(qn("w:style"))}
    for style in source.styles.element.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in known:
            other.styles.element.append(copy.deepcopy(style))
    other.save(str(tmp_path / "report.docx"))
    opened = docx.Document(str(tmp_path / "report.docx"))
    [found] = opened.tables
    assert cells(found) == cases.expected(cases.entry(one, 7), "nl")
    widths = [[column.get(qn("w:w")) for column in one.iter(qn("w:gridCol"))] for one in (found._element, table)]
    assert widths[0] == widths[1] and found.style.name == "Exhibit Table"
    assert found.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    assert fields(opened) == ["SEQ Tabel \\* ARABIC \\r 7"]
    # That old part of python-docx's own template repeats the styles for Word 2007.
    assert [error for error in valid(tmp_path / "report.docx") if "stylesWithEffects" not in error] == []


# Languages, figures, draft, template


def test_dutch_that_has_no_english_is_tagged_and_english_names_in_dutch_too(tmp_path):
    rows = [["Grafiet", "ISO/TC 298 Rare earth and its products"]]
    appendix = cases.appendix(cases.entry(cases.table(rows)))
    assert languages(written(appendix, "en", tmp_path))["Grafiet"] == "nl-NL"
    dutch = languages(written(appendix, "nl", tmp_path))
    assert (dutch["Grafiet"], dutch["ISO/TC 298 Rare earth and its products"]) == (None, "en-GB")


def languages(document) -> dict[str, str | None]:
    """The language that each run of a cell declares; None for that of the document."""
    found = {}
    for run in document.tables[0]._element.iter(qn("w:r")):
        tag = run.find(f"{qn('w:rPr')}/{qn('w:lang')}")
        found[text_of(run)] = None if tag is None else tag.get(qn("w:val"))
    return found


def test_the_document_declares_its_language_and_title(tmp_path):
    document = written(cases.appendix(cases.entry(cases.table([["a", "b"]]))), "en", tmp_path)
    assert {lang.get(qn("w:val")) for lang in document.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    assert (document.core_properties.title, document.core_properties.language) == ("Appendix on everything", "en-GB")


def test_a_figure_is_an_svg_with_a_png_for_others_and_says_what_it_shows(tmp_path):
    [entry] = [one for one in cases.real("batterijen").exhibits if one.figure]
    document = written(cases.appendix(entry), "nl", tmp_path)
    with zipfile.ZipFile(tmp_path / "trial.nl.docx") as archive:
        kinds = Counter(Path(name).suffix for name in archive.namelist() if "media" in name)
        [svg] = [archive.read(name) for name in archive.namelist() if name.endswith(".svg")]
    assert kinds == {".png": 1, ".svg": 1} and svg == entry.pictures("nl")[0]
    [picture] = document.element.body.iter(qn("wp:docPr"))
    assert picture.get("descr") == entry.exhibit.texts.alt["nl"] != ""
    assert isinstance(entry.figure, Figure)


def test_a_draft_says_so_on_every_page_and_why(tmp_path):
    appendix = cases.appendix(
        cases.entry(cases.table([["a", "b"]])), is_draft=True, faults=(same("table_01: 1 of 2 cells as printed"),)
    )
    document = written(appendix, "nl", tmp_path)
    assert [p.text for p in document.sections[0].header.paragraphs] == ["CONCEPT"]
    assert "table_01: 1 of 2 cells as printed" in whole_text(document)
    assert written(replace(appendix, is_draft=False), "nl", tmp_path).sections[0].header.is_linked_to_previous


def test_pages_are_counted(tmp_path):
    document = written(cases.appendix(cases.entry(cases.table([["a", "b"]]))), "nl", tmp_path)
    footer = document.sections[0].footer._element
    assert text_of(footer) == "Bijlage over alles · pagina 1 van 1"
    assert [e.text.strip() for e in footer.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]


def test_the_styles_of_an_organisation_replace_ours_and_what_it_lacks_is_added(tmp_path):
    own = docx.Document()  # python-docx's own has Heading 1 and Caption, and none of ours
    own.styles["Heading 1"].font.name = "Huisletter"
    own.add_paragraph("Old text of the template")
    own.save(str(tmp_path / "house.docx"))
    appendix = cases.appendix(cases.entry(cases.table([["a", "b"]])), template=tmp_path / "house.docx")
    document = written(appendix, "nl", tmp_path)
    heads = [p for p in document.paragraphs if p.text == WORDS["sources"]["nl"]]
    assert [p.style.font.name for p in heads] == ["Huisletter"]
    assert "Old text of the template" not in whole_text(document)
    assert document.tables[0].style.name == "Exhibit Table"
    used = {e.get(qn("w:val")) for e in document.element.body.iter(qn("w:pStyle"), qn("w:tblStyle"))}
    known = {style.get(qn("w:styleId")) for style in document.styles.element.findall(qn("w:style"))}
    assert used <= known
    # That old part repeats the styles for Word 2007, which nobody reads any more.
    assert [error for error in valid(tmp_path / "trial.nl.docx") if "stylesWithEffects" not in error] == []


def test_a_template_in_another_language_of_word_keeps_its_own_styles_for_its_ids(tmp_path):
    own = docx.Document()
    for style in own.styles.element.findall(qn("w:style")):
        if style.get(qn("w:styleId")) == "Heading2":
            style.set(qn("w:styleId"), "TableText")
    own.save(str(tmp_path / "house.docx"))
    appendix = cases.appendix(cases.entry(cases.table([["a", "b"]])), template=tmp_path / "house.docx")
    document = written(appendix, "nl", tmp_path)
    style = document.tables[0].cell(1, 0).paragraphs[0].style
    assert (style.name, style.style_id, style.base_style.name) == ("Table Text", "TableText-1", "Normal")


def test_our_reference_document_is_what_its_script_makes():
    assert to_docx.REFERENCE.read_bytes() == reference_document()


def writer() -> str | None:
    """LibreOffice, where it is installed and can open Word documents."""
    program = shutil.which("soffice")
    if not program:
        return None
    return program if list(Path(program).resolve().parent.glob("*swlo*")) else None


@pytest.mark.skipif(writer() is None, reason="LibreOffice Writer is not installed")
def test_libreoffice_shows_every_word(tmp_path):
    appendix = cases.real("batterijen")
    [file] = to_docx.write(appendix, "nl", tmp_path)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [writer(), profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    pages = pypdf.PdfReader(io.BytesIO(file.with_suffix(".pdf").read_bytes())).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    wanted = [cell for entry in appendix.exhibits for row in cases.expected(entry, "nl") for cell in row]
    wanted += [entry.heading("nl") for entry in appendix.exhibits]
    lost = [word for cell in wanted for word in cell.split() if word not in text]
    assert lost == []
