"""Forms of findings that audits make."""

from wtforms import StringField
from wtforms.validators import Optional

from qms.audits.forms.fields import part_field
from qms.core.choices import SelectMultipleField
from qms.core.forms import AtMost, Clean, DayField, Form, Needed, NewForm, tidy
from qms.core.i18n import lazy_gettext as _l
from qms.evidence.forms import access_field, files_field
from qms.findings.forms import GradeField
from qms.findings.models import Grade
from qms.people.fields import UnitField


class FindingStatement:
    """What was found."""

    unit = UnitField(_l("Unit"))
    found_on = DayField(_l("Found on"), [Needed(_l("Say on which day it was found."))])
    grade = GradeField(_l("Grade"), kind=Grade, default=Grade.MINOR.value)
    place = StringField(_l("Place or process"), [AtMost(300), Clean()], filters=[tidy])
    clause_ids = SelectMultipleField(_l("Clauses"), coerce=int)
    requirement = part_field(_l("Requirement"), _l("What was asked, in your own words."))
    seen = part_field(
        _l("Evidence seen"), _l("Where, when, which record: what anybody could check.")
    )
    deviation = part_field(
        _l("Deviation"),
        _l("What deviates from the requirement; for a strength, what is good. Never the cure."),
        Needed(_l("Say what deviates, or what is good.")),
    )
    files = files_field()
    access = access_field()


class FindingForm(FindingStatement, NewForm):
    pass


class BodyFindingForm(FindingStatement, NewForm):
    """A finding as the certification body wrote it, with its own number and deadline."""

    external_number = StringField(
        _l("Number given by the body"), [AtMost(100), Clean()], filters=[tidy]
    )
    body_plan_due_on = DayField(_l("The body wants the plan until"), [Optional()])
    body_due_on = DayField(
        _l("The body wants it closed until"),
        [Optional()],
        description=_l("Kept beside our own dates; the earlier one holds."),
    )


class LinkForm(Form):
    """A finding that is recorded already."""

    finding = SelectMultipleField(_l("Findings of this unit"), coerce=str)
