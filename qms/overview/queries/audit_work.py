"""What waits for a person in audits: to begin, to walk through, to sign."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, cast, exists, literal, null, or_, select
from sqlalchemy.orm import aliased

from qms.audits.models import (
    Audit,
    AuditLine,
    AuditMember,
    AuditPlan,
    AuditReport,
    AuditSignature,
    AuditState,
    PlanState,
    ReportState,
    SigningRole,
    TeamRole,
)
from qms.audits.permissions import OF_THE_UNIT
from qms.overview.queries.work import Bundle, Deadline, Kind, gathered
from qms.people.models import Person
from qms.people.rights import Units, sight_of
from qms.people.roles import Role

BEGIN_AHEAD = timedelta(days=14)
JUDGES = (TeamRole.LEAD, TeamRole.AUDITOR)


def audits_waiting(person: Person) -> Bundle:
    """Audits to begin that the person leads, lines to answer on their teams, reports to sign. One
    query."""
    soon = person.district.today + BEGIN_AHEAD
    begin = (
        _line(person, Kind.BEGIN, Audit.planned_from, Deadline.FIRST_DAY)
        .where(
            Audit.state == AuditState.PLANNED,
            Audit.planned_from <= soon,
            _on_team(person, (TeamRole.LEAD,)),
        )
        .order_by(Audit.planned_from, Audit.id)
    )
    open_line = exists().where(
        AuditLine.district_id == Audit.district_id,
        AuditLine.audit_id == Audit.id,
        AuditLine.answer.is_(None),
        AuditLine.is_removed.is_(False),
    )
    walk = (
        _line(person, Kind.WALK, Audit.planned_until, Deadline.LAST_DAY)
        .where(Audit.state == AuditState.UNDER_WAY, _on_team(person, JUDGES), open_line)
        .order_by(Audit.planned_until, Audit.id)
    )
    sign = (
        _line(person, Kind.SIGN, cast(null(), Date), Deadline.LAST_DAY)
        .join(
            AuditReport,
            and_(AuditReport.district_id == Audit.district_id, AuditReport.audit_id == Audit.id),
        )
        .where(
            AuditReport.state == ReportState.SIGNING,
            Audit.state.in_((AuditState.UNDER_WAY, AuditState.REPORTED)),
            _to_sign(person),
        )
        .order_by(AuditReport.id)
    )
    return gathered((begin, walk, sign, *_plans(person)))


def _plans(person: Person) -> tuple[Select[Any], Select[Any]]:
    """Plans that wait for the unit's word, and those that the unit wants changed."""
    of_plan = and_(AuditPlan.district_id == Audit.district_id, AuditPlan.audit_id == Audit.id)
    is_open = Audit.state.in_((AuditState.PLANNED, AuditState.UNDER_WAY))
    acknowledge = (
        _line(person, Kind.ACKNOWLEDGE_PLAN, Audit.planned_from, Deadline.FIRST_DAY)
        .join(AuditPlan, of_plan)
        .where(
            AuditPlan.state == PlanState.SENT,
            is_open,
            _in(person.rights.units(OF_THE_UNIT)),
            ~_on_team(person, JUDGES),
        )
        .order_by(Audit.planned_from, Audit.id)
    )
    change = (
        _line(person, Kind.CHANGE_PLAN, Audit.planned_from, Deadline.FIRST_DAY)
        .join(AuditPlan, of_plan)
        .where(AuditPlan.state == PlanState.ANSWERED, is_open, AuditPlan.sent_by_id == person.id)
        .order_by(Audit.planned_from, Audit.id)
    )
    return acknowledge, change


def _line(person: Person, kind: Kind, due: Any, deadline: Deadline) -> Select[Any]:
    found: Select[Any] = select(
        literal(kind.value).label("kind"),
        Audit.uid,
        Audit.number,
        Audit.title,
        Audit.unit_id,
        due.label("due_on"),
        literal(deadline.value).label("deadline"),
        Audit.access,
    ).where(*sight_of(person).conditions(Audit))
    return found


def _on_team(person: Person, roles: tuple[TeamRole, ...]) -> ColumnElement[bool]:
    return exists().where(
        AuditMember.district_id == Audit.district_id,
        AuditMember.audit_id == Audit.id,
        AuditMember.person_id == person.id,
        AuditMember.role.in_(roles),
    )


def _to_sign(person: Person) -> ColumnElement[bool]:
    """Whether a signature is this person's to give now, as `permissions.signs_as` says: it waits,
    and none of a role before it does."""
    before = aliased(AuditSignature)
    of_report = and_(
        AuditSignature.district_id == AuditReport.district_id,
        AuditSignature.report_id == AuditReport.id,
    )
    earlier = (
        exists()
        .where(
            before.district_id == AuditSignature.district_id,
            before.report_id == AuditSignature.report_id,
            before.role < AuditSignature.role,
            before.signed_at.is_(None),
        )
        .correlate(AuditSignature)
    )
    of_unit = person.rights.units(OF_THE_UNIT)
    heads = person.rights.units(frozenset({Role.HEAD}))
    for_the_unit = and_(
        ~_on_team(person, JUDGES).correlate(Audit),
        or_(
            and_(AuditSignature.role == SigningRole.AUDITEE, _in(of_unit)),
            and_(AuditSignature.role == SigningRole.HEAD, _in(heads)),
        ),
    )
    return (
        exists()
        .where(
            of_report,
            AuditSignature.signed_at.is_(None),
            ~earlier,
            or_(AuditSignature.person_id == person.id, for_the_unit),
        )
        .correlate(Audit, AuditReport)
    )


def _in(units: Units) -> ColumnElement[bool]:
    return Audit.unit_id.in_(units.ids)
