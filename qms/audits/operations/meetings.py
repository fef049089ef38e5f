"""Recording opening and closing meetings at a desk: when and where they were held, what was agreed,
who was there. Devices send attendance too: see `fieldwork`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from qms.audits.models import Audit, AuditAttendance, AuditMeeting, AuditState, Meeting
from qms.audits.operations.answering import refuse_unless, refuse_while_signed
from qms.audits.permissions import may_answer
from qms.audits.queries.fieldwork import MOST_PRESENT, attendance_of, meetings_held
from qms.core import clock, journal
from qms.core.db import db, same_version
from qms.core.errors import Invalid
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.people.models import Person

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class Present:
    """Somebody who was at a meeting, with position or unit."""

    name: str
    post: str | None = None


def record_meeting(
    audit: Audit,
    meeting: Meeting,
    *,
    held_on: date,
    by: Person,
    begins: str | None = None,
    ends: str | None = None,
    place: str | None = None,
    agreed: str | None = None,
    present: Sequence[Present] = (),
    version: int | None = None,
) -> AuditMeeting:
    """Say when and where a meeting was held and what was agreed, and put people on its list of
    attendance; who is on it already is not put on it twice. `version`: of what was seen, 0 where
    nothing was recorded yet."""
    require(may_answer, by, audit)
    refuse_unless(audit, AuditState.UNDER_WAY)
    refuse_while_signed(audit)
    _judge(held_on, begins, ends, by)
    found = meetings_held(audit).get(meeting)
    if found is None:
        found = AuditMeeting(district_id=audit.district_id, audit_id=audit.id, meeting=meeting)
        found.audit = audit
        db.session.add(found)
    else:
        same_version(found, version)
    found.held_on, found.begins, found.ends = held_on, begins, ends
    found.place, found.agreed = place, agreed
    journal.write("record_meeting", found, by=by)
    _take_down(audit, meeting, present, by)
    return found


def _judge(held_on: date, begins: str | None, ends: str | None, by: Person) -> None:
    if held_on > by.district.today:
        message = _l("This day is still to come. Record the meeting once it was held.")
        raise Invalid(message, held_on=message)
    for name, told in (("begins", begins), ("ends", ends)):
        if told and not CLOCK.fullmatch(told):
            message = _l("Write a time such as 08:30.")
            raise Invalid(message, **{name: message})
    if ends and not begins:
        message = _l("Say when it began.")
        raise Invalid(message, begins=message)
    if ends and begins and ends <= begins:
        message = _l("It must end after it has begun.")
        raise Invalid(message, ends=message)


def _take_down(audit: Audit, meeting: Meeting, present: Iterable[Present], by: Person) -> None:
    known = {(one.name, one.post or None) for one in attendance_of(audit) if one.meeting is meeting}
    people = [Present(one.name.strip(), (one.post or "").strip() or None) for one in present]
    new = {(one.name, one.post): one for one in people if one.name}
    coming = [one for key, one in new.items() if key not in known]
    if coming:
        refuse_too_many(audit, meeting, len(coming))
    for one in coming:
        attendance = AuditAttendance(
            district_id=audit.district_id,
            audit_id=audit.id,
            meeting=meeting,
            name=one.name,
            post=one.post,
            taken_by_id=by.id,
            taken_at=clock.now(),
        )
        attendance.audit = audit
        db.session.add(attendance)
        db.session.flush()
        journal.write("take_attendance", attendance, by=by)


def refuse_too_many(audit: Audit, meeting: Meeting, more: int) -> None:
    """Raise Invalid if a list of attendance would become too long. One query."""
    there = db.session.scalar(
        select(func.count()).where(
            AuditAttendance.district_id == audit.district_id,
            AuditAttendance.audit_id == audit.id,
            AuditAttendance.meeting == meeting,
            AuditAttendance.is_removed.is_(False),
        )
    )
    if (there or 0) + more > MOST_PRESENT:
        message = _(
            "A list of attendance holds at most %(n)s people. Keep the signed list as evidence, "
            "and name here who spoke for the unit.",
            n=MOST_PRESENT,
        )
        raise Invalid(message, present=message)


def take_off_list(attendance: AuditAttendance, *, by: Person, version: int | None = None) -> None:
    """Take somebody off a list of attendance who was not there."""
    audit = attendance.audit
    require(may_answer, by, audit)
    refuse_unless(audit, AuditState.UNDER_WAY)
    refuse_while_signed(audit)
    same_version(attendance, version)
    attendance.is_removed = True
    attendance.taken_by_id, attendance.taken_at = by.id, clock.now()
    journal.write("take_attendance", attendance, by=by)
