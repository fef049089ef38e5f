"""Content blocks as the body of a Word document, one small function for each block."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx.image.image import Image as Picture

from qms.office import docx_forms, docx_tables
from qms.office.addresses import link_address
from qms.office.blocks import (
    Block,
    BulletList,
    Contents,
    Cover,
    Facts,
    FormSheet,
    Heading,
    Image,
    Letterhead,
    PageBreak,
    Paragraph,
    Signatures,
    Table,
)
from qms.office.docx_runs import bookmark_name, paragraph_xml, run_xml
from qms.office.docx_shell import Shell
from qms.office.wording import WORDS, Language
from qms.office.xml_text import attribute, is_right_to_left

KEEP_NEXT = "<w:keepNext/>"
PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
PARAGRAPH_STYLES = {"normal": "Normal", "note": "Note", "lead": "Lead", "centred": "Centred"}
TITLE_LOOKS = '<w:caps/><w:color w:val="000000"/><w:sz w:val="28"/>'
"""Of a centred heading: the title of a letter or form."""
FIRST_FOOTER = re.compile(r'<w:footerReference\b[^>]*w:type="first"[^>]*/>')
POINTS_PER_MM = 72 / 25.4
EMU_PER_MM = 36_000
FIELD_BEGIN = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
FIELD_SEPARATE = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


@dataclass
class Entry:
    """A line of the table of contents."""

    heading: Heading
    bookmark: str


@dataclass(frozen=True)
class StoredPicture:
    """A picture that goes into the package."""

    key: str  # relationship id
    part: str
    content: bytes


class Body:
    """Writes blocks and remembers what the package needs: links and pictures."""

    def __init__(self, blocks: Sequence[Block], shell: Shell, language: Language) -> None:
        self.blocks, self.shell, self.language = blocks, shell, language
        self.landscape = False
        self.links: dict[str, str] = {}
        self.pictures: dict[str, StoredPicture] = {}
        self.referred: set[str] = set()
        self.drawn = 0
        self.entries = self.list_headings()
        self.next_entry = 0
        self.begins: Block | None = blocks[0] if blocks else None

    def list_headings(self) -> list[Entry]:
        """All headings with their bookmarks, known before the first is written."""
        entries: list[Entry] = []
        for block in self.blocks:
            if isinstance(block, Heading):
                name = (
                    bookmark_name(block.bookmark)
                    if block.bookmark
                    else f"_Toc{len(entries) + 1:06}"
                )
                entries.append(Entry(block, name))
        names = [entry.bookmark for entry in entries]
        if twice := [name for name, times in Counter(names).items() if times > 1]:
            raise ValueError(f"two headings have the same bookmark: {twice}")
        return entries

    @property
    def width(self) -> float:
        """Of the text, in points."""
        return self.shell.text_width_mm(self.landscape) * POINTS_PER_MM

    # Places that text refers to

    def link_to(self, address: str) -> str:
        """The relationship id of an address outside."""
        target = link_address(address)
        return self.links.setdefault(target, f"rIdLink{len(self.links) + 1}")

    def refer_to(self, bookmark: str) -> None:
        self.referred.add(bookmark)

    def missing_bookmarks(self) -> set[str]:
        return self.referred - {entry.bookmark for entry in self.entries}

    # Blocks

    def block_xml(self, block: Block, following: Block | None = None) -> Iterator[str]:
        """A block. `following`: the one after it, for which a page break makes ready."""
        match block:
            case Heading():
                yield self.heading(block)
            case Paragraph():
                more = KEEP_NEXT if block.leads else ""
                yield paragraph_xml(block.text, PARAGRAPH_STYLES[block.style], self, more)
            case Facts():
                yield from docx_tables.facts_xml(block, self, self.width, self.language)
            case Table():
                yield from docx_tables.table_xml(block, self, self.width, self.language)
            case BulletList():
                yield from self.bullets(block)
            case PageBreak():
                yield self.page_break(block, following)
            case Image():
                yield self.image(block)
            case Signatures():
                yield from docx_tables.signatures_xml(block, self, self.width, self.language)
            case FormSheet():
                yield from self.form(block)
            case Letterhead():
                yield from self.letterhead(block)
            case Cover():
                yield from self.cover(block)
            case Contents():
                yield from self.contents(block)
            case _:
                raise TypeError(f"Word has no block {type(block).__name__}")

    def heading(self, block: Heading) -> str:
        entry = self.entries[self.next_entry]
        self.next_entry += 1
        number = self.next_entry
        bidi = "<w:bidi/>" if is_right_to_left(block.text) else ""
        centred, looks = ('<w:jc w:val="center"/>', TITLE_LOOKS) if block.centred else ("", "")
        return (
            f'<w:p><w:pPr><w:pStyle w:val="Heading{block.level}"/>{bidi}{centred}</w:pPr>'
            f'<w:bookmarkStart w:id="{number}" w:name="{attribute(entry.bookmark)}"/>'
            f'{run_xml(block.text, looks)}<w:bookmarkEnd w:id="{number}"/></w:p>'
        )

    def bullets(self, block: BulletList) -> Iterator[str]:
        for item in block.items:
            yield paragraph_xml(item, "ListBullet", self, KEEP_NEXT if block.leads else "")

    def page_break(self, block: PageBreak, following: Block | None) -> str:
        landscape = self.landscape if block.landscape is None else block.landscape
        if landscape == self.landscape and not isinstance(following, Letterhead):
            return PAGE_BREAK
        ended = self.section_xml()
        self.landscape, self.begins = landscape, following
        return f'<w:p><w:pPr><w:pStyle w:val="AfterTable"/>{ended}</w:pPr></w:p>'

    def section_xml(self) -> str:
        """The page set-up of the section that ends here. The page of a cover has no header and
        footer, one that begins with a letterhead no header."""
        section = self.shell.landscape if self.landscape else self.shell.portrait
        if isinstance(self.begins, Cover):
            section = FIRST_FOOTER.sub("", section)
        if isinstance(self.begins, Cover | Letterhead):
            marker = "<w:docGrid"
            section = section.replace(marker, f"<w:titlePg/>{marker}", 1)
        return section

    def letterhead(self, block: Letterhead) -> Iterator[str]:
        """Centred lines over a thick and a thin rule."""
        for text in block.above:
            yield paragraph_xml(text, "LetterheadAbove", self, KEEP_NEXT)
        yield paragraph_xml(block.name, "LetterheadName", self, KEEP_NEXT)
        for text in block.lines:
            yield paragraph_xml(text, "LetterheadLine", self, KEEP_NEXT)
        yield '<w:p><w:pPr><w:pStyle w:val="LetterheadRule"/></w:pPr></w:p>'

    def cover(self, block: Cover) -> Iterator[str]:
        if block.letterhead is not None:
            yield from self.letterhead(block.letterhead)
        elif block.organisation:
            yield paragraph_xml(block.organisation, "CoverOrganisation", self)
        yield paragraph_xml(block.title, "Title", self)
        if block.subtitle:
            yield paragraph_xml(block.subtitle, "Subtitle", self)
        yield from docx_tables.facts_xml(Facts(block.rows), self, self.width, self.language)
        yield PAGE_BREAK

    def image(self, block: Image) -> str:
        content = (
            block.source if isinstance(block.source, bytes) else Path(block.source).read_bytes()
        )
        stored, picture = self.stored(content)
        width = min(block.width_mm, self.shell.text_width_mm(self.landscape))
        height = width * picture.px_height / picture.px_width
        tallest = self.shell.text_height_mm(self.landscape) - 15
        if height > tallest:
            width, height = width * tallest / height, tallest
        self.drawn += 1
        return picture_xml(stored.key, self.drawn, block.alt, width, height)

    def form(self, block: FormSheet) -> Iterator[str]:
        """A page to be filled in by hand; each but the first thing in a document begins one."""
        stored, picture = self.stored(block.picture)
        self.drawn += 1
        side = docx_forms.PICTURE_MM
        drawing = drawing_xml(
            stored.key, self.drawn, block.alt, side, side * picture.px_height / picture.px_width
        )
        is_first = block is self.blocks[0]
        yield from docx_forms.form_xml(block, drawing, self, self.width, is_first=is_first)

    def stored(self, content: bytes) -> tuple[StoredPicture, Any]:
        """The same picture is kept once, however often it is shown."""
        picture = Picture.from_blob(content)
        ending = {"image/png": "png", "image/jpeg": "jpeg"}.get(picture.content_type)
        if not ending:
            raise ValueError(f"no picture for Word: {picture.content_type}")
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self.pictures:
            number = len(self.pictures) + 1
            part = f"media/picture{number}.{ending}"
            self.pictures[digest] = StoredPicture(f"rIdPicture{number}", part, content)
        return self.pictures[digest], picture

    # Contents

    def contents(self, block: Contents) -> Iterator[str]:
        """The filled table of contents: a field that holds its present result."""
        title = block.title or WORDS[self.language]["contents"]
        yield (
            '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
            "<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>"
        )
        yield paragraph_xml(title, "ContentsTitle", self)
        start = field_start(rf'TOC \o "1-{block.levels}" \h \z \u')
        for entry in self.entries:
            if entry.heading.level <= block.levels:
                yield contents_line(entry, start)
                start = ""
        if start:
            yield f"<w:p>{start}</w:p>"
        yield f'<w:p><w:pPr><w:pStyle w:val="AfterTable"/></w:pPr>{FIELD_END}</w:p>'
        yield "</w:sdtContent></w:sdt>"


def contents_line(entry: Entry, start: str) -> str:
    """A line that leads to its heading."""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="TOC{entry.heading.level}"/></w:pPr>{start}'
        f'<w:hyperlink w:anchor="{attribute(entry.bookmark)}" w:history="1">'
        f"{run_xml(entry.heading.text)}</w:hyperlink></w:p>"
    )


def field_start(instruction: str) -> str:
    """A field up to where its present result begins."""
    return (
        f'{FIELD_BEGIN}<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        f"{FIELD_SEPARATE}"
    )


def picture_xml(key: str, number: int, alt: str, width_mm: float, height_mm: float) -> str:
    """A picture in its own paragraph."""
    drawing = drawing_xml(key, number, alt, width_mm, height_mm)
    return f'<w:p><w:pPr><w:spacing w:before="60" w:after="160"/></w:pPr>{drawing}</w:p>'


def drawing_xml(key: str, number: int, alt: str, width_mm: float, height_mm: float) -> str:
    """A run with a picture, with words for those who cannot see it."""
    across, down = int(width_mm * EMU_PER_MM), int(height_mm * EMU_PER_MM)
    words = attribute(alt)
    return (
        "<w:r><w:drawing>"
        '<wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{across}" cy="{down}"/>'
        f'<wp:docPr id="{number}" name="Picture {number}" descr="{words}"/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="Picture {number}" descr="{words}"/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{key}"/>'
        "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>"
        f'<a:off x="0" y="0"/><a:ext cx="{across}" cy="{down}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )
