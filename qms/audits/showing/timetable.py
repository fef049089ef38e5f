"""A plan and its timetable as their page and their Word files show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for

from qms.audits.conflicts import Conflict
from qms.audits.models import Audit, AuditPlan, AuditSession, PlanState
from qms.core import dates
from qms.core.i18n import gettext as _
from qms.standards.queries import cited_text, in_clause_order
from qms.units.tree import Tree

PLAN_TONES = {
    PlanState.DRAFT: "neutral",
    PlanState.SENT: "info",
    PlanState.ACKNOWLEDGED: "good",
    PlanState.ANSWERED: "warn",
}


@dataclass(frozen=True)
class ShownSession:
    """A line of the timetable."""

    uid: str
    hours: str
    kind: str
    activity: str
    unit: str
    clauses: str
    auditors: str
    auditee: str
    place: str
    url: str
    version: int
    conflicts: list[str] = field(default_factory=list)


def session_shown(
    audit: Audit, one: AuditSession, tree: Tree, conflicts: Mapping[int, list[str]]
) -> ShownSession:
    names = {member.person_id: member.person.name for member in audit.members}
    node = tree.get(one.unit_id)
    return ShownSession(
        str(one.uid),
        f"{one.begins}–{one.ends}",
        str(one.kind.label),
        one.activity or "",
        node.label if node else "",
        cited_text(in_clause_order(one.clause_ids)),
        "; ".join(names.get(person_id, "?") for person_id in one.auditor_ids),
        one.auditee or "",
        one.place or "",
        url_for("audits.edit_session", uid=audit.uid, session=one.uid),
        one.version,
        conflicts.get(one.id, []),
    )


def days_shown(
    audit: Audit, sessions: Sequence[AuditSession], tree: Tree, conflicts: Sequence[Conflict]
) -> list[tuple[str, list[ShownSession]]]:
    """The timetable by day."""
    told: dict[int, list[str]] = {}
    for one in conflicts:
        if one.session_id is not None:
            told.setdefault(one.session_id, []).append(one.sentence)
    found: dict[date, list[ShownSession]] = {}
    for session in sessions:
        found.setdefault(session.on, []).append(session_shown(audit, session, tree, told))
    return [(dates.long_day(day), lines) for day, lines in found.items()]


def plan_facts(plan: AuditPlan | None) -> list[tuple[str, Any]]:
    """What stands beside the timetable."""
    if plan is None:
        return [(_("State"), PlanState.DRAFT.label)]
    found: list[tuple[str, Any]] = [(_("State"), plan.state.label)]
    if plan.sent_by is not None:
        found.append((_("Sent on"), dates.long_day(plan.sent_on)))
        found.append((_("Sent by"), plan.sent_by.name))
    if plan.answered_by is not None:
        label = _("Answered by") if plan.answer else _("Acknowledged by")
        found.append((label, f"{plan.answered_by.name}, {dates.long_day(plan.answered_on)}"))
    found.append((_("Language"), plan.language))
    return found
