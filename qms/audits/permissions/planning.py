"""Who may see, plan, record, open and close audits."""

from qms.audits.models import Audit, AuditState
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


def may_open(person: Person, audit: Audit) -> bool:
    """Begin: who plans, or the leader of the team."""
    return may_arrange(person, audit) or _leads(person, audit)


def _leads(person: Person, audit: Audit) -> bool:
    return audit.lead is not None and audit.lead.person_id == person.id and may_see(person, audit)


def may_receive(person: Person, audit: Audit) -> bool:
    """Note that the certification body's report has come."""
    return audit.kind.is_external and may_arrange(person, audit)


def may_close(person: Person, audit: Audit) -> bool:
    """Close: who plans, or the leader of the team."""
    return may_arrange(person, audit) or _leads(person, audit)


def may_reopen(person: Person, audit: Audit) -> bool:
    """Go on with an audit that was reported or closed."""
    return may_arrange(person, audit)
