"""A small report with every block, and a table of any length."""

import struct
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from qms.office.blocks import (
    Block,
    BulletList,
    Column,
    Contents,
    Cover,
    Facts,
    Heading,
    Image,
    Letterhead,
    Link,
    PageBreak,
    Paragraph,
    Properties,
    Run,
    Signature,
    Signatures,
    Table,
)

PROPERTIES = Properties(
    "Paket bukti ISO 9001:2015",
    datetime(2026, 12, 31, 7, 30),
    author="Dinas Tenaga Kerja",
    subject="Bukti",
    keywords="ISO 9001",
)
COLUMNS = (
    Column("Nomor", 22),
    Column("Uraian", 50),
    Column("Tanggal", 18, "date"),
    Column("Jumlah", 12, "integer"),
    Column("Anggaran", 18, "rupiah"),
    Column("Bukti", 18, "link"),
)
ARABIC = "السلام عليكم"
NASTY = 'A\x00B\x0bC\ud800D\uffffE <&> "x"'  # what XML forbids, and what it must escape


def findings(number: int) -> Iterator[tuple[Any, ...]]:
    """Rows as they come from a database: once, in order."""
    for index in range(number):
        yield (
            f"NC-2026-DISNAKER-{index + 1:03}",
            "Prosedur belum ditinjau; notulen rapat tidak ada.",
            date(2026, 8, 17),
            index * 1000,
            1_250_000,
            Link("Notulen", "files/9.3/notulen rapat #1.pdf"),
        )


def picture() -> bytes:
    """A PNG of 40 x 20 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))
        )

    rows = zlib.compress((b"\0" + b"\x1f\x4e\x79" * 40) * 20)
    head = struct.pack(">LLBBBBB", 40, 20, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


HEAD = Letterhead(
    "Inspektorat Daerah", ["Pemerintah Kabupaten Contoh"], ["Jalan Merdeka 1", "Telepon 1"]
)


def report() -> list[Block]:
    """One of each block."""
    return [
        Cover(
            "Paket bukti ISO 9001:2015",
            "Periode 1 Januari sampai 31 Desember 2026",
            [("Unit", "Dinas Tenaga Kerja"), ("Per tanggal", date(2026, 12, 31))],
            organisation="PEMERINTAH KABUPATEN CONTOH",
        ),
        Contents(),
        PageBreak(),
        Heading("4 Konteks organisasi", 1, "clause_4"),
        Paragraph("Bagian ini menunjukkan apa yang ada.", "lead"),
        Paragraph(
            ["Lihat ", Link("klausul 9", "#clause 9"), ", ", Run("tebal", bold=True), " atau ",
             Link("situs", "https://menpan.go.id/?a=1&b=2"), "."]
        ),
        Facts([("Ruang lingkup", "AK-1"), ("Berlaku sejak", date(2026, 3, 1)), ("Kosong", None)]),
        Heading("9 Evaluasi kinerja", 1, "clause 9"),
        Heading("9.2 Audit internal", 2),
        Table(COLUMNS, findings(3), "Temuan"),
        Table(COLUMNS, [], "Tidak ada temuan lain"),
        Table([Column("Unit", 34), Column("Jan", 5, "mark")], [("Dinas", "R"), ("Badan", None)]),
        BulletList(["Satu", ["Dua ", Run("miring", italic=True)]]),
        Paragraph(ARABIC),
        Paragraph(NASTY, "note"),
        PageBreak(landscape=True),
        Heading("Lampiran"),
        Image(picture(), 60, "Bagan alir proses"),
        Image(picture(), 30, "Bagan yang sama, kecil"),
        PageBreak(landscape=False),
        Signatures(
            [
                Signature("Disusun oleh,", "Siti Rahma", "Wakil Manajemen", "19800101"),
                Signature("Disahkan oleh,", position="Kepala Dinas", day=date(2026, 12, 30)),
            ]
        ),
        PageBreak(),
        HEAD,
        Paragraph("Nomor 800/12", "centred"),
        Signatures([Signature("Inspektur", "Nurhayati", rank="Pembina")], place="Contoh, hari ini"),
    ]  # fmt: skip
