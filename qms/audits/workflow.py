"""The states of an audit and of its report, the moves between them, what stands in their way."""

from textwrap import shorten
from typing import Any

from qms.audits.models import Audit, AuditLine, AuditReport, AuditState, ReportState
from qms.audits.permissions import (
    may_arrange,
    may_close,
    may_open,
    may_receive,
    may_reopen,
    may_see,
    may_send_back,
    may_submit_report,
)
from qms.audits.suitability import unsuitable
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.i18n import ngettext
from qms.core.workflow import Move, Workflow
from qms.findings.models import Finding, FindingState
from qms.people.models import Person

NAMED = 5
"""Lines that a sentence names."""


def open_lines(audit: Audit) -> list[AuditLine]:
    """The lines that nobody has answered."""
    return [line for line in audit.asked if line.answer is None]


def untracked_lines(audit: Audit) -> list[AuditLine]:
    """The lines with a nonconformity that no finding follows up."""
    return [
        line
        for line in audit.asked
        if line.needs_finding and not any(follows_up(line, one.finding) for one in line.findings)
    ]


def follows_up(line: AuditLine, finding: Finding) -> bool:
    """Whether a finding answers for the worst that a line came to: it is no less grave, or was so
    when it was found (a change of grade keeps its reason), it is not cancelled, and it is no
    earlier one that was closed when this audit began: what is seen again is not done with."""
    worst, began = line.grade, line.audit.opened_on
    if worst is None or finding.state is FindingState.CANCELLED:
        return False
    if began and finding.closed_on and finding.found_on < began >= finding.closed_on:
        return False
    return finding.grade in worst.and_graver or any(
        change.before in worst.and_graver for change in finding.grade_changes
    )


def unfinished(audit: Audit) -> Any:
    """What is still to be done on the checklist."""
    if waiting := len(open_lines(audit)):
        return ngettext(
            "%(num)s line of the checklist is still open.",
            "%(num)s lines of the checklist are still open.",
            waiting,
        )
    if untracked := untracked_lines(audit):
        return ngettext(
            "%(num)s nonconformity of the checklist has no finding of its grade yet: %(lines)s",
            "%(num)s nonconformities of the checklist have no finding of their grade yet: "
            "%(lines)s",
            len(untracked),
            lines=_named(untracked),
        )
    return None


def _named(lines: list[AuditLine]) -> str:
    """Lines by section and question; of many the first."""
    told = [f"{line.section}: {shorten(line.question, 80)}" for line in lines[:NAMED]]
    if more := len(lines) - len(told):
        told.append(ngettext("%(num)s more", "%(num)s more", more))
    return "; ".join(told)


def unprepared(audit: Audit) -> Any:
    """What an internal audit lacks before it can begin."""
    if audit.kind.is_external:
        return None
    if audit.lead is None:
        return _l("Choose a team leader first.")
    if not audit.asked:
        return _l("Make the checklist first.")
    return _unsuitable(audit)


def _unsuitable(audit: Audit) -> Any:
    """Who of the team cannot judge, and why."""
    found = unsuitable(audit)
    names = {one.person_id: one.person.name for one in audit.members}
    if tied := [names[one] for one in found if found[one].standing.ties]:
        return _("Not independent: %(names)s. Change the team first.", names="; ".join(tied))
    if found:
        said = "; ".join(f"{names[one]} {found[one].sentence}" for one in found)
        return _("Not competent: %(who)s. Change the team first.", who=said)
    return None


def not_to_be_closed(audit: Audit) -> Any:
    """What an audit lacks before it can be closed."""
    if audit.kind.is_external:
        return None
    report = audit.report
    if report is None or report.state is not ReportState.SIGNED:
        return _l("The last issue of the report must be signed first.")
    return unfinished(audit)


def _may_report(person: Person, audit: Audit) -> bool:
    """The last signature reports an audit; whose it is was asked there."""
    return not audit.kind.is_external and may_see(person, audit)


PLANNED, UNDER_WAY = AuditState.PLANNED, AuditState.UNDER_WAY
REPORTED, CLOSED = AuditState.REPORTED, AuditState.CLOSED

AUDIT = Workflow(
    Move("open", _l("Begin the audit"), PLANNED, UNDER_WAY, may_open, unprepared, tone="primary"),
    Move("report", _l("Report"), UNDER_WAY, REPORTED, _may_report, automatic=True),
    Move(
        "receive",
        _l("The report has come"),
        UNDER_WAY,
        REPORTED,
        may_receive,
        tone="primary",
    ),
    Move(
        "close",
        _l("Close the audit"),
        REPORTED,
        CLOSED,
        may_close,
        not_to_be_closed,
        tone="primary",
    ),
    Move(
        "reopen",
        _l("Go on with the audit"),
        (REPORTED, CLOSED),
        UNDER_WAY,
        may_reopen,
        needs_reason=True,
    ),
    Move(
        "cancel",
        _l("Cancel the audit"),
        (PLANNED, UNDER_WAY),
        AuditState.CANCELLED,
        may_arrange,
        needs_reason=True,
    ),
)


def given_up(report: AuditReport) -> Any:
    """Whether nothing happens to a report any more."""
    if report.is_given_up:
        return _l("The audit was cancelled. Its report stays as it was then.")
    return None


def lacks_text(report: AuditReport) -> Any:
    """What a report lacks before it can be signed."""
    if what := given_up(report):
        return what
    if report.audit.state not in (UNDER_WAY, REPORTED):
        return _l("The audit is not in a state for this. Look at it again.")
    for text, sentence in (
        (report.summary, _l("Write the summary first.")),
        (report.conformity, _l("Write the conclusion on conformity first.")),
        (report.effectiveness, _l("Write the conclusion on effectiveness first.")),
    ):
        if not text:
            return sentence
    return unfinished(report.audit)


def lacks_signatures(report: AuditReport) -> Any:
    """Whether somebody has still to sign."""
    return _l("Somebody has still to sign.") if report.due_signatures else None


def _may_complete(person: Person, report: AuditReport) -> bool:
    """The last signature completes a report; whose it is was asked there."""
    return may_see(person, report.audit)


REPORT = Workflow(
    Move(
        "submit",
        _l("Send the report to be signed"),
        ReportState.DRAFT,
        ReportState.SIGNING,
        may_submit_report,
        lacks_text,
        tone="primary",
    ),
    Move(
        "send_back",
        _l("Send back to be written anew"),
        ReportState.SIGNING,
        ReportState.DRAFT,
        may_send_back,
        given_up,
        needs_reason=True,
    ),
    Move(
        "complete",
        _l("Complete"),
        ReportState.SIGNING,
        ReportState.SIGNED,
        _may_complete,
        lacks_signatures,
        automatic=True,
    ),
)
