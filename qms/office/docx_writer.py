"""Word documents: content blocks in a shell of named styles, long tables streamed.

The same blocks and properties give the same bytes. The body is first written to a temporary file,
because the table of contents at its beginning names pages that are known only at its end.
"""

from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from qms.office.blocks import Block, Contents, Properties
from qms.office.docx_body import Body
from qms.office.docx_shell import Shell, make_shell
from qms.office.fixed_zip import Target, new_package, stream_part, write_part
from qms.office.wording import Language
from qms.office.xml_text import attribute

BODY = "word/document.xml"
RELATIONS = "word/_rels/document.xml.rels"
TYPES = "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document '
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{OFFICE}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body>'
)
IN_MEMORY = 4_000_000
CHUNK = 256_000


def write_docx(
    blocks: Iterable[Block],
    target: Target,
    *,
    properties: Properties,
    header: str | tuple[str, str] = "",
    footer: str = "",
    language: Language = "id",
    paper: str = "A4",
) -> None:
    """Write the blocks to a path or binary file. The header may be (left, right)."""
    listed = list(blocks)
    contents = [block for block in listed if isinstance(block, Contents)]
    if len(contents) > 1:
        raise ValueError("a document has one table of contents")
    shell = make_shell(
        properties,
        header=header,
        footer=footer,
        language=language,
        paper=paper,
        refresh=any(block.refresh for block in contents),
    )
    body = Body(listed, shell, language)
    with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        contents_at = write_body(body, spool)
        if missing := body.missing_bookmarks():
            raise ValueError(f"links to bookmarks that are not there: {sorted(missing)}")
        spool.seek(0)
        with new_package(target) as package:
            write_part(package, TYPES, types_with_pictures(shell))
            for name, content in shell.parts.items():
                if name not in (TYPES, BODY, RELATIONS):
                    write_part(package, name, content)
            stream_part(package, BODY, document_xml(body, spool, contents_at))
            write_part(package, RELATIONS, relations(shell, body))
            for picture in body.pictures.values():
                write_part(package, f"word/{picture.part}", picture.content)


def write_body(body: Body, spool: IO[bytes]) -> tuple[int, Contents] | None:
    """Write all blocks but the contents; returns where those belong."""
    contents_at = None
    for block in body.blocks:
        if isinstance(block, Contents):
            contents_at = (spool.tell(), block)
            body.count_contents(block)
            continue
        for piece in body.block_xml(block):
            spool.write(piece.encode())
    return contents_at


def document_xml(
    body: Body, spool: IO[bytes], contents_at: tuple[int, Contents] | None
) -> Iterator[str]:
    yield HEAD
    if contents_at:
        position, block = contents_at
        yield spool.read(position).decode()
        yield from body.contents_xml(block)
    # Pieces may end within a letter, so bytes are decoded as they come.
    yield from decoded(spool)
    yield body.section_xml() + "</w:body></w:document>"


def decoded(spool: IO[bytes]) -> Iterator[str]:
    decoder = getincrementaldecoder("utf-8")()
    while chunk := spool.read(CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def types_with_pictures(shell: Shell) -> str:
    types = shell.parts[TYPES].decode()
    for ending in ("png", "jpeg"):
        if f'Extension="{ending}"' not in types:
            default = f'<Default Extension="{ending}" ContentType="image/{ending}"/>'
            at = types.index("<Default")
            types = types[:at] + default + types[at:]
    return types


def relations(shell: Shell, body: Body) -> str:
    links = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/hyperlink" Target="{attribute(target)}" '
        'TargetMode="External"/>'
        for target, key in body.links.items()
    )
    pictures = "".join(
        f'<Relationship Id="{picture.key}" Type="{OFFICE}/image" Target="{picture.part}"/>'
        for picture in body.pictures.values()
    )
    return (
        shell.parts[RELATIONS]
        .decode()
        .replace("</Relationships>", f"{links}{pictures}</Relationships>")
    )
