"""The stage on which the story is played: who and what is known by a short key, and what happens
when. Events are played in the order of time, each as one commit, so that the journal is in order.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from sqlalchemy import select

from qms.core import clock
from qms.core.db import Record, db
from qms.core.i18n import speaking
from qms.people.models import Person
from qms.standards.models import Clause
from qms.units.models import District, Unit

CONTENT = Path(__file__).parent / "content"
QUALITY, ANTI_BRIBERY = "iso9001-2015", "iso37001-2016"
OPENS = time(8, 5)
"""When the first thing of a day happens, in the district."""


@cache
def content(name: str) -> Any:
    """A file of the story, read once."""
    return yaml.safe_load((CONTENT / f"{name}.yaml").read_text("utf-8"))


@dataclass(order=True)
class Event:
    """Something that happens so many days before today; those of one day keep their order."""

    moment: datetime
    order: int
    does: Callable[[], Any] = field(compare=False)


class Stage:
    """What is known so far, and what is still to happen."""

    def __init__(self, timezone: str = "Asia/Jakarta") -> None:
        self.timezone = timezone
        self.today = clock.today(timezone)
        self.known: dict[str, tuple[type[Any], int]] = {}
        self.events: list[Event] = []
        self.on_day: dict[date, int] = {}
        self.clauses: dict[str, int] = {}

    @property
    def moment(self) -> datetime:
        """The moment at which the present event happens."""
        return clock.now()

    def day(self, days_ago: int) -> date:
        """The day so many days before today (negative: after)."""
        return self.today - timedelta(days=days_ago)

    def at(self, days_ago: int, does: Callable[..., Any], *told: Any) -> None:
        """Let does(stage, *told) happen on a day; what is said later happens later on that day."""
        day = self.day(days_ago)
        count = self.on_day[day] = self.on_day.get(day, 0) + 1
        opens = datetime.combine(day, OPENS, ZoneInfo(self.timezone))
        step = timedelta(seconds=40) if days_ago <= 0 else timedelta(minutes=7)
        self.events.append(
            Event((opens + count * step).astimezone(UTC), count, partial(does, self, *told))
        )

    def play(self) -> int:
        """Let everything happen, the oldest first; returns how many things did.

        What is said of today has happened by now, however early it is.
        """
        with speaking("id"):
            for event in sorted(self.events):
                with clock.at(min(event.moment, clock.now())):
                    event.does()
                    db.session.commit()
                db.session.expunge_all()
        return len(self.events)

    def keep(self, key: str, record: Record) -> None:
        """Remember a record under a key."""
        db.session.flush()
        self.known[key] = (type(record), record.id)

    def get(self, key: str) -> Any:
        """The record under a key, loaded anew."""
        model, record_id = self.known[key]
        found = db.session.get(model, record_id)
        assert found is not None, key
        return found

    def id_of(self, key: str) -> int:
        return self.known[key][1]

    def person(self, key: str) -> Person:
        found: Person = self.get(f"person:{key}")
        return found

    def unit(self, code: str) -> Unit:
        found: Unit = self.get(f"unit:{code}")
        return found

    def district(self) -> District:
        found: District = self.get("district")
        return found

    def clause_ids(self, told: dict[str, Any]) -> list[int]:
        """The clauses of a piece of content: `q` of ISO 9001:2015, `s` of ISO 37001:2016."""
        if not self.clauses:
            rows = db.session.execute(select(Clause.key, Clause.id))
            self.clauses = {row.key: row.id for row in rows}
        keys = [f"{QUALITY}:{number}" for number in told.get("q", [])]
        keys += [f"{ANTI_BRIBERY}:{number}" for number in told.get("s", [])]
        return [self.clauses[key] for key in keys]
