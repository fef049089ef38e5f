"""Forms of the evidence area. Fields bear the names of the record's columns."""

from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import StringField, TextAreaField

from qms.core.choices import SelectMultipleField
from qms.core.db import AccessClass
from qms.core.forms import AtMost, Clean, DayField, EditForm, Needed, NewForm, tidy
from qms.core.i18n import lazy_gettext as _l
from qms.people.fields import ChoiceField, UnitField

ACCESS_LABELS = {
    AccessClass.ORDINARY: _l("All who see the unit"),
    AccessClass.RESTRICTED: _l("Only those who need to know"),
}


def access_field() -> ChoiceField:
    """Who may see a record; offered only to those who need to know."""
    return ChoiceField(
        _l("Who may see it"),
        choices=[(one.value, label) for one, label in ACCESS_LABELS.items()],
        default=AccessClass.ORDINARY.value,
    )


def files_field(label: Any = None) -> MultipleFileField:
    """Files by choosing, dropping, pasting or from the camera."""
    return MultipleFileField(label or _l("Photos and files"))


class Words:
    """What is said about evidence."""

    name = StringField(
        _l("Name"), [Needed(_l("Give the evidence a name.")), AtMost(300), Clean()], filters=[tidy]
    )
    description = TextAreaField(
        _l("What it shows"), [AtMost(5000), Clean()], filters=[tidy], render_kw={"rows": 3}
    )
    clause_ids = SelectMultipleField(_l("Clauses"), coerce=int)
    proves_from = DayField(_l("Proves from"))
    proves_until = DayField(_l("until"))
    valid_until = DayField(_l("Counts until"))
    access = access_field()

    def offer(self, clauses: Any, *, may_restrict: bool) -> None:
        """Fill in the choices of the moment."""
        self.clause_ids.choices = clauses
        if not may_restrict:
            del self.access


class NewEvidenceForm(Words, NewForm):
    unit = UnitField(_l("Unit"))
    files = files_field()


class EditEvidenceForm(Words, EditForm):
    pass


class VersionForm(EditForm):
    """A newer version."""

    note = StringField(_l("What changed"), [AtMost(500), Clean()], filters=[tidy])
    files = files_field()
