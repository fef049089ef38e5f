"""Who may be chosen for a team."""

from collections.abc import Iterable

from sqlalchemy import or_, select

from qms.core.db import db
from qms.people.models import Person, RoleGrant
from qms.people.roles import AUDITS


def auditors_of(person: Person, unit_id: int, keep: Iterable[int] = ()) -> list[Person]:
    """Who holds an auditor's role in a unit now, by name, and those to keep: choices for a team."""
    tree = person.rights.tree
    near, day = [unit_id, *(node.id for node in tree.ancestors(unit_id))], tree.day
    held = select(RoleGrant.person_id).where(
        RoleGrant.district_id == person.district_id,
        RoleGrant.unit_id.in_(near),
        RoleGrant.role.in_(AUDITS),
        RoleGrant.withdrawn_at.is_(None),
        RoleGrant.from_on <= day,
        or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > day),
    )
    return list(
        db.session.scalars(
            select(Person)
            .where(
                Person.district_id == person.district_id,
                or_(Person.id.in_(held), Person.id.in_(list(keep))),
                or_(Person.left_on.is_(None), Person.left_on > day),
            )
            .order_by(Person.name_key, Person.uid)
            .limit(200)
        )
    )
