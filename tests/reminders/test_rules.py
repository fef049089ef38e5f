"""When to speak: the step that a day has reached, and the rule that a district sets."""

from datetime import date, timedelta

import pytest

from qms.core.errors import Invalid, Refused, Stale
from qms.overview.queries.work import Deadline, Kind
from qms.overview.subjects import OF_KIND, Subject
from qms.reminders import operations
from qms.reminders.models import Level
from qms.reminders.rules import SHIPPED, Rule, rule_of
from tests.cast import Cast

DAY = date(2026, 6, 15)


def step(
    late: int,
    kind: Kind = Kind.DO,
    rule: Rule = SHIPPED,
    deadline: Deadline = Deadline.ACTION,
) -> int | None:
    return rule.step(kind, deadline, DAY - timedelta(days=late), DAY)


@pytest.mark.parametrize(
    ("late", "reached"),
    [
        (-8, None),
        (-7, -7),
        (-5, -7),
        (-2, -7),
        (-1, -1),
        (0, 0),
        (6, 0),
        (7, 7),
        (20, 14),
        (70, 70),
    ],
)
def test_the_last_step_that_was_reached_counts(late: int, reached: int | None) -> None:
    assert step(late) == reached


def test_what_takes_months_is_told_early() -> None:
    assert [step(late, Kind.CERTIFY) for late in (-91, -90, -31, -30, -7)] == [
        None,
        -90,
        -90,
        -30,
        -7,
    ]


def test_what_waits_since_a_day_is_told_after_it_only() -> None:
    waits = [step(late, Kind.VERIFY, deadline=Deadline.DONE) for late in (-1, 0, 6, 7, 15)]
    assert waits == [None, None, None, 7, 14]
    never = Rule(after_every=0)
    assert step(40, Kind.VERIFY, never, Deadline.DONE) is None
    assert step(40, rule=never) == 0


def test_late_work_is_escalated_step_by_step() -> None:
    def told(late: int, deadline: Deadline = Deadline.ACTION) -> list[tuple[Level, int]]:
        return list(SHIPPED.levels(deadline, DAY - timedelta(days=late), DAY))

    assert told(6) == []
    assert told(7) == [(Level.HEAD, 7)]
    assert told(30) == [(Level.HEAD, 7), (Level.SECRETARIAT, 21)]
    assert told(30, Deadline.DONE) == told(30, Deadline.IN_FORCE) == []


def test_every_kind_that_can_have_a_day_belongs_to_a_subject() -> None:
    undated = {Kind.CHECK, Kind.APPROVE, Kind.WRITE, Kind.SIGN, Kind.PLACE}
    assert set(Kind) - set(OF_KIND) == undated


def test_a_district_sets_its_own_rule(cast: Cast) -> None:
    assert rule_of(cast.district.id) == SHIPPED
    rule = Rule((3, 14), (60,), 5, 10, None, frozenset({Subject.AUDITS}))
    row = operations.set_rule(rule, by=cast.administrator)
    found = rule_of(cast.district.id)
    assert (found.before, found.after_every, found.head_after) == ((14, 3), 5, 10)
    assert (found.secretariat_after, found.silent, found.is_own) == (None, {Subject.AUDITS}, True)
    assert not found.speaks_of(Kind.BEGIN) and found.speaks_of(Kind.DO)
    with pytest.raises(Stale):
        operations.set_rule(rule, by=cast.administrator, seen=row.version + 1)


@pytest.mark.usefixtures("only_sqlite")
def test_a_rule_that_makes_no_sense_is_refused(cast: Cast) -> None:
    for wrong in (
        Rule(before=(0,)),
        Rule(before=(400,)),
        Rule(long_before=tuple(range(1, 9))),
        Rule(after_every=-1),
        Rule(head_after=20, secretariat_after=10),
    ):
        with pytest.raises(Invalid):
            operations.set_rule(wrong, by=cast.administrator)


@pytest.mark.usefixtures("only_sqlite")
def test_only_who_keeps_the_districts_figures_sets_it(cast: Cast) -> None:
    for person in (cast.officer, cast.head, cast.secretariat, cast.guest):
        with pytest.raises(Refused):
            operations.set_rule(SHIPPED, by=person)
