"""What a unit's page says about its condition."""

from typing import Any

from flask import url_for

from qms.core.dates import long_day, number, short_day
from qms.core.i18n import gettext as _
from qms.overview import labels
from qms.overview.lines import Line, due, unit_label
from qms.overview.queries import unit_state
from qms.overview.queries.outlook import Hanging, counting
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.people.roles import EXPORTS
from qms.standards.queries import edition_by_id
from qms.units.tree import Node


def condition_of(person: Person, node: Node) -> dict[str, Any]:
    """Everything that the page of a unit shows: itself and what lies under it, but scope,
    certificates and packs, which are its own."""
    today = person.district.today
    sight = sight_of(person, node.id)
    findings = unit_state.findings_counted(sight, today)
    actions = unit_state.actions_counted(sight, today)
    certificates = counting(person, [node.id])
    in_force = unit_state.documents_in_force_counted(sight, today)
    return {
        "path": person.rights.tree.path(node.id),
        "type": str(node.type.label),
        "figures": [
            (number(findings.open), labels.open_findings(findings.open), "info"),
            _alarming(findings.unanswered, labels.answers_overdue(findings.unanswered)),
            _alarming(findings.overdue, labels.closings_overdue(findings.overdue)),
            _alarming(findings.majors, _("Major, open")),
            _alarming(actions.overdue, labels.actions_overdue(actions.overdue)),
            (number(in_force), labels.documents_in_force(in_force), "neutral"),
        ],
        "scopes": [
            (edition_by_id(row.edition_id).code, row.statement, long_day(row.from_on))
            for row in unit_state.scopes_of(person, node.id, today)
        ],
        "certificates": [_certificate(one, person) for one in certificates],
        "findings": [_finding(row, person) for row in unit_state.urgent_findings(sight)],
        "actions": [_action(row, person) for row in unit_state.overdue_actions(sight, today)],
        "packs": [
            (
                f"{short_day(row.from_on)} – {short_day(row.to_on)}",
                url_for("packs.show", uid=row.uid),
            )
            for row in unit_state.packs_about(person, node.id)
        ]
        if person.holds(EXPORTS, node.id)
        else [],
        "unit_url": url_for("units.show", uid=node.uid),
    }


def _alarming(count: int, label: str) -> tuple[str, str, str]:
    return number(count), label, "bad" if count else "good"


def _certificate(one: Hanging, person: Person) -> dict[str, Any]:
    today, step = person.district.today, one.step
    found = due(step.by, today) if step else None
    return {
        "code": edition_by_id(one.edition_id).code,
        "url": url_for("certificates.show", uid=one.uid),
        "state": (str(one.standing.state.label), one.standing.state.tone),
        "until": long_day(one.standing.last_day),
        "next": str(step.kind.label) if step else "",
        "due": (found[0], step.tone(today)) if found and step else None,
    }


def _finding(row: Any, person: Person) -> Line:
    return Line(
        title=row.deviation,
        url=url_for("findings.show", uid=row.uid),
        number=row.number,
        why=f"{row.grade.label} · {row.state.label}",
        unit=unit_label(person, row.unit_id),
        button="",
        due=due(row.due_on, person.district.today),
    )


def _action(row: Any, person: Person) -> Line:
    return Line(
        title=row.what,
        url=url_for("actions.show", uid=row.uid),
        number=row.number,
        why="",
        unit=unit_label(person, row.unit_id),
        button="",
        due=due(row.due_on, person.district.today),
    )
