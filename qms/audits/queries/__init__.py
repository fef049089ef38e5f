"""Reads of audits. What a person may not see is not found, listed, linked or offered."""

from qms.audits.queries.audit import audit_by_uid, edition_ids_of, report_by_issue
from qms.audits.queries.checklist import (
    MOST_LINES,
    checklist_version,
    line_by_uid,
    load_lines,
)
from qms.audits.queries.fieldwork import (
    attendance_of,
    meetings_held,
    photo_pieces,
    photos_of,
    stances_of,
)
from qms.audits.queries.findings import (
    FINDING,
    findings_of,
    linkable_findings,
    open_findings_beside,
)
from qms.audits.queries.register import LATEST_FIRST, NUMBER, REGISTER, ROW, Asked, audit_page

__all__ = [
    "FINDING",
    "LATEST_FIRST",
    "MOST_LINES",
    "NUMBER",
    "REGISTER",
    "ROW",
    "Asked",
    "attendance_of",
    "audit_by_uid",
    "audit_page",
    "checklist_version",
    "edition_ids_of",
    "findings_of",
    "line_by_uid",
    "linkable_findings",
    "load_lines",
    "meetings_held",
    "open_findings_beside",
    "photo_pieces",
    "photos_of",
    "report_by_issue",
    "stances_of",
]
