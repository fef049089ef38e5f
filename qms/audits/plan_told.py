"""What a plan tells beside its timetable: kept when it is sent, so that it is seen when it tells
something else by now. The unit's scope, the team and the audit's own words change without anybody
touching the plan."""

from typing import Any

from qms.audits.models import Audit, AuditPlan, PlanState
from qms.audits.queries.scope import excluded_in
from qms.core.i18n import lazy_gettext as _l
from qms.standards.queries import edition_by_id

PARTS = {
    "left_out": _l("the clauses that do not apply in the unit"),
    "standards": _l("the standards"),
    "days": _l("the days"),
    "title": _l("the title"),
    "objectives": _l("the objectives"),
    "scope": _l("the scope"),
    "criteria": _l("the criteria"),
    "methods": _l("the methods"),
    "team": _l("the team"),
}


def told_now(audit: Audit) -> dict[str, Any]:
    """What a plan would tell today, by the names in PARTS, as JSON knows it. Two queries."""
    return {
        "left_out": {clause.key: reason for clause, reason in excluded_in(audit)},
        "standards": [edition_by_id(one).key for one in audit.edition_ids],
        "days": [audit.planned_from.isoformat(), audit.planned_until.isoformat()],
        "team": sorted([one.person.name, one.role.value] for one in audit.members),
        **{
            name: getattr(audit, name)
            for name in ("title", "objectives", "scope", "criteria", "methods")
        },
    }


def changed_since_sent(plan: AuditPlan) -> list[str]:
    """The parts that the auditee was told otherwise, in words. Of a plan that is being made nothing
    is said: it goes anyway."""
    if plan.state is PlanState.DRAFT or plan.told is None:
        return []
    now = told_now(plan.audit)
    return [str(label) for name, label in PARTS.items() if now[name] != plan.told.get(name)]
