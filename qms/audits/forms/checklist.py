"""Forms of the checklist: which clauses, own lines, answers."""

from wtforms.widgets import ListWidget, RadioInput

from qms.audits.forms.fields import Checkboxes, part_field
from qms.audits.models import Answer, Method
from qms.core.choices import SelectMultipleField
from qms.core.forms import EditForm, Form, Needed
from qms.core.i18n import lazy_gettext as _l
from qms.people.fields import KindField


class ChecklistForm(EditForm):
    """Which clauses the checklist asks about."""

    clause_ids = SelectMultipleField(
        _l("Clauses"),
        coerce=int,
        description=_l("None chosen: all clauses that have questions and apply to the unit."),
    )


class LineForm(Form):
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
