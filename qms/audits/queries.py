"""Reads of audits. What a person may not see is not found, listed, linked or offered."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from qms.audits.models import (
    Audit,
    AuditEdition,
    AuditFinding,
    AuditKind,
    AuditLine,
    AuditLineFinding,
    AuditMember,
    AuditReport,
    AuditState,
)
from qms.core import listing, search
from qms.core.db import db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.core.listing import Key, Page
from qms.findings.models import Finding, FindingState
from qms.people.models import Person, RoleGrant
from qms.people.rights import Sight, sight_of
from qms.people.roles import AUDITS

ROW: Any = Audit.__table__.c
LATEST_FIRST = (Key(ROW.planned_from, descending=True), Key(ROW.uid, descending=True))
NUMBER = re.compile(r"au-\d{4}", re.IGNORECASE)
MOST_LINES = 2000
"""Lines that a checklist may have; more is no audit but a library."""


def _team() -> tuple[Any, ...]:
    return (
        joinedload(Audit.planned_by).joinedload(Person.district),
        joinedload(Audit.editions),
        joinedload(Audit.members).options(
            joinedload(AuditMember.person), joinedload(AuditMember.overruled_by)
        ),
    )


def audit_by_uid(person: Person, uid: UUID) -> Audit:
    """An audit that this person may see, with editions and team; Missing otherwise. One query."""
    found = db.session.scalars(
        select(Audit).where(Audit.uid == uid, *sight_of(person).conditions(Audit)).options(*_team())
    ).unique()
    audit = found.one_or_none()
    if audit is None:
        raise Missing(_l("There is no such audit, or it is not for you."))
    return audit


def load_lines(audit: Audit) -> None:
    """Load the checklist with clauses and findings, so that nothing is asked line by line. Three
    queries."""
    lines = db.session.scalars(
        select(AuditLine)
        .where(AuditLine.audit_id == audit.id)
        .order_by(AuditLine.position, AuditLine.id)
        .options(
            selectinload(AuditLine.clauses),
            selectinload(AuditLine.findings).joinedload(AuditLineFinding.finding),
        )
    ).all()
    set_committed_value(audit, "lines", list(lines))


def line_by_uid(audit: Audit, uid: UUID) -> AuditLine:
    """A line of this audit's checklist, with clauses and findings; Missing otherwise."""
    found = db.session.scalars(
        select(AuditLine)
        .where(AuditLine.uid == uid, AuditLine.audit_id == audit.id)
        .options(
            joinedload(AuditLine.answered_by),
            selectinload(AuditLine.clauses),
            selectinload(AuditLine.findings).joinedload(AuditLineFinding.finding),
        )
    ).one_or_none()
    if found is None or found.is_removed:
        raise Missing(_l("This line is not on the checklist any more. Look at the checklist."))
    return found


def report_by_issue(audit: Audit, issue: int) -> AuditReport:
    """An issue of this audit's report with its signatures; Missing otherwise."""
    found = db.session.scalar(
        select(AuditReport)
        .where(AuditReport.audit_id == audit.id, AuditReport.issue == issue)
        .options(selectinload(AuditReport.signatures))
    )
    if found is None:
        raise Missing(_l("There is no such report, or it is not for you."))
    return found


REGISTER: Any = select(
    ROW.number,
    ROW.title,
    ROW.uid,
    ROW.unit_id,
    ROW.kind,
    ROW.state,
    ROW.planned_from,
    ROW.planned_until,
    ROW.access,
    ROW.id,
)
"""What a row shows: first the texts that people typed, then the rest."""


class Asked(NamedTuple):
    """What the register is narrowed to."""

    states: tuple[AuditState, ...]
    kinds: tuple[AuditKind, ...]
    years: tuple[int, ...]
    number: str


def audit_page(
    person: Person,
    unit_id: int | None,
    *,
    q: str = "",
    states: Sequence[AuditState] = (),
    kinds: Sequence[AuditKind] = (),
    years: Sequence[int] = (),
    cursor: str | None = None,
) -> Page[Any]:
    """A page of the register as rows of plain columns: the latest planned first, hits of words
    last recorded first. One query."""
    sight, q = sight_of(person, unit_id), q.strip()
    is_number = NUMBER.match(q) is not None
    asked = Asked(tuple(states), tuple(kinds), tuple(years), q if is_number else "")
    everywhere, ids = sight.units.everywhere, sorted(sight.units.ids)
    if q and not is_number:
        return search.search_page(
            _register(sight, True, asked), Audit, q, cursor, unit_ids=None if everywhere else ids
        )
    return listing.page(
        _register(sight, False, asked),
        LATEST_FIRST,
        cursor,
        one_of=None if everywhere else (ROW.unit_id, ids),
    )


@lru_cache(maxsize=500)
def _register(sight: Sight, within: bool, asked: Asked) -> Any:
    """The register as somebody sees it and as far as it is asked for (listing keeps its pages)."""
    found = REGISTER.where(*sight.conditions(ROW, within=within))
    if asked.states:
        found = found.where(ROW.state.in_(asked.states))
    if asked.kinds:
        found = found.where(ROW.kind.in_(asked.kinds))
    if asked.years:
        found = found.where(or_(*(ROW.planned_from.between(*_year(year)) for year in asked.years)))
    if asked.number:
        found = found.where(search.beginning_with(ROW.number_key, asked.number))
    return found


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def auditors_of(person: Person, unit_id: int, keep: Iterable[int] = ()) -> list[Person]:
    """Who holds an auditor's role in a unit now, by name, and those to keep: choices for a team."""
    tree = person.rights.tree
    near, day = [unit_id, *(node.id for node in tree.ancestors(unit_id))], tree.day
    held = select(RoleGrant.person_id).where(
        RoleGrant.district_id == person.district_id,
        RoleGrant.unit_id.in_(near),
        RoleGrant.role.in_(AUDITS),
        RoleGrant.withdrawn_at.is_(None),
        RoleGrant.from_on <= day,
        or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > day),
    )
    return list(
        db.session.scalars(
            select(Person)
            .where(
                Person.district_id == person.district_id,
                or_(Person.id.in_(held), Person.id.in_(list(keep))),
                or_(Person.left_on.is_(None), Person.left_on > day),
            )
            .order_by(Person.name_key, Person.uid)
            .limit(200)
        )
    )


FINDING: Any = select(
    Finding.id,
    Finding.uid,
    Finding.number,
    Finding.external_number,
    Finding.deviation,
    Finding.grade,
    Finding.state,
    Finding.due_on,
    Finding.unit_id,
    Finding.access,
)


def findings_of(person: Person, audit: Audit) -> list[Any]:
    """The findings of an audit that this person may see, by number, as plain columns."""
    return list(
        db.session.execute(
            FINDING.join(AuditFinding, AuditFinding.finding_id == Finding.id)
            .where(
                AuditFinding.audit_id == audit.id,
                AuditFinding.district_id == audit.district_id,
                *sight_of(person).conditions(Finding),
            )
            .order_by(Finding.number_key)
            .limit(500)
        )
    )


def linkable_findings(person: Person, audit: Audit) -> list[Any]:
    """Findings of the audited unit and those under it, from such an audit, that can be put beside
    it: the newest first."""
    linked = select(AuditFinding.finding_id).where(AuditFinding.audit_id == audit.id)
    return list(
        db.session.execute(
            FINDING.where(
                *sight_of(person, audit.unit_id).conditions(Finding),
                Finding.source == audit.source,
                Finding.state != FindingState.CANCELLED,
                Finding.id.not_in(linked),
            )
            .order_by(Finding.found_on.desc(), Finding.uid.desc())
            .limit(100)
        )
    )


def open_findings_beside(person: Person, audit: Audit) -> list[Any]:
    """Open findings of the audited unit and those under it that are not of this audit: what the
    team should look at again."""
    linked = select(AuditFinding.finding_id).where(AuditFinding.audit_id == audit.id)
    return list(
        db.session.execute(
            FINDING.where(
                *sight_of(person, audit.unit_id).conditions(Finding),
                Finding.is_open,
                Finding.id.not_in(linked),
            )
            .order_by(Finding.due_on, Finding.uid)
            .limit(50)
        )
    )


def edition_ids_of(audit_ids: Sequence[int]) -> dict[int, list[int]]:
    """Audit id -> the ids of its editions. One query."""
    found: dict[int, list[int]] = {}
    rows = db.session.execute(
        select(AuditEdition.audit_id, AuditEdition.edition_id)
        .where(AuditEdition.audit_id.in_(audit_ids))
        .order_by(AuditEdition.edition_id)
    )
    for audit_id, edition_id in rows:
        found.setdefault(audit_id, []).append(edition_id)
    return found
