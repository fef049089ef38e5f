"""The whole journal of a chain, newest first, as far as a person may read it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import false, select, union_all

from qms.actions.models import Action
from qms.audits.models import (
    Audit,
    AuditAttendance,
    AuditeeStance,
    AuditLine,
    AuditMeeting,
    AuditPlan,
    AuditPrint,
    AuditReport,
    AuditSession,
    ScannedPage,
    SelfAssessment,
)
from qms.complaints.models import Complaint
from qms.core import listing
from qms.core.db import AccessClass, db
from qms.core.jobs import Job
from qms.core.journal import Told
from qms.core.journal.models import (
    JournalChain,
    JournalCheckpoint,
    JournalEntry,
    JournalPayload,
)
from qms.core.listing import Key, Page
from qms.documents.models import Document, Revision
from qms.evidence.models import Evidence
from qms.findings.models import Finding
from qms.people.models import Person
from qms.people.roles import LOOKS_AFTER_INTEGRITY, NEED_TO_KNOW

NEWEST_FIRST = (Key(JournalEntry.sequence, descending=True),)
LOOKED_AT = 20_000
"""Entries that one page looks through for what its filters ask; the next page goes on there."""
VERIFY = "verify_journal"
"""The kind of job that verifies a chain."""


@dataclass(frozen=True)
class Entry:
    """An entry as the page shows it. `told.said` is None where the payload was erased; `is_hidden`
    where the person has no need to know."""

    sequence: int
    record_uid: UUID
    by_uid: UUID | None
    told: Told
    is_hidden: bool
    document: tuple[UUID, str] | None = None
    """Of an entry about a revision: its document's uid and number."""
    person: tuple[UUID, str] | None = None
    """Of an entry about a role, a position held or a delegation: whose it is, uid and name."""


def entries(
    person: Person,
    chain: int,
    *,
    kinds: Sequence[str] = (),
    by_uid: UUID | None = None,
    cursor: str | None = None,
) -> Page[Entry]:
    """A page of a chain's entries, newest first. At most six queries, however long the chain is
    and however few entries match: a page looks through LOOKED_AT entries at most."""
    _backwards, after = listing.read_cursor(cursor, NEWEST_FIRST)
    start = after[0] if after else (head_of(chain) or (0, ""))[0] + 1
    statement: Any = (
        select(
            JournalEntry.sequence,
            JournalEntry.at,
            JournalEntry.by_uid,
            JournalEntry.verb,
            JournalEntry.kind,
            JournalEntry.record_uid,
            JournalEntry.access,
            JournalPayload.body,
        )
        .outerjoin(JournalPayload, JournalPayload.entry_id == JournalEntry.id)
        .where(JournalEntry.chain == chain)
    )
    bounded = bool(kinds) or by_uid is not None
    if kinds:
        statement = statement.where(JournalEntry.kind.in_(kinds))
    if by_uid is not None:
        statement = statement.where(JournalEntry.by_uid == by_uid)
    if bounded:
        statement = statement.where(
            JournalEntry.sequence >= start - LOOKED_AT, JournalEntry.sequence <= start + LOOKED_AT
        )
    page = listing.page(statement, NEWEST_FIRST, cursor)
    if bounded and page.next is None and start > LOOKED_AT:
        page = replace(page, next=listing.write_cursor(False, [start - LOOKED_AT]))
    return replace(page, rows=_shown(person, page.rows))


def head_of(chain: int) -> tuple[int, str] | None:
    """(number of entries, hash of the last) of a chain."""
    row = db.session.execute(
        select(JournalChain.sequence, JournalChain.hash).where(JournalChain.chain == chain)
    ).one_or_none()
    return (row.sequence, row.hash) if row else None


def _shown(person: Person, rows: Sequence[Any]) -> list[Entry]:
    bodies = [json.loads(row.body) if row.body else None for row in rows]
    restricted = _restricted_now({row.record_uid for row in rows})
    need = person.rights.units(NEED_TO_KNOW)
    of_integrity = person.rights.units(LOOKS_AFTER_INTEGRITY)
    documents, people = _documents_of(rows, bodies), _people_of(rows, bodies)
    found = []
    for row, said in zip(rows, bodies, strict=True):
        unit_id, is_confidential = restricted.get(row.record_uid, (None, False))
        secret = row.access is AccessClass.RESTRICTED or unit_id is not None
        if secret and unit_id is None and said is not None:
            unit_id = said["image"].get("unit_id")
        # A restricted complaint may be about the very head, and what lies beside it.
        wanted = of_integrity if row.kind == "complaint" or is_confidential else need
        hidden = secret and not wanted.everywhere and unit_id not in wanted
        told = Told(
            kind=row.kind,
            at=row.at,
            verb=row.verb,
            by=said["by"] if said else "",
            on_behalf_of=said.get("for") if said else None,
            reason=None if hidden or not said else said.get("reason"),
            said=None if hidden else said,
            before=None,
        )
        image: dict[str, Any] = said["image"] if said and not hidden else {}
        document = documents.get(image.get("document_id", 0))
        whose = people.get(image.get("person_id", 0)) if row.kind in OF_A_PERSON else None
        found.append(Entry(row.sequence, row.record_uid, row.by_uid, told, hidden, document, whose))
    return found


def _documents_of(rows: Sequence[Any], bodies: Sequence[Any]) -> dict[int, tuple[UUID, str]]:
    """The documents of the revisions that these entries are about, by id."""
    wanted = {
        said["image"]["document_id"]
        for row, said in zip(rows, bodies, strict=True)
        if row.kind == "revision" and said
    }
    if not wanted:
        return {}
    found = db.session.execute(
        select(Document.id, Document.uid, Document.number).where(Document.id.in_(wanted))
    )
    return {row.id: (row.uid, row.number) for row in found}


OF_A_PERSON = ("role_grant", "appointment", "delegation")


def _people_of(rows: Sequence[Any], bodies: Sequence[Any]) -> dict[int, tuple[UUID, str]]:
    """The people whose roles, positions and delegations these entries are about, by id."""
    wanted = {
        said["image"]["person_id"]
        for row, said in zip(rows, bodies, strict=True)
        if row.kind in OF_A_PERSON and said
    }
    if not wanted:
        return {}
    found = db.session.execute(
        select(Person.id, Person.uid, Person.name).where(Person.id.in_(wanted))
    )
    return {row.id: (row.uid, row.name) for row in found}


OF_AN_AUDIT = (
    AuditAttendance,
    AuditeeStance,
    AuditLine,
    AuditMeeting,
    AuditPlan,
    AuditPrint,
    AuditReport,
    AuditSession,
    SelfAssessment,
)
"""The records that are as restricted as their audit is."""


def _restricted_now(uids: set[UUID]) -> dict[UUID, tuple[int, bool]]:
    """The unit of each of these records that is restricted today, and whether it is confidential,
    whatever it was when the entry was written: what became so is so throughout."""
    if not uids:
        return {}
    restricted = [
        select(
            model.uid,
            model.unit_id,
            getattr(model, "is_confidential", false()).label("is_confidential"),
        ).where(model.uid.in_(uids), model.access == AccessClass.RESTRICTED)
        for model in (Audit, Finding, Complaint, Action, Document, Evidence)
    ]
    restricted.append(
        select(Revision.uid, Document.unit_id, false())
        .join(Document, Document.id == Revision.document_id)
        .where(Revision.uid.in_(uids), Document.access == AccessClass.RESTRICTED)
    )
    restricted += [
        select(part.uid, Audit.unit_id, false())
        .join(Audit, Audit.id == part.audit_id)
        .where(part.uid.in_(uids), Audit.access == AccessClass.RESTRICTED)
        for part in OF_AN_AUDIT
    ]
    restricted.append(
        select(ScannedPage.uid, Audit.unit_id, false())
        .join(AuditPrint, AuditPrint.id == ScannedPage.print_id)
        .join(Audit, Audit.id == AuditPrint.audit_id)
        .where(ScannedPage.uid.in_(uids), Audit.access == AccessClass.RESTRICTED)
    )
    rows = db.session.execute(union_all(*restricted))
    return {row.uid: (row.unit_id, bool(row.is_confidential)) for row in rows}


@dataclass(frozen=True)
class Seal:
    """How far a chain is vouched for: its length, the last checkpoint, the last verification."""

    entries: int
    checkpoint_at: datetime | None
    checkpoint_sequence: int | None
    job: Job | None


def seal_of(chain: int) -> Seal:
    """The state of a chain. Three queries."""
    head = head_of(chain)
    last = db.session.execute(
        select(JournalCheckpoint.at, JournalCheckpoint.sequence)
        .where(JournalCheckpoint.chain == chain)
        .order_by(JournalCheckpoint.id.desc())
        .limit(1)
    ).one_or_none()
    jobs = db.session.scalars(
        select(Job).where(Job.kind == VERIFY).order_by(Job.id.desc()).limit(20)
    )
    job = next((one for one in jobs if one.params.get("chain") == chain), None)
    return Seal(
        head[0] if head else 0, last.at if last else None, last.sequence if last else None, job
    )
