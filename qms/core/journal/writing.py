"""Writing entries: collected while operations run, chained just before commit."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import event, insert, select, update
from sqlalchemy.orm import Session

from qms.core import clock
from qms.core.db import AccessClass, Journalled, Part, Record, db
from qms.core.journal.images import SCHEMA_VERSION, canonical, digest, image, key_of, plain, seal
from qms.core.journal.models import INSTALLATION, JournalChain, JournalEntry, JournalPayload
from qms.core.uids import new_uid

GENESIS = "0" * 64


class Actor(Protocol):
    """Who does something: a person, or the installation itself (uid None)."""

    @property
    def uid(self) -> UUID | None: ...

    @property
    def name(self) -> str: ...


class UnjournalledChange(RuntimeError):
    """A commit was tried with a change that no journal entry tells of: a fault in our code."""


@dataclass
class Touched:
    """What changed of one record since the last entry."""

    record: Record
    changed: list[Part] = field(default_factory=list)
    removed: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Queued:
    """An entry that waits for its place in the chain."""

    chain: int
    header: dict[str, Any]
    at: datetime
    salt: str
    body: str


def write(
    verb: str,
    record: Record,
    *,
    by: Actor,
    on_behalf_of: Actor | None = None,
    reason: str | None = None,
    **facts: Any,
) -> None:
    """Tell the journal that `by` did `verb` to the record.

    Everything changed in this session since the last entry is told under the same verb, one entry
    per record. `facts` are plain values worth keeping that are not in the record.
    """
    session = db.session()
    session.flush()
    touched = _owners(session, session.info.pop("touched", []))
    touched.setdefault(record, Touched(record))
    said = {
        "by": by.name,
        "reason": plain(reason),
        "facts": {k: plain(v) for k, v in facts.items()},
    }
    if on_behalf_of is not None:
        said["for"] = on_behalf_of.name
    queue = session.info.setdefault("journal", [])
    for one in touched.values():
        queue.append(_entry(verb, one, by, on_behalf_of, said))


def tell_again(parts: Iterable[Part]) -> None:
    """Have these parts told with the next entry, changed or not."""
    db.session().info.setdefault("touched", []).extend((part, False) for part in parts)


def _owners(session: Session, rows: Iterable[tuple[Any, bool]]) -> dict[Record, Touched]:
    found: dict[Record, Touched] = {}
    for row, gone in rows:
        owner = _owner(session, row)
        one = found.setdefault(owner, Touched(owner))
        if gone:
            one.removed.setdefault(row.__tablename__, []).append(key_of(row))
        elif isinstance(row, Part) and row not in one.changed:
            one.changed.append(row)
    return found


def _owner(session: Session, row: Any) -> Record:
    if isinstance(row, Record):
        return row
    class_name, column = row.__part_of__
    owner_class = row.registry._class_registry[class_name]
    owner = session.get(owner_class, getattr(row, column))
    if owner is None:
        raise UnjournalledChange(f"{row!r} belongs to no {class_name}")
    return owner


def _entry(
    verb: str, one: Touched, by: Actor, on_behalf_of: Actor | None, said: dict[str, Any]
) -> Queued:
    record = one.record
    parts: dict[str, list[dict[str, Any]]] = {}
    for part in one.changed:
        parts.setdefault(part.__tablename__, []).append(image(part))
    said = {**said, "v": SCHEMA_VERSION, "image": image(record)}
    if parts:
        said["parts"] = parts
    if one.removed:
        said["removed"] = one.removed
    body, salt, at = canonical(said), secrets.token_hex(16), clock.now()
    header = {
        "uid": str(new_uid()),
        "at": plain(at),
        "by": plain(by.uid),
        "for": plain(on_behalf_of.uid) if on_behalf_of else None,
        "verb": verb,
        "kind": record.__tablename__,
        "record": str(record.uid),
        "access": getattr(record, "access", AccessClass.ORDINARY).value,
        "digest": digest(salt, body),
    }
    return Queued(chain_of(record), header, at, salt, body)


def chain_of(record: Record) -> int:
    """The chain of a record: its district's, or the installation's."""
    if record.__tablename__ == "district":
        return record.id
    return getattr(record, "district_id", None) or INSTALLATION


@event.listens_for(Session, "after_flush")
def _collect(session: Session, flushing: Any) -> None:
    touched = session.info.setdefault("touched", [])
    for row in session.new:
        if isinstance(row, Journalled):
            touched.append((row, False))
    for row in session.dirty:
        if isinstance(row, Journalled) and session.is_modified(row):
            touched.append((row, False))
    for row in _deleted(flushing):
        if isinstance(row, Record):
            raise UnjournalledChange(f"records are never deleted: {row!r}")
        if isinstance(row, Journalled):
            touched.append((row, True))


def _deleted(flushing: Any) -> list[Any]:
    """The rows that a flush deleted: also parts that were taken off a list ("delete-orphan"),
    which `session.deleted` does not name."""
    return [
        state.obj()
        for state, (is_delete, is_listed_only) in flushing.states.items()
        if is_delete and not is_listed_only
    ]


@event.listens_for(Session, "before_commit")
def _chain_up(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    if forgotten := session.info.get("touched"):
        raise UnjournalledChange(", ".join(sorted({repr(row) for row, _ in forgotten})))
    queue: list[Queued] = session.info.pop("journal", [])
    # Chain heads are locked in one order, last of all locks, so that writers cannot deadlock.
    for chain in sorted({queued.chain for queued in queue}):
        _append(session, chain, [queued for queued in queue if queued.chain == chain])


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _: Any) -> None:
    if not session.in_nested_transaction():
        session.info.pop("touched", None)
        session.info.pop("journal", None)


def _append(session: Session, chain: int, queue: list[Queued]) -> None:
    head = session.execute(
        select(JournalChain.sequence, JournalChain.hash)
        .where(JournalChain.chain == chain)
        .with_for_update()
    ).one_or_none()
    if head is None:
        session.execute(insert(JournalChain).values(chain=chain, sequence=0, hash=GENESIS))
    sequence, previous = head or (0, GENESIS)
    rows: list[dict[str, Any]] = []
    for queued in queue:
        sequence += 1
        header = {**queued.header, "chain": chain, "sequence": sequence}
        sealed = seal(previous, header)
        rows.append(_row(header, queued.at, previous, sealed))
        previous = sealed
    ids = session.scalars(
        insert(JournalEntry).returning(JournalEntry.id, sort_by_parameter_order=True), rows
    ).all()
    session.execute(
        insert(JournalPayload),
        [
            {"entry_id": entry_id, "salt": queued.salt, "body": queued.body}
            for entry_id, queued in zip(ids, queue, strict=True)
        ],
    )
    session.execute(
        update(JournalChain)
        .where(JournalChain.chain == chain)
        .values(sequence=sequence, hash=previous)
    )


def _row(header: dict[str, Any], at: datetime, previous: str, sealed: str) -> dict[str, Any]:
    return {
        "uid": UUID(header["uid"]),
        "chain": header["chain"],
        "sequence": header["sequence"],
        "at": at,
        "by_uid": UUID(header["by"]) if header["by"] else None,
        "for_uid": UUID(header["for"]) if header["for"] else None,
        "verb": header["verb"],
        "kind": header["kind"],
        "record_uid": UUID(header["record"]),
        "access": AccessClass(header["access"]),
        "digest": header["digest"],
        "previous": previous,
        "hash": sealed,
    }
