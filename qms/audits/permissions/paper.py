"""Who may bring back what was written on paper."""

from qms.audits.models import Audit
from qms.audits.permissions.planning import may_arrange
from qms.audits.permissions.team import is_on_team
from qms.people.models import Person
from qms.people.roles import AUDITS


def may_send_scans(person: Person, *_: object) -> bool:
    """Send scans to be read: who audits somewhere. Where each belongs is asked of each."""
    return person.rights.hold_anywhere(AUDITS)


def may_file_notes(person: Person, audit: Audit) -> bool:
    """File sheets as the original notes of an audit, and take wrong ones off: the team, or who
    plans and scans the pile for them."""
    if audit.kind.is_external:
        return False
    return is_on_team(person, audit) or may_arrange(person, audit)
