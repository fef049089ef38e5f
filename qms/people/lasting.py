"""Conditions on what lasts from one day until another: roles, appointments, delegations, and
people themselves. The day in `until_on` or `left_on` is the first without."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_

from qms.people.models import Appointment, Delegation, Person, RoleGrant

Lasting = type[RoleGrant] | type[Appointment] | type[Delegation]


def not_over(model: Lasting, day: date) -> ColumnElement[bool]:
    """The condition that it is not over on a day; it may begin later."""
    lasts = or_(model.until_on.is_(None), model.until_on > day)
    return and_(RoleGrant.withdrawn_at.is_(None), lasts) if model is RoleGrant else lasts


def in_force(model: Lasting, day: date) -> ColumnElement[bool]:
    """The condition that it holds on a day."""
    return and_(model.from_on <= day, not_over(model, day))


def is_here(day: date) -> ColumnElement[bool]:
    """The condition that a person has not left on a day."""
    return or_(Person.left_on.is_(None), Person.left_on > day)
