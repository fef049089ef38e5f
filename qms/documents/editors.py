"""Who changed what a revision says. The journal knows it; no column does."""

from sqlalchemy import select

from qms.core.db import db
from qms.core.journal.models import JournalEntry
from qms.documents.models import Revision
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
                JournalEntry.kind == Revision.__tablename__,
                JournalEntry.record_uid == revision.uid,
                JournalEntry.chain == revision.district_id,
                JournalEntry.verb == REWRITES,
            )
        )
        known = known.union(found)
        revision.__dict__[KEPT] = revision.version, known
    return known


def count_in(revision: Revision, person: Person) -> None:
    """Count somebody among the editors before the journal's entry of it is committed."""
    revision.__dict__[KEPT] = revision.version, editors_of(revision) | {person.id}
