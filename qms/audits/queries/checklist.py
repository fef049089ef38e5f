"""The lines of a checklist."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from qms.audits.models import Audit, AuditLine, AuditLineFinding
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.findings.models import Finding

MOST_LINES = 2000
"""Lines that a checklist may have; more is no audit but a library."""


def load_lines(audit: Audit) -> None:
    """Load the checklist with clauses and findings, so that nothing is asked line by line. One
    query."""
    lines = db.session.scalars(
        select(AuditLine)
        .where(AuditLine.audit_id == audit.id)
        .order_by(AuditLine.position, AuditLine.id)
        .options(
            joinedload(AuditLine.answered_by),
            joinedload(AuditLine.sample),
            joinedload(AuditLine.origin),
            joinedload(AuditLine.verdicts),
            joinedload(AuditLine.clauses),
            joinedload(AuditLine.findings)
            .joinedload(AuditLineFinding.finding)
            .joinedload(Finding.grade_changes),
        )
    ).unique()
    set_committed_value(audit, "lines", list(lines))


def checklist_version(audit: Audit) -> int:
    """The versions of all lines together, those taken off too (`version_of`): a number that rises
    with every line that is added and every change of one, so that who knows the lines as they were
    sees that somebody else was at them. One query."""
    found = select(func.sum(AuditLine.version)).where(
        AuditLine.district_id == audit.district_id, AuditLine.audit_id == audit.id
    )
    return int(db.session.scalar(found) or 0)


def loaded_line(audit: Audit, uid: UUID) -> AuditLine:
    """A line of an audit whose checklist was loaded; Missing otherwise."""
    found = next((line for line in audit.listed if line.uid == uid), None)
    if found is None:
        raise Missing(_l("This line is not on the checklist any more. Look at the checklist."))
    return found


def line_by_uid(audit: Audit, uid: UUID) -> AuditLine:
    """A line of this audit's checklist, with clauses and findings; Missing otherwise."""
    found = db.session.scalars(
        select(AuditLine)
        .where(AuditLine.uid == uid, AuditLine.audit_id == audit.id)
        .options(
            joinedload(AuditLine.answered_by),
            joinedload(AuditLine.sample),
            joinedload(AuditLine.origin),
            selectinload(AuditLine.clauses),
            selectinload(AuditLine.findings).joinedload(AuditLineFinding.finding),
        )
    ).one_or_none()
    if found is None or found.is_removed:
        raise Missing(_l("This line is not on the checklist any more. Look at the checklist."))
    return found
