"""Forms of the audits area. Fields bear the names of the record's columns."""

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget, RadioInput

from qms.audits.models import Answer, AuditKind, Method
from qms.core.forms import AtMost, Clean, DayField, EditForm, Form, Needed, tidy
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.evidence.forms import access_field, files_field
from qms.findings.forms import GradeField
from qms.findings.models import Grade
from qms.people.fields import KindField, PersonField, UnitField
from qms.people.models import Person


def _part(label: Any, description: Any = "", *validators: Any, rows: int = 3) -> TextAreaField:
    return TextAreaField(
        label,
        [*validators, AtMost(10_000), Clean()],
        filters=[tidy],
        description=description,
        render_kw={"rows": rows},
    )


def _title() -> StringField:
    return StringField(
        _l("Title"),
        [Needed(_l("Say what the audit is about.")), AtMost(300), Clean()],
        filters=[tidy],
    )


class Checkboxes(SelectMultipleField):
    """A short list to tick from."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _editions() -> Checkboxes:
    return Checkboxes(
        _l("Standards"),
        [Needed(_l("Choose at least one standard."))],
        coerce=int,
    )


class Days:
    """When it is held, and who may see it."""

    planned_from = DayField(_l("First day"), [Needed(_l("Say on which day it begins."))])
    planned_until = DayField(_l("Last day"), [Needed(_l("Say on which day it ends."))])
    access = access_field()

    def validate_planned_until(self, field: Any) -> None:
        first = self.planned_from.data
        if field.data and first and field.data < first:
            raise ValidationError(_("The last day cannot lie before the first."))


class Plan(Days):
    """What an audit wants to know, where, and how."""

    title = _title()
    edition_ids = _editions()
    objectives = _part(_l("Audit objectives"), _l("What the audit is to find out."))
    scope = _part(
        _l("Scope"), _l("Services, processes and places that are covered, and what is left out.")
    )
    criteria = _part(
        _l("Criteria"), _l("Besides the standards: own documents, laws, contracts."), rows=2
    )
    methods = _part(_l("Methods"), _l("Interviews, documents, walks, samples: how many."), rows=2)


class PlanForm(Plan, Form):
    unit = UnitField(_l("Unit"))


class EditPlanForm(Plan, EditForm):
    pass


class External(Days):
    """An audit of a certification body."""

    title = _title()
    edition_ids = _editions()
    body = StringField(
        _l("Certification body"),
        [Needed(_l("Write the name of the certification body.")), AtMost(300), Clean()],
        filters=[tidy],
    )
    body_reference = StringField(
        _l("Number given by the body"), [AtMost(200), Clean()], filters=[tidy]
    )
    scope = _part(_l("Scope"), _l("What the body audited, and what not."))


class ExternalForm(External, Form):
    unit = UnitField(_l("Unit"))
    kind = KindField(
        _l("Kind"),
        kind=AuditKind,
        but={AuditKind.INTERNAL},
        default=AuditKind.SURVEILLANCE.value,
    )


class EditExternalForm(External, EditForm):
    pass


class TeamForm(EditForm):
    """Who leads, who audits, who watches; why ties are overruled."""

    lead = PersonField(_l("Team leader"), blank=_l("Choose"))
    auditors = Checkboxes(_l("Auditors"), coerce=str)
    observers = Checkboxes(_l("Observers"), coerce=str)
    reason = _part(
        _l("Why independence is overruled"),
        _l(
            "Only where somebody chosen is not independent. It is kept with your name and stands "
            "in the report."
        ),
        rows=2,
    )

    def offer(self, people: Iterable[Person]) -> None:
        listed = [(str(one.uid), one.name) for one in people]
        self.lead.offer(listed)
        self.auditors.choices = listed
        self.observers.choices = listed

    def validate_lead(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Choose who leads the team."))
        if field.data in (self.auditors.data or []) or field.data in (self.observers.data or []):
            raise ValidationError(_("Everybody has one place on the team."))

    def validate_observers(self, field: Any) -> None:
        if set(field.data or ()) & set(self.auditors.data or ()):
            raise ValidationError(_("Everybody has one place on the team."))


class ChecklistForm(EditForm):
    """Which clauses the checklist asks about."""

    clause_ids = SelectMultipleField(
        _l("Clauses"),
        coerce=int,
        description=_l("None chosen: all clauses that have questions and apply to the unit."),
    )


class LineForm(Form):
    """A line of the team's own."""

    question = _part(
        _l("Question"), _l("What you want to know."), Needed(_l("Write the question."))
    )
    hint = _part(_l("What to ask to see"), rows=2)
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
    seen = _part(
        _l("What was seen"),
        _l("Where, when, which record, how many: what anybody could check."),
        rows=4,
    )
    reason = _part(_l("Why it does not apply or was not sampled"), rows=2)


class FindingStatement:
    """What was found."""

    uid = HiddenField()
    unit = UnitField(_l("Unit"))
    found_on = DayField(_l("Found on"), [Needed(_l("Say on which day it was found."))])
    grade = GradeField(_l("Grade"), kind=Grade, default=Grade.MINOR.value)
    place = StringField(_l("Place or process"), [AtMost(300), Clean()], filters=[tidy])
    clause_ids = SelectMultipleField(_l("Clauses"), coerce=int)
    requirement = _part(_l("Requirement"), _l("What was asked, in your own words."))
    seen = _part(_l("Evidence seen"), _l("Where, when, which record: what anybody could check."))
    deviation = _part(
        _l("Deviation"),
        _l("What deviates from the requirement; for a strength, what is good. Never the cure."),
        Needed(_l("Say what deviates, or what is good.")),
    )
    files = files_field()
    access = access_field()


class FindingForm(FindingStatement, Form):
    pass


class BodyFindingForm(FindingStatement, Form):
    """A finding as the certification body wrote it, with its own number and deadline."""

    external_number = StringField(
        _l("Number given by the body"), [AtMost(100), Clean()], filters=[tidy]
    )
    due_on = DayField(
        _l("Closing due"), [Optional()], description=_l("As the body wants it; empty: our rule.")
    )


class LinkForm(Form):
    """A finding that is recorded already."""

    finding = SelectMultipleField(_l("Findings of this unit"), coerce=str)


class ReportForm(EditForm):
    """What is written by hand in the report."""

    summary = _part(_l("Summary"), _l("What was audited and what came out, in a few sentences."))
    not_covered = _part(
        _l("What was not covered"), _l("And why; what the next audit must take."), rows=2
    )
    strengths = _part(_l("Strengths"), rows=2)
    conformity = _part(
        _l("Conclusion on conformity"), _l("Does the system do what the criteria ask?")
    )
    effectiveness = _part(_l("Conclusion on effectiveness"), _l("Does it reach what it is for?"))
    disagreements = _part(
        _l("Disagreements"), _l("Between team and unit that were not settled."), rows=2
    )
    follow_up = _part(_l("Follow-up"), _l("What was agreed, until when."), rows=2)


class CorrectForm(Form):
    """Why there is a new issue of the report."""

    reason = _part(_l("Reason"), _l("It stands in the new issue."), Needed(_l("Write the reason.")))
