"""What people do about reminders: set the rule, choose, read notices, keep their calendar; and
look after the mail."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import update

from qms.core import clock, journal
from qms.core.db import db, same_version
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.uids import new_uid
from qms.people.models import Person
from qms.people.queries import address_of
from qms.reminders.models import (
    Mail,
    MailChoice,
    MailKind,
    MailState,
    Notice,
    ReminderChoice,
    ReminderRule,
    WorkCalendar,
)
from qms.reminders.outbox import put_mail
from qms.reminders.permissions import may_keep_mail, may_set_rule
from qms.reminders.queries import calendar_of, choice_of, mail_by_uid
from qms.reminders.rules import Rule, row_of

MOST_STEPS = 6
LONGEST = 366
"""Days ahead or after of which a rule may speak."""


def set_rule(rule: Rule, *, by: Person, seen: int | None = None) -> ReminderRule:
    """Say when the people of the district are reminded. The steps that were reached before are not
    told again, the others follow the new rule from the next run on."""
    require(may_set_rule, by)
    _check(rule)
    row = row_of(by.district_id)
    if row is None:
        row = ReminderRule(district_id=by.district_id)
        db.session.add(row)
    else:
        same_version(row, seen)
    row.before = sorted(set(rule.before), reverse=True)
    row.long_before = sorted(set(rule.long_before), reverse=True)
    row.after_every = rule.after_every
    row.head_after, row.secretariat_after = rule.head_after, rule.secretariat_after
    row.silent = sorted(one.value for one in rule.silent)
    journal.write("set_reminder_rule", row, by=by)
    return row


def _check(rule: Rule) -> None:
    for name in ("before", "long_before"):
        days = getattr(rule, name)
        if len(days) > MOST_STEPS or not all(0 < one <= LONGEST for one in days):
            message = _(
                "Write at most %(n)s numbers of days, each from 1 to %(most)s.",
                n=MOST_STEPS,
                most=LONGEST,
            )
            raise Invalid(message, **{name: message})
    if not 0 <= rule.after_every <= LONGEST:
        message = _("Write a number from %(least)s to %(most)s.", least=0, most=LONGEST)
        raise Invalid(message, after_every=message)
    if rule.head_after and rule.secretariat_after and rule.secretariat_after < rule.head_after:
        message = _("The secretariat is told after the head of the unit, not before.")
        raise Invalid(message, secretariat_after=message)


def choose_mail(choice: MailChoice, *, by: Person) -> ReminderChoice:
    """Choose how one is told by mail. What is new follows it from the next run on."""
    row = choice_of(by)
    if row is None:
        row = ReminderChoice(district_id=by.district_id, person_id=by.id, mail=choice)
        db.session.add(row)
    row.mail = choice
    journal.write("choose_mail", row, by=by)
    return row


def read_notices(uids: Iterable[UUID] | None, *, by: Person) -> int:
    """Mark notices of one's own as read: these, or all. Returns how many."""
    mine = update(Notice).where(Notice.person_id == by.id, Notice.read_at.is_(None))
    if uids is not None:
        mine = mine.where(Notice.uid.in_(list(uids)))
    done = db.session.execute(mine.values(read_at=clock.now()))
    return int(done.rowcount)  # type: ignore[attr-defined]


def renew_calendar(by: Person) -> WorkCalendar:
    """Give one's calendar a new address, and switch it on; the one before leads nowhere."""
    feed = calendar_of(by)
    if feed is None:
        feed = WorkCalendar(district_id=by.district_id, person_id=by.id, key=new_uid())
        db.session.add(feed)
    else:
        feed.key, feed.is_on = new_uid(), True
    journal.write("renew_work_calendar", feed, by=by)
    return feed


def stop_calendar(by: Person) -> None:
    """Switch one's calendar off: its address leads nowhere, also when another is made later."""
    feed = calendar_of(by)
    if feed is None or not feed.is_on:
        raise OutOfTurn(_l("Your calendar is off already."))
    feed.key, feed.is_on = new_uid(), False
    journal.write("stop_work_calendar", feed, by=by)


def ask_for_test_mail(*, by: Person, domain: str) -> Mail:
    """Put a test mail to oneself into the outbox."""
    require(may_keep_mail, by)
    address = address_of(by)
    if address is None:
        raise Invalid(_l("No mail address of yours is known. Add one on your person's page."))
    return put_mail(by, MailKind.TEST, address, domain=domain)


def try_again(uid: UUID, *, by: Person) -> Mail:
    """Have a mail that was given up tried again at once, under the same Message-ID."""
    require(may_keep_mail, by)
    mail = mail_by_uid(by.district_id, uid)
    again = (
        update(Mail)
        .where(Mail.id == mail.id, Mail.state == MailState.FAILED)
        .values(
            state=MailState.UNCERTAIN if mail.is_doubtful else MailState.WAITING,
            next_at=clock.now(),
            made_at=clock.now(),
            attempts=0,
            ended_at=None,
        )
    )
    if not db.session.execute(again).rowcount:  # type: ignore[attr-defined]
        raise OutOfTurn(_l("Only a mail that was not delivered can be tried again."))
    db.session.refresh(mail)
    return mail
