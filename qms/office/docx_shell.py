"""The shell of a Word document, made by python-docx: named styles, header, footer, properties.

The body is written elsewhere (docx_body) and put into the shell while it is zipped.
"""

import io
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from zipfile import ZipFile

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from lxml import etree

from qms.office.blocks import Properties
from qms.office.wording import WORDS, Language
from qms.office.xml_text import allowed

FONT = "Arial"  # Liberation Sans has the same widths where Arial is missing
ARABIC_FONT = "Arial"
ACCENT = "1F4E79"
GREY = "57606A"
LINE = "D0D7DE"
SHADE = "E8EEF5"
LABEL_SHADE = "F4F6F9"
PAPERS = {"A4": (210, 297), "F4": (215, 330), "letter": (216, 279)}  # mm; F4 is Indonesia's folio
SIDE, TOP, BOTTOM = 20, 24, 20  # margins in mm
UNWANTED = ("stylesWithEffects", "thumbnail")


@dataclass(frozen=True)
class Shell:
    """The parts of the empty document by name, and its page set-ups as XML."""

    parts: dict[str, bytes]
    portrait: str
    landscape: str
    width_mm: int
    height_mm: int

    def text_width_mm(self, landscape: bool) -> int:
        return (self.height_mm if landscape else self.width_mm) - 2 * SIDE

    def text_height_mm(self, landscape: bool) -> int:
        return (self.width_mm if landscape else self.height_mm) - TOP - BOTTOM


def make_shell(
    properties: Properties,
    *,
    header: str | tuple[str, str],
    footer: str,
    language: Language,
    paper: str,
) -> Shell:
    """An empty document with everything but its body. The header may be (left, right)."""
    document = docx.Document()
    set_styles(document, WORDS[language]["language"])
    width, height = PAPERS[paper]
    document.add_section()
    upright, turned = document.sections
    for section, landscape in ((upright, False), (turned, True)):
        set_page(section, width, height, landscape)
        set_margins_text(section, header, footer, language)
    set_properties(document, properties, WORDS[language]["language"])
    set_compatibility(document)
    drop_relations(document.part.package)
    drop_relations(document.part)
    return Shell(
        saved_parts(document),
        section_xml(upright),
        section_xml(turned),
        width,
        height,
    )


def set_page(section: Section, width: int, height: int, landscape: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (
        (Mm(height), Mm(width)) if landscape else (Mm(width), Mm(height))
    )
    section.left_margin = section.right_margin = Mm(SIDE)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.header_distance = section.footer_distance = Mm(10)


def set_margins_text(
    section: Section, header: str | tuple[str, str], footer: str, language: Language
) -> None:
    """Header with title and unit over a thin line, footer with a text and "Halaman n dari N". A
    first page of its own has the footer only."""
    text_width = section.page_width - section.left_margin - section.right_margin  # type: ignore[operator]
    left, right = (header, "") if isinstance(header, str) else header
    for part in (section.header, section.footer, section.first_page_footer):
        part.is_linked_to_previous = False
        tabs = part.paragraphs[0].paragraph_format.tab_stops
        tabs.add_tab_stop(text_width, WD_TAB_ALIGNMENT.RIGHT)
    section.header.paragraphs[0].add_run(allowed(left) + ("\t" + allowed(right) if right else ""))
    words = WORDS[language]
    for part in (section.footer, section.first_page_footer):
        bottom = part.paragraphs[0]
        bottom.style = "Footer"
        bottom.add_run(f"{allowed(footer)}\t{words['page']} ")
        add_field(bottom, "PAGE")
        bottom.add_run(f" {words['of']} ")
        add_field(bottom, "NUMPAGES")


def add_field(paragraph: Any, instruction: str) -> None:
    for piece in (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {instruction} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    ):
        paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{piece}</w:r>"))


def set_properties(document: Document, properties: Properties, language: str) -> None:
    core = document.core_properties
    created = properties.created
    if created.tzinfo:
        created = created.astimezone(UTC).replace(tzinfo=None)
    core.title = allowed(properties.title)[:255]
    core.author = core.last_modified_by = allowed(properties.author)[:255]
    core.subject = allowed(properties.subject)[:255]
    core.keywords = allowed(properties.keywords)[:255]
    core.comments = ""
    core.language = language
    core.created = core.modified = created.replace(microsecond=0)
    core.revision = 1


def set_compatibility(document: Document) -> None:
    """Laid out as by Word 2013 and later, without the compatibility banner."""
    compat = document.settings.element.find(qn("w:compat"))
    for setting in compat.findall(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


def drop_relations(part: Any) -> None:
    """Leave out what python-docx's template brings along and nobody needs."""
    for key in [key for key, rel in part.rels.items() if rel.reltype.endswith(UNWANTED)]:
        del part.rels[key]


def saved_parts(document: Document) -> dict[str, bytes]:
    saved = io.BytesIO()
    document.save(saved)
    with ZipFile(saved) as package:
        return {name: package.read(name) for name in sorted(package.namelist())}


def section_xml(section: Section) -> str:
    element = section._sectPr
    for kind in element.findall(qn("w:type")):
        element.remove(kind)
    return etree.tostring(element, encoding="unicode")


# Styles ---------------------------------------------------------------------------------------


def set_styles(document: Document, language: str) -> None:
    """All looks live here, as named styles; the body only names them."""
    styles = document.styles
    set_defaults(styles.element, language)
    for style in styles:
        set_font(style)
    look(styles["Normal"], 10, "222222", after=6, line=1.12)
    look(styles["Title"], 28, ACCENT, bold=True, before=150, after=6)
    look(styles["Subtitle"], 14, GREY, after=36, italic=False)
    for level, (size, before, after) in enumerate(
        ((17, 18, 8), (13, 14, 5), (11, 10, 4), (10, 8, 3)), 1
    ):
        style = styles[f"Heading {level}"]
        look(style, size, ACCENT, bold=True, italic=False, before=before, after=after)
        style.paragraph_format.keep_with_next = True
    look(styles["Caption"], 9, GREY, bold=True, before=8, after=3)
    styles["Caption"].paragraph_format.keep_with_next = True
    look(styles["List Bullet"], 10, "222222", after=3)
    look(styles["Header"], 8, GREY)
    look(styles["Footer"], 8, GREY)
    for style in (styles["Header"], styles["Footer"]):
        for tabs in style.element.findall(f".//{qn('w:tabs')}"):
            tabs.getparent().remove(tabs)
    line_under(styles["Header"])
    look(own(document, "Lead"), 11, "222222", after=8, line=1.2)
    look(own(document, "Note"), 9, GREY, after=6)
    look(own(document, "Cover Organisation"), 12, GREY, bold=True)
    look(own(document, "Contents Title"), 17, ACCENT, bold=True, after=8)
    look(own(document, "Table Text"), 8.5, "222222", line=1.0)
    look(own(document, "Table Number"), 8.5, "222222", line=1.0)
    right(styles["Table Number"])
    look(own(document, "Table Heading"), 8.5, ACCENT, bold=True, line=1.0)
    styles["Table Heading"].paragraph_format.keep_with_next = True
    look(own(document, "Table Mark"), 8.5, "222222", line=1.0)
    look(own(document, "Table Mark Heading"), 7, ACCENT, bold=True, line=1.0)
    styles["Table Mark Heading"].paragraph_format.keep_with_next = True
    for name in ("Table Mark", "Table Mark Heading"):
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    look(own(document, "After Table"), 4, "222222", after=4, line=1.0)
    look(own(document, "Signature Name"), 10, "222222", bold=True, after=0)
    look(own(document, "Signature Line"), 10, "222222", after=0)
    look(own(document, "Centred"), 10, "222222", after=8)
    styles["Centred"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    letterhead_styles(document)
    for level in (1, 2, 3, 4):
        contents_style(document, level)
    link_style(document)
    styles.element.append(parse_xml(TABLE_STYLE))


def letterhead_styles(document: Document) -> None:
    """The head of official paper: black, centred, in capitals; a thick and a thin rule."""
    for name, size, is_bold, in_capitals in (
        ("Letterhead Above", 13, False, True),
        ("Letterhead Name", 16, True, True),
        ("Letterhead Line", 9.5, False, False),
        ("Letterhead Rule", 3, False, False),
    ):
        style = own(document, name)
        look(style, size, "000000", bold=is_bold, line=1.0)
        style.font.all_caps = in_capitals
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    rule = document.styles["Letterhead Rule"]
    rule.paragraph_format.space_after = Pt(14)
    line_under(rule, "thinThickSmallGap", 24, "000000")


def set_defaults(styles: Any, language: str) -> None:
    defaults = styles.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for tag in ("w:rFonts", "w:lang"):
        for found in defaults.findall(qn(tag)):
            defaults.remove(found)
    defaults.insert(0, parse_xml(f"<w:rFonts {nsdecls('w')} {FONT_NAMES}/>"))
    defaults.append(
        parse_xml(
            f'<w:lang {nsdecls("w")} w:val="{language}" w:eastAsia="{language}" w:bidi="ar-SA"/>'
        )
    )


FONT_NAMES = f'w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{ARABIC_FONT}"'


def set_font(style: Any) -> None:
    """Our font in every style that names one of its own."""
    for fonts in style.element.iter(qn("w:rFonts")):
        for name in list(fonts.attrib):
            del fonts.attrib[name]
        for side, font in (
            ("ascii", FONT),
            ("hAnsi", FONT),
            ("eastAsia", FONT),
            ("cs", ARABIC_FONT),
        ):
            fonts.set(qn(f"w:{side}"), font)


def own(document: Document, name: str) -> Any:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    return style


def look(
    style: Any,
    size: float,
    colour: str,
    *,
    bold: bool = False,
    italic: bool | None = None,
    before: float = 0,
    after: float = 0,
    line: float | None = None,
) -> None:
    style.font.size = Pt(size)
    style.font.color.rgb = RGBColor.from_string(colour)
    style.font.bold = bold
    style.font.italic = italic
    style.paragraph_format.space_before = Pt(before)
    style.paragraph_format.space_after = Pt(after)
    style.paragraph_format.line_spacing = line
    for found in style.element.findall(f".//{qn('w:pBdr')}"):
        found.getparent().remove(found)
    run = style.element.rPr
    for tag in ("w:spacing", "w:kern"):
        for found in run.findall(qn(tag)):
            run.remove(found)
    if (cs := run.find(qn("w:szCs"))) is not None:
        cs.set(qn("w:val"), str(int(size * 2)))


def right(style: Any) -> None:
    style.paragraph_format.alignment = 2


def line_under(style: Any, kind: str = "single", eighths: int = 4, colour: str = LINE) -> None:
    """A rule under each paragraph of a style, so many eighths of a point thick."""
    border = (
        f"<w:pBdr {nsdecls('w')}>"
        f'<w:bottom w:val="{kind}" w:sz="{eighths}" w:space="4" w:color="{colour}"/></w:pBdr>'
    )
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(
        parse_xml(border), "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc"
    )


def contents_style(document: Document, level: int) -> None:
    style = document.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    style.element.set(qn("w:styleId"), f"TOC{level}")
    style.base_style = document.styles["Normal"]
    look(style, 10, "222222", bold=level == 1, before=4 if level == 1 else 0, after=2, line=1.0)
    style.paragraph_format.left_indent = Mm(5 * (level - 1))
    style.paragraph_format.tab_stops.add_tab_stop(
        Mm(210 - 2 * SIDE), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
    )


def link_style(document: Document) -> None:
    style = document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER, builtin=True)
    style.font.color.rgb = RGBColor.from_string("0563C1")
    style.font.underline = True


TABLE_STYLE = (
    f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="Register">'
    '<w:name w:val="Register"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="99"/>'
    '<w:tblPr><w:tblStyleRowBandSize w:val="1"/><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + '</w:tblBorders><w:tblCellMar><w:top w:w="45" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>'
    '<w:bottom w:w="45" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    '<w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr>'
    f'<w:tcBorders><w:bottom w:val="single" w:sz="8" w:space="0" w:color="{ACCENT}"/></w:tcBorders>'
    f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/></w:tcPr></w:tblStylePr>'
    '<w:tblStylePr w:type="firstCol"><w:tblPr/><w:tcPr>'
    f'<w:shd w:val="clear" w:color="auto" w:fill="{LABEL_SHADE}"/></w:tcPr></w:tblStylePr>'
    "</w:style>"
)
