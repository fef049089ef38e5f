"""The form of a setting."""

from typing import Any

from wtforms import StringField

from qms.core.db import version_of
from qms.core.forms import AtMost, Clean, DayField, EditForm, Needed, WholeNumber, tidy
from qms.core.i18n import lazy_gettext as _l
from qms.standards.settings import rows_of

LARGEST = 10_000
"""Of months, days or a number of things: more is a slip, and would lead beyond the calendar."""


class SettingForm(EditForm):
    """A figure from a day on, and where it is from. `value` is a number; DaySettingForm: a day."""

    def version_of(self, record: Any) -> int:
        return version_of(rows_of(record.district_id, record.key))

    value = WholeNumber(_l("Value"), [Needed(_l("Write a whole number."))], least=1, most=LARGEST)
    from_on = DayField(_l("Holds from"), [Needed(_l("Say from which day it holds."))])
    source = StringField(
        _l("Source"),
        [
            Needed(_l("Say where the figure comes from: a regulation, a letter, a contract.")),
            AtMost(500),
            Clean(),
        ],
        filters=[tidy],
    )


class DaySettingForm(SettingForm):
    """The same for a figure that is a day."""

    value = DayField(_l("Value"), [Needed(_l("Write the day."))])
