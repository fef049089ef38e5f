"""Forms of the plan of an audit, and of what a certification body did."""

from typing import Any

from wtforms import StringField, ValidationError

from qms.audits.covering import parted
from qms.audits.forms.fields import Checkboxes, part_field
from qms.audits.models import AuditKind
from qms.core.choices import SelectMultipleField
from qms.core.forms import AtMost, Clean, DayField, EditForm, Needed, NewForm, tidy
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.evidence.forms import access_field
from qms.people.fields import KindField, UnitField


def _title() -> StringField:
    return StringField(
        _l("Title"),
        [Needed(_l("Say what the audit is about.")), AtMost(300), Clean()],
        filters=[tidy],
    )


def _editions() -> Checkboxes:
    return Checkboxes(
        _l("Standards"),
        [Needed(_l("Choose at least one standard."))],
        coerce=int,
    )


class Covered:
    """What it covers: chosen from what the unit does, and said in free words."""

    covers = SelectMultipleField(
        _l("Services and processes"),
        description=_l(
            "What the unit offers, what its procedures are about, what earlier audits named."
        ),
    )
    scope = part_field(
        _l("Scope, in your own words"),
        _l(
            "What is not in the list, places, and what is left out. A line at the beginning that "
            "begins with a dash names a service or process, too."
        ),
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


class Shared(Days):
    """What several audits may have in common."""

    edition_ids = _editions()
    objectives = part_field(_l("Audit objectives"), _l("What the audit is to find out."))
    criteria = part_field(
        _l("Criteria"), _l("Besides the standards: own documents, laws, contracts."), rows=2
    )
    methods = part_field(
        _l("Methods"), _l("Interviews, documents, walks, samples: how many."), rows=2
    )


class Plan(Shared, Covered):
    """What an audit wants to know, where, and how."""

    title = _title()


class PlanForm(Plan, NewForm):
    unit = UnitField(_l("Unit"))


class EditForms(EditForm):
    """What is saved stands in one text; the form shows it in two."""

    def saved(self, record: Any, name: str) -> Any:
        names, words = parted(record.scope)
        parts = {"covers": names, "scope": words}
        return parts[name] if name in parts else super().saved(record, name)


class EditPlanForm(Plan, EditForms):
    pass


class External(Days, Covered):
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


class ExternalForm(External, NewForm):
    unit = UnitField(_l("Unit"))
    kind = KindField(
        _l("Kind"),
        kind=AuditKind,
        but={AuditKind.INTERNAL},
        default=AuditKind.SURVEILLANCE.value,
    )


class EditExternalForm(External, EditForms):
    pass
