"""The form of a setting."""

from wtforms import IntegerField, StringField
from wtforms.validators import Optional as OptionalIfEmpty

from qms.core.forms import AtMost, Clean, DayField, Form, Needed, tidy
from qms.core.i18n import lazy_gettext as _l


class SettingForm(Form):
    """A figure from a day on, and where it is from. `value` is a number; DaySettingForm: a day."""

    value = IntegerField(_l("Value"), [OptionalIfEmpty(), Needed(_l("Write a whole number."))])
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
