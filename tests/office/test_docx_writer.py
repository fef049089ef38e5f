"""Word documents are read back with python-docx, and checked against the format's own rules."""

import io
import re
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from openxml_audit import OpenXmlValidator

from qms.office.blocks import (
    BulletList,
    Cell,
    Column,
    Cover,
    Heading,
    Link,
    PageBreak,
    Paragraph,
    Signature,
    Signatures,
    Table,
)
from qms.office.docx_writer import write_docx
from tests.office.reports import ARABIC, COLUMNS, HEAD, PROPERTIES, findings, report


def written(blocks: Any, **options: Any) -> io.BytesIO:
    target = io.BytesIO()
    options = {"header": ("Paket bukti", "Dinas Tenaga Kerja"), "footer": "Contoh"} | options
    write_docx(blocks, target, properties=PROPERTIES, **options)
    target.seek(0)
    return target


def xml_of(file: IO[bytes], part: str = "word/document.xml") -> str:
    with ZipFile(file) as package:
        return package.read(part).decode()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("paper", ["A4", "F4"])
def test_every_block_gives_a_valid_document(tmp_path: Path, language: str, paper: str) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(written(report(), language=language, paper=paper).getvalue())
    result = OpenXmlValidator().validate(path)
    assert [str(error) for error in result.errors] == []


def test_text_headings_and_styles_come_back() -> None:
    document = docx.Document(written(report()))
    found = [(p.style.name, p.text) for p in document.paragraphs if p.style.name != "Normal"]
    assert ("Title", "Paket bukti ISO 9001:2015") in found
    assert ("Heading 1", "4 Konteks organisasi") in found
    assert ("Heading 2", "9.2 Audit internal") in found
    assert ("Lead", "Bagian ini menunjukkan apa yang ada.") in found
    assert ("List Bullet", "Dua miring") in found
    assert ("Note", 'ABCDE <&> "x"') in found  # what XML forbids is dropped, the rest escaped
    assert ("Caption", "Temuan") in found


def test_a_table_keeps_its_values_and_repeats_its_header() -> None:
    document = docx.Document(written(report()))
    table = next(t for t in document.tables if t.cell(0, 0).text == "Nomor")
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == [column.title for column in COLUMNS]
    assert rows[2] == [
        "NC-2026-DISNAKER-002", "Prosedur belum ditinjau; notulen rapat tidak ada.",
        "17 Agustus 2026", "1.000", "Rp1.250.000", "Notulen",
    ]  # fmt: skip
    header = table.rows[0]._tr.trPr
    assert header.find(qn("w:tblHeader")) is not None
    assert header.find(qn("w:cantSplit")) is not None
    assert len(rows) == 4


def matrix(clauses: int, units: int = 30) -> Table:
    """Units and clauses, a sign in each cell."""
    heads = [f"{4 + n // 6}.{n % 6 + 1}" for n in range(clauses)]
    columns = [Column("Unit", 34), *(Column(head, 3, "mark") for head in heads)]
    rows = ([f"Dinas {unit}", *("●" for _ in heads)] for unit in range(units))
    return Table(columns, rows, "Cakupan")


def test_a_matrix_has_room_for_its_heads_and_goes_on_in_a_further_table() -> None:
    # What a bold head of four signs takes at 7 points, measured in Arial: "10.2" and its padding.
    needed = round((4 * 0.5 * 7 + 3) * 20)
    for clauses, numbers in ((40, [40]), (60, [30, 30])):
        blocks = [PageBreak(landscape=True), matrix(clauses)]
        tables = docx.Document(written(blocks)).tables
        assert [len(table.columns) - 1 for table in tables] == numbers
        assert [table.cell(1, 0).text for table in tables] == ["Dinas 0"] * len(numbers)
        assert sum((len(table.rows) - 1 for table in tables), 0) == 30 * len(numbers)
        heads = [cell.text for table in tables for cell in table.rows[0].cells[1:]]
        assert len(heads) == len(set(heads)) == clauses
        for table in tables:
            assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
            widths = [int(one.get(qn("w:w"))) for one in table._tbl.tblGrid]
            assert sum(widths) <= (297 - 40) / 25.4 * 1440
            for cell, width in zip(table.rows[0].cells[1:], widths[1:], strict=True):
                assert cell.paragraphs[0].style.name == "Table Mark Heading"
                assert width >= needed or len(cell.text) < 4


def test_english_writes_dates_and_numbers_its_own_way() -> None:
    document = docx.Document(written(report(), language="en"))
    table = next(t for t in document.tables if t.cell(0, 0).text == "Nomor")
    assert [cell.text for cell in table.rows[2].cells][2:5] == [
        "17 August 2026",
        "1,000",
        "Rp1,250,000",
    ]
    assert "No records" in xml_of(written(report(), language="en"))


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "text", ""),
        (datetime(2026, 8, 17, 14, 5), "datetime", "17 Agustus 2026 14.05"),
        (datetime(2026, 8, 17, 14, 5), "date", "17 Agustus 2026"),
        (1234567.5, "decimal", "1.234.567,5"),
        (-2_000_000, "rupiah", "-Rp2.000.000"),
        (True, "text", "Ya"),
        (2026, "text", "2026"),
        ("dua\nbaris", "text", "dua\nbaris"),
    ],
)
def test_values_in_a_table(value: Cell, kind: Any, text: str) -> None:
    document = docx.Document(written([Table([Column("Nilai", 20, kind)], [[value]])]))
    assert document.tables[0].cell(1, 0).text == text


def test_the_contents_are_filled_and_linked() -> None:
    xml = xml_of(written(report()))
    entries = re.findall(r'<w:pStyle w:val="TOC(\d)"/>.*?<w:hyperlink w:anchor="([^"]+)"', xml)
    marks = re.findall(r'<w:bookmarkStart w:id="\d+" w:name="([^"]+)"', xml)
    assert [level for level, _ in entries] == ["1", "1", "2", "1"]
    assert [mark for _, mark in entries] == marks
    assert marks[0] == "clause_4" and len(set(marks)) == 4
    for heading in ("4 Konteks organisasi", "9.2 Audit internal"):
        assert xml.count(f">{heading}</w:t>") == 2
    assert xml.count('w:fldCharType="begin"') == xml.count('w:fldCharType="end"') == 1


def test_the_contents_name_no_page_and_nothing_asks_when_the_file_is_opened() -> None:
    """Only a word processor knows its pages, and a field to be updated makes Word ask first."""
    file = written(report())
    xml = xml_of(file)
    lines = re.findall(r'<w:p><w:pPr><w:pStyle w:val="TOC\d"/>.*?</w:p>', xml)
    assert ["".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", line)) for line in lines] == [
        "4 Konteks organisasi", "9 Evaluasi kinerja", "9.2 Audit internal", "Lampiran",
    ]  # fmt: skip
    assert "PAGEREF" not in xml and "w:dirty" not in xml
    assert "updateFields" not in xml_of(file, "word/settings.xml")


def test_inner_links_meet_their_bookmark_and_a_dead_one_is_refused() -> None:
    xml = xml_of(written(report()))
    anchor = re.search(r'<w:hyperlink w:anchor="([^"]+)" w:history="1"><w:r><w:rPr>', xml)
    assert anchor and f'w:name="{anchor[1]}"' in xml
    with pytest.raises(ValueError, match="nowhere"):
        written([Paragraph(Link("x", "#nowhere"))])
    with pytest.raises(ValueError, match="same bookmark"):
        written([Heading("a", 1, "x"), Heading("b", 1, "x")])


def test_outer_links_are_escaped_and_kept_once() -> None:
    relations = xml_of(written(report()), "word/_rels/document.xml.rels")
    assert relations.count("files/9.3/notulen%20rapat%20#1.pdf") == 1
    assert "https://menpan.go.id/?a=1&amp;b=2" in relations


def test_pictures_have_words_and_are_stored_once() -> None:
    file = written(report())
    xml = xml_of(file)
    assert re.findall(r'<wp:docPr id="(\d)"[^>]*descr="([^"]+)"', xml) == [
        ("1", "Bagan alir proses"),
        ("2", "Bagan yang sama, kecil"),
    ]
    with ZipFile(file) as package:
        assert [name for name in package.namelist() if "media" in name] == [
            "word/media/picture1.png"
        ]


def test_arabic_runs_from_right_to_left() -> None:
    document = docx.Document(written(report()))
    paragraph = next(p for p in document.paragraphs if p.text == ARABIC)
    assert paragraph._p.pPr.find(qn("w:bidi")) is not None
    assert paragraph.runs[0]._r.rPr.find(qn("w:rtl")) is not None


def test_header_footer_and_sections() -> None:
    document = docx.Document(written(report()))
    portrait, landscape, last, lettered = document.sections
    assert portrait.different_first_page_header_footer  # the cover
    assert not landscape.different_first_page_header_footer
    assert landscape.page_width > landscape.page_height
    assert last.page_width < last.page_height
    # Neither head nor foot on a cover; a page that begins with a letterhead has its foot.
    assert portrait.first_page_footer.is_linked_to_previous
    assert lettered.different_first_page_header_footer
    assert not last.different_first_page_header_footer
    assert lettered.first_page_header.paragraphs[0].text == ""
    assert lettered.first_page_footer.paragraphs[0].text == "Contoh\tHalaman 1 dari 1"
    for section in document.sections:
        assert section.header.paragraphs[0].text == "Paket bukti\tDinas Tenaga Kerja"
        assert section.footer.paragraphs[0].text == "Contoh\tHalaman 1 dari 1"
        fields = [i.text.strip() for i in section.footer._element.iter(qn("w:instrText"))]
        assert fields == ["PAGE", "NUMPAGES"]


def test_a_letterhead_and_a_place_to_sign() -> None:
    document = docx.Document(written([*report(), Heading("Lampiran lain", centred=True)]))
    found = [(p.style.name, p.text) for p in document.paragraphs]
    assert document.paragraphs[-1].alignment == WD_ALIGN_PARAGRAPH.CENTER
    at = found.index(("Letterhead Above", "Pemerintah Kabupaten Contoh"))
    assert [name for name, _text in found[at : at + 6]] == [
        "Letterhead Above", "Letterhead Name", "Letterhead Line", "Letterhead Line",
        "Letterhead Rule", "Centred",
    ]  # fmt: skip
    rows = [[cell.text for cell in row.cells] for row in document.tables[-1].rows]
    assert rows == [["", "Contoh, hari ini\nInspektur\n"], ["", "Nurhayati\nPembina"]]
    four = docx.Document(written([Signatures([Signature("x", name) for name in "abcd"])])).tables
    assert [[cell.text for cell in row.cells] for row in four[0].rows][1::2] == [
        ["a", "b"], ["c", "d"],
    ]  # fmt: skip
    kept = [p.paragraph_format.keep_with_next for c in four[0].rows[1].cells for p in c.paragraphs]
    assert kept == [True, True]
    cover = docx.Document(written([Cover("Laporan", organisation="x", letterhead=HEAD)]))
    styles = [p.style.name for p in cover.paragraphs[:6]]
    assert styles.index("Letterhead Name") < styles.index("Title")
    assert "Cover Organisation" not in styles


def test_language_and_properties() -> None:
    file = written(report(), language="en")
    core = docx.Document(file).core_properties
    assert (core.title, core.author, core.language) == (
        "Paket bukti ISO 9001:2015", "Dinas Tenaga Kerja", "en-GB",
    )  # fmt: skip
    assert core.created == core.modified and core.created.isoformat()[:16] == "2026-12-31T07:30"
    assert '<w:lang w:val="en-GB"' in xml_of(file, "word/styles.xml")


def test_the_same_content_gives_the_same_bytes() -> None:
    assert written(report()).getvalue() == written(report()).getvalue()
    with ZipFile(written(report())) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [n for n in package.namelist() if "thumbnail" in n or "stylesWithEffects" in n]


def test_leading_lines_stay_with_what_follows() -> None:
    file = written([Paragraph("Judul", leads=True), BulletList(["a"], leads=True), Paragraph("b")])
    kept = [p.paragraph_format.keep_with_next for p in docx.Document(file).paragraphs]
    assert kept == [True, True, None]


def test_an_unknown_block_or_value_is_refused() -> None:
    with pytest.raises(TypeError, match="no block"):
        written([object()])
    with pytest.raises(TypeError, match="no text"):
        written([Table([Column("a")], [[object()]])])
    with pytest.raises(ValueError, match="more values"):
        written([Table([Column("a")], [["x", "y"]])])


def test_a_long_table_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "long.docx"
    taken = 0

    def rows() -> Any:
        nonlocal taken
        for row in findings(5000):
            taken += 1
            yield row

    write_docx([Table(COLUMNS, rows(), "Register")], path, properties=PROPERTIES)
    assert taken == 5000
    assert len(docx.Document(str(path)).tables[0]._tbl.tr_lst) == 5001
