"""Who may choose a team, and who is on it."""

from qms.audits.models import Audit
from qms.audits.permissions.planning import may_edit, may_see
from qms.people.models import Person
from qms.people.roles import AUDITS


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
