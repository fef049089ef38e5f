"""Who may record, handle, answer and reopen complaints, and who learns who complained."""

from qms.complaints.models import Complaint
from qms.core.db import AccessClass
from qms.people.models import Person
from qms.people.queries import acts_for
from qms.people.rights import sight_of
from qms.people.roles import EXPORTS, LOOKS_AFTER_INTEGRITY, RAISES, WORKS, Role
from qms.standards.permissions import may_change_figures

HANDLES = frozenset({Role.OFFICER, Role.HEAD})
"""Handles the complaints of a unit."""

TAKES = HANDLES | LOOKS_AFTER_INTEGRITY | {Role.OWNER}
"""Takes a complaint down at the desk, from a letter or on the telephone."""


def sees(person: Person, complaint: Complaint) -> bool:
    """Whether somebody sees a complaint; one about integrity only who handles such, and to whom it
    was assigned: the officer and the head may be those whom it is about."""
    if not sight_of(person).sees(complaint):
        return False
    if not complaint.is_integrity or person.holds(LOOKS_AFTER_INTEGRITY, complaint.unit_id):
        return True
    return complaint.assigned_to_id in acts_for(person, person.district.today)


def integrity_units(person: Person) -> tuple[int, ...] | None:
    """The units in which somebody sees what is about integrity; None: all."""
    units = person.rights.units(LOOKS_AFTER_INTEGRITY)
    return None if units.everywhere else tuple(sorted(units.ids))


def seen_at_all(person: Person) -> tuple[tuple[int, ...] | None, tuple[int, ...]]:
    """What somebody sees of the complaints about integrity that their sight holds: the units, and
    those to whom it was assigned whom they count as."""
    return integrity_units(person), tuple(sorted(acts_for(person, person.district.today)))


def may_record(person: Person, unit_id: int) -> bool:
    """Take down a complaint about a unit: who works at its desk or handles its complaints."""
    return person.holds(TAKES, unit_id)


def may_record_somewhere(person: Person, *_: object) -> bool:
    """Take down a complaint about at least one unit."""
    return person.rights.hold_anywhere(TAKES)


def may_handle(person: Person, complaint: Complaint) -> bool:
    """Take it in hand, assign it, close it, pass it on: officer and head of the unit; of one
    about integrity the anti-bribery function or the audit coordinator."""
    roles = LOOKS_AFTER_INTEGRITY if complaint.is_integrity else HANDLES
    return sees(person, complaint) and person.holds(roles, complaint.unit_id)


def may_answer(person: Person, complaint: Complaint) -> bool:
    """Answer it: who handles it, or to whom it was assigned, or who acts for that one, and works
    there."""
    if may_handle(person, complaint):
        return True
    if not sees(person, complaint) or not person.holds(WORKS, complaint.unit_id):
        return False
    return complaint.assigned_to_id in acts_for(person, person.district.today)


def may_see_complainant(person: Person, complaint: Complaint) -> bool:
    """Learn who complained: who has to answer them, nobody else."""
    return may_answer(person, complaint)


def may_add_evidence(person: Person, complaint: Complaint) -> bool:
    """Put evidence beside it: who answers it, or took it down."""
    taken = complaint.recorded_by_id == person.id and may_record(person, complaint.unit_id)
    return may_answer(person, complaint) or (taken and sees(person, complaint))


def may_raise_from(person: Person, complaint: Complaint) -> bool:
    """Raise a finding that it led to: who raises findings in the unit."""
    return sees(person, complaint) and person.holds(RAISES, complaint.unit_id)


def may_erase_complainant(person: Person, complaint: Complaint) -> bool:
    """Take out name and contact, once they are needed no more: who handles it."""
    return may_handle(person, complaint)


def may_export(person: Person, *_: object) -> bool:
    """Take the register away as a workbook, as far as it is seen."""
    return person.rights.hold_anywhere(EXPORTS)


def may_keep_page(person: Person, unit_id: int) -> bool:
    """Open and close the public page of a unit: who handles what comes in there."""
    return person.holds(HANDLES, unit_id)


def may_keep_some_page(person: Person, *_: object) -> bool:
    """Open and close at least one public page."""
    return person.rights.hold_anywhere(HANDLES)


def may_set_categories(person: Person, *_: object) -> bool:
    """Say what categories there are and their days: as other figures that come from rules."""
    return may_change_figures(person)


def may_restrict(person: Person, complaint: Complaint) -> bool:
    """Say who may see it. One about integrity stays restricted."""
    return may_handle(person, complaint) and not complaint.is_integrity


def access_of(is_integrity: bool) -> AccessClass:
    """Who may see a new complaint."""
    return AccessClass.RESTRICTED if is_integrity else AccessClass.ORDINARY
