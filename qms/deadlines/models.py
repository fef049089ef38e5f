"""Tables of working days: a district's own holidays, and the hours of offices."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from qms.core.db import DistrictRecord, link_to, one_of
from qms.core.i18n import lazy_gettext as _l


class DayKind(StrEnum):
    NATIONAL = "national"
    JOINT_LEAVE = "joint_leave"
    LOCAL = "local"
    WORKING = "working"

    @property
    def label(self) -> Any:
        return KIND_LABELS[self]

    @property
    def is_off(self) -> bool:
        return self is not DayKind.WORKING


class Counting(StrEnum):
    """How the days of a deadline are counted."""

    CALENDAR = "calendar"
    WORKING = "working"

    @property
    def label(self) -> Any:
        return COUNTING_LABELS[self]


COUNTING_LABELS = {
    Counting.CALENDAR: _l("Calendar days"),
    Counting.WORKING: _l("Working days"),
}

KIND_LABELS = {
    DayKind.NATIONAL: _l("National holiday"),
    DayKind.JOINT_LEAVE: _l("Joint leave"),
    DayKind.LOCAL: _l("Holiday of the district"),
    DayKind.WORKING: _l("Ordinary working day"),
}


class Holiday(DistrictRecord):
    """What a district says of a day. It goes before the shipped list."""

    __tablename__ = "holiday"
    __rules__ = (UniqueConstraint("district_id", "on_day"),)

    on: Mapped[date] = mapped_column("on_day")
    kind: Mapped[DayKind] = mapped_column(one_of(DayKind))
    name: Mapped[str]
    source: Mapped[str]


class OfficeHours(DistrictRecord):
    """When a unit is open; it holds for those under it that have none of their own."""

    __tablename__ = "office_hours"
    __rules__ = (link_to("unit_id", "unit"), UniqueConstraint("district_id", "unit_id"))

    unit_id: Mapped[int]
    week: Mapped[list[list[str] | None]] = mapped_column(JSON)
    """Monday to Sunday: ["07:30", "16:00"], or None where it is closed."""
    source: Mapped[str]
