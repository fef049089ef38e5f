"""The period that is looked back on."""

from datetime import date, timedelta
from typing import Any

from wtforms import ValidationError

from qms.core.forms import DayField, Form
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.core.periods import Days

LONGEST = timedelta(days=5 * 366)


class PeriodForm(Form):
    """From one day to another; asked for in the address."""

    class Meta(Form.Meta):
        csrf = False

    first = DayField(_l("From"), name="from")
    last = DayField(_l("Until"), name="to")

    def validate_last(self, field: Any) -> None:
        first = self.first.data
        if first is None or field.data is None:
            return
        if field.data < first:
            raise ValidationError(_("The period ends before it begins."))
        if field.data - first > LONGEST:
            raise ValidationError(_("Choose five years at the most."))


def last_twelve_months(today: date) -> Days:
    """This month so far and the eleven before it."""
    month = today.year * 12 + today.month - 12
    return Days(date(month // 12, month % 12 + 1, 1), today)


def year_of(day: date, years_ago: int = 0) -> Days:
    """The whole year of a day, or one before it."""
    year = day.year - years_ago
    return Days(date(year, 1, 1), date(year, 12, 31))
