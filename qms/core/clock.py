"""Time: the only place that asks the machine for it.

A *moment* is an aware datetime in UTC, a *day* is a date in a district's own time zone. Tests
move the clock with `at()`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_stopped: ContextVar[datetime | None] = ContextVar("stopped_clock", default=None)


def now() -> datetime:
    """This moment, in UTC."""
    return _stopped.get() or datetime.now(UTC)


def day_of(moment: datetime, timezone: str) -> date:
    """The day that a moment falls on in a time zone such as Asia/Jakarta."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def today(timezone: str) -> date:
    """Today in a time zone: the district's day changes at the district's midnight."""
    return day_of(now(), timezone)


def start_of(day: date, timezone: str) -> datetime:
    """The moment in UTC at which a day begins in a time zone."""
    return datetime.combine(day, time.min, ZoneInfo(timezone)).astimezone(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Stop the clock at a moment (aware), for tests and for demo data that happened earlier."""
    token = _stopped.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped.reset(token)


def days_after(day: date, days: int) -> date:
    """The calendar day that lies so many days later."""
    return day + timedelta(days=days)
