"""Uploaded Word and Markdown files, shown and indexed."""

import io
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from qms.office.blocks import Column, Heading, Image, Link, Paragraph, Table
from qms.office.document_reader import plain_text, preview_html
from qms.office.docx_writer import write_docx
from qms.office.unreadable import UnreadableFile
from tests.office.reports import COLUMNS, PROPERTIES, findings, picture

HOSTILE = Path(__file__).parent.parent / "samples" / "hostile"


def test_a_report_of_ours_is_shown() -> None:
    target = io.BytesIO()
    blocks = [
        Heading("Temuan"),
        Paragraph(["Lihat ", Link("situs", "https://menpan.go.id/")]),
        Table([Column("a"), Column("b")], [["1", "<b>2</b>"]]),
        Image(picture(), 20, "Bagan"),
    ]
    write_docx(blocks, target, properties=PROPERTIES)
    html = preview_html(target.getvalue(), "docx")
    assert "<h2>Temuan</h2>" in html and "<h1" not in html
    assert '<a href="https://menpan.go.id/" rel="noopener noreferrer nofollow">situs</a>' in html
    assert "<thead>" in html and "&lt;b&gt;2&lt;/b&gt;" in html
    assert '<img alt="Bagan" src="data:image/png;base64,' in html


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("checkboxes.docx", "In Sequence"),
        ("testWORD_null_style.docx", "Lorem ipsum"),
        ("testWORD_text_box.docx", "inside of a text box"),
    ],
)
def test_odd_documents_are_shown_and_indexed(name: str, words: str) -> None:
    assert words in preview_html(HOSTILE / name, "docx")
    text = plain_text(HOSTILE / name)
    assert text.count(words) == 1


def test_plain_text_keeps_paragraphs_and_cells_apart() -> None:
    target = io.BytesIO()
    blocks = [Paragraph("satu\ndua"), Table(COLUMNS[:1], (row[:1] for row in findings(2)))]
    write_docx(blocks, target, properties=PROPERTIES)
    assert plain_text(target.getvalue()).split("\n") == [
        "satu dua", "Nomor", "NC-2026-DISNAKER-001", "NC-2026-DISNAKER-002",
    ]  # fmt: skip


def test_a_link_that_runs_something_is_dropped() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    part = document.part
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    key = part.relate_to("javascript:alert(1)", kind, is_external=True)
    paragraph._p.append(
        parse_xml(
            f'<w:hyperlink {nsdecls("w", "r")} r:id="{key}"><w:r><w:t>x</w:t></w:r></w:hyperlink>'
        )
    )
    target = io.BytesIO()
    document.save(target)
    assert preview_html(target.getvalue(), "docx") == "<p>x</p>"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Judul", "<h2>Judul</h2>\n"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](data:text/html,y)", "<p>[x](data:text/html,y)</p>"),
        ("![x](https://example.org/pixel.png)", '<p><img alt="x"></p>'),
        ("|a|\n|-|\n|b|", "<td>b</td>"),
        ("~~lama~~", "<s>lama</s>"),
    ],
)
def test_markdown(text: str, html: str) -> None:
    found = preview_html(text.encode(), "md")
    assert html in found and "<script" not in found


def test_what_cannot_be_shown_is_refused() -> None:
    codes = []
    for source, kind in (
        (HOSTILE / "SimpleMacro.docm", "docx"),
        (HOSTILE / "protected_agile.docx", "docx"),
        (HOSTILE / "SimpleStrict.xlsx", "docx"),
        (b"x", "pdf"),
        (b"x" * 2_000_001, "md"),
    ):
        with pytest.raises(UnreadableFile) as caught:
            preview_html(source, kind)
        codes.append(caught.value.code)
    assert codes == ["macros", "damaged", "not_a_document", "not_a_document", "too_much_text"]


def test_a_very_long_document_is_indexed_but_not_shown() -> None:
    target = io.BytesIO()
    write_docx([Table(COLUMNS, findings(3000))], target, properties=PROPERTIES)
    with pytest.raises(UnreadableFile) as caught:
        preview_html(target.getvalue(), "docx")
    assert caught.value.code == "too_long_to_show"
    assert "NC-2026-DISNAKER-3000" in plain_text(target.getvalue())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<w:p/>" * 70_000, "too_long_to_show"),
        (b"<w:p>" * 2_000 + b"</w:p>" * 2_000, "damaged"),
        (b"<w:p>", "damaged"),
    ],
)
def test_bombs_are_stopped_before_the_converter_sees_them(body: bytes, code: str) -> None:
    target = io.BytesIO()
    write_docx([Paragraph("x")], target, properties=PROPERTIES)
    changed = io.BytesIO()
    with ZipFile(target) as old, ZipFile(changed, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = content.replace(b"<w:body>", b"<w:body>" + body)
            new.writestr(name, content)
    with pytest.raises(UnreadableFile) as caught:
        preview_html(changed.getvalue(), "docx")
    assert caught.value.code == code
