"""Make reference.docx, the styles of an appendix in Word, anew: `python tests/make_reference_document.py`.

Written by hand rather than in Word, so that a change of style can be read in a diff. An organisation that wants its own
opens the result in Word, changes it there, and names it as `template` in its plan.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kritiek.appendix.paper.to_docx import REFERENCE, packed

INK, GREY, PALE, LINE = "154273", "595959", "E8EDF3", "BFC7D1"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def style(
    identity: str, name: str, *, based: str = "Normal", then: str = "", paragraph: str = "", run: str = ""
) -> str:
    """A paragraph style; built-in names are those that Word shows in the language of its user."""
    custom = "" if identity in BUILT_IN else ' w:customStyle="1"'
    after = f'<w:next w:val="{then}"/>' if then else ""
    inner = (f"<w:pPr>{paragraph}</w:pPr>" if paragraph else "") + (f"<w:rPr>{run}</w:rPr>" if run else "")
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{identity}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{based}"/>{after}<w:qFormat/>{inner}</w:style>'
    )


def spaced(before: int, after: int, line: int = 252) -> str:
    """Space before and after in twentieths of a point, and the height of lines in 240ths."""
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


def letters(half_points: int, *, bold: bool = False, colour: str = "", spacing: int = 0) -> str:
    """Size, weight and colour of letters."""
    return (
        ("<w:b/><w:bCs/>" if bold else "")
        + (f'<w:color w:val="{colour}"/>' if colour else "")
        + (f'<w:spacing w:val="{spacing}"/>' if spacing else "")
        + f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
    )


def border(side: str, eighths: int, colour: str) -> str:
    """A line along one side."""
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="0" w:color="{colour}"/>'


BUILT_IN = {"Title", "Subtitle", "Heading1", "Heading2", "Heading3", "Caption", "TableofFigures", "Header", "Footer"}
KEEP = "<w:keepNext/><w:keepLines/>"
STYLES = [
    style(
        "Title",
        "Title",
        then="Subtitle",
        paragraph=KEEP + spaced(480, 160, 228),
        run=letters(48, bold=True, colour=INK),
    ),
    style("Subtitle", "Subtitle", then="Normal", paragraph=spaced(0, 280), run=letters(24, colour=GREY)),
    *(
        style(
            f"Heading{level}",
            f"heading {level}",
            then="Normal",
            paragraph=f'{KEEP}{spaced(before, 120, 240)}<w:outlineLvl w:val="{level - 1}"/>',
            run=letters(size, bold=True, colour=INK),
        )
        for level, size, before in ((1, 30, 400), (2, 25, 300), (3, 22, 240))
    ),
    style("Caption", "caption", paragraph=KEEP + spaced(360, 80), run=letters(21, bold=True, colour=INK)),
    style(
        "TableofFigures",
        "table of figures",
        paragraph='<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9070"/></w:tabs>'
        + spaced(0, 20, 240)
        + '<w:ind w:left="1021" w:right="567" w:hanging="1021"/>',
        run=letters(19),
    ),
    style("Header", "header", paragraph=spaced(0, 0, 240), run=letters(18)),
    style("Footer", "footer", paragraph=spaced(0, 0, 240), run=letters(18, colour=GREY)),
    style("TableText", "Table Text", paragraph=spaced(20, 20, 240), run=letters(19)),
    style("TableHeading", "Table Heading", based="TableText", paragraph="<w:keepNext/>", run=letters(19, bold=True)),
    style("TableNote", "Table Note", paragraph="<w:keepLines/>" + spaced(60, 0, 240), run=letters(18, colour="404040")),
    style("Figure", "Figure", then="Caption", paragraph="<w:keepNext/>" + spaced(240, 0, 240)),
    style(
        "Reference",
        "Reference",
        paragraph='<w:keepLines/><w:tabs><w:tab w:val="left" w:pos="567"/></w:tabs>'
        + spaced(0, 80)
        + '<w:ind w:left="567" w:hanging="567"/>',
        run=letters(20),
    ),
    style(
        "Draft",
        "Draft",
        based="Header",
        paragraph='<w:jc w:val="right"/>',
        run=letters(24, bold=True, colour="B00020", spacing=40),
    ),
    f'<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>'
    f'<w:rPr><w:color w:val="{INK}"/><w:u w:val="single"/></w:rPr></w:style>',
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
    '<w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>'
    '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>',
    '<w:style w:type="table" w:customStyle="1" w:styleId="ExhibitTable"><w:name w:val="Exhibit Table"/>'
    '<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr><w:tblBorders>'
    f"{border('top', 8, INK)}{border('bottom', 8, INK)}{border('insideH', 4, LINE)}</w:tblBorders><w:tblCellMar>"
    '<w:top w:w="28" w:type="dxa"/><w:left w:w="90" w:type="dxa"/>'
    '<w:bottom w:w="28" w:type="dxa"/><w:right w:w="90" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    f'<w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr><w:tcBorders>{border("bottom", 8, INK)}</w:tcBorders>'
    f'<w:shd w:val="clear" w:color="auto" w:fill="{PALE}"/></w:tcPr></w:tblStylePr></w:style>',
]
CALIBRI = '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Calibri" w:cs="Calibri"/>'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
THEME = {
    **{"dk1": "000000", "lt1": "FFFFFF", "dk2": INK, "lt2": PALE},
    **{"accent1": INK, "accent2": "0072B2", "accent3": "E69F00", "accent4": "009E73", "accent5": "CC79A7"},
    **{"accent6": GREY, "hlink": INK, "folHlink": GREY},
}
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{WORD}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{WORD}.styles+xml"/>'
    f'<Override PartName="/word/settings.xml" ContentType="{WORD}.settings+xml"/>'
    f'<Override PartName="/word/fontTable.xml" ContentType="{WORD}.fontTable+xml"/>'
    '<Override PartName="/word/theme/theme1.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/>'
    '<Override PartName="/docProps/core.xml"'
    ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/>'
    '<Relationship Id="rId2" Target="docProps/core.xml"'
    ' Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"/>'
    "</Relationships>",
    "docProps/core.xml": "<cp:coreProperties"
    ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>',
    "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{R}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{R}/settings" Target="settings.xml"/>'
    f'<Relationship Id="rId3" Type="{R}/fontTable" Target="fontTable.xml"/>'
    f'<Relationship Id="rId4" Type="{R}/theme" Target="theme/theme1.xml"/></Relationships>',
    "word/document.xml": f"<w:document {W}><w:body><w:sectPr>"
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418"'
    ' w:header="680" w:footer="680" w:gutter="0"/></w:sectPr></w:body></w:document>',
    "word/settings.xml": f'<w:settings {W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/><w:compat>'
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    '</w:compat><w:themeFontLang w:val="nl-NL"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>',
    "word/fontTable.xml": f'<w:fonts {W}><w:font w:name="Calibri"><w:altName w:val="Carlito"/>'
    '<w:panose1 w:val="020F0502020204030204"/><w:charset w:val="00"/><w:family w:val="swiss"/>'
    '<w:pitch w:val="variable"/></w:font></w:fonts>',
    "word/theme/theme1.xml": f'<a:theme {A} name="Kritiek"><a:themeElements><a:clrScheme name="Kritiek">'
    + "".join(f'<a:{name}><a:srgbClr val="{colour}"/></a:{name}>' for name, colour in THEME.items())
    + '</a:clrScheme><a:fontScheme name="Kritiek">'
    + "".join(
        f'<a:{use}><a:latin typeface="Calibri"/><a:ea typeface=""/><a:cs typeface=""/></a:{use}>'
        for use in ("majorFont", "minorFont")
    )
    + '</a:fontScheme><a:fmtScheme name="Kritiek">'
    + f"<a:fillStyleLst>{FILL * 3}</a:fillStyleLst>"
    + f"<a:lnStyleLst>{f'<a:ln>{FILL}</a:ln>' * 3}</a:lnStyleLst>"
    + f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
    + f"<a:bgFillStyleLst>{FILL * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>",
    "word/styles.xml": f"<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>{CALIBRI}"
    '<w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="nl-NL" w:eastAsia="nl-NL" w:bidi="ar-SA"/></w:rPr>'
    f"</w:rPrDefault><w:pPrDefault><w:pPr>{spaced(0, 120, 264)}</w:pPr></w:pPrDefault></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    + "".join(STYLES)
    + "</w:styles>",
}


def reference_document() -> bytes:
    """The document as bytes, the same at every call."""
    return packed({name: (HEAD + content).encode() for name, content in PARTS.items()})


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else REFERENCE
    target.write_bytes(reference_document())
    print(f"wrote {target}")
