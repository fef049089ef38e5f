"""The form of an auditor's competence."""

from typing import Any

from wtforms import BooleanField, StringField, ValidationError
from wtforms.validators import Optional

from qms.audits.queries.competence import standards
from qms.core.forms import AtMost, Clean, DayField, EditForm, Needed, NewForm, WholeNumber, tidy
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.people.fields import ChoiceField


def _line(label: Any, description: Any = "", *validators: Any) -> StringField:
    return StringField(
        label, [*validators, AtMost(300), Clean()], filters=[tidy], description=description
    )


class Competence:
    """A training or certificate, and for how long it holds."""

    standard = ChoiceField(_l("Standard"))
    training = _line(
        _l("Training or certificate"),
        "",
        Needed(_l("Write the name of the training or certificate.")),
    )
    provider = _line(_l("Held or issued by"))
    scheme = _line(_l("Scheme"), _l("By whose rules it was examined, if by any."))
    number = _line(_l("Number of the certificate"))
    achieved_on = DayField(_l("Achieved on"), [Needed(_l("Say on which day it was achieved."))])
    valid_until = DayField(
        _l("Valid until"),
        [Optional()],
        description=_l("Empty: without end. After this day nobody is chosen by it."),
    )
    audits_observed = WholeNumber(
        _l("Audits observed elsewhere"),
        [Optional()],
        least=0,
        most=1000,
        description=_l("Those observed here are counted by themselves."),
    )
    may_lead = BooleanField(_l("A training for leaders of audit teams"))

    def offer(self) -> None:
        self.standard.offer(standards().items())

    def validate_valid_until(self, field: Any) -> None:
        begun = self.achieved_on.data
        if field.data and begun and field.data < begun:
            raise ValidationError(_("It cannot end before it was achieved."))


class CompetenceForm(Competence, NewForm):
    pass


class EditCompetenceForm(Competence, EditForm):
    pass
