"""Days of the story on which offices are open, whatever day the demo is made."""

from datetime import date, timedelta

from qms.deadlines.models import DayKind
from qms.deadlines.queries import WorkingCalendar
from qms.deadlines.shipped import SHIPPED_WEEK, Day, shipped_days
from qms.demo.stage import Stage, content

WALKS = 6
"""An audit of at most so many days is walked day by day; of a longer one its ends count."""


def calendar(stage: Stage) -> WorkingCalendar:
    """The ordinary week, the shipped days off and those that the demo's district enters."""
    off = {on: day for on, day in shipped_days().items() if day.kind.is_off}
    for told in content("timetables")["holidays"]:
        day = Day(stage.day(told["day"]), DayKind(told["kind"]), told["name"], told["source"])
        off[day.on] = day
    return WorkingCalendar(SHIPPED_WEEK, off)


def days_of_audit(stage: Stage, first: int, last: int) -> dict[int, date]:
    """On which day each day of an audit falls, by days before today: the first on the last working
    day up to it, so that nothing that follows comes too early, the others each on a day of its
    own."""
    known, found = calendar(stage), dict[int, date]()
    told = range(first, last - 1, -1) if first - last < WALKS else (first, last)
    after = None
    for days_ago in told:
        day, step = stage.day(days_ago), timedelta(days=-1)
        if after is not None:
            day, step = max(day, after + timedelta(days=1)), timedelta(days=1)
        while known.hours_on(day) is None:
            day += step
        found[days_ago] = after = day
    return found
