"""Keeping: the signed scan that comes later, evidence that belongs to a document, patterns."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from qms.core import files as store
from qms.core import journal
from qms.core.db import db, touch
from qms.core.errors import Invalid, OutOfTurn, Stale
from qms.core.files import Received
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.documents.models import (
    Document,
    DocumentEvidence,
    DocumentType,
    FileRole,
    NumberPattern,
    Revision,
    RevisionState,
)
from qms.documents.numbers import checked_pattern
from qms.documents.operations.drafting import put_file
from qms.documents.permissions import may_revise, may_set_patterns
from qms.evidence.models import Evidence
from qms.evidence.operations import file_evidence
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.units.models import Unit


def attach_scan(revision: Revision, received: Received, *, by: Person) -> None:
    """Lay the signed scan beside a revision in review or approved: paper is signed afterwards.
    One that is there is never replaced."""
    require(may_revise, by, revision.document)
    if revision.state not in (RevisionState.IN_REVIEW, RevisionState.APPROVED):
        raise OutOfTurn(_l("A signed scan belongs to a revision in review or approved."))
    if revision.file(FileRole.SIGNED) is not None:
        raise OutOfTurn(_l("This revision has its signed scan already."))
    stored = store.keep(received, district_id=revision.district_id, by=by)
    put_file(revision, FileRole.SIGNED, stored, received.name)
    touch(revision)
    journal.write("attach_scan", revision, by=by)


def attach_evidence(
    document: Document,
    name: str,
    *,
    files: Sequence[Received],
    by: Person,
    uid: UUID | None = None,
) -> Evidence:
    """File evidence that belongs to a document: its distribution list, a briefing about it. It has
    the document's access class and clauses. With a uid as in `file_evidence`."""
    require(may_revise, by, document)
    evidence = file_evidence(
        document.unit_id,
        name,
        files=files,
        by=by,
        access=document.access,
        clause_ids=[link.clause_id for link in document.clauses],
        uid=uid,
    )
    _point_at(document, evidence, by=by)
    return evidence


def attach_filed(document: Document, pieces: Sequence[Evidence], *, by: Person) -> None:
    """Let evidence that is filed already belong to a document too. Raises Invalid at "evidence" if
    a piece is withdrawn or not for this person."""
    require(may_revise, by, document)
    sight = sight_of(by)
    for piece in pieces:
        if not sight.sees(piece) or piece.withdrawn_on is not None:
            message = _l("This evidence cannot be used: it is withdrawn or not for you.")
            raise Invalid(message, evidence=message)
        _point_at(document, piece, by=by)


def _point_at(document: Document, evidence: Evidence, *, by: Person) -> None:
    if any(link.evidence_id == evidence.id for link in document.evidence):
        return
    document.evidence.append(
        DocumentEvidence(district_id=document.district_id, evidence_id=evidence.id)
    )
    touch(document)
    journal.write("attach_evidence", document, by=by, evidence=evidence.uid)


def set_pattern(
    unit_id: int,
    type: DocumentType | None,
    pattern: str,
    *,
    by: Person,
    seen: int | None = None,
) -> NumberPattern:
    """Number a unit's documents of a type (None: all others) by a pattern from now on; an empty
    one goes back to the nearest above. Numbers that are given out stay. Raises Stale if somebody
    set it after the district's journal had reached `seen`."""
    require(may_set_patterns, by, unit_id)
    pattern = checked_pattern(pattern) if pattern.strip() else ""
    # No constraint keeps two rows of no type apart, so one at a time sets a unit's patterns.
    db.session.execute(select(Unit.id).where(Unit.id == unit_id).with_for_update(key_share=True))
    known = db.session.scalar(
        select(NumberPattern).where(
            NumberPattern.district_id == by.district_id,
            NumberPattern.unit_id == unit_id,
            NumberPattern.type.is_(None) if type is None else NumberPattern.type == type,
        )
    )
    if known is not None and seen is not None and journal.last_told(known) > seen:
        raise Stale(_l("Somebody else saved this record while you were working on it."), known)
    row = known or NumberPattern(district_id=by.district_id, unit_id=unit_id, type=type)
    row.pattern = pattern
    db.session.add(row)
    journal.write("set_pattern", row, by=by)
    return row
