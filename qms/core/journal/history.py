"""Reading a record's history: entries newest first, and what each changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from qms.core.db import Record, db
from qms.core.journal.models import JournalChain, JournalEntry, JournalPayload
from qms.core.journal.writing import chain_of


@dataclass(frozen=True)
class Told:
    """One entry as a page shows it. `said` is None when the payload was erased; `before` is the
    record's image in the entry before."""

    kind: str
    at: datetime
    verb: str
    by: str
    on_behalf_of: str | None
    reason: str | None
    said: dict[str, Any] | None
    before: dict[str, Any] | None


def history(record: Record | Sequence[Record], limit: int = 200) -> list[Told]:
    """The last entries about a record, or about several that are told of together, newest first.
    One query."""
    records = [record] if isinstance(record, Record) else record
    rows = db.session.execute(
        select(
            JournalEntry.record_uid,
            JournalEntry.kind,
            JournalEntry.at,
            JournalEntry.verb,
            JournalPayload.body,
        )
        .outerjoin(JournalPayload, JournalPayload.entry_id == JournalEntry.id)
        .where(
            JournalEntry.kind.in_(sorted({one.__tablename__ for one in records})),
            JournalEntry.record_uid.in_([one.uid for one in records]),
        )
        .order_by(*NEWEST_FIRST[len(records) == 1])
        .limit(limit + 1)
    ).all()
    told: list[Told] = []
    earlier: dict[UUID, dict[str, Any] | None] = {}
    for uid, kind, at, verb, body in reversed(rows):
        said = json.loads(body) if body else None
        told.append(
            Told(
                kind=kind,
                at=at,
                verb=verb,
                by=said["by"] if said else "",
                on_behalf_of=said.get("for") if said else None,
                reason=said.get("reason") if said else None,
                said=said,
                before=earlier.get(uid),
            )
        )
        earlier[uid] = said["image"] if said else None
    return told[::-1][:limit]


NEWEST_FIRST = {
    True: (JournalEntry.sequence.desc(),),
    # Several records may lie in several chains, whose sequences do not compare.
    False: (JournalEntry.at.desc(), JournalEntry.id.desc()),
}


def reached(chain: int) -> int:
    """How far a chain has come: what is read now is as its entries up to this number say."""
    return db.session.scalar(select(JournalChain.sequence).where(JournalChain.chain == chain)) or 0


def last_told(record: Record) -> int:
    """The number of the last entry about a record; 0 if there is none."""
    last = select(func.max(JournalEntry.sequence)).where(
        JournalEntry.kind == record.__tablename__,
        JournalEntry.record_uid == record.uid,
        JournalEntry.chain == chain_of(record),
    )
    return db.session.scalar(last) or 0


def changes(told: Told, labels: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """(label, before, after) for each labelled column that this entry changed."""
    if told.said is None or told.before is None:
        return []
    after = told.said["image"]
    return [
        (str(label), told.before.get(name), after.get(name))
        for name, label in labels.items()
        if told.before.get(name) != after.get(name)
    ]
