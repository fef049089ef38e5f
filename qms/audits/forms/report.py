"""Forms of the report."""

import json
from collections.abc import Sequence

from wtforms import HiddenField

from qms.audits.forms.fields import part_field
from qms.audits.models import AuditReport
from qms.audits.redrafting import Draft, read_draft
from qms.core.forms import EditForm, Form, Needed
from qms.core.i18n import lazy_gettext as _l
from qms.standards.queries import EditionRow


class ReportForm(EditForm):
    """What is written by hand in the report. `began_with`: of a report that is not saved yet, the
    draft that its texts came from, as JSON."""

    began_with = HiddenField()
    summary = part_field(
        _l("Summary"), _l("What was audited and what came out, in a few sentences.")
    )
    not_covered = part_field(
        _l("What was not covered"), _l("And why; what the next audit must take."), rows=2
    )
    sampling = part_field(
        _l("Sampling"), _l("How the samples were drawn, and what that means."), rows=3
    )
    strengths = part_field(_l("Strengths"), rows=2)
    comparison = part_field(
        _l("Comparison with the last audit"), _l("What became of what it found."), rows=2
    )
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

    @property
    def draft(self) -> Draft | None:
        """The draft that came back with the page."""
        try:
            return read_draft(json.loads(self.began_with.data or "null"))
        except ValueError:
            return None

    @draft.setter
    def draft(self, draft: Draft) -> None:
        self.began_with.data = json.dumps(draft)


def report_form(report: AuditReport | None, editions: Sequence[EditionRow]) -> ReportForm:
    """The form of a report; with conclusions for each standard, where the audit covers several."""

    class WithStandards(ReportForm):
        pass

    kept = {one.edition_id: one for one in report.standards} if report is not None else {}
    for edition in editions if len(editions) > 1 else ():
        for name, label in (
            ("conformity", _l("Conclusion on conformity: %(standard)s", standard=edition.code)),
            (
                "effectiveness",
                _l("Conclusion on effectiveness: %(standard)s", standard=edition.code),
            ),
        ):
            field = part_field(label, _l("Only where it differs under this standard."), rows=2)
            field.kwargs["default"] = getattr(kept.get(edition.id), name, None)
            setattr(WithStandards, f"{name}_{edition.id}", field)
    return WithStandards(obj=report)


class CorrectForm(Form):
    """Why there is a new issue of the report."""

    reason = part_field(
        _l("Reason"), _l("It stands in the new issue."), Needed(_l("Write the reason."))
    )
