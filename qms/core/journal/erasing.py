"""Erasing what the law wants erased: payloads go, their tombstones say why and who decided it."""

from sqlalchemy import delete, insert, select

from qms.core import clock
from qms.core.db import Record, db
from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l
from qms.core.journal.models import JournalEntry, JournalPayload, JournalTombstone
from qms.core.journal.writing import Actor, write


def erase(record: Record, *, reason: str, by: Actor, second: Actor) -> int:
    """Erase the payloads of every entry about a record so far. Returns how many.

    Two different persons decide. The record itself stays as it is: make it anonymous first, by an
    operation of its own. The chain still verifies, because entries hold salted digests only.
    """
    if by.uid is None or second.uid is None or by.uid == second.uid:
        raise Invalid(_l("Two different persons must decide this."))
    if not reason.strip():
        raise Invalid(_l("Say why."), reason=_l("Write the reason."))
    entries = db.session.scalars(
        select(JournalEntry.id)
        .join(JournalPayload, JournalPayload.entry_id == JournalEntry.id)
        .where(
            JournalEntry.kind == record.__tablename__,
            JournalEntry.record_uid == record.uid,
        )
    ).all()
    stone = {"reason": reason, "first_uid": by.uid, "second_uid": second.uid, "at": clock.now()}
    if entries:
        db.session.execute(
            insert(JournalTombstone), [{"entry_id": entry_id, **stone} for entry_id in entries]
        )
        db.session.execute(delete(JournalPayload).where(JournalPayload.entry_id.in_(entries)))
    write("erase", record, by=by, reason=reason, second=second.name)
    return len(entries)
