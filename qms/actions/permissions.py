"""Who may plan, finish, verify and cancel actions; and who stands apart enough to check a unit."""

from dataclasses import dataclass
from datetime import date

from qms.actions.models import Action, ActionState
from qms.people.models import Person
from qms.people.queries import acts_for, positions_held
from qms.people.rights import sight_of
from qms.people.roles import ALL, AUDITS, KEEPS, VERIFIES, WORKS, Role

OFFICES = VERIFIES - AUDITS
"""Roles that verify from above or beside the unit only."""

ACTIVE = ALL - {Role.GUEST}
"""Guests read and never write, whatever they own."""


@dataclass(frozen=True)
class Hats:
    """All persons and positions for which somebody counts on a day: oneself, whom one acts for,
    who acts for one, and the positions that they hold."""

    day: date
    people: frozenset[int]
    positions: frozenset[int]

    def owns(self, action: Action) -> bool:
        return action.owner_person_id in self.people or action.owner_position_id in self.positions

    def did(self, action: Action) -> bool:
        """Whether one of them ever did it: also before it was sent back and somebody else did."""
        return not self.people.isdisjoint({action.done_by_id, *(action.done_by_ids or ())})


def hats_of(person: Person) -> Hats:
    """The hats that a person wears today, read once for each request, as their rights are."""
    day = person.district.today
    kept: Hats | None = person.__dict__.get("hats")
    if kept is None or kept.day != day:
        people = acts_for(person, day)
        kept = Hats(day, frozenset(people), frozenset(positions_held(people, day)))
        person.__dict__["hats"] = kept
    return kept


def may_check(person: Person, unit_id: int) -> bool:
    """Check the work of a unit: who holds an auditor's role there, or is quality officer by a
    grant in a unit above it or beside it (under the same parent). An officer of the very unit
    does not check it. Standing apart lets nobody see more: an officer beside the unit checks only
    records that another role (in the secretariat, say) shows her."""
    if person.holds(AUDITS, unit_id):
        return True
    tree = person.rights.tree
    node = tree.get(unit_id)
    if node is None:
        return False
    above = {one.id for one in tree.ancestors(unit_id)}
    beside = {
        one for one in tree.children.get(node.parent_id, []) if node.parent_id and one != unit_id
    }
    return any(
        grant.role in OFFICES and grant.holds_on(tree.day) and grant.unit_id in above | beside
        for grant in person.grants
    )


def may_plan(person: Person, unit_id: int) -> bool:
    """Plan an action in a unit: who works there."""
    return person.holds(WORKS, unit_id)


def may_plan_somewhere(person: Person, *_: object) -> bool:
    """Plan an action in at least one unit."""
    return person.rights.hold_anywhere(WORKS)


def may_edit(person: Person, action: Action) -> bool:
    """Change what will be done, by whom and until when: who keeps the unit's system, or its head.
    Who owns it asks somebody else for a later date (`may_ask_extension`)."""
    return sight_of(person).sees(action) and person.holds(KEEPS | {Role.HEAD}, action.unit_id)


def may_ask_extension(person: Person, action: Action) -> bool:
    """Ask for a later due date: who would finish it, while it is open and has a date."""
    is_possible = action.state is ActionState.OPEN and not action.due_missing
    return is_possible and may_finish(person, action)


def may_decide_extension(person: Person, action: Action) -> bool:
    """Grant or refuse it: who may change the action, but never who owns it or asked, nor anybody
    who acts for such a person or for whom such a person acts."""
    asked, hats = action.asked_extension, hats_of(person)
    if asked is None or action.state is not ActionState.OPEN or not may_edit(person, action):
        return False
    return not hats.owns(action) and asked.asked_by_id not in hats.people


def may_finish(person: Person, action: Action) -> bool:
    """Say that it is done: who works in the unit, or owns the action or acts for its owner."""
    if not sight_of(person).sees(action) or not person.holds(ACTIVE, action.unit_id):
        return False
    return person.holds(WORKS, action.unit_id) or hats_of(person).owns(action)


def may_enter_cost(person: Person, action: Action) -> bool:
    """Say what it may cost and what was spent: who would finish it."""
    return action.state is not ActionState.CANCELLED and may_finish(person, action)


def may_verify(person: Person, action: Action) -> bool:
    """Verify that it was done, or send it back: who may check the unit, but never who owns or ever
    did the action, nor anybody who acts for such a person or for whom such a person acts."""
    if not sight_of(person).sees(action) or not may_check(person, action.unit_id):
        return False
    hats = hats_of(person)
    return not hats.owns(action) and not hats.did(action)


def may_cancel(person: Person, action: Action) -> bool:
    """Cancel it: who keeps the unit's system, its head, or an auditor of the unit."""
    allowed = KEEPS | AUDITS | {Role.HEAD}
    return sight_of(person).sees(action) and person.holds(allowed, action.unit_id)


def may_cancel_with(person: Person, action: Action) -> bool:
    """Cancel it together with what it served: who sees it. Whether that may be cancelled was asked
    there."""
    return sight_of(person).sees(action)


def may_import(person: Person, unit_id: int) -> bool:
    """Bring in what happened before this system."""
    return person.holds(KEEPS, unit_id)


def may_correct_import(person: Person, action: Action) -> bool:
    """Take over what a corrected file says about an action from before this system."""
    return (
        action.is_imported and sight_of(person).sees(action) and may_import(person, action.unit_id)
    )
