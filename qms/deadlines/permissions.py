"""Who says which days are off, and when an office is open."""

from qms.people.models import Person
from qms.people.roles import ADMINISTERS, KEEPS
from qms.standards.permissions import may_change_figures

OPENS = KEEPS | ADMINISTERS


def may_set_days(person: Person, *_: object) -> bool:
    """Say what a day is for the whole district: as other figures that come from rules."""
    return may_change_figures(person)


def may_set_hours(person: Person, unit_id: int) -> bool:
    """Say when a unit is open: who keeps its management system, or administers it."""
    return person.holds(OPENS, unit_id)


def may_set_hours_somewhere(person: Person, *_: object) -> bool:
    """Say when at least one unit is open."""
    return person.rights.hold_anywhere(OPENS)
