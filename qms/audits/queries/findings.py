"""Findings of an audit, and beside it."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_, select, true

from qms.audits.models import (
    Audit,
    AuditFinding,
    AuditLine,
    AuditLineFinding,
    AuditMember,
    TeamRole,
)
from qms.core.db import db
from qms.findings.models import Finding, FindingClause, FindingState, GradeChange
from qms.people.models import Person
from qms.people.rights import sight_of

FINDING: Any = select(
    Finding.id,
    Finding.uid,
    Finding.number,
    Finding.external_number,
    Finding.deviation,
    Finding.grade,
    Finding.state,
    Finding.due_on,
    Finding.unit_id,
    Finding.access,
)


def findings_of(person: Person, audit: Audit) -> list[Any]:
    """The findings of an audit that this person may see, by number, as plain columns."""
    return list(
        db.session.execute(
            FINDING.join(AuditFinding, AuditFinding.finding_id == Finding.id)
            .where(
                AuditFinding.audit_id == audit.id,
                AuditFinding.district_id == audit.district_id,
                *sight_of(person).conditions(Finding),
            )
            .order_by(Finding.number_key)
            .limit(500)
        )
    )


def linkable_findings(person: Person, audit: Audit, line: AuditLine | None = None) -> list[Any]:
    """Findings of the audited unit and those under it, from such an audit, that can be put beside
    it: the newest first. For a line those that are beside the audit come before all others, for
    one finding may follow from several lines; left out are those that it led to already, and those
    that cannot stand for what it came to."""
    beside = Finding.id.in_(
        select(AuditFinding.finding_id).where(AuditFinding.audit_id == audit.id)
    )
    known: ColumnElement[bool] = beside
    fits: ColumnElement[bool] = true()
    if line is not None:
        known = Finding.id.in_(
            select(AuditLineFinding.finding_id).where(AuditLineFinding.line_id == line.id)
        )
        fits = _fits(audit, line)
    return list(
        db.session.execute(
            FINDING.where(
                *sight_of(person, audit.unit_id).conditions(Finding),
                or_(Finding.source == audit.source, beside),
                Finding.state != FindingState.CANCELLED,
                ~known,
                fits,
            )
            .order_by(case((beside, 0), else_=1), Finding.found_on.desc(), Finding.uid.desc())
            .limit(100)
        )
    )


def _fits(audit: Audit, line: AuditLine) -> ColumnElement[bool]:
    """The condition that a Finding can stand for what a line came to."""
    if not line.needs_finding:
        return true()
    grades = line.fitting_grades
    had = exists().where(
        GradeChange.district_id == Finding.district_id,
        GradeChange.finding_id == Finding.id,
        GradeChange.before.in_(grades),
    )
    return and_(
        or_(Finding.grade.in_(grades), had),
        or_(Finding.closed_on.is_(None), Finding.found_on >= audit.opened_on),
    )


def open_findings_beside(person: Person, audit: Audit) -> list[Any]:
    """Open findings of the audited unit and those under it that are not of this audit: what the
    team should look at again."""
    linked = select(AuditFinding.finding_id).where(AuditFinding.audit_id == audit.id)
    return list(
        db.session.execute(
            FINDING.where(
                *sight_of(person, audit.unit_id).conditions(Finding),
                Finding.is_open,
                Finding.id.not_in(linked),
            )
            .order_by(Finding.due_on, Finding.uid)
            .limit(50)
        )
    )


def earlier_findings(person: Person, audit: Audit, clause_ids: Collection[int]) -> list[Any]:
    """What was found at these clauses in the audited unit and those under it before, open or not,
    the newest first."""
    linked = select(AuditFinding.finding_id).where(AuditFinding.audit_id == audit.id)
    cites = exists().where(
        FindingClause.district_id == Finding.district_id,
        FindingClause.finding_id == Finding.id,
        FindingClause.clause_id.in_(clause_ids),
    )
    return list(
        db.session.execute(
            FINDING.where(
                *sight_of(person, audit.unit_id).conditions(Finding),
                Finding.state != FindingState.CANCELLED,
                Finding.id.not_in(linked),
                cites,
            )
            .order_by(Finding.found_on.desc(), Finding.uid.desc())
            .limit(10)
        )
    )


def lead_auditor_of(finding: Finding) -> int | None:
    """The id of who leads, or led, the audit from which a finding came: the first one beside which
    it stands. None: no audit, or nobody leads it. One query."""
    return db.session.scalar(
        select(AuditMember.person_id)
        .join(AuditFinding, AuditFinding.audit_id == AuditMember.audit_id)
        .where(
            AuditFinding.district_id == finding.district_id,
            AuditFinding.finding_id == finding.id,
            AuditMember.role == TeamRole.LEAD,
        )
        .order_by(AuditMember.audit_id)
        .limit(1)
    )
