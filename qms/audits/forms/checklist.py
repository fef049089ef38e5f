"""Forms of the checklist: which clauses, own lines, answers."""

from collections.abc import Sequence
from typing import Any

from wtforms import StringField
from wtforms.widgets import ListWidget, RadioInput

from qms.audits.forms.fields import Checkboxes, part_field
from qms.audits.models import Answer, AuditLine, Method
from qms.audits.operations.sampling import LARGEST, SAMPLE
from qms.core.choices import SelectMultipleField
from qms.core.forms import AtMost, Clean, EditForm, Needed, NewForm, WholeNumber, tidy
from qms.core.i18n import lazy_gettext as _l
from qms.people.fields import KindField
from qms.standards.queries import EditionRow

LONGEST_SOURCE, LONGEST_WHY = 500, 2000
"""Letters: from what a sample is drawn, and why a result differs under a standard."""


class ChecklistForm(EditForm):
    """Which clauses the checklist asks about."""

    clause_ids = SelectMultipleField(
        _l("Clauses"),
        coerce=int,
        description=_l("None chosen: all clauses that have questions and apply to the unit."),
    )


class LineForm(NewForm):
    """A line of the team's own."""

    question = part_field(
        _l("Question"), _l("What you want to know."), Needed(_l("Write the question."))
    )
    hint = part_field(_l("What to ask to see"), rows=2)
    clause_ids = SelectMultipleField(
        _l("Clauses"), [Needed(_l("Choose at least one clause."))], coerce=int
    )
    methods = Checkboxes(_l("Method"), choices=[(one.value, one.label) for one in Method])


class AnswerField(KindField):
    """The answer, as radio buttons."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()


class AnswerForm(EditForm):
    """The answer to one line."""

    answer = AnswerField(_l("Result"), kind=Answer, blank=_l("Open"), default="")
    seen = part_field(
        _l("What was seen"),
        _l("Where, when, which record, how many: what anybody could check."),
        rows=4,
    )
    reason = part_field(_l("Why it does not apply or was not sampled"), rows=2)
    drawn_from = StringField(
        _l("Sampled from"),
        [AtMost(LONGEST_SOURCE), Clean()],
        filters=[tidy],
        description=_l("Which things: files of which service, of which months."),
    )
    population = WholeNumber(_l("How many there are"), least=0, most=LARGEST)
    size = WholeNumber(_l("How many were looked at"), least=0, most=LARGEST)
    items = part_field(_l("Which were looked at"), _l("Numbers or names."), rows=2)

    def saved(self, record: Any, name: str) -> Any:
        """The fields of the sample are kept beside the line."""
        if name in SAMPLE:
            return getattr(record.sample, name, None)
        return super().saved(record, name)


def answer_form(line: AuditLine, editions: Sequence[EditionRow]) -> AnswerForm:
    """The form of a line; with a verdict for each of its standards, where it has several."""

    class Form(AnswerForm):
        pass

    kept = {one.edition_id: one for one in line.verdicts}
    if len(editions) > 1:
        for edition in editions:
            own = kept.get(edition.id)
            answer = KindField(
                edition.code,
                kind=Answer,
                blank=_l("The same"),
                default=own.answer.value if own else "",
            )
            reason = StringField(
                _l("Why it differs under %(standard)s", standard=edition.code),
                [AtMost(LONGEST_WHY), Clean()],
                filters=[tidy],
                default=own.reason if own else None,
            )
            setattr(Form, f"verdict_{edition.id}", answer)
            setattr(Form, f"reason_{edition.id}", reason)
    sample = line.sample
    given = {name: getattr(sample, name, None) for name in SAMPLE}
    return Form(obj=line, data=given)
