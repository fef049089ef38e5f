"""Who may draw up, approve and change audit programmes, and make audits of their visits."""

from qms.audits.models import AuditProgramme, ProgrammeState
from qms.audits.permissions.planning import may_plan
from qms.people.models import Person
from qms.people.queries import acts_for
from qms.people.roles import OVERSEES, Role

APPROVES_PROGRAMMES = frozenset({Role.HEAD, Role.SECRETARIAT})
"""Approves a programme, unless it is their own work."""


def may_draw_up(person: Person, unit_id: int) -> bool:
    """Draw up a programme for a unit and those under it: the audit coordinator, or the
    secretariat."""
    return person.holds(OVERSEES, unit_id)


def may_draw_up_somewhere(person: Person, *_: object) -> bool:
    """Draw up a programme for at least one unit."""
    return person.rights.hold_anywhere(OVERSEES)


def may_change_programme(person: Person, programme: AuditProgramme) -> bool:
    """Change what it says, its units and its months, until it has ended."""
    return programme.state is not ProgrammeState.ENDED and may_draw_up(person, programme.unit_id)


def may_approve_programme(person: Person, programme: AuditProgramme) -> bool:
    """Approve: the head of the unit, or the secretariat; never who drew it up, nor anybody who acts
    for them or for whom they act."""
    return person.holds(APPROVES_PROGRAMMES, programme.unit_id) and (
        programme.drawn_up_by_id not in acts_for(person, person.district.today)
    )


def may_end_programme(person: Person, programme: AuditProgramme) -> bool:
    """End a programme, and take it up again: who may draw one up there."""
    return may_draw_up(person, programme.unit_id)


def may_make_audit(person: Person, where: tuple[AuditProgramme, int]) -> bool:
    """Make an audit of a visit to a unit: who may plan an audit there."""
    return may_plan(person, where[1])
