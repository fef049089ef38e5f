"""Forms of the actions area. Fields bear the names of the record's columns."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import StringField, TextAreaField

from qms.actions.models import ActionKind
from qms.actions.owners import OwnerField
from qms.core.choices import SelectMultipleField
from qms.core.forms import AtMost, Clean, DayField, EditForm, Needed, NewForm, Rupiah, tidy
from qms.core.i18n import lazy_gettext as _l
from qms.evidence.forms import access_field, files_field
from qms.evidence.models import Evidence
from qms.evidence.showing import choices_of, cut_short
from qms.people.fields import KindField, UnitField


class Task:
    """What will be done, by whom and until when."""

    what = TextAreaField(
        _l("What will be done"),
        [Needed(_l("Say what will be done.")), AtMost(2000), Clean()],
        filters=[tidy],
        render_kw={"rows": 3},
    )
    kind = KindField(_l("Kind"), kind=ActionKind, default=ActionKind.CORRECTIVE.value)
    owner = OwnerField(_l("Who will do it"), [Needed(_l("Choose who will do it."))])
    due_on = DayField(_l("Until"), [Needed(_l("Say until when."))])


class PlannedCost:
    """What it may cost, and what it is paid from."""

    cost_planned = Rupiah(_l("Planned cost"))
    budget_code = StringField(
        _l("Budget code"),
        [AtMost(100), Clean()],
        filters=[tidy],
        description=_l("The account that it is paid from, such as 5.1.02.01.01.0024."),
    )


class NewActionForm(Task, PlannedCost, NewForm):
    unit = UnitField(_l("Unit"))
    access = access_field()


class PlanForm(Task, PlannedCost, NewForm):
    """An action of a unit that is known already: on a finding's page."""


class EditActionForm(Task, EditForm):
    reason = StringField(_l("Reason for another date"), [AtMost(500), Clean()], filters=[tidy])


class CostForm(PlannedCost, EditForm):
    """What an action may cost and what was spent on it."""

    cost_spent = Rupiah(_l("Spent"))


class ExtensionForm(EditForm):
    """A later due date, and why."""

    wanted_on = DayField(_l("New date"), [Needed(_l("Say until when."))])
    reason = TextAreaField(
        _l("Why it takes longer"),
        [Needed(_l("Say why it takes longer.")), AtMost(2000), Clean()],
        filters=[tidy],
        render_kw={"rows": 3},
    )


class DecisionForm(EditForm):
    """Whether the action may be done later."""

    granted_on = DayField(_l("New date"), [Needed(_l("Say until when."))])
    note = TextAreaField(
        _l("Remark"),
        [AtMost(2000), Clean()],
        filters=[tidy],
        description=_l("Needed if the date stays."),
        render_kw={"rows": 2},
    )


class FinishForm(EditForm):
    """That it is done, and what proves it."""

    done_on = DayField(_l("Done on"), [Needed(_l("Say on which day it was done."))])
    note = TextAreaField(
        _l("What was done"), [AtMost(5000), Clean()], filters=[tidy], render_kw={"rows": 4}
    )
    cost_spent = Rupiah(_l("Spent"), description=_l("In rupiah, if it cost anything."))
    files = files_field()
    evidence = SelectMultipleField(_l("Evidence that is filed already"), coerce=str)

    def offer(self, pieces: Sequence[Evidence], today: date) -> None:
        """Set the evidence that can be pointed at."""
        self.evidence.choices = choices_of(pieces, today)
        self.evidence.description = cut_short(pieces)


def task_of(form: Any) -> dict[str, Any]:
    """What a form says of an action, as the operations take it."""
    owner: OwnerField = form.owner
    return {
        "what": form.what.data,
        "kind": form.kind.data,
        "due_on": form.due_on.data,
        "owner_person_id": owner.person_id,
        "owner_position_id": owner.position_id,
    }


def cost_of(form: Any) -> dict[str, Any]:
    """What a form says of the cost, as the operations take it."""
    names = ("cost_planned", "budget_code", "cost_spent")
    return {name: form[name].data for name in names if name in form}
