"""Making the plan that the auditee gets: its timetable, sent, acknowledged or answered."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
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
from qms.audits.operations.answering import hold
from qms.audits.permissions.timetable import may_make_timetable
from qms.audits.plan_told import told_now
from qms.audits.plan_workflow import PLAN
from qms.audits.queries.timetable import MOST_SESSIONS, plan_of_audit
from qms.core import journal
from qms.core.db import db, same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.core.repeats import made_before
from qms.core.uids import new_uid
from qms.people.models import Person
from qms.standards.queries import clause_by_id

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
FULL = _l("The timetable is full. Take a line out first.")


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
        raise Invalid(FULL)
    _to_be_sent_again(plan, by)
    facts = {"kind": kind, "on": on, "begins": begins, "ends": ends, "unit_id": unit_id}
    facts |= {"activity": activity, "auditee": auditee, "place": place}
    return _put(audit, uid, facts, clause_ids, wanted, by)


def _put(
    audit: Audit,
    uid: UUID | None,
    facts: Mapping[str, Any],
    clause_ids: Iterable[int],
    auditor_ids: Iterable[int],
    by: Person,
) -> AuditSession:
    found = AuditSession(
        uid=uid or new_uid(),
        district_id=audit.district_id,
        audit_id=audit.id,
        audit=audit,
        **facts,
    )
    db.session.add(found)
    db.session.flush()
    _link(found, clause_ids, auditor_ids)
    journal.write("add_session", found, by=by)
    return found


@dataclass(frozen=True)
class Line:
    """A line of the timetable as somebody wrote it among others. `facts`: kind, on, begins, ends,
    unit_id, activity, auditee, place. `session`: the line that it changes, read as `version`, or
    takes out; without one it is new, and will bear `uid`."""

    facts: Mapping[str, Any]
    clause_ids: Collection[int] = ()
    auditor_ids: Collection[int] = ()
    session: AuditSession | None = None
    version: int | None = None
    uid: UUID | None = None
    is_removed: bool = False


def save_timetable(audit: Audit, lines: Mapping[str, Line], *, by: Person) -> int:
    """Add, change and take out many lines at once; returns how many. Where some cannot be, none is
    saved, and Invalid names each: its fields are the name of the line, a dash, and the field
    ("rows-3-ends")."""
    plan = begin_plan(audit, by=by)
    hold(audit)
    versions = _versions(audit)
    faults: dict[str, Any] = {}
    for name, line in lines.items():
        found = _overtaken(line, versions) or _faults(audit, line, by)
        faults |= {f"{name}-{field}": said for field, said in found.items()}
    if faults:
        raise Invalid(_l("Some lines cannot be like this. Nothing is saved yet."), **faults)
    growth = sum((one.session is None) - one.is_removed for one in lines.values())
    if growth > 0 and len(versions) + growth > MOST_SESSIONS:
        raise Invalid(FULL)
    if lines:
        _to_be_sent_again(plan, by)
    for line in lines.values():
        _save(audit, line, by)
    return len(lines)


def _versions(audit: Audit) -> dict[int, int]:
    """The version of each line of a timetable, which nobody else changes until this is saved."""
    rows = db.session.execute(
        select(AuditSession.id, AuditSession.version)
        .where(AuditSession.audit_id == audit.id, AuditSession.is_removed.is_(False))
        .order_by(AuditSession.id)
        .with_for_update(key_share=True)
    )
    return {row.id: row.version for row in rows}


def _overtaken(line: Line, versions: Mapping[int, int]) -> dict[str, Any]:
    """What is told where somebody else was faster at a line."""
    session = line.session
    if session is None or versions.get(session.id) == line.version:
        return {}
    if session.id not in versions:
        return {
            "activity": _l(
                "Somebody else took this line out of the timetable. Save again to put yours in, "
                "or take it out here too."
            )
        }
    db.session.refresh(session)
    message = _(
        "Somebody else saved this line meanwhile: %(begins)s–%(ends)s %(name)s. Save again to put "
        "yours in its place.",
        begins=session.begins,
        ends=session.ends,
        name=session.name,
    )
    return {"activity": message}


def _faults(audit: Audit, line: Line, by: Person) -> dict[str, Any]:
    """Field -> what is wrong there."""
    facts = line.facts
    if line.is_removed:
        return {}
    try:
        _judged(audit, facts["begins"], facts["ends"], facts["unit_id"], line.auditor_ids, by)
    except Invalid as problem:
        return problem.fields
    return {}


def _save(audit: Audit, line: Line, by: Person) -> None:
    session = line.session
    if session is None:
        _put(audit, line.uid, line.facts, line.clause_ids, line.auditor_ids, by)
        return
    if line.is_removed:
        session.is_removed = True
        journal.write("remove_session", session, by=by)
        return
    for name, value in line.facts.items():
        setattr(session, name, value)
    _link(session, line.clause_ids, line.auditor_ids)
    touch(session)
    journal.write("edit_session", session, by=by)


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
    """The auditee gets the plan: it stands in the My work of those who work in the unit. A plan
    that they have goes again once it tells something else."""
    same_version(plan, version)
    PLAN.check("send" if plan.state is PlanState.DRAFT else "send_again", plan, by=by)
    _to_be_sent_again(plan, by)
    told = told_now(plan.audit)
    with db.session.no_autoflush:
        plan.told = told
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
