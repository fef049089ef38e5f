"""An audit: badges, steps, facts, plan."""

from typing import Any

from qms.audits.models import Audit, AuditState
from qms.core import dates
from qms.core.db import AccessClass
from qms.core.i18n import gettext as _
from qms.people.models import Person
from qms.standards.queries import edition_by_id

STATE_TONES = {
    AuditState.PLANNED: "neutral",
    AuditState.UNDER_WAY: "info",
    AuditState.REPORTED: "warn",
    AuditState.CLOSED: "good",
    AuditState.CANCELLED: "muted",
}


def days_of(first: Any, last: Any) -> str:
    """One day, or from one to another."""
    if first == last:
        return dates.short_day(first)
    return f"{dates.short_day(first)} – {dates.short_day(last)}"


def badges_of(audit: Audit) -> list[tuple[Any, str]]:
    """Kind, state and what is special."""
    found: list[tuple[Any, str]] = [
        (audit.kind.label, "neutral"),
        (audit.state.label, STATE_TONES[audit.state]),
    ]
    if audit.access is AccessClass.RESTRICTED:
        found.append((_("Restricted"), "warn"))
    return found


def steps_of(audit: Audit) -> list[tuple[Any, str]]:
    """Where the audit is on its way, as the stepper shows it."""
    if audit.state is AuditState.CANCELLED:
        return [(AuditState.PLANNED.label, "done"), (audit.state.label, "failed")]
    way = [state for state in AuditState if state is not AuditState.CANCELLED]
    at, closed = way.index(audit.state), audit.state is AuditState.CLOSED
    return [
        (one.label, "done" if n < at or closed else "current" if n == at else "upcoming")
        for n, one in enumerate(way)
    ]


def facts_of(audit: Audit, person: Person) -> list[tuple[str, Any]]:
    """Label and value of what stands beside the story."""
    found: list[tuple[str, Any]] = [
        (_("Unit"), person.rights.tree[audit.unit_id].name),
        (_("Standards"), ", ".join(edition_by_id(one).code for one in audit.edition_ids)),
        (_("Days"), days_of(audit.planned_from, audit.planned_until)),
        (_("Begun on"), dates.long_day(audit.opened_on)),
        (_("Closed on"), dates.long_day(audit.closed_on)),
        (
            _("Recorded by") if audit.kind.is_external else _("Planned by"),
            audit.planned_by.name,
        ),
    ]
    if audit.kind.is_external:
        found.insert(1, (_("Certification body"), audit.body))
        found.insert(2, (_("Number given by the body"), audit.body_reference))
    return found


def plan_of(audit: Audit) -> list[tuple[str, str]]:
    """(heading, text) of what the plan says."""
    parts = (
        (_("Audit objectives"), audit.objectives),
        (_("Scope"), audit.scope),
        (_("Criteria"), audit.criteria),
        (_("Methods"), audit.methods),
    )
    return [(heading, text) for heading, text in parts if text]
