"""Making the plan that the auditee gets: its timetable, sent, acknowledged or answered."""

import re
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from qms.audits.models import (
    Audit,
    AuditPlan,
    AuditSession,
    AuditSessionAuditor,
    AuditSessionClause,
    PlanState,
    SessionKind,
)
from qms.audits.permissions.timetable import may_make_timetable
from qms.audits.plan_workflow import PLAN
from qms.audits.queries.timetable import MOST_SESSIONS, plan_of_audit
from qms.core import journal
from qms.core.db import db, same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.repeats import made_before
from qms.core.uids import new_uid
from qms.people.models import Person
from qms.standards.queries import clause_by_id

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def begin_plan(audit: Audit, *, by: Person) -> AuditPlan:
    """The plan of an audit; begun if there is none yet."""
    require(may_make_timetable, by, audit)
    plan = plan_of_audit(audit)
    if plan is None:
        plan = AuditPlan(district_id=audit.district_id, audit_id=audit.id, audit=audit)
        db.session.add(plan)
        journal.write("begin_plan", plan, by=by)
    return plan


def describe_plan(
    plan: AuditPlan,
    *,
    language: str | None,
    logistics: str | None,
    by: Person,
    version: int | None = None,
) -> None:
    """Say in which language the audit is held, and what must be ready."""
    require(may_make_timetable, by, plan.audit)
    same_version(plan, version)
    _to_be_sent_again(plan, by)
    plan.language, plan.logistics = language, logistics
    journal.write("describe_plan", plan, by=by)


def _to_be_sent_again(plan: AuditPlan, by: Person) -> None:
    """What changes after it was sent must be sent again."""
    if plan.state is not PlanState.DRAFT:
        with db.session.no_autoflush:
            plan.answered_by_id = plan.answered_on = plan.answer = None
            PLAN.make("change", plan, by=by)


def add_session(
    audit: Audit,
    *,
    kind: SessionKind,
    on: date,
    begins: str,
    ends: str,
    by: Person,
    unit_id: int | None = None,
    activity: str | None = None,
    auditee: str | None = None,
    place: str | None = None,
    clause_ids: Iterable[int] = (),
    auditor_ids: Iterable[int] = (),
    uid: UUID | None = None,
) -> AuditSession:
    """Put a line into the timetable. What does not fit is told on the page (`conflicts`), and not
    refused. Sent again with the same `uid` it is the same line."""
    plan = begin_plan(audit, by=by)
    wanted = _judged(audit, begins, ends, unit_id, auditor_ids, by)
    said = (audit.id, on, begins, ends, activity)
    before = made_before(
        AuditSession,
        uid,
        by=by,
        is_same=lambda one: (one.audit_id, one.on, one.begins, one.ends, one.activity) == said,
    )
    if before is not None:
        return before
    count = select(func.count()).where(
        AuditSession.audit_id == audit.id, AuditSession.is_removed.is_(False)
    )
    if (db.session.scalar(count) or 0) >= MOST_SESSIONS:
        raise Invalid(_l("The timetable is full. Take a line out first."))
    _to_be_sent_again(plan, by)
    found = AuditSession(
        uid=uid or new_uid(),
        district_id=audit.district_id,
        audit_id=audit.id,
        audit=audit,
        kind=kind,
        on=on,
        begins=begins,
        ends=ends,
        unit_id=unit_id,
        activity=activity,
        auditee=auditee,
        place=place,
    )
    db.session.add(found)
    db.session.flush()
    _link(found, clause_ids, wanted)
    journal.write("add_session", found, by=by)
    return found


def _judged(
    audit: Audit,
    begins: str,
    ends: str,
    unit_id: int | None,
    auditor_ids: Iterable[int],
    by: Person,
) -> set[int]:
    for name, clock in (("begins", begins), ("ends", ends)):
        if not CLOCK.fullmatch(clock):
            message = _l("Write a time such as 08:30.")
            raise Invalid(message, **{name: message})
    if ends <= begins:
        message = _l("It must end after it has begun.")
        raise Invalid(message, ends=message)
    if unit_id is not None and unit_id not in by.rights.tree.subtree(audit.unit_id):
        message = _l("Choose the audited unit or one under it.")
        raise Invalid(message, unit=message)
    wanted = set(auditor_ids)
    if not wanted <= {member.person_id for member in audit.members}:
        message = _l("Choose people of the team.")
        raise Invalid(message, auditors=message)
    return wanted


def _link(session: AuditSession, clause_ids: Iterable[int], auditor_ids: Iterable[int]) -> None:
    """Make clauses and auditors exactly these."""
    clauses, auditors = set(clause_ids), set(auditor_ids)
    for clause in [one for one in session.clauses if one.clause_id not in clauses]:
        session.clauses.remove(clause)
    for auditor in [one for one in session.auditors if one.person_id not in auditors]:
        session.auditors.remove(auditor)
    district_id = session.district_id
    for clause_id in sorted(clauses - set(session.clause_ids)):
        clause_by_id(clause_id)
        session.clauses.append(AuditSessionClause(district_id=district_id, clause_id=clause_id))
    for person_id in sorted(auditors - set(session.auditor_ids)):
        session.auditors.append(AuditSessionAuditor(district_id=district_id, person_id=person_id))


def edit_session(
    session: AuditSession,
    *,
    kind: SessionKind,
    on: date,
    begins: str,
    ends: str,
    unit_id: int | None,
    activity: str | None,
    auditee: str | None,
    place: str | None,
    clause_ids: Iterable[int],
    auditor_ids: Iterable[int],
    by: Person,
    version: int | None = None,
) -> None:
    """Change a line of the timetable. `version` is the one that the person read."""
    plan = begin_plan(session.audit, by=by)
    same_version(session, version)
    _refuse_removed(session)
    wanted = _judged(session.audit, begins, ends, unit_id, auditor_ids, by)
    _to_be_sent_again(plan, by)
    session.kind, session.on, session.begins, session.ends = kind, on, begins, ends
    session.unit_id, session.activity = unit_id, activity
    session.auditee, session.place = auditee, place
    _link(session, clause_ids, wanted)
    touch(session)
    journal.write("edit_session", session, by=by)


def remove_session(session: AuditSession, *, by: Person, version: int | None = None) -> None:
    """Take a line out of the timetable; it stays in the history."""
    plan = begin_plan(session.audit, by=by)
    same_version(session, version)
    _refuse_removed(session)
    _to_be_sent_again(plan, by)
    session.is_removed = True
    journal.write("remove_session", session, by=by)


def _refuse_removed(session: AuditSession) -> None:
    if session.is_removed:
        raise OutOfTurn(_l("This line is not in the timetable any more. Look at the timetable."))


def send_plan(plan: AuditPlan, *, by: Person, version: int | None = None) -> None:
    """The auditee gets the plan: it stands in the My work of those who work in the unit."""
    same_version(plan, version)
    PLAN.check("send", plan, by=by)
    with db.session.no_autoflush:
        plan.sent_on, plan.sent_by = by.district.today, by
        plan.sent_by_id = by.id
        plan.answered_by_id = plan.answered_on = plan.answer = None
        PLAN.make("send", plan, by=by)


def acknowledge_plan(plan: AuditPlan, *, by: Person, version: int | None = None) -> None:
    """The unit has the plan and agrees."""
    same_version(plan, version)
    PLAN.check("acknowledge", plan, by=by)
    with db.session.no_autoflush:
        plan.answer, plan.answered_on = None, by.district.today
        plan.answered_by, plan.answered_by_id = by, by.id
        PLAN.make("acknowledge", plan, by=by)


def answer_plan(plan: AuditPlan, *, answer: str, by: Person, version: int | None = None) -> None:
    """The unit asks for a change, and says what and why."""
    same_version(plan, version)
    answer = answer.strip()
    PLAN.check("answer", plan, by=by, reason=answer)
    with db.session.no_autoflush:
        plan.answer, plan.answered_on = answer, by.district.today
        plan.answered_by, plan.answered_by_id = by, by.id
        PLAN.make("answer", plan, by=by, reason=answer)


def write_letter(
    plan: AuditPlan,
    *,
    number: str | None,
    basis: str | None,
    place: str | None,
    day: date | None,
    signer: Person | None,
    by: Person,
    version: int | None = None,
) -> None:
    """What the letter of assignment says beside the plan. It does not have to be sent again."""
    require(may_make_timetable, by, plan.audit)
    same_version(plan, version)
    if signer is not None and not signer.is_of(plan.district_id):
        message = _l("Choose one from the list.")
        raise Invalid(message, signer=message)
    plan.letter_number, plan.letter_basis, plan.letter_place = number, basis, place
    plan.letter_on, plan.letter_by = day, signer
    journal.write("write_letter", plan, by=by)
