"""What people do: say what a day is, and when an office is open."""

import re
from datetime import date

from sqlalchemy import select

from qms.core import dates, journal
from qms.core.db import db, same_version
from qms.core.errors import Invalid
from qms.core.i18n import lazy_gettext as _l
from qms.core.permissions import require
from qms.deadlines.models import DayKind, Holiday, OfficeHours
from qms.deadlines.permissions import may_set_days, may_set_hours
from qms.deadlines.queries import own_hours
from qms.deadlines.shipped import Week
from qms.people.models import Person
from qms.units.models import Unit

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def set_day(on: date, *, kind: DayKind, name: str, source: str, by: Person) -> Holiday:
    """Say what a day is in this district; said again, the last one counts."""
    require(may_set_days, by)
    if on.year not in dates.YEARS:
        message = _l("The year looks wrong.")
        raise Invalid(message, on=message)
    if not name.strip():
        message = _l("Write what the day is called.")
        raise Invalid(message, name=message)
    if not source.strip():
        message = _l("Say where it comes from: a decree, a circular.")
        raise Invalid(message, source=message)
    found = db.session.scalar(
        select(Holiday).where(Holiday.district_id == by.district_id, Holiday.on == on)
    )
    if found is None:
        found = Holiday(district_id=by.district_id, on=on)
        db.session.add(found)
    found.kind, found.name, found.source = kind, name.strip(), source.strip()
    journal.write("set_day", found, by=by)
    return found


def set_hours(
    unit_id: int, week: Week, *, source: str, by: Person, version: int | None = None
) -> OfficeHours:
    """Say when a unit is open, Monday to Sunday. `version` is the one that the person read; 0: the
    unit had no hours of its own."""
    require(may_set_hours, by, unit_id)
    if len(week) != 7 or not any(week):
        raise Invalid(_l("Write the hours of at least one day of the week."))
    for hours in week:
        if hours is not None and not (
            all(CLOCK.fullmatch(one) for one in hours) and hours[0] < hours[1]
        ):
            raise Invalid(_l("Write times such as 07:30; an office closes after it has opened."))
    if not source.strip():
        message = _l("Say where it comes from: a decree, a circular.")
        raise Invalid(message, source=message)
    # One at a time sets a unit's hours, so that the second who sets the first ones is told.
    db.session.execute(select(Unit.id).where(Unit.id == unit_id).with_for_update(key_share=True))
    found = own_hours(by.district_id, unit_id)
    if found is not None:
        same_version(found, version)
    else:
        found = OfficeHours(district_id=by.district_id, unit_id=unit_id)
        db.session.add(found)
    found.week = [list(one) if one else None for one in week]
    found.source = source.strip()
    journal.write("set_hours", found, by=by)
    return found
