"""What waits for a person in complaints: to take in hand, to answer, to close."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select

from qms.complaints.models import UNANSWERED_STATES, Complaint, ComplaintState
from qms.complaints.permissions import HANDLES
from qms.overview.queries.work import PAGE, Bundle, Deadline, Kind, Reach, gathered
from qms.people.models import Person
from qms.people.queries import acts_for
from qms.people.rights import Units, sight_of
from qms.people.roles import LOOKS_AFTER_INTEGRITY, WORKS


def complaints_waiting(person: Person, reach: Reach = PAGE) -> Bundle:
    """To take in hand and to close for who handles them; to answer for who was assigned, and for
    who handles them where nobody was or the answer is overdue. One query."""
    works = person.rights.units(WORKS)
    if not works:
        return gathered(())
    handled = _handled(person)
    state, assigned = Complaint.state, Complaint.assigned_to_id
    me = acts_for(person, person.district.today)
    mine = and_(assigned.in_(me), _within(works))
    left = or_(assigned.is_(None), Complaint.due_on < person.district.today)
    unanswered, due = state.in_(UNANSWERED_STATES), Complaint.due_on
    return gathered(
        (
            _line(
                person,
                (Kind.TAKE_UP, due, Deadline.ANSWER),
                state == ComplaintState.RECEIVED,
                handled,
                func.coalesce(assigned, 0).not_in(me),
            ),
            _line(
                person,
                (Kind.ANSWER_COMPLAINT, due, Deadline.ANSWER),
                or_(and_(unanswered, mine), and_(state == ComplaintState.HANDLING, left, handled)),
            ),
            _line(
                person,
                (Kind.CLOSE_COMPLAINT, Complaint.answered_on, Deadline.DONE),
                state == ComplaintState.ANSWERED,
                handled,
            ),
        ),
        reach,
    )


def _handled(person: Person) -> ColumnElement[bool]:
    """The condition that somebody handles it: `permissions.may_handle`, asked of the database."""
    return or_(
        and_(~Complaint.is_integrity, _within(person.rights.units(HANDLES))),
        and_(Complaint.is_integrity, _within(person.rights.units(LOOKS_AFTER_INTEGRITY))),
    )


def _within(units: Units) -> Any:
    if units.everywhere:
        return literal(True)
    return Complaint.unit_id.in_(units.ids) if units.ids else false()


def _line(
    person: Person, about: tuple[Kind, Any, Deadline], *conditions: ColumnElement[bool]
) -> Select[Any]:
    kind, day, deadline = about
    return (
        select(
            literal(kind.value).label("kind"),
            Complaint.uid,
            Complaint.number,
            func.substr(Complaint.statement, 1, 300).label("title"),
            Complaint.unit_id,
            day.label("due_on"),
            literal(deadline.value).label("deadline"),
            Complaint.access,
        )
        .where(*sight_of(person).conditions(Complaint), Complaint.is_open, *conditions)
        .order_by(Complaint.due_on, Complaint.uid)
    )
