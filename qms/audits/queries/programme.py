"""Reads of audit programmes: units, visits, audits beside them, results of the last audits."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from qms.audits.models import (
    Audit,
    AuditCalendar,
    AuditFinding,
    AuditKind,
    AuditMember,
    AuditProgramme,
    AuditState,
    ProgrammeState,
    ProgrammeUnit,
    ProgrammeVisit,
)
from qms.audits.permissions.programme import APPROVES_PROGRAMMES
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.findings.models import Finding, FindingState, Grade
from qms.people.models import Person
from qms.people.queries import people_trusted
from qms.people.rights import Units, sight_of
from qms.units.models import District
from qms.units.tree import Tree

MOST_PROGRAMMES = 200
MOST_UNITS = 5000
MOST_AUDITS = 5000
"""Bounds of what is read at once; no district comes near them."""


def approvers_of(programme: AuditProgramme, district: District, tree: Tree) -> list[Person]:
    """Who may approve a programme, by name: people who can sign in and whom
    `may_approve_programme` lets. One query."""
    unit_id = programme.unit_id
    return people_trusted(
        district,
        APPROVES_PROGRAMMES,
        apart_from=select(Person.id).where(Person.id == programme.drawn_up_by_id),
        unit_ids=[unit_id, *(node.id for node in tree.ancestors(unit_id))],
    )


def seen_programmes(person: Person, unit_id: int | None = None) -> list[ColumnElement[bool]]:
    """The condition under which somebody sees a programme: it is of a unit that they see, or it
    runs and audits one; drafts are for who sees the unit that they are drawn up for."""
    sight = sight_of(person, unit_id)
    found: list[ColumnElement[bool]] = [AuditProgramme.district_id == person.district_id]
    if not sight.units.everywhere:
        audits_mine = exists().where(
            ProgrammeUnit.district_id == AuditProgramme.district_id,
            ProgrammeUnit.programme_id == AuditProgramme.id,
            ProgrammeUnit.unit_id.in_(sight.units.ids),
        )
        found.append(
            or_(
                AuditProgramme.unit_id.in_(sight.units.ids),
                and_(AuditProgramme.state != ProgrammeState.DRAFT, audits_mine),
            )
        )
    return found


def programme_by_uid(person: Person, uid: UUID) -> AuditProgramme:
    """A programme that this person may see, with its editions; Missing otherwise. One query."""
    found = db.session.scalars(
        select(AuditProgramme)
        .where(AuditProgramme.uid == uid, *seen_programmes(person))
        .options(
            joinedload(AuditProgramme.editions),
            joinedload(AuditProgramme.drawn_up_by).joinedload(Person.district),
            joinedload(AuditProgramme.approved_by),
        )
    ).unique()
    programme = found.one_or_none()
    if programme is None:
        raise Missing(_l("There is no such audit programme, or it is not for you."))
    return programme


def programmes_page(person: Person, unit_id: int | None) -> list[AuditProgramme]:
    """The programmes that somebody sees, the latest first. Two queries."""
    return list(
        db.session.scalars(
            select(AuditProgramme)
            .where(*seen_programmes(person, unit_id))
            .options(joinedload(AuditProgramme.editions))
            .order_by(AuditProgramme.from_year.desc(), AuditProgramme.uid.desc())
            .limit(MOST_PROGRAMMES)
        ).unique()
    )


def previous_programme(programme: AuditProgramme) -> int | None:
    """The id of the programme of the same unit before this one."""
    return db.session.scalar(
        select(AuditProgramme.id)
        .where(
            AuditProgramme.district_id == programme.district_id,
            AuditProgramme.unit_id == programme.unit_id,
            AuditProgramme.from_year < programme.from_year,
        )
        .order_by(AuditProgramme.from_year.desc(), AuditProgramme.id.desc())
        .limit(1)
    )


def risks_of(programme_id: int) -> dict[int, Any]:
    """Unit id -> risk, of a programme. One query."""
    rows = db.session.execute(
        select(ProgrammeUnit.unit_id, ProgrammeUnit.risk)
        .where(ProgrammeUnit.programme_id == programme_id)
        .limit(MOST_UNITS)
    )
    return {row.unit_id: row.risk for row in rows}


def listed_units(person: Person, programme: AuditProgramme) -> dict[int, Any]:
    """Unit id -> risk, in the order of the tree: the units of a programme that somebody sees. One
    query."""
    tree, seen = person.rights.tree, sight_of(person).units
    risks = risks_of(programme.id)
    return {node.id: risks[node.id] for node in tree if node.id in risks and node.id in seen}


VISIT: Any = select(
    ProgrammeVisit.unit_id,
    ProgrammeVisit.month,
    ProgrammeVisit.basis,
    ProgrammeVisit.audit_id,
    Audit.uid.label("audit_uid"),
    Audit.number,
    Audit.title,
    Audit.state,
    Audit.access,
    Audit.unit_id.label("audit_unit_id"),
    Audit.planned_from,
    Audit.planned_until,
    Audit.opened_on,
).outerjoin(Audit, Audit.id == ProgrammeVisit.audit_id)


def visits_of(
    programme: AuditProgramme, unit_ids: Collection[int], years: Collection[int] = ()
) -> list[Any]:
    """The visits to these units with their audits, as plain columns. One query."""
    spans = [ProgrammeVisit.month.between(date(y, 1, 1), date(y, 12, 31)) for y in years]
    return list(
        db.session.execute(
            VISIT.where(
                ProgrammeVisit.district_id == programme.district_id,
                ProgrammeVisit.programme_id == programme.id,
                ProgrammeVisit.unit_id.in_(unit_ids),
                *([or_(*spans)] if spans else []),
            ).order_by(ProgrammeVisit.month, ProgrammeVisit.unit_id)
        )
    )


def audits_by_id(ids: Collection[int]) -> list[Audit]:
    """These audits by their first day, with editions and teams. A few queries."""
    statement = (
        select(Audit)
        .where(Audit.id.in_(ids))
        .order_by(Audit.planned_from, Audit.uid)
        .options(
            selectinload(Audit.editions), selectinload(Audit.members).joinedload(AuditMember.person)
        )
    )
    return list(db.session.scalars(statement).unique()) if ids else []


def beneath(tree: Tree, listed: Collection[int]) -> dict[int, int]:
    """Unit id -> the unit of the programme under which it counts: itself, or the nearest above.

    An audit of a section is one of its agency, unless the section has a row of its own.
    """
    found: dict[int, int] = {}
    for node in tree:  # roots first, so that what is above is known
        if node.id in listed:
            found[node.id] = node.id
        elif node.parent_id in found:
            found[node.id] = found[node.parent_id]
    return found


def other_audits(
    person: Person, programme: AuditProgramme, unit_ids: Collection[int], year: int
) -> list[Any]:
    """Internal audits of a year in these units that no visit of the programme led to. One query."""
    visited = select(ProgrammeVisit.audit_id).where(
        ProgrammeVisit.programme_id == programme.id, ProgrammeVisit.audit_id.is_not(None)
    )
    return list(
        db.session.execute(
            select(
                Audit.uid,
                Audit.number,
                Audit.unit_id,
                Audit.state,
                Audit.planned_from,
                Audit.planned_until,
                Audit.opened_on,
            )
            .where(
                *sight_of(person).conditions(Audit),
                Audit.kind == AuditKind.INTERNAL,
                Audit.state != AuditState.CANCELLED,
                Audit.unit_id.in_(unit_ids),
                Audit.planned_from.between(date(year, 1, 1), date(year, 12, 31)),
                Audit.id.not_in(visited),
            )
            .order_by(Audit.planned_from, Audit.uid)
            .limit(MOST_AUDITS)
        )
    )


def late_visits(
    programme: AuditProgramme, unit_ids: Collection[int], today: date, limit: int = 25
) -> list[Any]:
    """Visits whose month has passed and that were not held, the oldest first. One query."""
    return list(
        db.session.execute(
            _shown(programme, unit_ids)
            .where(is_late(today))
            .order_by(ProgrammeVisit.month, ProgrammeVisit.unit_id)
            .limit(limit)
        )
    )


def coming_visits(
    programme: AuditProgramme, unit_ids: Collection[int], today: date, limit: int = 25
) -> list[Any]:
    """Visits of this month and the next ones that were not begun. One query."""
    not_begun = or_(Audit.id.is_(None), Audit.state.in_((AuditState.PLANNED, AuditState.CANCELLED)))
    return list(
        db.session.execute(
            _shown(programme, unit_ids)
            .where(ProgrammeVisit.month >= today.replace(day=1), not_begun)
            .order_by(ProgrammeVisit.month, ProgrammeVisit.unit_id)
            .limit(limit)
        )
    )


def _shown(programme: AuditProgramme, unit_ids: Collection[int]) -> Any:
    return VISIT.where(
        ProgrammeVisit.district_id == programme.district_id,
        ProgrammeVisit.programme_id == programme.id,
        ProgrammeVisit.unit_id.in_(unit_ids),
    )


def is_late(today: date) -> ColumnElement[bool]:
    """A visit whose month has passed, and whose audit was not begun when it should have been."""
    return and_(
        ProgrammeVisit.month < today.replace(day=1),
        or_(
            Audit.id.is_(None),
            Audit.state == AuditState.CANCELLED,
            and_(Audit.state == AuditState.PLANNED, Audit.planned_until < today),
        ),
    )


DONE = (AuditState.REPORTED, AuditState.CLOSED)


@dataclass(frozen=True)
class Tally:
    """How many visits are planned, and how far they came."""

    planned: int = 0
    done: int = 0
    under_way: int = 0
    late: int = 0


def tallies(programmes: Sequence[int], seen: Units, today: date) -> dict[int, Tally]:
    """Programme id -> its figures over the units that are seen. One query."""
    if not programmes:
        return {}
    return {row[0]: Tally(*map(int, row[1:])) for row in _counted(programmes, seen, today)}


def _counted(programmes: Sequence[int], seen: Units, today: date) -> Iterable[Any]:
    done = Audit.state.in_(DONE)
    running = Audit.state == AuditState.UNDER_WAY

    def count(what: Any) -> Any:
        return func.coalesce(func.sum(case((what, 1), else_=0)), 0)

    statement = (
        select(
            ProgrammeVisit.programme_id,
            func.count(),
            count(done),
            count(running),
            count(is_late(today)),
        )
        .outerjoin(Audit, Audit.id == ProgrammeVisit.audit_id)
        .where(ProgrammeVisit.programme_id.in_(programmes))
        .group_by(ProgrammeVisit.programme_id)
    )
    if not seen.everywhere:
        statement = statement.where(ProgrammeVisit.unit_id.in_(seen.ids))
    return db.session.execute(statement)


@dataclass(frozen=True)
class LastAudit:
    """The last internal audit that was held somewhere, and what it found."""

    on: date
    majors: int = 0
    minors: int = 0


def last_audits(person: Person, rows: Mapping[int, int]) -> dict[int, LastAudit]:
    """Unit of the programme -> its last audit that was held, as far as this person sees it.
    `rows`: see `beneath`. Two queries."""
    newest: dict[int, Any] = {}
    for audit in db.session.execute(
        select(Audit.id, Audit.unit_id, Audit.opened_on)
        .where(
            *sight_of(person).conditions(Audit),
            Audit.kind == AuditKind.INTERNAL,
            Audit.state != AuditState.CANCELLED,
            Audit.opened_on.is_not(None),
            Audit.unit_id.in_(list(rows)),
        )
        .order_by(Audit.opened_on.desc(), Audit.id.desc())
        .limit(MOST_AUDITS)
    ):
        newest.setdefault(rows[audit.unit_id], audit)
    counts: dict[int, dict[Grade, int]] = {}
    for row in db.session.execute(
        select(AuditFinding.audit_id, Finding.grade, func.count())
        .join(Finding, Finding.id == AuditFinding.finding_id)
        .where(
            AuditFinding.audit_id.in_([one.id for one in newest.values()]),
            Finding.state != FindingState.CANCELLED,
            *sight_of(person).conditions(Finding),
        )
        .group_by(AuditFinding.audit_id, Finding.grade)
    ):
        counts.setdefault(row[0], {})[row[1]] = row[2]
    return {
        unit_id: LastAudit(
            audit.opened_on,
            counts.get(audit.id, {}).get(Grade.MAJOR, 0),
            counts.get(audit.id, {}).get(Grade.MINOR, 0),
        )
        for unit_id, audit in newest.items()
    }


def linkable_audits(person: Person, programme: AuditProgramme, unit_ids: Collection[int]) -> Any:
    """Internal audits of these units within the programme's years that no visit has: the latest
    planned first."""
    taken = exists().where(
        ProgrammeVisit.district_id == Audit.district_id, ProgrammeVisit.audit_id == Audit.id
    )
    return list(
        db.session.execute(
            select(Audit.id, Audit.uid, Audit.number, Audit.title, Audit.planned_from)
            .where(
                *sight_of(person).conditions(Audit),
                Audit.kind == AuditKind.INTERNAL,
                Audit.state != AuditState.CANCELLED,
                Audit.unit_id.in_(unit_ids),
                Audit.planned_from.between(programme.first_day, programme.last_day),
                ~taken,
            )
            .order_by(Audit.planned_from.desc(), Audit.uid)
            .limit(50)
        )
    )


def visit_in(programme: AuditProgramme, unit_id: int, month: date) -> ProgrammeVisit | None:
    """A visit of a programme."""
    return db.session.scalar(
        select(ProgrammeVisit).where(
            ProgrammeVisit.district_id == programme.district_id,
            ProgrammeVisit.programme_id == programme.id,
            ProgrammeVisit.unit_id == unit_id,
            ProgrammeVisit.month == month,
        )
    )


def calendar_of(person: Person) -> AuditCalendar | None:
    """Somebody's calendar feed, if they asked for one."""
    return db.session.scalar(
        select(AuditCalendar).where(
            AuditCalendar.district_id == person.district_id, AuditCalendar.person_id == person.id
        )
    )
