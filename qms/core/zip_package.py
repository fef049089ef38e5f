"""Office files are ZIP packages of XML parts: what is checked before any program opens one.

Nothing here trusts the package: sizes come from reading with a limit, not from the directory
alone, and XML is only ever parsed with DOCTYPEs refused, so that no entity exists.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from qms.core.refused_upload import RefusedUpload

MOST_ENTRIES = 5_000
MOST_BYTES = 400_000_000  # unpacked, the whole package
MOST_RATIO = 200  # unpacked to packed; real sheets of numbers reach about 30
SMALL_ENOUGH = 5_000_000  # below this the ratio does not matter
DEEPEST = 1_000  # elements within each other
LONGEST_TOKEN = 4_000_000  # bytes of one tag or text that the XML parser may hold back
CHUNK = 65_536
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
LOCAL_TEMPLATE = re.compile(r"(file:/*)?[A-Za-z]:[\\/]")


@contextmanager
def checked_package(path: str | Path) -> Iterator[ZipFile]:
    """The package, open for reading, after every check that needs no XML. Raises RefusedUpload."""
    # The number of entries is read from the directory's end first: zipfile loads it whole.
    if entries_claimed(Path(path)) > MOST_ENTRIES:
        raise RefusedUpload("zip_bomb")
    try:
        package = ZipFile(path)
    except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise RefusedUpload("damaged") from error
    with package:
        check_directory(package.infolist())
        try:
            yield package
        except (BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise RefusedUpload("damaged") from error
        except (KeyError, struct.error, zlib.error) as error:
            raise RefusedUpload("damaged") from error


def entries_claimed(path: Path) -> int:
    """How many bytes the directory takes, as entries of the smallest size (46 bytes)."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 66_000))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise RefusedUpload("damaged")
    directory_bytes = struct.unpack_from("<L", tail, at + 12)[0]
    if directory_bytes == 0xFFFFFFFF:  # ZIP64, for archives of more than 4 GB: never an office file
        raise RefusedUpload("zip_bomb")
    # Names take room too; an office file's entries are some 80 bytes each.
    return directory_bytes // 80 if directory_bytes > MOST_ENTRIES * 80 else 0


def check_directory(entries: list[ZipInfo]) -> None:
    """Refuse bombs, unsafe names, locked or doubled entries, by the directory alone."""
    if not entries:
        raise RefusedUpload("damaged")
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise RefusedUpload("zip_bomb")
    seen = set()
    for entry in entries:
        if is_unsafe(entry.filename):
            raise RefusedUpload("unsafe_path")
        if entry.flag_bits & 0x1:
            raise RefusedUpload("encrypted")
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise RefusedUpload("damaged")
        if entry.file_size > max(SMALL_ENOUGH, entry.compress_size * MOST_RATIO):
            raise RefusedUpload("zip_bomb")
        if entry.filename.lower() in seen:  # two readers might each see another one
            raise RefusedUpload("damaged")
        seen.add(entry.filename.lower())


def is_unsafe(name: str) -> bool:
    """Would unpacking this name write outside its folder?"""
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name


def read_part(package: ZipFile, name: str, limit: int = 20_000_000) -> bytes:
    """A part of the package. Raises RefusedUpload if it is missing or larger than the limit."""
    try:
        with package.open(name) as part:
            content = part.read(limit + 1)
    except KeyError as error:
        raise RefusedUpload("damaged") from error
    if len(content) > limit:
        raise RefusedUpload("zip_bomb")
    return content


class Stop(Exception):
    """Enough of a part has been read."""


def new_parser(
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None,
    text: Callable[[str], None] | None,
) -> expat.XMLParserType:
    """An XML parser that refuses DOCTYPEs, so that there are no entities, in any encoding."""
    depth = 0

    def refuse(*_: object) -> None:
        raise RefusedUpload("doctype")

    def started(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:  # each open element takes memory
            raise RefusedUpload("damaged")
        start(tag[tag.rfind("}") + 1 :], attributes)

    def ended(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end(tag[tag.rfind("}") + 1 :])

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = started, ended
    parser.CharacterDataHandler = text
    parser.buffer_text = True
    return parser


def parse_part(
    part: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Run handlers over a part's XML, in bounded memory.

    `start` gets an element's name without namespace and its attributes, `end` the name, `text` a
    piece of text. A handler may raise Stop to end early.
    """
    parser = new_parser(start, end, text)
    fed = 0
    try:
        while chunk := part.read(CHUNK):
            fed += len(chunk)
            parser.Parse(chunk, False)
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise RefusedUpload("zip_bomb")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise RefusedUpload("damaged") from error
    except Stop:
        pass


def check_xml_parts(package: ZipFile) -> None:
    """Refuse a DOCTYPE in any part that looks like XML, whatever its name says."""
    for entry in package.infolist():
        with package.open(entry) as part:
            start = part.read(256)
        if looks_like_xml(start):
            with package.open(entry) as part:
                check_prolog(part)


def looks_like_xml(start: bytes) -> bool:
    """Does a part begin as XML does, in UTF-8 or UTF-16?"""
    for mark in BYTE_ORDER_MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").lstrip()[:1] == b"<"


def check_prolog(part: IO[bytes]) -> None:
    """Read a part up to its first element: a DOCTYPE can stand nowhere else."""

    def stop(_name: str, _attributes: dict[str, str]) -> None:
        raise Stop

    parse_part(part, stop)


def check_relationships(package: ZipFile) -> None:
    """Refuse parts that an office program would fetch from elsewhere when it opens the file.

    Plain hyperlinks wait for a click. The template that a document was once written with is named
    in most Word files; a path on its author's own disk reaches nobody, so that alone is let pass.
    """
    for name in package.namelist():
        if not name.lower().endswith(".rels"):
            continue
        for kind, target in external_targets(package, name):
            if kind == "hyperlink" or (kind == "attachedTemplate" and LOCAL_TEMPLATE.match(target)):
                continue
            raise RefusedUpload("external_link", target=target[:80])


def external_targets(package: ZipFile, name: str) -> list[tuple[str, str]]:
    """(last word of the type, target) of the relationships that lead out of the package."""
    found: list[tuple[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            if attributes.get("TargetMode", "").lower() == "external" or "://" in target:
                found.append((attributes.get("Type", "").rpartition("/")[2], target))

    with package.open(name) as part:
        parse_part(part, start)
    return found


def content_types(package: ZipFile) -> list[str]:
    """All content types that an OOXML package names, in lower case."""
    found: list[str] = []

    def start(_name: str, attributes: dict[str, str]) -> None:
        if "ContentType" in attributes:
            found.append(attributes["ContentType"].lower())

    with package.open("[Content_Types].xml") as part:
        parse_part(part, start)
    return found


def holds_macros(package: ZipFile, types: list[str]) -> bool:
    """Does an OOXML or OpenDocument package bring a program along?"""
    names = [name.lower() for name in package.namelist()]
    return any("macroenabled" in kind or "vbaproject" in kind for kind in types) or any(
        name.rpartition("/")[2] in ("vbaproject.bin", "vbadata.xml")
        or name.startswith(("basic/", "scripts/", "xl/macrosheets/"))
        or "/activex/" in name
        for name in names
    )
