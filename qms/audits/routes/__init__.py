"""Pages of the audits area: the register, planning, the story, the checklist, findings, reports."""

from qms.audits.routes import (  # noqa: F401
    calendar,
    checklist,
    competence,
    fieldwork,
    findings,
    meetings,
    paper,
    planning,
    programme,
    programme_matrix,
    programme_visits,
    reports,
    scans,
    self_assessment,
    sources,
    story,
    templates,
    timetable,
    timetable_lines,
)
from qms.audits.routes.blueprint import bp

__all__ = ["bp"]
