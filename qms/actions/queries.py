"""Reads of actions. What a person may not see is not found, listed or offered."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, union
from sqlalchemy.orm import joinedload, selectinload

from qms.actions.models import Action, ActionEvidence, ActionExtension, ActionKind, ActionState
from qms.actions.permissions import hats_of, may_check
from qms.core.db import db, holds_any
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.listing import Key, Page
from qms.core.periods import Days
from qms.people.lasting import in_force
from qms.people.models import Appointment, Delegation, Person, Position
from qms.people.queries import people_trusted, positions_held
from qms.people.registers import seen_page
from qms.people.rights import sight_of
from qms.people.roles import VERIFIES
from qms.units.models import District

BY_DUE_DATE = (Key(Action.due_on), Key(Action.uid))
WITH_PEOPLE = (
    joinedload(Action.owner_person),
    joinedload(Action.owner_position),
    joinedload(Action.done_by),
    joinedload(Action.verified_by),
)


def action_by_uid(person: Person, uid: UUID) -> Action:
    """An action that this person may see, with its people and evidence; Missing otherwise."""
    found = db.session.scalar(
        select(Action)
        .where(Action.uid == uid, *sight_of(person).conditions(Action))
        .options(
            *WITH_PEOPLE,
            selectinload(Action.evidence).joinedload(ActionEvidence.evidence),
            selectinload(Action.extensions).options(
                joinedload(ActionExtension.asked_by), joinedload(ActionExtension.decided_by)
            ),
        )
    )
    if found is None:
        raise Missing(_l("There is no such action, or it is not for you."))
    return found


def verifiers_of(action: Action, district: District) -> list[Person]:
    """Who may verify an action, by name: people who can sign in and whom `may_verify` lets. One
    query."""
    by_position = select(Appointment.person_id).where(
        Appointment.position_id == action.owner_position_id,
        in_force(Appointment, district.today),
    )
    ids = [action.owner_person_id, action.done_by_id, *(action.done_by_ids or ())]
    named = select(Person.id).where(Person.id.in_([one for one in ids if one is not None]))
    people = people_trusted(district, VERIFIES, apart_from=union(named, by_position))
    return [one for one in people if sight_of(one).sees(action) and may_check(one, action.unit_id)]


def action_page(
    person: Person,
    unit_id: int | None,
    *,
    q: str = "",
    states: Sequence[ActionState] = (),
    kinds: Sequence[ActionKind] = (),
    mine: bool = False,
    overdue: bool = False,
    due: Days | None = None,
    timely: bool | None = None,
    cursor: str | None = None,
) -> Page[Any]:
    """A page of the register by due date, as rows of plain columns. `due`: between which days;
    `timely`: only what was done by its day (True), or was not (False)."""
    sight = sight_of(person, unit_id)
    statement: Any = select(
        Action.uid,
        Action.unit_id,
        Action.number,
        Action.what,
        Action.kind,
        Action.state,
        Action.due_on,
        Action.due_missing,
        Action.access,
        Action.owner_person_id,
        Action.owner_position_id,
    )
    if states:
        statement = statement.where(Action.state.in_(states))
    if kinds:
        statement = statement.where(Action.kind.in_(kinds))
    if mine:
        statement = statement.where(owned_by(person))
    if overdue:
        statement = statement.where(*is_overdue(person))
    if due is not None:
        statement = statement.where(*due.hold(Action.due_on))
    if timely is not None:
        statement = statement.where(was_timely(timely, person.district.today))
    return seen_page(statement, Action, sight, BY_DUE_DATE, words=q, cursor=cursor)


def owners_of(rows: Iterable[Any]) -> dict[tuple[str, int], str]:
    """The names of the owners of some rows, by ("person" or "position", id). Two queries."""
    rows = list(rows)
    people = {row.owner_person_id for row in rows} - {None}
    positions = {row.owner_position_id for row in rows} - {None}
    found: dict[tuple[str, int], str] = {}
    for kind, column, ids in (
        ("person", (Person.id, Person.name), people),
        ("position", (Position.id, Position.title), positions),
    ):
        if ids:
            for key, name in db.session.execute(select(*column).where(column[0].in_(ids))):
                found[kind, key] = name
    return found


def owned_by(person: Person) -> ColumnElement[bool]:
    """The condition that an action is this person's: in name, by position, or for another."""
    hats = hats_of(person)
    return or_(
        Action.owner_person_id.in_(hats.people), Action.owner_position_id.in_(hats.positions)
    )


def done_by(person: Person) -> ColumnElement[bool]:
    """The condition that this person, or who counts as one with them, ever did the action (as
    `Hats.did` says of a loaded one)."""
    people = hats_of(person).people
    return or_(
        func.coalesce(Action.done_by_id.in_(people), False), holds_any(Action.done_by_ids, people)
    )


def waits_for_decision(person: Person) -> ColumnElement[bool]:
    """The condition that a later date is asked for, and that this person may decide about it as
    far as owning and asking go."""
    return and_(
        Action.state == ActionState.OPEN,
        ~func.coalesce(owned_by(person), False),
        exists().where(
            ActionExtension.district_id == Action.district_id,
            ActionExtension.action_id == Action.id,
            ActionExtension.decided_on.is_(None),
            ActionExtension.asked_by_id.not_in(hats_of(person).people),
        ),
    )


def is_overdue(person: Person) -> tuple[ColumnElement[bool], ...]:
    """The conditions that an action is open after its day, by the district's today."""
    return (Action.state == ActionState.OPEN, Action.due_on < person.district.today)


def was_timely(timely: bool, today: date) -> ColumnElement[bool]:
    """The condition that an action with a day was done by it; or that it was not: done later, or
    open after it. What is open before its day is neither."""
    is_done = Action.state.in_((ActionState.DONE, ActionState.VERIFIED))
    if timely:
        return and_(~Action.due_missing, is_done, Action.done_on <= Action.due_on)
    late = and_(is_done, Action.done_on > Action.due_on)
    waits = and_(Action.state == ActionState.OPEN, Action.due_on < today)
    return and_(~Action.due_missing, or_(late, waits))


def linkable(person: Person, unit_id: int, limit: int = 500) -> list[Action]:
    """Actions of a unit that are not cancelled, the newest first: choices for a link."""
    statement = (
        select(Action)
        .where(
            Action.unit_id == unit_id,
            Action.state != ActionState.CANCELLED,
            *sight_of(person).conditions(Action),
        )
        .options(joinedload(Action.owner_person), joinedload(Action.owner_position))
        .order_by(Action.due_on.desc(), Action.uid.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def whom_it_is_done_for(action: Action, person: Person) -> Person | None:
    """The owner in whose place this person acts today by a delegation; None if for themself."""
    day = person.district.today
    if action.owner_person_id == person.id or (
        action.owner_position_id and action.owner_position_id in positions_held([person.id], day)
    ):
        return None
    delegations = db.session.scalars(
        select(Delegation)
        .where(
            Delegation.delegate_id == person.id,
            in_force(Delegation, day),
        )
        .options(joinedload(Delegation.person))
        .order_by(Delegation.id)
    )
    for delegation in delegations:
        if delegation.person_id == action.owner_person_id:
            return delegation.person
        held = positions_held([delegation.person_id], day)
        if action.owner_position_id in held:
            return delegation.person
    return None
