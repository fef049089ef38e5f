"""Opening and closing meetings at a desk: read, recorded, their lists of attendance mended."""

from typing import Any

from flask import abort, flash, render_template, request, url_for

from qms.audits import operations, showing
from qms.audits.forms.meeting import MeetingForm
from qms.audits.gathering import meetings_of
from qms.audits.models import Audit, AuditAttendance, AuditState, Meeting, SessionKind
from qms.audits.operations import Present
from qms.audits.operations.answering import is_being_signed
from qms.audits.permissions import may_answer
from qms.audits.permissions.timetable import may_print_papers
from qms.audits.queries import attendance_of, audit_by_uid, meetings_held, stances_of
from qms.audits.queries.meetings import attendance_by_uid, likely_present
from qms.audits.queries.timetable import sessions_of
from qms.audits.routes.blueprint import bp
from qms.core import clock
from qms.core.forms import saved
from qms.core.i18n import gettext as _
from qms.core.permissions import require
from qms.core.routing import done, me, uid_or_404
from qms.people.models import Person

SESSIONS = {Meeting.OPENING: SessionKind.OPENING, Meeting.CLOSING: SessionKind.CLOSING}
MINUTES = {Meeting.OPENING: "opening-minutes", Meeting.CLOSING: "closing-minutes"}


@bp.get("/audits/<uid>/meetings")
def meetings(uid: str) -> Any:
    """Who was at the opening and closing meetings, and what the auditee said to the findings."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    records, prints = _may_record(person, audit), may_print_papers(person, audit)
    told = meetings_of(
        attendance_of(audit), meetings_held(audit), audit.planned_by.district.timezone
    )
    return render_template(
        "audits/meetings.html",
        audit=audit,
        meetings=[
            (
                one,
                url_for("audits.meeting", uid=uid, which=one.meeting.value) if records else None,
                url_for("audits.paper", uid=uid, which=MINUTES[one.meeting]) if prints else None,
            )
            for one in showing.every_meeting(told)
        ],
        said=showing.said_of(stances_of(audit), person),
    )


def _may_record(person: Person, audit: Audit) -> bool:
    """Whether meetings can be recorded now."""
    return (
        may_answer(person, audit)
        and audit.state is AuditState.UNDER_WAY
        and not is_being_signed(audit)
    )


@bp.route("/audits/<uid>/meetings/<which>", methods=["GET", "POST"])
def meeting(uid: str, which: str) -> Any:
    """Record when and where a meeting was held, who was there, and what was agreed."""
    person = me()
    audit = audit_by_uid(person, uid_or_404(uid))
    require(may_answer, person, audit)
    if which not in set(Meeting):
        abort(404)
    wanted = Meeting(which)
    held = meetings_held(audit).get(wanted)
    there = [one for one in attendance_of(audit) if one.meeting is wanted]
    form, people = MeetingForm(obj=held), _likely(audit, there)
    form.known.choices = [(uid, one.name) for uid, one in people.items()]
    if request.method == "GET" and held is None:
        _foresee(form, audit, wanted, there)

    def record() -> Any:
        chosen = [people[one] for one in form.known.data or []]
        return operations.record_meeting(
            audit,
            wanted,
            held_on=form.held_on.data,
            begins=form.begins.data,
            ends=form.ends.data,
            place=form.place.data,
            agreed=form.agreed.data,
            present=[*chosen, *form.others],
            version=form.version.data,
            by=person,
        )

    if saved(form, record):
        flash(_("Saved."), "success")
        return done("audits.meetings", uid=uid)
    page = render_template(
        "audits/meeting.html",
        audit=audit,
        form=form,
        title=wanted.label,
        there=there,
        posts={uid: one.post for uid, one in people.items() if one.post},
        is_open=_may_record(person, audit),
    )
    return page, 422 if form.errors else 200


def _likely(audit: Audit, there: list[AuditAttendance]) -> dict[str, Present]:
    """Who can be ticked: of the team and the unit, without those who are on the list."""
    listed = {one.name for one in there}
    return {
        str(one.uid): Present(one.name, post or None)
        for one, post in likely_present(audit)
        if one.name not in listed
    }


def _foresee(
    form: MeetingForm, audit: Audit, meeting: Meeting, there: list[AuditAttendance]
) -> None:
    """Begin with what the timetable foresaw; the day is that of the list, if somebody is on it."""
    form.version.data, today = 0, audit.planned_by.district.today
    planned = next((one for one in sessions_of(audit) if one.kind is SESSIONS[meeting]), None)
    if planned is not None:
        form.held_on.data = planned.on if planned.on <= today else today
        form.begins.data, form.ends.data = planned.begins, planned.ends
        form.place.data = planned.place
    if there:
        first = min(one.taken_at for one in there)
        form.held_on.data = clock.day_of(first, audit.planned_by.district.timezone)
    form.held_on.data = form.held_on.data or today


@bp.post("/audits/<uid>/meetings/attendance/<attendance>/remove")
def take_off_list(uid: str, attendance: str) -> Any:
    """Take somebody off a list of attendance who was not there."""
    audit = audit_by_uid(me(), uid_or_404(uid))
    found = attendance_by_uid(audit, uid_or_404(attendance))
    operations.take_off_list(found, by=me(), version=request.form.get("version", type=int))
    flash(_("%(name)s is off the list.", name=found.name), "success")
    return done("audits.meeting", uid=uid, which=found.meeting.value)
