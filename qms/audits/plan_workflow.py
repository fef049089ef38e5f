"""The states of a plan, as the auditee gets it, and the moves between them."""

from typing import Any

from sqlalchemy import func, select

from qms.audits.models import AuditPlan, AuditSession, PlanState, SessionKind
from qms.audits.permissions.timetable import may_answer_plan, may_make_timetable, may_send_plan
from qms.audits.plan_told import changed_since_sent
from qms.core.db import db
from qms.core.i18n import lazy_gettext as _l
from qms.core.workflow import Move, Workflow
from qms.people.models import Person


def lacks_sessions(plan: AuditPlan) -> Any:
    """What a timetable lacks before the auditee gets it."""
    kinds = set(
        db.session.scalars(
            select(AuditSession.kind)
            .where(AuditSession.audit_id == plan.audit_id, AuditSession.is_removed.is_(False))
            .group_by(AuditSession.kind)
            .having(func.count() > 0)
        )
    )
    if not {SessionKind.OPENING, SessionKind.VISIT, SessionKind.CLOSING} <= kinds:
        return _l("Put in the opening meeting, at least one visit and the closing meeting first.")
    return None


def _may_change(person: Person, plan: AuditPlan) -> bool:
    return may_make_timetable(person, plan.audit)


def tells_the_same(plan: AuditPlan) -> Any:
    """Why a plan that the auditee has does not go again."""
    if not changed_since_sent(plan):
        return _l("The auditee has the plan, and nothing that it tells has changed since.")
    return lacks_sessions(plan)


SENT, ANSWERED = PlanState.SENT, PlanState.ANSWERED
ACKNOWLEDGED = PlanState.ACKNOWLEDGED

PLAN = Workflow(
    Move(
        "send",
        _l("Send to the auditee"),
        PlanState.DRAFT,
        SENT,
        may_send_plan,
        lacks_sessions,
        tone="primary",
    ),
    Move(
        "send_again",
        _l("Send again"),
        (SENT, ACKNOWLEDGED, ANSWERED),
        SENT,
        may_send_plan,
        tells_the_same,
        tone="primary",
    ),
    Move("acknowledge", _l("Acknowledge"), SENT, ACKNOWLEDGED, may_answer_plan, tone="primary"),
    Move(
        "answer",
        _l("Ask for a change"),
        (SENT, ACKNOWLEDGED),
        ANSWERED,
        may_answer_plan,
        needs_reason=True,
    ),
    Move(
        "change",
        _l("Change"),
        (SENT, ACKNOWLEDGED, ANSWERED),
        PlanState.DRAFT,
        _may_change,
        automatic=True,
    ),
)
