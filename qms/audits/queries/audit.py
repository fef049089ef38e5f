"""One audit, with what its pages need."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from qms.audits.models import (
    Audit,
    AuditEdition,
    AuditMember,
    AuditReport,
    AuditSignature,
    ProgrammeVisit,
)
from qms.audits.permissions import OF_THE_UNIT
from qms.core.db import AccessClass, db
from qms.core.errors import Missing
from qms.core.i18n import lazy_gettext as _l
from qms.people.lasting import in_force, is_here
from qms.people.models import Person, RoleGrant
from qms.people.rights import sight_of
from qms.people.roles import NEED_TO_KNOW

MOST_NAMED = 5
"""People whom a sentence names."""


def _team() -> tuple[Any, ...]:
    return (
        joinedload(Audit.planned_by).joinedload(Person.district),
        joinedload(Audit.editions),
        joinedload(Audit.visit).joinedload(ProgrammeVisit.programme),
        joinedload(Audit.self_assessment),
        joinedload(Audit.plan),
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


def report_by_issue(audit: Audit, issue: int) -> AuditReport:
    """An issue of this audit's report with its signatures and conclusions; Missing otherwise."""
    rows = db.session.scalars(
        select(AuditReport)
        .where(AuditReport.audit_id == audit.id, AuditReport.issue == issue)
        .options(
            selectinload(AuditReport.signatures).joinedload(AuditSignature.person),
            joinedload(AuditReport.standards),
        )
    ).unique()
    found = rows.one_or_none()
    if found is None:
        raise Missing(_l("There is no such report, or it is not for you."))
    set_committed_value(found, "audit", audit)
    return found


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


def others_to_acknowledge(report: AuditReport, person: Person) -> list[str]:
    """Who else of the audited unit itself can give the auditee's acknowledgement today, by name."""
    audit, day = report.audit, person.district.today
    roles = OF_THE_UNIT & NEED_TO_KNOW if audit.access is AccessClass.RESTRICTED else OF_THE_UNIT
    judges = [one.person_id for one in audit.members if one.role.judges]
    held = select(RoleGrant.person_id).where(
        RoleGrant.district_id == audit.district_id,
        RoleGrant.unit_id == audit.unit_id,
        RoleGrant.role.in_(roles),
        in_force(RoleGrant, day),
    )
    return list(
        db.session.scalars(
            select(Person.name)
            .where(
                Person.district_id == audit.district_id,
                Person.id.in_(held),
                Person.id.not_in([person.id, *judges]),
                is_here(day),
            )
            .order_by(Person.name_key, Person.uid)
            .limit(MOST_NAMED)
        )
    )
