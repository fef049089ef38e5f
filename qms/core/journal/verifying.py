"""Checking a chain from its first entry to its head, and signing checkpoints of it.

A checkpoint in the database can be cut off together with the tail that it vouches for, so each is
also appended to a file outside the database (`checkpoints.log` in the instance folder) and is part
of every pack and backup.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, union

from qms.core import clock
from qms.core.db import db
from qms.core.journal.images import canonical, digest, plain, seal
from qms.core.journal.models import (
    JournalChain,
    JournalCheckpoint,
    JournalEntry,
    JournalPayload,
    JournalTombstone,
)
from qms.core.journal.writing import GENESIS
from qms.core.signing import SigningKey

BATCH = 2000


@dataclass(frozen=True)
class Verdict:
    """What verifying one chain found. `broken_at` is a sequence number, `why` a short code."""

    chain: int
    entries: int
    head: str
    broken_at: int | None = None
    why: str | None = None

    @property
    def is_whole(self) -> bool:
        return self.why is None


def chains(log: Path | None = None) -> list[int]:
    """The numbers of all chains of which anything is left: a head, an entry, a checkpoint."""
    columns = (JournalChain.chain, JournalEntry.chain, JournalCheckpoint.chain)
    found = set(db.session.scalars(union(*(select(column) for column in columns))))
    return sorted(found | {kept["statement"]["chain"] for kept in _logged(log) if kept})


def verify(chain: int, key: SigningKey, log: Path | None = None) -> Verdict:
    """Walk one chain. Stops at the first broken entry and says what is wrong with it."""
    signed = _checkpoints(chain, key, log)
    if isinstance(signed, Verdict):
        return signed
    previous, expected = GENESIS, 1
    erased: set[int] = set()
    told: set[int] = set()
    for entry in _entries(chain):
        why = _fault(entry, previous, expected)
        if why is None and signed.get(entry.sequence, entry.hash) != entry.hash:
            why = "differs-from-checkpoint"
        if why:
            return Verdict(chain, expected - 1, previous, expected, why)
        previous, expected = entry.hash, expected + 1
        if entry.body is None:
            erased.add(entry.sequence)
        elif entry.verb == "erase":
            told.update(json.loads(entry.body)["facts"]["erased"])
    count = expected - 1
    beyond = [sequence for sequence in signed if sequence > count]
    head = db.session.get(JournalChain, chain)
    if beyond or head is None or (head.sequence, head.hash) != (count, previous):
        return Verdict(chain, count, previous, expected, "tail-cut-off")
    if untold := erased - told:
        return Verdict(chain, count, previous, min(untold), "erasing-untold")
    return Verdict(chain, count, previous)


def _entries(chain: int) -> Iterator[Any]:
    """The entries of a chain in order, as rows, with payload and whether it was erased."""
    after = 0
    while True:
        rows = db.session.execute(
            select(
                *JournalEntry.__table__.columns,
                JournalPayload.salt,
                JournalPayload.body,
                JournalTombstone.entry_id.label("tombstone"),
            )
            .outerjoin(JournalPayload, JournalPayload.entry_id == JournalEntry.id)
            .outerjoin(JournalTombstone, JournalTombstone.entry_id == JournalEntry.id)
            .where(JournalEntry.chain == chain, JournalEntry.sequence > after)
            .order_by(JournalEntry.sequence)
            .limit(BATCH)
        ).all()
        if not rows:
            return
        after = rows[-1].sequence
        yield from rows


def _fault(entry: Any, previous: str, expected: int) -> str | None:
    if entry.sequence != expected:
        return "entry-missing"
    if entry.previous != previous or seal(previous, header_of(entry)) != entry.hash:
        return "entry-changed"
    if entry.body is None:
        return None if entry.tombstone else "payload-missing"
    if digest(entry.salt, entry.body) != entry.digest:
        return "payload-changed"
    return None


def header_of(entry: Any) -> dict[str, Any]:
    """The header that an entry's hash was made of."""
    return {
        "uid": plain(entry.uid),
        "at": plain(entry.at),
        "by": plain(entry.by_uid),
        "for": plain(entry.for_uid),
        "verb": entry.verb,
        "kind": entry.kind,
        "record": plain(entry.record_uid),
        "access": entry.access.value,
        "digest": entry.digest,
        "chain": entry.chain,
        "sequence": entry.sequence,
    }


def _checkpoints(chain: int, key: SigningKey, log: Path | None) -> dict[int, str] | Verdict:
    """The signed heads by sequence, or the verdict that one of them is forged."""
    rows = db.session.scalars(
        select(JournalCheckpoint)
        .where(JournalCheckpoint.chain == chain)
        .order_by(JournalCheckpoint.sequence)
    )
    stated = [
        (_statement(row.chain, row.sequence, row.hash, plain(row.at)), row.signature)
        for row in rows
    ]
    for kept in _logged(log):
        if kept is None:
            return Verdict(chain, 0, GENESIS, 0, "checkpoint-forged")
        if kept["statement"]["chain"] == chain:
            stated.append((kept["statement"], kept["signature"]))
    signed: dict[int, str] = {}
    for statement, signature in stated:
        if not key.verifies(canonical(statement).encode(), signature):
            return Verdict(chain, 0, GENESIS, statement["sequence"], "checkpoint-forged")
        if signed.setdefault(statement["sequence"], statement["hash"]) != statement["hash"]:
            return Verdict(chain, 0, GENESIS, statement["sequence"], "differs-from-checkpoint")
    return signed


def _logged(log: Path | None) -> Iterator[dict[str, Any] | None]:
    """What the file of checkpoints says, line by line; None for a line that is not one of ours,
    or half of one."""
    if log is None or not log.exists():
        return
    for line in log.read_text(errors="replace").splitlines():
        try:
            kept = json.loads(line)
            numbers = kept["statement"]["chain"], kept["statement"]["sequence"]
            texts = kept["statement"]["hash"], kept["statement"]["at"], kept["signature"]
            is_ours = all(isinstance(one, int) for one in numbers) and all(
                isinstance(one, str) for one in texts
            )
            yield kept if is_ours else None
        except (ValueError, KeyError, TypeError):
            yield None


def _statement(chain: int, sequence: int, head: str, at: str) -> dict[str, Any]:
    return {"at": at, "chain": chain, "hash": head, "sequence": sequence}


def checkpoint(key: SigningKey, log: Path | None = None) -> list[dict[str, Any]]:
    """Sign the head of each chain that grew since its last checkpoint. The caller commits.

    Returns the signed statements, each with `signature` and `key_id`.
    """
    made = []
    for head in db.session.scalars(select(JournalChain).order_by(JournalChain.chain)).all():
        last = db.session.scalar(
            select(JournalCheckpoint.sequence)
            .where(JournalCheckpoint.chain == head.chain)
            .order_by(JournalCheckpoint.sequence.desc())
            .limit(1)
        )
        if last == head.sequence:
            continue
        at = clock.now()
        statement = _statement(head.chain, head.sequence, head.hash, plain(at))
        signature = key.sign(canonical(statement).encode())
        db.session.add(
            JournalCheckpoint(
                chain=head.chain,
                sequence=head.sequence,
                hash=head.hash,
                at=at,
                key_id=key.key_id,
                signature=signature,
            )
        )
        made.append({"statement": statement, "signature": signature, "key_id": key.key_id})
    if log is not None and made:
        with log.open("a") as file:
            file.writelines(canonical(one) + "\n" for one in made)
    return made


def set_aside(log: Path) -> None:
    """A new installation begins: what an earlier one in this folder signed says nothing of it, and
    would look like a tail that was cut off. The file stays, under a name with the moment."""
    if log.exists():
        log.rename(log.with_name(f"checkpoints-until-{clock.now():%Y%m%dT%H%M%SZ}.log"))
