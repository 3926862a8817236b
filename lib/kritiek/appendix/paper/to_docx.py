"""An Appendix in one language in, a Word document out: real tables, captions with fields, styles of a reference file.

The body is written as WordprocessingML and not cell by cell with python-docx, whose tables take a second for each
thousand cells; python-docx opens the reference document and keeps parts, relationships and content types in order.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape, quoteattr

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, nsmap, qn
from lxml import etree

from kritiek.appendix.model import Appendix, Entry, paragraphs, visible
from kritiek.appendix.paper.languages import language_of, pieces
from kritiek.appendix.paper.layout import (
    CELL_PADDING,
    LETTER_SIZES,
    TURNED_POINTS,
    UPRIGHT,
    WHOLE_ROW_LINES,
    Grid,
    bound,
    grid,
)
from kritiek.appendix.words import WORDS
from sheetcheck.writing.records import replace_file

# Otherwise the prefix depends on what else this process has imported, and the bytes with it.
etree.register_namespace("r", nsmap["r"])

REFERENCE = Path(__file__).parent / "reference.docx"
LOCALES = {"nl": "nl-NL", "en": "en-GB"}
TWIPS, EMUS = 20, 12700  # of a point: twentieths, and what drawings are measured in
NAMESPACES = nsdecls("w", "r", "wp", "a", "pic")
SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
SVG_NAMESPACE = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
STYLE_SIZE = LETTER_SIZES[0]  # of the style Table Text
LARGEST_PICTURE = 620  # points high, so that the caption stays on its page
UNNUMBERED_INDENT = 14  # points
LISTED_TOGETHER = 3
MINUS = re.compile(r"(?<=\()-(?=\d)")  # which would end a line as a hyphen does
ASIDE = {"left": "top", "center": "center", "right": "bottom"}
LONGEST_TITLE = 250  # of a table, a figure and the document: Word keeps no more in such a field


def write(appendix: Appendix, language: str, out: Path) -> list[Path]:
    """Write <plan>.<language>.docx into the folder `out`; the same appendix gives the same bytes."""
    return [replace_file(out / f"{appendix.plan}.{language}.docx", _Document(appendix, language).bytes())]


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Parts as one file, in their order and without the time of day."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return target.getvalue()


class _Document:
    """The document while it is written: its parts, and the numbers that must be given once each."""

    def __init__(self, appendix: Appendix, language: str) -> None:
        self.appendix, self.language = appendix, language
        self.document = docx.Document(str(appendix.template or REFERENCE))
        self.bookmarks = {entry.name: f"_Exhibit{number}" for number, entry in enumerate(appendix.exhibits, start=1)}
        self.identity = 0  # of bookmarks and drawings
        self.styles = _styles(self.document)

    def bytes(self) -> bytes:
        """The whole document."""
        body = self.document.element.body
        final = body.find(qn("w:sectPr"))
        if final is None:
            final = parse_xml(f"<w:sectPr {NAMESPACES}/>")
        for old in list(body):
            body.remove(old)
        body.append(final)
        self._surround(final)
        for content, is_sideways in self._parts():
            elements = list(parse_xml(f"<w:body {NAMESPACES}>{content}</w:body>"))
            for element in elements:
                final.addprevious(element)
            # The properties of a section stand in its last paragraph; those of the last section at the end.
            last = elements[-1] if elements[-1].tag == qn("w:p") else None
            if last is None:
                last = parse_xml(f"<w:p {NAMESPACES}/>")
                final.addprevious(last)
            properties = last.find(qn("w:pPr"))
            if properties is None:
                properties = parse_xml(f"<w:pPr {NAMESPACES}/>")
                last.insert(0, properties)
            properties.append(_section(final, is_sideways))
        # The last section is the document's own, which is upright.
        before = final.getprevious()
        own = before.find(qn("w:pPr")).find(qn("w:sectPr"))
        own.getparent().remove(own)
        target = io.BytesIO()
        self.document.save(target)
        with zipfile.ZipFile(target) as archive:
            return packed({name: archive.read(name) for name in archive.namelist()})

    def _surround(self, final: Any) -> None:
        """Language, title, and what stands above and below every page."""
        appendix, language = self.appendix, self.language
        locale = LOCALES[language]
        for lang in self.document.styles.element.iter(qn("w:lang")):
            lang.set(qn("w:val"), locale)
        for lang in self.document.settings.element.iter(qn("w:themeFontLang")):
            lang.set(qn("w:val"), locale)
        properties = self.document.core_properties
        title = visible(appendix.title[language])
        properties.title, properties.language = title[:LONGEST_TITLE], locale
        properties.author = properties.last_modified_by = ""
        properties.revision = 1
        section = self.document.sections[0]
        if appendix.is_draft:
            header = section.header
            header.is_linked_to_previous = False
            _fill(header._element, self._paragraph(self._text(WORDS["draft"][language]), "Draft"))
        footer = section.footer
        footer.is_linked_to_previous = False
        before, between, after = self._page_words()
        line = (
            self._text(f"{title[:LONGEST_TITLE]} · {before}")
            + self._field("PAGE", "1")
            + self._text(between)
            + self._field("NUMPAGES", "1")
            + self._text(after)
        )
        _fill(footer._element, self._paragraph(line, "Footer"))

    def _page_words(self) -> tuple[str, str, str]:
        before, rest = WORDS["page"][self.language].split("{page}")
        between, after = rest.split("{pages}")
        return before, between, after

    def _parts(self) -> Iterator[tuple[str, bool]]:
        """The body in runs of pages that lie alike: its content, and whether they lie on their side."""
        language = self.language
        content = "".join(self._front())
        for place, entry in enumerate(self.appendix.exhibits):
            layout = None if entry.is_empty else grid(entry.exhibit.csv_rows(language))
            is_sideways = layout is not None and layout.is_sideways
            # The heading above all of them stands on the page of the first, wherever that is.
            above = self._heading("exhibits") if place == 0 else ""
            # A picture stands upright, whatever its data need.
            if _has_picture(entry):
                content, above = content + above + self._pictured(entry), ""
            if is_sideways and content:
                yield content, False
                content = ""
            content += above + self._exhibit(entry, layout)
            if is_sideways:
                yield content, True
                content = ""
        content += "".join(self._closing())
        if rows := self.appendix.deviation_rows(language):
            layout = grid(rows)
            if layout.is_sideways and content:
                yield content, False
                content = ""
            title = WORDS["deviations"][language]
            content += self._heading("deviations") + self._table(rows, layout, title, "", has_labels=True)
            content += self._paragraph("", "TableNote")
            if layout.is_sideways:
                yield content, True
                content = ""
        yield content + "".join(self._back()), False

    # What stands before and after the exhibits

    def _front(self) -> Iterator[str]:
        appendix, language = self.appendix, self.language
        yield self._paragraph(self._text(appendix.title[language]), "Title")
        if dated := [line for line in appendix.colophon if line.label is WORDS["date"]]:
            yield self._paragraph(self._text(dated[0].value[language]), "Subtitle")
        if appendix.is_draft:
            yield self._paragraph(self._text(WORDS["draft_meaning"][language]), "Draft")
            yield from (self._paragraph(self._text(fault[language])) for fault in appendix.faults)
        if appendix.introduction:
            yield self._heading("introduction")
            yield from self._prose(appendix.introduction[language])
        if appendix.exhibits:
            yield self._heading("list_of_exhibits")
            yield from self._lists()

    def _closing(self) -> Iterator[str]:
        if self.appendix.closing:
            yield self._heading("closing")
            yield from self._prose(self.appendix.closing[self.language])

    def _back(self) -> Iterator[str]:
        appendix, language = self.appendix, self.language
        if appendix.sources:
            yield self._heading("sources")
        for source in appendix.sources:
            text = source.text[language]
            spoken = language_of(text, language)
            before, found, after = text.rpartition(source.url) if source.url else (text, "", "")
            line = self._text(f"[{source.number}]\t{before}", spoken)
            line += self._link(found) + self._text(after, spoken)
            yield self._paragraph(line, "Reference")
        yield self._heading("colophon")
        rows = [[line.label[language], line.value[language]] for line in appendix.colophon]
        yield self._table(
            rows,
            Grid((UPRIGHT * 0.3, UPRIGHT * 0.7), STYLE_SIZE, False, ("left", "left"), (1,) * len(rows), (False, False)),
            WORDS["colophon"][language],
            "",
        )
        yield self._paragraph("", "TableNote")

    def _prose(self, text: str) -> Iterator[str]:
        """Paragraphs, in which the number of an exhibit refers to it."""
        for part in paragraphs(text):
            yield self._paragraph(
                "".join(
                    self._reference(entry, words) if entry else self._text(words, language_of(part, self.language))
                    for words, entry in self.appendix.referring(part, self.language)
                )
            )

    def _lists(self) -> Iterator[str]:
        """Tables and figures, each in a field of Word that is filled already; then those without a number."""
        lines: list[tuple[str, int | None]] = []
        for kind in ("table", "figure"):
            numbered = [entry for entry in self.appendix.exhibits if entry.kind == kind and entry.ordinal is not None]
            label = WORDS[kind][self.language]
            for place, entry in enumerate(numbered):
                begin = self._field_begin(f'TOC \\h \\z \\c "{label}"') if place == 0 else ""
                end = self._field_end() if place == len(numbered) - 1 else ""
                lines.append((begin + self._listed(entry) + end, None))
        # Where nothing has a number, nothing is set in by the width of one.
        indent = None if any(entry.ordinal for entry in self.appendix.exhibits) else UNNUMBERED_INDENT
        lines += [(self._listed(entry), indent) for entry in self.appendix.exhibits if entry.ordinal is None]
        # The last ones stay together, so that none stands alone on a page.
        for after, (line, set_in) in zip(reversed(range(len(lines))), lines, strict=True):
            yield self._paragraph(line, "TableofFigures", indent=set_in, is_joined=0 < after < LISTED_TOGETHER)

    def _listed(self, entry: Entry) -> str:
        caption = entry.exhibit.texts.caption[self.language]
        number = entry.number[self.language]
        text = self._text(f"{number}\t{caption}" if number else caption)
        return f'<w:hyperlink w:anchor="{self.bookmarks[entry.name]}" w:history="1">{text}</w:hyperlink>'

    # An exhibit

    def _pictured(self, entry: Entry) -> str:
        """The picture of a figure with its caption below it."""
        return self._picture(entry) + self._caption(entry)

    def _exhibit(self, entry: Entry, layout: Grid | None) -> str:
        """Cells with their caption above them, and what stands below."""
        language = self.language
        data = self._paragraph(self._text(WORDS["data_of_figure"][language]), "TableHeading")
        parts = [data if _has_picture(entry) else self._caption(entry)]
        if layout is None:
            parts.append(self._paragraph(self._text(WORDS["no_rows"][language])))
        else:
            rows = entry.exhibit.csv_rows(language)
            dutch = [[False] * len(rows[0]), *entry.exhibit.stays_dutch(language)]
            parts.append(self._table(rows, layout, entry.heading(language), entry.description(language), dutch, True))
        # A paragraph after a table keeps it off the next one; the notes stay together.
        below = entry.below(language) or [""]
        for number, line in enumerate(below, start=1):
            runs = "".join(self._run(text, spoken) for text, spoken in pieces(line, language))
            parts.append(self._paragraph(runs, "TableNote", is_joined=number < len(below)))
        return "".join(parts)

    def _caption(self, entry: Entry) -> str:
        """The caption, whose number is a field of Word with a bookmark around it."""
        language = self.language
        self.identity += 1
        caption = entry.exhibit.texts.caption[language]
        if entry.ordinal is None:
            number, text = "", self._text(entry.heading(language), language_of(caption, language))
        else:
            label = WORDS[entry.kind][language]
            # `\r` keeps the report's own number wherever the table is pasted; numbers of our own go on counting.
            reset = f" \\r {entry.ordinal}" if self.appendix.keeps_numbers else ""
            number = self._text(f"{label}\u00a0{self.appendix.number_prefix}")
            number += self._field(f"SEQ {label} \\* ARABIC{reset}", str(entry.ordinal))
            text = self._text(f" {caption}", language_of(caption, language)) if caption else ""
        name = self.bookmarks[entry.name]
        marked = (
            f'<w:bookmarkStart w:id="{self.identity}" w:name="{name}"/>{number or text}'
            f'<w:bookmarkEnd w:id="{self.identity}"/>'
        )
        return self._paragraph(marked + (text if number else ""), "Caption")

    def _picture(self, entry: Entry) -> str:
        """The picture as SVG, with a PNG for programs that cannot show it."""
        svg, png = entry.pictures(self.language)
        part = self.document.part
        relation, image = part.get_or_add_image(io.BytesIO(png))
        place = PackURI(f"/word/media/{entry.name}.{self.language}.svg")
        drawn = part.relate_to(Part(place, "image/svg+xml", svg, part.package), RELATIONSHIP_TYPE.IMAGE)
        width, height = image.px_width, image.px_height
        shown = min(UPRIGHT, width * 72 / image.horz_dpi, LARGEST_PICTURE * width / height)
        across, up = round(shown * EMUS), round(shown * height / width * EMUS)
        self.identity += 1
        name = f"Picture {self.identity}"
        title = quoteattr(visible(entry.heading(self.language))[:LONGEST_TITLE])
        alt = quoteattr(visible(entry.description(self.language)))
        drawing = (
            f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{across}" cy="{up}"/>'
            f'<wp:docPr id="{self.identity}" name="{name}" descr={alt} title={title}/>'
            '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
            '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr id="{self.identity}" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="{relation}"><a:extLst><a:ext uri="{SVG_EXTENSION}">'
            f'<asvg:svgBlip xmlns:asvg="{SVG_NAMESPACE}" r:embed="{drawn}"/></a:ext></a:extLst></a:blip>'
            "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>"
            f'<a:off x="0" y="0"/><a:ext cx="{across}" cy="{up}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
            "</wp:inline></w:drawing></w:r>"
        )
        return self._paragraph(drawing, "Figure")

    def _table(
        self,
        rows: Sequence[Sequence[str]],
        layout: Grid,
        title: str,
        description: str,
        dutch: Sequence[Sequence[bool]] | None = None,
        has_labels: bool = False,
    ) -> str:
        """A table whose first row, when it holds labels, is repeated on every page; rows stay whole."""
        widths = [round(width * TWIPS) for width in layout.widths]
        named = f"<w:tblCaption w:val={quoteattr(visible(title)[:LONGEST_TITLE])}/>"
        named += f"<w:tblDescription w:val={quoteattr(visible(description))}/>" if description else ""
        # Said twice: Word reads the attributes, LibreOffice the number.
        look = f'<w:tblLook w:val="00{20 * has_labels:02}" w:firstRow="{int(has_labels)}" w:lastRow="0"'
        parts = [
            f'<w:tbl><w:tblPr><w:tblStyle w:val="{self.styles["exhibit table"]}"/>'
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            f'{look} w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>{named}</w:tblPr><w:tblGrid>',
            *(f'<w:gridCol w:w="{width}"/>' for width in widths),
            "</w:tblGrid>",
        ]
        for number, row in enumerate(rows):
            is_label = has_labels and number == 0
            kept = "<w:cantSplit/>" if layout.lines[number] <= WHOLE_ROW_LINES else ""
            is_high = is_label and any(layout.turned)
            high = f'<w:trHeight w:val="{round(TURNED_POINTS * TWIPS)}" w:hRule="exact"/>' if is_high else ""
            repeated = "<w:tblHeader/>" if is_label else ""
            parts.append(f"<w:tr><w:trPr>{kept}{high}{repeated}</w:trPr>" if kept or repeated else "<w:tr>")
            for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
                is_dutch = bool(dutch and dutch[number][column])
                runs = "".join(
                    self._run(text, spoken, layout.size)
                    for text, spoken in pieces(visible(cell), self.language, is_dutch=is_dutch)
                )
                style = "TableHeading" if is_label else "TableText"
                # No head without a row below it, and no note without a row above it, on any page.
                is_last = number == len(rows) - 1
                is_joined = has_labels if is_last else layout.is_short or is_label
                is_turned = is_high and layout.turned[column]
                alignment = "left" if is_turned else layout.alignments[column]
                paragraph = self._paragraph(runs, style, alignment, is_joined=is_joined)
                gap = layout.gaps[column]
                right = round((CELL_PADDING + gap) * TWIPS)
                margin = f'<w:tcMar><w:right w:w="{right}" w:type="dxa"/></w:tcMar>' if gap else ""
                if is_high:
                    # What is up and down in such a cell is left and right on the page.
                    place = ASIDE[layout.alignments[column]] if is_turned else "bottom"
                    margin += '<w:textDirection w:val="btLr"/>' if is_turned else ""
                    margin += f'<w:vAlign w:val="{place}"/>'
                parts.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{margin}</w:tcPr>{paragraph}</w:tc>')
            parts.append("</w:tr>")
        parts.append("</w:tbl>")
        return "".join(parts)

    # Letters and fields

    def _heading(self, term: str) -> str:
        return self._paragraph(self._text(WORDS[term][self.language]), "Heading1")

    def _paragraph(
        self,
        runs: str,
        style: str = "Normal",
        alignment: str = "left",
        *,
        is_joined: bool = False,
        indent: int | None = None,
    ) -> str:
        """A paragraph; a joined one stays on the page of the next, `indent` sets in all lines but the first."""
        named = f'<w:pStyle w:val="{self.styles[NAMES.get(style, style.casefold())]}"/>' if style != "Normal" else ""
        placed = f'<w:jc w:val="{alignment}"/>' if alignment != "left" else ""
        joined = "<w:keepNext/>" if is_joined else ""
        set_in = "" if indent is None else f'<w:ind w:left="{indent * TWIPS}" w:hanging="{indent * TWIPS}"/>'
        inner = named + joined + set_in + placed
        properties = f"<w:pPr>{inner}</w:pPr>" if inner else ""
        return f"<w:p>{properties}{runs}</w:p>"

    def _text(self, text: str, spoken: str | None = None) -> str:
        return self._run(visible(text), spoken or self.language) if text else ""

    def _run(self, text: str, spoken: str, size: float | None = None) -> str:
        """Letters in one language; line breaks and tabs are those of Word, blanks stay as many as they are."""
        points = "" if size in (None, STYLE_SIZE) else f'w:val="{round(2 * size)}"'
        properties = f"<w:sz {points}/><w:szCs {points}/>" if points else ""
        properties += f'<w:lang w:val="{LOCALES[spoken]}"/>' if spoken != self.language else ""
        inner = []
        for number, line in enumerate(bound(visible(text)).split("\n")):
            inner += ["<w:br/>"] if number else []
            for place, part in enumerate(line.split("\t")):
                inner += ["<w:tab/>"] if place else []
                for sign, words in enumerate(MINUS.split(part)):
                    inner += ["<w:noBreakHyphen/>"] if sign else []
                    inner += [f'<w:t xml:space="preserve">{escape(words)}</w:t>'] if words else []
        return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{''.join(inner)}</w:r>"

    def _field(self, instruction: str, result: str) -> str:
        return self._field_begin(instruction) + self._text(result) + self._field_end()

    def _field_begin(self, instruction: str) -> str:
        return (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )

    def _field_end(self) -> str:
        return '<w:r><w:fldChar w:fldCharType="end"/></w:r>'

    def _reference(self, entry: Entry, words: str) -> str:
        """The number of an exhibit as a cross-reference that Word keeps right."""
        return self._field(f"REF {self.bookmarks[entry.name]} \\h", words)

    def _link(self, url: str) -> str:
        """An address that can be followed; one that is none for the web stays text."""
        target = _address(url)
        if not target:
            return self._text(url)
        relation = self.document.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        run = self._text(url).replace("<w:r>", '<w:r><w:rPr><w:rStyle w:val="Hyperlink"/></w:rPr>', 1)
        return f'<w:hyperlink r:id="{relation}" w:history="1">{run}</w:hyperlink>'


# Names by which styles are found: their ids are another in every language of Word.
NAMES = {
    **{f"Heading{level}": f"heading {level}" for level in (1, 2, 3)},
    **{"TableofFigures": "table of figures", "TableText": "table text", "TableHeading": "table heading"},
    "TableNote": "table note",
}


def _styles(document: Any) -> dict[str, str]:
    """Ids of styles by name in small letters; what an organisation's document lacks is taken over from ours."""
    styles = document.styles.element
    own = {_named(style): style.get(qn("w:styleId")) for style in styles.findall(qn("w:style"))}
    ours = docx.Document(str(REFERENCE)).styles.element.findall(qn("w:style"))
    names = {style.get(qn("w:styleId")): _named(style) for style in ours}
    for style in ours:
        if names[style.get(qn("w:styleId"))] in own:
            continue
        taken = copy.deepcopy(style)
        # The same id may be another style there: in each language of Word they are called differently.
        identity = taken.get(qn("w:styleId"))
        while identity in own.values():
            identity += "-1"
        taken.set(qn("w:styleId"), identity)
        own[_named(taken)] = identity
        for other in (taken.find(qn("w:basedOn")), taken.find(qn("w:next"))):
            if other is not None:
                other.set(qn("w:val"), own.get(names[other.get(qn("w:val"))], identity))
        styles.append(taken)
    return own


def _named(style: Any) -> str:
    return style.find(qn("w:name")).get(qn("w:val")).casefold()


def _has_picture(entry: Entry) -> bool:
    return entry.figure is not None and not entry.is_empty


def _fill(part: Any, paragraph: str) -> None:
    """Put one paragraph into a header or footer instead of what is there."""
    for old in list(part):
        part.remove(old)
    for element in parse_xml(f"<w:hdr {NAMESPACES}>{paragraph}</w:hdr>"):
        part.append(element)


def _section(final: Any, is_sideways: bool) -> Any:
    """The properties of a section: those of the document, the page on its side where it must be."""
    section = copy.deepcopy(final)
    kind = section.find(qn("w:type"))
    if kind is not None:
        section.remove(kind)
    size = section.find(qn("w:pgSz"))
    if is_sideways and size is not None:
        width, height = size.get(qn("w:w")), size.get(qn("w:h"))
        size.set(qn("w:w"), height)
        size.set(qn("w:h"), width)
        size.set(qn("w:orient"), "landscape")
    return section


def _address(url: str) -> str:
    """The address as a relationship may hold it, which Word checks; "" for one that leads nowhere on the web."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return quote(url, safe=":/?#[]@!$&'()*+,;=%~")
