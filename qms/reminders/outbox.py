"""The outbox: mails are put into it, claimed by one worker each, and end in one of their states.

Each step is one UPDATE that holds only if the mail is still where the caller saw it, so that two
workers never send the same mail at once. The caller commits after each.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, delete, or_, select, update

from qms.core import clock
from qms.core.db import db
from qms.core.uids import new_uid
from qms.people.models import Person
from qms.reminders.models import Mail, MailKind, MailState
from qms.reminders.queries import LOST

BACK_OFF = (1, 5, 15, 60, 180, 360, 720, 1440, 1440)
"""Minutes until the next try, after each that failed; then it is given up."""
PAUSE = timedelta(minutes=5)
"""While the server itself cannot be reached, it is asked so seldom."""
GIVEN_UP = timedelta(days=4)
"""A mail that no server took for so long is given up: its reminder would be stale."""


class Outcome(StrEnum):
    """How a try ended."""

    SENT = "sent"
    LATER = "later"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"
    FAILED = "failed"
    DROPPED = "dropped"


def put_mail(person: Person, kind: MailKind, address: str, *, domain: str) -> Mail:
    """A new mail that waits to be sent, with the Message-ID that it keeps."""
    uid = new_uid()
    mail = Mail(
        uid=uid,
        district_id=person.district_id,
        person_id=person.id,
        kind=kind,
        address=address,
        message_id=f"<{uid}@{domain}>",
        made_on=person.district.today,
        next_at=clock.now(),
    )
    db.session.add(mail)
    db.session.flush()
    return mail


def claim_mail(worker: str) -> Mail | None:
    """Take the mail that waits longest, or one whose worker was lost; the caller commits. Of a lost
    one nobody knows whether a server has taken it: it is doubtful from then on."""
    now = clock.now()
    waiting = and_(Mail.state.in_((MailState.WAITING, MailState.UNCERTAIN)), Mail.next_at <= now)
    lost = and_(Mail.state == MailState.SENDING, Mail.claimed_at < now - LOST)
    mail = db.session.scalar(
        select(Mail)
        .where(or_(waiting, lost))
        .order_by(Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if mail is None:
        return None
    _set(
        mail,
        state=MailState.SENDING,
        worker=worker,
        claimed_at=now,
        next_at=None,
        attempts=mail.attempts + 1,
        is_doubtful=mail.is_doubtful or mail.state is MailState.SENDING,
    )
    return mail


def settle(mail: Mail, worker: str, outcome: Outcome, why: str | None) -> bool:
    """Note how a try ended; the caller commits. False: the mail is no longer this worker's."""
    doubtful = mail.is_doubtful or outcome is Outcome.DOUBTFUL
    unsure = MailState.UNCERTAIN if doubtful else MailState.WAITING
    ended = {
        Outcome.SENT: MailState.UNCERTAIN if doubtful else MailState.SENT,
        Outcome.DROPPED: MailState.DROPPED,
        Outcome.REFUSED: MailState.FAILED,
        Outcome.FAILED: MailState.FAILED,
    }
    is_given_up = mail.attempts > len(BACK_OFF)
    values: dict[str, Any] = {"worker": None, "claimed_at": None, "is_doubtful": doubtful}
    if outcome in ended or is_given_up:
        values |= {"state": ended.get(outcome, MailState.FAILED), "ended_at": clock.now()}
    else:
        wait = timedelta(minutes=BACK_OFF[mail.attempts - 1])
        values |= {"state": unsure, "next_at": clock.now() + wait}
    mine = update(Mail).where(
        Mail.id == mail.id,
        Mail.state == MailState.SENDING,
        Mail.worker == worker,
        Mail.claimed_at == mail.claimed_at,
    )
    done = db.session.execute(mine.values(why=why, **values))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def note_unreachable(why: str) -> None:
    """The server cannot be reached at all: let everything that waits wait a while, and give up what
    has waited for days. The caller commits."""
    now = clock.now()
    due = update(Mail).where(
        Mail.state.in_((MailState.WAITING, MailState.UNCERTAIN)), Mail.next_at <= now
    )
    db.session.execute(
        due.where(Mail.made_at < now - GIVEN_UP).values(
            state=MailState.FAILED, next_at=None, ended_at=now, why=why
        )
    )
    db.session.execute(due.values(next_at=now + PAUSE, why=why))


def _set(mail: Mail, **values: Any) -> None:
    db.session.execute(update(Mail).where(Mail.id == mail.id).values(**values))
    db.session.refresh(mail)


def forget_mail(before: datetime, most: int) -> int:
    """Delete mails that ended before a moment, at most so many. Returns how many."""
    old = list(
        db.session.scalars(
            select(Mail.id).where(Mail.ended_at < before).order_by(Mail.id).limit(most)
        )
    )
    db.session.execute(delete(Mail).where(Mail.id.in_(old)))
    return len(old)
