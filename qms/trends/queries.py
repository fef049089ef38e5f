"""What looking back counts. Every figure is counted under the conditions by which the register that
it leads to is narrowed (`findings.narrowing`), as far as the person sees the records."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean, median
from typing import Any

from sqlalchemy import and_, case, distinct, extract, func, or_, select

from qms.actions.models import Action, ActionState
from qms.actions.queries import was_timely
from qms.core.db import AccessClass, db
from qms.core.periods import Days, DaysFrom
from qms.findings.models import Finding, FindingCause, FindingClause, FindingState
from qms.findings.narrowing import DEVIATIONS, Timely, Took, folded, timely
from qms.people.rights import Sight
from qms.trends.models import COUNTED, DailyFigure

AGES = (30, 60, 90, 180)
"""The longest age in days of each class but the last."""
LATENESS = (30, 90)
TOOK = (Took(0, 14), Took(15, 30), Took(31, 60), Took(61, 90), Took(91, 180), Took(181))
LOOKED_BACK = 2
"""Years before the period in which an earlier finding makes a later one a repeated one."""
SHOWN = 15


def ages(today: date) -> list[Days]:
    """The days found of each class of age, the youngest first."""
    found, last = [], None
    for age in AGES:
        first = today - timedelta(days=age)
        found.append(Days(first, last))
        last = first - timedelta(days=1)
    return [*found, Days(None, last)]


def lateness(today: date) -> list[Days]:
    """The due dates of actions: not due yet, then late and later."""
    found, last = [Days(today)], today - timedelta(days=1)
    for days in LATENESS:
        first = today - timedelta(days=days)
        found.append(Days(first, last))
        last = first - timedelta(days=1)
    return [*found, Days(None, last)]


def since_of(period: Days) -> date:
    """From which day on an earlier finding counts."""
    first = period.first or date.min
    return date(first.year - LOOKED_BACK, first.month, 1)


def _count(*conditions: Any) -> Any:
    return func.count(case((and_(*conditions), 1)))


def ageing(sight: Sight, today: date) -> list[tuple[int, int]]:
    """(open, of which overdue) of each class of `ages`. One query."""
    columns = []
    for days in ages(today):
        held = days.hold(Finding.found_on)
        columns += [_count(*held), _count(*held, Finding.due_on < today)]
    row = db.session.execute(
        select(*columns).where(*sight.conditions(Finding), Finding.is_open)
    ).one()
    return [(row[n], row[n + 1]) for n in range(0, len(row), 2)]


def action_lateness(sight: Sight, today: date) -> list[int]:
    """Open actions of each class of `lateness`. One query."""
    columns = [_count(*days.hold(Action.due_on)) for days in lateness(today)]
    return list(
        db.session.execute(
            select(*columns).where(*sight.conditions(Action), Action.state == ActionState.OPEN)
        ).one()
    )


def on_time(
    model: Any, sight: Sight, period: Days, today: date, by_year: bool
) -> dict[tuple[int, int], tuple[int, int]]:
    """(on time, late) of findings or actions by the month (or, month 0, the year) of their due
    date. One query."""
    year = extract("year", model.due_on)
    month = extract("month", model.due_on)
    kept, missed = (
        (timely(Finding, Timely.ON_TIME, today), timely(Finding, Timely.LATE, today))
        if model is Finding
        else (was_timely(True, today), was_timely(False, today))
    )
    keys = [year] if by_year else [year, month]
    rows = db.session.execute(
        select(_count(kept), _count(missed), *keys)
        .where(*sight.conditions(model), *period.hold(model.due_on), or_(kept, missed))
        .group_by(*keys)
    )
    return {(int(row[2]), 0 if by_year else int(row[3])): (row[0], row[1]) for row in rows}


@dataclass(frozen=True)
class Closing:
    """How long the findings of a period took."""

    classes: tuple[int, ...]
    """How many of each of `TOOK`."""
    median: float | None
    mean: float | None
    longest: int | None

    @property
    def total(self) -> int:
        return sum(self.classes)


def days_to_close(sight: Sight, period: Days) -> Closing:
    """The days from found to closed of what was closed in a period. One query, one row for each
    number of days."""
    took = DaysFrom(Finding.found_on, Finding.closed_on)
    counted = {
        int(days): number
        for days, number in db.session.execute(
            select(took, func.count())
            .where(*sight.conditions(Finding), *period.hold(Finding.closed_on))
            .group_by(took)
        )
    }
    if not counted:
        return Closing((0,) * len(TOOK), None, None, None)
    every = list(Counter(counted).elements())
    classes = tuple(
        sum(
            number
            for days, number in counted.items()
            if days >= one.least and (one.most is None or days <= one.most)
        )
        for one in TOOK
    )
    return Closing(classes, median(every), mean(every), max(counted))


@dataclass(frozen=True)
class Often:
    """What was found of a clause, a unit, a cause or a place: how many in the period, how many of
    these found before, how many open now."""

    key: Any
    found: int
    again: int = 0
    open: int = 0


def _deviating(sight: Sight) -> list[Any]:
    return [
        *sight.conditions(Finding),
        Finding.grade.in_(DEVIATIONS),
        Finding.state != FindingState.CANCELLED,
    ]


def _cited(sight: Sight, period: Days) -> Any:
    """A row for each finding and clause, of what was found in the period or may make it a repeated
    one: with whether it is one, as `narrowing.found_before` says it."""
    by = (Finding.unit_id, FindingClause.clause_id)
    ordinary = Finding.access == AccessClass.ORDINARY
    first = func.min(case((ordinary, Finding.found_on))).over(partition_by=by)
    first_of_all = func.min(Finding.found_on).over(partition_by=by)
    return (
        select(
            Finding.id,
            Finding.unit_id,
            Finding.found_on,
            FindingClause.clause_id,
            case(
                (ordinary, Finding.found_on > first),
                else_=Finding.found_on > first_of_all,
            ).label("again"),
        )
        .join(FindingClause, FindingClause.finding_id == Finding.id)
        .where(*_deviating(sight), *Days(since_of(period), period.last).hold(Finding.found_on))
        .subquery()
    )


def by_clause(sight: Sight, period: Days) -> list[Often]:
    """What was found under each clause, the most often found first. Two queries."""
    cited = _cited(sight, period)
    found = func.count()
    rows = db.session.execute(
        select(cited.c.clause_id, found, _count(cited.c.again))
        .where(*Days(period.first).hold(cited.c.found_on))
        .group_by(cited.c.clause_id)
        .order_by(found.desc(), cited.c.clause_id)
        .limit(SHOWN)
    ).all()
    waiting: dict[int, int] = {}
    if rows:
        waiting = {
            row[0]: row[1]
            for row in db.session.execute(
                select(FindingClause.clause_id, func.count())
                .join(Finding, Finding.id == FindingClause.finding_id)
                .where(
                    *_deviating(sight),
                    Finding.is_open,
                    FindingClause.clause_id.in_([row[0] for row in rows]),
                )
                .group_by(FindingClause.clause_id)
            )
        }
    return [Often(row[0], row[1], row[2], waiting.get(row[0], 0)) for row in rows]


def by_unit(sight: Sight, period: Days) -> dict[int, Often]:
    """What was found in each unit itself. Two queries."""
    in_period = and_(*period.hold(Finding.found_on))
    counted = db.session.execute(
        select(Finding.unit_id, _count(in_period), _count(Finding.is_open))
        .where(*_deviating(sight), or_(in_period, Finding.is_open))
        .group_by(Finding.unit_id)
    )
    cited = _cited(sight, period)
    repeated = db.session.execute(
        select(cited.c.unit_id, func.count(distinct(cited.c.id)))
        .where(cited.c.again, *Days(period.first).hold(cited.c.found_on))
        .group_by(cited.c.unit_id)
    )
    again = {row[0]: row[1] for row in repeated}
    return {row[0]: Often(row[0], row[1], again.get(row[0], 0), row[2]) for row in counted}


def by_branch(sight: Sight, period: Days) -> list[Often]:
    """What was found by the branch of its causes, the most frequent first. One query."""
    number = func.count(distinct(Finding.id))
    rows = db.session.execute(
        select(FindingCause.branch, number)
        .join(Finding, Finding.id == FindingCause.finding_id)
        .where(
            *_deviating(sight),
            *period.hold(Finding.found_on),
            FindingCause.branch.is_not(None),
        )
        .group_by(FindingCause.branch)
        .order_by(number.desc(), FindingCause.branch)
    )
    return [Often(branch, found) for branch, found in rows]


def by_place(sight: Sight, period: Days) -> list[Often]:
    """What was found more than once at a place or in a process, the most frequent first. One
    query."""
    place, number = folded(Finding.place), func.count()
    rows = db.session.execute(
        select(func.min(Finding.place), number)
        .where(*_deviating(sight), *period.hold(Finding.found_on), Finding.place.is_not(None))
        .group_by(place)
        .having(number > 1)
        .order_by(number.desc(), place)
        .limit(SHOWN)
    )
    return [Often(name, found) for name, found in rows]


# The figures of each day ----------------------------------------------------------------------


def kept_days(district_id: int, root_id: int, days: Sequence[date]) -> set[date]:
    """Which of these days have figures. One query."""
    return set(
        db.session.scalars(
            select(DailyFigure.on).where(
                DailyFigure.district_id == district_id,
                DailyFigure.unit_id == root_id,
                DailyFigure.access == AccessClass.ORDINARY,
                DailyFigure.on.in_(days),
            )
        )
    )


def figures_on(sight: Sight, days: Sequence[date]) -> dict[date, dict[str, int]]:
    """The figures of these days over the units in sight; a day without any has no key. One
    query."""
    columns = [func.sum(getattr(DailyFigure, name)).label(name) for name in COUNTED]
    rows = db.session.execute(
        select(DailyFigure.on, *columns)
        .where(*sight.conditions(DailyFigure), DailyFigure.on.in_(days))
        .group_by(DailyFigure.on)
    )
    return {row[0]: {name: int(row[n + 1]) for n, name in enumerate(COUNTED)} for row in rows}


def first_kept(district_id: int) -> date | None:
    """The first day that has figures. One query."""
    return db.session.scalar(
        select(func.min(DailyFigure.on)).where(DailyFigure.district_id == district_id)
    )
