"""Reads for recording a meeting: who is likely to have been there, who is on its list."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from qms.audits.models import Audit, AuditAttendance
from qms.audits.permissions.planning import OF_THE_UNIT
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.people.lasting import in_force, is_here
from qms.people.models import Appointment, Person, Position, RoleGrant
from qms.people.posts import Posts

MOST_LIKELY = 30


def likely_present(audit: Audit) -> list[tuple[Person, str]]:
    """The team, and who belongs to the unit by name, with their roles or posts. Two queries."""
    day = audit.planned_by.district.today
    team = [one.person for one in audit.members]
    held = select(RoleGrant.person_id).where(
        RoleGrant.district_id == audit.district_id,
        RoleGrant.unit_id == audit.unit_id,
        RoleGrant.role.in_(OF_THE_UNIT),
        in_force(RoleGrant, day),
    )
    unit = db.session.scalars(
        select(Person)
        .where(
            Person.district_id == audit.district_id,
            Person.id.in_(held),
            Person.id.not_in([one.id for one in team]),
            is_here(day),
        )
        .order_by(Person.name_key, Person.uid)
        .limit(MOST_LIKELY)
    ).all()
    people = [*team, *unit]
    posts = Posts([one.id for one in people], day)
    roles = {one.person_id: str(one.role.label) for one in audit.members}
    return [(one, roles.get(one.id) or posts.title(one.id)) for one in people]


def head_on(unit_id: int, day: date) -> Person | None:
    """Who heads a unit on a day."""
    return db.session.scalar(
        select(Person)
        .join(Appointment, Appointment.person_id == Person.id)
        .join(Position, Position.id == Appointment.position_id)
        .where(Position.unit_id == unit_id, Position.is_head, in_force(Appointment, day))
        .order_by(Appointment.id)
        .limit(1)
    )


def attendance_by_uid(audit: Audit, uid: UUID) -> AuditAttendance:
    """Somebody on a list of attendance of the audit; Missing otherwise."""
    found = db.session.scalar(
        select(AuditAttendance).where(
            AuditAttendance.district_id == audit.district_id,
            AuditAttendance.audit_id == audit.id,
            AuditAttendance.uid == uid,
            AuditAttendance.is_removed.is_(False),
        )
    )
    if found is None:
        raise Missing(_l("There is nobody of this name on the list any more."))
    return found
