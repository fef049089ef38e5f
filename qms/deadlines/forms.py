"""Forms of working days."""

import re
from collections.abc import Sequence
from typing import Any

from wtforms import StringField, ValidationError

from qms.core.forms import AtMost, Clean, DayField, EditForm, Form, Needed, tidy
from qms.core.i18n import gettext as _
from qms.core.i18n import lazy_gettext as _l
from qms.deadlines.models import DayKind
from qms.deadlines.shipped import Week
from qms.people.fields import KindField

HOURS = re.compile(r"\s*(\d{1,2})[.:](\d{2})\s*[-–]\s*(\d{1,2})[.:](\d{2})\s*")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _source() -> StringField:
    return StringField(
        _l("Source"),
        [Needed(_l("Say where it comes from: a decree, a circular.")), AtMost(300), Clean()],
        filters=[tidy],
    )


class DayForm(Form):
    """What a day is in the district."""

    on = DayField(_l("Day"), [Needed(_l("Say on which day."))])
    kind = KindField(_l("It is"), kind=DayKind, default=DayKind.LOCAL.value)
    name = StringField(
        _l("Name"),
        [Needed(_l("Write what the day is called.")), AtMost(200), Clean()],
        filters=[tidy],
    )
    source = _source()


class HoursForm(EditForm):
    """When an office is open: 07:30-16:00; empty: it is closed."""

    monday = StringField(_l("Monday"), [AtMost(20)], filters=[tidy])
    tuesday = StringField(_l("Tuesday"), [AtMost(20)], filters=[tidy])
    wednesday = StringField(_l("Wednesday"), [AtMost(20)], filters=[tidy])
    thursday = StringField(_l("Thursday"), [AtMost(20)], filters=[tidy])
    friday = StringField(_l("Friday"), [AtMost(20)], filters=[tidy])
    saturday = StringField(_l("Saturday"), [AtMost(20)], filters=[tidy])
    sunday = StringField(_l("Sunday"), [AtMost(20)], filters=[tidy])
    source = _source()

    @property
    def week(self) -> Week:
        """What was written, once it is valid."""
        return tuple(_read(self[name].data) for name in WEEKDAYS)

    def fill_in(self, week: Week) -> None:
        for name, hours in zip(WEEKDAYS, week, strict=True):
            self[name].data = _told(hours)

    def saved(self, record: Any, name: str) -> Any:
        if name not in WEEKDAYS:
            return super().saved(record, name)
        return _told(record.week[WEEKDAYS.index(name)])

    def _judge(self, field: Any) -> None:
        if field.data and HOURS.fullmatch(field.data) is None:
            raise ValidationError(_("Write hours such as 07:30-16:00, or nothing."))

    validate_monday = validate_tuesday = validate_wednesday = validate_thursday = _judge
    validate_friday = validate_saturday = validate_sunday = _judge


def _told(hours: Sequence[str] | None) -> str | None:
    return f"{hours[0]}-{hours[1]}" if hours else None


def _read(told: str | None) -> tuple[str, str] | None:
    found = HOURS.fullmatch(told or "")
    if found is None:
        return None
    first, second, third, fourth = found.groups()
    return f"{first.zfill(2)}:{second}", f"{third.zfill(2)}:{fourth}"
