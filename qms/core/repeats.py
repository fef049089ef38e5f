"""The same form sent twice: a slow network, an impatient finger, a device that tries again.

A form that makes a record carries the uid that the record will bear. Sent again it is answered
with what it made the first time, so nothing is there twice. Who went back to the page and wrote
something else in it is told so, and keeps what they wrote.
"""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from qms.core.db import Record, db
from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l
from qms.core.journal.models import JournalEntry
from qms.core.journal.writing import Actor

Made = TypeVar("Made", bound=Record)


def made_before(
    model: type[Made], uid: UUID | None, *, by: Actor, is_same: Callable[[Made], bool]
) -> Made | None:
    """The record of this uid if `by` made it and it is the same, None if there is none. Raises
    Invalid, at the field "uid", if it says something else or is somebody else's."""
    if uid is None:
        return None
    found = db.session.scalar(select(model).where(model.uid == uid))
    if found is None:
        return None
    if _maker(found) != by.uid:
        message = _l("This form was used already. Press the button again to save what it says.")
        raise Invalid(message, uid=message)
    if not is_same(found):
        message = _l(
            "This form was sent before, and that is saved. What it says now is something else: "
            "press the button again to save it as well."
        )
        raise Invalid(message, uid=message)
    return found


def _maker(record: Record) -> UUID | None:
    """Who made a record, as the first entry about it says."""
    return db.session.scalar(
        select(JournalEntry.by_uid)
        .where(JournalEntry.kind == record.__tablename__, JournalEntry.record_uid == record.uid)
        .order_by(JournalEntry.sequence)
        .limit(1)
    )
