"""Which visits a programme should have, by rule, and why.

How often a unit is audited follows from its risk: by default twice a year where it is high, once
where it is medium or low, as the customary forms of internal audit have it. A major
nonconformity in the last audit, or several minor ones, asks for one visit more (ISO 9001 9.2.2
and ISO 37001 9.2.2: the programme considers importance and the results of previous audits). The
first visit comes when the interval since the last audit is over, at once where there was none;
months are filled evenly, the most urgent units first. What the rule saw is kept with each visit.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from qms.audits.models import Risk

MOST_A_YEAR = 4
URGENCY = {Risk.HIGH: 0, Risk.MEDIUM: 1, Risk.LOW: 2}


@dataclass(frozen=True)
class Rule:
    """How many visits a year each risk asks for, what asks for one more, which months are used."""

    high: int = 2
    medium: int = 1
    low: int = 1
    minors: int = 3
    """So many minor nonconformities ask for one visit more, as one major does."""
    months: tuple[int, ...] = tuple(range(1, 13))

    def visits(self, situation: "Situation") -> int:
        """How many visits a year a unit needs."""
        base = {Risk.HIGH: self.high, Risk.MEDIUM: self.medium, Risk.LOW: self.low}[situation.risk]
        return min(base + self.is_poor(situation), MOST_A_YEAR)

    def is_poor(self, situation: "Situation") -> bool:
        """Whether the last audit found so much that there is one visit more."""
        return situation.majors > 0 or situation.minors >= self.minors


@dataclass(frozen=True)
class Situation:
    """What is known of a unit: risk, last audit and what it found, the months that it has."""

    unit_id: int
    risk: Risk
    last_on: date | None = None
    majors: int = 0
    minors: int = 0
    months: Collection[date] = ()


@dataclass(frozen=True)
class Proposal:
    """Visits that a unit should have besides those it has, and what the rule saw."""

    unit_id: int
    months: Sequence[date]
    basis: Mapping[str, Any]


def propose(
    situations: Sequence[Situation], rule: Rule, years: Sequence[int], today: date
) -> list[Proposal]:
    """The visits that are missing in these years, from the month of today on, in the order of the
    situations. The same situations give the same proposals."""
    load = Counter(month for one in situations for month in one.months)
    chosen: dict[int, list[date]] = {}
    for year in years:
        free = [date(year, month, 1) for month in rule.months]
        free = [month for month in free if month >= today.replace(day=1)]
        if not free:
            continue
        missing = {one.unit_id: _missing(one, rule, year) for one in situations}
        room = -(-(sum(missing.values()) + sum(load[month] for month in free)) // len(free))
        for one in sorted(situations, key=lambda one: _urgency(one, rule)):
            has = [*one.months, *chosen.get(one.unit_id, ())]
            for wish in _wishes(one, has, missing[one.unit_id], rule, free):
                open_months = [month for month in free if month not in has]
                if not open_months:
                    break
                month = min(
                    open_months,
                    key=lambda month: (load[month] >= room, abs(_months(wish, month)), month),
                )
                load[month] += 1
                has.append(month)
                chosen.setdefault(one.unit_id, []).append(month)
    return [
        Proposal(one.unit_id, sorted(chosen[one.unit_id]), basis_of(one, rule))
        for one in situations
        if one.unit_id in chosen
    ]


def _missing(one: Situation, rule: Rule, year: int) -> int:
    has = sum(month.year == year for month in one.months)
    return max(rule.visits(one) - has, 0)


def _urgency(one: Situation, rule: Rule) -> tuple[Any, ...]:
    return (
        not rule.is_poor(one),
        URGENCY[one.risk],
        one.last_on or date.min,
        one.unit_id,
    )


def _wishes(
    one: Situation, has: Sequence[date], count: int, rule: Rule, free: Sequence[date]
) -> list[date]:
    """Where the visits of a year should lie: the first when the interval since the last is over,
    the others an interval later each; never outside the free months."""
    if not count:
        return []
    interval = max(12 // rule.visits(one), 1)
    known = [month for month in has if month < free[0]]
    last = max([one.last_on, *known] if one.last_on else known, default=None)
    first = free[0] if last is None else _later(last, interval)
    first = min(max(first, free[0]), _later(free[-1], -interval * (count - 1)))
    first = max(first, free[0])
    return [min(_later(first, interval * n), free[-1]) for n in range(count)]


def _later(day: date, months: int) -> date:
    """The first of the month so many months after a day's."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _months(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def basis_of(one: Situation, rule: Rule) -> dict[str, Any]:
    """What the rule saw, as plain values that are kept with the visit."""
    return {
        "risk": one.risk.value,
        "visits": rule.visits(one),
        "last_on": one.last_on.isoformat() if one.last_on else None,
        "majors": one.majors,
        "minors": one.minors,
        "more": rule.is_poor(one),
    }
