"""The report of an audit: written, signed in order, corrected by a new issue."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qms.audits.gathering import gather
from qms.audits.models import (
    Audit,
    AuditReport,
    AuditReportStandard,
    AuditSignature,
    AuditState,
    ReportState,
    SigningRole,
    TeamRole,
)
from qms.audits.operations.answering import hold, refuse_unless
from qms.audits.operations.moving import move
from qms.audits.permissions import may_edit_report, may_sign, may_write_report, signs_as
from qms.audits.permissions.report import speaks_twice
from qms.audits.queries.audit import others_to_acknowledge
from qms.audits.queries.checklist import load_lines
from qms.audits.workflow import REPORT, given_up
from qms.core import clock, journal
from qms.core.db import db, same_version, touch
from qms.core.errors import Invalid, OutOfTurn
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.people.models import Person
from qms.people.queries import appointment_in

PARTS = (
    "summary",
    "not_covered",
    "sampling",
    "strengths",
    "comparison",
    "conformity",
    "effectiveness",
    "disagreements",
    "follow_up",
)
"""What is written by hand in a report, in its order."""


@dataclass(frozen=True)
class Conclusions:
    """What a report concludes under one standard apart from the others; None: as for all."""

    conformity: str | None = None
    effectiveness: str | None = None


def write_report(
    audit: Audit,
    parts: dict[str, str | None],
    *,
    by: Person,
    apart: Mapping[int, Conclusions] | None = None,
    version: int | None = None,
    drafted: Mapping[str, str] | None = None,
) -> AuditReport:
    """Write or change the draft of the last issue; the first one begins with it. `parts` are texts
    by the names in PARTS; `apart` are conclusions by the id of the edition (None: as they are);
    `drafted` is the draft from which the texts came (`redrafting.drafted_now`; None: as it was)."""
    require(may_write_report, by, audit)
    refuse_unless(audit, AuditState.UNDER_WAY, AuditState.REPORTED)
    report = audit.report
    if report is None:
        report = _issue(audit, None)
    elif report.state is not ReportState.DRAFT:
        if report.state is ReportState.SIGNED and audit.state is AuditState.UNDER_WAY:
            raise OutOfTurn(_l("The report is signed. Begin a new issue of it, with the reason."))
        raise OutOfTurn(_l("The report is being signed or is signed, and is locked."))
    else:
        require(may_edit_report, by, report)
        same_version(report, version)
    for name in PARTS:
        setattr(report, name, parts.get(name))
    if apart is not None:
        _conclude(report, apart)
    if drafted is not None:
        report.drafted = dict(drafted)
    touch(report)
    journal.write("write_report", report, by=by)
    return report


def _conclude(report: AuditReport, apart: Mapping[int, Conclusions]) -> None:
    """Keep the conclusions under each standard that has any of its own."""
    said = {
        one: conclusions
        for one, conclusions in apart.items()
        if conclusions.conformity or conclusions.effectiveness
    }
    if not set(said) <= set(report.audit.edition_ids):
        message = _l("Choose a standard that the audit covers.")
        raise Invalid(message, standards=message)
    kept = {one.edition_id: one for one in report.standards}
    report.standards[:] = [
        kept.get(one) or AuditReportStandard(district_id=report.district_id, edition_id=one)
        for one in sorted(said)
    ]
    for one in report.standards:
        one.conformity = said[one.edition_id].conformity or None
        one.effectiveness = said[one.edition_id].effectiveness or None


def _issue(audit: Audit, reason: str | None) -> AuditReport:
    report = AuditReport(
        district_id=audit.district_id,
        issue=len(audit.reports) + 1,
        correction_reason=reason,
    )
    report.audit = audit
    audit.reports.append(report)
    db.session.add(report)
    db.session.flush()
    return report


def correct_report(audit: Audit, *, reason: str, by: Person) -> AuditReport:
    """Begin a new issue of a signed report, with what the last one said and the reason why."""
    require(may_write_report, by, audit)
    before = audit.report
    if before is None or before.state is not ReportState.SIGNED:
        raise OutOfTurn(_l("Only a signed report is corrected by a new issue."))
    if audit.state is AuditState.CLOSED:
        raise OutOfTurn(_l("The audit is closed. Go on with it first, with the reason."))
    refuse_unless(audit, AuditState.UNDER_WAY, AuditState.REPORTED)
    if not reason.strip():
        raise Invalid(_l("Say why."), reason=_l("Write the reason."))
    report = _issue(audit, reason.strip())
    for name in PARTS:
        setattr(report, name, getattr(before, name))
    report.drafted = before.drafted
    _conclude(
        report,
        {
            one.edition_id: Conclusions(one.conformity, one.effectiveness)
            for one in before.standards
        },
    )
    touch(report)
    journal.write("correct_report", report, by=by, reason=reason.strip())
    return report


def submit_report(report: AuditReport, *, by: Person, version: int | None = None) -> None:
    """Lock the report with all that was recorded by now, and ask for the signatures. What others
    write in this instant is in it, or is refused."""
    hold(report.audit)
    db.session.expire_all()
    load_lines(report.audit)
    REPORT.check("submit", report, by=by)
    same_version(report, version)
    with db.session.no_autoflush:
        report.gathered = gather(report.audit)
        report.signatures[:] = _places(report.audit)
        REPORT.make("submit", report, by=by)


def _places(audit: Audit) -> list[AuditSignature]:
    """The places to sign, in their order."""
    auditors = [one.person for one in audit.members if one.role is TeamRole.AUDITOR]
    leads = [one.person for one in audit.members if one.role is TeamRole.LEAD]
    wanted: list[tuple[SigningRole, Person | None]] = [
        *((SigningRole.AUDITOR, one) for one in auditors),
        *((SigningRole.LEAD, one) for one in leads),
        (SigningRole.AUDITEE, None),
        (SigningRole.HEAD, None),
    ]
    return [
        AuditSignature(district_id=audit.district_id, position=n, role=role, person=person)
        for n, (role, person) in enumerate(wanted, start=1)
    ]


def send_back_report(
    report: AuditReport, *, reason: str, by: Person, version: int | None = None
) -> None:
    """Back to be written anew, with the reason; the signatures given so far fall away."""
    REPORT.check("send_back", report, by=by, reason=reason)
    same_version(report, version)
    with db.session.no_autoflush:
        report.gathered = None
        report.signatures.clear()
        REPORT.make("send_back", report, by=by, reason=reason.strip())


def sign_report(
    report: AuditReport, *, by: Person, note: str | None = None, version: int | None = None
) -> None:
    """Give the signature whose turn it is, in the post that the person holds today. The last one
    completes the report, and with it the audit is reported. Raises Invalid, at the note, where one
    person would sign twice for the unit although others could acknowledge, and does not say why."""
    if report.state is not ReportState.SIGNING:
        raise OutOfTurn(_l("The report does not wait for signatures."))
    if what := given_up(report):
        raise OutOfTurn(what)
    require(may_sign, by, report)
    same_version(report, version)
    place = next(one for one in report.due_signatures if signs_as(by, one, report.audit))
    if not (note or "").strip():
        _refuse_both(place, report, by)
    _sign(place, report.audit, by, note)
    touch(report)
    journal.write("sign_report", report, by=by, role=place.role.value)
    if not report.due_signatures:
        _complete(report, by)


def _refuse_both(place: AuditSignature, report: AuditReport, by: Person) -> None:
    if speaks_twice(by, place, report) and (others := others_to_acknowledge(report, by)):
        message = _(
            "You would sign for the unit both as the auditee and as its head. Let one of these "
            "acknowledge the report: %(names)s. Or write in the note why you do it.",
            names="; ".join(others),
        )
        raise Invalid(message, note=message)


def _sign(place: AuditSignature, audit: Audit, by: Person, note: str | None) -> None:
    today = by.district.today
    held = appointment_in(by, audit.unit_id, today)
    place.person, place.name = by, by.name
    place.post, place.nip = (held.title, held.nip) if held else (None, None)
    place.note = (note or "").strip() or None
    place.signed_on, place.signed_at = today, clock.now()


def _complete(report: AuditReport, by: Person) -> None:
    audit: Any = report.audit
    with db.session.no_autoflush:
        report.signed_on = by.district.today
        REPORT.make("complete", report, by=by)
    if audit.state is AuditState.UNDER_WAY:
        move("report", audit, by=by)
