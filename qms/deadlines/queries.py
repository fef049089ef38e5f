"""Which days are off in a district, and when a unit is open."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from qms.core.db import db
from qms.deadlines.models import Holiday, OfficeHours
from qms.deadlines.shipped import SHIPPED_WEEK, WEEK_SOURCE, Day, Week, shipped_days
from qms.units.models import District
from qms.units.tree import Tree, tree_of

NOBODY_WAITS_LONGER = 400
"""Days within which the next working day comes, even where somebody closed every weekday."""


@dataclass(frozen=True)
class WorkingCalendar:
    """The week of an office and the days off within some days."""

    week: Week
    off: dict[date, Day]

    def hours_on(self, day: date) -> tuple[str, str] | None:
        """When the office is open on a day; None: it is closed."""
        return None if day in self.off else self.week[day.weekday()]

    def holiday_on(self, day: date) -> Day | None:
        return self.off.get(day)


def days_known(district_id: int, first: date, last: date) -> dict[date, Day]:
    """What is known of each day from one to another that is more than a day of the week: the
    shipped lists, and what the district says instead. One query."""
    found = {on: day for on, day in shipped_days().items() if first <= on <= last}
    own = db.session.scalars(
        select(Holiday).where(
            Holiday.district_id == district_id, Holiday.on >= first, Holiday.on <= last
        )
    )
    found.update({one.on: Day(one.on, one.kind, one.name, one.source) for one in own})
    return dict(sorted(found.items()))


def days_off(district_id: int, first: date, last: date) -> dict[date, Day]:
    """Holidays and joint leave from one day to another, by day. One query."""
    known = days_known(district_id, first, last)
    return {on: day for on, day in known.items() if day.kind.is_off}


def calendar_of(district: District, unit_id: int, first: date, last: date) -> WorkingCalendar:
    """The week of a unit, and the days off from one day to another. Two queries."""
    week, _source, _unit = hours_of(tree_of(district), district.id, unit_id)
    return WorkingCalendar(week, days_off(district.id, first, last))


def hours_of(tree: Tree, district_id: int, unit_id: int) -> tuple[Week, str, int | None]:
    """A unit's week, its source, and the unit it was given to (None: as shipped). One query."""
    near = [unit_id, *(node.id for node in tree.ancestors(unit_id))]
    found = {
        one.unit_id: one
        for one in db.session.scalars(
            select(OfficeHours).where(
                OfficeHours.district_id == district_id, OfficeHours.unit_id.in_(near)
            )
        )
    }
    for one in near:
        if one in found:
            return as_week(found[one].week), found[one].source, one
    return SHIPPED_WEEK, WEEK_SOURCE, None


def as_week(told: list[list[str] | None]) -> Week:
    """A stored week."""
    return tuple((one[0], one[1]) if one else None for one in told)


def own_hours(district_id: int, unit_id: int) -> OfficeHours | None:
    """The hours that a unit itself was given."""
    return db.session.scalar(
        select(OfficeHours).where(
            OfficeHours.district_id == district_id, OfficeHours.unit_id == unit_id
        )
    )


def units_with_hours(district_id: int) -> list[OfficeHours]:
    """All hours that were given in a district."""
    return list(
        db.session.scalars(
            select(OfficeHours)
            .where(OfficeHours.district_id == district_id)
            .order_by(OfficeHours.unit_id)
            .limit(1000)
        )
    )


def working_days_after(calendar: WorkingCalendar, day: date, count: int) -> date:
    """The day that is so many working days after another, which itself is not counted. The
    calendar must reach so far; beyond its days only the week counts."""
    waited = 0
    while count > 0:
        day += timedelta(days=1)
        waited += 1
        if calendar.hours_on(day) is not None:
            count, waited = count - 1, 0
        elif waited > NOBODY_WAITS_LONGER:
            raise ValueError("the office never opens")
    return day


def working_day_after(district: District, unit_id: int, day: date, count: int) -> date:
    """The day that is so many working days of a unit after another. Two queries."""
    reach = day + timedelta(days=3 * count + 60)
    return working_days_after(calendar_of(district, unit_id, day, reach), day, count)


def years_without_holidays(district_id: int, first: date, last: date) -> list[int]:
    """The years between two days of which no holiday is known: the list was not decided when this
    version was made, and the district entered none. One query."""
    known = {day.year for day in days_known(district_id, date(first.year, 1, 1), _end_of(last))}
    return [year for year in range(first.year, last.year + 1) if year not in known]


def _end_of(day: date) -> date:
    return date(day.year, 12, 31)
