"""What a unit does: its services, and the processes that its procedures and audits name."""

import re
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import literal, or_, select, union_all

from qms.audits.covering import parted
from qms.audits.models import Audit, AuditSession, SessionKind
from qms.core.db import AccessClass, db
from qms.core.text import fold
from qms.documents.models import Document, DocumentType, Revision
from qms.documents.queries import Standing, standing_on
from qms.findings.models import Finding
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.units.models import Service

MOST = 100
"""Names of each kind that a page offers."""
PROCEDURE = re.compile(r"^(sop|prosedur|procedure)\b(?!\s*$)[\s:.-]*", re.IGNORECASE)


@dataclass
class Processes:
    """Names by where they come from, each once: no register keeps processes."""

    services: list[str] = field(default_factory=list)
    procedures: list[str] = field(default_factory=list)
    """What procedures in force are about."""
    named: list[str] = field(default_factory=list)
    """As timetables of audits and findings called them."""

    def all(self) -> list[str]:
        return [*self.services, *self.procedures, *self.named]


def processes_of(person: Person, unit_id: int) -> Processes:
    """What a unit and those under it do today, as far as the person sees it, by name. Nothing that
    is restricted: what is chosen goes on into papers that others read. One query."""
    found, known = Processes(), set()
    kinds = (found.services, found.procedures, found.named)
    rows = db.session.execute(_named(person, unit_id)).all()
    for kind, name in sorted((kind, PROCEDURE.sub("", name) or name) for kind, name in rows):
        if fold(name) not in known:
            known.add(fold(name))
            kinds[kind].append(name)
    return found


def _named(person: Person, unit_id: int) -> Any:
    """(0, service), (1, procedure), (2, place of a finding or visit of a timetable)."""
    tree = person.rights.tree
    units, sight = tree.subtree(unit_id), sight_of(person, unit_id)
    services = select(literal(0).label("kind"), Service.name.label("name")).where(
        Service.district_id == person.district_id,
        Service.unit_id.in_(units),
        or_(Service.opened_on.is_(None), Service.opened_on <= tree.day),
        or_(Service.closed_on.is_(None), Service.closed_on > tree.day),
    )
    procedures = (
        select(literal(1), Document.title)
        .join(Revision, Revision.document_id == Document.id)
        .where(
            *sight.conditions(Document),
            Document.access == AccessClass.ORDINARY,
            Document.type == DocumentType.PROCEDURE,
            standing_on(Standing.IN_FORCE, tree.day),
        )
    )
    visits = (
        select(literal(2), AuditSession.activity)
        .join(Audit, Audit.id == AuditSession.audit_id)
        .where(
            *sight.conditions(Audit),
            Audit.access == AccessClass.ORDINARY,
            AuditSession.kind == SessionKind.VISIT,
            AuditSession.is_removed.is_(False),
            AuditSession.activity.is_not(None),
        )
        .order_by(Audit.planned_from.desc())
    )
    places = (
        select(literal(2), Finding.place)
        .where(
            *sight.conditions(Finding),
            Finding.access == AccessClass.ORDINARY,
            Finding.place.is_not(None),
        )
        .order_by(Finding.found_on.desc())
    )
    return union_all(
        *(
            select(arm.limit(MOST).subquery())
            for arm in (services.order_by(Service.name), procedures, visits, places)
        )
    )


def processes_under_audit(person: Person, audit: Audit) -> list[str]:
    """Names for what an audit looks into: those of its scope first, then all of its unit."""
    names = [*parted(audit.scope)[0], *processes_of(person, audit.unit_id).all()]
    return list({fold(name): name for name in reversed(names)}.values())[::-1]
