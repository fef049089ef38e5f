"""What waits for a person in audits: to plan and staff, to begin, to walk through, to report, to
sign; for the audited unit to assess itself and to acknowledge a plan; programmes to approve; scans
to place."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from qms.audits.models import (
    AskedWhen,
    Audit,
    AuditKind,
    AuditLine,
    AuditLineCondition,
    AuditMember,
    AuditorCompetence,
    AuditPlan,
    AuditProgramme,
    AuditReport,
    AuditSignature,
    AuditState,
    PlanState,
    ProgrammeState,
    ProgrammeVisit,
    ReportState,
    ScannedPage,
    ScanUpload,
    SelfAssessment,
    SigningRole,
    TeamRole,
)
from qms.audits.permissions import OF_THE_UNIT, PLANS, RECORDS
from qms.audits.permissions.paper import may_send_scans
from qms.audits.permissions.programme import APPROVES_PROGRAMMES
from qms.audits.queries.competence import auditors_seen
from qms.audits.queries.paper import waits_for
from qms.core.db import AccessClass
from qms.overview.queries.work import PAGE, Bundle, Deadline, Kind, Reach, gathered
from qms.people.lasting import is_here
from qms.people.models import Person
from qms.people.queries import acts_for
from qms.people.rights import Units, sight_of
from qms.people.roles import AUDITS, Role

BEGIN_AHEAD = timedelta(days=14)
PREPARE_AHEAD = timedelta(days=31)
RENEW_AHEAD = timedelta(days=90)
"""Days before the end of a competence from which it is told; as long after it, it is told still."""
LEADS = (TeamRole.LEAD,)
JUDGES = (TeamRole.LEAD, TeamRole.AUDITOR)
NO_DATE = cast(null(), Date)


def audits_waiting(person: Person, reach: Reach = PAGE) -> Bundle:
    """All of it, each kind bounded. One query."""
    return gathered(
        (
            *_preparing(person),
            *_walking(person),
            *_plans(person),
            _self_assessment(person),
            *_programmes(person),
            *expiring(person),
            _scans(person) if may_send_scans(person) else None,
        ),
        reach,
    )


def _preparing(person: Person) -> Iterator[Select[Any]]:
    """Audits that come near: to find a team for who planned them, and for who leads to make the
    checklist or to begin."""
    today = person.district.today
    by_planner = and_(Audit.planned_by_id == person.id, _in(person.rights.units(PLANS)))
    for kind, ahead, conditions in (
        (Kind.STAFF, PREPARE_AHEAD, (by_planner, ~_has_leader())),
        (Kind.PREPARE, PREPARE_AHEAD, (_on_team(person, LEADS), ~_lines())),
        (Kind.BEGIN, BEGIN_AHEAD, (_on_team(person, LEADS), _lines())),
    ):
        planned = _line(person, kind, Audit.planned_from, Deadline.FIRST_DAY)
        yield planned.where(
            Audit.kind == AuditKind.INTERNAL,
            Audit.state == AuditState.PLANNED,
            Audit.planned_from <= today + ahead,
            *conditions,
        ).order_by(Audit.planned_from, Audit.id)


def _walking(person: Person) -> Iterator[Select[Any]]:
    """Audits under way: lines to answer for the team, the report to write and the audit to close
    for who leads, signatures for whose turn it is."""
    report = and_(AuditReport.district_id == Audit.district_id, AuditReport.audit_id == Audit.id)
    is_signing = exists().where(report, AuditReport.state == ReportState.SIGNING)
    of_leader = _on_team(person, LEADS)
    recorded = and_(Audit.planned_by_id == person.id, _in(person.rights.units(RECORDS)))
    closes = or_(of_leader, and_(Audit.kind != AuditKind.INTERNAL, recorded))
    last_day = (Audit.planned_until, Deadline.LAST_DAY)
    open_line = _lines(AuditLine.answer.is_(None), _is_asked())
    for kind, state, conditions in (
        (Kind.WALK, AuditState.UNDER_WAY, (_on_team(person, JUDGES), open_line)),
        (Kind.REPORT, AuditState.UNDER_WAY, (of_leader, _lines(), ~open_line, ~is_signing)),
        (Kind.CLOSE_AUDIT, AuditState.REPORTED, (closes, ~is_signing)),
    ):
        yield (
            _line(person, kind, *last_day)
            .where(Audit.state == state, *conditions)
            .order_by(Audit.planned_until, Audit.id)
        )
    yield (
        _line(person, Kind.SIGN, NO_DATE, Deadline.LAST_DAY)
        .join(AuditReport, report)
        .where(
            AuditReport.state == ReportState.SIGNING,
            Audit.state.in_((AuditState.UNDER_WAY, AuditState.REPORTED)),
            _to_sign(person),
        )
        .order_by(AuditReport.id)
    )


def _lines(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the checklist has lines for which this holds."""
    return exists().where(
        AuditLine.district_id == Audit.district_id,
        AuditLine.audit_id == Audit.id,
        AuditLine.is_removed.is_(False),
        *conditions,
    )


def _is_asked() -> ColumnElement[bool]:
    """Whether an open line waits for no other answer, as `AuditLine.is_asked` says."""
    after = aliased(AuditLine)
    of_line = AuditLineCondition.line_id == AuditLine.id
    met = exists().where(
        of_line,
        after.id == AuditLineCondition.after_id,
        after.is_removed.is_(False),
        or_(
            *(
                and_(AuditLineCondition.asked_when == when, after.answer.in_(when.answers))
                for when in AskedWhen
            )
        ),
    )
    return or_(~exists().where(of_line).correlate(AuditLine), met.correlate(AuditLine))


def _has_leader() -> ColumnElement[bool]:
    return exists().where(
        AuditMember.district_id == Audit.district_id,
        AuditMember.audit_id == Audit.id,
        AuditMember.role == TeamRole.LEAD,
    )


def _self_assessment(person: Person) -> Select[Any]:
    """What the unit was asked to say of itself, for who works there and does not audit."""
    asked = and_(
        SelfAssessment.district_id == Audit.district_id, SelfAssessment.audit_id == Audit.id
    )
    return (
        _line(person, Kind.ASSESS_SELF, SelfAssessment.due_on, Deadline.ASSESSMENT)
        .join(SelfAssessment, asked)
        .where(
            SelfAssessment.handed_in_on.is_(None),
            Audit.state.in_((AuditState.PLANNED, AuditState.UNDER_WAY)),
            _in(person.rights.units(OF_THE_UNIT)),
            ~_on_team(person, JUDGES),
        )
        .order_by(SelfAssessment.due_on, SelfAssessment.id)
    )


def _programmes(person: Person) -> Iterator[Select[Any]]:
    """Programmes that somebody else drew up and that this person may approve; for the coordinator,
    those in which visits of now and of next month have no audit yet."""
    of_programme = and_(
        ProgrammeVisit.district_id == AuditProgramme.district_id,
        ProgrammeVisit.programme_id == AuditProgramme.id,
    )
    first = select(func.min(ProgrammeVisit.month)).where(of_programme).scalar_subquery()
    approves = person.rights.units(APPROVES_PROGRAMMES)
    if approves:
        yield (
            _programme(person, Kind.APPROVE_PROGRAMME, first, approves)
            .where(
                AuditProgramme.state == ProgrammeState.DRAFT,
                AuditProgramme.drawn_up_by_id.not_in(acts_for(person, person.district.today)),
                func.coalesce(AuditProgramme.objectives, "") != "",
                exists().where(of_programme),
            )
            .order_by(AuditProgramme.from_year, AuditProgramme.uid)
        )
    plans = person.rights.units(frozenset({Role.COORDINATOR}))
    if plans:
        near = person.district.today.replace(day=1) + PREPARE_AHEAD
        unplanned = and_(
            of_programme, ProgrammeVisit.audit_id.is_(None), ProgrammeVisit.month <= near
        )
        earliest = select(func.min(ProgrammeVisit.month)).where(unplanned).scalar_subquery()
        yield (
            _programme(person, Kind.PLAN_VISITS, earliest, plans)
            .where(AuditProgramme.state == ProgrammeState.APPROVED, exists().where(unplanned))
            .order_by(AuditProgramme.from_year, AuditProgramme.uid)
        )


def _programme(person: Person, kind: Kind, due: Any, units: Units) -> Select[Any]:
    found: Select[Any] = select(
        literal(kind.value).label("kind"),
        AuditProgramme.uid,
        literal("").label("number"),
        AuditProgramme.title,
        AuditProgramme.unit_id,
        due.label("due_on"),
        literal(Deadline.FIRST_VISIT.value).label("deadline"),
        literal(AccessClass.ORDINARY, Audit.access.type).label("access"),
    ).where(AuditProgramme.district_id == person.district_id)
    return found if units.everywhere else found.where(AuditProgramme.unit_id.in_(units.ids))


def expiring(person: Person) -> Iterator[Select[Any]]:
    """Competences that end soon or have ended, and that nothing later replaces: one's own, and for
    the audit coordinator those of the auditors whom they see."""
    rights, today = person.rights, person.district.today
    if rights.hold_anywhere(frozenset({Role.COORDINATOR})):
        whose = list(auditors_seen(person))
    elif rights.hold_anywhere(AUDITS):
        whose = [Person.id == person.id]
    else:
        return
    held, later = aliased(AuditorCompetence), aliased(AuditorCompetence)
    renewed = exists().where(
        later.district_id == held.district_id,
        later.person_id == held.person_id,
        later.standard == held.standard,
        later.withdrawn_on.is_(None),
        or_(later.valid_until.is_(None), later.valid_until > held.valid_until),
    )
    rows: Any = (
        select(
            literal(Kind.RENEW.value).label("kind"),
            Person.uid,
            literal("").label("number"),
            (Person.name + ": " + held.training).label("title"),
            literal(0).label("unit_id"),
            held.valid_until.label("due_on"),
            literal(Deadline.VALID_UNTIL.value).label("deadline"),
            literal(AccessClass.ORDINARY, Audit.access.type).label("access"),
        )
        .join(
            held,
            and_(
                held.district_id == Person.district_id,
                held.person_id == Person.id,
            ),
        )
        .where(
            Person.district_id == person.district_id,
            *whose,
            is_here(today),
            held.withdrawn_on.is_(None),
            held.valid_until <= today + RENEW_AHEAD,
            held.valid_until > today - RENEW_AHEAD,
            ~renewed,
        )
        .order_by(held.valid_until, held.id)
    )
    yield rows


def _scans(person: Person) -> Select[Any]:
    """Scanned pages of the person's own that no sheet was found for: one line, its title their
    number."""
    rows: Any = (
        select(
            literal(Kind.PLACE.value).label("kind"),
            Person.uid,
            literal("").label("number"),
            cast(func.count(ScannedPage.id), String).label("title"),
            literal(0).label("unit_id"),
            NO_DATE.label("due_on"),
            literal(Deadline.DONE.value).label("deadline"),
            literal(AccessClass.ORDINARY, Audit.access.type).label("access"),
        )
        .join(ScanUpload, ScanUpload.uploaded_by_id == Person.id)
        .join(ScannedPage, ScannedPage.upload_id == ScanUpload.id)
        .where(Person.id == person.id, *waits_for(person))
        .group_by(Person.uid)
    )
    return rows


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
