"""Reads of the register of auditors: who audits, what they are competent in, what they did."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from qms.audits.models import Audit, AuditMember, AuditorCompetence, AuditState, TeamRole
from qms.audits.permissions.competence import READS_REGISTER
from qms.core import listing
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.search import beginning_with
from qms.people.lasting import in_force, is_here
from qms.people.models import Person, RoleGrant, sorting_name
from qms.people.rights import sight_of
from qms.people.roles import AUDITS
from qms.standards import catalogue
from qms.standards.queries import edition_by_id

MOST_IN_FILE = 5_000
BY_NAME = (listing.Key(Person.name_key), listing.Key(Person.uid))


@lru_cache(maxsize=1)
def standards() -> dict[str, str]:
    """The families of the shipped editions: iso9001 -> ISO 9001."""
    found: dict[str, str] = {}
    for edition in catalogue.editions():
        found.setdefault(edition.standard, edition.code.partition(":")[0])
    return found


def label_of(standard: str) -> str:
    """How a family of editions is called."""
    return standards().get(standard, standard)


def standards_of(edition_ids: Iterable[int]) -> set[str]:
    """The families of these editions."""
    return {edition_by_id(one).key.split("-")[0] for one in edition_ids}


def _auditing(units: Collection[int] | None, day: date) -> ColumnElement[bool]:
    """Whether somebody holds an auditor's role on a day, in one of these units (None: any)."""
    held = select(RoleGrant.person_id).where(
        RoleGrant.district_id == Person.district_id,
        RoleGrant.role.in_(AUDITS),
        in_force(RoleGrant, day),
    )
    if units is not None:
        held = held.where(RoleGrant.unit_id.in_(units))
    return Person.id.in_(held)


def auditors_seen(reader: Person) -> list[ColumnElement[bool]]:
    """WHERE conditions for the auditors whom somebody sees in the register: themselves, those who
    audit units where they have a say, and, with a say in the whole district, all who ever had a
    competence."""
    units, tree = reader.rights.units(READS_REGISTER), reader.rights.tree
    near = set(units.ids)
    for unit_id in units.ids:
        near.update(node.id for node in tree.ancestors(unit_id))
    seen = [and_(Person.id == reader.id, or_(_auditing(None, tree.day), _recorded()))]
    if units:
        seen.append(_auditing(None if units.everywhere else near, tree.day))
    if units.everywhere:
        seen.append(_recorded())
    return [Person.district_id == reader.district_id, or_(*seen)]


def _recorded() -> ColumnElement[bool]:
    return Person.id.in_(
        select(AuditorCompetence.person_id).where(
            AuditorCompetence.district_id == Person.district_id
        )
    )


def auditor_by_uid(reader: Person, uid: UUID) -> Person:
    """An auditor whom somebody sees; Missing otherwise."""
    found = db.session.scalar(select(Person).where(Person.uid == uid, *auditors_seen(reader)))
    if found is None:
        raise Missing(_l("There is no such auditor, or it is not for you."))
    return found


def _listed(reader: Person) -> Any:
    """SELECT of those in the register who are still here."""
    return select(Person.id, Person.uid, Person.name, Person.name_key, Person.left_on).where(
        *auditors_seen(reader), is_here(reader.district.today)
    )


def all_auditors(reader: Person) -> Sequence[Any]:
    """The register of auditors as a whole, by name: what a file of it holds."""
    statement = _listed(reader).order_by(Person.name_key, Person.uid).limit(MOST_IN_FILE)
    return db.session.execute(statement).all()


def auditors_of(reader: Person, unit_ids: Iterable[int]) -> Sequence[Any]:
    """Those of the register who audit some of these units, by name. One query."""
    tree = reader.rights.tree
    near = {node.id for one in unit_ids for node in (tree[one], *tree.ancestors(one))}
    statement = _listed(reader).where(_auditing(near, tree.day))
    return db.session.execute(
        statement.order_by(Person.name_key, Person.uid).limit(MOST_IN_FILE)
    ).all()


def auditor_page(reader: Person, cursor: str | None = None, *, q: str = "") -> listing.Page[Any]:
    """A page of the register of auditors, by name. `q` is the beginning of a name."""
    statement = _listed(reader)
    if words := sorting_name(q):
        statement = statement.where(beginning_with(Person.name_key, words))
    return listing.page(statement, BY_NAME, cursor)


def competences_of(person_ids: Sequence[int]) -> dict[int, list[AuditorCompetence]]:
    """Person -> what is recorded of them, the latest first. One query."""
    found: dict[int, list[AuditorCompetence]] = {}
    for one in db.session.scalars(
        select(AuditorCompetence)
        .where(AuditorCompetence.person_id.in_(person_ids))
        .order_by(
            AuditorCompetence.standard,
            AuditorCompetence.achieved_on.desc(),
            AuditorCompetence.id.desc(),
        )
        .limit(5_000)
    ):
        found.setdefault(one.person_id, []).append(one)
    return found


def competence_by_uid(person: Person, uid: UUID) -> AuditorCompetence:
    """A competence of this person; Missing otherwise."""
    found = db.session.scalar(
        select(AuditorCompetence).where(
            AuditorCompetence.uid == uid, AuditorCompetence.person_id == person.id
        )
    )
    if found is None:
        raise Missing(_l("There is nothing at this address."))
    return found


@dataclass
class Experience:
    """How many audits that were reported here somebody led, audited in, observed."""

    led: int = 0
    audited: int = 0
    observed: int = 0


SERVED = {TeamRole.LEAD: "led", TeamRole.AUDITOR: "audited", TeamRole.OBSERVER: "observed"}


def experience_of(person_ids: Sequence[int]) -> dict[int, Experience]:
    """What each of these people did in audits that came to a report; numbers only, so that they
    tell of restricted audits no more than that there was one. One query."""
    found = {one: Experience() for one in person_ids}
    rows = db.session.execute(
        select(AuditMember.person_id, AuditMember.role, func.count())
        .join(Audit, Audit.id == AuditMember.audit_id)
        .where(
            AuditMember.person_id.in_(person_ids),
            Audit.state.in_((AuditState.REPORTED, AuditState.CLOSED)),
        )
        .group_by(AuditMember.person_id, AuditMember.role)
    )
    for person_id, role, count in rows:
        setattr(found[person_id], SERVED[role], count)
    return found


def audits_of(reader: Person, person: Person, limit: int = 50) -> list[Any]:
    """The audits on whose team somebody is or was, as far as the reader sees them: the latest
    first."""
    return list(
        db.session.execute(
            select(
                Audit.uid,
                Audit.number,
                Audit.title,
                Audit.state,
                Audit.planned_from,
                Audit.planned_until,
                AuditMember.role,
            )
            .join(AuditMember, AuditMember.audit_id == Audit.id)
            .where(AuditMember.person_id == person.id, *sight_of(reader).conditions(Audit))
            .order_by(Audit.planned_from.desc(), Audit.uid.desc())
            .limit(limit)
        )
    )


def busy_on(reader: Person, audit: Audit, person_ids: Sequence[int]) -> dict[int, list[str]]:
    """Who is on the team of another audit on days of this one: its number, or nothing but that
    there is one where the reader may not see it. One query."""
    found: dict[int, list[str]] = {}
    sight = sight_of(reader)
    for row in db.session.execute(
        select(AuditMember.person_id, Audit.number, Audit.district_id, Audit.unit_id, Audit.access)
        .join(Audit, Audit.id == AuditMember.audit_id)
        .where(
            AuditMember.person_id.in_(person_ids),
            Audit.id != audit.id,
            Audit.state.in_((AuditState.PLANNED, AuditState.UNDER_WAY)),
            Audit.planned_from <= audit.planned_until,
            Audit.planned_until >= audit.planned_from,
        )
        .order_by(Audit.planned_from, Audit.id)
    ):
        found.setdefault(row.person_id, []).append(row.number if sight.sees(row) else "")
    return found
