"""Controlled documents as a pack shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
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
    RevisionState,
    Signature,
    SignatureRole,
)
from qms.evidence.models import Evidence
from qms.packs.reading.conditions import end_of
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
    """The last day."""
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
    revision, phase = standing_on(document, day, end_of(reader.about))
    withdrawn = document.withdrawn_on is not None and document.withdrawn_on <= day
    approved = revision if revision and was_approved_by(revision, day) else None
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
        phase=phase,
        revision_id=revision.id if revision else None,
        revision=revision.shown_number if revision else "",
        change_note=revision.change_note if revision else "",
        approved_on=approved.approved_on if approved else None,
        effective_from=approved.effective_from if approved else None,
        effective_until=approved.last_day if approved else None,
        prepared=signed(revision, SignatureRole.PREPARED, day),
        checked=signed(revision, SignatureRole.CHECKED, day),
        approved=signed(revision, SignatureRole.APPROVED, day),
        review_on=document.review_on,
        withdrawn_on=document.withdrawn_on if withdrawn else None,
        withdrawn_reason=document.withdrawn_reason if withdrawn else None,
        link=revision.link if revision else None,
        clauses=clauses,
        evidence=evidence,
        is_imported=document.is_imported,
    )


def standing_on(document: Document, day: date, end: datetime) -> tuple[Revision | None, Phase]:
    """The revision that counts on a day (in force, else the last that there was), and where the
    document stood then. `end` is the moment at which the day was over."""
    phases = {
        one.number: (one, phase)
        for one in document.revisions
        if (phase := phase_on(one, day, end)) is not None
    }
    if not phases:
        return None, document.phase(day)
    in_force = [one for one, phase in phases.values() if phase is Phase.EFFECTIVE]
    revision = in_force[0] if in_force else phases[max(phases)][0]
    if document.withdrawn_on is not None and day >= document.withdrawn_on:
        return revision, Phase.WITHDRAWN
    found = {phase for _one, phase in phases.values()}
    return revision, next((phase for phase in ORDER if phase in found), Phase.WITHDRAWN)


ORDER = (Phase.EFFECTIVE, Phase.APPROVED, Phase.IN_REVIEW, Phase.DRAFT, Phase.SUPERSEDED)
"""What a document is called by, where its revisions stand differently."""


def phase_on(revision: Revision, day: date, end: datetime) -> Phase | None:
    """Where a revision stood on a day; None if there was none yet. One that was approved later
    was a draft before."""
    if was_approved_by(revision, day):
        return revision.phase(day)
    if revision.recorded_at >= end:
        return None
    is_approved_later = revision.state is RevisionState.APPROVED
    return Phase.DRAFT if is_approved_later else Phase(revision.state.value)


def was_approved_by(revision: Revision, day: date) -> bool:
    """The same as `conditions.revision_approved_by`."""
    since = revision.approved_on or revision.effective_from
    return revision.state is RevisionState.APPROVED and since is not None and since <= day


def signed(revision: Revision | None, role: SignatureRole, day: date) -> str:
    """Who had signed by a day, as what: "Siti Rahma, Kepala Dinas". Names that were imported have
    no day."""
    if revision is None:
        return ""
    for signature in revision.signatures:
        by_then = signature.signed_on is not None and signature.signed_on <= day
        if signature.role is role and (by_then or signature.person_id is None):
            return ", ".join(word for word in (signature.name, signature.position) if word)
    return ""
