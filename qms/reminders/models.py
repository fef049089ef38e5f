"""Tables of reminders: rules, choices, notices, mail and calendars."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from qms.core import clock
from qms.core.db import DistrictRecord, Model, SortKey, link_to, one_of, to_one
from qms.core.i18n import lazy_gettext as _l
from qms.core.uids import new_uid
from qms.overview.above import MAIL_CHOICES
from qms.people.models import Person


class ReminderRule(DistrictRecord):
    """When a district's people are reminded; without a row the shipped rule holds (`rules`)."""

    __tablename__ = "reminder_rule"
    __rules__ = (
        UniqueConstraint("district_id"),
        CheckConstraint("after_every >= 0", name="after"),
        CheckConstraint("head_after > 0", name="head"),
        CheckConstraint("secretariat_after > 0", name="secretariat"),
    )

    before: Mapped[list[int]] = mapped_column(JSON)
    """Days before the day on which to speak of it."""
    long_before: Mapped[list[int]] = mapped_column(JSON)
    """The same for what takes months: certificates, competences, reviews of documents."""
    after_every: Mapped[int]
    """Days between two reminders after the day; 0: none after it."""
    head_after: Mapped[int | None]
    secretariat_after: Mapped[int | None]
    """Days late after which the head of the unit, and the secretariat, are told; None: never."""
    silent: Mapped[list[str]] = mapped_column(JSON)
    """Subjects of which nobody is reminded."""


class MailChoice(StrEnum):
    """How somebody wants to be told by mail."""

    EACH = "each"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"

    @property
    def label(self) -> Any:
        return MAIL_CHOICES[self.value]


class ReminderChoice(DistrictRecord):
    """What somebody chose; without a row it is a digest each day."""

    __tablename__ = "reminder_choice"
    __rules__ = (link_to("person_id", "person"), UniqueConstraint("district_id", "person_id"))

    person_id: Mapped[int]
    mail: Mapped[MailChoice] = mapped_column(one_of(MailChoice), default=MailChoice.DAILY)

    person: Mapped[Person] = to_one("ReminderChoice.person_id", "Person")


class WorkCalendar(DistrictRecord):
    """Somebody's calendar of what is due. Its secret address is worked out from `key` and the
    installation's secret; another key is another address."""

    __tablename__ = "work_calendar"
    __rules__ = (link_to("person_id", "person"), UniqueConstraint("district_id", "person_id"))

    person_id: Mapped[int]
    key: Mapped[UUID] = mapped_column(default=new_uid)
    is_on: Mapped[bool] = mapped_column(default=True)

    person: Mapped[Person] = to_one("WorkCalendar.person_id", "Person")


class Level(StrEnum):
    """Whose work a notice is about: one's own, or that of a unit that one answers for."""

    OWN = "own"
    HEAD = "head"
    SECRETARIAT = "secretariat"

    @property
    def is_escalation(self) -> bool:
        return self is not Level.OWN


class Notice(Model):
    """Somebody is told of one line of their work, once for each step. Not journalled.

    `kind` is an `overview` kind, `about` the table of the record (`records`). `step`: days from the
    day, negative before it. `over_on`: the day on which the line was found to have ended.
    """

    __tablename__ = "notice"
    __table_args__ = (
        link_to("person_id", "person"),
        UniqueConstraint(
            "person_id", "kind", "record_uid", "due_on", "step", "level", name="uq_notice_once"
        ),
        Index("ix_notice_page", "person_id", "over_on", "id"),
        Index(
            "ix_notice_unread",
            "person_id",
            "id",
            sqlite_where=text("read_at IS NULL AND over_on IS NULL"),
            postgresql_where=text("read_at IS NULL AND over_on IS NULL"),
        ),
        Index("ix_notice_mail", "mail_uid"),
        Index("ix_notice_over", "over_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=new_uid)
    district_id: Mapped[int]
    person_id: Mapped[int]
    kind: Mapped[str] = mapped_column(SortKey())
    about: Mapped[str] = mapped_column(SortKey())
    record_uid: Mapped[UUID]
    due_on: Mapped[date]
    deadline: Mapped[str] = mapped_column(SortKey())
    step: Mapped[int]
    level: Mapped[Level] = mapped_column(one_of(Level))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    made_on: Mapped[date]
    read_at: Mapped[datetime | None]
    over_on: Mapped[date | None]
    mail_uid: Mapped[UUID | None]
    """The mail that tells of it. No foreign key: the outbox is not part of a backup."""


class MailState(StrEnum):
    """Where a mail is. `UNCERTAIN`: a server may have taken it, and we do not know; what is sent
    again after that stays uncertain, as it may have come twice."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    DROPPED = "dropped"

    @property
    def label(self) -> Any:
        return MAIL_LABELS[self]


MAIL_LABELS = {
    MailState.WAITING: _l("Waiting"),
    MailState.SENDING: _l("Being sent"),
    MailState.SENT: _l("Sent"),
    MailState.UNCERTAIN: _l("Uncertain"),
    MailState.FAILED: _l("Not delivered"),
    MailState.DROPPED: _l("No longer needed"),
}


class MailKind(StrEnum):
    REMINDER = "reminder"
    TEST = "test"


class Mail(Model):
    """A mail of the outbox: to whom, and how far it is; what it says is written when it is sent.
    Not journalled, and no part of a backup, so that nothing is sent again after a restore.

    `message_id` never changes. `next_at`: when it may be tried again; None: never. Who sends it is
    `worker`, since `claimed_at`. `is_doubtful`: a server may have taken it before.
    """

    __tablename__ = "mail"
    __table_args__ = (
        link_to("person_id", "person"),
        CheckConstraint("(state = 'sending') = (worker IS NOT NULL)", name="claimed"),
        Index("ix_mail_next", "next_at"),
        Index("ix_mail_claimed", "claimed_at"),
        Index("ix_mail_district", "district_id", "id"),
        Index("ix_mail_district_state", "district_id", "state", "id"),
        Index("ix_mail_person", "person_id", "kind", "made_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=new_uid)
    district_id: Mapped[int]
    person_id: Mapped[int]
    kind: Mapped[MailKind] = mapped_column(one_of(MailKind))
    message_id: Mapped[str] = mapped_column(SortKey(), unique=True)
    address: Mapped[str]
    state: Mapped[MailState] = mapped_column(one_of(MailState), default=MailState.WAITING)
    is_doubtful: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    made_on: Mapped[date]
    next_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    worker: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    why: Mapped[str | None]
    """What a server or we ourselves said of the last try."""

    person: Mapped[Person] = to_one("Mail.person_id", "Person", viewonly=True)
