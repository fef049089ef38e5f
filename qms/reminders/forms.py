"""Forms of reminders: the district's rule, and one's own choice."""

import re
from typing import Any

from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ListWidget

from qms.core.forms import EditForm, Form, Needed, ToldOnce, WholeNumber
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.overview.subjects import Subject
from qms.reminders.models import MailChoice
from qms.reminders.operations import LONGEST
from qms.reminders.rules import Rule


class DaysField(ToldOnce, StringField):
    """Some numbers of days: 30, 7, 1. `data` is a list of them."""

    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.raw: str | None = None

    def _value(self) -> str:
        if self.raw is not None:
            return self.raw
        return ", ".join(str(one) for one in self.data or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        self.raw = (valuelist[0] if valuelist else "").strip()
        parts = re.split(r"[\s,;]+", self.raw) if self.raw else []
        self.data = []
        if len(self.raw) > 60 or not all(part.isascii() and part.isdigit() for part in parts):
            raise ValueError(_("Write numbers of days, such as 7, 1."))
        self.data = [int(part) for part in parts]


class RuleForm(EditForm):
    """When the people of a district are reminded."""

    before = DaysField(
        _l("Days before the day"),
        description=_l("Separated by commas: 7, 1. On the day itself everybody is told."),
    )
    long_before = DaysField(
        _l("Days before, for what takes months"),
        description=_l("Certificates, competences of auditors, reviews of documents."),
    )
    after_every = WholeNumber(
        _l("After the day, every so many days"),
        [Needed(_l("Write a whole number."))],
        least=0,
        most=LONGEST,
        description=_l("0: not after the day."),
    )
    head_after = WholeNumber(
        _l("Head of the unit: days late"),
        least=1,
        most=LONGEST,
        description=_l("Empty: it is not told to the head of the unit."),
    )
    secretariat_after = WholeNumber(
        _l("Secretariat: days late"),
        least=1,
        most=LONGEST,
        description=_l("Empty: it is not told to the secretariat."),
    )
    subjects = SelectMultipleField(
        _l("Remind of"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subjects.choices = [(one.value, str(one.label)) for one in Subject]

    def show(self, rule: Rule, version: int) -> None:
        """Fill in what holds."""
        self.version.data = version
        self.before.data, self.long_before.data = list(rule.before), list(rule.long_before)
        self.after_every.data = rule.after_every
        self.head_after.data, self.secretariat_after.data = rule.head_after, rule.secretariat_after
        self.subjects.data = [one.value for one in Subject if one not in rule.silent]

    @property
    def rule(self) -> Rule:
        """What was written, once it is valid."""
        spoken = set(self.subjects.data or ())
        return Rule(
            tuple(self.before.data),
            tuple(self.long_before.data),
            self.after_every.data,
            self.head_after.data,
            self.secretariat_after.data,
            frozenset(one for one in Subject if one.value not in spoken),
        )


class ChoiceForm(Form):
    """How one wants to be told by mail."""

    mail = RadioField(_l("Reminders by mail"), [Needed(_l("Choose one."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mail.choices = [(one.value, str(one.label)) for one in MailChoice]
