"""Audits and planned visits as a calendar that phones and office programs subscribe to (RFC 5545).

The address is secret: who has it reads without signing in. So the feed holds what its person sees
at that moment, nothing restricted, and no more than number, title, unit and days; it ends with the
person's account. Another key gives another address.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from qms.audits.models import (
    Audit,
    AuditCalendar,
    AuditKind,
    AuditProgramme,
    AuditState,
    ProgrammeState,
    ProgrammeVisit,
)
from qms.core.db import AccessClass, db
from qms.core.errors import Missing
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.icalendar import Entry, is_secret_part, secret_part
from qms.people.models import Person
from qms.people.rights import sight_of

BACK, AHEAD = timedelta(days=120), timedelta(days=550)
MOST = 2000
"""Entries of each kind in a feed."""


def token_of(feed: AuditCalendar, secret: str) -> str:
    """The secret part of a feed's address: 128 bits that only this installation can work out."""
    return secret_part(_said(feed), secret)


def _said(feed: AuditCalendar) -> str:
    return f"audit calendar {feed.uid} {feed.key}"


def feed_at(uid: UUID, token: str, secret: str) -> AuditCalendar:
    """The feed at an address, with its person and rights; Missing if the address is an old one, or
    the person can sign in no more."""
    feed = db.session.scalar(
        select(AuditCalendar)
        .where(AuditCalendar.uid == uid)
        .options(
            joinedload(AuditCalendar.person).options(
                joinedload(Person.account),
                joinedload(Person.district),
                selectinload(Person.grants),
            )
        )
    )
    if (
        feed is None
        or not is_secret_part(token, _said(feed), secret)
        or not feed.person.is_active
        or feed.person.account is None
        or feed.person.account.disabled_at is not None
    ):
        raise Missing(_l("There is nothing at this address."))
    return feed


def audit_rows(person: Person) -> list[Any]:
    """Ordinary audits that somebody sees around today; cancelled ones too, so that calendars take
    them away. One query."""
    today = person.district.today
    return list(
        db.session.execute(
            select(
                Audit.uid,
                Audit.number,
                Audit.title,
                Audit.unit_id,
                Audit.state,
                Audit.kind,
                Audit.planned_from,
                Audit.planned_until,
            )
            .where(
                *sight_of(person).conditions(Audit),
                Audit.access == AccessClass.ORDINARY,
                Audit.planned_from.between(today - BACK, today + AHEAD),
            )
            .order_by(Audit.planned_from, Audit.uid)
            .limit(MOST)
        )
    )


def visit_rows(person: Person) -> list[Any]:
    """Visits of running programmes to units that somebody sees, of which no audit is made yet. One
    query."""
    today, sight = person.district.today, sight_of(person)
    units = [] if sight.units.everywhere else [ProgrammeVisit.unit_id.in_(sight.units.ids)]
    return list(
        db.session.execute(
            select(
                AuditProgramme.uid,
                AuditProgramme.title,
                ProgrammeVisit.unit_id,
                ProgrammeVisit.month,
            )
            .join(AuditProgramme, AuditProgramme.id == ProgrammeVisit.programme_id)
            .outerjoin(Audit, Audit.id == ProgrammeVisit.audit_id)
            .where(
                ProgrammeVisit.district_id == person.district_id,
                AuditProgramme.state == ProgrammeState.APPROVED,
                or_(Audit.id.is_(None), Audit.state == AuditState.CANCELLED),
                ProgrammeVisit.month.between(today.replace(day=1), today + AHEAD),
                *units,
            )
            .order_by(ProgrammeVisit.month, ProgrammeVisit.unit_id)
            .limit(MOST)
        )
    )


def entries_of(person: Person, address_of: Any) -> Iterator[Entry]:
    """The lines of somebody's calendar. `address_of(audit uid)`: where an audit is shown."""
    tree = person.rights.tree
    for row in audit_rows(person):
        kind = "" if row.kind is AuditKind.INTERNAL else f" ({row.kind.label})"
        yield Entry(
            f"audit-{row.uid}",
            row.planned_from,
            row.planned_until,
            f"{row.number} {tree[row.unit_id].label}: {row.title}{kind}",
            address_of(row.uid),
            row.state is AuditState.CANCELLED,
        )
    for row in visit_rows(person):
        unit = tree[row.unit_id]
        yield Entry(
            f"visit-{row.uid}-{unit.uid}-{row.month:%Y%m}",
            row.month,
            row.month,
            _("Audit this month: %(unit)s", unit=unit.name),
        )
