"""The report and its signatures."""

from dataclasses import dataclass

from qms.audits.models import AuditReport, ReportState
from qms.core import dates
from qms.core.i18n import lazy_gettext as _l

REPORT_TONES = {
    ReportState.DRAFT: "neutral",
    ReportState.SIGNING: "info",
    ReportState.SIGNED: "good",
}

PART_LABELS = {
    "summary": _l("Summary"),
    "not_covered": _l("What was not covered"),
    "strengths": _l("Strengths"),
    "conformity": _l("Conclusion on conformity"),
    "effectiveness": _l("Conclusion on effectiveness"),
    "disagreements": _l("Disagreements"),
    "follow_up": _l("Follow-up"),
}
"""What is written by hand in a report, by the names of its columns, in the order of the report."""


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
    parts = ((label, getattr(report, name)) for name, label in PART_LABELS.items())
    return [(str(label), text) for label, text in parts if text]
