"""Forms of the report."""

from qms.audits.forms.fields import part_field
from qms.core.forms import EditForm, Form, Needed
from qms.core.i18n import lazy_gettext as _l


class ReportForm(EditForm):
    """What is written by hand in the report."""

    summary = part_field(
        _l("Summary"), _l("What was audited and what came out, in a few sentences.")
    )
    not_covered = part_field(
        _l("What was not covered"), _l("And why; what the next audit must take."), rows=2
    )
    strengths = part_field(_l("Strengths"), rows=2)
    conformity = part_field(
        _l("Conclusion on conformity"), _l("Does the system do what the criteria ask?")
    )
    effectiveness = part_field(
        _l("Conclusion on effectiveness"), _l("Does it reach what it is for?")
    )
    disagreements = part_field(
        _l("Disagreements"), _l("Between team and unit that were not settled."), rows=2
    )
    follow_up = part_field(_l("Follow-up"), _l("What was agreed, until when."), rows=2)


class CorrectForm(Form):
    """Why there is a new issue of the report."""

    reason = part_field(
        _l("Reason"), _l("It stands in the new issue."), Needed(_l("Write the reason."))
    )
