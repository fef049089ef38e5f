"""What units said of themselves before an audit."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from qms.audits.models import (
    Audit,
    AuditLine,
    SelfAnswer,
    SelfAssessment,
    SelfAssessmentAnswer,
)
from qms.core.db import db


def self_assessment_of(audit: Audit, *, answers: bool = False) -> SelfAssessment | None:
    """The self-assessment that was asked for in an audit, if one was; with its answers if asked."""
    statement = (
        select(SelfAssessment)
        .where(SelfAssessment.audit_id == audit.id)
        .options(joinedload(SelfAssessment.asked_by), joinedload(SelfAssessment.handed_in_by))
    )
    if answers:
        statement = statement.options(
            selectinload(SelfAssessment.answers).joinedload(SelfAssessmentAnswer.answered_by)
        )
    found = db.session.scalar(statement)
    if found is not None:
        set_committed_value(found, "audit", audit)
    return found


def self_answers(audit: Audit) -> dict[int, SelfAnswer]:
    """Line id -> where the unit says it stands. One query."""
    rows = db.session.execute(
        select(SelfAssessmentAnswer.line_id, SelfAssessmentAnswer.answer)
        .join(SelfAssessment, SelfAssessment.id == SelfAssessmentAnswer.assessment_id)
        .where(SelfAssessment.audit_id == audit.id)
    )
    return {row.line_id: row.answer for row in rows}


def self_answer_to(audit: Audit, line: AuditLine) -> SelfAssessmentAnswer | None:
    """What the unit says at one line."""
    return db.session.scalar(_said(audit).where(SelfAssessmentAnswer.line_id == line.id))


def all_self_answers(audit: Audit) -> dict[int, SelfAssessmentAnswer]:
    """Line id -> what the unit says there, and who said it. One query."""
    return {one.line_id: one for one in db.session.scalars(_said(audit))}


def _said(audit: Audit) -> Select[Any]:
    return (
        select(SelfAssessmentAnswer)
        .join(SelfAssessment, SelfAssessment.id == SelfAssessmentAnswer.assessment_id)
        .where(SelfAssessment.audit_id == audit.id)
        .options(joinedload(SelfAssessmentAnswer.answered_by))
    )
