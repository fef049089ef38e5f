"""Forms of the audits area. Fields bear the names of the record's columns."""

from qms.audits.forms.checklist import AnswerField, AnswerForm, ChecklistForm, LineForm
from qms.audits.forms.fields import Checkboxes, part_field
from qms.audits.forms.fieldwork import MOST_CHANGES, read_changes
from qms.audits.forms.findings import BodyFindingForm, FindingForm, FindingStatement, LinkForm
from qms.audits.forms.planning import (
    Days,
    EditExternalForm,
    EditPlanForm,
    External,
    ExternalForm,
    Plan,
    PlanForm,
)
from qms.audits.forms.report import CorrectForm, ReportForm
from qms.audits.forms.team import TeamForm

__all__ = [
    "MOST_CHANGES",
    "AnswerField",
    "AnswerForm",
    "BodyFindingForm",
    "Checkboxes",
    "ChecklistForm",
    "CorrectForm",
    "Days",
    "EditExternalForm",
    "EditPlanForm",
    "External",
    "ExternalForm",
    "FindingForm",
    "FindingStatement",
    "LineForm",
    "LinkForm",
    "Plan",
    "PlanForm",
    "ReportForm",
    "TeamForm",
    "part_field",
    "read_changes",
]
