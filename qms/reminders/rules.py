"""When to speak of what is due: the district's rule, and the step that a day has reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from qms.core.db import db
from qms.overview.queries.work import Deadline, Kind
from qms.overview.subjects import Subject, subject_of
from qms.reminders.models import Level, ReminderRule

NO_DEADLINE = (Deadline.DONE, Deadline.IN_FORCE)
"""Days that are no last day for anybody: nothing becomes overdue by them."""


@dataclass(frozen=True)
class Rule:
    """The rule of a district, as `ReminderRule` explains it. `is_own`: it set one."""

    before: tuple[int, ...] = (7, 1)
    long_before: tuple[int, ...] = (90, 30, 7)
    after_every: int = 7
    head_after: int | None = 7
    secretariat_after: int | None = 21
    silent: frozenset[Subject] = frozenset()
    is_own: bool = False

    @property
    def ahead(self) -> int:
        """How many days ahead anything can be spoken of."""
        return max((*self.before, *self.long_before), default=0)

    def speaks_of(self, kind: Kind) -> bool:
        return subject_of(kind) not in self.silent

    def step(self, kind: Kind, deadline: Deadline, due_on: date, today: date) -> int | None:
        """The last step that has been reached, in days from the day; None: not yet any."""
        late = (today - due_on).days
        if deadline is Deadline.DONE:
            return self._after(late) or None if late > 0 else None
        if late >= 0:
            return self._after(late)
        days = self.long_before if subject_of(kind).is_long else self.before
        reached = [one for one in days if -late <= one]
        return -min(reached) if reached else None

    def _after(self, late: int) -> int:
        return late // self.after_every * self.after_every if self.after_every else 0

    def levels(self, deadline: Deadline, due_on: date, today: date) -> Sequence[tuple[Level, int]]:
        """Who is told because it is late, and at which step: the days that the rule names."""
        if deadline in NO_DEADLINE:
            return ()
        late = (today - due_on).days
        steps = ((Level.HEAD, self.head_after), (Level.SECRETARIAT, self.secretariat_after))
        return [(level, after) for level, after in steps if after is not None and late >= after]


SHIPPED = Rule()


def row_of(district_id: int) -> ReminderRule | None:
    """What a district set itself."""
    return db.session.scalar(select(ReminderRule).where(ReminderRule.district_id == district_id))


def rule_of(district_id: int) -> Rule:
    """The rule that holds in a district. One query."""
    row = row_of(district_id)
    if row is None:
        return SHIPPED
    return Rule(
        tuple(row.before),
        tuple(row.long_before),
        row.after_every,
        row.head_after,
        row.secretariat_after,
        frozenset(one for one in Subject if one.value in row.silent),
        is_own=True,
    )
