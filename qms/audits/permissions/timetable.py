"""Who makes the plan that the auditee gets, who sends it, who answers it."""

from qms.audits.models import Audit, AuditPlan, AuditState, PlanState
from qms.audits.permissions.planning import OF_THE_UNIT, may_arrange, may_see
from qms.audits.permissions.team import is_on_team
from qms.people.models import Person

OPEN = (AuditState.PLANNED, AuditState.UNDER_WAY)


def may_make_timetable(person: Person, audit: Audit) -> bool:
    """Make the timetable and send it: who plans, or the team, while the audit is open."""
    return audit.state in OPEN and may_print_papers(person, audit)


def may_read_timetable(person: Person, audit: Audit, plan: AuditPlan | None) -> bool:
    """A plan that is being made is for who makes it; once it was sent, for all who see the audit.
    Of an audit that is over it is as it was sent."""
    if audit.kind.is_external or not may_see(person, audit):
        return False
    if may_make_timetable(person, audit):
        return True
    return plan is not None and plan.state is not PlanState.DRAFT


def may_print_papers(person: Person, audit: Audit) -> bool:
    """Print the letter, the attendance lists and the statement of independence, also when it is
    over: who plans, and the team. The auditee gets the plan."""
    if audit.kind.is_external or not may_see(person, audit):
        return False
    return may_arrange(person, audit) or is_on_team(person, audit)


def may_send_plan(person: Person, plan: AuditPlan) -> bool:
    """Send the plan to the auditee: who makes it."""
    return may_make_timetable(person, plan.audit)


def may_answer_plan(person: Person, plan: AuditPlan) -> bool:
    """Answer for the audited unit: who works there, and does not judge in the audit."""
    audit = plan.audit
    member = audit.member(person.id)
    return (
        audit.state in OPEN
        and may_see(person, audit)
        and person.holds(OF_THE_UNIT, audit.unit_id)
        and not (member is not None and member.role.judges)
    )
