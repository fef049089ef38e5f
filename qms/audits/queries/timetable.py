"""Reads of plans and their timetables."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from qms.audits.models import (
    Audit,
    AuditLine,
    AuditLineClause,
    AuditPlan,
    AuditSession,
    AuditSessionAuditor,
    AuditState,
)
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l

MOST_SESSIONS = 200
"""Lines that a timetable may have."""


def plan_of_audit(audit: Audit) -> AuditPlan | None:
    """The plan of an audit, if it has one yet. One query."""
    return db.session.scalar(
        select(AuditPlan)
        .where(AuditPlan.audit_id == audit.id)
        .options(
            joinedload(AuditPlan.sent_by),
            joinedload(AuditPlan.answered_by),
            joinedload(AuditPlan.letter_by),
        )
    )


def sessions_of(audit: Audit) -> list[AuditSession]:
    """The timetable in the order of time, with clauses and auditors. Three queries."""
    return list(
        db.session.scalars(
            select(AuditSession)
            .where(AuditSession.audit_id == audit.id, AuditSession.is_removed.is_(False))
            .order_by(AuditSession.on, AuditSession.begins, AuditSession.kind, AuditSession.id)
            .options(selectinload(AuditSession.clauses), selectinload(AuditSession.auditors))
        )
    )


def asked_clauses(audit: Audit) -> set[int]:
    """The clauses that the checklist asks about. One query."""
    return set(
        db.session.scalars(
            select(AuditLineClause.clause_id)
            .join(AuditLine, AuditLine.id == AuditLineClause.line_id)
            .where(AuditLine.audit_id == audit.id, AuditLine.is_removed.is_(False))
            .distinct()
        )
    )


def session_by_uid(audit: Audit, uid: UUID) -> AuditSession:
    """A line of this audit's timetable; Missing otherwise."""
    found = db.session.scalar(
        select(AuditSession)
        .where(AuditSession.uid == uid, AuditSession.audit_id == audit.id)
        .options(selectinload(AuditSession.clauses), selectinload(AuditSession.auditors))
    )
    if found is None or found.is_removed:
        raise Missing(_l("This line is not in the timetable any more. Look at the timetable."))
    return found


def sessions_by_uid(audit: Audit, uids: Collection[UUID]) -> dict[str, AuditSession]:
    """Lines of this audit's timetable by uid as text, those taken out too. Three queries."""
    found = db.session.scalars(
        select(AuditSession)
        .where(AuditSession.audit_id == audit.id, AuditSession.uid.in_(uids))
        .options(selectinload(AuditSession.clauses), selectinload(AuditSession.auditors))
    )
    return {str(one.uid): one for one in found}


def elsewhere(audit: Audit, person_ids: Collection[int], days: Collection[date]) -> list[Any]:
    """When these people are in other audits on these days, as plain columns. One query."""
    if not person_ids or not days:
        return []
    return list(
        db.session.execute(
            select(
                AuditSessionAuditor.person_id,
                AuditSession.on,
                AuditSession.begins,
                AuditSession.ends,
                Audit.number,
                Audit.district_id,
                Audit.unit_id,
                Audit.access,
            )
            .join(AuditSession, AuditSession.id == AuditSessionAuditor.session_id)
            .join(Audit, Audit.id == AuditSession.audit_id)
            .where(
                AuditSessionAuditor.person_id.in_(person_ids),
                AuditSession.on.in_(days),
                AuditSession.is_removed.is_(False),
                Audit.id != audit.id,
                Audit.state.in_((AuditState.PLANNED, AuditState.UNDER_WAY)),
            )
            .order_by(AuditSession.on, AuditSession.begins)
            .limit(500)
        )
    )
