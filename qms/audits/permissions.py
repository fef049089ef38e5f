"""Who may plan, record, walk through, report, sign and close audits."""

from qms.audits.models import (
    Audit,
    AuditReport,
    AuditSignature,
    AuditState,
    ReportState,
    SigningRole,
    TeamRole,
)
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.people.roles import AUDITS, KEEPS, WORKS, Role

PLANS = frozenset({Role.COORDINATOR, Role.LEAD_AUDITOR})
"""Plans internal audits, chooses teams, overrules independence in writing."""

RECORDS = KEEPS | AUDITS
"""Records what a certification body did."""

OF_THE_UNIT = WORKS - {Role.COORDINATOR}
"""Belongs to a unit: acknowledges a report, and does not audit there."""


def may_see(person: Person, audit: Audit) -> bool:
    """Who sees the unit; of a restricted audit, who needs to know."""
    return sight_of(person).sees(audit)


def may_plan(person: Person, unit_id: int) -> bool:
    """Plan an internal audit of a unit: the audit coordinator, or a lead auditor."""
    return person.holds(PLANS, unit_id)


def may_plan_somewhere(person: Person, *_: object) -> bool:
    """Plan an internal audit in at least one unit."""
    return person.rights.hold_anywhere(PLANS)


def may_record_external(person: Person, unit_id: int) -> bool:
    """Record an audit of a certification body: who keeps the unit's system, or audits it."""
    return person.holds(RECORDS, unit_id)


def may_record_somewhere(person: Person, *_: object) -> bool:
    """Record an external audit in at least one unit."""
    return person.rights.hold_anywhere(RECORDS)


def may_arrange(person: Person, audit: Audit) -> bool:
    """Change the plan, begin, cancel, reopen: who may plan such an audit there."""
    if not may_see(person, audit):
        return False
    may = may_record_external if audit.kind.is_external else may_plan
    return may(person, audit.unit_id)


def may_edit(person: Person, audit: Audit) -> bool:
    """Change the plan, as long as the audit is planned or under way."""
    return audit.state in (AuditState.PLANNED, AuditState.UNDER_WAY) and may_arrange(person, audit)


def may_staff(person: Person, audit: Audit) -> bool:
    """Choose the team of an internal audit."""
    return not audit.kind.is_external and may_edit(person, audit)


def is_on_team(person: Person, audit: Audit) -> bool:
    """Whether the person judges in this audit: its leader or an auditor, with an auditor's role
    in the unit still held. Observers only watch."""
    member = audit.member(person.id)
    return (
        member is not None
        and member.role.judges
        and may_see(person, audit)
        and person.holds(AUDITS, audit.unit_id)
    )


def may_prepare(person: Person, audit: Audit) -> bool:
    """Put the checklist together: who plans, or the team."""
    if audit.kind.is_external or audit.state not in (AuditState.PLANNED, AuditState.UNDER_WAY):
        return False
    return may_arrange(person, audit) or is_on_team(person, audit)


def may_answer(person: Person, audit: Audit) -> bool:
    """Answer lines and raise findings from them: the team, and nobody else."""
    return not audit.kind.is_external and is_on_team(person, audit)


def may_open(person: Person, audit: Audit) -> bool:
    """Begin: who plans, or the leader of the team."""
    return may_arrange(person, audit) or _leads(person, audit)


def _leads(person: Person, audit: Audit) -> bool:
    return audit.lead is not None and audit.lead.person_id == person.id and may_see(person, audit)


def may_add_finding(person: Person, audit: Audit) -> bool:
    """Put a finding beside an audit: the team; of an external audit, who may record it."""
    if audit.kind.is_external:
        return may_arrange(person, audit)
    return is_on_team(person, audit)


def may_receive(person: Person, audit: Audit) -> bool:
    """Note that the certification body's report has come."""
    return audit.kind.is_external and may_arrange(person, audit)


def may_close(person: Person, audit: Audit) -> bool:
    """Close: who plans, or the leader of the team."""
    return may_arrange(person, audit) or _leads(person, audit)


def may_reopen(person: Person, audit: Audit) -> bool:
    """Go on with an audit that was reported or closed."""
    return may_arrange(person, audit)


def may_write_report(person: Person, audit: Audit) -> bool:
    """Write the report of an internal audit: the team."""
    return not audit.kind.is_external and is_on_team(person, audit)


def may_read_report(person: Person, report: AuditReport) -> bool:
    """A draft is for who audits the unit; once it is being signed, for all who see the audit."""
    if not may_see(person, report.audit):
        return False
    return report.state is not ReportState.DRAFT or person.holds(AUDITS, report.audit.unit_id)


def may_edit_report(person: Person, report: AuditReport) -> bool:
    """Change a report: the team, as long as it is a draft."""
    return report.state is ReportState.DRAFT and may_write_report(person, report.audit)


def may_submit_report(person: Person, report: AuditReport) -> bool:
    """Send a report to be signed: the team."""
    return may_write_report(person, report.audit)


def signs_as(person: Person, signature: AuditSignature, audit: Audit) -> bool:
    """Whether a signature is this person's to give: an auditor's by who is named, the
    acknowledgement by who works in the unit, the last by its head. Who judged in the audit does not
    sign for the unit."""
    if not may_see(person, audit):
        return False
    if signature.role in (SigningRole.AUDITOR, SigningRole.LEAD):
        return signature.person_id == person.id
    member = audit.member(person.id)
    if member is not None and member.role is not TeamRole.OBSERVER:
        return False
    roles = OF_THE_UNIT if signature.role is SigningRole.AUDITEE else frozenset({Role.HEAD})
    return person.holds(roles, audit.unit_id)


def may_sign(person: Person, report: AuditReport) -> bool:
    """Give a signature whose turn it is."""
    return any(signs_as(person, one, report.audit) for one in report.due_signatures)


def may_send_back(person: Person, report: AuditReport) -> bool:
    """Send a report back to be written anew: who is to sign next, or the team."""
    return may_sign(person, report) or may_write_report(person, report.audit)
