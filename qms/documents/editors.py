"""Who changed what a revision says. The journal knows it; no column does."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_, select

from qms.core.db import db
from qms.core.journal.models import JournalEntry
from qms.documents.models import Document, Revision, Signature, SignatureRole
from qms.people.models import Person

REWRITES = "edit_revision"
"""What the journal calls a change of text, address or files; naming signatories is another verb."""
KEPT = "editors"


def editors_of(revision: Revision) -> frozenset[int]:
    """The ids of everybody who changed its text, address or files while it was a draft. One query
    for each version of the revision that is looked at."""
    version, known = revision.__dict__.get(KEPT, (None, frozenset()))
    if version != revision.version:
        found = db.session.scalars(
            select(Person.id)
            .join(JournalEntry, JournalEntry.by_uid == Person.uid)
            .where(
                _is_rewriting(),
                JournalEntry.record_uid == revision.uid,
                JournalEntry.chain == revision.district_id,
            )
        )
        known = known.union(found)
        revision.__dict__[KEPT] = revision.version, known
    return known


def _is_rewriting() -> ColumnElement[bool]:
    return and_(JournalEntry.kind == Revision.__tablename__, JournalEntry.verb == REWRITES)


def wrote_in(unit_ids: Collection[int], district_id: int) -> ColumnElement[bool]:
    """The condition that a Person wrote on documents of these units: began a revision, changed one
    since, or is named as who prepared it."""
    return worked_on(Document.unit_id.in_(unit_ids), district_id, (SignatureRole.PREPARED,))


def worked_on(
    documents: ColumnElement[bool], district_id: int, roles: Collection[SignatureRole]
) -> ColumnElement[bool]:
    """The condition that a Person began a revision of documents, changed one since, or is named to
    sign one in one of these roles. `documents`: a condition on Document."""
    revisions = (
        select(Revision)
        .join(Document, Document.id == Revision.document_id)
        .where(Document.district_id == district_id, documents)
    )
    named = revisions.join(Signature, Signature.revision_id == Revision.id).where(
        Signature.role.in_(roles)
    )
    rewritten = revisions.join(JournalEntry, JournalEntry.record_uid == Revision.uid).where(
        _is_rewriting(), JournalEntry.chain == district_id
    )
    return or_(
        Person.id.in_(revisions.with_only_columns(Revision.author_id)),
        Person.id.in_(named.with_only_columns(Signature.person_id)),
        Person.uid.in_(rewritten.with_only_columns(JournalEntry.by_uid)),
    )


def count_in(revision: Revision, person: Person) -> None:
    """Count somebody among the editors before the journal's entry of it is committed."""
    revision.__dict__[KEPT] = revision.version, editors_of(revision) | {person.id}
