"""What is shipped: the decided lists of holidays, and the hours of the regulation."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from qms.deadlines.models import DayKind

CONTENT = Path(__file__).parent / "content" / "holidays.yaml"

Week = tuple[tuple[str, str] | None, ...]
"""Monday to Sunday: (opens, closes), or None where it is closed."""

SHIPPED_WEEK: Week = (*(("07:30", "16:00"),) * 4, ("07:30", "16:30"), None, None)
WEEK_SOURCE = "Perpres 21/2023"
"""From 07.30, 37 hours 30 minutes a week on five days, with breaks of 60 and on Friday 90 minutes
(articles 3 and 4); the hours of closing follow from that."""


@dataclass(frozen=True)
class Day:
    """What is known of a day, and from where."""

    on: date
    kind: DayKind
    name: str
    source: str
    verified: bool = True


@cache
def shipped_days() -> dict[date, Day]:
    """Every day off of the shipped lists."""
    told: dict[int, Any] = yaml.safe_load(CONTENT.read_text("utf-8"))
    return {
        on: Day(on, DayKind(kind), name, year["source"], year["verified"])
        for year in told.values()
        for on, name, kind in year["days"]
    }


@cache
def shipped_years() -> frozenset[int]:
    """The years whose list was decided when this version was made."""
    return frozenset(day.year for day in shipped_days())
