"""Reads of reminders: notices, the outbox, choices and calendars."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from qms.core import clock, listing
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.icalendar import is_secret_part, secret_part
from qms.core.listing import Key, Page
from qms.people.models import Account, Person, RefusedAddress
from qms.people.queries import address_of
from qms.reminders.gathering import Told
from qms.reminders.models import (
    Mail,
    MailChoice,
    MailKind,
    MailState,
    Notice,
    ReminderChoice,
    WorkCalendar,
)
from qms.reminders.records import columns, joined

NEWEST_FIRST = (Key(Notice.id, descending=True),)
MAIL_ORDER = (Key(Mail.id, descending=True),)
LOST = timedelta(minutes=10)
"""A mail that is being sent for longer has lost its worker: no server is waited for so long."""
NOTICE: Any = Notice.__table__.c
IS_NEW = (NOTICE.read_at.is_(None), NOTICE.over_on.is_(None))

UNREAD: Any = (
    select(func.count())
    .where(NOTICE.person_id == Person.__table__.c.id, *IS_NEW)
    .correlate(Person.__table__)
    .scalar_subquery()
    .label("unread")
)
"""How many notices somebody has not read: a column that the gate asks for along with the person
(`people.sessions`), so that the frame's number takes no query of its own. Of the table's columns:
one of the model's would make the statement of every request one of the ORM, a tenth slower."""


def _notices() -> Select[Any]:
    found: Any = select(
        Notice.id,
        Notice.uid,
        Notice.kind,
        Notice.about,
        Notice.record_uid,
        Notice.due_on,
        Notice.deadline,
        Notice.step,
        Notice.level,
        Notice.made_on,
        Notice.read_at,
        Notice.over_on,
        *columns(),
    )
    return found


def notices_page(person: Person, cursor: str | None = None, *, past: bool = False) -> Page[Any]:
    """A page of somebody's notices, the newest first: those that still hold, or those that are
    over. Only of records that they see now. One query."""
    statement = joined(_notices(), person).where(
        Notice.person_id == person.id,
        Notice.over_on.is_not(None) if past else Notice.over_on.is_(None),
    )
    return listing.page(statement, NEWEST_FIRST, cursor)


def unread_seen(person: Person) -> int:
    """How many unread notices somebody has of records that they see now. One query."""
    statement = joined(select(func.count(Notice.id)).select_from(Notice), person)
    return db.session.scalar(statement.where(Notice.person_id == person.id, *IS_NEW)) or 0


def notices_of_mail(mail: Mail, person: Person, limit: int) -> list[Any]:
    """What a mail tells of: its notices that still hold, of records that its person sees now and
    that still wait; the most urgent first. One query."""
    statement = joined(_notices(), person).where(
        Notice.person_id == person.id, Notice.mail_uid == mail.uid, Notice.over_on.is_(None)
    )
    rows = db.session.execute(statement.order_by(Notice.due_on, Notice.id).limit(limit))
    return [row for row in rows if row.waits]


def told_so_far(person_id: int, today: date) -> dict[Told, tuple[int, bool]]:
    """What somebody was told: key -> (id, whether it is over). One query."""
    rows = db.session.execute(
        select(
            Notice.id,
            Notice.kind,
            Notice.record_uid,
            Notice.due_on,
            Notice.step,
            Notice.level,
            Notice.over_on,
        ).where(Notice.person_id == person_id)
    )
    return {
        Told(row.kind, row.record_uid, row.due_on, row.step, row.level): (
            row.id,
            row.over_on is not None,
        )
        for row in rows
    }


def unmailed(person_id: int) -> list[int]:
    """The notices of somebody that hold and of which no mail tells yet, the most urgent first.
    One query."""
    return list(
        db.session.scalars(
            select(Notice.id)
            .where(
                Notice.person_id == person_id,
                Notice.over_on.is_(None),
                Notice.mail_uid.is_(None),
            )
            .order_by(Notice.due_on, Notice.id)
        )
    )


def choice_of(person: Person) -> ReminderChoice | None:
    """What somebody chose themselves."""
    return db.session.scalar(
        select(ReminderChoice).where(
            ReminderChoice.district_id == person.district_id, ReminderChoice.person_id == person.id
        )
    )


def choices_of(district_id: int) -> dict[int, MailChoice]:
    """What the people of a district chose, by person. One query."""
    rows = db.session.execute(
        select(ReminderChoice.person_id, ReminderChoice.mail).where(
            ReminderChoice.district_id == district_id
        )
    )
    return {row.person_id: row.mail for row in rows}


def last_mails(district_id: int, since: date) -> dict[int, date]:
    """The day of the last mail of reminders that was made for each since a day. One query."""
    rows = db.session.execute(
        select(Mail.person_id, func.max(Mail.made_on))
        .where(
            Mail.district_id == district_id,
            Mail.kind == MailKind.REMINDER,
            Mail.made_on >= since,
        )
        .group_by(Mail.person_id)
    )
    return {row[0]: row[1] for row in rows}


# Addresses -----------------------------------------------------------------------------------


def refusals_of(district_id: int) -> dict[int, RefusedAddress]:
    """The addresses that a mail server has refused, by person. One query."""
    rows = db.session.scalars(
        select(RefusedAddress).where(RefusedAddress.district_id == district_id)
    )
    return {row.person_id: row for row in rows}


# The outbox ----------------------------------------------------------------------------------


def mail_page(
    district_id: int, states: Iterable[MailState] = (), cursor: str | None = None
) -> Page[Any]:
    """A page of a district's mail, the newest first. One query."""
    statement: Any = (
        select(
            Mail.id,
            Mail.uid,
            Mail.kind,
            Mail.address,
            Mail.state,
            Mail.is_doubtful,
            Mail.attempts,
            Mail.made_at,
            Mail.next_at,
            Mail.claimed_at,
            Mail.ended_at,
            Mail.why,
            Mail.message_id,
            Person.name,
            Person.uid.label("person_uid"),
        )
        .join(Person, Person.id == Mail.person_id)
        .where(Mail.district_id == district_id)
    )
    if listed := list(states):
        statement = statement.where(Mail.state.in_(listed))
    return listing.page(statement, MAIL_ORDER, cursor)


def mail_by_uid(district_id: int, uid: UUID) -> Mail:
    """A mail of a district; Missing if there is none."""
    found = db.session.scalar(select(Mail).where(Mail.district_id == district_id, Mail.uid == uid))
    if found is None:
        raise Missing(_l("There is no such mail."))
    return found


def wrong_addresses(district_id: int, limit: int) -> list[tuple[Person, RefusedAddress]]:
    """People whose present address was refused, by name. One query."""
    rows = db.session.execute(
        select(Person, RefusedAddress)
        .join(RefusedAddress, RefusedAddress.person_id == Person.id)
        .where(Person.district_id == district_id)
        .order_by(Person.name_key, Person.id)
        .options(joinedload(Person.account), joinedload(Person.district))
        .limit(limit)
    )
    found = [(person, refused) for person, refused in rows]
    return [one for one in found if one[0].is_active and one[1].address == address_of(one[0])]


def states_counted(district_id: int) -> dict[MailState, int]:
    """How many mails of a district are in each state. One query."""
    rows = db.session.execute(
        select(Mail.state, func.count()).where(Mail.district_id == district_id).group_by(Mail.state)
    )
    return {row[0]: row[1] for row in rows}


def is_mail_due() -> bool:
    """Whether a mail of any district is to be sent now, or has lost its worker. One query."""
    now = clock.now()
    due = select(Mail.id).where(Mail.next_at <= now).limit(1)
    lost = select(Mail.id).where(Mail.claimed_at < now - LOST).limit(1)
    return db.session.execute(select(due.exists() | lost.exists())).scalar_one()


def person_of_mail(mail: Mail) -> Person:
    """To whom a mail goes, with account and rights. Two queries."""
    return db.session.scalars(
        select(Person)
        .where(Person.id == mail.person_id)
        .options(
            joinedload(Person.account), joinedload(Person.district), selectinload(Person.grants)
        )
        .execution_options(populate_existing=True)
    ).one()


# Calendars -----------------------------------------------------------------------------------


def calendar_of(person: Person) -> WorkCalendar | None:
    """Somebody's own calendar, whether it is on or off."""
    return db.session.scalar(
        select(WorkCalendar).where(
            WorkCalendar.district_id == person.district_id, WorkCalendar.person_id == person.id
        )
    )


def _said(feed: WorkCalendar) -> str:
    return f"work calendar {feed.uid} {feed.key}"


def token_of(feed: WorkCalendar, secret: str) -> str:
    """The secret part of a calendar's address."""
    return secret_part(_said(feed), secret)


def feed_at(uid: UUID, token: str, secret: str) -> Person:
    """Whose calendar is at an address; Missing if the address is an old one, the calendar is
    switched off, or the person can sign in no more."""
    feed = db.session.scalar(
        select(WorkCalendar)
        .where(WorkCalendar.uid == uid)
        .options(
            joinedload(WorkCalendar.person).options(
                joinedload(Person.account), joinedload(Person.district), selectinload(Person.grants)
            )
        )
    )
    if (
        feed is None
        or not is_secret_part(token, _said(feed), secret)
        or not feed.is_on
        or not can_sign_in(feed.person)
    ):
        raise Missing(_l("There is nothing at this address."))
    return feed.person


def can_sign_in(person: Person) -> bool:
    """Whether somebody is here and has an account that is open."""
    account: Account | None = person.account
    return person.is_active and account is not None and account.disabled_at is None
