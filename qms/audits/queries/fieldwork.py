"""Reads for fieldwork: who was at the meetings, what the auditee said, photos of lines."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from qms.audits.models import (
    Audit,
    AuditAttendance,
    AuditeeStance,
    AuditLine,
    AuditLinePhoto,
    AuditMeeting,
    Meeting,
)
from qms.core.db import db
from qms.evidence.models import Evidence
from qms.people.models import Person
from qms.people.rights import sight_of

MOST_PRESENT = 200
"""People on the list of attendance of a meeting."""


def meetings_held(audit: Audit) -> dict[Meeting, AuditMeeting]:
    """The opening and the closing meeting, as far as they are recorded. One query."""
    rows = db.session.scalars(
        select(AuditMeeting).where(
            AuditMeeting.district_id == audit.district_id, AuditMeeting.audit_id == audit.id
        )
    )
    return {one.meeting: one for one in rows}


def attendance_of(audit: Audit) -> list[AuditAttendance]:
    """Who was at the opening and closing meetings, as they were taken down."""
    return list(
        db.session.scalars(
            select(AuditAttendance)
            .where(
                AuditAttendance.district_id == audit.district_id,
                AuditAttendance.audit_id == audit.id,
                AuditAttendance.is_removed.is_(False),
            )
            .order_by(AuditAttendance.meeting.desc(), AuditAttendance.id)
            .limit(MOST_PRESENT * len(Meeting))
        )
    )


def stances_of(audit: Audit) -> list[AuditeeStance]:
    """What the auditee said to lines and findings, with these, in the order in which it was taken
    down."""
    return list(
        db.session.scalars(
            select(AuditeeStance)
            .where(
                AuditeeStance.district_id == audit.district_id, AuditeeStance.audit_id == audit.id
            )
            .order_by(AuditeeStance.id)
            .options(joinedload(AuditeeStance.line), joinedload(AuditeeStance.finding))
        )
    )


def photos_of(person: Person, audit: Audit, line: AuditLine | None = None) -> list[Any]:
    """The photos of an audit's lines, or of one, that this person may see: rows of line_id, uid
    and name. What was withdrawn is left out."""
    found = (
        select(AuditLinePhoto.line_id, Evidence.uid, Evidence.name, Evidence.id)
        .join(Evidence, Evidence.id == AuditLinePhoto.evidence_id)
        .join(AuditLine, AuditLine.id == AuditLinePhoto.line_id)
        .where(
            AuditLine.district_id == audit.district_id,
            AuditLine.audit_id == audit.id,
            Evidence.withdrawn_on.is_(None),
            *sight_of(person).conditions(Evidence),
        )
        .order_by(Evidence.id)
        .limit(2000)
    )
    if line is not None:
        found = found.where(AuditLinePhoto.line_id == line.id)
    return list(db.session.execute(found))


def photo_pieces(line: AuditLine) -> list[Evidence]:
    """The evidence that was photographed at a line and still counts."""
    return list(
        db.session.scalars(
            select(Evidence)
            .join(AuditLinePhoto, AuditLinePhoto.evidence_id == Evidence.id)
            .where(AuditLinePhoto.line_id == line.id, Evidence.withdrawn_on.is_(None))
            .order_by(Evidence.id)
        )
    )
