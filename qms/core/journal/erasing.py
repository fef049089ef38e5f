"""Erasing what the law wants erased: payloads go, their tombstones say why and who decided it.

What a record says now is not touched: it is corrected first, by an operation of its own, and told
anew in the entry that tells of the erasing, with all its parts, so that the records can still be
rebuilt from the journal. What it said before is gone. The chain still verifies, because entries
hold salted digests only, and because that entry names the ones that were erased.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select

from qms.core import clock
from qms.core.db import Model, Part, Record, db
from qms.core.errors import Invalid, Missing, OutOfTurn
from qms.core.i18n import lazy_gettext as _l
from qms.core.journal.models import JournalEntry, JournalPayload, JournalTombstone
from qms.core.journal.writing import Actor, chain_of, tell_again, write


def erase(
    record: Record, *, reason: str, by: Actor, second: Actor, sequence: int | None = None
) -> int:
    """Erase the payloads of every entry about a record so far, or of one. Returns how many.

    Two different persons decide. Raises OutOfTurn for an entry that is the newest about its record:
    it says what the record says now.
    """
    if by.uid is None or second.uid is None or by.uid == second.uid:
        raise Invalid(_l("Two different persons must decide this."))
    if not reason.strip():
        raise Invalid(_l("Say why."), reason=_l("Write the reason."))
    about = _entries_about(record)
    if sequence is not None:
        _refuse_newest(sequence, [entry.sequence for entry in about])
    chosen = [one for one in about if one.has_payload and sequence in (None, one.sequence)]
    if not chosen:
        raise OutOfTurn(_l("There is nothing to erase: it was erased already."))
    stone = {"reason": reason, "first_uid": by.uid, "second_uid": second.uid, "at": clock.now()}
    _overwrite_what_goes()
    db.session.execute(insert(JournalTombstone), [{"entry_id": one.id, **stone} for one in chosen])
    gone = [one.id for one in chosen]
    db.session.execute(delete(JournalPayload).where(JournalPayload.entry_id.in_(gone)))
    tell_again(_parts_of(record))
    erased = [one.sequence for one in about if not one.has_payload or one in chosen]
    write("erase", record, by=by, reason=reason, second=second.name, erased=erased)
    return len(chosen)


def _entries_about(record: Record) -> list[Any]:
    """The entries about a record in their order, each with whether it still has its payload."""
    rows = db.session.execute(
        select(
            JournalEntry.id,
            JournalEntry.sequence,
            JournalPayload.entry_id.is_not(None).label("has_payload"),
        )
        .outerjoin(JournalPayload, JournalPayload.entry_id == JournalEntry.id)
        .where(
            JournalEntry.kind == record.__tablename__,
            JournalEntry.record_uid == record.uid,
            JournalEntry.chain == chain_of(record),
        )
        .order_by(JournalEntry.sequence)
    )
    return list(rows)


def _refuse_newest(sequence: int, about: list[int]) -> None:
    if sequence not in about:
        raise Missing(_l("There is no such entry about this record."))
    if sequence == about[-1]:
        raise OutOfTurn(
            _l("This entry tells what the record says now. Correct the record, then erase it.")
        )


def _overwrite_what_goes() -> None:
    """SQLite leaves deleted bytes in the file unless it is told otherwise."""
    if db.engine.dialect.name == "sqlite":
        db.session.connection().exec_driver_sql("PRAGMA secure_delete = ON")


def _parts_of(record: Record) -> list[Part]:
    found: list[Part] = []
    for mapper in Model.registry.mappers:
        owner = getattr(mapper.class_, "__part_of__", None)
        if owner and owner[0] == type(record).__name__:
            column = getattr(mapper.class_, owner[1])
            found.extend(db.session.scalars(select(mapper.class_).where(column == record.id)))
    return found


def record_named(kind: str, uid: UUID) -> Record:
    """The record of a kind (its table's name, as in the journal) with this uid. Raises Invalid for
    a kind that there is not, Missing for a record that there is not."""
    kinds = {
        mapper.class_.__tablename__: mapper.class_
        for mapper in Model.registry.mappers
        if issubclass(mapper.class_, Record)
    }
    if kind not in kinds:
        known = ", ".join(sorted(kinds))
        raise Invalid(_l("There is no kind “%(kind)s”. Kinds: %(known)s.", kind=kind, known=known))
    model: Any = kinds[kind]
    record: Record | None = db.session.scalar(select(model).where(model.uid == uid))
    if record is None:
        raise Missing(_l("There is no such record."))
    return record


def record_told_of(chain: int, sequence: int) -> Record:
    """The record that an entry is about; Missing if there is no such entry."""
    entry = db.session.execute(
        select(JournalEntry.kind, JournalEntry.record_uid).where(
            JournalEntry.chain == chain, JournalEntry.sequence == sequence
        )
    ).one_or_none()
    if entry is None:
        raise Missing(_l("There is no such entry."))
    return record_named(entry.kind, entry.record_uid)
