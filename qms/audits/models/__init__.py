"""Tables of audits: plan, team, checklist, links to findings, reports and their signatures."""

from qms.audits.models.audit import (
    KIND_LABELS,
    STATE_LABELS,
    Audit,
    AuditEdition,
    AuditFinding,
    AuditKind,
    AuditState,
)
from qms.audits.models.checklist import (
    ANSWER_LABELS,
    ANSWER_TONES,
    METHOD_LABELS,
    Answer,
    AuditLine,
    AuditLineClause,
    AuditLineFinding,
    Method,
)
from qms.audits.models.report import (
    REPORT_LABELS,
    SIGNING_LABELS,
    AuditReport,
    AuditSignature,
    ReportState,
    SigningRole,
)
from qms.audits.models.team import TEAM_ROLE_LABELS, AuditMember, TeamRole

__all__ = [
    "ANSWER_LABELS",
    "ANSWER_TONES",
    "KIND_LABELS",
    "METHOD_LABELS",
    "REPORT_LABELS",
    "SIGNING_LABELS",
    "STATE_LABELS",
    "TEAM_ROLE_LABELS",
    "Answer",
    "Audit",
    "AuditEdition",
    "AuditFinding",
    "AuditKind",
    "AuditLine",
    "AuditLineClause",
    "AuditLineFinding",
    "AuditMember",
    "AuditReport",
    "AuditSignature",
    "AuditState",
    "Method",
    "ReportState",
    "SigningRole",
    "TeamRole",
]
