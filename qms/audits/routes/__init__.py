"""Pages of the audits area: the register, planning, the story, the checklist, findings, reports."""

from qms.audits.routes import checklist, fieldwork, findings, planning, reports, story  # noqa: F401
from qms.audits.routes.blueprint import bp

__all__ = ["bp"]
