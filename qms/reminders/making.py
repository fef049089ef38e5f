"""The daily run: notices for every step that was reached, and mails that tell of them.

It may be run at any time, again, and by several workers at once: a notice is there once for each
key, and is told by one mail at the most.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from qms.core import clock
from qms.core.db import db
from qms.core.uids import new_uid
from qms.people.models import Person
from qms.people.queries import address_of
from qms.reminders.gathering import Dated, Told
from qms.reminders.models import MailChoice, MailKind, Notice
from qms.reminders.outbox import put_mail
from qms.reminders.queries import told_so_far, unmailed

BATCH = 500
MAILS_AT_ONCE = 10
"""Of who wants a mail for each: so many single mails in one run; what is more comes in one."""
KEPT_FOR = timedelta(days=180)
"""How long a notice stays that is over."""


def keep_notices(person: Person, due: Mapping[Told, Dated]) -> int:
    """Make the notices that are missing of these, and end those that hold no longer. Returns how
    many are new. The caller commits."""
    today = person.district.today
    before = told_so_far(person.id, today)
    missing = [one for one in due if one not in before]
    again = [before[one][0] for one in due if one in before and before[one][1]]
    over = [key for told, (key, is_over) in before.items() if told not in due and not is_over]
    for batch in _batches(over):
        db.session.execute(update(Notice).where(Notice.id.in_(batch)).values(over_on=today))
    for batch in _batches(again):
        db.session.execute(update(Notice).where(Notice.id.in_(batch)).values(over_on=None))
    made = 0
    for batch in _batches([_row(person, told, due[told], today) for told in missing]):
        dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
        added = dialect.insert(Notice).on_conflict_do_nothing().returning(Notice.id)
        made += len(db.session.scalars(added, batch).all())
    return made


def _row(person: Person, told: Told, line: Dated, today: date) -> dict[str, Any]:
    return {
        "uid": new_uid(),
        "district_id": person.district_id,
        "person_id": person.id,
        "kind": told.kind,
        "about": line.about,
        "record_uid": told.record_uid,
        "due_on": told.due_on,
        "deadline": line.deadline.value,
        "step": told.step,
        "level": told.level,
        "made_at": clock.now(),
        "made_on": today,
    }


def _batches(given: list[Any]) -> Iterable[list[Any]]:
    return (given[start : start + BATCH] for start in range(0, len(given), BATCH))


def is_mail_time(choice: MailChoice, last: date | None, today: date) -> bool:
    """Whether somebody who chose so gets a mail today: at most one digest a day, or a week from
    Monday on."""
    if choice is MailChoice.NEVER:
        return False
    if choice is MailChoice.WEEKLY:
        return last is None or last < today - timedelta(days=today.weekday())
    return choice is MailChoice.EACH or last is None or last < today


def make_mails(person: Person, choice: MailChoice, *, domain: str) -> int:
    """Put what no mail tells of yet into the outbox, as the person wants it. Returns how many
    mails. The caller commits.

    A notice is taken by the UPDATE that names its mail; what another worker took in between makes
    no mail here.
    """
    address = address_of(person)
    if address is None:
        return 0
    waiting = unmailed(person.id)
    if not waiting:
        return 0
    singles = waiting[:MAILS_AT_ONCE] if choice is MailChoice.EACH else []
    rest = waiting[len(singles) :]
    made = 0
    for ids in [*([one] for one in singles), *([rest] if rest else [])]:
        made += _tell_of(person, ids, address, domain)
    return made


def _tell_of(person: Person, ids: list[int], address: str, domain: str) -> int:
    mail = put_mail(person, MailKind.REMINDER, address, domain=domain)
    taken = 0
    for batch in _batches(ids):
        mine = update(Notice).where(Notice.id.in_(batch), Notice.mail_uid.is_(None))
        done = db.session.execute(mine.values(mail_uid=mail.uid))
        taken += done.rowcount  # type: ignore[attr-defined]
    if not taken:
        db.session.delete(mail)
        db.session.flush()
    return 1 if taken else 0


def forget_notices(before: date, most: int) -> int:
    """Delete notices that were over before a day, at most so many. Returns how many."""
    old = list(
        db.session.scalars(
            select(Notice.id).where(Notice.over_on < before).order_by(Notice.id).limit(most)
        )
    )
    db.session.execute(delete(Notice).where(Notice.id.in_(old)))
    return len(old)
