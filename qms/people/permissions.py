"""Who may keep units, people and roles.

Rights never grow by keeping people: a role is granted, and an account is kept, only by who
administers every unit in which it gives rights.
"""

from typing import Any

from sqlalchemy import select

from qms.core.db import db
from qms.people.models import Delegation, Person
from qms.people.roles import ADMINISTERS, HAVE_DUTIES, KEEPS, Role
from qms.units.models import Unit


def may_administer(person: Any, unit_id: int | None = None) -> bool:
    """Administrators keep units, people and roles, in their unit and below (None: anywhere)."""
    return bool(person.administers(unit_id))


def may_administer_district(person: Any, *_: Any) -> bool:
    """Who administers at the root keeps what belongs to the whole district."""
    return bool(person.rights.units(ADMINISTERS).everywhere)


def may_operate(person: Any, *_: Any) -> bool:
    """The installation's own administrator: districts and accounts of all."""
    return bool(person.is_operator)


def may_add_person(by: Any, district_id: int) -> bool:
    """Whoever administers a unit of the district may write somebody down; that gives no right."""
    return by.is_of(district_id) and by.administers()


def may_name_position(by: Any, unit_id: int) -> bool:
    """Write a position down that a list names as an owner: who keeps the unit's management system,
    or its people. It is only a name, which gives nobody a right."""
    return bool(may_administer(by, unit_id) or by.holds(KEEPS, unit_id))


def may_grant(by: Any, grant: tuple[Role, int]) -> bool:
    """Roles are granted and withdrawn by an administrator of the unit; nobody passes on more than
    they administer."""
    _role, unit_id = grant
    return may_administer(by, unit_id)


def may_appoint(by: Any, person: Person, unit: Unit) -> bool:
    """Positions are filled by an administrator of their unit, with people of the district."""
    return person.district_id == unit.district_id and may_administer(by, unit.id)


def may_keep_person(by: Any, person: Person) -> bool:
    """Names, addresses and leaving: who administers every unit in which the person has a role;
    without a role, one of the units in which they hold a position; without either, one of the
    units in which they ever had a role or a position. Whom nobody ever gave anything is kept by
    any administrator of the district; an operator by operators."""
    if not (by.is_of(person.district_id) and by.administers()):
        return False
    if person.is_operator and not by.is_operator:
        return False
    today = person.district.today
    roles = {grant.unit_id for grant in person.grants if not grant.is_over(today)}
    if roles:
        return all(by.administers(unit_id) for unit_id in roles)
    positions = {one.position.unit_id for one in person.appointments if not one.is_over(today)}
    former = {grant.unit_id for grant in person.grants} | {
        one.position.unit_id for one in person.appointments
    }
    units = positions or former
    return not units or any(by.administers(unit_id) for unit_id in units)


def may_keep_account(by: Any, person: Person) -> bool:
    """Opening, resetting and shutting an account: who keeps the person. An operator's account,
    and one that is somebody in another district too, are kept by operators only."""
    if by.is_operator:
        return bool(by.is_of(person.district_id))
    if person.is_operator or not may_keep_person(by, person):
        return False
    elsewhere = select(Person.id).where(
        Person.account_id == person.account_id, Person.district_id != person.district_id
    )
    return person.account_id is None or db.session.scalar(elsewhere.limit(1)) is None


def may_delegate(by: Any, person: Person) -> bool:
    """Who acts for somebody is said by that person, or by who keeps them."""
    return may_delegate_own(by) if by is person else may_keep_person(by, person)


def may_end_delegation(by: Any, delegation: Delegation) -> bool:
    """Who could make it, and whoever was named: nobody acts for another against their will, or is
    barred from approving by it. What they did meanwhile goes on counting."""
    return by is delegation.delegate or may_delegate(by, delegation.person)


def may_delegate_own(person: Any) -> bool:
    """Say who acts for oneself: whoever has duties. Who only reads has none."""
    return bool(person.rights.hold_anywhere(HAVE_DUTIES))
