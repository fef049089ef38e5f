"""Somebody's Word or Markdown file, shown as harmless HTML or as plain text for the search index.

The HTML goes into a page of ours: only plain tags come through, headings begin at level 2 because
the page has its own title, and links open nothing by themselves.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import mammoth
import nh3
from markdown_it import MarkdownIt

from qms.core import zip_package
from qms.core.refused_upload import RefusedUpload
from qms.office.unreadable import UnreadableFile

TAGS = {
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "em", "i", "u", "s", "del",
    "sup", "sub", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "blockquote",
    "pre", "code", "a", "img",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
SCHEMES = {"http", "https", "mailto", "data"}
PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=]+")
DEAD_LINK = re.compile(r'<a rel="[^"]*">(.*?)</a>', re.DOTALL)  # its target was refused
HEADING_TAG = re.compile(r"<(/?)h([1-6])>")
MOST_SHOWN_BYTES = 2_500_000  # of XML; mammoth takes seconds and 40 MB for each megabyte
MOST_SHOWN_ELEMENTS = 60_000
MOST_INDEXED_BYTES = 60_000_000
MOST_PICTURE_BYTES = 2_000_000  # all pictures of a preview together
MOST_MARKDOWN_BYTES = 2_000_000
DOCX_MAIN = "wordprocessingml.document.main+xml"


def preview_html(source: str | Path | bytes, kind: str) -> str:
    """HTML of a file ("docx" or "md"), safe to put into a page. Raises UnreadableFile."""
    if kind == "md":
        return markdown_html(read_bytes(source, MOST_MARKDOWN_BYTES).decode("utf-8-sig", "replace"))
    if kind == "docx":
        return docx_html(source)
    raise UnreadableFile("not_a_document")


def markdown_html(text: str) -> str:
    """HTML of Markdown written here; HTML inside it is shown as text."""
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return harmless(parser.render(text))


def docx_html(source: str | Path | bytes) -> str:
    with opened_docx(source) as (path, package), path.open("rb") as file:
        check_is_short(package)
        try:
            result = mammoth.convert_to_html(file, convert_image=PictureBudget().converter())
        except (KeyError, ValueError, AttributeError, IndexError, TypeError, OSError) as error:
            # mammoth has no error of its own for what it cannot make sense of.
            raise UnreadableFile("damaged") from error
    return harmless(result.value)


def check_is_short(package: Any) -> None:
    """mammoth keeps every element of every part in memory: count them before it does."""
    parts = [part for part in package.infolist() if part.filename.endswith((".xml", ".rels"))]
    if sum(part.file_size for part in parts) > MOST_SHOWN_BYTES:
        raise UnreadableFile("too_long_to_show")
    elements = 0

    def count(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal elements
        elements += 1
        if elements > MOST_SHOWN_ELEMENTS:
            raise UnreadableFile("too_long_to_show")

    for part in parts:
        with package.open(part) as opened:
            zip_package.parse_part(opened, count)


class PictureBudget:
    """Lets pictures into a preview until they are too many bytes; then only their words."""

    def __init__(self) -> None:
        self.left = MOST_PICTURE_BYTES

    def converter(self) -> Any:
        inline = mammoth.images.data_uri

        def convert(image: Any) -> Any:
            with image.open() as opened:
                self.left -= len(opened.read(MOST_PICTURE_BYTES + 1))
            if self.left < 0 or image.content_type not in ("image/png", "image/jpeg", "image/gif"):
                return []
            return inline(image)

        return convert


def harmless(html: str) -> str:
    """Only plain tags; headings one level down; links that tell nobody where they were clicked."""
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        attribute_filter=allowed_attribute,
        link_rel="noopener noreferrer nofollow",
    )
    return HEADING_TAG.sub(lower_heading, DEAD_LINK.sub(r"\1", cleaned))


def allowed_attribute(tag: str, name: str, value: str) -> str | None:
    """Pictures only from the file itself, links only to the web or mail."""
    if (tag, name) == ("img", "src"):
        return value if PICTURE.fullmatch(value) else None
    if (tag, name) == ("a", "href"):
        return None if value.lower().startswith(("data:", "#")) else value
    return value


def lower_heading(found: re.Match[str]) -> str:
    return f"<{found[1]}h{min(6, int(found[2]) + 1)}>"


def plain_text(source: str | Path | bytes, kind: str = "docx") -> str:
    """The words of a Word file, one line for each paragraph, text boxes and notes included."""
    if kind != "docx":
        raise UnreadableFile("not_a_document")
    with opened_docx(source) as (_path, package):
        names = package.namelist()
        parts = [main_part(package), "word/footnotes.xml", "word/endnotes.xml"]
        lines = [line for part in parts if part in names for line in paragraphs(package, part)]
    return "\n".join(lines)


def paragraphs(package: Any, part: str) -> list[str]:
    """The paragraphs of a part. Fallbacks repeat what newer programs show, so they are skipped."""
    lines: list[str] = []
    pieces: list[str] = []
    inside = False
    skipped = 0

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal inside, skipped
        if name == "Fallback":
            skipped += 1
        elif name == "t":
            inside = True
        elif name in ("tab", "br", "cr") and not skipped:
            pieces.append(" ")

    def end(name: str) -> None:
        nonlocal inside, skipped
        if name == "Fallback":
            skipped -= 1
        elif name == "t":
            inside = False
        elif name == "p" and not skipped:
            if line := "".join(pieces).strip():
                lines.append(line)
            pieces.clear()

    def text(piece: str) -> None:
        if inside and not skipped:
            pieces.append(piece)

    with package.open(part) as opened:
        zip_package.parse_part(opened, start, end, text)
    return lines


@contextmanager
def opened_docx(source: str | Path | bytes) -> Iterator[tuple[Path, Any]]:
    """The file, checked as an upload is, and its package. Raises UnreadableFile."""
    with on_disk(source) as path:
        try:
            with zip_package.checked_package(path) as package:
                check_is_document(package)
                yield path, package
        except UnreadableFile:
            raise
        except RefusedUpload as refused:
            raise UnreadableFile(refused.code, **refused.params) from refused


def check_is_document(package: Any) -> None:
    names = package.namelist()
    types = zip_package.content_types(package) if "[Content_Types].xml" in names else []
    if zip_package.holds_macros(package, types):
        raise UnreadableFile("macros")
    if not any(kind.endswith(DOCX_MAIN) for kind in types):
        raise UnreadableFile("not_a_document")
    zip_package.check_xml_parts(package)
    if package.getinfo(main_part(package)).file_size > MOST_INDEXED_BYTES:
        raise UnreadableFile("too_much_text")


def main_part(package: Any) -> str:
    """The name of the part that holds the text."""
    names: list[str] = package.namelist()
    if "word/document.xml" in names:
        return "word/document.xml"
    return next((name for name in names if re.fullmatch(r"word/document\d*\.xml", name)), names[0])


@contextmanager
def on_disk(source: str | Path | bytes) -> Iterator[Path]:
    """A path to the content, for as long as it is needed."""
    if isinstance(source, bytes):
        with NamedTemporaryFile(suffix=".docx") as file:
            file.write(source)
            file.flush()
            yield Path(file.name)
    else:
        yield Path(source)


def read_bytes(source: str | Path | bytes, limit: int) -> bytes:
    """The content, if it is not longer than the limit."""
    if isinstance(source, bytes):
        content = source
    else:
        with Path(source).open("rb") as file:
            content = file.read(limit + 1)
    if len(content) > limit:
        raise UnreadableFile("too_much_text")
    return content
