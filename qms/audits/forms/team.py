"""The form of the team."""

from collections.abc import Iterable
from typing import Any

from wtforms import ValidationError

from qms.audits.forms.fields import Checkboxes, part_field
from qms.core.forms import EditForm
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.people.fields import PersonField
from qms.people.models import Person


class TeamForm(EditForm):
    """Who leads, who audits, who watches; why what stands against somebody is overruled."""

    lead = PersonField(_l("Team leader"), blank=_l("Choose"))
    auditors = Checkboxes(_l("Auditors"), coerce=str)
    observers = Checkboxes(_l("Observers"), coerce=str)
    reason = part_field(
        _l("Why this is overruled"),
        _l(
            "Only where somebody chosen is not independent or not competent. It is kept with your "
            "name and stands in the report."
        ),
        rows=2,
    )

    def offer(self, ready: Iterable[Person], others: Iterable[Person]) -> None:
        """Set the choices: who is free, competent and independent first."""
        first = [(str(one.uid), one.name) for one in ready]
        rest = [(str(one.uid), one.name) for one in others]
        self.lead.offer([*first, *((uid, f"{name} (!)") for uid, name in rest)])
        listed = [*first, *rest]
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
