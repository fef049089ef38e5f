"""What the auditee says on the spot counts for the finding, and is not asked again."""

from collections.abc import Iterable

from sqlalchemy import or_, select

from qms.audits.models import Audit, AuditeeStance, AuditLineFinding, Stance
from qms.core.db import db
from qms.findings import operations as findings
from qms.findings.models import Finding
from qms.people.models import Person


def tell_findings(audit: Audit, about: Iterable[Finding], *, by: Person) -> None:
    """Tell findings whether the auditee accepts them, by what was said in an audit about each and
    about the lines from which it comes. A dissent about any of these becomes a dispute, which goes
    to who leads the audit."""
    for finding in about:
        said = _stances_about(audit, finding)
        if not said:
            continue
        dissents = [one for one in said if one.stance is Stance.DISAGREES]
        told = (dissents or said)[0]
        findings.note_stance(
            finding,
            agrees=not dissents,
            words=told.note,
            spoken_by=told.spoken_by,
            by=by,
            lead_auditor_id=audit.lead.person_id if audit.lead else None,
        )


def _stances_about(audit: Audit, finding: Finding) -> list[AuditeeStance]:
    """What was said and not taken back, in its order. One query."""
    lines = select(AuditLineFinding.line_id).where(
        AuditLineFinding.district_id == audit.district_id,
        AuditLineFinding.finding_id == finding.id,
    )
    return list(
        db.session.scalars(
            select(AuditeeStance)
            .where(
                AuditeeStance.district_id == audit.district_id,
                AuditeeStance.audit_id == audit.id,
                AuditeeStance.stance.is_not(None),
                or_(AuditeeStance.finding_id == finding.id, AuditeeStance.line_id.in_(lines)),
            )
            .order_by(AuditeeStance.id)
        )
    )
