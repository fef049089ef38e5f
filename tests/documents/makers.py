"""Documents for tests, in each state, made by the operations that people use."""

from datetime import date
from io import BytesIO
from typing import Any

from docx import Document as Word

from qms.core import files
from qms.core.db import db
from qms.core.files import Received
from qms.documents import operations
from qms.documents.models import Document, DocumentType, Revision
from qms.documents.operations import Content, Signatories
from tests.cast import Cast

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def word_file(text: str = "Petugas memanggil nomor antrean.") -> bytes:
    word, buffer = Word(), BytesIO()
    word.add_paragraph(text)
    word.save(buffer)
    return buffer.getvalue()


def received(name: str, content: bytes) -> Received:
    return files.receive(BytesIO(content), name)


def make_draft(cast: Cast, title: str = "Pelayanan kartu AK I", **given: Any) -> Document:
    """A draft of Disnaker by its process owner, to be checked by the officer and approved by the
    head."""
    unit = given.pop("unit", cast.disnaker)
    values: dict[str, Any] = {
        "type": DocumentType.PROCEDURE,
        "by": cast.owner,
        "content": Content(body="# Tujuan\n\nPemohon dilayani **dalam 15 menit**.\n"),
        "signatories": Signatories(checked=cast.officer, approved=cast.head),
        **given,
    }
    return operations.draft_document(unit.id, title=title, **values)


def make_in_review(cast: Cast, *args: Any, **given: Any) -> Document:
    document = make_draft(cast, *args, **given)
    operations.submit_revision(document.last, by=given.get("by", cast.owner))
    return document


def make_in_force(cast: Cast, *args: Any, **given: Any) -> Document:
    """In force from a day on (default: today)."""
    effective_from: date | None = given.pop("effective_from", None)
    document = make_in_review(cast, *args, **given)
    operations.check_revision(document.last, by=cast.officer)
    operations.approve_revision(document.last, by=cast.head, effective_from=effective_from)
    return document


def next_in_review(cast: Cast, document: Document, note: str = "Waktu layanan diubah") -> Revision:
    revision = operations.new_revision(document, change_note=note, by=cast.owner)
    operations.submit_revision(revision, by=cast.owner)
    operations.check_revision(revision, by=cast.officer)
    return revision


def again(document: Document) -> Document:
    """The document as the database has it."""
    uid = document.uid
    db.session.expire_all()
    return db.session.query(Document).filter_by(uid=uid).one()
