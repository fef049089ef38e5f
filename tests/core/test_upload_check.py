"""Which files are taken, by content: other people's hostile files, and ones made here."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest

from qms.core.i18n import speaking
from qms.core.refused_upload import REASONS
from qms.core.upload_check import KINDS, RefusedUpload, check_upload, human_size

HOSTILE = Path(__file__).parent.parent / "samples" / "hostile"
LIMIT = 25_000_000
RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("checkboxes.docx", "docx"),
        ("testWORD_null_style.docx", "docx"),
        ("testWORD_text_box.docx", "docx"),
        ("SimpleStrict.xlsx", "xlsx"),
        ("TwoSheetsOneHidden.xlsx", "xlsx"),
        ("merge_cells.xlsx", "xlsx"),
        ("ErrorTypes.xlsx", "xlsx"),
        ("xxe_in_schema.xlsx", "xlsx"),  # its schema names an address, but no program fetches it
    ],
)
def test_odd_but_harmless_files_are_taken(name: str, extension: str) -> None:
    assert check_upload(HOSTILE / name, name, limit_bytes=LIMIT) == KINDS[extension]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("poc-xmlbomb.xlsx", "doctype"),
        ("SimpleMacro.xlsm", "macros"),
        ("SimpleMacro.docm", "macros"),
        ("truncated62886.docx", "damaged"),
        ("invalid.xlsx", "damaged"),
        ("protected_agile.docx", "encrypted"),
        ("example_password.xlsx", "encrypted"),
        ("testZip_relative.zip", "unsafe_path"),
    ],
)
def test_hostile_files_are_refused(name: str, code: str) -> None:
    assert refusal(HOSTILE / name, name) == code


def test_every_hostile_sample_is_expected_somewhere() -> None:
    source = Path(__file__).read_text()
    samples = [path.name for path in HOSTILE.iterdir() if path.name != "SOURCES.md"]
    assert len(samples) == 16
    assert [name for name in samples if f'"{name}"' not in source] == []


def test_macros_are_found_under_another_name() -> None:
    assert refusal(HOSTILE / "SimpleMacro.docm", "report.docx") == "macros"


def refusal(path: Path, name: str, limit: int = LIMIT) -> str:
    with pytest.raises(RefusedUpload) as caught:
        check_upload(path, name, limit_bytes=limit)
    sentence = str(caught.value.message)
    assert len(sentence) > 20 and "%(" not in sentence
    return caught.value.code


# Files made here ------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[bytes], Path]:
    def keep(content: bytes) -> Path:
        path = tmp_path / "upload"
        path.write_bytes(content)
        return path

    return keep


def word_file(change: Callable[[dict[str, bytes]], None] = lambda parts: None) -> bytes:
    """An ordinary .docx with its parts changed."""
    saved = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Prosedur pelayanan")
    document.save(saved)
    with ZipFile(saved) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    return zipped(parts)


def zipped(parts: dict[str, bytes]) -> bytes:
    saved = io.BytesIO()
    with ZipFile(saved, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return saved.getvalue()


def with_relation(kind: str, target: str) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        extra = (
            f'<Relationship Id="rIdX" Type="{RELATIONSHIP}/{kind}" Target="{target}" '
            'TargetMode="External"/></Relationships>'
        )
        name = "word/_rels/document.xml.rels"
        parts[name] = parts[name].replace(b"</Relationships>", extra.encode())

    return word_file(change)


def png(width: int = 1, height: int = 1) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))
        )

    head = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" + b"\x1f\x4e\x79" * width)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "name", "extension", "is_image"),
    [
        (word_file(), "SOP Pelayanan.docx", "docx", False),
        (b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n", "SK.PDF", "pdf", False),
        (png(), "foto.png", "png", True),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "foto.JPEG", "jpg", True),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "foto.webp", "webp", True),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "IMG_0001.HEIC", "heic", True),
        (b"kode,nama\n000001,Wali Kota\n", "daftar.csv", "csv", False),
        ("kode;nama\n".encode("utf-16"), "daftar.csv", "csv", False),
        ("Catatan rapat – selesai".encode(), "catatan.txt", "txt", False),
        (b"# Prosedur\n\n1. Terima berkas\n", "prosedur.md", "md", False),
    ],
)
def test_ordinary_files_are_taken(
    kept: Callable[[bytes], Path], content: bytes, name: str, extension: str, is_image: bool
) -> None:
    kind = check_upload(kept(content), name, limit_bytes=LIMIT)
    assert (kind.extension, kind.is_image) == (extension, is_image)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "kosong.pdf", "empty"),
        (word_file(), "tanpa-akhiran", "no_extension"),
        (word_file(), ".docx", "no_extension"),
        (word_file(), "gambar.png", "name_and_content_differ"),
        (word_file(), "tabel.xlsx", "name_and_content_differ"),
        (png(), "foto.pdf", "name_and_content_differ"),
        (b"Ini hanya teks.", "SK.pdf", "name_and_content_differ"),
        (b"MZ\x90\0\x03\0\0\0", "pasang.exe", "active_content"),
        (b"MZ\x90\0\x03\0\0\0", "laporan.txt", "active_content"),
        (b"#!/bin/sh\nrm -rf /\n", "catatan.txt", "active_content"),
        (b"\x7fELF\x02\x01\x01\0", "laporan.txt", "active_content"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "halaman.txt", "active_content"),
        (b"\xef\xbb\xbf  <HTML>", "halaman.md", "active_content"),
        ("<html>".encode("utf-16"), "halaman.txt", "active_content"),
        (b"<!-- x --><svg onload='alert(1)'/>", "logo.svg", "active_content"),
        (b'<?xml version="1.0"?><svg/>', "logo.png", "active_content"),
        (b'{"a": 1}', "data.json", "kind_not_allowed"),
        (b"teks\0biner\x01\x02", "catatan.txt", "not_text"),
        (b"x" * 5000 + b"\0", "catatan.txt", "not_text"),
        (OLE + "WordDocument".encode("utf-16-le"), "surat.doc", "legacy_word"),
        (OLE + "WordDocument".encode("utf-16-le"), "surat.docx", "legacy_word"),
        (OLE + "Workbook".encode("utf-16-le"), "data.xls", "legacy_excel"),
        (OLE, "paparan.ppt", "legacy_office"),
        (b"%PDF-1.7\n1 0 obj", "terpotong.pdf", "damaged"),
        (png()[:-12], "terpotong.png", "damaged"),
        (png(60_000, 60_000), "raksasa.png", "picture_too_large"),
        (zipped({"a.txt": b"isi"}), "arsip.zip", "zip_not_allowed"),
        (zipped({"a.txt": b"isi"}), "arsip.docx", "name_and_content_differ"),
        (zipped({"/etc/passwd": b"x"}), "arsip.docx", "unsafe_path"),
        (zipped({"..\\..\\x": b"x"}), "arsip.docx", "unsafe_path"),
        (zipped({"C:/x": b"x"}), "arsip.docx", "unsafe_path"),
        (zipped({"a.xml": b"\0" * 30_000_000}), "bom.xlsx", "zip_bomb"),
        (zipped({f"{n}.xml": b"" for n in range(6000)}), "bom.xlsx", "zip_bomb"),
        (word_file()[:-400], "terpotong.docx", "damaged"),
    ],
)
def test_what_is_not_taken(
    kept: Callable[[bytes], Path], content: bytes, name: str, code: str
) -> None:
    assert refusal(kept(content), name) == code


def test_a_broken_part_is_damaged(kept: Callable[[bytes], Path]) -> None:
    content = bytearray(word_file())
    at = content.index(b"word/_rels/document.xml.rels") + 60
    content[at : at + 20] = b"\xff" * 20
    assert refusal(kept(bytes(content)), "rusak.docx") == "damaged"


@pytest.mark.parametrize("inside", [' [<!ENTITY a "b">]', ' SYSTEM "http://localhost/x.dtd"', ""])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["word/document.xml", "customXml/item1.xml", "word/unnamed.bin"])
def test_a_doctype_is_found_in_any_part_and_encoding(
    kept: Callable[[bytes], Path], part: str, encoding: str, inside: str
) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?>\n<!DOCTYPE x{inside}><x/>'

    def change(parts: dict[str, bytes]) -> None:
        parts[part] = xml.encode(encoding)

    assert refusal(kept(word_file(change)), "prosedur.docx") == "doctype"


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("attachedTemplate", "http://example.org/evil.dotm"),
        ("attachedTemplate", "file://server/share/evil.dotm"),
        ("attachedTemplate", "\\\\server\\share\\evil.dotm"),
        ("oleObject", "http://example.org/x"),
        ("image", "https://example.org/pixel.png"),
        ("image", "file:///C:/Users/x.png"),
        ("frame", "http://example.org/"),
    ],
)
def test_parts_from_elsewhere_are_refused(
    kept: Callable[[bytes], Path], kind: str, target: str
) -> None:
    assert refusal(kept(with_relation(kind, target)), "prosedur.docx") == "external_link"


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("hyperlink", "https://menpan.go.id/"),
        ("attachedTemplate", "file:///C:\\Program%20Files\\Office\\Surat.dot"),
    ],
)
def test_links_that_fetch_nothing_are_taken(
    kept: Callable[[bytes], Path], kind: str, target: str
) -> None:
    content = with_relation(kind, target)
    assert check_upload(kept(content), "surat.docx", limit_bytes=LIMIT) == KINDS["docx"]


def test_the_size_limit_names_itself(kept: Callable[[bytes], Path]) -> None:
    path = kept(b"x" * 2001)
    with pytest.raises(RefusedUpload) as caught:
        check_upload(path, "catatan.txt", limit_bytes=2000)
    assert caught.value.code == "too_large"
    with speaking("en"):
        assert "2 kB" in str(caught.value)
    assert check_upload(path, "catatan.txt", limit_bytes=2001).extension == "txt"


def test_sizes_for_people() -> None:
    assert [human_size(size) for size in (999, 1500, 25_000_000)] == ["999 B", "1.5 kB", "25 MB"]


def test_every_reason_is_used() -> None:
    folder = Path(__file__).parents[2] / "qms"
    code = "".join(
        path.read_text() for path in folder.rglob("core/*.py") if "refused" not in path.name
    )
    assert [reason for reason in REASONS if f'"{reason}"' not in code] == []
