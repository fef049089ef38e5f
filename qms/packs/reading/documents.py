"""Controlled documents as a pack shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from qms.core.db import AccessClass
from qms.documents.models import (
    Classification,
    Document,
    DocumentClause,
    DocumentEvidence,
    DocumentType,
    Phase,
    Revision,
    Signature,
    SignatureRole,
)
from qms.evidence.models import Evidence
from qms.packs.reading.reader import Reader
from qms.standards.queries import cited_text


@dataclass(frozen=True)
class DocumentLine:
    """A document with the revision that counts on the day: the one in force, else the last."""

    id: int
    uid: UUID
    number: str
    external_number: str | None
    title: str
    type: DocumentType
    unit: str
    owner: str
    classification: Classification
    access: AccessClass
    language: str
    phase: Phase
    revision_id: int | None
    revision: str
    change_note: str
    approved_on: date | None
    effective_from: date | None
    effective_until: date | None
    prepared: str
    checked: str
    approved: str
    review_on: date | None
    withdrawn_on: date | None
    withdrawn_reason: str | None
    link: str | None
    clauses: str
    evidence: str
    is_imported: bool


def documents(reader: Reader, *, ids: Any = None, in_force: bool = False) -> Iterator[DocumentLine]:
    """Documents by number: all, or those with these ids (a list or a subquery), or in force."""
    where = reader.shown("in_force") if in_force else reader.shown("document")
    statement = (
        select(Document)
        .where(where)
        .order_by(Document.number_key, Document.uid)
        .options(
            joinedload(Document.owner_person),
            joinedload(Document.owner_position),
            selectinload(Document.revisions)
            .selectinload(Revision.signatures)
            .joinedload(Signature.person),
        )
    )
    if ids is not None:
        statement = statement.where(Document.id.in_(ids))
    for batch in reader.batches(statement):
        batch_ids = [document.id for document in batch]
        cited = reader.cited(DocumentClause, DocumentClause.document_id, batch_ids)
        proofs = reader.linked(
            select(DocumentEvidence.document_id, Evidence.name)
            .join(Evidence, Evidence.id == DocumentEvidence.evidence_id)
            .where(DocumentEvidence.document_id.in_(batch_ids), reader.shown("evidence"))
            .order_by(Evidence.added_on, Evidence.uid)
        )
        for document in batch:
            yield document_line(
                reader,
                document,
                cited_text(cited[document.id]),
                "; ".join(proofs.get(document.id, [])),
            )


def document_line(reader: Reader, document: Document, clauses: str, evidence: str) -> DocumentLine:
    day = reader.about.as_of
    revision = revision_on(document, day)
    withdrawn = document.withdrawn_on is not None and document.withdrawn_on <= day
    return DocumentLine(
        id=document.id,
        uid=document.uid,
        number=document.number,
        external_number=document.external_number,
        title=document.title,
        type=document.type,
        unit=reader.units.get(document.unit_id, ""),
        owner=document.owner_name,
        classification=document.classification,
        access=document.access,
        language=document.language,
        phase=document.phase(day),
        revision_id=revision.id if revision else None,
        revision=revision.shown_number if revision else "",
        change_note=revision.change_note if revision else "",
        approved_on=revision.approved_on if revision else None,
        effective_from=revision.effective_from if revision else None,
        effective_until=revision.effective_until if revision else None,
        prepared=signed(revision, SignatureRole.PREPARED),
        checked=signed(revision, SignatureRole.CHECKED),
        approved=signed(revision, SignatureRole.APPROVED),
        review_on=document.review_on,
        withdrawn_on=document.withdrawn_on if withdrawn else None,
        withdrawn_reason=document.withdrawn_reason if withdrawn else None,
        link=revision.link if revision else None,
        clauses=clauses,
        evidence=evidence,
        is_imported=document.is_imported,
    )


def revision_on(document: Document, day: date) -> Revision | None:
    """The revision that counts on a day: in force, else the last."""
    return document.in_force(day) or (document.last if document.revisions else None)


def signed(revision: Revision | None, role: SignatureRole) -> str:
    """Who signed, as what: "Siti Rahma, Kepala Dinas". Nothing where nobody signed yet."""
    if revision is None:
        return ""
    for signature in revision.signatures:
        if signature.role is role and (signature.signed_on or signature.person_id is None):
            return ", ".join(word for word in (signature.name, signature.position) if word)
    return ""
