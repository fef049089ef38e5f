"""Who keeps the register of auditors."""

from qms.people.models import Person
from qms.people.queries import acts_for
from qms.people.roles import ADMINISTERS, AUDITS, OVERSEES, Role

KEEPS_REGISTER = ADMINISTERS | {Role.COORDINATOR, Role.LEAD_AUDITOR}
"""Records what auditors are competent in."""

READS_REGISTER = AUDITS | OVERSEES | ADMINISTERS
"""Sees who audits a unit, and what they are competent in."""


def may_read_register(person: Person, *_: object) -> bool:
    """See the register of auditors: who audits, oversees or administers somewhere."""
    return person.rights.hold_anywhere(READS_REGISTER)


def may_keep_register(person: Person, *_: object) -> bool:
    """Record the competence of somebody: the audit coordinator, lead auditors, administrators."""
    return person.rights.hold_anywhere(KEEPS_REGISTER)


def may_record_competence(by: Person, person: Person) -> bool:
    """Record somebody's competence: in the district of both, and nobody their own, nor that of
    whom they act for or who acts for them."""
    return (
        may_keep_register(by)
        and by.is_of(person.district_id)
        and person.id not in acts_for(by, by.district.today)
    )
