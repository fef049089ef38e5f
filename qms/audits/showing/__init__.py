"""An audit as its pages show it: register rows, facts, team, results, checklist, report."""

from qms.audits.showing.audit import STATE_TONES, badges_of, days_of, facts_of, plan_of, steps_of
from qms.audits.showing.checklist import (
    Result,
    Section,
    ShownLine,
    clauses_text,
    condition_of,
    methods_text,
    percent_of,
    previous_of,
    results_shown,
    sample_of,
    sample_text,
    sections_of,
    self_answer_shown,
    verdicts_of,
)
from qms.audits.showing.fieldwork import (
    attendance_shown,
    choices,
    lines_shown,
    present_at,
    said_of,
    stances_shown,
    state_of,
    words,
)
from qms.audits.showing.findings import ShownFinding, findings_shown
from qms.audits.showing.register import Row, rows_of
from qms.audits.showing.report import REPORT_TONES, ShownSignature, report_parts, signatures_of
from qms.audits.showing.team import ShownMember, team_of

__all__ = [
    "REPORT_TONES",
    "STATE_TONES",
    "Result",
    "Row",
    "Section",
    "ShownFinding",
    "ShownLine",
    "ShownMember",
    "ShownSignature",
    "attendance_shown",
    "badges_of",
    "choices",
    "clauses_text",
    "condition_of",
    "days_of",
    "facts_of",
    "findings_shown",
    "lines_shown",
    "methods_text",
    "percent_of",
    "plan_of",
    "present_at",
    "previous_of",
    "report_parts",
    "results_shown",
    "rows_of",
    "said_of",
    "sample_of",
    "sample_text",
    "sections_of",
    "self_answer_shown",
    "signatures_of",
    "stances_shown",
    "state_of",
    "steps_of",
    "team_of",
    "verdicts_of",
    "words",
]
