"""Who asks for a self-assessment, and who gives it."""

from qms.audits.models import Audit, AuditState, SelfAssessment
from qms.audits.permissions.checklist import may_prepare
from qms.audits.permissions.planning import OF_THE_UNIT, may_see
from qms.audits.permissions.team import is_on_team
from qms.people.models import Person


def may_ask_self_assessment(person: Person, audit: Audit) -> bool:
    """Ask the unit to assess itself: who prepares the checklist, as long as it is not reported."""
    return may_prepare(person, audit)


def may_assess_self(person: Person, assessment: SelfAssessment) -> bool:
    """Answer for the unit, until it is handed in and as long as the audit is not reported: who
    works there, and is not on the team."""
    audit = assessment.audit
    return (
        assessment.handed_in_on is None
        and audit.state in (AuditState.PLANNED, AuditState.UNDER_WAY)
        and may_see(person, audit)
        and person.holds(OF_THE_UNIT, audit.unit_id)
        and not is_on_team(person, audit)
    )
