"""How much there is: per register and per clause. Known before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from qms.actions.models import Action
from qms.audits.models import Audit, AuditLine
from qms.certificates.models import Certificate
from qms.documents.models import DocumentClause
from qms.evidence.models import EvidenceClause
from qms.findings.models import Finding, FindingAction, FindingClause, FindingStep, Grade
from qms.packs.reading import conditions
from qms.packs.reading.evidence import at_clauses
from qms.packs.reading.reader import SHOWN, Reader


@dataclass(frozen=True)
class ClauseCounts:
    """What is recorded at one clause itself, without the clauses under it."""

    documents: int = 0
    """In force on the day."""
    proofs: int = 0
    """Evidence that cites the clause."""
    evidence: int = 0
    """That, and the evidence of the findings that cite it."""
    findings: int = 0
    open_findings: int = 0
    actions: int = 0

    @property
    def lines(self) -> int:
        return self.documents + self.evidence + self.findings + self.actions


@dataclass(frozen=True)
class Counts:
    documents: int
    documents_in_force: int
    evidence: int
    findings: int
    open_findings: int
    open_majors: int
    steps: int
    actions: int
    overdue_actions: int
    certificates: int
    audits: int
    audit_lines: int
    by_clause: Mapping[int, ClauseCounts] = field(default_factory=dict)

    def at(self, clause_id: int) -> ClauseCounts:
        return self.by_clause.get(clause_id, ClauseCounts())


def count(reader: Reader) -> Counts:
    """All counts, in a dozen queries whatever there is."""
    until = FindingStep.on.is_(None) | (FindingStep.on <= reader.about.as_of)
    by_kind: dict[str, int] = dict(
        reader.session.execute(select(SHOWN.c.kind, func.count()).group_by(SHOWN.c.kind)).all()
    )
    return Counts(
        documents=by_kind.get("document", 0),
        documents_in_force=by_kind.get("in_force", 0),
        evidence=by_kind.get("evidence", 0),
        findings=by_kind.get("finding", 0),
        open_findings=by_kind.get("open", 0),
        open_majors=number(reader, Finding, reader.shown("open"), Finding.grade == Grade.MAJOR),
        steps=number(
            reader,
            FindingStep,
            FindingStep.finding_id == Finding.id,
            reader.shown("finding"),
            until,
        ),
        actions=by_kind.get("action", 0),
        overdue_actions=by_kind.get("overdue", 0),
        certificates=number(reader, Certificate, *conditions.certificates(reader.about)),
        audits=by_kind.get("audit", 0),
        audit_lines=number(
            reader,
            AuditLine,
            AuditLine.audit_id == Audit.id,
            AuditLine.is_removed.is_(False),
            reader.shown("audit"),
        ),
        by_clause=by_clause(reader),
    )


def number(reader: Reader, model: Any, *where: Any) -> int:
    return reader.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def by_clause(reader: Reader) -> dict[int, ClauseCounts]:
    """Counts by clause id, for the clauses that have a section."""
    documents = per_clause(reader, DocumentClause.document_id, "in_force")
    proofs = per_clause(reader, EvidenceClause.evidence_id, "evidence")
    at = at_clauses(reader).c
    evidence: dict[int, int] = dict(
        reader.session.execute(select(at.clause_id, func.count()).group_by(at.clause_id)).all()
    )
    findings = per_clause(reader, FindingClause.finding_id, "finding")
    opened = per_clause(reader, FindingClause.finding_id, "open")
    actions = dict(
        reader.session.execute(
            select(FindingClause.clause_id, func.count(Action.id.distinct()))
            .select_from(FindingClause)
            .join(Finding, Finding.id == FindingClause.finding_id)
            .join(FindingAction, FindingAction.finding_id == Finding.id)
            .join(Action, Action.id == FindingAction.action_id)
            .where(reader.shown("finding"), reader.shown("action"))
            .group_by(FindingClause.clause_id)
        ).all()
    )
    return {
        clause_id: ClauseCounts(
            documents.get(clause_id, 0),
            proofs.get(clause_id, 0),
            evidence.get(clause_id, 0),
            findings.get(clause_id, 0),
            opened.get(clause_id, 0),
            actions.get(clause_id, 0),
        )
        for clause_id in reader.clauses
    }


def per_clause(reader: Reader, owner: Any, kind: str) -> dict[int, int]:
    """How many records of a kind in the pack point at each clause."""
    link = owner.class_
    rows = reader.session.execute(
        select(link.clause_id, func.count())
        .join(SHOWN, (SHOWN.c.id == owner) & (SHOWN.c.kind == kind))
        .group_by(link.clause_id)
    )
    return dict(rows.all())
