"""Who may put a checklist together, answer it and raise findings."""

from qms.audits.models import Audit, AuditState
from qms.audits.permissions.planning import may_arrange
from qms.audits.permissions.team import is_on_team
from qms.people.models import Person


def may_prepare(person: Person, audit: Audit) -> bool:
    """Put the checklist together: who plans, or the team."""
    if audit.kind.is_external or audit.state not in (AuditState.PLANNED, AuditState.UNDER_WAY):
        return False
    return may_arrange(person, audit) or is_on_team(person, audit)


def may_answer(person: Person, audit: Audit) -> bool:
    """Answer lines and raise findings from them: the team, and nobody else."""
    return not audit.kind.is_external and is_on_team(person, audit)


def may_add_finding(person: Person, audit: Audit) -> bool:
    """Put a finding beside an audit: the team; of an external audit, who may record it."""
    if audit.kind.is_external:
        return may_arrange(person, audit)
    return is_on_team(person, audit)
