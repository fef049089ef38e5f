"""Which files are taken as documents and evidence: decided by content, never by name alone.

`check_upload` knows a short list of kinds. What is not on it is refused, and so is anything that
could run, fetch or unpack itself when somebody opens it. The name must agree with the content, so
that people and programs see the same kind of file.
"""

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from qms.core import zip_package
from qms.core.refused_upload import REASONS, RefusedUpload
from qms.core.zip_package import OLE_MAGIC

__all__ = ["KINDS", "REASONS", "FileKind", "RefusedUpload", "check_upload", "human_size"]

OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
MOST_PIXELS = 120_000_000
HEAD = 4096


@dataclass(frozen=True)
class FileKind:
    """What a file is: its own extension (no dot) and media type."""

    extension: str
    mime: str
    also: tuple[str, ...] = ()  # other endings that people give it

    @property
    def is_image(self) -> bool:
        return self.mime.startswith("image/")

    @property
    def is_text(self) -> bool:
        return self.mime.startswith("text/")

    @property
    def is_table(self) -> bool:
        """Can it be read as a register (rows and columns)?"""
        return self.extension in ("xlsx", "csv")

    @property
    def shows_in_browser(self) -> bool:
        """May it be shown inline by any browser, harmlessly?"""
        return self.extension in ("pdf", "png", "jpg", "webp")


KINDS = {
    kind.extension: kind
    for kind in (
        FileKind("pdf", "application/pdf"),
        FileKind("docx", OOXML + "wordprocessingml.document"),
        FileKind("xlsx", OOXML + "spreadsheetml.sheet"),
        FileKind("pptx", OOXML + "presentationml.presentation"),
        FileKind("odt", ODF + "text"),
        FileKind("ods", ODF + "spreadsheet"),
        FileKind("png", "image/png"),
        FileKind("jpg", "image/jpeg", ("jpeg", "jpe", "jfif")),
        FileKind("webp", "image/webp"),
        FileKind("heic", "image/heic", ("heif",)),
        FileKind("txt", "text/plain", ("text", "log")),
        FileKind("csv", "text/csv", ("tsv",)),
        FileKind("md", "text/markdown", ("markdown",)),
    )
}
MAIN_PARTS = {  # content type of the main part, in lower case, to kind
    f"{OOXML}wordprocessingml.document.main+xml": "docx",
    f"{OOXML}spreadsheetml.sheet.main+xml": "xlsx",
    f"{OOXML}presentationml.presentation.main+xml": "pptx",
}
LEGACY = {"doc": "legacy_word", "dot": "legacy_word", "xls": "legacy_excel", "xlt": "legacy_excel"}
PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"dex\n", b"\0asm")
WEB_PAGE = re.compile(
    rb"<(!doctype|!entity|html|head|body|svg|script|iframe|object|embed|\?xml|\?php|%|xml|meta)",
    re.IGNORECASE,
)
HEIF_BRANDS = (b"heic", b"heix", b"heif", b"mif1", b"hevc", b"heim", b"heis")


def check_upload(path: str | Path, name: str, *, limit_bytes: int) -> FileKind:
    """The kind of the file at path, which a person calls `name`. Raises RefusedUpload."""
    path = Path(path)
    size = path.stat().st_size
    if size == 0:
        raise RefusedUpload("empty")
    if size > limit_bytes:
        raise RefusedUpload("too_large", limit=human_size(limit_bytes))
    extension = extension_of(name)
    with path.open("rb") as file:
        head = file.read(HEAD)
    kind = KINDS[kind_by_content(path, head, extension)]
    if extension != kind.extension and extension not in kind.also:
        raise RefusedUpload("name_and_content_differ", extension="." + extension)
    return kind


def extension_of(name: str) -> str:
    """The ending of a name, in lower case without the dot."""
    base = name.replace("\\", "/").rpartition("/")[2]
    stem, dot, extension = base.rpartition(".")
    if not dot or not stem or not extension.strip():
        raise RefusedUpload("no_extension")
    return extension.strip().lower()


def human_size(size: int) -> str:
    """A size limit for people: 25 MB."""
    for unit, step in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if size >= step:
            return f"{size / step:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size} B"


def kind_by_content(path: Path, head: bytes, extension: str) -> str:
    """The extension that the content deserves. Raises RefusedUpload for what is not taken."""
    if head.startswith(OLE_MAGIC):
        raise refused_ole(path, extension)
    if head.startswith(b"PK"):
        return kind_of_package(path, extension)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"%PDF-"):
        return kind_of_pdf(path)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return kind_of_png(path, head)
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
        return "heic"
    if head.startswith(b"#!") or (head.startswith(PROGRAMS) and not is_plain_text(head)):
        raise RefusedUpload("active_content")
    return kind_of_text(path, head, extension)


def refused_ole(path: Path, extension: str) -> RefusedUpload:
    """Why a file in the container of old Office programs is refused: locked, or just old."""
    with path.open("rb") as file:
        content = file.read(20_000_000)
    if "EncryptedPackage".encode("utf-16-le") in content:
        return RefusedUpload("encrypted")
    if extension in LEGACY:
        return RefusedUpload(LEGACY[extension])
    if "WordDocument".encode("utf-16-le") in content:
        return RefusedUpload("legacy_word")
    if "Workbook".encode("utf-16-le") in content:
        return RefusedUpload("legacy_excel")
    return RefusedUpload("legacy_office")


def kind_of_package(path: Path, extension: str) -> str:
    """An office package: checked as a ZIP, then by its content types, then part by part."""
    with zip_package.checked_package(path) as package:
        names = set(package.namelist())
        if "[Content_Types].xml" in names:
            kind = kind_of_ooxml(package)
        elif "mimetype" in names and "META-INF/manifest.xml" in names:
            kind = kind_of_odf(package)
        else:
            raise refused_archive(extension)
        zip_package.check_xml_parts(package)
        zip_package.check_relationships(package)
    return kind


def refused_archive(extension: str) -> RefusedUpload:
    """A ZIP that is no office file, perhaps under the name of one."""
    if extension in KINDS:
        return RefusedUpload("name_and_content_differ", extension="." + extension)
    return RefusedUpload("zip_not_allowed")


def kind_of_ooxml(package: ZipFile) -> str:
    types = zip_package.content_types(package)
    if zip_package.holds_macros(package, types):
        raise RefusedUpload("macros")
    kinds = {MAIN_PARTS[found] for found in types if found in MAIN_PARTS}
    if len(kinds) == 1:
        return kinds.pop()
    # An embedded part may bring a second main type along; the root relationship decides.
    for kind, folder in (("docx", "word/"), ("xlsx", "xl/"), ("pptx", "ppt/")):
        if kind in kinds and any(name.startswith(folder) for name in package.namelist()):
            return kind
    raise RefusedUpload("damaged")


def kind_of_odf(package: ZipFile) -> str:
    manifest = zip_package.read_part(package, "META-INF/manifest.xml")
    if b"encryption-data" in manifest:
        raise RefusedUpload("encrypted")
    if zip_package.holds_macros(package, []):
        raise RefusedUpload("macros")
    mime = zip_package.read_part(package, "mimetype", 200).decode("ascii", "replace").strip()
    for kind in ("odt", "ods"):
        if KINDS[kind].mime == mime:
            return kind
    raise RefusedUpload("kind_not_allowed", extension=mime[:60])


def kind_of_pdf(path: Path) -> str:
    """A PDF must have its end: what breaks off in the middle shows nothing."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - HEAD))
        if b"%%EOF" not in file.read():
            raise RefusedUpload("damaged")
    return "pdf"


def kind_of_png(path: Path, head: bytes) -> str:
    if head[12:16] != b"IHDR" or len(head) < 24:
        raise RefusedUpload("damaged")
    width, height = struct.unpack(">LL", head[16:24])
    if width * height > MOST_PIXELS:
        raise RefusedUpload("picture_too_large")
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - HEAD))
        if b"IEND" not in file.read():
            raise RefusedUpload("damaged")
    return "png"


def kind_of_text(path: Path, head: bytes, extension: str) -> str:
    """Plain text: its name says which kind, as its content cannot."""
    if looks_like_web_page(head):
        raise RefusedUpload("active_content")
    by_ending = {
        ending: kind.extension
        for kind in KINDS.values()
        if kind.is_text
        for ending in (kind.extension, *kind.also)
    }
    if extension not in by_ending:
        if any(extension in (kind.extension, *kind.also) for kind in KINDS.values()):
            raise RefusedUpload("name_and_content_differ", extension="." + extension)
        raise RefusedUpload("kind_not_allowed", extension="." + extension)
    with path.open("rb") as file:
        while piece := file.read(1_000_000):
            if not is_plain_text(piece, head):
                raise RefusedUpload("not_text")
    return by_ending[extension]


def looks_like_web_page(head: bytes) -> bool:
    """Would a browser that guesses take this for HTML, SVG or XML?"""
    for mark in zip_package.BYTE_ORDER_MARKS:
        head = head.removeprefix(mark)
    text = head.replace(b"\0", b"").lstrip()
    while text.startswith(b"<!--"):
        text = text.partition(b"-->")[2].lstrip()
    return bool(WEB_PAGE.match(text))


def is_plain_text(piece: bytes, head: bytes | None = None) -> bool:
    """No control characters but white space; UTF-16 only with its mark."""
    if (head or piece).startswith((b"\xff\xfe", b"\xfe\xff")):
        piece = piece.replace(b"\0", b"")
    return not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", piece)
