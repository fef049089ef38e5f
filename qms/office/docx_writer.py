"""Word documents: content blocks in a shell of named styles, streamed into the file block by block.

The same blocks and properties give the same bytes.
"""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

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
    """Write the blocks to a path or binary file. The header may be (left, right). Raises ValueError
    where a link leads to a bookmark that no heading has; what was written by then is of no use."""
    listed = list(blocks)
    if sum(isinstance(block, Contents) for block in listed) > 1:
        raise ValueError("a document has one table of contents")
    shell = make_shell(properties, header=header, footer=footer, language=language, paper=paper)
    body = Body(listed, shell, language)
    with new_package(target) as package:
        write_part(package, TYPES, types_with_pictures(shell))
        for name, content in shell.parts.items():
            if name not in (TYPES, BODY, RELATIONS):
                write_part(package, name, content)
        stream_part(package, BODY, document_xml(body))
        if missing := body.missing_bookmarks():
            raise ValueError(f"links to bookmarks that are not there: {sorted(missing)}")
        write_part(package, RELATIONS, relations(shell, body))
        for picture in body.pictures.values():
            write_part(package, f"word/{picture.part}", picture.content)


def document_xml(body: Body) -> Iterator[str]:
    yield HEAD
    for block, following in zip_longest(body.blocks, body.blocks[1:]):
        yield from body.block_xml(block, following)
    yield body.section_xml() + "</w:body></w:document>"


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
