"""Forms of the findings area. Fields bear the names of the record's columns."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, RadioInput

from qms.actions.models import ActionKind
from qms.actions.owners import OwnerField
from qms.core.choices import SelectMultipleField
from qms.core.db import version_of
from qms.core.forms import (
    AtMost,
    Clean,
    DayField,
    EditForm,
    Form,
    Needed,
    NewForm,
    WholeNumber,
    tidy,
)
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.deadlines.models import Counting
from qms.evidence.forms import access_field, files_field
from qms.evidence.models import Evidence
from qms.evidence.showing import choices_of, cut_short
from qms.findings.causes import written_outline
from qms.findings.models import IN_RULES, CheckResult, Extent, Grade, Source, StepKind
from qms.findings.rules import rows_of
from qms.findings.statement import lacking
from qms.people.fields import KindField, UnitField, UnitsField


class GradeField(KindField):
    """The grade, as cards to choose from."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()


def _part(label: Any, description: Any, *validators: Any) -> TextAreaField:
    return TextAreaField(
        label,
        [*validators, AtMost(10_000), Clean()],
        filters=[tidy],
        description=description,
        render_kw={"rows": 3},
    )


class ByGrade:
    """Marks a part that only some grades need; what it lacks is told by `Statement.validate`."""

    field_flags = {"by_grade": True}

    def __call__(self, form: Any, field: Any) -> None:
        pass


class Statement:
    """What was found, and what it refers to."""

    judged_as: str | None = None
    """The grade whose needs hold; a form that asks for the grade goes by what is chosen."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is right. What the grade needs is told together with everything else."""
        form: Any = self
        is_right: bool = super().validate(extra_validators)  # type: ignore[misc]
        grade = form.grade.data if "grade" in form else self.judged_as
        for name, message in lacking(
            grade, form.requirement.data, form.seen.data, form.deviation.data
        ).items():
            if not form[name].errors:
                form[name].errors = [str(message)]
            is_right = False
        return is_right

    source = KindField(_l("Source"), kind=Source, default=Source.INTERNAL_AUDIT.value)
    place = StringField(_l("Place or process"), [AtMost(300), Clean()], filters=[tidy])
    clause_ids = SelectMultipleField(_l("Clauses"), coerce=int)
    requirement = _part(
        _l("Requirement"),
        _l("What was asked, in your own words. A nonconformity needs it."),
        ByGrade(),
    )
    seen = _part(
        _l("Evidence seen"),
        _l("Where, when, which record: what anybody could check. A nonconformity needs it."),
        ByGrade(),
    )
    deviation = _part(
        _l("Deviation"),
        _l("What deviates from the requirement; for a strength, what is good. Never the cure."),
        Needed(_l("Say what deviates, or what is good.")),
    )
    source_note = StringField(
        _l("Which audit, complaint or meeting"), [AtMost(300), Clean()], filters=[tidy]
    )
    access = access_field()


class NewFindingForm(Statement, NewForm):
    about = HiddenField()
    """The record from whose page it is raised: kind and uid, with a colon between them."""
    evidence = HiddenField()
    """The uid of a piece of evidence from whose page it is raised."""
    unit = UnitField(_l("Unit"))
    found_on = DayField(_l("Found on"), [Needed(_l("Say on which day it was found."))])
    grade = GradeField(_l("Grade"), kind=Grade, default=Grade.MINOR.value)
    files = files_field()


class EditFindingForm(Statement, EditForm):
    """The dates of a body are asked for where it was a body that found it."""

    body_plan_due_on = DayField(_l("The body wants the plan until"))
    body_due_on = DayField(_l("The body wants it closed until"))


NEEDED_TO_SEND = {
    "correction": _l("Write the immediate correction first."),
    "cause": _l("Write the cause first."),
    "criterion": _l("Write how you will see that it worked first."),
    "action_what": _l("Plan at least one action with an owner and a date first."),
}


class AnswerForm(EditForm):
    """The unit's answer: correction, cause, and perhaps one more action. `needs` names the fields
    without which it cannot be sent, when it is."""

    needs: frozenset[str] = frozenset()

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is right, and all is there that sending needs."""
        is_right: bool = super().validate(extra_validators)
        for name in sorted(self.needs):
            if not self[name].data:
                self[name].errors = [*self[name].errors, str(NEEDED_TO_SEND[name])]
                is_right = False
        return is_right

    correction = _part(_l("Immediate correction"), _l("What was done at once to put it right."))
    cause = _part(_l("Cause"), _l("Why it could happen. Ask why until the answer can be acted on."))

    def saved(self, record: Any, name: str) -> Any:
        if name == "whys":
            return written_outline(record.causes_of())
        if name in ("extent", "extent_text"):
            said = record.step(StepKind.CAUSE)
            return getattr(said, name) if said else None
        return super().saved(record, name)

    whys = TextAreaField(
        _l("Why, and why again (5-Why)"),
        [AtMost(20_000), Clean()],
        filters=[tidy],
        description=_l(
            "One cause on each line; every dash before it is one why deeper. A line without dash "
            "may begin with its branch: Persons, Method, Equipment, Material, Measurement, "
            "Environment."
        ),
        render_kw={"rows": 5},
    )
    criterion = _part(
        _l("How we will see that it worked"),
        _l("What can be counted or seen later, such as: no late file among 30, three months on."),
    )
    extent = KindField(
        _l("Did it happen elsewhere, too?"), kind=Extent, blank=_l("Not looked at yet")
    )
    extent_text = TextAreaField(
        _l("Where you looked, and what you saw"),
        [AtMost(5000), Clean()],
        filters=[tidy],
        render_kw={"rows": 2},
    )
    action_what = TextAreaField(
        _l("What will be done"), [AtMost(2000), Clean()], filters=[tidy], render_kw={"rows": 2}
    )
    action_kind = KindField(_l("Kind"), kind=ActionKind, default=ActionKind.CORRECTIVE.value)
    action_owner = OwnerField(_l("Who will do it"))
    action_due_on = DayField(_l("Until"))

    def validate_action_what(self, field: Any) -> None:
        if not field.data and (self.action_owner.data or self.action_due_on.data):
            raise ValidationError(_("Say what will be done."))

    def validate_action_owner(self, field: Any) -> None:
        if self.action_what.data and not field.data:
            raise ValidationError(_("Choose who will do it."))

    def validate_action_due_on(self, field: Any) -> None:
        if self.action_what.data and not field.data:
            raise ValidationError(_("Say until when."))


class EvidenceForm(NewForm):
    """Evidence beside a finding: new files, or what is filed already."""

    files = files_field()
    evidence = SelectMultipleField(_l("Evidence that is filed already"), coerce=str)

    def offer(self, pieces: Sequence[Evidence], today: date) -> None:
        """Set the evidence that can be pointed at."""
        self.evidence.choices = choices_of(pieces, today)
        self.evidence.description = cut_short(pieces)


class LinkForm(Form):
    """An action that is planned already."""

    action = SelectMultipleField(_l("Actions of this unit"), coerce=str)

    def offer(self, actions: Any) -> None:
        """Set the actions that can serve the finding too."""
        self.action.choices = [
            (str(one.uid), f"{one.number} {one.what[:120]} ({one.state.label})") for one in actions
        ]


class DocumentsForm(Form):
    """Documents that must change before a finding is closed."""

    document = SelectMultipleField(
        _l("Documents in force"), [Needed(_l("Choose at least one document."))], coerce=str
    )

    def offer(self, rows: Sequence[Any]) -> None:
        """Set the documents that can be chosen."""
        self.document.choices = [(str(row.uid), f"{row.number} {row.title}") for row in rows]


class AskUnitsForm(NewForm):
    """A question to other units whether it is so there, too."""

    units = UnitsField(_l("Units"), [Needed(_l("Choose at least one other unit."))])
    question = TextAreaField(
        _l("Question"),
        [Needed(_l("Write what they should look at.")), AtMost(2000), Clean()],
        filters=[tidy],
        description=_l(
            "In words of your own: the other units read them, and nothing of this finding."
        ),
        render_kw={"rows": 4},
    )
    is_quoted = BooleanField(
        _l("Tell them what was found, in the finding's own words"),
        description=_l("The deviation then stands below your question."),
    )
    due_on = DayField(_l("Answer until"), [Needed(_l("Say until when."))])


class CheckForm(EditForm):
    """The answer for a unit that is asked."""

    result = KindField(
        _l("Is it so in your unit, too?"),
        kind=CheckResult,
        widget=ListWidget(prefix_label=False),
        option_widget=RadioInput(),
    )
    answer = TextAreaField(
        _l("What you looked at"),
        [Needed(_l("Say what you looked at.")), AtMost(5000), Clean()],
        filters=[tidy],
        description=_l("Where, since when, how many. Who asked reads it."),
        render_kw={"rows": 4},
    )


class ServeForm(Form):
    """Findings that an action is to serve too."""

    finding = SelectMultipleField(
        _l("Open findings of this unit"), [Needed(_l("Choose at least one finding."))], coerce=str
    )

    def offer(self, rows: Sequence[Any]) -> None:
        """Set the findings that can be chosen."""
        self.finding.choices = [
            (str(row.uid), f"{row.number} {row.deviation[:120]} ({row.grade.label})")
            for row in rows
        ]


class GradeForm(EditForm):
    """Another grade, with the reason."""

    grade = GradeField(_l("Grade"), kind=Grade)
    reason = _part(
        _l("Reason"), _l("It is kept for ever, with your name."), Needed(_l("Write the reason."))
    )


TEN_YEARS = 3650
"""In days. More is a slip of the finger."""


class RuleForm(EditForm):
    """What a grade asks for, from a day on."""

    def version_of(self, record: Any) -> int:
        return version_of(rows_of(record.district_id, record.grade))

    from_on = DayField(_l("From"), [Needed(_l("Say from which day it holds."))])
    steps = SelectMultipleField(
        _l("Steps of the response"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    reply_days = WholeNumber(_l("Days to answer"), least=1, most=TEN_YEARS)
    due_days = WholeNumber(_l("Days to close"), least=1, most=TEN_YEARS)
    effect_days = WholeNumber(
        _l("Days until the effect is checked"),
        least=1,
        most=TEN_YEARS,
        description=_l("Counted from the day on which the last action was verified."),
    )
    counting = KindField(_l("Days are"), kind=Counting, default=Counting.CALENDAR.value)
    source = StringField(
        _l("Source of the figures"),
        [Needed(_l("Say where the figures come from.")), AtMost(500), Clean()],
        filters=[tidy],
        description=_l("A regulation, a decree, the contract with the certification body."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.steps.choices = [(kind.value, str(kind.label)) for kind in IN_RULES]

    @property
    def by_source(self) -> dict[Source, tuple[int | None, int | None]]:
        """The days of the sources that have some of their own."""
        told = {
            one: (self[f"reply_days_{one.value}"].data, self[f"due_days_{one.value}"].data)
            for one in Source
        }
        return {one: days for one, days in told.items() if any(days)}

    def show_sources(self, by_source: Mapping[Source, tuple[int | None, int | None]]) -> None:
        """Fill in the days of the sources that have some of their own."""
        for one, (reply_days, due_days) in by_source.items():
            self[f"reply_days_{one.value}"].data = reply_days
            self[f"due_days_{one.value}"].data = due_days


for _source in Source:
    for _name, _label in (("reply_days", _l("Days to answer")), ("due_days", _l("Days to close"))):
        setattr(
            RuleForm,
            f"{_name}_{_source.value}",
            WholeNumber(_label, least=1, most=TEN_YEARS),
        )
