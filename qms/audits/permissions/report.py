"""Who may write, read, sign and send back a report."""

from qms.audits.models import Audit, AuditReport, AuditSignature, ReportState, SigningRole, TeamRole
from qms.audits.permissions.planning import OF_THE_UNIT, may_see
from qms.audits.permissions.team import is_on_team
from qms.people.models import Person
from qms.people.roles import AUDITS, Role


def may_write_report(person: Person, audit: Audit) -> bool:
    """Write the report of an internal audit: the team."""
    return not audit.kind.is_external and is_on_team(person, audit)


def may_read_report(person: Person, report: AuditReport) -> bool:
    """A draft is for who audits the unit; once it is being signed, for all who see the audit."""
    if not may_see(person, report.audit):
        return False
    return report.state is not ReportState.DRAFT or person.holds(AUDITS, report.audit.unit_id)


def may_edit_report(person: Person, report: AuditReport) -> bool:
    """Change a report: the team, as long as it is a draft and the audit goes on."""
    is_open = report.state is ReportState.DRAFT and not report.is_given_up
    return is_open and may_write_report(person, report.audit)


def may_submit_report(person: Person, report: AuditReport) -> bool:
    """Send a report to be signed: the team."""
    return may_write_report(person, report.audit)


def signs_as(person: Person, signature: AuditSignature, audit: Audit) -> bool:
    """Whether a signature is this person's to give: an auditor's by who is named, the
    acknowledgement by who works in the unit, the last by its head. Who judged in the audit does not
    sign for the unit. The head may acknowledge, too: see `speaks_twice`."""
    if not may_see(person, audit):
        return False
    if signature.role in (SigningRole.AUDITOR, SigningRole.LEAD):
        return signature.person_id == person.id
    member = audit.member(person.id)
    if member is not None and member.role is not TeamRole.OBSERVER:
        return False
    roles = OF_THE_UNIT if signature.role is SigningRole.AUDITEE else frozenset({Role.HEAD})
    return person.holds(roles, audit.unit_id)


def speaks_twice(person: Person, signature: AuditSignature, report: AuditReport) -> bool:
    """Whether one person would give both signatures of the unit: its head who acknowledges, or who
    acknowledged and is its head now. That is for units in which nobody else can acknowledge; where
    somebody can, the note of the signature says why they did not (`operations.sign_report`)."""
    if signature.role is SigningRole.AUDITEE:
        return person.holds(frozenset({Role.HEAD}), report.audit.unit_id)
    return signature.role is SigningRole.HEAD and any(
        one.role is SigningRole.AUDITEE and one.person_id == person.id and not one.note
        for one in report.signatures
    )


def may_sign(person: Person, report: AuditReport) -> bool:
    """Give a signature whose turn it is."""
    return any(signs_as(person, one, report.audit) for one in report.due_signatures)


def may_send_back(person: Person, report: AuditReport) -> bool:
    """Send a report back to be written anew: who is to sign next, or the team."""
    return may_sign(person, report) or may_write_report(person, report.audit)
