"""Forms of audit programmes: what they say, the rule of proposals, visits made into audits."""

from typing import Any

from wtforms import StringField, ValidationError

from qms.audits.forms.fields import Checkboxes, part_field
from qms.audits.forms.planning import Plan, Shared
from qms.audits.operations.programme import Start
from qms.audits.proposals import MOST_A_YEAR
from qms.core.choices import SelectMultipleField
from qms.core.forms import AtMost, Clean, EditForm, Form, Needed, NewForm, WholeNumber, tidy
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.people.fields import ChoiceField, KindField, UnitField


def reason_field() -> Any:
    """Why an approved programme is changed."""
    return part_field(
        _l("Reason"),
        _l("The programme is approved: the reason stays in its history."),
        rows=2,
    )


class ProgrammeStatement:
    """What a programme says."""

    title = StringField(
        _l("Title"),
        [Needed(_l("Give the programme a title.")), AtMost(300), Clean()],
        filters=[tidy],
    )
    from_year = WholeNumber(
        _l("First year"), [Needed(_l("Write the first year."))], least=2000, most=2100
    )
    until_year = WholeNumber(
        _l("Last year"), [Needed(_l("Write the last year."))], least=2000, most=2100
    )
    edition_ids = Checkboxes(
        _l("Standards"), [Needed(_l("Choose at least one standard."))], coerce=int
    )
    objectives = part_field(
        _l("Objectives of the programme"), _l("What the audits of these years are to find out.")
    )
    scope = part_field(
        _l("Scope"), _l("Units, places, services and processes that are audited."), rows=2
    )
    criteria = part_field(
        _l("Criteria"),
        _l("Against what is audited beside the standards: procedures, regulations, contracts."),
        rows=2,
    )
    risks = part_field(
        _l("Risks to the programme"),
        _l("What may keep it from being carried out, and what is done about that."),
        rows=2,
    )
    resources = part_field(_l("Resources"), _l("Auditors, days, travel, experts, budget."), rows=2)
    methods = part_field(
        _l("Methods"), _l("On the spot or remote, interviews, documents, samples."), rows=2
    )

    def validate_until_year(self, field: Any) -> None:
        first = self.from_year.data
        if field.data is not None and first is not None and not 0 <= field.data - first <= 2:
            raise ValidationError(_("A programme runs for one to three years."))


class NewProgrammeForm(ProgrammeStatement, NewForm):
    unit = UnitField(_l("For which unit"))
    start = KindField(_l("Units to begin with"), kind=Start, default=Start.HOLDING.value)


class EditProgrammeForm(ProgrammeStatement, EditForm):
    reason = reason_field()


class ChangeForm(Form):
    """A change of units or months: they are ticked in a table, beside this."""

    reason = reason_field()


MONTH_NUMBERS = [(number, str(number)) for number in range(1, 13)]


def _visits(label: Any, default: int) -> WholeNumber:
    return WholeNumber(
        label,
        [Needed(_l("Write how many visits a year."))],
        least=0,
        most=MOST_A_YEAR,
        default=default,
    )


class RuleForm(Form):
    """How often units are visited, and in which months."""

    high = _visits(_l("Visits a year at high risk"), 2)
    medium = _visits(_l("Visits a year at medium risk"), 1)
    low = _visits(_l("Visits a year at low risk"), 1)
    minors = WholeNumber(
        _l("Minor nonconformities that ask for one visit more"),
        [Needed(_l("Write a number."))],
        least=1,
        most=99,
        default=3,
        description=_l("In the last audit. One major nonconformity always does."),
    )
    months = Checkboxes(
        _l("Months in which audits can be held"),
        [Needed(_l("Choose at least one month."))],
        coerce=int,
        choices=MONTH_NUMBERS,
    )
    reason = reason_field()


class VisitAuditForm(Plan, Form):
    """The plan of an audit that is made of a visit."""


class Visits(SelectMultipleField):
    """Visits of a programme that wait for their audit."""

    message = _l(
        "A visit that you ticked has its audit already, or was moved. Look at what is left."
    )


class VisitsAuditsForm(Shared, Form):
    """The plan of the audits that are made of several visits, one for each."""

    visits = Visits(
        _l("Visits"),
        [Needed(_l("Tick at least one visit."))],
        description=_l(
            "Each becomes an audit of its own, with its own team, checklist and report."
        ),
    )


class LinkAuditForm(Form):
    """An audit that is planned already."""

    audit = ChoiceField(_l("Audit"), blank=_l("Choose"))

    def validate_audit(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Choose the audit."))
