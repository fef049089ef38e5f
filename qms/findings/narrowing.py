"""What stands behind a figure: the same conditions count findings and narrow their register, so
that a bar and the list that it leads to always agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from qms.core.db import AccessClass
from qms.core.i18n import lazy_gettext as _l
from qms.core.periods import Days, DaysFrom
from qms.findings.models import (
    Branch,
    Finding,
    FindingCause,
    FindingClause,
    FindingState,
    Grade,
)

DEVIATIONS = (Grade.MAJOR, Grade.MINOR, Grade.OBSERVATION)
"""The grades that say that something is wrong: what can be found again."""
LASTING = tuple(state for state in FindingState if state is not FindingState.CANCELLED)


class Timely(StrEnum):
    """Whether a finding was closed by its due date. What is open before its day is neither."""

    ON_TIME = "on_time"
    LATE = "late"

    @property
    def label(self) -> Any:
        return TIMELY_LABELS[self]


TIMELY_LABELS = {Timely.ON_TIME: _l("Closed on time"), Timely.LATE: _l("Late")}


@dataclass(frozen=True)
class Took:
    """Days from the finding to its closing, from so many to so many (None: or more)."""

    least: int
    most: int | None = None

    def __str__(self) -> str:
        return f"{self.least}-{'' if self.most is None else self.most}"

    def hold(self, days: Any) -> list[ColumnElement[bool]]:
        found = [days >= self.least]
        return found if self.most is None else [*found, days <= self.most]


def read_took(text: str | None) -> Took | None:
    """The span of an address; None for what is none."""
    least, between, most = (text or "").partition("-")
    if not between or not least.isdecimal() or not (most.isdecimal() or not most):
        return None
    if len(least) > 5 or len(most) > 5:
        return None
    return Took(int(least), int(most) if most else None)


@dataclass(frozen=True)
class Behind:
    """What a figure counts, beside grade, state and clause."""

    found: Days | None = None
    due: Days | None = None
    closed: Days | None = None
    took: Took | None = None
    timely: Timely | None = None
    today: date | None = None
    """With `timely`: before which day what is open is late."""
    branch: Branch | None = None
    place: str | None = None
    again: date | None = None
    """Only what was found before in the same unit under the same clause, on this day or later."""

    def conditions(
        self, finding: Any, district_id: int, clause_ids: Sequence[int] = ()
    ) -> list[ColumnElement[bool]]:
        """The conditions on a finding (the model, or its columns). `clause_ids`: the clauses that
        count for `again` (none: any that it cites)."""
        found = []
        for days, column in (
            (self.found, finding.found_on),
            (self.due, finding.due_on),
            (self.closed, finding.closed_on),
        ):
            if days is not None:
                found += days.hold(column)
        if self.took is not None:
            found += self.took.hold(DaysFrom(finding.found_on, finding.closed_on))
        if self.timely is not None and self.today is not None:
            found.append(timely(finding, self.timely, self.today))
        if self.branch is not None:
            found.append(finding.id.in_(caused_by(district_id, self.branch)))
        if self.place is not None:
            found.append(folded(finding.place) == func.lower(self.place))
        if self.again is not None:
            found.append(found_before(finding, self.again, clause_ids))
        return found


def timely(finding: Any, which: Timely, today: date) -> ColumnElement[bool]:
    """The condition that it was closed on time, or was not: closed late, or open after its day."""
    if which is Timely.ON_TIME:
        on_time: ColumnElement[bool] = finding.closed_on <= finding.due_on
        return on_time
    return or_(
        finding.closed_on > finding.due_on,
        and_(finding.is_open, finding.due_on < today),
    )


def caused_by(district_id: int, branch: Branch) -> Any:
    """The ids of findings in whose tree of causes stands this branch, in any round."""
    return select(FindingCause.finding_id).where(
        FindingCause.district_id == district_id, FindingCause.branch == branch
    )


def folded(place: Any) -> Any:
    """A place as it is compared: without regard to capitals."""
    return func.lower(place)


def found_before(finding: Any, since: date, clause_ids: Sequence[int] = ()) -> ColumnElement[bool]:
    """The condition that one of the same clauses was found deviating before in the same unit. An
    ordinary finding is held against ordinary ones only, so that nobody learns of a restricted one.
    """
    cited, earlier_cited = (FindingClause.__table__.alias() for _ in range(2))
    earlier = Finding.__table__.alias()
    both = cited.join(earlier_cited, earlier_cited.c.clause_id == cited.c.clause_id).join(
        earlier, earlier.c.id == earlier_cited.c.finding_id
    )
    wanted = (
        select(cited.c.finding_id)
        .select_from(both)
        .where(
            cited.c.finding_id == finding.id,
            earlier_cited.c.district_id == finding.district_id,
            earlier.c.district_id == finding.district_id,
            earlier.c.unit_id == finding.unit_id,
            earlier.c.found_on >= since,
            earlier.c.found_on < finding.found_on,
            earlier.c.grade.in_(DEVIATIONS),
            earlier.c.state != FindingState.CANCELLED,
            or_(
                earlier.c.access == AccessClass.ORDINARY,
                finding.access == AccessClass.RESTRICTED,
            ),
        )
    )
    if clause_ids:
        wanted = wanted.where(cited.c.clause_id.in_(clause_ids))
    return wanted.exists()
