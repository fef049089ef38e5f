"""The files of the demo: Word documents, workbooks, signed scans (PDF) and photos (PNG).

They are made here when the demo is filled, small and always the same, so that the repository
carries no binary files.
"""

import re
import struct
import zlib
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from qms.core import files as store
from qms.core.files import Received
from qms.office.blocks import (
    Block,
    BulletList,
    Column,
    Heading,
    Paragraph,
    Properties,
    Sheet,
    Table,
)
from qms.office.docx_writer import write_docx
from qms.office.qr_codes import qr_png
from qms.office.xlsx_writer import write_xlsx

DISTRICT = "Pemerintah Kabupaten Contoh"
WIDTH, HEIGHT = 320, 220
"""Of a photo, in pixels."""
LETTERS = 88
"""Letters in a line of a scan."""
FLOURISH = "0.1 0.2 0.6 RG 1.6 w 340 150 m 360 200 380 110 400 160 c 420 190 440 130 470 165 c S"
"""A signature in ink, as PDF draws it."""


def word(name: str, title: str, body: str, moment: datetime) -> Received:
    """A Word document of a title and a text in simple Markdown."""
    out = BytesIO()
    write_docx(
        blocks_of(body),
        out,
        properties=Properties(title, moment, author=DISTRICT),
        header=DISTRICT,
        footer=title,
    )
    return received(out.getvalue(), f"{name}.docx")


def blocks_of(body: str) -> list[Block]:
    """Headings, lists, tables and paragraphs of a text in simple Markdown."""
    blocks: list[Block] = []
    for piece in re.split(r"\n\s*\n", body.strip()):
        heading = re.match(r"(#+) (.*)\n?", piece)
        if heading:
            blocks.append(Heading(heading[2], len(heading[1])))
            piece = piece[heading.end() :]
        lines = piece.splitlines()
        if not lines:
            continue
        if lines[0].startswith("|"):
            rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
            blocks.append(Table([Column(title) for title in rows[0]], rows[2:]))
        elif re.match(r"- |\d+\. ", lines[0]):
            blocks.append(BulletList([re.sub(r"^(- |\d+\. )", "", line) for line in lines]))
        else:
            blocks.append(Paragraph(" ".join(lines)))
    return blocks


def excel(name: str, title: str, lines: Sequence[str], moment: datetime) -> Received:
    """A workbook with one numbered list."""
    out = BytesIO()
    columns = [Column("No.", 6, "integer"), Column("Uraian", 60), Column("Tanggal", 14, "date")]
    rows = [(number, line, moment.date()) for number, line in enumerate(lines, start=1)]
    sheet = Sheet("Rekap", columns, rows, title=[title, DISTRICT])
    write_xlsx([sheet], out, properties=Properties(title, moment, author=DISTRICT))
    return received(out.getvalue(), f"{name}.xlsx")


def scan(name: str, title: str, lines: Sequence[str], signed_by: str) -> Received:
    """A PDF of one page, with a name and a signature at its foot."""
    pdf = [_written(72, 790, 10, DISTRICT), _written(72, 762, 15, title)]
    height = 730
    for line in _wrapped(lines):
        pdf.append(_written(72, height, 10.5, line))
        height -= 16
    pdf.append(FLOURISH)
    pdf.append(_written(340, 120, 10.5, signed_by))
    return received(_pdf("\n".join(pdf)), f"{name}.pdf")


def _wrapped(lines: Sequence[str]) -> list[str]:
    found: list[str] = []
    for line in lines:
        row = ""
        for one in line.split():
            if len(row) + len(one) >= LETTERS:
                found.append(row)
                row = ""
            row = f"{row} {one}".strip()
        found.append(row)
    return found[:32]


def _written(x: int, y: int, size: float, text: str) -> str:
    safe = re.sub(r"([\\()])", r"\\\1", text.encode("cp1252", "replace").decode("cp1252"))
    return f"BT /F1 {size} Tf {x} {y} Td ({safe}) Tj ET"


def _pdf(drawn: str) -> bytes:
    content = drawn.encode("cp1252")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, places = BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, part in enumerate(parts, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, part))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (6, start))
    return out.getvalue()


def photo(name: str, tint: int) -> Received:
    """A picture of a notice board on a wall; `tint` (0 to 255) tells boards apart."""
    rows = []
    for y in range(HEIGHT):
        shade = 205 - y // 6
        wall, board = bytes((shade, shade, shade - 12)), bytes((tint, 120, 200 - tint // 2))
        frame, paper = bytes((90, 70, 50)), bytes((248, 248, 240))
        row = bytearray(b"\0")
        for x in range(WIDTH):
            inside = 50 < x < WIDTH - 50 and 35 < y < HEIGHT - 45
            edge = inside and not (58 < x < WIDTH - 58 and 43 < y < HEIGHT - 53)
            sheet = inside and (x - 70) % 62 < 44 and (y - 55) % 60 < 46
            row += frame if edge else paper if sheet else board if inside else wall
        rows.append(bytes(row))
    head = struct.pack(">LLBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head)
    png += _chunk(b"IDAT", zlib.compress(b"".join(rows), 9)) + _chunk(b"IEND", b"")
    return received(png, f"{name}.png")


def sheet(name: str, code: str, words: Sequence[str]) -> Received:
    """A scan of a printed sheet with its QR (none if there is no code) and words in blue ink."""
    paper = Image.new("RGB", (827, 1169), (250, 249, 244))
    pen, ink = ImageDraw.Draw(paper), ImageFont.load_default(24)
    pen.text((80, 90), DISTRICT, fill=(60, 60, 60), font=ImageFont.load_default(16))
    if code:
        paper.paste(Image.open(BytesIO(qr_png(code))).resize((160, 160)), (590, 70))
    for n in range(24):
        pen.line((80, 280 + 34 * n, 747, 280 + 34 * n), fill=(190, 190, 190))
    for n, line in enumerate(words):
        pen.text((95 + 9 * (n % 3), 318 + 102 * n), line, fill=(35, 55, 150), font=ink)
    out = BytesIO()
    paper.rotate(1.5, fillcolor=(225, 225, 220)).save(out, "JPEG", quality=70)
    return received(out.getvalue(), f"{name}.jpg")


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">L", len(content)) + checked + struct.pack(">L", zlib.crc32(checked))


def received(content: bytes, name: str) -> Received:
    """A file of the demo, through the same checks as an upload."""
    return store.receive(BytesIO(content), name)
