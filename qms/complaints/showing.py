"""A complaint as its pages show it: register rows, steps, facts, buttons."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from flask import url_for
from markupsafe import escape

from qms.actions.showing import due_shown
from qms.complaints.categories import Category, named
from qms.complaints.models import (
    UNANSWERED_STATES,
    Complaint,
    ComplaintAnswer,
    ComplaintState,
    Satisfaction,
)
from qms.complaints.permissions import may_see_complainant
from qms.core import dates
from qms.core.db import AccessClass
from qms.core.i18n import gettext as _
from qms.core.registers import escaped
from qms.core.routing import urls_of
from qms.evidence.showing import expiry, shown_file
from qms.findings.queries import Piece
from qms.findings.showing import STATE_TONES as FINDING_TONES
from qms.people.models import Person

STATE_TONES = {
    ComplaintState.RECEIVED: "info",
    ComplaintState.HANDLING: "info",
    ComplaintState.ANSWERED: "good",
    ComplaintState.CLOSED: "good",
    ComplaintState.WITHDRAWN: "muted",
    ComplaintState.FORWARDED: "muted",
}
SATISFACTION_TONES = {
    Satisfaction.NOT: "bad",
    Satisfaction.LITTLE: "warn",
    Satisfaction.CONTENT: "good",
    Satisfaction.VERY: "good",
}


class Row(NamedTuple):
    """A row of the register, ready to be shown."""

    number: str
    title: str
    url: str
    sub: str
    category: str
    received_on: str
    due: str
    due_tone: str
    state: str
    tone: str
    is_restricted: bool


def rows_of(rows: Iterable[Any], person: Person, categories: Mapping[str, Category]) -> list[Row]:
    """The rows of a page of the register, safe for HTML. What they share is worked out once."""
    tree, today, url = person.rights.tree, person.district.today, urls_of("complaints.show")
    rows = list(rows)
    units = {one: str(escape(tree[one].label)) for one in {row.unit_id for row in rows}}
    kinds = {one: str(escape(_short(categories, one))) for one in {row.category for row in rows}}
    said = iter(escaped([text for row in rows for text in (row.number, cut(row.title))]))
    found = []
    for row in rows:
        number, title = next(said), next(said)
        found.append(
            Row(
                number,
                title,
                url(row.uid),
                f"{units[row.unit_id]} · {escape(row.channel.label)}",
                kinds[row.category],
                dates.short_day(row.received_on),
                *due_shown(row.due_on, today, waits=row.state in UNANSWERED_STATES),
                str(row.state.label),
                STATE_TONES[row.state],
                row.access is AccessClass.RESTRICTED,
            )
        )
    return found


def cut(statement: str, most: int = 140) -> str:
    """The beginning of what was said, to its last whole word."""
    first = " ".join(statement.split())
    if len(first) <= most:
        return first
    return first[:most].rpartition(" ")[0].rstrip(",;:") + "…"


def _short(categories: Mapping[str, Category], key: str) -> str:
    """The name of a category without what explains it."""
    return named(categories, key).partition(":")[0]


def badges_of(complaint: Complaint) -> list[tuple[Any, str]]:
    """State, and what is special."""
    found: list[tuple[Any, str]] = [(complaint.state.label, STATE_TONES[complaint.state])]
    if complaint.is_integrity:
        found.append((_("About integrity"), "warn"))
    if complaint.access is AccessClass.RESTRICTED:
        found.append((_("Restricted"), "warn"))
    if complaint.satisfaction is not None:
        tone = SATISFACTION_TONES[complaint.satisfaction]
        found.append((complaint.satisfaction.label, tone))
    return found


WAY = (
    ComplaintState.RECEIVED,
    ComplaintState.HANDLING,
    ComplaintState.ANSWERED,
    ComplaintState.CLOSED,
)


def steps_of(complaint: Complaint) -> list[tuple[Any, str]]:
    """Where it is on its way, as the stepper shows it."""
    state = complaint.state
    if state not in WAY:
        return [(ComplaintState.RECEIVED.label, "done"), (state.label, "failed")]
    at, closed = WAY.index(state), state is ComplaintState.CLOSED
    return [
        (one.label, "done" if n < at or closed else "current" if n == at else "upcoming")
        for n, one in enumerate(WAY)
    ]


def due_of(complaint: Complaint, today: date) -> tuple[str, str]:
    """(text, tone) of the day of the answer."""
    return due_shown(complaint.due_on, today, waits=complaint.state.waits_for_answer)


def facts_of(
    complaint: Complaint, person: Person, categories: Mapping[str, Category]
) -> list[tuple[str, Any]]:
    """Label and value of what stands beside the story."""
    found: list[tuple[str, Any]] = [
        (_("Unit"), person.rights.tree[complaint.unit_id].name),
        (_("Channel"), complaint.channel.label),
        (_("Category"), named(categories, complaint.category)),
        (_("Received on"), dates.long_day(complaint.received_on)),
        (_("Service"), complaint.service.name if complaint.service else None),
        (_("Place or counter"), complaint.place),
        (_("Assigned to"), complaint.assigned_to.name if complaint.assigned_to else None),
    ]
    if complaint.reference:
        found.insert(2, (_("Number where it came from"), complaint.reference))
    if complaint.recorded_by:
        found.append((_("Taken down by"), complaint.recorded_by.name))
    if complaint.closed_on:
        found.append((_("Closed on"), dates.long_day(complaint.closed_on)))
    return found


def complainant_of(complaint: Complaint, person: Person) -> dict[str, Any]:
    """Who complained, for who may know: `is_shown`, `facts`, and a `note` in place of them."""
    if not may_see_complainant(person, complaint):
        return {"is_shown": False, "note": _("Shown only to who answers the complaint.")}
    if complaint.erased_on is not None:
        day = dates.long_day(complaint.erased_on)
        return {"is_shown": True, "note": _("Name and contact were taken out on %(day)s.", day=day)}
    facts = [(_("Name"), complaint.complainant), (_("Contact"), complaint.contact)]
    is_named = bool(complaint.complainant or complaint.contact)
    note = "" if is_named else _("Anonymous: neither name nor contact was given.")
    return {
        "is_shown": True,
        "note": note,
        "facts": [*facts, (_("Receipt number"), complaint.receipt)]
        if is_named
        else [(_("Receipt number"), complaint.receipt)],
    }


def answer_note(answer: ComplaintAnswer) -> tuple[str, str]:
    """(text, tone): whether an answer came in time."""
    late = (answer.on - answer.due_on).days
    if late > 0:
        return _("due %(day)s", day=dates.short_day(answer.due_on)), "bad"
    return _("in time"), "good"


def pieces_of(pieces: Iterable[Piece], today: date) -> list[dict[str, Any]]:
    """Evidence as the list of pieces shows it."""
    return [
        {
            "name": piece.name,
            "url": url_for("evidence.show", uid=piece.uid),
            "is_withdrawn": piece.is_withdrawn,
            "expiry": expiry(piece.valid_until, today),
            "files": [shown_file(piece.uid, *file) for file in piece.files],
        }
        for piece in pieces
    ]


def findings_shown(rows: Iterable[Any], today: date) -> list[dict[str, Any]]:
    """Findings as a list on the page shows them."""
    found = []
    for row in rows:
        due, tone = due_shown(row.due_on, today, waits=row.state.is_open)
        found.append(
            {
                "title": row.deviation.split("\n")[0][:160],
                "number": row.number,
                "url": url_for("findings.show", uid=row.uid),
                "grade": row.grade.label,
                "grade_tone": row.grade.tone,
                "state": row.state.label,
                "tone": FINDING_TONES[row.state],
                "due": due,
                "due_tone": tone,
            }
        )
    return found


def led_here(rows: Iterable[Any]) -> list[tuple[str, str, str, Any, str]]:
    """Complaints as a finding's page lists them: number, title, address, state, tone."""
    return [
        (
            row.number,
            cut(row.title),
            url_for("complaints.show", uid=row.uid),
            ComplaintState(row.state).label,
            STATE_TONES[ComplaintState(row.state)],
        )
        for row in rows
    ]


def told_publicly(complaint: Complaint) -> dict[str, Any]:
    """What a receipt shows: how far it is and what was answered; nothing about anybody."""
    state = complaint.state
    sentences = {
        ComplaintState.RECEIVED: _("Your complaint is received, and waits to be taken in hand."),
        ComplaintState.HANDLING: _("Your complaint is being handled."),
        ComplaintState.ANSWERED: _("Your complaint is answered."),
        ComplaintState.CLOSED: _("Your complaint is answered and closed."),
        ComplaintState.WITHDRAWN: _("Your complaint was withdrawn."),
        ComplaintState.FORWARDED: _("Your complaint is not for this office, and was passed on."),
    }
    facts: list[tuple[str, Any]] = [
        (_("Received on"), dates.long_day(complaint.received_on)),
        (_("Service"), complaint.service.name if complaint.service else None),
    ]
    if state.waits_for_answer:
        facts.append((_("Answer due by"), dates.long_day(complaint.due_on)))
    answer = complaint.answer
    return {
        "receipt": complaint.receipt,
        "stepper": steps_of(complaint),
        "sentence": sentences[state],
        "facts": [(label, value) for label, value in facts if value],
        "answer": answer.text if answer else None,
        "answered_on": dates.long_day(answer.on) if answer else "",
        "outcome": complaint.outcome if state is ComplaintState.FORWARDED else None,
        "may_rate": answer is not None and complaint.satisfaction is None,
        "satisfaction": complaint.satisfaction.label if complaint.satisfaction else None,
    }
