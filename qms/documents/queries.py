"""Reads of documents. What a person may not see is not found, listed or counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from qms.core import listing, search
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.listing import Key, Page
from qms.documents.models import (
    Classification,
    Document,
    DocumentClause,
    DocumentEvidence,
    DocumentType,
    FileRole,
    NumberPattern,
    Revision,
    RevisionFile,
    RevisionState,
    Signature,
    SignatureRole,
)
from qms.people.lasting import in_force, is_here
from qms.people.models import Person, Position, RoleGrant
from qms.people.queries import acts_for
from qms.people.rights import sight_of
from qms.people.roles import ADMINISTERS, APPROVES, KEEPS, WORKS, Role
from qms.standards.queries import clauses_named

BY_NUMBER = (Key(Document.number_key), Key(Revision.uid))


class Standing(StrEnum):
    """Which revisions a master list shows."""

    IN_FORCE = "in_force"
    BEING_WRITTEN = "being_written"
    UPCOMING = "upcoming"
    OBSOLETE = "obsolete"

    @property
    def label(self) -> Any:
        return STANDING_LABELS[self]


STANDING_LABELS = {
    Standing.IN_FORCE: _l("In force"),
    Standing.BEING_WRITTEN: _l("Being written"),
    Standing.UPCOMING: _l("Not yet in force"),
    Standing.OBSOLETE: _l("Superseded or withdrawn"),
}


def standing_on(standing: Standing, day: date) -> ColumnElement[bool]:
    """The condition that a revision stands so on a day."""
    approved = Revision.state == RevisionState.APPROVED
    ended = and_(
        approved,
        or_(Revision.effective_until <= day, Revision.effective_until == Revision.effective_from),
    )
    if standing is Standing.IN_FORCE:
        return and_(
            approved,
            Revision.effective_from <= day,
            or_(Revision.effective_until.is_(None), Revision.effective_until > day),
        )
    if standing is Standing.BEING_WRITTEN:
        return Revision.state.in_((RevisionState.DRAFT, RevisionState.IN_REVIEW))
    if standing is Standing.UPCOMING:
        never = Revision.effective_until.is_not(None) & (
            Revision.effective_until == Revision.effective_from
        )
        return and_(approved, Revision.effective_from > day, ~never)
    return or_(Revision.state == RevisionState.WITHDRAWN, ended)


def readable(person: Person) -> ColumnElement[bool]:
    """The condition of `may_read` on a revision whose document is seen: approved ones for all,
    others for who works in the unit or is named to sign."""
    works = person.rights.units(WORKS)
    if works.everywhere:
        return true()
    named = exists().where(
        Signature.district_id == person.district_id,
        Signature.revision_id == Revision.id,
        Signature.person_id == person.id,
    )
    return or_(
        Revision.state == RevisionState.APPROVED, Document.unit_id.in_(sorted(works.ids)), named
    )


@dataclass(frozen=True)
class Wanted:
    """What a master list is narrowed to. Without standings it shows what is in force."""

    standings: Sequence[Standing] = ()
    types: Sequence[DocumentType] = ()
    classifications: Sequence[Classification] = ()
    clause_ids: Sequence[int] = ()
    q: str = ""


COLUMNS = (
    Document.id.label("document_id"),
    Document.uid.label("document_uid"),
    Document.unit_id,
    Document.number,
    Document.number_key,
    Document.external_number,
    Document.title,
    Document.type,
    Document.classification,
    Document.access,
    Document.owner_person_id,
    Document.owner_position_id,
    Document.review_on,
    Document.withdrawn_on,
    Document.is_imported,
    Revision.id.label("revision_id"),
    Revision.uid,
    Revision.number.label("revision_number"),
    Revision.label.label("revision_label"),
    Revision.state,
    Revision.approved_on,
    Revision.effective_from,
    Revision.effective_until,
    Revision.link,
)


def master_list(
    person: Person,
    unit_id: int | None,
    wanted: Wanted,
    cursor: str | None = None,
    size: int = listing.PAGE,
) -> Page[Any]:
    """A page of the master list by number, one row for each revision that stands as wanted, as
    plain COLUMNS. One query.

    Few units are not read one by one (`one_of`): a document may have several rows, and a handful
    of units has some hundred documents, not a million.
    """
    sight = sight_of(person, unit_id)
    statement: Any = (
        select(*COLUMNS)
        .join(
            Revision,
            and_(Revision.district_id == Document.district_id, Revision.document_id == Document.id),
        )
        .where(
            *sight.conditions(Document),
            *_matching(person, wanted),
            readable(person),
        )
    )
    return listing.page(statement, BY_NUMBER, cursor, size)


def _matching(person: Person, wanted: Wanted) -> list[ColumnElement[bool]]:
    day = person.district.today
    standings = wanted.standings or (Standing.IN_FORCE,)
    found = [or_(*(standing_on(one, day) for one in standings))]
    if wanted.types:
        found.append(Document.type.in_(wanted.types))
    if wanted.classifications:
        found.append(Document.classification.in_(wanted.classifications))
    if wanted.clause_ids:
        found.append(serves(person.district_id, wanted.clause_ids))
    if wanted.q.strip():
        begins = search.beginning_with(Document.number_key, wanted.q)
        words = clause_or_words(person.district_id, wanted.q)
        found.append(begins if words is None else or_(begins, words))
    return found


def clause_or_words(district_id: int, q: str) -> ColumnElement[bool] | None:
    """The condition that a document serves the clause that somebody looks for by its number, or
    has all the words; None if there is no word."""
    if named := clauses_named(q):
        return serves(district_id, [clause.id for clause in named])
    return search.matching(Document, q)


def serves(district_id: int, clause_ids: Iterable[int]) -> ColumnElement[bool]:
    """The condition that a document serves one of these clauses."""
    return exists().where(
        DocumentClause.district_id == district_id,
        DocumentClause.document_id == Document.id,
        DocumentClause.clause_id.in_(list(clause_ids)),
    )


def signed_by(revision_ids: Iterable[int]) -> dict[int, dict[SignatureRole, str]]:
    """Who signed or is to sign, by revision and role. One query."""
    found: dict[int, dict[SignatureRole, str]] = {}
    for revision_id, role, name, person_name in db.session.execute(
        select(Signature.revision_id, Signature.role, Signature.name, Person.name)
        .outerjoin(Person, Person.id == Signature.person_id)
        .where(Signature.revision_id.in_(list(revision_ids)))
    ):
        found.setdefault(revision_id, {})[role] = name or person_name or ""
    return found


def clauses_served(document_ids: Iterable[int]) -> dict[int, list[int]]:
    """The clauses' ids by document. One query."""
    found: dict[int, list[int]] = {}
    for document_id, clause_id in db.session.execute(
        select(DocumentClause.document_id, DocumentClause.clause_id).where(
            DocumentClause.document_id.in_(list(document_ids))
        )
    ):
        found.setdefault(document_id, []).append(clause_id)
    return found


def owners_of(rows: Iterable[Any]) -> dict[tuple[str, int], str]:
    """The names of the owners of some rows, by ("person" or "position", id). Two queries."""
    people = {row.owner_person_id for row in rows} - {None}
    positions = {row.owner_position_id for row in rows} - {None}
    found: dict[tuple[str, int], str] = {}
    if people:
        for one, name in db.session.execute(
            select(Person.id, Person.name).where(Person.id.in_(people))
        ):
            found["person", one] = name
    if positions:
        for one, title in db.session.execute(
            select(Position.id, Position.title).where(Position.id.in_(positions))
        ):
            found["position", one] = title
    return found


def document_by_uid(person: Person, uid: UUID) -> Document:
    """A document that this person may see, with all its revisions; Missing otherwise. Which of
    the revisions they may read is for `may_read`."""
    found = (
        db.session.scalars(
            select(Document)
            .where(
                Document.uid == uid,
                *sight_of(person).conditions(Document),
                exists().where(Revision.document_id == Document.id, readable(person)),
            )
            .options(
                joinedload(Document.owner_person),
                joinedload(Document.owner_position),
                joinedload(Document.clauses),
                selectinload(Document.evidence).joinedload(DocumentEvidence.evidence),
                selectinload(Document.revisions).options(
                    joinedload(Revision.files).joinedload(RevisionFile.stored),
                    selectinload(Revision.signatures).joinedload(Signature.person),
                ),
            )
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        raise Missing(_l("There is no such document, or it is not for you."))
    return found


def _whole() -> tuple[Any, ...]:
    return (
        selectinload(Revision.files).joinedload(RevisionFile.stored, innerjoin=True),
        selectinload(Revision.signatures).joinedload(Signature.person),
    )


def file_of(person: Person, uid: UUID, number: int, role: FileRole) -> RevisionFile:
    """A file of a revision that this person may read; Missing otherwise."""
    found = db.session.scalar(
        select(RevisionFile)
        .join(Revision, Revision.id == RevisionFile.revision_id)
        .join(Document, Document.id == Revision.document_id)
        .where(
            Document.uid == uid,
            Revision.number == number,
            RevisionFile.role == role,
            *sight_of(person).conditions(Document),
            readable(person),
        )
        .options(joinedload(RevisionFile.stored, innerjoin=True))
    )
    if found is None:
        raise Missing(_l("There is no such file, or it is not for you."))
    return found


class InForce(NamedTuple):
    """A document with its revision that is in force on the day that was asked for."""

    document: Document
    revision: Revision


def documents_in_force(
    person: Person,
    unit_ids: Iterable[int],
    day: date,
    clause_ids: Iterable[int] | None = None,
    *,
    limit: int = 20_000,
) -> list[InForce]:
    """What of these units was, is or will be in force on a day, as far as the person may see it,
    by number; narrowed to documents that serve one of `clause_ids` if given.

    Owner, unit, clauses, files with their stored content, and signatures are loaded, in one query
    each and another for every 500 documents.
    """
    statement = (
        select(Document, Revision)
        .join(
            Revision,
            and_(Revision.district_id == Document.district_id, Revision.document_id == Document.id),
        )
        .where(
            *sight_of(person).under(unit_ids).conditions(Document),
            standing_on(Standing.IN_FORCE, day),
        )
        .order_by(Document.number_key, Document.uid)
        .limit(limit)
        .options(
            joinedload(Document.unit, innerjoin=True),
            joinedload(Document.owner_person),
            joinedload(Document.owner_position),
            selectinload(Document.clauses),
        )
        .options(*_whole())
    )
    if clause_ids is not None:
        statement = statement.where(serves(person.district_id, clause_ids))
    return [InForce(*row) for row in db.session.execute(statement)]


def imported_document(person: Person, unit_id: int, external_number: str) -> Document | None:
    """The document of a unit that bears a number of somebody's file."""
    return db.session.scalar(
        select(Document)
        .where(
            Document.unit_id == unit_id,
            Document.external_number == external_number,
            Document.district_id == person.district_id,
        )
        .options(selectinload(Document.revisions).options(*_whole()))
    )


def possible_signatories(person: Person, unit_id: int, limit: int = 500) -> list[Person]:
    """People who hold a role in a unit or above it now, guests left out: choices for who checks
    and approves."""
    day, tree = person.district.today, person.rights.tree
    near = [unit_id, *(node.id for node in tree.ancestors(unit_id))]
    with_role = select(RoleGrant.person_id).where(
        RoleGrant.district_id == person.district_id,
        RoleGrant.unit_id.in_(near),
        in_force(RoleGrant, day),
        RoleGrant.role != Role.GUEST,
    )
    return list(
        db.session.scalars(
            select(Person)
            .where(
                Person.id.in_(with_role),
                is_here(day),
            )
            .order_by(Person.name_key, Person.uid)
            .limit(limit)
        )
    )


def usual_approver(person: Person, unit_id: int) -> Person | None:
    """The head who would usually approve what this person writes for a unit: its own, else the
    nearest above; never one who counts as the writer, because they act for each other."""
    day, tree = person.district.today, person.rights.tree
    barred = acts_for(person, day)
    for near in (unit_id, *(node.id for node in tree.ancestors(unit_id))):
        found = db.session.scalars(
            select(Person)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(
                RoleGrant.unit_id == near,
                RoleGrant.role.in_(APPROVES),
                in_force(RoleGrant, day),
                is_here(day),
                Person.id.not_in(barred),
            )
            .order_by(RoleGrant.from_on, Person.uid)
        ).first()
        if found is not None:
            return found
    return None


def patterns_seen(person: Person, limit: int = 500) -> list[NumberPattern]:
    """The patterns in force in units whose patterns this person may set."""
    sight = sight_of(person).under(pattern_units(person))
    return list(
        db.session.scalars(
            select(NumberPattern)
            .where(*sight.conditions(NumberPattern), NumberPattern.pattern != "")
            .order_by(NumberPattern.unit_id, NumberPattern.type)
            .limit(limit)
        )
    )


def pattern_units(person: Person) -> list[int]:
    """The open units whose patterns this person may set, in the order of the tree."""
    units = person.rights.units(ADMINISTERS | KEEPS)
    return [node.id for node in person.rights.tree if node.is_open and node.id in units]
