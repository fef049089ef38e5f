"""Evidence as a pack shows it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from qms.actions.models import Action, ActionEvidence
from qms.core.db import AccessClass
from qms.documents.models import Document, DocumentEvidence
from qms.evidence.models import Evidence, EvidenceClause, EvidenceVersion
from qms.findings.models import Finding, FindingClause, FindingEvidence
from qms.packs.reading.reader import SHOWN, Reader
from qms.standards.queries import cited_text


@dataclass(frozen=True)
class EvidenceLine:
    """A piece of evidence with its newest version."""

    id: int
    uid: UUID
    name: str
    description: str | None
    unit: str
    added_on: date
    proves_from: date | None
    proves_until: date | None
    valid_until: date | None
    access: AccessClass
    version: int
    version_note: str | None
    added_by: str
    clauses: str
    documents: str
    findings: str
    actions: str


def evidence(reader: Reader, *, ids: Any = None) -> Iterator[EvidenceLine]:
    """Evidence by the day it was added: all, or with these ids (a list or a subquery)."""
    statement = (
        select(Evidence)
        .where(reader.shown("evidence"))
        .order_by(Evidence.added_on, Evidence.uid)
        .options(selectinload(Evidence.versions).joinedload(EvidenceVersion.added_by))
    )
    if ids is not None:
        statement = statement.where(Evidence.id.in_(ids))
    for batch in reader.batches(statement):
        batch_ids = [one.id for one in batch]
        cited = reader.cited(EvidenceClause, EvidenceClause.evidence_id, batch_ids)
        documents, findings, actions = referring(reader, batch_ids)
        for one in batch:
            newest = max(one.versions, key=lambda version: version.number, default=None)
            yield EvidenceLine(
                id=one.id,
                uid=one.uid,
                name=one.name,
                description=one.description,
                unit=reader.units.get(one.unit_id, ""),
                added_on=one.added_on,
                proves_from=one.proves_from,
                proves_until=one.proves_until,
                valid_until=one.valid_until,
                access=one.access,
                version=newest.number if newest else 0,
                version_note=newest.note if newest else None,
                added_by=newest.added_by.name if newest and newest.added_by else "",
                clauses=cited_text(cited[one.id]),
                documents=", ".join(documents.get(one.id, [])),
                findings=", ".join(findings.get(one.id, [])),
                actions=", ".join(actions.get(one.id, [])),
            )


def at_clauses(reader: Reader, clause_ids: Collection[int] | None = None) -> Any:
    """The evidence of the pack at each clause as (clause_id, id), each pair once: what cites the
    clause, and what belongs to a finding that does. Of these clauses, or of all."""
    own = select(EvidenceClause.clause_id, EvidenceClause.evidence_id.label("id"))
    of_findings = (
        select(FindingClause.clause_id, FindingEvidence.evidence_id)
        .join(Finding, Finding.id == FindingClause.finding_id)
        .join(FindingEvidence, FindingEvidence.finding_id == Finding.id)
        .where(reader.shown("finding"))
    )
    if clause_ids is not None:
        own = own.where(EvidenceClause.clause_id.in_(clause_ids))
        of_findings = of_findings.where(FindingClause.clause_id.in_(clause_ids))
    every = own.union(of_findings).subquery().c
    return (
        select(every.clause_id, every.id)
        .join(SHOWN, (SHOWN.c.id == every.id) & (SHOWN.c.kind == "evidence"))
        .subquery()
    )


def referring(reader: Reader, ids: list[int]) -> tuple[dict[int, list[str]], ...]:
    """The numbers of documents, findings and actions in the pack that refer to the evidence."""
    return (
        reader.linked(
            select(DocumentEvidence.evidence_id, Document.number)
            .join(Document, Document.id == DocumentEvidence.document_id)
            .where(DocumentEvidence.evidence_id.in_(ids), reader.shown("document"))
            .order_by(Document.number_key, Document.uid)
        ),
        reader.linked(
            select(FindingEvidence.evidence_id, Finding.number)
            .join(Finding, Finding.id == FindingEvidence.finding_id)
            .where(FindingEvidence.evidence_id.in_(ids), reader.shown("finding"))
            .order_by(Finding.number_key, Finding.uid)
        ),
        reader.linked(
            select(ActionEvidence.evidence_id, Action.number)
            .join(Action, Action.id == ActionEvidence.action_id)
            .where(ActionEvidence.evidence_id.in_(ids), reader.shown("action"))
            .order_by(Action.number, Action.uid)
        ),
    )
