"""The report and its signatures."""

from dataclasses import dataclass

from qms.audits.models import AuditReport, ReportState
from qms.core import dates
from qms.core.i18n import gettext as _

REPORT_TONES = {
    ReportState.DRAFT: "neutral",
    ReportState.SIGNING: "info",
    ReportState.SIGNED: "good",
}


@dataclass(frozen=True)
class ShownSignature:
    """A place to sign."""

    role: str
    who: str
    post: str
    when: str
    note: str | None
    is_next: bool


def signatures_of(report: AuditReport) -> list[ShownSignature]:
    """The places to sign, in their order."""
    due = {one.position for one in report.due_signatures}
    return [
        ShownSignature(
            str(one.role.label),
            one.name or (one.person.name if one.person else ""),
            one.post or "",
            dates.long_day(one.signed_on),
            one.note,
            one.position in due,
        )
        for one in report.signatures
    ]


def report_parts(report: AuditReport) -> list[tuple[str, str]]:
    """(heading, text) of what was written by hand."""
    parts = (
        (_("Summary"), report.summary),
        (_("What was not covered"), report.not_covered),
        (_("Strengths"), report.strengths),
        (_("Conclusion on conformity"), report.conformity),
        (_("Conclusion on effectiveness"), report.effectiveness),
        (_("Disagreements"), report.disagreements),
        (_("Follow-up"), report.follow_up),
    )
    return [(heading, text) for heading, text in parts if text]
