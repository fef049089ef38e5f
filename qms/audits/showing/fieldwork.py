"""What a device takes along into the field: plain values for its script."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import url_for

from qms.audits.models import (
    Answer,
    Audit,
    AuditAttendance,
    AuditeeStance,
    AuditLine,
    AuditState,
    Meeting,
    Method,
    Stance,
)
from qms.audits.operations.answering import is_being_signed
from qms.audits.operations.fieldwork import said_at
from qms.audits.operations.verdicts import editions_of
from qms.audits.queries import (
    attendance_of,
    findings_of,
    load_lines,
    photos_of,
    stances_of,
)
from qms.audits.queries.self_assessment import all_self_answers
from qms.audits.queries.sources import previous_lines
from qms.audits.sealing import sealing_key
from qms.audits.showing.audit import days_of
from qms.audits.showing.checklist import (
    clauses_text,
    condition_of,
    methods_text,
    previous_of,
    self_answer_shown,
)
from qms.core import clock, dates
from qms.core.db import version_of
from qms.core.i18n import gettext as _
from qms.people.models import Person
from qms.people.rights import sight_of
from qms.standards.queries import edition_by_id


def state_of(audit: Audit, person: Person) -> dict[str, Any]:
    """An audit as somebody of its team takes it along: lines with their answers (those that wait
    for the answer to another one, too: the device asks them by the answers that it holds), who was
    at the meetings, what the auditee said, and the key for sealing it on the device."""
    load_lines(audit)
    findings, beside = findings_of(person, audit), _beside(audit, person)
    return {
        "person": str(person.uid),
        "key": sealing_key(person),
        "now": clock.now().isoformat(),
        "audit": _audit(audit, person),
        "lines": [
            shown | beside(line)
            for line, shown in zip(
                audit.listed, lines_shown(audit, audit.listed, person), strict=True
            )
        ],
        "checklist": version_of(audit.lines),
        "attendance": attendance_shown(attendance_of(audit)),
        "stances": stances_shown(stances_of(audit), person),
        "findings": _apart(audit, findings),
        "people": sorted({one.person.name for one in audit.members}),
    }


def _audit(audit: Audit, person: Person) -> dict[str, Any]:
    return {
        "uid": str(audit.uid),
        "number": audit.number,
        "title": audit.title,
        "unit": person.rights.tree[audit.unit_id].name,
        "days": days_of(audit.planned_from, audit.planned_until),
        "closed": _closed_because(audit),
    }


def _closed_because(audit: Audit) -> str:
    """Why nothing is taken now; empty if it is."""
    if audit.state is AuditState.PLANNED:
        return _("The audit has not begun yet. Write all the same: it is sent once it has begun.")
    if audit.state is not AuditState.UNDER_WAY:
        return _("The checklist is closed with the report.")
    if is_being_signed(audit):
        return _("The report is being signed. Have it sent back first.")
    return ""


def lines_shown(audit: Audit, lines: Iterable[AuditLine], person: Person) -> list[dict[str, Any]]:
    """Lines in their order, as the script shows and sends them, with the findings and photos that
    this person sees; `after`: when they are asked, if not in any case."""
    lines, zone, sight = list(lines), person.district.timezone, sight_of(person)
    photos: dict[int, list[dict[str, str]]] = {}
    for row in photos_of(person, audit):
        photo = {"uid": str(row.uid), "url": url_for("evidence.show", uid=row.uid)}
        photos.setdefault(row.line_id, []).append(photo)
    return [
        {
            "uid": str(line.uid),
            "version": line.version,
            "section": line.section,
            "question": line.question,
            "hint": line.hint or "",
            "clauses": clauses_text(line.clause_ids),
            "methods": methods_text(line.methods),
            "samples": Method.SAMPLE in line.methods,
            "standards": _standards(line),
            **said_at(line),
            "by": line.answered_by.name if line.answered_by else "",
            "at": _moment(line.answered_at, zone),
            "findings": [link.finding.number for link in line.findings if sight.sees(link.finding)],
            "photos": photos.get(line.id, []),
            **_asked_after(line),
        }
        for line in lines
    ]


def _asked_after(line: AuditLine) -> dict[str, Any]:
    """On which answers to which line it depends whether a line is asked."""
    condition = line.condition
    if condition is None:
        return {}
    answers = () if condition.after.is_removed else condition.asked_when.answers
    return {
        "after": {
            "line": str(condition.after.uid),
            "answers": sorted(one.value for one in answers),
            "told": condition_of(line),
        }
    }


def _standards(line: AuditLine) -> list[tuple[str, str]]:
    """(key, name) of the standards that a line asks about, where there are several."""
    editions = [edition_by_id(one) for one in editions_of(line)]
    return [(one.key, one.code) for one in editions] if len(editions) > 1 else []


def _beside(audit: Audit, person: Person) -> Callable[[AuditLine], dict[str, Any]]:
    """What stands beside a line to be read: what the unit said of itself, and what the line came to
    in the last audit. Two queries for all lines; none for what there is not."""
    sees = sight_of(person).sees
    said = all_self_answers(audit) if audit.self_assessment is not None else {}
    previous = previous_lines(person, audit.listed)

    def beside(line: AuditLine) -> dict[str, Any]:
        own, last = self_answer_shown(said.get(line.id)), previous.get(line.id)
        return {
            "unit_says": asdict(own) if own else None,
            "last_time": asdict(previous_of(last, sees)) if last else None,
        }

    return beside


def _moment(moment: datetime | None, zone: str) -> str:
    return dates.long_moment(moment, zone)


def attendance_shown(rows: Iterable[AuditAttendance]) -> list[dict[str, Any]]:
    """Who was at the meetings."""
    return [
        {
            "uid": str(one.uid),
            "version": one.version,
            "meeting": one.meeting.value,
            "name": one.name,
            "post": one.post,
            "is_removed": one.is_removed,
        }
        for one in rows
    ]


def stances_shown(rows: Iterable[AuditeeStance], person: Person) -> list[dict[str, Any]]:
    """What the auditee said, by what it is about: lines, and findings that this person sees."""
    sight = sight_of(person)
    return [
        {
            "target": f"line:{one.line.uid}" if one.line else f"finding:{one.finding.uid}",  # type: ignore[union-attr]
            "version": one.version,
            "stance": one.stance.value if one.stance else None,
            "spoken_by": one.spoken_by,
            "note": one.note,
        }
        for one in rows
        if one.finding is None or sight.sees(one.finding)
    ]


def _apart(audit: Audit, findings: Iterable[Any]) -> list[dict[str, str]]:
    """The findings that come from no line: the others are spoken about with their line."""
    tied = {link.finding_id for line in audit.asked for link in line.findings}
    return [
        {
            "target": f"finding:{row.uid}",
            "number": row.number,
            "title": row.deviation.split("\n")[0][:200],
            "grade": row.grade.value,
        }
        for row in findings
        if row.id not in tied
    ]


def present_at(rows: Iterable[AuditAttendance]) -> list[tuple[Any, list[tuple[str, str]]]]:
    """(meeting, those present as name and post) for each meeting."""
    found: dict[Meeting, list[tuple[str, str]]] = {meeting: [] for meeting in Meeting}
    for one in rows:
        found[one.meeting].append((one.name, one.post or ""))
    return [(meeting.label, people) for meeting, people in found.items()]


def said_of(rows: Iterable[AuditeeStance], person: Person) -> list[dict[str, Any]]:
    """What the auditee said, with what it is about: lines, and findings that this person sees."""
    sight = sight_of(person)
    return [
        {
            "about": one.line.question if one.line else one.finding.number,  # type: ignore[union-attr]
            "stance": one.stance.label,
            "tone": "good" if one.stance is Stance.AGREES else "warn",
            "spoken_by": one.spoken_by,
            "note": one.note,
        }
        for one in rows
        if one.stance is not None and (one.finding is None or sight.sees(one.finding))
    ]


def choices() -> dict[str, list[dict[str, Any]]]:
    """What can be chosen, with labels in the language of the page, and what an answer needs."""
    return {
        "answers": [
            {
                "value": one.value,
                "label": str(one.label),
                "tone": one.tone,
                "needs_seen": one.grade is not None,
                "needs_reason": one.needs_reason,
                "is_discussed": one.grade is not None,
            }
            for one in Answer
        ],
        "meetings": [{"value": one.value, "label": str(one.label)} for one in Meeting],
        "stances": [{"value": one.value, "label": str(one.label)} for one in Stance],
    }


def words() -> dict[str, str]:
    """What the script says by itself, in the language of the page."""
    return {
        "storing": _("Being kept on this device…"),
        "stored": _("Kept on this device."),
        "sent": _("Sent."),
        "to_send": _("to be sent"),
        "conflict": _("two versions"),
        "open": _("Open"),
        "seen_needed": _("Write what was seen: where, when, which record. Then it is sent."),
        "reason_needed": _("Write why it does not apply. Then it is sent."),
        "note_needed": _("Write why the auditee disagrees, in their words. Then it is sent."),
        "name_needed": _("Write the name of who was there."),
        "answer_needed": _("Choose the result of the line itself. Then it is sent."),
        "number_needed": _("Write a whole number of things, such as 40. Then it is sent."),
        "too_many": _(
            "More was looked at than there is. Correct one of the two numbers. Then it is sent."
        ),
        "difference_needed": _(
            "Write why the result differs under this standard. Then it is sent."
        ),
        "too_long": _("A text has more than 10,000 letters. Shorten it. Then it is sent."),
        "sample": _("Sample"),
        "size_of": _("%(size)s of %(all)s"),
        "of_all": _("of %(all)s"),
        "the_same": _("The same"),
        "why_differs": _("Why it differs under %(standard)s"),
        "online": _("Everything is sent."),
        "offline": _("No network. What you write is kept on this device."),
        "offline_unkept": _(
            "No network, and nothing is kept on this device: do not close, reload or leave this "
            "page before everything is sent."
        ),
        "signed_out_unkept": _(
            "You are signed out, and nothing is kept on this device: do not close, reload or leave "
            "this page. Sign in in another tab, then come back here: it is sent from this page."
        ),
        "sign_in_apart": _("Sign in in another tab"),
        "unkept": _("Not sent yet, and kept on this page only."),
        "leave": _(
            "What you wrote here (%(n)s) is not sent and not kept on this device. Leave this page "
            "and lose it?"
        ),
        "not_asked": _("Not asked yet"),
        "lines_waiting": _("%(n)s wait for the answer to another line"),
        "understood": _("Understood"),
        "sending": _("Sending…"),
        "waiting": _("%(n)s to be sent"),
        "signed_out": _("You are signed out. What you wrote is safe on this device."),
        "sign_in": _("Sign in and send it"),
        "other_person": _(
            "Somebody else is signed in on this device now. What was written before can be opened "
            "by its writer only."
        ),
        "other_person_unkept": _(
            "Somebody else is signed in on this device now. What was written before and not sent "
            "was not kept on this device, and is gone."
        ),
        "sealed_here": _(
            "Somebody else's unsent fieldwork lies on this device (%(n)s). It cannot be read "
            "here, and is sent when that person signs in on this device again."
        ),
        "nothing_here": _(
            "This audit is not on this device yet. Open it once with network; from then on it "
            "opens without."
        ),
        "not_for_you": _("There is no such audit, or it is not for you."),
        "not_team": _("Only the audit team works here. Look at the checklist instead."),
        "no_https": _(
            "This address has no HTTPS, so nothing can be kept on this device: what you write is "
            "sent at once, and lost without network. Ask the administrator for an address with "
            "HTTPS before you go out."
        ),
        "no_storage": _(
            "This browser keeps nothing on the device (a private window, perhaps): what you write "
            "is sent at once, and lost without network. Use an ordinary window."
        ),
        "not_persistent": _(
            "The browser has not promised to keep this when space runs short. Send whenever there "
            "is network; adding this page to the home screen often helps."
        ),
        "persistent": _("The browser has promised to keep what is written here."),
        "full": _(
            "The device is full: the last change is NOT kept on it. Do not close or leave this "
            "page: it is sent from here when there is network. Make room (delete other files) and "
            "come back here; then it is kept."
        ),
        "unreadable": _(
            "%(n)s records on this device cannot be opened with your key. They stay where they "
            "are; tell the administrator."
        ),
        "ready": _("Opens without network on this device."),
        "not_ready": _("Not yet ready to be opened without network."),
        "clock_ahead": _("This device's clock is %(n)s minutes fast. Times are corrected."),
        "clock_behind": _("This device's clock is %(n)s minutes slow. Times are corrected."),
        "gone": _("This line is not on the checklist any more. Your answer stays here to be read."),
        "refused": _("Not taken: %(why)s"),
        "failed": _("The server did not take it. It is tried again."),
        "photo": _("Photo"),
        "photo_to_send": _("Photo, to be sent"),
        "photo_too_large": _(
            "%(name)s is larger than %(mb)s MB and this browser cannot make it smaller. Take it "
            "with a lower resolution."
        ),
        "photo_lost": _("The photo itself is not on this device any more. Take it again."),
        "photo_refused": _("The photo is larger than the server takes. Take a smaller one."),
        "not_understood": _("The server cannot read it. Load this page anew, then send again."),
        "remove": _("Remove"),
        "line_of": _("Line %(n)s of %(total)s"),
        "answered_by": _("%(who)s, %(when)s"),
        "answered": _("%(n)s of %(total)s answered"),
        "no_open": _("No line is open any more."),
        "now_says": _("%(who)s wrote, %(when)s"),
        "nobody": _("Nobody is on the list yet."),
        "nothing_to_say": _("There is no finding to speak about yet."),
        "all_sent": _("Nothing waits to be sent."),
    }
