"""Reads of evidence. What a person may not see is not found, listed or offered."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.listing import Key, Page
from qms.evidence.models import Evidence, EvidenceClause, EvidenceFile, EvidenceVersion
from qms.people.models import Person
from qms.people.registers import seen_page
from qms.people.rights import sight_of
from qms.standards.queries import clauses_named

NEWEST_FIRST = (Key(Evidence.added_on, descending=True), Key(Evidence.uid, descending=True))


def evidence_by_uid(person: Person, uid: UUID) -> Evidence:
    """A piece of evidence that this person may see; Missing otherwise."""
    found = db.session.scalar(
        select(Evidence)
        .where(Evidence.uid == uid, *sight_of(person).conditions(Evidence))
        .options(
            selectinload(Evidence.clauses),
            selectinload(Evidence.versions).options(
                joinedload(EvidenceVersion.added_by),
                selectinload(EvidenceVersion.files).joinedload(EvidenceFile.stored),
            ),
        )
    )
    if found is None:
        raise Missing(_l("There is no such evidence, or it is not for you."))
    return found


def file_of(person: Person, uid: UUID, number: int, position: int) -> EvidenceFile:
    """A file of a version of evidence that this person may see; Missing otherwise."""
    found = db.session.scalar(
        select(EvidenceFile)
        .join(Evidence, Evidence.id == EvidenceFile.evidence_id)
        .where(
            Evidence.uid == uid,
            EvidenceFile.number == number,
            EvidenceFile.position == position,
            *sight_of(person).conditions(Evidence),
        )
        .options(joinedload(EvidenceFile.stored))
    )
    if found is None:
        raise Missing(_l("There is no such file, or it is not for you."))
    return found


def current_files(evidence_ids: Iterable[int]) -> dict[int, list[EvidenceFile]]:
    """The files of the newest version of each, by evidence. One query. Whether somebody may see
    the evidence was asked before."""
    ids = list(evidence_ids)
    if not ids:
        return {}
    later = aliased(EvidenceVersion)
    newest = (
        select(func.max(later.number))
        .where(later.evidence_id == EvidenceFile.evidence_id)
        .scalar_subquery()
    )
    found: dict[int, list[EvidenceFile]] = {one: [] for one in ids}
    for file in db.session.scalars(
        select(EvidenceFile)
        .where(EvidenceFile.evidence_id.in_(ids), EvidenceFile.number == newest)
        .order_by(EvidenceFile.evidence_id, EvidenceFile.position)
        .options(joinedload(EvidenceFile.stored, innerjoin=True))
    ):
        found[file.evidence_id].append(file)
    return found


def evidence_page(
    person: Person,
    unit_id: int | None,
    *,
    q: str = "",
    standing: Sequence[str] = (),
    clause_id: int | None = None,
    cursor: str | None = None,
) -> Page[Evidence]:
    """A page of the register, newest first, as rows of plain columns. One query.

    `standing`: any of "in_use", "expired", "withdrawn"; none means all.
    """
    sight = sight_of(person, unit_id)
    statement: Any = select(
        Evidence.uid,
        Evidence.id,
        Evidence.unit_id,
        Evidence.name,
        Evidence.added_on,
        Evidence.proves_from,
        Evidence.proves_until,
        Evidence.valid_until,
        Evidence.withdrawn_on,
        Evidence.access,
    )
    statement = statement.where(*_narrowed(person, standing, clause_id))
    if named := clauses_named(q):
        statement = statement.where(proves(person.district_id, [one.id for one in named]))
    words = "" if named else q
    return seen_page(statement, Evidence, sight, NEWEST_FIRST, words=words, cursor=cursor)


def proves(district_id: int, clause_ids: Iterable[int]) -> ColumnElement[bool]:
    """The condition that evidence proves one of these clauses."""
    return Evidence.id.in_(
        select(EvidenceClause.evidence_id).where(
            EvidenceClause.district_id == district_id,
            EvidenceClause.clause_id.in_(list(clause_ids)),
        )
    )


def _narrowed(
    person: Person, standing: Sequence[str], clause_id: int | None
) -> list[ColumnElement[bool]]:
    today = person.district.today
    found: list[ColumnElement[bool]] = []
    if clause_id is not None:
        found.append(proves(person.district_id, [clause_id]))
    each = {
        "in_use": and_(
            Evidence.withdrawn_on.is_(None),
            (Evidence.valid_until.is_(None)) | (Evidence.valid_until >= today),
        ),
        "expired": and_(Evidence.withdrawn_on.is_(None), Evidence.valid_until < today),
        "withdrawn": Evidence.withdrawn_on.is_not(None),
    }
    if chosen := [each[one] for one in standing if one in each]:
        condition = chosen[0]
        for one in chosen[1:]:
            condition = condition | one
        found.append(condition)
    return found


OFFERED = 500
"""How many pieces a form offers; its list can be filtered by typing."""


def pickable(person: Person, unit_id: int, limit: int = OFFERED) -> list[Evidence]:
    """Evidence of a unit and those under it that may be pointed at, newest first. What has expired
    is among it: it still proves the days on which it counted."""
    statement = (
        select(Evidence)
        .where(
            Evidence.unit_id.in_(person.rights.tree.subtree(unit_id)),
            Evidence.withdrawn_on.is_(None),
            *sight_of(person).conditions(Evidence),
        )
        .order_by(Evidence.added_on.desc(), Evidence.uid.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def pieces_by_uid(person: Person, uids: Iterable[UUID]) -> list[Evidence]:
    """The pieces with these uids; Missing if one of them is not there for this person."""
    wanted = list(dict.fromkeys(uids))
    if not wanted:
        return []
    found = list(
        db.session.scalars(
            select(Evidence)
            .where(Evidence.uid.in_(wanted), *sight_of(person).conditions(Evidence))
            .order_by(Evidence.added_on, Evidence.uid)
        )
    )
    if len(found) != len(wanted):
        raise Missing(_l("There is no such evidence, or it is not for you."))
    return found
